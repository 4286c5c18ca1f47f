"""Parts of the two claim forms, filled in: what each field holds. Our own drawings, no copies."""

from __future__ import annotations

from codeedu import tables
from codeedu.codes.wording import capital, listing
from codeedu.figures.bars import legend
from codeedu.figures.canvas import EDGE, SMALL, WIDTH, Canvas, width_of
from codeedu.html.answer import hue_of
from codeedu.html.nodes import Figure, readable_figure

Row = dict[str, str]
TOP, BOX, HEAD = 80.0, 48.0, 62.0  # pixels: above the drawing, of a box, of the heads of columns
LINE, SHADED, LABEL = 56.0, 24.0, 34.0  # of a line, of its shaded half, of the name of a claim
PAD, RIGHT = 10.0, WIDTH - EDGE
# Where the columns and the boxes above them begin and end.
PHYSICIAN = {"24A": 24, "24B": 116, "24D": 180, "24E": 322, "24F": 398, "24G": 506, "24J": 616}
BOXES = {"19": (24, 736), "21": (24, 376), "22": (388, 556), "23": (568, 736)}
HOSPITAL = {"42": 24, "43": 138, "44": 334, "45": 462, "46": 548, "47": 650}
BLANK = "left blank"
UNDER = "Simplified by us; the case and its charges are invented."


def physician_form() -> Figure:
    """Draw a part of the CMS-1500: a visit and an injection in an office."""
    fields, lines = _fields("cms-1500"), tables.rows("cms1500_lines")
    heads = TOP + 2 * (BOX + 10)
    paper = Canvas(heads + HEAD + LINE * len(lines) + 62)
    message = "Each field of a claim answers one question"
    paper.title(message, f"Part of a CMS-1500. {UNDER}")
    for field, (left, right) in BOXES.items():
        y = TOP if field == "19" else TOP + BOX + 10
        _box(paper, fields[field], (left, right), y)
    _heads(paper, [fields[field] for field in PHYSICIAN], PHYSICIAN, heads)
    for at, line in enumerate(lines):
        y = heads + HEAD + at * LINE
        paper.text(14, y + LINE / 2, str(at + 1), size=SMALL, color="muted", anchor="middle")
        paper.box(EDGE, y, RIGHT - EDGE, SHADED, "quiet-bg", edge="control")
        if more := line["24 shaded"]:
            paper.text(EDGE + PAD, y + SHADED / 2, more, size=SMALL, mono=True)
        _values(paper, line, PHYSICIAN, y + SHADED, LINE - SHADED)
    _legend(paper, heads + HEAD + LINE * len(lines) + 30)

    entered = {}
    for field, row in fields.items():
        held = [f"line {at}: {line[field]}" for at, line in enumerate(lines, 1) if line.get(field)]
        entered[field] = "; ".join(held) or row["entered"] or BLANK
    rows: list[dict[str, object]] = [
        {
            "field": field,
            "holds": row["name"],
            "answers": row["asks"],
            "entered": entered[field],
            "how it is filled": row["says"],
            "sources": row["sources"],
        }
        for field, row in fields.items()
    ]
    told = " ".join(
        f"Field {field}, {row['name']}: {entered[field]}." for field, row in fields.items()
    )
    alt = f"{message}. Part of a CMS-1500 for {lines[0]['claim']}. {told}"
    caption = (
        "Part of a CMS-1500, the form of physicians and suppliers, for "
        f"{lines[0]['claim']} (noridian-cms1500)."
    )
    return readable_figure(paper.svg(), alt=alt, table=rows, caption=caption)


