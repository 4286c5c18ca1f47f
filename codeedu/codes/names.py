"""What a Level II code is, in our own words, and how much one unit of it is.

Names are by hand, for the codes that learners meet most; CMS's words are in a release of the
learner's own (`codeedu.cms`). Units of drugs are read from CMS's list by `tools/doses.py`.
"""

from __future__ import annotations

import re

from codeedu import tables

CODE = re.compile(r"(?<![0-9A-Za-z])[A-Z][0-9]{4}(?=([0-9A-Z]{2}){0,4}(?![0-9A-Za-z]))")
MOST = 8  # codes that one line names


def name_of(code: str) -> str:
    """Return the plain name of a Level II code, "" if we have none.

    >>> name_of("J1885"), name_of("99213")
    ('ketorolac, injected', '')
    """
    return tables.by("names", "code").get(code, {}).get("name", "")


def unit_of(code: str) -> str:
    """Return how much one unit of a Level II code is, "" if we do not know it.

    >>> unit_of("J1885"), unit_of("J2270"), unit_of("J1644"), unit_of("T1019"), unit_of("E0100")
    ('15 mg', 'up to 10 mg', '1,000 units of the drug', '15 minutes', '')
    """
    dose = tables.by("doses", "code").get(code)
    if dose is None:
        return tables.by("names", "code").get(code, {}).get("unit_is", "")
    amount, unit = dose["amount"], dose["unit"]
    if unit == "units":
        unit = "unit of the drug" if amount == "1" else "units of the drug"
    number = f"{int(amount):,}" if amount.isdigit() else amount
    return f"{'up to ' if dose['up_to'] else ''}{number} {unit}"


def in_sentences(code: str, verb: str = "is") -> str:
    """Return what a code is and how much one unit is, "" if we know neither.

    >>> in_sentences("J1885")
    'J1885 is ketorolac, injected. One unit is 15 mg.'
    >>> in_sentences("J1644"), in_sentences("J0120"), in_sentences("99213")
    ('J1644 is heparin, injected. One unit on the claim is 1,000 units of the drug.', \
'One unit is up to 250 mg.', '')
    """
    name, unit = name_of(code), unit_of(code)
    said = [f"{code} {verb} {name}."] if name else []
    return " ".join([*said, f"{_one_unit(unit)} {verb} {unit}."] if unit else said)


def in_brief(code: str) -> str:
    """Return what a code is and how much one unit is, without the code and in no sentence.

    >>> in_brief("J1885"), in_brief("E0100"), in_brief("J0120"), in_brief("99213")
    ('ketorolac, injected; one unit is 15 mg', 'a cane', 'one unit is up to 250 mg', '')
    """
    name, unit = name_of(code), unit_of(code)
    one = _one_unit(unit).replace("O", "o", 1)
    return "; ".join(filter(None, [name, unit and f"{one} is {unit}"]))


def _one_unit(unit: str) -> str:
    """Return "One unit", of the claim where the drug is counted in units itself."""
    return "One unit on the claim" if " of the drug" in unit else "One unit"


def codes_here(text: str) -> str:
    """Return a line that names the Level II codes of a text, "" if it has none that we name.

    >>> codes_here("J1885-JW in the clinic, 99213 beside it")
    'Level II codes here: J1885: ketorolac, injected; one unit is 15 mg.'
    """
    found = dict.fromkeys(match[0] for match in CODE.finditer(text))
    known = [f"{code}: {says}." for code in found if (says := in_brief(code))]
    return f"Level II codes here: {' '.join(known[:MOST])}" if known else ""
