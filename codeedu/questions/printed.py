"""An item of a bank as every format reads it: what is shown as nodes, what is typed as text.

A bank is untrusted text. Only `html.nodes` makes markup of it, and only of backticks, fences and
blank lines; everything else is escaped there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from codeedu import tables
from codeedu.codes.wording import visible
from codeedu.html.nodes import Node, node, to_html
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


# Texts of items: paragraphs, `code`, and claim lines between fences of ```


def rich(text: str) -> list[Node]:
    """Return a text as nodes: paragraphs, `code`, and claim lines.

    >>> rich("Is `J1885` a drug?")
    [['p', {}, 'Is ', ['code', {}, 'J1885'], ' a drug?']]
    """
    found: list[Node] = []
    for place, block in enumerate(text.split("```")):
        if place % 2:
            found.append(node("pre", node("code", block.strip("\n"))))
            continue
        paragraphs = filter(None, (p.strip() for p in block.split("\n\n")))
        found += [node("p", *inline(" ".join(p.split("\n")))) for p in paragraphs]
    return found


def inline(text: str) -> list[str | Node]:
    """Return a text without paragraphs as nodes: words and `code`.

    >>> inline("Is `J1885` a drug?")
    ['Is ', ['code', {}, 'J1885'], ' a drug?']
    """
    cut = text.split("`")
    return [node("code", piece) if i % 2 else piece for i, piece in enumerate(cut) if piece]


def stem(text: str) -> list[Node]:
    """Return a stem as what is allowed in a legend: each paragraph and claim line a span."""
    found = []
    for block in rich(text):
        line = block[0] == "pre"
        look = "codeedu-line" if line else "codeedu-paragraph"
        # A claim line runs from left to right in every language.
        found.append(node("span", *block[2:], class_=look, dir="ltr" if line else "auto"))
    return found


def look(text: str) -> Node:
    """Return what to look at next time as a paragraph."""
    title = node("strong", "Next time: ")
    return node("p", title, *inline(text), class_="codeedu-look", dir="auto")


def sources_line(names: Sequence[str], as_of: str) -> list[str | Node]:
    """Return sources, by their ids, as a line of links with the date of what they say."""
    known = tables.by("sources", "id")
    listed: list[str | Node] = ["Sources: " if len(names) > 1 else "Source: "]
    for name in names:
        row = known.get(name)
        listed += [link(row["title"], row["url"]) if row and row["url"] else name, "; "]
    return [*listed[:-1], f". As of {as_of}."]


def link(text: str, address: str) -> Node:
    """Return a link. A page of the web opens in a new tab, so the notebook keeps its place."""
    if ":" in address and not address.startswith(("https://", "http://")):
        return node("span", text)
    if ":" not in address:
        return node("a", text, href=address)
    return node("a", text, href=address, target="_blank", rel="noopener")


# On paper


def printable(title: str, items: Iterable[Item], hint: str) -> str:
    """Return the questions as HTML to read and print, with the answers folded.

    It is the same for everyone on every day, and needs no style of its own.
    """
    room = "margin-block-end:1.5em"  # inline: some viewers remove style sheets
    listed = [node("li", *_on_paper(item), style=room) for item in items]
    head = [node("p", node("strong", title)), node("p", hint)]
    body = [node("ol", *listed)] if listed else []
    return to_html(node("section", *head, *body, role="group", aria_label=title))


def _on_paper(item: Item) -> Iterator[Node]:
    kind = KINDS[item.kind]
    yield from rich(item.stem)
    yield node("p", node("em", kind.how.replace(" with the buttons", "")))
    if item.options:
        yield node("ul", *(node("li", *inline(option.text)) for option in kind.printed(item)))
    told = [_reason(option, kind.marks(option)) for option in (*item.options, *item.distractors)]
    yield node(
        "details",
        node("summary", "Answer and reasons"),
        node("p", node("strong", "Right: "), *inline(kind.answer(item))),
        node("p", *inline(item.explanation)),
        node("ul", *told),
        *([look(item.look)] if item.look else []),
        node("p", *sources_line(item.sources, item.as_of)),
    )


def printed_exercise(title: str, items: Sequence[Item]) -> str:
    """Return the rows of an exercise as HTML to read and print, with all answers folded in one."""
    answers = [
        node(
            "li",
            *inline(item.stem),
            " ",
            node("strong", *inline(KINDS[item.kind].answer(item))),
            *(". ", *inline(item.explanation)),
        )
        for item in items
    ]
    folded = node("summary", "Answers and reasons")
    lists = dict.fromkeys(item.choices for item in items if item.choices)
    return to_html(
        node(
            "section",
            node("ul", *(node("li", *inline(item.stem)) for item in items)),
            *(node("p", f"Choose from: {'; '.join(choices)}.") for choices in lists),
            node("details", folded, node("ul", *answers), *sources_of(items)),
            role="group",
            aria_label=title,
        )
    )


def sources_of(items: Iterable[Item]) -> list[Node]:
    """Return what several items rest on, each source once."""
    items = list(items)
    names = dict.fromkeys(name for item in items for name in item.sources)
    as_of = max(item.as_of for item in items)
    return [node("p", *sources_line(list(names), as_of), class_="codeedu-caution")]


def _reason(option: Option, mark: str) -> Node:
    """Return an option and its feedback as they are printed, before anyone chose."""
    return node("li", node("strong", *inline(option.text), mark), ": ", *inline(option.feedback))
