"""The class report: five findings in sentences, then the figures and tables behind them.

It is made to be read in five minutes before class. Names of files and texts of records come from
outside; they reach the page as text of nodes, which escape them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from codeedu import tables
from codeedu.codes.wording import listing, percent, plural, shorten
from codeedu.figures import plot
from codeedu.figures.bars import bars
from codeedu.html.nodes import Figure, Node, figure, node, source, table_node, to_html
from codeedu.html.nodes import page as whole_page

if TYPE_CHECKING:
    from codeedu.teach.gradebook import Gradebook

BEHIND = 60  # percent right at the first try; below it, talk to the learner
ENOUGH = 5  # items before a learner's mark says that, learners before a class's does
NAMED = 6  # learners named in a sentence
SETS = 6  # code sets in the matrix
CHANCE = 0.05  # that any question at all is suspected without a reason
MANY = 20  # learners before a question is suspected
AND_NEXT = 3  # beliefs named after the first
ROWS = 15  # of the tables of objectives, questions and beliefs; the frames have all

TITLE = "Class report"


def page(book: Gradebook) -> str:
    """Return the report as a web page that needs nothing else."""
    body = to_html(node("main", node("h1", TITLE), *_parts(book), class_="codeedu codeedu-class"))
    return whole_page(TITLE, body, source("theme.css", "page.css", "gradebook.css"))


def fragment(book: Gradebook) -> str:
    """Return the first part of the report, as a notebook shows it."""
    style = source("theme.css", "gradebook.css")
    about = {"class_": "codeedu codeedu-class", "role": "group", "aria_label": TITLE}
    inside = [*_lead(book), *_findings(book)]
    return f"<style>{style}</style>{to_html(node('section', *inside, **about))}"


def _parts(book: Gradebook) -> Iterator[Node]:
    yield from _lead(book)
    if not book.records:
        yield from _problems(book)
        return
    yield from _findings(book)
    yield node("h2", "Objectives")
    yield from _objectives(book)
    yield node("h2", "What was taken for what")
    yield _drawn(confusion_figure(book))
    yield node("h2", "Common beliefs")
    yield _table(_belief_rows(book), "Misconceptions that answers showed, the most tempting first")
    yield node("h2", "Questions")
    yield node("p", *_item_help())
    yield _table(_item_rows(book), f"The {ROWS} hardest questions, of {_many(book)}")
    yield node("h2", "Learners")
    yield _table(_learner_rows(book), "Right at the first try and by now, in percent")
    yield _table(
        _lesson_rows(book), "Quiz of each lesson: first attempt, then the best, in percent"
    )
    yield from _problems(book)


def _lead(book: Gradebook) -> Iterator[Node]:
    yield node("p", repr(book))
    if book.notes:
        says = f"{plural(len(book.notes), 'note')} on the files"
        yield node("p", node("a", says, href="#files"), ".")


def _table(rows: Sequence[dict[str, Any]], caption: str) -> Node:
    return table_node(rows, caption=caption) if rows else node("p", f"{caption}: nothing yet.")


def _rows(frame: pd.DataFrame) -> list[Any]:
    """Return the rows of a table as named tuples."""
    return list(frame.itertuples(index=False))


# Findings


def findings(book: Gradebook) -> list[str]:
    """Return what to know before class: up to five sentences, the most useful kinds first."""
    kinds = (_behind, _hardest, _mixed_up, _believed, _suspect)
    return [says for kind in kinds if (says := kind(book))]


def _findings(book: Gradebook) -> Iterator[Node]:
    says = findings(book)
    if says:
        yield node("h2", "Five minutes before class")
        yield node("ol", *(node("li", sentence) for sentence in says))


def behind(book: Gradebook) -> list[str]:
    """Return the learners who were right less than `BEHIND` percent at the first try."""
    mine = book.learners[book.learners["items"] >= ENOUGH]
    low = mine[mine["first"] < BEHIND].sort_values("first")
    return list(low["learner"])


def _behind(book: Gradebook) -> str:
    low, all_ = behind(book), len(book.records)
    lessons = book.lessons.groupby("learner")["lesson"].nunique()
    most = int(lessons.max()) if len(lessons) else 0
    few = sorted(
        record.learner for record in book.records if lessons.get(record.learner, 0) < most / 2
    )
    says = []
    if low:
        says.append(
            f"{len(low)} of {plural(all_, 'learner')} got less than {BEHIND}% right at the "
            f"first try: {_named(low)}."
        )
    if few:
        says.append(f"Fewer than half of the {most} quizzes: {_named(few)}.")
    return " ".join(says) or f"All {all_} learners got at least {BEHIND}% right at the first try."


def _named(names: Sequence[str]) -> str:
    shown = [shorten(name, 40) for name in names[:NAMED]]
    more = len(names) - NAMED
    return listing([*shown, *([f"{more} more"] if more > 0 else [])])


def by_objective(book: Gradebook) -> pd.DataFrame:
    """Return each objective's share of right first tries, in percent, the lowest first."""
    if book.tries.empty:
        return pd.DataFrame(columns=["objective", "lesson", "tries", "learners", "first", "best"])
    by = book.tries.groupby(["objective", "lesson"])
    found = by.agg(
        tries=("item", "size"),
        learners=("learner", "nunique"),
        first=("right", "mean"),
        best=("best", "mean"),
    ).reset_index()
    found[["first", "best"]] = (100 * found[["first", "best"]]).round(1)
    return found.sort_values(["first", "objective"], ignore_index=True)


