"""One release of CMS's HCPCS file: its codes, their dates, and CMS's words for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from codeedu.codes.level2 import Listing, day, first_ended, said

if TYPE_CHECKING:
    import pandas as pd

CodeRecord = dict[str, str]  # the fields of release_layout.csv, as CMS writes them

KINDS = {"3": "code", "4": "code", "7": "modifier", "8": "modifier"}
DATES = ("added", "effective", "terminated")


class ReleaseError(ValueError):
    """A file is not a usable HCPCS release; the message is a sentence that says why."""


class Descriptor(NamedTuple):
    """CMS's own words for a code, from the learner's file."""

    short: str
    long: str


@dataclass(frozen=True, eq=False)
class Release:
    """The codes and modifiers of one CMS file; made by `load_release`.

    `name` is the name of the file, `as_of` the latest day on which a change in it takes effect
    (`date.min` if it has no dates).
    """

    name: str
    as_of: date
    records: dict[str, CodeRecord] = field(repr=False)

    def __repr__(self) -> str:
        return f"Release({self.name!r}: {self._size()}, as of {self.as_of})"

    def __str__(self) -> str:
        dated = f", as of {said(self.as_of)}" if self.as_of > date.min else ""
        return f"{self.name}: {self._size()}{dated}"

    def _size(self) -> str:
        codes = self.count("code")
        return f"{codes:,} codes and {len(self) - codes:,} modifiers"

    def __len__(self) -> int:
        return len(self.records)

    def __contains__(self, code: object) -> bool:
        return code in self.records

    def count(self, kind: str) -> int:
        """Return the number of records of a kind, "code" or "modifier"."""
        return sum(KINDS[record["record"]] == kind for record in self.records.values())

    @property
    def codes(self) -> pd.DataFrame:
        """The list as a DataFrame: one row for each code or modifier, in the order of the file.

        Columns: code, kind ("code" or "modifier"), short, long, then added, effective and
        terminated as dates, action, cross_references (codes with blanks between), coverage,
        betos, pricing, type_of_service and statute, as CMS writes them; "" where it has none.
        """
        import pandas as pd

        rows = list(self.records.values())
        frame = pd.DataFrame(rows, dtype="str")
        frame.insert(1, "kind", frame.pop("record").map(KINDS))
        for name in DATES:
            frame[name] = pd.to_datetime(frame[name], format="%Y%m%d", errors="coerce")
        first = ["code", "kind", "short", "long", *DATES, "action", "cross_references"]
        return frame[[*first, *(name for name in frame.columns if name not in first)]]

    def lookup(self, code: str, on: object = None) -> Listing:
        """Return whether `code`, a code or modifier, is listed, and active on the day `on`.

        `on` is a date, a datetime, a pandas Timestamp or ISO text. Without it, a code counts
        as terminated if its last day is before `as_of`.

        Raises ValueError when `on` is not a date.
        """
        as_of = None if self.as_of == date.min else self.as_of
        words = self.descriptor(code)
        long = words.long if words else ""
        record = self.records.get(code)
        return Listing(code, record, self.name, as_of, day(on), long, self._reaches)

    @cached_property
    def _reaches(self) -> date | None:
        return first_ended(record["terminated"] for record in self.records.values())

    def descriptor(self, code: str) -> Descriptor | None:
        """Return CMS's short and long description of `code`, None when it is not in the file."""
        record = self.records.get(code)
        return Descriptor(record["short"], record["long"]) if record else None

    def compare(self, older: Release) -> pd.DataFrame:
        """Return what changed since `older`, sorted by change and code.

        Columns: change, code, kind, field, before, after. A change is "added", "terminated"
        (a last day is new), "reinstated" (it is gone), "removed" (the code is no longer in
        the file) or "revised", with one row for each field that differs.
        """
        import pandas as pd

        return pd.DataFrame(changes(older, self), columns=Change._fields, dtype="str")


CHANGES = ("added", "terminated", "reinstated", "removed", "revised")
FIELDS = ("long", "short", "coverage", "betos", "cross_references", "pricing", "added")


class Change(NamedTuple):
    """One change of one code; for `change` and `field` see `Release.compare`."""

    change: str
    code: str
    kind: str
    field: str
    before: str
    after: str


def changes(older: Release, newer: Release) -> list[Change]:
    """Return what changed from `older` to `newer`, sorted by change and code."""
    return sorted(_changes(older, newer), key=lambda c: (CHANGES.index(c.change), *c[1:]))


def _changes(older: Release, newer: Release) -> Iterator[Change]:
    for code in older.records.keys() | newer.records.keys():
        old, new = older.records.get(code), newer.records.get(code)
        kind = KINDS[(new or old or {})["record"]]
        if old is None or new is None:
            if new is not None:
                yield Change("added", code, kind, "added", "", new["added"])
            else:
                yield Change("removed", code, kind, "code", code, "")
            continue
        ended, ends = old["terminated"], new["terminated"]
        if ended != ends:
            change = "terminated" if ends else "reinstated"
            yield Change(change, code, kind, "terminated", ended, ends)
        for name in FIELDS:
            if old[name] != new[name]:
                yield Change("revised", code, kind, name, old[name], new[name])
