"""A file is written whole or not at all, no CSV runs, and no archive fills the memory."""

import csv
import errno
import gzip
import io
import os
import re
import stat
import subprocess
import sys
import time
import tracemalloc
import unicodedata
import zipfile
from pathlib import Path
from threading import Thread

import openpyxl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from codeedu.files import (
    ZipLimits,
    as_utf8,
    csv_text,
    in_words,
    no_formula,
    unzip,
    whole_or_nothing,
    without_marks,
    workbook,
    write_all,
    write_text,
)
from test_reader import lying, zipped


def test_a_new_file_has_the_rights_that_the_system_gives(tmp_path):
    (tmp_path / "plain").touch()
    write_text(tmp_path / "new", "x")
    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("plain", "new")]
    assert modes[0] == modes[1]


def test_a_file_that_is_replaced_keeps_its_rights(tmp_path):
    path = tmp_path / "kept.txt"
    path.touch(0o600)
    write_text(path, "é\n")
    assert path.read_bytes() == "é\n".encode()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_text_that_is_no_utf_8_is_written_as_asked(tmp_path):
    write_text(tmp_path / "a.html", "\ud800", "xmlcharrefreplace")
    assert (tmp_path / "a.html").read_bytes() == b"&#55296;"


def test_a_gz_is_zipped_and_the_same_every_time(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write_text(tmp_path / name / "x.csv.gz", "J1885\n")
    first, second = ((tmp_path / name / "x.csv.gz").read_bytes() for name in ("a", "b"))
    assert gzip.decompress(first) == b"J1885\n"
    assert first == second


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError])
def test_what_fails_leaves_the_file_as_it_was_and_nothing_beside_it(tmp_path, error):
    path = tmp_path / "out.csv"
    path.write_bytes(b"as it was")

    def fail():
        with whole_or_nothing(path) as file:
            file.write(b"half")
            raise error

    with pytest.raises(error):
        fail()
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [b"as it was"]


def test_a_text_that_cannot_be_written_leaves_nothing(tmp_path, monkeypatch):
    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="the disk is full"):
        write_text(tmp_path / "out.csv", "x")
    assert list(tmp_path.iterdir()) == []


NOT_WRITTEN = [
    (errno.ENOSPC, "the disk is full"),
    (errno.EDQUOT, "the disk is full"),
    (errno.EFBIG, "it is too large for this disk"),
    (errno.EACCES, "you have no permission, or another program has it open"),
    (errno.EPERM, "you have no permission"),
    (errno.EROFS, "the disk can only be read"),
    (errno.EIO, os.strerror(errno.EIO)),
]


@pytest.mark.parametrize(("number", "why"), NOT_WRITTEN)
@pytest.mark.parametrize("call", ["open", "fsync", "replace"])
def test_what_the_system_refuses_is_a_sentence(tmp_path, monkeypatch, number, why, call):
    path = tmp_path / "m.csv"

    def refuse(name, *_):
        raise OSError(number, os.strerror(number), None if call == "fsync" else str(name))

    monkeypatch.setattr(os, call, refuse)
    with pytest.raises(OSError, match="not written") as raised:
        write_text(path, "x")
    assert str(raised.value) == f"{path} was not written: {why}."
    assert raised.value.errno == number
    assert type(raised.value) is type(OSError(number, ""))


def test_an_error_names_the_file_that_was_asked_for(tmp_path):
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for path, why in (
        (tmp_path / "none" / "out.csv", "there is no such file or folder"),
        (tmp_path, "it is a folder"),
        (tmp_path / "file" / "out.csv", "part of its name is a file, not a folder"),
        (tmp_path / ("x" * 300), "its name is too long"),
        (tmp_path / "loop", "it is a link that leads back to itself"),
    ):
        with pytest.raises(OSError, match="not written") as raised:
            write_text(path, "x")
        assert str(raised.value) == f"{path} was not written: {why}."
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "loop"]


def test_an_error_about_another_file_is_left_as_it_is(tmp_path):
    def read():
        with whole_or_nothing(tmp_path / "out.csv"):
            (tmp_path / "claims.csv").read_bytes()

    with pytest.raises(FileNotFoundError) as raised:
        read()
    said = f"{tmp_path}/claims.csv: there is no such file or folder."
    assert in_words(raised.value) == said
    assert in_words(OSError(errno.ENOSPC, "No space left on device")) == "The disk is full."
    assert in_words(ValueError("This is no date.")) == "This is no date."


def test_a_file_that_is_protected_is_not_replaced(tmp_path, monkeypatch):
    path = tmp_path / "m.csv"
    path.write_text("as it was")
    path.chmod(0o400)
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may do all
    with pytest.raises(PermissionError, match="not written: you have no permission"):
        write_text(path, "x")
    assert path.read_text() == "as it was"


@pytest.mark.parametrize("present", [True, False])
def test_a_link_leads_to_what_is_written(tmp_path, present):
    target, link = tmp_path / "there" / "marks.csv", tmp_path / "marks.csv"
    target.parent.mkdir()
    link.symlink_to(target)
    if present:
        target.write_text("old")
    write_text(link, "new")
    assert link.is_symlink()
    assert target.read_text() == "new"
    assert list(target.parent.iterdir()) == [target]


