"""A session: what it asks, what it allows, and that it never loses an answer."""

import json
from dataclasses import asdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banks import ONE_EACH, RIGHT, WRONG, item
from codeedu import tables
from codeedu.practice import screens
from codeedu.practice.session import MODES, MOVES, Session, replay

COUNT = len(ONE_EACH)
STATES = ("not started", "asking", "answered", "review", "finished")


def find(name):
    return next((one for one in ONE_EACH if one.id == name), None)


def kept(session):
    """Return the answers of a session as the record keeps them."""
    lines = json.loads(json.dumps(session.answers))
    return [{**line, "items": [one.id for one in session.items]} for line in lines]


def snapshot(session):
    return session.state, list(session.queue), session.round, list(session.answers)


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


@given(st.data(), st.sampled_from(sorted(MODES)), st.integers(0, 99))
@settings(max_examples=60)
def test_no_walk_loses_an_answer_and_any_moment_can_be_resumed(data, mode, seed):
    session, given_answers, stopped = Session(ONE_EACH, seed=seed, mode=mode), 0, False
    for _ in range(data.draw(st.integers(15, 40))):
        likely = [move for move in session.moves if move not in ("stop", "reveal")] or ["next"]
        move = data.draw(st.sampled_from([*likely * 12, *MOVES]))
        before, possible = snapshot(session), move in session.moves
        if possible:
            responses = data.draw(st.sampled_from([RIGHT, WRONG]))
            moved(session, move, responses)
            given_answers += move == "answer"
            assert session.state in MOVES[move][before[0]]
        else:
            with pytest.raises(ValueError, match="The session is in the state"):
                moved(session, move)
            assert snapshot(session) == before
        assert len(session.answers) == given_answers
        assert session.result().asked == len({a["item"] for a in session.answers})
        stopped |= move == "stop"  # that alone is not in the record: it goes on where it was
        if move == "next" and possible and not stopped:
            again = replay(kept(session), seed, mode, find)
            assert (again.state, again.queue) == (session.state, session.queue)
            assert again.result() == session.result()
            assert again.question() == session.question()


def finish(session, wrong=()):
    session.begin()
    asked = []
    while session.state == "asking":
        asked.append(session.item.id)
        first = asked.count(session.item.id) == 1
        session.answer((WRONG if session.item.id in wrong and first else RIGHT)[session.item.kind])
        if session.state == "answered":
            session.next()
    return asked


def test_a_quiz_retries_only_what_was_missed():
    session = Session(ONE_EACH, seed=1)
    missed = [ONE_EACH[0].id, ONE_EACH[3].id]
    assert finish(session, missed) == [i.id for i in ONE_EACH]
    found = session.result()
    assert (session.state, found.right, found.now) == ("review", 4, 4)
    shown = [bool(row.feedback) for row in session.review()]
    assert shown == [one.id not in missed for one in ONE_EACH]
    session.retry()
    assert (session.question().of, session.question().round) == (2, 2)
    again = []
    while session.state == "asking":
        again.append(session.item.id)
        session.answer(RIGHT[session.item.kind])
        session.next()
    assert sorted(again) == sorted(missed)
    assert session.state == "finished"
    assert (session.result().right, session.result().now) == (4, 6), "first tries stay as they were"
    assert session.result().says == ("4 of 6 right at the first try (67%), below the 70% line.")


def test_a_right_answer_that_was_wrong_at_first_counts_as_wrong_everywhere_but_now():
    session = Session([item("one", 1), item("one", 2)])
    finish(session, [session.items[0].id])
    session.retry()
    session.answer(RIGHT["one"])
    session.next()
    found = session.result()
    assert (found.right, found.now, found.score, found.reached) == (1, 2, 0.5, False)
    assert [(row.right, row.asked) for row in found.objectives] == [(1, 2)]
    assert found.revisit[0].lesson == "05"


def test_what_was_not_asked_does_not_count_in_practice():
    session = Session([item("one", n) for n in (1, 2, 3)])
    session.begin()
    session.answer(RIGHT["one"])
    session.stop()
    found = session.result()
    assert (found.asked, found.of, found.right, found.score) == (1, 1, 1, 1.0)
    assert len(session.review()) == 1
    assert session.missed == []
    assert found.says == "You answered 1 of 3: 1 right."
    assert not found.judged


