"""Feedback sheets: one for each learner, of that learner's answers only, and what to do next."""

import re
import time
from html import unescape

import pytest
from records import ITEM, TEN, WRONG, line, marked, write

import classroom
import codeedu
from codeedu import custom
from codeedu.cli import main
from codeedu.codes.wording import capital
from codeedu.questions import decisions, kinds
from codeedu.questions.bank import by_id, load
from codeedu.questions.printed import plain_text
from codeedu.teach.gradebook.feedback import MISSED, can

FINAL, OTHER_FINAL = [item for item in load() if item.pool == "final" and item.kind == "one"][:2]
TYPED = by_id()["02-cpt-forms-18"]
STEM = plain_text(ITEM.stem)
ASKED = {answer["item"] for answer in TEN} | {ITEM.id}
UNMET = next(one for one in load() if one.lesson == ITEM.lesson and one.id not in ASKED)


def words(sheet):
    """Return the text of a sheet, a line for each paragraph, entry or cell."""
    body = sheet.decode().partition("<body>")[2]
    body = re.sub(r"</(?:p|li|td|th|h\d|pre|caption)>", "\n", body)
    return [part for part in unescape(re.sub(r"<[^>]*>", "", body)).split("\n") if part]


def sheet_of(folder, name="maria"):
    return words(codeedu.gradebook(folder).sheets()[f"feedback-{name}.html"])


def part(sheet, title):
    """Return what is under a heading, up to the next one."""
    titles = ["Your next ten minutes", "Marks", "What went well", "What to work on",
              "What your answers said, and what is true", "Questions to look at again"]  # fmt: skip
    after = sheet[sheet.index(title) + 1 :]
    end = next((at for at, words in enumerate(after) if words in titles), len(after))
    return after[:end]


@pytest.fixture
def decide(tmp_path, monkeypatch):
    """Return a function that writes the sheet of decisions into a custom folder."""

    def write_decisions(*rows):
        folder = tmp_path / "custom"
        folder.mkdir()
        head = "item,learner,decision,answer,reason"
        (folder / "decisions.csv").write_text("\n".join([head, *rows]), encoding="utf-8")
        monkeypatch.setenv(custom.VARIABLE, str(folder))
        for function in (decisions.decisions, decisions._by_item):
            function.cache_clear()

    yield write_decisions
    monkeypatch.undo()
    for function in (decisions.decisions, decisions._by_item):
        function.cache_clear()


# What a sheet says


def test_a_sheet_says_what_was_missed_and_what_is_right(tmp_path):
    write(tmp_path, "maria.jsonl", [line(right=False), *TEN[1:]])
    option = ITEM.options[WRONG]
    sheet = sheet_of(tmp_path)
    assert sheet[0] == "Feedback for maria"
    so_far = "10 answers(?: in 1 minute)? on 1 day, the last on November 1, 2026."
    assert re.fullmatch(so_far, sheet[1])
    assert part(sheet, "Marks") == [
        *("First and best attempt", "Mark for", "First", "Best", "Attempts"),
        *("Lesson 05", "90%", "90%", "1"),
    ]
    assert part(sheet, "Questions to look at again") == [
        STEM,
        f"You answered: {option.text}",
        f"Right: {kinds.KINDS[ITEM.kind].answer(ITEM)}",
        plain_text(option.feedback),
    ]


def test_a_belief_is_said_with_the_truth(tmp_path):
    write(tmp_path, "maria.jsonl", [line(right=False)])
    belief, truth = ITEM.options[WRONG].believed
    assert part(sheet_of(tmp_path), "What your answers said, and what is true") == [
        f"“{belief}” (1 of 1 answer that could say so). In truth: {truth}"
    ]


def test_what_was_put_right_since_is_not_to_look_at_again(tmp_path):
    write(tmp_path, "maria.jsonl", [line(right=False), line(minute=1, round=2)])
    assert "Questions to look at again" not in sheet_of(tmp_path)


def test_the_most_recent_questions_are_shown_and_the_others_counted(tmp_path):
    wrong = [item for item in load() if item.kind == "one" and item.pool == "practice"][:10]
    missed = [
        line(item, minute=at, answer=next(n for n, o in enumerate(item.options) if not o.right))
        for at, item in enumerate(wrong)
    ]
    write(tmp_path, "maria.jsonl", missed)
    shown = part(sheet_of(tmp_path), "Questions to look at again")
    assert shown[-1] == "You missed 2 more: the drill asks them again."
    answered = [at for at, words in enumerate(shown) if words.startswith("You answered: ")]
    assert len(answered) == MISSED
    assert shown[0].startswith(plain_text(wrong[-1].stem)[:30])


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (TEN, "Do the drill on the start page: it asks what you may be about to forget."),
        ([line(right=False, minute=at, item=ITEM) for at in range(1)],
         "Read again “The lost dot” in lesson 05. Then do the drill on the start page: it asks "
         "again what you missed."),
        ([line(mode="drill")], "Next: lesson 05. You have no mark there yet."),
        ([line(mode="pretest")], "Next: lesson 05. You have no mark there yet."),
    ],
)  # fmt: skip
def test_the_next_ten_minutes_are_one_thing(tmp_path, lines, says):
    write(tmp_path, "maria.jsonl", lines)
    others = [{**answer, "seconds": 9.0} for answer in TEN]  # so the class has a mark
    write(tmp_path, "paul.jsonl", others)
    assert part(sheet_of(tmp_path), "Your next ten minutes") == [says]


