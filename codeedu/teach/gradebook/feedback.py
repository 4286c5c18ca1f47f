"""A feedback sheet for each learner: marks, what to do next, and what to look at again.

A sheet holds the data of its learner only, and no question of the final assessment. Names and
typed answers are untrusted; they reach the page as text of nodes, which escape them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from codeedu import tables
from codeedu.codes.level2 import iso, said
from codeedu.codes.wording import capital, clipped, plural
from codeedu.html import nodes
from codeedu.html.nodes import Node, bullet_list, node, source, table_node, to_html
from codeedu.learner import statistics, steps
from codeedu.learner.record import FINAL
from codeedu.lessons import lesson_label
from codeedu.questions import decisions, kinds
from codeedu.questions.decisions import ALSO_RIGHT, CREDIT, DROP, IN_TIME, STANDS, Decision
from codeedu.questions.items import WRITTEN, Item
from codeedu.questions.kinds import KINDS
from codeedu.questions.printed import Inline, inline, plain_text, rich
from codeedu.teach.gradebook.book import UNCOUNTED, Gradebook, each_row, lower_bound
from codeedu.teach.gradebook.collect import Response, find_item, grade_again
from codeedu.teach.gradebook.who import Learner

LINE = 100 * statistics.MASTERY  # percent right at the first try
SEVERAL = 3  # questions of an objective before a sheet says that it went well
MOST = 3  # objectives and beliefs on a sheet
MISSED = 8  # questions on a sheet
MOST_BYTES = 100  # of the name of a file; no disk takes more than 255
LONGEST = 80  # characters of a name, or of what was typed
LINES = 240  # characters of the lines of a claim


def sheets(book: Gradebook) -> dict[str, bytes]:
    """Return a feedback sheet for each learner by the name of its file.

    Each is a web page that needs nothing else, to read on a screen or to print.
    """
    parts = (book.learners, book.lessons, book.objectives, book.holders, book.collected.answers)
    by_name = [dict(list(frame.groupby("learner", observed=True))) for frame in parts]
    expected = sorted(set(book.lessons["lesson"]), key=lambda name: (name == FINAL, name))
    pages: dict[str, bytes] = {}
    for name in book.names:
        if name not in book.absent:
            mine = (own.get(name, frame[:0]) for own, frame in zip(by_name, parts, strict=True))
            sheet = _Sheet(name, book.collected.learners[name], expected, *mine)
            pages[_file_name(name, pages)] = sheet.page()
    return pages


def _file_name(name: str, taken: Collection[str]) -> str:
    """Return the name of a learner's file, that is not taken in any case of letters.

    >>> _file_name("li/wong", ["feedback-Li-Wong.html"]), _file_name("../x", [])
    ('feedback-li-wong-2.html', 'feedback-x.html')
    """
    stem = "feedback-" + re.sub(r"[^\w.@+-]+", "-", name).strip("-.")
    stem = stem.encode()[:MOST_BYTES].decode(errors="ignore")
    lower = {file.casefold() for file in taken}
    numbered = (f"{stem}{end}.html" for end in ("", *(f"-{n}" for n in range(2, len(lower) + 2))))
    return next(file for file in numbered if file.casefold() not in lower)


@dataclass(frozen=True)
class _Sheet:
    """The rows of one learner in the tables of the gradebook.

    `known` has all names that a sheet of decisions may use; `expected` is what the class has marks
    for.
    """

    name: str
    known: Learner
    expected: Sequence[str]
    learner: pd.DataFrame
    lessons: pd.DataFrame
    objectives: pd.DataFrame
    holders: pd.DataFrame
    answers: pd.DataFrame

    def page(self) -> bytes:
        """Return the sheet as a web page."""
        title = f"Feedback for {clipped(self.name, LONGEST)}"
        about = {"class_": "codeedu codeedu-class codeedu-sheet"}
        body = to_html(node("main", node("h1", title), *self._parts(), **about))
        style = source("theme.css", "page.css", "gradebook.css")
        return nodes.page(title, body, style).encode(errors="backslashreplace")

    def _parts(self) -> Iterator[Node]:
        yield node("p", self._so_far())
        next_step = node("p", node("strong", self._next_step()))
        yield from _part("Your next ten minutes", [next_step], class_="codeedu-across")
        yield from _part("Marks", [self._marks(), *_list(self._decisions())])
        yield from _part("What went well", _list(self._went_well()))
        yield from _part("What to work on", _list(self._to_work_on()))
        yield from _part("What your answers said, and what is true", _list(self._beliefs()))
        missed = list(self._missed())
        yield from _part("Questions to look at again", missed, class_="codeedu-across")

    def _so_far(self) -> str:
        (row,) = self.learner.to_dict("records")
        if not row["answers"]:
            return "No answer that counts was handed in yet."
        spent = f" in {plural(row['minutes'], 'minute')}" if row["minutes"] else ""
        days, last = plural(row["days"], "day"), iso(row["last"])
        until = f", the last on {said(last)}" if last else ""
        return f"{plural(row['answers'], 'answer')}{spent} on {days}{until}."

    def _next_step(self) -> str:
        """Return the one thing to do next, in ten minutes."""
        drill = f"do {steps.drill_link().text}"
        missing = [name for name in self.expected if name not in set(self.lessons["lesson"])]
        weak = weakest(self.objectives)
        if missing and (weak.empty or len(missing) > len(self.expected) / 2):
            return f"Next: {lesson_label(missing[0])}. You have no mark there yet."
        for row in each_row(weak):
            taught = _taught(row.lesson, row.objective)
            return f"Read again {taught}. Then {drill}: it asks again what you missed."
        return f"{capital(drill)}: it asks what you may be about to forget."

    def _marks(self) -> Node:
        rows = {row.lesson: row for row in each_row(self.lessons)}
        marks = [_mark(name, rows.get(name)) for name in self.expected]
        if not marks:
            return node("p", "There is no mark yet.")
        filled = [heading for heading in marks[0] if any(mark[heading] for mark in marks)]
        return table_node(marks, caption="First and best attempt", columns=filled)

    def _went_well(self) -> Iterator[str]:
        mine = self.objectives
        mine = mine[(mine["first"] >= LINE) & (mine["items"] >= SEVERAL)]
        rank = lower_bound(mine["first"] * mine["items"] / 100, mine["items"])
        for row in each_row(mine.assign(rank=rank).nlargest(MOST, "rank")):
            yield f"{capital(can(row.objective))}: {_right(row)}."

    def _to_work_on(self) -> Iterator[str]:
        for row in each_row(weakest(self.objectives)):
            taught = _taught(row.lesson, row.objective)
            yield f"{capital(can(row.objective))}: {_right(row)}. See {taught}."

    def _beliefs(self) -> Iterator[str]:
        known = tables.by("misconceptions", "id")
        often = self.holders[2 * self.holders["times"] >= self.holders["of"]]
        for row in each_row(often[often["misconception"].isin(list(known))].head(MOST)):
            belief = known[row.misconception]
            shown = f"{row.times} of {plural(row.of, 'answer')} that could say so"
            yield f"“{belief['says']}” ({shown}). In truth: {belief['truth']}"

    def _decisions(self) -> Iterator[str]:
        """Yield what an instructor decided about the answers of this learner."""
        for row in decisions.decisions():
            if row.decision in DECIDED and row.is_for(self.known.names) and self._is_about(row):
                item = find_item(row.item)
                lesson = lesson_label(row.item) if row.item else "every lesson"
                yield DECIDED[row.decision].format(
                    _question(item) if item else lesson, clipped(row.answer, LONGEST)
                )

    def _is_about(self, row: Decision) -> bool:
        """Return whether a decision may have touched a mark."""
        item = find_item(row.item)
        if row.decision == IN_TIME or not item:
            return row.decision == IN_TIME
        if row.decision == DROP:
            return row.item in self.known.dropped
        mine = self.answers[self.answers["item"] == row.item]
        return not mine.empty and row.version in ("", *mine["seen"])

    def _missed(self) -> Iterator[Node]:
        """Yield the questions whose latest answer is wrong, the most recent ones first."""
        latest = self.answers[~self.answers["mode"].isin(UNCOUNTED)]
        latest = latest.drop_duplicates("item", keep="last").iloc[::-1]
        again: list[Node] = []
        closed: Counter[str] = Counter()
        for row in each_row(latest[~latest["correct"]]):
            item = find_item(row.item)
            if row.mode == FINAL or (item and item.pool == FINAL):
                closed[can(row.objective)] += 1
            elif item and row.as_now and grade_again(row.item, row.answer):
                again.append(node("li", *_look_again(item, row.answer)))
        if again:
            yield node("ol", *again[:MISSED])
        if more := again[MISSED:]:
            yield node("p", f"You missed {len(more)} more: the drill asks them again.")
        if closed:
            count = plural(closed.total(), "question")
            yield node("p", f"In the final you missed {count}. They asked you to:")
            most = closed.most_common(MISSED)
            yield from _list(f"{capital(name)} ({times})." for name, times in most)


def _part(title: str, inside: list[Node], **attributes: str) -> list[Node]:
    return [node("section", node("h2", title), *inside, **attributes)] if inside else []


def _list(texts: Iterable[str]) -> list[Node]:
    return bullet_list(map(inline, texts))


# Objectives


def can(objective: str) -> str:
    """Return what a learner who reached an objective can do; an unknown objective is its name."""
    row = tables.by("objectives", "objective").get(objective)
    return row["can"] if row else clipped(objective, LONGEST)


def in_course(objectives: pd.DataFrame) -> pd.DataFrame:
    """Return the rows whose objective and lesson the course has; a record may name any other."""
    known = tables.by("objectives", "objective")
    lessons = [known.get(name, {}).get("lesson") for name in objectives["objective"]]
    return objectives[objectives["lesson"].astype(str) == pd.Series(lessons, objectives.index, str)]


def weakest(objectives: pd.DataFrame) -> pd.DataFrame:
    """Return the objectives that are below the line, those most surely below it first.

    `objectives` are the rows of one learner in `Gradebook.objectives`. What was put right after
    the first try counts half: its reasons had been shown.
    """
    mine = in_course(objectives)
    share = (mine["first"] + mine["best"]) / 200
    weak = mine[share < statistics.MASTERY]
    wrong = weak["items"] * (1 - share[weak.index])
    return weak.assign(rank=lower_bound(wrong, weak["items"])).nlargest(MOST, "rank")


def _right(row: Any) -> str:
    first, best = (round(share * row.items / 100) for share in (row.first, row.best))
    now = f", {best} by now" if best > first else ""
    return f"{first} of {row.items} right at the first try{now}"


def _taught(lesson: str, objective: str) -> str:
    section = tables.by("objectives", "objective")[objective].get("section")
    return f"“{section}” in lesson {lesson}" if section else f"lesson {lesson}"


# Marks and decisions


def _mark(lesson: str, row: Any) -> dict[str, object]:
    return {
        "Mark for": capital(lesson_label(lesson)),
        "First": f"{row.first:.0f}%" if row else "not yet",
        "Best": f"{row.best:.0f}%" if row else "",
        "Attempts": row.attempts if row else "",
        "Late": _late(row) if row and row.late > 0 else "",
    }


def _late(row: Any) -> str:
    """Return how the best mark comes about, which what is late takes something off."""
    still_open = f", {row.open} still open" * (row.open > 0)
    right = f"{row.right} of {row.asked} right{still_open}"
    return f"{right}; {row.off:g}% off for {plural(int(row.late), 'day')} late"


DECIDED = {  # what is said of a decision: about what, and the answer
    DROP: "{0} was dropped: it counts for nobody.",
    ALSO_RIGHT: "{0}: “{1}” is taken as right, too.",
    CREDIT: "{0}: your answer counts in full, whatever it was.",
    STANDS: "{0}: your instructor looked at it once more, and the key stands.",
    IN_TIME: "What you answered in {0} counts as in time.",
}


def _question(item: Item) -> str:
    return "A question of the final" if item.pool == FINAL else f"“{plain_text(item.brief)}”"


# Questions


def _look_again(item: Item, response: Response) -> Iterator[Node]:
    """Yield a question, what was answered, what is right, and why."""
    given = list(response) if isinstance(response, tuple) else response
    feedback = kinds.feedback(item, given)
    wrong = [one for one in feedback.options if one.chosen and not one.right]
    missing = [one for one in feedback.options if item.case and not one.chosen]
    why = [one.feedback for one in (*wrong, *missing)]
    if item.kind in ("order", *WRITTEN):  # of every step, and of whatever was typed
        why = []
    yield from rich(item.stem)
    yield node("p", "You answered: ", *_in_words(item, given))
    right = KINDS[item.kind].right(item)
    words = _in_words(item, right) if item.options else inline(KINDS[item.kind].answer(item))
    yield node("p", "Right: ", node("strong", *words))
    yield node("p", *inline(" ".join(filter(None, why)) or feedback.explanation))


def _in_words(item: Item, response: kinds.Response) -> Inline:
    words = KINDS[item.kind].in_words(item, response)
    return inline(words) if item.options else [clipped(words, LINES if item.case else LONGEST)]
