"""What a lesson must have: the rules behind `codeedu check lesson.ipynb`.

Each rule of docs/lesson-format.md is a function that yields what breaks it: the cell, what is
wrong, and how to fix it. `check_lesson` returns all of them at once. Lessons of the course are
also compared with the tables of `data/course/`; custom lessons state these facts themselves, also
one that replaces a lesson of the course.
"""

from __future__ import annotations

import json
import re
from calendar import month_name
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from codeedu import custom, tables
from codeedu.codes.wording import plural, shorten
from codeedu.html.nodes import WIDGET
from codeedu.lab.copy import originals
from codeedu.lab.lesson_files import faults
from codeedu.lab.lock import is_view
from codeedu.lessons import PLACES, belongs, course_lessons
from codeedu.practice import selection, widget
from codeedu.practice.screens import MINUTES
from codeedu.problems import Problem
from codeedu.questions import bank
from codeedu.teach.author import bank_rules, notebook

CITATION = re.compile(r"\[([a-z0-9-]+)\]\(#Sources\)")
PARTS = ("Questions", "Objectives", "Before you read", "Key points", "Check yourself", "Sources")
LINES = 3  # of a code cell that learners change
WORDS = 120  # of a paragraph
MONTHS = "|".join(month_name[1:])
CITED = 8  # citations in a lesson of the course
CODE = "<code>"  # stands for a code cell in the text of a lesson
EMPTY = r"(?m)^(#+) (.+)\n\s*(?=(#+) )"  # a heading that is followed by another
UNUSED = re.compile(r"\b(simply|obviously|just)\b", re.IGNORECASE)
PLACEHOLDER = re.compile(r"\b(TODO|TBD|lorem|coming soon)\b", re.IGNORECASE)
WIDE = 82  # characters that a pane has room for
FIELDS = re.compile(r'codeedu\.exercise\("(\w+)", (\d+)[,)]')
SITTING = re.compile(r'codeedu\.(pretest|quiz|drill|placement_test|final_exam)\("?(\w*)')
CASES = re.compile(r"codeedu\.case\((?:n=)?(\d*)\)")
# What takes how long; the start page says it to learners.
PACE = 150  # words a minute
LOOK = 1  # minutes for a figure, a table or an answer
ROW = 0.5  # minutes for a row of an exercise
TASK = 3  # minutes for an exercise without rows
# A cell whose call takes no variable does not depend on other cells.
ALONE = re.compile(r"codeedu\.\w+\([\")]")

RUN = "Run `codeedu lesson run` on the file."
CLEAN = "Run `codeedu lesson run` on the file: it stores clean outputs."

# The cell, as its number from 1 or as a text in it, or 0; what is wrong; how to fix it.
Breaches = Iterator[tuple[int | str, str, str]]


