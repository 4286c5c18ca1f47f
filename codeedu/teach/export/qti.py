"""QTI 2.1: the standard that most learning systems import, as a zip of items and one test.

1EdTech Question and Test Interoperability 2.1, information model and implementation guide, 2012.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from codeedu.html.nodes import Node, node
from codeedu.lessons import lesson_name
from codeedu.questions.printed import PrintedAnswer, PrintedItem
from codeedu.teach.export import HIDDEN, SHOWN
from codeedu.teach.export.draws import Group, final_groups, practice_groups
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
LEFT_OUT = ("hint", "part", "step", "unit", "spelling", "place")  # of LOST in export_bank.py


def build(
    questions: Sequence[PrintedItem], title: str, *, draw: int | None = None, answers: str = ""
) -> bytes:
    """Return the questions as a QTI package: manifest, test with a section a lesson, items."""
    parts = [
        _part(name, groups, shown=(answers or usual) == SHOWN)
        for name, groups, usual in (
            ("lesson", practice_groups(questions, draw), SHOWN),
            ("final", final_groups(questions), HIDDEN),
        )
        if groups
    ]
    test = node("assessmentTest", *parts, **ITEM, identifier=_codeedu_id("test"), title=title)
    files = {_href(question): _qti_item(question) for question in questions}
    return zipped({"imsmanifest.xml": _manifest(questions), "test.xml": test, **files})


# The package


def _codeedu_id(name: str) -> str:
    """Return an id as QTI allows it: it begins with a letter."""
    return f"codeedu-{name}"


def _href(question: PrintedItem) -> str:
    return f"items/{question.id}.xml"


def _manifest(questions: Sequence[PrintedItem]) -> Node:
    items = [
        _resource(question.id, "imsqti_item_xmlv2p1", _href(question)) for question in questions
    ]
    needs = [node("dependency", identifierref=_codeedu_id(question.id)) for question in questions]
    return node(
        "manifest",
        node("metadata", node("schema", "QTIv2.1 Package"), node("schemaversion", "1.0.0")),
        node("organizations"),
        node("resources", _resource("test", "imsqti_test_xmlv2p1", "test.xml", *needs), *items),
        **PACKAGE,
        identifier=_codeedu_id("package"),
    )


def _resource(name: str, kind: str, href: str, *needs: Node) -> Node:
    about = {"identifier": _codeedu_id(name), "type": kind, "href": href}
    return node("resource", node("file", href=href), *needs, **about)


def _part(name: str, groups: Sequence[Group], *, shown: bool) -> Node:
    """Return a part of the test: a section for each lesson, of which some questions are drawn."""
    sections = [
        node(
            "assessmentSection",
            *([node("selection", select=str(group.draw))] if group.is_drawn else []),
            *(
                node("assessmentItemRef", identifier=_codeedu_id(question.id), href=_href(question))
                for question in group.questions
            ),
            identifier=_codeedu_id(f"{name}-{group.lesson}"),
            title=lesson_name(group.lesson),
            visible="true",
        )
        for group in groups
    ]
    return node(
        "testPart",
        # By default a test shows no feedback.
        node("itemSessionControl", showFeedback="true" if shown else "false"),
        *sections,
        identifier=_codeedu_id(f"{name}-part"),
        navigationMode="nonlinear",
        submissionMode="individual",
    )


# An item


def _qti_item(question: PrintedItem) -> Node:
    comments = [
        (_comment_id(place), node("p", *answer.feedback))
        for place, answer in enumerate(question.answers, 1)
        if answer.feedback and question.kind != "order"
    ]
    steps = question.reasons if question.kind == "order" else []
    comments.append((GENERAL, node("div", *question.general, *steps)))
    shown = [
        node(
            "modalFeedback", inside, identifier=name, outcomeIdentifier="FEEDBACK", showHide="show"
        )
        for name, inside in comments
    ]
    return node(
        "assessmentItem",
        *_declarations(question),
        node("itemBody", node("div", *question.prompt), _interaction(question)),
        node("responseProcessing", *_processing(question)),
        *shown,
        **ITEM,
        identifier=_codeedu_id(question.id),
        title=question.id,
        adaptive="false",
        timeDependent="false",
    )


def _choice(place: int) -> str:
    return f"choice-{place}"


def _comment_id(place: int) -> str:
    return f"feedback-{place}"


def _declarations(question: PrintedItem) -> Iterator[Node]:
    count, kind = RESPONSE[question.kind]
    right = node("correctResponse", *(node("value", value) for value in _right_values(question)))
    mapped = list(_mapped(question))
    bounds = {"lowerBound": "0", "upperBound": "1", "defaultValue": "0"}
    mapping = [node("mapping", *mapped, **bounds)] if mapped else []
    about = {"identifier": "RESPONSE", "cardinality": count, "baseType": kind}
    yield node("responseDeclaration", right, *mapping, **about)
    score = {"cardinality": "single", "baseType": "float", "normalMaximum": "1"}
    yield node("outcomeDeclaration", identifier="SCORE", **score)
    shown = {"cardinality": "multiple", "baseType": "identifier"}
    yield node("outcomeDeclaration", identifier="FEEDBACK", **shown)


def _right_values(question: PrintedItem) -> list[str]:
    """Return the values of the right response."""
    if question.kind == "number":
        return [f"{question.item.answer:.10g}"]
    if question.kind == "type":
        return [question.answers[0].text]
    places = enumerate(question.answers, 1)
    return [_choice(n) for n, answer in places if answer.right or question.kind == "order"]


def _mapped(question: PrintedItem) -> Iterator[Node]:
    """Yield what each choice, or each right text, adds to the mark."""
    for place, answer in enumerate(question.answers, 1):
        if question.kind == "many":
            part = f"{question.share(answer) / 100:.7g}"
            yield node("mapEntry", mapKey=_choice(place), mappedValue=part)
        elif question.kind == "type" and answer.right:
            whole = {"mappedValue": "1", "caseSensitive": "false"}
            yield node("mapEntry", mapKey=answer.text, **whole)


def _interaction(question: PrintedItem) -> Node:
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

THEIRS = node("variable", identifier="RESPONSE")


def _processing(question: PrintedItem) -> Iterator[Node]:
    if question.kind in ("many", "type"):
        yield _set("SCORE", node("mapResponse", identifier="RESPONSE"))
    else:
        correct = node("correct", identifier="RESPONSE")
        same = _same_number(question, correct) if question.kind == "number" else _match(correct)
        yield _if(same, _set("SCORE", _base("float", "1")))
    for place, answer in enumerate(question.answers, 1):
        if answer.feedback and question.kind != "order":
            yield _if(_is_response(question, answer, place), _tell(_comment_id(place)))
    yield _tell(GENERAL)


def _is_response(question: PrintedItem, answer: PrintedAnswer, place: int) -> Node:
    """Ask whether the answer at `place` is the response, or in it."""
    if question.kind == "many":
        return node("member", _base("identifier", _choice(place)), THEIRS)
    if question.kind == "type":
        return node("stringMatch", THEIRS, _base("string", answer.text), caseSensitive="false")
    if question.kind == "number":
        return node("equal", THEIRS, _base("float", answer.text), toleranceMode="exact")
    return _match(_base("identifier", _choice(place)))


def _match(value: Node) -> Node:
    return node("match", THEIRS, value)


def _same_number(question: PrintedItem, value: Node) -> Node:
    off = f"{question.item.tolerance:g}"
    if off == "0":
        return node("equal", THEIRS, value, toleranceMode="exact")
    return node("equal", THEIRS, value, toleranceMode="absolute", tolerance=f"{off} {off}")


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
