"""What a lesson must have, told to whoever edits one: `codeedu lesson new` and `lesson check`.

Each rule of docs/lesson-format.md is a function that yields what breaks it: the cell, what is
wrong, and how to fix it. `check` returns all of them at once. Lessons of the course are also
compared with the tables of `data/course/`; lessons of your own state these facts themselves.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from codeedu import tables
from codeedu.codes.wording import plural
from codeedu.problems import Problem
from codeedu.teach.run import WIDGET

CITATION = re.compile(r"\[([a-z0-9-]+)\]\(#Sources\)")
PARTS = ("Questions", "Objectives", "Before you read", "Key points", "Check yourself", "Sources")
LINES = 3  # of a code cell that learners change
WORDS = 120  # of a paragraph
CITED = 8  # citations in a lesson of the course
SHORT = ("00", "07")  # lessons with an anatomy of their own: the start, and the final assessment
FIRST_OF_YOUR_OWN = "08"
UNUSED = re.compile(r"\b(simply|obviously|just)\b", re.IGNORECASE)
PLACEHOLDER = re.compile(r"\b(TODO|TBD|lorem|coming soon)\b", re.IGNORECASE)
WIDE = 82  # characters that a pane has room for
# A cell that calls codeedu on values of its own needs nothing from other cells.
FIELDS = re.compile(r'codeedu\.exercise\("(\w+)", (\d+)[,)]')
ALONE = re.compile(r"codeedu\.\w+\([\")]")

RUN = "Choose Run, Restart Kernel and Run All Cells, and save."
CLEAN = "Run `codeedu lesson run` on the file: it stores clean outputs."

Found = Iterator[tuple[int, str, str]]  # the cell from 1, or 0; what is wrong; how to fix it


class Lesson:
    """A notebook, cut into what the rules ask about.

    Raises ValueError, in a sentence, when the file is not a notebook.
    """

    def __init__(self, path: Path) -> None:
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            self.cells: list[dict[str, Any]] = [_plain(cell) for cell in found["cells"]]
        except (ValueError, TypeError, KeyError, AttributeError):
            raise ValueError("this is not a notebook that can be read") from None
        self.path = path
        self.metadata = found.get("metadata", {})
        self.text = "\n\n".join(self.sources("markdown"))
        self.code = self.sources("code")
        self.headings = re.findall(r"(?m)^(#+) (.+)$", _without_code(self.text))
        rows = (row for row in tables.rows("lessons") if row["notebook"] == path.stem)
        self.row = next(rows, None)
        named = re.match(r"\d\d", path.stem)
        self.number = named[0] if named else ""

    @property
    def full(self) -> bool:
        """Whether it has the whole anatomy; the first and the last lesson of the course do not."""
        return self.row is None or self.number not in SHORT

    def sources(self, kind: str) -> list[str]:
        """Return the sources of all cells of a kind."""
        return [cell["source"] for cell in self.cells if cell["cell_type"] == kind]

    def part(self, heading: str) -> str:
        """Return the text under an H2, up to the next one."""
        found = re.search(rf"(?ms)^## {re.escape(heading)}$(.*?)(?=^## |\Z)", self.text)
        return found[1] if found else ""

    def where(self, text: str) -> int:
        """Return the number of the first cell that holds a text, or 0."""
        places = (n for n, cell in enumerate(self.cells, 1) if text in cell["source"])
        return next(places, 0)

    def place(self, number: int) -> str:
        """Name a cell by its number and its first line."""
        if not number:
            return ""
        first = next(iter(self.cells[number - 1]["source"].split("\n")), "")
        return f"cell {number} ({first[:40] or 'empty'})"


def _plain(cell: dict[str, Any]) -> dict[str, Any]:
    source = cell["source"]
    return {
        "cell_type": str(cell["cell_type"]),
        "source": source if isinstance(source, str) else "".join(source),
        "outputs": [o for o in cell.get("outputs", []) if isinstance(o, dict)],
        "execution_count": cell.get("execution_count"),
    }


def _without_code(text: str) -> str:
    return re.sub(r"(?ms)^```.*?^```", "", text)


def _without_solutions(text: str) -> str:
    return re.sub(r"(?s)<details>.*?</details>", "", text)


# The rules


def headings(lesson: Lesson) -> Found:
    """One title, at the top, and no level of headings skipped."""
    depths = [len(marks) for marks, _ in lesson.headings]
    if depths.count(1) != 1 or depths[:1] != [1]:
        fix = "Begin the first cell with `# 8. Title`, and use ## and ### below it."
        yield 1, f"it has {plural(depths.count(1), 'title')} (#), not one at the top", fix
    for (before, _), (after, name) in pairwise(lesson.headings):
        if len(after) > len(before) + 1:
            what = f"the heading “{name}” skips a level, from {before} to {after}"
            yield lesson.where(f"{after} {name}"), what, f"Write it with {before}#."


def opening(lesson: Lesson) -> Found:
    """Title, promise and one line of facts."""
    first = lesson.cells[0]["source"] if lesson.cells else ""
    row = lesson.row
    fix = "See the first row of docs/lesson-format.md."
    if row:
        if not re.match(rf"# (\d\. )?{re.escape(row['title'])}\n", first):
            yield 1, f"the title is not that of data/course/lessons.csv, “{row['title']}”", fix
        if row["promise"] not in first:
            yield 1, f"the promise of data/course/lessons.csv is missing, “{row['promise']}”", fix
    reading, practice = (row["reading"], row["practice"]) if row else (r"\d+", r"\d+")
    if not re.search(rf"{reading} minutes to read, {practice} to practice", first):
        shown = f"{reading} minutes to read, {practice} to practice" if row else "the time"
        yield (
            1,
            f"the line of facts does not say {shown}",
            ("Write `**Time**: about 15 minutes to read, 12 to practice.`"),
        )
    needs = f"**You need**: {row['needs']}." if row else "**You need**:"
    if needs not in first:
        yield 1, f"the line of facts does not say `{needs}`", "Say what a learner needs first."
    if not re.search(r"\*\*As of\*\*: [A-Z][a-z]+ \d{1,2}, 20\d\d", first):
        what = "the line of facts has no date"
        yield 1, what, "Write `**As of**: November 24, 2026.`, the day on which you checked it."


def parts(lesson: Lesson) -> Found:
    """Ask for the six fixed parts in their order, with a story of two or more sections between."""
    if not lesson.full:
        return
    names = [name for marks, name in lesson.headings if marks == "##"]
    missing = [name for name in PARTS if name not in names]
    for name in missing:
        yield 0, f"the part “{name}” is missing", f"Add a cell that begins with `## {name}`."
    fixed = [name for name in names if name in PARTS]
    if not missing and fixed != list(PARTS):
        yield (
            0,
            f"the parts are in another order: {', '.join(fixed)}",
            (f"Put them in this order: {', '.join(PARTS)}."),
        )
    if not missing and (names[:3] != list(PARTS[:3]) or names[-3:] != list(PARTS[-3:])):
        fix = "Questions, Objectives and Before you read open it; the other three close it."
        yield 0, "the story does not lie between the opening and the closing parts", fix
    if len(names) - len(fixed) < 2:
        fix = "Add an H2 (##) between “Before you read” and “Key points”."
        yield 0, f"its story has {plural(len(names) - len(fixed), 'section')}", fix


def bullets(lesson: Lesson) -> Found:
    """Objectives, questions and key points are lists of the right length."""
    if not lesson.full:
        return
    listed = re.findall(r"(?m)^- (.+?)[;.]?$", lesson.part("Objectives"))
    if lesson.row:
        number = lesson.row["lesson"]
        wanted = [row["can"] for row in tables.rows("objectives") if row["lesson"] == number]
        if listed != wanted:
            yield (
                lesson.where("## Objectives"),
                ("the objectives are not those of data/course/objectives.csv"),
                "Copy the column `can`, one bullet for each row.",
            )
    elif not listed:
        yield lesson.where("## Objectives"), "there is no objective", "Add a bullet for each."
    asked = len(re.findall(r"(?m)^- .+\?$", lesson.part("Questions")))
    if not 2 <= asked <= 4:
        what = f"there {'is' if asked == 1 else 'are'} {plural(asked, 'question')}, not 2 to 4"
        fix = "Write each as a bullet that ends in a question mark."
        yield lesson.where("## Questions"), what, fix
    points = len(re.findall(r"(?m)^- ", lesson.part("Key points")))
    if not 3 <= points <= 6:
        what = f"there {'is' if points == 1 else 'are'} {plural(points, 'key point')}, not 3 to 6"
        yield lesson.where("## Key points"), what, "Write each as a bullet."


def story(lesson: Lesson) -> Found:
    """Worked examples, exercises with solutions, and a trap."""
    if not lesson.full:
        return
    names = [name for _, name in lesson.headings]
    examples = sum(name.startswith("Worked example") for name in names)
    if examples < 3:
        fix = "Add one under a heading `### Worked example: …`."
        yield 0, f"it has {plural(examples, 'worked example')}, not 3 or more", fix
    whole = "\n\n".join(cell["source"] for cell in lesson.cells)
    exercises = re.findall(r"(?ms)^##+ (Exercise .*?)(?=^##+ |\Z)", whole)
    if len(exercises) < 4:
        fix = "Add one under a heading `### Exercise 1: …`."
        yield 0, f"it has {plural(len(exercises), 'exercise')}, not 4 or more", fix
    for exercise in exercises:
        yield from _answers(lesson, exercise)
    checked = sum(bool(FIELDS.search(exercise)) for exercise in exercises)
    if checked * 2 < len(exercises):
        what = f"{checked} of {len(exercises)} exercises have fields that are checked"
        yield 0, what, "Add a cell such as `codeedu.exercise(...)` to half of them."
    for words in ("**Teach it back.**", "**Your own codes.**"):
        if words not in lesson.text:
            yield 0, f"no exercise has `{words}`", "Add it to one."
    if "> **Common trap.**" not in lesson.text:
        fix = "Add a quote that starts with `> **Common trap.**`."
        yield 0, "there is no common trap", fix
    traps = re.findall(
        r"(?m)^> \*\*Common trap\.\*\*(?:.*\n>?)*?.*?(?=\n\n|\Z)", lesson.text + "\n\n"
    )
    for trap in traps:
        for words in ("**What it costs.**", "**How to see it.**"):
            if words not in trap:
                first = trap.splitlines()[0]
                yield lesson.where(first), f"the trap does not say `{words}`", "Add it."


def _answers(lesson: Lesson, exercise: str) -> Found:
    """Fields that check the answers, of the exercise's own number, or a solution to read."""
    name = exercise.splitlines()[0]
    call = FIELDS.search(exercise)
    number = re.match(r"Exercise (\d+)", name)
    mine = (lesson.number, number and number[1])
    if call and call.groups() != mine:
        what = f"the cell of “{name}” asks for exercise {call[2]} of lesson {call[1]}"
        yield lesson.where(name), what, "Ask for the number in the heading."
    if not call and "**Type it.**" in exercise:
        what = f"“{name}” says `**Type it.**`, and there is no field"
        fix = f'Add `codeedu.exercise("{lesson.number}", {mine[1] or 1})` and its rows in the bank'
        yield lesson.where(name), what, f"{fix}, or write `**Write it.**`."
    if not call and not re.search(r"<details>\s*<summary>Solution", exercise):
        fix = "Add `<details><summary>Solution</summary>`, an empty line, the text, an empty "
        yield lesson.where(name), f"“{name}” has no solution", f"{fix}line, `</details>`."