class LessonNotebook:
    """A notebook, cut into what the rules ask about.

    Raises ValueError, in a sentence, when the file is not a notebook.
    """

    def __init__(self, path: Path) -> None:
        if path.exists() and not path.is_file():  # a pipe would be read for ever
            raise ValueError("this is not a file")
        try:
            notebook = json.loads(path.read_text(encoding="utf-8"))
            self.cells: list[dict[str, Any]] = [_plain_cell(cell) for cell in notebook["cells"]]
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise ValueError("this is not a notebook that can be read") from None
        self.path = path
        self.metadata = notebook.get("metadata", {})
        self.text = "\n\n".join(text for _, text in self.sources("markdown"))
        self.code = [code for _, code in self.sources("code")]
        self.headings = re.findall(r"(?m)^(#+) (.+)$", _without_code_blocks(self.text))
        rows = {row["notebook"]: row for row in course_lessons().values()}
        known = rows.get(path.stem)
        self.row = None if path.resolve().parent == custom.folder().resolve() else known
        number = re.match(r"\d\d(?=-)", path.stem)
        self.number = known["lesson"] if known else number[0] if number else ""
        # Whether it has the whole anatomy; the start page and the final do not.
        self.full = known is None or known["ends"] == "quiz"

    def sources(self, kind: str) -> list[tuple[int, str]]:
        """Return the number and the source of all cells of a kind."""
        cells = enumerate(self.cells, 1)
        return [(n, cell["source"]) for n, cell in cells if cell["cell_type"] == kind]

    def part(self, heading: str) -> str:
        """Return the text under an H2, up to the next one."""
        part = re.search(rf"(?ms)^## {re.escape(heading)}$(.*?)(?=^## |\Z)", self.text)
        return part[1] if part else ""

    @property
    def exercises(self) -> list[str]:
        """Each exercise with its cells, from its heading to the next one."""
        whole = "\n\n".join(cell["source"] for cell in self.cells)
        return re.findall(r"(?ms)^##+ (Exercise .*?)(?=^##+ |\Z)", whole)

    @property
    def reading(self) -> int:
        """Minutes to read its words, without citations and solutions, and what its code shows.

        They are counted in JupyterLab, which is where there is more to read.
        """
        cells = [cell for cell in self.cells if belongs(cell, "jupyterlab")]
        words = "\n\n".join(c["source"] for c in cells if c["cell_type"] == "markdown")
        text = CITATION.sub("", _without_solutions(words))
        shown = sum(
            bool(cell["outputs"]) and (not is_view(code) or "figure(" in code or "_table(" in code)
            for cell in cells
            for code in [cell["source"]]
        )
        return _rounded(len(re.findall(r"\w\S*", text)) / PACE + LOOK * shown)

    @property
    def practice(self) -> int:
        """Minutes for its questions and cases, the rows of its exercises, and the others."""
        sittings = SITTING.findall("\n".join(self.code))
        views = [getattr(widget, name)(*filter(None, [lesson])) for name, lesson in sittings]
        questions = sum(len(view.paper.items) for view in views)
        rows = sum(bool(item.exercise) and item.lesson == self.number for item in bank.load())
        tasks = sum(not FIELDS.search(exercise) for exercise in self.exercises)
        cases = sum(int(n or selection.CASES) for n in CASES.findall("\n".join(self.code)))
        minutes = MINUTES * questions + widget.CASE_MINUTES * cases + ROW * rows + TASK * tasks
        return _rounded(minutes)

    def place(self, where: int | str) -> str:
        """Name a cell by its number and its first line."""
        if isinstance(where, str):
            places = (n for n, cell in enumerate(self.cells, 1) if where in cell["source"])
            where = next(places, 0)
        if not 0 < where <= len(self.cells):
            return ""
        first = self.cells[where - 1]["source"].split("\n")[0]
        return f"cell {where} ({first[:40] or 'empty'})"


def _plain_cell(cell: dict[str, Any]) -> dict[str, Any]:
    return {
        "cell_type": str(cell["cell_type"]),
        "metadata": cell["metadata"] if isinstance(cell.get("metadata"), dict) else {},
        "source": "".join(cell["source"]),
        "attachments": cell.get("attachments"),
        "outputs": [o for o in cell.get("outputs", []) if isinstance(o, dict)],
        "execution_count": cell.get("execution_count"),
    }


def _rounded(minutes: float) -> int:
    return 5 * max(1, round(minutes / 5))


def _without_code_blocks(text: str) -> str:
    return re.sub(r"(?ms)^```.*?^```", "", text)


def _without_solutions(text: str) -> str:
    return re.sub(r"(?s)<details>.*?</details>", "", text)


def _too_few(count: int, least: int, noun: str, fix: str) -> Breaches:
    if count < least:
        yield 0, f"it has {plural(count, noun)}, not {least} or more", fix


# The rules


