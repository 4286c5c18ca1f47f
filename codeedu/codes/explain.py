"""The sentences of an answer: a verdict, and a paragraph that a biller can read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from codeedu import tables
from codeedu.codes.anatomy import written
from codeedu.codes.classify import Classification
from codeedu.codes.formats import PAYER
from codeedu.codes.level2 import Listing, edition_of, is_ours, lists
from codeedu.codes.model import Reading
from codeedu.codes.suggest import ONE_DIGIT
from codeedu.codes.wording import capital, listing, shorten, visible


def explanation(classification: Classification) -> str:
    """Return one paragraph: what an entry could be, why, and what remains unknown.

    >>> from codeedu import classify
    >>> explanation(classify("99213")).split(". ")[0]
    '99213 has the form of a CPT Category I code (Evaluation and Management)'
    """
    return " ".join(dict.fromkeys(_sentences(classification)))  # no sentence twice


def verdict(classification: Classification) -> str:
    """Return the first sentence or two of the explanation: short enough to be read aloud.

    >>> from codeedu import classify
    >>> verdict(classify("J188S"))
    'J188S is not a code as entered; perhaps J1885 was meant.'
    """
    text = written(classification.entered).strip()
    subject = shorten(text)
    if not classification.readings:
        problem = visible(classification.notes[-1].text) if classification.notes else ""
        if not text:
            return problem or "Nothing was entered."
        if special := _special(classification):
            return visible(special)
        meant = [suggestion.code for suggestion in classification.suggestions]
        perhaps = f"; perhaps {listing(meant, 'or')} was meant" if meant else ""
        return f"{subject} is not a code as entered{perhaps}."
    if classification.parts:  # a code with something beside it
        note = next(note for note in classification.notes if note.kind in BESIDE)
        return f"{visible(note.text)} {verdict(classification.parts[0])}"
    strongest = best, *rivals = classification.strongest
    is_remote = best.strength == "remote" and best.code_set != "ICD-9-CM"
    is_doubtful = is_remote or (best.format.id == PAYER and best.strength != "likely")
    if is_doubtful and (slip := _likelier_slip(classification)):
        return f"{subject} is probably not a code as entered: perhaps {slip} was meant."
    if is_remote:
        names = [in_full(classification, reading) for reading in strongest]
        return f"{subject} is probably not a code; at most it is {listing(names, 'or')}."
    field = tables.by("contexts", "context")[classification.context]
    fitting = [r for r in strongest if r.code_set in field["belongs"].split(";")]
    if rivals and len(fitting) == 1 and classification.context != "procedure":
        others = [in_full(classification, r) for r in strongest if r is not fitting[0]]
        here = f"In {field['says']}, {_one_reading(classification, fitting[0], subject)}"
        return f"{here} Elsewhere it could be {listing(others, 'or')}."
    if rivals:
        names = [in_full(classification, r) + _EVIDENCE.get(r.status, "") for r in strongest]
        ways = _NUMBERS[len(names)] if len(names) < len(_NUMBERS) else str(len(names))
        opening = f"{subject} can be read in {ways} ways that the string alone does not tell apart"
        return f"{opening}: {listing(names, 'or')}."
    is_hcpcs = classification.context == "procedure" and best.level
    misplaced = "" if fitting or is_hcpcs else f" It does not belong in {field['says']}."
    said = [_one_reading(classification, best, subject) + misplaced, best.named]
    return " ".join(filter(None, said))


MOST = 5  # parts of a field that a sentence names
BESIDE = ("units", "description", "cut")  # kinds of notes
SPECIAL = ("missing", "list", "range", "wildcard", "spreadsheet", "person", "amount")


def _special(classification: Classification) -> str:
    """Return the note that says what an entry is that is no code, or "" if there is none."""
    return next((note.text for note in classification.notes if note.kind in SPECIAL), "")


def _likelier_slip(classification: Classification) -> str:
    """Return a listed code that is likelier than a payer's own, or what CMS does not list."""
    listed = tables.by("level2", "code")
    meant = (suggestion.code for suggestion in classification.suggestions)
    return next((code for code in meant if code[:5] in listed), "")


_NUMBERS = ("no", "one", "two", "three", "four", "five", "six")
_EVIDENCE = {"listed": ", in its list", "not listed": ", not in its list", "terminated": ", ended"}


def _one_reading(classification: Classification, reading: Reading, subject: str) -> str:
    """Return a sentence about one reading, with what its list says."""
    name, listed = in_full(classification, reading), reading.listing
    if listed and listed.status == "listed":
        return f"{subject} is {name}, in {listed.edition}."
    if listed and listed.status == "terminated":
        return f"{subject} was {name}: {listed.label}."
    if listed:
        return f"{subject} has the form of {name}, but {listed.edition} does not list it."
    if reading.status == "listed":
        return f"{subject} is {name}, in the list of {edition_of('ICD-10-CM')}."
    if reading.status == "local code":
        return (
            f"{subject} has the form of {name}. Medicare rejects those, some state Medicaid "
            "programs pay them: ask first which payer."
        )
    start = "could be" if reading.strength != "likely" else ""
    end = _STATUS_ENDINGS.get(reading.status, "")
    return f"{subject} {start or 'has the form of'} {name}{end}."


