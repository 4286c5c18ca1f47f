"""Compare two releases: which codes were added, terminated or revised."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from codeedu.cms.release import KINDS, Release
from codeedu.codes import formats

if TYPE_CHECKING:
    import pandas as pd

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


def differences(older: Release, newer: Release) -> pd.DataFrame:
    """Return what changed from `older` to `newer`, as `Release.compare` describes it."""
    import pandas as pd

    return pd.DataFrame(changes(older, newer), columns=Change._fields, dtype="str")


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


def section(code: str) -> tuple[str, str]:
    """Return the section of Level II that a code is in: its range and its name.

    >>> section("J1885")[1], section("JW")
    ('Drugs, mostly given other than by mouth', ('', 'Modifiers'))
    """
    if len(code) == 2:
        return "", "Modifiers"
    section = formats.by_id("level-2").range_of(code)
    return (
        (f"{section.first} to {section.last}", section.section) if section else ("", "Other codes")
    )
