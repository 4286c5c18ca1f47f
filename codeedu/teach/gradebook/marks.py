"""Marks as CSV: all of them, or the columns that Canvas or Moodle imports."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd

from codeedu.codes.wording import plural, shorten
from codeedu.files import csv_text, workbook
from codeedu.lessons import lesson_label
from codeedu.teach.gradebook.book import Gradebook
from codeedu.teach.gradebook.collect import canvas_student


def marks_csv(book: Gradebook, system: str = "") -> str:
    """Return the marks as CSV; `system` is "canvas", "moodle", or "" for all marks.

    Raises ValueError for another system.
    """
    return csv_text(_rows(book, system))


def marks_file(book: Gradebook, system: str, ending: str) -> bytes:
    """Return what is in a file of marks: a workbook if its name ends in .xlsx, else CSV.

    Excel reads UTF-8 by the byte order mark, which Canvas and Moodle take (docs/gradebook.md).
    """
    if ending.lower() == ".xlsx":
        return workbook(_rows(book, system))
    return marks_csv(book, system).encode("utf-8-sig", errors="backslashreplace")


def _rows(book: Gradebook, system: str) -> list[Sequence[object]]:
    if system not in SYSTEMS:
        raise ValueError(f"There is no layout for {system!r}; there are: canvas, moodle.")
    table = SYSTEMS[system](book).astype(object)
    table = table.where(table.notna(), None)
    return [list(table.columns), *table.itertuples(index=False)]


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
    both = [(name, canvas_student(name)) for name in book.names]
    table = _best(book)
    points = pd.DataFrame("100", index=[0], columns=table.columns, dtype=object)
    table = pd.concat([points, table], ignore_index=True)
    who = {
        "Student": [
            "    Points Possible",
            *(student[0] if student else name for name, student in both),
        ],
        "ID": ["", *(student[1] if student else "" for _, student in both)],
        "SIS User ID": "",
        "SIS Login ID": ["", *("" if student else name for name, student in both)],
        "Section": "",
    }
    return pd.concat([pd.DataFrame(who), table], axis=1)


def _moodle(book: Gradebook) -> pd.DataFrame:
    """Return what Moodle imports: the user, then the lessons."""
    mail = all("@" in name for name in book.names) and book.names
    return _best(book).rename_axis("Email address" if mail else "Username").reset_index()


def unmatched(names: list[str], system: str) -> str:
    """Say which names Canvas or Moodle cannot match, since no login has a blank; "" if it can all.

    >>> unmatched(["maria", "lopez@school.edu"], "moodle")
    ''
    """
    odd = [name for name in names if set(name) & {" ", "/"}]
    if system not in LOGIN or not odd:
        return ""
    login, but = LOGIN[system]
    more = f", and {plural(len(odd) - 1, 'more name')} like it" if odd[1:] else ""
    signs = f"blanks{but}" if " " in odd[0] else "slashes"
    why = f"“{shorten(odd[0])}”{more}: not a {login}, since those have no {signs}."
    return f"{why} Rename the file to the {login}, and run this again."


# What a system calls the name by which a learner logs in, and where else it looks.
LOGIN = {
    "canvas": ("login", "; Canvas finds such a name only if it is a student's full name there"),
    "moodle": ("username", ""),
}
SYSTEMS = {"": _all, "canvas": _canvas, "moodle": _moodle}