def headings(lesson: LessonNotebook) -> Breaches:
    """One title, at the top, and no level of headings skipped."""
    depths = [len(marks) for marks, _ in lesson.headings]
    if depths.count(1) != 1 or depths[:1] != [1]:
        fix = "Begin the first cell with `# 20. Title`, and use ## and ### below it."
        yield 1, f"it has {plural(depths.count(1), 'title')} (#), not one at the top", fix
    for (before, _), (after, name) in pairwise(lesson.headings):
        if len(after) > len(before) + 1:
            what = f"the heading “{name}” skips a level, from {before} to {after}"
            yield f"{after} {name}", what, f"Write it with {before}#."


def places(lesson: LessonNotebook) -> Breaches:
    """In JupyterLab and on a page, something stands below each heading and above each code cell."""
    for place, where in zip(PLACES, ("in JupyterLab", "on a page"), strict=True):
        shown = [cell for cell in lesson.cells if belongs(cell, place)]
        text = "\n".join(
            _without_code_blocks(cell["source"]) if cell["cell_type"] == "markdown" else CODE
            for cell in shown
        )
        for marks, name, after in re.findall(EMPTY, f"{text}\n# "):
            if len(after) <= len(marks):
                fix = "Give its heading the tags that the cells below it have."
                yield f"{marks} {name}", f"{where} nothing is below “{name}”", fix
        if f"{CODE}\n{CODE}" in text and len(shown) < len(lesson.cells):
            fix = "Say in a sentence above each what it will show."
            yield 0, f"{where} a code cell follows another one", fix


def opening(lesson: LessonNotebook) -> Breaches:
    """Title, promise and one line of facts."""
    first = lesson.cells[0]["source"] if lesson.cells else ""
    line = "the line of facts"
    needs, reading, practice = "**You need**:", r"\d+", r"\d+"
    time = f"{line} does not say the time"
    if row := lesson.row:
        fix = "See the first row of docs/lesson-format.md."
        if not re.match(rf"# (\d+\. )?{re.escape(row['title'])}\n", first):
            yield 1, f"the title is not that of data/course/lessons.csv, “{row['title']}”", fix
        if row["promise"] not in first:
            yield 1, f"the promise of data/course/lessons.csv is missing, “{row['promise']}”", fix
        needs, reading, practice = f"{needs} {row['needs']}.", row["reading"], row["practice"]
        time = f"{line} does not say {reading} minutes to read, {practice} to practice"
    if not re.search(rf"{reading} minutes to read, {practice} to practice", first):
        yield 1, time, "Write `**Time**: about 15 minutes to read, 12 to practice.`"
    if needs not in first:
        yield 1, f"{line} does not say `{needs}`", "Say what a learner needs first."
    if not re.search(rf"\*\*As of\*\*: [^\n]*\b({MONTHS}) (\d{{1,2}}, )?20\d\d", first):
        fix = "Write `**As of**: HCPCS Level II of January 2026.`, the dates of your lists."
        yield 1, f"{line} has no date", fix


def minutes(lesson: LessonNotebook) -> Breaches:
    """Require the minutes that the course states to be those that its rule counts."""
    if row := lesson.row:
        for column, counted in (("reading", lesson.reading), ("practice", lesson.practice)):
            if row[column] != str(counted):
                what = f"data/course/lessons.csv says {row[column]} minutes of {column}"
                fix = "Change it there, here, in README.md and in docs/instructors.md."
                yield 1, f"{what}, and it is {counted}", fix


def fixed_parts(lesson: LessonNotebook) -> Breaches:
    """Six fixed parts in their order, with a story of two or more sections between them."""
    names = [name for marks, name in lesson.headings if marks == "##"]
    missing = [name for name in PARTS if name not in names]
    for name in missing:
        yield 0, f"the part “{name}” is missing", f"Add a cell that begins with `## {name}`."
    if not missing and names[:3] + names[-3:] != list(PARTS):
        fix = f"Put them in this order: {', '.join(PARTS)}; the story is between the third and "
        yield 0, f"the parts are in another order: {', '.join(names)}", f"{fix}the fourth."
    sections = sum(name not in PARTS for name in names)
    if sections < 2:
        fix = "Add an H2 (##) between “Before you read” and “Key points”."
        yield 0, f"its story has {plural(sections, 'section')}", fix


