"""Clean the procedure codes of a claim file: correct what can mean only one thing, flag the rest.

Nothing is lost: what was entered stays in its column, and every line says what was done and why.
A guess is never written into a code; a flagged line offers it in a column of its own.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date as Date
from typing import TYPE_CHECKING, Any

from codeedu import tables
from codeedu.claims.dates import date_reader
from codeedu.codes import level2, modifiers, rules
from codeedu.codes.classify import Classification, lists_of
from codeedu.codes.explain import with_modifiers
from codeedu.codes.level2 import Listing
from codeedu.codes.model import NOT_PAID, Reading
from codeedu.codes.row import UNREADABLE_DATE, Row, classified

if TYPE_CHECKING:
    import pandas as pd

    from codeedu.cms import Release

PROCEDURES = ("CPT", "HCPCS Level II")
HOSPITAL_ONLY = ("Revenue code", "MS-DRG", "Type of bill", "ICD-10-PCS")  # no professional form
ICD10_BEGAN = Date(2015, 10, 1)
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
    `attrs["lists"]` says which lists were used; `cleaning_report` prints it.

    Raises KeyError when there is no such column.

    >>> from codeedu import practice_claims
    >>> cleaned = clean_claims(practice_claims().head(3))
    >>> cleaned["action"].tolist()
    ['flagged', 'flagged', 'kept']
    """
    need_column(claims, column)
    days, payers, forms = (values_of(claims, n) for n in ("date_of_service", "payer", "form"))
    read_day, _ = date_reader(days)
    lines = zip(claims[column], map(read_day, days), payers, forms, strict=True)
    answers = [_clean_line(*line, release) for line in lines]
    added = {name: [answer[at] for answer in answers] for at, name in enumerate(ADDED)}
    cleaned = claims.assign(**added)
    cleaned.attrs["lists"] = lists_of(release)
    return cleaned


def need_column(claims: pd.DataFrame, name: str) -> None:
    """Raise KeyError, with the columns that there are, if a table has no column of a name."""
    if name not in claims.columns:
        there = ", ".join(map(str, claims.columns))
        raise KeyError(f"There is no column {name!r}. The columns are: {there}.")


def values_of(claims: pd.DataFrame, name: str) -> list[Any]:
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
    answer = _without_icd9(answer, day)
    best = answer.best
    beside = [note.kind for note in answer.notes if note.kind in BESIDE]
    if beside == ["person"] and best and best.strength == "likely":
        beside = []  # it proves itself to be something else
    if reason := next((BESIDE[kind] for kind in beside), ""):
        return "", FLAGGED, reason, _near_codes(answer)
    if best is None or best.code_set not in PROCEDURES or best.strength != "likely":
        return "", FLAGGED, _why_unsure(answer), _near_codes(answer)
    if doubt := _doubt(answer, best, row, day, payer):
        return "", FLAGGED, *doubt
    code = _whole_code(answer)
    if code == entered:
        return code, KEPT, "", ""
    if doubt := _uncertain_repair(answer, form):
        return "", FLAGGED, *doubt
    kinds = [KINDS[note.kind] for note in answer.notes if note.kind in KINDS]
    return code, CORRECTED, ", ".join(dict.fromkeys(kinds)) or "written another way", ""


def _without_icd9(answer: Classification, day: object) -> Classification:
    """Drop what only an older claim can have: ICD-9-CM ended on September 30, 2015."""
    with suppress(ValueError):
        if (date := level2.day(str(day) or None)) and date >= ICD10_BEGAN:
            readings = tuple(r for r in answer.readings if r.code_set != "ICD-9-CM")
            return answer._replace(readings=readings)
    return answer


def _doubt(
    answer: Classification, best: Reading, row: Row, day: object, payer: object
) -> tuple[str, str] | None:
    """Return why a procedure code needs a person and what to look at first, or None."""
    listing = best.listing
    listed = listing.row if listing else None
    instead = _instead(best)
    if row.status == UNREADABLE_DATE:
        return "the date of service cannot be read", instead
    if not listed and _perhaps_diagnosis(answer):
        return "perhaps a diagnosis that lost its dot", _diagnosis_code(answer)
    if listing and not listed and level2.lookup(best.code, str(day) or None).status != "listed":
        return _not_in(listing), _near_codes(answer)
    if row.status == "terminated" and not listing:
        return "a code that has ended", instead
    if listing and listed and listing.status != "listed":
        ended = "not active on the date of service" if day else "a code that has ended, and no date"
        return ended, instead
    for modifier in answer.modifiers:
        if not modifiers.is_listed(modifier, best.code):
            return f"{modifier} is not in our lists of modifiers", best.code
        if not modifiers.is_living(modifier, best.code, str(day) or None):
            return f"the modifier {modifier} is not active", best.code
    in_cms_list = tables.by("level2", "code").get(best.code, {})
    if payer == "Medicare" and in_cms_list.get("coverage", "") in NOT_PAID:
        return "a code that Medicare does not pay", ""
    return None


