"""Marks that can be corrected: decisions, corrected keys, due days and late rules."""

import json
from html import unescape

import pytest

import classroom
import codeedu
from codeedu.cli import main
from codeedu.questions import bank, decisions, due_days, kinds
from codeedu.questions.printed import plain_text
from codeedu.teach.gradebook import collect
from codeedu.teach.gradebook.report import findings

ITEMS = [one for one in bank.load() if one.lesson == "05" and one.kind in ("one", "spot")][:4]
ONE = ITEMS[0]
WRONG = {one.id: next(n for n, o in enumerate(one.options) if not o.right) for one in ITEMS}


@pytest.fixture
def sheets(tmp_path, monkeypatch):
    """A function that writes sheets of the custom folder."""
    folder = tmp_path / "custom"
    folder.mkdir()
    monkeypatch.setenv("CODEEDU_CUSTOM", str(folder))

    def write(**texts):
        for name, text in texts.items():
            (folder / f"{name}.csv").write_text(text)
        due_days.dues.cache_clear()
        return folder

    yield write
    monkeypatch.undo()
    decisions.read_again()
    due_days.dues.cache_clear()


def answer(one, *, right=True, day="2026-11-01", minute=0, **more):
    response = kinds.KINDS[one.kind].right(one) if right else WRONG[one.id]
    grade = kinds.grade(one, response)
    at = {"mode": "quiz", "of_lesson": "05", "length": 10, "exercise": 0, "attempt": 0}
    about = {"item": one.id, "seen": one.seen, "key": one.key, "lesson": one.lesson,
             "objective": one.objective, "could_show": list(one.could_show),
             "actual": one.actual, "seconds": 5.0}  # fmt: skip
    now = {"when": f"{day}T10:{minute:02}:00+00:00", "answer": response}
    shown = {name: value for name, value in vars(grade).items() if name != "misconceptions"}
    return at | about | now | shown | {"misconceptions": list(grade.misconceptions)} | more


def quiz(*, right=(), days=("2026-11-01",) * 4, attempt=0, **more):
    """Return an attempt at a quiz of four questions, of which those at `right` are right."""
    lines = [
        answer(one, right=n in right, day=day, minute=n + 10 * attempt, attempt=attempt, **more)
        for n, (one, day) in enumerate(zip(ITEMS, days, strict=False))
    ]
    lines[0]["items"] = [one.id for one in ITEMS]
    return lines


def write(folder, **records):
    """Write a record for each learner; the seconds differ, so that nobody's is a copy."""
    for n, (name, lines) in enumerate(records.items(), 1):
        text = "".join(json.dumps({"seconds": 5.0 + n} | line) + "\n" for line in lines)
        text = text.replace('"seconds": 5.0', f'"seconds": {5.0 + n}')
        (folder / f"{name}.jsonl").write_text(text)
    return folder


@pytest.fixture
def records(tmp_path):
    (tmp_path / "class").mkdir()
    return tmp_path / "class"


def best(book):
    return {row.learner: row.best for row in book.lessons.itertuples()}


# Decisions

DECIDED = [
    ("", {"ada": 50, "bob": 75}),
    ("drop,{0},,,", {"ada": 66.7, "bob": 100}),  # both missed it
    ("drop,{0},{seen},all,", {"ada": 66.7, "bob": 100}),
    ("drop,{0},0123456789ab,,", {"ada": 50, "bob": 75}),
    ("drop,{0},,Ada,", {"ada": 66.7, "bob": 75}),
    ("drop,{2},,,", {"ada": 33.3, "bob": 66.7}),  # both had it right
    ("drop,{1},,,\ndrop,{0},,,", {"ada": 100, "bob": 100}),
    ("credit,{0},,,", {"ada": 75, "bob": 100}),
    ("credit,{0},,bob,", {"ada": 50, "bob": 100}),
    ("also right,{0},,,{wrong}", {"ada": 75, "bob": 100}),
    ("also right,{1},,,{wrong}", {"ada": 50, "bob": 75}),  # an answer of another question
]


@pytest.mark.parametrize(("rows", "marks"), DECIDED)
def test_marks_follow_decisions(sheets, records, rows, marks):
    write(records, ada=quiz(right=(2, 3)), bob=quiz(right=(1, 2, 3)))
    texts = {"seen": ONE.seen, "wrong": ONE.options[WRONG[ONE.id]].text}
    rows = rows.format(*(one.id for one in ITEMS), **texts)
    sheets(decisions=f"decision,item,version,learner,answer\n{rows}\n")
    book = codeedu.gradebook(records)
    assert best(book) == marks
    assert book.problems.empty == ("0123456789ab" not in rows)  # that version is not today's


