"""The fields of a lesson's exercises: what is accepted, said, kept, and shown again."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import codeedu
from codeedu.html import nodes as markup
from codeedu.learner import record, schedule, statistics
from codeedu.lessons import with_quiz
from codeedu.practice import exercise, selection
from codeedu.practice.selection import Wanted
from codeedu.questions import bank, kinds

ROWS = [item for item in bank.load() if item.exercise]
NOTEBOOKS = sorted(Path(__file__).parents[2].glob("notebooks/0[1-9]-*.ipynb"))
LABEL = [f"{row.lesson}-{row.exercise} {row.stem[:30]}" for row in ROWS]
SETTINGS = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    path = tmp_path / "record.jsonl"
    monkeypatch.setenv(record.VARIABLE, str(path))
    return path


def send(view, do, **given):
    """Send a message with texts by the place of their row, and return the rows."""
    texts = {row["id"]: row["given"] for row in view.screen["rows"]}
    texts |= {view.items[int(name[1:])].id: text for name, text in given.items()}
    view._heed(view, {"do": do, "given": texts}, [])
    return view.screen["rows"]


def said(row):
    return row["verdict"], "".join(map(markup.to_html, row["says"]))


# What is accepted


def wrong_answers(row):
    foreseen = [option.text for option in row.distractors]
    others = [choice for choice in row.choices if choice != row.answers[0]]
    letter = row.kind == "type" and len(row.answers[0]) == 1
    return [*foreseen, *others] or ["Z" if letter else "77"]


@pytest.mark.parametrize("row", ROWS, ids=LABEL)
def test_every_accepted_answer_is_right_and_nothing_else_is(row):
    right = [*row.answers, kinds.KINDS[row.kind].right(row)]
    assert all(kinds.grade(row, answer).correct for answer in right)
    assert not any(kinds.grade(row, answer).correct for answer in wrong_answers(row))


@pytest.mark.parametrize("row", ROWS, ids=LABEL)
def test_a_wrong_answer_is_told_something_that_does_not_give_the_right_one_away(row):
    for answer in wrong_answers(row):
        told = kinds.KINDS[row.kind].nudge(row, answer)
        assert told != "That is not the answer this question asks for."
        key = kinds.KINDS[row.kind].right(row)
        if row.kind == "type" and len(key) > 4:
            assert key.casefold() not in told.casefold()


TYPED = [
    ("02", 1, "`0002M`", ["maaa", "CPT, MAAA", "cpt (MAAA)"], ["PLA", "CPT", "M"]),
    ("02", 1, "`2000F`", ["category 2", "CPT Category two", "Category II."], ["Category III", "F"]),
    ("02", 1, "`G0439`", ["level 2", "HCPCS Level II", "hcpcs level two"], ["HCPCS", "CPT"]),
    ("02", 2, "`98016`", ["evaluation & management", "E/M", "e&m"], ["Medicine", "management"]),
    ("02", 4, "`71046TC`, with", ["71046–tc", "71046 - TC"], ["71046TC", "71046", "TC"]),
    ("03", 2, "Which two", ["c and f", "(c), (f)", "C, F", "f & c"], ["c", "c and e", "a and b"]),
    ("03", 3, "Line 2, the miles: how", ["12.7", "12.7 miles"], ["12.6", "12,7", "25.5"]),
    ("03", 7, "(e)", ["12345678900"], ["1234567890", "12345-6789-00", "12345-06789-0"]),
    ("04", 2, "(c) The order", ["BDCA", "b, d, c, a", "b d c a"], ["bdac", "abcd"]),
    ("05", 4, "`O0120`", ["00120"], ["O0120", "120", "D0120"]),
    ("05", 5, "`0DTJ4ZZ`", ["whole", "it stays whole", "0dtj4zz"], ["0DTJ4-ZZ"]),
    ("06", 5, "Dollars", ["2.1", "2.10", "$2.1 billion", "2.1 billion dollars"], ["21", "2.3"]),
    ("06", 6, "`0450`, the code", ["ER", "the emergency room", "Emergency"], ["surgery"]),
]


@pytest.mark.parametrize(("lesson", "number", "start", "right", "wrong"), TYPED)
def test_typed_rows_forgive_spelling_and_nothing_more(lesson, number, start, right, wrong):
    row = next(
        r for r in ROWS if (r.lesson, r.exercise) == (lesson, number) and r.stem.startswith(start)
    )
    for text in right:
        assert kinds.grade(row, text).correct, text
    for text in wrong:
        with suppress(ValueError):  # not even a number
            assert not kinds.grade(row, text).correct, text


# The lessons


def test_every_exercise_of_the_bank_is_asked_in_its_lesson_once():
    asked = []
    for path in NOTEBOOKS:
        for cell in json.loads(path.read_text())["cells"]:
            if cell["cell_type"] == "code":
                found = re.search(r'codeedu\.exercise\("(\d\d)", (\d+)\)', "".join(cell["source"]))
                asked += [(path.name[:2], found[1], int(found[2]))] if found else []
    assert asked == sorted({(row.lesson, row.lesson, row.exercise) for row in ROWS})


def test_nothing_but_the_exercise_asks_its_rows():
    mine = {row.id for row in ROWS}
    for lesson in with_quiz():
        for draw in (selection.quiz_items, selection.drill_items, selection.pretest_items):
            assert not mine & {item.id for item in draw(bank.load(), Wanted(lesson, 40))}
    for draw in (selection.placement_items, selection.final_items):
        assert not mine & {i.id for i in draw(bank.load(), Wanted())}


def test_the_stored_page_lists_the_rows_with_their_answers_folded():
    page = codeedu.exercise("02", 1)._static()
    shown, folded = page.split("<details>")
    assert "<li><code>0002M</code>: code set and kind</li>" in shown
    assert "MAAA" not in shown
    assert "code set and kind <strong>CPT MAAA</strong>. The letter comes last" in folded
    assert "Sources: " in folded
    lists = codeedu.exercise("04", 1)._static()
    assert lists.count("<p>Choose from: can say; cannot say.</p>") == 1


# The view


def test_a_wrong_row_may_be_tried_once_more_and_then_its_answer_is_shown(place):
    view = codeedu.exercise("05", 2)
    assert view.screen["says"] == ""
    rows = send(view, "check", _0="a0428", _1="F2000")
    assert said(rows[0])[0] == "✓ Correct"
    assert said(rows[1])[0] == "✗ Not yet"
    assert "at which end is its letter?" in said(rows[1])[1]
    assert said(rows[2]) == ("", "")
    assert [row["given"] for row in rows] == ["a0428", "F2000", ""]
    assert view.screen["says"] == (
        "1 of 3 right, 1 not answered. Change what is marked, and check again."
    )
    send(view, "check")  # nothing was changed: no second miss
    assert not view.screen["rows"][1]["done"]
    rows = send(view, "check", _1="FFFF2")
    assert said(rows[1])[0] == "✗ Not yet"
    assert "The answer: <strong>2000F</strong>" in said(rows[1])[1]
    rows = send(view, "check", _1="2000F", _2="J1885")  # too late for the second
    assert [row["good"] for row in rows] == [True, False, True]
    assert view.screen["says"] == "2 of 3 right."
    assert view.screen["actions"] == [("begin", "Start again")]
    kept = [json.loads(line) for line in place.read_text().splitlines()]
    assert [(a["position"], a["round"], a["correct"]) for a in kept] == [
        (1, 1, True),
        (2, 1, False),
        (3, 2, False),
        (4, 1, True),
    ]
    assert {(*record.sitting(a), a["attempt"]) for a in kept} == {("exercise", "05", 0, 2, 0)}


def test_the_answers_can_be_asked_for_and_what_was_typed_stays():
    view = codeedu.exercise("05", 2)
    rows = send(view, "show", _0="0428")
    assert [row["done"] for row in rows] == [True] * 3
    assert rows[0]["given"] == "0428"
    assert said(rows[0])[0] == ""
    assert view.screen["says"] == "0 of 3 right."
    codes, cited = map(markup.to_html, view.screen["sources"])
    assert "A0428: a basic ambulance trip, not an emergency. J1885: ketorolac" in codes
    assert "Sources" in cited


def test_an_empty_check_is_answered_and_a_text_is_no_number(place):
    view = codeedu.exercise("03", 7)
    send(view, "check")
    assert view.screen["says"] == exercise.FIRST
    rows = send(view, "check", _0="ten or so, or 4")
    assert said(rows[0]) == ("", "<p>Type one number, such as 4 or four.</p>")
    assert not place.exists()


def test_what_is_no_answer_uses_up_no_try_and_is_not_recorded(place):
    view = codeedu.exercise("02", 1)
    for text in ("a test", "a lab test", "letter F"):
        rows = send(view, "check", _2=text)
        assert said(rows[2]) == ("", "<p>Type a code set, and for CPT its kind.</p>")
    assert view.screen["says"] == exercise.FIRST
    assert not place.exists()
    rows = send(view, "check", _2="CPT Category III")
    assert said(rows[2])[0] == "✗ Not yet"
    rows = send(view, "check", _2="who knows")
    assert not rows[2]["done"]
    rows = send(view, "check", _2="cpt cat ii")
    assert said(rows[2])[0] == "✓ Correct"
    kept = [json.loads(line)["answer"] for line in place.read_text().splitlines()]
    assert kept == ["CPT Category III", "cpt cat ii"]


@pytest.mark.parametrize(
    ("lesson", "number", "text", "says"),
    [
        ("02", 2, "Anasthesia", "Right. Mind the spelling: Anesthesia."),
        ("02", 4, "71046 TC", "Right. It is written with a hyphen: <code>71046-TC</code>."),
    ],
)
def test_a_right_answer_is_told_how_it_is_written(lesson, number, text, says):
    rows = send(codeedu.exercise(lesson, number), "check", _0=text)
    assert said(rows[0])[0] == "✓ Correct"
    assert said(rows[0])[1].startswith(f"<p>{says}</p><p>")


def test_another_day_the_answers_are_there_and_starting_again_loses_none(place):
    send(codeedu.exercise("05", 2), "check", _0="A0428", _1="F2000")
    view = codeedu.exercise("05", 2)
    assert [(row["given"], row["good"]) for row in view.screen["rows"]] == [
        ("A0428", True),
        ("F2000", False),
        ("", False),
    ]
    send(view, "show")
    rows = send(view, "begin")
    assert [row["given"] for row in rows] == ["", "", ""]
    send(view, "check", _2="J1885")
    assert [row["good"] for row in codeedu.exercise("05", 2).screen["rows"]] == [False, False, True]
    assert [answer["attempt"] for answer in record.read(place).answers] == [0, 0, 1]


def test_a_row_that_was_changed_since_is_asked_anew(place):
    send(codeedu.exercise("05", 2), "check", _0="A0428")
    text = place.read_text()
    for name in ("seen", "key"):
        place.write_text(text.replace(f'"{name}": "', f'"{name}": "0'))
        assert codeedu.exercise("05", 2).screen["rows"][0]["given"] == ""


def test_what_is_answered_with_the_lesson_in_sight_counts_for_nothing(place):
    send(codeedu.exercise("05", 2), "check", _0="A0428", _1="F2000")
    answers = record.read().answers
    assert len(answers) == 2
    assert statistics.first_tries(answers) == []
    assert schedule.due(answers, date(2099, 1, 1)) == []


def test_what_cannot_be_saved_waits_and_is_saved_at_a_press(place, monkeypatch):
    view = codeedu.exercise("05", 2)
    place.mkdir()  # a folder where the file should be
    send(view, "check", _0="A0428", _1="A0429")
    assert view.screen["warning"].startswith("2 answers are not saved yet: ")
    assert view.screen["rows"][0]["good"]
    send(view, "save")
    assert view.screen["warning"].startswith("2 answers are not saved yet: ")
    assert view.screen["saved"] == ""
    place.rmdir()
    send(view, "save")
    assert (view.screen["warning"], view.screen["saved"]) == ("", "Your answers are saved now.")
    assert [answer["correct"] for answer in record.read(place).answers] == [True, False]
    send(view, "save")
    assert len(record.read(place).answers) == 2, "saved once"


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(st.data())
@SETTINGS
def test_any_message_leaves_a_screen(data):
    view = codeedu.exercise("05", 2)
    names = st.sampled_from([item.id for item in view.items])
    for _ in range(4):
        move = st.sampled_from(["check", "show", "begin", "", None])
        content = st.fixed_dictionaries({"do": move, "given": st.dictionaries(names, JUNK) | JUNK})
        turn = view.screen["turn"]
        view._heed(view, data.draw(content | JUNK), [])
        assert view.screen["turn"] == turn + 1
        assert json.dumps(view.screen)


SCRIPT = markup.source("dom.js", "exercise.js")


def test_the_browser_can_build_and_dress_every_node_that_python_sends():
    tags = set(re.search(r'TAGS = new Set\("(.*?)"', SCRIPT)[1].split())
    styles = markup.source("theme.css", "practice.css")
    by_exercise = defaultdict(list)
    for row in ROWS:
        by_exercise[row.lesson, row.exercise].append(row)
    for lesson, number in by_exercise:
        view = codeedu.exercise(lesson, number)
        send(view, "show")
        for row in view.screen["rows"]:
            parts = [part for part in [*row["says"], *row["label"]] if not isinstance(part, str)]
            assert {tag for tag, *_ in parts} <= tags
    for look in re.findall(r'"(codeedu-[a-z]+)"', SCRIPT):
        assert f".{look}" in styles
    code = re.sub(r"//.*", "", SCRIPT)
    assert not re.search(r"https?:|\bimport\b|fetch\(|innerHTML|outerHTML|insertAdjacent", code)


def test_what_a_caller_gets_wrong_is_said(tmp_path):
    with pytest.raises(ValueError, match="Lesson 05 has no exercise 9 to check; it has: 1, 2, 3"):
        codeedu.exercise("05", 9)
    with pytest.raises(ValueError, match="Lesson 77 has no exercise 1 to check; it has: none"):
        codeedu.exercise("77", 1)
    assert repr(codeedu.exercise(2, 1)) == "codeedu.exercise('02', 1)"
