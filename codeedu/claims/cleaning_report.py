"""A chart and a report of cleaned claims, as `clean_claims` returns them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codeedu.claims.cleaning import ACTIONS, CORRECTED, FLAGGED
from codeedu.codes.names import codes_here
from codeedu.html.nodes import Node, Shown, node, table_node, to_html

if TYPE_CHECKING:
    import pandas as pd

    from codeedu.html.nodes import Figure

SHOWN = 15  # flagged lines in the report; all of them are in the cleaned file
BLIND = (
    "No rule sees a wrong code of a good form, such as two swapped digits that make another "
    "code: only the record of the visit shows it. The form of a code does not prove that it "
    "exists, was active or is paid. What was entered is kept."
)


def cleaning_report(cleaned: pd.DataFrame, column: str = "procedure") -> Shown:
    """Return a report on cleaned claims: what was corrected, what needs a person, and why.

    A notebook displays it, and `.save(path)` writes it as a web page for a supervisor.

    Raises KeyError when the columns of `clean_claims` are missing.

    >>> from codeedu import clean_claims, practice_claims
    >>> cleaning_report(clean_claims(practice_claims().head(100)))
    Report on 100 lines: 84 kept, 5 corrected, 11 flagged.
    """
    counts = {action: int((cleaned["action"] == action).sum()) for action in ACTIONS}
    by_action = ", ".join(f"{count:,} {action}" for action, count in counts.items())
    text = f"Report on {len(cleaned):,} lines: {by_action}."
    parts = [
        node("p", node("strong", text), _around(cleaned)),
        _reasons(cleaned, CORRECTED, column, "Corrected: only one thing could be meant"),
        _reasons(cleaned, FLAGGED, column, "Flagged: a person has to look"),
        *_waiting(cleaned, column),
        node("p", node("strong", "What this report cannot see. "), BLIND),
        *(node("p", text) for text in [cleaned.attrs.get("lists")] if text),
    ]
    return Shown(text, "".join(map(to_html, parts)), heading="Claim report")


def cleaning_figure(cleaned: pd.DataFrame) -> Figure:
    """Draw how many lines were corrected or flagged, for each reason, the most frequent first.

    Raises KeyError when the columns of `clean_claims` are missing.

    >>> from codeedu import clean_claims, practice_claims
    >>> cleaning_figure(clean_claims(practice_claims().head(100))).caption
    'Why 16 of 100 lines were corrected or flagged.'
    """
    from codeedu.figures.reasons import reasons_figure

    touched = cleaned[cleaned["action"].isin([CORRECTED, FLAGGED])]
    groups = touched.groupby(["action", "reason"]).size()
    counts = groups.sort_values(ascending=False, kind="stable")
    pairs = zip(counts.index.tolist(), counts.tolist(), strict=True)
    return reasons_figure([(why, action, lines) for (action, why), lines in pairs], len(cleaned))


def _around(cleaned: pd.DataFrame) -> str:
    """Return the dates of service and the flagged charges, if there are such columns."""
    text = ""
    days = [day for day in map(str, cleaned.get("date_of_service", ())) if day[:1].isdigit()]
    if days:
        text += f" Dates of service: {min(days)[:10]} to {max(days)[:10]}."
    if "charge" in cleaned.columns:
        import pandas as pd

        waiting = cleaned.loc[cleaned["action"] == FLAGGED, "charge"]
        total = pd.to_numeric(waiting, errors="coerce").sum()
        text += f" Charges on the flagged lines: ${total:,.0f}."
    return text


def _reasons(cleaned: pd.DataFrame, action: str, column: str, caption: str) -> Node:
    """Return a table of the reasons for an action, the most frequent first, with examples."""
    lines = cleaned[cleaned["action"] == action]
    rows = [
        {
            "reason": reason,
            "lines": len(group),
            "for example": ", ".join(repr(text) for text in group[column].drop_duplicates()[:3]),
        }
        for reason, group in sorted(lines.groupby("reason"), key=lambda item: -len(item[1]))
    ]
    return table_node(rows or [{"reason": "none", "lines": 0, "for example": ""}], caption=caption)


def _waiting(cleaned: pd.DataFrame, column: str) -> list[Node]:
    """Return a table of the first flagged lines, and what their codes are."""
    lines = cleaned[cleaned["action"] == FLAGGED]
    names = [n for n in ("claim", "line", "payer", "date_of_service") if n in cleaned.columns]
    rows = lines[[*names, column, "reason", "perhaps"]].head(SHOWN).astype(str)
    if rows.empty:
        return []
    codes = codes_here(" ".join(map(str, [*rows[column], *rows["perhaps"]])))
    shown = table_node(rows, caption=f"The first {len(rows)} of {len(lines)} flagged lines")
    return [shown, *([node("p", codes)] if codes else [])]
