"""What the tests of the pages share: the site, a server for it, and a reader in a browser."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from banks import response
from codeedu.pages import build, engine
from codeedu.questions.items import Item

STRICT = {
    "Content-Security-Policy": "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:"
}


def need_engine() -> None:
    """Skip the test that needs the engine where it is missing; in CI, fail."""
    try:
        engine.folder()
    except ImportError as missing:
        pytest.fail(str(missing)) if os.environ.get("CI") else pytest.skip(str(missing))


@cache
def made(*lessons: str) -> build.Site:
    """Return the site of some lessons, of all without any."""
    need_engine()
    return build.site(lessons)


@dataclass
class Served:
    """A site on a server of this machine, and how the server behaves from now on.

    `headers` are sent with each file; `types` are content types by the end of a name; `before` is
    put in front of a file; `held` names files that are not sent until the event is set.
    """

    address: str
    folder: Path
    headers: Mapping[str, str] = field(default_factory=dict)
    types: Mapping[str, str] = field(default_factory=dict)
    before: Mapping[str, bytes] = field(default_factory=dict)
    held: tuple[str, threading.Event] | None = None

    @property
    def elsewhere(self) -> str:
        """The address under a name that is not this machine's: no secure context."""
        return self.address.replace("127.0.0.1", "school.test")


class _Handler(SimpleHTTPRequestHandler):
    def __init__(self, *args: Any, served: Served) -> None:
        self.served = served
        super().__init__(*args, directory=str(served.folder))

    def do_GET(self) -> None:
        """Send a file, as the test wants it."""
        name = urlsplit(self.path).path
        if self.served.held and name.endswith(self.served.held[0]):
            self.served.held[1].wait(60)
        if found := [text for end, text in self.served.before.items() if name.endswith(end)]:
            body = found[0] + Path(self.translate_path(self.path)).read_bytes()
            self.send_response(200)
            self.send_header("Content-Type", self.guess_type(name))
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        else:
            super().do_GET()

    def guess_type(self, path: Any) -> str:
        """Return the type that the test wants, or the usual one."""
        chosen = [kind for end, kind in self.served.types.items() if str(path).endswith(end)]
        return chosen[0] if chosen else super().guess_type(path)

    def end_headers(self) -> None:
        """Send the headers of the test, too."""
        for name, value in self.served.headers.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, *args: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *args: object) -> None:
        """Say nothing of a browser that hangs up."""


@contextmanager
def serve(folder: Path) -> Iterator[Served]:
    """Serve a folder to this machine."""
    served = Served("", folder)
    with _Server(("127.0.0.1", 0), partial(_Handler, served=served)) as server:
        served.address = f"http://127.0.0.1:{server.server_port}/"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield served
        server.shutdown()
        thread.join()


TYPED = (
    "J1885",
    "J",
    "ADA",
    "4",
    "QK",
    "Surgery",
)  # what suits each question that wants something typed

ALL_ALIVE = """() => !document.querySelector(".codeedu-live:not([data-alive])")
    && [...document.querySelectorAll(".codeedu-starting")].every((says) => !says.textContent)"""


