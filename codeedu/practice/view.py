"""The view of a sitting: it hands on what others decide, and holds no rule.

`session.py` asks and grades, `record.py` keeps, `resume.py` goes on, `pages.py` and `results.py`
put it into words. The browser's side is in `static/`; the sittings themselves are in `plans.py`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import traitlets

from codeedu.html.explorer import View
from codeedu.html.nodes import Node, source
from codeedu.practice import bank, generate, pages, record, results, resume
from codeedu.practice.choose import Answers
from codeedu.practice.items import Item
from codeedu.practice.session import Session


@dataclass(frozen=True)
class Plan:
    """One kind of sitting: the `call` that shows it, its `name` in the record, its `title`.

    `make` returns the session of a number (0 is the one on paper), given earlier answers.
    `says` is a sentence about it for the learner, `end` makes its last page.
    """

    call: str
    name: str
    title: str
    make: Callable[[int, Answers], Session]
    says: str = "Each answer is explained before the next question."
    end: Callable[[Session], list[Node]] = results.finished
    paths: tuple[str | Path, ...] = ()
    first: int = 0
    reviewed: bool = True  # ends with the offer to try again what was missed
    short: bool = True  # may be ended before its last question

    def find(self, name: str) -> Item | None:
        """Return the item of an id: a written one, or one made again."""
        return _items(self.paths).get(name) or generate.remake(name)


@cache
def _items(paths: tuple[str | Path, ...]) -> dict[str, Item]:
    return {item.id: item for item in bank.load(*paths)}


class Practice(View):
    """A sitting, one question at a time.

    `screen` is what the view shows; `notice` is what is said besides. The browser asks for a
    move by a message {"do": ...}: one of `practice.MOVES`, or "resume".
    """

    _esm = source("keys.js", "practice.js")
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
        self.on_msg(self._heed)

    # The learner's record: what stands in it, and what is added.

    def _look(self) -> Answers:
        """Take up the latest sitting in the record, else prepare one; return all answers."""
        answers = record.read().answers
        attempts = resume.attempts(answers, self.plan.name)
        self.number = max(attempts, default=self.plan.first)
        lines = attempts.get(self.number, [])
        found = resume.replay(lines, self.number, self.plan.find)
        self._kept = found is not None
        if found is None:
            self._prepare(answers, self.number + bool(attempts))
        else:
            self.session = found
        return answers

    def _prepare(self, answers: Answers, number: int) -> None:
        self.number, self._kept = number, False
        self.session = self.plan.make(number, answers)

    def _keep(self) -> str:
        """Keep the last answer; the first of a sitting carries the names of all its questions."""
        line = {**self.session.answers[-1], "sitting": resume.tag(self.plan.name, self.number)}
        if not self._kept:
            line["items"] = [item.id for item in self.session.items]
        warning = record.append(line)
        self._kept = self._kept or not warning
        return warning

    # What the browser asks for.

    def _heed(self, view: object, content: object, buffers: object) -> None:
        """Make the move that a message asks for; one that is not possible now changes nothing."""
        asked = content if isinstance(content, dict) else {}
        try:
            self._do(str(asked.get("do")), asked)
        except Exception as error:
            self._say(complaint=f"{type(error).__name__}: {error}")
            raise  # shown in the view, and still an error for whoever runs the notebook

    def _do(self, move: str, asked: dict[str, Any]) -> None:
        if move in ("begin", "resume"):
            self._open(anew=move == "begin")
        elif move == "answer" and self.session.state == "asking":
            self._answer(asked)
        elif move in ("next", "stop", "retry", "reveal") and move in self.session.moves:
            getattr(self.session, move)()
            self._show(self._present())
        else:
            self._show(self._present())

    def _open(self, *, anew: bool) -> None:
        """Go on with the latest sitting or begin another, as the record has it by now."""
        answers = self._look()
        if anew and self.session.state != "not started":
            self._prepare(answers, self.number + 1)
        if self.session.state == "not started":
            self.session.begin()
        self._show(self._present())

    def _answer(self, asked: dict[str, Any]) -> None:
        if self.session.item is None or asked.get("item") != self.session.item.id:
            return self._show(self._present())  # a second view was left behind
        try:
            self.session.answer(
                asked.get("response"),
                confidence=str(asked.get("confidence") or ""),
                seconds=time.monotonic() - self._since,
            )
        except ValueError as error:
            return self._say(complaint=str(error))
        self._show(self._present())
        # Shown first, then kept: the disk must not stand between an answer and its reasons.
        return self._say(warning=self._keep())

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
        done, count = len(self.session.answers), len(self.session.items)
        fresh = "Start" if not done else "Start anew"
        actions = [_action("begin", fresh)]
        stands = ""
        if done and self.session.state in ("review", "finished"):
            stands = f"Last time: {self.session.result()['says']}"
            actions.insert(0, _action("resume", "See that result"))
        elif done:
            asked = self.session.question()
            stands = f"You stopped before question {asked['number']} of {asked['of']}."
            actions.insert(0, _action("resume", f"Go on with question {asked['number']}"))
        body = pages.start(self.plan.says, count, record.shown(), stands)
        return {"body": body, "actions": actions}

    def _present(self) -> dict[str, Any]:
        """Return the screen of the session's present state."""
        session = self.session
        if session.state == "review" and not self.plan.reviewed:
            session.reveal()
        state = session.state
        stop = [_action("stop", "Stop here")] if self.plan.short else []
        if state == "asking":
            return {"ask": pages.question(session.question()), "actions": stop}
        if state == "answered":
            asked, told = pages.question(session.question()), session.feedback()
            return {
                "count": asked["count"],
                "share": asked["share"],
                "stem": asked["stem"],
                "good": told["correct"],
                "verdict": pages.verdict(told, asked["kind"]),
                "heading": "The reasons",
                "body": pages.reasons(told),
                "actions": [_action("next", "Next"), *stop],
            }
        if state == "review":
            count = len(session.missed)
            again = f"Try the {count} you missed again" if count > 1 else "Try it again"
            body, heading = results.review(session), "So far"
            actions = [_action("retry", again), _action("reveal", "See all answers")]
        elif state == "finished":
            body, heading = self.plan.end(session), "Finished"
            actions = [_action("begin", "Start anew")]
        else:
            return self._start()
        return {"share": 1, "heading": heading, "body": body, "actions": actions}

    def _static(self) -> str:
        hint = "Run this cell to practice. To read or print: such questions, each answer folded."
        return pages.paper(self.plan.title, self.paper.items, hint)

    def __repr__(self) -> str:
        return self.plan.call


def _action(move: str, label: str) -> dict[str, str]:
    return {"do": move, "label": label}
