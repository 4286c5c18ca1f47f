"""Strings as they stand in real files: what each is, and that no number becomes a code.

The entries are those of public files and bug reports, in the kinds in which they failed.
"""

import random
from itertools import product

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import codeedu
from codeedu import tables
from codeedu.codes import formats, modifiers, ndc, normalize

# entered, code, modifiers, code set, strength of the best reading
READ = [
    # numbers that are no CPT code
    ("00781555592", "00781555592", "", "NDC", "likely"),
    ("00409226725", "00409226725", "", "NDC", "likely"),
    ("409-3795-01", "409-3795-01", "", "NDC", "possible"),
    ("4093-795-01", "4093-795-01", "", "NDC", "possible"),
    ("781555592", "781555592", "", "NDC", "possible"),
    ("60505-0361", "60505-0361", "", "NDC", "possible"),
    ("00078-0669", "00078-0669", "", "NDC", "possible"),
    ("55292 140 01", "55292-140-01", "", "NDC", "likely"),
    ("5880005", "5880005", "", "SNOMED CT", "likely"),
    ("4548-4", "4548-4", "", "LOINC", "likely"),
    # seven digits: a guess, and only where the modifier can follow
    ("9921325", "99213", "25", "CPT", "possible"),
    ("7104626", "71046", "26", "CPT", "possible"),
    # ICD-9-CM
    ("250.00", "250.00", "", "ICD-9-CM", "likely"),
    ("428.0", "428.0", "", "ICD-9-CM", "likely"),
    ("E849.0", "E849.0", "", "ICD-9-CM", "likely"),
    ("39.95", "39.95", "", "ICD-9-CM", "possible"),
    ("4019", "401.9", "", "ICD-9-CM", "remote"),
    # ambulance
    ("A0428RH", "A0428", "RH", "HCPCS Level II", "likely"),
    ("A0425SHQN", "A0425", "SH QN", "HCPCS Level II", "likely"),
    # names and qualifiers in front
    ("CPT® 99213", "99213", "", "CPT", "likely"),
    ("CPT« 90847", "90847", "", "CPT", "likely"),
    ("CPT(R) 99213", "99213", "", "CPT", "likely"),
    ("CPT-99213", "99213", "", "CPT", "likely"),
    ("CPT_3027F", "3027F", "", "CPT", "likely"),
    ("CPT99213", "99213", "", "CPT", "likely"),
    ("HCPCS C1889", "C1889", "", "HCPCS Level II", "likely"),
    ("HCPCS CODE: J1885-JW", "J1885", "JW", "HCPCS Level II", "likely"),
    ("RC 762", "0762", "", "Revenue code", "likely"),
    ("RC762", "0762", "", "Revenue code", "likely"),
    ("REV: 0450", "0450", "", "Revenue code", "likely"),
    ("MS940", "940", "", "MS-DRG", "likely"),
    ("DRG 1", "001", "", "MS-DRG", "possible"),
    ("N400409379501", "00409379501", "", "NDC", "likely"),
    ("N4:00409379501", "00409379501", "", "NDC", "likely"),
    # separators
    ("HC>99213>25", "99213", "25", "CPT", "likely"),
    ("HC^J1885^JW", "J1885", "JW", "HCPCS Level II", "likely"),
    ("HC:J1885:JW", "J1885", "JW", "HCPCS Level II", "likely"),
    ("SV1*HC:99213:25", "99213", "25", "CPT", "likely"),
    ("99213;25", "99213", "25", "CPT", "likely"),
    ("99213|25", "99213", "25", "CPT", "likely"),
    ("99213_25", "99213", "25", "CPT", "likely"),
    ("99213(25)", "99213", "25", "CPT", "likely"),
    ("99213.25", "99213", "25", "CPT", "possible"),
    ("(99213)", "99213", "", "CPT", "likely"),
    ("99213 mod 25", "99213", "25", "CPT", "likely"),
    ("CPT/HCPCS: 99213", "99213", "", "CPT", "likely"),
    ("Rev. 0450", "0450", "", "Revenue code", "likely"),
    ("“J1885”", "J1885", "", "HCPCS Level II", "likely"),
    ("99213-25-", "99213", "25", "CPT", "likely"),
    ("+99417", "99417", "", "CPT", "likely"),
    ("G0008.", "G0008", "", "HCPCS Level II", "likely"),
    # something beside a code
    ("J1885 - Injection, ketorolac", "J1885", "", "HCPCS Level II", "likely"),
    ("96360 HYDRATION", "96360", "", "CPT", "likely"),
    ("0250 - PHARMACY - GENERAL", "0250", "", "Revenue code", "likely"),
    ("001 - HEART TRANSPLANT", "001", "", "MS-DRG", "likely"),
    ("J3301 40mg", "J3301", "", "HCPCS Level II", "likely"),
    ("J1885x4", "J1885", "", "HCPCS Level II", "likely"),
    ("99213-25x2", "99213", "25", "CPT", "likely"),
    ("J1885 (4)", "J1885", "", "HCPCS Level II", "likely"),
    ("00409379501 ML10", "00409379501", "", "NDC", "likely"),
    ("G8978G", "G8978", "", "HCPCS Level II", "possible"),
    ("97164G", "97164", "", "CPT", "possible"),
    # what stays right
    ("J1885-X4", "J1885", "X4", "HCPCS Level II", "likely"),
    ("99215-21", "99215", "21", "CPT", "likely"),
    ("J1885JW", "J1885", "JW", "HCPCS Level II", "likely"),
    ("99213GA", "99213", "GA", "CPT", "likely"),
    ("99201", "99201", "", "CPT", "likely"),
]


