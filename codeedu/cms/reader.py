"""Read a release from the bytes of a file: CMS's .txt, the .zip it comes in, or the .xlsx.

A file may be anything: a web page, half a download, an archive made to fill the memory. Then an
error says in a sentence what is wrong. The layout of the fields is in
`data/codes/release_layout.csv`.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from codeedu import tables
from codeedu.cms.release import KINDS, CodeRecord, Release, ReleaseError
from codeedu.codes.level2 import iso
from codeedu.codes.wording import shorten
from codeedu.files import ZipLimits, unzip

# Limits against files made to fill the memory. CMS's release of January 2026 has 2 MB, unpacked
# 16 MB (9 to 1) in 10 parts, 1.8 million tags and 9,007 rows.
LARGEST = 50_000_000  # bytes of a file
LIMITS = ZipLimits(members=100, unpacked=64_000_000, ratio=100)
TAGS = 4_000_000  # of XML in a spreadsheet; openpyxl takes 300 bytes of memory for each in a row
ATTRIBUTES = 10_000  # of one tag; the time to read them grows with their square
ROWS, COLUMNS = 200_000, 64  # of a sheet; cells beyond these are not read; and lines of a .txt

BOOK = "xl/workbook.xml"  # what makes an archive a spreadsheet
FIRST_LINES = ("3", "7")
AGAIN = "Download it again."
WANTED = (
    "codeedu reads CMS's HCPCS file, such as HCPC2026_JAN_ANWEB.xlsx or .txt, or the .zip that "
    "it comes in."
)


def read_file(path: Path) -> Release:
    """Read a file from the disk.

    Raises OSError when it cannot be opened, ReleaseError when it is not a release.
    """
    with path.open("rb") as file:
        return read_release(file.read(LARGEST + 1), path.name)


def read_release(data: bytes, name: str) -> Release:
    """Read a release from the bytes of a file called `name`.

    Raises ReleaseError, whose message is one sentence or two, for anything that is not one.
    """
    name = shorten(name, 60)
    head = data[:2000].lower()
    if not data:
        raise ReleaseError(f"{name} is empty.")
    if len(data) > LARGEST:
        raise ReleaseError(f"{name} is too large: a CMS HCPCS file has a few million bytes.")
    if b"<!doctype html" in head or b"<html" in head:
        raise ReleaseError(
            f"{name} is a web page, not the file. Open the address in a browser, accept what it "
            "asks for, save the file, and add it from there."
        )
    if not data.startswith(b"PK"):
        return _release(name, _lines(data, name))
    members = _archive_members(data, name)
    if BOOK in members:
        return _release(name, _sheet(data, members, name))
    return _from_archive(members, name)


def _release(name: str, lines: Iterable[CodeRecord]) -> Release:
    """Return a release made of records and their continuation lines."""
    records: dict[str, CodeRecord] = {}
    last: CodeRecord = {}
    for line in lines:
        if line["record"] in FIRST_LINES:
            last = records[line["code"]] = line
        elif last and line["code"] == last["code"]:
            last["long"] = f"{last['long']} {line['long']}".strip()
    if not any(KINDS[record["record"]] == "code" for record in records.values()):
        raise ReleaseError(f"{name} has no HCPCS codes. {WANTED}")
    for record in records.values():
        del record["sequence"]
    latest = max(
        (record["effective"] for record in records.values() if iso(record["effective"])), default=""
    )
    return Release(name, iso(latest) or date.min, records)


class _Field(NamedTuple):
    """A row of `release_layout.csv`: where a field is in a line, and its headings in the sheet."""

    name: str
    places: tuple[slice, ...]  # one for each value, where a field has several
    headings: tuple[str, ...]


@cache
def _layout() -> tuple[_Field, ...]:
    fields = []
    for row in tables.rows("release_layout"):
        headings = tuple(row["headings"].split(";"))
        start, stop = int(row["first"]) - 1, int(row["last"])
        width = (stop - start) // len(headings)
        places = tuple(slice(at, at + width) for at in range(start, stop, width))
        fields.append(_Field(row["field"], places, headings))
    return tuple(fields)


_RECORD = re.compile(rb"(?m)^(?:[A-Z0-9]{5}|   [A-Z0-9]{2})[0-9 ]{5}[3478]")
_CODE = re.compile("[A-Z0-9]{5}|[A-Z0-9]{2}")


def _lines(data: bytes, name: str) -> Iterator[CodeRecord]:
    """Yield the records of a fixed-width file; other lines, such as a disclaimer, are left out."""
    lines: list[bytes] = []
    last = b""  # also if it is no record; there may be millions of these
    for match in re.finditer(rb"[^\r\n]+", data.removeprefix(b"\xef\xbb\xbf")):
        last = match[0]
        if _RECORD.match(last):
            lines.append(last)
            if len(lines) > ROWS:
                raise ReleaseError(f"{name} has far more lines than CMS's file. It was not read.")
    width = max(map(len, lines), default=0)
    needed = max(field.places[-1].stop for field in _layout())
    if lines and width < needed:
        raise ReleaseError(
            f"{name} has lines of {width} characters, where CMS's layout since 2018 needs "
            f"{needed}. It may be an older layout, which codeedu does not read."
        )
    if lines and lines[-1] is last and len(lines[-1]) < needed and data[-1:] not in b"\r\n":
        raise ReleaseError(f"{name} is cut off in the middle of its last line. {AGAIN}")
    for line in lines:
        yield {
            field.name: _joined(_decoded(line[place]) for place in field.places)
            for field in _layout()
        }


def _decoded(data: bytes) -> str:
    """Return bytes as text: the files are ASCII, but for slips of either kind."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _joined(values: Iterable[str]) -> str:
    """Return values with one blank between; no-break spaces count as blanks."""
    return " ".join(" ".join(values).split())


