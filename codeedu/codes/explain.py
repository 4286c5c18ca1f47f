"""The sentences of an answer: a verdict, and a paragraph that a biller can read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from codeedu import tables
from codeedu.codes.anatomy import written
from codeedu.codes.classify import Classification
from codeedu.codes.level2 import said
from codeedu.codes.model import Reading
from codeedu.codes.wording import listing, shorten, visible


def explanation(found: Classification) -> str:
    """Return one paragraph: what an entry could be, why, and what remains unknown.

    >>> from codeedu import classify
    >>> explanation(classify("99213")).split(". ")[0]
    '99213 has the form of a CPT Category I code (Evaluation and Management)'
    """
    return " ".join(dict.fromkeys(_sentences(found)))  # no sentence twice


def verdict(found: Classification) -> str:
    """Return the first sentence or two of the explanation: short enough to be read aloud.

    >>> from codeedu import classify
    >>> verdict(classify("J188S"))
    'J188S is not a code as entered; perhaps J1885 was meant.'
    """
    text = written(found.entered).strip()
    subject = shorten(text)
    if not found.readings:
        if not text:
            return visible(found.notes[-1].text) if found.notes else "Nothing was entered."
        if found.notes and found.notes[-1].text.startswith("Several codes"):
            return visible(found.notes[-1].text)
        meant = [suggestion.code for suggestion in found.suggestions]
        perhaps = f"; perhaps {listing(meant, 'or')} was meant" if meant else ""
        return f"{subject} is not a code as entered{perhaps}."
    best, *rivals = found.strongest
    if best.strength == "remote":
        names = [label(found, reading) for reading in found.strongest]
        return f"{subject} is probably not a code; at most it is {listing(names, 'or')}."
    field = tables.by("contexts", "context")[found.context]
    fitting = [r for r in found.strongest if r.code_set in field["belongs"].split(";")]
    if rivals and len(fitting) == 1 and found.context != "procedure":
        others = [label(found, r) for r in found.strongest if r is not fitting[0]]
        says = f"In {field['says']}, {_alone(found, fitting[0], subject)}"
        return f"{says} Elsewhere it could be {listing(others, 'or')}."
    if rivals:
        names = [label(found, r) + _EVIDENCE.get(r.status, "") for r in found.strongest]
        ways = _NUMBERS[len(names)] if len(names) < len(_NUMBERS) else str(len(names))
        says = f"{subject} can be read in {ways} ways that the string alone does not tell apart"
        return f"{says}: {listing(names, 'or')}."
    is_hcpcs = found.context == "procedure" and best.level
    misplaced = "" if fitting or is_hcpcs else f" It does not belong in {field['says']}."
    return _alone(found, best, subject) + misplaced


_NUMBERS = ("no", "one", "two", "three", "four", "five", "six")
_EVIDENCE = {"listed": ", in its list", "not listed": ", not in its list", "terminated": ", ended"}


def _alone(found: Classification, reading: Reading, subject: str) -> str:
    """Return a sentence about one reading, with what its list says."""
    name, listed = label(found, reading), reading.listing
    if listed and listed.status == "listed":
        return f"{subject} is {name}, listed in {listed.edition}."
    if listed and listed.status == "terminated":
        return f"{subject} was {name}: {listed.label}."
    if listed:
        return f"{subject} has the form of {name}, but {listed.edition} does not list it."
    if reading.status == "listed":
        release = tables.by("editions", "what")["ICD-10-CM"]["edition"]
        return f"{subject} is {name}, in the release of {release}."
    if reading.status == "local code":
        return (
            f"{subject} has the form of {name}. Medicare rejects those, some state Medicaid "
            "programs pay them: ask first which payer."
        )
    start = "could be" if reading.strength == "possible" and reading.status == "format" else ""
    end = _STATUS_SAYS.get(reading.status, "")
    return f"{subject} {start or 'has the form of'} {name}{end}."


_STATUS_SAYS = {
    "not listed": ", but its list does not have it",
    "terminated": ", which has ended",
}


def caution() -> str:
    """Return the caution that ends every answer: what the form of a code does not prove.

    >>> caution()[:53]
    'The form of a code does not prove that the code exist'
    """
    return (
        "The form of a code does not prove that the code exists, that it was active on the date "
        f"of service, or that a payer pays it. {dated()}"
    )


def dated() -> str:
    """Return the sentence that dates our tables.

    >>> dated()
    'Our tables are as of November 24, 2026.'
    """
    return f"Our tables are as of {said(date.fromisoformat(tables.as_of()))}."


def _sentences(found: Classification) -> Iterator[str]:
    yield verdict(found)
    strongest = found.strongest
    for reading in strongest:
        if len(strongest) > 1:
            yield f"Read as {reading.format.noun}, it is {whole(found, reading)}."
        yield from (sentence(reason.text) for reason in reading.why)
        yield sentence(f"maintained by: {reading.steward}")
    for reading in found.readings:
        if reading not in strongest:
            yield sentence(f"less likely, it is {label(found, reading)}")
            yield from (sentence(reason.text) for reason in reading.why)
    yield from remarks(found)
    for suggestion in found.suggestions:
        text = suggestion.text
        if is_sure(found):
            text = text.replace("? ", ". ", 1)
        yield f"{meant(found)} {visible(text)}"
    yield caution()


def remarks(found: Classification) -> list[str]:
    """Return the notes as sentences; a payer's own code is no second guess beside a suggestion."""
    notes = (note for note in found.notes if note.kind != "payer" or not found.suggestions)
    return [sentence(note.text) for note in notes]


def sentence(text: str) -> str:
    """Return a text as a sentence: a capital at the start, a period at the end.

    >>> sentence("used by: Medicare")
    'Used by: Medicare.'
    """
    text = visible(text)
    return text[:1].upper() + text[1:] + ("" if text[-1:] in ".?!:" else ".")


def label(found: Classification, reading: Reading) -> str:
    """Return a reading in full, such as "a CPT Category I code, 00100 (Anesthesia)"."""
    code, modifiers, behind = reading.code, _modifiers(found, reading), ""
    if modifiers:
        behind = f", with modifier{'s' * (len(modifiers) > 1)} {listing(modifiers)}"
    elif code == written(found.entered).strip():
        code = ""
    category = reading.category or ""
    about = reading.section or ("" if category in reading.format.noun else category)
    return f"{reading.format.noun}{code and f', {code}'}{about and f' ({about})'}{behind}"


def whole(found: Classification, reading: Reading) -> str:
    """Return the code of a reading with its modifiers, such as "99213-25"."""
    return "-".join((reading.code, *_modifiers(found, reading)))


def _modifiers(found: Classification, reading: Reading) -> tuple[str, ...]:
    return found.modifiers if reading.format.takes_modifiers else ()


def meant(found: Classification) -> str:
    """Return the words before a suggestion: a sure reading is only easily confused with it."""
    return "Easily confused with" if is_sure(found) else "Was it meant to be"


def is_sure(found: Classification) -> bool:
    """Return whether an entry has a likely reading."""
    return any(reading.strength == "likely" for reading in found.readings)
