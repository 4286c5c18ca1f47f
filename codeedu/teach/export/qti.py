"""QTI 2.1: the standard that most learning systems import, as a zip of items and one test.

1EdTech Question and Test Interoperability 2.1, information model and implementation guide, 2012.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from codeedu.codes.wording import visible
from codeedu.html.nodes import Node
from codeedu.teach.export.gift import share
from codeedu.teach.export.reading import Question, by_lesson

ITEM = "http://www.imsglobal.org/xsd/imsqti_v2p1"
PACKAGE = "http://www.imsglobal.org/xsd/imscp_v1p1"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
SCHEMAS = {
    ITEM: "http://www.imsglobal.org/xsd/qti/qtiv2p1/imsqti_v2p1.xsd",
    PACKAGE: "http://www.imsglobal.org/xsd/qti/qtiv2p1/qtiv2p1_imscpv1p2_v1p0.xsd",
}
RESPONSE = {  # kind: how many values a response has, and of which type
    "one": ("single", "identifier"),
    "spot": ("single", "identifier"),
    "many": ("multiple", "identifier"),
    "order": ("ordered", "identifier"),
    "type": ("single", "string"),
    "number": ("single", "float"),
}
GENERAL = "general_fb"  # Canvas knows feedback on the whole question by this name


def build(questions: Sequence[Question], title: str) -> bytes:
    """Return the questions as a QTI package: manifest, test with a section a lesson, items."""
    files = {f"items/{question.id}.xml": _item(question) for question in questions}
    made = {"imsmanifest.xml": _manifest(questions), "test.xml": _test(questions, title), **files}
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as file:
        for name, root in made.items():  # a fixed date: the same bank is the same file
            inside = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            inside.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(inside, tostring(root, encoding="UTF-8", xml_declaration=True))
    return package.getvalue()


def left_out(questions: Sequence[Question]) -> Iterator[tuple[str, Question]]:
    """Yield what QTI cannot hold, with the question that has it."""
    for question in questions:
        if question.item.hint:
            yield "the hint", question
        if question.kind == "order":
            yield "part of the mark for an order that is partly right", question
            yield "feedback on a step by itself (it is in the general feedback)", question
        if question.item.unit:
            yield "a unit typed with a number (only the number is accepted)", question
        if question.kind == "type":
            yield "other spellings of a typed answer (blanks, dashes, plurals)", question


# The package


def identifier(name: str) -> str:
    """Return an id as QTI allows it: it begins with a letter."""
    return f"codeedu-{name}"


def _root(tag: str, space: str, **attributes: str) -> Element:
    where = {"xmlns": space, "xmlns:xsi": XSI, "xsi:schemaLocation": f"{space} {SCHEMAS[space]}"}
    return Element(tag, {**where, **attributes})


def _manifest(questions: Sequence[Question]) -> Element:
    root = _root("manifest", PACKAGE, identifier=identifier("package"))
    about = _add(root, "metadata")
    _add(about, "schema", "QTIv2.1 Package")
    _add(about, "schemaversion", "1.0.0")
    _add(root, "organizations")
    resources = _add(root, "resources")
    test = _resource(resources, "test", "imsqti_test_xmlv2p1", "test.xml")
    for question in questions:
        _resource(resources, question.id, "imsqti_item_xmlv2p1", f"items/{question.id}.xml")
        _add(test, "dependency", identifierref=identifier(question.id))
    return root


def _resource(resources: Element, name: str, kind: str, href: str) -> Element:
    made = _add(resources, "resource", identifier=identifier(name), type=kind, href=href)
    _add(made, "file", href=href)
    return made


def _test(questions: Sequence[Question], title: str) -> Element:
    root = _root("assessmentTest", ITEM, identifier=identifier("test"), title=visible(title))
    how = {"navigationMode": "nonlinear", "submissionMode": "individual"}
    part = _add(root, "testPart", identifier=identifier("part"), **how)
    for lesson, asked in by_lesson(questions).items():
        section = _add(
            part,
            "assessmentSection",
            identifier=identifier(f"lesson-{lesson.number}"),
            title=str(lesson),
            visible="true",
        )
        for question in asked:
            href = f"items/{question.id}.xml"
            _add(section, "assessmentItemRef", identifier=identifier(question.id), href=href)
    return root


# An item


def _item(question: Question) -> Element:
    root = _root(
        "assessmentItem",
        ITEM,
        identifier=identifier(question.id),
        title=question.id,
        adaptive="false",
        timeDependent="false",
    )
    _declarations(root, question)
    body = _add(root, "itemBody")
    _put(_add(body, "div"), question.prompt)
    _interaction(body, question)
    _processing(_add(root, "responseProcessing"), question)
    for place, answer in enumerate(question.answers, 1):
        if answer.feedback and question.kind != "order":
            _feedback(root, _says(place), [["p", {}, *answer.feedback]])
    steps = question.reasons if question.kind == "order" else []
    _feedback(root, GENERAL, [["div", {}, *question.general, *steps]])
    return root


def _choice(place: int) -> str:
    return f"choice-{place}"


def _says(place: int) -> str:
    return f"feedback-{place}"


def _declarations(root: Element, question: Question) -> None:
    count, kind = RESPONSE[question.kind]
    how = {"cardinality": count, "baseType": kind}
    response = _add(root, "responseDeclaration", identifier="RESPONSE", **how)
    right = _add(response, "correctResponse")
    for value in _right(question):
        _add(right, "value", value)
    if question.kind in ("many", "type"):
        mapping = _add(response, "mapping", lowerBound="0", upperBound="1", defaultValue="0")
        for place, answer in enumerate(question.answers, 1):
            if question.kind == "many":
                part = f"{share(question, answer) / 100:.7g}"
                _add(mapping, "mapEntry", mapKey=_choice(place), mappedValue=part)
            elif answer.right:
                whole = {"mappedValue": "1", "caseSensitive": "false"}
                _add(mapping, "mapEntry", mapKey=answer.text, **whole)
    score = {"cardinality": "single", "baseType": "float", "normalMaximum": "1"}
    _add(root, "outcomeDeclaration", identifier="SCORE", **score)
    told = {"cardinality": "multiple", "baseType": "identifier"}
    _add(root, "outcomeDeclaration", identifier="FEEDBACK", **told)


def _right(question: Question) -> list[str]:
    """Return the values of the right response."""
    if question.kind == "number":
        return [f"{question.item.answer:.10g}"]
    if question.kind == "type":
        return [question.answers[0].text]
    places = enumerate(question.answers, 1)
    return [_choice(n) for n, answer in places if answer.right or question.kind == "order"]


def _interaction(body: Element, question: Question) -> None:
    if question.kind in ("type", "number"):
        paragraph = _add(body, "p")
        paragraph.text = "Answer: "
        _add(paragraph, "textEntryInteraction", responseIdentifier="RESPONSE")
        return
    how = {"responseIdentifier": "RESPONSE", "shuffle": "true"}
    if question.kind == "order":
        asked = _add(body, "orderInteraction", **how)
    else:
        most = "0" if question.kind == "many" else "1"
        asked = _add(body, "choiceInteraction", **how, maxChoices=most)
    _add(asked, "prompt", question.how)
    for place, answer in enumerate(question.answers, 1):
        _put(_add(asked, "simpleChoice", identifier=_choice(place)), answer.nodes)


def _processing(root: Element, question: Question) -> None:
    if question.kind in ("many", "type"):
        mapped = _add(root, "setOutcomeValue", identifier="SCORE")
        _add(mapped, "mapResponse", identifier="RESPONSE")
    else:
        then = _when(root)
        test = _add(then, "match") if question.kind != "number" else _equal(then, question)
        _add(test, "variable", identifier="RESPONSE")
        _add(test, "correct", identifier="RESPONSE")
        _base(_add(then, "setOutcomeValue", identifier="SCORE"), "float", "1")
    for place, answer in enumerate(question.answers, 1):
        if answer.feedback and question.kind != "order":
            then = _when(root)
            _chosen(then, question, place)
            _tell(then, _says(place))
    _tell(root, GENERAL)


def _when(root: Element) -> Element:
    return _add(_add(root, "responseCondition"), "responseIf")


def _equal(then: Element, question: Question) -> Element:
    off = f"{question.item.tolerance:g}"
    if off == "0":
        return _add(then, "equal", toleranceMode="exact")
    return _add(then, "equal", toleranceMode="absolute", tolerance=f"{off} {off}")


def _chosen(then: Element, question: Question, place: int) -> None:
    """Ask whether the answer at `place` is the response, or in it."""
    answer = question.answers[place - 1]
    if question.kind == "many":
        test = _add(then, "member")
        _base(test, "identifier", _choice(place))
        _add(test, "variable", identifier="RESPONSE")
        return
    if question.kind == "type":
        test = _add(then, "stringMatch", caseSensitive="false")
    elif question.kind == "number":
        test = _add(then, "equal", toleranceMode="exact")
    else:
        test = _add(then, "match")
    _add(test, "variable", identifier="RESPONSE")
    value = answer.text if question.kind in ("type", "number") else _choice(place)
    _base(test, RESPONSE[question.kind][1], value)


def _tell(parent: Element, name: str) -> None:
    """Add a feedback to those to show."""
    told = _add(_add(parent, "setOutcomeValue", identifier="FEEDBACK"), "multiple")
    _add(told, "variable", identifier="FEEDBACK")
    _base(told, "identifier", name)


def _base(parent: Element, kind: str, value: str) -> None:
    _add(parent, "baseValue", value, baseType=kind)


def _feedback(root: Element, name: str, nodes: Sequence[str | Node]) -> None:
    shown = {"outcomeIdentifier": "FEEDBACK", "showHide": "show"}
    _put(_add(root, "modalFeedback", identifier=name, **shown), nodes)


def _add(parent: Element, tag: str, text: str | None = None, **attributes: str) -> Element:
    made = SubElement(parent, tag, attributes)
    made.text = text
    return made


def _put(parent: Element, nodes: Iterable[str | Node]) -> None:
    """Put nodes into an element as XHTML; QTI allows these tags, without attributes."""
    last: Element | None = None
    for tree in nodes:
        if isinstance(tree, str):
            text = "\n".join(map(visible, tree.split("\n")))
            if last is None:
                parent.text = (parent.text or "") + text
            else:
                last.tail = (last.tail or "") + text
        else:
            last = _add(parent, tree[0])
            _put(last, tree[2:])
