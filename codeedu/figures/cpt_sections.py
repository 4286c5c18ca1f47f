"""The sections of CPT Category I on a line of numbers, and its crowded end once more."""

from __future__ import annotations

from codeedu.codes import formats
from codeedu.codes.formats import Section
from codeedu.codes.wording import listing
from codeedu.figures.canvas import EDGE, SMALL, WIDTH, Canvas, levels, width_of
from codeedu.html.nodes import Figure, figure

ACCENT = "Evaluation and Management"
BAR = 26.0  # pixels: how tall the lines of numbers are
ROW = 40.0  # pixels: a label of two lines


def cpt_sections() -> Figure:
    """Draw the sections of Category I to scale; one of them, and the end where it is, stand out."""
    ranges = next(f for f in formats.forms() if f.form == "cpt-1").ranges
    accented = [section for section in ranges if section.section == ACCENT]
    low = int(accented[0].first) // 1000 * 1000
    high = -(-int(ranges[-1].last) // 100) * 100
    spans = listing([f"{s.first} to {s.last}" for s in accented])

    front = [s for s in ranges if int(s.first) < low]
    end = [s for s in ranges if int(s.last) >= low]
    above, below = _labels(front, 0, 100_000), _labels(end, low, high)
    first = 92 + ROW * (1 + max(level for _, level, _ in above))
    second = first + BAR + 84
    paper = Canvas(second + BAR + 24 + ROW * (1 + max(level for _, level, _ in below)))
    paper.title(
        f"{ACCENT} hides near the end",
        f"All numbers of five digits, to scale; below, {low:05} to {high:05} enlarged",
    )
    paper.line((EDGE, first + BAR / 2), (WIDTH - EDGE, first + BAR / 2), color="control")
    for section in ranges:
        _bar(paper, section, first, 0, 100_000)
    for middle, level, section in above:
        _label(paper, section, middle, first - 32 - level * ROW, first, section.first)
    for number, corner in ((low, EDGE), (high, WIDTH - EDGE)):
        at = _at(number, 0, 100_000)
        paper.line((at, first + BAR + 3), (at, first + BAR + 10), (corner, second - 12),
                   (corner, second - 4), color="control")  # fmt: skip
    paper.box(EDGE, second, WIDTH - 2 * EDGE, BAR, "surface", edge="control")
    for section in end:
        _bar(paper, section, second, low, high)
    for middle, level, section in below:
        begin = section.first if int(section.first) >= low else "…"
        _label(paper, section, middle, second + BAR + 18 + level * ROW, second + BAR, begin)

    rows: list[dict[str, object]] = [
        {"first": s.first, "last": s.last, "section": s.section} for s in ranges
    ]
    caption = f"Sections of CPT Category I by number; {ACCENT} is {spans} (cms-oppsb-2026)."
    return figure(paper.svg(), alt=_alt(ranges), table=rows, caption=caption)


def _at(number: float, low: int, high: int) -> float:
    """Return where a number is on the line from `low` to `high`."""
    return EDGE + (WIDTH - 2 * EDGE) * (number - low) / (high - low)


def _ends(section: Section, low: int, high: int) -> tuple[float, float]:
    """Return where a section begins and ends on a line; the smallest can still be seen."""
    start, end = (_at(max(int(code), low), low, high) for code in (section.first, section.last))
    return start, max(end, start + 2)


def _bar(paper: Canvas, section: Section, y: float, low: int, high: int) -> None:
    start, end = _ends(section, low, high)
    if section.section == ACCENT:
        paper.box(start, y, end - start, BAR, "cpt")
    else:
        paper.box(start, y, end - start, BAR, "quiet-bg", edge="control")


def _labels(sections: list[Section], low: int, high: int) -> list[tuple[float, int, Section]]:
    """Return for each section the middle of its label, its row, and itself."""
    spans = []
    for section in sections:
        wide = max(width_of(section.section, SMALL), width_of("00000–00000", SMALL)) + 8
        middle = sum(_ends(section, low, high)) / 2
        middle = min(max(middle, EDGE + wide / 2), WIDTH - EDGE - wide / 2)
        spans.append((middle - wide / 2, middle + wide / 2))
    return [
        ((left + right) / 2, level, section)
        for (left, right), level, section in zip(spans, levels(spans), sections, strict=True)
    ]


def _label(
    paper: Canvas, section: Section, middle: float, y: float, edge: float, begin: str
) -> None:
    """Write a label of two lines, led to its bar where other labels are between them."""
    bold, color = section.section == ACCENT, "cpt" if section.section == ACCENT else "text"
    below = y > edge
    near = abs(y - edge) < ROW
    if not near:
        end = (middle, y - 10) if below else (middle, y + 26)
        paper.line((middle, edge), end, color="control")
    paper.text(middle, y, section.section, size=SMALL, anchor="middle", bold=bold, color=color)
    paper.text(middle, y + 17, f"{begin}–{section.last}", size=SMALL, anchor="middle",
               color=color if bold else "muted")  # fmt: skip


def _alt(ranges: tuple[Section, ...]) -> str:
    """Return the alt text of the number line: the largest section, and those in pieces."""
    pieces: dict[str, list[Section]] = {}
    for section in ranges:
        pieces.setdefault(section.section, []).append(section)
    size = {name: sum(int(s.last) - int(s.first) + 1 for s in own) for name, own in pieces.items()}
    largest = max(size, key=lambda name: size[name])
    share = "more than half of all numbers" if size[largest] > 50_000 else "the most numbers"
    spans = {n: listing([f"{s.first} to {s.last}" for s in own]) for n, own in pieces.items()}
    split = " ".join(f"{name} is in {len(own)} pieces: {spans[name]}."
                     for name, own in pieces.items() if len(own) > 1)  # fmt: skip
    last = ranges[-1]
    return (
        "The numbers of CPT Category I as bars on a line from 00000 to 99999. "
        f"{ACCENT} hides near the end: {spans[ACCENT]}. {largest}, {spans[largest]}, takes "
        f"{share}. {split} {last.section} ends the line, {last.first} to {last.last}."
    )
