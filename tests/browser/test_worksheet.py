"""A worksheet in a real browser: readable by everyone, on any screen."""

import re

import pytest

import codeedu
from banks import ONE, use_only
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


def test_no_claim_line_wraps_on_paper(browser, tmp_path):
    codeedu.export_bank("worksheet", tmp_path / "all.html", pool="all")
    page = browser.new_page(viewport={"width": 739, "height": 900})  # Letter less its margins
    page.emulate_media(media="print")
    page.goto((tmp_path / "all.html").as_uri())
    lines = """() => [...document.querySelectorAll("pre")].map(one => [
        one.innerText.split("\\n").length,
        Math.round((one.clientHeight - 16) / parseFloat(getComputedStyle(one).lineHeight)),
    ])"""
    counts = page.evaluate(lines)
    page.close()
    assert len(counts) > 20
    assert all(written == shown for written, shown in counts)


def test_the_answers_and_the_reasons_are_printed_on_pages_of_their_own(
    chromium, tmp_path, monkeypatch
):
    monkeypatch.setenv("CODEEDU_BROWSER", chromium)
    use_only(monkeypatch, tmp_path / "custom.toml", ONE)
    codeedu.export_bank("worksheet", tmp_path / "a.pdf")
    data = (tmp_path / "a.pdf").read_bytes()
    assert data.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type /Page\b", data)) == 3
