"""A pasted list: what divides it, what its table says, and what is copied."""

import csv
import io
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

import codeedu
from codeedu.html import answer_list
from codeedu.html import nodes as markup


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ("J1885\n99213\r\n450\n", ["J1885", "99213", "450"]),
        ("J1885\t99213", ["J1885", "99213"]),
        ("J1885; 99213;;", ["J1885", "99213"]),
        ("99213,99214", ["99213", "99214"]),
        ("J1885, 99213, 450", ["J1885", "99213", "450"]),
        ("11\n12\n21", ["11", "12", "21"]),
        ("99213,25", []),
        ("99213, 25, 59", []),
        ("99213-25", []),
        ("J1885 x4", []),
        ("J1885\n", []),
        ("", []),
        (" ;,\n", []),
    ],
)
def test_what_a_list_is(text, entries):
    assert list(answer_list.entries(text)) == entries


@given(st.text())
def test_any_text_is_a_list_or_not(text):
    found = answer_list.entries(text)
    assert len(found) != 1
    assert all(entry.strip() == entry != "" for entry in found)


def flat(tree):
    return tree if isinstance(tree, str) else " ".join(map(flat, tree[2:]))


def rows(view):
    (_, _, table), _ = view.answer["body"]
    return [[flat(cell) for cell in line[2:]] for line in table[-1][2:]]


def test_a_list_is_answered_as_a_table():
    view = codeedu.explorer("J1885, E1165; J188S")
    assert view.answer["says"] == (
        "3 entries: 1 has one reading, 1 has several, 1 has none. "
        "Choose one to see its whole answer."
    )
    assert rows(view) == [
        ["J1885", "HCPCS Level II", "listed", codeedu.classify("J1885").best.named],
        ["E1165", "HCPCS Level II or ICD-10-CM", "not listed; listed", rows(view)[1][3]],
        ["J188S", "none", "", "J188S is not a code as entered; perhaps J1885 was meant."],
    ]
    lists = "Lists: HCPCS Level II of January 2026, ICD-10-CM of April 2026. Later lists were not "
    assert view.answer["body"][1][2] == f"{lists}looked at."


def test_a_row_opens_the_whole_answer_and_another_list_closes_it():
    view = codeedu.explorer("J1885, 99213")
    view.opened = 1
    assert len(rows(view)) == 3
    assert "99213 has the form of a CPT Category I code" in rows(view)[2][0]
    assert "Was it meant" not in str(view.answer["body"])
    view.opened = 99
    assert len(rows(view)) == 2


def test_the_csv_has_all_of_the_list():
    view = codeedu.explorer("\n".join(f'"{n:05d}"' for n in range(300)))
    lines = list(csv.reader(io.StringIO(view.answer["csv"])))
    assert lines[0] == list(answer_list.HEAD)
    assert len(lines) == 301
    assert len(rows(view)) == answer_list.MOST
    assert "The first 200 are shown." in view.answer["says"]
    assert json.loads(json.dumps(view.answer)) == view.answer


def test_a_stored_list_shows_its_table():
    static = codeedu.explorer("J1885, 99213")._static()
    assert static.count("<tr>") == 3
    assert "It reads codes of your own, too." in static


def test_the_browser_can_build_a_list():
    script = markup.source("dom.js", "explorer.js")
    tags = set(re.search(r'TAGS = new Set\("(.*?)"', script)[1].split())
    attributes = set(re.search(r'ATTRIBUTES = new Set\("(.*?)"', script)[1].split())
    view = codeedu.explorer("J1885, <b>x</b>; 99213")
    view.opened = 0

    def check(tree):
        assert tree[0] in tags
        assert set(tree[1]) <= attributes
        for child in tree[2:]:
            if not isinstance(child, str):
                check(child)

    for tree in view.answer["body"]:
        check(tree)


@pytest.mark.parametrize(
    ("text", "found"),
    [("J1885 99213 E1165 W1234 100", ("J1885", "99213", "E1165", "W1234", "100")),
     ("e1165 A0428-RH, 450", ("e1165", "A0428-RH", "450")), ("J1885 x4", ()), ("HCPCS J1885", ()),
     ("99213 25 59", ()), ("J1885 JW 99213", ("J1885 JW", "99213")), ("Level II J1885", ())],
)  # fmt: skip
def test_blanks_divide_codes_and_not_a_code_from_its_modifiers(text, found):
    assert answer_list.entries(text) == found
