"""Many entries at once, in NumPy: find those that no row of the tables tells apart.

The kernel holds no rule. It reads entries of five letters and digits, alone or with one
modifier behind them (`J1885`, `J1885-JW`, `J1885JW`), out of the bytes of a column, and gives
each a *key* made from the tables: the shape of the code, the ranges and lists that it lies in,
and the same for the modifier. Entries with one key share one answer, so the classifier is asked
about one entry of each key and its answer is spread. Every other entry gets no key, and the
classifier reads it by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise, product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codeedu import forms

Array = NDArray[Any]

ALNUM = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ROWS = 65_536  # entries read at a time: their bytes stay in the processor's cache

# Every five-character entry with at least four digits has a number: 99213 is 99213, A0001 is
# LETTER_FIRST + 1, and 0010A is LETTER_LAST + 100 (the last digit counts the letter). Places
# that do not make such an entry add up to NUMBERS or more.
LETTER_FIRST, LETTER_LAST, NUMBERS = 300_000, 560_000, 860_000
_BAD = 1 << 24


@dataclass(frozen=True, slots=True)
class Keys:
    """What the kernel read, entry by entry, as three arrays of one length.

    `number` is that of the code, `modifier` a place in `modifiers()` or -1, and `key` is -1 for
    an entry that the kernel cannot read.
    """

    number: Array
    modifier: Array
    key: Array


def read(values: Any, missing: NDArray[np.bool_]) -> Keys:
    """Return the keys of `values`, an array of text; `missing` marks those that are not text."""
    size = len(values)
    number, modifier = np.zeros(size, np.int32), np.full(size, -1, np.int16)
    key, at = np.full(size, -1, np.int32), 0
    for data, starts, lengths in _runs(values, missing):
        part = slice(at, at + len(starts))
        number[part], modifier[part], key[part] = _read_run(data, starts, lengths)
        at = part.stop
    return Keys(number, modifier, key)


def _read_run(data: Array, starts: Array, lengths: Array) -> tuple[Array, Array, Array]:
    """Return number, modifier and key of the entries that begin at `starts` of `data`."""
    words = np.ndarray(len(data) - 7, "<u8", data, strides=(1,))[starts]  # 8 bytes of each entry
    pairs = words.view("<u2").reshape(-1, 4)
    front, middle, last = _places()
    number = front.take(pairs[:, 0])
    number += middle.take(pairs[:, 1])
    number += last.take(pairs[:, 2] & 255)
    alone = lengths == 5
    readable = number < NUMBERS
    if alone.all():
        modifier, signature = np.full(len(words), -1, np.int16), np.zeros(1, np.int32)
    else:
        keys = _modifier_keys()
        hyphen = (lengths == 8) & (pairs[:, 2] >> 8 == ord("-"))
        glued = (words >> np.uint64(40)).astype(np.uint16)
        modifier = keys.place.take(np.where(hyphen, pairs[:, 3], glued))
        modifier[~(hyphen | (lengths == 7))] = -1
        signature = np.where(hyphen, keys.hyphen.take(modifier), keys.glued.take(modifier))
        signature[alone] = 0
        readable &= alone | (modifier >= 0)
    number[~readable] = 0
    key = cells().take(number).astype(np.int32)
    key *= _modifier_keys().count
    key += signature
    key[~readable] = -1
    return number, modifier, key


def _runs(values: Any, missing: NDArray[np.bool_]) -> Iterator[tuple[Array, Array, Array]]:
    """Yield the bytes of `values`, ROWS at a time, with the starts and lengths of the entries.

    Eight bytes follow the last entry, so that eight can be read from any start.
    """
    if isinstance(values, np.ndarray):
        for at in range(0, len(values), ROWS):
            yield _joined(values[at : at + ROWS], missing[at : at + ROWS])
        return
    for chunk in values.iterchunks():
        wide = chunk.type in ("large_string", "large_utf8")
        _, ends, data = chunk.buffers()
        offsets = np.frombuffer(ends, np.int64 if wide else np.int32)[chunk.offset :]
        text = np.frombuffer(data if data is not None else b"", np.uint8)
        for at in range(0, len(chunk), ROWS):
            part = offsets[at : min(at + ROWS, len(chunk)) + 1].astype(np.int64)
            run = np.concatenate((text[part[0] : part[-1]], np.zeros(8, np.uint8)))
            yield run, part[:-1] - part[0], np.diff(part)


def _joined(values: Array, missing: Array) -> tuple[Array, Array, Array]:
    """Return the bytes of an array of Python strings, with starts and lengths."""
    texts = values.tolist()
    for at in np.flatnonzero(missing):
        texts[at] = ""
    joined = "\0".join(texts)
    if joined.count("\0") >= len(texts):  # one holds the separator: another unreadable sign, then
        joined = "\0".join([text.replace("\0", "\1") for text in texts])
    data = np.frombuffer(joined.encode("utf-8", "surrogatepass") + bytes(9), np.uint8)
    ends = np.flatnonzero(data[:-8] == 0)
    starts = np.concatenate((np.zeros(1, np.int64), ends[:-1] + 1))
    return data, starts, ends - starts


@cache
def _places() -> tuple[Array, Array, Array]:
    """Return what the first two, the next two and the fifth character add to a number."""

    def place(worth: int, letters: dict[str, int]) -> Array:
        adds = np.full(256, _BAD, np.int32)
        for char in ALNUM[:10]:
            adds[ord(char)] = worth * int(char)
        for char, letter in letters.items():
            adds[ord(char)] = letter
        return adds

    named = list(enumerate(ALNUM[10:]))
    first = place(10_000, {char: LETTER_FIRST + i * 10_000 for i, char in named})
    last = place(1, {char: LETTER_LAST + i // 10 * 100_000 + i % 10 for i, char in named})
    front = (
        place(1_000, {})[:, None] + first
    ).ravel()  # little-endian: the second is the high byte
    return front, (place(10, {})[:, None] + place(100, {})).ravel(), last


@cache
def cells() -> Array:
    """Return the cell of every number; codes of one cell have one shape, ranges and lists."""
    table = np.zeros(NUMBERS, np.uint16)
    top = _cut(table[:100_000], "", "", 5, 1)
    for i, letter in enumerate(ALNUM[10:]):
        start = LETTER_FIRST + i * 10_000
        top = _cut(table[start : start + 10_000], letter, "", 4, top)
        start = LETTER_LAST + i // 10 * 100_000
        top = _cut(table[start + i % 10 : start + 100_000 : 10], "", letter, 4, top)
    return table


def _cut(table: Array, before: str, after: str, digits: int, top: int) -> int:
    """Give the cells of one shape numbers in `table`, from `top` on; return the next free one."""
    shape = forms.shape(before + "0" * digits + after)
    cut = slice(len(before), len(before) + digits)
    fitting = forms.of_shape(shape)
    edges = {0, len(table)}
    for section in (section for form in fitting for section in form.ranges):
        if forms.shape(section.first) == shape:
            edges |= {int(section.first[cut]), int(section.last[cut]) + 1}
    lists = [listed for form in fitting if (listed := _by_shape(form).get(shape))]
    for start, stop in pairwise(sorted(edges)):
        table[start:stop] = top
        top += 2 ** len(lists)
    for bit, listed in enumerate(lists):
        table[[int(code[cut]) for code in listed]] += 2**bit
    return top


@cache
def _by_shape(form: forms.Form) -> dict[str, list[str]]:
    """Return the codes that a table lists for `form`, by their shape."""
    found: dict[str, list[str]] = {}
    for code in form.listed:
        found.setdefault(forms.shape(code), []).append(code)
    return found


@dataclass(frozen=True, slots=True)
class _ModifierKeys:
    """What modifiers add to a key: `place` by two bytes; `hyphen`, `glued` by place; how many.

    Behind a hyphen only the forms and ranges of the modifier itself count. Without one the
    whole may be a code of seven characters too, so its shape counts as well.
    """

    place: Array
    hyphen: Array
    glued: Array
    count: int


@cache
def _modifier_keys() -> _ModifierKeys:
    place = np.full(65_536, -1, np.int16)
    numbers: dict[object, int] = {None: 0}
    hyphen, glued = [], []
    for at, text in enumerate(modifiers()):
        place[ord(text[0]) + 256 * ord(text[1])] = at
        shape = forms.shape(text)
        known = tuple((form.form, *form.place(text)) for form in forms.of_shape(shape))
        hyphen.append(numbers.setdefault(known, len(numbers)))
        glued.append(numbers.setdefault((shape, known), len(numbers)))
    return _ModifierKeys(place, np.array(hyphen, np.int32), np.array(glued, np.int32), len(numbers))


@cache
def modifiers() -> tuple[str, ...]:
    """Return every pair of letters and digits, in order.

    >>> len(modifiers())
    1296
    """
    return tuple(map("".join, product(ALNUM, repeat=2)))


def codes(numbers: Array, dotted: NDArray[np.bool_] | None = None) -> Array:
    """Return the codes of `numbers` as an array of bytes, those `dotted` with ICD-10-CM's dot.

    >>> codes(np.array([99213, LETTER_FIRST + 91885]), np.array([False, True])).tolist()
    [b'99213', b'J18.85']
    """
    letter_first, letter_last = numbers >= LETTER_FIRST, numbers >= LETTER_LAST
    block = np.where(letter_last, numbers - LETTER_LAST, numbers - LETTER_FIRST * letter_first)
    signs = np.frombuffer(ALNUM.encode(), np.uint8)
    places = np.empty((len(numbers), 5), np.uint8)
    body = np.where(letter_last, block % 100_000, block)
    for at, worth in enumerate((10_000, 1_000, 100, 10, 1)):
        places[:, at] = body // worth % 10 if at else body // worth
    places[:, 0] += (10 * (letter_first & ~letter_last)).astype(np.uint8)
    places[:, 4] += (10 * letter_last * (1 + block // 100_000)).astype(np.uint8)
    text = signs.take(places)
    if dotted is None:
        return np.ascontiguousarray(text).view("S5").ravel()
    wide = np.zeros((len(numbers), 6), np.uint8)
    wide[:, :3], wide[:, 3:5] = text[:, :3], text[:, 3:]
    wide[dotted, 3], wide[dotted, 4:] = ord("."), text[dotted, 3:]
    return wide.view("S6").ravel()
