"""An exercise of a lesson: one field for each of its rows, checked together and tried again.

The rows are items of the question bank with `exercise = 1` and so on. A wrong row does not show
its answer at once: it may be changed and checked again. After the second miss, or on request,
the answer is shown. The browser's side is in `html/static/exercise.js`.
"""

from __future__ import annotations

from typing import Any, cast

import traitlets

from codeedu.codes.wording import listing
from codeedu.html.nodes import Node, node, source
from codeedu.html.view import View
from codeedu.learner import record
from codeedu.learner.record import Answer, Sitting, attempts
from codeedu.practice import screens
from codeedu.practice.session import answered
from codeedu.questions import bank, kinds, printed
from codeedu.questions.items import Item
from codeedu.questions.typed import LONGEST

MISSES = 2  # after which the answer is shown
FIRST = "Answer one of the rows first."


def exercise(lesson: str, number: int) -> Exercise:
    """Return the fields of an exercise, ready to be the last line of a cell.

    Raises ValueError when the bank has no rows for it.

    >>> exercise("02", 1)
    codeedu.exercise('02', 1)
    """
    name = str(lesson).zfill(2)
    rows = [item for item in bank.load() if item.exercise and item.lesson == name]
    numbers = sorted({row.exercise for row in rows})
    if number not in numbers:
        known = listing([str(n) for n in numbers]) if numbers else "none"
        what = f"Lesson {name} has no exercise {number} to check; it has: {known}."
        raise ValueError(f"{what} {bank.left_out()}".rstrip())
    return Exercise(name, number, tuple(row for row in rows if row.exercise == number))


class Exercise(View):
    """The rows of an exercise.

    `screen` is what the view shows, and has a new `turn` each time. The browser sends
    {"do": "check", "show", "begin" or "save", "given": {row: text}}. What was checked is in the
    learner's record, so it is back when the cell is run another day.
    """

    _esm = source("dom.js", "exercise.js")
    _css = source("theme.css", "practice.css")

    screen = traitlets.Dict().tag(sync=True)

    def __init__(self, lesson: str, number: int, items: tuple[Item, ...]) -> None:
        self.call = f"codeedu.exercise({lesson!r}, {number})"
        self.title = f"Exercise {number}"
        self._button = f"Start exercise {number}"
        self.sitting = Sitting("exercise", lesson, exercise=number)
        self.items = items
        self.keeper = record.Keeper()
        by_number = attempts(record.read().answers, self.sitting)
        self._begin(max(by_number, default=0))
        known = {item.id: item for item in items}
        for answer in by_number.get(self.attempt, []):
            if answer["item"] in known and known[answer["item"]].is_as_in(answer):
                self.tries[answer["item"]].append(answer)
                self.texts[answer["item"]] = str(answer["answer"])
        self._turn = 0
        super().__init__()
        self._show()

    def _begin(self, attempt: int) -> None:
        self.attempt = attempt
        self.tries: dict[str, list[Answer]] = {item.id: [] for item in self.items}
        self.texts: dict[str, str] = {}  # what is in the fields
        self.revealed: set[str] = set()  # the rows whose answer was asked for

    # What the browser asks for.

    def _do(self, message: dict[str, Any]) -> None:
        texts = message.get("given")
        for item in self.items:
            if isinstance(texts, dict) and item.id in texts and not self._done(item):
                self.texts[item.id] = str(texts[item.id])[:LONGEST]
        move = message.get("do")
        if move == "begin":
            self._begin(self.attempt + 1)
        elif move == "show":
            self.revealed = {item.id for item in self.items if not self._right(item)}
        warning = self._check() if move == "check" else self.keeper.keep()
        self._show(warning, checked=move == "check", saved=move == "save" and not warning)

    def _complain(self, text: str) -> None:
        self._turn += 1
        self.screen = {**self.screen, "complaint": text, "turn": self._turn}

    def _check(self) -> str:
        """Grade the rows that are new or were changed; return "" or why they are not saved."""
        given: list[Answer] = []
        for item in self.items:
            tries = self.tries[item.id]
            try:
                accepted = kinds.accept(item, self.texts.get(item.id))
            except ValueError:
                continue  # the row shows why
            if self._done(item) or (tries and tries[-1]["answer"] == accepted):
                continue
            answer = answered(item, accepted, mode="exercise", tries=len(tries) + 1)
            answer |= cast(Answer, self.sitting._asdict() | {"attempt": self.attempt})
            answer["position"] = sum(map(len, self.tries.values())) + 1
            tries.append(answer)
            given.append(answer.copy())
        return self.keeper.keep(*given)

    # Where a row stands.

    def _right(self, item: Item) -> bool:
        return any(answer["correct"] for answer in self.tries[item.id])

    def _done(self, item: Item) -> bool:
        return self._right(item) or item.id in self.revealed or len(self.tries[item.id]) >= MISSES

    # What the browser shows.

    def _show(self, warning: str = "", *, checked: bool = False, saved: bool = False) -> None:
        self._turn += 1
        left = [item for item in self.items if not self._done(item)]
        actions = [("check", "Check"), ("show", "Show the answers")]
        self.screen = {
            "title": self.title,
            "attempt": self.attempt,
            "rows": [self._row(item) for item in self.items],
            "says": self._summary() or (FIRST if checked else ""),
            "sources": [] if left else printed.sources_of(self.items),
            "actions": actions if left else [("begin", "Start again")],
            "warning": warning,
            "saved": record.SAVED if saved else "",
            "turn": self._turn,
        }

    def _row(self, item: Item) -> dict[str, Any]:
        verdict, nodes = self._verdict(item)
        return {
            "id": item.id,
            "label": printed.inline(item.stem),
            "kind": item.kind,
            "unit": item.unit,
            "choices": list(item.choices),
            "given": self.texts.get(item.id, ""),
            "good": self._right(item),
            "done": self._done(item),
            "verdict": verdict,
            "says": nodes,
        }

    def _verdict(self, item: Item) -> tuple[str, list[Node]]:
        """Return what is shown below a row: a word with a sign, and the reason."""
        text, tries = self.texts.get(item.id, ""), self.tries[item.id]
        because = node("p", *printed.inline(item.explanation))
        kind = kinds.KINDS[item.kind]
        if self._right(item):
            said = dict.fromkeys([kind.nudge(item, tries[-1]["answer"]), item.explanation])
            lines = [node("p", *printed.inline(line)) for line in said]
            return f"{screens.SIGNS[True]} Correct", lines
        word = f"{screens.SIGNS[False]} Not yet" if tries else ""
        if self._done(item):
            answer = node("p", "The answer: ", node("strong", *printed.inline(kind.answer(item))))
            return word, [answer, because]
        try:
            accepted = kind.accept(item, text)
        except ValueError as error:
            return "", [node("p", str(error))] if text.strip() else []
        if not tries or tries[-1]["answer"] != accepted:
            return "", []
        return word, [node("p", *printed.inline(kind.nudge(item, accepted)))]

    def _summary(self) -> str:
        """Return where the exercise stands, in a sentence; "" before the first check."""
        if not self.revealed and not any(self.tries.values()):
            return ""
        left = [bool(self.tries[item.id]) for item in self.items if not self._done(item)]
        score = f"{sum(map(self._right, self.items))} of {len(self.items)} right"
        score += f", {left.count(False)} not answered." if False in left else "."
        return f"{score} Change what is marked, and check again." if True in left else score

    def _static(self) -> str:
        return printed.printed_exercise(self.title, self.items)

    def __repr__(self) -> str:
        return self.call
