"""CSV: one row for each question, to read, sort and edit in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from codeedu.files import no_formula
from codeedu.questions.kinds import KINDS
from codeedu.questions.printed import Question, plain, sources, words

ABOUT = ("id", "lesson", "objective", "kind", "level", "pool", "question", "right answer")
AFTER = ("explanation", "next time", "hint", "sources", "as of")
LEFT_OUT = ()  # of LOST in export.py


def build(questions: Sequence[Question], title: str) -> bytes:
    """Return the questions as CSV in UTF-8, with the mark by which Excel knows it."""
    most = max((len(question.answers) for question in questions), default=0)
    options = [f"answer {n}{part}" for n in range(1, most + 1) for part in ("", " right", " why")]
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow([*ABOUT, *options, *AFTER])
    for question in questions:
        row = list(_row(question, 3 * most))
        table.writerow(map(no_formula, row))
    return text.getvalue().encode("utf-8-sig")


def _row(question: Question, room: int) -> Iterator[str]:
    item = question.item
    yield from (item.id, item.lesson, item.objective, item.kind, item.level, item.pool)
    yield "\n".join(words([block]) for block in question.prompt)
    yield plain(KINDS[item.kind].answer(item))
    cells = [
        cell
        for answer in question.answers
        for cell in (
            answer.text,
            "yes" if answer.right or item.kind == "order" else "no",
            words(answer.feedback),
        )
    ]
    yield from cells + [""] * (room - len(cells))
    yield from (plain(item.explanation), plain(item.look), plain(item.hint))
    yield from ("; ".join(sources(item)), item.as_of)
