"""The course as pages: the glossary, the order of the pages, and the names they had."""

import json
import runpy
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from codeedu import tables
from codeedu.lessons import in_order

ROOT = Path(__file__).parents[2]
NAMES = [row["notebook"] for row in in_order()]
TERMS = sorted((row["term"] for row in tables.rows("glossary")), key=str.casefold)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    publish = runpy.run_path(str(ROOT / "tools" / "site.py"))["publish"]
    publish(folder, [ROOT / "notebooks" / f"{name}.ipynb" for name in NAMES])
    return folder


def page(site, name):
    return BeautifulSoup((site / f"{name}.html").read_text(encoding="utf-8"), "html.parser")


def links(part):
    return [link["href"] for link in part.find_all("a", href=True)]


def test_every_page_lists_all_in_their_order(site):
    for name in (*NAMES, "glossary"):
        listed = page(site, name).header.ol
        assert links(listed) == [f"{other}.html" for other in (*NAMES, "glossary")]
        assert links(listed.find("a", {"aria-current": "page"}).parent) == [f"{name}.html"]


def test_the_glossary_has_each_term_with_its_lesson_and_its_sources(site):
    glossary = page(site, "glossary")
    assert [term.get_text() for term in glossary.select("dt[id]")] == TERMS
    rows = tables.by("glossary", "term")
    lessons = tables.by("lessons", "lesson")
    for term, meaning in zip(TERMS, glossary.find_all("dd"), strict=True):
        row = rows[term]
        lesson, *cited = links(meaning)
        assert lesson == f"{lessons[row['lesson']]['notebook']}.html"
        assert cited == [f"#source-{name}" for name in row["sources"].split()]
        assert all(glossary.find(id=name.removeprefix("#")) for name in cited)


def test_the_search_finds_each_term(site):
    text = (site / "search-index.js").read_text(encoding="utf-8")
    sections = json.loads(text.removeprefix("const SECTIONS = ").removesuffix(";\n"))
    found = {s["heading"]: s for s in sections if s["page"] == "glossary"}
    assert set(TERMS) < set(found)
    assert "the organization that maintains a code set" in found["steward"]["text"]
    assert "past its last day of use" not in found["steward"]["text"]


def test_the_former_name_of_a_page_leads_to_the_page(site):
    former = page(site, "07-final-assessment")
    assert links(former) == ["final-assessment.html"]
    away = former.find("meta", {"http-equiv": "refresh"})
    assert away["content"] == "0; url=final-assessment.html"
