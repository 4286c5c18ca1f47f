"""One value in, one explained Classification out. Pure, total, no pandas.

The rules, in order; what they know stands in `data/`:

1. A *form* (`forms.csv`) is a pattern of letters and digits that a code set uses. Every form
   that the whole entry fits gives a reading.
2. If the entry is a code with modifiers behind it, the forms of the code give the readings.
3. Digits shorter than a form with leading zeros fit it once the zeros are back.
4. A reading *inside* a range (`sections.csv`) or list (`icd10cm.csv`, `modifiers.csv`) is as
   strong as its form's `inside` says, any other as its `outside` says: likely, possible or
   remote. A remote reading is heard only when there is no better one.
5. Stronger readings come first; among equals, the context decides. Two or more strongest
   readings are an ambiguity that nothing in the string tells apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import product
from typing import Any, NamedTuple

from codeedu import tables
from codeedu.codes import formats as forms
from codeedu.codes import normalize
from codeedu.codes.formats import Fit
from codeedu.codes.normalize import Note
from codeedu.codes.reading import STRENGTHS, Classification, Reading
from codeedu.codes.reasons import Reason

_PAD = "forms.width:"  # marks a reading whose zeros were restored


def classify(
    value: object, context: str = "procedure", release: Any = None, on: Any = None
) -> Classification:
    """Say which code sets a value could belong to, and why. Takes any object; never raises.

    `context` is the box of the claim that the value stood in: "procedure", "diagnosis", "drug",
    "revenue" or "place". It reorders the readings and hides none. With a `release` (see
    `load_release`) the Level II reading also says whether the code is listed, and with `on`, a
    date of service, whether it was active that day.

    Raises ValueError for a context that does not exist.

    >>> c = classify("J1885")
    >>> c.best.code_set, c.best.section, c.is_ambiguous
    ('HCPCS Level II', 'Drugs, mostly given other than by mouth', False)
    >>> [r.code for r in classify("E1165").readings]
    ['E1165', 'E11.65']
    """
    if type(value) is str and len(value) <= normalize.LONGEST:
        found = _reader(context)(value)
    else:
        found = _classify(value, context)
    return found if release is None else _look_up(found, release, on)


_PLAIN = re.compile("[0-9A-Z]{5}(?:-[0-9A-Z]{2})?")  # the common case needs no normalizing


@cache
def _reader(context: str) -> Callable[[str], Classification]:
    """Return what reads text in a context, and remembers it."""
    _ranks(context)  # an unknown context is the caller's error, whatever the value

    @lru_cache(maxsize=16_384)  # a file's codes; more would keep the garbage collector busy
    def read(text: str) -> Classification:
        if _PLAIN.fullmatch(text) is None:
            return _classify(text, context)
        if len(text) == 5 and (fits := _heard(forms.fits(text), context)):
            return Classification(text, _readings(text, fits))
        return _read(text, normalize.Entry(text), context)

    return read


def _classify(value: object, context: str) -> Classification:
    _ranks(context)
    entry = normalize.read(value)
    return _read(value, entry, context) if entry.text else Classification(value, notes=entry.notes)


def _read(value: object, entry: normalize.Entry, context: str) -> Classification:
    whole = _whole(entry.text)
    modifiers, coded, notes = ((), [], ()) if whole and "-" in entry.text else _split(entry.text)
    readings = _ranked([*whole, *coded], context, entry.code_set)
    if not readings:
        return Classification(value, notes=(*entry.notes, _problem(entry.text)))
    best = readings[0]
    if not best.form.takes_modifiers:
        modifiers, notes = (), ()
    zeros = [mark for mark in best.marks if mark.row == _PAD + best.form.form]
    padded = tuple(Note("zeros", entry.text, best.code, mark + ".") for mark in zeros)
    return Classification(value, readings, modifiers, (*entry.notes, *padded, *notes))


def _readings(
    text: str, fits: Iterable[Fit], marks: tuple[Reason, ...] = ()
) -> tuple[Reading, ...]:
    """Return a reading of the text for every form that it fits."""
    return tuple(
        [
            Reading(form, forms.dotted(text) if form.dotted else text, strength, section, marks)
            for form, strength, section in fits
            if strength
        ]
    )


def _whole(text: str, marks: tuple[Reason, ...] = ()) -> tuple[Reading, ...]:
    """Return a reading for every form that the whole text fits, zeros restored."""
    found = _readings(text, forms.fits(text), marks)
    if len(text) < 5 and text.isdigit() and text[0] != "0":  # zeros go all or none
        return (*found, *_padded(text, marks))
    return found


def _padded(text: str, marks: tuple[Reason, ...]) -> Iterator[Reading]:
    """Yield the readings of digits that have lost their leading zeros."""
    for form in forms.padded():
        whole = text.zfill(int(form.width))
        section = form.range_of(whole)
        if whole != text and section:
            says = f"{text} has lost its leading zeros, as codes do in a spreadsheet"
            mark = Reason(f"{says}; with them it is {whole}", _PAD + form.form)
            yield Reading(form, whole, form.padded, section, (mark, *marks))


_SEPARATORS = re.compile(r"[-,:/ ]+")


def _split(text: str) -> tuple[tuple[str, ...], Sequence[Reading], tuple[Note, ...]]:
    """Read `text` as a code with modifiers: return the modifiers, the readings and the notes."""
    joined = text.replace(" ", "")
    if joined != text and len(joined) == 5:
        note = Note("blanks", text, joined, f"The blank inside was dropped: {joined}.")
        return (), _whole(joined), (note,)
    head, *tails = [part for part in _SEPARATORS.split(text) if part] or [""]
    glued = len(head) > 5
    if glued:
        head, tails = head[:5], [head[5:], *tails]
    if not tails:
        note = Note("modifier", text, head, "The hyphen without a modifier behind it was dropped.")
        return ((), _whole(head), (note,)) if head != text else ((), [], ())
    behind = _behind(tuple(tails), glued)
    if behind is None:
        return (), [], ()
    readings = [reading for reading in _whole(head, behind.marks) if reading.form.takes_modifiers]
    after = "-".join((head, *behind.modifiers))
    notes = tuple([Note("modifier", text, after, sentence) for sentence in behind.sentences])
    return behind.modifiers, readings, notes


class _Behind(NamedTuple):
    """What stands behind a code: the modifiers, what they prove and what is to be said of them."""

    modifiers: tuple[str, ...]
    marks: tuple[Reason, ...]
    sentences: tuple[str, ...]


@lru_cache(maxsize=4_096)
def _behind(tails: tuple[str, ...], glued: bool) -> _Behind | None:
    """Read `tails` as modifiers, or return None; glued ones must lie in a range or list."""
    modifiers = tuple(tail[i : i + 2] for tail in tails for i in range(0, len(tail), 2))
    if not all(_is_modifier(modifier, strictly=glued) for modifier in modifiers):
        return None
    these = " and ".join(filter(None, (", ".join(modifiers[:-1]), modifiers[-1])))
    have, kind = ("has", "a modifier") if len(modifiers) == 1 else ("have", "modifiers")
    mark = Reason(f"{these} behind it {have} the form of {kind}", "forms:level-2-modifier")
    sentences = []
    if glued:
        sentences.append(f"{these} stood without a hyphen; read as {kind}.")
    if len(modifiers) > 4:
        sentences.append(f"A claim line has room for four modifiers; here are {len(modifiers)}.")
    return _Behind(modifiers, (mark,), tuple(sentences))


def _is_modifier(text: str, *, strictly: bool) -> bool:
    """Say whether `text` has the form of a modifier; strictly: and lies in a range or list."""
    return any(
        r.form.code_set.endswith("modifier") and (r.strength == "likely" or not strictly)
        for r in _whole(text)
    )


def _problem(text: str) -> Note:
    """Say what keeps a text that fits no form from being a code."""
    for position, char in enumerate(text, 1):
        if not (char.isalnum() or char in "-,:/ ."):
            name = normalize.label(char)
            return Note("problem", text, "", f"{name} in position {position} is in no code.")
    head, *tails = [part for part in _SEPARATORS.split(text) if part] or [""]
    if tails and _whole(head):
        return Note("problem", text, "", f"{head} may be a code, but {tails[0]} is no modifier.")
    spelled = ", ".join(_SPELLED.get(char, char) for char in forms.shape(text)[:12])
    return Note("problem", text, "", f"No code set that we know has codes of this form: {spelled}.")


_SPELLED = {"9": "digit", "-": "hyphen", ".": "dot", " ": "blank"} | dict.fromkeys(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "letter"
)


@cache
def _ranks(context: str) -> dict[tuple[str, str], int]:
    """Return the rank of each strength and code set, the strongest first, then as in `context`.

    What the context does not name comes as in "procedure".
    """
    contexts = tables.by("contexts", "context")
    if context not in contexts:
        raise ValueError(f"There is no context {context!r}; there are: {', '.join(contexts)}.")
    first = contexts[context]["first"].split(";")
    order = dict.fromkeys([*first, *contexts["procedure"]["first"].split(";")])
    return {pair: rank for rank, pair in enumerate(product(STRENGTHS, order))}


def _ranked(readings: Sequence[Reading], context: str, asked: str = "") -> tuple[Reading, ...]:
    """Return the readings worth hearing, strongest first; `asked` is a code set named in front."""
    if len(readings) < 2:
        return tuple(readings)
    ranks = _ranks(context)
    ranked = sorted(readings, key=lambda r: ranks[r.strength, r.form.code_set])
    one_each: dict[str, Reading] = {}
    for reading in ranked:
        one_each.setdefault(reading.form.code_set, reading)
    found = tuple(one_each.values())
    if found[-1].strength == "remote":
        found = tuple(r for r in found if r.strength != "remote" or r.code_set == asked) or found
    return tuple(sorted(found, key=lambda r: r.code_set != asked)) if asked else found


@lru_cache(maxsize=4_096)
def _heard(fits: tuple[Fit, ...], context: str) -> tuple[Fit, ...]:
    """Return those of the fits of a plain code that are worth hearing, strongest first."""
    ranked = _ranked(_readings("", fits), context)
    by_form = {fit.form: fit for fit in fits}
    return tuple(by_form[reading.form] for reading in ranked)


def _look_up(found: Classification, release: Any, on: Any) -> Classification:
    """Return `found` with what a release says of its Level II codes and modifiers."""
    readings = []
    for reading in found.readings:
        if reading.form.form in ("level-2", "level-2-modifier"):
            listing = release.lookup(reading.code, on=on)
            mark = Reason(listing.text, "release")
            marks = (*reading.marks, mark)
            reading = reading._replace(release_status=listing.status, marks=marks)
        readings.append(reading)
    return found._replace(readings=tuple(readings))
