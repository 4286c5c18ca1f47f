"""Canvas: QTI 1.2 as Canvas writes it, a quiz for each lesson, for Classic and New Quizzes.

Canvas itself exchanges quizzes in this form, so more arrives than from QTI 2.1. The elements are
those that text2qti writes for Canvas, and that Canvas's own import reads (docs/export.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from codeedu.html.nodes import Node, node
from codeedu.lessons import final_lesson, lesson_name
from codeedu.questions.printed import PrintedAnswer, PrintedItem, as_html
from codeedu.teach.export import HIDDEN, SHOWN, UNLIMITED
from codeedu.teach.export.draws import Group, final_groups, practice_groups
from codeedu.teach.export.xml import spaces, zipped

ITEMS = spaces("http://www.imsglobal.org/xsd/ims_qtiasiv1p2")
PACKAGE = spaces("http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1")
META = spaces("http://canvas.instructure.com/xsd/cccv1p0")
SETTINGS = "associatedcontent/imscc_xmlv1p1/learning-application-resource"
TYPES = {
    "one": "multiple_choice_question",
    "spot": "multiple_choice_question",
    "many": "multiple_answers_question",
    "type": "short_answer_question",
    "number": "numerical_question",
    "order": "matching_question",
}
RESPONSE, GENERAL = "response1", "general_fb"
LEFT_OUT = ("hint", "order", "answer", "spelling", "unit", "place")  # of LOST in export_bank.py


class _Quiz(NamedTuple):
    name: str
    title: str
    groups: list[Group]
    graded: bool
    attempts: int | str
    answers: str


def build(
    questions: Sequence[PrintedItem],
    title: str,
    *,
    graded: bool = False,
    attempts: int | str = "",
    points: float = 1,
    draw: int | None = None,
    answers: str = "",
) -> bytes:
    """Return the questions as a package for Canvas, those of the final as one graded quiz."""
    once = attempts or 1
    quizzes = [
        _Quiz(
            f"codeedu_lesson_{group.lesson}",
            f"{title}: {lesson_name(group.lesson)}",
            [group],
            graded,
            once if graded else attempts or UNLIMITED,
            answers or SHOWN,
        )
        for group in practice_groups(questions, draw)
    ]
    if final := final_groups(questions):
        name = f"{title}: {final_lesson()['title']}"
        quizzes.append(_Quiz("codeedu_final", name, final, True, once, answers or HIDDEN))
    files: dict[str, Node] = {"imsmanifest.xml": []}
    resources = []
    for one in quizzes:
        name = one.name
        quiz, meta = f"{name}/{name}.xml", f"{name}/assessment_meta.xml"
        files[quiz], files[meta] = _quiz(one, points), _meta(one, points)
        needs = node("dependency", identifierref=f"{name}_meta")
        about = {"identifier": f"{name}_meta", "type": SETTINGS, "href": meta}
        resources += [
            node(
                "resource", node("file", href=quiz), needs, identifier=name, type="imsqti_xmlv1p2"
            ),
            node("resource", node("file", href=meta), **about),
        ]
    schema = node("schema", "IMS Content"), node("schemaversion", "1.1.3")
    files["imsmanifest.xml"] = node(
        "manifest",
        node("metadata", *schema),
        node("organizations"),
        node("resources", *resources),
        **PACKAGE,
        identifier="codeedu_package",
    )
    return zipped(files)


def _meta(quiz: _Quiz, points: float) -> Node:
    shown = quiz.answers == SHOWN
    settings = {
        "title": quiz.title,
        "description": "",
        "shuffle_answers": "true",
        "scoring_policy": "keep_highest",
        # Comments say what is right, so they are hidden, too: Canvas calls all of it the results.
        "hide_results": "" if shown else "always",
        "quiz_type": "assignment" if quiz.graded else "practice_quiz",
        "points_possible": f"{float(round(points * sum(group.draw for group in quiz.groups), 2))}",
        "show_correct_answers": "true" if shown else "false",
        "allowed_attempts": "-1" if quiz.attempts == UNLIMITED else str(quiz.attempts),
        "available": "false",
    }
    return node(
        "quiz", *(node(tag, text) for tag, text in settings.items()), **META, identifier=quiz.name
    )


def _quiz(quiz: _Quiz, points: float) -> Node:
    parts = [part for group in quiz.groups for part in _questions(group, points)]
    section = node("section", *parts, ident="root_section")
    assessment = node("assessment", section, ident=quiz.name, title=quiz.title)
    return node("questestinterop", assessment, **ITEMS)


def _questions(group: Group, points: float) -> list[Node]:
    """Return the questions of a lesson, as a group of its own when some of them are drawn."""
    items = [_canvas_item(question, points) for question in group.questions]
    if not group.is_drawn:
        return items
    worth = node("selection_extension", node("points_per_item", f"{points:g}"))
    selection = node("selection", node("selection_number", str(group.draw)), worth)
    about = {"ident": f"codeedu_group_{group.lesson}", "title": lesson_name(group.lesson)}
    return [node("section", node("selection_ordering", selection), *items, **about)]


def _canvas_item(question: PrintedItem, points: float) -> Node:
    name = f"codeedu_{question.id}"
    fields = {
        "question_type": TYPES[question.kind],
        "points_possible": f"{points:g}",
        "original_answer_ids": ",".join(str(place) for place, _ in _numbered(question)),
        "assessment_question_identifierref": f"{name}_ref",
    }
    metadata = [
        node("qtimetadatafield", node("fieldlabel", label), node("fieldentry", entry))
        for label, entry in fields.items()
    ]
    score = node("decvar", maxvalue="100", minvalue="0", varname="SCORE", vartype="Decimal")
    reasons = [] if question.chooses else question.reasons
    comments = [_comment(GENERAL, [*question.general, *reasons])]
    if question.chooses:
        for place, answer in _numbered(question):
            comments.append(_comment(f"{place}_fb", answer.feedback))
    return node(
        "item",
        node("itemmetadata", node("qtimetadata", *metadata)),
        node("presentation", _material(question.prompt), *_responses(question)),
        node(
            "resprocessing",
            node("outcomes", score),
            _rule([node("other")], _show(GENERAL), more=True),
            *(_choice_rules(question) if question.chooses else _typed_rules(question)),
        ),
        *comments,
        ident=name,
        title=question.id,
    )


def _numbered(question: PrintedItem) -> list[tuple[int, PrintedAnswer]]:
    """Return the answers, each with its id; Canvas wants whole numbers."""
    return list(enumerate(question.answers, 1001))


def _responses(question: PrintedItem) -> Iterator[Node]:
    answers = _numbered(question)
    if question.kind == "order":
        for place, step in answers:
            numbers = enumerate(answers, 1)
            labels = [_label(other, _material([str(number)])) for number, (other, _) in numbers]
            text = _material([step.text], "text/plain")
            shown = node("render_choice", *labels)
            yield node("response_lid", text, shown, ident=f"response_{place}")
    elif question.chooses:
        count = "Multiple" if question.kind == "many" else "Single"
        labels = [_label(place, _material(answer.nodes)) for place, answer in answers]
        shown = node("render_choice", *labels)
        yield node("response_lid", shown, ident=RESPONSE, rcardinality=count)
    else:
        number = question.kind == "number"
        label = node("response_label", ident="answer1", **({} if number else {"rshuffle": "No"}))
        field = node("render_fib", label, **({"fibtype": "Decimal"} if number else {}))
        yield node("response_str", field, ident=RESPONSE, rcardinality="Single")


def _label(place: int, *inside: Node) -> Node:
    return node("response_label", *inside, ident=str(place))


# What a response does


def _choice_rules(question: PrintedItem) -> Iterator[Node]:
    answers = _numbered(question)
    for place, _ in answers:
        yield _rule([_equals(str(place))], _show(f"{place}_fb"), more=True)
    if question.kind == "many":
        each = [(answer.right, _equals(str(place))) for place, answer in answers]
        tests = [node("and", *(test if right else node("not", test) for right, test in each))]
    else:
        tests = [_equals(str(place)) for place, answer in answers if answer.right]
    yield _rule(tests, _points("100", "Set"))


def _typed_rules(question: PrintedItem) -> Iterator[Node]:
    if question.kind == "order":
        part = f"{100 / len(question.answers):.2f}"
        for place, _ in _numbered(question):
            tests = node("conditionvar", _equals(str(place), f"response_{place}"))
            yield node("respcondition", tests, _points(part, "Add"))
    elif question.kind == "type":
        right = [_equals(answer.text) for answer in question.answers if answer.right]
        yield _rule(right, _points("100", "Set"))
    else:
        number, off = question.item.answer or 0, question.item.tolerance
        between = [
            node(bound, f"{value:.10g}", respident=RESPONSE)
            for bound, value in (("vargte", number - off), ("varlte", number + off))
        ]
        either = node("or", _equals(f"{number:.10g}"), node("and", *between))
        yield _rule([either], _points("100", "Set"))


def _rule(tests: Sequence[Node], then: Node, *, more: bool = False) -> Node:
    """Return what follows when a test is met; `more` lets other rules follow."""
    proceed = "Yes" if more else "No"
    return node("respcondition", node("conditionvar", *tests), then, continue_=proceed)


def _equals(value: str, response: str = RESPONSE) -> Node:
    return node("varequal", value, respident=response)


def _points(points: str, action: str) -> Node:
    return node("setvar", points, action=action, varname="SCORE")


def _show(name: str) -> Node:
    return node("displayfeedback", feedbacktype="Response", linkrefid=name)


def _comment(name: str, nodes: Sequence[str | Node]) -> Node:
    return node("itemfeedback", node("flow_mat", _material(nodes)), ident=name)


def _material(nodes: Sequence[str | Node], kind: str = "text/html") -> Node:
    text = as_html(nodes) if kind == "text/html" else "".join(map(str, nodes))
    return node("material", node("mattext", text, texttype=kind))
