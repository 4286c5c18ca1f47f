"""What answers say: confusions, confidence, beliefs, mastery."""

import itertools
import random
from collections import Counter
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeedu.learner import statistics
from codeedu.questions import bank, kinds
from codeedu.teach.author.lint import PER_BELIEF

PAIR = {"actual": "ICD-10-CM", "chosen": "HCPCS Level II"}


def answers(*rights, day=20, **more):
    """Return answers to different items, right or wrong."""
    return [
        {
            "item": f"05-lost-dot-{n:02}",
            "lesson": "05",
            "objective": "05-lost-dot",
            "correct": right,
            "when": f"2026-11-{day:02}T10:00:00+00:00",
            **more,
        }
        for n, right in enumerate(rights)
    ]


# What counts


def test_a_pretest_never_counts():
    before = answers(False, False, mode="pretest", confidence="sure", **PAIR)
    assert statistics.graded(before) == []
    assert statistics.daily(before) == []
    assert statistics.confusions(before) == []
    assert statistics.calibration(before) == []
    assert statistics.first_tries([*before, *answers(True, True, True)]) == answers(*[True] * 3)[2:]


def test_a_second_answer_on_one_day_does_not_count():
    twice = [*answers(False, confidence="sure"), *answers(True, confidence="sure")]
    assert statistics.calibration(twice) == ["When sure: 0 of 1 right."]
    later = [*twice, *answers(True, day=21, confidence="sure")]
    assert statistics.calibration(later) == ["When sure: 1 of 2 right."]
    assert statistics.first_tries(later) == answers(False, confidence="sure")


# Confusions


def test_a_confusion_is_said_with_its_denominator():
    taken = [
        *answers(False, False, **PAIR),
        *answers(True, day=21, **(PAIR | {"chosen": "ICD-10-CM"})),
    ]
    (found,) = statistics.confusions(taken)
    assert str(found) == "You took ICD-10-CM for HCPCS Level II 2 of 3 times."
    other = answers(False, day=22, actual="ICD-10-CM", chosen="")
    (found,) = statistics.confusions([*taken, *other])
    assert str(found) == "You took ICD-10-CM for HCPCS Level II 2 of 4 times."


def test_an_answer_to_an_item_that_asks_no_reading_says_nothing_of_code_sets():
    assert statistics.confusions(answers(False, True, actual="", chosen="CPT")) == []


def test_a_right_answer_to_a_reading_names_its_own_code_set():
    """In every item of the course that fills the matrix, the key is the code set it asks for."""
    for one in bank.load():
        if one.ask == "reading":
            right = kinds.KINDS[one.kind].right(one)
            assert kinds.grade(one, right).chosen == one.actual != ""


# Confidence


def test_calibration_speaks_when_there_is_enough():
    sure = answers(*(n > 2 for n in range(5)), confidence="sure")
    lucky = answers(*[True] * 5, day=21, confidence="guess")
    assert statistics.calibration([*lucky, *sure, *answers(True, day=22)]) == [
        "When sure: 2 of 5 right. You are surer than your answers bear out; read the reasons once "
        "more.",
        "When guessing: 5 of 5 right. You know more than you think.",
    ]
    assert statistics.calibration(sure[:4]) == ["When sure: 1 of 4 right."]


# Mastery


@pytest.mark.parametrize(
    ("rights", "says"),
    [
        ([True], "too few answers to say"),
        ([True] * 4, "too few answers to say"),
        ([True] * 5, "somewhere from 68% to 98%"),
        ([True] * 6, "✓ reached"),
        ([True] * 8 + [False] * 2, "somewhere from 58% to 90%"),
        ([False] * 3 + [True] * 2, "not yet"),
        ([False] * 5, "not yet"),
        ([False] * 20 + [True] * 10, "✓ reached"),
    ],
)
def test_mastery_says_no_more_than_the_answers_show(rights, says):
    assert statistics.mastery(rights).says == says


@given(st.lists(st.booleans(), max_size=12))
def test_the_interval_holds_the_share_and_is_one(rights):
    found = statistics.mastery(rights)
    share = (sum(rights[-10:]) + 1) / (len(rights[-10:]) + 2)
    assert 0 <= found.low < share < found.high <= 1


def test_a_coin_flipper_is_rarely_told_that_an_objective_is_reached():
    rng = random.Random(1)
    reached = sum(
        statistics.mastery([rng.random() < 0.5 for _ in range(8)]).says == "✓ reached"
        for _ in range(2000)
    )
    assert reached <= 40, "at most 2%"


# Beliefs


def chance(n, shown, name="date-of-filing", day=20):
    return {
        "item": f"01-x-{n:02}",
        "correct": not shown,
        "could_show": [name],
        "misconceptions": [name] if shown else [],
        "when": f"2026-11-{day:02}T10:00:00+00:00",
    }


