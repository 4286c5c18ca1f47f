"""One value in, one explained Classification out. Never raises, whatever the value."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Protocol

from codeedu.codes import normalize, rules
from codeedu.codes.explain import Explanation
from codeedu.codes.model import Answer, Reason
from codeedu.codes.suggest import Suggestion, suggest

Day = str | datetime.date | None


class Listing(Protocol):
    """What a release says of a code."""

    @property
    def status(self) -> str:
        """Listed, not listed or terminated."""

    @property
    def text(self) -> str:
        """The same in a sentence."""


class ReleaseLike(Protocol):
    """A dated list of codes, as `load_release` returns it."""

    def lookup(self, code: str, on: Day = None) -> Listing:
        """Return what the release says of a code, on a date of service if one is given."""


class Classification(Answer):
    """What an entry could be: readings, likeliest first, with what was changed on the way."""

    __slots__ = ()

    @property
    def suggestions(self) -> tuple[Suggestion, ...]:
        """Near codes that it was probably meant to be, likeliest first."""
        return suggest(self)

    def explain(self) -> Explanation:
        """Return a paragraph that a biller can read; in a notebook it shows as rich HTML."""
        return Explanation(self)

    def _repr_html_(self) -> str:
        return self.explain()._repr_html_()


def classify(
    value: object,
    context: str = "procedure",
    release: ReleaseLike | None = None,
    on: Day = None,
) -> Classification:
    """Say which code sets a value could belong to, and why. Never raises for any value.

    `context` is the field of the claim that the value was in: "procedure", "diagnosis", "drug",
    "revenue" or "place". It reorders the readings and hides none. With a `release` (see
    `load_release`) the Level II reading also says whether the code is listed, and with `on`, a
    date of service, whether it was active that day.

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
        found = _classify(value, context)
    return found if release is None else _look_up(found, release, on)


@cache
def _reader(context: str) -> Callable[[str], Classification]:
    """Return a function that reads text in a context and remembers the codes of one file."""
    rules.ranks(context)  # an unknown context is the caller's error, whatever the value

    @lru_cache(maxsize=16_384)  # more would keep the garbage collector busy
    def read(text: str) -> Classification:
        return _classify(text, context)

    return read


def _classify(value: object, context: str) -> Classification:
    rules.ranks(context)
    entry = normalize.read(value)
    if not entry.text:
        return Classification(value, notes=entry.notes)
    readings, modifiers, notes = rules.read(entry.text, context, entry.code_set)
    return Classification(value, readings, modifiers, (*entry.notes, *notes))


def _look_up(found: Classification, release: ReleaseLike, on: Day) -> Classification:
    """Return `found` with what a release says of its Level II codes and modifiers."""
    readings = []
    for reading in found.readings:
        if reading.format.id in ("level-2", "level-2-modifier"):
            listing = release.lookup(reading.code, on=on)
            marks = (*reading.marks, Reason(listing.text, "release"))
            reading = reading._replace(release_status=listing.status, marks=marks)
        readings.append(reading)
    return found._replace(readings=tuple(readings))
