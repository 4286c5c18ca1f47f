"""Cases in the gradebook: they count, their lines can be read, and what learners say is settled."""

from html import unescape

import pytest
from records import ITEM, WRONG, line, write

import codeedu
from codeedu.cli import main
from codeedu.questions import bank, cases, decisions, generate, kinds
from codeedu.teach.gradebook import report

RIDE, VIAL = "case:ride:7:3", "03-drug-line-case-01"
RETURNED = "03-choose-case-01"


def right(name):
    return kinds.KINDS["case"].right(generate.find_item(name))


def case(name, answer=None, *, minute=0, **more):
    """Return a line of a record about a case, a right answer if none is given."""
    item = generate.find_item(name)
    answer = right(name) if answer is None else answer
    grade = kinds.Grade(0, False)
    if isinstance(answer, str) and answer:
        grade = kinds.grade(item, answer)
    at = {"mode": "case", "of_lesson": "", "length": 3, "answer": answer, "correct": grade.correct}
    of = {"misconceptions": [*grade.misconceptions], "score": grade.score, "chosen": ""}
    return line(ITEM, minute=minute) | about(name) | at | of | more


def about(name):
    item = generate.find_item(name)
    of = {"item": name, "seen": item.seen, "key": item.key, "lesson": item.lesson, "actual": ""}
    return of | {"objective": item.objective, "could_show": [*item.could_show]}


def note(name, words="The record says so.", **more):
    seen = generate.find_item(name).seen
    when = "2026-11-01T10:30:00+00:00"
    return {"when": when, "item": name, "seen": seen, "answer": "A0429 x 1", "note": words} | more


@pytest.fixture
def decide(tmp_path, monkeypatch):
    """A function that writes rows of decisions."""
    folder = tmp_path / "custom"
    folder.mkdir()
    monkeypatch.setenv("CODEEDU_CUSTOM", str(folder))

    def write_rows(*rows):
        text = "\n".join([",".join(decisions.COLUMNS), *rows])
        (folder / "decisions.csv").write_text(f"{text}\n", encoding="utf-8")

    yield write_rows
    monkeypatch.undo()
    decisions.read_again()


@pytest.fixture
def handed_in(tmp_path):
    folder = tmp_path / "class"
    ride = [case(RIDE, "A0429 x 1"), case(RIDE, minute=1, round=1)]
    write(folder, "kim.jsonl", [*ride, case(VIAL, minute=2), note(RIDE)])
    write(
        folder,
        "maria.jsonl",
        [case(RIDE, seconds=6), case(RETURNED, "99213 x 1\n> appeal", minute=1)],
    )
    return folder


def test_a_case_counts_by_the_clean_claim_at_the_first_try(handed_in):
    book = codeedu.gradebook(handed_in)
    learners = book.learners.set_index("learner")
    assert list(learners.loc["kim", ["answers", "items", "first", "best"]]) == [3, 2, 50, 100]
    by_objective = book.objectives.set_index(["learner", "objective"])["first"]
    assert by_objective["kim", generate.find_item(RIDE).objective] == 0
    assert by_objective["maria", generate.find_item(RIDE).objective] == 100
    assert book.lessons.empty


ODD = ["", "> ", "\n\n", "> appeal", "99213\n> nothing", "J9355 x 35\r\nJ9355-JW x 10",
       "x" * 5000, "`J9355` <b>x</b>", "99213 x 1\n" * 9, "\x00", 7, -1, [1, 2], None,
       {"lines": []}, 1.5]  # fmt: skip


def test_any_answer_to_a_case_can_be_read_and_shown(tmp_path):
    names = [RIDE, VIAL, RETURNED]
    for number, answer in enumerate(ODD * 2):
        lines = [
            case(name, right(name), minute=minute, seconds=number) | {"answer": answer}
            for minute, name in enumerate(names)
        ]
        notes = [note(name, answer=answer) for name in names]
        write(tmp_path, f"learner-{number}.jsonl", [*lines, *notes])
    book = codeedu.gradebook(tmp_path)
    assert len(book.names) == 2 * len(ODD)
    assert set(book.options["item"]) == set(names)
    assert not book.options["option"].str.contains("\n").any()
    assert len(book.disputes) == len(ODD) * 6
    assert "<b>x" not in book.report()
    assert len(book.sheets()) == 2 * len(ODD)


def test_lines_are_read_one_after_the_other(handed_in):
    book = codeedu.gradebook(handed_in)
    options = book.options.set_index("item")["option"]
    assert set(options.loc[[VIAL]]) == {kinds.KINDS["case"].answer(generate.find_item(VIAL))}
    sheet = unescape(book.sheets()["feedback-maria.html"].decode())
    assert "You answered: 99213 x 1. Appeal." in sheet
    question = book.items.set_index("item")["question"][RIDE]
    item = generate.find_item(RIDE)
    assert question == f"{item.case.title}. {item.case.around}"
    listed = unescape(book.report())
    assert item.case.around in listed
    assert item.case.record.splitlines()[0] not in listed


