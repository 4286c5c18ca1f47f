"""The building blocks of everything shown: tables, pages, figures, colors."""

import copy
import pickle
import re

import pandas as pd
import pytest

from codeedu.figures.canvas import palette
from codeedu.html import nodes


def table_html(rows, **options):
    return nodes.to_html(nodes.table_node(rows, **options))


ROWS = [{"letter": "J", "codes": 744}, {"letter": "<G>", "codes": 1547}]


def test_a_table_has_a_caption_and_headers():
    html = table_html(ROWS, caption="Codes & letters")
    assert html.startswith('<div aria-label="Codes &amp; letters" class="codeedu-wide"')
    assert "<table><caption>Codes &amp; letters</caption><thead><tr>" in html
    assert html.count('scope="col"') == 2
    assert '<th scope="row">&lt;G&gt;</th><td>1547</td>' in html
    assert table_html(pd.DataFrame(ROWS), caption="Codes & letters") == html


def test_columns_choose_and_order():
    html = table_html(ROWS, caption="Codes", columns=["codes"])
    assert "letter" not in html
    assert table_html([], caption="None").count("<tr>") == 1
    with pytest.raises(KeyError):
        table_html(ROWS, caption="Codes", columns=["nothing"])


def test_a_figure_has_words_numbers_and_its_picture_as_an_image():
    told = {"alt": 'Bars: "G" is taller', "table": ROWS, "caption": "Codes by letter"}
    shown = nodes.readable_figure("<svg/>", **told)
    assert shown.html.startswith(
        '<figure><img alt="Bars: &quot;G&quot; is taller" src="data:image/svg+xml;base64,PHN2Zy8+">'
    )
    assert "<figcaption>Codes by letter</figcaption>" in shown.html
    assert '<details><summary>The numbers as a table</summary><div aria-label="' in shown.html
    assert '<th scope="row">J</th><td>744</td>' in shown.table
    assert repr(shown) == 'Figure: Codes by letter Bars: "G" is taller'


def test_a_figure_without_words_is_refused():
    with pytest.raises(ValueError, match="alt text"):
        nodes.readable_figure("<svg/>", alt=" ", table=[], caption="A caption")


def test_what_a_cell_shows_is_text_and_html():
    shown = nodes.Shown("one\n" + "two " * 40, "<p>two</p>")
    assert isinstance(shown, str)
    assert shown.startswith("one\n")
    assert max(map(len, repr(shown).splitlines())) <= 88
    assert shown._repr_html_().endswith('</style><div class="codeedu"><p>two</p></div>')
    for same in (copy.copy(shown), pickle.loads(pickle.dumps(shown))):
        assert (same, same.html) == (shown, shown.html)


def test_what_is_saved_is_a_page_that_needs_nothing_else(tmp_path):
    shown = nodes.Shown("text", "<p>body \ud800 $title</p>", heading="A & B")
    path = shown.save(tmp_path / "page.html")
    text = path.read_text(encoding="utf-8")
    assert text.startswith("<!DOCTYPE html>")
    assert "<title>A &amp; B</title>" in text
    assert "<h1>A &amp; B</h1>" in text
    assert '<div class="codeedu"><p>body &#55296; $title</p></div>' in text
    assert not re.search(r"@import|src=|https?:", text)


def test_colors_have_contrast_in_both_themes():
    colors = palette()
    pairs = [(name, f"{name}-bg") for name in colors if f"{name}-bg" in colors]
    assert len(pairs) == 8
    pairs += [("text", under) for _, under in pairs]
    hues = ("text", "muted", "link", "cpt", "level-2", "level-3", "diagnosis", "quiet")
    pairs += [(hue, under) for hue in hues for under in ("surface", "card")]
    pairs += [("link", "quiet-bg"), ("main-text", "main")]
    for theme in (0, 1):
        for text, under in pairs:
            assert contrast(colors[text][theme], colors[under][theme]) >= 4.5, (text, under)
        for edge in ("control", "focus"):  # what is not text needs 3:1
            assert contrast(colors[edge][theme], colors["surface"][theme]) >= 3, edge


def test_a_color_stands_in_one_place():
    for name in ("theme.css", "explorer.css", "home.css", "page.css"):
        own = (nodes.STATIC / name).read_text(encoding="utf-8")
        assert not re.search(r"#[0-9a-f]{3,8}\b", own), name


def test_every_class_that_a_node_has_is_styled_or_filled():
    named = {
        name
        for path in nodes.STATIC.parents[1].rglob("*.py")
        for names in re.findall('class_="([^"{]+)"', path.read_text(encoding="utf-8"))
        for name in names.split()
    }
    assert len(named) > 20
    package = nodes.STATIC.parents[1]
    files = [*package.rglob("static/*.css"), *package.rglob("static/*.js")]
    known = "".join(path.read_text(encoding="utf-8") for path in files)
    assert [name for name in named if not re.search(rf"\.{name}(?![\w-])", known)] == []


def contrast(one, other):
    def luminance(color):
        channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)
