"""Make data/codes/level2.csv from a CMS HCPCS file: every Level II code and modifier, facts only.

Usage: python tools/level2.py HCPCS_FILE

HCPCS_FILE is CMS's quarterly file (.txt, .zip or .xlsx). It is a work of the US government and
holds no CPT and no CDT code. Dates are ISO dates; a cell is empty where CMS has nothing. CMS's
descriptors are left out. P1 to P6, which the AMA keeps, are in CMS's file and stay in the table.
"""

import sys
from pathlib import Path

from codeedu.cms import load_release

DATA = Path(__file__).parent.parent / "data" / "codes"
COLUMNS = [
    "code",
    "kind",
    "added",
    "effective",
    "terminated",
    "coverage",
    "pricing",
    "betos",
    "cross_references",
]

if __name__ == "__main__":
    codes = load_release(sys.argv[1]).codes
    listed = codes.sort_values(["kind", "code"])[COLUMNS]
    listed.to_csv(DATA / "level2.csv", index=False, lineterminator="\n", date_format="%Y-%m-%d")
