"""A page about what changed between two releases: a figure, and tables by section."""

from __future__ import annotations

import difflib
import textwrap
from collections.abc import Iterable, Iterator
from itertools import groupby

from codeedu.cms.release import Change, CodeRecord, Release, changes
from codeedu.codes import formats
from codeedu.codes.level2 import iso, said
from codeedu.figures.bars import bars, legend
from codeedu.html.nodes import Node, link, node, page, picture, source, table_node, to_html

HEADINGS = {
    "added": "Added",
    "terminated": "Ended",
    "reinstated": "Reinstated",
    "removed": "Removed",
    "revised": "Revised",
}
LOOKS = {  # color and opacity: blue for codes that are there now, red for those that are gone
    "added": ("level-2", 0.9),
    "terminated": ("alert", 0.9),
    "reinstated": ("level-2", 0.6),
    "removed": ("alert", 0.6),
    "revised": ("quiet", 0.65),
}
EXPLAINED = {
    "added": "These codes are new in the newer file.",
    "terminated": "The newer file gives these codes a last day, or a different one.",
    "reinstated": "These codes had a last day in the older file, and have none in the newer one.",
    "removed": "These codes were in the older file, and are not in the newer one at all.",
    "revised": "Something that CMS says about these codes is different.",
}
FIELD_NAMES = {
    "long": "long description",
    "short": "short description",
    "coverage": "coverage letter",
    "betos": "BETOS category",
    "cross_references": "codes named in its place",
    "pricing": "pricing indicator",
    "added": "date added",
}
LONGEST_LABEL = 48  # characters of a section's name in the figure
SectionName = tuple[str, str]  # the range of a section of Level II, and its name
Counts = dict[SectionName, dict[str, int]]  # how many codes and modifiers, by kind of change


def changes_page(older: Release, newer: Release) -> str:
    """Return a self-contained HTML page about what changed."""
    differences = changes(older, newer)
    title = f"HCPCS Level II: what changed from {_dated(older)} to {_dated(newer)}"
    parts = [
        node("h1", title),
        node("p", f"The older file is {older}. The newer file is {newer}."),
        node(
            "p",
            "Descriptions are CMS's own, from these two files. That a code is listed does "
            "not mean that a payer covers it. Counts are of codes and modifiers.",
        ),
    ]
    if differences:
        counts = _changes_by_section(differences)
        parts += [_contents(counts), _changes_figure(counts)]
        for kind in HEADINGS:
            parts += _tables_of(kind, differences, older, newer)
    else:
        parts.append(node("p", "Nothing that codeedu compares is different."))
    return page(title, to_html(node("main", *parts)), source("release.css"))


def _dated(release: Release) -> str:
    return said(release.as_of) if release.as_of.year > 1 else release.name


def _contents(counts: Counts) -> Node:
    """Return links to the kinds of change."""
    links = [
        node("li", link(f"{HEADINGS[kind]}: {total:,}", f"#{kind}"))
        for kind, total in _totals(counts).items()
    ]
    return node("nav", node("ul", *links), aria_label="Changes")


def section_of(code: str) -> SectionName:
    """Return the section of Level II that a code is in: its range and its name.

    >>> section_of("J1885")[1], section_of("JW")
    ('Drugs, mostly given other than by mouth', ('', 'Modifiers'))
    """
    if len(code) == 2:
        return "", "Modifiers"
    section = formats.by_id("level-2").range_of(code)
    return (
        (f"{section.first} to {section.last}", section.section) if section else ("", "Other codes")
    )


def _full_name(section: SectionName) -> str:
    span, name = section
    return f"{name} ({span})" if span else name


def _by_section(differences: Iterable[Change]) -> Iterator[tuple[SectionName, list[Change]]]:
    """Yield sections, in the order of their codes, with what changed in each."""
    ordered = sorted(differences, key=lambda change: (change.kind, change.code))
    for section, members in groupby(ordered, key=lambda change: section_of(change.code)):
        yield section, list(members)


