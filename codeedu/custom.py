"""Your custom folder: the codes, questions and lessons that you add to the course.

`docs/custom.md` describes its files. What cannot be read is left out here; `codeedu check` reports
it.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
CHECKOUT = None if (HERE / "data").is_dir() else HERE.parent  # None: installed from a wheel
VARIABLE, OLD_VARIABLE = "CODEEDU_CUSTOM", "CODEEDU_OWN"
NAME, OLD_NAME = "custom", "own"

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
    """Return your question files, sorted."""
    return sorted(folder().glob("*.toml"))


def rows(table: str, course: tuple[dict[str, str], ...]) -> Iterator[dict[str, str]]:
    """Yield the rows that your files add to a table, which holds the rows of the `course`."""
    if table not in ADDED:
        return
    entry, key = ADDED[table]
    seen = {row[key] for row in course}
    fixed = {"ends": "quiz"} if table == "lessons" else {}  # a custom lesson is a full one
    for path in banks():
        for row in _entries(path, entry):
            if row.get(key) and row[key] not in seen:
                seen.add(row[key])
                yield {column: row.get(column, "") for column in course[0]} | fixed


def _entries(path: Path, entry: str) -> list[dict[str, str]]:
    """Return the rows of a list in a file as text, with the names of the table's columns."""
    listed = _parsed(path).get(entry)
    entries = [row for row in listed if isinstance(row, dict)] if isinstance(listed, list) else []
    return [{str(COLUMNS.get(key, key)): str(row[key]) for key in row} for row in entries]


@cache
def _parsed(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):
        return {}
