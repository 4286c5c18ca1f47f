"""Where the learner is in the course: a row for each lesson, and one next step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from codeedu import tables
from codeedu.codes.wording import plural
from codeedu.html.explorer import run_button
from codeedu.html.nodes import Node, Shown, node, table_node, to_html
from codeedu.practice import record, selection
from codeedu.practice.record import Answer
from codeedu.practice.session import attempts, named_items

# Which sitting ends a lesson; the others end with a quiz.
LAST = {"07": "final"}


@dataclass(frozen=True)
class Lesson:
    """A lesson as the record has it: `state` is "not begun", "under way" or "done".

    `last` is the place of its latest answer in the record, -1 without one.
    """

    row: dict[str, str]
    state: str
    due: int  # questions of it that are due
    last: int

    @property
    def title(self) -> str:
        """Number and title."""
        return f"{self.row['lesson']} {self.row['title']}"

    @property
    def minutes(self) -> int:
        """Minutes to read and to practice."""
        return int(self.row["reading"]) + int(self.row["practice"])

    @property
    def says(self) -> str:
        """The state in words."""
        return f"{self.state}; {self.due} due today" if self.due else self.state

    def link(self) -> Node:
        """Return a link that opens the lesson."""
        return node("a", self.title, href=f"{self.row['notebook']}.ipynb")


def home(place: str | Path | None = None, on: date | None = None) -> Shown:
    """Return the lessons and where the learner is, ready to be the last line of a cell.

    `place` is the file of the record, by default the learner's own (see `record.path`); `on` is
    the day for which to say what is due, by default today. Never raises.

    >>> home("/no/such/file").splitlines()[0]
    'Next: open 01 What is HCPCS? (27 minutes).'
    """
    found = lessons(record.read(place).answers, on or date.today())
    says, target = next_step(found)
    step = [says] if target is None else [*says.partition(target.title)]
    linked = [target.link() if target and part == target.title else part for part in step]
    rows = [
        {
            "Lesson": one.link(),
            "State": one.says,
            "Minutes": str(one.minutes),
            "You will be able to": one.row["promise"],
        }
        for one in found
    ]
    body = [
        node("p", node("strong", *linked), class_="codeedu-verdict"),
        table_node(rows, caption="Your lessons"),
    ]
    html = "".join(map(to_html, body)) + run_button("See where I am now")
    text = [says, *(f"{one.title}: {one.says} ({one.minutes} minutes)" for one in found)]
    return Shown("\n".join(text), html, "Your lessons")


def lessons(answers: Sequence[Answer], on: date) -> list[Lesson]:
    """Return every lesson but this first page, in order, as these answers have it on a day."""
    of_item = {answer["item"]: answer["lesson"] for answer in answers}
    due = Counter(of_item[item] for item in selection.due(answers, on))
    rows = [row for row in tables.rows("lessons") if row["lesson"] != "00"]
    return [_lesson(row, answers, due[row["lesson"]]) for row in rows]


def next_step(found: Sequence[Lesson]) -> tuple[str, Lesson | None]:
    """Return what to do next in a sentence, and the lesson that it names, if any.

    The lesson that was left last comes first, then what is due, then the next lesson.
    """
    under_way = [one for one in found if one.state == "under way"]
    if under_way:
        left = max(under_way, key=lambda one: one.last)
        return f"Next: go on with {left.title}{'' if left.title.endswith('?') else '.'}", left
    due = sum(one.due for one in found)
    if due:
        verb = "is" if due == 1 else "are"
        return f"Next: {plural(due, 'question')} {verb} due today; the drill below asks them.", None
    begun = [one for one in found if one.state == "not begun"]
    if begun:
        return f"Next: open {begun[0].title} ({begun[0].minutes} minutes).", begun[0]
    return "You finished the course. Your completion record is in 07 Final assessment.", found[-1]


def _lesson(row: dict[str, str], answers: Sequence[Answer], due: int) -> Lesson:
    """Return a lesson; it is done when all questions of its last sitting are answered."""
    number = row["lesson"]
    ends = LAST.get(number, f"quiz {number}")
    places: dict[str, int] = {}
    for place, answer in enumerate(answers):
        name = str(answer.get("sitting")).rpartition(" #")[0]
        if name.startswith((ends, f"pretest {number}")):
            places[name] = place
    done = any(
        (items := named_items(lines)) and set(items) <= {line["item"] for line in lines}
        for name in places
        if name.startswith(ends)
        for lines in attempts(answers, name).values()
    )
    state = "done" if done else "under way" if places else "not begun"
    return Lesson(row, state, due, max(places.values(), default=-1))
