"""A quiz as people take it: by mouse, by keyboard alone, by ear, in both themes, tomorrow again."""

from __future__ import annotations

import itertools
import json
import re
from datetime import datetime, timedelta

import nbformat
import pytest
from playwright.sync_api import Locator, expect

import codeedu
from banks import OWN
from codeedu.questions import bank

QUIZ, OURS = "Quiz · Lesson 05, Common confusions", "Quiz · Lesson 31"
DRILL, FINAL = "Drill · all lessons", "Final assessment"
KEYS = ("b", "d", "d", "x", "m", "ArrowDown", "ArrowUp", "Escape")


def cells(name: str) -> tuple[str, ...]:
    """Return a notebook with two quizzes and a record of its own."""
    return setup(name), "codeedu.quiz('05')", "codeedu.quiz('31')", "print('below')"


def setup(name: str) -> str:
    """Return a cell that begins with a record and a custom folder of this test."""
    chosen = {"CODEEDU_PROGRESS": f"{name}.jsonl", "CODEEDU_CUSTOM": "custom"}
    return f"import os\nos.environ |= {chosen!r}\nimport codeedu"


def write_custom(folder) -> None:
    (folder / "custom").mkdir(exist_ok=True)
    (folder / "custom" / "questions.toml").write_text(OWN, encoding="utf-8")


@pytest.fixture(scope="module")
def opened(new_lab, folder):
    write_custom(folder)
    lab = new_lab()
    lab.write_notebook("quiz.ipynb", *cells("walked"))
    lab.open_notebook("quiz.ipynb")
    return lab


@pytest.fixture
def lab(opened):
    """A JupyterLab with both quizzes at their start, nothing answered."""
    opened.set_theme("light")
    (opened.folder / "walked.jsonl").unlink(missing_ok=True)
    opened.page.set_viewport_size({"width": 1200, "height": 1000})
    opened.run_all()
    for name in (QUIZ, OURS):
        expect(view(opened, name).get_by_role("button")).to_have_text("Start")
    return opened


def view(lab, name: str = QUIZ) -> Locator:
    return lab.page.get_by_role("group", name=name, exact=True)


def active(lab) -> str:
    return lab.page.evaluate("document.activeElement.textContent || document.activeElement.type")


def inside(lab) -> bool:
    return lab.page.evaluate("!!document.activeElement.closest('.codeedu-practice')")


def tab_to(lab, text: str) -> None:
    """Press Tab until the focused element says so."""
    for _ in range(40):
        lab.page.keyboard.press("Tab")
        if active(lab) == text:
            return
    pytest.fail(f"Tab never reached {text!r}")


def press_start(lab, name: str) -> None:
    view(lab, name).get_by_role("button", name="Start").focus()  # where Tab starts is JupyterLab's
    lab.page.keyboard.press("Enter")


def check(lab, theme: str, shot: str, of: Locator) -> None:
    """Look at the view as it is now: contrast of every text, and what axe has to say."""
    lowest, where = lab.contrasts(".codeedu-practice")[0]
    assert lowest >= 4.5, f"{lowest:.2f} for {where} ({shot}, {theme})"
    lab.shot(f"quiz-{shot}-{theme}", of=of)
    assert not lab.axe()


def test_a_whole_quiz_by_keyboard_alone(lab):
    page, quiz, before = lab.page, view(lab), lab.cells()
    keys = page.keyboard
    press_start(lab, QUIZ)
    status = quiz.locator(".codeedu-verdict").element_handle()
    for number in range(1, 11):
        expect(quiz.get_by_text(f"Question {number} of 10")).to_be_visible()
        expect(quiz.locator("legend").first).to_be_focused()
        keys.press("Tab")
        kind = page.evaluate("document.activeElement.type")
        if kind == "text":
            keys.type("J1885")
            keys.press("Enter")  # as in any form
        else:
            keys.press("ArrowDown" if kind == "radio" and number % 2 else "Space")
            tab_to(lab, "Check answer")
            keys.press("Enter")
        expect(quiz.get_by_role("heading", name="Why")).to_be_focused()
        expect(quiz.locator(".codeedu-verdict")).to_have_text(
            re.compile("Correct ✓|Partly right ✗|Not yet ✗")
        )
        assert status.is_visible(), "the live region has to stay the same element to be announced"
        tab_to(lab, "Next")
        keys.press("Enter")
    expect(quiz.get_by_role("heading", name="Quiz finished")).to_be_focused()
    tab_to(lab, "See all answers")
    keys.press("Enter")
    expect(quiz.get_by_role("heading", name="Quiz finished")).to_be_focused()
    expect(quiz).to_contain_text("What to read again")
    assert lab.cells() == before
    assert len((lab.folder / "walked.jsonl").read_text().splitlines()) == 10


