"""The course as `make lab` opens it: nothing in the way, nothing to break, and a second day."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Locator, Page, expect

from codeedu.lab import copy
from jupyter_page import KERNEL, Lab, wait_for

START = """
import sys
from pathlib import Path
from codeedu.lab import classroom
classroom.open_lab(Path(sys.argv[1]), *sys.argv[2:])
"""
CELLS = "jupyterapp.shell.currentWidget.content.model.sharedModel.cells"
SHOWN = f"{CELLS}.filter((cell) => cell.cell_type === 'code').map((cell) => cell.outputs.length)"
STATE = f"{CELLS}.map((cell) => [cell.id, cell.cell_type, cell.source])"
OPEN = ".jp-NotebookPanel:not(.lm-mod-hidden)"  # lessons seen before stay in the page
HERE = "jupyterapp.shell.currentWidget.context.path"
# What deletes, cuts, retypes, merges, adds or moves a cell, or opens it to write; and then
# writing; what restarts or interrupts Python; what hides.
KEYS = (
    "d d", "x", "m", "y", "r", "1", "Enter a b c", "Shift+M", "Control+Backspace",
    "Control+Shift+M", "Control+Shift+ArrowDown", "Control+Shift+ArrowUp", "Delete",
    "0 0 Enter", "i i", "a", "b", "Shift+A", "Shift+B", "Shift+L", "Alt+Enter", "ArrowLeft",
    "Control+b", "Control+Shift+l", "Alt+1",
)  # fmt: skip


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@contextmanager
def classroom(course: Path, port: int = 0) -> Iterator[str]:
    """Open the course as the command does, in a home of its own; yield its address."""
    port = port or free_port()
    home = course.parent / "home"
    home.mkdir(exist_ok=True)
    env = os.environ | {"HOME": str(home), "CODEEDU_PROGRESS": str(home / "progress.jsonl")}
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
    lab.page.wait_for_selector(f"{OPEN} .jp-Cell")
    lab.page.wait_for_function(
        "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
    )


def cell_of(lab: Lab, call: str) -> Locator:
    """Return the first cell of code that holds a call."""
    code = f"{CELLS}.filter((cell) => cell.cell_type === 'code')"
    found = lab.page.evaluate(f"(call) => {code}.findIndex((c) => c.source.includes(call))", call)
    return lab.page.locator(f"{OPEN} .jp-CodeCell").nth(found)


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
    expect(page.get_by_role("tree").get_by_text("Stop, and come back")).to_be_visible()
    assert page.locator(".jp-Dialog, .Toastify__toast, .jp-DirListing:visible").count() == 0
    for label in ("Start page", "Run this lesson"):
        expect(page.get_by_role("button", name=label).first).to_be_visible()
    expect(page.get_by_role("button", name="Run this cell")).to_have_count(0)
    lab.shot("classroom")
    # JupyterLab draws what is far below the window when a reader comes near it.
    page.get_by_role("tree").get_by_text("The explorer").click()
    expect(page.locator(".codeedu-explorer")).to_be_visible()
    assert not page.evaluate("jupyterapp.shell.currentWidget.context.model.dirty")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_theme_is_that_of_the_system(opens, address, scheme):
    lab = opens(address, color_scheme=scheme)
    light = "true" if scheme == "light" else "false"
    lab.page.wait_for_selector(f'body[data-jp-theme-light="{light}"]', state="attached")


def test_links_stay_in_place_and_a_citation_leads_to_its_source(opens, address):
    lab = opens(address, "02-anatomy-of-a-code.ipynb")
    page = lab.page
    settled(page)
    for citation in (0, -1):  # the first citation of the lesson, and its last
        link = page.locator('.jp-MarkdownCell p a[href$="#Sources"]').nth(citation)
        row = page.locator("li", has=page.locator(f"code:text-is('{link.inner_text()}')"))
        link.click()
        expect(row).to_be_in_viewport()
        expect(row.get_by_role("link")).to_be_focused()
    page.get_by_role("button", name="Back to the text").click()
    expect(link).to_be_in_viewport()
    expect(link).to_be_focused()
    expect(page.get_by_role("button", name="Back to the text")).to_have_count(0)
    page.locator(".jp-MarkdownCell").get_by_role("link", name="Level I or Level II?").last.click()
    page.wait_for_function(f"{HERE} === '03-level-i-or-level-ii.ipynb'")
    assert len(page.context.pages) == 1
    page.get_by_role("button", name="Start page").click()
    page.wait_for_function(f"{HERE} === '00-start-here.ipynb'")


TYPED = ("1", "AMA", "J1885", "HCPCS Level I", "Surgery")  # one of them is an answer to anything


def answer(view: Locator, questions: int) -> None:
    """Answer that many questions, in whatever way the first field allows."""
    onward = view.get_by_role("button", name="Next", exact=True)
    for _ in range(questions):
        for text in TYPED:
            fill(view, text)
            view.get_by_role("button", name="Check answer").click()
            expect(onward.or_(view.get_by_role("alert").filter(has_text="Type a"))).to_be_visible()
            if onward.count():
                break
        onward.click()
        expect(onward).to_have_count(0)


def fill(quiz: Locator, text: str = TYPED[0]) -> None:
    field = quiz.locator("form input").first
    field.fill(text) if field.get_attribute("type") == "text" else field.check()


def test_from_home_to_a_lesson_and_its_quiz_and_home_again(opens, address, course):
    (course.parent / "home" / "progress.jsonl").unlink(missing_ok=True)
    lab = opens(address)
    page = lab.page
    explorer = run(lab, "codeedu.explorer(")
    explorer.get_by_label("Type or paste a code").fill("A0428")
    expect(explorer.locator(".codeedu-explorer .codeedu-verdict")).to_contain_text("A0428 is")
    home = run(lab, "codeedu.home(")
    mine = home.locator(".codeedu-home")
    expect(mine).to_contain_text("Next: open 01 What is HCPCS? (40 minutes).")
    assert not lab.axe(".codeedu-home")
    lowest, where = lab.contrasts(".codeedu-home")[0]
    assert lowest >= 4.5, f"{lowest:.2f} for {where}"
    mine.get_by_role("link", name="01 What is HCPCS?").first.press("Enter")
    page.wait_for_function(f"{HERE} === '01-what-is-hcpcs.ipynb'")
    assert len(page.context.pages) == 1

    ready(lab)
    pretest = run(lab, "codeedu.pretest(").locator(".codeedu-practice")
    pretest.get_by_role("button", name="Start").click()
    answer(pretest, 1)
    expect(pretest).to_contain_text("Question 2 of 3")
    page.get_by_role("button", name="Start page").click()
    page.wait_for_function(f"{HERE} === '00-start-here.ipynb'")
    expect(mine).to_contain_text("Next: go on with 01 What is HCPCS?")
    mine.get_by_role("link", name="01 What is HCPCS?").first.click()
    page.wait_for_function(f"{HERE} === '01-what-is-hcpcs.ipynb'")

    quiz = run(lab, "codeedu.quiz(").locator(".codeedu-practice")
    quiz.get_by_role("button", name="Start").click()
    answer(quiz, 3)
    quiz.get_by_role("button", name="Stop here").click()
    expect(quiz.get_by_role("heading", name="Stopped after 3 of 10 questions")).to_be_visible()
    left = "Next: go on with the quiz of 01 What is HCPCS? (7 of 10 questions left)."
    expect(quiz).to_contain_text("You answered 3 of 10: ")
    expect(quiz.get_by_role("button", name="Go on with question 4")).to_be_visible()
    page.get_by_role("button", name="Start page").click()
    page.wait_for_function(f"{HERE} === '00-start-here.ipynb'")
    expect(mine).to_contain_text(left)
    expect(mine.get_by_role("listitem").first).to_contain_text("under way")
    mine.get_by_role("link").first.click()  # from a lesson's top, the quiz is far below
    expect(quiz.get_by_role("heading", name="Stopped after 3")).to_be_in_viewport()


def test_the_next_day_the_link_of_home_leads_to_the_open_question(opens, address, course):
    (course.parent / "home" / "progress.jsonl").unlink(missing_ok=True)
    begin(opens(address, "05-common-confusions.ipynb"), "05")
    lab = opens(address)
    home = lab.page.locator(".codeedu-home")
    expect(home).to_contain_text("Next: go on with the quiz of 05 Common confusions (9 of 10")
    home.get_by_role("link").first.click()
    expect(lab.page.locator(f"{OPEN} .codeedu-practice form legend").first).to_be_in_viewport()


def test_a_link_of_a_view_leads_into_a_lesson(opens, address, course):
    record = course.parent / "home" / "progress.jsonl"
    given = {"item": "01-levels-01", "lesson": "01", "objective": "01-levels", "correct": False}
    record.write_text(json.dumps(given | {"when": "2026-01-05T10:00:00+00:00"}) + "\n")
    lab = opens(address)
    page = lab.page
    settled(page)
    home = run(lab, "codeedu.home(").locator(".codeedu-home")
    home.get_by_role("link", name="the drill on the start page").click()
    expect(page.get_by_role("heading", name="The drill")).to_be_in_viewport()
    record.unlink()


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
    editors = lab.page.locator(".jp-CodeCell .jp-InputArea-editor:visible")
    expect(editors.filter(has_text="classify").first).to_be_visible()
    assert [
        text for text in editors.all_inner_texts() if "explorer" in text or "quiz" in text
    ] == []


def test_views_come_alive_by_themselves_and_the_file_stays_as_it_was(opens, address, course):
    before = (course / "01-what-is-hcpcs.ipynb").read_bytes()
    lab = opens(address, "01-what-is-hcpcs.ipynb")
    views = lab.page.locator(".codeedu-practice")
    expect(views.first.get_by_role("button", name="Start")).to_be_visible()
    quiz = cell_of(lab, "codeedu.quiz(")
    expect(quiz.locator(".codeedu-practice")).to_have_count(0)  # it is far away
    expect(quiz.get_by_role("button", name="Start the quiz", include_hidden=True)).to_have_count(1)
    quiz.scroll_into_view_if_needed()
    expect(quiz.locator(".codeedu-practice")).to_be_visible()
    expect(quiz.locator(".codeedu-fallback")).to_be_hidden()
    assert not lab.page.evaluate("jupyterapp.shell.currentWidget.context.model.dirty")
    assert (course / "01-what-is-hcpcs.ipynb").read_bytes() == before


PAGE = """from IPython.display import HTML, display
display(HTML('<div class="codeedu-fallback"><button class="codeedu-run">Start</button></div>'))
"""


def test_code_that_is_not_the_course_s_waits_for_a_press(opens, address, course):
    stranger = course / "30-from-a-friend.ipynb"
    mark = course / "ran"
    code = f"{PAGE}open({str(mark)!r}, 'a').write('x')"
    page = '<div class="codeedu-fallback"><button class="codeedu-run">Start</button></div>'
    shown = nbformat.v4.new_output("display_data", {"text/html": page})
    ours = nbformat.v4.new_code_cell('import codeedu; codeedu.quiz("01")')
    cells = [nbformat.v4.new_code_cell(code, outputs=[shown]), ours]
    made = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": KERNEL})
    nbformat.write(made, stranger)
    lab = opens(address, stranger.name)
    expect(lab.page.locator(".codeedu-practice")).to_be_visible()  # this one is the course's
    assert not mark.exists()
    lab.page.get_by_role("button", name="Start", exact=True).first.click()
    expect(lab.page.locator(".jp-CodeCell").first.get_by_role("button")).to_be_enabled()
    lab.page.wait_for_function("() => true")
    assert wait_until(mark.exists)
    stranger.unlink()


def wait_until(true, seconds: float = 20) -> bool:
    until = time.monotonic() + seconds
    while not true() and time.monotonic() < until:
        time.sleep(0.1)
    return true()


def kernels(folder: Path) -> list[int]:
    """Return the processes that run Python for the lessons of a folder."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            runs = b"ipykernel_launcher" in (place / "cmdline").read_bytes()
            if runs and (place / "cwd").resolve() == folder.resolve():
                found.append(int(place.name))
    return found


