"""The course as pages in a real Chromium, as people use them: from a server and from a folder."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from datetime import date
from urllib.parse import quote

import nbformat
import pytest
from playwright.sync_api import FrameLocator, Locator, expect

import codeedu
from banks import ONE, OWN, response
from codeedu.learner import record, steps
from codeedu.lessons import in_order
from codeedu.pages import build, lms
from codeedu.practice import assignments
from course_pages import STRICT, Reader, made, need_engine, serve
from jupyter_page import SHOTS
from test_release import OLD

LESSONS = [row["notebook"] for row in in_order()]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


NO_STORES = """for (const name of ["localStorage", "sessionStorage"])
    Object.defineProperty(window, name, { get() { throw new Error("refused"); } });"""
NO_DATABASE = b"""IDBFactory.prototype.open = () => {
    throw new DOMException("refused", "SecurityError"); };
"""
FULL = b"""{
    let isFull = false;
    new BroadcastChannel("full").onmessage = ({ data }) => (isFull = data);
    const { put } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.put = function (...given) {
        if (isFull) throw new DOMException("full", "QuotaExceededError");
        return put.apply(this, given);
    };
}
"""
NO_WORKER = "window.Worker = class { constructor() { throw new Error('refused'); } };"


@pytest.fixture
def site(folder_of_site):
    with serve(folder_of_site) as served:
        yield served


@pytest.fixture
def visit(browser):
    """Open pages, each call in a profile of its own; at the end, nobody else was asked anything.

    `problems` are what a test expects the console to say.
    """
    readers, contexts = [], []

    def make(address, scripts="", **options):
        options = {"viewport": {"width": 1200, "height": 900}} | options
        context = browser.new_context(**options)
        context.set_default_timeout(20_000)
        if scripts:
            context.add_init_script(scripts)
        contexts.append(context)
        readers.append(Reader(context.new_page(), address))
        return readers[-1]

    def beside(reader):
        readers.append(Reader(reader.page.context.new_page(), reader.address))
        return readers[-1]

    make.beside = beside
    yield make
    for reader in readers:
        assert reader.outside() == []
        assert reader.problems == []
    for context in contexts:
        context.close()


def texts(reader: Reader, css: str) -> str:
    return " ".join(reader.page.locator(css).all_inner_texts())


def lines(place) -> list[str]:
    """Return the lines of a copy; each is there once, and each can be read."""
    found = place.read_text(encoding="utf-8").splitlines()
    assert len(set(found)) == len(found)
    assert record.read(place).problems == ()
    return found


def kept_in_browser(reader: Reader) -> dict[str, int]:
    """Return how many answers the browser keeps, by the key of each record."""
    return reader.page.evaluate(
        """() => new Promise((ok, no) => {
            const asked = indexedDB.open("codeedu");
            asked.onerror = no;
            asked.onsuccess = () => {
                const records = asked.result.transaction("records").objectStore("records");
                const found = {};
                records.openCursor().onsuccess = ({ target: { result: at } }) => {
                    if (!at) return asked.result.close(), ok(found);
                    found[at.key] = at.value.trim().split("\\n").length;
                    at.continue();
                };
            };
        })"""
    )


RECORDS = """new Promise((ok) => {
    indexedDB.open("codeedu").onsuccess = ({ target: { result: opened } }) => {
        opened.transaction("records").objectStore("records").getAllKeys().onsuccess =
            ({ target }) => (opened.close(), ok(target.result));
    };
})"""


def wait_until(reader: Reader, expression: str, value: object) -> None:
    """Wait until a promise of the page has this value."""
    for _ in range(150):
        if (found := reader.page.evaluate(expression)) == value:
            return
        reader.page.wait_for_timeout(100)
    pytest.fail(f"{expression} is {found}, not {value}")


def sitting(lesson: str, place, count: int) -> None:
    """Answer questions of a pretest as JupyterLab's Python does."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(record.VARIABLE, str(place))
        view = codeedu.pretest(lesson)

        def send(**message: object) -> None:
            data = {"method": "custom", "content": message}
            view._handle_msg({"content": {"data": data}, "buffers": []})

        send(do="begin")
        for _ in range(count):
            item = view.session.item
            assert item
            send(do="answer", item=item.id, response=response(item, right=True), confidence="")
            send(do="next")


