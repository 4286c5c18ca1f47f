"""Exports: other people's readers take every question, and a bank's text is never markup."""

import csv
import io
import re
import time
import zipfile
from collections import Counter
from dataclasses import replace
from html import unescape
from importlib import import_module
from xml.etree import ElementTree

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import codeedu
from banks import ONE, ONE_EACH, item, use_only
from codeedu.cli import main
from codeedu.files import no_formula
from codeedu.questions import bank
from codeedu.questions.items import Option
from codeedu.questions.printed import PrintedItem, as_html, as_text, plain_text
from codeedu.teach.export import FORMATS, anki, canvas_lms, moodle, qti, spreadsheet, worksheet

KNOWN = "Known are moodle-xml, qti, canvas, anki, worksheet, csv, scorm12, and scorm2004."
COURSE = [PrintedItem(one) for one in bank.load() if not one.exercise]
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


def test_the_command_exports(tmp_path, capsys, monkeypatch):
    use_only(monkeypatch, tmp_path / "custom.toml", ONE)
    path = tmp_path / "one.xml"
    assert main(["export", "--to", "moodle-xml", "-o", str(path)]) == 0
    assert capsys.readouterr().out == f"1 question written to {path}.\n"
    assert "<idnumber>01-levels-01</idnumber>" in path.read_text()


def test_the_command_names_the_formats_and_what_took_the_place_of_gift(tmp_path, capsys):
    for to, says in (
        ("gift", "GIFT is no longer written: use moodle-xml, which holds more."),
        ("pdf", f"There is no format 'pdf'. {KNOWN}"),
    ):
        assert main(["export", "--to", to, "-o", str(tmp_path / "a.txt")]) == 2
        assert capsys.readouterr().err == f"codeedu: {says}\n"
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
        (("gift", "a.txt"), "GIFT is no longer written: use moodle-xml, which holds more."),
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
    needs = "codeedu: An Anki deck needs the package genanki: pip install genanki.\n"
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
    from text2qti.config import Config
    from text2qti.qti import QTI as Text2qti
    from text2qti.quiz import Quiz

    theirs = ElementTree.fromstring(
        Text2qti(Quiz(TEXT2QTI, config=Config(), source_name="")).assessment
    )
    made = item(kind, tolerance=0.5) if kind == "number" else item(kind)
    files = unzipped(build("canvas", [made]))
    ours = ElementTree.fromstring(files["codeedu_lesson_05/codeedu_lesson_05.xml"])
    expected = skeleton(list(theirs.iter(f"{CANVAS}item"))[place])
    assert skeleton(next(ours.iter(f"{CANVAS}item"))) == expected


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
    for row, question in zip(rows, COURSE, strict=True):
        cells = dict(zip(head, row, strict=True))
        assert cells["id"] == question.id
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
        assert f"Question {question.id}<" in key
        assert f"Question {question.id}<" not in asked
        for answer in question.answers:
            assert as_html(answer.feedback) in key
    assert "✓" not in asked


def test_letters_of_the_key_are_those_of_the_sheet():
    key = build("worksheet", ONE_EACH).decode().split('<section class="key"')[1]
    letters = re.findall(r"<li><p><strong>([A-Z, ]+)</strong></p>", key)
    assert letters == ["B", "A, C", "D, C, B, A", "B"]


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
