"""Names and units: a name for every code that the course mentions, and CMS's list agrees."""

import importlib.util
import json
import re
from pathlib import Path

import pytest

import codeedu
from codeedu import tables
from codeedu.codes.explain import verdict
from codeedu.codes.names import CODE, codes_here, in_sentences, name_of, unit_of
from codeedu.html import nodes as markup
from codeedu.html.answer import answer_nodes
from codeedu.html.answer_list import as_csv
from codeedu.practice import screens
from codeedu.questions import bank, kinds

ROOT = Path(__file__).parents[2]
FILE = ROOT.parent / "shared" / "cms" / "HCPC2026_JAN_ANWEB.xlsx"
LISTED = {row["code"]: row for row in tables.rows("level2") if row["kind"] == "code"}
NAMES = tables.by("names", "code")
DOSES = tables.by("doses", "code")
# Whole lists, and what was billed or typed in every way: the codes in them are not mentioned.
LISTS = {"level2", "icd10cm", "collisions", "medicaid_claims", "practice_claims", "names", "doses"}
MOST_BILLED = 200


def mentioned(text):
    return {match[0] for match in CODE.finditer(text)} & set(LISTED)


def course_texts():
    """Yield each place that mentions codes, with its text."""
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        yield path.name, "\n".join("".join(cell["source"]) for cell in cells)
    for path in sorted((ROOT / "data" / "practice" / "questions").glob("*.toml")):
        yield path.name, path.read_text(encoding="utf-8")
    for name in set(tables.names()) - LISTS:
        yield name, "\n".join(" ".join(row.values()) for row in tables.course_rows(name))


def test_every_code_that_the_course_mentions_has_a_name():
    lacks = {name: sorted(mentioned(text) - set(NAMES)) for name, text in course_texts()}
    assert {name: codes for name, codes in lacks.items() if codes} == {}


def test_the_codes_most_billed_to_medicaid_have_a_name():
    billed = [row for row in tables.rows("medicaid_claims") if row["code"] in LISTED]
    most = sorted(billed, key=lambda row: -int(row["claims"]))[:MOST_BILLED]
    assert {row["code"] for row in most} <= set(NAMES)


@pytest.mark.parametrize("name", ["names", "doses"])
def test_the_tables_are_sorted_and_have_only_listed_codes(name):
    codes = [row["code"] for row in tables.rows(name)]
    assert codes == sorted(set(codes))
    assert set(codes) <= set(LISTED)


def test_a_name_is_short_and_a_unit_is_told_once():
    for code, row in NAMES.items():
        assert 3 < len(row["name"]) <= 100, code
        assert row["name"][-1] != ".", code
        assert not (row["unit_is"] and code in DOSES), code
        assert not re.search(r"\b\d+ (mg|mcg|minutes)$", row["name"]) or "to" in row["name"], code


def test_units():
    assert unit_of("J1885") == "15 mg"
    assert unit_of("J2270") == "up to 10 mg"
    assert unit_of("J0585") == "1 unit of the drug"
    assert unit_of("J0558") == "100,000 units of the drug"
    assert unit_of("J3010") == "0.1 mg"
    assert unit_of("Q9967") == "1 mL"
    assert unit_of("A0425") == "1 mile"
    assert {unit_of(code) for code in ("J1560", "J3265", "Q9992", "J3490", "99213", "")} == {""}


SENTENCES = {
    "J1885": "J1885 is ketorolac, injected. One unit is 15 mg.",
    "A0425": "A0425 is ambulance miles on the ground. One unit is 1 mile.",
    "J1644": "J1644 is heparin, injected. One unit on the claim is 1,000 units of the drug.",
    "K0001": "K0001 is a standard wheelchair.",
    "A9576": "One unit is 1 mL.",
    "J1030": "J1030 was methylprednisolone acetate, injected. One unit was 40 mg.",
    "B1234": "",
    "RT": "",
    "99213": "",
}


@pytest.mark.parametrize(("code", "says"), SENTENCES.items())
def test_an_answer_says_what_the_code_is(code, says):
    found = codeedu.classify(code)
    assert found.best.named == says
    assert verdict(found).endswith(says)
    assert str(found.explain()).count(says or code) >= 1


def text(nodes):
    return nodes if isinstance(nodes, str) else " ".join(text(part) for part in nodes[2:])


def card(code, release=None):
    found = codeedu.classify(code, release=release)
    return " ".join(text(["", {}, *answer_nodes(found)]).split())


def test_a_card_shows_the_name_in_its_part_and_the_unit_beside_it():
    assert "1885 number ketorolac, injected" in card("J1885")
    assert "One unit 15 mg Section Drugs" in card("J1885")
    assert "0180 number a list gives its meaning" in card("J0180")
    assert "One unit" not in card("K0001")
    assert "One unit" not in card("E1165")


def test_a_reading_of_two_is_named_where_it_stands():
    found = codeedu.classify("M1000")
    named = "M1000 was a quality report (moderate to severe pain)."
    assert f"it is M1000. {named}" in str(found.explain())
    assert named not in verdict(found)


def test_a_release_of_the_learner_shows_cms_words_beside_the_name():
    release = codeedu.practice_release(2018)
    shown = card("J1885", release)
    assert "ketorolac, injected" in shown
    assert "One unit 15 mg" in shown
    assert f"The release says {release.descriptor('J1885').long}" in shown
    assert codeedu.classify("J9381", release=release).best.named == ""  # it is not in that file


