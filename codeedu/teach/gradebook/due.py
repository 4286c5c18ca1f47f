"""What late answers are worth, by the due days of the custom folder (`questions.due_days`)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from typing import Any, NamedTuple

import pandas as pd

from codeedu.questions.decisions import ALL, IN_TIME, decisions, is_same
from codeedu.questions.due_days import dues

FIRST_DAY = "2024-01-01"  # no answer is older than codeedu
NEVER = date.max.toordinal()


class Rule(NamedTuple):
    """Until which day (as an ordinal) answers count in full, and what each day after it takes off.

    `off` is a share of the mark; 1 means that a late answer does not count.
    """

    until: int = NEVER
    off: float = 1.0


def rule_for(lesson: str, names: Collection[str], otherwise: str = "") -> Rule:
    """Return the rule for a learner with these names; `otherwise` is the day if no row has one.

    A row for the lesson goes before one for all, a learner's own before both; the grace and the
    late rule that a learner's own row leaves open are those of the lesson.

    >>> rule_for("05", ["kim"], "2026-12-01") == Rule(date(2026, 12, 1).toordinal())
    True
    """
    in_time = [row for row in decisions() if row.decision == IN_TIME and row.is_for(names)]
    if any(row.item in ("", lesson) for row in in_time):
        return Rule()
    fitting = [row for row in dues() if lesson and row.lesson in (lesson, ALL)]
    fitting = [row for row in fitting if not row.learner or is_same(row.learner, names)]
    fitting.sort(key=lambda row: (not row.learner, row.lesson == ALL))
    day = next((row.due for row in fitting), otherwise)
    if not day:
        return Rule()
    grace = int(next((row.grace for row in fitting if row.grace), 0))
    percent = float(next((row.late for row in fitting if row.late), 100))
    return Rule(date.fromisoformat(day).toordinal() + grace, percent / 100)


def lateness(
    answers: pd.DataFrame, names_of: Callable[[str], Collection[str]], otherwise: str
) -> pd.DataFrame:
    """Return how many days `late` each answer is, and the `share` of the mark that is left.

    The answers have a `learner`, a `day` and, as `marks`, the lesson whose mark they make or "".
    An answer of an unknown day, before FIRST_DAY, is no number of days late, and has no share.
    """
    late = pd.DataFrame({"late": 0.0, "share": 1.0}, index=answers.index)
    if not (otherwise or dues()):
        return late
    days = {day: date.fromisoformat(day).toordinal() for day in answers["day"].cat.categories}
    groups: dict[Any, Any] = answers.groupby(["learner", "marks"]).groups
    for (learner, lesson), index in groups.items():
        if (rule := rule_for(lesson, names_of(learner), otherwise)) != Rule():
            day = answers.loc[index, "day"].map(days).astype(int)
            over = (day - rule.until).clip(lower=0).astype(float)
            unknown = day < date.fromisoformat(FIRST_DAY).toordinal()
            late.loc[index, "late"] = over.mask(unknown)
            late.loc[index, "share"] = (1 - rule.off * over).clip(lower=0).mask(unknown, 0)
    return late
