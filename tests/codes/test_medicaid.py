"""Real strings of real claims: each is read, or gets a sentence that says where to look."""

import csv
from collections import Counter
from pathlib import Path

import pytest

import codeedu
from codeedu.claims.datasets import medicaid_claims

HHS = Path(__file__).parents[3] / "shared" / "medicaid" / "medicaid-2018-2024-by-code.csv"
OWN = "it is that payer's own code: look in the payer's manual."


def answered(string):
    """Tell whether a string has a reading, or a sentence for a payer's own code or what it is."""
    found = codeedu.classify(string)
    return bool(found.readings) or any(OWN in note.text or note.text for note in found.notes)


def test_every_string_that_the_course_ships_is_answered():
    unread = [code for code in medicaid_claims()["code"] if not codeedu.classify(code).readings]
    assert len(unread) < 300
    for code in unread:
        notes = " ".join(note.text for note in codeedu.classify(code).notes)
        assert notes, code
        said = (OWN, "placeholder", "missing value", "another number")
        told = any(words in notes for words in said)
        assert told or not code.isalnum() or not 3 <= len(code) <= 8, code


def test_the_local_codes_are_read_as_local_codes():
    claims = medicaid_claims()
    local = claims[claims["code"].str.fullmatch("[W-Z][0-9]{4}")]
    assert len(local) == 337
    for code in local["code"]:
        best = codeedu.classify(code).best
        assert (best.code_set, best.strength) == ("HCPCS Level III", "likely")
        assert any(reason.row == f"medicaid_claims:{code}" for reason in best.why)


@pytest.mark.skipif(not HHS.exists(), reason="HHS's file of Medicaid claims is not on this machine")
def test_all_strings_of_the_real_file_and_the_share_of_their_claims():
    claims = Counter()
    with HHS.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 10_881
    for row in rows:
        assert answered(row["code"]), row["code"]
        best = codeedu.classify(row["code"]).best
        strong = best is not None and best.strength != "remote"
        claims[best.code_set if strong else "other"] += int(row["claims"])
    assert claims.total() == 18_825_564_012
    assert claims["CPT"] / claims.total() > 0.5
    assert claims["other"] / claims.total() < 0.005
