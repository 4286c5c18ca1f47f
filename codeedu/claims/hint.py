"""Guess from the answers whether this is the right column. Works without pandas."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from codeedu import tables
from codeedu.codes.classify import Classification
from codeedu.codes.formats import matches
from codeedu.codes.normalize import as_entry
from codeedu.codes.wording import percent

MOST = 0.9  # the share of entries at which we say that a column is something else
FEW = 0.1  # the share of entries that only ICD-9-CM explains, in a column of it
ICD9 = "ICD-9-CM"
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
        self._context = context
        self._expected = set(tables.by("contexts", "context")[context]["belongs"].split(";"))
        self._votes: Counter[str] = Counter()  # by code set, of the strongest readings
        self._present = self._fitting = self._unread = self._several = 0
        self._numbers = self._lost_zeros = 0
        # Entries of that form, those that CPT cannot be, and those of five characters.
        self._icd9 = self._icd9_alone = self._icd9_five = 0

    def add(self, answer: Classification, count: int = 1) -> None:
        """Count an answer that `count` entries share; do not add missing entries."""
        if answer.is_placeholder:
            return
        kinds = {note.kind for note in answer.notes}
        sets = {r.code_set for r in answer.strongest if r.strength != "remote"}
        self._present += count
        self._unread += count * (not answer.readings and not answer.parts)
        self._several += count * (len(answer.parts) > 1)
        self._votes.update(dict.fromkeys(sets, count))
        self._fitting += count * bool(self._expected & sets)
        self._numbers += count * bool(NUMBERS & kinds)
        self._lost_zeros += count * ("zeros" in kinds)
        if has_icd9_form(answer.entered):
            self._icd9 += count
            self._icd9_five += count * (len(str(answer.entered).strip()) == 5)
            known = {r.code_set for r in answer.readings if r.status != "not listed"}
            self._icd9_alone += count * (not known & {"CPT", "HCPCS Level II"})

    @property
    def text(self) -> str:
        """What the column looks like, if not as expected; otherwise ""."""
        return " ".join(self._sentences())

    def _sentences(self) -> Iterator[str]:
        most = max(self._present * MOST, 1)
        order = list(tables.by("code_sets", "code_set"))
        likely = min(self._votes, key=lambda s: (-self._votes[s], order.index(s)), default="")
        # Five digits can be either, and only diagnoses mix them with shorter ones.
        few = max(self._present * FEW, 1)
        is_icd9 = self._icd9 >= most and min(self._icd9_alone, self._icd9_five) >= few
        only_icd9 = self._expected & {ICD9} and not is_icd9
        fitting = self._fitting - (self._votes[ICD9] if only_icd9 else 0)
        if is_icd9 and fitting < most and self._votes[likely] < most:
            share = percent(self._icd9 / self._present)
            yield (
                f"{share} of the entries can be {ICD9} diagnoses, used until September 30, 2015: "
                "is this the right column?"
            )
        elif self._several >= most:
            share = percent(self._several / self._present)
            yield f"{share} of the entries hold several codes: split them into rows."
        elif self._unread >= most:
            share = percent(self._unread / self._present)
            yield f"{share} of the entries are no codes that we know: is this the right column?"
        elif fitting < most <= self._votes[likely]:
            share = percent(self._votes[likely] / self._present)
            yield f"{share} of the entries read as {likely}: is this the right column?"
        if self._numbers >= most and not is_icd9:
            lost = f" and {self._lost_zeros:,} lost leading zeros" if self._lost_zeros else ""
            yield (
                f"{percent(self._numbers / self._present)} of the entries are numbers{lost}: read "
                "the file again with this column as text (dtype=str)."
            )


def has_icd9_form(entry: object) -> bool:
    """Return whether an entry has a form of ICD-9-CM.

    >>> has_icd9_form("25000"), has_icd9_form("V5861"), has_icd9_form("E1165")
    (True, True, False)
    """
    text = as_entry(entry).text
    return any(match.strength and match.format.code_set == ICD9 for match in matches(text))
