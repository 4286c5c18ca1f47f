"""A lesson is a row and a notebook: one goes in before the final, and what is old still works."""

import csv
import io
import json
import shutil
from datetime import date

import pytest

import codeedu
from codeedu import tables
from codeedu.lab import copy
from codeedu.learner import record, steps
from codeedu.lessons import with_quiz
from codeedu.questions import bank, kinds
from codeedu.teach.author import lesson_rules

DAY = date(2026, 11, 1)
ROW = "09,09-home-health,Home health,Read the codes of home health.,15,12,lesson 03,quiz,,,\n"
NOTEBOOK = "09-home-health.ipynb"


@pytest.fixture
def inserted(tmp_path, monkeypatch):
    """The course with a lesson 09 before the final; returns the folder of its notebooks."""
    data = shutil.copytree(tables.DATA, tmp_path / "data")
    table = data / "course" / "lessons.csv"
    *before, final = table.read_text("utf-8").splitlines(keepends=True)
    table.write_text("".join([*before, ROW, final]), encoding="utf-8")
    notebooks = shutil.copytree(copy.LESSONS, tmp_path / "notebooks")
    shutil.copy(notebooks / "08-cases.ipynb", notebooks / NOTEBOOK)
    monkeypatch.setattr(tables, "DATA", data)
    monkeypatch.setattr(copy, "LESSONS", notebooks)
    for cached in (tables.rows, tables.by):
        cached.cache_clear()
    yield notebooks
    for cached in (tables.rows, tables.by):
        cached.cache_clear()


def sitting(name, mode, items, *, of=None):
    """Return lines as earlier versions kept them: the sitting is told by its name."""
    lines = []
    for place, item in enumerate(items, 1):
        response = kinds.KINDS[item.kind].right(item)
        grade = kinds.grade(item, response)
        lines.append({
            "when": f"{DAY}T10:{place:02}:00+00:00", "sitting": name, "attempt": 0,
            "position": place, "item": item.id, "version": item.version, "lesson": item.lesson,
            "objective": item.objective, "mode": mode, "round": 1, "answer": response,
            "correct": grade.correct, "score": grade.score, "seconds": 5.0,
            "could_show": list(item.could_show), "misconceptions": [], "actual": item.actual,
            "chosen": grade.chosen, "pool": item.pool,
        })  # fmt: skip
    lines[0]["items"] = [item.id for item in (of or items)]
    return lines


def quiz(lesson):
    asked = [item for item in bank.load() if item.lesson == lesson and item.pool == "practice"]
    return sitting(f"quiz {lesson} of 10 #0", "quiz", asked[:10])


def asked():
    return [
        [item.id for item in view.paper.items]
        for view in (codeedu.placement_test(), codeedu.final_exam())
    ]


ASKED = asked()
FINAL = [item for item in bank.load() if item.pool == "final"][:40]
QUIZZES = [line for number in with_quiz() for line in quiz(number)]
LAST = with_quiz()[-1]
HOME_HEALTH = [
    {**line, "sitting": "quiz 09 of 10 #0", "lesson": "09", "item": f"09-x-{place}"}
    for place, line in enumerate(quiz(LAST))
]
HOME_HEALTH[0]["items"] = [line["item"] for line in HOME_HEALTH]


def write(path, lines):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


# A lesson before the final


def test_a_lesson_before_the_final_is_in_its_place_and_leads_on_to_it(inserted):
    def next_of(lines):
        answers = record.read(write(inserted / "me.jsonl", lines)).answers
        return steps.next_step(steps.course_state(answers, DAY))

    titles = [lesson.title for lesson in steps.course_state([], DAY)]
    assert titles[-3:] == [
        *("08 Cases", "09 Home health", "Final assessment"),
    ]
    assert next_of(QUIZZES).sentence == "Next: open 09 Home health (27 minutes)."
    assert next_of(QUIZZES + HOME_HEALTH).sentence == "Next: open Final assessment (35 minutes)."
    finished = next_of(QUIZZES + HOME_HEALTH + sitting("final #0", "final", FINAL))
    assert finished.target == "final-assessment.ipynb#Your-completion-record"


