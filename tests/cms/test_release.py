"""A release is read whole, says when a code was active, and what changed since another."""

import datetime
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import codeedu
from codeedu.cms import Descriptor, load_release, reader

FOLDER = Path(__file__).parents[3] / "shared" / "cms"
CMS, CMS_2026 = FOLDER / "2018-Alpha-Numeric-HCPCS-File.zip", FOLDER / "HCPC2026_JAN_ANWEB.xlsx"
REAL_2018 = pytest.mark.skipif(
    not CMS.exists(), reason="the CMS release of 2018 is not on this machine"
)
REAL_2026 = pytest.mark.skipif(
    not CMS_2026.exists(), reason="the CMS release of January 2026 is not on this machine"
)

DISCLAIMER = "***Disclaimers\r\n\r\n-- Invented for a test; \x93quoted\x94.\r\n\r\n"


def line(code, record="3", text="", **fields):
    """Return one line of 320 characters, laid out as CMS does."""
    places = {"short": 92, "cross": 205, "coverage": 230, "betos": 257, "added": 269,
              "effective": 277, "terminated": 285, "action": 293}  # fmt: skip
    signs = list(f"{code:>5}00100{record}{text:<80}".ljust(320))
    for name, value in fields.items():
        signs[places[name] - 1 : places[name] - 1 + len(value)] = value
    return "".join(signs) + "\r\n"


OLD = (
    line("A9001", text="Invented supply, made of", short="Invented supply", coverage="D",
         added="20100101", effective="20160101", action="N", betos="D1A")
    + line("A9001", "4", text="something soft,\xa0each")
    + line("A9002", text="Old supply", short="Old supply", added="20100101", effective="20100101")
    + line("A9003", text="Dropped supply", added="20100101", effective="20100101")
    + line("A9005", text="Back again", added="20100101", effective="20120101",
           terminated="20111231")
    + line("QZ", "7", text="Invented modifier", added="20100101", effective="20100101")
    + line("QZ", "8", text="of two lines")
)  # fmt: skip
NEW = (
    OLD.replace("Invented supply ", "Invented suppl2 ")
    .replace(line("A9003", text="Dropped supply", added="20100101", effective="20100101"), "")
    .replace(
        line("A9002", text="Old supply", short="Old supply",
             added="20100101", effective="20100101"),
        line("A9002", text="Old supply", short="Old supply", added="20100101",
             effective="20170101", terminated="20161231", cross="A9001A9004", action="D"),
    )
    .replace("2010010120120101" + "20111231", "2010010120120101" + " " * 8)
    + line("A9004", text="New supply", added="20170101", effective="20170101", action="A")
)  # fmt: skip


def written(path, text):
    path.write_bytes((DISCLAIMER + text).encode("latin-1"))
    return path


def sheet(path, *rows, without=()):
    """Write a spreadsheet as CMS does, with rows as mappings from heading to value."""
    heads = [head for field in reader._layout() for head in field.headings if head not in without]
    book = openpyxl.Workbook()
    book.active.append(["***Disclaimers"])
    book.active.append(heads)
    for row in rows:
        book.active.append([row.get(head) for head in heads])
    book.save(path)
    return path


@pytest.fixture
def old(tmp_path):
    return load_release(written(tmp_path / "old.txt", OLD))


@pytest.fixture
def new(tmp_path):
    return load_release(written(tmp_path / "new.txt", NEW))


def test_records_are_read_and_continued(old):
    assert repr(old) == "Release('old.txt': 4 codes and 1 modifiers, as of 2016-01-01)"
    assert (len(old), "A9001" in old, "B9001" in old) == (5, True, False)
    codes = old.codes.set_index("code")
    assert codes.loc["A9001", "long"] == "Invented supply, made of something soft, each"
    assert codes.loc["QZ", ["kind", "long"]].tolist() == [
        "modifier",
        "Invented modifier of two lines",
    ]
    assert codes.loc["A9001", ["kind", "coverage", "betos", "action"]].tolist() == [
        "code", "D", "D1A", "N"]  # fmt: skip
    assert codes.loc["A9001", "added"] == pd.Timestamp("2010-01-01")
    assert codes["terminated"].isna().tolist() == [True, True, True, False, True]


