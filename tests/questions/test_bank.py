"""Question banks: the course's own is sound, and whatever is wrong with one is said exactly."""

import json
import re
import tomllib
from collections import Counter
from contextlib import suppress
from datetime import date
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banks import DATES, KINDS, ONE
from codeedu import tables
from codeedu.lessons import with_quiz
from codeedu.practice import screens
from codeedu.problems import Problem
from codeedu.questions import bank, kinds
from codeedu.teach.author import bank_rules

LEVELS = ("recall", "understand", "apply", "analyze")

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "question-bank.md").read_text(encoding="utf-8")
EXAMPLES = re.search(r"(?s)````toml\n(.*?)````", GUIDE)[1]
ROW, CASE, OWN = re.findall(r"(?s)\n```toml\n(.*?)```\n", GUIDE)
SCHEMA = json.loads(
    (tables.DATA / "practice" / "questions.schema.json").read_text(encoding="utf-8")
)
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
TODAY = date(2026, 11, 23)


USED = {one.id for one in bank.load()}
FREE = next(name for n in range(1, 99) if (name := f"05-lost-dot-{n:02}") not in USED)


def said(tmp_path, text, **more):
    """Return what is wrong with a bank, without the warning that it has few items."""
    path = tmp_path / "mine.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    found = [str(p) for p in bank_rules.check_banks([path], today=TODAY, **more)]
    return [p.removeprefix(str(tmp_path) + "/") for p in found if "of at least 3" not in p]


# The course's own bank


def test_the_courses_bank_has_no_problem():
    assert [
        str(problem) for problem in bank_rules.check_banks(today=TODAY) if not problem.warning
    ] == []


def test_the_courses_bank_covers_the_course():
    items = bank.load()
    lessons = Counter(one.lesson for one in items)
    practice = Counter(one.objective for one in items if one.pool == "practice")
    final = Counter(one.objective for one in items if one.pool == "final")
    for row in tables.rows("objectives"):
        assert lessons[row["lesson"]] >= 35, row
        assert practice[row["objective"]] >= 3, row
        assert final[row["objective"]] >= 2, row
    assert {one.kind for one in items} <= set(KINDS)
    assert {one.level for one in items} <= set(LEVELS)
    assert sum(one.ask == "reading" for one in items) >= 20
    for lesson in with_quiz():
        assert sum(one.pretest for one in items if one.lesson == lesson) == 3, lesson


def test_every_misconception_names_code_sets_that_exist():
    for row in tables.rows("misconceptions"):
        assert {row["actual"], row["chosen"]} - {""} <= bank_rules.read_names(), row
        assert bool(row["actual"]) == bool(row["chosen"]), row


# The guide


def test_the_guides_examples_are_sound(tmp_path):
    assert said(tmp_path, EXAMPLES) == []
    items = bank.read(tmp_path / "mine.toml")
    assert Counter(one.kind for one in items) == dict.fromkeys(KINDS, 1)


def test_the_guides_row_of_an_exercise_is_sound(tmp_path):
    assert said(tmp_path, ROW) == []
    (row,) = bank.read(tmp_path / "mine.toml")
    assert (row.exercise, row.pool, row.choices) == (1, "exercise", ())


def test_the_guides_own_bank_is_sound(tmp_path):
    text = ONE.replace("01-levels", "20-our-payers").replace(
        "cms-l2-procedures", "our-payer-manual"
    )
    text = text.replace("level-3-still-used", "s-code-for-all")
    assert said(tmp_path, text.replace("[[item]]", f"{OWN}\n[[item]]", 1)) == []
    one = bank.read(tmp_path / "mine.toml")[0]
    assert one.lesson == "20"
    assert one.sources == ("Prairie Health Plan, provider manual, 2026, page 41",)
    wrong = next(o for o in one.options if o.misconception == "s-code-for-all")
    told = "".join(map(str, screens.reasons(kinds.feedback(one, one.options.index(wrong)))))
    assert "All of our payers take S codes." in told
    assert "Two of our five payers do." in told