def test_what_was_not_answered_counts_in_the_final():
    session = Session([item("one", n) for n in (1, 2, 3, 4)], mode="final")
    session.begin()
    session.answer(RIGHT["one"])
    session.stop()
    found = session.result()
    assert (found.asked, found.of, found.right, found.now, found.score) == (1, 4, 1, 1, 0.25)
    assert found.says == (
        "1 of 4 right at the first try (25%), below the 70% line; 3 not answered."
    )


def test_the_final_explains_nothing_before_its_end():
    session = Session(ONE_EACH, mode="final")
    session.begin()
    while session.state == "asking":
        assert session.feedback() is None
        assert all(row.feedback is None for row in session.review())
        kind = session.item.kind
        assert session.answer((RIGHT if kind in ("one", "many") else WRONG)[kind]) is None
    assert session.state == "finished", "and it offers no second try"
    assert all(row.feedback for row in session.review())


def test_seeing_the_answers_ends_it_and_shows_all():
    session = Session(ONE_EACH)
    finish(session, [ONE_EACH[0].id])
    session.reveal()
    assert session.state == "finished"
    assert all(row.feedback for row in session.review())
    assert session.moves == []


def test_a_drill_brings_a_miss_back_after_a_few_others():
    session = Session([item("one", n) for n in range(1, 7)], mode="drill")
    asked = finish(session, [session.items[0].id])
    places = [i for i, name in enumerate(asked) if name == session.items[0].id]
    assert places == [0, 4]
    assert session.state == "finished"


def test_a_drill_ends_even_when_all_is_wrong():
    session = Session(ONE_EACH, mode="drill")
    session.begin()
    while session.state == "asking":
        session.answer(WRONG[session.item.kind])
        session.next()
    assert session.state == "review"
    assert len(session.answers) == COUNT * 3


@pytest.mark.parametrize("mode", ["pretest", "placement"])
def test_some_sittings_end_without_a_second_try_and_without_a_line(mode):
    session = Session(ONE_EACH, mode=mode)
    finish(session, [ONE_EACH[-1].id])
    assert session.state == "finished"
    assert all(row.feedback for row in session.review())
    assert session.result().says == "You answered 6 questions: 5 right."


def test_a_drill_counts_its_questions_and_not_their_returns():
    session, counts = Session([item("one", n) for n in range(1, 7)], mode="drill"), []
    session.begin()
    while session.state == "asking":
        shown = session.question()
        counts.append((shown.number, shown.of, shown.again))
        right = len(session.answers) not in (0, 5)
        session.answer((RIGHT if right else WRONG)["one"])
        assert session.question() == shown, "after the answer, too"
        session.next()
    new = [(n, 6, False) for n in range(1, 7)]
    assert counts == [*new[:4], (1, 6, True), *new[4:], (5, 6, True)]


# A placement

TWO_OF_EACH = [item("one", n, f"{lesson}-x") for n in (1, 2) for lesson in ("01", "02", "03")]
PLACEMENTS = {
    "all right": ("111111", [0, 1, 2, 3, 4, 5]),
    "all wrong": ("000", [0, 1, 2]),
    "the first lesson missed": ("01111", [0, 1, 2, 4, 5]),
    "the harder one missed": ("111110", [0, 1, 2, 3, 4, 5]),
}


@pytest.mark.parametrize("name", PLACEMENTS)
def test_a_miss_settles_its_lesson(name):
    rights, places = PLACEMENTS[name]
    session, asked = Session(TWO_OF_EACH, mode="placement"), []
    assert session.least == 3
    session.begin()
    for right in rights:
        assert session.question().may_end
        asked.append(session.items.index(session.item))
        session.answer((RIGHT if right == "1" else WRONG)["one"])
        session.next()
        again = replay(kept(session), 0, "placement", TWO_OF_EACH_BY_ID.get)
        assert (again.queue, again.state) == (session.queue, session.state)
    assert session.state == "finished"
    assert session.left == []
    assert asked == places


