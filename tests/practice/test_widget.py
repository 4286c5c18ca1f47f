"""Sittings by messages, as a click sends them; the browser's side is walked in tests/browser."""

import json
import random
import re
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import codeedu
from banks import response, use_only
from codeedu import tables
from codeedu.html import nodes as markup
from codeedu.learner import record
from codeedu.learner.record import Sitting, attempts
from codeedu.lessons import with_quiz
from codeedu.practice import selection, widget
from codeedu.practice.session import MODES
from codeedu.questions import bank, printed

CALLS = {
    "codeedu.quiz('05')": lambda: codeedu.quiz(5),
    "codeedu.quiz('04', n=5)": lambda: codeedu.quiz(4, 5),
    "codeedu.drill()": lambda: codeedu.drill(),
    "codeedu.drill('02')": lambda: codeedu.drill("2"),
    "codeedu.pretest('01')": lambda: codeedu.pretest("01"),
    "codeedu.placement_test()": lambda: codeedu.placement_test(),
    "codeedu.final_exam()": lambda: codeedu.final_exam(),
    "codeedu.final_exam(minutes=45)": lambda: codeedu.final_exam(minutes=45),
    "codeedu.assignment('05-20-7')": lambda: codeedu.assignment(5, seed=7),
}
AT_THE_END = ("final", "assignment")  # where answers are explained, and not on paper


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    """A record of this test's own."""
    path = tmp_path / "record.jsonl"
    monkeypatch.setenv(record.VARIABLE, str(path))
    return path


def send(view, **message):
    """Send a message the way the browser's comes in, and return the screen that follows."""
    data = {"method": "custom", "content": message}
    view._handle_msg({"content": {"data": data}, "buffers": []})
    json.dumps([view.screen, view.notice])  # what cannot travel would fail here
    return view.screen


def answer(view, *, right=True, confidence="sure"):
    item = view.session.item
    given = response(item, right=right)
    return send(view, do="answer", item=item.id, response=given, confidence=confidence)


def walk(view, pattern=(True,)):
    """Answer to the end of the round, right and wrong by the pattern; return the last screen."""
    if "ask" not in view.screen:
        send(view, do="begin")
    count = 0
    while view.session.state == "asking":
        answer(view, right=pattern[count % len(pattern)])
        if view.session.state == "answered":
            send(view, do="next")
        count += 1
    return view.screen


def text(tree):
    """Return the words of a screen, a node or a list of them."""
    if isinstance(tree, str):
        return tree
    if isinstance(tree, dict):
        parts = [tree.get("verdict", ""), tree.get("heading", ""), *tree.get("body", ())]
        return " ".join(map(text, parts))
    return " ".join(map(text, tree[2:])) if isinstance(tree, list) else ""


def labels(view):
    return [action["label"] for action in view.screen["actions"]]


def lines(place):
    return [json.loads(line) for line in place.read_text().splitlines()]


@pytest.mark.parametrize("call", CALLS)
def test_what_is_stored_is_the_same_for_everyone_on_every_day(call, place, monkeypatch):
    first = CALLS[call]()
    one = first._repr_mimebundle_()[0]
    assert one["text/plain"] == repr(first) == call
    walk(codeedu.drill(), (False, True))
    walk(first, (False,))
    monkeypatch.setattr(selection, "date", type("Later", (date,), {"today": lambda: date.max}))
    two = CALLS[call]()._repr_mimebundle_()[0]
    assert two["text/html"] == one["text/html"]
    assert two["text/plain"] == call
    assert str(place) not in two["text/html"]
    folds = 0 if any(name in call for name in AT_THE_END) else 1 + len(first.paper.items)
    assert two["text/html"].count("<details>") == folds


def test_the_questions_on_paper_can_be_read_and_their_answers_are_folded():
    page = codeedu.quiz("04")._static()
    shown, folded = page.split("<details><summary>Questions to print</summary>")
    assert shown.endswith("<p>In JupyterLab you answer 10 questions here, one at a time.</p>")
    assert folded.startswith("<ol><li")
    for item in codeedu.quiz("04").paper.items:
        for part in (*item.options, *item.distractors):
            assert markup.to_html(printed.inline(part.feedback)[0]) in page
    assert not re.search(r"<(script|style|input|button|form)", page)
    assert 'href="https://' in page


EXPLAINED = [call for call in CALLS if not any(name in call for name in AT_THE_END)]


@pytest.mark.parametrize("call", EXPLAINED)
def test_a_sitting_from_start_to_end(call, place):
    view = CALLS[call]()
    says = text(view.screen)
    assert str(place) in says
    assert "minute" in says
    send(view, do="begin")
    asked = 0
    while view.session.state == "asking":
        check_ask(view)
        item = view.session.item
        told = answer(
            view, right=asked % 3 != 0, confidence=("sure", "unsure", "guess", "")[asked % 4]
        )
        words = text(told["body"] and ["div", {}, *told["body"]])
        assert all(text(["p", {}, *printed.inline(o.feedback)]) in words for o in item.options)
        assert told["verdict"].startswith("Correct ✓" if asked % 3 else ("Not yet ✗", "Partly"))
        assert told["actions"][0] == {"do": "next", "label": "Next"}
        send(view, do="next")
        asked += 1
    assert len(lines(place)) == asked >= 3
    if view.session.state == "review":
        more = ["begin"] if view.plan.mode == "drill" else []
        assert [a["do"] for a in view.screen["actions"]] == ["retry", "reveal", *more]
        send(view, do="reveal")
    assert view.session.state == "finished"
    assert view.screen["heading"] == view.plan.activity.done


def check_ask(view):
    """Check that the screen asks the present question and gives nothing of it away."""
    ask, item = view.screen["ask"], view.session.item
    assert ask["id"] == item.id
    assert not {o.feedback for o in item.options} & set(re.findall(r'"(.*?)"', json.dumps(ask)))
    keys = {*ask, *(key for choice in ask["choices"] for key in choice)}
    assert not {"explanation", "right", "answers", "answer", "look"} & keys
    assert sorted(c["place"] for c in ask["choices"]) == list(range(len(item.options)))


