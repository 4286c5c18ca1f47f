"""Moodle XML: all that Moodle can hold, with hints, units and the order of steps.

The elements are those that Moodle 4.4 writes itself; its ordering question is part of it since
then.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from codeedu.codes.wording import visible
from codeedu.html.nodes import Node
from codeedu.teach.export.gift import share, wildcard
from codeedu.teach.export.reading import Answer, Question, by_lesson, html, plain

TYPES = {
    "one": "multichoice",
    "spot": "multichoice",
    "many": "multichoice",
    "type": "shortanswer",
    "number": "numerical",
    "order": "ordering",
}
YES, NO = "true", "false"
LEFT_OUT = ("step", "spelling")  # of LOST in files.py


def build(questions: Sequence[Question], title: str) -> bytes:
    """Return the questions as Moodle XML, a category for each lesson under `title`."""
    quiz = Element("quiz")
    for lesson, asked in by_lesson(questions).items():
        category = SubElement(quiz, "question", type="category")
        path = "/".join(visible(part).replace("/", "//") for part in (title, str(lesson)))
        _text(category, "category", f"$course$/top/{path}")
        for question in asked:
            _question(quiz, question)
    indent(quiz)
    return bytes(tostring(quiz, encoding="UTF-8", xml_declaration=True))


def _question(quiz: Element, question: Question) -> None:
    made = SubElement(quiz, "question", type=TYPES[question.kind])
    _text(made, "name", question.id)
    _html(made, "questiontext", question.prompt)
    general = [*question.general, *(question.reasons if question.kind == "order" else [])]
    _html(made, "generalfeedback", general)
    for name, value in (("defaultgrade", "1"), ("penalty", "0.3333333"), ("hidden", "0")):
        _plain(made, name, value)
    _plain(made, "idnumber", question.id)
    for name, value in _settings(question):
        _plain(made, name, value)
    for place, answer in enumerate(question.answers, 1):
        _answer(made, question, answer, place)
    if question.item.unit:
        _units(made, plain(question.item.unit))
    if question.item.hint:
        _html(made, "hint", question.hint)
    tags = SubElement(made, "tags")
    for tag in filter(None, (question.item.objective, question.item.level)):
        _text(tags, "tag", tag)


def _settings(question: Question) -> Iterator[tuple[str, str]]:
    if TYPES[question.kind] == "multichoice":
        yield "single", NO if question.kind == "many" else YES
        yield "shuffleanswers", YES
        yield "answernumbering", "abc"
    elif question.kind == "type":
        yield "usecase", "0"
    elif question.kind == "order":
        yield "layouttype", "VERTICAL"
        yield "selecttype", "ALL"
        yield "selectcount", "0"
        yield "gradingtype", "RELATIVE_ALL_PREVIOUS_AND_NEXT"  # all pairs count, as in the course
        yield "showgrading", "SHOW"
        yield "numberingstyle", "none"


def _answer(made: Element, question: Question, answer: Answer, place: int) -> None:
    typed = question.kind in ("type", "number")
    how = {"fraction": _fraction(question, answer, place)}
    if question.kind != "number":
        how["format"] = "moodle_auto_format" if typed else "html"
    element = SubElement(made, "answer", how)
    text = wildcard(answer.text) if question.kind == "type" else answer.html
    _plain(element, "text", f"{answer.value:.10g}" if question.kind == "number" else text)
    _html(element, "feedback", [] if question.kind == "order" else answer.feedback)
    if question.kind == "number":
        _plain(element, "tolerance", f"{question.item.tolerance if answer.right else 0:g}")


def _fraction(question: Question, answer: Answer, place: int) -> str:
    if question.kind == "order":  # here Moodle keeps the place of a step
        return f"{place}.0000000"
    if question.kind == "many":
        return f"{share(question, answer):.7g}"
    return "100" if answer.right else "0"


def _units(made: Element, unit: str) -> None:
    """Let the unit be typed, as a plural or not, or left out."""
    units = SubElement(made, "units")
    for name in dict.fromkeys((unit, unit.removesuffix("s"))):
        one = SubElement(units, "unit")
        _plain(one, "multiplier", "1")
        _plain(one, "unit_name", name)
    for name, value in (
        ("unitgradingtype", "0"),
        ("unitpenalty", "0"),
        ("showunits", "0"),
        ("unitsleft", "0"),
    ):
        _plain(made, name, value)


def _html(parent: Element, name: str, nodes: Sequence[str | Node]) -> None:
    element = _plain(parent, name)
    element.set("format", "html")
    _plain(element, "text", html(nodes))


def _text(parent: Element, name: str, text: str) -> None:
    _plain(_plain(parent, name), "text", text)


def _plain(parent: Element, name: str, text: str | None = None) -> Element:
    element = SubElement(parent, name)
    element.text = text
    return element
