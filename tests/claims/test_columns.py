"""A column answers as `classify` does, row by row, whatever its dtype and however it is read."""

import datetime
import decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import codeedu
from codeedu.claims.columns import classify_column
from codeedu.codes.row import row
from junk import JUNK

COLUMNS = [
    "code", "modifiers", "code_set", "level", "category", "section", "ambiguous", "note", "status",
]  # fmt: skip

NEAR = st.text("0123456789ABDEFGJLMPSTUWXZ-. :l\u200b\xa0٩", max_size=9)
CODES = st.from_regex(r"\A([A-Z][0-9]{4}|[0-9]{4}[A-Z0-9]|[0-9]{1,4})(-?[A-Z0-9]{2}){0,2}\Z")
ENTRIES = st.one_of(st.text(max_size=12), NEAR, CODES, CODES)


def alone(values, context="procedure"):
    """Return what `classify` says of each value, as the rows of a frame."""
    return [list(row(codeedu.classify(value, context))) for value in values]


def rows_of(frame):
    plain = frame.astype(object)
    return plain.where(plain.notna(), None).to_numpy().tolist()


TEXT_DTYPES = [
    "str", "str in python", "object", "category", "string[python]", "string[pyarrow]",
    "arrow string", "arrow large_string", "arrow string_view",
]  # fmt: skip


def text_series(values, dtype):
    if dtype == "str in python":  # as pandas keeps text where there is no pyarrow
        return pd.Series(values, dtype=pd.StringDtype("python", na_value=np.nan))
    if dtype.startswith("arrow"):
        return pd.Series(values, dtype=pd.ArrowDtype(getattr(pa, dtype.split()[1])()))
    return pd.Series(values, dtype=dtype)


@pytest.mark.parametrize("dtype", TEXT_DTYPES)
def test_text_of_every_dtype_reads_as_alone(dtype):
    @given(st.lists(st.one_of(st.none(), ENTRIES), max_size=8), st.sampled_from(
        ["procedure", "diagnosis", "drug", "revenue", "place", "unknown"]))  # fmt: skip
    @settings(max_examples=30, deadline=None)
    def law(values, context):
        try:
            series = text_series(values, dtype)
        except UnicodeEncodeError:  # Arrow takes no lone surrogates
            return
        assert rows_of(classify_column(series, context=context)) == alone(values, context)

    law()


NUMBERS = {
    "int64": [100, 99213, 0, -1, 450, 99213],
    "Int64": [100, None, 99213],
    "float64": [100.0, np.nan, 99213.0, 1.5, np.inf],
    "Float64": [100.0, None, 1.5],
    "bool": [True, False],
    "boolean": [True, None],
    "uint8": [25, 99],
    "datetime64[ns]": [datetime.datetime(2003, 12, 31), None],
    "timedelta64[ns]": [datetime.timedelta(1), None],
    "complex128": [1 + 2j, 3j],
    "object": [1, 1.0, True, "1", None, b"99213", decimal.Decimal("NaN"), ["99213"], 99213],
    "category": [99213, 100, None, 100],
}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("list_(pa.string())", ["J1885"]),
        ('struct([("a", pa.string())])', {"a": "J1885"}),
        ("map_(pa.string(), pa.string())", [("a", "J1885")]),
    ],
)
def test_lists_and_structs_of_arrow_read_as_alone(kind, value):
    import pyarrow as pa

    series = pd.Series([value, None, value], dtype=pd.ArrowDtype(eval(f"pa.{kind}", {"pa": pa})))
    assert rows_of(classify_column(series)) == alone(series)


@pytest.mark.parametrize("dtype", NUMBERS)
def test_other_dtypes_read_as_alone(dtype):
    series = pd.Series(NUMBERS[dtype], dtype=dtype)
    assert rows_of(classify_column(series)) == alone(series)
    if dtype != "complex128":  # whose type NumPy names otherwise than Python
        numpy_values = [series.iloc[i] for i in range(len(series))]
        assert rows_of(classify_column(series)) == alone(numpy_values)


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (pa.list_(pa.string()), [["J1885"], None, ["J1885"], []]),
        (pa.struct([("code", pa.string())]), [{"code": "J1885"}, None]),
        (pa.map_(pa.string(), pa.string()), [[("code", "J1885")], None]),
    ],
    ids=["list", "struct", "map"],
)
def test_nested_values_of_arrow_read_as_alone(kind, values):
    series = pd.Series(values, dtype=pd.ArrowDtype(kind))
    assert rows_of(classify_column(series)) == alone(list(series))


@pytest.mark.parametrize("value", JUNK, ids=range(len(JUNK)))
def test_junk_is_answered(value):
    series = pd.Series([value, "J1885", value], dtype=object, index=[3, 3, 1])
    frame = classify_column(series)
    assert rows_of(frame) == alone([value, "J1885", value])
    assert frame.index.equals(series.index)


def test_all_the_junk_at_once():
    assert rows_of(classify_column(pd.Series(JUNK, dtype=object))) == alone(JUNK)
    texts = [value for value in JUNK if isinstance(value, str)]
    assert rows_of(classify_column(pd.Series(texts, dtype=object))) == alone(texts)


def test_the_columns_and_the_index():
    index = pd.MultiIndex.from_tuples([("a", 1), ("b", 2)])
    frame = classify_column(pd.Series(["J1885", "99213-25"], index=index))
    assert frame.columns.tolist() == COLUMNS
    assert frame.index is index
    kinds = frame.dtypes
    assert pd.api.types.is_bool_dtype(kinds["ambiguous"])
    assert all(isinstance(kinds[c], pd.CategoricalDtype) for c in COLUMNS if c != "ambiguous")
    assert frame["level"].cat.categories.tolist() == ["I", "II"]