def test_every_activity_is_a_mode_and_every_mode_an_activity():
    assert set(widget.ACTIVITIES) == set(MODES)


def believing():
    """Return an item of lesson 05 and the place of an option that shows a misconception."""
    for one in bank.load():
        for place, option in enumerate(one.options):
            if one.kind == "one" and option.misconception and not option.right:
                return one, place
    raise AssertionError("no item names a misconception")


def test_the_misconception_behind_a_wrong_choice_is_named():
    one, place = believing()
    view = codeedu.quiz(one.lesson)
    view.session = type(view.session)([one])
    view.session.begin()
    told = send(view, do="answer", item=one.id, response=place)
    words = text(told).replace("  ", " ")
    assert "A common belief: “" in words
    assert "In truth:" in words
    assert "Source" in words


def test_what_to_look_at_next_time_is_said_after_every_answer():
    one = next(one for one in bank.load() if one.kind == "one")
    view = codeedu.quiz(one.lesson)
    view.session = type(view.session)([replace(one, look="Look at `J1885` first.")])
    view.session.begin()
    told = send(view, do="answer", item=one.id, response=0)
    assert "Next time:  Look at  J1885  first." in text(told)


def test_every_answer_is_one_line_and_the_first_names_all_questions(place):
    view = codeedu.quiz("05")
    send(view, do="begin")
    for _ in range(3):
        answer(view)
        send(view, do="next")
    kept = lines(place)
    assert {(*record.sitting(line), line["attempt"]) for line in kept} == {("quiz", "05", 10, 0, 0)}
    assert [(line["attempt"], line["position"]) for line in kept] == [(0, 1), (0, 2), (0, 3)]
    assert {line["pool"] for line in kept} <= {"practice", "generated"}
    assert kept[0]["items"] == [item.id for item in view.session.items]
    assert all("items" not in line for line in kept[1:])
    assert all(0 <= line["seconds"] < 60 for line in kept)


# What is said before the first question: of the sitting that will be asked

CARDS = {
    "quiz": (lambda: codeedu.quiz("05"), "10 questions, about 8 minutes. Each answer is"),
    "short quiz": (lambda: codeedu.quiz("04", 6), "6 questions, about 4 minutes. Each answer is"),
    "pretest": (lambda: codeedu.pretest("01"), "3 questions, about 2 minutes. They look ahead"),
    "placement": (codeedu.placement_test, "8 to 16 questions, about 6 to 12 minutes. They find"),
    "drill": (codeedu.drill, "10 questions, about 8 minutes. What you miss comes back"),
    "final": (codeedu.final_exam, "40 questions, about 30 minutes. The answers come at the end."),
    "assigned": (lambda: codeedu.assignment("05"), "20 questions, about 15 minutes. The answers"),
    "timed": (lambda: codeedu.final_exam(30), "40 questions, 30 minutes for all of them. The"),
}


@pytest.mark.parametrize("name", CARDS)
def test_the_start_says_how_many_questions_and_how_long(name):
    call, says = CARDS[name]
    assert text(call().screen).strip().startswith(says)


def missed(count, days=5):
    """Return the lines of a record with as many misses, some days ago, of which each is due."""
    when = (date.today() - timedelta(days=days)).isoformat()
    items = [one for one in bank.load() if one.pool == "practice" and one.lesson == "05"]
    return [
        json.dumps({"item": one.id, "lesson": one.lesson, "objective": one.objective,
                    "correct": False, "when": f"{when}T10:00:00+00:00"}) + "\n"
        for one in items[:count]
    ]  # fmt: skip


DUE = {
    1: "1 question, about 1 minute. It is due today. What you miss",
    5: "5 questions, about 4 minutes. All of them are due today. What you miss",
    10: "10 questions, about 8 minutes. All of them are due today. What you miss",
    25: "10 questions, about 8 minutes. 25 are due today, and these come first. What you miss",
}


@pytest.mark.parametrize("count", DUE)
def test_a_drill_says_what_is_due_and_can_be_emptied(count, place):
    place.write_text("".join(missed(count)))
    assert text(codeedu.drill().screen).strip().startswith(DUE[count])
    view, left = codeedu.drill(), count
    while left:
        walk(view)
        left -= min(left, 10)
        words = text(view.screen)
        assert (f"{left} due left: go on." in words) == bool(left)
        assert labels(view) == [f"Next {min(left, 10)}" if left else "10 more questions"]
        assert view.screen["aside"] != bool(left)
        if left:
            send(view, do="begin")
            assert view.screen["ask"]["count"] == f"Question 1 of {min(left, 10)}"
    assert words.startswith(" Drill finished Nothing more is due today. Well done: ")
    assert "Next: open  01 What is HCPCS?" in words
    assert "Nothing is due today. What you miss" in text(codeedu.drill().screen)


def test_a_drill_with_misses_goes_on_first_with_what_is_due(place):
    place.write_text("".join(missed(12)))
    view = codeedu.drill()
    walk(view, (False,))
    again = ["Try the 10 you missed again", "See all answers"]
    assert labels(view) == ["Next 2", *again]
    assert "2 due left: go on." in text(view.screen)
    send(view, do="begin")
    walk(view, (False,))
    assert labels(view) == ["Try the 2 you missed again", "See all answers", "10 more questions"]


def test_a_drill_of_a_lesson_says_that_nothing_more_of_it_is_due(place):
    place.write_text("".join(missed(3)))
    view = codeedu.drill("02")
    assert "Nothing is due today." in text(view.screen)
    walk(view)
    assert "Nothing more of lesson 02 is due today." in text(view.screen)
    assert "Next: 3 questions are due today, in  the drill on the start page" in text(view.screen)


def test_a_question_that_comes_back_is_counted_as_such():
    view = codeedu.drill("05")
    send(view, do="begin")
    counts = []
    for number in range(6):
        counts.append(view.screen["ask"]["count"])
        assert answer(view, right=number > 0)["count"] == counts[-1]
        send(view, do="next")
    new = [f"Question {number} of 10" for number in (1, 2, 3, 4)]
    assert counts == [*new, "Question 1 of 10, again", "Question 5 of 10"]


