"""Canvas: QTI 1.2 as Canvas writes it, a quiz for each lesson, for Classic and New Quizzes.

Canvas itself exchanges quizzes in this form, so more arrives than from QTI 2.1. The elements are
those that text2qti writes for Canvas.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from codeedu.html.nodes import Node, node
from codeedu.questions.printed import Question, by_lesson, html
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
LEFT_OUT = ("hint", "order", "answer", "spelling", "unit")  # of LOST in export.py


def build(questions: Sequence[Question], title: str) -> bytes:
    """Return the questions as a package for Canvas."""
    files: dict[str, Node] = {"imsmanifest.xml": []}
    resources = []
    for lesson, asked in by_lesson(questions).items():
        name, says = f"codeedu_lesson_{lesson.number}", f"{title}: {lesson}"
        quiz, meta = f"{name}/{name}.xml", f"{name}/assessment_meta.xml"
        files[quiz] = _quiz(name, says, asked)
        files[meta] = _meta(name, says, len(asked))
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


def _meta(name: str, title: str, points: int) -> Node:
    settings = {
        "title": title,
        "description": "",
        "shuffle_answers": "true",
        "scoring_policy": "keep_highest",
        "quiz_type": "practice_quiz",
        "points_possible": f"{points}.0",
        "show_correct_answers": "true",
        "allowed_attempts": "-1",
        "available": "false",
    }
    return node(
        "quiz", *(node(tag, text) for tag, text in settings.items()), **META, identifier=name
    )


def _quiz(name: str, title: str, questions: Sequence[Question]) -> Node:
    section = node("section", *map(_item, questions), ident="root_section")
    return node("questestinterop", node("assessment", section, ident=name, title=title), **ITEMS)


def _item(question: Question) -> Node:
    name = f"codeedu_{question.id}"
    fields = {
        "question_type": TYPES[question.kind],
        "points_possible": "1",
        "original_answer_ids": ",".join(map(str, _places(question))),
        "assessment_question_identifierref": f"{name}_ref",
    }
    listed = [
        node("qtimetadatafield", node("fieldlabel", label), node("fieldentry", entry))
        for label, entry in fields.items()
    ]
    score = node("decvar", maxvalue="100", minvalue="0", varname="SCORE", vartype="Decimal")
    told = [] if _chooses(question) else question.reasons
    comments = [_comment(GENERAL, [*question.general, *told])]
    if _chooses(question):
        both = zip(_places(question), question.answers, strict=True)
        comments += [_comment(f"{place}_fb", answer.feedback) for place, answer in both]
    return node(
        "item",
        node("itemmetadata", node("qtimetadata", *listed)),
        node("presentation", _material(question.prompt), *_responses(question)),
        node(
            "resprocessing",
            node("outcomes", score),
            _rule([node("other")], _show(GENERAL), more=True),
            *(_chosen(question) if _chooses(question) else _typed(question)),
        ),
        *comments,
        ident=name,
        title=question.id,
    )


def _places(question: Question) -> range:
    """Return the numbers of the answers; Canvas wants whole numbers as their ids."""
    return range(1001, 1001 + len(question.answers))


def _chooses(question: Question) -> bool:
    return question.kind in ("one", "spot", "many")


def _responses(question: Question) -> Iterator[Node]:
    answers = list(zip(_places(question), question.answers, strict=True))
    if question.kind == "order":
        for place, step in answers:
            numbers = enumerate(_places(question), 1)
            labels = [_label(other, _material([str(number)])) for number, other in numbers]
            text = _material([step.text], "text/plain")
            shown = node("render_choice", *labels)
            yield node("response_lid", text, shown, ident=f"response_{place}")
    elif _chooses(question):
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


def _chosen(question: Question) -> Iterator[Node]:
    answers = list(zip(_places(question), question.answers, strict=True))
    for place, _ in answers:
        yield _rule([_equal(str(place))], _show(f"{place}_fb"), more=True)
    if question.kind == "many":
        each = [(answer.right, _equal(str(place))) for place, answer in answers]
        tests = [node("and", *(test if right else node("not", test) for right, test in each))]
    else:
        tests = [_equal(str(place)) for place, answer in answers if answer.right]
    yield _rule(tests, _points("100", "Set"))


def _typed(question: Question) -> Iterator[Node]:
    if question.kind == "order":
        part = f"{100 / len(question.answers):.2f}"
        for place in _places(question):
            tests = node("conditionvar", _equal(str(place), f"response_{place}"))
            yield node("respcondition", tests, _points(part, "Add"))
    elif question.kind == "type":
        right = [_equal(answer.text) for answer in question.answers if answer.right]
        yield _rule(right, _points("100", "Set"))
    else:
        number, off = question.item.answer or 0, question.item.tolerance
        between = [
            node(bound, f"{value:.10g}", respident=RESPONSE)
            for bound, value in (("vargte", number - off), ("varlte", number + off))
        ]
        either = node("or", _equal(f"{number:.10g}"), node("and", *between))
        yield _rule([either], _points("100", "Set"))


def _rule(tests: Sequence[Node], then: Node, *, more: bool = False) -> Node:
    """Return what follows when a test is met; `more` lets other rules follow."""
    proceed = "Yes" if more else "No"
    return node("respcondition", node("conditionvar", *tests), then, continue_=proceed)


def _equal(value: str, response: str = RESPONSE) -> Node:
    return node("varequal", value, respident=response)


def _points(points: str, action: str) -> Node:
    return node("setvar", points, action=action, varname="SCORE")


def _show(name: str) -> Node:
    return node("displayfeedback", feedbacktype="Response", linkrefid=name)


def _comment(name: str, nodes: Sequence[str | Node]) -> Node:
    return node("itemfeedback", node("flow_mat", _material(nodes)), ident=name)


def _material(nodes: Sequence[str | Node], kind: str = "text/html") -> Node:
    text = html(nodes) if kind == "text/html" else "".join(map(str, nodes))
    return node("material", node("mattext", text, texttype=kind))
