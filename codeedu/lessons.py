"""The lessons in their order: which one starts the course, and which one is the final.

The rows are those of `data/course/lessons.csv` and of your custom folder. A lesson `ends` with a
quiz or with the final; the start page has neither. docs/lesson-format.md explains the columns.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from codeedu import tables
from codeedu.files import IN_BROWSER

Row = dict[str, str]
PLACES = ("jupyterlab", "page")  # tags of cells that are shown in one of them only
ASSIGNMENT = re.compile(r"(\w{1,9})-(\d{1,4})-(\d{1,9})", re.ASCII)  # its name: lesson, items, seed


def in_order() -> list[Row]:
    """Return the rows of all lessons; custom lessons come before the final.

    >>> [row["lesson"] for row in in_order()][-2:]
    ['08', 'final']
    """
    return sorted(tables.rows("lessons"), key=lambda row: row["ends"] == "final")


def first_lesson() -> Row:
    """Return the row of the start page."""
    return in_order()[0]


def final_lesson() -> Row:
    """Return the row of the final assessment."""
    return in_order()[-1]


def course_lessons() -> dict[str, Row]:
    """Return the rows of the course's own lessons by number; any other lesson is custom."""
    return {row["lesson"]: row for row in tables.course_rows("lessons")}


def with_quiz() -> tuple[str, ...]:
    """Return the numbers of the course's own lessons that a quiz ends.

    >>> with_quiz()[0]
    '01'
    """
    return tuple(n for n, row in course_lessons().items() if row["ends"] == "quiz")


def file_of(row: Row) -> str:
    """Return the file to which a link to a lesson leads: its notebook, in a browser its page.

    >>> file_of(first_lesson())
    '00-start-here.ipynb'
    """
    return f"{row['notebook']}.html" if IN_BROWSER else notebook_of(row)


def notebook_of(row: Row) -> str:
    """Return the name of a lesson's notebook.

    >>> notebook_of(final_lesson())
    'final-assessment.ipynb'
    """
    return f"{row['notebook']}.ipynb"


def belongs(cell: Mapping[str, Any], place: str) -> bool:
    """Return whether a cell of a notebook is for a place, one of PLACES, by its tags.

    >>> belongs({"metadata": {}}, "page"), belongs({"metadata": {"tags": ["jupyterlab"]}}, "page")
    (True, False)
    """
    tags = cell["metadata"].get("tags")
    places = [name for name in PLACES if isinstance(tags, list) and name in tags]
    return not places or place in places


def lesson_name(lesson: str) -> str:
    """Return a lesson's number and title; a lesson that no table has is its number.

    >>> lesson_name("06"), lesson_name("77")
    ('Lesson 06, Clean a claim file', 'Lesson 77')
    """
    row = tables.by("lessons", "lesson").get(lesson, {})
    return ", ".join(filter(None, (f"Lesson {lesson}", row.get("title"))))


def lesson_label(lesson: str) -> str:
    """Return what a lesson is called above its marks; an assignment is called by its name.

    >>> lesson_label("05"), lesson_label("final"), lesson_label("05-20-7")
    ('lesson 05', 'final', 'assignment 05-20-7')
    """
    if ASSIGNMENT.fullmatch(lesson):
        return f"assignment {lesson}"
    return lesson if lesson == final_lesson()["lesson"] else f"lesson {lesson}"
