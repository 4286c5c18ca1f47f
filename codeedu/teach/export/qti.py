"""QTI 2.1: the standard that most learning systems import, as a zip of items and one test.

1EdTech Question and Test Interoperability 2.1, information model and implementation guide, 2012.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from codeedu.html.nodes import Node, node
from codeedu.questions.printed import Answer, Question, by_lesson
from codeedu.teach.export.gift import share
from codeedu.teach.export.xml import spaces, zipped

SCHEMAS = "http://www.imsglobal.org/xsd/qti/qtiv2p1"
ITEM = spaces("http://www.imsglobal.org/xsd/imsqti_v2p1", f"{SCHEMAS}/imsqti_v2p1.xsd")
PACKAGE = spaces("http://www.imsglobal.org/xsd/imscp_v1p1", f"{SCHEMAS}/qtiv2p1_imscpv1p2_v1p0.xsd")
RESPONSE = {  # kind: how many values a response has, and of which type
    "one": ("single", "identifier"),
    "spot": ("single", "identifier"),
    "many": ("multiple", "identifier"),
    "order": ("ordered", "identifier"),
    "type": ("single", "string"),
    "number": ("single", "float"),
}
GENERAL = "general_fb"  # Canvas knows feedback on the whole question by this name
LEFT_OUT = ("hint", "part", "step", "unit", "spelling")  # of LOST in export.py


def build(questions: Sequence[Question], title: str) -> bytes:
    """Return the questions as a QTI package: manifest, test with a section a lesson, items."""
    files = {_href(question): _item(question) for question in questions}
    about = {"imsmanifest.xml": _manifest(questions), "test.xml": _test(questions, title)}
    return zipped({**about, **files})


# The package


def _identifier(name: str) -> str:
    """Return an id as QTI allows it: it begins with a letter."""
    return f"codeedu-{name}"


def _href(question: Question) -> str:
    return f"items/{question.id}.xml"


def _manifest(questions: Sequence[Question]) -> Node:
    items = [
        _resource(question.id, "imsqti_item_xmlv2p1", _href(question)) for question in questions
    ]
    needs = [node("dependency", identifierref=_identifier(question.id)) for question in questions]
    return node(
        "manifest",
        node("metadata", node("schema", "QTIv2.1 Package"), node("schemaversion", "1.0.0")),
        node("organizations"),
        node("resources", _resource("test", "imsqti_test_xmlv2p1", "test.xml", *needs), *items),
        **PACKAGE,
        identifier=_identifier("package"),
    )


def _resource(name: str, kind: str, href: str, *needs: Node) -> Node:
    about = {"identifier": _identifier(name), "type": kind, "href": href}
    return node("resource", node("file", href=href), *needs, **about)


def _test(questions: Sequence[Question], title: str) -> Node:
    sections = [
        node(
            "assessmentSection",
            *(
                node("assessmentItemRef", identifier=_identifier(question.id), href=_href(question))
                for question in asked
            ),
            identifier=_identifier(f"lesson-{lesson.number}"),
            title=str(lesson),
            visible="true",
        )
        for lesson, asked in by_lesson(questions).items()
    ]
    part = node(
        "testPart",
        node("itemSessionControl", showFeedback="true"),  # by default a test shows none
        *sections,
        identifier=_identifier("part"),
        navigationMode="nonlinear",
        submissionMode="individual",
    )
    return node("assessmentTest", part, **ITEM, identifier=_identifier("test"), title=title)


# An item


def _item(question: Question) -> Node:
    told = [
        (_says(place), node("p", *answer.feedback))
        for place, answer in enumerate(question.answers, 1)
        if answer.feedback and question.kind != "order"
    ]
    steps = question.reasons if question.kind == "order" else []
    told.append((GENERAL, node("div", *question.general, *steps)))
    feedback = [
        node(
            "modalFeedback", inside, identifier=name, outcomeIdentifier="FEEDBACK", showHide="show"
        )
        for name, inside in told
    ]
    return node(
        "assessmentItem",
        *_declarations(question),
        node("itemBody", node("div", *question.prompt), _interaction(question)),
        node("responseProcessing", *_processing(question)),
        *feedback,
        **ITEM,
        identifier=_identifier(question.id),
        title=question.id,
        adaptive="false",
        timeDependent="false",
    )


def _choice(place: int) -> str:
    return f"choice-{place}"


def _says(place: int) -> str:
    return f"feedback-{place}"


def _declarations(question: Question) -> Iterator[Node]:
    count, kind = RESPONSE[question.kind]
    right = node("correctResponse", *(node("value", value) for value in _right(question)))
    entries = list(_entries(question))
    bounds = {"lowerBound": "0", "upperBound": "1", "defaultValue": "0"}
    mapping = [node("mapping", *entries, **bounds)] if entries else []
    about = {"identifier": "RESPONSE", "cardinality": count, "baseType": kind}
    yield node("responseDeclaration", right, *mapping, **about)
    score = {"cardinality": "single", "baseType": "float", "normalMaximum": "1"}
    yield node("outcomeDeclaration", identifier="SCORE", **score)
    shown = {"cardinality": "multiple", "baseType": "identifier"}
    yield node("outcomeDeclaration", identifier="FEEDBACK", **shown)


def _right(question: Question) -> list[str]:
    """Return the values of the right response."""
    if question.kind == "number":
        return [f"{question.item.answer:.10g}"]
    if question.kind == "type":
        return [question.answers[0].text]
    places = enumerate(question.answers, 1)
    return [_choice(n) for n, answer in places if answer.right or question.kind == "order"]


def _entries(question: Question) -> Iterator[Node]:
    """Yield what each choice, or each right text, adds to the mark."""
    for place, answer in enumerate(question.answers, 1):
        if question.kind == "many":
            part = f"{share(question, answer) / 100:.7g}"
            yield node("mapEntry", mapKey=_choice(place), mappedValue=part)
        elif question.kind == "type" and answer.right:
            whole = {"mappedValue": "1", "caseSensitive": "false"}
            yield node("mapEntry", mapKey=answer.text, **whole)


def _interaction(question: Question) -> Node:
    response = {"responseIdentifier": "RESPONSE"}
    if question.kind in ("type", "number"):
        return node("p", "Answer: ", node("textEntryInteraction", **response))
    choices = [
        node("simpleChoice", *answer.nodes, identifier=_choice(place))
        for place, answer in enumerate(question.answers, 1)
    ]
    inside = [node("prompt", question.how), *choices]
    if question.kind == "order":
        return node("orderInteraction", *inside, **response, shuffle="true")
    most = "0" if question.kind == "many" else "1"
    return node("choiceInteraction", *inside, **response, shuffle="true", maxChoices=most)


# What a response does

GIVEN = node("variable", identifier="RESPONSE")


def _processing(question: Question) -> Iterator[Node]:
    if question.kind in ("many", "type"):
        yield _set("SCORE", node("mapResponse", identifier="RESPONSE"))
    else:
        correct = node("correct", identifier="RESPONSE")
        same = _equal(question, correct) if question.kind == "number" else _match(correct)
        yield _if(same, _set("SCORE", _base("float", "1")))
    for place, answer in enumerate(question.answers, 1):
        if answer.feedback and question.kind != "order":
            yield _if(_chosen(question, answer, place), _tell(_says(place)))
    yield _tell(GENERAL)


def _chosen(question: Question, answer: Answer, place: int) -> Node:
    """Ask whether the answer at `place` is the response, or in it."""
    if question.kind == "many":
        return node("member", _base("identifier", _choice(place)), GIVEN)
    if question.kind == "type":
        return node("stringMatch", GIVEN, _base("string", answer.text), caseSensitive="false")
    if question.kind == "number":
        return node("equal", GIVEN, _base("float", answer.text), toleranceMode="exact")
    return _match(_base("identifier", _choice(place)))


def _match(value: Node) -> Node:
    return node("match", GIVEN, value)


def _equal(question: Question, value: Node) -> Node:
    off = f"{question.item.tolerance:g}"
    if off == "0":
        return node("equal", GIVEN, value, toleranceMode="exact")
    return node("equal", GIVEN, value, toleranceMode="absolute", tolerance=f"{off} {off}")


def _if(test: Node, then: Node) -> Node:
    return node("responseCondition", node("responseIf", test, then))


def _set(name: str, value: Node) -> Node:
    return node("setOutcomeValue", value, identifier=name)


def _tell(name: str) -> Node:
    """Add a feedback to those to show."""
    shown = node("variable", identifier="FEEDBACK")
    return _set("FEEDBACK", node("multiple", shown, _base("identifier", name)))


def _base(kind: str, value: str) -> Node:
    return node("baseValue", value, baseType=kind)
