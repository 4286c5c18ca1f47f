"""What an instructor decided about questions and answers: `decisions.csv` of the custom folder.

A question can be dropped, another answer taken as right, full credit given, or its key upheld: for
everybody, or for one learner, which only the gradebook reads. A decision is about one version of a
question (`Item.seen`), or about all if it names none. `docs/gradebook.md` says how to write the
sheet.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import NamedTuple

from codeedu import custom, tables
from codeedu.codes.wording import listing, shorten
from codeedu.files import plain_csv
from codeedu.lessons import ASSIGNMENT
from codeedu.questions import generate, kinds, typed
from codeedu.questions.items import WRITTEN, Item
from codeedu.questions.kinds import KINDS, Feedback, Grade, Response

NAME = "decisions"
DROP, ALSO_RIGHT, CREDIT, STANDS = "drop", "also right", "credit", "stands"
OWNER, IN_TIME = "owner", "in time"
ABOUT_ITEMS = (DROP, ALSO_RIGHT, CREDIT, STANDS)
ONE_ANSWER = {"order": "steps in order have", "case": "a case has"}
ALL = "all"
DECIDED = "Your instructor decided that this answer counts as right."
_VERSION = re.compile("[0-9a-f]{12}")


class Decision(NamedTuple):
    """A row of the sheet; `learner` is "" if it is for everybody."""

    item: str
    version: str
    learner: str
    decision: str
    answer: str
    date: str
    reason: str
    by: str

    def is_for(self, names: Collection[str]) -> bool:
        """Return whether it is for everybody, or for the learner with these names.

        >>> row = Decision("", "", "Maria", OWNER, "", "", "", "")
        >>> row.is_for(["mlopez", "maria"]), row.is_for(["kim"])
        (True, False)
        """
        return not self.learner or is_same(self.learner, names)


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
    return plain_csv([("item", "version", "decision", "answer"), *rows]) if rows else ""


def read_again() -> None:
    """Read the sheet again when it is next asked for, since it may have been changed."""
    decisions.cache_clear()
    _by_item.cache_clear()


# What follows from them. `names` are those of a learner; without any, a row that names a learner
# is not followed.


def is_dropped(item: Item, names: Collection[str] = ()) -> bool:
    """Return whether an item, as it is now, is asked no more and counts for nobody."""
    if item.id not in _by_item():  # most are not: its version is a hash that takes time
        return False
    return any(row.decision == DROP for row in deciding(item.id, item.seen, names))


def not_dropped(items: Iterable[str], names: Collection[str] = ()) -> list[str]:
    """Return the ids of the items that are not dropped as they are now."""
    return [
        item
        for item in items
        if item not in _by_item()
        or not (found := generate.find_item(item))
        or not is_dropped(found, names)
    ]


def version_in(line: Mapping[str, object]) -> str:
    """Return to which version of its item a line of a record is an answer."""
    item = generate.find_item(str(line["item"]))
    if item and item.was_seen_in(line):
        return item.seen
    return str(line.get("seen") or line.get("version") or "")


def deciding(item: str, version: str, names: Collection[str] = ()) -> list[Decision]:
    """Return what was decided about a version of an item."""
    rows = _by_item().get(item, ())
    return [row for row in rows if row.version in ("", version) and row.is_for(names)]


def decided(
    name: str, version: str, response: object, grade: Grade, names: Collection[str] = ()
) -> Grade | None:
    """Return the grade of an answer to a version of an item by what was decided.

    None when the item is dropped.

    >>> decided("01-levels-01", "", 0, Grade(1.0, True))
    Grade(score=1.0, correct=True, misconceptions=(), chosen='')
    """
    rows = deciding(name, version, names)
    what = {row.decision for row in rows}
    if DROP in what:
        return None
    if CREDIT in what:
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
    return decided(item.id, item.seen, accepted, graded) or graded


def feedback(item: Item, response: Response, order: Sequence[int] = ()) -> Feedback:
    """Return the feedback as `kinds.feedback` does; what was decided to be right is called so.

    Raises ValueError as `accept` does.
    """
    accepted = accept(item, response)
    now, rows = grade(item, accepted), deciding(item.id, item.seen)
    same = _as_in_key(item, accepted, rows) if item.kind in WRITTEN else None
    said = kinds.feedback(item, accepted if same is None else same, order)
    right = also_right(item)
    options = []
    for one in said.options:
        if one.place in right:
            mark = f"{'chosen, ' * one.chosen}counts as right"
            one = replace(one, right=True, mark=mark, feedback=DECIDED, belief="", truth="")
        elif same is not None:
            one = replace(one, text=str(accepted), feedback=DECIDED)
        options.append(one)
    credit = f"{DECIDED} " * any(row.decision == CREDIT for row in rows)
    return replace(
        said,
        correct=now.correct,
        score=round(now.score, 3),
        verdict=KINDS[item.kind].verdict(now),
        explanation=credit + said.explanation,
        options=tuple(options),
    )


def also_right(item: Item) -> set[int]:
    """Return the places of the options that were decided to be right for everybody."""
    return {place for row in deciding(item.id, item.seen) for place in _places(item, row)}


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
    also = [row.answer for row in rows if row.decision == ALSO_RIGHT]
    places = {place for row in rows for place in _places(item, row)}
    if item.kind in WRITTEN:
        is_right = any(_is_text(item, str(response), answer) for answer in also)
    else:
        is_right = kind.single and response in places
    if is_right:
        return kind.right(item)
    if kind.single or not places or not isinstance(response, (list, tuple)):
        return None
    return sorted(set(response) - places | {place for place in places if item.options[place].right})


def _places(item: Item, row: Decision) -> set[int]:
    """Return the places of the options that a row takes as right."""
    if row.decision != ALSO_RIGHT or item.kind == "order":
        return set()
    texts = [typed.fold(option.text) for option in item.options]
    return {place for place, text in enumerate(texts) if text == typed.fold(row.answer)}


def _is_text(item: Item, text: str, answer: str) -> bool:
    """Return whether a typed text is the answer that a row takes as right."""
    if item.kind != "number":
        return bool(typed.meant(text, [answer]))
    value, rest = typed.read_number(text)
    fits = value is not None and typed.only_unit(rest, item.unit)
    return fits and value == typed.read_number(answer)[0]


# The sheet


def is_same(name: str, names: Collection[str]) -> bool:
    """Return whether a learner's name in a sheet is one of these names."""
    return folded(name) in map(folded, names)


