"""Practice in a notebook: quizzes, drills, and the tests before, between and behind the lessons.

The views hold no rule. `sittings.py` chooses, `practice.py` asks and grades, `record.py` keeps,
`pages.py` and `results.py` put it into words; here they are handed on to the browser.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import traitlets

from codeedu import pages, sittings, tables
from codeedu.choose import LENGTH, Answers
from codeedu.markup import source
from codeedu.practice import Session
from codeedu.widgets import View

Banks = str | Path | Sequence[str | Path]


@dataclass(frozen=True)
class Plan:
    """One kind of sitting: the `call` that shows it, its `name` in the record, its `title`.

    `make` returns the session of a number (0 is the one on paper), given earlier answers.
    """

    call: str
    name: str
    title: str
    make: Callable[[int, Answers], Session]
    banks: tuple[str | Path, ...] = ()


class Practice(View):
    """A sitting, one question at a time; `screen` is what the view shows."""

    _esm = source("keys.js")
    _css = source("theme.css")

    screen = traitlets.Dict().tag(sync=True)

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.paper = plan.make(0, ())
        super().__init__()

    def _static(self) -> str:
        hint = "Run this cell to practice. The same questions to read, with their answers folded:"
        return pages.paper(self.plan.title, self.paper.items, hint)

    def __repr__(self) -> str:
        return self.plan.call


def quiz(lesson: str = "05", n: int = LENGTH, *, banks: Banks = ()) -> Practice:
    """Return the quiz of a lesson, ready to be the last line of a cell.

    `n` is how many questions, though every objective gets one. `banks` are question files of
    your own (see docs/question-bank.md) in place of the course's.

    Raises ValueError for a lesson without questions, BankError for a bank that has a problem.

    >>> quiz("05")
    codeedu.quiz('05')
    """
    lesson, paths = _lesson(lesson), _paths(banks)

    def make(number: int, answers: Answers) -> Session:
        return sittings.quiz(lesson, n, seed=number, answers=answers, paths=paths)

    extra = f", n={n}" if n != LENGTH else ""
    plan = Plan(f"codeedu.quiz({lesson!r}{extra})", f"quiz {lesson} of {n}",
                f"Quiz · {_named(lesson)}", make, paths)  # fmt: skip
    return Practice(plan)


def drill(lesson: str | None = None, n: int = LENGTH, *, banks: Banks = ()) -> Practice:
    """Return a drill of what this learner needs, from one lesson or, by default, from all.

    What was missed comes first and comes back; questions made from the tables never run out.

    Raises ValueError and BankError as `quiz` does.

    >>> drill()
    codeedu.drill()
    """
    paths = _paths(banks)
    lessons = () if lesson is None else (_lesson(lesson),)

    def make(number: int, answers: Answers) -> Session:
        return sittings.drill(n, lessons=lessons, seed=number, answers=answers, paths=paths)

    where = _named(lessons[0]) if lessons else "all lessons"
    given = [*map(repr, lessons), *([f"n={n}"] if n != LENGTH else [])]
    plan = Plan(f"codeedu.drill({', '.join(given)})", f"drill {lessons and lessons[0]} of {n}",
                f"Drill · {where}", make, paths)  # fmt: skip
    return Practice(plan)


def pretest(lesson: str = "01", *, banks: Banks = ()) -> Practice:
    """Return the three questions before a lesson is read: no score, answers at once.

    Raises ValueError and BankError as `quiz` does.

    >>> pretest("01")
    codeedu.pretest('01')
    """
    lesson, paths = _lesson(lesson), _paths(banks)

    def make(number: int, answers: Answers) -> Session:
        return sittings.pretest(lesson, paths=paths)

    plan = Plan(f"codeedu.pretest({lesson!r})", f"pretest {lesson}",
                f"Before you read · {_named(lesson)}", make, paths)  # fmt: skip
    return Practice(plan)


def placement() -> Practice:
    """Return twelve questions across the course that say which lessons to take.

    >>> placement()
    codeedu.placement()
    """
    return _assessment("placement", "Where do you stand?")


def final() -> Practice:
    """Return the final assessment: forty questions by the blueprint of the course.

    >>> final()
    codeedu.final()
    """
    return _assessment("final", "Final assessment")


def _assessment(name: str, title: str) -> Practice:
    # A measure must not choose by what was missed before: it is given no earlier answers.
    def make(number: int, answers: Answers) -> Session:
        return sittings.assessment(name, seed=number)

    return Practice(Plan(f"codeedu.{name}()", name, title, make))


def _lesson(lesson: object) -> str:
    """Return a lesson as the tables write it: "05" for "5" and for 5."""
    return str(lesson).zfill(2)


def _named(lesson: str) -> str:
    row = tables.by("lessons", "lesson").get(lesson)
    return f"Lesson {lesson}, {row['title']}" if row else f"Lesson {lesson}"


def _paths(banks: Banks) -> tuple[str | Path, ...]:
    return (banks,) if isinstance(banks, (str, Path)) else tuple(banks)
