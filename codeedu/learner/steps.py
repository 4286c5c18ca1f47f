"""Where the learner is in the course: the state of each lesson, and the one next step.

Home, the end of a sitting and the report on progress all say what `next_step` says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from codeedu.codes.wording import listing, percent, plural
from codeedu.html.nodes import Node, link, node
from codeedu.learner import schedule
from codeedu.learner.record import Answer, Sitting, attempts, first_tries_of, sitting
from codeedu.learner.statistics import MASTERY
from codeedu.lessons import Row, file_of, final_lesson, first_lesson, in_order

LINE = f"{percent(MASTERY)} line"
DONE, BELOW, UNDER_WAY, NOT_BEGUN = "done", f"below the {LINE}", "under way", "not begun"


def drill_link() -> str:
    """Return the address of the drill, which is on the start page."""
    return f"{file_of(first_lesson())}#The-drill"


def record_link() -> str:
    """Return the address of the completion record, which is in the final's notebook."""
    return f"{file_of(final_lesson())}#Your-completion-record"


@dataclass(frozen=True)
class LessonState:
    """A lesson as the record has it.

    It is done when its quiz, or the final, was answered in full and reached the line. `last` is
    the place of its latest answer in the record, -1 without one. If its quiz was left, `left`
    questions `of` all are open. `known`: all its questions in the placement were right.
    """

    row: Row
    state: str
    due: int
    last: int = -1
    left: int = 0
    of: int = 0
    known: bool = False

    @property
    def title(self) -> str:
        """Number and title; the final has no number."""
        return self.row["title"] if self.is_final else f"{self.row['lesson']} {self.row['title']}"

    @property
    def is_final(self) -> bool:
        """Whether it is the final assessment."""
        return self.row["ends"] == "final"

    @property
    def file(self) -> str:
        """The name of its notebook."""
        return file_of(self.row)

    @property
    def minutes(self) -> int:
        """Minutes to read and to practice."""
        times = (self.row["reading"], self.row["practice"])  # a custom lesson may have any text
        return sum(int(minutes) for minutes in times if minutes.isdecimal())

    @property
    def status(self) -> str:
        """The state in words, with what is due."""
        return f"{self.state}; {self.due} due today" if self.due else self.state


@dataclass(frozen=True)
class Step:
    """A sentence with a link in it: what is before, the text of the link, its target, the rest."""

    before: str
    text: str
    target: str
    after: str

    @property
    def sentence(self) -> str:
        """The sentence as text."""
        return f"{self.before}{self.text}{self.after}"

    def node(self) -> Node:
        """Return the sentence as a paragraph."""
        inside = (self.before, link(self.text, self.target), self.after)
        return node("p", node("strong", *inside), class_="codeedu-next")


def course_state(answers: Sequence[Answer], on: date) -> list[LessonState]:
    """Return every lesson but the start page as these answers have it on a day, the final last."""
    of_item = {answer["item"]: answer["lesson"] for answer in answers}
    due = Counter(of_item[item] for item in schedule.due(answers, on))
    return [_state_of(row, answers, due[row["lesson"]]) for row in in_order() if row["ends"]]


def next_step(course: Sequence[LessonState]) -> Step:
    """Return the one thing to do next; the first rule that applies decides.

    1. The final is done, and nothing was begun since: the course is finished.
    2. Lessons are under way: go on with the latest.
    3. Questions are due: the drill.
    4. The latest lesson ended below the line: do it again.
    5. Lessons are not begun: open the first.
    6. All lessons are done or below the line: the final again.
    """
    due, final = sum(lesson.due for lesson in course), course[-1]
    latest = max(course, key=lambda lesson: lesson.last)
    under_way, below, not_begun = (
        [lesson for lesson in course if lesson.state == state]
        for state in (UNDER_WAY, BELOW, NOT_BEGUN)
    )
    if final.state == DONE and all(lesson.last < final.last for lesson in under_way):
        waiting = f". {_are_due(due)} today; the drill asks them." if due else "."
        start = "You finished the course. Your completion record is in "
        return Step(start, final.title, record_link(), waiting)
    if under_way:
        return _go_on(max(under_way, key=lambda lesson: lesson.last))
    if due:
        start = f"Next: {_are_due(due)} today, in "
        return Step(start, "the drill on the start page", drill_link(), ".")
    if latest.state == BELOW:
        return _again(latest)
    if not_begun:
        return _begin(not_begun[0], below)
    return _again(final)


def _are_due(due: int) -> str:
    return f"{plural(due, 'question')} {'is' if due == 1 else 'are'} due"


def _go_on(lesson: LessonState) -> Step:
    if not lesson.left:
        end = "" if lesson.title.endswith("?") else "."
        return Step("Next: go on with ", lesson.title, lesson.file, end)
    which = "" if lesson.is_final else "the quiz of "
    left = f" ({lesson.left} of {lesson.of} questions left)."
    return Step(f"Next: go on with {which}", lesson.title, lesson.file, left)


def _again(lesson: LessonState) -> Step:
    if lesson.is_final:
        start = "Next: read again what your result names, then take "
        return Step(start, lesson.title, lesson.file, " again.")
    return Step("Next: read ", lesson.title, lesson.file, " again, then take its quiz again.")


def _begin(lesson: LessonState, below: Sequence[LessonState]) -> Step:
    numbers = [lower.row["lesson"] for lower in below]
    again = f" Still below the line: {listing(numbers)}." if below else ""
    if lesson.known:
        start = "Next: try the quiz of "
        rest = " first; you had its questions in the placement right."
        return Step(start, lesson.title, lesson.file, rest + again)
    minutes = f" ({lesson.minutes} minutes).{again}"
    return Step("Next: open ", lesson.title, lesson.file, minutes)


def _state_of(row: Row, answers: Sequence[Answer], due: int) -> LessonState:
    number, ends = row["lesson"], row["ends"]
    last: dict[Sitting, int] = {}  # the place of the latest answer of each sitting of this lesson
    for place, answer in enumerate(answers):
        at = sitting(answer)
        if at and at.of_lesson == number and at.mode in (ends, "pretest"):
            last[at] = place
    if not last:
        placed = [
            answer["correct"]
            for answer in answers
            if answer.get("mode") == "placement" and answer["lesson"] == number
        ]
        return LessonState(row, NOT_BEGUN, due, known=bool(placed) and all(placed))
    ending = sorted((at for at in last if at.mode == ends), key=last.__getitem__)
    results = [_Result(lines) for at in ending for lines in attempts(answers, at).values()]
    latest = max(last.values())
    if any(result.reached for result in results):
        return LessonState(row, DONE, due, latest)
    if results and not results[-1].left:
        return LessonState(row, BELOW, due, latest)
    left, of = (results[-1].left, results[-1].of) if results else (0, 0)
    return LessonState(row, UNDER_WAY, due, latest, left, of)


class _Result:
    """What an attempt came to, by first tries."""

    def __init__(self, attempt: Sequence[Answer]) -> None:
        tries = first_tries_of(attempt).values()
        answered = [answer["correct"] for answer in tries if answer]
        self.of = len(tries)
        self.left = self.of - len(answered)
        self.reached = not self.left and sum(answered) >= MASTERY * self.of
