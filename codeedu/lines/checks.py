"""How each rule for claim lines is checked: one function a rule, by the name of the rule.

A check gets a claim and yields the place of a line and what is wrong with it. It yields nothing
where it cannot tell, and nothing where another rule speaks. Which codes and modifiers are meant
is in tables: `code_groups`, `modifier_rules`, `needed_modifiers` and `medicare_codes`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from decimal import ROUND_CEILING, Decimal
from functools import cache

from codeedu import tables
from codeedu.codes import level2, modifiers
from codeedu.codes.formats import by_id
from codeedu.codes.model import NOT_PAID
from codeedu.codes.wording import listing
from codeedu.lines.claim import Claim, Line, plain

Found = Iterator[tuple[int, str]]
Check = Callable[[Claim], Found]
CHECKS: dict[str, Check] = {}
NOTICES = {"GA", "GX", "GY", "GZ"}
TENTH = Decimal("0.1")


def check(function: Check) -> Check:
    """Enter a check under its name."""
    CHECKS[function.__name__.replace("_", "-")] = function
    return function


def lines_of(claim: Claim, group: str = "") -> Iterator[tuple[int, Line, set[str]]]:
    """Yield the lines, or those of a group of codes, with their places and modifiers."""
    for at, line in enumerate(claim.lines):
        if not group or is_in(line.code, group):
            yield at, line, set(line.modifiers)


def is_in(code: str, group: str) -> bool:
    """Return whether a code, or a diagnosis, is of a row of `code_groups`, or of a format.

    >>> is_in("A0425", "miles"), is_in("A0428", "miles"), is_in("A0428", "level-2")
    (True, False, True)
    """
    row = tables.by("code_groups", "group").get(group)
    return _any_is([code], row["codes"] if row else by_id(group).pattern)


_pattern = cache(re.compile)


def _modifier_rules(rule: str) -> Iterator[tuple[set[str], str]]:
    """Yield the sets of modifiers that a rule is about, each with its group of codes or ""."""
    for row in tables.rows("modifier_rules"):
        if row["rule"] == rule:
            yield set(row["modifiers"].split()), row["codes"]


def _listed(code: str) -> dict[str, str]:
    """Return the row of CMS's list, {} if it has none."""
    return tables.by("level2", "code").get(code, {})


def _upward(value: Decimal, step: Decimal) -> Decimal:
    """Return how many steps a value takes, a part of one counting as one."""
    return (value / step).to_integral_value(ROUND_CEILING)


# The code


@check
def listed(claim: Claim) -> Found:
    for at, line, _ in lines_of(claim, "level-2"):
        found = level2.lookup(line.code, claim.day)
        newer = found.row is None and found.as_of and claim.day and claim.day > found.as_of
        if found.status != "listed" and not (found.too_old or newer):
            yield at, f"{found.text}."


@check
def no_local(claim: Claim) -> Found:
    for at, line, _ in lines_of(claim, "level-3"):
        yield at, f"{line.code} has the form of a local code."


@check
def letter(claim: Claim) -> Found:
    for at, line, has in lines_of(claim, "level-2"):
        row = _listed(line.code)
        coverage = row.get("coverage", "")
        is_of_the_day = claim.day and claim.day.isoformat() >= row.get("effective", "")
        if coverage in NOT_PAID and is_of_the_day and not has & NOTICES:
            yield at, f"{line.code} has the coverage letter {coverage}."


@check
def medicare_code(claim: Claim) -> Found:
    return _other_code(claim, by_diagnosis=False)


@check
def screening_code(claim: Claim) -> Found:
    return _other_code(claim, by_diagnosis=True)


def _other_code(claim: Claim, *, by_diagnosis: bool) -> Found:
    """Yield the lines on which Medicare wants another code, by the table `medicare_codes`."""
    codes = [line.code for line in claim.lines]
    day = claim.day.isoformat() if claim.day else ""
    for row in tables.rows("medicare_codes"):
        if (
            bool(row["diagnoses"]) == by_diagnosis
            and (not row["diagnoses"] or _any_is(claim.diagnoses, row["diagnoses"]))
            and (not row["beside"] or _any_is(codes, row["beside"]))
            and not (row["not_beside"] and _any_is(codes, row["not_beside"]))
            and day >= row["since"]
        ):
            for at, line, has in lines_of(claim):
                if _any_is([line.code], row["codes"]) and not has & set(row["modifiers"].split()):
                    yield at, f"{line.code}: {row['says']}"


def _any_is(codes: Iterable[str], pattern: str) -> bool:
    return any(_pattern(pattern).fullmatch(code) for code in codes)


@check
def hospital_code(claim: Claim) -> Found:
    for at, line, _ in lines_of(claim, "hospital"):
        if claim.biller not in ("hospital", "surgery center"):
            yield at, f"{line.code} is a C code, and the biller is neither of the two."


