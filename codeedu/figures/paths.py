"""A way and a time: which code set and level to choose, and how it all came to be."""

from __future__ import annotations

from datetime import date

from codeedu import tables
from codeedu.figures.sheet import (
    BLUE,
    GREEN,
    LINE,
    MIST,
    QUIET,
    SKY,
    WHITE,
    YELLOW,
    Drawing,
    Sheet,
    arrow,
    box,
    line,
    listed,
    say,
    wrap,
)

Row = dict[str, str]


def questions() -> list[Row]:
    """Return the questions of `decisions.csv` in the order in which a "no" leads on."""
    nodes = tables.by("decisions", "node")
    row = tables.rows("decisions")[0]
    asked = []
    while row["question"]:
        asked.append(row)
        row = nodes[row["no"]]
    return asked


def decision() -> Drawing:
    """Draw the path to the right code set: a question for each step, its answer at the side."""
    nodes, asked = tables.by("decisions", "node"), questions()
    step, tall = 0.92, 0.62
    paper = Sheet(0.2 + step * len(asked) + tall)
    for at, row in enumerate(asked):
        y = 0.1 + at * step
        box(paper, 0.15, y, 4.85, tall, WHITE)
        say(paper, 0.42, y + tall / 2, str(at + 1), 18, ha="center", weight="bold", color=BLUE)
        say(paper, 0.75, y + tall / 2, wrap(row["question"], 4.4, 12), 12, linespacing=1.2)
        arrow(paper, (5.0, y + tall / 2), (5.75, y + tall / 2))
        say(paper, 5.35, y + tall / 2 - 0.14, "yes", ha="center")
        _answer(paper, y, tall, nodes[row["yes"]])
        say(paper, 2.55, y + (step + tall) / 2, "no")
        if at < len(asked) - 1:
            arrow(paper, (2.4, y + tall), (2.4, y + step))
    y = 0.1 + len(asked) * step
    line(paper, [2.4, 2.4], [y + tall - step, y + tall / 2], lw=1.5)
    arrow(paper, (2.4, y + tall / 2), (5.75, y + tall / 2))
    otherwise = nodes[asked[-1]["no"]]
    _answer(paper, y, tall, otherwise)
    told = " ".join(f"{at}: {row['question']} If so, {nodes[row['yes']]['answer']}."
                    for at, row in enumerate(asked, 1))  # fmt: skip
    alt = (
        f"{len(asked)} questions from top to bottom, each with its answer at the side; a no leads "
        f"to the next. {told} Otherwise, {otherwise['answer']}."
    )
    rows: list[dict[str, object]] = [
        {"step": at, "question": row["question"], "if yes": end["answer"],
         "if no": f"step {at + 1}" if at < len(asked) else otherwise["answer"],
         "example": end["example"], "why": end["why"]}
        for at, row in enumerate(asked, 1)
        for end in (nodes[row["yes"]],)
    ]  # fmt: skip
    rows.append({"step": len(asked) + 1, "question": "none of these", "if no": "", "if yes":
                 otherwise["answer"], "example": otherwise["example"],
                 "why": otherwise["why"]})  # fmt: skip
    return paper, alt, rows, "Which code set, and which level? Ask in this order."


def _answer(paper: Sheet, y: float, tall: float, row: Row) -> None:
    """Draw where a path ends, with an example; words and color say whether it is in HCPCS."""
    from codeedu.codes.classify import classify

    level = classify(row["example"]).level
    if "payer" in row["answer"]:
        color, where = YELLOW, "both levels fit"
    else:
        color, where = {"I": (GREEN, "in HCPCS"), "II": (SKY, "in HCPCS")}.get(
            level or "", (MIST, "outside HCPCS")
        )
    box(paper, 5.75, y, 1.75, tall, color)
    say(paper, 6.62, y + tall / 2, row["answer"], 13, ha="center", weight="bold")
    say(paper, 7.65, y + tall / 2, f"{where},\nsuch as {row['example']}", linespacing=1.3)


