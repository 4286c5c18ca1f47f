"""The rules for claim lines: which hold for a claim, which it breaks, which cannot be told.

The table `line_rules` says what each rule demands, of which payer, from when on, what it has to
know, and what becomes of a line that breaks it; `checks` has the function of each.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import NamedTuple

from codeedu import tables
from codeedu.lines.checks import CHECKS
from codeedu.lines.claim import Claim


class Rule(NamedTuple):
    """A row of the table `line_rules`."""

    rule: str
    says: str
    payers: tuple[str, ...]  # () for every payer
    since: date | None  # the first date of service it holds for
    needs: tuple[str, ...]  # attributes of the claim, or facts of the record
    fate: str
    sources: tuple[str, ...]

    @property
    def next(self) -> str:
        """What to do about a line that breaks it."""
        return tables.by("fates", "fate")[self.fate]["next"]

    def holds_for(self, claim: Claim) -> bool:
        """Return whether the payer and the date of service are, or could be, those of the rule."""
        of_payer = not self.payers or not claim.payer or claim.payer in self.payers
        return of_payer and (not self.since or not claim.day or claim.day >= self.since)


class Broken(NamedTuple):
    """A rule that a line breaks: the place of the line, from 0, the rule, and what is wrong."""

    at: int
    rule: Rule
    what: str


@cache
def rules() -> tuple[Rule, ...]:
    """Return the rules in the order of the table."""
    return tuple(
        Rule(
            row["rule"],
            row["says"],
            tuple(row["payers"].split()),
            date.fromisoformat(row["since"]) if row["since"] else None,
            (*("payer",) * bool(row["payers"]), *row["needs"].split()),
            row["fate"],
            tuple(row["sources"].split()),
        )
        for row in tables.rows("line_rules")
    )


def rules_for(claim: Claim) -> list[Rule]:
    """Return the rules that hold, or could hold, for the payer and the day of a claim."""
    return [rule for rule in rules() if rule.holds_for(claim)]


def broken(claim: Claim) -> list[Broken]:
    """Return what is wrong with a claim, line by line; [] is no promise, see `untold`.

    >>> from codeedu.lines.claim import read_line
    >>> claim = Claim((read_line("A4253-NU x 2"),), payer="Medicare")
    >>> [(one.rule.rule, one.what) for one in broken(claim)]
    [('insulin-missing', 'A4253 has neither KX nor KS.')]
    """
    found = [
        Broken(at, rule, what)
        for rule in rules_for(claim)
        if all(map(claim.knows, rule.needs))
        for at, what in CHECKS[rule.rule](claim)
    ]
    return sorted(found, key=lambda one: one.at)


def untold(claim: Claim) -> list[Rule]:
    """Return the rules that hold but cannot be told, because what they need is not given.

    >>> from codeedu.lines.claim import read_line
    >>> claim = Claim((read_line("J1100-JZ x 6"),), payer="Medicare")
    >>> "dose-few" in [rule.rule for rule in untold(claim)]
    True
    """
    return [rule for rule in rules_for(claim) if not all(map(claim.knows, rule.needs))]
