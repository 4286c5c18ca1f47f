"""One file to hand out: the pages with the custom folder in them, and a page for students."""

import re
import zipfile
from io import BytesIO

import pytest
from bs4 import BeautifulSoup
from openpyxl import Workbook

from codeedu.cli import main
from codeedu.learner import my_answers
from codeedu.pages import handout
from codeedu.pages.package import package
from codeedu.questions import decisions
from codeedu.sheets import read_sheet
from course_pages import made

CODES = "code,says,source\nHATP14,Adult training day,State manual\n"
DUE = """Lesson,Due,Grace,Late,Learner
5,12/1/2026,2,10,
Final,2026-12-15,,,
06,soon,,,
05,2026-12-08,,,mlopez
all,2026-12-20,,5%,All
"""
DECISIONS = '''decision,item,answer,learner,reason,by
drop,05-lost-dot-01,,,"Kim found it, thanks",Ms. Tran
also right,02-modifiers-12,"-25, ""or""",All,,Ms. Tran
owner,,,mlopez,it is hers,Ms. Tran
'''


@pytest.fixture
def custom_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("CODEEDU_CUSTOM", str(tmp_path))
    monkeypatch.setattr(handout, "site", lambda: made("00"))
    yield tmp_path
    decisions.read_again()


def start(title="codeedu"):
    text = handout.handout(title).files["START-HERE.html"].decode()
    return text, BeautifulSoup(text, "html.parser").main


def test_the_pages_are_in_a_folder_and_beside_it_is_a_page_for_students(custom_folder, capsys):
    place = custom_folder.with_suffix(".zip")
    assert main(["pack", "-o", str(place), "--title", "Fall <class>"]) == 0
    said = capsys.readouterr().out
    assert re.match(rf"4 pages written to {place}, 1\d\.\d MB\. In it: START-HERE\.html, ", said)
    with zipfile.ZipFile(place) as packed:
        files = {name: packed.read(name) for name in packed.namelist()}
    assert b"<h1>Fall &lt;class&gt;</h1>" in files.pop("START-HERE.html")
    assert files == {f"course/{name}": data for name, data in made("00").files.items()}


def test_only_an_earlier_pack_is_replaced(custom_folder, capsys):
    place = custom_folder / "week1.zip"
    with zipfile.ZipFile(place, "w") as packed:
        packed.writestr("mlopez.jsonl", "{}")
    assert main(["pack", "-o", str(place)]) == 2
    said = f"codeedu: {place} holds other files. Choose another name.\n"
    assert capsys.readouterr().err == said
    place.unlink()
    assert [main(["pack", "-o", str(place)]) for _ in "ab"] == [0, 0]


def test_the_page_for_students_leads_into_the_folder_and_needs_nothing_else(custom_folder):
    text, main_part = start()
    files = handout.handout("").files
    assert [link["href"] for link in main_part.find_all("a")] == ["course/index.html"]
    places = re.findall(r'(?:src|href)="([^"]+)"', text)
    assert sorted(places) == ["course/index.html", "course/live/icon.svg"]
    assert set(places) <= set(files)


def test_the_page_for_students_calls_buttons_what_the_pages_call_them(custom_folder):
    named = set(re.findall("“([^”]+)”", start()[1].get_text()))
    labels = {label for control in my_answers.CONTROLS for _, label in control["buttons"]}
    script = made("00").files["live/course.js"].decode()
    assert {"Hand in", "Bring back"} == named & labels
    there = {name for name in named if f'"{name}"' in script}
    assert len(there) == 4
    others = {
        "Start here",
        "Your answers belong to you",
        "Your answers are kept in this browser",
        "Open with",
        "Extract All",
        "START-HERE.html",
        "course",
        "Download",
    }
    assert named == labels & named | there | others


def test_due_days_of_all_are_told_and_nobody_s_own(custom_folder):
    assert "Due days" not in start()[0]
    (custom_folder / "due.csv").write_text(DUE, encoding="utf-8")
    told = [line.get_text() for line in start()[1].section.find_all("li")]
    assert told == [
        "Lesson 05, Common confusions: December 1, 2026. 2 more days count in full. After that, "
        "each day takes 10% off.",
        "Final: December 15, 2026. Later, answers do not count.",
        "Whatever is not named here: December 20, 2026. Later, each day takes 5% off.",
    ]
    assert handout.OF_YOUR_OWN in start()[1].section.get_text()
    (custom_folder / "due.csv").write_text("What,When\n05,soon\n", encoding="utf-8")
    assert "Due days" not in start()[0]


