"""Three views of the learner's record: progress, the completion record, the confusion matrix."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from codeedu import tables
from codeedu.codes.wording import percent, plural, shorten
from codeedu.figures import plot
from codeedu.html.nodes import Figure, Node, Shown, node, source, table_node, to_html
from codeedu.html.view import run_button
from codeedu.learner import home, record, schedule, statistics, steps
from codeedu.learner.record import FINAL, Answer, Sitting, attempts, named_items
from codeedu.learner.statistics import summed_up
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
    'Next: open 01 What is HCPCS? (27 minutes).'
    """
    found = record.read(place)
    course = steps.course_state(found.answers, on or date.today())
    known = Objectives(found.answers)
    said = [Section("Your progress", (*EMPTY, *found.problems))]
    if found.answers:
        said = Progress(found.answers, found.problems, record.shown(place)).sections()
    said = [*known.others(one.row["lesson"] for one in course), *said]
    parts = [home.lines(course, known.lines), *([s.title, *s.lines] for s in said)]
    body = [*home.nodes(course, known.nodes), *(part for s in said for part in s.nodes())]
    html = run_button("See what it says now") + _report("Your progress", body)
    return Shown("\n\n".join(map("\n".join, parts)), html, "Your progress")


def _report(label: str, body: Iterable[Node]) -> str:
    """Return a report as HTML, with its style."""
    about = {"class_": "codeedu-report", "role": "group", "aria_label": label}
    return f"<style>{source('home.css')}</style>{to_html(node('section', *body, **about))}"


def due_today(place: str | Path | None = None, on: date | None = None) -> Shown:
    """Return how many questions are due, for the first page of the course.

    `place` and `on` are as in `progress`. Never raises.

    >>> due_today("/no/such/file")
    Due today: nothing.
    """
    count = len(schedule.due(record.read(place).answers, on or date.today()))
    asked = plural(count, "question") if count else "nothing"
    says = f"Due today: {asked}."
    line = node("p", node("strong", says))
    if count:
        line += [" To answer: ", node("code", "codeedu.drill()")]
    return Shown(f"{says} To answer: codeedu.drill()" if count else says, to_html(line))


@dataclass(frozen=True)
class Section:
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
        return [title, _bullets(self.lines)]


def _bullets(lines: Iterable[str]) -> Node:
    return node("ul", *(node("li", line) for line in lines))


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
        objectives = [row for row in tables.rows("objectives") if row["lesson"] == number]
        rest = [row for row in objectives if row["objective"] not in self.tallies]
        listed = [*map(self._says, tried), *(f"{row['can']}: not tried yet." for row in rest)]
        if not listed:
            return []
        says = Counter(self.mastery[row.name].says for row in tried)
        counted = f"{plural(len(listed), 'objective')}: {len(tried)} tried"
        counted += "".join(f", {says[s]} {s}" for s in ("✓ reached", "not yet") if says[s])
        return [node("details", node("summary", counted), _bullets(listed))]

    def others(self, known: Iterable[str]) -> list[Section]:
        """Return the objectives of other lessons, such as an instructor's own."""
        named = set(known)
        rows = [row for row in self.tallies.values() if row.lesson not in named]
        lines = tuple(f"{row.lesson} {self._says(row)}" for row in rows)
        return [Section("Other lessons", lines)] if lines else []

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

    def sections(self) -> list[Section]:
        """Return the sections that have something to say, in order."""
        said = (
            Section("Your progress", tuple(self._summary())),
            self._days(),
            Section("What you confuse", tuple(self._confusions())),
            Section("How sure you were", tuple(statistics.calibration(self.answers))),
            Section("What you may believe", tuple(self._beliefs())),
            Section("Your record", tuple(self._record())),
        )
        return [section for section in said if section.lines]

    @property
    def graded(self) -> list[Answer]:
        """The answers that count, one for each item and day."""
        return statistics.daily(self.answers)

    def _summary(self) -> Iterator[str]:
        if not self.graded:
            yield "So far you only answered questions before a lesson; they do not count."
            return
        last = {answer["item"]: answer["correct"] for answer in self.graded}
        days = len({statistics.day(answer) for answer in self.graded})
        given = f"{plural(len(self.graded), 'answer')} on {plural(days, 'day')}"
        yield f"{given}; {sum(last.values())} of {plural(len(last), 'question')} right by now."

    def _days(self) -> Section:
        dated = [(statistics.day(answer), answer["correct"]) for answer in self.graded]
        rows, lines = [], []
        for day in sorted({day for day, _ in dated})[-DAYS:]:
            mine = [correct for given, correct in dated if given == day]
            score, share = f"{sum(mine)} of {len(mine)}", percent(sum(mine) / len(mine))
            rows.append({"Day": day, "Right": score, "Share": share})
            lines.append(f"{day}: {score} right ({share}).")
        return Section("Over time", tuple(lines), tuple(rows))

    def _confusions(self) -> Iterator[str]:
        """Yield what was confused more than once: a slip is in the matrix, and no habit."""
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
    "There is no final result yet. Take the final assessment, codeedu.final(); when its last "
    "question is answered, your completion record will be here."
)
HONEST = (
    "This is a learner's own record of a test taken without supervision. It is not a certificate, "
    "and says nothing about fitness for a job."
)
LONGEST = 100  # characters of a name


