"""The gradebook: every answer counted once, true marks, and a report that finds what is planted."""

import csv
import io
import itertools
import json
import os
import re
import subprocess
import sys
import unicodedata
import zipfile
from functools import cached_property
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from records import ITEM, OTHERS, RIGHT, TEN, WRONG, line, marked, write

import classroom
import codeedu
from codeedu import tables
from codeedu.cli import main
from codeedu.questions import bank, kinds
from codeedu.teach.gradebook import handed_in, report
from codeedu.teach.gradebook.book import Gradebook
from codeedu.teach.gradebook.who import handed_in_by


def problems_in(book):
    return [f"{row.file} {row.problem}" for row in book.problems.itertuples()]


# A simulated class


@pytest.fixture(scope="module")
def thirty(tmp_path_factory):
    folder = tmp_path_factory.mktemp("class")
    classroom.write(folder)
    return codeedu.gradebook(folder)


def test_nothing_is_lost(thirty):
    assert len(thirty.names) == 30
    assert problems_in(thirty) == []
    assert repr(thirty).startswith("30 learners, 7,")
    assert set(thirty.learners["learner"]) == {f"learner-{n:02}" for n in range(30)}


def test_the_report_finds_the_learners_who_are_behind(thirty):
    assert set(report.behind(thirty)) == {f"learner-{n:02}" for n in classroom.BEHIND}
    first = report.findings(thirty)[0]
    assert first == (
        "Behind or late: learner-03 (34% right at the first try), learner-11 (47% right at the "
        "first try), learner-19 (47% right at the first try), learner-07 (2 of 8 quizzes), and "
        "learner-23 (2 of 8 quizzes)."
    )


def test_the_report_finds_the_hard_objective(thirty):
    assert thirty.hardest["objective"].iloc[0] == classroom.HARD
    assert "put the events that ended Level III in order" in report.findings(thirty)[1]


def test_the_report_finds_the_confusion(thirty):
    top = thirty.confusions.iloc[0]
    assert (top["actual"], top["chosen"]) == ("ICD-10-CM", "HCPCS Level II")
    assert report.findings(thirty)[2].startswith("ICD-10-CM was taken for HCPCS Level II ")


def test_the_report_finds_the_beliefs(thirty):
    assert set(thirty.beliefs["misconception"].head(4)) == set(classroom.BELIEFS)
    fourth = report.findings(thirty)[3]
    for name in classroom.BELIEFS:
        assert f"“{tables.by('misconceptions', 'id')[name]['says']}”" in fourth


@pytest.mark.parametrize(
    ("belief", "least"),
    [("icd-for-level-2", 8), ("j-code-is-the-injection", 7), ("level-3-national", 5)],
)
def test_those_most_likely_to_hold_a_belief_mostly_do(thirty, belief, least):
    """So many of the first names on the list hold it; docs/gradebook.md has 200 classes."""
    planted = {f"learner-{n:02}" for n in classroom.BELIEFS[belief]}
    likely = thirty.holders[thirty.holders["misconception"] == belief]
    assert len(planted & set(likely["learner"].head(len(planted)))) >= least


def test_the_report_finds_the_question_with_a_wrong_key(thirty):
    assert thirty.suspects["item"].iloc[0] == classroom.MISKEYED
    fifth = report.findings(thirty)[4]
    assert fifth == (
        "Check the key of “A0428 and A4253 share a letter. Do they share a section?”: of the "
        "strongest third, 100% chose “no: A0428 is CPT”. The key says “no: A0428 is transport, "
        "A4253 a supply”."
    )


# Marks


def test_marks_are_those_of_the_answers(tmp_path):
    missed = [line(right=False), *TEN[1:]]
    again = [line(minute=30, attempt=1, position=1),
             *({**first, "attempt": 1, "when": first["when"].replace("T10", "T11")}
               for first in TEN[1:])]  # fmt: skip
    write(tmp_path, "maria.jsonl", [*missed, *again])
    book = codeedu.gradebook(tmp_path)
    assert ">90, then 100</td></tr>" in book.report().split("Quiz of each lesson")[-1]
    (row,) = book.lessons.to_dict("records")
    assert (row["first"], row["best"], row["attempts"], row["of"]) == (90.0, 100.0, 2, 10)
    row = book.objectives.set_index("objective").loc["05-lost-dot"]
    count = row["items"]
    assert row["first"] == round(100 * (count - 1) / count, 1)
    assert row["best"] == 100


def test_what_an_attempt_left_open_is_not_right(tmp_path):
    names = [answer["item"] for answer in TEN]
    write(tmp_path, "maria.jsonl", [{**TEN[0], "items": names}, *TEN[1:5]])
    book = codeedu.gradebook(tmp_path)
    assert ">50</td></tr>" in book.report().split("Quiz of each lesson")[-1]
    (row,) = book.lessons.to_dict("records")
    assert (row["first"], row["answered"], row["of"]) == (50.0, 5, 10)


@pytest.mark.parametrize("mode", ["pretest", "placement", "exercise"])
def test_what_teaches_does_not_count(tmp_path, mode):
    write(tmp_path, "maria.jsonl", [line(right=False, mode=mode, of_lesson="05")])
    book = codeedu.gradebook(tmp_path)
    assert book.lessons.empty
    assert book.learners["answers"].tolist() == [0]
    assert "maria" in book.report()


