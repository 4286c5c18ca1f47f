"""Clean the procedure codes of a claim file: correct what can mean only one thing, flag the rest.

Nothing is lost: what was entered stays in its column, and every line says what was done and why.
A guess is never written into a code; a flagged line offers it in a column of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from codeedu import tables
from codeedu.codes.classify import Classification
from codeedu.codes.model import Reading
from codeedu.codes.row import UNREADABLE_DATE, Row, classified

if TYPE_CHECKING:
    import pandas as pd

    from codeedu.cms import Release

PROCEDURES = ("CPT", "HCPCS Level II")
NOT_PAID = ("I", "M", "S")  # coverage letters: not payable, non-covered, excluded by statute
KEPT, CORRECTED, FLAGGED = ACTIONS = ("kept", "corrected", "flagged")


def clean_claims(
    claims: pd.DataFrame, release: Release | None = None, column: str = "procedure"
) -> pd.DataFrame:
    """Return the claims with four more columns of text: corrected, action, reason and perhaps.

    `action` is "kept" (nothing to do), "corrected" (only one thing could be meant) or "flagged"
    (someone has to look). `corrected` is the code with its modifiers, "" where it was flagged.
    `perhaps` is what a person may look at first on a flagged line: the codes it is near to, the
    diagnosis it may be, or those that CMS names in the place of a code that has ended; else "".
    Level II codes that were not active on the `date_of_service` are flagged too, by CMS's list
    that ships with the course or by a `release` of your own; where there is a `payer` column,
    so are codes that Medicare does not pay, by the coverage letter of CMS's list. Lost zeros are
    restored where the `form` is professional, since revenue codes are on institutional claims.

    Raises KeyError when there is no such column.

    >>> from codeedu import practice_claims
    >>> cleaned = clean_claims(practice_claims().head(3))
    >>> cleaned["action"].tolist()
    ['kept', 'kept', 'kept']
    """
    if column not in claims.columns:
        there = ", ".join(map(str, claims.columns))
        raise KeyError(f"There is no column {column!r}. The columns are: {there}.")
    days, payers, forms = (_values(claims, n) for n in ("date_of_service", "payer", "form"))
    lines = zip(claims[column], days, payers, forms, strict=True)
    cleaned = [_clean_line(*line, release) for line in lines]
    added = {name: [line[at] for line in cleaned] for at, name in enumerate(ADDED)}
    return claims.assign(**added)


def _values(claims: pd.DataFrame, name: str) -> list[Any]:
    """Return a column as a list, "" where it has nothing, or where there is no such column."""
    if name not in claims.columns:
        return [""] * len(claims)
    return claims[name].astype(object).where(claims[name].notna(), "").tolist()


ADDED = ("corrected", "action", "reason", "perhaps")


def _clean_line(
    entered: object, day: object, payer: object, form: object, release: Release | None
) -> tuple[str, str, str, str]:
    """Return the columns that are added to a line of the claims."""
    answer, row = classified(entered, "procedure", release, str(day) or None)
    best = answer.best
    if best is None or best.code_set not in PROCEDURES or best.strength != "likely":
        return "", FLAGGED, _why_unsure(answer), _near_codes(answer)
    if doubt := _doubt(answer, best, row, day, payer, form):
        return "", FLAGGED, *doubt
    code = "-".join((best.code, *answer.modifiers))
    if code == entered:
        return code, KEPT, "", ""
    kinds = [KINDS[note.kind] for note in answer.notes if note.kind in KINDS]
    return code, CORRECTED, ", ".join(dict.fromkeys(kinds)) or "written another way", ""


def _doubt(
    answer: Classification, best: Reading, row: Row, day: object, payer: object, form: object
) -> tuple[str, str] | None:
    """Return why a procedure code needs a person and what to look at first, or None."""
    listing = best.listing
    listed = listing.row if listing else None
    instead = listed["cross_references"].replace(" ", ", ") if listed else ""
    if row.status == UNREADABLE_DATE:
        return "the date of service cannot be read", instead
    if not listed and _perhaps_diagnosis(answer):
        return "perhaps a diagnosis that lost its dot", _diagnosis_code(answer)
    if listing and listed and listing.status != "listed":
        ended = "not active on the date of service" if day else "a code that has ended, and no date"
        return ended, instead
    lost_zeros = any(note.kind == "zeros" for note in answer.notes)
    if lost_zeros and answer.is_ambiguous and form != "professional":
        readings = ", ".join(reading.code for reading in answer.strongest)
        return "lost zeros, and more than one reading", readings
    in_cms_list = tables.by("level2", "code").get(best.code, {})
    if payer == "Medicare" and in_cms_list.get("coverage", "") in NOT_PAID:
        return "a code that Medicare does not pay", ""
    return None


def _perhaps_diagnosis(answer: Classification) -> bool:
    diagnosis = tables.by("icd10cm", "code").get(answer.code or "", {})
    return answer.is_ambiguous and diagnosis.get("billable") == "yes"


KINDS = {
    "case": "lower case",
    "blanks": "blanks",
    "dashes": "a dash for a hyphen",
    "modifier": "modifier without a hyphen",
    "prefix": "a name in front",
    "zeros": "lost zeros",
    "decimal": "the .0 of a spreadsheet",
    "quotes": "quotes",
}


def _diagnosis_code(answer: Classification) -> str:
    return next((r.code for r in answer.readings if r.code_set == "ICD-10-CM"), "")


def _near_codes(answer: Classification) -> str:
    near = ", ".join(suggestion.code for suggestion in answer.suggestions)
    return near or _diagnosis_code(answer)


def _why_unsure(answer: Classification) -> str:
    best = answer.best
    if answer.suggestions and (
        best is None or best.status == "not listed" or best.code_set == "Payer's own code"
    ):
        return "not a code as entered, but close to one"
    if best is None or best.status == "not listed":
        return "not a code" if str(answer.entered).strip() else "nothing was entered"
    if best.status == "terminated":
        return "a code that has ended, or a letter at the wrong end"
    if best.code_set == "ICD-10-CM" and best.status != "listed":
        return "the form of a diagnosis, in the procedure field"
    code_set = tables.by("code_sets", "code_set")[best.code_set]
    return code_set["if_in_procedure_field"] or "outside every section we know"


def score_cleaning(cleaned: pd.DataFrame) -> pd.DataFrame:
    """Compare the cleaned practice claims with their answer key, one row for each error.

    Columns: error, lines, kept, corrected, right (corrected to what was meant), flagged.

    Raises ValueError when the claims are not the whole practice file.
    """
    import pandas as pd

    key = pd.read_csv(
        tables.DATA / "practice" / "practice_claims_key.csv", dtype=str, keep_default_na=False
    )
    if list(zip(key["claim"], key["line"], strict=True)) != list(
        zip(cleaned["claim"], cleaned["line"], strict=True)
    ):
        raise ValueError("These are not the lines of the practice claims, in their order.")
    actions = cleaned["action"].to_numpy()
    key = key.assign(
        lines=1,
        kept=(actions == KEPT).astype(int),
        corrected=(actions == CORRECTED).astype(int),
        right=((actions == CORRECTED) & (cleaned["corrected"].to_numpy() == key["meant"])).astype(
            int
        ),
        flagged=(actions == FLAGGED).astype(int),
    )
    key["error"] = key["error"].replace("", "no error")
    counted = key.groupby("error")[["lines", "kept", "corrected", "right", "flagged"]].sum()
    return counted.sort_values("lines", ascending=False).reset_index()
