"""The practice file: claims as a biller could have sent them. That they keep the rules for claim
lines is tested with these rules.
"""

from itertools import groupby

from codeedu import tables

OF_A_CLAIM = ("payer", "biller", "form", "date_of_service", "place_of_service")


def test_a_claim_has_one_payer_one_biller_one_day_and_one_place():
    lines, key = tables.rows("practice_claims"), tables.rows("practice_claims_key")
    names = [(line["claim"], line["line"]) for line in lines]
    assert names == [(row["claim"], row["line"]) for row in key]
    assert len(names) == len(set(names)) == 6000
    for name, group in groupby(lines, key=lambda line: line["claim"]):
        claim = list(group)
        assert [line["line"] for line in claim] == [str(n + 1) for n in range(len(claim))], name
        assert len({tuple(line[part] for part in OF_A_CLAIM) for line in claim}) == 1, name
