"""The answers to many entries, side by side: what `columns.py` shows as a DataFrame.

Many entries are alike, so what is said of them is kept once, as a `Telling`: code set, section,
note ... Of each entry only its telling is kept, and the numbers of its own texts. In the end all
becomes one record for each entry, of numbers of the texts in use.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from types import NoneType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from codeedu.claims import kernel
from codeedu.claims.cores import share
from codeedu.claims.hint import Fact, fact_of, note_of
from codeedu.claims.kernel import Codes
from codeedu.claims.tellings import APART, Learned, Telling, learned
from codeedu.claims.words import ROWS, pieces, text_at, words
from codeedu.codes.classify import classify

Array = NDArray[Any]

SHARED = ("code_set", "level", "category", "section", "status")  # what facts have texts for


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
    found.read(values, missing, learned(context))
    alone = np.flatnonzero(found.telling == APART) if found.met[APART] else np.empty(0, int)
    texts = np.array(text_at(values, alone), object)
    texts[missing[alone]] = None
    found.read_alone(alone.tolist(), texts, context)
    return found.answers()


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
        self.other_codes, self.other_modifiers = np.empty((2, 0), "S8")

    def read(self, values: Any, missing: NDArray[np.bool_], told: Learned) -> None:
        """Read an array of text, all but what is to be read alone."""

        def read_piece(rows_and_piece: tuple[slice, Any]) -> tuple[Array, Array, Array]:
            rows, piece = rows_and_piece
            read = kernel.read(words(piece, missing[rows]), self.codes)
            telling, tables = told.ask(read.key, piece), told.tables
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
        self.tellings = [*told.tellings]
        self.met = np.zeros(len(self.tellings), int)
        for met, whole, texts in done:
            self.met[: len(met)] += met
            self.code[whole] = -1 - len(self.other_codes) - np.arange(len(whole))
            self.other_codes = np.append(self.other_codes, texts)

    def read_alone(self, rows: Iterable[int], entries: Iterable[object], context: str) -> None:
        """Let the classifier read entries one by one; the same text only once."""
        own: dict[Telling, int] = {}
        known: dict[object, tuple[int, int, int]] = {}
        met: Counter[int] = Counter()
        codes, modifiers = _Others(self.other_codes), _Others(self.other_modifiers)
        for row, entry in zip(rows, entries, strict=True):
            name = entry if type(entry) in (str, NoneType) else row
            if name not in known:
                found = classify(entry, context)
                telling = Telling(fact_of(found), note_of(found))
                if telling not in own:
                    own[telling] = len(self.tellings)
                    self.tellings.append(telling)
                code = codes.add(found.code) if found.code else 0
                modifier = modifiers.add("-".join(found.modifiers))
                known[name] = own[telling], code, modifier
            self.telling[row], self.code[row], self.modifier[row] = known[name]
            met[known[name][0]] += 1
        self.other_codes, self.other_modifiers = codes.all(), modifiers.all()
        self.met = np.append(self.met, np.zeros(len(self.tellings) - len(self.met), int))
        self.met[list(met)] = list(met.values())
        self.met[APART] = 0

    def answers(self) -> Answers:
        """Return what was found as answers, with only the texts in use, sorted."""
        texts: dict[str, list[str]] = {}
        read = np.flatnonzero(self.has_code[1:]) + 1
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


class _Others:
    """Texts that the kernel has not read, behind those `before`; their places are -1, -2 ..."""

    def __init__(self, before: Array) -> None:
        self.before, self.new = before, list[bytes]()

    def add(self, text: str) -> int:
        """Take in a text; return its place."""
        self.new.append(text.encode())
        return -len(self.before) - len(self.new)

    def all(self) -> Array:
        """Return all the texts."""
        return np.append(self.before, np.array(self.new, "S"))


def _sorted(read: Array, texts: Array, others: Array) -> tuple[Array, list[str]]:
    """Return a table from the places of texts to those in a sorted list, and that list.

    Texts that the kernel has `read` have the places where they stand there; 0 stands for none.
    Some may have several places.
    """
    places = np.append(read, -1 - np.arange(len(others)))
    texts = np.append(texts, others)
    if texts.itemsize <= 8:  # as numbers they are compared at once
        order = np.argsort(texts.astype("S8").view(">u8").astype(np.uint64))
    else:
        order = np.argsort(texts)
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
