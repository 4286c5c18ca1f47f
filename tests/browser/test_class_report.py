"""The class report and the key of an assignment, in a real browser."""

import pytest

import classroom
import codeedu
from codeedu.teach.export.assignment import assignment
from jupyter_page import fits_when_narrow, passes_axe


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
    passes_axe(pages[name], scheme)


@pytest.mark.parametrize("name", ["report", "key"])
def test_nothing_is_cut_off_on_a_narrow_page(pages, name):
    fits_when_narrow(pages[name])


def test_the_findings_fit_the_first_screen(pages):
    pages["report"].set_viewport_size({"width": 1100, "height": 900})
    last = pages["report"].locator("ol > li").last
    assert last.bounding_box()["y"] + last.bounding_box()["height"] <= 900
