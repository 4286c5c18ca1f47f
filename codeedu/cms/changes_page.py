"""A page about what changed between two releases: a figure, and tables by section."""

from __future__ import annotations

import difflib
import textwrap
from collections.abc import Iterable, Iterator
from itertools import groupby

from codeedu.cms.release import Change, CodeRecord, Release, changes
from codeedu.codes import formats
from codeedu.codes.level2 import iso, said
from codeedu.html import nodes
from codeedu.html.nodes import Node, node, source, table_node, to_html

HEADINGS = {
    "added": "Added",
    "terminated": "Ended",
    "reinstated": "Reinstated",
    "removed": "Removed",
    "revised": "Revised",
}
EXPLAINED = {
    "added": "These codes are new in the newer file.",
    "terminated": "The newer file gives these codes a last day, or a different one.",
    "reinstated": "These codes had a last day in the older file, and have none in the newer one.",
    "removed": "These codes were in the older file, and are not in the newer one at all.",
    "revised": "Something that CMS says about these codes is different.",
}
FIELDS = {
    "long": "long description",
    "short": "short description",
    "coverage": "coverage letter",
    "betos": "BETOS category",
    "cross_references": "codes named in its place",
    "pricing": "pricing indicator",
    "added": "date added",
}
COLORS = {
    "added": "#009e73",
    "terminated": "#e69f00",
    "reinstated": "#f0e442",
    "removed": "#cc79a7",
    "revised": "#56b4e9",
}
Section = tuple[str, str]  # its range and its name
Counts = dict[Section, dict[str, int]]  # how many codes and modifiers, by change


def page(older: Release, newer: Release) -> str:
    """Return a self-contained HTML page about what changed."""
    found = changes(older, newer)
    title = f"HCPCS Level II: what changed from {_dated(older)} to {_dated(newer)}"
    top = [
        node("h1", title),
        node("p", f"The older file is {older}. The newer file is {newer}."),
        node(
            "p",
            "Descriptions are CMS's own, from these two files. That a code is listed does "
            "not mean that a payer covers it. Counts are of codes and modifiers.",
        ),
    ]
    if not found:
        body = node("main", *top, node("p", "Nothing that codeedu compares is different."))
        return nodes.page(title, to_html(body), source("release.css"))
    counts = _counts(found)
    parts = [part for change in HEADINGS for part in _part(change, found, older, newer)]
    links = [
        node("li", node("a", f"{HEADINGS[change]}: {total:,}", href=f"#{change}"))
        for change, total in _totals(counts).items()
    ]
    contents = node("nav", node("ul", *links), aria_label="Changes")
    return nodes.page(
        title,
        to_html(node("main", *top, contents, _figure(counts), *parts)),
        source("release.css"),
    )


def _dated(release: Release) -> str:
    return said(release.as_of) if release.as_of.year > 1 else release.name


def _title(place: Section) -> str:
    span, name = place
    return f"{name} ({span})" if span else name


def _by_section(found: Iterable[Change]) -> Iterator[tuple[Section, list[Change]]]:
    """Yield sections, in the order of their codes, with what changed in each."""
    ordered = sorted(found, key=lambda change: (change.kind, change.code))
    for place, members in groupby(ordered, key=lambda change: section(change.code)):
        yield place, list(members)


def _counts(found: list[Change]) -> Counts:
    counts: Counts = {}
    for place, members in _by_section(found):  # "Other codes" may come more than once
        row = counts.setdefault(place, dict.fromkeys(HEADINGS, 0))
        for change in HEADINGS:
            row[change] += len({one.code for one in members if one.change == change})
    return counts


def _totals(counts: Counts) -> dict[str, int]:
    """Return the changes that occur, with the number of codes."""
    totals = {change: sum(row[change] for row in counts.values()) for change in HEADINGS}
    return {change: total for change, total in totals.items() if total}


def _part(change: str, found: list[Change], older: Release, newer: Release) -> Iterator[Node]:
    """Yield heading, explanation and tables of one kind of change, if there is any."""
    chosen = [one for one in found if one.change == change]
    if not chosen:
        return
    yield node("h2", HEADINGS[change], id=change)
    yield node("p", EXPLAINED[change])
    records = older.records if change == "removed" else newer.records
    for place, members in _by_section(chosen):
        rows = [_row(one, records[one.code]) for one in members]
        columns = [name for name in rows[0] if any(row[name] for row in rows)]
        caption = f"{_title(place)}: {len({one.code for one in members}):,}"
        yield table_node(rows, caption=caption, columns=columns)