def answer_by_keyboard(lab, number: int, submit: str = "Check answer") -> None:
    """Answer the question whose legend has the focus, whatever its kind, with keys alone."""
    keys = lab.page.keyboard
    keys.press("Tab")
    if lab.page.evaluate("document.activeElement.type") == "text":
        keys.type("4")
        keys.press("Enter")
        return
    keys.press("Space" if number % 2 else "ArrowDown")
    if not lab.page.locator(":focus").evaluate("(e) => e.type !== 'checkbox' || e.checked"):
        keys.press("Space")
    tab_to(lab, submit)
    keys.press("Enter")


def claim_by_keyboard(lab) -> None:
    """Write a line of a claim, and choose what to do with it where that is asked."""
    keys, wanted = lab.page.keyboard, ["text"]
    if lab.page.locator(".codeedu-claim [type=radio]").count():
        wanted.append("radio")
    for kind in wanted:
        while lab.page.evaluate("document.activeElement.type") != kind:
            keys.press("Tab")
        keys.press("Control+a" if kind == "text" else "Space")
        if kind == "text":
            keys.type("J9999")
    tab_to(lab, "Next")
    keys.press("Enter")


@pytest.fixture
def due(new_lab):
    """A JupyterLab where three questions of two days ago are due, beside a drill and a final."""
    lab = new_lab()
    answered = datetime.now().astimezone() - timedelta(days=2)
    missed = [one for one in bank.load() if one.pool == "practice" and one.kind == "one"][:3]
    lines = [
        {"item": one.id, "lesson": one.lesson, "objective": one.objective, "correct": False,
         "when": answered.isoformat(), "mode": "quiz", "answer": 0}
        for one in missed
    ]  # fmt: skip
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (lab.folder / "due.jsonl").write_text(text, encoding="utf-8")
    write_custom(lab.folder)
    calls = ("codeedu.home()", "codeedu.drill()", "codeedu.final_exam(minutes=45)")
    lab.write_notebook("due.ipynb", setup("due"), *calls, "codeedu.quiz('09')")
    lab.open_notebook("due.ipynb")
    lab.run_all()
    expect(view(lab, "Quiz · Lesson 09").get_by_role("button")).to_have_text("Start")
    return lab


def test_what_is_due_today_by_keyboard_alone(due):
    says = "Next: 3 questions are due today, in the drill on the start page."
    expect(due.page.get_by_text(says)).to_be_visible()
    drill, before = view(due, DRILL), due.cells()
    asked = set()
    press_start(due, DRILL)
    for number in itertools.count(1):
        expect(drill.locator("legend").first).to_be_focused()
        asked.add(drill.locator("legend").first.inner_text())
        answer_by_keyboard(due, number)
        expect(drill.get_by_role("heading", name="Why")).to_be_focused()
        tab_to(due, "Next")
        due.page.keyboard.press("Enter")
        expect(drill.locator("legend:focus, h4:focus").first).to_be_visible()
        if drill.get_by_role("button", name="Check answer").count() == 0:
            break
        assert number < 40, "a drill has an end"
    assert len(asked) == 3, "while something is due, nothing else is asked"
    expect(drill).to_contain_text("Nothing more is due today.")
    assert due.cells() == before
    lines = [json.loads(line) for line in (due.folder / "due.jsonl").read_text().splitlines()]
    waiting = {line["item"] for line in lines[:3]}
    assert waiting <= {line["item"] for line in lines[3:]}, "what was due was asked"
    assert "due today" not in repr(codeedu.home(due.folder / "due.jsonl"))


