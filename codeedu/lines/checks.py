"""How each rule for claim lines is checked: one function a rule, by the name of the rule.

A check gets a claim and yields the place of a line and what is wrong with it. It yields nothing
where it cannot tell, and nothing where another rule speaks. The tables `code_groups`,
`modifier_groups` and `medicare_codes` say which codes and modifiers are meant.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import ROUND_CEILING, Decimal
from functools import cache
from typing import NamedTuple

from codeedu import tables
from codeedu.codes import level2, modifiers
from codeedu.codes.wording import listing
from codeedu.lines.claim import Claim, Line, plain

Found = Iterator[tuple[int, str]]
Check = Callable[[Claim], Found]
CHECKS: dict[str, Check] = {}
NOT_PAID = ("I", "M", "S")  # coverage letters
NOTICES = {"GA", "GX", "GY", "GZ"}
BOUGHT_OR_RENTED, CAPPED_RENTAL = "32", "36"  # pricing indicators
PURCHASE, MONTHS, WASTE = {"NU", "UE", "RR"}, {"KH", "KI", "KJ"}, {"JW", "JZ"}
SIDES, INSULIN = {"RT", "LT"}, {"KX", "KS"}
ANESTHETISTS = {"AA", "AD", "QK", "QX", "QY", "QZ"}
TENTH = Decimal("0.1")


def check(function: Check) -> Check:
    """Enter a check under its name."""
    CHECKS[function.__name__.replace("_", "-")] = function
    return function


def each(claim: Claim, group: str = "") -> Iterator[tuple[int, Line, set[str]]]:
    """Yield the lines, or those of a group of codes, with their places and modifiers."""
    for at, line in enumerate(claim.lines):
        if not group or belongs_to(line.code, group):
            yield at, line, set(line.modifiers)


def belongs_to(code: str, group: str) -> bool:
    """Return whether a code, or a diagnosis, is of a row of the table `code_groups`.

    >>> belongs_to("A0425", "miles"), belongs_to("A0428", "miles")
    (True, False)
    """
    return _group(group).fullmatch(code) is not None


@cache
def _group(group: str) -> re.Pattern[str]:
    return re.compile(tables.by("code_groups", "group")[group]["codes"])


class _Together(NamedTuple):
    """A row of the table `modifier_groups`."""

    modifiers: frozenset[str]
    one_only: bool
    sets_price: bool
    codes: re.Pattern[str] | None


@cache
def _together() -> tuple[_Together, ...]:
    return tuple(
        _Together(
            frozenset(row["modifiers"].split()),
            bool(row["one_only"]),
            bool(row["sets_price"]),
            re.compile(row["codes"]) if row["codes"] else None,
        )
        for row in tables.rows("modifier_groups")
    )


@cache
def _set_price() -> frozenset[str]:
    return frozenset().union(*(group.modifiers for group in _together() if group.sets_price))


def _listed(code: str) -> dict[str, str]:
    """Return the row of CMS's list, {} if it has none."""
    return tables.by("level2", "code").get(code, {})


def _upward(value: Decimal, step: Decimal) -> Decimal:
    """Return how many steps a value takes, a part of one counting as one."""
    return (value / step).to_integral_value(ROUND_CEILING)


# The code


@check
def listed(claim: Claim) -> Found:
    for at, line, _ in each(claim, "level 2"):
        found = level2.lookup(line.code, claim.day)
        newer = found.row is None and found.as_of and claim.day and claim.day > found.as_of
        if found.status != "listed" and not (found.too_old or newer):
            yield at, f"{found.text}."


@check
def no_local(claim: Claim) -> Found:
    for at, line, _ in each(claim, "local"):
        yield at, f"{line.code} has the form of a local code."


@check
def letter(claim: Claim) -> Found:
    for at, line, has in each(claim, "level 2"):
        coverage = _listed(line.code).get("coverage", "")
        if coverage in NOT_PAID and not has & NOTICES:
            yield at, f"{line.code} has the coverage letter {coverage}."


@check
def payers_code(claim: Claim) -> Found:
    for row in tables.rows("medicare_codes"):
        if not row["diagnoses"]:
            yield from _other_code(claim, row)


@check
def preventive_code(claim: Claim) -> Found:
    for row in tables.rows("medicare_codes"):
        if any(re.fullmatch(row["diagnoses"], diagnosis) for diagnosis in claim.diagnoses):
            yield from _other_code(claim, row)


def _other_code(claim: Claim, row: dict[str, str]) -> Found:
    """Yield the lines for which the payer wants the code of a row of the table `medicare_codes`."""
    if row["since"] > (claim.day or date.min).isoformat():
        return
    for at, line, _ in each(claim):
        if re.fullmatch(row["codes"], line.code):
            yield at, f"In the place of {line.code}, Medicare wants {row['instead']}."


