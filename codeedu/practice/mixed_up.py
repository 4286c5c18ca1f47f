"""The learner's own confusion matrix: the figure "confusion", filled from the record."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from codeedu.figures import plot
from codeedu.html.nodes import Figure
from codeedu.practice import record

MOST = 6  # code sets in the picture; the report of `progress` names all


def confusion_matrix(place: str | Path | None = None) -> Figure:
    """Draw which code set this learner took for which, from all answers so far.

    The `MOST` code sets that were mixed up most are shown. `place` is the file of the record
    (see `practice.record.path`). Never raises.

    >>> confusion_matrix("/no/such/file").caption
    'What was taken for what. No answers yet.'
    """
    pairs = ((a.get("truly"), a.get("read_as")) for a in record.read(place).answers)
    counts = Counter((truly, read_as) for truly, read_as in pairs if truly and read_as)
    wrong: Counter[str] = Counter()
    for (truly, read_as), times in counts.items():
        for name in (truly, read_as):  # in the ranking, a right answer weighs next to nothing
            wrong[name] += times * (1000 if truly != read_as else 1)
    shown = {name for name, _ in wrong.most_common(MOST)}
    return plot("confusion", matrix={pair: n for pair, n in counts.items() if shown >= set(pair)})
