"""The environment check names what is wrong and what to do, and is quiet about the rest."""

import sys

import pytest

import codeedu
from codeedu import selfcheck as environment
from codeedu import tables
from codeedu.__main__ import main


def test_all_is_here(capsys):
    report = codeedu.check()
    assert report.ok
    lines = str(report).splitlines()
    assert lines[0] == "[ OK ] Python"
    assert "[ OK ] pandas" in lines
    assert lines[-1] == "All that the course needs is here."
    assert not any(char.isdigit() for char in str(report))  # no versions: the same everywhere
    assert report._repr_html_().count("<li>") == len(report.checks)
    assert main(["check"]) == 0
    assert capsys.readouterr().out == f"{report}\n"


CASES = [
    (("no-such-package", "1.0"), 'not installed; try: pip install "no-such-package>=1.0"'),
    (("pandas", "999.1"), 'too old ({}); try: pip install "pandas>=999.1"'),
    (("pytest", ""), ""),
]


@pytest.mark.parametrize(("asked", "says"), CASES)
def test_packages(asked, says):
    from importlib.metadata import version

    found = version(asked[0]) if "{}" in says else ""
    assert environment._package(asked).todo == says.format(found)


def test_a_package_that_fails(monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm", None)
    found = environment._package(("tqdm", "4"))
    assert str(found) == (
        '[ !! ] tqdm: installed, but fails (ModuleNotFoundError); try: pip install "tqdm>=4"'
    )


def test_what_is_wrong_is_counted(monkeypatch, capsys):
    monkeypatch.setattr(environment, "PYTHON", (99, 1))
    report = codeedu.check()
    assert str(report).startswith("[ !! ] Python: this is ")
    assert "1 of" in report.verdict
    assert main(["check"]) == 1


def test_codeedu_that_is_not_installed(monkeypatch):
    def absent(name):
        raise environment.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(environment.metadata, "requires", absent)
    monkeypatch.setattr(environment.metadata, "version", absent)
    assert [str(found) for found in codeedu.check().checks[1:2]] == [
        "[ !! ] codeedu: not installed; try: pip install codeedu"
    ]


def test_the_course_has_questions(tmp_path, monkeypatch):
    from codeedu.practice import bank

    assert str(environment._questions()) == "[ OK ] questions of codeedu"
    spoiled = tmp_path / "01.toml"
    spoiled.write_text("[[item]\n")
    monkeypatch.setattr(bank, "course_paths", lambda: [spoiled])
    assert "this is not TOML" in environment._questions().todo
    assert environment._questions().todo.endswith("Install codeedu again.")
    monkeypatch.setattr(bank, "course_paths", list)
    assert environment._questions().todo == "none are here. Install codeedu again."

    def broken():
        raise tables.TableError("data/x.csv, line 2 is short.")

    monkeypatch.setattr(bank, "problems", broken)
    assert environment._questions().todo == "data/x.csv, line 2 is short. Install codeedu again."


def test_broken_tables(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "DATA", tmp_path)
    assert environment._tables().todo == "all empty; install codeedu again"
    (tmp_path / "codes").mkdir()
    (tmp_path / "codes" / "void.csv").write_text("a,b\n")
    tables.rows.cache_clear()
    assert environment._tables().todo == "void empty; install codeedu again"
    (tmp_path / "codes" / "void.csv").write_text("a,b\n1\n")
    tables.rows.cache_clear()
    assert "data/codes/void.csv, line 2" in environment._tables().todo
    tables.rows.cache_clear()