def test_the_whole_final_by_keyboard_alone(due):
    final, before = view(due, FINAL), due.cells()
    press_start(due, FINAL)
    for number in range(1, 41):
        expect(final.get_by_text(re.compile(rf"Question {number} of 40 · 4[45] minutes left"))
               ).to_be_visible()  # fmt: skip
        is_case = final.locator(".codeedu-claim").count() == 1
        record = final.get_by_role("heading", name="The record")
        expect(record if is_case else final.locator("legend").first).to_be_focused()
        expect(final.locator(".codeedu-verdict")).to_be_empty()
        expect(final.get_by_role("button", name="Stop here")).to_have_count(0)
        if is_case:
            claim_by_keyboard(due)
        else:
            answer_by_keyboard(due, number, "Next")
    expect(final.get_by_role("heading", name="Final assessment finished")).to_be_focused()
    expect(final).to_contain_text("of 40 right at the first try")
    summary = final.locator("summary").first
    summary.focus()
    due.page.keyboard.press("Enter")
    expect(final.locator("details").first).to_contain_text("Source")
    assert due.cells() == before
    assert not due.axe(".codeedu-practice")


def test_a_number_is_typed_as_a_person_would(due):
    quiz = view(due, "Quiz · Lesson 09")
    press_start(due, "Quiz · Lesson 09")
    expect(quiz.get_by_role("textbox", name="Your answer, in units")).to_be_visible()
    due.page.keyboard.press("Tab")
    due.page.keyboard.type("many")
    due.page.keyboard.press("Enter")
    expect(quiz.get_by_role("alert").first).to_have_text("Type one number, such as 4 or four.")
    quiz.get_by_role("textbox").fill("900 units")
    due.page.keyboard.press("Enter")
    expect(quiz).to_contain_text("900 is more than the answer. Work it through once more.")
    quiz.get_by_role("button", name="Stop here").click()  # before two that are due in lesson 01
    quiz.get_by_role("button", name="Try the one you missed again").click()
    quiz.get_by_role("textbox").fill("Four units.")
    due.page.keyboard.press("Enter")
    expect(quiz.locator(".codeedu-verdict")).to_have_text("Correct ✓")
    assert not due.axe(".codeedu-practice")


def test_no_key_reaches_the_notebook_from_any_control(lab):
    page, ours, before = lab.page, view(lab, OURS), lab.cells()
    press_start(lab, OURS)
    walked = 0
    for number in (1, 2, 3):
        expect(ours.get_by_text(f"Question {number} of 3")).to_be_visible()
        page.evaluate("document.activeElement.focus()")
        for step in itertools.count():
            at = page.evaluate_handle("document.activeElement")
            for key in KEYS:
                page.keyboard.press(key)
                assert inside(lab), f"{key} threw the focus out of the quiz"
            page.evaluate("(at) => at.focus()", at)
            walked += 1
            if active(lab) == "Stop here":
                break
            assert step < 25, "the way through the question has an end"
            page.keyboard.press("Tab")
        assert lab.cells() == before
        # A checkbox holds what the keys left in it; letters in a field may be no answer at all.
        if ours.locator("input[type=checkbox]").count():
            ours.get_by_role("checkbox").first.check()
        if ours.locator("form input[type=text]").count():
            ours.locator("form input[type=text]").fill("J1885")
        ours.get_by_role("button", name="Check answer").press("Enter")
        heading = ours.get_by_role("heading", name="Why")
        expect(heading).to_be_focused()
        for key in (*KEYS, "Enter"):
            page.keyboard.press(key)
            expect(heading).to_be_focused()
        ours.get_by_role("button", name="Next").press("Enter")
    assert walked >= 20
    expect(ours.get_by_role("heading", name="Quiz finished")).to_be_focused()
    assert lab.cells() == before
    assert page.evaluate("jupyterapp.shell.currentWidget.content.activeCell.model.type") == "code"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_by_mouse_with_every_kind_of_question_in_both_themes(lab, theme):
    lab.set_theme(theme)
    lab.page.wait_for_selector("#jupyterlab-splash", state="detached")
    ours = view(lab, OURS)
    check(lab, theme, "start", ours)
    ours.get_by_role("button", name="Start").click()
    seen = set()
    for _ in range(3):
        expect(ours.get_by_role("button", name="Check answer")).to_be_visible()
        if ours.get_by_role("textbox").count():
            kind = "type"
            ours.get_by_text("Hint").click()
            expect(ours).to_contain_text("It stands in the question.")
            ours.get_by_label("Your answer").fill("j1885 ")
        elif ours.get_by_role("checkbox").count():
            kind = "many"
            ours.get_by_role("button", name="Check answer").click()
            expect(ours.get_by_role("alert").first).to_have_text(
                "Choose at least one option first."
            )
            ours.get_by_text("0042T").click()
            ours.get_by_label("J1885").check()
        else:
            kind = "order"
            put_in_order(ours)
        ours.get_by_label("unsure").check()
        check(lab, theme, f"ask-{kind}", ours)
        ours.get_by_role("button", name="Check answer").click()
        says = "Partly right ✗" if kind == "many" else "Correct ✓"
        expect(ours.locator(".codeedu-verdict")).to_contain_text(says)
        expect(ours.get_by_role("heading", name="Why")).to_be_focused()
        if kind == "many":
            for why in ("so it is CPT Category III", "هذا ليس", "A letter and four digits"):
                expect(ours).to_contain_text(why)
            expect(ours).to_contain_text("A common belief")
        check(lab, theme, f"told-{kind}", ours)
        seen.add(kind)
        ours.get_by_role("button", name="Next").click()
    assert seen == {"type", "many", "order"}
    check(lab, theme, "review", ours)
    ours.get_by_role("button", name="Try the one you missed again").click()
    expect(ours.locator("legend").first).to_contain_text("Which of these")
    ours.get_by_role("button", name="Stop here").click()
    ours.get_by_role("button", name="See all answers").click()
    ours.locator("summary").last.click()
    check(lab, theme, "finished", ours)


