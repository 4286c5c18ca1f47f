"""Dates as they stand in extracts: read where a column leaves no doubt."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeedu.claims.dates import MONTHS, date_reader

DAY = date(2016, 12, 31)
MONTH_FIRST = "Dates such as {} were read as month/day/year."
DAY_FIRST = "Dates such as {} were read as day/month/year."
DOUBT = (
    "Dates such as {} do not say which number is the month, and were not read: "
    "write dates as 2018-12-31."
)


@pytest.mark.parametrize(
    ("column", "read", "how"),
    [
        (["12/31/2016"], [DAY], MONTH_FIRST),
        (["1/5/2024", "12/31/2016"], [date(2024, 1, 5), DAY], MONTH_FIRST),
        (["1/5/2024"], [date(2024, 1, 5)], MONTH_FIRST),  # US claims
        (["12-31-2016", "12/31/2016 0:00"], [DAY, DAY], MONTH_FIRST),
        (["12/31/16"], [DAY], MONTH_FIRST),
        (["31/12/2016", "1/5/2024"], [DAY, date(2024, 5, 1)], DAY_FIRST),
        (["1/5/2024", "31/12/2016", "12/31/2016"], ["1/5/2024", "31/12/2016", "12/31/2016"], DOUBT),
        (["16/12/31", "17/01/02"], ["16/12/31", "17/01/02"], DOUBT),  # the year may come first
        (["12/31/2016", "13/13/2016", "2/30/2016"], [DAY, "13/13/2016", "2/30/2016"], MONTH_FIRST),
        (["31DEC2016", "31-Dec-2016", "31 dec 2016"], [DAY] * 3, ""),
        (["31DEC2016:00:00:00", "2016/12/31", "2016-12-31T08:00"], [DAY] * 3, ""),
        (["20161231", "20161231.0", " 2016-12-31 "], [DAY] * 3, ""),
        (["soon", "", "31XXX2016"], ["soon", "", "31XXX2016"], ""),
        (["42735", "16-12-31"], ["42735", "16-12-31"], ""),
        ([DAY, None, 20161231], [DAY, None, 20161231], ""),
    ],
)  # fmt: skip
def test_a_column_says_how_its_dates_are_written(column, read, how):
    reader, said = date_reader(column)
    assert [reader(value) for value in column] == read
    assert said == how.format(column[0])


DAYS = st.dates(date(1983, 1, 1), date(2068, 12, 31))


@given(st.lists(DAYS, min_size=1), st.sampled_from(["%m/%d/%Y", "%m-%d-%Y", "%Y/%m/%d", "%Y%m%d"]))
def test_what_is_written_in_one_way_is_read_so(days, form):
    written = [day.strftime(form) for day in days]
    reader, _ = date_reader(written)
    assert [reader(text) for text in written] == days


@given(st.lists(DAYS, min_size=1))
def test_a_column_with_the_day_first_is_never_read_with_the_month_first(days):
    days = [*days, date(2020, 1, 13), date(2020, 1, 13) + timedelta(days=1)]
    written = [f"{day:%d/%m/%Y}" for day in days]
    reader, how = date_reader(written)
    assert [reader(text) for text in written] == days
    assert how.endswith("day/month/year.")


def test_the_months_are_those_of_sas():
    assert [date(2020, at + 1, 1).strftime("%b").upper() for at in range(12)] == list(MONTHS)