def test_what_was_left_open_of_a_dropped_question_is_not_asked(sheets, records):
    write(records, ada=quiz(right=(0, 1, 2), days=("2026-11-01",) * 3))
    assert best(codeedu.gradebook(records)) == {"ada": 75}
    sheets(decisions=f"decision,item\ndrop,{ITEMS[3].id}\n")
    assert best(codeedu.gradebook(records)) == {"ada": 100}


def test_a_former_version_is_dropped_where_it_was_answered(sheets, records):
    old = [answer(ONE, right=False, seen="0" * 12), *quiz(right=(1, 2, 3))[1:]]
    old[0]["items"] = [one.id for one in ITEMS]
    write(records, ada=old, bob=quiz(right=(1, 2, 3)))
    sheets(decisions=f"decision,item,version\ndrop,{ONE.id},{'0' * 12}\n")
    assert best(codeedu.gradebook(records)) == {"ada": 100, "bob": 75}


def test_a_dropped_question_is_in_no_table(sheets, records):
    write(records, **{f"l{n}": quiz(right=(1, 2, 3)) for n in range(16)})
    book = codeedu.gradebook(records)
    assert ONE.id in set(book.suspects["item"])
    assert dict(zip(book.suspects["item"], book.suspects["version"], strict=True))[ONE.id] == (
        ONE.seen
    )
    sheets(decisions=f"decision,item\ndrop,{ONE.id}\n")
    book = codeedu.gradebook(records)
    for table in (book.items, book.options, book.suspects):
        assert ONE.id not in set(table["item"])
    assert set(book.beliefs["misconception"]) == set()
    assert book.learners["first"].tolist() == [100] * 16


# A key that was corrected


def test_a_key_that_was_corrected_is_no_suspect_and_has_one_line(records):
    before = {"key": "0" * 12, "correct": True, "score": 1.0}
    lines = [answer(ONE, right=False) | before, answer(ITEMS[1], minute=1)]
    write(records, **{f"l{n:02}": lines for n in range(16)})
    book = codeedu.gradebook(records)
    assert book.problems.values.tolist() == [
        [ONE.id, "its key was corrected: a new grade for 16 answers of 16 learners."]
    ]
    assert book.suspects.empty
    assert best(book)["l00"] == 50
    options = book.options.set_index(["item", "option"])["chosen"]
    assert options[ONE.id, ONE.options[WRONG[ONE.id]].text] == 16


def test_answers_to_another_version_say_nothing_of_the_options(records):
    lines = [answer(ONE, right=False, seen="0" * 12)]
    write(records, **{f"l{n:02}": lines for n in range(16)})
    book = codeedu.gradebook(records)
    assert book.suspects.empty
    assert book.options.empty
    assert book.problems.values.tolist() == [
        [ONE.id, "it was changed since: the old grade for 16 answers of 16 learners stays."]
    ]  # fmt: skip


@pytest.mark.parametrize("decision", ["also right", "credit"])
def test_a_record_that_was_marked_by_a_decision_was_not_edited(sheets, records, decision):
    text = ONE.options[WRONG[ONE.id]].text
    sheets(decisions=f"decision,item,answer\n{decision},{ONE.id},{text}\n")
    write(records, ada=[answer(ONE, right=False) | {"correct": True, "score": 1.0}])
    assert codeedu.gradebook(records).problems.empty


def test_the_report_calls_no_answer_wrong_that_was_decided_to_be_right(sheets, records):
    text = ONE.options[WRONG[ONE.id]].text
    write(records, **{f"l{n}": [answer(ONE, right=False) | {"seconds": n}] for n in range(5)})
    most = f"Most chosen wrong answer: “{plain_text(text)}”"
    assert findings(codeedu.gradebook(records))[-1].startswith(most)
    sheets(decisions=f"decision,item,answer\nalso right,{ONE.id},{text}\n")
    book = codeedu.gradebook(records)
    assert not any("wrong answer" in says for says in findings(book))
    assert list(book.options.query("chosen > 0")["right"]) == [True]


# Due days

