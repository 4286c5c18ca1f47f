"""What is asked: coverage, what is due, look-alikes, and pools that never mix."""

import re
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banks import KINDS, item, option
from codeedu import tables
from codeedu.learner.schedule import due
from codeedu.lessons import with_quiz
from codeedu.practice import selection
from codeedu.practice.selection import Wanted
from codeedu.questions import bank, final_length
from codeedu.questions.generate import make

POOL = tuple(
    item(kind, n, row["objective"], pool="final" if n == 3 else "practice", ask="")
    for row in tables.rows("objectives")
    for kind in KINDS
    if kind != "case"
    for n in (1, 2, 3)
)
TODAY = date(2026, 11, 25)


def answered(one, *, correct=True, when="2026-11-24T09:00:00+00:00", **more):
    row = {"item": one.id, "lesson": one.lesson, "objective": one.objective, "correct": correct}
    return {**row, "when": when, **more}


def quiz(lesson, n=10, **more):
    return selection.quiz_items(POOL, Wanted(lesson, n, on=TODAY, **more))


# When an item comes back


def comes_back(*reviews):
    """Return after how many days an item comes back, after reviews (days from now, answer)."""
    one, start = POOL[0], date(2026, 1, 1)
    given_answers = [
        answered(one, **{"when": f"{start + timedelta(days=day)}T10:00:00+00:00", **how})
        for day, how in reviews
    ]
    last = max(day for day, _ in reviews)
    for days in range(2000):
        if due(given_answers, start + timedelta(days=last + days)):
            return days
    return None


MISS, KNOWN = {"correct": False}, {"correct": True}
GUESS = {"correct": True, "confidence": "guess"}


@pytest.mark.parametrize(
    ("reviews", "days"),
    [
        ([(0, MISS)], 1),
        ([(0, GUESS)], 1),
        ([(0, KNOWN)], 2),
        ([(0, {"correct": True, "confidence": "unsure"})], 2),
        ([(0, MISS), (1, KNOWN)], 2),
        ([(0, KNOWN), (2, KNOWN)], 11),
        ([(0, KNOWN), (2, KNOWN), (13, KNOWN)], 46),
        ([(0, KNOWN), (2, KNOWN), (13, MISS)], 2),
        ([(0, MISS), (0, KNOWN)], 1),  # a second answer on one day says little
        ([(0, {**MISS, "mode": "pretest"})], None),
        ([(0, {**MISS, "mode": "placement"})], None),
        ([(0, {**MISS, "pool": "final"})], None),
        ([(0, {**MISS, "when": "not a date at all"})], None),
    ],
)
def test_every_item_comes_back_by_the_schedule(reviews, days):
    assert comes_back(*reviews) == days


def test_intervals_grow_while_an_item_is_known():
    reviews, gaps = [(0, KNOWN)], []
    for _ in range(5):
        gaps.append(comes_back(*reviews))
        reviews.append((reviews[-1][0] + gaps[-1], KNOWN))
    assert all(after > 2 * before for before, after in pairwise(gaps))


def test_a_record_from_before_keeps_counting():
    old = {"item": "05-lost-dot-01", "lesson": "05", "objective": "05-lost-dot", "correct": False,
           "mode": "quiz", "truly": "", "read_as": "", "when": "2026-11-20T09:00:00"}  # fmt: skip
    assert due([old], TODAY) == ["05-lost-dot-01"]


def test_the_longest_overdue_comes_first():
    days = {POOL[0]: 23, POOL[7]: 20, POOL[14]: 22}
    missed = [
        answered(one, correct=False, when=f"2026-11-{day}T09:00") for one, day in days.items()
    ]
    assert due(missed, TODAY) == [POOL[7].id, POOL[14].id, POOL[0].id]


# Quizzes


