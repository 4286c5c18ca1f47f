"""Your own codes: those of a payer or a state program, in `codes.csv` of your custom folder.

They are read as local codes (W to Z and four digits) or as a payer's own codes, and are listed
where the national lists say nothing. `docs/custom.md` says how to write the file.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

from codeedu import custom, tables
from codeedu.codes import normalize
from codeedu.codes.level2 import Listing, day, iso
from codeedu.problems import Problem

NAME = "codes.csv"
COLUMNS = ("code", "says", "source", "added", "terminated")  # the last two may be empty


@cache
def codes() -> dict[str, dict[str, str]]:
    """Return the rows of your own list by their code; {} without a list.

    A row that has a problem is left out: `list_problems` says which.
    """
    rows, faults = _read_list(custom.folder() / NAME)
    spoiled = {problem.line for problem in faults}
    return {row["code"]: row for line, row in rows if line not in spoiled}


def custom_listing(code: str, on: object = None) -> Listing | None:
    """Return what your own list says of a code, on a date of service; None if it lacks the code.

    Raises ValueError when `on` is not a date.
    """
    row = codes().get(code)
    if row is None:
        return None
    listed = row | {"cross_references": ""}
    return Listing(code, listed, "your own list", date.today(), day(on), row["says"])


def list_problems(path: Path) -> list[Problem]:
    """Return everything that is wrong with a list of codes; never raises."""
    return _read_list(path)[1]


def _read_list(path: Path) -> tuple[list[tuple[int, dict[str, str]]], list[Problem]]:
    """Return the rows of a list, each with its line, and all that is wrong with it."""
    name = custom.shown(path)
    table: list[tuple[int, list[str]]] = []
    last = 0
    try:
        lines = csv.reader(custom.read_text(path).splitlines(), strict=True)
        for fields in lines:
            last = lines.line_num
            table += [(last, fields)] if fields else []
    except custom.Unreadable as error:
        return [], [Problem(name, "", error.what, error.fix, line=error.line)]
    except csv.Error:
        what = "a quotation mark is not closed, or stands inside a text"
        fix = 'Close the text with one; inside a text, write it twice: "".'
        return [], [Problem(name, "", what, fix, line=last + 1)]
    header, *rows = table or [(1, [])]
    if missing := [column for column in COLUMNS if column not in header[1]]:
        fix = f"The first line should be: {','.join(COLUMNS)}"
        if any(";" in name for name in header[1]):
            what = "it is separated by semicolons, and should be by commas"
            return [], [Problem(name, "", what, fix, line=1)]
        return [], [Problem(name, "", f"there is no column `{missing[0]}`", fix, line=1)]
    rows_read, faults, seen = [], [], set[str]()
    for line, fields in rows:
        row = dict(zip(header[1], [*fields, *[""] * len(header[1])], strict=False))
        if len(fields) != len(header[1]):
            what = f"{len(fields)} fields where the first line has {len(header[1])}"
            faults.append(Problem(name, "", what, "Put a text with a comma in quotes.", line=line))
        for what, fix in _row_faults(row, seen):
            faults.append(Problem(name, row["code"], what, fix, line=line))
        seen.add(row["code"])
        rows_read.append((line, row))
    return rows_read, faults


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
            yield f"`{name}` is {row[name]!r}, not a date", "Write it as 2018-12-31."
    added, terminated = iso(row["added"]), iso(row["terminated"])
    if added and terminated and terminated < added:
        yield "`terminated` is before `added`", "They are the last and the first day it is valid."


@cache
def _licensed() -> list[str]:
    rows = tables.rows("code_sets")
    licensed = {row["code_set"] for row in rows if "license needed" in row["license"]}
    return [row["pattern"] for row in tables.rows("formats") if row["code_set"] in licensed]
