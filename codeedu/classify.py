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
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import product
from typing import Any

from codeedu import forms, normalize, tables
from codeedu.normalize import Note
from codeedu.reading import STRENGTHS, Classification, Reading
from codeedu.reasons import Reason

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
        found = _classify_text(value, context)
    else:
        found = _classify(value, context)
    return found if release is None else _look_up(found, release, on)


@lru_cache(maxsize=65_536)
def _classify_text(text: str, context: str) -> Classification:
    _ranks(context)  # an unknown context is the caller's error, whatever the value
    if len(text) == 5 and text.isascii() and (text.isupper() or text.isdigit()) and text.isalnum():
        ranked = _ranked(
            _whole(text, remote=False), context
        )  # the common case needs no normalizing
        if ranked:
            return Classification(text, ranked)
    return _classify(text, context)


def _classify(value: object, context: str) -> Classification:
    _ranks(context)
    entry = normalize.read(value)
    if not entry.text:
        return Classification(value, notes=entry.notes)
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


def _whole(text: str, remote: bool = True) -> list[Reading]:
    """Return a reading for every form that the whole text fits, zeros restored.

    Without `remote`, readings that a better one will silence are not made at all.
    """
    found: list[Reading] = []
    for form in forms.of_shape(forms.shape(text)):
        strength, section = form.place(text)
        if strength == "remote" and not remote and found and found[0].strength != "remote":
            continue
        if strength:
            code = forms.dotted(text) if form.code_set == "ICD-10-CM" else text
            found.append(Reading(form, code, strength, section))
    if len(text) < 5 and text.isdigit() and text[0] != "0":  # zeros go all or none
        found += _padded(text)
    return found


def _padded(text: str) -> Iterator[Reading]:
    """Yield the readings of digits that have lost their leading zeros."""
    for form in forms.padded():
        whole = text.zfill(int(form.width))
        section = form.range_of(whole)
        if whole != text and section:
            says = f"{text} has lost its leading zeros, as codes do in a spreadsheet"
            mark = Reason(f"{says}; with them it is {whole}", _PAD + form.form)
            yield Reading(form, whole, form.padded, section, (mark,))


_SEPARATORS = re.compile(r"[-,:/ ]+")


def _split(text: str) -> tuple[tuple[str, ...], list[Reading], tuple[Note, ...]]:
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
    modifiers = tuple(tail[i : i + 2] for tail in tails for i in range(0, len(tail), 2))
    if not all(_is_modifier(modifier, strictly=glued) for modifier in modifiers):
        return (), [], ()
    mark = Reason(f"{_and(modifiers)} behind it {_form_of(modifiers)}", "forms:level-2-modifier")
    readings = [r._replace(marks=(*r.marks, mark)) for r in _whole(head) if r.form.takes_modifiers]
    after, notes = "-".join((head, *modifiers)), []
    if glued:
        sentence = f"{_and(modifiers)} stood without a hyphen; read as {after}."
        notes.append(Note("modifier", text, after, sentence))
    if len(modifiers) > 4:
        sentence = f"A claim line has room for four modifiers; here are {len(modifiers)}."
        notes.append(Note("modifier", text, after, sentence))
    return modifiers, readings, tuple(notes)


def _is_modifier(text: str, *, strictly: bool) -> bool:
    """Say whether `text` has the form of a modifier; strictly: and lies in a range or list."""
    return any(
        r.form.code_set.endswith("modifier") and (r.strength == "likely" or not strictly)
        for r in _whole(text)
    )


def _and(words: tuple[str, ...]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _form_of(modifiers: tuple[str, ...]) -> str:
    return "has the form of a modifier" if len(modifiers) == 1 else "have the form of modifiers"


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
