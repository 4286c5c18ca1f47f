"""Summarize a column of codes."""

from __future__ import annotations

from typing import Any

import pandas as pd

from codeedu.claims.columns import read_column
from codeedu.codes.classify import Day, ReleaseLike, lists_of
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
    """Count the entries of a column by reading; takes what `classify_column` takes.

    Returns a DataFrame with one row for each code set, category and status, the most frequent
    first; the entries that are not codes and those that are missing come last:

    - reading: such as "CPT Category I", "HCPCS Level II", "not readable" or "missing"
    - status: "format" (the right form, checked against no list), "listed", ...; "" if none
    - rows, share: how many rows, and their share of the column, from 0 to 1
    - distinct: how many different codes; for "not readable", different entries
    - ambiguous, noted: rows with two or more equally strong readings; rows with a note
    - examples: the most frequent entries, as they are in the column

    Its `attrs["note"]` and `attrs["lists"]` are those of `classify_column`.

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
    parts = column.entries, column.answers, column.rows, column.missing, column.counts
    entries = pd.DataFrame(
        [
            {
                "reading": MISSING if missing else answer.best.name if answer.best else UNREADABLE,
                "status": row.status or "",
                "rows": int(count),
                "code": row.code,
                "ambiguous": int(count) * row.ambiguous,
                "noted": int(count) * bool(row.note and not missing),
                "entered": _short_text(entry),
            }
            for entry, answer, row, missing, count in zip(*parts, strict=True)
        ],
        columns=["reading", "status", "rows", "code", "ambiguous", "noted", "entered"],
    )
    groups: list[dict[str, Any]] = [
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
    groups.sort(key=lambda row: (_sort_key(row["reading"]), -row["rows"]))
    summary = pd.DataFrame(groups, columns=COLUMNS)
    summary.attrs["note"] = column.hint(context)
    summary.attrs["lists"] = lists_of(release)
    return summary


def _sort_key(reading: object) -> int:
    return LAST.index(str(reading)) + 1 if reading in LAST else 0


def _most_frequent(group: pd.DataFrame) -> str:
    rows = group.groupby("entered", sort=False)["rows"].sum()
    return ", ".join(rows.sort_values(ascending=False, kind="stable").index[:EXAMPLES])


def _short_text(value: object) -> str:
    """Return any entry as short text."""
    try:
        text = value if isinstance(value, str) else str(value)
    except Exception:  # str() of an object may raise anything
        text = f"a {type(value).__name__}"
    text = text[: SHOWN + 1].encode("utf-8", "backslashreplace").decode()  # as Arrow wants it
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."