def _can(objective: str) -> str:
    row = tables.by("objectives", "objective").get(objective)
    return row["can"] if row else objective


def _hardest(book: Gradebook) -> str:
    found = by_objective(book)
    found = found[found["learners"] >= min(ENOUGH, len(book.records))]
    if found.empty:
        return ""
    low: Any = found.iloc[0]
    return (
        f"Hardest objective: “{_can(low['objective'])}” (lesson {low['lesson']}), "
        f"{low['first']:.0f}% right at the first try and {low['best']:.0f}% by now."
    )


def _mixed_up(book: Gradebook) -> str:
    from codeedu.teach.gradebook import at_least

    wrong = [row for row in _rows(book.confusions) if row.actual != row.chosen]
    if not wrong:
        return ""
    top = max(wrong, key=lambda row: at_least(int(row.times), int(row.of)))
    return (
        f"{top.actual} was taken for {top.chosen} {top.times} of {plural(int(top.of), 'time')}, "
        f"by {plural(int(top.learners), 'learner')}."
    )


def _believed(book: Gradebook) -> str:
    if book.beliefs.empty:
        return ""
    top: Any = book.beliefs.iloc[0]
    truth = f" In truth: {top['truth']}" if top["truth"] else ""
    return (
        f"Most tempting belief: “{top['says']}” It showed in {top['times']} of "
        f"{plural(int(top['of']), 'answer')} that could show it, from "
        f"{plural(int(top['learners']), 'learner')}.{truth}{_next(book)}"
    )


def _next(book: Gradebook) -> str:
    """Return the beliefs that follow the most tempting one, if half as many answers show them."""
    first, *others = _rows(book.beliefs.head(AND_NEXT + 1))
    says = [
        f"“{row.says}” ({row.times} of {row.of})"
        for row in others
        if 2 * row.times / row.of >= first.times / first.of
    ]
    return f" Then: {listing(says)}." if says else ""


def suspects(book: Gradebook) -> pd.DataFrame:
    """Return items that better learners miss more often than chance explains: check their key.

    By Fisher's z of the correlation; among hundreds of questions a low one is common, so the
    limit goes down with their number (Bonferroni).
    """
    asked = book.items[(book.items["learners"] >= MANY) & book.items["discrimination"].notna()]
    if asked.empty:
        return asked
    limit = -NormalDist().inv_cdf(1 - CHANCE / len(asked))
    r = (asked["discrimination"].astype(float) / 100).clip(-0.999, 0.999)
    z = np.arctanh(r) * (asked["learners"].astype(float) - 3) ** 0.5
    return asked[z < limit].sort_values("discrimination")


def _suspect(book: Gradebook) -> str:
    from codeedu.teach.gradebook import at_least

    low = suspects(book)
    if not low.empty:
        row: Any = low.iloc[0]
        return (
            f"Check question {row['item']}, “{shorten(row['question'], 120)}”: those who do well "
            f"elsewhere miss it more often than the others ({_wrong(book, row['item'])})."
        )
    count = book.items.set_index("item")["learners"]
    many = book.options["item"].map(count) >= min(ENOUGH, len(book.records))
    wrong = book.options[many & ~book.options["right"].astype(bool)]
    if wrong.empty or not wrong["chosen"].max():
        return ""
    rank = [
        at_least(min(c, count[i]), count[i])
        for i, c in zip(wrong["item"], wrong["chosen"], strict=True)
    ]
    top: Any = wrong.iloc[rank.index(max(rank))]
    stem = book.items.set_index("item")["question"][top["item"]]
    return (
        f"Most chosen wrong answer: “{shorten(str(top['option']), 80)}”, {top['chosen']} of "
        f"{plural(int(count[top['item']]), 'learner')}, to {top['item']}, “{shorten(stem, 120)}”"
    )


def _wrong(book: Gradebook, item: str) -> str:
    mine = book.options[(book.options["item"] == item) & ~book.options["right"].astype(bool)]
    if mine.empty or not mine["chosen"].max():
        return "no wrong answer stands out"
    top: Any = mine.sort_values("chosen").iloc[-1]
    return f"{top['chosen']} chose “{shorten(str(top['option']), 80)}”"


# Figures


def objective_figure(book: Gradebook) -> Figure:
    """Draw the share of right first tries for the objectives that are hardest."""
    found = by_objective(book).head(ROWS)
    drawn = [
        (row.objective, [(max(row.first, 0.5), "main", 0.8)], f"{row.first:.0f}% of {row.tries}")
        for row in _rows(found)
    ]
    low: Any = found.iloc[0]
    message = f"Hardest: {low['objective']}, {low['first']:.0f}% right at the first try"
    below = f"Right first tries, in percent, of all tries; the {len(found)} lowest objectives"
    rows = [
        {
            "objective": row.objective,
            "lesson": row.lesson,
            "you can": _can(row.objective),
            "right at first, %": row.first,
            "by now, %": row.best,
            "tries": row.tries,
            "learners": row.learners,
        }
        for row in _rows(found)
    ]
    alt = (
        f"Bars: the share of right first tries for {len(found)} objectives, the lowest first, "
        f"from {low['first']:.0f}% to {found.iloc[-1]['first']:.0f}%. {message}."
    )
    return figure(bars(message, below, drawn).svg(), alt=alt, table=rows, caption=f"{message}.")


