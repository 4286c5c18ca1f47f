"""A CSV file: any header is found, and examples, progress and memory are bounded."""

import csv
import io
import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from codeedu.claims.file import answers, opening, rows, table
from codeedu.claims.file.rows import Task, classify_file
from codeedu.codes.row import classified
from codeedu.files import csv_text


def run(codes, progress=lambda rows: None):
    source = io.BytesIO(("hcpcs\n" + "\n".join(codes) + "\n").encode())
    target = io.BytesIO()
    tally = classify_file(source, target, Task("hcpcs"), progress)
    return tally, target.getvalue().decode().splitlines()


def test_three_examples_of_a_reading_are_shown():
    tally, _ = run(["J1885", "J1885", "J1100", "J3420", "J9355"])
    assert list(tally.lines())[1].endswith("HCPCS Level II (listed): J1885, J1100, J3420")


def test_progress_is_reported_block_by_block(monkeypatch):
    monkeypatch.setattr(opening, "LOOK", 10)
    monkeypatch.setattr(opening, "BLOCK", 60_000)
    seen = []
    run(["J1885"] * 25_000, progress=seen.append)
    assert seen == [9_999, 19_999, 25_000]


def test_what_is_remembered_is_bounded_and_changes_no_answer(monkeypatch):
    codes = [f"J{number:04}" for number in range(100, 120)] * 2
    expected_tally, expected = run(codes)
    monkeypatch.setattr(rows, "REMEMBERED", 3)
    monkeypatch.setattr(opening, "LOOK", 12)
    monkeypatch.setattr(opening, "BLOCK", 12)
    sizes, count = [], rows._Work._count
    monkeypatch.setattr(
        rows._Work, "_count", lambda work: (sizes.append(len(work.written)), count(work))
    )
    tally, out = run(codes)
    assert max(sizes) <= 4  # and one for blank lines
    assert len(sizes) > 10
    assert out == expected
    assert list(tally.lines()) == list(expected_tally.lines())


def test_rows_with_all_their_fields_are_not_called_short():
    tally, _ = run(["J1885", "99213"])
    assert not any("fewer fields" in line for line in tally.lines())


def classified_file(data, column, **options):
    target = io.BytesIO()
    tally = classify_file(io.BytesIO(data), target, Task(column, **options))
    return tally, target.getvalue()


@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["", "marked"])
@pytest.mark.parametrize("delimiter", list(table.DELIMITERS))
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
    tally, out = classified_file(f"{mark}{header}\n{row}\n".encode(), "code")
    assert tally.rows == 1
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
    st.sampled_from(table.DELIMITERS),
    st.booleans(),
    st.booleans(),
)
@example(["id", "note\nmore"], [["1", "x"]], ";", False, True)
def test_no_header_invents_or_loses_a_row(names, body, delimiter, marked, quoted):
    """What Python's csv reads in a file is read back from it, with nine fields more.

    In a tab file a row is not longer than the header, and no field holds a tab: there, lines that
    fit the header with quotes as text are read so.
    """
    if delimiter == "\t":
        names = [name.replace("\t", " ") for name in names]
        body = [[cell.replace("\t", " ") for cell in row[: len(names) + 1]] for row in body]
    text = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    table = csv.writer(text, delimiter=delimiter, quoting=quoting)
    table.writerows([["the code", *names], *body])
    data = ("\ufeff" * marked + text.getvalue()).encode()
    _, out = classified_file(data, "the code")
    text = io.StringIO(out.decode("utf-8-sig" if marked else "utf-8"), newline="")
    width = len(names) + 1
    rows = zip(csv.reader(text, delimiter=delimiter), [["the code", *names], *body], strict=True)
    for row, was in rows:
        assert row[: len(was)] == was
        assert len(row) == max(len(was), width) + 9


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (
            b'id;"code\nJ1885;1\n',
            "In line 1 a quote is opened and never closed. Close it, or add --no-quotes if quotes "
            "are part of the text in this file.",
        ),
        (
            b'"long\nname";"code"\n',
            "There is no column 'hcpcs'. The columns are: long⟨U+000A⟩name, code.",
        ),
        (b"id;what;code\n", "There is no column 'hcpcs'. The columns are: id, what, code."),
        (b"\n", "There is no column 'hcpcs'. The columns are: none, for the file is empty."),
        (b"", "There is no column 'hcpcs'. The columns are: none, for the file is empty."),
    ],
)
def test_a_header_without_the_column_says_what_there_is(data, says):
    with pytest.raises(opening.StreamError) as raised:
        classified_file(data, "hcpcs")
    assert str(raised.value) == says


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_what_is_added_to_a_file_runs_in_no_spreadsheet(delimiter, monkeypatch):
    answer, row = classified("J1885", "procedure")
    row = row._replace(note="=1+1", section="a;@b")
    monkeypatch.setattr(answers, "classified", lambda *_: (answer, row))
    _, out = classified_file(f"id{delimiter}hcpcs\n1{delimiter}J1885\n".encode(), "hcpcs")
    added = next(csv.reader([out.decode().splitlines()[1]], delimiter=delimiter))[2:]
    assert {"'=1+1", "a;'@b"} <= set(added)