_STATUS_ENDINGS = {
    "not listed": ", but its list does not have it",
    "terminated": ", of a code set that is no longer used",
}


CAUTION = (
    "The form of a code does not prove that the code exists, that it was active on the date "
    "of service, or that a payer pays it."
)
NEWER = "https://www.cms.gov/medicare/coding-billing/healthcare-common-procedure-system"  # lists
ADD = "codeedu release add FILE"


def listed_by(answers: Iterable[Classification]) -> Listing | None:
    """Return what CMS's list, or the learner's own release, says of the first Level II code."""
    return next(
        (
            reading.listing
            for answer in answers
            for one in (answer, *answer.parts)
            for reading in one.readings
            if reading.format.list_in == "level2"
        ),
        None,
    )


def may_be_newer(listing: Listing | None) -> bool:
    """Return whether a newer list of CMS's may say more of a Level II code than ours did."""
    return listing is not None and is_ours(listing)


def _sentences(classification: Classification) -> Iterator[str]:
    yield verdict(classification)
    strongest = classification.strongest
    for reading in strongest:
        if len(strongest) > 1:
            yield f"Read as {reading.format.noun}, it is {with_modifiers(classification, reading)}."
            yield from filter(None, [reading.named])
        yield from (sentence(reason.text) for reason in reading.why)
        yield sentence(f"maintained by: {reading.steward}")
    for reading in classification.readings:
        if reading not in strongest:
            yield sentence(f"less likely, it is {in_full(classification, reading)}")
            yield from (sentence(reason.text) for reason in reading.why)
    yield from remarks(classification)
    yield from _offers(classification)
    listing = listed_by([classification])
    yield f"{CAUTION} {lists(listing)}"
    if may_be_newer(listing):
        yield f"To use one: {ADD}, with a file from {NEWER}."


def _offers(classification: Classification) -> Iterator[str]:
    """Yield what the parts of a field are, or else what was perhaps meant."""
    if classification.parts:
        if not classification.readings:
            yield f"It holds {listing([_in_brief(part) for part in classification.parts[:MOST]])}."
        return
    near = [s.code for s in classification.suggestions if s.edit == ONE_DIGIT]
    if len(near) > 1:
        yield f"CMS lists codes that differ from it in one digit: {listing(near)}."
    for suggestion in classification.suggestions:
        if len(near) < 2 or suggestion.code not in near:
            text = suggestion.text
            if is_likely(classification):
                text = text.replace("? ", ". ", 1)
            yield f"{before_suggestion(classification)} {visible(text)}"


def _in_brief(classification: Classification) -> str:
    best = classification.best
    if best is None:
        return visible(written(classification.entered))
    about = ", ".join(filter(None, (best.code_set, best.section)))
    return f"{with_modifiers(classification, best)} ({about})"


def remarks(classification: Classification) -> list[str]:
    """Return the notes as sentences; that it may be a payer's code only if nothing is suggested."""
    return [
        sentence(note.text)
        for note in classification.notes
        if note.kind not in BESIDE and (note.kind != "payer" or not classification.suggestions)
    ]


def sentence(text: str) -> str:
    """Return a text as a sentence: a capital at the start, a period at the end.

    >>> sentence("used by: Medicare")
    'Used by: Medicare.'
    """
    text = visible(text)
    return capital(text) + ("" if text[-1:] in ".?!:" else ".")


def in_full(classification: Classification, reading: Reading) -> str:
    """Return a reading in full, such as "a CPT Category I code, 00100 (Anesthesia)"."""
    code, modifiers, behind = reading.code, _modifiers_of(classification, reading), ""
    if modifiers:
        behind = f", with modifier{'s' * (len(modifiers) > 1)} {listing(modifiers)}"
    elif code == written(classification.entered).strip():
        code = ""
    category = reading.category or ""
    about = reading.section or ("" if category in reading.format.noun else category)
    return f"{reading.format.noun}{code and f', {code}'}{about and f' ({about})'}{behind}"


def with_modifiers(classification: Classification, reading: Reading) -> str:
    """Return the code of a reading with its modifiers, such as "99213-25"."""
    return "-".join((reading.code, *_modifiers_of(classification, reading)))


def _modifiers_of(classification: Classification, reading: Reading) -> tuple[str, ...]:
    return classification.modifiers if reading.format.takes_modifiers else ()


def before_suggestion(classification: Classification) -> str:
    """Introduce a suggestion: for a likely reading, only as a possible mix-up.

    Of a list, the suggestions are its codes.
    """
    if classification.parts and not classification.readings:
        return "The field holds"
    return "Easily confused with" if is_likely(classification) else "Was it meant to be"


def is_likely(classification: Classification) -> bool:
    """Return whether an entry has a likely reading that no list lacks."""
    return any(r.strength == "likely" and r.status != "not listed" for r in classification.readings)
