"""What `codeedu check` says of files: what was read, what is wrong, and what nothing reads."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from codeedu import custom
from codeedu.codes import custom_codes
from codeedu.codes.wording import listing, plural
from codeedu.lab import copy
from codeedu.lab.lesson_files import lesson_files
from codeedu.lessons import course_lessons, notebook_of
from codeedu.problems import Problem
from codeedu.questions import bank, decisions, due_days, final_length
from codeedu.reading import Unreadable
from codeedu.sheets import ENDINGS, further_sheets
from codeedu.teach.author import bank_rules, due, lesson_rules

# The sheets by their names: what a row is, and the module that has COLUMNS and read_list.
SHEETS: dict[str, tuple[str, Any]] = {
    "codes": ("code", custom_codes),
    "final": ("final length", final_length),
    "decisions": ("decision", decisions),
    "due": ("due day", due_days),
}
READS = (
    "The course reads question files (.toml), lessons (20-title.ipynb), and sheets (.csv or .xlsx) "
    f"called {listing([*SHEETS, custom.QUESTIONS], 'or')}: see docs/custom.md."
)
# What a system puts into a folder, and what a spreadsheet keeps beside an open sheet.
NOT_OURS = re.compile(r"[.~].*|thumbs\.db|desktop\.ini|__pycache__", re.IGNORECASE)
OTHER_SHEETS = (".xls", ".ods", ".numbers", ".tsv", ".txt")
# What systems add to the name of a second file: "codes (1).csv", "codes - Copy.csv".
COPIED = re.compile(r"^copy of | ?\(\d+\)| ?- ?copy\b", re.IGNORECASE)
TWICE = re.compile(r"(\.(?:toml|csv|xlsx|ipynb))(?:\1|\.txt)+$")  # an ending was hidden


@dataclass
class Checked:
    """What was read, such as "code", how often, in which `files`; all that is wrong; notices."""

    files: list[Path] = field(default_factory=list)
    read: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    def in_brief(self, command: str) -> str:
        """Return the problems, and the command that also tells the warnings if there are any."""
        lines = [str(problem) for problem in self.problems if not problem.warning]
        if warned := len(self.problems) - len(lines):
            lines.append(f"{plural(warned, 'warning')}: {command}")
        return "\n".join([*lines, f"{plural(len(lines) - bool(warned), 'problem', zero='no')}."])

    def __str__(self) -> str:
        counts = [plural(count, noun) for noun, count in self.read.items() if count]
        wrong = sum(not problem.warning for problem in self.problems)
        warned = plural(len(self.problems) - wrong, "warning", zero="no")
        return "\n".join(
            [
                *map(str, self.problems),
                *(f"notice: {notice}" for notice in self.notices),
                f"Read: {listing(counts)}." if counts else "Nothing was read.",
                f"{plural(wrong, 'problem', zero='no')}, {warned}.",
            ]
        )


def check(paths: Sequence[Path], today: date, *, run: bool = False) -> Checked:
    """Return all that is to be said of files, and of the files of folders; never raises.

    A file that is named is checked, whatever its name; of a folder, what the course would read,
    and each file that it would not is named. With `run`, lessons are run, too.
    """
    checked = Checked()
    checked.files = [path for one in paths for path in _files_of(one, checked)]
    found: list[Problem] = []
    banks, notebooks = list[Path](), list[Path]()
    for path in checked.files:
        if path.suffix.lower() == ".xlsx":
            found += _further_sheets(path)
        if path.is_dir():
            fix = "docs/custom.md says what belongs into it."
            found.append(Problem(str(path), "", "there is nothing in this folder", fix))
        elif path.suffix.lower() in ENDINGS and not custom.is_question_sheet(path):
            found += _check_sheet(path, today, checked)
        else:
            (notebooks if path.suffix.lower() == ".ipynb" else banks).append(path)
    found += bank_rules.check_banks(banks) if banks else []
    for path in banks:
        with suppress(bank.BankError):
            checked.read["question"] += len(bank.read(path))
            checked.read["case"] += (
                0 if bank.is_sheet(path) else len(bank.data_of(path).get("case", ()))
            )
    for path in notebooks:
        problems = lesson_rules.check_lesson(path, run=run)
        checked.read["lesson"] += not any("not a notebook" in one.what for one in problems)
        found += problems
    # A lesson's bank is checked with the lesson, too.
    checked.problems = list(dict.fromkeys([*found, *checked.problems]))
    if banks or notebooks:
        checked.notices += due.later_lists(today)
    return checked


def _further_sheets(path: Path) -> Iterator[Problem]:
    with suppress(Unreadable):  # what is wrong with the first sheet is said where it is read
        for name in further_sheets(path):
            fix = "Only the first sheet is. Save this one as a file of its own."
            what = f"nothing reads the sheet “{name}”"
            yield Problem(custom.shown(path), "", what, fix, warning=True)


def _check_sheet(path: Path, today: date, checked: Checked) -> list[Problem]:
    """Return what is wrong with a sheet; one of an unknown name is read as codes."""
    is_known = path.stem.lower() in SHEETS
    if not is_known and (dated := due.rows_due(path, today)) is not None:
        checked.read["dated file"] += 1
        return dated
    row, module = SHEETS.get(path.stem.lower(), SHEETS["codes"])
    found: custom.YourRows[object] = module.read_list(path)
    checked.read[row] += len(found.rows)
    for heading in found.unread:
        what = f"{custom.shown(path)}: the column “{heading}” is not read."
        checked.notices.append(f"{what} Known are: {', '.join(module.COLUMNS)}.")
    return found.problems


# A folder


def _files_of(folder: Path, checked: Checked) -> list[Path]:
    """Return the files of a folder that the course reads, and say what is wrong with the others.

    What is no folder, or one without files, is returned as it is.
    """
    inside = sorted(folder.iterdir()) if folder.is_dir() else []
    inside = [path for path in inside if not NOT_OURS.fullmatch(path.name)]
    if not inside:
        return [folder]
    files = [path for path in inside if _is_read(path.name)]
    for name in SHEETS:
        read, *others = custom.sheets(name, folder) or [folder]
        for other in others:
            files.remove(other)
            fix = f"The course reads {read.name}. Keep one of the two."
            checked.problems.append(_unread(other, fix))
    notebooks = [path for path in files if path.suffix == ".ipynb" and path.is_file()]
    used: set[Path] = set()
    for path in notebooks:
        with suppress(OSError, ValueError, KeyError, TypeError):  # its problem is named by itself
            used |= {inner for file in lesson_files(path) for inner in (file, *file.parents)}
    checked.problems += _same_numbers(notebooks)
    checked.problems += [
        _unread(path, _instead(path)) for path in inside if not _is_read(path.name) | (path in used)
    ]
    if folder.resolve() == custom.folder().resolve():
        checked.notices += [f"{name} {copy.MOVED_ON}" for name in copy.moved_on()]
    return files


def _is_read(name: str) -> bool:
    """Return whether the course reads files of this name.

    >>> [_is_read(name) for name in ("Codes.CSV", "mycodes.csv", "a.toml", "20-a.ipynb", "a.ipynb")]
    [True, False, True, True, False]
    """
    path = Path(name.lower())
    is_sheet = path.stem in SHEETS or path.stem.startswith(custom.QUESTIONS)
    is_notebook = re.fullmatch(r"\d\d-.*\.ipynb", name) or name in _of_course()
    return bool(is_sheet if path.suffix in ENDINGS else is_notebook or name.endswith(".toml"))


def _of_course() -> dict[str, str]:
    """Return the numbers of the course's lessons by the names of their notebooks."""
    return {notebook_of(row): number for number, row in course_lessons().items()}


