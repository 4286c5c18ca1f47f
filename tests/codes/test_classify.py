"""Cases: what an entry is, in every code set, said exactly."""

import math
import pickle
from datetime import date
from itertools import pairwise

import pytest

import codeedu
from codeedu import tables
from codeedu.codes import classify as classify_module
from codeedu.codes import formats
from codeedu.codes.level2 import Listing
from junk import JUNK

# entered, code, modifiers, code sets of the readings, level, category or section
CASES = [
    ("J1885", "J1885", "", "HCPCS Level II", "II", "Drugs, mostly given other than by mouth"),
    ("99213", "99213", "", "CPT", "I", "Evaluation and Management"),
    ("00100", "00100", "", "CPT", "I", "Anesthesia"),
    ("99100", "99100", "", "CPT", "I", "Anesthesia"),
    ("99141", "99141", "", "CPT", "I", "Medicine"),
    ("10004", "10004", "", "CPT", "I", "Surgery"),
    ("69990", "69990", "", "CPT", "I", "Surgery"),
    ("70010", "70010", "", "CPT", "I", "Radiology"),
    ("80047", "80047", "", "CPT", "I", "Pathology and Laboratory"),
    ("2000F", "2000F", "", "CPT", "I", "Category II"),
    ("0042T", "0042T", "", "CPT", "I", "Category III"),
    ("0001U", "0001U", "", "CPT", "I", "PLA"),
    ("0002M", "0002M", "", "CPT", "I", "MAAA"),
    ("0001A", "0001A", "", "CPT", "I", "COVID-19 vaccine administration (ended)"),
    ("A0428", "A0428", "", "HCPCS Level II", "II", "Ambulance and other transport"),
    ("D0120", "D0120", "", "CDT", None, "Examinations, images and tests"),
    ("W1234", "W1234", "", "HCPCS Level III", "III", None),
    ("99213-25", "99213", "25", "CPT", "I", "Evaluation and Management"),
    ("99213-25-59", "99213", "25 59", "CPT", "I", "Evaluation and Management"),
    ("99213 25", "99213", "25", "CPT", "I", "Evaluation and Management"),
    ("HC:99213:25", "99213", "25", "CPT", "I", "Evaluation and Management"),
    ("J1885-ZZ", "J1885", "ZZ", "HCPCS Level II", "II", None),
    ("J1885JW", "J1885", "JW", "HCPCS Level II", "II", None),
    ("99213GA", "99213", "GA", "CPT", "I", None),
    ("9921325", "99213", "25", "CPT", "I", None),
    ("00160J1", "00160", "J1", "CPT|ICD-10-PCS", "I", "Anesthesia"),
    ("7W00X0Z", "7W00X0Z", "", "ICD-10-PCS", None, "Osteopathic treatment"),
    ("1234567893", "1234567893", "", "NPI|NDC", None, None),
    ("1234567890", "1234567890", "", "NDC", None, None),
    ("1AA11", "1AA11", "", "HIPPS code", None, None),
    ("NHNE1", "NHNE1", "", "HIPPS code", None, None),
    ("HIPPS A0101", "A0101", "", "HIPPS code|HCPCS Level II|ICD-10-CM", None, None),
    ("HIPPS D2104", "D2104", "", "HIPPS code|CDT", None, None),
    ("A0101", "A0101", "", "HCPCS Level II|ICD-10-CM", "II", "Ambulance and other transport"),
    ("00003", "00003", "", "Payer's own code", None, None),
    ("1286A", "1286A", "", "Payer's own code", None, None),
    ("1213M", "1213M", "", "Payer's own code", None, None),
    ("1030T", "1030T", "", "CPT", "I", "Category III"),
    ("OP250", "OP250", "", "Payer's own code", None, None),
    ("1286Z", "1286Z", "", "Payer's own code", None, None),
    ("0131", "0131", "", "Revenue code|Type of bill", None, None),
    ("TOB: 0131", "0131", "", "Type of bill|Revenue code", None, "Hospital"),
    ("0022", "0022", "", "Revenue code", None, None),
    ("W1793", "W1793", "", "HCPCS Level III", "III", None),
    ("X3908", "X3908", "", "HCPCS Level III|ICD-10-CM", "III", None),
    ("J0013", "J0013", "", "HCPCS Level II", "II", "Drugs, mostly given other than by mouth"),
    ("98016", "98016", "", "CPT", "I", "Evaluation and Management"),
    ("100-P3", "00100", "P3", "CPT", "I", "Anesthesia"),
    ("100", "00100", "", "CPT|Revenue code|MS-DRG", "I", "Anesthesia"),
    ("100.0", "100.0", "", "ICD-9-CM|CPT|Revenue code|MS-DRG", None, None),
    ("99213.0", "99213", "", "CPT", "I", "Evaluation and Management"),
    (100, "00100", "", "CPT|Revenue code|MS-DRG", "I", "Anesthesia"),
    (100.0, "00100", "", "CPT|Revenue code|MS-DRG", "I", "Anesthesia"),
    (99213, "99213", "", "CPT", "I", "Evaluation and Management"),
    ("E1165", "E1165", "", "HCPCS Level II|ICD-10-CM", "II", "Durable medical equipment"),
    ("G0439", "G0439", "", "HCPCS Level II|ICD-10-CM", "II", None),
    ("E1165-RR", "E1165", "RR", "HCPCS Level II", "II", None),
    ("E11.65", "E11.65", "", "ICD-10-CM", None, None),
    ("E119", "E11.9", "", "ICD-10-CM", None, None),
    ("S72001A", "S72.001A", "", "ICD-10-CM", None, None),
    ("M5416", "M54.16", "", "ICD-10-CM|HCPCS Level II", None, None),
    ("Z0000", "Z00.00", "", "ICD-10-CM|HCPCS Level III", None, None),
    ("F1020", "F10.20", "", "ICD-10-CM", None, None),
    ("0DTJ4ZZ", "0DTJ4ZZ", "", "ICD-10-PCS", None, None),
    ("0409-3795-01", "0409-3795-01", "", "NDC", None, None),
    ("12345-6789-01", "12345-6789-01", "", "NDC", None, None),
    ("0450", "0450", "", "Revenue code", None, None),
    ("450", "00450", "", "CPT|Revenue code|MS-DRG", "I", "Anesthesia"),
    ("470", "00470", "", "CPT|Revenue code|MS-DRG", "I", "Anesthesia"),
    ("25", "25", "", "CPT modifier|Place of service|MS-DRG", "I", None),
    ("11", "11", "", "Place of service|CPT modifier|MS-DRG", None, None),
    ("P3", "P3", "", "CPT modifier", "I", None),
    ("1P", "1P", "", "CPT modifier", "I", None),
    ("RT", "RT", "", "HCPCS Level II modifier", "II", None),
    ("XE", "XE", "", "HCPCS Level II modifier", "II", None),
    ("WA", "WA", "", "HCPCS Level III modifier", "III", None),
    ("90210", "90210", "", "CPT|ICD-9-CM|ZIP code", "I", None),
    (" j1885\xa0", "J1885", "", "HCPCS Level II", "II", None),
    ("992 13", "99213", "", "CPT", "I", None),
    ("99213\u201325", "99213", "25", "CPT", "I", None),
    ('="00100"', "00100", "", "CPT", "I", "Anesthesia"),
    ("CPT: 99213", "99213", "", "CPT", "I", None),
    ("ICD-10-CM: J1885", "J18.85", "", "ICD-10-CM|HCPCS Level II", None, None),
]


