"""The engine: what it asks, what it says, and that it never loses an answer."""

import json
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codeedu import tables
from codeedu.practice import choose, findings, grade, sittings
from codeedu.practice import session as practice
from codeedu.practice.generate import make
from codeedu.practice.items import Item, Option, rich, same_text
from codeedu.practice.session import MOVES, STATES, Session


def option(text, *, right=False, **more):
    return Option(text, f"why {text} is {'right' if right else 'wrong'}", right, **more)


def item(kind, number=1, objective="05-lost-dot", **more):
    parts = {
        "one": {
            "options": (
                option("A", reads="HCPCS Level II", misconception="icd-for-level-2"),
                option("B", right=True, reads="ICD-10-CM"),
                option("C", misconception="letter-either-end"),
            ),
            "truly": "ICD-10-CM",
        },
        "spot": {"options": tuple(option(c, right=c == "B") for c in "ABCD")},
        "many": {
            "options": (
                option("A", right=True, misconception="cms-keeps-all-modifiers"),
                option("B", misconception="letter-for-digit"),
                option("C", right=True),
                option("D"),
            )
        },
        "type": {
            "answers": ("U0001", "U 0001 test"),
            "tempting": (option("0001U", misconception="pla-for-level-2", reads="CPT PLA"),),
            "truly": "HCPCS Level II",
        },
        "order": {"options": tuple(option(c) for c in "ABCD")},
    }[kind]
    name = f"{objective}-{kind}-{number:02}"
    lesson = objective[:2]
    return Item(name, objective, lesson, kind, f"A question ({name})?", "The why.", **parts | more)


KINDS = ("one", "many", "type", "order", "spot")
RIGHT = {"one": 1, "spot": 1, "many": [0, 2], "type": "u0001 ", "order": [0, 1, 2, 3]}
WRONG = {"one": 0, "spot": 2, "many": [0, 1], "type": "0001u", "order": [1, 0, 2, 3]}
ONE_EACH = tuple(item(kind) for kind in KINDS)


# Grading


@pytest.mark.parametrize(
    ("kind", "response", "score", "misconceptions", "read_as"),
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
        ("type", " u 0001. ", 1, (), "HCPCS Level II"),
        ("type", "U0001 TEST", 1, (), "HCPCS Level II"),
        ("type", "0001u", 0, ("pla-for-level-2",), "CPT PLA"),
        ("type", "nonsense", 0, (), ""),
        ("order", [0, 1, 2, 3], 1, (), ""),
        ("order", [3, 2, 1, 0], 0, (), ""),
        ("order", [1, 0, 2, 3], 5 / 6, (), ""),
    ],
)
def test_grades(kind, response, score, misconceptions, read_as):
    found = grade.grade(item(kind), response)
    assert found == grade.Grade(pytest.approx(score), score == 1, misconceptions, read_as)


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
        ("order", [0, 1, 2], "Give every step a place first."),
        ("order", [0, 1, 2, 2], "Give every step a place first."),
    ],
)
def test_what_is_no_answer_is_said_and_changes_nothing(kind, response, says):
    session = Session([item(kind)])
    session.begin()
    before = session.to_dict()
    with pytest.raises(ValueError, match=says or "."):
        session.answer(response)
    assert session.to_dict() == before
    assert session.state == "asking"


def test_feedback_explains_every_option_in_the_order_shown():
    session = Session([item("many")], seed=5)
    session.begin()
    shown = [choice["place"] for choice in session.question()["choices"]]
    told = session.answer([0, 1])
    assert [part["place"] for part in told["parts"]] == shown
    assert {part["place"]: part["mark"] for part in told["parts"]} == {
        0: "chosen, and right",
        1: "chosen, but not right",
        2: "right, but not chosen",
        3: "rightly not chosen",
    }
    assert all(part["why"] for part in told["parts"])
    assert (told["says"], told["answer"], told["score"]) == ("Partly right.", "A; C", 0.5)
    assert session.feedback() == told


def test_feedback_on_an_order_says_where_each_step_belongs():
    told = grade.feedback(item("order"), [1, 0, 2, 3])
    assert [part["mark"] for part in told["parts"]] == [
        "belongs in place 1; you put it 2",
        "belongs in place 2; you put it 1",
        "in its place",
        "in its place",
    ]


