"""Your custom folder: the codes, questions and lessons that you add to the course.

`docs/custom.md` describes its files. What cannot be read is left out here; `codeedu check` reports
it.
"""

from __future__ import annotations

import json
import math
import os
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
CHECKOUT = None if (HERE / "data").is_dir() else HERE.parent  # None: installed from a wheel
VARIABLE, OLD_VARIABLE = "CODEEDU_CUSTOM", "CODEEDU_OWN"
NAME, OLD_NAME = "custom", "own"

# The rows that a question file adds to a table: the list in the file, and the key of both.
ADDED = {
    "lessons": ("lesson", "lesson"),
    "objectives": ("objective", "objective"),
    "misconceptions": ("misconception", "id"),
    "sources": ("source", "id"),
}
# A source in a question file has `what` and `where`; the table has `title` and `note`.
COLUMNS = {"what": "title", "where": "note"}

LARGEST_FILE = 10_000_000  # bytes
LARGEST_BANK = 2_000_000  # characters; the largest of the course has 82,000
DIVIDE = "Divide it into several files."
DEEPEST = 10  # lists and tables in one another; a question needs 5
HIGHEST = 1e15  # all numbers are smaller, as in a learner's answer
_DOTTED = re.compile(
    r"""(?m)(?:^|[{,])[ \t\[]*(?:(?:"[^"\n]*"|'[^'\n]*'|[^\s.=#"'{},]+)[ \t]*\.[ \t]*){5}"""
)
_HIGH = re.compile(r"[=\[,]\s*[+-]?(?:inf|nan|0[xob]\w{12}|[\d_.]{16}|[\d_.]+[eE])")


def folder() -> Path:
    """Return your custom folder, which need not exist.

    It is the one that the environment variable CODEEDU_CUSTOM names; else, in a learner's copy of
    the lessons, the one beside it; else `custom` in the checkout, or in the current folder if
    codeedu was installed from a wheel.
    """
    if named := os.environ.get(VARIABLE) or os.environ.get(OLD_VARIABLE):
        return Path(named)
    if Path(".codeedu").is_dir() and (beside_copy := within(Path(".."))).is_dir():
        return beside_copy.resolve()
    return within(CHECKOUT or Path())


def within(place: Path) -> Path:
    """Return the custom folder in `place`: under its former name if there is only that one."""
    former = place / OLD_NAME
    return former if former.is_dir() and not (place / NAME).is_dir() else place / NAME


def note() -> str:
    """Return a note on a folder that is missing, not read, or has its former name, else ""."""
    for variable in (VARIABLE, OLD_VARIABLE):
        if (named := os.environ.get(variable)) and not Path(named).is_dir():
            return f"There is no folder {named}, which {variable} names."
    if OLD_VARIABLE in os.environ and VARIABLE not in os.environ:
        return f"{OLD_VARIABLE} is now called {VARIABLE}; rename it."
    former = folder().parent / OLD_NAME
    if former.is_dir() and folder() == former:
        return f"The folder {OLD_NAME} is now called {NAME}; rename it."
    if former.is_dir() and folder().name == NAME:
        return f"The folder {OLD_NAME} is not read, because there is a folder {NAME}, too."
    return ""


def shown(path: Path) -> str:
    """Return the name of a file for messages: `custom/...` for a file of your folder."""
    name = OLD_NAME if folder().name == OLD_NAME else NAME
    return f"{name}/{path.name}" if path.parent == folder() else str(path)


def banks() -> list[Path]:
    """Return your question files, sorted."""
    return sorted(folder().glob("*.toml"))


def rows(table: str, course: tuple[dict[str, str], ...]) -> Iterator[dict[str, str]]:
    """Yield the rows that your files add to a table, which holds the rows of the `course`.

    A file with a fault in such a list adds none.
    """
    if table not in ADDED:
        return
    entry, key = ADDED[table]
    seen = {row[key] for row in course}
    fixed = {"ends": "quiz"} if table == "lessons" else {}  # a custom lesson is a full one
    for path in banks():
        for listed in _sound(path).get(entry, ()):
            row = {COLUMNS.get(name, name): str(value) for name, value in listed.items()}
            if row[key] not in seen:
                seen.add(row[key])
                yield {column: row.get(column, "") for column in course[0]} | fixed