def test_the_due_day_counts_and_the_day_after_is_late(tmp_path):
    late = line(OTHERS[0], day="2026-12-02")
    write(tmp_path, "maria.jsonl", [line(day="2026-12-01"), late])
    book = codeedu.gradebook(tmp_path, "2026-12-01")
    assert book.learners[["answers", "late"]].values.tolist() == [[1, 1]]
    assert codeedu.gradebook(tmp_path).learners["late"].tolist() == [0]
    with pytest.raises(ValueError, match="'December' is not a date; write it as 2026-12-01"):
        codeedu.gradebook(tmp_path, "December")


# A class at its start

MODES = ("quiz", "final", "drill", "pretest", "exercise")  # "placement" is as "pretest"
SUBSETS = [()] + [c for n in range(1, len(MODES) + 1) for c in itertools.combinations(MODES, n)]
OUTPUTS = {
    "findings": report.findings,
    "in a notebook": lambda book: book._repr_html_(),
    "report": lambda book: book.report(),
    "marks": lambda book: book.marks(),
    **{
        name: lambda book, name=name: getattr(book, name)
        for name, kind in vars(Gradebook).items()
        if isinstance(kind, cached_property)
    },
}


@pytest.mark.parametrize("learners", [0, 1, 2])
def test_every_output_takes_a_class_with_any_answers_or_none(tmp_path, learners):
    for number, modes in enumerate(SUBSETS[:: {0: len(SUBSETS), 1: 4, 2: 1}[learners]]):
        answers = [line(OTHERS[n], minute=n, mode=mode) for n, mode in enumerate(modes)]
        folder = tmp_path / str(number)
        folder.mkdir()
        for learner in range(learners):
            write(folder, f"{learner}.jsonl", [a | {"seconds": learner} for a in answers])
        book = codeedu.gradebook(folder)
        assert len(book.names) == (learners if modes else 0)
        for make in OUTPUTS.values():
            make(book)
        rows = list(csv.DictReader(io.StringIO(book.marks())))
        assert [row["learner"] for row in rows] == book.names


def test_the_first_week_has_marks_and_a_finding(tmp_path, capsys):
    answers = [line(item, minute=n, mode="exercise") for n, item in enumerate(OTHERS[:5])]
    write(tmp_path, "ada.jsonl", answers)
    assert main(["gradebook", str(tmp_path), "-o", str(tmp_path / "m.csv")]) == 0
    said = capsys.readouterr().out.splitlines()
    assert (
        said[1]
        == "1. Nobody is behind or late, of 0 learners with at least 5 questions that count."
    )
    assert (tmp_path / "m.csv").read_text("utf-8-sig") == (
        "learner,answers,items,first,best,days,last,late,minutes\nada,0,0,,,0,,0,0\n"
    )
    assert main(["gradebook", str(tmp_path), "--due", "2026-10-02"]) == 0


def test_a_finding_on_all_learners_counts_those_with_enough_answers(tmp_path):
    write(tmp_path, "maria.jsonl", TEN)
    write(tmp_path, "paul.jsonl", [line(right=False, minute=30, attempt=1)])
    first = report.findings(codeedu.gradebook(tmp_path))[0]
    assert first == "Nobody is behind or late, of 1 learner with at least 5 questions that count."


def test_a_folder_without_a_record_says_of_each_file_why(tmp_path, capsys):
    (tmp_path / "letter.docx").write_bytes(b"Dear Sir")
    (tmp_path / "none.jsonl").write_bytes(b"")
    assert main(["gradebook", str(tmp_path), "-o", str(tmp_path / "m.csv")]) == 2
    out, err = capsys.readouterr()
    assert out == "No record was found.\n"
    assert err.splitlines() == [
        "letter.docx: holds no answer; ask for the file that Hand in makes.",
        "none.jsonl: is empty.",
    ]
    assert not (tmp_path / "m.csv").exists()


def test_the_report_says_how_many_learners_a_suspected_key_needs(thirty):
    assert "A key is suspected only where 15 learners or more answered." in thirty.report()


# Files as they come back


def test_nothing_in_a_folder_is_passed_over_silently(tmp_path, monkeypatch):
    write(tmp_path, "maria.jsonl", TEN)
    write(tmp_path, ".paul.jsonl", TEN)
    write(tmp_path, "__MACOSX/._maria.jsonl", [])
    write(tmp_path, "locked/dora.jsonl", TEN)
    os.mkfifo(tmp_path / "carl.jsonl")
    (tmp_path / "far.jsonl").symlink_to("/nowhere")
    inside = Path.iterdir

    def iterdir(path):
        if path.name == "locked":
            raise PermissionError(13, "Permission denied", str(path))
        return inside(path)

    monkeypatch.setattr(Path, "iterdir", iterdir)
    assert problems_in(codeedu.gradebook(tmp_path)) == [
        ".paul.jsonl is hidden, because its name begins with a period; rename it if it is a "
        "record.",
        "carl.jsonl is a pipe or a device, not a file; it was not read.",
        "far.jsonl is a link to somewhere else; it was not followed.",
        "locked cannot be read: Permission denied.",
    ]


LEFT = [
    "desktop.ini", "Desktop.ini", "Thumbs.db", "ehthumbs.db", ".DS_Store", "~$marks.xlsx",
    ".~lock.marks.csv#", "__MACOSX/._ada.jsonl", "._ada.jsonl", ".ipynb_checkpoints/a.jsonl",
    "$RECYCLE.BIN/desktop.ini", "System Volume Information/x", "Icon\r", "mon/Thumbs.db",
]  # fmt: skip


