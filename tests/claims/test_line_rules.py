"""The rules for claim lines, over claim files."""

import pandas as pd
import pytest

import codeedu
from codeedu import tables


def test_the_practice_file_breaks_no_rule_where_its_key_has_no_error():
    claims, key = codeedu.practice_claims(), pd.DataFrame(tables.rows("practice_claims_key"))
    found = codeedu.broken_rules(claims.assign(procedure=key["meant"]))
    assert found.attrs["unread"] == {}
    assert found[(key["error"] == "")[found.index]].empty


def frame(*procedures, **columns):
    whole = {"claim": 7, "payer": "Medicare", "date_of_service": "2026-02-10", "diagnosis": "I10"}
    return pd.DataFrame({**whole, "procedure": procedures, **columns})


def test_a_line_that_breaks_two_rules_stands_twice():
    found = codeedu.broken_rules(frame("G0121-PT-JZ"))
    assert found["rule"].tolist() == ["belongs", "belongs"]
    assert found.index.tolist() == [0, 0]


def test_lines_of_one_day_and_one_payer_are_held_to_the_rules_together():
    days = ["2025-12-30", "2026-01-02"]
    trip = frame("A0428-RH", "A0425-RH")
    assert codeedu.broken_rules(trip).empty
    assert (
        codeedu.broken_rules(trip.assign(date_of_service=days))["rule"].tolist()
        == ["both-lines"] * 2
    )
    assert codeedu.broken_rules(trip.assign(payer=["MEDICARE", "Medicare"])).empty
    assert codeedu.broken_rules(trip.assign(claim=["7", "7 "])).empty
    assert codeedu.broken_rules(trip.assign(date_of_service=["2026-02-10", ""])).empty
    assert codeedu.broken_rules(trip.assign(payer=["Medicare", "Aetna"]))["rule"].tolist() == [
        "both-lines"
    ]
    ended = frame("99213", "K0901-RT-KX", date_of_service=["2016-12-31", "2017-01-01"])
    assert codeedu.broken_rules(ended)["rule"].tolist() == ["listed"]


@pytest.mark.parametrize(
    "line",
    [
        {"procedure": "A0425RHx"}, {"procedure": ""}, {"claim": ""}, {"claim": None},
        {"units": "two"}, {"units": "NaN"}, {"units": float("inf")}, {"units": "1e30"},
        {"date_of_service": "13/14/2026"}, {"date_of_service": "soon"},
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named_and_not_checked(line):
    claims = pd.DataFrame(
        [
            {"claim": "a", "payer": "Medicare", "procedure": "E0114-NU", "units": 1, **line},
            {"claim": "b", "payer": "Medicare", "procedure": "E0114", "units": 1},
        ]
    )
    found = codeedu.broken_rules(claims)
    assert list(found.attrs["unread"]) == [0]
    assert found["rule"].tolist() == ["bought-or-rented"]


@pytest.mark.parametrize(
    ("units", "rules"),
    [(0, ["whole-units"]), (0.0, ["whole-units"]), ("1,000", []), (9.0, []), (None, []),
     (0.1 * 3, ["whole-units"]), ("-1", ["whole-units"])],
)  # fmt: skip
def test_units_are_what_the_file_says(units, rules):
    assert codeedu.broken_rules(frame("99213", units=[units]))["rule"].tolist() == rules


def test_modifiers_may_have_columns_of_their_own():
    lines = frame("A4253", "A0428 RH", **{"Mod1": ["NU", ""], "Mod 2": ["KX", None], "model": "x"})
    assert codeedu.broken_rules(lines)["rule"].tolist() == ["both-lines"]


def test_who_cannot_be_read_is_said_and_who_stands_beside_it():
    lines = frame("A0428-RH", "A0425-RH", "99213", units=[1, "two", 1], claim=[1, 1, 2])
    assert codeedu.broken_rules(lines.set_axis(["a", "b", "c"])).attrs["unread"] == {
        "a": "Another line of the claim cannot be read.",
        "b": "'two' is no number of units.",
    }


@pytest.mark.parametrize(
    ("claims", "says"),
    [
        (frame("99213").drop(columns="payer"), "no column 'payer': .. rules could not be checked"),
        (frame("99213").drop(columns="date_of_service"), "'date_of_service': . rules could not"),
        (frame("99213", payer="MCR"), "Who pays is not clear from 'MCR': write Medicare, Medicaid"),
    ],
)
def test_what_the_file_does_not_say_is_a_warning(claims, says):
    with pytest.warns(UserWarning, match=says):
        codeedu.broken_rules(claims)


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_file_may_have_nothing_or_anything_beside_its_codes():
    bare = pd.DataFrame({"claim": [1, 2], "procedure": ["A4253-NU", "99213"]})
    assert codeedu.broken_rules(bare).empty  # nobody says that it is for Medicare
    odd = bare.assign(payer="Medicare", biller=7, diagnosis="250.00")
    assert codeedu.broken_rules(odd)["rule"].tolist() == ["insulin-missing"]
    again = odd.set_axis(["x", "x"])
    assert codeedu.broken_rules(again).index.tolist() == ["x"]
    assert codeedu.broken_rules(bare.head(0)).columns.tolist()[-1] == "next"
    hospital = frame("C1713", biller="Mercy Hospital")
    assert codeedu.broken_rules(hospital).empty
    office = hospital.assign(biller="physician office")
    assert codeedu.broken_rules(office)["rule"].tolist() == ["hospital-code"]


@pytest.mark.parametrize("missing", ["claim", "procedure"])
def test_a_file_without_claims_or_codes_is_refused(missing):
    claims = codeedu.practice_claims().drop(columns=missing)
    with pytest.raises(KeyError, match=f"There is no column '{missing}'"):
        codeedu.broken_rules(claims)
