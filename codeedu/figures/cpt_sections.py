"""The sections of CPT Category I on a line of numbers, and its crowded end piece by piece."""

from __future__ import annotations

from codeedu.codes import formats
from codeedu.codes.formats import Section
from codeedu.codes.wording import listing
from codeedu.figures.canvas import EDGE, SMALL, WIDTH, Canvas, width_of
from codeedu.html.nodes import Figure, readable_figure

ACCENT = "Evaluation and Management"
BAR, THIN, STEP = 26.0, 16.0, 26.0  # pixels: the line's height, a piece's, from piece to piece
LINE, PIECES = 172.0, 260.0  # where the line and the pieces begin, from the top
NAMES = 246.0  # pixels at the left for the names of the pieces


def cpt_sections() -> Figure:
    """Draw the sections of Category I to scale; one of them, and the end where it is, stand out."""
    ranges = formats.by_id("cpt-1").ranges
    accented = [section for section in ranges if section.section == ACCENT]
    low = int(accented[0].first) // 1000 * 1000
    high = -(-int(ranges[-1].last) // 100) * 100
    end = [section for section in ranges if int(section.last) >= low]

    paper = Canvas(PIECES + STEP * len(end) + EDGE - 4)
    paper.title(
        f"{ACCENT} hides near the end",
        f"All numbers of five digits, to scale; below, {low:05} to {high:05} piece by piece",
    )
    paper.line((EDGE, LINE + BAR / 2), (WIDTH - EDGE, LINE + BAR / 2), color="control")
    for section in ranges:
        _section_bar(paper, section, LINE, BAR, (EDGE, 0, 100_000))
    _name_line(paper, [section for section in ranges if int(section.first) < low])
    for number, corner in ((low, NAMES), (high, WIDTH - EDGE)):
        at, bottom = _at(number, EDGE, 0, 100_000), LINE + BAR
        paper.line(
            (at, bottom + 4),
            (at, bottom + 10),
            (corner, PIECES - 20),
            (corner, PIECES + STEP * len(end)),
            color="line",
        )
    for at, section in enumerate(end):
        _piece(paper, section, PIECES + at * STEP, low, high)

    rows: list[dict[str, object]] = [
        {"first": s.first, "last": s.last, "section": s.section} for s in ranges
    ]
    spans = listing([f"{s.first} to {s.last}" for s in accented])
    caption = f"Sections of CPT Category I by number; {ACCENT} is {spans} (cms-oppsb-2026)."
    return readable_figure(paper.svg(), alt=_sections_alt(ranges), table=rows, caption=caption)


def _at(number: float, left: float, low: int, high: int) -> float:
    """Return where a number is on a line from `low` to `high` that begins at `left`."""
    return left + (WIDTH - EDGE - left) * (number - low) / (high - low)


def _section_bar(
    paper: Canvas, section: Section, y: float, tall: float, line: tuple[float, int, int]
) -> tuple[float, float]:
    """Draw a section on a line, at least 2 pixels wide; return where it begins and ends."""
    start, end = (_at(max(int(n), line[1]), *line) for n in (section.first, section.last))
    end = max(end, start + 2)
    if section.section == ACCENT:
        paper.box(start, y, end - start, tall, "cpt")
    else:
        paper.box(start, y, end - start, tall, "quiet-bg", edge="control")
    return start, end


def _name_line(paper: Canvas, sections: list[Section]) -> None:
    """Name sections above the line; one whose neighbor leaves no room is named higher."""
    taken = 0.0
    for section in sections:
        half = width_of(max(section.section, "00000–00000", key=len), SMALL) / 2 + 4
        ends = (_at(int(number), EDGE, 0, 100_000) for number in (section.first, section.last))
        middle = min(max(sum(ends) / 2, EDGE + half), WIDTH - EDGE - half)
        y = LINE - 32
        if middle - half < taken:
            y -= 40
            paper.line((middle, LINE), (middle, y + 26), color="control")
        else:
            taken = middle + half
        paper.text(middle, y, section.section, size=SMALL, anchor="middle")
        paper.text(
            middle,
            y + 17,
            f"{section.first}–{section.last}",
            size=SMALL,
            anchor="middle",
            color="muted",
        )


def _piece(paper: Canvas, section: Section, y: float, low: int, high: int) -> None:
    """Draw a piece of the end on a row of its own: its name, its bar, its numbers."""
    bold = section.section == ACCENT
    start, end = _section_bar(paper, section, y, THIN, (NAMES, low, high))
    middle = y + THIN / 2
    paper.text(
        NAMES - 12,
        middle,
        section.section,
        size=SMALL,
        anchor="end",
        bold=bold,
        color="cpt" if bold else "text",
    )
    numbers = f"{section.first}–{section.last}"
    fits = end + 8 + width_of(numbers, SMALL, bold=bold) < WIDTH - EDGE
    x, anchor = (end + 8, "start") if fits else (start - 8, "end")
    paper.text(
        x, middle, numbers, size=SMALL, anchor=anchor, bold=bold, color="cpt" if bold else "muted"
    )


def _sections_alt(ranges: tuple[Section, ...]) -> str:
    """Return the alt text of the number line: the largest section, and those in pieces."""
    pieces: dict[str, list[Section]] = {}
    for section in ranges:
        pieces.setdefault(section.section, []).append(section)
    size = {n: sum(int(s.last) - int(s.first) + 1 for s in parts) for n, parts in pieces.items()}
    largest = max(size, key=lambda name: size[name])
    share = "more than half of all numbers" if size[largest] > 50_000 else "the most numbers"
    spans = {n: listing([f"{s.first} to {s.last}" for s in parts]) for n, parts in pieces.items()}
    split = " ".join(
        f"{name} is in {len(parts)} pieces: {spans[name]}."
        for name, parts in pieces.items()
        if len(parts) > 1
    )
    last = ranges[-1]
    return (
        "The numbers of CPT Category I as bars on a line from 00000 to 99999. "
        f"{ACCENT} hides near the end: {spans[ACCENT]}. {largest}, {spans[largest]}, takes "
        f"{share}. {split} {last.section} ends the line, {last.first} to {last.last}."
    )
