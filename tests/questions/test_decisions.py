"""An instructor's decisions: what is read, what is wrong with it, what follows for learners."""

import json

import pytest

from banks import ONE_EACH, RIGHT, WRONG, item
from codeedu.learner import my_answers, record
from codeedu.pages import package
from codeedu.practice import selection
from codeedu.practice.selection import Wanted
from codeedu.practice.session import Session, answered
from codeedu.questions import bank, decisions, generate
from codeedu.questions.decisions import Decision, read_list

ITEM = bank.by_id()["05-lost-dot-01"]
HEAD = "decision,item,version,learner,answer,date\n"


@pytest.fixture
def decide(tmp_path, monkeypatch):
    """A function that writes the sheet of decisions."""
    monkeypatch.setenv("CODEEDU_CUSTOM", str(tmp_path))

    def write(text):
        (tmp_path / "decisions.csv").write_text(HEAD + text)
        decisions.read_again()
        return tmp_path / "decisions.csv"

    yield write
    monkeypatch.undo()
    decisions.read_again()


@pytest.fixture
def small(monkeypatch):
    """An item of each kind, as the whole bank."""
    monkeypatch.setattr(bank, "load", lambda: ONE_EACH)
    monkeypatch.setattr(bank, "by_id", lambda: {one.id: one for one in ONE_EACH})


ID = ITEM.id
FAULTS = [
    (f"drop,{ID},,,,", []),
    (f"DROP,{ID},{ITEM.seen.upper()},all,,11/30/2026", []),
    (f"also-right,{ID},,,{ITEM.options[0].text},", []),
    ("owner,,,mlopez,,", []),
    ("in time,final,,mlopez,,", []),
    ("in time,,,all,,", []),
    (f"flunk,{ID},,,,", ["`decision` is 'flunk'. Write `drop`, `also right`, `credit`, "
                         "`stands`, `owner`, or `in time`."]),
    (",,,kim,,", ["`decision` is empty. Write `drop`, `also right`, `credit`, `stands`, "
                  "`owner`, or `in time`."]),
    ("drop,,,,,", ["`item` is empty. Write the id of the question, as the class report has it."]),
    ("credit,05-nowhere,,,,", ["no question has this id. Copy the id from the class report."]),
    (f"drop,{ID},7,,,", ["`version` is '7', not one. Copy it from the class report, or leave it "
                         "empty for every version."]),
    (f"drop,{ID},0123456789ab,,,", [f"warning: the question was changed since. Its version is "
                                    f"{ITEM.seen} now. The row counts only for answers to the "
                                    "former one."]),
    (f"also right,{ID},0123456789ab,,x,", ["warning: the question was changed since. Its version "
                                           f"is {ITEM.seen} now. The row does not apply any "
                                           "more."]),
    (f"also right,{ID},,,,", ["`answer` is empty. Write the answer that counts as right, too."]),
    ("owner,,,,,", ["`learner` is empty. Write the login of the learner whose record it is."]),
    ("in time,05,,,,", ["`learner` is empty. Write the learner's login, or `all`."]),
    ("in time,99,,kim,,", ["there is no lesson '99'. Write a lesson such as 05, `final`, an "
                           "assignment, or leave it empty for all."]),
]  # fmt: skip


@pytest.mark.parametrize(("row", "said"), FAULTS)
def test_what_is_wrong_with_a_row_is_said_and_the_row_is_left_out(decide, row, said):
    problems = read_list(decide(row)).problems
    assert [str(problem).split(": ", 1)[1] for problem in problems] == said
    assert all(problem.line == 2 for problem in problems)
    sound = not [problem for problem in problems if not problem.warning]
    assert len(decisions.decisions()) == sound


def test_an_answer_that_no_option_has_is_told_with_those_that_it_could_be(decide, small):
    one = item("one")
    (problem,) = read_list(decide(f"also right,{one.id},,,D,")).problems
    assert problem.what == "no option is 'D'"
    assert problem.fix == "Write “A”, “B”, or “C”."


def test_a_sheet_without_its_column_is_told(tmp_path):
    (tmp_path / "decisions.csv").write_text("item\nx\n")
    (problem,) = read_list(tmp_path / "decisions.csv").problems
    assert problem.what == "a column is missing: `decision`"


