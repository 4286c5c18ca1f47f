"""One file to hand out: the pages of the course in a folder, and beside it a page for students."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from string import Template
from zipfile import ZipFile

from codeedu import custom
from codeedu.codes.level2 import iso, said
from codeedu.codes.wording import capital, listing
from codeedu.html.nodes import Node, link, node, page, source, to_html
from codeedu.learner.keeping import SENTENCES
from codeedu.lessons import ASSIGNMENT, lesson_label, lesson_name
from codeedu.pages.build import LIVE, Site, site
from codeedu.pages.frame import static_text
from codeedu.reading import Unreadable
from codeedu.sheets import iso_day, read_sheet

START, FOLDER, DUE = "START-HERE.html", "course", "due"
DUE_MORE = ("grace", "late", "learner")  # the columns of the sheet that may be missing


def handout(title: str) -> Site:
    """Return the site of the course in a folder, with a page for students above it.

    Raises what `build.site` raises.
    """
    made = site()
    files = {f"{FOLDER}/{name}": data for name, data in made.files.items()}
    days = _due_days()
    used = [path.name for path in custom.files() if _is_in(path, made) or (days and _is_due(path))]
    of_custom = f"of your custom folder {listing(used)}" if used else "no custom folder"
    about = f"In it: {START}, the folder {FOLDER}, {of_custom}."
    files = {START: _start(title, days).encode(), **files}
    return replace(made, files=files, mark=START, about=about)


def _is_in(path: Path, made: Site) -> bool:
    """Return whether a file or a folder of the custom folder is in the pages, in any form."""
    given = ZipFile(BytesIO(made.files[f"{LIVE}/package.zip"])).namelist()
    inside = {name.partition("/")[2] for name in given if name.startswith("custom/")}
    inside |= {name.partition("/")[0] for name in made.files}
    forms = {".ipynb": ".html", ".xlsx": ".csv"}  # a workbook goes in as CSV, questions as TOML
    form = path.with_suffix(forms.get(path.suffix.lower(), path.suffix)).name
    return bool({path.name, form, f"{path.name}.toml"} & inside)


def _is_due(path: Path) -> bool:
    return path in custom.sheets(DUE)[:1]


def _start(title: str, days: Sequence[Node]) -> str:
    """Return the page for students."""
    due = to_html(node("section", node("h2", "Due days"), node("ul", *days))) if days else ""
    parts = {"title": to_html(title), "private": SENTENCES["private"], "due": due}
    body = Template(static_text("start.html")).substitute(parts)
    style = "".join(map(source, ("tokens.css", "theme.css", "page.css")))
    return page(title, body, style)


def _due_days() -> list[Node]:
    """Return what is due and when, in order; a day of one learner alone is not told."""
    try:
        rows = [
            row.fields
            for path in custom.sheets(DUE)[:1]
            if not (sheet := read_sheet(path, ("lesson", "due"), DUE_MORE)).unread
            for row in sheet.rows
        ]
    except Unreadable:
        return []  # `codeedu check` says why
    days = [
        (day, _called(row["lesson"].lower()))
        for row in rows
        if (day := iso_day(row["due"])) and row["learner"].lower() in ("", "all")
    ]
    in_order = sorted(days, key=lambda pair: pair[0])
    return [node("li", what, f": {said(iso(day))}") for day, what in in_order]


def _called(name: str) -> str | Node:
    """Return what is due in words; an assignment as a link to it."""
    if name.isdecimal():
        return lesson_name(name.zfill(2))  # a spreadsheet makes 5 of 05
    if ASSIGNMENT.fullmatch(name):
        return link(capital(lesson_label(name)), f"{FOLDER}/assignment.html?name={name}")
    return "Whatever is not named here" if name == "all" else capital(lesson_label(name))
