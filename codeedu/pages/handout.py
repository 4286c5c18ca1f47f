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
from codeedu.codes.wording import capital, listing, plural
from codeedu.html.nodes import Node, node, page, source, to_html
from codeedu.learner.keeping import SENTENCES
from codeedu.lessons import ASSIGNMENT, lesson_label, lesson_name
from codeedu.pages.build import LIVE, Site, site
from codeedu.pages.frame import static_text
from codeedu.questions import due_days
from codeedu.questions.decisions import ALL

START, FOLDER = "START-HERE.html", "course"


OF_YOUR_OWN = "If your instructor gave you another day, that day counts."


def handout(title: str) -> Site:
    """Return the site of the course in a folder, with a page for students above it.

    Raises what `build.site` raises.
    """
    made = site()
    files = {f"{FOLDER}/{name}": data for name, data in made.files.items()}
    days = _due_days()
    inside = _names(made) | ({path.name for path in custom.sheets(due_days.NAME)[:1] if days})
    used = [path.name for path in custom.files() if _forms(path) & inside]
    of_custom = f"of your custom folder {listing(used)}" if used else "no custom folder"
    about = f"In it: {START}, the folder {FOLDER}, {of_custom}."
    files = {START: _start(title, days).encode(), **files}
    return replace(made, files=files, mark=START, about=about)


def _names(made: Site) -> set[str]:
    """Return the names of what lies directly in the pages, and of the custom files in them."""
    given = ZipFile(BytesIO(made.files[f"{LIVE}/package.zip"])).namelist()
    names = {name.partition("/")[2] for name in given if name.startswith("custom/")}
    return names | {name.partition("/")[0] for name in made.files}


def _forms(path: Path) -> set[str]:
    """Return the names that a file of the custom folder can have in the pages."""
    forms = {".ipynb": ".html", ".xlsx": ".csv"}  # a workbook goes in as CSV, questions as TOML
    form = path.with_suffix(forms.get(path.suffix.lower(), path.suffix)).name
    return {path.name, form, f"{path.name}.toml"}


def _start(title: str, days: Sequence[Node]) -> str:
    """Return the page for students."""
    part = node("section", node("h2", "Due days"), node("ul", *days), node("p", OF_YOUR_OWN))
    due = to_html(part) if days else ""
    parts = {"title": to_html(title), "private": SENTENCES["private"], "due": due}
    body = Template(static_text("start.html")).substitute(parts)
    style = "".join(map(source, ("tokens.css", "theme.css", "page.css")))
    return page(title, body, style)


def _due_days() -> list[Node]:
    """Return what is due and when, in order; a day of one learner alone is not told.

    With each day stands what comes after it, as `due.rule_for` counts it.
    """
    rows = due_days.read_list(custom.sheet(due_days.NAME)).rows
    for_all = sorted((row for row in rows if not row.learner), key=lambda row: row.due)
    return [
        node("li", _called(row.lesson), f": {said(iso(row.due))}. {_later(row)}") for row in for_all
    ]


def _later(row: due_days.Due) -> str:
    """Return what becomes of answers after a due day."""
    grace, off = int(row.grace or 0), float(row.late or 100)
    free = f"{plural(grace, 'more day')} count{'s' * (grace == 1)} in full. " * bool(grace)
    then = "After that," if grace else "Later,"
    if off == 100:
        return f"{free}{then} answers do not count."
    return f"{free}{then} each day takes {off:g}% off." if off else f"{free}{then} nothing is lost."


def _called(name: str) -> str:
    """Return what is due in words; of an assignment also where it is."""
    if name.isdecimal():
        return lesson_name(name)
    if name == ALL:
        return "Whatever is not named here"
    where = f" (in the course, choose “Assignment” and type {name})"
    return capital(lesson_label(name)) + where * bool(ASSIGNMENT.fullmatch(name))
