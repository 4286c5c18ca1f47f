"""The answer to one entry of a file, read with what stands beside it: its date and its type.

A type names a code set, as in the column code|1|type of the price files of hospitals. What such a
file calls an MS-DRG is read as one, and no other reading comes before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from codeedu import tables
from codeedu.codes.classify import Classification, ReleaseLike
from codeedu.codes.normalize import Note
from codeedu.codes.row import UNREADABLE_DATE, Row, classified, row

UNKNOWN, NOT_READ, MISFIT = "unknown", "not read", "misfit"  # what may be wrong with a type


class Answered(NamedTuple):
    """An entry, its answer, and what is wrong with its type, if anything is."""

    entry: str
    answer: Classification
    row: Row
    day: str = ""
    type: str = ""
    wrong: str = ""

    @property
    def is_missing(self) -> bool:
        """Whether nothing was entered, or a placeholder such as N/A."""
        if not self.entry.strip():
            return True
        return self.row.code is None and self.answer.is_placeholder


@dataclass(frozen=True)
class Answers:
    """How entries are read: in which field of the claim, and with which list."""

    context: str = "procedure"
    release: ReleaseLike | None = None
    on: Any = None  # the date of service of entries without one

    def to(self, entry: str, day: Any = None, type_: str = "") -> Answered:
        """Return the answer to an entry on a date of service, read as a code of its type.

        >>> answered = Answers().to("470", type_="MS-DRG")
        >>> answered.row.code_set, Answers().to("J1885", type_="RC").wrong
        ('MS-DRG', 'misfit')
        """
        answered = Answered(entry, *self._read(entry, day), type=type_.upper())
        if not type_ or answered.is_missing:
            return answered
        named = _named(answered.type)
        if named is None:
            return answered._replace(wrong=UNKNOWN)
        if not named:
            other = Note("type", entry, "", f"Codes of the type {answered.type} are not read.")
            answer = answered.answer._replace(readings=(), modifiers=(), notes=(other,))
            return answered._replace(answer=answer, row=row(answer), wrong=NOT_READ)
        return self._of_type(answered, day, named.split(";"))

    def _read(self, entry: str, day: Any) -> tuple[Classification, Row]:
        if isinstance(day, date) and (undated := _on_any_day(entry, self.context)):
            return undated
        return classified(entry, self.context, self.release, day or self.on)

    def _of_type(self, answered: Answered, day: Any, code_sets: list[str]) -> Answered:
        """Return the answer as a code of one of these sets, if it can be one."""
        # With its name in front, the notes are about this code set; not all names are known there.
        for text in (f"{answered.type} {answered.entry}", answered.entry):
            answer, _ = self._read(text, day)
            if readings := tuple(r for r in answer.readings if r.code_set in code_sets):
                added = "prefix" if text != answered.entry else ""  # the note that is ours
                notes = tuple(note for note in answer.notes if note.kind != added)
                answer = answer._replace(entered=answered.entry, readings=readings, notes=notes)
                as_row = row(answer)
                if answered.row.status == UNREADABLE_DATE:
                    as_row = as_row._replace(status=UNREADABLE_DATE)
                return answered._replace(answer=answer, row=as_row)
        if not answered.answer.readings:
            return answered
        says = f"The type beside it is {answered.type}, but it cannot be a code of that type."
        note = f"{answered.row.note} {says}".strip()
        return answered._replace(row=answered.row._replace(note=note), wrong=MISFIT)


def _named(type_: str) -> str | None:
    """Return the code sets that a type names, "" if they are not read, None if it names none.

    It is one of CMS's types, or a name that can stand in front of a code, such as ICD-10.
    """
    if row := tables.by("charge_types", "type").get(type_):
        return row["code_sets"]
    return tables.by("prefixes", "prefix").get(type_, {}).get("code_set") or None


@lru_cache(maxsize=16_384)
def _on_any_day(entry: str, context: str) -> tuple[Classification, Row] | None:
    """Return the answer to an entry if no list, and so no date, can change it."""
    answer, as_row = classified(entry, context)
    every = (answer, *answer.parts)
    is_listed = any(reading.listing for one in every for reading in one.readings)
    return None if is_listed else (answer, as_row)
