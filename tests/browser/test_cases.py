"""Cases as people work them: by keyboard alone, on a phone, after a reload, in two windows."""

from __future__ import annotations

import os
import subprocess
import sys

import nbformat
import pytest
from playwright.sync_api import Locator, Page, expect

from banks import OWN
from codeedu.questions import cases
from course_pages import Reader, need_engine, serve
from jupyter_page import passes_axe

FOCUSED = "document.activeElement"
CALL = "import codeedu; codeedu.case()"
LESSON = """[[lesson]]
lesson = "31"
notebook = "31-ours"
title = "Ours"
promise = "Write claims."
reading = 1
practice = 12
"""
BUILD = (
    "import pathlib, sys; from codeedu.pages import build\n"
    "build.site(['31']).save(pathlib.Path(sys.argv[1]))"
)


def tab_to(page: Page, wanted: str, key: str = "Tab") -> None:
    """Press Tab until what has the focus is called so, or holds it; no button lies over it."""
    for _ in range(40):
        page.keyboard.press(key)
        name = f"{FOCUSED}.ariaLabel || {FOCUSED}.textContent || {FOCUSED}.value"
        if page.evaluate(name) == wanted:
            below = page.evaluate(
                """() => {
                    const at = document.activeElement;
                    const foot = at.closest(".codeedu-practice").querySelector(".codeedu-foot");
                    const top = foot.contains(at) ? Infinity : foot.getBoundingClientRect().top;
                    return at.getBoundingClientRect().bottom - top;
                }"""
            )
            assert below < 1, f"{wanted} is hidden"
            return
    pytest.fail(f"Tab never reached {wanted!r}")


def press(page: Page, label: str) -> None:
    tab_to(page, label)
    page.keyboard.press("Enter")


def write(page: Page, view: Locator, *lines: str) -> None:
    """Write these lines; Enter goes from field to field, and at the end to a new line."""
    rows = cases.rows_of("\n".join(lines))
    rows += [["", "", ""]] * (view.locator("tbody tr").count() - len(rows))
    for number, field in enumerate(field for row in rows for field in row):
        if number:
            page.keyboard.press("Enter")
        page.keyboard.press("Control+a")
        page.keyboard.press("Delete")
        page.keyboard.type(field.lower())


def asked(view: Locator) -> cases.Case:
    return cases.find(view.locator("form").get_attribute("data-item")).case


def begin(page: Page, view: Locator) -> None:
    view.get_by_role("button", name="Start", exact=True).focus()
    page.keyboard.press("Enter")


def send_wrong(page: Page, view: Locator, number: int) -> None:
    """Send a code that is none."""
    expect(view).to_contain_text(f"Case {number} of 3")
    expect(view.get_by_role("heading", name="The record")).to_be_focused()
    case = asked(view)
    if not case.start:
        press(page, "Send the claim")
        expect(view.get_by_role("alert").first).to_have_text("Write at least one line first.")
        tab_to(page, "Line 1, code", "Shift+Tab")
    else:
        tab_to(page, "Line 1, code")
    write(page, view, "J9999 x 3")
    if case.then:
        tab_to(page, "new claim")
        page.keyboard.press("Space")
    press(page, "Send the claim")
    expect(view).to_contain_text(f"Case {number} of 3, second try")
    expect(view.get_by_role("heading", name="What came back")).to_be_focused()


def send_right(page: Page, view: Locator) -> None:
    """Mend a claim, at its second try."""
    case = asked(view)
    tab_to(page, "Line 1, code")
    write(page, view, *map(str, case.lines))
    if case.then:
        tab_to(page, "new claim")  # as it was sent
        while page.evaluate(f"{FOCUSED}.value") != case.then:
            page.keyboard.press("ArrowDown")
    press(page, "Send the claim")
    expect(view.get_by_role("heading", name="Why")).to_be_focused()
    expect(view.locator(".codeedu-verdict")).to_have_text("Clean claim ✓")