def test_what_systems_leave_in_folders_is_no_bad_record(tmp_path):
    for name in LEFT:
        write(tmp_path / "class", name, [{"no": "answer"}])
    assert problems_in(codeedu.gradebook(tmp_path / "class")) == []
    zipped(tmp_path / "class.zip", *((name, b"x") for name in LEFT))
    assert problems_in(codeedu.gradebook(tmp_path / "class.zip")) == []


def test_a_pipe_that_is_given_itself_is_named(tmp_path):
    os.mkfifo(tmp_path / "carl.jsonl")
    said = problems_in(codeedu.gradebook(tmp_path / "carl.jsonl"))
    assert said == ["carl.jsonl is a pipe or a device, not a file; it was not read."]


def test_hidden_files_in_an_archive_are_named(tmp_path):
    with zipfile.ZipFile(tmp_path / "class.zip", "w") as archive:
        for name in ("a/.b/maria.jsonl", "__MACOSX/._x", ".DS_Store"):
            archive.writestr(name, "{}")
    assert problems_in(codeedu.gradebook(tmp_path)) == [
        "class.zip/a/.b/maria.jsonl is hidden, because its name begins with a period; rename it "
        "if it is a record."
    ]


# What a computer calls a copy of ada.jsonl.
COPIES = [
    "ada (1).jsonl", "ada(1).jsonl", "ada (002).jsonl", "ada (1) (2).jsonl",  # browsers, Outlook
    "ada - Copy.jsonl", "ada - Copy (2).jsonl", "ada - Copy - Copy.jsonl",  # Windows
    "Copy of ada.jsonl", "Copy of Copy of ada.jsonl", "Copy (2) of ada.jsonl",  # Google Drive
    "ada copy.jsonl", "ada copy 2.jsonl",  # macOS
    "ada (copy).jsonl", "ada (3rd copy).jsonl", "ada (Copy 1).jsonl",  # Linux
    "ada (Eve's conflicted copy 2026-11-01).jsonl",  # Dropbox
    "ada_copy.jsonl", "ada-copy-2.jsonl",
    "ada.jsonl.txt", "ada.jsonl.json", "ada.JSONL.TXT", "ada.jsonl (1)", "ada (1).jsonl.txt",
    "ada.jsonl (1).txt", "ada",
]  # fmt: skip


@pytest.mark.parametrize("name", COPIES)
def test_the_name_of_a_copy_never_wins(tmp_path, name):
    write(tmp_path, name, TEN)
    assert codeedu.gradebook(tmp_path).names == ["ada"]
    write(tmp_path, "ada.jsonl", TEN)
    book = codeedu.gradebook(tmp_path)
    assert book.names == ["ada"]
    assert problems_in(book) == []


@pytest.mark.parametrize("name", ["ada-1", "ada_1", "ada 2", "Ada Copy"])
def test_what_may_be_a_name_is_one(tmp_path, name):
    write(tmp_path, f"{name}.jsonl", TEN)
    assert codeedu.gradebook(tmp_path).names == [name]


MARKS = ["{} (1)", "{}(12)", "{} - Copy", "{} - Copy (2)", "Copy of {}", "{} copy", "{} copy 3"]


@given(
    st.from_regex(r"[a-z]{2,8}([._@+-][a-z0-9]{1,5}){0,2}", fullmatch=True),
    st.lists(st.sampled_from(MARKS), max_size=3),
    st.sampled_from([".jsonl", ".jsonl.txt", ".JSONL", ".json"]),
)
def test_a_login_is_found_under_any_marks_of_copies(login, marks, ending):
    if "copy" not in login:
        name = login
        for mark in marks:
            name = mark.format(name)
        for path in (f"{name}{ending}", f"class.zip/{name}{ending}"):
            assert handed_in_by(path).login == login


def test_a_second_record_of_a_login_counts_and_is_named(tmp_path):
    write(tmp_path, "ada.jsonl", TEN[:3])
    write(tmp_path, "ada (1).jsonl", [{**answer, "seconds": 9.0} for answer in TEN])
    book = codeedu.gradebook(tmp_path)
    assert book.learners[["learner", "answers"]].values.tolist() == [["ada", 13]]
    (note,) = problems_in(book)
    assert " is another record than " in note
    assert note.endswith("; both count for ada. If it is somebody else's, rename it.")


def test_answers_doubled_within_a_file_count_once(tmp_path):
    write(tmp_path, "maria.jsonl", TEN + TEN)
    book = codeedu.gradebook(tmp_path)
    assert book.learners["answers"].tolist() == [10]
    assert "maria.jsonl 10 answers are there twice; each counts once." in problems_in(book)


def test_a_torn_line_is_reported_and_the_others_count(tmp_path):
    path = write(tmp_path, "maria.jsonl", TEN)
    path.write_bytes(path.read_bytes()[:-40])
    book = codeedu.gradebook(tmp_path)
    assert book.learners["answers"].tolist() == [9]
    assert problems_in(book) == ["maria.jsonl Line 10 was skipped: it is not JSON; it was cut off."]


def test_an_edited_mark_changes_nothing(tmp_path):
    write(tmp_path, "maria.jsonl", [{**line(right=False), "correct": True, "score": 1.0}])
    book = codeedu.gradebook(tmp_path)
    assert book.lessons["first"].tolist() == [0.0]
    assert problems_in(book) == [
        "maria.jsonl 1 answer is marked differently from what was answered; the new grade "
        "counts, not the record's."
    ]


