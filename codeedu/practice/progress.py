"""Three views of the learner's record: progress, the completion record, the confusion matrix."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from codeedu import tables
from codeedu.codes.wording import percent, plural, shorten
from codeedu.figures import plot
from codeedu.html.nodes import Figure, Node, Shown, node, source, table_node, to_html
from codeedu.practice import record, selection, statistics
from codeedu.practice.record import Answer
from codeedu.practice.session import attempts, named_items, summed_up

# Progress

DAYS = 7  # days of practice in the table over time
MOST = 5  # beliefs shown
LATELY = 5  # answers that say whether to read a lesson again
LAST = "06"  # lesson whose objectives are counted

EMPTY = (
    "No answer yet. Answer a question in any lesson, then come back.",
    f"Each answer is saved as one line of {record.NAME} in your home folder (or where "
    f"{record.VARIABLE} says), on this machine only.",
)


def progress(place: str | Path | None = None, on: date | None = None) -> Shown:
    """Return what the learner's record says, ready to be the last line of a cell.

    `place` is the file of the record, by default the learner's own (see `record.path`); `on` is
    the day for which to say what is due, by default today. Never raises.

    >>> progress("/no/such/file")
    No answer yet. Answer a question in any lesson, then come back.
    Each answer is saved as one line of codeedu-progress.jsonl in your home folder (or where
    CODEEDU_PROGRESS says), on this machine only.
    """
    found = record.read(place)
    if not found.answers:
        said = [Section("Your progress", (*EMPTY, *found.problems))]
        text = "\n".join(said[0].lines)
    else:
        said = Progress(found.answers, found.problems, record.shown(place), on).sections()
        text = "\n\n".join("\n".join([section.title, *section.lines]) for section in said)
    about = {"class_": "codeedu-report", "role": "group", "aria_label": "Your progress"}
    body = node("section", *(part for section in said for part in section.nodes()), **about)
    return Shown(text, f"<style>{source('report.css')}</style>{to_html(body)}", "Your progress")


def due_today(place: str | Path | None = None, on: date | None = None) -> Shown:
    """Return how many questions are due, for the first page of the course.

    `place` and `on` are as in `progress`. Never raises.

    >>> due_today("/no/such/file")
    Due today: nothing.
    """
    count = len(selection.due(record.read(place).answers, on or date.today()))
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
        return [title, node("ul", *(node("li", line) for line in self.lines))]


@dataclass(frozen=True)
class Progress:
    """What a record says on a day, in sections."""

    answers: tuple[Answer, ...]
    problems: tuple[str, ...]
    place: str
    on: date | None = None

    def sections(self) -> list[Section]:
        """Return the sections that have something to say, in order."""
        said = (
            Section("Your progress", tuple(self._summary())),
            self._objectives(),
            self._days(),
            Section("What you confuse", tuple(self._confusions())),
            Section("How sure you were", tuple(statistics.calibration(self.answers))),
            Section("What you may believe", tuple(self._beliefs())),
            Section("What to do next", tuple(self._next())),
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
        tried = {answer["objective"] for answer in self.graded}
        known = [r["objective"] for r in tables.rows("objectives") if r["lesson"] <= LAST]
        yield f"{len(tried & set(known))} of {len(known)} objectives of lessons 01 to {LAST} tried."

    def _objectives(self) -> Section:
        """Return where each objective stands, by first tries on different items."""
        tries = statistics.first_tries(self.answers)
        rows, lines = [], []
        for row in statistics.objectives(tries):
            mine = [answer["correct"] for answer in tries if answer["objective"] == row.name]
            now = statistics.mastery(mine)
            known = {"You can": row.can, "Lesson": row.lesson, "Right at first": str(row)}
            rows.append({**known, f"{percent(statistics.MASTERY)} line": now.says})
            lines.append(f"{row.lesson} {row.can}: {row} right at the first try; {now.says}.")
        return Section("By objective", tuple(lines), tuple(rows))

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

    def _next(self) -> Iterator[str]:
        waiting = selection.due(self.answers, self.on or date.today())
        if waiting:
            verb = "is" if len(waiting) == 1 else "are"
            yield f"{plural(len(waiting), 'question')} {verb} due today: codeedu.drill()"
        lately = [
            answer
            for row in statistics.by("objective", self.graded)
            for answer in [a for a in self.graded if a["objective"] == row.name][-LATELY:]
        ]
        weak = statistics.revisit(lately, statistics.ENOUGH)
        for row in weak:
            below = f"{plural(len(row.objectives), 'objective')} below the line"
            title = f", {row.title}" if row.title else ""
            yield f"Read again: lesson {row.lesson}{title} ({below})."
        tried = {answer["lesson"] for answer in self.graded}
        lessons = [row for row in tables.rows("lessons") if "01" <= row["lesson"] <= LAST]
        untried = [row for row in lessons if row["lesson"] not in tried]
        if untried:
            yield f"Not tried yet: lesson {untried[0]['lesson']}, {untried[0]['title']}"
        if not waiting and not weak and not untried:
            yield "Nothing is due. Take the final assessment, lesson 07, or drill your own mix."

    def _record(self) -> Iterator[str]:
        yield f"It is {self.place}, one line for each answer, on this machine only."
        yield "codeedu.export_progress() writes it as CSV; codeedu.delete_progress() deletes it."
        yield from self.problems


# The completion record

FINAL = "final"  # the sitting that counts
TITLE = "Completion record"
NONE = (
    "There is no final result yet. Take the final assessment, codeedu.final(), in lesson 07; "
    "when its last question is answered, your completion record will be here."
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
    for lines in reversed(attempts(record.read(place).answers, FINAL).values()):
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
    return Shown("\n".join([*text, HONEST]), "".join(map(to_html, body)), TITLE)


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