def confusion_figure(book: Gradebook) -> Figure:
    """Draw the class's confusion matrix: the code sets that were mixed up most."""
    from codeedu.teach.gradebook import at_least

    rows = list(_rows(book.confusions))
    weight: dict[str, float] = {}
    for row in rows:
        if row.actual != row.chosen:
            for name in (row.actual, row.chosen):
                weight[name] = weight.get(name, 0) + at_least(int(row.times), int(row.of))
    shown = set(sorted(weight, key=lambda name: -weight[name])[:SETS])
    matrix = {
        (row.actual, row.chosen): row.times for row in rows if {row.actual, row.chosen} <= shown
    }
    return plot("confusion", matrix=matrix)


def _drawn(shown: Figure) -> Node:
    """Return a figure as a node of the page, its table folded."""
    from base64 import b64encode

    address = f"data:image/svg+xml;base64,{b64encode(shown.svg.encode()).decode()}"
    return node(
        "figure", node("img", alt=shown.alt, src=address), node("figcaption", shown.caption)
    )


# Tables


def _objectives(book: Gradebook) -> Iterator[Node]:
    if book.tries.empty:
        yield node("p", "No first try yet.")
        return
    yield _drawn(objective_figure(book))
    rows = [
        {
            "Objective": row.objective,
            "Lesson": row.lesson,
            "Can": _can(row.objective),
            "Right at first": f"{row.first:.0f}%",
            "By now": f"{row.best:.0f}%",
            "Learners": row.learners,
        }
        for row in _rows(by_objective(book))
    ]
    yield _table(rows, "All objectives, the hardest first")


def _belief_rows(book: Gradebook) -> list[dict[str, Any]]:
    return [
        {
            "Belief": row.says,
            "In truth": row.truth,
            "Showed": f"{row.times} of {row.of}",
            "Learners": row.learners,
            "Seem to hold it": row.who or "nobody",
        }
        for row in _rows(book.beliefs.head(ROWS))
    ]


def _item_help() -> list[str]:
    return [
        "Facility is the mean score of first tries. Discrimination is how far the score goes "
        "with the learner's score on all other questions, from -100% to 100%: near 0 or below, "
        "read the question again. It is left out where fewer than ten learners answered."
    ]


def _many(book: Gradebook) -> str:
    return plural(len(book.items), "question")


def _item_rows(book: Gradebook) -> list[dict[str, Any]]:
    enough = book.items[book.items["learners"] >= min(ENOUGH, len(book.records))]
    hard = enough.sort_values(["facility", "item"]).head(ROWS)
    odd = suspects(book)
    listed = pd.concat([odd, hard]).drop_duplicates("item")
    return [
        {
            "Question": row.item,
            "It asks": shorten(row.question, 140),
            "Facility": f"{row.facility:.0f}%",
            "Discrimination": _percent(row.discrimination),
            "Learners": row.learners,
            "Most tempting": _wrong(book, row.item),
        }
        for row in _rows(listed)
    ]


def _percent(value: float) -> str:
    return "" if pd.isna(value) else percent(value / 100)


def _learner_rows(book: Gradebook) -> list[dict[str, Any]]:
    by = book.learners.sort_values(["first", "learner"], na_position="first")
    return [
        {
            "Learner": row.learner,
            "First": _mark(row.first),
            "By now": _mark(row.best),
            "Questions": row.items,
            "Answers": row.answers,
            "Days": row.days,
            "Last": row.last,
            "Late answers": row.late,
        }
        for row in _rows(by)
    ]


def _lesson_rows(book: Gradebook) -> list[dict[str, Any]]:
    lessons = sorted(set(book.lessons["lesson"]))
    marks = {(row.learner, row.lesson): (row.first, row.best) for row in _rows(book.lessons)}
    rows = []
    for record in book.records:
        row: dict[str, Any] = {"Learner": record.learner}
        for lesson in lessons:
            found = marks.get((record.learner, lesson))
            row[f"Lesson {lesson}"] = _both(*found) if found else "none"
        rows.append(row)
    return rows if lessons else []


def _both(first: float, best: float) -> str:
    return f"{first:.0f}" if first == best else f"{first:.0f}, then {best:.0f}"


def _mark(value: float) -> str:
    return "none" if pd.isna(value) else f"{value:.0f}"


def _problems(book: Gradebook) -> Iterator[Node]:
    rows = [{"File": file, "What": says} for file, says in book.notes]
    yield node("h2", "Files", id="files")
    if rows:
        yield _table(rows, "Files that need a look, and what was done")
    else:
        yield node("p", "All files could be read, and none was there twice.")