def test_feedback_on_what_was_typed():
    (hit,) = grade.feedback(item("type"), "0001u")["parts"]
    assert (hit["text"], hit["why"]) == ("0001u", "why 0001U is wrong")
    (unforeseen,) = grade.feedback(item("type"), "J188S")["parts"]
    assert "perhaps J1885 was meant" in unforeseen["why"]
    (word,) = grade.feedback(item("type", answers=("ambulance",)), "bus")["parts"]
    assert word["why"] == "That is another word than the one asked for."


@given(st.text())
def test_any_typed_text_is_graded_or_refused_with_a_sentence(text):
    if not same_text(text):
        with pytest.raises(ValueError, match="Type an answer first"):
            grade.feedback(item("type"), text)
        return
    told = grade.feedback(item("type"), text)
    assert told["correct"] is (same_text(text) in ("U0001", "U0001TEST"))
    assert told["parts"][0]["why"]


# The states


def test_every_state_is_reached_and_left_by_the_table():
    assert {state for ways in MOVES.values() for state in ways} == set(STATES) - {"finished"}
    assert {end for ways in MOVES.values() for ends in ways.values() for end in ends} == set(
        STATES
    ) - {"not started"}


def moved(session, move, responses=RIGHT):
    if move == "answer":
        kind = session.item.kind if session.item else "one"
        return session.answer(responses[kind], confidence="sure")
    return getattr(session, move)()


@given(st.data(), st.sampled_from(practice.MODES), st.integers(0, 99))
@settings(max_examples=60)
def test_no_walk_loses_an_answer_and_any_moment_can_be_resumed(data, mode, seed):
    session, given_answers = Session(ONE_EACH, seed=seed, mode=mode), 0
    for _ in range(data.draw(st.integers(15, 40))):
        likely = [move for move in session.moves if move not in ("stop", "reveal")] or ["next"]
        move = data.draw(st.sampled_from([*likely * 12, *MOVES]))
        kept = json.loads(json.dumps(session.to_dict()))
        twin = Session.from_dict(kept)
        assert twin.to_dict() == session.to_dict() == kept
        assert (twin.question(), twin.feedback()) == (session.question(), session.feedback())
        if move in session.moves:
            before, responses = session.state, data.draw(st.sampled_from([RIGHT, WRONG]))
            assert moved(session, move, responses) == moved(twin, move, responses)
            assert twin.to_dict() == session.to_dict()
            given_answers += move == "answer"
            assert session.state in MOVES[move][before]
        else:
            with pytest.raises(ValueError, match="The session is in the state"):
                moved(session, move)
            assert session.to_dict() == kept
        assert len(session.answers) == given_answers
        assert session.result()["asked"] == len({a["item"] for a in session.answers})


def finish(session, wrong=()):
    session.begin()
    asked = []
    while session.state == "asking":
        asked.append(session.item.id)
        first = asked.count(session.item.id) == 1
        session.answer((WRONG if session.item.id in wrong and first else RIGHT)[session.item.kind])
        session.next()
    return asked


def test_a_quiz_retries_only_what_was_missed():
    session = Session(ONE_EACH, seed=1)
    missed = [ONE_EACH[0].id, ONE_EACH[3].id]
    assert finish(session, missed) == [i.id for i in ONE_EACH]
    assert (session.state, session.result()["right"], session.result()["now"]) == ("review", 3, 3)
    assert [bool(row["feedback"]) for row in session.review()] == [False, True, True, False, True]
    session.retry()
    assert session.question()["of"] == 2
    assert session.question()["round"] == 2
    again = []
    while session.state == "asking":
        again.append(session.item.id)
        session.answer(RIGHT[session.item.kind])
        session.next()
    assert sorted(again) == sorted(missed)
    assert session.state == "finished"
    assert (session.result()["right"], session.result()["now"]) == (3, 5)
    assert session.result()["says"] == (
        "3 of 5 right at the first try (60 %), below the line of 70 %."
    )


def test_seeing_the_answers_ends_it_and_shows_all():
    session = Session(ONE_EACH)
    finish(session, [ONE_EACH[0].id])
    session.reveal()
    assert session.state == "finished"
    assert all(row["feedback"] for row in session.review())
    assert session.moves == []


def test_a_drill_brings_a_miss_back_after_a_few_others():
    session = Session([item("one", n) for n in range(1, 7)], mode="drill")
    asked = finish(session, [session.items[0].id])
    places = [i for i, name in enumerate(asked) if name == session.items[0].id]
    assert places == [0, practice.GAP + 1]
    assert session.state == "finished"