def test_a_first_visit(visit, site, tmp_path):
    """Look a code up, take lesson 01, come back, go on, take the answers along, and go offline."""
    reader = visit(site.address)
    reader.open("explorer.html?code=E0114")
    reader.alive()
    expect(reader.view("Code explorer").get_by_role("status")).to_contain_text(
        "E0114 is a HCPCS Level II code"
    )
    reader.follow("What is HCPCS?")
    given = take_lesson_01(reader)
    quiz = reader.view("Quiz")
    quiz.get_by_role("button", name="Start").click()
    given += reader.sit(quiz, 4)
    asked = quiz.locator("legend").first.inner_text()
    assert reader.starts == 1

    reader.page.reload()
    reader.alive()
    expect(quiz.locator("legend").first).to_have_text(asked, use_inner_text=True)
    given += reader.sit(quiz)
    expect(quiz.get_by_role("heading", name="Quiz finished")).to_be_focused()

    reader.follow("Anatomy of a code")
    explorer = reader.view("Code explorer")
    explorer.get_by_role("button", name="Try E1165").click()
    expect(explorer.get_by_role("status")).to_contain_text("E1165")
    reader.follow("Start here")
    reader.alive()
    copy = reader.copy(tmp_path)
    assert sum('"answer"' in line for line in lines(copy)) == given
    course = steps.course_state(record.read(copy).answers, date.today())
    home = reader.view("Your lessons")
    expect(home).to_contain_text(steps.next_step(course).sentence)
    assert "the quiz of 01" in steps.next_step(course).sentence
    assert reader.starts == 2

    reader.page.go_back()
    expect(reader.page.locator("h1")).to_contain_text("Anatomy of a code")
    reader.page.go_back()
    expect(reader.page.locator("h1")).to_contain_text("What is HCPCS?")
    reader.page.go_forward()
    expect(reader.page.locator("h1")).to_contain_text("Anatomy of a code")
    reader.alive()
    assert reader.starts == 2

    reader.page.wait_for_function("navigator.serviceWorker.controller")
    reader.page.context.set_offline(True)
    reader.follow("Common confusions")
    reader.alive()
    reader.page.reload()
    reader.alive()
    pretest = reader.view("Before you read")
    pretest.get_by_role("button", name="Start").click()
    given += reader.sit(pretest, 1)
    copy = reader.copy(tmp_path)
    assert sum('"answer"' in line for line in lines(copy)) == given

    (tmp_path / "class").mkdir()
    copy.rename(tmp_path / "class" / "rosa.jsonl")
    book = codeedu.gradebook(tmp_path / "class")
    assert book.names == ["rosa"]
    assert book.problems.empty


def number_is_asked(view: Locator) -> bool:
    return bool(view.locator(".codeedu-typed[inputmode=decimal]").count())


def take_lesson_01(reader: Reader, press=Locator.click) -> int:
    """Take the pretest and an exercise of lesson 01; return how many answers that were."""
    pretest, exercise = reader.view("Before you read"), reader.view("Exercise 1")
    press(pretest.get_by_role("button", name="Start"))
    given = reader.sit(pretest)
    assert given == 3
    for row in exercise.locator("[role=radiogroup]").all():
        press(row.get_by_label("what", exact=True))
        given += 1
    press(exercise.get_by_role("button", name="Check"))
    expect(exercise.get_by_role("status")).not_to_be_empty()
    return given


def test_answers_travel(visit, site, tmp_path):
    """A copy of another browser, and one of JupyterLab, are brought back on a phone."""
    sitting("02", tmp_path / "jupyterlab.jsonl", 3)
    assert len(lines(tmp_path / "jupyterlab.jsonl")) == 3
    reader = visit(site.address, **PHONE)
    reader.open("01-what-is-hcpcs.html")
    given = take_lesson_01(reader, Locator.tap)
    assert reader.page.evaluate("document.documentElement.scrollWidth") <= 390
    reader.follow("Start here", Locator.tap)
    said = reader.bring_back(tmp_path / "jupyterlab.jsonl")
    expect(said).to_contain_text("3 answers")
    expect(reader.view("Your answers")).to_contain_text(
        f"{given + 3} answers, kept in this browser"
    )
    assert reader.starts == 1
    (tmp_path / "phone").mkdir()
    copy = reader.copy(tmp_path / "phone")
    assert len(lines(copy)) == given + 3

    other = visit(site.address)
    other.open("index.html")
    expect(other.bring_back(copy)).to_contain_text(f"{given + 3} answers")
    expect(other.bring_back(copy)).not_to_contain_text(f"{given + 3} answers were added")
    (tmp_path / "other").mkdir()
    again = other.copy(tmp_path / "other")
    without = re.compile(r', "brought": "[^"]*"')
    assert {without.sub("", line) for line in lines(again)} == {
        without.sub("", line) for line in lines(copy)
    }


def test_an_assignment_on_a_phone(visit, site, tmp_path):
    """Its link is opened, it is answered and handed in, and the gradebook marks the file."""
    reader = visit(site.address, **PHONE)
    reader.open("assignment.html?name=05-3-7")
    view = reader.view("Assignment 05-3-7")
    view.get_by_role("button", name="Start").tap()
    for number, item in enumerate(assignments.find("05-3-7").questions(), 1):
        expect(view.locator(".codeedu-count")).to_contain_text(f"Question {number} of 3")
        given = response(item, right=True)
        reader.choose(view, str(given))
        view.get_by_role("button", name="Next", exact=True).tap()
    expect(view.get_by_role("heading", name="Assignment finished")).to_be_focused()
    expect(view).to_contain_text("Now hand in your answers: press Hand in below")
    assert reader.page.evaluate("document.documentElement.scrollWidth") <= 390
    answers = reader.view("Your answers")
    answers.get_by_label("Your name or login").fill("ada")
    answers.get_by_role("button", name="Hand in").tap()
    with reader.page.expect_download() as told:
        answers.get_by_role("button", name="Download").or_(
            answers.get_by_role("link", name="ada.jsonl")
        ).first.tap()
    told.value.save_as(tmp_path / told.value.suggested_filename)
    (row,) = codeedu.gradebook(tmp_path).lessons.to_dict("records")
    assert (row["learner"], row["lesson"], row["answered"]) == ("ada", "05-3-7", 3)


