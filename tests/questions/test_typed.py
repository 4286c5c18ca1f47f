"""Typed answers: what a colleague would accept is right, and what says something else is not."""

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banks import KINDS, item, option
from codeedu import tables
from codeedu.questions import bank, kinds, typed

ITEMS = bank.by_id()
TYPED = [one for one in ITEMS.values() if one.kind == "type" and not one.choices]
HYPHEN = "Right. It is written with a hyphen: `{}`."
SPELLED = "Right. Mind the spelling: {}."


def said(one, text):
    """Return what is said of a right answer's spelling; "" when nothing has to be."""
    told = kinds.feedback(one, text)
    assert told.correct, f"{one.id} refuses {text!r}"
    (part,) = told.options
    return "" if part.feedback == one.explanation else part.feedback


# In this order: the item, what people typed for it, and what is said of the spelling.
RIGHT = [
    ("01-what-and-why-101", ["why", "Why?", "WHY.", " “why” "], ""),
    ("01-stewards-13", ["A.D.A.", "ada", "American Dental Association", "the ADA"], ""),
    ("02-cpt-forms-101", ["MAAA code", "maaa", "CPT-MAAA", "CPT MAAA codes"], ""),
    ("02-cpt-forms-102", ["HCPCS II", "HCPCS 2", "hcpcs level two", "Level II codes"], ""),
    ("02-cpt-forms-103", ["cpt cat ii", "CPT 2", "CPT II", "Cat. 2", "CPT Category II?"], ""),
    ("02-cpt-forms-103", ["CPT catagory II"], SPELLED.format("CPT Category II")),
    ("02-cpt-forms-104", ["CDT code", "cdt", "dental code", "a dental code"], ""),
    ("02-cpt-forms-105", ["cat 1", "CPT Cat I", "category one", "CPT-I"], ""),
    ("02-cpt-forms-106", ["PLA code", "pla codes", "CPT/PLA"], ""),
    ("02-cpt-sections-05", ["path and lab", "Path & Lab", "pathology-laboratory", "labs"], ""),
    ("02-cpt-sections-05", ["pathology and labratory"], SPELLED.format("Pathology and Laboratory")),
    ("02-cpt-sections-101", ["anesthetics", "Anaesthesia", "anesthesia section"], ""),
    ("02-cpt-sections-101", ["anasthesia", "anestehsia"], SPELLED.format("Anesthesia")),
    ("02-cpt-sections-102", ["surgary", "sugery", "surgerry"], SPELLED.format("Surgery")),
    ("02-cpt-sections-105", ["E+M", "E/M", "e & m", "E-M", "eval and mgmt"], ""),
    ("02-level-ii-sections-17", ["c", "the letter C", "C codes", "C code"], ""),
    ("02-cpt-forms-18", ["CPT 0184T", "CPT:0184T", "CPT\u00a00184T", "CPT-4: 0184T", "\u200b0184T",
                         "0184T\ufeff", "CPT 0184T\u200b", "'0184T", '="0184T"', "CPT=0184T."], ""),
    ("02-modifiers-13", ["qk", "modifier QK", "\u200bQK", "q\u00adk"], ""),
    ("02-modifiers-19", ["modifier 33", "CPT modifier 33", "CPT 45385-33", "HCPCS 45385-33"], ""),
    ("02-modifiers-101", ["71046-tc", "71046 – TC"], ""),
    ("02-modifiers-101", ["71046 TC", "71046  tc."], HYPHEN.format("71046-TC")),
    ("02-modifiers-102", ["L1830 RT"], HYPHEN.format("L1830-RT")),
    ("03-ambulance-106", ["12.7", "12.7 mi", "12.7mi.", "12.7 mile", "12.70 miles", "12.7\u200b"],
     ""),
    ("03-drug-line-16", ["12345678901", "12345 6789 01"], ""),
    ("03-drug-line-105", ["CPT 96372", "CPT code 96372", "HCPCS 96372", "code 96372."], ""),
    ("03-sections-101", ["L codes", "l", "letter L", "an L code"], ""),
    ("03-sections-110", ["n/a", "none", "no line", "No lines"], ""),
    ("04-timeline-107", ["bdca", "B, D, C, A", "b-d-c-a"], ""),
    ("05-glued-102", ["73070 26 RT", "73070-26 RT"],
     "Right. It is written with hyphens: `73070-26-RT`."),
    ("05-glued-103", ["no hyphen", "no hyphens", "as is", "it stays whole", "whole"], ""),
    ("05-lost-dot-19", ["ICD-10-CM G04.39", "diagnosis G04.39", "ICD-10 code G04.39"], ""),
    ("05-typing-102", ["HCPCS G0439", "HCPCS Level II G0439", "Level II code G0439"], ""),
    ("05-words-10", ["II", "HCPCS II", "level 2", "2", "Level-II"], ""),
    ("06-read-103", ["rev code", "Revenue codes", "rev. code"], ""),
    ("06-real-113", ["2.1B", "$2.1 bn", "2.1 billion", "2.10 billion dollars", "2.1"], ""),
    ("06-real-114", ["13.1M", "13.1 mil", "13.1 million", "13.1", "13.1 million claims"], ""),
    ("06-real-105", ["revenue code 0121", "rev code 0121"], ""),
    ("06-real-106", ["450", "450.", "code 450", "Revenue code 450", "rev code 450"], ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text", "says"), [(name, text, says) for name, texts, says in RIGHT for text in texts]
)
def test_what_a_colleague_would_accept_is_right(name, text, says):
    assert said(ITEMS[name], text) == says


# Look-alikes, each of which says something else.
WRONG = [
    ("01-stewards-13", ["AMA", "A.M.A.", "CMS", "American rental Association"]),
    ("02-cpt-forms-101", ["CPT PLA", "MAA", "0002M", "CPT"]),
    ("02-cpt-forms-102", ["HCPCS Level I", "HCPCS I", "HCPCS", "CPT II", "Level III",
                          "HCPCS Level II modifier"]),
    ("02-cpt-forms-103", ["CPT Category III", "CPT cat 3", "CPT Category I", "Level II",
                          "CPT catagory III", "HCPCS Category II", "II", "CPT Category I-I",
                          "CPT Category I I", "CPT I, I", "CPT 1 I", "C.P.T. Category I.I"]),
    ("02-cpt-forms-104", ["denial", "mental", "rental", "CDT or CPT"]),
    ("02-cpt-forms-105", ["CPT Category II", "CPT", "CPT modifier"]),
    ("02-cpt-forms-106", ["PAL", "MAAA", "CPT MAAA"]),
    ("02-cpt-sections-102", ["Medicine", "medecine", "surge", "sugery or medicine"]),
    ("02-cpt-sections-104", ["Medicare", "Pathology and Laboratory", "E/M"]),
    ("02-cpt-forms-18", ["HCPCS Level II: 0184T", "ICD-10-CM:0184T", "NDC:0184T", "POS:0184T",
                         "modifier:0184T", "O184T", "0184T0", "CPT:184T"]),
    ("05-digits-18", ["01967.0", "1967", "1967.0", "REV:01967"]),
    ("02-modifiers-13", ["KQ", "Q", "QKK", "GK", "00100-QK"]),
    ("02-modifiers-101", ["71046TC", "7104 6TC", "71046 CT", "71046", "7104-6TC", "71064 TC"]),
    ("02-modifiers-19", ["45385 PT", "45358-33", "MS-DRG 33", "Place of service 33", "POS 33",
                         "hcpcs 33", "section 33", "letter 33"]),
    ("03-ambulance-102", ["RH", "H"]),
    ("03-ambulance-106", ["12.7 km", "12.7 units", "12.7 m", "127", "$12.7"]),
    ("03-drug-line-16", ["12345067891", "1234567890", "12345678910"]),
    ("03-both-fit-103", ["section G0105", "modifier G0105", "CPT G0105", "CPT section G0105"]),
    ("03-drug-line-104", ["2 mi", "2 mg", "$2", "2 dollars"]),
    ("03-drug-line-105", ["HCPCS Level II 96372", "NDC 96372", "96732", "CPT 96371", "J1885"]),
    ("03-sections-105", ["A, R", "A R", "a r", "A/R", "A or R", "A code R",
                          "A letter R", "A is R"]),
    ("03-sections-110", ["A no line", "a no line", "A, none", "A or no line", "A n/a"]),
    ("03-sections-107", ["c and e", "f", "cc f"]),
    ("04-timeline-107", ["bdac", "dbca", "bdc"]),
    ("04-timeline-107", ["a b d c a"]),
    ("05-glued-102", ["letter 73070-26-RT", "modifier 73070-26-RT"]),
    ("05-glued-102", ["7307026RT", "7307026 RT", "73070 26RT", "73070-26RT", "73070-62-RT"]),
    ("05-glued-103", ["0DTJ4-ZZ", "0DTI4ZZ"]),
    ("05-digits-18", ["modifier 01967", "letter 01967", "set 01967", "01967 section"]),
    ("05-lost-dot-13", ["M5416", "M54.61", "M541.6", "M54 16", "ICD-10-CM M5416"]),
    ("05-other-end-14", ["1019T", "T1O19", "T1091", "CPT T1019"]),
    ("05-typing-01", ["J188S", "J1855", "JI885", "J18855", "CPT J1885", "ICD-10 J1885"]),
    ("05-typing-102", ["ICD-10-CM G0439", "diagnosis G0439", "ICD G0439"]),
    ("05-typing-105", ["ICD-10-CM G0439", "diagnosis G0439"]),
    ("05-words-10", ["I I", "Level I-I", "Level I", "HCPCS Level I", "I", "Level III", "CPT"]),
    ("06-mend-11", ["e0143nu", "E0143NU", "E0134-NU", "E0143 UN"]),
    ("06-read-103", ["CPT", "CPT code", "type of bill"]),
    ("06-real-105", ["121", "0450", "0112", "Type of bill 0121", "TOB 0121"]),
    ("06-real-17", ["$4"]),
    ("06-real-113", ["2.1 dollars", "$2.1", "2.1 million dollars", "2.1 thousand"]),
    ("06-real-114", ["13.1 claims", "13.1,000", "13.1 billion claims", "$13.1 million"]),
    ("06-real-106", ["CPT 450", "HCPCS 450", "MS-DRG 450", "Revenue code 0450"]),
]  # fmt: skip


def graded_right(one, text):
    """Return whether a text is right; what is asked again is not."""
    try:
        return kinds.grade(one, text).correct
    except ValueError:
        return False


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, ts in WRONG for text in ts])
def test_what_looks_alike_and_says_something_else_is_wrong(name, text):
    assert not graded_right(ITEMS[name], text)


