"""A line of a key: what is right on a claim line, written as a biller says it.

J9355-JW x 10          the code, its modifiers in their order, the units
L1830/L1832-RT x 1     either of two is right; so with modifiers and units
A4253-NU?-KS x 2       NU may stand or not
J0696 x 4?             any number of units is right: the payer says how they are counted
"""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import product
from typing import NamedTuple

from codeedu.lines.claim import Line

_WRITTEN = re.compile(r"(\S+) x ([0-9./]+)(\?)?")


class Modifier(NamedTuple):
    """What is right in one place: any of these names; it may be left out if it is `free`."""

    names: tuple[str, ...]
    free: bool = False


class Key(NamedTuple):
    """What is right on a line: each part has its alternatives, of which the first is shown.

    With `any_units`, units are not judged.
    """

    codes: tuple[str, ...]
    all_modifiers: tuple[Modifier, ...] = ()
    units: tuple[Decimal, ...] = (Decimal(1),)
    any_units: bool = False

    @property
    def modifiers(self) -> tuple[tuple[str, ...], ...]:
        """The modifiers that have to stand, each with its alternatives."""
        return tuple(one.names for one in self.all_modifiers if not one.free)

    @property
    def free(self) -> tuple[str, ...]:
        """The modifiers that may stand."""
        return tuple(name for one in self.all_modifiers if one.free for name in one.names)

    @property
    def line(self) -> Line:
        """The line to show as the right one."""
        return Line(self.codes[0], tuple(names[0] for names in self.modifiers), self.units[0])

    def lines(self) -> list[Line]:
        """Return every line that is right, with and without what may stand."""
        places = [(*one.names, *("",) * one.free) for one in self.all_modifiers]
        return [
            Line(code, tuple(filter(None, names)), units)
            for code in self.codes
            for names in product(*places)
            for units in self.units
        ]


def key(text: str) -> Key:
    """Read a line of a key.

    Raises ValueError for what is not written so.

    >>> str(key("K0001-RR-KI-KX x 1").line)
    'K0001-RR-KI-KX x 1'
    >>> key("A4253-NU?-KS x 2").free, key("J0696-59/XS x 4?").any_units
    (('NU',), True)
    """
    found = _WRITTEN.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is not a line such as J9355-JW x 10")
    codes, *names = found[1].split("-")
    units = tuple(Decimal(number) for number in found[2].split("/"))
    return Key(
        codes=tuple(codes.split("/")),
        all_modifiers=tuple(
            Modifier(tuple(name.rstrip("?").split("/")), name.endswith("?")) for name in names
        ),
        units=units,
        any_units=bool(found[3]),
    )


def line(text: str) -> Line:
    """Read a line that has one of everything.

    >>> line("J1100 x 6")
    Line(code='J1100', modifiers=(), units=Decimal('6'))
    """
    return key(text).line