def put_in_order(ours: Locator) -> None:
    """Sort the steps with the buttons; every move is announced and keeps the focus."""
    for place, word in enumerate(("first", "second", "third")):
        row = ours.locator(f"li[data-text='the {word} of them']")
        up = ours.get_by_role("button", name=f"Up: the {word} of them")
        for _ in range(2):
            if row.evaluate("(row) => [...row.parentNode.children].indexOf(row)") == place:
                break
            up.click()
            expect(up).to_be_focused()
            expect(ours.locator("[role=status].codeedu-unseen")).to_have_text(
                re.compile(f"the {word} of them is now number [123] of 3")
            )
    up = ours.get_by_role("button", name="Up: the first of them")
    up.press("Enter")
    expect(ours.locator("[role=status].codeedu-unseen")).to_have_text(
        "the first of them is already first."
    )
    expect(up).to_be_focused()


def test_names_and_roles_in_the_accessibility_tree(lab):
    view(lab, OURS).get_by_role("button", name="Start").click()
    expect(view(lab, OURS).get_by_role("button", name="Check answer")).to_be_visible()
    ours = view(lab, OURS)
    while not ours.get_by_role("textbox").count():
        if ours.get_by_role("checkbox").count():
            ours.get_by_role("checkbox").first.check()
        ours.get_by_role("button", name="Check answer").click()
        ours.get_by_role("button", name="Next").click()
        expect(ours.get_by_role("button", name="Check answer")).to_be_visible()
    expect(ours).to_match_aria_snapshot("""
        - group "Quiz · Lesson 31":
          - heading "Quiz · Lesson 31" [level=3]
          - paragraph: /Question [123] of 3/
          - group "Type the code J1885 once more.":
            - paragraph: Type your answer.
            - textbox "Your answer"
          - group: Hint
          - group "How sure are you? (optional)":
            - radio "sure"
            - radio "unsure"
            - radio "a guess"
          - status
          - alert
          - button "Check answer"
          - button "Stop here"
    """)
    ours.get_by_label("Your answer").fill("<b>E1165</b><img src=x>")
    ours.get_by_role("button", name="Check answer").click()
    expect(ours.get_by_role("status").first).to_have_text("Not yet ✗\nThe answer is: J1885")
    expect(ours).to_contain_text("<b>E1165</b><img src=x>")
    assert ours.locator("b, img").count() == 0, "what is typed stays text"
    expect(ours).to_match_aria_snapshot("""
        - group "Quiz · Lesson 31":
          - heading "Quiz · Lesson 31" [level=3]
          - paragraph: /Question [123] of 3/
          - group "Type the code J1885 once more."
          - status: "Not yet ✗ The answer is: J1885"
          - heading "Why" [level=4]
          - paragraph: It is the code that is in the question.
          - list:
            - listitem:
              - paragraph:
                - strong: ✗ chosen, not right
          - paragraph: /Look at every character/
          - paragraph: /Source/
          - group: I disagree
          - alert
          - button "Next"
          - button "Stop here"
    """)


def test_two_quizzes_on_a_page_do_not_disturb_each_other(lab):
    quiz, ours = view(lab), view(lab, OURS)
    quiz.get_by_role("button", name="Start").click()
    ours.get_by_role("button", name="Start").click()
    quiz.get_by_label("unsure").check()
    ours.get_by_label("a guess").check()
    expect(quiz.get_by_label("unsure")).to_be_checked()
    assert lab.page.evaluate("new Set([...document.querySelectorAll('[id]')].map(e => e.id)).size"
                             " === document.querySelectorAll('[id]').length")  # fmt: skip


