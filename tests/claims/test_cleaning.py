"""Cleaning a claim file: what is corrected, what is flagged, and nothing lost."""

import pandas as pd
import pytest

import codeedu
from codeedu import tables


@pytest.fixture(scope="module")
def cleaned():
    return codeedu.clean_claims(codeedu.practice_claims(), codeedu.practice_release("2018"))


def test_nothing_is_lost(cleaned):
    claims = codeedu.practice_claims()
    pd.testing.assert_frame_equal(cleaned[claims.columns.tolist()], claims)
    assert set(cleaned["action"]) == {"kept", "corrected", "flagged"}
    assert (cleaned.loc[cleaned["action"] == "flagged", "corrected"] == "").all()
    assert (cleaned.loc[cleaned["action"] != "kept", "reason"] != "").all()


def test_no_good_line_is_touched_and_no_mend_is_wrong(cleaned):
    found = codeedu.score_cleaning(cleaned).set_index("error")
    assert found.loc["no error", "kept"] == found.loc["no error", "lines"]
    assert (found["corrected"] == found["right"]).all()


def test_every_error_is_found_but_those_that_make_another_good_form(cleaned):
    found = codeedu.score_cleaning(cleaned).set_index("error")
    missed = found[(found["kept"] > 0)].index.drop("no error").tolist()
    assert missed == ["swapped neighbors"]


def test_the_key_says_which_errors_no_list_can_show():
    key = tables.rows("practice_claims_key")
    actions = codeedu.clean_claims(codeedu.practice_claims())["action"]  # by CMS's whole list
    kept = [bool(row["error"]) and done == "kept" for row, done in zip(key, actions, strict=True)]
    assert [row["action"] == "unseen" for row in key] == kept


@pytest.mark.parametrize(
    ("procedure", "day", "payer", "corrected", "reason"),
    [
        ("J1885", "2017-05-01", "Medicare", "J1885", ""),
        ("j1885jw", "2017-05-01", "Medicare", "J1885-JW", "lower case, modifier without a hyphen"),
        ("100", "2017-05-01", "Medicare", "", "lost zeros, and more than one reading"),
        ("A4466", "2016-12-31", "Harbor Mutual", "A4466", ""),
        ("A4466", "2017-01-01", "Medicare", "", "not active on the date of service"),
        ("A4467", "2016-12-31", "Medicare", "", "not active on the date of service"),
        ("S9123", "2017-05-01", "Medicare", "", "a code that Medicare does not pay"),
        ("S9123", "2017-05-01", "Harbor Mutual", "S9123", ""),
        ("E1165", "2017-05-01", "Medicare", "", "perhaps a diagnosis that lost its dot"),
        ("G0439", "2017-05-01", "Medicare", "G0439", ""),
        ("M5416", "2017-05-01", "Medicare", "", "a diagnosis in the procedure field"),
        (
            "S72001A",
            "2017-05-01",
            "Medicare",
            "",
            "the form of a diagnosis, in the procedure field",
        ),
        ("W0105", "2017-05-01", "Medicare", "", "a local code: which payer?"),
        ("D0120", "2017-05-01", "Medicare", "", "a dental code"),
        ("0278", "2017-05-01", "Medicare", "", "a revenue code in the procedure field"),
        ("J188S", "2017-05-01", "Medicare", "", "not a code as entered, but close to one"),
        ("", "2017-05-01", "Medicare", "", "nothing was entered"),
        ("ABCDE", "2017-05-01", "Medicare", "", "not a code"),
        ("90210", "2017-05-01", "Medicare", "", "outside every section we know"),
    ],
)
def test_one_line(procedure, day, payer, corrected, reason):
    claims = pd.DataFrame(
        {"procedure": [procedure], "date_of_service": [day], "payer": [payer]}, dtype="str"
    )
    row = codeedu.clean_claims(claims, codeedu.practice_release()).iloc[0]
    assert (row["corrected"], row["reason"]) == (corrected, reason)


@pytest.mark.parametrize(
    ("procedure", "day", "reason", "perhaps"),
    [
        ("J188S", "2017-05-01", "not a code as entered, but close to one", "J1885"),
        ("0001A", "2024-05-01", "not active on the date of service", "90480"),
        ("0003A", "2017-05-01", "a code that has ended", ""),
        ("F2000", "2017-05-01", "not a code as entered, but close to one", "2000F"),
        ("4466A", "2017-05-01", "not a code as entered, but close to one", "A4466"),
        ("K0901", "2017-01-20", "not active on the date of service", "L1851"),
        ("A4467", "2016-12-31", "not active on the date of service", ""),
        ("K0901", "", "a code that has ended, and no date", "L1851"),
        ("K0901", float("nan"), "a code that has ended, and no date", "L1851"),
        ("K0901", pd.NaT, "a code that has ended, and no date", "L1851"),
        ("K0901", pd.Timestamp("2017-01-20"), "not active on the date of service", "L1851"),
        ("K0901", "a Tuesday", "the date of service cannot be read", "L1851"),
        ("E1165", "2017-05-01", "perhaps a diagnosis that lost its dot", "E11.65"),
        ("M5416", "2017-05-01", "a diagnosis in the procedure field", "M54.16"),
        ("W0105", "2017-05-01", "a local code: which payer?", ""),
        ("J1885", "2017-05-01", "", ""),
    ],
)
def test_what_a_person_looks_at_first(procedure, day, reason, perhaps):
    claims = pd.DataFrame({"procedure": [procedure], "date_of_service": [day]})
    row = codeedu.clean_claims(claims, codeedu.practice_release()).iloc[0]
    assert (row["reason"], row["perhaps"]) == (reason, perhaps)


