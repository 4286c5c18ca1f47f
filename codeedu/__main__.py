"""The command line: `codeedu classify`, `release`, `lesson`, and what instructors use.

Exit codes:
  0    all entries could be read (empty ones do not count); nothing to do; no difference
  1    some entries could not be read; something is wrong here or in a bank; releases differ
  2    wrong usage, or a file that cannot be read or written; nothing was written
  130  stopped by Ctrl-C; nothing was written
  141  the reader of the output went away
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import IO, Any

from codeedu import tables
from codeedu.codes.wording import plural
from codeedu.teach.commands import add_assignment, add_gradebook, add_lesson

READ, SOME_NOT, WRONG, STOPPED, GONE = 0, 1, 2, 130, 141
FILES = (".csv", ".tsv", ".txt", ".gz", ".xlsx")  # no code ends like these


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit code (see the module's docstring)."""
    parsed = _parser().parse_args(arguments)
    try:
        code = parsed.run(parsed)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader closed the pipe; keep Python from complaining at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return GONE
    except KeyboardInterrupt:
        print("codeedu: stopped; nothing was written.", file=sys.stderr)
        return STOPPED
    except (OSError, EOFError, ValueError, ImportError) as error:
        print(f"codeedu: {error}", file=sys.stderr)
        return WRONG
    return int(code)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="codeedu",
        description="Read procedure codes on US medical claims: what they could be, and why.",
        epilog=(__doc__ or "").partition("\n\n")[2],
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for add in (
        _add_classify,
        _add_release,
        _add_lesson,
        add_gradebook,
        add_assignment,
        _add_export,
        _add_check,
    ):
        add(commands)
    return parser