@pytest.mark.parametrize(("entered", "code", "modifiers", "sets", "level", "where"), CASES)
def test_case(entered, code, modifiers, sets, level, where):
    c = codeedu.classify(entered)
    assert c.entered == entered
    assert c.code == code
    assert " ".join(c.modifiers) == modifiers
    assert "|".join(r.code_set for r in c.readings) == sets
    assert c.level == level
    if where:
        assert where in (c.best.category, c.best.section)


@pytest.mark.parametrize(
    ("entered", "ambiguous"),
    [("E1165", True), ("G0439", True), ("100", True), ("25", True), ("00160J1", True),
     ("9921325", False),
     ("J1885", False), ("99213", False), ("11", False), ("W1234", False), ("J1885JW", False),
     ("E11.65", False), ("E1165-RR", False), ("ABCDE", False), ("", False)],
)  # fmt: skip
def test_ambiguity(entered, ambiguous):
    assert codeedu.classify(entered).is_ambiguous is ambiguous


@pytest.mark.parametrize(
    ("entered", "context", "first"),
    [("E1165", "procedure", "HCPCS Level II"), ("E1165", "diagnosis", "ICD-10-CM"),
     ("100", "revenue", "Revenue code"), ("25", "place", "Place of service"),
     ("9921325", "procedure", "CPT")],
)  # fmt: skip
def test_context_reorders_and_hides_none(entered, context, first):
    there, plain = codeedu.classify(entered, context), codeedu.classify(entered)
    assert there.best.code_set == first
    assert set(there.readings) == set(plain.readings)


