"""What people read: exact sentences, and parts that add up."""

from datetime import date

import pytest
from hypothesis import example, given, settings

import codeedu
from codeedu.codes.anatomy import SHOWN, segments_of
from codeedu.codes.explain import CAUTION, verdict
from codeedu.codes.level2 import Listing
from codeedu.html import answer as answers
from junk import ENTRIES, Hostile


def answer_html(classification):
    return answers.show_answer(classification)._repr_html_()


def explain(value, context="procedure"):
    return str(codeedu.classify(value, context).explain())


LISTS = (
    "The form of a code does not prove that the code exists, that it was active on the date of "
    "service, or that a payer pays it. Lists: HCPCS Level II of January 2026, ICD-10-CM of April "
    "2026. Later lists were not looked at."
)
TO_USE_ONE = (
    f"{LISTS} To use one: codeedu release add FILE, with a file from "
    "https://www.cms.gov/medicare/coding-billing/healthcare-common-procedure-system."
)

VERDICTS = {
    "99213": "99213 has the form of a CPT Category I code (Evaluation and Management).",
    "e11.65": "e11.65 is an ICD-10-CM code, E11.65, in the list of April 2026. It "
    "does not belong in the procedure field of a claim line.",
    "0001A": "0001A was a CPT code (COVID-19 vaccine administration): ended "
    "(last day October 31, 2023).",
    "W1234": "W1234 has the form of a local code. Medicare rejects those, some state Medicaid "
    "programs pay them: ask first which payer.",
    "RT": "RT is a HCPCS Level II modifier, in CMS's list of January 2026.",
    "J1885": "J1885 is a HCPCS Level II code (Drugs, mostly given other than by mouth), in CMS's "
    "list of January 2026. J1885 is ketorolac, injected. One unit is 15 mg.",
    "A4466": "A4466 was a HCPCS Level II code (Medical and surgical supplies): ended (last "
    "day December 31, 2016; CMS names A4467 in its place). A4466 was an elastic garment, belt, "
    "sleeve or other covering.",
    "B1234": "B1234 has the form of a HCPCS Level II code, but CMS's list of January 2026 does not "
    "list it.",
    "OP250": "OP250 could be a payer's own code.",
    "OP998": "OP998 is probably not a code; at most it is a payer's own code.",
    "HOO46": "HOO46 is probably not a code as entered: perhaps H0046 was meant.",
    "NHNE1": "NHNE1 could be a HIPPS code.",
    "W1": "W1 is probably not a code; at most it is a local modifier.",
    "D0120": "D0120 has the form of a CDT code (Examinations, images and tests).",
    "0409-3795-01": "0409-3795-01 has the form of an NDC. It does not belong in the procedure "
    "field of a claim line.",
    "99213-25": "99213-25 has the form of a CPT Category I code, 99213 (Evaluation and "
    "Management), with modifier 25.",
    "99213 25 LT": "99213 25 LT has the form of a CPT Category I code, 99213 (Evaluation and "
    "Management), with modifiers 25 and LT.",
    "E1165": "E1165 can be read in two ways that the string alone does not tell apart: a "
    "HCPCS Level II code (Durable medical equipment), not in its list; or an ICD-10-CM code, "
    "E11.65, in its list.",
    "0450": "0450 has the form of a revenue code. It does not belong in the procedure field of a "
    "claim line.",
    "F1234": "F1234 is probably not a code; at most it is an ICD-10-CM code, F12.34.",
    "90210": "90210 is probably not a code; at most it is a CPT Category I code; "
    "an ICD-9-CM code, 902.10; or a ZIP code.",
    "J188S": "J188S is not a code as entered; perhaps J1885 was meant.",
    "HELLO": "HELLO is not a code as entered.",
    "9" * 1000: "One character 1000 times is a placeholder, not a code.",
    "9A" * 500: "9A" * 20 + "… (1,000 characters) is not a code as entered.",
    "99213\x00": "99213⟨U+0000⟩ is not a code as entered.",
    None: "Nothing was entered.",
    "": "Nothing was entered.",
    b"J1885": "These are bytes, not text: decode them first, as ASCII or UTF-8.",
}


