"""Marks as CSV: all of them, or the columns that Canvas or Moodle imports."""

from __future__ import annotations

import re
from collections.abc import Callable

import pandas as pd

from codeedu.codes.wording import plural, shorten
from codeedu.files import csv_text
from codeedu.lessons import lesson_label
from codeedu.teach.gradebook.book import Gradebook


def marks_csv(book: Gradebook, system: str = "") -> str:
    """Return the marks as CSV; `system` is "canvas", "moodle", or "" for all marks.

    Raises ValueError for another system.
    """
    if system not in SYSTEMS:
        raise ValueError(f"There is no layout for {system!r}; there are: canvas, moodle.")
    table = SYSTEMS[system](book).astype(object)
    table = table.where(table.notna(), None)
    return csv_text([table.columns, *table.itertuples(index=False)])


def _all(book: Gradebook) -> pd.DataFrame:
    """Return all marks: of the learner, of each lesson, of each objective."""
    lessons = _wide(book.lessons, "lesson", lesson_label)
    objectives = _wide(book.objectives, "objective")
    learners = book.learners.drop(columns="files").set_index("learner")
    return learners.join(lessons).join(objectives).reset_index()


def _wide(frame: pd.DataFrame, key: str, named: Callable[[str], str] = str) -> pd.DataFrame:
    """Return a row for each learner, and the columns first and best for each value of `key`."""
    once = frame.drop_duplicates(["learner", key])
    both = once.pivot(index="learner", columns=key, values=["first", "best"]).swaplevel(axis=1)
    both = both.sort_index(axis=1, ascending=[True, False])
    both = both.rename(columns=named, level=0)
    return both.set_axis([" ".join(names) for names in both.columns], axis=1)


def _best(book: Gradebook) -> pd.DataFrame:
    """Return a row for each learner, and a column for each lesson's best mark, of 100."""
    wide = book.lessons.pivot(index="learner", columns="lesson", values="best")
    wide = wide.reindex(book.names).rename(columns=lesson_label)
    return wide.add_prefix("codeedu ").astype(object)


def _canvas(book: Gradebook) -> pd.DataFrame:
    """Return what Canvas imports: five columns that say who, then the lessons."""
    # Canvas names submissions lopezmaria_12_345: the first number is its ID of the student.
    matches = [re.fullmatch(r"([^_]+)(?:_LATE)?_(\d+)_\d+", name) for name in book.names]
    both = list(zip(book.names, matches, strict=True))
    table = _best(book)
    points = pd.DataFrame("100", index=[0], columns=table.columns, dtype=object)
    table = pd.concat([points, table], ignore_index=True)
    who = {
        "Student": ["    Points Possible", *(match[1] if match else name for name, match in both)],
        "ID": ["", *(match[2] if match else "" for _, match in both)],
        "SIS User ID": "",
        "SIS Login ID": ["", *("" if match else name for name, match in both)],
        "Section": "",
    }
    return pd.concat([pd.DataFrame(who), table], axis=1)


def _moodle(book: Gradebook) -> pd.DataFrame:
    """Return what Moodle imports: the user, then the lessons."""
    mail = all("@" in name for name in book.names) and book.names
    return _best(book).rename_axis("Email address" if mail else "Username").reset_index()


def no_username(names: list[str]) -> str:
    """Say which names Moodle cannot know, since a username has no blanks; "" if there are none.

    >>> no_username(["maria", "lopez@school.edu"])
    ''
    """
    odd = [shorten(name) for name in names if " " in name]
    if not odd:
        return ""
    more = f", and {plural(len(odd) - 1, 'more name')} like it" if odd[1:] else ""
    return (
        f"“{odd[0]}”{more}: not a username, since those have no blanks. Rename the file to the "
        "username, and run this again."
    )


SYSTEMS = {"": _all, "canvas": _canvas, "moodle": _moodle}
