"""An answer as HTML: safe, said in words, and one hue for each code set."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings

import codeedu
from codeedu import tables
from codeedu.codes import classify, suggest
from codeedu.codes.explain import CAUTION
from codeedu.html import answer
from codeedu.html.nodes import source
from junk import ENTRIES, JUNK


def answer_html(classification):
    return answer.show_answer(classification)._repr_html_()


class Tags(HTMLParser):
    """Collect what a browser would see."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.tags, self.open, self.text = set(), [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.open.append(tag)
        assert not any(name.startswith("on") for name, _ in attrs)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] != "style":
            self.text.append(data)


KNOWN = {*"style section div p strong span ol ul li dl dt dd code a".split()}  # noqa: SIM905


@given(ENTRIES)
@example("<script>alert(1)</script>")
@example("</style><b>")
@example("\ud800")
@settings(max_examples=300)
def test_html_is_closed_escaped_and_visible(text):
    html = answer_html(codeedu.classify(text))
    seen = Tags(html)
    assert seen.open == []
    assert seen.tags <= KNOWN
    assert "".join(seen.text).isprintable()
    html.encode()


@pytest.mark.parametrize("value", JUNK, ids=lambda v: type(v).__name__)
def test_any_object_is_explained(value):
    found = codeedu.classify(value)
    assert CAUTION in found.explain()
    assert Tags(found._repr_html_()).tags <= KNOWN
    assert len(found._repr_html_()) < 40_000


def test_html_says_in_words_what_it_shows_in_color():
    text = " ".join(Tags(answer_html(codeedu.classify("99213-25"))).text)
    for words in ("99213 number", "- separator", "25 modifier", "Maintained by", "not checked"):
        assert words in re.sub(r"\s+", " ", text)


def test_a_suggestion_is_a_button_only_where_something_listens():
    found = codeedu.classify("J188S")
    assert "button" not in str(answer.answer_nodes(found))
    assert "'data-fill': 'J1885'" in str(answer.answer_nodes(found, live=True))


# The colors of theme.css that come in pairs, and the page and card that muted text stands on.


EVIDENCE = {
    "E1165": ["not listed", "listed"],
    "G0439": ["listed", "listed"],
    "J1885": ["listed"],
    "99213": ["not checked against a list"],
    "0001A": ["ended"],
    "W1234": ["possible reading, local code"],
    "F1234": ["remote reading, not listed"],
}


@pytest.mark.parametrize(("value", "tags"), EVIDENCE.items())
def test_a_card_says_what_is_known_of_its_reading(value, tags):
    found = codeedu.classify(value)
    assert [answer.evidence(reading) for reading in found.readings] == tags
    for tag in tags:
        assert f'class="codeedu-tag">{tag}<' in answer_html(found)


def test_every_code_set_has_a_hue_of_the_theme():
    hues = {answer.hue(row["code_set"]) for row in tables.rows("code_sets")}
    assert hues == {"cpt", "level-2", "level-3", "diagnosis", "quiet"}
    for hue in hues:
        assert f".codeedu-{hue} {{" in source("theme.css")
        assert f"--codeedu-{hue}-bg: light-dark(" in source("tokens.css")


def test_a_tile_is_as_wide_as_its_part_is_long():
    html = answer_html(codeedu.classify("J1885"))
    assert '<li class="codeedu-wide-1 codeedu-key"><code>J</code>' in html
    assert '<li class="codeedu-wide-4"><code>1885</code>' in html
    assert "codeedu-wide-13" in answer_html(codeedu.classify("9" * 30))


def test_the_dot_that_a_diagnosis_lost_is_a_tile_of_its_own():
    html = answer_html(codeedu.classify("E1165"))
    assert '<code>.</code> <strong class="codeedu-role">dot left out</strong>' in html
    assert "dot left out" not in answer_html(codeedu.classify("E11.65"))


@pytest.mark.parametrize("entered", ["J188S", "U0001", "99*13"])
def test_suggestions_are_worked_out_once(entered, monkeypatch):
    calls = []

    def counted(*arguments):
        calls.append(arguments)
        return suggest.suggest(*arguments)

    monkeypatch.setattr(classify, "suggest", counted)
    classify._reader.cache_clear()
    classification = codeedu.classify(entered)
    assert calls == []  # most answers of a column are never shown
    classification._repr_html_()
    assert len(calls) == 1
    view = codeedu.explorer("J1885")
    calls.clear()
    classify._reader.cache_clear()
    view.value = entered
    assert len(calls) == 1
