"""What the classifier says of the keys of the kernel: one more table, filled as keys are met."""

from __future__ import annotations

from functools import cache
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from codeedu.claims import kernel
from codeedu.claims.hint import Fact, fact_of, note_of
from codeedu.claims.kernel import NO_MODIFIER, NO_NUMBER, NUMBERS, Codes
from codeedu.claims.words import text_at
from codeedu.codes.classify import classify

Array = NDArray[Any]

UNKNOWN, APART = -1, 0  # tellings: not yet asked for; of entries to be read one by one


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


class Learned:
    """The telling of each key in a context; several threads may ask at a time."""

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
                asked = [_telling(entry, self.context) for entry in text_at(piece, new[at])]
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
        self.tables = Tables(
            np.array([told.add for told in self.tellings]),
            np.array([told.whole for told in self.tellings]),
            np.array([told.kept for told in self.tellings]),
        )


learned = cache(Learned)


class Tables(NamedTuple):
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
