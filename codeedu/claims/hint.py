"""Guess from the answers whether this is the right column. Works without pandas."""

from __future__ import annotations

from collections import Counter

from codeedu import tables
from codeedu.codes.classify import Classification
from codeedu.codes.wording import percent

MOST = 0.9  # the share of entries at which we say that a column is something else
NUMBERS = {"number", "decimal", "zeros"}  # kinds of notes about numbers


class ColumnHint:
    """Counts the answers for a column; `text` says what the column looks like.

    >>> from codeedu import classify
    >>> hint = ColumnHint("procedure")
    >>> hint.add(classify("E119"), 97)
    >>> hint.add(classify("99213"), 3)
    >>> hint.text
    '97% of the entries read as ICD-10-CM: is this the right column?'
    """

    def __init__(self, context: str) -> None:
        self._expected = set(tables.by("contexts", "context")[context]["belongs"].split(";"))
        self._votes: Counter[str] = Counter()  # by code set, of the strongest readings
        self._present = self._fitting = self._numbers = self._lost_zeros = 0

    def add(self, classification: Classification, count: int = 1) -> None:
        """Count an answer that `count` entries share; do not add missing entries."""
        sets = {reading.code_set for reading in classification.strongest}
        kinds = {note.kind for note in classification.notes}
        self._present += count
        self._votes.update(dict.fromkeys(sets, count))
        self._fitting += count * bool(self._expected & sets)
        self._numbers += count * bool(NUMBERS & kinds)
        self._lost_zeros += count * ("zeros" in kinds)

    @property
    def text(self) -> str:
        """What the column looks like, if not as expected; otherwise ""."""
        most, sentences = max(self._present * MOST, 1), []
        order = list(tables.by("code_sets", "code_set"))
        likely = min(self._votes, key=lambda s: (-self._votes[s], order.index(s)), default="")
        if self._fitting < most <= self._votes[likely]:
            share = percent(self._votes[likely] / self._present)
            sentences.append(f"{share} of the entries read as {likely}: is this the right column?")
        if self._numbers >= most:
            sentences.append(
                f"{percent(self._numbers / self._present)} of the entries are numbers and "
                f"{self._lost_zeros:,} lost leading zeros: read the file again with this column "
                "as text (dtype=str)."
            )
        return " ".join(sentences)
