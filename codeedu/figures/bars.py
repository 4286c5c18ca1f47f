"""Horizontal bars, each with its number: all bar charts of the course are drawn with them."""

from __future__ import annotations

from collections.abc import Sequence

from codeedu.figures.canvas import EDGE, PLAIN, SMALL, WIDTH, Canvas, width_of

STEP, THICK, TOP = 30.0, 20.0, 88.0  # pixels from bar to bar, of a bar, above the first
Part = tuple[float, str, float]  # its length, color and opacity

Bar = tuple[str, Sequence[Part], str]  # its name, its parts, the text after it


def bars(message: str, below: str, rows: Sequence[Bar], *, bold: bool = False) -> Canvas:
    """Return a canvas with bars; the longest one, with its text, fills the width."""
    paper = Canvas(TOP + STEP * len(rows) + EDGE - 8)
    paper.title(message, below)
    size = PLAIN if bold else SMALL
    names = max((width_of(name, size, bold=bold) for name, _, _ in rows), default=0)
    left = EDGE + names + 12
    room = min(
        (
            (WIDTH - EDGE - left - 10 - width_of(after, SMALL)) / total
            for _, parts, after in rows
            if (total := sum(part[0] for part in parts))
        ),
        default=1,
    )
    for at, (name, parts, after) in enumerate(rows):
        y, x = TOP + at * STEP, left
        paper.text(left - 12, y + THICK / 2, name, size=size, anchor="end", bold=bold)
        for length, color, strength in parts:
            if length:
                paper.box(x, y, length * room, THICK, color, opacity=strength)
                x += length * room
        paper.text(x + 8, y + THICK / 2, after, size=SMALL)
    return paper


def legend(paper: Canvas, looks: Sequence[tuple[str, str, float]], y: float = 60) -> None:
    """Say what colors mean, below the title unless `y` says where: name, color, opacity.

    A pale color, the background of another one, has an edge of that one.
    """
    x = float(EDGE)
    for name, color, strength in looks:
        edge = color.removesuffix("-bg") if color.endswith("-bg") else ""
        paper.box(x, y - 8, 16, 16, color, opacity=strength, edge=edge, radius=4)
        paper.text(x + 24, y, name, size=SMALL)
        x += 24 + width_of(name, SMALL) + 24
