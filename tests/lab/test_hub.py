"""The hub for a class, and the files by which others run the course: each can be read and holds."""

import asyncio
import importlib.util
import json
import os
import re
import runpy
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qs

import nbformat
import pytest
import yaml
from traitlets.config import Config

from codeedu.lab import classroom
from codeedu.learner import record
from codeedu.lessons import belongs

ROOT = Path(__file__).parents[2]
HUB = ROOT / "deploy" / "hub"
LESSONS = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))
posix = pytest.mark.skipif(sys.platform == "win32", reason="JupyterHub does not run on Windows.")


@pytest.fixture
def configure(monkeypatch):
    """Read the configuration as JupyterHub does; `test` is the folder of a test's homes."""

    def read(test=None):
        config = Config()
        monkeypatch.setenv("CODEEDU_HUB_TEST", str(test)) if test else monkeypatch.delenv(
            "CODEEDU_HUB_TEST", raising=False
        )
        runpy.run_path(str(HUB / "jupyterhub_config.py"), {"get_config": lambda: config})
        return config

    return read


def begin(config, name):
    """Run what the hub runs before it starts a learner's server; return what it warns of."""
    warnings = []
    log = SimpleNamespace(warning=lambda text, *values: warnings.append(text % values))
    spawner = SimpleNamespace(user=SimpleNamespace(name=name), log=log)
    asyncio.run(config.Spawner.pre_spawn_hook(spawner))
    return warnings


def sources(path):
    """Return what stands in the cells of a notebook that JupyterLab shows."""
    cells = nbformat.read(path, as_version=4)["cells"]
    return [cell["source"] for cell in cells if belongs(cell, "jupyterlab")]


# A learner's home.


@posix
def test_each_learner_gets_every_lesson_in_a_home_that_nobody_else_reads(configure, tmp_path):
    config = configure(tmp_path)
    for name in ("ana", "bo"):
        assert begin(config, name) == []
        course = tmp_path / name / "course"
        assert sorted(path.name for path in course.glob("*.ipynb")) == LESSONS
        for lesson in LESSONS:
            assert sources(course / lesson) == sources(ROOT / "notebooks" / lesson)
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o700


@posix
def test_no_lesson_is_ever_overwritten(configure, tmp_path):
    config = configure(tmp_path)
    begin(config, "ana")
    changed, torn, linked, gone = (tmp_path / "ana" / "course" / name for name in LESSONS[:4])
    changed.write_text("mine")
    torn.write_text("")
    elsewhere = tmp_path / "elsewhere"
    linked.unlink()
    linked.symlink_to(elsewhere)  # leads to no file: it is replaced, and not followed
    gone.unlink()
    assert begin(config, "ana") == []
    assert (changed.read_text(), torn.read_text()) == ("mine", "")
    assert not elsewhere.exists()
    for given in (linked, gone):
        assert sources(given) == sources(ROOT / "notebooks" / given.name)


@posix
def test_copies_are_trusted(configure, tmp_path):
    begin(configure(tmp_path), "ana")
    look = """if True:
        import nbformat, sys
        from nbformat.sign import NotebookNotary
        print([NotebookNotary().check_signature(nbformat.read(f, 4)) for f in sys.argv[1:]])"""
    copies = [str(tmp_path / "ana" / "course" / name) for name in LESSONS]
    environment = {"HOME": str(tmp_path / "ana")}
    command = [sys.executable, "-c", look, *copies]
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert said.stdout == f"{[True] * len(LESSONS)}\n"


@posix
def test_a_home_that_cannot_be_prepared_is_a_warning_and_no_closed_door(configure, tmp_path):
    (tmp_path / "ana").write_text("a file where the home should be")
    warnings = begin(configure(tmp_path), "ana")
    assert warnings == ["The lessons of ana were not prepared."]


@posix
def test_a_home_that_hangs_is_a_warning_and_nothing_of_the_learners_is_run(
    configure, monkeypatch, tmp_path
):
    config = configure(tmp_path)
    monkeypatch.setitem(config.Spawner.pre_spawn_hook.__globals__, "PREPARING", 0.5)
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\necho "$1" > {tmp_path}/told\nexec sleep 600\n')
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    assert begin(config, "ana") == ["The lessons of ana were not prepared."]
    assert (tmp_path / "told").read_text() == "-I\n"


