"""The gradebook: marks by learner, lesson and objective, and what the answers say of a class.

Marks are percentages. A lesson's mark is that of its quiz, as `first` and `best` attempt; what an
attempt left open counts as not right. Objectives and questions count a learner's `first` answer
to each item, and the `best` one. Answers in UNCOUNTED modes count nowhere: in a pretest or a
placement nothing was taught yet, and an exercise is answered with the lesson in sight. What late
answers are worth is in `due.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from codeedu import tables
from codeedu.codes.wording import plural
from codeedu.learner import statistics
from codeedu.questions import decisions
from codeedu.questions.kinds import KINDS
from codeedu.questions.printed import plain_text
from codeedu.teach.gradebook.collect import Collected, find_item, grade_again
from codeedu.teach.gradebook.due import lateness

ASSIGNMENT = "assignment"  # a mode
MARKED = ("quiz", "final", ASSIGNMENT)  # modes that give a mark
UNCOUNTED = (*statistics.UNCOUNTED, "placement")
TO_CORRELATE = 10  # learners before an item's discrimination says anything
LONGEST = 240  # characters of an answer that was written
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

    def names_of(self, learner: str) -> Sequence[str]:
        """Return all names by which a sheet may call a learner."""
        return self.collected.learners[learner].names

    @property
    def absent(self) -> list[str]:
        """The students of the roster who handed in nothing."""
        return [name for name, one in self.collected.learners.items() if not one.files]

    @cached_property
    def dated(self) -> pd.DataFrame:
        """When and where all answers were given, `at` which lesson or assignment.

        They are so many days `late`, and a `share` of the mark is left, see `due.lateness`.
        """
        answers = self.collected.answers
        of, own = (answers[name].astype(object) for name in ("of_lesson", "lesson"))
        at = of.where(of != "", own)
        given = answers[answers["mode"] == ASSIGNMENT]
        for number in ("length", "exercise"):
            at[given.index] += "-" + given[number].astype(str)
        marks = at.where(answers["mode"].isin(MARKED), "").astype("category")
        late = lateness(answers[["learner", "day"]].assign(marks=marks), self.names_of, self.due)
        once = ["learner", "mode", "item", "day", "correct", "score", "length", "attempt", "of"]
        return answers[[*once, "position", "seconds"]].assign(at=at.astype("category"), **late)

    @cached_property
    def counted(self) -> pd.DataFrame:
        """The answers that count, by learner and oldest first."""
        return self.dated[~self.dated["mode"].isin(UNCOUNTED) & (self.dated["share"] > 0)]

    @cached_property
    def tries(self) -> pd.DataFrame:
        """Each learner's first answer to each item; `best` says whether one was right so far.

        The rule is that of `statistics.first_tries`: an item that a learner first met in an
        uncounted mode has no first try, since its reasons had been shown. What came too late to
        count is no try.
        """
        came_late = ~self.dated["mode"].isin(UNCOUNTED) & (self.dated["share"] == 0)
        answers = self.collected.answers[~came_late]
        learner, item = (answers[name].cat.codes.astype("int64") for name in ("learner", "item"))
        pair = learner * (item.max() + 1) + item
        counted = pair[self.counted.index]
        right = counted[self.counted["score"] >= 1]
        first = ~pair.duplicated() & pair.isin(counted) & ~answers["mode"].isin(UNCOUNTED)
        return answers[first].assign(best=pair[first].isin(right)).reset_index(drop=True)

    # Marks

    @cached_property
    def lessons(self) -> pd.DataFrame:
        """A row for each learner, and lesson or assignment: first and best attempt, in percent.

        An attempt has the day of the last question that was answered in it. Its mark is the better
        of two: what was right in time, or all that was right with what being `late` takes off.
        `right` of the `asked` ones, what was left `open` and the percent `off` are of the best one.
        """
        quiz = self.dated[self.dated["mode"].isin(MARKED)]
        attempt = ["learner", "at", "length", "attempt"]
        quiz = quiz[~quiz.duplicated([*attempt, "item"])]
        in_time = quiz["share"] == 1
        quiz = quiz.assign(in_time=in_time, right_in_time=quiz["correct"] & in_time)
        attempts = quiz.groupby(attempt, sort=False).agg(
            correct=("correct", "sum"),
            right_in_time=("right_in_time", "sum"),
            in_time=("in_time", "sum"),
            share=("share", "min"),
            late=("late", "max"),
            answered=("item", "size"),
            of=("of", "max"),
            begins=("position", "min"),
            ends=("position", "max"),
            last=("day", "max"),
            mode=("mode", "first"),
        )
        # The first answer says what an attempt asks; without it, this is known.
        is_cut = (attempts["of"] == 0) & (attempts["begins"] > 1)
        least = attempts.reset_index("length")[["length", "ends"]].max(axis=1).to_numpy()
        attempts["of"] = attempts["of"].mask(is_cut, least)
        attempts["of"] = attempts[["of", "answered"]].max(axis=1)
        right_late = attempts["correct"] * attempts["share"]
        right = attempts["right_in_time"].clip(lower=right_late)
        # A second attempt at an assignment asks the same, and its answers were shown.
        again = attempts.groupby(level=["learner", "at"]).cumcount() > 0
        again &= attempts["mode"] == ASSIGNMENT
        attempts["mark"] = _percent(right / attempts["of"]).mask(again)
        is_in_time = (attempts["in_time"] > 0) & (attempts["right_in_time"] >= right_late)
        attempts["late"] = attempts["late"].mask(is_in_time, 0)
        lessons = attempts.groupby(level=["learner", "at"]).agg(
            first=("mark", "first"),
            best=("mark", "max"),
            attempts=("mark", "size"),
            answered=("answered", "first"),
            of=("of", "first"),
            last=("last", "max"),
        )
        best = attempts.reset_index().sort_values(["mark", "late"], ascending=[False, True])
        best = best.drop_duplicates(["learner", "at"]).set_index(["learner", "at"])
        best = best.assign(open=best["of"] - best["answered"], off=_percent(1 - best["share"]))
        best = best.rename(columns={"correct": "right", "of": "asked"})
        lessons = lessons.join(best[["late", "right", "open", "asked", "off"]]).join(
            _minutes(self.dated, "learner", "at")
        )
        return _plain(lessons.reset_index()).rename(columns={"at": "lesson"})

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
        return _plain(right.reset_index())

    @cached_property
    def hardest(self) -> pd.DataFrame:
        """A row for each objective: right first tries of the class, in percent, lowest first."""
        objectives = self._right_by("objective", "lesson")
        return objectives.sort_values(["first", "objective"], ignore_index=True)

    @cached_property
    def learners(self) -> pd.DataFrame:
        """A row for each learner: how much was answered, right at first and so far, how late."""
        counted = self.counted.groupby("learner").agg(
            answers=("item", "size"),
            items=("item", "nunique"),
            days=("day", "nunique"),
            last=("day", "max"),
        )
        right = self._right_by("learner").set_index("learner")[["first", "best"]]
        is_late = ~self.dated["mode"].isin(UNCOUNTED) & (self.dated["share"] < 1)
        late = self.dated[is_late].groupby("learner").size().rename("late")
        minutes = _minutes(self.dated, "learner")
        each = {name: learner.files for name, learner in self.collected.learners.items()}
        files = pd.Series(each, dtype=int, name="files").rename_axis("learner")
        learners = files.to_frame().join([counted.astype({"last": str}), right, late, minutes])
        numbers = ["answers", "items", "days", "late", "minutes"]
        learners = learners.fillna(dict.fromkeys(numbers, 0) | {"last": ""})
        order = ["answers", "items", "first", "best", "days", "last", "late", "minutes", "files"]
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
        items["question"] = [plain_text(item.brief) if item else "" for item in known]
        return _plain(items.reset_index())

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
        by_item = self.tries[["item", "answer", "seen"]].groupby("item")
        chosen = [row for name, tries in by_item for row in self._chosen(str(name), tries)]
        options = pd.DataFrame(chosen, columns=columns)
        return options.astype({"right": bool, "chosen": int, "share": float})

    def _chosen(self, name: str, tries: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
        item = find_item(name)
        if item is None or item.kind == "order":
            return
        times = Counter(tries.loc[tries["seen"] == item.seen, "answer"])
        if not times:
            return
        chosen: Counter[tuple[str, bool, str]] = Counter()
        if item.options:
            also = decisions.also_right(item)
            for place, option in enumerate(item.options):
                right = option.right or place in also
                chosen[option.text, right, option.misconception] = sum(
                    count
                    for answer, count in times.items()
                    if place in (answer if isinstance(answer, tuple) else [answer])
                )
        else:
            for answer, count in times.items():
                grade = grade_again(name, answer)
                is_key = bool(grade and grade.correct)
                decided = grade and decisions.decided(name, item.seen, answer, grade)
                right = bool(decided and decided.correct)
                kind = KINDS[item.kind]
                text = kind.answer(item) if is_key else kind.in_words(item, answer)[:LONGEST]
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
        `TO_SUSPECT` learners answered are checked, and only by the answers to the question as it
        is now, with the key of today; `version` names it for the sheet of decisions.
        """
        suspects = []
        now = self._with_rest[self._with_rest["as_now"]]
        for name, tries in now.groupby("item"):
            item = find_item(str(name))
            if item is None or not KINDS[item.kind].single or len(tries) < TO_SUSPECT:
                continue
            strongest = tries.nlargest(-(-len(tries) // 3), "rest")
            wrong = Counter(strongest.loc[~strongest["correct"], "answer"])
            for place, option in enumerate(item.options):
                if wrong[place] > len(strongest) / 2:
                    share = _percent(wrong[place] / len(strongest))
                    suspects.append((name, item.seen, option.text, share, len(tries)))
        columns = ["item", "version", "option", "strong", "learners"]
        frame = pd.DataFrame(suspects, columns=columns)
        return frame.sort_values(["strong", "item"], ascending=[False, True], ignore_index=True)

    @cached_property
    def disputes(self) -> pd.DataFrame:
        """A row for each note of a learner about a question: the key may be wrong.

        What was decided since is left out; `version` names the question for the sheet of decisions.
        """
        rows = [
            (note.learner, note.item, note.seen, note.answer, note.note)
            for note in self.collected.notes
            if not decisions.deciding(note.item, note.seen, self.names_of(note.learner))
        ]
        return pd.DataFrame(rows, columns=["learner", "item", "version", "answer", "note"])

    # What the class mixes up and believes

    @cached_property
    def confusions(self) -> pd.DataFrame:
        """Which code set was taken for which other at first, how often of how many readings."""
        readings = self.tries[(self.tries["actual"] != "") & (self.tries["chosen"] != "")]
        by_pair = readings.groupby(["actual", "chosen"])["learner"]
        pairs = _plain(by_pair.agg(times="size", learners="nunique").reset_index())
        pairs.insert(3, "of", pairs.groupby("actual")["times"].transform("sum"))
        wrong = pairs[pairs["actual"] != pairs["chosen"]]
        return wrong.sort_values(["times", "actual", "chosen"], ascending=[False, True, True])

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


def _minutes(answers: pd.DataFrame, *columns: str) -> pd.Series[int]:
    """Return the time on task, of answers in all modes."""
    seconds = answers.groupby(list(columns))["seconds"].sum()
    return (seconds / 60).round().astype(int).rename("minutes")


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a small table with texts in place of categories."""
    names = frame.select_dtypes("category").columns
    return frame.astype(dict.fromkeys(names, str))


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
