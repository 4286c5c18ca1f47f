"""Exports: other people's readers take every question, and a bank's text is never markup."""

import csv
import io
import re
import time
import zipfile
from collections import Counter
from dataclasses import replace
from html import escape, unescape
from importlib import import_module
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import codeedu
from banks import ONE, ONE_EACH, item, use_only
from codeedu.cases.templates import TEMPLATES
from codeedu.cli import main
from codeedu.files import no_formula
from codeedu.lessons import lesson_name
from codeedu.questions import bank, cases
from codeedu.questions.final_length import lengths
from codeedu.questions.items import Option
from codeedu.questions.printed import PrintedItem, as_html, as_text, inline, plain_text
from codeedu.teach.export import (
    FORMATS,
    anki,
    canvas_lms,
    draws,
    export_bank,
    moodle,
    qti,
    spreadsheet,
    worksheet,
)

FEWER = [
    ("csv", {"items": 600}, "There are no more than these; you asked for 600."),
    ("canvas", {"items": 4, "draw": 10},
     "Lessons with fewer questions than `draw` ask all: 05 (4)."),
    ("canvas", {"items": 4, "draw": 4}, ""),
]  # fmt: skip


@pytest.mark.parametrize(("to", "asked", "says"), FEWER)
def test_fewer_questions_than_asked_for_are_told(tmp_path, to, asked, says):
    path = tmp_path / ("a.zip" if to == "canvas" else "a.csv")
    exported = export_bank.export_bank(to, path, objectives=["05-lost-dot"], **asked)
    assert exported.notes == says
    assert says in repr(exported).splitlines() or not says


def test_no_sheet_of_the_custom_folder_is_replaced(tmp_path, monkeypatch):
    monkeypatch.setenv("CODEEDU_CUSTOM", str(tmp_path))
    path = tmp_path / "questions.csv"
    path.write_text("question,objective,answer 1\n")
    with pytest.raises(ValueError, match="is in your custom folder already"):
        export_bank.export_bank("csv", path)
    assert path.read_text() == "question,objective,answer 1\n"


KNOWN = "Known are moodle-xml, qti, canvas, anki, worksheet, csv, scorm12, and scorm2004."
# In the order of the exports: the final comes last, and Moodle has a category for each objective.
COURSE = [
    PrintedItem(one)
    for one in sorted(bank.load(), key=lambda one: (one.pool == "final", one.lesson, one.objective))
    if not one.exercise
]
KIND = {question.id: question for question in COURSE}
QTI = "{http://www.imsglobal.org/xsd/imsqti_v2p1}"

EVIL = '<script>alert(1)</script> [html]<b> ~=#{}: \\n \\ %50% "q" & [sound:x] {{c1::y}} \x00\u202e'
EVILS = tuple(
    replace(
        one,
        stem=f"{EVIL} `{EVIL}`\n\n```\n{EVIL}\n```",
        explanation=EVIL,
        look=EVIL,
        hint=EVIL,
        sources=(EVIL,),
        unit=EVIL if one.unit else "",
        answers=tuple(f"{EVIL} {n}" for n, _ in enumerate(one.answers)),
        options=tuple(replace(o, text=f"{EVIL} {o.text}", feedback=EVIL) for o in one.options),
        distractors=tuple(
            replace(o, text=o.text if o.number is not None else EVIL, feedback=EVIL)
            for o in one.distractors
        ),
    )
    for one in ONE_EACH
)


def build(to, items):
    module = import_module(f"codeedu.teach.export.{FORMATS[to].module}")
    return module.build([PrintedItem(one) for one in items], "A test")


def said(nodes):
    """Return nodes as HTML in which entities are characters: readers write them differently."""
    return unescape(as_html(nodes))


# What is exported


@pytest.mark.parametrize("to", FORMATS)
def test_every_format_takes_the_course(to, tmp_path):
    path = tmp_path / f"all{FORMATS[to].endings[0]}"
    done = codeedu.export_bank(to, path, pool="all")
    assert done.items == len(COURSE)
    assert repr(done).startswith(f"{len(COURSE)} questions written to {path}.")
    assert path.stat().st_size > 100_000


def test_the_final_leaves_only_when_asked_for(tmp_path):
    def ids(**options):
        codeedu.export_bank("csv", tmp_path / "a.csv", **options)
        with open(tmp_path / "a.csv", encoding="utf-8-sig", newline="") as file:
            return {row["id"] for row in csv.DictReader(file)}

    final = {q.id for q in COURSE if q.item.pool == "final"}
    assert ids() == {q.id for q in COURSE} - final
    assert ids(pool="final") == final
    assert ids(pool="all", lessons=["05", "02"]) == {
        q.id for q in COURSE if q.item.lesson in ("02", "05")
    }


