"""The instructors' guide says what the tables say."""

import re
from pathlib import Path

import codeedu
from codeedu import tables
from codeedu.questions import bank

GUIDE = (Path(__file__).parents[2] / "docs" / "instructors.md").read_text(encoding="utf-8")


def test_the_minutes_are_those_of_the_table():
    told = re.findall(r"(?m)^### (.+) \((\d+) minutes\)$", GUIDE)
    rows = tables.rows("lessons")
    titles = [f"{r['lesson']} {r['title']}" for r in rows[:-1]] + [rows[-1]["title"]]
    minutes = [str(int(r["reading"]) + int(r["practice"])) for r in rows]
    assert told == list(zip(titles, minutes, strict=True))
    day = re.findall(r"(0[1-578] [^|;]+|Final assessment) \((\d+) min\)", GUIDE)
    told.remove(("06 Clean a claim file", minutes[6]))  # which is a demonstration of that day
    assert sorted(day) == sorted(told[1:])


def test_each_misconception_exists_and_a_question_reveals_it():
    expected = re.findall(r"`([a-z0-9-]+)`", " ".join(re.findall(
        r"(?ms)^- \*\*Expect\.\*\* (.+?)(?=^- |^$)", GUIDE)))  # fmt: skip
    known = tables.by("misconceptions", "id")
    revealed = {option.misconception for item in bank.load() for option in item.options}
    assert len(expected) >= 20
    assert [name for name in expected if name not in known] == []
    assert [name for name in expected if name not in revealed] == []


def test_what_it_calls_is_there():
    for name in re.findall(r"codeedu\.([a-z_]+)\(", GUIDE):
        assert callable(getattr(codeedu, name)), name


def test_the_map_of_exams_has_every_objective_once_and_in_its_words():
    told = re.findall(r"(?m)^\| `([a-z0-9-]+)` (.+?) \| (.+?) \| (.+?) \| (.+?) \|$", GUIDE)
    objectives = [(row["objective"], row["can"]) for row in tables.course_rows("objectives")]
    assert [(objective, can) for objective, can, *_ in told] == objectives
    topics = [{"CPT", "Dx", "L2", "Mod", "Reg", "Pay"}, set("123456"), set("ABCD")]
    for _, _, *exams in told:
        for exam, known in zip(exams, topics, strict=True):
            assert exam == "–" or set(exam.split(", ")) <= known
