"""Read a sheet that somebody keeps in a spreadsheet: a CSV file, or the first sheet of a workbook.

Files come as spreadsheets save them: with commas, semicolons or tabs, in UTF-8, UTF-16 or Windows'
own code page, with headings in any case and with empty lines.
"""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, NamedTuple

from codeedu.files import ZipLimits, as_utf8, unzip
from codeedu.reading import Unreadable, read_bytes

ENDINGS = (".csv", ".xlsx")
MOST_ROWS = 100_000
MOST_COLUMNS = 1_000
LAST_LINE = 1_048_576  # of a workbook; a row can say that it is any
LONGEST = 131_072  # characters of a cell in CSV; Python's own limit may have been raised
MOST_NAMED = 8  # columns, in a message; a sheet of questions can have more
LIMITS = ZipLimits(members=1_000, unpacked=50_000_000, ratio=500)  # of a workbook
MOST_TAGS = 2_000_000  # in a workbook; more take longer than 20 seconds
DELIMITERS = ",;\t"
_NO_TEXT = re.compile("[\0\N{REPLACEMENT CHARACTER}]")
_LITERAL = re.compile(r'"[^"]*"|\\.')  # what a number format shows as it is
_US_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?: .*)?", re.ASCII)


class Line(NamedTuple):
    """A line of a sheet: its number, counted from 1, and its cells."""

    number: int
    cells: list[str]


class Row(NamedTuple):
    """A row below the headings: the number of its line, and its fields by the asked-for names."""

    line: int
    fields: dict[str, str]


@dataclass(frozen=True)
class Sheet:
    """The rows of a sheet; the headings that nobody asked for; the lines that cannot be right.

    Each of `faults` is a line, what is wrong with it, and how to fix it. Its row is among `rows`.
    """

    rows: tuple[Row, ...]
    unread: tuple[str, ...]
    faults: tuple[tuple[int, str, str], ...]


def read_sheet(path: Path, needed: Sequence[str], optional: Sequence[str] = ()) -> Sheet:
    """Return the rows of a sheet with these columns, whatever their order and capitals.

    A column that is missing and `optional` is empty. Empty lines are passed over, and blanks
    around a field are taken off.

    Raises Unreadable, which names all needed columns that are missing.
    """
    heading, *lines = read_lines(path) or [Line(1, [])]
    names = {_folded(name): name for name in (*needed, *optional)}
    columns = [names.get(_folded(cell), "") for cell in heading.cells]
    if missing := [f"`{name}`" for name in needed if name not in columns]:
        are = "a column is" if len(missing) == 1 else "columns are"
        fix = f"The first line should be: {','.join([*needed, *optional][:MOST_NAMED])}"
        raise Unreadable(f"{are} missing: {', '.join(missing)}", fix, 1)
    twice = [name for name in names.values() if columns.count(name) > 1]
    if twice:
        raise Unreadable(f"two columns are called `{twice[0]}`", "Rename one of them.", 1)
    rows, faults = [], []
    for number, cells in lines:
        if len(cells) > len(columns):
            what = f"{len(cells)} fields where the first line has {len(columns)}"
            faults.append((number, what, "Put a text with a comma in quotes."))
        fields = dict.fromkeys(names.values(), "")
        fields |= {n: cell for n, cell in zip(columns, cells, strict=False) if n}
        rows.append(Row(number, fields))
    pairs = zip(columns, heading.cells, strict=True)
    unread = tuple(cell for name, cell in pairs if cell and not name)
    return Sheet(tuple(rows), unread, tuple(faults))


def read_lines(path: Path) -> list[Line]:
    """Return the lines of a sheet that are not empty, without empty cells at their ends.

    Raises Unreadable.
    """
    read = _in_workbook if path.suffix.lower() == ".xlsx" else _in_csv
    lines = []
    for number, cells in read(path):
        if len(cells) > MOST_COLUMNS:
            fix = "Delete the empty ones at the right, or divide it."
            raise Unreadable(f"this has more than {MOST_COLUMNS:,} columns", fix, number)
        cells = [cell.strip() for cell in cells]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            lines.append(Line(number, cells))
        if len(lines) > MOST_ROWS or number > LAST_LINE:
            raise Unreadable(f"this has more than {MOST_ROWS:,} lines", "Divide it.")
    return lines


