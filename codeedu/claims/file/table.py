"""Where the table of a CSV file begins, what divides its fields, and which of them are meant."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain, islice, zip_longest

from codeedu.claims.file.opening import LOOK, TOP, StreamError
from codeedu.claims.file.records import Batch, Layout, UnclosedError
from codeedu.codes.classify import classify
from codeedu.codes.normalize import separators
from codeedu.codes.wording import listing, shorten

DELIMITERS = separators("between_fields") + "\t"
MARK = b"\xef\xbb\xbf"  # that Excel puts before a file in UTF-8
NUMBER = re.compile(r"[ $(+-]*[0-9][0-9 .,:/%)-]*")  # or an amount, or a date
UNCLEAR = (
    "Line {line} may be a row, or the names of the columns. If it holds the names, add "
    "--header-line {line}; if it is a row, write a line with the names of the columns above it."
)
SEPARATOR = re.compile(rb"sep=(.)\r?\n", re.IGNORECASE)  # a line by which Excel is told


@dataclass
class Table:
    """The table in a file: its header, and how and where its records begin."""

    header: list[str]  # the names of the columns; of a file without a header, empty texts
    layout: Layout
    above: bytes  # the lines above the header, as they are
    head: bytes  # the header, as it is; b"" if there is none
    line: int  # the line of the header
    first: int  # the line in which the first record begins
    look: bytes  # the beginning of the records
    rest: Iterator[bytes]
    note: str = ""  # where the header was found, if not in line 1

    def batches(self) -> Iterator[Batch]:
        """Yield all records."""
        return self.layout.batches(chain([self.look], self.rest), self.first)

    def sample(self, at: int, most: int) -> list[str]:
        """Return the first fields in column `at`, of at most `most` records."""
        whole = self.look[: max(self.look.rfind(b"\n"), self.look.rfind(b"\r")) + 1] or self.look
        layout = Layout(self.layout.delimiter, self.layout.quotes, self.layout.width)
        found: list[str] = []
        with suppress(UnclosedError):  # it is said when all records are read
            for batch in layout.batches([whole], self.first):
                found += [decoded(f[at]) for f in islice(batch.fields, most) if at < len(f)]
                if len(found) >= most:
                    break
        return found[:most]


def column_name(name: str) -> str:
    """Return the name of a column as it can be compared: no case, no blanks at the ends.

    >>> column_name(" Code | 1")
    'code|1'
    """
    return re.sub(r"\s*\|\s*", "|", name.strip(" \xa0\r\n").casefold())  # a tab may divide fields


def places(header: Sequence[str], name: str) -> list[int]:
    """Return which fields of a header have a name, if none has exactly it then loosely.

    >>> places(["id", "HCPCS "], "hcpcs")
    [1]
    """
    exact = [at for at, field in enumerate(header) if field == name]
    return exact or [at for at, f in enumerate(header) if column_name(f) == column_name(name)]


def is_number(name: str) -> bool:
    """Return whether a column may be meant by its number, counted from 1."""
    return bool(re.fullmatch("[1-9][0-9]{0,4}", name))


def find_column(header: Sequence[str], name: str) -> int:
    """Return which field of a header is named `name`, or has that number, counted from 1.

    Raises StreamError when there is none, or more than one.
    """
    found = places(header, name)
    if len(found) > 1:
        numbers = listing([str(at + 1) for at in found])
        raise StreamError(
            f"There are {len(found)} columns {shorten(name)!r}: columns {numbers} of the file. "
            f"Name one by its number, such as {found[0] + 1}."
        )
    if found:
        return found[0]
    if is_number(name) and int(name) <= len(header):
        return int(name) - 1
    raise StreamError(_no_column(header, name))


def _no_column(header: Sequence[str], name: str) -> str:
    there = ", ".join(shorten(field) for field in header[:20]) or "none, for the file is empty"
    more = " ..." if len(header) > 20 else ""
    return f"There is no column {shorten(name)!r}. The columns are: {there}{more}."


@dataclass
class _Found:
    """A record that may be the header."""

    delimiter: str
    number: int  # of the record
    start: int  # of its lines
    stop: int
    fields: list[str]


def find_table(
    look: bytes,
    rest: Iterator[bytes],
    column: str | None,
    *,
    header_line: int | None = None,
    quotes: bool = True,
) -> Table:
    """Find the header: of the top records that have the column, the one with the most rows.

    If `header_line` is given, the header is there. Without a column, or when it is a number, the
    header is the first record with as many fields as most of the top ones, and nearly all of them
    filled; a record that holds a number or a code is a row, and the file has no header.

    Raises StreamError when there is no such column, or a row could be taken for the header.
    """
    mark = MARK if look.startswith(MARK) else b""
    look = look.removeprefix(MARK)  # before a quote it would hide that
    lines = look.splitlines(keepends=True)
    said = SEPARATOR.match(look)
    delimiters = said[1].decode("latin-1") if said else DELIMITERS
    tops, unclosed = {}, None
    for delimiter in delimiters:
        layout = Layout(delimiter, quotes)
        tops[delimiter], error = _top(lines, layout, len(look) < LOOK, header_line or 0)
        unclosed = unclosed or error
    found = None if column is None or is_number(column) else _named(tops, column, header_line)
    has_header = True
    if found is None:
        found = _likely(tops, header_line, bool(said))
        if found is None or (unclosed and len(found.fields) < 2):
            raise unclosed or StreamError(_no_header(column, header_line))
        if not header_line:
            found, has_header = _first_row(tops[found.delimiter][bool(said) :], found, column)
        if column:
            _check_number(found, column, has_header)
    raw = b"".join(lines[found.start : found.stop])
    above = mark + b"".join(lines[: found.start])
    size = len(above) - len(mark) + len(raw) * has_header
    layout = Layout(found.delimiter, quotes, len(found.fields))
    return Table(
        header=found.fields if has_header else [""] * len(found.fields),
        layout=layout,
        above=above,
        head=raw if has_header else b"",
        line=found.start + 1,
        first=(found.stop if has_header else found.start) + 1,
        look=look[size:],
        rest=rest,
        note=_where(found, has_header),
    )


def _top(
    lines: list[bytes], layout: Layout, is_all: bool, header_line: int
) -> tuple[list[_Found], UnclosedError | None]:
    """Return the top records of a file, and why there are not more."""
    found: list[_Found] = []
    try:
        for start, stop, fields in layout.records(lines, is_all=is_all):
            if fields:
                names = [decoded(field) for field in fields]
                found.append(_Found(layout.delimiter, len(found), start, stop, names))
            if len(found) >= TOP and stop >= header_line:
                break
    except UnclosedError as error:
        return found, error
    return found, None


def _named(tops: dict[str, list[_Found]], column: str, header_line: int | None) -> _Found | None:
    """Return the record that has the column and the most rows: a list of columns has few."""
    best: _Found | None = None
    most = (False, 0)
    for record, beside in [(record, top) for top in tops.values() for record in top]:
        if header_line not in (None, record.start + 1) or not places(record.fields, column):
            continue
        rows = (len(record.fields) > 1, _rows_below(record, beside))
        is_repeated = best and best.fields == record.fields  # at the top of each printed page
        if best is None or (rows > most and not is_repeated):
            best, most = record, rows
    return best


def _rows_below(header: _Found, top: list[_Found]) -> int:
    """Return how many records as wide as a header stand below it, before a blank line."""
    rows, line = 0, header.stop
    for record in top[header.number + 1 :]:
        if record.start > line or not any(record.fields):
            break
        rows += len(record.fields) == len(header.fields)
        line = record.stop
    return rows


def _likely(
    tops: dict[str, list[_Found]], header_line: int | None, has_separator: bool
) -> _Found | None:
    """Return the first record that is filled as a header is, and as wide as most others.

    The names of a header may hold a delimiter of other files; the records below it tell.
    """
    best: _Found | None = None
    most = (False, 0, 0, 0)
    for top in tops.values():
        records = top[has_separator:]
        if header_line:
            records = [record for record in top if record.start + 1 == header_line]
        widths = Counter(len(record.fields) for record in records)
        width = max(widths, key=lambda width: (widths[width], width), default=0)
        wide = [record for record in records if len(record.fields) == width]
        filled = [sum(map(bool, record.fields)) for record in wide]
        # A title above the header may be filled up with delimiters; a header may lack a name.
        first = next((r for r, n in zip(wide, filled, strict=True) if n >= 0.8 * max(filled)), None)
        if first:
            like = [record.number for record in top if len(record.fields) == width]
            agree = (width > 1, sum(n > first.number for n in like), len(like), width)
            if agree > most:
                best, most = first, agree
    return best


def _no_header(column: str | None, header_line: int | None) -> str:
    if header_line:
        return f"No record begins in line {header_line}: give the line of the header."
    return _no_column([], column) if column else "The file is empty."


def _first_row(records: list[_Found], found: _Found, column: str | None) -> tuple[_Found, bool]:
    """Return the header and True, or if the rows begin without one, the first row and False.

    Raises StreamError when a row could be lost: it is not clear which of both the record is.
    """
    above = [record for record in records if record.number < found.number]
    below = [record for record in records if record.number > found.number]
    width = len(found.fields)
    rows = [record for record in above if _is_row(record, [found, *below])]
    if not rows and _is_data(found, below, column):
        rows = [*(record for record in above if len(record.fields) == width), found]
    first = rows[0] if rows else found
    if column and is_number(column) and int(column) <= width:
        name = first.fields[int(column) - 1] if int(column) <= len(first.fields) else ""
        is_named = _is_name(name)
        is_row = _is_data(first, [*rows[1:], *below], column)
        has_codes = not below or any(_is_data(record, []) for record in below)
        if not is_row and (rows or not is_named or not has_codes):
            raise StreamError(UNCLEAR.format(line=first.start + 1))
    if rows:
        return replace(first, fields=[*first.fields, *[""] * width][:width]), False
    return found, True


def _is_data(record: _Found, below: list[_Found], column: str | None = None) -> bool:
    """Return whether a record holds a number or a code, where a header holds names.

    The number of a column may be its name, unless the records below have such numbers.
    """
    fields = [field for field in record.fields if field != column]
    return any(re.search("[0-9]", field) for field in _alike(record, below)) or any(
        NUMBER.fullmatch(field) or any(map(_is_code, [field, *_parts(field)])) for field in fields
    )


def _is_row(record: _Found, others: list[_Found]) -> bool:
    """Return whether most fields of a record above a table look like those in the table."""
    alike = _alike(record, others)
    filled = sum(map(bool, record.fields))
    return 2 * len(alike) > filled and any(re.search("[0-9]", field) for field in alike)


def _is_name(field: str) -> bool:
    """Return whether a field may name a column: it is no placeholder, and close to no code."""
    answer = classify(field)
    no_name = {"missing", "wildcard"}.intersection(note.kind for note in answer.notes)
    return bool(field.strip() and not no_name and not answer.suggestions)


def _parts(field: str) -> list[str]:
    return [str(part.entered) for part in classify(field).parts]


def _alike(record: _Found, others: list[_Found]) -> list[str]:
    """Return the fields that look like one of the same column in other records."""
    shapes = [set(map(_shape, column)) for column in zip_longest(*(o.fields for o in others))]
    pairs = zip(record.fields, shapes, strict=False)
    return [field for field, there in pairs if field and _shape(field) in there]


def _shape(field: str | None) -> str:
    """Return what a field looks like: a number, a text, or letters and digits in this order."""
    if not field or NUMBER.fullmatch(field):
        return "9" if field else ""
    has_digit = re.search("[0-9]", field)
    return re.sub("[0-9]", "9", re.sub("[A-Za-z]", "a", field)) if has_digit else "a"


def _is_code(field: str) -> bool:
    """Return whether a field is certainly a code, and no name such as NOTES or FY2024."""
    best = classify(field).best
    return bool(
        best
        and best.strength == "likely"
        and re.search("[0-9]", field)
        and (len(best.code) > 4 or field.isdigit())
    )


def _check_number(found: _Found, column: str, has_header: bool) -> None:
    """Check a column that is no name: its number is right, and there is such a column."""
    try:
        find_column(found.fields, column)
    except StreamError as error:
        if has_header:
            raise
        says = f"There is no column {shorten(column)!r}, and line {found.start + 1} looks like "
        says += (
            "data, not like names of columns. Name the column by its number, such as --column 1."
        )
        raise StreamError(says) from error


def _where(found: _Found, has_header: bool) -> str:
    line = found.start + 1
    if not has_header:
        return f"Line {line} looks like data: it was read as a row, and the file has no header."
    return f"The header was found in line {line}." if found.start else ""


def decoded(field: bytes | str) -> str:
    """Return a field as text; if it is not UTF-8, as Excel on Windows writes it."""
    if field.isascii():
        return field if isinstance(field, str) else field.decode()
    raw = field.encode("utf-8", "surrogateescape") if isinstance(field, str) else field
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")
