"""Write the course as pages that need nothing but a browser: no kernel, no network, no server.

Every lesson becomes a page, with its stored results and its views alive; the glossary and the
explorer are pages of their own. Python comes with them: the engine (see `engine.py`), and this
package with its tables in one archive. The folder works from any web server, and by a double click
on its first page.
"""

from __future__ import annotations

import gzip
import json
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from string import Template
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from codeedu import custom, tables
from codeedu.custom import HERE
from codeedu.files import write_all
from codeedu.html.nodes import Node, link, node, source, to_html
from codeedu.html.nodes import page as bare_page
from codeedu.lab.copy import originals
from codeedu.learner.keeping import SENTENCES
from codeedu.lessons import Row, course_lessons, in_order, notebook_of
from codeedu.pages import engine
from codeedu.pages.first_states import first_states
from codeedu.pages.page import EXPLORER, STYLES, Lesson, Page, explorer_page, glossary_page
from codeedu.questions import bank

STATIC = Path(__file__).parent / "static"
LIVE = "live"  # the folder of all but the pages
NOT_ON_A_PAGE = (
    *("__main__.py", "cli.py", "selfcheck.py", "pages/static/"),
    *("data/", "lab/", "notebooks/", "teach/"),  # the tables are put in by themselves
)
# Tables that only pandas reads.
LARGE = ("practice_claims", "practice_release")
OLDEST = (1980, 1, 1, 0, 0, 0)  # the date in an archive, so that the same files make the same one


@dataclass(frozen=True)
class Site:
    """The files of a site by their names, and its pages in their order."""

    files: dict[str, bytes]
    pages: tuple[Page, ...]

    def save(self, folder: Path) -> None:
        """Write all files into a folder."""
        for name in self.files:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
        write_all({folder / name: data for name, data in self.files.items()})

    def zipped(self) -> bytes:
        """Return all files as one archive."""
        return _archive(self.files)


def lessons_of(numbers: Sequence[str] = ()) -> list[Row]:
    """Return the rows of lessons by their numbers; of all lessons without any.

    Raises ValueError for a number that no lesson has.
    """
    rows = in_order()
    wanted = [number.zfill(2) if number.isdecimal() else number for number in numbers]
    known = [row["lesson"] for row in rows]
    for number in wanted:
        if number not in known:
            raise ValueError(f"There is no lesson {number!r}. There are {', '.join(known)}.")
    return [row for row in rows if not wanted or row["lesson"] in wanted]


def site(numbers: Sequence[str] = (), *, lms: str = "", final: bool = True) -> Site:
    """Return the site of the course, or of some lessons by their numbers.

    `lms` is the edition of SCORM for a learning system: then a page leads to no other, and tells
    the system what was answered. Without `final`, the questions of the final are not in it.

    Raises ImportError, with what to install, where the engine is missing; ValueError for a lesson
    that does not exist; PageError for a lesson that does not work on a page.
    """
    engine.folder()
    rows = lessons_of(numbers)
    places = {path.name: path for path in originals()}
    lessons = [
        Lesson(places[notebook_of(row)], shows_code=row["code"] == "shown")
        for row in rows
        if notebook_of(row) in places
    ]
    calls = [call for lesson in lessons for call in lesson.calls()]
    firsts, scripts = first_states([*calls, EXPLORER], lms)
    taught = [lesson.page(firsts) for lesson in lessons]
    pages = (*taught, glossary_page(), *([] if lms else [explorer_page(firsts)]))
    shared = {
        "course.js": _script(scripts, lms),
        "course.css": _style(),
        "icon.svg": (STATIC / "icon.svg").read_bytes(),
        "package.zip": _package(final=final),
        "worker.js": (STATIC / "worker.js").read_bytes(),
        engine.NOTICES: (engine.folder() / engine.NOTICES).read_bytes(),
        **{name: (engine.folder() / name).read_bytes() for name in engine.CORE},
    }
    frame = _Frame(pages, taught, lms, rows)
    texts = [frame.html(page, "").encode() for page in pages]
    edition = _digest([*shared.values(), *texts])
    whole = {page.file: frame.html(page, edition) for page in pages}
    files = {name: text.encode() for name, text in whole.items()}
    files |= {f"{LIVE}/{name}": data for name, data in shared.items()}
    if lms:
        return Site(files, tuple(taught))
    files[f"{LIVE}/search-index.js"] = _search_index(pages)
    files[f"{LIVE}/folder-pages.js"] = _as_script(
        "PAGES", {page.file: frame.html(page, edition) for page in pages}
    )
    files[f"{LIVE}/folder-engine.js"] = _as_script("FILES", _in_text(shared))
    files["index.html"] = _redirect(taught[0])
    former = {notebook_of(row): row["formerly"] for row in course_lessons().values()}
    for page in taught:
        if name := former.get(f"{page.name}.ipynb"):
            files[f"{name}.html"] = _redirect(page)
    files["course.webmanifest"] = (STATIC / "course.webmanifest").read_bytes()
    files["service-worker.js"] = _service_worker(sorted(files), edition)
    return Site(files, pages)


def _digest(parts: Sequence[bytes]) -> str:
    return sha256(b"".join(sha256(part).digest() for part in parts)).hexdigest()[:12]


