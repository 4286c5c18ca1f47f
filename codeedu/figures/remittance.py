"""A remittance of one invented claim: what was billed, allowed, adjusted and paid on each line."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from codeedu import tables
from codeedu.figures.canvas import EDGE, SMALL, WIDTH, Canvas
from codeedu.html.nodes import Figure, readable_figure

Row = dict[str, str]
TOP, STEP, HEAD, GAP = 92.0, 22.0, 30.0, 12.0  # pixels: first heading, a text, a heading, a gap
CODE, UNITS, BILLED, ALLOWED = EDGE + 8, 150.0, 232.0, 312.0  # a number ends where its column does
REASON, AMOUNT, BORNE_BY, REMARK, PAID = 334.0, 452.0, 466.0, 572.0, WIDTH - EDGE - 8
BEARER = {"CO": "provider", "PR": "patient"}  # who bears an amount, by group code
OPEN = "open"  # of a line that was not processed
CLAIM_REMARKS = {  # what the remark code of a whole claim says of its lines
    "MA01": "these lines were processed and can be appealed",
    "MA130": "this line was not processed: send it again as a new claim",
}


class Adjustment(NamedTuple):
    """A part of the charge that the payer does not pay: who bears it, why, and how much."""

    group: str
    reason: str
    amount: Decimal


def adjustments(row: Row) -> list[Adjustment]:
    """Return the adjustments of a line of `remittance.csv`.

    >>> adjustments({"adjustments": "CO-45 60.00; PR-2 20.00"})[1]
    Adjustment(group='PR', reason='2', amount=Decimal('20.00'))
    """
    found = []
    for part in row["adjustments"].split("; "):
        reason, amount = part.split(" ")
        group, carc = reason.split("-")
        found.append(Adjustment(group, carc, Decimal(amount)))
    return found


def remittance() -> Figure:
    """Draw the lines of the remittance with their adjustments, and their sums below."""
    lines = tables.rows("remittance")
    billed, allowed, paid = (
        sum((Decimal(row[name]) for row in lines), Decimal(0))
        for name in ("billed", "allowed", "paid")
    )
    borne = dict.fromkeys((*BEARER.values(), OPEN), Decimal(0))
    for row in lines:
        for one in adjustments(row):
            borne[_bearer(row, one)] += one.amount

    remarks = list(dict.fromkeys(row["claim_remark"] for row in lines))
    parts = sum(len(adjustments(row)) for row in lines)
    rows = parts + 1 + len(borne)
    tall = TOP + STEP * rows + GAP * (len(lines) + 2) + HEAD * len(remarks)
    paper = Canvas(tall)
    message = f"Of ${billed} billed, ${paid} is paid and the patient owes ${borne['patient']}"
    paper.title(
        message, "An invented claim to Medicare Part B. On each line: billed = paid + adjustments."
    )
    _draw_headings(paper, TOP)
    y = TOP + STEP
    for remark in remarks:
        says = f"{remark}: {CLAIM_REMARKS[remark]}"
        paper.text(CODE, y + HEAD / 2, says, size=SMALL, bold=True, color="muted")
        y += HEAD
        for row in lines:
            if row["claim_remark"] == remark:
                y = _draw_line(paper, y, row)
    paper.line((EDGE, y), (WIDTH - EDGE, y), color="control")
    y += GAP
    _draw_numbers(paper, y + STEP / 2, billed, allowed, paid)
    paper.text(CODE, y + STEP / 2, "in all", size=SMALL, bold=True)
    for bearer, amount in borne.items():
        group = "PR" if bearer == BEARER["PR"] else "CO"
        _draw_adjustment(paper, y, bearer, group, amount)
        y += STEP

    told = " ".join(
        f"Line {row['line']}, {_written(row)}, units {row['units']}: billed {row['billed']}, "
        f"allowed {row['allowed']}, {row['adjustments'].replace(';', ',')}, paid {row['paid']}; "
        f"{row['says']}."
        for row in lines
    )
    alt = (
        f"{message}. A table of {len(lines)} claim lines, each with its adjustments, remarks "
        f"and payment; ${borne['provider']} may not be billed to the patient. {told}"
    )
    numbers: list[dict[str, object]] = [
        {
            "line": row["line"],
            "code": _written(row),
            "units": row["units"],
            "billed": row["billed"],
            "allowed": row["allowed"],
            "adjustments": row["adjustments"],
            "remarks": " ".join((row["remarks"], row["claim_remark"])).strip(),
            "paid": row["paid"],
            "what it says": row["says"],
        }
        for row in lines
    ]
    caption = (
        "A remittance of our own making, for a date of service of February 10, 2026; "
        "its amounts are invented."
    )
    return readable_figure(paper.svg(), alt=alt, table=numbers, caption=caption)


def _written(row: Row) -> str:
    """Return the code of a line with its modifiers."""
    return "-".join(filter(None, (row["code"], row["modifiers"])))


def _draw_headings(paper: Canvas, y: float) -> None:
    for x, words, anchor in (
        (CODE, "code", "start"),
        (UNITS, "units", "end"),
        (BILLED, "billed", "end"),
        (ALLOWED, "allowed", "end"),
        (REASON, "adjustments", "start"),
        (BORNE_BY, "borne by", "start"),
        (REMARK, "remarks", "start"),
        (PAID, "paid", "end"),
    ):
        paper.text(x, y, words, size=SMALL, anchor=anchor, color="muted")
    paper.line((EDGE, y + STEP / 2), (WIDTH - EDGE, y + STEP / 2), color="control")


def _draw_line(paper: Canvas, y: float, row: Row) -> float:
    """Draw a claim line; return where the next one begins."""
    middle = y + STEP / 2
    paper.text(CODE, middle, _written(row), size=SMALL, mono=True)
    paper.text(UNITS, middle, row["units"], size=SMALL, anchor="end")
    _draw_numbers(paper, middle, *(Decimal(row[name]) for name in ("billed", "allowed", "paid")))
    if row["remarks"]:
        paper.text(REMARK, middle, row["remarks"], size=SMALL, mono=True)
    for one in adjustments(row):
        reason = f"{one.group}-{one.reason}"
        _draw_adjustment(paper, y, _bearer(row, one), reason, one.amount)
        y += STEP
    return y + GAP


def _draw_numbers(
    paper: Canvas, middle: float, billed: Decimal, allowed: Decimal, paid: Decimal
) -> None:
    for x, amount in ((BILLED, billed), (ALLOWED, allowed), (PAID, paid)):
        paper.text(x, middle, str(amount), size=SMALL, anchor="end", bold=x == PAID)


def _bearer(row: Row, one: Adjustment) -> str:
    return OPEN if row["claim_remark"] == "MA130" else BEARER[one.group]


def _draw_adjustment(paper: Canvas, y: float, bearer: str, reason: str, amount: Decimal) -> None:
    """Draw one adjustment: its codes, its amount, and who bears it, tinted if the patient does."""
    color = "alert" if bearer == "patient" else "quiet"
    paper.box(REASON - 8, y + 1, REMARK - REASON - 4, STEP - 2, f"{color}-bg", radius=4)
    paper.text(REASON, y + STEP / 2, reason, size=SMALL, mono=True)
    paper.text(AMOUNT, y + STEP / 2, str(amount), size=SMALL, anchor="end")
    paper.text(BORNE_BY, y + STEP / 2, bearer, size=SMALL)