ENDED = "(last day December 31, 2016; CMS names A9001, A9004 in its place)"
SINCE = "listed (added January 1, 2010)"
LOOKUPS = [
    ("A9001", None, "listed", SINCE, "A9001 is listed (added January 1, 2010) in"),
    ("A9001", "2009-12-31", "not listed", "not listed (added later, January 1, 2010)",
     "A9001 is not listed on December 31, 2009 (added later, January 1, 2010) in"),
    ("B1234", None, "not listed", "not listed", "B1234 is not listed in"),
    ("B1234", "2017-01-01", "not listed", "not listed",
     "B1234 is not listed on January 1, 2017 in"),
    ("B1234", "2012-12-31", "not listed",
     "not listed (it does not reach back before December 31, 2016)",
     "B1234 is not listed on December 31, 2012 (it does not reach back before December 31, 2016) "
     "in"),
    ("A9002", None, "terminated", f"ended {ENDED}", f"A9002 has ended {ENDED} in"),
    ("A9002", "2016-12-31", "listed", f"listed {ENDED}",
     f"A9002 is listed on December 31, 2016 {ENDED} in"),
    ("A9002", datetime.date(2017, 1, 1), "terminated", f"ended {ENDED}",
     f"A9002 had ended on January 1, 2017 {ENDED} in"),
    ("QZ", pd.Timestamp("2018-01-01 10:00"), "listed", SINCE,
     "QZ is listed on January 1, 2018 (added January 1, 2010) in"),
    ("QZ", pd.NaT, "listed", SINCE, "QZ is listed (added January 1, 2010) in"),
    ("QZ", "20180101", "listed", SINCE,
     "QZ is listed on January 1, 2018 (added January 1, 2010) in"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "on", "status", "label", "text"), LOOKUPS)
def test_lookup(new, code, on, status, label, text):
    whole = f"{text} new.txt as of January 1, 2017"
    found = new.lookup(code, on=on)
    assert (found.status, found.label, found.text) == (status, label, whole)


def test_the_words_of_cms_come_from_the_file(new):
    assert new.descriptor("A9001") == Descriptor(
        "Invented suppl2", "Invented supply, made of something soft, each"
    )
    assert new.descriptor("B1234") is None


def test_a_code_without_a_date_of_addition(tmp_path):
    found = load_release(written(tmp_path / "bare.txt", line("A9001", text="Bare")))
    assert found.lookup("A9001").text == "A9001 is listed in bare.txt"
    assert found.as_of == datetime.date.min
    assert str(found) == "bare.txt: 1 codes and 0 modifiers"


@pytest.mark.parametrize("day", ["yesterday", "2018-02-30", 5, "1/2/2018"])
def test_what_is_no_date(new, day):
    with pytest.raises(ValueError, match="is not a date: write it as 2018-12-31"):
        new.lookup("A9001", on=day)


def test_compare(old, new):
    assert new.compare(old).to_numpy().tolist() == [
        ["added", "A9004", "code", "added", "", "20170101"],
        ["terminated", "A9002", "code", "terminated", "", "20161231"],
        ["reinstated", "A9005", "code", "terminated", "20111231", ""],
        ["removed", "A9003", "code", "code", "A9003", ""],
        ["revised", "A9001", "code", "short", "Invented supply", "Invented suppl2"],
        ["revised", "A9002", "code", "cross_references", "", "A9001 A9004"],
    ]
    assert old.compare(old).columns.tolist() == [
        "change",
        "code",
        "kind",
        "field",
        "before",
        "after",
    ]
    assert len(old.compare(old)) == 0


def test_a_classification_says_what_the_release_says(new):
    found = codeedu.classify("A9002-QZ", release=new, on="2018-01-01")
    assert found.best.status == "terminated"
    assert codeedu.classify("99213", release=new).best.status == "format"