def test_the_card_counts_the_sitting_that_start_again_would_ask(place):
    walk(codeedu.quiz("04"))
    place.write_text("".join(missed(4)) + place.read_text())
    view = codeedu.quiz("04")
    assert labels(view) == ["See that result", "Start again"]
    assert text(view.screen).strip().startswith("12 questions, about 9 minutes.")
    assert "Last time: 10 of 10 right at the first try (100%), at or above" in text(view.screen)
    assert send(view, do="begin")["ask"]["count"] == "Question 1 of 12"


# Another day


def test_a_restart_goes_on_with_the_same_question_at_once():
    view = codeedu.quiz("05")
    send(view, do="begin")
    for right in (True, False, True):
        answer(view, right=right)
        send(view, do="next")
    again = codeedu.quiz("05")
    assert again.screen["ask"] == view.screen["ask"]
    assert again.screen["ask"]["count"] == "Question 4 of 10"
    assert labels(again) == ["Stop here"]
    walk(again)
    done = codeedu.quiz("05")
    assert labels(done)[0] == "See that result"
    assert "9 of 10 right at the first try" in text(done.screen)
    assert send(done, do="resume")["heading"] == "Quiz finished"


def test_a_question_that_opened_by_itself_has_no_time(place):
    view = codeedu.quiz("05")
    send(view, do="begin")
    answer(view)
    again = codeedu.quiz("05")
    answer(again)
    send(again, do="next")
    answer(again)
    first, second, third = (line["seconds"] for line in lines(place))
    assert second is None
    assert min(first, third) >= 0


STOPPED = {
    "quiz": (lambda: codeedu.quiz("05"), 2, "You answered 3 of 10: 2 right.",
             ["Go on with question 4", "Try the one you missed again", "Start again"]),
    "quiz, right": (lambda: codeedu.quiz("05"), 3, "You answered 3 of 10: 3 right.",
                    ["Go on with question 4", "Start again"]),
    "drill": (codeedu.drill, 2, "You answered 3 of 10: 2 right.",
              ["Go on", "Try the one you missed again", "Start again"]),
    "placement": (codeedu.placement_test, 2, "You answered 3 of 15: 2 right.",
                  ["Go on with question 4", "Start again"]),
}  # fmt: skip


@pytest.mark.parametrize("name", STOPPED)
def test_a_sitting_that_is_stopped_says_no_line_and_how_to_go_on(name):
    call, right, says, actions = STOPPED[name]
    view = call()
    send(view, do="begin")
    for number in range(3):
        answer(view, right=number < right)
        send(view, do="next")
    asked = view.screen["ask"]
    send(view, do="stop")
    assert labels(view) == actions
    assert view.screen["body"][0] == ["p", {}, says]
    assert not re.search("70%|Next:|Well done|first try", text(view.screen))
    assert call().screen["ask"] == asked, "a view made anew goes on"
    assert send(view, do="resume")["ask"] == asked


def test_a_sitting_stopped_before_its_first_answer_is_where_it_began():
    for call in CALLS.values():
        view = call()
        before = view.screen
        send(view, do="begin")
        assert send(view, do="stop") == before | {"turn": view.screen["turn"]}


def test_the_final_is_left_with_no_interim_result(place):
    view = codeedu.final_exam()
    send(view, do="begin")
    answer(view)
    assert labels(view) == ["Stop here"]
    send(view, do="stop")
    assert labels(view) == ["Go on with question 2", "Start again"]
    assert "You stopped before question 2 of 40." in text(view.screen)
    assert "right" not in text(view.screen)
    assert send(view, do="resume")["ask"]["count"] == "Question 2 of 40"
    assert send(view, do="stop")["body"]
    assert codeedu.final_exam().screen["ask"]["count"] == "Question 2 of 40"
    assert labels(codeedu.final_exam(minutes=45)) == ["Go on with question 2", "Start again"]


def test_starting_anew_loses_no_answer_and_asks_others(place):
    view = codeedu.quiz("05")
    send(view, do="begin")
    answer(view)
    again = codeedu.quiz("05")
    send(again, do="stop")
    assert send(again, do="begin")["ask"]["count"].startswith("Question 1 of ")
    assert again.number == 1
    answer(again)
    assert [line["attempt"] for line in lines(place)] == [0, 1]
    assert again.session.items != view.session.items
    assert attempts(record.read().answers, Sitting("quiz", "05", 10)).keys() == {0, 1}


def test_an_attempt_whose_questions_changed_is_left_and_another_begins(place):
    view = codeedu.quiz("05")
    send(view, do="begin")
    answer(view)
    place.write_text(json.dumps(lines(place)[0] | {"seen": "another"}) + "\n")
    again = codeedu.quiz("05")
    assert labels(again) == ["Start"]
    send(again, do="begin")
    answer(again)
    assert [line["attempt"] for line in lines(place)] == [0, 1]


def test_only_what_was_missed_is_asked_again_and_that_too_survives_a_restart():
    view = codeedu.quiz("05")
    walk(view, (True, False))
    missed = {view.session.items[i].id for i in view.session.missed}
    assert labels(view) == [f"Try the {len(missed)} you missed again", "See all answers"]
    assert not view.screen["aside"], "that is the main thing"
    send(view, do="retry")
    assert view.screen["ask"]["count"] == f"Question 1 of {len(missed)}, round 2"
    asked = [view.session.item.id]
    answer(view)
    send(view, do="next")
    again = codeedu.quiz("05")
    assert again.screen["ask"]["count"] == f"Question 2 of {len(missed)}, round 2"
    while again.session.state == "asking":
        asked.append(again.session.item.id)
        answer(again)
        send(again, do="next")
    assert set(asked) == missed
    assert "With retries: 10 of 10 right." in text(again.screen)


