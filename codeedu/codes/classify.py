"""Classify one value: which code sets it could belong to, and why."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from functools import cache, cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple, Protocol

from codeedu.codes import custom_codes, fields, level2, normalize, rules
from codeedu.codes.level2 import Listing
from codeedu.codes.model import STRENGTHS, Reading
from codeedu.codes.normalize import Note
from codeedu.codes.suggest import Suggestion, suggest

if TYPE_CHECKING:
    from codeedu.html.nodes import Shown

Day = str | datetime.date | None
REMEMBERED = 64  # characters of an entry whose answer is kept
NO_GUESS = {"missing", "person", "amount", "range", "wildcard"}  # kinds of notes


class ReleaseLike(Protocol):
    """A dated list of codes, such as `load_release` returns."""

    def lookup(self, code: str, on: Day = None) -> Listing:
        """Return whether a code is listed, on a date of service if one is given."""


class Classification(
    NamedTuple(
        "Classification",
        [
            ("entered", object),
            ("readings", tuple[Reading, ...]),
            ("modifiers", tuple[str, ...]),
            ("notes", tuple[Note, ...]),
            ("context", str),
            ("parts", "tuple[Classification, ...]"),
        ],
    )
):
    """What an entry could be: its readings, likeliest first, and what was changed to read it.

    `notes` say what was changed or noticed; `context` is the field of the claim. Where the field
    holds more than one code, or one with something beside it, `parts` has a classification for
    each code; else it is ().
    """

    # Without __slots__, unlike other tuples here: `suggestions` are worked out once, and kept.

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
        """The readings with the same strength as the best one."""
        most = min((r.strength for r in self.readings), key=STRENGTHS.index, default="")
        return tuple(r for r in self.readings if r.strength == most)

    @property
    def is_ambiguous(self) -> bool:
        """True when two or more readings are equally strong."""
        return len(self.strongest) > 1

    @property
    def is_placeholder(self) -> bool:
        """True when the entry stands for a missing value, such as N/A."""
        return any(note.kind == "missing" for note in self.notes)

    @property
    def divided(self) -> tuple[object, ...]:
        """The codes of a field with several, each as it was entered; of a range, not its ends.

        >>> classify("99213;J1885").divided, classify("99202-99215").divided
        (('99213', 'J1885'), ())
        """
        is_range = any(note.kind == "range" for note in self.notes)
        return () if is_range else tuple([part.entered for part in self.parts])

    @cached_property
    def suggestions(self) -> tuple[Suggestion, ...]:
        """Similar codes that were perhaps meant, likeliest first."""
        if any(note.kind in NO_GUESS for note in self.notes):
            return ()
        return suggest(self.entered, self.readings, self.context)

    def explain(self) -> Shown:
        """Return a paragraph that a biller can read; in a notebook it shows as cards."""
        from codeedu.html.answer import show_answer  # the one late import: an answer shows itself

        return show_answer(self)

    def __repr__(self) -> str:
        try:
            return super().__repr__()
        except Exception:  # what was entered may raise anything; a number may be too long
            return repr(self._replace(entered=f"a {type(self.entered).__name__}"))

    def _repr_html_(self) -> str:
        return self.explain()._repr_html_()


def classify(
    value: object,
    context: str = "procedure",
    release: ReleaseLike | None = None,
    on: Day = None,
) -> Classification:
    """Return which code sets a value could belong to, and why. Never raises for any value.

    `context` is the field of the claim that held the value: "procedure", "diagnosis", "drug",
    "revenue", "place" or "unknown". It changes the order of the readings and hides none. Level II
    codes are looked up in the CMS list that comes with the course, or in a `release` of your own
    (`load_release`), as of `on`, a date of service, if given.

    Raises ValueError for a context that does not exist, or a date that cannot be read.

    >>> c = classify("J1885")
    >>> c.best.code_set, c.best.section, c.is_ambiguous
    ('HCPCS Level II', 'Drugs, mostly given other than by mouth', False)
    >>> [r.code for r in classify("E1165").readings]
    ['E1165', 'E11.65']
    """
    if type(value) is str and len(value) <= REMEMBERED:
        classification = _reader(context)(value)
    else:
        rules.ranks(context)  # raises for an unknown context, even when nothing can be read
        classification = _classify_value(value, context)
    if release is None and on is None:
        return classification
    return _look_up(classification, release or level2, on)


@cache
def _reader(context: str) -> Callable[[str], Classification]:
    """Return a cached function that classifies text in a context."""
    rules.ranks(context)  # raises for an unknown context, even when the value is cached

    @lru_cache(maxsize=16_384)  # more would slow down the garbage collector
    def read(text: str) -> Classification:
        return _classify_value(text, context)

    return read


def _classify_value(value: object, context: str) -> Classification:
    entry = normalize.as_entry(value)
    if not entry.text:
        return Classification(value, (), (), entry.notes, context, ())
    field = fields.read_field(entry.text, context, entry.code_set)
    kinds = {note.kind for note in (*entry.notes, *field.notes)}
    if {"decimal", "zeros"} <= kinds:  # 1967.0 is changed twice to be a code
        doubtful = [reading._replace(strength="possible") for reading in field.readings]
        field = field._replace(readings=tuple(doubtful))
    parts = tuple([_classify_value(part, context) for part in field.parts])
    notes = (*entry.notes, *field.notes)
    return Classification(value, field.readings, field.modifiers, notes, context, parts)


def lists_of(release: ReleaseLike | None) -> str:
    """Return the sentences that name the lists behind answers from a `release`, or without one.

    >>> lists_of(None).partition(". ")[0]
    'Lists: HCPCS Level II of January 2026, ICD-10-CM of April 2026'
    """
    return level2.lists(release.lookup("") if release else None)


def _look_up(classification: Classification, release: ReleaseLike, on: Day) -> Classification:
    """Look the Level II codes up in a release, and your own codes in your own list."""
    readings = []
    for reading in classification.readings:
        if reading.format.list_in == "level2":
            reading = reading._replace(looked_up=release.lookup(reading.code, on=on))
        elif reading.format.list_in == "deleted_cpt":
            reading = reading._replace(looked_up=level2.lookup_deleted(reading.code, on))
        elif reading.code in reading.format.custom:
            reading = reading._replace(looked_up=custom_codes.custom_listing(reading.code, on))
        readings.append(reading)
    parts = tuple([_look_up(part, release, on) for part in classification.parts])
    return classification._replace(readings=tuple(readings), parts=parts)
