"""Make data/codes/doses.csv from a CMS HCPCS file: how much of a drug one unit of a code is.

Usage: python tools/doses.py HCPCS_FILE

HCPCS_FILE is CMS's quarterly file (.txt, .zip or .xlsx). The table has the drug codes (pricing 51)
whose descriptor names exactly one amount. A code of two drugs, of several numbers, of a vial, a
dose or a treatment is left out, and so is one for more, or for no more, than an amount.
"""

import csv
import re
import sys
from pathlib import Path

from codeedu.cms import load_release

DATA = Path(__file__).parent.parent / "data" / "codes"
COLUMNS = ["code", "amount", "unit", "up_to"]
DRUGS = "51"  # the pricing indicator of drugs
UNITS = {
    "mg": "mg|milligrams?",
    "mcg": "mcg|micrograms?",
    "g": "grams?|gm|g",
    "mL": "ml|cc",
    "IU": r"i\.?u\.?",
    "units": "usp units?|units?",
    "mEq": "meq",
    "mCi": "mci|millicuries?",
    "sq cm": "sq cm|square centimeters?",
}
UNIT = "|".join(f"(?P<{name.replace(' ', '_')}>{words})" for name, words in UNITS.items())
DOSE = re.compile(rf"\b(?:(?P<how>per|up to) )?(?P<amount>\d[\d,]*(\.\d+)?)? ?(?:{UNIT})(?!\w)")
STRENGTH = re.compile(r"(\d+-)?\d+ mg/ml iodine concentration")  # how strong it is, not how much
EQUALS = " = 1 unit"  # "500 ml = 1 unit": the amount says it
OTHER = re.compile(
    r"over \d|greater than|less than|mg/ml\b|per (study |treatment |therapeutic )?dose"
)


def dose(descriptor: str) -> tuple[str, str, str] | None:
    """Return amount, unit and "yes" for "up to" of a descriptor; None without exactly one amount.

    >>> dose("Injection, morphine sulfate, up to 10 mg"), dose("Factor viia, 1 microgram")
    (('10', 'mg', 'yes'), ('1', 'mcg', ''))
    >>> dose("High osmolar contrast material, 150-199 mg/ml iodine concentration, per ml")
    ('1', 'mL', '')
    >>> dose("Injection, gamma globulin, intramuscular, over 10 cc")
    >>> dose("Injection, meropenem and vaborbactam, 10mg/10mg (20mg)")
    """
    text = STRENGTH.sub("", descriptor.lower()).replace(EQUALS, "")
    found = [match for match in DOSE.finditer(text) if match["amount"] or match["how"] == "per"]
    if len(found) != 1 or OTHER.search(text):
        return None
    (match,) = found
    unit = next(name for name in UNITS if match[name.replace(" ", "_")])
    amount = (match["amount"] or "1").replace(",", "")
    return amount, unit, "yes" if match["how"] == "up to" else ""


if __name__ == "__main__":
    codes = load_release(sys.argv[1]).codes
    drugs = codes[(codes["pricing"] == DRUGS) & (codes["kind"] == "code")].sort_values("code")
    rows = [
        (code, *found)
        for code, descriptor in zip(drugs["code"], drugs["long"], strict=True)
        if (found := dose(descriptor))
    ]
    with (DATA / "doses.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([COLUMNS, *rows])
    print(f"{len(rows):,} of {len(drugs):,} drug codes name one amount")