def test_an_unknown_context_is_the_callers_error():
    for value in ("J1885", None, 5):
        with pytest.raises(
            ValueError, match="There is no context 'box'; there are: unknown, procedure"
        ):
            codeedu.classify(value, context="box")


NOTES = [
    (None, "Nothing was entered."),
    (math.nan, "Nothing was entered."),
    ("", "Nothing was entered."),
    (b"J1885", "These are bytes, not text: decode them first, as ASCII or UTF-8."),
    (True, "A yes-or-no value is not a code: codes are text."),
    (11.65, "A number with decimals is not a code: read codes as text."),
    (object(), "An object is not a code: codes are text."),
    ("9" * 10_000_000, "10,000,000 characters are too many: no claim has a field that long."),
    ("٩٩٢١٣", "3 more of its characters are not used in codes."),
    ("٩٩٢١٣", "ARABIC-INDIC DIGIT NINE in position 1 is not a character of any code; "
              "it is another script's 9."),
    ("ſ0001", "LATIN SMALL LETTER LONG S in position 1 is not a character of any code; "
              "it only looks like S."),
    ("J\x001885", "control character 0 in position 2 is not a character of any code."),
    ("<b>", "LESS-THAN SIGN in position 1 is not used in codes."),
    ("99213-ABC", "99213 may be a code, but ABC is not a modifier."),
    ("ABCDE", "No code set we know has codes of this form: "
              "letter, letter, letter, letter, letter."),
    ("ABCDE", "If a payer asked for it, it is that payer's own code: look in the payer's manual."),
    ("8888888", "One character 7 times is a placeholder, not a code."),
    ("99213,99214", "Several codes in one field: 99213 and 99214. A claim line has one."),
    ("J1885 x4", "4 beside J1885 was read as units, which have a field of their own. X4 is a "
                 "modifier, too: with a hyphen in front, it is read as one."),
    ("J1885 x40", "40 beside J1885 was read as units, which have a field of their own."),
    ("A4341\ufffd", "REPLACEMENT CHARACTER in position 6 is not a character of any code."),
    ("100", "100 has lost its leading zeros, as codes do in a spreadsheet; with them it is 00100."),
    ("1967.0", "The .0 was dropped: programs add it to a code that they read as a number."),
    (100, "A number was entered; it was read as text, since codes are text."),
    ("j1885", "Lower case was read as upper case."),
    ("\u200bJ1885\xa0", "Cut from the ends: NO-BREAK SPACE, ZERO WIDTH SPACE."),
    ("J1885JW", "JW had no hyphen in front; read as a modifier."),
    ("99213-25-59-76-77-91", "A claim line has room for four modifiers; here are 5."),
    ("992 13", "The blank inside was dropped: 99213."),
]  # fmt: skip


@pytest.mark.parametrize(("entered", "sentence"), NOTES)
def test_every_change_and_problem_is_said(entered, sentence):
    assert sentence in [note.text for note in codeedu.classify(entered).notes]


@pytest.mark.parametrize(
    ("entered", "row", "sentence"),
    [
        ("J1885", "formats:level-2", "one letter from A to V and four digits are the form of "
                                   "HCPCS Level II"),
        ("J1885", "editions:ICD-10-CM", "it is probably not a diagnosis that lost its dot: J18.85 "
                                        "is not in the ICD-10-CM list of April 2026"),
        ("J1885", "sections:J0001", "J1885 lies in J0001 to J8497, "
                                    "Drugs, mostly given other than by mouth"),
        ("E1140", "collisions:E1140", "the string E1140 is a code in both "
                                      "HCPCS Level II and ICD-10-CM"),
        ("E1165", "editions:HCPCS Level II", "E1165 is not listed in CMS's list of January 2026"),
        ("99213-25", "formats:level-2-modifier", "25 after it has the form of a modifier"),
        ("10003", "formats:cpt-1", "10003 lies outside every section we know"),
        (
            "1030T",
            "sections:0054T",
            "1030T comes after 1025T, the last number of April 2026 in Emerging technology, "
            "services and procedures: it may be newer",
        ),
        (
            "A0101",
            "formats:hipps-irf",
            "on a line with revenue code 0024, A0101 can be a HIPPS code of rehabilitation",
        ),
        (
            "00003",
            "medicaid_claims:00003",
            "Medicaid programs or plans paid 00003 on 20,180,301 claims, 2018-01 to 2024-12",
        ),
    ],
)  # fmt: skip
def test_every_reason_names_its_row(entered, row, sentence):
    why = codeedu.classify(entered).best.why
    assert (row, sentence) in [(reason.row, str(reason)) for reason in why]