# Every byte stays, whatever the quoting, the delimiter, the line ends and the encoding


def appended(entry, delimiter):
    _, row = classified(entry, "procedure")
    return (delimiter + csv_text([row], delimiter).removesuffix("\r\n")).encode()


ENTRIES = st.sampled_from(["J1885", "99213-25", "470", "?", "", " j1885 ", "J1885\nJW", 'a"b', "é"])


@settings(deadline=None)
@given(st.data())
def test_each_row_is_its_own_bytes_and_its_answer(data):
    draw = data.draw
    delimiter = draw(st.sampled_from(table.DELIMITERS))
    quoting = draw(st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]))
    encoding = draw(st.sampled_from(["utf-8", "cp1252"]))
    width = draw(st.integers(1 if delimiter == "," else 2, 3))

    def written(fields):
        end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
        if delimiter == "\t":  # there, a field that holds one cannot be told from two
            fields = [field.replace("\t", " ") for field in fields]
        if encoding == "cp1252":
            fields = [field.replace("\ufeff", " ") for field in fields]
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=delimiter, quoting=quoting).writerow(fields)
        return text.getvalue().removesuffix("\r\n").encode(encoding), end.encode()

    above = draw(st.lists(st.sampled_from([b"A title\n", b"\n", b'"two\nlines"\r\n']), max_size=3))
    body, end = written(["hcpcs", *["note"] * (width - 1)])
    start = b"".join(above) + body + end
    names = (delimiter + csv_text([rows.COLUMNS], delimiter)[:-2]).encode()
    names = names.replace(b"note", b"codeedu_note") if width > 1 else names
    expected = [b"".join(above), body, names, end]
    records = []
    for _ in range(draw(st.integers(0, 8))):
        entry, *notes = fields = [draw(ENTRIES), *draw(st.lists(CELLS, max_size=width - 1))]
        body, end = written(fields)
        fill = (delimiter * (width - 1 - len(notes))).encode()
        records += [body, end]
        expected += [body, fill, appended(entry, delimiter), end]
    if records and draw(st.booleans()):
        records.pop()  # the last line has no end
        expected.pop()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opening, "LOOK", len(start) + 1)
        patch.setattr(table, "LOOK", len(start) + 1)
        patch.setattr(opening, "BLOCK", draw(st.integers(1, 60)))
        tally, out = classified_file(start + b"".join(records), "hcpcs")
    assert out == b"".join(expected)
    assert tally.rows == (len(records) + 1) // 2


# Layouts that people have


