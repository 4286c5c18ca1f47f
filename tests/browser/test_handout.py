"""The file to hand out, and slides, in a room without a network: opened by a double click."""

import json
import zipfile

import pytest
from playwright.sync_api import expect

from codeedu.files import write_all
from codeedu.pages import handout, slides
from course_pages import Reader, made, need_engine


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    """The file to hand out, unpacked: the page for students and the folder beside it."""
    need_engine()
    folder = tmp_path_factory.mktemp("handout")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(handout, "site", lambda: made())
        write_all({folder / "course.zip": handout.handout("Fall class").zipped()})
    with zipfile.ZipFile(folder / "course.zip") as archive:
        archive.extractall(folder)
    return folder


@pytest.fixture
def room(browser):
    """A computer without a network."""
    context = browser.new_context(viewport={"width": 1280, "height": 720}, offline=True)
    yield context
    context.close()


def test_a_learner_answers_closes_comes_back_and_hands_in(room, unpacked, tmp_path):
    address = f"{unpacked.as_uri()}/"
    first = Reader(room.new_page(), address)
    first.open("START-HERE.html")
    expect(first.page.get_by_role("alert")).to_be_hidden()
    first.page.get_by_role("link", name="open the course").click()
    expect(first.page.locator("h1")).to_have_text("Start here")
    first.follow("What is HCPCS?")
    pretest = first.view("Before you read")
    pretest.get_by_role("button", name="Start").click()
    assert first.sit(pretest, 2) == 2
    first.page.close()

    again = Reader(room.new_page(), address)
    again.open("START-HERE.html")
    again.page.get_by_role("link", name="open the course").click()
    answers = again.view("Your answers")
    expect(answers).to_contain_text("2 answers")
    answers.get_by_label("Your name or login").fill("mlopez")
    answers.get_by_role("button", name="Hand in").click()
    with again.page.expect_download() as told:
        answers.get_by_role("link", name="Download mlopez.jsonl").click()
    told.value.save_as(tmp_path / told.value.suggested_filename)
    lines = (tmp_path / "mlopez.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["mode"] for line in lines] == ["pretest"] * 2
    for reader in (first, again):
        assert reader.problems == []
        assert reader.outside() == []


def test_the_page_for_students_says_when_it_is_not_unpacked(room, unpacked, tmp_path):
    (tmp_path / "START-HERE.html").write_bytes((unpacked / "START-HERE.html").read_bytes())
    page = room.new_page()
    page.goto((tmp_path / "START-HERE.html").as_uri())
    expect(page.get_by_role("alert")).to_contain_text("the .zip file is not unpacked yet")


# Slides

LOST = """() => Reveal.getSlides().flatMap((slide) => {
    const { h, v } = Reveal.getIndices(slide);
    Reveal.slide(h, v);
    const lost = [...slide.querySelectorAll("*")].filter((part) =>
        part.getBoundingClientRect().right > innerWidth && !part.closest(".wide, .codeedu-table"));
    const isLost = lost.length || slide.scrollWidth > slide.clientWidth;
    return isLost ? [slide.innerText.slice(0, 60)] : [];
})"""
HERE = "() => { const { h, v } = Reveal.getIndices(); return [h, v]; }"


@pytest.fixture(scope="module")
def decks(tmp_path_factory):
    need_engine()
    folder = tmp_path_factory.mktemp("slides") / "slides"
    slides.slides().save(folder)
    return folder


def test_no_slide_is_wider_than_the_screen(room, decks):
    for path in sorted(decks.glob("0*.html")):
        reader = Reader(room.new_page(), f"{decks.as_uri()}/")
        reader.open(path.name)
        reader.page.wait_for_function("Reveal.isReady()")
        assert reader.page.evaluate(LOST) == [], path.name
        assert reader.problems == []
        assert reader.outside() == []


def test_keys_scroll_a_long_slide_before_they_leave_it_and_unfold_an_answer(room, decks):
    page = room.new_page()
    page.goto((decks / "02-anatomy-of-a-code.html").as_uri())
    page.wait_for_function("Reveal.isReady()")
    keys = page.keyboard
    keys.press("ArrowRight")
    assert page.evaluate(HERE) == [1, 0]
    long = """Reveal.getSlides().find((slide) => {
        const { h, v } = Reveal.getIndices(slide);
        Reveal.slide(h, v);
        return slide.scrollHeight > slide.clientHeight + 50;
    })"""
    page.evaluate(long)
    there = page.evaluate(HERE)
    keys.press("Space")
    assert page.evaluate(HERE) == there
    assert page.evaluate("Reveal.getCurrentSlide().scrollTop") > 40
    for _ in range(20):
        keys.press("Space")
    assert page.evaluate(HERE) > there
    page.goto((decks / "02-anatomy-of-a-code.html").as_uri() + "#/3/1")
    page.reload()
    folded = page.locator("section.present section.present details")
    expect(folded.locator("summary")).to_be_visible()
    folded.locator("summary").focus()
    keys.press("Space")
    expect(folded).to_have_attribute("open", "")
    assert page.evaluate(HERE) == [3, 1]


def test_a_citation_leads_to_the_slide_of_its_source(room, decks):
    page = room.new_page()
    page.goto((decks / "02-anatomy-of-a-code.html").as_uri())
    page.wait_for_function("Reveal.isReady()")
    page.evaluate("Reveal.slide(4, 1)")
    page.locator("section.present a[href^='#source']").first.click()
    expect(page.locator("section.present h2")).to_have_text("Sources")
