"""Who owns which codes: the map of all strings, the sections of CPT and those of Level II."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from string import ascii_uppercase

from codeedu import tables
from codeedu.codes import formats
from codeedu.codes.formats import Section
from codeedu.figures.sheet import (
    AMBER,
    BLUE,
    GREEN,
    INK,
    LINE,
    MIST,
    MONO,
    PURPLE,
    QUIET,
    SKY,
    WHITE,
    WIDE,
    YELLOW,
    Drawing,
    Sheet,
    box,
    line,
    listed,
    say,
    wrap,
)

PROCEDURES = ("CPT", "HCPCS Level II", "HCPCS Level III", "CDT")


@dataclass(frozen=True)
class Strip:
    """All strings of five characters that share a letter, in front or last."""

    first: str
    last: str
    owner: str
    strings: int
    counted: int | None = None
    as_of: str = ""
    color: str = WHITE

    @property
    def full(self) -> float:
        """How much of it is in use, from 0 to 1."""
        return (self.counted or 0) / self.strings


def _strip(example: str, first: str, last: str, strings: int) -> Strip:
    """Return who owns the strings like `example`, and how many of them are codes."""
    fitting = (f for f in formats.formats() if f.code_set in PROCEDURES)
    form = next((f for f in fitting if re.fullmatch(f.pattern, example)), None)
    if form is None:
        return Strip(first, last, "unused", strings)
    name = form.category.split(" (")[0] or form.code_set.removeprefix("HCPCS ")
    if form.status == "format":
        color = {"CPT": GREEN, "CDT": AMBER}.get(form.code_set, SKY)
    else:
        name, color = "ended" if form.category else f"{name} (ended)", PURPLE
    if form.id == "level-2":
        count: str | None = tables.by("letters", "letter")[first]["listed_2018"]
        as_of = "2018"
    else:
        row = tables.by("counts", "format").get(form.id, {})
        count, as_of = row.get("counted"), row.get("as_of", "")
    return Strip(first, last, name, strings, int(count) if count else None, as_of, color)


CELL, LEFT, TOP = 0.25, 0.7, 0.8  # inches: one character; where the map begins
EDGE_OF_DIGITS = 10 * CELL


def code_space() -> Drawing:
    """Draw every string of five characters by its first and its last one, and who owns it."""
    digits = _strip("00000", "0–9", "0–9", 100_000)
    front = [_strip(f"{c}0000", c, "0–9", 10_000) for c in ascii_uppercase]
    behind = [_strip(f"0000{c}", "0–9", c, 10_000) for c in ascii_uppercase]
    paper = Sheet(TOP + 36 * CELL + 0.1)
    x, y = LEFT + EDGE_OF_DIGITS, TOP + EDGE_OF_DIGITS  # where the letters begin
    say(paper, x, 0.2, "the last character is a letter", weight="bold")
    say(paper, 0.2, y, "the first character is a letter", weight="bold", rotation=90, va="top",
        ha="center")  # fmt: skip
    say(paper, LEFT + EDGE_OF_DIGITS / 2, 0.6, "a digit", ha="center")
    say(paper, 0.55, TOP + EDGE_OF_DIGITS / 2, "a digit", ha="center", rotation=90)
    box(paper, LEFT, TOP, EDGE_OF_DIGITS, EDGE_OF_DIGITS, GREEN)
    box(paper, LEFT, TOP, EDGE_OF_DIGITS * digits.full, EDGE_OF_DIGITS, BLUE)
    middle = LEFT + EDGE_OF_DIGITS * (1 + digits.full) / 2
    say(paper, middle, TOP + 0.85, "CPT", 24, ha="center", weight="bold")
    say(paper, middle, TOP + 1.3, digits.owner, 14, ha="center")
    say(paper, middle, TOP + 1.7, f"{digits.counted:,} codes on\n{digits.strings:,} strings",
        ha="center")  # fmt: skip
    for at, strip in enumerate(front):
        _row(paper, y + at * CELL, strip)
    for unused, group in groupby(enumerate(behind), lambda pair: pair[1].owner == "unused"):
        _columns(paper, x, list(group), unused)
    box(paper, x, y, 26 * CELL, 26 * CELL, WHITE, edgecolor=LINE)
    level_two = [strip for strip in front if strip.owner == "Level II"]
    total = sum(strip.counted or 0 for strip in level_two)
    fullest = max(level_two, key=lambda strip: strip.full)
    strings = sum(strip.strings for strip in front)
    beside = y + (front.index(fullest) + 0.5) * CELL
    line(paper, [x, x + 0.25], [beside, beside], BLUE, lw=2)
    say(paper, x + 0.35, beside + 0.1,
        f"Blue is what is in use: of {fullest.strings:,} strings that\n"
        f"begin with {fullest.first}, {fullest.counted:,} were codes in {fullest.as_of}",
        12, color=BLUE)  # fmt: skip
    say(paper, x + 0.35, y + 3.1, f"{total:,} codes\non {strings:,} strings", 24, weight="bold")
    say(paper, x + 0.35, y + 3.85, "Level II in 2018: pick one letter and four digits at random,\n"
        f"and it was a code in one case of {strings / total:.0f}", 12)  # fmt: skip
    say(paper, x + 0.35, y + 5.2, "A letter at both ends is no code for a procedure", 12,
        color=QUIET)  # fmt: skip
    nobody = Strip("A–Z", "A–Z", "unused", 676_000)
    rows: list[dict[str, object]] = [
        {"first character": s.first, "last character": s.last, "owner": s.owner,
         "strings": s.strings, "codes counted": "" if s.counted is None else s.counted,
         "as of": s.as_of}
        for s in (digits, *front, *behind, nobody)
    ]  # fmt: skip
    caption = (
        "Who owns which strings of five characters, with digits in between, and how many of them "
        "are codes (cms-hcpcs-2018 for Level II, cms-oppsb-2026 for CPT)."
    )
    return paper, _told(digits, front, behind, total), rows, caption


def _row(paper: Sheet, y: float, strip: Strip) -> None:
    """Draw the strings that begin with a letter."""
    say(paper, LEFT - 0.15, y + CELL / 2, strip.first, ha="center", weight="bold")
    box(paper, LEFT, y, EDGE_OF_DIGITS, CELL, strip.color)
    if strip.full:
        box(paper, LEFT, y, EDGE_OF_DIGITS * strip.full, CELL, BLUE, lw=0)
    quiet = QUIET if strip.owner == "unused" else INK
    say(paper, LEFT + 0.5, y + CELL / 2, strip.owner, color=quiet)
    if strip.counted is not None:
        say(paper, LEFT + EDGE_OF_DIGITS - 0.1, y + CELL / 2, f"{strip.counted:,}", ha="right")


def _columns(paper: Sheet, x: float, group: list[tuple[int, Strip]], unused: bool) -> None:
    """Draw the strings that end in a letter: one column each, or neighbors that nobody uses."""
    for at, strip in group:
        left = x + at * CELL
        say(paper, left + CELL / 2, 0.6, strip.last, ha="center", weight="bold")
        if not unused:
            box(paper, left, TOP, CELL, EDGE_OF_DIGITS, strip.color)
            box(paper, left, TOP, CELL, EDGE_OF_DIGITS * strip.full, BLUE, lw=0)
            count = f" · {strip.counted:,}" if strip.counted else ""
            say(paper, left + CELL / 2, TOP + 0.25, f"{strip.owner}{count}", ha="center", va="top",
                rotation=-90)  # fmt: skip
    if unused:
        left, width = x + group[0][0] * CELL, len(group) * CELL
        box(paper, left, TOP, width, EDGE_OF_DIGITS, WHITE, edgecolor=LINE)
        say(paper, left + width / 2, TOP + EDGE_OF_DIGITS / 2, "unused", ha="center", color=QUIET)


def _told(digits: Strip, front: list[Strip], behind: list[Strip], total: int) -> str:
    """Return the alt text of the map."""

    def letters(strips: list[Strip], owner: str) -> str:
        return listed([s.first if len(s.first) == 1 else s.last for s in strips
                       if s.owner == owner])  # fmt: skip

    kinds = ", ".join(f"{s.last} is {s.owner}" for s in behind if s.color == GREEN)
    most = sorted(front, key=lambda strip: -strip.full)[:3]
    return (
        "A map of all strings of five characters by the first and the last one. Five digits are "
        f"{digits.owner} of CPT, {digits.counted:,} codes on {digits.strings:,} strings. Letters "
        f"in front: Level II has {letters(front, 'Level II')}; "
        f"{letters(front, 'CDT')} is dental (CDT); {letters(front, 'Level III (ended)')} were "
        f"Level III; {letters(front, 'unused')} are unused. Letters at the end: {kinds}, "
        f"{letters(behind, 'ended')} has ended, the rest is unused. Few of the strings are codes: "
        f"Level II had {total:,} codes in 2018 on {sum(s.strings for s in front):,} strings; "
        f"{listed([s.first for s in most])} are the fullest."
    )


def _sections(form: str) -> tuple[Section, ...]:
    return next(f for f in formats.formats() if f.id == form).ranges


def cpt_sections() -> Drawing:
    """Draw the sections of Category I on a number line, and its crowded end once more."""
    ranges = _sections("cpt-1")
    names = list(dict.fromkeys(section.section for section in ranges))
    colors = dict(zip(names, (AMBER, SKY, GREEN, PURPLE, YELLOW, BLUE), strict=True))
    low, high = 99_000, 99_700
    paper = Sheet(4.75)

    def place(number: int, start: int, end: int) -> float:
        return 0.2 + (WIDE - 0.4) * (number - start) / (end - start)

    say(paper, 0.2, 0.2, "All numbers of five digits, to scale", 12, weight="bold")
    line(paper, [0.2, WIDE - 0.2], [1.65, 1.65], LINE, zorder=0)
    for section in ranges:
        start, end = (place(int(code), 0, 100_000) for code in (section.first, section.last))
        box(paper, start, 1.45, max(end - start, 0.02), 0.4, colors[section.section], lw=0.8)
        if int(section.first) < low:
            at, side = ((start + end) / 2, "center") if end > 1 else (start, "left")
            text = f"{wrap(section.section, 1.3)}\n{section.first}\nto {section.last}"
            say(paper, at, 1.38, text, ha=side, va="bottom", linespacing=1.25)
    box(paper, 0.2, 3.0, WIDE - 0.4, 0.5, WHITE, edgecolor=LINE)
    for number, corner in ((low, 0.2), (high, WIDE - 0.2)):
        line(paper, [place(number, 0, 100_000), corner], [1.87, 2.98], QUIET, lw=1, ls=(0, (4, 3)))
    enlarged = f"The crowded end, {low} to {high}, {100_000 / (high - low):.0f} times as large"
    say(paper, 0.2, 2.2, enlarged, 12, weight="bold")
    for section in (s for s in ranges if int(s.last) >= low):
        start, end = (place(max(int(n), low), low, high) for n in (section.first, section.last))
        box(paper, start, 3.0, end - start, 0.5, colors[section.section])
        at, top = (start + end) / 2, 3.58
        if end - start < 0.7:  # too narrow for its name: hang it lower
            line(paper, [at, at], [3.5, 4.12], lw=1)
            top = 4.15
        begin = section.first if int(section.first) >= low else "…"
        say(paper, at, top, f"{section.section}\n{begin}–{section.last}", ha="center", va="top",
            linespacing=1.25)  # fmt: skip
    rows: list[dict[str, object]] = [
        {"first": s.first, "last": s.last, "section": s.section} for s in ranges
    ]
    caption = "Sections of CPT Category I by number (cms-oppsb-2026, April 2026)."
    return paper, _patchwork(ranges), rows, caption


def _patchwork(ranges: tuple[Section, ...]) -> str:
    """Return the alt text of the number line: the largest section, and those in pieces."""
    pieces: dict[str, list[Section]] = {}
    for section in ranges:
        pieces.setdefault(section.section, []).append(section)
    size = {name: sum(int(s.last) - int(s.first) + 1 for s in own) for name, own in pieces.items()}
    largest = max(size, key=lambda name: size[name])
    share = "more than half of all numbers" if size[largest] > 50_000 else "the most numbers"
    spans = {n: listed([f"{s.first} to {s.last}" for s in own]) for n, own in pieces.items()}
    split = ". ".join(f"{name} is in {len(own)} pieces: {spans[name]}"
                      for name, own in pieces.items() if len(own) > 1)  # fmt: skip
    visits, last = "Evaluation and Management", ranges[-1]
    return (
        "The numbers of CPT Category I as bars on a line from 00000 to 99999. "
        f"{largest}, {spans[largest]}, takes {share}. {split}. {visits}, {spans[visits]}, is not "
        f"last: {last.section} ends the line, {last.first} to {last.last}."
    )


def level_ii() -> Drawing:
    """Draw the sections of Level II in order; those with users of their own stand out."""
    ranges = _sections("level-2")
    users = [name for name, _ in Counter(s.used_by for s in ranges).most_common()]
    usual, *special = users
    colors = dict(zip(special, (AMBER, SKY, YELLOW, PURPLE, GREEN), strict=False))
    heights = [0.32 * (1 + wrap(s.used_by, 3.1).count("\n")) if s.used_by != usual else 0.32
               for s in ranges]  # fmt: skip
    paper = Sheet(0.95 + sum(heights))
    say(paper, 0.15, 0.25, f"Used by {usual},", 14, weight="bold")
    say(paper, 0.15, 0.55, "except where a colored band says otherwise", 12)
    y, letter = 0.85, ""
    for section, height in zip(ranges, heights, strict=True):
        middle = y + height / 2
        if section.first[0] != letter:
            letter = section.first[0]
            line(paper, [0.15, WIDE - 0.15], [y, y], LINE, lw=1)
            say(paper, 0.3, middle, letter, 15, ha="center", weight="bold")
        if section.used_by != usual:
            color = colors.get(section.used_by, MIST)
            box(paper, 0.55, y + 0.02, WIDE - 0.7, height - 0.04, color)
            say(paper, 6.5, middle, wrap(section.used_by, 3.1), weight="bold", linespacing=1.1)
        say(paper, 0.65, middle, f"{section.first}–{section.last}", family=MONO)
        say(paper, 1.95, middle, section.section)
        y += height
    rows: list[dict[str, object]] = [
        {"first": s.first, "last": s.last, "section": s.section, "used by": s.used_by}
        for s in ranges
    ]
    exceptions = "; ".join(
        f"{listed(list(dict.fromkeys(s.first[0] for s in ranges if s.used_by == user)))}: {user}"
        for user in special
    )
    alt = (
        f"A list of the {len(rows)} sections of Level II by letter and number, from "
        f"{ranges[0].section.lower()} under {ranges[0].first[0]} to "
        f"{ranges[-1].section.lower()} under {ranges[-1].first[0]}. "
        f"Most are used by {usual}. Letters with users of their own stand out: {exceptions}."
    )
    return paper, alt, rows, "Sections of HCPCS Level II and who uses them (cms-hcpcs-2018)."