def test_reload_and_restart_come_back_to_the_same_question(lab):
    page = lab.page
    answer_two(lab)
    expect(view(lab).get_by_text("Question 3 of 10")).to_be_visible()
    asked = view(lab).locator("legend").first.inner_text()
    lab.command("docmanager:save")
    lab.open_notebook("quiz.ipynb")  # the page is loaded again; the kernel still runs
    expect(view(lab).locator("legend").first).to_have_text(asked, use_inner_text=True)

    page.evaluate("jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    lab.run_all()
    expect(view(lab).locator("legend").first).to_have_text(asked, use_inner_text=True)
    expect(view(lab).get_by_text("Question 3 of 10")).to_be_visible()
    assert not inside(lab), "what appears by itself does not take the keyboard's place"


def answer_two(lab) -> None:
    quiz = view(lab)
    quiz.get_by_role("button", name="Start").click()
    for number in (1, 2):
        expect(quiz.get_by_text(f"Question {number} of 10")).to_be_visible()
        if quiz.get_by_role("textbox").count():
            quiz.get_by_role("textbox").fill("2")
        else:
            quiz.locator(".codeedu-choice").first.click()
        quiz.get_by_role("button", name="Check answer").click()
        quiz.get_by_role("button", name="Next").click()


def test_a_narrow_pane_from_right_to_left_needs_no_sideways_scrolling(lab):
    ours = view(lab, OURS)
    ours.evaluate("(root) => { root.style.width = '300px'; root.dir = 'rtl'; }")
    ours.get_by_role("button", name="Start").click()
    for number in (1, 2, 3):
        expect(ours.get_by_text(f"Question {number} of 3")).to_be_visible()
        assert wide(ours) == []
        if ours.get_by_role("textbox").count():
            ours.get_by_role("textbox").fill("W2" * 100)
        elif ours.get_by_role("checkbox").count():
            ours.get_by_role("checkbox").first.check()
        ours.get_by_role("button", name="Check answer").click()
        expect(ours.get_by_role("button", name="Next")).to_be_visible()
        assert wide(ours) == []
        border = "(e) => getComputedStyle(e).borderRightWidth"
        assert ours.locator(".codeedu-verdict").evaluate(border) == "5px"
        lab.shot(f"quiz-narrow-{number}", of=ours)
        ours.get_by_role("button", name="Next").click()
    ours.get_by_role("button", name="See all answers").click()
    expect(ours.get_by_role("heading", name="Quiz finished")).to_be_visible()
    assert wide(ours) == []
    lab.shot("quiz-narrow-finished", of=ours)


def wide(root: Locator) -> list[str]:
    """Return what is wider than its box."""
    return root.evaluate(
        """(root) => [root, ...root.querySelectorAll("*")]
          .filter((e) => e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 1
            && e.tagName !== "INPUT" && getComputedStyle(e).display !== "inline")
          .map((e) => e.className + " " + e.textContent)"""
    )


SEEN = """(e) => { const r = e.getBoundingClientRect();
    return document.elementFromPoint(r.left + r.width / 2, r.top + r.height / 2) === e; }"""


def give_an_answer(quiz: Locator) -> None:
    field = quiz.locator("form input").first
    field.fill("J1885") if field.get_attribute("type") == "text" else field.check()


@pytest.mark.parametrize(("width", "height"), [(1366, 700), (683, 350), (390, 844), (320, 600)])
def test_check_and_next_stay_in_reach_and_hide_nothing_that_is_focused(lab, width, height):
    page, quiz = lab.page, view(lab)
    page.set_viewport_size({"width": width, "height": height})
    press_start(lab, QUIZ)
    for number in (1, 2, 3):
        expect(quiz.get_by_text(f"Question {number} of 10")).to_be_visible()
        check = quiz.get_by_role("button", name="Check answer")
        assert check.evaluate(SEEN), "it is in sight with the question"
        for _ in range(20):
            page.keyboard.press("Tab")
            if active(lab) == "Check answer":
                break
            assert page.evaluate(f"({SEEN})(document.activeElement)"), active(lab)
        give_an_answer(quiz)
        check.click()
        onward = quiz.get_by_role("button", name="Next")
        expect(quiz.get_by_role("heading", name="Why")).to_be_focused()
        assert onward.evaluate(SEEN), "and with its explanation"
        assert quiz.locator(".codeedu-verdict").evaluate(SEEN)
        onward.click()


def test_a_learner_disagrees_by_keyboard_alone(lab):
    page, quiz = lab.page, view(lab)
    page.set_viewport_size({"width": 390, "height": 844})
    press_start(lab, QUIZ)
    give_an_answer(quiz)
    quiz.get_by_role("button", name="Check answer").press("Enter")
    expect(quiz.get_by_role("heading", name="Why")).to_be_focused()
    tab_to(lab, "I disagree")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    words = quiz.get_by_role("textbox", name="Say what is wrong, in your own words.")
    expect(words).to_be_focused()
    assert words.evaluate(SEEN)
    page.keyboard.type("Two are right.\nReally: d d.")
    tab_to(lab, "Keep my words")
    page.keyboard.press("Enter")
    noted = quiz.get_by_text("You wrote: Two are right.")
    expect(noted).to_be_focused()  # so it is read out
    assert noted.evaluate(SEEN)
    assert not lab.axe()
    tab_to(lab, "I disagree")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("And more.")
    quiz.get_by_role("button", name="Next").click()  # nothing that was written is lost
    expect(quiz.get_by_text("Question 2 of 10")).to_be_visible()
    lines = (lab.folder / "walked.jsonl").read_text().splitlines()
    notes = [line["note"] for line in map(json.loads, lines) if "note" in line]
    assert notes == ["Two are right.\nReally: d d.", "And more."]


def test_what_cannot_be_saved_is_said_beside_the_button_with_one_that_saves_it(lab):
    quiz, place = view(lab), lab.folder / "walked.jsonl"
    press_start(lab, QUIZ)
    expect(quiz.locator("legend").first).to_be_focused()
    place.mkdir()
    answer_by_keyboard(lab, 1)
    alert = quiz.get_by_role("alert")
    expect(alert).to_have_text(
        "1 answer is not saved yet: walked.jsonl cannot be written (Is a directory). You can go "
        "on practicing."
    )
    assert alert.evaluate(SEEN)
    assert "CODEEDU" not in alert.inner_text()
    tab_to(lab, "Try to save again")
    lab.page.keyboard.press("Enter")
    expect(alert).to_contain_text("1 answer is not saved yet")
    check(lab, "light", "not-saved", quiz)
    place.rmdir()
    lab.page.keyboard.press("Enter")
    expect(alert).to_have_text("Your answers are saved now.")
    expect(quiz.get_by_role("button", name="Try to save again")).to_be_hidden()
    expect(quiz.get_by_role("button", name="Next")).to_be_focused()
    check(lab, "light", "saved", quiz)
    quiz.get_by_role("button", name="Next").click()
    expect(alert).to_be_empty()
    assert len(place.read_text().splitlines()) == 1


def test_without_a_kernel_the_view_says_so(lab):
    lab.command("kernelmenu:shutdown")
    lab.page.wait_for_function("!jupyterapp.shell.currentWidget.sessionContext.session?.kernel")
    view(lab).get_by_role("button", name="Start").click()
    expect(view(lab).get_by_role("alert").first).to_contain_text("Python does not answer.")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_stored_questions_can_be_read_before_anything_runs(new_lab, theme):
    lab = new_lab()
    name = f"stored-quiz-{theme}.ipynb"
    lab.write_notebook(name, "codeedu.quiz('05')")
    stored = nbformat.read(lab.folder / name, as_version=4)
    bundle = codeedu.quiz("05")._repr_mimebundle_()[0]
    del bundle["application/vnd.jupyter.widget-view+json"]  # as tools/execute.py does
    stored.cells[0].outputs = [nbformat.v4.new_output("execute_result", data=bundle)]
    nbformat.write(stored, lab.folder / name)
    lab.open_notebook(name)
    lab.set_theme(theme)
    paper = lab.page.locator(".jp-OutputArea-output")
    expect(paper).to_contain_text("In JupyterLab you answer 10 questions here, one at a time.")
    assert not paper.locator("ol").is_visible(), "it does not look like the quiz"
    paper.get_by_text("Questions to print").click()
    paper.get_by_text("Answer and reasons").first.click()
    expect(paper.get_by_text("Right: ").first).to_be_visible()
    lab.shot(f"quiz-paper-{theme}", of=paper)
    assert not lab.axe()