@pytest.mark.parametrize(("entered", "code", "behind", "code_set", "strength"), READ)
def test_what_real_files_hold(entered, code, behind, code_set, strength):
    answer = codeedu.classify(entered)
    best = answer.best
    assert (best.code, " ".join(answer.modifiers)) == (code, behind)
    assert (best.code_set, best.strength) == (code_set, strength)


# entered, the kind of the note, how it begins, the entries of the parts
NAMED = [
    ("99202-99215", "range", "A range of codes, from 99202 to 99215: ", "99202 99215"),
    ("99202 to 99215", "range", "A range of codes, from 99202 to 99215: ", "99202 99215"),
    ("J1885–J1890", "range", "A range of codes, from J1885 to J1890: ", "J1885 J1890"),
    ("992xx", "wildcard", "992XX is no code: it stands for all the codes that begin with 992.", ""),
    ("J*", "wildcard", "J* is no code: it stands for all the codes that begin with J.", ""),
    ("9921?", "wildcard", "9921? is no code: it stands for all the codes that begin with ", ""),
    ("99213;99214", "list", "Several codes in one field: 99213 and 99214.", "99213 99214"),
    ("92928,92928, 92929,92929", "list", "Several codes in one field: ",
     "92928 92928 92929 92929"),
    ("A0425:A0429", "list", "Several codes in one field: A0425 and A0429.", "A0425 A0429"),
    ("1-86671|2-86671", "list", "Several codes in one field: ", "86671 86671"),
    ("99213-25, 96372-59", "list", "Several codes in one field: ", "99213-25 96372-59"),
    ("99213 and J1885", "list", "Several codes in one field: 99213 and J1885.", "99213 J1885"),
    ("J1885x4", "units", "4 beside J1885 was read as units, ", "J1885"),
    ("96360 HYDRATION", "description", "What stands beside 96360, HYDRATION, ", "96360"),
    ("G8978G", "cut", "One character follows G8978, and a modifier has two: ", "G8978"),
    ("NULL", "missing", "NULL stands for a missing value.", ""),
    ("n/a", "missing", "N/A stands for a missing value.", ""),
    ("TBD", "missing", "TBD stands for a missing value.", ""),
    ("UNKNOWN", "missing", "UNKNOWN stands for a missing value.", ""),
    ("#REF!", "missing", "#REF! is a spreadsheet's error: ", ""),
    ("#N/A", "missing", "#N/A is a spreadsheet's error: ", ""),
    ("-1", "missing", "-1 is a placeholder: ", ""),
    ("XXXXX", "missing", "XXXXX is a placeholder: ", ""),
    ("1E+05", "spreadsheet", "1E+05 is how a spreadsheet shows a number of 6 digits, and 5 "
     "of them are lost: ", ""),
    ("4.09E+09", "spreadsheet", "4.09E+09 is how a spreadsheet shows a number of 10 digits, and "
     "7 of them are lost: ", ""),
    ("9.9213E+04", "spreadsheet", "9.9213E+04 is how a spreadsheet shows a number of 5 digits: "
     "99213.", ""),
    ("9.92E4", "spreadsheet", "9.92E4 is how a spreadsheet shows a number of 5 digits, and 2 "
     "of them are lost: ", ""),
    ("99,213", "spreadsheet", "99,213 is written as a number, ", ""),
    ("$92.00", "amount", "$92.00 is an amount ", ""),
    ("555-12-3456", "person", "555-12-3456 has the form of a social security number, ", ""),
    ("(555) 123-4567", "person", "(555) 123-4567 has the form of a phone number, ", ""),
    ("555-123-4567", "person", "555-123-4567 has the form of a phone number, ", ""),
    ("30301-1234", "person", "30301-1234 can also be a ZIP code with four more digits, ", ""),
    ("781555592", "person", "781555592 can also be a social security number, ", ""),
    ("12/31/2016", "person", "12/31/2016 has the form of a date, ", ""),
    ("2016-12-31", "person", "2016-12-31 has the form of a date, ", ""),
    ("20161231", "person", "20161231 has the form of a date, ", ""),
    ("01052024", "person", "01052024 has the form of a date, ", ""),
    ("5-Jan-24", "person", "5-JAN-24 has the form of a date, ", ""),
    ("1EG4-TE5-MK73", "person", "1EG4-TE5-MK73 has the form of a Medicare number, ", ""),
    ("EKG 93000", "description", "What stands in front of 93000, EKG, ", "93000"),
    ("J1885@4", "units", "4 beside J1885 was read as units, ", "J1885"),
    ("31DEC2016", "person", "31DEC2016 has the form of a date, ", ""),
]  # fmt: skip


