"""Whether a Level II code or modifier is on CMS's list, and active on the date of service.

`lookup` searches `data/codes/level2.csv`, the list that comes with the course;
`codeedu.cms.Release.lookup` searches a file of the learner's own. Both return a `Listing`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cache
from typing import NamedTuple

from codeedu import tables

OWN_LIST = "your own list"  # of custom codes
EDITION = "HCPCS Level II"  # the row of editions.csv that dates the list
LATER = "Later lists were not looked at."


class Listing(NamedTuple):
    """What a list says about a code.

    `row` is the row of the list (added, terminated and cross_references as text, "" for none),
    or None; `edition` names the list and `as_of` is its date; `on` is a date of service.
    """

    code: str
    row: Mapping[str, str] | None
    edition: str
    as_of: date | None
    on: date | None = None
    descriptor: str = ""  # CMS's own words, where the learner has loaded a release
    reaches: date | None = None  # the day before which the list lacks codes that ended

    @property
    def too_old(self) -> bool:
        """Whether the list does not know the codes of the date of service."""
        return bool(self.on and self.reaches and self.on < self.reaches)

    @property
    def status(self) -> str:
        """Listed, terminated or not listed, on the date of service or else the date of the list."""
        if self.row is None:
            return "not listed"
        added, last = iso(self.row["added"]), iso(self.row["terminated"])
        if added and self.on and self.on < added:
            return "not listed"
        day = self.on or self.as_of
        return "terminated" if last and day and last < day else "listed"

    @property
    def label(self) -> str:
        """The status with its dates, and the codes to use instead.

        >>> lookup("A4466", on="2020-01-01").label
        'ended (last day December 31, 2016; CMS names A4467 in its place)'
        """
        named = self.status.replace("terminated", "ended")
        return f"{named} ({detail})" if (detail := self._detail()) else named

    def _detail(self) -> str:
        if self.row is None:
            return f"it does not reach back before {said(self.reaches)}" if self.too_old else ""
        added, last = iso(self.row["added"]), iso(self.row["terminated"])
        if added and self.on and self.on < added:
            return f"added later, {said(added)}"
        if last is None:
            return f"added {said(added)}" if added else ""
        instead = self.row["cross_references"].replace(" ", ", ")
        return f"last day {said(last)}" + (f"; CMS names {instead} in its place" if instead else "")

    @property
    def text(self) -> str:
        """A whole sentence that also names the list and its date.

        >>> lookup("B1234").text
        "B1234 is not listed in CMS's list of January 2026"
        """
        when = f" on {said(self.on)}" if self.on else ""
        more = f" ({detail})" if (detail := self._detail()) else ""
        ended = "had ended" if self.on else "has ended"
        says = ended if self.status == "terminated" else f"is {self.status}"
        return f"{self.code} {says}{when}{more} in {self.dated}"

    @property
    def dated(self) -> str:
        """The list with its date.

        >>> lookup("B1234").dated
        "CMS's list of January 2026"
        """
        named = self.as_of and f"{self.as_of:%B %Y}" in self.edition  # which dates it already
        if not self.as_of or named or self.edition == OWN_LIST:  # nobody dated your own
            return self.edition
        return f"{self.edition} as of {said(self.as_of)}"


def lookup(code: str, on: object = None) -> Listing:
    """Return whether `code`, a Level II code or modifier, is on CMS's list and active.

    `on`, the date of service, is a date, a datetime, a pandas Timestamp or ISO text. Without it,
    a code counts as terminated if its last day is before the date of the list.

    Raises ValueError when `on` is not a date.

    >>> lookup("B1234").status
    'not listed'
    """
    row = tables.by("level2", "code").get(code)
    edition, as_of, reaches = _edition()
    return Listing(code, row, edition, as_of, day(on), reaches=reaches)


@cache
def _edition() -> tuple[str, date | None, date | None]:
    ended = (row["terminated"] for row in tables.rows("level2"))
    return f"CMS's list of {edition_of(EDITION)}", date_of(EDITION), first_ended(ended)


def updates(edition: Mapping[str, str], until: date) -> list[date]:
    """Return when lists after that of a row of `editions` were due, up to a day, in order.

    >>> [f"{day:%m-%d}" for day in updates({"as_of": "2026-01-01", "updates": "01-01 04-01"},
    ...     date(2027, 2, 1))]
    ['04-01', '01-01']
    """
    since = date.fromisoformat(edition["as_of"])
    return [
        day
        for year in range(since.year, until.year + 1)
        for text in edition["updates"].split()
        if since < (day := date.fromisoformat(f"{year}-{text}")) <= until
    ]


def lists(level_2: Listing | None = None) -> str:
    """Return the sentences that name the lists behind an answer, with their dates.

    `level_2` comes from the learner's own release, if codes were looked up in one.

    >>> lists().partition(". ")[0]
    'Lists: HCPCS Level II of January 2026, ICD-10-CM of April 2026'
    """
    named = [f"{name} of {edition_of(name)}" for name in (EDITION, "ICD-10-CM")]
    if level_2 and not is_ours(level_2):
        of = f" of {level_2.as_of:%B %Y}" if level_2.as_of else ""
        named[0] = f"{EDITION}{of} ({level_2.edition})"
    return f"Lists: {', '.join(named)}. {LATER}"


def is_ours(listing: Listing) -> bool:
    """Return whether a code was looked up in CMS's list that comes with the course.

    >>> is_ours(lookup("J1885"))
    True
    """
    return listing.edition == _edition()[0]


def edition_of(code_set: str) -> str:
    """Return the month of the list of a code set that comes with the course.

    >>> edition_of("ICD-10-CM")
    'April 2026'
    """
    return tables.by("editions", "what")[code_set]["edition"]


def date_of(code_set: str) -> date | None:
    """Return the date of the list of a code set that comes with the course.

    >>> date_of("ICD-10-CM")
    datetime.date(2026, 4, 1)
    """
    return iso(tables.by("editions", "what")[code_set]["as_of"])


def first_ended(last_days: Iterable[str]) -> date | None:
    """Return the day from which on a list has the codes that ended; None if it has none that did.

    CMS drops codes some years after they end (the note at the top of its 2018 file), and keeps a
    few for longer: so it is the last day of the hundredth part that ended first.

    >>> first_ended(["", "20141231", "20161231"])
    datetime.date(2014, 12, 31)
    """
    ended = sorted(filter(None, map(iso, last_days)))
    return ended[len(ended) // 100] if ended else None


def lookup_deleted(code: str, on: object = None) -> Listing | None:
    """Return the last day of a CPT code of which we know that it was deleted, else None.

    Raises ValueError when `on` is not a date.

    >>> lookup_deleted("99201").label
    'ended (last day December 31, 2020)'
    """
    row = tables.by("deleted_cpt", "code").get(code)
    if row is None:
        return None
    last = {"added": "", "terminated": row["last_day"], "cross_references": ""}
    return Listing(code, last, "our list of deleted CPT codes", date_of("CPT numbers"), day(on))


def day(on: object) -> date | None:
    """Return any kind of date as a date, or None for None and pandas' NaT.

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
    """Return a date in words.

    >>> said(date(2018, 1, 5))
    'January 5, 2018'
    """
    return f"{day:%B} {day.day}, {day.year}" if day else ""


def iso(text: str) -> date | None:
    """Return a date that a list writes as 2018-12-31 or 20181231; None for any other text.

    >>> iso("20181231"), iso(""), iso("00000000")
    (datetime.date(2018, 12, 31), None, None)
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