def live(lesson: Lesson) -> Found:
    """Something to try, a pretest and a quiz."""
    if not lesson.full:
        return
    code = "\n".join(lesson.code)
    if "codeedu.explorer(" not in code and "codeedu.drill(" not in code:
        fix = 'Add a cell such as `codeedu.explorer("J1885")`.'
        yield 0, "there is nothing to try: no explorer and no drill", fix
    if lesson.code[:1] != ["import codeedu"]:
        fix = "Put `import codeedu`, alone, into the first code cell."
        yield 0, "the first code cell does not load the course", fix
    if lesson.row is None or lesson.number < "06":
        for name in ("pretest", "quiz"):
            if not re.search(rf'codeedu\.{name}\("{lesson.number}"[,)]', code):
                own = "" if lesson.row else ', banks="your-bank.toml"'
                call = f'codeedu.{name}("{lesson.number}"{own})'
                yield 0, f"the {name} of lesson {lesson.number} is missing", f"Add `{call}`."


def paragraphs(lesson: Lesson) -> Found:
    """No wall of text."""
    for number, cell in enumerate(lesson.cells, 1):
        if cell["cell_type"] == "markdown":
            for paragraph in re.split(r"\n\s*\n", _without_solutions(cell["source"])):
                count = len(paragraph.split())
                if count > WORDS and not paragraph.lstrip().startswith(("|", "-", "1.")):
                    what = f"a paragraph has {count} words, more than {WORDS}"
                    yield number, what, "Cut it in two, or make a list of it."


