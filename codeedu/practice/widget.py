"""What a cell shows: the activities of the course, and the view of a sitting.

ACTIVITIES defines quiz, drill, pretest, placement and final. The view makes no decisions:
`session.py` asks and grades, `record.py` keeps, `screens.py` puts it on screen. The browser's
side is in `html/static/`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, TypedDict, cast

import traitlets

from codeedu.codes.wording import plural
from codeedu.html.nodes import Node, source
from codeedu.html.view import View
from codeedu.learner import record, steps
from codeedu.learner.record import FINAL, Answer, Sitting
from codeedu.lessons import lesson_name
from codeedu.practice import screens, selection
from codeedu.practice.selection import LENGTH, Answers, Items, Wanted
from codeedu.practice.session import Session, replay
from codeedu.questions import bank, generate, printed
from codeedu.questions.items import Item


@dataclass(frozen=True)
class Activity:
    """One kind of sitting; `title` is a template with {named}, the lesson by number and title.

    `draw` chooses the items; `done` heads the last page, and `end` makes it. The activity's key
    is its mode, see `session.MODES`. A `printed` one is stored with its questions, their answers
    folded.
    """

    title: str
    says: str
    draw: Callable[[Sequence[Item], Wanted], Items]
    done: str = "Finished"
    end: Callable[[Session, str, steps.Step], list[Node]] = screens.finished
    printed: bool = True


ACTIVITIES = {
    "quiz": Activity(
        title="Quiz · {named}",
        says="Each answer is explained before the next question.",
        draw=selection.quiz_items,
        done="Quiz finished",
    ),
    "drill": Activity(
        title="Drill · {named}",
        says="What you miss comes back after a few other questions.",
        draw=selection.drill_items,
        done="Drill finished",
    ),
    "pretest": Activity(
        title="Before you read · {named}",
        says="They look ahead to the lesson: guess freely. There is no score.",
        draw=selection.pretest_items,
        end=screens.looked_ahead,
    ),
    "placement": Activity(
        title="Where to start",
        says="They find the lessons that will give you the most. No lesson is locked.",
        draw=partial(selection.assessment_items, "placement"),
        end=screens.placed,
    ),
    "final": Activity(
        title="Final assessment",
        says="The answers come at the end. You can leave at any question and go on another day.",
        draw=partial(selection.assessment_items, "final"),
        done="Final assessment finished",
        end=screens.assessed,
        printed=False,  # with its answers on the page, it would not be a test
    ),
}


@dataclass(frozen=True)
class Plan:
    """An activity as a cell asks for it: its `mode`, lesson, length and time limit."""

    mode: str
    call: str
    lesson: str = ""
    n: int = LENGTH
    minutes: float | None = None

    @property
    def activity(self) -> Activity:
        """The row of ACTIVITIES."""
        return ACTIVITIES[self.mode]

    @property
    def sitting(self) -> Sitting:
        """The sitting as the record names it."""
        length = self.n if self.mode in ("quiz", "drill") else 0
        return Sitting(self.mode, FINAL if self.mode == FINAL else self.lesson, length)

    @property
    def title(self) -> str:
        """The heading of the view."""
        named = lesson_name(self.lesson) if self.lesson else "all lessons"
        return self.activity.title.format(named=named)

    def make(self, number: int, answers: Answers) -> Session:
        """Return the session of an attempt, by earlier answers; attempt 0 is the printed one."""
        wanted = Wanted(lesson=self.lesson, n=self.n, seed=number, answers=answers)
        items = self.activity.draw(bank.load(), wanted)
        return Session(items, seed=number, mode=self.mode)

    def find(self, name: str) -> Item | None:
        """Return the item with an id: a written one, or a generated one made again."""
        return bank.by_id().get(name) or generate.remake(name)


# The calls of a notebook


def quiz(lesson: str, n: int = LENGTH) -> Practice:
    """Return the quiz of a lesson, ready to be the last line of a cell.

    `n` is how many questions, though every objective gets one.

    Raises ValueError for a lesson without questions.

    >>> quiz("05")
    codeedu.quiz('05')
    """
    return _of_lesson("quiz", lesson, n)


def drill(lesson: str | None = None, n: int = LENGTH) -> Practice:
    """Return a drill of what this learner needs, from one lesson or, by default, from all.

    What is due comes first, and what you miss comes back; questions generated from the tables
    never run out.

    Raises ValueError as `quiz` does.

    >>> drill()
    codeedu.drill()
    """
    return _of_lesson("drill", lesson, n)


def pretest(lesson: str) -> Practice:
    """Return the three questions to answer before a lesson is read: no score, answers at once.

    Raises ValueError as `quiz` does.

    >>> pretest("01")
    codeedu.pretest('01')
    """
    return _of_lesson("pretest", str(lesson), LENGTH)


def placement_test() -> Practice:
    """Return twelve questions across the course that say which lessons to take.

    >>> placement_test()
    codeedu.placement_test()
    """
    return Practice(Plan("placement", "codeedu.placement_test()"))


def final_exam(minutes: float | None = None) -> Practice:
    """Return the final assessment: forty questions that practice never shows.

    Its answers are explained at the end. With `minutes` it is timed: it ends when the time spent
    on its questions is up, and what was not answered counts as not right.

    Raises ValueError when `minutes` is not more than 0.

    >>> final_exam(), final_exam(minutes=45)
    (codeedu.final_exam(), codeedu.final_exam(minutes=45))
    """
    if minutes is not None and not minutes > 0:
        raise ValueError(f"The final takes more than {minutes} minutes.")
    argument = "" if minutes is None else f"minutes={minutes}"
    return Practice(Plan(FINAL, f"codeedu.final_exam({argument})", minutes=minutes))


def _of_lesson(mode: str, lesson: object, n: int) -> Practice:
    name = "" if lesson is None else str(lesson).zfill(2)  # "05" for "5" and for 5
    known = sorted({item.lesson for item in bank.load()})
    if name and name not in known:
        what = f"There are no questions of lesson {name!r}; there are of: {', '.join(known)}."
        raise ValueError(f"{what} {bank.left_out()}".rstrip())
    arguments = [*([repr(name)] if name else []), *([f"n={n}"] if n != LENGTH else [])]
    return Practice(Plan(mode, f"codeedu.{mode}({', '.join(arguments)})", name, n))


# The view


class Action(TypedDict):
    """A button: the move it asks for, and its label."""

    do: str
    label: str


class Practice(View):
    """A sitting, one question at a time.

    The protocol: `screen` is what the view shows, `notice` what it shows besides (a "complaint"
    about the last message, a "warning" about the record). The browser asks for a move with a
    message {"do": ...}: one of `session.MOVES`, or "resume"; an answer names its item, so a late
    click in a second window changes nothing. Each screen and notice has a new `turn`, so that the
    browser gets it even when nothing else changed.
    """

    _esm = source("dom.js", "practice.js")
    _css = source("theme.css", "practice.css")

    screen = traitlets.Dict().tag(sync=True)
    notice = traitlets.Dict().tag(sync=True)

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.paper = plan.make(0, ())
        self._turn, self._since = 0, 0.0
        super().__init__()
        self._look()
        self._show(self._start())

    # The learner's record.

    def _look(self) -> Answers:
        """Go on with the latest attempt in the record, or prepare one; return all answers."""
        answers = record.read().answers
        attempts = record.attempts(answers, self.plan.sitting)
        self.number = max(attempts, default=0)
        lines = attempts.get(self.number, [])
        session = replay(lines, self.number, self.plan.mode, self.plan.find)
        self._kept = session is not None
        if session is None:
            self._prepare(answers, self.number + bool(attempts))
        else:
            self.session = session
        return answers

    def _prepare(self, answers: Answers, number: int) -> None:
        self.number, self._kept = number, False
        self.session = self.plan.make(number, answers)

    def _keep(self) -> str:
        """Keep the last answer; the first of an attempt also lists all its questions."""
        line = self.session.answers[-1].copy()
        line |= cast(Answer, self.plan.sitting._asdict() | {"attempt": self.number})
        if not self._kept:
            line["items"] = [item.id for item in self.session.items]
        warning = record.append(line)
        self._kept = self._kept or not warning
        return warning

    # What the browser asks for.

    def _complain(self, text: str) -> None:
        self._say(complaint=text)

    def _do(self, message: dict[str, Any]) -> None:
        move = str(message.get("do"))
        if move in ("begin", "resume"):
            self._open_attempt(again=move == "begin")
        elif move == "answer" and self.session.state == "asking":
            self._answer(message)
        elif move in ("next", "stop", "retry", "reveal") and move in self.session.moves:
            getattr(self.session, move)()
            self._show(self._present())
        else:
            self._show(self._present())

    def _open_attempt(self, *, again: bool) -> None:
        """Go on with the latest attempt in the record, which another view may have added to.

        With `again`, begin another attempt if that one was begun.
        """
        answers = self._look()
        if again and self.session.state != "not started":
            self._prepare(answers, self.number + 1)
        if self.session.state == "not started":
            self.session.begin()
        self._show(self._present())

    def _answer(self, message: dict[str, Any]) -> None:
        if self.session.item is None or message.get("item") != self.session.item.id:
            return self._show(self._present())  # from another view that shows an earlier question
        if self._left() <= self._spent():
            self.session.stop()
            return self._show(self._present())
        try:
            self.session.answer(
                message.get("response"),
                confidence=str(message.get("confidence") or ""),
                seconds=self._spent(),
            )
        except ValueError as error:
            return self._say(complaint=str(error))
        if self.session.state == "finished":
            # The last page reads the record: keep the answer first.
            warning = self._keep()
            self._show(self._present())
            return self._say(warning=warning)
        self._show(self._present())
        # Shown first, then kept: the disk must not delay the reasons.
        return self._say(warning=self._keep())

    # Time: what was spent on questions that were answered, on all days.

    def _spent(self) -> float:
        """Return the seconds since the current screen was shown."""
        return time.monotonic() - self._since

    def _left(self) -> float:
        """Return the seconds left for the current question; infinity without a limit."""
        if self.plan.minutes is None:
            return float("inf")
        return 60 * self.plan.minutes - sum(a["seconds"] or 0 for a in self.session.answers)

    def _time(self) -> str:
        if self.plan.minutes is None:
            return ""
        return f" · {plural(max(1, round(self._left() / 60)), 'minute')} left"

    # What the browser shows.

    def _show(self, screen: dict[str, Any]) -> None:
        self._turn += 1
        self._since = time.monotonic()
        self.screen = {"title": self.plan.title, **screen, "turn": self._turn}
        if self.notice.get("complaint"):
            self._say()

    def _say(self, **texts: str) -> None:
        if texts.get("complaint") or texts != {"warning": self.notice.get("warning", "")}:
            self._turn += 1
            kept = {"warning": self.notice.get("warning", "")}
            self.notice = {**kept, **texts, "turn": self._turn}

    def _start(self) -> dict[str, Any]:
        """Return the screen before the first question."""
        session = self.session
        done, count, current = len(session.answers), len(session.items), session.question()
        actions = [_action("begin", "Start again" if done else "Start")]
        stopped = ""
        if session.state in ("review", "finished") and done:
            stopped = f"Last time: {session.result().says}"
            actions.insert(0, _action("resume", "See that result"))
        elif current and done:
            stopped = f"You stopped before question {current.number} of {current.of}."
            actions.insert(0, _action("resume", f"Go on with question {current.number}"))
        says = self.plan.activity.says
        if self.plan.minutes is not None:
            says += f" You have {plural(round(self.plan.minutes), 'minute')} for all of them."
        body = screens.before_first(says, count, record.short_path(), stopped)
        return {"body": body, "actions": actions}

    def _present(self) -> dict[str, Any]:
        """Return the screen of the session's current state."""
        session = self.session
        current, feedback = session.question(), session.feedback()
        stop = [_action("stop", "Stop here")] if session.allows.stops else []
        if current and feedback:
            ask = screens.question(current)
            return {
                "count": ask["count"],
                "share": ask["share"],
                "stem": ask["stem"],
                "good": feedback.correct,
                "verdict": screens.verdict_text(feedback),
                "heading": "Why",
                "body": screens.reasons(feedback),
                "actions": [_action("next", "Next"), *stop],
            }
        if current:
            return {"ask": screens.question(current, self._time()), "actions": stop}
        if session.state not in ("review", "finished"):
            return self._start()
        activity = self.plan.activity
        step = steps.next_step(steps.course_state(record.read().answers, date.today()))
        actions = [_action("begin", "Start again")]
        body = activity.end(session, self.plan.lesson, step)
        if session.state == "review":
            count = len(session.missed)
            again = f"Try the {count} you missed again" if count > 1 else "Try it again"
            actions = [_action("retry", again), _action("reveal", "See all answers")]
            body = screens.review(session, step)
        answered = session.result().asked
        if session.allows.stops and answered < len(session.items):
            actions.insert(0, _action("resume", f"Go on with question {answered + 1}"))
        heading = screens.ended(session, activity.done)
        share = answered / len(session.items) if session.items else 1
        return {"share": share, "heading": heading, "body": body, "actions": actions}

    def _static(self) -> str:
        items = self.paper.items if self.plan.activity.printed else ()
        hint = f"Run this cell to answer {plural(len(self.paper.items), 'question')}."
        if items:
            hint = "Run this cell to practice. These are such questions to print, answers folded."
        return printed.printable(self.plan.title, items, hint)

    def __repr__(self) -> str:
        return self.plan.call


def _action(move: str, label: str) -> Action:
    return {"do": move, "label": label}
