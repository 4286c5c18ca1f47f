"""`codeedu check` says what it read of a folder, and names each file that nothing reads."""

import json
import re
from datetime import date

import openpyxl
import pytest
from test_custom import BANK, CODES, ITEM

from codeedu import tables
from codeedu.cli import main
from codeedu.codes import custom_codes
from codeedu.lab import copy
from codeedu.teach.author import new_lesson
from codeedu.teach.check import check

TODAY = date(2026, 11, 24)
LESSON = new_lesson.notebook.notebook([new_lesson.notebook.markdown("a", "# 20. Our payers")])
PICTURE = "![a map](fig.png)"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("CODEEDU_CUSTOM", str(tmp_path))
    yield tmp_path
    tables.rows.cache_clear()  # no other test reads what this one added
    tables.by.cache_clear()


def said(folder):
    """Return what is said of a folder, but of lists of the course that came out since."""
    lines = str(check([folder], TODAY)).splitlines()
    return [line for line in lines if " due by now" not in line]


def unread(folder):
    found = [re.fullmatch(r"custom/(.+?): warning: nothing reads this \w+\. (.+)", line)
             for line in said(folder)]  # fmt: skip
    return {match[1]: match[2] for match in found if match}


ANY = (
    "If a lesson is to show it, link to it there. The course reads question files (.toml), lessons "
    "(20-title.ipynb), and sheets (.csv or .xlsx) called codes, "
)
STRANGERS = {
    "mycodes.csv": "If it holds codes, call it codes.csv.",
    "code.xlsx": "If it holds codes, call it codes.xlsx.",
    "Our codes 2026.xls": "If it holds codes, save it as codes.xlsx.",
    "my questions.csv": "If it holds questions, call it questions.csv.",
    "our final.csv": "If it holds final lengths, call it final.csv.",
    "codes.csv.csv": "Call it codes.csv.",
    "codes.csv.txt": "Call it codes.csv.",
    "Codes (1).xlsx": "Call it codes.xlsx.",
    "codes - Copy.csv": "Call it codes.csv.",
    "our-state.toml.txt": "Call it our-state.toml.",
    "our-state.TOML": "Call it our-state.toml.",
    "Copy of our-state.toml.txt": "Call it our-state.toml.",
    "Our payers.ipynb": "Call it 20-our-payers.ipynb.",
    "20our.ipynb": "Call it 20-20our.ipynb.",
    "22 Our payers.ipynb": "Call it 22-our-payers.ipynb.",
    "letter.docx": ANY,
    "fig.png": ANY,
    "roster.csv": ANY,
}


@pytest.mark.parametrize(("name", "fix"), STRANGERS.items(), ids=STRANGERS)
def test_a_file_that_nothing_reads_is_named_with_its_right_name(folder, name, fix):
    (folder / name).write_text("x")
    ((called, says),) = unread(folder).items()
    assert called == name
    assert says.startswith(fix)
    assert said(folder)[-2:] == ["Nothing was read.", "no problems, 1 warning."]


@pytest.mark.parametrize("name", [".DS_Store", "~$codes.xlsx", "Thumbs.db", "desktop.ini"])
def test_what_a_system_puts_into_a_folder_is_no_stranger(folder, name):
    (folder / name).write_text("x")
    (folder / "codes.csv").write_text(CODES)
    assert said(folder) == ["Read: 3 codes.", "no problems, no warnings."]


def test_of_two_sheets_of_one_name_the_second_is_not_read(folder):
    for name in ("codes.csv", "codes.xlsx", "codes (2).csv"):
        (folder / name).write_text(CODES)
    assert unread(folder) == {
        "codes.xlsx": "The course reads codes.csv. Keep one of the two.",
        "codes (2).csv": "Keep one of it and codes.csv.",
    }
    assert custom_codes.custom.sheet("codes") == folder / "codes.csv"


def test_it_says_what_it_read(folder):
    (folder / "codes.csv").write_text(CODES.replace("terminated", "ended") + "99213,x,y,,\n")
    (folder / "final.csv").write_text("lesson,items\n5,3\n06,1\n")
    bank = BANK + "".join(ITEM.format(place=n) for n in (1, 2, 3))
    (folder / "a.toml").write_text(bank.replace("31-our", "20-our").replace('= "31"', '= "20"'))
    (folder / "20-our-payers.ipynb").write_text(LESSON)
    (folder / "b.toml").write_text("[item]")
    lines = said(folder)
    assert lines[-3:-1] == [
        "notice: custom/codes.csv: the column “ended” is not read. Known are: code, says, source, "
        "added, terminated.",
        "Read: 3 codes, 2 final lengths, 3 questions, and 1 lesson.",
    ]


