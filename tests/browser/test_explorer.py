"""The explorer as people meet it: by keyboard, by ear, in both themes, in a narrow pane."""

from __future__ import annotations

import re
from collections.abc import Iterator

import nbformat
import pytest
from playwright.sync_api import Locator, Page, expect

import codeedu

NOTEBOOK = "explorer-test.ipynb"
CELLS = ("import codeedu", "codeedu.explorer('E1165')", "print('a cell below')")


@pytest.fixture(scope="module")
def opened(new_lab):
    lab = new_lab()
    lab.write_notebook(NOTEBOOK, *CELLS)
    lab.open_notebook(NOTEBOOK)
    lab.run_all()
    expect(status(lab.page)).to_contain_text("E1165")
    return lab


@pytest.fixture
def lab(opened):
    """A JupyterLab with the explorer of CELLS on the screen, as on the first day."""
    opened.set_theme("light")
    opened.page.get_by_label("Field on the claim").select_option("procedure")
    box(opened.page).fill("E1165")
    expect(status(opened.page)).to_contain_text("E1165 can be read in two ways")
    return opened


def status(page: Page) -> Locator:
    return page.get_by_role("status").and_(page.locator(".codeedu-verdict"))


def box(page: Page) -> Locator:
    return page.get_by_label("Type or paste a code")


def stops(page: Page) -> Iterator[str]:
    """Tab through the explorer from its first control; yield the name of each stop, once."""
    box(page).focus()
    seen = set()
    while True:
        inside, name = page.evaluate(
            """() => {
              const at = document.activeElement;
              const name = (at.dataset.fill ? at.parentElement.className : "") + at.textContent;
              return [!!at.closest(".codeedu-explorer"), name];
            }"""
        )
        if not inside or name in seen:
            return
        seen.add(name)
        yield name
        page.keyboard.press("Tab")


def test_a_code_is_typed_and_its_answer_announced_by_keyboard_alone(lab):
    page = lab.page
    box(page).focus()  # as Tab would; where Tab starts is JupyterLab's affair
    region = status(page).element_handle()
    page.keyboard.press("Control+A")
    page.keyboard.type("j188s", delay=20)
    expect(status(page)).to_have_text("j188s is not a code as entered; perhaps J1885 was meant.")
    assert region.is_visible(), "the live region has to stay the same element to be announced"
    expect(box(page)).to_be_focused()

    for name in stops(page):
        if name == "J1885":  # the example of that name is "codeedu-examplesJ1885"
            break
    else:
        pytest.fail("Tab never reached the suggestion")
    page.keyboard.press("Enter")
    expect(status(page)).to_contain_text("J1885 is a HCPCS Level II code")
    expect(box(page)).to_be_focused()
    expect(box(page)).to_have_value("J1885")
    lab.shot("typed", of=page.locator(".codeedu-explorer"))


def test_no_key_reaches_the_notebook_from_any_control(lab):
    page, before = lab.page, lab.cells()
    walked = 0
    for _ in stops(page):
        walked += 1
        at = page.evaluate_handle("document.activeElement")
        for key in ("b", "d", "d", "ArrowDown", "ArrowUp", "x", "m", "Enter", "Escape"):
            page.keyboard.press(key)
            stays = page.evaluate("!!document.activeElement.closest('.codeedu-explorer')")
            assert stays, f"{key} threw the focus out of the explorer"
        page.evaluate("(at) => at.isConnected && at.focus()", at)
        assert lab.cells() == before
    assert walked >= 8, "the input, the list and the examples"
    assert page.evaluate("jupyterapp.shell.currentWidget.content.activeCell.model.type") == "code"


def test_the_context_reorders_the_readings(lab):
    page = lab.page
    names = page.locator(".codeedu-explorer .codeedu-readings .codeedu-name strong")
    expect(names).to_have_text(["HCPCS Level II", "ICD-10-CM"])
    page.get_by_label("Field on the claim").select_option("diagnosis")
    expect(names).to_have_text(["ICD-10-CM", "HCPCS Level II"])


