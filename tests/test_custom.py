"""The custom folder: what is in it appears everywhere, or `check` says why not."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from codeedu import custom
from codeedu.codes import custom_codes
from codeedu.lab import copy

CODES = """\
code,says,source,added,terminated
W4012,"Attendant care, per 15 minutes",State manual 2026,2019-01-01,
HATP14,Adult training day,State manual 2026,2020-01-01,2024-12-31
H5025,Classes on prevention,New Jersey rule,,
"""
BANK = """\
as_of = 2026-11-23
review_by = 2027-11-23

[[lesson]]
lesson = "31"
notebook = "31-our-payers"
title = "Our payers"
promise = "Say which of our payers takes which code."
reading = 10
practice = 15

[[objective]]
objective = "31-s-codes"
lesson = "31"
can = "say which of our payers takes S codes"

[[misconception]]
id = "s-code-for-all"
says = "All of our payers take S codes."
truth = "Two of our five payers do."

[[source]]
id = "our-manual"
what = "Prairie Health Plan, provider manual, 2026"
"""
ITEM = """
[[item]]
id = "31-s-codes-{place:02}"
objective = "31-s-codes"
kind = "one"
level = "apply"
stem = "Prairie gets `S9083` for clinic visit {place}. What does it do?"
explanation = "Prairie takes S codes; its manual has the rates."
sources = ["our-manual"]
    [[item.options]]
    text = "It pays its own rate."
    right = true
    feedback = "Prairie takes S codes, and its manual lists the rates."
    [[item.options]]
    text = "It asks Medicare first."
    misconception = "s-code-for-all"
    feedback = "Medicare takes no S codes at all; Prairie is a private plan and decides for itself."
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("class") / "custom"
    place.mkdir()
    (place / "codes.csv").write_text(CODES)
    (place / "our-payers.toml").write_text(BANK + "".join(ITEM.format(place=n) for n in (1, 2, 3)))
    (place / "31-our-payers.ipynb").write_text(
        json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    )
    return place


