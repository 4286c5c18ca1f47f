"""GIFT: Moodle's text format, which several other systems read too.

What is escaped, and why, follows Moodle's own reader (question/format/gift/format.php).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from codeedu.codes.wording import visible
from codeedu.html.nodes import Node
from codeedu.questions.printed import Answer, Question, by_lesson, html

_ESCAPED = str.maketrans({**{c: f"\\{c}" for c in "\\~=#{}:"}, "\n": "\\n", "\r": ""})
LEFT_OUT = ("hint", "step", "boxes", "unit", "spelling")  # of LOST in export.py


def build(questions: Sequence[Question], title: str) -> bytes:
    """Return the questions as a GIFT file, a category for each lesson under `title`.

    Raises ValueError when a typed answer contains "->", which GIFT reads as a match.
    """
    parts = []
    for lesson, asked in by_lesson(questions).items():
        parts.append(f"$CATEGORY: $course$/top/{_category(title)}/{_category(str(lesson))}")
        parts += map(_question, asked)
    return ("\n\n".join(parts) + "\n").encode()


def _question(question: Question) -> str:
    answers = "\n".join(_answers(question))
    general = _html(question.general)
    if question.kind == "order":
        general += _html(question.reasons)
    start = "{#" if question.kind == "number" else "{"
    name = f"// [id:{question.id}]\n::{question.id}::"
    return f"{name}[html]{_html(question.prompt)}{start}\n{answers}\n####{general}\n}}"


def _answers(question: Question) -> Iterator[str]:
    if question.kind == "order":  # matched to their places: GIFT knows no order
        for place, answer in enumerate(question.answers, 1):
            yield f"={_html(answer.nodes)} -> {place}"
        return
    for answer in question.answers:
        feedback = f"#{_html(answer.feedback)}" if answer.feedback else ""
        yield f"{_mark(question, answer)}{_text(question, answer)}{feedback}"


def _mark(question: Question, answer: Answer) -> str:
    """Return the sign of an answer, with its share of the mark where it needs one."""
    if question.kind in ("type", "number"):
        return "=" if answer.right else "=%0%"
    if question.kind != "many" or question.lone:  # Moodle's reader knows no weight of 100
        return "=" if answer.right else "~"
    return f"~%{share(question, answer):.7g}%"


def share(question: Question, answer: Answer) -> float:
    """Return what choosing an answer of "many" adds to the mark, in percent.

    The right ones add up to 100, the wrong ones to -100: choosing all of them earns nothing.
    """
    same = sum(other.right == answer.right for other in question.answers)
    return round(100 / same if answer.right else -100 / same, 5)


def _text(question: Question, answer: Answer) -> str:
    if question.kind == "number":
        return f"{answer.value:.10g}:{question.item.tolerance if answer.right else 0:g}"
    if question.kind == "type":
        if "->" in answer.text:
            raise ValueError(
                f"{question.id}: GIFT cannot hold the answer {answer.text!r}, since -> means a "
                "match there. Export to moodle-xml, or change the answer."
            )
        form = "[plain]" if answer.text.startswith("[") else ""  # else [ could begin a format
        return form + wildcard(answer.text).translate(_ESCAPED)
    return _html(answer.nodes)


def wildcard(text: str) -> str:
    """Return a typed answer in which a star is a star; in Moodle it stands for any text."""
    return text.replace("*", "\\*")


def _html(nodes: Sequence[str | Node]) -> str:
    # A [ could begin the name of another format, in which the text would be markup.
    return html(nodes).replace("[", "&#91;").translate(_ESCAPED)


def _category(name: str) -> str:
    return visible(name).replace("/", "//")
