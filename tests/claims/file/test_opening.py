"""What kind of file it is: tables are read, everything else is named with what to do."""

import bz2
import datetime
import gzip
import io
import lzma
import random
import re
import zipfile

import openpyxl
import pytest

from codeedu.claims.file import guess, opening, rows

CSV = b"hcpcs,day\nJ1885,2020-01-01\n"
X12 = b"ISA*00*          *00*          *ZZ*A       *ZZ*B       *240101*1200*^*00501*1*0*P*:~"


def zipped(**files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "."), data)
    return packed.getvalue()


def workbook(*sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for cells in sheets:
        sheet = book.create_sheet()
        for row in cells:
            sheet.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


BOOK = workbook(
    [["About this file"], ["made in 2024"]],
    [
        ["Charges", None, None], [], ["id", "HCPCS", "day"],
        [1, 99213, datetime.datetime(2016, 12, 31)], [2.0, "J1885", None], ["@x", "00100", 0.5],
    ],
)  # fmt: skip


class Pipe(io.BufferedReader):
    """What stdin is: it cannot go back."""

    def seekable(self):
        return False

    def seek(self, *_):
        raise OSError

    tell = seek


def classified(data, column="hcpcs", source=io.BytesIO, **options):
    target = io.BytesIO()
    opened = Pipe(io.BytesIO(data)) if source is Pipe else io.BytesIO(data)
    tally = rows.classify_file(opened, target, rows.Task(column, **options))
    assert not opened.closed
    return tally, target.getvalue()


@pytest.mark.parametrize("source", [io.BytesIO, Pipe])
@pytest.mark.parametrize(
    "data",
    [CSV, gzip.compress(CSV), zipped(a__csv=CSV), zipped(a__TXT=CSV, readme__pdf=b"x")],
    ids=["csv", "gzip", "zip", "zip with a PDF"],
)
def test_text_is_read_as_it_comes(data, source):
    _, out = classified(data, source=source)
    assert out.startswith(b"hcpcs,day,code,")
    assert b"\nJ1885,2020-01-01,J1885,," in out


@pytest.mark.parametrize("source", [io.BytesIO, Pipe])
@pytest.mark.parametrize("data", [BOOK, zipped(b__xlsx=BOOK)], ids=["xlsx", "xlsx in a zip"])
def test_the_sheet_with_the_column_is_read(data, source):
    tally, out = classified(data, source=source, on_column="day")
    assert tally.rows == 3
    lines = out.decode().splitlines()
    assert lines[:3] == ["Charges", "", "id,HCPCS,day," + ",".join(rows.COLUMNS)]
    assert lines[3].startswith("1,99213,2016-12-31,99213,,CPT,")
    assert lines[4].startswith("2,J1885,,J1885,,HCPCS Level II,")
    assert lines[5].startswith("'@x,00100,0.5,00100,")  # and runs in no spreadsheet


EXCEL = "open it in Excel and save it as .xlsx or as CSV UTF-8."
UNPACK = "unpack it and name the CSV file."
EXPORT = "export the lines as CSV with the program that reads it."
OLD = f"an old Excel or Word file (.xls, .doc): {EXCEL}"
UTF_16 = "in UTF-16: save it as UTF-8 (in Excel: CSV UTF-8)."
OTHER_KINDS = {
    "xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, OLD),
    "parquet": (b"PAR1\x15\x04", "Parquet: see docs/large-files.md, or write it as CSV."),
    "bz2": (bz2.compress(CSV), f"packed with bzip2: {UNPACK}"),
    "xz": (lzma.compress(CSV), f"packed with xz: {UNPACK}"),
    "7z": (b"7z\xbc\xaf'\x1c\0\4", f"a 7z archive: {UNPACK}"),
    "pdf": (b"%PDF-1.7\n", "a PDF: get the table from where it was made, as CSV."),
    "utf-16": (CSV.decode().encode("utf-16"), UTF_16),
    "utf-16-le": (CSV.decode().encode("utf-16-le"), UTF_16),
    "utf-16-be": (CSV.decode().encode("utf-16-be"), UTF_16),
    "837": (X12 + b"\nGS*HC~\nST*837*1~\nSV1*HC:J1885*10~", f"an X12 837 claim file: {EXPORT}"),
    "835": (X12.replace(b"*", b"|") + b"GS|HP~ST|835|1~", f"an X12 835 remittance: {EXPORT}"),
    "270": (X12 + b"GS*HS~ST*270*1~", f"an X12 file: {EXPORT}"),
    "json": (b'\n{"hospital_name": "x"}', "JSON: write the part that you need as CSV."),
    "json list": (b'[{"code": "J1885"}]', "JSON: write the part that you need as CSV."),
    "xml": (b'<?xml version="1.0"?><a/>', "HTML or XML: save the table as CSV."),
    "html": (b"<!DOCTYPE html><table>", "HTML or XML: save the table as CSV."),
    "fhir": (b'<Bundle xmlns="http://hl7.org/fhir">\n<id/>', "HTML or XML: save the table as CSV."),
}  # fmt: skip


@pytest.mark.parametrize(("data", "says"), OTHER_KINDS.values(), ids=OTHER_KINDS.keys())
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["", "gz"])
def test_another_kind_of_file_is_named_with_what_to_do(data, says, pack):
    with pytest.raises(opening.StreamError) as raised:
        classified(pack(data))
    assert str(raised.value) == f"The file is {says}"


