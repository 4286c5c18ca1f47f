"""nbgrader itself makes the assignment, takes it back and marks it, in an environment of its own.

The environment is made once, in a folder of the user's cache or where CODEEDU_NBGRADER says.
"""

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import platformdirs
import pytest

import codeedu
from codeedu.teach.export.assignment import assignment

pytestmark = pytest.mark.slow
MADE = assignment("03", 12, 2)
NAME = MADE.file


@pytest.fixture(scope="module")
def nbgrader(tmp_path_factory):
    """Return a function that runs nbgrader in a course folder, and that folder."""
    cached = platformdirs.user_cache_path("codeedu-tests") / "nbgrader"
    place = Path(os.environ.get("CODEEDU_NBGRADER") or cached)
    scripts = place / ("Scripts" if os.name == "nt" else "bin")
    if not list(scripts.glob("nbgrader*")):
        try:
            subprocess.run([sys.executable, "-m", "venv", place], check=True)
            install = ["-m", "pip", "install", "--quiet", "nbgrader>=0.9.5", "ipykernel",
                       "lazy-loader"]  # fmt: skip
            subprocess.run([scripts / "python", *install], check=True, timeout=400)
        except (subprocess.SubprocessError, OSError) as error:
            pytest.skip(f"nbgrader cannot be installed here: {error}")
    course = tmp_path_factory.mktemp("course")
    MADE.save(course / "handout", nbgrader=course)
    # nbgrader calls its helper alembic by name.
    path = f"{scripts}{os.pathsep}{os.environ['PATH']}"
    env = {**os.environ, "PATH": path, "JUPYTER_DATA_DIR": str(course / ".jupyter")}
    # The marks are made by the course, beside nbgrader and without its other libraries.
    env["PYTHONPATH"] = str(Path(codeedu.__file__).parents[1])

    def run(*command):
        done = subprocess.run(
            [scripts / "nbgrader", *command],
            cwd=course, env=env, capture_output=True, text=True, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]

    return run, course


def texts(path):
    return ["".join(c["source"]) for c in json.loads(path.read_text("utf-8"))["cells"]]


def submit(course, student, released, answers, change=lambda cells: None):
    notebook = json.loads(released.read_text("utf-8"))
    for number, letters in answers.items():
        for cell in notebook["cells"]:
            if "".join(cell["source"]) == f'answer_{number:02} = ""':
                cell["source"] = f'answer_{number:02} = "{letters}"'
    change(notebook["cells"])
    folder = course / "submitted" / student / NAME
    folder.mkdir(parents=True)
    (folder / f"{NAME}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")


def cheat(cells):
    for cell in cells:
        if "".join(cell["source"]).startswith("assert "):
            cell["source"] = "1.0"


def test_nbgrader_makes_takes_and_marks_it(nbgrader):
    run, course = nbgrader
    assert {"many", "number", "one", "type"} <= {item.kind for item in MADE.items}
    run("generate_assignment", NAME, "--create")
    released = course / "release" / NAME / f"{NAME}.ipynb"
    assert not re.search(r"HIDDEN|marking|mark\(", "".join(texts(released)))

    right = {n: MADE.right(item) for n, item in enumerate(MADE.items, 1)}
    wrong = dict.fromkeys(right, "Z")
    half = {n: text for n, text in right.items() if n <= 6}
    submit(course, "all", released, right)
    submit(course, "half", released, half)
    submit(course, "none", released, wrong)
    submit(course, "cheat", released, wrong, cheat)
    run("autograde", NAME)
    run("generate_feedback", NAME)
    run("export", "--to", str(course / "grades.csv"))
    with (course / "grades.csv").open(encoding="utf-8") as file:
        marks = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    assert marks == {"all": 12, "half": 6, "none": 0, "cheat": 0}