ASKED = [
    ("", ""),
    ("?name=05", "This is not the name of an assignment. A name is such as 05-20-7"),
    ('?name=05-3-7");alert("', "This is not the name of an assignment."),
]


@pytest.mark.parametrize(("address", "says"), ASKED)
def test_the_page_of_assignments_asks_for_a_name(address, says, visit, site, folder_of_site):
    reader = visit(site.address)
    reader.open(f"assignment.html{address}")
    form = reader.page.locator("#assignment")
    expect(form.get_by_role("alert")).to_contain_text(says)
    assert not reader.page.locator(".codeedu-live[data-kind=Practice]").count()
    form.get_by_label("The name of the assignment").fill("31-3-7")
    form.get_by_role("button", name="Open").click()
    expect(reader.page.locator(".codeedu-starting").first).to_contain_text(
        "There are no questions of lesson '31'; there are of: 01, 02"
    )
    form.get_by_label("The name of the assignment").fill("5-3-7")
    form.get_by_label("The name of the assignment").press("Enter")
    expect(reader.view("Assignment 05-3-7")).to_contain_text("3 questions")
    assert reader.page.url.endswith("assignment.html?name=5-3-7")


def test_an_assignment_from_a_folder(visit, folder_of_site):
    reader = visit(folder_of_site.as_uri() + "/")
    reader.open("00-start-here.html")
    reader.follow("Assignment")
    reader.page.get_by_label("The name of the assignment").fill("05-3-7")
    reader.page.get_by_role("button", name="Open").click()
    expect(reader.view("Assignment 05-3-7")).to_contain_text("3 questions")


def test_all_views_of_all_pages(visit, site):
    """From a strict server of plain http, which has no secure context and no types of files."""
    site.headers = STRICT
    site.types = {".wasm": "application/octet-stream", ".zip": "text/plain", ".json": "text/plain"}
    reader = visit(site.elsewhere)
    reader.open("00-start-here.html")
    assert not reader.page.evaluate("isSecureContext || 'serviceWorker' in navigator")
    titles = reader.page.locator("header nav a").all_inner_texts()
    views = 0
    for title in titles:
        if title != titles[0]:
            reader.follow(title)
        reader.alive()
        views += reader.page.locator("[data-alive]").count()
        reader.page.set_viewport_size({"width": 320, "height": 700})
        assert reader.page.evaluate("document.documentElement.scrollWidth") <= 320, title
        reader.page.set_viewport_size({"width": 1200, "height": 900})
    assert views > 50
    assert reader.starts == 1
    reader.page.get_by_label("Search the course").fill("for the supervisor")
    reader.page.locator("#found a").first.click()
    expect(reader.page.locator("h1")).to_contain_text("Clean a claim file")
    assert "06-clean-a-claim-file.html#" in reader.page.url


def test_what_is_done_before_python_is_there(visit, site, tmp_path):
    """It waits for Python, which the view says, and is done once. Later a file of CMS is read."""
    site.held = ("pyodide.asm.wasm", threading.Event())
    reader = visit(site.address)
    reader.open("01-what-is-hcpcs.html")
    pretest, exercise = reader.view("Before you read"), reader.view("Exercise 1")
    explorer = reader.view("Code explorer")
    pretest.get_by_role("button", name="Start").dblclick()
    for row in exercise.locator("[role=radiogroup]").all():
        row.get_by_label("what", exact=True).check()
    exercise.get_by_role("button", name="Check").dblclick()
    explorer.get_by_role("textbox").first.fill("99213-25")
    explorer.get_by_role("textbox").first.press("Enter")
    for view in (pretest, exercise, explorer):
        live = reader.page.locator(".codeedu-live").filter(has=view)
        expect(live.locator(".codeedu-starting")).to_contain_text("Python is starting")
    assert not reader.page.locator("[data-alive]").count()
    site.held[1].set()
    reader.alive()
    expect(pretest).to_contain_text("Question 1 of 3")
    expect(exercise.get_by_role("status")).not_to_be_empty()
    expect(explorer.get_by_role("status")).to_contain_text("99213-25")
    assert reader.sit(pretest, 1) == 1
    kept = [json.loads(line) for line in lines(reader.copy(tmp_path))]
    assert len(kept) == exercise.locator("[role=radiogroup]").count() + 1
    assert {line["attempt"] for line in kept} == {0}  # Start was pressed once

    (tmp_path / "release.txt").write_bytes(OLD.encode("latin-1"))
    (tmp_path / "broken.zip").write_bytes(b"PK\3\4 is all that is left of it")
    reader.follow("The explorer")
    chosen = reader.page.get_by_label("A newer list")
    told = reader.page.locator(".codeedu-release").get_by_role("status")
    chosen.set_input_files(tmp_path / "broken.zip")
    expect(told).to_contain_text("broken.zip")
    expect(told).to_have_attribute("data-good", "false")
    assert "Error" not in told.inner_text()
    chosen.set_input_files(tmp_path / "release.txt")
    expect(told).to_have_attribute("data-good", "true")
    expect(told).to_contain_text("release.txt")
    explorer.get_by_role("textbox").first.fill("A9001")
    expect(explorer.get_by_role("status")).to_contain_text("A9001")
    expect(explorer).to_contain_text("Invented supply")


