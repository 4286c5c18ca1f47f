"""One class per kind of question: what it accepts, how it grades, explains and shuffles.

A *response* is plain data: for "one" and "spot" the place of the chosen option, for "many" the
places of all that were chosen, for "order" the places of all steps as the learner put them, for
"type" and "number" a text. Places count from 0 in the item, whatever the order on the screen.

A new kind is a class here, a line in KINDS, its control in static/practice.js, and its fields in
data/practice/questions.schema.json.
"""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cache
from itertools import combinations
from typing import ClassVar

from codeedu.codes.wording import listing
from codeedu.questions.items import Item, Option
from codeedu.questions.typed import (
    LONGEST,
    Meant,
    fold,
    instead,
    meant,
    only_unit,
    read_number,
    write_number,
)

Response = int | str | list[int]


@dataclass(frozen=True)
class Grade:
    """`score` from 0 to 1; `correct` when nothing is wrong; what the answer shows.

    `chosen` is the code set that the learner took the code for: `item.actual` when the answer was
    right, "" when the item does not ask for a reading.
    """

    score: float
    correct: bool
    misconceptions: tuple[str, ...] = ()
    chosen: str = ""

    @property
    def verdict(self) -> str:
        """What it is called."""
        return "Correct" if self.correct else "Partly right" if self.score >= 0.5 else "Not yet"


@dataclass(frozen=True)
class OptionFeedback:
    """What to show about one option: its text, the feedback, and a `mark` in words.

    `belief` and `truth` describe the misconception that this answer shows, or are "".
    """

    place: int
    text: str
    feedback: str
    right: bool
    chosen: bool
    mark: str
    belief: str = ""
    truth: str = ""


@dataclass(frozen=True)
class Feedback:
    """What to show after an answer; `options` are in the order shown.

    `answer` says in words which answer is right, `look` what to look at next time.
    """

    correct: bool
    score: float
    verdict: str
    answer: str
    explanation: str
    look: str
    options: tuple[OptionFeedback, ...]
    sources: tuple[str, ...]
    as_of: str
    codes: str = ""  # what the codes of the question are


class Kind(ABC):
    """What the engine must know about a kind of question."""

    how: ClassVar[str]  # what to do, in a sentence
    single: ClassVar[bool] = False  # exactly one of several options is right

    @property
    def on_paper(self) -> str:
        """What to do on paper, and in other programs."""
        return self.how

    @abstractmethod
    def accept(self, item: Item, response: object) -> Response:
        """Validate and normalize a response; the ValueError's message is for the learner."""

    @abstractmethod
    def grade(self, item: Item, response: Response) -> Grade:
        """Return the grade of an accepted response."""

    @abstractmethod
    def explain(
        self, item: Item, response: Response, order: Sequence[int]
    ) -> Iterator[OptionFeedback]:
        """Yield the feedback on each option, in the order shown."""

    @abstractmethod
    def answer(self, item: Item) -> str:
        """Return the right answer in words."""

    @abstractmethod
    def right(self, item: Item) -> Response:
        """Return a right response."""

    def in_words(self, item: Item, response: Response) -> str:
        """Return an accepted response in words."""
        return str(response)

    def nudge(self, item: Item, response: Response) -> str:
        """Return a hint after a wrong answer; it does not give the right one away."""
        return item.hint

    def reveal(self, item: Item) -> str:
        """Return the sentence that gives the right answer after a wrong one."""
        return f"The answer is: {self.answer(item)}"

    def sums_up(self, item: Item, response: Response) -> str:
        """Return the explanation of the whole."""
        return item.explanation

    def verdict(self, grade: Grade) -> str:
        """Return what a grade is called."""
        return grade.verdict

    def shuffle(self, item: Item, rng: random.Random) -> list[int]:
        """Return the places of the options in the order to show."""
        places = list(range(len(item.options)))
        rng.shuffle(places)
        return places


_MARKS = {  # right, chosen: what it says
    (True, True): "chosen, right",
    (False, True): "chosen, not right",
    (True, False): "right, not chosen",
    (False, False): "not right, not chosen",
}


class _Choice(Kind):
    """Options to choose from."""

    def explain(
        self, item: Item, response: Response, order: Sequence[int]
    ) -> Iterator[OptionFeedback]:
        chosen = set(response) if isinstance(response, list) else {response}
        for place in order or range(len(item.options)):
            option = item.options[place]
            mark = _MARKS[option.right, place in chosen]
            yield _feedback(place, option, right=option.right, chosen=place in chosen, mark=mark)

    def answer(self, item: Item) -> str:
        return "; ".join(option.text for option in item.options if option.right)

    def in_words(self, item: Item, response: Response) -> str:
        places = response if isinstance(response, list) else [int(response)]
        return "; ".join(item.options[place].text.rstrip(".") for place in places)


class One(_Choice):
    """Choose one answer."""

    how = "Choose one answer."
    single = True

    def accept(self, item: Item, response: object) -> Response:
        if not _is_place(response, item):
            raise ValueError("Choose an option first.")
        return int(response)  # type: ignore[call-overload, no-any-return]

    def grade(self, item: Item, response: Response) -> Grade:
        return _grade_of(item, item.options[int(response)])  # type: ignore[arg-type]

    def right(self, item: Item) -> Response:
        return next(place for place, option in enumerate(item.options) if option.right)


