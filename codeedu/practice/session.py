"""A session of practice: what is asked, what was answered, what comes next. No widget, no file.

The moves between states are a table, `MOVES`; a session is plain data at any moment
(`to_dict`), so a view can show it, keep it, and go on after a restart.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable
from typing import Any

from codeedu.practice import findings, grade
from codeedu.practice.items import Item

STATES = ("not started", "asking", "answered", "review", "finished")
MODES = ("quiz", "drill", "pretest")

# A move, from which states it is possible, and where it leads; "next" leads on by what is left.
MOVES: dict[str, dict[str, tuple[str, ...]]] = {
    "begin": {"not started": ("asking", "finished")},
    "answer": {"asking": ("answered",)},
    "next": {"answered": ("asking", "review", "finished")},
    "stop": {"asking": ("review", "finished"), "answered": ("review", "finished")},
    "retry": {"review": ("asking",)},
    "reveal": {"review": ("finished",)},
}
GAP = 3  # questions between a miss and its return in a drill; the same at every return
RETURNS = 2  # times that one item comes back within a drill
FORM = 1  # of what to_dict makes


class Session:
    """One sitting: questions one at a time, each committed before it is explained.

    In a "quiz" every item is asked once, then comes the review: `retry()` asks what was missed
    again, `reveal()` ends with all answers. In a "drill" a missed item also comes back after a
    few others. A "pretest" is a quiz without the review: it comes before the lesson, and its misses
    count for nothing. The same items and the same seed ask the same, in the same order.

    Raises ValueError for an unknown mode, or when two items share an id.

    >>> from codeedu.practice.generate import make
    >>> session = Session(make(3, seed=1), seed=1)
    >>> session.begin()
    >>> session.state, session.question()["number"], session.question()["of"]
    ('asking', 1, 3)
    """

    def __init__(self, items: Iterable[Item], *, seed: int = 0, mode: str = "quiz") -> None:
        self.items = tuple(items)
        self.seed = seed
        self.mode = mode
        self.state = "not started"
        self.round = 1
        self.answers: list[dict[str, Any]] = []
        self.queue = list(range(len(self.items)))  # the first is being asked, or was answered
        if mode not in MODES:
            raise ValueError(f"There is no mode {mode!r}; there are: {', '.join(MODES)}.")
        ids = [item.id for item in self.items]
        twice = {name for name in ids if ids.count(name) > 1}
        if twice:
            raise ValueError(f"Two items have the id {min(twice)!r}.")

    @property
    def key(self) -> str:
        """Sixteen characters that are the same for the same questions in the same order."""
        text = repr((self.mode, self.seed, [(item.id, item.version) for item in self.items]))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @property
    def moves(self) -> list[str]:
        """The moves that are possible now."""
        return [move for move, ways in MOVES.items() if self.state in ways]

    def _move(self, move: str) -> None:
        if self.state not in MOVES[move]:
            can = f"you can {' or '.join(self.moves)}" if self.moves else "it has ended"
            raise ValueError(f"The session is in the state {self.state!r}: {can}.")

    @property
    def item(self) -> Item | None:
        """The item that is being asked or was just answered, else None."""
        return self.items[self.queue[0]] if self.state in ("asking", "answered") else None

    # The moves. Each raises ValueError when it is not possible in the present state.

    def begin(self) -> None:
        """Ask the first question."""
        self._move("begin")
        self.state = "asking" if self.queue else "finished"

    def answer(
        self, response: object, *, confidence: str = "", seconds: object = None
    ) -> dict[str, Any]:
        """Commit an answer and return the feedback (see `grade.feedback`).

        `response` is as in `grade.py`; `confidence` is "sure", "unsure", "guess" or "". The
        answer is now the last of `answers`, in the form that the learner's record keeps.

        Raises ValueError, and stays as it is, when `response` is not (yet) an answer.
        """
        self._move("answer")
        item = self.items[self.queue[0]]
        if confidence and confidence not in findings.CONFIDENCES:
            known = ", ".join(findings.CONFIDENCES)
            raise ValueError(f"There is no confidence {confidence!r}; there are: {known}.")
        given = grade.accept(item, response)
        found = grade.grade(item, given)
        self.answers.append(
            {
                "item": item.id,
                "version": item.version,
                "kind": item.kind,
                "lesson": item.lesson,
                "objective": item.objective,
                "answer": given,
                "correct": found.correct,
                "score": round(found.score, 3),
                "confidence": confidence,
                "seconds": _seconds(seconds),
                "misconceptions": list(found.misconceptions),
                "truly": item.truly,
                "read_as": found.read_as,
                "mode": self.mode,
                "round": self.round,
            }
        )
        self.state = "answered"
        return self.feedback()

    def next(self) -> None:
        """Go on to the next question, to the review of what was missed, or to the end."""
        self._move("next")
        done = self.queue.pop(0)
        if self.mode == "drill" and self._returns(done):
            self.queue.insert(min(GAP, len(self.queue)), done)
        if self.queue:
            self.state = "asking"
        else:
            self._end()

    def stop(self) -> None:
        """End the questions early; what was answered counts."""
        self._move("stop")
        self.queue = []
        self._end()

    def retry(self) -> None:
        """Ask what was missed again, in a new order."""
        self._move("retry")
        self.queue = self.missed
        self.round += 1
        random.Random(f"{self.seed}:{self.round}").shuffle(self.queue)
        self.state = "asking"

    def reveal(self) -> None:
        """End the session; all answers may be shown."""
        self._move("reveal")
        self.state = "finished"

    def _end(self) -> None:
        again = self.missed and self.mode != "pretest"
        self.state = "review" if again else "finished"

    def _returns(self, place: int) -> bool:
        """Say whether a drill asks this item again, now that it was answered."""
        mine = self._of(place)
        return not mine[-1]["correct"] and len(mine) <= RETURNS

    def _of(self, place: int) -> list[dict[str, Any]]:
        return [answer for answer in self.answers if answer["item"] == self.items[place].id]

    @property
    def missed(self) -> list[int]:
        """The places of the items whose last answer was not right, in the order of the items."""
        last = {answer["item"]: answer["correct"] for answer in self.answers}
        return [i for i, item in enumerate(self.items) if last.get(item.id) is False]

    # What to show.

    def order(self) -> list[int]:
        """Return the places of the options of the present item, as they are to be shown.

        Lines of "spot" stay in their order; steps of "order" never start in the right one.
        """
        if self.item is None or self.item.kind == "spot":
            return list(range(len(self.item.options))) if self.item else []
        places = list(range(len(self.item.options)))
        before = self.answers[:-1] if self.state == "answered" else self.answers
        times = sum(answer["item"] == self.item.id for answer in before)
        mixed, rng = list(places), random.Random(f"{self.seed}:{self.item.id}:{times}")
        rng.shuffle(mixed)
        if self.item.kind == "order" and mixed == places:
            mixed.append(mixed.pop(0))
        return mixed

    def question(self) -> dict[str, Any]:
        """Return the present question as plain data, without what gives it away.

        `id`, `kind`, `ask`, `lesson`, `objective`, `stem`, `hint`, `number` and `of`, `round`, and
        `choices`: `place` and `text`, in the order to show. Empty when nothing is being asked.
        """
        item = self.item
        if item is None:
            return {}
        asked = sum(a["round"] == self.round for a in self.answers) - (self.state == "answered")
        return {
            "id": item.id,
            "kind": item.kind,
            "ask": item.ask,
            "lesson": item.lesson,
            "objective": item.objective,
            "stem": item.stem,
            "hint": item.hint,
            "number": asked + 1,
            "of": asked + len(self.queue),
            "round": self.round,
            "choices": [{"place": i, "text": item.options[i].text} for i in self.order()],
        }

    def feedback(self) -> dict[str, Any]:
        """Return the feedback on the answer just given (see `grade.feedback`), else {}."""
        if self.state != "answered" or self.item is None:
            return {}
        return grade.feedback(self.item, self.answers[-1]["answer"], self.order())

    def review(self) -> list[dict[str, Any]]:
        """Return every answered item with its last feedback, in the order of the items.

        In the state "review" only what was right is explained; what was missed may be tried again.
        """
        last = {answer["item"]: answer for answer in self.answers}
        rows = []
        for item in self.items:
            if item.id in last:
                answer = last[item.id]
                shown = answer["correct"] or self.state == "finished"
                told = grade.feedback(item, answer["answer"]) if shown else {}
                row = {"id": item.id, "stem": item.stem, "correct": answer["correct"]}
                rows.append(row | {"feedback": told})
        return rows

    def result(self) -> dict[str, Any]:
        """Return what the session showed so far, as plain data.

        `asked`, `right`, `score` count first tries; `now` counts last ones. `line` is the mastery
        line and `reached` whether the score is on it. `objectives`, `lessons`, `confusions`,
        `calibration`, `misconceptions` and `revisit` are as in `findings.py`; `says` sums up.
        """
        first: dict[str, dict[str, Any]] = {}
        for answer in self.answers:
            first.setdefault(answer["item"], answer)
        tries = list(first.values())
        right, asked = sum(answer["correct"] for answer in tries), len(tries)
        score = right / asked if asked else 0.0
        reached = asked > 0 and score >= findings.MASTERY
        return {
            "asked": asked,
            "right": right,
            "score": round(score, 3),
            "now": asked - len(self.missed),
            "line": findings.MASTERY,
            "reached": reached,
            "says": _sum_up(right, asked, reached=reached),
            "objectives": findings.objectives(tries),
            "lessons": findings.by("lesson", tries),
            "confusions": findings.confusions(self.answers),
            "calibration": findings.calibration(tries),
            "misconceptions": findings.misconceptions(self.answers),
            "revisit": findings.revisit(tries),
        }

    # Keeping it.

    def to_dict(self) -> dict[str, Any]:
        """Return the whole session as plain data; `from_dict` goes on where it stood."""
        return {
            "form": FORM,
            "mode": self.mode,
            "seed": self.seed,
            "state": self.state,
            "round": self.round,
            "queue": list(self.queue),
            "answers": [dict(answer) for answer in self.answers],
            "items": [item.to_dict() for item in self.items],
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Session:
        """Return the session of which `data` is the plain form.

        Raises ValueError when `data` is something else, or of another release's form.
        """
        try:
            if data["form"] != FORM or data["state"] not in STATES:
                raise ValueError
            items = [Item.from_dict(item) for item in data["items"]]
            session = cls(items, seed=data["seed"], mode=data["mode"])
            session.state, session.round = data["state"], int(data["round"])
            session.queue = [range(len(items))[place] for place in data["queue"]]
            session.answers = [dict(answer) for answer in data["answers"]]
            if session.state in ("asking", "answered") and not session.queue:
                raise ValueError
            session.question(), session.feedback(), session.result()
        except (TypeError, KeyError, ValueError, IndexError, AttributeError) as error:
            raise ValueError("This is not a session that can be resumed; begin anew.") from error
        return session


def _seconds(value: object) -> float | None:
    """Return seconds as they are kept: None for what is no length of time."""
    if not isinstance(value, (int, float)) or not 0 <= value < 1e6:
        return None
    return round(float(value), 1)


def _sum_up(right: int, asked: int, *, reached: bool) -> str:
    if not asked:
        return "Nothing was answered yet."
    line = f"{findings.MASTERY:.0%}".replace("%", " %")
    share = f"{right / asked:.0%}".replace("%", " %")
    where = f"on or above the line of {line}" if reached else f"below the line of {line}"
    return f"{right} of {asked} right at the first try ({share}), {where}."
