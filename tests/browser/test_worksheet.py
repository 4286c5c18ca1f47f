"""A worksheet in a real browser: readable by everyone, on any screen."""

import pytest
from axe_playwright_python.sync_playwright import Axe

import codeedu


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
    page.emulate_media(color_scheme=scheme)
    found = Axe().run(page).response["violations"]
    assert [(violation["id"], violation["help"]) for violation in found] == []


def test_nothing_is_cut_off_on_a_narrow_page(page):
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
