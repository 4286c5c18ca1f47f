"""Where the learner is in the course: the state of each lesson, and the one next step.

Home, the end of a sitting and the report on progress all say what `next_step` says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from codeedu import tables
from codeedu.codes.wording import listing, percent, plural
from codeedu.html.nodes import Node, node
from codeedu.learner import schedule
from codeedu.learner.record import Answer, Sitting, attempts, first_tries_of, sitting
from codeedu.learner.statistics import MASTERY

# Which sitting ends a lesson; the others end with a quiz.
LAST = {"07": "final"}
LINE = f"{percent(MASTERY)} line"
DONE, BELOW, UNDER_WAY, NOT_BEGUN = "done", f"below the {LINE}", "under way", "not begun"
DRILL = "00-start-here.ipynb#The-drill"
RECORD = "07-final-assessment.ipynb#Your-completion-record"


@dataclass(frozen=True)
class Lesson:
    """A lesson as the record has it.

    It is done when its quiz, or the final, was answered in full and reached the line. `last` is
    the place of its latest answer in the record, -1 without one; of its quiz that was left, `left`
    questions `of` all are open. `known`: all its questions in the placement were right.
    """

    row: dict[str, str]
    state: str
    due: int
    last: int = -1
    left: int = 0
    of: int = 0
    known: bool = False

    @property
    def title(self) -> str:
        """Number and title."""
        return f"{self.row['lesson']} {self.row['title']}"

    @property
    def file(self) -> str:
        """The name of its notebook."""
        return f"{self.row['notebook']}.ipynb"

    @property
    def minutes(self) -> int:
        """Minutes to read and to practice."""
        return int(self.row["reading"]) + int(self.row["practice"])

    @property
    def says(self) -> str:
        """The state in words."""
        return f"{self.state}; {self.due} due today" if self.due else self.state


@dataclass(frozen=True)
class Step:
    """A sentence with a link in it: what is before, the text of the link, its target, the rest."""

    before: str
    text: str
    target: str
    after: str

    @property
    def says(self) -> str:
        """The sentence."""
        return f"{self.before}{self.text}{self.after}"

    def node(self) -> Node:
        """Return the sentence as a paragraph."""
        link = node("a", self.text, href=self.target)
        return node("p", node("strong", self.before, link, self.after), class_="codeedu-next")


def lessons(answers: Sequence[Answer], on: date) -> list[Lesson]:
    """Return every lesson but the first page as these answers have it on a day, the final last.

    Lessons of one's own come before the final, which ends the course.
    """
    of_item = {answer["item"]: answer["lesson"] for answer in answers}
    due = Counter(of_item[item] for item in schedule.due(answers, on))
    rows = [row for row in tables.rows("lessons") if row["lesson"] != "00"]
    rows.sort(key=lambda row: row["lesson"] in LAST)
    return [_lesson(row, answers, due[row["lesson"]]) for row in rows]


def next_step(found: Sequence[Lesson]) -> Step:
    """Return the one thing to do next.

    The course that is finished comes first, then what was left, then what is due, then the lesson
    just done below the line, then the next lesson.
    """
    due, final = sum(one.due for one in found), found[-1]
    latest = max(found, key=lambda one: one.last)
    open_ = [one for one in found if one.state == UNDER_WAY]
    if final.state == DONE and all(one.last < final.last for one in open_):
        waiting = f". {_are_due(due)} today; the drill asks them." if due else "."
        start = "You finished the course. Your completion record is in "
        return Step(start, final.title, RECORD, waiting)
    if open_:
        return _go_on(max(open_, key=lambda one: one.last))
    if due:
        start = f"Next: {_are_due(due)} today, in "
        return Step(start, "the drill on the start page", DRILL, ".")
    if latest.state == BELOW:
        return _again(latest)
    begun = [one for one in found if one.state == NOT_BEGUN]
    if begun:
        return _open(begun[0], [one for one in found if one.state == BELOW])
    return _again(final)


def _are_due(due: int) -> str:
    return f"{plural(due, 'question')} {'is' if due == 1 else 'are'} due"


def _go_on(one: Lesson) -> Step:
    if not one.left:
        return Step("Next: go on with ", one.title, one.file, _end(one))
    which = "" if one.row["lesson"] in LAST else "the quiz of "
    left = f" ({one.left} of {one.of} questions left)."
    return Step(f"Next: go on with {which}", one.title, one.file, left)


def _again(one: Lesson) -> Step:
    if one.row["lesson"] in LAST:
        start = "Next: read again what your result names, then take "
        return Step(start, one.title, one.file, " again.")
    return Step("Next: read ", one.title, one.file, " again, then take its quiz again.")


def _open(one: Lesson, below: Sequence[Lesson]) -> Step:
    again = f" Still below the line: {listing([b.row['lesson'] for b in below])}." if below else ""
    if one.known:
        start = "Next: try the quiz of "
        rest = " first; you had its questions in the placement right."
        return Step(start, one.title, one.file, rest + again)
    return Step("Next: open ", one.title, one.file, f" ({one.minutes} minutes).{again}")


def _end(one: Lesson) -> str:
    return "" if one.title.endswith("?") else "."


def _lesson(row: dict[str, str], answers: Sequence[Answer], due: int) -> Lesson:
    number, ends = row["lesson"], LAST.get(row["lesson"], "quiz")
    last: dict[Sitting, int] = {}  # the place of the latest answer of each sitting of this lesson
    for place, answer in enumerate(answers):
        at = sitting(answer)
        if at and at.of_lesson == number and at.mode in (ends, "pretest"):
            last[at] = place
    if not last:
        placed = [a["correct"] for a in answers if _placed(a) and a["lesson"] == number]
        return Lesson(row, NOT_BEGUN, due, known=bool(placed) and all(placed))
    ending = sorted((at for at in last if at.mode == ends), key=last.__getitem__)
    results = [_Result(lines) for at in ending for lines in attempts(answers, at).values()]
    latest = max(last.values())
    if any(result.reached for result in results):
        return Lesson(row, DONE, due, latest)
    if results and not results[-1].left:
        return Lesson(row, BELOW, due, latest)
    left, of = (results[-1].left, results[-1].of) if results else (0, 0)
    return Lesson(row, UNDER_WAY, due, latest, left, of)


def _placed(answer: Answer) -> bool:
    return answer.get("mode") == "placement"


class _Result:
    """What an attempt came to, by first tries."""

    def __init__(self, attempt: Sequence[Answer]) -> None:
        tries = first_tries_of(attempt).values()
        answered = [answer["correct"] for answer in tries if answer]
        self.of = len(tries)
        self.left = self.of - len(answered)
        self.reached = not self.left and sum(answered) >= MASTERY * self.of
