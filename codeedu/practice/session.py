"""A session of practice: what is asked, what was answered, what comes next. No widget, no file.

The moves between states are a table, MOVES, and what a mode allows is another, MODES. The items,
the seed and the answers determine a session: `replay` restores it from the answers in the
learner's record.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from codeedu.cases.case import Case
from codeedu.codes.wording import listing, plural
from codeedu.learner import statistics
from codeedu.learner.record import Answer, ItemNote, first_tries_of, named_items
from codeedu.questions import decisions, kinds
from codeedu.questions.items import Item
from codeedu.questions.kinds import Feedback

# A move, from which states it is possible, and where it may lead.
MOVES: dict[str, dict[str, tuple[str, ...]]] = {
    "begin": {"not started": ("asking", "finished")},
    "answer": {"asking": ("answered", "asking", "finished")},
    "next": {"answered": ("asking", "review", "finished")},
    "stop": {"asking": ("review", "finished"), "answered": ("review", "finished")},
    "retry": {"review": ("asking",)},
    "reveal": {"review": ("finished",)},
}
GAP = 3  # questions between a miss and its return in a drill; the same at every return
RETURNS = 2  # times that one item comes back within a drill


@dataclass(frozen=True)
class Mode:
    """What a sitting allows.

    `explains`: each answer is explained before the next question, else all of them at the end.
    `returns`: a missed item comes back after a few others. `reviews`: it ends with the offer to
    try again what was missed. `settles`: a miss settles its lesson, of which nothing more is asked.
    `scores`: answered in full, it is measured by the line. `second`: a miss is asked once more at
    once, with a word that does not give the answer away.
    """

    explains: bool = True
    returns: bool = False
    reviews: bool = False
    settles: bool = False
    scores: bool = True
    second: bool = False
    asks: str = "Question"  # what one of them is called


MODES = {
    "quiz": Mode(reviews=True),
    "drill": Mode(returns=True, reviews=True),
    "pretest": Mode(scores=False),
    "placement": Mode(settles=True, scores=False),
    "final": Mode(explains=False),
    "assignment": Mode(explains=False),
    "case": Mode(second=True, asks="Case"),
}


@dataclass(frozen=True)
class Choice:
    """An option as it is shown before anyone answers: its place in the item, and its text."""

    place: int
    text: str


@dataclass(frozen=True)
class Question:
    """The current question, without anything that gives its answer away.

    It is the `number`th `of` all that this round asks, at most if `may_end`; `again` if it was
    asked before in this round.
    """

    id: str
    kind: str
    stem: str
    hint: str
    unit: str
    number: int
    of: int
    again: bool
    may_end: bool
    round: int
    choices: tuple[Choice, ...]
    asks: str = "Question"
    case: Case | None = None
    sent: str = ""  # at the first try, and what to say of it
    nudge: str = ""


@dataclass(frozen=True)
class Reviewed:
    """An answered item, and its feedback if it may be shown yet; `notes` are the learner's own."""

    stem: str
    correct: bool
    feedback: Feedback | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Result:
    """What a session showed so far.

    `right` counts first tries out of `of` questions, `asked` of which were answered; `now` counts
    last tries. `judged`: it is measured by the line. `says` sums up.
    """

    asked: int
    of: int
    right: int
    now: int
    score: float
    judged: bool
    reached: bool
    says: str
    objectives: list[statistics.ObjectiveTally]
    calibration: list[str]
    beliefs: list[statistics.Belief]
    revisit: list[statistics.ObjectiveTally]