def _changes_by_section(differences: list[Change]) -> Counts:
    counts: Counts = {}
    for section, members in _by_section(differences):  # "Other codes" may come more than once
        by_kind = counts.setdefault(section, dict.fromkeys(HEADINGS, 0))
        for kind in HEADINGS:
            by_kind[kind] += len({change.code for change in members if change.change == kind})
    return counts


def _totals(counts: Counts) -> dict[str, int]:
    """Return the kinds of change that occur, with the number of codes."""
    totals = {kind: sum(by_kind[kind] for by_kind in counts.values()) for kind in HEADINGS}
    return {kind: total for kind, total in totals.items() if total}


def _tables_of(
    kind: str, differences: list[Change], older: Release, newer: Release
) -> Iterator[Node]:
    """Yield heading, explanation and tables of one kind of change, if there is any."""
    chosen = [change for change in differences if change.change == kind]
    if not chosen:
        return
    yield node("h2", HEADINGS[kind], id=kind)
    yield node("p", EXPLAINED[kind])
    records = older.records if kind == "removed" else newer.records
    for section, members in _by_section(chosen):
        rows = [_table_row(change, records[change.code]) for change in members]
        columns = [name for name in rows[0] if any(row[name] for row in rows)]
        caption = f"{_full_name(section)}: {len({change.code for change in members}):,}"
        yield table_node(rows, caption=caption, columns=columns)


def _table_row(change: Change, record: CodeRecord) -> dict[str, object]:
    """Return the row of a table for one change."""
    if change.change == "revised":
        before, after = change.before, change.after
        if change.field == "added":
            before, after = said(iso(before)), said(iso(after))
        return {"code": change.code, "what": FIELD_NAMES[change.field]} | _mark_words(before, after)
    row: dict[str, object] = {"code": change.code}
    if change.change == "added":
        row["added"] = said(iso(record["added"]))
    if change.change == "reinstated":
        row["last day had been"] = said(iso(change.before))
    row["last day"] = said(iso(record["terminated"]))
    row["CMS names in its place"] = record["cross_references"].replace(" ", ", ")
    return row | {"CMS's short description": record["short"]}


def _mark_words(before: str, after: str) -> dict[str, object]:
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


def _changes_figure(counts: Counts) -> Node:
    """Return bars by section, each with its total, and the numbers as a table."""
    totals = _totals(counts)
    sums = {section: sum(by_kind.values()) for section, by_kind in counts.items()}
    largest = max(sums, key=lambda section: sums[section])
    paper = bars(
        f"Most changes are in {largest[1]}: {sums[largest]:,}",
        "",
        [
            (
                textwrap.shorten(" ".join(section).strip(), LONGEST_LABEL, placeholder=" …"),
                [(by_kind[kind], *LOOKS[kind]) for kind in totals],
                f"{sums[section]:,}",
            )
            for section, by_kind in counts.items()
        ],
    )
    legend(paper, [(HEADINGS[kind], *LOOKS[kind]) for kind in totals])
    alt = (
        "Bars by section of Level II, with a part for each kind of change. In all: "
        f"{', '.join(f'{HEADINGS[kind].lower()} {n:,}' for kind, n in totals.items())}. "
        f"Most changes are in {_full_name(largest)}: {sums[largest]:,}."
    )
    # On a narrow window the picture keeps its size, in a frame that scrolls, by keyboard too.
    frame = {"class_": "wide", "tabindex": "0", "role": "region", "aria_label": "Figure"}
    rows = [
        {"section": _full_name(section)}
        | {HEADINGS[kind].lower(): f"{by_kind[kind]:,}" for kind in totals}
        for section, by_kind in counts.items()
    ]
    return node(
        "figure",
        node("div", picture(paper.svg(), alt), **frame),
        node("figcaption", "Codes and modifiers that changed, by section."),
        table_node(rows, caption="The figure in numbers"),
    )
