"""The rules that turn plain text into readings; the facts they use are in `data/codes/`.

1. A *format* (`formats.csv`) is a pattern of letters and digits that a code set uses. Every
   format that the whole text matches gives a reading.
2. If the text is a code followed by modifiers, the formats of the code give the readings. A
   modifier without a separator in front must be listed. Seven digits are a code and a modifier
   only where that modifier can follow that code; longer strings of digits never are.
3. Digits too short for a format with leading zeros match it once the zeros are restored, but
   only if nothing else was changed: two guesses do not make a code.
4. A reading is likely, possible or remote: `strength_in_range` of its format inside a range
   (`sections.csv`) or list, `strength_otherwise` outside. A remote reading is dropped when
   there is a better one.
5. Stronger readings come first; the field of the claim orders equals, and makes readings of
   some code sets likely (`contexts.csv`). Two or more strongest readings make an entry
   ambiguous: the string alone does not decide between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import product
from typing import NamedTuple

from codeedu import tables
from codeedu.codes import formats, modifiers, normalize
from codeedu.codes.model import STRENGTHS, Reading, Reason
from codeedu.codes.normalize import Note
from codeedu.codes.wording import listing


class Parsed(NamedTuple):
    """What was read: the readings, the modifiers, and notes on what was changed."""

    readings: tuple[Reading, ...] = ()
    modifiers: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()


NOTHING = Parsed()


def read_text(text: str, context: str, code_set: str = "") -> Parsed:
    """Return what a plain text is as one code, with or without modifiers; `NOTHING` if it is none.

    `context` must be a known one (see `ranks`); `code_set` is the one named in front of the
    text, or "".

    >>> readings, modifiers, notes = read_text("J1885JW", "procedure")
    >>> readings[0].code, modifiers, notes[0].text
    ('J1885', ('JW',), 'JW had no hyphen in front; read as a modifier.')
    """
    whole = _whole_text(text)
    if " " in text and re.fullmatch(
        "[0-9]{4,5} [0-9]{3,4} [0-9]{1,2}", text
    ):  # the parts of an NDC
        whole = _whole_text(text.replace(" ", "-"))
    coded = NOTHING if whole and not text.isalnum() else _with_modifiers(text)
    readings = _ranked([*whole, *coded.readings], context, code_set)
    if not readings:
        return NOTHING
    best = readings[0]
    if not best.format.takes_modifiers:
        coded = NOTHING
    notes = [
        Note(CHANGES[kind], text, best.code, f"{mark}.")
        for mark in best.marks
        if (kind := mark.row.partition(":")[0]) in CHANGES
    ]
    return Parsed(readings, coded.modifiers, (*notes, *coded.notes))


CHANGES = {"formats.width": "zeros", "formats.dot": "decimal"}  # the marks that notes repeat


def _whole_text(text: str, marks: tuple[Reason, ...] = (), *, zeros: bool = True) -> list[Reading]:
    """Rules 1 and 4: one reading for every format that the whole text matches.

    Rule 3 too, unless `zeros` is False.
    """
    readings = []
    for format, strength, section in formats.matches(text):
        if strength:
            after = int(format.dot_after or 0)
            code = formats.dotted(text, after) if after else text
            readings.append(Reading(format, code, strength, section, marks))
    if zeros and len(text) < 5:
        readings += _zeros_restored(text, marks)
    elif zeros and text.endswith(".0"):
        readings += _without_decimal(text)
    return readings


def _zeros_restored(text: str, marks: tuple[Reason, ...]) -> Iterator[Reading]:
    """Rule 3: readings of digits that lost their leading zeros."""
    if not text.isdigit() or text[0] == "0":  # a spreadsheet drops all of them
        return
    for format in formats.padded():
        code = text.zfill(int(format.width))
        section = format.range_of(code)
        if code != text and section:
            lost = f"{text} has lost its leading zeros, as codes do in a spreadsheet"
            mark = Reason(f"{lost}; with them it is {code}", f"formats.width:{format.id}")
            yield Reading(format, code, format.strength_if_padded, section, (mark, *marks))


def _without_decimal(text: str) -> Iterator[Reading]:
    """Read three digits and .0 as a number too, though ICD-9-CM is written so: 428.0."""
    if not re.fullmatch("[0-9]{3}[.]0", text):
        return
    for reading in _whole_text(text[:3]):
        if not reading.format.dot_after:
            mark = Reason(normalize.DECIMAL.rstrip("."), f"formats.dot:{reading.format.id}")
            yield reading._replace(strength="possible", marks=(mark, *reading.marks))


@cache
def _between() -> re.Pattern[str]:
    return re.compile(f"[{re.escape(normalize.separators('before_modifier'))}]+")


def pieces(text: str) -> list[str]:
    """Cut a text at the characters that divide codes and modifiers.

    >>> pieces("99213-25"), pieces("HC>99213>25")
    (['99213', '25'], ['HC', '99213', '25'])
    """
    return [part for part in _between().split(text) if part]


def _with_modifiers(text: str) -> Parsed:
    """Rule 2: read the text as a code followed by modifiers."""
    if len(text) < 6 and text.isalnum():
        return NOTHING
    joined = text.replace(" ", "")
    if joined != text and len(joined) == 5:
        note = Note("blanks", text, joined, f"The blank inside was dropped: {joined}.")
        return Parsed(tuple(_whole_text(joined)), (), (note,))
    plain = re.sub("[-, (]+(MODIFIERS?|MODS?|W/)[-.:# ]+", "-", text)
    plain = re.sub("([-,:;|^~]+(NULL|NONE|NAN|N/A))+$", "", plain)  # no modifier
    head, *tails = pieces(plain) or [""]
    if head.isdigit() and len(head) > 5:
        return _digits(text) if head == text and len(head) == 7 else NOTHING
    glued = len(head) > 5
    if glued:
        head, tails = head[:5], [head[5:], *tails]
    if not tails:
        return Parsed(tuple(_whole_text(head))) if head != text else NOTHING
    tail = _modifiers(head, tuple(tails), glued)
    if tail is None:
        return NOTHING
    # 100-P3 has lost its zeros. 420-GP can be a revenue code, and 409-37-95 is no code at all.
    zeros = not glued and any(re.fullmatch("P[1-6]", modifier) for modifier in tail.modifiers)
    readings = tuple(
        r
        for r in _whole_text(head, tail.marks, zeros=zeros)
        if r.format.takes_modifiers and (r.strength == "likely" or not glued)
    )
    sentences = list(tail.sentences)
    if re.search("[0-9][.][0-9]", text):
        if not modifiers.is_listed(tail.modifiers[0], head):
            return NOTHING
        readings = tuple(r._replace(strength="possible") for r in readings)
        sentences.append("A dot before a modifier is unusual: it may also be an amount.")
    after = "-".join((head, *tail.modifiers))
    notes = tuple([Note("modifier", text, after, sentence) for sentence in sentences])
    return Parsed(readings, tail.modifiers, notes) if readings else NOTHING


def _digits(text: str) -> Parsed:
    """Read seven digits as a CPT code and a modifier that can follow it, which is a guess."""
    code, modifier = text[:5], text[5:]
    mark = Reason(f"{modifier} can follow a code of this section", f"modifier_sections:{modifier}")
    readings = tuple(
        reading._replace(strength="possible")
        for reading in _whole_text(code, (mark,), zeros=False)
        if reading.strength == "likely" and modifiers.can_follow(modifier, reading.section or "")
    )
    if not readings:
        return NOTHING
    says = f"Seven digits may be a code and a modifier, {code}-{modifier}, or another number."
    return Parsed(readings, (modifier,), (Note("modifier", text, f"{code}-{modifier}", says),))


class _Tail(NamedTuple):
    """The modifiers after a code, the reason they give, and sentences about them."""

    modifiers: tuple[str, ...]
    marks: tuple[Reason, ...]
    sentences: tuple[str, ...]


@lru_cache(maxsize=4_096)
def _modifiers(head: str, tails: tuple[str, ...], glued: bool) -> _Tail | None:
    """Read `tails` as modifiers of `head`, or return None.

    Two characters behind a separator need the form of a modifier. What is glued to the code is
    cut into pairs, which must be listed, and are not four digits. (NULL is NU and LL, otherwise.)
    """
    found: list[str] = []
    for place, tail in enumerate(tails):
        pairs = [tail[i : i + 2] for i in range(0, len(tail), 2)]
        is_glued = glued and place == 0
        if len(tail) == 2 and not is_glued:
            fits = modifiers.has_the_form(tail)
        else:
            fits = is_glued and all(modifiers.is_listed(pair, head) for pair in pairs)
        if not fits or (len(pairs) > 1 and tail.isdigit()):
            return None
        found += pairs
    these = listing(found)
    several = len(found) > 1
    has = "have the form of modifiers" if several else "has the form of a modifier"
    mark = Reason(f"{these} after it {has}", "formats:level-2-modifier")
    if trip := modifiers.trip(found[0], head):
        mark = Reason(f"{found[0]}: {trip}", f"trip_letters:{found[0][0]}")
    sentences = []
    if glued:
        kind = "modifiers" if several else "a modifier"
        sentences.append(f"{these} had no hyphen in front; read as {kind}.")
    if len(found) > 4:
        sentences.append(f"A claim line has room for four modifiers; here are {len(found)}.")
    return _Tail(tuple(found), (mark,), tuple(sentences))


@cache
def ranks(context: str) -> dict[tuple[str, str], int]:
    """Return the rank of each pair of strength and code set; lower comes first.

    Code sets that the context does not name come in the order of "procedure".

    Raises ValueError for a context that does not exist.
    """
    contexts = tables.by("contexts", "context")
    if context not in contexts:
        raise ValueError(f"There is no context {context!r}; there are: {', '.join(contexts)}.")
    first = contexts[context]["order"].split(";")
    order = dict.fromkeys([*first, *contexts["procedure"]["order"].split(";")])
    return {pair: rank for rank, pair in enumerate(product(STRENGTHS, order))}


@cache
def _raised(context: str) -> frozenset[str]:
    """Return the code sets of which a reading is likely in a context, if not elsewhere."""
    return frozenset(filter(None, tables.by("contexts", "context")[context]["raised"].split(";")))


def _ranked(readings: Sequence[Reading], context: str, code_set: str) -> tuple[Reading, ...]:
    """Rule 5: drop remote readings where there are better ones, and sort the rest."""
    raised = _raised(context)
    wanted = raised | set(filter(None, code_set.split(";")))
    kept = [r for r in readings if r.strength != "remote"]
    if kept:
        kept += [r for r in readings if r.strength == "remote" and r.format.code_set in wanted]
    kept = [
        r._replace(strength="likely") if r.format.code_set in raised else r
        for r in kept or readings
    ]
    if len(kept) < 2:
        return tuple(kept)
    rank = ranks(context)
    best: dict[str, Reading] = {}  # the best reading of each code set
    for reading in sorted(kept, key=lambda r: rank[r.strength, r.format.code_set]):
        best.setdefault(reading.format.code_set, reading)
    named = [r for r in best.values() if r.format.code_set in wanted - raised]
    if not named:
        return tuple(best.values())
    if named[0].strength == "remote":
        named[0] = named[0]._replace(strength="possible")
    below = STRENGTHS.index(named[0].strength) + 1  # a name in front decides
    others = (r for r in best.values() if r.format.code_set not in wanted - raised)
    return *named, *(
        r._replace(strength=max(r.strength, STRENGTHS[below], key=STRENGTHS.index)) for r in others
    )
