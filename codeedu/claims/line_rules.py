"""The rules for claim lines, over a claim file."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, NamedTuple

from codeedu.claims.cleaning import need_column, values_of
from codeedu.claims.dates import date_reader
from codeedu.codes.level2 import day, lists
from codeedu.codes.wording import listing, plural, shorten
from codeedu.lines.claim import Claim, Line, biller_of, diagnoses_in, payer_of, read_line, words
from codeedu.lines.rules import broken, rules

if TYPE_CHECKING:
    import pandas as pd

ADDED = ("rule", "what", "fate", "next")
USED = ("claim", "payer", "date_of_service", "biller", "form", "diagnosis", "units")
MODIFIER = re.compile(r"mod(ifier)?s?[ _.-]?[0-9]?", re.IGNORECASE)


class _Row(NamedTuple):
    """A line of the file: where it is, what its columns hold, and the columns of modifiers."""

    at: int
    modifiers: tuple[str, ...]
    procedure: Any
    claim: Any
    payer: Any
    day: Any
    biller: Any
    form: Any
    diagnosis: Any
    units: Any


def broken_rules(claims: pd.DataFrame, column: str = "procedure") -> pd.DataFrame:
    """Return the lines that break a rule for claim lines, each with four more columns of text.

    A line that breaks two rules stands twice. `rule` is a row of the table `line_rules`, `what`
    says what is wrong, `fate` what becomes of the line, and `next` what to do.

    Lines with the same `claim`, `payer` and `date_of_service` are held to the rules together.
    Modifiers stand behind the procedure or in columns of their own, such as `modifier1`. The
    columns payer ("Medicare", "State Medicaid", the name of a plan), biller (or form:
    "institutional" is a hospital), diagnosis and units are used where they are there. A rule
    that needs what is not in the file says nothing, and so do the rules that need the medical
    record: no row is no promise. A warning says which columns and payers were missing.

    Lines that stand together are not checked if one of them cannot be read: `attrs["unread"]`
    says why, by their index, and `attrs["lists"]` which lists were used.

    Raises KeyError when there is no such column, or none that says which lines are one claim.

    >>> import pandas as pd
    >>> claims = pd.DataFrame({"claim": ["7", "7"], "payer": ["Medicare"] * 2,
    ...                        "procedure": ["A0428-RH", "99213-JZ"], "units": ["1", "1"],
    ...                        "date_of_service": ["2026-02-10"] * 2})
    >>> broken_rules(claims)[["procedure", "rule", "fate"]].values.tolist()
    [['A0428-RH', 'both-lines', 'paid short'], ['99213-JZ', 'belongs', 'returned or denied']]
    """
    need_column(claims, "claim")
    need_column(claims, column)
    found: list[tuple[int, str, str, str, str]] = []
    unread: dict[int, str] = {}
    for lines in _together(list(_rows(claims, column))):
        claim, reasons = _claim(lines)
        if reasons:
            neighbor = "Another line of the claim cannot be read."
            unread |= {line.at: reasons.get(line.at, neighbor) for line in lines}
            continue
        for one in broken(claim):
            rule = one.rule
            found.append((lines[one.at].at, rule.rule, one.what, rule.fate, rule.next))
    if missing := list(_missing(claims)):
        warnings.warn(" ".join(missing), stacklevel=2)
    shown = claims.iloc[[at for at, *_ in found]]
    shown = shown.assign(**{name: [row[i] for row in found] for i, name in enumerate(ADDED, 1)})
    told = {claims.index[at]: unread[at] for at in sorted(unread)}
    shown.attrs.update(unread=told, lists=lists())
    return shown


def _rows(claims: pd.DataFrame, column: str) -> Iterator[_Row]:
    days = values_of(claims, "date_of_service")
    read_day, _ = date_reader(days)
    columns = {name: values_of(claims, name) for name in (column, *USED)}
    columns["date_of_service"] = [*map(read_day, days)]
    beside = [values_of(claims, name) for name in claims.columns if MODIFIER.fullmatch(str(name))]
    for at, cells in enumerate(zip(*columns.values(), strict=True)):
        yield _Row(at, tuple(str(values[at]) for values in beside), *cells)


def _together(rows: list[_Row]) -> list[list[_Row]]:
    """Return the lines that stand together. One without a day is of the only day of its claim."""
    days: dict[str, set[str]] = {}
    for row in rows:
        if row.day != "":
            days.setdefault(str(row.claim).strip(), set()).add(str(row.day))
    groups: dict[tuple[str, ...], list[_Row]] = {}
    for row in rows:
        number = str(row.claim).strip()
        known = days.get(number, set())
        on = str(row.day) or (next(iter(known)) if len(known) == 1 else "")
        key = (number or f"line {row.at}", payer_of(str(row.payer)) or str(row.payer), on)
        groups.setdefault(key, []).append(row)
    return list(groups.values())


def _claim(rows: list[_Row]) -> tuple[Claim, dict[int, str]]:
    """Return lines that stand together as a claim, and why lines of it cannot be read."""
    lines, reasons = [], {}
    first = next((row for row in rows if row.day != ""), rows[0])
    on: date | None = None
    for row in rows:
        try:
            if not str(row.claim).strip():
                raise ValueError("It has no claim number.")
            on = on or day(row.day or None)
            lines.append(_line(row))
        except ValueError as error:
            reasons[row.at] = str(error)
    diagnoses: tuple[str, ...] = ()
    with suppress(ValueError):  # then they are not known
        diagnoses = diagnoses_in(" ".join(str(row.diagnosis) for row in rows))
    hospital = str(first.form).lower() == "institutional" and not first.biller
    biller = "hospital" if hospital else biller_of(str(first.biller))
    return Claim(tuple(lines), payer_of(str(first.payer)), biller, on, diagnoses), reasons


def _line(row: _Row) -> Line:
    """Return a line; units of their own column take the place of what stands in the procedure."""
    line = read_line(" ".join((str(row.procedure), *row.modifiers)).strip())
    if row.units == "":
        return line
    units = round(row.units, 6) if isinstance(row.units, float) else row.units
    with suppress(InvalidOperation):
        count = Decimal(str(units).replace(",", ""))
        if count.is_finite() and abs(count) < 10**9:
            return line._replace(units=count)
    raise ValueError(f"{shorten(str(units))!r} is no number of units.")


def _missing(claims: pd.DataFrame) -> Iterator[str]:
    """Yield what the file does not say, so that rules could not be checked."""
    for need, name in (("payer", "payer"), ("day", "date_of_service"), ("diagnoses", "diagnosis")):
        if name not in claims.columns:
            count = sum(need in rule.needs for rule in rules())
            yield f"There is no column {name!r}: {plural(count, 'rule')} could not be checked."
    names = dict.fromkeys(map(str, values_of(claims, "payer")))
    if unknown := [repr(shorten(name)) for name in names if not payer_of(name)]:
        kinds = listing([*words("payer")], "or")
        more = f" and {len(unknown) - 3} more" if len(unknown) > 3 else ""
        if "payer" in claims.columns:
            yield f"Who pays is not clear from {', '.join(unknown[:3])}{more}: write {kinds}."
