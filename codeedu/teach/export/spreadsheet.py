"""CSV or a workbook: one row for each question, to read, sort and edit in a spreadsheet.

`questions.sheet` says which columns, and reads them again.

A spreadsheet takes `00100` in a CSV file for the number 100; in a workbook it stays text.
"""

from __future__ import annotations

from collections.abc import Sequence

from codeedu.files import csv_text, workbook
from codeedu.questions import sheet
from codeedu.questions.printed import PrintedItem

LEFT_OUT = ()  # of LOST in export_bank.py


def build(questions: Sequence[PrintedItem], title: str) -> bytes:
    """Return the questions as CSV in UTF-8, with the byte order mark that Excel needs."""
    return csv_text(_table(questions)).encode("utf-8-sig")


def xlsx(questions: Sequence[PrintedItem], title: str) -> bytes:
    """Return the questions as an Excel workbook."""
    return workbook(_table(questions))


def _table(questions: Sequence[PrintedItem]) -> list[list[str]]:
    return sheet.table([sheet.row(question.item) for question in questions])
