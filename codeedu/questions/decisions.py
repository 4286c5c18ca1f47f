"""What an instructor decided about questions and answers: `decisions.csv` of the custom folder.

A question can be dropped, another answer taken as right, or full credit given: for everybody, or
for one learner, which only the gradebook reads. A decision is about one version of a question
(`Item.seen`), or about all if it names none. `docs/gradebook.md` says how to write the sheet.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import NamedTuple

from codeedu import custom, tables
from codeedu.codes.wording import listing, shorten
from codeedu.files import csv_text
from codeedu.lessons import ASSIGNMENT
from codeedu.questions import generate, kinds, typed
from codeedu.questions.items import WRITTEN, Item
from codeedu.questions.kinds import KINDS, Feedback, Grade, Response
from codeedu.sheets import NO_DAY, iso_day

NAME = "decisions"
DROP, ALSO_RIGHT, CREDIT, OWNER, IN_TIME = "drop", "also right", "credit", "owner", "in time"
ABOUT_ITEMS = (DROP, ALSO_RIGHT, CREDIT)
ALL = "all"
DECIDED = "Your instructor decided that this answer counts as right."
_VERSION = re.compile("[0-9a-f]{12}")


class Decision(NamedTuple):
    """A row of the sheet; `learner` is "" if it is for everybody, `date` an ISO date or ""."""

    item: str
    version: str
    learner: str
    decision: str
    answer: str
    date: str
    reason: str
    by: str

    def is_for(self, learner: str | Collection[str]) -> bool:
        """Return whether it is for everybody, or for the learner with this name, or these names.

        >>> row = Decision("", "", "Maria", OWNER, "", "", "", "")
        >>> row.is_for("maria"), row.is_for(["mlopez", "Maria"]), row.is_for("kim")
        (True, True, False)
        """
        return not self.learner or same_name(self.learner, learner)


COLUMNS = ("decision", "item", "version", "learner", "answer", "date", "reason", "by")


@cache
def decisions() -> tuple[Decision, ...]:
    """Return the rows of the sheet; those that are wrong are left out, see `read_list`."""
    return tuple(read_list(custom.sheet(NAME)).rows)


def for_everybody() -> str:
    """Return the sheet as CSV, without the rows about learners and without who decided what."""
    rows = [
        row[:2] + row[3:5] for row in decisions() if row.decision in ABOUT_ITEMS and not row.learner
    ]
    as_is = {cell for row in rows for cell in row}  # nobody opens it in a spreadsheet
    head = ("item", "version", "decision", "answer")
    return csv_text([head, *rows], as_is=as_is) if rows else ""


def read_again() -> None:
    """Read the sheet again when it is next asked for, since it may have been changed."""
    decisions.cache_clear()
    _by_item.cache_clear()


# What follows from them


def is_dropped(item: Item) -> bool:
    """Return whether an item, as it is now, is asked no more and counts for nobody."""
    return any(row.decision == DROP for row in deciding(item.id, item.seen))


def not_dropped(names: Iterable[str], learner: str | Collection[str] = "") -> list[str]:
    """Return the ids of the items that are not dropped as they are now, also for this learner."""
    return [
        name
        for name in names
        if name not in _by_item()
        or not (item := generate.find_item(name))
        or not any(row.decision == DROP for row in deciding(name, item.seen, learner))
    ]


def version_in(line: Mapping[str, object]) -> str:
    """Return to which version of its item a line of a record is an answer."""
    item = generate.find_item(str(line["item"]))
    if item and item.was_seen_in(line):
        return item.seen
    return str(line.get("seen") or line.get("version") or "")


def deciding(name: str, version: str, learner: str | Collection[str] = "") -> list[Decision]:
    """Return what was decided about a version of an item, for everybody and for this learner."""
    return [
        row
        for row in _by_item().get(name, ())
        if row.version in ("", version) and row.is_for(learner)
    ]


def decided(
    item: Item, response: object, grade: Grade, learner: str | Collection[str] = ""
) -> Grade | None:
    """Return the grade of an answer by what was decided, for everybody and for this learner.

    None when the item is dropped.

    >>> item = generate.find_item("01-levels-01")
    >>> decided(item, 0, Grade(1.0, True))
    Grade(score=1.0, correct=True, misconceptions=(), chosen='')
    """
    return decided_then(item.id, item.seen, response, grade, learner)


def decided_then(
    name: str, version: str, response: object, grade: Grade, learner: str | Collection[str] = ""
) -> Grade | None:
    """Return the grade as `decided` does, of an answer to any version of an item."""
    rows = deciding(name, version, learner)
    kinds_of_rows = {row.decision for row in rows}
    if DROP in kinds_of_rows:
        return None
    if CREDIT in kinds_of_rows:
        return Grade(1.0, True)  # the question was at fault: the answer shows no belief
    item = generate.find_item(name) if rows else None
    if item is None or item.seen != version:
        return grade
    same = _as_in_key(item, response, rows)
    return grade if same is None else KINDS[item.kind].grade(item, same)


def accept(item: Item, response: object) -> Response:
    """Return a response as `kinds.accept` does, or a text that was decided to be right.

    Raises ValueError as `kinds.accept` does.
    """
    rows = deciding(item.id, item.seen)
    if isinstance(response, str) and rows and _as_in_key(item, response, rows) is not None:
        return response.strip()[: typed.LONGEST]
    return kinds.accept(item, response)


def grade(item: Item, accepted: Response) -> Grade:
    """Return the grade of an accepted response by what was decided for everybody."""
    graded = KINDS[item.kind].grade(item, accepted)
    return decided(item, accepted, graded) or graded


def feedback(item: Item, response: Response, order: Sequence[int] = ()) -> Feedback:
    """Return the feedback as `kinds.feedback` does; what was decided to be right is called so.

    Raises ValueError as `accept` does.
    """
    accepted = accept(item, response)
    now, rows = grade(item, accepted), deciding(item.id, item.seen)
    same = _as_in_key(item, accepted, rows)
    if item.kind in WRITTEN and same is not None:
        said = kinds.feedback(item, same, order)
        option = replace(said.options[0], text=str(accepted), feedback=DECIDED)
        return replace(said, options=(option,))
    said = kinds.feedback(item, accepted, order)
    if (now.correct, round(now.score, 3)) == (said.correct, said.score):
        return said
    free = {place for row in rows for place in _places(item, row)}
    options = tuple(
        replace(one, right=True, mark=_ALSO[one.chosen], feedback=DECIDED, belief="", truth="")
        if one.place in free
        else one
        for one in said.options
    )
    explanation = said.explanation if free else f"{DECIDED} {said.explanation}"
    return replace(
        said,
        correct=now.correct,
        score=round(now.score, 3),
        verdict=now.verdict,
        explanation=explanation,
        options=options,
    )


_ALSO = {True: "chosen, counts as right", False: "counts as right, not chosen"}


@cache
def _by_item() -> dict[str, list[Decision]]:
    by_item: dict[str, list[Decision]] = {}
    for row in decisions():
        if row.decision in ABOUT_ITEMS:
            by_item.setdefault(row.item, []).append(row)
    return by_item


def _as_in_key(item: Item, response: object, rows: Collection[Decision]) -> Response | None:
    """Return the response of the key that a response counts as; None if it stays what it is.

    Of several options to choose, one that was decided to be right may be chosen or not.
    """
    kind = KINDS[item.kind]
    also = [row for row in rows if row.decision == ALSO_RIGHT]
    places = {place for row in also for place in _places(item, row)}
    if item.kind in WRITTEN:
        taken = any(_is_text(item, str(response), row.answer) for row in also)
        return kind.right(item) if taken else None
    if kind.single:
        return kind.right(item) if response in places else None
    if not places or not isinstance(response, (list, tuple)):
        return None
    return sorted(set(response) - places | {place for place in places if item.options[place].right})


def _places(item: Item, row: Decision) -> set[int]:
    """Return the places of the options that a row takes as right."""
    if row.decision != ALSO_RIGHT or item.kind == "order":
        return set()
    return {
        place
        for place, option in enumerate(item.options)
        if typed.fold(option.text) == typed.fold(row.answer)
    }


def _is_text(item: Item, text: str, answer: str) -> bool:
    """Return whether a typed text is the answer that a row takes as right."""
    if item.kind != "number":
        return bool(typed.meant(text, [answer]))
    value, rest = typed.read_number(text)
    fits = value is not None and typed.only_unit(rest, item.unit)
    return fits and value == typed.read_number(answer)[0]


# The sheet


def same_name(name: str, names: str | Collection[str]) -> bool:
    """Return whether a learner's name in a sheet is the name, or one of the names."""
    all_names = [names] if isinstance(names, str) else names
    return _folded(name) in map(_folded, all_names)


