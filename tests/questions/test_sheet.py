"""A sheet of questions is read as it is written, and what is wrong with it is a sentence."""

import datetime
import io
import re
from contextlib import suppress
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banks import ONE_EACH
from codeedu import custom
from codeedu.files import csv_text, no_formula, without_marks, workbook
from codeedu.practice import screens
from codeedu.questions import bank, kinds, sheet
from codeedu.teach.author import bank_rules

TODAY = datetime.date(2026, 11, 23)
STEM = "Which of these has the form of a drug code?"
SHORT = ["question", "objective", "answer 1", "answer 1 right", "answer 2", "answer 2 right"]
ROW = [STEM, "05-lost-dot", "`J1885`", "yes", "`E1165`", ""]


def written(place: Path, rows, name="questions.csv"):
    path = place / name
    is_csv = path.suffix == ".csv"
    path.write_bytes(csv_text(rows).encode("utf-8-sig") if is_csv else workbook(rows))
    return path


def said(path, *, warnings=False):
    found = bank_rules.check_banks([path], today=TODAY)
    lines = [str(problem) for problem in found if problem.warning == warnings]
    return [line.removeprefix(f"{path}, ") for line in lines]


@pytest.fixture(autouse=True)
def no_custom_folder(tmp_path, monkeypatch):
    monkeypatch.setenv(custom.VARIABLE, str(tmp_path / "custom"))


# What we write is what we read


@pytest.mark.parametrize("name", ["questions.csv", "questions.xlsx"])
def test_the_whole_bank_comes_back_as_it_was(tmp_path, name):
    items = [*bank.load(), *ONE_EACH]
    rows = sheet.table([sheet.row(item) for item in items[: -len(ONE_EACH)]])
    assert bank.read(written(tmp_path, rows, name)) == tuple(items[: -len(ONE_EACH)])


@given(st.lists(st.sampled_from(list("=+-@＝＋ ,;|\t\r\n\"a'")), max_size=9).map("".join))
@settings(max_examples=300)
def test_a_mark_against_formulas_is_taken_off_again(text):
    if not any(f"{before}'" in f" {text}" for before in " ,;|\t\r\n"):  # a mark of the writer's own
        assert without_marks(no_formula(text)) == text


# A teacher's sheet


def test_a_short_sheet_is_enough(tmp_path):
    path = written(tmp_path, [[*SHORT, "answer 3"], [*ROW, "`99213`"]])
    assert said(path) == []
    (item,) = bank.read(path)
    assert (item.id, item.kind, item.lesson) == ("05-lost-dot-61076573", "one", "05")
    assert [(option.text, option.right) for option in item.options] == [
        ("`J1885`", True),
        ("`E1165`", False),
        ("`99213`", False),
    ]
    assert (item.explanation, item.sources, item.as_of) == ("", (), "")
    shown = screens.reasons(kinds.feedback(item, 1))
    assert [node[0] for node in shown] == ["ul", "details", "p"], "no empty paragraph"
    told = [line for line in said(path, warnings=True) if "line" in line]
    assert told[-1].endswith(
        "no `id`. Write 05-lost-dot-61076573, which is made from its text, before you change the "
        "text: records name it."
    )
    assert [line.partition(". ")[0] for line in told] == [
        "line 2: warning: this question has no `explanation`",
        "line 2: warning: this question has no `why`",
        "line 2: warning: this question has no `sources`",
        "line 2: warning: this question has no `as of`",
        "line 2: warning: this question has no `id`",
    ]


def test_the_guides_sheet_is_sound(tmp_path):
    guide = (bank_rules.SCHEMA.parents[2] / "docs" / "question-bank.md").read_text("utf-8")
    path = tmp_path / "questions.csv"
    path.write_text(re.search(r"(?s)```csv\n(.*?)```", guide)[1], encoding="utf-8")
    assert said(path) == []
    assert [item.kind for item in bank.read(path)] == ["one", "type"]


def test_a_row_put_in_above_changes_no_id(tmp_path):
    first = [item.id for item in bank.read(written(tmp_path, [SHORT, ROW]))]
    other = [f"Another: {STEM}", *ROW[1:]]
    assert [item.id for item in bank.read(written(tmp_path, [SHORT, other, ROW]))][1:] == first


MORE = ["kind", "unit", "tolerance", "answer 3", "answer 3 right", "answer 1 why", "as of"]
DERIVED = [  # right, right, the cells of MORE; then kind, and what is right
    ("yes", "", {}, "one", 0),
    ("X", "no", {"answer 3": "c"}, "one", 0),
    ("true", "1", {"answer 3": "c", "answer 3 right": "FALSE"}, "many", [0, 1]),
    ("y", "", {"kind": "Type"}, "type", "`J1885`"),
    ("yes", "yes", {"kind": "type"}, "type", "`J1885`"),
    ("", "", {"kind": "ORDER", "answer 3": "c"}, "order", [0, 1, 2]),
    ("✓", "right", {"kind": "many", "answer 3": "c", "answer 3 right": "x"}, "many", [0, 1, 2]),
]  # fmt: skip


