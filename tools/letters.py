"""Count the Level II codes of each letter in data/codes/level2.csv, into data/codes/letters.csv.

Usage: python tools/letters.py

`live_2026` are the codes without a last day; `not_marked_unpaid_2026` those of them with the
coverage letter C or D, for which Medicare's contractor or a special rule decides: neither I (not
payable), M (not covered) nor S (not covered by law). `listed_2018`, counted on CMS's list of 2018,
is kept as it is.
"""

from pathlib import Path

import pandas as pd

DATA = Path(__file__).parent.parent / "data" / "codes"

if __name__ == "__main__":
    level2 = pd.read_csv(DATA / "level2.csv", dtype=str, keep_default_na=False)
    codes = level2[level2["kind"] == "code"]
    live = codes[codes["terminated"] == ""]
    table = pd.read_csv(DATA / "letters.csv", dtype=str).set_index("letter")
    for name, counted in {
        "listed_2026": codes,
        "live_2026": live,
        "not_marked_unpaid_2026": live[live["coverage"].isin(["C", "D"])],
    }.items():
        table[name] = counted["code"].str[0].value_counts()
    table = table.fillna(0).astype({name: int for name in table if name != "sources"})
    table["sources"] = "cms-hcpcs-2018 cms-hcpcs-2026"
    columns = ["listed_2018", "listed_2026", "live_2026", "not_marked_unpaid_2026", "sources"]
    table[columns].to_csv(DATA / "letters.csv", lineterminator="\n")
