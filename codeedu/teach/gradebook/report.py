"""The class report: five findings in sentences, then the figures and tables behind them.

It is made to be read in five minutes before class. Names of files and texts of records come from
outside; they reach the page as text of nodes, which escape them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from codeedu import tables
from codeedu.codes.wording import listing, plural, shorten
from codeedu.figures import figure
from codeedu.figures.bars import bars
from codeedu.html.nodes import (
    Figure,
    Node,
    node,
    picture,
    readable_figure,
    source,
    table_node,
    to_html,
)
from codeedu.html.nodes import page as whole_page
from codeedu.lessons import lesson_label
from codeedu.teach.gradebook.book import Gradebook, at_least, rows

BEHIND = 60  # percent right at the first try; below it, talk to the learner
ENOUGH = 5  # items before a learner's mark says that, learners before a class's does
NAMED = 6  # learners named in a sentence
SETS = 6  # code sets in the matrix
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
    if book.names:
        yield from _findings(book)
        yield from _objectives(book)
        yield node("h2", "What was taken for what")
        yield _drawn(confusion_figure(book))
        yield node("h2", "Common beliefs")
        yield node("p", HOLDERS)
        yield _table(_beliefs(book), "Misconceptions that answers showed, the most tempting first")
        yield node("h2", "Questions")
        yield node("p", ITEMS)
        many = len(_enough(book, book.items))
        of = f"{plural(many, 'question')} asked of {plural(_least(book), 'learner')} or more"
        says = f"Questions to check, then the {min(ROWS, many)} hardest, of {of}"
        yield _table(_items(book), says)
        yield node("h2", "Learners")
        yield _table(_learners(book), "Right at the first try and by now, in percent")
        says = "Quiz of each lesson: first attempt, then the best, in percent"
        yield _table(_lessons(book), says)
    yield node("h2", "Files", id="files")
    if book.problems.empty:
        yield node("p", "All files could be read, and none was there twice.")
    else:
        files = book.problems.set_axis(["File", "What"], axis=1)
        yield _table(files, "Files that need a look, and what was done")


def _lead(book: Gradebook) -> Iterator[Node]:
    yield node("p", repr(book))
    if len(book.problems):
        says = f"{plural(len(book.problems), 'note')} on the files"
        yield node("p", node("a", says, href="#files"), ".")


def _table(frame: pd.DataFrame, caption: str) -> Node:
    return (
        node("p", f"{caption}: nothing yet.") if frame.empty else table_node(frame, caption=caption)
    )


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
    return list(mine[mine["first"] < BEHIND].sort_values("first")["learner"])


def _behind(book: Gradebook) -> str:
    low = behind(book)
    quizzes = book.lessons.groupby("learner").size().reindex(sorted(book.names), fill_value=0)
    most = quizzes.max() if len(quizzes) else 0
    few = list(quizzes[quizzes < most / 2].index)
    all_ = plural(len(book.names), "learner")
    says = []
    if low:
        less = f"got less than {BEHIND}% right at the first try"
        says.append(f"{len(low)} of {all_} {less}: {_named(low)}.")
    if few:
        says.append(f"Fewer than half of the {most} quizzes: {_named(few)}.")
    return " ".join(says) or f"All {all_} got at least {BEHIND}% right at the first try."


def _named(names: Sequence[str]) -> str:
    shown = [shorten(name, 40) for name in names[:NAMED]]
    more = len(names) - NAMED
    return listing([*shown, *([f"{more} more"] if more > 0 else [])])


def _can(objective: str) -> str:
    row = tables.by("objectives", "objective").get(objective)
    return row["can"] if row else objective


def _least(book: Gradebook) -> int:
    return min(ENOUGH, len(book.names))


def _enough(book: Gradebook, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that rest on enough learners; in a tiny class, on all of them."""
    return frame[frame["learners"] >= _least(book)]


def _hardest(book: Gradebook) -> str:
    for row in rows(_enough(book, book.hardest).head(1)):
        return (
            f"Hardest objective: “{_can(row.objective)}” (lesson {row.lesson}), "
            f"{row.first:.0f}% right at the first try and {row.best:.0f}% by now."
        )
    return ""