@pytest.mark.parametrize(
    ("shown", "told"),
    [
        ("1", None),
        ("111", None),
        ("1111", "4 of the last 4"),
        ("11011", "4 of the last 5"),
        ("0111", None),
        ("00000111", None),
        ("00001111", "4 of the last 5"),
        ("11110", "4 of the last 5"),
        ("111100", None),
        ("1111000000000", None),
    ],
)
def test_a_belief_is_told_with_its_chances_and_cleared_by_right_answers(shown, told):
    found = statistics.beliefs([chance(n, it == "1") for n, it in enumerate(shown)])
    if told is None:
        assert found == []
    else:
        says = f"Your answers fit this on {told} questions that could show it."
        assert found[0].often == says
        assert found[0].says.startswith("The date on which the claim is sent")


def test_three_items_show_a_belief_when_one_shows_it_again():
    thrice = [chance(n, True) for n in (1, 2, 3)]
    assert statistics.beliefs(thrice) == []
    (found,) = statistics.beliefs([*thrice, chance(1, True, day=21)])
    assert (found.count, found.of) == (3, 3)
    assert statistics.beliefs([*thrice, chance(1, False, day=21)]) == []


def test_two_items_missed_on_many_days_are_no_belief():
    same = [chance(n, True, day=day) for day in range(10, 16) for n in (1, 2)]
    assert statistics.beliefs(same) == []
    assert statistics.beliefs([*same, chance(3, True, day=16)])[0].count == 3


def test_one_slip_makes_a_suspect_and_right_answers_clear_it():
    assert statistics.suspected([chance(1, True)]) == {"date-of-filing"}
    later = [chance(n, False) for n in range(2, 7)]
    assert statistics.suspected([chance(1, True), *later]) == set()


def test_the_latest_belief_comes_first_and_pretests_show_none():
    old = [chance(n, True, day=10) for n in range(4)]
    new = [chance(n + 50, True, "letter-for-digit", day=12) for n in range(4)]
    found = statistics.beliefs([*old, *new])
    assert [row.name for row in found] == ["letter-for-digit", "date-of-filing"]
    assert statistics.beliefs([{**a, "mode": "pretest"} for a in old]) == []


def taught(items, belief, rng, right=0.85):
    """Yield the answers of a learner who meets every item once, and what was missed once more.

    One who holds a belief chooses or types what fits it; everything else is right, but for slips
    of no pattern.
    """
    order, missed = rng.sample(items, len(items)), []
    for day, one in enumerate(itertools.chain(order, missed)):
        given_answer = held(one, belief)
        if given_answer is None and rng.random() < right:
            given_answer = kinds.KINDS[one.kind].right(one)
        found = kinds.grade(one, slipped(one, rng) if given_answer is None else given_answer)
        if not found.correct and day < len(order):
            missed.append(one)
        yield {
            "item": one.id,
            "correct": found.correct,
            "could_show": list(one.could_show),
            "misconceptions": list(found.misconceptions),
            "when": (datetime(2026, 1, 1) + timedelta(days=day)).isoformat(),
        }


def held(one, belief):
    """Return the response of one who holds a belief, or None where it does not act."""
    for option in one.distractors:
        if belief and option.misconception == belief:
            return option.text
    places = [p for p, o in enumerate(one.options) if belief and o.misconception == belief]
    if one.kind != "many":
        return places[0] if places else None
    rights = {place for place, option in enumerate(one.options) if option.right}
    return sorted(rights ^ set(places)) if places else None


OTHERS = ("0", "HCPCS Level III", "WHO", "Surgery")  # wrong answers that show no belief


def takes(one, text):
    """Say whether an item takes a text as an answer, and not as right."""
    try:
        return not kinds.grade(one, text).correct
    except ValueError:
        return False


def slipped(one, rng):
    """Return a response at random among the wrong ones."""
    if one.kind in ("type", "number"):
        other = next(text for text in OTHERS if takes(one, text))
        return rng.choice([*(o.text for o in one.distractors), other, other])
    if one.kind == "order":
        return kinds.KINDS[one.kind].right(one)[::-1]
    wrong = [place for place, option in enumerate(one.options) if not option.right]
    return [rng.choice(wrong or [0])] if one.kind == "many" else rng.choice(wrong)


PRACTICE = [one for one in bank.load() if one.pool == "practice"]
NAMED = Counter(name for one in PRACTICE for name in one.could_show)
REPORTED = sorted(name for name, items in NAMED.items() if items >= PER_BELIEF)


@pytest.mark.parametrize("belief", REPORTED)
def test_the_holder_of_a_belief_is_told_so(belief):
    for seed in range(3):
        given_answers = taught(PRACTICE, belief, random.Random(seed))
        assert belief in [row.name for row in statistics.beliefs(given_answers)]


def test_who_believes_nothing_is_told_nothing():
    assert len(REPORTED) >= 30
    told = []
    for seed in range(100):
        told += statistics.beliefs(taught(PRACTICE, "", random.Random(seed)))
    assert told == []


def test_a_confusion_of_one_answer_is_said_in_words():
    found = str(statistics.Confusion("NDC", "CPT", 1, 1))
    assert found == "You took NDC for CPT in your only answer about it so far."
