"""Classify a CSV file of any size, row by row, in bounded memory.

Each row keeps its own bytes (quoting, blanks, encoding, line ending), and the answer is appended.
A row with too few fields is filled first; one with too many keeps them all, and its line is
reported. The file may be gzipped.

Why the bytes matter: a claim file goes on to other programs, and whoever compares it with the
original should see our columns and nothing else. A csv.writer would drop the quotes by which
"00123" keeps its zeros in a spreadsheet, make all line ends alike, and fail where UTF-8 and
Windows-1252 stand in one file, as they do in exports that were joined. So csv.reader only says
where the fields are (`_Lines` keeps the text that it takes), and what is not UTF-8 goes through
as "surrogateescape" and comes out as it was.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import IO, Any, cast

from codeedu.claims.hint import ColumnHint
from codeedu.codes.classify import Classification, ReleaseLike
from codeedu.codes.normalize import SHOWN
from codeedu.codes.row import COLUMNS, Row, classified
from codeedu.codes.wording import plural
from codeedu.files import csv_text

DELIMITERS = ",\t;|"
REMEMBERED = 100_000  # distinct entries whose answers are kept in memory
LARGEST = 16 << 20  # characters of one field; more means that a quote was never closed
EXAMPLES = 3
EVERY = 10_000  # rows between two reports of progress
UNREADABLE = "not readable"
MARK = "\ufeff"  # that Excel puts before a file in UTF-8


class StreamError(ValueError):
    """A file cannot be read; the message says where and what to do."""


class UnclosedError(StreamError):
    """A quote is never closed."""

    def __init__(self, line: int) -> None:
        super().__init__(f"In line {line} a quote is opened and never closed.")


class FileTally:
    """Counts the rows of a file: in all, by reading, and with problems."""

    def __init__(self, context: str) -> None:
        self.rows = self.missing = self.unread = self.shorter = 0
        self.longer: list[int] = []  # lines with more fields than the header
        self._groups: Counter[tuple[str, str]] = Counter()  # by reading and status
        self._examples: dict[tuple[str, str], list[str]] = {}
        self._hint = ColumnHint(context)

    def count(self, entry: str, answer: Classification, row: Row, line: int, extra: int) -> None:
        """Count one row, whose line has `extra` fields more than the header."""
        self.rows += 1
        self.shorter += extra < 0
        if extra > 0:
            self.longer.append(line)
        if not entry.strip():
            self.missing += 1
            return
        self.unread += row.code_set is None
        group = answer.best.name if answer.best else UNREADABLE, row.status or ""
        self._groups[group] += 1
        some = self._examples.setdefault(group, [])
        if len(some) < EXAMPLES and entry[:SHOWN] not in some:
            some.append(entry[:SHOWN])
        self._hint.add(answer)

    def lines(self) -> Iterator[str]:
        """Yield the summary, line by line."""
        read = self.rows - self.unread - self.missing
        yield f"{plural(self.rows, 'row')}: {read:,} read, " + (
            f"{self.unread:,} not readable, {self.missing:,} empty"
        )
        for (name, status), count in self._groups.most_common():
            some = ", ".join(self._examples[name, status])
            yield f"{count:>12,}  {name}{f' ({status})' if status else ''}: {some}"
        if self._hint.text:
            yield f"Note: {self._hint.text}"
        if self.shorter:
            yield f"Note: {self.shorter:,} rows have fewer fields than the header; filled up."
        if self.longer:
            where = ", ".join(map(str, self.longer[:5]))
            more = " ..." if len(self.longer) > 5 else ""
            yield f"Note: rows with more fields than the header, in line {where}{more}."


@dataclass
class Reader:
    """Classifies entries, each on its date of service, and caches the answers."""

    context: str = "procedure"
    release: ReleaseLike | None = None
    on: str | None = None
    known: dict[tuple[str, str | None], tuple[Classification, Row]] = field(default_factory=dict)

    def read(self, entry: str, day: str | None = None) -> tuple[Classification, Row]:
        """Return the answer to `entry` on a date of service, also as a row."""
        key = entry, day or self.on
        if (answer := self.known.get(key)) is None:
            if len(self.known) >= REMEMBERED:
                self.known.clear()
            answer = self.known[key] = classified(entry, self.context, self.release, key[1])
        return answer


def classify_file(
    source: IO[bytes],
    target: IO[bytes],
    column: str,
    reader: Reader,
    *,
    on_column: str | None = None,
    as_json: bool = False,
    progress: Callable[[int], object] = lambda rows: None,
) -> FileTally:
    """Read a CSV file from `source` and write it with answers to `target`; return the tally.

    Raises StreamError when there is no such column, or a quote is never closed.
    """
    csv.field_size_limit(LARGEST)
    lines = _Lines(_text(source))
    raw, delimiter, header = _header(lines, column)
    at = _field_number(header, column)
    on_at = _field_number(header, on_column) if on_column else None
    names = [f"codeedu_{name}" if name in header else name for name in COLUMNS]
    tally = FileTally(reader.context)
    written: dict[tuple[str, str | None], str] = {}
    if not as_json:
        target.write(_bytes(*_appended(raw, delimiter + _csv_line(names, delimiter))))
    for fields, line, raw in lines.records(delimiter):
        if not fields:  # a blank line is not a row; keep it
            target.write(b"" if as_json else _bytes(raw))
            continue
        entry = _decoded_field(fields[at]) if at < len(fields) else ""
        day = None
        if on_at is not None:
            day = _decoded_field(fields[on_at]).strip() if on_at < len(fields) else ""
        answer, row = reader.read(entry, day)
        tally.count(entry, answer, row, line, len(fields) - len(header))
        if as_json:
            as_data = {"row": tally.rows, "entered": entry, **row._asdict()}
            target.write(json.dumps(as_data).encode() + b"\n")
        else:
            if (entry, day) not in written:
                if len(written) >= REMEMBERED:
                    written.clear()
                written[entry, day] = delimiter + _csv_line(list(row), delimiter)
            fill = delimiter * (len(header) - len(fields))
            target.write(_bytes(*_appended(raw, fill + written[entry, day])))
        if tally.rows % EVERY == 0:
            progress(tally.rows)
    return tally


def _text(source: IO[bytes]) -> Iterator[str]:
    """Yield the lines of a file, which stays open: the caller closes it."""
    text = io.TextIOWrapper(_unzipped(source), "utf-8", "surrogateescape", newline="")
    try:
        yield from text
    finally:
        if not text.closed:
            text.detach()


def _unzipped(source: IO[bytes]) -> IO[bytes]:
    """Return a file unzipped, if it is gzipped."""
    peek = getattr(source, "peek", None)
    if peek is not None and peek(2)[:2] == b"\x1f\x8b":
        return cast("IO[bytes]", gzip.GzipFile(fileobj=source))
    return source


class _Lines:
    """Lines for csv.reader to take one by one, kept until they make up a record."""

    def __init__(self, text: Iterator[str]) -> None:
        self.text = text
        self.taken: list[str] = []
        self.line = 0
        self.ended = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        try:
            line = next(self.text)
        except StopIteration:
            self.ended = True
            raise
        except (EOFError, gzip.BadGzipFile, zlib.error):
            raise StreamError("The zipped file is damaged or cut off: get it again.") from None
        self.taken.append(line)
        self.line += 1
        return line

    def give_back(self) -> None:
        """Begin again with the lines that were taken."""
        self.text, self.taken, self.line = chain(self.taken, self.text), [], 0
        self.ended = False

    def records(self, delimiter: str) -> Iterator[tuple[list[str], int, str]]:
        """Yield each record: its fields, the line it begins in, and its text unchanged."""
        parsed = csv.reader(self, delimiter=delimiter)
        while True:
            self.taken.clear()
            start = self.line + 1
            try:
                fields = next(parsed, None)
            except csv.Error:  # a field that never ends
                raise UnclosedError(start) from None
            if fields is None:
                return
            # Only a quote makes csv.reader go on to a next line, or look for one behind the last.
            if self.ended or (len(self.taken) > 1 and _has_stray(self.taken, delimiter)):
                raise UnclosedError(start)
            yield fields, start, "".join(self.taken)


def _has_stray(lines: list[str], delimiter: str) -> bool:
    """Return whether text follows the quote that closes a field: it was meant to open another."""
    try:
        list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error:
        return True
    return False


def _header(lines: _Lines, column: str) -> tuple[str, str, list[str]]:
    """Return the header unchanged, the delimiter with which it has `column`, and its fields."""
    first = next(lines, "")
    if first.startswith(("\udcff\udcfe", "\udcfe\udcff")):
        raise StreamError("The file is in UTF-16; save it as UTF-8 (in Excel: CSV UTF-8).")
    lines.taken = [first.removeprefix(MARK)]  # before a quote it would hide that
    unclosed: UnclosedError | None = None
    most: list[str] = []
    for delimiter in DELIMITERS:
        lines.give_back()
        try:
            fields, _, raw = next(lines.records(delimiter))
        except UnclosedError as error:
            unclosed = error  # perhaps not with another delimiter
            continue
        if _field_number(fields, column, missing=-1) >= 0:
            return MARK * first.startswith(MARK) + raw, delimiter, fields
        most = max(most, fields, key=len)
    there = ", ".join(most[:20]) if most else "none, for the file is empty"
    missing = StreamError(f"There is no column {column!r}. The columns are: {there}.")
    raise missing if len(most) > 1 else unclosed or missing


def _field_number(header: list[str], column: str, missing: int | None = None) -> int:
    """Return which field is named `column`, if necessary ignoring case and blanks."""
    if column in header:
        return header.index(column)
    loose = [name.strip(" \xa0\r\n").casefold() for name in header]  # a tab may divide fields
    if loose.count(column.strip().casefold()) == 1:
        return loose.index(column.strip().casefold())
    if missing is None:
        raise StreamError(f"There is no column {column!r}. The columns are: {', '.join(header)}.")
    return missing


def _csv_line(values: list[Any], delimiter: str) -> str:
    """Return values as one line of CSV, without its end."""
    return csv_text([values], delimiter).removesuffix("\r\n")


def _appended(raw: str, more: str) -> tuple[str, str, str]:
    """Return a line with `more` before its end."""
    body = raw.rstrip("\r\n")
    return body, more, raw[len(body) :]


def _bytes(*texts: str) -> bytes:
    return "".join(texts).encode("utf-8", "surrogateescape")


def _decoded_field(value: str) -> str:
    """Return a field; if it is not UTF-8, decode it as Excel on Windows writes it."""
    if value.isascii():
        return value
    return (
        value.encode("utf-8", "surrogateescape").decode("cp1252", "replace")
        if any("\udc80" <= char <= "\udcff" for char in value)
        else value
    )