@check
def frames(claim: Claim) -> Found:
    for at, line, has in lines_of(claim, "frames"):
        lens = any(is_in(diagnosis, "without a lens") for diagnosis in claim.diagnoses)
        if not lens and not has & NOTICES:
            yield at, f"{line.code} has no diagnosis of an eye without its lens or with a new one."


# The units


@check
def whole_units(claim: Claim) -> Found:
    for at, line, _ in lines_of(claim):
        step = TENTH if is_in(line.code, "miles") else Decimal(1)
        if line.units <= 0 or line.units % step:
            yield at, f"{line.code} has {plain(line.units)} units."


def _counted(name: str, right: Callable[[Claim, str, Decimal], Decimal | None]) -> None:
    """Enter the two checks of a count: fewer is paid short, more is paid over.

    Units of the same code count together; those that were thrown away do not.
    """

    def differs(claim: Claim, more: bool) -> Found:
        given: dict[str, list[int]] = {}
        for at, line, has in lines_of(claim):
            if "JW" not in has:
                given.setdefault(line.code, []).append(at)
        for code, places in given.items():
            units = sum((claim.lines[at].units for at in places), Decimal(0))
            wanted = right(claim, code, units)
            if wanted is not None and units != wanted and (units > wanted) == more:
                yield places[-1], f"{code}: {plain(wanted)}, not {plain(units)}."

    CHECKS[f"{name}-few"] = lambda claim: differs(claim, more=False)
    CHECKS[f"{name}-many"] = lambda claim: differs(claim, more=True)


def _dose(claim: Claim, code: str, units: Decimal) -> Decimal | None:
    """Return the units of the dose of the record; None if units are no whole number, too."""
    step, dose = _one_unit(code), claim.facts["dose"]
    if step is None or code not in dose or units % 1:
        return None
    return _upward(Decimal(str(dose[code])), step)


def _one_unit(code: str) -> Decimal | None:
    """Return how much of the drug one unit is, None if we do not know."""
    row = tables.by("doses", "code").get(code)
    return Decimal(row["amount"]) if row else None


def _miles(claim: Claim, code: str, units: Decimal) -> Decimal | None:
    miles = Decimal(str(claim.facts["miles"]))
    if not is_in(code, "miles") or any(lines_of(claim, "miles not covered")):
        return None
    if len(_routes(claim, "trip")) > 1:  # the miles of which one?
        return None
    step = TENTH if miles < 100 and is_in(code, "ground miles") else Decimal(1)
    return None if units % TENTH else _upward(miles, step) * step


_counted("dose", _dose)
_counted("miles", _miles)


@check
def limit(claim: Claim) -> Found:
    for code, most in claim.facts["limit"].items():
        places = [at for at, line, _ in lines_of(claim) if line.code == code]
        if sum(claim.lines[at].units for at in places) > Decimal(str(most)):
            yield places[-1], f"There are more than {most} units of {code}."


# The modifiers


def _needed(row: dict[str, str]) -> Check:
    """Return the check of a row of `needed_modifiers`: one of its modifiers has to stand."""
    one_of, beside = row["modifiers"].split(), set(row["beside"].split())
    enough, billers = {*one_of, *row["also"].split()}, row["billers"].split()
    says = f"neither {' nor '.join(one_of)}" if len(one_of) == 2 else f"none of {listing(one_of)}"

    def lacks(claim: Claim) -> Found:
        if billers and claim.biller not in billers:
            return
        for at, line, has in lines_of(claim, row["codes"]):
            pricing = _listed(line.code).get("pricing") in row["pricing"].split()
            if (pricing or not row["pricing"]) and has >= beside and not has & enough:
                yield at, f"{line.code} has {says}."

    return lacks


CHECKS |= {row["rule"]: _needed(row) for row in tables.rows("needed_modifiers")}


@check
def modifier_listed(claim: Claim) -> Found:
    for at, line, _ in lines_of(claim):
        for name in dict.fromkeys(line.modifiers):
            if not modifiers.is_living(name, line.code, claim.day):
                yield at, f"{name} is not in the list on this day."


@check
def exclude(claim: Claim) -> Found:
    for names, group in _modifier_rules("exclude"):
        for at, line, has in lines_of(claim, group):
            if len(both := has & names) > 1:
                yield at, f"{line.code} has {listing(sorted(both))}: they exclude each other."


@check
def belongs(claim: Claim) -> Found:
    for names, group in _modifier_rules("belongs"):
        for at, line, has in lines_of(claim):
            for name in sorted(has & names if not is_in(line.code, group) else ()):
                yield at, f"{name} does not belong to {line.code}."


