"""Marks as CSV or as a workbook: the roster with marks in it, or all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain

import pandas as pd

from codeedu.files import csv_text, workbook
from codeedu.lessons import lesson_label
from codeedu.teach.gradebook.book import Gradebook, each_row
from codeedu.teach.gradebook.roster import NO_GRADE


def marks_csv(book: Gradebook, *, in_full: bool = False) -> str:
    """Return the roster with marks in it as CSV; without a roster, or `in_full`, all marks."""
    roster = None if in_full else book.collected.roster
    # What begins as a formula is text in a workbook, but would be run in CSV.
    came = chain(roster.heading, *roster.rows) if roster and not roster.is_workbook else ()
    return csv_text(_rows(book, in_full=in_full), as_is={NO_GRADE, *came})


def marks_file(book: Gradebook, ending: str, *, in_full: bool = False) -> bytes:
    """Return what is in a file of marks: a workbook if its name ends in .xlsx, else CSV.

    Excel reads UTF-8 by the byte order mark, which Canvas and Moodle take (docs/gradebook.md), but
    not Canvas before a first column LastName.
    """
    if ending.lower() == ".xlsx":
        return workbook(_rows(book, in_full=in_full))
    text = marks_csv(book, in_full=in_full)
    encoding = "utf-8" if text.startswith("LastName,") else "utf-8-sig"
    return text.encode(encoding, errors="backslashreplace")


def _rows(book: Gradebook, *, in_full: bool) -> list[Sequence[object]]:
    if (roster := book.collected.roster) and not in_full:
        marks: dict[str, dict[str, float]] = {}
        for row in each_row(book.lessons[book.lessons["best"].notna()].sort_values("lesson")):
            marks.setdefault(f"codeedu {lesson_label(row.lesson)}", {})[row.learner] = row.best
        return [*roster.filled(marks)]
    lessons = _wide(book.lessons, "lesson", ["first", "best", "late", "minutes"], lesson_label)
    objectives = _wide(book.objectives, "objective", ["first", "best"])
    learners = book.learners.drop(columns="files").set_index("learner")
    table = learners.join(lessons).join(objectives).reset_index().astype(object)
    table = table.where(table.notna(), None)
    return [list(table.columns), *table.itertuples(index=False)]


def _wide(
    frame: pd.DataFrame, key: str, values: list[str], named: Callable[[str], str] = str
) -> pd.DataFrame:
    """Return a row for each learner, and a column of each of `values` for each value of `key`."""
    once = frame.drop_duplicates(["learner", key])
    wide = once.pivot(index="learner", columns=key, values=values)
    order = [(value, of) for of in sorted(once[key].unique()) for value in values]
    return wide[order].set_axis([f"{named(of)} {value}" for value, of in order], axis=1)
