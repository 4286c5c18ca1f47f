"""The pages for everybody: each as it opens and at each step of using it, however it is seen.

One reader goes through the course once (`seen`); at each step all is measured, and each test asks
for one thing. docs/accessibility-report.md names them.
"""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from course_pages import Reader, serve

HERE = Path(__file__).parent
CONTRAST = (HERE / "contrast.js").read_text()
LOOK = (HERE / "look.js").read_text()
# What readers set who need more room between letters, words and lines (WCAG 1.4.12).
SPACING = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
    word-spacing: 0.16em !important; } p { margin-bottom: 2em !important; }"""
ANATOMY = "Anatomy of a code"
QUIZ = ".codeedu-live[data-call*=quiz]"


class Look(NamedTuple):
    """What was measured at one step."""

    wide: dict[str, Any]  # see look.js
    narrow: dict[str, Any]  # 320 pixels
    spaced: dict[str, Any]  # the same with room between letters, words and lines
    forced: dict[str, Any]  # in forced colors
    axe: list[tuple[str, list[str]]]
    contrasts: dict[str, list[tuple[float, str]]]  # of text, by theme
    edges: dict[str, list[tuple[float, str]]]  # of controls and bars, by theme


@pytest.fixture(scope="module")
def site(folder_of_site):
    with serve(folder_of_site) as served:
        yield served


@pytest.fixture(scope="module")
def reader(site, browser):
    """Somebody who wants no motion: what is measured does not wait for any, either."""
    context = browser.new_context(reduced_motion="reduce", service_workers="block")
    made = Reader(context.new_page(), site.address)
    made.open("00-start-here.html")
    made.alive()
    yield made
    context.close()


@pytest.fixture(scope="module")
def seen(reader) -> dict[str, Look]:
    """What was measured, by the name of the step."""
    page, looks = reader.page, {}

    def look(name: str, inside: str = "body") -> None:
        looks[name] = _look(page, inside)

    for name in page.locator("header nav a").all_inner_texts():
        reader.follow(name)
        reader.alive()
        look(name)
    page.get_by_label("Search the course").fill("modifier")
    expect(page.locator("#found a").first).to_be_visible()
    look("search", "search")
    page.get_by_label("Search the course").fill("")
    explorer = reader.view("Code explorer")
    explorer.get_by_label("Type or paste").fill("J1885, 99213, O450, 0042T")
    expect(explorer.get_by_role("table")).to_be_visible()
    look("a list explored", ".codeedu-live")
    reader.follow(ANATOMY)
    reader.alive()
    exercise = reader.view("Exercise 1")
    exercise.get_by_role("textbox").first.fill("HCPCS Level II")
    exercise.get_by_role("button", name="Check").click()
    expect(exercise.get_by_role("listitem").first).to_contain_text("✗ Not yet")
    look("an exercise with errors", '.codeedu-live[data-kind="Exercise"]')
    quiz = page.locator(QUIZ)
    quiz.get_by_role("button", name="Start").click()
    quiz.get_by_role("button", name="Check answer").click()
    expect(quiz.get_by_role("alert")).not_to_be_empty()
    look("a question, and nothing chosen", QUIZ)
    reader.answer(quiz)
    look("a verdict", QUIZ)
    quiz.get_by_role("button", name="Next", exact=True).click()
    reader.sit(quiz)
    expect(quiz.locator(".codeedu-lined")).to_be_visible()
    look("a sitting's end", QUIZ)
    page.locator("#record summary").click()
    look("where the answers are", "#record")
    page.get_by_role("button", name="Others use this computer, too").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    look("who is practicing", "dialog")
    page.get_by_role("button", name="Cancel").click()
    reader.follow("Start here")
    reader.alive()
    for fold in page.locator("main details").all():
        fold.evaluate("(details) => { details.open = true; }")
    look("home and progress of a learner")
    return looks


def _look(page: Page, inside: str) -> Look:
    contrasts, edges, axe = {}, {}, []
    page.set_viewport_size({"width": 1100, "height": 900})
    wide = page.evaluate(LOOK, {"inside": inside, "motion": True})
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        # In the dark nothing is different but the colors.
        only = {} if theme == "light" else {"runOnly": ["color-contrast"]}
        options = {"resultTypes": ["violations"], **only}  # the others take most of the time
        found = Axe().run(page, context=inside, options=options)
        axe += [
            (f"{rule['id']} ({theme})", [node["html"][:150] for node in rule["nodes"]])
            for rule in found.response["violations"]
        ]
        contrasts[theme] = page.evaluate(CONTRAST, inside)
        edges[theme] = page.evaluate(CONTRAST, {"inside": inside, "edges": True})
    page.emulate_media(color_scheme="light", forced_colors="active")
    forced = page.evaluate(LOOK, {"inside": inside})
    page.emulate_media(forced_colors="none")
    page.set_viewport_size({"width": 320, "height": 600})
    narrow = page.evaluate(LOOK, {"inside": inside})
    style = page.add_style_tag(content=SPACING)
    spaced = page.evaluate(LOOK, {"inside": inside})
    style.evaluate("(style) => style.remove()")
    page.set_viewport_size({"width": 1100, "height": 900})
    return Look(wide, narrow, spaced, forced, axe, contrasts, edges)


def faults(seen: dict[str, Look], how: str, *kinds: str) -> dict[str, list[str]]:
    """Return what was found, by step, when the pages were seen in a way."""
    found = {
        f"{name}, {kind}": getattr(look, how)[kind] for name, look in seen.items() for kind in kinds
    }
    return {name: list_ for name, list_ in found.items() if list_}


# What was measured at every step


def test_axe_finds_nothing(seen):
    assert {name: look.axe for name, look in seen.items() if look.axe} == {}


def test_text_can_be_read_in_both_themes(seen):
    for name, look in seen.items():
        for theme, found in look.contrasts.items():
            assert found, name
            lowest, where = min(found)
            assert lowest >= 4.5, f"{lowest:.2f} for {where} ({name}, {theme})"


def test_controls_and_bars_can_be_told_from_what_is_around_them(seen):
    for name, look in seen.items():
        for theme, found in look.edges.items():
            lowest, where = min(found, default=(21, ""))
            assert lowest >= 3, f"{lowest:.2f} for {where} ({name}, {theme})"
    assert any("codeedu-bar" in where for _, where in seen["a sitting's end"].edges["dark"])


def test_nothing_is_cut_off_or_scrolls_sideways(seen):
    assert faults(seen, "wide", "sideways", "cut", "tight") == {}
    assert faults(seen, "narrow", "sideways", "cut", "tight") == {}


def test_more_room_between_letters_words_and_lines_cuts_nothing_off(seen):
    assert faults(seen, "spaced", "sideways", "cut", "tight") == {}


def test_nothing_moves_for_those_who_want_no_motion(seen):
    assert faults(seen, "wide", "moving") == {}


def test_every_control_has_an_edge_in_forced_colors(seen):
    assert faults(seen, "forced", "flat") == {}


def test_what_is_pressed_is_large_enough(seen):
    assert faults(seen, "wide", "small") == {}
    assert faults(seen, "narrow", "small") == {}


def test_a_name_holds_what_is_shown(seen):
    assert faults(seen, "wide", "unsaid") == {}


def test_every_page_has_its_title_its_language_and_its_outline(seen):
    pages = [look.wide for look in seen.values() if look.wide["levels"].count(1)]
    assert len(pages) > 8
    for page in pages:
        assert page["language"] == "en"
        levels = page["levels"]
        assert levels[0] == 1, page["title"]
        assert levels.count(1) == 1, page["title"]
        assert all(below <= above + 1 for above, below in pairwise(levels)), page["title"]
    titles = {page["title"] for page in pages}
    assert len(titles) == len(pages) - 1, "only the start page is seen twice"


def test_bars_can_be_seen_in_forced_colors(seen):
    assert faults(seen, "forced", "blank") == {}


def test_right_and_wrong_are_told_apart_in_forced_colors(reader):
    page = reader.page
    again(reader, ANATOMY)
    page.emulate_media(forced_colors="active")
    exercise = reader.view("Exercise 1")
    fields = exercise.get_by_role("textbox")
    fields.nth(0).fill("dental")
    fields.nth(1).fill("Level II")
    fields.nth(1).press("Enter")
    rows = exercise.get_by_role("listitem")
    expect(rows.nth(0)).to_contain_text("✗ Not yet")
    expect(rows.nth(1)).to_contain_text("✓ Correct")
    edge = """(row) => {
        const { borderLeftStyle, borderLeftColor } = getComputedStyle(row);
        return [borderLeftStyle, borderLeftColor];
    }"""
    (wrong, ink), (right, _), (_, open_) = [rows.nth(i).evaluate(edge) for i in range(3)]
    assert (wrong, right) == ("double", "solid")
    assert open_ != ink, "what is not judged has no mark"
    style, width, color = page.evaluate(RING)
    assert style == "solid", "and where the keyboard is can be seen"
    assert width >= 2
    assert color != open_
    page.emulate_media(forced_colors="none")


# The keyboard


FORGET = """() => new Promise((ok) => {
    const asked = indexedDB.open("codeedu");
    asked.onsuccess = () => {
        const clearing = asked.result.transaction("records", "readwrite");
        clearing.objectStore("records").clear();
        clearing.oncomplete = () => { asked.result.close(); ok(); };
    };
})"""


def again(reader: Reader, name: str) -> None:
    """Come to a page as somebody without a record."""
    reader.follow("Glossary")
    reader.page.evaluate(FORGET)
    reader.follow(name)
    reader.alive()


RING = """() => {
    const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(document.activeElement);
    return [outlineStyle, parseFloat(outlineWidth), outlineColor];
}"""
# What has the focus can be seen: of five points of a control most are not covered; of a table, that
# may be larger than the window, and of a line of a link in it, that scrolls sideways, one.
UNCOVERED = """() => {
    const focused = document.activeElement, whole = focused.closest("label") ?? focused;
    const isControl = focused.matches("button, input, select, summary");
    const points = [[0.5, 0.5], [0.1, 0.2], [0.9, 0.2], [0.1, 0.8], [0.9, 0.8]];
    const boxes = [...whole.getClientRects()].slice(0, isControl ? 1 : undefined);
    return boxes.some((box) => {
        const top = isControl ? box.top : Math.max(box.top, 0);
        const bottom = isControl ? box.bottom : Math.min(box.bottom, innerHeight);
        const at = points.map(([x, y]) =>
            document.elementFromPoint(box.left + x * box.width, top + y * (bottom - top)));
        return (isControl ? 3 : 1) <= at.filter((element) => element && (whole.contains(element)
            || (element.contains(whole) && !element.matches("html, body")))).length;
    });
}"""
NAMED = "() => document.activeElement.outerHTML.slice(0, 120)"


@pytest.mark.parametrize("height", [600, 256], ids=["a phone", "400 % of 1280 by 1024"])
def test_what_has_the_focus_can_be_seen(reader, height):
    page = reader.page
    again(reader, ANATOMY)
    page.set_viewport_size({"width": 320, "height": height})
    quiz = page.locator(QUIZ)
    quiz.get_by_role("button", name=re.compile("Start")).first.click()
    expect(quiz.locator("legend").first).to_be_focused()
    page.evaluate("document.querySelector('#record details').open = true")
    page.get_by_role("button", name="Download a copy of my answers").click()
    expect(page.locator(".codeedu-remark")).not_to_be_empty()  # it stays in sight, too
    first, last = page.locator(".skip"), quiz.get_by_role("button", name="Stop here")
    for start, end, key in ((first, last, "Tab"), (last, first, "Shift+Tab")):
        start.focus()
        stops, at = 0, end.element_handle()
        while not at.evaluate("(element) => element === document.activeElement"):
            page.keyboard.press(key)
            style, width, _ = page.evaluate(RING)
            assert width >= 1, page.evaluate(NAMED)
            assert style in ("solid", "auto"), page.evaluate(NAMED)
            assert page.evaluate(UNCOVERED), page.evaluate(NAMED)
            stops += 1
            assert stops < 200
        assert stops > 40
    page.set_viewport_size({"width": 1100, "height": 900})


def test_from_page_to_page_the_new_one_is_announced(reader):
    page = reader.page
    again(reader, ANATOMY)
    page.evaluate("globalThis.isSame = true")
    page.locator('footer a[rel="next"]').focus()
    page.keyboard.press("Enter")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("3. Level I or Level II?")
    expect(heading).to_be_focused()
    expect(page).to_have_title("3. Level I or Level II? · codeedu")
    page.go_back()
    expect(heading).to_have_text("2. Anatomy of a code")
    expect(heading).to_be_focused()
    expect(page).to_have_title("2. Anatomy of a code · codeedu")
    assert page.url.endswith("02-anatomy-of-a-code.html")
    assert page.evaluate("globalThis.isSame"), "without a reload"
    assert page.locator("header nav [aria-current]").inner_text() == f"02 {ANATOMY}"


def test_the_first_stop_skips_to_the_lesson(reader):
    page = reader.page
    reader.open("02-anatomy-of-a-code.html")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the lesson")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()


def test_from_a_folder_a_link_within_the_page_stays_on_it(browser, site):
    context = browser.new_context()
    page = context.new_page()
    page.goto((site.folder / "01-what-is-hcpcs.html").as_uri())
    page.locator('header nav a[href^="02"]').click()
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("2. Anatomy of a code")
    page.locator(".skip").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    expect(heading).to_have_text("2. Anatomy of a code")
    cited = page.locator('main a[href^="#source-"]').first
    name = cited.get_attribute("href")
    cited.click()
    expect(page.locator(f"[id='{name[1:]}']")).to_be_focused()
    expect(heading).to_have_text("2. Anatomy of a code")
    context.close()


def test_a_question_to_the_learner_is_answered_before_anything_else(browser, site):
    context = browser.new_context(service_workers="block")
    page = context.new_page()
    page.goto(f"{site.address}glossary.html")
    page.locator("#record summary").click()
    others = page.get_by_role("button", name="Others use this computer, too")
    others.press("Enter")
    dialog = page.get_by_role("dialog", name="Who is practicing?")
    expect(dialog.get_by_label("Name or nickname")).to_be_focused()
    page.keyboard.press("Escape")  # who asked for it can leave it
    expect(dialog).to_have_count(0)
    expect(others).to_be_focused()
    others.press("Enter")
    dialog.get_by_role("button", name="Go on").click()
    expect(dialog.get_by_role("alert")).to_have_text("Choose who you are, or write a name.")
    name = dialog.get_by_label("Name or nickname")
    expect(name).to_have_attribute("autocomplete", "nickname")
    name.fill("Mara")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The answers of Mara are kept in this browser")).to_be_focused()
    page.keyboard.press("Enter")
    remove = page.get_by_role("button", name="Finish, and remove my answers here")
    remove.press("Enter")
    expect(page.get_by_role("dialog", name="Remove my answers")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(remove).to_be_focused()

    page = context.new_page()  # somebody comes to a computer that several use
    page.goto(f"{site.address}glossary.html")
    dialog = page.get_by_role("dialog", name="Who is practicing?")
    expect(dialog).to_be_visible()
    for _ in range(4):  # Chromium heeds the first, and closes a dialog at a later one
        page.keyboard.press("Escape")
    expect(dialog).to_be_visible()
    context.close()


# What a screen reader is told


def test_the_parts_of_a_page_are_landmarks(reader):
    reader.follow(ANATOMY)
    expect(reader.page.locator("body")).to_match_aria_snapshot("""
        - link "Skip to the lesson"
        - banner:
          - navigation "Lessons":
            - list:
              - listitem:
                - link "00 Start here"
          - search:
            - searchbox "Search the course"
            - status
          - group: Your answers are kept in this browser
        - main:
          - heading "2. Anatomy of a code" [level=1]
        - contentinfo:
          - navigation "Before and after":
            - 'link "Before: 1. What is HCPCS?"'
            - 'link "Next: 3. Level I or Level II?"'
    """)


def test_a_field_for_a_name_says_so(reader):
    reader.follow("Start here")
    name = reader.page.get_by_label("Your name or login")
    expect(name).to_have_attribute("autocomplete", "name")


def test_the_search_tells_how_many_and_lists_them(reader):
    search = reader.page.get_by_role("search")
    search.get_by_role("searchbox").fill("swapped neighbors key")
    expect(search).to_match_aria_snapshot("""
        - searchbox "Search the course": swapped neighbors key
        - status: /^\\d+ sections?$/
        - list "Sections found":
          - listitem:
            - link /Clean a claim file/
    """)
    search.get_by_role("searchbox").fill("")
    expect(search.get_by_role("status")).to_be_empty()


def test_a_question_and_its_verdict_as_they_are_read(reader):
    again(reader, ANATOMY)
    quiz = reader.page.locator(QUIZ)
    quiz.get_by_role("button", name=re.compile("Start")).first.click()
    expect(quiz.locator("legend").first).to_be_focused()
    while not quiz.locator(".codeedu-choices [type=radio]").count():
        reader.answer(quiz)
        quiz.get_by_role("button", name="Next", exact=True).click()
        expect(quiz.locator(".codeedu-verdict")).to_be_empty()
    asked = quiz.locator("legend").first.inner_text().split()
    named = re.compile(r"\s*".join(map(re.escape, asked)))
    expect(quiz.locator("fieldset").first).to_have_accessible_name(named)
    expect(quiz).to_match_aria_snapshot("""
        - group "Quiz · Lesson 02, Anatomy of a code":
          - heading "Quiz · Lesson 02, Anatomy of a code" [level=3]
          - paragraph: /Question \\d+ of 10/
          - group:
            - paragraph: /Choose one (answer|part)\\./
            - radio
            - radio
          - group "How sure are you? (optional)":
            - radio "sure"
            - radio "unsure"
            - radio "a guess"
          - status
          - button "Check answer"
          - button "Stop here"
    """)
    reader.answer(quiz)
    expect(quiz).to_match_aria_snapshot("""
        - group "Quiz · Lesson 02, Anatomy of a code":
          - heading "Quiz · Lesson 02, Anatomy of a code" [level=3]
          - paragraph: /Question \\d+ of 10/
          - group
          - status: /Correct ✓|Not yet ✗/
          - heading "Why" [level=4]
          - list:
            - listitem:
              - paragraph:
                - strong: /[✓✗] chosen, (not )?right/
          - button "Next"
          - button "Stop here"
    """)


def test_an_exercise_as_it_is_read(reader):
    again(reader, ANATOMY)
    exercise = reader.view("Exercise 1")
    exercise.get_by_role("textbox").first.fill("dental")
    exercise.get_by_role("button", name="Check").click()
    expect(exercise).to_match_aria_snapshot("""
        - group "Exercise 1":
          - list:
            - listitem:
              - 'textbox "0002M: code set and kind"': dental
              - strong: ✗ Not yet
            - listitem:
              - 'textbox "G0439: code set and kind"'
          - status: /^\\d of 6 right/
          - button "Check"
          - button "Show the answers"
    """)
    wrong = exercise.get_by_role("textbox").first
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(wrong).to_have_accessible_description(re.compile("✗ Not yet"))


def test_an_explored_code_as_it_is_read(reader):
    reader.follow("The explorer")
    reader.alive()
    explorer = reader.view("Code explorer")
    explorer.get_by_role("textbox").fill("J1885")
    expect(explorer.get_by_role("status")).to_contain_text("J1885 is a HCPCS Level II code")
    expect(explorer).to_match_aria_snapshot("""
        - group "Code explorer":
          - textbox "Type or paste a code, or a list": J1885
          - combobox "Field on the claim":
            - option "I do not know"
            - option "the procedure field of a claim line" [selected]
          - button "Try J1885"
          - status: /J1885 is a HCPCS Level II code/
          - paragraph:
            - strong: HCPCS Level II
            - text: listed
          - list:
            - listitem:
              - code: J
              - strong: letter
              - text: Drugs, mostly given other than by mouth
          - term: Section
          - definition: Drugs, mostly given other than by mouth
    """)


def test_the_lines_of_a_claim_as_they_are_read(reader):
    reader.follow("From right code to paid line")
    reader.alive()
    check = reader.view("Line check")
    lines, status = check.get_by_label("Lines of one claim"), check.get_by_role("status")
    expect(status).to_contain_text("Line 1 breaks a rule: A4253 has neither KX nor KS.")
    lines.press("Control+a")
    lines.press_sequentially("A4253-NU-KS x 2\nE0114")
    expect(status).to_contain_text("Line 2 breaks a rule: E0114 has none of NU, UE, and RR.")
    expect(lines).to_be_focused()
    check.get_by_label("Payer").select_option("a state's Medicaid program")
    expect(status).to_contain_text("No rule is broken of the ")
    check.get_by_label("Payer").select_option("Medicare")
    expect(status).to_contain_text("Line 2 breaks a rule")
    fold = check.locator("summary").first
    fold.focus()
    told = status.inner_text()
    empty = "(day) => { day.value = ''; day.dispatchEvent(new Event('input', { bubbles: true })); }"
    check.get_by_label("Date of service").evaluate(empty)
    expect(status).not_to_contain_text(told)
    expect(check.locator("summary").first).to_be_focused()
    lines.fill("J1885\nhello")
    expect(status).to_contain_text("Not checked yet. Line 2: 'hello' cannot be read as a whole.")
    lines.fill("E0114")
    expect(check).to_match_aria_snapshot("""
        - group "Line check":
          - textbox "Lines of one claim, as in A4253-NU x 2": E0114
          - combobox "Payer":
            - option "I do not know"
            - option "Medicare" [selected]
          - combobox "Who bills"
          - textbox "Date of service"
          - textbox "Diagnoses, with a comma between": E11.65, S82.891A
          - status: /Line 1 breaks a rule/
          - paragraph:
            - text: "Read as:"
            - code: E0114 x 1
          - list:
            - listitem:
              - strong:
                - text: "Line 1,"
                - code: E0114 x 1
              - text: E0114 has none of NU, UE, and RR.
    """)


def test_a_figure_as_it_is_read(reader):
    reader.follow(ANATOMY)
    figure = reader.page.get_by_role("figure").first
    figure.locator("summary").click()
    expect(figure).to_match_aria_snapshot("""
        - figure /Sections of CPT Category I by number/:
          - img /The numbers of CPT Category I as bars on a line from 00000 to 99999/
          - text: /Sections of CPT Category I by number/
          - group:
            - text: The numbers as a table
            - group /Sections of CPT Category I by number/:
              - table /Sections of CPT Category I by number/:
                - rowgroup:
                  - row "first last section":
                    - columnheader "first"
                - rowgroup:
                  - row "00100 01999 Anesthesia":
                    - rowheader "00100"
    """)
    assert figure.locator("[tabindex='0']").count() == 1, "a table is one stop of the keyboard"