def answers_of(out, tally, delimiter=","):
    """Return the code and the code set of each row."""
    text = io.StringIO(out.decode(), newline="")
    rows = [row for row in csv.reader(text, delimiter=delimiter) if row][-tally.rows :]
    return [tuple(row[-9::2][:2]) for row in rows]


def notes(tally):
    return [line for line in tally.lines() if line.startswith("Note: ")]


TITLE = 'name,updated_on,version,"To the best,\nof its knowledge",,\nWest,2025-11-14,3.0.0,true,,\n'
TALL = (
    TITLE
    + """description,code|1,code|1|type,code|2,code | 2 | type,setting
Hip,470,MS-DRG,175869,LOCAL,inpatient
Heart,2,ms-drg ,123478,LOCAL,inpatient
Hearing,92626,CPT,,,outpatient
Stay,H0017,HCPCS,,,inpatient
Visit,99213,HCPCS,,,inpatient
Room,762,RC,,,outpatient
Aspirin,10135-0729-62,NDC,,,both
"""
)
TYPED = [
    ("470", "MS-DRG"), ("002", "MS-DRG"), ("92626", "CPT"), ("H0017", "HCPCS Level II"),
    ("99213", "CPT"), ("0762", "Revenue code"), ("10135-0729-62", "NDC"),
]  # fmt: skip
BY_TYPE = "Note: The code sets are those that column 'code|1|type' names."
IN_LINE = "Note: The header was found in line {}."


@pytest.mark.parametrize(
    ("text", "column", "rows", "line"),
    [
        (TALL, "code|1", 7, 4),
        (TALL, " Code | 1", 7, 4),
        ("sep=;\nid;hcpcs\n1;J1885\n", "hcpcs", 1, 2),
        ("sep=^\r\nid^hcpcs\r\n1^J1885\r\n", "hcpcs", 1, 2),
        ("Charges\nas of 2024\n\n\"long\nnote\"\nid,hcpcs\n1,J1885\n2,99213\n", "HCPCS", 2, 6),
        ("hcpcs codes,,\nid,hcpcs,x\n1,J1885,\n", "hcpcs", 1, 2),
        ("\ufeffTitle\nid;hcpcs\n1;J1885\n", "hcpcs", 1, 2),
        ("title\n" * 29 + "id,hcpcs\n1,J1885\n", "hcpcs", 1, 30),
        ("id,hcpcs\n1,J1885\n", "hcpcs", 1, 1),
        ("hcpcs\nhcpcs\n", "hcpcs", 1, 1),
    ],
)  # fmt: skip
def test_the_header_is_found_where_it_is(text, column, rows, line):
    tally, out = classified_file(text.encode(), column)
    assert tally.rows == rows
    above = "".join(text.splitlines(keepends=True)[: line - 1])
    assert out.decode().startswith(above)
    assert (IN_LINE.format(line) in notes(tally)) == (line > 1)


def test_a_header_that_is_below_the_top_is_named_by_its_line():
    text = "title\n" * 30 + "id,hcpcs\n1,J1885\n"
    with pytest.raises(opening.StreamError):
        classified_file(text.encode(), "hcpcs")
    assert classified_file(text.encode(), "hcpcs", header_line=31)[0].rows == 1
    twice = b"id,hcpcs\n1,hcpcs\nid,hcpcs\n2,J1885\n"
    assert classified_file(twice, "hcpcs")[0].rows == 3
    assert classified_file(twice, "hcpcs", header_line=3)[0].rows == 1
    for line, says in [
        (2, "There is no column 'id'. The columns are: 1, hcpcs."),
        (9, "No record begins in line 9: give the line of the header."),
    ]:
        with pytest.raises(opening.StreamError) as raised:
            classified_file(twice, "id", header_line=line)
        assert str(raised.value) == says


