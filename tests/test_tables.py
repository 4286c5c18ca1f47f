"""The tables are whole: every row complete, every key once, every source known."""

from datetime import date

import pytest

from codeedu import tables

KEYS = {
    "forms": "form",
    "code_sets": "code_set",
    "contexts": "context",
    "prefixes": "prefix",
    "editions": "what",
    "icd10cm": "code",
    "collisions": "code",
    "homoglyphs": "written",
    "modifiers": "modifier",
    "modifier_sections": "modifier",
    "trip_letters": "letter",
    "deleted_cpt": "code",
    "charge_types": "type",
    "sources": "id",
    "lessons": "lesson",
    "objectives": "objective",
    "misconceptions": "id",
    "glossary": "term",
}


@pytest.mark.parametrize("name", tables.names())
def test_every_table_is_whole_and_has_rows(name):
    assert tables.rows(name)
    if name in KEYS:
        tables.by(name, KEYS[name])


@pytest.mark.parametrize("name", tables.names())
def test_every_source_is_known(name):
    known = tables.by("sources", "id")
    for row in tables.rows(name):
        assert set(row.get("sources", "").split()) - set(known) == set(), row


def test_codes_sets_named_in_tables_exist():
    known = set(tables.by("code_sets", "code_set"))
    assert {row["code_set"] for row in tables.rows("formats")} == known
    named = {name for row in tables.rows("prefixes") for name in row["code_set"].split(";")}
    assert named <= known | {""}
    for row in tables.rows("contexts"):
        assert set(row["order"].split(";")) <= known
        assert set(row["belongs"].split(";")) <= known
    assert set(tables.by("contexts", "context")["procedure"]["order"].split(";")) == known


def test_objectives_of_formats_exist():
    served = {row["objective"] for row in tables.rows("formats")}
    assert served - {""} <= set(tables.by("objectives", "objective"))


def test_sections_belong_to_formats():
    known = tables.by("formats", "id")
    assert {row["format"] for row in tables.rows("sections")} <= set(known)


def test_each_two_digit_modifier_has_the_sections_it_can_stand_on():
    digits = [row["modifier"] for row in tables.rows("modifiers") if row["modifier"].isdigit()]
    known = {row["section"] for row in tables.rows("sections") if row["format"] == "cpt-1"}
    assert [row["modifier"] for row in tables.rows("modifier_sections")] == digits
    for row in tables.rows("modifier_sections"):
        assert set(row["sections"].split(";")) <= known, row


def test_ten_letters_begin_a_trip_and_eleven_end_one():
    letters = tables.rows("trip_letters")
    assert "".join(row["letter"] for row in letters if row["origin"]) == "DEGHIJNPRS"
    assert "".join(row["letter"] for row in letters if row["destination"]) == "DEGHIJNPRSX"


def test_a_deleted_code_has_its_last_day_and_a_type_its_code_sets():
    known = set(tables.by("code_sets", "code_set"))
    for row in tables.rows("deleted_cpt"):
        assert date.fromisoformat(row["last_day"]).isoformat() < "2026-04-01", row
    for row in tables.rows("charge_types"):
        assert set(row["code_sets"].split(";")) <= known | {""}, row


def test_a_list_has_its_date_and_the_days_on_which_its_steward_puts_out_later_ones():
    for row in tables.rows("editions"):
        day = date.fromisoformat(row["as_of"])
        assert row["edition"] == f"{day:%B %Y}" or not row["updates"], row
        assert not row["updates"] or f"{day:%m-%d}" in row["updates"].split(), row


def test_a_broken_table_is_named_with_its_line(tmp_path, monkeypatch):
    (tmp_path / "codes").mkdir()
    (tmp_path / "codes" / "bad.csv").write_text("a,b\n1,2\n3\n")
    (tmp_path / "codes" / "twice.csv").write_text("a,b\n1,2\n1,3\n")
    monkeypatch.setattr(tables, "DATA", tmp_path)
    tables.rows.cache_clear()
    with pytest.raises(tables.TableError, match=r"data/codes/bad.csv, line 3: 1 fields where"):
        tables.rows("bad")
    with pytest.raises(tables.TableError, match="two rows have the a '1'"):
        tables.by("twice", "a")
    with pytest.raises(tables.TableError, match="There is no table 'none'; there are: bad, twice"):
        tables.rows("none")
    tables.rows.cache_clear()
