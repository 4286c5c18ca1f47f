"""The course as `make lab` opens it: nothing in the way, nothing to break, and a second day."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from codeedu.course import copy
from jupyter_page import Lab, wait_for

START = """
import sys
from pathlib import Path
from codeedu.course import classroom
classroom.start(Path(sys.argv[1]), *sys.argv[2:])
"""
CELLS = "jupyterapp.shell.currentWidget.content.model.sharedModel.cells"
STATE = f"{CELLS}.map((cell) => [cell.id, cell.cell_type, cell.source])"
HERE = "jupyterapp.shell.currentWidget.context.path"
# What deletes, cuts, retypes, merges or moves a cell, or opens it to write; and then writing.
KEYS = (
    "d d", "x", "m", "y", "r", "1", "Enter a b c", "Shift+M", "Control+Backspace",
    "Control+Shift+M", "Control+Shift+ArrowDown", "Control+Shift+ArrowUp", "Delete",
)  # fmt: skip


@contextmanager
def classroom(course: Path) -> Iterator[str]:
    """Open the course as the command does, in a home of its own; yield its address."""
    home = course.parent / "home"
    home.mkdir(exist_ok=True)
    env = os.environ | {"HOME": str(home), "CODEEDU_PROGRESS": str(home / "progress.jsonl")}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ("--no-browser", "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}",
               "--IdentityProvider.token=", "--LabApp.expose_app_in_browser=True")  # fmt: skip
    log = course.parent / "server.log"
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-c", START, str(course), *options], env=env, stdout=out, stderr=out
        )
    try:
        wait_for(f"http://127.0.0.1:{port}/api", process, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    path = tmp_path_factory.mktemp("classroom") / "course"
    copy.update(path)
    return path


@pytest.fixture(scope="module")
def address(chromium, course):
    with classroom(course) as found:
        yield found


@pytest.fixture
def opens(browser, course):
    """Open a lesson in a fresh browser, by address and name; "" opens what the command opens."""
    contexts = []

    def open_lesson(address: str, name: str = "", **options) -> Lab:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
        context.set_default_timeout(20_000)
        contexts.append(context)
        lab = Lab(context.new_page(), address, course)
        lab.page.goto(f"{address}/doc/tree/{name}" if name else address)
        ready(lab)
        return lab

    yield open_lesson
    for context in contexts:
        context.close()


def ready(lab: Lab) -> None:
    lab.page.wait_for_selector(".jp-Notebook .jp-Cell")
    lab.page.wait_for_function(
        "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
    )


def cell_of(lab: Lab, call: str) -> Locator:
    """Return the first cell of code that holds a call."""
    code = f"{CELLS}.filter((cell) => cell.cell_type === 'code')"
    found = lab.page.evaluate(f"(call) => {code}.findIndex((c) => c.source.includes(call))", call)
    return lab.page.locator(".jp-CodeCell").nth(found)


def run(lab: Lab, call: str) -> Locator:
    """Run that cell and return it."""
    lab.page.evaluate(
        f"""(call) => {{
            const notebook = jupyterapp.shell.currentWidget.content;
            notebook.activeCellIndex = {CELLS}.findIndex((cell) => cell.source.includes(call));
            return jupyterapp.commands.execute("notebook:run-cell").then(() => null);
        }}""",
        call,
    )
    return cell_of(lab, call)


def settled(page: Page) -> None:
    """Wait until the lesson is drawn: JupyterLab adds its cells bit by bit, and they push."""
    page.wait_for_function(
        """() => {
            const height = document.querySelector(".jp-WindowedPanel-outer").scrollHeight;
            const same = height === window.lastHeight;
            window.lastHeight = height;
            return same;
        }""",
        polling=1500,
    )


def test_the_first_screen_is_the_course(opens, address):
    lab = opens(address)
    page = lab.page
    assert page.evaluate(HERE) == "00-start-here.ipynb"
    expect(page.get_by_role("tree").get_by_text("How to run a cell")).to_be_visible()
    assert page.locator(".jp-Dialog, .Toastify__toast, .jp-DirListing:visible").count() == 0
    assert not page.evaluate("jupyterapp.shell.currentWidget.context.model.dirty")
    for label in ("Start page", "Run this cell", "Run this lesson"):
        expect(page.get_by_role("button", name=label).first).to_be_visible()
    lab.shot("classroom")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_theme_is_that_of_the_system(opens, address, scheme):
    lab = opens(address, color_scheme=scheme)
    light = "true" if scheme == "light" else "false"
    lab.page.wait_for_selector(f'body[data-jp-theme-light="{light}"]', state="attached")


def test_links_stay_in_place_and_a_citation_leads_to_the_sources(opens, address):
    lab = opens(address, "02-anatomy-of-a-code.ipynb")
    page = lab.page
    settled(page)
    page.locator('a[href$="#Sources"]').first.click()
    expect(page.get_by_role("heading", name="Sources")).to_be_in_viewport()
    page.locator(".jp-MarkdownCell").get_by_role("link", name="Level I or Level II?").last.click()
    page.wait_for_function(f"{HERE} === '03-level-i-or-level-ii.ipynb'")
    assert len(page.context.pages) == 1
    page.get_by_role("button", name="Start page").click()
    page.wait_for_function(f"{HERE} === '00-start-here.ipynb'")


def test_no_key_breaks_a_lesson(opens, address):
    lab = opens(address)
    page = lab.page
    explorer = run(lab, "codeedu.explorer(")
    expect(explorer.get_by_label("Type or paste a code")).to_be_visible()
    before = page.evaluate(STATE)
    places = {
        "a text": lambda: page.locator(".jp-MarkdownCell").nth(1).click(),
        "a text, twice": lambda: page.locator(".jp-MarkdownCell").nth(1).dblclick(),
        "a control": lambda: explorer.get_by_label("Type or paste a code").click(),
        "an answer": lambda: explorer.locator(".codeedu-explorer .codeedu-verdict").click(),
        "the edge of a view": lambda: explorer.locator(".jp-OutputCollapser").click(),
        "the code of an exercise": lambda: page.locator(".jp-InputPrompt:visible").nth(1).click(),
    }
    for place, go in places.items():
        for keys in KEYS:
            go()
            if place == "the code of an exercise" and keys[0] == "E":
                continue  # which is there to be changed
            for key in keys.split():
                page.keyboard.press(key)
            assert page.evaluate(STATE) == before, f"{keys} at {place}"
            assert page.locator(".jp-Dialog").count() == 0, f"{keys} at {place}"


def test_views_show_no_code_and_exercises_can_be_changed(opens, address):
    lab = opens(address, "01-what-is-hcpcs.ipynb")
    shown = lab.page.locator(".jp-CodeCell .jp-InputArea-editor:visible").all_inner_texts()
    assert [text for text in shown if "explorer" in text or "quiz" in text] == []
    assert [text for text in shown if "classify" in text]


def test_run_this_lesson_makes_all_views_alive_and_ends_at_its_top(opens, address):
    lab = opens(address, "01-what-is-hcpcs.ipynb")
    page = lab.page
    page.get_by_role("button", name="Run this lesson").click()
    page.wait_for_function(
        f"{CELLS}.filter((c) => c.cell_type === 'code').every((c) => c.execution_count)",
        timeout=60_000,
    )
    expect(page.locator(".codeedu-practice")).to_have_count(4)  # pretest, quiz, two exercises
    expect(page.locator(".codeedu-explorer")).not_to_have_count(0)
    expect(page.get_by_role("heading", name="1. What is HCPCS?")).to_be_in_viewport()


def test_the_second_day_goes_on_where_the_first_one_stopped(opens, course, address):
    name = "05-common-confusions.ipynb"
    lab = opens(address, name)
    page = lab.page
    quiz = run(lab, "codeedu.quiz(")
    quiz.get_by_role("button", name="Start").click()
    expect(quiz).to_contain_text("Question 1 of 10")
    field = quiz.locator("input").first
    field.fill("J1885") if field.get_attribute("type") == "text" else field.check()
    quiz.get_by_role("button", name="Check").click()
    expect(quiz.get_by_role("button", name="Next")).to_be_visible()
    explorer = run(lab, "codeedu.explorer(")
    expect(explorer.get_by_label("Type or paste a code")).to_be_visible()
    page.evaluate("jupyterapp.commands.execute('docmanager:save').then(() => null)")
    page.wait_for_function("!jupyterapp.shell.currentWidget.context.model.dirty")
    page.context.close()

    with classroom(course) as tomorrow:
        lab = opens(tomorrow, name)
        for call, shows in (("explorer(", "992l3"), ("quiz(", "Quiz")):
            cell = cell_of(lab, call)
            cell.scroll_into_view_if_needed()
            expect(cell.locator(".codeedu-fallback")).to_contain_text(shows)
            expect(cell.get_by_text("Error displaying widget")).not_to_be_visible()
            cell.get_by_role("button", name="Run this cell").click()
            expect(cell.locator(".codeedu-fallback")).to_be_hidden()
        expect(cell.get_by_role("button", name="Go on with question 2")).to_be_visible()


def test_after_a_restart_of_the_kernel_each_view_runs_alone(opens, address):
    lab = opens(address, "04-level-iii-a-history.ipynb")
    lab.page.evaluate(
        "jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart().then(() => null)"
    )
    cell = run(lab, "codeedu.explorer(")
    expect(cell.get_by_label("Type or paste a code")).to_be_visible()
