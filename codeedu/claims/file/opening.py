"""Open a file of claims: find out what kind of file it is, and return the text in it.

CSV text is read as it is, and unzipped where it is in a gzip or in a zip with one table. Of an
Excel workbook the sheet is written out as CSV. Everything else is refused with a sentence that
says what to do: no byte of it reaches the screen or the output.
"""

from __future__ import annotations

import datetime
import gzip
import io
import re
import shutil
import tempfile
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any, NamedTuple, cast
from xml.etree.ElementTree import ParseError

from codeedu.codes.wording import listing, shorten
from codeedu.files import csv_text

LOOK = 1 << 20  # bytes that are looked at before anything is decided
BLOCK = 1 << 18  # bytes that are read at a time afterwards
TOP = 30  # records at the top in which a header is looked for
HEAD = 1 << 12  # bytes that show what kind of file it is
CONTROL = bytes({*range(32)} - {*b"\t\n\r\f\x1a"})
TABLES = (".csv", ".tsv", ".txt", ".tab", ".dat", ".psv", ".xlsx", ".xlsm")


class StreamError(ValueError):
    """A file cannot be read; the message says where and what to do."""


class Kind(NamedTuple):
    """A kind of file that is not read: how it begins, its name, and what to do."""

    begins: bytes  # a pattern
    name: str
    instead: str


EXCEL = "open it in Excel and save it as .xlsx or as CSV UTF-8"
UNPACK = "unpack it and name the CSV file"
EXPORT = "export the lines as CSV with the program that reads it"
UTF_8 = "save it as UTF-8 (in Excel: CSV UTF-8)"
KINDS = (
    Kind(rb"\xd0\xcf\x11\xe0", "an old Excel or Word file (.xls, .doc)", EXCEL),
    Kind(rb"PAR1", "Parquet", "see docs/large-files.md, or write it as CSV"),
    Kind(rb"BZh[1-9]1AY&SY", "packed with bzip2", UNPACK),
    Kind(rb"\xfd7zXZ\0", "packed with xz", UNPACK),
    Kind(rb"7z\xbc\xaf'\x1c", "a 7z archive", UNPACK),
    Kind(rb"Rar!\x1a\x07", "a RAR archive", UNPACK),
    Kind(rb"\x28\xb5\x2f\xfd", "packed with Zstandard", UNPACK),
    Kind(rb"%PDF-", "a PDF", "get the table from where it was made, as CSV"),
    Kind(rb"\xff\xfe|\xfe\xff", "in UTF-16", UTF_8),
    Kind(rb"(?:[ -~\t\r\n]\0){4}|(?:\0[ -~\t\r\n]){4}", "in UTF-16", UTF_8),
    Kind(rb"\s*ISA([^A-Za-z0-9\s])[0-9 ]{2}\1(?s:.*?)ST(?:\1)837", "an X12 837 claim file", EXPORT),
    Kind(rb"\s*ISA([^A-Za-z0-9\s])[0-9 ]{2}\1(?s:.*?)ST(?:\1)835", "an X12 835 remittance", EXPORT),
    Kind(rb"\s*ISA([^A-Za-z0-9\s])[0-9 ]{2}\1", "an X12 file", EXPORT),
    Kind(rb'\s*(?:\{\s*["}]|\[\s*[\[{"\]])', "JSON", "write the part that you need as CSV"),
    Kind(rb"\s*<(?i:!doctype|\?xml|!--|html)", "HTML or XML", "save the table as CSV"),
    Kind(rb"\s*<[A-Za-z][^<>,;|]*>\s*<", "HTML or XML", "save the table as CSV"),
)
UNKNOWN = "The file is not text: name a CSV file, also gzipped or zipped, or an Excel .xlsx file."
DAMAGED = "The zipped file is damaged or cut off: get it again."
Wanted = Callable[[Sequence[str]], bool]  # whether a record is the header that is looked for


@contextmanager
def opened(source: IO[bytes], wanted: Wanted) -> Iterator[tuple[bytes, Iterator[bytes]]]:
    """Yield the first look at the text of a file, and the rest of it, block by block.

    `source` stays open: its owner closes it. `wanted` finds the sheet of a workbook: the first in
    which a record near the top is wanted, or else the one with the most columns.

    Raises StreamError when the file is of a kind that is not read, or damaged.
    """
    head = _head(source)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        with tempfile.SpooledTemporaryFile(16 << 20) as copy:
            if not source.seekable():
                shutil.copyfileobj(source, copy)
                source = cast("IO[bytes]", copy)
            with _member(source, wanted) as blocks:
                yield _looked(blocks)
    else:
        gzipped = head.startswith(b"\x1f\x8b")
        file = cast("IO[bytes]", gzip.GzipFile(fileobj=source)) if gzipped else source
        yield _looked(_blocks(file))


def _head(source: IO[bytes]) -> bytes:
    if source.seekable():
        start = source.tell()
        head = source.read(HEAD)
        source.seek(start)
        return head
    return cast("io.BufferedReader", source).peek(HEAD)[:HEAD]


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    try:
        while block := file.read(BLOCK):
            yield block
    except (EOFError, gzip.BadGzipFile, zipfile.BadZipFile, zlib.error):
        raise StreamError(DAMAGED) from None