@check
def hospital_code(claim: Claim) -> Found:
    for at, line, _ in each(claim, "hospital"):
        if claim.biller not in ("hospital", "surgery center"):
            yield at, f"{line.code} is a C code, and the biller is neither of the two."


@check
def frames(claim: Claim) -> Found:
    for at, line, has in each(claim, "frames"):
        lens = any(belongs_to(diagnosis, "without a lens") for diagnosis in claim.diagnoses)
        if not lens and not has & NOTICES:
            yield at, f"{line.code} has no diagnosis of an eye without its lens or with a new one."


# The units


@check
def whole_units(claim: Claim) -> Found:
    for at, line, _ in each(claim):
        tenths = claim.payer in ("Medicare", "") and belongs_to(line.code, "miles")
        if line.units <= 0 or line.units % (TENTH if tenths else 1):
            yield at, f"{line.code} has {plain(line.units)} units."


def _counted(name: str, right: Callable[[Claim, Line], Decimal | None]) -> None:
    """Enter the two checks of a count: fewer is paid short, more is paid over."""

    def differs(claim: Claim, more: bool) -> Found:
        for at, line, has in each(claim):
            wanted = None if "JW" in has else right(claim, line)
            if wanted is not None and line.units != wanted and (line.units > wanted) == more:
                yield at, f"{line.code}: {plain(wanted)}, not {plain(line.units)}."

    CHECKS[f"{name}-few"] = lambda claim: differs(claim, more=False)
    CHECKS[f"{name}-many"] = lambda claim: differs(claim, more=True)


def _dose(claim: Claim, line: Line) -> Decimal | None:
    """Return the units of the dose of the record; None if units are no whole number, too."""
    step, dose = _one_unit(line.code), claim.facts["dose"]
    if step is None or line.code not in dose or line.units % 1:
        return None
    return _upward(Decimal(str(dose[line.code])), step)


def _one_unit(code: str) -> Decimal | None:
    """Return how much of the drug one unit is, None if we do not know."""
    row = tables.by("doses", "code").get(code)
    return Decimal(row["amount"]) if row else None


def _miles(claim: Claim, line: Line) -> Decimal | None:
    miles = Decimal(str(claim.facts["miles"]))
    if not belongs_to(line.code, "miles") or miles > 100 or line.units % TENTH:
        return None
    return _upward(miles, TENTH) / 10


_counted("dose", _dose)
_counted("miles", _miles)


@check
def limit(claim: Claim) -> Found:
    for code, most in claim.facts["limit"].items():
        places = [at for at, line, _ in each(claim) if line.code == code]
        if sum(claim.lines[at].units for at in places) > Decimal(str(most)):
            yield places[-1], f"There are more than {most} units of {code}."


# The modifiers


@check
def modifier_listed(claim: Claim) -> Found:
    for at, line, _ in each(claim):
        for name in dict.fromkeys(line.modifiers):
            if not modifiers.is_living(name, line.code, claim.day):
                yield at, f"{name} is not in the list on this day."


@check
def exclude(claim: Claim) -> Found:
    for at, line, has in each(claim):
        for group in _together():
            if group.one_only and len(both := has & group.modifiers) > 1:
                yield at, f"{line.code} has {listing(sorted(both))}: they exclude each other."


@check
def belongs(claim: Claim) -> Found:
    for at, line, has in each(claim):
        for group in _together():
            if group.codes and not group.codes.fullmatch(line.code):
                for name in sorted(has & group.modifiers):
                    yield at, f"{name} does not belong to {line.code}."


@check
def price_first(claim: Claim) -> Found:
    for at, line, has in each(claim):
        if (pricing := has & _set_price()) and line.modifiers[0] not in _set_price():
            yield at, f"{sorted(pricing)[0]} of {line.code} stands first."


def _drugs(claim: Claim) -> Iterator[tuple[str, Decimal, list[tuple[int, Line, set[str]]]]]:
    """Yield the container, the whole units left in it, and the lines, of each drug given."""
    for code, dose in claim.facts["dose"].items():
        step, opened = _one_unit(code), claim.facts["container"].get(code)
        lines = [one for one in each(claim) if one[1].code == code]
        if step is None or opened is None or not lines:
            continue
        kind, amount = opened  # "single" and all that was opened, or "multi"
        left = Decimal(str(amount)) // step - _upward(Decimal(str(dose)), step)
        yield kind, max(left, Decimal(0)), lines


@check
def waste_missing(claim: Claim) -> Found:
    for kind, _, lines in _drugs(claim):
        if kind == "single" and not any(has & WASTE for _, _, has in lines):
            yield lines[0][0], f"{lines[0][1].code} says neither JW nor JZ."