@pytest.mark.parametrize("dtype", ["str", "object", "int64", "category", "datetime64[ns]"])
def test_an_empty_column(dtype):
    frame = classify_column(pd.Series([], dtype=dtype))
    assert frame.columns.tolist() == COLUMNS
    assert len(frame) == 0
    assert frame.attrs["note"] == ""


def test_what_is_no_column():
    with pytest.raises(TypeError, match=r"A pandas Series is needed, not a list: try frame"):
        classify_column(["J1885"])
    with pytest.raises(ValueError, match="There is no context 'claim'"):
        classify_column(pd.Series([], dtype="str"), context="claim")


def test_each_distinct_entry_is_classified_once(monkeypatch):
    asked = []

    def counted(value, *others):
        asked.append(value)
        return codeedu.classify(value, *others)

    monkeypatch.setattr("codeedu.codes.row.classify", counted)
    series = pd.Series(["J1885", "99213", None, "J1885"] * 1_000, dtype="str")
    frame = classify_column(series)
    assert [value if isinstance(value, str) else None for value in asked] == [
        "J1885", "99213", None,
    ]  # fmt: skip
    assert frame["code"].iloc[[0, 1, 3, -1]].tolist() == ["J1885", "99213", "J1885", "J1885"]


NOTES = [
    (["E1165", "E119", "I10", "M545"] * 3, "procedure", "100% of the entries read as ICD-10-CM"),
    (["E1165", "E119", "I10"], "diagnosis", ""),
    (["25", "59", "RT"], "procedure", ""),
    (["RT", "LT", "JW"], "procedure", "read as HCPCS Level II modifier"),
    (["W1234", "X9999", "Y0001"], "procedure", "read as HCPCS Level III:"),
    (["J1885", "99213", "E1165", None], "procedure", ""),
    (["99213"], "diagnosis", "100% of the entries read as CPT"),
    ([100, 99213], "procedure", "are numbers and 1 lost leading zeros: read the file again"),
    (["100", "1234", None], "procedure", "2 lost leading zeros"),
    ([None, None], "procedure", ""),
    (["x", "wait"], "procedure", "100% of the entries are no codes that we know"),
    (["NULL", "N/A"], "procedure", ""),
    (
        ["25000", "78650", "42731", "4019", "V5861", "E8490"],
        "procedure",
        "100% of the entries can be ICD-9-CM diagnoses, used until September 30, 2015",
    ),
    (["25000", "78650", "4019", "V5861"], "diagnosis", ""),
    (["781555592", "409226725"], "procedure", "100% of the entries read as NDC"),
    (["781555592", "409226725"], "drug", ""),
    (["5880005", "73761001"], "procedure", "100% of the entries read as SNOMED CT"),
    (["4548-4", "2345-7"], "procedure", "100% of the entries read as LOINC"),
]


@pytest.mark.parametrize(("values", "context", "says"), NOTES)
def test_the_note_about_the_column(values, context, says):
    note = classify_column(pd.Series(values), context=context).attrs["note"]
    assert says in note
    assert bool(note) == bool(says)


def test_a_summary():
    series = pd.Series(
        ["J1885", "99213", "99213-25", "99213", "E1165", "wxyz" * 25, None], index=[0] * 7
    )
    found = codeedu.summarize(series)
    assert found.drop(columns="share").to_numpy().tolist() == [
        ["CPT Category I", "format", 3, 1, 0, 0, "99213, 99213-25"],
        ["HCPCS Level II", "listed", 1, 1, 0, 0, "J1885"],
        ["HCPCS Level II", "not listed", 1, 1, 1, 0, "E1165"],
        ["not readable", "", 1, 1, 0, 1, "wxyz" * 6 + "..."],
        ["missing", "", 1, 0, 0, 0, ""],
    ]
    assert found["share"].sum() == pytest.approx(1)
    assert codeedu.summarize(pd.Series([100], name="x")).attrs["note"].startswith("100% of the")
    assert len(codeedu.summarize(pd.Series([], dtype="str"))) == 0
    assert codeedu.summarize(pd.Series(JUNK, dtype=object))["rows"].sum() == len(JUNK)


@pytest.mark.parametrize(("diagnoses", "noted"), [(89, False), (90, True)])
def test_nine_in_ten_make_a_column_look_like_something_else(diagnoses, noted):
    series = pd.Series(["E119"] * diagnoses + ["99213"] * (100 - diagnoses))
    assert bool(classify_column(series).attrs["note"]) is noted


def test_a_summary_shows_the_three_most_frequent_entries():
    series = pd.Series(["J1100", "J3420", "J3420", "J9355", "J1885", "J1885", "J1885"])
    assert codeedu.summarize(series)["examples"].tolist() == ["J1885, J3420, J1100"]


def test_a_field_with_several_codes_can_be_split_into_rows():
    codes = pd.Series(["99213;A4466", "J1885", None, "J1885 x4"], index=list("abcd"))
    days = pd.Series(["12/31/2016", "1/5/2017", "", "1/5/2017"], index=list("abcd"))
    frame = classify_column(codes, on=days, split=True)
    assert frame.index.tolist() == ["a", "a", "b", "c", "d"]
    assert frame["code"].iloc[[0, 1, 2, 4]].tolist() == ["99213", "A4466", "J1885", "J1885"]
    assert frame["part"].dropna().tolist() == ["99213", "A4466", "J1885", "J1885"]
    assert frame["status"].iloc[1] == "listed"
    assert "part" not in classify_column(codes)


def test_a_column_of_lists_is_noted():
    note = classify_column(pd.Series(["G6056,G6056", "99213;99214"])).attrs["note"]
    assert note == "100% of the entries hold several codes: split them into rows."
