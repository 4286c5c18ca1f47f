"""The written questions: read, checked and ready to ask.

A bank is a TOML file. Its schema is `data/practice/questions.schema.json`; how to write one is in
`docs/question-bank.md`. The course's own banks are in `data/practice/questions/`.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from codeedu import tables
from codeedu.practice import giveaways, schema
from codeedu.practice.items import Item, Option, same_text


@dataclass(frozen=True)
class Problem:
    """Something wrong in a bank: where, what, and how to mend it. A warning stops nothing."""

    file: str
    item: str
    what: str
    mend: str
    warning: bool = False

    def __str__(self) -> str:
        where = f"{self.file}, {self.item}" if self.item else self.file
        return f"{where}: {'warning: ' if self.warning else ''}{self.what}. {self.mend}"


class BankError(ValueError):
    """A bank cannot be used; `problems` says all that is wrong, the message the first of it."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        more = f"\n... and {len(problems) - 5} more" if len(problems) > 5 else ""
        super().__init__("\n".join(map(str, problems[:5])) + more)


def load(*paths: str | Path) -> tuple[Item, ...]:
    """Return the items of the banks at `paths`; without any, of the course's own.

    Raises BankError when a bank has a problem that is more than a warning.

    >>> all(item.lesson >= "01" for item in load())
    True
    """
    return _course() if not paths else _load(paths)


@cache
def _course() -> tuple[Item, ...]:
    return _load(course_paths())


def _load(paths: Iterable[str | Path]) -> tuple[Item, ...]:
    books = [_Book(Path(path)) for path in paths]
    wrong = [p for p in _problems(books, date.min) if not p.warning]
    if wrong:
        raise BankError(wrong)
    return tuple(item for book in books for item in book.items())


def course_paths() -> list[Path]:
    """Return the files of the course's own bank, in the order of the lessons."""
    return sorted((tables.DATA / "practice" / "questions").glob("*.toml"))


def problems(paths: Iterable[str | Path] | None = None, today: date | None = None) -> list[Problem]:
    """Return all that is wrong with the banks at `paths` (None: the course's own); never raises.

    `today` decides which items are past their review date; it is today unless given.
    """
    books = [_Book(Path(path)) for path in (course_paths() if paths is None else paths)]
    return list(_problems(books, today or date.today()))


def _problems(books: list[_Book], today: date) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for book in books:
        yield from book.problems(seen, today)
    sound = {book.file: list(book.items()) for book in books}
    for file, item, what, mend in giveaways.find(sound):
        yield Problem(file, item, what, mend, warning=True)


