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
from codeedu.reading import Unreadable
from codeedu.sheets import read_sheet

NAME = "final"
COLUMNS = ("lesson", "items")
OF_CUSTOM = 2  # of a lesson that neither the course nor your sheet names, if it has any


def lengths(items: Iterable[Item]) -> dict[str, int]:
    """Return how many of these `items` the final asks of each lesson, by the lesson's number.

    >>> lengths(bank.load())["05"]
    8
    """
    usual = _usual(items)
    yours = usual | _yours()
    return yours if any(yours.values()) else usual


def list_problems(path: Path) -> list[Problem]:
    """Return everything that is wrong with your sheet; never raises."""
    rows, problems = _read_list(path)
    if not any((_usual(bank.load()) | rows).values()):
        fix = "Ask at least one; until then, the course's own numbers hold."
        problems.append(Problem(custom.shown(path), "", "the final would have no question", fix))
    return problems


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
    path = custom.sheet(NAME)
    return _read_list(path)[0] if path else {}


def _read_list(path: Path) -> tuple[dict[str, int], list[Problem]]:
    """Return the sound rows of a sheet, and all that is wrong with it."""
    name = custom.shown(path)
    try:
        sheet = read_sheet(path, COLUMNS)
    except Unreadable as error:
        return {}, [Problem(name, "", error.what, error.fix, line=error.line)]
    pool = _in_pool(bank.load())
    rows: dict[str, int] = {}
    problems = [Problem(name, "", what, fix, line=line) for line, what, fix in sheet.faults]
    for line, fields in sheet.rows:
        lesson = fields["lesson"].zfill(2)  # a spreadsheet makes 5 of 05
        wrong = list(_row_faults(lesson, fields["items"], rows, pool))
        problems += [Problem(name, "", *fault, line=line) for fault in wrong]
        if all(warning for _, _, warning in wrong):
            rows[lesson] = int(fields["items"])
    return rows, problems


def _row_faults(
    lesson: str, items: str, seen: dict[str, int], pool: Counter[str]
) -> Iterator[tuple[str, str, bool]]:
    """Yield what is wrong with a row, how to fix it, and whether the row still counts."""
    if lesson not in pool:
        what = f'there is no question with pool = "final" of lesson {lesson}'
        yield what, f"There are some of {', '.join(sorted(pool))}.", False
    elif lesson in seen:
        yield f"lesson {lesson} is in the sheet twice", "Keep one line of the two.", False
    if not re.fullmatch(r"\d{1,4}", items, re.ASCII):
        fix = "Write it in digits; 0 asks nothing of the lesson."
        yield f"`items` is {items!r}, not a whole number", fix, False
    elif lesson in pool and int(items) > pool[lesson]:
        what = f"`items` is {items}, and lesson {lesson} has {pool[lesson]} questions for the final"
        yield what, "The final asks all of them; ask for fewer, or write more.", True