@pytest.mark.parametrize(
    ("entered", "meant"),
    [("J188S", "J1885"), ("GO439", "G0439"), ("U0001", "0001U"), ("0001U", "U0001"),
     ("T1019", "1019T"), ("٩٩٢١٣", "99213"), ("９９２１３", "99213"), ("992l3", "99213"),
     ("1885J", "J1885"), ("1J885", "J1885"), ("Z1234", "21234"), ("А0428", "A0428"),
     ("99213-ABC", "99213"), ("J18.85", "J1885"), ("JJ8851", "J8851"), ("1OO", "00100"),
     ("A042B", "A0428"), ("A4341\ufffd", "A4341"), ("99213,99214", "99214"),
     ("0425A-RH", "A0425-RH")],
)  # fmt: skip
def test_a_guess_is_a_suggestion_never_a_change(entered, meant):
    c = codeedu.classify(entered)
    assert meant in [s.code for s in c.suggestions]
    assert c.code != meant


def test_only_procedure_codes_are_suggested():
    for entered, modifier in (("2S", "25"), ("0K", "K0"), ("Gl,", "GL")):
        assert codeedu.classify(modifier).best.format.is_modifier
        assert codeedu.classify(entered).suggestions == ()


def test_a_sure_reading_gets_no_guesses():
    assert [codeedu.classify(code).suggestions for code in ("J1885", "99213", "E1165")] == [()] * 3


@pytest.mark.parametrize("value", JUNK, ids=lambda v: type(v).__name__)
def test_junk_gets_an_answer(value):
    c = codeedu.classify(value)
    assert c.entered is value or c.entered == value
    assert c.notes or c.readings
    assert isinstance(c.suggestions, tuple)
    assert isinstance(c.is_ambiguous, bool)
    assert repr(c).startswith("Classification(entered=")


def test_what_cannot_be_shown_is_named_by_its_kind():
    assert repr(codeedu.classify(10**5000)).startswith("Classification(entered='a int', ")


def test_a_classification_cannot_be_changed():
    with pytest.raises(AttributeError):
        codeedu.classify("J1885").modifiers = ("25",)


def test_a_classification_survives_pickling():
    c = codeedu.classify("J1885-JW")
    assert pickle.loads(pickle.dumps(c)) == c


@pytest.mark.parametrize("form", formats.formats(), ids=lambda form: form.id)
def test_the_examples_and_decoys_of_the_table(form):
    name = "HIPPS " if form.id == formats.REHABILITATION else ""  # else it is read as Level II
    found = codeedu.classify(name + form.example).readings
    assert form.id in [reading.format.id for reading in found]
    assert form.id not in [r.format.id for r in codeedu.classify(form.counterexample).readings]


@pytest.mark.parametrize("form", formats.formats(), ids=lambda form: form.id)
def test_ranges_are_sorted_and_disjoint(form):
    spans = [(section.first, section.last) for section in form.ranges]
    assert all(first <= last for first, last in spans)
    assert all(a[1] < b[0] for a, b in pairwise(spans))


def test_numbers_given_in_order_are_as_likely_after_the_last_one_that_we_know():
    for code in ("0631U", "0899U", "1026T", "1299T", "0021M"):
        best = codeedu.classify(code).best
        assert (best.code_set, best.strength) == ("CPT", "likely"), code
        assert best.section, code
    assert codeedu.classify("2003T").best.strength == "possible"  # T2003, with its letter behind


def test_codes_that_look_like_rehabilitation_are_read_as_before():
    for code, only in (("A0428", "HCPCS Level II"), ("C1713", "HCPCS Level II"), ("D0120", "CDT")):
        (reading,) = codeedu.classify(code).readings
        assert (reading.code_set, reading.strength) == (only, "likely")
        assert not any("0024" in reason.text for reason in reading.why)


def test_collisions_are_icd10cm_codes():
    listed = tables.by("icd10cm", "code")
    for row in tables.rows("collisions"):
        assert listed[row["code"]]["billable"] == row["billable"]
        assert row["icd10cm"] == formats.dotted(row["code"])


class Release:
    """A release of one code, active until the end of 2016."""

    def lookup(self, code, on=None):
        row = {"added": "", "terminated": "2016-12-31", "cross_references": "A4467"}
        known = row if code == "A4466" else None
        return Listing(code, known, "mine.txt", date(2016, 1, 1), on and date.fromisoformat(on))


@pytest.mark.parametrize(
    ("code", "on", "status"),
    [("A4466", "2016-12-31", "listed"), ("A4466", "2017-01-01", "terminated"),
     ("A4467", None, "not listed"), ("99213", None, "format")],
)  # fmt: skip
def test_a_release_says_whether_a_code_is_listed_and_active(code, on, status):
    assert codeedu.classify(code, release=Release(), on=on).best.status == status


