"""A worksheet in a real browser: readable by everyone, on any screen."""

import pytest

import codeedu
from jupyter_page import fits_when_narrow, passes_axe


@pytest.fixture(scope="module")
def page(browser, tmp_path_factory):
    path = tmp_path_factory.mktemp("worksheet") / "worksheet.html"
    codeedu.export_bank("worksheet", path, lessons=["03", "04"])
    opened = browser.new_page()
    opened.goto(path.as_uri())
    yield opened
    opened.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_worksheet_passes_axe(page, scheme):
    passes_axe(page, scheme)


def test_nothing_is_cut_off_on_a_narrow_page(page):
    fits_when_narrow(page)
