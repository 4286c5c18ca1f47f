"""Item-writing flaws are measured and warned of, in any bank."""

import copy
import json
import random
import tomllib
from datetime import date

import pytest

from banks import ONE, item, option
from codeedu.questions import bank
from codeedu.teach.author import bank_rules, lint

TODAY = date(2026, 11, 23)
FEW = ("of at least 3", "words of feedback", "of the items ask to")


def said(tmp_path, text, keep=()):
    """Return the warnings of a bank, without those that any small bank gets."""
    path = tmp_path / "mine.toml"
    path.write_text(text)
    found = [
        str(problem).removeprefix(f"{path}")
        for problem in bank_rules.check_banks([path], today=TODAY)
    ]
    return [line for line in found if not any(word in line for word in FEW if word not in keep)]


def several(change, n=24):
    """Return a bank of `n` items, each changed by `change(item, number)`."""
    head, body = ONE.split("[[item]]", 1)
    entry = tomllib.loads("[[item]]" + body)["item"][0]
    rng, items = random.Random(3), []
    for number in range(n):
        one = copy.deepcopy(entry)
        one["id"] = f"01-levels-{number:02}"
        one["stem"] = f"Which is number {number}? " + " ".join(
            "".join(rng.choices("abcdefgh", k=6)) for _ in range(8)
        )
        rng.shuffle(one["options"])
        for place, choice in enumerate(one["options"]):
            choice["text"] = f"{'abcd'[place]} {rng.choice('xyz')} of {number}"
        change(one, number)
        items.append(one)
    lines = []
    for one in items:
        lines.append("[[item]]")
        lines += [f"{k} = {json.dumps(v)}" for k, v in one.items() if k != "options"]
        for choice in one["options"]:
            lines.append("[[item.options]]")
            lines += [f"{k} = {json.dumps(v)}" for k, v in choice.items()]
    return head + "\n".join(lines)


def right(one):
    return next(choice for choice in one["options"] if choice.get("right"))


def right_first(one, _):
    one["options"].sort(key=lambda choice: not choice.get("right"))


def right_longest(one, _):
    right(one)["text"] += " which is much longer"


def wrong_absolute(one, _):
    for choice in one["options"]:
        if not choice.get("right"):
            choice["text"] = "always " + choice["text"]


def right_hedged(one, _):
    right(one)["text"] = "usually " + right(one)["text"][2:]
    for choice in one["options"]:
        choice["text"] = choice["text"].ljust(18, "x")


def never_yes(one, _):
    for place, choice in enumerate(one["options"]):
        start = "no" if choice.get("right") else ("yes", "yes", "no", "no")[place]
        choice["text"] = f"{start}, {choice['text']}"


def same_stem(one, number):
    if number > 21:
        one["stem"] = f"Which of the levels of HCPCS is CPT{', please' * (number - 22)}?"


def two_options(one, number):
    if number == 3:
        one["options"] = [o for o in one["options"] if o.get("right")] + [
            next(o for o in one["options"] if not o.get("right"))
        ]


def all_spot(one, _):
    one["kind"] = "spot"
    right_first(one, _)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda *_: None, []),
        (right_first, ['the right option is number 1 in 24 of 24 "one" items']),
        (right_longest, ["by their surface alone 100% are guessed right, not 25%"]),
        (wrong_absolute, ["by their surface alone 100% are guessed right, not 25%"]),
        (right_hedged, ["by their surface alone"]),
        (never_yes, ['"yes" is right in 0 of 24 yes-or-no items']),
        (same_stem, ["01-levels-23: warning: its stem is nearly that of 01-levels-22"]),
        (two_options, ["01-levels-03: warning: it has 2 options"]),
        (all_spot, ['the right option is number 1 in 24 of 24 "spot" items']),
    ],
)  # fmt: skip
def test_giveaways_are_warned_of(tmp_path, change, says):
    found = said(tmp_path, several(change))
    assert len(found) == len(says), found
    for line, part in zip(found, says, strict=True):
        assert part in line
        assert "warning" in line


def todo_stem(one, number):
    if number > 21:
        one["stem"] = f"TODO: question {number}?"


def true_or_false(one, number):
    two_options(one, number)
    for choice in one["options"] if number == 3 else ():
        choice["text"] = "True" if choice.get("right") else "false"


def parts_of_one(one, number):
    same_stem(one, number)
    for place, choice in enumerate(one["options"]) if number > 21 else ():
        choice["text"] = f"to choose: {place}"


@pytest.mark.parametrize("change", [todo_stem, true_or_false, parts_of_one])
def test_what_is_meant_so_is_not_warned_of(tmp_path, change):
    assert said(tmp_path, several(change)) == []


def typed_warnings(**about):
    one = item("type", **about)
    return [what for _, name, what, _ in lint.warnings({"a.toml": [one]}) if name == one.id]