def run(folder: Path, *command: str) -> str:
    """Run Python as a learner with this folder does: what it adds is read once, at the start."""
    env = os.environ | {"CODEEDU_CUSTOM": str(folder), "CODEEDU_PROGRESS": str(folder / "me.jsonl")}
    done = subprocess.run(
        [sys.executable, *command], env=env, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


def says(folder: Path, code: str) -> list[str]:
    return run(folder, "-c", f"from codeedu import *; {code}").splitlines()


READ = {
    "W4012": "W4012 is a local code, in your own list.",
    "w4012-U1": "w4012-U1 is a local code, W4012, with modifier U1, in your own list.",
    "HATP14": "HATP14 was a payer's own code: ended (last day December 31, 2024).",
    "H5025": "H5025 is a payer's own code, in your own list.",
    "W4013": "W4013 has the form of a local code. Medicare rejects those, some state Medicaid "
    "programs pay them: ask first which payer.",
    "HATP15": "HATP15 is not a code as entered.",
    "J1885": "J1885 is a HCPCS Level II code (Drugs, mostly given other than by mouth), in "
    "CMS's list of January 2026.",
}


def test_custom_codes_are_read(folder):
    code = f"[print(str(classify(c).explain()).partition('. ')[0] + '.') for c in {[*READ]}]"
    found = says(folder, code)
    assert [line.partition(". ")[0].rstrip(".") for line in found] == [
        line.partition(". ")[0].rstrip(".") for line in READ.values()
    ]


def test_a_code_in_the_form_of_level_2_is_first_your_payer_s(tmp_path):
    (tmp_path / "codes.csv").write_text("code,says,source\nM0123,Day program,New Jersey rule\n")
    (read,) = says(tmp_path, "print([r.code_set for r in classify('M0123').readings])")
    assert read == """["Payer's own code", 'HCPCS Level II']"""


def test_a_custom_code_says_what_it_is_and_who_says_so(folder):
    (text,) = says(folder, "print(classify('W4012', on='2018-05-01').explain())")
    assert "not listed on May 1, 2018 (added later, January 1, 2019) in your own list" in text
    assert "Attendant care, per 15 minutes (State manual 2026)." in text


def test_custom_codes_are_in_tables_and_drills(folder):
    code = (
        "import pandas as pd; print(classify_column(pd.Series(['H5025', 'W4012'])).status.tolist())"
    )
    assert says(folder, code) == ["['listed', 'listed']"]
    code = (
        "from codeedu.questions import generate as g; "
        "print({i.id for s in range(30) for i in g.make(9, seed=s, templates=['reading'])})"
    )
    (drilled,) = says(folder, code)
    assert all(f"made:reading:{code}" in drilled for code in ("W4012", "H5025", "HATP14"))


def test_custom_questions_are_in_quizzes_drills_and_home(folder):
    (quiz,) = says(folder, "q = quiz('31'); print(q.plan.title, len(q.paper.items))")
    assert quiz == "Quiz · Lesson 31, Our payers 3"
    *_, own_lesson, final = says(folder, "print(home())")
    assert own_lesson == "31 Our payers: not begun (25 minutes)"
    assert final.startswith("Final assessment")


def test_a_sheet_of_questions_is_asked_and_checked_with_the_others(tmp_path):
    (tmp_path / "mine.toml").write_text(BANK + ITEM.format(place=1))
    (tmp_path / "Questions week 5.csv").write_text(
        "Question;Objective;Answer 1;Answer 1 right;Answer 2\n"
        "Which of our payers takes this code?;31-s-codes;Prairie;x;Medicare\n"
    )
    (asked,) = says(tmp_path, "print(sorted(item.id for item in quiz('31').paper.items))")
    assert asked == "['31-s-codes-01', '31-s-codes-42632599']"
    found = run(tmp_path, "-m", "codeedu", "check", str(tmp_path))
    assert "custom/Questions week 5.csv, line 2: warning: this question has no `why`." in found
    (tmp_path / "Questions week 5.csv").write_text("question,objective,answer 1\n,31-s-codes,a\n")
    note, answer = sorted(says(tmp_path, "print(len(quiz('31').paper.items))"))[::-1]
    assert (note, answer) == (
        "A file is left out: custom/Questions week 5.csv, line 2: `question` is empty. Write the "
        "question. `codeedu check` names all that is wrong.",
        "1",
    )


def test_custom_questions_are_exported_marked_and_handed_out(folder, tmp_path):
    run(folder, "-m", "codeedu", "export", "--to", "csv", "-o", str(tmp_path / "all.csv"))
    assert "Prairie gets S9083 for clinic visit 2" in (tmp_path / "all.csv").read_text().replace(
        "`", ""
    )
    code = (
        "from codeedu.teach.export.assignment import assignment; "
        "print(len(assignment('31', 3).items))"
    )
    assert says(folder, code) == ["3"]


def test_a_custom_misconception_is_a_row_of_the_course(folder):
    code = "from codeedu import tables; print(*tables.by('misconceptions', 'id')['s-code-for-all'])"
    assert says(folder, code) == ["id says truth actual chosen"]


def test_custom_lessons_are_given_to_learners(folder):
    course = folder.parent / "course"
    code = (
        "from codeedu.lab import copy; from pathlib import Path; "
        f"print(*copy.update(Path({str(course)!r})), sep='\\n')"
    )
    assert "31-our-payers.ipynb is new." in says(folder, code)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("[" * 100_000, "this is not a notebook that can be read"),
        ('{"cells": ' + "9" * 5000 + "}", "this is not a notebook that can be read"),
        (None, "this is not a file"),
    ],
    ids=["deep", "digits", "pipe"],
)
def test_a_bad_lesson_is_left_out_and_the_others_are_given(tmp_path, text, what):
    path = tmp_path / "20-bad.ipynb"
    os.mkfifo(path) if text is None else path.write_text(text)
    code = (
        "from codeedu.lab import copy; from pathlib import Path; "
        f"print(*copy.update(Path({str(tmp_path / 'course')!r})), sep='\\n')"
    )
    given = says(tmp_path, code)
    assert "01-what-is-hcpcs.ipynb is new." in given
    left_out = "20-bad.ipynb is left out: it is not a notebook that can be read."
    assert (left_out in given) == (text is not None)
    assert f"20-bad.ipynb: {what}. Open it in JupyterLab and save it." in check(tmp_path)


