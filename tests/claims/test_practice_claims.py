"""The practice file: claims that a biller could have sent, apart from the errors of its key."""

from datetime import date
from decimal import Decimal
from itertools import groupby

import pytest

from codeedu import tables
from codeedu.lines.claim import BILLERS, Claim, Line
from codeedu.lines.rules import broken

PAYERS = {"Medicare": "Medicare", "State Medicaid": "Medicaid"}  # the others are plans


@pytest.fixture(scope="module")
def claims():
    """Return each claim as a list of its lines, each with its row of the key."""
    lines = zip(tables.rows("practice_claims"), tables.rows("practice_claims_key"), strict=True)
    return [list(pairs) for _, pairs in groupby(lines, key=lambda pair: pair[0]["claim"])]


def as_meant(pairs):
    """Return a claim with the lines that its key says were meant."""
    first = pairs[0][0]
    return Claim(
        lines=tuple(
            Line(code, tuple(modifiers), Decimal(line["units"]))
            for line, key in pairs
            for code, *modifiers in [key["meant"].split("-")]
        ),
        payer=PAYERS.get(first["payer"], "plan"),
        biller=first["biller"] if first["biller"] in BILLERS else "other",
        day=date.fromisoformat(first["date_of_service"]),
        diagnoses=tuple(line["diagnosis"] for line, _ in pairs),
    )


def test_a_line_without_an_error_breaks_no_rule(claims):
    wrong = [
        (pairs[found.at][0]["claim"], found.rule.rule, found.what)
        for pairs in claims
        for found in broken(as_meant(pairs))
        if not pairs[found.at][1]["error"]
    ]
    assert wrong == []


def test_a_claim_has_one_payer_one_biller_one_day_and_one_place(claims):
    one = ("payer", "biller", "form", "date_of_service", "place_of_service")
    assert len(claims) == len({pairs[0][0]["claim"] for pairs in claims})
    for pairs in claims:
        assert len({tuple(line[name] for name in one) for line, _ in pairs}) == 1
        assert [line["line"] for line, _ in pairs] == [str(n + 1) for n in range(len(pairs))]
        assert [(k["claim"], k["line"]) for _, k in pairs] == [
            (line["claim"], line["line"]) for line, _ in pairs
        ]
