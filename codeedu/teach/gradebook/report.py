"""The class report: five findings in sentences, then the figures and tables behind them.

It can be read in five minutes before class. Names of files and texts of records are untrusted;
they reach the page as text of nodes, which escape them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from codeedu import tables
from codeedu.codes.wording import listing, plural, shorten
from codeedu.figures import figure
from codeedu.figures.bars import bars
from codeedu.html import nodes
from codeedu.html.nodes import Figure, Node, node, source, to_html
from codeedu.learner import statistics
from codeedu.lessons import lesson_label
from codeedu.teach.gradebook.book import TO_CORRELATE, TO_SUSPECT, Gradebook, each_row, lower_bound

BEHIND = 60  # percent right at the first try; below it, talk to the learner
ENOUGH = statistics.ENOUGH  # different items of a learner, or learners, before anything is said
NAMED = 6  # learners named in a sentence
SETS = 6  # code sets in the matrix
AND_NEXT = 3  # beliefs named after the first
ROWS = 15  # of the tables of objectives, questions and beliefs; the frames have all

TITLE = "Class report"


def report_page(book: Gradebook) -> str:
    """Return the report as a web page that needs nothing else."""
    body = to_html(node("main", node("h1", TITLE), *_parts(book), class_="codeedu codeedu-class"))
    return nodes.page(TITLE, body, source("theme.css", "page.css", "gradebook.css"))


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
        yield from _objectives_part(book)
        yield node("h2", "What was taken for what")
        yield _drawn(confusion_figure(book))
        yield node("h2", "Common beliefs")
        yield node("p", HOLDERS)
        caption = "Misconceptions that answers showed, the most tempting first"
        yield _table(_belief_table(book), caption)
        yield node("h2", "Questions")
        yield node("p", ITEMS)
        many = len(_enough(book, book.items))
        of = f"{plural(many, 'question')} asked of {plural(_least(book), 'learner')} or more"
        caption = f"Questions to check, then the {min(ROWS, many)} hardest, of {of}"
        yield _table(_question_table(book), caption)
        yield node("h2", "Learners")
        yield _table(_learner_table(book), "Right at the first try and so far, in percent")
        caption = "Quiz of each lesson: first attempt, then the best, in percent"
        yield _table(_lesson_table(book), caption)
    yield node("h2", "Files", id="files")
    if book.problems.empty:
        yield node("p", "All files could be read, and none was there twice.")
    else:
        files = book.problems.set_axis(["File", "What"], axis=1)
        yield _table(files, "Files that need a look, and what was done")


def _lead(book: Gradebook) -> Iterator[Node]:
    yield node("p", repr(book))
    if len(book.problems):
        notes = f"{plural(len(book.problems), 'note')} on the files"
        yield node("p", nodes.link(notes, "#files"), ".")


def _table(frame: pd.DataFrame, caption: str) -> Node:
    if frame.empty:
        return node("p", f"{caption}: nothing yet.")
    return nodes.table_node(frame, caption=caption)


# Findings


def findings(book: Gradebook) -> list[str]:
    """Return what to know before class: up to five sentences, the most useful kinds first."""
    kinds = (_behind, _hardest, _mixed_up, _believed, _suspect) if book.names else ()
    return [sentence for kind in kinds if (sentence := kind(book))]


def _findings(book: Gradebook) -> Iterator[Node]:
    if sentences := findings(book):
        yield node("h2", "Five minutes before class")
        yield node("ol", *(node("li", sentence) for sentence in sentences))


def behind(book: Gradebook) -> list[str]:
    """Return the learners who were right less than `BEHIND` percent at the first try."""
    learners = book.learners[book.learners["items"] >= ENOUGH]
    return list(learners[learners["first"] < BEHIND].sort_values("first")["learner"])


def _behind(book: Gradebook) -> str:
    low = behind(book)
    quizzes = book.lessons.groupby("learner").size().reindex(sorted(book.names), fill_value=0)
    most = quizzes.max() if len(quizzes) else 0
    few = list(quizzes[quizzes < most / 2].index)
    learners = plural(len(book.names), "learner")
    sentences = []
    if low:
        less = f"got less than {BEHIND}% right at the first try"
        sentences.append(f"{len(low)} of {learners} {less}: {_name_list(low)}.")
    if few:
        sentences.append(f"Fewer than half of the {most} quizzes: {_name_list(few)}.")
    if sentences:
        return " ".join(sentences)
    enough = int((book.learners["items"] >= ENOUGH).sum())
    if not enough:
        return f"No learner has answered {ENOUGH} questions that count yet."
    some = f"All {learners}" if enough == len(book.names) else f"{enough} of {learners}"
    return f"{some} got at least {BEHIND}% right at the first try."


def _name_list(names: Sequence[str]) -> str:
    shown = [shorten(name, 40) for name in names[:NAMED]]
    more = len(names) - NAMED
    return listing(shown + [f"{more} more"] * (more > 0))


def _can(objective: str) -> str:
    return tables.by("objectives", "objective").get(objective, {"can": objective})["can"]


def _least(book: Gradebook) -> int:
    return min(ENOUGH, len(book.names))


def _enough(book: Gradebook, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that rest on enough learners; in a tiny class, on all of them."""
    return frame[frame["learners"] >= _least(book)]


