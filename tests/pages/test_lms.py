"""What a learning system is told of a lesson, and gives back on another computer."""

import json
import random
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import codeedu
from banks import response
from codeedu.learner import record, steps
from codeedu.lessons import in_order
from codeedu.pages import lms
from codeedu.practice import widget
from codeedu.questions import bank

ROOT = Path(__file__).parents[2]
LESSONS = [row["lesson"] for row in in_order()]


class Learner:
    """Somebody who sits a lesson, as chance has it, at a clock of their own."""

    def __init__(self, seed, place, monkeypatch):
        self.rng = random.Random(f"learner:{seed}")
        self.place = place
        self.now = datetime.fromisoformat("2026-11-20T10:00:00-06:00")
        monkeypatch.setenv(record.VARIABLE, str(place))
        stamp = lambda answer: {"when": self.now.isoformat(timespec="seconds"), **answer}  # noqa: E731
        monkeypatch.setattr(record, "_stamped", stamp)
        monkeypatch.setattr(widget.time, "monotonic", self.seconds)

    def seconds(self):
        return self.now.timestamp()

    def wait(self, most=60):
        self.now += timedelta(milliseconds=self.rng.randrange(2000, 1000 * most))

    def send(self, view, **message):
        data = {"method": "custom", "content": message}
        view._handle_msg({"content": {"data": data}, "buffers": []})

    def answer(self, view):
        item = view.session.item
        right = self.rng.random() < 0.75
        given = response(item, right=right)
        if item.kind == "type" and not right:
            given = self.rng.choice(["J1885-50", "e1165", "I think it is the payer’s own code"])
        sure = self.rng.choice(["", "sure", "unsure", "guess"])
        self.send(view, do="answer", item=item.id, response=given, confidence=sure)
        if view.notice.get("complaint"):  # such as "Type one letter."
            given = response(item, right=True)
            self.send(view, do="answer", item=item.id, response=given, confidence=sure)

    def sit(self, view, most=1000):
        """Answer up to `most` questions; try again what was missed, at times."""
        for _ in range(most):
            if view.session.state != "asking":
                self.send(view, do="begin")
            self.wait()
            self.answer(view)
            self.wait(20)
            self.send(view, do="next")
            if view.session.state == "review":
                self.send(view, do=self.rng.choice(["retry", "reveal"]))
            if view.session.state == "finished":
                return

    def exercise(self, view):
        for _ in range(3):
            self.wait(90)
            texts = {
                item.id: str(response(item, right=self.rng.random() < 0.7)) for item in view.items
            }
            self.send(view, do="check", given=texts)

    def views(self, lesson):
        """Return what there is on the page of a lesson, in its order."""
        if lesson == "00":
            return [codeedu.placement_test, codeedu.drill]
        if lesson == "final":
            return [codeedu.final_exam]
        numbers = {i.exercise for i in bank.load() if i.exercise and i.lesson == lesson}
        exercises = [lambda n=n: codeedu.exercise(lesson, n) for n in sorted(numbers)]
        tests = [lambda: codeedu.quiz(lesson), lambda: codeedu.drill(lesson)]
        tests += [codeedu.case] if lesson == lms.CASES else []
        return [lambda: codeedu.pretest(lesson), *exercises, *tests]

    def learn(self, lesson, sittings):
        """Do a page once from top to bottom, then its last parts again, some left half way."""
        views = self.views(lesson)
        for make in [*views, *self.rng.choices(views[-2:], k=sittings)]:
            view = make()
            if isinstance(view, widget.Practice):
                self.sit(view, self.rng.choice([4, 1000, 1000]))
            else:
                self.exercise(view)
            self.wait(5000)


@pytest.fixture
def learner(tmp_path, monkeypatch):
    """Return a function that makes a learner, who has a record of their own."""
    return lambda seed: Learner(seed, tmp_path / f"{seed}.jsonl", monkeypatch)


def of_lesson(lesson, place):
    return [a for a in record.read(place).answers if lms._is_of(lesson, a)]


def attempts(lines):
    return {lms._attempt(line) for line in lines}


@pytest.mark.parametrize("lesson", LESSONS)
@pytest.mark.parametrize("seed", range(3))
def test_what_comes_back_is_what_was_given(lesson, seed, learner):
    someone = learner(seed)
    someone.learn(lesson, 2)
    text = lms.packed(lesson)
    assert len(text) <= lms.LIMIT
    assert text.isascii()
    assert text.isprintable()
    lines = of_lesson(lesson, someone.place)
    assert len(lines) > 10
    assert lms.unpacked(text) == (lines, "")