def _folded(text: str) -> str:
    return " ".join(text.casefold().replace("-", " ").split())


def read_list(path: Path | None) -> custom.YourRows[Decision]:
    """Return the rows of a sheet of decisions, and all that is wrong with it; never raises."""

    def read(fields: dict[str, str]) -> tuple[Decision, str, Iterator[custom.Fault]]:
        learner = "" if _folded(fields["learner"]) == ALL else fields["learner"]
        known = {"decision": _folded(fields["decision"]), "version": fields["version"].lower()}
        item = fields["item"]
        known["item"] = item.zfill(2) if item.isdigit() else item  # a spreadsheet makes 5 of 05
        row = Decision(**fields | known | {"learner": learner})
        faults = _row_faults(row, for_all=fields["learner"] != learner)
        return row._replace(date=iso_day(row.date) or ""), row.item or row.learner, faults

    return custom.read_rows(path, COLUMNS[:1], COLUMNS[1:], read)


def _row_faults(row: Decision, *, for_all: bool) -> Iterator[custom.Fault]:
    """Yield what is wrong with a row."""
    if row.date and not iso_day(row.date):
        yield f"`date` is {row.date!r}, not a date", NO_DAY
    if row.decision in ABOUT_ITEMS:
        yield from _item_faults(row)
    elif row.decision == OWNER and not row.learner:
        yield "`learner` is empty", "Write the login of the learner whose record it is."
    elif row.decision == IN_TIME:
        if not row.learner and not for_all:
            yield "`learner` is empty", "Write the learner's login, or `all`."
        if row.item and not is_marked(row.item):
            fix = "Write a lesson such as 05, `final`, an assignment, or leave it empty for all."
            yield f"there is no lesson {shorten(row.item)!r}", fix
    elif row.decision != OWNER:
        known = [f"`{name}`" for name in (*ABOUT_ITEMS, OWNER, IN_TIME)]
        what = f"`decision` is {shorten(row.decision)!r}" if row.decision else "`decision` is empty"
        yield what, f"Write {listing(known, 'or')}."


