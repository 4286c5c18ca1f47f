"""What an analyst asks first of a column of codes: what is in it, how much, and what is odd."""

from __future__ import annotations

from typing import Any

import pandas as pd

from codeedu.claims.columns import frame_of, read_column, status_column
from codeedu.codes.normalize import SHOWN

EXAMPLES = 3
UNREADABLE, MISSING = LAST = ("not readable", "missing")
COLUMNS = ["reading", "status", "rows", "share", "distinct", "ambiguous", "noted", "examples"]


def summarize(
    series: pd.Series[Any],
    *,
    context: str = "procedure",
    release: Any = None,
    on: Any = None,
) -> pd.DataFrame:
    """Count what the entries of a column can be; takes what `classify_column` takes.

    The answer has one row for each code set, category and status found, the most frequent
    first, and last of all the entries that are no codes and those that are missing:

    - reading: such as "CPT Category I", "HCPCS Level II", "not readable" or "missing"
    - status: "format" (the right form, checked against no list), "listed", ...; "" if none
    - rows, share: how many rows, and which part of the column
    - distinct: how many different codes; of those not readable, different entries
    - ambiguous, noted: rows with another reading as likely; rows with a note
    - examples: the most frequent entries, as they stand in the column

    Its `attrs["note"]` is that of `classify_column`.

    Raises what `classify_column` raises.

    >>> import pandas as pd
    >>> print(summarize(pd.Series(["J1885", "99213", "99213-25", "x", None])).iloc[:, :3])
              reading  status  rows
    0  CPT Category I  format     2
    1  HCPCS Level II  format     1
    2    not readable             1
    3         missing             1
    """
    column = read_column(series, context)
    frame = frame_of(column, series.index, context)
    missing = series.isna().to_numpy(bool)
    unread = frame["code"].isna().to_numpy(bool) & ~missing
    category = (" " + frame["category"].astype(object)).fillna("")
    reading = (frame["code_set"].astype(object) + category).to_numpy(object, copy=True)
    reading[unread], reading[missing] = UNREADABLE, MISSING
    rows = pd.DataFrame(
        {
            "reading": reading,
            "status": status_column(column, series.index, release, on).astype(object),
            "code": frame["code"].astype(object).to_numpy(),
            "ambiguous": frame["ambiguous"].to_numpy(),
            "noted": (frame["note"] != "").to_numpy() & ~missing,
            "entered": list(map(_shown, series)),
        }
    )
    rows["status"] = rows["status"].fillna("")
    found = [
        {
            "reading": of,
            "status": status,
            "rows": len(group),
            "share": len(group) / len(rows),
            "distinct": group["entered" if of == UNREADABLE else "code"].nunique(),
            "ambiguous": int(group["ambiguous"].sum()),
            "noted": int(group["noted"].sum()),
            "examples": "" if of == MISSING else _examples(group["entered"]),
        }
        for (of, status), group in rows.groupby(["reading", "status"])
    ]
    found.sort(key=lambda row: -row["rows"])  # type: ignore[operator]
    found.sort(key=lambda row: LAST.index(row["reading"]) + 1 if row["reading"] in LAST else 0)
    summary = pd.DataFrame(found, columns=COLUMNS)
    summary.attrs["note"] = frame.attrs["note"]
    return summary


def _examples(entered: pd.Series[str]) -> str:
    return ", ".join(entered.value_counts().index[:EXAMPLES])


def _shown(value: object) -> str:
    """Return an entry as short text, whatever it is."""
    try:
        text = value if isinstance(value, str) else str(value)
    except Exception:  # an object may refuse even that
        text = f"a {type(value).__name__}"
    text = text[: SHOWN + 1].encode("utf-8", "backslashreplace").decode()  # Arrow takes UTF-8 only
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."