@pytest.mark.parametrize(("one", "two", "more", "kind", "right"), DERIVED)
def test_the_kind_follows_from_the_answers_or_is_written(tmp_path, one, two, more, kind, right):
    row = [*ROW[:3], one, ROW[4], two, *(more.get(name, "") for name in MORE)]
    path = written(tmp_path, [[*SHORT, *MORE], row])
    assert said(path) == []
    (item,) = bank.read(path)
    assert (item.kind, kinds.KINDS[kind].right(item)) == (kind, right)


NUMBERS = [("4", 4), ("4.5", 4.5), ("1,000", 1000), ("-2", -2), ("−2", -2), (".5", 0.5), ("1e3",
     1000.0)]  # fmt: skip


@pytest.mark.parametrize(("text", "number"), NUMBERS)
def test_a_number_is_a_number(tmp_path, text, number):
    heading = ["question", "objective", "answer 1", "answer 2", "answer 1 right", "unit"]
    path = written(tmp_path, [heading, [STEM, "05-lost-dot", text, "60", "yes", "units"]])
    (item,) = bank.read(path)
    assert (item.kind, item.answer, type(item.answer)) == ("number", number, type(number))
    assert (item.distractors[0].number, item.unit) == (60, "units")


def test_only_one_typed_answer_is_right_and_why_is_its_explanation(tmp_path):
    why = "One letter and four digits are a code of Level II."
    rows = [["question", "objective", "kind", "answer 1", "answer 1 why"],
            [STEM, "05-lost-dot", "type", "J1885", why]]  # fmt: skip
    (item,) = bank.read(written(tmp_path, rows))
    assert (item.answers, item.explanation) == (("J1885",), why)


def test_sources_are_ids_or_words(tmp_path):
    cell = "Our manual, page 4\n45 CFR 162.1002 [cfr-162-1002]\ncms-readme-2018"
    path = written(tmp_path, [[*SHORT, "sources"], [*ROW, cell]])
    assert said(path) == []
    (item,) = bank.read(path)
    assert item.sources == ("Our manual, page 4", "cfr-162-1002", "cms-readme-2018")


# What is wrong is said: line, what, how to fix it

WRONG = [
    ({"objective": ""}, "line 2: `objective` is empty. Take one of data/course/objectives.csv, "
     "such "
     "as 05-lost-dot."),
    ({"question": ""}, "line 2: `question` is empty. Write the question."),
    ({"answer 1 right": ""}, "line 2: no answer is marked right. Write yes into `answer 1 right`, "
     "or "
     "beside another."),
    ({"answer 1 right": "maybe"}, "line 2: `answer 1 right` is 'maybe', neither yes nor no. Write "
     "yes "
     "or no; an empty cell is no."),
    ({"answer 2 right": "yes"}, "line 2: every answer is right, and `kind` is empty. Write type "
     "if it "
     "is typed, number if it is a number, many or order."),
    ({"answer 1": ""}, "line 2: `answer 1` is empty, and something is written about it. Write the "
     "answer, or empty the cells after it."),
    ({"as of": "31/12/2026"}, "line 2: `as of` is '31/12/2026', not a date. Write it as "
     "2018-12-31, or "
     "as 12/31/2018, or leave it empty."),
    ({"unit": "mg"}, "line 2: `answer 1` is '`J1885`', not a number. Write digits, such as 60 or "
     "0.5, "
     "and the unit into `unit`."),
    ({"kind": "number", "answer 1": "1e99", "answer 2": "4"}, "line 2: `answer 1` is '1e99', not a "
     "number. Write digits, such as 60 or 0.5, and the unit into `unit`."),
    ({"kind": "number", "answer 1": "4", "answer 2": "5", "answer 2 right": "x"}, "line 2: 2 "
     "numbers "
     "are right. Mark one, and say in `tolerance` how far off an answer may be."),
    ({"objective": "05-lostdot"}, "line 2, 05-lostdot-61076573: there is no objective "
     "'05-lostdot'. Did "
     "you mean `05-lost-dot`? Take a row of data/course/objectives.csv, or add an [[objective]] "
     "to a "
     ".toml file beside this one."),
    ({"id": "05-lost-01"}, "line 2, 05-lost-01: its id does not begin with its objective. Call it "
     ""),
    ({"kind": "won"}, "line 2, 05-lost-dot-61076573: `kind` is 'won'. It should be one, many, "
     "type, "
     "number, order or spot."),
    ({"kind": "many"}, "line 2, 05-lost-dot-61076573: it has 2 of at least 3. It should be three "
     "or "
     "more choices: `answer 1`, `answer 2`."),
    ({"kind": "one", "answer 2 right": "yes"}, "line 2, 05-lost-dot-61076573: it has 2 marked "
     "right. "
     "Mark exactly 1."),
    ({"sources": "cfr-162-1003"}, "line 2, 05-lost-dot-61076573: there is no source "
     "'cfr-162-1003'. Did "
     "you mean `cfr-162-1002`? Take an id of data/sources/sources.csv, or add a [[source]] to a "
     ".toml "
     "file beside this one."),
    ({"answer 2": "J1885"}, "line 2, 05-lost-dot-61076573: two of its options read 'j1885'. "
     "Change or "
     "drop one of them."),
    ({"question": "<b>Which</b> of these is it?"}, "there is HTML in '<b>Which</b> of these is "
     "it?'. "),
]  # fmt: skip


