"""The command line of those who teach: `codeedu gradebook`, `assignment` and `lesson`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from codeedu.codes.wording import plural

DONE = 0


def add_gradebook(commands: Any) -> None:
    """Add `codeedu gradebook` to the commands."""
    add = commands.add_parser(
        "gradebook",
        help="mark the records of a class, and say what it mixes up",
        description="Read the record files that learners hand in (codeedu-progress.jsonl, each "
        "renamed to the learner's name), in a folder or a .zip. Say what to know before class; "
        "write marks as CSV and a report as a web page.",
    )
    add.add_argument("folder", type=Path, metavar="FOLDER", help="the records, or a .zip of them")
    add.add_argument("-o", "--output", type=Path, metavar="CSV", help="where to write the marks")
    add.add_argument("--due", metavar="DATE", help="the last day that counts, such as 2026-12-01")
    add.add_argument("--report", type=Path, metavar="HTML", help="where to write the report")
    add.add_argument(
        "--for",
        dest="system",
        choices=("canvas", "moodle"),
        default="",
        help="the system that imports the marks",
    )
    _add_banks(add)
    add.set_defaults(run=_gradebook, wrong=add.error)


def _add_banks(add: argparse.ArgumentParser) -> None:
    says = "questions of your own, besides the course's"
    add.add_argument(
        "--bank", dest="banks", type=Path, action="append", default=[], metavar="TOML", help=says
    )


def _add_folder(add: argparse.ArgumentParser, says: str, default: Path | None) -> None:
    add.add_argument("-o", "--output", type=Path, default=default, metavar="FOLDER", help=says)


def _gradebook(parsed: argparse.Namespace) -> int:
    from codeedu.files import write_text
    from codeedu.teach import gradebook, marks, report

    if parsed.system and not parsed.output:
        parsed.wrong("--for says how the marks are written: add -o marks.csv")
    book = gradebook.gradebook(parsed.folder, parsed.due, banks=parsed.banks)
    print(book)
    for number, says in enumerate(report.findings(book), 1):
        print(f"{number}. {says}")
    for row in gradebook.rows(book.problems):
        print(f"{row.file}: {row.problem}", file=sys.stderr)
    if parsed.system == "moodle" and (odd := marks.no_username(book.names)):
        print(odd, file=sys.stderr)
    written = {parsed.output: lambda: book.marks(system=parsed.system), parsed.report: book.report}
    for path, make in written.items():
        if path:
            write_text(path, make(), "backslashreplace")
            print(f"Written to {path}.")
    return DONE


def add_assignment(commands: Any) -> None:
    """Add `codeedu assignment` to the commands."""
    add = commands.add_parser(
        "assignment",
        help="make a notebook of questions to hand out, and its key",
        description="Make assignments from the question bank.",
    )
    tasks = add.add_subparsers(title="tasks", required=True, metavar="TASK")
    new = tasks.add_parser(
        "new",
        help="make an assignment and its key",
        description="Make a notebook to hand out, its key with all feedback, and the source that "
        "nbgrader starts from. The same arguments make the same assignment.",
    )
    new.add_argument("--lesson", required=True, help="the lesson, such as 05")
    new.add_argument("--items", type=int, default=20, help="how many questions (20)")
    new.add_argument("--seed", type=int, default=0, help="another number, other questions (0)")
    _add_folder(new, "where to write them (here)", Path())
    _add_banks(new)
    new.set_defaults(run=_assignment)


def _assignment(parsed: argparse.Namespace) -> int:
    from codeedu.teach.assignment import assignment

    made = assignment(parsed.lesson, parsed.items, parsed.seed, banks=parsed.banks)
    for says, path in made.save(parsed.output).items():
        print(f"{says}: {path}")
    if len(made.items) < parsed.items:
        print(f"Lesson {made.lesson} has {plural(len(made.items), 'question')}; all are in it.")
    return DONE


def add_lesson(tasks: Any) -> None:
    """Add `new`, `check` and `run` to the tasks of `codeedu lesson`."""
    new = tasks.add_parser(
        "new",
        help="make a lesson to fill in",
        description="Write a lesson of the right anatomy to fill in, and a bank of its questions.",
    )
    new.add_argument("number", metavar="NUMBER", help="its number, from 08 to 99")
    new.add_argument("title", metavar="TITLE", help="its title, in quotes")
    _add_folder(new, "where to write it (the folder `own`: see docs/own-course.md)", None)
    new.set_defaults(run=_new)
    check = tasks.add_parser(
        "check",
        help="say what a lesson lacks",
        description="Say what a lesson lacks: file, cell, what is wrong, and how to fix it.",
    )
    check.add_argument("files", nargs="+", type=Path, metavar="FILE", help="notebooks")
    says = "also run it, as its learners will; this executes its code"
    check.add_argument("--run", dest="strict", action="store_true", help=says)
    check.set_defaults(run=_check)
    store = tasks.add_parser(
        "run",
        help="run a lesson and store clean outputs",
        description="Run a lesson from top to bottom; store what it prints, readable without a "
        "kernel.",
    )
    store.add_argument("files", nargs="+", type=Path, metavar="FILE", help="notebooks")
    store.set_defaults(run=_store)


def _new(parsed: argparse.Namespace) -> int:
    from codeedu.teach import template

    files = template.new(parsed.number, parsed.title, parsed.output)
    for path in files:
        print(f"Written: {path}")
    then = f"codeedu lesson run {files[0]}; codeedu check {files[0].parent}"
    print(f"Replace each TODO in both files. Then: {then}")
    return DONE


def _check(parsed: argparse.Namespace) -> int:
    from codeedu.teach import lessons

    found = [one for path in parsed.files for one in lessons.check(path, run=parsed.strict)]
    for problem in found:
        print(problem)
    print(f"{plural(len(found), 'problem') if found else 'no problem'}.")
    return int(bool(found))


def _store(parsed: argparse.Namespace) -> int:
    from codeedu.teach import run

    for path in parsed.files:
        print(f"{path} ...", flush=True)
        run.store(path)
    return DONE
