"""The command line: the course, the classifier, CMS's releases, and what instructors use.

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
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import IO, Any

from codeedu import custom, tables
from codeedu.codes.wording import plural

READ, SOME_NOT, WRONG, STOPPED, GONE = 0, 1, 2, 130, 141
FILES = (".csv", ".tsv", ".txt", ".gz", ".xlsx")  # no code ends like these
CODES = (__doc__ or "").partition("\n\n")[2]
# What was called otherwise, or is gone, and what to do instead.
FORMER = {
    "--bank": "Put the file into your custom folder (docs/custom.md): every command reads it.",
    "--banks": "Put the file into your custom folder (docs/custom.md): every command reads it.",
    "lesson check": "Use: codeedu check FILE",
    "lesson lock": "The learner's copy is protected by itself.",
    "lesson unlock": "The lessons in your custom folder are free to edit.",
}
Parsed = argparse.Namespace
Run = Callable[[Parsed], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit code (see the module's docstring)."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    for former, instead in FORMER.items():
        if former in words or former == " ".join(words[:2]):
            print(f"codeedu: there is no {former!r} any more. {instead}", file=sys.stderr)
            return WRONG
    parsed = _parser().parse_args(words)
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
        epilog=CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for add in (
        *(_add_lesson, _add_classify, _add_release, _add_check),
        *(_add_gradebook, _add_assignment, _add_export),
    ):
        add(commands)
    return parser


def _command(
    group: Any, name: str, run: Run | None, summary: str, description: str = "", **more: Any
) -> argparse.ArgumentParser:
    """Add a command, or a task of one, that calls `run`; with None, its tasks do."""
    command: argparse.ArgumentParser = group.add_parser(
        name, help=summary, description=description or f"{summary[0].upper()}{summary[1:]}.", **more
    )
    if run:
        command.set_defaults(run=run, wrong=command.error)
    return command


def _tasks(group: Any, name: str, summary: str, description: str) -> Any:
    """Add a command that consists of tasks; return the group to add these to."""
    command = _command(group, name, None, summary, description)
    return command.add_subparsers(title="tasks", required=True, metavar="TASK")


# codeedu lesson


def _add_lesson(commands: Any) -> None:
    tasks = _tasks(
        commands,
        "lesson",
        "open the course, reset a lesson, or write one of your own",
        "Open the course in JupyterLab, in your own copy; reset a lesson; write one and run it.",
    )
    for name, run, summary in (
        ("open", _open, "open the course in JupyterLab"),
        ("update", _update, "copy new and updated lessons"),
        ("reset", _reset, "reset a lesson to the original; your version is kept as a backup"),
    ):
        task = _command(tasks, name, run, summary)
        task.add_argument("--course", type=Path, metavar="FOLDER", help="your copy (course)")
        if name == "reset":
            task.add_argument("number", metavar="NUMBER", help="the lesson's number, such as 03")
    new = _command(
        tasks,
        "new",
        _new_lesson,
        "write a new lesson, with its questions, to fill in",
    )
    new.add_argument("number", metavar="NUMBER", help="its number, from 20 to 99")
    new.add_argument("title", metavar="TITLE", help="its title, in quotes")
    _add_output_folder(new, "where to write it (your custom folder: see docs/custom.md)", None)
    store = _command(
        tasks,
        "run",
        _run_lesson,
        "run a lesson and store clean outputs",
        "Run a lesson from top to bottom; store what it prints, readable without a kernel.",
    )
    store.add_argument("files", nargs="+", type=Path, metavar="FILE", help="notebooks")


def _add_output_folder(command: argparse.ArgumentParser, about: str, default: Path | None) -> None:
    command.add_argument("-o", "--output", type=Path, default=default, metavar="FOLDER", help=about)


def _open(parsed: Parsed) -> int:
    from codeedu.lab import classroom, copy

    _update(parsed)
    print("JupyterLab opens in your browser. If it does not, open the address below.")
    print("To stop, press Ctrl-C here, then y. To come back, run the same command.", flush=True)
    classroom.start(parsed.course or copy.folder())
    return READ


def _update(parsed: Parsed) -> int:
    from codeedu.lab import copy

    course = parsed.course or copy.folder()
    copy.find_custom(course)
    _say_former_name()
    is_first = not course.exists()
    news = copy.update(course)
    print(f"Your lessons are in {course.resolve()}.")
    if not is_first:
        print("".join(f"{sentence}\n" for sentence in news), end="")
    return READ


def _say_former_name() -> None:
    if note := custom.note():
        print(note, file=sys.stderr)


def _reset(parsed: Parsed) -> int:
    from codeedu.lab import copy

    print(copy.reset(parsed.course or copy.folder(), parsed.number))
    return READ


def _new_lesson(parsed: Parsed) -> int:
    from codeedu.teach.author import new_lesson

    files = new_lesson.new(parsed.number, parsed.title, parsed.output)
    for path in files:
        print(f"Written: {path}")
    then = f"codeedu lesson run {files[0]}; codeedu check {files[0].parent}"
    print(f"Replace each TODO in both files. Then: {then}")
    return READ


def _run_lesson(parsed: Parsed) -> int:
    from codeedu.teach.author import notebook

    for path in parsed.files:
        print(f"{path} ...", flush=True)
        notebook.store(path)
    return READ


# codeedu classify


def _add_classify(commands: Any) -> None:
    command = _command(
        commands,
        "classify",
        _classify,
        "classify codes, or a column of a CSV file",
        "Say what codes could be: explained one by one, or a whole column of a CSV file (also "
        "tab, semicolon; also .gz), with the answers appended to each row.",
        epilog=CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = command.add_argument
    add("entries", nargs="+", metavar="CODE", help="codes, or one file; - is stdin")
    add("--column", help="the column of the file that holds the codes")
    add("-o", "--output", type=Path, help="the file to write (stdout if left out)")
    add("--json", action="store_true", help="write JSON, one line for each code")
    add(
        "--context",
        choices=list(tables.by("contexts", "context")),
        default="procedure",
        help="the field of the claim that holds the codes (procedure)",
    )
    add("--release", help="a CMS HCPCS file or a stored release (the list that comes with codeedu)")
    add("--on", help="the date of service, such as 2018-12-31")
    add("--on-column", help="the column of the file that holds dates of service")


def _classify(parsed: Parsed) -> int:
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


def _classify_entries(parsed: Parsed, release: Any) -> int:
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


def _classify_file(parsed: Parsed, release: Any) -> int:
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


# codeedu release


def _add_release(commands: Any) -> None:
    tasks = _tasks(
        commands,
        "release",
        "store CMS's HCPCS files, and compare two",
        "Store CMS's HCPCS files on this computer, choose the active one, and compare two. Nothing "
        "is downloaded unless you give an address.",
    )
    stored = {"name": "a stored release, by its name"}
    either = "a stored release, by its name, or a file"
    source = "CMS's .zip, .xlsx or .txt file, or the http or https address of one"
    diff = {"older": either, "newer": either}
    for name, run, summary, arguments in (
        ("add", _release_add, "check a file and store it", {"source": source}),
        ("list", _release_list, "list the stored releases", {}),
        ("use", _release_use, "make a stored release the active one", stored),
        ("remove", _release_remove, "delete a stored release", stored),
        ("diff", _release_diff, "say what changed between two releases", diff),
    ):
        task = _command(tasks, name, run, summary)
        for argument, about in arguments.items():
            task.add_argument(argument, metavar=argument.upper(), help=about)
        if name == "diff":
            about = "a .html file for a report to read or print, or a .csv file (CSV on stdout if "
            task.add_argument("-o", "--output", type=Path, help=f"{about}left out)")


def _release_add(parsed: Parsed) -> int:
    from codeedu.cms import store

    name, release = store.add(parsed.source)
    print(f"Added {name}. {release}.")
    if store.active() != name:
        print(f"To use it: codeedu release use {name}")
    return _say_active()


def _release_list(parsed: Parsed) -> int:
    from codeedu.cms import store

    for name in store.names():
        try:
            print(f"{name}: {store.load(name)}")
        except (OSError, ValueError) as error:
            print(f"{name}: {error}")
    return _say_active()


def _release_use(parsed: Parsed) -> int:
    from codeedu.cms import store

    store.use(parsed.name)
    return _say_active()


def _release_remove(parsed: Parsed) -> int:
    from codeedu.cms import store

    store.remove(parsed.name)
    print(f"Removed {parsed.name}.")
    return _say_active()


def _say_active() -> int:
    from codeedu.cms import store

    active = store.active()
    print(f"The active release is {active}." if active else "No release is stored.")
    return READ


def _release_diff(parsed: Parsed) -> int:
    from codeedu.cms import load_release, report
    from codeedu.writing import whole_or_nothing

    output = parsed.output
    if output and output.suffix.lower() not in (".html", ".csv"):
        parsed.wrong(f"{output} must end in .html or .csv")
    older, newer = load_release(parsed.older), load_release(parsed.newer)
    changes = newer.compare(older)
    print(f"{older}\n{newer}\n{plural(len(changes), 'difference')}", file=sys.stderr)
    if not output:
        changes.to_csv(sys.stdout, index=False)
        return SOME_NOT if len(changes) else READ
    html = output.suffix.lower() == ".html"
    text = report.page(older, newer) if html else changes.to_csv(index=False)
    with whole_or_nothing(output) as file:
        file.write(text.encode())
    return SOME_NOT if len(changes) else READ


# codeedu check


def _add_check(commands: Any) -> None:
    command = _command(
        commands,
        "check",
        _check,
        "check that everything the course needs is here, or check files of your own",
        "Without a file: check that everything the course needs is here, and your custom folder if "
        "there is one. With files: check question banks (.toml), lists of codes (.csv) and lessons "
        "(.ipynb), or a folder of them; say what is wrong in which line and how to fix it. "
        "Warnings leave the exit code at 0.",
    )
    command.add_argument("files", nargs="*", type=Path, metavar="FILE", help="a file or a folder")
    about = "also run each lesson, as its learners will; this executes its code"
    command.add_argument("--run", dest="strict", action="store_true", help=about)


def _check(parsed: Parsed) -> int:
    _say_former_name()
    if parsed.files:
        return _check_files(parsed.files, parsed.strict)
    from codeedu.selfcheck import check

    report = check()
    print(report)
    yours = _check_files([custom.folder()], parsed.strict) if custom.folder().is_dir() else READ
    return yours if report.ok else SOME_NOT


def _check_files(paths: list[Path], strict: bool) -> int:
    from codeedu.codes import own
    from codeedu.teach.author import bank_rules, lesson_rules

    files = [file for path in paths for file in _within(path)]
    of: dict[str, list[Path]] = {}
    for file in files:
        of.setdefault(file.suffix, []).append(file)
    lists, notebooks = of.pop(".csv", []), of.pop(".ipynb", [])
    banks = of.pop(".toml", []) + [path for path in paths if path.suffix in of]
    problems = [problem for path in lists for problem in own.problems(path)]
    problems += bank_rules.problems(banks) if banks else []
    problems += [p for path in notebooks for p in lesson_rules.check_lesson(path, run=strict)]
    problems = list(dict.fromkeys(problems))  # a lesson's bank is checked with the lesson, too
    for problem in problems:
        print(problem)
    wrong = sum(not problem.warning for problem in problems)
    print(f"{plural(wrong, 'problem')}, {plural(len(problems) - wrong, 'warning')}.")
    if not all(map(_opens, files)):
        return WRONG
    return SOME_NOT if wrong else READ


def _within(path: Path) -> list[Path]:
    """Return the files of a folder; any other path, and a folder without files, is itself."""
    return (sorted(path.iterdir()) if path.is_dir() else []) or [path]


def _opens(path: Path) -> bool:
    """Return whether a file can be opened for reading."""
    return os.access(path, os.R_OK) and not path.is_dir()


# codeedu gradebook


def _add_gradebook(commands: Any) -> None:
    command = _command(
        commands,
        "gradebook",
        _gradebook,
        "grade a class and report common mistakes",
        "Read the record files that learners hand in (codeedu-progress.jsonl, each renamed to the "
        "learner's name), in a folder or a .zip. Say what to know before class; write marks as CSV "
        "and a report as a web page.",
    )
    add = command.add_argument
    add("folder", type=Path, metavar="FOLDER", help="the records, or a .zip of them")
    add("-o", "--output", type=Path, metavar="CSV", help="where to write the marks")
    add("--due", metavar="DATE", help="the last day that counts, such as 2026-12-01")
    add("--report", type=Path, metavar="HTML", help="where to write the report")
    add(
        "--for",
        dest="system",
        choices=("canvas", "moodle"),
        default="",
        help="the system that imports the marks",
    )


def _gradebook(parsed: Parsed) -> int:
    from codeedu.teach.gradebook import marks, report
    from codeedu.teach.gradebook.book import rows
    from codeedu.teach.gradebook.face import gradebook
    from codeedu.writing import whole_or_nothing

    if parsed.system and not parsed.output:
        parsed.wrong("--for says how the marks are written: add -o marks.csv")
    book = gradebook(parsed.folder, parsed.due)
    print(book)
    for number, says in enumerate(report.findings(book), 1):
        print(f"{number}. {says}")
    for row in rows(book.problems):
        print(f"{row.file}: {row.problem}", file=sys.stderr)
    if parsed.system == "moodle" and (odd := marks.no_username(book.names)):
        print(odd, file=sys.stderr)
    written = {parsed.output: lambda: book.marks(system=parsed.system), parsed.report: book.report}
    for path, make in written.items():
        if path:
            with whole_or_nothing(path) as file:
                file.write(make().encode("utf-8", errors="backslashreplace"))
            print(f"Written to {path}.")
    return READ


# codeedu assignment


def _add_assignment(commands: Any) -> None:
    tasks = _tasks(
        commands,
        "assignment",
        "make a notebook of questions to hand out, and its key",
        "Make assignments from the question bank.",
    )
    new = _command(
        tasks,
        "new",
        _assignment,
        "make an assignment and its key",
        "Make a notebook to hand out, its key with all feedback, and the source that nbgrader "
        "starts from. The same arguments make the same assignment.",
    )
    new.add_argument("--lesson", required=True, help="the lesson, such as 05")
    new.add_argument("--items", type=int, default=20, help="how many questions (20)")
    new.add_argument("--seed", type=int, default=0, help="another number, other questions (0)")
    _add_output_folder(new, "where to write them (here)", Path())


def _assignment(parsed: Parsed) -> int:
    from codeedu.teach.export.assignment import assignment

    made = assignment(parsed.lesson, parsed.items, parsed.seed)
    for says, path in made.save(parsed.output).items():
        print(f"{says}: {path}")
    if len(made.items) < parsed.items:
        print(f"Lesson {made.lesson} has {plural(len(made.items), 'question')}; all are in it.")
    return READ


# codeedu export


def _add_export(commands: Any) -> None:
    from codeedu.teach.export import FORMATS, POOLS

    command = _command(
        commands,
        "export",
        _export,
        "take the questions to Moodle, Canvas, Anki, paper or a spreadsheet",
        "Write the questions in the format of another system, and say what that format cannot "
        "hold. docs/export.md says how to import each.",
    )
    add = command.add_argument
    add("--to", choices=list(FORMATS), required=True, help="the format")
    add("--lesson", nargs="+", default=[], metavar="05", help="lessons to keep (all)")
    add(
        "--pool",
        choices=POOLS,
        default="practice",
        help="which questions (practice); those of the final assessment only if you ask for them, "
        "because learners who have seen them cannot be assessed with them",
    )
    add("--title", default="codeedu", help="the name of the category, deck or page")
    add("-o", "--output", type=Path, required=True, help="the file to write")


def _export(parsed: Parsed) -> int:
    from codeedu.teach.export.export import export_bank

    about = {"lessons": parsed.lesson, "pool": parsed.pool, "title": parsed.title}
    print(export_bank(parsed.to, parsed.output, **about))
    return READ
