"""The class report: findings, what to do next, who needs a word; then an appendix of tables.

It can be read in five minutes before class, and all but the appendix prints on two pages. Names of
files and texts of records are untrusted; they reach the page as text of nodes, which escape them,
and no command holds anything of a record.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from codeedu.codes.wording import capital, clipped, listing, plural
from codeedu.figures import figure
from codeedu.html import nodes
from codeedu.html.nodes import Figure, Node, node, source, to_html
from codeedu.learner import statistics
from codeedu.lessons import lesson_label
from codeedu.questions.kinds import KINDS
from codeedu.questions.printed import inline, plain_text, rich
from codeedu.teach.gradebook.book import TO_CORRELATE, TO_SUSPECT, Gradebook, each_row, lower_bound
from codeedu.teach.gradebook.collect import find_item
from codeedu.teach.gradebook.feedback import LINE, can, in_course, weakest

BEHIND = 60  # percent right at the first try; below it, talk to the learner
ENOUGH = statistics.ENOUGH  # different items of a learner, or learners, before anything is said
TOGETHER = 0.1  # of the class mix something up; below it, that is no finding
WEAK = 3  # objectives that a worksheet asks about
NAMED = 6  # learners named in a sentence
SETS = 6  # code sets in the matrix
AND_NEXT = 3  # beliefs named after the first
FIRST_ROWS = 10  # of the tables before the appendix
ROWS = 15  # of the tables of questions and beliefs; the frames have all
LONGEST = 240  # characters of a question or an answer in a sentence

TITLE = "Class report"
NEXT = "For the next ten minutes"
SHEETS = (
    "A feedback sheet for each learner, with the next ten minutes: run the command again with "
    "--sheets and the name of a folder for them."
)
CHART = "Objectives with the fewest right first tries, of all first tries"


def report_page(book: Gradebook) -> str:
    """Return the report as a web page that needs nothing else."""
    body = to_html(node("main", node("h1", TITLE), *_parts(book), class_="codeedu codeedu-class"))
    return nodes.page(TITLE, body, source("theme.css", "page.css", "gradebook.css"))


def fragment(book: Gradebook) -> str:
    """Return the first part of the report, as a notebook shows it."""
    style = source("theme.css", "gradebook.css")
    about = {"class_": "codeedu codeedu-class", "role": "group", "aria_label": TITLE}
    inside = [*_lead(book), *_findings(book), *_steps(book)]
    return f"<style>{style}</style>{to_html(node('section', *inside, **about))}"


def _parts(book: Gradebook) -> Iterator[Node]:
    yield from _lead(book)
    if book.names:
        yield from _findings(book)
        yield from _steps(book)
        yield from _people_part(book)
        yield from _hardest_part(book)
    yield node("section", *_appendix(book), class_="codeedu-appendix")


def _appendix(book: Gradebook) -> Iterator[Node]:
    yield node("h2", "Appendix: all tables")
    if book.names:
        yield from _objectives_part(book)
        yield node("h3", "What was taken for what")
        yield _drawn(confusion_figure(book))
        yield node("h3", "Common beliefs")
        yield node("p", HOLDERS)
        caption = "Misconceptions that answers showed, the most tempting first"
        yield _table(_belief_table(book), caption)
        yield node("h3", "Questions")
        yield node("p", ITEMS)
        many = len(_enough(book, book.items))
        of = f"{plural(many, 'question')} asked of {plural(_least(book), 'learner')} or more"
        caption = f"Questions to check, then the {min(ROWS, many)} hardest, of {of}"
        yield _table(_question_table(book), caption)
        yield node("h3", "Learners")
        yield _table(_learner_table(book), "Right at the first try and so far, in percent")
        caption = "Quiz of each lesson: first attempt, then the best, in percent"
        yield _table(_lesson_table(book), caption)
    yield node("h3", "Files", id="files")
    if book.problems.empty:
        yield node("p", "All files could be read, and none was there twice.")
    else:
        notes = book.problems.set_axis(["File or question", "Note"], axis=1)
        yield _table(notes, "Notes on files and questions, and what was done")


def _lead(book: Gradebook) -> Iterator[Node]:
    yield node("p", repr(book))
    if len(book.problems):
        notes = f"Read the {plural(len(book.problems), 'note')}"
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


def _quizzes(book: Gradebook) -> pd.Series[int]:
    """Return how many lessons each learner has a mark in."""
    quizzes = book.lessons.groupby("learner", observed=True).size()
    return quizzes.reindex(sorted(book.names), fill_value=0)


def _with_few(book: Gradebook) -> list[str]:
    quizzes = _quizzes(book)
    few = quizzes[quizzes < quizzes.max() / 2]
    return [name for name in few.index if name not in book.absent]


def _late(book: Gradebook) -> pd.DataFrame:
    """Return the rows of marks whose best attempt came after its due day."""
    return book.lessons[book.lessons["late"] > 0] if "late" in book.lessons else book.lessons[:0]


def _behind(book: Gradebook) -> str:
    low = behind(book)
    learners = plural(len(book.names), "learner")
    less = f"{len(low)} of {learners} got less than {BEHIND}% right at the first try"
    few = f"Fewer than half of the {_quizzes(book).max()} quizzes"
    late = list(dict.fromkeys(_late(book)["learner"]))
    named = {less: low, few: _with_few(book), "Late": late}
    if any(named.values()):
        return " ".join(f"{what}: {_name_list(who)}." for what, who in named.items() if who)
    enough = int((book.learners["items"] >= ENOUGH).sum())
    if not enough:
        return f"No learner has answered {ENOUGH} questions that count yet."
    some = f"All {learners}" if enough == len(book.names) else f"{enough} of {learners}"
    return f"{some} got at least {BEHIND}% right at the first try."


def _name_list(names: Sequence[str]) -> str:
    shown = [clipped(name, 40) for name in names[:NAMED]]
    more = len(names) - NAMED
    return listing(shown + [f"{more} more"] * (more > 0))


def _least(book: Gradebook) -> int:
    return min(ENOUGH, len(book.names))


def _enough(book: Gradebook, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that rest on enough learners; in a tiny class, on all of them."""
    return frame[frame["learners"] >= _least(book)]


