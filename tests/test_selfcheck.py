"""The check names what is wrong and what to do, and is quiet about the rest."""

import sys
from importlib.metadata import version

import pytest
from packaging.requirements import Requirement

import codeedu
from codeedu import selfcheck, tables
from codeedu.cli import main


def test_all_is_here_in_one_line(capsys):
    report = codeedu.check_installation()
    assert report.ok
    assert str(report) == "Everything the course needs is here."
    assert "<li>" not in report._repr_html_()
    names = [check.what for check in report.checks]
    assert (names[0], names[-2:]) == ("Python", ["tables of codeedu", "questions of codeedu"])
    assert "pandas" in names
    assert "pytest" not in names  # an extra, which the course does not need
    assert main(["check"]) == 0
    assert capsys.readouterr().out == f"{report}\n"


CASES = [
    ("no-such-package>=1.0", 'not installed; try: pip install "no-such-package>=1.0"'),
    ("pandas>=999.1", 'version {} does not fit; try: pip install "pandas>=999.1"'),
    ("pandas<1", 'version {} does not fit; try: pip install "pandas<1"'),
    ("pytest", ""),
]


@pytest.mark.parametrize(("asked", "says"), CASES)
def test_packages(asked, says):
    required = Requirement(asked)
    found = version(required.name) if "{}" in says else ""
    assert selfcheck._check_package(required).todo == says.format(found)


def test_a_package_that_fails(monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm", None)
    found = selfcheck._check_package(Requirement("tqdm>=4"))
    assert str(found) == (
        '[ !! ] tqdm: installed, but fails (ModuleNotFoundError); try: pip install "tqdm>=4"'
    )


def test_what_is_wrong_is_counted(monkeypatch, capsys):
    monkeypatch.setattr(selfcheck, "PYTHON", (99, 1))
    report = codeedu.check_installation()
    lines = str(report).splitlines()
    assert lines[0].startswith("[ !! ] Python: this is ")
    assert "[ OK ] pandas" in lines
    assert lines[-1] == f"1 of {len(report.checks)} checks failed; see each for the fix."
    assert report._repr_html_().count("<li>") == len(report.checks)
    assert main(["check"]) == 1


def test_codeedu_that_is_not_installed(monkeypatch):
    def absent(name):
        raise selfcheck.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(selfcheck.metadata, "requires", absent)
    monkeypatch.setattr(selfcheck.metadata, "version", absent)
    assert [str(found) for found in codeedu.check_installation().checks[1:2]] == [
        "[ !! ] codeedu-hcpcs: not installed; "
        "try: `pip install --editable .` in the folder of the course"
    ]


def test_the_course_has_questions(tmp_path, monkeypatch):
    from codeedu.questions import bank

    assert str(selfcheck._check_questions()) == "[ OK ] questions of codeedu"
    spoiled = tmp_path / "01.toml"
    spoiled.write_text("[[item]\n")
    monkeypatch.setattr(bank, "course_paths", lambda: [spoiled])
    assert "the heading is [[item]. Write [[item]]." in selfcheck._check_questions().todo
    assert selfcheck._check_questions().todo.endswith("Install codeedu again.")
    monkeypatch.setattr(bank, "course_paths", list)
    assert selfcheck._check_questions().todo == "none are here. Install codeedu again."

    def broken(paths):
        raise tables.TableError("data/x.csv, line 2 is short.")

    monkeypatch.setattr(bank, "course_paths", lambda: [spoiled])
    monkeypatch.setattr(bank, "read", broken)
    assert (
        selfcheck._check_questions().todo == "data/x.csv, line 2 is short. Install codeedu again."
    )


def test_broken_tables(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "DATA", tmp_path)
    assert selfcheck._check_tables().todo == "all empty; install codeedu again"
    (tmp_path / "codes").mkdir()
    (tmp_path / "codes" / "void.csv").write_text("a,b\n")
    tables.rows.cache_clear()
    assert selfcheck._check_tables().todo == "void empty; install codeedu again"
    (tmp_path / "codes" / "void.csv").write_text("a,b\n1\n")
    tables.rows.cache_clear()
    assert "data/codes/void.csv, line 2" in selfcheck._check_tables().todo
    tables.rows.cache_clear()