def test_a_quiz_covers_every_objective_and_mixes_kinds():
    chosen = quiz("02")
    assert len(chosen) == 10
    counts = Counter(one.objective for one in chosen)
    assert set(counts) == {r["objective"] for r in tables.rows("objectives") if r["lesson"] == "02"}
    assert set(counts.values()) == {2}
    assert len({one.kind for one in chosen}) >= 5
    assert len(quiz("05", 1)) == 6  # as many as there are objectives


def test_a_kind_has_its_share_and_no_more():
    pool = [item("one", n, f"05-{n % 5}", ask="") for n in range(40)]
    pool += [item("spot", n, f"05-{n % 5}") for n in range(10)]
    for seed in range(10):
        chosen = selection.quiz_items(pool, Wanted("05", 10, seed=seed))
        assert 1 <= sum(one.kind == "spot" for one in chosen) <= 3


def test_due_items_of_other_lessons_come_back_on_a_later_day():
    missed = next(one for one in POOL if one.lesson == "01")
    answers = [answered(missed, correct=False)]
    assert missed in quiz("02", answers=answers)
    on = date(2026, 11, 24)
    assert missed not in selection.quiz_items(POOL, Wanted("02", answers=answers, on=on))
    assert missed in selection.drill_items(POOL, Wanted(answers=answers, on=TODAY))


def test_at_most_two_due_items_of_other_lessons_come_back():
    missed = [answered(one, correct=False) for one in POOL if one.lesson == "01"][:6]
    asked = quiz("02", answers=missed)
    assert sum(one.lesson == "01" for one in asked) == 2
    assert len(asked) == 12


def test_what_was_answered_today_comes_last():
    pool = [item("one", n, "03-choose", ask="") for n in (1, 2)]
    known = answered(pool[0], when="2026-11-24T09:00")  # not due yet
    missed = answered(pool[1], correct=False, when=f"{TODAY}T09:00")
    for seed in range(5):
        wanted = Wanted("03", seed=seed, answers=[known, missed], on=TODAY)
        assert selection.pick(pool, 1, wanted) == (pool[0],)


def test_unseen_items_come_before_seen_ones():
    seen = quiz("03")
    again = quiz("03", answers=[answered(one) for one in seen])
    assert not set(seen) & set(again)


def test_one_item_of_the_pretest_comes_back_in_the_quiz():
    marked = [item("one", 90 + n, "03-choose", pretest=True, ask="") for n in range(3)]
    pool = [*POOL, *marked]
    assert selection.pretest_items(pool, Wanted("03")) == tuple(marked)
    came_back = set()
    for seed in range(6):
        chosen = selection.quiz_items(pool, Wanted("03", seed=seed))
        (again,) = set(marked) & set(chosen)
        came_back.add(again)
        assert len(chosen) == 10
        assert not set(marked) & set(selection.drill_items(pool, Wanted("03", seed=seed)))
    assert came_back == set(marked)


def test_a_small_bank_is_asked_in_full():
    few = [item("one", n, "08-ours", pretest=n < 3, ask="") for n in range(4)]
    assert set(selection.quiz_items(few, Wanted("08", 10))) == set(few)
    assert set(selection.quiz_items(few[:1], Wanted("08"))) == set(few[:1])


def test_a_pretest_without_marked_items_still_asks_three():
    chosen = selection.pretest_items(POOL, Wanted("03"))
    assert len(chosen) == 3
    assert {(one.lesson, one.pool) for one in chosen} == {("03", "practice")}


# A drill and the quiz after it


def lessons():
    return sorted({one.lesson for one in bank.load()})


@pytest.mark.parametrize("lesson", lessons())
def test_a_drill_and_a_quiz_of_one_lesson_share_no_item(lesson):
    items = bank.load()
    for seed in range(5):
        drilled = selection.drill_items(items, Wanted(lesson, seed=seed))
        asked = selection.quiz_items(items, Wanted(lesson, seed=seed))
        assert not set(drilled) & set(asked)