def test_the_folder_beside_a_course_is_found(folder, monkeypatch):
    monkeypatch.delenv("CODEEDU_CUSTOM", raising=False)
    monkeypatch.setattr(os, "environ", dict(os.environ))
    copy.find_custom(folder.parent / "course")
    assert os.environ["CODEEDU_CUSTOM"] == str(folder.resolve())


WRONG = [
    ("code,says\n", "line 1: a column is missing: `source`. The first line should be: code,says,"),
    (CODES + "99213,x,y,,\n", "line 5, 99213: it has the form of CPT or CDT. Drop it: their lists"),
    (CODES + "D0120,x,y,,\n", "line 5, D0120: it has the form of CPT or CDT. Drop it: their lists"),
    (CODES + "J1885,x,y,,\n", "line 5, J1885: it is a code of HCPCS Level II. Drop it: CMS's list"),
    (CODES + "w 1,x,y,,\n", "line 5, w 1: it is not a plain code. Write capital letters A to Z"),
    (CODES + "w4012,x,y,,\n", "line 5, w4012: it is not a plain code. Write capital letters A to"),
    (
        CODES + "W1234,x,y,2020-02-01,2020-01-31\n",
        "line 5, W1234: `terminated` is before `added`. They are the last and the first day",
    ),
    (CODES + ",x,y,,\n", "line 5: `code` is empty. Write the code, or drop the line."),
    (CODES + "W4012,x,y,,\n", "line 5, W4012: it is in the list twice. Keep one line of the two."),
    (CODES + "W1,x,y,,\n", "line 5, W1: it has 2 characters. A code here has 3 to 10."),
    (CODES + "W1234,,y,,\n", "line 5, W1234: `says` is empty. Say what the code is for, and which"),
    (CODES + "W1234,x,y,2019,\n", "line 5, W1234: `added` is '2019', not a date. Write it as 2018"),
    (CODES + "W1234,x,y,,,z\n", "line 5: 6 fields where the first line has 5. Put a text with a"),
    (
        CODES + 'W1234,"x,y,,\nW1235,z,y,,\n',
        "line 5: a quotation mark is not closed, or stands inside a text. Close the text with one;",
    ),
    (
        CODES + 'W1234,"x "new" x",y,,\n',
        "line 5: a quotation mark is not closed, or stands inside a text. Close the text with one;",
    ),
    ("", "line 1: columns are missing: `code`, `says`, `source`. The first line should be: code,"),
]


@pytest.mark.parametrize(("text", "what"), WRONG)
def test_each_fault_of_a_list_is_named(tmp_path, text, what):
    path = tmp_path / "codes.csv"
    path.write_text(text)
    (problem,) = map(str, custom_codes.read_list(path).problems)
    assert problem.removeprefix(str(path)).lstrip(", ").startswith(what.lstrip(", ")), problem


def test_check_names_the_faults_of_a_whole_folder_at_once(folder, tmp_path):
    (tmp_path / "codes.csv").write_text(CODES + "99213,x,,2019,\n")
    (tmp_path / "mine.toml").write_text(
        BANK + ITEM.format(place=1).replace('"our-manual"', '"his"')
    )
    found = run(tmp_path, "-m", "codeedu", "check", str(tmp_path)).splitlines()
    assert found[0].startswith("custom/codes.csv, line 5, 99213: it has the form of CPT or CDT")
    assert found[1].startswith("custom/codes.csv, line 5, 99213: `source` is empty")
    assert found[2].startswith("custom/codes.csv, line 5, 99213: `added` is '2019'")
    assert found[3].startswith("custom/mine.toml, line 26, 31-s-codes-01: there is no source 'his'")
    assert found[4].startswith(
        "custom/mine.toml, line 4, lesson 31: the notebook 31-our-payers.ipynb"
    )
    assert found[-1].startswith("5 problems")


