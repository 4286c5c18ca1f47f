"""Question banks: the course's own is sound, and whatever is wrong with one is said exactly."""

import copy
import json
import random
import re
import tomllib
from collections import Counter
from datetime import date
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codeedu import tables
from codeedu.practice import bank, grade, pages
from codeedu.practice import schema as shape
from codeedu.practice.items import KINDS

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "docs" / "question-bank.md").read_text(encoding="utf-8")
EXAMPLES = re.search(r"(?s)````toml\n(.*?)````", GUIDE)[1]
SCHEMA = json.loads(
    (tables.DATA / "practice" / "questions.schema.json").read_text(encoding="utf-8")
)
TODAY = date(2026, 11, 23)
ONE = """
as_of = 2026-11-23
review_by = 2027-11-23
[[item]]
id = "01-levels-01"
objective = "01-levels"
kind = "one"
stem = "Which of these levels of HCPCS is CPT?"
why = "CPT is Level I, and has been from the start."
sources = ["cms-l2-procedures"]
[[item.options]]
text = "Level I"
right = true
why = "CPT is the first of the two levels in use."
[[item.options]]
text = "Level II"
misconception = "hcpcs-means-level-2"
why = "Level II is what CPT does not cover."
[[item.options]]
text = "Level III"
misconception = "level-3-still-used"
why = "Level III were the local codes, which ended."
[[item.options]]
text = "none"
misconception = "cpt-outside-hcpcs"
why = "CPT stands inside HCPCS, as its first level."
"""


def said(tmp_path, text, **more):
    """Return what is wrong with a bank, without the warning that it has few items."""
    path = tmp_path / "mine.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    found = [str(p) for p in bank.problems([path], today=TODAY, **more)]
    return [p.removeprefix(str(tmp_path) + "/") for p in found if "of at least 3 items" not in p]


# The course's own bank


def test_the_courses_bank_has_no_problem():
    assert [str(problem) for problem in bank.problems(today=TODAY)] == []


def test_the_courses_bank_covers_the_course():
    items = bank.load()
    assert len(items) >= 240
    lessons = Counter(one.lesson for one in items)
    objectives = Counter(one.objective for one in items)
    for row in tables.rows("objectives"):
        if row["lesson"] <= "05":
            assert lessons[row["lesson"]] >= 25, row
            assert objectives[row["objective"]] >= 3, row
    assert {one.kind for one in items} == set(KINDS)
    assert any(one.ask == "reading" for one in items)
    for lesson in ("01", "02", "03", "04", "05"):
        assert sum(one.pretest for one in items if one.lesson == lesson) == 3, lesson


def test_every_item_of_the_course_can_be_answered_right():
    from codeedu.practice import grade

    for one in bank.load():
        rights = [i for i, option in enumerate(one.options) if option.right]
        response = {
            "one": rights[:1],
            "spot": rights[:1],
            "many": [rights],
            "type": one.answers[:1],
            "order": [list(range(len(one.options)))],
        }[one.kind][0]
        assert grade.grade(one, response).correct, one.id


def test_every_misconception_names_code_sets_that_exist():
    for row in tables.rows("misconceptions"):
        assert {row["truly"], row["read_as"]} - {""} <= bank.read_names(), row
        assert bool(row["truly"]) == bool(row["read_as"]), row


# The guide


def test_the_guides_examples_are_sound(tmp_path):
    assert said(tmp_path, EXAMPLES) == []
    items = bank.load(tmp_path / "mine.toml")
    assert Counter(one.kind for one in items) == dict.fromkeys(KINDS, 1)


def test_the_guides_own_bank_is_sound(tmp_path):
    own = re.search(r"(?s)\n```toml\n(.*?)```", GUIDE)[1]
    text = ONE.replace("01-levels", "08-our-payers").replace(
        "cms-l2-procedures", "our-payer-manual"
    )
    text = text.replace("level-3-still-used", "s-code-for-all")
    assert said(tmp_path, text.replace("[[item]]", f"{own}\n[[item]]", 1)) == []
    one = bank.load(tmp_path / "mine.toml")[0]
    assert one.lesson == "08"
    assert one.sources == ("Prairie Health Plan, provider manual, 2026, page 41",)
    wrong = next(o for o in one.options if o.misconception == "s-code-for-all")
    told = "".join(map(str, pages.reasons(grade.feedback(one, one.options.index(wrong)))))
    assert "All of our payers take S codes." in told
    assert "Two of our five payers do." in told