class Reader:
    """Somebody at a page of the course, with the few moves that the tests make."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.starts = 0  # of Python
        self.asked: list[str] = []
        self.problems: list[str] = []
        page.on("worker", lambda _: self._started())
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", self._hear)

    def _started(self) -> None:
        self.starts += 1

    def _hear(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.problems.append(message.text)

    def outside(self) -> list[str]:
        """Return what was asked of anybody but the site."""
        ours = (self.address, "data:", "blob:")
        return [url for url in self.asked if not url.startswith(ours)]

    def open(self, name: str) -> None:
        """Open a page by its address."""
        self.page.goto(self.address + name)

    def alive(self) -> None:
        """Wait until every view of the page is alive."""
        self.page.wait_for_function(ALL_ALIVE, timeout=60_000)

    def follow(self, link: str, press: Callable[[Locator], None] = Locator.click) -> None:
        """Go to another page by the list of all."""
        press(self.page.locator("header nav a", has_text=link))
        expect(self.page.locator("header nav a[aria-current]")).to_have_text(
            re.compile(f"{re.escape(link)}$")
        )

    def view(self, name: str) -> Locator:
        """Return the first view whose name begins so."""
        named = re.compile(f"^{re.escape(name)}")
        return self.page.locator(".codeedu-view").get_by_role("group", name=named).first

    def choose(self, view: Locator, typed: str = "J1885") -> None:
        """Give some answer to the question that is asked, without checking it."""
        view.locator("form").wait_for()
        if (choices := view.locator(".codeedu-choices input")).count():
            choices.first.evaluate("(choice) => choice.click()")
        elif (field := view.locator(".codeedu-typed")).count():
            field.fill(typed)

    def is_judged(self, view: Locator) -> bool:
        """Wait for what is said of an answer: was it judged, or was it none that fits?"""
        said = ".codeedu-verdict:not(:empty), .codeedu-notices > :first-child:not(:empty)"
        view.locator(said).first.wait_for()
        return bool(view.locator(".codeedu-verdict:not(:empty)").count())

    def answer(self, view: Locator) -> None:
        """Answer the question that is asked, whatever it is."""
        for typed in TYPED:
            self.choose(view, typed)
            view.get_by_role("button", name="Check answer").click()
            if self.is_judged(view):
                return
        pytest.fail(f"{TYPED}: no answer to {view.inner_text()}")

    def sit(self, view: Locator, most: int = 100) -> int:
        """Answer up to `most` questions of a sitting that is begun; return how many there were."""
        for count in range(1, most + 1):
            self.answer(view)
            view.get_by_role("button", name="Next", exact=True).click()
            expect(view.locator(".codeedu-verdict")).to_be_empty()
            if not view.locator("form").count():
                return count
        return most

    def copy(self, folder: Path) -> Path:
        """Download a copy of the answers."""
        self.page.locator("#record details").evaluate("(details) => (details.open = true)")
        with self.page.expect_download() as told:
            self.page.get_by_role("button", name="Download a copy of my answers").click()
        place = folder / told.value.suggested_filename
        told.value.save_as(place)
        return place

    def bring_back(self, place: Path) -> Locator:
        """Bring a copy back on the start page; return where it is said what was added."""
        answers = self.view("Your answers")
        answers.locator("input[type=file]").set_input_files(place)
        answers.get_by_role("button", name="Bring back").click()
        return answers.locator("form", has_text="Bring back").get_by_role("status")


class Quiz:
    """The quiz of a lesson that a learning system plays in its frame."""

    def __init__(self, page: Page, lesson: str) -> None:
        call = f"codeedu.quiz('{lesson}')"
        self.frame = page.frame_locator("iframe")
        self.view = self.frame.locator(f'.codeedu-live[data-call="{call}"][data-alive]')
        self.view.wait_for(timeout=120_000)

    def press(self, name: str) -> None:
        """Press a button by its label."""
        self.view.get_by_role("button", name=name, exact=True).click()

    def answer(self, item: Item, *, right: bool) -> None:
        """Answer the question that is asked, which is this one."""
        given = response(item, right=right)
        form = self.view.locator("form")
        if item.kind in ("type", "number"):
            form.locator(".codeedu-typed").fill(str(given))
        elif item.kind == "order":
            for at, place in enumerate(given):
                row = form.locator(f'[data-place="{place}"]')
                while row.evaluate("(row) => [...row.parentNode.children].indexOf(row)") > at:
                    row.get_by_role("button", name="Up").click()
        else:
            for place in given if isinstance(given, list) else [given]:
                form.locator(f'.codeedu-choice input[value="{place}"]').check()
        self.press("Check answer")
        expect(self.view.locator(".codeedu-verdict")).to_have_attribute(
            "data-good", str(right).lower()
        )
        self.press("Next")

    def is_at(self, number: int) -> None:
        """Assert that it asks a question by its number."""
        expect(self.view.locator(".codeedu-count")).to_contain_text(f"Question {number} of")