class Session:
    """One sitting: questions one at a time, each committed before it is explained.

    See MODES for what a sitting allows. The same items and the same seed ask the same, in the
    same order.

    Raises ValueError for an unknown mode, or when two items share an id.

    >>> from codeedu.questions.generate import make
    >>> session = Session(make(3, seed=1), seed=1)
    >>> session.begin()
    >>> session.state, session.question().number, session.question().of
    ('asking', 1, 3)
    """

    def __init__(self, items: Iterable[Item], *, seed: int = 0, mode: str = "quiz") -> None:
        self.items = tuple(items)
        self.seed = seed
        self.mode = mode
        self.state = "not started"
        self.round = 1
        self.answers: list[Answer] = []
        self.queue = list(range(len(self.items)))  # the first is being asked, or was answered
        self.recorded: set[str] = set()  # items that the record has answers to, even if settled
        self.notes: Sequence[ItemNote] = ()  # what the learner wrote about any items
        if mode not in MODES:
            raise ValueError(f"There is no mode {mode!r}; there are: {listing(list(MODES))}.")
        self.allows = MODES[mode]
        ids = [item.id for item in self.items]
        twice = {name for name in ids if ids.count(name) > 1}
        if twice:
            raise ValueError(f"Two items have the id {min(twice)!r}.")

    @property
    def moves(self) -> list[str]:
        """The moves that are possible now."""
        return [move for move, ways in MOVES.items() if self.state in ways]

    def _move(self, move: str) -> None:
        if self.state not in MOVES[move]:
            can = f"you can {listing(self.moves, 'or')}" if self.moves else "it has ended"
            raise ValueError(f"The session is in the state {self.state!r}: {can}.")

    @property
    def item(self) -> Item | None:
        """The item that is being asked or was just answered, else None."""
        return self.items[self.queue[0]] if self.state in ("asking", "answered") else None

    # The moves. Each raises ValueError when it is not possible in the current state.

    def begin(self) -> None:
        """Ask the first question."""
        self._move("begin")
        self.state = "asking" if self.queue else "finished"

    def answer(
        self, response: object, *, confidence: str = "", seconds: object = None
    ) -> Feedback | None:
        """Commit an answer; return the feedback, or None where it comes at the end.

        `response` is as in `kinds.py`; `confidence` is "sure", "unsure", "guess" or "". The
        answer is appended to `answers`, in the form that the learner's record keeps.

        Raises ValueError, and changes nothing, when `response` is not (yet) an answer.
        """
        self._move("answer")
        item = self.items[self.queue[0]]
        if confidence and confidence not in statistics.CONFIDENCES:
            known = listing(statistics.CONFIDENCES)
            raise ValueError(f"There is no confidence {confidence!r}; there are: {known}.")
        accepted = decisions.accept(item, response)
        answer = answered(item, accepted, mode=self.mode, tries=self.round)
        answer["position"] = len(self.answers) + 1
        answer["confidence"], answer["seconds"] = confidence, _seconds(seconds)
        self.answers.append(answer)
        if not self._asks_again(item):
            self.state = "answered"
        if not self.allows.explains:
            self.next()
        return self.feedback()

    def _asks_again(self, item: Item) -> bool:
        tries = [answer for answer in self.answers if answer["item"] == item.id]
        return self.allows.second and len(tries) == 1 and not tries[0]["correct"]

    def next(self) -> None:
        """Go on to the next question, to the review of what was missed, or to the end."""
        self._move("next")
        done = self.queue.pop(0)
        if self.allows.returns and self._comes_back(done):
            self.queue.insert(min(GAP, len(self.queue)), done)
        self.queue = [place for place in self.queue if not self._settled(place)]
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
        self.state = "review" if self.missed and self.allows.reviews else "finished"

    def _comes_back(self, place: int) -> bool:
        """Return whether a drill asks this item again, now that it was answered."""
        tries = [a for a in self.answers if a["item"] == self.items[place].id]
        return not tries[-1]["correct"] and len(tries) <= RETURNS

    def _settled(self, place: int) -> bool:
        """Return whether a miss makes this item needless."""
        item = self.items[place]
        missed = (a["lesson"] for a in self.answers if not a["correct"])
        return self.allows.settles and item.id not in self.recorded and item.lesson in missed

    @property
    def least(self) -> int:
        """How many questions it asks at least."""
        one_each = len({item.lesson for item in self.items})
        return one_each if self.allows.settles else len(self.items)

    @property
    def left(self) -> list[int]:
        """The places of the items that are still to be answered, after a stop too."""
        known = {answer["item"] for answer in self.answers}
        places = (i for i, item in enumerate(self.items) if item.id not in known)
        return [place for place in places if not self._settled(place)]

    @property
    def missed(self) -> list[int]:
        """The places of the items whose last answer was not right, in the order of the items."""
        last = {answer["item"]: answer["correct"] for answer in self.answers}
        return [i for i, item in enumerate(self.items) if last.get(item.id) is False]

    # What to show.

    def order(self) -> list[int]:
        """Return the places of the current item's options in the order in which they are shown."""
        if self.item is None:
            return []
        before = self.answers[:-1] if self.state == "answered" else self.answers
        times = sum(answer["item"] == self.item.id for answer in before)
        return shuffled(self.item, self.seed, times)

    def question(self) -> Question | None:
        """Return the current question; None when nothing is being asked."""
        item = self.item
        if item is None:
            return None
        before = self.answers[:-1] if self.state == "answered" else self.answers
        asked = list(dict.fromkeys(a["item"] for a in before if a["round"] == self.round))
        again = item.id in asked
        sent, nudge = "", ""
        if again and self.allows.second:
            sent = str(next(a["answer"] for a in reversed(before) if a["item"] == item.id))
            nudge = kinds.KINDS[item.kind].nudge(item, sent)
        return Question(
            id=item.id,
            kind=item.kind,
            stem=item.stem,
            hint=item.hint,
            unit=item.unit,
            number=1 + (asked.index(item.id) if again else len(asked)),
            of=len({*asked, *(self.items[place].id for place in self.queue)}),
            again=again,
            may_end=self.allows.settles,
            round=self.round,
            choices=tuple(Choice(place, item.options[place].text) for place in self.order()),
            asks=self.allows.asks,
            case=item.case,
            sent=sent,
            nudge=nudge,
        )

    def feedback(self) -> Feedback | None:
        """Return the feedback on the answer just given, if it is shown now."""
        if self.state != "answered" or self.item is None:
            return None
        return decisions.feedback(self.item, self.answers[-1]["answer"], self.order())

    def review(self) -> list[Reviewed]:
        """Return every answered item with its last feedback, in the order of the items.

        In the state "review" only what was right is explained, since what was missed may be tried
        again. Where answers are explained at the end, no feedback is shown before.
        """
        last = {answer["item"]: answer for answer in self.answers}
        rows = []
        for item in self.items:
            if item.id in last:
                answer = last[item.id]
                shown = self.state == "finished" or (answer["correct"] and self.allows.explains)
                feedback = decisions.feedback(item, answer["answer"]) if shown else None
                rows.append(Reviewed(item.stem, answer["correct"], feedback, self.noted(item)))
        return rows

    def noted(self, item: Item) -> tuple[str, ...]:
        """Return what the learner wrote about an item as it is now."""
        of_item = (note for note in self.notes if note.get("item") == item.id)
        return tuple(note["note"] for note in of_item if note.get("seen") == item.seen)

    def result(self) -> Result:
        """Return what the session showed so far."""
        tries = [answer for answer in first_tries_of(self.answers).values() if answer]
        right, asked = sum(answer["correct"] for answer in tries), len(tries)
        # Where answers are explained at the end, questions that were left open count, too.
        of = asked if self.allows.explains else len(self.items)
        reached = asked > 0 and right >= statistics.MASTERY * of
        left = len(self.left)
        judged = self.allows.scores and not (left and self.allows.explains)
        says = statistics.summed_up(right, of, asked)
        if asked and not judged:
            many = f"{asked} of {asked + left}" if left else plural(asked, "question")
            says = f"You answered {many}: {right} right."
        return Result(
            asked=asked,
            of=of,
            right=right,
            now=asked - len(self.missed),
            score=right / of if of else 0.0,
            judged=judged,
            reached=reached,
            says=says,
            objectives=statistics.objectives(tries),
            calibration=statistics.calibration(tries),
            beliefs=statistics.beliefs(tries),
            revisit=statistics.revisit(tries),
        )