def cells(lesson: Lesson) -> Found:
    """Code cells are short, can be run alone, and follow a sentence."""
    from codeedu.course.lock import is_view  # it loads the kernel's code

    for number, cell in enumerate(lesson.cells, 1):
        if cell["cell_type"] != "code":
            continue
        lines = cell["source"].splitlines()
        if len(lines) > LINES and not is_view(cell["source"]):
            what = f"it has {len(lines)} lines of code, more than {LINES}"
            yield number, what, "Keep the one call that learners need."
        longest = max(map(len, lines), default=0)
        if longest > WIDE:
            yield number, f"a line has {longest} characters, more than {WIDE}", "Break it."
        if ALONE.match(cell["source"]) and "release=release" not in cell["source"]:
            what = "it cannot be run alone, on another day"
            yield number, what, "Begin it with `import codeedu`; a view with `import codeedu; `."
        if number > 1 and lesson.cells[number - 2]["cell_type"] != "markdown":
            fix = "Say in a sentence above it what it will show."
            yield number, "it follows another code cell", fix


def citations(lesson: Lesson) -> Found:
    """Match what is cited with what is listed, and ask for one source a sentence."""
    known = set(tables.by("sources", "id"))
    own = set(re.findall(r"(?m)^- `([a-z0-9-]+)`", lesson.part("Sources")))
    cited = set(CITATION.findall(lesson.text))
    call = next((code for code in lesson.code if "codeedu.sources(" in code), "")
    listed = set(re.findall(r'"([a-z0-9-]+)"', call))
    for name in sorted(cited - known - own):
        yield (
            lesson.where(f"[{name}](#Sources)"),
            f"there is no source `{name}`",
            (
                "Take an id of data/sources/sources.csv, or list it under “Sources” as "
                f"``- `{name}`: title, publisher, the day you read it``."
            ),
        )
    for name in sorted((cited & known) - listed - own):
        yield (
            lesson.where(f"[{name}](#Sources)"),
            f"the source `{name}` is cited, not listed",
            (f'Add "{name}" to the call of codeedu.sources.'),
        )
    for name in sorted(listed - cited):
        yield (
            lesson.where("codeedu.sources("),
            f"the source `{name}` is listed, never cited",
            ("Cite it in the text, or take it out."),
        )
    for name in sorted(own - cited):
        yield (
            lesson.where(f"- `{name}`"),
            f"the source `{name}` is listed, never cited",
            ("Cite it in the text, or take it out."),
        )
    for number, cell in enumerate(lesson.cells, 1):
        if re.search(r"\[[a-z0-9-]+\]\(#Sources\), \[", cell["source"]):
            yield number, "a sentence has two sources", "Split it, so that each has one."
    least = 0 if not lesson.full else CITED if lesson.row else 1
    found = len(CITATION.findall(_without_solutions(lesson.text)))
    if found < least:
        what = f"it has {plural(found, 'citation')}, not {least} or more"
        fix = "End a statement about codes, law or history with `([source-id](#Sources))`."
        yield 0, what, fix


