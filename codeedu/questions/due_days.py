"""When lessons are due: `due.csv` of the custom folder, which docs/gradebook.md describes.

A due day is of what gets a mark: the quiz of a lesson, the final assessment, an assignment.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from codeedu import custom
from codeedu.codes.wording import shorten
from codeedu.questions.decisions import ALL, is_marked, lesson_in, nobody
from codeedu.sheets import NO_DAY, iso_day

NAME = "due"
COLUMNS = ("lesson", "due", "grace", "late", "learner")
_NUMBER = re.compile(r"\d{1,3}(?:\.\d+)?", re.ASCII)


class Due(NamedTuple):
    """A row of the sheet, with "" where it says nothing; `due` is an ISO date."""

    lesson: str
    due: str
    grace: str
    late: str
    learner: str


@cache
def dues() -> tuple[Due, ...]:
    """Return the rows of the sheet; those that are wrong are left out, see `read_list`."""
    return tuple(read_list(custom.sheet(NAME)).rows)


def read_list(path: Path | None, known: Container[str] | None = None) -> custom.YourRows[Due]:
    """Return the rows of a sheet of due days, and all that is wrong with it; never raises.

    `known` are the folded names of the learners of a class; a row for nobody of it has a warning.
    """
    above = set[tuple[str, str]]()

    def read_row(fields: dict[str, str]) -> tuple[Due, str, list[custom.Fault]]:
        row = Due(**fields)._replace(
            lesson=lesson_in(fields["lesson"].lower()),
            late=fields["late"].removesuffix("%").strip(),
            learner="" if fields["learner"].lower() == ALL else fields["learner"],
        )
        faults = [*_row_faults(row), *nobody(row.learner, known)]
        if (row.lesson, row.learner) in above:
            faults.append(("it is in the sheet twice", "Keep one line of the two."))
        above.add((row.lesson, row.learner))
        return row._replace(due=iso_day(row.due) or ""), row.lesson, faults

    return custom.read_rows(path, COLUMNS[:2], COLUMNS[2:], read_row)


def _row_faults(row: Due) -> Iterator[custom.Fault]:
    """Yield what is wrong with a row, and how to fix it."""
    if not row.lesson:
        yield "`lesson` is empty", "Write a lesson such as 05, `final`, an assignment, or `all`."
    elif row.lesson != ALL and not is_marked(row.lesson):
        fix = "Write a lesson such as 05, `final`, an assignment such as 05-20-7, or `all`."
        yield f"there is no lesson {shorten(row.lesson)!r}", fix
    if not iso_day(row.due):
        yield f"`due` is {shorten(row.due)!r}, not a date", NO_DAY
    if row.grace and not re.fullmatch(r"\d{1,3}", row.grace, re.ASCII):
        fix = "Write a number of days, or leave it empty."
        yield f"`grace` is {shorten(row.grace)!r}", fix
    if row.late and not (_NUMBER.fullmatch(row.late) and float(row.late) <= 100):
        fix = "Write how many percent a day takes off, from 0 to 100, or leave it empty."
        yield f"`late` is {shorten(row.late)!r}", fix
    elif row.late and 0 < float(row.late) < 1:
        fix = "Write 10 for ten percent a day; a spreadsheet may keep 10% as 0.1."
        yield f"`late` is {row.late}, which is less than one percent a day", fix