def test_three_cases_by_keyboard_in_jupyterlab(new_lab):
    lab = new_lab()
    kept = lab.folder / "cases.jsonl"
    set_up = f"import os\nos.environ['CODEEDU_PROGRESS'] = {str(kept)!r}"
    lab.write_notebook("cases.ipynb", set_up, CALL, "print('below')")
    lab.open_notebook("cases.ipynb")
    lab.run_all()
    page, before = lab.page, lab.cells()
    view = page.get_by_role("group", name="Cases", exact=True)

    def look() -> None:
        assert not lab.axe(".codeedu-practice")
        lowest, where = lab.contrasts(".codeedu-practice")[0]
        assert lowest >= 4.5, where

    lab.set_theme("light")
    expect(page.get_by_text("below", exact=True)).to_be_visible()  # all is run, and the focus free
    begin(page, view)
    for number in (1, 2, 3):
        send_wrong(page, view, number)
        if number == 2:
            lab.set_theme("dark")
        if number < 3:
            look()
            view.get_by_role("heading", name="What came back").focus()
        send_right(page, view)
        if number < 3:
            look()
        press(page, "Next")
    expect(view.get_by_role("heading", name="Cases finished")).to_be_focused()
    look()
    assert lab.cells() == before
    assert len(kept.read_text().splitlines()) == 6


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A site of one lesson, which is of a custom folder and asks for cases."""
    need_engine()
    custom, folder = tmp_path_factory.mktemp("custom"), tmp_path_factory.mktemp("site")
    first, *rest = OWN.replace("08", "31").partition("[[objective]]")
    (custom / "questions.toml").write_text("".join((first, LESSON, *rest)), encoding="utf-8")
    head = nbformat.v4.new_markdown_cell("# 31. Ours\n\n## Cases")
    cells = [head, nbformat.v4.new_code_cell(CALL)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), custom / "31-ours.ipynb")
    env = os.environ | {"CODEEDU_CUSTOM": str(custom)}
    subprocess.run([sys.executable, "-c", BUILD, str(folder)], env=env, check=True)
    with serve(folder) as served:
        yield served


@pytest.fixture
def readers(site, browser):
    """Two windows of one browser on a phone, with the page of the cases."""
    options = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    context = browser.new_context(**options)
    context.set_default_timeout(20_000)
    both = [Reader(context.new_page(), site.address) for _ in range(2)]
    for reader in both:
        reader.open("31-ours.html")
        reader.alive()
    yield both
    assert [reader.problems for reader in both] == [[], []]
    context.close()


def test_three_cases_by_keyboard_on_a_page(readers):
    """On a phone with keys: nothing scrolls sideways, and a reload loses nothing that was sent."""
    reader = readers[0]
    page, view = reader.page, reader.view("Cases")

    def look(scheme: str) -> None:
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        passes_axe(page, scheme)

    begin(page, view)
    send_wrong(page, view, 1)
    look("light")
    page.emulate_media(media="print")
    expect(view.locator(".codeedu-claim")).to_be_visible()
    expect(view.locator(".codeedu-foot")).to_be_hidden()
    page.emulate_media(media="screen")
    shown = view.locator(".codeedu-question").inner_text()
    page.reload()
    reader.alive()
    expect(view.locator(".codeedu-question")).to_have_text(shown, use_inner_text=True)
    expect(view.get_by_label("Line 1, code")).to_have_value("J9999")
    view.get_by_role("heading", name="What came back").focus()
    for number in (1, 2, 3):
        if number > 1:
            send_wrong(page, view, number)
        send_right(page, view)
        look("dark")
        press(page, "Next")
    expect(view.get_by_role("heading", name="Cases finished")).to_be_focused()


def test_two_windows_with_the_same_case(readers, tmp_path):
    """The later one goes on where the other is, at the second try; nothing that counts is lost.

    Not by keys and not with click(): of two windows, one is behind the other.
    """
    views = [reader.view("Cases") for reader in readers]

    def click(view: Locator, name: str) -> None:
        view.get_by_role("button", name=name, exact=True).dispatch_event("click")

    for view in views:
        click(view, "Start")
        expect(view).to_contain_text("Case 1 of 3")
    for code, says in (("J9999", "second try"), ("J9998", "Not a clean claim")):
        for view in views:
            view.get_by_label("Line 1, code").fill(code)
            view.locator(".codeedu-claim [type=radio]").evaluate_all(
                "(ways) => ways.slice(0, 1).forEach((way) => (way.checked = true))"
            )
            click(view, "Send the claim")
            expect(view).to_contain_text(says)
    for view in views:
        click(view, "Next")
        expect(view).to_contain_text("Case 2 of 3")
    readers[0].page.reload()
    readers[0].alive()
    expect(views[0]).to_contain_text("Case 2 of 3")
    assert len(readers[0].copy(tmp_path).read_text(encoding="utf-8").splitlines()) == 3
