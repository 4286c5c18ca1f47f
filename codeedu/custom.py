"""Your custom folder: the codes, questions and lessons that you add to the course.

`docs/custom.md` describes its files. What cannot be read is left out here; `codeedu check` reports
it.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

from codeedu.problems import Problem
from codeedu.reading import Unreadable, read_toml
from codeedu.sheets import ENDINGS, read_sheet

HERE = Path(__file__).parent
CHECKOUT = None if (HERE / "data").is_dir() else HERE.parent  # None: installed from a wheel
VARIABLE, OLD_VARIABLE = "CODEEDU_CUSTOM", "CODEEDU_OWN"
NAME, OLD_NAME = "custom", "own"
QUESTIONS = "questions"  # how the name of a sheet of questions begins

# The rows that a question file adds to a table: the list in the file, and the key of both.
ADDED = {
    "lessons": ("lesson", "lesson"),
    "objectives": ("objective", "objective"),
    "misconceptions": ("misconception", "id"),
    "sources": ("source", "id"),
}
# A source in a question file has `what` and `where`; the table has `title` and `note`.
COLUMNS = {"what": "title", "where": "note"}


def folder() -> Path:
    """Return your custom folder, which need not exist.

    It is the one that the environment variable CODEEDU_CUSTOM names; else, in a learner's copy of
    the lessons, the one beside it; else `custom` in the checkout, or in the current folder if
    codeedu was installed from a wheel.
    """
    if named := os.environ.get(VARIABLE) or os.environ.get(OLD_VARIABLE):
        return Path(named)
    if Path(".codeedu").is_dir() and (beside_copy := within(Path(".."))).is_dir():
        return beside_copy.resolve()
    return within(CHECKOUT or Path())


def within(place: Path) -> Path:
    """Return the custom folder in `place`: under its former name if there is only that one."""
    former = place / OLD_NAME
    return former if former.is_dir() and not (place / NAME).is_dir() else place / NAME


def note() -> str:
    """Return a note on a folder that is missing, not read, or has its former name, else ""."""
    for variable in (VARIABLE, OLD_VARIABLE):
        if (named := os.environ.get(variable)) and not Path(named).is_dir():
            return f"There is no folder {named}, which {variable} names."
    if OLD_VARIABLE in os.environ and VARIABLE not in os.environ:
        return f"{OLD_VARIABLE} is now called {VARIABLE}; rename it."
    former = folder().parent / OLD_NAME
    if former.is_dir() and folder() == former:
        return f"The folder {OLD_NAME} is now called {NAME}; rename it."
    if former.is_dir() and folder().name == NAME:
        return f"The folder {OLD_NAME} is not read, because there is a folder {NAME}, too."
    return ""


def shown(path: Path) -> str:
    """Return the name of a file for messages: `custom/...` for a file of your folder."""
    name = OLD_NAME if folder().name == OLD_NAME else NAME
    return f"{name}/{path.name}" if path.parent == folder() else str(path)


def banks() -> list[Path]:
    """Return your question files in TOML, sorted: those that may add to the course's tables."""
    return sorted(folder().glob("*.toml"))


def question_files() -> list[Path]:
    """Return all your question files: the TOML files, then the sheets."""
    return [*banks(), *filter(is_question_sheet, files())]


def is_question_sheet(path: Path) -> bool:
    """Return whether a file is a sheet of questions, by its name.

    >>> is_question_sheet(Path("Questions week 5.xlsx")), is_question_sheet(Path("codes.csv"))
    (True, False)
    """
    name = path.name.lower()
    return name.startswith(QUESTIONS) and name.endswith(ENDINGS)


def sheet(name: str) -> Path | None:
    """Return your sheet of this name, such as "codes": codes.csv, else codes.xlsx; else None."""
    return next(iter(sheets(name)), None)


def sheets(name: str, place: Path | None = None) -> list[Path]:
    """Return all sheets of this name, in any capitals, in a folder (yours); the first is read."""
    wanted = [f"{name}{ending}" for ending in ENDINGS]
    found = [path for path in files(place) if path.name.lower() in wanted]
    return sorted(found, key=lambda path: wanted.index(path.name.lower()))


