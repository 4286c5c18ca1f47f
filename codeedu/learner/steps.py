"""Where the learner is in the course: the state of each lesson, and the one next step.

Home, the end of a sitting and the report on progress all say what `next_step` says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from codeedu import tables
from codeedu.codes.wording import listing, percent, plural, stopped
from codeedu.html import nodes
from codeedu.html.nodes import Node, node
from codeedu.learner import schedule
from codeedu.learner.record import Answer, Sitting, attempts, first_tries_of, sitting
from codeedu.learner.statistics import MASTERY
from codeedu.lessons import Row, file_of, final_lesson, first_lesson, in_order

LINE = f"{percent(MASTERY)} line"
DONE, RETRIED, BELOW = "done", "done after a retry", f"below the {LINE}"
UNDER_WAY, NOT_BEGUN = "under way", "not begun"
KNOWN = 2  # right answers in the placement, and no miss, that say a lesson is known
SECTIONS = 2  # sections to read again, at most

# Where the links lead. A target always has its heading: without one, a link to the page that is
# open does nothing that one could see.


class Link(NamedTuple):
    """A text that leads somewhere."""

    text: str
    target: str

    def node(self) -> Node:
        """Return it as an element."""
        return nodes.link(self.text, self.target)


def drill_link() -> Link:
    """Return the link to the drill, which is on the start page."""
    return Link("the drill on the start page", f"{file_of(first_lesson())}#The-drill")


def hand_in_link() -> Link:
    """Return the link to where a learner hands in, which is on the start page."""
    return Link("the start page", f"{file_of(first_lesson())}#Your-answers-belong-to-you")


def record_link() -> str:
    """Return the address of the completion record, which is in the final's notebook."""
    return f"{file_of(final_lesson())}#Your-completion-record"


def section_link(lesson: str, objective: str) -> Link | None:
    """Return the link to the section of a lesson that teaches an objective.

    It leads to the top of a lesson that names no section for it, and is None where the lesson is
    gone.

    >>> section_link("02", "02-modifiers")
    Link(text='Modifiers', target='02-anatomy-of-a-code.ipynb#Modifiers')
    """
    row = tables.by("lessons", "lesson").get(lesson)
    if not row:
        return None
    section = tables.by("objectives", "objective").get(objective, {}).get("section", "")
    heading = (section or "Questions").replace(" ", "-")
    return Link(section or f"{lesson} {row['title']}", f"{file_of(row)}#{heading}")


@dataclass(frozen=True)
class LessonState:
    """A lesson as the record has it.

    It is done when its quiz, or the final, was answered in full and reached the line; done after
    a retry when what was missed was put right. `last` is the place of its latest answer in the
    record, -1 without one. If its quiz was left, `left` questions `of` all are open. Below the
    line, `again` are the sections to read. `placed` are its answers in the latest placement.
    """

    row: Row
    state: str
    due: int
    last: int = -1
    left: int = 0
    of: int = 0
    again: tuple[Link, ...] = ()
    placed: tuple[Answer, ...] = ()

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
    def test(self) -> str:
        """The address of its quiz; of the final, that of the assessment."""
        return f"{self.file}#{'The-assessment' if self.is_final else 'Check-yourself'}"

    @property
    def minutes(self) -> int:
        """Minutes to read and to practice."""
        times = (self.row["practice"], self.row["reading"])  # of a custom lesson, any text
        return sum(int(minutes) for minutes in times if minutes.isdecimal())

    @property
    def status(self) -> str:
        """The state in words, with what is due; a drill asks of lessons never opened, too."""
        if not self.due:
            return self.state
        if self.state == NOT_BEGUN:
            return f"{self.state}; {_are(self.due, f'{self.due} of its questions')} due today"
        return f"{self.state}; {self.due} due today"


