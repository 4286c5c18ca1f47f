"""Small items and banks that several tests use."""

from codeedu.practice.grading import KINDS
from codeedu.practice.items import Item, Option

ONE = """
as_of = 2026-11-23
review_by = 2027-11-23
[[item]]
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
    good = KINDS[one.kind].right(one)
    if right:
        return good
    if one.kind == "type":
        return "nothing of the kind"
    if one.kind == "number":
        return str(one.answer + 10 + one.tolerance)
    if one.kind == "order":
        return good[::-1]
    wrong = [place for place, option in enumerate(one.options) if not option.right]
    return (wrong or good[:1]) if one.kind == "many" else wrong[0]
