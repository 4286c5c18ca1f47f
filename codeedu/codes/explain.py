"""A Classification in words: a first sentence, a paragraph that a biller can read, a caution."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from codeedu import tables
from codeedu.codes.anatomy import written
from codeedu.html.nodes import shorten, visible

if TYPE_CHECKING:
    from codeedu.codes.reading import Classification, Reading


def explanation(found: Classification) -> str:
    """Return what an entry could be, why, and what is not known, in one paragraph.

    >>> from codeedu import classify
    >>> explanation(classify("J1885")).split(". ")[0]
    'J1885 has the form of a HCPCS Level II code (Drugs, mostly given other than by mouth)'
    """
    said_once = dict.fromkeys(_sentences(found))
    return " ".join(said_once)


def verdict(found: Classification) -> str:
    """Return the first sentence of the explanation: short enough to be read aloud.

    >>> from codeedu import classify
    >>> verdict(classify("J188S"))
    'J188S is not a code as it stands; perhaps J1885 was meant.'
    """
    text = written(found.entered).strip()
    if not found.readings:
        if not text:
            return visible(found.notes[-1].text) if found.notes else "Nothing was entered."
        meant = [suggestion.code for suggestion in found.suggestions]
        perhaps = f"; perhaps {_list(meant, 'or')} was meant" if meant else ""
        return f"{shorten(text)} is not a code as it stands{perhaps}."
    best, *rivals = _strongest(found)
    names = [_label(found, reading) for reading in (best, *rivals)]
    subject = shorten(text)
    if best.strength == "remote":
        return f"{subject} is probably not a code; at most it is {_list(names, 'or')}."
    if rivals:
        ways = _NUMBERS[len(names)] if len(names) < len(_NUMBERS) else str(len(names))
        says = f"{subject} can be read in {ways} ways that nothing in it tells apart"
        return f"{says}: {_list(names, 'or')}."
    start, end = _STATUS[best.status][:2] if best.status in _STATUS else _STATUS["format"][:2]
    if best.strength == "possible" and best.status == "format":
        start = "could be"
    return f"{subject} {start} {names[0]}{end}."


def caution() -> str:
    """Return the sentence that every answer ends with: what a form does not prove.

    >>> caution()[:53]
    'The form of a code does not prove that the code exist'
    """
    day = date.fromisoformat(tables.as_of())
    return (
        "The form of a code does not prove that the code exists, that it was active on the date "
        f"of service, or that a payer pays it. Our tables are as of {day:%B} {day.day}, {day.year}."
    )


_NUMBERS = ("no", "one", "two", "three", "four", "five", "six")

# What a status says: how the verdict begins, how it ends, and in a card.
_STATUS = {
    "format": ("has the form of", "", "right form; not checked against a list"),
    "listed": ("is listed as", "", "listed"),
    "not listed": ("has the form of", ", but the list does not have it", "not in the list"),
    "terminated": ("has the form of", ", which has ended", "ended"),
    "retired code set": ("has the form of", "; that code set is retired", "retired code set"),
}


def _sentences(found: Classification) -> Iterator[str]:
    """Yield the sentences of the explanation; one may come twice (see `explanation`)."""
    yield verdict(found)
    strongest = _strongest(found)
    for reading in strongest:
        if len(strongest) > 1:
            yield f"Read as {_name(reading)}, it is {whole(found, reading)}."
        yield from map(sentence, reading.why)
        yield sentence(f"steward: {reading.steward}")
    for reading in found.readings[len(strongest) :]:
        yield sentence(f"less likely, it is {_label(found, reading)}")
        yield from map(sentence, reading.why)
    yield from (sentence(note.text) for note in found.notes)
    for suggestion in found.suggestions:
        yield f"{meant(found)} {_offered(found, suggestion.text)}"
    yield caution()


def sentence(text: str) -> str:
    """Return `text`, visible, with a capital and a full stop."""
    text = visible(text)
    return text[:1].upper() + text[1:] + ("" if text[-1:] in ".?!:" else ".")


def _strongest(found: Classification) -> tuple[Reading, ...]:
    """Return the readings that nothing in the string tells apart; of a clear entry, the best."""
    count = 1
    if found.is_ambiguous and found.best:
        count = [reading.strength for reading in found.readings].count(found.best.strength)
    return found.readings[:count]


def _name(reading: Reading) -> str:
    """Return what a reading makes of the entry: "a CPT Category I code", "an NDC"."""
    name, category = reading.code_set, reading.category or ""
    if _is_short(category):
        name = f"{name} {category}"
    if name[1:2].islower():  # a name such as "Revenue code", not an abbreviation
        name = name[0].lower() + name[1:]
    article = "an" if name.startswith(("ICD", "NDC", "MS-")) else "a"
    return f"{article} {name}{'' if name.endswith(('modifier', 'code', 'NDC', 'DRG')) else ' code'}"


def _is_short(category: str) -> bool:
    return category.startswith("Category") or category.isupper()


def _label(found: Classification, reading: Reading) -> str:
    """Return a reading in full: "a CPT Category I code, 00100 (Anesthesia)"."""
    code, modifiers, behind = reading.code, _modifiers(found, reading), ""
    if modifiers:
        behind = f", with modifier{'s' * (len(modifiers) > 1)} {_list(modifiers, 'and')}"
    elif code == written(found.entered).strip():
        code = ""
    category = reading.category or ""
    about = reading.section or ("" if _is_short(category) else category)
    named = f"{_name(reading)}{code and f', {code}'}"
    return f"{named}{about and f' ({about})'}{behind}"


def _modifiers(found: Classification, reading: Reading) -> tuple[str, ...]:
    return found.modifiers if reading.form.takes_modifiers else ()


def whole(found: Classification, reading: Reading) -> str:
    """Return a reading's code with its modifiers, such as "99213-25"."""
    return "-".join((reading.code, *_modifiers(found, reading)))


def meant(found: Classification) -> str:
    """Return how suggestions are introduced: a sure reading has only an easily confused twin."""
    return "Easily confused with" if _is_sure(found) else "Was it meant to be"


def _offered(found: Classification, text: str) -> str:
    return visible(text.replace("? ", ". ", 1) if _is_sure(found) else text)


def _is_sure(found: Classification) -> bool:
    return any(reading.strength == "likely" for reading in found.readings)


def _list(words: Iterable[str], last: str) -> str:
    """Join words as a sentence does; those that hold a comma are parted by semicolons."""
    *some, final = words
    if not some:
        return final
    comma = ";" if any("," in word for word in some) else ","
    before = f"{comma} ".join(some)
    return f"{before}{comma if len(some) > 1 or comma == ';' else ''} {last} {final}"