class Spot(One):
    """Find the part of a claim that is wrong."""

    how = "Choose one part."


class Many(_Choice):
    """Choose every answer that is right."""

    how = "Choose every right answer."

    def accept(self, item: Item, response: object) -> Response:
        places = _places(item, response)
        if not places:
            raise ValueError("Choose at least one option first.")
        return sorted(set(places))

    def grade(self, item: Item, response: Response) -> Grade:
        chosen = set(_chosen_places(response))
        wrong = [o for place, o in enumerate(item.options) if o.right != (place in chosen)]
        return Grade(1 - len(wrong) / len(item.options), not wrong, _misconceptions(wrong))

    def right(self, item: Item) -> Response:
        return [place for place, option in enumerate(item.options) if option.right]


class Order(Kind):
    """Put steps in order."""

    how = "Put the steps in order with the buttons."

    @property
    def on_paper(self) -> str:
        return "Put the steps in order."

    def accept(self, item: Item, response: object) -> Response:
        places = _places(item, response)
        if sorted(places) != list(range(len(item.options))):
            raise ValueError("Give every step a place first.")
        return places

    def grade(self, item: Item, response: Response) -> Grade:
        pairs = list(combinations(_chosen_places(response), 2))
        score = sum(first < second for first, second in pairs) / len(pairs)
        return Grade(score, score == 1)

    def explain(
        self, item: Item, response: Response, order: Sequence[int]
    ) -> Iterator[OptionFeedback]:
        for place, option in enumerate(item.options):
            at = _chosen_places(response).index(place)
            mark = (
                "in its place" if at == place else f"belongs at {place + 1}; you had it at {at + 1}"
            )
            yield _feedback(place, option, right=at == place, chosen=True, mark=mark)

    def answer(self, item: Item) -> str:
        return "; ".join(f"{i}. {option.text}" for i, option in enumerate(item.options, 1))

    def in_words(self, item: Item, response: Response) -> str:
        texts = [item.options[place].text.rstrip(".") for place in _chosen_places(response)]
        return "; ".join(f"{number}. {text}" for number, text in enumerate(texts, 1))

    def right(self, item: Item) -> Response:
        return list(range(len(item.options)))

    def reveal(self, item: Item) -> str:
        return "The right order is below."

    def shuffle(self, item: Item, rng: random.Random) -> list[int]:
        places = super().shuffle(item, rng)
        if places == sorted(places):  # never start solved
            places.append(places.pop(0))
        return places


class _Written(Kind):
    """A text that the learner types."""

    def grade(self, item: Item, response: Response) -> Grade:
        option = self._foreseen(item, str(response))
        return _grade_of(item, option) if option else Grade(0.0, False)

    def explain(
        self, item: Item, response: Response, order: Sequence[int]
    ) -> Iterator[OptionFeedback]:
        text = str(response)
        option = self._foreseen(item, text) or Option(text, self._unforeseen(item, text))
        mark = _MARKS[option.right, True]
        yield _feedback(0, replace(option, text=text), right=option.right, chosen=True, mark=mark)

    def nudge(self, item: Item, response: Response) -> str:
        option = self._foreseen(item, str(response))
        return option.feedback if option else item.hint or self._unforeseen(item, str(response))

    @abstractmethod
    def _foreseen(self, item: Item, text: str) -> Option | None:
        """Return the answer or the distractor of the bank that a text matches, or None."""

    @abstractmethod
    def _unforeseen(self, item: Item, text: str) -> str:
        """Return feedback on a text that the bank does not foresee."""


class Typed(_Written):
    """Type a code or a word, or choose it from a list; see `meant` for what does not matter."""

    how = "Type your answer."

    def accept(self, item: Item, response: object) -> Response:
        if not isinstance(response, str) or not fold(response):
            raise ValueError("Type an answer first.")
        if item.choices:
            if fold(response) not in map(fold, item.choices):
                raise ValueError(f"Choose {listing(item.choices, 'or')}.")
        elif wanted := instead(response[:LONGEST], item.answers, _texts(item.distractors)):
            raise ValueError(f"Type {wanted}.")
        return response.strip()[:LONGEST]

    def answer(self, item: Item) -> str:
        return item.answers[0]

    def right(self, item: Item) -> Response:
        return item.answers[0]

    def _foreseen(self, item: Item, text: str) -> Option | None:
        found = meant(text, item.answers, item.choices or _texts(item.distractors))
        if found and found.meaning == item.answers[0]:
            return Option(found.written, _remark(found) or item.explanation, right=True)
        return next((o for o in item.distractors if found and found.meaning == o.text), None)

    def _unforeseen(self, item: Item, text: str) -> str:
        from codeedu.codes.classify import classify
        from codeedu.codes.explain import verdict

        if _is_code(item.answers[0]):
            return f"About what you typed: {verdict(classify(text))}"
        near = max(SequenceMatcher(None, fold(text), fold(a)).ratio() for a in item.answers)
        if near >= 0.8:
            return "That is close. Compare the spelling with the answer, letter by letter."
        return "That is not the answer this question asks for."