T = TypeVar("T")
Fault = tuple[str, str] | tuple[str, str, bool]  # what is wrong, how to fix it; True: a warning


class YourRows(NamedTuple, Generic[T]):
    """The sound rows of a sheet, all that is wrong with it, and the headings that nothing reads."""

    rows: list[T]
    problems: list[Problem]
    unread: tuple[str, ...] = ()


def read_rows(
    path: Path | None,
    needed: Sequence[str],
    optional: Sequence[str],
    read: Callable[[dict[str, str]], tuple[T, str, Iterable[Fault]]],
    *,
    strict: bool = True,
) -> YourRows[T]:
    """Return the rows of a sheet of yours with these columns; none for None; never raises.

    `read` makes a row of its fields; it returns the row, its name in messages, and its faults. If
    it is `strict`, no row of a sheet with another heading is used: it may be a slip, and say of
    whom or of what a row is.
    """
    if path is None:
        return YourRows([], [])
    name = shown(path)
    try:
        sheet = read_sheet(path, needed, optional)
    except Unreadable as error:
        return YourRows([], [Problem(name, "", error.what, error.fix, line=error.line)])
    if strict and sheet.unread:
        what = f"there is no column “{sheet.unread[0][:40]}”, and no line of the sheet is used"
        fix = f"Columns are {', '.join([*needed, *optional])}. Correct it, or delete the column."
        return YourRows([], [Problem(name, "", what, fix, line=1)])
    problems = [Problem(name, "", what, fix, line=line) for line, what, fix in sheet.faults]
    rows = []
    for line, fields in sheet.rows:
        row, called, faults = read(fields)
        for what, fix, *warning in faults:
            problems.append(Problem(name, called, what, fix, bool(warning), line))
        rows.append((line, row))
    spoiled = {problem.line for problem in problems if not problem.warning}
    return YourRows([row for line, row in rows if line not in spoiled], problems, sheet.unread)


def files(place: Path | None = None) -> list[Path]:
    """Return what is in a folder (yours), sorted; nothing if there is none."""
    place = place or folder()
    return sorted(place.iterdir()) if place.is_dir() else []


def rows(table: str, course: tuple[dict[str, str], ...]) -> Iterator[dict[str, str]]:
    """Yield the rows that your files add to a table, which holds the rows of the `course`.

    A file with a fault in such a list adds none.
    """
    if table not in ADDED:
        return
    entry, key = ADDED[table]
    seen = {row[key] for row in course}
    fixed = {"ends": "quiz"} if table == "lessons" else {}  # a custom lesson is a full one
    for path in banks():
        for listed in _sound(path).get(entry, ()):
            row = {COLUMNS.get(name, name): str(value) for name, value in listed.items()}
            if row[key] not in seen:
                seen.add(row[key])
                yield {column: row.get(column, "") for column in course[0]} | fixed


@cache
def _sound(path: Path) -> dict[str, Any]:
    try:
        return questions_in(path)
    except Unreadable:
        return {}


def questions_in(path: Path) -> dict[str, Any]:
    """Return what is in a question file whose lists for the course's tables are sound.

    Raises Unreadable for a row with a field that it should not have, or that lacks one, or whose
    value is not as `data/practice/questions.schema.json` says.
    """
    data = read_toml(path)
    for entry, _ in ADDED.values():
        listed, rules = data.get(entry, []), _schema()["properties"][entry]["items"]
        if not isinstance(listed, list) or not all(_is_sound(row, rules) for row in listed):
            raise Unreadable(f"`{entry}` is not as it should be", "See docs/question-bank.md.")
    return data


@cache
def _schema() -> dict[str, Any]:
    """Return the schema of a question file; jsonschema is too slow to import for a learner."""
    text = ((CHECKOUT or HERE) / "data" / "practice" / "questions.schema.json").read_text("utf-8")
    return dict(json.loads(text))


def _is_sound(row: object, rules: dict[str, Any]) -> bool:
    fields = rules["properties"]
    return (
        isinstance(row, dict)
        and set(rules["required"]) <= row.keys() <= fields.keys()
        and all(
            type(value) is {"integer": int}.get(fields[name].get("type", ""), str)
            and re.fullmatch(fields[name].get("pattern", "(?s).*"), str(value))
            for name, value in row.items()
        )
    )