def ids_in(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return [row["id"] for row in csv.DictReader(file)]


@pytest.mark.parametrize("to", FORMATS)
def test_every_format_takes_a_drawn_part(to, tmp_path):
    path = tmp_path / f"a{FORMATS[to].endings[0]}"
    options = {"lessons": ["05", "02"], "objectives": ["05-lost-dot", "02-modifiers"], "seed": 2}
    assert codeedu.export_bank(to, path, items=9, **options).items == 9


def test_the_same_seed_draws_the_same_questions_spread_as_in_a_quiz(tmp_path):
    path = tmp_path / "a.csv"

    def drawn(**options):
        codeedu.export_bank("csv", path, lessons=["05"], items=20, **options)
        return ids_in(path)

    first = drawn(seed=7)
    assert first == drawn(seed=7) != drawn(seed=8)
    assert drawn() == drawn(seed=0)
    assert len(set(first)) == 20
    objectives = Counter(KIND[name].item.objective for name in first)
    assert set(objectives) == {q.item.objective for q in COURSE if q.item.lesson == "05"}
    assert max(objectives.values()) - min(objectives.values()) <= 1


def test_an_objective_is_kept_alone(tmp_path):
    path = tmp_path / "a.csv"
    codeedu.export_bank("csv", path, objectives=["05-lost-dot", "02-modifiers"], pool="all")
    assert {KIND[name].item.objective for name in ids_in(path)} == {"05-lost-dot", "02-modifiers"}


def test_a_dropped_question_is_not_exported(tmp_path, monkeypatch):
    monkeypatch.setattr(export_bank, "is_dropped", lambda one: one.id == "05-lost-dot-01")
    codeedu.export_bank("csv", tmp_path / "a.csv", objectives=["05-lost-dot"])
    assert "05-lost-dot-02" in ids_in(tmp_path / "a.csv")
    assert "05-lost-dot-01" not in ids_in(tmp_path / "a.csv")


REFUSED = [
    ("--to anki --draw 3", "`draw` is for qti and canvas, not for anki: see docs/export.md."),
    ("--to moodle-xml --graded", "`graded` is for canvas, not for moodle-xml: see docs/export.md."),
    ("--to qti --attempts 2", "`attempts` is for canvas, not for qti: see docs/export.md."),
    ("--to qti --points 2", "`points` is for canvas, not for qti: see docs/export.md."),
    (
        "--to csv --answers hidden",
        "`answers` is for qti and canvas, not for csv: see docs/export.md.",
    ),
    ("--to csv --key b.csv", "`key` is for worksheet, not for csv: see docs/export.md."),
    ("--to csv --items 0", "`items` is 0. It has to be 1 or more."),
    ("--to csv --seed 3", "`seed` decides which questions `items` draws: give `items`, too."),
    ("--to csv --cases 3", "`cases` is for worksheet, not for csv: see docs/export.md."),
    ("--to worksheet --cases 0", "`cases` is 0. It has to be 1 or more."),
    ("--to worksheet --cases 2 --items 3", "A worksheet of `cases` has no questions: leave out"),
    ("--to worksheet --cases 2 --pool all", "A worksheet of `cases` has no questions: leave out"),
    ("--to worksheet --cases 2 --lesson 01", "There is no case to print: leave out the lessons"),
    ("--to canvas --draw 0", "`draw` is 0. It has to be 1 or more."),
    ("--to canvas --draw 3 --pool final", "The final draws as the course's own: leave out `draw`."),
    ("--to canvas --attempts 0", "`attempts` is 0. It has to be 1 or more, or unlimited."),
    ("--to canvas --points -1", "`points` is -1.0. It has to be more than 0."),
    ("--to canvas --points nan", "`points` is nan. It has to be more than 0."),
    (
        "--to csv --objective 05-lost-dt",
        "No question is of objective '05-lost-dt'. Did you mean 05-lost-dot?",
    ),
    ("--to csv --objective x", "No question is of objective 'x'. There are 01-"),
    ("--to csv --objective 05-lost-dot --lesson 04", "There is no practice question to export."),
    (
        "--to worksheet --key a.html",
        "The questions and the key are to be two files: choose another name.",
    ),
    ("--to worksheet --key a.txt", "a.txt has to end in .html or .pdf."),
    ("--to worksheet --key no/a.pdf", "There is no folder no."),
]


@pytest.mark.parametrize(("words", "says"), REFUSED)
def test_what_a_format_cannot_hold_is_refused(words, says, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    words = words.split()
    ending = FORMATS[words[1]].endings[0]
    assert main(["export", *words, "-o", f"a{ending}"]) == 2
    assert capsys.readouterr().err.startswith(f"codeedu: {says}")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("words", ["--items 3", "--draw 3", "--graded", "--objective 05-lost-dot"])
def test_lessons_are_exported_whole(words, tmp_path, capsys):
    option, *_ = words.split()
    with pytest.raises(SystemExit):
        main(["export", "--to", "scorm12", *words.split(), "-o", str(tmp_path / "a.zip")])
    says = f"codeedu export: error: SCORM 1.2 holds whole lessons: leave out {option}\n"
    assert capsys.readouterr().err.endswith(says)


def test_the_command_exports(tmp_path, capsys, monkeypatch):
    use_only(monkeypatch, tmp_path / "custom.toml", ONE)
    path = tmp_path / "one.xml"
    assert main(["export", "--to", "moodle-xml", "-o", str(path)]) == 0
    assert capsys.readouterr().out == f"1 question written to {path}.\n"
    assert "<idnumber>01-levels-01</idnumber>" in path.read_text()


def test_the_command_names_the_formats(tmp_path, capsys):
    assert main(["export", "--to", "pdf", "-o", str(tmp_path / "a.txt")]) == 2
    assert capsys.readouterr().err == f"codeedu: There is no format 'pdf'. {KNOWN}\n"
    with pytest.raises(SystemExit):
        main(["export", "--help"])
    assert "moodle-xml, qti, canvas, anki, worksheet, csv, scorm12, or scorm2004" in " ".join(
        capsys.readouterr().out.split()
    )


def test_what_is_left_out_is_said(tmp_path):
    done = codeedu.export_bank("qti", tmp_path / "a.zip", lessons=["04"], pool="all")
    orders = sum(q.kind == "order" for q in COURSE if q.item.lesson == "04")
    hints = sum(bool(q.item.hint) for q in COURSE if q.item.lesson == "04")
    step = "feedback on a step by itself (it is in the general feedback)"
    assert f"  {step}: {orders} questions" in repr(done).splitlines()
    assert f"  the hint: {hints} questions" in repr(done).splitlines()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("pdf", "a.pdf"), f"There is no format 'pdf'. {KNOWN}"),
        (("worksheet", "a.doc"), "a.doc has to end in .html or .pdf."),
        (("csv", "a.csv", "09"), "No question is of lesson '09'. There are "),
    ],
)
def test_a_wrong_argument_gets_a_sentence(options, says, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    to, path, *lessons = options
    with pytest.raises(ValueError, match=re.escape(says)):
        codeedu.export_bank(to, path, lessons=lessons)
    assert not list(tmp_path.iterdir())


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(OSError, match=f"There is no folder {tmp_path / 'nowhere'}"):
        codeedu.export_bank("csv", tmp_path / "nowhere" / "a.csv")


def test_an_empty_pool_is_an_error(tmp_path, monkeypatch):
    use_only(monkeypatch, tmp_path / "custom.toml", ONE)
    with pytest.raises(ValueError, match="There is no final question to export"):
        codeedu.export_bank("csv", tmp_path / "a.csv", pool="final")


def test_a_missing_package_is_named(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(__import__("sys").modules, "genanki", None)
    assert main(["export", "--to", "anki", "-o", str(tmp_path / "a.apkg")]) == 2
    needs = "codeedu: An Anki deck needs the package genanki: uv pip install genanki.\n"
    assert capsys.readouterr().err == needs
    assert not list(tmp_path.iterdir())


# The reading that all formats share


def test_feedback_names_a_belief_where_choosing_shows_one():
    question = PrintedItem(item("one"))
    assert as_text(question.answers[0].feedback).startswith("why A is wrong A common belief: “")
    assert as_text(question.answers[1].feedback) == "why B is right"
    many = PrintedItem(item("many"))
    assert as_text(many.answers[0].feedback) == "why A is right"  # the belief of who leaves it out


def test_sources_are_words_with_dates():
    question = KIND["01-levels-01"]
    assert as_text(question.general).endswith("Checked November 30, 2026.")
    assert ", https://" in as_text(question.general)
    assert ", read on 2026-11-" in as_text(question.general)


def test_steps_are_printed_in_another_order():
    steps = replace(item("order"), options=tuple(Option(c, "why") for c in "ABC"))
    assert [a.text for a in PrintedItem(steps).choices] == ["C", "B", "A"]
    steps = replace(steps, options=tuple(Option(c, "why") for c in "BCA"))
    assert [a.text for a in PrintedItem(steps).choices] == ["A", "B", "C"]
    assert PrintedItem(steps).letters == ["B", "C", "A"]


def test_options_are_lettered_in_the_order_that_is_asked_for():
    question = PrintedItem(item("many"), [3, 2, 1, 0])
    assert [a.text for a in question.choices] == ["D", "C", "B", "A"]
    assert question.letters == ["B", "D"]


# Moodle XML, read by moodle-xml-parser and by the standard library


def test_moodle_xml_is_read_with_all_feedback():
    from moodle_xml_parser.parser import parse_bytes

    found = parse_bytes(moodle.build(COURSE, "codeedu"))["multichoice"]
    choices = [q for q in COURSE if q.kind in ("one", "spot", "many")]
    assert [one.name for one in found] == [q.id for q in choices]
    for one, question in zip(found, choices, strict=True):
        assert one.single == (question.kind != "many")
        assert one.text_pre_parse == said(question.prompt).strip()
        assert one.general_feedback == said(question.general)
        assert [(o.answer, o.feedback, o.score_fraction > 0) for o in one.options] == [
            (said(a.nodes).strip(), said(a.feedback).strip(), a.right) for a in question.answers
        ]


def test_moodle_xml_holds_types_ids_hints_units_and_order():
    root = ElementTree.fromstring(moodle.build(COURSE, "codeedu"))
    asked = [one for one in root if one.get("type") != "category"]
    assert [one.findtext("idnumber") for one in asked] == [q.id for q in COURSE]
    assert next(c.findtext("category/text") for c in root if c.get("type") == "category") == (
        "$course$/top/codeedu/Lesson 01, What is HCPCS?"
    )
    for one, question in zip(asked, COURSE, strict=True):
        assert one.get("type") == moodle.TYPES[question.kind]
        assert one.findtext("hint/text", "") == as_html(question.hint)
        if question.kind == "order":
            assert [a.get("fraction") for a in one.findall("answer")] == [
                f"{n}.0000000" for n in range(1, len(question.answers) + 1)
            ]
        if question.kind == "number":
            assert [float(a.findtext("text")) for a in one.findall("answer")] == [
                a.value for a in question.answers
            ]
            assert one.findtext("units/unit/unit_name", "") == question.item.unit


def test_moodle_weights_add_up_and_choosing_all_earns_nothing():
    root = ElementTree.fromstring(moodle.build(COURSE, "codeedu"))
    for one in root:
        if one.findtext("single") == "false":
            weights = [float(answer.get("fraction")) for answer in one.findall("answer")]
            assert sum(w for w in weights if w > 0) == pytest.approx(100, abs=1e-4)
            wrong = [w for w in weights if w < 0]
            assert not wrong or sum(wrong) == pytest.approx(-100, abs=1e-4)
            # Moodle knows these shares and no others.
            assert {round(abs(w), 5) for w in weights} <= {50, 33.33333, 25, 20, 16.66667, 100}


def test_a_typed_star_is_a_star():
    data = build("moodle-xml", [replace(item("type"), answers=("*.csv",))])
    assert rb"<text>\*.csv</text>" in data


def moodle_tree(**options):
    """Return the questions in each category of an export, and what the category says."""
    found, about = {}, {}
    for one in ElementTree.fromstring(moodle.build(COURSE, **options)):
        if one.get("type") == "category":
            # In Moodle, a slash in a name is two.
            path = re.split("(?<!/)/(?!/)", one.findtext("category/text"))
            place = tuple(part.replace("//", "/") for part in path)
            found[place], about[place] = [], unescape(one.findtext("info/text", ""))
        else:
            found[place].append(one.findtext("name/text"))
    return found, about


def test_moodle_has_categories_to_draw_from():
    found, about = moodle_tree(title="A/B")
    for place, names in found.items():
        for name in names:
            one = KIND[name].item
            tree = "A/B" if one.pool == "practice" else "A/B, Final assessment"
            assert place == ("$course$", "top", tree, lesson_name(one.lesson), one.objective)
    assert sum(map(len, found.values())) == len(COURSE)
    lesson = ("$course$", "top", "A/B, Final assessment", lesson_name("05"))
    assert about[lesson] == "The final of the course asks 6 of these, drawn at random."
    assert about[(*lesson[:2], "A/B", lesson_name("05"), "05-lost-dot")] == (
        "tell an ICD-10-CM code that lost its dot from a Level II code"
    )


def test_moodle_takes_a_lesson_without_questions_for_the_final():
    item = replace(KIND["05-lost-dot-01"].item, lesson="20")
    assert b"Lesson 20" in moodle.build([PrintedItem(item)], title="A")


# QTI, checked by qti-package-maker and read by onyx2moodle


def unzipped(data):
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return {name: file.read(name) for name in file.namelist()}


def test_the_qti_package_is_sound(tmp_path):
    from qti_package_maker.common.package_integrity import check_package

    path = tmp_path / "bank.zip"
    path.write_bytes(qti.build(COURSE, "codeedu"))
    assert check_package(str(path)) == []


def test_the_manifest_lists_what_the_package_holds():
    files = unzipped(qti.build(COURSE, "codeedu"))
    space = "{http://www.imsglobal.org/xsd/imscp_v1p1}"
    manifest = ElementTree.fromstring(files.pop("imsmanifest.xml"))
    assert sorted(f.get("href") for f in manifest.iter(f"{space}file")) == sorted(files)
    test = ElementTree.fromstring(files["test.xml"])
    assert [ref.get("identifier") for ref in test.iter(f"{QTI}assessmentItemRef")] == [
        f"codeedu-{q.id}" for q in COURSE
    ]


def test_qti_draws_and_hides(tmp_path):
    path = tmp_path / "a.zip"
    done = codeedu.export_bank("qti", path, pool="all", lessons=["04", "05"], draw=5)
    assert f"A learner is asked {5 + 5 + 5 + 6} of them, drawn at random." in repr(done)
    test = ElementTree.fromstring(unzipped(path.read_bytes())["test.xml"])
    parts = [
        (
            part.find(f"{QTI}itemSessionControl").get("showFeedback"),
            [one.get("select") for one in part.iter(f"{QTI}selection")],
        )
        for part in test.iter(f"{QTI}testPart")
    ]
    assert parts == [("true", ["5", "5"]), ("false", ["5", "6"])]
    codeedu.export_bank("qti", path, answers="hidden")
    assert b'showFeedback="false"' in unzipped(path.read_bytes())["test.xml"]


def test_qti_items_are_read_with_every_answer_and_all_feedback(tmp_path):
    from onyx2moodle.parser import parse_item

    for name, data in unzipped(qti.build(COURSE, "codeedu")).items():
        if not name.startswith("items/"):
            continue
        path = tmp_path / "item.xml"
        path.write_bytes(data)
        one = parse_item(path)
        question = KIND[one.title]
        response = one.response_decls["RESPONSE"]
        assert (response.cardinality, response.base_type) == qti.RESPONSE[question.kind]
        told = {feedback.identifier: unescape(feedback.html) for feedback in one.feedback}
        for place, answer in enumerate(question.answers, 1):
            if question.kind == "order":
                assert said(answer.feedback) in told["general_fb"]
            elif answer.feedback:
                assert told[f"feedback-{place}"] == f"<p>{said(answer.feedback)}</p>"
        assert said(question.general) in told["general_fb"]
        places = enumerate(question.answers, 1)
        if question.kind == "number":
            assert list(map(float, response.correct_values)) == [question.item.answer]
        elif question.kind == "type":
            assert response.correct_values == [question.answers[0].text]
            assert list(response.mapping) == [a.text for a in question.answers if a.right]
        else:
            assert response.correct_values == [
                f"choice-{n}" for n, a in places if a.right or question.kind == "order"
            ]
        if question.kind in ("one", "spot", "many"):
            (choice,) = one.interactions
            assert [unescape(c.html) for c in choice.choices] == [
                said(a.nodes) for a in question.answers
            ]


def test_qti_tells_what_belongs_to_an_answer():
    """Every choice, when it is the response, sets its own feedback and the general one."""
    for question in COURSE:
        root = ElementTree.fromstring(
            unzipped(qti.build([question], ""))[f"items/{question.id}.xml"]
        )
        shown = {one.get("identifier") for one in root.iter(f"{QTI}modalFeedback")}
        told = {
            value.text
            for rule in root.iter(f"{QTI}setOutcomeValue")
            if rule.get("identifier") == "FEEDBACK"
            for value in rule.iter(f"{QTI}baseValue")
        }
        assert shown == told


def test_the_same_bank_is_the_same_package():
    assert qti.build(COURSE[:9], "a") == qti.build(COURSE[:9], "a")


# QTI 1.2 for Canvas, held against what text2qti writes

CANVAS = "{http://www.imsglobal.org/xsd/ims_qtiasiv1p2}"
TEXT2QTI = """Quiz title: A quiz
1. One?
... general
a) A
... why A
*b) B
... why B
c) C
... why C
2. Many?
... general
[*] A
... why A
[ ] B
... why B
[*] C
... why C
[ ] D
... why D
3. Type?
... general
* U0001
* U 0001 test
4. Number?
... general
= 4 +- 0.5
"""
GROUP = """Quiz title: A quiz
GROUP
pick: 1
points per question: 3
1. One?
... general
a) A
... why A
*b) B
... why B
2. Two?
... general
a) A
... why A
*b) B
... why B
END_GROUP
"""


def canvas_items(root):
    return {one.get("title"): one for one in root.iter(f"{CANVAS}item")}


def skeleton(one):
    """Return an item as lines: tags, attributes and rules, its own ids replaced by their turn."""
    turn = {}
    for label in one.iter(f"{CANVAS}response_label"):
        turn[label.get("ident")] = f"id{len(turn)}"
    lines = []
    for part in one.iter():
        tag = part.tag.removeprefix(CANVAS)
        attributes = {} if tag == "item" else part.attrib
        says = ("fieldlabel", "varequal", "vargte", "varlte", "setvar")
        text = (part.text if tag in says else "").removesuffix(".0000").removesuffix("000")
        line = f"{tag} {sorted(attributes.items())} {text}"
        for name, turned in turn.items():
            line = line.replace(name, turned)
        lines.append(line)
    return lines


@pytest.mark.parametrize(("place", "kind"), [*enumerate(("one", "many", "type", "number"))])
def test_canvas_gets_the_elements_that_text2qti_writes(place, kind):
    theirs = ElementTree.fromstring(text2qti_of(TEXT2QTI).assessment)
    made = item(kind, tolerance=0.5) if kind == "number" else item(kind)
    files = unzipped(build("canvas", [made]))
    ours = ElementTree.fromstring(files["codeedu_lesson_05/codeedu_lesson_05.xml"])
    expected = skeleton(list(theirs.iter(f"{CANVAS}item"))[place])
    assert skeleton(next(ours.iter(f"{CANVAS}item"))) == expected


def text2qti_of(text):
    from text2qti.config import Config
    from text2qti.qti import QTI as Text2qti
    from text2qti.quiz import Quiz

    return Text2qti(Quiz(text, config=Config(), source_name=""))


def outline(assessment, part="section"):
    """Return tags and numbers of the sections of a quiz, without its items."""
    root = ElementTree.fromstring(assessment).find(f".//{CANVAS}{part}")
    tags = ("section", "selection_ordering", "selection", "selection_number")
    kept = {f"{CANVAS}{tag}" for tag in (*tags, "selection_extension", "points_per_item", "item")}
    return [
        (one.tag.removeprefix(CANVAS), float(one.text) if (one.text or "").strip() else None)
        for one in root.iter()
        if one.tag in kept
    ]


def test_canvas_draws_as_text2qti_writes_it():
    two = [replace(item("one"), id=f"05-lost-dot-0{n}") for n in (1, 2)]
    files = unzipped(canvas_lms.build([PrintedItem(one) for one in two], "A", draw=1, points=3))
    ours = files["codeedu_lesson_05/codeedu_lesson_05.xml"]
    assert outline(ours) == outline(text2qti_of(GROUP).assessment)


def canvas_quizzes(path):
    """Return the settings of each quiz of a package, and what is drawn from each lesson."""
    files = unzipped(path.read_bytes())
    found = {}
    for name in files:
        if name.endswith("assessment_meta.xml"):
            quiz = name.partition("/")[0]
            meta = {
                one.tag.rpartition("}")[2]: one.text for one in ElementTree.fromstring(files[name])
            }
            root = ElementTree.fromstring(files[f"{quiz}/{quiz}.xml"])
            draws = {
                one.get("title"): int(one.findtext(f".//{CANVAS}selection_number"))
                for one in root.iter(f"{CANVAS}section")
                if one.find(f"{CANVAS}selection_ordering") is not None
            }
            found[quiz] = meta, draws
    return found


# What a quiz is in Canvas: type, attempts, answers shown, results hidden, points.
PRACTICE = ("practice_quiz", "-1", "true", None, "12.0")
SETTINGS = [
    ("", PRACTICE, None),
    ("--graded", ("assignment", "1", "true", None, "12.0"), None),
    ("--graded --attempts 3 --points 2", ("assignment", "3", "true", None, "24.0"), None),
    ("--graded --attempts unlimited", ("assignment", "-1", "true", None, "12.0"), None),
    ("--answers hidden", ("practice_quiz", "-1", "false", "always", "12.0"), None),
    ("--draw 10 --points 0.5", ("practice_quiz", "-1", "true", None, "5.0"), 10),
    ("--draw 99", ("practice_quiz", "-1", "true", None, "12.0"), None),
]  # fmt: skip


@pytest.mark.parametrize(("words", "expected", "draw"), SETTINGS)
def test_canvas_grades_as_it_is_told(words, expected, draw, tmp_path):
    path = tmp_path / "a.zip"
    assert (
        main(
            [
                "export",
                "--to",
                "canvas",
                "--lesson",
                "04",
                "--items",
                "12",
                *words.split(),
                "-o",
                str(path),
            ]
        )
        == 0
    )
    ((meta, draws),) = canvas_quizzes(path).values()
    names = ("quiz_type", "allowed_attempts", "show_correct_answers", "hide_results")
    assert tuple(meta[name] for name in (*names, "points_possible")) == expected
    assert draws == ({lesson_name("04"): draw} if draw else {})


def test_the_final_is_one_quiz_of_canvas_graded_once_without_answers(tmp_path):
    done = codeedu.export_bank("canvas", tmp_path / "a.zip", pool="final")
    assert repr(done).splitlines()[1] == "A learner is asked 40 of them, drawn at random."
    ((name, (meta, draws)),) = canvas_quizzes(tmp_path / "a.zip").items()
    assert (name, meta["title"]) == ("codeedu_final", "codeedu: Final assessment")
    assert (meta["quiz_type"], meta["allowed_attempts"]) == ("assignment", "1")
    assert (meta["show_correct_answers"], meta["hide_results"]) == ("false", "always")
    assert (meta["points_possible"], sum(draws.values())) == ("40.0", 40)
    assert draws == {lesson_name(lesson): n for lesson, n in lengths(bank.load()).items()}

    codeedu.export_bank("canvas", tmp_path / "a.zip", pool="all", lessons=["04"], attempts=2)
    quizzes = canvas_quizzes(tmp_path / "a.zip")
    assert [(m["title"], m["quiz_type"], m["hide_results"]) for m, _ in quizzes.values()] == [
        ("codeedu: Lesson 04, Level III: a history", "practice_quiz", None),
        ("codeedu: Final assessment", "assignment", "always"),
    ]
    assert {meta["allowed_attempts"] for meta, _ in quizzes.values()} == {"2"}


def test_what_the_final_never_asks_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(draws, "lengths", lambda items: {"04": 3, "05": 0})
    done = codeedu.export_bank("canvas", tmp_path / "a.zip", pool="final", lessons=["04", "05"])
    count = sum(q.item.pool == "final" and q.item.lesson == "05" for q in COURSE)
    assert f"a place in the final (it asks none of the lesson): {count} questions" in done.left_out
    ((_, (_, drawn)),) = canvas_quizzes(tmp_path / "a.zip").items()
    assert drawn == {lesson_name("04"): 3}


def test_canvas_holds_every_question_with_all_feedback(tmp_path):
    from qti_package_maker.common.package_integrity import check_package

    path = tmp_path / "canvas.zip"
    path.write_bytes(canvas_lms.build(COURSE, "codeedu"))
    assert check_package(str(path)) == []
    files = unzipped(path.read_bytes())
    manifest = ElementTree.fromstring(files.pop("imsmanifest.xml"))
    listed = [one.get("href") for one in manifest.iter() if one.tag.endswith("}file")]
    assert sorted(listed) == sorted(files)
    found = {}
    for name, data in files.items():
        if not name.endswith("_meta.xml"):
            found |= canvas_items(ElementTree.fromstring(data))
    assert list(found) == [q.id for q in COURSE]
    for question in COURSE:
        told = "".join(found[question.id].itertext())
        for answer in question.answers:
            assert as_html(answer.feedback) in told
            assert as_html(answer.nodes) in told or answer.text in told
        assert as_html(question.general) in told


# Anki, imported by the anki package


@pytest.fixture
def collection(tmp_path):
    from anki.collection import Collection

    found = Collection(str(tmp_path / "collection.anki2"))
    yield found
    found.close()


def imported(collection, path, data):
    from anki.collection import ImportAnkiPackageOptions, ImportAnkiPackageRequest

    path.write_bytes(data)
    how = ImportAnkiPackageOptions(merge_notetypes=True)
    log = collection.import_anki_package(
        ImportAnkiPackageRequest(package_path=str(path), options=how)
    ).log
    return {name: len(getattr(log, name)) for name in ("new", "updated", "duplicate")}


def test_anki_imports_the_deck_and_a_second_import_updates(collection, tmp_path, monkeypatch):
    path = tmp_path / "bank.apkg"
    first = imported(collection, path, anki.build(COURSE, "codeedu"))
    assert first == {"new": len(COURSE), "updated": 0, "duplicate": 0}
    decks = Counter(deck.name for deck in collection.decks.all_names_and_ids())
    assert {"codeedu::Lesson 01, What is HCPCS?", "codeedu::Lesson 05, Common confusions"} <= set(
        decks
    )

    later = time.time() + 60
    monkeypatch.setattr("genanki.package.time.time", lambda: later)
    mended = replace(COURSE[0].item, explanation="A better explanation.")
    again = imported(collection, path, anki.build([PrintedItem(mended), *COURSE[1:]], "codeedu"))
    assert again["new"] == 0
    assert again["updated"] >= 1
    assert collection.note_count() == collection.card_count() == len(COURSE)
    (note,) = collection.find_notes(f"Item:{mended.id}")
    assert "A better explanation." in collection.get_note(note)["Reasons"]


def test_an_anki_card_asks_and_answers(collection, tmp_path):
    imported(collection, tmp_path / "a.apkg", build("anki", ONE_EACH))
    for one in ONE_EACH:
        (number,) = collection.find_cards(f"Item:{one.id}")
        card = collection.get_card(number)
        assert f"A question ({one.id})?" in card.question()
        assert ("[[type:Typed]]" in card.question()) == (not one.options)
        for option in (*one.options, *one.distractors):
            assert option.feedback not in card.question()
            assert option.feedback in card.answer()


# CSV


def test_csv_is_read_with_all_feedback():
    rows = list(csv.DictReader(io.StringIO(spreadsheet.build(COURSE, "").decode("utf-8-sig"))))
    assert [row["id"] for row in rows] == [q.id for q in COURSE]
    for row, question in zip(rows, COURSE, strict=True):
        item = question.item
        for n, option in enumerate((*item.options, *item.distractors), 1 + len(item.answers)):
            if item.kind != "number":
                assert row[f"answer {n}"] == no_formula(option.text)
                assert row[f"answer {n} why"] == no_formula(option.feedback)
        assert row["question"] == no_formula(item.stem)


def test_a_workbook_has_what_the_csv_has_and_every_zero(tmp_path):
    path = tmp_path / "all.xlsx"
    assert codeedu.export_bank("csv", path, pool="all").items == len(COURSE)
    head, *rows = openpyxl.load_workbook(path).active.iter_rows(values_only=True)
    text = spreadsheet.build(COURSE, "").decode("utf-8-sig")
    assert list(head) == next(csv.reader(io.StringIO(text)))
    assert len(rows) == len(COURSE)
    for row in rows:
        cells = dict(zip(head, row, strict=True))
        question = KIND[cells["id"]]
        for n, answer in enumerate(question.answers, 1):
            assert plain_text(cells[f"answer {n}"]) == answer.text
    assert {"01967", "00100", "01234567890"} <= {
        plain_text(cell or "") for row in rows for cell in row
    }


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "＝1", "=cmd|'/c'"]
)
def test_csv_runs_no_formula(text):
    one = replace(item("one"), options=(Option(text, text, True), Option("B", text)))
    (row,) = csv.DictReader(io.StringIO(build("csv", [one]).decode("utf-8-sig")))
    assert row["answer 1"] == no_formula(text)
    for cell in row.values():
        assert not cell.lstrip().startswith(("=", "+", "-", "@", "＝"))


