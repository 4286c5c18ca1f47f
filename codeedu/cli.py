"""The command line: the course, the classifier, CMS's releases, and what instructors use.

Exit codes:
  0    all entries could be read (empty ones do not count); nothing to do; no difference
  1    some entries or dates could not be read; something is wrong in a file; releases differ
  2    wrong usage, or a file that cannot be read or written; nothing was written
  130  stopped by Ctrl-C; nothing was written
  141  the reader of the output went away
"""

from __future__ import annotations

import argparse
import io
import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date
from inspect import cleandoc
from pathlib import Path
from typing import Any

from codeedu import custom, tables
from codeedu.codes.wording import listing, plural
from codeedu.files import csv_text, in_words, whole_or_nothing, write_all

READ, SOME_NOT, WRONG, STOPPED, GONE = 0, 1, 2, 130, 141
# No code ends like these.
FILES = (
    *(".csv", ".tsv", ".txt", ".tab", ".dat", ".psv", ".gz", ".zip", ".bz2", ".xz", ".7z"),
    *(".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".parquet", ".json", ".jsonl", ".ndjson"),
    *(".xml", ".html", ".pdf", ".x12", ".edi", ".837", ".835", ".sas7bdat", ".xpt", ".dta"),
)
PACKED = (".xlsx", ".xlsm", ".xls", ".ods", ".zip", ".parquet")
PATHS = ("FILE", "FOLDER", "HTML", "XML", "ZIP")  # arguments that name a file or a folder
OUTPUTS = (".csv", ".xlsx", ".html", ".htm")  # of the gradebook, and of nothing handed in
FOR_QUESTIONS = (  # options of an export of questions, not of lessons
    *("objective", "items", "seed"),
    *("graded", "attempts", "points", "draw", "answers", "key", "cases"),
)
CODES = (__doc__ or "").partition("\n\n")[2]
Parsed = argparse.Namespace
Run = Callable[[Parsed], int | None]  # None is READ


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit code (see the module's docstring)."""
    _print_any_character()
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
    except MemoryError:
        print("codeedu: this needs more memory; nothing was written.", file=sys.stderr)
        return WRONG
    except (OSError, ValueError, ImportError) as error:
        print(f"codeedu: {in_words(error)}", file=sys.stderr)
        return WRONG
    return int(code or READ)


def _print_any_character() -> None:
    """Let the screen show the number of a character that its code page does not have."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="codeedu",
        description="Read procedure codes on US medical claims: what they could be, and why. "
        "Without a command, open the course in JupyterLab.",
        epilog=CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=_lesson_open, course=None, learner=None)  # without a command
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for add_command in (
        *(_add_lesson, _add_classify, _add_release, _add_check, _add_pages),
        *(_add_gradebook, _add_assignment, _add_export, _add_import),
    ):
        add_command(commands)
    return parser


def _tasks(commands: Any, name: str, description: str) -> Any:
    """Add a command that consists of tasks; return the group to add these to."""
    command = commands.add_parser(name, help=_summary(description), description=description)
    command.set_defaults(run=lambda parsed: command.print_help())  # without a task
    return command.add_subparsers(title="tasks", metavar="TASK")


def _command(group: Any, name: str, run: Run, **more: Any) -> Callable[..., None]:
    """Add a command or a task that calls `run`; return the function that adds its arguments.

    Its help is the docstring of `run`.
    """
    description = cleandoc(run.__doc__ or "")
    command = group.add_parser(name, help=_summary(description), description=description, **more)
    command.set_defaults(run=run, wrong=command.error)

    def add(form: str, says: str, **more: Any) -> None:
        """Add an argument in the form that the help shows, such as "-o --output FILE"."""
        names = [word for word in form.split() if not word.isupper()]
        if metavars := [word for word in form.split() if word.isupper()]:
            more["metavar"] = metavars[0]
            more |= {"type": Path} if metavars[0] in PATHS else {}
        elif not more.keys() & {"choices", "action"}:
            more["action"] = "store_true"
        command.add_argument(*names, help=says, **more)

    return add


def _summary(description: str) -> str:
    """Return the first sentence, for a list of commands."""
    sentence = re.split(r"\.(?:\s|$)", description)[0]
    return sentence[:1].lower() + sentence[1:]


# codeedu lesson


def _add_lesson(commands: Any) -> None:
    tasks = _tasks(commands, "lesson", "Open the course, reset a lesson, or write a new one.")
    for name, run in (("open", _lesson_open), ("update", _lesson_update), ("reset", _lesson_reset)):
        add = _command(tasks, name, run)
        add("--course FOLDER", "your copy (course)")
        if name == "open":
            whose = "on an account that several people use: your login, for answers of your own"
            add("--learner LOGIN", whose)
        if name == "reset":
            add("number NUMBER", "the lesson's number, such as 03")
    where = "where to write it (your custom folder: see docs/custom.md)"
    add = _command(tasks, "new", _lesson_new)
    add("number NUMBER", "its number, from 20 to 99")
    add("title TITLE", "its title, in quotes")
    add("-o --output FOLDER", where)
    add = _command(tasks, "copy", _lesson_copy)
    add("number NUMBER", "the number of a lesson of the course, such as 03")
    add("-o --output FOLDER", where)
    add("--seen", "keep your copy, and note that you have seen today's version of the course's")
    _command(tasks, "run", _lesson_run)("files FILE", "notebooks", nargs="+")


def _lesson_open(parsed: Parsed) -> None:
    """Open the course in JupyterLab."""
    from codeedu.lab import classroom, copy
    from codeedu.learner import record

    if parsed.learner is not None:
        if not 0 < len(parsed.learner) <= 60:
            raise ValueError("Write behind --learner a login of 1 to 60 letters.")
        os.environ[record.VARIABLE] = str(record.path_of(parsed.learner).absolute())
    _lesson_update(parsed)
    print("JupyterLab opens in your browser. If it does not, open the address below.")
    print("To stop, press Ctrl-C here, then y. To come back, run the same command.", flush=True)
    classroom.open_lab(parsed.course or copy.course_folder())


def _lesson_update(parsed: Parsed) -> None:
    """Copy new and updated lessons."""
    from codeedu.lab import copy

    course = parsed.course or copy.course_folder()
    copy.find_custom(course)
    _say_custom_note()
    is_first = not course.exists()
    news = copy.update(course)
    print(f"Your lessons are in {course.resolve()}.")
    if not is_first:
        print("".join(f"{sentence}\n" for sentence in news), end="")
    if parsed.run is _lesson_update:  # for who looks after the lessons, not for who opens them
        print("".join(f"{name} {copy.MOVED_ON}\n" for name in copy.moved_on()), end="")


def _say_custom_note() -> None:
    if note := custom.note():
        print(note, file=sys.stderr)


def _lesson_reset(parsed: Parsed) -> None:
    """Reset a lesson to the original; a version that you changed is kept as a backup."""
    from codeedu.lab import copy

    print(copy.reset(parsed.course or copy.course_folder(), parsed.number))


def _lesson_new(parsed: Parsed) -> None:
    """Write a new lesson, with its questions, to fill in."""
    from codeedu.teach.author import new_lesson

    files = new_lesson.new(parsed.number, parsed.title, parsed.output)
    for path in files:
        print(f"Written: {path}")
    then = f"codeedu lesson run {files[0]}; codeedu check {files[0].parent}"
    print(f"Replace each TODO in both files. Then: {then}")


def _lesson_copy(parsed: Parsed) -> None:
    """Copy a lesson of the course into your custom folder, to change it there.

    Yours replaces the course's everywhere; codeedu check tells when the course's has changed since.
    """
    from codeedu.teach.author import new_lesson

    path = new_lesson.copy_lesson(parsed.number, parsed.output, seen=parsed.seen)
    print(f"Kept, and noted as seen: {path}" if parsed.seen else f"Written: {path}")


def _lesson_run(parsed: Parsed) -> None:
    """Run a lesson from top to bottom and store its outputs, readable without a kernel."""
    from codeedu.teach.author import notebook

    for path in parsed.files:
        print(f"{path} ...", flush=True)
        notebook.store(path)


# codeedu classify


def _add_classify(commands: Any) -> None:
    raw = argparse.RawDescriptionHelpFormatter
    add = _command(commands, "classify", _classify_input, epilog=CODES, formatter_class=raw)
    add("entries CODE", "codes, or one file; - is stdin", nargs="+")
    add("--column COLUMN", "the column of the file that holds the codes, by its name or its number")
    add("-o --output FILE", "the file to write (stdout if left out)")
    add("--json", "write JSON, one line for each code")
    field = "the field of the claim that holds the codes (procedure)"
    add("--context", field, choices=list(tables.by("contexts", "context")), default="procedure")
    known = "a CMS HCPCS file or a stored release (the active one, else the course's list)"
    add("--release RELEASE", known)
    add("--on DATE", "the date of service, such as 2018-12-31")
    add("--on-column NAME", "the column of the file that holds dates of service")
    types = "the column that names the code set of each code (for code|1, it is code|1|type)"
    add("--type-column NAME", types)
    header = "the line of the file that names the columns (found by the name of the column)"
    add("--header-line N", header, type=int)
    quotes = "quotes in the file are part of the text, and enclose no field"
    add("--no-quotes", quotes, dest="quotes", action="store_false")
    add("--split", "write a row for each code of a field with several")


FOR_FILES = ("output", "on_column", "type_column", "header_line", "split")  # options


def _classify_input(parsed: Parsed) -> int:
    """Classify codes, or a column of a file.

    Codes are explained one by one. The rows of a file are written with the answers
    appended: of a CSV file (also tab, semicolon; also in .gz or .zip), or of a sheet
    of an Excel .xlsx file, which is written as CSV.
    """
    from codeedu.cms.store import load_release, own_release
    from codeedu.codes.classify import classify
    from codeedu.codes.level2 import day

    day(parsed.on)  # raises if it is not a date
    release = load_release(parsed.release) if parsed.release else own_release()
    first, *others = parsed.entries
    is_file = first == "-" or os.path.isfile(first)
    if others and (parsed.column is not None or is_file):
        parsed.wrong("name one file" if is_file else "with --column, name one file")
    if parsed.output and parsed.output.suffix.lower() in PACKED:
        parsed.wrong(f"the answers are CSV: give {parsed.output} a name that ends in .csv")
    if parsed.column is not None:
        return _classify_file(parsed, release)
    if first == "-":
        parsed.wrong("- is a file: name the --column that holds the codes")
    if is_file:
        return _name_columns(parsed)
    if not parsed.quotes or any(getattr(parsed, name) for name in FOR_FILES):
        options = ", ".join(f"--{name.replace('_', '-')}" for name in FOR_FILES)
        parsed.wrong(f"{options}, and --no-quotes are for files: name a file and its --column")
    for entry in parsed.entries:
        if Path(entry).suffix.lower() in FILES:
            parsed.wrong(f"there is no file {entry}")
        if os.path.exists(entry) and not classify(entry, parsed.context).readings:
            is_folder = os.path.isdir(entry)
            what = "folder: name a file" if is_folder else "pipe or a device: name its --column"
            parsed.wrong(f"{entry} is no file and no code, but a {what}")
    return _classify_entries(parsed, release)


def _classify_entries(parsed: Parsed, release: Any) -> int:
    from codeedu.codes.classify import classify

    all_read = True
    for number, entry in enumerate(parsed.entries):
        answer = classify(entry, parsed.context, release, parsed.on)
        all_read = all_read and bool(answer.readings)
        if parsed.json:
            print(json.dumps(_as_json(answer)))
        else:
            print("\n" * bool(number) + repr(answer.explain()))
    return READ if all_read else SOME_NOT


def _as_json(answer: Any) -> dict[str, Any]:
    """Return a classification as plain data for JSON."""
    from codeedu.codes.row import row

    about = ("code_set", "code", "level", "category", "section", "status", "strength", "steward")
    return {
        "entered": answer.entered,
        "code": answer.code,
        "modifiers": list(answer.modifiers),
        "ambiguous": answer.is_ambiguous,
        "note": row(answer).note,
        "readings": [
            {
                **{name: getattr(reading, name) for name in about},
                "why": [reason.text for reason in reading.why],
            }
            for reading in answer.readings
        ],
        "suggestions": [{"code": s.code, "text": s.text} for s in answer.suggestions],
        "parts": [_as_json(part) for part in answer.parts],
    }


def _classify_file(parsed: Parsed, release: Any) -> int:
    from tqdm import tqdm

    from codeedu.claims.file.answers import Answers
    from codeedu.claims.file.rows import Task, classify_file
    from codeedu.codes.classify import lists_of

    task = Task(
        parsed.column,
        Answers(parsed.context, release, parsed.on),
        on_column=parsed.on_column,
        type_column=parsed.type_column,
        header_line=parsed.header_line,
        quotes=parsed.quotes,
        split=parsed.split,
        as_json=parsed.json,
    )
    (name,) = parsed.entries
    with ExitStack() as stack:
        read, write = stack.enter_context(_source(name)), sys.stdout.buffer
        has_size = name != "-" and read.seekable()  # a pipe has none: its rows are counted
        if parsed.output:
            write = stack.enter_context(whole_or_nothing(parsed.output))
        bar = stack.enter_context(
            tqdm(
                total=os.fstat(read.fileno()).st_size if has_size else None,
                unit="B" if has_size else " rows",
                unit_scale=True,
                desc="codeedu",
                leave=False,
                mininterval=0.1 if sys.stderr.isatty() else 10,  # a log file needs fewer lines
            )
        )
        tally = classify_file(
            read, write, task, lambda rows: bar.update((read.tell() if has_size else rows) - bar.n)
        )
    print("\n".join([*tally.lines(), lists_of(release)]), file=sys.stderr)
    return READ if tally.all_is_well else SOME_NOT


@contextmanager
def _source(name: str) -> Iterator[Any]:
    """Open a file to read, or stdin if it is named "-"; what is wrong with it names it."""
    from codeedu.claims.file.opening import StreamError

    try:
        if name == "-":
            yield sys.stdin.buffer
        else:
            with open(name, "rb") as file:
                yield file
    except StreamError as error:
        raise StreamError(f"{'stdin' if name == '-' else name}: {error}") from None


def _name_columns(parsed: Parsed) -> int:
    """Say which columns of a file hold codes, for the one with the codes must be named."""
    from codeedu.claims.file.guess import code_columns

    (name,) = parsed.entries
    with _source(name) as file:
        said = code_columns(file, parsed.context, parsed.header_line, parsed.quotes)
    print(f"codeedu: {name}: {said}", file=sys.stderr)
    return WRONG


# codeedu release


def _add_release(commands: Any) -> None:
    about = "Store CMS's HCPCS files on this computer, and compare two."
    tasks = _tasks(commands, "release", about)
    stored = "a stored release, by its name"
    source = "CMS's .zip, .xlsx or .txt file, or the http or https address of one"
    _command(tasks, "add", _release_add)("source SOURCE", source)
    _command(tasks, "list", _release_list)
    _command(tasks, "use", _release_use)("name NAME", stored)
    _command(tasks, "remove", _release_remove)("name NAME", stored)
    add = _command(tasks, "diff", _release_diff)
    for name in ("older", "newer"):
        add(f"{name} {name.upper()}", f"{stored}, or a file")
    output = "a .html report to read or print, or a .csv file (CSV on stdout if left out)"
    add("-o --output FILE", output)


def _release_add(parsed: Parsed) -> None:
    """Check a file and store it. Only an address is downloaded."""
    from codeedu.cms import store

    name, release = store.add(parsed.source)
    print(f"Added {name}. {release}.")
    if store.active() != name:
        print(f"To use it: codeedu release use {name}")
    _say_active()


def _release_list(parsed: Parsed) -> None:
    """List the stored releases."""
    from codeedu.cms import store

    for name in store.stored_names():
        try:
            print(f"{name}: {store.load_stored(name)}")
        except (OSError, ValueError) as error:
            print(f"{name}: {error}")
    _say_active()


def _release_use(parsed: Parsed) -> None:
    """Make a stored release the active one."""
    from codeedu.cms import store

    store.use(parsed.name)
    _say_active()


def _release_remove(parsed: Parsed) -> None:
    """Delete a stored release."""
    from codeedu.cms import store

    store.remove(parsed.name)
    print(f"Removed {parsed.name}.")
    _say_active()


def _say_active() -> None:
    from codeedu.cms import store

    active = store.active()
    print(f"The active release is {active}." if active else "No release is stored.")


def _release_diff(parsed: Parsed) -> int:
    """Say what changed between two releases."""
    from codeedu.cms import load_release
    from codeedu.cms.changes_page import changes_page

    output = parsed.output
    if output and output.suffix.lower() not in (".html", ".csv"):
        parsed.wrong(f"{output} must end in .html or .csv")
    older, newer = load_release(parsed.older), load_release(parsed.newer)
    changes = newer.compare(older)
    print(f"{older}\n{newer}\n{plural(len(changes), 'difference', zero='no')}", file=sys.stderr)
    html = output and output.suffix.lower() == ".html"
    rows = changes.itertuples(index=False)
    text = changes_page(older, newer) if html else csv_text([changes.columns, *rows])
    if output:
        write_all({output: text.encode()})
    else:
        sys.stdout.buffer.write(text.encode())
    return SOME_NOT if len(changes) else READ


# codeedu check


def _add_check(commands: Any) -> None:
    add = _command(commands, "check", _check_course_or_files)
    add("files FILE", "a file or a folder", nargs="*")
    run = "also run each lesson, as its learners will; this executes its code"
    add("--run", run, dest="run_lessons")


def _check_course_or_files(parsed: Parsed) -> int:
    """Check that everything the course needs is here, or check files of your own.

    Without a file: check that everything the course needs is here, and your custom folder if
    there is one. With files: check question files (.toml), sheets (.csv, .xlsx) and lessons
    (.ipynb), or a folder of them; say what was read, what nothing reads, what is wrong in which
    line and how to fix it, and what has come up for review, also in a .csv file with a column
    review_by. Warnings and notices leave the exit code at 0.
    """
    _say_custom_note()
    if parsed.files:
        if len(parsed.files) == 1 and parsed.files[0].is_dir():
            _take_as_custom(parsed.files[0])
        return _check_files(parsed.files, parsed.run_lessons)
    from codeedu.selfcheck import check_installation

    report = check_installation()
    print(report)
    code = _check_custom(parsed.run_lessons)
    return code if report.ok else SOME_NOT


def _take_as_custom(folder: Path) -> None:
    """Check a folder as the course would read it, and say so if the course reads another one."""
    from codeedu.lab.copy import LESSONS
    from codeedu.questions.bank import course_paths

    of_course = (custom.folder(), LESSONS, course_paths()[0].parent)
    if folder.resolve() not in {place.resolve() for place in of_course}:
        here = f"The course reads its custom folder from {custom.folder()}."
        print(f"{here} To use {folder}, set {custom.VARIABLE} to it.", file=sys.stderr)
        os.environ[custom.VARIABLE] = str(folder)


def _check_custom(run_lessons: bool = False, *, brief: bool = False) -> int:
    folder = custom.folder()
    is_empty = not folder.is_dir() or not any(folder.iterdir())
    return READ if is_empty else _check_files([folder], run_lessons, brief=brief)


def _check_files(paths: list[Path], run_lessons: bool, *, brief: bool = False) -> int:
    from codeedu.teach.check import check

    checked = check(paths, date.today(), run=run_lessons)
    print(checked.in_brief(f"codeedu check {paths[0]}") if brief else checked)
    if not all(os.access(file, os.R_OK) and not file.is_dir() for file in checked.files):
        return WRONG
    return SOME_NOT if any(not problem.warning for problem in checked.problems) else READ


# codeedu site, slides and pack


def _add_pages(commands: Any) -> None:
    site = _tasks(commands, "site", "Make the course as web pages, with nothing to install.")
    slides = _tasks(commands, "slides", "Make slides of the lessons, for a projector.")
    for tasks, run in ((site, _site_build), (slides, _slides_build)):
        where = "the folder to write; or a file that ends in .zip"
        _command(tasks, "build", run)("to FOLDER", where)
    add = _command(commands, "pack", _pack)
    add("-o --output ZIP", "the .zip file to write", required=True)
    add("--title TITLE", "the title of the page for students (codeedu)", default="codeedu")


def _site_build(parsed: Parsed) -> int:
    """Write the course as pages whose views work in any browser.

    Put the folder on a web server. Your custom folder is in it, and is checked. To hand out one
    file, use: codeedu pack.
    """
    from codeedu.pages import build

    return _written(build.site, parsed.to, "page")


def _slides_build(parsed: Parsed) -> int:
    """Write the lessons as slides, one for each section, which need no network.

    Open index.html in a browser. The lessons of your custom folder are in it.
    """
    from codeedu.pages import slides

    return _written(slides.slides, parsed.to, "lesson")


def _pack(parsed: Parsed) -> int:
    """Write one file to hand out: the pages of the course, and a page that tells students how.

    Unpacked, it opens by a double click, with nothing installed and no network. Your custom
    folder is in it, and is checked; lines of its sheets that name a learner are not.
    """
    from codeedu.pages import handout

    if parsed.output.suffix.lower() != ".zip":
        parsed.wrong(f"{parsed.output} must end in .zip")
    return _written(lambda: handout.handout(parsed.title), parsed.output, "page")


def _written(make: Callable[[], Any], to: Path, what: str) -> int:
    """Make pages and write them; say what is in them, and what is wrong in the custom folder."""
    _say_custom_note()
    made = make()
    says = f"{plural(len(made.pages), what)} written to {to}"
    if to.suffix.lower() == ".zip":
        made.save_zipped(to)
        print(f"{says}, {to.stat().st_size / 1e6:.1f} MB. {made.about}".rstrip())
    else:
        made.save(to)
        print(f"{says}. Open {to / 'index.html'}. {made.about}".rstrip())
    return _check_custom(brief=True)


# codeedu gradebook


def _add_gradebook(group: Any, name: str = "gradebook", run: Run | None = None) -> Any:
    add = _command(group, name, run or _gradebook)
    add("folder FOLDER", "the records, or a .zip of them")
    where = "where to write the marks: a .csv file, or a .xlsx file that keeps a login such as 0042"
    add("-o --output FILE", where)
    add("--due DATE", "the last day that counts, such as 2026-12-01")
    add("--report HTML", "where to write the report")
    add("--sheets FOLDER", "where to write a feedback sheet for each learner")
    about = "a sheet of the students, such as the gradebook that Canvas or Moodle exports"
    add("--roster FILE", f"{about}; -o writes it with the marks in it")
    add("--all", "-o writes all marks, not the roster with marks in it")
    return add


def _gradebook(parsed: Parsed, assignment: str | None = None) -> int:
    """Grade a class and report common mistakes.

    Read the record files that learners hand in, in a folder or a .zip, as a learning system
    packs them or named after the learners. Write marks as CSV or as a workbook, a report as a
    web page, and a feedback sheet for each learner; say what to know before class, and what to do.
    """
    from codeedu.teach.gradebook import assigned, marks, report
    from codeedu.teach.gradebook.book import each_row
    from codeedu.teach.gradebook.face import gradebook

    if parsed.all and not parsed.output:
        parsed.wrong("--all says which marks are written: add -o marks.csv")
    if parsed.report and parsed.report == parsed.output:
        parsed.wrong("-o and --report name the same file")
    for output in filter(None, (parsed.output, parsed.report)):
        if parsed.roster and _is_within(output, parsed.roster):
            parsed.wrong(f"{output} is the roster: choose another name")
        within = _is_within(output, parsed.folder)
        # What an earlier call wrote there is replaced, but nothing that was handed in.
        if within and output.is_file() and output.suffix.lower() not in OUTPUTS:
            parsed.wrong(f"{output} is one of the files to read: choose another name")
    if parsed.sheets and _is_within(parsed.sheets, parsed.folder):
        parsed.wrong(f"{parsed.sheets} is where the records are: choose another folder")
    book = gradebook(parsed.folder, parsed.due, parsed.roster)
    if assignment is not None and book.names:
        book = assigned.only(book, assignment)
    system = book.collected.roster.system if book.collected.roster and not parsed.all else ""
    if system and parsed.output and parsed.output.suffix.lower() == ".xlsx":
        parsed.wrong(f"{system.title()} imports CSV: add -o marks.csv")
    written: dict[Path, bytes] = {}
    if parsed.output and book.names:
        written[parsed.output] = marks.marks_file(book, parsed.output.suffix, in_full=parsed.all)
    if parsed.report and book.names:
        written[parsed.report] = book.report().encode(errors="backslashreplace")
    write_all(written)  # before anything is printed, which may fail
    sheets = book.sheets() if parsed.sheets else {}
    for name, sheet in sheets.items():  # one by one: a class has more than can be open at once
        parsed.sheets.mkdir(parents=True, exist_ok=True)
        write_all({parsed.sheets / name: sheet})
    print(book)
    for number, finding in enumerate(report.findings(book), 1):
        print(f"{number}. {finding}")
    if steps := report.next_steps(book):
        print(f"{report.NEXT}:")
    for says, copy in steps:
        print("\n    ".join([f"- {says}", *copy.splitlines()]))
    for row in each_row(book.problems):
        print(f"{row.file}: {row.problem}", file=sys.stderr)
    if book.absent:
        print(f"Handed in nothing: {listing(book.absent)}.")
    for path in written:
        print(f"Written to {path}.")
    if sheets:
        print(f"{plural(len(sheets), 'feedback sheet')} written to {parsed.sheets}.")
    return READ if book.names else WRONG


def _is_within(path: Path, folder: Path) -> bool:
    return folder.resolve() in (path.resolve(), *path.resolve().parents)


# codeedu assignment


def _add_assignment(commands: Any) -> None:
    tasks = _tasks(
        commands, "assignment", "Make an assignment for a class, or mark what came back."
    )
    add = _command(tasks, "new", _assignment_new)
    add("--lesson LESSON", "the lesson, such as 05", required=True)
    add("--items N", "how many questions (20)", type=int, default=20)
    add("--seed S", "another number, other questions (0)", type=int, default=0)
    add("-o --output FOLDER", "the folder that learners get (handout)", default=Path("handout"))
    add("--key HTML", "also write the key, in another folder")
    nbgrader = "also write the notebook that nbgrader starts from, in the folder of its course"
    add("--nbgrader FOLDER", nbgrader)
    add = _add_gradebook(tasks, "mark", _assignment_mark)
    add("--name NAME", "the assignment, such as 05-20-7 (all)", default="")


def _assignment_new(parsed: Parsed) -> None:
    """Make an assignment for learners, who answer it as they answer a quiz.

    Write a notebook to hand out, without its answers. The same arguments make the same
    assignment, with the same name.
    """
    from codeedu.teach.export.assignment import assignment

    made = assignment(parsed.lesson, parsed.items, parsed.seed)
    for path in made.save(parsed.output, parsed.key, parsed.nbgrader):
        print(f"Written: {path}")
    print(made)
    if len(made.items) < parsed.items:
        print(f"Lesson {made.lesson} has no more, or decisions.csv drops some; no other came in.")
    print(f"On the course's web pages it is: assignment.html?name={made.name}")
    then = f"codeedu assignment mark FOLDER --name {made.name} -o marks.csv"
    print(f"Learners answer it and hand in their file. Put these into a folder. Then: {then}")


def _assignment_mark(parsed: Parsed) -> int:
    """Mark the assignments that a class handed in.

    Read the same files as gradebook, and write the same, of the answers to assignments alone.
    """
    return _gradebook(parsed, parsed.name)


# codeedu export


def _add_export(commands: Any) -> None:
    from codeedu.teach.export import ANSWERS, EDITIONS, FORMATS, POOLS, UNLIMITED

    def attempts(word: str) -> int | str:
        return word if word == UNLIMITED else int(word)

    add = _command(commands, "export", _export)
    formats = listing([*FORMATS, *EDITIONS], "or")
    add("--to FORMAT", f"the format: {formats}", required=True)
    add("--lesson LESSON", "lessons to keep, such as 05 (all)", nargs="+", default=[])
    pool = (
        "which questions (practice); those of the final assessment only if you ask for them, "
        "because learners who have seen them cannot be assessed with them"
    )
    add("--pool", pool, choices=POOLS, default="practice")
    add("--title TITLE", "the name of the category, deck or page", default="codeedu")
    add("--objective NAME", "objectives to keep, such as 05-lost-dot (all)", nargs="+")
    add("--items N", "draw N questions, as a quiz does (all)", type=int)
    add("--seed S", "another number draws other questions (0)", type=int)
    add("--graded", "canvas: quizzes that count", default=None)
    add("--attempts N", f"canvas: how often a quiz can be taken, or {UNLIMITED}", type=attempts)
    add("--points P", "canvas: what a question is worth (1)", type=float)
    add("--draw N", "canvas, qti: ask N of each lesson, drawn at random", type=int)
    shown = "canvas, qti: whether answers and reasons are shown afterwards"
    add("--answers", shown, choices=ANSWERS)
    add("--key FILE", "worksheet: a file of its own for the key")
    add("--cases N", "worksheet: N cases in place of questions", type=int)
    add("-o --output FILE", "the file to write", required=True)


def _export(parsed: Parsed) -> None:
    """Take the questions to Moodle, Canvas, Anki, paper or a spreadsheet; or lessons to an LMS.

    Write the questions in the format of another system, and say what that format
    cannot hold. scorm12 and scorm2004 write whole lessons, which a learning system
    (LMS) plays and takes a score from. docs/export.md says how to import each.
    """
    from codeedu.teach.export import EDITIONS
    from codeedu.teach.export.export_bank import export_bank
    from codeedu.teach.export.scorm import export_course

    about = {"lessons": parsed.lesson, "pool": parsed.pool, "title": parsed.title}
    given = vars(parsed)
    settings = {name: given[name] for name in FOR_QUESTIONS if given[name] is not None}
    if parsed.to in EDITIONS:
        if settings:
            option = f"--{next(iter(settings))}"
            parsed.wrong(f"{EDITIONS[parsed.to]} holds whole lessons: leave out {option}")
        print(export_course(parsed.to, parsed.output, **about))
        return
    settings["objectives"] = settings.pop("objective", [])
    print(export_bank(parsed.to, parsed.output, **about, **settings))


# codeedu import


def _add_import(commands: Any) -> None:
    add = _command(commands, "import", _import)
    add("file XML", "an export of Moodle's question bank (Moodle XML)")
    add("--objective NAME", "what the questions are about, such as 05-lost-dot", required=True)
    add("-o --output FILE", "the sheet to write, such as custom/questions-w5.xlsx", required=True)


def _import(parsed: Parsed) -> int:
    """Make a sheet of questions from Moodle's question bank.

    Read an export in the format Moodle XML, and write a spreadsheet to complete and correct. Say
    which questions were not read, and what is lost of the others.
    """
    from codeedu.teach.author.moodle_import import import_moodle

    imported = import_moodle(parsed.file, parsed.objective, parsed.output)
    print(imported)
    if not imported.rows:
        return WRONG
    print(f"Written to {parsed.output}. Now: codeedu check {parsed.output}")
    return READ if imported.whole else SOME_NOT