def test_a_box_chosen_while_the_code_still_waits_is_not_lost(lab):
    page = lab.page
    page.evaluate(
        """() => {
          const [input, select] = ["input[type=text]", "select"].map((what) =>
            document.querySelector(`.codeedu-explorer ${what}`));
          input.value = "450";
          input.dispatchEvent(new Event("input"));
          select.value = "revenue";
          select.dispatchEvent(new Event("change"));
        }"""
    )
    names = page.locator(".codeedu-explorer .codeedu-readings .codeedu-name strong")
    expect(names.first).to_have_text("Revenue code")
    expect(page.get_by_label("Field on the claim")).to_have_value("revenue")


def test_names_and_roles_in_the_accessibility_tree(lab):
    explorer = lab.page.get_by_role("group", name="Code explorer")
    expect(explorer).to_match_aria_snapshot("""
        - group "Code explorer":
          - text: Type or paste a code, or a list
          - textbox "Type or paste a code, or a list": E1165
          - text: Field on the claim
          - combobox "Field on the claim":
            - option "I do not know"
            - option "the procedure field of a claim line" [selected]
          - text: Try
          - button "Try J1885"
          - button "Try E1165"
          - status: /E1165 can be read in two ways/
          - paragraph:
            - strong: HCPCS Level II
            - text: not listed
          - list:
            - listitem:
              - code: E
              - strong: letter
              - text: Durable medical equipment
            - listitem:
              - code: "1165"
              - strong: number
              - text: a list gives its meaning
    """)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_accessible_in_both_themes(lab, theme):
    lab.set_theme(theme)
    explorer = lab.page.locator(".codeedu-explorer")
    for entered in ("E1165", "j188s", "99213-25", "0001U", "<b>x"):
        box(lab.page).fill(entered)
        expect(status(lab.page)).to_contain_text(entered)
        lowest, where = lab.contrasts(".codeedu-explorer")[0]
        assert lowest >= 4.5, f"{lowest:.2f} for {where}"
        lab.shot(f"{theme}-{re.sub('[^a-z0-9]+', '-', entered.lower())}", of=explorer)
    assert not lab.axe()


def paste(page: Page, text: str) -> None:
    """Paste a text into the box, as from a spreadsheet."""
    box(page).evaluate(
        """(box, text) => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text", text);
            const options = { clipboardData, bubbles: true, cancelable: true };
            box.focus();
            box.dispatchEvent(new ClipboardEvent("paste", options));
        }""",
        text,
    )


LIST = "J1885\n99213-25\nE1165\nj188s\n"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_pasted_list_by_keyboard_alone(lab, theme):
    lab.set_theme(theme)
    page = lab.page
    paste(page, LIST)
    explorer = page.locator(".codeedu-explorer")
    expect(box(page)).to_have_value("J1885; 99213-25; E1165; j188s")
    expect(status(page)).to_contain_text("4 entries")
    rows = explorer.locator("button[data-open]")
    expect(rows).to_have_count(4)
    rows.nth(1).focus()
    assert rows.nth(1).get_attribute("aria-expanded") == "false"
    page.keyboard.press("Enter")
    expect(rows.nth(1)).to_have_attribute("aria-expanded", "true")
    expect(rows.nth(1)).to_be_focused()
    expect(explorer.locator("tr", has=page.locator(".codeedu-card"))).to_have_count(1)
    assert not lab.axe(".codeedu-explorer")
    lowest, where = lab.contrasts(".codeedu-explorer")[0]
    assert lowest >= 4.5, f"{lowest:.2f} for {where}"
    lab.shot(f"{theme}-list", of=explorer)
    page.keyboard.press("Enter")
    expect(rows.nth(1)).to_have_attribute("aria-expanded", "false")
    expect(rows.nth(1)).to_be_focused()


def test_a_list_is_copied_as_csv_by_keyboard(lab):
    page = lab.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    before = lab.cells()
    paste(page, LIST)
    copy = page.get_by_role("button", name="Copy as CSV")
    copy.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Copied")).to_be_focused()
    header, *lines = page.evaluate("navigator.clipboard.readText()").splitlines()
    assert header == "Entry,Reading,Status,Note"
    assert [line.split(",")[0] for line in lines] == LIST.split()
    assert lab.cells() == before


