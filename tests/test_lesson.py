"""What a lesson shows: rows, sources and words, safe and accessible."""

import pytest

import codeedu
from codeedu import tables


def test_show_keeps_the_columns_and_rows_that_were_asked_for():
    html = codeedu.show(
        "sections", "first", "used_by", form="cpt-maaa", caption="One"
    )._repr_html_()
    assert "<caption>One</caption>" in html
    assert '<th scope="col">used by</th>' in html
    assert html.count("<tr>") == 2


@pytest.mark.parametrize(
    ("args", "where", "message"),
    [
        (("sections", "colour"), {}, "sections has no column 'colour'; it has: form, first"),
        (("sections",), {"shape": "x"}, "sections has no column 'shape'"),
        (("sections",), {"form": "none"}, "No row of sections has {'form': 'none'}."),
        (("nothing",), {}, "There is no table 'nothing'"),
    ],
)
def test_show_says_what_is_wrong(args, where, message):
    with pytest.raises(ValueError, match=message):
        codeedu.show(*args, **where)


def test_sources_are_links_with_what_they_are_good_for():
    html = codeedu.sources("cfr-162-1002", "aapc-glossary")._repr_html_()
    assert html.index("aapc-glossary") < html.index("cfr-162-1002")
    assert "Cited as an example of a page that has aged." in html
    assert '<a href="https://' in html
    assert "Read 2026-11-23." in html


def test_an_unknown_source_or_term_is_named():
    with pytest.raises(ValueError, match=r"data/sources.csv has no source 'nobody'."):
        codeedu.sources("nobody")
    with pytest.raises(ValueError, match=r"The glossary has no term .nothing.\."):
        codeedu.glossary("nothing")


def test_the_glossary_shows_terms_with_meanings():
    assert codeedu.glossary("modifier", "NDC")._repr_html_().count("<dt>") == 2
    assert codeedu.glossary()._repr_html_().count("<dt>") == len(tables.rows("glossary"))


def test_text_is_stable_and_html_is_escaped():
    assert repr(codeedu.sources("hcfa-2000")) == f"1 source, as of {tables.as_of()}"
    html = codeedu.show("code_sets", "steward", caption="<b>")._repr_html_()
    assert "<b>" not in html
    assert "Medicare &amp; Medicaid" in html
