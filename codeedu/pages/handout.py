"""One file to hand out: the pages of the course in a folder, and beside it a page for students."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from string import Template
from zipfile import ZipFile

from codeedu import custom
from codeedu.codes.level2 import iso, said
from codeedu.codes.wording import capital, listing
from codeedu.html.nodes import node, page, source, to_html
from codeedu.learner.keeping import SENTENCES
from codeedu.lessons import lesson_label, lesson_name
from codeedu.pages.build import LIVE, Site, site
from codeedu.pages.frame import static_text
from codeedu.reading import Unreadable
from codeedu.sheets import iso_day, read_sheet

START, FOLDER = "START-HERE.html", "course"


def handout(title: str) -> Site:
    """Return the site of the course in a folder, with a page for students above it.

    Raises what `build.site` raises.
    """
    made = site()
    files = {f"{FOLDER}/{name}": data for name, data in made.files.items()}
    given = ZipFile(BytesIO(made.files[f"{LIVE}/package.zip"])).namelist()
    yours = [name.partition("/")[2] for name in given if name.startswith("custom/")]
    lessons = (f"{taught.name}.ipynb" for taught in made.pages)
    yours += [name for name in lessons if (custom.folder() / name).is_file()]
    of_custom = f"of your custom folder {listing(yours)}" if yours else "no custom folder"
    about = f"In it: {START}, the folder {FOLDER}, {of_custom}."
    return replace(made, files={START: _start(title).encode(), **files}, about=about)


def _start(title: str) -> str:
    """Return the page for students."""
    days = [node("li", day) for day in _due_days()]
    due = to_html(node("section", node("h2", "Due days"), node("ul", *days))) if days else ""
    parts = {"title": to_html(title), "private": SENTENCES["private"], "due": due}
    body = Template(static_text("start.html")).substitute(parts)
    style = "".join(map(source, ("tokens.css", "theme.css", "page.css")))
    return page(title, body, style)


def _due_days() -> Iterator[str]:
    """Yield what is due and when, of the sheet `due`; a day of one learner alone is not told."""
    for path in custom.sheets("due")[:1]:
        try:
            rows = read_sheet(path, ("lesson", "due"), ("learner",)).rows
        except Unreadable:
            return  # `codeedu check` says why
        for _, row in rows:
            name, day = row["lesson"].lower(), iso_day(row["due"])
            name = name.zfill(2) if name.isdecimal() else name  # a spreadsheet makes 5 of 05
            if day and row["learner"].lower() in ("", "all"):
                what = lesson_name(name) if name.isdecimal() else capital(lesson_label(name))
                what = "Whatever is not named here" if name == "all" else what
                yield f"{what}: {said(iso(day))}"
