"""Derive data/codes/icd10cm.csv and data/codes/collisions.csv from releases on this machine.

Usage: python tools/icd10cm.py HCPCS_FILE

HCPCS_FILE is CMS's annual Level II file (fixed width). The ICD-10-CM release comes from the
`simple-icd-10-cm` package, which is needed for this script only (pip install simple-icd-10-cm).
Both are works of the US government; only the codes are kept, no descriptors.
"""

import csv
import re
import sys
from pathlib import Path

import simple_icd_10_cm as icd

DATA = Path(__file__).parent.parent / "data" / "codes"


def diagnoses() -> dict[str, str]:
    """Return every ICD-10-CM code of a letter and four digits: 'yes' if it may be billed."""
    codes = (code for code in icd.get_all_codes(True) if not icd.is_chapter_or_block(code))
    return {
        code.replace(".", ""): "yes" if icd.is_leaf(code) else "no"
        for code in codes
        if re.fullmatch(r"[A-Z][0-9]{2}\.[0-9]{2}", code)
    }


def level_ii(path: str) -> set[str]:
    """Return the procedure codes of a fixed-width CMS file (record id 3, CMS record layout)."""
    with open(path, encoding="latin-1") as lines:
        return {line[:5] for line in lines if len(line) > 292 and line[10] == "3"}


def write(name: str, header: list[str], rows: list[list[str]]) -> None:
    """Write the rows, sorted, as a table of `data/`."""
    with open(DATA / name, "w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *sorted(rows)])


if __name__ == "__main__":
    listed, level2 = diagnoses(), level_ii(sys.argv[1])
    write("icd10cm.csv", ["code", "billable"], [[c, b] for c, b in listed.items()])
    both = sorted(set(listed) & level2)
    write(
        "collisions.csv",
        ["code", "icd10cm", "billable"],
        [[c, f"{c[:3]}.{c[3:]}", listed[c]] for c in both],
    )
