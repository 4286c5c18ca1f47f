"""Take the question bank anywhere: Moodle XML, QTI, Anki, a worksheet, CSV; and the lessons: SCORM.

`export_bank` exports questions, `scorm` whole lessons, `assignment` makes a notebook to hand out.
An item is read once for all formats (`questions.printed`); each other module writes one: `build`
makes the file, `LEFT_OUT` names what the format cannot hold.
"""

from __future__ import annotations

from typing import NamedTuple


class ExportFormat(NamedTuple):
    """The `module` that writes a format, how its file may end, and which settings it holds."""

    module: str
    endings: tuple[str, ...]
    settings: tuple[str, ...] = ()


FORMATS = {
    "moodle-xml": ExportFormat("moodle", (".xml",)),
    "qti": ExportFormat("qti", (".zip",), ("draw", "answers")),
    "canvas": ExportFormat(
        "canvas_lms", (".zip",), ("graded", "attempts", "points", "draw", "answers")
    ),
    "anki": ExportFormat("anki", (".apkg",)),
    "worksheet": ExportFormat("worksheet", (".html", ".pdf"), ("key", "cases")),
    "csv": ExportFormat("spreadsheet", (".csv", ".xlsx")),
}
# Of SCORM, in which lessons are written, not questions.
EDITIONS = {"scorm12": "SCORM 1.2", "scorm2004": "SCORM 2004, 4th edition"}
POOLS = ("practice", "final", "all")
SHOWN, HIDDEN = ANSWERS = ("shown", "hidden")
UNLIMITED = "unlimited"