def hospital_form() -> Figure:
    """Draw lines of the UB-04: an operation on one claim, a clinic visit on another."""
    fields, lines, tall = _fields("ub-04"), tables.rows("ub04_lines"), LINE - SHADED
    claims: dict[str, list[Row]] = {}
    for line in lines:
        claims.setdefault(line["claim"], []).append(line)
    paper = Canvas(TOP + HEAD + LABEL * len(claims) + tall * len(lines) + 62)
    message = "A hospital's line: a revenue code, and mostly a HCPCS code"
    paper.title(message, f"Lines of two claims on a UB-04. {UNDER}")
    _heads(paper, [fields[field] for field in HOSPITAL], HOSPITAL, TOP)
    y = TOP + HEAD
    rows: list[dict[str, object]] = []
    for claim, its_lines in claims.items():
        paper.box(EDGE, y, RIGHT - EDGE, LABEL, "quiet-bg")
        paper.text(EDGE + PAD, y + LABEL / 2, capital(claim), size=SMALL, bold=True)
        y += LABEL
        for at, line in enumerate(its_lines, 1):
            paper.text(14, y + tall / 2, str(at), size=SMALL, color="muted", anchor="middle")
            _values(paper, line, HOSPITAL, y, tall)
            y += tall
            rows.append(
                {"claim": claim, "line": at}
                | {f"{field} {fields[field]['name']}": line[field] or BLANK for field in HOSPITAL}
            )
    _legend(paper, y + 30)

    told = " ".join(
        f"{capital(claim)}: "
        + "; ".join(
            f"{line['42']} {line['43']}, {line['44'] or 'no HCPCS code'}, units {line['46']}"
            for line in its_lines
        )
        + "."
        for claim, its_lines in claims.items()
    )
    holds = listing([f"{field} {row['name']}" for field, row in fields.items()])
    alt = f"{message}. Lines of two claims on a UB-04, with the columns {holds}. {told}"
    caption = (
        "Lines of a UB-04, the form of hospitals and other institutions "
        "(cms-clm-c25, mcgraw-fl42, noridian-revenue, revenuees-0360, tmhp-revenue)."
    )
    return readable_figure(paper.svg(), alt=alt, table=rows, caption=caption)


def _fields(form: str) -> dict[str, Row]:
    return {row["field"]: row for row in tables.rows("form_fields") if row["form"] == form}


def _box(paper: Canvas, field: Row, across: tuple[int, int], y: float) -> None:
    """Draw a box above the lines: its number and name, below it what is entered."""
    left, right = across
    paper.box(left, y, right - left, BOX, "surface", edge="control")
    paper.text(left + PAD, y + 14, field["field"], size=SMALL, bold=True)
    paper.text(left + PAD + 24, y + 14, field["name"], size=SMALL)
    if field["field"] == "21":
        paper.text(right - PAD, y + 14, field["asks"], size=SMALL, color="muted", anchor="end")
    x = left + PAD
    for value in field["entered"].split("; "):
        letter, _, code = value.partition(" ")
        if code:
            paper.text(x, y + 34, letter, size=SMALL, bold=True)
            x = _chip(paper, x + 16, y + 34, code, "diagnosis") + 20
        elif not value:
            paper.text(x, y + 34, BLANK, size=SMALL, color="muted")


def _heads(paper: Canvas, fields: list[Row], columns: dict[str, int], y: float) -> None:
    """Write the heads of columns: the question, the number of the field, its name."""
    for row in fields:
        x = columns[row["field"]] + PAD
        paper.text(x, y + 12, row["asks"], size=SMALL, color="muted")
        paper.text(x, y + 30, row["field"], size=SMALL, bold=True)
        paper.text(x, y + 48, row["name"], size=SMALL)


def _values(
    paper: Canvas, line: dict[str, str], columns: dict[str, int], y: float, tall: float
) -> None:
    """Draw a line: its frame, and what is entered in each column."""
    paper.box(EDGE, y, RIGHT - EDGE, tall, "surface", edge="control")
    middle = y + tall / 2
    for field, left in columns.items():
        if left > EDGE:
            paper.line((left, y), (left, y + tall), color="control")
        x, value = left + PAD, line[field]
        if field in ("24D", "44"):
            for part in value.split():
                x = _chip(paper, x, middle, part, hue_of(part)) + 6
        elif field == "24E":
            _chip(paper, x, middle, value, "diagnosis")
        elif value:
            paper.text(x, middle, value, size=SMALL, mono=field != "43")


def _chip(paper: Canvas, x: float, middle: float, words: str, color: str) -> float:
    """Draw a code on the color of its set; return where it ends."""
    width = width_of(words, SMALL) + 12
    paper.box(x, middle - 10, width, 20, f"{color}-bg", radius=4)
    paper.text(x + 6, middle, words, size=SMALL, color=color, mono=True)
    return x + width


def _legend(paper: Canvas, y: float) -> None:
    """Say below the drawing which set the colored codes are from."""
    sets = (
        ("CPT, Level I", "cpt-bg"),
        ("Level II", "level-2-bg"),
        ("ICD-10-CM, diagnoses", "diagnosis-bg"),
    )
    legend(paper, [(words, color, 1) for words, color in sets if ("f", color) in paper.used], y)