def bullets(lesson: LessonNotebook) -> Breaches:
    """Objectives, questions and key points are lists of the right length."""
    listed = re.findall(r"(?m)^- (.+?)[;.]?$", lesson.part("Objectives"))
    rows = [row for row in tables.rows("objectives") if row["lesson"] == lesson.number]
    if rows and listed != [row["can"] for row in rows]:
        is_custom = lesson.number not in course_lessons()
        table = "data/course/objectives.csv"
        where = "its question file" if is_custom else f"{table}, and of your question files"
        each = "`can` of every [[objective]]" if is_custom else "the column `can`"
        missing = [row["can"] for row in rows if row["can"] not in listed]
        which = f": “{shorten(missing[0])}” is missing" if missing else ""
        what = f"the objectives are not those of {where}{which}"
        yield "## Objectives", what, f"Copy {each}, one bullet for each."
    elif not listed:
        yield "## Objectives", "there is no objective", "Add a bullet for each."
    for heading, noun, bullet, least, most, fix in (
        ("Questions", "question", r"^- .+\?$", 2, 4,
         "Write each as a bullet that ends in a question mark."),
        ("Key points", "key point", r"^- ", 3, 6, "Write each as a bullet."),
    ):  # fmt: skip
        count = len(re.findall(rf"(?m){bullet}", lesson.part(heading)))
        if not least <= count <= most:
            there = f"there {'is' if count == 1 else 'are'} {plural(count, noun)}"
            yield f"## {heading}", f"{there}, not {least} to {most}", fix


def story(lesson: LessonNotebook) -> Breaches:
    """Examples, exercises with solutions, and a trap."""
    examples = sum(bool(re.match("(Worked e|E)xample", name)) for _, name in lesson.headings)
    add = "Add one under a heading `### "
    yield from _too_few(examples, 3, "example", f"{add}Example: …`.")
    exercises = lesson.exercises
    yield from _too_few(len(exercises), 4, "exercise", f"{add}Exercise 1: …`.")
    for exercise in exercises:
        yield from _solution(lesson, exercise)
    checked = sum(bool(FIELDS.search(exercise)) for exercise in exercises)
    if checked * 2 < len(exercises):
        what = f"{checked} of {len(exercises)} exercises have fields that are checked"
        yield 0, what, "Add a cell such as `codeedu.exercise(...)` to half of them."
    for words in ("**Teach it back.**", "**Your own codes.**"):
        if words not in lesson.text:
            yield 0, f"no exercise has `{words}`", "Add it to one."
    traps = re.findall(r"(?ms)^> \*\*Common trap\.\*\*.*?(?=\n\n|\Z)", lesson.text)
    if not traps:
        fix = "Add a quote that starts with `> **Common trap.**`."
        yield 0, "there is no common trap", fix
    for trap in traps:
        for words in ("**What it costs.**", "**How to see it.**"):
            if words not in trap:
                yield trap.split("\n")[0], f"the trap does not say `{words}`", "Add it."


def _solution(lesson: LessonNotebook, exercise: str) -> Breaches:
    """Fields that check the answers, under the number in the heading, or else a solution."""
    name = exercise.splitlines()[0]
    call = FIELDS.search(exercise)
    in_name = re.match(r"Exercise (\d+)", name)
    number = in_name[1] if in_name else None
    if call and call.groups() != (lesson.number, number):
        what = f"the cell of “{name}” asks for exercise {call[2]} of lesson {call[1]}"
        yield name, what, "Ask for the number in the heading."
    if not call and "**Type it.**" in exercise:
        what = f"“{name}” says `**Type it.**`, and there is no field"
        fix = f'Add `codeedu.exercise("{lesson.number}", {number or 1})` and its rows in the bank'
        yield name, what, f"{fix}, or write `**On paper or aloud.**`."
    if not call and not re.search(r"<details>\s*<summary>Solution", exercise):
        fix = "Add `<details><summary>Solution</summary>`, an empty line, the text, an empty "
        yield name, f"“{name}” has no solution", f"{fix}line, `</details>`."