def test_a_due_day_of_no_lesson_is_told_nobody_as_in_the_gradebook(custom_folder):
    rows = "zz,2026-12-01\n<b>x</b>,2026-12-02\n5-20-7,2026-12-03\n05,12/1/26\n"
    (custom_folder / "due.csv").write_text(f"lesson,due\n{rows}", encoding="utf-8")
    (told,) = start()[1].section.find_all("li")
    where = "(in the course, choose “Assignment” and type 05-20-7)"
    assert (
        told.get_text()
        == f"Assignment 05-20-7 {where}: December 3, 2026. Later, answers do not count."
    )


def test_decisions_go_along_without_names_and_reasons(custom_folder):
    (custom_folder / "decisions.csv").write_text(DECISIONS, encoding="utf-8")
    (custom_folder / "codes.csv").write_text(CODES, encoding="utf-8")
    decisions.read_again()
    with zipfile.ZipFile(BytesIO(package(final=True))) as packed:
        text = packed.read("custom/decisions.csv")
        assert "custom/codes.csv" in packed.namelist()
    assert not re.search(b"mlopez|Tran|Kim|hers", text)
    (custom_folder / "decisions.csv").write_bytes(text)
    rows = read_sheet(custom_folder / "decisions.csv", ("decision", "item", "answer")).rows
    assert [tuple(row.fields.values()) for row in rows] == [
        ("drop", "05-lost-dot-01", ""),
        ("also right", "02-modifiers-12", '-25, "or"'),
    ]
    (custom_folder / "decisions.csv").write_text("What\nno\n", encoding="utf-8")
    decisions.read_again()
    with zipfile.ZipFile(BytesIO(package(final=True))) as packed:
        assert "custom/decisions.csv" not in packed.namelist()


def test_only_what_is_read_of_a_sheet_goes_along(custom_folder):
    book = Workbook()
    book.active.append(["Code", "Says", "Source", "My notes"])
    book.active.append(["W4012", "Attendant care", "State manual", "ask zlearner"])
    book.create_sheet("grades").append(["zlearner", "F"])
    book.save(custom_folder / "codes.xlsx")
    (custom_folder / "final.csv").write_text("lesson,items,why\n5,3,zlearner\n")
    with zipfile.ZipFile(BytesIO(package(final=True))) as packed:
        given = {name: packed.read(name) for name in packed.namelist() if "custom/" in name}
    assert given == {
        "custom/codes.csv": b"code,says,source,added,terminated\r\n"
        b"W4012,Attendant care,State manual,,\r\n",
        "custom/final.csv": b"lesson,items\r\n05,3\r\n",
    }


def test_what_is_packed_of_the_custom_folder_is_said(custom_folder, monkeypatch):
    assert handout.handout("").about.endswith("the folder course, no custom folder.")
    (custom_folder / "codes.csv").write_text(CODES, encoding="utf-8")
    page = {"20-ours.html": b""}
    files = made("00").files | {"live/package.zip": package(final=True)}
    monkeypatch.setattr(handout, "site", lambda: handout.Site(files, made("00").pages))
    assert handout.handout("").about.endswith("of your custom folder codes.csv.")
    (custom_folder / "20-ours.ipynb").write_text("{}")
    (custom_folder / "mine.docx").write_text("not read")
    monkeypatch.setattr(handout, "site", lambda: handout.Site(files | page, made("00").pages))
    assert handout.handout("").about.endswith("of your custom folder 20-ours.ipynb and codes.csv.")


def test_the_file_has_to_be_a_zip(tmp_path, capsys):
    with pytest.raises(SystemExit) as stop:
        main(["pack", "-o", str(tmp_path / "course")])
    assert stop.value.code == 2
    assert f"{tmp_path / 'course'} must end in .zip" in capsys.readouterr().err