def test_two_windows_at_the_same_time(visit, site, tmp_path):
    one = visit(site.address)
    two = visit.beside(one)
    views = []
    for reader, name in ((one, "01-what-is-hcpcs.html"), (two, "04-level-iii-a-history.html")):
        reader.open(name)
        views.append(reader.view("Quiz"))
        views[-1].get_by_role("button", name="Start").click()
    given = 0
    for _ in range(10):
        for reader, quiz in zip((one, two), views, strict=True):
            reader.choose(quiz, "4" if number_is_asked(quiz) else "J1885")
        moment = one.page.evaluate("Date.now() + 80")
        for quiz in views:
            quiz.get_by_role("button", name="Check answer").evaluate(
                "(button, moment) => setTimeout(() => button.click(), moment - Date.now())", moment
            )
        for reader, quiz in zip((one, two), views, strict=True):
            if not reader.is_judged(quiz):
                reader.answer(quiz)
            # Not click(), which waits for frames: a window behind another has one a second.
            quiz.get_by_role("button", name="Next", exact=True).dispatch_event("click")
            expect(quiz.locator(".codeedu-verdict")).to_be_empty()
        given += 2
    (tmp_path / "one").mkdir()
    copies = [one.copy(tmp_path / "one"), two.copy(tmp_path)]
    assert [len(lines(copy)) for copy in copies] == [given, given]
    assert kept_in_browser(one) == {"alone": given}


def test_a_new_edition_while_a_page_is_open(visit, tmp_path, monkeypatch):
    need_engine()
    notebooks = [path for path in build.originals() if path.stem in LESSONS[:2]]
    for path in notebooks:
        shutil.copy(path, tmp_path)
    folder = tmp_path / "site"
    monkeypatch.setattr(build, "originals", lambda: [tmp_path / path.name for path in notebooks])
    build.site(["00", "01"]).save(folder)
    (tmp_path / "kept").mkdir()
    with serve(folder) as site:
        site.headers = {"Cache-Control": "max-age=3600"}
        reader, plain = visit(site.address), visit(site.elsewhere)
        quizzes = []
        for each in (reader, plain):
            each.open("01-what-is-hcpcs.html")
            quizzes.append(each.view("Quiz"))
            quizzes[-1].get_by_role("button", name="Start").click()
            assert each.sit(quizzes[-1], 1) == 1
        reader.page.wait_for_function("navigator.serviceWorker.controller")
        text = notebooks[0].read_text(encoding="utf-8").replace("# Start here", "# Start at once")
        (tmp_path / notebooks[0].name).write_text(text, encoding="utf-8")
        build.site(["00", "01"]).save(folder)
        for each, quiz in zip((reader, plain), quizzes, strict=True):
            assert each.sit(quiz, 1) == 1
        plain.page.locator("header nav a", has_text="Start").click()
        expect(plain.page.locator("h1")).to_have_text("Start at once")
        reader.follow("Start here")
        expect(reader.page.locator("h1")).to_have_text("Start here")  # the edition it has whole
        edition = re.search(r'EDITION = "(.*?)"', (folder / "service-worker.js").read_text())[1]
        wait_until(reader, "caches.keys()", [f"codeedu-{site.address}-{edition}"])
        reader.page.locator("header nav a", has_text="What is HCPCS?").click()
        reader.alive()
        reader.page.locator("header nav a", has_text="Start").click()
        expect(reader.page.locator("h1")).to_have_text("Start at once")
        assert [url for url in plain.asked if url.endswith(f"package.zip?{edition}")]
        for each in (reader, plain):
            each.alive()
            assert len(lines(each.copy(tmp_path / "kept"))) == 2
            each.follow("What is HCPCS?")
            expect(each.view("Quiz")).to_contain_text("Question 3 of 10")


def test_a_page_that_only_the_new_edition_has(visit, tmp_path):
    folder = tmp_path / "site"
    made("01").save(folder)
    with serve(folder) as site:
        reader = visit(site.address)
        reader.open("01-what-is-hcpcs.html")
        reader.page.evaluate("caches.open('codeedu-http://elsewhere/-1')")  # of another site
        reader.page.wait_for_function("navigator.serviceWorker.controller")
        shutil.rmtree(folder)
        made("00", "02").save(folder)
        script = (folder / "live" / "course.js").read_bytes()
        site.held = ("service-worker.js", threading.Event())  # the older one is still at work
        reader.open("02-anatomy-of-a-code.html")
        reader.alive()
        edition = reader.page.locator("meta[name=codeedu-edition]").get_attribute("content")
        text = f"fetch('live/course.js?{edition}').then((answer) => answer.text())"
        assert reader.page.evaluate(text) == script.decode()
        site.held[1].set()
        kept = [f"codeedu-{site.address}-{edition}", "codeedu-http://elsewhere/-1"]
        wait_until(reader, "caches.keys().then((names) => names.sort())", sorted(kept))