# The worksheet


def test_the_worksheet_asks_first_and_answers_in_the_key():
    text = worksheet.build(COURSE, "Week 5").decode()
    asked, key = text.split('<section class="key"')
    assert text.count("<h1>Week 5</h1>") == 1
    for question in COURSE:
        assert as_html(question.stem) in asked
        assert re.search(f"Question {question.id}[;<]", key)
        assert question.id not in asked
        for answer in question.answers:
            assert as_html(answer.feedback) in key
    assert "✓" not in asked


def test_a_worksheet_of_cases_has_forms_and_a_key_of_its_own(tmp_path, capsys):
    sheet, key = tmp_path / "cases.html", tmp_path / "key.html"
    words = ["export", "--to", "worksheet", "--cases", "99", "--seed", "7", "-o", str(sheet)]
    assert main([*words, "--key", str(key)]) == 0
    said, asked, solved = capsys.readouterr().out, *map(Path.read_text, (sheet, key))
    names = re.findall("Question ([^;<]+)", solved)
    written = {name for name, one in cases.written().items() if one.pool == "practice"}
    assert {name for name in names if not name.startswith("case:")} == written
    made = [name.split(":") for name in names if name.startswith("case:")]
    assert {(name, help_) for _, name, _, help_ in made} == {
        (name, str(cases.NONE)) for name in TEMPLATES
    }
    assert said.startswith(f"{len(names)} cases written to {sheet}.\nThere are no more than these;")
    assert asked.count('<table class="claim">') == len(names)
    assert asked.count("<tbody><tr>") == len(names)
    assert asked.count('<th scope="row">6</th>') == len(names)
    for one in map(cases.find, names):
        assert as_html([one.case.around]) in asked
        assert as_html([one.case.record.splitlines()[0]]) in asked
        for why in one.case.why:
            assert as_html(inline(why)) in solved
            assert as_html(inline(why)) not in asked
        for line in one.case.lines:
            assert f"<code>{line}</code> ✓ right" in solved
        assert all(
            f"<code>{code}</code>: {escape(says)}" in asked for code, says in one.case.charges
        )
    returned = [name for name in names if cases.find(name).case.sort == "returned"]
    assert asked.count("What do you do with it?") == len(returned) > 1
    assert "<code>A4253-NU-KS x 2</code>" in solved, "what else is right is told, too"