def test_what_went_well_and_what_to_work_on(tmp_path):
    lost = [item for item in load() if item.objective == ITEM.objective and item.pool == "practice"]
    other = [by_id()["05-other-end-01"]]
    right = [line(item, minute=at) for at, item in enumerate(lost[:4])]
    wrong = [marked(other[0], 0, 8, 0, right=False)]
    again = [line(item, minute=20 + at, attempt=1) for at, item in enumerate([*lost[:4], *other])]
    write(tmp_path, "maria.jsonl", [*right, *wrong, *again])
    sheet = sheet_of(tmp_path)
    assert part(sheet, "What went well") == [
        "Tell an ICD-10-CM code that lost its dot from a Level II code: 4 of 4 right at the first "
        "try.",
    ]
    assert part(sheet, "What to work on")[0].endswith(
        "0 of 1 right at the first try, 1 by now. See “The letter at the other end” in lesson 05."
    )


def test_late_days_are_a_column_only_if_there_are_any(tmp_path):
    write(tmp_path, "maria.jsonl", TEN)
    book = codeedu.gradebook(tmp_path)

    class Late(type(book)):
        lessons = book.lessons.assign(late=2.0, right=1, asked=9, open=5, off=40.0)

    (sheet,) = Late(book.collected, "").sheets().values()
    assert part(words(sheet), "Marks")[-2:] == [
        "1", "1 of 9 right, 5 still open; 40% off for 2 days late"
    ]  # fmt: skip


# Whose it is, and what it keeps closed


def test_a_sheet_holds_nothing_of_other_learners(tmp_path):
    classroom.write(tmp_path, learners=4)
    book = codeedu.gradebook(tmp_path)
    for file, sheet in book.sheets().items():
        text = sheet.decode()
        assert [name for name in book.names if name in text] == [file[9:-5]]


def test_each_sheet_has_the_answers_of_its_learner(tmp_path):
    typed = {"maria": "771", "paul": "772"}
    for name, answer in typed.items():
        missed = {"answer": answer, "correct": False, "score": 0, "seconds": len(name)}
        write(tmp_path, f"{name}.jsonl", [line(TYPED) | missed])
    for name, answer in typed.items():
        text = " ".join(sheet_of(tmp_path, name))
        assert [other for other in typed.values() if other in text] == [answer]


@pytest.mark.parametrize("mode", ["final", "quiz"])
def test_no_question_of_the_final_is_on_a_sheet(tmp_path, decide, mode):
    decide(f"{FINAL.id},,drop,,It was about 2025.")
    wrong = next(place for place, option in enumerate(FINAL.options) if not option.right)
    missed = line(FINAL, mode=mode, of_lesson="final") | {"answer": wrong}
    other = line(OTHER_FINAL, mode=mode, of_lesson="final", minute=1)
    write(tmp_path, "maria.jsonl", [missed, other, *TEN])
    text = " ".join(sheet_of(tmp_path))
    assert plain_text(FINAL.stem) not in text
    assert FINAL.explanation not in text
    if mode == "final":
        assert "A question of the final was dropped: it counts for nobody." in text
        assert "It was about" not in text


def test_the_final_says_what_its_missed_questions_ask_for(tmp_path):
    wrong = next(place for place, option in enumerate(FINAL.options) if not option.right)
    missed = line(FINAL, mode="final", of_lesson="final") | {"answer": wrong}
    write(tmp_path, "maria.jsonl", [missed])
    assert part(sheet_of(tmp_path), "Questions to look at again") == [
        "In the final you missed 1 question. They asked you to:",
        f"{capital(can(FINAL.objective))} (1).",
    ]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("{id},,drop,,Sorry.", "“{stem}” was dropped: it counts for nobody."),
        ("{id},all,credit,,", "“{stem}”: your answer counts in full, whatever it was."),
        ("{id},Maria,credit,,", "“{stem}”: your answer counts in full, whatever it was."),
        ("{id},paul,credit,,", ""),
        ("{id},,also right,{other},", "“{stem}”: “{other}” is taken as right, too."),
        ("05,maria,in time,,She was ill.",
         "What you answered in lesson 05 counts as in time."),
        (",maria,in time,,", "What you answered in every lesson counts as in time."),
        ("{met},all,credit,,", ""),
        ("{unmet},,drop,,", ""),
    ],
)  # fmt: skip
def test_decisions_that_touched_a_learner_are_said(tmp_path, decide, row, says):
    texts = {
        "id": ITEM.id,
        "stem": STEM,
        "other": ITEM.options[WRONG].text,
        "met": "01-levels-01",
        "unmet": UNMET.id,
    }
    decide(row.format(**texts))
    write(tmp_path / "class", "maria.jsonl", TEN)
    write(tmp_path / "class", "paul.jsonl", [{**answer, "seconds": 9.0} for answer in TEN])
    marks = part(sheet_of(tmp_path / "class"), "Marks")
    assert marks[9:] == [says.format(**texts)] * bool(says)


