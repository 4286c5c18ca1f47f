"""The gradebook: marks by learner, lesson and objective, and what the answers say of a class.

Marks are percentages. A lesson's mark is that of its quiz, as `first` and `best` attempt; what an
attempt left open counts as not right. Objectives and questions count a learner's `first` answer
to each item, and the `best` one. Answers in UNCOUNTED modes count nowhere: in a pretest or a
placement nothing was taught yet, and an exercise is answered with the lesson in sight.
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
from codeedu.questions.printed import plain_text
from codeedu.teach.gradebook.collect import Collected, find_item, grade_again

UNCOUNTED = (*statistics.UNCOUNTED, "placement")
TO_CORRELATE = 10  # learners before an item's discrimination says anything
TO_SUSPECT = 15  # learners before an item's key is suspected


def lower_bound(times: Any, of: Any) -> Any:
    """Return the lower bound of the Wilson interval (one-sided, 95%) of a share, or of a column.

    It ranks shares that rest on different numbers.

    >>> lower_bound(3, 3) < lower_bound(20, 25)
    True
    """
    share, z2 = times / of, 1.645**2
    spread = (share * (1 - share) / of + z2 / (4 * of * of)) ** 0.5
    return (share + z2 / (2 * of) - 1.645 * spread) / (1 + z2 / of)


@dataclass(frozen=True)
class Gradebook:
    """The tables of a class; each is a DataFrame, computed when it is first used."""

    collected: Collected
    due: str

    @property
    def names(self) -> list[str]:
        """The names of all learners."""
        return list(self.collected.learners)

    @property
    def absent(self) -> list[str]:
        """The students of the roster who handed in nothing."""
        return [name for name, one in self.collected.learners.items() if not one.files]

    @cached_property
    def counted(self) -> pd.DataFrame:
        """The answers that count, by learner and oldest first; `late` marks those after `due`."""
        answers = self.collected.answers
        late = answers["day"] > self.due if self.due else False
        answers = answers.assign(late=late).astype({"late": bool})
        return answers[~answers["mode"].isin(UNCOUNTED)]

    @cached_property
    def in_time(self) -> pd.DataFrame:
        """The answers that count and came in time."""
        return self.counted[~self.counted["late"]]

    @cached_property
    def tries(self) -> pd.DataFrame:
        """Each learner's first answer to each item; `best` says whether one was right so far.

        The rule is that of `statistics.first_tries`: an item that a learner first met in an
        uncounted mode has no first try, since its reasons had been shown.
        """
        first = self.collected.answers.drop_duplicates(["learner", "item"])
        score = self.in_time.groupby(["learner", "item"])["score"].max()
        tries = first.join((score >= 1).rename("best"), on=["learner", "item"], how="inner")
        tries = tries.reset_index(drop=True)  # without any answer, pandas names it by learner
        return tries[~tries["mode"].isin(UNCOUNTED)].astype({"best": bool})

    # Marks

    @cached_property
    def lessons(self) -> pd.DataFrame:
        """A row for each learner and lesson: the quiz's first and best attempt, in percent."""
        quiz = self.in_time[self.in_time["mode"].isin(("quiz", "final"))]
        lesson = quiz["of_lesson"].where(quiz["of_lesson"] != "", quiz["lesson"])
        quiz = quiz.assign(lesson=lesson)
        attempt = ["learner", "lesson", "length", "attempt"]
        once = ~quiz.duplicated([*attempt, "item"])
        quiz = quiz.assign(once=once, correct=quiz["correct"] & once)
        attempts = quiz.groupby(attempt, sort=False).agg(
            correct=("correct", "sum"),
            answered=("once", "sum"),
            of=("of", "max"),
            last=("day", "max"),
        )
        attempts["of"] = attempts[["of", "answered"]].max(axis=1)
        attempts["mark"] = _percent(attempts["correct"] / attempts["of"])
        lessons = attempts.groupby(level=["learner", "lesson"]).agg(
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
        """A row for each learner and objective: right at the first try and so far, in percent."""
        return self._right_by("learner", "lesson", "objective").drop(columns="learners")

    def _right_by(self, *columns: str) -> pd.DataFrame:
        right = self.tries.groupby(list(columns)).agg(
            items=("item", "size"),
            learners=("learner", "nunique"),
            first=("correct", "mean"),
            best=("best", "mean"),
        )
        right[["first", "best"]] = _percent(right[["first", "best"]])
        return right.reset_index()

    @cached_property
    def hardest(self) -> pd.DataFrame:
        """A row for each objective: right first tries of the class, in percent, lowest first."""
        objectives = self._right_by("objective", "lesson")
        return objectives.sort_values(["first", "objective"], ignore_index=True)

    @cached_property
    def learners(self) -> pd.DataFrame:
        """A row for each learner: how much was answered, right at first and so far, how late."""
        counted = self.in_time.groupby("learner").agg(
            answers=("item", "size"),
            items=("item", "nunique"),
            days=("day", "nunique"),
            last=("day", "max"),
        )
        right = self._right_by("learner").set_index("learner")[["first", "best"]]
        late = self.counted.groupby("learner")["late"].sum().rename("late")
        each = {name: learner.files for name, learner in self.collected.learners.items()}
        files = pd.Series(each, dtype=int, name="files").rename_axis("learner")
        learners = files.to_frame().join([counted, right, late])
        numbers = ["answers", "items", "days", "late"]
        learners = learners.fillna(dict.fromkeys(numbers, 0) | {"last": ""})
        order = ["answers", "items", "first", "best", "days", "last", "late", "files"]
        return learners.astype(dict.fromkeys(numbers, int))[order].reset_index()

    # Questions

    @cached_property
    def items(self) -> pd.DataFrame:
        """A row for each item: facility and discrimination, as Moodle's quiz statistics have them.

        `facility` is the mean score of first tries, in percent. `discrimination` is the
        correlation of that score with the learner's mean score on all other items, in percent;
        it is empty below `TO_CORRELATE` learners, and where all scores are the same.
        """
        by_item = self._with_rest.groupby("item")
        items = by_item.agg(
            lesson=("lesson", "first"),
            objective=("objective", "first"),
            learners=("learner", "size"),
            facility=("score", "mean"),
        )
        items["facility"] = _percent(items["facility"])
        related = {name: _correlation(scores) for name, scores in by_item[["score", "rest"]]}
        items["discrimination"] = pd.Series(related, dtype=float)
        known = [find_item(str(name)) for name in items.index]
        items.insert(2, "kind", [item.kind if item else "" for item in known])
        items["question"] = [plain_text(item.stem) if item else "" for item in known]
        return items.reset_index()

    @cached_property
    def _with_rest(self) -> pd.DataFrame:
        """The first tries, with the `rest`: the learner's mean score on all other items."""
        scores = self.tries.groupby("learner")["score"]
        others = scores.transform("size") - 1
        rest = (scores.transform("sum") - self.tries["score"]) / others.where(others > 0)
        return self.tries.assign(rest=rest)

    @cached_property
    def options(self) -> pd.DataFrame:
        """A row for each option of each item, and for each wrong text typed more than once."""
        columns = ["item", "option", "right", "chosen", "share", "misconception"]
        by_item = self.tries.groupby("item")["answer"]
        chosen = [row for name, answers in by_item for row in self._chosen(str(name), answers)]
        options = pd.DataFrame(chosen, columns=columns)
        return options.astype({"right": bool, "chosen": int, "share": float})

    def _chosen(self, name: str, answers: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
        item, times = find_item(name), Counter(answers)
        if item is None or item.kind == "order":
            return
        chosen: Counter[tuple[str, bool, str]] = Counter()
        if item.options:
            for place, option in enumerate(item.options):
                chosen[option.text, option.right, option.misconception] = sum(
                    count
                    for answer, count in times.items()
                    if place in (answer if isinstance(answer, tuple) else [answer])
                )
        else:
            for answer, count in times.items():
                grade = grade_again(name, answer)
                right = bool(grade and grade.correct)
                text = KINDS[item.kind].answer(item) if right else str(answer)[:80]
                chosen[text, right, " ".join(grade.misconceptions if grade else ())] += count
        for (text, right, misconception), count in chosen.items():
            if item.options or right or misconception or count > 1:
                share = _percent(count / times.total())
                yield name, text, right, count, share, misconception

    @cached_property
    def suspects(self) -> pd.DataFrame:
        """A row for each item whose key to check, the most suspect first.

        More than half of the strongest third of those who answered it chose the same option,
        which the key calls wrong. `strong` is their share, in percent. Only choices that
        `TO_SUSPECT` learners answered are checked.
        """
        suspects = []
        for name, tries in self._with_rest.groupby("item"):
            item = find_item(str(name))
            if item is None or not KINDS[item.kind].single or len(tries) < TO_SUSPECT:
                continue
            strongest = tries.nlargest(-(-len(tries) // 3), "rest")
            wrong = Counter(strongest.loc[~strongest["correct"], "answer"])
            for place, option in enumerate(item.options):
                if wrong[place] > len(strongest) / 2:
                    share = _percent(wrong[place] / len(strongest))
                    suspects.append((name, option.text, share, len(tries)))
        frame = pd.DataFrame(suspects, columns=["item", "option", "strong", "learners"])
        return frame.sort_values(["strong", "item"], ascending=[False, True], ignore_index=True)

    # What the class mixes up and believes

    @cached_property
    def confusions(self) -> pd.DataFrame:
        """Which code set was taken for which at first; right answers come last."""
        readings = self.tries[(self.tries["actual"] != "") & (self.tries["chosen"] != "")]
        by_pair = readings.groupby(["actual", "chosen"])["learner"]
        pairs = by_pair.agg(times="size", learners="nunique").reset_index()
        pairs.insert(3, "of", pairs.groupby("actual")["times"].transform("sum"))
        pairs = pairs.sort_values(["times", "actual", "chosen"], ascending=[False, True, True])
        right = pairs["actual"] == pairs["chosen"]
        return pd.concat([pairs[~right], pairs[right]])

    @cached_property
    def _chances(self) -> pd.DataFrame:
        """A row for each misconception that a first try could show; `showed` says if it did."""
        chances = [
            (row.learner, name, name in row.misconceptions)
            for row in each_row(self.tries[["learner", "could_show", "misconceptions"]])
            for name in row.could_show
        ]
        frame = pd.DataFrame(chances, columns=["learner", "misconception", "showed"])
        return frame.astype({"showed": bool})

    @cached_property
    def beliefs(self) -> pd.DataFrame:
        """A row for each misconception that a first try showed, the most tempting first.

        It showed in `times` first tries `of` those that could show it, from so many `learners`.
        """
        beliefs = _times_shown(self._chances, "misconception")
        beliefs["learners"] = self.holders.groupby("misconception").size()
        known = tables.by("misconceptions", "id")
        beliefs["says"] = [known.get(name, {}).get("says", name) for name in beliefs.index]
        beliefs["truth"] = [known.get(name, {}).get("truth", "") for name in beliefs.index]
        return beliefs.reset_index()

    @cached_property
    def holders(self) -> pd.DataFrame:
        """A row for each learner and misconception, those most likely to hold it first.

        It showed in `times` first tries of this learner `of` those that could show it. No
        threshold decides who holds it: most learners are asked about it only once or twice.
        """
        return _times_shown(self._chances, "misconception", "learner").reset_index()

    @cached_property
    def problems(self) -> pd.DataFrame:
        """What was wrong with the files: a sentence in each row."""
        return pd.DataFrame(self.collected.problems, columns=["file", "problem"])

    def __repr__(self) -> str:
        if not self.names:
            return "No record was found."
        learners = plural(len(self.names), "learner")
        answers = plural(len(self.collected.answers), "answer")
        until = f", due {self.due}" if self.due else ""
        files = plural(self.collected.files, "file")
        notes = plural(len(self.problems), "note", zero="no")
        return f"{learners}, {answers}{until}. {files} read, {notes}."


def each_row(frame: pd.DataFrame) -> Iterator[Any]:
    """Return the rows of a table as named tuples."""
    return frame.itertuples(index=False)


def _percent(share: Any) -> Any:
    return round(100 * share, 1)


def _times_shown(chances: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """Return how often each misconception showed and how often it could, most surely held first."""
    shown = chances.groupby(list(columns)).agg(times=("showed", "sum"), of=("showed", "size"))
    shown = shown[shown["times"] > 0]
    shown = shown.assign(rank=lower_bound(shown["times"], shown["of"]))
    return shown.sort_values("rank", ascending=False, kind="stable").drop(columns="rank")


def _correlation(scores: pd.DataFrame) -> float:
    both = scores.dropna()
    if len(both) < TO_CORRELATE or (both.nunique() < 2).any():
        return float("nan")
    return float(_percent(both["score"].corr(both["rest"])))