class Number(_Written):
    """Type a number; its unit and its spelling do not matter."""

    how = "Type a number."

    def accept(self, item: Item, response: object) -> Response:
        if not isinstance(response, str) or not response.strip():
            raise ValueError("Type a number first.")
        if read_number(response)[0] is None:
            raise ValueError("Type one number, such as 4 or four.")
        return response.strip()[:LONGEST]

    def answer(self, item: Item) -> str:
        return f"{write_number(item.answer or 0)} {item.unit}".strip()

    def right(self, item: Item) -> Response:
        return write_number(item.answer or 0)

    def _foreseen(self, item: Item, text: str) -> Option | None:
        value, rest = read_number(text)
        if value is None or not only_unit(rest, item.unit):
            return None
        if abs(value - (item.answer or 0)) <= item.tolerance + 1e-9:
            return Option(self.answer(item), item.explanation, right=True)
        matching = (o for o in item.distractors if o.number is not None)
        return next((o for o in matching if abs(value - (o.number or 0)) < 1e-9), None)

    def _unforeseen(self, item: Item, text: str) -> str:
        value, rest = read_number(text)
        if value is None or not only_unit(rest, item.unit):
            unit = f" in {item.unit}" if item.unit else " alone"
            return f"The question asks for a number{unit}; you typed {text!r}."
        size = "more" if value > (item.answer or 0) else "less"
        return f"{write_number(value)} is {size} than the answer. Work it through once more."


KINDS: dict[str, Kind] = {
    "one": One(),
    "many": Many(),
    "type": Typed(),
    "number": Number(),
    "order": Order(),
    "spot": Spot(),
}


def accept(item: Item, response: object) -> Response:
    """Validate and normalize a response.

    Raises ValueError, with a sentence for the learner, when it is not an answer yet.
    """
    return KINDS[item.kind].accept(item, response)


def grade(item: Item, response: object) -> Grade:
    """Return the grade of a response.

    Raises ValueError as `accept` does.
    """
    return KINDS[item.kind].grade(item, accept(item, response))


def feedback(item: Item, response: object, order: Sequence[int] = ()) -> Feedback:
    """Return what to show after an answer; `order` is the order in which options were shown.

    Raises ValueError as `accept` does.

    >>> item = Item("a-01", "a", "01", "type", "Which code?", "So.", answers=("J1885",))
    >>> feedback(item, "J188S").verdict, feedback(item, " j1885. ").correct
    ('Not yet', True)
    """
    kind = KINDS[item.kind]
    accepted = kind.accept(item, response)
    graded = kind.grade(item, accepted)
    return Feedback(
        correct=graded.correct,
        score=round(graded.score, 3),
        verdict=kind.verdict(graded),
        answer=kind.reveal(item),
        explanation=kind.sums_up(item, accepted),
        look=item.look,
        options=tuple(kind.explain(item, accepted, order)),
        sources=item.sources,
        as_of=item.as_of,
        codes=item.codes,
    )


def _grade_of(item: Item, option: Option) -> Grade:
    chosen = option.reads if item.actual else ""
    if option.right:
        return Grade(1.0, True, (), chosen)
    return Grade(0.0, False, _misconceptions([option]), chosen)


def _misconceptions(options: Iterable[Option]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(o.misconception for o in options if o.misconception))


def _feedback(
    place: int, option: Option, *, right: bool, chosen: bool, mark: str
) -> OptionFeedback:
    # What an option shows: a wrong one that was chosen, a right one that was not.
    belief, truth = option.believed if chosen != option.right else ("", "")
    return OptionFeedback(place, option.text, option.feedback, right, chosen, mark, belief, truth)


def _is_place(value: object, item: Item) -> bool:
    places = range(len(item.options))
    return isinstance(value, int) and not isinstance(value, bool) and value in places


def _places(item: Item, response: object) -> list[int]:
    if not isinstance(response, (list, tuple, set)) or not all(
        _is_place(place, item) for place in response
    ):
        raise ValueError("Choose among the options.")
    return list(response)


def _chosen_places(response: Response) -> list[int]:
    return response if isinstance(response, list) else []


def _texts(options: Iterable[Option]) -> tuple[str, ...]:
    return tuple(option.text for option in options)


def _remark(found: Meant) -> str:
    """Return what to say about the spelling of a right answer, or ""."""
    if found.slip == "hyphen":
        hyphens = "a hyphen" if found.written.count("-") == 1 else "hyphens"
        return f"Right. It is written with {hyphens}: `{found.written}`."
    return f"Right. Mind the spelling: {found.written}." if found.slip else ""


@cache
def _is_code(answer: str) -> bool:
    """Return whether an answer is a whole code; "1999" is not, though zeros would make it one."""
    from codeedu.codes.classify import classify

    reading = classify(answer)
    whole = "-".join([reading.code or "", *reading.modifiers])
    return len(answer) >= 5 and any(char.isdigit() for char in answer) and whole == answer
