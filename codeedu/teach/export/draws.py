"""What a quiz in another system draws: from each lesson all questions, or some of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from codeedu.questions.final_length import lengths
from codeedu.questions.printed import PrintedItem, by_lesson


class Group(NamedTuple):
    """The questions of a lesson, of which `draw` are asked."""

    lesson: str
    questions: list[PrintedItem]
    draw: int

    @property
    def is_drawn(self) -> bool:
        """Return whether not all of them are asked."""
        return self.draw < len(self.questions)


def is_final(question: PrintedItem) -> bool:
    """Return whether a question is of the final assessment."""
    return question.item.pool == "final"


def never_drawn(question: PrintedItem) -> bool:
    """Return whether a question is of a lesson of which the final asks none."""
    return is_final(question) and not lengths([question.item])[question.item.lesson]


def practice_groups(questions: Sequence[PrintedItem], draw: int | None) -> list[Group]:
    """Return the groups of practice questions: `draw` of each lesson, or all if it has fewer."""
    listed = by_lesson([question for question in questions if not is_final(question)])
    return [
        Group(lesson, found, min(draw or len(found), len(found)))
        for lesson, found in listed.items()
    ]


def final_groups(questions: Sequence[PrintedItem]) -> list[Group]:
    """Return the groups of the final: as many of each lesson as the course's own final asks."""
    listed = by_lesson([one for one in questions if is_final(one) and not never_drawn(one)])
    asked = lengths(question.item for question in questions)
    return [
        Group(lesson, found, min(asked[lesson], len(found))) for lesson, found in listed.items()
    ]
