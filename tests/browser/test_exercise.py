"""An exercise as people do it: by keyboard alone, first wrong, then right; in both themes."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Locator, expect

RECORD = "exercise.jsonl"
SETUP = f"import os\nos.environ['CODEEDU_PROGRESS'] = {RECORD!r}\nimport codeedu"


@pytest.fixture
def lab(new_lab, folder):
    (folder / RECORD).unlink(missing_ok=True)
    made = new_lab()
    made.write_notebook("exercise.ipynb", SETUP, 'codeedu.exercise("04", 4)', "print('below')")
    made.open_notebook("exercise.ipynb")
    made.run_all()
    expect(view(made).get_by_role("button", name="Check")).to_be_visible()
    return made


def view(lab) -> Locator:
    return lab.page.get_by_role("group", name="Exercise 4", exact=True)


def look(lab, name: str) -> None:
    """Take a picture in both themes, and ask for contrasts and what axe has to say."""
    for theme in ("dark", "light"):
        lab.set_theme(theme)
        expect(lab.page.locator("#jupyterlab-splash")).to_have_count(0)
        lowest, where = lab.contrasts(".codeedu-practice")[0]
        assert lowest >= 4.5, f"{lowest:.2f} for {where} ({name}, {theme})"
        lab.shot(f"exercise-{name}-{theme}", of=view(lab))
        assert not lab.axe()


def test_a_list_by_keyboard_alone_first_wrong_then_right(lab):
    keys, rows, before = lab.page.keyboard, view(lab).get_by_role("combobox"), lab.cells()
    summary = view(lab).get_by_role("status").element_handle()
    expect(rows).to_have_count(2)
    rows.first.focus()  # how to come here from the notebook is JupyterLab's business
    keys.type("change")
    keys.press("Tab")
    keys.type("look in")
    keys.press("Tab")
    keys.press("Enter")
    first = view(lab).get_by_role("listitem").first
    expect(first).to_contain_text("✗ Not yet")
    expect(first).to_contain_text("it is a guess")
    expect(view(lab).get_by_role("listitem").last).to_contain_text("✓ Correct")
    expect(rows.first).to_be_focused()
    expect(rows.first).to_have_value("change it to 21234, which lies in CPT's surgery section")
    expect(rows.last).to_be_disabled()
    assert summary.inner_text() == "1 of 2 right. Change what is marked, and check again."
    look(lab, "list")
    rows.first.focus()
    keys.type("look at")
    keys.press("Tab")
    keys.press("Enter")
    expect(first).to_contain_text("✓ Correct")
    expect(view(lab).get_by_role("status")).to_be_focused()
    assert summary.inner_text() == "2 of 2 right."
    assert lab.cells() == before
    kept = [json.loads(line) for line in (lab.folder / RECORD).read_text().splitlines()]
    assert [(line["item"], line["correct"], line["round"]) for line in kept] == [
        ("04-handle-one-104", False, 1),
        ("04-handle-one-105", True, 1),
        ("04-handle-one-104", True, 2),
    ]


@pytest.mark.parametrize("width", [1200, 390])
def test_typed_rows(new_lab, folder, width):
    (folder / RECORD).unlink(missing_ok=True)
    lab = new_lab(width=width)
    lab.write_notebook("typed.ipynb", SETUP, 'codeedu.exercise("02", 4)', "print('below')")
    lab.open_notebook("typed.ipynb")
    lab.run_all()
    keys, before = lab.page.keyboard, lab.cells()
    fields = view(lab).get_by_role("textbox")
    groups = view(lab).get_by_role("radiogroup")
    expect(fields).to_have_count(3)
    expect(groups).to_have_count(4)
    expect(groups.first).to_have_accessible_name("99213-25: who maintains the modifier?")
    fields.first.focus()
    keys.press("Enter")
    expect(view(lab).get_by_role("status")).to_have_text("Answer one of the rows first.")
    for typed in ("71046tc", "l1830 rt", ""):
        keys.type(typed)
        keys.press("Tab")
    for move in ("Space", "ArrowUp", "ArrowDown"):  # AMA, the last one by going up: CMS, CMS
        keys.press(move)
        keys.press("Tab")
    keys.press("Enter")  # in a field, as in any form
    expect(view(lab).get_by_role("status")).to_contain_text("4 of 7 right, 2 not answered.")
    expect(fields.first).to_be_focused()
    rows = view(lab).get_by_role("listitem")
    expect(rows.nth(1)).to_contain_text("Right. It is written with a hyphen: L1830-RT.")
    expect(groups.first.get_by_role("radio", name="AMA")).to_be_checked()
    expect(groups.first.get_by_role("radio", name="AMA")).to_be_disabled()
    expect(groups.last.get_by_role("radio", name="AMA")).to_be_enabled()
    assert lab.cells() == before
    look(lab, f"typed-{width}")
    wide = view(lab).evaluate("(e) => e.scrollWidth - e.clientWidth")
    assert wide <= 0
    view(lab).get_by_role("button", name="Show the answers").focus()
    keys.press("Space")
    expect(view(lab)).to_contain_text("The answer: 0001F-8P")
    expect(view(lab).get_by_role("button")).to_have_text("Start again")
    look(lab, f"shown-{width}")
    keys.press("Tab")
    keys.press("Enter")
    expect(fields.first).to_be_focused()
    expect(fields.first).to_have_value("")
    expect(view(lab).get_by_role("radio", checked=True)).to_have_count(0)


def test_two_buttons_first_wrong_then_right(new_lab, folder):
    (folder / RECORD).unlink(missing_ok=True)
    lab = new_lab()
    lab.write_notebook("two.ipynb", SETUP, 'codeedu.exercise("01", 1)', "print('below')")
    lab.open_notebook("two.ipynb")
    lab.run_all()
    exercise = lab.page.get_by_role("group", name="Exercise 1", exact=True)
    first = exercise.get_by_role("radiogroup", name="E11.65: what or why?")
    first.get_by_role("radio", name="what").focus()
    lab.page.keyboard.press("Space")
    lab.page.keyboard.press("Enter")
    expect(exercise.get_by_role("listitem").first).to_contain_text("✗ Not yet")
    expect(first).to_have_attribute("aria-invalid", "true")
    expect(first.get_by_role("radio", name="what")).to_be_focused()
    lab.page.keyboard.press("ArrowDown")
    lab.page.keyboard.press("Enter")
    expect(exercise.get_by_role("listitem").first).to_contain_text("✓ Correct")
    kept = [json.loads(line) for line in (lab.folder / RECORD).read_text().splitlines()]
    assert [(line["answer"], line["correct"]) for line in kept] == [("what", False), ("why", True)]
