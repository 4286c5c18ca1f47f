"""What a lesson shows: rows, sources and words, safe and accessible."""

import re

import pytest

import codeedu
from codeedu import tables


def test_show_keeps_the_columns_and_rows_that_were_asked_for():
    html = codeedu.show_table(
        "sections", "first", "used_by", format="cpt-maaa", caption="One"
    )._repr_html_()
    assert "<caption>One</caption>" in html
    assert '<th scope="col">used by</th>' in html
    assert html.count("<tr>") == 2


@pytest.mark.parametrize(
    ("args", "where", "message"),
    [
        (("sections", "colour"), {}, "sections has no column 'colour'; it has: format, first"),
        (("sections",), {"shape": "x"}, "sections has no column 'shape'"),
        (("sections",), {"format": "none"}, "No row of sections has {'format': 'none'}."),
        (("nothing",), {}, "There is no table 'nothing'"),
    ],
)
def test_show_says_what_is_wrong(args, where, message):
    with pytest.raises(ValueError, match=message):
        codeedu.show_table(*args, **where)


def test_sources_are_links_with_what_they_are_good_for():
    html = codeedu.sources("cfr-162-1002", "aapc-glossary")._repr_html_()
    assert html.index("aapc-glossary") < html.index("cfr-162-1002")
    assert "Cited as an example of a page that has aged." in html
    assert '<a href="https://' in html


def test_an_unknown_source_or_term_is_named():
    with pytest.raises(ValueError, match=r"data/sources/sources.csv has no source 'nobody'."):
        codeedu.sources("nobody")
    with pytest.raises(ValueError, match=r"The glossary has no term .nothing.\."):
        codeedu.glossary("nothing")


def test_the_glossary_shows_terms_with_meanings():
    assert codeedu.glossary("modifier", "NDC")._repr_html_().count("<dt>") == 2
    assert codeedu.glossary()._repr_html_().count("<dt>") == len(tables.rows("glossary"))


def test_headings_are_words():
    for name in tables.names():
        html = codeedu.show_table(name)._repr_html_()
        heads = re.findall(r'<th scope="col">(.*?)</th>', html)
        assert len(heads) == len(tables.rows(name)[0])
        assert not [head for head in heads if "_" in head]
    assert "<caption>Letters</caption>" in codeedu.show_table("letters", caption=None)._repr_html_()


def test_the_glossary_names_the_lesson_and_the_sources_of_a_term():
    html = codeedu.glossary("Level III")._repr_html_()
    named = tables.by("glossary", "term")["Level III"]["sources"].split()
    named = ", ".join(f"<code>{name}</code>" for name in named)
    lesson = '<a href="04-level-iii-a-history.ipynb">Lesson 04</a>'
    assert f"({lesson}; {named})" in html


def test_the_words_of_the_course_are_in_the_glossary():
    words = """HCPCS CPT Level_I Level_II Level_III code_set descriptor modifier steward section
        DMEPOS DME_MAC OPPS PLA MAAA claim_line denial rejection clean_claim NDC revenue_code
        MS-DRG place_of_service payer Medicaid date_of_service crosswalk HIPAA HCFA CMS AMA ADA
        NUBC BIPA ASCA ICD-10-CM ICD-10-PCS CDT unit listed ended"""
    assert {word.replace("_", " ") for word in words.split()} <= set(tables.by("glossary", "term"))
    for row in tables.rows("glossary"):
        assert row["meaning"]
        assert not row["meaning"].endswith(".")
        assert row["sources"]
        assert row["lesson"] in {lesson["lesson"] for lesson in tables.rows("lessons")}


BAD = "<script>alert('&')</script>\" onload=\"\u202e"


@pytest.mark.parametrize(
    "show",
    [
        lambda: codeedu.show_table("sources", caption=BAD),
        lambda: codeedu.sources(BAD),
        codeedu.glossary,
    ],
    ids=["show", "sources", "glossary"],
)
def test_whatever_a_table_says_is_escaped(monkeypatch, show):
    names = ("sources", "glossary", "lessons")
    columns = [column for name in names for column in tables.rows(name)[0]]
    monkeypatch.setattr(tables, "rows", lambda name: (dict.fromkeys(columns, BAD),))
    monkeypatch.setattr(tables, "by", lambda name, key: {BAD: dict.fromkeys(columns, BAD)})
    html = show()._repr_html_().split("</style>")[1]
    assert "&lt;script&gt;" in html
    assert "<script" not in html
    assert '" onload' not in html
    assert "\u202e" not in html


def test_text_is_stable_and_html_is_escaped():
    assert repr(codeedu.sources("hcfa-2000")) == "1 source, read on November 23, 2026"
    assert " Read 2026" not in codeedu.sources("hcfa-2000")._repr_html_()
    two = codeedu.sources("hcfa-2000", "npi-check", "mbi-format")
    assert repr(two) == "3 sources, read from November 23, 2026 to November 30, 2026"
    assert " Read 2026-11-30." in two._repr_html_()
    html = codeedu.show_table("code_sets", "steward", caption="<b>")._repr_html_()
    assert "<b>" not in html
    assert "Medicare &amp; Medicaid" in html
