"""The real CMS release of 2018, where a machine has it; it is never part of the project."""

import zipfile
from pathlib import Path

import pytest

import codeedu

RELEASE = Path(__file__).parents[3] / "shared" / "cms" / "2018-Alpha-Numeric-HCPCS-File.zip"

pytestmark = pytest.mark.skipif(
    not RELEASE.exists(), reason="the CMS release of 2018 is not on this machine"
)


def entries(record: str) -> list[str]:
    """Return the codes ("3") or the modifiers ("7") of the file, per CMS's record layout."""
    with zipfile.ZipFile(RELEASE) as archive:
        text = archive.read("HCPC2018_CONTR_ANWEB_disc.txt").decode("latin-1")
    lines = (line for line in text.splitlines() if len(line) > 292)
    return [line[:5].strip() for line in lines if line[10] == record]


def test_every_code_is_first_of_all_level_ii():
    codes = entries("3")
    assert len(codes) == 6205
    found = {code: codeedu.classify(code) for code in codes}
    assert [code for code, c in found.items() if c.best.code_set != "HCPCS Level II"] == []
    assert [code for code, c in found.items() if c.best.section is None] == []
    assert [code for code, c in found.items() if c.code != code or c.notes] == []


def test_every_modifier_finds_its_keeper():
    modifiers = entries("7")
    assert len(modifiers) == 354
    wrong = []
    for modifier in modifiers:
        keeper = "CPT modifier" if modifier[0] == "P" and modifier[1] in "123456" else None
        expected = keeper or "HCPCS Level II modifier"
        if codeedu.classify(modifier).best.code_set != expected:
            wrong.append(modifier)
    assert wrong == []