@pytest.mark.parametrize(
    ("right", "wrong", "text"),
    [
        ("HCPCS Level II", "CPT", "HCPCS Level I"),
        ("ICD-10-PCS", "NDC", "ICD-10-CM"),
        ("ICD-10-CM", "NDC", "ICD-10-PCS"),
        ("CMS", "ADA", "AMA"),
        ("AMA", "ADA", "AHA"),
        ("CPT Category II", "CPT", "CPT Category III"),
        ("Level I", "Level III", "Level II"),
        ("CPT", "CDT", "CPT modifier"),
        ("orthotics", "braces", "prosthetics"),
        ("0184T", "0148T", "0185T"),
    ],
)
def test_a_look_alike_is_a_miss_and_not_asked_again(right, wrong, text):
    one = item("type", answers=(right,), distractors=(option(wrong),))
    assert not kinds.grade(one, text).correct


# What is no answer is asked again

AGAIN = [
    ("01-what-and-why-101", ["WHAT was done", "the reason"], "Choose what or why."),
    ("01-levels-101", ["III", "Level 1"], "Choose I or II."),
    ("01-stewards-13", ["the insurance", "dentists"],
     "Type an organization that maintains a code set."),
    ("02-cpt-forms-103", ["a test", "II", "letter F"], "Type a code set, and for CPT its kind."),
    ("02-cpt-sections-102", ["cardiology", "knee"], "Type a section of CPT."),
    ("02-modifiers-104", ["ADA"], "Choose AMA or CMS."),
    ("05-words-10", ["the national one", "IV"], "Type a level of HCPCS."),
    ("06-read-104", ["n", "maybe"], "Choose yes or no."),
    ("05-typing-105", ["b", "the second"], "Type a code or a number."),
    ("05-typing-01", ["I do not know"], "Type a code or a number."),
    ("03-sections-14", ["QQ", "quilt"], "Type one letter."),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text", "says"), [(name, text, says) for name, texts, says in AGAIN for text in texts]
)
def test_what_is_outside_of_the_possible_answers_is_asked_again(name, text, says):
    with pytest.raises(ValueError, match=f"^{re.escape(says)}$"):
        kinds.accept(ITEMS[name], text)


