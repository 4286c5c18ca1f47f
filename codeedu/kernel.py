"""Many entries at once, in NumPy: find those that no row of the tables tells apart.

The kernel holds no rule. It reads entries of five letters and digits, alone or with one
modifier behind them (`J1885`, `J1885-JW`, `J1885JW`), out of the bytes of a column, and gives
each a *key* made from the tables: the shape of the code, the ranges and lists that it lies in,
and the same for the modifier. Entries with one key share one answer, so the classifier is asked
about one entry of each key and its answer is spread. Every other entry gets no key, and the
classifier reads it by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise, product
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from codeedu import forms
from codeedu.words import words

Array = NDArray[Any]

ALNUM = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

# Every five-character entry with at least four digits has a number: 99213 is 99213, A0001 is
# LETTER_FIRST + 1, and 0010A is LETTER_LAST + 100 (the last digit counts the letter). Places
# that do not make such an entry add up to NUMBERS or more.
LETTER_FIRST, LETTER_LAST, NUMBERS = 300_000, 560_000, 860_000
_BAD = 1 << 24
_PAIRS = 1 << 16  # of bytes


@dataclass(frozen=True, slots=True)
class Keys:
    """What the kernel read, entry by entry, as three arrays of one length.

    `number` is that of the code, `modifier` a place in `modifiers()`. The last key of all stands
    for what the kernel cannot read. `row` has one entry for each key, -1 if there is none.
    """

    number: Array
    modifier: Array
    key: Array
    row: Array


def read(values: Any, missing: NDArray[np.bool_]) -> Keys:
    """Return the keys of `values`, an array of text; `missing` marks those that are not text."""
    (front, middle, last), tails, size = _places(), _tails(), len(values)
    first_keys = cells() * np.int32(tails.signatures)
    unreadable = int(first_keys[-1])
    number, modifier = np.empty(size, np.int32), np.empty(size, np.int16)
    key, row = np.empty(size, np.intp), np.full(unreadable + 1, -1, np.intp)
    for rows, word in words(values, missing):
        pairs = word.view("<u2").reshape(-1, 4)
        code = front.take(pairs[:, 0])
        code += middle.take(pairs[:, 1])
        code += last.take(pairs[:, 2] & 255)
        number[rows] = code
        tail = word.view("<i8") >> 40  # the last three bytes
        tail += 2 * _PAIRS
        hyphen = pairs[:, 2] >> 8 == ord("-")
        np.copyto(tail, pairs[:, 3], where=hyphen)
        tails.modifier.take(tail, mode="clip", out=modifier[rows])
        found = first_keys.take(code, mode="clip")
        found += tails.key.take(tail, mode="clip")
        np.minimum(found, unreadable, out=key[rows])
        row[key[rows]] = np.arange(rows.start, rows.stop)
    return Keys(number, modifier, key, row)


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
    """Return the cell of every number; codes of one cell have one shape, ranges and lists.

    Behind them all stands the cell of what is no code, the highest.
    """
    table = np.zeros(NUMBERS + 1, np.int32)
    top = _cut(table[:100_000], "", "", 5, 0)
    for i, letter in enumerate(ALNUM[10:]):
        start = LETTER_FIRST + i * 10_000
        top = _cut(table[start : start + 10_000], letter, "", 4, top)
        start = LETTER_LAST + i // 10 * 100_000
        top = _cut(table[start + i % 10 : start + 100_000 : 10], "", letter, 4, top)
    table[NUMBERS] = top
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


class _Tails(NamedTuple):
    """What stands behind five characters: tables of the modifier and what it adds to a key.

    Behind a hyphen the two bytes of a modifier are its place in the tables. Without one they
    come _PAIRS later, and nothing at all, which is two bytes of 255, last but one; places that
    do not belong to a modifier have a key that no code can mend. Behind a hyphen only the forms
    and ranges of the modifier itself count. Without one the whole may be a code of seven
    characters too, so its shape counts as well.
    """

    modifier: Array
    key: Array
    signatures: int


@cache
def _tails() -> _Tails:
    modifier, key = np.zeros(2 * _PAIRS + 1, np.int16), np.full(2 * _PAIRS + 1, _BAD, np.int32)
    key[-2] = 0
    numbers: dict[object, int] = {None: 0}
    for at, text in enumerate(modifiers()[1:], 1):
        place = ord(text[0]) + 256 * ord(text[1])
        modifier[[place, place + _PAIRS]] = at
        shape = forms.shape(text)
        known = tuple((form.form, *form.place(text)) for form in forms.of_shape(shape))
        key[place] = numbers.setdefault(known, len(numbers))
        key[place + _PAIRS] = numbers.setdefault((shape, known), len(numbers))
    return _Tails(modifier, key, len(numbers))


@cache
def modifiers() -> tuple[str, ...]:
    """Return no modifier, which is "", and every pair of letters and digits, in order.

    >>> len(modifiers())
    1297
    """
    return ("", *map("".join, product(ALNUM, repeat=2)))


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
