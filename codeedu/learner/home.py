"""Home: each lesson with its state, and one next step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import traitlets

from codeedu.html.nodes import Node, link, node
from codeedu.learner import record, steps
from codeedu.learner.record_view import RecordView
from codeedu.learner.steps import LessonState

SIGN = {steps.DONE: "✓ "}


class Home(RecordView):
    """The view of home."""

    call = "codeedu.home()"
    name = traitlets.Unicode("home").tag(sync=True)
    label = traitlets.Unicode("Your lessons").tag(sync=True)
    _button = "See where I am now"

    def _look(self) -> list[Node]:
        return nodes(self._lessons())

    def _lessons(self) -> list[LessonState]:
        return steps.course_state(record.read(self.place).answers, self.on or date.today())

    def _paper(self) -> list[Node]:
        """Return the lessons without their states, which are out of date on another day."""
        return _listed(
            [_lesson_nodes(lesson, now=False) for lesson in steps.course_state((), date.min)]
        )

    def _first(self) -> dict[str, Any]:
        first = super()._first()
        looking = node("p", "Looking up where you are …", class_="codeedu-next")
        return {**first, "body": [looking, *first["body"]]}

    def _text(self) -> str:
        return "\n".join(lines(self._lessons()))


def home(place: str | Path | None = None, on: date | None = None) -> Home:
    """Return the lessons and where the learner is, ready to be the last line of a cell.

    `place` is the file of the record, by default the learner's own (see `record.path`); `on` is
    the day for which to say what is due, by default today. Never raises.

    >>> print(repr(home("/no/such/file")).splitlines()[0])
    Next: open 01 What is HCPCS? (40 minutes).
    """
    return Home(place, on)


def lines(
    course: list[LessonState], more: Callable[[LessonState], list[str]] = lambda _: []
) -> list[str]:
    """Return the next step and the lessons as text; `more` returns what is below a lesson."""
    text = [steps.next_step(course).sentence]
    for lesson in course:
        text.append(f"{lesson.title}: {lesson.status} ({lesson.minutes} minutes)")
        text += [f"  {line}" for line in more(lesson)]
    return text


def nodes(
    course: list[LessonState], more: Callable[[LessonState], list[Node]] = lambda _: []
) -> list[Node]:
    """Return the next step and the lessons as a list; `more` returns what is below a lesson."""
    entries = [[*_lesson_nodes(lesson), *more(lesson)] for lesson in course]
    return [steps.next_step(course).node(), *_listed(entries)]


def _listed(entries: list[list[Node]]) -> list[Node]:
    items = [node("li", *entry) for entry in entries]
    return [
        node("p", "Your lessons", class_="codeedu-title"),
        node("ol", *items, class_="codeedu-lessons", role="list"),
    ]


def _lesson_nodes(lesson: LessonState, *, now: bool = True) -> list[Node]:
    state = node("strong", f"{SIGN.get(lesson.state, '')}{lesson.status}")
    return [
        node("p", link(lesson.title, lesson.file), class_="codeedu-lesson"),
        node("p", *((state, " · ") if now else ()), f"{lesson.minutes} minutes"),
        node("p", lesson.row["promise"], class_="codeedu-caution"),
    ]
