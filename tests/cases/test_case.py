"""What is wrong with a case, what becomes of its lines, and cases as questions."""

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from codeedu import tables
from codeedu.cases import case
from codeedu.cases.case import read_case
from codeedu.cases.key import key, line
from codeedu.questions import cases, kinds

FILE = tables.DATA / "practice" / "questions" / "cases.toml"
WRITTEN = tomllib.loads(FILE.read_text(encoding="utf-8"))["case"]
VIALS = next(entry for entry in WRITTEN if entry["id"] == "03-drug-line-case-02")
KIND = kinds.KINDS["case"]


@pytest.mark.parametrize("entry", WRITTEN, ids=lambda entry: entry["id"])
def test_a_written_case_is_sound(entry):
    one = read_case(entry)
    assert list(case.problems(one)) == []
    for wrong in one.wrong:
        assert not one.judge([wrong.line]).clean
        judged = one.judge([wrong.line, *one.lines[1:]])
        assert not judged.clean
    assert one.judge(one.lines).clean


SLIPS = {
    "a key that the facts contradict": (
        {"need": ["J9355 x 36", "J9355-JW x 10", "96413 x 1"]},
        ["The key breaks the rule 'dose-many': J9355: 35, not 36."],
    ),
    "a day outside the list": (
        {"day": "2026-04-01"},
        ["The day is April 1, 2026; our list of Level II answers until March 31, 2026."],
    ),
    "a code that had ended": (
        {"need": ["J1940 x 1"], "why": ["So."], "charges": [["J1940", "furosemide"]], "facts": {}},
        [
            "J1940 had ended on March 4, 2026 (last day March 31, 2025) in CMS's list of January "
            "2026.",
            "The key breaks the rule 'listed': J1940 had ended on March 4, 2026 (last day March "
            "31, 2025) in CMS's list of January 2026.",
        ],
    ),
    "a code that nothing names": (
        {"charges": VIALS["charges"][1:]},
        ["J9355 is neither in the list of charges nor in the record."] * 2,
    ),
    "a reason too few": (
        {"why": VIALS["why"][1:]},
        ["There are 3 lines in the key, and 2 reasons."],
    ),
    "units that nothing settles": (
        {"facts": {}, "wrong": []},
        [
            "Nothing says why it is J9355 x 35 and not J9355 x 36.",
            "Nothing says why it is J9355-JW x 10 and not J9355-JW x 11.",
            "Nothing says why it is J9355-JW x 10 and not J9355 x 10.",
        ],
    ),
    "a right line that is called wrong": (
        {"wrong": [{"line": "J9355 x 35", "says": "No."}]},
        ["J9355 x 35 is called wrong, and the key has it."],
    ),
    "a wrong line without a reason": (
        {"wrong": [{"line": "J9355 x 45"}]},
        ["J9355 x 45 has no reason."],
    ),
    "what to do with a claim that did not come back": (
        {"then": "appeal"},
        ["What to do then is asked of a claim that came back, and of no other."],
    ),
    "an unknown payer": (
        {"payer": "Tricare"},
        ["There is no payer 'Tricare'; there are: Medicare, Medicaid, plan, work."],
    ),
}


@pytest.mark.parametrize(("changed", "found"), SLIPS.values(), ids=list(SLIPS))
def test_each_slip_of_an_author_is_named(changed, found):
    entry = VIALS | {"day": str(VIALS["day"])} | changed
    assert list(case.problems(read_case(entry))) == found


def test_a_count_settles_units():
    entry = next(one for one in WRITTEN if one["id"] == "04-handle-one-case-01")
    wrong = read_case({**entry, "need": ["W7095 x 9"]})
    assert list(case.problems(wrong)) == ["W7095: 150 by 15 is 10, not 9."]


@pytest.mark.parametrize("text", ["J1100", "J1100 x", "x 6", "J1100 x six", ""])
def test_what_is_no_line_of_a_key_is_refused(text):
    with pytest.raises(ValueError, match="is not a line such as"):
        key(text)


# What becomes of lines