def asked(quiz: Locator) -> str:
    return quiz.locator("form legend").first.inner_text()


def begin(lab: Lab, lesson: str) -> Locator:
    """Answer the first question of a lesson's quiz, and choose an answer to the second."""
    cell = cell_of(lab, f'codeedu.quiz("{lesson}")')
    cell.scroll_into_view_if_needed()
    quiz = cell.locator(".codeedu-practice")
    quiz.get_by_role("button", name="Start").click()
    answer(quiz, 1)
    fill(quiz)
    return quiz


def is_filled(quiz: Locator) -> bool:
    field = quiz.locator("form input").first
    is_text = field.get_attribute("type") == "text"
    return field.input_value() == TYPED[0] if is_text else field.is_checked()


@pytest.mark.parametrize("how", ["killed", "restarted"])
def test_views_go_on_where_they_were_when_python_is(opens, address, course, how):
    (course.parent / "home" / "progress.jsonl").unlink(missing_ok=True)
    others = kernels(course)
    lab = opens(address, "04-level-iii-a-history.ipynb")
    quiz = begin(lab, "04")
    question = asked(quiz)
    if how == "killed":
        before = kernels(course)
        for process in set(before) - set(others) or set(before):
            os.kill(process, signal.SIGKILL)
        assert wait_until(lambda: set(kernels(course)) - set(before), 60)
    else:
        lab.page.evaluate(
            "jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()"
            ".then(() => null)"
        )
    lab.page.wait_for_timeout(3000)
    expect(quiz).to_contain_text("Question 2 of")
    assert asked(quiz) == question
    assert is_filled(quiz)
    expect(lab.page.locator(".jp-Dialog")).to_have_count(0)
    answer(quiz, 1)
    expect(quiz).to_contain_text("Question 3 of")


