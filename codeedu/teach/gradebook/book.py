"""The gradebook: marks by learner, lesson and objective, and what the questions say of a class.

Marks are percentages. A lesson's mark is that of its quiz, as `first` and `best` attempt; what an
attempt left open counts as not right. Objectives and questions count a learner's `first` answer
to each item, and the `best` one. Pretests and placements count nowhere, since nobody was taught
yet, nor do exercises, which are answered with the lesson in sight.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from codeedu import tables
from codeedu.codes.wording import plural
from codeedu.learner import statistics
from codeedu.questions.kinds import KINDS
from codeedu.teach.gradebook.collect import Collected, Items

UNCOUNTED = (*statistics.UNCOUNTED, "placement")
ENOUGH = 10  # learners before an item's discrimination says anything
MANY = 15  # learners before an item's key is suspected


def at_least(times: Any, of: Any) -> Any:
    """Return a share, or a column of shares, that is true at least, with 95% confidence.

    It is the lower end of Wilson's interval, and ranks shares that rest on different numbers.

    >>> at_least(3, 3) < at_least(20, 25)
    True
    """
    share, z2 = times / of, 1.645**2
    spread = (share * (1 - share) / of + z2 / (4 * of * of)) ** 0.5
    return (share + z2 / (2 * of) - 1.645 * spread) / (1 + z2 / of)


@dataclass(frozen=True)
class Gradebook:
    """The tables of a class; each is a DataFrame, made when it is first asked for."""

    handed: Collected
    due: str
    bank: Items

    @property
    def names(self) -> list[str]:
        """The names of all learners."""
        return list(self.handed.learners)

    @cached_property
    def counted(self) -> pd.DataFrame:
        """The answers that count, by learner and oldest first; `late` says which came too late."""
        answers = self.handed.answers
        late = answers["day"] > self.due if self.due else False
        answers = answers.assign(late=late).astype({"late": bool})
        return answers[~answers["mode"].isin(UNCOUNTED)]

    @cached_property
    def in_time(self) -> pd.DataFrame:
        """The answers that count and came in time."""
        return self.counted[~self.counted["late"]]

    @cached_property
    def tries(self) -> pd.DataFrame:
        """The first answer of each learner to each item; `best` says whether it is right by now.

        An item that a learner first met in a pretest has no first answer here: its reasons had
        been shown.
        """
        first = self.handed.answers.drop_duplicates(["learner", "item"])
        score = self.in_time.groupby(["learner", "item"])["score"].max()
        found = first.join((score >= 1).rename("best"), on=["learner", "item"], how="inner")
        return found[~found["mode"].isin(UNCOUNTED)].astype({"best": bool})

    # Marks

    @cached_property
    def lessons(self) -> pd.DataFrame:
        """A row for each learner and lesson: the quiz's first and best attempt, in percent."""
        quiz = self.in_time[self.in_time["mode"].isin(("quiz", "final"))]
        lesson = quiz["of_lesson"].where(quiz["of_lesson"] != "", quiz["lesson"])
        quiz = quiz.assign(lesson=lesson)
        attempt = ["learner", "lesson", "length", "attempt"]
        once = ~quiz.duplicated([*attempt, "item"])
        quiz = quiz.assign(once=once, right=quiz["right"] & once)
        by = quiz.groupby(attempt, sort=False)
        found = by.agg(
            right=("right", "sum"), answered=("once", "sum"), of=("of", "max"), last=("day", "max")
        )
        found["of"] = found[["of", "answered"]].max(axis=1)
        found["mark"] = _percent(found["right"] / found["of"])
        lessons = found.groupby(level=["learner", "lesson"]).agg(
            first=("mark", "first"),
            best=("mark", "max"),
            attempts=("mark", "size"),
            answered=("answered", "first"),
            of=("of", "first"),
            last=("last", "max"),
        )
        return lessons.reset_index()

    @cached_property
    def objectives(self) -> pd.DataFrame:
        """A row for each learner and objective: right at the first try and by now, in percent."""
        return self._right_by("learner", "lesson", "objective").drop(columns="learners")

    def _right_by(self, *columns: str) -> pd.DataFrame:
        by = self.tries.groupby(list(columns))
        found = by.agg(
            items=("item", "size"),
            learners=("learner", "nunique"),
            first=("right", "mean"),
            best=("best", "mean"),
        )
        found[["first", "best"]] = _percent(found[["first", "best"]])
        return found.reset_index()

    @cached_property
    def hardest(self) -> pd.DataFrame:
        """A row for each objective: right first tries of the class, in percent, lowest first."""
        found = self._right_by("objective", "lesson")
        return found.sort_values(["first", "objective"], ignore_index=True)

    @cached_property
    def learners(self) -> pd.DataFrame:
        """A row for each learner: how much was answered, right at first and by now, how late."""
        counted = self.in_time.groupby("learner").agg(
            answers=("item", "size"),
            items=("item", "nunique"),
            days=("day", "nunique"),
            last=("day", "max"),
        )
        right = self._right_by("learner").set_index("learner")[["first", "best"]]
        late = self.counted.groupby("learner")["late"].sum().rename("late")
        files = pd.Series(self.handed.learners, dtype=int, name="files").rename_axis("learner")
        found = files.to_frame().join([counted, right, late])
        numbers = ["answers", "items", "days", "late"]
        found = found.fillna(dict.fromkeys(numbers, 0) | {"last": ""})
        order = ["answers", "items", "first", "best", "days", "last", "late", "files"]
        return found.astype(dict.fromkeys(numbers, int))[order].reset_index()

    # Questions

    @cached_property
    def items(self) -> pd.DataFrame:
        """A row for each item: facility and discrimination, as Moodle's quiz statistics have them.

        `facility` is the mean score of first tries, in percent. `discrimination` is the
        correlation of that score with the learner's mean score on all other items, in percent;
        it is empty below `ENOUGH` learners, and where all scores are the same.
        """
        by = self._with_rest.groupby("item")
        found = by.agg(
            lesson=("lesson", "first"),
            objective=("objective", "first"),
            learners=("learner", "size"),
            facility=("score", "mean"),
        )
        found["facility"] = _percent(found["facility"])
        related = {name: _correlation(mine) for name, mine in by[["score", "rest"]]}
        found["discrimination"] = pd.Series(related, dtype=float)
        known = [self.bank.find(str(name)) for name in found.index]
        found.insert(2, "kind", [item.kind if item else "" for item in known])
        found["question"] = [_stem(item.stem) if item else "" for item in known]
        return found.reset_index()

    @cached_property
    def _with_rest(self) -> pd.DataFrame:
        """The first tries, with the `rest`: the learner's mean score on all other items."""
        whole = self.tries.groupby("learner")["score"]
        others = whole.transform("size") - 1
        rest = (whole.transform("sum") - self.tries["score"]) / others.where(others > 0)
        return self.tries.assign(rest=rest)

    @cached_property
    def options(self) -> pd.DataFrame:
        """A row for each option of each item, and for each wrong text typed more than once."""
        names = ("item", "option", "right", "chosen", "share", "misconception")
        by = self.tries.groupby("item")["answer"]
        listed = [row for name, answers in by for row in self._chosen(str(name), answers)]
        found = pd.DataFrame(listed, columns=list(names))
        return found.astype({"right": bool, "chosen": int, "share": float})

    def _chosen(self, name: str, answers: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
        item, count = self.bank.find(name), Counter(answers)
        if item is None or item.kind == "order":
            return
        found: Counter[tuple[str, bool, str]] = Counter()
        if item.options:
            for place, option in enumerate(item.options):
                chose = (
                    n for a, n in count.items() if place in (a if isinstance(a, tuple) else [a])
                )
                found[option.text, option.right, option.misconception] = sum(chose)
        else:
            for answer, times in count.items():
                grade = self.bank.grade(name, answer)
                right = bool(grade and grade.correct)
                text = KINDS[item.kind].answer(item) if right else str(answer)[:80]
                found[text, right, " ".join(grade.misconceptions if grade else ())] += times
        for (text, right, shows), times in found.items():
            if item.options or right or shows or times > 1:
                yield name, text, right, times, _percent(times / count.total()), shows

    @cached_property
    def suspects(self) -> pd.DataFrame:
        """A row for each item whose key to check, the most suspect first.

        More than half of the strongest third of those who answered it chose the same option,
        which the key calls wrong. `strong` is their share, in percent. It takes a choice and
        `MANY` learners.
        """
        listed = []
        for name, mine in self._with_rest.groupby("item"):
            item = self.bank.find(str(name))
            if item is None or not KINDS[item.kind].single or len(mine) < MANY:
                continue
            best = mine.nlargest(-(-len(mine) // 3), "rest")
            wrong = Counter(best.loc[~best["right"], "answer"])
            for place, option in enumerate(item.options):
                if wrong[place] > len(best) / 2:
                    share = _percent(wrong[place] / len(best))
                    listed.append((name, option.text, share, len(mine)))
        found = pd.DataFrame(listed, columns=["item", "option", "strong", "learners"])
        return found.sort_values(["strong", "item"], ascending=[False, True], ignore_index=True)

    # What the class mixes up and believes

    @cached_property
    def confusions(self) -> pd.DataFrame:
        """Which code set was taken for which at first; right answers come last."""
        asked = self.tries[(self.tries["actual"] != "") & (self.tries["chosen"] != "")]
        by = asked.groupby(["actual", "chosen"])["learner"]
        found = by.agg(times="size", learners="nunique").reset_index()
        found.insert(3, "of", found.groupby("actual")["times"].transform("sum"))
        same = found["actual"] == found["chosen"]
        return (
            found.assign(same=same)
            .sort_values(["same", "times", "actual", "chosen"], ascending=[True, False, True, True])
            .drop(columns="same")
        )

    @cached_property
    def _chances(self) -> pd.DataFrame:
        """A row for each misconception that a first answer could show; `showed` says if it did."""
        found = [
            (row.learner, name, name in row.misconceptions)
            for row in rows(self.tries[["learner", "could_show", "misconceptions"]])
            for name in row.could_show
        ]
        chances = pd.DataFrame(found, columns=["learner", "misconception", "showed"])
        return chances.astype({"showed": bool})

    @cached_property
    def beliefs(self) -> pd.DataFrame:
        """A row for each misconception that a first answer showed, the most tempting first.

        It showed in `times` first answers `of` those that could show it, from so many `learners`.
        """
        found = _shown(self._chances, "misconception")
        found["learners"] = self.holders.groupby("misconception").size()
        known = tables.by("misconceptions", "id")
        found["says"] = [known.get(name, {}).get("says", name) for name in found.index]
        found["truth"] = [known.get(name, {}).get("truth", "") for name in found.index]
        return found.reset_index()

    @cached_property
    def holders(self) -> pd.DataFrame:
        """A row for each learner and misconception, those most likely to hold it first.

        It showed in `times` first answers of this learner `of` those that could show it. There is
        no line between holding it and not: most are asked about it once or twice only.
        """
        return _shown(self._chances, "misconception", "learner").reset_index()

    @cached_property
    def problems(self) -> pd.DataFrame:
        """What was wrong with the files: a sentence in each row."""
        return pd.DataFrame(self.handed.problems, columns=["file", "problem"])

    def __repr__(self) -> str:
        if not self.names:
            return "No record was found."
        until = f", due {self.due}" if self.due else ""
        answers = plural(len(self.handed.answers), "answer")
        said = f"{plural(len(self.names), 'learner')}, {answers}{until}."
        noted = plural(len(self.problems), "problem") if len(self.problems) else "No problem"
        return f"{said} {noted} with {plural(self.handed.files, 'file')}."


def rows(frame: pd.DataFrame) -> Iterator[Any]:
    """Return the rows of a table as named tuples."""
    return frame.itertuples(index=False)


def _percent(share: Any) -> Any:
    return round(100 * share, 1)


def _shown(chances: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """Return how often each misconception showed, of how often it could, most surely first."""
    found = chances.groupby(list(columns)).agg(times=("showed", "sum"), of=("showed", "size"))
    found = found[found["times"] > 0].copy()
    found["rank"] = at_least(found["times"], found["of"])
    return found.sort_values("rank", ascending=False, kind="stable").drop(columns="rank")


def _correlation(mine: pd.DataFrame) -> float:
    both = mine.dropna()
    if len(both) < ENOUGH or (both.nunique() < 2).any():
        return float("nan")
    return float(_percent(both["score"].corr(both["rest"])))


def _stem(stem: str) -> str:
    return " ".join(stem.replace("```", " ").replace("`", "").split())