@pytest.mark.parametrize("lesson", lessons())
def test_the_quiz_after_a_drill_asks_nothing_of_it_even_when_much_was_due(lesson):
    items = bank.load()
    mine = [one for one in items if one.lesson == lesson and one.pool == "practice"]
    missed = [answered(one, correct=False, when="2026-11-20T09:00") for one in mine[::3]]
    drilled = selection.drill_items(items, Wanted(lesson, answers=missed, on=TODAY))
    today = [answered(one, when=f"{TODAY}T09:00") for one in drilled]
    asked = selection.quiz_items(items, Wanted(lesson, answers=[*missed, *today], on=TODAY))
    assert not {one.id for one in drilled} & {one.id for one in asked if not one.pretest}


# Drills


def confusing(n, actual, other):
    options = (option("A", right=True, reads=actual), option("B", reads=other))
    return item("one", n, f"05-{actual.lower()[:3]}", options=options)


def test_a_drill_asks_what_this_learner_confuses():
    pool = [confusing(n, "ICD-10-CM", "HCPCS Level II") for n in range(10)]
    pool += [confusing(n, "NDC", "CPT") for n in range(50)]
    gone = item("one", 99)
    answers = [answered(gone, correct=False, actual="ICD-10-CM", chosen="HCPCS Level II")]
    wanted = Wanted("05", answers=answers, on=date(2026, 11, 24))
    chosen = selection.drill_items(pool, wanted)
    assert sum(one.actual in ("ICD-10-CM", "HCPCS Level II") for one in chosen) >= 5


def test_a_drill_asks_again_where_a_misconception_showed_once():
    naming = (option("A", right=True), option("B", misconception="date-of-filing"))
    pool = [
        *POOL,
        *(item("one", 50 + n, "04-handle-one", options=naming, ask="") for n in range(9)),
    ]
    shown = answered(pool[-1], correct=False, when="2026-11-25T08:00")
    shown |= {"could_show": ["date-of-filing"], "misconceptions": ["date-of-filing"]}
    asked = selection.drill_items(pool, Wanted(answers=[shown], on=TODAY))
    assert sum("date-of-filing" in one.could_show for one in asked) >= 5


def missed_before(items, days=5):
    """Return a miss for each of the items, some days ago."""
    when = f"{TODAY - timedelta(days=days)}T09:00"
    return [answered(one, correct=False, when=when) for one in items]


PRACTICE = [one for one in POOL if one.pool == "practice"]


@pytest.mark.parametrize(("due_now", "asked"), [(1, 1), (4, 4), (10, 10), (25, 10)])
def test_while_something_is_due_a_drill_asks_nothing_else(due_now, asked):
    missed = missed_before(PRACTICE[:due_now])
    chosen = selection.drill_items(POOL, Wanted(answers=missed, on=TODAY))
    assert len(chosen) == asked
    assert {one.id for one in chosen} <= {answer["item"] for answer in missed}
    assert len(selection.due_items(POOL, Wanted(answers=missed, on=TODAY))) == due_now


def test_the_longest_overdue_is_drilled_first():
    missed = [*missed_before(PRACTICE[:20], days=2), *missed_before(PRACTICE[20:30], days=9)]
    chosen = selection.drill_items(POOL, Wanted(answers=missed, on=TODAY))
    assert {one.id for one in chosen} == {one.id for one in PRACTICE[20:30]}


def test_what_is_due_can_be_drilled_to_the_end():
    answers, rounds = missed_before(PRACTICE[:25]), []
    while due_now := selection.due_items(POOL, Wanted(answers=answers, on=TODAY)):
        rounds.append(len(due_now))
        drilled = selection.drill_items(POOL, Wanted(answers=answers, on=TODAY))
        answers += [answered(one, correct=False, when=f"{TODAY}T10:00") for one in drilled]
    assert rounds == [25, 15, 5], "however often it is missed"


