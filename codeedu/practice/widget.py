"""What a cell shows: the activities of the course, and the view of a sitting.

ACTIVITIES defines quiz, drill, pretest, placement, final and assignment. The view makes no
decisions: `session.py` asks and grades, `record.py` keeps, `screens.py` puts it on screen. The
browser's side is in `html/static/`.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypedDict, cast

import traitlets

from codeedu.codes.wording import plural
from codeedu.files import IN_BROWSER
from codeedu.html.nodes import Node, node, source
from codeedu.html.view import View
from codeedu.learner import record, steps
from codeedu.learner.record import FINAL, Answer, ItemNote, Sitting
from codeedu.lessons import final_lesson, lesson_name
from codeedu.practice import assignments, screens, selection
from codeedu.practice.selection import LENGTH, Answers, Items, Wanted
from codeedu.practice.session import Session, replay
from codeedu.questions import bank, generate, printed
from codeedu.questions.items import Item


@dataclass(frozen=True)
class Activity:
    """One kind of sitting; `title` is a template.

    In it {named} is the lesson by number and title, and {name} the name of an assignment.

    `start` is the label of the button that starts the view.
    `draw` chooses the items; `done` heads the last page, and `end` makes it. The activity's key
    is its mode, see `session.MODES`. A `printed` one is stored with its questions, their answers
    folded.
    """

    title: str
    start: str
    says: str
    draw: Callable[[Sequence[Item], Wanted], Items]
    done: str = "Finished"
    end: Callable[[Session, str, steps.Step], list[Node]] = screens.finished
    printed: bool = True


AT_THE_END = "The answers come at the end. You can leave at any question and go on another day."
ACTIVITIES = {
    "quiz": Activity(
        title="Quiz · {named}",
        start="Start the quiz",
        says="Each answer is explained before the next question.",
        draw=selection.quiz_items,
        done="Quiz finished",
    ),
    "drill": Activity(
        title="Drill · {named}",
        start="Start the drill",
        says="What you miss comes back after a few other questions.",
        draw=selection.drill_items,
        done="Drill finished",
    ),
    "pretest": Activity(
        title="Before you read · {named}",
        start="Start the questions",
        says="They look ahead to the lesson: guess freely. There is no score.",
        draw=selection.pretest_items,
        end=screens.looked_ahead,
    ),
    "placement": Activity(
        title="Where to start",
        start="Start the placement test",
        says="They find the lessons that will give you the most. No lesson is locked.",
        draw=selection.placement_items,
        end=screens.placed,
    ),
    "final": Activity(
        title="Final assessment",
        start="Start the final assessment",
        says=AT_THE_END,
        draw=selection.final_items,
        done="Final assessment finished",
        end=screens.assessed,
        printed=False,  # with its answers on the page, it would not be a test
    ),
    "case": Activity(
        title="Cases",
        start="Start the cases",
        says="Read the record and write the claim. What you send comes back as the payer would "
        "answer it; then you can mend it once.",
        draw=selection.case_items,
        done="Cases finished",
        printed=False,
    ),
    "assignment": Activity(
        title="Assignment {name} · {named}",
        start="Start the assignment",
        says=AT_THE_END,
        draw=selection.assignment_items,
        done="Assignment finished",
        end=screens.to_hand_in,
        printed=False,
    ),
}


@dataclass(frozen=True)
class Plan:
    """An activity as a cell asks for it: its `mode`, lesson, length and time limit.

    With a `seed`, every attempt draws with it, else with its own number; a final by chance.
    """

    mode: str
    call: str
    lesson: str = ""
    n: int = LENGTH
    minutes: float | None = None
    seed: int | None = None

    @property
    def activity(self) -> Activity:
        """The row of ACTIVITIES."""
        return ACTIVITIES[self.mode]

    @property
    def sitting(self) -> Sitting:
        """The sitting as the record names it."""
        length = self.n if self.mode in ("quiz", "drill", "assignment", "case") else 0
        lesson = FINAL if self.mode == FINAL else self.lesson
        return Sitting(self.mode, lesson, length, self.seed or 0)

    @property
    def title(self) -> str:
        """The heading of the view."""
        named = lesson_name(self.lesson) if self.lesson else "all lessons"
        name = f"{self.lesson}-{self.n}-{self.seed}"
        return self.activity.title.format(named=named, name=name)

    def make(self, number: int, answers: Answers, *, by_chance: bool = False) -> Session:
        """Return the session of an attempt, by earlier answers; attempt 0 is the printed one."""
        seed = number if self.seed is None else self.seed
        if by_chance:
            seed = random.randrange(10**9)
        wanted = Wanted(lesson=self.lesson, n=self.n, seed=seed, answers=answers)
        items = self.activity.draw(bank.load(), wanted)
        return Session(items, seed=number, mode=self.mode)

    def due(self, answers: Answers) -> int:
        """Return how many of a drill's questions are due."""
        return len(selection.due_items(bank.load(), Wanted(self.lesson, answers=answers)))

    def says(self, answers: Answers) -> str:
        """Return what is said before the first question; of a drill, also what is due."""
        if self.mode != "drill" or not answers:
            return self.activity.says
        due = self.due(answers)
        which = f"{due} are due today, and these come first." if due else "Nothing is due today."
        if 0 < due <= self.n:
            which = "All of them are due today." if due > 1 else "It is due today."
        return f"{which} {self.activity.says}"