def shown_once(lesson: Lesson) -> Found:
    """No table and no figure twice."""
    shown = re.findall(r'((?:show_table|plot)\("[a-z-_]+")', "\n".join(lesson.code))
    for call in sorted({call for call in shown if shown.count(call) > 1}):
        yield lesson.where(call), f"`codeedu.{call})` is there twice", "Keep one, and refer to it."


def outputs(lesson: Lesson) -> Found:
    """Ask for outputs that are stored, in order, and safe to show anywhere."""
    counts = [c["execution_count"] for c in lesson.cells if c["cell_type"] == "code"]
    if counts != list(range(1, len(counts) + 1)):
        yield 0, "its cells were not run once, from top to bottom", RUN
    if lesson.metadata.get("widgets"):
        yield 0, "the state of widgets is stored in it: somebody's answers may be in there", CLEAN
    for number, cell in enumerate(lesson.cells, 1):
        for output in cell["outputs"]:
            kind, data = output.get("output_type"), output.get("data", {})
            if kind == "error":
                what = f"it ended in an error: {output.get('ename')}: {output.get('evalue')}"
                yield number, what[:200], f"Repair it. {RUN}"
            elif kind == "stream":
                text = "".join(output.get("text", ""))[:40].strip()
                yield number, f"it printed “{text}”", f"End it with what it shows. {RUN}"
            if WIDGET in data:
                yield number, "its output shows only while a kernel runs", CLEAN