def test_an_edited_date_is_noticed(tmp_path):
    write(tmp_path, "maria.jsonl", [line(day="2026-11-20"), line(OTHERS[0], day="2026-11-01")])
    assert problems_in(codeedu.gradebook(tmp_path)) == [
        "maria.jsonl 1 answer is dated before the answer above it."
    ]


def test_an_unknown_or_changed_question_keeps_its_mark(tmp_path):
    write(tmp_path, "maria.jsonl", [line(seen="old"), line(minute=1, item=OTHERS[0])
                                    | {"item": "09-own-01"}])  # fmt: skip
    book = codeedu.gradebook(tmp_path)
    assert book.learners["answers"].tolist() == [2]
    assert len(problems_in(book)) == 2
    assert all(problem.endswith("stays.") for problem in problems_in(book))


def test_a_corrected_key_grades_earlier_answers_again(tmp_path):
    before = {"key": "wrong", "correct": False, "score": 0.0}
    write(tmp_path, "maria.jsonl", [line() | before, line(OTHERS[0], minute=1) | {"key": "wrong"}])
    book = codeedu.gradebook(tmp_path)
    assert book.counted["correct"].tolist() == [True, True]
    assert problems_in(book) == [
        "05-lost-dot-01 its key was corrected: a new grade for 1 answer of 1 learner."
    ]


def test_typed_answers_are_graded_again_by_the_rules_of_today(tmp_path):
    item = bank.by_id()["02-cpt-sections-05"]
    before = {"key": "by other rules", "correct": False, "score": 0.0}
    typed = enumerate(("path and lab", "no idea", "Radiology"))
    lines = [line(item, minute=at) | before | {"answer": answer} for at, answer in typed]
    lines.append(lines[0] | {"when": line(minute=9)["when"]})
    del lines[-1]["key"]  # as in a record of former versions
    write(tmp_path, "maria.jsonl", lines)
    book = codeedu.gradebook(tmp_path)
    assert book.collected.answers["correct"].tolist() == [True, False, False, True]
    assert problems_in(book) == [
        "02-cpt-sections-05 its key was corrected: a new grade for 2 answers of 1 learner."
    ]


def test_a_question_has_one_line_however_many_learners_answered_it(tmp_path):
    before = {"key": "wrong", "correct": False, "score": 0.0}
    for n, name in enumerate(("maria", "paul", "rosa")):
        old = [line(o, minute=at, seen="old") for at, o in enumerate(OTHERS[: 1 + (n == 0)])]
        unknown = [line(o, minute=2) | {"item": f"09-{o.id}"} for o in OTHERS[:2]]
        lines = [*old, *unknown, line(minute=3) | before]
        own = [f | {"seconds": 5.0 + n, "position": at} for at, f in enumerate(lines, 1)]
        write(tmp_path, f"{name}.jsonl", own)
    one, two = OTHERS[0].id, OTHERS[1].id
    assert sorted(problems_in(codeedu.gradebook(tmp_path))) == [
        f"{ITEM.id} its key was corrected: a new grade for 3 answers of 3 learners.",
        f"{one} it was changed since: the old grade for 3 answers of 3 learners stays.",
        f"{two} it was changed since: the old grade for 1 answer of 1 learner stays.",
        "lesson 05 it has questions that are in no bank here: the old grade for 6 answers of 3 "
        "learners stays.",
    ]


@pytest.mark.parametrize("kept", [(2, 5), (3, 9)])
def test_what_was_deleted_from_the_front_of_an_attempt_is_not_right(tmp_path, kept):
    names = [fields["item"] for fields in TEN]
    whole = [{**TEN[0], "items": names}, *TEN[1:]]
    write(tmp_path, "maria.jsonl", [whole[at] for at in kept])
    (row,) = codeedu.gradebook(tmp_path).lessons.to_dict("records")
    assert (row["first"], row["of"]) == (20.0, 10)


def test_what_came_too_late_to_count_is_no_first_answer(tmp_path):
    late = line(day="2026-11-20", right=False)
    write(tmp_path, "maria.jsonl", [late, line(day="2026-11-21", mode="drill", attempt=3)])
    book = codeedu.gradebook(tmp_path, due="2026-11-01")
    assert len(book.tries) == 0
    early = line(day="2026-10-30", mode="drill", minute=7)
    write(tmp_path, "maria.jsonl", [early, late])
    (row,) = codeedu.gradebook(tmp_path, due="2026-11-01").learners.to_dict("records")
    assert (row["first"], row["best"]) == (100.0, 100.0)


def test_lines_that_were_deleted_are_missed(tmp_path):
    whole = [line(o, minute=at) for at, o in enumerate(OTHERS[:6])]
    write(tmp_path, "maria.jsonl", [whole[0], *whole[2:4], whole[5]])
    write(tmp_path, "paul.jsonl", [{**fields, "seconds": 7.0} for fields in whole[:4]])
    assert list(problems_in(codeedu.gradebook(tmp_path))) == [
        "maria.jsonl 2 answers are not there, though later ones of the same attempt are."
    ]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "is empty."),
        (b"\x00\xff" * 50, "holds no answer; ask for the file that Hand in makes."),
        (b"[1, 2]", "holds no answer; ask for the file that Hand in makes."),
        (b"when,item,correct\n", "holds no answer; ask for the file that Hand in makes."),
    ],
)
def test_what_is_no_record_is_reported(tmp_path, content, problem):
    (tmp_path / "notes.docx").write_bytes(content)
    (tmp_path / ".DS_Store").write_bytes(b"x")
    book = codeedu.gradebook(tmp_path)
    assert problems_in(book) == [f"notes.docx {problem}"]
    assert repr(book) == "No record was found."
    assert "No record was found." in book.report()


