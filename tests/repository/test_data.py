"""The derived tables agree with one another, and hold what they say they hold."""

import re
from collections import Counter
from datetime import date
from itertools import pairwise

import codeedu
from codeedu import tables
from codeedu.codes import formats
from codeedu.lab.copy import LESSONS

CODES = [row for row in tables.rows("level2") if row["kind"] == "code"]
LIVE = {row["code"] for row in CODES if not row["terminated"]}


def test_level_ii_is_cms_file_of_january_2026():
    kinds = Counter(row["kind"] for row in tables.rows("level2"))
    assert kinds == {"code": 8623, "modifier": 383}
    assert len(CODES) - len(LIVE) == 1300
    assert not any(row["code"].startswith("D") for row in CODES)  # the dental codes are the ADA's


def test_dates_of_level_ii_are_iso_dates_in_order():
    for row in tables.rows("level2"):
        days = [date.fromisoformat(row[name]) for name in ("added", "effective") if row[name]]
        assert days, row
        if row["terminated"]:
            assert date.fromisoformat(row["terminated"]) >= days[0], row


def test_every_code_lies_in_one_section():
    sections = [row for row in tables.rows("sections") if row["format"] == "level-2"]
    for row in CODES:
        assert sum(s["first"] <= row["code"] <= s["last"] for s in sections) == 1, row["code"]


def test_sections_of_a_format_are_in_order_and_do_not_overlap():
    for one, next_ in pairwise(tables.rows("sections")):
        assert one["first"] <= one["last"]
        if one["format"] not in (
            "icd9cm-v",
            "icd9cm-e",
            "snomed",
            "loinc",
            "loinc-five",
        ):  # their codes vary in length
            assert len(one["first"]) == len(one["last"])
        if one["format"] == next_["format"]:
            assert one["last"] < next_["first"], (one, next_)


def test_letters_count_the_codes():
    listed = Counter(row["code"][0] for row in CODES)
    live = Counter(code[0] for code in LIVE)
    for row in tables.rows("letters"):
        assert int(row["listed_2026"]) == listed[row["letter"]]
        assert int(row["live_2026"]) == live[row["letter"]] >= int(row["not_marked_unpaid_2026"])


def test_collisions_are_codes_of_both_sets():
    diagnoses = {row["code"]: row["billable"] for row in tables.rows("icd10cm")}
    rows = {row["code"]: row for row in tables.rows("collisions")}
    assert set(rows) == {row["code"] for row in CODES} & set(diagnoses)
    for code, row in rows.items():
        assert row["billable"] == diagnoses[code]
        assert row["live"] == ("yes" if code in LIVE else "no")


def test_the_claims_of_medicaid_are_whole_and_hold_no_cpt_or_cdt():
    shown, summed = tables.rows("medicaid_claims"), tables.rows("medicaid_cpt_by_section")
    assert len(shown) + sum(int(row["strings"]) for row in summed) == 10_881
    assert sum(int(row["claims"]) for row in (*shown, *summed)) == 18_825_564_012
    licensed = re.compile(r"([0-9]{5}|[0-9]{4}[AFMTU]|D[0-9]{4})(?![0-9])")
    alike = [row["code"] for row in shown if licensed.match(row["code"])]
    assert len(alike) == 36
    for code in alike:
        readings = formats.matches(code[:5])
        assert not any(m.format.code_set in ("CPT", "CDT") and m.section for m in readings), code
        assert code[:5] not in tables.by("deleted_cpt", "code")


def test_the_strings_below_every_cpt_code_and_their_dollars():
    below = [row for row in tables.rows("medicaid_claims") if re.match("000[0-9]{2}$", row["code"])]
    assert len(below) == 17
    assert sum(int(row["claims"]) for row in below) == 20_797_624
    assert sum(int(row["paid"]) for row in below) == 5_530_306_731


def test_local_codes_are_still_paid():
    local = [
        row for row in tables.rows("medicaid_claims") if re.fullmatch("[W-Z][0-9]{4}", row["code"])
    ]
    assert len(local) == 337
    assert sum(int(row["claims"]) for row in local) == 58_895_979
    assert sum(int(row["paid"]) for row in local) == 6_998_669_142
    assert sum(row["last_month"] >= "2024-10" for row in local) == 159
    lesson = (LESSONS / "04-level-iii-a-history.ipynb").read_text(encoding="utf-8")
    for row in sorted(local, key=lambda row: -int(row["paid"]))[:3]:
        numbers = f"{int(row['claims']):,} | \\\\${int(row['paid']):,} | {row['billing_providers']}"
        assert f"| `{row['code']}` | {numbers} |" in lesson


def test_every_code_and_modifier_of_2026_is_first_read_as_its_own_set():
    for row in tables.rows("level2"):
        best = codeedu.classify(row["code"]).best
        own = "HCPCS Level II" if row["kind"] == "code" else "HCPCS Level II modifier"
        expected = "CPT modifier" if re.fullmatch("P[1-6]", row["code"]) else own  # the AMA's
        assert best.code_set == expected, row["code"]