def test_nothing_of_a_name_or_of_what_was_typed_is_markup(tmp_path):
    typed = {"answer": "<script>alert(1)</script>" * 9, "correct": False, "score": 0}
    write(tmp_path, "<img src=x> `a`&é.jsonl", [line(TYPED) | typed, *TEN])
    ((file, sheet),) = codeedu.gradebook(tmp_path).sheets().items()
    assert re.fullmatch(r"feedback-[\w.-]+\.html", file)
    assert b"<script>alert" not in sheet
    assert b"<img" not in sheet
    shown = next(row for row in words(sheet) if row.startswith("You answered: "))
    assert shown.startswith("You answered: <script>alert(1)")
    assert len(shown) < 100


# Files


def test_a_name_of_many_bytes_is_cut(tmp_path):
    letter = "\U00020000"
    write(tmp_path, f"{letter * 60}.jsonl", TEN)
    (name,) = codeedu.gradebook(tmp_path).sheets()
    assert name == f"feedback-{letter * 22}.html"


def test_thirty_sheets_are_made_in_seconds(tmp_path):
    classroom.write(tmp_path)
    book = codeedu.gradebook(tmp_path)
    began = time.process_time()
    sheets = book.sheets()
    assert len(sheets) == 30
    assert time.process_time() - began < 30
    assert b"http" not in b"".join(sheets.values())


def test_the_command_writes_the_sheets(tmp_path, capsys):
    write(tmp_path / "class", "maria.jsonl", TEN)
    for _ in range(2):
        assert main(["gradebook", str(tmp_path / "class"), "--sheets", str(tmp_path / "a/b")]) == 0
    assert capsys.readouterr().out.endswith(f"1 feedback sheet written to {tmp_path / 'a/b'}.\n")
    assert [path.name for path in (tmp_path / "a/b").iterdir()] == ["feedback-maria.html"]


@pytest.mark.parametrize("where", ["class", "class/sheets", "class/../class/x"])
def test_no_sheet_is_written_among_the_records(tmp_path, capsys, where):
    write(tmp_path / "class", "maria.jsonl", TEN)
    with pytest.raises(SystemExit):
        main(["gradebook", str(tmp_path / "class"), "--sheets", str(tmp_path / where)])
    assert "is where the records are: choose another folder" in capsys.readouterr().err
    assert [path.name for path in (tmp_path / "class").iterdir()] == ["maria.jsonl"]


def test_no_sheet_replaces_a_record(tmp_path, capsys):
    write(tmp_path / "class", "maria.jsonl", TEN)
    record = write(tmp_path / "sheets", "feedback-maria.html", TEN)
    before = record.read_bytes()
    assert main(["gradebook", str(tmp_path / "class"), "--sheets", str(record.parent)]) == 2
    assert "holds a learner's answers" in capsys.readouterr().err
    assert record.read_bytes() == before


@pytest.mark.parametrize(
    ("item", "answer", "given", "right"),
    [
        ("01-levels-01", 0, "one", "two"),
        ("01-levels-11", [0, 1], "M54.16; A0428", "A0428; 99213; 0001U"),
        ("01-levels-08", 3, "99213: Level I", "0001U: Level II"),
        ("02-cpt-forms-18", "77", "77", "0184T"),
        ("02-cpt-sections-14", [1, 0, 2, 3, 4, 5],
         "1. 01967; 2. 99213; 3. 45378; 4. 71046; 5. 80053; 6. 97110",
         "1. 99213; 2. 01967; 3. 45378; 4. 71046; 5. 80053; 6. 97110"),
        ("02-form-and-more-22", "77", "77", "60 units"),
    ],
)  # fmt: skip
def test_an_answer_of_each_kind_is_in_words(tmp_path, item, answer, given, right):
    missed = line(by_id()[item]) | {"answer": answer, "correct": False, "score": 0}
    write(tmp_path, "maria.jsonl", [missed])
    shown = part(sheet_of(tmp_path), "Questions to look at again")
    assert shown[1:3] == [f"You answered: {given}", f"Right: {right}"]