def live(lesson: LessonNotebook) -> Breaches:
    """Something to try, a pretest and a quiz."""
    code = "\n".join(lesson.code)
    if not re.search(r"codeedu\.(explorer|drill|line_check|case)\(", code):
        fix = 'Add a cell such as `codeedu.explorer("J1885")`.'
        yield 0, "there is nothing to try: no explorer, drill, case or line check", fix
    for name in ("pretest", "quiz"):
        if not re.search(rf'codeedu\.{name}\("{lesson.number}"[,)]', code):
            call = f'codeedu.{name}("{lesson.number}")'
            yield 0, f"the {name} of lesson {lesson.number} is missing", f"Add `{call}`."


def question_file(lesson: LessonNotebook) -> Breaches:
    """Require a question file beside every custom lesson that asks questions."""
    found = bank_rules.lessons_in(sorted(lesson.path.parent.glob("*.toml")))
    if found is None:  # its error comes first
        return
    asked, notebooks = found
    if lesson.path.stem not in notebooks | {row["notebook"] for row in tables.rows("lessons")}:
        fix = f'Write one with notebook = "{lesson.path.stem}": see docs/custom.md.'
        yield 0, "no question file has its [[lesson]], so it is on no page and no home page", fix
    asked |= {row["lesson"] for row in tables.rows("objectives")} | set(course_lessons())
    for cell, code in lesson.sources("code"):
        for call, number in re.findall(r'codeedu\.(quiz|pretest|exercise)\("(\d\d)"', code):
            if number not in asked:
                what = f"`codeedu.{call}` asks questions of lesson {number}, and no file has any"
                name = f"{lesson.path.stem}.toml"
                fix = f"Put {name} beside the notebook, with an [[objective]] of lesson {number} "
                yield cell, what, f"{fix}and its questions: see docs/custom.md."


def paragraphs(lesson: LessonNotebook) -> Breaches:
    """No wall of text."""
    for number, text in lesson.sources("markdown"):
        for paragraph in re.split(r"\n\s*\n", _without_solutions(text)):
            count = len(paragraph.split())
            if count > WORDS and not paragraph.lstrip().startswith(("|", "-", "1.")):
                what = f"a paragraph has {count} words, more than {WORDS}"
                yield number, what, "Cut it in two, or make a list of it."


def cells(lesson: LessonNotebook) -> Breaches:
    """Code cells are short, can be run alone, and follow a sentence."""
    for number, code in lesson.sources("code"):
        lines = code.splitlines()
        if len(lines) > LINES and not is_view(code):
            what = f"it has {len(lines)} lines of code, more than {LINES}"
            yield number, what, "Keep the one call that learners need."
        longest = max(map(len, lines), default=0)
        if longest > WIDE:
            yield number, f"a line has {longest} characters, more than {WIDE}", "Break it."
        if ALONE.match(code) and "release=release" not in code:
            what = "it cannot be run alone, on another day"
            yield number, what, "Begin it with `import codeedu`; a view with `import codeedu; `."
        if number > 1 and lesson.cells[number - 2]["cell_type"] != "markdown":
            fix = "Say in a sentence above it what it will show."
            yield number, "it follows another code cell", fix