START, START_AGAIN = "Start", "Start again"
CASE_MINUTES = 4  # for one
MOST_WORDS = 1000  # characters of what a learner writes about a question
NO_WORDS = "Write first what you disagree with."

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
    """Return a drill of what this learner needs, from one lesson or, by default, from all begun.

    While something is due it asks nothing else, and what you miss comes back; questions generated
    from the tables never run out.

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
    """Return eight to sixteen questions across the course that say which lessons to take.

    >>> placement_test()
    codeedu.placement_test()
    """
    return Practice(Plan("placement", "codeedu.placement_test()"))


def final_exam(minutes: float | None = None) -> Practice:
    """Return the final assessment: questions that practice never shows.

    It asks forty, unless your custom folder says how many (docs/custom.md).
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


def assignment(lesson: str, n: int = assignments.LENGTH, seed: int = 0) -> Practice:
    """Return an assignment: `n` questions of a lesson, for everyone the same.

    Another `seed` draws other questions. An assignment's name says all three. Its answers are
    explained at the end.

    Raises ValueError for a lesson without questions, a name that is none, or an impossible number.

    >>> assignment("05", 20, 7), assignment("05-20-7")
    (codeedu.assignment('05-20-7'), codeedu.assignment('05-20-7'))
    """
    found = assignments.find(lesson, n, seed)
    call = f"codeedu.assignment({found.name!r})"
    return Practice(Plan("assignment", call, found.lesson, found.items, seed=found.seed))


