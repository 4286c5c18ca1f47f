"""What a question is, whether it was written by hand or generated from a table.

An item is complete in itself: it holds its right answers, all feedback, and the code set it asks
about. An option is identified by its place in the item, counted from 0; whatever order the
screen shows, that place is what is recorded.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property

from codeedu import tables
from codeedu.cases.case import Case
from codeedu.codes.names import codes_here
from codeedu.questions import typed

WRITTEN = ("type", "number")  # the kinds of which `typed` decides what is right


@dataclass(frozen=True)
class Option:
    """A choice, a step to put in order, or a wrong answer that people type.

    `reads` is the code set that someone who chooses this takes the code for, or "". `number` is
    the value of a wrong answer to a "number" item. `belief` and `truth` describe a misconception
    that a custom bank adds; those of the course are looked up.
    """

    text: str
    feedback: str
    right: bool = False
    misconception: str = ""
    reads: str = ""
    number: float | None = None
    belief: str = ""
    truth: str = ""

    def __post_init__(self) -> None:
        _check_types(self)

    @property
    def believed(self) -> tuple[str, str]:
        """The misconception that choosing this shows, and what is true; "" if there is none."""
        row = tables.by("misconceptions", "id").get(self.misconception, {})
        return self.belief or row.get("says", ""), self.truth or row.get("truth", "")


@dataclass(frozen=True)
class Item:
    """One question; `kind` is a key of `kinds.KINDS`.

    `options` are the choices, or the steps of "order" in their right order. `answers` are the
    texts that "type" accepts; `answer`, `unit` and `tolerance` belong to "number". `distractors`
    are wrong answers that people type. `look` says what to look at next time. An item whose
    `pool` is "final" is asked in the final assessment only; "generated" ones come from tables.
    A "case" has its `case`. One of "exercise" is a row of that exercise in its lesson; if the row
    is not to be typed but chosen from a list, `choices` are what is in it.

    Raises TypeError for a value of the wrong type, ValueError when no answer is right.
    """

    id: str
    objective: str
    lesson: str
    kind: str
    stem: str
    explanation: str
    options: tuple[Option, ...] = ()
    answers: tuple[str, ...] = ()
    answer: float | None = None
    unit: str = ""
    tolerance: float = 0
    distractors: tuple[Option, ...] = ()
    hint: str = ""
    look: str = ""
    ask: str = ""
    level: str = ""
    pool: str = "practice"
    pretest: bool = False
    exercise: int = 0
    choices: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    as_of: str = ""
    review_by: str = ""
    case: Case | None = field(default=None, hash=False)  # its facts are a dict

    def __post_init__(self) -> None:
        _check_types(self)
        right = sum(option.right for option in self.options)
        can_be_answered = {
            "one": right == 1,
            "spot": right == 1,
            "many": right > 0,
            "order": len(self.options) > 1,
            "type": bool(self.answers),
            "number": isinstance(self.answer, (int, float)),
            "case": self.case is not None,
        }
        if not can_be_answered.get(self.kind):
            raise ValueError(f"{self.id} has no right answer for the kind {self.kind!r}")

    @property
    def brief(self) -> str:
        """The stem as a list has it: of a case, its title and what stands around its lines."""
        return f"{self.case.title}. {self.case.around}" if self.case else self.stem

    @cached_property
    def seen(self) -> str:
        """A hash of what the learner sees before answering."""
        shown = [self.kind, self.stem, self.unit, self.choices, [o.text for o in self.options]]
        if self.case:
            shown += [[*map(":".join, self.case.charges)], [*map(str, self.case.start)]]
        return _hash(shown)

    @cached_property
    def key(self) -> str:
        """A hash of what decides whether an answer is right."""
        right = [option.right for option in self.options]
        rules = typed.rules() if self.kind in WRITTEN else []
        if self.case:
            rules = [repr((self.case.need, self.case.may, self.case.then))]
        return _hash([self.answers, self.answer, self.tolerance, right, *rules])

    def was_seen_in(self, line: Mapping[str, object]) -> bool:
        """Return whether the learner saw this item as it is now, by a line of the record."""
        return line["seen"] == self.seen if "seen" in line else line.get("version") == self.version

    def is_as_in(self, line: Mapping[str, object]) -> bool:
        """Return whether what is seen and the key are the same as when a line was recorded."""
        return self.was_seen_in(line) and line.get("key", self.key) == self.key

    @cached_property
    def version(self) -> str:
        """The hash in lines of former versions, which covers both."""
        seen: list[object] = [
            self.kind,
            self.stem,
            self.answers,
            [(o.text, o.right) for o in self.options],
        ]
        if self.answer is not None:
            seen += [self.answer, self.unit]
        if self.choices:
            seen += [self.choices]
        return _hash(seen)

    @cached_property
    def codes(self) -> str:
        """A sentence that names the Level II codes that the learner sees; "" for none."""
        lines = map(str, self.case.lines if self.case else ())
        texts = [self.stem, *(o.text for o in self.options), *self.answers, *lines]
        return codes_here(" ".join(texts))

    @cached_property
    def actual(self) -> str:
        """The code set that a "reading" item asks for; "" for every other item.

        Only these items fill the confusion matrix: an item that asks something else says
        nothing about which code set the learner saw.
        """
        if self.ask != "reading":
            return ""
        return next((option.reads for option in self.options if option.right), "")

    @cached_property
    def confusable(self) -> frozenset[str]:
        """The code sets that a "reading" item tells apart; empty for every other item."""
        return frozenset(o.reads for o in self.options if o.reads) if self.actual else frozenset()

    @cached_property
    def could_show(self) -> tuple[str, ...]:
        """The misconceptions that some answer to this item shows."""
        named = [option.misconception for option in (*self.options, *self.distractors)]
        named += [one.misconception for one in self.case.wrong] if self.case else []
        return tuple(dict.fromkeys(name for name in named if name))


def _hash(parts: Sequence[object]) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=True).encode()).hexdigest()[:12]


def _check_types(part: Item | Option) -> None:
    """Raise TypeError for text that is not a str, or a flag that is neither true nor false."""
    for one in fields(part):
        value, wanted = getattr(part, one.name), str(one.type)
        texts = value if wanted == "tuple[str, ...]" else (value,) if wanted == "str" else ()
        if not all(isinstance(text, str) for text in texts):
            raise TypeError(f"`{one.name}` is {value!r}, not text")
        if wanted == "bool" and not isinstance(value, bool):
            raise TypeError(f"`{one.name}` is {value!r}, neither true nor false")