def citations(lesson: LessonNotebook) -> Breaches:
    """Citations and a list of sources that match, with one source a sentence."""
    known = set(tables.by("sources", "id"))
    own = set(re.findall(r"(?m)^- `([a-z0-9-]+)`", lesson.part("Sources")))
    cited = set(CITATION.findall(lesson.text))
    call = next((code for code in lesson.code if "codeedu.sources(" in code), "")
    listed = set(re.findall(r'"([a-z0-9-]+)"', call))
    never = "the source `{}` is listed, never cited"
    for names, where, what, fix in (
        (cited - known - own, "[{}](#Sources)", "there is no source `{}`",
         "Take an id of data/sources/sources.csv, or list it under “Sources” as "
         "``- `{}`: title, publisher, the day you read it``."),
        ((cited & known) - listed - own, "[{}](#Sources)",
         "the source `{}` is cited, not listed", 'Add "{}" to the call of codeedu.sources.'),
        (listed - cited, "codeedu.sources(", never, "Cite it in the text, or take it out."),
        (own - cited, "- `{}`", never, "Cite it in the text, or take it out."),
    ):  # fmt: skip
        for name in sorted(names):
            yield where.format(name), what.format(name), fix.format(name)
    for number, text in lesson.sources("markdown"):
        if re.search(r"\[[a-z0-9-]+\]\(#Sources\), \[", text):
            yield number, "a sentence has two sources", "Split it, so that each has one."
    if lesson.full:
        count = len(CITATION.findall(_without_solutions(lesson.text)))
        fix = "End a statement about codes, law or history with `([source-id](#Sources))`."
        yield from _too_few(count, CITED if lesson.row else 1, "citation", fix)


def shown_once(lesson: LessonNotebook) -> Breaches:
    """No table and no figure twice."""
    shown = re.findall(r'((?:show_table|figure)\("[a-z-_]+")', "\n".join(lesson.code))
    for call in sorted({call for call in shown if shown.count(call) > 1}):
        yield call, f"`codeedu.{call})` is there twice", "Keep one, and refer to it."


def outputs(lesson: LessonNotebook) -> Breaches:
    """Require outputs that are stored, in order, and safe to show anywhere."""
    counts = [c["execution_count"] for c in lesson.cells if c["cell_type"] == "code"]
    if counts != list(range(1, len(counts) + 1)):
        yield 0, "its cells were not run once, from top to bottom", RUN
    if lesson.metadata.get("widgets"):
        yield 0, "the state of widgets is stored in it: somebody's answers may be in there", CLEAN
    for number, output in _outputs(lesson):
        kind, data = output.get("output_type"), output.get("data", {})
        if kind == "error":
            what = f"it ended in an error: {output.get('ename')}: {output.get('evalue')}"
            yield number, what[:200], f"Repair it. {RUN}"
        elif kind == "stream":
            text = "".join(output.get("text", ""))[:40].strip()
            yield number, f"it printed “{text}”", f"End it with what it shows. {RUN}"
        if WIDGET in data:
            yield number, "its output shows only while a kernel runs", CLEAN


def _outputs(lesson: LessonNotebook) -> list[tuple[int, dict[str, Any]]]:
    cells = enumerate(lesson.cells, 1)
    return [(number, output) for number, cell in cells for output in cell["outputs"]]


def pictures(lesson: LessonNotebook) -> Breaches:
    """Every picture says in words what it shows."""
    fix = "Say in the alt text what the picture shows: its kind, its axes, its message."
    for number, source in lesson.sources("markdown"):
        text = re.sub(r"`[^`]*`", "", _without_code_blocks(source))
        if re.search(r"!\[\s*\]\(", text) or _mute(text):
            yield number, "a picture has no alt text", fix
    for number, output in _outputs(lesson):
        data = output.get("data", {})
        html = "".join(data.get("text/html", ""))
        if ("image/png" in data and "<img" not in html) or _mute(html):
            yield number, "its output is a picture without alt text", fix


def _mute(html: str) -> bool:
    return any(
        not re.search(r"""\balt=("[^"]+"|'[^']+')""", tag)
        for tag in re.findall(r"(?s)<img\b[^>]*>", html)
    )


