"""What an answer is made of: notes, reasons, readings. They make their sentences when asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from codeedu import tables
from codeedu.codes.formats import Format, Section, dotted
from codeedu.codes.normalize import Note

STRENGTHS = ("likely", "possible", "remote")


class Reason(NamedTuple):
    """A short sentence that says why; `row` names the row of `data/` behind it."""

    text: str
    row: str

    def __str__(self) -> str:
        return self.text


class Reading(NamedTuple):
    """One code set that an entry could belong to, and why.

    `code` is the canonical text within that code set, such as "E11.65"; `strength` is "likely",
    "possible" or "remote"; `marks` are reasons that the entry itself gave.
    """

    format: Format
    code: str
    strength: str
    range: Section | None = None
    marks: tuple[Reason, ...] = ()
    release_status: str = ""

    @property
    def code_set(self) -> str:
        """The code set, such as "CPT" or "HCPCS Level II"."""
        return self.format.code_set

    @property
    def level(self) -> str | None:
        """The HCPCS level "I", "II" or "III"; None outside HCPCS."""
        return self.format.level

    @property
    def category(self) -> str | None:
        """The category within CPT, such as "Category I" or "PLA"; None elsewhere."""
        return self.format.category or None

    @property
    def section(self) -> str | None:
        """The section within the code set, in our words; None when there is none."""
        return (self.range.section or None) if self.range else None

    @property
    def used_by(self) -> str | None:
        """Who uses the section, where that matters; else None."""
        return (self.range.used_by or None) if self.range else None

    @property
    def steward(self) -> str:
        """Who maintains the code set."""
        return self.format.steward

    @property
    def status(self) -> str:
        """What is known: format, listed, not listed, terminated or retired code set."""
        if self.release_status:
            return self.release_status
        row = _diagnosis(self)
        if row is not None:
            return "listed" if row else "not listed"
        return self.format.status

    @property
    def why(self) -> tuple[Reason, ...]:
        """Short reasons; each names its row of `data/` in `.row`."""
        return tuple(_why(self))


class Answer(NamedTuple):
    """What an entry could be: its readings, likeliest first, and what was changed on the way."""

    entered: object
    readings: tuple[Reading, ...] = ()
    modifiers: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def best(self) -> Reading | None:
        """The likeliest reading, or None."""
        return self.readings[0] if self.readings else None

    @property
    def code(self) -> str | None:
        """The canonical text of the best reading, or None."""
        return self.readings[0].code if self.readings else None

    @property
    def level(self) -> str | None:
        """The HCPCS level of the best reading: "I", "II", "III" or None."""
        return self.readings[0].level if self.readings else None

    @property
    def strongest(self) -> tuple[Reading, ...]:
        """The readings that are as strong as the best one."""
        most = min((r.strength for r in self.readings), key=STRENGTHS.index, default="")
        return tuple(r for r in self.readings if r.strength == most)

    @property
    def is_ambiguous(self) -> bool:
        """True when two or more readings are equally strong."""
        return len(self.strongest) > 1


def _diagnosis(reading: Reading) -> dict[str, str] | None:
    """Return the row of the ICD-10-CM list, {} where it has none, None where we have no list.

    The list holds the codes of a letter and four digits, since only they look like Level II.
    """
    if reading.code_set != "ICD-10-CM":
        return None
    text = reading.code.replace(".", "")
    if len(text) != 5 or not text[1:].isdigit():
        return None
    return tables.by("icd10cm", "code").get(text, {})


def _why(reading: Reading) -> Iterator[Reason]:
    format, code, section = reading.format, reading.code, reading.range
    yield Reason(format.description, f"formats:{format.id}")
    if section:
        named = f", {section.section}" if section.section else ""
        row = f"sections:{section.first}"
        yield Reason(f"{code} lies in {section.first} to {section.last}{named}", row)
        if section.used_by:
            yield Reason(f"used by: {section.used_by}", row)
    elif format.ranges:
        yield Reason(f"{code} lies outside every section we know", f"formats:{format.id}")
    yield from _listing(reading)
    yield from reading.marks


def _listing(reading: Reading) -> Iterator[Reason]:
    """Say what the lists know of the string: ICD-10-CM's, CMS's, and that of modifiers."""
    text, release = reading.code, tables.by("editions", "what")["ICD-10-CM"]["edition"]
    diagnosis = _diagnosis(reading)
    if reading.format.id == "level-2":
        diagnosis = tables.by("icd10cm", "code").get(text, {})
    if diagnosis == {}:
        unlikely = ", so a lost dot is unlikely" if reading.format.id == "level-2" else ""
        says = f"{dotted(text)} is not in the ICD-10-CM release of {release}{unlikely}"
        yield Reason(says, "editions:ICD-10-CM")
    elif diagnosis is not None and reading.code_set == "ICD-10-CM":
        billable = diagnosis["billable"] == "yes"
        use = "and may be billed" if billable else "as a heading, not for billing"
        says = f"{dotted(text)} is in the ICD-10-CM release of {release}, {use}"
        yield Reason(says, f"icd10cm:{text.replace('.', '')}")
    if diagnosis:
        string = text.replace(".", "")
        edition = tables.by("editions", "what")["HCPCS Level II"]["edition"]
        if string in tables.by("collisions", "code"):
            says = f"CMS's {edition} of Level II has {string} too: the string is a code in both"
            yield Reason(says, f"collisions:{string}")
        elif reading.format.id == "level-2":
            says = f"CMS's {edition} of Level II has no {string}; a later one may have"
            yield Reason(says, "editions:HCPCS Level II")
    elif reading.format.list_in == "modifiers" and text in tables.by("modifiers", "modifier"):
        meaning = tables.by("modifiers", "modifier")[text]["says"]
        yield Reason(f"{text}: {meaning}", f"modifiers:{text}")