def test_no_press_wipes_a_lesson_whose_server_is_gone_and_all_goes_on_when_it_is_back(
    opens, course, chromium
):
    record = course.parent / "home" / "progress.jsonl"
    record.unlink(missing_ok=True)
    name, port = "04-level-iii-a-history.ipynb", free_port()
    with classroom(course, port) as address:
        lab = opens(address, name)
        page = lab.page
        quiz = begin(lab, "04")
    expect(page.get_by_role("alert").filter(has_text="The course was stopped.")).to_be_visible()
    shown = page.evaluate(SHOWN)
    for press in ("Run this lesson", "Check answer"):
        page.get_by_role("button", name=press).first.click()
    lab.page.evaluate("void jupyterapp.commands.execute('notebook:run-all-cells')")
    lab.page.wait_for_timeout(6000)
    expect(page.get_by_text("All code of this lesson has run.")).to_have_count(0)
    expect(page.locator(".jp-Dialog")).to_have_count(0)
    expect(quiz).to_contain_text("Question 2 of")
    assert page.evaluate(SHOWN) == shown
    with classroom(course, port):
        expect(page.get_by_role("alert").filter(has_text="was stopped")).to_have_count(0)
        expect(page.get_by_text("All code of this lesson has run.")).to_be_visible(timeout=40_000)
        quiz.get_by_role("button", name="Next", exact=True).click()  # the press was heard after all
        expect(quiz).to_contain_text("Question 3 of")
        assert len(record.read_text(encoding="utf-8").splitlines()) == 2
        page.evaluate("jupyterapp.commands.execute('docmanager:save').then(() => null)")
        page.reload()
        ready(lab)
        assert list(map(bool, page.evaluate(SHOWN))) == list(map(bool, shown))