def test_a_double_click_is_one(visit, site):
    reader = visit(site.address)
    reader.open("02-anatomy-of-a-code.html")
    reader.alive()
    pretest = reader.view("Before you read")
    pretest.get_by_role("button", name="Start").click()
    reader.choose(pretest)
    check = pretest.get_by_role("button", name="Check answer")
    check.evaluate("(button) => button.scrollIntoView({ block: 'center' })")
    box = check.bounding_box()
    at = {"x": box["x"] + box["width"] / 4, "y": box["y"] + box["height"] / 2}
    reader.page.mouse.click(**at)
    pretest.locator(".codeedu-verdict:not(:empty)").wait_for()
    following = pretest.get_by_role("button", name="Next", exact=True)
    following.dispatch_event("click", {"detail": 2})
    reader.page.wait_for_timeout(500)
    expect(pretest).to_contain_text("Question 1 of 3")
    expect(pretest.locator(".codeedu-verdict")).not_to_be_empty()
    following.click()
    expect(pretest).to_contain_text("Question 2 of 3")
    before = reader.page.evaluate("history.length")
    reader.page.locator("header nav a", has_text="What is HCPCS?").dblclick()
    expect(reader.page.locator("h1")).to_contain_text("What is HCPCS?")
    reader.page.wait_for_timeout(500)
    assert reader.page.evaluate("history.length") == before + 1
    assert reader.starts == 1


def test_a_copy_that_nobody_made(visit, site, tmp_path):
    """Lists within lists, which would end Python in a browser."""
    sitting("01", tmp_path / "mine.jsonl", 1)
    deep = ["[" * 200_000, '{"a":' * 200_000, "[" * 999 + "]" * 999, '{"a":' * 999]
    mine = (tmp_path / "mine.jsonl").read_text(encoding="utf-8")
    (tmp_path / "copy.jsonl").write_text("\n".join([*deep, mine]), encoding="utf-8")
    reader = visit(site.address)
    reader.open("00-start-here.html")
    reader.alive()
    expect(reader.bring_back(tmp_path / "copy.jsonl")).to_have_text(
        "1 answer was brought back. 4 lines of the file could not be read."
    )
    reader.follow("What is HCPCS?")
    expect(reader.view("Before you read")).to_contain_text("Question 2 of 3")


def test_a_browser_that_is_full_for_a_while(visit, site):
    site.before = {"live/worker.js": FULL}
    reader = visit(site.address)
    reader.open("02-anatomy-of-a-code.html")
    reader.alive()
    pretest, remark = reader.view("Before you read"), reader.page.locator(".codeedu-remark")
    pretest.get_by_role("button", name="Start").click()
    reader.page.evaluate("new BroadcastChannel('full').postMessage(true)")
    reader.answer(pretest)
    expect(remark).to_contain_text("Download a copy")
    assert kept_in_browser(reader) == {}
    reader.page.evaluate("new BroadcastChannel('full').postMessage(false)")
    reader.follow("What is HCPCS?")
    expect(remark).to_be_empty()
    assert kept_in_browser(reader) == {"alone": 1}
    assert all("full" in problem for problem in reader.problems)
    reader.problems.clear()


def test_without_scripts(visit, site):
    reader = visit(site.address, java_script_enabled=False)
    reader.open("01-what-is-hcpcs.html")
    page = reader.page
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("noscript p")).to_contain_text("your browser needs JavaScript")
    assert page.get_by_role("button").count() == 0
    assert page.get_by_role("searchbox").count() == 0
    assert "With JavaScript you answer 10 questions here" in page.locator("main").inner_text()
    page.locator('footer a[rel="next"]').click()
    expect(page.locator("h1")).to_contain_text("Anatomy of a code")


def test_a_browser_that_keeps_nothing(visit, site, tmp_path):
    site.before = {"live/worker.js": NO_DATABASE}
    reader = visit(site.address, NO_STORES)
    reader.open("01-what-is-hcpcs.html")
    given = take_lesson_01(reader)
    expect(reader.page.locator(".codeedu-remark")).to_contain_text("This browser keeps no answers")
    reader.follow("Start here")
    expect(reader.view("Your answers")).to_contain_text(f"{given} answers")
    assert len(lines(reader.copy(tmp_path))) == given


def test_a_browser_in_which_python_cannot_start(visit, site):
    reader = visit(site.address, NO_WORKER)
    reader.open("01-what-is-hcpcs.html")
    reader.view("Quiz").get_by_role("button", name="Start").click()
    for says in reader.page.locator(".codeedu-starting").all():
        expect(says).to_contain_text("Python could not start in this browser")
    expect(reader.page.locator("main")).to_contain_text("Mrs. Alvarez")
    reader.follow("Anatomy of a code")
    expect(reader.page.locator("h1")).to_be_focused()
    expect(reader.page.locator(".codeedu-starting").first).to_contain_text("could not start")
    assert reader.problems == ["codeedu: refused"]
    reader.problems.clear()


