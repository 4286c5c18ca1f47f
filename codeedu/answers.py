"""The answers to many entries, side by side: what `columns.py` shows as a DataFrame.

An answer is cut into what many entries share (code set, section ...: a `Fact`) and its own
texts (code, modifiers, notes). Each fact and text is kept once and pointed to by number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from codeedu import kernel
from codeedu.classify import classify
from codeedu.forms import dotted
from codeedu.impression import Fact, fact_of, note_of
from codeedu.kernel import NUMBERS, Keys
from codeedu.reading import Classification

Array = NDArray[Any]


class Texts(NamedTuple):
    """Texts by number: entry i has `texts[number[i]]`, or none where its number is -1."""

    number: Array
    texts: list[str]


class Answers(NamedTuple):
    """One answer for each entry; if asked for, behind them all one for a missing entry."""

    facts: list[Fact]
    fact: Array
    code: Texts
    modifiers: Texts
    note: Texts


def one_by_one(entries: Iterable[object], context: str) -> Answers:
    """Return the answers to `entries`, any objects: the classifier reads each of them."""
    met = _Met(context)
    asked = [met.ask(entry) for entry in entries]
    return met.answers(*np.array(asked, np.int32).reshape(-1, 4).T)


def of_text(values: Any, missing: NDArray[np.bool_], context: str) -> Answers:
    """Return the answers to an array of text: the kernel finds which of them are alike.

    `values` is a NumPy array of Python strings or an Arrow one; `missing` marks what is neither.
    """
    keys, met = kernel.read(values, missing), _Met(context)
    learned = _learn(keys, values, met)
    fact, note = learned.fact.take(keys.key), learned.note.take(keys.key)
    code = learned.code.take(keys.key)
    np.add(code, keys.number, out=code, where=code >= 0)
    modifiers = learned.modified.take(keys.key)
    modifiers *= keys.modifier + np.int16(1)
    _quote(learned, keys, code, note, met)
    for row in np.flatnonzero((fact < 0) & ~missing).tolist():
        fact[row], code[row], modifiers[row], note[row] = met.ask(_entry(values, row))
    if missing.any():
        fact[missing], code[missing], modifiers[missing], note[missing] = met.ask(None)
    return met.answers(fact, code, modifiers, note)


class _Met:
    """Every fact and text met so far, numbered in the order of meeting.

    Codes that the kernel reads have numbers already: its own, NUMBERS more for those with a
    dot. Those that the classifier reads by itself follow. So it is with modifiers.
    """

    def __init__(self, context: str) -> None:
        self.context = context
        self.facts: dict[Fact, int] = {}
        self.codes: dict[str, int] = {}
        self.modifiers = {text: i for i, text in enumerate(("", *kernel.modifiers()))}
        self.notes: dict[str, int] = {}

    def ask(self, entry: object) -> tuple[int, int, int, int]:
        """Classify `entry`; return the numbers of its fact, code, modifiers and note."""
        found = classify(entry, self.context)
        code = -1 if found.code is None else self.code(found.code)
        joined = "-".join(found.modifiers)
        modifiers = self.modifiers.setdefault(joined, len(self.modifiers))
        return self.fact(found), code, modifiers, self.note(note_of(found))

    def code(self, text: str) -> int:
        """Return the number of a code that the kernel has no number for."""
        return 2 * NUMBERS + self.codes.setdefault(text, len(self.codes))

    def note(self, text: str) -> int:
        """Return the number of a note."""
        return self.notes.setdefault(text, len(self.notes))

    def fact(self, found: Classification) -> int:
        """Return the number of what `found` says besides its texts."""
        return self.facts.setdefault(fact_of(found), len(self.facts))

    def answers(self, fact: Array, code: Array, modifiers: Array, note: Array) -> Answers:
        """Return the answers that these numbers point to, with only the texts in use, sorted."""
        return Answers(
            list(self.facts),
            fact,
            _used(code, 2 * NUMBERS + len(self.codes), self._codes),
            _used(modifiers, len(self.modifiers), self._modifiers),
            Texts(note, list(self.notes)),
        )

    def _codes(self, numbers: Array) -> Array:
        own = numbers >= 2 * NUMBERS
        read = numbers[~own]
        texts = np.array(list(self.codes), "S").take(numbers[own] - 2 * NUMBERS)
        return np.concatenate((kernel.codes(read % NUMBERS, read >= NUMBERS), texts))

    def _modifiers(self, numbers: Array) -> Array:
        return np.array(list(self.modifiers), "S").take(numbers)


def _used(number: Array, count: int, texts_of: Callable[[Array], Array]) -> Texts:
    """Return the texts in use, sorted and numbered anew; all old numbers are below `count`."""
    used = np.zeros(count + 1, bool)
    used[number] = True  # -1, for none, is the last
    kept = np.flatnonzero(used[:-1])
    texts, order = np.unique(texts_of(kept), return_inverse=True)
    anew = np.full(count + 1, -1, np.int32)
    anew[kept] = order
    return Texts(anew.take(number), texts.astype("U").tolist())


def _entry(values: Any, row: int) -> str:
    value = values[row]
    return value if isinstance(value, str) else str(value.as_py())  # an Arrow scalar


class _Learned(NamedTuple):
    """What the classifier says of each key: tables by key, whose last entry stands for none.

    `code` is what to add to the kernel's number, or -1; `modified` is 1 where the modifier is
    one. `quoting` has the keys whose answers quote the entry: the note, with places for code
    and modifier, and how the whole is written as one code, if it is one.
    """

    fact: Array
    code: Array
    modified: Array
    note: Array
    quoting: dict[int, tuple[str, Callable[[str], str] | None]]


def _learn(keys: Keys, values: Any, met: _Met) -> _Learned:
    """Ask the classifier about one entry of each key."""
    size = int(keys.key.max(initial=-1)) + 2
    fact, code, note = np.full((3, size), -1, np.int32)
    learned = _Learned(fact, code, np.zeros(size, np.int32), note, {})
    row_of = np.full(size, -1, np.int64)
    row_of[keys.key] = np.arange(len(keys.key))  # one entry of each key
    for key in np.flatnonzero(row_of[:-1] >= 0).tolist():
        row = row_of[key]
        entry = _entry(values, row)
        found = classify(entry, met.context)
        if not found.readings and "-" in entry:
            continue  # its note spells out the modifier, which the key does not know so well
        head = kernel.codes(keys.number[row : row + 1])[0].decode()
        tail = kernel.modifiers()[keys.modifier[row]] if keys.modifier[row] >= 0 else ""
        learned.fact[key] = met.fact(found)
        learned.modified[key] = bool(found.modifiers)
        written = None
        if found.code in (head, dotted(head)):
            learned.code[key] = 0 if found.code == head else NUMBERS
        elif found.code:
            written = str if found.code == head + tail else dotted
        says = note_of(found)
        if written or (tail and (head in says or tail in says)):
            says = says.replace(head, "{0}").replace(tail, "{1}") if tail else says
            learned.quoting[key] = (says, written)
        else:
            learned.note[key] = met.note(says)
    return learned


def _quote(learned: _Learned, keys: Keys, code: Array, note: Array, met: _Met) -> None:
    """Write the codes and notes that quote their entry, once for each that differs."""
    which = np.full(len(learned.fact), -1, np.int64)
    which[list(learned.quoting)] = np.arange(len(learned.quoting))
    which = which.take(keys.key)
    rows = np.flatnonzero(which >= 0)
    mixed = (which[rows] * NUMBERS + keys.number[rows]) * 2048 + keys.modifier[rows]
    quoted, inverse = np.unique(mixed, return_inverse=True)
    heads = kernel.codes(quoted // 2048 % NUMBERS).astype("U").tolist()
    ways = list(learned.quoting.values())
    own, said = np.full((2, len(quoted)), -1, np.int32)
    each = zip(heads, (quoted // 2048 // NUMBERS).tolist(), (quoted % 2048).tolist(), strict=True)
    for at, (head, way, place) in enumerate(each):
        (says, written), tail = ways[way], kernel.modifiers()[place]
        said[at] = met.note(says.format(head, tail))
        if written:
            own[at] = met.code(written(head + tail))
    note[rows] = said[inverse]
    code[rows] = np.where(own[inverse] < 0, code[rows], own[inverse])