@pytest.mark.parametrize(("entered", "kind", "begins", "parts"), NAMED)
def test_what_is_not_one_code_is_named(entered, kind, begins, parts):
    answer = codeedu.classify(entered)
    said = {note.kind: note.text for note in answer.notes}
    assert said[kind].startswith(begins)
    assert " ".join(part.entered for part in answer.parts) == parts
    assert all(part.best for part in answer.parts)


@pytest.mark.parametrize(
    ("entered", "says"),
    [("A O425", "perhaps A0425 was meant"), ("Jl885", "perhaps J1885 was meant"),
     ("J18855", "perhaps J1885 was meant"), ("NULL", "NULL stands for a missing value."),
     ("99202-99215", "A range of codes, from 99202 to 99215: a claim line has one code."),
     ("J1885x4", "4 beside J1885 was read as units, which have a field of their own.")],
)  # fmt: skip
def test_the_first_sentence_says_it(entered, says):
    assert says in codeedu.classify(entered).explain()[: len(entered) + len(says) + 60]


@pytest.mark.parametrize(
    ("entered", "near"),
    [("J1884", "J1885"), ("Q2051", "Q2050"), ("J9998", "J9999"), ("99,213", "99213"),
     ("9.9213E+04", "99213")],
)  # fmt: skip
def test_a_code_that_is_near_is_offered(entered, near):
    assert near in [suggestion.code for suggestion in codeedu.classify(entered).suggestions]


@pytest.mark.parametrize("entered", ["555-12-3456", "409-3795-01", "00781555592", "99202-99215"])
def test_no_code_is_offered_for_another_number(entered):
    offered = [suggestion.code for suggestion in codeedu.classify(entered).suggestions]
    assert set(offered) <= {part.entered for part in codeedu.classify(entered).parts}


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("0409-3795-01", "on a claim it is 00409379501, with a zero in front of the labeler"),
        ("12345-678-90", "12345067890, with a zero in front of the product"),
        ("12345-6789-0", "12345678900, with a zero in front of the package"),
        ("0409379501", "00409379501 (labeler), 04093079501 (product), 04093795001 (package)"),
        ("00409379501", "0409-3795-01 (zero of the labeler)"),
        ("12345678911", "no part of it begins with a zero"),
    ],
)
def test_an_ndc_is_shown_in_both_forms(code, says):
    assert says in " ".join(ndc.reasons(code))


