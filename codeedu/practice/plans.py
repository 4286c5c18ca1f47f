"""The sittings that a cell can show: quizzes, drills, and the tests before and behind the lessons.

`sittings.py` chooses their questions and `view.py` shows them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from codeedu import tables
from codeedu.practice import results, sittings
from codeedu.practice.choose import LENGTH, Answers
from codeedu.practice.session import Session
from codeedu.practice.view import Plan, Practice

FINAL = "final"  # its name in the record, which the completion record looks for
Banks = str | Path | Sequence[str | Path]


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
    plan = Plan(
        call=f"codeedu.quiz({lesson!r}{extra})",
        name=f"quiz {lesson} of {n}",
        title=f"Quiz · {_named(lesson)}",
        make=make,
        paths=paths,
    )
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
    plan = Plan(
        call=f"codeedu.drill({', '.join(given)})",
        name=f"drill {lessons[0] if lessons else 'all'} of {n}",
        title=f"Drill · {where}",
        make=make,
        says="What you missed comes back after a few others.",
        paths=paths,
    )
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

    plan = Plan(
        call=f"codeedu.pretest({lesson!r})",
        name=f"pretest {lesson}",
        title=f"Before you read · {_named(lesson)}",
        make=make,
        says="They look ahead to the lesson: guess freely. There is no score.",
        end=partial(results.looked_ahead, lesson=lesson),
        paths=paths,
        short=False,
    )
    return Practice(plan)


def placement() -> Practice:
    """Return twelve questions across the course that say which lessons to take.

    >>> placement()
    codeedu.placement()
    """
    plan = Plan(
        call="codeedu.placement()",
        name="placement",
        title="Where do you stand?",
        make=partial(_assessed, "placement"),
        says="They find the lessons that will give you the most. No lesson is locked.",
        end=results.placed,
        short=False,
        reviewed=False,
    )
    return Practice(plan)


def final() -> Practice:
    """Return the final assessment: forty questions by the blueprint of the course.

    >>> final()
    codeedu.final()
    """
    plan = Plan(
        call="codeedu.final()",
        name=FINAL,
        title="Final assessment",
        make=partial(_assessed, "final"),
        says="You can leave at any question and go on another day. First tries count.",
        end=results.assessed,
        first=1,  # number 0 is on paper, with its answers
        short=False,
    )
    return Practice(plan)


def _assessed(blueprint: str, number: int, answers: Answers) -> Session:
    # A measure must not choose by what was missed before: it looks at no earlier answers.
    return sittings.assessment(blueprint, seed=number)


def _lesson(lesson: object) -> str:
    """Return a lesson as the tables write it: "05" for "5" and for 5."""
    return str(lesson).zfill(2)


def _named(lesson: str) -> str:
    row = tables.by("lessons", "lesson").get(lesson)
    return f"Lesson {lesson}, {row['title']}" if row else f"Lesson {lesson}"


def _paths(banks: Banks) -> tuple[str | Path, ...]:
    return (banks,) if isinstance(banks, (str, Path)) else tuple(banks)
