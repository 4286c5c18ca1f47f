"""The rules for claim lines, over a claim file."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from codeedu.claims.cleaning import need_column, values_of
from codeedu.claims.dates import date_reader
from codeedu.codes.level2 import day, lists
from codeedu.lines.claim import Claim, Line, biller_of, diagnoses_in, payer_of, read_line
from codeedu.lines.rules import broken

if TYPE_CHECKING:
    import pandas as pd

ADDED = ("rule", "what", "fate", "next")
USED = ("claim", "payer", "date_of_service", "biller", "form", "diagnosis", "units")


def broken_rules(claims: pd.DataFrame, column: str = "procedure") -> pd.DataFrame:
    """Return the lines that break a rule for claim lines, each with four more columns of text.

    A line that breaks two rules stands twice. `rule` is a row of the table `line_rules`, `what`
    says what is wrong, `fate` what becomes of the line, and `next` what to do. Lines with the
    same `claim`, `payer` and `date_of_service` are held to the rules together. A procedure has
    its modifiers behind it. The columns biller (or form: "institutional" is a hospital),
    diagnosis and units are used where they are there; a rule that needs what is not in the file
    says nothing, and so do the rules that need the medical record: no row is no promise.

    Lines that stand together are not checked if one has no claim number, or a code, units or a
    diagnosis that cannot be read: `attrs["unread"]` has the index of these lines, and
    `attrs["lists"]` the lists that were used.

    Raises KeyError when there is no such column, or none that says which lines are one claim.

    >>> import pandas as pd
    >>> claims = pd.DataFrame({"claim": ["7", "7"], "payer": ["Medicare"] * 2,
    ...                        "procedure": ["A0428-RH", "99213-JZ"], "units": ["1", "1"]})
    >>> broken_rules(claims)[["procedure", "rule", "fate"]].values.tolist()
    [['A0428-RH', 'both-lines', 'paid short'], ['99213-JZ', 'belongs', 'returned or denied']]
    """
    need_column(claims, "claim")
    need_column(claims, column)
    rows = zip(values_of(claims, column), *(values_of(claims, name) for name in USED), strict=True)
    read_day, _ = date_reader(values_of(claims, "date_of_service"))
    together: dict[tuple[str, ...], list[tuple[int, tuple[Any, ...]]]] = {}
    for at, row in enumerate(rows):
        _, number, payer, on, *_ = row
        together.setdefault((str(number), str(payer), str(read_day(on))), []).append((at, row))
    found, unread = [], []
    for (number, _, on), lines in together.items():
        try:
            if not number:
                raise ValueError("No claim number.")
            claim = _claim([row for _, row in lines], _day(on))
        except ValueError:
            unread += [at for at, _ in lines]
            continue
        for one in broken(claim):
            rule = one.rule
            found.append((lines[one.at][0], rule.rule, one.what, rule.fate, rule.next))
    shown = claims.iloc[[at for at, *_ in found]]
    shown = shown.assign(**{name: [row[i] for row in found] for i, name in enumerate(ADDED, 1)})
    shown.attrs.update(unread=claims.index[sorted(unread)].tolist(), lists=lists())
    return shown


def _claim(rows: list[tuple[Any, ...]], on: date | None) -> Claim:
    """Return lines that stand together as a claim; raise ValueError where one cannot be read."""
    _, _, payer, _, biller, form, _, _ = rows[0]
    institutional = str(form).lower() == "institutional"
    return Claim(
        tuple(_line(procedure, units) for procedure, *_, units in rows),
        payer_of(str(payer)),
        biller_of(str(biller)) or ("hospital" if institutional and not biller else ""),
        on,
        diagnoses_in(" ".join(str(diagnosis) for *_, diagnosis, _ in rows)),
    )


def _line(procedure: object, units: object) -> Line:
    """Return a line; units of their own column take the place of what stands in the procedure."""
    line = read_line(str(procedure))
    if units == "":
        return line
    number = round(units, 6) if isinstance(units, float) else units
    try:
        count = Decimal(str(number).replace(",", ""))
    except InvalidOperation:
        raise ValueError(f"{units!r} are no units.") from None
    if not count.is_finite() or abs(count) > 10**9:
        raise ValueError(f"{units!r} are no units.")
    return line._replace(units=count)


def _day(value: str) -> date | None:
    with suppress(ValueError):
        return day(value or None)
    return None