def test_a_pipe_is_written_to_and_stays(tmp_path):
    pipe, read = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = Thread(target=lambda: read.append(pipe.read_text()), daemon=True)
    reader.start()
    write_text(pipe, "x" * 100_000)
    reader.join(timeout=30)
    assert read == ["x" * 100_000]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_device_is_written_to_and_stays():
    # A terminal, since a fault here would replace the /dev/null of this machine.
    controller, terminal = os.openpty()
    write_text(Path(os.ttyname(terminal)), "J1885\n")
    assert os.read(controller, 100) == b"J1885\r\n"
    os.close(controller)
    os.close(terminal)


@pytest.mark.skipif(not os.path.exists("/proc/self/fd/1"), reason="no /proc")
@pytest.mark.parametrize("to_file", [True, False])
def test_standard_output_is_written_to(tmp_path, to_file):
    out = tmp_path / "out.csv"
    out.write_text("before\n")
    script = """
from pathlib import Path
from codeedu.files import write_text
print("first")
write_text(Path("/proc/self/fd/1"), "second\\n")
print("third")"""
    with out.open("ab") as file:
        done = subprocess.run(
            [sys.executable, "-c", script], stdout=file if to_file else subprocess.PIPE, check=True
        )
    got = out.read_text() if to_file else f"before\n{done.stdout.decode()}"
    assert got == "before\nfirst\nsecond\nthird\n"
    assert list(tmp_path.iterdir()) == [out]


def test_what_a_killed_run_left_is_deleted_after_a_day(tmp_path):
    killed, running, later, own = (
        tmp_path / name
        for name in (".codeedu-1.part", ".codeedu-2.part", ".codeedu-3.part", "my.part")
    )
    day = 86_400
    for path, age in ((killed, day + 60), (running, day - 60), (later, -day), (own, 9 * day)):
        path.touch()
        os.utime(path, (time.time() - age,) * 2)
    write_text(tmp_path / "new", "x")
    left = [".codeedu-2.part", ".codeedu-3.part", "my.part", "new"]
    assert sorted(path.name for path in tmp_path.iterdir()) == left


def test_several_files_are_written_or_none(tmp_path, full_disk):
    first, second = tmp_path / "m.csv", tmp_path / "r.html"
    first.write_bytes(b"as it was")
    for large in (first, second):
        with full_disk(1_000), pytest.raises(OSError, match="too large") as raised:
            write_all({first: b"new", second: b"new"} | {large: b"x" * 2_000})
        said = f"{large} was not written: it is too large for this disk."
        assert str(raised.value) == said
        assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"as it was"]
    write_all({first: b"1", second: b"2"})
    assert (first.read_bytes(), second.read_bytes()) == (b"1", b"2")


@pytest.fixture
def record(tmp_path, monkeypatch):
    """The learner's record, and in the folder other names that it has."""
    path = tmp_path / "home" / "mine.csv"
    path.parent.mkdir()
    path.write_text("answers")
    monkeypatch.setenv("CODEEDU_PROGRESS", str(path))
    (tmp_path / "link").symlink_to(path)
    (tmp_path / "folder").symlink_to(path.parent)
    (tmp_path / "hard").hardlink_to(path)
    return path


NAMES = ["home/mine.csv", "link", "folder/mine.csv", "hard", "home/../home/mine.csv"]


@pytest.mark.parametrize("name", NAMES)
def test_no_file_is_written_onto_the_record(tmp_path, record, name):
    with pytest.raises(FileExistsError) as raised:
        write_text(tmp_path / name, "x")
    assert str(raised.value) == (
        f"{tmp_path / name} is the record of your answers, and nothing else is written there. "
        "Choose another name."
    )
    assert record.read_text() == "answers"
    assert list(record.parent.iterdir()) == [record]


def test_no_file_takes_the_place_of_a_record_to_come(tmp_path, record):
    (tmp_path / "hard").unlink()
    record.unlink()
    for name in ("home/mine.csv", "link"):
        with pytest.raises(FileExistsError, match="Choose another name"):
            write_text(tmp_path / name, "x")
    write_text(record.with_name("another.csv"), "x")
    assert [path.name for path in record.parent.iterdir()] == ["another.csv"]


@pytest.mark.parametrize("present", [None, 0o644, 0o666])
def test_a_copy_of_the_record_has_its_rights(tmp_path, record, present):
    record.chmod(0o600)
    path = tmp_path / "ada.jsonl"
    if present:
        path.touch()
        path.chmod(present)
    write_all({path: b"x"}, copy_of=record)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_nobody_reads_a_copy_while_it_is_written(tmp_path, record):
    record.chmod(0o600)
    with whole_or_nothing(tmp_path / "ada.jsonl", copy_of=record):
        (part,) = tmp_path.glob("*.part")
        assert stat.S_IMODE(part.stat().st_mode) == 0o600


