"""On a page of the course, every sentence of a view is true: its answers are in the browser."""

import json
import os
import re
import subprocess
import sys

import pytest

import codeedu
from codeedu.learner import keeping, record

LINE = {"item": "01-levels-01", "lesson": "01", "objective": "01-levels", "correct": False,
        "when": "2026-11-20T10:00:00+00:00"}  # fmt: skip
FINAL = {**LINE, "mode": "final", "of_lesson": "final", "attempt": 0, "items": ["01-levels-01"]}
# What is in JupyterLab only, or says nothing to somebody who reads a page.
ELSEWHERE = re.compile(
    r"\.ipynb|home folder|Jupyter|kernel|[Rr]un this cell|make lab|notebook|~/|/tmp|codeedu\.\w+\("
    r"|beside the lessons|this machine"
)
VIEWS = [
    "home()", "progress()", "my_answers()", "completion_record()", "completion_record('Ana')",
    "confusion_matrix()", "pretest('01')", "quiz('02')", "drill()", "drill('05')",
    "placement_test()", "final_exam()", "final_exam(minutes=45)", "exercise('02', 1)",
    "explorer()", "explorer('J1885, 99213')", "glossary()", "sources('cms-readme-2018')",
    "figure('timeline')", "show_table('ambiguities')",
]  # fmt: skip
# Prints what views show: at first, now, and stored; then what the buttons of a view answer.
SHOW = """
import json, sys
import codeedu
from codeedu.html.view import View

def shown(view):
    if not isinstance(view, View):
        return [view.html]
    state = {name: getattr(view, name) for name in view._first()}
    return [json.dumps(view._first()), json.dumps(state), view._static()]

def pressed(view, do, value=""):
    sent = []
    view.send = lambda content, buffers=None: sent.append((content, bool(buffers)))
    view._do({"do": do, "to": 0, "value": value})
    return sent

found = {call: shown(eval(f"codeedu.{call}")) for call in json.loads(sys.argv[1])}
view, done = codeedu.my_answers(), codeedu.completion_record()
copy = open(sys.argv[2]).read()
presses = [(view, "table"), (view, "hand in", "Ana"), (view, "bring back", copy)]
presses += [(done, "print", "Ana"), (done, "save", "Ana"), (view, "delete"), (view, "delete now")]
found["replies"] = [reply for press in presses for reply in pressed(*press)]
print(json.dumps(found))
"""


def on_a_page(folder, lines, **more):
    """Return what views show, and what buttons answer, in a Python that works behind a page."""
    place = folder / "record.jsonl"
    place.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    changed = {"CODEEDU_PAGE": "1", "CODEEDU_PROGRESS": str(place), **more}
    command = [sys.executable, "-c", SHOW, json.dumps(VIEWS), str(place)]
    done = subprocess.run(command, cwd=folder, env={**os.environ, **changed},
                          stdout=subprocess.PIPE, text=True, check=True)  # fmt: skip
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def new(tmp_path_factory):
    """What a learner without answers sees."""
    return on_a_page(tmp_path_factory.mktemp("new"), [])


@pytest.fixture(scope="module")
def old(tmp_path_factory):
    """What a learner with answers sees, one of them unreadable."""
    return on_a_page(tmp_path_factory.mktemp("old"), [LINE, FINAL, "?"])


@pytest.mark.parametrize("call", [*VIEWS, "replies"])
def test_on_a_page_no_view_speaks_of_jupyterlab(new, old, call):
    for found in (new, old):
        assert not ELSEWHERE.search(json.dumps(found[call])), call


def test_links_lead_to_pages(new, old):
    for call in ("home()", "progress()", "glossary()"):
        assert re.findall(r"\d\d-[a-z-]+\.html", json.dumps(old[call]))
    assert '"href": "#record"' in new["quiz('02')"][0]


@pytest.mark.parametrize("call", ["home()", "progress()", "my_answers()", "completion_record()"])
def test_what_a_page_stores_of_a_record_holds_for_everybody(new, old, call):
    assert new[call][0] == old[call][0]  # whatever the record says
    assert new[call][1] != old[call][1]
    assert json.loads(new[call][0])["controls"] == []


def test_a_page_says_where_answers_are_and_how_they_are_lost(new, old):
    assert "1 answer, kept in" not in new["my_answers()"][1]
    first = "The first will be kept in this browser, on this device only."
    assert first in new["my_answers()"][1]
    assert "2 answers, kept in this browser, on this device only." in old["my_answers()"][1]
    assert "Your answers are kept in this browser, on this device only." in old["progress()"][1]
    for found in (new, old):
        for name in ("private", "evicted", "shared", "copy"):
            assert keeping.SENTENCES[name] in found["my_answers()"][1]
        for call in ("pretest('01')", "quiz('02')", "drill()", "placement_test()", "final_exam()"):
            assert f"on this device only. {keeping.SENTENCES['private']}" in found[call][1]


def test_on_a_page_files_are_downloads(old):
    says = [(reply["says"], reply["name"], has_file) for reply, has_file in old["replies"]]
    assert says == [
        ("2 answers written to my-answers.csv. To keep it, download it:",
         "my-answers.csv", True),
        ("2 answers copied to Ana.jsonl. Hand in this file. To send it or keep it, download it:",
         "Ana.jsonl", True),
        ("Every answer of this file is here already; nothing was changed. 1 line of the file could "
         "not be read.", "", False),
        ("Your browser asks how to print it. It can also save it as a PDF.",
         "completion-record.html", True),
        ("Your record is ready. To keep or send it, download it:",
         "completion-record.html", True),
        ("This deletes 2 answers from this browser for good. Do you want that?", "", False),
        ("2 answers in this browser deleted. Copies that you made stay.", "", False),
    ]  # fmt: skip


def test_in_a_learning_system_nobody_says_that_answers_stay_on_the_device(tmp_path):
    found = on_a_page(tmp_path, [LINE, FINAL], CODEEDU_LMS="1")
    kept = "kept in this browser and in your school's learning system."
    assert f"2 answers, {kept}" in found["my_answers()"][1]
    assert f"Your answers are {kept}" in found["progress()"][1]
    everything = json.dumps(found)
    assert "device only" not in everything
    assert keeping.SENTENCES["private"] not in everything


def test_in_jupyterlab_the_file_is_named(tmp_path):
    place = tmp_path / "record.jsonl"
    assert keeping.kept_in(place) == f"{record.short_path(place)}, on this machine only"
    assert keeping.cautions() == []
    assert codeedu.quiz("02")._first()["screen"]["body"][1][2].endswith("on this machine only.")
