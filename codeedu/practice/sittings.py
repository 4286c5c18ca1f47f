"""The sittings of the course, ready to begin: which items, which order, which mode.

Each takes the learner's earlier `answers` (as `record.read` returns them) and, where it draws
from a bank, the `paths` of banks of your own in place of the course's.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from codeedu.practice import bank, choose, generate
from codeedu.practice.choose import Answers
from codeedu.practice.items import Item
from codeedu.practice.session import Session

MADE = 30  # items that a drill makes to choose from, beside the written ones

Paths = Iterable[str | Path]


def pretest(lesson: str, *, paths: Paths = ()) -> Session:
    """Return the three questions before a lesson is read: always the same, and ungraded.

    Raises ValueError when the bank has no items of that lesson.
    """
    return Session(choose.pretest(_of(lesson, paths), lesson), mode="pretest")


def quiz(
    lesson: str,
    n: int = choose.LENGTH,
    *,
    seed: int = 0,
    answers: Answers = (),
    on: date | None = None,
    paths: Paths = (),
) -> Session:
    """Return a lesson's quiz: every objective, and up to two missed items of other lessons.

    Raises ValueError when the bank has no items of that lesson.
    """
    _of(lesson, paths)
    items = choose.quiz(bank.load(*paths), lesson, n, seed=seed, answers=answers, on=on)
    return Session(items, seed=seed)


def drill(
    n: int = choose.LENGTH,
    *,
    lessons: Iterable[str] = (),
    seed: int = 0,
    answers: Answers = (),
    on: date | None = None,
    paths: Paths = (),
) -> Session:
    """Return a drill of what this learner needs, from the bank and from items made for it.

    `lessons` confines it; without, it is of all of them. Made items that are due are made again.

    Raises ValueError when there is nothing to ask in those lessons.
    """
    wanted = set(lessons)
    names = choose.due(answers, on or date.today()) if answers else []
    again = [item for name in names if (item := generate.remake(name))]
    made = [*again, *generate.make(MADE, seed=seed)]
    pool = {item.id: item for item in (*bank.load(*paths), *made)}
    items = [item for item in pool.values() if not wanted or item.lesson in wanted]
    if not items:
        raise ValueError(f"There is nothing to drill in: {', '.join(sorted(wanted))}.")
    chosen = choose.drill(items, n, seed=seed, answers=answers, on=on)
    return Session(chosen, seed=seed, mode="drill")


def assessment(
    blueprint: str,
    *,
    seed: int = 0,
    answers: Answers = (),
    on: date | None = None,
    paths: Paths = (),
) -> Session:
    """Return an assessment by its blueprint: "placement" (12 items) or "final" (40 items).

    Raises ValueError when there is no such blueprint.
    """
    items = choose.by_blueprint(bank.load(*paths), blueprint, seed=seed, answers=answers, on=on)
    return Session(items, seed=seed)


def _of(lesson: str, paths: Paths) -> list[Item]:
    items = bank.load(*paths)
    mine = [item for item in items if item.lesson == lesson]
    if not mine:
        known = ", ".join(sorted({item.lesson for item in items}))
        raise ValueError(f"There are no questions of lesson {lesson!r}; there are of: {known}.")
    return mine