def pictures(lesson: Lesson) -> Found:
    """Every picture says in words what it shows."""
    fix = "Say in the alt text what the picture shows: its kind, its axes, its message."
    for number, cell in enumerate(lesson.cells, 1):
        if cell["cell_type"] == "markdown":
            text = re.sub(r"`[^`]*`", "", _without_code(cell["source"]))
            if re.search(r"!\[\s*\]\(", text) or _mute(text):
                yield number, "a picture has no alt text", fix
        for output in cell["outputs"]:
            data = output.get("data", {})
            html = "".join(data.get("text/html", ""))
            if ("image/png" in data and "<img" not in html) or _mute(html):
                yield number, "its output is a picture without alt text", fix


def _mute(html: str) -> bool:
    return any(
        not re.search(r'\balt="[^"]+"', tag) for tag in re.findall(r"(?s)<img\b[^>]*>", html)
    )


def next_lesson(lesson: Lesson) -> Found:
    """Ask for a last cell that leads on."""
    names = [row["notebook"] for row in tables.rows("lessons")]
    last = lesson.sources("markdown")[-1] if lesson.sources("markdown") else ""
    if lesson.row:
        at = names.index(lesson.path.stem) + 1
        if at < len(names) and f"({names[at]}.ipynb)" not in last:
            fix = f"End it with `**Next**: [Title]({names[at]}.ipynb)`."
            yield len(lesson.cells), "the next lesson is not one link away", fix
    elif "**Next**" not in last:
        yield len(lesson.cells), "it does not say what comes next", "End it with `**Next**: …`."


def words(lesson: Lesson) -> Found:
    """No words that make a learner feel slow, and nothing left to fill in."""
    for number, cell in enumerate(lesson.cells, 1):
        if cell["cell_type"] == "markdown":
            for word in dict.fromkeys(UNUSED.findall(cell["source"])):
                yield number, f"it says “{word}”", "Leave the word out: to a beginner it is not."
        for word in dict.fromkeys(PLACEHOLDER.findall(cell["source"])):
            yield number, f"a placeholder is left: {word}", "Write what belongs there."


RULES = (
    headings,
    opening,
    parts,
    bullets,
    story,
    live,
    paragraphs,
    cells,
    citations,
    shown_once,
    outputs,
    pictures,
    next_lesson,
    words,
)


def check(path: str | Path, *, run: bool = False) -> list[Problem]:
    """Return all that is wrong with a lesson, and with banks of your own that it asks.

    With `run` the lesson is also run in a fresh kernel, where no cell may fail and each has to
    print what is stored. Only then is code of the notebook executed.

    Raises OSError when the file cannot be read.
    """
    from codeedu.practice import bank

    place = Path(path)
    try:
        lesson = Lesson(place)
    except ValueError as error:
        return [Problem(place.name, "", str(error), "Open it in JupyterLab and save it.")]
    found = [
        Problem(place.name, lesson.place(number), what, fix)
        for rule in RULES
        for number, what, fix in rule(lesson)
    ]
    if not lesson.number:
        fix = f"Call it {FIRST_OF_YOUR_OWN}-title.ipynb."
        found.append(Problem(place.name, "", "its name begins with no number", fix))
    named = re.findall(r'banks="([^"/\\]+\.toml)"', "\n".join(lesson.code))  # beside the notebook
    banks = [place.parent / name for name in dict.fromkeys(named)]
    found += [problem for problem in bank.problems(banks) if not problem.warning]
    for one in banks:
        if one.is_file() and PLACEHOLDER.search(one.read_text("utf-8", errors="replace")):
            fix = "Write what belongs there."
            found.append(Problem(one.name, "", "a placeholder is left: TODO", fix))
    if run:
        found += _run(lesson)
    return found