def test_no_row_is_used_of_a_sheet_with_a_wrong_heading(folder):
    (folder / "due.csv").write_text("lesson,due,student\n05,2026-12-01,mlopez\n")
    assert said(folder) == [
        "custom/due.csv, line 1: there is no column “student”, and no line of the sheet is used. "
        "Columns are lesson, due, grace, late, learner. Correct it, or delete the column.",
        "Nothing was read.",
        "1 problem, no warnings.",
    ]


def test_each_further_sheet_of_a_workbook_is_named(folder):
    book = openpyxl.Workbook()
    book.active.append(["lesson", "items"])
    book.create_sheet("Old").append(["05", 3])
    book.create_sheet("Empty")
    book.save(folder / "final.xlsx")
    assert said(folder)[0] == (
        "custom/final.xlsx: warning: nothing reads the sheet “Old”. Only the first sheet is. "
        "Save this one as a file of its own."
    )


def test_what_a_lesson_shows_is_no_stranger(folder):
    (folder / "maps").mkdir()
    for name in ("fig.png", "maps/a b.png", "manual.pdf", "other.png"):
        (folder / name).write_text("x")
    text = f"{PICTURE} <img alt='b' src='maps/a%20b.png'> [the manual](manual.pdf#page=2)"
    (folder / "20-a.ipynb").write_text(LESSON.replace("# 20. Our payers", text))
    assert list(unread(folder)) == ["other.png"]


def test_a_picture_that_leads_back_to_itself_is_no_file(folder):
    (folder / "fig.png").symlink_to("fig.png")
    (folder / "20-a.ipynb").write_text(LESSON.replace("# 20. Our payers", PICTURE))
    assert any("there is no file fig.png" in line for line in said(folder))


def test_a_blank_in_a_link_is_named(folder):
    text = "[the manual](docs/waiver manual.pdf), [law](https://a.org 'the law'), `a` (b c.pdf)"
    (folder / "20-a.ipynb").write_text(LESSON.replace("# 20. Our payers", text))
    found = [line for line in said(folder) if "blank" in line]
    assert len(found) == 1
    what = "“docs/waiver manual.pdf” is no link: there is a blank in it."
    assert found[0].endswith(f"{what} Rename the file, or write %20.")


def test_an_empty_folder_gets_a_sentence(folder, capsys):
    (folder / ".hidden").write_text("")
    assert main(["check", str(folder)]) == 2
    assert capsys.readouterr().out == (
        f"{folder}: there is nothing in this folder. docs/custom.md says what belongs into it.\n"
        "Nothing was read.\n1 problem, no warnings.\n"
    )


def test_two_lessons_of_one_number_are_told(folder):
    for name in ("20-a", "20-b", "03-ours", "03-level-i-or-level-ii"):
        (folder / f"{name}.ipynb").write_text(LESSON)
    assert [line for line in said(folder) if " too." in line] == [
        "custom/03-ours.ipynb: 03-level-i-or-level-ii.ipynb has the number 03 too. Take a number "
        "from 20 to 99; to replace the course's, call it 03-level-i-or-level-ii.ipynb.",
        "custom/20-b.ipynb: 20-a.ipynb has the number 20 too. Give one of them another number: in "
        "its name, its cells and its questions.",
    ]


def test_a_lesson_that_no_question_file_names_is_told(folder):
    (folder / "20-a.ipynb").write_text(LESSON)
    what = (
        "20-a.ipynb: no question file has its [[lesson]], so it is on no page and no home page. "
        'Write one with notebook = "20-a": see docs/custom.md.'
    )
    assert what in said(folder)
    (folder / "a.toml").write_text(BANK.replace("31-our-payers", "20-a") + ITEM.format(place=1))
    assert what not in said(folder)


