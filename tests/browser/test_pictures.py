"""The figures where they are shown: in a notebook nobody trusts, in both themes, measured."""

import nbformat
import pytest

import codeedu
from codeedu import figures
from codeedu.figures.reasons import reasons_figure

REASONS = [("perhaps a diagnosis that lost its dot", "flagged", 368), ("blanks", "corrected", 98)]
ALL = {name: figures.figure(name) for name in figures.FIGURES} | {
    "reasons": reasons_figure(REASONS, 6000)
}

# Texts that leave the sheet, and pairs of texts that touch; an edge of 1 pixel does not count.
LOOK = """() => {
    const sheet = document.querySelector("svg").getBoundingClientRect();
    const texts = [...document.querySelectorAll("svg text")].map((text) => {
        const box = text.getBoundingClientRect();
        return { says: text.textContent, left: box.left + 1, right: box.right - 1,
                 top: box.top + 3, bottom: box.bottom - 3 };
    });
    const out = texts.filter((t) => t.left < sheet.left || t.right > sheet.right
        || t.top < sheet.top || t.bottom > sheet.bottom).map((t) => t.says);
    const touch = texts.flatMap((a, i) => texts.slice(i + 1).filter((b) => a.left < b.right
        && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
        .map((b) => `${a.says} / ${b.says}`));
    return [...out, ...touch];
}"""


@pytest.fixture(scope="module")
def page(browser):
    context = browser.new_context(viewport={"width": 900, "height": 1000})
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("name", ALL)
def test_no_text_touches_another_or_leaves_the_sheet(page, name):
    page.set_content(ALL[name].svg)
    assert page.evaluate(LOOK) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_stored_figure_is_seen_by_everyone_untrusted(new_lab, theme):
    lab = new_lab(color_scheme="light")  # the theme of JupyterLab counts, not that of the system
    name = f"figures-{theme}.ipynb"
    lab.write_notebook(name, *(f"codeedu.figure({figure!r})" for figure in figures.FIGURES))
    path = lab.folder / name
    stored = nbformat.read(path, as_version=4)
    for cell, figure in zip(stored.cells, figures.FIGURES, strict=True):
        data = {"text/html": codeedu.figure(figure)._repr_html_()}
        cell.outputs = [nbformat.v4.new_output("execute_result", data=data)]
    nbformat.write(stored, path)
    lab.open_notebook(name)
    lab.set_theme(theme)
    images = lab.page.locator(".jp-OutputArea img")
    for image in images.all():
        assert image.evaluate("i => i.complete && i.naturalWidth") == 760
        assert len(image.get_attribute("alt")) > 60
    assert images.count() == len(figures.FIGURES)
    lab.shot(f"figures-{theme}", of=lab.page.locator(".jp-OutputArea").nth(2))
    assert not lab.axe()
