"""The list that ships with the course says whether a Level II code is active on a day."""

import datetime
import re
from datetime import date

import pytest

from codeedu import tables
from codeedu.codes import level2
from codeedu.codes.level2 import Listing, first_ended, lookup

ROWS = tables.rows("level2")
EDITION = tables.by("editions", "what")[level2.EDITION]
AS_OF = datetime.date.fromisoformat(EDITION["as_of"])
LIST = f"CMS's list of {EDITION['edition']}"

CASES = [
    ("J1885", None, "listed", "J1885 is listed (added January 1, 1993) in"),
    ("A4466", None, "terminated",
     "A4466 has ended (last day December 31, 2016; CMS names A4467 in its place) in"),
    ("A4466", "2016-12-31", "listed",
     "A4466 is listed on December 31, 2016 (last day December 31, 2016; CMS names A4467 in its "
     "place) in"),
    ("A7042", "2015-01-01", "terminated",
     "A7042 had ended on January 1, 2015 (last day December 31, 2014) in"),
    ("E1165", None, "not listed", "E1165 is not listed in"),
    ("U0001", "2019-12-31", "not listed",
     "U0001 is not listed on December 31, 2019 (added later, February 4, 2020) in"),
    ("RT", None, "listed", "RT is listed (added"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "on", "status", "text"), CASES)
def test_a_code_is_looked_up(code, on, status, text):
    found = lookup(code, on)
    assert (found.code, found.status) == (code, status)
    assert found.text.startswith(text)
    assert found.text.endswith(f" in {LIST}")


def test_every_row_gets_a_status_and_a_sentence():
    for row in ROWS:
        found = lookup(row["code"])
        ended = level2.iso(row["terminated"]) or datetime.date.max
        assert found.status == ("terminated" if ended < AS_OF else "listed")
        assert found.label.startswith("ended" if found.status == "terminated" else found.status)
        assert found.text.endswith(f" in {LIST}")
        # Terminated the day after the last day, whatever the date of the list.
        if row["terminated"]:
            assert lookup(row["code"], ended).status == "listed"
            assert lookup(row["code"], ended + datetime.timedelta(1)).status == "terminated"


def test_the_list_has_facts_and_none_of_cms_s_words():
    assert len({row["code"] for row in ROWS}) == len(ROWS)
    for row in ROWS:
        code, kind, *facts = row.values()
        assert re.fullmatch("[A-Z][0-9]{4}" if kind == "code" else "[A-Z0-9]{2}", code)
        assert not code.startswith("D") or kind == "modifier"
        assert all(re.fullmatch("[A-Z0-9 -]*", fact) for fact in facts)
        assert all(len(word) <= 10 for fact in facts for word in fact.split())


def test_a_listing_is_the_same_whoever_gives_it():
    assert isinstance(lookup("J1885"), Listing)
    with pytest.raises(ValueError, match="'soon' is not a date: write it as 2018-12-31"):
        lookup("J1885", on="soon")


def test_a_code_is_listed_from_the_day_it_was_added():
    assert lookup("U0001", "2020-02-04").status == "listed"
    assert lookup("U0001", "2020-02-03").status == "not listed"


def test_a_list_says_when_it_does_not_reach_back_to_the_date():
    older = lookup("G0001", "2005-03-01")
    assert older.label == "not listed (it does not reach back before December 31, 2014)"
    assert older.too_old
    assert lookup("G0001", "2014-12-31").label == lookup("G0001").label == "not listed"


def test_a_release_without_codes_that_ended_says_nothing_of_its_reach():
    assert first_ended(["", "00000000"]) is None
    assert first_ended(["19990101", *["20161231"] * 100]) == date(2016, 12, 31)