def test_a_seed_draws_the_same_cases_and_a_lesson_keeps_its_own(tmp_path):
    def drawn(**more):
        codeedu.export_bank("worksheet", tmp_path / "a.html", cases=4, **more)
        return re.findall("Question ([^;<]+)", (tmp_path / "a.html").read_text())

    first = drawn(seed=7)
    assert len(first) == 4
    assert first == drawn(seed=7) != drawn(seed=8)
    assert {cases.find(name).lesson for name in drawn(lessons=["7"])} == {"07"}
    assert {cases.find(name).objective for name in drawn(objectives=["03-ambulance"])} == {
        "03-ambulance"
    }


@pytest.mark.parametrize(("lesson", "says"), [("03", True), ("05", False)])
def test_who_exports_a_lesson_with_cases_is_told_that_they_are_left_out(tmp_path, lesson, says):
    told = repr(codeedu.export_bank("csv", tmp_path / "a.csv", lessons=[lesson]))
    assert bool(re.search(r"  \d+ cases \(a worksheet with --cases holds some\)", told)) is says
    assert "cases (" not in repr(codeedu.export_bank("csv", tmp_path / "all.csv"))


def test_letters_of_the_key_are_those_of_the_sheet():
    key = build("worksheet", ONE_EACH).decode().split('<section class="key"')[1]
    table, reasons = key.split("<h2>Reasons</h2>")
    answers = ["B", "A, C", "U0001", "4 units", "D, C, B, A", "B"]
    assert re.findall("<li>(.+?)</li>", table) == answers
    letters = re.findall(r"<li><p><strong>([A-Z, ]+): </strong>", reasons)
    assert letters == ["B", "A, C", "D, C, B, A", "B"]


