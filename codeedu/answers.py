"""The answers to many entries, side by side: what `columns.py` shows as a DataFrame.

An answer is cut into what many entries share (code set, section ...: a `Fact`) and its own
texts (code, modifiers, notes). Each fact and text is kept once and pointed to by number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from codeedu import kernel
from codeedu.classify import classify
from codeedu.forms import dotted
from codeedu.impression import Fact, fact_of, note_of
from codeedu.kernel import NUMBERS, Keys
from codeedu.reading import Classification
from codeedu.words import ROWS

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
    odd = np.flatnonzero((learned.fact < 0).take(keys.key) & ~missing)
    asked = [met.ask(text) for text in _texts(values, odd)]
    fact, code, modifiers, note = learned.spread(keys)
    _quote(learned, keys, code, note, met)
    if asked:
        fact[odd], code[odd], modifiers[odd], note[odd] = np.array(asked).T
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
        self.modifiers = {text: i for i, text in enumerate(kernel.modifiers())}
        self.notes: dict[str, int] = {}

    def ask(self, entry: object) -> tuple[int, int, int, int]:
        """Classify `entry`; return the numbers of its fact, code, modifiers and note."""
        found = classify(entry, self.context)
        code = -1 if found.code is None else self.code(found.code)
        joined = "-".join(found.modifiers)
        modifiers = self.modifiers.setdefault(joined, len(self.modifiers))
        return self.fact(fact_of(found)), code, modifiers, self.note(note_of(found))

    def code(self, text: str) -> int:
        """Return the number of a code that the kernel has no number for."""
        return 2 * NUMBERS + self.codes.setdefault(text, len(self.codes))

    def note(self, text: str) -> int:
        """Return the number of a note."""
        return self.notes.setdefault(text, len(self.notes))

    def fact(self, fact: Fact) -> int:
        """Return the number of a fact."""
        return self.facts.setdefault(fact, len(self.facts))

    def answers(self, fact: Array, code: Array, modifiers: Array, note: Array) -> Answers:
        """Return the answers that these numbers point to, with only the texts in use, sorted."""
        return Answers(
            list(self.facts),
            fact,
            _used(code, self._codes),
            _used(modifiers, self._modifiers),
            Texts(note, list(self.notes)),
        )

    def _codes(self, numbers: Array) -> Array:
        own = numbers >= 2 * NUMBERS
        read = numbers[~own]
        texts = np.array(list(self.codes), "S").take(numbers[own] - 2 * NUMBERS)
        return np.concatenate((kernel.codes(read % NUMBERS, read >= NUMBERS), texts))

    def _modifiers(self, numbers: Array) -> Array:
        return np.array(list(self.modifiers), "S").take(numbers)


def _used(number: Array, texts_of: Callable[[Array], Array]) -> Texts:
    """Return the texts in use, sorted and numbered anew."""
    used = np.zeros(int(number.max(initial=0)) + 2, bool)
    for part in parts(number):
        used[part.astype(np.intp)] = True  # -1, for none, is the last
    kept = np.flatnonzero(used[:-1])
    texts, order = _sorted(texts_of(kept))
    anew = np.full(len(used), -1, np.min_scalar_type(-max(len(texts), 1)))
    anew[kept] = order
    return Texts(gather(anew, number), texts.astype("U").tolist())


def _sorted(texts: Array) -> tuple[Array, Array]:
    """Return the different ones among texts as bytes, sorted, and the place of each there."""
    if texts.dtype.itemsize > 8:
        return np.unique(texts, return_inverse=True)
    numbers, places = np.unique(texts.astype("S8").view(">u8").astype(int), return_inverse=True)
    return numbers.astype(">u8").view("S8"), places


def parts(numbers: Array) -> Iterator[Array]:
    """Yield an array in parts so small that what is done with each stays in the cache."""
    return (numbers[at : at + ROWS] for at in range(0, len(numbers), ROWS))


def gather(table: Array, numbers: Array) -> Array:
    """Return `table[numbers]`; -1 stands for the last, as ever."""
    found = np.empty(len(numbers), table.dtype)
    for to, part in zip(parts(found), parts(numbers), strict=True):
        table.take(part.astype(np.intp, copy=False), mode="wrap", out=to)
    return found


def _texts(values: Any, rows: Array) -> list[str]:
    """Return some entries of an array of text."""
    some = values[rows] if isinstance(values, np.ndarray) else values.take(rows).to_pylist()
    return list(some)


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

    def spread(self, keys: Keys) -> tuple[Array, Array, Array, Array]:
        """Return fact, code, modifiers and note of each entry."""
        code, modifiers = keys.number, keys.modifier
        if self.code.any():
            code = np.maximum(gather(self.code, keys.key) + code, -1)
        if not self.modified.all():
            modifiers = gather(self.modified, keys.key) * modifiers
        return gather(self.fact, keys.key), code, modifiers, gather(self.note, keys.key)


def _learn(keys: Keys, values: Any, met: _Met) -> _Learned:
    """Ask the classifier about one entry of each key."""
    size = len(keys.row)
    fact, note = np.full((2, size), -1, np.int32)
    learned = _Learned(fact, np.zeros(size, np.int32), np.ones(size, np.int16), note, {})
    asked = np.flatnonzero(keys.row[:-1] >= 0)
    rows = keys.row[asked]
    heads = kernel.codes(keys.number[rows]).astype("U").tolist()
    tails = [kernel.modifiers()[at] for at in keys.modifier[rows].tolist()]
    each = zip(asked.tolist(), _texts(values, rows), heads, tails, strict=True)
    known = _known(met.context)
    for key, entry, head, tail in each:
        if key not in known:
            known[key] = _told(classify(entry, met.context), entry, head, tail)
        if (told := known[key]) is not None:
            learned.fact[key] = met.fact(told.fact)
            learned.code[key] = told.code
            learned.modified[key] = told.modified
            if told.quotes:
                learned.quoting[key] = (told.note, told.written)
            else:
                learned.note[key] = met.note(told.note)
    return learned


class _Told(NamedTuple):
    """What the classifier says of a key; for the names see `_Learned`."""

    fact: Fact
    code: int
    modified: bool
    note: str
    quotes: bool
    written: Callable[[str], str] | None


@cache
def _known(context: str) -> dict[int, _Told | None]:
    """Return what was said of keys so far: one more table, filled as its keys are met."""
    return {}


def _told(found: Classification, entry: str, head: str, tail: str) -> _Told | None:
    """Return what is said of the key of an entry, or None if each entry needs its own answer."""
    if not found.readings and "-" in entry:
        return None  # the note spells out the modifier, which the key does not know so well
    code, written = -1 - NUMBERS, None  # none
    if found.code == head:
        code = 0
    elif found.code == dotted(head):
        code = NUMBERS
    elif found.code:
        written = str if found.code == head + tail else dotted
    says = note_of(found)
    quotes = bool(written or (tail and (head in says or tail in says)))
    if quotes and tail:
        says = says.replace(head, "{0}").replace(tail, "{1}")
    return _Told(fact_of(found), code, bool(found.modifiers), says, quotes, written)


def _quote(learned: _Learned, keys: Keys, code: Array, note: Array, met: _Met) -> None:
    """Write the codes and notes that quote their entry, once for each that differs."""
    if not learned.quoting:
        return
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
