"""Assignments: a notebook of questions to hand out, its key, and the source for nbgrader.

Answers are letters, words or numbers between quotation marks, so that nobody has to write Python,
and each question is worth a point. What learners get holds no answer. But it is a file on their
own computer, and the course with all its questions and answers is there too: an assignment shows
what to practice; it is no exam.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from string import ascii_uppercase
from typing import Any

from codeedu import tables
from codeedu.codes.wording import plural
from codeedu.files import write_all
from codeedu.html.nodes import Node, node, page, source, to_html
from codeedu.practice import selection
from codeedu.questions import bank
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
HIDDEN = re.compile(r"(?ms)^### BEGIN HIDDEN TESTS$.*?^### END HIDDEN TESTS$\n?")


def assignment(lesson: str, n: int = 20, seed: int = 0) -> Assignment:
    """Return an assignment of `n` questions of a lesson; the same arguments, the same questions.

    Questions of the final assessment and rows of exercises are left out.

    Raises ValueError for a lesson without questions or when `n` is not 1 or more.

    >>> assignment("05", 3, 7)
    Assignment on lesson 05: 3 questions.
    """
    number = str(lesson).zfill(2)
    if n < 1:
        raise ValueError(f"An assignment has 1 question or more, not {n}.")
    fit = [item for item in bank.load() if item.pool == "practice"]
    of_lesson = [item for item in fit if item.lesson == number]
    if not of_lesson:
        there = ", ".join(sorted({item.lesson for item in fit}))
        what = f"There are no questions of lesson {number!r}; there are of: {there}."
        raise ValueError(f"{what} {bank.left_out()}".rstrip())
    wanted = selection.Wanted(lesson=number, n=n, seed=seed)
    chosen = selection.interleave(selection.pick(of_lesson, n, wanted), wanted)
    return Assignment(number, seed, chosen)


@dataclass(frozen=True)
class Assignment:
    """The questions of an assignment, in their order."""

    lesson: str
    seed: int
    items: tuple[Item, ...]

    @property
    def name(self) -> str:
        """Its name, and that of its files."""
        return f"codeedu-{self.lesson}-{self.seed}"

    @property
    def title(self) -> str:
        """Its title."""
        row = tables.by("lessons", "lesson").get(self.lesson)
        return f"Assignment on lesson {self.lesson}{', ' + row['title'] if row else ''}"

    def order(self, item: Item) -> list[int]:
        """Return the places of the options of an item as they are lettered here."""
        return KINDS[item.kind].shuffle(item, random.Random(f"{self.seed}:{item.id}"))

    def right(self, item: Item) -> str:
        """Return the right answer as a learner writes it: letters, or a text."""
        letters = PrintedItem(item, self.order(item)).letters
        return "".join(letters) or str(KINDS[item.kind].right(item))

    def source(self) -> str:
        """Return the notebook that nbgrader's generate_assignment starts from, as text."""
        return notebook.notebook(self._cells())

    def handout(self) -> str:
        """Return the notebook that learners get, as text: without any mark of what is right."""
        cells = list(self._cells())
        for cell in cells:
            cell.source = HIDDEN.sub("", cell.source).rstrip("\n")
            if cell.metadata.get("nbgrader", {}).get("locked"):
                cell.metadata |= {"deletable": False, "editable": False}
        return notebook.notebook(cells)

    def key(self) -> str:
        """Return the key as a web page: every answer with its reasons."""
        questions = [node("li", *self._solved(item)) for item in self.items]
        intro = "For instructors: each question, its answer, and what every option tells."
        top = [node("h1", f"Key: {self.title}"), node("p", intro)]
        body = to_html(node("main", *top, node("ol", *questions)))
        return page(f"Key: {self.title}", body, source("tokens.css", "worksheet.css"))

    def save(self, folder: str | Path) -> dict[str, Path]:
        """Write handout, key and nbgrader's source into a folder; return what is where.

        The folder can be an nbgrader course: the source goes where nbgrader looks for it.

        Raises OSError when they cannot be written.
        """
        place = Path(folder).expanduser()
        graded = place / "source" / self.name
        graded.mkdir(parents=True, exist_ok=True)
        files = {
            "For learners": (place / f"{self.name}.ipynb", self.handout()),
            "Key, for you": (place / f"{self.name}-key.html", self.key()),
            "For nbgrader": (graded / f"{self.name}.ipynb", self.source()),
        }
        write_all({path: text.encode(errors="xmlcharrefreplace") for path, text in files.values()})
        return {purpose: path for purpose, (path, _) in files.items()}

    def __repr__(self) -> str:
        return f"Assignment on lesson {self.lesson}: {plural(len(self.items), 'question')}."

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
        question = PrintedItem(item, self.order(item))  # lettered as in the handout
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
