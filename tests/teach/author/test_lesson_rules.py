"""Every lesson keeps the rules of `lesson_rules`, and each rule can be broken."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from codeedu import tables
from codeedu.cli import main
from codeedu.codes.level2 import edition_of
from codeedu.lessons import PLACES, belongs
from codeedu.teach.author import bank_rules, lesson_rules, new_lesson
from codeedu.teach.author.notebook import store

NOTEBOOKS = sorted((Path(__file__).parents[3] / "notebooks").glob("*.ipynb"))
ANATOMY = next(path for path in NOTEBOOKS if path.name.startswith("02"))


def said(path, **how):
    return [str(problem) for problem in lesson_rules.check_lesson(path, **how)]


# The course


def test_there_is_a_notebook_for_every_lesson():
    assert [path.stem for path in NOTEBOOKS] == [row["notebook"] for row in tables.rows("lessons")]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_lesson_of_the_course_lacks_nothing(path):
    assert said(path) == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_lesson_of_the_course_names_its_lists(path):
    first = json.loads(path.read_text(encoding="utf-8"))["cells"][0]
    named = [f"{name} of {edition_of(name)}" for name in ("HCPCS Level II", "ICD-10-CM")]
    assert f"**As of**: {', '.join(named)}." in "".join(first["source"])


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_sentences_are_true_without_running_anything(path):
    told = r"Run this cell|Shift|[Kk]ernel|(?:next|first) cell|import codeedu"
    found = re.findall(told, lesson_rules.LessonNotebook(path).text)
    assert found == (["Shift"] if path.name.startswith("06") else [])


# What is in JupyterLab only; lesson 06, whose code one can run there, says so where it asks for it.
RUN = r"\b[Rr]un (?:it|them|the cell)\b|\b(?:[Aa]|[Tt]he) cell\b"
IN_JUPYTERLAB = rf"{RUN}|Jupyter|make lab|[Hh]ome folder|terminal|this machine|codeedu-progress"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_sentences_of_a_page_are_true_on_it(path):
    cells = lesson_rules.LessonNotebook(path).cells
    shown = [c for c in cells if c["cell_type"] == "markdown" and belongs(c, "page")]
    sentences = [says for cell in shown for says in re.split(r"(?<=[.?])\s", cell["source"])]
    told = IN_JUPYTERLAB
    if path.name.startswith("06"):
        told, sentences = RUN, [says for says in sentences if "n JupyterLab, " not in says]
    assert [says for says in sentences if re.search(told, says)] == []


def test_a_page_of_each_lesson_shows_code_only_where_the_table_says_so():
    shown = {row["lesson"] for row in tables.rows("lessons") if row["code"]}
    assert shown == {"06"}
    assert {row["code"] for row in tables.rows("lessons")} == {"shown", ""}


def test_what_is_for_one_place_is_left_out_of_the_other():
    start = lesson_rules.LessonNotebook(NOTEBOOKS[0]).cells
    text = {place: "\n".join(c["source"] for c in start if belongs(c, place)) for place in PLACES}
    for words, place in (
        ("make lab", "jupyterlab"), ("check_installation", "jupyterlab"),
        ("## Check that everything works", "jupyterlab"), ("close the page", "page"),
    ):  # fmt: skip
        assert [name for name in PLACES if words in text[name]] == [place], words


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_headings_fit_into_the_outline(path):
    names = [name for _, name in lesson_rules.LessonNotebook(path).headings]
    assert [name for name in names if len(name) > 34] == []


# Each rule, broken


@pytest.fixture
def edit(tmp_path):
    """Change lesson 02 by a function of its notebook, and say what is wrong with it then."""

    def changed(change, path=ANATOMY, name=None):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            cell["source"] = "".join(cell["source"])
        change(notebook)
        target = tmp_path / (name or path.name)
        target.write_text(json.dumps(notebook), encoding="utf-8")
        return said(target)

    return changed


def swap(before, after, times=1):
    """Return a change that replaces the first text in which `before` stands."""

    def change(notebook):
        cell = next(cell for cell in notebook["cells"] if before in cell["source"])
        cell["source"] = cell["source"].replace(before, after, times)

    return change


def markdown(text):
    return {"cell_type": "markdown", "id": "x", "metadata": {}, "source": text}


def add(text, at=6):
    return lambda notebook: notebook["cells"].insert(at, markdown(text))


def tag(name, *texts):
    """Return a change that puts sections in lesson 02, and tags the cells with these texts."""

    def change(notebook):
        code = {"cell_type": "code", "id": "x", "metadata": {}, "outputs": []}
        shown = [{**code, "source": 'codeedu.glossary("HCPCS")'}, markdown("One word")]
        notebook["cells"][6:6] = [markdown("## One"), *shown, markdown("## Two"), shown[0]]
        for cell in notebook["cells"]:
            if any(text in cell["source"] for text in texts):
                cell["metadata"] = {"tags": [name]}

    return change


LONG = "word " * 121
BROKEN = {
    "a second title": (
        add("# Title"),
        "02-anatomy-of-a-code.ipynb, cell 1 (# 2. Anatomy of a code): it has 2 titles (#), not one "
        "at the top. Begin the first cell with `# 20. Title`, and use ## and ### below it.",
    ),
    "a skipped heading": (
        add("#### Deep"),
        "02-anatomy-of-a-code.ipynb, cell 7 (#### Deep): the heading “Deep” skips a level, from ## "
        "to ####. Write it with ###.",
    ),
    "another title": (
        swap("Anatomy of a code\n", "Anatomy\n"),
        "the title is not that of data/course/lessons.csv, “Anatomy of a code”",
    ),
    "no time": (
        swap("minutes to read", "min"),
        "the line of facts does not say 30 minutes to read",
    ),
    "more to read": (
        add("word " * 600),
        "data/course/lessons.csv says 30 minutes of reading, and it is 35. Change it there, here, "
        "in README.md and in docs/instructors.md.",
    ),
    "less to practice": (
        swap('codeedu.quiz("02")', 'codeedu.figure("timeline")'),
        "data/course/lessons.csv says 35 minutes of practice, and it is 30.",
    ),
    "no date": (
        swap("II of January 2026, ICD-10-CM of April 2026", "II of 2026"),
        "the line of facts has no date",
    ),
    "a missing part": (
        swap("## Key points", "## What to keep"),
        "02-anatomy-of-a-code.ipynb: the part “Key points” is missing. Add a cell that begins with "
        "`## Key points`.",
    ),
    "an objective that the table does not have": (
        swap("- place a Category I", "- put a Category I"),
        "the objectives are not those of data/course/objectives.csv",
    ),
    "an exercise without a solution": (
        swap("<details><summary>Solution", "<details><summary>Answer"),
        "“Exercise 8: teach it back” has no solution",
    ),
    "an exercise without fields": (
        swap("codeedu.exercise(", "codeedu.explorer("),
        "“Exercise 1: name the kind” says `**Type it.**`, and there is no field. Add "
        '`codeedu.exercise("02", 1)` and its rows in the bank, or write `**On paper '
        "or aloud.**`.",
    ),
    "the fields of another exercise": (
        swap('codeedu.exercise("02", 1)', 'codeedu.exercise("02", 2)'),
        "the cell of “Exercise 1: name the kind” asks for exercise 2 of lesson 02. Ask for the "
        "number in the heading.",
    ),
    "few exercises with fields": (
        lambda notebook: [
            swap("codeedu.exercise(", "codeedu.explorer(")(notebook) for _ in "123456"
        ],
        "1 of 9 exercises have fields that are checked. Add a cell such as",
    ),
    "a trap without its cost": (
        swap("**What it costs.**", "**Cost.**"),
        "the trap does not say `**What it costs.**`. Add it.",
    ),
    "no quiz": (
        swap('codeedu.quiz("02")', 'codeedu.quiz("03")'),
        'the quiz of lesson 02 is missing. Add `codeedu.quiz("02")`.',
    ),
    "a wall of text": (add(LONG), "a paragraph has 121 words, more than 120"),
    "a source that nobody knows": (
        add("So it is ([no-such](#Sources))."),
        "02-anatomy-of-a-code.ipynb, cell 7 (So it is ([no-such](#Sources)).): there is no source "
        "`no-such`. Take an id of data/sources/sources.csv, or list it under “Sources” as "
        "``- `no-such`: title, publisher, the day you read it``.",
    ),
    "a source that is not listed": (
        add("So it is ([hcfa-2000](#Sources))."),
        'the source `hcfa-2000` is cited, not listed. Add "hcfa-2000" to the call',
    ),
    "a source that is not cited": (
        swap('sources(\n    "aap-cat2"', 'sources("hcfa-2000", "aap-cat2"'),
        "the source `hcfa-2000` is listed, never cited",
    ),
    "two sources": (
        add("So ([asc-cpt](#Sources), [aap-cat2](#Sources))."),
        "a sentence has two sources. Split it, so that each has one.",
    ),
    "a word that makes one feel slow": (add("It is simply so."), "it says “simply”"),
    "a placeholder": (add("TBD"), "a placeholder is left: TBD"),
    "a picture without words": (add("![](x.png)"), "a picture has no alt text"),
    "an image without words": (add('<img src="x.png">'), "a picture has no alt text"),
    "a lost next lesson": (
        swap("](03-level-i-or-level-ii.ipynb)", "](nowhere.ipynb)"),
        "the next lesson is not one link away",
    ),
    "a heading without a section on a page": (
        tag("jupyterlab", 'codeedu.glossary("', "One word"),
        "on a page nothing is below “One”. Give its heading the tags that the cells below it have.",
    ),
    "a heading without a section in JupyterLab": (
        tag("page", 'codeedu.glossary("', "One word"),
        "in JupyterLab nothing is below “One”. Give its heading the tags",
    ),
    "code behind code on a page": (
        tag("jupyterlab", "## Two", "One word"),
        "on a page a code cell follows another one. Say in a sentence above each",
    ),
    "a figure twice": (
        swap('codeedu.figure("code-space")', 'codeedu.figure("cpt-sections")'),
        '`codeedu.figure("cpt-sections")` is there twice',
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_breaks_a_rule_is_told(edit, name):
    change, told = BROKEN[name]
    assert any(told in problem for problem in edit(change))


def code_cell(notebook, call):
    return next(cell for cell in notebook["cells"] if call in cell["source"])


def output(kind, **more):
    return {"output_type": kind, "metadata": {}, **more}


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (output("stream", name="stdout", text=["hello"]), "it printed “hello”"),
        (output("error", ename="ValueError", evalue="no"), "it ended in an error: ValueError: no"),
        (output("display_data", data={lesson_rules.WIDGET: {}}), "shows only while a kernel runs"),
        (output("display_data", data={"image/png": "x"}), "is a picture without alt text"),
        (output("display_data", data={"text/html": "<img src='x'>"}), "picture without alt text"),
    ],
)
def test_stray_outputs_are_told(edit, made, told):
    def change(notebook):
        code_cell(notebook, "codeedu.figure")["outputs"].append(made)

    (problem,) = edit(change)
    assert told in problem
    assert "cell " in problem


def test_a_notebook_run_out_of_order_and_its_widget_state_are_told(edit):
    def change(notebook):
        code_cell(notebook, "codeedu.figure")["execution_count"] = 99
        notebook["metadata"]["widgets"] = {"application/vnd.jupyter.widget-state+json": {}}

    first, second = edit(change)
    assert "its cells were not run once, from top to bottom" in first
    assert "the state of widgets is stored in it" in second


def test_a_long_cell_and_one_without_a_sentence_are_told(edit):
    def change(notebook):
        at = next(i for i, c in enumerate(notebook["cells"]) if "codeedu.figure" in c["source"])
        copy = {**notebook["cells"][at], "source": "a = 1\n" * 4 + "b" * 83}
        notebook["cells"].insert(at + 1, copy)

    problems = edit(change)
    assert any("it has 5 lines of code, more than 3" in one for one in problems)
    assert any("a line has 83 characters, more than 82. Break it." in one for one in problems)
    assert any("it follows another code cell" in one for one in problems)


def test_all_problems_are_told_at_once(edit):
    def change(notebook):
        for name in ("a second title", "a missing part", "a wall of text", "no quiz"):
            BROKEN[name][0](notebook)

    assert len(edit(change)) >= 4


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"cells": [1]}', '{"cells": [{}]}', "\x00"])
def test_what_is_no_notebook_is_told(tmp_path, content):
    path = tmp_path / "08-x.ipynb"
    path.write_text(content)
    assert said(path) == [
        "08-x.ipynb: this is not a notebook that can be read. Open it in JupyterLab and save it."
    ]


# Minutes

SHOWN = [{"output_type": "execute_result", "data": {}}]
FIGURE = ('import codeedu; codeedu.figure("timeline")', SHOWN)
ANSWER = ('codeedu.classify("J1885").explain()', SHOWN)
SILENT = ("release = 1", [])
QUIZ = ('import codeedu; codeedu.quiz("02")', SHOWN)
CASES = ("import codeedu; codeedu.case(n=2)", SHOWN)
TASK = "### Exercise 8: teach it back"
SOLUTION = f"<details>{'word ' * 900}</details>"
ROWS = 20  # minutes: the exercises of lesson 02 have 36 rows in the bank, half a minute each


@pytest.mark.parametrize(
    ("cells", "reading", "practice"),
    [
        ([], 5, ROWS),
        (["word " * 1500], 10, ROWS),
        (["word ([a-source](#Sources)) " * 1500], 10, ROWS),
        (["| word | word |\n" * 750], 10, ROWS),
        (["word " * 1500, SOLUTION], 10, ROWS),
        (["word " * 1500, *[FIGURE, ANSWER] * 5], 20, ROWS),
        (["word " * 1500, *[SILENT] * 10], 10, ROWS),
        (["word " * 1500, *[QUIZ] * 4], 10, ROWS + 30),
        (["word " * 1500, *[TASK] * 10], 10, ROWS + 30),
        (["word " * 1500, *[CASES] * 5], 10, ROWS + 40),
    ],
)
def test_minutes_are_counted(tmp_path, cells, reading, practice):
    made = [
        {"cell_type": "markdown", "source": cell}
        if isinstance(cell, str)
        else {"cell_type": "code", "source": cell[0], "outputs": cell[1]}
        for cell in cells
    ]
    path = tmp_path / ANATOMY.name
    path.write_text(json.dumps({"cells": made}), encoding="utf-8")
    lesson = lesson_rules.LessonNotebook(path)
    assert (lesson.reading, lesson.practice) == (reading, practice)


def test_the_start_page_says_how_minutes_are_counted():
    assert (lesson_rules.PACE, lesson_rules.LOOK, lesson_rules.TASK) == (150, 1, 3)
    assert (lesson_rules.MINUTES, lesson_rules.ROW) == (45 / 60, 30 / 60)
    assert lesson_rules.widget.CASE_MINUTES == 4
    said = "150 words a minute, and a minute for each figure, table or answer of the classifier; "
    said += "45 seconds for each question, four minutes for each case, 30 seconds for each row of "
    said += "an exercise, three minutes for an exercise without rows; all rounded to 5."
    assert said in lesson_rules.LessonNotebook(NOTEBOOKS[0]).text


# A custom lesson


def filled(folder):
    """Make a lesson and write something for each TODO, as an author would."""
    paths = new_lesson.new("20", "Home health: the codes", folder)
    for path in paths:
        count = iter(range(1, 1000))
        text = re.sub(r"TODO( \d)?", lambda _: f"Word {next(count)}", path.read_text("utf-8"))  # noqa: B023
        path.write_text(text, encoding="utf-8")
    return paths


def test_a_new_lesson_says_what_to_fill_in(tmp_path):
    notebook, questions = new_lesson.new("20", "Home health: the codes", tmp_path)
    assert notebook.name == "20-home-health-the-codes.ipynb"
    told = said(notebook)
    assert all("a placeholder is left: TODO" in one or "were not run" in one for one in told)
    assert [one for one in bank_rules.check_banks([questions]) if not one.warning] == []


def test_a_new_lesson_passes_when_it_is_filled_and_run(tmp_path, capfd):
    notebook, _ = filled(tmp_path)
    assert notebook.read_text("utf-8").count(" in 20-home-health-the-codes.toml.") == 2
    assert main(["lesson", "run", str(notebook)]) == 0
    assert "WARNING" not in capfd.readouterr().err
    assert main(["check", "--run", str(notebook)]) == 0
    assert capfd.readouterr().out.endswith("no problems, no warnings.\n")


def test_a_strict_run_tells_what_fails_and_what_has_changed(tmp_path):
    notebook, _ = filled(tmp_path)
    store(notebook)
    text = notebook.read_text("utf-8")
    notebook.write_text(text.replace('explorer(\\"J1885\\")', "explorer(1 / 0)")
                        .replace("codeedu.quiz('20'", "codeedu.quiz('19'"))  # fmt: skip
    told = said(notebook, run=True)
    assert any("it fails: ZeroDivisionError: division by zero" in one for one in told)
    assert any("it prints something else than what is stored" in one for one in told)


def test_the_bank_of_a_lesson_is_checked_too(tmp_path):
    notebook, questions = filled(tmp_path)
    text = questions.read_text("utf-8")
    questions.write_text(text.replace("right = true", "right = 1", 1), encoding="utf-8")
    name = re.search(r'id = "(20-home-health-the-codes-[0-9a-f]{6}-01)"', text)[1]
    what = f"{name}, option 1: `right` is 1, not true or false. "
    assert any(one.startswith(str(questions)) and what in one for one in said(notebook))


def test_the_questions_of_two_teachers_share_no_id(tmp_path):
    ids = []
    for teacher in ("ada", "bob"):
        _, questions = new_lesson.new("20", "Our payers", tmp_path / teacher)
        data = tomllib.loads(questions.read_text("utf-8"))
        ids += [entry["id"] for entry in data["item"]] + [data["objective"][0]["objective"]]
        assert all(entry["id"].startswith(entry["objective"]) for entry in data["item"])
    assert len(set(ids)) == len(ids) == 2 * 11


def test_new_overwrites_nothing_and_knows_its_numbers(tmp_path, capsys):
    new_lesson.new("20", "Home", tmp_path)
    assert main(["lesson", "new", "20", "Home", "-o", str(tmp_path)]) == 2
    assert "is there already; nothing was written" in capsys.readouterr().err
    for number in ("05", "08", "19", "7", "100", "final", "٢١"):
        assert main(["lesson", "new", number, "Home", "-o", str(tmp_path)]) == 2
        what = f"Custom lessons have numbers from 20 to 99, not {number!r}."
        assert what in capsys.readouterr().err
    assert main(["lesson", "new", "21", "!", "-o", str(tmp_path)]) == 2
    assert "has no letters" in capsys.readouterr().err


def test_the_command_counts(tmp_path, capsys):
    path = tmp_path / "08-x.ipynb"
    path.write_text("{}")
    assert main(["check", str(path), str(ANATOMY)]) == 1
    assert capsys.readouterr().out.endswith("\n1 problem, no warnings.\n")
    assert main(["check", str(tmp_path / "none.ipynb")]) == 2
