"""Moodle's questions become rows of a sheet, and what is lost is named."""

import pytest

from banks import ONE_EACH
from codeedu import custom
from codeedu.cli import main
from codeedu.files import workbook
from codeedu.questions import bank, sheet
from codeedu.questions.printed import PrintedItem, by_lesson
from codeedu.reading import Unreadable
from codeedu.teach.author import bank_rules, moodle_import
from codeedu.teach.export import moodle


@pytest.fixture(autouse=True)
def no_custom_folder(tmp_path, monkeypatch):
    monkeypatch.setenv(custom.VARIABLE, str(tmp_path / "custom"))


def imported(place, inner):
    path = place / "moodle.xml"
    path.write_text(f"<quiz>{inner}</quiz>", encoding="utf-8")
    return moodle_import.read(path, "05-lost-dot")


def question(kind, inner, stem="Which of these is it?"):
    return (
        f'<question type="{kind}"><name><text>Q</text></name><questiontext format="html">'
        f"<text><![CDATA[{stem}]]></text></questiontext>{inner}</question>"
    )


def answer(text, fraction, why="", more=""):
    return (
        f'<answer fraction="{fraction}" format="html"><text><![CDATA[{text}]]></text>{more}'
        f"<feedback format='html'><text><![CDATA[{why}]]></text></feedback></answer>"
    )


# What we wrote comes back


def test_our_own_export_is_asked_and_graded_as_before(tmp_path):
    printed = [PrintedItem(item) for item in (*bank.load(), *ONE_EACH) if not item.exercise]
    items = [one.item for listed in by_lesson(printed).values() for one in listed]
    items.sort(key=lambda item: (item.pool == "final", item.lesson))  # a category for each
    by_objective = {item.objective: [] for item in items}
    for item in items:
        by_objective[item.objective].append(item)
    items = [item for listed in by_objective.values() for item in listed]
    items.sort(key=lambda item: (item.pool == "final", item.lesson))
    path = tmp_path / "ours.xml"
    path.write_bytes(moodle.build(printed, "T"))
    read = moodle_import.read(path, "01-levels")
    assert (read.lines, read.whole) == ([], True)
    (tmp_path / "questions.xlsx").write_bytes(workbook(sheet.table(read.rows)))
    back = bank.read(tmp_path / "questions.xlsx")
    for item, again in zip(items, back, strict=True):
        assert (again.key, again.objective, again.level, again.hint) == (
            item.key,
            item.objective,
            item.level,
            item.hint,
        )
        assert again.explanation.startswith(" ".join(item.explanation.replace("\n", " ").split()))
        if item.kind != "spot":  # Moodle has no such type: it comes back as "one"
            assert again.seen == item.seen, item.id


# Each type of Moodle's: what it becomes, and what is said to be lost

