"""Assignments: a notebook to hand out, its key, and the source for nbgrader.

Learners answer in the view `codeedu.assignment`, so the handout holds no question and no answer. In
nbgrader's notebook answers are letters, words or numbers between quotation marks. Both are files
on the learners' own computers, where the course with all its answers is, too: an assignment shows
what to practice; it is no exam.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from string import ascii_uppercase
from typing import Any

from codeedu.codes.wording import plural
from codeedu.files import write_all
from codeedu.html.nodes import Node, node, page, source, to_html
from codeedu.lab.lock import lock, notebook_text
from codeedu.learner.my_answers import my_answers
from codeedu.lessons import lesson_name
from codeedu.practice import assignments, widget
from codeedu.practice.session import shuffled
from codeedu.questions.items import Item
from codeedu.questions.kinds import KINDS
from codeedu.questions.printed import PrintedItem, as_markdown, inline, rich
from codeedu.teach import marking
from codeedu.teach.author import notebook

WRITE = {
    "one": 'Write one letter, such as `"A"`.',
    "spot": 'Write one letter, such as `"A"`.',
    "many": 'Write the letters of all right answers, such as `"AC"`.',
    "order": 'Write all letters in the right order, such as `"BACD"`.',
    "type": 'Write it between the quotation marks, such as `"J1885"`.',
    "number": 'Write it between the quotation marks, such as `"4"`.',
}
HANDOUT = """\
# {title}

Start below, and answer {count} questions; you can leave at any question and go on another day.
At the end, hand in your answers at the bottom of this page."""
HAND_IN = """\
## Hand in

Write your name or login, press *Hand in*, and give the file that you get to your instructor."""
OPENING = """\
# {title}

{count}, a point each. Write your answer between the quotation marks of the cell below each
question, then run that cell and the next one: it says whether you have answered, not whether you
are right. Save the notebook when you are done, and hand it in.

**What this file can protect, and what not.** It does not hold the right answers, and the cells
with the questions are locked against slips. But it lies on your computer, where every file can be
changed, and the course that you installed has all questions with their answers. So this shows you
and your instructor what to practice next. It cannot show who wrote the answers, or with what help.
"""
TEST = """\
assert str(answer_{name}).strip(), "Question {number} has no answer yet."
### BEGIN HIDDEN TESTS
from codeedu.teach.marking import mark
mark(answer_{name}, {key})
### END HIDDEN TESTS"""


def assignment(lesson: str, n: int = assignments.LENGTH, seed: int = 0) -> Assignment:
    """Return an assignment of `n` questions of a lesson, or the one of a name such as 05-20-7.

    Raises ValueError as `practice.assignments.find` does.

    >>> assignment("05", 3, 7)
    Assignment 05-3-7 · Lesson 05, Common confusions: 3 questions.
    """
    found = assignments.find(lesson, n, seed)
    return Assignment(found.name, found.lesson, found.questions())


