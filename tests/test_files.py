"""A file is written whole or not at all, and no archive fills the memory."""

import gzip
import io
import os
import stat
import tracemalloc
import zipfile

import pytest

from codeedu.files import ZipLimits, unzip, whole_or_nothing, write_text
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
    with pytest.raises(OSError, match="No space left"):
        write_text(tmp_path / "out.csv", "x")
    assert list(tmp_path.iterdir()) == []


def test_an_error_names_the_file_that_was_asked_for(tmp_path):
    with pytest.raises(FileNotFoundError) as raised:
        write_text(tmp_path / "none" / "out.csv", "x")
    assert str(raised.value).endswith(f"No such file or directory: '{tmp_path}/none/out.csv'")


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
