"""The explorer's Python side; the browser's side is walked in tests/browser."""

import json
import re

import pytest
import traitlets

import codeedu
from codeedu import tables
from codeedu.codes.explain import verdict
from codeedu.html import answer, explorer, nodes


def test_the_answer_is_there_from_the_start_and_follows_the_value():
    view = codeedu.explorer("E1165")
    assert view.answer["says"] == verdict(codeedu.classify("E1165"))
    view.value = "J188S"
    assert view.answer["value"] == "J188S"
    assert view.answer["says"].endswith("perhaps J1885 was meant.")
    assert "'data-fill': 'J1885'" in str(view.answer["body"])


def test_the_context_reorders_the_answer():
    view = codeedu.explorer("E1165")
    view.context = "diagnosis"
    assert view.answer["context"] == "diagnosis"
    assert view.answer["says"].startswith("In the diagnosis field of a claim, E1165 is an ICD")
    assert view.contexts == [[row["context"], row["says"]] for row in tables.rows("contexts")]


@pytest.mark.parametrize("value", ["", "<b>", "\x00", "\ud800", "٩٩٢١٣", "x" * 100_000])
def test_an_answer_travels_as_json(value):
    view = codeedu.explorer(value)
    assert json.loads(json.dumps(view.answer)) == view.answer
    assert len(json.dumps(view.answer["body"])) < 20_000


def test_what_a_caller_gets_wrong_is_said():
    with pytest.raises(ValueError, match="no context 'nowhere'"):
        codeedu.explorer("J1885", context="nowhere")
    with pytest.raises(traitlets.TraitError):
        codeedu.explorer(99213)


def test_an_error_is_shown_and_raised(monkeypatch):
    view = codeedu.explorer("J1885")

    def broken(*_args, **_named):
        raise RuntimeError("the tables are gone")

    monkeypatch.setattr(explorer, "classify", broken)
    with pytest.raises(RuntimeError):
        view.value = "E1165"
    assert view.answer["error"] == "RuntimeError: the tables are gone"
    assert view.answer["value"] == "E1165"


def test_text_and_static_page_are_the_same_in_every_run():
    one, two = (codeedu.explorer("E1165")._repr_mimebundle_()[0] for _ in range(2))
    assert one["text/plain"] == "codeedu.explorer('E1165')"
    assert one["text/html"] == two["text/html"]
    assert answer.show_answer(codeedu.classify("E1165"))._repr_html_() in one["text/html"]
    assert "It reads codes of your own, too." in one["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in one


SCRIPT = nodes.source("dom.js", "explorer.js")


def test_the_browser_side_needs_no_network_and_takes_no_html():
    assert not re.search(r"https?:|\bimport\b(?! step)|fetch\(|innerHTML|outerHTML|insertAdjacent",
                         re.sub(r"//.*", "", SCRIPT))  # fmt: skip
    assert SCRIPT.count("export default") == 1


def test_the_browser_can_build_every_node_that_python_sends():
    tags = set(re.search(r'TAGS = new Set\("(.*?)"', SCRIPT)[1].split())
    attributes = set(re.search(r'ATTRIBUTES = new Set\("(.*?)"', SCRIPT)[1].split())

    def check(tree):
        tag, named, *children = tree
        assert tag in tags
        assert set(named) <= attributes
        for child in children:
            if not isinstance(child, str):
                check(child)

    for value in ("E1165", "J188S", "450", "U0001", "99213-25", "\x00", ""):
        for tree in answer.answer_nodes(codeedu.classify(value), live=True):
            check(tree)


def test_every_class_in_an_answer_is_dressed():
    styles = nodes.source("theme.css")
    for value in ("E1165", "J188S", "0042T", "99213-25", "99*"):
        used = set(re.findall(r"codeedu-[a-z]+", str(answer.answer_nodes(codeedu.classify(value)))))
        used -= {nodes.TERMINAL}  # for pages, which leave it out
        assert {name for name in used if f".{name}" not in styles} == set()
