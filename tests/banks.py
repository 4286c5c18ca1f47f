"""Small items and banks that several tests use."""

from codeedu.questions import bank, kinds
from codeedu.questions.items import Item, Option

KINDS = {name: kind for name, kind in kinds.KINDS.items() if name != "case"}  # of [[item]]s
DATES = """
as_of = 2026-11-23
review_by = 2027-11-23
"""
ONE = f"""{DATES}[[item]]
id = "01-levels-01"
objective = "01-levels"
kind = "one"
level = "recall"
stem = "Which of these levels of HCPCS is CPT?"
explanation = "CPT is Level I, and has been from the start of HCPCS; Level II came later, from CMS."
sources = ["cms-l2-procedures"]
[[item.options]]
text = "Level I"
right = true
feedback = "CPT is the first of the two levels in use."
[[item.options]]
text = "Level II"
misconception = "letter-means-level-2"
feedback = "Level II is what CPT does not cover."
[[item.options]]
text = "Level III"
misconception = "level-3-still-used"
feedback = "Level III were the local codes, which ended."
[[item.options]]
text = "none"
misconception = "cpt-outside-hcpcs"
feedback = "CPT is part of HCPCS, as its first level."
"""

# Custom lessons 08 and 09, with a question of each kind that is not "one".
OWN = f'''{DATES}[[objective]]
objective = "31-ours"
lesson = "31"
can = "find your way through this test"
[[objective]]
objective = "09-count"
lesson = "09"
can = "count the units of a line"
[[item]]
id = "31-ours-01"
objective = "31-ours"
kind = "type"
level = "apply"
stem = "Type the code `J1885` once more."
explanation = "It is the code that is in the question."
look = "Look at every character."
hint = "It stands in the question."
sources = ["cfr-162-1002"]
answers = ["J1885"]
[[item]]
id = "31-ours-02"
objective = "31-ours"
kind = "order"
level = "apply"
stem = "Put these three in order."
explanation = "They are numbers, and numbers have an order."
sources = ["cfr-162-1002"]
    [[item.steps]]
    text = "the first of them"
    feedback = "Nothing comes before the first."
    [[item.steps]]
    text = "the second of them"
    feedback = "One comes before the second."
    [[item.steps]]
    text = "the third of them"
    feedback = "Two come before the third."
[[item]]
id = "31-ours-03"
objective = "31-ours"
kind = "many"
level = "apply"
stem = """
Which of these have the form of a Level II code?
```
procedure J1885   diagnosis E11.65   units 2
```
"""
explanation = "One letter in front, then four digits."
sources = ["cfr-162-1002"]
    [[item.options]]
    text = "`J1885`, as it stands on the line above"
    right = true
    feedback = "A letter and four digits are the form of Level II."
    [[item.options]]
    text = "`0042T`"
    misconception = "letter-either-end"
    feedback = "Its letter stands at the end, so it is CPT Category III."
    [[item.options]]
    text = "رمز من خمسة أحرف"
    misconception = "letter-either-end"
    feedback = "هذا ليس من المستوى الثاني، فهو جملة."
    [[item.options]]
    text = "`A0428`"
    right = true
    feedback = "A letter and four digits are the form of Level II."
[[item]]
id = "09-count-01"
objective = "09-count"
kind = "number"
level = "apply"
stem = "One unit is 15 mg, and 60 mg were given. How many units?"
explanation = "Divide the dose by what one unit holds: 4."
sources = ["cfr-162-1002"]
answer = 4
unit = "units"
'''


def option(text, *, right=False, **more):
    return Option(text, f"why {text} is {'right' if right else 'wrong'}", right, **more)


def item(kind, number=1, objective="05-lost-dot", **more):
    """Return a small item of a kind; its id holds its objective, kind and number."""
    parts = {
        "one": {
            "options": (
                option("A", reads="HCPCS Level II", misconception="icd-for-level-2"),
                option("B", right=True, reads="ICD-10-CM"),
                option("C", misconception="letter-either-end"),
            ),
            "ask": "reading",
        },
        "spot": {"options": tuple(option(c, right=c == "B") for c in "ABCD")},
        "many": {
            "options": (
                option("A", right=True, misconception="cms-keeps-all-modifiers"),
                option("B", misconception="letter-for-digit"),
                option("C", right=True),
                option("D"),
            )
        },
        "type": {
            "answers": ("U0001", "U 0001 test"),
            "distractors": (option("0001U", misconception="letter-either-end"),),
        },
        "number": {
            "answer": 4,
            "unit": "units",
            "distractors": (option("60", number=60, misconception="one-line-is-one-unit"),),
        },
        "order": {"options": tuple(option(c) for c in "ABCD")},
    }[kind]
    name = f"{objective}-{kind}-{number:02}"
    texts = {"stem": f"A question ({name})?", "explanation": "The explanation."}
    return Item(name, objective, objective[:2], kind, **texts | parts | more)


RIGHT = {
    "one": 1,
    "spot": 1,
    "many": [0, 2],
    "type": "u0001 ",
    "number": "four",
    "order": [0, 1, 2, 3],
}
WRONG = {
    "one": 0,
    "spot": 2,
    "many": [0, 1],
    "type": "0001u",
    "number": "60",
    "order": [1, 0, 2, 3],
}
ONE_EACH = tuple(item(kind) for kind in KINDS)


def response(one, *, right):
    """Return a right or a wrong response to any item."""
    good = kinds.KINDS[one.kind].right(one)
    if right:
        return good
    if one.kind == "case":  # what to do with a claim that came back stays right
        return "\n".join(["99213 x 9", *good.split("\n")[len(one.case.need) :]])
    if one.kind == "type":
        return one.distractors[0].text if one.distractors else "J9999"
    if one.kind == "number":
        return str(one.answer + 10 + one.tolerance)
    if one.kind == "order":
        return good[::-1]
    if one.kind == "case":
        return "".join(("J9999 x 3", *good.partition("\n> ")[1:]))
    wrong = [place for place, option in enumerate(one.options) if not option.right]
    return (wrong or good[:1]) if one.kind == "many" else wrong[0]


def use_only(monkeypatch, path, text):
    """Make the questions in `text` the whole bank, by way of a file at `path`."""
    path.write_text(text, encoding="utf-8")
    items = bank.read(path)
    monkeypatch.setattr(bank, "load", lambda: items)
    monkeypatch.setattr(bank, "by_id", lambda: {item.id: item for item in items})