# What is wrong is said exactly: file, item, what, how to mend it


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (ONE, "", "mine.toml: `item` is missing. Add `item`: the questions, each under its own"),
        (ONE, "item = 3", "mine.toml, item: `item` is 3, not a list. It should be the questions"),
        (ONE, "item = [3]", "mine.toml, item 1: this is 3, not a table."),
        (ONE, "[[item]", "mine.toml: this is not TOML: "),
        ('kind = "one"', 'kind = "won"', "mine.toml, 01-levels-01: `kind` is 'won'. It should be "
         "one, many, type, order or spot."),
        ('kind = "one"\n', "", "mine.toml, 01-levels-01: `kind` is missing. Add `kind`: one, many"),
        ('kind = "one"', 'kind = "type"', "mine.toml, 01-levels-01: `answers` is missing. Add"),
        ('kind = "one"', 'kind = "type"\nanswers = ["I"]',
         "mine.toml, 01-levels-01: `options` does not belong in this kind of item. Take it out."),
        ("stem =", "stemm =", "mine.toml, 01-levels-01: `stemm` is no field that we know. Did you "
         "mean `stem`?"),
        ("right = true\n", "", "mine.toml, 01-levels-01: `options` has none with right = true. "
         "Mark exactly 1."),
        ('text = "none"', 'right = true\ntext = "none"', "mine.toml, 01-levels-01: `options` has 2 "
         "with right = true. Mark exactly 1."),
        ("right = true", 'right = "yes"', "mine.toml, 01-levels-01, option 1: `right` is 'yes', "
         "not true or false. It should be true for an answer; leave it out otherwise."),
        ('misconception = "level-3-still-used"\n', "", "mine.toml, 01-levels-01, option 3: "
         "`misconception` is missing."),
        ("level-3-still-used", "level-3", "mine.toml, 01-levels-01: there is no misconception "
         "'level-3'. Take an id of data/course/misconceptions.csv, or add a row there."),
        ('why = "Level II is what CPT does not cover."', 'why = "Wrong."', "mine.toml, 01-levels-"
         "01, option 2: `why` is short: 'Wrong.'. It should be one or two sentences that explain"),
        ('why = "Level II is what CPT does not cover."', 'why = " "', "option 2: `why` is empty."),
        ('"cms-l2-procedures"', '"cms"', "mine.toml, 01-levels-01: there is no source 'cms'. "
         "Take an id of data/sources/sources.csv, or add a [[source]] to this file."),
        ('["cms-l2-procedures"]', "[]", "`sources` has 0 of at least 1. It should be one or more"),
        ('objective = "01-levels"', 'objective = "01-level"', "there is no objective '01-level'."),
        ('objective = "01-levels"', 'objective = "01-slogan"', "its id does not begin with its "
         "objective. Call it 01-slogan-01 or the like."),
        ('id = "01-levels-01"', 'id = "Levels"', "mine.toml, Levels: `id` is 'Levels'. It should"),
        ('id = "01-levels-01"\n', "", "mine.toml, item 1: `id` is missing."),
        ('text = "none"', 'text = "level II "', "two of its options read 'LEVELII'. Change or "),
        ('text = "none"', 'text = "None of the above"', "'None of the above' refers to other opt"),
        ('text = "none"', 'text = "<b>none</b>"', "there is HTML in '<b>none</b>'. Write words"),
        ("as_of = 2026-11-23\n", "", "`as_of` is missing. Add `as_of` to the item, or once at "),
        ("review_by = 2027-11-23", "review_by = 2026-11-22", "mine.toml, 01-levels-01: warning: "
         "its review was due by 2026-11-22. Read it again, then set as_of and review_by anew."),
        ("as_of = 2026-11-23", "as_of = 2026", "`as_of` is 2026, not text in quotes. It should be"),
        ('text = "none"', 'reads = "CPD"\ntext = "none"', "there is no code set 'CPD'. Known are: "
         "CDT, CPT, CPT Category I, "),
        ('kind = "one"', 'kind = "one"\nask = "reading"', "01-levels-01, option 1: `reads` is mis"),
        ("HCPCS is CPT?", "HCPCS is ```CPT?", "a fence of ``` in the stem is not closed."),
        ("what CPT does not cover", "unlike the first option", "a why speaks of 'the first option'"
         ", but options are shuffled. Name what it says instead of where it stands."),
    ],
)  # fmt: skip
def test_each_fault_is_named(tmp_path, old, new, says):
    assert old in ONE
    found = said(tmp_path, ONE.replace(old, new, 1))
    assert len([line for line in found if says in line]) == 1, found
    assert len(found) <= 4, found  # one slip may have a few consequences, and no more


def test_a_sound_bank_has_no_problem(tmp_path):
    assert said(tmp_path, ONE) == []
    (one,) = bank.load(tmp_path / "mine.toml")
    assert (one.lesson, one.as_of, one.review_by) == ("01", "2026-11-23", "2027-11-23")


