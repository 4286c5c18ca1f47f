"""Clean the procedure codes of a claim file: correct what can mean only one thing, flag the rest.

Nothing is lost: what was entered stays in its column, and every line says what was done and why.
A guess is never written into a code; a flagged line offers it in a column of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from codeedu import tables
from codeedu.codes.classify import Classification
from codeedu.codes.row import UNREADABLE_DATE, classified

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
    days, payers, forms = (
        _column_or_blanks(claims, n) for n in ("date_of_service", "payer", "form")
    )
    lines = zip(claims[column], days, payers, forms, strict=True)
    answers = [_judge(*line, release) for line in lines]
    added = {name: [answer[at] for answer in answers] for at, name in enumerate(ADDED)}
    return claims.assign(**added)


def _column_or_blanks(claims: pd.DataFrame, name: str) -> list[Any]:
    """Return a column as a list, "" where it has nothing, or where there is no such column."""
    if name not in claims.columns:
        return [""] * len(claims)
    return claims[name].astype(object).where(claims[name].notna(), "").tolist()


ADDED = ("corrected", "action", "reason", "perhaps")
Judgment = tuple[str, str, str, str]


def _judge(
    entered: object, day: object, payer: object, form: object, release: Release | None
) -> Judgment:
    classification, row = classified(entered, "procedure", release, str(day) or None)
    best = classification.best
    if best is None or best.code_set not in PROCEDURES or best.strength != "likely":
        return "", FLAGGED, _why_flagged(classification), _worth_a_look(classification)
    listing = best.listing
    instead = listing.row["cross_references"].replace(" ", ", ") if listing and listing.row else ""
    if row.status == UNREADABLE_DATE:
        return "", FLAGGED, "the date of service cannot be read", instead
    if _perhaps_diagnosis(classification) and (listing is None or listing.row is None):
        return "", FLAGGED, "perhaps a diagnosis that lost its dot", _diagnosis_code(classification)
    if listing and listing.row and listing.status != "listed":
        why = "not active on the date of service" if day else "a code that has ended, and no date"
        return "", FLAGGED, why, instead
    if (
        classification.is_ambiguous
        and form != "professional"
        and any(n.kind == "zeros" for n in classification.notes)
    ):
        readings = ", ".join(reading.code for reading in classification.strongest)
        return "", FLAGGED, "lost zeros, and more than one reading", readings
    if payer == "Medicare" and _coverage(best.code) in NOT_PAID:
        return "", FLAGGED, "a code that Medicare does not pay", ""
    whole = "-".join((best.code, *classification.modifiers))
    if whole == entered:
        return whole, KEPT, "", ""
    kinds = [KINDS[note.kind] for note in classification.notes if note.kind in KINDS]
    return whole, CORRECTED, ", ".join(dict.fromkeys(kinds)) or "written another way", ""


def _coverage(code: str) -> str:
    return tables.by("level2", "code").get(code, {}).get("coverage", "")


def _perhaps_diagnosis(classification: Classification) -> bool:
    diagnosis = tables.by("icd10cm", "code").get(classification.code or "", {})
    return classification.is_ambiguous and diagnosis.get("billable") == "yes"


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


def _diagnosis_code(classification: Classification) -> str:
    return next((r.code for r in classification.readings if r.code_set == "ICD-10-CM"), "")


def _worth_a_look(classification: Classification) -> str:
    near = ", ".join(suggestion.code for suggestion in classification.suggestions)
    return near or _diagnosis_code(classification)


def _why_flagged(classification: Classification) -> str:
    best = classification.best
    if classification.suggestions and (
        best is None or best.status == "not listed" or best.code_set == "Payer's own code"
    ):
        return "not a code as entered, but close to one"
    if best is None or best.status == "not listed":
        return "not a code" if str(classification.entered).strip() else "nothing was entered"
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
