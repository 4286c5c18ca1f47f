"""A sheet to draw on, measured in inches from its top left corner, and the course's colors.

What is drawn is kept as strokes, which `ink` turns into a picture. The fills are those of Okabe
and Ito, which people with a color vision deficiency tell apart. Some are too light beside white,
so every mark has a dark outline; words stand on the marks, so nothing depends on a color.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field
from typing import Any

INK, QUIET, EDGE, LINE = "#1f2328", "#4f555d", "#3a3f47", "#c9ced6"
AMBER, SKY, GREEN, YELLOW, PURPLE = "#e69f00", "#56b4e9", "#009e73", "#f0e442", "#cc79a7"
BLUE = "#0072b2"  # too dark for INK to stand on it
MIST, WHITE = "#eceff2", "#ffffff"
WIDE = 10.0  # inches; text of 11 points on it is read from the last row of a classroom
MONO = "DejaVu Sans Mono"


@dataclass
class Sheet:
    """A sheet, `WIDE` inches by `height`, and its strokes: kind, where, and look."""

    height: float
    strokes: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = field(default_factory=list)


Drawing = tuple[Sheet, str, list[dict[str, object]], str]  # sheet, alt text, rows, caption


def box(
    paper: Sheet, x: float, y: float, width: float, height: float, color: str, **look: Any
) -> None:
    """Draw a filled rectangle with a dark outline."""
    shown = {"edgecolor": EDGE, "lw": 1.0, "facecolor": color} | look
    paper.strokes.append(("box", (x, y, width, height), shown))


def say(paper: Sheet, x: float, y: float, text: str, size: float = 11, **look: Any) -> None:
    """Write text; it begins at `x` and is centered on `y` unless `look` says otherwise."""
    shown = {"color": INK, "va": "center", "ha": "left", "family": "DejaVu Sans"} | look
    paper.strokes.append(("text", (x, y, text), {"fontsize": size} | shown))


def line(paper: Sheet, xs: list[float], ys: list[float], color: str = EDGE, **look: Any) -> None:
    """Draw a line through points."""
    shown = {"color": color, "lw": 1.2, "solid_joinstyle": "miter"} | look
    paper.strokes.append(("line", (xs, ys), shown))


def arrow(paper: Sheet, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Draw an arrow."""
    look = {"arrowstyle": "-|>", "color": EDGE, "lw": 1.5, "shrinkA": 0, "shrinkB": 0}
    paper.strokes.append(("arrow", (start, end), look))


def wrap(text: str, inches: float, size: float = 11) -> str:
    r"""Break text into lines that fit a width; an average character is 0.6 of its size wide.

    >>> wrap("Pathology and Laboratory", 1.3)
    'Pathology and\nLaboratory'
    """
    return textwrap.fill(text, max(int(inches * 72 / (0.6 * size)), 6))


def listed(names: list[str]) -> str:
    """Join names as a sentence does.

    >>> listed(["F", "M", "T"]), listed(["A"])
    ('F, M and T', 'A')
    """
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))