def _wrong(book: Gradebook) -> pd.DataFrame:
    """Return the confusions with the `rank` of each, without the right answers."""
    found = book.confusions[book.confusions["actual"] != book.confusions["chosen"]]
    return found.assign(rank=at_least(found["times"], found["of"]))


def _mixed_up(book: Gradebook) -> str:
    found = _wrong(book)
    found = found[(found["times"] > 1) & (found["learners"] > 1)]  # once is a slip
    for row in rows(found.nlargest(1, "rank")):
        return (
            f"{row.actual} was taken for {row.chosen} {row.times} of {row.of} times, "
            f"by {plural(row.learners, 'learner')}."
        )
    return ""


def _believed(book: Gradebook) -> str:
    if book.beliefs.empty:
        return ""
    top, *others = rows(book.beliefs.head(AND_NEXT + 1))
    truth = f" In truth: {top.truth}" if top.truth else ""
    also = [
        f"“{row.says}” ({row.times} of {row.of})"
        for row in others
        if 2 * row.times / row.of >= top.times / top.of
    ]
    return (
        f"Most tempting belief: “{top.says}” It showed in {top.times} of "
        f"{plural(top.of, 'answer')} that could show it, from "
        f"{plural(top.learners, 'learner')}.{truth}{f' Then: {listing(also)}.' if also else ''}"
    )


def _suspect(book: Gradebook) -> str:
    stem = book.items.set_index("item")["question"]
    for row in rows(book.suspects.head(1)):
        return (
            f"Check the key of {row.item}, “{shorten(stem[row.item], 120)}”: of the strongest "
            f"third, {row.strong:.0f}% chose “{shorten(row.option, 80)}”, which it calls wrong."
        )
    count = _enough(book, book.items).set_index("item")["learners"]
    wrong = book.options[~book.options["right"] & (book.options["chosen"] > 0)]
    wrong = wrong[wrong["item"].isin(count.index)]
    of = wrong["item"].map(count).astype(int)
    rank = at_least(wrong["chosen"].clip(upper=of), of)
    for row in rows(wrong.assign(rank=rank).nlargest(1, "rank")):
        return (
            f"Most chosen wrong answer: “{shorten(row.option, 80)}”, {row.chosen} of "
            f"{plural(count[row.item], 'learner')}, to {row.item}, "
            f"“{shorten(stem[row.item], 120)}”"
        )
    return ""


# Figures


def _objectives(book: Gradebook) -> Iterator[Node]:
    yield node("h2", "Objectives")
    found = _enough(book, book.hardest)
    learners = plural(_least(book), "learner")
    if found.empty:
        yield node("p", f"No objective was asked of {learners} or more yet.")
        return
    yield _drawn(objective_figure(book))
    shown = pd.DataFrame(
        {
            "Objective": found["objective"],
            "Lesson": found["lesson"],
            "Can": found["objective"].map(_can),
            "Right at first": found["first"].map(_whole),
            "By now": found["best"].map(_whole),
            "Learners": found["learners"],
        }
    )
    yield _table(shown, f"Objectives asked of {learners} or more, the hardest first")


def objective_figure(book: Gradebook) -> Figure:
    """Draw the share of right first tries for the objectives that are hardest."""
    found = _enough(book, book.hardest).head(ROWS)
    drawn = [
        (row.objective, [(max(row.first, 0.5), "main", 0.8)], f"{row.first:.0f}% of {row.items}")
        for row in rows(found)
    ]
    low, high = found["first"].iloc[0], found["first"].iloc[-1]
    message = f"Hardest: {found['objective'].iloc[0]}, {low:.0f}% right at the first try"
    below = f"Right first tries, in percent, of all tries; the {len(found)} lowest objectives"
    alt = (
        f"Bars: the share of right first tries for {len(found)} objectives, the lowest first, "
        f"from {low:.0f}% to {high:.0f}%. {message}."
    )
    return readable_figure(
        bars(message, below, drawn).svg(), alt=alt, table=found, caption=f"{message}."
    )