@pytest.mark.parametrize(("value", "sentence"), VERDICTS.items(), ids=lambda v: repr(v)[:20])
def test_the_first_sentence_is_the_verdict(value, sentence):
    found = codeedu.classify(value)
    assert verdict(found) == sentence
    assert str(found.explain()).startswith(sentence)


def test_a_whole_paragraph():
    assert explain("j188S") == (
        "j188S is not a code as entered; perhaps J1885 was meant. "
        "Lower case was read as upper case. "
        "No code set we know has codes of this form: letter, digit, digit, digit, letter. "
        f"Was it meant to be {codeedu.classify('j188S').suggestions[0].text} {LISTS}"
    )


def test_a_payers_own_code_is_thought_of_only_where_nothing_is_suggested():
    assert explain("ABCDE") == (
        "ABCDE is not a code as entered. No code set we know has codes of this form: letter, "
        "letter, letter, letter, letter. If a payer asked for it, it is that payer's own code: "
        f"look in the payer's manual. {LISTS}"
    )
    for entered in ("J188S", "ABCDE"):
        html = answer_html(codeedu.classify(entered))
        assert ("If a payer asked for it" in html) == (entered == "ABCDE")


@pytest.mark.parametrize("entered", ["90210", "02211"])
def test_a_number_that_may_be_anything_is_not_said_to_be_a_slip(entered):
    assert codeedu.classify(entered).suggestions == ()
    assert "Was it meant" not in explain(entered)


def test_a_paragraph_weaves_everything_in_and_says_nothing_twice():
    found = codeedu.classify("E1165")
    text = str(found.explain())
    assert "Read as a HCPCS Level II code, it is E1165." in text
    assert "Read as an ICD-10-CM code, it is E11.65." in text
    for reading in found.readings:
        assert f"Maintained by: {reading.steward}." in text
        for reason in reading.why:
            assert reason.text[1:] in text
    lost_zeros = explain("450")
    assert lost_zeros.count("450 has lost its leading zeros, as codes do in a spreadsheet; with "
                            "them it is 00450.") == 1  # fmt: skip


def test_what_was_changed_and_what_is_less_likely_is_said():
    assert "Lower case was read as upper case." in explain("j1885")
    assert "RT had no hyphen in front; read as a modifier." in explain("73560RT")
    assert "Seven digits may be a code and a modifier, 99213-25, or another number." in explain(
        "9921325"
    )
    assert "Less likely, it is an MS-DRG, 011." in explain("11")
    assert "Easily confused with 0001U. The letter U" in explain("U0001")


FIELDS = [
    ("E1165", "diagnosis", "In the diagnosis field of a claim, E1165 is an ICD-10-CM code, E11.65, "
     "in the list of April 2026. Elsewhere it could be a HCPCS Level II code (Durable medical "
     "equipment)."),
    ("J1885", "diagnosis", "J1885 is a HCPCS Level II code (Drugs, mostly given other than by "
     "mouth), in CMS's list of January 2026. It does not belong in the diagnosis field of a "
     "claim. J1885 is ketorolac, injected. One unit is 15 mg."),
    ("100", "revenue", "In the revenue code field of a hospital's claim, 100 has the form "
     "of a revenue code, 0100. Elsewhere it could be a CPT Category I code, 00100 (Anesthesia); "
     "or an MS-DRG."),
    ("99213", "procedure", "99213 has the form of a CPT Category I code (Evaluation and "
     "Management)."),
]  # fmt: skip


@pytest.mark.parametrize(("code", "context", "sentence"), FIELDS)
def test_the_first_sentence_follows_the_field(code, context, sentence):
    assert verdict(codeedu.classify(code, context)) == sentence