DUE = "lesson,due,grace,late,learner\n"
LATE = [  # the sheet, the days of the four answers (all right), the mark, the days late
    ("", "06", 100, 0),
    ("05,2026-11-05,,,", "05", 100, 0),
    ("5,11/5/2026,,,", "05", 100, 0),
    ("05,2026-11-05,,,", "06", 0, 1),
    ("01,2026-11-05,,,", "06", 100, 0),
    ("all,2026-11-05,,,", "06", 0, 1),
    ("all,2026-11-05,,,\n05,2026-11-06,,,", "06", 100, 0),
    ("05,2026-11-05,2,,", "07", 100, 0),
    ("05,2026-11-05,2,10,", "09", 80, 2),
    ("05,2026-11-05,,10%,", "07", 80, 2),
    ("05,2026-11-05,,50,", "09", 0, 4),
    ("05,2026-11-05,,10,\n05,2026-11-07,,,ada", "08", 90, 1),  # an extension keeps the rule
    ("05,2026-11-05,,10,\nall,2026-11-08,1,,ADA", "09", 100, 0),
    ("05,2026-11-05,,10,\n05,2026-11-08,,,bob", "07", 80, 2),
    ("05,2026-11-05,,,", "05 05 06 06", 50, 0),  # without a late rule, what was in time counts
    ("05,2026-11-05,,10,", "05 05 06 06", 90, 1),  # the better of 50 and 90
    ("05,2026-11-05,,60,", "05 05 06 06", 50, 0),
]


@pytest.mark.parametrize(("rows", "days", "mark", "late"), LATE)
def test_late_answers_count_by_the_rule_of_their_lesson(sheets, records, rows, days, mark, late):
    sheets(due=DUE + rows)
    days = (days.split() * 4)[:4]
    write(records, ada=quiz(right=range(4), days=[f"2026-11-{day}" for day in days]))
    (row,) = codeedu.gradebook(records).lessons.itertuples()
    assert (row.best, row.late) == (mark, late)
    assert (row.right, row.open, row.asked) == (4, 0, 4)
    assert not late or row.best == 100 - row.off


@pytest.mark.parametrize("learner", ["mlopez", "mlopez@school.edu", "S1", "1000", "Maria Lopez"])
def test_an_extension_is_found_by_any_name_on_the_roster(sheets, records, learner):
    sheets(due=f"{DUE}05,2026-11-05,,,\n05,2026-11-20,,,{learner}")
    write(records, lopezmaria_1000_50000_x=quiz(right=range(4), days=["2026-11-09"] * 4))
    roster = records.parent / "roster.csv"
    head = "Student,ID,SIS User ID,SIS Login ID,Section"
    roster.write_text(f'{head}\n"Lopez, Maria",1000,S1,mlopez@school.edu,Coding\n')
    assert best(codeedu.gradebook(records, roster=roster)) == {"Maria Lopez": 100}


def test_the_day_that_is_given_is_for_lessons_of_which_the_sheet_says_nothing(sheets, records):
    sheets(due=f"{DUE}05,2026-11-09,,,")
    lines = [quiz(right=range(4), days=["2026-11-07"] * 4, of_lesson=of) for of in ("04", "05")]
    write(records, ada=[*lines[0], *lines[1]])
    rows = codeedu.gradebook(records, "2026-11-05").lessons[["lesson", "best", "late"]]
    assert rows.values.tolist() == [["04", 0, 2], ["05", 100, 0]]


def test_late_is_not_never_and_a_better_attempt_in_time_is_in_time(sheets, records):
    sheets(due=f"{DUE}05,2026-11-05,,10,")
    late = quiz(right=range(4), days=["2026-11-08"] * 4, attempt=1)
    write(records, ada=[*quiz(right=(0,)), *late], bob=[*quiz(right=range(4)), *late],
          eve=[answer(ONE, mode="drill")])  # fmt: skip
    book = codeedu.gradebook(records)
    rows = [(r.learner, r.first, r.best, r.attempts, r.late) for r in book.lessons.itertuples()]
    assert rows == [("ada", 25, 70, 2, 3), ("bob", 100, 100, 2, 0)]
    assert book.learners["late"].tolist() == [4, 4, 0]
    sheets(due=f"{DUE}05,2026-11-05,,,")
    write(records, ada=late, bob=quiz(), eve=[answer(ONE, mode="drill")])
    assert best(codeedu.gradebook(records)) == {"ada": 0, "bob": 0}


