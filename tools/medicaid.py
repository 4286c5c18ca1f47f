"""Make the two small tables of Medicaid claims from a file of claims by code.

Usage: python tools/medicaid.py CLAIMS_BY_CODE

CLAIMS_BY_CODE is HHS's open data on Medicaid provider spending, 2018 to 2024, summed by the string
in the procedure column: code, claims, paid (dollars), billing_providers, first_month, last_month.
HHS leaves out whatever has fewer than 12 claims, so every sum is a lower bound.

data/practice/medicaid_claims.csv has every string as it was found, but for those in the form of
CPT or CDT. data/practice/medicaid_cpt_by_section.csv has the sums of the strings left out, by code
set and section: the course ships no list of CPT or CDT codes. Together they hold every claim.
"""

import re
import sys
from pathlib import Path

import pandas as pd

DATA = Path(__file__).parent.parent / "data"
FORMS = {"F": "cpt-2", "T": "cpt-3", "U": "cpt-pla", "M": "cpt-maaa", "A": "cpt-a"}


def withheld(code: str) -> str:
    """Return the id (`formats.csv`) of a string that is only summed, "" for one that is shown."""
    if re.match(r"[0-9]{5}(?![0-9])", code):  # alone, or with a modifier behind it
        return "cpt-1"
    if re.fullmatch(r"[0-9]{7}", code) and len(set(code)) > 1:  # with one of two digits
        return "cpt-1"
    if re.match(r"[0-9]{4}[FTUMA](?![0-9])", code):
        return FORMS[code[4]]
    return "cdt" if re.match(r"D[0-9]{4}(?![0-9])", code) else ""


def section(code: str, form: str, sections: pd.DataFrame) -> str:
    """Return the section of a string of this form; "" where no section holds it."""
    if form == "cdt":
        return ""
    ranges = sections[sections["format"] == form]
    held = ranges[(ranges["first"] <= code[:5]) & (code[:5] <= ranges["last"])]
    return held["section"].iloc[0] if len(held) else "outside every section"


if __name__ == "__main__":
    claims = pd.read_csv(sys.argv[1], dtype={"code": str}, keep_default_na=False)
    claims["paid"] = claims["paid"].astype(float).round().astype(int)
    claims["format"] = claims["code"].map(withheld)
    shown = claims[claims["format"] == ""].drop(columns="format").sort_values("code")
    shown.to_csv(DATA / "practice" / "medicaid_claims.csv", index=False, lineterminator="\n")

    names = pd.read_csv(DATA / "codes" / "sections.csv", dtype=str)
    summed = claims[claims["format"] != ""].copy()
    summed["section"] = [
        section(c, f, names) for c, f in zip(summed["code"], summed["format"], strict=True)
    ]
    sums = summed.groupby(["format", "section"], as_index=False).agg(
        strings=("code", "size"), claims=("claims", "sum"), paid=("paid", "sum")
    )
    sums.to_csv(DATA / "practice" / "medicaid_cpt_by_section.csv", index=False, lineterminator="\n")
