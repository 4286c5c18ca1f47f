"""The gradebook: marks by learner, lesson and objective, and what the questions say of a class.

Marks are percentages. A lesson's mark is that of its quiz, as `first` and `best` attempt; what an
attempt left open counts as not right. Objectives and questions count a learner's `first` answer
to each item, and the `best` one. Pretests and placements count nowhere: nobody was taught yet.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from codeedu import tables
from codeedu.codes.wording import plural
from codeedu.practice import statistics
from codeedu.practice.grading import KINDS
from codeedu.practice.record import Answer
from codeedu.teach.collect import Given, Handed, Items, collect
from codeedu.writing import no_formula

UNCOUNTED = ("pretest", "placement")
ENOUGH = 10  # learners before an item's discrimination says anything
FINAL = "07"  # the lesson that the final assessment is

# The columns of each table, so that an empty class has them too.
COLUMNS = {
    "learners": ("learner", "answers", "items", "first", "best", "days", "last", "late", "files"),
    "lessons": ("learner", "lesson", "first", "best", "attempts", "answered", "of", "last"),
    "objectives": ("learner", "lesson", "objective", "items", "first", "best"),
    "items": (
        "item",
        "lesson",
        "objective",
        "kind",
        "learners",
        "facility",
        "discrimination",
        "question",
    ),
    "options": ("item", "option", "right", "chosen", "share", "misconception"),
    "confusions": ("actual", "chosen", "times", "of", "learners"),
    "beliefs": ("misconception", "times", "of", "learners", "held", "says", "truth", "who"),
    "problems": ("file", "problem"),
}


def gradebook(
    folder: str | Path, due: str | date | None = None, *, banks: Iterable[str | Path] = ()
) -> Gradebook:
    """Return the gradebook of a class from its records in a folder, or in a .zip.

    Answers after the day `due` (an ISO date, by the learner's own clock) do not count; they are
    in the column `late`. `banks` are question files of your own, besides the course's.

    Raises FileNotFoundError when there is no such folder, ValueError when `due` is no date, and
    BankError for a bank that has a problem.

    >>> import tempfile
    >>> gradebook(tempfile.mkdtemp())
    No record was found.
    """
    paths = (banks,) if isinstance(banks, (str, Path)) else tuple(banks)
    items = Items(paths)
    day = _day(due)
    found = collect(folder, items)
    return Gradebook(found.records, found.problems, found.files, day, items)


def _day(due: str | date | None) -> str:
    if due is None:
        return ""
    try:
        return date.fromisoformat(str(due)[:10] if isinstance(due, date) else due).isoformat()
    except (TypeError, ValueError):
        raise ValueError(f"{due!r} is not a date; write it as 2026-12-01.") from None


def at_least(times: int, of: int) -> float:
    """Return a share that is true at least, with 95% confidence (Wilson's interval, one-sided).

    It ranks shares that rest on different numbers: 3 of 3 says less than 20 of 25.

    >>> at_least(3, 3) < at_least(20, 25)
    True
    """
    if not of:
        return 0.0
    share, z2 = times / of, 1.645**2
    spread = (share * (1 - share) / of + z2 / (4 * of * of)) ** 0.5
    return float((share + z2 / (2 * of) - 1.645 * spread) / (1 + z2 / of))


def counted(answers: Iterable[Given]) -> list[Given]:
    """Return the answers that count: those given before a lesson was read do not."""
    return [answer for answer in answers if answer.mode not in UNCOUNTED]


@dataclass(frozen=True)
class Gradebook:
    """The tables of a class; each is a DataFrame, made when it is first asked for."""

    records: list[Handed]
    notes: list[tuple[str, str]]
    files: int
    due: str
    bank: Items

    @cached_property
    def _counted(self) -> dict[str, list[Given]]:
        """The answers that count of each learner, oldest first."""
        return {
            record.learner: [a for a in counted(record.answers) if self._in_time(a)]
            for record in self.records
        }

    def _in_time(self, answer: Given) -> bool:
        return not self.due or answer.day <= self.due

    @cached_property
    def tries(self) -> pd.DataFrame:
        """The first answer of each learner to each item, and the `best` score by the due date.

        An item that a learner first met in a pretest has no first answer here: its reasons had
        been shown.
        """
        rows = []
        for record in self.records:
            first: dict[str, Given] = {}
            best: dict[str, float] = {}
            for answer in record.answers:
                first.setdefault(answer.item, answer)
            for answer in self._counted[record.learner]:
                best[answer.item] = max(best.get(answer.item, 0.0), answer.score)
            rows += [
                (
                    record.learner,
                    one.lesson,
                    one.objective,
                    item,
                    one.correct,
                    one.score,
                    best[item] >= 1,
                    one,
                )
                for item, one in first.items()
                if item in best and one.mode not in UNCOUNTED
            ]
        names = ("learner", "lesson", "objective", "item", "right", "score", "best", "answer")
        return pd.DataFrame(rows, columns=names).astype({"right": bool, "best": bool})

    # Marks

    @cached_property
    def lessons(self) -> pd.DataFrame:
        """A row for each learner and lesson: the quiz's first and best attempt, in percent."""
        rows: list[tuple[Any, ...]] = []
        for learner, answers in self._counted.items():
            for lesson, attempts in sorted(_attempts(answers).items()):
                marks = [_mark(attempt) for attempt in attempts]
                given = [answer for attempt in attempts for answer in attempt]
                answered = len({answer.item for answer in attempts[0]})
                of = max(_asked(attempts[0]), answered)
                last = max(answer.day for answer in given)
                rows.append((learner, lesson, marks[0], max(marks), len(marks), answered, of, last))
        return _frame("lessons", rows)

    @cached_property
    def objectives(self) -> pd.DataFrame:
        """A row for each learner and objective: right at the first try and by now, in percent."""
        if self.tries.empty:
            return _frame("objectives", [])
        by = self.tries.groupby(["learner", "lesson", "objective"], sort=True)
        found = by.agg(items=("item", "size"), first=("right", "mean"), best=("best", "mean"))
        found[["first", "best"]] = (found[["first", "best"]] * 100).round(1)
        return found.reset_index()

    @cached_property
    def learners(self) -> pd.DataFrame:
        """A row for each learner: how much was answered, right at first and by now, how late."""
        marks = self.tries.groupby("learner")[["right", "best"]].mean() * 100
        rows = []
        for record in self.records:
            mine = self._counted[record.learner]
            known = record.learner in marks.index
            found: Any = marks.loc[record.learner] if known else [float("nan")] * 2
            both = [round(float(value), 1) for value in found]
            days = {answer.day for answer in mine}
            late = sum(not self._in_time(answer) for answer in counted(record.answers))
            rows.append(
                (
                    record.learner,
                    len(mine),
                    len({answer.item for answer in mine}),
                    *both,
                    len(days),
                    max(days, default=""),
                    late,
                    len(record.files),
                )
            )
        return _frame("learners", rows)

    # Questions

    @cached_property
    def items(self) -> pd.DataFrame:
        """A row for each item: facility and discrimination, as Moodle's quiz statistics have them.

        `facility` is the mean score of first tries, in percent. `discrimination` is the
        correlation of that score with the learner's mean score on all other items, in percent;
        it is empty below `ENOUGH` learners, and where all scores are the same.
        """
        if self.tries.empty:
            return _frame("items", [])
        tries = self.tries[["learner", "lesson", "objective", "item", "score"]].copy()
        whole = tries.groupby("learner")["score"]
        others = whole.transform("size") - 1
        rest = (whole.transform("sum") - tries["score"]) / others.where(others > 0)
        tries["rest"] = rest
        rows = []
        for name, mine in tries.groupby("item", sort=True):
            item = self.bank.find(str(name))
            rows.append(
                (
                    name,
                    mine["lesson"].iloc[0],
                    mine["objective"].iloc[0],
                    item.kind if item else "",
                    len(mine),
                    round(100 * mine["score"].mean(), 1),
                    _correlation(mine["score"], mine["rest"]),
                    _stem(item.stem) if item else "",
                )
            )
        return _frame("items", rows)

    @cached_property
    def options(self) -> pd.DataFrame:
        """A row for each option of each item, and for each wrong text typed more than once."""
        chosen: dict[str, Counter[Any]] = defaultdict(Counter)
        for name, answer in zip(self.tries["item"], self.tries["answer"], strict=True):
            chosen[name][answer.response] += 1
        rows = [row for name in sorted(chosen) for row in self._chosen(name, chosen[name])]
        return _frame("options", rows)

    def _chosen(self, name: str, count: Counter[Any]) -> Iterator[tuple[Any, ...]]:
        item, total = self.bank.find(name), count.total()
        if item is None or item.kind == "order":
            return
        if item.options:
            places: Counter[int] = Counter()
            for response, times in count.items():
                for place in response if isinstance(response, tuple) else (response,):
                    places[place] += times
            for place, option in enumerate(item.options):
                share = round(100 * places[place] / total, 1)
                yield (name, option.text, option.right, places[place], share, option.misconception)
            return
        texts: Counter[tuple[str, bool, str]] = Counter()
        for response, times in count.items():
            grade = self.bank.grade(name, response)
            right = bool(grade and grade.correct)
            text = KINDS[item.kind].answer(item) if right else str(response)[:80]
            shows = grade.misconceptions if grade else ()
            texts[text, right, " ".join(shows)] += times
        for (text, right, named), times in texts.most_common():
            if right or named or times > 1:
                yield name, text, right, times, round(100 * times / total, 1), named

    # What the class mixes up and believes

    @cached_property
    def confusions(self) -> pd.DataFrame:
        """Which code set was taken for which at first, right answers among them."""
        times: Counter[tuple[str, str]] = Counter()
        who: dict[tuple[str, str], set[str]] = defaultdict(set)
        of: Counter[str] = Counter()
        for learner, answer in zip(self.tries["learner"], self.tries["answer"], strict=True):
            if answer.actual and answer.chosen:
                pair = answer.actual, answer.chosen
                times[pair] += 1
                of[answer.actual] += 1
                who[pair].add(learner)
        rows = [(*pair, n, of[pair[0]], len(who[pair])) for pair, n in times.items()]
        rows.sort(key=lambda row: (row[0] == row[1], -row[2], row[:2]))
        return _frame("confusions", rows)

    @cached_property
    def beliefs(self) -> pd.DataFrame:
        """A row for each misconception that a first answer showed, the most tempting first.

        It showed in `times` first answers `of` those that could show it, from so many `learners`.
        `held` counts those who seem to believe it (`who`), by the rule of `statistics.beliefs`:
        three of the last four answers that could show it did.
        """
        holds: dict[str, list[str]] = defaultdict(list)
        for learner, answers in self._counted.items():
            for belief in statistics.beliefs(map(_line, answers)):
                holds[belief.name].append(learner)
        times: Counter[str] = Counter()
        of: Counter[str] = Counter()
        who: dict[str, set[str]] = defaultdict(set)
        for learner, answer in zip(self.tries["learner"], self.tries["answer"], strict=True):
            of.update(answer.could_show)
            for name in answer.misconceptions:
                times[name] += 1
                who[name].add(learner)
        known = tables.by("misconceptions", "id")
        rows = []
        for name, shown in times.items():
            row = known.get(name, {"says": name, "truth": ""})
            rows.append(
                (
                    name,
                    shown,
                    of[name],
                    len(who[name]),
                    len(holds[name]),
                    row["says"],
                    row["truth"],
                    "; ".join(holds[name]),
                )
            )
        rows.sort(key=lambda row: (-at_least(row[1], row[2]), row[0]))
        return _frame("beliefs", rows)

    @cached_property
    def problems(self) -> pd.DataFrame:
        """What was wrong with the files: a sentence in each row."""
        return _frame("problems", self.notes)

    # What to do with it

    def marks(self, *, system: str = "") -> str:
        """Return the marks as CSV, by default with all columns; `system` is canvas or moodle.

        Text that a spreadsheet would run as a formula is quoted.

        Raises ValueError for another system.
        """
        if system not in ("", *SYSTEMS):
            raise ValueError(f"There is no layout for {system!r}; there are: canvas, moodle.")
        text = io.StringIO(newline="")
        write = csv.writer(text)
        for row in SYSTEMS.get(system, _plain)(self):
            write.writerow([_cell(value) for value in row])
        return text.getvalue()

    def report(self) -> str:
        """Return a web page to read in five minutes before class; it needs nothing else."""
        from codeedu.teach import report

        return report.page(self)

    def __repr__(self) -> str:
        if not self.records:
            return "No record was found."
        count = sum(len(record.answers) for record in self.records)
        until = f", due {self.due}" if self.due else ""
        said = f"{plural(len(self.records), 'learner')}, {plural(count, 'answer')}{until}."
        noted = plural(len(self.notes), "problem") if self.notes else "No problem"
        return f"{said} {noted} with {plural(self.files, 'file')}."

    def _repr_html_(self) -> str:
        from codeedu.teach import report

        return report.fragment(self)


def _frame(name: str, rows: Iterable[tuple[Any, ...]]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(COLUMNS[name]))


def _line(answer: Given) -> Answer:
    """Return an answer as `statistics.beliefs` takes it."""
    return Answer(
        item=answer.item,
        when=answer.day,
        mode=answer.mode,
        could_show=list(answer.could_show),
        misconceptions=list(answer.misconceptions),
    )


def _attempts(answers: Iterable[Given]) -> dict[str, list[list[Given]]]:
    """Return the attempts at the quiz of each lesson, and at the final, oldest first."""
    found: dict[tuple[str, str], list[Given]] = defaultdict(list)
    for answer in answers:
        if answer.mode in ("quiz", "final"):
            named = re.match(r"quiz (\S+)", answer.sitting)
            lesson = FINAL if answer.mode == "final" else named[1] if named else answer.lesson
            found[lesson, answer.sitting].append(answer)
    lessons: dict[str, list[list[Given]]] = defaultdict(list)
    for (lesson, _), given in found.items():
        lessons[lesson].append(given)
    return lessons


def _asked(attempt: list[Given]) -> int:
    return max(answer.of for answer in attempt)


def _mark(attempt: list[Given]) -> float:
    """Return the percentage of an attempt's questions that were right at the first try."""
    first: dict[str, bool] = {}
    for answer in attempt:
        first.setdefault(answer.item, answer.correct)
    return round(100 * sum(first.values()) / max(_asked(attempt), len(first)), 1)


def _correlation(score: pd.Series, rest: pd.Series) -> float:
    both = pd.DataFrame({"score": score, "rest": rest}).dropna()
    if len(both) < ENOUGH or both["score"].nunique() < 2 or both["rest"].nunique() < 2:
        return float("nan")
    return round(100 * float(np.corrcoef(both["score"], both["rest"])[0, 1]), 1)


def _stem(stem: str) -> str:
    return " ".join(stem.replace("```", " ").replace("`", "").split())


# The marks as CSV


def _plain(book: Gradebook) -> Iterator[list[Any]]:
    """Yield all marks: of the learner, of each lesson, of each objective."""
    lessons = sorted(set(book.lessons["lesson"]))
    objectives = sorted(set(book.objectives["objective"]))
    kinds = ("first", "best")
    yield [
        *(name for name in COLUMNS["learners"] if name != "files"),
        *(f"lesson {lesson} {kind}" for lesson in lessons for kind in kinds),
        *(f"{objective} {kind}" for objective in objectives for kind in kinds),
    ]
    by_lesson, by_objective = _by(book.lessons, "lesson"), _by(book.objectives, "objective")
    for row in book.learners.drop(columns="files").itertuples(index=False):
        name = row[0]
        yield [
            *row,
            *(v for lesson in lessons for v in by_lesson.get((name, lesson), ("", ""))),
            *(v for one in objectives for v in by_objective.get((name, one), ("", ""))),
        ]


def _by(frame: pd.DataFrame, key: str) -> dict[tuple[str, str], tuple[float, float]]:
    rows = zip(frame["learner"], frame[key], frame["first"], frame["best"], strict=True)
    return {(learner, value): (first, best) for learner, value, first, best in rows}


def _lesson_marks(book: Gradebook) -> tuple[list[str], list[tuple[str, list[Any]]]]:
    """Return the lessons, and the best mark of each learner in each; "" where there is none."""
    lessons = sorted(set(book.lessons["lesson"]))
    marks = _by(book.lessons, "lesson")
    rows = [
        (r.learner, [marks.get((r.learner, one), ("", ""))[1] for one in lessons])
        for r in book.records
    ]
    return lessons, rows


def _canvas(book: Gradebook) -> Iterator[list[Any]]:
    """Yield what Canvas imports: who, then a column for each lesson's best mark, out of 100."""
    lessons, rows = _lesson_marks(book)
    yield [*CANVAS, *(f"codeedu lesson {lesson}" for lesson in lessons)]
    yield ["    Points Possible", "", "", "", "", *(100 for _ in lessons)]
    for learner, marks in rows:
        # Canvas names submissions lopezmaria_12_345: the first number is its ID of the student.
        own = re.fullmatch(r"([^_]+)(?:_LATE)?_(\d+)_\d+", learner)
        who = [own[1], own[2], "", ""] if own else [learner, "", "", learner]
        yield [*who, "", *marks]


def _moodle(book: Gradebook) -> Iterator[list[Any]]:
    """Yield what Moodle imports: the user, then a column for each lesson's best mark, of 100."""
    lessons, rows = _lesson_marks(book)
    who = "Email address" if rows and all("@" in name for name, _ in rows) else "Username"
    yield [who, *(f"codeedu lesson {lesson}" for lesson in lessons)]
    for learner, marks in rows:
        yield [learner, *marks]


CANVAS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
SYSTEMS = {"canvas": _canvas, "moodle": _moodle}


def _cell(value: Any) -> Any:
    """Return a value for a CSV; text that a spreadsheet would run as a formula is quoted."""
    if isinstance(value, float) and np.isnan(value):
        return ""
    return no_formula(value) if isinstance(value, str) else value