def test_a_word_that_happens_to_be_in_a_set_does_not_close_the_question():
    for distractors in ((), (option("dermatology"),)):
        one = item("type", answers=("Radiology",), distractors=distractors)
        assert not kinds.grade(one, "cardiology").correct


# Laws

CLOSED = [row for row in tables.rows("synonyms") if row["of"] not in ("", typed.UNIT)]
WRITINGS = [
    (row["of"], row["name"], text)
    for row in CLOSED
    for text in [row["name"], *filter(None, row["also"].split(";"))]
]
SPELLINGS = [
    str,
    str.upper,
    str.lower,
    lambda text: f" {text}. ",
    lambda text: f"{text}?",
    lambda text: text.replace("-", " "),
    lambda text: text.replace(" ", "-"),
    lambda text: f"the {text} codes",
]
OF = {one.id: typed.instead("§", one.answers, [o.text for o in one.distractors]) for one in TYPED}
CLOSED_ITEMS = [one for one in TYPED if OF[one.id] in {of for of, _, _ in WRITINGS}]


def test_every_closed_set_is_that_of_some_item():
    assert {OF[one.id] for one in CLOSED_ITEMS} == {of for of, _, _ in WRITINGS}


@given(st.sampled_from(CLOSED_ITEMS), st.sampled_from(WRITINGS), st.sampled_from(SPELLINGS))
def test_no_member_of_a_closed_set_is_accepted_for_another(one, writing, spelled):
    of, name, text = writing
    if of == OF[one.id] and typed.fold(name) != typed.fold(one.answers[0]):
        assert not kinds.grade(one, spelled(text)).correct