def outcomes(one, *lines):
    return [outcome.fate for outcome in read_case(one).outcomes(list(map(line, lines)))]


def test_a_payer_stops_only_what_it_sees():
    assert outcomes(VIALS, "J9355 x 35", "J9355-JW x 10", "96413 x 1") == ["", "", ""]
    assert outcomes(VIALS, "J9355 x 45", "96413 x 1") == ["returned", ""]  # neither JW nor JZ
    assert outcomes(VIALS, "J9355-JZ x 45", "96413 x 1") == ["paid short", ""]
    assert outcomes(VIALS, "J9308 x 70", "96413 x 1") == ["audit", ""]


# As questions


def made(name="vial", seed=5, help_=cases.NONE):
    return cases.make(name, seed, help_)


ROWS = [{"code": "j9055", "units": "forty-seven"}, {"code": "J9055jw", "units": "3 units"},
        {"code": " 96413. ", "modifiers": "", "units": ""}, {}]  # fmt: skip


@pytest.mark.parametrize("item", [made(), cases.written()["03-drug-line-case-02"]])
def test_typing_is_forgiven(item):
    lines = item.case.lines
    messy = [
        {"code": f" {one.code.lower()}", "modifiers": " ".join(one.modifiers).lower(),
         "units": f"{one.units} units"}
        for one in reversed(lines)
    ]  # fmt: skip
    glued = [{"code": f"{one.code}{''.join(one.modifiers)} x {one.units}"} for one in lines]
    text = "\n".join(f"{'-'.join((one.code, *one.modifiers))} X {one.units}" for one in lines)
    for response in ({"lines": messy}, {"lines": glued}, text):
        assert KIND.grade(item, KIND.accept(item, response)).correct


@pytest.mark.parametrize(
    ("response", "says"),
    [
        (None, "Write at least one line first."),
        ({"lines": [{}, {"code": "  "}]}, "Write at least one line first."),
        ({"lines": [{"modifiers": "JZ"}]}, "Line 1 has no code."),
        ({"lines": [{}, {"code": "J110"}]}, "Line 2: 'J110' cannot be read. A code is"),
        ({"lines": [{"code": "J1100", "units": "x"}]}, "Line 1: 'x' is no number of units."),
        ({"lines": [{"code": "J1100", "units": "-2"}]}, "Line 1: '-2' is no number of units."),
        ({"lines": [{"code": "J1100"}] * 7}, "A claim on paper has room for 6 lines."),
        ({"lines": "J1100"}, "Write at least one line first."),
        ({"lines": [["J1100"]]}, "Write at least one line first."),
    ],
)
def test_what_is_no_claim_yet_is_said(response, says):
    with pytest.raises(ValueError, match="^" + says.replace("(", r"\(")):
        KIND.accept(made(), response)


def test_what_came_back_gives_nothing_away():
    item = made()
    right = [str(one) for one in item.case.lines]
    nudge = KIND.nudge(item, "J9055 x 46\n96413 x 1")
    assert nudge.split("\n") == [
        "Line 1, J9055 x 46: The payer does not process the line.",
        "Line 2, 96413 x 1: Paid.",
        "Something that the record describes is on no line.",
    ]
    assert not any(one in nudge for one in right[:2])
    assert "audit" in KIND.nudge(item, "J9055 x 48\nJ9055-JW x 3\n96413 x 1")


def test_the_second_time_every_field_has_its_reason():
    item = made()
    told = kinds.feedback(item, "J9055 x 46\nJ9055-JW x 3\n99213 x 1")
    assert told.verdict == "Not a clean claim"
    marks = [(one.text, one.mark) for one in told.options]
    assert marks == [
        ("J9055 x 46", "50% of the line"),
        ("J9055-JW x 3", "right"),
        ("99213 x 1", "wrong code"),
    ]
    assert told.options[0].feedback.startswith("Right is `J9055 x 47`. The units are 47, not 46.")
    assert kinds.feedback(item, KIND.right(item)).verdict == "Clean claim"