@pytest.mark.parametrize("entered", [None, float("nan"), b"J1885", 99213, "9" * 100_000, [1]])
def test_anything_may_stand_in_the_column(entered):
    claims = pd.DataFrame({"procedure": pd.Series([entered], dtype=object)})
    row = codeedu.clean_claims(claims).iloc[0]
    assert row["action"] in ("kept", "corrected", "flagged")
    assert codeedu.cleaning_report(codeedu.clean_claims(claims))._repr_html_()


def test_a_guess_never_becomes_the_code(cleaned):
    offered = cleaned[cleaned["perhaps"] != ""]
    assert len(offered) > 100
    assert (offered["action"] == "flagged").all()


def test_columns_that_are_not_there_are_not_needed():
    claims = pd.DataFrame({"code": ["A4466", "S9123"]})
    assert codeedu.clean_claims(claims, column="code")["action"].tolist() == [
        "flagged", "kept",
    ]  # fmt: skip
    with pytest.raises(KeyError, match="The columns are: code"):
        codeedu.clean_claims(claims)


def test_the_report_can_be_handed_on(cleaned, tmp_path):
    made = codeedu.cleaning_report(cleaned)
    page = made.save(tmp_path / "report.html").read_text(encoding="utf-8")
    assert page.startswith('<!DOCTYPE html>\n<html lang="en">')
    assert "lost zeros" in page
    assert "perhaps a diagnosis" in page
    assert page.count("<h1>") == 1
    assert "Dates of service: 2015-10-01 to 2018-03-31." in page
    assert "What this report cannot see." in page
    waits = cleaned[cleaned["action"] == "flagged"]["charge"].astype(int).sum()
    assert f"Charges on the flagged lines: ${waits:,}." in page
    assert repr(made).startswith("Report on 6,000 lines: ")


def test_the_reasons_are_drawn_with_words_and_numbers(cleaned):
    drawn = codeedu.cleaning_figure(cleaned)
    counts = cleaned[cleaned["action"] != "kept"]["reason"].value_counts()
    assert f"{counts.index[0]}, {counts.iloc[0]} lines" in drawn.alt
    assert "242 lines corrected, 550 lines flagged" in drawn.alt
    assert drawn.table.count('<th scope="row">') == len(counts)
    assert drawn.svg == codeedu.cleaning_figure(cleaned).svg
    assert codeedu.cleaning_figure(cleaned.head(0)).alt.endswith("None.")


def test_the_report_escapes_what_was_entered():
    claims = pd.DataFrame({"procedure": ["<script>alert(1)</script>"]})
    assert "<script>" not in codeedu.cleaning_report(codeedu.clean_claims(claims))._repr_html_()


def test_a_report_on_nothing_says_so():
    none = codeedu.clean_claims(codeedu.practice_claims().head(0))
    assert (
        repr(codeedu.cleaning_report(none)) == "Report on 0 lines: 0 kept, 0 corrected, 0 flagged."
    )


def test_the_key_is_for_the_whole_file(cleaned):
    with pytest.raises(ValueError, match="These are not the lines of the practice claims"):
        codeedu.score_cleaning(cleaned.head(10))


def test_the_script_makes_the_files_that_are_stored(tmp_path, monkeypatch):
    import importlib.util

    spec = importlib.util.spec_from_file_location(
        "practice", tables.DATA.parent / "tools" / "practice_claims.py"
    )
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    import random

    claims, key = script.make(random.Random(script.SEED))
    told = tuple({**row, "line": str(row["line"])} for row in key)
    assert told == tables.rows("practice_claims_key")
    stored = codeedu.practice_claims()
    assert [str(row["procedure"]) for row in claims] == stored["procedure"].tolist()


@pytest.mark.parametrize(
    ("code", "coverage"), [("A4252", "S"), ("A0021", "I"), ("A0888", "M"), ("J1885", "D")]
)
def test_what_medicare_does_not_pay_is_known_by_the_coverage_letter(code, coverage):
    assert codeedu.tables.by("level2", "code")[code]["coverage"] == coverage
    line = pd.DataFrame({"procedure": [code], "payer": ["Medicare"]})
    expected = "" if coverage == "D" else "a code that Medicare does not pay"
    assert codeedu.clean_claims(line)["reason"].tolist() == [expected]


@pytest.mark.parametrize(
    ("form", "corrected", "perhaps"),
    [
        ("professional", "00100", ""),
        ("institutional", "", "00100, 0100, 100"),
        ("", "", "00100, 0100, 100"),
    ],
)
def test_lost_zeros_are_restored_only_where_one_reading_is_left(form, corrected, perhaps):
    line = pd.DataFrame({"procedure": ["100"], "form": [form]})
    cleaned = codeedu.clean_claims(line)
    assert cleaned[["corrected", "perhaps"]].to_numpy().tolist() == [[corrected, perhaps]]


def test_a_placeholder_is_not_cut_into_a_code_and_a_modifier():
    assert codeedu.clean_claims(pd.DataFrame({"procedure": ["8888888"]}))["corrected"].item() == ""
