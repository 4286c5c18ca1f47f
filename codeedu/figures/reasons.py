"""Why the lines of a claim file were corrected or flagged: bars, the most frequent first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from codeedu.figures.bars import bars
from codeedu.html.nodes import Figure, readable_figure

LOOKS = {"flagged": ("alert", 0.75), "corrected": ("quiet", 0.4)}


def reasons_figure(counts: Sequence[tuple[str, str, int]], total: int) -> Figure:
    """Draw reason, action ("corrected" or "flagged") and number of lines, of `total` lines."""
    sums = Counter[str]()
    for _, action, lines in counts:
        sums[action] += lines
    touched, flagged = sums.total(), sums["flagged"]
    message = f"{flagged:,} of {total:,} lines need a person"
    below = f"Why {flagged:,} lines were flagged (red) and {sums['corrected']:,} corrected (gray)"
    drawn = [
        (reason, [(lines, *LOOKS[action])], f"{lines:,} {action}")
        for reason, action, lines in counts
    ]
    rows = [{"reason": why, "action": what, "lines": lines} for why, what, lines in counts]
    most = f"Most often: {counts[0][0]}, {counts[0][2]} lines." if counts else "None."
    alt = (
        f"{message}. Bars: the lines of each reason, the most frequent first; "
        f"{sums['corrected']} lines corrected, {flagged} lines flagged. {most}"
    )
    caption = f"Why {touched:,} of {total:,} lines were corrected or flagged."
    empty = [{"reason": "none", "action": "", "lines": 0}]
    return readable_figure(
        bars(message, below, drawn).svg(), alt=alt, table=rows or empty, caption=caption
    )
