"""The rules for claim lines, over claim files."""

import pandas as pd
import pytest

import codeedu
from codeedu import tables


def test_the_practice_file_breaks_no_rule_where_its_key_has_no_error():
    claims, key = codeedu.practice_claims(), pd.DataFrame(tables.rows("practice_claims_key"))
    found = codeedu.broken_rules(claims.assign(procedure=key["meant"]))
    assert found.attrs["unread"] == []
    assert found[(key["error"] == "")[found.index]].empty


def test_a_line_that_breaks_two_rules_stands_twice():
    claims = pd.DataFrame({"claim": [7], "payer": ["Medicare"], "procedure": ["E0114-NU-RR x"]})
    found = codeedu.broken_rules(claims.assign(procedure="G0121-PT-JZ"))
    assert found["rule"].tolist() == ["belongs", "belongs"]
    assert found.index.tolist() == [0, 0]


def test_a_claim_that_cannot_be_read_is_named_and_not_checked():
    claims = pd.DataFrame(
        {
            "claim": ["a", "a", "b"],
            "payer": "Medicare",
            "date_of_service": "2026-02-10",
            "procedure": ["A0428-RH", "A0425RHx", "J1885-XX"],
        }
    )
    found = codeedu.broken_rules(claims)
    assert found.attrs["unread"] == ["a"]
    assert found["what"].tolist() == ["XX is not in the list on this day."]


def test_a_file_may_have_nothing_or_anything_beside_its_codes():
    bare = pd.DataFrame({"claim": [1, 2], "procedure": ["A4253-NU", "99213"]})
    assert codeedu.broken_rules(bare).empty  # nobody says that it is for Medicare
    odd = bare.assign(payer="Medicare", units=[None, "two"], date_of_service=["soon", 5], biller=7)
    assert codeedu.broken_rules(odd)["rule"].tolist() == ["insulin-missing"]
    assert codeedu.broken_rules(bare.head(0)).columns.tolist()[-4:] == [
        "rule",
        "what",
        "fate",
        "next",
    ]


@pytest.mark.parametrize("missing", ["claim", "procedure"])
def test_a_file_without_claims_or_codes_is_refused(missing):
    claims = codeedu.practice_claims().drop(columns=missing)
    with pytest.raises(KeyError, match=f"There is no column '{missing}'"):
        codeedu.broken_rules(claims)
