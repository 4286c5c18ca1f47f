"""How many questions the final asks of each lesson: the course's number, or yours.

Yours are in `final.csv` or `final.xlsx` of your custom folder, with the columns `lesson` and
`items`. `docs/custom.md` says how to write the sheet.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from codeedu import custom, tables
from codeedu.problems import Problem
from codeedu.questions import bank
from codeedu.questions.items import Item

NAME = "final"
COLUMNS = ("lesson", "items")
_WHOLE = re.compile(r"\d{1,4}", re.ASCII)
OF_CUSTOM = 2  # of a lesson that neither the course nor your sheet names, if it has any


def lengths(items: Iterable[Item]) -> dict[str, int]:
    """Return how many of these `items` the final asks of each lesson, by the lesson's number.

    >>> lengths(bank.load())["05"]
    6
    """
    usual = _usual(items)
    yours = usual | _yours()
    return yours if any(yours.values()) else usual


def _usual(items: Iterable[Item]) -> dict[str, int]:
    return dict.fromkeys(_in_pool(items), OF_CUSTOM) | _of_course()


def _in_pool(items: Iterable[Item]) -> Counter[str]:
    return Counter(item.lesson for item in items if item.pool == "final")


@cache
def _of_course() -> dict[str, int]:
    rows = tables.rows("blueprints")
    return {row["lesson"]: int(row["items"]) for row in rows if row["blueprint"] == "final"}


@cache
def _yours() -> dict[str, int]:
    return dict(read_list(custom.sheet(NAME)).rows)


def read_list(path: Path | None) -> custom.YourRows[tuple[str, int]]:
    """Return the rows of your sheet, and everything that is wrong with it; never raises."""
    pool, seen = _in_pool(bank.load()), set[str]()

    def read(fields: dict[str, str]) -> tuple[tuple[str, int], str, list[custom.Fault]]:
        lesson, items = fields["lesson"].zfill(2), fields["items"]  # a spreadsheet makes 5 of 05
        faults = list(_row_faults(lesson, items, seen, pool))
        seen.add(lesson)
        return (lesson, int(items) if _WHOLE.fullmatch(items) else 0), "", faults

    found = custom.read_rows(path, COLUMNS, (), read, strict=False)
    if path and not any((_usual(bank.load()) | dict(found.rows)).values()):
        fix = "Ask at least one; until then, the course's own numbers hold."
        what = "the final would have no question"
        found.problems.append(Problem(custom.shown(path), "", what, fix))
    return found


def _row_faults(
    lesson: str, items: str, seen: set[str], pool: Counter[str]
) -> Iterator[custom.Fault]:
    """Yield what is wrong with a row, how to fix it, and whether the row still counts."""
    if lesson not in pool:
        what = f'there is no question with pool = "final" of lesson {lesson}'
        yield what, f"There are some of {', '.join(sorted(pool))}."
    elif lesson in seen:
        yield f"lesson {lesson} is in the sheet twice", "Keep one line of the two."
    if not _WHOLE.fullmatch(items):
        fix = "Write it in digits; 0 asks nothing of the lesson."
        yield f"`items` is {items!r}, not a whole number", fix
    elif lesson in pool and int(items) > pool[lesson]:
        what = f"`items` is {items}, and lesson {lesson} has {pool[lesson]} questions for the final"
        yield what, "The final asks all of them; ask for fewer, or write more.", True
