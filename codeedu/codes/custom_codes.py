"""Your own codes: those of a payer or a state program, in a sheet of your custom folder.

It is called `codes.csv` or `codes.xlsx`; `docs/custom.md` says how to write it. Its codes are read
as local codes (W to Z and four digits) or as a payer's own codes, and are listed where the national
lists say nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

from codeedu import custom, tables
from codeedu.codes import normalize
from codeedu.codes.level2 import OWN_LIST, Listing, day, iso
from codeedu.sheets import NO_DAY, iso_day

NAME = "codes"
COLUMNS = ("code", "says", "source", "added", "terminated")  # the last two may be missing


@cache
def codes() -> dict[str, dict[str, str]]:
    """Return the rows of your own list by their code; {} without a list.

    A row that has a problem is left out: `read_list` says which.
    """
    return {row["code"]: row for row in read_list(custom.sheet(NAME)).rows}


def custom_listing(code: str, on: object = None) -> Listing | None:
    """Return what your own list says of a code, on a date of service; None if it lacks the code.

    Raises ValueError when `on` is not a date.
    """
    row = codes().get(code)
    if row is None:
        return None
    listed = row | {"cross_references": ""}
    return Listing(code, listed, OWN_LIST, date.today(), day(on), row["says"])


def read_list(path: Path | None) -> custom.YourRows[dict[str, str]]:
    """Return the rows of a list of codes, and everything that is wrong with it; never raises."""
    seen = set[str]()

    def read(fields: dict[str, str]) -> tuple[dict[str, str], str, list[custom.Fault]]:
        row = fields | {day: iso_day(fields[day]) or fields[day] for day in COLUMNS[3:]}
        faults: list[custom.Fault] = list(_row_faults(row, seen))
        seen.add(row["code"])
        return row, row["code"], faults

    return custom.read_rows(path, COLUMNS[:3], COLUMNS[3:], read, strict=False)


def _row_faults(row: dict[str, str], seen: set[str]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a row, and how to fix it."""
    code = row["code"]
    plain = normalize.as_entry(code).text
    if not code:
        yield "`code` is empty", "Write the code, or drop the line."
    elif code != plain or not code.isalnum():
        yield "it is not a plain code", "Write capital letters A to Z and digits, no blanks."
    elif not 3 <= len(code) <= 10:
        yield f"it has {len(code)} characters", "A code here has 3 to 10."
    elif code in tables.by("level2", "code"):
        yield "it is a code of HCPCS Level II", "Drop it: CMS's list has it."
    elif any(re.fullmatch(pattern, code) for pattern in _licensed()):
        yield "it has the form of CPT or CDT", "Drop it: their lists are licensed."
    if code in seen:
        yield "it is in the list twice", "Keep one line of the two."
    for name in ("says", "source"):
        if not row[name].strip():
            yield f"`{name}` is empty", "Say what the code is for, and which manual says so."
    for name in ("added", "terminated"):
        if row[name] and iso(row[name]) is None:
            yield f"`{name}` is {row[name]!r}, not a date", f"{NO_DAY[:-1]}, or leave it empty."
    added, terminated = iso(row["added"]), iso(row["terminated"])
    if added and terminated and terminated < added:
        yield "`terminated` is before `added`", "They are the last and the first day it is valid."


@cache
def _licensed() -> list[str]:
    rows = tables.rows("code_sets")
    licensed = {row["code_set"] for row in rows if "license needed" in row["license"]}
    return [row["pattern"] for row in tables.rows("formats") if row["code_set"] in licensed]
