"""The examples in the documentation are true, and no public name lacks one."""

import doctest
import os
import re
import shutil
import subprocess
from importlib.metadata import metadata
from pathlib import Path

import duckdb
import pandas as pd
import pytest

import codeedu

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def blocks(name: str, section: str = "") -> list[str]:
    """Return the blocks of Python in a document, or in one of its sections."""
    text = (DOCS / name).read_text(encoding="utf-8")
    if section:
        text = text.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    return re.findall("```python\n(.*?)```", text, re.DOTALL)


def test_the_examples_of_the_public_names(monkeypatch, tmp_path):
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("CODEEDU_PROGRESS", str(tmp_path / "record.jsonl"))
    examples = doctest.DocTestParser().get_doctest(
        "".join(blocks("api.md")), {}, "docs/api.md", None, None
    )
    assert len(examples.examples) > 30
    said: list[str] = []
    with pd.option_context("display.width", 120):
        doctest.DocTestRunner().run(examples, out=said.append)
    assert not said, "".join(said)


@pytest.mark.parametrize("name", codeedu.__all__)
def test_every_public_name_has_an_example(name):
    assert f"codeedu.{name}(" in "".join(blocks("api.md"))


@pytest.mark.parametrize(
    "name",
    [
        "traitlets",
        "fsrs",
        "typing_extensions",
        "lazy_loader",
        "platformdirs",
        "openpyxl",
        "et_xmlfile",
    ],
)
def test_the_notices_say_the_license_of_each_library(name):
    said = metadata(name)
    licenses = [said["License-Expression"] or "", (said["License"] or "").split("\n")[0]]
    text = (DOCS / "notices.md").read_text(encoding="utf-8")
    license = re.search(rf"(?m)^\| \[?{name}\]?.*? \| (.+?) \|", text)[1]
    assert re.split(r"[- ]", license)[0] in re.split(r"[- ]", " ".join(licenses))


# Files larger than memory, on the engines that docs/large-files.md names


@pytest.fixture(params=["texts", "dates"])
def claims(request, monkeypatch, tmp_path):
    """Return 102,000 claim lines that are in the folder `claims`; some lack a code or a date."""
    monkeypatch.chdir(tmp_path)
    claims = pd.concat([codeedu.practice_claims()] * 17, ignore_index=True)
    claims["row"] = claims.index
    claims.loc[5:40, "procedure"] = None
    claims.loc[30:60, "date_of_service"] = None
    if request.param == "dates":
        claims["date_of_service"] = pd.to_datetime(claims["date_of_service"]).dt.date
    else:
        claims.loc[61, "date_of_service"] = "last year"
    Path("claims").mkdir()
    claims[:3000].to_parquet("claims/1.parquet")
    claims[3000:].to_parquet("claims/2.parquet")
    return claims


def assert_each_row_has_its_answer(claims: pd.DataFrame) -> None:
    for name, on in (("classified", None), ("dated", claims["date_of_service"])):
        found = pd.read_parquet(f"{name}.parquet").sort_values("row", ignore_index=True)
        assert len(found) == len(claims)
        assert found[list(claims)].astype("str").equals(claims.astype("str"))
        expected = codeedu.classify_column(claims["procedure"], on=on)
        for column in expected:
            pd.testing.assert_series_equal(
                found[column].astype("str"), expected[column].astype("str")
            )


def test_duckdb_gives_each_row_its_answer(claims):
    space: dict[str, object] = {"duckdb": duckdb}
    for block in blocks("large-files.md", "DuckDB"):
        exec(block, space)
    assert_each_row_has_its_answer(claims)


@pytest.mark.slow
def test_spark_gives_each_row_its_answer(claims):
    python = ROOT / ".venv" / "spark" / "bin" / "python"
    if not python.exists():
        pytest.skip("Spark is not installed; `make spark` does it")
    if not shutil.which("java"):
        pytest.skip("Spark needs Java; on Debian: apt-get install openjdk-17-jre-headless")
    program = "\n".join(blocks("large-files.md", "Spark"))
    env = {**os.environ, "PYSPARK_PYTHON": str(python), "SPARK_LOCAL_IP": "127.0.0.1"}
    done = subprocess.run([python, "-c", program], env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    assert_each_row_has_its_answer(claims)


# The accessibility report

CRITERIA = {
    "Level A": """1.1.1 1.2.1 1.2.2 1.2.3 1.3.1 1.3.2 1.3.3 1.4.1 1.4.2 2.1.1 2.1.2 2.1.4 2.2.1
        2.2.2
        2.3.1 2.4.1 2.4.2 2.4.3 2.4.4 2.5.1 2.5.2 2.5.3 2.5.4 3.1.1 3.2.1 3.2.2 3.2.6 3.3.1 3.3.2
        3.3.7 4.1.1 4.1.2""",
    "Level AA": """1.2.4 1.2.5 1.3.4 1.3.5 1.4.3 1.4.4 1.4.5 1.4.10 1.4.11 1.4.12 1.4.13 2.4.5 2.4.6
        2.4.7 2.4.11 2.5.7 2.5.8 3.1.2 3.2.3 3.2.4 3.3.3 3.3.4 3.3.8 4.1.3""",
}
NEEDS_NO_TEST = {"4.1.1"}  # met by definition


def report() -> str:
    return (DOCS / "accessibility-report.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("level", CRITERIA)
def test_the_accessibility_report_answers_each_criterion_in_its_order(level):
    section = report().partition(f"## {level}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| ([\d.]+) [^|]+ \| ([^|]+) \| ([^|]+) \|(.*)\|$", section, re.MULTILINE)
    assert [number for number, *_ in rows] == CRITERIA[level].split()
    for number, answer, how, tests in rows:
        assert answer in ("supports", "supports in part", "does not support", "not applicable")
        assert how.endswith(".")
        assert ("::" in tests) == (answer != "not applicable" and number not in NEEDS_NO_TEST)


def test_each_test_that_the_accessibility_report_names_exists():
    files = dict(re.findall(r"\*(\w+)\* is\s+`(\S+)`", report()))
    named = re.findall(r"\*(\w+)\*::(\w+)", report())
    assert len(named) > 50
    for short, test in named:
        source = (ROOT / "tests" / files[short]).read_text(encoding="utf-8")
        assert f"\ndef {test}(" in source, f"{files[short]}::{test}"