def _hardest(book: Gradebook) -> str:
    for row in each_row(_enough(book, book.hardest).head(1)):
        return (
            f"Hardest objective: “{_can(row.objective)}” (lesson {row.lesson}), "
            f"{row.first:.0f}% right at the first try and {row.best:.0f}% so far."
        )
    return ""


def _mix_ups(book: Gradebook) -> pd.DataFrame:
    """Return the confusions without the right answers, with the `rank` of each."""
    wrong = book.confusions[book.confusions["actual"] != book.confusions["chosen"]]
    return wrong.assign(rank=lower_bound(wrong["times"], wrong["of"]))


def _mixed_up(book: Gradebook) -> str:
    pairs = _mix_ups(book)
    pairs = pairs[pairs["learners"] > 1]  # what one learner mixes up is not the class's
    for row in each_row(pairs.nlargest(1, "rank")):
        return (
            f"{row.actual} was taken for {row.chosen} {row.times} of {row.of} times, "
            f"by {plural(row.learners, 'learner')}."
        )
    return ""


def _believed(book: Gradebook) -> str:
    """Name the most tempting belief, then those that showed at least half as often."""
    if book.beliefs.empty:
        return ""
    top, *others = each_row(book.beliefs.head(AND_NEXT + 1))
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
    for row in each_row(book.suspects.head(1)):
        return (
            f"Check the key of {row.item}, “{shorten(stem[row.item], 120)}”: of the strongest "
            f"third, {row.strong:.0f}% chose “{shorten(row.option, 80)}”, which it calls wrong."
        )
    learners = _enough(book, book.items).set_index("item")["learners"]
    wrong = _wrong_answers(book)
    wrong = wrong[wrong["item"].isin(learners.index)]
    of = wrong["item"].map(learners).astype(int)
    rank = lower_bound(wrong["chosen"].clip(upper=of), of)
    for row in each_row(wrong.assign(rank=rank).nlargest(1, "rank")):
        return (
            f"Most chosen wrong answer: “{shorten(row.option, 80)}”, {row.chosen} of "
            f"{plural(learners[row.item], 'learner')}, to {row.item}, "
            f"“{shorten(stem[row.item], 120)}”"
        )
    return ""


def _wrong_answers(book: Gradebook) -> pd.DataFrame:
    return book.options[~book.options["right"] & (book.options["chosen"] > 0)]


# Figures


def _objectives_part(book: Gradebook) -> Iterator[Node]:
    yield node("h2", "Objectives")
    hardest = _enough(book, book.hardest)
    learners = plural(_least(book), "learner")
    if hardest.empty:
        yield node("p", f"No objective was asked of {learners} or more yet.")
        return
    yield _drawn(objective_figure(book))
    table = pd.DataFrame(
        {
            "Objective": hardest["objective"],
            "Lesson": hardest["lesson"],
            "Can": hardest["objective"].map(_can),
            "Right at first": _rounded(hardest["first"]),
            "So far": _rounded(hardest["best"]),
            "Learners": hardest["learners"],
        }
    )
    yield _table(table, f"Objectives asked of {learners} or more, the hardest first")


def objective_figure(book: Gradebook) -> Figure:
    """Draw the share of right first tries for the objectives that are hardest."""
    hardest = _enough(book, book.hardest).head(ROWS)
    stacks = [
        (row.objective, [(max(row.first, 0.5), "main", 0.8)], f"{row.first:.0f}% of {row.items}")
        for row in each_row(hardest)
    ]
    low, high = hardest["first"].iloc[0], hardest["first"].iloc[-1]
    message = f"Hardest: {hardest['objective'].iloc[0]}, {low:.0f}% right at the first try"
    below = f"Right first tries, in percent, of all tries; the {len(hardest)} lowest objectives"
    alt = (
        f"Bars: the share of right first tries for {len(hardest)} objectives, the lowest first, "
        f"from {low:.0f}% to {high:.0f}%. {message}."
    )
    svg = bars(message, below, stacks).svg()
    return nodes.readable_figure(svg, alt=alt, table=hardest, caption=f"{message}.")