def test_a_column_asks_for_every_row(new):
    series = pd.Series(["A9002", "A9002", "A9002", "99213", None, "A9004-QZ"], index=list("abcdef"))
    on = pd.Series(["2016-01-01", "2017-01-01", "soon", "2017-01-01", None, ""], index=series.index)
    frame = codeedu.classify_column(series, release=new, on=on)
    assert frame["status"].astype(object).fillna("").tolist() == [
        "listed", "terminated", "date not readable", "format", "", "listed"]  # fmt: skip
    backwards = codeedu.classify_column(series, release=new, on=on[::-1])
    assert backwards["status"].equals(frame["status"])
    one_day = codeedu.classify_column(series, release=new, on="2016-01-01")
    assert one_day["status"].tolist()[:2] == ["listed", "listed"]
    with pytest.raises(ValueError, match="one date for each row"):
        codeedu.classify_column(series, release=new, on=on[:3])


def test_a_summary_counts_what_is_listed(new):
    series = pd.Series(["A9002", "A9002", "A9001", "B9001", "x", None])
    found = codeedu.summarize(series, release=new, on="2018-01-01")
    assert found[["reading", "status", "rows", "examples"]].to_numpy().tolist() == [
        ["HCPCS Level II", "terminated", 2, "A9002"],
        ["HCPCS Level II", "listed", 1, "A9001"],
        ["HCPCS Level II", "not listed", 1, "B9001"],
        ["not readable", "", 1, "x"],
        ["missing", "", 1, ""],
    ]


def test_a_zip_is_read_where_most_records_are(tmp_path, old):
    with zipfile.ZipFile(tmp_path / "release.zip", "w") as archive:
        archive.writestr("README.txt", "A9001 is a code")
        archive.writestr("deep/CODES.TXT", OLD.encode("latin-1"))
    found = load_release(tmp_path / "release.zip")
    assert found.name == "CODES.TXT"
    assert found.records == old.records


def test_a_continuation_of_nothing_is_left_out(tmp_path):
    text = line("A9009", "4", text="of nothing") + OLD
    assert "A9009" not in load_release(written(tmp_path / "odd.txt", text))


def test_utf_8_and_a_byte_order_mark(tmp_path):
    (tmp_path / "new.txt").write_bytes(
        b"\xef\xbb\xbf" + line("A9001", text="Caf\xe9").encode("latin-1")
    )
    assert load_release(tmp_path / "new.txt").records["A9001"]["long"] == "Caf\xe9"


def test_a_sheet(tmp_path):
    row = {"HCPC": "A9001", "RECID": 3, "XREF1": "A9002", "XREF2": "A9003",
           "ADD DT": 20100101.0, "TERM DT": datetime.datetime(2018, 12, 31)}  # fmt: skip
    found = load_release(sheet(tmp_path / "codes.xlsx", row)).records["A9001"]
    assert found["cross_references"] == "A9002 A9003"
    assert (found["added"], found["terminated"]) == ("20100101", "20181231")


def test_a_zip_with_only_a_sheet(tmp_path):
    inner = sheet(tmp_path / "codes.xlsx", {"HCPC": "A9001", "RECID": "3"})
    with zipfile.ZipFile(tmp_path / "release.zip", "w") as archive:
        archive.writestr("notes.txt", "Nothing")
        archive.write(inner, "deep/codes.xlsx")
    assert repr(load_release(tmp_path / "release.zip"))[:33] == "Release('codes.xlsx': 1 codes and"


@REAL_2018
def test_the_real_release():
    found = load_release(CMS)
    assert found.codes["kind"].value_counts().to_dict() == {"code": 6205, "modifier": 354}
    assert found.lookup("A4466").status == "terminated"
    assert "CMS names A4467" in found.lookup("A4466").text
    assert found.lookup("C9022", on="2014-12-31").status == "listed"
    assert found.lookup("C9022", on="2015-01-01").status == "terminated"
    assert found.lookup("L1").status == "terminated"
    assert found.codes["long"].str.len().min() > 1
    frame = codeedu.classify_column(found.codes["code"], release=found)
    assert set(frame["status"]) == {"listed", "terminated", "format"}  # P1 to P6 are the AMA's