class _Frame:
    """What is around a page: the list of all, the search, what comes before and after."""

    def __init__(
        self, pages: Sequence[Page], taught: Sequence[Page], lms: str, rows: Sequence[Row]
    ) -> None:
        self.pages, self.taught, self.lms = pages, taught, lms
        self.lesson_of = {row["notebook"]: row["lesson"] for row in rows}
        self.template = Template(_static("lesson.html"))

    def html(self, page: Page, edition: str) -> str:
        """Return a whole page."""
        lesson = self.lesson_of.get(page.name)
        about = f' data-lms="{self.lms}" data-lesson="{lesson}"' if self.lms and lesson else ""
        listed = [] if self.lms else self.pages
        entries = (node("li", _link_to(other, here=other is page)) for other in listed)
        return self.template.substitute(
            about=about,
            edition=edition,
            title=to_html(f"{page.title} · codeedu"),
            contents="".join(map(to_html, entries)),
            app="" if self.lms else '<link rel="manifest" href="course.webmanifest">',
            static=SENTENCES["static"],
            search="" if self.lms else _static("search.html"),
            lesson=self._without_links(page) if self.lms else page.body,
            steps="" if self.lms else " ".join(map(to_html, self._steps(page))),
        )

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

        The glossary opens beside the lesson.
        """
        for leads in page.body.find_all("a", href=True):
            name = str(leads["href"]).partition("#")[0]
            if name == "glossary.html" != page.file:
                leads.attrs |= {"target": "_blank", "rel": "noopener"}
            elif name.endswith(".html") and "/" not in name and name != page.file:
                leads.unwrap()
        return str(page.body)


def _link_to(page: Page, *, here: bool) -> Node:
    title = re.sub(r"^[0-9]+[.] ", "", page.title)
    return _link(title, page, **({"aria-current": "page"} if here else {}))


def _link(text: str, page: Page, **attributes: str) -> Node:
    made = link(text, page.file)
    return [made[0], made[1] | attributes, *made[2:]]


def _redirect(page: Page) -> bytes:
    """Return a page that leads to another."""
    away = node("meta", http_equiv="refresh", content=f"0; url={page.file}")
    icon = node("link", rel="icon", href=f"{LIVE}/icon.svg")
    body = "".join(map(to_html, (away, icon, link(page.title, page.file))))
    return bare_page("codeedu", body, "").encode()


@cache
def _static(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf-8")


def _style() -> bytes:
    sheets = (source(name) for name in ("tokens.css", *STYLES))
    return "\n".join([*sheets, _static("course.css")]).encode()


def _script(scripts: Mapping[str, str], lms: str) -> bytes:
    """Return the one script of all pages: the views', as the notebooks have them, and the host's.

    It is no module, because a page that was opened from a folder cannot load modules.
    """
    common = source("dom.js")
    views = []
    for kind, script in scripts.items():
        own = script.removeprefix(common).replace("export default {", "return {")
        views.append(f"VIEWS.{kind} = (() => {{\n{own}\n}})();")
    host = ["learner.js", "live.js"]
    host = ["scorm.js", *host] if lms else [*host, "search.js"]
    given = f"const VIEWS = {{}}, SENTENCES = {json.dumps(SENTENCES)};"
    whole = "\n".join([common, given, *views, *map(_static, host)])
    return f'(() => {{\n"use strict";\n{whole}\n}})();\n'.encode()


def _package(*, final: bool) -> bytes:
    """Return this package with its tables, and the custom folder, as one archive."""
    return _archive(dict(_package_files(final=final)))


def _archive(files: Mapping[str, bytes]) -> bytes:
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in sorted(files.items()):
            archive.writestr(ZipInfo(name, OLDEST), data, ZIP_DEFLATED)
    return packed.getvalue()


def _package_files(*, final: bool) -> Iterator[tuple[str, bytes]]:
    for path in HERE.rglob("*.*"):
        name = path.relative_to(HERE).as_posix()
        if path.suffix == ".pyc" or path.is_dir():
            continue
        if name.startswith(NOT_ON_A_PAGE):
            continue
        data, name = path.read_bytes(), f"codeedu/{name}"
        made = engine.compiled(name, data) if path.suffix == ".py" else None
        yield (f"{name}c", made) if made else (name, data)
    for path in tables.DATA.rglob("*.*"):
        if not path.name.startswith(LARGE):
            place = f"codeedu/data/{path.relative_to(tables.DATA).as_posix()}"
            yield place, _questions(path, final=final)
    for path in custom.folder().glob("*"):
        if path.suffix == ".csv" or (path.suffix == ".toml" and _is_sound(path)):
            yield f"custom/{path.name}", _questions(path, final=final)


def _questions(path: Path, *, final: bool) -> bytes:
    """Return a file of the tables; without `final`, a bank without the questions of the final."""
    if final or path.suffix != ".toml":
        return path.read_bytes()
    items = re.split(r"(?m)^(?=\[\[item\]\])", path.read_text(encoding="utf-8"))
    return "".join(i for i in items if not re.search(r'(?m)^pool *= *"final"', i)).encode()


def _is_sound(path: Path) -> bool:
    try:
        return bool(bank.read(path))
    except bank.BankError:
        return False  # left out, as everywhere; `codeedu check` says why


def _search_index(pages: Sequence[Page]) -> bytes:
    sections = [section._asdict() for page in pages for section in page.sections()]
    return _as_script("SECTIONS", sections)


def _as_script(name: str, value: object) -> bytes:
    return f"globalThis.CODEEDU_{name} = {json.dumps(value)};\n".encode()


def _in_text(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return the files that Python needs as text: what a page from a folder can load."""
    wanted = (*engine.CORE, "package.zip", "worker.js")
    return {name: b64encode(gzip.compress(files[name], mtime=0)).decode() for name in wanted}


def _service_worker(names: Sequence[str], edition: str) -> bytes:
    """Return the script that keeps the site for use without a network; not what folders need."""
    kept = ["./", *(name for name in names if not name.startswith(f"{LIVE}/folder-"))]
    head = f'const EDITION = "{edition}";\nconst FILES = {json.dumps(kept)};\n'
    return (head + _static("service_worker.js")).encode()
