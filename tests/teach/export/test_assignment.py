"""Assignments: the same for the same seed, no answer in the handout, nbgrader's marks as ours."""

import json
import random
import re
from functools import cache

import nbformat
import pytest

import codeedu
from banks import ONE, response, use_only
from codeedu.cli import main
from codeedu.lab.lock import is_view
from codeedu.questions import bank, kinds
from codeedu.teach.export.assignment import Assignment, assignment

TWENTY = assignment("05", 20, 7)
EVERY = Assignment("05-999-3", "05", bank.load())


@cache
def cells(text):
    return ["".join(cell["source"]) for cell in json.loads(text)["cells"]]


@cache
def marked(made):
    return [cell for cell in cells(made.source()) if cell.startswith("assert ")]


def mark(made, number, response):
    """Run what nbgrader runs for a question: the mark, or None when it complains."""
    name, test = f"{number + 1:02}", marked(made)[number]
    *lines, shows = [line for line in test.splitlines() if not line.startswith("###")]
    names = {f"answer_{name}": response}
    try:
        exec("\n".join(lines), names)
    except AssertionError:
        return None
    return eval(shows, names)


def test_the_same_seed_makes_the_same_and_another_seed_another():
    assert assignment("5", 20, 7).source() == TWENTY.source()
    assert assignment("05", 20, 8).source() != TWENTY.source()
    assert len({item.id for item in TWENTY.items}) == 20
    assert not [item for item in TWENTY.items if item.pool == "final" or item.lesson != "05"]


def test_the_handout_is_a_notebook_of_views_that_holds_no_question():
    text = TWENTY.handout()
    made = nbformat.reads(text, as_version=4)
    nbformat.validate(made)
    assert [c.cell_type for c in made.cells] == ["markdown", "code", "markdown", "code"]
    calls = ["codeedu.assignment('05-20-7')", "codeedu.my_answers()"]
    assert [c.source for c in made.cells[1::2]] == [f"import codeedu; {call}" for call in calls]
    assert all(is_view(c.source) and c.outputs for c in made.cells[1::2])
    assert not any(c.metadata["deletable"] or c.metadata["editable"] for c in made.cells)
    assert made.cells[0].source == (
        "# Assignment 05-20-7 · Lesson 05, Common confusions\n\n"
        "Start below, and answer 20 questions; you can leave at any question and go on another day."
        "\nAt the end, hand in your answers at the bottom of this page."
    )
    assert "In JupyterLab you answer the questions here, one at a time." in text
    for item in TWENTY.items:
        assert item.id not in text
        for told in (item.stem[:40], item.explanation, *(o.feedback for o in item.options)):
            assert told not in text


def test_the_source_says_what_it_protects():
    opening = cells(TWENTY.source())[0]
    assert "**What this file can protect, and what not.**" in opening
    assert "It cannot show who wrote the answers" in opening


def test_the_key_has_the_options_in_the_order_of_the_first_attempt(tmp_path, monkeypatch):
    monkeypatch.setenv("CODEEDU_PROGRESS", str(tmp_path / "none.jsonl"))
    view = codeedu.assignment("05-20-7")
    view._do({"do": "begin"})
    session = view.session
    assert session.items == TWENTY.items
    for item in TWENTY.items:
        assert session.item == item
        assert session.order() == TWENTY.order(item)
        view._do({"do": "answer", "item": item.id, "response": response(item, right=True)})


REFUSED = "would lie in %s, the folder that learners get, and it holds the answers. Name another"
FILE = "assignment-05-20-0.ipynb"  # of the handout itself
INSIDE = (
    "key {}/key.html",
    f"key {{}}/{FILE}",
    "key {}/keys/key.html",
    "nbgrader {}",
    "nbgrader {}/course",
)


@pytest.mark.parametrize("where", INSIDE)
def test_nothing_with_answers_lies_in_the_folder_of_the_handout(where, tmp_path, capsys):
    folder = tmp_path / "handout"
    around = tmp_path / "elsewhere" / ".." / "handout"
    there = where.format(folder if FILE in where else around)
    command = f"assignment new --lesson 05 -o {folder} --{there}"
    assert main(command.split()) == 2
    assert REFUSED % folder in capsys.readouterr().err
    assert not folder.exists()