def test_a_drill_of_a_lesson_asks_what_is_due_in_it():
    missed = missed_before(PRACTICE[:100])
    mine = {one.id for one in PRACTICE[:100] if one.lesson == "02"}
    wanted = Wanted("02", 50, answers=missed, on=TODAY)
    assert {one.id for one in selection.drill_items(POOL, wanted)} == mine
    assert not selection.due_items(POOL, Wanted("06", answers=missed, on=TODAY))


def test_a_drill_asks_some_generated_items_and_brings_missed_ones_back():
    chosen = selection.drill_items(POOL, Wanted("02"))
    assert sum(one.pool == "generated" for one in chosen) >= 1
    one = make(1, seed=77)[0]
    chosen = selection.drill_items(POOL, Wanted(answers=[answered(one, correct=False)], on=TODAY))
    assert one in chosen


@pytest.mark.parametrize("mode", ["pretest", "quiz", "exercise"])
def test_a_drill_of_all_lessons_asks_what_is_new_only_of_those_begun(mode):
    begun = [answered(one, mode=mode, when=f"{TODAY}T09:00") for one in PRACTICE[-2:]]
    for seed in range(5):
        chosen = selection.drill_items(POOL, Wanted(answers=begun, on=TODAY, seed=seed))
        assert {one.lesson for one in chosen} == {PRACTICE[-1].lesson}
        assert len(chosen) == 10


@pytest.mark.parametrize("mode", ["drill", "placement"])
def test_what_asks_across_the_course_begins_no_lesson(mode):
    answers = [answered(one, mode=mode, when=f"{TODAY}T09:00") for one in PRACTICE[-2:]]
    wanted = Wanted(answers=answers, on=TODAY)
    assert set(selection.drill_items(bank.load(), wanted)) <= set(before_any_lesson())


@pytest.mark.parametrize("lesson", ["", "02", "05"])
def test_practice_never_shows_an_item_of_the_final(lesson):
    final = {one.id for one in POOL if one.pool == "final"}
    missed = [answered(one, correct=False) for one in POOL]  # whatever the record says
    for seed in range(10):
        wanted = Wanted(lesson or "03", seed=seed, answers=missed, on=TODAY)
        for chosen in (
            selection.quiz_items(POOL, wanted),
            selection.drill_items(POOL, wanted),
            selection.pretest_items(POOL, wanted),
            selection.placement_items([*POOL, *bank.load()], wanted),
        ):
            assert not {one.id for one in chosen} & final


# Assessments


@pytest.mark.parametrize("items", [POOL, bank.load()], ids=["pool", "course"])
def test_the_final_follows_its_blueprint(items):
    chosen = selection.final_items(items, Wanted())
    assert len({one.id for one in chosen}) == 40
    assert {one.pool for one in chosen} == {"final"}
    rows = [row for row in tables.rows("blueprints") if row["blueprint"] == "final"]
    for row in rows:
        assert sum(one.lesson == row["lesson"] for one in chosen) == int(row["items"])
    wanted = {row["objective"] for row in tables.rows("objectives")}
    assert {one.objective for one in chosen} == wanted


