"""The summary of a file: how many rows, as what they were read, and what a person should look at.

`FileTally` counts distinct entries, each with the number of its rows, and so has little to do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from codeedu import tables
from codeedu.claims.dates import WRITE
from codeedu.claims.file.answers import MISFIT, NOT_READ, UNKNOWN, Answered
from codeedu.claims.hint import ColumnHint
from codeedu.codes.normalize import SHOWN
from codeedu.codes.row import UNREADABLE_DATE
from codeedu.codes.wording import listing, plural, shorten, visible

EXAMPLES = 3
PLACES = 5  # lines that a note names
UNREADABLE = "not readable"


@dataclass
class FileTally:
    """Counts the rows of a file: in all, by reading, and with problems."""

    context: str
    opening: list[str] = field(default_factory=list)  # sentences on how the file was opened
    rows: int = 0
    entries: int = 0  # more than rows where a row has several codes, and each got its own
    missing: int = 0
    unread: int = 0
    shorter: int = 0  # rows with fewer fields than the header
    longer: list[int] = field(default_factory=list)  # lines with more; the first few
    joined: list[tuple[int, int]] = field(default_factory=list)  # lines that are one row
    quotes_as_text: list[int] = field(default_factory=list)  # lines of a tab file; the first few
    misfits: int = 0  # rows whose code cannot be of its type
    misfit_lines: list[str] = field(default_factory=list)  # where the first of them are
    undated: int = 0
    other_types: int = 0  # rows of a type whose codes are not read
    unknown_types: Counter[str] = field(default_factory=Counter)
    _undated_examples: list[str] = field(default_factory=list)
    _groups: Counter[tuple[str, str]] = field(default_factory=Counter)  # by reading and status
    _examples: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    _ambiguous: Counter[str] = field(default_factory=Counter)  # by the other code set
    _ambiguous_rows: int = 0

    def __post_init__(self) -> None:
        self._hint = ColumnHint(self.context)

    @property
    def all_is_well(self) -> bool:
        """Whether a person has nothing to look at."""
        return not (self.unread or self.undated or self.joined or self.misfits or self.longer)

    def count(self, answered: Answered, rows: int) -> None:
        """Count the rows that have an entry."""
        self.entries += rows
        if answered.is_missing:
            self.missing += rows
            return
        answer, row = answered.answer, answered.row
        if answered.wrong == NOT_READ:
            self.other_types += rows
            self._add((answered.type, NOT_READ), answered.entry, rows)
            return
        if answered.wrong == UNKNOWN:
            self.unknown_types[answered.type] += rows
        is_read = answer.best is not None and answer.best.strength != "remote"
        self.unread += rows * (not is_read)
        self.misfits += rows * (answered.wrong == MISFIT)
        if row.status == UNREADABLE_DATE:
            self.undated += rows
            _keep(self._undated_examples, answered.day)
        name = answer.best.name if answer.best and is_read else UNREADABLE
        self._add((name, row.status or "" if is_read else ""), answered.entry, rows)
        self._hint.add(answer, rows)
        if answer.is_ambiguous:
            self._ambiguous_rows += rows
            for code_set in dict.fromkeys(reading.code_set for reading in answer.strongest[1:]):
                self._ambiguous[code_set] += rows

    def _add(self, group: tuple[str, str], entry: str, rows: int) -> None:
        self._groups[group] += rows
        _keep(self._examples.setdefault(group, []), entry)

    def lines(self) -> Iterator[str]:
        """Yield the summary, line by line."""
        read = self.entries - self.unread - self.missing - self.other_types
        others = f", {self.other_types:,} of types that are not read" if self.other_types else ""
        codes = f", {plural(self.entries, 'code')}" if self.entries != self.rows else ""
        yield f"{plural(self.rows, 'row')}{codes}: {read:,} read, " + (
            f"{self.unread:,} not readable, {self.missing:,} empty{others}"
        )
        for (name, status), count in self._groups.most_common():
            some = ", ".join(self._examples[name, status])
            yield f"{count:>12,}  {name}{f' ({status})' if status else ''}: {some}"
        for note in (*self.opening, *self._notes()):
            yield f"Note: {note}"

    def _notes(self) -> Iterator[str]:
        if self._hint.text:
            yield self._hint.text
        if self._ambiguous_rows:
            yield self._ambiguity()
        if self.misfits:
            yield (
                f"{_rows_have(self.misfits)} a code that is not of its type, "
                f"{_places(self.misfit_lines, self.misfits)}."
            )
        for name, count in self.unknown_types.most_common(PLACES):
            yield (
                f"{_rows_have(count)} the type {shorten(name)}, which names no code set "
                "here: their codes were read as if there were no type."
            )
        if self.undated:
            some = listing([repr(visible(day)) for day in self._undated_examples], "or")
            advice = "" if any(WRITE in note for note in self.opening) else f": {WRITE}"
            yield f"{_rows_have(self.undated)} a date that cannot be read, such as {some}{advice}."
        if self.joined:
            where = [f"{first:,} to {last:,}" for first, last in self.joined]
            yield (
                f"Quotes join lines to one row: lines {_places(where, len(where), '')}. If this is "
                "not meant, close the quotes, or add --no-quotes."
            )
        if self.quotes_as_text:
            lines = [f"{line:,}" for line in self.quotes_as_text]
            yield f"Quotes are part of the text {_places(lines, len(lines))}."
        if self.shorter:
            yield f"{_rows_have(self.shorter)} fewer fields than the header; filled up."
        if self.longer:
            lines = [f"{line}" for line in self.longer]
            yield (
                f"Rows have more fields than the header, {_places(lines, len(lines))}: "
                "their answers stand further right."
            )

    def _ambiguity(self) -> str:
        """Return how many rows could also be something else, and what would decide it."""
        sets = [code_set for code_set, _ in self._ambiguous.most_common(3)]
        contexts = [
            f"--context {row['context']}"
            for row in tables.rows("contexts")
            if row["context"] not in ("unknown", self.context)
            and set(row["belongs"].split(";")) & set(sets)
        ]
        rows = f"{plural(self._ambiguous_rows, 'row')} could also be {listing(sets, 'or')}"
        if not contexts:
            return f"{rows}: the rest of the row may say what is meant."
        decides = "decides" if len(contexts) == 1 else "decide"
        return f"{rows}: {listing(contexts, 'or')} {decides}."


def _rows_have(rows: int) -> str:
    return f"{plural(rows, 'row')} {'has' if rows == 1 else 'have'}"


def _keep(examples: list[str], text: str) -> None:
    if len(examples) < EXAMPLES and text[:SHOWN] not in examples:
        examples.append(text[:SHOWN])


def _places(lines: Iterable[str], count: int, name: str = "in line ") -> str:
    some = list(lines)[:PLACES]
    return f"{name}{', '.join(some)}{' ...' if count > len(some) else ''}"
