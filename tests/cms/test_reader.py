"""Whatever file is given as a release, the answer is a release or one clear sentence."""

import io
import re
import tracemalloc
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codeedu import tables
from codeedu.cms import ReleaseError, load_release, reader
from test_release import NEW, OLD, line, sheet

TEXT = (tables.DATA / "practice" / "practice_release_2018.txt").read_bytes()
WANTED = reader.WANTED


PARTS = ("xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml")


def zipped(*members, method=zipfile.ZIP_DEFLATED):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return target.getvalue()


def book(*rows):
    target, made = io.BytesIO(), openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    made.save(target)
    return target.getvalue()


def flipped(data, at):
    return data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]


def lying(data, size):
    """Return an archive of one member that says it unpacks to `size` bytes."""
    central = data.index(b"PK\x01\x02")
    told = size.to_bytes(4, "little")
    return data[:22] + told + data[26 : central + 24] + told + data[central + 28 :]


PACKED = zipped(("HCPC.txt", TEXT))
PAGE = b"\r\n<!DOCTYPE html>\n<html><title>License</title>"
NARROW = "\r\n".join(one[:260] for one in OLD.split("\r\n")).encode("latin-1")
CASES = [
    ("a.txt", b"", "a.txt is empty."),
    ("a.txt", b"A9001 is a code", f"a.txt has no HCPCS codes. {WANTED}"),
    ("a.txt", line("QZ", "7", text="Modifier").encode(), f"a.txt has no HCPCS codes. {WANTED}"),
    ("a.zip", PAGE,
     "a.zip is a web page, not the file. Open the address in a browser, accept what it asks for, "
     "save the file, and add it from there."),
    ("a.txt", NARROW,
     "a.txt has lines of 260 characters, where CMS's layout since 2018 needs 293. It may be an "
     "older layout, which codeedu does not read."),
    ("a.txt", NEW.encode("latin-1")[:-200],
     "a.txt is cut off in the middle of its last line. Download it again."),
    ("a.zip", PACKED[:-30],
     "a.zip is cut off: the end of the archive is missing. Download it again."),
    ("a.zip", PACKED[: len(PACKED) // 2],
     "a.zip is cut off: the end of the archive is missing. Download it again."),
    ("a.zip", flipped(PACKED, 200),
     "a.zip is damaged: it cannot be unpacked. Download it again."),
    ("a.zip", lying(PACKED, 10), "a.zip is damaged: it cannot be unpacked. Download it again."),
    ("a.zip", zipped(("notes.txt", "A9001 is a code"), ("b.xlsx", "no sheet")),
     f"a.zip has no file with HCPCS codes in it. {WANTED}"),
    ("a.zip", zipped(("deep/a.txt", NARROW)),
     "In a.zip: a.txt has lines of 260 characters, where CMS's layout since 2018 needs 293. It "
     "may be an older layout, which codeedu does not read."),
    ("a.zip", zipped(*((f"{at}.txt", "") for at in range(101))),
     "a.zip unpacks to 0 bytes in 101 files, which no CMS HCPCS file does. It was not unpacked."),
    ("a.zip", zipped(("a.txt", b" " * 5_000_000)),
     "a.zip unpacks to 5,000,000 bytes in 1 files, which no CMS HCPCS file does. It was not "
     "unpacked."),
    ("a.zip", lying(PACKED, 65_000_000),
     "a.zip unpacks to 65,000,000 bytes in 1 files, which no CMS HCPCS file does. It was not "
     "unpacked."),
    ("a.xlsx", book(["HCPCS/Modifier Code", "Type of Change"], ["A1", "ADD"]),
     f"a.xlsx is a spreadsheet without a column HCPC. {WANTED}"),
    ("a.xlsx", book(), f"a.xlsx is a spreadsheet without a column HCPC. {WANTED}"),
    ("a.xlsx", zipped(("xl/workbook.xml", "<workbook>")),
     "a.xlsx is damaged: its sheet cannot be read. Download it again."),
    ("new\nline.txt", b"", "new⟨U+000A⟩line.txt is empty."),
]  # fmt: skip


@pytest.mark.parametrize(("name", "data", "says"), CASES)
def test_what_is_no_release(name, data, says):
    with pytest.raises(ReleaseError) as raised:
        reader.read_release(data, name)
    assert str(raised.value) == says


def test_a_sheet_of_an_older_layout(tmp_path):
    path = sheet(tmp_path / "a.xlsx", {"HCPC": "A9001", "RECID": "3"}, without=("TERM DT", "TOS4"))
    with pytest.raises(ReleaseError) as raised:
        load_release(path)
    assert str(raised.value) == (
        "a.xlsx has no column TOS4, TERM DT. It may be an older layout, which codeedu does not "
        "read."
    )


def test_a_file_that_no_release_has(tmp_path, monkeypatch):
    monkeypatch.setattr(reader, "LARGEST", 1000)
    (tmp_path / "a.txt").write_bytes(TEXT)
    with pytest.raises(ReleaseError, match=r"^a\.txt is too large: a CMS HCPCS file has a few"):
        load_release(tmp_path / "a.txt")


HUGE = [
    (b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
     f"a.xlsx is a spreadsheet without a column HCPC. {WANTED}"),
    (b"<row>" + b"<c/>" * 4_000_000 + b"</row>",
     "a.xlsx is a spreadsheet far larger than CMS's. It was not read."),
    (b"<row " + b" ".join(b'a%d=">"' % n for n in range(10_001)) + b"/>",
     "a.xlsx is a spreadsheet far larger than CMS's. It was not read."),
    (b"<row>" + b'<c r="A1" s="" t=""/>' * 4_000 + b"</row>",
     f"a.xlsx is a spreadsheet without a column HCPC. {WANTED}"),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "says"), HUGE, ids=["far", "wide", "attributes", "many rows"])
