"""Grading: what is right, what a person would accept, and what is said about the rest."""

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banks import KINDS, ONE_EACH, item
from codeedu.practice.session import Session
from codeedu.questions import bank, kinds
from codeedu.questions.typed import fold


@pytest.mark.parametrize(
    ("kind", "response", "score", "misconceptions", "chosen"),
    [
        ("one", 1, 1, (), "ICD-10-CM"),
        ("one", 0, 0, ("icd-for-level-2",), "HCPCS Level II"),
        ("one", 2, 0, ("letter-either-end",), ""),
        ("spot", 1, 1, (), ""),
        ("spot", 0, 0, (), ""),
        ("many", [0, 2], 1, (), ""),
        ("many", [2, 0, 0], 1, (), ""),
        ("many", [0], 0.75, (), ""),
        ("many", [2], 0.75, ("cms-keeps-all-modifiers",), ""),
        ("many", [1, 3], 0, ("cms-keeps-all-modifiers", "letter-for-digit"), ""),
        ("type", " u 0001. ", 1, (), ""),
        ("type", "U0001 TEST", 1, (), ""),
        ("type", "0001u", 0, ("letter-either-end",), ""),
        ("type", "J9999", 0, (), ""),
        ("number", "4", 1, (), ""),
        ("number", "60 units", 0, ("one-line-is-one-unit",), ""),
        ("number", "5", 0, (), ""),
        ("order", [0, 1, 2, 3], 1, (), ""),
        ("order", [3, 2, 1, 0], 0, (), ""),
        ("order", [1, 0, 2, 3], 5 / 6, (), ""),
    ],
)
def test_grades(kind, response, score, misconceptions, chosen):
    found = kinds.grade(item(kind), response)
    assert found == kinds.Grade(pytest.approx(score), score == 1, misconceptions, chosen)


def test_only_an_item_that_asks_for_a_reading_says_what_was_read():
    for response in (0, 1):
        found = kinds.grade(item("one", ask=""), response)
        assert found.chosen == ""
    assert item("one", ask="").actual == ""
    assert item("one").actual == "ICD-10-CM"


@pytest.mark.parametrize(
    ("kind", "response", "says"),
    [
        *((kind, None, "") for kind in KINDS),
        *((kind, object(), "") for kind in KINDS),
        ("one", 3, "Choose an option first."),
        ("one", -1, "Choose an option first."),
        ("one", True, "Choose an option first."),
        ("one", "1", "Choose an option first."),
        ("many", [], "Choose at least one option first."),
        ("many", [4], "Choose among the options."),
        ("many", ["0"], "Choose among the options."),
        ("type", "  ", "Type an answer first."),
        ("type", ".", "Type an answer first."),
        ("type", "?", "Type an answer first."),
        ("type", "a test", "Type a code or a number."),
        ("number", " ", "Type a number first."),
        ("number", "many", "Type one number, such as 4 or four."),
        ("number", "4 or 5", "Type one number, such as 4 or four."),
        ("order", [0, 1, 2], "Give every step a place first."),
        ("order", [0, 1, 2, 2], "Give every step a place first."),
    ],
)
def test_what_is_not_an_answer_is_said_and_changes_nothing(kind, response, says):
    session = Session([item(kind)])
    session.begin()
    with pytest.raises(ValueError, match=says or "."):
        session.answer(response)
    assert (session.state, session.answers) == ("asking", [])


# What a person would accept. The cases are those that were once refused.

ACCEPTED = {
    ("99213-25-57", "99213-57-25"): ["99213–25–57", "99213 - 57 - 25", "99213‑25‑57"],
    ("Level I",): ["Level 1", "level one", "LEVEL I.", "the Level I", "it is Level I"],
    ("American Dental Association",): ["the American Dental Association", "“american dental "
                                       "association”"],
    ("Pathology and Laboratory",): ["Pathology & Laboratory", "pathology and laboratory"],
    ("ambulance",): ["ambulances", "an ambulance", "Ambulance."],
    ("str",): ["'str'", "`str`", '"str"'],
    ("1,000",): ["1000", "1 000", "1,000"],
    ("5",): ["five", "Five", "5."],
    ("J1885",): ["code J1885", "j1885", "the code J1885.", " J 1885"],
    ("HCPCS",): ["hcpcs", "the HCPCS"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("answers", "typed"),
    [(answers, typed) for answers, every in ACCEPTED.items() for typed in every],
)
def test_typed_answers_accept_what_a_person_would(answers, typed):
    one = item("type", answers=answers, distractors=())
    assert kinds.feedback(one, typed).correct


@pytest.mark.parametrize(
    ("answers", "typed"),
    [
        (["99213-25"], "9921325"),
        (["Level I"], "Level II"),
        (["Level II"], "Level 3"),
        (["HCPCS"], "HCPC"),
        (["J1885"], "J188S"),
        (["5"], "50"),
        (["denied"], "deny"),
        (["U0001"], "0001U"),
    ],
)
def test_typed_answers_refuse_what_says_something_else(answers, typed):
    one = item("type", answers=tuple(answers), distractors=())
    assert not kinds.feedback(one, typed).correct


NUMBERS = [
    "4",
    "4.0",
    "four",
    "4 units",
    "4 unit",
    "= 4",
    "It is 4.",
    "about four units",
    "4units",
    "４",
]


@pytest.mark.parametrize("typed", NUMBERS)
def test_a_number_may_be_typed_as_people_write_it(typed):
    assert kinds.feedback(item("number"), typed).correct


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("900", "900 is more than the answer. Work it through once more."),
        ("0.25", "0.25 is less than the answer. Work it through once more."),
        ("60", "why 60 is wrong"),
        ("1999", "1999 is more than the answer. Work it through once more."),
        ("3.5", "3.5 is less than the answer. Work it through once more."),
        ("4 mg", "The question asks for a number in units; you typed '4 mg'."),
    ],
)
def test_feedback_on_a_number_speaks_of_the_number(typed, says):
    one = item("number", stem="`J1885` is 15 mg a unit, and 60 mg were given. How many units?")
    (part,) = kinds.feedback(one, typed).options
    assert part.feedback == says