def _archive_members(data: bytes, name: str) -> dict[str, bytes]:
    """Return the files in an archive, by name."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        raise ReleaseError(f"{name} is cut off: the end of the archive is missing. {AGAIN}")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            if LIMITS.exceeded(infos, len(data)):
                size = sum(info.file_size for info in infos)
                raise ReleaseError(
                    f"{name} unpacks to {size:,} bytes in {len(infos):,} files, which no CMS "
                    "HCPCS file does. It was not unpacked."
                )
            return {info.filename: unzip(archive, info) for info in infos}
    except ReleaseError:
        raise
    except Exception as error:  # on damaged data, zipfile and its decompressors may raise anything
        raise ReleaseError(f"{name} is damaged: it cannot be unpacked. {AGAIN}") from error


def _from_archive(members: dict[str, bytes], name: str) -> Release:
    """Return the release in CMS's .zip: the .txt with the most records, else the largest .xlsx."""
    texts = [member for member in members if member.lower().endswith(".txt")]
    sheets = [member for member in members if member.lower().endswith(".xlsx")]
    count = {member: sum(1 for _ in _RECORD.finditer(members[member])) for member in texts}
    best = max(texts, key=count.__getitem__, default="")
    if not count.get(best):
        best = max(sheets, key=lambda member: len(members[member]), default="")
    inner = shorten(best.rsplit("/")[-1], 60)
    data = members.get(best, b"")
    try:
        if best in texts:
            return _release(inner, _lines(data, inner))
        if data.startswith(b"PK") and BOOK in (parts := _archive_members(data, inner)):
            return _release(inner, _sheet(data, parts, inner))
    except ReleaseError as error:
        raise ReleaseError(f"In {name}: {error}") from error
    raise ReleaseError(f"{name} has no file with HCPCS codes in it. {WANTED}")


def _sheet(data: bytes, parts: dict[str, bytes], name: str) -> Iterator[CodeRecord]:
    """Yield the records of CMS's spreadsheet, where long descriptions are in one piece."""
    tags = (tag for part in parts.values() for tag in re.finditer(rb"<[^<]*", part))
    if sum(part.count(b"<") for part in parts.values()) > TAGS or any(
        tag.end() - tag.start() > ATTRIBUTES and tag[0].count(b"=") > ATTRIBUTES for tag in tags
    ):
        raise ReleaseError(f"{name} is a spreadsheet far larger than CMS's. It was not read.")
    places: dict[str, list[int]] = {}  # the columns of each field, once the headings are found
    for cells in _rows(data, name):
        if not places:
            if "HCPC" in cells and "RECID" in cells:
                places = _columns(cells, name)
            continue
        line = {
            field: _joined(_cell_text(cells[at]) for at in columns)
            for field, columns in places.items()
        }
        if line["record"] in KINDS and _CODE.fullmatch(line["code"]):
            yield line
    if not places:
        raise ReleaseError(f"{name} is a spreadsheet without a column HCPC. {WANTED}")


def _columns(heads: tuple[Any, ...], name: str) -> dict[str, list[int]]:
    """Return which columns hold each field."""
    at = {head: place for place, head in enumerate(heads)}
    if lacking := [h for field in _layout() for h in field.headings if h not in at]:
        raise ReleaseError(
            f"{name} has no column {', '.join(lacking)}. It may be an older layout, which "
            "codeedu does not read."
        )
    return {field.name: [at[heading] for heading in field.headings] for field in _layout()}


def _rows(data: bytes, name: str) -> list[tuple[Any, ...]]:
    """Return the cells of a spreadsheet's first sheet, row by row."""
    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl's, about headers, footers and styles
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            sheet = book.worksheets[0]
            return list(sheet.iter_rows(max_row=ROWS, max_col=COLUMNS, values_only=True))
    except Exception as error:  # on damaged XML, openpyxl may raise anything
        raise ReleaseError(f"{name} is damaged: its sheet cannot be read. {AGAIN}") from error


def _cell_text(cell: Any) -> str:
    """Return a cell as text: CMS's dates are text, but a program may have made them dates."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, datetime):
        return f"{cell:%Y%m%d}"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)
