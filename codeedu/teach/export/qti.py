"""QTI 2.1: the standard that most learning systems import, as a zip of items and one test.

1EdTech Question and Test Interoperability 2.1, information model and implementation guide, 2012.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
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
LEFT_OUT = ("hint", "part", "step", "unit", "spelling")  # of LOST in files.py


def build(questions: Sequence[Question], title: str) -> bytes:
    """Return the questions as a QTI package: manifest, test with a section a lesson, items."""
    files = {f"items/{question.id}.xml": _item(question) for question in questions}
    about = {"imsmanifest.xml": _manifest(questions), "test.xml": _test(questions, title)}
    return zipped({**about, **files})


def zipped(files: dict[str, Element]) -> bytes:
    """Return XML files, by their names, as a zip; the same files are the same bytes."""
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as file:
        for name, root in files.items():
            inside = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            inside.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(inside, tostring(root, encoding="UTF-8", xml_declaration=True))
    return package.getvalue()


def add(parent: Element, tag: str, text: str | None = None, **attributes: str) -> Element:
    """Add an element to its parent, and return it."""
    made = SubElement(parent, tag, attributes)
    made.text = text
    return made


# The package


def identifier(name: str) -> str:
    """Return an id as QTI allows it: it begins with a letter."""
    return f"codeedu-{name}"


def _root(tag: str, space: str, **attributes: str) -> Element:
    where = {"xmlns": space, "xmlns:xsi": XSI, "xsi:schemaLocation": f"{space} {SCHEMAS[space]}"}
    return Element(tag, {**where, **attributes})


def _manifest(questions: Sequence[Question]) -> Element:
    root = _root("manifest", PACKAGE, identifier=identifier("package"))
    about = add(root, "metadata")
    add(about, "schema", "QTIv2.1 Package")
    add(about, "schemaversion", "1.0.0")
    add(root, "organizations")
    resources = add(root, "resources")
    test = _resource(resources, "test", "imsqti_test_xmlv2p1", "test.xml")
    for question in questions:
        _resource(resources, question.id, "imsqti_item_xmlv2p1", f"items/{question.id}.xml")
        add(test, "dependency", identifierref=identifier(question.id))
    return root


def _resource(resources: Element, name: str, kind: str, href: str) -> Element:
    made = add(resources, "resource", identifier=identifier(name), type=kind, href=href)
    add(made, "file", href=href)
    return made


def _test(questions: Sequence[Question], title: str) -> Element:
    root = _root("assessmentTest", ITEM, identifier=identifier("test"), title=visible(title))
    how = {"navigationMode": "nonlinear", "submissionMode": "individual"}
    part = add(root, "testPart", identifier=identifier("part"), **how)
    add(part, "itemSessionControl", showFeedback="true")  # a test shows none by default
    for lesson, asked in by_lesson(questions).items():
        section = add(
            part,
            "assessmentSection",
            identifier=identifier(f"lesson-{lesson.number}"),
            title=str(lesson),
            visible="true",
        )
        for question in asked:
            href = f"items/{question.id}.xml"
            add(section, "assessmentItemRef", identifier=identifier(question.id), href=href)
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
    body = add(root, "itemBody")
    _put(add(body, "div"), question.prompt)
    _interaction(body, question)
    _processing(add(root, "responseProcessing"), question)
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
    response = add(root, "responseDeclaration", identifier="RESPONSE", **how)
    right = add(response, "correctResponse")
    for value in _right(question):
        add(right, "value", value)
    if question.kind in ("many", "type"):
        mapping = add(response, "mapping", lowerBound="0", upperBound="1", defaultValue="0")
        for place, answer in enumerate(question.answers, 1):
            if question.kind == "many":
                part = f"{share(question, answer) / 100:.7g}"
                add(mapping, "mapEntry", mapKey=_choice(place), mappedValue=part)
            elif answer.right:
                whole = {"mappedValue": "1", "caseSensitive": "false"}
                add(mapping, "mapEntry", mapKey=answer.text, **whole)
    score = {"cardinality": "single", "baseType": "float", "normalMaximum": "1"}
    add(root, "outcomeDeclaration", identifier="SCORE", **score)
    told = {"cardinality": "multiple", "baseType": "identifier"}
    add(root, "outcomeDeclaration", identifier="FEEDBACK", **told)


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
        paragraph = add(body, "p")
        paragraph.text = "Answer: "
        add(paragraph, "textEntryInteraction", responseIdentifier="RESPONSE")
        return
    how = {"responseIdentifier": "RESPONSE", "shuffle": "true"}
    if question.kind == "order":
        asked = add(body, "orderInteraction", **how)
    else:
        most = "0" if question.kind == "many" else "1"
        asked = add(body, "choiceInteraction", **how, maxChoices=most)
    add(asked, "prompt", question.how)
    for place, answer in enumerate(question.answers, 1):
        _put(add(asked, "simpleChoice", identifier=_choice(place)), answer.nodes)


def _processing(root: Element, question: Question) -> None:
    if question.kind in ("many", "type"):
        mapped = add(root, "setOutcomeValue", identifier="SCORE")
        add(mapped, "mapResponse", identifier="RESPONSE")
    else:
        then = _when(root)
        test = add(then, "match") if question.kind != "number" else _equal(then, question)
        add(test, "variable", identifier="RESPONSE")
        add(test, "correct", identifier="RESPONSE")
        _base(add(then, "setOutcomeValue", identifier="SCORE"), "float", "1")
    for place, answer in enumerate(question.answers, 1):
        if answer.feedback and question.kind != "order":
            then = _when(root)
            _chosen(then, question, place)
            _tell(then, _says(place))
    _tell(root, GENERAL)


def _when(root: Element) -> Element:
    return add(add(root, "responseCondition"), "responseIf")


def _equal(then: Element, question: Question) -> Element:
    off = f"{question.item.tolerance:g}"
    if off == "0":
        return add(then, "equal", toleranceMode="exact")
    return add(then, "equal", toleranceMode="absolute", tolerance=f"{off} {off}")


def _chosen(then: Element, question: Question, place: int) -> None:
    """Ask whether the answer at `place` is the response, or in it."""
    answer = question.answers[place - 1]
    if question.kind == "many":
        test = add(then, "member")
        _base(test, "identifier", _choice(place))
        add(test, "variable", identifier="RESPONSE")
        return
    if question.kind == "type":
        test = add(then, "stringMatch", caseSensitive="false")
    elif question.kind == "number":
        test = add(then, "equal", toleranceMode="exact")
    else:
        test = add(then, "match")
    add(test, "variable", identifier="RESPONSE")
    value = answer.text if question.kind in ("type", "number") else _choice(place)
    _base(test, RESPONSE[question.kind][1], value)


def _tell(parent: Element, name: str) -> None:
    """Add a feedback to those to show."""
    told = add(add(parent, "setOutcomeValue", identifier="FEEDBACK"), "multiple")
    add(told, "variable", identifier="FEEDBACK")
    _base(told, "identifier", name)


def _base(parent: Element, kind: str, value: str) -> None:
    add(parent, "baseValue", value, baseType=kind)


def _feedback(root: Element, name: str, nodes: Sequence[str | Node]) -> None:
    shown = {"outcomeIdentifier": "FEEDBACK", "showHide": "show"}
    _put(add(root, "modalFeedback", identifier=name, **shown), nodes)


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
            last = add(parent, tree[0])
            _put(last, tree[2:])
