"""One list of dependencies, in four files that must agree; what checks the course has hashes."""

import re
import subprocess
import tomllib
from pathlib import Path

import yaml
from packaging.requirements import Requirement

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
        uv, packages, course = [line for line in text.splitlines() if " pip install " in line]
        assert "--require-hashes" in uv
        assert "--require-hashes" in packages
        assert "--no-deps" in course
        assert all("--require-build-hashes" in line for line in (packages, course))


def test_no_file_names_the_host_of_a_registry():
    for name in ("constraints.txt", "requirements.lock", "environment.yml", "pyproject.toml",
                 "Makefile", ".ci/run", "engine/pyproject.toml", "tools/npm.csv",
                 "tools/npm.py"):  # fmt: skip
        assert not re.search(r"https?://", (ROOT / name).read_text()), name


def test_no_text_installs_codeedu_from_an_index():
    """In package indexes, another program has that name."""
    telling = re.compile(
        r"""(?:pip3?|pipx|conda|mamba|uvx?|poetry)\s+(?:tool\s+)?(?:install|add)\s+"""
        r"""(?:-\S+\s+)*["'`]?codeedu\b(?![/.])"""
    )
    assert telling.search("pip install 'codeedu[teach]'")
    assert telling.search("uv pip install --upgrade codeedu")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    paths = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    texts = {path: path.read_text(errors="replace") for path in paths if path.suffix != ".png"}
    assert len(texts) > 100
    mine = Path(__file__)
    assert not [path for path, text in texts.items() if telling.search(text) and path != mine]
    assert "Private :: Do Not Upload" in PROJECT["classifiers"]