def test_the_type_beside_a_code_names_its_code_set():
    tally, out = classified_file(TALL.encode(), "code|1")
    assert answers_of(out, tally) == TYPED
    assert b"read as the name" not in out
    assert notes(tally) == [IN_LINE.format(4), BY_TYPE]
    assert tally.all_is_well
    tally, _ = classified_file(TALL.encode(), "code|2")
    assert next(tally.lines()) == (
        "7 rows: 0 read, 0 not readable, 5 empty, 2 of types that are not read"
    )


def test_a_code_that_is_not_of_its_type_is_reported():
    rows = "J1885,RC\n99213,CPT\nJ1885,CPT\n762,RC\n?,CPT\n,RC\n99213,Odd\n99213,\nJ1885,RC\n"
    tally, out = classified_file(f"code,kind\n{rows}".encode(), "code", type_column="kind")
    assert [code for code, _ in answers_of(out, tally)] == [
        "J1885", "99213", "J1885", "0762", "", "", "99213", "99213", "J1885"]  # fmt: skip
    assert notes(tally) == [
        "Note: The code sets are those that column 'kind' names.",
        "Note: 3 rows have a code that is not of its type, in line 2 (J1885 as RC), "
        "4 (J1885 as CPT), 10 (J1885 as RC).",
        "Note: 1 row has the type ODD, which names no code set here: their codes were read as if "
        "there were no type.",
    ]
    assert b"The type beside it is RC, but it cannot be a code of that type." in out
    assert not tally.all_is_well


CONCEPTS = [
    '1\ta\tJ1885', '2\t"edoxaban\t99213', "3\tx\tJ1100", '4\ty "5"\tJ1885', '5\t"z"\t99213',
    '6\t"b "c\t99214', "7\td\t99215", '8\t15"\tJ1885', '9\t"last\tJ1885',
]  # fmt: skip


@pytest.mark.parametrize("count", range(1, len(CONCEPTS) + 1))
def test_in_a_tab_file_a_quote_is_text_where_the_fields_then_fit(count):
    text = "id\tname\tcode\n" + "".join(f"{row}\n" for row in CONCEPTS[:count])
    tally, out = classified_file(text.encode(), "code")
    codes = [row.split("\t")[2] for row in CONCEPTS[:count]]
    lines = out.decode().splitlines()[1:]
    assert [line.split("\t")[2:4] for line in lines] == [[code, code] for code in codes]
    assert tally.all_is_well
    odd = [at + 2 for at in (1, 8) if at < count]
    said = [f"Note: Quotes are part of the text in line {', '.join(map(str, odd))}."] if odd else []
    assert [note for note in notes(tally) if "Quotes" in note] == said


def stray(first, last, rows=60):
    """Return a file in which a quote is opened in one row, and closed in another."""
    marks = {first: '"a', last: 'a"'}
    lines = [f"{n},99213,{marks.get(n, 'a')}\n" for n in range(rows)]
    return ("id,code,name\n" + "".join(lines)).encode()


def test_rows_that_a_quote_joins_are_named():
    tally, out = classified_file(stray(3, 40), "code")
    assert (tally.rows, tally.all_is_well) == (23, False)
    assert notes(tally) == [
        "Note: Quotes join lines to one row: lines 5 to 42. If this is not meant, close the "
        "quotes, or add --no-quotes."
    ]
    assert len(out.splitlines()) == 61
    assert classified_file(stray(3, 4), "code")[0].joined == [(5, 6)]
    for data in (stray(3, 40), stray(3, 4), stray(3, 99)):
        tally, out = classified_file(data, "code", quotes=False)
        assert (tally.rows, tally.all_is_well) == (60, True)
        lines = zip(data.splitlines(), out.splitlines(), strict=True)
        assert all(line.startswith(was + b",") for was, line in lines)
        assert b'"' not in out.replace(b'"a', b"").replace(b'a"', b"")


