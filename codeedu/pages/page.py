"""One page of the course: a notebook's text, its stored results, and its views."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from bs4 import BeautifulSoup

from codeedu.html.lesson import glossary, sources
from codeedu.html.nodes import TERMINAL, node, source, to_html
from codeedu.lab.lesson_files import PASTED, html_of
from codeedu.lab.lock import LIVE, cell_source, is_view, read_notebook
from codeedu.lessons import belongs
from codeedu.pages.first_states import First, PageError


class Section(NamedTuple):
    """A heading, or a term of the glossary, with the words below it, for the search."""

    page: str
    id: str
    title: str
    heading: str
    text: str


class Lesson:
    """A notebook that becomes a page; with `shows_code`, the page shows its code, to be read.

    A cell is in it if it belongs in all of `places`.
    """

    def __init__(
        self, path: Path, *, shows_code: bool = False, places: Sequence[str] = ("page",)
    ) -> None:
        self.name, self.path = path.stem, path
        self.shows_code = shows_code
        cells = read_notebook(path.read_text(encoding="utf-8"), path.name)["cells"]
        self.cells = [
            cell
            for cell in cells
            if cell["cell_type"] != "raw" and all(belongs(cell, place) for place in places)
        ]

    def calls(self) -> list[str]:
        """Return the calls of the views that are alive on the page, in their order."""
        return [call for cell in self.cells if (call := live_call(cell))]

    def page(self, firsts: Mapping[str, First]) -> Page:
        """Return the page; `firsts` is what each view shows first, by its call."""
        return Page(self.name, "\n".join(self._html(cell, firsts) for cell in self.cells))

    def _html(self, cell: dict[str, Any], firsts: Mapping[str, First]) -> str:
        if cell["cell_type"] == "markdown":
            try:
                return html_of(cell)
            except ValueError as error:
                raise PageError(f"{self.name}: {error}. {PASTED}") from None
        if call := live_call(cell):
            return live_html(call, firsts[call])
        code = cell_source(cell)
        shown = [] if is_view(code) or not self.shows_code else [_code(code)]
        return "\n".join([*shown, *map(_result, cell["outputs"])])


def live_call(cell: dict[str, Any]) -> str:
    """Return the call of a cell whose view is alive on a page, such as 'codeedu.quiz("02")'."""
    code = cell_source(cell)
    if cell["cell_type"] != "code" or not is_view(code):
        return ""
    called = ast.unparse(ast.parse(code).body[-1])
    return called if called.partition("(")[0].removeprefix("codeedu.") in LIVE else ""


def live_html(call: str, first: First, **attributes: str) -> str:
    """Return a view as it is stored in a page: its call, its first state, itself as HTML."""
    state = json.dumps(first["state"]).replace("<", "\\u003c")
    stored = f'<script type="application/json">{state}</script>'
    opening = to_html(node("div", data_call=call, data_kind=first["kind"], **attributes))
    opening = opening.removesuffix("</div>").replace("<div", '<div class="codeedu-live"', 1)
    return f'{opening}{stored}<div class="codeedu-stored">{first["html"]}</div></div>'


def _code(code: str) -> str:
    return to_html(node("pre", node("code", code), class_="in"))


def _result(output: dict[str, Any]) -> str:
    data = output.get("data", {})
    if "text/html" in data:
        return f'<div class="out">{"".join(data["text/html"])}</div>'
    if "text/plain" in data:
        return to_html(node("pre", "".join(data["text/plain"]), class_="out"))
    return ""


def _parsed(html: str) -> Any:
    return BeautifulSoup(html, "html.parser")


class Page:
    """The text of a page, and its title."""

    def __init__(self, name: str, html: str) -> None:
        self.name = name
        self.body = _parsed(html)
        self.tidy()
        if not self.body.h1:
            raise PageError(f"{name} has no title. Begin it with a line such as # Modifiers.")
        self.title: str = self.body.h1.get_text().strip()

    @property
    def file(self) -> str:
        """The name of its file."""
        return f"{self.name}.html"

    def tidy(self) -> None:
        """Give headings their names, lead links to pages, and citations to their source."""
        for mark in self.body.select(f"a.anchor-link, .{TERMINAL}"):
            mark.decompose()
        for style in self.body.find_all("style"):
            if str(style.string).strip() in _SHEETS:  # it is in the style sheet of all pages
                style.decompose()
        for heading in self.body.find_all(re.compile("^h[1-6]$")):
            heading["id"] = anchor(heading.get_text())
        for link in self.body.find_all("a", href=True):
            link["href"] = re.sub(r"^([\w-]+)\.ipynb", r"\1.html", link["href"])
        cited = {link.get_text() for link in self.body.find_all("a", href="#Sources")}
        for name in self.body.select("li > code:first-child"):
            if name.get_text() in cited and "id" not in name.parent.attrs:
                name.parent["id"] = f"source-{name.get_text()}"
                for link in self.body.find_all("a", href="#Sources", string=name.get_text()):
                    link["href"] = f"#source-{name.get_text()}"
        for table in self.body.find_all("table"):
            if table.find_parent(tabindex="0"):  # it scrolls by itself already
                continue
            table.wrap(self.body.new_tag("div", attrs={"class": "wide", "tabindex": "0"}))
            label = table.caption.get_text() if table.caption else "Table"
            table.parent.attrs |= {"role": "group", "aria-label": label}
        for empty in self.body.select("thead th"):
            if not empty.get_text().strip():
                empty.name = "td"

    def sections(self) -> list[Section]:
        """Return the headings, and terms to link to, with the words below, for the search."""
        sections = []
        for heading in self.body.select("h1, h2, h3, dt[id]"):
            words = []
            for following in heading.find_all_next(string=True):
                parent = following.find_parent(["h1", "h2", "h3", "dt", "style", "script"])
                if parent is not None and parent is not heading:
                    if parent.has_attr("id"):
                        break
                    if parent.name != "dt":
                        continue
                words.append(following.strip())
            text = re.sub(r"\s+", " ", " ".join(words)).strip()[:1500]
            title = heading.get_text().strip()
            sections.append(Section(self.name, heading["id"], self.title, title, text))
        return sections


# What the views and the stored results look like; a page has it once, in its own style sheet.
STYLES = (
    *("theme.css", "home.css", "explorer.css", "practice.css"),
    *("record_view.css", "completion.css"),
)
_SHEETS = {source(name) for name in (*STYLES, "fallback.css")}


def anchor(text: str) -> str:
    """Return the id of a heading, as JupyterLab makes it."""
    return re.sub(r"\s+", "-", text.strip())


def glossary_page() -> Page:
    """Return all terms of the glossary, each to be linked to, and their sources."""
    terms = _parsed(glossary().html).dl
    for term in terms.find_all("dt"):
        term["id"] = anchor(term.get_text())
    cited = terms.select("dd > code")
    listed = sources(*(name.get_text() for name in cited))
    for name in cited:
        name.wrap(BeautifulSoup().new_tag("a", href="#Sources"))
    return Page("glossary", f"<h1>Glossary</h1>{terms}<h2>Sources</h2>{listed.html}")


HAND_IN = "codeedu.my_answers()"


def assignment_page(firsts: Mapping[str, First]) -> Page:
    """Return the page of the assignment that its address names, as `?name=05-20-7`.

    Without a name it asks for one; the template is the view, without what it asks.
    """
    field = {"id": "name", "name": "name", "type": "text", "autocomplete": "off", "required": ""}
    form = node(
        "form",
        node("label", "The name of the assignment, such as 05-20-7", for_="name"),
        node("input", **field),
        node("button", "Open"),
        node("p", role="alert", class_="codeedu-complaint"),
        id="assignment",
        action="assignment.html",  # the same page, with the name in its address
    )
    first = First(kind="Practice", state={"screen": {}, "notice": {}}, html="")
    view = f"<template>{live_html('', first)}</template>"
    hand_in = f"<h2>Hand in</h2>{live_html(HAND_IN, firsts[HAND_IN])}"
    return Page("assignment", f"<h1>Assignment</h1>{to_html(form)}{view}{hand_in}")


EXPLORER = 'codeedu.explorer("J1885")'


def explorer_page(firsts: Mapping[str, First]) -> Page:
    """Return the page of the explorer alone; `?code=J1885` in its address is a code to begin with.

    A field below the view takes a newer file of CMS.
    """
    says = "Type or paste a code, or a list of codes, and see what it could be, and why."
    view = live_html(EXPLORER, firsts[EXPLORER], data_takes="release")
    return Page("explorer", f"<h1>The explorer</h1>{to_html(node('p', says))}{view}")