def links(lesson: LessonNotebook) -> Breaches:
    """Every picture, document and lesson that the text leads to is there, and travels with it."""
    folder = lesson.path.parent
    known = {path.name for path in (*originals(), *folder.glob("*.ipynb"))}
    for number, cell in enumerate(lesson.cells, 1):
        if cell["cell_type"] == "markdown":
            yield from ((number, *fault) for fault in faults(cell, folder, known))


def next_lesson(lesson: LessonNotebook) -> Breaches:
    """Require a link to the next lesson in the last cell."""
    names = [row["notebook"] for row in course_lessons().values()]
    last = lesson.sources("markdown")[-1][1] if lesson.text else ""
    if lesson.row:
        after = dict(pairwise(names)).get(lesson.path.stem, "")
        if after and f"({after}.ipynb)" not in last:
            fix = f"End it with `**Next**: [Title]({after}.ipynb)`."
            yield len(lesson.cells), "the next lesson is not one link away", fix
    elif "**Next**" not in last:
        yield len(lesson.cells), "it does not say what comes next", "End it with `**Next**: …`."


def plain_words(lesson: LessonNotebook) -> Breaches:
    """No words that make a learner feel slow, and nothing left to fill in."""
    for number, text in lesson.sources("markdown"):
        for word in dict.fromkeys(UNUSED.findall(text)):
            yield number, f"it says “{word}”", "Leave the word out: to a beginner it is not."
    for number, cell in enumerate(lesson.cells, 1):
        for word in dict.fromkeys(PLACEHOLDER.findall(cell["source"])):
            yield number, f"a placeholder is left: {word}", "Write what belongs there."


ALWAYS = (
    *(headings, places, opening, minutes, question_file, paragraphs, cells, citations),
    *(shown_once, outputs, pictures, links, next_lesson, plain_words),
)
FULL = (fixed_parts, bullets, story, live)  # of a lesson with the whole anatomy


def check_lesson(path: str | Path, *, run: bool = False) -> list[Problem]:
    """Return all that is wrong with a lesson, and with the question file of its name beside it.

    With `run` the lesson is also run in a fresh kernel, where no cell may fail and each has to
    print what is stored. Only then is code of the notebook executed.

    Raises OSError when the file cannot be read.
    """
    path = Path(path)
    try:
        lesson = LessonNotebook(path)
    except ValueError as error:
        return [Problem(path.name, "", str(error), "Open it in JupyterLab and save it.")]
    rules = ALWAYS + (FULL if lesson.full else ()) + ((_run_again,) if run else ())
    problems = [
        Problem(path.name, lesson.place(where), what, fix)
        for rule in rules
        for where, what, fix in rule(lesson)
    ]
    if not lesson.number:
        fix = "Call it 20-title.ipynb."
        problems.append(Problem(path.name, "", "its name begins with no number", fix))
    questions = path.with_suffix(".toml")
    if questions.is_file():
        found = bank_rules.check_banks([questions])
        problems += [problem for problem in found if not problem.warning]
        if PLACEHOLDER.search(questions.read_text("utf-8", errors="replace")):
            fix = "Write what belongs there."
            problems.append(Problem(questions.name, "", "a placeholder is left: TODO", fix))
    return problems


def _run_again(lesson: LessonNotebook) -> Breaches:
    again = notebook.run(lesson.path)
    for number, (stored, cell) in enumerate(zip(lesson.cells, again.cells, strict=True), 1):
        printed = cell.get("outputs", [])
        failed = next((o for o in printed if o["output_type"] == "error"), None)
        if failed:
            what = f"it fails: {failed['ename']}: {failed['evalue']}"
            yield number, what[:300], "Repair it."
        elif _output_texts(stored["outputs"]) != _output_texts(printed):
            yield number, "it prints something else than what is stored", RUN


def _output_texts(outputs: list[dict[str, Any]]) -> list[str]:
    """Return outputs as text; one that shows only while a kernel runs is not stored."""
    stored = [output for output in outputs if set(output.get("data", ())) != {WIDGET}]
    return ["".join(o.get("data", {}).get("text/plain", o.get("text", ""))) for o in stored]
