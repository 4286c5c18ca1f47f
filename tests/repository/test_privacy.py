"""What docs/privacy.md promises: no network, no name that nobody typed, no HTML of a stranger."""

import json
import os
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

import codeedu
from banks import ONE, use_only
from codeedu.learner import record
from codeedu.teach.author import new_lesson

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
PROSE = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")

# Python loads this before anything else: every way out is noted, and refused.
GUARD = """
import os, socket, sys
def note(what):
    with open(os.environ["GUARD_LOG"], "a") as file:
        file.write(what + "\\n")
    raise OSError(f"refused: {what}")
def watch(event, arguments):
    if event in ("socket.connect", "socket.sendto"):
        address = arguments[1]
        if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            note(f"{event} {address}")
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        if arguments[0] not in (None, "", "127.0.0.1", "::1", "localhost", "0.0.0.0"):
            note(f"{event} {arguments[0]}")
sys.addaudithook(watch)
"""
SIT = """
from codeedu.questions.kinds import KINDS
def sit(view):
    def send(**message):
        view._handle_msg({"content": {"data": {"method": "custom", "content": message}},
                          "buffers": []})
    send(do="begin")
    while view.session.state in ("asking", "answered"):
        if view.session.state == "asking":
            item = view.session.item
            send(do="answer", item=item.id, response=KINDS[item.kind].right(item))
        else:
            send(do="next")
    return view
"""
SITTINGS = [
    SIT,
    *(f'sit(codeedu.pretest("0{n}")); sit(codeedu.quiz("0{n}"))' for n in range(1, 9)),
    "sit(codeedu.placement_test()); sit(codeedu.drill()); sit(codeedu.final_exam())",
    "codeedu.progress()",
    "codeedu.confusion_matrix()",
    'codeedu.completion_record().save("completion.html")',
    'codeedu.export_progress("answers.csv")',
    "codeedu.check_installation()",
    """
import os, shutil
from pathlib import Path
Path("class").mkdir()
shutil.copy(os.environ["CODEEDU_PROGRESS"], "class/one.jsonl")
book = codeedu.gradebook("class")
Path("report.html").write_text(book.report())
Path("marks.csv").write_text(book.marks())
""",
    """
from codeedu.teach.export.assignment import assignment
assignment("05").save(Path("assignment"), Path("key.html"), Path("nbgrader"))
""",
]


@pytest.fixture
def kernel(tmp_path):
    """Return a function that runs code in a kernel without network; and the folder it is in."""
    (tmp_path / "guard").mkdir()
    (tmp_path / "guard" / "sitecustomize.py").write_text(GUARD)
    work = tmp_path / "zaphod"
    work.mkdir()
    paths = [str(tmp_path / "guard"), str(ROOT), os.environ.get("PYTHONPATH", "")]
    env = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(paths),
        "GUARD_LOG": str(tmp_path / "log"),
        "CODEEDU_PROGRESS": str(work / "codeedu-progress.jsonl"),
        "HOME": str(work),
        "USER": "zaphod",
        "LOGNAME": "zaphod",
    }

    def run(codes):
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in codes])
        client = NotebookClient(
            notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": work}}
        )
        client.execute(env=env)
        return notebook

    run.log, run.work = tmp_path / "log", work
    return run


def code_of(path):
    cells = json.loads(path.read_text("utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def test_a_whole_course_asks_no_network_and_names_nobody(kernel):
    """All lessons and sittings; neither files nor outputs hold the name of the account."""
    lessons = [code for path in NOTEBOOKS for code in code_of(path)]
    done = kernel([*lessons, *SITTINGS])
    assert not kernel.log.exists(), kernel.log.read_text()
    kinds = (".jsonl", ".csv", ".html", ".ipynb")
    files = [path for path in kernel.work.rglob("*.*") if path.suffix in kinds]
    written = {path.name: path.read_text("utf-8") for path in files}
    assert {"codeedu-progress.jsonl", "answers.csv", "completion.html", "report.html",
            "marks.csv", "assignment-05-20-0.ipynb"} <= set(written)  # fmt: skip
    assert written["codeedu-progress.jsonl"].count("\n") > 100
    for name, text in written.items():
        assert "zaphod" not in text, name
    assert "zaphod" not in json.dumps(done)


def test_the_guard_would_notice(kernel):
    with pytest.raises(CellExecutionError, match="refused"):
        kernel(["import urllib.request; urllib.request.urlopen('http://example.com')"])
    assert "example.com" in kernel.log.read_text()


def test_only_an_address_that_you_give_is_asked():
    """The one place that opens an address is the download of a release.

    A page loads the other files of its own site, and nothing else: tests/browser has the walks.
    """
    asks = re.compile(r"\burlopen\b|\bimport (requests|httpx|socket|urllib3|aiohttp)\b|fetch\(")
    found = {
        path.relative_to(ROOT).as_posix()
        for kind in ("*.py", "*.js")
        for path in (ROOT / "codeedu").rglob(kind)
        if asks.search(path.read_text("utf-8"))
    }
    own_site = {f"codeedu/pages/static/{name}.js" for name in ("live", "service_worker", "worker")}
    assert found <= {"codeedu/cms/download.py"} | own_site
    assert "codeedu release add" in PROSE


def test_the_fields_of_the_record_are_those_that_are_documented():
    named = set(re.findall(r"`([a-z_]+)`", PROSE.partition("## What the record holds")[2]))
    assert set(record.Answer.__annotations__) <= named


def test_a_bank_is_text(tmp_path, monkeypatch):
    monkeypatch.setenv("CODEEDU_PROGRESS", str(tmp_path / "record.jsonl"))
    evil = "`<script>x</script>`"
    text = ONE.replace("Which of these", f"{evil} Which of these")
    use_only(monkeypatch, tmp_path / "custom.toml", text.replace('"Level III"', f'"{evil}"'))
    view = codeedu.quiz("01")
    assert "<script" not in view._static()
    assert "&lt;script&gt;" in view._static()
    assert "<script" not in json.dumps(view.screen).replace('"<script>x</script>"', "")


def test_a_new_lesson_names_nobody(monkeypatch, tmp_path):
    monkeypatch.setenv("USER", "zaphod")
    files = new_lesson.new("20", "Home", tmp_path)
    assert not [path for path in files if "zaphod" in path.read_text(encoding="utf-8")]