@given(st.sampled_from(TYPED), st.sampled_from(SPELLINGS))
def test_no_spelling_of_a_wrong_answer_is_right(one, spelled):
    for wrong in (spelled(foreseen.text) for foreseen in one.distractors):
        if typed.fold(wrong) not in map(typed.fold, one.answers):  # an NDC may have blanks
            assert not graded_right(one, wrong)


def test_no_answer_of_the_course_is_a_misspelling_of_another():
    known = {text for one in TYPED for text in (*one.answers, *(o.text for o in one.distractors))}
    known |= {choice for one in ITEMS.values() for choice in one.choices}
    known |= {text for _, _, text in WRITINGS}
    for one in TYPED:
        for text in known:
            found = typed.meant(text, one.answers, [o.text for o in one.distractors])
            assert found is None or found.slip != "letter", (one.id, text)


CODES = [(one, text) for one in TYPED for text in one.answers if any(map(str.isdigit, text))]
SIGNS = string.ascii_uppercase + string.digits


@given(st.sampled_from(CODES), st.data())
def test_a_slip_in_a_code_is_never_forgiven(pair, data):
    one, code = pair
    at = data.draw(st.sampled_from([i for i, char in enumerate(code) if char.isalnum()]))
    other = data.draw(st.sampled_from(SIGNS))
    slipped = data.draw(st.sampled_from([
        code[:at] + other + code[at + 1:],
        code[:at] + code[at + 1:],
        code[:at] + other + code[at:],
        code[:at] + code[at:at + 2][::-1] + code[at + 2:],
    ]))  # fmt: skip
    if typed.fold(slipped) not in map(typed.fold, one.answers):
        assert not graded_right(one, slipped)


LETTERS = st.sampled_from(string.ascii_lowercase)


@given(st.sampled_from(["anesthesia", "surgery", "ambulance", "emergency"]), LETTERS, st.data())
def test_one_wrong_letter_of_a_long_word_is_forgiven_and_said_and_two_are_not(word, letter, data):
    one = item("type", answers=(word,), distractors=())
    at = data.draw(st.integers(0, len(word) - 2))
    for slipped in (
        word[:at] + letter + word[at + 1 :],
        word[:at] + word[at + 1 :],
        word[:at] + letter + word[at:],
        word[:at] + word[at : at + 2][::-1] + word[at + 2 :],
    ):
        says = said(one, slipped)
        assert says in ("", SPELLED.format(word))
        assert bool(says) != (slipped in (word, f"{word}s"))
    assert not kinds.grade(one, f"qq{word}").correct
    assert not kinds.grade(one, f"q{word[:-1]}q").correct


def test_what_could_be_a_slip_in_two_answers_is_neither():
    one = item("type", answers=("orthosis",), distractors=(option("orthesis"),))
    assert kinds.grade(one, "orthosys").correct
    assert not kinds.grade(one, "orthasis").correct


# The table


def test_the_table_names_every_section_and_every_code_set():
    named = {of: {row["name"] for row in CLOSED if row["of"] == of} for of, _, _ in WRITINGS}
    sections = {row["section"] for row in tables.rows("sections") if row["format"] == "cpt-1"}
    assert named["a section of CPT"] == sections
    of_course = {row["code_set"] for row in tables.course_rows("code_sets")}
    assert named[typed.CODE_SET] >= of_course


def test_no_two_members_of_a_set_have_one_name():
    for of in {of for of, _, _ in WRITINGS}:
        listed = [typed.fold(text) for other, _, text in WRITINGS if other == of]
        assert len(listed) == len(set(listed))


def test_other_rules_make_another_key(monkeypatch):
    before = {kind: item(kind).key for kind in KINDS}
    monkeypatch.setattr(typed, "EDITION", typed.EDITION + 1)
    assert [kind for kind in before if item(kind).key != before[kind]] == ["type", "number"]
