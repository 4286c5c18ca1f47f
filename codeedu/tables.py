"""The tables of `data/`: everything codeedu knows about codes, read once and checked.

In a checkout they are in `data/`, next to the package; in a wheel, inside the package. What an
instructor adds is in a folder of its own (see `own`): its lessons, objectives, misconceptions and
sources are rows of the same tables.
"""

from __future__ import annotations

import csv
import os
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

HERE = Path(__file__).parent
DATA = HERE / "data" if (HERE / "data").is_dir() else HERE.parent / "data"

# What the question files of one's own add: table, the list in the file, the key of both.
ADDED = {
    "lessons": ("lesson", "lesson"),
    "objectives": ("objective", "objective"),
    "misconceptions": ("misconception", "id"),
    "sources": ("source", "id"),
}


class TableError(ValueError):
    """A table is missing or malformed; the message names the file and the line."""


def names() -> list[str]:
    """Return the names of all tables, sorted.

    >>> "sections" in names()
    True
    """
    return sorted(_paths())


def _paths() -> dict[str, Path]:
    return {path.stem: path for path in DATA.glob("*/*.csv")}


def own() -> Path:
    """Return the folder of codes, questions and lessons of one's own; it need not exist.

    It is the one that the environment variable CODEEDU_OWN names; else, in a learner's copy of the
    lessons, the one beside it; else `own` beside `data/`, or in the present folder if codeedu was
    installed from a wheel.
    """
    if named := os.environ.get("CODEEDU_OWN"):
        return Path(named)
    beside = Path("..", "own")
    if Path(".codeedu").is_dir() and beside.is_dir():
        return beside.resolve()
    return (Path() if DATA.parent == HERE else DATA.parent) / "own"


def own_banks() -> list[Path]:
    """Return the question files of one's own, sorted."""
    return sorted(own().glob("*.toml"))


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of the table `name` as dicts of text, in the order of the file.

    Raises TableError when there is no such table, or a line has too many or too few fields.

    >>> rows("editions")[0]["as_of"]
    '2026-11-24'
    """
    ours = course_rows(name)
    return (*ours, *_added(name, ours))


def course_rows(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of the table `name` without what one's own files add; raises as `rows`."""
    paths = _paths()
    if name not in paths:
        raise TableError(f"There is no table {name!r}; there are: {', '.join(sorted(paths))}.")
    path = paths[name]
    with path.open(newline="", encoding="utf-8") as file:
        lines = csv.reader(file)
        header = next(lines, [])
        found = []
        for fields in lines:
            if len(fields) != len(header):
                raise TableError(
                    f"data/{path.parent.name}/{path.name}, line {lines.line_num}: "
                    f"{len(fields)} fields where the header has {len(header)}."
                )
            found.append(dict(zip(header, fields, strict=True)))
    return tuple(found)


def _added(name: str, ours: tuple[dict[str, str], ...]) -> Iterator[dict[str, str]]:
    """Yield the rows that the files of one's own add; what is wrong with them, `check` says."""
    if name not in ADDED:
        return
    entry, key = ADDED[name]
    seen = {row[key] for row in ours}
    for path in own_banks():
        for row in _listed(path, entry):
            if row.get(key) and row[key] not in seen:
                seen.add(row[key])
                yield {column: row.get(column, "") for column in ours[0]}


@cache
def _parsed(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):
        return {}


def _listed(path: Path, entry: str) -> list[dict[str, str]]:
    found = _parsed(path).get(entry)
    rows = found if isinstance(found, list) else []
    texts = [{key: str(row[key]) for key in row} for row in rows if isinstance(row, dict)]
    # A source of one's own says `what` and `where`; the table, `title` and `note`.
    return [{"title": row.get("what", ""), "note": row.get("where", "")} | row for row in texts]


@cache
def by(name: str, key: str) -> dict[str, dict[str, str]]:
    """Return the rows of the table `name` by the text in their column `key`.

    Raises TableError when two rows share a key.

    >>> by("code_sets", "code_set")["CPT"]["level"]
    'I'
    """
    found: dict[str, dict[str, str]] = {}
    for row in rows(name):
        if row[key] in found:
            raise TableError(f"data/{name}.csv: two rows have the {key} {row[key]!r}.")
        found[row[key]] = row
    return found


def as_of() -> str:
    """Return the ISO date on which the course was last checked.

    >>> as_of()
    '2026-11-24'
    """
    return by("editions", "what")["codeedu"]["as_of"]


def table(name: str) -> pd.DataFrame:
    """Return any table of `data/` as a pandas DataFrame of text.

    Raises TableError when there is no such table.

    >>> table("sections").columns[:4].tolist()
    ['format', 'first', 'last', 'section']
    """
    import pandas as pd

    return pd.DataFrame(list(rows(name)), dtype="str")
