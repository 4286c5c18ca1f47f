"""A Classification as HTML: the first sentence, a card for each reading, suggestions, notes.

The answer is built once, as a tree of nodes: `html` writes it for a notebook or a page, and the
explorer sends it to the browser.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from codeedu import tables
from codeedu.codes.anatomy import Part, parts, written
from codeedu.codes.classify import Classification
from codeedu.codes.explain import (
    caution,
    dated,
    explanation,
    meant,
    remarks,
    sentence,
    verdict,
    whole,
)
from codeedu.codes.model import Reading
from codeedu.codes.wording import shorten, visible
from codeedu.html.nodes import Node, Shown, node, to_html


def shown(found: Classification) -> Shown:
    """Return the explanation of an entry: text, which a notebook displays as cards.

    >>> from codeedu import classify
    >>> shown(classify("J188S")).split(". ")[0]
    'J188S is not a code as entered; perhaps J1885 was meant'
    """
    entered = shorten(written(found.entered).strip()) or "an empty entry"
    says = node("p", node("strong", verdict(found)), class_="codeedu-verdict")
    body = node("div", *answer(found), class_="codeedu-answer")
    about = {"role": "group", "aria-label": f"What {entered} could be"}
    return Shown(explanation(found), to_html(["section", about, says, body]))


def html(found: Classification) -> str:
    """Return the answer as a static, accessible HTML fragment; every text in it is escaped.

    >>> from codeedu import classify
    >>> "<script>" in html(classify("<script>"))
    False
    """
    return shown(found)._repr_html_()


def answer(found: Classification, *, live: bool = False) -> list[Node]:
    """Return everything after the verdict as nodes; `live` makes the suggestions buttons."""
    nodes = []
    if found.readings:
        cards = [_card(found, reading) for reading in found.readings]
        nodes.append(node("div", *cards, class_="codeedu-readings"))
    elif cut := parts(found):
        nodes.append(node("div", _tiles(cut), class_="codeedu-card codeedu-quiet"))
    if suggestions := found.suggestions:
        offers = [_offer(s.code, s.text, live=live) for s in suggestions]
        nodes.append(_titled(meant(found), offers))
    if found.notes:
        noticed: list[list[str | Node]] = [[remark] for remark in remarks(found)]
        nodes.append(_titled("Changed or noticed on the way", noticed))
    # A page shows many answers: there the caution is part of the text, once.
    nodes.append(node("p", caution() if live else dated(), class_="codeedu-caution"))
    return nodes


def hue(code_set: str) -> str:
    """Return the name of the color that a code set has throughout the course (see tokens.css).

    >>> [hue(name) for name in ("CPT modifier", "HCPCS Level II", "ICD-10-CM", "NDC")]
    ['cpt', 'level-2', 'diagnosis', 'quiet']
    """
    return tables.by("code_sets", "code_set").get(code_set, {}).get("hue", "quiet")


def evidence(reading: Reading) -> str:
    """Return what is known about a reading beyond its form, such as "listed".

    >>> from codeedu import classify
    >>> [evidence(reading) for reading in classify("E1165").readings]
    ['not listed', 'listed']
    """
    says = {"format": "not checked against a list", "terminated": "ended"}.get(
        reading.status, reading.status
    )
    return says if reading.strength == "likely" else f"{reading.strength} reading, {says}"


def _card(found: Classification, reading: Reading) -> Node:
    tag = node("span", evidence(reading), class_="codeedu-tag")
    head = node("p", node("strong", reading.name), " ", tag, class_="codeedu-name")
    listing = reading.listing
    facts = {
        "Read as": whole(found, reading),
        "Section": reading.section,
        "HCPCS level": reading.level,
        "Steward": reading.steward,
        "Status": listing.label if listing and listing.label != listing.status else None,
        "Your list says" if reading.code in reading.format.own else "CMS's words": (
            listing.descriptor if listing else None
        ),
    }
    pairs = [
        item
        for term, says in facts.items()
        if says
        for item in (node("dt", term), node("dd", says))
    ]
    listed = node("dl", *pairs, class_="codeedu-facts")
    reasons = _titled("Why", [[sentence(reason.text)] for reason in reading.why])
    detail = node("div", listed, reasons, class_="codeedu-detail")
    color = f"codeedu-card codeedu-{hue(reading.code_set)}"
    return node("div", head, _tiles(_with_dot(parts(found, reading))), detail, class_=color)


def _with_dot(cut: tuple[Part, ...]) -> Iterator[Part]:
    """Yield the parts, and for a diagnosis the dot that the entry left out."""
    for part, then in zip(cut, (*cut[1:], None), strict=True):
        yield part
        if part.role == "category" and then and then.role == "detail":
            yield Part(".", "dot left out", "ICD-10-CM writes it here")


# How a card marks the parts of a code; other parts are plain. The key parts say which code set or
# section it is. Each part has a label below it, so color is never the only sign.
_MARKS = {
    "key": ("letter", "letters", "suffix letter", "category", "dot", "section", "labeler"),
    "modifier": ("modifier",),
    "gap": ("separator", "around it", "dot left out"),
    "alert": ("offending", "doubtful"),
}
_MARK = {role: f" codeedu-{mark}" for mark, roles in _MARKS.items() for role in roles}
WIDEST = 13  # characters; wider parts are shown as wide as this


def _tiles(cut: Iterable[Part]) -> Node:
    """Return parts as a list of tiles, each as wide as its text, with its label below."""
    cut = tuple(cut)
    # In a code of digits only, the number is the key part.
    marks = {"number": " codeedu-key"} | _MARK
    if any(_MARK.get(part.role) == " codeedu-key" for part in cut):
        marks = _MARK
    tiles = [
        node(
            "li",
            node("code", visible(part.text).replace(" ", "␣")),
            " ",
            node("strong", part.role, class_="codeedu-role"),
            " ",
            node("span", part.says, class_="codeedu-says"),
            class_=f"codeedu-wide-{min(len(visible(part.text)), WIDEST)}{marks.get(part.role, '')}",
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