def test_a_release_of_the_learner_decides_and_shows_its_words():
    row = {"added": "", "terminated": "2020-01-01", "cross_references": ""}
    mine = Listing("J1885", row, "mine.txt", date(2026, 1, 1), None, "CMS's own words")
    found = codeedu.classify("J1885")
    asked = found._replace(readings=(found.best._replace(looked_up=mine),))
    assert verdict(asked).endswith(
        ": ended (last day January 1, 2020). J1885 was ketorolac, injected. One unit was 15 mg."
    )
    assert "CMS&#x27;s own words" in answer_html(asked)
    named = "Lists: HCPCS Level II of January 2026 (mine.txt), ICD-10-CM of April 2026. Later lists"
    assert str(asked.explain()).endswith(f"{CAUTION} {named} were not looked at.")
    assert f">{named} were not looked at.<" in answer_html(asked)


def test_every_explanation_ends_with_the_caution_and_the_dates_of_the_lists():
    for value in VERDICTS:
        readings = codeedu.classify(value).readings
        is_level_2 = any(reading.format.list_in == "level2" for reading in readings)
        parts = codeedu.classify(value).parts
        assert explain(value).endswith(TO_USE_ONE if is_level_2 or parts else LISTS)


def test_a_card_leads_to_newer_lists_of_level_2():
    html = answer_html(codeedu.classify("J1885"))
    assert html.count('href="https://www.cms.gov/medicare/coding-billing/') == 1
    assert (
        "has them; lesson 02 says how to use one"
        '<span class="codeedu-terminal"> with <code>codeedu release add FILE</code></span>.</p>'
    ) in html
    assert "CMS's page" not in answer_html(codeedu.classify("99213"))


def test_an_explanation_is_text_and_shows_as_text():
    text = codeedu.classify("J1885").explain()
    assert repr(text).replace("\n", " ") == str(text)
    assert max(map(len, repr(text).splitlines())) <= 88
    assert text._repr_html_() == answer_html(codeedu.classify("J1885"))


PARTS = {
    "J1885": "J:letter 1885:number",
    "0042T": "0042:number T:suffix letter",
    "99213-25": "99213:number -:separator 25:modifier",
    "J1885JW": "J:letter 1885:number JW:modifier",
    "E11.65": "E11:category .:dot 65:detail",
    "0DTJ4ZZ": "0:section DTJ4ZZ:six axes",
    "0409-3795-01": "0409:labeler -:separator 3795:product -:separator 01:package",
    "RT": "RT:modifier",
    "450": "450:number",
    "'J1885'": "':around it J:letter 1885:number ':around it",
    "J188S": "J:letter 188:digits S:doubtful",
    "99*13": "99:digits *:offending 13:digits",
    "٩9213": "٩:doubtful 9213:digits",
    100.0: "100:number .0:around it",
    None: "",
}


@pytest.mark.parametrize(("value", "cut"), PARTS.items(), ids=repr)
def test_parts(value, cut):
    found = segments_of(codeedu.classify(value))
    assert " ".join(f"{part.text}:{part.role}" for part in found) == cut
    assert all(part.meaning for part in found)


def test_parts_follow_the_reading_that_is_asked_for():
    found = codeedu.classify("E1165")
    assert [p.text for p in segments_of(found, found.readings[0])] == ["E", "1165"]
    assert [p.text for p in segments_of(found, found.readings[1])] == ["E11", "65"]


@given(ENTRIES)
@example("00")
@example(" 000 ")
@example("CPT: 99 213 - 25")
@settings(max_examples=500)
def test_parts_add_up_to_the_entry(text):
    found = codeedu.classify(text)
    for reading in found.readings or (None,):
        assert "".join(part.text for part in segments_of(found, reading)) == text[:SHOWN]


def test_what_a_hostile_object_says_of_itself_is_not_asked():
    assert explain(Hostile()).startswith("A Hostile is not a code")


def test_forty_characters_of_an_entry_are_shown():
    assert "".join(part.text for part in segments_of(codeedu.classify("x" * 41))) == "x" * 40