def test_a_number_is_asked_for_once():
    sheet = build("worksheet", [item("number")]).decode().split('<section class="key"')[0]
    assert "<p><em>Write a number of units.</em></p>" in sheet
    assert "Type" not in sheet


def test_the_key_names_a_source_once_and_cites_it_by_number():
    one, other = (
        replace(item("type"), id=f"a-{n}", sources=s) for n, s in (("1", "ab"), ("2", "b"))
    )
    key = build("worksheet", [one, other]).decode().split("<h2>Reasons</h2>")[1]
    assert "<h2>Sources</h2><ol><li>a</li><li>b</li></ol></section>" in key
    assert "Question a-1; sources: 1, 2<" in key
    assert "Question a-2; sources: 2<" in key


def test_the_key_can_be_a_file_of_its_own(tmp_path):
    sheet, key = tmp_path / "sheet.html", tmp_path / "key.html"
    words = ["--lesson", "05", "--items", "9", "--title", "Week 5", "--key", str(key)]
    assert main(["export", "--to", "worksheet", *words, "-o", str(sheet)]) == 0
    whole = [path.read_text(encoding="utf-8") for path in (sheet, key)]
    assert [re.findall("<h1>(.+?)</h1>", text) for text in whole] == [["Week 5"], ["Week 5: key"]]
    assert "Right: " not in whole[0]
    assert 'class="key"' not in whole[0]
    assert len(re.findall("Question 05-[a-z0-9-]+;", whole[1])) == 9
    assert whole[1].index('class="answers"') < whole[1].index("<h2>Reasons</h2>")