def test_a_feedback_sheet_says_why_a_line_is_wrong_or_missing(tmp_path):
    first, *_ = right(VIAL).splitlines()
    write(tmp_path, "kim.jsonl", [case(VIAL, first)])
    write(tmp_path, "ada.jsonl", [case(VIAL, f"{first[:-1]}7", seconds=6)])
    sheets = codeedu.gradebook(tmp_path).sheets()
    item = generate.find_item(VIAL)
    assert item.case.why[1] in unescape(sheets["feedback-kim.html"].decode())
    assert item.case.why[0] in unescape(sheets["feedback-ada.html"].decode())


# What learners disagree about


def row_for(name, learner, decision="credit"):
    return f"{decision},{name},{generate.find_item(name).seen},{learner},,,,"


def test_who_disagrees_is_told_with_the_row_that_settles_it(handed_in):
    write(handed_in, "ada.jsonl", [line(right=False), note("05-lost-dot-01", "Two.", answer=WRONG)])
    book = codeedu.gradebook(handed_in)
    ada, kim = report.next_steps(book)[-2:]
    item = generate.find_item(RIDE)
    begins = f"kim disagrees about “{item.case.title}. {item.case.around}” (answer: “A0429 x 1”): "
    assert kim[0].startswith(f"{begins}“The record says so.” If that is right")
    assert kim[1].splitlines() == [",".join(decisions.COLUMNS), row_for(RIDE, "kim")]
    option = bank.by_id()["05-lost-dot-01"].options[WRONG].text.replace("`", "").rstrip(".")
    assert f"(answer: “{option}”): “Two.”" in ada[0]
    page = unescape(book.report())
    assert kim[1] in page
    assert page.index(report.NEXT) < page.index("kim disagrees") < page.index("Who needs a word")


@pytest.mark.parametrize("name", [RIDE, VIAL])
@pytest.mark.parametrize("learner", ["kim", "", "all", "maria"])
@pytest.mark.parametrize("what", ["credit", "drop", "stands"])
def test_a_decision_settles_it_and_marks_follow(handed_in, decide, name, learner, what):
    write(handed_in, "kim.jsonl", [case(name, "A0429 x 1"), note(name)])
    decide(row_for(name, learner, what))
    book = codeedu.gradebook(handed_in)
    assert not [row for row in book.problems["problem"] if "decision" in row]
    is_hers = learner != "maria"
    assert book.disputes.empty is is_hers
    kim = book.learners.set_index("learner").loc["kim"]
    if is_hers and what == "drop":
        assert kim["answers"] == 0
    else:
        assert kim["first"] == (100 if is_hers and what == "credit" else 0)
    sheet = unescape(book.sheets()["feedback-kim.html"].decode())
    title = generate.find_item(name).case.title
    settled = {"credit": "counts in full", "drop": "was dropped", "stands": "the key stands"}
    assert (settled[what] in sheet) is is_hers
    assert f"“{title}" in sheet or not is_hers


def test_the_row_that_is_copied_settles_it(handed_in, decide):
    write(handed_in, 'O\'Hara, "Kim" A.jsonl', [case(VIAL, "A0429 x 1"), note(VIAL)])
    book = codeedu.gradebook(handed_in)
    (copy,) = (copy for _, copy in report.next_steps(book) if VIAL in copy)
    decide(copy.splitlines()[1])
    assert list(codeedu.gradebook(handed_in).disputes["item"]) == [RIDE]


def test_a_note_counts_once_and_one_that_was_changed_is_another(handed_in):
    write(handed_in, "again/kim.jsonl", [case(RIDE, "A0429 x 1"), note(RIDE), note(RIDE, "Also.")])
    book = codeedu.gradebook(handed_in)
    assert list(book.disputes["note"]) == ["The record says so.", "Also."]


def test_odd_notes_are_shown_and_in_no_row(tmp_path, capsys):
    odd = [note(RIDE, seen="=1+1"), note(RIDE, item="rm -rf ."), note(RIDE, item=["x"], seen=[1])]
    write(tmp_path, "kim.jsonl", [case(RIDE, "A0429 x 1"), *odd, {"note": "<b>No.</b>"}])
    book = codeedu.gradebook(tmp_path)
    copied = "\n".join(copy for _, copy in report.next_steps(book))
    assert f"credit,{RIDE},,kim,,,," in copied
    assert "rm -rf" not in copied
    assert "=1+1" not in copied
    assert "<b>No." not in book.report()
    assert main(["gradebook", str(tmp_path)]) == 0
    assert "No bank here has the question." in capsys.readouterr().out


def test_many_notes_are_named_in_part_and_are_all_in_the_appendix(tmp_path):
    written = sorted(cases.written())[:3]
    notes = [note(name, f"Note {n} on {name}.") for name in written for n in range(3)]
    write(tmp_path, "kim.jsonl", [case(RIDE, "A0429 x 1"), *notes])
    book = codeedu.gradebook(tmp_path)
    steps = [says for says, _ in report.next_steps(book) if "disagree" in says]
    assert len(steps) == report.DISPUTED + 1
    assert "4 more, in the appendix" in steps[-1]
    page = book.report().split("Appendix")[1]
    assert all(f"Note {n} on {name}." in page for name in written for n in range(3))
