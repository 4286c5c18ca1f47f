"""What is around a lesson on its page: the list of all, the search, what comes before and after."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from string import Template

from codeedu.html.nodes import Node, link, node, to_html
from codeedu.learner.keeping import SENTENCES
from codeedu.lessons import Row
from codeedu.pages.page import Page

STATIC = Path(__file__).parent / "static"


class Frame:
    """What is around each of some pages; `lms` is the edition of SCORM, if a system plays them."""

    def __init__(
        self, pages: Sequence[Page], taught: Sequence[Page], lms: str, rows: Sequence[Row]
    ) -> None:
        self.pages, self.taught, self.lms = pages, taught, lms
        self.lesson_of = {row["notebook"]: row["lesson"] for row in rows}
        self.template = Template(static_text("lesson.html"))

    def html(self, page: Page, edition: str) -> str:
        """Return a whole page."""
        lesson = self.lesson_of.get(page.name, "")  # the glossary is none
        about = f' data-lms="{self.lms}" data-lesson="{lesson}"' if self.lms else ""
        listed = [] if self.lms else self.pages
        entries = (node("li", self._link_to(other, here=other is page)) for other in listed)
        return self.template.substitute(
            about=about,
            edition=edition,
            title=to_html(f"{page.title} · codeedu"),
            contents="".join(map(to_html, entries)),
            static=SENTENCES["static"],
            search="" if self.lms else static_text("search.html"),
            lesson=self._without_links(page) if self.lms else page.body,
            steps="" if self.lms else " ".join(map(to_html, self._steps(page))),
        )

    def _link_to(self, page: Page, *, here: bool) -> Node:
        """Return an entry of the list of all; a lesson has its number, as the texts call it."""
        lesson = self.lesson_of.get(page.name, "")
        number = f"{lesson} " if lesson.isdecimal() else ""
        title = re.sub(r"^[0-9]+[.] ", "", page.title)
        return _link(number + title, page, **({"aria-current": "page"} if here else {}))

    def _steps(self, page: Page) -> Iterator[Node]:
        if page not in self.taught:
            return
        at = self.taught.index(page)
        for rel, word, to in (("prev", "Before", at - 1), ("next", "Next", at + 1)):
            if 0 <= to < len(self.taught):
                other = self.taught[to]
                yield _link(f"{word}: {other.title}", other, rel=rel)

    def _without_links(self, page: Page) -> str:
        """Return a page whose links to lessons are text, because a learning system leads to them.

        The glossary, and a file that a lesson links to, open beside the lesson.
        """
        for leads in page.body.find_all("a", href=True):
            name = str(leads["href"]).partition("#")[0]
            is_file = bool(name) and ":" not in name and not name.endswith(".html")
            if is_file or (name == "glossary.html" != page.file):
                leads.attrs |= {"target": "_blank", "rel": "noopener"}
            elif name.endswith(".html") and "/" not in name and name != page.file:
                leads.unwrap()
        return str(page.body)


def _link(text: str, page: Page, **attributes: str) -> Node:
    made = link(text, page.file)
    return [made[0], made[1] | attributes, *made[2:]]


def redirect(page: Page) -> bytes:
    """Return a page that leads to another."""
    about = {"title": to_html(page.title), "file": page.file}
    return Template(static_text("redirect.html")).substitute(about).encode()


@cache
def static_text(name: str) -> str:
    """Return a file of `static/`."""
    return (STATIC / name).read_text(encoding="utf-8")
