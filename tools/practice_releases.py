"""Make the two small releases of lesson 06 from practice_codes.csv, in CMS's own layout.

Usage: python tools/practice_releases.py

The codes and their dates are those of CMS's 2018 annual file; the words are ours. The older
release knows nothing of what happened after its day.
"""

import csv
from pathlib import Path

DATA = Path(__file__).parent.parent / "data" / "practice"
LAYOUT = DATA.parent / "codes" / "release_layout.csv"
WIDTH = 320
RELEASES = {"2016": "20160101", "2018": "20180101"}


def rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a table."""
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def line(row: dict[str, str], day: str, layout: dict[str, tuple[int, int]]) -> str:
    """Return one record as CMS writes it on `day`."""
    ended = row["terminated"] if row["terminated"] and row["terminated"] < day else ""
    known = row["effective"] if row["effective"] <= day else row["added"]
    fields = {
        "code": row["code"].rjust(5),
        "sequence": "00100",
        "record": "3" if row["kind"] == "code" else "7",
        "long": row["says"],
        "short": row["says"][:28],
        "added": row["added"],
        "effective": known,
        "terminated": ended,
        "action": "N",
        "cross_references": row["successor"] if ended else "",
    }
    record = [" "] * WIDTH
    for name, text in fields.items():
        first, last = layout[name]
        record[first - 1 : last] = text.ljust(last - first + 1)[: last - first + 1]
    return "".join(record)


if __name__ == "__main__":
    places = {r["field"]: (int(r["first"]), int(r["last"])) for r in rows(LAYOUT)}
    for year, day in RELEASES.items():
        known = [row for row in rows(DATA / "practice_codes.csv") if row["added"] <= day]
        records = [line(row, day, places) for row in sorted(known, key=lambda r: r["code"])]
        title = f"A practice release of {year}: real codes and dates, our words. Not CMS's file."
        text = "\n".join([title.ljust(WIDTH), *records]) + "\n"
        (DATA / f"practice_release_{year}.txt").write_text(text, encoding="ascii")
