"""A claim as a payer gets it, and how its parts are read as people write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple

from codeedu import tables
from codeedu.codes.classify import classify
from codeedu.codes.formats import dotted
from codeedu.codes.modifiers import is_listed
from codeedu.codes.wording import shorten

NOTHING: Mapping[str, Any] = MappingProxyType({})
MOST = 50  # lines that one claim may have on the electronic form
NUMBER = r"([0-9]{1,3}(?:,[0-9]{3}){1,2}|[0-9]{1,9})(\.[0-9]{1,4})?"
UNITS = re.compile(
    rf"(.*\S)(?:(?:\s+|(?<=[0-9]))[x×*]\s*{NUMBER}|\s+{NUMBER}\s*units?)\.?", re.IGNORECASE
)
DIAGNOSIS = re.compile(r"[A-Z][0-9][0-9A-Z][0-9A-Z]{0,4}")


class Line(NamedTuple):
    """A line of a claim: the code, its modifiers in their order, and the units."""

    code: str
    modifiers: tuple[str, ...] = ()
    units: Decimal = Decimal(1)

    def __str__(self) -> str:
        return f"{'-'.join((self.code, *self.modifiers))} x {plain(self.units)}"


@dataclass(frozen=True)
class Claim:
    """The lines, and what else a rule may need; None, "" and () stand for what is not known.

    `payer` and `biller` are words of the table `claim_words`; `day` is the date of service.
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


def words(kind: str) -> dict[str, str]:
    """Return what the words of a kind in the table `claim_words` say.

    >>> words("payer")["work"]
    "workers' compensation"
    """
    return {row["word"]: row["says"] for row in tables.rows("claim_words") if row["kind"] == kind}


def read_line(text: str) -> Line:
    """Return a line as people type it; without a number behind an "x" it has one unit.

    Raises ValueError, in words for a biller, where something of it cannot be read.

    >>> read_line("k0001 rr ki kx"), str(read_line("A0425RH x 12.5"))
    (Line(code='K0001', modifiers=('RR', 'KI', 'KX'), units=Decimal('1')), 'A0425-RH x 12.5')
    """
    written = " ".join(text.split())
    counted = UNITS.fullmatch(written)
    entry, units = written, Decimal(1)
    if counted:
        entry, *numbers = (group or "" for group in counted.groups())
        units = Decimal("".join(numbers).replace(",", ""))
    answer = classify(entry)
    best = answer.best
    line = Line(best.code if best and best.level else "", tuple(answer.modifiers), units)
    doubtful = any(name.isdigit() and not is_listed(name, line.code) for name in line.modifiers)
    whole = re.sub(r"[\W_]", "", entry).upper() == "".join((line.code, *line.modifiers))
    if not line.code or doubtful or not whole:
        form = "the code, its modifiers, and the units behind an x, as in A4253-NU x 2"
        raise ValueError(f"{shorten(written)!r} cannot be read as a whole. Write {form}.")
    return line


def diagnoses_in(text: str) -> tuple[str, ...]:
    """Return the diagnoses of a text, each with its dot.

    Raises ValueError for what has not the form of a diagnosis.

    >>> diagnoses_in("e1165; Z96.1 I10")
    ('E11.65', 'Z96.1', 'I10')
    """
    found = []
    for entry in re.split(r"[,;|\s]+", text.upper().strip(" ,;|")):
        code = entry.replace(".", "")
        if code and not DIAGNOSIS.fullmatch(code):
            raise ValueError(f"{shorten(entry)!r} is no diagnosis of ICD-10-CM.")
        found += [dotted(code) if len(code) > 3 else code] if code else []
    return tuple(dict.fromkeys(found))


def payer_of(text: str) -> str:
    """Return which payer of `claim_words` a name is, "" where it may be Medicare or a plan.

    >>> payer_of("State Medicaid"), payer_of("Medicare Part B"), payer_of("Medicare Advantage HMO")
    ('Medicaid', 'Medicare', '')
    >>> payer_of("Harbor Mutual"), payer_of("Workers' Comp Fund"), payer_of("plan"), payer_of("MCR")
    ('plan', 'work', 'plan', '')
    """
    name = re.findall("[a-z]+", text.lower())
    if "medicaid" in name:
        return "Medicaid"
    if any(word.startswith("work") for word in name):
        return "work"
    if set(_known_by("payer")["Medicare"]) >= set(name):
        return "Medicare" if "medicare" in name else ""
    doubtful = any(word.startswith(("medicar", "mc", "mac")) for word in name)
    return "" if doubtful else "plan"


def biller_of(text: str) -> str:
    """Return which biller of `claim_words` a text of a file means, "" where we cannot tell.

    >>> biller_of("Mercy Hospital"), biller_of("imaging practice"), biller_of("laboratory")
    ('hospital', 'clinic', '')
    """
    known = _known_by("biller").items()
    return next((one for one, parts in known if any(part in text.lower() for part in parts)), "")


@cache
def _known_by(kind: str) -> dict[str, list[str]]:
    """Return the words of a kind, each with the words, or their beginnings, that files have."""
    rows = tables.rows("claim_words")
    return {row["word"]: row["known_by"].split() for row in rows if row["kind"] == kind}


def plain(value: Decimal) -> str:
    """Return a number without needless zeros.

    >>> plain(Decimal("8.40")), plain(Decimal("6E+1"))
    ('8.4', '60')
    """
    return f"{value.normalize():f}"
