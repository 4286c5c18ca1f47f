"""The rules for a question bank: each problem says where it is, what is wrong, and how to fix it.

From top to bottom: a check of files; one file; the rules for one question; and the errors that
`data/practice/questions.schema.json` finds, in words. `lint` warns of questions that break no rule
and are still suspicious.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from functools import cache
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from codeedu import custom, tables
from codeedu.cases import case
from codeedu.codes.formats import formats
from codeedu.codes.wording import listing, visible
from codeedu.problems import Problem
from codeedu.questions import bank, cases
from codeedu.questions.items import Item
from codeedu.questions.sheet import COLUMNS, NOT_NEEDED, QuestionSheet
from codeedu.questions.sheet import read as read_sheet
from codeedu.questions.typed import fold
from codeedu.reading import Unreadable, read_text, read_toml
from codeedu.teach.author import lint

SCHEMA = tables.DATA / "practice" / "questions.schema.json"
MOST = 1000  # errors of the schema in one file that are named
Entry = dict[str, Any]  # an [[item]] or another entry of a list, as it is in the file
KeyPath = tuple[str | int, ...]  # the keys and places that lead to a value in a file


def check_banks(
    paths: Iterable[str | Path] | None = None, today: date | None = None
) -> list[Problem]:
    """Return all that is wrong with banks (None: the course's and yours); never raises.

    Files of the course and of your custom folder are parts of one bank: its other files are read
    too, because they count, and only the problems of `paths` are returned.

    `today` decides which items are past their review date; it is today unless given.
    """
    whole_bank = {path.resolve(): path for path in (*bank.course_paths(), *custom.question_files())}
    checked = {Path(path).resolve(): Path(path) for path in paths or ()}
    checked = whole_bank if paths is None else checked
    others = whole_bank if checked.keys() & whole_bank.keys() else {}
    files = [BankFile(path) for path in checked.values()]
    rest = [BankFile(path) for where, path in others.items() if where not in checked]
    whole = not any(file.unread for file in (*files, *rest))
    ids = {name: file.owner for file in rest for name in file.ids}
    rows: dict[tuple[str, str], str] = {}
    wrong: list[Problem] = []
    for file in files:
        in_file = file.problems(ids, today or date.today(), whole=whole)
        wrong += sorted(in_file, key=lambda problem: problem.line)
    for file in files:
        wrong += file.problems_of_rows(rows)
    # A file from elsewhere will be a part of the bank that learners have.
    items_of_rest = [item for file in rest for item in file.items] if others else bank.load()
    flaws = lint.warnings({file.name: file.items for file in files if whole}, items_of_rest)
    return wrong + [Problem(*flaw, warning=True) for flaw in flaws]


def errors_of(path: Path) -> list[Problem]:
    """Return what is wrong with the items of one file, without reading the rest of its bank.

    It is what a learner's kernel says of a file that it cannot read; `check_banks` says more.
    """
    file = BankFile(path)
    problems = (p for p in file.problems({}, date.min) if not p.warning)
    return list(file.row_faults()) or sorted(problems, key=lambda problem: problem.line)


def lessons_in(paths: Iterable[Path]) -> tuple[set[str], set[str]] | None:
    """Return the lessons of which banks have objectives, and the notebooks of which they have rows.

    None if one of the banks cannot be read.
    """
    files = [BankFile(path) for path in paths]
    if any(file.unread for file in files):
        return None
    asked = {row["lesson"] for file in files for row in file.sound("objective")}
    return asked, {row["notebook"] for file in files for row in file.sound("lesson")}


@cache
def read_names() -> frozenset[str]:
    """Return what `reads` may name: every code set, and CPT with each category."""
    return frozenset(tables.by("code_sets", "code_set")) | {format.name for format in formats()}


# One file


class BankFile:
    """A file of questions: its data, its schema errors, and its items."""

    def __init__(self, path: Path) -> None:
        self.folder = path.parent
        of_course = path.resolve() in {course.resolve() for course in bank.course_paths()}
        self.name = f"data/practice/questions/{path.name}" if of_course else custom.shown(path)
        self.owner = "the course" if of_course else self.name
        self.data: dict[str, Any] = {}
        self.sheet: QuestionSheet | None = None
        self.unread: Problem | None = None
        self.lines: dict[KeyPath, int] = {}
        try:
            if bank.is_sheet(path):
                self.sheet = read_sheet(path)
                self.data = {"item": list(self.sheet.entries.values())}
                self.lines = {("item", place): n for place, n in enumerate(self.sheet.entries)}
            else:
                self.data = _with_iso_dates(read_toml(path))
                self.lines = _lines_of_headers(read_text(path))
        except Unreadable as error:
            self.unread = Problem(self.name, "", error.what, error.fix, line=error.line)
        nothing = self.unread or (self.sheet and not self.sheet.entries)
        not_needed = NOT_NEEDED if self.sheet else frozenset[str]()
        self.faults = [] if nothing else list(islice(faults(self.data, not_needed), MOST))
        self._faulty = {fault.path[:2] for fault in self.faults}
        if len(self.faults) == MOST:  # then nothing is known of the rest of the file
            self._faulty.add(())
        self.entries = _as_list(self.data.get("item"))
        self.ids = {entry["id"] for entry in map(_coerced, self.entries)} - {""}
        self.known = {
            table: tables.by(table, key) | {row[key]: row for row in self.sound(name)}
            for table, (name, key) in custom.ADDED.items()
        }

    def sound(self, name: str) -> list[Entry]:
        """Return the entries of a list of the file that have no schema error."""
        rows = [] if {(name,), ()} & self._faulty else self.data.get(name, [])
        return [row for place, row in enumerate(rows) if (name, place) not in self._faulty]

    @property
    def items(self) -> list[Item]:
        """The items that have no schema error."""
        sound = {name: self.sound(name) for name in ("objective", "misconception", "source")}
        data = dict.fromkeys(bank.DATES, "") | self.data | sound
        items: list[Item] = []
        for entry in self.sound("item"):
            with suppress(KeyError, TypeError, ValueError):  # `check_banks` says what is wrong
                items += bank.build(data, [entry])
        return items

    def problems(
        self, ids: dict[str, str], today: date, *, whole: bool = True
    ) -> Iterator[Problem]:
        """Yield what is wrong with the items; `ids` maps those met so far to their files.

        When the bank is not `whole`, because a file of it cannot be read, that file may have
        what an item names.
        """
        if not self.sheet:
            yield from self._problems(ids, today, whole)
            return
        yield from self.row_faults()
        for line, what, fix in self.sheet.notes:
            yield Problem(self.name, "", what, fix, warning=True, line=line)
        for problem in self._problems(ids, today, whole):
            what, fix = in_columns(problem.what), in_columns(problem.fix)
            # What may be missing in a sheet may be short.
            warning = problem.warning or " is short: " in what
            yield replace(problem, what=what, fix=fix, warning=warning)

    def row_faults(self) -> Iterator[Problem]:
        """Yield what is wrong with the rows of a sheet that are no questions."""
        for line, what, fix in self.sheet.faults if self.sheet else ():
            yield Problem(self.name, "", what, fix, line=line)

    def _problems(self, ids: dict[str, str], today: date, whole: bool) -> Iterator[Problem]:
        if self.unread:
            yield self.unread
        for fault in self.faults:
            line = self._line(fault.path)
            yield Problem(self.name, self._place(fault.path), fault.what, fault.fix, line=line)
        for place, row in enumerate(self.entries):
            is_sound = not {("item", place), ("item",), ()} & self._faulty
            entry = row if is_sound else _coerced(row)
            wrong = (*self._wrong_names(entry, ids, whole), *_contradictions(entry))
            yield from self._problems_of(("item", place), entry, wrong, ids, today)
        for place, entry in enumerate(_as_list(self.data.get("case"))):
            if not {("case", place), ("case",), ()} & self._faulty:
                wrong = (*self._wrong_names(entry, ids, whole), *_wrong_case(entry))
                yield from self._problems_of(("case", place), entry, wrong, ids, today)

    def _problems_of(
        self,
        path: KeyPath,
        entry: Entry,
        wrong: Iterable[tuple[str, str]],
        ids: dict[str, str],
        today: date,
    ) -> Iterator[Problem]:
        """Yield what is `wrong` with an entry, and with its dates; enter its id."""
        name, line = entry["id"], self._line(path)
        for what, fix in wrong:
            yield Problem(self.name, name, what, fix, line=line)
        ids.setdefault(name, self.name)
        for what, fix, warning in self._wrong_dates(entry, today):
            yield Problem(self.name, name, what, fix, warning, line)

    def problems_of_rows(self, seen: dict[tuple[str, str], str]) -> Iterator[Problem]:
        """Yield what is wrong with the rows that the file adds to the course's tables.

        `seen` maps the rows met so far, as list and key, to their files.
        """
        for table, (name, key) in custom.ADDED.items():
            if {(name,), ()} & self._faulty:
                continue
            of_course = {row[key] for row in tables.course_rows(table)}
            for place, row in enumerate(_as_list(self.data.get(name))):
                if (name, place) in self._faulty:
                    continue
                line = self._line((name, place))
                owner = "the course" if row[key] in of_course else seen.get((name, row[key]))
                seen.setdefault((name, row[key]), self.name)
                if owner:
                    what = f"{self._called(owner)} has {name} {row[key]!r} too"
                    yield Problem(self.name, "", what, "Drop it here, or rename it.", line=line)
                if name == "lesson" and not (self.folder / f"{row['notebook']}.ipynb").is_file():
                    what = f"the notebook {row['notebook']}.ipynb is not beside this file"
                    fix = "Put it there, or correct `notebook`."
                    yield Problem(self.name, f"lesson {row[key]}", what, fix, line=line)

    def _called(self, owner: str) -> str:
        return "this file" if owner == self.name else owner

    def _line(self, path: KeyPath) -> int:
        """Return the line of the entry, or of the option in it, that holds a value; else 0."""
        return self.lines.get(path[:4]) or self.lines.get(path[:2], 0)

    def _place(self, path: KeyPath) -> str:
        """Name the item, and the option in it, that a path leads to; else the row by its place."""
        if len(path) < 2 or not isinstance(path[1], int):
            return " ".join(map(str, path[:2]))
        if path[0] != "item":
            return f"[[{path[0]}]] {path[1] + 1}"
        name = _coerced(self.entries[path[1]])["id"] or f"item {path[1] + 1}"
        inner = [
            f"{str(key).removesuffix('s')} {place + 1}"
            for key, place in pairwise(path[2:])
            if isinstance(place, int)
        ]
        return ", ".join([name, *inner])

    def _wrong_names(
        self, entry: Entry, ids: dict[str, str], whole: bool
    ) -> Iterator[tuple[str, str]]:
        """Yield an id that is taken or does not fit, and each name that no table has."""
        name, objective = entry["id"], entry["objective"]
        if name and name in ids:
            what = f"{self._called(ids[name])} has an item with this id too"
            yield what, "Give one of them the next free number."
        if objective and objective not in self.known["objectives"]:
            if whole:
                yield self._unknown("objectives", objective)
        elif objective and name and not name.startswith(f"{objective}-"):
            taken = _course_ids() | ids.keys() | self.ids
            begin = f"{objective}-case" if "record" in entry else objective
            numbered = (f"{begin}-{number:02}" for number in range(1, len(taken) + 2))
            free = next(free for free in numbered if free not in taken)
            yield "its id does not begin with its objective", f"Call it {free}."
        for source in entry.get("sources", ()):
            in_words = self.sheet and " " in source
            if whole and source not in self.known["sources"] and not in_words:
                yield self._unknown("sources", source)
        for option in _all_options(entry):
            belief, reads = option.get("misconception"), option.get("reads")
            if whole and belief and belief not in self.known["misconceptions"]:
                yield self._unknown("misconceptions", belief)
            if reads and reads not in read_names():
                listed = listing(sorted(read_names()))
                yield f"there is no code set {reads!r}", f"Known are: {listed}."

    def _unknown(self, table: str, name: str) -> tuple[str, str]:
        """Say that a table has no such row, and how to name or add one."""
        singular = custom.ADDED[table][0]
        row, article = ("a row", "an") if table == "objectives" else ("an id", "a")
        file = f"data/{'sources' if table == 'sources' else 'course'}/{table}.csv"
        fix = f"Take {row} of {file}, or add {article} [[{singular}]] to this file."
        if table == "sources" and self.sheet:
            fix += " Or say it in two words or more, such as who said it, and when."
        return f"there is no {singular} {name!r}", _did_you_mean(name, self.known[table]) + fix

    def _wrong_dates(self, entry: Entry, today: date) -> Iterator[tuple[str, str, bool]]:
        for name in bank.DATES:
            day = str(entry.get(name) or self.data.get(name, ""))
            if not day and not self.sheet:
                fix = f"Add `{name}` to the item, or once at the top of the file."
                yield f"`{name}` is missing", fix, False
            elif day and name == "review_by" and day < today.isoformat():
                fix = "Read it again, then set new dates for as_of and review_by."
                yield f"its review was due by {day}", fix, True


@cache
def _course_ids() -> frozenset[str]:
    """Return the ids of the course's items."""
    return frozenset(name for path in bank.course_paths() for name in BankFile(path).ids)


def _lines_of_headers(text: str) -> dict[KeyPath, int]:
    """Return the line of each [[header]], by the path to the entry that it begins.

    `tomllib` does not say in which line a value is. The second [[item.options]] of the first
    [[item]] has the path ("item", 0, "options", 1).
    """
    lines: dict[KeyPath, int] = {}
    count: Counter[KeyPath] = Counter()
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[\[([\w.]+)\]\]", line):
            *outer, last = header[1].split(".")
            path: KeyPath = ()
            for key in outer:
                path = (*path, key, count[*path, key] - 1)
            path = (*path, last)
            lines[*path, count[path]] = number
            count[path] += 1
    return lines


def _with_iso_dates(value: Any) -> Any:
    """Return TOML data as JSON's types: dates as ISO text."""
    if isinstance(value, dict):
        return {key: _with_iso_dates(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_with_iso_dates(inner) for inner in value]
    return value.isoformat() if hasattr(value, "isoformat") else value


# The rules for one item


def _contradictions(entry: Entry) -> Iterator[tuple[str, str]]:
    """Yield what does not fit together within an item."""
    options = list(_all_options(entry))
    texts = [fold(str(option.get("text", option.get("number")))) for option in options]
    for text in sorted({text for text in texts if texts.count(text) > 1}):
        yield f"two of its options read {text!r}", "Change or drop one of them."
    answers = [*entry.get("answers", ()), *([entry["answer"]] if "answer" in entry else [])]
    right = {fold(str(answer)) for answer in answers}
    for text in sorted(right & set(texts)):
        yield f"{text!r} is both an answer and a distractor", "Keep it in one of the two."
    if "choices" in entry:
        choices = {fold(text) for text in entry["choices"]}
        for text in sorted({*right, *texts} - choices):
            yield f"{text!r} is not among its choices", "Add it to `choices`, or take it out."
    if entry.get("ask") != "reading" and any("reads" in option for option in options):
        fix = 'Take it out, or add ask = "reading" if the question is which code set this is.'
        yield '`reads` belongs to items with ask = "reading"', fix
    if entry.get("ask") == "reading":
        right_option = next((option for option in options if option.get("right")), {})
        if right_option and not right_option.get("reads"):
            yield "its right option names no code set", "Say which one in `reads`."
    if entry.get("pool") == "final" and entry.get("pretest"):
        yield "it is in the final and in a pretest", "Keep it in one of the two."
    for text in lint.texts_of(entry):
        if lint.MARKUP.search(lint.without_code(text)):
            fix = "Write words, or put it in backticks as code."
            yield f"there is HTML in {text[:40]!r}", fix
        if hidden := next((c for c in text if not c.isprintable() and c != "\n"), ""):
            what = f"there is the character U+{ord(hidden):04X}, which cannot be seen"
            yield f"{what}, in {visible(text[:40])!r}", "Delete it, or type the text again."
        if lint.OF_THE_ABOVE.search(text):
            fix = 'Write an option that says something; use kind = "many" for several.'
            yield f"{text[:40]!r} refers to other options", fix
    if entry["stem"].count("```") % 2:
        yield "a fence of ``` in the stem is not closed", "Close it on a line of its own."


def _wrong_case(entry: Entry) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a case that breaks no rule of the schema."""
    try:
        found = list(case.problems(case.read_case(entry)))
    except cases.FAULTS as error:
        found = [f"It cannot be read: {error}."]
    for says in found:
        yield says.removesuffix("."), "Correct the key, the facts or the record."


def _coerced(row: object) -> Entry:
    """Coerce a malformed item so that the other rules can still be applied to it."""
    fields = row if isinstance(row, dict) else {}
    entry: Entry = {"id": "", "objective": "", "stem": ""}
    entry |= {key: text for key, text in fields.items() if isinstance(text, str)}
    for name in ("answers", "sources"):
        entry[name] = [text for text in _as_list(fields.get(name)) if isinstance(text, str)]
    for name in lint.OPTIONS:
        entry[name] = [
            {"text": "", "feedback": ""}
            | {key: text for key, text in option.items() if isinstance(text, str) or key == "right"}
            for option in _as_list(fields.get(name))
            if isinstance(option, dict)
        ]
    return entry


def _as_list(value: object) -> list[Any]:
    """Return a list of the file; [] for anything else, which is a schema error."""
    return value if isinstance(value, list) else []


def _all_options(entry: Entry) -> Iterator[Entry]:
    for name in lint.OPTIONS:
        yield from entry.get(name, ())


def _did_you_mean(name: str, known: Iterable[str]) -> str:
    """Ask whether a known name was meant, if one is near."""
    near = get_close_matches(name, known, 1)
    return f"Did you mean `{near[0]}`? " if near else ""


# The schema's errors, in words


@dataclass(frozen=True)
class Fault:
    """One error of the schema: the `path` to it, `what` is wrong, and how to `fix` it."""

    path: KeyPath
    what: str
    fix: str


def faults(data: object, not_needed: frozenset[str] = frozenset()) -> Iterator[Fault]:
    """Yield every schema error in the data of a bank, once; some fields may be `not_needed`.

    >>> next(faults({}))
    Fault(path=(), what='`item` is missing', fix='Add `item`: the questions, each under its own \
[[item]].')
    """
    seen = set()
    for error in Draft202012Validator(_schema(not_needed)).iter_errors(data):
        for fault in _in_words(error):
            if fault not in seen:
                seen.add(fault)
                yield fault


TYPES = {
    "object": "a table",
    "array": "a list",
    "string": "text in quotes",
    "boolean": "true or false",
    "number": "a number without quotes",
    "integer": "a whole number without quotes",
}


def _in_words(error: ValidationError) -> Iterator[Fault]:
    """Put an error of jsonschema into words; a `description` of the schema says what to do."""
    path, value, wanted = tuple(error.absolute_path), error.instance, error.validator_value
    schema: Entry = error.schema
    name = f"`{path[-1]}`" if path and isinstance(path[-1], str) else "this"
    about = schema.get("description")
    fix = f"It should be {about}." if about else "See docs/question-bank.md."
    if error.validator == "not":  # {"not": {}} allows nothing
        yield Fault(path, f"{name} does not belong in this kind of item", "Take it out.")
    elif error.validator == "required":
        known = _schema()
        fields = known["properties"] | known["$defs"]["item"]["properties"]
        fields |= schema.get("properties", {})
        for key in (key for key in wanted if key not in value):
            about = fields.get(key, {}).get("description")
            fix = f"Add `{key}`: {about}." if about else f"Add `{key}`."
            yield Fault(path, f"`{key}` is missing", fix)
    elif error.validator == "additionalProperties":
        fields = schema["properties"]
        for key in sorted(value.keys() - fields.keys()):
            fix = _did_you_mean(key, fields).strip() or f"Known are: {', '.join(fields)}."
            yield Fault(path, f"unknown field `{key}`", fix)
    elif error.validator == "type":
        yield Fault(path, f"{name} is {_cut_repr(value)}, not {TYPES[wanted]}", fix)
    elif error.validator == "minItems":
        yield Fault(path, f"{name} has {len(value)} of at least {wanted}", fix)
    elif error.validator in ("contains", "minContains", "maxContains"):
        least, most = schema.get("minContains", 1), schema.get("maxContains")
        number = f"exactly {least}" if least == most else f"at least {least}"
        marked = sum(isinstance(option, dict) and option.get("right") is True for option in value)
        yield Fault(path, f"{name} has {marked or 'none'} with right = true", f"Mark {number}.")
    elif isinstance(value, str) and not value.strip():
        if error.validator != "minLength" or "pattern" not in schema:  # else said already
            yield Fault(path, f"{name} is empty", fix)
    elif error.validator == "minLength":
        yield Fault(path, f"{name} is short: {_cut_repr(value)}", fix)
    else:
        yield Fault(path, f"{name} is {_cut_repr(value)}", fix)


@cache
def _schema(not_needed: frozenset[str] = frozenset()) -> Entry:
    """Return the schema of a bank with each $ref replaced by what it names.

    So an error has the description of its field at hand. No field is required that is
    `not_needed`.
    """
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    for rules in map(schema["$defs"].get, ("item", "option", "distractor", "step")):
        rules["required"] = [name for name in rules["required"] if name not in not_needed]
    return dict(_resolved(schema, schema["$defs"]))


def _resolved(schema: Any, definitions: Entry) -> Any:
    """Replace each $ref by its definition; what stands beside a $ref goes first."""
    if isinstance(schema, list):
        return [_resolved(inner, definitions) for inner in schema]
    if not isinstance(schema, dict):
        return schema
    named = definitions.get(schema.get("$ref", "").removeprefix("#/$defs/"), {})
    merged = {key: value for key, value in (named | schema).items() if key != "$ref"}
    return {key: _resolved(value, definitions) for key, value in merged.items()}


def in_columns(text: str) -> str:
    """Return what is wrong in the words of a sheet, whose columns have other names than fields."""
    for in_toml, in_sheet in IN_COLUMNS.items():
        text = text.replace(in_toml, in_sheet)
    return text


IN_COLUMNS = {
    **{f"`{field}`": f"`{column}`" for field, column in COLUMNS.items()},
    "`options` has": "it has",
    "`steps` has": "it has",
    "with right = true": "marked right",
    ", each under its own [[item.options]]": ": `answer 1`, `answer 2`",
    ", each under its own [[item.steps]]": ": `answer 1`, `answer 2`, `answer 3`",
    'ask = "reading"': "reading in `ask`",
    'kind = "many"': "many in `kind`",
    " to this file": " to a .toml file beside this one",
    " to the item, or once at the top of the file": "",
}


def _cut_repr(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
