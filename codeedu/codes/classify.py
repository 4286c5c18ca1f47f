"""Classify one value: which code sets it could belong to, and why."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Protocol

from codeedu.codes import level2, normalize, own, rules
from codeedu.codes.level2 import Listing
from codeedu.codes.model import Answer
from codeedu.codes.suggest import Suggestion, suggest

if TYPE_CHECKING:
    from codeedu.html.nodes import Shown

Day = str | datetime.date | None


class ReleaseLike(Protocol):
    """A dated list of codes, such as `load_release` returns."""

    def lookup(self, code: str, on: Day = None) -> Listing:
        """Return whether a code is listed, on a date of service if one is given."""


class Classification(Answer):
    """What an entry could be: its readings, likeliest first, and what was changed to read it."""

    __slots__ = ()

    @property
    def suggestions(self) -> tuple[Suggestion, ...]:
        """Similar codes that were perhaps meant, likeliest first."""
        return suggest(self)

    def explain(self) -> Shown:
        """Return a paragraph that a biller can read; in a notebook it shows as cards."""
        from codeedu.html.answer import shown  # the one late import: an answer shows itself

        return shown(self)

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
    "revenue" or "place". It changes the order of the readings and hides none. Level II codes
    are looked up in the CMS list that comes with the course, or in a `release` of your own
    (`load_release`), as of `on`, a date of service, if given.

    Raises ValueError for a context that does not exist, or a date that cannot be read.

    >>> c = classify("J1885")
    >>> c.best.code_set, c.best.section, c.is_ambiguous
    ('HCPCS Level II', 'Drugs, mostly given other than by mouth', False)
    >>> [r.code for r in classify("E1165").readings]
    ['E1165', 'E11.65']
    """
    if type(value) is str and len(value) <= normalize.LONGEST:
        found = _reader(context)(value)
    else:
        rules.ranks(context)  # raises for an unknown context, even when nothing can be read
        found = _classify(value, context)
    return found if release is None and on is None else _look_up(found, release or level2, on)


@cache
def _reader(context: str) -> Callable[[str], Classification]:
    """Return a cached function that classifies text in a context."""
    rules.ranks(context)  # raises for an unknown context, even when the value is cached

    @lru_cache(maxsize=16_384)  # more would slow down the garbage collector
    def read(text: str) -> Classification:
        return _classify(text, context)

    return read


def _classify(value: object, context: str) -> Classification:
    entry = normalize.read(value)
    if not entry.text:
        return Classification(value, (), (), entry.notes, context)
    readings, modifiers, notes = rules.read(entry.text, context, entry.code_set)
    return Classification(value, readings, modifiers, (*entry.notes, *notes), context)


def _look_up(found: Classification, source: ReleaseLike, on: Day) -> Classification:
    """Return `found` with its Level II codes looked up in a list, and your own in your own."""
    readings = []
    for reading in found.readings:
        if reading.format.list_in == "level2":
            reading = reading._replace(looked_up=source.lookup(reading.code, on=on))
        elif reading.code in reading.format.own:
            reading = reading._replace(looked_up=own.lookup(reading.code, on))
        readings.append(reading)
    return found._replace(readings=tuple(readings))