# What an answer counts as, for each kind: the row, the answer, the score before and after.
ALSO = [
    ("one", "a", 0, 0, 1), ("one", "a", 2, 0, 0), ("one", "a", 1, 1, 1),
    ("spot", "C", 2, 0, 1),
    ("many", "b", [0, 1, 2], 0.75, 1), ("many", "b", [0, 2], 1, 1),
    ("many", "b", [0, 1], 0.5, 0.75), ("many", "c", [0], 0.75, 1),
    ("type", "0001u", "0001U", 0, 1), ("type", "whatever it is", "Whatever, it is.", 0, 1),
    ("number", "60", "60 units", 0, 1), ("number", "60", "61", 0, 0),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "answer", "response", "before", "after"), ALSO)
def test_an_answer_that_is_right_too_counts_in_full(
    decide, small, kind, answer, response, before, after
):
    one = item(kind)
    if "what" in answer:  # the question takes no such text, until it is decided to be right
        with pytest.raises(ValueError, match="Type a code"):
            decisions.accept(one, response)
    else:
        assert decisions.grade(one, decisions.accept(one, response)).score == before
    decide(f"also right,{one.id},,,{answer},")
    accepted = decisions.accept(one, response)
    assert decisions.grade(one, accepted).score == after
    said = decisions.feedback(one, accepted)
    assert (said.correct, said.score) == (after == 1, after)
    if after == 1 > before:
        assert said.verdict == "Correct"
        marked = [part for part in said.options if part.chosen and "not right" in part.mark]
        assert not marked
        assert decisions.DECIDED in {part.feedback for part in said.options}
        assert decisions.grade(one, accepted).misconceptions == ()


@pytest.mark.parametrize("kind", WRONG)
def test_credit_goes_to_whoever_answered(decide, small, kind):
    one = item(kind)
    decide(f"credit,{one.id},,,,")
    assert decisions.grade(one, WRONG[kind]).score == 1
    said = decisions.feedback(one, WRONG[kind])
    assert (said.correct, said.verdict) == (True, "Correct")
    assert said.explanation.startswith(decisions.DECIDED)


@pytest.mark.parametrize("kind", WRONG)
def test_a_key_that_stands_changes_no_grade(decide, small, kind):
    one = item(kind)
    decide(f"stands,{one.id},,,,")
    assert decisions.grade(one, RIGHT[kind]).score == 1
    assert decisions.grade(one, WRONG[kind]).score < 1
    assert not decisions.is_dropped(one)


def test_a_row_for_one_learner_is_not_for_the_others(decide):
    one = ITEM
    place = next(place for place, option in enumerate(one.options) if not option.right)
    decide(f"drop,{one.id},,Maria  Lopez,,")
    graded = decisions.grade(one, place)
    about = one.id, one.seen, place, graded
    assert decisions.decided(*about) == graded
    assert decisions.decided(*about, ["kim"]) == graded
    assert decisions.decided(*about, ["mlopez", "maria-lopez"]) is None
    assert not decisions.is_dropped(one)


@pytest.mark.parametrize(("version", "dropped"), [("", True), (ITEM.seen, True), ("0" * 12, False)])
def test_a_question_is_dropped_while_it_is_that_version(decide, version, dropped):
    decide(f"drop,{ITEM.id},{version},,,")
    assert decisions.is_dropped(ITEM) is dropped
    assert decisions.decisions() == (Decision(ITEM.id, version, "", "drop", "", "", "", ""),)


def test_a_dropped_question_is_asked_nowhere(decide):
    items = bank.load()
    wanted = Wanted(lesson="05", n=200)
    asked = {
        "quiz": lambda: selection.quiz_items(items, wanted),
        "drill": lambda: selection.drill_items(items, wanted),
        "pretest": lambda: selection.pretest_items(items, wanted),
        "placement": lambda: selection.placement_items(items, Wanted()),
        "final": lambda: selection.final_items(items, Wanted()),
    }
    ids = {name: {one.id for one in draw()} for name, draw in asked.items()}
    some = {min(names) for names in ids.values()}
    decide("\n".join(f"drop,{name},,,," for name in some))
    for name, draw in asked.items():
        left = {one.id for one in draw()}
        assert ids[name] & some
        assert not left & some, name


