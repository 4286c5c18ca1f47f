"""The rules that turn plain text into readings; the facts they use are in `data/codes/`.

1. A *format* (`formats.csv`) is a pattern of letters and digits that a code set uses. Every
   format that the whole text matches gives a reading.
2. If the text is a code followed by modifiers, the formats of the code give the readings.
3. Digits too short for a format with leading zeros match it once the zeros are restored.
4. A reading is likely, possible or remote: `strength_in_range` of its format inside a range
   (`sections.csv`) or list, `strength_otherwise` outside. A remote reading is dropped when
   there is a better one.
5. Stronger readings come first; the field of the claim orders equals. Two or more strongest
   readings make an entry ambiguous: the string alone does not decide between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import product
from typing import NamedTuple

from codeedu import tables
from codeedu.codes import formats, normalize
from codeedu.codes.model import STRENGTHS, Reading, Reason
from codeedu.codes.normalize import Note
from codeedu.codes.wording import listing

# Readings, modifiers, and notes on what was changed.
Parsed = tuple[tuple[Reading, ...], tuple[str, ...], tuple[Note, ...]]


def read_text(text: str, context: str, code_set: str = "") -> Parsed:
    """Return the readings of a plain text, its modifiers, and notes on what was changed.

    `context` must be a known one (see `ranks`); `code_set` is the one named in front of the
    text, or "".

    >>> readings, modifiers, notes = read_text("J1885JW", "procedure")
    >>> readings[0].code, modifiers, notes[0].text
    ('J1885', ('JW',), 'JW had no hyphen in front; read as a modifier.')
    """
    if len(text) > 5 and text.isalnum() and text == text[0] * len(text):
        placeholder = f"One character {len(text)} times is a placeholder, not a code."
        return (), (), (Note("problem", text, "", placeholder),)
    whole = _whole_text(text)
    coded, modifiers, notes = _NOTHING if whole and "-" in text else _split(text)
    readings = _ranked([*whole, *coded], context, code_set)
    if not readings:
        problem = Note("problem", text, "", _why_no_reading)
        is_like_a_code = text.isalnum() and 3 <= len(text) <= 8
        return (), (), (problem, Note("payer", text, "", _PAYER)) if is_like_a_code else (problem,)
    best = readings[0]
    if not best.format.takes_modifiers:
        modifiers, notes = (), ()
    for mark in best.marks:
        if mark.row == f"{_PADDED}{best.format.id}":
            notes = (Note("zeros", text, best.code, f"{mark}."), *notes)
    return readings, modifiers, notes


_NOTHING: Parsed = ((), (), ())


def _whole_text(text: str, marks: tuple[Reason, ...] = ()) -> list[Reading]:
    """Rules 1 and 4: one reading for every format that the whole text matches."""
    readings = []
    for format, strength, section in formats.matches(text):
        if strength:
            code = formats.dotted(text) if format.has_dot else text
            readings.append(Reading(format, code, strength, section, marks))
    if len(text) < 5 and text.isdigit() and text[0] != "0":  # a spreadsheet drops all leading zeros
        readings += _zeros_restored(text, marks)
    return readings


_PADDED = "formats.width:"  # the row of a reason for restored zeros


def _zeros_restored(text: str, marks: tuple[Reason, ...]) -> Iterator[Reading]:
    """Rule 3: readings of digits that lost their leading zeros."""
    for format in formats.padded():
        code = text.zfill(int(format.width))
        section = format.range_of(code)
        if code != text and section:
            lost = f"{text} has lost its leading zeros, as codes do in a spreadsheet"
            mark = Reason(f"{lost}; with them it is {code}", f"{_PADDED}{format.id}")
            yield Reading(format, code, format.strength_if_padded, section, (mark, *marks))


_SEPARATORS = re.compile(r"[-,:/ ]+")


def _split(text: str) -> Parsed:
    """Rule 2: read the text as a code followed by modifiers."""
    if len(text) < 6 and text.isalnum():
        return _NOTHING
    joined = text.replace(" ", "")
    if joined != text and len(joined) == 5:
        note = Note("blanks", text, joined, f"The blank inside was dropped: {joined}.")
        return tuple(_whole_text(joined)), (), (note,)
    head, *tails = [part for part in _SEPARATORS.split(text) if part] or [""]
    glued = len(head) > 5
    if glued:
        head, tails = head[:5], [head[5:], *tails]
    if not tails:
        note = Note("modifier", text, head, "The hyphen with no modifier after it was dropped.")
        return (tuple(_whole_text(head)), (), (note,)) if head != text else _NOTHING
    tail = _modifiers(tuple(tails), glued)
    if tail is None:
        return _NOTHING
    readings = tuple(
        r
        for r in _whole_text(head, tail.marks)
        if r.format.takes_modifiers and (r.strength == "likely" or not glued)
    )
    after = "-".join((head, *tail.modifiers))
    notes = tuple([Note("modifier", text, after, sentence) for sentence in tail.sentences])
    if re.search(" X[0-9]$", text):
        units = f"{text[-2:]} could also mean {text[-1]} units: they have a field of their own."
        notes = (*notes, Note("units", text, after, units))
    return readings, tail.modifiers, notes


class _Tail(NamedTuple):
    """The modifiers after a code, the reason they give, and sentences about them."""

    modifiers: tuple[str, ...]
    marks: tuple[Reason, ...]
    sentences: tuple[str, ...]


@lru_cache(maxsize=4_096)
def _modifiers(tails: tuple[str, ...], glued: bool) -> _Tail | None:
    """Read `tails` as modifiers, or return None; glued ones must be in a range or list."""
    modifiers = tuple(tail[i : i + 2] for tail in tails for i in range(0, len(tail), 2))
    if not all(_is_modifier(modifier, strictly=glued) for modifier in modifiers):
        return None
    these = listing(modifiers)
    several = len(modifiers) > 1
    has = "have the form of modifiers" if several else "has the form of a modifier"
    mark = Reason(f"{these} after it {has}", "formats:level-2-modifier")
    sentences = []
    if glued:
        kind = "modifiers" if several else "a modifier"
        sentences.append(f"{these} had no hyphen in front; read as {kind}.")
    if len(modifiers) > 4:
        sentences.append(f"A claim line has room for four modifiers; here are {len(modifiers)}.")
    return _Tail(modifiers, (mark,), tuple(sentences))


@lru_cache(maxsize=4_096)
def _is_modifier(text: str, *, strictly: bool) -> bool:
    """Return whether `text` has the form of a modifier; if strictly, also is in a range or list."""
    return any(
        match.format.is_modifier
        and (match.strength == "likely" or (match.strength and not strictly))
        for match in formats.matches(text)
    )


def _why_no_reading(text: str) -> str:
    """Return a sentence that says why a text without a reading is not a code."""
    for position, char in enumerate(text, 1):
        if not (char.isalnum() or char in "-,:/ ."):
            return f"{normalize.label(char)} in position {position} is not used in codes."
    head, *tails = [part for part in _SEPARATORS.split(text) if part] or [""]
    if tails and _whole_text(head):
        if re.fullmatch("X[0-9]+|[0-9]+X|[0-9]+ ?UNITS?", " ".join(tails)):
            return f"{head} may be a code; {' '.join(tails)} looks like units: they have a field."
        if all(any(r.strength == "likely" for r in _whole_text(tail)) for tail in tails):
            return f"Several codes in one field: {listing((head, *tails))}. A claim line has one."
        return f"{head} may be a code, but {tails[0]} is not a modifier."
    spelled = ", ".join(_SPELLED.get(char, char) for char in formats.mask(text)[:12])
    return f"No code set we know has codes of this form: {spelled}."


_PAYER = "If a payer asked for it, it is that payer's own code: look in the payer's manual."
_SPELLED = {"9": "digit", "-": "hyphen", ".": "dot", " ": "blank"} | dict.fromkeys(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "letter"
)


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


def _ranked(readings: Sequence[Reading], context: str, code_set: str) -> tuple[Reading, ...]:
    """Rule 5: drop remote readings where there are better ones, and sort the rest."""
    if len(readings) < 2:
        return tuple(readings)
    kept = [r for r in readings if r.strength != "remote"]
    if kept and code_set:
        kept += [r for r in readings if r.strength == "remote" and r.format.code_set == code_set]
    kept = kept or list(readings)
    if len(kept) < 2:
        return tuple(kept)
    rank = ranks(context)
    best: dict[str, Reading] = {}  # the best reading of each code set
    for reading in sorted(kept, key=lambda r: rank[r.strength, r.format.code_set]):
        best.setdefault(reading.format.code_set, reading)
    if code_set in best:
        return best[code_set], *(r for r in best.values() if r.format.code_set != code_set)
    return tuple(best.values())