def _run(lesson: Lesson) -> list[Problem]:
    from codeedu.teach import run

    again = run.run(lesson.path)
    found = []
    for number, (stored, cell) in enumerate(zip(lesson.cells, again.cells, strict=True), 1):
        failed = [o for o in cell.get("outputs", []) if o["output_type"] == "error"]
        what = ""
        if failed:
            what = f"it fails: {failed[0]['ename']}: {failed[0]['evalue']}"[:300]
        elif _texts(stored["outputs"]) != _texts(cell.get("outputs", [])):
            what = "it prints something else than what is stored"
        if what:
            fix = "Repair it." if failed else RUN
            found.append(Problem(lesson.path.name, lesson.place(number), what, fix))
    return found


def _texts(outputs: list[dict[str, Any]]) -> list[str]:
    """Return outputs as text; one that shows only while a kernel runs is not stored."""
    kept = [o for o in outputs if set(o.get("data", ())) != {WIDGET}]
    return ["".join(o.get("data", {}).get("text/plain", o.get("text", ""))) for o in kept]


# A new lesson


def new(number: str, title: str, folder: str | Path = ".") -> list[Path]:
    """Write a lesson to fill in, and a bank with its first questions; return where they are.

    Raises ValueError for a number that is not 08 to 99 or a title without letters,
    FileExistsError when a file is there.
    """
    from codeedu.teach import template

    if not re.fullmatch(r"\d\d", number) or number < FIRST_OF_YOUR_OWN:
        raise ValueError(f"{number!r} is not a number from {FIRST_OF_YOUR_OWN} to 99.")
    slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:40].strip("-")
    if not slug:
        raise ValueError(f"The title {title!r} has no letters.")
    place = Path(folder).expanduser()
    place.mkdir(parents=True, exist_ok=True)
    files = [place / f"{number}-{slug}.ipynb", place / f"{number}-{slug}.toml"]
    for path in files:
        if path.exists():
            raise FileExistsError(f"{path} is there already; nothing was written.")
    notebook, bank = template.lesson(number, title.strip(), slug)
    files[0].write_text(notebook, encoding="utf-8")
    files[1].write_text(bank, encoding="utf-8")
    return files


# The command


def add_commands(tasks: Any) -> None:
    """Add `new`, `check` and `run` to the tasks of `codeedu lesson`."""

    def task(called: str, run: Any, says: str, about: str) -> argparse.ArgumentParser:
        one: argparse.ArgumentParser = tasks.add_parser(called, help=says, description=about)
        one.set_defaults(run=run)
        return one

    says = "Write a lesson of the right anatomy to fill in, and a bank of its questions."
    add = task("new", _new, "make a lesson to fill in", says)
    add.add_argument("number", metavar="NUMBER", help="its number, from 08 to 99")
    add.add_argument("title", metavar="TITLE", help="its title, in quotes")
    add.add_argument(
        "-o",
        "--output",
        type=Path,
        default=Path(),
        metavar="FOLDER",
        help="where to write it (here)",
    )
    says = "Say what a lesson lacks: file, cell, what is wrong, and how to fix it."
    add = task("check", _check, "say what a lesson lacks", says)
    add.add_argument("files", nargs="+", type=Path, metavar="FILE", help="notebooks")
    add.add_argument(
        "--run",
        dest="strict",
        action="store_true",
        help="also run it, as its learners will; this executes its code",
    )
    says = "Run a lesson from top to bottom; store what it prints, readable without a kernel."
    add = task("run", _run_files, "run a lesson and store clean outputs", says)
    add.add_argument("files", nargs="+", type=Path, metavar="FILE", help="notebooks")


def _new(parsed: argparse.Namespace) -> int:
    files = new(parsed.number, parsed.title, parsed.output)
    for path in files:
        print(f"Written: {path}")
    print(
        "Replace each TODO in both files. Then: codeedu lesson run "
        f"{files[0]}; codeedu lesson check {files[0]}"
    )
    return 0


def _check(parsed: argparse.Namespace) -> int:
    found = [one for path in parsed.files for one in check(path, run=parsed.strict)]
    for problem in found:
        print(problem)
    print(f"{plural(len(found), 'problem') if found else 'no problem'}.")
    return int(bool(found))


def _run_files(parsed: argparse.Namespace) -> int:
    from codeedu.teach import run

    for path in parsed.files:
        print(f"{path} ...", flush=True)
        run.store(path)
    return 0
