"""An item of a bank as every format reads it: what is shown as nodes, what is typed as text.

A bank is untrusted text. Only `html.nodes` makes markup of it, and only of backticks, fences and
blank lines; everything else is escaped there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from codeedu import tables
from codeedu.codes.wording import visible
from codeedu.html.nodes import Node, node, to_html
from codeedu.practice.screens import inline, rich
from codeedu.questions.items import Item, Option
from codeedu.questions.kinds import KINDS

Inline = list[str | Node]


@dataclass(frozen=True)
class Answer:
    """An option, a step, or an answer that people type.

    `text` is plain; `nodes` is the same with its code marked. `feedback` is empty for the right
    answer to a typed question: the explanation is its feedback.
    """

    text: str
    nodes: Inline
    right: bool
    feedback: Inline
    value: float | None = None

    @property
    def html(self) -> str:
        """The answer as HTML."""
        return html(self.nodes)


@dataclass(frozen=True)
class Question:
    """An item, read. Steps are in their right order; of typed answers, the right come first.

    `general` is shown after any answer: the explanation, what to look at, the sources.
    """

    item: Item
    how: str
    stem: list[Node]
    answers: tuple[Answer, ...]
    general: list[Node]

    @property
    def id(self) -> str:
        """The item's id, which never changes."""
        return self.item.id

    @property
    def kind(self) -> str:
        """The kind of question: one, many, spot, order, type or number."""
        return self.item.kind

    @property
    def lone(self) -> bool:
        """Whether boxes are ticked and just one of them is right."""
        return self.kind == "many" and sum(answer.right for answer in self.answers) == 1

    @property
    def prompt(self) -> list[Node]:
        """The stem; with a number, also its unit."""
        return [*self.stem, *([node("p", _unit(self.item))] if self.kind == "number" else [])]

    @property
    def choices(self) -> list[Answer]:
        """What is printed to choose from or to put in order; nothing where one types."""
        if self.kind != "order":
            return list(self.answers) if self.item.options else []
        mixed = sorted(self.answers, key=lambda answer: answer.text)
        return mixed if mixed != list(self.answers) else mixed[::-1]

    @property
    def reasons(self) -> list[Node]:
        """Every answer with its mark and its feedback, to read afterwards."""
        told = []
        for answer in self.answers:
            mark = "" if self.kind == "order" else " ✓ right" if answer.right else " ✗ not right"
            if answer.feedback:
                told.append(node("li", node("strong", *answer.nodes, mark), ": ", *answer.feedback))
        lettered = {"type": "A"} if self.item.options and self.kind != "order" else {}
        tag = "ol" if self.item.options else "ul"
        return [node(tag, *told, **lettered)] if told else []

    @property
    def right(self) -> list[Node]:
        """The right answer in words."""
        answer = inline(KINDS[self.kind].answer(self.item))
        return [node("p", node("strong", "Right: "), *answer)]

    @property
    def hint(self) -> list[Node]:
        """The hint as a paragraph; nothing if there is none."""
        return [node("p", *inline(self.item.hint))] if self.item.hint else []


def read(item: Item) -> Question:
    """Return an item as every format reads it.

    >>> item = Item("a-01", "a", "01", "type", "Is `J1885` a drug?", "Yes.", answers=("yes",))
    >>> html(read(item).stem), read(item).answers[0].text
    ('<p>Is <code>J1885</code> a drug?</p>', 'yes')
    """
    return Question(
        item=item,
        how=KINDS[item.kind].how.replace(" with the buttons", ""),
        stem=rich(item.stem),
        answers=tuple(_answers(item)),
        general=_general(item),
    )


def html(nodes: Iterable[str | Node]) -> str:
    """Return nodes as HTML.

    >>> html(["<b>", ["code", {}, "J1885"]])
    '&lt;b&gt;<code>J1885</code>'
    """
    return "".join(map(to_html, nodes))


def words(nodes: Iterable[str | Node]) -> str:
    """Return nodes as plain text.

    >>> words(["Is ", ["code", {}, "J1885"], " a drug?"])
    'Is J1885 a drug?'
    """
    return "".join(_words(one) for one in nodes)


def _words(tree: str | Node) -> str:
    if isinstance(tree, str):
        return "\n".join(map(visible, tree.split("\n")))
    return words(tree[2:])


def plain(text: str) -> str:
    r"""Return a text of a bank as plain text: no backticks, nothing that cannot be seen.

    >>> plain("`J1885`, a drug"), plain("a\x00b")
    ('J1885, a drug', 'a⟨U+0000⟩b')
    """
    return visible(" ".join(text.replace("`", "").split()))


def sources(item: Item) -> list[str]:
    """Return the sources of an item in words: title, publisher, dates and address."""
    return [_source(name) for name in item.sources]


class Lesson(NamedTuple):
    """A lesson's `number` and its `title` ("" for a lesson that is not the course's)."""

    number: str
    title: str

    def __str__(self) -> str:
        return f"Lesson {self.number}" + (f", {self.title}" if self.title else "")


def by_lesson(questions: Sequence[Question]) -> dict[Lesson, list[Question]]:
    """Return the questions of each lesson, lessons in order."""
    known = tables.by("lessons", "lesson")
    found: dict[Lesson, list[Question]] = {}
    for number in sorted({q.item.lesson for q in questions}):
        lesson = Lesson(number, known.get(number, {}).get("title", ""))
        found[lesson] = [q for q in questions if q.item.lesson == number]
    return found


def _answers(item: Item) -> Iterable[Answer]:
    yield from map(_answer, item.options)
    for text in item.answers:
        yield Answer(plain(text), [plain(text)], right=True, feedback=[])
    if item.answer is not None:
        text = str(KINDS["number"].right(item))
        yield Answer(text, [text], right=True, feedback=[], value=item.answer)
    yield from map(_answer, item.distractors)


def _answer(option: Option) -> Answer:
    feedback = inline(option.feedback)
    belief, truth = option.believed
    if belief and not option.right:
        feedback = [*feedback, f" A common belief: “{belief}” In truth: {truth}"]
    return Answer(
        plain(option.text), inline(option.text), option.right, feedback, value=option.number
    )


def _general(item: Item) -> list[Node]:
    found = [node("p", *inline(item.explanation))]
    if item.look:
        found.append(node("p", node("strong", "Next time: "), *inline(item.look)))
    if item.sources:
        name = "Sources: " if len(item.sources) > 1 else "Source: "
        found.append(node("p", f"{name}{'; '.join(sources(item))}. As of {item.as_of}."))
    return found


def _source(name: str) -> str:
    row = tables.by("sources", "id").get(name)
    if row is None:
        return name
    read_on = f"read on {row['read_on']}" if row["read_on"] else ""
    parts = (row["title"], row["publisher"], row["published"], row["url"], read_on)
    return ", ".join(filter(None, parts))


def _unit(item: Item) -> str:
    return f"Type a number of {item.unit}." if item.unit else "Type a number."