def test_a_tolerance_is_kept():
    one = item("number", answer=11.4, unit="miles", tolerance=0.05, distractors=())
    for typed in ("11.4", "11.40", "11.4 miles", "11.45"):
        assert kinds.feedback(one, typed).correct
    for typed in ("11", "12", "114", "11.5"):
        assert not kinds.feedback(one, typed).correct


def test_the_classifier_speaks_only_when_the_answer_is_a_code():
    (code,) = kinds.feedback(item("type"), "J188S").options
    assert "J1885" in code.feedback
    for answer in ("1999", "4", "25", "ambulance", "11.4"):
        one = item("type", answers=(answer,), distractors=())
        (part,) = kinds.feedback(one, "00100").options
        assert part.feedback == "That is not the answer this question asks for."


@pytest.mark.parametrize(
    ("typed", "close"),
    [("ambulenc", True), ("amblence", True), ("ambula", True), ("ambul", False), ("van", False)],
)
def test_only_a_word_that_is_nearly_the_answer_is_called_close(typed, close):
    (part,) = kinds.feedback(item("type", answers=("ambulance",)), typed).options
    assert part.feedback == (
        "That is close. Compare the spelling with the answer, letter by letter."
        if close
        else "That is not the answer this question asks for."
    )


def test_what_was_typed_and_foreseen_is_explained_by_the_bank():
    (hit,) = kinds.feedback(item("type"), "0001u").options
    assert (hit.text, hit.feedback) == ("0001u", "why 0001U is wrong")


@given(st.text())
def test_any_typed_text_is_graded_or_refused_with_a_sentence(text):
    for kind in ("type", "number"):
        try:
            given_answer = kinds.accept(item(kind), text)
        except ValueError as error:
            says = str(error)
        else:
            says = kinds.feedback(item(kind), given_answer).options[0].feedback
        assert len(says) > 10


@given(st.text())
def test_blanks_and_a_full_stop_never_matter(text):
    assert fold(f"  {text} ") == fold(text)
    assert fold(f"{text}.") == fold(text)


# Feedback


def test_feedback_explains_every_option_in_the_order_shown():
    session = Session([item("many")], seed=5)
    session.begin()
    shown = [choice.place for choice in session.question().choices]
    told = session.answer([0, 1])
    assert [part.place for part in told.options] == shown
    assert {part.place: part.mark for part in told.options} == {
        0: "chosen, right",
        1: "chosen, not right",
        2: "right, not chosen",
        3: "not right, not chosen",
    }
    assert all(part.feedback for part in told.options)
    assert (told.verdict, told.answer, told.score) == ("Partly right", "The answer is: A; C", 0.5)
    assert session.feedback() == told


def test_feedback_on_an_order_says_where_each_step_belongs():
    told = kinds.feedback(item("order"), [1, 0, 2, 3])
    assert [part.mark for part in told.options] == [
        "belongs at 1; you had it at 2",
        "belongs at 2; you had it at 1",
        "in its place",
        "in its place",
    ]


# Shuffling


@given(st.integers(0, 10_000))
def test_every_kind_is_shuffled_and_steps_never_start_solved(seed):
    for one in ONE_EACH:
        places = KINDS[one.kind].shuffle(one, random.Random(seed))
        assert sorted(places) == list(range(len(one.options)))
        if one.kind == "order":
            assert places != sorted(places)


@pytest.mark.parametrize("kind", ["one", "spot", "many"])
def test_every_option_is_shown_first_about_as_often(kind):
    one = item(kind)
    first = Counter(KINDS[kind].shuffle(one, random.Random(seed))[0] for seed in range(400))
    assert set(first) == set(range(len(one.options)))
    assert max(first.values()) < 1.5 * min(first.values())


def test_every_item_of_the_course_can_be_answered_right_and_wrong():
    for one in bank.load():
        assert kinds.grade(one, KINDS[one.kind].right(one)).correct, one.id