@check
def price_first(claim: Claim) -> Found:
    for names, _ in _modifier_rules("price-first"):
        for at, line, has in lines_of(claim):
            if has & names and line.modifiers[0] not in names:
                yield at, f"{sorted(has & names)[0]} of {line.code} stands first."


def _drugs(claim: Claim) -> Iterator[tuple[str, Decimal, list[tuple[int, Line, set[str]]]]]:
    """Yield the container, the whole units left in it, and the lines, of each drug given."""
    for code, dose in claim.facts["dose"].items():
        step, opened = _one_unit(code), claim.facts["container"].get(code)
        lines = [one for one in lines_of(claim) if one[1].code == code]
        if step is None or opened is None or not lines or is_in(code, "skin substitute"):
            continue
        kind, amount = opened  # "single" and all that was opened, or "multi"
        left = Decimal(str(amount)) // step - _upward(Decimal(str(dose)), step)
        yield kind, max(left, Decimal(0)), lines


@check
def waste_missing(claim: Claim) -> Found:
    for kind, _, lines in _drugs(claim):
        bare = not any(has & {"JW", "JZ"} for _, _, has in lines)
        if kind == "single" and bare and claim.biller == "clinic":
            yield lines[0][0], f"{lines[0][1].code} has neither JW nor JZ."


@check
def waste_few(claim: Claim) -> Found:
    for kind, left, lines in _drugs(claim):
        for at, line, has in lines:
            if kind == "single" and left and "JZ" in has:
                yield at, f"{plain(left)} units of {line.code} were thrown away: JW, and no JZ."
            elif kind == "single" and "JW" in has and line.units < left:
                yield at, _left(line, left)


@check
def waste_many(claim: Claim) -> Found:
    for kind, left, lines in _drugs(claim):
        for at, line, has in lines:
            if kind == "multi" and has & {"JW", "JZ"}:
                yield at, f"{line.code} is from a multi-dose container: neither JW nor JZ."
            elif kind == "single" and "JW" in has and line.units > left:
                yield at, _left(line, left)


def _left(line: Line, left: Decimal) -> str:
    return f"{plain(left)} whole units of {line.code} are left, not {plain(line.units)}."


@check
def waste_alone(claim: Claim) -> Found:
    given = {line.code for _, line, has in lines_of(claim) if "JW" not in has}
    for at, line, has in lines_of(claim):
        if "JW" in has and line.code not in given:
            yield at, f"There is no line for the {line.code} that was given."


@check
def insulin_wrong(claim: Claim) -> Found:
    right, wrong = ("KX", "KS") if claim.facts["insulin"] else ("KS", "KX")
    for at, line, has in lines_of(claim, "glucose"):
        if wrong in has and right not in has:
            yield at, f"{line.code} has {wrong}; the record says {right}."


@check
def screening(claim: Claim) -> Found:
    right = "PT" if claim.payer == "Medicare" else "33"
    for at, line, has in lines_of(claim):
        if line.code == claim.facts["screening"] and right not in has:
            yield at, f"{line.code} does not say {right}."


@check
def side(claim: Claim) -> Found:
    knees = [diagnosis for diagnosis in claim.diagnoses if is_in(diagnosis, "knee")]
    sides = {
        "RT" if is_in(knee, "right knee") else "LT" if is_in(knee, "left knee") else ""
        for knee in knees
    }
    for at, line, has in lines_of(claim, "knee brace"):
        if sides and "" not in sides and has & {"RT", "LT"} and not has & sides:
            yield at, f"The diagnosis of {line.code} is on the other side: {sides.pop()}."


# The lines together


def _routes(claim: Claim, group: str) -> list[tuple[int, list[str]]]:
    """Return the places of the lines of a group, each with its pairs of letters.

    QL stands for a trip without a patient, which has neither miles nor a pair of letters.
    """
    return [
        (at, [n for n in line.modifiers if n not in NOTICES and modifiers.trip(n, line.code)])
        for at, line, has in lines_of(claim, group)
        if "QL" not in has
    ]


@check
def both_lines(claim: Claim) -> Found:
    trips, miles = _routes(claim, "trip"), _routes(claim, "ground miles")
    noticed = any(has & NOTICES for _, _, has in lines_of(claim, "ground miles"))
    if len(trips) != len(miles) and not noticed:
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
    for group in ("trip", "miles") if len(_routes(claim, "trip")) < 2 else ():
        for at, pairs in _routes(claim, group):
            if len(pairs) == 1 and pairs[0] != claim.facts["route"]:
                yield at, f"The trip went {claim.facts['route']}, not {pairs[0]}."


@check
def one_contractor(claim: Claim) -> Found:
    if claim.biller in ("clinic", "supplier") and any(lines_of(claim, "cpt-1")):
        for at, line, _ in lines_of(claim, "home equipment"):
            yield at, f"{line.code} goes to the DME MAC on a claim of its own."