LINKS = {
    "![a](fig.png)": "",
    "![a](fig.png 'A map')": "",
    "[a]: fig.png\n![a]": "",
    "`![a](nofile.png)`": "",
    "[x](#Here) [y](https://a.example/b.png) [z](mailto:a@b.example)": "",
    "[x](03-level-i-or-level-ii.ipynb#Drugs) [y](20-a.ipynb)": "",
    "![a](nofile.png)": "there is no file nofile.png. Put it beside the lesson, or correct the "
    "name; capital letters count.",
    "<img alt='a' src=\"Fig.png\">": "there is no file Fig.png. Put it beside the lesson, or "
    "correct the name; capital letters count.",
    "[manual](a%20b.pdf)": "there is no file a b.pdf. Put it beside the lesson, or correct the "
    "name; capital letters count.",
    "[x](03-level-i.ipynb)": "there is no lesson 03-level-i.ipynb. Did you mean "
    "03-level-i-or-level-ii.ipynb?",
    "![a](../fig.png)": "“../fig.png” leads out of the folder of the lesson. Put the file beside "
    "the lesson, and write only its name.",
    "![a](/etc/hostname)": "“/etc/hostname” leads out of the folder of the lesson. Put the file "
    "beside the lesson, and write only its name.",
    "![a](C:/figs/fig.png)": "“C:/figs/fig.png” leads out of the folder of the lesson. Put the "
    "file beside the lesson, and write only its name.",
    "![a](file:///etc/hostname)": "“file:///etc/hostname” leads out of the folder of the lesson. "
    "Put the file beside the lesson, and write only its name.",
    "![a](link.png)": "“link.png” leads out of the folder of the lesson. Put the file beside the "
    "lesson, and write only its name.",
    "![a](attachment:fig.png)": "a pasted picture is missing. Paste it again into the cell that "
    "shows it, or save it as a file beside the lesson.",
    "![a](http://[1.png)": "",
}


@pytest.mark.parametrize(("text", "what"), LINKS.items(), ids=LINKS)
def test_a_picture_or_a_lesson_that_is_missing_is_told(folder, tmp_path_factory, text, what):
    (folder / "fig.png").write_text("x")
    outside = tmp_path_factory.mktemp("outside") / "fig.png"
    outside.write_text("x")
    (folder / "link.png").symlink_to(outside)
    path = folder / "20-a.ipynb"
    notebook = json.loads(LESSON)
    texts = (text, "**Next**: nothing")
    notebook["cells"] += [new_lesson.notebook.markdown("b", t) for t in texts]
    path.write_text(json.dumps(notebook))
    about = [line for line in said(folder) if "cell 2 (" in line]
    assert [line.partition("): ")[2] for line in about] == ([what] if what else [])
    travels = ["fig.png"] if text.startswith(("![a](fig.png", "[a]: fig.png")) else []
    assert [file.name for file in copy.lesson_files(path)] == travels


@pytest.mark.parametrize("pasted", [None, 7, [], {}, {"p.png": {}}, {"p.png": 7}])
def test_a_pasted_picture_that_cannot_be_read_is_missing(folder, pasted):
    notebook = json.loads(LESSON)
    cell = new_lesson.notebook.markdown("b", "![a](attachment:p.png)") | {"attachments": pasted}
    notebook["cells"].append(cell)
    (folder / "20-a.ipynb").write_text(json.dumps(notebook))
    assert any("a pasted picture is missing. Paste it again" in line for line in said(folder))
    cell["attachments"] = {"p.png": {"image/png": "aGk="}}
    (folder / "20-a.ipynb").write_text(json.dumps(notebook))
    assert not any("pasted" in line for line in said(folder))


def test_a_replaced_lesson_says_when_the_courses_own_has_moved_on(folder, monkeypatch, capsys):
    assert main(["lesson", "copy", "3"]) == 0
    (path,) = folder.glob("*")
    assert path.name == "03-level-i-or-level-ii.ipynb"
    assert said(folder) == ["Read: 1 lesson.", "no problems, no warnings."]
    assert main(["lesson", "copy", "03"]) == 2
    assert "is there already; nothing was written" in capsys.readouterr().err
    text = path.read_text("utf-8").replace("Level I or Level II?", "Which level?")
    path.write_text(text, "utf-8")
    assert said(folder) == ["Read: 1 lesson.", "no problems, no warnings."], "states its own facts"
    monkeypatch.setattr(copy, "version_of", lambda name: "tomorrow's")
    assert said(folder)[0] == f"notice: {path.name} {copy.MOVED_ON}"
    assert main(["lesson", "copy", "03", "--seen"]) == 0
    assert said(folder) == ["Read: 1 lesson.", "no problems, no warnings."]
    assert "Which level?" in path.read_text("utf-8")


def test_a_lesson_of_the_course_is_copied_by_its_number_only(folder, capsys):
    assert main(["lesson", "copy", "42"]) == 2
    assert "There is no lesson 42; there are: 00, 01," in capsys.readouterr().err
    assert main(["lesson", "copy", "03", "--seen"]) == 2
    assert "there is no such file or folder." in capsys.readouterr().err
