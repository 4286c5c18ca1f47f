"""Make data/codes/icd10cm.csv: every ICD-10-CM code of a letter and four digits.

Usage: python tools/icd10cm.py

The release comes from the `simple-icd-10-cm` package, which is needed for this script only (pip
install simple-icd-10-cm). It is a work of the US government; only the codes are kept. Afterwards
run collisions.py.
"""

import csv
import re
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


if __name__ == "__main__":
    with open(DATA / "icd10cm.csv", "w", newline="", encoding="utf-8") as file:
        rows = [["code", "billable"], *map(list, sorted(diagnoses().items()))]
        csv.writer(file, lineterminator="\n").writerows(rows)
