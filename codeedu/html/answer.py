"""A Classification as HTML: the first sentence, a card for each reading, suggestions, notes.

The answer is built once, as a tree of nodes: `html` writes it for a notebook or a page, and the
explorer sends it to the browser.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from codeedu import tables
from codeedu.codes import explain
from codeedu.codes.anatomy import Segment, segments_of, written
from codeedu.codes.classify import Classification, classify
from codeedu.codes.level2 import lists
from codeedu.codes.model import Reading
from codeedu.codes.names import unit_of
from codeedu.codes.wording import shorten, visible
from codeedu.files import IN_BROWSER
from codeedu.html.nodes import TERMINAL, Node, Shown, bullet_list, link, node, to_html


def show_answer(classification: Classification) -> Shown:
    """Return the explanation of an entry: text, which a notebook displays as cards.

    >>> from codeedu import classify
    >>> show_answer(classify("J188S")).split(". ")[0]
    'J188S is not a code as entered; perhaps J1885 was meant'
    """
    entered = shorten(written(classification.entered).strip()) or "an empty entry"
    opening = node("p", node("strong", explain.verdict(classification)), class_="codeedu-verdict")
    body = node("div", *answer_nodes(classification), class_="codeedu-answer")
    about = {"role": "group", "aria-label": f"What {entered} could be"}
    return Shown(explain.explanation(classification), to_html(["section", about, opening, body]))


def answer_nodes(classification: Classification, *, live: bool = False) -> list[Node]:
    """Return everything after the verdict as nodes; `live` makes the suggestions buttons."""
    nodes = []
    if classification.readings:
        cards = [_card(classification, reading) for reading in classification.readings]
        nodes.append(node("div", *cards, class_="codeedu-readings"))
    elif cut := segments_of(classification):
        nodes.append(node("div", _tiles(cut), class_="codeedu-card codeedu-quiet"))
    if suggestions := classification.suggestions:
        offers = [_offer(s.code, s.text, live=live) for s in suggestions]
        nodes.append(_titled(explain.before_suggestion(classification), offers))
    if classification.notes:
        noticed: list[list[str | Node]] = [[remark] for remark in explain.remarks(classification)]
        nodes.append(_titled("Changed or noticed on the way", noticed))
    # A page with many answers has the caution once, in its text.
    caution = [f"{explain.CAUTION} "] if live else []
    return [*nodes, dated([classification], *caution)]


def dated(answers: Iterable[Classification], *before: str) -> Node:
    """Return which lists were looked at, and for Level II where newer ones are."""
    listing = explain.listed_by(answers)
    newer: list[str | Node] = []
    if explain.may_be_newer(listing):
        newer = [" ", link("CMS's page", explain.NEWER), " has them; lesson 02 says how to use one"]
        if not IN_BROWSER:
            newer.append(node("span", " with ", node("code", explain.ADD), class_=TERMINAL))
        newer.append(".")
    return node("p", *before, lists(listing), *newer, class_="codeedu-caution")


def hue(code_set: str) -> str:
    """Return the name of the color that a code set has throughout the course (see tokens.css).

    >>> [hue(name) for name in ("CPT modifier", "HCPCS Level II", "ICD-10-CM", "NDC")]
    ['cpt', 'level-2', 'diagnosis', 'quiet']
    """
    return tables.by("code_sets", "code_set").get(code_set, {}).get("hue", "quiet")


def hue_of(part: str) -> str:
    """Return the color of a modifier, or of what a code most likely is.

    >>> [hue_of(part) for part in ("25", "JZ", "J1885", "0250")]
    ['cpt', 'level-2', 'level-2', 'quiet']
    """
    if modifier := tables.by("modifiers", "modifier").get(part):
        return hue(modifier["code_set"])
    best = classify(part).best
    return hue(best.code_set) if best else "quiet"


def evidence(reading: Reading) -> str:
    """Return what is known about a reading beyond its form, such as "listed".

    >>> from codeedu import classify
    >>> [evidence(reading) for reading in classify("E1165").readings]
    ['not listed', 'listed']
    """
    status = {"format": "not checked against a list", "terminated": "ended"}.get(
        reading.status, reading.status
    )
    return status if reading.strength == "likely" else f"{reading.strength} reading, {status}"


def _card(classification: Classification, reading: Reading) -> Node:
    tag = node("span", evidence(reading), class_="codeedu-tag")
    head = node("p", node("strong", reading.name), " ", tag, class_="codeedu-name")
    listing = reading.listing
    facts = {
        "Read as": explain.with_modifiers(classification, reading),
        "One unit": unit_of(reading.code) if reading.named else None,
        "Section": reading.section,
        "HCPCS level": "III, until the end of 2003" if reading.level == "III" else reading.level,
        "Maintained by": reading.steward,
        "Status": listing.label if listing and listing.label != listing.status else None,
        "Your list says" if reading.code in reading.format.custom else "The release says": (
            listing.descriptor if listing else None
        ),
    }
    pairs = [
        item
        for term, fact in facts.items()
        if fact
        for item in (node("dt", term), node("dd", fact))
    ]
    listed = node("dl", *pairs, class_="codeedu-facts")
    reasons = _titled("Why", [[explain.sentence(reason.text)] for reason in reading.why])
    detail = node("div", listed, reasons, class_="codeedu-detail")
    color = f"codeedu-card codeedu-{hue(reading.code_set)}"
    tiles = _tiles(_with_dot(segments_of(classification, reading)))
    return node("div", head, tiles, detail, class_=color)


def _with_dot(cut: tuple[Segment, ...]) -> Iterator[Segment]:
    """Yield the parts, and for a diagnosis the dot that the entry left out."""
    for part, then in zip(cut, (*cut[1:], None), strict=True):
        yield part
        if part.role == "category" and then and then.role == "detail":
            yield Segment(".", "dot left out", "ICD-10-CM writes it here")


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


def _tiles(cut: Iterable[Segment]) -> Node:
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
            node("span", part.meaning, class_="codeedu-says"),
            class_=f"codeedu-wide-{min(len(visible(part.text)), WIDEST)}{marks.get(part.role, '')}",
        )
        for part in cut
    ]
    return node("ol", *tiles, class_="codeedu-parts", role="list", dir="ltr")


def _titled(title: str, items: Iterable[list[str | Node]]) -> Node:
    listed = bullet_list(items, class_="codeedu-list", role="list")
    return node("div", node("p", node("strong", title), class_="codeedu-label"), *listed)


def _offer(code: str, text: str, *, live: bool) -> list[str | Node]:
    """Return a suggestion: in a live view, a button that fills the input."""
    reason = text.removeprefix(f"{code}? ")
    if live:
        return [node("button", code, type="button", data_fill=code), " ", reason]
    return [node("code", code), " ", reason]
