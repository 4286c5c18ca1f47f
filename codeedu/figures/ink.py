"""From the strokes of a sheet to a picture: drawn by matplotlib, or drawn before.

The pictures that the lessons show are kept in `static/figures/`, each named by what is on its
sheet. So they are there at once, look the same everywhere, and cannot be out of date: a sheet
with other strokes has another name, and is drawn anew. `python -m codeedu.figures` renews them.
"""

from __future__ import annotations

import json
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING

from codeedu.figures.sheet import WIDE, Sheet
from codeedu.html.nodes import STATIC, png

if TYPE_CHECKING:
    from matplotlib.figure import Figure

KEPT = STATIC / "figures"


def picture(paper: Sheet) -> bytes:
    """Return a sheet as PNG, the same bytes every time."""
    kept = KEPT / name(paper)
    return kept.read_bytes() if kept.is_file() else render(paper)


def name(paper: Sheet) -> str:
    """Return the name of the picture of a sheet, made from its strokes."""
    strokes = json.dumps([paper.height, paper.strokes], sort_keys=True)
    return f"{sha256(strokes.encode()).hexdigest()[:16]}.png"


def render(paper: Sheet) -> bytes:
    """Draw a sheet as PNG, whatever style the learner has set."""
    from matplotlib import style

    with style.context("default"):
        return png(draw(paper))


def draw(paper: Sheet) -> Figure:
    """Return a sheet as a matplotlib figure."""
    from matplotlib.figure import Figure
    from matplotlib.patches import Rectangle

    figure = Figure(figsize=(WIDE, paper.height))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, WIDE)
    axes.set_ylim(paper.height, 0)
    for kind, where, look in paper.strokes:
        if kind == "box":
            x, y, width, height = where
            axes.add_patch(Rectangle((x, y), width, height, **look))
        elif kind == "text":
            x, y, text = where
            # A dollar sign in an entry is a dollar sign, not the start of a formula.
            axes.text(x, y, drawable(text, look["family"]), parse_math=False, **look)
        elif kind == "line":
            axes.plot(*where, **look)
        else:
            start, end = where
            axes.annotate("", end, start, arrowprops=look)
    return figure


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