def test_what_to_do_with_a_claim_that_came_back_is_half_of_it():
    item = cases.written()["03-choose-case-01"]
    with pytest.raises(ValueError, match="Choose what you do"):
        KIND.accept(item, {"lines": [{"code": "E0114", "modifiers": "NU"}]})
    lines = [{"code": "E0114", "modifiers": "NU"}]
    grades = [
        KIND.grade(item, KIND.accept(item, {"lines": lines, "then": then}))
        for then in ("new claim", "appeal")
    ]
    assert [(one.correct, one.score) for one in grades] == [(True, 1), (False, 0.5)]
    assert KIND.accept(item, KIND.right(item)) == KIND.right(item)


def test_a_wrong_line_that_was_foreseen_shows_its_misconception():
    item = cases.written()["03-drug-line-case-01"]
    grade = KIND.grade(item, "J1100 x 1\n96372 x 1")
    assert grade.misconceptions == ("one-line-is-one-unit",)
    assert "one-line-is-one-unit" in item.could_show


AUDITS = [one for one in cases.written().values() if one.case.sort == "audit"]


@pytest.mark.parametrize("item", AUDITS, ids=lambda one: one.id)
def test_an_auditor_s_hits_and_false_alarms_are_told_apart(item):
    one = item.case
    left, mended = ("\n".join(map(str, lines)) for lines in (one.start, one.lines))
    told = [KIND.sums_up(item, given) for given in (left, mended, left + "\n99213 x 1")]
    if replace(one, start=()).judge(one.start).clean:
        says = ["There was no fault, and you", "There was no fault, and you", "A false alarm: the"]
    else:
        says = ["A fault was missed: the", "A hit: you found the fault.", "You changed it, and a"]
    assert all(text.startswith(begins) for text, begins in zip(told, says, strict=True)), told


def test_audits_come_with_and_without_a_fault():
    clean = [replace(one.case, start=()).judge(one.case.start).clean for one in AUDITS]
    assert {True, False} == set(clean)


@pytest.mark.parametrize("name", ["vial", "ride", "rental"])
def test_help_fades(name):
    example, last, first, none = (made(name, 3, help_) for help_ in cases.HELPS)
    lines = none.case.lines
    assert example.case.example
    assert not example.case.start
    assert example.case.example.record != example.case.record
    more = len(lines) > 1
    assert last.case.start == (lines[1:] if more else ())
    assert first.case.start == (lines[:1] if more else ())
    assert not none.case.start
    assert not none.case.example


@pytest.mark.parametrize(
    "name", ["case:ride:7", "case:ride:7:4", "case:walk:7:0", "case:ride:-1:0", "case:ride:1:0:1",
             "case:ride:99999999999:0", "case", ""]
)  # fmt: skip
def test_an_id_of_no_case_is_none(name):
    assert cases.find(name) is None


def test_a_case_of_a_seed_is_found_by_its_id():
    item = made("ride", 12, cases.EXAMPLE)
    assert cases.find(item.id) == item
    assert cases.find("03-drug-line-case-01") == cases.written()["03-drug-line-case-01"]


def test_what_is_seen_and_the_key_are_versions_of_their_own():
    item = cases.written()["03-drug-line-case-01"]
    other_key = replace(item, case=replace(item.case, need=item.case.need[:1]))
    assert (other_key.seen, other_key.key != item.key) == (item.seen, True)
    other_record = replace(item, stem=item.stem + ".")
    assert (other_record.key, other_record.seen != item.seen) == (item.key, True)


def test_a_case_of_yours_that_is_none_is_left_out(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("CODEEDU_CUSTOM", str(tmp_path))
    text = Path(FILE).read_text(encoding="utf-8").replace("03-drug-line-case-01", "03-x-case-01")
    (tmp_path / "ours.toml").write_text(text.replace('need = ["J1100 x 6"', 'need = ["J1100"'))
    cases.written.cache_clear()
    try:
        assert "03-x-case-01" not in cases.written()
        assert "03-drug-line-case-02" in cases.written()
        assert "ours.toml: case 03-x-case-01. `codeedu check`" in capsys.readouterr().err
    finally:
        monkeypatch.undo()
        cases.written.cache_clear()
