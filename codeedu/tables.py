"""The tables of `data/`: everything codeedu knows about codes, read once and checked.

In a checkout they are in `data/`, next to the package; in a wheel, inside the package. The lessons,
objectives, misconceptions and sources of your custom folder are rows of the same tables.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from codeedu import custom

if TYPE_CHECKING:
    import pandas as pd

DATA = (custom.CHECKOUT or custom.HERE) / "data"


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


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of the table `name` as dicts of text, in the order of the file.

    Raises TableError when there is no such table, or a line has too many or too few fields.

    >>> rows("editions")[0]["as_of"]
    '2026-01-01'
    """
    course = course_rows(name)
    return (*course, *custom.rows(name, course))


def course_rows(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of the table `name` without those of your custom folder."""
    paths = _paths()
    if name not in paths:
        raise TableError(f"There is no table {name!r}; there are: {', '.join(sorted(paths))}.")
    path = paths[name]
    with path.open(newline="", encoding="utf-8") as file:
        lines = csv.reader(file)
        header = next(lines, [])
        records = []
        for fields in lines:
            if len(fields) != len(header):
                raise TableError(
                    f"data/{path.parent.name}/{path.name}, line {lines.line_num}: "
                    f"{len(fields)} fields where the header has {len(header)}."
                )
            records.append(dict(zip(header, fields, strict=True)))
    return tuple(records)


@cache
def by(name: str, key: str) -> dict[str, dict[str, str]]:
    """Return the rows of the table `name` by the text in their column `key`.

    Raises TableError when two rows share a key.

    >>> by("code_sets", "code_set")["CPT"]["level"]
    'I'
    """
    by_key: dict[str, dict[str, str]] = {}
    for row in rows(name):
        if row[key] in by_key:
            raise TableError(f"Table {name}: two rows have the {key} {row[key]!r}.")
        by_key[row[key]] = row
    return by_key


def load_table(name: str) -> pd.DataFrame:
    """Return any table of `data/` as a pandas DataFrame of text.

    Raises TableError when there is no such table.

    >>> load_table("sections").columns[:4].tolist()
    ['format', 'first', 'last', 'grows_to']
    """
    import pandas as pd

    return pd.DataFrame(list(rows(name)), dtype="str")
