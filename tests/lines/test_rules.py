"""The rules for claim lines: each is broken by its own fault and by no other."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeedu import tables
from codeedu.lines.checks import CHECKS
from codeedu.lines.claim import Claim, Line, biller_of, diagnoses_in, payer_of, read_line, words
from codeedu.lines.rules import broken, rules, untold

DAY = date(2026, 2, 10)
VIAL = {"dose": {"J9355": 350}, "container": {"J9355": ("single", 450)}}
WHOLE = {"dose": {"J3489": 3.3}, "container": {"J3489": ("single", 4)}}
MANY = {"dose": {"J1100": 6}, "container": {"J1100": ("multi", 0)}}
CREW = {"biller": "ambulance"}
FAR = {**CREW, "miles": 140.5}
RIDE = {**CREW, "miles": 14.23, "route": "NH"}


def claim(*lines, payer="Medicare", biller="clinic", day=DAY, diagnoses=(), **facts):
    """Return a claim with lines as people type them."""
    return Claim(tuple(map(read_line, lines)), payer, biller, day, diagnoses, facts)


def broken_by(claim):
    return {found.rule.rule for found in broken(claim)}


SUPPLIER = {"biller": "supplier"}
KNEE = {"biller": "supplier", "diagnoses": ("I10", "S83.511A")}
COLON = {"diagnoses": ("I10", "Z12.11")}
# rule, the fault, the same claim as it should be, what is around the lines
# fmt: off
FAULTS = [
    ("listed", ["J1030-JZ", "96372"], ["J1100-JZ", "96372"], {}),
    ("listed", ["K0901-RT-KX"], ["L1851-RT-KX"], KNEE),
    ("modifier-listed", ["99213-ZZ"], ["99213-25"], {}),
    ("no-local", ["W7095 x 10"], ["99213"], {}),
    ("letter", ["T1019 x 16"], ["T1019-GY x 16"], {}),
    ("letter", ["S9123 x 4"], ["99213"], {}),
    ("medicare-code", ["90662", "90471"], ["90662", "G0008"], {}),
    ("medicare-code", ["99396"], ["99396-GY"], {}),
    ("medicare-code", ["98005"], ["99213-93"], {}),
    ("screening-code", ["45378"], ["G0121"], COLON),
    ("hospital-code", ["C1713"], ["99213"], {}),
    ("whole-units", ["J1100-JZ x 1.5"], ["J1100-JZ x 2"], {}),
    ("whole-units", ["99213 x 0"], ["99213 x 1"], {}),
    ("whole-units", ["A0428-RH", "A0425-RH x 9.25"], ["A0428-RH", "A0425-RH x 9"], CREW),
    ("dose-few", ["J9355 x 1", "J9355-JW x 10"], ["J9355 x 35", "J9355-JW x 10"], VIAL),
    ("dose-few", ["J3489-JZ x 3"], ["J3489-JZ x 4"], WHOLE),
    ("dose-many", ["J9355 x 350", "J9355-JW x 10"], ["J9355 x 35", "J9355-JW x 10"], VIAL),
    ("waste-missing", ["J3489 x 4"], ["J3489-JZ x 4"], WHOLE),
    ("waste-few", ["J9355-JZ x 35"], ["J9355 x 35", "J9355-JW x 10"], VIAL),
    ("waste-few", ["J9355 x 35", "J9355-JW x 9"], ["J9355 x 35", "J9355-JW x 10"], VIAL),
    ("waste-many", ["J9355 x 35", "J9355-JW x 11"], ["J9355 x 35", "J9355-JW x 10"], VIAL),
    ("waste-many", ["J1100-JZ x 6"], ["J1100 x 6"], MANY),
    ("waste-alone", ["J9355-JW x 10"], ["J9355 x 35", "J9355-JW x 10"], {}),
    ("exclude", ["E0114-NU-RR"], ["E0114-NU"], SUPPLIER),
    ("exclude", ["71046-26-TC"], ["71046-26"], {}),
    ("exclude", ["97110-GY-GZ"], ["97110-GY"], {}),
    ("exclude", ["B4150-KX-GA x 30"], ["B4150-KX x 30"], SUPPLIER),
    ("belongs", ["99213-JZ"], ["99213"], {}),
    ("belongs", ["G0121-PT"], ["45385-PT"], COLON),
    ("belongs", ["99213-KH"], ["99213"], {}),
    ("price-first", ["71046-RT-26"], ["71046-26-RT"], {}),
    ("price-first", ["00100-P3-AA"], ["00100-AA-P3"], {}),
    ("both-lines", ["A0428-RH"], ["A0428-RH", "A0425-RH x 9.3"], CREW),
    ("both-lines", ["A0425-RH x 9.3"], ["A0428-RH", "A0425-RH x 9.3"], CREW),
    ("route", ["A0428", "A0425-RH x 9.3"], ["A0428-RH", "A0425-RH x 9.3"], CREW),
    ("route", ["A0428-RH", "A0425-HR x 9.3"], ["A0428-RH", "A0425-RH x 9.3"], CREW),
    ("route-wrong", ["A0428-HN", "A0425-HN x 14.3"], ["A0428-NH", "A0425-NH x 14.3"], RIDE),
    ("miles-few", ["A0428-NH", "A0425-NH x 14.2"], ["A0428-NH", "A0425-NH x 14.3"], RIDE),
    ("miles-many", ["A0428-NH", "A0425-NH x 15"], ["A0428-NH", "A0425-NH x 14.3"], RIDE),
    ("policy-missing", ["L1830-RT"], ["L1830-RT-GA"], KNEE),
    ("policy-missing", ["K0001-RR-KI"], ["K0001-RR-KI-KX"], SUPPLIER),
    ("miles-few", ["A0428-NH", "A0425-NH x 140.5"], ["A0428-NH", "A0425-NH x 141"], FAR),
    ("miles-many", ["A0431-NH", "A0436-NH x 142"], ["A0431-NH", "A0436-NH x 141"], FAR),
    ("one-contractor", ["99213", "E0114-NU"], ["E0114-NU"], SUPPLIER),
    ("bought-or-rented", ["E0114"], ["E0114-UE"], SUPPLIER),
    ("bought-or-rented", ["E1390"], ["E1390-RR"], SUPPLIER),
    ("rental-month", ["K0001-RR-KX"], ["K0001-RR-KI-KX"], SUPPLIER),
    ("insulin-missing", ["A4253-NU x 2"], ["A4253-NU-KS x 2"], SUPPLIER),
    ("insulin-wrong", ["A4253-NU-KX x 2"], ["A4253-NU-KS x 2"], {**SUPPLIER, "insulin": False}),
    ("insulin-wrong", ["A4253-NU-KS x 2"], ["A4253-NU-KX x 2"], {**SUPPLIER, "insulin": True}),
    ("limit", ["A4253-NU-KS x 3"], ["A4253-NU-KS x 2"], {**SUPPLIER, "limit": {"A4253": 2}}),
    ("side", ["L1830-LT-KX"], ["L1830-RT-KX"], KNEE),
    ("brace-side", ["L1830-KX"], ["L1830-RT-KX"], KNEE),
    ("anesthesia", ["00100-P3"], ["00100-QZ-P3"], {}),
    ("frames", ["V2020"], ["V2020-GY"], {"biller": "supplier", "diagnoses": ("H52.4",)}),
    ("screening", ["45385"], ["45385-PT"], {**COLON, "screening": "45385"}),
    ("screening", ["45385"], ["45385-33"], {**COLON, "screening": "45385", "payer": "plan"}),
]
# fmt: on


@pytest.mark.parametrize(("rule", "wrong", "right", "around"), FAULTS)
def test_a_fault_breaks_its_own_rule_and_no_other(rule, wrong, right, around):
    assert broken_by(claim(*wrong, **around)) == {rule}
    assert broken_by(claim(*right, **around)) == set()


def test_every_rule_has_a_check_and_a_fault():
    assert {rule.rule for rule in rules()} == set(CHECKS) == {rule for rule, *_ in FAULTS}


SEEN = ("returned", "denied", "returned or denied", "delayed", "paid short", "paid over")


def test_what_only_the_record_shows_stops_no_line():
    """A payer sees the claim and not the record. The limit is the payer's own, and it has a list
    of the drugs that come in single-dose containers."""
    seen = words("claim").keys()
    for rule in rules():
        if set(rule.needs) <= seen or rule.rule in ("limit", "waste-missing"):
            assert rule.fate in SEEN, rule
        else:
            assert rule.fate in ("audit", "paid short", "paid over", "patient pays"), rule


def test_the_tables_speak_of_what_there_is():
    fates = {row["fate"] for row in tables.rows("fates")}
    assert {rule.fate for rule in rules()} == fates
    assert {payer for rule in rules() for payer in rule.payers} <= set(words("payer"))
    assert {need for rule in rules() for need in rule.needs} == {
        **words("claim"),
        **words("record"),
    }.keys()
    groups = {row["group"] for row in tables.rows("code_groups")}
    named = [
        row["codes"] for name in ("modifier_rules", "needed_modifiers") for row in tables.rows(name)
    ]
    assert groups >= {name for name in named if name}
    assert {row["rule"] for row in tables.rows("modifier_rules")} <= set(CHECKS)
    sources = tables.by("sources", "id")
    for name in ("line_rules", "code_groups", "modifier_rules", "medicare_codes"):
        for row in tables.rows(name):
            assert row["sources"].split(), row
            assert [one for one in row["sources"].split() if one not in sources] == []


CLAIMS = st.sampled_from(FAULTS)
OTHERS = st.sampled_from(["99213-25", "J1100 x 6", "80053", "97110-GP x 2", "J9999-JZ"])


@given(CLAIMS, st.randoms())
def test_the_order_of_lines_changes_nothing(fault, random):
    _, wrong, _, around = fault
    mixed = random.sample(wrong, len(wrong))
    assert broken_by(claim(*mixed, **around)) == broken_by(claim(*wrong, **around))


@given(CLAIMS, st.sets(st.sampled_from(["payer", "biller", "day", "diagnoses", "facts"])))
def test_what_is_not_known_is_not_broken_but_untold(fault, hidden):
    """Each rule that a claim breaks is either found or listed; and nothing new is found."""
    _, wrong, _, around = fault
    whole = claim(*wrong, **around)
    unknown = {"payer": "", "biller": "", "day": None, "diagnoses": (), "facts": {}}
    less = replace(whole, **{name: unknown[name] for name in hidden})
    assert broken_by(less) <= broken_by(whole)
    assert broken_by(whole) <= broken_by(less) | {rule.rule for rule in untold(less)}
    assert broken_by(less) & {rule.rule for rule in untold(less)} == set()


@given(CLAIMS, OTHERS)
def test_another_line_changes_nothing_on_the_lines_that_stand(fault, other):
    rule, wrong, _, around = fault
    if rule == "one-contractor" or around.get("biller") == "supplier":
        return  # where another line is itself a fault
    found = [(one.at, one.rule.rule) for one in broken(claim(*wrong, **around))]
    more = [(one.at, one.rule.rule) for one in broken(claim(*wrong, other, **around))]
    assert [one for one in more if one[0] < len(wrong)] == found


@given(
    st.text(max_size=8),
    st.sampled_from(["", *words("payer")]),
    st.sampled_from(["", *words("biller")]),
    st.decimals(-2, 900, places=2),
    st.one_of(st.none(), st.dates()),
)
def test_any_line_gets_an_answer(code, payer, biller, units, day):
    lines = (Line(code, ("RH",), units), Line("A0425", (), units))
    one = Claim(lines, payer, biller, day, ("",))
    assert all(found.what for found in broken(one))
    assert untold(one)


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("J1100 x 6", Line("J1100", (), Decimal(6))),
        (" j9355jw X 10 ", Line("J9355", ("JW",), Decimal(10))),
        ("A0425-RH × 12.5", Line("A0425", ("RH",), Decimal("12.5"))),
        ("A4253-NU-KX", Line("A4253", ("NU", "KX"), Decimal(1))),
        ("99213 25", Line("99213", ("25",), Decimal(1))),
    ],
)
def test_a_line_is_read_as_people_type_it(typed, line):
    assert read_line(typed) == line
    assert read_line(str(line)) == line


@pytest.mark.parametrize(
    "typed",
    ["", "hello", "x 6", "E11.65", "450", "J1100 6", "J1100 JZ 6", "J1100 (6)", "J1100 qty 6",
     "A4253\tNU\t6", "T1019 U1 16", "A4253 KS 2", "99213, 25, 1 visit", "HCPCS: J1100", "D0120"],
)  # fmt: skip
def test_what_cannot_be_read_as_a_whole_is_said(typed):
    with pytest.raises(ValueError, match="cannot be read as a whole"):
        read_line(typed)


@pytest.mark.parametrize(
    ("text", "diagnoses"),
    [
        ("", ()),
        ("Z961", ("Z96.1",)),
        (" e11.65;I10, I10 | z79.4", ("E11.65", "I10", "Z79.4")),
    ],
)
def test_diagnoses_are_read_with_or_without_their_dots(text, diagnoses):
    assert diagnoses_in(text) == diagnoses


@pytest.mark.parametrize("text", ["250.00", "diabetes", "E11.65 E", "E11.65555"])
def test_what_is_no_diagnosis_is_said(text):
    with pytest.raises(ValueError, match="is no diagnosis of ICD-10-CM"):
        diagnoses_in(text)


@pytest.mark.parametrize(
    ("name", "payer"),
    [
        ("MEDICARE", "Medicare"),
        ("Railroad Medicare", "Medicare"), ("Part B Medicare", "Medicare"),
        ("Medicare Adv PPO", ""), ("DME MAC", ""), ("MCR", ""), ("MCARE", ""),
         ("Humana Medicare", ""), ("MEDICARE PART C", ""),
        ("TX Medicaid MCO", "Medicaid"), ("Aetna", "plan"), ("Workers Comp", "work"), (" ", ""),
    ],
)  # fmt: skip
def test_a_payer_is_medicare_only_if_its_name_says_so(name, payer):
    assert payer_of(name) == payer


@pytest.mark.parametrize(
    ("text", "biller"),
    [("Mercy Hospital", "hospital"), ("ASC", "surgery center"), ("DME", "supplier"),
     ("physician office", "clinic"), ("home care agency", ""), ("", "")],
)  # fmt: skip
def test_a_biller_that_we_cannot_tell_is_not_known(text, biller):
    assert biller_of(text) == biller


def test_the_list_vouches_for_its_own_days_only():
    """The list of January 2026 says nothing of a code that came later."""
    new = "J7999" if "J7999" not in tables.by("level2", "code") else "J0001"
    assert broken_by(claim(new, day=date(2026, 1, 1))) == {"listed"}
    assert broken_by(claim(new, day=date(2026, 7, 1))) == set()


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("listed", "J1030 had ended on February 10, 2026 (last day March 31, 2024) in CMS"),
        ("letter", "T1019 has the coverage letter I."),
        ("medicare-code", "90471: Medicare wants G0008 for giving a flu vaccine."),
        ("modifier-listed", "ZZ is not in the list on this day."),
        ("whole-units", "J1100 has 1.5 units."),
        ("limit", "There are more than 2 units of A4253."),
        ("dose-few", "J9355: 35, not 1."),
        ("waste-few", "10 units of J9355 were thrown away: JW, and no JZ."),
        ("exclude", "E0114 has NU and RR: they exclude each other."),
        ("belongs", "JZ does not belong to 99213."),
        ("price-first", "26 of 71046 stands first."),
        ("both-lines", "Trips: 1; lines of miles: 0."),
        ("route", "A0428 has no pairs of letters."),
        ("miles-few", "A0425: 14.3, not 14.2."),
        ("insulin-missing", "A4253 has neither KX nor KS."),
        ("policy-missing", "L1830 has none of KX, GA, GY, and GZ."),
        ("side", "The diagnosis of L1830 is on the other side: RT."),
        ("insulin-wrong", "A4253 has KX; the record says KS."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_a_sentence(rule, says):
    wrong, _, around = next(rest for name, *rest in FAULTS if name == rule)
    (what,) = {found.what for found in broken(claim(*wrong, **around))}
    assert what.startswith(says)


@pytest.mark.parametrize(
    ("lines", "diagnoses", "day", "rule", "is_broken"),
    [
        (["V2020"], ("H52.4", "Z96.1"), DAY, "frames", False),
        (["L1830-LT"], ("S83.511A", "S83.512A"), DAY, "side", False),
        (["L1851-LT"], ("S83.511A", "M17.12"), DAY, "side", False),
        (["98005"], (), date(2024, 12, 31), "medicare-code", False),
        (["98005"], (), date(2025, 1, 1), "medicare-code", True),
        (["90662", "G0008", "90714", "90471-59"], ("Z23",), DAY, "medicare-code", False),
        (["90714", "90471"], ("S61.012A", "Z23"), DAY, "medicare-code", False),
        (["45378-PT"], ("Z12.11",), DAY, "screening-code", False),
        (["J1100-ZA"], (), date(2018, 3, 31), "modifier-listed", False),
        (["J1100-ZA"], (), date(2018, 4, 1), "modifier-listed", True),
        (["L1830"], (), date(2019, 2, 28), "brace-side", False),
        (["L1830"], (), date(2019, 3, 1), "brace-side", True),
        (["A0425-RH x 12", "A0428-RH", "A0429-HR", "A0425-HR x 3"], (), DAY, "route", False),
        (["A0425-RH x 12", "A0428-RH", "A0429-HR", "A0425-RH x 3"], (), DAY, "route", True),
        (["A0428-RP-GX", "A0425-RP-GX x 4"], (), DAY, "route", False),
        (["A0429-QL"], (), DAY, "route", False),
        (["A0429-QL"], (), DAY, "both-lines", False),
        (["A0432-RH", "A0425-RH x 4"], (), DAY, "both-lines", False),
        (["A4253-NU-KX-GA x 12"], (), DAY, "exclude", False),
        (["A0425-RH x 9.3"], (), DAY, "whole-units", False),
        (["90675-JZ"], (), DAY, "belongs", False),
        (["E2103-NU-KS-CG", "A4239-KS-CG"], (), DAY, "belongs", False),
        (["E2103-NU-CG"], (), DAY, "insulin-missing", True),
        (["E0441"], (), DAY, "bought-or-rented", False),
        (["45378-33"], ("Z12.11",), DAY, "screening-code", True),
        (["90686", "90471"], (), date(2017, 10, 10), "medicare-code", True),
        (["A0888-SH-GY x 2.5"], (), DAY, "whole-units", False),
        (["96416", "E0781-RR-KH"], (), DAY, "one-contractor", False),
        (["E0143-RB"], (), DAY, "bought-or-rented", False),
        (["01996"], (), DAY, "anesthesia", False),
        (["E0570-RR-KH-KX", "A7005", "J7613 x 100"], (), DAY, "one-contractor", False),
        (["E0601-RR-KH-KX", "A7030-NU"], (), DAY, "one-contractor", False),
        (["B4150-KX x 600", "B9002-RR-KH-KX"], (), DAY, "one-contractor", False),
        (["99213", "L0650"], (), DAY, "one-contractor", True),
        (["99213", "L7520"], (), DAY, "one-contractor", False),
        (["36430", "P9072"], (), date(2017, 6, 1), "letter", False),
        (["36430", "P9072"], (), date(2018, 1, 2), "letter", True),
        (["A4248"], (), DAY, "insulin-missing", False),
        (["A0428-RH", "A0425-RH x 9", "A0425-RH-GY x 4"], (), DAY, "both-lines", False),
    ],
)  # fmt: skip
def test_the_edges_of_a_rule(lines, diagnoses, day, rule, is_broken):
    found = broken_by(claim(*lines, biller="clinic", day=day, diagnoses=diagnoses))
    assert (rule in found) == is_broken


@pytest.mark.parametrize(
    ("lines", "biller"),
    [
        (["99283", "L1830"], "hospital"), (["97760-GP", "L1833"], "other"), (["00812"], "hospital"),
        (["99213", "E0114-NU"], "hospital"),
    ],
)  # fmt: skip
def test_what_is_the_dme_mac_s_or_a_practitioner_s_is_asked_of_nobody_else(lines, biller):
    assert broken_by(claim(*lines, biller=biller)) == set()


@pytest.mark.parametrize("facts", [{"route": "RH"}, {"miles": 16.66}])
def test_there_and_back_one_fact_is_not_enough(facts):
    lines = ["A0428-RH", "A0425-RH x 8.4", "A0428-HR", "A0425-HR x 8.4"]
    assert broken_by(claim(*lines, **CREW, **facts)) == set()


def test_skin_substitutes_have_no_rule_of_waste():
    facts = {"dose": {"Q4226": 4}, "container": {"Q4226": ("single", 4)}}
    assert broken_by(claim("15271", "Q4226 x 4", **facts)) == set()


def test_what_is_left_of_a_container_and_the_last_line_over_a_limit():
    (found,) = broken(claim("J9355 x 35", "J9355-JW x 9", **VIAL))
    assert found.what == "10 whole units of J9355 are left, not 9."
    lines = ["A4253-NU-KS x 2", "A4253-NU-KS x 1"]
    assert [one.at for one in broken(claim(*lines, **SUPPLIER, limit={"A4253": 2}))] == [1]
    unknown = {"dose": {"J3490": 5}, "container": {"J3490": ("single", 5)}}
    assert broken_by(claim("J3490", **unknown)) == set()