def test_a_broken_line_is_left_out_and_the_rest_is_read(tmp_path):
    (tmp_path / "codes.csv").write_text(CODES + "W5555,,,,\n")
    code = "print(classify('W4012').best.status, classify('W5555').best.status)"
    assert says(tmp_path, code) == ["listed local code"]


LEFT_OUT = {
    "a typo": (
        BANK + ITEM.format(place=1).replace('"one"', '"on"'),
        "custom/mine.toml, line 26, 31-s-codes-01: `kind` is 'on'. It should be",
    ),
    "a quote": (
        BANK.replace('"Our payers"', '"Our payers'),
        "custom/mine.toml, line 7: a quote is not closed. Put one where the text ends; a text of",
    ),
    "minutes": (
        BANK.replace("reading = 10", 'reading = "ten"') + ITEM.format(place=1),
        "custom/mine.toml, line 4, [[lesson]] 1: `reading` is 'ten', not a whole number without",
    ),
    "an address": (
        BANK + 'url = "javascript:alert(1)"\n' + ITEM.format(place=1),
        "custom/mine.toml, line 22, [[source]] 1: unknown field `url`. Known are: id, what, where.",
    ),
    "a notebook elsewhere": (
        BANK.replace('"31-our-payers"', '"../../x"') + ITEM.format(place=1),
        "custom/mine.toml, line 4, [[lesson]] 1: `notebook` is '../../x'. It should be the name",
    ),
    "only a source": (
        BANK[BANK.index("[[source]]") :],
        "custom/mine.toml: `item` is missing. Add `item`: the questions, each under its own",
    ),
    "too deep": ("x = " + "[" * 2000, "custom/mine.toml: lists or tables are nested too deeply."),
    "many digits": ("\nx = " + "9" * 5000, "custom/mine.toml, line 2: a number has more than 15"),
    "too many": ("[[item]]\n" * 20_000, "custom/mine.toml, line 1, item 1: `id` is missing. Add"),
    "a pipe": (None, "custom/mine.toml: cannot be read: it is not a file. Check the path."),
}


TRIED = """
try:
    {call}
except ValueError as error:
    print(error)
"""


@pytest.mark.parametrize(("text", "problem"), LEFT_OUT.values(), ids=LEFT_OUT)
def test_a_bad_question_file_is_left_out_and_the_course_goes_on(tmp_path, text, problem):
    path = tmp_path / "mine.toml"
    os.mkfifo(path) if text is None else path.write_text(text)
    code = "quiz('05'), sources('hcfa-2000'), home()\n" + TRIED.format(call="quiz('31')")
    note, answer = sorted(says(tmp_path, code))
    assert note.startswith(f"A file is left out: {problem}")
    assert note.endswith("`codeedu check` names all that is wrong.")
    assert answer == (
        "There are no questions of lesson '31'; there are of: 01, 02, 03, 04, 05, 06, 07, 08. "
        f"{note}"
    )


@pytest.mark.parametrize(
    "call", ["exercise('31', 1)", "export_bank('csv', 'a.csv', lessons=['31'])"]
)
def test_what_has_no_question_says_which_file_is_left_out(tmp_path, call):
    (tmp_path / "mine.toml").write_text("x = ?")
    note, answer = sorted(says(tmp_path, f"0\n{TRIED.format(call=call)}"))
    assert note.startswith("A file is left out: custom/mine.toml, line 1: the text after =")
    assert answer.endswith(note)


