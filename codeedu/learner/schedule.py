"""When an item comes back: the FSRS schedule, with the learner's record as its only memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time

from fsrs import Card, Rating, Scheduler

from codeedu.codes.level2 import iso
from codeedu.learner import statistics
from codeedu.learner.record import Answer
from codeedu.questions.cases import sort_in

CASE = "case"  # a mode

# By FSRS, in whole days: no steps of minutes, and no chance in it, so that a day's selection is
# the same whenever it is computed.
_SCHEDULER = Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)


def due(answers: Iterable[Answer], on: date) -> list[str]:
    """Return the ids of the items to ask again by that day, the longest overdue first.

    Every item that was answered comes back, by the FSRS schedule: soon after a miss, after ever
    longer intervals while it is known. The record is the schedule's only memory. Placements and
    pretests, which ask before a lesson is read, exercises and the final are not part of it, and
    cases have a schedule of their own.

    >>> missed = {"item": "a-01", "correct": False, "when": "2026-11-23T10:00:00+00:00"}
    >>> due([missed], date(2026, 11, 23)), due([missed], date(2026, 11, 24))
    ([], ['a-01'])
    """
    asked = [a for a in answers if a.get("mode") not in ("placement", CASE)]
    return _due(asked, on, lambda answer: answer["item"])


def due_cases(answers: Iterable[Answer], on: date) -> list[str]:
    """Return which cases to ask again by that day, the longest overdue first.

    A made case would be known by its key: its template comes back, with another record.

    >>> missed = {"item": "case:ride:7:0", "mode": "case", "correct": False}
    >>> due_cases([missed | {"when": "2026-11-23T10:00:00+00:00"}], date(2026, 11, 24))
    ['ride']
    """
    asked = [a for a in answers if a.get("mode") == CASE]
    return _due(asked, on, lambda answer: sort_in(answer["item"]))


def _due(answers: Iterable[Answer], on: date, what: Callable[[Answer], str]) -> list[str]:
    reviews: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for answer in statistics.daily(answers):
        if answer.get("pool") != "final" and iso(statistics.day_of(answer)):
            reviews[what(answer)].append((statistics.day_of(answer), _rating(answer)))
    dates = {name: _due_date(sorted(dated)) for name, dated in reviews.items()}
    return sorted((name for name in dates if dates[name] <= on), key=lambda name: dates[name])


def _rating(answer: Answer) -> int:
    """Return FSRS's rating of an answer; a right guess counts as hard to recall."""
    if not answer["correct"]:
        return Rating.Again
    return Rating.Hard if answer.get("confidence") == "guess" else Rating.Good


def _due_date(reviews: list[tuple[str, int]]) -> date:
    """Return the day on which an item with these reviews, by day and rating, comes back."""
    card = Card(card_id=1)
    for day, rating in reviews:
        noon = datetime.combine(date.fromisoformat(day), time(12), UTC)
        try:
            card, _ = _SCHEDULER.review_card(card, Rating(rating), noon)
        except OverflowError:  # an answer dated in the year 9999
            return date.max
    return card.due.date()
