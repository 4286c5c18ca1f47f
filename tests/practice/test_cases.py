"""A sitting of cases: a second try with what came back, help that fades, and what comes next."""

import json
from datetime import date

import pytest

import codeedu
from codeedu.learner import record, schedule
from codeedu.practice import screens, selection
from codeedu.practice.selection import Wanted
from codeedu.practice.session import Session, replay
from codeedu.questions import cases, decisions, generate, kinds


def send(view, **message):
    data = {"method": "custom", "content": message}
    view._handle_msg({"content": {"data": data}, "buffers": []})
    json.dumps([view.screen, view.notice])  # what cannot travel would fail here
    return view.screen


def rows(*lines):
    return {
        "lines": [dict(zip(("code", "modifiers", "units"), one, strict=False)) for one in lines]
    }


@pytest.fixture
def place(tmp_path, monkeypatch):
    path = tmp_path / "record.jsonl"
    monkeypatch.setenv(record.VARIABLE, str(path))
    return path


@pytest.fixture
def view(place):
    made = codeedu.case()
    send(made, do="begin")
    return made


def right(view):
    return kinds.KINDS["case"].right(view.session.item)


def test_a_miss_comes_back_once_with_what_was_sent(view, place):
    first = view.screen["ask"]
    assert (first["count"], first["submit"]) == ("Case 1 of 3", "Send the claim")
    assert first["claim"]["back"] == []
    name = view.session.item.id
    screen = send(view, do="answer", item=name, response=rows(("99213", "25", "2")))
    assert screen["ask"]["count"] == "Case 1 of 3, second try"
    assert screen["ask"]["claim"]["rows"] == [["99213", "25", "2"]]
    assert screen["ask"]["stem"] == first["stem"]
    says = json.dumps(screen["ask"]["claim"]["back"])
    assert "Line 1, 99213-25 x 2: Paid." in says
    assert "verdict" not in screen
    screen = send(view, do="answer", item=name, response=rows(("99213", "25", "2")))
    assert screen["verdict"].startswith("Not a clean claim ✗")
    assert screen["heading"] == "Why"
    assert send(view, do="next")["ask"]["count"] == "Case 2 of 3"
    kept = [json.loads(one) for one in place.read_text().splitlines()]
    assert [(one["item"], one["position"], one["correct"]) for one in kept] == [
        (name, 1, False),
        (name, 2, False),
    ]


def test_what_is_mended_counts_as_missed_at_the_first_try(view):
    name = view.session.item.id
    send(view, do="answer", item=name, response=rows(("99213", "", "")))
    assert send(view, do="answer", item=name, response=right(view))["good"]
    assert view.session.result().right == 0
    assert view.session.result().now == 1


def test_a_clean_claim_is_told_at_once(view):
    screen = send(view, do="answer", item=view.session.item.id, response=right(view))
    assert screen["verdict"] == "Clean claim ✓"


def test_what_is_no_claim_yet_is_said_and_nothing_is_lost(view, place):
    send(view, do="answer", item=view.session.item.id, response=rows(("J110", "", "")))
    assert view.notice["complaint"].startswith("Line 1: 'J110' cannot be read. A code is")
    assert not place.exists()


def test_a_restart_comes_back_to_the_second_try(view):
    send(view, do="answer", item=view.session.item.id, response=rows(("99213", "", "3")))
    again = codeedu.case()
    assert again.screen["ask"]["count"] == "Case 1 of 3, second try"
    assert again.screen["ask"]["claim"]["rows"] == [["99213", "", "3"]]


def test_the_form_of_a_claim_that_came_back_begins_with_its_lines():
    item = cases.written()["03-choose-case-01"]
    session = Session([item], mode="case")
    session.begin()
    from codeedu.practice import screens

    claim = screens.question(session.question(), "Send the claim")["claim"]
    assert claim["rows"] == [["99213", "", "1"], ["E0114", "NU", "1"]]
    assert [value for value, _ in claim["then"]][:2] == ["new claim", "corrected claim"]


WRONG = f"99213 x 9\n{cases.THEN}appeal"  # whatever sort of case is drawn


@pytest.mark.parametrize("pattern", [(), (False,), (False, True), (True, False, False, True)])
def test_law_a_replay_is_the_sitting(pattern, place):
    items = selection.case_items((), Wanted(n=3, seed=4))
    session = Session(items, seed=4, mode="case")
    session.begin()
    lines = []
    for is_right in pattern:
        item = session.item
        session.answer(kinds.KINDS["case"].right(item) if is_right else WRONG)
        lines.append(session.answers[-1] | {"items": [one.id for one in items] * (not lines)})
        if session.state == "answered":
            session.next()
    if lines:
        again = replay(lines, 4, "case", generate.find_item)
        assert (again.queue, again.state) == (session.queue, session.state)
        assert again.question() == session.question()


# Which cases come, and with how much help


def answered(name, day, *, right=True):
    return {
        "item": name, "mode": "case", "correct": right, "when": f"{day}T10:00:00+00:00",
        "objective": "03-ambulance", "lesson": "03", "misconceptions": [], "could_show": [],
    }  # fmt: skip


def drawn(answers, n=300, on="2026-12-01"):
    wanted = Wanted(n=n, seed=1, answers=answers, on=date.fromisoformat(on))
    return [item.id for item in selection.case_items((), wanted)]


