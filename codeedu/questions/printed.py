"""An item on paper: in a stored notebook, on the site, on a worksheet, and in every export.

What is shown is nodes (see `html.nodes`), what is typed is text. A bank is untrusted text: only
`html.nodes` makes markup of it, and only of backticks, fences and blank lines; everything else is
escaped there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from codeedu import tables
from codeedu.cases.case import Case
from codeedu.codes.level2 import iso, said
from codeedu.codes.names import codes_here
from codeedu.codes.wording import listing, visible
from codeedu.html.nodes import Node, link, node, to_html
from codeedu.questions.items import Item, Option
from codeedu.questions.kinds import KINDS

Inline = list[str | Node]
MARKS = {True: " ✓ right", False: " ✗ not right"}  # after an answer, before anyone chose


@dataclass(frozen=True)
class PrintedAnswer:
    """An option, a step, an answer that people type, or a line of a case's key.

    `text` is plain; `nodes` is the same with its code marked. `mark` says in words whether it is
    right; a step has none. `reason` is empty for the right answer to a typed question, where the
    explanation says why; `feedback` is the reason and the common belief behind a wrong answer.
    """

    text: str
    nodes: Inline
    right: bool
    mark: str
    reason: Inline
    feedback: Inline
    value: float | None = None


class PrintedItem:
    """An item as it is printed.

    `answers` are in the order of the bank: steps in their right order; of typed answers, the
    right ones first. `choices` are what is printed to choose from or to put in order, with the
    letters A, B, C: in `order`, if it is given, else as in the bank, but steps mixed. After any
    answer comes what is in `general`: the explanation and the notes.

    >>> item = Item("a-01", "a", "01", "type", "Is `J1885` a drug?", "Yes.", answers=("yes",))
    >>> as_html(PrintedItem(item).stem), PrintedItem(item).answers[0].text
    ('<p>Is <code>J1885</code> a drug?</p>', 'yes')
    """

    def __init__(self, item: Item, order: Sequence[int] = ()) -> None:
        self.item, self.id, self.kind = item, item.id, item.kind
        self.chooses = bool(item.options) and item.kind != "order"
        self.how = f"Type a number of {item.unit}." if item.unit else KINDS[item.kind].on_paper
        self.stem = rich(item.stem)
        self.prompt = [*self.stem, *([node("p", self.how)] if item.kind == "number" else [])]
        self.hint = [node("p", *inline(item.hint))] if item.hint else []
        self.answers = list(_printed_answers(item))
        self._places = list(order) or self._in_print()
        self.choices = [self.answers[place] for place in self._places]
        answer = inline(KINDS[item.kind].answer(item))
        self.right = node("p", node("strong", "Right: "), *answer)
        self.explanation = node("p", *inline(item.explanation))
        self.notes = [next_time(item.look)] if item.look else []
        if item.sources:
            name = "Sources: " if len(item.sources) > 1 else "Source: "
            listed = "; ".join(sources_in_words(item))
            self.notes.append(node("p", f"{name}{listed}.{checked(item.as_of)}"))
        self.general = [self.explanation, *self.notes]

    def _in_print(self) -> list[int]:
        """Return the places of the options in the order to print; steps never start solved."""
        places = list(range(len(self.item.options)))
        if self.kind != "order":
            return places
        mixed = sorted(places, key=lambda place: self.answers[place].text)
        return mixed if mixed != places else mixed[::-1]

    @property
    def letters(self) -> list[str]:
        """The letters of the right answer; [] where it is typed."""
        if not self.item.options:
            return []
        right = KINDS[self.kind].right(self.item)
        places = right if isinstance(right, list) else [int(right)]
        letters = [ascii_uppercase[self._places.index(place)] for place in places]
        return sorted(letters) if self.chooses else letters

    @property
    def reasons(self) -> list[Node]:
        """Every answer with its mark and its feedback, to read afterwards."""
        listed = self.choices if self.chooses else self.answers
        reasons = [_reason(answer, answer.feedback) for answer in listed if answer.feedback]
        lettered = {"type": "A"} if self.chooses else {}
        return [node("ol" if self.choices else "ul", *reasons, **lettered)] if reasons else []

    def share(self, answer: PrintedAnswer) -> float:
        """Return what choosing an answer of "many" adds to the mark, in percent.

        The right ones add up to 100, the wrong ones to -100: choosing all of them earns nothing.
        """
        same = sum(other.right == answer.right for other in self.answers)
        return round(100 / same if answer.right else -100 / same, 5)


def _printed_answers(item: Item) -> Iterator[PrintedAnswer]:
    typed = [plain_text(text) for text in item.answers]
    if item.answer is not None:
        typed.append(str(KINDS["number"].right(item)))
    step = item.kind == "order"
    yield from (_printed_option(option, step=step) for option in item.options)
    for text in typed:
        yield PrintedAnswer(text, [text], True, MARKS[True], [], [], value=item.answer)
    yield from map(_printed_option, item.distractors)
    yield from _printed_lines(item.case) if item.case else ()


def _printed_lines(case: Case) -> Iterator[PrintedAnswer]:
    """Yield the lines of a key, each with why, and with what else is right in its place."""
    whys = [*case.why, *["It may stand, and need not."] * len(case.may)]
    for key, why in zip((*case.need, *case.may), whys, strict=True):
        text, others = str(key.line), [f"`{one}`" for one in key.lines() if one != key.line]
        why += f" Right, too: {listing(others, 'or')}." if others else ""
        why += " Any number of units is right." if key.any_units else ""
        yield PrintedAnswer(text, [node("code", text)], True, MARKS[True], inline(why), inline(why))


def _printed_option(option: Option, *, step: bool = False) -> PrintedAnswer:
    belief, truth = option.believed
    behind = belief and not option.right
    reason = inline(option.feedback)
    return PrintedAnswer(
        text=plain_text(option.text),
        nodes=inline(option.text),
        right=option.right,
        mark="" if step else MARKS[option.right],
        reason=reason,
        feedback=[*reason, f" A common belief: “{belief}” In truth: {truth}"] if behind else reason,
        value=option.number,
    )


def _reason(answer: PrintedAnswer, reason: Inline) -> Node:
    return node("li", node("strong", *answer.nodes, answer.mark), ": ", *reason)


def by_lesson(items: Sequence[PrintedItem]) -> dict[str, list[PrintedItem]]:
    """Return the items of each lesson by its number, lessons in order."""
    listed: dict[str, list[PrintedItem]] = {}
    for printed in sorted(items, key=lambda printed: printed.item.lesson):
        listed.setdefault(printed.item.lesson, []).append(printed)
    return listed


# A notebook without a kernel, and the site


def printable(title: str, items: Iterable[Item], hint: str) -> str:
    """Return the questions as HTML to read and print, folded, each with its answer folded.

    Unfolded they would look like the quiz itself. They are the same for everyone on every day, and
    need no style of their own.
    """
    room = "margin-block-end:1.5em"  # inline: some viewers remove style sheets
    listed = [node("li", *_with_answer(PrintedItem(item)), style=room) for item in items]
    head = [node("p", node("strong", title)), node("p", hint)]
    fold = node("summary", "Questions to print")
    body = [node("details", fold, node("ol", *listed))] if listed else []
    return to_html(node("section", *head, *body, role="group", aria_label=title))


def _with_answer(printed: PrintedItem) -> Iterator[Node]:
    """Yield a question and its folded answer, with sources as links."""
    yield from printed.stem
    yield node("p", node("em", KINDS[printed.kind].on_paper))
    if printed.choices:
        yield node("ul", *(node("li", *choice.nodes) for choice in printed.choices))
    item = printed.item
    yield node(
        "details",
        node("summary", "Answer and reasons"),
        printed.right,
        printed.explanation,
        node(
            "ul", *(_reason(answer, answer.reason) for answer in printed.answers if answer.reason)
        ),
        *([next_time(item.look, **LOOK)] if item.look else []),
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


# Texts of items: paragraphs, `code`, and claim lines between fences of ```


def rich(text: str) -> list[Node]:
    """Return a text as nodes: paragraphs, `code`, and claim lines.

    >>> rich("Is `J1885` a drug?")
    [['p', {}, 'Is ', ['code', {}, 'J1885'], ' a drug?']]
    """
    blocks: list[Node] = []
    for place, part in enumerate(text.split("```")):
        if place % 2:
            blocks.append(node("pre", node("code", part.strip("\n"))))
            continue
        paragraphs = filter(None, (p.strip() for p in part.split("\n\n")))
        blocks += [node("p", *inline(" ".join(p.split("\n")))) for p in paragraphs]
    return blocks


def inline(text: str) -> Inline:
    """Return a text without paragraphs as nodes: words and `code`.

    >>> inline("Is `J1885` a drug?")
    ['Is ', ['code', {}, 'J1885'], ' a drug?']
    """
    pieces = enumerate(text.split("`"))
    return [node("code", piece) if place % 2 else piece for place, piece in pieces if piece]


def legend(text: str) -> list[Node]:
    """Return a stem as what is allowed in a legend: each paragraph and claim line a span."""
    spans = []
    for block in rich(text):
        line = block[0] == "pre"
        look = "codeedu-line" if line else "codeedu-paragraph"
        # A claim line runs from left to right in every language.
        spans.append(node("span", *block[2:], class_=look, dir="ltr" if line else "auto"))
    return spans


def as_html(nodes: Iterable[str | Node]) -> str:
    """Return nodes as HTML.

    >>> as_html(["<b>", ["code", {}, "J1885"]])
    '&lt;b&gt;<code>J1885</code>'
    """
    return "".join(map(to_html, nodes))


def as_text(nodes: Iterable[str | Node]) -> str:
    """Return nodes as plain text.

    >>> as_text(["Is ", ["code", {}, "J1885"], " a drug?"])
    'Is J1885 a drug?'
    """
    return "".join(
        "\n".join(map(visible, part.split("\n"))) if isinstance(part, str) else as_text(part[2:])
        for part in nodes
    )


def as_markdown(nodes: Iterable[str | Node]) -> str:
    """Return nodes as Markdown: paragraphs and code, and nothing else in it is markup.

    What Markdown, HTML or formulas would read is written as its number, which they do not read.

    >>> as_markdown(["*<b>* ", ["code", {}, "J1885"]])
    '&#42;&#60;b&#62;&#42; `J1885`'
    """
    written = []
    for part in nodes:
        if isinstance(part, str):
            written.append(_MARKUP.sub(_as_number, visible(part)))
        elif part[0] == "code":
            written.append(f"`{as_text(part[2:])}`")
        elif part[0] == "pre":
            written.append(f"```\n{as_text(part[2:])}\n```\n\n")
        else:
            written.append(f"{_BLOCK.sub(_as_number, as_markdown(part[2:]))}\n\n")
    return "".join(written).strip()


_MARKUP = re.compile(r"[\\`*_\[\]<>&~$]")
_BLOCK = re.compile(r"^(?:[-+#|=]|\d+[.)](?=\s|$))")  # what begins a list, a heading or a table


def _as_number(match: re.Match[str]) -> str:
    return f"{match[0][:-1]}&#{ord(match[0][-1])};"


def plain_text(text: str) -> str:
    r"""Return a text of a bank as plain text: no backticks, nothing that cannot be seen.

    >>> plain_text("`J1885`, a drug"), plain_text("a\x00b")
    ('J1885, a drug', 'a⟨U+0000⟩b')
    """
    return visible(" ".join(text.replace("`", "").split()))


# What stands below an explanation


LOOK = {"class_": "codeedu-look", "dir": "auto"}


def next_time(text: str, **attributes: str) -> Node:
    """Return what to look at next time as a paragraph; the course passes LOOK as attributes."""
    return node("p", node("strong", "Next time: "), *inline(text), **attributes)


def sources_in_words(item: Item) -> list[str]:
    """Return the sources of an item in words: title, publisher, dates and address."""
    known = tables.by("sources", "id")
    described = []
    for name in item.sources:
        row = known.get(name, {"title": name})
        parts = [row.get(part) for part in ("title", "publisher", "published", "url")]
        read_on = f"read on {row['read_on']}" if row.get("read_on") else ""
        described.append(", ".join(filter(None, [*parts, read_on])))
    return described


def sources_of(items: Iterable[Item]) -> list[Node]:
    """Return what the codes of several items are, and the items' sources, each once."""
    items = list(items)
    codes = codes_here(" ".join(text for item in items for text in (item.stem, *item.answers)))
    names = dict.fromkeys(name for item in items for name in item.sources)
    since = min(item.as_of for item in items)
    said = [node("p", codes)] if codes else []
    return [*said, node("p", *sources_line(list(names), since), class_="codeedu-caution")]


def sources_line(names: Sequence[str], as_of: str) -> Inline:
    """Return sources, by their ids, as a line of links with the day on which they were checked."""
    if not names:  # in a sheet a question may be without one
        return [*filter(None, [checked(as_of).strip()])]
    known = tables.by("sources", "id")
    listed: Inline = ["Sources: " if len(names) > 1 else "Source: "]
    for name in names:
        row = known.get(name)
        listed += [link(row["title"], row["url"]) if row and row["url"] else name, "; "]
    return [*listed[:-1], f".{checked(as_of)}"]


def checked(as_of: str) -> str:
    """Return a sentence, after a blank, on the day on which an item was checked; "" if none was.

    >>> checked("2026-11-24")
    ' Checked November 24, 2026.'
    """
    day = iso(as_of)
    return f" Checked {said(day)}." if day else ""