@pytest.mark.parametrize(("change", "says"), WRONG, ids=[str(change) for change, _ in WRONG])
def test_each_fault_of_a_row_is_named(tmp_path, change, says):
    cells = dict(zip(SHORT, ROW, strict=True)) | change
    path = written(tmp_path, [list(cells), list(cells.values())])
    assert [line for line in said(path) if says in line], said(path)
    assert len(said(path)) <= 2, said(path)


def test_a_row_that_is_no_question_keeps_the_file_out_and_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv(custom.VARIABLE, str(tmp_path))
    written(tmp_path, [SHORT, ROW, ["", *ROW[1:]]], "Questions week 5.XLSX".lower())
    with pytest.raises(bank.BankError, match=r"week 5.xlsx, line 3: `question` is empty"):
        bank.read(custom.question_files()[0])


HEADINGS = [
    (["question"], "line 1: columns are missing: `objective`, `answer 1`. The first line should "
     "be: "
     "question,objective,answer 1,answer 1 right,answer 2,answer 2 right,explanation,next time"),
    (SHORT, "there is no question below the headings. Write one, or delete it."),
    ([*SHORT, "answer 1"], "line 1: two columns are called `answer 1`. Rename one of them."),
]  # fmt: skip


@pytest.mark.parametrize(("heading", "says"), HEADINGS)
def test_a_sheet_without_what_it_needs_is_no_sheet(tmp_path, heading, says):
    path = written(tmp_path, [heading])
    assert [line.removeprefix(f"{path}: ") for line in said(path)] == [says]


def test_a_heading_that_nothing_reads_is_said_once(tmp_path):
    names = ["explantion", "my notes", *(f"column {n}" for n in range(900))]
    path = written(tmp_path, [[*SHORT, *names], [*ROW, *names]], "questions.xlsx")
    (line,) = [line for line in said(path, warnings=True) if "nothing reads" in line]
    assert line == (
        "line 1: warning: nothing reads the heading `explantion` and 901 more. Correct it, or "
        "leave it as a note: docs/question-bank.md lists what is read."
    )
    assert len(bank.read(path)) == 1


def test_too_many_questions_are_refused(tmp_path):
    path = written(tmp_path, [SHORT, *([ROW] * 3001)])
    assert said(path) == [
        f"{path}: this has more than 3,000 questions. Divide it into several files."
    ]


def test_what_excel_makes_of_cells_is_read(tmp_path):
    book = openpyxl.Workbook()
    table = book.active
    table.append([*SHORT, "as of", "answer 3", "answer 3 right"])
    table.append([STEM, "05-lost-dot", 99213, True, 4.0, False, datetime.datetime(2026, 12, 31),
                  "=1+1", None])  # fmt: skip
    table.append(["Which of these is merged with the cell below?", "05-lost-dot", "a", "x", "b"])
    table.append(["Is this another one of the questions?", "05-lost-dot", "a", "x", "b"])
    table.merge_cells("A3:A4")
    file = io.BytesIO()
    book.save(file)
    path = tmp_path / "questions.xlsx"
    path.write_bytes(file.getvalue())
    assert said(path) == ["line 4: `question` is empty. Write the question."]
    read = sheet.read(path)
    assert read.entries[2]["options"] == [{"text": "99213", "right": True}, {"text": "4"}]
    assert read.entries[2]["as_of"] == "2026-12-31"


CELLS = st.sampled_from(
    ["", "yes", "J1885", "=1+1", "'", "\x00", "1e400", "9" * 40, "type", "number", "order", "many",
     "05-lost-dot", "reading", "12/31/2026", "٤", "a\nb", "```", "-0"]
)  # fmt: skip


@given(st.lists(st.lists(CELLS, min_size=8, max_size=8), min_size=1, max_size=3), st.data())
@settings(max_examples=60, deadline=None)
def test_whatever_is_in_a_sheet_it_is_read_or_refused_in_words(tmp_path_factory, rows, data):
    rare = ["kind", "unit", "tolerance", "ask", "pretest", "exercise", "choices", "sources", "id"]
    heading = [*SHORT, *data.draw(st.permutations(rare))[:2]]
    path = written(tmp_path_factory.mktemp("any"), [heading, *rows], "questions.xlsx")
    for problem in bank_rules.check_banks([path], today=TODAY):
        assert problem.what
        assert problem.fix
    items = ()
    with suppress(bank.BankError):
        items = bank.read(path)
    for item in items:
        assert kinds.grade(item, kinds.KINDS[item.kind].right(item)).correct
