"""The history of the code sets as a timeline."""

from __future__ import annotations

from datetime import date

from codeedu import tables
from codeedu.codes.wording import listing
from codeedu.figures.canvas import EDGE, SMALL, WIDTH, Canvas
from codeedu.html.nodes import Figure, readable_figure

Row = dict[str, str]
STEP, TOP = 25.0, 176.0  # pixels from event to event, above the first
RULER = 118.0  # where the ruler of years is
DATE, TRACK, EVENT = EDGE + 4.0, 136.0, 242.0  # where the columns begin
COLORS = {"CPT": "cpt", "HCPCS": "level-2", "Local codes": "level-3"}  # others are quiet
DATES_TO_KNOW = ("2000-08-17", "2003-10-16", "2003-12-31")  # the dates that lesson 04 asks for


def timeline() -> Figure:
    """Draw a ruler of years with a mark for each event, and the events as a list below it."""
    events = tables.rows("timeline")
    since, crowd = _crowd(events)
    first = next(at for at, row in enumerate(events) if int(row["date"][:4]) == since)
    tracks = list(dict.fromkeys(row["track"] for row in events))
    start, end = 1965, max(int(row["as_of"][:4]) for row in tables.rows("editions")) + 1

    def across(year: float) -> float:
        return EDGE + (WIDTH - 2 * EDGE) * (year - start) / (end - start)

    paper = Canvas(TOP + STEP * len(events) + EDGE - 8)
    message = f"{crowd} of {len(events)} events crowd into four years: {since} to {since + 3}"
    paper.title(message, "Each mark is an event, to scale; the list below names them in order.")
    paper.box(across(since), RULER - 28, across(since + 4) - across(since), 28, "quiet-bg")
    paper.line((EDGE, RULER), (WIDTH - EDGE, RULER), color="control")
    for year in range(1970, end, 10):
        paper.line((across(year), RULER), (across(year), RULER + 6), color="control")
        paper.text(across(year), RULER + 18, str(year), size=SMALL, anchor="middle", color="muted")
    top, tall = TOP + first * STEP, crowd * STEP
    paper.box(EDGE - 8, top, WIDTH - 2 * EDGE + 16, tall, "card", edge="line", radius=6)
    for at, row in enumerate(events):
        color, y = COLORS.get(row["track"], "quiet"), TOP + (at + 0.5) * STEP
        mark, bold = across(years(row["date"])), row["date"] in DATES_TO_KNOW
        paper.line((mark, RULER - 22), (mark, RULER), color=color, width=2)
        paper.text(DATE, y, written_date(row["date"]), size=SMALL, bold=bold)
        paper.box(TRACK, y - 9, 94, 18, f"{color}-bg", radius=9)
        paper.text(TRACK + 47, y, row["track"], size=SMALL, anchor="middle", color=color)
        paper.text(EVENT, y, row["event"], bold=bold)
    rows: list[dict[str, object]] = [
        {
            "date": row["date"],
            "event": row["event"],
            "detail": row["detail"],
            "track": row["track"],
            "sources": row["sources"],
        }
        for row in events
    ]
    caption = "From the first CPT book to today (sources in the table)."
    alt = f"{message}. {_story(events, tracks)}"
    return readable_figure(paper.svg(), alt=alt, table=rows, caption=caption)


def years(when: str) -> float:
    """Return a date of one, two or three parts as a number of years.

    >>> years("1966"), years("2003-07-02")
    (1966.0, 2003.5)
    """
    year, month, of_month = (*map(int, when.split("-")), 1, 1)[:3]
    return round(year + (date(year, month, of_month).timetuple().tm_yday - 1) / 365, 2)


def written_date(when: str) -> str:
    """Return a date of one, two or three parts as people write it.

    >>> written_date("1966"), written_date("2003-10"), written_date("1996-08-21")
    ('1966', 'Oct 2003', 'Aug 21, 1996')
    """
    if "-" not in when:
        return when
    year, month, *rest = map(int, when.split("-"))
    name = MONTHS[month - 1]
    return f"{name} {rest[0]}, {year}" if rest else f"{name} {year}"


# Not from `strftime`, which speaks the language of the machine.
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _crowd(events: tuple[Row, ...]) -> tuple[int, int]:
    """Return the first of the four years with the most events, and how many they have."""
    dated = [int(row["date"][:4]) for row in events]
    crowd, since = max((sum(year <= d <= year + 3 for d in dated), -year) for year in dated)
    return -since, crowd


def _story(events: tuple[Row, ...], tracks: list[str]) -> str:
    """Return how each track goes, from its first to its last event."""
    lanes = []
    for track in tracks:
        first, *_, last = lane = [row for row in events if row["track"] == track]
        lanes.append(
            f"{track}, {len(lane)} events, from {first['event']} ({written_date(first['date'])}) "
            f"to {last['event']} ({written_date(last['date'])})"
        )
    return (
        f"A ruler of years and a list of the events from {events[0]['date'][:4]} to "
        f"{events[-1]['date'][:4]} in tracks for {listing(tracks)}. {'; '.join(lanes)}."
    )