@posix
def test_each_record_is_in_the_learners_own_home(configure, monkeypatch, tmp_path):
    given = configure().Spawner.environment[record.VARIABLE]
    monkeypatch.setenv(record.VARIABLE, given)
    places = []
    for name in ("ana", "bo"):
        monkeypatch.setenv("HOME", str(tmp_path / name))
        assert record.append({"item": "x"}) == ""
        places.append(record.path())
    assert places == [tmp_path / name / "course" / record.NAME for name in ("ana", "bo")]
    assert [place.stat().st_mode & 0o777 for place in places] == [0o600, 0o600]


# Who may come in, and from where.


@posix
def test_a_class_needs_passwords_and_only_a_test_does_not(configure, tmp_path):
    hub = configure()
    assert hub.JupyterHub.authenticator_class == "pam"
    assert "allow_all" not in hub.Authenticator
    assert "spawner_class" not in hub.JupyterHub  # each under an account of their own
    test = configure(tmp_path)
    assert test.JupyterHub.authenticator_class == "dummy"
    assert {one.JupyterHub.bind_url for one in (hub, test)} == {"http://127.0.0.1:8000"}


@posix
def test_each_setting_is_one_that_jupyterhub_knows(configure, tmp_path):
    reason = "JupyterHub has an environment of its own: see docs/hub.md."
    app = pytest.importorskip("jupyterhub.app", reason=reason)
    from jupyterhub import auth, spawner

    homes = {name: getattr(module, name) for module, name in [
        (app, "JupyterHub"), (auth, "Authenticator"), (auth, "LocalAuthenticator"),
        (spawner, "Spawner"), (spawner, "SimpleLocalProcessSpawner"),
    ]}  # fmt: skip
    for config in (configure(), configure(tmp_path)):
        for name, settings in config.items():
            assert set(settings) <= set(homes[name].class_trait_names(config=True)), name


@posix
def test_jupyterlab_is_the_classroom(configure, tmp_path):
    told = classroom.options(tmp_path)
    for name in ("LabApp.app_settings_dir", "LabApp.extra_labextensions_path"):
        assert f"--{name}={told[name]}" in configure().Spawner.args


@pytest.mark.parametrize("learners", ["0", "-3", "61", "1000", "many"])
def test_the_load_test_is_bounded(learners):
    for needed in ("aiohttp", "psutil"):
        if importlib.util.find_spec(needed) is None:
            pytest.skip(f"The load test needs {needed}: see docs/hub.md.")
    command = [sys.executable, str(HUB / "load.py"), "--learners", learners]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 2
    assert "--learners" in done.stderr


def test_the_load_test_talks_to_this_machine_only():
    addresses = re.findall(r"https?://[^/\"{]+", (HUB / "load.py").read_text())
    assert set(addresses) == {"http://127.0.0.1:8000"}


# What docs/hub.md says.

GUIDE = (ROOT / "docs" / "hub.md").read_text(encoding="utf-8")


def test_the_numbers_on_paper_are_computed_from_those_measured():
    says = r"Memory: (\d+) MB and (\d+) % .+?, that is ([\d.]+) GB a\s+learner"
    megabytes, spare, share = re.search(says, GUIDE, re.S).groups()
    assert float(share) == round(int(megabytes) * (1 + int(spare) / 100) / 1000, 2)
    seconds = int(re.search(r"Cores: (\d+) s of one", GUIDE)[1])
    number = r"\| ([\d.,]+)(?: GB)? "
    rows = re.findall(rf"(?m)^{number * 4}\| ", GUIDE)
    told = [[float(cell.replace(",", "")) for cell in row] for row in rows]
    assert [row[0] for row in told] == [30, 300, 3000]
    for count, memory, slow, fast in told:
        computed = (count * float(share), count * seconds / 300, count * seconds / 60)
        assert (memory, slow, fast) == pytest.approx(computed)