@cache
def _schema() -> dict[str, Any]:
    text = (tables.DATA / "practice" / "questions.schema.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


@cache
def read_names() -> frozenset[str]:
    """Return what a `reads` may be: every code set, and CPT with each category."""
    categories = {row["category"] for row in tables.rows("formats") if row["code_set"] == "CPT"}
    return frozenset(tables.by("code_sets", "code_set")) | {f"CPT {name}" for name in categories}


class _Book:
    """One file: its text, what is known in it, and its items."""

    def __init__(self, path: Path) -> None:
        self.file = _named(path)
        self.data: dict[str, Any] = {}
        self.unread: Problem | None = None
        try:
            self.data = _plain(tomllib.loads(path.read_text(encoding="utf-8-sig")))
        except tomllib.TOMLDecodeError as error:
            mend = "Text stands in quotes, and a list closes with ]."
            self.unread = Problem(self.file, "", f"this is not TOML: {error}", mend)
        except UnicodeDecodeError:
            self.unread = Problem(self.file, "", "this is not UTF-8 text", "Save it as UTF-8.")
        except OSError as error:
            mend = "Check the path."
            self.unread = Problem(self.file, "", f"cannot be read: {error.strerror}", mend)
        self.faults = [] if self.unread else list(schema.faults(self.data, _schema()))
        self.entries = self._sound("item")
        self.objectives = self._known("objectives", "objective", "objective")
        self.misconceptions = self._known("misconceptions", "id", "misconception")
        self.sources = self._known("sources", "id", "source")

    def _sound(self, name: str) -> list[dict[str, Any]]:
        """Return the entries of a list of the file that have no fault of form."""
        spoiled = {fault.path[:2] for fault in self.faults}
        rows = [] if (name,) in spoiled else self.data.get(name, [])
        return [row for place, row in enumerate(rows) if (name, place) not in spoiled]

    def _known(self, table: str, key: str, own: str) -> dict[str, dict[str, str]]:
        """Return the rows of a table of the course and those that this file adds."""
        return tables.by(table, key) | {row[key]: row for row in self._sound(own)}

    def problems(self, seen: dict[str, str], today: date) -> Iterator[Problem]:
        """Yield what is wrong with the file; `seen` holds the ids of the files before it."""
        if self.unread:
            yield self.unread
        for fault in self.faults:
            yield Problem(self.file, self._place(fault.path), fault.what, fault.mend)
        for entry in self.entries:
            name = entry["id"]
            if name in seen:
                mend = "Give one of them the next free number."
                yield Problem(self.file, name, f"{seen[name]} has an item of this id too", mend)
            seen[name] = self.file
            for what, mend in self._unknown(entry):
                yield Problem(self.file, name, what, mend)
            for what, mend in _wrong(entry):
                yield Problem(self.file, name, what, mend)
            yield from self._dates(entry, today)

    def _place(self, path: tuple[str | int, ...]) -> str:
        """Name the item, and the option in it, that a path leads to."""
        if len(path) < 2 or path[0] != "item" or not isinstance(path[1], int):
            return " ".join(str(p + 1) if isinstance(p, int) else p for p in path[:2])
        place = path[1]
        entry = self.data["item"][place]
        name = entry.get("id") if isinstance(entry, dict) else None
        where = name if isinstance(name, str) else f"item {place + 1}"
        inner = [
            f"{str(a).removesuffix('s')} {b + 1}"
            for a, b in pairwise(path[2:])
            if isinstance(b, int)
        ]
        return ", ".join([where, *inner])

    def _unknown(self, entry: dict[str, Any]) -> Iterator[tuple[str, str]]:
        """Yield the names in an item that stand in no table."""
        objective = entry["objective"]
        if objective not in self.objectives:
            mend = "Take a row of data/course/objectives.csv, or add an [[objective]] to this file."
            yield f"there is no objective {objective!r}", mend
        elif entry["id"].rpartition("-")[0] != objective:
            yield "its id does not begin with its objective", f"Call it {objective}-01 or the like."
        for source in entry["sources"]:
            if source not in self.sources:
                mend = "Take an id of data/sources/sources.csv, or add a [[source]] to this file."
                yield f"there is no source {source!r}", mend
        for option in _choices(entry):
            name = option.get("misconception")
            if name and name not in self.misconceptions:
                mend = "Take an id of data/course/misconceptions.csv, or add a row there."
                yield f"there is no misconception {name!r}", mend
            reads = option.get("reads")
            if reads and reads not in read_names():
                yield f"there is no code set {reads!r}", f"Known are: {_list(read_names())}."

    def _dates(self, entry: dict[str, Any], today: date) -> Iterator[Problem]:
        for name in ("as_of", "review_by"):
            text = str(entry.get(name) or self.data.get(name, ""))
            if not text:
                mend = f"Add `{name}` to the item, or once at the top of the file."
                yield Problem(self.file, entry["id"], f"`{name}` is missing", mend)
            elif name == "review_by" and text < today.isoformat():
                mend = "Read it again, then set as_of and review_by anew."
                says = f"its review was due by {text}"
                yield Problem(self.file, entry["id"], says, mend, warning=True)

    def items(self) -> Iterator[Item]:
        """Yield the items that have no fault of form."""
        for entry in self.entries:
            if entry["objective"] in self.objectives:
                yield self._item(entry)

    def _item(self, entry: dict[str, Any]) -> Item:
        own = {key: entry[key] for key in entry if key not in ("steps", "options", "tempting")}
        options = [self._option(option) for option in entry.get("options", entry.get("steps", ()))]
        tempting = [self._option(option) for option in entry.get("tempting", ())]
        own["lesson"] = self.objectives[entry["objective"]]["lesson"]
        own["stem"] = entry["stem"].strip("\n")
        own["truly"] = self._truly(entry)
        for name in ("as_of", "review_by"):
            own[name] = entry.get(name) or self.data.get(name, "")
        own["answers"] = tuple(entry.get("answers", ()))
        own["sources"] = tuple(map(self._source, entry.get("sources", ())))
        return Item(options=tuple(options), tempting=tuple(tempting), **own)

    def _source(self, name: str) -> str:
        """Return a source as it is shown: one of this file in words, the course's by its id."""
        row = self.sources.get(name, {})
        return ", ".join(filter(None, (row["what"], row.get("where")))) if "what" in row else name

    def _option(self, option: dict[str, Any]) -> Option:
        """Return the option; a wrong one reads as its misconception does, unless it says so."""
        named = self.misconceptions.get(option.get("misconception", ""), {})
        reads = "" if option.get("right") else named.get("read_as", "")
        own = named if named.get("id") not in tables.by("misconceptions", "id") else {}
        told = {"reads": reads, "belief": own.get("says", ""), "truth": own.get("truth", "")}
        return Option(**{**told, **option})

    def _truly(self, entry: dict[str, Any]) -> str:
        """Return the code set that an item is about: its right option's, or its wrong ones'."""
        if entry["kind"] == "many":
            return ""
        choices = list(_choices(entry))
        told = {o["reads"] for o in choices if o.get("right") and o.get("reads")} or {
            self.misconceptions.get(o.get("misconception", ""), {}).get("truly") or ""
            for o in choices
            if not o.get("right")
        } - {""}
        return told.pop() if len(told) == 1 else ""


def _wrong(entry: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong within an item whose form is right."""
    texts = [same_text(option["text"]) for option in _choices(entry)]
    for text in sorted({text for text in texts if texts.count(text) > 1}):
        yield f"two of its options read {text!r}", "Change or drop one of them."
    for text in set(map(same_text, entry.get("answers", ()))) & set(texts):
        yield f"{text!r} is both an answer and tempting", "Keep it in one of the two."
    for text in giveaways.texts_of(entry):
        if giveaways.MARKUP.search(giveaways.without_code(text)):
            mend = "Write words, or put it in backticks as code."
            yield f"there is HTML in {text[:40]!r}", mend
        if giveaways.OF_THE_ABOVE.search(text):
            mend = 'Write an option that says something; use kind = "many" for several.'
            yield f"{text[:40]!r} refers to other options", mend
    if entry["stem"].count("```") % 2:
        yield "a fence of ``` in the stem is not closed", "Close it on a line of its own."


def _choices(entry: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for name in ("options", "tempting", "steps"):
        yield from entry.get(name, ())


def _named(path: Path) -> str:
    """Name a file of the course by its place in the repository, any other by its path."""
    home = tables.DATA / "practice" / "questions"
    return f"data/practice/questions/{path.name}" if path.parent == home else str(path)


def _plain(value: Any) -> Any:
    """Return TOML data as JSON's types: dates as ISO text."""
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_plain(entry) for entry in value]
    return value.isoformat() if hasattr(value, "isoformat") else value


def _list(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))


if __name__ == "__main__":  # python -m codeedu.practice.bank FILE ...
    import sys

    found = problems(sys.argv[1:] or None)
    print(*found, f"{len(found)} problems.", sep="\n")
    sys.exit(any(not problem.warning for problem in found))