def test_what_is_new_is_said_with_what_to_do_next(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    command = "assignment new --lesson 05 --seed 7 --key keys/key.html --nbgrader course"
    assert main(command.split()) == 0
    name = "assignment-05-20-7"
    assert capsys.readouterr().out.splitlines() == [
        f"Written: handout/{name}.ipynb",
        "Written: keys/key.html",
        f"Written: course/source/{name}/{name}.ipynb",
        "Assignment 05-20-7 · Lesson 05, Common confusions: 20 questions.",
        "On the course's web pages it is: assignment.html?name=05-20-7",
        "Learners answer it and hand in their file. Put these into a folder. Then: "
        "codeedu assignment mark FOLDER --name 05-20-7 -o marks.csv",
    ]  # fmt: skip
    assert [path.name for path in (tmp_path / "handout").rglob("*")] == [f"{name}.ipynb"]


def test_right_letters_are_worth_a_point_and_none_is_a_sentence():
    for number, item in enumerate(EVERY.items):
        right = EVERY.right(item)
        assert mark(EVERY, number, right) == 1, item.id
        assert mark(EVERY, number, f" {right.lower()} ") == 1
        assert mark(EVERY, number, "") is None


def test_marks_are_those_of_the_practice_room():
    rng = random.Random(1)
    for number, item in enumerate(EVERY.items):
        order = EVERY.order(item)
        letters = "ABCDEFGH"[: len(order)]
        if not item.options:
            texts = [*item.answers, EVERY.right(item), *(o.text for o in item.distractors), "what"]
            given = response = rng.choice(texts)
        else:
            if item.kind == "order":
                given = "".join(rng.sample(letters, len(letters)))
            elif item.kind == "many":
                given = "".join(rng.sample(letters, rng.randint(1, len(letters))))
            else:
                given = rng.choice(letters)
            places = [order[letters.index(letter)] for letter in given]
            response = places if item.kind in ("order", "many") else places[0]
        try:
            score = kinds.grade(item, response).score
        except ValueError:  # such as a text where a number is asked for
            score = 0
        assert mark(EVERY, number, given) == pytest.approx(score, abs=0.001), item.id


@pytest.mark.parametrize(
    ("item", "given", "score"),
    [
        ("03-drug-line-01", "4 units", 1),
        ("03-drug-line-01", 4, 1),
        ("03-drug-line-01", "four", 1),
        ("03-drug-line-01", "60", 0),
        ("03-ambulance-09", "11.4", 1),
        ("05-lost-dot-13", " m54.16 ", 1),
        ("05-lost-dot-13", "M5416", 0),
        ("01-stewards-13", "the American Dental Association", 1),
    ],
)
def test_what_is_typed_is_marked_as_in_the_course(item, given, score):
    number = [one.id for one in EVERY.items].index(item)
    assert mark(EVERY, number, given) == score


def test_an_assignment_asks_every_kind_of_question():
    assert {item.kind for item in assignment("03", 99).items} == {
        "one", "many", "spot", "type", "number"
    }  # fmt: skip
    asked = "\n".join(cells(EVERY.source()))
    assert "*Type a number.* In units. Write it between the quotation marks" in asked


@pytest.mark.parametrize("junk", ["Z", "AAAA", "ABCDEFGHIJ", "'", "\\", "😀", "A" * 1000])
def test_junk_is_worth_nothing_or_less_than_a_point(junk):
    for number in range(len(TWENTY.items)):
        given = mark(TWENTY, number, junk)
        assert given is not None
        assert 0 <= given < 1 or len(junk) == 10


def test_every_marked_cell_has_nbgraders_metadata():
    listed = json.loads(TWENTY.source())["cells"]
    about = [c["metadata"]["nbgrader"] for c in listed if "nbgrader" in c["metadata"]]
    assert len({one["grade_id"] for one in about}) == len(about) == 41
    assert sum(one.get("points", 0) for one in about) == 20
    assert all(one["locked"] and one["schema_version"] == 3 for one in about)
    assert TWENTY.source().count("### BEGIN HIDDEN TESTS") == 20


def test_the_key_has_every_answer_and_every_reason():
    key = TWENTY.key()
    assert len(re.findall(r"<strong>Answer: [^<]+\. </strong>", key)) == 20
    typed = next(item for item in TWENTY.items if item.kind == "type")
    assert f"<strong>Answer: {typed.answers[0]}. </strong>" in key
    assert typed.distractors[0].feedback.split("`")[0] in key
    for item in TWENTY.items:
        assert item.id in key


def test_no_html_of_a_bank_reaches_source_or_key(tmp_path, monkeypatch):
    evil = "`<script>x</script>`"  # in backticks, as the checker allows it
    text = ONE.replace("01-levels-01", "01-levels-99")
    text = text.replace("Which of these levels", f"{evil} Which 1 < 2 of these levels")
    use_only(monkeypatch, tmp_path / "custom.toml", text)
    made = assignment("01", 200)
    assert "01-levels-99" in {item.id for item in made.items}
    assert "<script>" not in made.key()
    question = next(cell for cell in cells(made.source()) if "<script" in cell)
    assert evil in question  # Markdown shows it as code
    assert "1 &#60; 2" in question


def test_a_lesson_with_fewer_questions_is_asked_in_full(tmp_path, capsys):
    command = ["assignment", "new", "--lesson", "04", "--items", "999", "-o", str(tmp_path)]
    assert main(command) == 0
    assert "Lesson 04 has no more, or decisions.csv drops some" in capsys.readouterr().out
    assert (tmp_path / "assignment-04-999-0.ipynb").is_file()