LETTERS = [row["letter"] for row in tables.rows("trip_letters")]
PAIRS = [a + b for a, b in product(LETTERS, LETTERS) if a != "X"]


def test_there_are_110_trips_and_each_is_read_when_glued():
    assert len(PAIRS) == 110
    for pair in PAIRS:
        answer = codeedu.classify(f"A0428{pair}")
        assert (answer.code, answer.modifiers) == ("A0428", (pair,)), pair
        assert answer.best.strength == "likely"
        assert modifiers.trip(pair, "A0428")
        assert not modifiers.trip(pair, "J1885")


def test_a_pair_of_letters_is_a_trip_only_on_an_ambulance_code():
    assert codeedu.classify("J1885RH").modifiers == ()
    assert modifiers.says("GN", "A0428").startswith("Ambulance: from dialysis")
    assert not modifiers.says("GN", "92507").startswith("Ambulance")


# Laws


def numbers(digits, count=10_000):
    rng = random.Random(digits)
    return [str(rng.randrange(10**digits)).zfill(digits) for _ in range(count)]


@pytest.mark.parametrize("digits", [7, 9, 10, 11])
def test_no_number_is_corrected(digits):
    cleaned = codeedu.clean_claims(pd.DataFrame({"procedure": numbers(digits)}))
    assert set(cleaned["action"]) == {"flagged"}


@pytest.mark.parametrize("digits", [6, 8, 9, 10, 11, 12])
def test_no_longer_number_is_a_cpt_code(digits):
    for text in numbers(digits, 2_000):
        assert "CPT" not in {reading.code_set for reading in codeedu.classify(text).readings}, text


def test_seven_digits_are_hardly_ever_a_code_and_a_modifier():
    read = [codeedu.classify(text) for text in numbers(7)]
    cpt = [answer for answer in read if answer.best and answer.best.code_set == "CPT"]
    assert all(answer.best.strength == "possible" for answer in cpt)
    assert len(cpt) < 2_500  # 71% before; today the modifier has to fit the section


HYPHENED = st.from_regex(r"\A[0-9]{1,5}(-[0-9]{1,5}){1,3}\Z")


@given(HYPHENED)
@example("99284-0450")
@example("409-22-67")
def test_digits_with_hyphens_are_a_code_only_with_modifiers_of_two(text):
    answer = codeedu.classify(text)
    if answer.best and answer.best.code_set == "CPT":
        head, *tails = text.split("-")
        assert len(head) == 5
        assert all(len(tail) == 2 for tail in tails)


LISTED = sorted(code for code, row in tables.by("level2", "code").items() if row["kind"] == "code")


@given(st.sampled_from(LISTED), st.integers(1, 4), st.sampled_from("0123456789"))
@example("J1885", 4, "4")
def test_a_code_that_cms_does_not_list_is_flagged(code, place, digit):
    slip = code[:place] + digit + code[place + 1 :]
    if slip not in tables.by("level2", "code"):
        line = codeedu.clean_claims(pd.DataFrame({"procedure": [slip]})).iloc[0]
        assert (line["action"], line["corrected"]) == ("flagged", "")


NAMES = [row["prefix"] for row in tables.rows("prefixes") if row["code_set"] in ("CPT", "")]


@given(
    st.sampled_from([name for name in NAMES if not name.startswith("ICD")]),
    st.sampled_from([": ", " ", "-", "_", "® ", "(R) ", " #", "="]),
    st.sampled_from(["99213", "J1885", "2000F"]),
)
def test_a_name_in_front_changes_no_code(name, between, code):
    assert codeedu.classify(f"{name}{between}{code}").code == code


MARKS = [mark for mark in normalize.separators("before_modifier") if mark not in ".[]()"]


@given(st.sampled_from(MARKS), st.sampled_from(["99213", "J1885"]), st.sampled_from(["25", "GA"]))
def test_any_separator_divides_a_code_from_its_modifier(mark, code, modifier):
    answer = codeedu.classify(f"{code}{mark}{modifier}")
    assert (answer.code, answer.modifiers) == (code, (modifier,))


