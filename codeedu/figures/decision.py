"""The way to the right code set and level: one question after the other."""

from __future__ import annotations

from codeedu import tables
from codeedu.figures.canvas import PLAIN, SMALL, Canvas, wrap
from codeedu.html.answer import hue_of
from codeedu.html.nodes import Figure, readable_figure

Row = dict[str, str]
STEP, TALL, TOP, HEAD = 58.0, 40.0, 84.0, 30.0
ASK, YES, ANSWER, EXAMPLE = 68.0, 446.0, 490.0, 634.0  # where the columns begin


def questions() -> list[Row]:
    """Return the questions of `decisions.csv` in the order in which a "no" leads on."""
    nodes = tables.by("decisions", "node")
    row = tables.rows("decisions")[0]
    steps = []
    while row["question"]:
        steps.append(row)
        row = nodes[row["no"]]
    return steps


def decision() -> Figure:
    """Draw the path to the right code set: a question for each step, its answer at the side."""
    nodes, steps = tables.by("decisions", "node"), questions()
    ends = [nodes[row["yes"]] for row in steps]
    otherwise = nodes[steps[-1]["no"]]
    paper = Canvas(TOP + 2 * HEAD + STEP * (len(steps) + 1) + 4)
    outside = sum(_color(row) in ("quiet", "diagnosis") for row in ends)
    numbers = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven")
    message = f"{numbers[outside]} questions lead out of HCPCS, the others stay in it"
    paper.title(message, "Ask in this order, and stop at the first yes.")
    y, group, before = TOP, "", 0.0
    for at, (row, end) in enumerate(zip(steps, ends, strict=True), 1):
        named = "Outside HCPCS" if _color(end) in ("quiet", "diagnosis") else "In HCPCS"
        if named != group:
            group = named
            paper.text(ANSWER, y + HEAD / 2, named, size=SMALL, bold=True, color="muted")
            y += HEAD
        middle = y + TALL / 2
        if before:
            paper.line((44, before + 16), (44, middle - 16), color="control", arrow=True)
            paper.text(54, (before + middle) / 2, "no", size=SMALL, color="muted")
        paper.dot(44, middle, 14, "quiet-bg")
        paper.text(44, middle, str(at), anchor="middle", bold=True)
        _draw_question(paper, middle, row["question"])
        paper.text(YES - 4, middle - 11, "yes", size=SMALL, color="muted")
        paper.line((YES - 16, middle), (ANSWER - 8, middle), color="control", arrow=True)
        _draw_answer(paper, y, end)
        before, y = middle, y + STEP
    middle = y + TALL / 2
    paper.line((44, before + 16), (44, middle), (ANSWER - 8, middle), color="control", arrow=True)
    paper.text(54, (before + middle) / 2, "no", size=SMALL, color="muted")
    _draw_answer(paper, y, otherwise)

    path = " ".join(
        f"{at}: {row['question']} If so, {end['answer']}."
        for at, (row, end) in enumerate(zip(steps, ends, strict=True), 1)
    )
    alt = (
        f"{message}. {len(steps)} questions from top to bottom, each with its answer at the side; "
        f"a no leads to the next. {path} Otherwise, {otherwise['answer']}."
    )
    rows: list[dict[str, object]] = [
        {
            "step": at,
            "question": row["question"],
            "if yes": end["answer"],
            "if no": f"step {at + 1}" if at < len(steps) else otherwise["answer"],
            "example": end["example"],
            "why": end["why"],
        }
        for at, (row, end) in enumerate(zip(steps, ends, strict=True), 1)
    ]
    rows.append(
        {
            "step": len(steps) + 1,
            "question": "none of these",
            "if no": "",
            "if yes": otherwise["answer"],
            "example": otherwise["example"],
            "why": otherwise["why"],
        }
    )
    caption = "Which code set, and which level? Ask in this order."
    return readable_figure(paper.svg(), alt=alt, table=rows, caption=caption)


def _color(end: Row) -> str:
    """Return the color of an answer: that of an alert where the payer decides."""
    return "alert" if "payer" in end["answer"] else hue_of(end["example"])


def _draw_question(paper: Canvas, middle: float, question: str) -> None:
    lines = wrap(question, YES - ASK - 4)
    for at, words in enumerate(lines):
        paper.text(ASK, middle + 1.3 * PLAIN * (at - (len(lines) - 1) / 2), words)


def _draw_answer(paper: Canvas, y: float, end: Row) -> None:
    """Draw where a path ends, with an example."""
    color = _color(end)
    paper.box(ANSWER, y, EXAMPLE - ANSWER - 12, TALL, f"{color}-bg", radius=6)
    paper.text(
        (ANSWER + EXAMPLE - 12) / 2,
        y + TALL / 2,
        end["answer"],
        anchor="middle",
        bold=True,
        color=color,
    )
    paper.text(EXAMPLE, y + TALL / 2, end["example"], size=SMALL, mono=True)