def test_the_link_opens_the_first_lesson():
    query = re.search(r"https://HUB/hub/user-redirect/git-pull\?(\S+)", GUIDE)[1]
    path = parse_qs(query)["urlpath"][0].removeprefix("lab/tree/codeedu/")
    assert (ROOT / path).is_file()
    binder = re.search(r"https://mybinder.org/v2/\S+\?(\S+)", GUIDE)[1]
    assert parse_qs(binder)["urlpath"] == [f"lab/tree/course/{Path(path).name}"]
    assert f'lesson = "lab/tree/codeedu/{path}"\n' in GUIDE


def test_what_it_names_is_there():
    for name in re.findall(r"`((?:deploy|tests|\.devcontainer|\.github|\.ci)/[^` ]*)`", GUIDE):
        assert (ROOT / name).exists(), name


# Binder, a container for development, and the workflow for those who fork.


def test_binder_builds_from_the_environment_and_a_script():
    script = ROOT / "postBuild"
    assert script.read_text().startswith("#!/bin/bash\n")
    if sys.platform != "win32":
        assert os.access(script, os.X_OK)
        subprocess.run(["bash", "-n", script], check=True)  # it reads as a script
    assert not (ROOT / "binder").exists()  # else Binder looks for both files there only
    assert not (ROOT / ".binder").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Binder runs Linux")
def test_binder_gets_a_learners_copy_and_the_classroom(tmp_path):
    for name in ("codeedu", "data", "notebooks"):
        (tmp_path / name).symlink_to(ROOT / name)
    programs = tmp_path / "bin"
    programs.mkdir()
    codeedu = f'#!/bin/bash\nexec "{sys.executable}" -m codeedu "$@"\n'
    python = f'#!/bin/bash\n[ "$1" = -c ] && echo "{tmp_path}/env"\n'
    for name, text in (("codeedu", codeedu), ("python", python), ("jupyter", "#!/bin/bash\n")):
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    env = os.environ | {"PATH": f"{programs}:{os.environ['PATH']}"}
    subprocess.run(["bash", str(ROOT / "postBuild")], cwd=tmp_path, env=env, check=True)
    assert (tmp_path / "course" / "00-start-here.ipynb").is_file()
    settings = tmp_path / "env" / "share" / "jupyter" / "lab" / "settings"
    assert "@jupyterlab/notebook-extension:tracker" in (settings / "overrides.json").read_text()
    assert "announcements" in (settings / "page_config.json").read_text()


def test_the_container_for_development_makes_the_environment():
    container = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text())
    target = container["postCreateCommand"].removeprefix("make ")
    makefile = (ROOT / "Makefile").read_text()
    assert f"READY := {target}\n" in makefile
    assert container["image"] == WORKFLOW["jobs"]["everything"]["container"]
    assert re.fullmatch(r"python:3\.11@sha256:[0-9a-f]{64}", container["image"])


COURSE_YML = (ROOT / ".github" / "workflows" / "course.yml").read_text()
WORKFLOW = yaml.load(COURSE_YML, Loader=yaml.BaseLoader)  # else `on` reads as true


def test_the_workflow_tries_three_systems_and_four_pythons_each_week():
    assert {"push", "schedule"} <= set(WORKFLOW["on"])
    matrix = WORKFLOW["jobs"]["lessons"]["strategy"]["matrix"]
    assert [name.split("-")[0] for name in matrix["os"]] == ["ubuntu", "macos", "windows"]
    assert matrix["python"] == ["3.11", "3.12", "3.13", "3.14"]


def test_the_workflow_uses_each_action_in_one_commit_and_gives_it_no_rights():
    used = re.findall(r"uses:(.*)", COURSE_YML)
    assert used
    for action in used:
        assert re.fullmatch(r" actions/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action), action
    assert "secrets" not in COURSE_YML
    assert WORKFLOW["permissions"] == {}
    for job in WORKFLOW["jobs"].values():
        assert job["permissions"] == {"contents": "read"}
        assert job["steps"][0]["uses"].startswith("actions/checkout@")
        assert job["steps"][0]["with"] == {"persist-credentials": "false"}
