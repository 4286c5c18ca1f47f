"""A claim as a payer gets it, and the notation of a line: J1100-JZ x 6."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, NamedTuple

from codeedu.codes.classify import classify
from codeedu.codes.wording import shorten

PAYERS = {
    "Medicare": "Medicare",
    "Medicaid": "a state's Medicaid program",
    "plan": "a private plan",
    "work": "workers' compensation",
}
BILLERS = {
    "clinic": "a physician's office or clinic",
    "supplier": "a supplier of equipment and supplies",
    "ambulance": "an ambulance company",
    "hospital": "a hospital's outpatient department",
    "surgery center": "a surgery center",
    "other": "someone else",
}
NOTHING: Mapping[str, Any] = MappingProxyType({})
TIMES = re.compile(r"(.*\S)\s+[x×*]\s*([0-9]{1,9}(?:\.[0-9]{1,9})?)", re.IGNORECASE)
MOST = 50  # lines that one claim may have on the electronic form


class Line(NamedTuple):
    """A line of a claim: the code, its modifiers in their order, and the units."""

    code: str
    modifiers: tuple[str, ...] = ()
    units: Decimal = Decimal(1)

    def __str__(self) -> str:
        return f"{'-'.join((self.code, *self.modifiers))} x {plain(self.units)}"


@dataclass(frozen=True)
class Claim:
    """The lines, and what else a rule may need; None and "" stand for what is not known.

    `payer` is a key of `PAYERS` and `biller` one of `BILLERS`; `day` is the date of service.
    `facts` come from the medical record, which no payer sees: dose and container (amounts by
    code, in the unit of the code), miles, route, insulin, limit (units by code), screening.
    """

    lines: tuple[Line, ...]
    payer: str = ""
    biller: str = ""
    day: date | None = None
    diagnoses: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=lambda: NOTHING)

    def knows(self, need: str) -> bool:
        """Return whether what a rule needs is given."""
        return need in self.facts or bool(getattr(self, need, None))


def read_line(text: str) -> Line:
    """Return a line as people type it; without a number behind an "x" it has one unit.

    Raises ValueError, in words for a biller, where no procedure code can be read.

    >>> read_line("k0001 rr ki kx"), str(read_line("A0425RH x 12.5"))
    (Line(code='K0001', modifiers=('RR', 'KI', 'KX'), units=Decimal('1')), 'A0425-RH x 12.5')
    """
    counted = TIMES.fullmatch(text.strip())
    entry, units = (counted[1], Decimal(counted[2])) if counted else (text.strip(), Decimal(1))
    answer = classify(entry)
    best = answer.best
    if best is None or best.level is None or best.code not in entry.upper():
        raise ValueError(f"No procedure code can be read in {shorten(entry)!r}.")
    return Line(best.code, tuple(answer.modifiers), units)


def plain(value: Decimal) -> str:
    """Return a number without needless zeros.

    >>> plain(Decimal("8.40")), plain(Decimal("6E+1"))
    ('8.4', '60')
    """
    return f"{value.normalize():f}"
