"""Whether a Level II code or modifier is on CMS's list, and active on the date of service.

`lookup` answers from `data/codes/level2.csv`, the list that ships with the course, and
`codeedu.cms.Release.lookup` from a file of the learner's own. Both return a `Listing`, made here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

from codeedu import tables

EDITION = "HCPCS Level II"  # the row of editions.csv that dates the list


class Listing(NamedTuple):
    """What a list says about a code.

    `status` is "listed", "terminated" or "not listed"; `label` adds the dates and the codes to
    use instead; `text` is a whole sentence that also names the list and its date.
    """

    code: str
    status: str
    label: str
    text: str


def lookup(code: str, on: object = None) -> Listing:
    """Say whether CMS's list has `code`, a Level II code or modifier, and whether it is active.

    `on`, the date of service, is a date, a datetime, a pandas Timestamp or ISO text. Without it,
    a code counts as terminated if its last day is before the date of the list.

    Raises ValueError when `on` is not a date.

    >>> lookup("A4466", on="2020-01-01").label
    'terminated (last day December 31, 2016; CMS names A4467 in its place)'
    >>> lookup("B1234").status
    'not listed'
    """
    edition = tables.by("editions", "what")[EDITION]
    row = tables.by("level2", "code").get(code)
    return listing(code, row, f"CMS's {edition['edition']}", iso(edition["as_of"]), on)


def listing(
    code: str, row: Mapping[str, str] | None, name: str, as_of: date | None, on: object = None
) -> Listing:
    """Say what the list `name`, as of a day, says about `code`, whose `row` is None if missing.

    A row has added, terminated (dates as text, "" for none) and cross_references.

    Raises ValueError when `on` is not a date.

    >>> row = {"added": "20100101", "terminated": "", "cross_references": ""}
    >>> listing("A9001", row, "list.txt", date(2026, 1, 1)).text
    'A9001 is listed (added January 1, 2010) in list.txt as of January 1, 2026'
    """
    service = day(on)
    status, detail = _status(row, service, as_of)
    more = f" ({detail})" if detail else ""
    when = f" on {said(service)}" if service else ""
    dated = f" as of {said(as_of)}" if as_of else ""
    return Listing(code, status, status + more, f"{code} is {status}{when}{more} in {name}{dated}")


def _status(
    row: Mapping[str, str] | None, service: date | None, as_of: date | None
) -> tuple[str, str]:
    """Return the status and, where there is more to say, the detail for the parentheses."""
    if row is None:
        # CMS drops codes some years after they end (the note at the top of its 2018 file).
        past = service and as_of and service.year < as_of.year - 4
        return "not listed", "if it ended long ago, only an older list has it" if past else ""
    added, last = iso(row["added"]), iso(row["terminated"])
    if added and service and service < added:
        return "not listed", f"added later, {said(added)}"
    if last is None:
        return "listed", f"added {said(added)}" if added else ""
    detail = f"last day {said(last)}"
    if row["cross_references"]:
        detail += f"; CMS names {row['cross_references'].replace(' ', ', ')} in its place"
    now = service or as_of
    return "terminated" if now and last < now else "listed", detail


def day(on: object) -> date | None:
    """Return a day, however it is given, or None for None and pandas' NaT.

    Raises ValueError when it is not a date.

    >>> day("2018-12-31"), day(None)
    (datetime.date(2018, 12, 31), None)
    """
    if on is None or type(on).__name__ == "NaTType":
        return None
    if isinstance(on, datetime):
        return on.date()
    if isinstance(on, date):
        return on
    try:
        return datetime.fromisoformat(str(on).strip()).date()
    except ValueError:
        raise ValueError(f"{str(on)[:24]!r} is not a date: write it as 2018-12-31.") from None


def said(day: date | None) -> str:
    """Return a day as a sentence has it.

    >>> said(date(2018, 1, 5))
    'January 5, 2018'
    """
    return f"{day:%B} {day.day}, {day.year}" if day else ""


def iso(text: str) -> date | None:
    """Return the day that a list gives as 2018-12-31 or 20181231, None when it gives none.

    >>> iso("20181231"), iso(""), iso("00000000")
    (datetime.date(2018, 12, 31), None, None)
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