class Step:
    """A sentence in parts, which are texts and links."""

    def __init__(self, *parts: str | Link) -> None:
        self.parts = parts

    @property
    def sentence(self) -> str:
        """The sentence as text."""
        return "".join(part if isinstance(part, str) else part.text for part in self.parts)

    @property
    def target(self) -> str:
        """Where its first link leads; "" without one."""
        return next((part.target for part in self.parts if isinstance(part, Link)), "")

    def node(self) -> Node:
        """Return the sentence as a paragraph."""
        inside = (part if isinstance(part, str) else part.node() for part in self.parts)
        return node("p", node("strong", *inside), class_="codeedu-next")


def course_state(answers: Sequence[Answer], on: date) -> list[LessonState]:
    """Return every lesson but the start page as these answers have it on a day, the final last."""
    of_item = {answer["item"]: answer["lesson"] for answer in answers}
    due = Counter(of_item[item] for item in schedule.due(answers, on))
    placements = attempts(answers, Sitting("placement"))
    placed = placements[max(placements)] if placements else []
    return [
        _state_of(row, answers, due[row["lesson"]], placed) for row in in_order() if row["ends"]
    ]


def gain(placed: Sequence[Answer]) -> float:
    """Return what a lesson would give, by its answers in a placement: the share that was missed.

    A half where that is too little to say: with no miss, and fewer than `KNOWN` right.

    >>> right, wrong = {"correct": True}, {"correct": False}
    >>> gain([wrong]), gain([right, wrong]), gain([right]), gain([]), gain([right, right])
    (1.0, 0.5, 0.5, 0.5, 0.0)
    """
    missed = sum(not answer["correct"] for answer in placed)
    return missed / len(placed) if missed or len(placed) >= KNOWN else 0.5


def next_step(course: Sequence[LessonState]) -> Step:
    """Return the one thing to do next; the first rule that applies decides.

    1. Lessons are under way: go on with the latest.
    2. The final is passed, every lesson is done, and the latest ended well: the course is
       finished, and the drill asks what is due.
    3. Questions are due: the drill.
    4. The latest lesson ended below the line: read the sections that teach what was missed, then
       try its quiz again.
    5. Lessons are not begun: open the one that would give most, by the placement; else the first.
    6. All lessons are done or below the line: the final again.

    When the final is passed before every lesson was opened, that is said first.
    """
    due, final = sum(lesson.due for lesson in course), course[-1]
    latest = max(course, key=lambda lesson: lesson.last)
    under_way, below, not_begun = (
        [lesson for lesson in course if lesson.state == state]
        for state in (UNDER_WAY, BELOW, NOT_BEGUN)
    )
    in_drill = (f"Next: {_are(due, plural(due, 'question'))} due today, in ", drill_link(), ".")
    if final.state == DONE and not (under_way or not_begun or latest.state == BELOW):
        start = "You finished the course. Your completion record is in "
        record = Link(final.title, record_link())
        return Step(start, record, ". ", *in_drill) if due else Step(start, record, ".")
    passed = "You passed the final. " if final.state == DONE else ""
    if passed and not_begun:
        passed += f"Not yet opened: {listing([lesson.row['lesson'] for lesson in not_begun])}. "
    if under_way:
        step = _go_on(max(under_way, key=lambda lesson: lesson.last))
    elif due:
        step = in_drill
    elif latest.state == BELOW:
        step = _again(latest)
    elif not_begun:
        step = _begin(not_begun, below)
    else:
        step = _again(final)
    return Step(passed, *step) if passed else Step(*step)


Parts = tuple[str | Link, ...]  # of a step


def _are(count: int, what: str) -> str:
    return f"{what} {'is' if count == 1 else 'are'}"


def _go_on(lesson: LessonState) -> Parts:
    if not lesson.left:
        link = Link(stopped(lesson.title), f"{lesson.file}#Before-you-read")
        return "Next: go on with ", link
    which = "" if lesson.is_final else "the quiz of "
    left = f" ({lesson.left} of {lesson.of} questions left)."
    return f"Next: go on with {which}", Link(lesson.title, lesson.test), left