@dataclass(frozen=True)
class Assignment:
    """The questions of an assignment, in their order."""

    name: str
    lesson: str
    items: tuple[Item, ...]

    @property
    def title(self) -> str:
        """Its title."""
        return f"Assignment {self.name} · {lesson_name(self.lesson)}"

    @property
    def file(self) -> str:
        """What its files are called."""
        return f"assignment-{self.name}"

    def order(self, item: Item) -> list[int]:
        """Return the places of the options of an item as they are lettered here."""
        return shuffled(item, 0)  # as in everyone's first attempt at the view

    def right(self, item: Item) -> str:
        """Return the right answer as a learner writes it: letters, or a text."""
        letters = PrintedItem(item, self.order(item)).letters
        return "".join(letters) or str(KINDS[item.kind].right(item))

    def source(self) -> str:
        """Return the notebook that nbgrader's generate_assignment starts from, as text."""
        return notebook.notebook(self._cells())

    def handout(self) -> str:
        """Return the notebook that learners get, as text: the view, and nothing of what it asks."""
        opening = HANDOUT.format(title=as_markdown([self.title]), count=len(self.items))
        cells = (
            notebook.markdown("opening", opening),
            notebook.view("questions", widget.assignment(self.name)),
            notebook.markdown("hand-in", HAND_IN),
            notebook.view("answers", my_answers()),
        )
        return notebook_text(lock(json.loads(notebook.notebook(cells))))

    def key(self) -> str:
        """Return the key as a web page: every answer with its reasons."""
        questions = [node("li", *self._solved(item)) for item in self.items]
        intro = "For instructors: each question, its answer, and what every option tells."
        top = [node("h1", f"Key: {self.title}"), node("p", intro)]
        body = to_html(node("main", *top, node("ol", *questions)))
        return page(f"Key: {self.title}", body, source("tokens.css", "worksheet.css"))

    def save(
        self, folder: Path, key: Path | None = None, nbgrader: Path | None = None
    ) -> tuple[Path, ...]:
        """Write the handout into a folder, and what is asked for besides; return the files.

        `key` is the file of the key. `nbgrader` is the folder of an nbgrader course: the
        source goes where nbgrader looks for it.

        Raises ValueError when something with answers would lie in the folder of the handout,
        OSError when a file cannot be written.
        """
        secret = {key: self.key()} if key else {}
        if nbgrader:
            secret[nbgrader / "source" / self.file / f"{self.file}.ipynb"] = self.source()
        for path in secret:
            if folder.resolve() in path.resolve().parents:
                where = f"{path} would lie in {folder}, the folder that learners get"
                raise ValueError(f"{where}, and it holds the answers. Name another folder.")
        files = {folder / f"{self.file}.ipynb": self.handout(), **secret}
        for path in files:
            path.parent.mkdir(parents=True, exist_ok=True)
        write_all({path: text.encode(errors="xmlcharrefreplace") for path, text in files.items()})
        return tuple(files)

    def __repr__(self) -> str:
        return f"{self.title}: {plural(len(self.items), 'question')}."

    # The cells

    def _cells(self) -> Iterator[Any]:
        count = plural(len(self.items), "question").capitalize()
        opening = OPENING.format(title=as_markdown([self.title]), count=count).strip()
        yield notebook.markdown("opening", opening, _locked("opening"))
        for number, item in enumerate(self.items, 1):
            name = f"{number:02}"
            question, test = f"question-{name}", f"test-{name}"
            yield notebook.markdown(question, self._question(number, item), _locked(question))
            yield notebook.code(f"answer-{name}", f'answer_{name} = ""')
            key = marking.marking_key(item, self.order(item))
            shown = ", ".join(f"{part}={value!r}" for part, value in key.items())
            marks = TEST.format(name=name, number=number, key=shown)
            yield notebook.code(test, marks, _locked(test, points=1))

    def _question(self, number: int, item: Item) -> str:
        listed = zip(self.order(item), ascii_uppercase, strict=False)
        options = [
            f"- **{letter}.** {as_markdown(inline(item.options[place].text))}"
            for place, letter in listed
        ]
        unit = f"In {as_markdown(inline(item.unit))}. " if item.unit else ""
        parts = (f"## Question {number}", as_markdown(rich(item.stem)), "\n".join(options))
        return "\n\n".join(
            filter(None, (*parts, f"*{KINDS[item.kind].on_paper}* {unit}{WRITE[item.kind]}"))
        )

    def _solved(self, item: Item) -> Iterator[Node]:
        question = PrintedItem(item, self.order(item))
        yield from question.stem
        answer = node("strong", f"Answer: {self.right(item)}. ")
        yield node("p", answer, *inline(item.explanation))
        yield from (*question.reasons, *question.notes, node("p", item.id))


def _locked(name: str, *, points: int | None = None) -> dict[str, Any]:
    """Return nbgrader's metadata of a locked cell; with `points`, of one that is marked."""
    about: dict[str, Any] = {
        "grade": points is not None,
        "grade_id": name,
        "locked": True,
        "schema_version": 3,
        "solution": False,
        "task": False,
    }
    return {"nbgrader": about | ({} if points is None else {"points": points})}