def test_back_goes_back_and_every_tab_is_a_classroom(opens, address):
    lab = opens(address, "00-start-here.ipynb")
    page = lab.page
    third = "{path: '03-level-i-or-level-ii.ipynb'}"
    page.evaluate(f"void jupyterapp.commands.execute('docmanager:open', {third})")
    page.wait_for_function(f"{HERE} === '03-level-i-or-level-ii.ipynb'")
    page.go_back()
    page.wait_for_function(f"{HERE} === '00-start-here.ipynb'")
    second = page.context.new_page()
    second.goto(f"{address}/lab")
    second.wait_for_function(
        f"window.jupyterapp?.shell.currentWidget && {HERE} === '00-start-here.ipynb'"
    )
    expect(second.get_by_role("tree").get_by_text("The explorer")).to_be_visible()
    expect(
        second.locator(".jp-DirListing:visible, .jp-Launcher, .jp-PropertyInspector:visible")
    ).to_have_count(0)
    second.evaluate("void jupyterapp.shell.currentWidget.close()")
    second.wait_for_function(f"jupyterapp.shell.currentWidget && {HERE} === '00-start-here.ipynb'")


@pytest.mark.parametrize("heading", ["1. What is HCPCS?", "Check yourself"])
def test_run_this_lesson_makes_all_views_alive_and_stays_in_place(opens, address, heading):
    lab = opens(address, "01-what-is-hcpcs.ipynb")
    page = lab.page
    settled(page)
    place = page.get_by_role("heading", name=heading)
    place.evaluate("(heading) => heading.scrollIntoView()")
    settled(page)  # what came into sight has woken, too
    before = place.bounding_box()["y"]
    page.get_by_role("button", name="Run this lesson").click()
    expect(page.get_by_text("All code of this lesson has run.")).to_be_visible(timeout=60_000)
    expect(page.locator(".codeedu-practice")).to_have_count(5)  # pretest, quiz, three exercises
    expect(page.locator(".codeedu-explorer")).not_to_have_count(0)
    settled(page)
    assert abs(place.bounding_box()["y"] - before) < 100


