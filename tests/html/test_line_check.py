"""The line check's Python side."""

import json
import re

import pytest
import traitlets

import codeedu
from codeedu.html.line_check import STARTS
from codeedu.html.nodes import to_html


def told(view):
    return "".join(map(to_html, view.answer["body"]))


def test_it_says_which_line_breaks_which_rule_and_what_to_do():
    view = codeedu.line_check()
    says = "Line 1 breaks a rule: A4253 has neither KX nor KS. .. rules could not be checked."
    assert re.fullmatch(says, view.answer["says"])
    assert "<p>Read as: <code>A4253-NU x 2</code>, <code>E0114-NU x 1</code></p>" in told(view)
    assert "becomes of it (returned or denied): </em>The line is not paid; payers" in told(view)
    assert "https://med.noridianmedicare.com/" in told(view)


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ("A4253-NU-KS x 2", "No rule is broken of the "),
        ("A4253-NU\n\nA4253-NU", "Lines 1 and 2 break a rule; the first: A4253 has neither"),
        ("99213\nE0114\n\nE0114-NU-RR", "Lines 2 and 3 break 3 rules; the first: E0114 goes"),
    ],
)  # fmt: skip
def test_it_follows_what_is_typed(lines, says):
    view = codeedu.line_check()
    view.form = {**STARTS, "lines": lines}
    assert view.answer["says"].startswith(says)


@pytest.mark.parametrize(
    ("lines", "around", "says"),
    [
        ("", {}, "Type a line to check it."),
        ("99213\n\nhello", {}, "Not checked yet. Line 2: 'hello' cannot be read as a whole. Write"),
        ("hello\nJ1100 6", {}, "Line 2: 'J1100 6' cannot be read as a whole. Write the code"),
        ("99213", {"diagnoses": "I10, flu"}, "'FLU' is no diagnosis of ICD-10-CM."),
        ("99213", {"day": "Feb 10"}, "'Feb 10' is not a date: write it as 2018-12-31."),
        ("99213\n" * 51, {}, "A claim has at most 50 lines; this one has 51."),
    ],
)
def test_what_cannot_be_read_is_said(lines, around, says):
    view = codeedu.line_check(lines, **around)
    assert says in view.answer["says"] + told(view).replace("&#x27;", "'")


def test_what_is_not_known_is_told_with_what_it_needs():
    view = codeedu.line_check("J1100-JZ x 6", payer="Medicare", biller="", day="", diagnoses="")
    assert "It needs the date of service, who bills, the dose, and the container" in told(view)
    assert "which this check does not ask for (" in told(view)
    assert "What could be checked if you filled in more (" in told(view)
    assert "A claim that breaks none can still be wrong." in told(view)
    assert "Lists: HCPCS Level II of January 2026" in told(view)


@pytest.mark.parametrize(
    "text", ["<b>", "\x00", "\ud800", "٩٩٢١٣", "x" * 100_000, "1 x 9" + "9" * 99]
)
def test_an_answer_travels_as_json(text):
    view = codeedu.line_check(text, day=text, diagnoses=text)
    view.form = dict.fromkeys(STARTS, text)
    assert json.loads(json.dumps(view.answer)) == view.answer
    assert len(json.dumps(view.answer["body"])) < 20_000


def test_what_a_caller_gets_wrong_is_said():
    with pytest.raises(TypeError, match="A claim has no 'place' here: lines, payer"):
        codeedu.line_check("99213", place="11")
    with pytest.raises(ValueError, match="There is no payer 'medicare'; there are: Medicare, Med"):
        codeedu.line_check("99213", payer="medicare")
    with pytest.raises(traitlets.TraitError):
        codeedu.line_check("99213").form = 4


def test_text_and_static_page_are_the_same_in_every_run():
    one, two = (codeedu.line_check()._repr_mimebundle_()[0] for _ in range(2))
    assert one["text/plain"] == two["text/plain"] == "codeedu.line_check('A4253-NU x 2\\nE0114-NU')"
    assert one["text/html"] == two["text/html"]
