"""The line check's Python side."""

import json

import pytest
import traitlets

import codeedu
from codeedu import tables
from codeedu.html.line_check import NEEDS, STARTS
from codeedu.html.nodes import to_html
from codeedu.lines.rules import rules


def told(view):
    return "".join(map(to_html, view.answer["body"]))


def test_it_says_which_line_breaks_which_rule_and_what_to_do():
    view = codeedu.line_check()
    assert view.answer["says"] == "Line 1 breaks a rule. 10 of 32 rules could not be checked."
    assert "A4253 says neither KX nor KS." in told(view)
    assert "denied: The payer processes the line and pays nothing." in told(view)
    assert "https://med.noridianmedicare.com/" in told(view)


def test_it_follows_what_is_typed():
    view = codeedu.line_check()
    view.form = {**STARTS, "lines": "A4253-NU-KS x 2"}
    assert view.answer["says"].startswith("No rule that could be checked is broken. 10 of 32 rules")
    view.form = {**STARTS, "lines": "99213\nE0114\n\nE0114-NU-RR"}
    assert view.answer["says"].startswith("Lines 2 and 3 break 4 rules.")


@pytest.mark.parametrize(
    ("lines", "around", "says"),
    [
        ("", {}, "Type a line to check it."),
        ("99213\nhello", {}, "Line 2: No procedure code can be read in 'hello'."),
        ("99213", {"day": "Feb 10"}, "'Feb 10' is not a date: write it as 2018-12-31."),
        ("99213\n" * 51, {}, "A claim has at most 50 lines; this one has 51."),
    ],
)
def test_what_cannot_be_read_is_said(lines, around, says):
    view = codeedu.line_check(lines, **around)
    assert says in view.answer["says"] + told(view).replace("&#x27;", "'")


def test_what_is_not_known_is_told_with_what_it_needs():
    view = codeedu.line_check("J1100-JZ x 6", payer="Medicare", biller="", day="", diagnoses="")
    assert "It needs the date of service, the dose, and the container" in told(view)
    assert "A claim that breaks none can still be wrong." in told(view)
    assert "Lists: HCPCS Level II of January 2026" in told(view)


def test_every_need_and_fate_has_its_words():
    assert {need for rule in rules() for need in rule.needs} == set(NEEDS)
    assert {row["fate"] for row in tables.rows("fates")} == {rule.fate for rule in rules()}


@pytest.mark.parametrize(
    "text", ["<b>", "\x00", "\ud800", "٩٩٢١٣", "x" * 100_000, "1 x 9" + "9" * 99]
)
def test_an_answer_travels_as_json(text):
    view = codeedu.line_check(text, payer=text, biller=text, day=text, diagnoses=text)
    assert json.loads(json.dumps(view.answer)) == view.answer
    assert len(json.dumps(view.answer["body"])) < 20_000


def test_what_a_caller_gets_wrong_is_said():
    with pytest.raises(TypeError, match="A claim has no 'place' here: lines, payer"):
        codeedu.line_check("99213", place="11")
    with pytest.raises(traitlets.TraitError):
        codeedu.line_check({"99213"}, payer=3).form = 4


def test_text_and_static_page_are_the_same_in_every_run():
    one, two = (codeedu.line_check()._repr_mimebundle_()[0] for _ in range(2))
    assert one["text/plain"] == two["text/plain"] == "codeedu.line_check('A4253-NU x 2\\nE0114-NU')"
    assert one["text/html"] == two["text/html"]
