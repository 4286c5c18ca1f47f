"""The report of what changed between two releases, in a real browser."""

import pytest

import codeedu
from codeedu.cms.changes_page import changes_page
from jupyter_page import fits_when_narrow, passes_axe


@pytest.fixture(scope="module")
def page(browser, tmp_path_factory):
    older, newer = map(codeedu.practice_release, ("2016", "2018"))
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(changes_page(older, newer), encoding="utf-8")
    opened = browser.new_page()
    opened.goto(path.as_uri())
    yield opened
    opened.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_report_passes_axe(page, scheme):
    passes_axe(page, scheme)


def test_nothing_is_cut_off_on_a_narrow_page(page):
    fits_when_narrow(page)