def test_a_row_with_a_fault_adds_nothing_to_the_tables(tmp_path):
    text = BANK + 'url = "javascript:alert(1)"\n' + ITEM.format(place=1)
    (tmp_path / "mine.toml").write_text(text)
    code = "from codeedu import tables; print('our-manual' in tables.by('sources', 'id'))"
    assert says(tmp_path, code) == ["False"]


def test_after_an_unclosed_quote_only_that_is_named(tmp_path):
    run(tmp_path, "-m", "codeedu", "lesson", "new", "20", "Our payers")
    (tmp_path / "b.toml").write_text(BANK.replace("31", "21") + ITEM.format(place=1))
    (path,) = tmp_path.glob("20*.toml")
    path.write_text(path.read_text().replace('title = "Our payers"', 'title = "Our payers'))
    found = [line for line in check(tmp_path) if "codes.csv" not in line]
    assert found[0] == (
        "custom/20-our-payers.toml, line 8: a quote is not closed. Put one where the text ends; "
        'a text of several lines stands between """ and """.'
    )
    assert not [line for line in found if "no file has any" in line or "there is no" in line]


def test_a_list_that_is_no_text_is_left_out_in_a_sentence(tmp_path):
    (tmp_path / "codes.csv").write_bytes(CODES.encode() + b"W5555,\x81,y,,\n")
    code = "print(classify('W4012').best.status, classify('J1885').best.status)"
    assert says(tmp_path, code) == ["local code listed"]
    assert check(tmp_path)[0] == (
        "custom/codes.csv, line 5: this is not text. Save it as CSV, or as an Excel workbook."
    )
    (tmp_path / "codes.csv").unlink()
    os.mkfifo(tmp_path / "codes.csv")
    assert says(tmp_path, code) == ["local code listed"]


def test_the_former_names_are_read_with_a_note(folder, tmp_path):
    former = tmp_path / "own"
    shutil.copytree(folder, former)
    env = {key: os.environ[key] for key in os.environ if key != "CODEEDU_CUSTOM"}
    command = [sys.executable, "-m", "codeedu", "check"]
    done = subprocess.run(command, env=env | {"CODEEDU_OWN": str(former)}, capture_output=True,
                          text=True)  # fmt: skip
    assert "CODEEDU_OWN is now called CODEEDU_CUSTOM; rename it." in done.stderr
    assert "31-our-payers.ipynb" in done.stdout
    (tmp_path / "course" / ".codeedu").mkdir(parents=True)
    done = subprocess.run(command, env=env, cwd=tmp_path / "course", capture_output=True, text=True)
    assert done.stderr == "The folder own is now called custom; rename it.\n"
    assert "31-our-payers.ipynb" in done.stdout


def test_a_folder_that_is_not_read_is_noted(tmp_path, monkeypatch):
    monkeypatch.setenv("CODEEDU_CUSTOM", str(tmp_path / "none"))
    note = f"There is no folder {tmp_path / 'none'}, which CODEEDU_CUSTOM names."
    assert custom.note() == note
    monkeypatch.delenv("CODEEDU_CUSTOM")
    for name in ("own", "custom", "course/.codeedu"):
        (tmp_path / name).mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "course")
    assert custom.note() == "The folder own is not read, because there is a folder custom, too."
    monkeypatch.setattr(os, "environ", dict(os.environ))
    copy.find_custom(tmp_path / "course")  # as `codeedu lesson open` does
    assert custom.note() == "The folder own is not read, because there is a folder custom, too."
    (tmp_path / "custom").rmdir()
    os.environ["CODEEDU_CUSTOM"] = str(tmp_path / "own")
    assert custom.note() == "The folder own is now called custom; rename it."
    assert custom.shown(custom.folder() / "a.toml") == "own/a.toml"


def test_two_new_lessons_do_not_collide(tmp_path):
    for number in ("20", "21"):
        run(tmp_path, "-m", "codeedu", "lesson", "new", number, "Our payers")
    assert not [line for line in check(tmp_path) if " too" in line]


