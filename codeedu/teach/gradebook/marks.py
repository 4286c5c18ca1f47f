"""Marks as CSV: all of them, the roster with marks in it, or what Canvas or Moodle imports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import pandas as pd

from codeedu.codes.wording import plural, shorten
from codeedu.files import csv_text, workbook
from codeedu.lessons import lesson_label
from codeedu.teach.gradebook.book import Gradebook, each_row
from codeedu.teach.gradebook.roster import NO_GRADE, POINTS, Roster


def marks_csv(book: Gradebook, system: str = "") -> str:
    """Return the marks as CSV; `system` is "canvas", "moodle", "all", or "".

    "" is the roster with marks in it, or all marks if there is no roster.

    Raises ValueError for another system.
    """
    roster = _filled(book, system)
    came = {cell for row in (roster.heading, *roster.rows) for cell in row} if roster else set()
    return csv_text(_rows(book, system), as_is={NO_GRADE, *came})


def marks_file(book: Gradebook, system: str, ending: str) -> bytes:
    """Return what is in a file of marks: a workbook if its name ends in .xlsx, else CSV.

    Excel reads UTF-8 by the byte order mark, which Canvas and Moodle take (docs/gradebook.md), but
    not Canvas before a first column LastName.
    """
    if ending.lower() == ".xlsx":
        return workbook(_rows(book, system))
    text = marks_csv(book, system)
    encoding = "utf-8" if text.startswith("LastName,") else "utf-8-sig"
    return text.encode(encoding, errors="backslashreplace")


def imported_by(book: Gradebook, system: str) -> str:
    """Return the learning system that imports these marks, or ""."""
    roster = _filled(book, system)
    return roster.system if roster else "" if system == ALL else system


def _filled(book: Gradebook, system: str) -> Roster | None:
    """Return the roster if the marks are written into it."""
    roster = book.collected.roster
    return roster if roster and system in ("", roster.system) else None


def _rows(book: Gradebook, system: str) -> list[Sequence[object]]:
    if system and system not in SYSTEMS:
        raise ValueError(f"There is no layout for {system!r}; there are: {', '.join(SYSTEMS)}.")
    if roster := _filled(book, system):
        columns, marks = list(_best(book).columns), dict[str, dict[str, float]]()
        for row in each_row(book.lessons[book.lessons["best"].notna()]):
            marks.setdefault(row.learner, {})[f"codeedu {lesson_label(row.lesson)}"] = row.best
        return [*roster.filled(columns, marks)]
    table = SYSTEMS[system or ALL](book).astype(object)
    table = table.where(table.notna(), None)
    return [list(table.columns), *table.itertuples(index=False)]


def _all(book: Gradebook) -> pd.DataFrame:
    """Return all marks: of the learner, of each lesson, of each objective."""
    lessons = _wide(book.lessons, "lesson", ["first", "best", "late", "minutes"], lesson_label)
    objectives = _wide(book.objectives, "objective", ["first", "best"])
    learners = book.learners.drop(columns="files").set_index("learner")
    return learners.join(lessons).join(objectives).reset_index()


def _wide(
    frame: pd.DataFrame, key: str, values: list[str], named: Callable[[str], str] = str
) -> pd.DataFrame:
    """Return a row for each learner, and a column of each of `values` for each value of `key`."""
    once = frame.drop_duplicates(["learner", key])
    wide = once.pivot(index="learner", columns=key, values=values)
    order = [(value, of) for of in sorted(once[key].unique()) for value in values]
    return wide[order].set_axis([f"{named(of)} {value}" for value, of in order], axis=1)


def _best(book: Gradebook) -> pd.DataFrame:
    """Return a row for each learner, and a column for each lesson's best mark, of 100."""
    wide = book.lessons.pivot(index="learner", columns="lesson", values="best")
    wide = wide.reindex(book.names).rename(columns=lesson_label)
    return wide.add_prefix("codeedu ").astype(object)


def _canvas(book: Gradebook) -> pd.DataFrame:
    """Return what Canvas imports: five columns that say who, then the lessons."""
    table = _best(book)
    points = pd.DataFrame("100", index=[0], columns=table.columns, dtype=object)
    table = pd.concat([points, table], ignore_index=True)
    learners = book.collected.learners
    who = {
        "Student": [f"    {POINTS}", *learners],
        "ID": ["", *(one.canvas_id for one in learners.values())],
        "SIS User ID": "",
        "SIS Login ID": ["", *_logins(book, "canvas")],
        "Section": "",
    }
    return pd.concat([pd.DataFrame(who), table], axis=1)


def _moodle(book: Gradebook) -> pd.DataFrame:
    """Return what Moodle imports: the user, then the lessons."""
    logins = _logins(book, "moodle")
    mail = logins and all("@" in login for login in logins)
    table = _best(book).set_axis(logins, axis=0).fillna(NO_GRADE)
    return table.rename_axis("Email address" if mail else "Username").reset_index()


def _logins(book: Gradebook, system: str) -> list[str]:
    """Return what each learner's login may be: what was typed, or the name if nothing was.

    Two of one login go by their names. Canvas needs none where it has its number of the learner.
    """
    learners, canvas = book.collected.learners, system == "canvas"
    times = Counter(one.login for one in learners.values())
    return [
        "" if canvas and one.canvas_id else (one.login or name) if times[one.login] == 1 else name
        for name, one in learners.items()
    ]


def unmatched(book: Gradebook, system: str) -> str:
    """Say which names Canvas or Moodle cannot match, since no login has a blank; "" if it can all.

    A roster that was filled needs no match.
    """
    if system not in LOGIN or _filled(book, system):
        return ""
    odd = [login for login in _logins(book, system) if set(login) & {" ", "/"}]
    if not odd:
        return ""
    more = f", and {plural(len(odd) - 1, 'more name')} like it" if odd[1:] else ""
    signs = "blanks" if " " in odd[0] else "slashes"
    why = f"“{shorten(odd[0])}”{more}: not a {LOGIN[system]}, since those have no {signs}."
    return f"{why} Give --roster the gradebook that {system.title()} exports, and run this again."


ALL = "all"
LOGIN = {"canvas": "login", "moodle": "username"}  # what a system calls it
SYSTEMS = {ALL: _all, "canvas": _canvas, "moodle": _moodle}
