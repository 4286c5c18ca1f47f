"""Write the course as web pages that need no kernel, no scripts of others and no network.

Usage: python tools/site.py FOLDER NOTEBOOK...

Every notebook becomes one page of FOLDER with its stored outputs, links to the others and a
search over all of them; images travel inside the pages. The glossary is a page of its own.
"""

import json
import re
import sys
from pathlib import Path
from string import Template

import nbformat
from bs4 import BeautifulSoup
from nbconvert.filters.markdown_mistune import markdown2html_mistune

import codeedu
from codeedu.html.nodes import Node, node, page, source, to_html
from codeedu.lessons import course_lessons

HERE = Path(__file__).parent
LESSON = Template((HERE / "site" / "lesson.html").read_text(encoding="utf-8"))


class Page:
    """One page: a lesson, or the glossary."""

    def __init__(self, name: str, html: str) -> None:
        self.name = name
        self.page = BeautifulSoup(html, "html.parser")
        self.tidy()
        self.title = self.page.find("h1").get_text().strip()

    def tidy(self) -> None:
        """Give headings their names, lead links to pages, and citations to their source."""
        for mark in self.page.select("a.anchor-link"):
            mark.decompose()
        for heading in self.page.find_all(re.compile("^h[1-6]$")):
            heading["id"] = anchor(heading.get_text())
        for link in self.page.find_all("a", href=True):
            link["href"] = re.sub(r"^([0-9a-z-]+)\.ipynb", r"\1.html", link["href"])
        cited = {link.get_text() for link in self.page.find_all("a", href="#Sources")}
        for name in self.page.select("li > code:first-child"):
            if name.get_text() in cited and "id" not in name.parent.attrs:
                name.parent["id"] = f"source-{name.get_text()}"
                for link in self.page.find_all("a", href="#Sources", string=name.get_text()):
                    link["href"] = f"#source-{name.get_text()}"
        for table in self.page.find_all("table"):
            table.wrap(self.page.new_tag("div", attrs={"class": "wide", "tabindex": "0"}))
            label = table.caption.get_text() if table.caption else "Table"
            table.parent.attrs |= {"role": "group", "aria-label": label}
        for empty in self.page.select("thead th"):
            if not empty.get_text().strip():
                empty.name = "td"

    def sections(self) -> list[dict[str, str]]:
        """Return the headings, and terms to link to, with the words below, for the search."""
        sections = []
        for heading in self.page.select("h1, h2, h3, dt[id]"):
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
            sections.append(
                {
                    "page": self.name,
                    "id": heading["id"],
                    "title": self.title,
                    "heading": heading.get_text().strip(),
                    "text": text,
                }
            )
        return sections


def anchor(text: str) -> str:
    """Return the id of a heading, as JupyterLab makes it."""
    return re.sub(r"\s+", "-", text.strip())


def lesson_page(path: Path) -> Page:
    """Return a notebook as a page."""
    return Page(path.stem, "\n".join(map(cell_html, nbformat.read(path, as_version=4).cells)))


def glossary_page() -> Page:
    """Return all terms of the glossary, each to be linked to, and their sources."""
    terms = BeautifulSoup(codeedu.glossary().html, "html.parser").dl
    for term in terms.find_all("dt"):
        term["id"] = anchor(term.get_text())
    cited = terms.select("dd > code")
    listed = codeedu.sources(*(name.get_text() for name in cited))
    for name in cited:
        name.wrap(BeautifulSoup().new_tag("a", href="#Sources"))
    return Page("glossary", f"<h1>Glossary</h1>{terms}<h2>Sources</h2>{listed.html}")


def cell_html(cell: nbformat.NotebookNode) -> str:
    """Return a cell with its stored outputs as HTML."""
    if cell.cell_type == "markdown":
        return markdown2html_mistune(cell.source)
    shown = [to_html(node("pre", node("code", cell.source), class_="in"))]
    for output in cell.outputs:
        data = output.get("data", {})
        if "text/html" in data:
            shown.append(f'<div class="out">{data["text/html"]}</div>')
        elif "text/plain" in data:
            shown.append(to_html(node("pre", data["text/plain"], class_="out")))
    return "\n".join(shown)


def link_to(linked: Page, *, here: bool) -> Node:
    """Return the entry of a page in the list of all."""
    title = re.sub(r"^[0-9]+[.] ", "", linked.title)
    current = {"aria_current": "page"} if here else {}
    return node("a", title, href=f"{linked.name}.html", **current)


def redirect(place: Path, linked: Page) -> None:
    """Write a page that leads to another."""
    address = f"{linked.name}.html"
    away = node("meta", http_equiv="refresh", content=f"0; url={address}")
    body = to_html(away) + to_html(node("a", linked.title, href=address))
    place.write_text(page("codeedu", body, ""), encoding="utf-8")


def publish(folder: Path, paths: list[Path]) -> None:
    """Write all pages, their style and their search into `folder`."""
    lessons = [lesson_page(path) for path in paths]
    pages = [*lessons, glossary_page()]
    folder.mkdir(parents=True, exist_ok=True)
    style = source("tokens.css") + (HERE / "site" / "course.css").read_text(encoding="utf-8")
    for at, present in enumerate(pages):
        steps = [
            node("a", f"{word}: {lessons[to].title}", rel=rel, href=f"{lessons[to].name}.html")
            for rel, word, to in (("prev", "Before", at - 1), ("next", "Next", at + 1))
            if present in lessons and 0 <= to < len(lessons)
        ]
        contents = [node("li", link_to(other, here=other is present)) for other in pages]
        body = LESSON.substitute(
            contents="".join(map(to_html, contents)),
            lesson=present.page,
            steps=" ".join(map(to_html, steps)),
        )
        text = page(f"{present.title} · codeedu", body, style)
        (folder / f"{present.name}.html").write_text(text, encoding="utf-8")
    index = [section for present in pages for section in present.sections()]
    (folder / "search-index.js").write_text(f"const SECTIONS = {json.dumps(index)};\n")
    (folder / "search.js").write_text((HERE / "site" / "search.js").read_text())
    redirect(folder / "index.html", lessons[0])
    former = {row["notebook"]: row["formerly"] for row in course_lessons().values()}
    for lesson in lessons:
        if name := former.get(lesson.name):
            redirect(folder / f"{name}.html", lesson)


if __name__ == "__main__":
    publish(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]])
    print(f"{sys.argv[1]}/index.html")