def test_answers_can_be_had_where_python_does_not_start_any_more(visit, site, tmp_path):
    reader = visit(site.address, service_workers="block")
    reader.open("02-anatomy-of-a-code.html")
    pretest = reader.view("Before you read")
    pretest.get_by_role("button", name="Start").click()
    reader.answer(pretest)
    broken = visit.beside(reader)
    broken.page.route("**/libraries.zip*", lambda route: route.fulfill(status=404))
    broken.open("02-anatomy-of-a-code.html")
    expect(broken.page.locator(".codeedu-starting").first).to_contain_text("could not start")
    assert len(lines(broken.copy(tmp_path))) == 1
    for each in (reader, broken):
        each.problems.clear()


def test_from_a_folder(visit, folder_of_site, tmp_path):
    reader = visit(f"{folder_of_site.as_uri()}/")
    page = reader.page
    reader.open("index.html")
    expect(page.locator("h1")).to_have_text("Start here")
    explorer = reader.view("Code explorer")
    explorer.get_by_role("button", name="Try E1165").click()
    expect(explorer.get_by_role("status")).to_contain_text("E1165")
    reader.follow("What is HCPCS?")
    pretest = reader.view("Before you read")
    pretest.get_by_role("button", name="Start").click()
    assert reader.sit(pretest, 1) == 1
    assert reader.starts == 1
    page.reload()
    expect(page.locator("h1")).to_contain_text("What is HCPCS?")
    expect(pretest).to_contain_text("Question 2 of 3")
    page.go_back()
    expect(page.locator("h1")).to_have_text("Start here")
    page.get_by_label("Search the course").fill("for the supervisor")
    page.locator("#found a").first.click()
    expect(page.locator("h1")).to_contain_text("Clean a claim file")
    reader.alive()
    assert len(lines(reader.copy(tmp_path))) == 1


def test_a_computer_of_several(visit, site, tmp_path):
    reader = visit(site.address)
    page = reader.page

    def says_who(name: str) -> None:
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Name or nickname").fill(name)
        dialog.get_by_role("button", name="Go on").click()
        expect(page.locator("#record summary")).to_contain_text(f"The answers of {name}")

    def answer(count: int) -> None:
        reader.alive()
        pretest = reader.view("Before you read")
        pretest.get_by_role("button", name="Start").click()
        reader.sit(pretest, count)

    reader.open("01-what-is-hcpcs.html")
    answer(1)
    page.locator("#record summary").click()
    page.get_by_role("button", name="Others use this computer, too").click()
    says_who("Rosa")  # who was alone till now
    reader.alive()
    expect(reader.view("Before you read")).to_contain_text("Question 2 of 3")
    assert kept_in_browser(reader) == {"name:Rosa": 1}

    ben = visit.beside(reader)  # another window: nobody is there yet
    ben.open("01-what-is-hcpcs.html")
    reader, page, rosa = ben, ben.page, reader
    expect(page.get_by_role("dialog").get_by_label("Rosa")).to_be_visible()
    says_who("Ben")
    answer(2)
    assert kept_in_browser(ben) == {"name:Rosa": 1, "name:Ben": 2}
    assert len(lines(ben.copy(tmp_path))) == 2
    assert len(lines(rosa.copy(tmp_path))) == 1

    page.get_by_role("button", name="Finish, and remove").click()
    with page.expect_download() as told:
        page.get_by_role("button", name="Download a copy, then remove").click()
    told.value.save_as(tmp_path / "ben.jsonl")
    assert len(lines(tmp_path / "ben.jsonl")) == 2
    expect(page.locator("h1")).to_have_text("Start here")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert kept_in_browser(ben) == {"name:Rosa": 1}
    stored = "JSON.stringify([{...localStorage}, {...sessionStorage}])"
    assert json.loads(page.evaluate(stored)) == [{"codeedu-shared": "yes"}, {}]
    page.get_by_role("dialog").get_by_label("Rosa").check()
    page.get_by_role("button", name="Go on").click()
    reader.alive()
    expect(reader.view("Your answers")).to_contain_text("1 answer,")

    page.locator("#record summary").click()
    page.get_by_role("button", name="Somebody else is here now").click()
    page.get_by_role("button", name="Only I use this computer").click()
    reader.alive()
    expect(reader.view("Your answers")).to_contain_text("1 answer,")
    assert kept_in_browser(ben) == {"alone": 1}
    assert json.loads(page.evaluate(stored)) == [{}, {}]


def test_an_answer_on_its_way_is_removed_too(visit, site):
    reader = visit(
        site.address,
        "localStorage.setItem('codeedu-shared', 'yes'); sessionStorage['codeedu-name'] = 'Ann'",
    )
    reader.open("02-anatomy-of-a-code.html")
    reader.alive()
    pretest = reader.view("Before you read")
    pretest.get_by_role("button", name="Start").click()
    reader.answer(pretest)
    pretest.get_by_role("button", name="Next", exact=True).click()
    expect(pretest.locator(".codeedu-verdict")).to_be_empty()
    reader.choose(pretest)
    expect(pretest.get_by_role("button", name="Check answer")).to_be_visible()
    reader.page.evaluate(
        """() => {
            const press = (within, label) => [...document.querySelectorAll(`${within} button`)]
                .find((button) => button.textContent.includes(label)).click();
            press("#record", "Finish");
            press(".codeedu-view", "Check answer");
            press("dialog", "without a copy");
        }"""
    )
    expect(reader.page.locator("h1")).to_have_text("Start here")
    assert kept_in_browser(reader) == {}


