"""What is in a column of codes, how much of it, and what is odd."""

from __future__ import annotations

from typing import Any

import pandas as pd

from codeedu.claims.columns import read_column
from codeedu.codes.classify import Day, ReleaseLike
from codeedu.codes.normalize import SHOWN

EXAMPLES = 3
UNREADABLE, MISSING = LAST = ("not readable", "missing")  # readings that come last
COLUMNS = ["reading", "status", "rows", "share", "distinct", "ambiguous", "noted", "examples"]


def summarize(
    series: pd.Series[Any],
    *,
    context: str = "procedure",
    release: ReleaseLike | None = None,
    on: Day | pd.Series[Any] = None,
) -> pd.DataFrame:
    """Count what the entries of a column can be; takes what `classify_column` takes.

    The answer has one row for each code set, category and status found, the most frequent
    first, and last the entries that are no codes and those that are missing:

    - reading: such as "CPT Category I", "HCPCS Level II", "not readable" or "missing"
    - status: "format" (the right form, checked against no list), "listed", ...; "" if none
    - rows, share: how many rows, and their share of the column, from 0 to 1
    - distinct: how many different codes; of those not readable, different entries
    - ambiguous, noted: rows with another reading as likely; rows with a note
    - examples: the most frequent entries, as they are in the column

    Its `attrs["note"]` is that of `classify_column`.

    Raises what `classify_column` raises.

    >>> import pandas as pd
    >>> print(summarize(pd.Series(["J1885", "99213", "99213-25", "x", None])).iloc[:, :3])
              reading  status  rows
    0  CPT Category I  format     2
    1  HCPCS Level II  listed     1
    2    not readable             1
    3         missing             1
    """
    column = read_column(series, context, release, on)
    entries = pd.DataFrame(
        [
            {
                "reading": MISSING
                if missing
                else " ".join(filter(None, (row.code_set, row.category))) or UNREADABLE,
                "status": row.status or "",
                "rows": int(count),
                "code": row.code,
                "ambiguous": int(count) * row.ambiguous,
                "noted": int(count) * bool(row.note and not missing),
                "entered": _shown(entry),
            }
            for entry, row, missing, count in zip(
                column.entries, column.rows, column.missing, column.counts, strict=True
            )
        ],
        columns=["reading", "status", "rows", "code", "ambiguous", "noted", "entered"],
    )
    found: list[dict[str, Any]] = [
        {
            "reading": reading,
            "status": status,
            "rows": group["rows"].sum(),
            "share": group["rows"].sum() / len(series),
            "distinct": group["entered" if reading == UNREADABLE else "code"].nunique(),
            "ambiguous": group["ambiguous"].sum(),
            "noted": group["noted"].sum(),
            "examples": "" if reading == MISSING else _most_frequent(group),
        }
        for (reading, status), group in entries.groupby(["reading", "status"])
    ]
    found.sort(key=lambda row: (_place(row["reading"]), -row["rows"]))
    summary = pd.DataFrame(found, columns=COLUMNS)
    summary.attrs["note"] = column.hint(context)
    return summary


def _place(reading: object) -> int:
    return LAST.index(str(reading)) + 1 if reading in LAST else 0


def _most_frequent(group: pd.DataFrame) -> str:
    rows = group.groupby("entered", sort=False)["rows"].sum()
    return ", ".join(rows.sort_values(ascending=False, kind="stable").index[:EXAMPLES])


def _shown(value: object) -> str:
    """Return an entry as short text, whatever it is."""
    try:
        text = value if isinstance(value, str) else str(value)
    except Exception:  # an object may refuse even that
        text = f"a {type(value).__name__}"
    text = text[: SHOWN + 1].encode("utf-8", "backslashreplace").decode()  # Arrow takes UTF-8 only
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."
