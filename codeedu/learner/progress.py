"""Three views of the learner's record: progress, the completion record, the confusion matrix."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from codeedu import tables
from codeedu.codes.wording import percent, plural, shorten
from codeedu.figures import figure
from codeedu.html.nodes import Figure, Node, Shown, bullet_list, node, source, table_node, to_html
from codeedu.html.view import run_button
from codeedu.learner import home, record, statistics, steps
from codeedu.learner.record import FINAL, Answer, Sitting, attempts, first_tries_of, named_items
from codeedu.learner.steps import LessonState

# Progress

DAYS = 7  # days of practice in the table over time
MOST = 5  # beliefs shown

EMPTY = (
    "No answer yet. Answer a question in any lesson, then come back.",
    f"Each answer is saved as one line of {record.NAME} in your home folder (or where "
    f"{record.VARIABLE} says), on this machine only.",
)


def progress(place: str | Path | None = None, on: date | None = None) -> Shown:
    """Return what the learner's record says, ready to be the last line of a cell.

    It begins like `home`, with the objectives folded under each lesson. `place` is the file of
    the record, by default the learner's own (see `record.path`); `on` is the day for which to say
    what is due, by default today. Never raises.

    >>> progress("/no/such/file").splitlines()[0]
    'Next: open 01 What is HCPCS? (40 minutes).'
    """
    kept = record.read(place)
    course = steps.course_state(kept.answers, on or date.today())
    objectives = Objectives(kept.answers)
    sections = [ReportSection("Your progress", (*EMPTY, *kept.problems))]
    if kept.answers:
        sections = Progress(kept.answers, kept.problems, record.short_path(place)).sections()
    sections = [*objectives.others(lesson.row["lesson"] for lesson in course), *sections]
    parts = [home.lines(course, objectives.lines), *([s.title, *s.lines] for s in sections)]
    body = [*home.nodes(course, objectives.nodes), *(part for s in sections for part in s.nodes())]
    html = run_button("See what it says now") + _report("Your progress", body)
    return Shown("\n\n".join(map("\n".join, parts)), html, "Your progress")


def _report(label: str, body: Iterable[Node]) -> str:
    """Return a report as HTML, with its style."""
    about = {"class_": "codeedu-report", "role": "group", "aria_label": label}
    return f"<style>{source('home.css')}</style>{to_html(node('section', *body, **about))}"


@dataclass(frozen=True)
class ReportSection:
    """A section of the report: its `title` and sentences; HTML shows `rows` in their place."""

    title: str
    lines: tuple[str, ...] = ()
    rows: tuple[Mapping[str, str], ...] = ()

    def nodes(self) -> list[Node]:
        """Return the section as nodes."""
        if self.rows:
            return [table_node(self.rows, caption=self.title)]
        title = node("p", self.title, class_="codeedu-title")
        if len(self.lines) == 1:
            return [title, node("p", self.lines[0])]
        return [title, *bullet_list([line] for line in self.lines)]


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
    place: str

    def sections(self) -> list[ReportSection]:
        """Return the sections that have something to say, in order."""
        sections = (
            ReportSection("Your progress", tuple(self._summary())),
            self._days(),
            ReportSection("What you confuse", tuple(self._confusions())),
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
        if not self.graded:
            yield "So far you only answered questions before a lesson; they do not count."
            return
        last = {answer["item"]: answer["correct"] for answer in self.graded}
        days = len({statistics.day_of(answer) for answer in self.graded})
        count = f"{plural(len(self.graded), 'answer')} on {plural(days, 'day')}"
        yield f"{count}; {sum(last.values())} of {plural(len(last), 'question')} right so far."

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
        yield f"It is {self.place}, one line for each answer, on this machine only."
        yield "codeedu.export_progress() writes it as CSV."
        yield "codeedu.delete_progress(confirm=True) deletes it."
        yield from self.problems


# The completion record

TITLE = "Completion record"
NONE = (
    "There is no final result yet. Take the final assessment, codeedu.final_exam(); when its last "
    "question is answered, your completion record will be here."
)
HONEST = (
    "This is a learner's own record of a test taken without supervision. It is not a certificate, "
    "and says nothing about fitness for a job."
)
LONGEST = 100  # characters of a name


def completion_record(name: str = "", place: str | Path | None = None) -> Shown:
    """Return the completion record of the latest final assessment that was answered in full.

    `name` is written on it; without one there is a line to write it on. It is kept nowhere; the
    record shows in a notebook, and `.save(path)` writes it as a page to print. `place` is the
    file of the learner's record (see `record.path`).

    >>> completion_record(place="/no/such/file")[:32]
    'There is no final result yet. Ta'
    """
    name = shorten(str(name or "").strip(), LONGEST)
    says = NONE
    finals = attempts(record.read(place).answers, Sitting(FINAL, FINAL)).values()
    for attempt in reversed([lines for lines in finals if named_items(lines)]):
        tries = first_tries_of(attempt)
        answered = [answer for answer in tries.values() if answer]
        if len(answered) == len(tries):
            return _completed(name, answered)
        if says == NONE:
            says = (
                f"You answered {len(answered)} of {len(tries)} questions of the final assessment. "
                "Go on with codeedu.final_exam(); your completion record will be here when it is "
                "done."
            )
    return Shown(says, to_html(node("p", says)), TITLE)


def _completed(name: str, tries: list[Answer]) -> Shown:
    """Return the completion record of these first tries, one for each question."""
    right = sum(answer["correct"] for answer in tries)
    facts = {
        "Name": name or "_" * 30,
        "Course": "codeedu: HCPCS levels and how to tell codes apart",
        "Final assessment taken": max(map(statistics.day_of, tries)),
        "Result": statistics.summed_up(right, len(tries), len(tries)),
        "Course content as of": tables.as_of(),
    }
    objectives = statistics.objectives(tries)
    rows = [{"Can": row.can, "Lesson": row.lesson, "Right": str(row)} for row in objectives]
    body = [
        *(node("p", node("strong", f"{term}: "), says) for term, says in facts.items()),
        table_node(rows, caption="By objective"),
        node("p", HONEST),
    ]
    text = [TITLE, *(f"{term}: {says}" for term, says in facts.items())]
    text += [f"{row.lesson} {row.can}: {row}" for row in objectives]
    return Shown("\n".join([*text, HONEST]), _report(TITLE, body), TITLE)


# The confusion matrix

SETS = 6  # code sets in the picture; `progress` names all


def confusion_matrix(place: str | Path | None = None) -> Figure:
    """Draw which code set this learner took for which, from all answers so far.

    The `SETS` code sets that were confused most are shown. `place` is the file of the record
    (see `record.path`). Never raises.
    """
    answers = record.read(place).answers
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