def test_answers_without_a_name_are_given_to_nobody_else(visit, site):
    def names(reader: Reader, press: str, name: str = "") -> None:
        dialog = reader.page.get_by_role("dialog")
        if name:
            dialog.get_by_label("Name or nickname").fill(name)
        dialog.get_by_role("button", name=press).click()
        expect(dialog).to_have_count(0)

    def answer(reader: Reader) -> None:
        reader.alive()
        reader.view("Before you read").get_by_role("button", name="Start").click()
        reader.answer(reader.view("Before you read"))

    rosa = visit(site.address)
    beside = visit.beside(rosa)
    for reader, name in ((rosa, "01-what-is-hcpcs.html"), (beside, "02-anatomy-of-a-code.html")):
        reader.open(name)
        reader.alive()
    answer(rosa)
    rosa.page.locator("#record summary").click()
    share = rosa.page.get_by_role("button", name="Others use this computer, too")
    share.click()
    rosa.page.reload()  # without an answer: nothing is shared yet
    expect(rosa.page.get_by_role("dialog")).to_have_count(0)
    rosa.page.locator("#record summary").click()
    share.click()
    names(rosa, "Go on", "Rosa")
    names(beside, "Go on", "Ben")  # the other window asks at once
    answer(beside)
    wait_until(rosa, RECORDS, ["name:Ben", "name:Rosa"])
    ben = visit.beside(rosa)
    ben.open("01-what-is-hcpcs.html")
    ben.page.get_by_role("dialog").get_by_label("Ben").check()
    names(ben, "Only I use this computer")
    answer(ben)
    wait_until(rosa, RECORDS, ["alone", "name:Rosa"])
    ben.page.evaluate("localStorage.setItem('codeedu-shared', 'yes')")
    zed = visit.beside(rosa)
    zed.open("01-what-is-hcpcs.html")
    names(zed, "Go on", "Zed")
    zed.alive()
    expect(zed.view("Before you read").get_by_role("button", name="Start")).to_be_visible()
    assert kept_in_browser(zed) == {"alone": 2, "name:Rosa": 1}


KEYBOARD = OWN.replace("09-count-01", "31-ours-09").replace(
    'objective = "09-count"\nkind', 'objective = "31-ours"\nkind'
) + "".join(
    ONE.partition("[[item]]")[1]
    + ONE.partition("[[item]]")[2]
    .replace("01-levels-01", f"31-ours-1{number}")
    .replace("01-levels", "31-ours")
    .replace('kind = "one"', f'kind = "{kind}"')
    for number, kind in enumerate(("one", "spot"))
)
ROW = """
[[lesson]]
lesson = "31"
notebook = "31-ours"
title = "Ours"
promise = "Answer each kind of question."
reading = 10
practice = 15
"""


SYSTEM = """<!doctype html><title>Learning system</title><link rel="icon" href="data:,"><script>
    const kept = JSON.parse(decodeURIComponent(location.hash.slice(1)));
    const names = ["Initialize", "Finish", "Commit", "GetLastError", "GetErrorString"];
    const API = Object.fromEntries(names.map((name) => [`LMS${name}`, () => "true"]));
    API.LMSGetValue = (name) => kept[name] ?? "";
    API.LMSSetValue = (name, value) => ((kept[name] = value), "true");
    window.API = API;
</script><iframe src="02-anatomy-of-a-code.html" width="1100" height="800"></iframe>"""


@pytest.fixture
def in_a_system(tmp_path, visit):
    """Open lesson 02 in a system that kept something: in a browser that knows nothing of it."""
    need_engine()
    folder = tmp_path / "package"
    build.site(["02"], lms="scorm12", final=False).save(folder)
    (folder / "system.html").write_text(SYSTEM, encoding="utf-8")
    with serve(folder) as site:

        def play(kept: dict[str, str]) -> tuple[Reader, FrameLocator]:
            reader = visit(site.address)
            reader.open(f"system.html#{quote(json.dumps(kept))}")
            return reader, reader.page.frame_locator("iframe")

        yield play


def test_a_lesson_goes_on_in_a_system(in_a_system):
    kept = {"cmi.core.student_id": "ann"}
    for number in (1, 2):
        reader, lesson = in_a_system(kept)
        view = lesson.get_by_role("group", name="Before you read")
        if number == 1:
            view.get_by_role("button", name="Start").click()
        expect(view).to_contain_text(f"Question {number} of 3")
        reader.answer(view)
        wait_until(reader, "Boolean(kept['cmi.suspend_data'])", True)
        reader.page.wait_for_timeout(1000)
        kept = reader.page.evaluate("kept")
        assert len(lms.unpacked(kept["cmi.suspend_data"]).answers) == number


@pytest.mark.parametrize("text", ["garbage", "1AAAA"])
def test_what_a_system_kept_is_damaged(in_a_system, text):
    reader, lesson = in_a_system({"cmi.suspend_data": text, "cmi.core.student_id": "ann"})
    expect(lesson.locator(".codeedu-remark")).to_contain_text("cannot be read")
    view = lesson.get_by_role("group", name="Before you read")
    view.get_by_role("button", name="Start").click()
    reader.answer(view)