def test_in_a_narrow_window_the_outline_makes_room(opens, address):
    lab = opens(address, viewport={"width": 390, "height": 800})
    page = lab.page
    outline = page.get_by_role("tree").get_by_text("Stop, and come back")
    expect(outline).not_to_be_visible()
    assert page.locator(".jp-NotebookPanel").bounding_box()["width"] > 340
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(outline).to_be_visible()


def test_the_second_day_goes_on_where_the_first_one_stopped(opens, course, address):
    name = "05-common-confusions.ipynb"
    lab = opens(address, name)
    page = lab.page
    quiz = run(lab, "codeedu.quiz(")
    quiz.get_by_role("button", name="Start").click()
    expect(quiz).to_contain_text("Question 1 of 10")
    field = quiz.locator("input").first
    field.fill("2") if field.get_attribute("type") == "text" else field.check()
    quiz.get_by_role("button", name="Check").click()
    expect(quiz.get_by_role("button", name="Next")).to_be_visible()
    explorer = run(lab, "codeedu.explorer(")
    expect(explorer.get_by_label("Type or paste a code")).to_be_visible()
    page.evaluate("jupyterapp.commands.execute('docmanager:save').then(() => null)")
    page.wait_for_function("!jupyterapp.shell.currentWidget.context.model.dirty")
    page.context.close()

    with classroom(course) as tomorrow:
        lab = opens(tomorrow, name)
        for call in ("explorer(", "quiz("):
            cell = cell_of(lab, call)
            cell.scroll_into_view_if_needed()
            expect(cell.locator(".codeedu-fallback")).to_be_hidden()
        expect(cell.get_by_text("Error displaying widget")).to_have_count(0)
        expect(cell).to_contain_text("Question 2 of 10")