TWO = answer("A", 100, "Why A") + answer("B", 0)
PAIRS = "".join(
    f"<subquestion "
    f'format="html"><text><![CDATA[{part}]]></text><answer><text>{text}</text></answer></subquestion>'
    for part, text in (("<p>J1885</p>", "Level II"), ("99213", "CPT"), ("", "CDT"))
)
UNITS = "".join(
    f"<unit><multiplier>{size}</multiplier><unit_name>{name}</unit_name></unit>"
    for size, name in ((1, "mg"), (0.001, "g"))
)
STAR = answer(r"a\*b", 0)
PARTS = "answers are right or wrong, and earn or cost no part of the mark"
READ = [
    ("multichoice", f"<single>true</single>{TWO}", {"kind": "one", "answer 1": "A", "answer 1 "
     "right":
     "yes", "answer 1 why": "Why A", "answer 2 right": "no"}, ""),
    ("multichoice", f"<single>false</single>{TWO}{answer('C', 50)}", {"kind": "many", "answer 1 "
     "right":
     "yes", "answer 3 right": "yes"}, PARTS),
    ("multichoice", TWO + answer("C", 50) + answer("D", -25), {"kind": "one", "answer 3 right":
     "no"}, PARTS),
    ("truefalse", answer("true", 0) + answer("false", 100), {"kind": "one", "answer 1": "true",
     "answer 2 right": "yes"}, ""),
    ("shortanswer", f"<usecase>1</usecase>{answer('J1885', 100)}{answer('*', 0)}{STAR}",
     {"kind": "type", "answer 1": "J1885", "answer 2": "a*b"},
     "capitals do not matter; an answer with * for any text is left out"),
    ("numerical", f"{answer('4', 100, more='<tolerance>0.5</tolerance>')}{answer('5', 100)}"
     f"<units>{UNITS}</units>", {"kind": "number", "answer 1": "4", "tolerance": "0.5", "unit":
     "mg"},
     "no unit but mg is kept; right numbers after the first are left out"),
    ("matching", PAIRS, {"kind": "one", "question": "Which of these is it?\n\nJ1885", "answer 1":
     "Level II", "answer 1 right": "yes", "answer 3": "CDT", "answer 3 right": "no"},
     "each of its 2 pairs is a question"),
    ("ordering", answer("second", 2) + answer("first", 1), {"kind": "order", "answer 1":
     "first"}, ""),
    ("multichoice", f"{TWO}<hint format='html'><text>One.</text></hint><hint "
     f"format='html'><text>Two."
     "</text></hint>"
     "<tags><tag><text>02-modifiers</text></tag><tag><text>apply</text></tag></tags>", {"hint":
     "One. Two.", "objective": "02-modifiers", "level": "apply"}, ""),
    ("multichoice", f"{TWO}<generalfeedback format='html'><text><![CDATA[<p>See <a href='x'>this</a"
     ">.</p><p><img src='y' alt='a form'></p>]]></text></generalfeedback>",
     {"explanation": "See this. [picture: a form]"}, "links are lost; pictures and files are lost"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "inner", "cells", "lost"), READ)
def test_each_type_becomes_a_row(tmp_path, kind, inner, cells, lost):
    read = imported(tmp_path, question(kind, inner))
    assert {name: read.rows[0].get(name) for name in cells} == cells
    assert read.lines == ([f"1. “Q”: {lost}"] if lost else [])


NOT_READ = [
    ("essay", "", "a question of the type essay"),
    ("cloze", "", "a question of the type cloze"),
    ("description", "", "a question of the type description"),
    ("multichoice", answer("A", 50), "because no answer earns the whole mark"),
    ("multichoice", answer("A", "much"), "because 'much' is not a number"),
    ("multichoice", answer("A", "nan"), "because 'nan' is not a number"),
    ("multichoice", answer("A", 100) * 27, "because it has more than 26 answers"),
    ("matching", PAIRS.replace("CPT", ""), "because no answer earns the whole mark"),
    ("numerical", answer("*", 100), "because no answer earns the whole mark"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "inner", "why"), NOT_READ)
def test_what_is_not_read_is_named(tmp_path, kind, inner, why):
    read = imported(tmp_path, question(kind, inner))
    assert (read.rows, read.whole) == ([], False)
    assert read.lines[-1:] == [f"1. “Q”: not imported, {why}"]


@pytest.mark.parametrize("html", ["<div>" * 100_000, "<code>x" * 20_000])
def test_a_text_that_is_all_tags_is_not_read(tmp_path, html):
    read = imported(tmp_path, question("multichoice", TWO, html))
    assert read.lines == ["1. “Q”: not imported, because a text of it has more than 4,000 tags"]


TEXTS = [
    ("<p>One</p><p>two<br>three</p>", "One\n\ntwo\n\nthree"),
    ("Is <code>J1885</code> `a` drug?", "Is `J1885` 'a' drug?"),
    ("<p>Here:</p><pre>a  b<br>c\nd</pre>\n<p>Which?</p>", "Here:\n```\na  b\nc\nd\n```\nWhich?"),
    ("<pre><code>a</code></pre>", "```\na\n```"),
    ("a &lt; b &amp;amp; c&nbsp;d", "a < b &amp; c d"),
    ("<script>x()</script><style>p{}</style>Words", "Words"),
    ("<code></code><code> <code>x", "` x`"),
    ("<b>un<i>closed <p>x", "unclosed\n\nx"),
    ("<ul><li>a</li><li>b</li></ul>", "a\n\nb"),
    ("<!-- no --><![if x]>y", "y"),
    ("<div>" * 3000 + "deep", "deep"),
]  # fmt: skip


