"""A sheet to draw on, measured in inches from its top left corner, and the course's colors.

The fills are those of Okabe and Ito, which people with a color vision deficiency tell apart.
Some are too light beside white, so every mark has a dark outline; words stand on the marks, so
nothing depends on a color.
"""

from __future__ import annotations

import textwrap
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Paper

    Drawing = tuple[Paper, str, list[dict[str, object]], str]  # paper, alt text, rows, caption

INK, QUIET, EDGE, LINE = "#1f2328", "#4f555d", "#3a3f47", "#c9ced6"
AMBER, SKY, GREEN, YELLOW, PURPLE = "#e69f00", "#56b4e9", "#009e73", "#f0e442", "#cc79a7"
BLUE = "#0072b2"  # too dark for INK to stand on it
MIST, WHITE = "#eceff2", "#ffffff"
WIDE = 10.0  # inches; text of 11 points on it is read from the last row of a classroom
MONO = "DejaVu Sans Mono"


def sheet(height: float) -> tuple[Paper, Axes]:
    """Return an empty sheet, `WIDE` inches by `height`, without axes."""
    from matplotlib.figure import Figure

    paper = Figure(figsize=(WIDE, height))
    axes = paper.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, WIDE)
    axes.set_ylim(height, 0)
    return paper, axes


def box(
    axes: Axes, x: float, y: float, width: float, height: float, color: str, **look: Any
) -> None:
    """Draw a filled rectangle with a dark outline."""
    from matplotlib.patches import Rectangle

    shown: dict[str, Any] = {"edgecolor": EDGE, "lw": 1.0} | look
    axes.add_patch(Rectangle((x, y), width, height, facecolor=color, **shown))


def say(axes: Axes, x: float, y: float, text: str, size: float = 11, **look: Any) -> None:
    """Write text; it begins at `x` and is centered on `y` unless `look` says otherwise."""
    shown = {"color": INK, "va": "center", "ha": "left", "family": "DejaVu Sans"} | look
    text = drawable(text, shown["family"])
    # A dollar sign in an entry is a dollar sign, not the start of a formula.
    axes.text(x, y, text, fontsize=size, parse_math=False, **shown)


def drawable(text: str, family: str = "DejaVu Sans") -> str:
    """Return `text` with every character that our type lacks, or nobody sees, as its number."""
    if text.isascii() and text.isprintable():
        return text
    glyphs = _glyphs(family)
    return "".join(
        c if c == "\n" or (c.isprintable() and ord(c) in glyphs) else f"⟨U+{ord(c):04X}⟩"
        for c in text
    )


@cache
def _glyphs(family: str) -> frozenset[int]:
    from matplotlib import font_manager, ft2font

    return frozenset(ft2font.FT2Font(font_manager.findfont(family)).get_charmap())


def line(axes: Axes, xs: list[float], ys: list[float], color: str = EDGE, **look: Any) -> None:
    """Draw a line through points."""
    shown: dict[str, Any] = {"lw": 1.2, "solid_joinstyle": "miter"} | look
    axes.plot(xs, ys, color=color, **shown)


def arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Draw an arrow."""
    look = {"arrowstyle": "-|>", "color": EDGE, "lw": 1.5, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", end, start, arrowprops=look)


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