def confusion_figure(book: Gradebook) -> Figure:
    """Draw the class's confusion matrix: the code sets that were mixed up most."""
    pairs = _mix_ups(book)
    actual, chosen = (pairs.groupby(name)["rank"].sum() for name in ("actual", "chosen"))
    most = set(actual.add(chosen, fill_value=0).nlargest(SETS).index)
    matrix = {
        (row.actual, row.chosen): row.times
        for row in each_row(book.confusions)
        if {row.actual, row.chosen} <= most
    }
    return figure("confusion", matrix=matrix)


def _drawn(shown: Figure) -> Node:
    """Return a figure as a node of the page; its numbers are in a table of the page."""
    return node("figure", nodes.picture(shown.svg, shown.alt), node("figcaption", shown.caption))


# Tables

HOLDERS = (
    "Most likely to hold it are the learners in whose answers it showed most surely: so many of "
    "their first answers that could show it. It is a start for a talk, not a finding: most are "
    "asked about a belief once or twice only."
)
ITEMS = (
    "Facility is the mean score of first tries. Discrimination is how far the score goes with the "
    "learner's score on all other questions, from -100% to 100%: near 0 or below, read the "
    f"question again. It is left out where fewer than {TO_CORRELATE} learners answered. A key is "
    f"suspected only where {TO_SUSPECT} learners or more answered."
)


def _belief_table(book: Gradebook) -> pd.DataFrame:
    beliefs = book.beliefs.head(ROWS)
    likely = {
        name: _name_list([f"{row.learner} ({row.times} of {row.of})" for row in each_row(holders)])
        for name, holders in book.holders.groupby("misconception")
    }
    return pd.DataFrame(
        {
            "Belief": beliefs["says"],
            "In truth": beliefs["truth"],
            "Showed": [f"{row.times} of {row.of}" for row in each_row(beliefs)],
            "Learners": beliefs["learners"],
            "Most likely to hold it": beliefs["misconception"].map(likely),
        }
    )


def _question_table(book: Gradebook) -> pd.DataFrame:
    suspect = book.items["item"].isin(book.suspects["item"])
    hard = _enough(book, book.items).sort_values(["facility", "item"]).head(ROWS)
    items = pd.concat([book.items[suspect], hard]).drop_duplicates("item")
    wrong = _wrong_answers(book).sort_values("chosen").drop_duplicates("item", keep="last")
    tempting = {
        row.item: f"{row.chosen} chose “{shorten(row.option, 80)}”" for row in each_row(wrong)
    }
    return pd.DataFrame(
        {
            "Question": items["item"],
            "It asks": [shorten(question, 140) for question in items["question"]],
            "Facility": _rounded(items["facility"]),
            "Discrimination": _rounded(items["discrimination"]),
            "Learners": items["learners"],
            "Most tempting": [tempting.get(name, "") for name in items["item"]],
            "Check its key": suspect[items.index].map({True: "yes", False: ""}),
        }
    )


def _rounded(column: pd.Series[float], unit: str = "%", none: str = "") -> pd.Series[str]:
    return column.map(lambda value: none if pd.isna(value) else f"{value:.0f}{unit}")


def _learner_table(book: Gradebook) -> pd.DataFrame:
    columns = {
        "learner": "Learner",
        "first": "First",
        "best": "So far",
        "items": "Questions",
        "answers": "Answers",
        "days": "Days",
        "last": "Last",
        "late": "Late answers",
    }
    learners = book.learners.sort_values(["first", "learner"], na_position="first")
    for name in ("first", "best"):
        learners[name] = _rounded(learners[name], unit="", none="none")
    return learners[list(columns)].rename(columns=columns)


def _lesson_table(book: Gradebook) -> pd.DataFrame:
    marks = [
        f"{row.first:.0f}" + (f", then {row.best:.0f}" if row.best != row.first else "")
        for row in each_row(book.lessons)
    ]
    wide = book.lessons.assign(mark=marks).pivot(index="learner", columns="lesson", values="mark")
    wide = wide.reindex(book.names).fillna("none").rename(columns=lesson_label)
    wide = wide.rename(columns=str.capitalize)
    return wide.rename_axis("Learner").reset_index() if len(marks) else pd.DataFrame()
