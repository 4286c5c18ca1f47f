"""The instructors' guide says what the tables say."""

import re
from pathlib import Path

import codeedu
from codeedu import tables
from codeedu.practice import bank

GUIDE = (Path(__file__).parents[1] / "docs" / "instructors.md").read_text(encoding="utf-8")


def test_the_minutes_are_those_of_the_table():
    told = re.findall(r"(?m)^### (\d\d) (.+) \((\d+) minutes\)$", GUIDE)
    rows = tables.rows("lessons")
    known = [(r["lesson"], r["title"], str(int(r["reading"]) + int(r["practice"]))) for r in rows]
    assert told == known


def test_each_misconception_exists_and_its_question_reveals_it():
    items = {item.id: item for item in bank.load()}
    told = re.findall(r"`([a-z0-9-]+)`\s+\((\d\d-[a-z0-9-]+)\)", GUIDE)
    assert len(told) >= 20
    for name, item in told:
        assert name in tables.by("misconceptions", "id"), name
        options = (*items[item].options, *items[item].tempting)
        assert name in {option.misconception for option in options}, (name, item)


def test_what_it_calls_is_there():
    for name in re.findall(r"codeedu\.([a-z_]+)\(", GUIDE):
        assert callable(getattr(codeedu, name)), name
