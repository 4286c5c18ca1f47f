"""Sheets are read as spreadsheets save them, and what cannot be read is a sentence."""

import csv
import datetime
import io
from zipfile import ZipFile

import openpyxl
import pytest

from codeedu.reading import Unreadable
from codeedu.sheets import further_sheets, read_lines, read_sheet

WANTED = [{"code": "W4012", "says": "Día", "added": "2019-01-01"}, {"code": "HATP14", "says": "b"}]
TEXTS = {
    "as we write it": "code,says,added\nW4012,Día,2019-01-01\nHATP14,b,\n".encode(),
    "byte order mark": "\ufeffcode,says,added\r\nW4012,Día,2019-01-01\r\nHATP14,b,\r\n".encode(),
    "Windows": "code,says,added\r\nW4012,Día,2019-01-01\r\nHATP14,b\r\n".encode("cp1252"),
    "UTF-16": "code\tsays\tadded\nW4012\tDía\t2019-01-01\nHATP14\tb\n".encode("utf-16"),
    "semicolons": "code;says;added\nW4012;Día;2019-01-01\nHATP14;b;\n".encode(),
    "capitals, order, blanks": " Added , CODE,Says\n2019-01-01,W4012 , Día\n,HATP14,b\n".encode(),
    "empty lines": (
        "\n,,,\ncode,says,added\n\n,,\nW4012,Día,2019-01-01\n,,\nHATP14,b,,,,\n,,\n".encode()
    ),
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_every_way_of_a_spreadsheet_is_read(tmp_path, text):
    path = tmp_path / "codes.csv"
    path.write_bytes(text)
    sheet = read_sheet(path, ["code", "says"], ["added"])
    assert [row.fields for row in sheet.rows] == [WANTED[0], WANTED[1] | {"added": ""}]
    assert not sheet.faults
    assert not sheet.unread


def workbook(rows):
    book, file = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def test_a_workbook_is_read_with_its_dates_and_numbers(tmp_path):
    path = tmp_path / "codes.XLSX"
    day = datetime.datetime(2019, 1, 1)
    path.write_bytes(
        workbook([["Code", "Says", None, "Added", "Mine"], [], [99.0, True, 1.5, day]])
    )
    sheet = read_sheet(path, ["code", "says"], ["added"])
    (row,) = sheet.rows
    assert row == (3, {"code": "99", "says": "yes", "added": "2019-01-01"})
    assert sheet.unread == ("Mine",)


def test_a_percentage_is_the_number_that_is_shown(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["lesson", "late"])
    book.active.append(["05", 0.1])
    book.active["B2"].number_format = "0%"
    book.save(tmp_path / "due.xlsx")
    assert read_lines(tmp_path / "due.xlsx")[1].cells == ["05", "10"]


def test_a_sheet_that_says_it_is_large_is_read_as_it_is(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["code", "says"])
    book.create_sheet("empty")
    book.create_sheet("more").append(["W4012"])
    book.save(tmp_path / "a.xlsx")
    with ZipFile(tmp_path / "a.xlsx") as old, ZipFile(tmp_path / "b.xlsx", "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'ref="A1:B1"', b'ref="A1:XFD1048576"'))
    assert read_lines(tmp_path / "b.xlsx") == [(1, ["code", "says"])]
    assert further_sheets(tmp_path / "b.xlsx") == ["more"]


def far(place):
    """Return a workbook with one cell besides its headings."""
    book, file = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["code", "says"])
    book.active[place] = "x"
    book.save(file)
    return file.getvalue()


UNREAD = {
    "wide.xlsx": (far("XFD20000"), "this has more than 1,000 columns"),
    "wide.csv": (b"code,says\n" + b"," * 20_000, "this has more than 1,000 columns"),
    "tags.xlsx": (far("A1"), "this workbook unpacks to too much"),
    "long.csv": (b"code,says\na," + b"x" * 140_000, "a cell is longer than 131,072 characters"),
    "b.csv": (b"a,b\n", "columns are missing: `code`, `says`"),
    "c.csv": (b"code,CODE,says\n", "two columns are called `code`"),
    "d.xlsx": (b"PK\x03\x04", "this is not a workbook that can be read"),
    "e.csv": (b"code,says\n\x81,b\n", "this is not text"),
    "none.csv": (None, "cannot be read: No such file or directory"),
}


@pytest.mark.parametrize("name", UNREAD)
def test_what_cannot_be_read_is_said(tmp_path, name, monkeypatch):
    data, what = UNREAD[name]
    if name == "tags.xlsx":
        monkeypatch.setattr("codeedu.sheets.MOST_TAGS", 100)
    if data is not None:
        (tmp_path / name).write_bytes(data)
    with pytest.raises(Unreadable, match=what.replace("`", ".")):
        read_sheet(tmp_path / name, ["code", "says"])


def test_a_cell_that_is_too_long_is_refused_whatever_python_reads(tmp_path):
    (tmp_path / "long.csv").write_bytes(UNREAD["long.csv"][0])
    before = csv.field_size_limit(10**6)  # as the reader of claim files sets it
    try:
        with pytest.raises(Unreadable, match="a cell is longer than 131,072 characters"):
            read_sheet(tmp_path / "long.csv", ["code", "says"])
    finally:
        csv.field_size_limit(before)