def test_a_drill_ends_even_when_all_is_wrong():
    session = Session(ONE_EACH, mode="drill")
    session.begin()
    while session.state == "asking":
        session.answer(WRONG[session.item.kind])
        session.next()
    assert session.state == "review"
    assert len(session.answers) == len(ONE_EACH) * (1 + practice.RETURNS)


def test_a_pretest_ends_without_a_review_and_its_misses_count_for_nothing():
    session = Session(ONE_EACH, mode="pretest")
    finish(session, [ONE_EACH[0].id])
    assert session.state == "finished"
    assert all(row["feedback"] for row in session.review())
    kept = [{**answer, "when": "2026-11-23"} for answer in session.answers]
    assert choose.due(kept, date(2026, 11, 25)) == []
    assert findings.graded(kept) == []


def test_stopping_early_counts_what_was_answered():
    session = Session(ONE_EACH)
    session.begin()
    session.answer(RIGHT["one"])
    session.stop()
    assert (session.state, session.result()["asked"]) == ("finished", 1)
    session = Session(ONE_EACH)
    session.begin()
    session.stop()
    assert session.result()["says"] == "Nothing was answered yet."


def test_nothing_to_ask_is_finished_at_once():
    session = Session([])
    session.begin()
    assert (session.state, session.question(), session.feedback()) == ("finished", {}, {})


def test_a_question_gives_nothing_away():
    for one in ONE_EACH:
        session = Session([one])
        session.begin()
        text = json.dumps(session.question())
        assert "why" not in text
        assert '"right"' not in text
        assert "misconception" not in text
        assert not any(answer in text for answer in one.answers)


@given(st.integers(0, 10_000))
def test_options_are_shuffled_but_lines_are_not_and_steps_never_start_solved(seed):
    for one in ONE_EACH:
        session = Session([one], seed=seed)
        session.begin()
        places = [choice["place"] for choice in session.question()["choices"]]
        assert sorted(places) == list(range(len(one.options)))
        if one.kind == "spot":
            assert places == sorted(places)
        if one.kind == "order":
            assert places != sorted(places)


def test_shuffling_moves_the_right_option_about():
    def first(seed):
        session = Session([item("one")], seed=seed)
        session.begin()
        return session.question()["choices"][0]["place"]

    assert {first(seed) for seed in range(30)} == {0, 1, 2}


def test_what_is_no_session_is_refused_with_a_sentence():
    good = Session(ONE_EACH).to_dict()
    for bad in (
        {},
        [],
        None,
        good | {"form": 0},
        good | {"state": "asking", "queue": []},
        good | {"queue": [9]},
        good | {"state": "lost"},
        good | {"items": [{}]},
        good | {"answers": [{}]},
        good | {"answers": "no"},
        good | {"mode": "exam"},
    ):
        with pytest.raises(ValueError, match="This is not a session that can be resumed"):
            Session.from_dict(bad)


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="There is no mode 'exam'"):
        Session([], mode="exam")
    with pytest.raises(ValueError, match="Two items have the id"):
        Session([ONE_EACH[0], ONE_EACH[0]])
    session = Session(ONE_EACH)
    session.begin()
    with pytest.raises(ValueError, match="There is no confidence 'very'"):
        session.answer(1, confidence="very")
    assert session.answers == []


@pytest.mark.parametrize(
    ("seconds", "kept"), [(None, None), (1.26, 1.3), (float("nan"), None), (-1, None), ("x", None)]
)
def test_seconds_are_kept_when_they_are_seconds(seconds, kept):
    session = Session(ONE_EACH)
    session.begin()
    session.answer(1, seconds=seconds)
    assert session.answers[0]["seconds"] == kept


def test_the_key_changes_with_the_questions():
    keys = [Session(ONE_EACH).key, Session(ONE_EACH, seed=1).key, Session(ONE_EACH[1:]).key]
    edited = item("one", options=(option("A", right=True), option("B")))
    keys.append(Session([edited, *ONE_EACH[1:]]).key)
    assert len(set(keys)) == 4
    assert Session(ONE_EACH).key == keys[0]


# Findings


def test_the_result_says_what_was_confused_and_what_to_read_again():
    session = Session(ONE_EACH)
    finish(session, [ONE_EACH[0].id, ONE_EACH[1].id])
    found = session.result()
    assert [row["says"] for row in found["confusions"]] == [
        "You took ICD-10-CM for HCPCS Level II in 1 of 1."
    ]
    assert found["objectives"] == [
        {
            "objective": "05-lost-dot",
            "right": 3,
            "asked": 5,
            "lesson": "05",
            "can": tables.by("objectives", "objective")["05-lost-dot"]["can"],
        }
    ]
    assert found["revisit"][0]["notebook"] == "05-common-confusions"
    assert [row["id"] for row in found["misconceptions"]] == ["icd-for-level-2", "letter-for-digit"]


