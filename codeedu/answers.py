"""The answers to many entries, side by side: what `columns.py` shows as a DataFrame.

Many entries are alike, so what is said of them is kept once, as a `Telling`: code set, section,
note ... Of each entry only its telling is kept, and the numbers of its own texts. In the end all
becomes one record for each entry, of numbers of the texts in use.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from threading import Lock
from types import NoneType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from codeedu import kernel
from codeedu.classify import classify
from codeedu.cores import share
from codeedu.impression import Fact, fact_of, note_of
from codeedu.kernel import NO_MODIFIER, NO_NUMBER, NUMBERS, Codes
from codeedu.words import ROWS, pieces, words

Array = NDArray[Any]

SHARED = ("code_set", "level", "category", "section", "status")  # what facts have texts for
UNKNOWN, APART = -1, 0  # tellings: not yet asked for; of entries to be read one by one


class Answers(NamedTuple):
    """One answer for each entry.

    `rows` has a record for each entry: by every name in `texts` the number of its text there, or
    -1 for none, and `ambiguous`. `telling` says which of `facts` the entry has, and `met` how
    many entries have each.
    """

    rows: Array
    texts: dict[str, list[str]]
    telling: Array
    facts: list[Fact]
    met: Array


class Telling(NamedTuple):
    """What the classifier says of entries that are alike.

    `add` is what to add to a code's number, `whole` is whether code and modifier together are
    one code, and `kept` whether the modifier is one.
    """

    fact: Fact
    note: str = ""
    add: int = 0
    whole: bool = False
    kept: bool = True


def one_by_one(entries: Sequence[object], context: str) -> Answers:
    """Return the answers to `entries`, any objects: the classifier reads each of them."""
    found = _Found(len(entries))
    found.read_alone(range(len(entries)), entries, context)
    return found.answers()


def of_text(values: Any, missing: NDArray[np.bool_], context: str) -> Answers:
    """Return the answers to an array of text: the kernel finds which of them are alike.

    `values` is a NumPy array of Python strings or an Arrow one; `missing` marks what is neither.
    """
    found = _Found(len(values))
    found.read(values, missing, _learned(context))
    alone = np.flatnonzero(found.telling == APART) if found.met[APART] else np.empty(0, int)
    texts = np.array(_texts(values, alone), object)
    texts[missing[alone]] = None
    found.read_alone(alone.tolist(), texts, context)
    return found.answers()


class _Learned:
    """The telling of each key of the kernel: one more table, filled as keys are met."""

    def __init__(self, context: str) -> None:
        self.context = context
        of = np.full(kernel.keys(), UNKNOWN)
        of[-1] = of[:, 0] = APART
        self.of = of.ravel()
        self.tellings = [Telling(Fact())]
        self._numbers: dict[Telling | None, int] = {None: APART}
        self._lock = Lock()
        self._tabulate()

    def ask(self, keys: Array, piece: Any) -> Array:
        """Return the tellings of keys; for an unknown one the classifier reads an entry.

        Take `tables` afterwards: they then have these tellings.
        """
        found = self.of.take(keys)
        if found.min() == UNKNOWN:
            new = np.flatnonzero(found == UNKNOWN)
            each, at = np.unique(keys[new], return_index=True)
            with self._lock:
                asked = [_telling(entry, self.context) for entry in _texts(piece, new[at])]
                numbers = [self._number(telling) for telling in asked]
                self._tabulate()  # first: other threads look there for what stands in `of`
                self.of[each] = numbers
            found = self.of.take(keys)
        return found

    def _number(self, telling: Telling | None) -> int:
        if telling is not None and telling not in self._numbers:
            self._numbers[telling] = len(self.tellings)
            self.tellings.append(telling)
        return self._numbers[telling]

    def _tabulate(self) -> None:
        self.tables = _Tables(
            np.array([told.add for told in self.tellings]),
            np.array([told.whole for told in self.tellings]),
            np.array([told.kept for told in self.tellings]),
        )


_learned = cache(_Learned)


class _Tables(NamedTuple):
    """The fields of all tellings, side by side; one object, so that threads see them together."""

    add: Array
    whole: Array
    kept: Array

    def mend(self, telling: Array, read: kernel.Block, codes: Codes) -> tuple[Array, Array]:
        """Mend what the kernel read, as the tellings say.

        Return which entries are a code written with a modifier, and these codes.
        """
        code, modifier, _ = read
        at = np.flatnonzero(self.other().take(telling))
        telling = telling[at]
        number = codes.number[code[at]] + self.add[telling]
        whole = np.flatnonzero(self.whole[telling])
        texts = kernel.codes(number[whole], modifier[at[whole]])
        number[whole] = NO_NUMBER
        code[at] = codes.places(number)
        modifier[at[~self.kept[telling]]] = NO_MODIFIER
        return at[whole], texts

    def other(self) -> Array:
        """Return which tellings are not of a code and modifier as they were read."""
        other: Array = (self.add != 0) | self.whole | ~self.kept
        return other


def _telling(entry: str, context: str) -> Telling | None:
    """Return what is said of the key of an entry, or None if each entry needs its own answer."""
    found = classify(entry, context)
    if not found.readings and "-" in entry:
        return None  # the note spells out the modifier, which the key does not know so well
    add, whole = NO_NUMBER, False
    if found.code:
        add = NUMBERS if "." in found.code else 0
        whole = len(found.code.replace(".", "")) > 5
    return Telling(fact_of(found), note_of(found), add, whole, bool(found.modifiers))


class _Found:
    """What was found of each entry: its telling, and the places of its code and modifiers.

    Texts that the kernel has not read have places below zero.
    """

    def __init__(self, size: int) -> None:
        self.telling, self.code, self.modifier = np.empty((3, size), np.int32)
        self.tellings = [Telling(Fact())]
        self.met = np.zeros(1, int)
        self.codes, self.has_code = Codes(), np.zeros(2 * size + 1, bool)
        self.has_modifier = np.zeros(len(kernel.modifiers()), bool)
        self.other_codes: list[bytes] = []
        self.other_modifiers: list[bytes] = []

    def read(self, values: Any, missing: NDArray[np.bool_], learned: _Learned) -> None:
        """Read an array of text, all but what is to be read alone."""

        def read_piece(rows_and_piece: tuple[slice, Any]) -> tuple[Array, Array, Array]:
            rows, piece = rows_and_piece
            read = kernel.read(words(piece, missing[rows]), self.codes)
            telling, tables = learned.ask(read.key, piece), learned.tables
            met = np.bincount(telling, minlength=len(tables.add))
            if met[APART]:
                alone = telling == APART
                read.code[alone] = read.modifier[alone] = 0
            whole, texts = np.empty(0, int), np.empty(0, "S")
            if met[tables.other()].any():
                whole, texts = tables.mend(telling, read, self.codes)
            self.telling[rows], self.code[rows], self.modifier[rows] = telling, *read[:2]
            self.has_code[read.code] = self.has_modifier[read.modifier] = True
            return met, rows.start + whole, texts

        done = share(read_piece, pieces(values))
        self.tellings = [*learned.tellings]
        self.met = np.zeros(len(self.tellings), int)
        for met, whole, texts in done:
            self.met[: len(met)] += met
            self.code[whole] = -1 - len(self.other_codes) - np.arange(len(whole))
            self.other_codes += texts.tolist()

    def read_alone(self, rows: Iterable[int], entries: Iterable[object], context: str) -> None:
        """Let the classifier read entries one by one; the same text only once."""
        own: dict[Telling, int] = {}
        known: dict[object, tuple[int, int, int]] = {}
        met: Counter[int] = Counter()
        for row, entry in zip(rows, entries, strict=True):
            name = entry if type(entry) in (str, NoneType) else row
            if name not in known:
                found = classify(entry, context)
                telling = Telling(fact_of(found), note_of(found))
                if telling not in own:
                    own[telling] = len(self.tellings)
                    self.tellings.append(telling)
                code = _other(self.other_codes, found.code) if found.code else 0
                modifier = _other(self.other_modifiers, "-".join(found.modifiers))
                known[name] = own[telling], code, modifier
            self.telling[row], self.code[row], self.modifier[row] = known[name]
            met[known[name][0]] += 1
        self.met = np.append(self.met, np.zeros(len(self.tellings) - len(self.met), int))
        self.met[list(met)] = list(met.values())
        self.met[APART] = 0

    def answers(self) -> Answers:
        """Return what was found as answers, with only the texts in use, sorted."""
        texts: dict[str, list[str]] = {}
        read = np.flatnonzero(self.has_code[1:]) + 1
        read = read[np.argsort(self.codes.number[read])]  # nearly sorted texts sort fast
        plain = kernel.codes(self.codes.number[read])
        code, texts["code"] = _sorted(read, plain, self.other_codes)
        read = np.flatnonzero(self.has_modifier[1:]) + 1
        plain = np.array(kernel.modifiers(), "S").take(read)
        modifier, texts["modifiers"] = _sorted(read, plain, self.other_modifiers)
        used = np.flatnonzero(self.met)
        tellings = [self.tellings[at] for at in used]
        said = {name: [getattr(told.fact, name) for told in tellings] for name in SHARED}
        said["note"] = [told.note for told in tellings]
        for name, each in said.items():
            texts[name] = sorted({text for text in each if text is not None})
        table = np.zeros(len(self.tellings), _record(texts))
        for name, each in said.items():
            places: dict[str | None, int] = {text: at for at, text in enumerate(texts[name])}
            places[None] = -1
            table[name][used] = [places[text] for text in each]
        table["ambiguous"][used] = [told.fact.ambiguous for told in tellings]
        rows: Array = np.empty(len(self.telling), table.dtype)

        def write(at: int) -> None:
            part = slice(at, at + ROWS)
            table.take(self.telling[part], out=rows[part], mode="clip")
            rows["code"][part] = code.take(self.code[part])
            rows["modifiers"][part] = modifier.take(self.modifier[part])

        share(write, range(0, len(rows), ROWS))
        return Answers(rows, texts, self.telling, [told.fact for told in self.tellings], self.met)


def _other(others: list[bytes], text: str) -> int:
    """Return the place of a text that the kernel has not read: -1, -2 ..."""
    others.append(text.encode())
    return -len(others)


def _sorted(read: Array, texts: Array, others: list[bytes]) -> tuple[Array, list[str]]:
    """Return a table from the places of texts to those in a sorted list, and that list.

    Texts that the kernel has `read` have the places where they stand there; 0 stands for none.
    Some may have several places.
    """
    places = np.append(read, -1 - np.arange(len(others)))
    texts = np.append(texts, np.array(others, "S"))
    order = np.argsort(texts, kind="stable")
    texts = texts[order]
    new = np.append(True, texts[1:] != texts[:-1])[: len(texts)]
    table = np.full(int(read.max(initial=0)) + 1 + len(others), -1, _kind(texts))
    table[places[order]] = np.cumsum(new) - 1
    return table, texts[new].astype("U").tolist()


def _record(texts: dict[str, list[str]]) -> np.dtype[Any]:
    """Return the type of a record of their numbers, of a size that NumPy copies fast."""
    kinds = {name: _kind(each) for name, each in texts.items()} | {"ambiguous": np.dtype(bool)}
    widest_first = sorted(kinds.items(), key=lambda field: -field[1].itemsize)
    size = sum(kind.itemsize for kind in kinds.values())
    spare = (1 << (size - 1).bit_length()) - size
    return np.dtype([*widest_first, ("", f"V{spare}")] if spare else widest_first)


def _kind(texts: Any) -> np.dtype[Any]:
    """Return the smallest type for the numbers of so many texts."""
    return np.min_scalar_type(-max(len(texts), 1))


def _texts(values: Any, rows: Array) -> list[str]:
    """Return some entries of an array of text."""
    if not len(rows):
        return []
    some = values[rows] if isinstance(values, np.ndarray) else values.take(rows).to_pylist()
    return list(some)
