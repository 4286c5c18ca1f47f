"""What a question is, wherever it came from: the written bank, or a table.

An item is complete in itself: it knows its right answers, every explanation, and which code sets
it sets apart. Options are known by their place in the item, counted from 0; what a view shows
shuffled is still recorded by that place.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from codeedu import tables
from codeedu.html.nodes import Node, node

KINDS = ("one", "many", "type", "order", "spot")


@dataclass(frozen=True)
class Option:
    """Something to choose, a step to put in order, or an answer that tempts.

    `reads` is the code set for which someone who chooses this takes the code, or "". `belief`
    and `truth` are the sentences of a misconception that is not the course's.
    """

    text: str
    why: str
    right: bool = False
    misconception: str = ""
    reads: str = ""
    belief: str = ""
    truth: str = ""

    @property
    def believed(self) -> tuple[str, str]:
        """What someone who takes this wrongly believes, and what is true; "" where unknown."""
        row = tables.by("misconceptions", "id").get(self.misconception, {})
        return self.belief or row.get("says", ""), self.truth or row.get("truth", "")


@dataclass(frozen=True)
class Item:
    """One question.

    `kind` is "one", "many", "type", "order" or "spot". `options` are the choices, or the steps of
    "order" in their right order; `answers` are the accepted texts of "type". `truly` is the code
    set that the item is about, where it tells two apart, or "".
    """

    id: str
    objective: str
    lesson: str
    kind: str
    stem: str
    why: str
    options: tuple[Option, ...] = ()
    answers: tuple[str, ...] = ()
    tempting: tuple[Option, ...] = ()
    hint: str = ""
    truly: str = ""
    ask: str = ""
    pretest: bool = False
    sources: tuple[str, ...] = ()
    as_of: str = ""
    review_by: str = ""

    @cached_property
    def version(self) -> str:
        """Twelve characters that change when what the learner sees changes."""
        seen = [self.kind, self.stem, self.answers, [(o.text, o.right) for o in self.options]]
        text = json.dumps(seen, ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    @cached_property
    def confusable(self) -> frozenset[str]:
        """The code sets that this item sets apart, its own first of all; empty if it does not."""
        others = {option.reads for option in (*self.options, *self.tempting)}
        return frozenset(others | {self.truly}) - {""} if self.truly else frozenset()

    def to_dict(self) -> dict[str, Any]:
        """Return the item as plain data; `from_dict` makes the same item of it."""
        found = asdict(self)
        for name in ("options", "answers", "tempting", "sources"):
            found[name] = list(found[name])  # as JSON has it
        return found

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Item:
        """Return the item of which `data` is the plain form.

        Raises TypeError or KeyError when `data` is something else.
        """
        parts = dict(data)
        for name in ("options", "tempting"):
            parts[name] = tuple(Option(**option) for option in parts.get(name, ()))
        for name in ("answers", "sources"):
            parts[name] = tuple(parts.get(name, ()))
        return cls(**parts)


def same_text(text: str) -> str:
    """Return `text` as typed answers are compared: case, blanks and a last full stop drop out.

    >>> same_text(" j1885 ") == same_text("J1885"), same_text("Date of service.")
    (True, 'DATEOFSERVICE')
    """
    return "".join(text.split()).upper().removesuffix(".")


def rich(text: str) -> list[str | Node]:
    """Return a text of an item as nodes: paragraphs, `code`, and claim lines between fences.

    >>> rich("Is `J1885` a drug?")
    [['p', {}, 'Is ', ['code', {}, 'J1885'], ' a drug?']]
    """
    found: list[str | Node] = []
    for place, block in enumerate(text.split("```")):
        if place % 2:
            found.append(node("pre", node("code", block.strip("\n"))))
            continue
        for paragraph in filter(None, (p.strip() for p in block.split("\n\n"))):
            cut = paragraph.split("`")
            pieces = [
                node("code", c) if i % 2 else " ".join(c.split("\n")) for i, c in enumerate(cut)
            ]
            found.append(node("p", *(piece for piece in pieces if piece)))
    return found
