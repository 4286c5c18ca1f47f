"""Moodle XML: all that Moodle can hold, with hints, units and the order of steps.

The elements are those that Moodle 4.4 writes itself, the first version with ordering questions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from codeedu import tables
from codeedu.html.nodes import Node, node
from codeedu.lessons import final_lesson, lesson_name
from codeedu.questions.final_length import lengths
from codeedu.questions.printed import PrintedAnswer, PrintedItem, as_html, by_lesson, plain_text
from codeedu.teach.export.draws import is_final
from codeedu.teach.export.xml import xml

TYPES = {
    "one": "multichoice",
    "spot": "multichoice",
    "many": "multichoice",
    "type": "shortanswer",
    "number": "numerical",
    "order": "ordering",
}
CHOICE = {"shuffleanswers": "true", "answernumbering": "abc"}
SETTINGS = {
    "one": {"single": "true", **CHOICE},
    "spot": {"single": "true", **CHOICE},
    "many": {"single": "false", **CHOICE},
    "type": {"usecase": "0"},
    "number": {},
    "order": {
        "layouttype": "VERTICAL",
        "selecttype": "ALL",
        "selectcount": "0",
        "gradingtype": "RELATIVE_ALL_PREVIOUS_AND_NEXT",  # all pairs count, as in the course
        "showgrading": "SHOW",
        "numberingstyle": "none",
    },
}
LEFT_OUT = ("step", "spelling")  # of LOST in export_bank.py


def build(questions: Sequence[PrintedItem], title: str) -> bytes:
    """Return the questions as Moodle XML, in categories that a quiz can draw from.

    There is one for each lesson, and in it one for each objective: under `title`, or, for those of
    the final, under a category of their own.
    """
    elements = []
    for final, tree in ((False, title), (True, f"{title}, {final_lesson()['title']}")):
        of_tree = [question for question in questions if is_final(question) == final]
        for lesson, listed in by_lesson(of_tree).items():
            path, draw = (tree, lesson_name(lesson)), ""
            if final:
                asks = lengths(one.item for one in listed)[lesson]
                draw = f"The final of the course asks {asks} of these, drawn at random."
            elements.append(_category(path, draw))
            by_objective: dict[str, list[PrintedItem]] = {}
            for question in listed:
                by_objective.setdefault(question.item.objective, []).append(question)
            for objective, found in by_objective.items():
                row = tables.by("objectives", "objective").get(objective, {})
                elements.append(_category((*path, objective), plain_text(row.get("can", ""))))
                elements += map(_moodle_question, found)
    return xml(node("quiz", *(part for one in elements for part in ("\n", one)), "\n"))


def _category(path: Iterable[str], about: str) -> Node:
    """Return what puts the questions that follow into a category, with a text about it."""
    name = "/".join(part.replace("/", "//") for part in path)
    info = [_html_element("info", [about])] if about else []
    return node(
        "question", _text_element("category", f"$course$/top/{name}"), *info, type="category"
    )


def _moodle_question(question: PrintedItem) -> Node:
    item = question.item
    steps = question.reasons if question.kind == "order" else []
    answers = [_moodle_answer(question, *numbered) for numbered in enumerate(question.answers, 1)]
    tags = [_text_element("tag", tag) for tag in (item.objective, item.level) if tag]
    return node(
        "question",
        _text_element("name", question.id),
        _html_element("questiontext", question.prompt),
        _html_element("generalfeedback", [*question.general, *steps]),
        *_elements({"defaultgrade": "1", "penalty": "0.3333333", "hidden": "0"}),
        *_elements({"idnumber": question.id, **SETTINGS[question.kind]}),
        *answers,
        *(_units(plain_text(item.unit)) if item.unit else ()),
        *([_html_element("hint", question.hint)] if item.hint else []),
        node("tags", *tags),
        type=TYPES[question.kind],
    )


def _moodle_answer(question: PrintedItem, place: int, answer: PrintedAnswer) -> Node:
    how = {"fraction": _fraction(question, answer, place)}
    feedback = _html_element("feedback", [] if question.kind == "order" else answer.feedback)
    if question.kind == "number":
        off = f"{question.item.tolerance if answer.right else 0:g}"
        text = node("text", f"{answer.value:.10g}")
        return node("answer", text, feedback, node("tolerance", off), **how)
    typed = question.kind == "type"
    words = answer.text.replace("*", "\\*")  # in Moodle, a star alone stands for any text
    how["format"] = "moodle_auto_format" if typed else "html"
    text = node("text", words if typed else as_html(answer.nodes))
    return node("answer", text, feedback, **how)


def _fraction(question: PrintedItem, answer: PrintedAnswer, place: int) -> str:
    if question.kind == "order":  # here Moodle keeps the place of a step
        return f"{place}.0000000"
    if question.kind == "many":
        return f"{question.share(answer):.7g}"
    return "100" if answer.right else "0"


def _units(unit: str) -> Iterator[Node]:
    """Let the unit be typed, as a plural or not, or left out."""
    names = dict.fromkeys((unit, unit.removesuffix("s")))
    each = [_elements({"multiplier": "1", "unit_name": name}) for name in names]
    yield node("units", *(node("unit", *about) for about in each))
    yield from _elements(
        dict.fromkeys(("unitgradingtype", "unitpenalty", "showunits", "unitsleft"), "0")
    )


def _elements(texts: Mapping[str, str]) -> list[Node]:
    return [node(name, text) for name, text in texts.items()]


def _text_element(name: str, text: str) -> Node:
    return node(name, node("text", text))


def _html_element(name: str, nodes: Sequence[str | Node]) -> Node:
    return node(name, node("text", as_html(nodes)), format="html")
