"""Items generated from the tables: as sound as written ones, and about codes that exist."""

import re
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codeedu import classify, tables
from codeedu.codes import modifiers
from codeedu.questions import kinds
from codeedu.questions.generate import TEMPLATES, make, remake
from codeedu.questions.items import Item
from codeedu.teach.author.bank_rules import read_names

MANY = make(500, seed=7)
FILE = "shared/cms/HCPC2026_JAN_ANWEB.xlsx"
RELEASE = next((p / FILE for p in Path(__file__).parents if (p / FILE).exists()), None)


def words(one, option):
    return len(f"{one.explanation} {option.feedback}".split())


def test_there_are_many_and_no_two_alike():
    assert len(MANY) == 500
    assert len({one.id for one in MANY}) == 500
    assert {one.id.split(":")[1] for one in MANY} == set(TEMPLATES)


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_template_does_not_run_dry(template):
    assert len(make(60, seed=9, templates=[template])) >= 50


@pytest.mark.parametrize("one", MANY, ids=lambda one: one.id)
def test_a_generated_item_is_sound(one):
    assert one.objective in tables.by("objectives", "objective")
    assert set(one.sources) <= set(tables.by("sources", "id"))
    assert (one.pool, one.level) in {("generated", "apply"), ("generated", "analyze")}
    texts = [option.text for option in (*one.options, *one.distractors)]
    assert len(set(texts)) == len(texts)
    assert all(words(one, option) in range(10, 76) for option in (*one.options, *one.distractors))
    assert set(one.could_show) <= set(tables.by("misconceptions", "id"))
    assert kinds.grade(one, kinds.KINDS[one.kind].right(one)).correct
    if one.kind == "type":
        assert one.answers[0] not in one.stem
        assert not kinds.grade(one, re.search("`(.*?)`", one.stem)[1]).correct
    else:
        assert sum(option.right for option in one.options) == 1
        assert len(texts) in (3, 4)
    if one.ask == "reading":
        assert all(option.reads in read_names() | {""} for option in one.options)
        assert one.actual in one.confusable
    assert remake(one.id) == one


def made(template):
    return [one for one in MANY if one.id.startswith(f"made:{template}:")]


def entry(one):
    return one.id.split(":", 2)[2]


def answer(one):
    return kinds.KINDS[one.kind].answer(one)


def test_the_classifier_agrees_with_every_right_answer():
    for one in made("reading"):
        best = classify(entry(one)).best
        name = f"CPT {best.category}" if best.code_set == "CPT" else best.code_set
        assert name == answer(one)
    for one in made("section"):
        assert classify(entry(one)).best.section == answer(one)
    for one in made("meant"):
        assert classify(entry(one)).readings == ()
        assert classify(entry(one)).suggestions[0].code == one.answers[0]
    for one in made("box"):
        box, code = entry(one).split(":")
        wanted = {"procedure": "HCPCS Level II", "diagnosis": "ICD-10-CM"}[box]
        assert wanted in [r.code_set for r in classify(code, context=box).readings]
        assert one.actual == wanted
    for one in made("split"):
        found = classify(entry(one))
        assert "-".join([found.code, *found.modifiers]) == one.answers[0]


def test_no_wrong_option_is_a_reading_too():
    for one in made("reading"):
        likely = {r.code_set for r in classify(entry(one)).readings}
        for option in one.options:
            assert option.right or option.reads.split(" Category")[0] not in likely - {"CPT"}
        if one.actual == "CDT":
            assert "HCPCS Level II" not in one.confusable, "a D code has the form of Level II"


def test_no_option_of_a_reading_is_ruled_out_by_its_length():
    example = {f"CPT {row['category']}" if row["code_set"] == "CPT" else row["code_set"]:
               row["example"] for row in reversed(tables.rows("formats"))}  # fmt: skip
    for one in made("reading"):
        for option in one.options:
            assert option.right or abs(len(example[option.reads]) - len(entry(one))) <= 2


# Only what exists, by the Level II list of January 2026


def in_use():
    return {row["code"]: row for row in tables.rows("level2")
            if row["kind"] == "code" and not row["terminated"]}  # fmt: skip