def test_a_sitting_holds_each_sort_once_and_first_what_was_not_asked():
    names = drawn([])
    written = [item for item in cases.written().values() if item.pool == "practice"]
    assert len(names) == len({cases.sort_in(name) for name in names}) == 6 + len(written)
    asked = [answered(name, "2026-11-30") for name in names[:5]]
    later = [cases.sort_in(name) for name in drawn(asked)]
    assert set(later[-5:]) == {cases.sort_in(name) for name in names[:5]}


def test_a_template_that_was_missed_comes_back_first_with_another_record():
    asked = [answered("case:ride:7:0", "2026-11-01", right=False)]
    first = drawn(asked)[0]
    assert cases.sort_in(first) == "ride"
    assert first != "case:ride:7:0"
    assert schedule.due(asked, date(2026, 12, 1)) == [], "no drill asks for it"


def test_help_fades_with_clean_claims_at_the_first_try():
    asked = []
    for number in range(5):
        ride = next(name for name in drawn(asked) if name.startswith("case:ride:"))
        assert ride.endswith(f":{min(number, 3)}")
        asked.append(answered(ride, f"2026-11-{number + 1:02}"))
    second_try = [answered("case:ride:7:0", "2026-11-01", right=False),
                  answered("case:ride:7:0", "2026-11-01")]  # fmt: skip
    assert next(name for name in drawn(second_try) if ":ride:" in name).endswith(":0")


@pytest.fixture
def decided(tmp_path, monkeypatch):
    """A function that writes a row of decisions."""
    folder = tmp_path / "custom"
    folder.mkdir()
    monkeypatch.setenv("CODEEDU_CUSTOM", str(folder))

    def write(row):
        sheet = folder / "decisions.csv"
        sheet.write_text(f"decision,item,answer\n{row}\n")
        decisions.read_again()
        return sheet

    yield write
    monkeypatch.undo()
    decisions.read_again()


def test_a_dropped_case_is_not_asked(decided):
    name = "03-drug-line-case-01"
    decided(f"drop,{name}")
    assert name not in drawn([])
    decided("")
    assert name in drawn([])


def test_a_sitting_speaks_of_cases(view, monkeypatch):
    said = json.dumps(codeedu.case(n=2).screen)
    assert "2 cases, about 8 minutes" in said
    send(view, do="answer", item=view.session.item.id, response=right(view))
    assert "Go on with case 2" in json.dumps(send(view, do="stop"))
    assert "In JupyterLab you solve the cases here" in view._static()


def test_what_to_do_is_said_for_each_sort_of_case():
    def asked(name, *sent):
        session = Session([cases.find(name)], mode="case")
        session.begin()
        for one in sent:
            session.answer(one)
        return screens.question(session.question(), "")["how"]

    written = {one.case.sort: one.id for one in cases.written().values()}
    says = [asked(name) for name in ("case:ride:7:3", "case:ride:7:2", *written.values())]
    again = asked("case:ride:7:3", "99213 x 1")
    assert len({*says, again}) == 5  # one is of the sort of the first


def test_a_learner_can_disagree_with_a_case_after_its_second_try(view):
    name = view.session.item.id
    assert "disagree" not in send(view, do="answer", item=name, response=rows(("99213", "25", "2")))
    screen = send(view, do="answer", item=name, response=rows(("99213", "", "2")))
    assert screen["disagree"] == name
    screen = send(view, do="disagree", item=name, note="The record says so.")
    assert "The record says so." in json.dumps(screen["body"])
    (note,) = record.read().notes
    assert (note["item"], note["answer"]) == (name, "99213 x 2")
    send(view, do="next")
    ended = send(view, do="stop")
    assert json.dumps(ended["body"]).count("The record says so.") == 1


@pytest.mark.parametrize("name", ["03-drug-line-case-01", "case:ride:7:3"])
@pytest.mark.parametrize("what", ["credit", "drop"])
def test_what_is_decided_for_all_counts_in_the_learners_own_record(name, what, decided, place):
    item = generate.find_item(name)
    session = Session([item, cases.make("vial", 1)], mode="case")
    session.begin()
    for answer in ("99213 x 2", "99213 x 3"):
        session.answer(answer)
        at = {"of_lesson": "", "length": 3, "exercise": 0, "attempt": 0}
        more = {"items": [one.id for one in session.items]} if answer.endswith("2") else {}
        record.append(session.answers[-1] | at | more)
    decided(f"{what},{name}")
    kept = record.read()
    if what == "drop":
        assert (kept.answers, kept.dropped) == ((), 2)
        assert "2 of them do not count" in str(codeedu.my_answers())
        assert codeedu.case().screen["actions"][0]["label"] == "Start"
    else:
        assert [(one["correct"], one["score"]) for one in kept.answers] == [(True, 1.0)] * 2
        again = codeedu.case()
        assert again.screen["ask"]["count"] == "Case 2 of 2"
        assert again.session.result().right == 1
        (asked,) = again.session.review()
        assert asked.feedback.explanation.startswith(decisions.DECIDED)
        assert asked.feedback.verdict == "Clean claim"


def test_no_other_claim_can_be_decided_to_be_right(decided):
    sheet = decided("also right,case:ride:7:3")
    (problem,) = decisions.read_list(sheet).problems
    assert "a case has no other answer" in str(problem)
    assert "`credit` or `drop`" in str(problem)
    assert decisions.decisions() == ()