@pytest.mark.parametrize("block", range(1, 9))
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_counted_as_an_editor_counts_them(monkeypatch, block, end):
    monkeypatch.setattr(opening, "LOOK", 40)
    monkeypatch.setattr(opening, "BLOCK", block)
    text = f'title{end}{end}code,x{end}J1885,1{end}"J1885",1,2{end}"a{end}b",{end}99213,1,2{end}'
    tally, _ = classified_file(text.encode(), "code")
    assert tally.longer == [5, 8]


def test_a_note_of_a_few_lines_is_one_row():
    tally, _ = classified_file(b'code,note,x\nJ1885,"a\nb\nc, d",1\nJ1885,"\n",\n', "code")
    assert (tally.rows, tally.joined, tally.all_is_well) == (2, [], True)


def test_dates_are_said_once_and_those_that_do_not_fit_are_counted():
    data = b"hcpcs,day\nA4466,12/31/2016\nA4466,1/5/2017\nA4466,soon\n99213,soon\nA4466,\n"
    tally, out = classified_file(data, "hcpcs", on_column="day")
    statuses = [line.rpartition(b",")[2] for line in out.splitlines()[1:]]
    assert statuses == [b"listed", b"terminated", b"date not readable", b"format", b"terminated"]
    assert notes(tally) == [
        "Note: Dates such as 12/31/2016 were read as month/day/year.",
        "Note: 1 row has a date that cannot be read, such as 'soon': write dates as 2018-12-31.",
    ]
    assert not tally.all_is_well


TWICE = (
    "There are 2 columns 'code': columns 1 and 3 of the file. Name one by its number, such as 1."
)
NO_NAMES = (
    "There is no column 'hcpcs', and line 1 looks like data, not like names of columns. "
    "Name the column by its number, such as --column 1."
)
NO_HEADER = "Line 1 looks like data: it was read as a row, and the file has no header."
HIDDEN = "There is no column 'x'. The columns are: id, ⟨U+001B⟩[1m."


@pytest.mark.parametrize(
    ("data", "column", "says"),
    [
        (b"code,id,code\nJ1885,1,99213\n", "code", TWICE),
        (b"Code,id,CODE\nJ1885,1,99213\n", "code", TWICE),
        (b"1,J1885\n2,99213\n", "hcpcs", NO_NAMES),
        (b"id,hcpcs\n1,J1885\n", "3", "There is no column '3'. The columns are: id, hcpcs."),
        (b"id,hcpcs\n1,J1885\n", "0", "There is no column '0'. The columns are: id, hcpcs."),
        (b"id,\x1b[1m\n1,J1885\n", "x", HIDDEN),
    ],
)  # fmt: skip
def test_a_column_that_is_not_one_column_is_refused(data, column, says):
    with pytest.raises(opening.StreamError) as raised:
        classified_file(data, column)
    assert str(raised.value) == says


@pytest.mark.parametrize(
    ("data", "column", "codes", "says"),
    [
        (b"1,J1885,x\n2,99213,y\n", "2", ["J1885", "99213"], NO_HEADER),
        (b"J1885\n99213\n", "1", ["J1885", "99213"], NO_HEADER),
        (b"id,hcpcs\n2,99213\n", "2", ["99213"], "Column 2 is 'hcpcs'."),
        (b"code,id,code\nJ1885,1,99213\n", "3", ["99213"], "Column 3 is 'code'."),
        (b"id,2,hcpcs\n1,J1885,99213\n", "2", ["J1885"], ""),  # it is a name
    ],
)  # fmt: skip
def test_a_column_may_be_meant_by_its_number(data, column, codes, says):
    tally, out = classified_file(data, column)
    assert [code for code, _ in answers_of(out, tally)] == codes
    assert notes(tally) == [f"Note: {says}"] * bool(says)
    if "no header" in says:
        assert len(out.splitlines()) == len(data.splitlines())


def test_the_summary_says_what_would_decide_an_ambiguous_row():
    tally, _ = classified_file(b"code\n470\n92626\n762\n762\n", "code")
    assert notes(tally) == [
        "Note: 3 rows could also be Revenue code or MS-DRG: --context revenue decides."
    ]


