"""What has come up for review: lists older than their steward's, and rows past their day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from codeedu import custom, tables
from codeedu.codes.level2 import iso, said, updates
from codeedu.problems import Problem
from codeedu.sheets import read_lines

COLUMN = "review_by"


def later_lists(today: date) -> Iterator[str]:
    """Yield a sentence for each list of the course after which others were due, by `today`.

    >>> print(*later_lists(date(2026, 5, 1)))
    HCPCS Level II of January 2026: 1 later list was due by now, on April 1, 2026.
    """
    for row in tables.rows("editions"):
        if days := updates(row, today):
            due = "1 later list was due by now,"
            if len(days) > 1:
                due = f"{len(days)} later lists were due by now, the last"
            yield f"{row['what']} of {row['edition']}: {due} on {said(max(days))}."


def rows_due(path: Path, today: date) -> list[Problem] | None:
    """Return the rows of a sheet whose day is past, or no date, as warnings; None without days."""
    try:
        heading, *lines = read_lines(path)
        place = heading.cells.index(COLUMN)
    except ValueError:  # it cannot be read, is empty, or has no such column
        return None
    due = []
    for number, cells in lines:
        text = cells[place] if place < len(cells) else ""
        day = iso(text)
        if day is None:
            what, fix = f"`{COLUMN}` is {text!r}, not a date", "Write it as 2027-11-30."
        elif day < today:
            what, fix = f"its review was due by {day}", "Read it again, then set a new date."
        else:
            continue
        due.append(Problem(custom.shown(path), cells[0], what, fix, True, number))
    return due
