"""Every source is used and says where it is from; no table holds a list of CPT or CDT codes."""

import re
from datetime import date
from pathlib import Path

from codeedu import tables

ROOT = Path(__file__).parents[2]


def uses() -> str:
    """Return everything that may name a source: tables, questions and notebooks."""
    named = [row["sources"] for name in tables.names() for row in tables.rows(name)
             if "sources" in row]  # fmt: skip
    files = [*ROOT.glob("data/practice/questions/*.toml"), *ROOT.glob("notebooks/*.ipynb")]
    return "\n".join([*named, *(path.read_text(encoding="utf-8") for path in files)])


def test_every_source_is_used():
    words = set(re.findall(r"[a-z0-9-]+", uses()))
    assert [row["id"] for row in tables.rows("sources") if row["id"] not in words] == []


def test_every_source_says_who_and_where_and_when_it_was_read():
    for row in tables.rows("sources"):
        assert row["title"], row["id"]
        assert row["publisher"], row["id"]
        assert row["kind"] in ("official", "law", "measured", "secondary", "aged"), row["id"]
        assert not row["url"] or row["url"].startswith(("https://", "http://")), row["id"]
        date.fromisoformat(row["read_on"])


def test_no_table_holds_a_list_of_cpt_or_cdt_codes():
    """Few CPT codes are named, as examples; the bound is far below any list.

    The ends of ranges in sections.csv are no codes: many were never one. Cases have to name the
    codes to choose from: they are counted apart.
    """
    apart = ("practice_claims", "practice_claims_key", "sections", "case_charges")
    paths = [path for path in ROOT.glob("data/*/*.csv") if path.stem not in apart]
    text = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    text += "\n".join(
        path.read_text(encoding="utf-8")
        for path in ROOT.glob("data/practice/questions/*")
        if path.stem != "cases"
    )
    numbers = re.compile(r"(?<![0-9A-Z.,-])[0-9]{5}(?![0-9,.-])")
    assert len(set(numbers.findall(text))) < 90
    cases = ROOT / "data" / "practice" / "questions" / "cases.toml"
    assert len(set(numbers.findall(cases.read_text(encoding="utf-8")))) < 40
    assert len(set(re.findall(r"\bD[0-9]{4}\b", text))) < 400  # ICD-10-CM's D codes, dotless
    dental = {row["code"] for row in tables.rows("icd10cm")}
    assert len(set(re.findall(r"\bD[0-9]{4}\b", text)) - dental) < 10