def _looked(blocks: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """Return the first look, checked to be text, and the other blocks."""
    look = bytearray()
    for block in blocks:
        look += block
        if len(look) >= LOOK:
            break
    _check_text(bytes(look[:HEAD]))
    return bytes(look), blocks


def _check_text(head: bytes) -> None:
    for kind in KINDS:
        if re.match(kind.begins, head):
            raise StreamError(f"The file is {kind.name}: {kind.instead}.")
    control = len(head) - len(head.translate(None, CONTROL))
    if control > max(2, len(head) // 50):
        raise StreamError(UNKNOWN)


@contextmanager
def _member(source: IO[bytes], wanted: Wanted) -> Iterator[Iterator[bytes]]:
    """Yield the text of a workbook, or of the one table in a zip, block by block."""
    try:
        with zipfile.ZipFile(source) as archive:
            names = [name for name in archive.namelist() if not name.endswith("/")]
            if "xl/workbook.xml" in names:
                yield _sheet(source, wanted)
                return
            member = _only_table(names)
            with archive.open(member) as file:
                if member.lower().endswith(TABLES[-2:]):
                    with tempfile.SpooledTemporaryFile(16 << 20) as copy:
                        shutil.copyfileobj(file, copy)
                        yield _sheet(cast("IO[bytes]", copy), wanted)
                else:
                    yield _blocks(file)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ParseError):
        raise StreamError(DAMAGED) from None
    except RuntimeError as error:
        if "encrypted" not in str(error):
            raise
        raise StreamError("The zip needs a password: unpack it and name the CSV file.") from None


def _only_table(names: Sequence[str]) -> str:
    """Return the name of the one table in a zip."""
    if "xl/workbook.bin" in names or "mimetype" in names:
        raise StreamError(f"The file is a workbook of another kind than .xlsx: {EXCEL}.")
    found = [name for name in names if name.lower().endswith(TABLES) and "__MACOSX" not in name]
    if len(found) == 1:
        return found[0]
    if found:
        some = listing([shorten(name) for name in found[:5]])
        raise StreamError(f"The zip holds {len(found)} tables, such as {some}: {UNPACK}.")
    raise StreamError("The zip holds no CSV file and no .xlsx file: name a file that does.")


def _sheet(source: IO[bytes], wanted: Wanted) -> Iterator[bytes]:
    """Return the sheet that has a wanted record, or else the widest, as CSV, block by block.

    Sheets in sight come first.
    """
    source.seek(0)
    with _workbook(source) as book:
        sheets = [sheet for sheet in book.worksheets if hasattr(sheet, "iter_rows")]
        sheets.sort(key=lambda sheet: sheet.sheet_state != "visible")
        widest, most = None, 0
        for sheet in sheets:
            sheet.reset_dimensions()  # some programs write wrong ones
            for row in sheet.iter_rows(max_row=TOP):
                cells = _texts(row)
                if wanted(cells):
                    return _as_csv(sheet)
                if (filled := sum(map(bool, cells))) > most:
                    widest, most = sheet, filled
    if widest is None:
        raise StreamError("The workbook has no cells.")
    return _as_csv(widest)


@contextmanager
def _workbook(source: IO[bytes]) -> Iterator[Any]:
    """Yield a workbook to read; whatever is wrong in it, it is said in a sentence."""
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about parts that hold no cells
        try:
            yield load_workbook(source, read_only=True, data_only=True)
        except (StreamError, zipfile.BadZipFile, zlib.error, EOFError, ParseError):
            raise
        except Exception as error:  # a damaged one fails in many ways
            raise StreamError(f"The workbook cannot be read: {EXCEL}.") from error


def _as_csv(sheet: Any) -> Iterator[bytes]:
    rows: list[list[str]] = []
    width = 0
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for row in sheet.iter_rows():
                cells = _texts(row)
                width = max(width, len(cells))
                # A blank line is not a row; a row with fewer cells than those above is filled.
                rows.append(cells + [""] * (width - len(cells)) if cells else [])
                if len(rows) == 1_000:
                    yield csv_text(rows).encode("utf-8", "replace")
                    rows.clear()
    except (ValueError, KeyError, TypeError, AttributeError, ParseError) as error:
        raise StreamError(f"The workbook cannot be read: {EXCEL}.") from error
    yield csv_text(rows).encode("utf-8", "replace")


def _texts(row: Sequence[Any]) -> list[str]:
    """Return the cells of a row as text, without the empty ones at its end."""
    cells = [_cell_text(cell) for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _cell_text(cell: Any) -> str:
    """Return a cell of a workbook as text: whole numbers without .0, dates as 2018-12-31.

    A number whose format has zeros only, such as 00000, is shown with its leading zeros.
    """
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        shown = str(cell.number_format)
        return str(value).zfill(len(shown)) if re.fullmatch("0{2,}", shown) else str(value)
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    return str(value)