def _item_faults(row: Decision) -> Iterator[custom.Fault]:
    item = generate.find_item(row.item)
    if not row.item:
        yield "`item` is empty", "Write the id of the question, as the class report has it."
    elif item is None:
        yield "no question has this id", "Copy the id from the class report."
    if row.version and not _VERSION.fullmatch(row.version):
        what = f"`version` is {shorten(row.version)!r}, not one"
        yield what, "Copy it from the class report, or leave it empty for every version."
    elif item and row.version not in ("", item.seen):
        fix = f"Its version is {item.seen} now. The row counts only for answers to the former one."
        if row.decision == ALSO_RIGHT:
            fix = f"Its version is {item.seen} now. The row does not apply any more."
        yield "the question was changed since", fix, True
    elif item and row.decision == ALSO_RIGHT:
        yield from _answer_faults(item, row)


def _answer_faults(item: Item, row: Decision) -> Iterator[custom.Fault]:
    if not row.answer:
        yield "`answer` is empty", "Write the answer that counts as right, too."
    elif item.kind == "order":
        yield "steps in order have no other answer", "Use `credit` or `drop`."
    elif item.kind == "number" and typed.read_number(row.answer)[0] is None:
        yield f"`answer` is {shorten(row.answer)!r}, not a number", "Write a number."
    elif item.options and not _places(item, row):
        texts = listing([f"“{shorten(option.text)}”" for option in item.options], "or")
        yield f"no option is {shorten(row.answer)!r}", f"Write {texts}."


def is_marked(name: str) -> bool:
    """Return whether a name is that of what gets a mark: a lesson, the final, an assignment.

    >>> is_marked("05"), is_marked("final"), is_marked("05-20-7"), is_marked("lesson 5")
    (True, True, True, False)
    """
    return name in tables.by("lessons", "lesson") or bool(ASSIGNMENT.fullmatch(name))