def test_each_code_of_a_field_gets_a_row():
    data = b"id,hcpcs\r\n1,99213;J1885\r\n\r\n2,99214\r\n3,J1885/99215"
    tally, out = classified_file(data, "hcpcs", split=True)
    lines = out.decode().split("\r\n")
    assert lines[0].endswith(",status,part")
    expected = [
        ("1,99213;J1885,99213,", "99213"),
        ("1,99213;J1885,J1885,", "J1885"),
        ("", ""),
        ("2,99214,99214,", "99214"),
        ("3,J1885/99215,J1885,", "J1885"),
        ("3,J1885/99215,99215,", "99215"),
    ]
    for line, (start, part) in zip(lines[1:], expected, strict=True):
        assert line.startswith(start)
        assert line.rpartition(",")[2] == part
    assert next(tally.lines()) == "3 rows, 5 codes: 5 read, 0 not readable, 0 empty"
    tally, out = classified_file(data, "hcpcs", split=True, as_json=True)
    assert [json.loads(line)["part"] for line in out.splitlines()] == [p for _, p in expected if p]
    assert [json.loads(line)["row"] for line in out.splitlines()] == [1, 1, 2, 3, 3]
    assert (
        next(classified_file(data, "hcpcs")[0].lines()) == "3 rows: 1 read, 2 not readable, 0 empty"
    )


def test_placeholders_are_missing_values():
    tally, _ = classified_file(b"hcpcs,x\nN/A,\n-1,\n,\nNULL,\nJ1885,\n", "hcpcs")
    assert next(tally.lines()) == "5 rows: 1 read, 0 not readable, 4 empty"
    assert tally.all_is_well


def test_a_row_with_more_fields_and_a_number_that_is_hardly_a_code_are_something_to_look_at():
    for text in (b"hcpcs,x\nJ1885,a,b\n", b"hcpcs\n97065061\n"):
        assert not rows.classify_file(
            io.BytesIO(text), io.BytesIO(), rows.Task("hcpcs")
        ).all_is_well


def test_a_range_is_not_split_into_its_ends():
    target = io.BytesIO()
    task = rows.Task("hcpcs", split=True)
    rows.classify_file(io.BytesIO(b"hcpcs\n99202-99204\n99213;99214\n"), target, task)
    parts = [line.rsplit(b",", 1)[1] for line in target.getvalue().splitlines()]
    assert parts == [b"part", b"99202-99204", b"99213", b"99214"]


@pytest.mark.parametrize("type_", ["ICD-10", "REVENUE", "CPT4", "MSDRG"])
def test_other_names_of_code_sets_are_types_too(type_):
    entry = {"ICD-10": "E1165", "REVENUE": "762", "CPT4": "99213", "MSDRG": "470"}[type_]
    assert answers.Answers().to(entry, type_=type_).wrong == ""


# Which line is the header, and what divides its names

PIPES = "description,code|1,charge|A|B|gross,charge|A|B|cash,charge|A|C|gross,charge|A|C|cash\n"
TITLED = 'Hospital|Center,"12 Main|23 Ocean",CA,,,\n'
LISTED = "Column,Description\nid,the claim\nHCPCS,the code\n\nid,HCPCS\n1,J1885\n"
FILTERED = "Report,,\nFilter,HCPCS,all\n\nClaim,HCPCS,Amt\n1,J1885,3\n2,J1885,4\n"
PAGES = "id,hcpcs\n1,J1885\n\nid,hcpcs\n2,J1885\n3,J1885\n"