def test_what_is_typed_stays_text(lab):
    page = lab.page
    evil = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
    box(page).fill(evil)
    expect(status(page)).to_contain_text("<img src=x")
    assert page.locator(".codeedu-explorer img, .codeedu-explorer script").count() == 0
    assert page.title() != "owned"


def test_a_narrow_pane_needs_no_sideways_scrolling(lab):
    page = lab.page
    page.evaluate("document.querySelector('.codeedu-explorer').style.width = '320px'")
    for entered in ("99213-25", "J1885-JW-RT-LT-59", "0409-3795-01", "WX" * 100):
        box(page).fill(entered)
        expect(status(page)).to_contain_text(entered[:20])
        wide = page.evaluate(
            """[...document.querySelectorAll(".codeedu-explorer, .codeedu-explorer *")]
              .filter((e) => e.scrollWidth > e.clientWidth + 1 && e.clientWidth
                && !["INPUT", "SELECT"].includes(e.tagName)
                && getComputedStyle(e).display !== "inline")
              .map((e) => e.className + " " + e.textContent)"""
        )
        assert wide == []
    lab.shot("narrow", of=page.locator(".codeedu-explorer"))


def test_python_sets_the_value_and_the_view_follows(new_lab):
    lab = new_lab()
    cells = ("import codeedu\nview = codeedu.explorer()\nview", "view.value = '0042T'")
    lab.write_notebook("follow.ipynb", *cells)
    lab.open_notebook("follow.ipynb")
    lab.run_all()
    expect(status(lab.page)).to_contain_text("0042T was a CPT Category III code")
    expect(box(lab.page)).to_have_value("0042T")


def test_a_stored_explorer_shows_its_answer_before_anything_runs(new_lab):
    lab = new_lab()
    lab.write_notebook("stored.ipynb", CELLS[1])
    path = lab.folder / "stored.ipynb"
    stored = nbformat.read(path, as_version=4)
    bundle, _ = codeedu.explorer("E1165")._repr_mimebundle_()
    stored.cells[0].outputs = [nbformat.v4.new_output("execute_result", data=bundle)]
    nbformat.write(stored, path)
    lab.open_notebook("stored.ipynb")
    output = lab.page.locator(".jp-OutputArea-output")
    expect(output).to_contain_text("E1165 can be read in two ways")
    expect(output).to_contain_text("It reads codes of your own, too.")


def test_without_a_kernel_the_view_says_so(new_lab):
    lab = new_lab()
    lab.write_notebook("no-kernel.ipynb", *CELLS)
    lab.open_notebook("no-kernel.ipynb")
    lab.run_all()
    expect(box(lab.page)).to_be_visible()
    lab.command("kernelmenu:shutdown")
    lab.page.wait_for_function("!jupyterapp.shell.currentWidget.sessionContext.session?.kernel")
    box(lab.page).fill("J1885")
    expect(lab.page.get_by_role("alert")).to_contain_text("Python does not answer.")


def test_an_error_of_the_classifier_is_shown_in_the_view(new_lab):
    lab = new_lab()
    breaking = (
        "def broken(*_, **__): raise RuntimeError('the tables are <gone>')\n"
        "import codeedu.html.explorer\n"
        "codeedu.html.explorer.classify = broken"
    )
    lab.write_notebook("broken.ipynb", *CELLS, breaking)
    lab.open_notebook("broken.ipynb")
    lab.run_all()
    box(lab.page).fill("J1885")
    expect(lab.page.get_by_role("alert")).to_have_text("RuntimeError: the tables are <gone>")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_printed_answer_is_accessible_too(new_lab, theme):
    lab = new_lab()
    cells = [f"import codeedu\ncodeedu.classify({code!r}).explain()" for code in ("J1885", "ſ0001")]
    lab.write_notebook("printed.ipynb", *cells)
    lab.open_notebook("printed.ipynb")
    lab.set_theme(theme)
    lab.run_all()
    expect(lab.page.get_by_role("group", name="What J1885 could be")).to_be_visible()
    lowest, where = lab.contrasts(".codeedu")[0]
    assert lowest >= 4.5, f"{lowest:.2f} for {where}"
    assert not lab.axe()
    lab.shot(f"printed-{theme}")
