"""Home: each lesson with its state, and one next step."""

from datetime import date

import pytest

import codeedu
from codeedu import tables
from codeedu.course import home

DAY = date(2026, 11, 25)


def sitting(name, *items, lesson="01", asked=None, correct=True, day=25):
    """Return the answers of one sitting; `asked` are all its items, if not all were answered."""
    lines = [
        {"item": item, "lesson": lesson, "objective": f"{lesson}-x", "correct": correct,
         "mode": name.split()[0], "sitting": f"{name} #0", "attempt": 0,
         "when": f"2026-11-{day:02}T10:00:00+00:00"}
        for item in items
    ]  # fmt: skip
    lines[0]["items"] = list(asked or items)
    return lines


def states(answers):
    return {one.row["lesson"]: one.says for one in home.lessons(answers, DAY)}


def step(answers):
    return home.next_step(home.lessons(answers, DAY))[0]


def test_before_the_first_answer(tmp_path):
    shown = codeedu.home(tmp_path / "none.jsonl")
    lines = shown.splitlines()
    assert lines[0] == "Next: open 01 What is HCPCS? (27 minutes)."
    assert lines[1] == "01 What is HCPCS?: not begun (27 minutes)"
    assert len(lines) == len(tables.rows("lessons"))


def test_every_lesson_is_a_link(tmp_path):
    html = codeedu.home(tmp_path / "none.jsonl")._repr_html_()
    for row in tables.rows("lessons"):
        assert (f'href="{row["notebook"]}.ipynb"' in html) == (row["lesson"] != "00")
    assert html.count('href="01-what-is-hcpcs.ipynb"') == 2


@pytest.mark.parametrize(
    ("answers", "state", "next_step"),
    [
        (sitting("pretest 01", "a"), "under way", "Next: go on with 01 What is HCPCS?"),
        (
            sitting("quiz 01 of 10", "a", asked=["a", "b"]),
            "under way",
            "Next: go on with 01 What is HCPCS?",
        ),
        (
            sitting("quiz 01 of 10", "a", "b"),
            "done",
            "Next: open 02 Anatomy of a code (40 minutes).",
        ),
        (
            sitting("quiz 01 of 5", "a", "b", correct=False, day=20),
            "done; 2 due today",
            "Next: 2 questions are due today; the drill below asks them.",
        ),
        (
            sitting("drill 01 of 10", "a"),
            "not begun",
            "Next: open 01 What is HCPCS? (27 minutes).",
        ),
    ],
)
def test_the_state_of_a_lesson_and_the_next_step(answers, state, next_step):
    assert states(answers)["01"] == state
    assert step(answers) == next_step


def test_the_lesson_that_was_left_last_comes_first():
    left = sitting("pretest 03", "c", lesson="03") + sitting("pretest 02", "b", lesson="02")
    assert step(left) == "Next: go on with 02 Anatomy of a code."


def test_the_end():
    done = [
        line
        for row in tables.rows("lessons")[1:-1]
        for line in sitting(f"quiz {row['lesson']} of 10", row["lesson"], lesson=row["lesson"])
    ]
    assert step(done) == "Next: open 07 Final assessment (50 minutes)."
    half = [*done, *sitting("final", "z", asked=["y", "z"], lesson="02")]
    assert step(half) == "Next: go on with 07 Final assessment."
    whole = [*done, *sitting("final", "z", lesson="02")]
    assert step(whole).startswith("You finished the course.")
