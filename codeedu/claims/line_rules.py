"""The rules for claim lines, over a claim file."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from codeedu.claims.cleaning import values_of
from codeedu.claims.dates import date_reader
from codeedu.codes.level2 import day, lists
from codeedu.lines.claim import BILLERS, Claim, Line, payer_of, read_line
from codeedu.lines.rules import broken

if TYPE_CHECKING:
    import pandas as pd

ADDED = ("rule", "what", "fate", "next")


def broken_rules(claims: pd.DataFrame, column: str = "procedure") -> pd.DataFrame:
    """Return the lines that break a rule for claim lines, each with four more columns of text.

    A line that breaks two rules stands twice. `rule` is a row of the table `line_rules`, `what`
    says what is wrong, `fate` what becomes of the line, and `next` what to do. Lines with the
    same `claim` are one claim. The columns payer, biller (or form: "institutional" is a
    hospital), date_of_service, diagnosis and units are used where they are there; a rule that
    needs what is not in the file says nothing, and so do the rules that need the medical record:
    no row is no promise.

    A claim with a line that cannot be read is not checked; `attrs["unread"]` has these claims, and
    `attrs["lists"]` the lists that were used.

    Raises KeyError when there is no such column, or none that says which lines are one claim.

    >>> import pandas as pd
    >>> claims = pd.DataFrame({"claim": ["7", "7"], "payer": ["Medicare"] * 2,
    ...                        "procedure": ["A0428-RH", "99213-JZ"], "units": ["1", "1"]})
    >>> broken_rules(claims)[["procedure", "rule", "fate"]].values.tolist()
    [['A0428-RH', 'both-lines', 'paid short'], ['99213-JZ', 'belongs', 'denied']]
    """
    for name in ("claim", column):
        if name not in claims.columns:
            there = ", ".join(map(str, claims.columns))
            raise KeyError(f"There is no column {name!r}. The columns are: {there}.")
    lines_of: dict[str, list[int]] = {}
    for at, name in enumerate(values_of(claims, "claim")):
        lines_of.setdefault(str(name), []).append(at)
    file = _File(claims, column)
    found, unread = [], []
    for name, places in lines_of.items():
        try:
            claim = file.claim(places)
        except ValueError:
            unread.append(name)
            continue
        found += [
            (places[one.at], one.rule.rule, one.what, one.rule.fate, one.rule.next)
            for one in broken(claim)
        ]
    shown = claims.iloc[[at for at, *_ in found]]
    shown = shown.assign(**{name: [row[i] for row in found] for i, name in enumerate(ADDED, 1)})
    shown.attrs.update(unread=unread, lists=lists())
    return shown


class _File:
    """The columns of a claim file that rules may need."""

    def __init__(self, claims: pd.DataFrame, column: str) -> None:
        self.procedures, self.units = values_of(claims, column), values_of(claims, "units")
        self.payers, self.forms = values_of(claims, "payer"), values_of(claims, "form")
        self.billers, self.diagnoses = values_of(claims, "biller"), values_of(claims, "diagnosis")
        days = values_of(claims, "date_of_service")
        read, _ = date_reader(days)
        self.days = [*map(read, days)]

    def claim(self, places: list[int]) -> Claim:
        """Return the claim of these lines; raise ValueError where one cannot be read."""
        first = places[0]
        return Claim(
            tuple(self._line(at) for at in places),
            payer_of(str(self.payers[first])),
            self._biller(first),
            _day(self.days[first]),
            tuple(dict.fromkeys(str(self.diagnoses[at]) for at in places if self.diagnoses[at])),
        )

    def _line(self, at: int) -> Line:
        line = read_line(str(self.procedures[at]))
        with suppress(InvalidOperation):
            return line._replace(units=Decimal(str(self.units[at] or 1)))
        return line

    def _biller(self, at: int) -> str:
        biller = str(self.billers[at]).lower()
        if biller:
            return biller if biller in BILLERS else "other"
        return "hospital" if str(self.forms[at]).lower() == "institutional" else ""


def _day(value: Any) -> date | None:
    with suppress(ValueError):
        return day(value or None)
    return None
