"""Items made from the tables: as sound as written ones, and explained by the classifier."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codeedu import classify, tables
from codeedu.practice import grade
from codeedu.practice.bank import read_names
from codeedu.practice.generate import make, remake
from codeedu.practice.items import Item
from codeedu.practice.recipes import RECIPES

MANY = make(400, seed=1)


def test_there_are_many_and_no_two_alike():
    assert len(MANY) == 400
    assert len({one.id for one in MANY}) == 400
    assert {one.id.split(":")[1] for one in MANY} == set(RECIPES)


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_recipe_does_not_run_dry(recipe):
    assert len(make(60, seed=9, recipes=[recipe])) >= 50


@pytest.mark.parametrize("one", MANY, ids=lambda one: one.id)
def test_a_made_item_is_sound(one):
    assert one.objective in tables.by("objectives", "objective")
    assert set(one.sources) <= set(tables.by("sources", "id"))
    assert len(one.why) >= 20
    texts = [option.text for option in (*one.options, *one.tempting)]
    assert len(set(texts)) == len(texts)
    assert all(len(option.why) >= 10 for option in (*one.options, *one.tempting))
    named = {option.misconception for option in (*one.options, *one.tempting)} - {""}
    assert named <= set(tables.by("misconceptions", "id"))
    if one.kind == "type":
        assert grade.grade(one, one.answers[0]).correct
        assert one.answers[0] not in one.stem
    else:
        assert len(texts) == 4 or "reading" in one.id
        assert sum(option.right for option in one.options) == 1
    if one.ask == "reading":
        assert all(option.reads in read_names() for option in one.options)
        assert one.truly in one.confusable
    assert Item.from_dict(one.to_dict()) == one
    assert remake(one.id) == one


def made(recipe):
    return [one for one in MANY if one.id.startswith(f"made:{recipe}:")]


def test_the_classifier_agrees_with_every_right_answer():
    for one in made("reading"):
        best = classify(one.id.split(":", 2)[2]).best
        name = f"CPT {best.category}" if best.code_set == "CPT" else best.code_set
        assert name == grade.answer_of(one)
    for one in made("section"):
        assert classify(one.id.split(":", 2)[2]).best.section == grade.answer_of(one)
    for one in made("meant"):
        entry = one.id.split(":", 2)[2]
        assert classify(entry).readings == ()
        assert classify(entry).suggestions[0].code == one.answers[0]
    for one in made("box"):
        _, _, box, code = one.id.split(":")
        wanted = {"procedure": "HCPCS Level II", "diagnosis": "ICD-10-CM"}[box]
        assert wanted in [r.code_set for r in classify(code, context=box).readings]
        assert one.truly == wanted
    for one in made("split"):
        found = classify(one.id.split(":", 2)[2])
        assert "-".join([found.code, *found.modifiers]) == one.answers[0]


def test_no_wrong_option_is_a_reading_too():
    for one in made("reading"):
        likely = {r.code_set for r in classify(one.id.split(":", 2)[2]).readings}
        for option in one.options:
            assert option.right or option.reads.split(" Category")[0] not in likely - {"CPT"}


@given(st.integers(0, 10_000), st.integers(0, 12))
@settings(max_examples=20)
def test_the_same_seed_makes_the_same(seed, n):
    assert make(n, seed=seed) == make(n, seed=seed)
    assert len(make(n, seed=seed)) == n


@given(st.text() | st.sampled_from(list(RECIPES)).flatmap(
    lambda r: st.text().map(lambda t: f"made:{r}:{t}")
))  # fmt: skip
def test_any_id_can_be_asked_for(name):
    found = remake(name)
    assert found is None or isinstance(found, Item)


@pytest.mark.parametrize(
    "entry", ["\ud800", "١٢٣٤٥", "9" * 100_000, "made:", "<b>", "J1885\n", "diagnosis:", ":A0225"]
)
@pytest.mark.parametrize("recipe", RECIPES)
def test_a_strange_id_is_no_made_item_or_a_sound_one(recipe, entry):
    found = remake(f"made:{recipe}:{entry}")
    assert found is None or found.to_dict()


def test_an_unknown_recipe_is_named():
    with pytest.raises(ValueError, match="There is no recipe 'soup'; there are: reading, section"):
        make(1, recipes=["soup"])
