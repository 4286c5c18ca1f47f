"""Write the course as web pages that need no kernel, no scripts of others and no network.

Usage: python tools/site.py FOLDER NOTEBOOK...

Every notebook becomes one page of FOLDER with its stored outputs, links to the others and a
search over all of them; images travel inside the pages.
"""

import html
import json
import re
import sys
from pathlib import Path

import nbformat
from bs4 import BeautifulSoup
from nbconvert.filters.markdown_mistune import markdown2html_mistune

HERE = Path(__file__).parent
PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · codeedu</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="course.css">
</head>
<body>
<a class="skip" href="#lesson">Skip to the lesson</a>
<header>
<nav aria-label="Lessons"><ol start="0">{contents}</ol></nav>
<search><label for="find">Search the course</label>
<input id="find" type="search" autocomplete="off" aria-describedby="found">
<div id="found" role="status"></div></search>
</header>
<main id="lesson" tabindex="-1">{body}</main>
<footer><nav aria-label="Before and after">{steps}</nav>
<p>CPT® is a registered trademark of the American Medical Association; CDT is a trademark of the
American Dental Association. No descriptors of either are part of this course. Nothing here is
billing, legal or coverage advice.</p></footer>
<script src="search-index.js"></script><script src="search.js"></script>
</body>
</html>
"""


class Lesson:
    """One notebook as a page."""

    def __init__(self, path: Path) -> None:
        self.name = path.stem
        cells = nbformat.read(path, as_version=4).cells
        self.page = BeautifulSoup("\n".join(map(cell_html, cells)), "html.parser")
        self.tidy()
        self.title = self.page.find("h1").get_text().strip()

    def tidy(self) -> None:
        """Give headings their names, lead links to pages, and citations to their source."""
        for mark in self.page.select("a.anchor-link"):
            mark.decompose()
        for heading in self.page.find_all(re.compile("^h[1-6]$")):
            heading["id"] = re.sub(r"\s+", "-", heading.get_text().strip())
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
        """Return the headings with the words below them, for the search."""
        found = []
        for heading in self.page.find_all(["h1", "h2", "h3"]):
            words = []
            for sibling in heading.find_all_next(string=True):
                parent = sibling.find_parent(["h1", "h2", "h3", "style", "script"])
                if parent is not None and parent is not heading:
                    if parent.name.startswith("h"):
                        break
                    continue
                words.append(sibling.strip())
            text = re.sub(r"\s+", " ", " ".join(words)).strip()[:1500]
            found.append({"page": self.name, "id": heading["id"], "title": self.title,
                          "heading": heading.get_text().strip(), "text": text})  # fmt: skip
        return found


def cell_html(cell: nbformat.NotebookNode) -> str:
    """Return a cell with its stored outputs as HTML."""
    if cell.cell_type == "markdown":
        return markdown2html_mistune(cell.source)
    shown = [f"<pre class='in'><code>{html.escape(cell.source)}</code></pre>"]
    for output in cell.outputs:
        data = output.get("data", {})
        if "text/html" in data:
            shown.append(f"<div class='out'>{data['text/html']}</div>")
        elif "text/plain" in data:
            shown.append(f"<pre class='out'>{html.escape(data['text/plain'])}</pre>")
    return "\n".join(shown)


def publish(folder: Path, paths: list[Path]) -> None:
    """Write all pages, their style and their search into `folder`."""
    lessons = [Lesson(path) for path in paths]
    folder.mkdir(parents=True, exist_ok=True)
    for at, lesson in enumerate(lessons):
        before, after = lessons[at - 1] if at else None, dict(enumerate(lessons)).get(at + 1)
        steps = [
            f'<a rel="{rel}" href="{other.name}.html">{word}: {html.escape(other.title)}</a>'
            for rel, word, other in (("prev", "Before", before), ("next", "Next", after))
            if other
        ]
        contents = "".join(
            f'<li><a href="{other.name}.html"{" aria-current=page" if other is lesson else ""}>'
            f"{html.escape(re.sub(r'^[0-9]+[.] ', '', other.title))}</a></li>"
            for other in lessons
        )
        page = PAGE.format(title=html.escape(lesson.title), contents=contents,
                           body=lesson.page, steps=" ".join(steps))  # fmt: skip
        (folder / f"{lesson.name}.html").write_text(page, encoding="utf-8")
    index = [section for lesson in lessons for section in lesson.sections()]
    (folder / "search-index.js").write_text(f"const SECTIONS = {json.dumps(index)};\n")
    for name in ("course.css", "search.js"):
        (folder / name).write_text((HERE / "site" / name).read_text())
    first = lessons[0].name
    (folder / "index.html").write_text(
        f'<!DOCTYPE html><html lang="en"><title>codeedu</title>'
        f'<meta http-equiv="refresh" content="0; url={first}.html">'
        f'<a href="{first}.html">The course</a></html>\n'
    )


if __name__ == "__main__":
    publish(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]])
    print(f"{sys.argv[1]}/index.html")