@check
def waste_wrong(claim: Claim) -> Found:
    for kind, left, lines in _drugs(claim):
        for at, line, has in lines:
            if kind == "multi" and has & WASTE:
                yield at, f"{line.code} is from a multi-dose container: neither JW nor JZ."
            elif kind == "single" and left and "JZ" in has:
                yield at, f"{plain(left)} units of {line.code} were thrown away: JW, and no JZ."
            elif kind == "single" and "JW" in has and line.units != left:
                yield at, f"{plain(left)} whole units of {line.code} are left, not {line.units}."


@check
def waste_alone(claim: Claim) -> Found:
    given = {line.code for _, line, has in each(claim) if "JW" not in has}
    for at, line, has in each(claim):
        if "JW" in has and line.code not in given:
            yield at, f"There is no line for the {line.code} that was given."


@check
def bought_or_rented(claim: Claim) -> Found:
    for at, line, has in each(claim, "equipment"):
        if _listed(line.code).get("pricing") == BOUGHT_OR_RENTED and not has & PURCHASE:
            yield at, f"{line.code} says neither NU nor UE nor RR."


@check
def rental_month(claim: Claim) -> Found:
    for at, line, has in each(claim, "equipment"):
        capped = _listed(line.code).get("pricing") == CAPPED_RENTAL
        if capped and "RR" in has and not has & MONTHS:
            yield at, f"{line.code} does not say which month it is: KH, KI or KJ."


@check
def insulin_missing(claim: Claim) -> Found:
    for at, line, has in each(claim, "glucose supply"):
        if not has & INSULIN:
            yield at, f"{line.code} says neither KX nor KS."


@check
def insulin_wrong(claim: Claim) -> Found:
    right, wrong = ("KX", "KS") if claim.facts["insulin"] else ("KS", "KX")
    for at, line, has in each(claim, "glucose supply"):
        if wrong in has and right not in has:
            yield at, f"{line.code} has {wrong}; the record says {right}."


@check
def screening(claim: Claim) -> Found:
    right = "PT" if claim.payer == "Medicare" else "33"
    for at, line, has in each(claim):
        if line.code == claim.facts["screening"] and right not in has:
            yield at, f"{line.code} does not say {right}."


@check
def side(claim: Claim) -> Found:
    hurt = {
        side
        for side, group in (("RT", "right knee"), ("LT", "left knee"))
        if any(belongs_to(diagnosis, group) for diagnosis in claim.diagnoses)
    }
    for at, line, has in each(claim, "knee brace"):
        if hurt and has & SIDES and not has & hurt:
            yield at, f"The diagnosis of {line.code} is on the other side: {hurt.pop()}."


@check
def brace_side(claim: Claim) -> Found:
    for at, line, has in each(claim, "knee brace"):
        if not has & SIDES:
            yield at, f"{line.code} says neither RT nor LT."


@check
def anesthesia(claim: Claim) -> Found:
    for at, line, has in each(claim, "anesthesia"):
        if not has & ANESTHETISTS:
            yield at, f"{line.code} does not say who gave the anesthesia."


# The lines together


def _routes(claim: Claim, group: str) -> list[tuple[int, list[str]]]:
    """Return the places of the lines of a group, each with its pairs of letters."""
    return [
        (at, [name for name in line.modifiers if modifiers.trip(name, line.code)])
        for at, line, _ in each(claim, group)
    ]


@check
def both_lines(claim: Claim) -> Found:
    trips, miles = _routes(claim, "trip"), _routes(claim, "ground miles")
    if len(trips) != len(miles):
        at = min(at for at, _ in (*trips, *miles))
        yield at, f"Trips: {len(trips)}; lines of miles: {len(miles)}."


@check
def route(claim: Claim) -> Found:
    trips, miles = _routes(claim, "trip"), _routes(claim, "ground miles")
    for at, pairs in sorted((*trips, *miles)):
        if len(pairs) != 1:
            yield at, f"{claim.lines[at].code} has {len(pairs) or 'no'} pairs of letters."
    firsts = [sorted(pairs[0] for _, pairs in lines if len(pairs) == 1) for lines in (trips, miles)]
    if len(firsts[0]) == len(firsts[1]) == len(trips) == len(miles) and firsts[0] != firsts[1]:
        yield miles[-1][0], f"The trip says {listing(firsts[0])}, the miles {listing(firsts[1])}."


@check
def route_wrong(claim: Claim) -> Found:
    for group in ("trip", "miles"):
        for at, pairs in _routes(claim, group):
            if len(pairs) == 1 and pairs[0] != claim.facts["route"]:
                yield at, f"The trip went {claim.facts['route']}, not {pairs[0]}."


@check
def one_contractor(claim: Claim) -> Found:
    home = list(each(claim, "home equipment"))
    if claim.biller not in ("hospital", "surgery center") and len(home) < len(claim.lines):
        for at, line, _ in home:
            yield at, f"{line.code} goes to the DME MAC on a claim of its own."