def completion(name: str = "", place: str | Path | None = None) -> Shown:
    """Return the completion record of the latest final assessment that was answered in full.

    `name` is written on it; without one there is a line to write it on. It is kept nowhere; the
    record shows in a notebook, and `.save(path)` writes it as a page to print. `place` is the
    file of the learner's record (see `record.path`).

    >>> completion(place="/no/such/file")[:32]
    'There is no final result yet. Ta'
    """
    name = shorten(str(name or "").strip(), LONGEST)
    says = NONE
    for lines in reversed(attempts(record.read(place).answers, Sitting(FINAL, FINAL)).values()):
        items = named_items(lines)
        tries: dict[str, Answer] = {}
        for line in lines:
            if line["item"] in items:
                tries.setdefault(line["item"], line)
        if items and len(tries) == len(set(items)):
            return _completed(name, list(tries.values()))
        if says == NONE and items:
            says = (
                f"You answered {len(tries)} of {len(items)} questions of the final assessment. Go "
                "on with codeedu.final(); your completion record will be here when it is done."
            )
    return Shown(says, to_html(node("p", says)), TITLE)


def _completed(name: str, tries: list[Answer]) -> Shown:
    """Return the completion record of these first tries, one for each question."""
    right = sum(answer["correct"] for answer in tries)
    facts = {
        "Name": name or "_" * 30,
        "Course": "codeedu: HCPCS levels and how to tell codes apart",
        "Final assessment taken": max(map(statistics.day, tries)),
        "Result": summed_up(right, len(tries), len(tries)),
        "Course content as of": tables.as_of(),
    }
    found = statistics.objectives(tries)
    rows = [{"Can": row.can, "Lesson": row.lesson, "Right": str(row)} for row in found]
    body = [
        *(node("p", node("strong", f"{term}: "), says) for term, says in facts.items()),
        table_node(rows, caption="By objective"),
        node("p", HONEST),
    ]
    text = [TITLE, *(f"{term}: {says}" for term, says in facts.items())]
    text += [f"{row.lesson} {row.can}: {row}" for row in found]
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
    return plot("confusion", matrix=_most_confused(counts))


def _most_confused(counts: Mapping[tuple[str, str], int]) -> dict[tuple[str, str], int]:
    """Return the counts of the code sets that were confused most."""
    weight: Counter[str] = Counter()
    for (actual, chosen), times in counts.items():
        for name in (actual, chosen):  # in the ranking, a right answer weighs next to nothing
            weight[name] += times * (1000 if actual != chosen else 1)
    shown = {name for name, _ in weight.most_common(SETS)}
    return {pair: n for pair, n in counts.items() if shown >= set(pair)}