def test_calibration_speaks_when_there_is_enough():
    sure = [{"confidence": "sure", "correct": n > 2} for n in range(5)]
    lucky = [{"confidence": "guess", "correct": True}] * 5
    rows = findings.calibration([*lucky, *sure, {"confidence": "", "correct": True}])
    assert [row["confidence"] for row in rows] == ["sure", "guess"]
    assert "surer than your answers" in rows[0]["says"]
    assert rows[1]["says"] == "When guessing: 5 of 5 right. You know more than you think."


# Choosing

POOL = tuple(
    item(kind, n, row["objective"])
    for row in tables.rows("objectives")
    for kind in KINDS
    for n in (1, 2)
)
TODAY = date(2026, 11, 25)


def answered(one, *, correct=True, when="2026-11-24T09:00:00+00:00", **more):
    row = {"item": one.id, "lesson": one.lesson, "objective": one.objective, "correct": correct}
    return {**row, "truly": "", "read_as": "", "when": when, **more}


def test_a_quiz_covers_every_objective_and_mixes_kinds():
    chosen = choose.quiz(POOL, "02", 10)
    assert len(chosen) == 10
    counts = {one.objective: 0 for one in POOL if one.lesson == "02"}
    for one in chosen:
        counts[one.objective] += 1
    assert set(counts.values()) == {2}
    assert {one.kind for one in chosen} == set(KINDS)
    assert len(choose.quiz(POOL, "05", 1)) == 6  # as many as there are objectives


def test_missed_items_of_other_lessons_come_back_on_a_later_day():
    missed = next(one for one in POOL if one.lesson == "01")
    answers = [answered(missed, correct=False)]
    assert missed in choose.quiz(POOL, "02", answers=answers, on=TODAY)
    assert missed not in choose.quiz(POOL, "02", answers=answers, on=date(2026, 11, 24))
    assert missed in choose.drill(POOL, answers=answers, on=TODAY)


def test_a_miss_is_made_good_on_two_later_days():
    one = POOL[0]
    days = [answered(one, correct=False, when="2026-11-20")]
    assert choose.due(days, date(2026, 11, 20)) == []
    assert choose.due(days, date(2026, 11, 21)) == [one.id]
    days += [answered(one, when="2026-11-21"), answered(one, when="2026-11-21")]
    assert choose.due(days, date(2026, 11, 21)) == []
    assert choose.due(days, date(2026, 11, 22)) == [one.id]
    days += [answered(one, when="2026-11-22")]
    assert choose.due(days, date(2026, 12, 22)) == []
    lucky = answered(one, confidence="guess", when="2026-12-22")
    assert choose.due([*days, lucky], date(2026, 12, 23)) == [one.id]


def test_unseen_items_come_before_seen_ones():
    seen = choose.quiz(POOL, "03", 10)
    again = choose.quiz(POOL, "03", 10, answers=[answered(one) for one in seen], on=TODAY)
    assert not set(seen) & set(again)


def confusing(n, truly, other):
    options = (option("A", right=True, reads=truly), option("B", reads=other))
    return item("one", n, f"05-{truly.lower()[:3]}", options=options, truly=truly)


def test_look_alikes_follow_one_another():
    one = [confusing(n, "ICD-10-CM", "HCPCS Level II") for n in range(4)]
    two = [confusing(n, "HCPCS Level II", "ICD-10-CM") for n in range(4)]
    others = [confusing(n, "NDC", "CPT") for n in range(4)]
    answers = [answered(one[0], correct=False, truly="ICD-10-CM", read_as="HCPCS Level II")]
    for seed in range(10):
        order = choose.interleave([*one, *two, *others], seed=seed, answers=answers)
        assert sorted(i.id for i in order) == sorted(i.id for i in [*one, *two, *others])
        sets = [i.truly for i in order[:8]]
        assert all(a != b for a, b in pairwise(sets))
        assert set(sets) == {"ICD-10-CM", "HCPCS Level II"}