@given(st.binary(max_size=300))
@settings(max_examples=50, deadline=None)
def test_any_file_gets_an_answer(tmp_path_factory, content):
    folder = tmp_path_factory.mktemp("any")
    write(folder, "maria.jsonl", TEN)
    (folder / "other").write_bytes(content)
    book = codeedu.gradebook(folder)
    assert len(problems_in(book)) >= 1
    assert book.learners["answers"].tolist() == [10]


ODD = {
    **{f"endless {n}": {n: 10**4000} for n in ("length", "attempt", "round", "score", "answer",
                                               "seconds", "exercise", "position", "items")},
    **{f"deep {n}": {n: json.loads("[" * 90 + "]" * 90)} for n in ("answer", "items",
                                                                  "misconceptions")},
    "beyond floats": {"score": float("inf")},
    "the year 1": {"when": "0001-01-01T00:00:00+14:00"},
    "the year 9999": {"when": "9999-12-31T23:59:59-14:00"},
    "no time zone": {"when": "2026-11-01"},
    "right to left": {"item": "\u202ex", "lesson": "\u202e<b>"},
    "half a character": {"item": "\ud800"},
}  # fmt: skip


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_an_odd_line_gets_an_answer_in_the_gradebook_and_in_every_view(tmp_path, monkeypatch, odd):
    path = write(tmp_path, "maria.jsonl", [*TEN, {**line(OTHERS[0], minute=50), **odd}])
    path.write_text(path.read_text().replace("Infinity", "1e999"))
    book = codeedu.gradebook(tmp_path)
    assert book.learners["answers"].iloc[0] >= 10
    for make in OUTPUTS.values():
        make(book)
    monkeypatch.setenv("CODEEDU_PROGRESS", str(path))
    for view in (codeedu.home, codeedu.progress, codeedu.drill, codeedu.placement_test):
        assert repr(view())


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(sorted([*TEN[0], "items", "attempt", "pool"])), ANY))
@settings(max_examples=25, deadline=None)
def test_any_field_gets_an_answer(tmp_path_factory, changed):
    folder = tmp_path_factory.mktemp("any")
    write(folder, "maria.jsonl", [*TEN, {**line(minute=50), **changed}])
    book = codeedu.gradebook(folder)
    assert book.learners["answers"].iloc[0] >= 9
    assert book.marks()
    assert book.report()


@pytest.mark.parametrize("name", ["José", "Ngọc-Ánh", "김민준"])
def test_names_of_a_mac_are_those_of_any_computer(tmp_path, name):
    write(tmp_path, f"{unicodedata.normalize('NFD', name)}.jsonl", TEN)
    write(tmp_path, f"{unicodedata.normalize('NFD', name)}/quiz (1).jsonl", b"".splitlines())
    book = codeedu.gradebook(tmp_path)
    assert book.names == [unicodedata.normalize("NFC", name)]
    assert unicodedata.is_normalized("NFC", "".join(problems_in(book)) + book.marks())


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_record_is_read_as_notepad_and_powershell_save_it(tmp_path, encoding):
    text = "\r\n".join(json.dumps(answer, ensure_ascii=False) for answer in TEN)
    (tmp_path / "ada.jsonl").write_bytes(text.encode(encoding))
    book = codeedu.gradebook(tmp_path)
    assert book.learners[["learner", "answers"]].values.tolist() == [["ada", 10]]
    assert problems_in(book) == []


# Untrusted


def test_no_html_of_a_record_reaches_the_report(tmp_path):
    evil = '<script>alert(1)</script><img src=x onerror="alert(1)">'
    fields = dict.fromkeys(("objective", "lesson", "of_lesson", "actual", "chosen"), evil)
    for n in range(6):
        lines = [line(minute=m) | fields | {"item": f"{evil}{m}", "chosen": f"{evil}2",
                                            "misconceptions": [evil], "could_show": [evil],
                                            "seconds": n}
                 for m in range(n, 12)]  # fmt: skip
        write(tmp_path, f"<b>{n}.jsonl", lines)
    book = codeedu.gradebook(tmp_path)
    page = book.report() + book._repr_html_()
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert "<img src=x" not in page
    assert "<b>" not in page


def test_a_spreadsheet_runs_nothing(tmp_path):
    write(tmp_path, "=HYPERLINK(1).jsonl", TEN)
    write(tmp_path, "@sum.jsonl", [line(day="2026-11-02")])
    write(tmp_path, "-1+1.jsonl", [line(day="2026-11-03") | {"objective": "+x", "seen": ""}])
    write(tmp_path, "a;=1+1.jsonl", [line(day="2026-11-04")])
    write(tmp_path, "b\t@sum.jsonl", [line(day="2026-11-05")])
    for divides in ",;\t":
        text = codeedu.gradebook(tmp_path).marks()
        for row in csv.reader(io.StringIO(text), delimiter=divides):
            assert not [cell for cell in row if cell.lstrip()[:1] in tuple("=+-@")]