@settings(max_examples=15, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(rights=st.lists(st.booleans(), max_size=14), call=st.sampled_from(sorted(CALLS)))
def test_law_a_restart_at_any_moment_comes_back_to_the_same_place(rights, call, place):
    assume(rights or "final" not in call)  # which is drawn until its first answer
    place.unlink(missing_ok=True)
    view = CALLS[call]()
    send(view, do="begin")
    for right in rights:
        if view.session.state == "review":
            send(view, do="retry")
        if view.session.state != "asking":
            break
        answer(view, right=right)
        if view.session.state == "answered":
            send(view, do="next")
    again = CALLS[call]()
    send(again, do="resume" if rights else "begin")
    assert again.screen.get("ask") == view.screen.get("ask")
    assert again.session.result() == view.session.result()
    assert again.session.queue == view.session.queue


def test_two_views_of_one_sitting_share_it_and_a_late_click_changes_nothing(place):
    one = codeedu.quiz("05")
    send(one, do="begin")
    answer(one)
    two = codeedu.quiz("05")
    send(two, do="resume")
    assert two.screen["ask"]["count"] == "Question 2 of 10"
    before = two.session.item.id
    send(two, do="answer", item=one.session.item.id, response=0)
    assert two.session.item.id == before
    assert len(lines(place)) == 1
    send(one, do="next")
    answer(one)
    answer(two)
    third = codeedu.quiz("05").screen["ask"]["count"]
    assert third == "Question 3 of 10", "the answer given twice counts once"


@pytest.mark.parametrize("call", ["codeedu.quiz('04')", "codeedu.final_exam()"])
def test_two_windows_end_with_the_result_that_counts(call, place):
    one, two = eval(call), eval(call)
    for view in (one, two):
        send(view, do="begin")
    walk(two, pattern=(True, False))
    walk(one, pattern=(False, False, True))
    ends = {view.session.result().says for view in (one, two, eval(call))}
    assert len(ends) == 1
    assert ends.pop() == two.session.result().says


def test_a_press_of_start_goes_on_with_what_another_window_began(place):
    one, two = codeedu.quiz("05"), codeedu.quiz("05")
    send(one, do="begin")
    answer(one)
    assert send(two, do="begin")["ask"]["count"] == "Question 2 of 10"
    late = codeedu.quiz("05")  # which shows a question: a press from before finds no Start
    assert send(late, do="begin")["ask"]["count"] == "Question 2 of 10"


def test_neighbors_get_finals_of_their_own(place):
    one, two = codeedu.final_exam(), codeedu.final_exam()
    asked = [{item.id for item in view.session.items} for view in (one, two)]
    assert asked[0] != asked[1]
    assert len(asked[0]) == len(asked[1]) == 40


MOVES = [None, "dance", "next", "retry", "answer", ["begin"], "_keep", "to_dict"]
JUNK = [{}, *({"do": move} for move in MOVES), {"do": "answer", "item": 7}]


@pytest.mark.parametrize("message", JUNK)
def test_a_move_that_is_not_possible_changes_nothing(message):
    view = codeedu.quiz("05")
    send(view, **message)
    assert view.session.state == "not started"
    send(view, do="begin")
    asked = view.screen["ask"]
    assert send(view, **message)["ask"] == asked
    view._heed(view, message and "no dict at all", [])
    assert view.screen["ask"] == asked


@pytest.mark.parametrize("given", [None, "", " ", [], True, 99, -1, {"a": 1}, "x" * 10**6])
def test_what_is_no_answer_yet_is_said_and_can_be_given_again(given, place):
    view = codeedu.quiz("03")
    send(view, do="begin")
    while view.session.item.kind not in ("one", "spot"):
        answer(view)
        send(view, do="next")
    item, turn = view.session.item, view.screen["turn"]
    send(view, do="answer", item=item.id, response=given)
    assert view.notice["complaint"] == "Choose an option first."
    assert view.screen["turn"] == turn, "the form stays as it is"
    assert view.session.state == "asking"
    answer(view)
    assert view.session.state == "answered"
    assert not view.notice.get("complaint")


@pytest.mark.parametrize("right", [True, False])
def test_options_that_were_neither_right_nor_chosen_are_folded(right, monkeypatch):
    item = next(one for one in bank.load() if one.kind == "one" and len(one.options) == 4)
    view = codeedu.quiz("05")
    view.session = type(view.session)([item])
    view.session.begin()
    answer(view, right=right)
    _, told, fold, *_ = view.screen["body"]
    assert len(told[2:]) == (1 if right else 2)
    assert fold[:3] == ["details", {}, ["summary", {}, "Why not the others"]]
    assert len(fold[3][2:]) == (3 if right else 2)
    assert "not right, not chosen" not in text(view.screen)
    for option in item.options:
        assert option.feedback.replace("`", "").split()[0] in text(view.screen)


def test_what_cannot_be_saved_waits_and_practice_goes_on(place):
    place.mkdir()  # a folder where the file should be
    view = codeedu.quiz("05")
    send(view, do="begin")
    answer(view)
    assert view.notice["warning"] == (
        f"1 answer is not saved yet: {place} cannot be written (Is a directory). "
        "You can go on practicing."
    )
    assert send(view, do="next")["ask"]["count"] == "Question 2 of 10"
    answer(view)
    assert view.notice["warning"].startswith("2 answers are not saved yet: ")
    turn = view.notice["turn"]
    send(view, do="save")
    assert view.notice["turn"] > turn, "the browser hears of a second failure too"
    assert send(view, do="resume")["ask"]["count"] == "Question 3 of 10", "what waits still counts"
    place.rmdir()
    answer(view)
    assert view.notice["warning"] == ""
    assert [len(line.get("items", ())) for line in lines(place)] == [10, 0, 0]
    assert [line["position"] for line in lines(place)] == [1, 2, 3]


def test_a_press_saves_what_waits_and_says_so_until_the_next_screen(place):
    place.mkdir()
    view = codeedu.quiz("05")
    send(view, do="begin")
    answer(view)
    place.rmdir()
    screen = view.screen
    send(view, do="save")
    assert view.screen == screen, "the question stays where it is"
    assert view.notice["warning"] == ""
    assert view.notice["saved"] == "Your answers are saved now."
    assert len(lines(place)) == 1
    send(view, do="next")
    assert not view.notice.get("saved")


NUMBERS = [None, -1, 2.5, "x", [1], 10**9, 10**100]
SITTINGS = [None, 5, "", "quiz 05 of 10", "quiz 05 of 10 #", "quiz 05 of 10 #x", ["a"],
            "quiz 05 of 10 #²", "quiz 05 of 10 #" + "9" * 5000, "quiz 05 of 10 #-1"]  # fmt: skip
ITEMS = [None, 5, [], [7], ["no-such-item"], "05-lost-dot-01", ["05-lost-dot-01"] * 2]


OTHERS = [("seen", "other"), ("key", 7), ("mode", 5), ("of_lesson", []), ("answer", {}),
          ("round", "x")]  # fmt: skip
MENDED = [*(("attempt", n) for n in NUMBERS), *(("length", n) for n in NUMBERS),
          *(("items", i) for i in ITEMS), *OTHERS]  # fmt: skip


@pytest.mark.parametrize(("field", "value"), MENDED)
def test_a_record_edited_by_hand_is_no_reason_to_fail(field, value, place):
    view = codeedu.quiz("05")
    send(view, do="begin")
    answer(view)
    send(view, do="next")
    line = lines(place)[0] | {field: value}
    place.write_text(json.dumps(line) + "\n" + '{"torn')
    again = codeedu.quiz("05")
    assert again.screen["actions"]
    assert "ask" in send(again, do="begin")


@pytest.mark.parametrize("name", SITTINGS)
def test_a_name_that_is_none_in_a_former_line_is_no_reason_to_fail(name, place):
    view = codeedu.quiz("05")
    send(view, do="begin")
    answer(view)
    line = {key: text for key, text in lines(place)[0].items() if key != "of_lesson"}
    place.write_text(json.dumps(line | {"sitting": name}) + "\n")
    assert record.sitting(record.read(place).answers[0]) is None
    assert labels(codeedu.quiz("05")) == ["Start"]


PRETESTS = {"01": "Why-there-are-codes-on-a-claim", "05": "The-lost-dot"}


@pytest.mark.parametrize("lesson", PRETESTS)
def test_a_pretest_has_no_score_and_leads_on_into_the_lesson(lesson):
    view = codeedu.pretest(lesson)
    walk(view, (True, False, False))
    assert view.session.state == "finished"
    heading = PRETESTS[lesson]
    file = tables.by("lessons", "lesson")[lesson]["notebook"]
    link = ["a", {"href": f"{file}.ipynb#{heading}"}, heading.replace("-", " ")]
    read_on = ["p", {"class": "codeedu-next"}, ["strong", {}, "Now read on: ", link, "."]]
    assert view.screen["body"][0] == read_on
    assert (labels(view), view.screen["aside"]) == (["Start again"], True)
    for words in (text(view.screen), text(codeedu.pretest(lesson).screen)):
        assert not re.search("%|at the first try|below|[?][.]", words)
    assert "You answered 3 questions: 1 right." in text(codeedu.pretest(lesson).screen)


# Which lessons were missed, at the easy question or the harder one; what is said.
PLACED = {
    "nothing known": (
        dict.fromkeys(with_quiz(), 1),
        "Next: open 01 What is HCPCS? (40 minutes). There you learn what you missed: to tell what "
        "a procedure code says from what a diagnosis code says.",
        ["02", "03", "04", "05", "06", "07", "08"], []),
    "units missed": (
        {"03": 2, "06": 2},
        "Next: open 03 Level I or Level II? (90 minutes). There you learn what you missed: to "
        "build the lines of a drug given in the office: drug code, units, administration code, "
        "NDC.",
        ["06"], ["01", "02", "04", "05", "07", "08"]),
    "more to gain from 05": (
        {"02": 2, "05": 1, "06": 1},
        "Next: open 05 Common confusions (50 minutes). There you learn what you missed: to tell "
        "an ICD-10-CM code that lost its dot from a Level II code.",
        ["06", "02"], ["01", "03", "04", "07", "08"]),
    "all known": (
        {}, "Next: try the quiz of 01 What is HCPCS? first; you had its questions in the placement "
        "right.",
        [], ["02", "03", "04", "05", "06", "07", "08"]),
}  # fmt: skip


@pytest.mark.parametrize("name", PLACED)
def test_a_placement_orders_the_lessons_by_what_they_would_give(name):
    wrong, says, take, known = PLACED[name]
    view = codeedu.placement_test()
    send(view, do="begin")
    asked = Counter()
    while view.session.state == "asking":
        lesson = view.session.item.lesson
        asked[lesson] += 1
        left = 2 * len(with_quiz()) - sum(asked.values()) + 1
        assert view.screen["ask"]["count"].startswith(f"Question {sum(asked.values())} of at most ")
        assert left >= 1
        answer(view, right=wrong.get(lesson) != asked[lesson])
        send(view, do="next")
    assert asked == {one: 1 if wrong.get(one) == 1 else 2 for one in sorted(asked)}
    step, *sections = view.screen["body"]
    assert text(step).replace("  ", " ") == says
    words = text(view.screen).split("All questions and answers")[0]
    for lesson in asked:
        title = tables.by("lessons", "lesson")[lesson]["title"]
        assert words.count(title) == 1, "each lesson is named once"
    listed = dict.fromkeys(("After that, most useful first", "What you know already"), "")
    listed |= {section[2][2]: text(section) for section in sections if section[0] == "div"}
    for lessons, heading in zip((take, known), listed, strict=False):
        assert re.findall(r"Lesson (\d\d),", listed[heading]) == lessons
    assert ("Two questions cannot show that you know a lesson" in words) == bool(known)
    assert "skip" not in words
    assert "70%" not in words + text(codeedu.placement_test().screen)


def test_a_placement_rarely_finds_that_a_coin_flipper_knows_a_lesson(place):
    rng, known = random.Random(1), 0
    for _ in range(20):
        place.unlink(missing_ok=True)
        view = codeedu.placement_test()
        send(view, do="begin")
        while view.session.state == "asking":
            answer(view, right=rng.random() < 0.5)
            send(view, do="next")
        words = text(view.screen)
        assert "skip" not in words
        known += words.count("Lesson", words.find("What you know already") % len(words))
    assert known <= 47, "of 140 lessons"


def test_the_end_of_a_quiz_says_all_that_it_showed():
    view = codeedu.quiz("05")
    walk(view, (False,))
    send(view, do="reveal")
    words = text(view.screen)
    for heading in ("What to read again", "By objective", "How sure you were"):
        assert heading in words
    for says in ("locks nothing", "below the 70% line", "When sure: 0 of 10 right."):
        assert says in words
    assert "05-common-confusions.ipynb" in json.dumps(view.screen)
    assert "reached" not in words.split("By objective")[1], "one sitting is too short to say so"


def test_the_end_says_what_was_confused():
    view = codeedu.drill("05")
    reading = [one for one in bank.load() if one.ask == "reading"][:3]
    view.session = type(view.session)(reading)
    walk_begun(view)
    words = text(send(view, do="reveal"))
    assert "What you confuse" in words
    assert "How often each code set was read as which" in words


def walk_begun(view):
    view.session.begin()
    while view.session.state == "asking":
        answer(view, right=False)
        send(view, do="next")


def test_the_final_and_its_completion_record(place, tmp_path):
    assert "no final result yet" in repr(codeedu.completion_record())
    view = codeedu.final_exam()
    send(view, do="begin")
    answer(view)
    assert "answered 1 of 40 questions" in repr(codeedu.completion_record())
    view = codeedu.final_exam()
    walk(view, (True, True, True, True, False))
    assert view.session.state == "finished"
    done = codeedu.completion_record("Ada <b>Lovelace</b>")
    right = sum(line["correct"] for line in lines(place))
    assert f"Result: {right} of 40 right at the first try" in repr(done)
    assert "at or above the 70% line" in repr(done)
    assert f"Final assessment taken: {lines(place)[-1]['when'][:10]}" in repr(done)
    page = done.save(tmp_path / "mine.html").read_text(encoding="utf-8")
    assert "Ada &lt;b&gt;Lovelace" in page
    assert ">Completion record</h1>" in page
    assert "Ada" not in place.read_text()
    assert "____" in repr(codeedu.completion_record())
    send(view, do="begin")
    answer(view, right=False)
    again = codeedu.completion_record("Ada <b>Lovelace</b>")
    assert repr(again) == repr(done), "a new start does not undo the last result"


def test_the_final_explains_at_the_end_and_is_never_printed(place):
    view = codeedu.final_exam()
    assert "ol" not in re.findall(r"<(\w+)", view._static())
    assert "In JupyterLab you answer the questions here, one at a time." in view._static()
    send(view, do="begin")
    for number in range(1, 41):
        assert view.screen["ask"]["count"] == f"Question {number} of 40"
        assert labels(view) == ["Stop here"]
        assert view.screen["ask"]["submit"] == "Next", "nothing is checked before the end"
        check_ask(view)
        assert not {"verdict", "body"} & set(view.screen)
        answer(view, right=number % 2 == 0)
    assert view.screen["heading"] == "Final assessment finished"
    words = text(view.screen)
    assert "20 of 40 right at the first try (50%), below the 70% line." in words
    assert "Your  completion record  shows this result too." in words
    assert "then try the final again." in words, "the next step knows of the last answer"
    assert words.count("Source") >= 40, "now every answer is explained"
    assert labels(view) == ["Start again"], "and there is no second try"
    assert {line["pool"] for line in lines(place)} == {"final"}
    assert {line["mode"] for line in lines(place)} == {"final"}


def test_an_assignment_asks_everyone_the_same_each_time(place):
    walk(codeedu.quiz("05"), (False,))
    view = codeedu.assignment(" 5-3-7 ")
    asked = [item.id for item in view.paper.items]
    assert view.screen["title"] == "Assignment 05-3-7 · Lesson 05, Common confusions"
    send(view, do="begin")
    answer(view)
    assert not {"verdict", "body"} & set(view.screen)
    later = codeedu.assignment("05", 3, 7)
    assert later.screen["ask"]["count"] == "Question 2 of 3", "it goes on by itself"
    walk(later, (False, True))
    assert later.screen["heading"] == "Assignment finished"
    words = text(later.screen)
    assert "Now hand in your answers: press Hand in below, or on  the start page ." in words
    assert "2 of 3 right at the first try (67%)" in words
    assert words.count("Source") >= 3, "now every answer is explained"
    walk(send(later, do="begin") and later)
    of_it = attempts(record.read().answers, Sitting("assignment", "05", 3, 7))
    assert [[line["item"] for line in lines] for lines in of_it.values()] == [asked, asked]
    assert codeedu.assignment("05-3-8").session.state == "not started", "another one is another"


def test_a_dropped_question_leaves_an_assignment_and_no_other_comes(monkeypatch):
    before = codeedu.assignment("05-6-7").paper.items
    monkeypatch.setattr(selection, "is_dropped", lambda item: item == before[2])
    after = codeedu.assignment("05-6-7")
    assert after.paper.items == (*before[:2], *before[3:])
    assert text(after.screen).strip().startswith("5 questions")


NO_ASSIGNMENT = [
    (("05-20",), "'05-20' is no assignment. A name is such as 05-20-7."),
    (("05-20-7-1",), "'05-20-7-1' is no assignment."),
    (("05-20-٧",), "is no assignment."),
    (("05-0-7",), "An assignment has 1 to 9999 questions, not 0."),
    (("05", -1), "An assignment has 1 to 9999 questions, not -1."),
    (("05", 20, -1), "The seed of an assignment is 0 to 999999999, not -1."),
    (("05-20-7", 5), "The name 05-20-7 says how many questions and which: add no number."),
    (("99-20-7",), "There are no questions of lesson '99'; there are of: 01, 02"),
    (("final",), "There are no questions of lesson 'final'; there are of: 01, 02"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "says"), NO_ASSIGNMENT)
def test_what_names_no_assignment_is_told(given, says):
    with pytest.raises(ValueError, match=re.escape(says)):
        codeedu.assignment(*given)


def test_a_second_final_asks_others_first():
    first = codeedu.final_exam()
    walk(first)
    second = codeedu.final_exam()
    send(second, do="begin")
    pool = sum(one.pool == "final" for one in bank.load())
    both = {one.id for one in first.session.items} & {one.id for one in second.session.items}
    assert len(both) <= max(0, 2 * 40 - pool) + 10


def test_a_timed_final_ends_when_its_time_is_up(place, monkeypatch):
    now = 1000.0
    monkeypatch.setattr(widget.time, "monotonic", lambda: now)
    view = codeedu.final_exam(minutes=10)
    assert "40 questions, 10 minutes for all of them." in text(view.screen)
    now += 3600  # before the first question no time runs
    send(view, do="begin")
    assert view.screen["ask"]["count"] == "Question 1 of 40 · 10 minutes left"
    assert labels(view) == []
    now += 240
    answer(view)
    assert view.screen["ask"]["count"] == "Question 2 of 40 · 6 minutes left"
    again = codeedu.final_exam(minutes=10)
    now += 86_400  # nor between sittings
    send(again, do="resume")
    assert again.screen["ask"]["count"] == "Question 2 of 40 · 6 minutes left"
    now += 361
    answer(again)
    assert again.session.state == "finished"
    assert "1 of 40 right at the first try (2%), below the 70% line; 39 not answered." in text(
        again.screen
    )
    assert len(lines(place)) == 1, "what came too late does not count"
    third = codeedu.final_exam(minutes=10)
    send(third, do="resume")
    assert third.screen["ask"]["count"].startswith("Question 2 of 40"), "the clock stopped at 4:00"


@pytest.mark.parametrize("minutes", [0, -1, float("nan")])
def test_a_final_takes_more_than_no_time(minutes):
    with pytest.raises(ValueError, match="The final takes more than"):
        codeedu.final_exam(minutes=minutes)


@pytest.mark.parametrize(
    "name", [None, "", 5, "\x00", "\ud800", "x" * 10_000, b"Ada", float("nan")]
)
def test_any_name_will_do(name, place, tmp_path):
    view = codeedu.final_exam()
    walk(view)
    found = codeedu.completion_record(name)
    assert len(repr(found)) < 20_000
    assert found.save(tmp_path / "any.html").exists()


def test_what_a_caller_gets_wrong_is_said():
    with pytest.raises(ValueError, match="no questions of lesson '99'; there are of: 01"):
        codeedu.quiz("99")
    with pytest.raises(ValueError, match="no questions of lesson"):
        codeedu.pretest(None)
    with pytest.raises(ValueError, match="no questions of lesson '99'"):
        codeedu.drill("99")


OWN = """
as_of = 2026-11-23
review_by = 2027-11-23
[[objective]]
objective = "31-ours"
lesson = "31"
can = "say <what> our payers take"
[[misconception]]
id = "ours"
says = "All take it."
truth = "Two of our payers do."
[[source]]
id = "our-manual"
what = "Our manual"
where = "page 41"
[[item]]
id = "31-ours-01"
objective = "31-ours"
kind = "type"
level = "recall"
stem = "Type the code `J1885` once more."
explanation = "It is the code in the question, copied."
sources = ["our-manual"]
answers = ["J1885"]
    [[item.distractors]]
    text = "J188S"
    misconception = "ours"
    feedback = "It ends with an S where a 5 belongs."
"""


def test_a_custom_bank(tmp_path, monkeypatch):
    use_only(monkeypatch, tmp_path / "custom.toml", OWN)
    view = codeedu.quiz("31")
    assert view.screen["title"] == "Quiz · Lesson 31"
    send(view, do="begin")
    told = send(view, do="answer", item="31-ours-01", response="J188S")
    assert "The answer is: J1885" in told["verdict"]
    assert "Our manual, page 41" in text(told)
    send(view, do="next")
    assert "31-ours" in text(send(view, do="reveal"))
    assert labels(codeedu.quiz("31"))[0] == "See that result"


def test_an_error_is_shown_and_raised(monkeypatch):
    view = codeedu.quiz("05")

    def broken(*_args, **_named):
        raise RuntimeError("the tables are gone")

    monkeypatch.setattr(widget.screens, "question", broken)
    with pytest.raises(RuntimeError):
        view._heed(view, {"do": "begin"}, [])
    assert view.notice["complaint"] == "RuntimeError: the tables are gone"


@pytest.mark.parametrize("call", [
    lambda: codeedu.quiz("05"), lambda: codeedu.exercise("05", 2), lambda: codeedu.home(),
    lambda: codeedu.explorer("J1885"),
])  # fmt: skip
def test_every_view_shows_an_unexpected_error_once_and_raises_it(call, monkeypatch):
    view = call()
    monkeypatch.setattr(view, "_do", lambda asked: 1 / 0)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            view._heed(view, {"do": "anything"}, [])
    state = json.dumps(view.get_state(), default=str)
    assert state.count("ZeroDivisionError: division by zero") == 1


SCRIPT = markup.source("dom.js", "practice.js")


def test_the_browser_side_needs_no_network_and_takes_no_html():
    code = re.sub(r"//.*", "", SCRIPT)
    assert not re.search(r"https?:|\bimport\b|fetch\(|innerHTML|outerHTML|insertAdjacent", code)
    assert SCRIPT.count("export default") == 1


def all_screens():
    for pattern in ((False, True, False), (True,)):
        for call in CALLS.values():
            view = call()
            yield view.screen
            send(view, do="begin")
            while view.session.state == "asking":
                yield view.screen
                yield answer(view, right=pattern[len(view.session.answers) % len(pattern)])
                if view.session.state == "answered":
                    yield send(view, do="next")
            if view.session.state == "review":
                yield send(view, do="reveal")


def nodes(tree):
    if isinstance(tree, dict):
        for value in tree.values():
            yield from nodes(value)
    elif isinstance(tree, list):
        if len(tree) > 1 and isinstance(tree[0], str) and isinstance(tree[1], dict):
            yield tree
        for part in tree:
            yield from nodes(part)


def test_the_browser_can_build_and_dress_every_node_that_python_sends():
    tags = set(re.search(r'TAGS = new Set\("(.*?)"', SCRIPT)[1].split())
    attributes = set(re.search(r'ATTRIBUTES = new Set\("(.*?)"', SCRIPT)[1].split())
    styles = markup.source("theme.css", "practice.css")
    met = 0
    for screen in all_screens():
        for tag, named, *_ in nodes(screen):
            met += 1
            assert tag in tags
            assert set(named) <= attributes
            for look in named.get("class", "").split():
                assert f".{look}" in styles or look == "codeedu-rest"
    assert met > 1000


# A finish is a finish


@pytest.mark.parametrize(
    ("call", "rights", "heading", "praise"),
    [
        (lambda: codeedu.quiz("05"), [True] * 10, "Quiz finished",
         "Well done:  every answer was right at the first try."),
        (lambda: codeedu.quiz("05"), [True] * 7 + [False] * 3, "Quiz finished",
         "Well done:  you reached the 70% line. The drill brings back what you missed."),
        (lambda: codeedu.quiz("05"), [True] * 6 + [False] * 4, "Quiz finished", ""),
        (lambda: codeedu.quiz("05"), [True] * 3, "Stopped after 3 of 10 questions", ""),
        (lambda: codeedu.drill("05"), [True] * 10, "Drill finished",
         "Well done:  every answer was right at the first try."),
        (codeedu.final_exam, [True] * 30 + [False] * 10, "Final assessment finished", ""),
        (codeedu.final_exam, [True] * 40, "Final assessment finished",
         "Well done:  every answer was right at the first try."),
        (codeedu.final_exam, [True] * 20 + [False] * 20, "Final assessment finished", ""),
    ],
)  # fmt: skip
def test_the_end_is_praised_where_that_was_earned(call, rights, heading, praise):
    view = call()
    send(view, do="begin")
    for right in rights:
        answer(view, right=right)
        if view.session.state == "answered":
            send(view, do="next")
    if view.session.state == "asking":
        send(view, do="stop")
        assert labels(view)[0] == f"Go on with question {len(rights) + 1}"
    assert view.screen["heading"] == heading
    words = text(view.screen)
    assert praise in words
    assert ("Well done" in words) == bool(praise)
    assert view.screen["share"] == len(rights) / len(view.session.items)


def test_what_was_missed_and_put_right_leads_on():
    view = codeedu.quiz("05")
    walk(view, [True] * 6 + [False] * 4)
    first, second = (link for link in nodes(view.screen["body"][:1]) if link[0] == "a")
    for link in (first, second):
        assert link[1]["href"] == f"05-common-confusions.ipynb#{link[2].replace(' ', '-')}"
    says = f"Next: read again  {first[2]}  and  {second[2]} , then try the quiz of 05 again."
    assert text(view.screen["body"][0]) == says
    assert "Well done" not in text(view.screen)
    send(view, do="retry")
    walk(view)
    words = text(view.screen)
    assert words.startswith(
        " Quiz finished Well done:  you went back to what you missed, and now every answer is "
        "right. The drill brings back what you missed. Next: open  01 What is HCPCS?  (40 minutes)."
    )
    assert "read again  " not in words
    assert view.screen["aside"]


def test_after_the_final_what_to_read_again_is_a_short_list():
    view = codeedu.final_exam()
    walk(view, (False,))
    (part,) = (one for one in view.screen["body"] if "What to read again" in str(one[2]))
    entries = part[3][2:]
    assert len(entries) == 3
    assert entries[0][2:4] == ["Lesson 05, Common confusions", ": "]
    links = [link[2] for link in entries[0][4::2]]
    sections = [r["section"] for r in tables.rows("objectives") if r["lesson"] == "05"]
    assert links == list(dict.fromkeys(sections))


# What a learner writes about a question


def disagree(view, words, do="disagree"):
    return send(view, do=do, item=view.screen["disagree"], note=words)


def test_a_learner_can_disagree_and_sees_the_words_again(place):
    view = codeedu.quiz("05")
    send(view, do="begin")
    item = view.session.item
    assert "disagree" not in view.screen
    answer(view, right=False)
    given = view.session.answers[-1]["answer"]
    screen = disagree(view, "  Two are right.\nReally.  ")
    assert "You wrote:  Two are right.\nReally." in text(screen)
    assert screen["verdict"].startswith("Not yet")
    (note,) = record.read().notes
    assert note.pop("when")
    told = {"item": item.id, "seen": item.seen, "answer": given, "note": "Two are right.\nReally."}
    assert note == told
    assert [line["item"] for line in record.read().answers] == [item.id]
    send(view, do="next")
    walk(view)
    again = codeedu.quiz("05")
    send(again, do="resume")
    for shown in (view, again):
        assert text(send(shown, do="reveal")).count("You wrote:") == 1


def test_words_that_were_not_kept_yet_go_with_the_next_press():
    view = codeedu.drill("05")
    send(view, do="begin")
    answer(view)
    disagree(view, "", do="disagree")
    assert view.notice["complaint"] == widget.NO_WORDS
    disagree(view, "x" * 5000, do="next")
    assert "ask" in view.screen
    assert [note["note"] for note in record.read().notes] == ["x" * widget.MOST_WORDS]
    answer(view)
    disagree(view, "Also this.", do="stop")
    assert [note["note"] for note in record.read().notes][1:] == ["Also this."]


def test_words_that_cannot_be_saved_wait_and_are_saved_later(place, monkeypatch):
    view = codeedu.quiz("05")
    send(view, do="begin")
    answer(view)
    with monkeypatch.context() as full:
        full.setattr(record, "_append", lambda *_: "the disk is full")
        assert "Two are right." in text(disagree(view, "Two are right."))
        assert view.notice["warning"].startswith("1 note is not saved yet: the disk is full.")
        assert not view.notice.get("saved")
        send(view, do="next")
        answer(view)
        assert view.notice["warning"].startswith("1 answer and 1 note are not saved yet")
    send(view, do="save")
    assert view.notice["saved"] == record.SAVED
    assert [note["note"] for note in record.read().notes] == ["Two are right."]
    assert len(record.read().answers) == 2


def test_words_about_no_question_of_the_sitting_are_not_kept(place):
    view = codeedu.quiz("05")
    send(view, do="begin")
    answer(view)
    for name in ("05-none-99", None, ["05"]):
        send(view, do="disagree", item=name, note="No.")
    assert record.read().notes == ()
