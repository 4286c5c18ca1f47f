"""Assignments by their names: `05-20-7` is 20 questions of lesson 05, drawn with the seed 7."""

from __future__ import annotations

from typing import NamedTuple

from codeedu.lessons import ASSIGNMENT
from codeedu.practice import selection
from codeedu.practice.selection import Items, Wanted
from codeedu.questions import bank

LENGTH = 20  # questions, unless another number is asked for


class Assignment(NamedTuple):
    """Some questions of a lesson, for everyone the same; fewer if the lesson has fewer."""

    lesson: str
    items: int
    seed: int

    @property
    def name(self) -> str:
        """The name, by which everyone gets the same questions from the same bank."""
        return "-".join(map(str, self))

    def questions(self) -> Items:
        """Return what it asks, in its order."""
        return selection.assignment_items(bank.load(), Wanted(self.lesson, self.items, self.seed))


def find(lesson: str, items: int = LENGTH, seed: int = 0) -> Assignment:
    """Return the assignment of a lesson, or the one whose name is given in place of the lesson.

    Questions of the final assessment and rows of exercises are in none.

    Raises ValueError for a lesson without questions, a name that is none, or an impossible number.

    >>> find("5", 20, 7).name, find("05-20-7").seed
    ('05-20-7', 7)
    """
    text = str(lesson).strip()
    if named := ASSIGNMENT.fullmatch(text):
        if (items, seed) != (LENGTH, 0):
            raise ValueError(f"The name {text} says how many questions and which: add no number.")
        text, items, seed = named[1], int(named[2]), int(named[3])
    elif "-" in text:
        raise ValueError(f"{text!r} is no assignment. A name is such as 05-20-7.")
    text = text.zfill(2)
    known = sorted({item.lesson for item in bank.load() if item.pool == "practice"})
    if text not in known:
        what = f"There are no questions of lesson {text!r}; there are of: {', '.join(known)}."
        raise ValueError(f"{what} {bank.left_out()}".rstrip())
    if not 1 <= items <= 9999:
        raise ValueError(f"An assignment has 1 to 9999 questions, not {items}.")
    if not 0 <= seed <= 999_999_999:
        raise ValueError(f"The seed of an assignment is 0 to 999999999, not {seed}.")
    return Assignment(text, items, seed)
