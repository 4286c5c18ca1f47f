"""The question bank: TOML files and sheets, read into items.

The course's files are in `data/practice/questions/`, yours in your custom folder;
`docs/question-bank.md` says how to write one. Reading a file checks only what an item needs to be
built, because a learner's kernel reads the bank in every lesson. `teach.author.bank_rules` checks
everything else, for authors.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from codeedu import custom, tables
from codeedu.problems import Problem
from codeedu.questions import sheet
from codeedu.questions.items import Item, Option
from codeedu.sheets import ENDINGS

DATES = ("as_of", "review_by")


class BankError(ValueError):
    """A bank cannot be used; `problems` holds all that is wrong, the message the first five."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        more = f"\n... and {len(problems) - 5} more" if len(problems) > 5 else ""
        super().__init__("\n".join(map(str, problems[:5])) + more)


@cache
def load() -> tuple[Item, ...]:
    """Return the course's items, then yours; a file of yours that cannot be read is left out.

    What `left_out` says is also written to the errors of the program, once. Raises BankError when
    a file of the course is broken.

    >>> all(item.lesson >= "01" for item in load())
    True
    """
    items = {item.id: item for path in course_paths() for item in read(path)}
    yours, problems = _yours()
    for item in yours:
        items.setdefault(item.id, item)
    if problems:
        print(left_out(), file=sys.stderr)
    return tuple(items.values())


def left_out() -> str:
    """Return, in sentences, which files of yours are left out and why; "" if none is."""
    sentences = [f"A file is left out: {problem}" for problem in _yours()[1]]
    return " ".join([*sentences, "`codeedu check` names all that is wrong."] if sentences else [])


@cache
def _yours() -> tuple[list[Item], list[Problem]]:
    """Return the items of your files, and the first problem of each that cannot be read."""
    items: list[Item] = []
    problems: list[Problem] = []
    for path in custom.question_files():
        try:
            items += read(path)
        except BankError as error:
            problems.append(error.problems[0])
    return items, problems


@cache
def by_id() -> dict[str, Item]:
    """Return the items of `load` by their ids."""
    return {item.id: item for item in load()}


def course_paths() -> list[Path]:
    """Return the files of the course's own bank, in the order of the lessons."""
    return sorted((tables.DATA / "practice" / "questions").glob("*.toml"))


def read(path: Path) -> tuple[Item, ...]:
    """Return the items of a file.

    Raises BankError, which names the lines, when no items can be built from it.
    """
    try:
        data = data_of(path)
        return tuple(build(data, data.get("item", ()) if "case" in data else data["item"]))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BankError(_explained(path)) from error


def data_of(path: Path) -> dict[str, Any]:
    """Return what is in a question file, for `build`; a sheet as if it were written in TOML.

    Raises Unreadable or ValueError when it cannot be read, or a row of the sheet is not sound.
    """
    if not is_sheet(path):
        return custom.questions_in(path)
    read_in = sheet.read(path)
    if read_in.faults:
        raise ValueError(read_in.faults[0])
    return dict.fromkeys(DATES, "") | {"item": list(read_in.entries.values())}


def is_sheet(path: Path) -> bool:
    """Return whether a file is read as a sheet, not as TOML."""
    return path.name.lower().endswith(ENDINGS)


def _explained(path: Path) -> list[Problem]:
    """Return why a file cannot be read, in the words of the authors' rules."""
    # Late, because the rules need jsonschema, whose import takes over a second.
    from codeedu.teach.author import bank_rules

    unforeseen = Problem(custom.shown(path), "", "it cannot be read", "See docs/question-bank.md.")
    return bank_rules.errors_of(path) or [unforeseen]


def build(data: dict[str, Any], entries: Iterable[dict[str, Any]]) -> Iterator[Item]:
    """Yield an item for each of the entries, which are some of the [[item]]s of a file's `data`.

    Raises KeyError, TypeError, ValueError or AttributeError for an entry that is not a valid item.
    """
    lessons = lessons_of(data)
    sources = named_sources(data)
    beliefs = {row["id"]: row for row in data.get("misconception", ())}
    for entry in entries:
        fields = {key: entry[key] for key in entry.keys() - {"steps", "options", "distractors"}}
        fields["lesson"] = lessons[entry["objective"]]
        fields["stem"] = entry["stem"].strip("\n")
        fields.setdefault("explanation", "")
        fields |= {name: str(entry.get(name) or data[name]) for name in DATES}
        fields |= {name: tuple(entry.get(name, ())) for name in ("answers", "choices")}
        if "exercise" in entry:
            fields["pool"] = "exercise"
        fields["sources"] = tuple(sources.get(name, name) for name in entry.get("sources", ()))
        for name, listed in (
            ("options", entry.get("options", entry.get("steps", ()))),
            ("distractors", entry.get("distractors", ())),
        ):
            fields[name] = tuple(_option(option, beliefs) for option in listed)
        yield Item(**fields)


def lessons_of(data: Mapping[str, Any]) -> dict[str, str]:
    """Return the lesson of each objective of the course, of yours, and of a file's `data`."""
    objectives = (*data.get("objective", ()), *tables.rows("objectives"))
    return {row["objective"]: row["lesson"] for row in objectives}


def named_sources(data: Mapping[str, Any]) -> dict[str, str]:
    """Return the sources of a custom file by their ids, as they are shown, in words."""
    return {
        row["id"]: ", ".join(filter(None, (row["what"], row.get("where"))))
        for row in data.get("source", ())
    }


def _option(option: dict[str, Any], beliefs: dict[str, dict[str, str]]) -> Option:
    belief = beliefs.get(option.get("misconception", ""), {})
    text = option.get("text", str(option.get("number")))
    about = {"belief": belief.get("says", ""), "truth": belief.get("truth", "")}
    return Option(**{"text": text, "feedback": ""} | about | option)
