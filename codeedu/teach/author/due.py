"""What has come up for review: lists older than their steward's, and rows past their day."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from codeedu import custom, tables
from codeedu.codes.level2 import iso, said
from codeedu.problems import Problem

COLUMN = "review_by"


def later_lists(today: date) -> Iterator[str]:
    """Yield a sentence for each list of the course after which others were due, by `today`.

    >>> print(*later_lists(date(2026, 5, 1)))
    HCPCS Level II of January 2026: 1 later list was due by now, on April 1, 2026.
    """
    for row in tables.rows("editions"):
        since = date.fromisoformat(row["as_of"])
        days = [
            day
            for year in range(since.year, today.year + 1)
            for text in row["updates"].split()
            if since < (day := date.fromisoformat(f"{year}-{text}")) <= today
        ]
        if days:
            due = "1 later list was due by now,"
            if len(days) > 1:
                due = f"{len(days)} later lists were due by now, the last"
            yield f"{row['what']} of {row['edition']}: {due} on {said(max(days))}."


def is_dated(path: Path) -> bool:
    """Return whether a file is a CSV file whose rows have a day by which to review them."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            return COLUMN in next(csv.reader(file), [])
    except (OSError, ValueError, csv.Error):
        return False


def rows_due(path: Path, today: date) -> list[Problem]:
    """Return the rows of such a file whose day is past, or no date, as warnings."""
    due = []
    with path.open(newline="", encoding="utf-8-sig") as file:
        lines = csv.DictReader(file)
        for row in lines:
            day = iso(row[COLUMN] or "")
            if day is None:
                what, fix = f"`{COLUMN}` is {row[COLUMN]!r}, not a date", "Write it as 2027-11-30."
            elif day < today:
                what, fix = f"its review was due by {day}", "Read it again, then set a new date."
            else:
                continue
            name = next(iter(row.values()))
            due.append(Problem(custom.shown(path), name, what, fix, True, lines.line_num))
    return due
