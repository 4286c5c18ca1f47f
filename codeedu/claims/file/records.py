"""The records of CSV text, each with its own bytes.

A claim file goes on to other programs, and whoever compares it with the original should see our
columns and nothing else. A csv.writer would drop the quotes by which "00123" keeps its zeros in a
spreadsheet, make all line ends alike, and fail where UTF-8 and Windows-1252 stand in one file, as
they do in exports that were joined. So csv.reader only says where the fields are, and it is asked
only about lines with quotes: others are split at the delimiter, which is much faster.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice, repeat
from typing import Any, NamedTuple

from codeedu.claims.file.opening import BLOCK, StreamError

LARGEST = 16 << 20  # bytes of one record; more means that a quote was never closed
FEW = 5  # lines of a record; more are named, since a stray quote may have joined them
MANY = 1_000  # lines of a tab file after which a quote is not waited for any more
SENTINEL = "\0"  # stands behind the last line: an open quote would swallow it
BOTH = b"\r\n"


class UnclosedError(StreamError):
    """A quote is never closed."""

    def __init__(self, line: int) -> None:
        super().__init__(
            f"In line {line} a quote is opened and never closed. Close it, or add --no-quotes if "
            "quotes are part of the text in this file."
        )


class Batch(NamedTuple):
    """Some records: their bytes, the ends of their lines, their fields, where they begin.

    Fields are bytes where the lines have no quotes, else text, with surrogates for what is not
    UTF-8. A blank line has no fields: it is not a record, but it is kept.
    """

    bodies: list[bytes]
    ends: Iterable[bytes]
    fields: Iterable[list[Any]]
    lines: Sequence[int]
    widths: set[int]  # how many fields there are


@dataclass
class Layout:
    """How the records of a file are written; `width` is how many fields the header has."""

    delimiter: str
    quotes: bool = True  # whether a quote begins a field; else it is part of the text
    width: int = 0
    joined: list[tuple[int, int]] = field(default_factory=list)  # lines that are one record
    as_text: list[int] = field(default_factory=list)  # lines whose quotes are text; the first few

    def batches(self, blocks: Iterable[bytes], line: int = 1) -> Iterator[Batch]:
        """Yield the records of text that begins in `line`; `joined` and `as_text` grow.

        Raises UnclosedError when a quote is never closed.
        """
        blocks = _whole_lines(blocks)
        for block in blocks:
            rest, is_all = block, False
            if batch := self._one_line_each(block, line):
                line += len(batch.bodies)
                yield batch
                continue
            while rest and b'"' in rest:
                lines = rest.splitlines(keepends=True)
                batch, stop = self._quoted(lines, line, is_all)
                line += stop
                yield batch
                rest = b"".join(lines[stop:])  # of a record that goes on behind the block
                if rest:
                    if len(rest) > LARGEST:
                        raise UnclosedError(line)
                    more = b"".join(islice(blocks, 1 + len(rest) // BLOCK))
                    rest, is_all = rest + more, not more
            if rest:
                batch = self._plain(rest, line)
                line += len(batch.bodies)
                yield batch

    def _one_line_each(self, block: bytes, line: int) -> Batch | None:
        """Return the records of a block in which each line is one, else None."""
        if not self.quotes or b'"' not in block:
            return self._plain(block, line)
        text = block.decode("utf-8", "surrogateescape")
        text += SENTINEL if text.endswith(("\n", "\r")) else f"\n{SENTINEL}"
        try:
            records = list(csv.reader(io.StringIO(text, newline=""), delimiter=self.delimiter))
        except csv.Error:
            return None
        bodies, ends = _lines(block)
        if len(records) != len(bodies) + 1 or records.pop() != [SENTINEL]:
            return None
        widths = set(map(len, records))
        if self.delimiter == "\t" and not widths <= {0, self.width}:
            return None
        return Batch(bodies, ends, records, range(line, line + len(bodies)), widths)

    def _plain(self, block: bytes, line: int) -> Batch:
        """Return the records of a block without quotes: each line is one."""
        bodies, ends = _lines(block)
        delimiter = self.delimiter.encode()
        lines = range(line, line + len(bodies))
        if b"" in bodies:
            every = [body.split(delimiter) if body else [] for body in bodies]
            return Batch(bodies, ends, every, lines, set(map(len, every)))
        # Lists that live on cost the garbage collector more than splitting costs.
        fields = map(bytes.split, bodies, repeat(delimiter))
        widths = {count + 1 for count in set(map(bytes.count, bodies, repeat(delimiter)))}
        return Batch(bodies, ends, fields, lines, widths)

    def _quoted(self, lines: list[bytes], line: int, is_all: bool) -> tuple[Batch, int]:
        """Return the whole records in lines of which some have quotes, and how many lines."""
        bodies, ends, every, at, stop = [], [], [], [], 0
        for start, stop, fields in self.records(lines, line, is_all):
            raw = lines[start] if stop == start + 1 else b"".join(lines[start:stop])
            body = raw.rstrip(BOTH)
            bodies.append(body)
            ends.append(raw[len(body) :])
            every.append(fields)
            at.append(line + start)
        return Batch(bodies, ends, every, at, set(map(len, every))), stop

    def records(
        self, lines: list[bytes], line: int = 1, is_all: bool = False
    ) -> Iterator[tuple[int, int, list[str]]]:
        """Yield where each whole record starts and stops in `lines`, and its fields.

        `line` is the number of the first line; `is_all` says that no more lines follow.

        Raises UnclosedError when a quote is not closed, or by one that was meant to open another
        field.
        """
        csv.field_size_limit(LARGEST)
        texts = [text.decode("utf-8", "surrogateescape") for text in lines]
        quoting: Any = csv.QUOTE_MINIMAL if self.quotes else csv.QUOTE_NONE
        may_be_text = self.quotes and self.delimiter == "\t" and self.width > 1
        start = 0
        while start < len(texts):
            some = chain(islice(texts, start, None), [SENTINEL])
            parsed = csv.reader(some, delimiter=self.delimiter, quoting=quoting)
            first = start
            try:
                for fields in parsed:
                    stop = first + parsed.line_num
                    if start == len(texts):
                        return
                    is_whole = stop <= len(texts)
                    if may_be_text and self._is_text(texts[start:stop], fields, is_whole, is_all):
                        if len(self.as_text) <= FEW:
                            self.as_text.append(line + start)
                        yield start, start + 1, _split(texts[start], self.delimiter)
                        start += 1
                        break  # and read on from the next line
                    if not is_whole and is_all:
                        raise UnclosedError(line + start)
                    if not is_whole:
                        return
                    if stop - start > 1:
                        self._check(texts[start:stop], line + start)
                    yield start, stop, fields
                    start = stop
            except csv.Error:  # a field that never ends
                raise UnclosedError(line + start) from None

    def _is_text(self, lines: list[str], fields: list[str], is_whole: bool, is_all: bool) -> bool:
        """Return whether quotes are text in the first of these lines, that of a tab file.

        Such files are often written without quoting: a line is read so when only then its fields
        fit the header, and so do those of the last line that its quote would join to it.
        """
        if '"' not in lines[0] or not self._fits(lines[0]):
            return False
        if is_whole and len(lines) == 1:
            return len(fields) != self.width
        return self._fits(lines[-1]) if is_whole else is_all or len(lines) > MANY

    def _fits(self, line: str) -> bool:
        return line.count(self.delimiter) == self.width - 1

    def _check(self, lines: list[str], line: int) -> None:
        """Notice a record of several lines that a stray quote may have joined."""
        try:
            list(csv.reader(lines, delimiter=self.delimiter, strict=True))
        except csv.Error:  # text follows the quote that closes a field: it opens another
            raise UnclosedError(line) from None
        fit = self.width and self._fits(lines[0]) and self._fits(lines[-1])
        if len(lines) > FEW or fit:
            self.joined.append((line, line + len(lines) - 1))


def _split(line: str, delimiter: str) -> list[str]:
    return line.rstrip("\r\n").split(delimiter)


def _lines(block: bytes) -> tuple[list[bytes], Iterable[bytes]]:
    """Return the lines of a block without their ends, and the ends."""
    end = BOTH if BOTH in block else b"\n"
    count = block.count(b"\n")
    returns = count if end == BOTH else 0
    if block.endswith(end) and count == block.count(end) and returns == block.count(b"\r"):
        return block[: -len(end)].split(end), repeat(end)
    whole = block.splitlines(keepends=True)
    bodies = [line.rstrip(BOTH) for line in whole]
    ends = [line[len(body) :] for line, body in zip(whole, bodies, strict=True)]
    return bodies, ends


def _whole_lines(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield blocks that end where a line does."""
    rest = b""
    for block in blocks:
        rest += block
        # A carriage return at the end may be the first half of a line end.
        cut = max(rest.rfind(b"\n"), rest.rfind(b"\r", 0, -1)) + 1
        if cut:
            yield rest[:cut]
            rest = rest[cut:]
    if rest:
        yield rest
