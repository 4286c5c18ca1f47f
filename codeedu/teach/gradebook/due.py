"""When lessons are due, and what late answers are worth: `due.csv` of the custom folder.

`docs/gradebook.md` says how to write the sheet. A due day is of what gets a mark: the quiz of a
lesson, the final assessment, an assignment.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Container, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from codeedu import custom
from codeedu.codes.wording import shorten
from codeedu.questions.decisions import (
    ALL,
    IN_TIME,
    decisions,
    is_marked,
    is_same,
    lesson_in,
    nobody,
)
from codeedu.sheets import NO_DAY, iso_day

NAME = "due"
COLUMNS = ("lesson", "due", "grace", "late", "learner")
FIRST_DAY = "2024-01-01"  # no answer is older than codeedu
NEVER = date.max.toordinal()
_NUMBER = re.compile(r"\d{1,3}(?:\.\d+)?", re.ASCII)


class Due(NamedTuple):
    """A row of the sheet, with "" where it says nothing; `due` is an ISO date."""

    lesson: str
    due: str
    grace: str
    late: str
    learner: str


class Rule(NamedTuple):
    """Until which day (as an ordinal) answers count in full, and what each day after it takes off.

    `off` is a share of the mark; 1 means that a late answer does not count.
    """

    until: int = NEVER
    off: float = 1.0


@cache
def dues() -> tuple[Due, ...]:
    """Return the rows of the sheet; those that are wrong are left out, see `read_list`."""
    return tuple(read_list(custom.sheet(NAME)).rows)


def rule_for(lesson: str, names: Collection[str], otherwise: str = "") -> Rule:
    """Return the rule for a learner with these names; `otherwise` is the day if no row has one.

    A row for the lesson goes before one for all, a learner's own before both; the grace and the
    late rule that a learner's own row leaves open are those of the lesson.

    >>> rule_for("05", ["kim"], "2026-12-01") == Rule(date(2026, 12, 1).toordinal())
    True
    """
    in_time = [row for row in decisions() if row.decision == IN_TIME and row.is_for(names)]
    if any(row.item in ("", lesson) for row in in_time):
        return Rule()
    fitting = [row for row in dues() if lesson and row.lesson in (lesson, ALL)]
    fitting = [row for row in fitting if not row.learner or is_same(row.learner, names)]
    fitting.sort(key=lambda row: (not row.learner, row.lesson == ALL))
    day = next((row.due for row in fitting), otherwise)
    if not day:
        return Rule()
    grace = int(next((row.grace for row in fitting if row.grace), 0))
    percent = float(next((row.late for row in fitting if row.late), 100))
    return Rule(date.fromisoformat(day).toordinal() + grace, percent / 100)


def lateness(
    answers: pd.DataFrame, names_of: Callable[[str], Collection[str]], otherwise: str
) -> pd.DataFrame:
    """Return how many days `late` each answer is, and the `share` of the mark that is left.

    The answers have a `learner`, a `day` and, as `marks`, the lesson whose mark they make or "".
    An answer of an unknown day, before FIRST_DAY, is no number of days late, and has no share.
    """
    late = pd.DataFrame({"late": 0.0, "share": 1.0}, index=answers.index)
    days = {day: date.fromisoformat(day).toordinal() for day in answers["day"].cat.categories}
    groups: dict[Any, Any] = answers.groupby(["learner", "marks"]).groups
    for (learner, lesson), index in groups.items():
        if (rule := rule_for(lesson, names_of(learner), otherwise)) != Rule():
            day = answers.loc[index, "day"].map(days).astype(int)
            over = (day - rule.until).clip(lower=0).astype(float)
            unknown = day < date.fromisoformat(FIRST_DAY).toordinal()
            late.loc[index, "late"] = over.mask(unknown)
            late.loc[index, "share"] = (1 - rule.off * over).clip(lower=0).mask(unknown, 0)
    return late


# The sheet


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
