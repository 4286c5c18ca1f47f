"""One list of dependencies, in three files that must agree."""

import re
import subprocess
import tomllib
from pathlib import Path

import yaml
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


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
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pins = dict(line.split("==") for line in lines if not line.startswith("#"))
    for dependency in [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["test"]]:
        required = Requirement(dependency)
        assert required.specifier.contains(pins[required.name]), dependency


def test_no_file_names_the_host_of_a_registry():
    for name in ("constraints.txt", "environment.yml", "pyproject.toml", "Makefile", ".ci/run"):
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