def test_without_a_browser_the_pdf_says_what_to_do(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(worksheet, "find_browser", str)
    assert main(["export", "--to", "worksheet", "-o", str(tmp_path / "a.pdf")]) == 2
    assert capsys.readouterr().err == (
        "codeedu: A PDF needs Chrome, Edge or Chromium, and none was found. Export to a file "
        "that ends in .html, open it in a browser and print it; or name one of them in "
        "CODEEDU_BROWSER.\n"
    )


# A bank is untrusted text


@pytest.mark.parametrize("to", ["moodle-xml", "worksheet", "qti", "canvas"])
def test_html_of_a_bank_is_never_markup(to):
    data = build(to, EVILS)
    if to == "canvas":
        for text in unzipped(data).values():
            for one in ElementTree.fromstring(text).iter(f"{CANVAS}mattext"):
                assert one.get("texttype") == "text/plain" or "<script>" not in one.text
    elif to == "qti":
        for text in unzipped(data).values():
            tags = {one.tag.removeprefix(QTI) for one in ElementTree.fromstring(text).iter()}
            assert not tags & {"script", "b"}
    elif to == "moodle-xml":
        for one in ElementTree.fromstring(data).iter():
            if one.get("format") == "html":
                assert "<script>" not in one.findtext("text")
                assert "<b>" not in one.findtext("text")
    elif to == "worksheet":
        assert b"<script>" not in data
        assert b"<b>" not in data
    if to not in ("qti", "canvas"):
        assert b"\x00" not in data


def test_html_of_a_bank_is_never_markup_in_anki(collection, tmp_path):
    imported(collection, tmp_path / "a.apkg", build("anki", EVILS))
    for number in collection.find_cards(""):
        card = collection.get_card(number)
        for text in (card.question(), card.answer()):
            assert "<script>" not in text
            assert "<b>" not in text
            assert "[sound:" not in text
            assert "{{c1" not in text or "cloze" not in text
        assert not card.question_av_tags()
        assert not card.answer_av_tags()


TEXTS = st.text(min_size=1, max_size=40)


@given(stem=TEXTS, first=TEXTS, second=TEXTS, why=TEXTS)
def test_any_text_is_text_in_every_format(stem, first, second, why):
    one = replace(
        item("one"),
        stem=stem,
        explanation=why,
        options=(Option(first, why, right=True), Option(second, why)),
    )
    question = PrintedItem(one)
    files = unzipped(qti.build([question], stem))
    root = ElementTree.fromstring(files[f"items/{one.id}.xml"])
    choices = ["".join(choice.itertext()) for choice in root.iter(f"{QTI}simpleChoice")]
    assert choices == [as_text(answer.nodes) for answer in question.answers]
    listed = ElementTree.fromstring(moodle.build([question], stem)).findall("question/answer/text")
    assert len(listed) == 2
    assert len(list(csv.reader(io.StringIO(build("csv", [one]).decode())))) == 2
    tags = set(re.findall(r"<([a-z0-9]+)", build("worksheet", [one]).decode().split("</style>")[1]))
    assert tags <= {*("body", "main", "section", "h1", "h2", "h3", "ol", "ul", "li"),
                    *("p", "span", "em", "strong", "code", "pre")}  # fmt: skip


# A second import finds the first


@pytest.mark.parametrize("to", ["moodle-xml", "qti", "canvas", "csv"])
def test_ids_stay_when_words_change(to):
    def ids(items):
        data = build(to, items)
        if to in ("qti", "canvas"):
            data = b"".join(unzipped(data).values())
        return re.findall(r"05-lost-dot-[a-z]+-01(?!\d)", data.decode())

    changed = [replace(one, explanation="Other words.") for one in ONE_EACH]
    assert ids(ONE_EACH)
    assert list(ids(changed)) == ids(ONE_EACH)
