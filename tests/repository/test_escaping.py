"""Whatever a text holds, it stays text: in pages, views, pictures, exports and handouts.

Each is made twice, with a harmless word and with a hostile text in its place. The markup of both
must be the same.
"""

import io
import json
import re
import sqlite3
import zipfile
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from nbconvert.filters.markdown_mistune import markdown2html_mistune

import codeedu
from banks import ONE_EACH, response
from codeedu.cms.changes_page import changes_page
from codeedu.cms.release import Release
from codeedu.codes.classify import classify
from codeedu.codes.names import codes_here
from codeedu.figures.canvas import Canvas
from codeedu.html import lesson, nodes
from codeedu.html.answer import show_answer
from codeedu.learner.steps import Step
from codeedu.practice import screens
from codeedu.practice.session import Session
from codeedu.questions.printed import PrintedItem, as_html, printable, printed_exercise
from codeedu.teach.export import anki, canvas_lms, moodle, qti, worksheet
from codeedu.teach.export.assignment import Assignment
from junk import JUNK

WORD = "word"
HOSTILE = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\"><svg/onload=alert(1)>",
    "' onmouseover='alert(1)", "</style></title></textarea><iframe src=//x>", "]]><x>", "&lt;b&gt;",
    "[click](javascript:alert(1))", "![x](//x/y)", "<javascript:alert(1)>", "*a* __b__ ~~c~~ # d",
    "\\` <img src=x> \\", "$\\href{javascript:alert(1)}{x}$ \\(x\\)", "a | b", "1. x", "- x", "+ x",
    "[sound:x] [latex]x[/latex] {{c1::y}} {{Question}}", "$course$/top/x", "\u202e99213\u200b\x00",
    *(text for text in JUNK if isinstance(text, str) and text.strip() and len(text) < 100
      and "\n" not in text and "\ud800" not in text and "\udfff" not in text),
]  # fmt: skip