def test_the_folder_is_found_beside_a_learners_copy(folder, monkeypatch):
    course = folder.parent / "course"
    (course / ".codeedu").mkdir(parents=True, exist_ok=True)
    monkeypatch.delenv("CODEEDU_CUSTOM", raising=False)
    monkeypatch.chdir(course)
    assert custom.folder() == folder.resolve()


NOTEBOOK = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def lesson(folder, *codes, name="31-our-payers"):
    """Write a notebook with these cells of code."""
    cells = [{"cell_type": "code", "source": code, "metadata": {}} for code in codes]
    (folder / f"{name}.ipynb").write_text(json.dumps(NOTEBOOK | {"cells": cells}))


def check(folder):
    return run(folder, "-m", "codeedu", "check", str(folder)).splitlines()


def test_a_lesson_that_asks_questions_of_no_file_is_named(tmp_path):
    lesson(tmp_path, "import codeedu", 'codeedu.quiz("31")')
    what = (
        '31-our-payers.ipynb, cell 2 (codeedu.quiz("31")): `codeedu.quiz` asks questions of lesson '
        "31, and no file has any. Put 31-our-payers.toml beside the notebook, with an "
        "[[objective]] of lesson 31 and its questions: see docs/custom.md."
    )
    assert what in check(tmp_path)
    (tmp_path / "mine.toml").write_text(BANK + ITEM.format(place=1))
    assert what not in check(tmp_path)


def test_a_bank_whose_notebook_is_missing_is_named_and_still_asked(tmp_path):
    (tmp_path / "mine.toml").write_text(BANK + "".join(ITEM.format(place=n) for n in (1, 2, 3)))
    what = (
        "custom/mine.toml, line 4, lesson 31: the notebook 31-our-payers.ipynb is not beside this "
        "file. Put it there, or correct `notebook`."
    )
    assert check(tmp_path)[0] == what
    assert says(tmp_path, "print(len(quiz('31').paper.items))") == ["3"]


def test_a_fault_of_a_lessons_bank_is_named_once(tmp_path):
    lesson(tmp_path, "import codeedu")
    bank = BANK + ITEM.format(place=1).replace('"our-manual"', '"his"')
    (tmp_path / "31-our-payers.toml").write_text(bank)
    assert sum("there is no source 'his'" in line for line in check(tmp_path)) == 1


def test_what_two_files_add_twice_is_named_with_its_line(tmp_path):
    lesson(tmp_path)
    (tmp_path / "a.toml").write_text(BANK + ITEM.format(place=1))
    text = BANK + ITEM.format(place=2)
    (tmp_path / "b.toml").write_text(text.replace("our-manual", "hcfa-2000"))
    found = [line for line in check(tmp_path) if " too." in line]
    assert found == [
        "custom/b.toml, line 4: custom/a.toml has lesson '31' too. Drop it here, or rename it.",
        "custom/b.toml, line 12: custom/a.toml has objective '31-s-codes' too. Drop it here, or "
        "rename it.",
        "custom/b.toml, line 17: custom/a.toml has misconception 's-code-for-all' too. Drop it "
        "here, or rename it.",
        "custom/b.toml, line 22: the course has source 'hcfa-2000' too. Drop it here, or rename "
        "it.",
    ]


def test_a_custom_question_with_the_id_of_one_of_the_course_is_named(tmp_path):
    lesson(tmp_path)
    item = ITEM.format(place=1).replace("31-s-codes", "05-lost-dot")
    (tmp_path / "mine.toml").write_text(BANK + item)
    assert (
        "custom/mine.toml, line 26, 05-lost-dot-01: the course has an item with this id too. "
        "Give one of them the next free number." in check(tmp_path)
    )


def test_the_objectives_of_a_custom_lesson_are_those_of_its_question_file(tmp_path):
    lesson(tmp_path)
    (tmp_path / "mine.toml").write_text(BANK + ITEM.format(place=1))
    assert any(
        "the objectives are not those of its question file: “" in line
        and "” is missing. Copy `can` of every [[objective]]" in line
        for line in check(tmp_path)
    )
