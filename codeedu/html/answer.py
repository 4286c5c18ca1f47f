"""A classification as HTML: one tree of nodes, for notebooks, pages and the explorer."""

from __future__ import annotations

from collections.abc import Iterable

from codeedu.codes.anatomy import Part, parts, written
from codeedu.codes.explain import caution, meant, sentence, verdict, whole
from codeedu.codes.model import Answer, Reading
from codeedu.codes.suggest import suggest
from codeedu.codes.wording import shorten, visible
from codeedu.html.nodes import Node, node, source, to_html


def answer(found: Answer, *, live: bool = False) -> list[Node]:
    """Return what follows the verdict as nodes; `live` makes buttons of the suggestions."""
    nodes = []
    if found.readings:
        cards = [_card(found, reading) for reading in found.readings]
        nodes.append(node("div", *cards, class_="codeedu-readings"))
    elif cut := parts(found):
        nodes.append(node("div", _tiles(cut), class_="codeedu-card"))
    if suggest(found):
        offers = [_offer(s.code, s.text, live=live) for s in suggest(found)]
        nodes.append(_titled(meant(found), offers))
    if found.notes:
        nodes.append(
            _titled("Changed or noticed on the way", [[note.text] for note in found.notes])
        )
    nodes.append(node("p", caution(), class_="codeedu-caution"))
    return nodes


def html(found: Answer) -> str:
    """Return the answer as a static, accessible HTML fragment; every text in it is escaped.

    >>> from codeedu import classify
    >>> "<script>" in html(classify("<script>"))
    False
    """
    entered = shorten(written(found.entered).strip()) or "an empty entry"
    says = node("p", node("strong", verdict(found)), class_="codeedu-verdict")
    body = node("div", *answer(found), class_="codeedu-answer")
    about = {"class": "codeedu", "role": "group", "aria-label": f"What {entered} could be"}
    tree: Node = ["section", about, says, body]
    return f"<style>{source('theme.css')}</style>{to_html(tree)}"


# What a card says of a status, where no list says more.
_STATUS = {
    "format": "right form; we have no list to check it against",
    "listed": "listed",
    "not listed": "not in the list",
    "terminated": "ended",
    "local code": "local code; outside the national standard",
}

# How a view colors a role; the word stands beside it in every case.
_COLORS = {
    "letter": "letter", "letters": "letter", "category": "letter", "section": "letter",
    "labeler": "letter", "number": "number", "digit": "number", "digits": "number",
    "detail": "number", "six axes": "number", "product": "number", "suffix letter": "suffix",
    "package": "suffix", "modifier": "modifier", "offending": "offending",
    "doubtful": "offending",
}  # fmt: skip


def _card(found: Answer, reading: Reading) -> Node:
    head = node(
        "p",
        node("strong", " ".join(filter(None, (reading.code_set, reading.category)))),
        " ",
        node("span", f"{reading.strength} reading", class_="codeedu-strength"),
        class_="codeedu-name",
    )
    listing = reading.listing
    status = listing.label if listing else _STATUS.get(reading.status, reading.status)
    facts = {
        "Read as": whole(found, reading),
        "Section": reading.section,
        "HCPCS level": reading.level,
        "Steward": reading.steward,
        "Status": status,
    }
    pairs = [
        item
        for term, says in facts.items()
        if says
        for item in (node("dt", term), node("dd", says))
    ]
    reasons = _titled("Why", [[sentence(reason.text)] for reason in reading.why])
    listed = node("dl", *pairs, class_="codeedu-facts")
    tiles = _tiles(parts(found, reading))
    detail = node("div", listed, reasons, class_="codeedu-detail")
    return node("div", head, tiles, detail, class_="codeedu-card")


def _tiles(cut: Iterable[Part]) -> Node:
    """Return parts as a list: the characters in color, the role and its words below."""
    tiles = [
        node(
            "li",
            node("code", visible(part.text).replace(" ", "␣")),
            " ",
            node("strong", part.role, class_="codeedu-role"),
            " ",
            node("span", part.says, class_="codeedu-says"),
            class_=f"codeedu-{_COLORS.get(part.role, 'quiet')}",
        )
        for part in cut
    ]
    return node("ol", *tiles, class_="codeedu-parts", role="list", dir="ltr")


def _titled(title: str, items: Iterable[list[str | Node]]) -> Node:
    listed = node("ul", *(node("li", *item) for item in items), class_="codeedu-list", role="list")
    return node("div", node("p", node("strong", title), class_="codeedu-label"), listed)


def _offer(code: str, text: str, *, live: bool) -> list[str | Node]:
    """Return a suggestion: in a live view, a button that fills the input."""
    says = text.removeprefix(f"{code}? ")
    if live:
        return [node("button", code, type="button", data_fill=code), " ", says]
    return [node("code", code), " ", says]