CODES = st.sampled_from(["99213", "99214", "J1885", "A0428", "2000F", "G0008", "E0143"])
BETWEEN = st.sampled_from([";", ",", ", ", " | ", "|", "; ", "\n", " & ", " and ", "/", "+"])


@given(st.lists(CODES, min_size=2, max_size=12), BETWEEN)
def test_every_code_of_a_list_is_a_part(codes, between):
    assert [part.code for part in codeedu.classify(between.join(codes)).parts] == codes


@given(st.from_regex(r"\A[1-9][0-9]{2,5}\Z"))
def test_one_of_ten_check_digits_proves_a_number(number):
    right = [digit for digit in "0123456789" if formats.proves_itself(number + digit, "Luhn")]
    assert len(right) == 1
    sets = {reading.code_set for reading in codeedu.classify(f"{number}-{right[0]}").readings}
    assert "LOINC" in sets


@given(st.text("0123456789.,E+-#$%/ABCNX?*", max_size=14))
def test_what_cannot_be_a_code_has_no_reading(text):
    answer = codeedu.classify(text)
    if {note.kind for note in answer.notes} & {"missing", "spreadsheet", "amount"}:
        assert answer.readings == ()


# What others tried, to break it: entered, form, action, corrected
HARM = [
    ("99213-NULL", "", "corrected", "99213"),
    ("99213||NULL", "", "corrected", "99213"),
    ("99213 TEST", "", "flagged", ""),
    ("99213-EACH", "", "flagged", ""),
    ("73560 LT KNEE", "", "flagged", ""),
    ("420-GP", "professional", "flagged", ""),
    ("636-JW", "institutional", "flagged", ""),
    ("100-P3", "professional", "corrected", "00100-P3"),
    ("NDC 99213", "", "flagged", ""),
    ("RC:E0143", "", "flagged", ""),
    ("ICD 25000", "", "flagged", ""),
    ("TOB 131", "professional", "flagged", ""),
    ("992..", "professional", "flagged", ""),
    ("(125)", "professional", "flagged", ""),
    ("999", "professional", "flagged", ""),
    ("J1885 UN", "", "flagged", ""),
    ("9921325", "professional", "flagged", ""),
    ("99284-0450", "", "flagged", ""),
    ("J3301 40mg", "", "flagged", ""),
    ("1967.0", "professional", "flagged", ""),
    ("J1885ZA", "", "flagged", ""),  # ended in 2018
    ("J1885-QQQ", "", "flagged", ""),
    ("99213-ZZ", "", "flagged", ""),
    ("0011A", "", "flagged", ""),
    ("99201", "", "flagged", ""),
    ("G9731GA", "", "corrected", "G9731-GA"),
    ("1967", "professional", "corrected", "01967"),
    ("1967", "institutional", "corrected", "01967"),
    ("99213.0", "", "corrected", "99213"),
    ("e0143rr", "", "corrected", "E0143-RR"),
]


@pytest.mark.parametrize(("entered", "form", "action", "corrected"), HARM)
def test_a_repair_is_certain_or_it_is_not_made(entered, form, action, corrected):
    line = codeedu.clean_claims(pd.DataFrame({"procedure": [entered], "form": [form]})).iloc[0]
    assert (line["action"], line["corrected"]) == (action, corrected)


@pytest.mark.parametrize(
    "entered", ["123-456-789", "450-459", "800-555-1212 x12", "300/301", "LAB 36415", "99213 m25"]
)
def test_numbers_are_not_split_into_codes(entered):
    frame = codeedu.classify_column(pd.Series([entered]), split=True)
    assert len(frame) == 1


@given(st.lists(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=4, max_size=4), max_size=2))
@example(["NULL"])
@example(["TEST", "EACH"])
def test_words_behind_a_code_are_no_modifiers(words):
    for between in (" ", "-", "|"):
        line = pd.DataFrame({"procedure": [between.join(["99213", *words])]})
        assert codeedu.clean_claims(line)["corrected"].item() in ("", "99213")


def test_an_item_number_is_not_called_a_drug_code():
    line = codeedu.clean_claims(pd.DataFrame({"procedure": ["97065061"]})).iloc[0]
    assert (line["action"], line["reason"]) == ("flagged", "not a code")