# Darker than the fills where they must be: text and thin lines stand on white.
COLORS = (BLUE, QUIET, "#a84300", "#8f3b76", "#00664b")


def timeline() -> Drawing:
    """Draw the events by track on a scale of years, and name each beside it."""
    events = tables.rows("timeline")
    tracks = list(dict.fromkeys(row["track"] for row in events))
    place = {track: (1.05 + 0.8 * at, color)
             for at, (track, color) in enumerate(zip(tracks, COLORS, strict=True))}  # fmt: skip
    step, top = 0.34, 1.05
    tall = step * (len(events) - 1)
    start, end = 1965.0, years(tables.as_of())
    paper = Sheet(top + tall + 0.25)

    def down(year: float) -> float:
        return top + tall * (year - start) / (end - start)

    for year in range(1970, int(end) + 1, 10):
        line(paper, [0.65, 4.45], [down(year)] * 2, LINE, lw=0.8, zorder=0)
        say(paper, 0.15, down(year), str(year), color=QUIET)
    for at, (track, (x, color)) in enumerate(place.items()):
        line(paper, [x, x], [top, top + tall], color, lw=1.5, alpha=0.6)
        say(paper, x, 0.25 + 0.25 * (at % 2), track, ha="center", color=color, weight="bold")
        line(paper, [x, x], [0.4 + 0.25 * (at % 2), top], color, lw=0.8, alpha=0.6)
    for at, row in enumerate(events):
        (x, color), y, beside = place[row["track"]], down(years(row["date"])), top + at * step
        line(paper, [x, 4.45, 5.15], [y, y, beside], color, lw=0.9, alpha=0.75, zorder=1)
        line(paper, [x], [y], color, marker="o", ms=8, mec=WHITE, mew=0.8, zorder=3)
        say(paper, 5.23, beside, day(row["date"]), color=color)
        say(paper, 6.45, beside, row["event"])
    rows: list[dict[str, object]] = [
        {"date": row["date"], "event": row["event"], "detail": row["detail"],
         "track": row["track"], "sources": row["sources"]} for row in events
    ]  # fmt: skip
    caption = "From the first CPT book to today, to scale (sources in the table)."
    return paper, _story(events, tracks), rows, caption


def years(when: str) -> float:
    """Return a date of one, two or three parts as a number of years.

    >>> years("1966"), years("2003-07-02")
    (1966.0, 2003.5)
    """
    year, month, of_month = (*map(int, when.split("-")), 1, 1)[:3]
    return round(year + (date(year, month, of_month).timetuple().tm_yday - 1) / 365, 2)


def day(when: str) -> str:
    """Return a date of one, two or three parts as people write it.

    >>> day("1966"), day("2003-10"), day("1996-08-21")
    ('1966', 'Oct 2003', 'Aug 21, 1996')
    """
    if "-" not in when:
        return when
    year, month, *rest = map(int, when.split("-"))
    name = MONTHS[month - 1]
    return f"{name} {rest[0]}, {year}" if rest else f"{name} {year}"


# Not from `strftime`, which speaks the language of the machine.
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _story(events: tuple[Row, ...], tracks: list[str]) -> str:
    """Return the alt text of the timeline: where events crowd, and how each track goes."""
    dated = [int(row["date"][:4]) for row in events]
    crowd, since = max((sum(y <= d <= y + 3 for d in dated), -y) for y in dated)
    lanes = []
    for track in tracks:
        first, *_, last = own = [row for row in events if row["track"] == track]
        lanes.append(f"{track}, {len(own)} events, from {first['event']} ({day(first['date'])}) "
                     f"to {last['event']} ({day(last['date'])})")  # fmt: skip
    return (
        f"A timeline to scale with {len(events)} events from {dated[0]} to {dated[-1]} in tracks "
        f"for {listed(tracks)}. {crowd} of them crowd into the four years from {-since} to "
        f"{3 - since}. {'; '.join(lanes)}."
    )