def check_codes(listed, billable):
    """Check by rule that generated items are about codes that exist and pairs that can occur."""
    for one in MANY:
        template, rest = one.id.split(":", 2)[1:]
        if template == "section" and one.objective == "02-level-ii-sections":
            assert rest in listed, one.id
        if template == "meant" and one.answers[0][0].isalpha():
            assert one.answers[0] in listed, one.id
        if template == "reading" and one.actual == "HCPCS Level II":
            assert rest in listed, one.id
        if template == "box":
            code = rest.split(":")[1]
            assert code in listed, one.id
            assert code in billable, one.id
        if template == "split":
            code, *modifiers = one.answers[0].split("-")
            assert code in listed, one.id
            check_pair(code, modifiers, one.id)


# What each modifier can go on, in a second wording: by letter and by what the line bills.
GOES_ON = {
    **dict.fromkeys(("NU", "RR", "UE"), "E"),
    **dict.fromkeys(("GA", "GZ"), "EB"),
    "KX": "B",
    **dict.fromkeys(("RT", "LT"), "L"),
    **dict.fromkeys(("JW", "JZ"), "J"),
    **dict.fromkeys(("RH", "HR", "HN", "NH", "SH", "HH", "RJ", "NJ"), "A"),
}
EXCLUDE = [{"NU", "RR", "UE"}, {"RT", "LT"}, {"JW", "JZ"}, {"KX", "GA", "GZ"}]


def check_pair(code, modifiers, name):
    for modifier in modifiers:
        assert code[0] in GOES_ON[modifier], name
    assert code[0] != "A" or code[:3] == "A04", name
    for group in EXCLUDE:
        assert len(group & set(modifiers)) <= 1, name


def test_generated_items_are_about_what_exists():
    billable = {row["code"] for row in tables.rows("icd10cm") if row["billable"] == "yes"}
    check_codes(in_use(), billable)
    counts = Counter(one.id.split(":")[1] for one in MANY)
    assert min(counts.values()) >= 60


@pytest.mark.skipif(RELEASE is None, reason="CMS's file of January 2026 is not on this machine")
def test_generated_items_are_about_what_the_file_of_january_2026_holds():
    pytest.importorskip("openpyxl")
    sheet = pd.read_excel(RELEASE, dtype=str, header=None, keep_default_na=False)
    head = next(n for n in range(20) if "HCPC" in sheet.iloc[n].tolist())
    names = sheet.iloc[head].tolist()
    rows = sheet.iloc[head + 1 :].set_axis(names, axis="columns")
    live = {row["HCPC"] for row in rows.to_dict("records") if not row["TERM DT"].strip()}
    assert len(live) > 7000
    billable = {row["code"] for row in tables.rows("icd10cm") if row["billable"] == "yes"}
    check_codes(live, billable)


def test_every_use_of_a_modifier_is_a_row_that_stands():
    sources = set(tables.by("sources", "id"))
    for row in tables.rows("modifier_uses"):
        code = next(code for code in in_use() if re.fullmatch(row["codes"], code))
        assert modifiers.says(row["modifier"], code), row
        assert set(row["sources"].split()) <= sources, row
        assert any(re.fullmatch(row["codes"], code) for code in in_use()), row


# Any id


@given(st.integers(0, 10_000), st.integers(0, 12))
@settings(max_examples=20, deadline=None)
def test_the_same_seed_makes_the_same(seed, n):
    assert make(n, seed=seed) == make(n, seed=seed)
    assert len(make(n, seed=seed)) == n


@given(st.text() | st.sampled_from(list(TEMPLATES)).flatmap(
    lambda r: st.text().map(lambda t: f"made:{r}:{t}")
))  # fmt: skip
@settings(deadline=None)
def test_any_id_can_be_asked_for(name):
    found = remake(name)
    assert found is None or isinstance(found, Item)


@pytest.mark.parametrize(
    "entry", ["\ud800", "١٢٣٤٥", "9" * 100_000, "made:", "<b>", "J1885\n", "diagnosis:", ":A0225"]
)
@pytest.mark.parametrize("template", TEMPLATES)
def test_a_strange_id_is_no_generated_item_or_a_sound_one(template, entry):
    found = remake(f"made:{template}:{entry}")
    assert found is None or found.version


def test_a_box_is_never_about_a_diagnosis_that_cannot_be_billed():
    rows = [row for row in tables.rows("collisions") if row["code"] in in_use()]
    headings = [row["code"] for row in rows if row["billable"] != "yes"]
    assert headings
    assert not any(remake(f"made:box:diagnosis:{code}") for code in headings)


def test_an_unknown_template_is_named():
    with pytest.raises(ValueError, match="There is no template 'soup'; there are: reading"):
        make(1, templates=["soup"])