def test_a_retry_on_a_later_day_makes_no_attempt_late(sheets, records):
    sheets(due=f"{DUE}05,2026-11-05,,10,")
    again = answer(ONE, day="2026-11-20", round=2)
    write(records, ada=[*quiz(right=(1, 2, 3)), again])
    (row,) = codeedu.gradebook(records).lessons.itertuples()
    assert (row.best, row.late) == (75, 0)


@pytest.mark.parametrize(
    ("rows", "decided", "mark", "known"),
    [
        ("", "", 100, True),
        ("05,2026-11-05,,10,", "", 0, False),
        ("05,2026-11-05,,10,", "in time,05,,ada", 100, True),
        ("05,2026-11-05,,10,", "in time,,,ada", 100, True),
        ("05,2026-11-05,,10,", "in time,5,,all", 100, True),
        ("05,2026-11-05,,10,", "in time,04,,ada", 0, False),
        ("05,2026-11-05,,10,", "in time,05,,bob", 0, False),
    ],
)
def test_a_clock_of_1970_is_of_an_unknown_day(sheets, records, rows, decided, mark, known):
    sheets(due=DUE + rows, decisions=f"decision,item,version,learner\n{decided}\n")
    write(records, ada=quiz(right=range(4), days=["1970-01-01"] * 4))
    book = codeedu.gradebook(records)
    (row,) = book.lessons.itertuples()
    assert (row.best, row.late == 0) == (mark, known)
    assert (row.late != row.late) is not known
    assert book.problems.values.tolist()[decided.endswith("bob") :] == [
        ["ada.jsonl", f"4 answers are {collect.UNKNOWN_DAY}."]
    ]


def test_an_assignment_has_its_own_row_and_its_own_due_day(sheets, records):
    sheets(due=f"{DUE}5-20-7,2026-11-03,,,\n05,2026-12-01,,,")
    given = {"mode": "assignment", "length": 20, "exercise": 7}
    write(records, ada=[*quiz(right=(0,)),
                        *quiz(right=range(4), days=["2026-11-04"] * 4, **given)])  # fmt: skip
    rows = codeedu.gradebook(records).lessons[["lesson", "best", "late"]].values.tolist()
    assert rows == [["05", 25, 0], ["05-20-7", 0, 1]]


DUE_FAULTS = [
    ("05,soon,,,", "`due` is 'soon', not a date. Write it as 2018-12-31, or as 12/31/2018."),
    (",2026-11-05,,,", "`lesson` is empty. Write a lesson such as 05, `final`, an assignment, or "
                       "`all`."),
    ("99,2026-11-05,,,", "there is no lesson '99'. Write a lesson such as 05, `final`, an "
                         "assignment such as 05-20-7, or `all`."),
    ("05,2026-11-05,two,,", "`grace` is 'two'. Write a number of days, or leave it empty."),
    ("zz-1-1,2026-11-05,,,", "there is no lesson 'zz-1-1'. Write a lesson such as 05, `final`, an "
                             "assignment such as 05-20-7, or `all`."),
    ("05,2026-11-05,,0.1,", "`late` is 0.1, which is less than one percent a day. Write 10 for ten "
                            "percent a day; a spreadsheet may keep 10% as 0.1."),
    ("05,2026-11-05,,150,", "`late` is '150'. Write how many percent a day takes off, from 0 to "
                            "100, or leave it empty."),
]  # fmt: skip


@pytest.mark.parametrize(("row", "said"), DUE_FAULTS)
def test_what_is_wrong_with_a_due_day_is_said_and_it_is_left_out(sheets, row, said):
    path = sheets(due=DUE + row) / "due.csv"
    (problem,) = due_days.read_list(path).problems
    assert (problem.line, f"{problem.what}. {problem.fix}") == (2, said)
    assert due_days.dues() == ()


def test_a_lesson_that_is_due_twice_is_told(sheets):
    path = sheets(due=f"{DUE}5,2026-11-05,,,\n05,2026-11-06,,,\n05,2026-11-07,,,ada\n") / "due.csv"
    (problem,) = due_days.read_list(path).problems
    assert str(problem).endswith("line 3, 05: it is in the sheet twice. Keep one line of the two.")


