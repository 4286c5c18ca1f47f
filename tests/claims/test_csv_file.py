"""A CSV file: any header is found, and examples, progress and memory are bounded."""

import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from codeedu.claims import csv_file
from codeedu.claims.csv_file import Reader, classify_file


def run(codes, **options):
    source = io.BytesIO(("hcpcs\n" + "\n".join(codes) + "\n").encode())
    target = io.BytesIO()
    tally = classify_file(source, target, "hcpcs", Reader(), **options)
    return tally, target.getvalue().decode().splitlines()


def test_three_examples_of_a_reading_are_shown():
    tally, _ = run(["J1885", "J1885", "J1100", "J3420", "J9355"])
    assert list(tally.lines())[1].endswith("HCPCS Level II (listed): J1885, J1100, J3420")


def test_progress_is_reported_every_ten_thousand_rows():
    seen = []
    run(["J1885"] * 25_000, progress=seen.append)
    assert seen == [10_000, 20_000]


def test_what_is_remembered_is_bounded_and_changes_no_answer(monkeypatch):
    codes = [f"J{number:04}" for number in range(100, 120)] * 2
    _, expected = run(codes)
    monkeypatch.setattr(csv_file, "REMEMBERED", 3)
    reader = Reader()
    for code in codes:
        reader.read(code)
        assert len(reader.known) <= 3
    assert run(codes)[1] == expected


def test_rows_with_all_their_fields_are_not_called_short():
    tally, _ = run(["J1885", "99213"])
    assert not any("fewer fields" in line for line in tally.lines())


def classified_bytes(data, column):
    target = io.BytesIO()
    tally = classify_file(io.BytesIO(data), target, column, Reader())
    return tally.rows, target.getvalue()


@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["", "marked"])
@pytest.mark.parametrize("delimiter", list(csv_file.DELIMITERS))
@pytest.mark.parametrize(
    "names",
    [
        ["id", "code", "note\nmore"],
        ["id", "long\r\nname", "code"],
        ["first\nname", "code"],
        ["code\n", "a, b; c\td|e"],
        ['say "code"', "code"],
    ],
)
def test_a_header_with_line_breaks_is_one_row(mark, delimiter, names):
    header = delimiter.join('"' + name.replace('"', '""') + '"' for name in names)
    row = delimiter.join("J1885" if name.strip() == "code" else "x" for name in names)
    rows, out = classified_bytes(f"{mark}{header}\n{row}\n".encode(), "code")
    assert rows == 1
    text = out.decode()
    assert text.startswith(f"{mark}{header}{delimiter}")
    assert f"\n{row}{delimiter}J1885{delimiter}" in text
    read = list(csv.reader(io.StringIO(text.removeprefix(mark), newline=""), delimiter=delimiter))
    assert [len(fields) for fields in read] == [len(names) + 9] * 2
    assert read[0][: len(names)] == names


CELLS = st.text('ab,;\t|"\n \ufeff', max_size=6)


@given(
    st.lists(CELLS, min_size=1, max_size=4),
    st.lists(st.lists(CELLS, min_size=1, max_size=5), max_size=3),
    st.sampled_from(csv_file.DELIMITERS),
    st.booleans(),
    st.booleans(),
)
@example(["id", "note\nmore"], [["1", "x"]], ";", False, True)
def test_no_header_invents_or_loses_a_row(names, body, delimiter, marked, quoted):
    """What Python's csv reads in a file is read back from it, with nine fields more."""
    text = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    table = csv.writer(text, delimiter=delimiter, quoting=quoting)
    table.writerows([["the code", *names], *body])
    data = ("\ufeff" * marked + text.getvalue()).encode()
    _, out = classified_bytes(data, "the code")
    text = io.StringIO(out.decode("utf-8-sig" if marked else "utf-8"), newline="")
    width = len(names) + 1
    rows = zip(csv.reader(text, delimiter=delimiter), [["the code", *names], *body], strict=True)
    for row, was in rows:
        assert row[: len(was)] == was
        assert len(row) == max(len(was), width) + 9


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b'id;"code\nJ1885;1\n', "In line 1 a quote is opened and never closed."),
        (
            b'"long\nname";"code"\n',
            "There is no column 'hcpcs'. The columns are: long\nname, code.",
        ),
        (b"id;what;code\n", "There is no column 'hcpcs'. The columns are: id, what, code."),
        (b"\n", "There is no column 'hcpcs'. The columns are: none, for the file is empty."),
        (b"", "There is no column 'hcpcs'. The columns are: none, for the file is empty."),
    ],
)
def test_a_header_without_the_column_says_what_there_is(data, says):
    with pytest.raises(csv_file.StreamError) as raised:
        classified_bytes(data, "hcpcs")
    assert str(raised.value) == says


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_what_is_added_to_a_file_runs_in_no_spreadsheet(delimiter, monkeypatch):
    answer, row = Reader().read("J1885")
    row = row._replace(note="=1+1", section="a;@b")
    monkeypatch.setattr(csv_file, "classified", lambda *_: (answer, row))
    _, out = classified_bytes(f"id{delimiter}hcpcs\n1{delimiter}J1885\n".encode(), "hcpcs")
    added = next(csv.reader([out.decode().splitlines()[1]], delimiter=delimiter))[2:]
    assert {"'=1+1", "a;'@b"} <= set(added)