def case(n: int = selection.CASES) -> Practice:
    """Return cases: write the claim that a medical record asks for, and see what comes back.

    `n` is how many, at most one of each sort. Those that you know come with less help.

    >>> case()
    codeedu.case()
    """
    arguments = f"n={n}" if n != selection.CASES else ""
    return Practice(Plan("case", f"codeedu.case({arguments})", n=n))


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
    about the last message, a "warning" that answers are not saved yet, or that they are "saved"
    now). The browser asks for a move with a message {"do": ...}: one of `session.MOVES`, "resume",
    "save" or "disagree"; an answer names its item, so a late click in a second window changes
    nothing. With any move may come a `note`, which is what the learner wrote about its item. Each
    screen and notice has a new `turn`, so that the browser gets it even when nothing else changed.
    A sitting that was left goes on by itself at its open question, unless its time is limited.
    """

    _esm = source("dom.js", "practice.js")
    _css = source("theme.css", "practice.css")

    screen = traitlets.Dict().tag(sync=True)
    notice = traitlets.Dict().tag(sync=True)

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.paper = plan.make(0, ())
        self._button = plan.activity.start
        self.keeper = record.Keeper()
        self._turn, self._since = 0, 0.0
        super().__init__()
        answers = self._look()
        if self.session.state == "asking" and self.session.answers and not plan.minutes:
            self._show(self._present())
            self._since = math.nan  # nobody knows since when it has been looked at
        else:
            self._show(self._start(answers))

    # The learner's record.

    def _look(self) -> Answers:
        """Go on with the latest attempt in the record, or prepare one; return all answers."""
        kept = record.read()
        answers = (*kept.answers, *self.keeper.waiting)
        self._notes = [*kept.notes, *self.keeper.notes]
        attempts = record.attempts(answers, self.plan.sitting)
        self.number = max(attempts, default=0)
        session = self._recorded(attempts.get(self.number, []))
        self._kept = session is not None
        if session is None:
            self._prepare(answers, self.number + bool(attempts))
        else:
            self.session = session
        return answers

    def _recorded(self, lines: list[Answer]) -> Session | None:
        return replay(lines, self.number, self.plan.mode, generate.find_item)

    def _lines(self) -> list[Answer]:
        """Return the answers of this attempt, whichever window gave them."""
        answers = (*record.read().answers, *self.keeper.waiting)
        return record.attempts(answers, self.plan.sitting).get(self.number, [])

    def _count_as_recorded(self) -> None:
        """At the end, go by the record: of a question that two windows asked, the first counts."""
        if self.session.state in ("review", "finished") and not self.session.left:
            recorded = self._recorded(self._lines())
            if recorded and recorded.state == self.session.state:
                self.session = recorded

    def _prepare(self, answers: Answers, number: int) -> None:
        self.number, self._kept = number, False
        # Neighbors get a final of their own; its first answer keeps which.
        self.session = self.plan.make(number, answers, by_chance=self.plan.mode == FINAL)

    def _keep(self) -> str:
        """Keep the last answer; the first of an attempt also lists all its questions."""
        line = self.session.answers[-1].copy()
        line |= cast(Answer, self.plan.sitting._asdict() | {"attempt": self.number})
        if not self._kept:
            line["items"] = [item.id for item in self.session.items]
        self._kept = True
        return self.keeper.keep(line)

    def _note(self, name: object, words: str) -> str:
        """Keep what the learner wrote about an item that was answered; return "" or a warning."""
        given = [answer for answer in self.session.answers if answer["item"] == name]
        for last in given[-1:]:
            note = ItemNote(
                item=last["item"], seen=last["seen"], answer=last["answer"], note=words[:MOST_WORDS]
            )
            self._notes.append(note)
            return self.keeper.keep(notes=[note])
        return str(self.notice.get("warning", ""))

    # What the browser asks for.

    def _complain(self, text: str) -> None:
        self._say(complaint=text)

    def _do(self, message: dict[str, Any]) -> None:
        move, words = str(message.get("do")), str(message.get("note") or "").strip()
        if words:
            self._say(warning=self._note(message.get("item"), words))
        if move == "disagree" and not words:
            self._complain(NO_WORDS)
        elif move == "save":
            warning = self.keeper.keep()
            self._say(warning=warning, saved="" if warning else record.SAVED)
        elif move in ("begin", "resume"):
            self._open_attempt(again=move == "begin" and self._offers_another)
        elif move == "answer" and self.session.state == "asking":
            self._answer(message)
        elif move == "stop" and not (self.session.answers and self.session.allows.explains):
            self._show(self._start(record.read().answers))  # the final has no interim result
        elif move in ("next", "stop", "retry", "reveal") and move in self.session.moves:
            getattr(self.session, move)()
            if move == "next":
                self._count_as_recorded()
            self._show(self._present())
        else:
            self._show(self._present())

    @property
    def _offers_another(self) -> bool:
        """Whether the screen has a button for one more attempt: another window may have begun."""
        buttons = self.screen.get("actions", ())
        return any(one["do"] == "begin" and one["label"] != START for one in buttons)

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

    def _begun_elsewhere(self) -> bool:
        """Take the attempt of another window that answered first, if there is one."""
        begun = bool(self._lines())
        if begun:
            self._look()
        return begun

    def _answer(self, message: dict[str, Any]) -> None:
        if self.session.item is None or message.get("item") != self.session.item.id:
            return self._show(self._present())  # from another view that shows an earlier question
        if not self._kept and self._begun_elsewhere():
            return self._show(self._present())
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
            self._count_as_recorded()
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
        if self.notice.get("complaint") or self.notice.get("saved"):
            self._say()

    def _say(self, **texts: str) -> None:
        if texts != {"warning": self.notice.get("warning", "")}:
            self._turn += 1
            kept = {"warning": self.notice.get("warning", "")}
            self.notice = {**kept, **texts, "turn": self._turn}

    def _start(self, answers: Answers) -> dict[str, Any]:
        """Return the screen before the first question, by the learner's earlier answers."""
        coming, current, result = self.session, self.session.question(), self.session.result()
        done = result.asked
        actions = [_action("begin", START_AGAIN if done else START)]
        stopped = ""
        if done and not current:
            stopped = f"Last time: {result.says}" if result.judged else result.says
            actions.insert(0, _action("resume", "See that result"))
            coming = self.plan.make(self.number + 1, answers)
        elif done and current:
            this = f"{coming.allows.asks.lower()} {current.number}"
            stopped = f"You stopped before {this} of {current.of}."
            actions.insert(0, _action("resume", f"Go on with {this}"))
        body = screens.before_first(coming, self.plan.says(answers), self._takes(), stopped)
        return {"body": body, "actions": actions}

    def _takes(self) -> str:
        """Return how long it takes, where that does not follow from the number of questions."""
        if self.plan.minutes is not None:
            return f"{plural(round(self.plan.minutes), 'minute')} for all of them"
        if self.plan.mode == "case":
            return f"about {plural(CASE_MINUTES * len(self.session.items), 'minute')}"
        return f"about {final_lesson()['practice']} minutes" if self.plan.mode == FINAL else ""

    def _present(self) -> dict[str, Any]:
        """Return the screen of the session's current state."""
        session = self.session
        session.notes = self._notes
        current, feedback = session.question(), session.feedback()
        explains = session.allows.explains
        stop = [_action("stop", "Stop here")] if self.plan.minutes is None else []
        if current:
            check = "Send the claim" if current.case else "Check answer"
            submit = check if explains else "Next"
            ask = screens.question(current, submit, self._time())
            if not feedback or not session.item:
                return {"ask": ask, "actions": stop}
            return {
                "count": ask["count"],
                "share": ask["share"],
                "stem": ask["stem"],
                "good": feedback.correct,
                "verdict": screens.verdict_text(feedback),
                "heading": "Why",
                "body": screens.reasons(feedback, session.noted(session.item)),
                "disagree": current.id,
                "actions": [_action("next", "Next"), *stop],
            }
        if session.state not in ("review", "finished"):
            return self._start(record.read().answers)
        answered = session.result().asked
        return {
            "share": answered / (answered + len(session.left)) if session.items else 1,
            "heading": screens.ended(session, self.plan.activity.done),
            **self._end(),
        }

    def _end(self) -> dict[str, Any]:
        """Return the result and what one can do next: press the first button, or follow a link.

        `aside`: no button is the main thing, since the next step is a link in the body.
        """
        session, result, mode = self.session, self.session.result(), self.plan.mode
        count = len(session.missed)
        again = f"Try the {count} you missed again" if count > 1 else "Try the one you missed again"
        retry = [_action("retry", again)] if session.state == "review" else []
        begin = _action("begin", START_AGAIN)
        if session.left and session.allows.explains:
            which = f" with {session.allows.asks.lower()} {result.asked + 1}"
            number = "" if session.allows.returns else which
            actions = [_action("resume", f"Go on{number}"), *retry, begin]
            return {"body": screens.stopped_early(session), "actions": actions}
        answers = record.read().answers
        step = steps.next_step(steps.course_state(answers, date.today()))
        due = self.plan.due(answers) if mode == "drill" else 0
        nothing: list[Node] = []
        if due:
            begin["label"] = f"Next {min(due, self.plan.n)}"
            step = steps.Step(f"{due} due left: go on.")
        elif mode == "drill":
            begin["label"] = f"{self.plan.n} more questions"
            where = f" of lesson {self.plan.lesson}" if self.plan.lesson else ""
            nothing = [node("p", f"Nothing more{where} is due today.")]
        actions, body = [begin], self.plan.activity.end(session, self.plan.lesson, step)
        if retry:
            actions = [*retry, _action("reveal", "See all answers")]
            body = screens.review(session, step)
            if mode == "drill":
                actions.insert(0 if due else len(actions), begin)
        aside = not due and (not retry or result.reached)
        return {"body": [*nothing, *body], "actions": actions, "aside": aside}

    def _static(self) -> str:
        items = self.paper.items if self.plan.activity.printed else ()
        # Another custom folder makes the final longer or shorter; what is stored has to hold there.
        asked = plural(len(items), "question") if items else "the questions"
        does = "solve the cases" if self.plan.mode == "case" else f"answer {asked}"
        where = "With JavaScript" if IN_BROWSER else "In JupyterLab"
        hint = f"{where} you {does} here, one at a time."
        return printed.printable(self.plan.title, items, hint)

    def __repr__(self) -> str:
        return self.plan.call


def _action(move: str, label: str) -> Action:
    return {"do": move, "label": label}