def _unread(path: Path, fix: str) -> Problem:
    thing = "folder" if path.is_dir() else "file"
    return Problem(custom.shown(path), "", f"nothing reads this {thing}", fix, warning=True)


def _instead(path: Path) -> str:
    """Return what to do with a file that is not read.

    >>> _instead(Path("codes.csv.csv")), _instead(Path("My code list.xls"))
    ('Call it codes.csv.', 'If it holds codes, save it as codes.xlsx.')
    """
    if path.is_dir():
        return "What lessons show may be in it; all else belongs beside the lessons."
    name = COPIED.sub("", path.name).strip().lower()
    name = TWICE.sub(r"\1", name)
    if _is_read(name) and name != path.name:
        is_there = path.with_name(name).exists()
        return f"Keep one of it and {name}." if is_there else f"Call it {name}."
    stem, ending = Path(name).stem, Path(name).suffix
    if ending == ".ipynb":
        words = re.sub(r"[^a-z0-9]+", "-", stem).strip("-")
        number = "" if re.match(r"\d\d-", words) else "20-"
        return f"Call it {number}{words}.ipynb."
    rows = {name: row for name, (row, _) in SHEETS.items()} | {custom.QUESTIONS: "question"}
    meant = next((one for one in rows if one.removesuffix("s") in stem), "")
    if meant and ending in (*ENDINGS, *OTHER_SHEETS):
        call = f"call it {meant}{ending}" if ending in ENDINGS else f"save it as {meant}.xlsx"
        return f"If it holds {rows[meant]}s, {call}."
    return f"If a lesson is to show it, link to it there. {READS}"


def _same_numbers(notebooks: Iterable[Path]) -> Iterator[Problem]:
    """Yield the lessons whose number another one has."""
    taken = {number: name for name, number in _of_course().items()}
    for path in notebooks:
        number, name = path.name[:2], path.name
        if name in _of_course():
            continue
        if other := taken.get(number):
            fix = "Give one of them another number: in its name, its cells and its questions."
            if number in course_lessons():
                fix = f"Take a number from 20 to 99; to replace the course's, call it {other}."
            yield Problem(custom.shown(path), "", f"{other} has the number {number} too", fix)
        taken.setdefault(number, name)
