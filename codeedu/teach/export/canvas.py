"""Canvas: QTI 1.2 as Canvas writes it, a quiz for each lesson, for Classic and New Quizzes.

Canvas itself exchanges quizzes in this form, so more arrives than from QTI 2.1. The elements are
those that text2qti writes for Canvas.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from codeedu.codes.wording import visible
from codeedu.html.nodes import Node
from codeedu.teach.export.qti import XSI, add, zipped
from codeedu.teach.export.reading import Question, by_lesson, html

ITEMS = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
PACKAGE = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"
SETTINGS = "associatedcontent/imscc_xmlv1p1/learning-application-resource"
META = "http://canvas.instructure.com/xsd/cccv1p0"
TYPES = {
    "one": "multiple_choice_question",
    "spot": "multiple_choice_question",
    "many": "multiple_answers_question",
    "type": "short_answer_question",
    "number": "numerical_question",
    "order": "matching_question",
}
RESPONSE, GENERAL = "response1", "general_fb"
LEFT_OUT = ("hint", "order", "answer", "spelling", "unit")  # of LOST in files.py


def build(questions: Sequence[Question], title: str) -> bytes:
    """Return the questions as a package for Canvas."""
    manifest = _root("manifest", PACKAGE, identifier="codeedu_package")
    about = add(manifest, "metadata")
    add(about, "schema", "IMS Content")
    add(about, "schemaversion", "1.1.3")
    add(manifest, "organizations")
    resources = add(manifest, "resources")
    files = {"imsmanifest.xml": manifest}
    for lesson, asked in by_lesson(questions).items():
        name = f"codeedu_lesson_{lesson.number}"
        quiz = add(resources, "resource", identifier=name, type="imsqti_xmlv1p2")
        add(quiz, "file", href=f"{name}/{name}.xml")
        add(quiz, "dependency", identifierref=f"{name}_meta")
        meta = f"{name}/assessment_meta.xml"
        add(
            add(resources, "resource", identifier=f"{name}_meta", type=SETTINGS, href=meta),
            "file",
            href=meta,
        )
        says = visible(f"{title}: {lesson}")
        files[f"{name}/{name}.xml"] = _quiz(name, says, asked)
        files[meta] = _meta(name, says, len(asked))
    return zipped(files)


def _root(tag: str, space: str, **attributes: str) -> Element:
    return Element(tag, {"xmlns": space, "xmlns:xsi": XSI, **attributes})


def _meta(name: str, title: str, points: int) -> Element:
    root = _root("quiz", META, identifier=name)
    for tag, text in (
        ("title", title),
        ("description", ""),
        ("shuffle_answers", "true"),
        ("scoring_policy", "keep_highest"),
        ("quiz_type", "practice_quiz"),
        ("points_possible", f"{points}.0"),
        ("show_correct_answers", "true"),
        ("allowed_attempts", "-1"),
        ("available", "false"),
    ):
        add(root, tag, text)
    return root


def _quiz(name: str, title: str, questions: Sequence[Question]) -> Element:
    root = _root("questestinterop", ITEMS)
    quiz = add(root, "assessment", ident=name, title=title)
    section = add(quiz, "section", ident="root_section")
    for question in questions:
        _item(section, question)
    return root


def _item(section: Element, question: Question) -> None:
    item = add(section, "item", ident=_named(question), title=question.id)
    fields = add(add(item, "itemmetadata"), "qtimetadata")
    for label, entry in (
        ("question_type", TYPES[question.kind]),
        ("points_possible", "1"),
        ("original_answer_ids", ",".join(map(str, _places(question)))),
        ("assessment_question_identifierref", f"{_named(question)}_ref"),
    ):
        field = add(fields, "qtimetadatafield")
        add(field, "fieldlabel", label)
        add(field, "fieldentry", entry)
    asked = add(item, "presentation")
    _material(asked, question.prompt)
    _responses(asked, question)
    graded = add(item, "resprocessing")
    score = {"maxvalue": "100", "minvalue": "0", "varname": "SCORE", "vartype": "Decimal"}
    add(add(graded, "outcomes"), "decvar", **score)
    condition = add(graded, "respcondition", **{"continue": "Yes"})
    add(add(condition, "conditionvar"), "other")
    add(condition, "displayfeedback", feedbacktype="Response", linkrefid=GENERAL)
    (_chosen if _chooses(question) else _typed)(graded, question)
    told = [] if _chooses(question) else question.reasons
    _comment(item, GENERAL, [*question.general, *told])
    if _chooses(question):
        for place, answer in zip(_places(question), question.answers, strict=True):
            _comment(item, f"{place}_fb", answer.feedback)


def _named(question: Question) -> str:
    return f"codeedu_{question.id}"


def _places(question: Question) -> range:
    """Return the numbers of the answers; Canvas wants whole numbers as their ids."""
    return range(1001, 1001 + len(question.answers))


def _chooses(question: Question) -> bool:
    return question.kind in ("one", "spot", "many")


def _responses(asked: Element, question: Question) -> None:
    if question.kind == "order":
        for place, answer in zip(_places(question), question.answers, strict=True):
            step = add(asked, "response_lid", ident=f"response_{place}")
            _material(step, [answer.text], "text/plain")
            places = add(step, "render_choice")
            for number, other in enumerate(_places(question), 1):
                _material(add(places, "response_label", ident=str(other)), [str(number)])
    elif _chooses(question):
        count = "Multiple" if question.kind == "many" else "Single"
        choices = add(asked, "response_lid", ident=RESPONSE, rcardinality=count)
        shown = add(choices, "render_choice")
        for place, answer in zip(_places(question), question.answers, strict=True):
            _material(add(shown, "response_label", ident=str(place)), answer.nodes)
    else:
        typed = add(asked, "response_str", ident=RESPONSE, rcardinality="Single")
        how = {"fibtype": "Decimal"} if question.kind == "number" else {}
        label = {} if question.kind == "number" else {"rshuffle": "No"}
        add(add(typed, "render_fib", **how), "response_label", ident="answer1", **label)


def _chosen(graded: Element, question: Question) -> None:
    for place in _places(question):
        condition = add(graded, "respcondition", **{"continue": "Yes"})
        add(add(condition, "conditionvar"), "varequal", str(place), respident=RESPONSE)
        add(condition, "displayfeedback", feedbacktype="Response", linkrefid=f"{place}_fb")
    right = _scored(graded)
    if question.kind == "many":
        right = add(right, "and")
    for place, answer in zip(_places(question), question.answers, strict=True):
        if answer.right:
            add(right, "varequal", str(place), respident=RESPONSE)
        elif question.kind == "many":
            add(add(right, "not"), "varequal", str(place), respident=RESPONSE)


def _typed(graded: Element, question: Question) -> None:
    if question.kind == "order":
        part = f"{100 / len(question.answers):.2f}"
        for place in _places(question):
            condition = add(graded, "respcondition")
            equal = {"respident": f"response_{place}"}
            add(add(condition, "conditionvar"), "varequal", str(place), **equal)
            add(condition, "setvar", part, varname="SCORE", action="Add")
        return
    right = _scored(graded)
    if question.kind == "type":
        for answer in question.answers:
            if answer.right:
                add(right, "varequal", answer.text, respident=RESPONSE)
        return
    number, off = question.item.answer or 0, question.item.tolerance
    either = add(right, "or")
    add(either, "varequal", f"{number:.10g}", respident=RESPONSE)
    between = add(either, "and")
    add(between, "vargte", f"{number - off:.10g}", respident=RESPONSE)
    add(between, "varlte", f"{number + off:.10g}", respident=RESPONSE)


def _scored(graded: Element) -> Element:
    """Add the rule that gives the mark; return its condition, to be filled."""
    rule = add(graded, "respcondition", **{"continue": "No"})
    condition = add(rule, "conditionvar")
    add(rule, "setvar", "100", action="Set", varname="SCORE")
    return condition


def _comment(item: Element, name: str, nodes: Sequence[str | Node]) -> None:
    _material(add(add(item, "itemfeedback", ident=name), "flow_mat"), nodes)


def _material(parent: Element, nodes: Sequence[str | Node], kind: str = "text/html") -> None:
    text = html(nodes) if kind == "text/html" else "".join(map(str, nodes))
    add(add(parent, "material"), "mattext", text, texttype=kind)