def _add_classify(commands: Any) -> None:
    add = commands.add_parser(
        "classify",
        help="classify codes, or a column of a CSV file",
        description="Say what codes could be: explained one by one, or a whole column of a "
        "CSV file (also tab, semicolon; also .gz), with the answers appended to each row.",
        epilog=(__doc__ or "").partition("\n\n")[2],
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add.add_argument("entries", nargs="+", metavar="CODE", help="codes, or one file; - is stdin")
    add.add_argument("--column", help="the column of the file that holds the codes")
    add.add_argument("-o", "--output", type=Path, help="the file to write (stdout if left out)")
    add.add_argument("--json", action="store_true", help="write JSON, one line for each code")
    add.add_argument(
        "--context",
        choices=list(tables.by("contexts", "context")),
        default="procedure",
        help="the field of the claim that holds the codes (procedure)",
    )
    add.add_argument(
        "--release", help="a CMS HCPCS file or a stored release (the list that comes with codeedu)"
    )
    add.add_argument("--on", help="the date of service, such as 2018-12-31")
    add.add_argument("--on-column", help="the column of the file that holds dates of service")
    add.set_defaults(run=_classify, wrong=add.error)


def _classify(parsed: argparse.Namespace) -> int:
    from codeedu.codes.level2 import day

    day(parsed.on)  # raises if it is not a date
    release = None
    if parsed.release:
        from codeedu.cms import load_release

        release = load_release(parsed.release)
    if parsed.column is not None:
        if len(parsed.entries) != 1:
            parsed.wrong("with --column, name one file")
        return _classify_file(parsed, release)
    if parsed.output or parsed.on_column:
        parsed.wrong("-o and --on-column are for files: name the --column that holds the codes")
    if Path(parsed.entries[0]).is_file() or parsed.entries == ["-"]:
        parsed.wrong(f"{parsed.entries[0]} is a file: name the --column that holds the codes")
    for entry in parsed.entries:
        if Path(entry).suffix.lower() in FILES:
            parsed.wrong(f"there is no file {entry}")
    return _classify_entries(parsed, release)


def _classify_entries(parsed: argparse.Namespace, release: Any) -> int:
    from codeedu.codes.classify import classify

    all_read = True
    for number, entry in enumerate(parsed.entries):
        found = classify(entry, parsed.context, release, parsed.on)
        all_read = all_read and bool(found.readings)
        if parsed.json:
            print(json.dumps(_as_json(found)))
        else:
            print("\n" * bool(number) + repr(found.explain()))
    return READ if all_read else SOME_NOT


def _as_json(found: Any) -> dict[str, Any]:
    """Return a classification as plain data for JSON."""
    from codeedu.codes.row import row

    about = ("code_set", "code", "level", "category", "section", "status", "strength", "steward")
    return {
        "entered": found.entered,
        "code": found.code,
        "modifiers": list(found.modifiers),
        "ambiguous": found.is_ambiguous,
        "note": row(found).note,
        "readings": [
            {
                **{name: getattr(reading, name) for name in about},
                "why": [reason.text for reason in reading.why],
            }
            for reading in found.readings
        ],
        "suggestions": [{"code": s.code, "text": s.text} for s in found.suggestions],
    }


def _classify_file(parsed: argparse.Namespace, release: Any) -> int:
    from tqdm import tqdm

    from codeedu.claims.files import Reader, classify_file
    from codeedu.writing import whole_or_nothing

    (name,) = parsed.entries
    stdin = name == "-"
    source: AbstractContextManager[IO[bytes]] = nullcontext(sys.stdin.buffer)
    target: AbstractContextManager[IO[bytes]] = nullcontext(sys.stdout.buffer)
    if not stdin:
        source = open(name, "rb")  # noqa: SIM115 - the with below closes it
    if parsed.output:
        target = whole_or_nothing(parsed.output)
    with source as read, target as write:
        size = None if stdin else os.fstat(read.fileno()).st_size
        unit = " rows" if stdin else "B"
        often = 0.1 if sys.stderr.isatty() else 10  # seconds; a log file needs fewer lines
        with tqdm(
            total=size, unit=unit, unit_scale=True, desc="codeedu", leave=False, mininterval=often
        ) as bar:
            tally = classify_file(
                read,
                write,
                parsed.column,
                Reader(parsed.context, release, parsed.on),
                on_column=parsed.on_column,
                as_json=parsed.json,
                progress=lambda rows: bar.update((rows if stdin else read.tell()) - bar.n),
            )
    print("\n".join(tally.lines()), file=sys.stderr)
    return SOME_NOT if tally.unread else READ


def _add_release(commands: Any) -> None:
    add = commands.add_parser(
        "release",
        help="store CMS's HCPCS files, and compare two",
        description="Store CMS's HCPCS files on this computer, choose the active one, and "
        "compare two. Nothing is downloaded unless you give an address.",
    )
    tasks = add.add_subparsers(title="tasks", required=True, metavar="TASK")

    def task(called: str, run: Any, says: str, /, **arguments: str) -> argparse.ArgumentParser:
        one: argparse.ArgumentParser = tasks.add_parser(called, help=says, description=says)
        for argument, about in arguments.items():
            one.add_argument(argument, metavar=argument.upper(), help=about)
        one.set_defaults(run=run, wrong=one.error)
        return one

    kept = "a stored release, by its name"
    either = "a stored release, by its name, or a file"
    task(
        "add",
        _release_add,
        "check a file and store it",
        source="CMS's .zip, .xlsx or .txt file, or the http or https address of one",
    )
    task("list", _release_list, "list the stored releases")
    task("use", _release_use, "make a stored release the active one", name=kept)
    task("remove", _release_remove, "delete a stored release", name=kept)
    diff = task(
        "diff", _release_diff, "say what changed between two releases", older=either, newer=either
    )
    diff.add_argument(
        "-o",
        "--output",
        type=Path,
        help="a .html file for a report to read or print, or a .csv file (CSV on stdout if left "
        "out)",
    )


def _release_add(parsed: argparse.Namespace) -> int:
    from codeedu.cms import store

    name, release = store.add(parsed.source)
    print(f"Added {name}. {release}.")
    if store.active() != name:
        print(f"To use it: codeedu release use {name}")
    return _say_active()


def _release_list(parsed: argparse.Namespace) -> int:
    from codeedu.cms import store

    for name in store.names():
        try:
            print(f"{name}: {store.load(name)}")
        except (OSError, ValueError) as error:
            print(f"{name}: {error}")
    return _say_active()


def _release_use(parsed: argparse.Namespace) -> int:
    from codeedu.cms import store

    store.use(parsed.name)
    return _say_active()


def _release_remove(parsed: argparse.Namespace) -> int:
    from codeedu.cms import store

    store.remove(parsed.name)
    print(f"Removed {parsed.name}.")
    return _say_active()


def _say_active() -> int:
    from codeedu.cms import store

    active = store.active()
    print(f"The active release is {active}." if active else "No release is stored.")
    return READ


def _release_diff(parsed: argparse.Namespace) -> int:
    from codeedu.cms import load_release, report
    from codeedu.writing import whole_or_nothing

    output = parsed.output
    if output and output.suffix.lower() not in (".html", ".csv"):
        parsed.wrong(f"{output} must end in .html or .csv")
    older, newer = load_release(parsed.older), load_release(parsed.newer)
    changes = newer.compare(older)
    print(f"{older}\n{newer}\n{plural(len(changes), 'difference', zero='no')}", file=sys.stderr)
    if not output:
        changes.to_csv(sys.stdout, index=False)
        return SOME_NOT if len(changes) else READ
    html = output.suffix.lower() == ".html"
    text = report.page(older, newer) if html else changes.to_csv(index=False)
    with whole_or_nothing(output) as file:
        file.write(text.encode())
    return SOME_NOT if len(changes) else READ


def _add_lesson(commands: Any) -> None:
    add = commands.add_parser(
        "lesson",
        help="open the course, give a lesson anew, make or check one of your own",
        description="Open the course in JupyterLab, in a copy of your own; give a lesson anew; "
        "make a lesson, check what it lacks, run it, and protect its cells.",
    )
    tasks = add.add_subparsers(title="tasks", required=True, metavar="TASK")

    def task(called: str, run: Any, says: str) -> argparse.ArgumentParser:
        one: argparse.ArgumentParser = tasks.add_parser(called, help=says, description=says)
        one.set_defaults(run=run)
        return one

    opens = task("open", _lesson_open, "open the course in JupyterLab")
    update = task("update", _lesson_update, "make the copy, or bring new versions into it")
    reset = task("reset", _lesson_reset, "give a lesson anew; what you have is kept beside it")
    reset.add_argument("number", metavar="NUMBER", help="the number of the lesson, such as 03")
    for one in (opens, update, reset):
        one.add_argument("--course", type=Path, metavar="FOLDER", help="your copy (course)")
    for called, says in (
        ("lock", "protect the cells of a lesson from being deleted or edited"),
        ("unlock", "make the cells of a lesson free to edit again"),
    ):
        one = task(called, _lesson_protect, says)
        one.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a notebook")
        one.set_defaults(change=called)
    add_lesson(tasks)


def _lesson_open(parsed: argparse.Namespace) -> int:
    from codeedu.course import classroom, copy

    _lesson_update(parsed)
    print("JupyterLab opens in your browser. If it does not, open the address below.")
    print("To stop, press Ctrl-C here, then y. To come back, run the same command.", flush=True)
    classroom.start(parsed.course or copy.folder())
    return READ


def _lesson_update(parsed: argparse.Namespace) -> int:
    from codeedu.course import copy

    course = parsed.course or copy.folder()
    copy.find_own(course)
    fresh = not course.exists()
    said = copy.update(course)
    print(f"Your lessons are in {course.resolve()}.")
    if not fresh:
        print("".join(f"{sentence}\n" for sentence in said), end="")
    return READ


def _lesson_reset(parsed: argparse.Namespace) -> int:
    from codeedu.course import copy

    print(copy.reset(parsed.course or copy.folder(), parsed.number))
    return READ


def _lesson_protect(parsed: argparse.Namespace) -> int:
    from codeedu.course import copy, lock

    for path in parsed.files:
        notebook = lock.read(path.read_text(encoding="utf-8"), path.name)
        copy.write(path, lock.write(getattr(lock, parsed.change)(notebook)))
    return READ


def _add_check(commands: Any) -> None:
    add = commands.add_parser(
        "check",
        help="check that everything the course needs is here, or check files of your own",
        description="Without a file: check that everything the course needs is here, and the "
        "folder of your own if there is one. With files: check question banks (.toml), lists of "
        "codes (.csv) and lessons (.ipynb), or a folder of them; say what is wrong in which line "
        "and how to fix it. Warnings leave the exit code at 0.",
    )
    add.add_argument("files", nargs="*", type=Path, metavar="FILE", help="a file or a folder")
    add.set_defaults(run=_check)


def _check(parsed: argparse.Namespace) -> int:
    from codeedu import tables

    if parsed.files:
        return _check_files(parsed.files)
    from codeedu.selfcheck import check

    report = check()
    print(report)
    own = _check_files([tables.own()]) if tables.own().is_dir() else READ
    return own if report.ok else SOME_NOT


def _check_files(paths: list[Path]) -> int:
    from codeedu.codes import own
    from codeedu.practice import bank
    from codeedu.teach import lessons

    files = [file for path in paths for file in _within(path)]
    of: dict[str, list[Path]] = {}
    for file in files:
        of.setdefault(file.suffix, []).append(file)
    lists, notebooks = of.pop(".csv", []), of.pop(".ipynb", [])
    banks = of.pop(".toml", []) + [path for path in paths if path.suffix in of]
    found = [problem for path in lists for problem in own.list_problems(path)]
    found += bank.problems(banks) if banks else []
    found += [problem for path in notebooks for problem in lessons.check(path)]
    found = list(dict.fromkeys(found))  # a lesson's bank is checked with the lesson, too
    for problem in found:
        print(problem)
    wrong = sum(not problem.warning for problem in found)
    warnings = plural(len(found) - wrong, "warning", zero="no")
    print(f"{plural(wrong, 'problem', zero='no')}, {warnings}.")
    if not all(map(_opens, files)):
        return WRONG
    return SOME_NOT if wrong else READ


def _within(path: Path) -> list[Path]:
    """Return the files of a folder; any other path, and a folder without files, is itself."""
    return (sorted(path.iterdir()) if path.is_dir() else []) or [path]


def _add_export(commands: Any) -> None:
    from codeedu.teach.export import FORMATS, POOLS

    add = commands.add_parser(
        "export",
        help="take the questions to Moodle, Canvas, Anki, paper or a spreadsheet",
        description="Write the questions in the format of another system, and say what that "
        "format cannot hold. docs/export.md says how to import each.",
    )
    add.add_argument("--to", choices=list(FORMATS), required=True, help="the format")
    add.add_argument("--lesson", nargs="+", default=[], metavar="05", help="lessons to keep (all)")
    add.add_argument(
        "--banks",
        nargs="+",
        type=Path,
        default=[],
        metavar="FILE",
        help="question banks of your own (.toml), in place of the course's",
    )
    add.add_argument(
        "--pool",
        choices=POOLS,
        default="practice",
        help="which questions (practice); those of the final assessment only if you ask for them, "
        "because learners who have seen them cannot be assessed with them",
    )
    add.add_argument("--title", default="codeedu", help="the name of the category, deck or page")
    add.add_argument("-o", "--output", type=Path, required=True, help="the file to write")
    add.set_defaults(run=_export)


def _export(parsed: argparse.Namespace) -> int:
    from codeedu.teach.export.files import export_bank

    print(
        export_bank(
            parsed.to,
            parsed.output,
            lessons=parsed.lesson,
            banks=parsed.banks,
            pool=parsed.pool,
            title=parsed.title,
        )
    )
    return READ


def _opens(path: Path) -> bool:
    """Return whether a file can be opened for reading."""
    return os.access(path, os.R_OK) and not path.is_dir()


if __name__ == "__main__":
    sys.exit(main())