def test_cases_come_back_with_the_lesson_whose_page_asks_them(learner, monkeypatch):
    monkeypatch.setattr(lms, "CASES", "07")
    someone = learner(1)
    for _ in range(3):
        someone.sit(codeedu.case())
    lines = list(record.read().answers)
    assert {line["mode"] for line in lines} == {"case"}
    assert len(lms.packed("07")) < lms.LIMIT / 2
    assert lms.unpacked(lms.packed("07")) == (lines, "")
    assert lms.packed("00") == lms.packed("03") == ""


def test_the_page_of_cases_is_the_only_one_that_asks_them():
    pages = [row["lesson"] for row in in_order() if "codeedu.case(" in notebook(row)]
    assert pages in ([], [lms.CASES])


def notebook(row):
    return (ROOT / "notebooks" / f"{row['notebook']}.ipynb").read_text(encoding="utf-8")


def test_two_windows_and_another_time_zone_come_back_too(learner):
    someone = learner(1)
    first, second = codeedu.quiz("02"), codeedu.quiz("02")
    someone.send(second, do="begin")
    someone.sit(first, 2)
    someone.sit(second, 3)
    # In former versions both began attempt 0, and named its items.
    again = of_lesson("02", someone.place)[0]
    record.append({**again, "seconds": 99.0, "when": someone.now.isoformat()}, someone.place)
    someone.now = someone.now.astimezone().astimezone() + timedelta(days=-1)  # a clock set back
    someone.sit(first, 2)
    lines = of_lesson("02", someone.place)
    assert sum("items" in line for line in lines) == 2
    assert lms.unpacked(lms.packed("02")).answers == lines


def test_a_lesson_is_only_its_own_answers(learner):
    someone = learner(2)
    for lesson in ("00", "01", "02"):
        someone.learn(lesson, 0)
    everything = record.read().answers
    split = [lms.unpacked(lms.packed(lesson)).answers for lesson in ("00", "01", "02")]
    assert sorted(map(len, split))[0] > 10
    assert tuple(chain(*split)) == everything


# When there is too much


