"""One list of dependencies, in four files that must agree; what checks the course has hashes."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

from codeedu import selfcheck

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PINS = dict(line.split("==") for line in (ROOT / "constraints.txt").read_text().splitlines()[1:])


def test_conda_has_the_names_and_bounds_of_pyproject():
    conda = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    listed = {entry for entry in conda if isinstance(entry, str)} - {"pip"}
    listed |= {entry for entry in conda[-1]["pip"] if not entry.startswith("--")}
    expected = {f"python{PROJECT['requires-python']}"}
    for dependency in PROJECT["dependencies"]:
        name, bound = dependency.split(">=")
        expected.add(f"{name}>={bound}")
    assert listed == expected


def test_every_dependency_is_pinned_and_inside_its_bound():
    for dependency in [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["test"]]:
        required = Requirement(dependency)
        assert required.specifier.contains(PINS[required.name]), dependency


def test_the_lock_has_the_versions_of_the_constraints_and_a_hash_of_each():
    locked = {}
    for entry in (ROOT / "requirements.lock").read_text().replace("\\\n", "").splitlines():
        requirement, *hashes = entry.split(" --hash=")
        name, version = requirement.split(";")[0].strip().split("==")
        locked[name] = version
        assert hashes, name
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64} *", each) for each in hashes), name
    assert locked == PINS


def test_what_checks_the_course_is_installed_by_hash():
    makefile = (ROOT / "Makefile").read_text()
    recipe = re.search(r"(?m)^\$\(CHECKS\):.*\n((?:\t.*\n)+)", makefile)[1]
    for name in ("HASHED", "INSTALL"):
        recipe = recipe.replace(f"$({name})", re.search(rf"(?m)^{name} := (.*)", makefile)[1])
    workflow = (ROOT / ".github" / "workflows" / "course.yml").read_text()
    for text in (recipe, workflow):
        uv, packages, *ours = [line for line in text.splitlines() if " pip install " in line]
        assert "--require-hashes" in uv
        assert "--require-hashes" in packages
        assert ours
        assert all("--no-deps" in line for line in ours)  # the course, and its engine
        assert all("--require-build-hashes" in line for line in (packages, *ours))


WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
TARGETS = set(re.findall(r"(?m)^([a-z]+):", (ROOT / "Makefile").read_text())) | {".venv/.checks"}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_runs_what_is_pinned_and_may_do_little(path):
    text = path.read_text()
    workflow = yaml.safe_load(text)
    used = re.findall(r"uses: *(\S+)(.*)", text)
    assert all(re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action) for action, _ in used)
    assert all(re.fullmatch(r" # v\d+\.\d+\.\d+", version) for _, version in used)
    assert workflow["permissions"] == {}
    for job in workflow["jobs"].values():
        writes = {name for name, right in job["permissions"].items() if right != "read"}
        steps = job["steps"]
        if writes:  # a job that can publish runs nothing of the repository, nor of a package
            assert "id-token" in writes
            assert {step["uses"].split("@")[0] for step in steps} <= PUBLISHERS
            assert job["needs"] == "build"
            assert "environment" in job
        for step in steps:
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False
            for command in re.findall(r"(?m)^make (.*)", step.get("run", "")):
                assert command.split()[0] in TARGETS, command


PUBLISHERS = {
    *("actions/deploy-pages", "actions/download-artifact", "pypa/gh-action-pypi-publish"),
}


def test_an_action_is_one_commit_in_all_workflows():
    texts = [path.read_text() for path in WORKFLOWS]
    assert len(texts) == 3
    commits = {tuple(pin.split("@")) for t in texts for pin in re.findall(r"uses: *(\S+)", t)}
    assert len(dict(commits)) == len(commits)
    container = (ROOT / ".devcontainer" / "devcontainer.json").read_text()
    (image,) = {digest for t in texts for digest in re.findall(r"@(sha256:\w+)", t)}
    assert image in container


def test_a_release_has_one_version():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert cited["version"] == PROJECT["version"]
    assert PROJECT["name"] == selfcheck.DISTRIBUTION
    pages = tomllib.loads((ROOT / "engine" / "pyproject.toml").read_text())["project"]
    for project in (PROJECT, pages):
        assert not [one for one in project["classifiers"] if one.startswith("Private")]
        assert project["authors"] == [{"name": "The codeedu founders"}]
    assert "version" in pages["dynamic"]  # it is read from the other pyproject.toml
    for name in PROJECT["license-files"]:
        assert len((ROOT / name).read_text()) > 1000


FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_a_form_asks_what_we_need_to_know(path):
    form = yaml.safe_load(path.read_text())
    asked = [one for one in form["body"] if one["type"] != "markdown"]
    assert form["name"]
    assert form["description"]
    assert len({one["id"] for one in asked}) == len(asked)
    assert any(one.get("validations", {}).get("required") for one in asked)
    assert all(one["attributes"]["label"] for one in asked)


def test_no_file_names_the_host_of_a_registry():
    for name in ("constraints.txt", "requirements.lock", "environment.yml", "pyproject.toml",
                 "Makefile", ".ci/run", "engine/pyproject.toml", "tools/npm.csv",
                 "tools/npm.py"):  # fmt: skip
        assert not re.search(r"https?://", (ROOT / name).read_text()), name


# `codeedu` in package indexes is another program. Options, and other packages, may stand between.
STRANGER = re.compile(
    r"""(?:\b(?:pip3?|pipx|conda|mamba|uv|uv\ tool|poetry|pdm|pixi)\s+(?:install|add|download)
          |\b(?:pipx|uv\ tool)\ run|\buvx)
        (?!.*\s--from\s+["']?(?!codeedu["'\s]))  # what --from names is run
        (?:[^\S\n]+[\w.,=<>~/\[\]-]+)*?
        [^\S\n]+["']?codeedu(?![-./\w])""",
    re.VERBOSE,
)


@pytest.mark.parametrize(
    ("text", "stranger"),
    [
        ("pip install codeedu", True),
        ("%pip install 'codeedu[teach]'", True),
        ("python -m pip install --upgrade codeedu>=0.3", True),
        ("uv pip install pandas codeedu", True),
        ("uv tool install codeedu", True),
        ("uvx codeedu", True),
        ("uvx --with genanki codeedu export", True),
        ("uvx --from codeedu codeedu", True),
        ("pipx run codeedu", True),
        ("conda install --channel conda-forge codeedu", True),
        ("pip install codeedu-hcpcs", False),
        ("pip install ./codeedu", False),
        ("pip install codeedu/", False),
        ("uvx --from codeedu_hcpcs-0.3.0-py3-none-any.whl codeedu", False),
        ("pip install genanki\ncodeedu export", False),
        ("uv run --no-sync codeedu lesson open", False),
        ("conda run --name codeedu codeedu lesson open", False),
    ],
)
def test_what_installs_a_stranger_is_found(text, stranger):
    assert bool(STRANGER.search(text)) is stranger


def test_no_text_installs_what_is_not_ours():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    paths = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    texts = {path: path.read_text(errors="replace") for path in paths if path.suffix != ".png"}
    assert len(texts) > 100
    mine = Path(__file__)
    found = {path.name: STRANGER.findall(text) for path, text in texts.items() if path != mine}
    assert {name: said for name, said in found.items() if said} == {}
