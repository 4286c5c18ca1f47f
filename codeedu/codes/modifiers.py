"""Modifiers: which there are, where each can stand, and what it says."""

from __future__ import annotations

import re
from functools import cache

from codeedu import tables
from codeedu.codes import level2
from codeedu.codes.formats import matches

_TRIP = re.compile("A0[0-9]{3}")  # the codes of ambulances and other transport


def is_listed(modifier: str, code: str) -> bool:
    """Return whether a modifier is in CMS's list or in ours of CPT's, or is a trip of this code.

    >>> is_listed("25", "99213"), is_listed("40", "J3301"), is_listed("RH", "A0428")
    (True, False, True)
    """
    return bool(trip(modifier, code)) or any(
        match.format.is_modifier and match.strength == "likely" for match in matches(modifier)
    )


def is_living(modifier: str, code: str, on: object = None) -> bool:
    """Return whether a listed modifier has not ended, on a date of service if one is given.

    Raises ValueError when `on` is not a date.

    >>> is_living("ZA", "Q5101"), is_living("RT", "73560")
    (False, True)
    """
    if trip(modifier, code) or modifier not in tables.by("level2", "code"):
        return is_listed(modifier, code)
    return level2.lookup(modifier, on).status == "listed"


def has_the_form(modifier: str) -> bool:
    """Return whether a text has the form of a modifier.

    >>> has_the_form("ZZ"), has_the_form("5"), has_the_form("ABC")
    (True, False, False)
    """
    return any(match.format.is_modifier and match.strength for match in matches(modifier))


@cache
def can_follow(modifier: str, section: str) -> bool:
    """Return whether a modifier of two digits can follow a CPT code of a section.

    >>> can_follow("25", "Evaluation and Management"), can_follow("25", "Radiology")
    (True, False)
    """
    row = tables.by("modifier_sections", "modifier").get(modifier)
    return row is not None and section in row["sections"].split(";")


def trip(modifier: str, code: str) -> str:
    """Return what a pair of letters says on a code of an ambulance trip, or "".

    >>> trip("RH", "A0428"), trip("RH", "J1885"), trip("XH", "A0428")
    ('Ambulance: from residence to hospital', '', '')
    """
    if len(modifier) != 2 or not _TRIP.fullmatch(code):
        return ""
    letters = tables.by("trip_letters", "letter")
    start, end = (letters.get(letter, {}) for letter in modifier)
    if start.get("origin") and end.get("destination"):
        return f"Ambulance: from {start['says']} to {end['says']}"
    return ""


def says(modifier: str, code: str = "") -> str:
    """Return what a modifier says, on a code of which it may depend; "" if we do not know.

    >>> says("25"), says("HH", "A0428"), says("HH")
    ('Separate visit on the same day as a procedure', 'Ambulance: from hospital to hospital', '')
    """
    row = tables.by("modifiers", "modifier").get(modifier)
    return trip(modifier, code) or (row["says"] if row else "")
