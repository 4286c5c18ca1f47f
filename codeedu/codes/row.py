"""One answer as one flat row of a table or file."""

from __future__ import annotations

from typing import NamedTuple

from codeedu.codes.classify import Classification, Day, ReleaseLike, classify

UNREADABLE_DATE = "date not readable"  # the status when the date of service is not a date


class Row(NamedTuple):
    """The columns of an answer; those about the code describe its best reading."""

    code: str | None  # the canonical text
    modifiers: str  # joined with hyphens
    code_set: str | None
    level: str | None
    category: str | None
    section: str | None
    ambiguous: bool  # two or more readings are equally strong
    note: str  # what was changed or noticed, in sentences
    status: str | None  # what is known of the code: format, listed, ...


COLUMNS = Row._fields


def row(classification: Classification) -> Row:
    """Return an answer as a row.

    >>> from codeedu import classify
    >>> row(classify("J1885JW"))[:3]
    ('J1885', 'JW', 'HCPCS Level II')
    """
    note = " ".join(note.text for note in classification.notes)
    best = classification.best
    if best is None:
        return Row(None, "", None, None, None, None, False, note, None)
    about = (best.code_set, best.level, best.category, best.section)
    modifiers = "-".join(classification.modifiers)
    return Row(best.code, modifiers, *about, classification.is_ambiguous, note, best.status)


def classified(
    entry: object, context: str, release: ReleaseLike | None = None, on: Day = None
) -> tuple[Classification, Row]:
    """Classify an entry, and return it also as a row; if `on` is not a date, the status says so."""
    try:
        classification = classify(entry, context, release, on)
    except ValueError:
        classification = classify(entry, context, release)
        return classification, row(classification)._replace(status=UNREADABLE_DATE)
    return classification, row(classification)