LENGTHS = {  # the sheet; how many are asked of 04, 05 and of custom lesson 20, and in all; problems
    "none": (None, (5, 6, 2, 42), []),
    "another length": ("lesson,items\n5,3\n4,0\n20,1\n", (0, 3, 1, 33), []),
    "what is wrong": (
        "Items,Lesson\nforty,05\n3,99\n4,04\n6,04\n-1,03\n,\n",
        (4, 6, 2, 41),
        [
            "line 2: `items` is 'forty', not a whole number. Write it in digits; 0 asks nothing of "
            "the lesson.",
            'line 3: there is no question with pool = "final" of lesson 99. There are some of 01, '
            "02, 03, 04, 05, 06, 07, 08, 20.",
            "line 5: lesson 04 is in the sheet twice. Keep one line of the two.",
            "line 6: `items` is '-1', not a whole number. Write it in digits; 0 asks nothing of "
            "the lesson.",
        ],
    ),
    "too many": (
        "lesson,items\n20,5\n",
        (5, 6, 3, 43),
        ["line 2: warning: `items` is 5, and lesson 20 has 3 questions for the final. The final "
         "asks all of them; ask for fewer, or write more."],
    ),
    "nothing at all": (
        "lesson,items\n" + "".join(f"{n},0\n" for n in (*range(1, 9), 20)),
        (5, 6, 2, 42),
        ["the final would have no question. Ask at least one; until then, the course's own numbers "
         "hold."],
    ),
    "no column": (
        "lesson\n05\n",
        (5, 6, 2, 42),
        ["line 1: a column is missing: `items`. The first line should be: lesson,items"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("sheet", "asked", "problems"), LENGTHS.values(), ids=LENGTHS)
def test_a_sheet_sets_the_length_of_the_final(tmp_path, monkeypatch, sheet, asked, problems):
    custom = [item("one", n, "20-ours", pool="final") for n in (1, 2, 3)]
    items = (*bank.load(), *custom)
    monkeypatch.setenv("CODEEDU_CUSTOM", str(tmp_path))
    monkeypatch.setattr(bank, "load", lambda: items)
    path = tmp_path / "final.csv"
    if sheet:
        path.write_text(sheet)
        said = [str(problem) for problem in final_length.read_list(path).problems]
        assert said == [f"custom/final.csv{':' if p[:4] != 'line' else ','} {p}" for p in problems]
    final_length._yours.cache_clear()
    chosen = selection.final_items(items, Wanted())
    count = Counter(one.lesson for one in chosen)
    assert (count["04"], count["05"], count["20"], len(chosen)) == asked
    monkeypatch.undo()
    final_length._yours.cache_clear()


# Words that the start page does not explain.
HARD = re.compile(
    r"CARC|RARC|M20|MAAA|MS-DRG|MUE|N4|NCCI|NDC|NPI|OPPS|PLA|HIPPS|JW|JZ|UB-04|CMS-1500|ICD-10-PCS|"
    r"NUBC|DME|crosswalk|pandas|locator|modifier|revenue|inpatient|institutional|waiver|notebook"
)


def before_any_lesson():
    """Return all that drills ask of a learner who has begun no lesson."""
    return selection.drill_items(bank.load(), Wanted(n=100))


def test_a_drill_before_any_lesson_and_the_placement_share_no_question():
    first, placement = before_any_lesson(), selection.placement_items(bank.load(), Wanted())
    rows = [row for row in tables.rows("blueprints") if row["blueprint"] == "drill"]
    assert {one.id for one in first} == {name for row in rows for name in row["items"].split()}
    assert len(first) >= 10
    assert not any(one.pretest for one in first), "the pretest is to be new"
    assert not {one.stem for one in first} & {one.stem for one in placement}


@pytest.mark.parametrize(
    "one", [*before_any_lesson(), *selection.placement_items(bank.load(), Wanted())],
    ids=lambda one: one.id,
)  # fmt: skip
def test_what_the_start_page_asks_needs_no_word_of_a_later_lesson(one):
    words = " ".join([one.stem, one.hint, one.explanation, *(o.text for o in one.options)])
    assert HARD.findall(words) == []


def test_a_placement_asks_two_of_every_lesson_and_first_the_easy_ones():
    chosen = selection.placement_items(bank.load(), Wanted(seed=3))
    assert [one.lesson for one in chosen] == [*lessons(), *lessons()]
    assert not any(one.pretest for one in chosen), "the pretest is to be new"
    for one in chosen[: len(lessons())]:
        assert one.kind == "one"
        assert one.level in ("recall", "understand", "apply")
    assert len({one.objective for one in chosen}) == len(chosen)
    assert chosen == selection.placement_items(bank.load(), Wanted()), "the same for everyone"


def test_a_second_final_asks_first_what_the_first_did_not():
    items = bank.load()
    first = selection.final_items(items, Wanted(seed=0))
    right = [answered(one, pool="final") for one in first]
    wrong = [answered(one, pool="final", correct=False) for one in first]
    second = selection.final_items(items, Wanted(seed=1, answers=right))
    for objective in {one.objective for one in first}:
        new = {o for o in items if o.pool == "final" and o.objective == objective} - set(first)
        asked = {o for o in second if o.objective == objective}
        assert new <= asked or not asked & set(first), "what is new goes first"
    assert second == selection.final_items(items, Wanted(seed=1, answers=wrong))


# The order


def test_look_alikes_follow_one_another():
    one = [confusing(n, "ICD-10-CM", "HCPCS Level II") for n in range(4)]
    two = [confusing(n, "HCPCS Level II", "ICD-10-CM") for n in range(4)]
    others = [confusing(n, "NDC", "CPT") for n in range(4)]
    answers = [answered(one[0], correct=False, actual="ICD-10-CM", chosen="HCPCS Level II")]
    for seed in range(10):
        wanted = Wanted(seed=seed, answers=answers)
        order = selection.interleave([*one, *two, *others], wanted)
        assert sorted(i.id for i in order) == sorted(i.id for i in [*one, *two, *others])
        sets = [i.actual for i in order[:8]]
        assert all(a != b for a, b in pairwise(sets))
        assert set(sets) == {"ICD-10-CM", "HCPCS Level II"}


def test_a_look_alike_comes_next_before_anything_was_confused():
    pool = [confusing(n, *pair) for n in range(4) for pair in (("CPT", "CDT"), ("CDT", "CPT"))]
    pool += [confusing(n, "NDC", "NPI") for n in range(4)]
    for seed in range(10):
        sets = [one.actual for one in selection.interleave(pool, Wanted(seed=seed))]
        begins = 1 if sets[0] == "NDC" else 0
        asked = sets[begins : begins + 8]
        assert set(asked) == {"CPT", "CDT"}
        assert all(a != b for a, b in pairwise(asked))


def test_the_set_that_this_learner_confuses_comes_next():
    names = ("ICD-10-CM", "HCPCS Level II", "CPT")
    pool = [
        item("one", n, f"05-{n}", options=tuple(
            option(name, right=name == names[n % 3], reads=name) for name in names))
        for n in range(30)
    ]  # fmt: skip
    answers = [answered(pool[0], correct=False, actual="ICD-10-CM", chosen="CPT")]
    for seed in range(10):
        order = selection.interleave(pool, Wanted(seed=seed, answers=answers))
        assert {one.actual for one in order[:20]} == {"ICD-10-CM", "CPT"}


def test_the_same_set_is_not_asked_twice_in_a_row_while_there_is_a_choice():
    pool = [item("one", n, f"05-{n}") for n in range(6)]
    pool += [item("many", n, "05-plain") for n in range(6)]
    for seed in range(10):
        sets = [one.actual for one in selection.interleave(pool, Wanted(seed=seed))]
        assert all(a != b or not a for a, b in pairwise(sets))


@given(st.integers(0, 500), st.integers(0, 15))
@settings(max_examples=25, deadline=None)
def test_the_same_seed_chooses_the_same(seed, n):
    wanted = Wanted("04", n, seed=seed)
    assert selection.quiz_items(POOL, wanted) == selection.quiz_items(POOL[::-1], wanted)
    assert selection.drill_items(POOL, wanted) == selection.drill_items(POOL[::-1], wanted)
    assert len(selection.drill_items(POOL, wanted)) == n


# The course


@pytest.mark.parametrize("lesson", with_quiz())
def test_every_lesson_has_its_sittings(lesson):
    items, wanted = bank.load(), Wanted(lesson)
    before = selection.pretest_items(items, wanted)
    assert len(before) == 3
    assert all(one.pretest and one.lesson == lesson for one in before)
    mine = {r["objective"] for r in tables.rows("objectives") if r["lesson"] == lesson}
    assert {one.objective for one in selection.quiz_items(items, wanted)} == mine
    assert len(selection.drill_items(items, wanted)) == 10
