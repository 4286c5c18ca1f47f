"""What was taken for what: a table of counts, darker for larger ones."""

from __future__ import annotations

from collections.abc import Mapping

from codeedu import tables
from codeedu.codes.wording import clipped, plural
from codeedu.figures.canvas import EDGE, SMALL, WIDTH, Canvas, width_of, wrap
from codeedu.html.nodes import Figure, readable_figure

LEFT, TOP, TALL = 236.0, 136.0, 40.0  # where the cells begin; how tall one is
MANY = 6  # above this many names, columns are numbered
LONGEST = 22  # characters of a name


def confusion(matrix: Mapping[tuple[str, str], int] | None = None) -> Figure:
    """Draw what was taken for what: rows are the actual code sets, columns the chosen ones.

    `matrix` has counts by pairs (actual, chosen); without it, the table is empty.
    """
    counts = {pair: times for pair, times in (matrix or {}).items() if times > 0}
    order = list(tables.by("code_sets", "code_set"))
    met = dict.fromkeys(name for pair in counts for name in pair)
    names = sorted(met, key=lambda n: order.index(n) if n in order else len(order))
    names = names or ["CPT", "HCPCS Level II", "ICD-10-CM"]
    message = _message(counts)
    numbered, width = len(names) > MANY, (WIDTH - EDGE - LEFT) / len(names)
    most = max((times for (a, b), times in counts.items() if a != b), default=1)

    paper = Canvas(TOP + TALL * len(names) + EDGE)
    below = "Answer some questions, and this table fills."
    if counts:
        below = "Right answers are on the diagonal; the darker red, the more often mixed up."
    paper.title(message.removesuffix("."), below)
    paper.text(LEFT, 92, "chosen", size=SMALL, bold=True)
    paper.text(LEFT - 12, TOP - 18, "actual", size=SMALL, bold=True, anchor="end")
    for at, name in enumerate(names):
        label = f"{at + 1}  {_clipped(name)}" if numbered else _clipped(name)
        paper.text(LEFT - 12, TOP + (at + 0.5) * TALL, label, size=SMALL, anchor="end")
        above = [str(at + 1)] if numbered else wrap(_clipped(name), width - 8, SMALL)[:2]
        for line, words in enumerate(reversed(above)):
            paper.text(
                LEFT + (at + 0.5) * width, TOP - 12 - 15 * line, words, size=SMALL, anchor="middle"
            )
        for column, other in enumerate(names):
            times, right = counts.get((name, other), 0), name == other
            x, y = LEFT + column * width, TOP + at * TALL
            paper.box(x, y, width, TALL, "quiet-bg" if right else "surface", edge="line")
            if times and not right:
                paper.box(x, y, width, TALL, "alert", opacity=0.1 + 0.4 * times / most)
            if times:
                paper.text(
                    x + width / 2, y + TALL / 2, _short(times, width), size=SMALL, anchor="middle"
                )
    alt = (
        "A square table: rows say what a string actually was, columns what was chosen; right "
        f"answers are on the diagonal, confusions off it. {message}"
    )
    rows: list[dict[str, object]] = [
        {"actual": actual, "chosen": chosen, "times": n} for (actual, chosen), n in counts.items()
    ] or [{"actual": "no answers yet", "chosen": "", "times": 0}]
    caption = f"What was taken for what. {message}"
    return readable_figure(paper.svg(), alt=alt, table=rows, caption=caption)


def _clipped(name: str) -> str:
    return clipped(name, LONGEST)


def _short(times: int, width: float) -> str:
    """Return a count, in thousands where there is no room for it."""
    full = f"{times:,}"
    return full if width_of(full, SMALL) < width else f"{times // 1000}k"


def _message(counts: Mapping[tuple[str, str], int]) -> str:
    wrong = {pair: times for pair, times in counts.items() if pair[0] != pair[1]}
    if not wrong:
        return "Nothing was mixed up." if counts else "No answers yet."
    (actual, chosen), times = max(wrong.items(), key=lambda item: item[1])
    return (
        f"Most often {_clipped(actual)} was taken for {_clipped(chosen)}: {plural(times, 'time')}."
    )
