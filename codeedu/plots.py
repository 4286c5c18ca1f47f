"""The figures of the course, drawn from the tables, each with its words and its numbers.

Every drawing returns a matplotlib figure, an alt text that says the message, and the rows behind
it; `plot` puts the three together. Colors are those of Okabe and Ito, which people with a color
vision deficiency tell apart; words stand on the marks, so nothing depends on them.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from codeedu import forms, tables
from codeedu.markup import Figure, figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Paper

INK, QUIET, EDGE = "#1f2328", "#565c64", "#3a3f47"
SKY, GREEN, AMBER, ROSE, GRAY, VIOLET = (
    "#9ad0f5", "#8fd8bd", "#f6cf8c", "#f0a8b4", "#e3e6ea", "#cdb9ee",
)  # fmt: skip
Drawing = tuple["Paper", str, list[dict[str, object]], str]


def plot(name: str, **options: Any) -> Figure:
    """Return a figure of the course by its name.

    Names: "anatomy" (code=…), "code-space", "collisions", "confusion" (matrix=…),
    "cpt-sections", "decision", "level-ii", "timeline".

    Raises ValueError for an unknown name.

    >>> plot("cpt-sections").alt[:37]
    'The numbers of CPT Category I as bars'
    """
    if name not in DRAWINGS:
        raise ValueError(f"There is no figure {name!r}; there are: {', '.join(sorted(DRAWINGS))}.")
    paper, alt, rows, caption = DRAWINGS[name](**options)
    return figure(paper, alt=alt, table=rows, caption=caption)


def _paper(width: float, height: float) -> tuple[Paper, Axes]:
    """Return an empty sheet without axes, in our type."""
    import matplotlib
    from matplotlib.figure import Figure as Sheet

    matplotlib.rcParams["font.family"] = "DejaVu Sans"
    paper = Sheet(figsize=(width, height))
    axes = paper.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, width)
    axes.set_ylim(height, 0)  # inches from the top left corner
    return paper, axes


def _box(axes: Axes, x: float, y: float, width: float, height: float, color: str) -> None:
    from matplotlib.patches import Rectangle

    axes.add_patch(Rectangle((x, y), width, height, facecolor=color, edgecolor=EDGE, lw=1))


def _say(axes: Axes, x: float, y: float, text: str, size: float = 11.5, **look: Any) -> None:
    axes.text(x, y, text, fontsize=size, **{"color": INK, "va": "center", "ha": "left"} | look)


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    axes.annotate("", end, start, arrowprops={"arrowstyle": "-|>", "color": EDGE, "lw": 1.5})


def cpt_sections() -> Drawing:
    """Draw the sections of Category I on a number line, and the crowded end once more."""
    form = next(form for form in forms.forms() if form.form == "cpt-1")
    names = list(dict.fromkeys(section.section for section in form.ranges))
    colors = dict(zip(names, (AMBER, SKY, GREEN, VIOLET, ROSE, GRAY), strict=True))
    paper, axes = _paper(10, 6.1)
    _say(axes, 0.1, 0.25, "All five digits, 00000 to 99999, to scale", weight="bold")
    for row, name in enumerate(names):
        y = 0.5 + row * 0.4
        _say(axes, 0.1, y + 0.15, name)
        axes.plot([3.1, 9.9], [y + 0.3, y + 0.3], color="#d5d9df", lw=0.8)
        for section in (s for s in form.ranges if s.section == name):
            x, width = _strip(section, 0, 100_000)
            _box(axes, x, y + 0.02, width, 0.26, colors[name])
            if width > 0.06:
                beside = "center" if width > 1.3 else "left" if x < 5 else "right"
                at = {"center": x + width / 2, "left": x + width + 0.06, "right": x - 0.06}[beside]
                _say(axes, at, y + 0.16, f"{section.first}–{section.last}", 11, ha=beside)
    _say(axes, 0.1, 3.4, "The crowded end, 99000 to 99700, 143 times as large", weight="bold")
    crowded = [s for s in form.ranges if s.last > "99000"]
    for row, name in enumerate(dict.fromkeys(s.section for s in crowded)):
        y = 3.7 + row * 0.75
        _say(axes, 0.1, y + 0.15, name)
        for section in (s for s in crowded if s.section == name):
            x, width = _strip(section, 99_000, 99_700)
            _box(axes, x, y, width, 0.28, colors[name])
            label = f"{section.first}–{section.last}" if section.first > "99000" else "to 99099"
            _say(axes, x + width / 2, y + 0.43, label, 11, ha="center")
    rows: list[dict[str, object]] = [
        {"first": s.first, "last": s.last, "section": s.section} for s in form.ranges
    ]
    alt = (
        "The numbers of CPT Category I as bars on a line from 00000 to 99999. Surgery, 10004 to "
        "69990, takes more than half. Anesthesia stands at the start and has a second small piece, "
        "99100 to 99140, amid medicine; evaluation and management, 99202 to 99499, stands "
        "between two pieces of medicine."
    )
    return paper, alt, rows, "Sections of CPT Category I by number (cms-oppsb-2026, April 2026)."


def _strip(section: forms.Section, low: int, high: int) -> tuple[float, float]:
    """Return where a range begins on the sheet and how wide it is, at least a hair."""
    start, end = max(int(section.first), low), min(int(section.last), high)
    scale = 6.8 / (high - low)
    return 3.1 + (start - low) * scale, max((end - start) * scale, 0.05)


def level_ii() -> Drawing:
    """Draw the sections of Level II, one row for each, with who uses them."""
    form = next(form for form in forms.forms() if form.form == "level-2")
    users = list(dict.fromkeys(section.used_by for section in form.ranges))
    colors = dict(zip(users, (SKY, GREEN, AMBER, VIOLET, ROSE, GRAY), strict=False))
    paper, axes = _paper(11.6, 0.5 + 0.34 * len(form.ranges))
    for x, heading in ((0.1, "codes"), (1.75, "section"), (7.0, "used by")):
        _say(axes, x, 0.2, heading, weight="bold")
    letter = ""
    for row, section in enumerate(form.ranges):
        y = 0.42 + row * 0.34
        if section.first[0] != letter:
            axes.plot([0.1, 11.5], [y, y], color="#aab0b8", lw=0.8)
            letter = section.first[0]
        _box(axes, 6.75, y + 0.05, 0.16, 0.24, colors[section.used_by])
        _say(axes, 0.1, y + 0.17, f"{section.first}–{section.last}", 11, family="DejaVu Sans Mono")
        _say(axes, 1.75, y + 0.17, section.section, 11)
        _say(axes, 7.0, y + 0.17, section.used_by, 11)
    rows: list[dict[str, object]] = [
        {"first": s.first, "last": s.last, "section": s.section, "used by": s.used_by}
        for s in form.ranges
    ]
    alt = (
        f"A list of the {len(rows)} sections of Level II by letter and number, from "
        f"{form.ranges[0].section.lower()} under A to {form.ranges[-1].section.lower()} under V, "
        f"each with who uses it: {'; '.join(users)}. Most are for Medicare and other payers; "
        "H and T are for state Medicaid, S is never for Medicare."
    )
    return paper, alt, rows, "Sections of HCPCS Level II and who uses them (cms-hcpcs-2018)."


def anatomy(code: str = "J1885-JW") -> Drawing:
    """Draw one entry cut into its parts, each with its name and what it says."""
    from codeedu.classify import classify
    from codeedu.parts import parts

    cut = parts(classify(code))
    shades = dict(zip(dict.fromkeys(p.role for p in cut), (SKY, GREEN, AMBER, ROSE, VIOLET, GRAY),
                      strict=False))  # fmt: skip
    paper, axes = _paper(10, 2.5)
    widths = [0.42 * len(part.text) + 0.2 for part in cut]
    step = 9.6 / max(len(cut), 1)
    x = 5 - sum(widths) / 2
    for at, (part, width) in enumerate(zip(cut, widths, strict=True)):
        _box(axes, x, 0.2, width, 0.75, shades[part.role])
        _say(axes, x + width / 2, 0.6, part.text, 30, ha="center", family="DejaVu Sans Mono")
        middle = 0.2 + step * (at + 0.5)
        axes.plot([x + width / 2, middle], [0.95, 1.4], color=EDGE, lw=1.2)
        _say(axes, middle, 1.55, part.role, 12, ha="center", weight="bold")
        says = textwrap.fill(part.says, max(int(step * 10), 12))
        _say(axes, middle, 1.75, says, 11, ha="center", va="top")
        x += width
    rows: list[dict[str, object]] = [{"part": p.text, "name": p.role, "says": p.says} for p in cut]
    told = "; ".join(f"{p.text} is the {p.role}: {p.says}" for p in cut)
    alt = f"The entry {code} cut into {len(cut)} parts. {told}."
    return paper, alt, rows, f"The parts of {code}."


def code_space() -> Drawing:
    """Draw who owns every string of five characters, by its first or last letter."""
    first = {"D": ("CDT", GRAY)} | dict.fromkeys("WXYZ", ("Level III", ROSE))
    level_two = {row["first"][0] for row in tables.rows("sections") if row["form"] == "level-2"}
    first |= dict.fromkeys(sorted(level_two), ("Level II", SKY))
    last = {"F": ("Cat. II", GREEN), "T": ("Cat. III", GREEN), "U": ("PLA", GREEN),
            "M": ("MAAA", GREEN), "A": ("retired", GRAY)}  # fmt: skip
    counts = {row["letter"]: int(row["listed_2018"]) for row in tables.rows("letters")}
    rows: list[dict[str, object]] = []
    paper, axes = _paper(10.4, 5.6)
    _say(axes, 0.1, 0.2, "Five digits: CPT Category I, 100,000 strings", weight="bold")
    _box(axes, 0.1, 0.4, 10.2, 0.5, GREEN)
    _say(axes, 5.2, 0.65, "00000 to 99999 · 9,802 codes on CMS's outpatient list of April 2026",
         ha="center")  # fmt: skip
    for top, owner, title in (
        (1.25, first, "A letter in front, then four digits: 10,000 strings for each letter"),
        (3.55, last, "Four digits, then a letter"),
    ):
        _say(axes, 0.1, top, title, weight="bold")
        for at, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ"):
            x, y = 0.1 + (at % 13) * 0.785, top + 0.2 + (at // 13) * 0.85
            name, color = owner.get(letter, ("unused", "#ffffff"))
            _box(axes, x, y, 0.785, 0.85, color)
            _say(axes, x + 0.39, y + 0.22, letter, 15, ha="center", weight="bold")
            _say(axes, x + 0.39, y + 0.48, name, 9.5, ha="center")
            count = counts[letter] if owner is first and name == "Level II" else 0
            if owner is first and name == "Level II":
                _say(axes, x + 0.39, y + 0.7, f"{count:,}" if count else "since 2020", 9.5,
                     ha="center", color=QUIET)  # fmt: skip
            place = "in front" if owner is first else "last"
            rows.append({"letter": letter, "place": place, "owner": name,
                         "listed in 2018": count or ""})  # fmt: skip
    alt = (
        "A map of all strings of five characters. Five digits belong to CPT Category I. With a "
        "letter in front: Level II has A to V without D, F, I, N and O; D is dental (CDT); W to Z "
        "were Level III; the rest are unused. With the letter last: F, T, U and M are kinds of "
        f"CPT, A is retired. Level II had {sum(counts.values()):,} codes listed in 2018, most "
        "under G, L and J."
    )
    return (
        paper,
        alt,
        rows,
        (
            "Who owns which strings, and how many codes CMS listed in 2018 "
            "(cms-hcpcs-2018, cms-oppsb-2026)."
        ),
    )


def decision() -> Drawing:
    """Draw the path to the right code set: a question for each step, its answer at the side."""
    steps = tables.rows("decisions")
    paper, axes = _paper(10, 0.95 * len(steps) + 0.1)
    for at, row in enumerate(steps):
        y, last = 0.1 + at * 0.95, at == len(steps) - 1
        _box(axes, 0.1, y, 4.9, 0.6, GRAY)
        _say(axes, 0.25, y + 0.3, f"{row['step']}. {textwrap.fill(row['question'], 46)}", 11.5)
        _box(axes, 5.9, y, 1.75, 0.6, GREEN if row["answer"] == "ask the payer" else SKY)
        _say(axes, 6.78, y + 0.3, row["answer"], 12, ha="center", weight="bold")
        _say(axes, 7.8, y + 0.3, f"such as {row['example']}", 11)
        _arrow(axes, (5.0, y + 0.3), (5.9, y + 0.3))
        if not last:
            _say(axes, 5.4, y + 0.15, "yes", 11, ha="center")
            _arrow(axes, (2.5, y + 0.6), (2.5, y + 0.95))
            _say(axes, 2.62, y + 0.77, "no", 11)
    told = " ".join(f"{r['step']}: {r['question']} If so, {r['answer']}." for r in steps[:-1])
    alt = f"Questions in order, each with an answer at its side. {told} Otherwise Level I (CPT)."
    rows: list[dict[str, object]] = [
        {key: row[key] for key in ("step", "question", "answer", "example", "why")} for row in steps
    ]
    return paper, alt, rows, "Which code set, and which level? Ask in this order."


def timeline() -> Drawing:
    """Draw the events, one row each, with a column of dots for each track."""
    events = tables.rows("timeline")
    tracks = list(dict.fromkeys(row["track"] for row in events))
    colors = dict(zip(tracks, ("#0072b2", "#565c64", "#b35900", "#9b1523", "#0b5a48"),
                      strict=False))  # fmt: skip
    paper, axes = _paper(10.4, 1.0 + 0.36 * len(events))
    for at, track in enumerate(tracks):
        x = 1.75 + at * 0.8
        _say(axes, x, 0.2 + 0.24 * (at % 2), track, 11, ha="center", color=colors[track],
             weight="bold")  # fmt: skip
        axes.plot([x, x], [0.62, 0.8 + 0.36 * len(events)], color=colors[track], lw=1.2, alpha=0.5)
    for at, row in enumerate(events):
        y, x = 0.85 + at * 0.36, 1.75 + tracks.index(row["track"]) * 0.8
        _say(axes, 0.1, y, row["date"], 11, family="DejaVu Sans Mono")
        axes.plot([x, 5.75], [y, y], color="#d5d9df", lw=1, zorder=0)
        axes.plot([x], [y], "o", color=colors[row["track"]], ms=10)
        _say(axes, 5.85, y, row["event"], 11.5)
    alt = (
        f"A timeline of {len(events)} events from {events[0]['date'][:4]} to "
        f"{events[-1]['date'][:4]}, one row each, in tracks for {', '.join(tracks)}. "
        "CPT comes first, in 1966; HIPAA, in 1996, leads to the rule on code sets in 2000; the "
        "local codes end on December 31, 2003. The distances are not to scale."
    )
    rows: list[dict[str, object]] = [
        {key: row[key] for key in ("date", "event", "detail", "track", "sources")} for row in events
    ]
    return paper, alt, rows, "From the first CPT book to today (sources in the table)."


def collisions() -> Drawing:
    """Draw how many strings are a code in both sets, by first letter."""
    found = Counter((row["code"][0], row["billable"]) for row in tables.rows("collisions"))
    letters = sorted({letter for letter, _ in found})
    most = max(found[letter, "yes"] + found[letter, "no"] for letter in letters)
    paper, axes = _paper(10, 0.6 + 0.36 * len(letters))
    _box(axes, 0.9, 0.1, 0.3, 0.22, AMBER)
    _say(axes, 1.3, 0.21, "may be billed as a diagnosis", 11)
    _box(axes, 4.4, 0.1, 0.3, 0.22, "#ffffff")
    _say(axes, 4.8, 0.21, "only a heading in ICD-10-CM", 11)
    for at, letter in enumerate(letters):
        y, bill, head = 0.5 + at * 0.36, found[letter, "yes"], found[letter, "no"]
        _say(axes, 0.5, y + 0.14, letter, 13, ha="center", weight="bold")
        _box(axes, 0.9, y, 7.8 * bill / most, 0.28, AMBER)
        _box(axes, 0.9 + 7.8 * bill / most, y, 7.8 * head / most, 0.28, "#ffffff")
        _say(axes, 1.0 + 7.8 * (bill + head) / most, y + 0.14, f"{bill} + {head}", 11)
    total = sum(found.values())
    billable = sum(count for (_, kind), count in found.items() if kind == "yes")
    top = max(letters, key=lambda x: found[x, "yes"] + found[x, "no"])
    alt = (
        f"Bars by first letter: {total} strings are codes both in CMS's Level II file of 2018 and, "
        f"without the dot, in ICD-10-CM of April 2026; {billable} of them may be billed as "
        f"diagnoses. {top} has the most."
    )
    rows: list[dict[str, object]] = [
        {"first letter": x, "may be billed": found[x, "yes"], "heading only": found[x, "no"]}
        for x in letters
    ]
    return paper, alt, rows, "Strings that are codes in both sets (cms-hcpcs-2018, icd-collisions)."


def confusion(matrix: Mapping[tuple[str, str], int] | None = None) -> Drawing:
    """Draw what was taken for what: rows are what it truly was, columns how it was read."""
    counts = dict(matrix or {})
    names = list(dict.fromkeys(name for pair in counts for name in pair)) or [
        "HCPCS Level II", "ICD-10-CM", "CPT",
    ]  # fmt: skip
    size = len(names)
    paper, axes = _paper(10, 1.5 + 0.6 * size)
    _say(axes, 3.1, 0.2, "you read it as", weight="bold")
    _say(axes, 0.1, 1.1, "it truly was", weight="bold")
    width = 6.8 / size
    for at, name in enumerate(names):
        _say(axes, 3.1 + width * (at + 0.5), 0.75, textwrap.fill(name, max(int(width * 9), 8)), 11,
             ha="center")  # fmt: skip
        y = 1.3 + 0.6 * at
        _say(axes, 0.1, y + 0.3, name, 11.5)
        for column, other in enumerate(names):
            count = counts.get((name, other), 0)
            right = name == other
            color = "#ffffff" if not count else GREEN if right else ROSE
            _box(axes, 3.1 + width * column, y, width, 0.6, color)
            word = "right" if right else "mixed up"
            text = f"{count} {word}" if count else ("right" if right and not counts else "")
            _say(axes, 3.1 + width * (column + 0.5), y + 0.3, text, 11, ha="center")
    wrong = {pair: n for pair, n in counts.items() if pair[0] != pair[1] and n}
    if wrong:
        (truly, taken), times = max(wrong.items(), key=lambda item: item[1])
        message = f"Most often {truly} was taken for {taken}: {times} times."
    else:
        message = "No answers yet." if not counts else "Nothing was mixed up."
    alt = (
        "A square table: rows say what a string truly was, columns how it was read; right answers "
        f"stand on the diagonal, confusions beside it. {message}"
    )
    rows: list[dict[str, object]] = [
        {"truly": truly, "read as": taken, "times": n} for (truly, taken), n in counts.items()
    ] or [{"truly": "no answers yet", "read as": "", "times": 0}]
    return paper, alt, rows, f"What was taken for what. {message}"


DRAWINGS: dict[str, Callable[..., Drawing]] = {
    "anatomy": anatomy,
    "code-space": code_space,
    "collisions": collisions,
    "confusion": confusion,
    "cpt-sections": cpt_sections,
    "decision": decision,
    "level-ii": level_ii,
    "timeline": timeline,
}
