"""The class report and the key of an assignment, in a real browser."""

import pytest
from axe_playwright_python.sync_playwright import Axe

import classroom
import codeedu
from codeedu.teach.assignment import assignment


@pytest.fixture(scope="module")
def pages(browser, tmp_path_factory):
    folder = tmp_path_factory.mktemp("class")
    classroom.write(folder, learners=6)
    made = {"report": codeedu.gradebook(folder).report(), "key": assignment("05", 20, 7).key()}
    opened = {}
    for name, text in made.items():
        path = folder / f"{name}.html"
        path.write_text(text, encoding="utf-8")
        opened[name] = browser.new_page()
        opened[name].goto(path.as_uri())
    yield opened
    for page in opened.values():
        page.close()


@pytest.mark.parametrize("name", ["report", "key"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_passes_axe(pages, name, scheme):
    pages[name].emulate_media(color_scheme=scheme)
    found = Axe().run(pages[name]).response["violations"]
    assert [(violation["id"], violation["help"]) for violation in found] == []


@pytest.mark.parametrize("name", ["report", "key"])
def test_nothing_is_cut_off_on_a_narrow_page(pages, name):
    pages[name].set_viewport_size({"width": 320, "height": 800})
    assert pages[name].evaluate("document.documentElement.scrollWidth") <= 320


def test_the_findings_fit_the_first_screen(pages):
    pages["report"].set_viewport_size({"width": 1100, "height": 900})
    last = pages["report"].locator("ol > li").last
    assert last.bounding_box()["y"] + last.bounding_box()["height"] <= 900