def test_a_dropped_question_is_not_made_again(decide):
    made = generate.make(30)[0]
    line = answered(made, 0, mode="drill", tries=1) | {"when": "2026-01-01T10:00:00+00:00"}
    wanted = Wanted(answers=[line])
    assert made in selection.due_items((), wanted)
    decide(f"drop,{made.id},,,,")
    assert made not in selection.due_items((), wanted)
    assert made not in selection.drill_items((), Wanted(n=30))


# The learner's own record


def sit(place):
    """Answer five of the six questions of an attempt, all wrong."""
    session = Session(ONE_EACH)
    session.begin()
    for number in range(5):
        session.answer(WRONG[session.item.kind])
        line = {**session.answers[-1], "of_lesson": "05", "length": 10, "attempt": 0}
        if not number:
            line["items"] = [one.id for one in ONE_EACH]
        assert record.append(line, place) == ""
        session.next()


@pytest.mark.parametrize("which", ["one", "many"])  # the first of the attempt, and one within it
def test_the_learners_own_record_follows_decisions_for_all(decide, small, tmp_path, which):
    place = tmp_path / "me.jsonl"
    sit(place)
    before = place.read_bytes()
    right = item("type")
    rows = ("drop,{0},,,,", "also right,{1},,,0001U,", "credit,{2},,kim,,")
    decide("\n".join(rows).format(item(which).id, right.id, item("order").id))
    kept = record.read(place)
    assert kept.dropped == 1
    left = [one.id for one in ONE_EACH if one.kind != which]
    assert [line["item"] for line in kept.answers] == left[:-1]
    assert [line["item"] for line in kept.answers if line["correct"]] == [right.id]
    (attempt,) = record.attempts(kept.answers, record.Sitting("quiz", "05", 10)).values()
    tries = record.first_tries_of(attempt)
    assert list(tries) == left
    assert [name for name, line in tries.items() if not line] == left[-1:]
    # What is handed in stays as it was written.
    assert place.read_bytes() == before
    record.hand_in("mlopez", tmp_path, place)
    assert (tmp_path / "mlopez.jsonl").read_bytes() == before
    assert len(record.read_raw(place).answers) == 5
    says = my_answers.MyAnswers(place)._says()[0]
    assert says.startswith("5 answers, kept in ")
    assert says.endswith(" 1 of them does not count: your instructor dropped the question.")


def test_answers_are_brought_back_as_they_were_written(decide, small, tmp_path):
    sit(tmp_path / "me.jsonl")
    decide(f"drop,{item('one').id},,,,")
    text = (tmp_path / "me.jsonl").read_bytes()
    assert record.bring_back(text, tmp_path / "other.jsonl") == "5 answers were brought back."
    lines = [json.loads(line) for line in (tmp_path / "other.jsonl").read_text().splitlines()]
    assert [line["item"] for line in lines] == [one.id for one in ONE_EACH[:5]]
    said = record.bring_back(text, tmp_path / "other.jsonl")
    assert said == "Every answer of this file is here already; nothing was changed."


def test_a_session_calls_right_what_was_decided_to_be_right(decide, small):
    one = item("one")
    decide(f"also right,{one.id},,,A,")
    session = Session([one])
    session.begin()
    assert session.answer(WRONG["one"]).verdict == "Correct"
    assert session.answers[0]["correct"]
    assert session.answers[0]["chosen"] == one.actual
    session.next()
    assert session.state == "finished"
    assert session.review()[0].feedback.verdict == "Correct"


def test_a_page_gets_what_was_decided_for_everybody_and_nobodys_name(decide):
    decide(f"drop,{ITEM.id},,,,\ncredit,{ITEM.id},,kim,,\nin time,05,,mlopez,,\nin time,,,all,,")
    packed = dict(package._package_files(final=True))["custom/decisions.csv"]
    assert packed.decode().splitlines() == [
        "item,version,decision,answer",
        f"{ITEM.id},,drop,",
    ]
    decide("owner,,,kim,,")
    assert decisions.for_everybody() == ""
