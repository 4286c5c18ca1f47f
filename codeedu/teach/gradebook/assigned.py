"""A class's gradebook of its assignments alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TypeVar

import pandas as pd

from codeedu.codes.wording import listing, plural
from codeedu.lessons import ASSIGNMENT
from codeedu.practice import assignments
from codeedu.teach.gradebook.book import ASSIGNMENT as MODE
from codeedu.teach.gradebook.book import Gradebook
from codeedu.teach.gradebook.who import FileProblem

Book = TypeVar("Book", bound=Gradebook)


def only(book: Book, name: str = "") -> Book:
    """Return the gradebook of the assignment of this name, by default of all assignments.

    Its problems also say whose answers are to questions that the name does not draw here.

    Raises ValueError for a name that is none, and when no answer was given in such an assignment.
    """
    answers = book.collected.answers
    answers = answers[answers["mode"] == MODE]
    names = book.dated.loc[answers.index, "at"]
    if name:
        wanted = assignments.find(name).name if ASSIGNMENT.fullmatch(name) else name
        known = listing(sorted(set(names)) or ["none"])
        answers, names = answers[names == wanted], names[names == wanted]
    if answers.empty:
        which = (
            f"the assignment {name!r}; there are answers to: {known}" if name else "an assignment"
        )
        raise ValueError(f"No record has an answer to {which}.")
    problems = [*book.collected.problems, *_other_questions(answers, names)]
    return replace(book, collected=book.collected._replace(answers=answers, problems=problems))


def _other_questions(answers: pd.DataFrame, names: pd.Series) -> Iterator[FileProblem]:
    """Yield whose answers are to other questions than an assignment of this name asks here."""
    for (name, learner), given in answers.groupby([names, "learner"], observed=True):
        try:
            asked = {item.id for item in assignments.find(str(name)).questions()}
        except ValueError:  # such as a lesson that is not here
            asked = set()
        if count := len(set(given["item"]) - asked):
            what = f"answered {plural(count, 'question')} that {name} does not ask here"
            why = "another version of the course, or another custom folder, asks others"
            yield str(learner), f"{what}: {why}."
