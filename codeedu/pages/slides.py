"""Write the lessons as slides for a projector: a new one for each H2, one below it for each H3.

The text is that of the pages. Questions have a slide each, with the answer folded, so that a class
can vote; what only makes sense for one learner is left out. reveal.js comes with the engine.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from string import Template
from typing import Any

from codeedu.html.nodes import link, node, page, source, to_html
from codeedu.lessons import PLACES
from codeedu.pages import engine
from codeedu.pages.build import LIVE, Site, beside, lessons_in, lessons_of, style
from codeedu.pages.first_states import first_states
from codeedu.pages.frame import static_text
from codeedu.pages.page import Page

REVEAL = ("reveal.js", "reveal.css")
SHOWN = ("Practice", "Exercise", "Explorer", "LineCheck")  # kinds of views that tell a class much
QUESTION = "section > details > ol > li"  # of a sitting, as it is stored
KEYS = (
    "Space goes on, the arrows go anywhere, F fills the screen, Esc shows all slides, ? all keys."
)


def slides() -> Site:
    """Return the slides of all lessons, and a first page that leads to them.

    Raises ImportError, with what to install, where the engine is missing; PageError for a lesson
    that does not work on a page.
    """
    place = engine.folder()
    lessons = lessons_in(lessons_of(), PLACES)
    firsts, _ = first_states(call for lesson in lessons for call in lesson.calls())
    taught = tuple(lesson.page(firsts) for lesson in lessons)
    names = {of.file for of in taught}
    frame = Template(static_text("slides.html"))
    files = {"index.html": _contents(taught)}
    for of in taught:
        files[of.file] = frame.substitute(title=to_html(of.title), slides=_deck(of, names))
    shared = {name: (place / name).read_bytes() for name in (*REVEAL, engine.NOTICES)}
    shared |= {
        "course.css": style(),
        **{name: static_text(name).encode() for name in ("slides.css", "slides.js")},
    }
    written = beside(lessons) | {name: text.encode() for name, text in files.items()}
    written |= {f"{LIVE}/{name}": data for name, data in shared.items()}
    return Site(written, taught, mark=f"{LIVE}/{REVEAL[0]}")


def _contents(taught: Collection[Page]) -> str:
    listed = (node("li", link(of.title, of.file)) for of in taught)
    body = node("main", node("h1", "Slides"), node("ul", *listed), node("p", KEYS))
    return page("Slides", to_html(body), source("tokens.css") + source("page.css"))


def _deck(of: Page, names: Collection[str]) -> str:
    """Return the slides of a lesson; `names` are the files that a link can lead to."""
    for view in of.body.select(".codeedu-live"):
        stored = view.select_one(".codeedu-stored")
        silent = view["data-kind"] == "Practice" and not stored.select(QUESTION)  # the final
        view.replace_with(stored if view["data-kind"] in SHOWN and not silent else "")
    for leads in of.body.find_all("a", href=True):
        name = str(leads["href"]).partition("#")[0]
        if name.endswith(".html") and "/" not in name and name not in names:
            leads.unwrap()
    below: list[list[str]] = []
    for heading, slide in _slides(of.body):
        if heading in ("h1", "h2"):
            below.append([])
        below[-1].append(f'<section tabindex="0">{slide}</section>')
    return "\n".join(f"<section>{''.join(slides)}</section>" for slides in below)


def _slides(body: Any) -> Iterator[tuple[str, str]]:
    """Yield each slide as HTML, with the kind of its heading."""
    heading, parts = "h1", ""
    for part in list(body.children):
        kind = part.name or ""
        asked = part.select(QUESTION) if kind else []
        if kind in ("h1", "h2", "h3") or asked:
            if parts.strip():
                yield heading, parts
            heading, parts = kind, ""
        if asked:
            yield from (("h3", slide) for slide in _questions(part.section, asked))
            continue
        for inner in part.select("section") if kind else ():
            inner.name = "div"  # reveal.js takes a section for a slide, and hides it
        parts += str(part)
    if parts.strip():
        yield heading, parts


def _questions(sitting: Any, asked: Collection[Any]) -> Iterator[str]:
    """Yield a slide for each question of a sitting, with its answer folded."""
    name = str(sitting["aria-label"]).partition(" · Lesson ")[0]
    for number, question in enumerate(asked, 1):
        title = node("h3", f"{name}, question {number} of {len(asked)}")
        yield to_html(title) + question.decode_contents()