@pytest.mark.parametrize("lesson", ["00", "02", "final"])
@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_kept_of_too_much_is_as_it_was(lesson, seed, learner):
    someone = learner(seed)
    someone.learn(lesson, 3)
    lines = of_lesson(lesson, someone.place)
    whole = len(lms.packed(lesson, 10**6))
    sizes = [whole, *range(whole - 1, 200, -whole // 20)]
    kept = [lms.unpacked(lms.packed(lesson, size)).answers for size in sizes]
    assert kept[0] == lines
    assert len(kept[1]) < len(lines)
    assert len(kept[-1]) < 20
    for size, some in zip(sizes, kept, strict=True):
        assert len(lms.packed(lesson, size)) <= size
        assert some == [line for line in lines if line in some]
        for attempt in attempts(some):  # whole attempts, or the beginning of the only one
            of_it = [line for line in lines if lms._attempt(line) == attempt]
            assert [line for line in some if lms._attempt(line) == attempt] in (
                of_it,
                *([of_it[: len(some)]] if len(attempts(some)) == 1 else []),
            )


def test_earlier_attempts_leave_first_then_drills_and_never_the_latest_quiz(learner):
    someone = learner(3)
    someone.exercise(codeedu.exercise("02", 1))
    for _ in range(3):
        someone.sit(codeedu.quiz("02"))
        someone.sit(codeedu.drill("02"), 30)
        someone.now += timedelta(days=3)
    someone.sit(codeedu.quiz("02"), 3)
    lines = of_lesson("02", someone.place)
    results = {
        number: steps.Result(tries).right
        for number, tries in record.attempts(lines, record.Sitting("quiz", "02", 10)).items()
    }
    best = max(list(results)[:3], key=results.__getitem__)
    left, before = [], attempts(lines)
    for size in range(len(lms.packed("02", 10**6)), 400, -10):
        now = attempts(lms.unpacked(lms.packed("02", size)).answers)
        left += sorted((at.mode, number) for at, number in before - now)
        before = now
    earlier = [("quiz", number) for number in range(3) if number != best]
    drills = [("drill", number) for number in range(2)]
    assert set(left[:4]) == {*earlier, *drills}
    assert [name for name in left[:4] if name[0] == "quiz"] == earlier  # the oldest first
    assert left[4:] == [("drill", 2), ("exercise", 0), ("quiz", best)]
    assert {(at.mode, number) for at, number in before} == {("quiz", 3)}


# On another computer


def test_a_sitting_goes_on_where_it_was_left(learner):
    here = learner(4)
    here.sit(codeedu.quiz("03"), 4)
    asked, text = codeedu.quiz("03").screen["ask"], lms.packed("03")
    there = learner(5)  # whose clock is behind
    assert not record.read().answers
    assert lms.restore(text) == ""
    assert codeedu.quiz("03").screen["ask"] == asked
    there.sit(codeedu.quiz("03"), 3)
    text = lms.packed("03")
    back = learner(4)
    assert lms.restore(text) == ""
    assert lms.restore(text) == ""  # twice changes nothing
    tries = record.attempts(of_lesson("03", back.place), record.Sitting("quiz", "03", 10))
    assert [line["position"] for line in tries.pop(0)] == [1, 2, 3, 4, 5, 6, 7]
    assert not tries
    assert codeedu.quiz("03").session.question().number == 8
    assert len(lms.unpacked(lms.packed("03")).answers) == 7


def test_an_attempt_at_a_changed_question_is_left_out_and_that_is_said(learner, monkeypatch):
    someone = learner(6)
    someone.sit(codeedu.pretest("02"))
    someone.sit(codeedu.quiz("02"), 4)
    lines = of_lesson("02", someone.place)
    text = lms.packed("02")
    changed = lines[-1]["item"]
    items = dict(bank.by_id())
    items[changed] = bank.by_id()["01-levels-01"]
    monkeypatch.setattr(bank, "by_id", lambda: items)
    answers, says = lms.unpacked(text)
    assert answers == lines[:3]
    assert says.startswith("4 answers of yours in this lesson are not here any more")
    assert lms.unpacked(lms.packed("02")).answers == lines[:3]
    del items[changed]
    assert lms.unpacked(text).answers == lines[:3]


@given(st.text(max_size=200), st.data())
def test_no_text_stops_anybody(text, data):
    assert lms.unpacked(f"{lms.FORM}{text}") == ([], lms.DAMAGED)
    value = data.draw(
        st.recursive(st.none() | st.integers() | st.text(), lambda x: st.lists(x, max_size=5))
    )
    assert lms.unpacked(lms._compressed(json.dumps(value).encode())) == ([], lms.DAMAGED)


def test_a_damaged_text_gives_nothing_and_a_sentence(learner):
    someone = learner(7)
    someone.sit(codeedu.quiz("01"), 5)
    text = lms.packed("01")
    for at in range(len(text)):
        for damaged in (text[:at], text[:at] + "~" + text[at + 1 :]):
            assert lms.unpacked(damaged) == ([], lms.DAMAGED if damaged else "")
    assert lms.restore(text[:-5]) == lms.DAMAGED
    assert len(record.read().answers) == 5


# What the system is told


def test_a_lesson_is_told_as_it_is(learner):
    someone = learner(8)

    def sit(pattern, lesson="01"):
        view = codeedu.quiz(lesson)
        if view.session.state != "asking":
            someone.send(view, do="begin")
        for right in pattern:
            item = view.session.item
            given = response(item, right=right)
            someone.send(view, do="answer", item=item.id, response=given)
            someone.send(view, do="next")
        return lms.standing(lesson)

    assert lms.standing("01") == {"finished": False, "score": None, "passed": False, "begun": False}
    count = len(codeedu.quiz("01").session.items)
    half = count // 2
    assert sit([True]) == {"finished": False, "score": None, "passed": False, "begun": True}
    below = sit([True] * (half - 1) + [False] * (count - half))
    score = 100 * half // count
    assert below == {"finished": True, "score": score, "passed": False, "begun": True}
    assert sit([True] * 3) == below  # another attempt, half way
    reached = sit([True] * (len(codeedu.quiz("01").session.items) - 3))
    assert reached == {"finished": True, "score": 100, "passed": True, "begun": True}
    assert sit([False] * len(codeedu.quiz("01").session.items)) == reached  # never taken back
    assert lms.standing("02")["begun"] is False
    assert json.loads(lms.report("01")) == {"standing": reached, "packed": lms.packed("01")}


def test_a_page_without_a_quiz_is_finished_when_seen(learner):
    learner(9)
    assert lms.standing("00") == {"finished": True, "score": None, "passed": False, "begun": False}


def test_the_score_is_on_the_line_exactly_when_the_course_says_so():
    line = round(100 * steps.MASTERY)
    for of in range(1, 101):
        for right in range(of + 1):
            answers = [{"item": str(n), "correct": n < right, "lesson": "", "objective": ""}
                       for n in range(of)]  # fmt: skip
            result = steps.Result(answers)
            assert (lms._percent(result) >= line) == result.reached