def test_the_set_that_this_learner_confuses_comes_next():
    names = ("ICD-10-CM", "HCPCS Level II", "CPT")
    options = tuple(option(name, right=name == names[0], reads=name) for name in names)
    pool = [item("one", n, f"05-{n}", options=options, truly=names[n % 3]) for n in range(30)]
    answers = [answered(pool[0], correct=False, truly="ICD-10-CM", read_as="CPT")]
    for seed in range(10):
        sets = [one.truly for one in choose.interleave(pool, seed=seed, answers=answers)]
        assert set(sets[:20]) == {"ICD-10-CM", "CPT"}


def test_the_same_set_is_not_asked_twice_in_a_row_while_there_is_a_choice():
    pool = [item("one", n, f"05-{n}") for n in range(6)]
    pool += [item("many", n, "05-plain") for n in range(6)]
    for seed in range(10):
        sets = [one.truly for one in choose.interleave(pool, seed=seed)]
        assert all(a != b or not a for a, b in pairwise(sets))


def test_a_drill_asks_what_this_learner_confuses():
    pool = [confusing(n, "ICD-10-CM", "HCPCS Level II") for n in range(10)]
    pool += [confusing(n, "NDC", "CPT") for n in range(50)]
    gone = item("one", 99)
    answers = [answered(gone, correct=False, truly="ICD-10-CM", read_as="HCPCS Level II")]
    chosen = choose.drill(pool, 10, answers=answers, on=date(2026, 11, 24))
    assert sum(one.truly == "ICD-10-CM" for one in chosen) >= 5


@pytest.mark.parametrize(("blueprint", "total"), [("placement", 12), ("final", 40)])
def test_assessments_follow_their_blueprint(blueprint, total):
    chosen = choose.by_blueprint(POOL, blueprint)
    assert len({one.id for one in chosen}) == total
    for row in tables.rows("blueprints"):
        if row["blueprint"] == blueprint:
            mine = [one for one in chosen if one.lesson == row["lesson"]]
            assert len(mine) == int(row["items"])
    if blueprint == "final":
        wanted = {r["objective"] for r in tables.rows("objectives") if r["lesson"] <= "05"}
        assert {one.objective for one in chosen} == wanted
    with pytest.raises(ValueError, match="There is no blueprint 'exam'; there are: final, placem"):
        choose.by_blueprint(POOL, "exam")


@given(st.integers(0, 500), st.integers(0, 15))
@settings(max_examples=25)
def test_the_same_seed_chooses_the_same(seed, n):
    assert choose.quiz(POOL, "04", n, seed=seed) == choose.quiz(POOL[::-1], "04", n, seed=seed)
    assert choose.drill(POOL, n, seed=seed) == choose.drill(POOL[::-1], n, seed=seed)
    assert len(choose.drill(POOL, n, seed=seed)) == n


def test_a_pretest_asks_the_marked_items_first():
    marked = [item("one", 90 + n, "03-choose", pretest=True) for n in range(2)]
    chosen = choose.pretest([*POOL, *marked], "03")
    assert chosen[:2] == tuple(marked)
    assert len(chosen) == 3
    assert {one.lesson for one in chosen} == {"03"}


# The sittings of the course


@pytest.mark.parametrize("lesson", ["01", "02", "03", "04", "05"])
def test_every_lesson_has_its_sittings(lesson):
    assert {one.lesson for one in sittings.pretest(lesson).items} == {lesson}
    assert len(sittings.pretest(lesson).items) == 3
    session = sittings.quiz(lesson)
    mine = {r["objective"] for r in tables.rows("objectives") if r["lesson"] == lesson}
    assert {one.objective for one in session.items} == mine
    assert sittings.drill(lessons=[lesson]).items


def test_a_drill_makes_a_missed_made_item_again():
    one = make(1, seed=77)[0]
    session = sittings.drill(answers=[answered(one, correct=False)], on=TODAY)
    assert one in session.items
    assert session.mode == "drill"


def test_assessments_of_the_course():
    assert len(sittings.assessment("placement").items) == 12
    assert len(sittings.assessment("final").items) == 40


def test_there_is_no_sitting_without_items():
    with pytest.raises(ValueError, match=r"There are no questions of lesson '99'; there are of: 0"):
        sittings.quiz("99")
    with pytest.raises(ValueError, match="There is nothing to drill in: 99"):
        sittings.drill(lessons=["99"])


def test_the_text_of_an_item_as_nodes():
    assert rich("One `J1885`.\n\nTwo\nlines:\n```\nA  B\n```\nEnd") == [
        ["p", {}, "One ", ["code", {}, "J1885"], "."],
        ["p", {}, "Two lines:"],
        ["pre", {}, ["code", {}, "A  B"]],
        ["p", {}, "End"],
    ]