TWO_OF_EACH_BY_ID = {one.id: one for one in TWO_OF_EACH}


def test_a_former_placement_keeps_what_it_asked_after_a_miss():
    former = Session([TWO_OF_EACH[n] for n in (0, 3, 1, 4, 2, 5)])  # a lesson after the other
    former.begin()
    for right in (False, True, False, True):
        former.answer((RIGHT if right else WRONG)["one"])
        former.next()
    again = replay(kept(former), 0, "placement", TWO_OF_EACH_BY_ID.get)
    assert [a["correct"] for a in again.answers] == [False, True, False, True]
    assert again.question().id == TWO_OF_EACH[2].id
    again.answer(WRONG["one"])
    again.next()
    assert again.state == "finished", "from here on a miss settles"


def test_stopping_before_any_answer():
    session = Session(ONE_EACH)
    session.begin()
    session.stop()
    assert session.result().says == "No answer yet."
    assert not session.result().reached


def test_nothing_to_ask_is_finished_at_once():
    session = Session([])
    session.begin()
    assert (session.state, session.question(), session.feedback()) == ("finished", None, None)


# The question, and the answer as the record keeps it


def test_a_question_gives_nothing_away():
    for one in ONE_EACH:
        session = Session([one])
        session.begin()
        text = json.dumps(asdict(session.question()))
        for word in ("explanation", "feedback", '"right"', "misconception", "why "):
            assert word not in text
        assert not any(answer in text for answer in one.answers)
        assert "answer" not in text


def test_shuffling_moves_the_right_option_about():
    def first(kind, seed):
        session = Session([item(kind)], seed=seed)
        session.begin()
        return session.question().choices[0].place

    assert {first("one", seed) for seed in range(30)} == {0, 1, 2}
    assert {first("spot", seed) for seed in range(60)} == {0, 1, 2, 3}


def test_an_answer_says_what_statistics_need():
    session = Session([item("many"), item("one", pool="final")], mode="drill")
    session.begin()
    session.answer([0, 1])
    session.next()
    session.answer(0, confidence="guess", seconds=2)
    first, second = session.answers
    assert (first["position"], second["position"]) == (1, 2)
    assert (first["pool"], second["pool"]) == ("practice", "final")
    assert first["could_show"] == ["cms-keeps-all-modifiers", "letter-for-digit"]
    assert first["misconceptions"] == ["letter-for-digit"]
    assert (second["actual"], second["chosen"]) == ("ICD-10-CM", "HCPCS Level II")
    assert (second["mode"], second["round"], second["confidence"]) == ("drill", 1, "guess")


def test_bad_arguments_are_named():
    with pytest.raises(ValueError, match="There is no mode 'exam'; there are: quiz, drill"):
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


def test_the_result_says_what_to_read_again():
    session = Session(ONE_EACH)
    finish(session, [ONE_EACH[0].id, ONE_EACH[1].id])
    found = session.result()
    (row,) = found.objectives
    can = tables.by("objectives", "objective")["05-lost-dot"]["can"]
    assert (row.name, row.right, row.asked, row.lesson, row.can) == (
        *("05-lost-dot", 4, 6, "05", can),
    )
    assert found.revisit == [row]
    link = ["a", {"href": "05-common-confusions.ipynb#The-lost-dot"}, "The lost dot"]
    entry = ["li", {}, "Lesson 05, Common confusions", ": ", link]
    assert screens._revisit(found.revisit) == [
        ["ul", {"class": "codeedu-list", "role": "list"}, entry]
    ]
    assert found.beliefs == [], "one sitting with one slip shows no belief"


# Going on from the record


def test_a_session_cannot_go_on_when_its_items_are_gone_or_changed():
    session = Session(ONE_EACH)
    finish(session)
    lines = kept(session)
    assert replay(lines, 0, "quiz", find).state == "finished"
    assert replay(lines, 0, "quiz", lambda name: None) is None
    assert replay([{**lines[0], "seen": "other"}], 0, "quiz", find) is None
    assert replay([{**lines[0], "key": "other"}], 0, "quiz", find) is None
    assert replay([], 0, "quiz", find) is None