@pytest.mark.parametrize(
    ("text", "column", "header_line", "rows", "line"),
    [
        (f"{PIPES}Visit,J1885,1,2,3,4\n", "2", None, 1, 1),
        (f"{PIPES}Visit,J1885,1,2,3,4\n", "2", 1, 1, 1),
        (f"{TITLED}{PIPES}Visit|MRI,J1885,1,2,3,4\n", "2", 2, 1, 2),
        (f"{TITLED}{PIPES}Visit|MRI,J1885,1,2,3,4\n", "2", None, 1, 2),
        (PIPES.replace(",", ";").replace("|", ",") + "Visit;J1885;1,5;2,5;3;4\n", "2", 1, 1, 1),
        (LISTED, "HCPCS", None, 1, 5),
        (FILTERED, "HCPCS", None, 2, 4),
        (FILTERED.replace("\n\n", "\n,,\n"), "HCPCS", None, 2, 4),
        (PAGES, "hcpcs", None, 4, 1),
    ],
)
def test_the_header_is_the_record_that_the_rows_below_it_fit(text, column, header_line, rows, line):
    tally, out = classified_file(text.encode(), column, header_line=header_line)
    delimiter = ";" if ";" in text else ","
    assert tally.rows == rows
    assert ("J1885", "HCPCS Level II") in answers_of(out, tally, delimiter)
    assert (IN_LINE.format(line) in notes(tally)) == (line > 1)


@pytest.mark.parametrize(
    ("text", "column", "codes"),
    [
        ("1,,x\n2,J1885,y\n3,99213,z\n", "2", ["", "J1885", "99213"]),
        ("1\n2,J1885,y\n3,99213,z\n", "2", ["", "J1885", "99213"]),
        ("1,NULL,x\n2,J1885,y\n", "2", ["", "J1885"]),
        ("2,N/A,x\n3,J1885,y\n", "2", ["", "J1885"]),
        ("123456,hello,J1885;J1886\n123457,x,99213\n", "3", ["", "99213"]),
        ("a,J1885/99213\nb,99213\n", "2", ["", "99213"]),
        ("A12,hello\nA13,99213\n", "2", ["", "99213"]),
        ("1/5/2024,none,Li\n1/6/2024,J1885,Wu\n", "2", ["", "J1885"]),
        ("1,,x\n2,,y\na,b,z\n4,J1885,q\n", "2", ["", "", "", "J1885"]),
    ],
)
def test_the_first_row_of_a_file_without_a_header_is_kept(text, column, codes):
    tally, out = classified_file(text.encode(), column)
    assert [code for code, _ in answers_of(out, tally)] == codes
    assert NO_HEADER in notes(tally)[0]
    assert len(out.splitlines()) == len(text.splitlines())


@pytest.mark.parametrize(
    ("text", "column", "line"),
    [
        ("id,hcpcs\n1,J1885\n", "2", 1),
        ("PROC1,MOD1\nJ1885,59\n", "1", 1),
        ("id,hcpcs\n", "2", 1),
        (
            "West,1/2/2026,3.0,50056,,,\nname,code,kind,unit,a,b,c\nVisit,J1885,HCPCS,10,,,\n",
            "2",
            2,
        ),
    ],
)
def test_a_header_is_no_row(text, column, line):
    tally, _ = classified_file(text.encode(), column)
    assert tally.rows == len(text.splitlines()) - line
    assert any(note.startswith(f"Note: Column {column} is") for note in notes(tally))


@pytest.mark.parametrize(
    "first", ["a,,x", "a,NULL,x", ",,x", "a,J18855,x", "a,J*,x", "a,b,x\nb,c,y\nc,d,z"]
)
def test_a_first_line_that_may_be_a_row_is_asked_about(first):
    data = f"{first}\n".encode() + b"b,J1885,y\n" * (first.count("\n") == 0)
    with pytest.raises(opening.StreamError) as raised:
        classified_file(data, "2")
    assert str(raised.value) == (
        "Line 1 may be a row, or the names of the columns. If it holds the names, add "
        "--header-line 1; if it is a row, write a line with the names of the columns above it."
    )
    tally, _ = classified_file(data, "2", header_line=1)
    assert tally.rows == len(data.splitlines()) - 1
