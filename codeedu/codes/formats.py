"""The forms of codes and their ranges: the rows of `forms.csv` and `sections.csv`, ready to use."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import NamedTuple

from codeedu import tables


@dataclass(frozen=True, slots=True, eq=False)
class Section:
    """A row of `sections.csv`: a range of codes of one form."""

    form: str
    first: str
    last: str
    section: str
    used_by: str
    covers: str
    sources: str

    def __reduce__(self) -> tuple[object, ...]:
        """Return what a copy or a pickle comes from: there is one object for each row."""
        return _section, (self.form, self.first)


@dataclass(frozen=True, eq=False)
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

    def __reduce__(self) -> tuple[object, ...]:
        """Return what a copy or a pickle comes from: there is one object for each row."""
        return _form, (self.form,)

    @cached_property
    def shapes(self) -> re.Pattern[str]:
        """The pattern over shapes, where every digit is written 9 (see `shape`)."""
        return re.compile(self.pattern.replace("0-9", "9"))

    @cached_property
    def dotted(self) -> bool:
        """Whether its codes are written with ICD-10-CM's dot."""
        return self.code_set == "ICD-10-CM"

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

    def fit(self, code: str) -> Fit:
        """Return how strongly `code` is one of this form ("" for not at all), and its range."""
        if not self.inside:
            return Fit(self, self.outside, None)
        section = self.range_of(code)
        inside = section is not None or code in self.listed
        return Fit(self, self.inside if inside else self.outside, section)


class Fit(NamedTuple):
    """That a text has a form: how strongly it belongs there ("" for not at all), in which range."""

    form: Form
    strength: str
    section: Section | None


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


def _form(name: str) -> Form:
    return next(form for form in forms() if form.form == name)


def _section(form: str, first: str) -> Section:
    return next(section for section in _form(form).ranges if section.first == first)


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


def fits(text: str) -> tuple[Fit, ...]:
    """Return how a text fits the forms of its shape: the first form of each code set.

    >>> [(fit.form.form, fit.strength) for fit in fits("E1165")]
    [('level-2', 'likely'), ('icd10cm-5', 'likely')]
    """
    edges, lists, known = _cells(text.translate(_SHAPE))
    cell = bisect_right(edges, text)
    for listed in lists:
        cell = 2 * cell + (text in listed)
    if (found := known.get(cell)) is None:
        found = known[cell] = tuple(form.fit(text) for form in of_shape(shape(text)))
    return found


@lru_cache(maxsize=4096)
def _cells(shape: str) -> tuple[list[str], list[frozenset[str]], dict[int, tuple[Fit, ...]]]:
    """Return where the ranges of a shape begin and end, its lists, and what was found so far.

    Texts between the same edges and in the same lists fit in the same way.
    """
    fitting = [form for form in of_shape(shape) if form.inside]
    ranges = [section for form in fitting for section in form.ranges]
    edges = {section.first for section in ranges} | {section.last + "\0" for section in ranges}
    return sorted(edges), [form.listed for form in fitting if form.listed], {}


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