def test_a_lesson_before_the_final_has_its_column_of_marks(inserted, tmp_path):
    write(tmp_path / "class" / "ana.jsonl", HOME_HEALTH + sitting("final #0", "final", FINAL))
    book = codeedu.gradebook(tmp_path / "class")
    assert book.lessons["lesson"].tolist() == ["09", "final"]
    (row,) = csv.DictReader(io.StringIO(book.marks()))
    assert [name for name in row if name.startswith(("lesson", "final"))] == [
        *("lesson 09 first", "lesson 09 best", "lesson 09 late", "lesson 09 minutes"),
        *("final first", "final best", "final late", "final minutes"),
    ]
    assert row["final best"] == "100.0"
    (tmp_path / "roster.csv").write_text("name,login\nAna,ana\n")
    book = codeedu.gradebook(tmp_path / "class", roster=tmp_path / "roster.csv")
    header = book.marks().splitlines()[0]
    assert header.endswith(",codeedu lesson 09,codeedu final")
    assert '<th scope="col">Lesson 09</th><th scope="col">Final</th>' in book.report()


def test_a_lesson_before_the_final_is_given_and_reset(inserted, tmp_path):
    course = tmp_path / "course"
    assert copy.update(course)[-2:] == [f"{NOTEBOOK} is new.", "final-assessment.ipynb is new."]
    assert copy.reset(course, "9").startswith(f"{NOTEBOOK} was reset to the original.")
    assert copy.reset(course, "final").startswith("final-assessment.ipynb was reset")


def test_a_lesson_before_the_final_is_the_next_one_for_the_rules(inserted):
    def next_of(name):
        return [fix for _, what, fix in lesson_rules.next_lesson(lesson_rules.LessonNotebook(name))]

    assert next_of(inserted / "08-cases.ipynb") == [
        "End it with `**Next**: [Title](09-home-health.ipynb)`."
    ]
    assert next_of(inserted / NOTEBOOK) == []  # it leads to the final, as 08 did
    assert lesson_rules.LessonNotebook(inserted / NOTEBOOK).full
    assert not lesson_rules.LessonNotebook(inserted / "final-assessment.ipynb").full


def test_a_lesson_before_the_final_leaves_what_the_assessments_ask(inserted):
    assert asked() == ASKED


# What earlier versions left


@pytest.fixture
def old_record(tmp_path):
    return write(tmp_path / "class" / "ana.jsonl", QUIZZES + sitting("final #0", "final", FINAL))


def test_an_old_record_has_its_final(old_record):
    says = repr(codeedu.home(old_record, DAY)).splitlines()
    assert says[0].startswith(
        "You finished the course. Your completion record is in Final assessment"
    )
    assert says[-1] == "Final assessment: done (35 minutes)"
    assert "Final assessment: done (35 minutes)" in repr(codeedu.progress(old_record, DAY))
    assert "Result: 40 of 40" in repr(codeedu.completion_record("Ana", old_record))
    (row,) = csv.DictReader(io.StringIO(codeedu.gradebook(old_record.parent).marks()))
    assert (row["final first"], row["final best"], row["lesson 05 best"]) == ("100.0",) * 3


def test_an_old_record_of_a_final_that_was_left_goes_on(tmp_path):
    place = write(tmp_path / "me.jsonl", sitting("final #0", "final", FINAL[:15], of=FINAL))
    says = "Next: go on with Final assessment (25 of 40 questions left)."
    assert repr(codeedu.home(place, DAY)).splitlines()[0] == says


def test_the_former_number_of_the_final_is_that_of_a_lesson_now(tmp_path):
    for number, name in (("final", "final-assessment"), ("7", "07-from-code-to-paid-line")):
        assert copy.reset(tmp_path, number).startswith(f"{name}.ipynb was reset")
