"""Write the course as pages that need nothing but a browser: no kernel, no network, no server.

Every lesson becomes a page, with its stored results and its views alive; the glossary, the
explorer and assignments are pages of their own. Python comes with them: the engine (see
`engine.py`), and this package with its tables in one archive. The folder works from any web
server, and by a double click on its first page.
"""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote
from zipfile import ZipFile, is_zipfile

from codeedu.files import write_all, zipped
from codeedu.html.nodes import source
from codeedu.lab.copy import originals
from codeedu.lab.lesson_files import lesson_files
from codeedu.learner.keeping import SENTENCES
from codeedu.lessons import Row, course_lessons, in_order, notebook_of
from codeedu.pages import engine
from codeedu.pages.first_states import first_states
from codeedu.pages.frame import STATIC, Frame, redirect, static_text
from codeedu.pages.package import package
from codeedu.pages.page import (
    EXPLORER,
    HAND_IN,
    STYLES,
    Lesson,
    Page,
    assignment_page,
    explorer_page,
    glossary_page,
)

WORKER = "service-worker.js"
LIVE = "live"  # the folder of all but the pages


@dataclass(frozen=True)
class Site:
    """The files of a site by their names, and its pages in their order.

    A folder that holds the file `mark` is one of an earlier site. `about` says what of the custom
    folder is in it.
    """

    files: dict[str, bytes]
    pages: tuple[Page, ...]
    mark: str = WORKER
    about: str = ""

    def save(self, folder: Path) -> None:
        """Write all files into a folder: a new one, or the one of an earlier site.

        Raises FileExistsError where the folder holds anything else.
        """
        if folder.is_dir() and any(folder.iterdir()) and not (folder / self.mark).exists():
            raise FileExistsError(f"{folder} holds other files. Name one that is new or empty.")
        for name in self.files:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
        write_all({folder / name: data for name, data in self.files.items()})

    def save_zipped(self, path: Path) -> None:
        """Write all files as one archive: a new one, or in place of an earlier one.

        Raises FileExistsError where the archive holds anything else.
        """
        if path.is_file() and not (is_zipfile(path) and self.mark in ZipFile(path).namelist()):
            raise FileExistsError(f"{path} holds other files. Choose another name.")
        write_all({path: self.zipped()})

    def zipped(self) -> bytes:
        """Return all files as one archive."""
        return zipped(dict(sorted(self.files.items())))


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
    lessons = lessons_in(rows := lessons_of(numbers), ["page"])
    calls = [call for lesson in lessons for call in lesson.calls()]
    firsts, scripts = first_states([*calls, EXPLORER, HAND_IN], lms)
    taught = [lesson.page(firsts) for lesson in lessons]
    alone = [] if lms else [assignment_page(firsts), explorer_page(firsts)]
    pages = (*taught, glossary_page(), *alone)
    shared = {
        "course.js": _script(scripts, lms),
        "course.css": style(),
        "package.zip": package(final=final),
        **{name: (STATIC / name).read_bytes() for name in ("icon.svg", "worker.js")},
        **{name: (engine.folder() / name).read_bytes() for name in (*engine.CORE, engine.NOTICES)},
    }
    frame = Frame(pages, taught, lms, rows)
    shown = beside(lessons)
    given = [*shown.values(), *shared.values()]
    edition = _digest([*given, *(frame.html(page, "").encode() for page in pages)])
    texts = {page.file: frame.html(page, edition) for page in pages}
    files = shown | {name: text.encode() for name, text in texts.items()}
    files |= {f"{LIVE}/{name}": data for name, data in shared.items()}
    if lms:
        return Site(files, tuple(taught))
    files |= _around(pages, taught)
    files |= _for_a_folder(texts, shared)
    files[WORKER] = _service_worker(sorted(files), edition)
    return Site(files, pages)


def lessons_in(rows: Sequence[Row], places: Sequence[str]) -> list[Lesson]:
    """Return the lessons of some rows; a lesson without a notebook is only in the questions.

    Cells that do not belong in all of `places` are left out.
    """
    paths = {path.name: path for path in originals()}
    return [
        Lesson(paths[notebook_of(row)], shows_code=row["code"] == "shown", places=places)
        for row in rows
        if notebook_of(row) in paths
    ]


def beside(lessons: Sequence[Lesson]) -> dict[str, bytes]:
    """Return the files that lessons show or link to, such as pictures; none is over a page."""
    return {
        path.relative_to(lesson.path.parent).as_posix(): path.read_bytes()
        for lesson in lessons
        for path in lesson_files(lesson.path)
    }


def _around(pages: Sequence[Page], taught: Sequence[Page]) -> dict[str, bytes]:
    """Return what leads to the pages: the first of all, former names, the search, the app."""
    former = {row["notebook"]: row["formerly"] for row in course_lessons().values()}
    renamed = {former.get(page.name): redirect(page) for page in taught}
    return {
        "index.html": redirect(taught[0]),
        **{f"{name}.html": page for name, page in renamed.items() if name},
        "course.webmanifest": (STATIC / "course.webmanifest").read_bytes(),
        f"{LIVE}/search-index.js": _search_index(pages),
    }


def _for_a_folder(texts: Mapping[str, str], shared: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the same again as scripts: a page from a folder can load nothing else."""
    wanted = (*engine.CORE, "package.zip", "worker.js")
    packed = {n: b64encode(gzip.compress(shared[n], mtime=0)).decode() for n in wanted}
    return {
        f"{LIVE}/folder-pages.js": _as_script("PAGES", texts),
        f"{LIVE}/folder-engine.js": _as_script("FILES", packed),
    }


def _digest(parts: Sequence[bytes]) -> str:
    return sha256(b"".join(sha256(part).digest() for part in parts)).hexdigest()[:12]


def style() -> bytes:
    """Return the style sheet of all pages."""
    sheets = (source(name) for name in ("tokens.css", *STYLES))
    return "\n".join([*sheets, static_text("course.css")]).encode()


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
    whole = "\n".join([common, given, *views, *map(static_text, host)])
    return f'(() => {{\n"use strict";\n{whole}\n}})();\n'.encode()


def _search_index(pages: Sequence[Page]) -> bytes:
    sections = [section._asdict() for page in pages for section in page.sections()]
    return _as_script("SECTIONS", sections)


def _as_script(name: str, value: object) -> bytes:
    return f"globalThis.CODEEDU_{name} = {json.dumps(value)};\n".encode()


def _service_worker(names: Sequence[str], edition: str) -> bytes:
    """Return the script that keeps the site for use without a network; not what folders need."""
    kept = ["./", *(quote(name) for name in names if not name.startswith(f"{LIVE}/folder-"))]
    head = f'const EDITION = "{edition}";\nconst FILES = {json.dumps(kept)};\n'
    return (head + static_text("service_worker.js")).encode()
