"""The class report, a feedback sheet and the key of an assignment, in a real browser."""

import pytest

import classroom
import codeedu
from codeedu.teach.export.assignment import assignment
from jupyter_page import fits_when_narrow, passes_axe


@pytest.fixture(scope="module")
def pages(browser, tmp_path_factory):
    folder = tmp_path_factory.mktemp("class")
    classroom.write(folder, learners=6)
    book = codeedu.gradebook(folder)
    sheet = book.sheets()["feedback-learner-03.html"].decode()
    made = {"report": book.report(), "sheet": sheet, "key": assignment("05", 20, 7).key()}
    opened = {}
    for name, text in made.items():
        path = folder / f"{name}.html"
        path.write_text(text, encoding="utf-8")
        opened[name] = browser.new_page()
        opened[name].goto(path.as_uri())
    yield opened
    for page in opened.values():
        page.close()


@pytest.mark.parametrize("name", ["report", "sheet", "key"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_passes_axe(pages, name, scheme):
    passes_axe(pages[name], scheme)


@pytest.mark.parametrize("name", ["report", "sheet", "key"])
def test_nothing_is_cut_off_on_a_narrow_page(pages, name):
    fits_when_narrow(pages[name])


def test_the_findings_fit_the_first_screen(pages):
    pages["report"].set_viewport_size({"width": 1100, "height": 900})
    last = pages["report"].locator("ol > li").last
    assert last.bounding_box()["y"] + last.bounding_box()["height"] <= 900


def test_before_the_appendix_the_report_prints_on_two_pages(browser, tmp_path):
    """The report of a class of thirty, and the sheet of a learner who missed much."""
    classroom.write(tmp_path)
    book = codeedu.gradebook(tmp_path)
    page = browser.new_page()
    for text in (book.report(), book.sheets()["feedback-learner-03.html"].decode()):
        page.set_content(text)
        page.add_style_tag(content=".codeedu-appendix { display: none; }")
        assert page.pdf(format="Letter").count(b"/Type /Page\n") <= 2
    page.close()