@cache
def _sound(path: Path) -> dict[str, Any]:
    try:
        return questions_in(path)
    except Unreadable:
        return {}


# Reading a file of yours, which may hold anything


class Unreadable(ValueError):
    """A file cannot be read: `what` is wrong, how to `fix` it, and in which `line` (0: unknown)."""

    def __init__(self, what: str, fix: str, line: int = 0) -> None:
        super().__init__(what)
        self.what, self.fix, self.line = what, fix, line


def read_text(path: Path) -> str:
    """Return the text of a file, without a byte order mark and with one sort of line end.

    Raises Unreadable.
    """
    try:
        if path.exists() and not path.is_file():
            raise Unreadable("cannot be read: it is not a file", "Check the path.")
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1).removeprefix(b"\xef\xbb\xbf")
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror}", "Check the path.") from None
    if len(data) > LARGEST_FILE:
        raise Unreadable(f"this is larger than {LARGEST_FILE // 10**6} MB", DIVIDE)
    try:
        return data.decode().replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable("this is not UTF-8 text", "Save it as UTF-8.", line) from None


def read_toml(path: Path) -> dict[str, Any]:
    """Return what is in a question file, whatever it is; no list or number in it is endless.

    Raises Unreadable.
    """
    text = read_text(path)
    nested = "lists or tables are nested too deeply"
    see = "See docs/question-bank.md."
    if len(text) > LARGEST_BANK:
        raise Unreadable(f"this is larger than {LARGEST_BANK // 10**6} MB", DIVIDE)
    if found := _DOTTED.search(text):  # tomllib takes 4 kB for each part of a key
        raise Unreadable(nested, see, text.count("\n", 0, found.end()) + 1)
    try:
        data = tomllib.loads(text)
    except RecursionError:
        raise Unreadable(nested, see) from None
    except tomllib.TOMLDecodeError as error:
        what, _, place = str(error).rpartition(" (at ")
        what = "a quote is not closed" if "'\\n'" in what else what[:1].lower() + what[1:]
        what = f"this is not TOML: {what}"
        fix = "Put text in quotes, and close every quote and every list."
        if number := re.match(r"line (\d+)", place):
            raise Unreadable(what, fix, int(number[1])) from None
        raise Unreadable(f"{what}, up to the end of the file", fix) from None
    except ValueError:  # Python reads no whole number of more than 4,300 digits
        data = {"": math.inf}
    waiting: list[tuple[Any, int]] = [(data, 0)]
    while waiting:
        value, depth = waiting.pop()
        if depth > DEEPEST:
            raise Unreadable(nested, see)
        inner = value.values() if isinstance(value, dict) else value
        if isinstance(value, (dict, list)):
            waiting += [(one, depth + 1) for one in inner]
        if isinstance(value, (int, float)) and not abs(value) < HIGHEST:
            found = _HIGH.search(text)
            line = text.count("\n", 0, found.end()) + 1 if found else 0
            raise Unreadable("a number has more than 15 digits, or none", "Correct it.", line)
    return data


def questions_in(path: Path) -> dict[str, Any]:
    """Return what is in a question file whose lists for the course's tables are sound.

    Raises Unreadable for a row with a field that it should not have, or that lacks one, or whose
    value is not as `data/practice/questions.schema.json` says.
    """
    data = read_toml(path)
    for entry, _ in ADDED.values():
        listed, rules = data.get(entry, []), _schema()["properties"][entry]["items"]
        if not isinstance(listed, list) or not all(_is_sound(row, rules) for row in listed):
            raise Unreadable(f"`{entry}` is not as it should be", "See docs/question-bank.md.")
    return data


@cache
def _schema() -> dict[str, Any]:
    """Return the schema of a question file; jsonschema is too slow to import for a learner."""
    text = ((CHECKOUT or HERE) / "data" / "practice" / "questions.schema.json").read_text("utf-8")
    return dict(json.loads(text))


def _is_sound(row: object, rules: dict[str, Any]) -> bool:
    fields = rules["properties"]
    return (
        isinstance(row, dict)
        and set(rules["required"]) <= row.keys() <= fields.keys()
        and all(
            type(value) is {"integer": int}.get(fields[name].get("type", ""), str)
            and re.fullmatch(fields[name].get("pattern", "(?s).*"), str(value))
            for name, value in row.items()
        )
    )