def test_ids_are_used_once_across_files(tmp_path):
    paths = [tmp_path / name for name in ("a.toml", "b.toml")]
    for path in paths:
        path.write_text(ONE)
    found = [str(p) for p in bank.problems(paths, today=TODAY) if not p.warning]
    assert found == [
        f"{paths[1]}, 01-levels-01: {paths[0]} has an item of this id too. "
        "Give one of them the next free number."
    ]
    with pytest.raises(bank.BankError, match="has an item of this id too") as caught:
        bank.load(*paths)
    assert len(caught.value.problems) == 1


def test_files_that_cannot_be_read_are_problems(tmp_path):
    assert said(tmp_path, b"\xff\xfe") == ["mine.toml: this is not UTF-8 text. Save it as UTF-8."]
    (problem,) = bank.problems([tmp_path / "none.toml"])
    assert "cannot be read: No such file" in str(problem)
    (problem,) = bank.problems([tmp_path])
    assert "cannot be read" in str(problem)
    assert said(tmp_path, b"\xef\xbb\xbf" + ONE.encode()) == []


# Giveaways


def several(change, n=12):
    """Return a bank of `n` items, each changed by `change(item, number)`."""
    head, body = ONE.split("[[item]]", 1)
    entry = tomllib.loads("[[item]]" + body)["item"][0]
    rng, items = random.Random(1), []
    for number in range(n):
        one = copy.deepcopy(entry)
        one["id"] = f"01-levels-{number:02}"
        one["stem"] = f"Which is number {number}? " + " ".join(
            "".join(rng.choices("abcdefgh", k=6)) for _ in range(8)
        )
        one["options"] = one["options"][number % 4 :] + one["options"][: number % 4]
        change(one, number)
        items.append(one)
    lines = []
    for one in items:
        lines.append("[[item]]")
        lines += [f"{k} = {json.dumps(v)}" for k, v in one.items() if k != "options"]
        for option in one["options"]:
            lines.append("[[item.options]]")
            lines += [f"{k} = {json.dumps(v)}" for k, v in option.items()]
    return head + "\n".join(lines)


def right_first(one, _):
    one["options"].sort(key=lambda option: not option.get("right"))


def right_longest(one, _):
    for option in one["options"]:
        if option.get("right"):
            option["text"] += " which is much longer"


def same_stem(one, number):
    if number > 9:
        one["stem"] = f"Which of the levels of HCPCS is CPT{', please' * (number - 10)}?"


def three_options(one, number):
    if number == 3:
        one["options"] = [o for o in one["options"] if o["text"] != "none"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda *_: None, []),
        (right_first, ["the right option is number 1 in 12 of 12 items"]),
        (right_longest, ["the right option is the longest in 12 of 12 items"]),
        (same_stem, ["01-levels-11: warning: its stem is nearly that of 01-levels-10"]),
        (three_options, ["01-levels-03: warning: it has 3 options"]),
    ],
)
def test_giveaways_are_warned_of(tmp_path, change, says):
    found = said(tmp_path, several(change))
    assert len(found) == len(says), found
    for line, part in zip(found, says, strict=True):
        assert part in line
        assert "warning" in line


def test_stems_that_differ_in_their_code_are_not_alike(tmp_path):
    def change(one, number):
        one["stem"] = f"Which code set has codes like `J{number:04}`?"

    assert said(tmp_path, several(change)) == []


def test_an_objective_with_few_items_is_warned_of(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(ONE)
    (problem,) = bank.problems([path], today=TODAY)
    assert problem.what == "the objective 01-levels has 1 of at least 3 items"


# The schema is the one truth: we and JSON Schema agree

STRANGE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(min_size=1).filter(str.strip)
    | st.sampled_from(["one", "many", "type", "order", "spot", "reading", "2026-11-23"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["text", "why", "right", "id", "kind", "x"]), inner),
    max_leaves=6,
)  # fmt: skip


def places(value, path=()):
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(
        value, list) else ()  # fmt: skip
    for key, entry in inner:
        yield from places(entry, (*path, key))


def plain(text):
    return json.loads(json.dumps(tomllib.loads(text), default=str))


def spoiled(data):
    """Return the examples with one part taken out, or something strange in its place."""
    value = plain(EXAMPLES)
    *path, last = data.draw(st.sampled_from([p for p in places(value) if p]))
    holder = value
    for key in path:
        holder = holder[key]
    if data.draw(st.booleans()):
        del holder[last]
    else:
        holder[last] = data.draw(STRANGE)
    return value


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_our_reading_of_the_schema_is_json_schemas(data):
    value = spoiled(data)
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    valid = jsonschema.Draft202012Validator(SCHEMA).is_valid(value)
    assert valid == (next(shape.faults(value, SCHEMA), None) is None)


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_no_bank_is_so_broken_that_checking_it_fails(data):
    value = spoiled(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tomllib, "loads", lambda _: value)
        found = bank.problems([ROOT / "pyproject.toml"], today=TODAY)
    for problem in found:
        assert problem.what
        assert problem.mend
