"""What the classifier answers: a Classification with its Readings."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from codeedu import tables
from codeedu.codes.formats import Form, Section, shape
from codeedu.codes.normalize import Note
from codeedu.codes.reasons import Reason, why

if TYPE_CHECKING:
    from codeedu.codes.suggest import Suggestion
    from codeedu.html.nodes import Shown

STRENGTHS = ("likely", "possible", "remote")


class Reading(NamedTuple):
    """One code set that an entry could belong to, and why.

    `code` is the canonical text within that code set, such as "E11.65"; `strength` is "likely",
    "possible" or "remote"; `marks` are reasons that the entry itself gave.
    """

    form: Form
    code: str
    strength: str
    range: Section | None = None
    marks: tuple[Reason, ...] = ()
    release_status: str = ""

    @property
    def code_set(self) -> str:
        """The code set, such as "CPT" or "HCPCS Level II"."""
        return self.form.code_set

    @property
    def level(self) -> str | None:
        """The HCPCS level "I", "II" or "III"; None outside HCPCS."""
        return self.form.level

    @property
    def category(self) -> str | None:
        """The category within CPT, such as "Category I" or "PLA"; None elsewhere."""
        return self.form.category or None

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
        """Who keeps the code set."""
        return self.form.steward

    @property
    def status(self) -> str:
        """What is known: format, listed, not listed, terminated or retired code set."""
        if self.release_status:
            return self.release_status
        text = self.code.replace(".", "")
        if self.code_set == "ICD-10-CM" and shape(text[1:]) == "9999":  # those we have a list of
            return "listed" if text in tables.by("icd10cm", "code") else "not listed"
        return self.form.status

    @property
    def why(self) -> tuple[Reason, ...]:
        """Short reasons; each names its row of `data/` in `.row`."""
        return tuple(why(self))


class Classification(NamedTuple):
    """What an entry could be: readings, likeliest first, with what was changed on the way."""

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
    def is_ambiguous(self) -> bool:
        """True when two or more readings are equally strong."""
        strengths = [reading.strength for reading in self.readings]
        return strengths.count(min(strengths, key=STRENGTHS.index)) > 1 if strengths else False

    @property
    def suggestions(self) -> tuple[Suggestion, ...]:
        """Near codes that it was probably meant to be, likeliest first."""
        from codeedu.codes.suggest import suggest

        return suggest(self)

    def explain(self) -> Shown:
        """Return a paragraph that a biller can read; in a notebook it shows as rich HTML."""
        from codeedu.html.answer import shown

        return shown(self)

    def _repr_html_(self) -> str:
        from codeedu.html.answer import html

        return html(self)
