"""Progress: what the record says of each objective, of habits and beliefs, and what is next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import traitlets

from codeedu import tables
from codeedu.codes.wording import percent, plural
from codeedu.figures import figure
from codeedu.html.nodes import Figure, Node, bullet_list, node, table_node
from codeedu.learner import home, record, statistics, steps
from codeedu.learner.keeping import kept_in
from codeedu.learner.record import Answer
from codeedu.learner.record_view import THEN, RecordView
from codeedu.learner.steps import LessonState

DAYS = 7  # days of practice in the table over time
MOST = 5  # beliefs shown

EMPTY = "No answer yet. Answer a question in any lesson, then come back."


def progress(place: str | Path | None = None, on: date | None = None) -> ProgressView:
    """Return what the learner's record says, ready to be the last line of a cell.

    It begins like `home`, with the objectives folded under each lesson. `place` is the file of
    the record, by default the learner's own (see `record.path`); `on` is the day for which to say
    what is due, by default today. Never raises.

    >>> print(repr(progress("/no/such/file")).splitlines()[0])
    Next: open 01 What is HCPCS? (40 minutes).
    """
    return ProgressView(place, on)


class ProgressView(RecordView):
    """The view of progress."""

    call = "codeedu.progress()"
    name = traitlets.Unicode("progress").tag(sync=True)
    label = traitlets.Unicode("Your progress").tag(sync=True)
    _button = "See my progress"

    def _found(self) -> tuple[list[LessonState], Objectives, list[ReportSection]]:
        kept = record.read(self.place)
        course = steps.course_state(kept.answers, self.on or date.today())
        objectives = Objectives(kept.answers)
        others = objectives.others(lesson.row["lesson"] for lesson in course)
        sections = Progress(kept.answers, kept.problems, kept_in(self.place)).sections()
        return course, objectives, [*others, *sections]

    def _look(self) -> list[Node]:
        course, objectives, sections = self._found()
        parts = (part for section in sections for part in section.nodes())
        return [*home.nodes(course, objectives.nodes), *parts]

    def _text(self) -> str:
        course, objectives, sections = self._found()
        parts = [home.lines(course, objectives.lines), *([s.title, *s.lines] for s in sections)]
        return "\n\n".join(map("\n".join, parts))

    def _paper(self) -> list[Node]:
        says = (
            "What you know and what you confuse, by your answers so far, and what to do next: it "
            f"is shown here {THEN}."
        )
        return [node("p", says)]


@dataclass(frozen=True)
class ReportSection:
    """A section of the report: its `title` and sentences, and what is shown of it.

    Nodes are a table of `rows` in place of the sentences, and a `picture` below them.
    """

    title: str
    lines: tuple[str, ...] = ()
    rows: tuple[Mapping[str, str], ...] = ()
    picture: tuple[Node, ...] = ()

    def nodes(self) -> list[Node]:
        """Return the section as nodes."""
        if self.rows:
            return [table_node(self.rows, caption=self.title)]
        title = node("p", self.title, class_="codeedu-title")
        if len(self.lines) == 1:
            return [title, node("p", self.lines[0]), *self.picture]
        return [title, *bullet_list([line] for line in self.lines), *self.picture]


class Objectives:
    """Where each objective stands, by first tries on different items."""

    def __init__(self, answers: Iterable[Answer]) -> None:
        tries = statistics.first_tries(answers)
        self.tallies = {row.name: row for row in statistics.objectives(tries)}
        self.mastery = {
            name: statistics.mastery(a["correct"] for a in tries if a["objective"] == name)
            for name in self.tallies
        }

    def lines(self, lesson: LessonState) -> list[str]:
        """Return what was tried of a lesson."""
        return [self._says(row) for row in self._tried(lesson.row["lesson"])]

    def nodes(self, lesson: LessonState) -> list[Node]:
        """Return all objectives of a lesson, folded; nothing for a lesson that has none."""
        number = lesson.row["lesson"]
        tried = self._tried(number)
        of_lesson = [row for row in tables.rows("objectives") if row["lesson"] == number]
        rest = [row for row in of_lesson if row["objective"] not in self.tallies]
        entries = [*map(self._says, tried), *(f"{row['can']}: not tried yet." for row in rest)]
        if not entries:
            return []
        counts = Counter(self.mastery[row.name].says for row in tried)
        summary = f"{plural(len(entries), 'objective')}: {len(tried)} tried"
        summary += "".join(f", {counts[s]} {s}" for s in ("✓ reached", "not yet") if counts[s])
        return [node("details", node("summary", summary), *bullet_list([text] for text in entries))]

    def others(self, known: Iterable[str]) -> list[ReportSection]:
        """Return the objectives of lessons that are not `known`, such as former custom ones."""
        numbers = set(known)
        rows = [row for row in self.tallies.values() if row.lesson not in numbers]
        lines = tuple(f"{row.lesson} {self._says(row)}" for row in rows)
        return [ReportSection("Other lessons", lines)] if lines else []

    def _tried(self, lesson: str) -> list[statistics.ObjectiveTally]:
        return [row for row in self.tallies.values() if row.lesson == lesson]

    def _says(self, row: statistics.ObjectiveTally) -> str:
        return f"{row.can}: {row} right at the first try; {self.mastery[row.name].says}."


@dataclass(frozen=True)
class Progress:
    """What a record says on a day, in sections."""

    answers: tuple[Answer, ...]
    problems: tuple[str, ...]
    kept: str  # where

    def sections(self) -> list[ReportSection]:
        """Return the sections that have something to say, in order."""
        sections = (
            ReportSection("Your progress", tuple(self._summary())),
            self._days(),
            ReportSection(
                "What you confuse", tuple(self._confusions()), picture=(_drawn(self.answers).node,)
            ),
            ReportSection("How sure you were", tuple(statistics.calibration(self.answers))),
            ReportSection("What you may believe", tuple(self._beliefs())),
            ReportSection("Your record", tuple(self._record())),
        )
        return [section for section in sections if section.lines]

    @property
    def graded(self) -> list[Answer]:
        """The answers that count, one for each item and day."""
        return statistics.daily(self.answers)

    def _summary(self) -> Iterator[str]:
        if not self.answers:
            yield EMPTY
            return
        if not self.graded:
            yield "So far you only answered questions before a lesson; they do not count."
            return
        last = {answer["item"]: answer["correct"] for answer in self.graded}
        days = len({statistics.day_of(answer) for answer in self.graded})
        count = f"{plural(len(self.graded), 'answer')} on {plural(days, 'day')}"
        right = f"{sum(last.values())} of {plural(len(last), 'question')} right the last time"
        yield f"{count}; {right}. Of each day the first answer to a question counts."

    def _days(self) -> ReportSection:
        dated = [(statistics.day_of(answer), answer["correct"]) for answer in self.graded]
        rows, lines = [], []
        for day in sorted({day for day, _ in dated})[-DAYS:]:
            rights = [correct for when, correct in dated if when == day]
            score, share = f"{sum(rights)} of {len(rights)}", percent(sum(rights) / len(rights))
            rows.append({"Day": day, "Right": score, "Share": share})
            lines.append(f"{day}: {score} right ({share}).")
        return ReportSection("Over time", tuple(lines), tuple(rows))

    def _confusions(self) -> Iterator[str]:
        """Yield what was confused more than once; a single slip is only in the matrix."""
        yield from (str(row) for row in statistics.confusions(self.answers) if row.count > 1)

    def _beliefs(self) -> Iterator[str]:
        for row in statistics.beliefs(self.answers)[:MOST]:
            truth = f" In truth: {row.truth}" if row.truth else ""
            yield f"“{row.says}” {row.often}{truth}"

    def _record(self) -> Iterator[str]:
        yield f"Your answers are kept in {self.kept}."
        yield from self.problems


# The confusion matrix

SETS = 6  # code sets in the picture; `progress` names all


def confusion_matrix(place: str | Path | None = None) -> Figure:
    """Draw which code set this learner took for which, from all answers so far.

    The `SETS` code sets that were confused most are shown. `place` is the file of the record
    (see `record.path`). Never raises.
    """
    return _drawn(record.read(place).answers)


def _drawn(answers: Iterable[Answer]) -> Figure:
    counts = Counter({pair: n for pair, n in statistics.readings(answers).items() if pair[1]})
    return figure("confusion", matrix=_most_confused(counts))


def _most_confused(counts: Mapping[tuple[str, str], int]) -> dict[tuple[str, str], int]:
    """Return the counts of the code sets that were confused most."""
    weight: Counter[str] = Counter()
    for (actual, chosen), times in counts.items():
        for name in (actual, chosen):  # in the ranking, a right answer weighs next to nothing
            weight[name] += times * (1000 if actual != chosen else 1)
    top = {name for name, _ in weight.most_common(SETS)}
    return {pair: n for pair, n in counts.items() if top >= set(pair)}