@pytest.mark.parametrize(
    ("stem", "hint", "answers", "warned"),
    [
        ("`Z23`: what or why?", "", ("what",), ["it has two answers to type, 'what' and 'why'"]),
        ("Type it.", "Why or what?", ("what",), ["it has two answers to type, 'what' and 'why'"]),
        ('Is it "what" or "why"?', "", ("what",), ["it has two answers to type, 'what' and 'why'"]),
        ("Somewhat or why?", "", ("what",), []),
        ("`Z23`: what is it?", "", ("what",), []),
    ],
)
def test_a_typed_item_of_two_answers_is_warned_of(stem, hint, answers, warned):
    about = {"stem": stem, "hint": hint, "answers": answers, "distractors": (option("why"),)}
    assert typed_warnings(**about) == warned


@pytest.mark.parametrize(
    ("answers", "distractor", "way"),
    [
        (("ambulance",), "ambulances", "ambulances"),
        (("X-ray",), "X ray", "X ray"),
    ],
)
def test_a_typed_item_that_refuses_its_answer_in_another_spelling_is_warned_of(
    answers, distractor, way
):
    found = typed_warnings(answers=answers, distractors=(option(distractor),))
    assert f"it calls {way!r} wrong, which only spells {answers[0]!r} in another way" in found
    assert typed_warnings(answers=answers, distractors=(option("taxi"),)) == []


def test_stems_that_differ_in_their_code_are_not_alike(tmp_path):
    def change(one, number):
        one["stem"] = f"Which code set has codes like `J{number:04}`?"

    assert said(tmp_path, several(change)) == []


def test_a_small_bank_is_told_what_it_lacks(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(ONE)
    assert bank_rules.check_banks([path], today=TODAY) == [], "the course has enough"
    added = '[[objective]]\nobjective = "20-x"\nlesson = "20"\ncan = "do what is asked here"\n'
    belief = (
        '[[misconception]]\nid = "ours"\nsays = "All of them take it."\ntruth = "Two of them do."\n'
    )
    text = ONE.replace("01-levels", "20-x").replace("level-3-still-used", "ours")
    path.write_text(text.replace("[[item]]", f"{added}{belief}[[item]]", 1))
    found = [problem.what for problem in bank_rules.check_banks([path], today=TODAY)]
    assert found == [
        "20-x has 1 of at least 3 practice items",
        "the misconception ours is named by 1 of at least 3 items",
    ]


@pytest.mark.parametrize("path", bank.course_paths(), ids=lambda path: path.stem)
def test_a_file_of_the_course_counts_with_the_rest_of_the_bank(path):
    assert [str(problem) for problem in bank_rules.check_banks([path], today=TODAY)] == []


def test_what_a_bank_has_too_few_of_counts_the_rest_and_names_what_was_checked():
    checked = {"a.toml": [item("one", 1, pool="final"), item("one", 2)]}
    rest = [item("one", 3), item("one", 4), item("one", 5, objective="05-other-end")]
    assert [what for *_, what, _ in lint.warnings(checked)] == [
        "05-lost-dot has 1 of at least 3 practice items",
        "05-lost-dot has 1 of at least 2 final items",
        "the misconception icd-for-level-2 is named by 2 of at least 3 items",
        "the misconception letter-either-end is named by 2 of at least 3 items",
    ]
    assert [what for *_, what, _ in lint.warnings(checked, rest)] == [
        "05-lost-dot has 1 of at least 2 final items"
    ]
    assert list(lint.warnings(checked, [*rest, item("one", 6, pool="final")])) == []


def test_levels_of_thinking_are_counted_beyond_the_introduction():
    items = [item("one", n, level="recall") for n in range(3)]
    items += [item("one", n + 3, level="apply") for n in range(4)]
    items += [item("one", n + 7, level="analyze") for n in range(3)]
    items += [item("one", n, "01-levels", level="recall") for n in range(50)]
    assert lint.levels(items) == (0.3, 0.7, 10)
    found = [what for what, _ in lint._levels(2 * items)]
    assert found == ["30% of the items ask to recall, more than 25%"]


def test_feedback_that_is_too_short_or_too_long_is_counted(tmp_path):
    def change(one, number):
        one["explanation"] = "one " * (5 if number < 20 else 12)

    found = said(tmp_path, several(change), keep=("words of feedback",))
    assert len(found) == 1
    assert ": warning: 60 of 72 wrong answers get fewer than 15 or more than 60 words" in found[0]


def test_the_guesser_shares_ties_and_looks_at_choose_one_only():
    plain = item("one", options=tuple(option(c, right=c == "B") for c in "ABCD"))
    assert lint.guesser([plain, item("spot"), item("many")]) == (0.25, 0.25, 1)
    assert lint.guesser([]) == (0, 0, 0)


# The course's own bank keeps all of it


def test_the_course_gives_nothing_away_by_its_surface():
    score, chance, count = lint.guesser(bank.load())
    assert count >= 100
    assert score <= chance + lint.CUE, f"{score:.0%} where chance is {chance:.0%}"


def test_the_course_asks_what_the_job_asks():
    recall, work, count = lint.levels(bank.load())
    assert count >= 150
    assert recall <= lint.RECALL
    assert work >= lint.WORK


def test_the_course_has_no_warning():
    assert [str(problem) for problem in bank_rules.check_banks(today=TODAY)] == []


def test_a_backtick_within_a_block_of_code_does_not_end_it():
    assert lint.without_code("See\n```\n`J1885 <b>\n```\nhere.") == "See\n\nhere."
