"""A Classification for people: a paragraph that a clerk can read, and the same as HTML.

The answer is built once, as a tree of nodes (see `markup.py`): `html` writes it for a notebook
or a page, and the explorer sends it to the browser. `parts`, `figure` and `table_html` belong
to this room too and live next door, in `parts.py` and `markup.py`.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from codeedu import tables
from codeedu.codes.anatomy import Part, parts, written
from codeedu.html.nodes import (
    Figure,
    Node,
    figure,
    node,
    shorten,
    source,
    table_html,
    to_html,
    visible,
)

if TYPE_CHECKING:
    from codeedu.codes.reading import Classification, Reading

__all__ = ["Explanation", "Figure", "Part", "answer", "caution", "explanation", "figure",
           "html", "parts", "table_html", "verdict"]  # fmt: skip


class Explanation(str):
    """A paragraph about one entry. It is text; in a notebook it shows as rich HTML."""

    _html: str

    def __new__(cls, text: str, html: str = "") -> Explanation:
        """Return `text` as an Explanation that a notebook shows as `html`."""
        made = super().__new__(cls, text)
        made._html = html
        return made

    def __repr__(self) -> str:
        return textwrap.fill(self, 88)

    def _repr_html_(self) -> str:
        return self._html


def explanation(found: Classification) -> Explanation:
    """Return what an entry could be, why, and what is not known, in one paragraph.

    >>> from codeedu import classify
    >>> explanation(classify("J1885")).split(". ")[0]
    'J1885 has the form of a HCPCS Level II code (Drugs, mostly given other than by mouth)'
    """
    said_once = dict.fromkeys(_sentences(found))
    return Explanation(" ".join(said_once), html(found))


def verdict(found: Classification) -> str:
    """Return the first sentence of the explanation: short enough to be read aloud.

    >>> from codeedu import classify
    >>> verdict(classify("J188S"))
    'J188S is not a code as it stands; perhaps J1885 was meant.'
    """
    text = written(found.entered).strip()
    if not found.readings:
        if not text:
            return visible(found.notes[-1].text) if found.notes else "Nothing was entered."
        meant = [suggestion.code for suggestion in found.suggestions]
        perhaps = f"; perhaps {_list(meant, 'or')} was meant" if meant else ""
        return f"{shorten(text)} is not a code as it stands{perhaps}."
    best, *rivals = _strongest(found)
    names = [_label(found, reading) for reading in (best, *rivals)]
    subject = shorten(text)
    if best.strength == "remote":
        return f"{subject} is probably not a code; at most it is {_list(names, 'or')}."
    if rivals:
        ways = _NUMBERS[len(names)] if len(names) < len(_NUMBERS) else str(len(names))
        says = f"{subject} can be read in {ways} ways that nothing in it tells apart"
        return f"{says}: {_list(names, 'or')}."
    start, end = _STATUS[best.status][:2] if best.status in _STATUS else _STATUS["format"][:2]
    if best.strength == "possible" and best.status == "format":
        start = "could be"
    return f"{subject} {start} {names[0]}{end}."


def caution() -> str:
    """Return the sentence that every answer ends with: what a form does not prove.

    >>> caution()[:53]
    'The form of a code does not prove that the code exist'
    """
    day = date.fromisoformat(tables.as_of())
    return (
        "The form of a code does not prove that the code exists, that it was active on the date "
        f"of service, or that a payer pays it. Our tables are as of {day:%B} {day.day}, {day.year}."
    )


def answer(found: Classification, *, live: bool = False) -> list[Node]:
    """Return what follows the verdict as nodes; `live` makes buttons of the suggestions."""
    nodes = []
    if found.readings:
        cards = [_card(found, reading) for reading in found.readings]
        nodes.append(node("div", *cards, class_="codeedu-readings"))
    elif cut := parts(found):
        nodes.append(node("div", _tiles(cut), class_="codeedu-card"))
    if found.suggestions:
        offers = [_offer(s.code, s.text, live=live) for s in found.suggestions]
        nodes.append(_titled(_meant(found), offers))
    if found.notes:
        nodes.append(
            _titled("Changed or noticed on the way", [[note.text] for note in found.notes])
        )
    nodes.append(node("p", caution(), class_="codeedu-caution"))
    return nodes


def html(found: Classification) -> str:
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


_NUMBERS = ("no", "one", "two", "three", "four", "five", "six")

# What a status says: how the verdict begins, how it ends, and in a card.
_STATUS = {
    "format": ("has the form of", "", "right form; not checked against a list"),
    "listed": ("is listed as", "", "listed"),
    "not listed": ("has the form of", ", but the list does not have it", "not in the list"),
    "terminated": ("has the form of", ", which has ended", "ended"),
    "retired code set": ("has the form of", "; that code set is retired", "retired code set"),
}


def _sentences(found: Classification) -> Iterator[str]:
    """Yield the sentences of the explanation; one may come twice (see `explanation`)."""
    yield verdict(found)
    strongest = _strongest(found)
    for reading in strongest:
        if len(strongest) > 1:
            yield f"Read as {_name(reading)}, it is {_whole(found, reading)}."
        yield from map(_sentence, reading.why)
        yield _sentence(f"steward: {reading.steward}")
    for reading in found.readings[len(strongest) :]:
        yield _sentence(f"less likely, it is {_label(found, reading)}")
        yield from map(_sentence, reading.why)
    yield from (_sentence(note.text) for note in found.notes)
    for suggestion in found.suggestions:
        yield f"{_meant(found)} {_offered(found, suggestion.text)}"
    yield caution()


def _sentence(text: str) -> str:
    text = visible(text)
    return text[:1].upper() + text[1:] + ("" if text[-1:] in ".?!:" else ".")


def _strongest(found: Classification) -> tuple[Reading, ...]:
    """Return the readings that nothing in the string tells apart; of a clear entry, the best."""
    count = 1
    if found.is_ambiguous and found.best:
        count = [reading.strength for reading in found.readings].count(found.best.strength)
    return found.readings[:count]


def _name(reading: Reading) -> str:
    """Return what a reading makes of the entry: "a CPT Category I code", "an NDC"."""
    name, category = reading.code_set, reading.category or ""
    if _is_short(category):
        name = f"{name} {category}"
    if name[1:2].islower():  # a name such as "Revenue code", not an abbreviation
        name = name[0].lower() + name[1:]
    article = "an" if name.startswith(("ICD", "NDC", "MS-")) else "a"
    return f"{article} {name}{'' if name.endswith(('modifier', 'code', 'NDC', 'DRG')) else ' code'}"


def _is_short(category: str) -> bool:
    return category.startswith("Category") or category.isupper()


def _label(found: Classification, reading: Reading) -> str:
    """Return a reading in full: "a CPT Category I code, 00100 (Anesthesia)"."""
    code, modifiers, behind = reading.code, _modifiers(found, reading), ""
    if modifiers:
        behind = f", with modifier{'s' * (len(modifiers) > 1)} {_list(modifiers, 'and')}"
    elif code == written(found.entered).strip():
        code = ""
    category = reading.category or ""
    about = reading.section or ("" if _is_short(category) else category)
    named = f"{_name(reading)}{code and f', {code}'}"
    return f"{named}{about and f' ({about})'}{behind}"


def _modifiers(found: Classification, reading: Reading) -> tuple[str, ...]:
    return found.modifiers if reading.form.takes_modifiers else ()


def _whole(found: Classification, reading: Reading) -> str:
    return "-".join((reading.code, *_modifiers(found, reading)))


def _meant(found: Classification) -> str:
    """Return how suggestions are introduced: a sure reading has only an easily confused twin."""
    return "Easily confused with" if _is_sure(found) else "Was it meant to be"


def _offered(found: Classification, text: str) -> str:
    return visible(text.replace("? ", ". ", 1) if _is_sure(found) else text)


def _is_sure(found: Classification) -> bool:
    return any(reading.strength == "likely" for reading in found.readings)


def _list(words: Iterable[str], last: str) -> str:
    """Join words as a sentence does; those that hold a comma are parted by semicolons."""
    *some, final = words
    if not some:
        return final
    comma = ";" if any("," in word for word in some) else ","
    before = f"{comma} ".join(some)
    return f"{before}{comma if len(some) > 1 or comma == ';' else ''} {last} {final}"


# How a view colors a role; the word stands beside it in every case.
_COLORS = {
    "letter": "letter", "letters": "letter", "category": "letter", "section": "letter",
    "labeler": "letter", "number": "number", "digit": "number", "digits": "number",
    "detail": "number", "six axes": "number", "product": "number", "suffix letter": "suffix",
    "package": "suffix", "modifier": "modifier", "offending": "offending",
    "doubtful": "offending",
}  # fmt: skip


def _card(found: Classification, reading: Reading) -> Node:
    head = node(
        "p",
        node("strong", " ".join(filter(None, (reading.code_set, reading.category)))),
        " ",
        node("span", f"{reading.strength} reading", class_="codeedu-strength"),
        class_="codeedu-name",
    )
    status = _STATUS[reading.status][2] if reading.status in _STATUS else reading.status
    facts = {
        "Read as": _whole(found, reading),
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
    reasons = _titled("Why", [[_sentence(reason)] for reason in reading.why])
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
