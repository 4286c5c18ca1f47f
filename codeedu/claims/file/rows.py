"""Classify the codes in a file of claims of any size, in bounded memory.

Each row keeps its own bytes (quoting, blanks, encoding, line ending), and the answer is appended.
A row with too few fields is filled first; one with too many keeps them all, and its line is
reported. Claims repeat their codes, so each distinct entry is answered once.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import IO

from codeedu.claims.dates import date_reader
from codeedu.claims.file.answers import MISFIT, Answered, Answers
from codeedu.claims.file.opening import opened
from codeedu.claims.file.records import Batch
from codeedu.claims.file.table import Table, decoded, find_column, find_table, is_number, places
from codeedu.claims.file.tally import PLACES, FileTally
from codeedu.codes.row import COLUMNS
from codeedu.codes.wording import shorten
from codeedu.files import csv_text

REMEMBERED = 100_000  # distinct entries whose answers are kept in memory
SAMPLE = 10_000  # rows whose dates say how dates are written

Same = tuple[str, str, str | None]  # an entry, its type, and the status of its answer


@dataclass(frozen=True)
class Task:
    """What is asked of a file: which columns, and how they are read."""

    column: str  # its name, or its number
    answers: Answers = field(default_factory=Answers)
    on_column: str | None = None  # that of the dates of service
    type_column: str | None = None  # that of the names of code sets
    header_line: int | None = None
    quotes: bool = True  # whether a quote begins a field; else it is part of the text
    split: bool = False  # whether each code of a field with several gets a row
    as_json: bool = False

    def wants(self, record: Sequence[str]) -> bool:
        """Return whether a record is the header; no record is, for a column that is a number."""
        return not is_number(self.column) and bool(places(record, self.column))


def classify_file(
    source: IO[bytes],
    target: IO[bytes],
    task: Task,
    progress: Callable[[int], object] = lambda rows: None,
) -> FileTally:
    """Read a file from `source` and write its rows with answers to `target`; return the tally.

    Raises StreamError when the file cannot be read, has no such column, or more than one.
    """
    with opened(source, task.wants) as (look, rest):
        table = find_table(
            look, rest, task.column, header_line=task.header_line, quotes=task.quotes
        )
        work = _Work(task, table)
        target.write(work.header())
        for batch in table.batches():
            target.write(work.answered(batch))
            progress(work.tally.rows)
    return work.finished()


class _Work:
    """One file while it is read: its answers so far, and their tally.

    A key is what a record has in the columns that are asked for, as it stands in the file.
    """

    def __init__(self, task: Task, table: Table) -> None:
        self.task, self.table = task, table
        at = find_column(table.header, task.column)
        self.head = table.head.rstrip(b"\r\n")
        self.end = table.head[len(self.head) :] or b"\n"
        self.tally = FileTally(task.answers.context, [table.note] if table.note else [])
        if table.header[at] and not places(table.header, task.column):
            self.tally.opening.append(f"Column {task.column} is {shorten(table.header[at])!r}.")
        self.places = [at, *self._place_of_dates(), *self._place_of_types(at)]
        self._forget()
        self.counts: Counter[Hashable] = Counter()
        self.cells_of = lru_cache(REMEMBERED)(self._cells)  # the same on most dates

    def _forget(self) -> None:
        # None stands for a blank line. Tuples of text cost the garbage collector nothing.
        self.known: dict[Hashable, tuple[Same, ...]] = {None: ()}
        self.written: dict[Hashable, tuple[bytes, ...]] = {None: (b"",)}
        self.distinct: dict[Same, Answered] = {}
        self.misfits: set[Hashable] = set()

    def _place_of_dates(self) -> Iterator[int]:
        """Yield where the dates of service are, if they are; learn how they are written."""
        self.read_day: Callable[[object], object] = str
        if self.task.on_column is not None:
            at = find_column(self.table.header, self.task.on_column)
            read_day, how = date_reader(self.table.sample(at, SAMPLE))
            self.read_day = lru_cache(read_day)
            self.tally.opening += [how] if how else []
            yield at

    def _place_of_types(self, at: int) -> Iterator[int]:
        """Yield where the names of code sets are: in files of CMS's layout, beside the codes."""
        header, name = self.table.header, self.task.type_column
        beside = places(header, f"{header[at]}|type")
        if name is not None or len(beside) == 1:
            at = beside[0] if name is None else find_column(header, name)
            said = (
                f"The code sets are those that column {shorten(header[at] or str(name))!r} names."
            )
            self.tally.opening.append(said)
            yield at

    def header(self) -> bytes:
        """Return what stands above the first row, with the names of the columns of answers."""
        if self.task.as_json:
            return b""
        if not self.table.head:
            return self.table.above
        names = [*COLUMNS, "part"] if self.task.split else COLUMNS
        taken = self.table.header
        more = self._cells([f"codeedu_{name}" if name in taken else name for name in names])
        return b"".join((self.table.above, self.head, more, self.table.head[len(self.head) :]))

    def answered(self, batch: Batch) -> bytes:
        """Return records with their answers."""
        bodies, keys = self._rows(batch)
        self._answer_new(dict.fromkeys(keys))
        self.counts.update(keys)
        before, blank = self.tally.rows, keys.count(None)
        self.tally.rows += len(keys) - blank
        if not self.misfits.isdisjoint(keys):
            self._note_misfits(keys, batch.lines)
        if self.task.as_json:
            return self._as_json(keys, before)
        if self.task.split:
            return self._split(bodies, keys, batch.ends)
        answers = map(itemgetter(0), map(self.written.__getitem__, keys))
        # Millions of rows pass here; the ends may be one, repeated.
        return b"".join(chain.from_iterable(zip(bodies, answers, batch.ends, strict=False)))

    def _rows(self, batch: Batch) -> tuple[list[bytes], list[Hashable]]:
        """Return the lines of a batch, all with enough fields, and their keys."""
        width, key_of = self.table.layout.width, itemgetter(*self.places)
        if batch.widths <= {width}:
            return batch.bodies, list(map(key_of, batch.fields))
        keys: list[Hashable] = []
        bodies = list(batch.bodies)
        for number, fields in enumerate(batch.fields):
            few = width - len(fields)
            if not fields:
                keys.append(None)
                continue
            if few > 0:
                self.tally.shorter += 1
                bodies[number] += few * self.table.layout.delimiter.encode()
                fields = [*fields, *[b""] * few]
            elif few and len(self.tally.longer) <= PLACES:
                self.tally.longer.append(batch.lines[number])
            keys.append(key_of(fields))
        return bodies, keys

    def _answer_new(self, keys: Iterable[Hashable]) -> None:
        new = [key for key in keys if key not in self.written]
        if len(self.written) + len(new) > REMEMBERED:
            self._count()
            self._forget()
            new = [key for key in keys if key is not None]
        for key in new:
            answers = list(self._read(key))
            self.known[key] = tuple(map(self._same, answers))
            self.written[key] = tuple(map(self._written, answers))
            if any(answer.wrong == MISFIT for answer in answers):
                self.misfits.add(key)

    def _read(self, key: Hashable) -> Iterator[Answered]:
        """Yield the answer to an entry, or to each of its parts."""
        entry, *beside = [decoded(field) for field in (key if isinstance(key, tuple) else (key,))]
        day = beside.pop(0).strip() if self.task.on_column is not None else ""
        type_ = beside.pop().strip() if beside else ""
        answered = self.task.answers.to(entry, self.read_day(day), type_)
        parts = answered.answer.divided if self.task.split else ()
        for part in parts:
            yield self.task.answers.to(str(part), self.read_day(day), type_)._replace(day=day)
        if not parts:
            yield answered._replace(day=day)

    def _same(self, answered: Answered) -> Same:
        """Return what an answer shares with others that count as the same."""
        same = answered.entry, answered.type, answered.row.status  # on whatever date
        self.distinct.setdefault(same, answered)
        return same

    def _written(self, answered: Answered) -> bytes:
        """Return what is appended to a row, or what follows its number in JSON."""
        row, part = answered.row, {"part": answered.entry} if self.task.split else {}
        if self.task.as_json:
            data = {"entered": answered.entry, **row._asdict(), **part}
            return f", {json.dumps(data)[1:]}\n".encode()
        return self.cells_of((*row, *part.values()))

    def _cells(self, values: Iterable[object]) -> bytes:
        """Return fields to append to a line."""
        delimiter, quotes = self.table.layout.delimiter, self.table.layout.quotes
        if not quotes:  # whoever reads the file takes them as text, too
            hidden = str.maketrans({'"': "'", delimiter: " "})
            values = [str(v).translate(hidden) if isinstance(v, str) else v for v in values]
        line = csv_text([values], delimiter).removesuffix("\r\n")
        return f"{delimiter}{line}".encode("utf-8", "surrogateescape")

    def _as_json(self, keys: list[Hashable], number: int) -> bytes:
        lines = []
        for key in keys:
            number += key is not None
            lines += [b'{"row": %d%b' % (number, rest) for rest in self.written[key] if rest]
        return b"".join(lines)

    def _split(self, bodies: list[bytes], keys: list[Hashable], ends: Iterable[bytes]) -> bytes:
        lines = []
        for body, key, end in zip(bodies, keys, ends, strict=False):
            answers = self.written[key]
            lines += [body + answer + (end or self.end) for answer in answers[:-1]]
            lines.append(body + answers[-1] + end)
        return b"".join(lines)

    def _note_misfits(self, keys: list[Hashable], lines: Sequence[int]) -> None:
        for key, line in zip(keys, lines, strict=True):
            if key in self.misfits and len(self.tally.misfit_lines) < PLACES:
                answers = map(self.distinct.__getitem__, self.known[key])
                answered = next(answer for answer in answers if answer.wrong == MISFIT)
                said = f"{line} ({shorten(answered.entry)} as {shorten(answered.type)})"
                self.tally.misfit_lines.append(said)

    def _count(self) -> None:
        rows: Counter[Same] = Counter()
        for key, count in self.counts.items():
            for same in self.known[key]:
                rows[same] += count
        for same, count in rows.items():
            self.tally.count(self.distinct[same], count)
        self.counts.clear()

    def finished(self) -> FileTally:
        """Return the tally of the whole file."""
        self._count()
        self.tally.joined = self.table.layout.joined
        self.tally.quotes_as_text = self.table.layout.as_text
        return self.tally