def _in_csv(path: Path) -> Iterator[tuple[int, list[str]]]:
    data = as_utf8(read_bytes(path))
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")  # what Excel on Windows saves as CSV
    if found := _NO_TEXT.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise Unreadable("this is not text", "Save it as CSV, or as an Excel workbook.", line)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    first = next(filter(str.strip, lines), "")
    delimiter = max(DELIMITERS, key=first.count)
    table = csv.reader((f"{line}\n" for line in lines), delimiter=delimiter, strict=True)
    last = 0
    try:
        for cells in table:
            if any(len(cell) > LONGEST for cell in cells):
                raise csv.Error("a cell is over the limit")
            yield last + 1, cells
            last = table.line_num
    except csv.Error as error:
        what = "a quotation mark is not closed, or stands inside a text"
        fix = 'Close the text with one; inside a text, write it twice: "".'
        if "limit" in str(error):
            what = f"a cell is longer than {LONGEST:,} characters"
            fix = "Shorten it, or close the quotation mark at its end."
        raise Unreadable(what, fix, last + 1) from None


def further_sheets(path: Path) -> list[str]:
    """Return the names of the sheets of a workbook, after the first, that hold something.

    Raises Unreadable.
    """
    with _opened(path) as book:
        return [
            sheet.title
            for sheet in book.worksheets[1:]
            if any(cell.value is not None for _, cells in _rows(sheet) for cell in cells)
        ]


def _in_workbook(path: Path) -> Iterator[tuple[int, list[str]]]:
    with _opened(path) as book:
        for number, cells in _rows(book.worksheets[0]):
            yield number, [_written(cell.value, cell.number_format or "") for cell in cells]


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    from openpyxl import load_workbook

    fix = "Save it again as an Excel workbook (.xlsx) without a password, or as CSV."
    read_bytes(path)  # says why it cannot be read, or that it is too large
    try:
        with zipfile.ZipFile(path) as archive:
            inside = archive.infolist()
            if (
                LIMITS.exceeded(inside, path.stat().st_size)
                or sum(unzip(archive, one).count(b"<") for one in inside) > MOST_TAGS
            ):
                raise Unreadable("this workbook unpacks to too much", fix)
        book = load_workbook(path, read_only=True, data_only=True)
        yield book
        book.close()
    except Unreadable:
        raise
    except Exception:  # on a file that is no workbook, or damaged, openpyxl may raise anything
        raise Unreadable("this is not a workbook that can be read", fix) from None


def _rows(sheet: Any) -> Iterator[tuple[int, Sequence[Any]]]:
    sheet.reset_dimensions()  # else each row is as wide as the sheet says that it is
    return enumerate(sheet.iter_rows(), 1)


def _written(value: object, number_format: str) -> str:
    """Return a cell of a workbook as it would be written in CSV; a date as 2026-12-31.

    >>> _written(0.1, "0%"), _written(10, '0"%"'), _written(True, "General")
    ('10', '10', 'yes')
    """
    if value is None:
        return ""
    if isinstance(value, datetime):
        return (value.date() if value.time() == time() else value).isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)) and "%" in _LITERAL.sub("", number_format):
        return f"{100 * value:.10g}"  # shown as 10%, it is kept as 0.1
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def iso_day(text: str) -> str | None:
    """Return a day as 2026-12-31; None if it is no day.

    A spreadsheet in the US writes 12/31/2026: the month comes first.

    >>> iso_day("2026-12-31"), iso_day("1/5/2019"), iso_day("31/12/2026"), iso_day("1/5/19")
    ('2026-12-31', '2019-01-05', None, None)
    """
    us = _US_DAY.fullmatch(text)
    try:
        if us:
            return date(int(us[3]), int(us[1]), int(us[2])).isoformat()
        day = date.fromisoformat(text[:10]) if len(text) == 10 or text[10:11] in " T" else None
    except ValueError:
        return None
    return day.isoformat() if day and day.isoformat() == text[:10] else None


NO_DAY = "Write it as 2018-12-31, or as 12/31/2018."


def _folded(heading: str) -> str:
    return re.sub(r"[\s_-]+", " ", heading).strip().lower()
