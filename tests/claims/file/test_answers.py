"""The answer to an entry of a file is that of `classify`, on whatever date, and of its type."""

from datetime import date

import pytest

from codeedu.claims.file.answers import MISFIT, NOT_READ, UNKNOWN, Answers
from codeedu.codes.row import UNREADABLE_DATE, classified

ENTRIES = [
    "99213",
    "J1885",
    "A4466",
    "99201",
    "E1165",
    "470",
    "99213;A4466",
    "X!",
    "",
    "N/A",
    "ZZ123",
]


@pytest.mark.parametrize("context", ["procedure", "diagnosis"])
@pytest.mark.parametrize("entry", ENTRIES)
def test_a_date_counts_where_a_list_decides(entry, context):
    for day in (None, date(2016, 12, 31), date(2024, 1, 1), "2024-01-01", "soon"):
        answered = Answers(context).to(entry, day)
        assert answered[1:3] == classified(entry, context, None, day)


@pytest.mark.parametrize(
    ("entry", "type_", "code", "wrong"),
    [
        ("762", "RC", "0762", ""),
        ("762", "rc", "0762", ""),
        ("762", "MS-DRG", "762", ""),
        ("762", "CPT", "00762", ""),
        ("J1885-JW", "HCPCS", "J1885", ""),
        ("CPT 99213", "CPT", "99213", ""),
        ("99213", "HCPCS", "99213", ""),
        ("J1885", "CPT", "J1885", MISFIT),
        ("99213", "LOCAL", None, NOT_READ),
        ("99213", "Other", "99213", UNKNOWN),
        ("", "RC", None, ""),
        ("N/A", "RC", None, ""),
        ("X!", "RC", None, ""),
    ],
)
def test_a_code_is_read_as_one_of_its_type(entry, type_, code, wrong):
    answered = Answers().to(entry, type_=type_)
    assert (answered.row.code, answered.wrong, answered.answer.entered) == (code, wrong, entry)
    assert "in front" not in answered.row.note


def test_a_date_that_cannot_be_read_is_said_of_a_code_with_a_type():
    assert Answers().to("A4466", "soon", "HCPCS").row.status == UNREADABLE_DATE
    assert Answers().to("A4466", date(2018, 1, 1), "HCPCS").row.status == "terminated"
