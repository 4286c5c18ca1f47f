"""The map of all strings of five characters: who owns them, and how few are codes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from string import ascii_uppercase

from codeedu import tables
from codeedu.codes import formats
from codeedu.codes.wording import listing, percent
from codeedu.figures.canvas import EDGE, LARGE, SMALL, Canvas
from codeedu.html.answer import hue
from codeedu.html.nodes import Figure, readable_figure

PROCEDURES = ("CPT", "HCPCS Level II", "HCPCS Level III", "CDT")
CELL = 18.0  # pixels of one character
LEFT, TOP = 52.0, 112.0  # where the map begins
DIGITS = 10 * CELL
LETTERS = 26 * CELL
A_TO_V = ascii_uppercase[: ascii_uppercase.index("V") + 1]  # the letters of Level II, D included
UNUSED = "unused"


@dataclass(frozen=True)
class Strip:
    """All strings of five characters that share a letter, in front or last."""

    first: str
    last: str
    owner: str
    strings: int
    counted: int | None = None
    as_of: str = ""
    color: str = ""

    @property
    def share(self) -> float:
        """How much of it is in use, from 0 to 1."""
        return (self.counted or 0) / self.strings


def code_space() -> Figure:
    """Draw every string of five characters by its first and its last one, and who owns it."""
    digits = _strip("00000", "0–9", "0–9", 100_000)
    front = [_strip(f"{c}0000", c, "0–9", 10_000) for c in ascii_uppercase]
    behind = [_strip(f"0000{c}", "0–9", c, 10_000) for c in ascii_uppercase]
    level_2 = [strip for strip in front if strip.owner == "Level II"]
    total, strings = sum(s.counted or 0 for s in level_2), 10_000 * len(A_TO_V)
    top = max(strip.share for strip in (digits, *front, *behind))

    paper = Canvas(TOP + DIGITS + LETTERS + EDGE)
    paper.title(
        "Most well-formed strings are not codes",
        "Rows: the first character. Columns: the last. Three digits are between them.",
    )
    x, y = LEFT + DIGITS, TOP + DIGITS  # where the letters begin
    paper.box(x, y, LETTERS, LETTERS, "card", edge="line")
    _fill(paper, LEFT, TOP, DIGITS, DIGITS, digits, top)
    _axes(paper, x, y)
    for at, strip in enumerate(front):
        row = y + at * CELL
        _fill(paper, LEFT, row, DIGITS, CELL, strip, top)
        if not strip.owner.startswith("Level"):
            paper.text(LEFT + 8, row + CELL / 2, strip.owner, size=SMALL, color="muted")
        if strip.counted is not None:
            paper.text(x - 8, row + CELL / 2, f"{strip.counted:,}", size=SMALL, anchor="end")
    paper.box(x, TOP, LETTERS, DIGITS, "surface", edge="line")
    for at, strip in enumerate(behind):
        if strip.owner != UNUSED:
            _fill(paper, x + at * CELL, TOP, CELL, DIGITS, strip, top)
    _name_digits(paper, digits)
    _name_columns(paper, x, y, behind)
    _name_rows(paper, x, y, front, total, strings)
    _legend(paper, x + 28, y + 13 * CELL, top, digits, level_2)

    used = [strip for strip in (digits, *front, *behind) if strip.owner != UNUSED]
    others = sum(strip.strings for strip in (*front, *behind) if strip.owner == UNUSED)
    nobody = Strip("all others", "", UNUSED, others + 676_000)
    rows: list[dict[str, object]] = [
        {
            "first character": s.first,
            "last character": s.last,
            "code set": s.owner,
            "strings": s.strings,
            "codes counted": "" if s.counted is None else s.counted,
            "as of": s.as_of,
        }
        for s in (*used, nobody)
    ]
    caption = (
        "Who owns which strings of five characters, with digits in between, and how many of them "
        f"are codes ({_count_sources()})."
    )
    alt = _map_alt(digits, front, behind, total)
    return readable_figure(paper.svg(), alt=alt, table=rows, caption=caption)


def _strip(example: str, first: str, last: str, strings: int) -> Strip:
    """Return who owns the strings like `example`, and how many of them are codes."""
    fitting = (f for f in formats.formats() if f.code_set in PROCEDURES)
    code_format = next((f for f in fitting if re.fullmatch(f.pattern, example)), None)
    if code_format is None:
        return Strip(first, last, UNUSED, strings)
    name = code_format.category.split(" (")[0] or code_format.code_set.removeprefix("HCPCS ")
    if code_format.status == "terminated":
        name = "ended"
    elif code_format.status == "local code":
        name = f"{name} (local)"
    color = "quiet" if name == "ended" else hue(code_format.code_set)
    if code_format.id == "level-2":
        column = listed_column()
        count: str | None = tables.by("letters", "letter")[first][column]
        as_of = column.removeprefix("listed_")
    else:
        row = tables.by("counts", "format").get(code_format.id, {})
        count, as_of = row.get("counted"), row.get("as_of", "")
    return Strip(first, last, name, strings, int(count) if count else None, as_of, color)


def listed_column() -> str:
    """Return the newest column of `letters.csv` that counts the codes CMS listed in a year."""
    return max(name for name in tables.rows("letters")[0] if name.startswith("listed_"))


def _count_sources() -> str:
    """Return the sources of the counts."""
    level_2 = {row["sources"].split()[-1] for row in tables.rows("letters")}
    cpt = {row["sources"] for row in tables.rows("counts")}
    return ", ".join(sorted(level_2 | cpt))


def _tone(share: float, top: float) -> float:
    """Return how strong the color of a share is: one ramp from nothing to the largest."""
    return 0.1 + 0.35 * share / top


def _fill(
    paper: Canvas, x: float, y: float, width: float, height: float, strip: Strip, top: float
) -> None:
    if strip.counted is not None and strip.color != "quiet":
        paper.box(x, y, width, height, strip.color, opacity=_tone(strip.share, top), edge="line")
    else:
        fill = f"{strip.color}-bg" if strip.color else "surface"
        paper.box(x, y, width, height, fill, edge="line")


def _axes(paper: Canvas, x: float, y: float) -> None:
    paper.text(LEFT + DIGITS / 2, TOP - 14, "0–9", size=SMALL, anchor="middle", bold=True)
    paper.text(LEFT - 12, TOP + DIGITS / 2, "0–9", size=SMALL, anchor="end", bold=True)
    for at, letter in enumerate(ascii_uppercase):
        middle = (at + 0.5) * CELL
        paper.text(x + middle, TOP - 14, letter, size=SMALL, anchor="middle", bold=True)
        paper.text(LEFT - 16, y + middle, letter, size=SMALL, anchor="middle", bold=True)


def _name_digits(paper: Canvas, digits: Strip) -> None:
    with paper.at(LEFT + DIGITS / 2, TOP + DIGITS / 2):
        paper.text(0, -34, "CPT", size=24.0, anchor="middle", bold=True, color="cpt")
        paper.text(0, -8, digits.owner, anchor="middle")
        paper.text(0, 18, f"{digits.counted:,} codes on", size=SMALL, anchor="middle")
        paper.text(0, 36, f"{digits.strings:,} strings", size=SMALL, anchor="middle")


def _name_columns(paper: Canvas, x: float, y: float, behind: list[Strip]) -> None:
    """Name the letters at the end below their columns, the last of neighbors to its right."""
    used = [(at, strip) for at, strip in enumerate(behind) if strip.owner != UNUSED]
    for at, strip in used:
        middle = x + (at + 0.5) * CELL
        neighbors = {at - 1, at + 1} & {other for other, _ in used}
        anchor = (
            "middle"
            if not neighbors and at
            else "start"
            if at - 1 in neighbors or not at
            else "end"
        )
        edge = {"middle": 0, "start": -4, "end": 4}[anchor]
        paper.line((middle, y), (middle, y + 8), color="control")
        paper.text(middle + edge, y + 20, strip.owner, size=SMALL, anchor=anchor)
        if strip.counted:
            paper.text(
                middle + edge,
                y + 37,
                f"{strip.counted:,} codes",
                size=SMALL,
                anchor=anchor,
                color="muted",
            )


def _name_rows(
    paper: Canvas, x: float, y: float, front: list[Strip], total: int, strings: int
) -> None:
    """Name each group of letters in front once, next to its rows and in its color."""
    for owner in dict.fromkeys(s.owner for s in front if s.owner.startswith("Level")):
        rows = [at for at, strip in enumerate(front) if strip.owner == owner]
        name = owner.removesuffix(" (local)")
        span = f"{name}: {front[rows[0]].first} to {front[rows[-1]].first}"
        if owner == name:
            middle = y + 6.5 * CELL
            paper.text(x + 28, middle, span, size=LARGE, bold=True, color="level-2")
            odds = f"at random: one string in {strings / total:.0f} is one."
            paper.text(x + 28, middle + 27, f"{total:,} codes. Pick a letter and four digits")
            paper.text(x + 28, middle + 47, odds)
        else:
            middle = y + (rows[0] + rows[-1] + 1) / 2 * CELL
            paper.text(x + 28, middle, f"{span}, local", size=LARGE, bold=True, color="level-3")


def _legend(
    paper: Canvas, x: float, y: float, top: float, digits: Strip, level_2: list[Strip]
) -> None:
    paper.text(x, y, "How many of the strings are codes", size=SMALL, bold=True)
    for at, share in enumerate((0, top / 3, 2 * top / 3, top)):
        paper.box(x + at * 64, y + 14, 64, CELL, "level-2", opacity=_tone(share, top), edge="line")
        paper.text(
            x + (at + 0.5) * 64, y + 14 + CELL / 2, percent(share), size=SMALL, anchor="middle"
        )
    when = f"Counted: CPT {digits.as_of[:4]}, Level II {level_2[0].as_of}"
    paper.text(x, y + 50, when, size=SMALL, color="muted")
    paper.text(x, y + 68, "A letter at both ends: no procedure code", size=SMALL, color="muted")


def _map_alt(digits: Strip, front: list[Strip], behind: list[Strip], total: int) -> str:
    """Return the alt text of the map."""

    def letters(strips: list[Strip], owner: str) -> str:
        return listing(
            [s.first if len(s.first) == 1 else s.last for s in strips if s.owner == owner]
        )

    kinds = ", ".join(f"{s.last} is {s.owner}" for s in behind if s.color == "cpt")
    most = sorted(front, key=lambda strip: -strip.share)[:3]
    return (
        "Most well-formed strings are not codes. A map of all strings of five characters by the "
        f"first and the last one. Five digits are {digits.owner} of CPT, {digits.counted:,} codes "
        f"on {digits.strings:,} strings. Letters in front: Level II has "
        f"{letters(front, 'Level II')}; {letters(front, 'CDT')} is dental (CDT); "
        f"{letters(front, 'Level III (local)')} are local codes; {letters(front, UNUSED)} are "
        f"unused. Letters at the end: {kinds}, {letters(behind, 'ended')} has ended, the rest is "
        f"unused. Level II has {total:,} codes on the {10_000 * len(A_TO_V):,} strings "
        f"of a letter from A to V and four digits; {listing([s.first for s in most])} are the "
        "fullest."
    )
