"""What is drawn on a canvas, for tests that look at it."""

from typing import NamedTuple

from codeedu.codes.wording import visible
from codeedu.figures.canvas import PLAIN, Canvas, width_of


class Box(NamedTuple):
    """A rectangle: where, with what color, and how much of it."""

    x: float
    y: float
    width: float
    height: float
    fill: str
    opacity: float


class Text(NamedTuple):
    """A text: the left end and the middle of it, its size and color."""

    x: float
    y: float
    words: str
    size: float
    width: float
    color: str


def watch(monkeypatch):
    """Return the list of canvases that become pictures from now on, with `boxes` and `texts`."""
    papers = []
    box, text, svg = Canvas.box, Canvas.text, Canvas.svg

    def draw_box(paper, x, y, width, height, fill, *, opacity=1, **look):
        kept = paper.__dict__.setdefault("boxes", [])
        kept.append(Box(*paper._place(x, y), width, height, fill, opacity))
        box(paper, x, y, width, height, fill, opacity=opacity, **look)

    def draw_text(paper, x, y, words, *, size=PLAIN, color="text", anchor="start", **look):
        text(paper, x, y, words, size=size, color=color, anchor=anchor, **look)
        words = visible(words)
        at, middle = paper._place(x, y)
        width = width_of(words, size, bold=look.get("bold", False))
        left = at - width * {"start": 0, "middle": 0.5, "end": 1}[anchor]
        kept = paper.__dict__.setdefault("texts", [])
        kept.append(Text(left, middle, words, size, width, color))

    monkeypatch.setattr(Canvas, "box", draw_box)
    monkeypatch.setattr(Canvas, "text", draw_text)
    monkeypatch.setattr(Canvas, "svg", lambda paper: papers.append(paper) or svg(paper))
    return papers