def test_by_keyboard_alone(visit, tmp_path):
    """A question of each kind, in a lesson of a custom folder."""
    need_engine()
    custom = tmp_path / "custom"
    custom.mkdir()
    head, first, rest = KEYBOARD.partition("[[objective]]")
    (custom / "questions.toml").write_text(head + ROW + first + rest, encoding="utf-8")
    cells = [
        nbformat.v4.new_markdown_cell("# 8. Ours\n\nAnswer each kind of question."),
        nbformat.v4.new_code_cell('import codeedu; codeedu.explorer("J1885")'),
        nbformat.v4.new_code_cell('import codeedu; codeedu.quiz("31")'),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), custom / "31-ours.ipynb")
    env = os.environ | {"CODEEDU_CUSTOM": str(custom)}
    command = [sys.executable, "-m", "codeedu", "site", "build", tmp_path / "site"]
    made = subprocess.run(command, env=env, capture_output=True, text=True)
    assert "14 pages written" in made.stdout, made.stderr
    with serve(tmp_path / "site") as served:
        reader = visit(served.address)
        walk_by_keyboard(reader)


def walk_by_keyboard(reader: Reader) -> None:
    page, keys = reader.page, reader.page.keyboard
    focused = "document.activeElement"

    def tab_to(wanted: str) -> None:
        """Press Tab until what has the focus says so; it can be seen that it has."""
        for _ in range(40):
            keys.press("Tab")
            text = page.evaluate(f"{focused}.innerText || {focused}.type || ''")
            if wanted in text:
                outline = page.evaluate(f"getComputedStyle({focused}).outlineStyle")
                assert outline != "none", f"{wanted}: nothing shows the focus"
                return
        pytest.fail(f"Tab never reached {wanted!r}")

    reader.open("31-ours.html")
    reader.alive()
    keys.press("Tab")
    assert page.evaluate(f"{focused}.textContent") == "Skip to the lesson"
    keys.press("Enter")
    assert page.evaluate(f"{focused}.id") == "lesson"
    keys.press("Tab")
    explorer = reader.view("Code explorer")
    expect(explorer.get_by_role("textbox").first).to_be_focused()
    keys.press("Control+a")
    keys.type("E1165")
    keys.press("Enter")
    expect(explorer.get_by_role("status")).to_contain_text("E1165")
    expect(explorer.get_by_role("textbox").first).to_be_focused()
    tab_to("Start")
    keys.press("Space")
    quiz = reader.view("Quiz")
    kinds = set()
    for number in range(1, 7):
        expect(quiz).to_contain_text(f"Question {number} of 6")
        expect(quiz.locator("legend").first).to_be_focused()
        keys.press("Tab")
        kind = page.evaluate(f"{focused}.type + ({focused}.inputMode ?? '')")
        kinds.add(kind)
        if kind == "radio":
            keys.press("ArrowDown")
            expect(quiz.locator(".codeedu-choices input").nth(1)).to_be_checked()
        elif kind == "checkbox":
            keys.press("Space")
            expect(quiz.locator(".codeedu-choices input").first).to_be_checked()
        elif kind == "button":
            moved = page.evaluate(f"{focused}.closest('li').dataset.text")
            keys.press("Tab")
            keys.press("Enter")
            expect(quiz.locator("ol.codeedu-steps li").nth(1)).to_contain_text(moved)
            assert page.evaluate(f"{focused}.closest('li').dataset.text") == moved
        else:
            keys.type("4" if kind == "textdecimal" else "J1885")
        if kind.startswith("text"):
            keys.press("Enter")
        else:
            tab_to("Check answer")
            keys.press("Enter")
        expect(quiz.get_by_role("heading", name="Why")).to_be_focused()
        tab_to("Next")
        keys.press("Enter")
    assert kinds == {"radio", "checkbox", "button", "texttext", "textdecimal"}
    expect(quiz.get_by_role("heading", name="Quiz finished")).to_be_focused()
    for _ in range(60):
        if page.evaluate(f"!!{focused}.closest('header')"):
            break
        keys.press("Shift+Tab")
    link = page.locator("header nav a", has_text="Glossary")
    for _ in range(20):
        if link.evaluate(f"(link) => link === {focused}"):
            break
        keys.press("Shift+Tab")
    keys.press("Enter")
    expect(page.locator("h1")).to_have_text("Glossary")
    expect(page.locator("h1")).to_be_focused()
    assert reader.starts == 1


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_picture_of_the_readme(visit, site, theme):
    """A lesson in use; `make picture` copies both shots to docs/."""
    size = {"width": 900, "height": 1130}
    reader = visit(site.address, viewport=size, color_scheme=theme, reduced_motion="reduce")
    reader.open("01-what-is-hcpcs.html#Before-you-read")
    questions = reader.view("Before you read")
    questions.get_by_role("button", name="Start").click()
    reader.answer(questions)
    expect(questions.get_by_role("heading", name="Why")).to_be_focused()
    reader.page.evaluate("document.getElementById('Before-you-read').scrollIntoView()")
    SHOTS.mkdir(exist_ok=True)
    reader.page.screenshot(path=SHOTS / f"lesson-{theme}.png")