def _not_in(listing: Listing) -> str:
    """Say in which list a code is not, or that the list does not reach back to the date."""
    if listing.too_old:
        return f"the list does not reach back before {level2.said(listing.reaches)}"
    return f"not in {listing.dated}"


def _instead(reading: Reading) -> str:
    """Return what CMS names in the place of a Level II code, or replaced a deleted CPT code."""
    listed = tables.by("deleted_cpt", "code").get(reading.code, {}).get("instead", "")
    if reading.listing and reading.listing.row:
        listed = reading.listing.row["cross_references"] or listed
    return listed.replace(" ", ", ")


def _uncertain_repair(answer: Classification, form: object) -> tuple[str, str] | None:
    """Return why a code may not be corrected and what it may be, or None if it may.

    Case, blanks, dashes and a name in front are no repairs: they change no code. A repair is
    certain if it is the only one, and no other code set is as likely on this claim form.
    """
    repairs = _repairs(answer)
    if len(repairs) > 1:
        return "more than one repair is needed", _whole_code(answer)
    belongs = tables.by("contexts", "context")["procedure"]["belongs"].split(";")
    able = [
        reading
        for reading in answer.strongest
        if (reading.code_set in belongs or repairs)
        and not (form == "professional" and reading.code_set in HOSPITAL_ONLY)
    ]
    if len(able) > 1:
        codes = ", ".join(reading.code for reading in able)
        lost = "lost zeros" if "zeros" in repairs else "a repair"
        return f"{lost}, and more than one reading", codes
    return None


def _repairs(answer: Classification) -> set[str]:
    """Return the kinds of changes that lead to the best reading and are more than typing."""
    marks = answer.best.marks if answer.best else ()
    changes = {rules.CHANGES.get(mark.row.partition(":")[0], "") for mark in marks}
    return ({note.kind for note in answer.notes} | changes) & set(REPAIRS)


def _whole_code(answer: Classification) -> str:
    return with_modifiers(answer, answer.best) if answer.best else ""


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
    "decimal": "the .0 of a number",
    "quotes": "quotes",
    "marks": "marks around the code",
    "number": "a number, not text",
}
REPAIRS = ("modifier", "zeros", "decimal", "marks")  # the kinds of notes that change a code
# What needs a person, whatever the code: kinds of notes.
BESIDE = {
    "missing": "nothing was entered",
    "list": "several codes in one field",
    "range": "a range of codes",
    "wildcard": "a wildcard for many codes",
    "units": "units beside the code",
    "description": "a text beside the code",
    "cut": "a code and half a modifier",
    "spreadsheet": "a number as a spreadsheet shows it",
    "person": "a number that may identify a person",
    "amount": "an amount",
    "named": "the name in front says another code set",
}


def _diagnosis_code(answer: Classification) -> str:
    return next((r.code for r in answer.readings if r.code_set == "ICD-10-CM"), "")


def _near_codes(answer: Classification) -> str:
    """Return what a person may look at first: parts, what was perhaps meant, or a diagnosis."""
    near = [_whole_code(part) for part in answer.parts]
    best = answer.best
    if not near and best and best.code_set in PROCEDURES and best.strength == "possible":
        near = [code for code in [_whole_code(answer)] if code != str(answer.entered).strip()]
    near = near or [suggestion.code for suggestion in answer.suggestions]
    return ", ".join(dict.fromkeys(near)) or _diagnosis_code(answer)


def _why_unsure(answer: Classification) -> str:
    known = (reading for reading in answer.strongest if reading.status != "not listed")
    best = next(known, answer.best)
    if best and best.strength == "possible" and best.code_set in PROCEDURES:
        if len(_repairs(answer)) > 1:
            return "more than one repair is needed"
        if "modifier" in _repairs(answer):
            return "perhaps a code and a modifier, perhaps another number"
    if answer.suggestions and (
        best is None or best.status == "not listed" or best.code_set == "Payer's own code"
    ):
        return "not a code as entered, but close to one"
    if best and best.strength == "remote" and best.code_set not in PROCEDURES:
        return "not a code"
    if best is None or best.status == "not listed":
        return "not a code" if str(answer.entered).strip() else "nothing was entered"
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
