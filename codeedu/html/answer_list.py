"""A list of entries as a small table; the row that is opened shows its whole answer.

`entries` decides whether a text is a list.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from codeedu.codes.classify import Classification
from codeedu.codes.explain import verdict
from codeedu.codes.row import row
from codeedu.codes.wording import listing, plural, shorten
from codeedu.files import csv_text
from codeedu.html.answer import answer_nodes, evidence
from codeedu.html.nodes import Node, framed, node

MOST = 200  # entries shown; a longer list is a file, for `codeedu classify`
HEAD = ("Entry", "Reading", "Status", "Note")
MODIFIER = 2  # characters


def entries(text: str) -> tuple[str, ...]:
    """Return the entries of a list, () if the text is a single entry.

    Lines, tabs and semicolons divide a list. So do commas, unless at most one part is longer than
    a modifier, and blanks between codes.

    >>> entries("J1885-JW 99213 25 E1165")
    ('J1885-JW', '99213 25', 'E1165')
    >>> entries("J1885, 99213;450")
    ('J1885', '99213', '450')
    >>> entries("99213,25,59")
    ()
    """
    parts = [part.strip() for part in re.split(r"[\n\r\t;]", text)]
    cut = [piece.strip() for part in parts for piece in part.split(",")]
    if sum(len(piece) > MODIFIER for piece in cut) > 1:
        parts = cut
    listed = tuple(piece for part in parts for piece in _at_blanks(part) if piece)
    return listed if len(listed) > 1 else ()


def _at_blanks(part: str) -> list[str]:
    """Divide at blanks, apart from those before a modifier, if that gives two codes or more."""
    pieces = re.split(rf" +(?!\S{{1,{MODIFIER}}}(?: |$))", part)
    codes = [piece for piece in pieces if re.search(r"(?=\w{0,4}\d)\w{5}", piece)]
    return pieces if len(codes) > 1 else [part]


def summary(classifications: Sequence[Classification]) -> str:
    """Return a sentence about a list: how many entries can be read, and how clearly.

    >>> from codeedu import classify
    >>> summary([classify("J1885"), classify("E1165"), classify("?")])
    '3 entries: 1 has one reading, 1 has several, 1 has none. Choose one to see its whole answer.'
    """
    counts = {
        "one reading": sum(len(c.strongest) == 1 for c in classifications),
        "several": sum(len(c.strongest) > 1 for c in classifications),
        "none": sum(not c.readings for c in classifications),
    }
    counted = [f"{n} {'has' if n == 1 else 'have'} {what}" for what, n in counts.items() if n]
    more = f" The first {MOST} are shown." if len(classifications) > MOST else ""
    return (
        f"{plural(len(classifications), 'entry', 'entries')}: {', '.join(counted)}.{more} "
        "Choose one to see its whole answer."
    )


def list_table(classifications: Sequence[Classification], opened: int = -1) -> list[Node]:
    """Return a list of answers as a table; the one at `opened` has its whole answer below it."""
    rows = []
    for number, classification in enumerate(classifications[:MOST]):
        is_open = number == opened
        entry, *cells = _answer_row(classification)
        button = node(
            "button",
            shorten(entry),
            type="button",
            data_open=str(number),
            aria_expanded=str(is_open).lower(),
        )
        rows.append(node("tr", node("th", button, scope="row"), *(node("td", c) for c in cells)))
        if is_open:
            opening = node("p", node("strong", verdict(classification)))
            body = answer_nodes(classification, live=True)
            whole = node("div", opening, *body, class_="codeedu-answer")
            rows.append(node("tr", node("td", whole, colspan=str(len(HEAD)))))
    head = node("tr", *(node("th", name, scope="col") for name in HEAD))
    caption = "What each could be"
    table = node("table", node("caption", caption), node("thead", head), node("tbody", *rows))
    return [framed(table, caption)]


def as_csv(classifications: Sequence[Classification]) -> str:
    """Return a list of answers as CSV, all of them, with a header.

    >>> from codeedu import classify
    >>> as_csv([classify("J1885")]).splitlines()[0]
    'Entry,Reading,Status,Note'
    """
    return csv_text([HEAD, *map(_answer_row, classifications)])


def _answer_row(classification: Classification) -> tuple[str, str, str, str]:
    """Return entry, reading, status and note of an answer."""
    entered, flat = str(classification.entered), row(classification)
    if classification.best is None:
        return entered, "none", "", verdict(classification)
    names = [reading.name for reading in classification.strongest]
    known = "; ".join(dict.fromkeys(evidence(reading) for reading in classification.strongest))
    return entered, listing(names, "or"), known, flat.note
