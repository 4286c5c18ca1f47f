"""Laws of the judge, on made cases: 2,500 of them a law, each with its own claim of wrong lines."""

import random
from dataclasses import replace
from decimal import Decimal
from itertools import islice

import pytest

from codeedu.cases import case, templates
from codeedu.cases.judge import judge
from codeedu.cases.key import key, line
from codeedu.lines.rules import broken

EACH = 417  # seeds of each of six templates
NAMES = sorted(templates.TEMPLATES)


def made(name):
    return (templates.make(name, seed) for seed in range(EACH))


@pytest.mark.parametrize("name", NAMES)
def test_law_the_rules_compute_the_key_again(name):
    for one in made(name):
        assert list(case.problems(one.case)) == []
        for lines in islice(case.right_claims(one.case), 20):
            assert broken(one.case.with_lines(lines)) == []
            assert one.case.judge(lines).clean


@pytest.mark.parametrize("name", NAMES)
def test_law_a_planted_fault_breaks_its_rule_and_no_other(name):
    for one in made(name):
        for fault in one.faults:
            found = {at.rule.rule for at in broken(one.case.with_lines(fault.lines))}
            assert found == {fault.rule}, fault.what
            judged = one.case.judge(fault.lines)
            assert not judged.clean, fault.what
            assert 0 <= judged.score < 1
            outcomes = one.case.outcomes(fault.lines)
            assert any(outcome.fate for outcome in outcomes), fault.what


@pytest.mark.parametrize("name", NAMES)
def test_law_one_wrong_field_is_told_as_that_field(name):
    for one in made(name):
        lines = list(one.case.lines)
        lines[0] = lines[0]._replace(units=lines[0].units + 1)
        match = one.case.judge(lines).lines[0]
        assert [bool(field.wrong) for field in match.fields] == [False, False, True]
        lines[0] = one.case.lines[0]._replace(modifiers=(*one.case.lines[0].modifiers, "59"))
        match = one.case.judge(lines).lines[0]
        assert [bool(field.wrong) for field in match.fields] == [False, True, False]


@pytest.mark.parametrize("name", NAMES)
def test_law_mending_never_costs_and_order_changes_nothing(name):
    for seed, one in enumerate(made(name)):
        rng = random.Random(seed)
        lines = [_spoiled(rng, right) for right in one.case.lines]
        lines += [line(f"9921{rng.randrange(2, 6)} x 1")] * (seed % 2)
        before = one.case.judge(lines)
        assert 0 <= before.score <= 1
        mixed = rng.sample(lines, len(lines))
        after = one.case.judge(mixed)
        assert after.score == before.score
        told = {(match.sent, match.wrong) for match in before.lines}
        assert {(match.sent, match.wrong) for match in after.lines} == told
        extra = [match.sent for match in before.lines if match.sent and match.right is None]
        for too_many in extra:
            left = [*lines]
            left.remove(too_many)
            assert one.case.judge(left).score >= before.score
        for match in before.lines:
            if match.sent and match.right and match.wrong:
                mended = [match.right.line if sent is match.sent else sent for sent in lines]
                assert one.case.judge(mended).score >= before.score


def _spoiled(rng, right):
    what = rng.randrange(4)
    if what == 0:
        return right._replace(units=right.units + rng.choice((1, 9)))
    if what == 1:
        return right._replace(modifiers=right.modifiers[1:] or ("GA",))
    return right._replace(code="J3490") if what == 2 else right


@pytest.mark.parametrize("name", NAMES)
def test_law_what_stood_there_is_no_gain(name):
    for one in made(name):
        lines = one.case.lines
        assert one.case.judge([]).score == 0
        if len(lines) > 1:
            helped = replace(one.case, start=lines[1:])
            assert helped.judge(lines[1:]).score == 0
            assert helped.judge(lines).clean
        whole = replace(one.case, start=lines)
        assert whole.judge(lines).clean
        assert whole.judge(lines[1:]).score == 0


@pytest.mark.parametrize(
    ("sent", "score"),
    [
        (["J9355 x 35", "J9355-JW x 10", "96413 x 1"], 1),
        (["96413 x 1", "J9355-JW x 10", "J9355 x 35"], 1),
        (["J9355 x 35", "96413 x 1"], 2 / 3),
        (["J9355 x 1", "J9355-JW x 10", "96413 x 1"], 2.5 / 3),
        (["J9308 x 35", "J9355-JW x 10", "96413 x 1"], 2.25 / 3),  # the rest of a wrong code
        (["J9355 x 35", "J9355-JW x 10", "96413 x 1", "99213 x 1"], 2.5 / 3),
        (["J9355-JZ x 35", "96413 x 1"], 1.75 / 3),
        (["99213 x 1"], 0),
    ],
)
def test_what_a_line_is_worth(sent, score):
    need = [key("J9355 x 35"), key("J9355-JW x 10"), key("96413 x 1")]
    assert judge(list(map(line, sent)), need).score == pytest.approx(score, abs=1e-6)


@pytest.mark.parametrize(
    ("sent", "credit"),
    [("A4253-NU-KS x 2", 1), ("A4253-KS x 2", 1), ("A4253-KS-NU x 2", 1), ("A4253-KX x 2", 0.75)],
)
def test_what_may_stand_is_neither_asked_nor_wrong(sent, credit):
    (match,) = judge([line(sent)], [key("A4253-NU?-KS x 2")]).lines
    assert match.credit == credit


def test_what_sets_the_price_stands_first():
    (match,) = judge([line("K0001-KI-RR-KX x 1")], [key("K0001-RR-KI-KX x 1")]).lines
    assert match.wrong == "RR sets the price and stands first."
    assert match.credit == 0.75


def test_an_optional_line_earns_nothing_and_costs_what_is_wrong():
    need, may = [key("G0008 x 1")], [key("90662 x 1")]
    assert judge([line("G0008 x 1"), line("90662 x 1")], need, may).clean
    assert judge([line("G0008 x 1"), line("90662 x 3")], need, may).score == 0.5
    assert judge([line("G0008 x 1")], need, may).clean


def test_two_lines_that_are_alike_are_two():
    need = [key("A0428-RJ x 1"), key("A0428-RJ x 1")]
    assert judge([line("A0428-RJ x 1")], need).score == 0.5
    assert judge([line("A0428-RJ x 1")] * 2, need).clean


def test_the_published_rule_is_a_range():
    need = [key("J1100 x 6"), key("96372 x 1")]
    assert judge([line("J1100 x 1"), line("96372 x 1")], need).published == (0.5, 1)
    assert judge([line("J1100 x 6")], need).published == (0.5, 0.5)


# What a template makes


def test_three_templates_have_two_hundred_different_keys():
    count = {
        name: len({tuple(map(str, templates.make(name, n).case.lines)) for n in range(1000)})
        for name in NAMES
    }
    assert sum(keys >= 200 for keys in count.values()) >= 3, count


def test_a_seed_always_makes_the_same():
    assert templates.make("vial", 7) == templates.make("vial", 7)
    assert templates.make("vial", 7).case != templates.make("vial", 8).case


def test_drugs_have_the_unit_that_cms_gives():
    for name in ("vial", "shared", "ended"):
        for seed in range(50):
            one = templates.make(name, seed)
            (code,) = one.case.claim.facts["dose"]
            assert code in one.case.why[0] or code in dict(one.case.charges)
            assert Decimal(one.case.claim.facts["dose"][code]) > 0