def confusion_figure(book: Gradebook) -> Figure:
    """Draw the class's confusion matrix: the code sets that were mixed up most."""
    wrong = _wrong(book)
    both = [wrong.groupby(name)["rank"].sum() for name in ("actual", "chosen")]
    shown = set(both[0].add(both[1], fill_value=0).nlargest(SETS).index)
    found = rows(book.confusions)
    return figure(
        "confusion",
        matrix={(r.actual, r.chosen): r.times for r in found if {r.actual, r.chosen} <= shown},
    )


def _drawn(shown: Figure) -> Node:
    """Return a figure as a node of the page; its numbers are in a table of the page."""
    return node("figure", picture(shown.svg, shown.alt), node("figcaption", shown.caption))


# Tables

HOLDERS = (
    "Most likely to hold it are the learners in whose answers it showed most surely: so many of "
    "their first answers that could show it. It is a start for a talk, not a finding: most are "
    "asked about a belief once or twice only."
)
ITEMS = (
    "Facility is the mean score of first tries. Discrimination is how far the score goes with the "
    "learner's score on all other questions, from -100% to 100%: near 0 or below, read the "
    "question again. It is left out where fewer than ten learners answered."
)


def _beliefs(book: Gradebook) -> pd.DataFrame:
    found = book.beliefs.head(ROWS)
    by = book.holders.groupby("misconception")
    who = {
        name: _named([f"{row.learner} ({row.times} of {row.of})" for row in rows(mine)])
        for name, mine in by
    }
    return pd.DataFrame(
        {
            "Belief": found["says"],
            "In truth": found["truth"],
            "Showed": [f"{row.times} of {row.of}" for row in rows(found)],
            "Learners": found["learners"],
            "Most likely to hold it": found["misconception"].map(who),
        }
    )


def _items(book: Gradebook) -> pd.DataFrame:
    hard = _enough(book, book.items).sort_values(["facility", "item"]).head(ROWS)
    odd = book.items[book.items["item"].isin(book.suspects["item"])]
    found = pd.concat([odd, hard]).drop_duplicates("item")
    wrong = book.options[~book.options["right"] & (book.options["chosen"] > 0)]
    wrong = wrong.sort_values("chosen").drop_duplicates("item", keep="last")
    tempts = {row.item: f"{row.chosen} chose “{shorten(row.option, 80)}”" for row in rows(wrong)}
    return pd.DataFrame(
        {
            "Question": found["item"],
            "It asks": [shorten(question, 140) for question in found["question"]],
            "Facility": found["facility"].map(_whole),
            "Discrimination": found["discrimination"].map(_whole),
            "Learners": found["learners"],
            "Most tempting": [tempts.get(name, "") for name in found["item"]],
            "Check its key": ["yes" if name in set(odd["item"]) else "" for name in found["item"]],
        }
    )


def _whole(value: float) -> str:
    return "" if pd.isna(value) else f"{value:.0f}%"


def _learners(book: Gradebook) -> pd.DataFrame:
    columns = {
        "learner": "Learner",
        "first": "First",
        "best": "By now",
        "items": "Questions",
        "answers": "Answers",
        "days": "Days",
        "last": "Last",
        "late": "Late answers",
    }
    found = book.learners.sort_values(["first", "learner"], na_position="first")
    for name in ("first", "best"):
        found[name] = found[name].map(_mark)
    return found[list(columns)].rename(columns=columns)


def _lessons(book: Gradebook) -> pd.DataFrame:
    marks = [
        _mark(row.first) + (f", then {row.best:.0f}" if row.best != row.first else "")
        for row in rows(book.lessons)
    ]
    wide = book.lessons.assign(mark=marks).pivot(index="learner", columns="lesson", values="mark")
    wide = wide.reindex(book.names).fillna("none").rename(columns=lesson_label)
    wide = wide.rename(columns=str.capitalize)
    return wide.rename_axis("Learner").reset_index() if len(marks) else pd.DataFrame()


def _mark(value: Any) -> str:
    return "none" if pd.isna(value) else f"{value:.0f}"