def _row(one: Change, record: CodeRecord) -> dict[str, object]:
    """Return the row of a table for one change."""
    if one.change == "revised":
        before, after = one.before, one.after
        if one.field == "added":
            before, after = said(iso(before)), said(iso(after))
        return {"code": one.code, "what": FIELDS[one.field]} | _marked(before, after)
    row: dict[str, object] = {"code": one.code}
    if one.change == "added":
        row["added"] = said(iso(record["added"]))
    if one.change == "reinstated":
        row["last day had been"] = said(iso(one.before))
    row["last day"] = said(iso(record["terminated"]))
    row["CMS names in its place"] = record["cross_references"].replace(" ", ", ")
    return row | {"CMS's short description": record["short"]}


def _marked(before: str, after: str) -> dict[str, object]:
    """Return both texts with the words that differ marked as deleted and inserted."""
    old, new = before.split(), after.split()
    left: list[str | Node] = []
    right: list[str | Node] = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        for side, tag, words in ((left, "del", old[a:b]), (right, "ins", new[c:d])):
            if words:
                text = " ".join(words)
                side.extend([" "] if side else [])
                side.append(text if kind == "equal" else node(tag, text))
    empty = node("span", "none")
    return {
        "before": node("span", *left) if left else empty,
        "after": node("span", *right) if right else empty,
    }


WIDE, HIGH, LABEL = 900, 28, 430  # units of the drawing: its width, a row, the room for names


def _figure(counts: Counts) -> Node:
    """Return bars by section, each with its total, and the numbers as a table."""
    totals = _totals(counts)
    sums = {place: sum(row.values()) for place, row in counts.items()}
    scale = (WIDE - LABEL - 60) / max(sums.values())
    marks = []
    for at, change in enumerate(totals):
        marks.append(_bar(at * 140, 4, 18, change))
        marks.append(_text(at * 140 + 26, 18, HEADINGS[change]))
    for at, (place, row) in enumerate(counts.items()):
        x, y = float(LABEL), 36 + at * HIGH
        label = textwrap.shorten(f"{place[0]} {place[1]}", 48, placeholder=" …")
        marks.append(_text(0, y + 14, label))
        for change in filter(row.get, totals):
            marks.append(_bar(x, y, row[change] * scale, change))
            x += row[change] * scale
        marks.append(_text(x + 8, y + 14, f"{sums[place]:,}"))
    largest = max(sums, key=lambda place: sums[place])
    alt = (
        "Bars by section of Level II, with a part for each kind of change. In all: "
        f"{', '.join(f'{HEADINGS[change].lower()} {n:,}' for change, n in totals.items())}. "
        f"Most changes are in {_title(largest)}: {sums[largest]:,}."
    )
    size = f"0 0 {WIDE} {36 + HIGH * len(counts)}"
    picture = node("svg", *marks, viewBox=size, role="img", aria_label=alt)
    rows = [
        {"section": _title(place)}
        | {HEADINGS[change].lower(): f"{row[change]:,}" for change in totals}
        for place, row in counts.items()
    ]
    # On a narrow window the picture keeps its size, in a frame that scrolls, by keyboard too.
    frame = node("div", picture, class_="wide", tabindex="0", role="region", aria_label="Figure")
    caption = node("figcaption", "Codes and modifiers that changed, by section.")
    return node("figure", frame, caption, table_node(rows, caption="The figure in numbers"))


def _text(x: float, y: float, text: str) -> Node:
    return node("text", text, x=f"{x:.1f}", y=f"{y:.1f}")


def _bar(x: float, y: float, width: float, change: str) -> Node:
    place = {"x": f"{x:.1f}", "y": f"{y:.1f}", "width": f"{width:.1f}", "height": "18"}
    return node("rect", fill=COLORS[change], **place)


def section(code: str) -> tuple[str, str]:
    """Return the section of Level II that a code is in: its range and its name.

    >>> section("J1885")[1], section("JW")
    ('Drugs, mostly given other than by mouth', ('', 'Modifiers'))
    """
    if len(code) == 2:
        return "", "Modifiers"
    section = formats.by_id("level-2").range_of(code)
    return (
        (f"{section.first} to {section.last}", section.section) if section else ("", "Other codes")
    )
