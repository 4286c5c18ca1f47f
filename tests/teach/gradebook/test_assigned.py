"""Assignments of a class: answered in the view, handed in, marked by name."""

import csv
import io
import json

import pytest

import codeedu
from banks import response
from codeedu.cli import main
from codeedu.learner import record
from codeedu.teach.gradebook import assigned

NAME = "05-6-7"


@pytest.fixture(scope="module")
def class_(tmp_path_factory):
    """Three learners: one with a second attempt, one who stopped, one who had only a quiz."""
    folder = tmp_path_factory.mktemp("class")
    sit(folder, "ada", codeedu.assignment, NAME, (True, False), attempts=2)
    sit(folder, "ben", codeedu.assignment, NAME, (True,), most=3)
    sit(folder, "ben", codeedu.assignment, "01-4-0", (True, False))
    sit(folder, "cy", codeedu.quiz, "05", (True,))
    return folder


def sit(folder, who, call, name, pattern, attempts=1, most=99):
    """Answer right and wrong by the pattern, then all right in later attempts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(record.VARIABLE, str(folder / f"{who}.jsonl"))
        view = call(name)
        for attempt in range(attempts):
            view._do({"do": "begin"})
            for number in range(most):
                if (item := view.session.item) is None:
                    break
                right = bool(attempt) or pattern[number % len(pattern)]
                given = response(item, right=right)
                view._do({"do": "answer", "item": item.id, "response": given})
                view._do({"do": "next"})


def lines_of(path):
    return path.read_text(encoding="utf-8").splitlines()


def test_the_gradebook_has_a_row_for_each_assignment(class_):
    lessons = codeedu.gradebook(class_).lessons
    rows = lessons[["learner", "lesson", "first", "best", "attempts", "answered", "of"]]
    assert rows.values.tolist() == [
        ["ada", NAME, 50.0, 50.0, 2, 6, 6],  # the second attempt saw the answers of the first
        ["ben", "01-4-0", 50.0, 50.0, 1, 4, 4],
        ["ben", NAME, 50.0, 50.0, 1, 3, 6],  # what was left open is not right
        ["cy", "05", 100.0, 100.0, 1, 10, 10],
    ]  # fmt: skip


def test_marks_are_of_the_named_assignment_alone(class_, tmp_path, capsys):
    marks = tmp_path / "marks.csv"
    assert main(f"assignment mark {class_} --name 5-6-7 -o {marks}".split()) == 0
    rows = list(csv.DictReader(io.StringIO(marks.read_text(encoding="utf-8-sig"))))
    first, best = f"assignment {NAME} first", f"assignment {NAME} best"
    assert [row[first] for row in rows] == ["50.0", "50.0", ""]
    columns = [name for name in rows[0] if name.startswith(("lesson", "assign"))]
    assert columns == [first, best, f"assignment {NAME} late", f"assignment {NAME} minutes"]
    assert capsys.readouterr().err == ""


def test_all_assignments_without_a_name(class_, tmp_path):
    assert main(f"assignment mark {class_} -o {tmp_path / 'marks.csv'}".split()) == 0
    first = (tmp_path / "marks.csv").read_text(encoding="utf-8-sig").splitlines()[0]
    assert "assignment 01-4-0 first" in first
    assert f"assignment {NAME} first" in first
    assert "lesson 05" not in first


NONE = [
    ("05-20-7", "No record has an answer to the assignment '05-20-7'; there are answers to: "
     "01-4-0 and 05-6-7."),
    ("week 1", "No record has an answer to the assignment 'week 1'; there are answers to: "),
    ("05-0-7", "An assignment has 1 to 9999 questions, not 0."),
]  # fmt: skip


@pytest.mark.parametrize(("name", "says"), NONE)
def test_a_name_that_nobody_answered_is_told(name, says, class_, capsys):
    assert main(["assignment", "mark", str(class_), "--name", name]) == 2
    assert says in capsys.readouterr().err


def test_a_class_without_assignments_is_told(tmp_path, capsys):
    sit(tmp_path, "cy", codeedu.quiz, "05", (True,))
    assert main(["assignment", "mark", str(tmp_path)]) == 2
    assert capsys.readouterr().err == "codeedu: No record has an answer to an assignment.\n"
    assert main(["assignment", "mark", str(tmp_path), "--name", "05-20-7"]) == 2
    assert capsys.readouterr().err.endswith("; there are answers to: none.\n")
    (tmp_path / "cy.jsonl").unlink()
    assert main(["assignment", "mark", str(tmp_path)]) == 2
    assert capsys.readouterr().out.startswith("No record was found.")


def test_whose_questions_are_others_is_told(tmp_path):
    sit(tmp_path, "ada", codeedu.assignment, NAME, (True,))
    other = [json.loads(line) for line in lines_of(tmp_path / "ada.jsonl")]
    sit(tmp_path, "ben", codeedu.assignment, "05-6-8", (True,))
    mine = {item.id for item in codeedu.assignment(NAME).paper.items}
    theirs = {item.id for item in codeedu.assignment("05-6-8").paper.items}
    lines = [json.loads(line) | {"exercise": 7} for line in lines_of(tmp_path / "ben.jsonl")]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (tmp_path / "ben.jsonl").write_text(text)
    gone = [line | {"of_lesson": "31", "item": "31-a-01", "attempt": 9} for line in other]
    text = "".join(json.dumps(line) + "\n" for line in gone)
    (tmp_path / "cy.jsonl").write_text(text)
    book = assigned.only(codeedu.gradebook(tmp_path))
    says = io.StringIO(book.problems.to_csv(index=False))
    told = [(row["file"], row["problem"]) for row in csv.DictReader(says)]
    why = "another version of the course, or another custom folder, asks others."
    assert told[-2:] == [
        ("ben", f"answered {len(theirs - mine)} questions that {NAME} does not ask here: {why}"),
        ("cy", f"answered 1 question that 31-6-7 does not ask here: {why}"),
    ]
