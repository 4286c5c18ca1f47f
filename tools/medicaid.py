"""Make the two small tables of Medicaid claims from a file of claims by code.

Usage: python tools/medicaid.py CLAIMS_BY_CODE

CLAIMS_BY_CODE is HHS's open data on Medicaid provider spending, 2018 to 2024, summed by the string
in the procedure column: code, claims, paid (dollars), billing_providers, first_month, last_month.
HHS leaves out whatever has fewer than 12 claims, so every sum is a lower bound.

data/practice/medicaid_claims.csv has every string as it was found, but for CPT and CDT codes.
data/practice/medicaid_cpt_by_section.csv has the sums of the strings left out, by code set and
section: the course ships no list of CPT or CDT codes. A string in the form of CPT that lies in no
section of it, and is not known as a deleted number, is no CPT code and is shown. Together the two
tables hold every claim.
"""

import re
import sys
from pathlib import Path

import pandas as pd

DATA = Path(__file__).parent.parent / "data"
FORMS = {"F": "cpt-2", "T": "cpt-3", "U": "cpt-pla", "M": "cpt-maaa", "A": "cpt-a"}


def form(code: str) -> str:
    """Return the id (`formats.csv`) of a string in the form of CPT or CDT, "" for any other."""
    if re.match(r"[0-9]{5}(?![0-9])", code):  # alone, or with a modifier behind it
        return "cpt-1"
    if re.fullmatch(r"[0-9]{7}", code) and len(set(code)) > 1:  # with one of two digits
        return "cpt-1"
    if re.match(r"[0-9]{4}[FTUMA](?![0-9])", code):
        return FORMS[code[4]]
    return "cdt" if re.match(r"D[0-9]{4}(?![0-9])", code) else ""


def section(code: str, form: str, sections: pd.DataFrame, deleted: set[str]) -> str | None:
    """Return the section of a string of this form, "deleted", or None where it is no CPT code."""
    if form == "cdt":
        return ""
    ranges = sections[sections["format"] == form]
    held = ranges[(ranges["first"] <= code[:5]) & (code[:5] <= ranges["last"])]
    if len(held):
        return str(held["section"].iloc[0])
    return "deleted" if code[:5] in deleted else None


if __name__ == "__main__":
    claims = pd.read_csv(sys.argv[1], dtype={"code": str}, keep_default_na=False)
    claims["paid"] = claims["paid"].astype(float).round().astype(int)
    names = pd.read_csv(DATA / "codes" / "sections.csv", dtype=str)
    deleted = set(pd.read_csv(DATA / "codes" / "deleted_cpt.csv", dtype=str)["code"])
    forms = claims["code"].map(form)
    sections = [
        section(c, f, names, deleted) if f else None
        for c, f in zip(claims["code"], forms, strict=True)
    ]
    claims["form"], claims["section"] = forms, sections
    summed = claims[claims["section"].notna()]
    shown = claims[claims["section"].isna()].drop(columns=["form", "section"])
    shown = shown.sort_values("code")
    shown.to_csv(DATA / "practice" / "medicaid_claims.csv", index=False, lineterminator="\n")

    sums = summed.groupby(["form", "section"], as_index=False).agg(
        strings=("code", "size"), claims=("claims", "sum"), paid=("paid", "sum")
    )
    sums.to_csv(DATA / "practice" / "medicaid_cpt_by_section.csv", index=False, lineterminator="\n")