def _hardest(book: Gradebook) -> str:
    for row in each_row(_enough(book, book.hardest).head(1)):
        return (
            f"Hardest objective: “{can(row.objective)}” (lesson {row.lesson}), "
            f"{row.first:.0f}% right at the first try and {row.best:.0f}% so far."
        )
    return ""


def mix_ups(book: Gradebook) -> pd.DataFrame:
    """Return what the class took for what: by most learners, then most often, at the highest rate.

    What fewer than two learners mix up, or a tenth of the class, is left out.
    """
    wrong = book.confusions[book.confusions["actual"] != book.confusions["chosen"]]
    wrong = wrong[wrong["learners"] >= max(2, TOGETHER * len(book.names))]
    wrong = wrong.assign(rate=wrong["times"] / wrong["of"])
    return wrong.sort_values(["learners", "times", "rate"], ascending=False, kind="stable")


def _mixed_up(book: Gradebook) -> str:
    for row in each_row(mix_ups(book).head(1)):
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
    for row in each_row(book.suspects.head(1)):
        return (
            f"Check the key of “{_question(row.item)}”: of the strongest third, {row.strong:.0f}% "
            f"chose “{_answer(row.option)}”. The key says “{_answer(_key(row.item))}”."
        )
    learners = _enough(book, book.items).set_index("item")["learners"]
    wrong = _wrong_answers(book)
    wrong = wrong[wrong["item"].isin(learners.index)]
    of = wrong["item"].map(learners).astype(int)
    rank = lower_bound(wrong["chosen"].clip(upper=of), of)
    for row in each_row(wrong.assign(rank=rank).nlargest(1, "rank")):
        return (
            f"Most chosen wrong answer: “{_answer(row.option)}”, {row.chosen} of "
            f"{plural(learners[row.item], 'learner')}, to “{_question(row.item)}” "
            f"Right is “{_answer(_key(row.item))}”."
        )
    return ""