def test_a_list_a_suggestion_and_a_line_of_feedback_name_codes():
    listed = as_csv(
        [codeedu.classify("J1885"), codeedu.classify("99213"), codeedu.classify("j1885")]
    )
    assert listed.splitlines()[1:] == [
        'J1885,HCPCS Level II,listed,"J1885 is ketorolac, injected. One unit is 15 mg."',
        "99213,CPT Category I,not checked against a list,",
        'j1885,HCPCS Level II,listed,"J1885 is ketorolac, injected. One unit is 15 mg. '
        'Lower case was read as upper case."',
    ]
    assert codeedu.classify("J188S").suggestions[0].text == (
        "J1885? Perhaps the letter S for the digit five. J1885 is ketorolac, injected. "
        "One unit is 15 mg."
    )
    assert codes_here("`A0425RH` and J1885, but J18855 and XJ1885 are none") == (
        "Level II codes here: A0425: ambulance miles on the ground; one unit is 1 mile. "
        "J1885: ketorolac, injected; one unit is 15 mg."
    )
    assert codes_here("99213, RT, E11.65") == ""


def test_feedback_names_the_codes_of_its_question():
    item = next(item for item in bank.load() if "J1885: " in item.codes)
    feedback = kinds.feedback(item, kinds.KINDS[item.kind].right(item))
    shown = "".join(map(markup.to_html, screens.reasons(feedback)))
    assert "J1885: ketorolac, injected; one unit is 15 mg." in shown
    assert "ketorolac, injected" not in item.stem


# Against CMS's list itself, where a machine has it.


@pytest.fixture(scope="module")
def words():
    """CMS's short and long descriptors by code."""
    if not FILE.exists():
        pytest.skip("CMS's list of January 2026 is not on this machine")
    release = codeedu.load_release(FILE)
    return {code: release.descriptor(code) for code in release.records}


def test_the_table_of_doses_is_what_the_tool_reads(words):
    spec = importlib.util.spec_from_file_location("doses", ROOT / "tools" / "doses.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    assert len(DOSES) == 1206
    for code, row in DOSES.items():
        found = tool.dose(words[code].long)
        assert found == (row["amount"], row["unit"], row["up_to"]), code


SPELLED = {
    "mg": "mg|milligram", "mcg": "mcg|microgram", "g": "gm|gram|g", "mL": "ml|cc",
    "IU": r"i\.?u", "units": "usp unit|unit", "mEq": "meq", "mCi": "millicurie",
    "sq cm": "square centimeter",
}  # fmt: skip


def test_every_amount_stands_before_its_unit_in_cms_words(words):
    for code, row in DOSES.items():
        number = row["amount"]
        comma = f"{int(number):,}" if number.isdigit() else number
        amounts = rf"(?<![\d.])(?<!\d,)({re.escape(number)}|{comma}) ?"
        if number == "1":
            amounts = rf"({amounts}|per )"
        found = re.search(rf"(up to )?{amounts}({SPELLED[row['unit']]})", words[code].long.lower())
        assert found, (code, words[code].long)
        assert bool(found[1]) == bool(row["up_to"]), (code, words[code].long)


# What we say of a unit, and what stands for it in CMS's words.
UNITS = {
    "1 day": "per diem|per day|daily", "1 trip": "trip", "1 sq cm": "per square centimeter",
    "1 pair": "pair", "half a day": "half day", "half an hour": "one half", "1 week": "weekly",
    "100 gloves": "gloves.*per 100", "50 strips": "per 50 strips",
    "100 units of the drug": "100 units",
}  # fmt: skip


def test_every_other_unit_stands_in_cms_words(words):
    for code, row in NAMES.items():
        if unit := row["unit_is"]:
            plain = rf"(each|per|;|,) ?{re.escape(unit.removeprefix('1 '))}|{re.escape(unit)}"
            if unit == "1 mile":
                plain = "mile"
            assert re.search(UNITS.get(unit, plain), words[code].long.lower()), (
                code, unit, words[code].long,
            )  # fmt: skip


OURS = set(
    re.findall(
        "[a-z]+",
        "a an and by with for of the in to up than more no its own code without product drug "
        "mouth injected infused material per ml mg iodine patients system that releases "
        "against vomiting biosimilar biologic cancer chemotherapy",
    )
)


def spelled(text):
    return re.findall(r"[a-z0-9]+", text.lower().replace("'", ""))


def test_each_substance_is_spelled_as_cms_spells_it(words):
    drugs = [c for c in NAMES if c in DOSES or c[0] == "J" or c in ("S0109", "Q4081")]
    assert len(drugs) > 40
    for code in drugs:
        theirs = set(spelled(words[code].long))
        assert set(spelled(NAMES[code]["name"])) - theirs - OURS == set(), (code, words[code].long)


def test_no_name_is_cms_descriptor(words):
    for code, row in NAMES.items():
        ours = " ".join(spelled(row["name"]))
        for theirs in words[code]:
            said = spelled(theirs)
            if len(said) > 3:
                assert " ".join(said) not in ours, (code, theirs)


def test_name_of_is_public_and_takes_anything():
    assert codeedu.name_of is name_of
    assert name_of("J1885") == "ketorolac, injected"
    assert [name_of(code) for code in ("", None, 1.0)] == ["", "", ""]
    assert in_sentences("") == ""
