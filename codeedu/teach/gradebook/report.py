"""The class report: findings, what to do next, who needs a word; then an appendix of tables.

It can be read in five minutes before class, and all but the appendix prints on two pages. Names of
files and texts of records are untrusted; they reach the page as text of nodes, which escape them,
and no command holds anything of a record.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from codeedu.codes.wording import capital, clipped, listing, plural, visible
from codeedu.files import csv_text
from codeedu.html import nodes
from codeedu.html.nodes import Node, node, source, to_html
from codeedu.learner import statistics
from codeedu.lessons import lesson_label
from codeedu.questions.decisions import COLUMNS, CREDIT
from codeedu.questions.kinds import KINDS
from codeedu.questions.printed import inline, plain_text, rich
from codeedu.teach.gradebook.book import TO_CORRELATE, TO_SUSPECT, Gradebook, each_row
from codeedu.teach.gradebook.collect import find_item
from codeedu.teach.gradebook.feedback import LINE, can, in_course, weakest

BEHIND = 60  # percent right at the first try; below it, talk to the learner
ENOUGH = statistics.ENOUGH  # different items of a learner, or learners, before anything is said
TOGETHER = 0.1  # of the class mix something up; below it, that is no finding
WEAK = 3  # objectives that a worksheet asks about
NAMED = 6  # learners named in a sentence
AND_NEXT = 3  # beliefs named after the first
DISPUTED = 5  # notes of learners that are named before the appendix
FIRST_ROWS = 10  # of the tables before the appendix
ROWS = 15  # of the tables in the appendix; the frames have all
LONGEST = 240  # characters of a question or an answer in a sentence

TITLE = "Class report"
NEXT = "For the next ten minutes"
SETTLE = (
    "If that is right, add this row to decisions.csv in your custom folder; without the name it is "
    "for everybody. With `drop`, the question counts for nobody; with `stands`, the key stays as "
    "it is. Any of them takes this off the list."
)
SHEETS = "A feedback sheet for each learner: run the command again with --sheets FOLDER."
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
        yield node("h2", "Hardest objectives")
        yield _table(_objective_table(book).head(FIRST_ROWS), CHART)
    yield node("section", *_appendix(book), class_="codeedu-appendix")


def _appendix(book: Gradebook) -> Iterator[Node]:
    yield node("h2", "Appendix: all tables")
    if book.names:
        yield node("h3", "Objectives")
        least = plural(_least(book), "learner")
        caption = f"Objectives asked of {least} or more, the hardest first"
        yield _table(_objective_table(book, in_full=True), caption)
        yield node("h3", "What was taken for what")
        yield _table(_mix_up_table(book), "By how many learners, the most first")
        yield node("h3", "Common beliefs")
        yield node("p", HOLDERS)
        caption = "Misconceptions that answers showed, the most tempting first"
        yield _table(_belief_table(book), caption)
        yield node("h3", "Questions")
        yield node("p", ITEMS)
        many = len(_enough(book, book.items))
        of = f"{plural(many, 'question')} asked of {least} or more"
        caption = f"Questions to check, then the {min(ROWS, many)} hardest, of {of}"
        yield _table(_question_table(book), caption)
        if len(book.disputes):
            yield node("h3", "What learners disagree about")
            yield _table(_dispute_table(book), "Notes of learners on questions, none settled yet")
        yield node("h3", "Learners")
        yield _table(_learner_table(book), "Right at the first try and so far, in percent")
        caption = "Quiz of each lesson: first attempt, then the best, in percent"
        yield _table(_lesson_table(book), caption)
    yield node("h3", "Files", id="files")
    notes = book.problems.set_axis(["File or question", "Note"], axis=1)
    yield _table(notes, "Notes on files and questions, and what was done")


def _lead(book: Gradebook) -> Iterator[Node]:
    yield node("p", repr(book))
    if len(book.problems):
        notes = f"Read the {plural(len(book.problems), 'note')}"
        yield node("p", nodes.link(notes, "#files"), ".")


def _table(frame: pd.DataFrame, caption: str) -> Node:
    if frame.empty:
        return node("p", f"{caption}: none.")
    return nodes.table_node(frame, caption=caption)


# Findings


def findings(book: Gradebook) -> list[str]:
    """Return what to know before class: up to five sentences, the most useful kinds first.

    A sentence before them says that something in your sheets was not used, if marks depend on it.
    """
    kinds = (_not_used, _behind, _hardest, _mixed_up, _believed, _suspect) if book.names else ()
    return [sentence for kind in kinds if (sentence := kind(book))]


def _findings(book: Gradebook) -> Iterator[Node]:
    if sentences := findings(book):
        yield node("h2", "Five minutes before class")
        yield node("ol", *(node("li", sentence) for sentence in sentences))


def _not_used(book: Gradebook) -> str:
    count = book.collected.in_sheets
    for where, says in book.collected.problems[: min(count, 1)]:
        more = f" There {'is' if count == 2 else 'are'} {plural(count - 1, 'more note')} on them."
        return f"Marks depend on your sheets: {where}: {says}{more * (count > 1)}"
    return ""


def behind(book: Gradebook) -> list[str]:
    """Return the learners who were right less than `BEHIND` percent at the first try."""
    learners = book.learners[book.learners["items"] >= ENOUGH]
    return list(learners[learners["first"] < BEHIND].sort_values("first")["learner"])


NOTHING = "no answer that counts, see the notes"  # such as of a record that two handed in
DID_NOT = "did not do it"


def people(book: Gradebook) -> dict[str, list[str]]:
    """Return the learners who need a word, each with the reasons why; the late ones last."""
    why = defaultdict[str, list[str]](list)
    first = book.learners.set_index("learner")["first"]
    for name in behind(book):
        why[name].append(f"{first[name]:.0f}% right at the first try")
    answers = book.learners.set_index("learner")["answers"]
    quizzes = book.lessons.groupby("learner").size().reindex(sorted(book.names), fill_value=0)
    for learner, count in quizzes[quizzes < quizzes.max() / 2].items():
        if learner not in book.absent:
            did = f"{count} of {quizzes.max()} quizzes" if quizzes.max() > 1 else DID_NOT
            name = str(learner)
            if not answers[name]:
                did = DID_NOT if book.collected.learners[name].counts else NOTHING
            why[name].append(did)
    for row in each_row(book.lessons[book.lessons["late"] > 0]):
        why[row.learner].append(f"{lesson_label(row.lesson)} {_days_late(row)}")
    return why


def _days_late(row: Any) -> str:
    return f"{plural(int(row.late), 'day')} late"


def _behind(book: Gradebook) -> str:
    if who := people(book):
        return f"Behind or late: {_name_list([f'{name} ({why[0]})' for name, why in who.items()])}."
    enough = plural(int((book.learners["items"] >= ENOUGH).sum()), "learner")
    return f"Nobody is behind or late, of {enough} with at least {ENOUGH} questions that count."


def _name_list(names: Sequence[str]) -> str:
    shown = [clipped(name, 80) for name in names[:NAMED]]
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
    enough = max(2, TOGETHER * len(book.names))
    wrong = book.confusions[book.confusions["learners"] >= enough]
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
        if row.times > 1 and 2 * row.times / row.of >= top.times / top.of
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
    for row in each_row(_wrong_answers(book).nlargest(1, "chosen")):
        return (
            f"Most chosen wrong answer: “{_answer(row.option)}”, by "
            f"{plural(row.chosen, 'learner')}, to “{_question(row.item)}” "
            f"Right is “{_answer(_key(row.item))}”."
        )
    return ""


def _answer(text: str) -> str:
    return clipped(plain_text(text), LONGEST)


def _question(name: str) -> str:
    item = find_item(name)
    return _answer(item.brief if item else name)


def _key(name: str) -> str:
    item = find_item(name)
    return KINDS[item.kind].answer(item) if item else ""


def _wrong_answers(book: Gradebook) -> pd.DataFrame:
    return book.options[~book.options["right"] & (book.options["chosen"] > 0)]


# What to do next

Step = tuple[str, str]  # what to do in a sentence, and the command or the rows to copy for it


def next_steps(book: Gradebook) -> list[Step]:
    """Return what to do now, each with what to copy for it, if anything."""
    hardest = in_course(_enough(book, book.hardest))  # no command holds what a record may hold
    weak = hardest[hardest["first"] < LINE].head(WEAK)
    return [*_practice(weak if len(weak) else hardest.head(1)), *_correct(book), *_settle(book)]


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
        answer = f'"{row.option.replace(chr(34), chr(34) * 2)}"'
        yield (
            f"If the key of “{_question(row.item)}” is wrong, correct it, or add this row to "
            "decisions.csv in your custom folder, and run the command again:",
            f"{','.join(COLUMNS)}\nalso right,{row.item},{row.version},,{answer},,,",
        )


def _settle(book: Gradebook) -> Iterator[Step]:
    for row in each_row(book.disputes.head(DISPUTED)):
        who, words = clipped(row.learner, 80), _answer(row.note)
        says = f"{who} disagrees about “{_question(row.item)}” (answer: “{_answer(row.answer)}”):"
        if find_item(row.item):
            # A name may be anything, and the row is for a spreadsheet.
            about = [CREDIT, row.item, row.version, row.learner, *[""] * 4]
            copy = csv_text([COLUMNS, about]).replace("\r\n", "\n").strip()
            yield f"{says} “{words}” {SETTLE}", copy
        else:
            yield f"{says} “{words}” No bank here has the question.", ""
    if (more := len(book.disputes) - DISPUTED) > 0:
        yield f"Read what else learners disagree about: {more} more, in the appendix.", ""


def _steps(book: Gradebook) -> Iterator[Node]:
    if steps := next_steps(book):
        yield node("h2", NEXT)
        shown = (
            node("li", says, *([node("pre", node("code", copy))] if copy else []))
            for says, copy in steps
        )
        yield node("ul", *shown, class_="codeedu-steps")


# Who needs a word


def _people_part(book: Gradebook) -> Iterator[Node]:
    who = people(book)
    yield node("h2", "Who needs a word")
    yield node("p", SHEETS)
    rows = [
        {
            "Learner": clipped(name, 40),
            "Why": "; ".join(why),
            "Weakest": next(map(can, weakest(mine)["objective"]), ""),
        }
        for name, why in list(who.items())[:FIRST_ROWS]
        for mine in [book.objectives[book.objectives["learner"] == name]]
    ]
    yield _table(pd.DataFrame(rows), "Learners who are behind or late")
    if len(who) > FIRST_ROWS:
        yield node("p", f"And {len(who) - FIRST_ROWS} more: see the tables of learners.")
    if book.absent:
        yield node(
            "p", f"Handed in nothing: {listing([clipped(name, 40) for name in book.absent])}."
        )


# Tables


def _objective_table(book: Gradebook, *, in_full: bool = False) -> pd.DataFrame:
    """Return a row for each objective, with a bar as long as the share of right first tries."""
    hardest = _enough(book, book.hardest)
    columns: dict[str, list[Any]] = {"Able to": [], "Right at first": []}
    for row in each_row(hardest):
        able = f"{capital(can(row.objective))} (lesson {row.lesson})"
        columns["Able to"].append(_with_id([able], row.objective) if in_full else able)
        bar = node("span", style=f"--share:{row.first / 100:.2f}", aria_hidden="true")
        share = node("div", bar, f"{row.first:.0f}% of {row.items}", class_="codeedu-share")
        columns["Right at first"].append(share)
    more = {"So far": _rounded(hardest["best"]), "Learners": hardest["learners"]}
    return pd.DataFrame(columns, hardest.index).assign(**more if in_full else {})


def _with_id(words: Sequence[str | Node], name: str) -> Node:
    """Return words with the id below them, in small type, by which a command knows it."""
    return node("div", *words, node("small", clipped(name, 80)))


def _mix_up_table(book: Gradebook) -> pd.DataFrame:
    pairs = mix_ups(book).head(ROWS).drop(columns="rate")
    names = {"actual": "Was", "chosen": "Taken for", "times": "Times", "of": "Of"}
    return pairs.rename(columns={**names, "learners": "Learners"})


HOLDERS = (
    "Most likely to hold it are the learners in whose answers it showed most surely. It is a start "
    "for a talk, not a finding: most are asked about a belief once or twice only."
)
ITEMS = (
    "Facility is the mean score of first tries. Discrimination is how far it goes with the score "
    f"on all other questions, from -100% to 100%, where {TO_CORRELATE} learners or more answered: "
    "near 0 or below, read the question again. "
    f"A key is suspected only where {TO_SUSPECT} learners or more answered."
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


def _dispute_table(book: Gradebook) -> pd.DataFrame:
    rows = [
        {
            "Learner": clipped(row.learner, 40),
            "Question": _with_id(_stem(row.item), row.item),
            "Answer": _answer(row.answer),
            "Wrote": visible(row.note),
        }
        for row in each_row(book.disputes)
    ]
    return pd.DataFrame(rows)


def _stem(name: str) -> list[Node]:
    item = find_item(name)
    return rich(item.brief) if item else []


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
    return learners[list(columns)].rename(columns=columns)


def _lesson_table(book: Gradebook) -> pd.DataFrame:
    marks = [
        f"{row.first:.0f}"
        + (f", then {row.best:.0f}" if row.best != row.first else "")
        + (f", {_days_late(row)}" if row.late > 0 else "")
        for row in each_row(book.lessons)
    ]
    wide = book.lessons.assign(mark=marks).pivot(index="learner", columns="lesson", values="mark")
    wide = wide.reindex(book.names).fillna("none")
    wide = wide.rename(columns=lambda lesson: capital(lesson_label(lesson)))
    return wide.rename_axis("Learner").reset_index() if len(marks) else pd.DataFrame()
