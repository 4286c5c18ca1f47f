"""Many entries at once, in NumPy: find those that no row of the tables tells apart.

The kernel holds no rule. It reads entries of five letters and digits, alone or with one
modifier behind them (`J1885`, `J1885-JW`, `J1885JW`), out of the bytes of a column, and gives
each a *key* made from the tables: the shape of the code, the ranges and lists that it lies in,
and the same for the modifier. Entries with one key share one answer, so the classifier is asked
about one entry of each key and its answer is spread. Every other entry has the key
`unreadable()`, and the classifier reads it by itself.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise, product
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from codeedu.codes import formats as forms

Array = NDArray[Any]

ALNUM = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

# The number of a code is its place among all texts of a sign, three digits and a sign, in
# alphabetic order: 00000 is 0 and Z999Z the last; NUMBERS more with ICD-10-CM's dot. Places of
# characters that do not make such a text add up to NO_NUMBER or more.
NUMBERS = 36 * 1_000 * 36
NO_NUMBER = 2 * NUMBERS
_BAD = 1 << 24


NO_MODIFIER = 1  # the place of the modifier of a code without one
MODIFIER_BITS = 11


class Block(NamedTuple):
    """What the kernel read of a piece of text, as arrays of one length.

    `code` is a place in `Codes`, `modifier` one in `modifiers()`. `key` is a number below the
    product of `keys()`.
    """

    code: Array
    modifier: Array
    key: Array


def keys() -> tuple[int, int]:
    """Return how many cells of codes and signatures of modifiers make up the keys.

    In the last cell is what is no code; the first signature is that of no modifier. The kernel
    cannot read either.
    """
    return int(cells()[-1]) + 1, _tails()[1]


def read(word: Array, codes: Codes) -> Block:
    """Return what can be read of text, given as `words`."""
    (front, middle, last), (tails, _) = _places(), _tails()
    number = front.take((word & 0xFFFF).view("<i8"))
    number += middle.take((word >> 16 & 0xFFFF).view("<i8"))
    number += last.take((word >> 32 & 0xFF).view("<i8"))
    code = codes.places(number)
    modifier = tails.take((word >> 40).view("<i8"))
    key = codes.key.take(code)
    key += modifier >> MODIFIER_BITS
    modifier &= (1 << MODIFIER_BITS) - 1
    return Block(code, modifier, key)


class Codes:
    """The codes met in a column, in the order of meeting; the first is none.

    `number` has their numbers, and `key` what they add to a key. Several threads may read at a
    time.
    """

    def __init__(self) -> None:
        self.number = np.array([NO_NUMBER], np.int32)
        self.key = _key(np.array([-1]))
        self._place = np.zeros(NO_NUMBER + 1, np.int32)
        self._lock = Lock()

    def places(self, numbers: Array) -> Array:
        """Return the places of numbers; new ones are taken in."""
        found = self._place.take(numbers, mode="clip")
        if not found.all():
            with self._lock:
                new = numbers[(found == 0) & (numbers < NO_NUMBER)]
                places = np.arange(len(self.number), len(self.number) + len(new))
                self.number = np.append(self.number, new.astype(np.int32))
                self.key = np.append(self.key, _key(new % NUMBERS))
                self._place[new] = places  # of one that is met twice, the last
            found = self._place.take(numbers, mode="clip")
        return found


def _key(numbers: Array) -> Array:
    return cells().take(numbers) * np.intp(keys()[1])


@cache
def _places() -> tuple[Array, Array, Array]:
    """Return what the first two, the next two and the fifth character add to a number."""

    def place(worth: int, signs: str) -> Array:
        adds = np.full(256, _BAD, np.intp)
        for at, char in enumerate(signs):
            adds[ord(char)] = worth * at
        return adds

    digits = ALNUM[:10]
    front = place(3_600, digits)[:, None] + place(36_000, ALNUM)  # little-endian: the second
    middle = place(36, digits)[:, None] + place(360, digits)  # character is the high byte
    return front.ravel(), middle.ravel(), place(1, ALNUM)


@cache
def cells() -> Array:
    """Return the cell of every number; codes of one cell have one shape, ranges and lists.

    Behind them all stands the cell of what is no code, the highest; texts with two letters are
    in it too.
    """
    table, top = np.full((36, 1_000, 36), -1), 0
    digits = slice(0, 10)
    top = _cut(table[digits, :, digits], "", "", top)
    for at, letter in enumerate(ALNUM[10:], 10):
        top = _cut(table[at : at + 1, :, digits], letter, "", top)
        top = _cut(table[digits, :, at : at + 1], "", letter, top)
    table[table < 0] = top
    return np.append(table, top).astype(np.min_scalar_type(top))


def _cut(table: Array, before: str, after: str, top: int) -> int:
    """Give the cells of one shape numbers in `table`, from `top` on; return the next free one."""
    digits = 5 - len(before + after)
    shape = forms.shape(before + "0" * digits + after)
    cut = slice(len(before), len(before) + digits)
    fitting = forms.of_shape(shape)
    edges = {0, table.size}
    for section in (section for form in fitting for section in form.ranges):
        if forms.shape(section.first) == shape:
            edges |= {int(section.first[cut]), int(section.last[cut]) + 1}
    lists = [listed for form in fitting if (listed := _by_shape(form).get(shape))]
    cell = np.empty(table.size, table.dtype)
    for start, stop in pairwise(sorted(edges)):
        cell[start:stop] = top
        top += 2 ** len(lists)
    for bit, listed in enumerate(lists):
        cell[[int(code[cut]) for code in listed]] += 2**bit
    table[:] = cell.reshape(table.shape)
    return top


@cache
def _by_shape(form: forms.Form) -> dict[str, list[str]]:
    """Return the codes that a table lists for `form`, by their shape."""
    found: dict[str, list[str]] = {}
    for code in form.listed:
        found.setdefault(forms.shape(code), []).append(code)
    return found


@cache
def _tails() -> tuple[Array, int]:
    """Return a table of what stands behind five characters, and how many signatures it has.

    The three bytes are the place in the table: a hyphen and a modifier, or a modifier and a byte
    of 255, or three of these. There stands the signature, and in the last bits the modifier.
    Behind a hyphen only the forms and ranges of the modifier itself count. Without one the whole
    may be a code of seven characters too, and the note quotes the modifier, so each counts for
    itself. What is no such tail has the signature 0.
    """
    table = np.zeros(1 << 24, np.int32)  # space, but hardly any memory
    table[-1] = (1 << MODIFIER_BITS) + NO_MODIFIER
    signatures: dict[object, int] = {"unreadable": 0, "no modifier": 1}
    for at, text in enumerate(modifiers()[2:], 2):
        place = ord(text[0]) + (ord(text[1]) << 8)
        hyphened = signatures.setdefault(forms.fits(text), len(signatures))
        glued = signatures.setdefault(text, len(signatures))
        table[ord("-") + (place << 8)] = (hyphened << MODIFIER_BITS) + at
        table[place + (255 << 16)] = (glued << MODIFIER_BITS) + at
    return table, len(signatures)


@cache
def modifiers() -> tuple[str, ...]:
    """Return every modifier: two that are none (unreadable, and not there), then all pairs.

    >>> modifiers()[:3], len(modifiers())
    (('', '', '00'), 1298)
    """
    return ("", "", *map("".join, product(ALNUM, repeat=2)))


def codes(numbers: Array, behind: Array | None = None) -> Array:
    """Return the codes of `numbers` as an array of bytes, with the modifiers `behind` glued on.

    Numbers from NUMBERS on have ICD-10-CM's dot.

    >>> codes(np.array([0, 690773, 690773 + NUMBERS])).tolist()
    [b'00000', b'J1885', b'J18.85']
    """
    signs, tails = np.frombuffer(ALNUM.encode(), np.uint8), np.array(modifiers(), "S2")
    places = np.empty((len(numbers), 5), np.intp)
    for at, (worth, base) in enumerate(((36_000, 36), (3_600, 10), (360, 10), (36, 10), (1, 36))):
        places[:, at] = numbers % NUMBERS // worth % base
    text = np.zeros((len(numbers), 8), np.uint8)
    text[:, :5] = signs.take(places)
    if behind is not None:
        text[:, 5:7] = tails.take(behind).view(np.uint8).reshape(-1, 2)
    dotted = np.flatnonzero(numbers >= NUMBERS)
    text[dotted, 4:] = text[dotted, 3:7]
    text[dotted, 3] = ord(".")
    return text.view("S8").ravel()