def folded(text: str) -> str:
    """Return a name in the form in which names are compared: Canvas writes the last name first.

    >>> folded("Lopez, Maria") == folded("maria-lopez")
    True
    """
    last, _, first = text.casefold().replace("-", " ").partition(",")
    return " ".join(f"{first} {last}".split())


def lesson_in(text: str) -> str:
    """Return a lesson or an assignment as the course writes it: a spreadsheet makes 5 of 05.

    >>> lesson_in("5"), lesson_in("5-20-7"), lesson_in("final")
    ('05', '05-20-7', 'final')
    """
    return re.sub(r"^(\d)(?=$|-\d+-\d+$)", r"0\1", text)


def nobody(learner: str, known: Container[str] | None) -> Iterator[custom.Fault]:
    """Yield that a row is for nobody, if the `known` names, folded, have not this one."""
    if learner and known is not None and folded(learner) not in known:
        what = f"no learner here, or more than one, is called {shorten(learner)!r}"
        yield what, "Write a name or login as the gradebook has it.", True


def read_list(path: Path | None, known: Container[str] | None = None) -> custom.YourRows[Decision]:
    """Return the rows of a sheet of decisions, and all that is wrong with it; never raises.

    `known` are the folded names of the learners of a class; a row for nobody of it has a warning.
    """

    def read_row(fields: dict[str, str]) -> tuple[Decision, str, list[custom.Fault]]:
        row, called, faults = _read_row(fields)
        return row, called, [*faults, *nobody(row.learner, known)]

    return custom.read_rows(path, COLUMNS[:1], COLUMNS[1:], read_row)


def _read_row(fields: dict[str, str]) -> tuple[Decision, str, Iterator[custom.Fault]]:
    row = Decision(**fields)._replace(
        decision=folded(fields["decision"]),
        version=fields["version"].lower(),
        item=lesson_in(fields["item"]),
        learner="" if folded(fields["learner"]) == ALL else fields["learner"],
    )
    faults = _row_faults(row, for_all=fields["learner"] != row.learner)
    return row, row.item or row.learner, faults


def _row_faults(row: Decision, *, for_all: bool) -> Iterator[custom.Fault]:
    """Yield what is wrong with a row; `for_all`: it says that it is for everybody."""
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
    if row.version and not is_version(row.version):
        what = f"`version` is {shorten(row.version)!r}, not one"
        yield what, "Copy it from the class report, or leave it empty for every version."
    elif item and row.version not in ("", item.seen):
        applies = "does not apply any more"
        if row.decision != ALSO_RIGHT:
            applies = "counts only for answers to the former one"
        fix = f"Its version is {item.seen} now. The row {applies}."
        yield "the question was changed since", fix, True
    elif item and row.decision == ALSO_RIGHT:
        yield from _answer_faults(item, row)


def _answer_faults(item: Item, row: Decision) -> Iterator[custom.Fault]:
    if item.kind in ONE_ANSWER:
        yield f"{ONE_ANSWER[item.kind]} no other answer", "Use `credit` or `drop`."
    elif not row.answer:
        yield "`answer` is empty", "Write the answer that counts as right, too."
    elif item.kind == "number" and typed.read_number(row.answer)[0] is None:
        yield f"`answer` is {shorten(row.answer)!r}, not a number", "Write a number."
    elif item.options and not _places(item, row):
        texts = listing([f"“{shorten(option.text)}”" for option in item.options], "or")
        yield f"no option is {shorten(row.answer)!r}", f"Write {texts}."


def is_version(text: str) -> bool:
    """Return whether a text can be the version of a question.

    >>> is_version("2f0c51d9a7be"), is_version("7")
    (True, False)
    """
    return bool(_VERSION.fullmatch(text))


def is_marked(name: str) -> bool:
    """Return whether a name is that of what gets a mark: a lesson, the final, an assignment.

    >>> is_marked("05"), is_marked("final"), is_marked("05-20-7"), is_marked("zz-1-1")
    (True, True, True, False)
    """
    found = ASSIGNMENT.fullmatch(name)
    return (found[1] if found else name) in tables.by("lessons", "lesson")