def shuffled(item: Item, seed: int, times: int = 0) -> list[int]:
    """Return the places of an item's options as a session of this seed shows them.

    `times` is how often the item was answered there before.
    """
    return kinds.KINDS[item.kind].shuffle(item, random.Random(f"{seed}:{item.id}:{times}"))


def answered(item: Item, accepted: kinds.Response, *, mode: str, tries: int) -> Answer:
    """Grade an accepted response; return it as the learner's record keeps it."""
    grade = decisions.grade(item, accepted)
    return Answer(
        item=item.id,
        seen=item.seen,
        key=item.key,
        kind=item.kind,
        pool=item.pool,
        lesson=item.lesson,
        objective=item.objective,
        answer=accepted,
        correct=grade.correct,
        score=round(grade.score, 3),
        confidence="",
        seconds=None,
        could_show=list(item.could_show),
        misconceptions=list(grade.misconceptions),
        actual=item.actual,
        chosen=grade.chosen,
        mode=mode,
        round=tries,
    )


def _seconds(value: object) -> float | None:
    """Round a duration to 0.1 s; return None if it is not a valid duration."""
    if not isinstance(value, (int, float)) or not 0 <= value < 1e6:
        return None
    return round(float(value), 1)


# Going on after a restart


def replay(
    lines: Sequence[Answer], number: int, mode: str, find: Callable[[str], Item | None]
) -> Session | None:
    """Return the session that these answers belong to, as it was after the last of them.

    `find` returns the item with an id. Returns None when items are gone or were changed since.
    Answers that do not fit, such as those of a second window, are ignored. Former placements
    went on after a miss: what the record has is asked, settled or not.
    """
    items = [item for name in named_items(lines) if (item := find(name))]
    if not items or len(items) < len(named_items(lines)):
        return None
    try:
        session = Session(items, seed=number, mode=mode)
        session.recorded = {line["item"] for line in lines}
        session.begin()
        for line in lines:
            _repeat(session, line)
    except ValueError:
        return None
    return session


def _repeat(session: Session, line: Answer) -> None:
    """Repeat one recorded answer in the session; raise ValueError if its item was changed."""
    if line.get("round") == session.round + 1:
        if "stop" in session.moves:
            session.stop()
        if "retry" in session.moves:
            session.retry()
    item = session.item
    if session.state != "asking" or item is None or item.id != line["item"]:
        return
    if not item.is_as_in(line):
        raise ValueError("this item was changed since")
    stated = line.get("confidence", "")
    confidence = stated if stated in statistics.CONFIDENCES else ""
    session.answer(line.get("answer"), confidence=confidence, seconds=line.get("seconds"))
    if "next" in session.moves:
        session.next()
