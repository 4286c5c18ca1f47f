"""Home: each lesson with its state, and one next step; refreshes when scrolled into view."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import traitlets

from codeedu.html.nodes import Node, Shown, link, node, source, to_html
from codeedu.html.view import View
from codeedu.learner import record, steps
from codeedu.learner.steps import LessonState

SIGN = {steps.DONE: "✓ "}


class Home(View):
    """The view of home. The browser asks for its state whenever it is scrolled into view."""

    _esm = source("dom.js", "home.js")
    _css = source("theme.css", "home.css")
    _button = "See where I am now"

    body: traitlets.List[Any] = traitlets.List().tag(sync=True)

    def __init__(self, place: str | Path | None, on: date | None) -> None:
        self.place, self.on = place, on
        super().__init__(body=self._look())

    def _look(self) -> list[Node]:
        return nodes(self._lessons())

    def _lessons(self) -> list[LessonState]:
        return steps.course_state(record.read(self.place).answers, self.on or date.today())

    def _do(self, message: dict[str, Any]) -> None:
        self.body = self._look()

    def _complain(self, text: str) -> None:
        alert = node("p", text, role="alert", class_="codeedu-complaint")
        self.body = [alert, *(part for part in self.body if part[1].get("role") != "alert")]

    def _static(self) -> str:
        """Return the lessons without their states, which are out of date on another day."""
        style = f"<style>{source('home.css')}</style>"
        course = [_lesson_nodes(lesson, now=False) for lesson in steps.course_state((), date.min)]
        return Shown("", style + "".join(map(to_html, _listed(course))))._repr_html_()

    def __repr__(self) -> str:
        return "\n".join(lines(self._lessons()))


def home(place: str | Path | None = None, on: date | None = None) -> Home:
    """Return the lessons and where the learner is, ready to be the last line of a cell.

    `place` is the file of the record, by default the learner's own (see `record.path`); `on` is
    the day for which to say what is due, by default today. Never raises.

    >>> print(repr(home("/no/such/file")).splitlines()[0])
    Next: open 01 What is HCPCS? (27 minutes).
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
