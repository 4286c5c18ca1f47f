"""What can be wrong with a question bank, said to its author: where, what, and how to fix it.

The form is that of `data/practice/questions.schema.json`; the rest are rules about what is in it:
ids, cross-references to the tables, dates. What is suspicious in sound questions, `lint` says.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from codeedu import custom, tables
from codeedu.codes.formats import formats
from codeedu.codes.wording import listing
from codeedu.problems import Problem
from codeedu.questions import bank
from codeedu.questions.items import Item
from codeedu.questions.typed import fold
from codeedu.teach.author import lint


def problems(paths: Iterable[str | Path] | None = None, today: date | None = None) -> list[Problem]:
    """Return all that is wrong with banks (None: the course's and yours); never raises.

    `today` decides which items are past their review date; it is today unless given.
    """
    everything = [*bank.course_paths(), *custom.banks()]
    files = [_File(Path(path)) for path in (everything if paths is None else paths)]
    only_custom = {file.folder.resolve() for file in files} == {custom.folder().resolve()}
    ids = dict.fromkeys(_course_ids(), "the course") if only_custom else {}
    rows: dict[tuple[str, str], str] = {}
    wrong: list[Problem] = []
    for file in files:
        in_file = file.problems(ids, today or date.today())
        wrong += sorted(in_file, key=lambda problem: problem.line)
    wrong += [problem for file in files for problem in file.added(rows)]
    sound = {file.name: list(file.items()) for file in files}
    return wrong + [Problem(*flaw, warning=True) for flaw in lint.warnings(sound)]


def lessons(path: Path) -> set[str]:
    """Return the lessons of which a bank has objectives; never raises."""
    return {row["lesson"] for row in _File(path)._sound("objective")}


@cache
def _course_ids() -> frozenset[str]:
    """Return the ids of the course's own items."""
    return frozenset(item.id for path in bank.course_paths() for item in bank.read(path))


@cache
def _schema() -> dict[str, Any]:
    text = (tables.DATA / "practice" / "questions.schema.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


@cache
def read_names() -> frozenset[str]:
    """Return what `reads` may name: every code set, and CPT with each category."""
    return frozenset(tables.by("code_sets", "code_set")) | {format.name for format in formats()}


class _File:
    """One file: its data, its faults of form, and its items."""

    def __init__(self, path: Path) -> None:
        self.name = _named(path)
        self.folder = path.parent
        self.data: dict[str, Any] = {}
        self.unread: Problem | None = None
        self.headers: list[tuple[str, int]] = []  # such as ("item.options", 12)
        try:
            text = path.read_text(encoding="utf-8-sig")
            self.data = _plain(tomllib.loads(text))
            self.headers = list(_headers(text))
        except tomllib.TOMLDecodeError as error:
            fix = "Put text in quotes, and close every list with ]."
            self.unread = Problem(self.name, "", f"this is not TOML: {error}", fix)
        except UnicodeDecodeError:
            self.unread = Problem(self.name, "", "this is not UTF-8 text", "Save it as UTF-8.")
        except OSError as error:
            fix = "Check the path."
            self.unread = Problem(self.name, "", f"cannot be read: {error.strerror}", fix)
        self.faults = [] if self.unread else list(faults(self.data))
        self.entries = self._sound("item")
        self.objectives = self._known("objectives", "objective", "objective")
        self.misconceptions = self._known("misconceptions", "id", "misconception")
        self.sources = self._known("sources", "id", "source")

    def _sound(self, name: str) -> list[dict[str, Any]]:
        """Return the entries of a list of the file that have no fault of form."""
        spoiled = {fault.path[:2] for fault in self.faults}
        rows = [] if (name,) in spoiled or () in spoiled else self.data.get(name, [])
        return [row for place, row in enumerate(rows) if (name, place) not in spoiled]

    def _known(self, table: str, key: str, own: str) -> dict[str, dict[str, str]]:
        """Return the rows of a table of the course and those that this file adds."""
        return tables.by(table, key) | {row[key]: row for row in self._sound(own)}

    def problems(self, seen: dict[str, str], today: date) -> Iterator[Problem]:
        """Yield what is wrong with the file; `seen` maps the ids met so far to their files."""
        if self.unread:
            yield self.unread
        for fault in self.faults:
            at = self._line(fault.path)
            yield Problem(self.name, self._place(fault.path), fault.what, fault.fix, line=at)
        for place, row in enumerate(_list(self.data.get("item"))):
            entry = row if row in self.entries else _readable(row)
            name, line = entry["id"], self._line(("item", place))
            wrong = (*self._twice(name, seen), *self._unknown(entry, seen), *_wrong(entry))
            for what, fix in wrong:
                yield Problem(self.name, name, what, fix, line=line)
            seen.setdefault(name, self.name)
            for what, fix, warning in self._dates(entry, today):
                yield Problem(self.name, name, what, fix, warning, line)

    def _twice(self, name: str, seen: dict[str, str]) -> Iterator[tuple[str, str]]:
        if name and name in seen:
            where = "this file" if seen[name] == self.name else seen[name]
            yield f"{where} has an item with this id too", "Give one of them the next free number."

    def added(self, seen: dict[tuple[str, str], str]) -> Iterator[Problem]:
        """Yield what is wrong with the rows that the file adds to the course's tables.

        `seen` maps the rows met so far, as list and key, to their files.
        """
        for table, (entry, key) in custom.ADDED.items():
            sound = self._sound(entry)
            ours = {row[key] for row in tables.course_rows(table)}
            for place, row in enumerate(_list(self.data.get(entry))):
                if row not in sound:
                    continue
                name, line, where = row[key], self._line((entry, place)), ""
                if name in ours:
                    where = "the course"
                elif (entry, name) in seen:
                    where = seen[entry, name]
                    where = "this file" if where == self.name else where
                seen.setdefault((entry, name), self.name)
                if where:
                    what = f"{where} has {entry} {name!r} too"
                    yield Problem(self.name, "", what, "Drop it here, or rename it.", line=line)
                if entry == "lesson" and not (self.folder / f"{row['notebook']}.ipynb").is_file():
                    what = f"the notebook {row['notebook']}.ipynb is not beside this file"
                    fix = "Put it there, or correct `notebook`."
                    yield Problem(self.name, f"lesson {name}", what, fix, line=line)

    def _line(self, path: tuple[str | int, ...]) -> int:
        """Return the line of the header that a path leads to, or 0 if there is none to find."""
        lines = [line for name, line in self.headers if name == path[0]] if len(path) > 1 else []
        if not lines or not isinstance(path[1], int) or path[1] >= len(lines):
            return 0
        at, after = lines[path[1]], [*lines, 10**9][path[1] + 1]
        if len(path) > 3 and isinstance(path[3], int):
            inner = f"{path[0]}.{path[2]}"
            mine = [line for name, line in self.headers if name == inner and at < line < after]
            at = mine[path[3]] if path[3] < len(mine) else at
        return at

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

    def _unknown(self, entry: dict[str, Any], seen: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Yield the names in an item that no table knows."""
        objective = entry["objective"]
        if objective and objective not in self.objectives:
            fix = "Take a row of data/course/objectives.csv, or add an [[objective]] to this file."
            fix = _near(objective, self.objectives) + fix
            yield f"there is no objective {objective!r}", fix
        elif objective and entry["id"] and entry["id"].rpartition("-")[0] != objective:
            taken = _course_ids() | {
                *seen,
                *(_readable(row)["id"] for row in _list(self.data.get("item"))),
            }
            numbered = (f"{objective}-{number:02}" for number in range(1, len(taken) + 2))
            free = next(one for one in numbered if one not in taken)
            yield "its id does not begin with its objective", f"Call it {free}."
        for source in entry["sources"]:
            if source not in self.sources:
                fix = "Take an id of data/sources/sources.csv, or add a [[source]] to this file."
                fix = _near(source, self.sources) + fix
                yield f"there is no source {source!r}", fix
        for option in _options(entry):
            name = option.get("misconception")
            if name and name not in self.misconceptions:
                fix = "Take an id of data/course/misconceptions.csv, or add a [[misconception]] "
                fix = f"{_near(name, self.misconceptions)}{fix}to this file."
                yield f"there is no misconception {name!r}", fix
            reads = option.get("reads")
            if reads and reads not in read_names():
                known = listing(sorted(read_names()))
                yield f"there is no code set {reads!r}", f"Known are: {known}."

    def _dates(self, entry: dict[str, Any], today: date) -> Iterator[tuple[str, str, bool]]:
        for name in ("as_of", "review_by"):
            text = str(entry.get(name) or self.data.get(name, ""))
            if not text:
                fix = f"Add `{name}` to the item, or once at the top of the file."
                yield f"`{name}` is missing", fix, False
            elif name == "review_by" and text < today.isoformat():
                fix = "Read it again, then set new dates for as_of and review_by."
                yield f"its review was due by {text}", fix, True

    def items(self) -> Iterator[Item]:
        """Yield the items that have no fault of form."""
        sound = {name: self._sound(name) for name in ("objective", "misconception", "source")}
        data = dict.fromkeys(bank.DATES, "") | self.data | sound
        for entry in self.entries:
            with suppress(KeyError, TypeError, ValueError):  # `problems` says what is wrong
                yield from bank.build(data, [entry])


def _headers(text: str) -> Iterator[tuple[str, int]]:
    """Yield the headers of the lists of a TOML file, each with its line."""
    for number, line in enumerate(text.splitlines(), 1):
        if found := re.match(r"\s*\[\[([\w.]+)\]\]", line):
            yield found[1], number


def _readable(row: object) -> dict[str, Any]:
    """Return an item with faults of form so that the other checks can read the rest of it."""
    given = row if isinstance(row, dict) else {}
    entry: dict[str, Any] = {"id": "", "objective": "", "stem": ""}
    entry |= {key: text for key, text in given.items() if isinstance(text, str)}
    for name in ("answers", "sources"):
        entry[name] = [text for text in _list(given.get(name)) if isinstance(text, str)]
    for name in ("options", "distractors", "steps"):
        found = [option for option in _list(given.get(name)) if isinstance(option, dict)]
        entry[name] = [
            {"text": "", "feedback": ""}
            | {key: told for key, told in option.items() if isinstance(told, str) or key == "right"}
            for option in found
        ]
    return entry


def _near(name: str, known: Iterable[str]) -> str:
    """Ask whether a known name was meant, if one is near."""
    near = get_close_matches(name, known, 1)
    return f"Did you mean `{near[0]}`? " if near else ""


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _wrong(entry: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong within an item whose form is right."""
    texts = [fold(str(option.get("text", option.get("number")))) for option in _options(entry)]
    for text in sorted({text for text in texts if texts.count(text) > 1}):
        yield f"two of its options read {text!r}", "Change or drop one of them."
    keys = [*entry.get("answers", ()), *([entry["answer"]] if "answer" in entry else [])]
    right = {fold(str(answer)) for answer in keys}
    for text in sorted(right & set(texts)):
        yield f"{text!r} is both an answer and a distractor", "Keep it in one of the two."
    if "choices" in entry:
        offered = {fold(text) for text in entry["choices"]}
        for text in sorted({*right, *texts} - offered):
            yield f"{text!r} is not among its choices", "Add it to `choices`, or take it out."
    if entry.get("ask") != "reading" and any("reads" in option for option in _options(entry)):
        fix = 'Take it out, or add ask = "reading" if the question is which code set this is.'
        yield '`reads` belongs to items with ask = "reading"', fix
    if entry.get("ask") == "reading":
        right_one = next((o for o in _options(entry) if o.get("right")), {})
        if right_one and not right_one.get("reads"):
            yield "its right option names no code set", "Say which one in `reads`."
    if entry.get("pool") == "final" and entry.get("pretest"):
        yield "it is in the final and in a pretest", "Keep it in one of the two."
    for text in lint.texts_of(entry):
        if lint.MARKUP.search(lint.without_code(text)):
            fix = "Write words, or put it in backticks as code."
            yield f"there is HTML in {text[:40]!r}", fix
        if lint.OF_THE_ABOVE.search(text):
            fix = 'Write an option that says something; use kind = "many" for several.'
            yield f"{text[:40]!r} refers to other options", fix
    if entry["stem"].count("```") % 2:
        yield "a fence of ``` in the stem is not closed", "Close it on a line of its own."


def _options(entry: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for name in ("options", "distractors", "steps"):
        yield from entry.get(name, ())


def _named(path: Path) -> str:
    """Name a file of the course or of your custom folder by its place, any other by its path."""
    if path.parent == tables.DATA / "practice" / "questions":
        return f"data/practice/questions/{path.name}"
    return custom.shown(path)


def _plain(value: Any) -> Any:
    """Return TOML data as JSON's types: dates as ISO text."""
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_plain(entry) for entry in value]
    return value.isoformat() if hasattr(value, "isoformat") else value


# The schema's errors, in words


@dataclass(frozen=True)
class Fault:
    """One fault of form: the `path` of keys and places to it, `what` is wrong, how to `fix` it."""

    path: tuple[str | int, ...]
    what: str
    fix: str


def faults(data: object) -> Iterator[Fault]:
    """Yield every fault of form in the data of a bank.

    >>> next(faults({}))
    Fault(path=(), what='`item` is missing', fix='Add `item`: the questions, each under its own \
[[item]].')
    """
    for error in Draft202012Validator(_schema()).iter_errors(data):
        yield from _fault(error)


_TYPES = {
    "object": "a table",
    "array": "a list",
    "string": "text in quotes",
    "boolean": "true or false",
    "number": "a number without quotes",
    "integer": "a whole number without quotes",
}


def _fault(error: ValidationError) -> Iterator[Fault]:
    """Put one error of jsonschema into words; a `description` of the schema says what to do."""
    path, value, wanted = tuple(error.absolute_path), error.instance, error.validator_value
    name = f"`{path[-1]}`" if path and isinstance(path[-1], str) else "this"
    schema, says = _found(error)
    fix = f"It should be {says}." if says else "See docs/question-bank.md."
    if error.validator == "not":  # {"not": {}} allows nothing
        yield Fault(path, f"{name} does not belong in this kind of item", "Take it out.")
    elif error.validator == "required":
        missing = next(key for key in wanted if f"{key!r} is a required" in error.message)
        known = {**_schema()["$defs"]["item"]["properties"], **schema.get("properties", {})}
        about = _resolved(known.get(missing) or {}).get("description", "")
        told = f"Add `{missing}`: {about}." if about else f"Add `{missing}`."
        yield Fault(path, f"`{missing}` is missing", told)
    elif error.validator == "additionalProperties":
        known = schema["properties"]
        for key in sorted(set(value) - set(known)):
            near = get_close_matches(key, known, 1)
            told = f"Did you mean `{near[0]}`?" if near else f"Known are: {', '.join(known)}."
            yield Fault(path, f"unknown field `{key}`", told)
    elif error.validator == "type":
        yield Fault(path, f"{name} is {_shown(value)}, not {_TYPES[wanted]}", fix)
    elif error.validator == "minItems":
        yield Fault(path, f"{name} has {len(value)} of at least {wanted}", fix)
    elif error.validator in ("contains", "minContains", "maxContains"):
        low, high = schema.get("minContains", 1), schema.get("maxContains")
        number = f"exactly {low}" if low == high else f"at least {low}"
        marked = sum(isinstance(one, dict) and one.get("right") is True for one in value)
        what = f"{name} has {marked or 'none'} with right = true"
        yield Fault(path, what, f"Mark {number}.")
    elif isinstance(value, str) and not value.strip():
        if error.validator != "minLength" or "pattern" not in schema:  # else said already
            yield Fault(path, f"{name} is empty", fix)
    elif error.validator == "minLength":
        yield Fault(path, f"{name} is short: {_shown(value)}", fix)
    else:
        yield Fault(path, f"{name} is {_shown(value)}", fix)


def _found(error: ValidationError) -> tuple[dict[str, Any], str]:
    """Return the schema that an error is about, and its description."""
    schema: Any = _schema()
    for key in list(error.absolute_schema_path)[:-1]:
        if key in ("if", "$ref"):
            continue
        schema = (_resolved(schema) if isinstance(schema, dict) else schema)[key]
    if not isinstance(schema, dict):
        return {}, ""
    schema = _resolved(schema)
    return schema, schema.get("description", "")


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema with what its $ref names; its own words go first."""
    if "$ref" not in schema:
        return schema
    found: Any = _schema()
    for key in schema["$ref"].removeprefix("#/").split("/"):
        found = found[key]
    return {**found, **schema}


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
