"""Entries under the lens: the parts of one, strings that are two things, and who mixes up what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from codeedu import tables
from codeedu.codes.wording import shorten
from codeedu.figures.ink import drawable
from codeedu.figures.sheet import (
    AMBER,
    GREEN,
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

MOST = 8  # parts of an entry that are drawn; the table has all
GAP = 0.16  # inches around the text of a part
BROAD = 0.602  # how wide a character of our monospaced type is, by its size


def anatomy(code: object = "J1885-JW") -> Drawing:
    """Draw one entry cut into its parts, each led to its name and what it says.

    Any object is an entry; one that has no text of its own is drawn as empty.
    """
    from codeedu.codes.anatomy import Part, parts, written
    from codeedu.codes.classify import classify

    cut = parts(classify(code)) or (Part(" ", "nothing", "nothing was entered"),)
    drawn = cut if len(cut) <= MOST else (*cut[: MOST - 1], Part("…", "the rest", "not drawn"))
    hues = (SKY, GREEN, AMBER, PURPLE, YELLOW)
    roles = list(dict.fromkeys(part.role for part in drawn if part.role != "separator"))
    colors = {role: hues[at % len(hues)] for at, role in enumerate(roles)}
    texts, size = _fitted([drawable(part.text, MONO) for part in drawn], 4.7)
    says = [wrap(part.says, 3.3) for part in drawn]
    heights = [0.4 + 0.2 * text.count("\n") for text in says]
    tall = size / 72 * 1.7
    bottom = 0.6 + tall + sum(heights)
    paper = Sheet(bottom + 0.15)
    x, y = 0.25, 0.25
    for part, text, told, height in zip(drawn, texts, says, heights, strict=True):
        width, row = len(text) * size * BROAD / 72 + GAP, bottom - height / 2
        box(paper, x, y, width, tall, colors.get(part.role, WHITE))
        say(paper, x + width / 2, y + tall / 2, text, size, ha="center", family=MONO)
        middle = x + width / 2
        line(paper, [middle, middle, 5.15], [y + tall, row, row], lw=1)
        line(paper, [middle], [y + tall], marker="o", ms=4)
        say(paper, 5.25, row, part.role, 12, weight="bold")
        say(paper, 6.55, row, told, linespacing=1.2)
        x, bottom = x + width, bottom - height
    rows: list[dict[str, object]] = [{"part": p.text, "name": p.role, "says": p.says} for p in cut]
    entry = shorten(written(code)).strip() or "without text"
    told_of = (f"{p.text} is the {p.role}: {p.says}" for p in cut if p.text.strip())
    said = "; ".join(told_of) or "Nothing was entered"
    count = f"{len(cut)} part" + "s" * (len(cut) > 1)
    alt = f"The entry {entry} cut into {count}, each led by a line to its name. {said}."
    return paper, alt, rows, f"The parts of {entry}."


def _fitted(texts: list[str], inches: float) -> tuple[list[str], float]:
    """Return the texts of the parts, shortened where they must be, and the size they fit in."""
    room = (inches - GAP * len(texts)) * 72 / BROAD
    most = max(map(len, texts))
    while True:
        short = [text if len(text) <= most else f"{text[: most - 1]}…" for text in texts]
        size = min(40.0, room / max(sum(map(len, short)), 1))
        if size >= 12 or most == 1:
            return short, size
        most -= 1


def collisions() -> Drawing:
    """Draw how many strings are a code in both sets, by first letter."""
    found = Counter((row["code"][0], row["billable"]) for row in tables.rows("collisions"))
    diagnoses = Counter(row["code"][0] for row in tables.rows("icd10cm"))
    codes = {row["letter"]: int(row["listed_2018"]) for row in tables.rows("letters")}
    letters = sorted({letter for letter, _ in found})
    both = {letter: found[letter, "yes"] + found[letter, "no"] for letter in letters}
    total, billable = sum(both.values()), sum(found[letter, "yes"] for letter in letters)
    paper = Sheet(1.25 + 0.38 * len(letters))
    say(paper, 0.2, 0.3, f"{total} strings are a code in both sets", 16, weight="bold")
    say(paper, 0.2, 0.65, f"As diagnoses, {billable} can be billed (filled); the other "
        f"{total - billable} are only headings in ICD-10-CM (white)", 12)  # fmt: skip
    say(paper, WIDE - 0.2, 0.3, "of all Level II codes of 2018", ha="right", color=QUIET)
    scale = 5.3 / max(both.values())
    for at, letter in enumerate(letters):
        y, bill, head = 1.0 + at * 0.38, found[letter, "yes"], found[letter, "no"]
        say(paper, 0.35, y + 0.15, letter, 14, ha="center", weight="bold")
        if bill:
            box(paper, 0.65, y, bill * scale, 0.3, AMBER)
        if head:
            box(paper, 0.65 + bill * scale, y, head * scale, 0.3, WHITE)
        named = (bill, "billable"), (head, "heading" if head == 1 else "headings")
        text = " + ".join(f"{count} {name}" for count, name in named if count)
        say(paper, 0.73 + both[letter] * scale, y + 0.15, text)
        say(paper, WIDE - 0.2, y + 0.15, f"{both[letter]} of {codes[letter]:,}", ha="right",
            color=QUIET)  # fmt: skip
    most, best = (max(letters, key=key) for key in (both.__getitem__, lambda x: found[x, "yes"]))
    headings = [letter for letter in letters if not found[letter, "yes"]]
    alt = (
        f"Bars by first letter: {total} strings are codes both in CMS's Level II file of 2018 and, "
        f"without the dot, in ICD-10-CM of April 2026; {billable} of them can be billed as "
        f"diagnoses. {most} has the most, {both[most]}, and {best} the most that can be billed, "
        f"{found[best, 'yes']}. Under {listed(headings)} there are only headings."
    )
    rows: list[dict[str, object]] = [
        {"first letter": x, "may be billed": found[x, "yes"], "heading only": found[x, "no"],
         "Level II codes in 2018": codes[x], "ICD-10-CM strings of this form": diagnoses[x]}
        for x in letters
    ]  # fmt: skip
    return paper, alt, rows, "Strings that are codes in both sets (cms-hcpcs-2018, icd-collisions)."


def confusion(matrix: Mapping[tuple[str, str], int] | None = None) -> Drawing:
    """Draw what was taken for what: rows are what it truly was, columns how it was read.

    `matrix` says how often, by pairs (truly, read as); without one, the picture says how to read
    it.
    """
    counts = {pair: times for pair, times in (matrix or {}).items() if times > 0}
    order = list(tables.by("code_sets", "code_set"))
    met = dict.fromkeys(name for pair in counts for name in pair)
    names = sorted(met, key=lambda n: order.index(n) if n in order else len(order))
    names = names or ["CPT", "HCPCS Level II", "ICD-10-CM"]
    size, numbered = len(names), len(names) > 6  # no room for more names above the columns
    paper = Sheet(1.55 + 0.6 * size)
    say(paper, 3.1, 0.25, "you read it as", 12, weight="bold")
    say(paper, 0.2, 1.05, "it truly was", 12, weight="bold")
    if not counts:
        say(paper, 9.9, 0.25, "No answers yet: this is how to read it", ha="right", color=QUIET)
    width = 6.8 / size
    for at, name in enumerate(names):
        above = str(at + 1) if numbered else wrap(_clipped(name), width - 0.15)
        say(paper, 3.1 + width * (at + 0.5), 1.05 if numbered else 0.85, above, ha="center")
        y = 1.35 + 0.6 * at
        label = f"{at + 1}  {_clipped(name)}" if numbered else _clipped(name)
        say(paper, 0.2, y + 0.3, label, 12)
        for column, other in enumerate(names):
            count, right = counts.get((name, other), 0), name == other
            color = GREEN if right else AMBER
            x = 3.1 + width * column
            box(paper, x, y, width, 0.6, color if count or not counts else WHITE)
            if not counts:
                text = "right" if right else f"it was {name},\nread as {other}"
            else:
                sign = ("✓" if right else "✗") if numbered else "right" if right else "mixed up"
                text = f"{count:,}{chr(10) if size > 4 else ' '}{sign}" if count else ""
            say(paper, x + width / 2, y + 0.3, text, ha="center")
    message = _mixed_up(counts)
    alt = (
        "A square table: rows say what a string truly was, columns how it was read; right answers "
        f"stand on the diagonal, confusions beside it. {message}"
    )
    rows: list[dict[str, object]] = [
        {"truly": truly, "read as": taken, "times": n} for (truly, taken), n in counts.items()
    ] or [{"truly": "no answers yet", "read as": "", "times": 0}]
    return paper, alt, rows, f"What was taken for what. {message}"


def _clipped(name: str) -> str:
    return name if len(name) <= 26 else f"{name[:25]}…"


def _mixed_up(counts: Mapping[tuple[str, str], int]) -> str:
    wrong = {pair: times for pair, times in counts.items() if pair[0] != pair[1]}
    if not wrong:
        return "Nothing was mixed up." if counts else "No answers yet."
    (truly, taken), times = max(wrong.items(), key=lambda item: item[1])
    return f"Most often {truly} was taken for {taken}: {times} times."
