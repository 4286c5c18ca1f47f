"""Moodle XML: all that Moodle can hold, with hints, units and the order of steps.

The elements are those that Moodle 4.4 writes itself; its ordering question is part of it since
then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from codeedu.html.nodes import Node, node
from codeedu.questions.printed import Answer, Question, by_lesson, html, plain
from codeedu.teach.export.gift import share, wildcard
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
LEFT_OUT = ("step", "spelling")  # of LOST in export.py


def build(questions: Sequence[Question], title: str) -> bytes:
    """Return the questions as Moodle XML, a category for each lesson under `title`."""
    parts: list[str | Node] = []
    for lesson, asked in by_lesson(questions).items():
        path = "/".join(part.replace("/", "//") for part in (title, str(lesson)))
        category = _text("category", f"$course$/top/{path}")
        listed = [node("question", category, type="category"), *map(_question, asked)]
        parts += [part for question in listed for part in ("\n", question)]
    return xml(node("quiz", *parts, "\n"))


def _question(question: Question) -> Node:
    item = question.item
    steps = question.reasons if question.kind == "order" else []
    tags = [_text("tag", tag) for tag in (item.objective, item.level) if tag]
    return node(
        "question",
        _text("name", question.id),
        _html("questiontext", question.prompt),
        _html("generalfeedback", [*question.general, *steps]),
        *_plain({"defaultgrade": "1", "penalty": "0.3333333", "hidden": "0"}),
        *_plain({"idnumber": question.id, **SETTINGS[question.kind]}),
        *(_answer(question, answer, place) for place, answer in enumerate(question.answers, 1)),
        *(_units(plain(item.unit)) if item.unit else ()),
        *([_html("hint", question.hint)] if item.hint else []),
        node("tags", *tags),
        type=TYPES[question.kind],
    )


def _answer(question: Question, answer: Answer, place: int) -> Node:
    how = {"fraction": _fraction(question, answer, place)}
    feedback = _html("feedback", [] if question.kind == "order" else answer.feedback)
    if question.kind == "number":
        off = f"{question.item.tolerance if answer.right else 0:g}"
        text = node("text", f"{answer.value:.10g}")
        return node("answer", text, feedback, node("tolerance", off), **how)
    typed = question.kind == "type"
    how["format"] = "moodle_auto_format" if typed else "html"
    text = node("text", wildcard(answer.text) if typed else answer.html)
    return node("answer", text, feedback, **how)


def _fraction(question: Question, answer: Answer, place: int) -> str:
    if question.kind == "order":  # here Moodle keeps the place of a step
        return f"{place}.0000000"
    if question.kind == "many":
        return f"{share(question, answer):.7g}"
    return "100" if answer.right else "0"


def _units(unit: str) -> Iterator[Node]:
    """Let the unit be typed, as a plural or not, or left out."""
    names = dict.fromkeys((unit, unit.removesuffix("s")))
    each = [_plain({"multiplier": "1", "unit_name": name}) for name in names]
    yield node("units", *(node("unit", *about) for about in each))
    yield from _plain(
        dict.fromkeys(("unitgradingtype", "unitpenalty", "showunits", "unitsleft"), "0")
    )


def _plain(texts: Mapping[str, str]) -> list[Node]:
    return [node(name, text) for name, text in texts.items()]


def _text(name: str, text: str) -> Node:
    return node(name, node("text", text))


def _html(name: str, nodes: Sequence[str | Node]) -> Node:
    return node(name, node("text", html(nodes)), format="html")
