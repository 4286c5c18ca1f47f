"""What a screen reader says: Orca, on a screen that nobody sees, reads a page and a question.

It needs a desktop's parts, so no other test does: `make orca` runs it, on Debian after
`apt-get install orca at-spi2-core xvfb dbus`.
"""

from __future__ import annotations

import contextlib
import os
import pty
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from course_pages import Reader, made, serve

pytestmark = pytest.mark.slow
SPEECH = re.compile(r"SPEECH OUTPUT: '(.*?)'(?:\s*\{.*)?$", re.MULTILINE)


class Orca:
    """The screen reader, and what it has said.

    It logs what it says, onto a terminal: into a file it would write only now and then.
    """

    def __init__(self, env: dict[str, str]) -> None:
        self.log, self.before = "", 0
        self.terminal, theirs = pty.openpty()
        command = ["orca", "--replace", f"--debug-file={os.ttyname(theirs)}"]
        quiet = subprocess.DEVNULL
        self.process = subprocess.Popen(command, env=env, stdout=quiet, stderr=quiet)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        with contextlib.suppress(OSError):  # at its end
            while data := os.read(self.terminal, 65536):
                self.log += data.decode(errors="replace").replace("\r", "")

    def said(self) -> list[str]:
        """Return what was said since it was asked to listen."""
        return SPEECH.findall(self.log)[self.before :]

    def listen(self) -> None:
        """Wait until Orca is silent, and forget what it has said."""
        count = -1
        while count != (count := len(SPEECH.findall(self.log))):
            time.sleep(1)
        self.before = count

    def close(self) -> None:
        self.process.kill()
        self.process.wait()

    def hears(self, *words: str) -> None:
        """Wait until all of these were said, in their order."""
        until = time.monotonic() + 20
        pattern = re.compile(".*".join(map(re.escape, words)), re.DOTALL)
        while not pattern.search(" ".join(self.said())):
            assert time.monotonic() < until, f"{words} not in {self.said()}"
            time.sleep(0.1)


@pytest.fixture(scope="module")
def desktop(tmp_path_factory) -> Iterator[dict[str, str]]:
    """The environment of a screen that nobody sees."""
    if not all(map(shutil.which, ("orca", "Xvfb"))) or "DBUS_SESSION_BUS_ADDRESS" not in os.environ:
        pytest.skip("needs orca, Xvfb and a session bus: make orca")
    home = tmp_path_factory.mktemp("desktop")
    home.chmod(0o700)
    reading, writing = os.pipe()
    command = [
        "Xvfb",
        "-displayfd",
        str(writing),
        "-screen",
        "0",
        "1200x900x24",
        "-nolisten",
        "tcp",
    ]
    screen = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    with os.fdopen(reading) as told:
        display = told.readline().strip()
    home_is = {"HOME": str(home), "XDG_RUNTIME_DIR": str(home)}
    yield os.environ | home_is | {"DISPLAY": f":{display}", "LANG": "C.UTF-8"}
    screen.terminate()
    screen.wait()


@pytest.fixture(scope="module")
def orca(desktop) -> Iterator[Orca]:
    switch = ["gsettings", "set", "org.gnome.desktop.interface", "toolkit-accessibility", "true"]
    subprocess.run(switch, env=desktop, check=False, capture_output=True)
    reader = Orca(desktop)
    try:
        reader.hears("Screen reader on")
        yield reader
    finally:
        reader.close()


@pytest.fixture(scope="module")
def page(desktop, orca, chromium) -> Iterator[Page]:
    arguments = ["--no-sandbox", "--disable-gpu", "--force-renderer-accessibility"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=arguments, headless=False, env=dict(desktop)
        )
        yield browser.new_page()
        browser.close()


def test_orca_reads_a_page_a_question_and_its_verdict(page, orca, tmp_path):
    made("00", "02").save(tmp_path)
    with serve(tmp_path) as served:
        reader = Reader(page, served.address)
        reader.open("00-start-here.html")
        orca.hears("Start here · codeedu")
        reader.alive()
        orca.listen()
        page.locator("header nav a", has_text="Anatomy").focus()
        orca.hears("Anatomy of a code", "link")
        orca.listen()
        page.keyboard.press("Enter")
        orca.hears("2. Anatomy of a code", "heading level 1")
        reader.alive()
        quiz = page.locator(".codeedu-live[data-call*=quiz]")
        orca.listen()
        quiz.get_by_role("button", name="Start").focus()
        orca.hears("Start", "button")
        orca.listen()
        page.keyboard.press("Enter")
        legend = quiz.locator("legend").first
        expect(legend).to_be_focused()
        orca.hears(*legend.inner_text().split()[:3])
        orca.listen()
        while not quiz.get_by_role("radio").and_(quiz.locator(".codeedu-choices input")).count():
            reader.answer(quiz)
            quiz.get_by_role("button", name="Next", exact=True).click()
            expect(quiz.locator(".codeedu-verdict")).to_be_empty()
        legend.focus()
        orca.listen()
        page.keyboard.press("Tab")
        choice = quiz.locator(".codeedu-choice").first.inner_text()
        orca.hears(*choice.split()[:3], "radio button")
        orca.listen()
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
        orca.hears("Why", "heading level 4")
        orca.hears(quiz.locator(".codeedu-verdict").inner_text().split("\n")[0])
        exercise = reader.view("Exercise 1")
        exercise.get_by_role("textbox").first.fill("dental")
        orca.listen()
        page.keyboard.press("Enter")
        orca.hears("✗ Not yet")
        orca.hears("0 of 6 right")