@pytest.mark.parametrize(
    ("entered", "code_set", "status"),
    [("E11.65", "ICD-10-CM", "listed"), ("E1165", "ICD-10-CM", "listed"),
     ("E11.99", "ICD-10-CM", "not listed"), ("E11.9", "ICD-10-CM", "format"),
     ("W1234", "HCPCS Level III", "local code"), ("WA", "HCPCS Level III modifier",
     "local code"), ("0001A", "CPT", "terminated"), ("J1885", "HCPCS Level II", "listed"),
     ("A4466", "HCPCS Level II", "terminated"),
     ("E1165", "HCPCS Level II", "not listed"), ("99213", "CPT", "format")],
)  # fmt: skip
def test_status_says_what_is_known(entered, code_set, status):
    found = {r.code_set: r for r in codeedu.classify(entered).readings}
    assert found[code_set].status == status
    assert found[code_set].steward


@pytest.mark.parametrize(
    ("code", "says"),
    [("E1140", "CMS marks it as not payable by Medicare"),
     ("V5008", "CMS marks it as not covered by Medicare"),
     ("V5030", "CMS marks it as not covered by Medicare"), ("R0076", "used by: Medicare ("),
     ("J1885", "used by: Medicare and other payers"), ("T1019", "used by: State Medicaid"),
     ("S3620", "used by: Private payers")],
)  # fmt: skip
def test_who_uses_a_code_is_said_but_not_medicare_where_cms_says_no(code, says):
    reasons = " ".join(reason.text for reason in codeedu.classify(code).best.why)
    assert says in reasons
    assert ("used by" in reasons) != ("CMS marks" in reasons)


def test_a_string_that_medicaid_paid_has_no_near_codes_but_those_in_the_list():
    assert codeedu.classify("1286Z").suggestions == ()
    assert [s.code for s in codeedu.classify("1287Z").suggestions] == ["12872"]
    assert [s.code for s in codeedu.classify("HOO46").suggestions] == ["H0046"]


@pytest.mark.parametrize("entered", ["E11.65", "E1165", "J1885", "0450", "250.00"])
def test_without_a_field_nothing_is_out_of_place(entered):
    said = str(codeedu.classify(entered, "unknown").explain())
    assert "does not belong" not in said
    assert "I do not know" not in said


def test_who_uses_a_section_is_said():
    assert codeedu.classify("S0012").best.used_by
    assert codeedu.classify("99213").best.used_by is None
    assert codeedu.classify("ABCDE").best is None


@pytest.mark.parametrize(
    ("entered", "sentence"),
    [("E1165", "E11.65 is in the ICD-10-CM list of April 2026, and may be billed"),
     ("S9123", "S91.23 is in the ICD-10-CM list of April 2026, but needs more characters to be "
               "billed"),
     ("E11.99", "E11.99 is not in the ICD-10-CM list of April 2026")],
)  # fmt: skip
def test_the_diagnosis_says_what_its_list_knows(entered, sentence):
    readings = {r.code_set: r for r in codeedu.classify(entered).readings}
    assert sentence in [reason.text for reason in readings["ICD-10-CM"].why]


def test_a_known_modifier_says_what_it_tells():
    best = codeedu.classify("RT").best
    assert best.why[-1].row == "modifiers:RT"
    assert codeedu.classify("Q0").best.why[-1].row == "level2:Q0"


def test_a_classification_shows_itself():
    c = codeedu.classify("J1885")
    assert c._repr_html_() == c.explain()._repr_html_()


def test_only_entries_that_can_be_codes_are_remembered():
    reader = classify_module._reader("procedure")
    reader.cache_clear()
    codeedu.classify("J1885")
    codeedu.classify("J1885 " * 100_000)  # ten million characters must not stay in memory
    assert reader.cache_info().currsize == 1


def test_a_text_of_2000_characters_is_read_and_a_longer_one_is_not():
    assert "too many" not in codeedu.classify("x" * 2000).notes[0].text
    assert "2,001 characters are too many" in codeedu.classify("x" * 2001).notes[0].text


def test_slips_are_looked_for_in_the_first_eight_characters():
    assert "99213-25" in [s.code for s in codeedu.classify("99213-2S").suggestions]
    assert "99213-25-59" not in [s.code for s in codeedu.classify("99213-25-S9").suggestions]


def test_five_suggestions_at_most():
    assert len(codeedu.classify("J1999").suggestions) == 5