# What is wrong is said exactly: file, item, what, how to fix it


NUMBER = """
[[item]]
id = "03-drug-line-01"
objective = "03-drug-line"
kind = "number"
level = "apply"
stem = "One unit is 15 mg, and 60 mg were given. How many units?"
explanation = "Divide the dose by what one unit holds."
sources = ["cms-l2-procedures"]
answer = 4
unit = "units"
[[item.distractors]]
number = 60
feedback = "That is the dose in milligrams, not in units."
"""

FAULTS = [
    (ONE, "", "mine.toml: `item` is missing. Add `item`: the questions, eac"),
    (ONE, "item = 3", "mine.toml, item: `item` is 3, not a list. It should be the q"),
    (ONE, "item = [3]", "mine.toml, item 1: this is 3, not a table."),
    (ONE, "[[item]", "mine.toml: the heading is [[item]. Write [[item]]."),
    (
        'kind = "one"',
        'kind = "won"',
        "mine.toml, 01-levels-01: `kind` is 'won'. It should be one, ",
    ),
    ('kind = "one"\n', "", "mine.toml, 01-levels-01: `kind` is missing. Add `kind`: one,"),
    ('level = "recall"\n', "", "mine.toml, 01-levels-01: `level` is missing. Add `level`: re"),
    ('level = "recall"', 'level = "know"', "`level` is 'know'. It should be recall, understand,"),
    (
        'kind = "one"',
        'kind = "type"',
        "mine.toml, 01-levels-01: `answers` is missing. Add `answers`",
    ),
    (
        'kind = "one"',
        'kind = "type"\nanswers = ["I"]',
        "mine.toml, 01-levels-01: `options` does not belong in this k",
    ),
    ("stem =", "stemm =", "mine.toml, 01-levels-01: unknown field `stemm`. Did you mean"),
    ("feedback =", "why =", "mine.toml, 01-levels-01, option 1: unknown field `why`. Know"),
    ("right = true\n", "", "mine.toml, 01-levels-01: `options` has none with right = tru"),
    (
        'text = "none"',
        'right = true\ntext = "none"',
        "mine.toml, 01-levels-01: `options` has 2 with right = true. ",
    ),
    (
        "right = true",
        'right = "yes"',
        "mine.toml, 01-levels-01, option 1: `right` is 'yes', not tru",
    ),
    (
        "level-3-still-used",
        "level-3",
        "mine.toml, 01-levels-01: there is no misconception 'level-3'",
    ),
    (
        'feedback = "Level II is what CPT does not cover."',
        'feedback = "Wrong."',
        "mine.toml, 01-levels-01, option 2: `feedback` is short: 'Wro",
    ),
    (
        'feedback = "Level II is what CPT does not cover."',
        'feedback = " "',
        "option 2: `feedback` is empty.",
    ),
    (
        '"cms-l2-procedures"',
        '"cms"',
        "mine.toml, 01-levels-01: there is no source 'cms'. Take an i",
    ),
    ('["cms-l2-procedures"]', "[]", "`sources` has 0 of at least 1. It should be one or more"),
    (
        'objective = "01-levels"',
        'objective = "01-level"',
        "there is no objective '01-level'. Did you mean `01-levels`? Take a row of",
    ),
    (
        "level-3-still-used",
        "qq",
        "'qq'. Take an id of data/course/misconceptions.csv, or add a "
        "[[misconception]] to this file.",
    ),
    ('objective = "01-levels"', 'objective = "05-lost-dot"', f"Call it {FREE}."),
    ("level-3-still-used", "level-3-still-in-use", "Did you mean `level-3-still-used`? Take"),
    ('"cms-l2-procedures"', '"cms-l2-procedure"', "Did you mean `cms-l2-procedures`? Take an id"),
    (
        'objective = "01-levels"',
        'objective = "01-slogan"',
        "its id does not begin with its objective. Call it 01-slogan-01.",
    ),
    (
        'id = "01-levels-01"',
        'id = "Levels"',
        "mine.toml, Levels: `id` is 'Levels'. It should be the",
    ),
    ('id = "01-levels-01"\n', "", "mine.toml, item 1: `id` is missing."),
    (
        'text = "none"',
        'text = "level II "',
        "two of its options read 'levelii'. Change or drop one",
    ),
    ('text = "none"', 'text = "None of the above"', "'None of the above' refers to other options."),
    ('text = "none"', 'text = "<b>none</b>"', "there is HTML in '<b>none</b>'. Write words"),
    ('text = "none"', r"text = '\` <b>none</b> \`'", "there is HTML in "),
    (
        'text = "none"',
        r'text = "no\u202ene"',
        "there is the character U+202E, which cannot be seen, in 'no⟨U+202E⟩ne'. Delete it, or",
    ),
    ("as_of = 2026-11-23\n", "", "`as_of` is missing. Add `as_of` to the item, or once at the "),
    (
        "review_by = 2027-11-23",
        "review_by = 2026-11-22",
        "mine.toml, 01-levels-01: warning: its review was due by 2026",
    ),
    ("as_of = 2026-11-23", "as_of = 2026", "`as_of` is 2026, not text in quotes. It should be the"),
    (
        'text = "none"',
        'reads = "CPT"\ntext = "none"',
        '`reads` belongs to items with ask = "reading". Take it out, ',
    ),
    (
        'kind = "one"',
        'kind = "one"\nask = "reading"',
        "01-levels-01, option 1: `reads` is missing.",
    ),
    ("HCPCS is CPT?", "HCPCS is ```CPT?", "a fence of ``` in the stem is not closed."),
    (
        "what CPT does not cover",
        "unlike the first option",
        "feedback speaks of 'the first option', but options are shuff",
    ),
    (
        'kind = "one"',
        'kind = "one"\npool = "exam"',
        "`pool` is 'exam'. It should be \"final\" for an",
    ),
    (
        'kind = "one"',
        'kind = "one"\npool = "final"\npretest = true',
        "it is in the final and in a pretest. Keep it in one of the t",
    ),
    ('kind = "one"', 'kind = "one"\nanswer = 3', "`answer` does not belong in this kind of item."),
]
READING = ONE.replace('kind = "one"', 'kind = "one"\nask = "reading"').replace(
    'feedback = "', 'reads = ""\nfeedback = "'
)
READING_FAULTS = [
    ('right = true\nreads = ""', 'right = true\nreads = "CPD"', "there is no code set 'CPD'. Known "
     "are: CDT, CPT, CPT COVID-19 "),
    (ONE[:0], "", "its right option names no code set. Say which one in `reads`."),
    ('kind = "one"', 'kind = "many"', "`kind` is 'many'. It should be one: a reading is chosen"),
]  # fmt: skip
NUMBER_FAULTS = [
    ("answer = 4\n", "", "03-drug-line-01: `answer` is missing. Add `answer`: the right number"),
    ("answer = 4", 'answer = "4"', "`answer` is '4', not a number without quotes."),
    ("answer = 4", "answer = 60", "'60' is both an answer and a distractor. Keep it in one"),
    ("number = 60", 'text = "60"', "03-drug-line-01, distractor 1: `number` is missing."),
    ("answer = 4", "answer = 4\ntolerance = -1", "`tolerance` is -1. It should be how far off"),
]
ROW_FAULTS = [
    ("exercise = 1", "exercise = 0", "`exercise` is 0. It should be the number of the exercise"),
    ("exercise = 1", "exercise = 1\npool = 'final'", "`pool` does not belong in this kind of item"),
    ("exercise = 1", "exercise = 1\npretest = true", "`pretest` does not belong in this kind of"),
    ("exercise = 1", "choices = ['CPT', 'CPT MAAA', 'MAAA']", "`exercise` is missing. Add"),
    ("exercise = 1", "exercise = 1\nchoices = ['CPT', 'II']", "'cptmaaa' is not among its"),
    ("exercise = 1", "exercise = 1\nchoices = ['MAAA', 'CPT MAAA']", "'cpt' is not among its"),
    ('kind = "type"', 'kind = "order"', "`kind` is 'order'. It should be type or number: a row of"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("base", "old", "new", "says"),
    [
        *((ONE, *fault) for fault in FAULTS),
        *((READING, *fault) for fault in READING_FAULTS),
        *((ONE + NUMBER, *fault) for fault in NUMBER_FAULTS),
        *((ROW, *fault) for fault in ROW_FAULTS),
    ],
)
def test_each_fault_is_named(tmp_path, base, old, new, says):
    assert old in base
    found = [re.sub(r", line \d+", "", line) for line in said(tmp_path, base.replace(old, new, 1))]
    assert len([line for line in found if says in line]) == 1, found
    assert len(found) <= 5, found  # one slip may have a few consequences, and no more


def test_a_reading_and_a_number_are_read_as_they_are_written(tmp_path):
    sound = READING.replace('right = true\nreads = ""', 'right = true\nreads = "CPT"')
    assert said(tmp_path, sound + NUMBER) == []
    reading, number = bank.read(tmp_path / "mine.toml")
    assert (reading.actual, reading.confusable) == ("CPT", {"CPT"})
    assert (number.answer, number.unit, number.distractors[0].number) == (4, "units", 60)
    assert kinds.feedback(number, "four").correct
    (part,) = kinds.feedback(number, "60 units").options
    assert part.feedback == "That is the dose in milligrams, not in units."


def test_a_sound_bank_has_no_problem(tmp_path):
    assert said(tmp_path, ONE) == []
    (one,) = bank.read(tmp_path / "mine.toml")
    assert (one.lesson, one.as_of, one.review_by) == ("01", "2026-11-23", "2027-11-23")


def test_every_problem_of_a_file_is_named_at_once_with_its_line(tmp_path):
    broken = ONE.replace('kind = "one"\n', "").replace('"cms-l2-procedures"', '"cms"')
    broken = broken.replace("CPT does not cover.", "<b>CPT</b> does not cover.")
    again = "[[item]]" + ONE.partition("[[item]]")[2]
    assert said(tmp_path, broken + again) == [
        "mine.toml, line 4, 01-levels-01: `kind` is missing. Add `kind`: one, many, type, number, "
        "order or spot.",
        "mine.toml, line 4, 01-levels-01: there is no source 'cms'. Take an id of "
        "data/sources/sources.csv, or add a [[source]] to this file.",
        "mine.toml, line 4, 01-levels-01: there is HTML in 'Level II is what <b>CPT</b> does "
        "not cov'. Write words, or put it in backticks as code.",
        "mine.toml, line 27, 01-levels-01: this file has an item with this id too. "
        "Give one of them the next free number.",
    ]


def test_ids_are_used_once_across_files(tmp_path):
    paths = [tmp_path / name for name in ("a.toml", "b.toml")]
    for path in paths:
        path.write_text(ONE)
    found = [str(p) for p in bank_rules.check_banks(paths, today=TODAY) if not p.warning]
    assert found == [
        f"{paths[1]}, line 4, 01-levels-01: {paths[0]} has an item with this id too. "
        "Give one of them the next free number."
    ]


def test_files_that_cannot_be_read_are_problems(tmp_path):
    assert said(tmp_path, b"\xff\xfe") == [
        "mine.toml, line 1: this is not UTF-8 text. Save it as UTF-8."
    ]
    assert said(tmp_path, b'as_of = "\n\xff') == [
        "mine.toml, line 2: this is not UTF-8 text. Save it as UTF-8."
    ]
    (problem,) = bank_rules.check_banks([tmp_path / "none.toml"])
    assert "cannot be read: No such file" in str(problem)
    (problem,) = bank_rules.check_banks([tmp_path])
    assert "cannot be read" in str(problem)
    assert said(tmp_path, b"\xef\xbb\xbf" + ONE.encode()) == []


# Reading builds items, and checks only what an item itself needs


UNREADABLE = [
    ("as_of = [[1, 2],", "mine.toml: this is not TOML, up to the end of the file: Invalid value."),
    ("a = 1 [", "mine.toml, line 1: this is not TOML: expected newline or end of document after a"),
    (ONE.replace("stem =", "stemm ="), "line 4, 01-levels-01: unknown field `stemm`."),
    (ONE.replace('feedback = "CPT is part', 'feedback = 3\nx = "'), "option 4: unknown field `x`"),
    (ONE.replace('text = "none"', "text = 3"), "01-levels-01, option 4: `text` is 3, not text in"),
    (ONE.replace("right = true\n", ""), "01-levels-01: `options` has none with right = true. Ma"),
    (ONE.replace("right = true", 'right = "yes"'), "option 1: `right` is 'yes', not true or false"),
    (ONE.replace('"one"', '"many"').replace('text = "none"', 'text = "none"\nright = 0'),
     "option 4: `right` is 0, not true or false"),
    (ONE.replace('kind = "one"', 'kind = "won"'), "line 4, 01-levels-01: `kind` is 'won'. It sho"),
    (ONE.replace('= "01-levels"', '= "01-level"'), "there is no objective '01-level'. Did you mea"),
    (ONE.replace("as_of = 2026-11-23\n", ""), "line 3, 01-levels-01: `as_of` is missing. Add `as"),
    (NUMBER.replace("answer = 4\n", ""), "03-drug-line-01: `answer` is missing. Add `answer`: th"),
    ("item = 3", "mine.toml, item: `item` is 3, not a list."),
    (b"\xff", "mine.toml, line 1: this is not UTF-8 text."),
    ("\nx = " + "[" * 2000, "mine.toml: lists or tables are nested too deeply. See docs/question"),
    ("x = " + "[" * 20 + "]" * 20, "mine.toml: lists or tables are nested too deeply."),
    ("\n" + "a." * 2000 + "a = 1", "mine.toml, line 2: lists or tables are nested too deeply."),
    ("x = " + "{a = " * 2000, "mine.toml: lists or tables are nested too deeply."),
    ("\n\nx = " + "9" * 5000, "mine.toml, line 3: a number has more than 15 digits, or none. Co"),
    ("\nx = 0x" + "f" * 5000, "mine.toml, line 2: a number has more than 15 digits, or none."),
    ("x = -inf", "mine.toml, line 1: a number has more than 15 digits, or none."),
    ("x = [nan]", "mine.toml, line 1: a number has more than 15 digits, or none."),
    ("x = 1e999", "mine.toml, line 1: a number has more than 15 digits, or none."),
    ("#" * 2_000_001, "mine.toml: this is larger than 2 MB. Divide it into several files."),
    ("#" * 10_000_001, "mine.toml: this is larger than 10 MB. Divide it into several files."),
]  # fmt: skip


STRAIGHT = 'a quote is curly. Type straight ones: "like this".'
FALSE = "is neither true nor false. Write"
INSIDE = (
    r'there are quotes inside quotes. Write each inner one with a backslash: "say \"no\" to it".'
)
BACKSLASH = (
    r"a backslash stands in double quotes. Put the text in single quotes, as in 'C:\codes', or "
    "write each backslash twice."
)
SLIPS = [
    ("stem = “Which”", STRAIGHT),
    ("stem = ‘Which’", STRAIGHT),
    ('stem = "Which”', STRAIGHT),
    ('answers = ["one", “two”]', STRAIGHT),
    ("right = True", f"`True` {FALSE} true, in small letters."),
    ("right = no # not this", f"`no` {FALSE} false, in small letters."),
    ("as_of = 11/29/2026", "the date 11/29/2026 is in another form. Write it as 2026-11-29, "
     "without quotes."),
    ("as_of = 29-11-2026", "the date 29-11-2026 is in another form. Write it as 2026-12-31, "
     "without quotes."),
    ('stem = "Which', "a quote is not closed. Put one where the text ends; a text of several lines "
     'stands between """ and """.'),
    ('stem = """Which\n?', 'a text is not closed. Put """ where it ends.'),
    ('stem = "Say "no" to it"', INSIDE),
    ('answers = ["Say "no" to it"]', INSIDE),
    (r'where = "C:\codes"', BACKSLASH),
    (r'where = "C:\Users"', BACKSLASH),
    ('answers = "one", "two"',
     'several texts are not a list. Put [ and ] around them: ["one", "two"].'),
    ('answers = ["one"', "a list is not closed, here or above. Put ] where it ends.", 5),
    ("stem = Which one", 'the text after = is not in quotes. Put it in straight quotes: "like '
     'this".'),
    ('stem: "Which"', 'there is no = behind the name. Write name = "text".'),
    ("[[item]", "the heading is [[item]. Write [[item]]."),
    ("[item]", "the heading is [item]. Write [[item]]."),
    ("[item]\n[item]", "the heading is [item]. Write [[item]]."),
    ("[[item]]\n[item.options]", "the heading is [item.options]. Write [[item.options]].", 5),
    ("[[item]]\n[[options]] # one", "the heading is [[options]]. Write [[item.options]].", 5),
]  # fmt: skip


@pytest.mark.parametrize(("line", "says", "number"), [(*slip, 4)[:3] for slip in SLIPS])
def test_the_usual_slips_are_named_with_how_to_write_it(tmp_path, line, says, number):
    text = f"{DATES}{line}\nlevel = 1\n"
    assert said(tmp_path, text) == [f"mine.toml, line {number}: {says}"]


def test_what_looks_like_a_slip_within_a_text_is_none(tmp_path):
    text = ONE.replace(
        'stem = "Which of', 'stem = """\n[item]\nright = True, “so”, 1/2/2026: which of'
    )
    text = text.replace('HCPCS is CPT?"', 'HCPCS is CPT?"""')
    assert said(tmp_path, text) == []


@pytest.mark.parametrize(("text", "says"), UNREADABLE)
def test_a_file_that_cannot_be_read_names_its_lines(tmp_path, text, says):
    path = tmp_path / "mine.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(bank.BankError, match=r"mine\.toml") as caught:
        bank.read(path)
    assert says in str(caught.value)
    assert all(not problem.warning for problem in caught.value.problems)


def test_of_many_problems_the_message_has_five_and_counts_the_rest():
    six = [Problem("mine.toml", f"x-{n}", "it is odd", "Mend it") for n in range(6)]
    assert str(bank.BankError(six[:5])) == "\n".join(map(str, six[:5]))
    assert str(bank.BankError(six)) == "\n".join([*map(str, six[:5]), "... and 1 more"])


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_whatever_is_in_a_file_it_is_read_or_refused_in_words(data):
    value = spoiled(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tomllib, "loads", lambda _: value)
        with suppress(bank.BankError):
            for item in bank.read(ROOT / "pyproject.toml"):  # it can be asked and graded
                assert kinds.grade(item, kinds.KINDS[item.kind].right(item)).correct


# Whatever is in the file, it is said in words

WORDS = [*KINDS, *LEVELS, "reading", "final", "2026-11-23"]
FIELDS = ["text", "feedback", "right", "id", "kind", "x"]
STRANGE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from(WORDS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner),
    max_leaves=6,
)


def places(value, path=()):
    yield path
    if isinstance(value, (dict, list)):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from places(value[key], (*path, key))


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
def test_every_schema_error_is_put_into_words(data):
    value = spoiled(data)
    valid = VALIDATOR.is_valid(value)
    found = list(bank_rules.faults(value))
    assert valid == (not found)
    assert all(fault.what and fault.fix and "None" not in fault.what[:5] for fault in found)


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_no_bank_is_so_broken_that_checking_it_fails(data):
    value = spoiled(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tomllib, "loads", lambda _: value)
        found = bank_rules.check_banks([ROOT / "pyproject.toml"], today=TODAY)
    for problem in found:
        assert problem.what
        assert problem.fix
