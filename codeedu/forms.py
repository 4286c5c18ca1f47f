"""The forms of codes and their ranges: the rows of `forms.csv` and `sections.csv`, ready to use."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

from codeedu import tables


@dataclass(frozen=True, slots=True)
class Section:
    """A row of `sections.csv`: a range of codes of one form."""

    form: str
    first: str
    last: str
    section: str
    used_by: str
    covers: str
    sources: str


@dataclass(frozen=True)
class Form:
    """A row of `forms.csv`: a pattern of one code set, and what it proves."""

    form: str
    code_set: str
    category: str
    pattern: str
    inside: str
    outside: str
    width: str
    padded: str
    status: str
    says: str
    example: str
    decoy: str
    sources: str

    @cached_property
    def shapes(self) -> re.Pattern[str]:
        """The pattern over shapes, where every digit is written 9 (see `shape`)."""
        return re.compile(self.pattern.replace("0-9", "9"))

    @cached_property
    def steward(self) -> str:
        """Who keeps the code set."""
        return tables.by("code_sets", "code_set")[self.code_set]["steward"]

    @cached_property
    def level(self) -> str | None:
        """The HCPCS level of the code set, or None."""
        return tables.by("code_sets", "code_set")[self.code_set]["level"] or None

    @cached_property
    def takes_modifiers(self) -> bool:
        """Whether modifiers may follow a code of this form."""
        return tables.by("code_sets", "code_set")[self.code_set]["takes_modifiers"] == "yes"

    @cached_property
    def ranges(self) -> tuple[Section, ...]:
        """The rows of `sections.csv` for this form, in order."""
        return tuple(Section(**r) for r in tables.rows("sections") if r["form"] == self.form)

    @cached_property
    def starts(self) -> list[str]:
        """The first code of each range."""
        return [section.first for section in self.ranges]

    def range_of(self, code: str) -> Section | None:
        """Return the row of `sections.csv` that `code` lies in, or None."""
        at = bisect_right(self.starts, code)
        return self.ranges[at - 1] if at and code <= self.ranges[at - 1].last else None

    @cached_property
    def listed(self) -> frozenset[str]:
        """The codes of this form that a table lists one by one."""
        if self.form == "icd10cm-5":
            return frozenset(tables.by("icd10cm", "code"))
        known = (r for r in tables.rows("modifiers") if r["code_set"] == self.code_set)
        return frozenset(row["modifier"] for row in known)

    def place(self, code: str) -> tuple[str, Section | None]:
        """Return how strongly `code` is one of this form ("" for not at all), and its range."""
        if not self.inside:
            return self.outside, None
        section = self.range_of(code)
        inside = section is not None or code in self.listed
        return self.inside if inside else self.outside, section


def shape(text: str) -> str:
    """Return `text` with every digit written 9: what a form's pattern is tried on.

    >>> shape("J1885")
    'J9999'
    """
    return text.translate(_SHAPE)


_SHAPE = str.maketrans("012345678", "9" * 9)


@cache
def forms() -> tuple[Form, ...]:
    """Return every form, in the order of the table."""
    return tuple(Form(**row) for row in tables.rows("forms"))


@lru_cache(maxsize=4096)
def of_shape(shape: str) -> tuple[Form, ...]:
    """Return the forms that fit a shape: the first of each code set.

    >>> [form.form for form in of_shape(shape("E1165"))]
    ['level-2', 'icd10cm-5']
    """
    fitting: dict[str, Form] = {}
    for form in forms():
        if form.shapes.fullmatch(shape):
            fitting.setdefault(form.code_set, form)
    return tuple(fitting.values())


@cache
def padded() -> tuple[Form, ...]:
    """Return the forms whose codes can lose leading zeros."""
    return tuple(form for form in forms() if form.width)


def dotted(text: str) -> str:
    """Return an ICD-10-CM code with its dot.

    >>> dotted("E1165")
    'E11.65'
    """
    return text if "." in text or len(text) <= 3 else f"{text[:3]}.{text[3:]}"
