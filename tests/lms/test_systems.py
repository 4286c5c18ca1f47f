"""A lesson in two learning systems that others wrote: answer, leave, resume elsewhere, pass."""

import time

import pytest

import codeedu
from codeedu.learner import record
from codeedu.pages import lms
from course_pages import Quiz

pytestmark = pytest.mark.slow
LESSON = "01"
WRONG = (0, 1)  # which questions are missed


@pytest.fixture(autouse=True)
def nobody(tmp_path, monkeypatch):
    monkeypatch.setenv(record.VARIABLE, str(tmp_path / "nobody.jsonl"))


@pytest.fixture
def questions():
    """The questions of a learner's first quiz, in their order."""
    return codeedu.quiz(LESSON).session.items


def eventually(read, wanted):
    """Wait until the system has stored what was sent."""
    for _ in range(100):
        if wanted(read()):
            return read()
        time.sleep(0.1)
    pytest.fail(f"the system has stored {read()}")


def test_answer_leave_resume_and_pass(system, new_computer, questions):
    outside = []
    system.upload(new_computer())
    here = new_computer()
    here.on("request", lambda r: outside.append(r.url) if system.address not in r.url else None)
    system.sign_in(here, "ann")
    page = here.new_page()
    system.open(page)
    quiz = Quiz(page, LESSON)
    quiz.press("Start")
    for number, item in enumerate(questions[:3]):
        quiz.answer(item, right=number not in WRONG)
    status, score, _ = eventually(
        lambda: system.stored(1), lambda held: len(lms.unpacked(held[2]).answers) == 3
    )
    assert status == "incomplete"
    assert score in ("0", "", None)
    page.goto("about:blank")
    time.sleep(1)
    assert system.stored(1)[0] == "incomplete"

    there = new_computer()
    system.sign_in(there, "ann")
    page = there.new_page()
    system.open(page)
    quiz = Quiz(page, LESSON)
    quiz.is_at(4)
    for number, item in enumerate(questions[3:], 3):
        quiz.answer(item, right=number not in WRONG)
    wanted = 100 * (len(questions) - len(WRONG)) // len(questions)

    def is_passed(held):
        return held[0] == "passed" and float(held[1] or 0) == wanted

    eventually(lambda: system.stored(1), is_passed)
    page.goto("about:blank")
    time.sleep(2)  # what is sent when leaving arrives, too
    assert is_passed(system.stored(1))
    answers = lms.unpacked(system.stored(1)[2]).answers
    assert [answer["correct"] for answer in answers] == [
        n not in WRONG for n in range(len(questions))
    ]

    # Somebody else at the same computer begins anew, and is told apart.
    there.clear_cookies()
    system.sign_in(there, "bob")
    page = there.new_page()
    system.open(page)
    quiz = Quiz(page, LESSON)
    quiz.press("Start")
    quiz.answer(questions[0], right=True)
    held = eventually(
        lambda: system.stored(2), lambda held: len(lms.unpacked(held[2]).answers) == 1
    )
    assert held[0] == "incomplete"
    assert is_passed(system.stored(1))
    assert not outside