SEVERAL = f"The zip holds 2 tables, such as a.csv and b.csv: {UNPACK}"
NONE = "The zip holds no CSV file and no .xlsx file: name a file that does."
ODS = f"The file is a workbook of another kind than .xlsx: {EXCEL}"
NO_COLUMN = "There is no column 'hcpcs'. The columns are: id, code⟨U+000A⟩."


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (random.Random(0).randbytes(5_000), opening.UNKNOWN),
        (zipped(a__csv=CSV, b__csv=CSV), SEVERAL),
        (zipped(a__pdf=b"x"), NONE),
        (zipped(mimetype=b"ods", a__xml=b"x"), ODS),
        (zipped(a__csv=CSV)[:-30], opening.DAMAGED),
        (zipped(a__csv=CSV * 9).replace(b"J1885", b"J1886"), opening.DAMAGED),
        (BOOK[:200] + BOOK[300:], opening.DAMAGED),
        (workbook([]), "The workbook has no cells."),
        (workbook([["id", "code\n"]]), NO_COLUMN),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(data, says):
    with pytest.raises(opening.StreamError) as raised:
        classified(data)
    assert str(raised.value) == says


def test_a_zip_with_a_password_is_said():
    data = bytearray(zipped(a__csv=CSV))
    for at in (data.index(b"PK\x03\x04") + 6, data.index(b"PK\x01\x02") + 8):
        data[at] |= 1  # the flag of encryption
    with pytest.raises(opening.StreamError, match="The zip needs a password"):
        classified(bytes(data))


ONE, MANY = (
    "This column looks like codes: {}. Name it with --column.",
    ("These columns look like codes: {}. Name one with --column."),
)
HCPCS = "(CPT or HCPCS Level II, such as J1885, 99213)"
PAIRS = "'ndc' (NDC, such as 00409379501); 'dx' (ICD-10-CM, such as E11.65)"
TYPED = "'code|1' (with their code sets in 'code|1|type')"
NOT_ONE = "No column looks like codes. The columns are: 'name', 'paid'. Name one with --column."


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"id,hcpcs\n1,J1885\n2,99213\n", ONE.format(f"'hcpcs' {HCPCS}")),
        (b"ndc,paid,dx\n00409379501,12.50,E11.65\n", MANY.format(PAIRS)),
        (b"name,paid\nAda,12.50\nBob,3\n", NOT_ONE),
        (b"1,J1885,x\n2,99213,y\n", ONE.format(f"2 {HCPCS}")),
        (b"name,,\nWest,,\nx,code|1,code|1|type\nhip,470,MS-DRG\n", ONE.format(TYPED)),
        (b"hcpcs,q\n" + b"J1885,2\n,3\n" * 500 + b"x,4\n" * 9,
         ONE.format("'hcpcs' (HCPCS Level II, such as J1885)")),
    ],
)  # fmt: skip
def test_without_a_column_the_columns_of_codes_are_said(data, says):
    assert guess.code_columns(io.BytesIO(data), "procedure") == says


def test_a_workbook_is_read_whole_whatever_its_dimensions_say():
    book = zipfile.ZipFile(
        io.BytesIO(workbook([["id", "hcpcs"], *([n, "J1885"] for n in range(5))]))
    )
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as copy:
        for name in book.namelist():
            part = book.read(name)
            if name.endswith("sheet1.xml"):
                part = re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:A2"', part)
            copy.writestr(name, part)
    data.seek(0)
    target = io.BytesIO()
    tally = rows.classify_file(data, target, rows.Task("hcpcs"))
    assert (tally.rows, target.getvalue().count(b"HCPCS Level II")) == (5, 5)


def test_zeros_that_a_workbook_shows_are_kept():
    book = openpyxl.Workbook()
    book.active.append(["ndc", "code"])
    book.active.append([781555592, 250])
    book.active["A2"].number_format, book.active["B2"].number_format = "00000000000", "00000"
    data, target = io.BytesIO(), io.BytesIO()
    book.save(data)
    data.seek(0)
    rows.classify_file(data, target, rows.Task("ndc"))
    assert target.getvalue().splitlines()[1].startswith(b"00781555592,00250,00781555592")


def test_a_sheet_in_sight_is_read_before_a_hidden_one():
    book = openpyxl.Workbook()
    book.active.append(["hcpcs"])
    book.active.append(["99213"])
    book.active.sheet_state = "hidden"
    sheet = book.create_sheet()
    sheet.append(["hcpcs"])
    sheet.append(["J1885"])
    data, target = io.BytesIO(), io.BytesIO()
    book.save(data)
    data.seek(0)
    rows.classify_file(data, target, rows.Task("hcpcs"))
    assert b"J1885" in target.getvalue()