def zipped(path, *members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


def lines_of(lines):
    return "\n".join(map(json.dumps, lines)).encode()


def test_a_zip_is_read_like_a_folder(tmp_path):
    path = zipped(tmp_path / "class.zip", ("maria.jsonl", lines_of(TEN)),
                  ("paul.jsonl", lines_of([line(day="2026-11-02")])))  # fmt: skip
    for place in (path, tmp_path):
        assert list(codeedu.gradebook(place).learners["learner"]) == ["maria", "paul"]


def test_no_path_of_a_zip_leaves_its_folder(tmp_path, monkeypatch):
    work = tmp_path / "in" / "deep"
    work.mkdir(parents=True)
    path = zipped(work / "class.zip", ("../../evil.jsonl", lines_of(TEN)),
                  ("/etc/evils.jsonl", lines_of([line(day="2026-11-02")])))  # fmt: skip
    before = sorted(tmp_path.rglob("*"))
    book = codeedu.gradebook(path)
    assert len(book.names) == 2
    assert sorted(tmp_path.rglob("*")) == before
    assert not Path("/etc/evils.jsonl").exists()


def test_no_zip_fills_the_disk(tmp_path, monkeypatch):
    path = zipped(tmp_path / "bomb.zip", ("bomb.jsonl", b"\n" * 10_000_000),
                  ("large.jsonl", os.urandom(1000) * 21_000), ("inner.zip", b"PK"))  # fmt: skip
    assert problems_in(codeedu.gradebook(path)) == [
        "bomb.zip/bomb.jsonl was not read: no record can be packed that tightly.",
        "bomb.zip/large.jsonl has 21 MB; a record has less than 20 MB.",
        "bomb.zip/inner.zip is an archive in an archive; unpack it first.",
    ]
    monkeypatch.setattr(handed_in, "LIMITS", handed_in.LIMITS._replace(unpacked=100))
    path = zipped(tmp_path / "many.zip", ("maria.jsonl", lines_of(TEN)))
    assert "unpacks to too much" in problems_in(codeedu.gradebook(path))[0]


def test_a_link_is_not_followed(tmp_path):
    outside = write(tmp_path, "outside.jsonl", TEN)
    folder = tmp_path / "class"
    folder.mkdir()
    (folder / "link.jsonl").symlink_to(outside)
    book = codeedu.gradebook(folder)
    assert book.names == []
    assert problems_in(book) == ["link.jsonl is a link to somewhere else; it was not followed."]


def test_a_damaged_zip_is_reported(tmp_path):
    whole = zipped(tmp_path / "a.zip", ("maria.jsonl", lines_of(TEN))).read_bytes()
    (tmp_path / "a.zip").write_bytes(whole[:100])
    assert problems_in(codeedu.gradebook(tmp_path)) == [
        "a.zip is not a .zip that can be opened; unpack it yourself."
    ]


# Questions


def test_facility_and_options_are_counts(tmp_path):
    for n in range(12):
        others = [{**answer, "seconds": n + 0.5} for answer in TEN[1:]]
        write(tmp_path, f"{n}.jsonl", [line(right=n < 3, seconds=n + 0.5), *others])
    book = codeedu.gradebook(tmp_path)
    row = book.items.set_index("item").loc[ITEM.id]
    assert (row["facility"], row["learners"]) == (25.0, 12)
    assert pd.isna(row["discrimination"])  # all others were right: there is nothing to compare
    options = book.options[book.options["item"] == ITEM.id].set_index("option")
    assert options.loc[ITEM.options[RIGHT].text, "chosen"] == 3
    assert options.loc[ITEM.options[WRONG].text, "chosen"] == 9
    assert options.loc[ITEM.options[WRONG].text, "misconception"] == "icd-for-level-2"
    (belief,) = book.beliefs.to_dict("records")
    assert (belief["times"], belief["learners"]) == (9, 9)


def test_discrimination_is_the_correlation_with_the_rest(tmp_path):
    """Whoever gets one of the two gets the other."""
    for n in range(12):
        second = line(OTHERS[0], minute=1, seconds=n + 0.5)
        if n >= 6:
            second |= {"seen": "", "correct": False, "score": 0}
        write(tmp_path, f"{n}.jsonl", [line(right=n < 6, seconds=n + 0.5), second])
    assert codeedu.gradebook(tmp_path).items["discrimination"].tolist() == [100.0, 100.0]


@pytest.mark.parametrize(("choose", "suspect"), [(3, True), (2, False)])
def test_a_key_is_suspect_if_most_of_the_strongest_choose_one_wrong_answer(
    tmp_path, choose, suspect
):
    """Of 15 learners the first five get all other questions right."""
    for n in range(15):
        others = [marked(item, 0, at, n, right=n < 5) for at, item in enumerate(OTHERS, 1)]
        answer = line(right=n >= choose, seconds=n + 0.5)
        write(tmp_path, f"{n:02}.jsonl", [answer, *others])
    book = codeedu.gradebook(tmp_path)
    assert (ITEM.id in set(book.suspects["item"])) is suspect
    assert ("Check the key of “E1165 is in the" in report.findings(book)[-1]) is suspect


@pytest.mark.parametrize("answer", ["a text", 99, -1, [0, 1], None])
def test_an_answer_that_is_no_option_makes_no_key_suspect(tmp_path, answer):
    for n in range(15):
        write(tmp_path, f"{n:02}.jsonl", [marked(ITEM, answer, 0, n, right=False)])
    book = codeedu.gradebook(tmp_path)
    assert book.suspects.empty
    assert book.report()


def test_a_key_is_not_suspect_in_a_class_that_is_too_small(tmp_path):
    for n in range(14):
        write(tmp_path, f"{n:02}.jsonl", [line(right=False, seconds=n + 0.5)])
    assert codeedu.gradebook(tmp_path).suspects.empty


# The report and the command


READING = next(item for item in bank.load() if item.ask == "reading" and item.kind == "one")
MISREAD = next(place for place, o in enumerate(READING.options) if o.reads and not o.right)


@pytest.mark.parametrize(("holders", "shared"), [(1, False), (2, True)])
def test_a_slip_is_no_confusion_of_the_class(tmp_path, holders, shared):
    for n in range(6):
        answer = MISREAD if n < holders else kinds.KINDS[READING.kind].right(READING)
        write(tmp_path, f"{n}.jsonl", [line(READING, seconds=n + 0.5) | {"answer": answer}])
    sentences = report.findings(codeedu.gradebook(tmp_path))
    assert any(f"{holders} of 6 times, by" in sentence for sentence in sentences) is shared
    assert any("was taken for" in sentence for sentence in sentences) is shared


@pytest.mark.parametrize(
    ("mistakes", "shared"), [({(0, 0), (0, 1)}, False), ({(0, 0), (1, 1)}, True)]
)
def test_what_one_learner_mixes_up_twice_is_no_confusion_of_the_class(tmp_path, mistakes, shared):
    """Two mistakes, as (learner, question), of one learner or of two."""
    for n in range(6):
        lines = [
            marked(item, 0, at, n, right=(n, at) not in mistakes)
            | {"actual": "CPT", "chosen": "NDC" if (n, at) in mistakes else "CPT"}
            for at, item in enumerate(OTHERS[:2])
        ]
        write(tmp_path, f"{n}.jsonl", lines)
    sentences = report.findings(codeedu.gradebook(tmp_path))
    assert ("CPT was taken for NDC 2 of 12 times, by 2 learners." in sentences) is shared
    assert any("was taken for" in sentence for sentence in sentences) is shared


@pytest.mark.parametrize(
    ("times", "rest"),
    [
        ([6], ""),
        ([6, 3], " Then: “belief-1” (3 of 6)."),
        ([6, 2], ""),
        ([4, 2], " Then: “belief-1” (2 of 6)."),
        ([6, 5, 4, 3, 3],
         " Then: “belief-1” (5 of 6), “belief-2” (4 of 6), and “belief-3” (3 of 6)."),
    ],
)  # fmt: skip
def test_beliefs_at_least_half_as_common_as_the_first_are_named_after_it(tmp_path, times, rest):
    """Of six learners, so many show each belief, in a question of its own."""
    for n in range(6):
        lines = [
            marked(item, 0, at, n, right=n >= count)
            | {"could_show": [f"belief-{at}"], "misconceptions": [f"belief-{at}"] * (n < count)}
            for at, (item, count) in enumerate(zip(OTHERS, times, strict=False))
        ]
        write(tmp_path, f"{n}.jsonl", lines)
    (sentence,) = (s for s in report.findings(codeedu.gradebook(tmp_path)) if "belief" in s)
    assert sentence == (
        f"Most tempting belief: “belief-0” It showed in {times[0]} of 6 answers that could show "
        f"it, from {times[0]} learners.{rest}"
    )


def test_objectives_and_questions_of_few_learners_are_left_out(tmp_path):
    other = next(i for i in bank.load() if i.lesson == "05" and i.objective != ITEM.objective)
    for n in range(6):
        rare = [line(other, minute=1, seconds=n + 0.5)] if n < 4 else []
        write(tmp_path, f"{n}.jsonl", [line(seconds=n + 0.5), *rare])
    book = codeedu.gradebook(tmp_path)
    page = book.report()
    assert "Questions to check, then the 1 hardest, of 1 question asked of 5 learners or" in page
    assert "Objectives asked of 5 learners or more, the hardest first" in page
    assert other.objective in set(book.hardest["objective"])
    assert other.objective not in page
    assert tables.by("objectives", "objective")[other.objective]["can"] not in page.lower()


def test_the_report_can_be_read_by_everyone(thirty):
    page = thirty.report()
    assert page.count("<h1") == 1
    for picture in re.findall(r"<img [^>]+>", page):
        assert re.search(r'alt="[^"]{40,}"', picture)
    for table in re.findall(r"(?s)<table>.*?</table>", page):
        assert "<caption>" in table
        assert 'scope="col"' in table
        assert 'scope="row"' in table
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")
    assert page.index("Five minutes before class") < page.index("<table>")


def test_a_mark_that_nobody_earned_is_no_grade(tmp_path):
    other = next(item for item in bank.load() if item.lesson == "01" and item.kind == "one")
    write(tmp_path, "ada.jsonl", TEN)
    write(tmp_path, "bob.jsonl", [line(other, of_lesson="01")])
    book = codeedu.gradebook(tmp_path)
    rows = csv.DictReader(io.StringIO(book.marks()))
    best = [(row["learner"], row["lesson 01 best"], row["lesson 05 best"]) for row in rows]
    assert best == [("ada", "", "100.0"), ("bob", "100.0", "")]
    assert "nan" not in book.marks()


def test_the_docs_explain_every_column_of_the_marks(tmp_path):
    write(tmp_path, "maria.jsonl", TEN)
    columns = next(csv.reader(io.StringIO(codeedu.gradebook(tmp_path).marks())))
    guide = (Path(__file__).parents[3] / "docs" / "gradebook.md").read_text(encoding="utf-8")
    assert columns[9:14] == ["lesson 05 first", "lesson 05 best", "lesson 05 late",
                             "lesson 05 minutes", "05-lost-dot first"]  # fmt: skip
    for name in columns:
        assert f"`{name}`" in guide, name


def test_the_command_writes_what_it_says(tmp_path, capsys):
    write(tmp_path / "class", "maria.jsonl", TEN)
    marks, page = tmp_path / "marks.csv", tmp_path / "report.html"
    command = ["gradebook", str(tmp_path / "class"), "-o", str(marks), "--report", str(page)]
    assert main(command) == 0
    out = capsys.readouterr().out
    assert out.startswith("1 learner, 10 answers. 1 file read, no notes.\n1. ")
    (row,) = csv.DictReader(marks.read_text(encoding="utf-8-sig").splitlines())
    assert (row["learner"], row["lesson 05 first"]) == ("maria", "100.0")
    assert "Class report" in page.read_text(encoding="utf-8")
    assert main(["gradebook", str(tmp_path / "nobody")]) == 2
    assert "There is no folder" in capsys.readouterr().err


def test_the_command_writes_before_it_prints(tmp_path, monkeypatch):
    class Full(io.StringIO):
        def write(self, text):
            raise OSError(28, "No space left on device")

    write(tmp_path / "class", "ada.jsonl", TEN)
    monkeypatch.setattr(sys, "stdout", Full())
    assert main(["gradebook", str(tmp_path / "class"), "-o", str(tmp_path / "m.csv")]) == 2
    assert (tmp_path / "m.csv").read_text("utf-8-sig").startswith("learner,")


@pytest.mark.parametrize("code_page", ["cp1252", "cp437", "ascii"])
def test_no_code_page_keeps_the_marks_from_being_written(tmp_path, code_page):
    for number, name in enumerate(("José", "Жанна", "李", "a\u0301b")):
        write(tmp_path / "class", f"{name}.jsonl", [{**TEN[0], "seconds": number + 0.5}])
    (tmp_path / "class" / "ж.txt").write_text("no record")
    marks = tmp_path / "m.csv"
    done = subprocess.run(
        [sys.executable, "-m", "codeedu", "gradebook", tmp_path / "class", "-o", marks],
        env={**os.environ, "PYTHONIOENCODING": code_page, "PYTHONUTF8": "0"},
        capture_output=True,
    )
    assert (done.returncode, b"Written to" in done.stdout) == (0, True), done.stderr
    assert b"\\u0436.txt: holds no answer" in done.stderr
    rows = csv.DictReader(marks.read_text("utf-8-sig").splitlines())
    assert [row["learner"] for row in rows] == ["José", "áb", "Жанна", "李"]


def test_marks_say_to_excel_that_they_are_utf_8(tmp_path):
    write(tmp_path / "class", "Sánchez.jsonl", TEN)
    command = ["gradebook", str(tmp_path / "class"), "-o", str(tmp_path / "m.csv")]
    assert main(command) == 0
    text = (tmp_path / "m.csv").read_bytes()
    assert text.decode("utf-8-sig").encode("utf-8-sig") == text
    book = codeedu.gradebook(tmp_path / "class")
    assert text.decode("utf-8-sig") == book.marks()


LOGINS = ["0042137", "1E5", "007", "2026-11-01", "-1", "=1+1"]


def test_a_workbook_keeps_every_login_as_it_is(tmp_path):
    for number, login in enumerate(LOGINS):
        write(tmp_path / "class", f"{login}.jsonl", [{**TEN[0], "seconds": number + 0.5}])
    path = tmp_path / "marks.xlsx"
    assert main(["gradebook", str(tmp_path / "class"), "-o", str(path)]) == 0
    head, *rows = openpyxl.load_workbook(path).active.iter_rows()
    assert [cell.value for cell in head[:3]] == ["learner", "answers", "items"]
    assert {(row[0].value, row[0].data_type) for row in rows} == {(name, "s") for name in LOGINS}
    assert {(row[1].value, row[1].data_type) for row in rows} == {(1, "n")}


@pytest.mark.parametrize("option", ["-o", "--report"])
@pytest.mark.parametrize(
    ("read", "written"),
    [
        ("ada.jsonl", "ada.jsonl"),
        (".", "ada.jsonl"),
        (".", "ada.csv"),  # a record, whatever it is called
        (".", "hard.csv"),
        (".", "utf-16.jsonl"),
        (".", "utf-16.csv"),
        (".", "more/all.zip"),
        ("more/all.zip", "more/all.zip"),
    ],
)
def test_the_command_writes_onto_nothing_that_it_reads(
    tmp_path, monkeypatch, capsys, option, read, written
):
    monkeypatch.chdir(tmp_path)
    ada = write(tmp_path, "ada.jsonl", TEN)
    write(tmp_path, "ada.csv", TEN)
    Path("hard.csv").hardlink_to(ada)
    Path("utf-16.jsonl").write_text(ada.read_text(), encoding="utf-16")
    Path("utf-16.csv").write_text(ada.read_text(), encoding="utf-16-be")
    Path("more").mkdir()
    with zipfile.ZipFile("more/all.zip", "w") as archive:
        archive.write(ada, "bob.jsonl")
    before = Path(written).read_bytes()
    try:
        code = main(["gradebook", read, option, written])
    except SystemExit as stopped:
        code = stopped.code
    assert code == 2
    assert "Choose another name" in capsys.readouterr().err.replace("choose", "Choose")
    assert Path(written).read_bytes() == before


def test_marks_in_the_folder_of_the_records_are_replaced(tmp_path):
    write(tmp_path, "ada.jsonl", TEN)
    for _ in range(2):
        assert main(["gradebook", str(tmp_path), "-o", str(tmp_path / "marks.csv")]) == 0