@pytest.mark.parametrize(("html", "text"), TEXTS)
def test_html_becomes_our_text(tmp_path, html, text):
    (row,) = imported(tmp_path, question("multichoice", TWO, html)).rows
    assert row["question"] == text


BOMB = b'<!DOCTYPE quiz [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><quiz>&b;</quiz>'
MOODLE = " In Moodle, export the question bank in the format Moodle XML."
UNREADABLE = [
    (BOMB, f"this has a DOCTYPE, which Moodle does not write.{MOODLE}", 0),
    (BOMB.decode().encode("utf-16"), f"this has a DOCTYPE, which Moodle does not write.{MOODLE}",
     0),
    (b"<quiz>\n<question></quiz>", f"this is not XML.{MOODLE}", 2),
    (b"PK\x03\x04", f"this is not XML.{MOODLE}", 1),
    (b"", f"this is not XML.{MOODLE}", 1),
    (b'<?xml version="1.0" encoding="klingon"?><quiz/>', f"this is not XML.{MOODLE}", 1),
    (b"<questestinterop/>", f"this is XML, but not of Moodle's questions.{MOODLE}", 0),
    (b" " * 10_000_001, "this is larger than 10 MB. Divide it into several files.", 0),
]  # fmt: skip


@pytest.mark.parametrize(("data", "says", "line"), UNREADABLE)
def test_what_is_no_export_of_moodle_is_refused(tmp_path, data, says, line):
    path = tmp_path / "moodle.xml"
    path.write_bytes(data)
    with pytest.raises(Unreadable) as caught:
        moodle_import.read(path, "05-lost-dot")
    assert (f"{caught.value.what}. {caught.value.fix}", caught.value.line) == (says, line)


# The command


@pytest.mark.parametrize("name", ["questions-week5.xlsx", "questions-week5.csv"])
def test_the_command_writes_a_sheet_that_is_checked_and_asked(tmp_path, capsys, name):
    file, output = tmp_path / "moodle.xml", tmp_path / name
    one = question("multichoice", TWO, "<p>Which of these is <code>J1885</code>?</p>")
    file.write_text(f"<quiz>{one}{question('essay', '')}</quiz>", encoding="utf-8")
    run = ["import", str(file), "--objective", "05-lost-dot", "-o", str(output)]
    assert main(run) == 1
    assert capsys.readouterr().out == (
        "1 question imported.\n2. “Q”: not imported, a question of the type essay\n"
        f"Written to {output}. Now: codeedu check {output}\n"
    )
    assert [str(p) for p in bank_rules.check_banks([output]) if not p.warning] == []
    (item,) = bank.read(output)
    assert (item.stem, item.id) == (
        "Which of these is `J1885`?",
        sheet.id_of(item.objective, item.stem),
    )
    assert main(run) == 2
    assert f"{output} is there already. Choose another name." in capsys.readouterr().err


REFUSED = [
    (["--objective", "05-lost"], "There is no objective '05-lost': see "
     "data/course/objectives.csv."),
    (["-o", "week5.xlsx"], "Call week5.xlsx questions.xlsx, or questions-week5.csv, or the like."),
    (["-o", "questions.ods"], "Call questions.ods questions.xlsx, or questions-week5.csv, or the "
     "like."),
    ([], "no.xml: cannot be read: No such file or directory. Check the path."),
]  # fmt: skip


@pytest.mark.parametrize(("more", "says"), REFUSED)
def test_the_command_refuses_what_fits_nothing(capsys, more, says):
    given = ["import", "no.xml", "--objective", "05-lost-dot", "-o", "questions.csv", *more]
    assert main(given) == 2
    assert capsys.readouterr().err == f"codeedu: {says}\n"


@pytest.mark.parametrize(
    ("stem", "why"),
    [
        ("a <![5", "because a text of it is not HTML"),
        ("<a " + "x" * 100_000, "because a text of it has more than 100,000 characters"),
    ],
)
def test_a_text_that_no_reader_takes_is_named(tmp_path, stem, why):
    read = imported(tmp_path, question("shortanswer", answer("E1165", 100), stem))
    assert (read.rows, read.lines) == ([], [f"1. “Q”: not imported, {why}"])
