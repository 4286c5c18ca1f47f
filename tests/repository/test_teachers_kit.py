"""The teacher's kit says what the tables say, and its commands are commands."""

import re
import shlex
from pathlib import Path

import pytest

from codeedu import tables
from codeedu.cli import _parser

KIT = (Path(__file__).parents[2] / "docs" / "teachers-kit.md").read_text(encoding="utf-8")
COMMANDS = [*dict.fromkeys(re.findall(r"`codeedu (\w+ .+?|check)`", KIT))]


def test_the_outcomes_and_minutes_are_those_of_the_tables():
    told = re.findall(r"(?m)^\| (.+?) \| (\d+) \| (\d+) \| (.+) \|$", KIT)
    expected = []
    for row in tables.course_rows("lessons"):
        number = row["lesson"]
        name = f"{number} {row['title']}" if number.isdecimal() else row["title"]
        can = [o["can"] for o in tables.course_rows("objectives") if o["lesson"] == number]
        outcomes = "; ".join(can) or row["promise"]
        expected.append((name, row["reading"], row["practice"], outcomes))
    assert told == expected


def test_the_hours_and_the_shortest_and_longest_lesson_are_those_of_the_tables():
    minutes = {r["ends"]: [] for r in tables.course_rows("lessons")}
    for row in tables.course_rows("lessons"):
        minutes[row["ends"]].append(int(row["reading"]) + int(row["practice"]))
    assert round(sum(map(sum, minutes.values())) / 60) == 9
    assert "about nine hours" in KIT
    shortest, longest = min(minutes["quiz"]), max(minutes["quiz"])
    assert f"A lesson takes {shortest} to {longest} minutes" in KIT


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_is_one(command):
    _parser().parse_args(shlex.split(command))


def test_it_has_the_commands_of_a_term():
    assert {words.split()[0] for words in COMMANDS} == {
        *("check", "pack", "slides", "site", "gradebook", "assignment", "export", "lesson")
    }