def _again(lesson: LessonState) -> Parts:
    links = lesson.again or (Link(lesson.title, lesson.test),)
    between = [part for link in links for part in (" and ", link)][1:]
    which = "the final" if lesson.is_final else f"the quiz of {lesson.row['lesson']}"
    return "Next: read again ", *between, f", then try {which} again."


def _begin(not_begun: Sequence[LessonState], below: Sequence[LessonState]) -> Parts:
    lesson = min(not_begun, key=lambda lesson: (lesson.is_final, -gain(lesson.placed)))
    numbers = [lower.row["lesson"] for lower in below]
    again = f" Still below the line: {listing(numbers)}." if below else ""
    if not gain(lesson.placed):
        rest = " first; you had its questions in the placement right."
        return "Next: try the quiz of ", Link(lesson.title, lesson.test), rest + again
    missed = missed_in(lesson.placed)
    why = f" There you learn what you missed: to {missed}." if missed else ""
    link = Link(lesson.title, lesson.file)
    return "Next: open ", link, f" ({lesson.minutes} minutes).{why}{again}"


def missed_in(placed: Sequence[Answer]) -> str:
    """Return what the first missed answer of a placement asked that one can do; "" without."""
    known = tables.by("objectives", "objective")
    missed = (known.get(a["objective"], {}).get("can", "") for a in placed if not a["correct"])
    return next(missed, "")


def results(row: Row, answers: Sequence[Answer]) -> list[Result]:
    """Return what each attempt at the test that ends a lesson came to, the latest attempt last."""
    last = _last_places(answers, row["lesson"], (row["ends"],))
    return [
        Result(lines)
        for at in sorted(last, key=last.__getitem__)
        for lines in attempts(answers, at).values()
    ]


def _last_places(
    answers: Sequence[Answer], lesson: str, modes: Sequence[str]
) -> dict[Sitting, int]:
    """Return the place of the latest answer of each sitting of a lesson in these modes."""
    last: dict[Sitting, int] = {}
    for place, answer in enumerate(answers):
        at = sitting(answer)
        if at and at.of_lesson == lesson and at.mode in modes:
            last[at] = place
    return last


def _state_of(row: Row, answers: Sequence[Answer], due: int, placed: list[Answer]) -> LessonState:
    number = row["lesson"]
    last = _last_places(answers, number, (row["ends"], "pretest"))
    if not last:
        mine = tuple(answer for answer in placed if answer["lesson"] == number)
        return LessonState(row, NOT_BEGUN, due, placed=mine)
    ended = results(row, answers)
    latest = max(last.values())
    if any(result.reached for result in ended):
        return LessonState(row, DONE, due, latest)
    if ended and not ended[-1].left:
        state = RETRIED if ended[-1].put_right else BELOW
        return LessonState(row, state, due, latest, again=ended[-1].again)
    left, of = (ended[-1].left, ended[-1].of) if ended else (0, 0)
    return LessonState(row, UNDER_WAY, due, latest, left, of)


class Result:
    """What an attempt came to by first tries, and which sections teach what is still missed.

    `right` of its `of` questions; `left` are not answered yet.
    """

    def __init__(self, attempt: Sequence[Answer]) -> None:
        tries = first_tries_of(attempt).values()
        answered = [answer["correct"] for answer in tries if answer]
        self.of = len(tries)
        self.right = sum(answered)
        self.left = self.of - len(answered)
        self.reached = not self.left and self.right >= MASTERY * self.of
        now = {answer["item"]: answer for answer in attempt}.values()
        missed = [answer for answer in now if not answer["correct"]]
        self.put_right = not missed
        links = (section_link(answer["lesson"], answer["objective"]) for answer in missed)
        most = Counter(filter(None, links)).most_common(SECTIONS)
        self.again = tuple(link for link, _ in most)
