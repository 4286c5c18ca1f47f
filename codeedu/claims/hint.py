"""What a column as a whole looks like, judged by what its entries are; no pandas needed."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import takewhile
from typing import NamedTuple

from codeedu import tables
from codeedu.codes.reading import Classification

MOST = 90  # the percentage of the entries from which on a column looks like something


class Fact(NamedTuple):
    """What an answer says besides its texts, so that many entries share one.

    `sets` are the code sets of its strongest readings, `noted` the kinds of its notes.
    """

    code_set: str | None = None
    level: str | None = None
    category: str | None = None
    section: str | None = None
    ambiguous: bool = False
    status: str | None = None
    sets: tuple[str, ...] = ()
    noted: tuple[str, ...] = ()


def fact_of(found: Classification) -> Fact:
    """Return what a classification says besides its texts.

    >>> from codeedu import classify
    >>> fact_of(classify("E1165")).sets
    ('HCPCS Level II', 'ICD-10-CM')
    """
    noted = tuple(note.kind for note in found.notes)
    best = found.best
    if best is None:
        return Fact(noted=noted)
    sets = tuple(r.code_set for r in found.readings if r.strength == best.strength)
    about = (best.code_set, best.level, best.category, best.section)
    return Fact(*about, found.is_ambiguous, best.status, sets, noted)


def note_of(found: Classification) -> str:
    """Return the sentences of the notes as one text, "" when there are none."""
    return " ".join(note.text for note in found.notes)


def impression(rows: Mapping[Fact, int], present: int, context: str) -> str:
    """Return what a column looks like if `context` expects something else, otherwise "".

    `rows` says how many rows each fact has, `present` how many are not missing.

    >>> impression({Fact(sets=("ICD-10-CM",)): 97, Fact(sets=("CPT",)): 3}, 100, "procedure")
    '97 % of the entries read as ICD-10-CM: is this the right column?'
    """
    first = tables.by("contexts", "context")[context]["first"].split(";")
    expected = set(takewhile(lambda code_set: "modifier" not in code_set, first))
    votes = dict.fromkeys(tables.by("code_sets", "code_set"), 0)
    fitting = lost = numbers = 0
    for fact, count in rows.items():
        for code_set in fact.sets:
            votes[code_set] += count
        fitting += count * bool(expected & {*fact.sets})
        lost += count * ("zeros" in fact.noted)
        numbers += count * bool({"number", "decimal", "zeros"} & {*fact.noted})
    likely = max(votes, key=lambda code_set: votes[code_set])
    most, sentences = max(present * MOST / 100, 1), []
    if fitting < most <= votes[likely]:
        share = 100 * votes[likely] // present
        sentences.append(f"{share} % of the entries read as {likely}: is this the right column?")
    if numbers >= most:
        sentences.append(
            f"{100 * numbers // present} % of the entries are numbers and {lost:,} lost leading "
            "zeros: read the file again with this column as text (dtype=str)."
        )
    return " ".join(sentences)
