"""Progress, the completion record and the buttons for one's answers, as a clerk uses them."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from playwright.sync_api import Locator, expect

import codeedu
from codeedu.questions.kinds import KINDS
from jupyter_page import fits_when_narrow, passes_axe

RECORD = "answers.jsonl"
SETUP = f"import os\nos.environ['CODEEDU_PROGRESS'] = {RECORD!r}\nimport codeedu"
CALLS = ("codeedu.progress()", "codeedu.my_answers()", "codeedu.completion_record()")
TABLE = f"""from IPython.display import Markdown
Markdown("A text.\\n\\n|{"| ".join(["long words "] * 9)}|\\n|{"---|" * 9}")"""
# A page that is printed says so, here and in the frames in it.
PRINTS = "window.print = () => { top.printed = document.body.innerText; }"


def lines(right=36):
    """Return the answers of a final: so many right, of 40."""
    items = codeedu.final_exam().paper.items
    made = []
    for place, item in enumerate(items):
        fine = place < right
        made.append({
            "item": item.id, "lesson": item.lesson, "objective": item.objective, "correct": fine,
            "when": f"2026-11-{20 + place // 8}T10:{place:02}:00+00:00", "mode": "final",
            "of_lesson": "final", "length": 0, "exercise": 0, "attempt": 0,
            "position": place + 1, "round": 1, "answer": KINDS[item.kind].right(item),
            "actual": "ICD-10-CM", "chosen": "ICD-10-CM" if fine else "HCPCS Level II",
        })  # fmt: skip
    made[0]["items"] = [item.id for item in items]
    return made


def write(path, made):
    path.write_text("".join(json.dumps(line) + "\n" for line in made), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def opened(new_lab, folder):
    lab = new_lab()
    lab.page.add_init_script(PRINTS)
    lab.write_notebook("answers.ipynb", SETUP, *CALLS, TABLE)
    lab.open_notebook("answers.ipynb")
    return lab


@pytest.fixture
def lab(opened, folder):
    """A JupyterLab with the three views, and a record of a final."""
    write(folder / RECORD, lines())
    opened.page.set_viewport_size({"width": 1366, "height": 700})
    opened.set_theme("light")
    opened.run_all()
    expect(view(opened, "Completion record").get_by_label("Your name")).to_be_visible()
    return opened


def view(lab, name: str) -> Locator:
    return lab.page.get_by_role("group", name=name, exact=True)


def control(lab, button: str) -> Locator:
    """Return the field, the buttons and what is said of them, by the label of a button."""
    with_it = lab.page.get_by_role("button", name=button, exact=True)
    return lab.page.locator(".codeedu-control").filter(has=with_it)


def press(lab, button: str) -> Locator:
    """Press a button with the keyboard; return what is said beside it."""
    control(lab, button).get_by_role("button", name=button, exact=True).press("Enter")
    return control(lab, button).get_by_role("status")


def download(lab, link: Locator) -> str:
    with lab.page.expect_download() as loading:
        link.click()
    return loading.value.path().read_text("utf-8")


def test_save_as_a_table(lab, folder):
    expect(press(lab, "Save as a table")).to_have_text(
        "40 answers written to my-answers.csv. It is beside the lessons. To keep it, download it:"
    )
    text = download(lab, control(lab, "Save as a table").get_by_role("link"))
    assert text == (folder / "my-answers.csv").read_text("utf-8")
    assert len(list(csv.DictReader(io.StringIO(text)))) == 40


def test_hand_in_and_bring_back_on_another_computer(lab, folder):
    expect(press(lab, "Hand in")).to_have_text("Write your name or login first.")
    field = control(lab, "Hand in").get_by_label("Your name or login")
    field.fill("Kim O'Hara")
    field.press("Enter")  # as in any form
    expect(control(lab, "Hand in").get_by_role("status")).to_contain_text(
        "40 answers copied to Kim-O-Hara.jsonl. Hand in this file."
    )
    copy = download(lab, control(lab, "Hand in").get_by_role("link", name="Kim-O-Hara.jsonl"))
    assert copy == (folder / RECORD).read_text("utf-8")

    (folder / RECORD).unlink()
    expect(press(lab, "Bring back")).to_have_text("Choose the copy first.")
    choose = control(lab, "Bring back").get_by_label("The copy")
    choose.set_input_files(folder / "answers.ipynb")
    expect(press(lab, "Bring back")).to_contain_text("there is no answer in this file")
    expect(view(lab, "Your answers")).to_contain_text("There is no answer yet.")
    choose.set_input_files(folder / "Kim-O-Hara.jsonl")
    expect(press(lab, "Bring back")).to_have_text("40 answers were brought back.")
    expect(view(lab, "Your answers")).to_contain_text("40 answers, kept in answers.jsonl")
    expect(view(lab, "Your progress")).to_contain_text("36 of 40 questions right the last time")
    expect(press(lab, "Bring back")).to_have_text(
        "Every answer of this file is here already; nothing was changed."
    )
    assert len((folder / RECORD).read_text("utf-8").splitlines()) == 40


def test_deleting_asks_once_more(lab, folder):
    says = press(lab, "Delete my answers")
    expect(says).to_have_text("This deletes 40 answers for good. Do you want that?")
    expect(press(lab, "No, keep my 40 answers")).to_have_count(0)
    expect(says).to_have_text("Nothing was deleted.")
    expect(control(lab, "Delete my answers").get_by_role("button")).to_be_focused()
    assert (folder / RECORD).exists()
    press(lab, "Delete my answers")
    press(lab, "Yes, delete 40 answers")
    expect(says).to_have_text("40 answers in answers.jsonl deleted. Copies that you made stay.")
    assert not (folder / RECORD).exists()
    for name, text in (("Your progress", "No answer yet."), ("Completion record", "no final")):
        expect(view(lab, name)).to_contain_text(text)
    expect(press(lab, "Delete my answers")).to_have_text("There is no record to delete.")


def test_what_does_not_work_is_said_in_words(lab, folder):
    (folder / "my-answers.csv").unlink(missing_ok=True)
    (folder / "my-answers.csv").mkdir()
    says = press(lab, "Save as a table")
    expect(says).to_contain_text("This did not work: my-answers.csv")
    assert not re.search(r"Error|Errno|Traceback", says.inner_text())
    (folder / "my-answers.csv").rmdir()


def test_the_completion_record_is_printed_and_saved_with_a_name(lab, folder):
    record = view(lab, "Completion record")
    record.get_by_label("Your name").fill("Ada <b>Lovelace</b>")
    expect(record.locator(".codeedu-record")).to_contain_text("Ada <b>Lovelace</b>")
    expect(record).to_contain_text("took the final assessment on November 24, 2026")
    expect(record).to_contain_text("Lessons that you have not finished yet: 01 What is HCPCS?")
    expect(press(lab, "Print")).to_contain_text("Your browser asks how to print it.")
    lab.page.wait_for_function("window.printed")
    printed = lab.page.evaluate("window.printed")
    assert "Ada <b>Lovelace</b>" in printed
    assert "not finished" not in printed
    expect(press(lab, "Save as a page")).to_contain_text("Saved as completion-record.html")
    page = download(lab, record.get_by_role("link", name="Download"))
    assert "Ada &lt;b&gt;Lovelace" in page
    assert page == (folder / "completion-record.html").read_text("utf-8")
    sheet = lab.page.context.new_page()
    sheet.goto((folder / "completion-record.html").as_uri())
    assert sheet.pdf(format="Letter").count(b"/Type /Page\n") == 1, "it is one page"
    fits_when_narrow(sheet)
    for scheme in ("light", "dark"):
        passes_axe(sheet, scheme)
    sheet.close()
    lab.command("docmanager:save")
    lab.page.wait_for_function("!jupyterapp.shell.currentWidget.context.model.dirty")
    stored = (folder / "answers.ipynb").read_text("utf-8")
    for nobodys in ("Lovelace", "36 of 40", "40 answers"):
        assert nobodys not in stored


def test_home_and_progress_keep_the_place_of_the_keyboard(lab, folder):
    progress = view(lab, "Your progress")
    fold = progress.locator("summary").nth(1)
    fold.press("Enter")
    text = fold.inner_text()
    write(folder / RECORD, lines(40))
    expect(progress).to_contain_text("36 of 40 questions right the last time")
    lab.page.evaluate("document.dispatchEvent(new CustomEvent('codeedu:record'))")
    expect(progress).to_contain_text("40 of 40 questions right the last time")
    expect(fold).to_be_focused()
    assert fold.inner_text() == text
    assert progress.locator("details").nth(1).evaluate("(fold) => fold.open")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_view_can_be_read_by_all(lab, theme):
    press(lab, "Save as a table")
    press(lab, "Hand in")
    press(lab, "Delete my answers")
    lab.set_theme(theme)
    lab.page.wait_for_selector("#jupyterlab-splash", state="detached")
    for name, look in (
        ("Your progress", "progress"), ("Your answers", "answers"),
        ("Completion record", "completion"),
    ):  # fmt: skip
        lowest, where = lab.contrasts(f".codeedu-{look}")[0]
        assert lowest >= 4.5, f"{lowest:.2f} for {where} ({name}, {theme})"
        lab.shot(f"{look}-{theme}", of=view(lab, name))
    assert not lab.axe()


@pytest.mark.parametrize("width", [390, 320])
def test_in_a_narrow_window_nothing_scrolls_sideways(lab, width):
    lab.page.set_viewport_size({"width": width, "height": 844})
    press(lab, "Delete my answers")
    wide = "(e) => e.scrollWidth - e.clientWidth"
    for name in ("Your progress", "Your answers", "Completion record"):
        view(lab, name).scroll_into_view_if_needed()
        assert view(lab, name).evaluate(wide) <= 0, name
        lab.shot(f"narrow-{width}-{name.split()[-1]}", of=view(lab, name))
    assert lab.page.locator(".jp-WindowedPanel-outer").evaluate(wide) <= 0
    table = lab.page.locator(".jp-RenderedMarkdown table")
    assert table.evaluate(wide) > 0, "a wide table scrolls by itself"
    assert lab.page.locator(".jp-RenderedMarkdown").evaluate(wide) <= 0
    expect(table.get_by_role("columnheader")).to_have_count(9)