LINE = b'{"item": "05-x-01", "when": "2026-11-20T10:00:00+00:00", "correct": true}\n'
ZIPPED = zipped(("notes.txt", b"x"), ("week 1/ada.jsonl", LINE))
# What is in a file, and whether it is somebody's record.
FILES = [
    (LINE, True), (b"\xef\xbb\xbf" + LINE, True), (b'{"item": "05-x\n' + LINE, True),
    (b"\r\n" + LINE.strip(), True), (b"", False), (b"item,when\n1,2\n", False),
    (b'{"item": 1}\n', False), (b'["item", "when"]\n', False), (b"[" * 100_000, False),
    (b"\xff\xfe\x00\n", False), (ZIPPED, True), (zipped(("notes.txt", b"x")), False),
]  # fmt: skip


@pytest.mark.parametrize(("content", "is_record"), FILES)
def test_no_file_is_written_onto_another_learners_record(tmp_path, record, content, is_record):
    path = tmp_path / "ada.jsonl"
    path.write_bytes(content)
    if is_record:
        with pytest.raises(FileExistsError) as raised:
            write_text(path, "x")
        assert str(raised.value) == (
            f"{path} holds a learner's answers, and nothing else is written there. "
            "Choose another name."
        )
        assert path.read_bytes() == content
    else:
        write_text(path, "x")
        assert path.read_text() == "x"
    write_all({path: b"a later copy"}, copy_of=record)
    assert path.read_bytes() == b"a later copy"


SIGNS = st.text("=+-@＝a1;,|\t\r\n\" '", max_size=12)


def runs(cell):
    """Return whether a spreadsheet may take a cell for a formula."""
    return unicodedata.normalize("NFKC", cell.strip('" \t\r\n'))[:1] in ("=", "+", "-", "@")


@given(st.lists(st.lists(SIGNS | st.text(), min_size=1), min_size=1), st.sampled_from(",;\t|"))
@example([["x", "a;=1+1;b"]], ",")
@example([["x", 'a;"=1+1;b']], ",")
@example([["a\n=1+1"], ["\t=1"], ["a\r@b"]], ",")
@example([["a", "b, =1"]], ";")
def test_no_cell_of_a_csv_runs_whatever_divides_it(rows, delimiter):
    text = csv_text(rows, delimiter)
    for divides in ",;\t|":
        cells = csv.reader(io.StringIO(text, newline=""), delimiter=divides)
        assert not [cell for row in cells for cell in row if runs(cell)]
        pieces = re.split(rf"[\r\n{divides}]", text)
        assert not [piece for piece in pieces if runs(piece)]


@given(st.lists(st.lists(st.text("abc,;\t\"' \r\n"), min_size=1), min_size=1))
def test_a_csv_that_has_no_formula_is_read_as_it_was(rows):
    back = list(csv.reader(io.StringIO(csv_text(rows), newline="")))
    assert back == [[cell if cell[:1] not in ("\t", "\r") else f"'{cell}" for cell in row]
                    for row in rows]  # fmt: skip


@given(st.lists(st.lists(st.none() | st.integers(-9999, 9999) | SIGNS | st.text(), min_size=1)))
@example([["00100", "1E5", "=1+1", "\x00a", "\ud800", "3/4", "'a", "TRUE", "#REF!"]])
def test_a_workbook_keeps_text_as_text(rows):
    sheet = openpyxl.load_workbook(io.BytesIO(workbook(rows))).active
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            cell = sheet.cell(number, column)
            if isinstance(value, str) and value.isprintable() and value:
                assert (cell.value, cell.data_type) == (value, "s")
            elif not isinstance(value, str):
                assert cell.value == value
            assert cell.data_type != "f"


@given(st.text(), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]))
def test_a_text_is_read_as_any_editor_saves_it(text, encoding):
    assert as_utf8(f"{{{text}".encode(encoding)).decode() == f"{{{text}"


def test_numbers_of_a_csv_stay_numbers():
    assert csv_text([["a", -1, 2.5, None, True]]) == "a,-1,2.5,,True\r\n"


def test_an_archive_that_lies_about_its_size_is_not_unpacked():
    data = lying(zipped(("a.txt", b"\0" * 50_000_000)), 10)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        tracemalloc.start()
        with pytest.raises(zipfile.BadZipFile):
            unzip(archive, archive.infolist()[0])
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 1_000_000


@pytest.mark.parametrize(
    ("limits", "exceeded"),
    [
        (ZipLimits(members=2, unpacked=200, ratio=10), ""),
        (ZipLimits(members=1, unpacked=200, ratio=10), "members"),
        (ZipLimits(members=2, unpacked=199, ratio=10), "unpacked"),
        (ZipLimits(members=2, unpacked=200, ratio=9), "ratio"),
    ],
)
def test_each_limit_of_an_archive_is_kept(limits, exceeded):
    members = [zipfile.ZipInfo("a"), zipfile.ZipInfo("b")]
    for member in members:
        member.file_size = 100
    assert limits.exceeded(members, 20) == exceeded


def test_marks_are_put_and_taken_off_in_one_pass():
    text = "\n" * 100_000 + "=1"  # a pass for each line took hours
    assert without_marks(no_formula(text)) == text
