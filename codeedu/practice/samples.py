"""Codes drawn from the tables: right in form, and nothing more.

Numbers come from ranges, so no list of CPT or CDT codes is needed or kept.
"""

from __future__ import annotations

import random
import re

from codeedu import tables
from codeedu.codes import formats
from codeedu.codes.formats import Format


def draw(rng: random.Random, form: Format) -> str:
    """Return something of this form: from its ranges, or its example with other digits.

    >>> draw(random.Random(1), next(form for form in formats.formats() if form.id == "cpt-pla"))[-1]
    'U'
    """
    if form.ranges and form.id != "icd10pcs":
        row = rng.choice(form.ranges)
        return between(rng, row.first, row.last)
    if form.id == "icd10cm-dot":
        return formats.dotted(rng.choice(tables.rows("icd10cm"))["code"])
    if form.id in ("cpt-modifier", "level-2-modifier"):
        return rng.choice(sorted(form.listed))
    return re.sub("[0-9]", lambda _: str(rng.randrange(10)), form.example)


def between(rng: random.Random, first: str, last: str) -> str:
    """Return a code between two of one form, ends included.

    >>> between(random.Random(1), "J0001", "J0001")
    'J0001'
    """
    digits = re.search("[0-9]+", first)
    low, high = (int(re.sub("[^0-9]", "", end)) for end in (first, last))
    if digits is None:
        return first
    number = str(rng.randint(low, high)).zfill(len(digits[0]))
    return first[: digits.start()] + number + first[digits.end() :]