class Shape(HTMLParser):
    """The markup of a page without its texts: elements and the names of their attributes."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, *(name for name, _ in attrs)))

    def handle_endtag(self, tag):
        self.found.append((f"/{tag}",))

    def handle_comment(self, data):
        self.found.append(("a comment", data))


def shape(html):
    return Shape(html).found


def items(text):
    """Return an item of each kind that holds a text wherever it can."""
    return [
        replace(
            one,
            stem=f"x {text}",
            explanation=text,
            look=text,
            hint=text,
            sources=(text,),
            unit=f"{text} x" if one.unit else "",
            answers=tuple(f"{n} {text}" for n, _ in enumerate(one.answers)),
            options=tuple(
                replace(o, text=f"{o.text} {text}", feedback=text, belief=text, truth=text)
                for o in one.options
            ),
            distractors=tuple(
                replace(o, text=o.text if o.number is not None else f"x {text}", feedback=text)
                for o in one.distractors
            ),
        )
        for one in ONE_EACH
    ]


def from_items(make):
    return lambda text: make([PrintedItem(one) for one in items(text)], text)


def unzipped(package):
    with zipfile.ZipFile(io.BytesIO(package)) as files:
        return "".join(files.read(name).decode() for name in files.namelist())


def inside(xml):
    """Return XML and the HTML that its texts hold where they say so, which its readers show."""
    files = [part for part in xml.split('<?xml version="1.0" encoding="UTF-8"?>') if part]
    elements = [one for file in files for one in ElementTree.fromstring(file).iter()]
    kinds = [(one, {one.get("format"), one.get("texttype")}) for one in elements]
    return xml + "".join(t for one, kind in kinds if kind & {"html", "text/html"}
                         for t in one.itertext())  # fmt: skip


def cards(package):
    with zipfile.ZipFile(io.BytesIO(package)) as files:
        data = files.read("collection.anki2")
    with sqlite3.connect(":memory:") as base:
        base.deserialize(data)
        fields = [row[0] for row in base.execute("SELECT flds FROM notes ORDER BY id")]
    assert not any("[" in one for one in fields)
    return "".join(fields)


def nbgrader(text):
    notebook = json.loads(Assignment("05-3-0", "05", tuple(items(text))).source())
    cells = ["".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "markdown"]
    assert not any("\u202e" in cell or "$" in cell for cell in cells)
    return "".join(map(markdown2html_mistune, cells))


def sitting(text):
    """Return what a learner sees who answers everything wrong."""
    session = Session(items(text), seed=1)
    session.begin()
    shown = []
    while question := session.question():
        ask = screens.question(question, "Check answer")
        shown += [*ask["stem"], *ask["hint"], *(n for c in ask["choices"] for n in c["nodes"])]
        feedback = session.answer(response(session.item, right=False))
        shown += screens.reasons(feedback)
        session.next()
    shown += screens.finished(session, "05", Step(text, text, "05-x.ipynb", text))
    return as_html(shown)


def record_line(text, number):
    return {
        "when": f"2026-11-01T10:{number:02}:00+00:00", "mode": "quiz", "of_lesson": "05",
        "length": 10, "attempt": 0, "item": f"{number} {text}", "seen": "x", "lesson": f"x {text}",
        "objective": f"x {text}", "answer": f"x {text}", "correct": False, "score": 0.0,
        "actual": f"x {text}", "chosen": f"y {text}", "misconceptions": [f"x {text}"],
        "could_show": [f"x {text}"],
    }  # fmt: skip


def class_report(text, folder):
    for name in "ab":
        lines = [record_line(text, n) | {"seconds": ord(name)} for n in range(5)]
        path = folder / f"{name} {text.replace('/', '-')[:60]}.jsonl".replace("\x00", "")
        path.write_text("\n".join(map(json.dumps, lines)))
    (folder / f"c {text.replace('/', '-')}.txt".replace("\x00", "")).write_text("no record")
    book = codeedu.gradebook(folder)
    for path in folder.iterdir():
        path.unlink()
    return book.report() + book._repr_html_()


def release(text):
    fields = ("record", "effective", "added", "terminated", "action", "cross_references",
              "coverage", "betos", "pricing", "type_of_service", "statute")  # fmt: skip
    blank = dict.fromkeys(fields, "")
    code = blank | {"record": "3", "code": "J1885", "short": f"x {text}", "long": f"x {text}"}
    return Release(f"x {text}", date(2026, 1, 1), {"J1885": code})


def picture(text):
    canvas = Canvas(100)
    canvas.title("x", "y")
    canvas.text(10, 10, text)
    return canvas.svg()


CODE = Path(codeedu.__file__).parent
SOURCE = {"id": WORD, "url": "", "publisher": "", "published": "", "read_on": "", "kind": ""}
PLACES = {
    "sitting": sitting,
    "worksheet": from_items(lambda q, t: worksheet.build(q, t).decode()),
    "Moodle": from_items(lambda q, t: inside(moodle.build(q, t).decode())),
    "Canvas": from_items(lambda q, t: inside(unzipped(canvas_lms.build(q, t)))),
    "QTI": from_items(lambda q, t: unzipped(qti.build(q, t))),
    "Anki": from_items(lambda q, t: cards(anki.build(q, t))),
    "key": lambda text: Assignment("05-3-0", "05", tuple(items(text))).key(),
    "nbgrader": nbgrader,
    "questions on paper": lambda text: printable(text, items(text), text),
    "exercise on paper": lambda text: printed_exercise(text, items(text)),
    "table": lambda text: nodes.to_html(nodes.table_node([{text: text}], caption=text)),
    "sources": lambda text: nodes.to_html(
        lesson._entry(SOURCE | {"title": text, "note": text}, dated=True)
    ),
    "page": lambda text: nodes.page(text, "", ""),
    "changes": lambda text: changes_page(replace(release(text), records={}), release(text)),
    "picture": picture,
}


@pytest.mark.parametrize("place", PLACES)
def test_a_text_stays_text(place):
    make = PLACES[place]
    for text in HOSTILE:
        harmless = re.sub("[^`]+", WORD, text)  # backticks make code of what is between them
        harmless += " J1885" * bool(codes_here(text))  # a code that we name adds a paragraph
        wanted = shape(make(harmless))
        assert len(wanted) > 3
        assert shape(make(text)) == wanted, text


def test_an_answer_has_no_element_but_its_own():
    usual = ("J1885-25", "E1165", "J188S", "", "x y z")
    known = {part for code in usual for part in shape(show_answer(classify(code)).html)}
    for text in (*HOSTILE, *JUNK):
        assert set(shape(show_answer(classify(text)).html)) <= known, text


def test_a_revised_text_has_no_element_but_its_own():
    def made(text):
        return set(shape(changes_page(release(WORD), release(text))))

    for text in HOSTILE:
        assert made(text) <= made("another"), text


def test_a_record_stays_text_in_the_report_of_a_class(tmp_path):
    wanted = shape(class_report(WORD, tmp_path))
    for text in HOSTILE:
        assert shape(class_report(text, tmp_path)) == wanted, text


# Links


@pytest.mark.parametrize(
    ("address", "linked"),
    [
        ("https://www.cms.gov/a?b=c&d#e", True),
        ("http://x", True),
        ("05-common-confusions.ipynb", True),
        ("05-common-confusions.ipynb#Sources", True),
        ("#added", True),
        ("javascript:alert(1)", False),
        (" javascript:alert(1)", False),
        ("java\tscript:alert(1)", False),
        ("JAVASCRIPT:alert(1)//.ipynb", False),
        ("data:text/html,x", False),
        ("vbscript:x", False),
        ("file:///etc/passwd", False),
        ("//x/y", False),
        ("\\\\x\\y", False),
        ("/api/contents", False),
        ("../x.ipynb", False),
        ("x.ipynb?a=b", False),
    ],
)
def test_only_pages_of_the_web_and_files_beside_are_linked(address, linked):
    assert (nodes.link("a", address)[0] == "a") == linked


def test_there_is_one_way_to_make_a_link():
    made = re.compile(r"""node\(\s*["']a["']""")
    places = {path.name for path in CODE.rglob("*.py") if made.search(path.read_text())}
    assert places == {"nodes.py"}
    rule = nodes._ADDRESS.pattern.replace("/", r"\/")
    assert f"/^({rule.replace('(?:', '(')})$/.test(value)" in nodes.source("dom.js")
