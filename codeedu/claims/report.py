"""What a cleaned claim file looks like to a person: a picture of the reasons, a report to hand on.

Both take the claims that `clean_claims` returns, and hold no rule of their own.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from codeedu import tables
from codeedu.claims.cleaning import ACTIONS, CORRECTED, FLAGGED
from codeedu.html.nodes import Figure, Node, figure, node, source, table_node, to_html

if TYPE_CHECKING:
    import pandas as pd

SHOWN = 15  # flagged lines in the report; all of them are in the cleaned file
BLIND = (
    "No rule sees a wrong code of a good form, such as two swapped digits that make another "
    "code: only the record of the visit shows it. The form of a code does not prove that it "
    f"exists, was active or is paid. Tables as of {tables.as_of()}. What was entered is kept."
)

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Claim report</title>
<style>{style}
body {{ max-width: 62rem; margin: 2rem auto; padding: 0 1rem; color: #1f2328; background: #fff; }}
h1 {{ font: 600 1.75rem/1.3 system-ui, sans-serif; }}
table {{ width: 100%; margin: 2rem 0; border-collapse: collapse; }}
caption {{ padding-bottom: 0.5rem; font-weight: 600; text-align: start; }}
th, td {{ padding: 0.35rem 0.75rem 0.35rem 0; border-bottom: 1px solid #c9ced6;
  font-weight: 400; text-align: start; vertical-align: top; }}
thead th {{ font-weight: 600; }}
</style>
</head>
<body><main class="codeedu"><h1>Claim report</h1>{body}</main></body>
</html>
"""


class Report:
    """What was found in a claim file, for a supervisor: shown in a notebook, or saved as a page."""

    def __init__(self, body: str, text: str) -> None:
        self.body, self.text = body, text

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return f'<style>{source("theme.css")}</style><div class="codeedu">{self.body}</div>'

    def save(self, path: str | Path) -> Path:
        """Write the report as a web page that needs nothing else; return where it is.

        Raises OSError when it cannot be written.
        """
        place = Path(path)
        page = PAGE.format(style=source("theme.css"), body=self.body)
        place.write_text(page, encoding="utf-8", errors="xmlcharrefreplace")
        return place


def claim_report(cleaned: pd.DataFrame, column: str = "procedure") -> Report:
    """Return a report on cleaned claims: what was changed, what waits, and why.

    Raises KeyError when the columns of `clean_claims` are missing.

    >>> from codeedu import clean_claims, practice_claims
    >>> claim_report(clean_claims(practice_claims().head(100)))
    Report on 100 lines: 82 kept, 3 corrected, 15 flagged.
    """
    counts = {action: int((cleaned["action"] == action).sum()) for action in ACTIONS}
    told = ", ".join(f"{count} {action}" for action, count in counts.items())
    text = f"Report on {len(cleaned)} lines: {told}."
    parts = [
        node("p", node("strong", text), _around(cleaned)),
        _reasons(cleaned, CORRECTED, column, "Corrected: only one thing could be meant"),
        _reasons(cleaned, FLAGGED, column, "Flagged: someone has to look"),
        *_waiting(cleaned, column),
        node("p", node("strong", "What this report cannot see. "), BLIND),
    ]
    return Report("".join(map(to_html, parts)), text)


def plot_reasons(cleaned: pd.DataFrame) -> Figure:
    """Draw how many lines were corrected or flagged, for each reason, the most frequent first.

    Raises KeyError when the columns of `clean_claims` are missing.

    >>> from codeedu import clean_claims, practice_claims
    >>> plot_reasons(clean_claims(practice_claims().head(100))).alt.split("; ")[1].split(". ")[0]
    '3 lines corrected, 15 lines flagged'
    """
    from matplotlib.figure import Figure as Sheet

    from codeedu.figures import AMBER, INK, SKY

    touched = cleaned[cleaned["action"].isin([CORRECTED, FLAGGED])]
    counts = touched.groupby(["action", "reason"]).size().sort_values(ascending=False)
    pairs = zip(counts.index.tolist(), counts.tolist(), strict=True)
    rows = [{"reason": why, "action": action, "lines": n} for (action, why), n in pairs]
    paper = Sheet(figsize=(10, 1 + 0.34 * max(len(rows), 1)))
    axes = paper.add_axes((0.45, 0.02, 0.5, 0.96))
    for at, row in enumerate(rows):
        color = AMBER if row["action"] == FLAGGED else SKY
        axes.barh(at, row["lines"], color=color, edgecolor=INK, height=0.72)
        axes.annotate(f"{row['lines']} {row['action']}", (row["lines"], at), (6, 0), color=INK,
                      textcoords="offset points", va="center", fontsize=11)  # fmt: skip
    axes.set_yticks(range(len(rows)), [row["reason"] for row in rows], fontsize=11, color=INK)
    axes.invert_yaxis()
    axes.margins(x=0.25)
    axes.set_xticks([])
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    most = f"Most often: {rows[0]['reason']}, {rows[0]['lines']} lines." if rows else "None."
    caption = "Why lines were corrected or flagged."
    empty = [{"reason": "none", "action": "", "lines": 0}]
    totals = touched["action"].value_counts()
    told = ", ".join(f"{totals.get(name, 0)} lines {name}" for name in (CORRECTED, FLAGGED))
    alt = f"Bars: the lines of each reason, the most frequent first; {told}. {most}"
    return figure(paper, alt=alt, table=rows or empty, caption=caption)


def _around(cleaned: pd.DataFrame) -> str:
    """Return the period, and how much money waits, where the columns tell."""
    says = ""
    days = [day for day in map(str, cleaned.get("date_of_service", ())) if day[:1].isdigit()]
    if days:
        says += f" Dates of service: {min(days)[:10]} to {max(days)[:10]}."
    if "charge" in cleaned.columns:
        import pandas as pd

        waiting = cleaned.loc[cleaned["action"] == FLAGGED, "charge"]
        total = pd.to_numeric(waiting, errors="coerce").sum()
        says += f" Charges on the flagged lines: ${total:,.0f}."
    return says


def _reasons(cleaned: pd.DataFrame, action: str, column: str, caption: str) -> Node:
    """Return a table of the reasons for an action, the most frequent first, with examples."""
    found = cleaned[cleaned["action"] == action]
    rows = [
        {
            "reason": reason,
            "lines": len(lines),
            "for example": ", ".join(repr(text) for text in lines[column].drop_duplicates()[:3]),
        }
        for reason, lines in sorted(found.groupby("reason"), key=lambda item: -len(item[1]))
    ]
    return table_node(rows or [{"reason": "none", "lines": 0, "for example": ""}], caption=caption)


def _waiting(cleaned: pd.DataFrame, column: str) -> list[Node]:
    """Return the first flagged lines, so that someone can begin."""
    found = cleaned[cleaned["action"] == FLAGGED]
    names = [n for n in ("claim", "line", "payer", "date_of_service") if n in cleaned.columns]
    rows = found[[*names, column, "reason", "perhaps"]].head(SHOWN).astype(str)
    if rows.empty:
        return []
    return [table_node(rows, caption=f"The first {len(rows)} of {len(found)} flagged lines")]
