"""Read the dates of a column: as ISO text, as SAS writes them, and as Americans do.

Whether 1/5/2024 is in January or in May no single date says, but a column does: where no first
number is above 12, the month comes first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date

from codeedu.codes import level2
from codeedu.codes.classify import classify

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
TIME = r"(?:[ T:][0-9].*)?"
NUMBERS = re.compile(rf"([0-9]{{1,2}})([/-])([0-9]{{1,2}})\2([0-9]{{4}}|(?<=/)[0-9]{{2}}){TIME}")
SAS = re.compile(rf"([0-9]{{1,2}})[ -]?([A-Za-z]{{3}})[ -]?([0-9]{{4}}){TIME}")
YEAR_FIRST = re.compile(rf"([0-9]{{4}})/([0-9]{{1,2}})/([0-9]{{1,2}}){TIME}")
MONTH_FIRST, DAY_FIRST = "month/day/year", "day/month/year"
WRITE = "write dates as 2018-12-31"
Reader = Callable[[object], object]


def date_reader(values: Iterable[object]) -> tuple[Reader, str]:
    """Return a function that reads the dates of a column, and a sentence on how, or "".

    `values` are those of the column, or of its beginning. The function returns a date, or the
    value as it is where it is no text or no date: `classify` says so, or reads it itself.

    >>> read, how = date_reader(["12/31/2016", "1/5/2017"])
    >>> read("1/5/2017"), read("soon")
    (datetime.date(2017, 1, 5), 'soon')
    >>> how
    'Dates such as 12/31/2016 were read as month/day/year.'
    """
    example, orders = "", set()
    for value in values:
        if isinstance(value, str) and (found := NUMBERS.fullmatch(value.strip())):
            first, second = int(found[1]) > 12, int(found[3]) > 12
            if first and second:
                continue  # no date
            example = example or value.strip()
            if first or second:
                orders.add(DAY_FIRST if first else MONTH_FIRST)
            if first and len(found[4]) == 2:
                orders.add(MONTH_FIRST)  # 16/12/31 may begin with the year
    if len(orders) > 1:
        doubt = "do not say which number is the month, and were not read"
        return _reader(""), f"Dates such as {example} {doubt}: {WRITE}."
    order = orders.pop() if orders else MONTH_FIRST
    return _reader(order), f"Dates such as {example} were read as {order}." if example else ""


def _reader(order: str) -> Reader:
    def read(value: object) -> object:
        if not isinstance(value, str):
            return value
        text = value.strip()
        try:
            return _read(text, order) or level2.day(re.sub(r"\.0\Z", "", text))
        except ValueError:
            return None if classify(text).is_placeholder else value

    return read


def _read(text: str, order: str) -> date | None:
    if found := YEAR_FIRST.fullmatch(text):
        return date(*map(int, found.groups()))
    if found := SAS.fullmatch(text):
        month = found[2].upper()
        return date(int(found[3]), MONTHS.index(month) + 1, int(found[1]))
    if order and (found := NUMBERS.fullmatch(text)):
        year = int(found[4])
        if len(found[4]) == 2:
            if order != MONTH_FIRST:
                return None
            year += 1900 if year > 68 else 2000  # as POSIX reads %y
        numbers = int(found[1]), int(found[3])
        month, day = numbers if order == MONTH_FIRST else numbers[::-1]
        return date(year, month, day)
    return None
