"""The roster: a sheet of the students of a class, whose rows the gradebook fills with marks.

It is the gradebook that Canvas or Moodle exports, or any sheet with a name or a login in each row.
Its rows and columns stay as they are. docs/gradebook.md says where we read what the two export.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from codeedu.codes.wording import shorten
from codeedu.reading import Unreadable
from codeedu.sheets import read_lines

POINTS = "Points Possible"  # the line of Canvas that says what an assignment is out of
NO_GRADE = "-"  # how Moodle writes it; of an empty cell it makes a grade
TEST_STUDENT = "Student, Test"  # whom Canvas puts last, for the instructor to try things out

# What stands below a heading, by the heading in small letters. Logins go by the order of columns.
HEADINGS = {
    "first": ("first name", "firstname", "given name"),
    "last": ("last name", "lastname", "surname", "family name"),
    "name": ("student", "name", "full name", "student name", "learner"),
    "login": (
        *("sis login id", "sis user id", "integration id", "login", "login id", "username"),
        *("user name", "user id", "netid", "id", "id number", "student id", "student number"),
        *("email", "e-mail", "email address", "e-mail address"),
    ),
}


class Student(NamedTuple):
    """A student of the roster: the name to show, the number in Canvas, and all logins."""

    name: str
    canvas_id: str
    logins: tuple[str, ...]


@dataclass(frozen=True)
class Roster:
    """The cells of a roster, and who its students are.

    `system` is "canvas", "moodle" or "". `rows` are all below the heading, and `students` are by
    the place of their row.
    """

    system: str
    heading: list[str]
    rows: list[list[str]]
    students: dict[int, Student]
    is_workbook: bool = False

    @cached_property
    def _rows(self) -> dict[str, set[int]]:
        """The rows by the letters of each login, and of the name from any word on."""
        rows: dict[str, set[int]] = {}
        for row, student in self.students.items():
            words = re.sub(r" \(.*\)$", "", student.name).split()
            names = ["".join(words[n:] + words[:n]) for n in range(len(words))]  # "Lopez Maria"
            users = [login.partition("@")[0] for login in student.logins]
            for form in (*names, *student.logins, *users):
                rows.setdefault(_letters(form), set()).add(row)
        return rows

    def called(self, text: str) -> set[int]:
        """Return the rows with this login, address or name, however it is written."""
        forms = (text, text.partition("@")[0], re.sub(r"-\d+$", "", text))
        found = (self._rows.get(_letters(form), set()) for form in forms if form)
        return next(filter(None, found), set())

    @cached_property
    def points(self) -> list[str]:
        """What the assignments are out of, by column; nothing if no line says so."""
        return next((row for row in self.rows if any(POINTS in cell for cell in row)), [])

    def notes(self) -> Iterator[tuple[str, str]]:
        """Yield each column of marks whose points are no sound number, and what is done."""
        for heading, points in zip(self.heading, self.points, strict=False):
            if re.match(r"(?:[^:]+: )?codeedu ", heading) and not _points(points):
                says = f"its {POINTS} are {shorten(points)!r}, so marks are out of 100."
                yield f"roster, {shorten(heading)}", says

    def filled(self, marks: Mapping[str, Mapping[str, float]]) -> list[list[object]]:
        """Return heading and rows with marks, which are percentages by column and student.

        A column that is there already is filled, out of its points possible. All other cells stay
        as they came.
        """
        heading = [*self.heading]
        rows: list[list[object]] = [[*row] for row in self.rows]
        none = NO_GRADE if self.system == "moodle" else ""
        points = rows[self.rows.index(self.points)] if self.points else None
        for column, own in marks.items():
            place = next((n for n, cell in enumerate(heading) if _is_column(cell, column)), -1)
            if place < 0:
                place = len(heading)
                heading.append(column)
                for row in rows:
                    row.append("100" if row is points else none)
            out_of = (_points(str(points[place])) if points else 0) or 100
            for number, student in self.students.items():
                if student.name in own:
                    rows[number][place] = round(own[student.name] * out_of / 100, 2)
        return [list[object](heading), *rows]


def _is_column(heading: str, column: str) -> bool:
    """Return whether a heading is that of a column.

    Canvas adds the number of the assignment, Moodle what sort of grade it is.

    >>> _is_column("codeedu final (4711)", "codeedu final")
    True
    >>> _is_column("Assignment: codeedu final (Real)", "codeedu final")
    True
    """
    pattern = rf"(?:[^:]+: )?{re.escape(column)}(?: \((?:\d+|Real)\))?"
    return bool(re.fullmatch(pattern, heading, re.IGNORECASE))


def _points(text: str) -> float:
    """Return the points of an assignment, 0 if the text is no sound number of them.

    >>> [_points(text) for text in ("20", "7,5", "1,000", "1,000.50", "0", "nan", "-5", "x")]
    [20.0, 7.5, 1000.0, 1000.5, 0.0, 0.0, 0.0, 0.0]
    """
    by_thousands = re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d*)?", text.strip())
    plain = text.strip().replace(",", "" if by_thousands else ".")
    return (re.fullmatch(r"\d{1,9}(?:\.\d*)?", plain, re.ASCII) and float(plain)) or 0.0


def _letters(name: str) -> str:
    """Return the letters and digits of a name, which is all that Canvas keeps of it.

    >>> _letters("López-García, María"), _letters("lópezgarcíamaría")
    ('lópezgarcíamaría', 'lópezgarcíamaría')
    """
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFC", name).casefold())


def read_roster(path: Path) -> Roster:
    """Return the roster in a .csv or .xlsx file.

    Raises Unreadable, which says what is wrong and how to fix it.
    """
    heading, *rows = [line.cells for line in read_lines(path)] or [[]]
    width = max(map(len, (heading, *rows)))
    heading, *rows = [cells + [""] * (width - len(cells)) for cells in (heading, *rows)]
    keys = [re.sub(r"\s+", " ", cell).lower() for cell in heading]
    places = {
        what: [n for n, key in enumerate(keys) if key in names] for what, names in HEADINGS.items()
    }
    by_parts = bool(places["first"] and places["last"])
    if not (by_parts or places["name"] or places["login"]):
        fix = "Take what Canvas or Moodle exports, or a sheet with the columns name and login."
        raise Unreadable("no column says who the students are", fix, 1)
    system = ""
    if {"id", "section"} <= set(keys):
        system = "canvas"
        places["login"].remove(keys.index("id"))
    elif by_parts and {"id number", "email address"} <= set(keys):
        system = "moodle"
    columns = [places["first"][0], places["last"][0]] if by_parts else places["name"][:1]
    students: dict[int, Student] = {}
    for number, row in enumerate(rows):
        name = " ".join(row[n] for n in columns).strip()
        logins = tuple(row[n] for n in places["login"] if row[n])
        if (name or logins) and not any(POINTS in cell for cell in row) and name != TEST_STUDENT:
            last, _, first = name.partition(",")  # as Canvas writes it
            name = f"{first} {last}".strip() or logins[0]
            number_there = row[keys.index("id")] if system == "canvas" else ""
            student = Student(name, number_there, logins)
            if student not in students.values():  # who is there twice has one row
                students[number] = student
    if not students:
        raise Unreadable("no student stands below the first line", "Export it again.", 1)
    alike = Counter(one.name for one in students.values())
    for number, one in students.items():
        if alike[one.name] > 1:
            other = next(iter((*one.logins, one.canvas_id)), "") or f"line {number + 2}"
            students[number] = one._replace(name=f"{one.name} ({other})")
    return Roster(system, heading, rows, students, path.suffix.lower() == ".xlsx")