def test_a_huge_sheet_ends(rows, says, monkeypatch):
    monkeypatch.setattr(reader, "LIMITS", reader.LIMITS._replace(ratio=10_000))
    with zipfile.ZipFile(io.BytesIO(book(["HCPC"]))) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members[PARTS[0]] = members[PARTS[0]].replace(b"</sheetData>", rows + b"</sheetData>")
    with pytest.raises(ReleaseError) as raised:
        reader.read_release(zipped(*members.items()), "a.xlsx")
    assert str(raised.value) == says


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"\n" * 49_000_000, f"a.txt has no HCPCS codes. {WANTED}"),
        (b"J0120     3\n" * 200_001, "a.txt has far more lines than CMS's file. It was not read."),
    ],
    ids=["line ends", "lines"],
)
def test_a_text_of_endless_lines_ends(data, says):
    tracemalloc.start()
    with pytest.raises(ReleaseError) as raised:
        reader.read_release(data, "a.txt")
    assert tracemalloc.get_traced_memory()[1] < 100_000_000  # bytes beside the data
    tracemalloc.stop()
    assert str(raised.value).startswith(says)


def small_sheet():
    heads = [head for field in reader._layout() for head in field.headings]
    rows = [{"HCPC": f"A900{at}", "RECID": "3", "ADD DT": "20100101"} for at in range(5)]
    return book(heads, *([row.get(head) for head in heads] for row in rows))


SHEET = small_sheet()
FILES = {"release.txt": TEXT[:3300], "release.zip": PACKED, "release.xlsx": SHEET}
PLACE = st.integers(0, 1 << 20)
DAMAGE = st.one_of(
    st.tuples(st.just("cut"), PLACE, PLACE),
    st.tuples(st.just("flip"), PLACE, st.integers(1, 255)),
    st.tuples(st.just("drop"), PLACE, PLACE),
    st.tuples(st.just("twice"), PLACE, PLACE),
    st.tuples(st.just("swap"), PLACE, PLACE),
)


def damaged(data, damages):
    """Return bytes cut, flipped and reordered as `damages` say."""
    for how, first, second in damages:
        if not data:
            break
        a, b = sorted((first % len(data), second % len(data)))
        if how == "cut":
            data = data[:a]
        elif how == "flip":
            at = first % len(data)
            data = data[:at] + bytes([data[at] ^ second]) + data[at + 1 :]
        elif how == "drop":
            data = data[:a] + data[b:]
        elif how == "twice":
            data = data[:b] + data[a:]
        else:
            data = data[b:] + data[a:b] + data[:a]
    return data


def is_a_sentence(text):
    return re.fullmatch(r"[^\n]{10,300}\.", text) and text.isprintable() and "Error" not in text


def outcome(work, *arguments):
    """Return what came of it, or None, and the sentence of a ReleaseError, or ""."""
    try:
        return work(*arguments), ""
    except ReleaseError as error:
        return None, str(error)


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(sorted(FILES)), st.lists(DAMAGE, min_size=1, max_size=4))
def test_damaged_bytes_give_a_release_or_a_sentence(name, damages):
    found, says = outcome(reader.read_release, damaged(FILES[name], damages), name)
    if found is None:
        assert is_a_sentence(says)
    else:
        assert found.count("code")
        assert all(found.lookup(code).text for code in found.records)


@settings(deadline=None, max_examples=100)
@given(st.sampled_from(PARTS), st.lists(DAMAGE, min_size=1, max_size=3))
def test_damage_inside_a_sheet_gives_a_release_or_a_sentence(part, damages):
    with zipfile.ZipFile(io.BytesIO(SHEET)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members[part] = damaged(members[part], damages)
    found, says = outcome(reader.read_release, zipped(*members.items()), "release.xlsx")
    assert found or is_a_sentence(says)


@settings(deadline=None)
@given(st.binary(max_size=400), st.sampled_from([b"", b"PK", b"PK\x03\x04", b"A9001001003"]))
def test_any_bytes_give_a_sentence(data, head):
    with pytest.raises(ReleaseError) as raised:
        reader.read_release(head + data, "some.file")
    assert is_a_sentence(str(raised.value))
