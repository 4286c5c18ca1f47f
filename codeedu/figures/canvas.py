"""A small canvas for the course's figures: boxes, texts, lines and arrows in, an SVG out.

Lengths are pixels from the top left corner. A text is placed by its middle, so texts in one row
share their baseline. Colors are named as in static/tokens.css; the picture carries the light
and the dark ones, and has its own background, so it can be read on any page.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from html import escape
from math import copysign

from codeedu.codes.wording import visible
from codeedu.html.nodes import source

WIDTH = 760  # pixels of every figure: a column of a notebook
EDGE = 24  # pixels left free on both sides
SMALL, PLAIN, LARGE = 12.5, 14.0, 18.0  # sizes of type
FONTS = {
    "": 'system-ui,"Segoe UI",Roboto,Helvetica,Arial,sans-serif',
    "mono": 'ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace',
}

Point = tuple[float, float]


@cache
def palette() -> dict[str, tuple[str, str]]:
    """Return the colors of tokens.css by name: for light and for dark pages.

    >>> palette()["cpt"]
    ('#0b5a48', '#a4e3cc')
    """
    pairs = re.findall(
        r"--codeedu-([a-z0-9-]+): light-dark\((#\w{6}), (#\w{6})\);", source("tokens.css")
    )
    return {name: (light, dark) for name, light, dark in pairs}


@dataclass
class Canvas:
    """A sheet of `WIDTH` by `height` pixels; `used` are the kinds and colors of its shapes."""

    height: float
    marks: list[str] = field(default_factory=list)
    used: set[tuple[str, str]] = field(default_factory=set)
    origin: Point = (0, 0)

    @contextmanager
    def at(self, x: float, y: float) -> Iterator[None]:
        """Move the origin for what is drawn inside."""
        before, self.origin = self.origin, (self.origin[0] + x, self.origin[1] + y)
        yield
        self.origin = before

    def _place(self, x: float, y: float) -> Point:
        return round(x + self.origin[0], 1), round(y + self.origin[1], 1)

    def _color(self, kind: str, name: str) -> str:
        """Return the class that gives a shape its fill ("f") or its stroke ("s")."""
        self.used.add((kind, name))
        return f"{kind}-{name}"

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        fill: str,
        *,
        opacity: float = 1,
        edge: str = "",
        radius: float = 0,
    ) -> None:
        """Draw a rectangle; `edge` is the color of its outline, "" for none."""
        x, y = self._place(x, y)
        look = self._color("f", fill) + (f" {self._color('s', edge)}" if edge else "")
        clear = f' fill-opacity="{opacity:.2f}"' if opacity < 1 else ""
        round_ = f' rx="{radius:g}"' if radius else ""
        self.marks.append(
            f'<rect x="{x:g}" y="{y:g}" width="{width:.4g}" height="{height:.4g}"'
            f'{round_}{clear} class="{look}"/>'
        )

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float = PLAIN,
        color: str = "text",
        anchor: str = "start",
        bold: bool = False,
        mono: bool = False,
    ) -> None:
        """Write one line with its middle at `y`; `anchor` is "start", "middle" or "end" at `x`."""
        x, y = self._place(x, y)
        look = self._color("f", color) + " b" * bold + " m" * mono
        side = "" if anchor == "start" else f' text-anchor="{anchor}"'
        self.marks.append(
            f'<text x="{x:g}" y="{y + 0.35 * size:.1f}" font-size="{size:g}"{side} class="{look}">'
            f"{escape(visible(words), quote=False)}</text>"
        )

    def line(
        self, *points: Point, color: str = "line", width: float = 1, arrow: bool = False
    ) -> None:
        """Draw a line through points; `arrow` puts a head at its end."""
        placed = " ".join(f"{x:g},{y:g}" for x, y in (self._place(*point) for point in points))
        look = f"n {self._color('s', color)}"
        thick = f' stroke-width="{width:g}"' if width != 1 else ""
        self.marks.append(f'<polyline points="{placed}"{thick} class="{look}"/>')
        if arrow:
            self.line(*_arrowhead(*points[-2:]), color=color, width=width)

    def dot(self, x: float, y: float, radius: float, fill: str) -> None:
        """Draw a filled circle around a point."""
        x, y = self._place(x, y)
        self.marks.append(
            f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" class="{self._color("f", fill)}"/>'
        )

    def title(self, message: str, below: str) -> None:
        """Write what the figure says, and in small type how to read it."""
        size = LARGE * min(1, (WIDTH - 2 * EDGE) / width_of(message, LARGE, bold=True))
        self.text(EDGE, 34, message, size=round(size, 1), bold=True)
        if below:
            self.text(EDGE, 60, below, size=SMALL, color="muted")

    def svg(self) -> str:
        """Return the picture; equal drawings give equal text."""
        ground = f"{self._color('f', 'surface')} {self._color('s', 'line')}"
        colors = sorted(self.used)
        light, dark = (
            "".join(
                f".{kind}-{name}{{{'fill' if kind == 'f' else 'stroke'}:{palette()[name][theme]}}}"
                for kind, name in colors
            )
            for theme in (0, 1)
        )
        style = (
            f"text{{font-family:{FONTS['']}}}.m{{font-family:{FONTS['mono']}}}.b{{font-weight:600}}"
            f".n{{fill:none}}{light}@media(prefers-color-scheme:dark){{{dark}}}"
        )
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{self.height:g}" '
            f'viewBox="0 0 {WIDTH} {self.height:g}"><style>{style}</style>'
            f'<rect x=".5" y=".5" width="{WIDTH - 1}" height="{self.height - 1:g}" rx="8" '
            f'class="{ground}"/>{"".join(self.marks)}</svg>'
        )


def _arrowhead(before: Point, tip: Point) -> tuple[Point, Point, Point]:
    """Return the points of an arrow's head, for a line that ends level or upright.

    >>> _arrowhead((0, 0), (50, 0))
    ((44.0, 4), (50, 0), (44.0, -4))
    """
    x, y = tip
    if y == before[1]:
        back = x - copysign(6, x - before[0])
        return (back, y + 4), tip, (back, y - 4)
    back = y - copysign(6, y - before[1])
    return (x + 4, back), tip, (x - 4, back)


def width_of(words: str, size: float, *, bold: bool = False) -> float:
    """Estimate a line's width, on the high side: we don't know the reader's font.

    >>> width_of("J1885", 10)
    31.0
    """
    return round(len(words) * size * (0.67 if bold else 0.62), 1)


def wrap(words: str, width: float, size: float = PLAIN) -> list[str]:
    """Break a text into lines that fit a width.

    >>> wrap("Pathology and Laboratory", 120)
    ['Pathology and', 'Laboratory']
    """
    return textwrap.wrap(words, max(int(width / (0.62 * size)), 6)) or [""]
