"""A list of entries as a small table; the row that is opened shows its whole answer.

`entries` decides whether a text is a list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from codeedu import tables
from codeedu.codes.classify import Classification
from codeedu.codes.explain import verdict
from codeedu.codes.normalize import separators
from codeedu.codes.row import row
from codeedu.codes.wording import listing, plural, shorten
from codeedu.files import csv_text
from codeedu.html.answer import answer_nodes, evidence
from codeedu.html.nodes import Node, framed, node

MOST = 200  # entries shown; a longer list is a file, for `codeedu classify`
HEAD = ("Entry", "Reading", "Status", "Note")
MODIFIER = 2  # characters


class Pasted(NamedTuple):
    """The entries of a list, and a sentence about what was pasted with them and is none."""

    entries: tuple[str, ...] = ()
    says: str = ""


def entries(text: str) -> tuple[str, ...]:
    """Return the entries of a list, () if the text is a single entry.

    Lines and tabs divide a list. So do the separators of `separators.csv` that can stand between
    two codes, unless at most one part is longer than a modifier, and blanks between codes.

    >>> entries("J1885-JW 99213 25 E1165")
    ('J1885-JW', '99213 25', 'E1165')
    >>> entries("J1885, 99213;450")
    ('J1885', '99213', '450')
    >>> entries("99213,25,59")
    ()
    """
    return pasted(text).entries


def pasted(text: str) -> Pasted:
    r"""Return the entries of a list as it was pasted; a heading and a column of units are none.

    >>> pasted("HCPCS\tUnits\nJ1885\t4\n99213\t1")
    Pasted(entries=('J1885', '99213'), says='Left out: HCPCS, Units.')
    """
    rows = _cells(re.split(r"[\r\n]+", text.strip("\r\n")))
    heading = rows[0] if len(rows) > 1 and _is_heading(rows[0]) else []
    kept, left_out = _columns_of_codes(rows[len(heading) > 0 :])
    listed = tuple(entry for row in kept for cell in row for entry in _in_cell(cell))
    left = [shorten(cell.strip()) for cell in heading if cell.strip()]
    if left_out and not heading:
        left = [f"{plural(left_out, 'column')} without a code"]
    if len(listed) < 2:
        return Pasted()
    return Pasted(listed, f"Left out: {', '.join(left)}." if left else "")


def _cells(lines: list[str]) -> list[list[str]]:
    """Cut the lines of a table: at tabs, or at the commas, semicolons or bars that all have."""
    lines = [re.sub(r"^\s*[0-9]{1,3}[.)]\s+", "", line) for line in lines]  # 1. 2. 3.
    if not any("\t" in line for line in lines) and len(lines) > 1 and _is_heading([lines[0]]):
        for mark in separators("between_fields"):
            if {line.count(mark) for line in lines} == {lines[0].count(mark)} != {0}:
                return [line.split(mark) for line in lines]
    return [line.split("\t") for line in lines]


CODE = r"(?=[0-9A-Za-z]{0,4}[0-9])[0-9A-Za-z]{5}"  # five characters, with a digit


def _is_heading(row: list[str]) -> bool:
    """Return whether the first row of a list has words and no code."""
    return not any(re.search(CODE, cell) for cell in row) and any(
        re.search("[A-Za-z]{3}", cell) for cell in row
    )


def _columns_of_codes(rows: list[list[str]]) -> tuple[list[list[str]], int]:
    """Keep the columns that hold codes, all if none does; return how many were left out."""
    width = max(map(len, rows), default=0)
    codes = {at for row in rows for at, cell in enumerate(row) if re.search(CODE, cell)}
    if not codes or width == 1:
        return rows, 0
    kept = [[cell for at, cell in enumerate(row) if at in codes] for row in rows]
    return kept, width - len(codes)


_LIKE_A_CODE = rf"{CODE}|^\S*[0-9]\S*$"


def _in_cell(cell: str) -> Iterator[str]:
    """Yield the entries of a cell, cut where separators or blanks divide codes."""
    parts = [part.strip() for part in re.split(f"[{re.escape(_between())}]", cell)]
    if sum(len(part) > MODIFIER and bool(re.search(_LIKE_A_CODE, part)) for part in parts) < 2:
        parts = [cell.strip()]
    for part in parts:
        yield from (piece for piece in _at_blanks(part) if piece)


def _between() -> str:
    return separators("between_codes").replace(" ", "")


def _at_blanks(part: str) -> list[str]:
    """Divide at blanks, apart from those before a modifier, if that gives two codes or more."""
    pieces = re.split(rf" +(?!\S{{1,{MODIFIER}}}(?: |$))", part)
    codes = [piece for piece in pieces if re.search(CODE, piece)]
    if len(codes) < 2:
        return [part]
    names = tables.by("prefixes", "prefix")
    return [piece for piece in pieces if piece.upper().rstrip(":") not in names]


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
    said = flat.note
    if not flat.ambiguous and classification.best.strength == "likely":
        said = f"{classification.best.named} {said}".strip()
    elif not said:
        said = verdict(classification)
    known = "; ".join(dict.fromkeys(evidence(reading) for reading in classification.strongest))
    return entered, listing(names, "or"), known, said
