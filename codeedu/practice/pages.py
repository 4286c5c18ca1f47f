"""What a sitting shows, as nodes (see `markup.py`): questions, reasons, and questions on paper.

Nothing is decided here: `session.py` says what is right and why, this puts it into words and
lists. What a sitting showed in the end stands next door, in `results.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from codeedu import tables
from codeedu.html.nodes import Node, node, to_html
from codeedu.practice import grade
from codeedu.practice.items import Item, rich

HOW = {
    "one": "Choose one answer.",
    "spot": "Choose one part.",
    "many": "Choose every answer that is right.",
    "type": "Type your answer.",
    "order": "Put the steps in order with the buttons.",
}
SIGNS = {True: "✓", False: "✗"}
RESTS = "rightly not chosen"  # the mark of a wrong option that was left alone


def inline(text: str) -> list[str | Node]:
    """Return a text without paragraphs as nodes: words and `code`.

    >>> inline("Is `J1885` a drug?")
    ['Is ', ['code', {}, 'J1885'], ' a drug?']
    """
    cut = text.split("`")
    return [node("code", piece) if i % 2 else piece for i, piece in enumerate(cut) if piece]


def stem(item: Item | dict[str, Any]) -> list[Node]:
    """Return the stem as what may stand in a legend: each paragraph and claim line a span."""
    text = item.stem if isinstance(item, Item) else item["stem"]
    found = []
    for block in rich(text):
        line = block[0] == "pre"
        kind = "codeedu-line" if line else "codeedu-paragraph"
        # A claim line runs from left to right in every language.
        found.append(node("span", *block[2:], class_=kind, dir="ltr" if line else "auto"))
    return found


MINUTES = 0.75  # for one question and its reasons


def start(plan_says: str, count: int, where: str, stands: str) -> list[Node]:
    """Return what is said before the first question: how many, how long, where answers go."""
    minutes = max(1, round(count * MINUTES))
    says = [
        f"{count} question{'' if count == 1 else 's'}, about {minutes} minutes. {plan_says}",
        f"Your answers are kept in {where}, on this machine alone.",
    ]
    found = [node("p", text) for text in says]
    return [*found, node("p", node("strong", stands))] if stands else found


def question(asked: dict[str, Any]) -> dict[str, Any]:
    """Return what the browser needs to ask a question, from what `Session.question` says."""
    count = f"Question {asked['number']} of {asked['of']}"
    again = f", round {asked['round']}" if asked["round"] > 1 else ""
    choices = [
        {"place": choice["place"], "text": choice["text"].replace("`", ""),
         "nodes": inline(choice["text"])}
        for choice in asked["choices"]
    ]  # fmt: skip
    return {
        "id": asked["id"],
        "count": count + again,
        "share": (asked["number"] - 1) / asked["of"],
        "kind": asked["kind"],
        "how": HOW[asked["kind"]],
        "stem": stem(asked),
        "choices": choices,
        "hint": inline(asked["hint"]),
    }


def verdict(told: dict[str, Any], kind: str = "one") -> str:
    r"""Return what is announced after an answer: a word, a sign, what is right.

    >>> verdict({"correct": False, "score": 0.0, "answer": "J1885"}, "type")
    'Not yet ✗\nThe answer is: J1885'
    """
    if told["correct"]:
        return "Correct ✓"
    start = "Partly right, not yet ✗" if told["score"] >= 0.5 else "Not yet ✗"
    if kind == "order":
        return f"{start}\nThe right order stands below."
    return f"{start}\nThe answer is: {told['answer'].replace('`', '')}"


def reasons(told: dict[str, Any]) -> list[Node]:
    """Return the reasons behind every option, what was believed, and the sources."""
    found = [node("p", *inline(told["why"]), class_="codeedu-why", dir="auto")]
    if told["parts"]:
        parts = [_part(part) for part in told["parts"]]
        found.append(node("ul", *parts, class_="codeedu-reasons", role="list"))
    return [*found, node("p", *_sources(told), class_="codeedu-caution")]


def _part(part: dict[str, Any]) -> Node:
    """Return one option with its mark in words, its reason, and the belief it reveals."""
    good = part["right"] == part["chosen"]
    look = "rest" if part["mark"] == RESTS else "good" if good else "bad"
    sign = "" if look == "rest" else f"{SIGNS[good]} "
    head = node("span", *inline(part["text"]), class_="codeedu-option", dir="auto")
    mark = node("strong", f"{sign}{part['mark']}", class_="codeedu-mark")
    children = [node("p", head, " ", mark), node("p", *inline(part["why"]), dir="auto")]
    belief, truth = part["believed"]
    if belief:
        believed = node("p", node("strong", "A common belief: "), f"“{belief}” ")
        children.append([*believed, node("strong", "In truth: "), truth])
    return node("li", *children, class_=f"codeedu-{look}")


def _sources(told: dict[str, Any]) -> list[str | Node]:
    known = tables.by("sources", "id")
    listed: list[str | Node] = ["Sources: " if len(told["sources"]) > 1 else "Source: "]
    for name in told["sources"]:
        row = known.get(name)
        listed.append(link(row["title"], row["url"]) if row and row["url"] else name)
        listed.append("; ")
    return [*listed[:-1], f". As of {told['as_of']}."]


def link(text: str, address: str) -> Node:
    """Return a link; it opens beside the notebook, which keeps its kernel and its place."""
    if ":" in address and not address.startswith(("https://", "http://")):
        return node("span", text)
    return node("a", text, href=address, target="_blank", rel="noopener")


def paper(title: str, items: Iterable[Item], hint: str) -> str:
    """Return the questions as HTML to read and print, with the answers folded.

    It is the same for everyone on every day, and needs no style of its own.
    """
    room = "margin-block-end:1.5em"  # inline: a viewer takes style sheets out
    listed = [node("li", *_on_paper(item), style=room) for item in items]
    return to_html(
        node(
            "section",
            node("p", node("strong", title)),
            node("p", hint),
            node("ol", *listed),
            role="group",
            aria_label=title,
        )
    )


def _on_paper(item: Item) -> Iterable[Node]:
    yield from rich(item.stem)  # type: ignore[misc]
    yield node("p", node("em", HOW[item.kind].replace(" with the buttons", "")))
    options = sorted(item.options, key=lambda o: o.text) if item.kind == "order" else item.options
    if options:
        yield node("ul", *(node("li", *inline(option.text)) for option in options))
    told = "in this order:" if item.kind == "order" else grade.answer_of(item)
    sources = {"sources": item.sources, "as_of": item.as_of}
    yield node(
        "details",
        node("summary", "Answer and reasons"),
        node("p", node("strong", "Right: "), *inline(told)),
        node("p", *inline(item.why)),
        node(
            "ol" if item.kind == "order" else "ul",
            *(_reason(item, option) for option in (*item.options, *item.tempting)),
        ),
        node("p", *_sources(sources)),
    )


def _reason(item: Item, option: Any) -> Node:
    """Return an option and its reason as they are printed, before anyone chose."""
    right = option.right or item.kind == "order"
    mark = "" if item.kind == "order" else f" {SIGNS[right]} {'right' if right else 'not right'}"
    text = node("strong", *inline(option.text), mark)
    children = [text, ": ", *inline(option.why)]
    belief, truth = option.believed
    if belief and not right:
        children.append(f" A common belief: “{belief}” In truth: {truth}")
    return node("li", *children)