def _answer(text: str) -> str:
    return clipped(plain_text(text), LONGEST)


def _question(name: str) -> str:
    item = find_item(name)
    return _answer(item.stem if item else name)


def _key(name: str) -> str:
    item = find_item(name)
    return KINDS[item.kind].answer(item) if item else ""


def _wrong_answers(book: Gradebook) -> pd.DataFrame:
    return book.options[~book.options["right"] & (book.options["chosen"] > 0)]


# What to do next

Step = tuple[str, str]  # what to do in a sentence, and the command or the rows to copy for it


def next_steps(book: Gradebook) -> list[Step]:
    """Return what to do now, each with what to copy for it."""
    hardest = in_course(_enough(book, book.hardest))  # no command holds what a record may hold
    weak = hardest[hardest["first"] < LINE].head(WEAK)
    return [*_practice(weak if len(weak) else hardest.head(1)), *_correct(book)]


def _practice(weak: pd.DataFrame) -> Iterator[Step]:
    if weak.empty:
        return
    names = " ".join(weak["objective"])
    about = listing([f"“{can(row.objective)}” ({row.first:.0f}%)" for row in each_row(weak)])
    yield (
        f"Print a worksheet, with its key, on {about}:",
        f"codeedu export --to worksheet --objective {names} --items 8 --seed 1 -o week.html",
    )
    lesson = weak["lesson"].iloc[0]
    yield (
        f"Or hand out ten questions on lesson {lesson}, which codeedu marks:",
        f"codeedu assignment new --lesson {lesson} --items 10 --seed 1 -o handout/",
    )


def _correct(book: Gradebook) -> Iterator[Step]:
    for row in each_row(book.suspects.head(1)):
        item = find_item(row.item)
        version = getattr(row, "version", item.seen if item else "")
        answer = f'"{row.option.replace(chr(34), chr(34) * 2)}"'
        yield (
            f"If the key of “{_question(row.item)}” is wrong, correct it, or add this row to "
            "decisions.csv in your custom folder, and run the command again:",
            f"item,version,decision,answer\n{row.item},{version},also right,{answer}",
        )


def _steps(book: Gradebook) -> Iterator[Node]:
    if steps := next_steps(book):
        yield node("h2", NEXT)
        shown = (node("li", says, node("pre", node("code", copy))) for says, copy in steps)
        yield node("ul", *shown, class_="codeedu-steps")


# Who needs a word


def people(book: Gradebook) -> dict[str, list[str]]:
    """Return the learners who need a word, each with the reasons why; the late ones last."""
    why: dict[str, list[str]] = {}
    first, quizzes = book.learners.set_index("learner")["first"], _quizzes(book)
    for name in behind(book):
        why.setdefault(name, []).append(f"{first[name]:.0f}% right at the first try")
    for name in _with_few(book):
        why.setdefault(name, []).append(f"{quizzes[name]} of {quizzes.max()} quizzes")
    for row in each_row(_late(book)):
        why.setdefault(row.learner, []).append(f"{lesson_label(row.lesson)} {_days_late(row)}")
    return why


def _days_late(row: Any) -> str:
    return f"{plural(int(row.late), 'day')} late"


def _people_part(book: Gradebook) -> Iterator[Node]:
    who, absent = people(book), book.absent
    yield node("h2", "Who needs a word")
    yield node("p", SHEETS)
    if not who and not absent:
        yield node("p", "Nobody is behind or late.")
    rows = [
        {
            "Learner": clipped(name, 40),
            "Why": "; ".join(why),
            "Weakest": next(map(can, weakest(mine)["objective"]), ""),
        }
        for name, why in list(who.items())[:FIRST_ROWS]
        for mine in [book.objectives[book.objectives["learner"] == name]]
    ]
    if rows:
        yield nodes.table_node(rows, caption="Learners who are behind or late")
    if len(who) > FIRST_ROWS:
        yield node("p", f"And {len(who) - FIRST_ROWS} more: see the tables of learners.")
    if absent:
        yield node("p", f"Handed in nothing: {listing([clipped(name, 40) for name in absent])}.")


