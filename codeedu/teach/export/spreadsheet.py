"""CSV or a workbook: one row for each question, to read, sort and edit in a spreadsheet.

A spreadsheet takes `00100` in a CSV file for the number 100; in a workbook it stays text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from codeedu.files import csv_text, workbook
from codeedu.questions.kinds import KINDS
from codeedu.questions.printed import PrintedItem, as_text, plain_text, sources_in_words

ABOUT = ("id", "lesson", "objective", "kind", "level", "pool", "question", "right answer")
AFTER = ("explanation", "next time", "hint", "sources", "as of")
LEFT_OUT = ()  # of LOST in export_bank.py


def build(questions: Sequence[PrintedItem], title: str) -> bytes:
    """Return the questions as CSV in UTF-8, with the byte order mark that Excel needs."""
    return csv_text(_rows(questions)).encode("utf-8-sig")


def xlsx(questions: Sequence[PrintedItem], title: str) -> bytes:
    """Return the questions as an Excel workbook."""
    return workbook(_rows(questions))


def _rows(questions: Sequence[PrintedItem]) -> Iterator[Iterable[str]]:
    most = max((len(question.answers) for question in questions), default=0)
    columns = [f"answer {n}{part}" for n in range(1, most + 1) for part in ("", " right", " why")]
    yield [*ABOUT, *columns, *AFTER]
    for question in questions:
        yield _row(question, 3 * most)


def _row(question: PrintedItem, room: int) -> Iterator[str]:
    item = question.item
    yield from (item.id, item.lesson, item.objective, item.kind, item.level, item.pool)
    yield "\n".join(as_text([block]) for block in question.prompt)
    yield plain_text(KINDS[item.kind].answer(item))
    cells = [
        cell
        for answer in question.answers
        for cell in (
            answer.text,
            "yes" if answer.right or item.kind == "order" else "no",
            as_text(answer.feedback),
        )
    ]
    yield from cells + [""] * (room - len(cells))
    yield from (plain_text(item.explanation), plain_text(item.look), plain_text(item.hint))
    yield from ("; ".join(sources_in_words(item)), item.as_of)