NOT_USED = [
    ("due", f"{DUE}05,soon,,,", "line 2, 05: `due` is 'soon', not a date. Write it as 2018-12-31, "
                                "or as 12/31/2018."),
    ("due", "lesson,due,student\n05,2026-10-01,ada", "line 1: there is no column “student”, and "
     "no line of the sheet is used. Columns are lesson, due, grace, late, learner. Correct it, or "
     "delete the column."),
    ("due", "lesson\n05", "line 1: a column is missing: `due`. The first line should be: "
                          "lesson,due,grace,late,learner"),
    ("due", f"{DUE}05,2026-12-01,,,eve", "line 2, 05: warning: no learner here, or more than one, "
     "is called 'eve'. Write a name or login as the gradebook has it."),
    ("decisions", f"decision,item,student\ndrop,{ONE.id},ada", "line 1: there is no column "
     "“student”, and no line of the sheet is used. Columns are decision, item, version, learner, "
     "answer, date, reason, by. Correct it, or delete the column."),
    ("decisions", "decision,item\ndrop,05-nowhere", "line 2, 05-nowhere: no question has this id. "
     "Copy the id from the class report."),
    ("decisions", "decision,item,learner\nin time,5,eve", "line 2, 05: warning: no learner here, "
     "or more than one, is called 'eve'. Write a name or login as the gradebook has it."),
]  # fmt: skip


@pytest.mark.parametrize(("sheet", "text", "said"), NOT_USED)
def test_what_is_not_used_of_a_sheet_is_said_first(sheets, records, capsys, sheet, text, said):
    sheets(**{sheet: text})
    write(records, ada=quiz(right=(0,)))
    said = f"custom/{sheet}.csv, {said}"
    assert main(["gradebook", str(records), "--report", str(records / "r.html")]) == 0
    out, noted = capsys.readouterr()
    assert f"\n1. Marks depend on your sheets: {said}\n" in out
    assert noted == f"{said}\n"
    page = unescape((records / "r.html").read_text(encoding="utf-8"))
    assert page.count(said.partition(": ")[2]) == 2
    assert best(codeedu.gradebook(records)) == {"ada": 25}


def test_a_sheet_that_no_program_can_read_is_said(sheets, records):
    (sheets() / "due.xlsx").write_bytes(b"PK")
    write(records, ada=quiz(), bob=quiz(right=(0,)))
    ((where, says),) = codeedu.gradebook(records).problems.values.tolist()
    assert (where, says[:42]) == ("custom/due.xlsx", "this is not a workbook that can be read. S")


# A class


def test_what_a_term_brings_to_a_class_is_in_its_gradebook(sheets, records):
    classroom.write(records)
    before = codeedu.gradebook(records)
    assert before.suspects["item"].iloc[0] == classroom.DROPPED
    classroom.plant(records, sheets())
    book = codeedu.gradebook(records)
    names = [f"learner-{n:02}" for n in classroom.LATE]
    then, now = (some.lessons.set_index(["learner", "lesson"]) for some in (before, book))
    late = now[now["late"] > 0]["late"]
    assert late.to_dict() == {
        (name, "05"): days for name, days in zip(names, classroom.LATE.values(), strict=True)
    }
    for (name, lesson), days in late.items():
        full = 100 * round(then["best"][name, lesson] / 100 * then["of"][name, lesson])
        worth = full / then["of"][name, lesson] * (1 - days / 10)
        assert now["best"][name, lesson] == pytest.approx(worth, abs=0.06)
    assert classroom.DROPPED not in set(book.items["item"]) | set(book.suspects["item"])
    assert (now["of"].sum(), now["of"].min()) < (then["of"].sum(), then["of"].min())
    (file, _), (item, says) = book.problems.values.tolist()
    assert file == f"{classroom.COPY[0]}.jsonl"
    assert item == classroom.CORRECTED
    assert says == "its key was corrected: a new grade for 41 answers of 27 learners."


# Time on task


def test_minutes_are_those_of_all_answers_and_no_break_counts(records):
    long = [answer(one, minute=n, seconds=3600) for n, one in enumerate(ITEMS)]
    other = [answer(ONE, mode="pretest", day="2026-10-01", seconds=120.0),
             answer(ITEMS[1], mode="drill", of_lesson="", minute=30, seconds=60.0),
             answer(ITEMS[2], minute=40, seconds=None),
             answer(ITEMS[2], minute=41, seconds=-5),
             answer(ITEMS[2], minute=42, seconds="x")]  # fmt: skip
    write(records, ada=[*other[:1], *long, *other[1:]])
    book = codeedu.gradebook(records)
    assert book.learners["minutes"].tolist() == [23]
    assert book.lessons[["lesson", "minutes"]].values.tolist() == [["05", 23]]
