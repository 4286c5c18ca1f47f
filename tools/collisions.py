"""Make data/codes/collisions.csv: the strings that are codes of both Level II and ICD-10-CM.

Usage: python tools/collisions.py

It reads data/codes/level2.csv and data/codes/icd10cm.csv. `billable` is about the diagnosis, `live`
about the Level II code: "no" if CMS's file gives it a last day.
"""

from pathlib import Path

import pandas as pd

DATA = Path(__file__).parent.parent / "data" / "codes"

if __name__ == "__main__":
    level2 = pd.read_csv(DATA / "level2.csv", dtype=str, keep_default_na=False)
    both = pd.read_csv(DATA / "icd10cm.csv", dtype=str).merge(level2, on="code").sort_values("code")
    both["icd10cm"] = both["code"].str[:3] + "." + both["code"].str[3:]
    both["live"] = both["terminated"].eq("").map({True: "yes", False: "no"})
    kept = both[["code", "icd10cm", "billable", "live"]]
    kept.to_csv(DATA / "collisions.csv", index=False, lineterminator="\n")
