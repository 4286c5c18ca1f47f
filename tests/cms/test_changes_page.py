"""What changed between two releases is a page that everybody can read, by section."""

import html
import re

import pytest
from drawn import watch

from codeedu.cli import main
from codeedu.cms import load_release
from codeedu.cms.changes_page import (
    HEADINGS,
    LOOKS,
    _full_name,
    _mark_words,
    changes_page,
    section_of,
)
from test_release import NEW, OLD, line, written

SUPPLIES, DRUGS = (_full_name(section_of(code)) for code in ("A9001", "J1234"))
ADDED = (
    line("J1234", text="A <b>bold</b> & new drug", short="<b>bold</b>", added="20170101",
         effective="20170101", terminated="20180101")
    + line("J0120", text="New", short="New", added="20170101", effective="20170101")
)  # fmt: skip


@pytest.fixture
def old(tmp_path):
    return load_release(written(tmp_path / "old.txt", OLD))


@pytest.fixture
def new(tmp_path):
    return load_release(written(tmp_path / "new.txt", NEW + ADDED))


def tables(page):
    """Return the tables of a page in order: the caption, then rows of cells."""
    found = []
    for table in re.findall("<table>(.*?)</table>", page):
        rows = [
            [html.unescape(re.sub("<[^>]+>", "", cell))
             for cell in re.findall("<t[hd][^>]*>(.*?)</t[hd]>", row)]
            for row in re.findall("<tr>(.*?)</tr>", table)
        ]  # fmt: skip
        caption = re.search("<caption>(.*?)</caption>", table)
        found.append([html.unescape(caption[1]), *rows])
    return found


def test_every_change_is_in_a_table_by_section(old, new):
    words = "CMS's short description"
    assert tables(changes_page(old, new)) == [
        ["The figure in numbers",
         ["section", "added", "ended", "reinstated", "removed", "revised"],
         [SUPPLIES, "1", "1", "1", "1", "2"],
         [DRUGS, "2", "0", "0", "0", "0"]],
        [f"{SUPPLIES}: 1",
         ["code", "added"],  # a column that is empty is left out
         ["A9004", "January 1, 2017"]],
        [f"{DRUGS}: 2",
         ["code", "added", "last day", words],
         ["J0120", "January 1, 2017", "", "New"],
         ["J1234", "January 1, 2017", "January 1, 2018", "<b>bold</b>"]],
        [f"{SUPPLIES}: 1",
         ["code", "last day", "CMS names in its place", words],
         ["A9002", "December 31, 2016", "A9001, A9004", "Old supply"]],
        [f"{SUPPLIES}: 1",
         ["code", "last day had been"],
         ["A9005", "December 31, 2011"]],
        [f"{SUPPLIES}: 1", ["code"], ["A9003"]],
        [f"{SUPPLIES}: 2",
         ["code", "what", "before", "after"],
         ["A9001", "short description", "Invented supply", "Invented suppl2"],
         ["A9002", "codes named in its place", "none", "A9001 A9004"]],
    ]  # fmt: skip


def test_the_page_stands_alone_and_is_labeled(old, new):
    page = changes_page(old, new)
    title = "HCPCS Level II: what changed from January 1, 2016 to January 1, 2017"
    assert page.startswith('<!DOCTYPE html>\n<html lang="en">')
    assert f"<title>{title}</title>" in page
    assert f"<h1>{title}</h1>" in page
    assert "The older file is old.txt: 4 codes and 1 modifiers, as of January 1, 2016." in page
    assert not re.search('<script|<link|src=(?!"data:)|url\\(|@import', page)
    assert "<b>" not in page
    alt = html.unescape(re.search('<img alt="(.*?)" src=', page)[1])
    assert alt == (
        "Bars by section of Level II, with a part for each kind of change. In all: added 3, ended "
        f"1, reinstated 1, removed 1, revised 2. Most changes are in {SUPPLIES}: 6."
    )
    links = re.findall('<a href="#(.*?)">', page)
    assert links == re.findall('<h2 id="(.*?)">', page)
    assert links == ["added", "terminated", "reinstated", "removed", "revised"]


def test_the_bars_have_the_numbers_and_the_colors_of_the_legend(old, new, monkeypatch):
    sheets = watch(monkeypatch)
    changes_page(old, new)
    boxes = [(box.fill, box.opacity, box.y, box.width) for box in sheets[0].boxes]
    key = [box for box in boxes if box[2] == boxes[-1][2]]
    assert [box[:2] for box in key] == [LOOKS[change] for change in HEADINGS]
    one = boxes[0][3]  # the width of one code
    assert [(*box[:2], round(box[3] / one, 3)) for box in boxes[: -len(key)]] == [
        *((*LOOKS[change], n) for change, n in zip(HEADINGS, (1, 1, 1, 1, 2), strict=True)),
        (*LOOKS["added"], 2),
    ]
    names = [text.words for text in sheets[0].texts if text.y == 60]
    assert names == list(HEADINGS.values())


def test_words_that_changed_are_marked():
    assert _mark_words("for one foot, each", "for two feet, each") == {
        "before": ["span", {}, "for", " ", ["del", {}, "one foot,"], " ", "each"],
        "after": ["span", {}, "for", " ", ["ins", {}, "two feet,"], " ", "each"],
    }
    assert _mark_words("", "D1F")["before"] == ["span", {}, "none"]


def test_nothing_changed(old):
    page = changes_page(old, old)
    assert "Nothing that codeedu compares is different." in page
    assert tables(page) == []


def test_the_command_writes_the_page(old, new, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("CODEEDU_DATA", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert main(["release", "diff", "old.txt", "new.txt", "-o", "report.html"]) == 1
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == changes_page(old, new)
    assert capsys.readouterr().err == (
        "old.txt: 4 codes and 1 modifiers, as of January 1, 2016\n"
        "new.txt: 6 codes and 1 modifiers, as of January 1, 2017\n8 differences\n"
    )