# Objectives


def _hardest_part(book: Gradebook) -> Iterator[Node]:
    hardest = _enough(book, book.hardest)
    if hardest.empty:
        return
    yield node("h2", "Hardest objectives")
    yield _table(_bars(hardest.head(FIRST_ROWS)), CHART)


def _bars(hardest: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each objective, with a bar as long as the share of right first tries."""
    bars = [
        node(
            "div",
            node("span", style=f"--share:{row.first / 100:.2f}", aria_hidden="true"),
            f"{row.first:.0f}% of {row.items}",
            class_="codeedu-share",
        )
        for row in each_row(hardest)
    ]
    able = [f"{capital(can(row.objective))} (lesson {row.lesson})" for row in each_row(hardest)]
    return pd.DataFrame({"Able to": able, "Right at first": bars})


def _objectives_part(book: Gradebook) -> Iterator[Node]:
    yield node("h3", "Objectives")
    hardest = _enough(book, book.hardest)
    learners = plural(_least(book), "learner")
    if hardest.empty:
        yield node("p", f"No objective was asked of {learners} or more yet.")
        return
    table = pd.DataFrame(
        {
            "Able to": [_with_id([can(name)], name) for name in hardest["objective"]],
            "Lesson": hardest["lesson"],
            "Right at first": _rounded(hardest["first"]),
            "So far": _rounded(hardest["best"]),
            "Learners": hardest["learners"],
        }
    )
    yield _table(table, f"Objectives asked of {learners} or more, the hardest first")


def _with_id(words: Sequence[str | Node], name: str) -> Node:
    """Return words with the id below them, in small type, by which a command knows it."""
    return node("div", *words, node("small", clipped(name, 80)))


# Figures


def confusion_figure(book: Gradebook) -> Figure:
    """Draw the class's confusion matrix: the code sets that were mixed up most."""
    pairs = mix_ups(book)
    actual, chosen = (pairs.groupby(name)["learners"].sum() for name in ("actual", "chosen"))
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
        row.item: node("div", f"{row.chosen} chose “", *inline(row.option), "”")
        for row in each_row(wrong)
    }
    return pd.DataFrame(
        {
            "Question": [_with_id(_stem(name), name) for name in items["item"]],
            "Right answer": [node("div", *inline(_key(name))) for name in items["item"]],
            "Most tempting": [tempting.get(name, "") for name in items["item"]],
            "Facility": _rounded(items["facility"]),
            "Discrimination": _rounded(items["discrimination"]),
            "Learners": items["learners"],
            "Check its key": suspect[items.index].map({True: "yes", False: ""}),
        }
    )


def _stem(name: str) -> list[Node]:
    item = find_item(name)
    return rich(item.stem) if item else []


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
        "minutes": "Minutes",
        "last": "Last",
        "late": "Late answers",
    }
    learners = book.learners.sort_values(["first", "learner"], na_position="first")
    for name in ("first", "best"):
        learners[name] = _rounded(learners[name], unit="", none="none")
    known = [name for name in columns if name in learners]
    return learners[known].rename(columns=columns)


def _lesson_table(book: Gradebook) -> pd.DataFrame:
    marks = [
        f"{row.first:.0f}"
        + (f", then {row.best:.0f}" if row.best != row.first else "")
        + (f", {_days_late(row)}" if getattr(row, "late", 0) > 0 else "")
        for row in each_row(book.lessons)
    ]
    wide = book.lessons.assign(mark=marks).pivot(index="learner", columns="lesson", values="mark")
    wide = wide.reindex(book.names).fillna("none").rename(columns=lesson_label)
    wide = wide.rename(columns=str.capitalize)
    return wide.rename_axis("Learner").reset_index() if len(marks) else pd.DataFrame()
