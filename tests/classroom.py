"""A made class: learners with known weaknesses, who write records through the real session.

`python tests/classroom.py FOLDER [LEARNERS]` writes one; the constants say what a report on a
class of 30 has to find. `plant` adds what a term brings: late ones, a copy, what was decided.
"""

import json
import random
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from banks import response
from codeedu.learner import record
from codeedu.learner.record import Sitting
from codeedu.lessons import with_quiz
from codeedu.practice import selection
from codeedu.practice.selection import Wanted
from codeedu.practice.session import Session
from codeedu.questions import bank

LESSONS = with_quiz()
START = datetime(2026, 9, 7, 18, 0, tzinfo=UTC)

# What is planted: who of 30 learners, by number.
BELIEFS = {
    "icd-for-level-2": range(12),  # held by many
    "j-code-is-the-injection": range(8, 18),
    "level-3-national": range(20, 27),
    "two-dates-mixed": range(28, 30),  # held by two
}
HARD = "04-timeline"  # an objective that nobody got
BEHIND = (3, 11, 19)  # learners who got little of anything
ABSENT = (7, 23)  # learners who stopped after lesson 02
MISKEYED = "02-level-ii-sections-13"  # a question whose key names a wrong option

# What `plant` adds.
LATE = {5: 1, 14: 3}  # days late with the quiz of lesson 05, by learner
COPY = ("learner-09", "learner-90")  # a record, and the name of its copy
CORRECTED = "05-lost-dot-01"  # a question whose key was corrected after the class had answered
DROPPED = MISKEYED
DUE = START + timedelta(days=7 * LESSONS.index("05"))


class Learner:
    """A simulated learner: what they believe and how much they know."""

    def __init__(self, number, seed=0):
        self.number = number
        self.name = f"learner-{number:02}"
        self.rng = random.Random(f"{seed}:{number}")
        self.knows = 0.4 if number % 30 in BEHIND else self.rng.uniform(0.72, 0.92)
        self.beliefs = {name for name, who in BELIEFS.items() if number % 30 in who}
        self.lessons = LESSONS[:2] if number % 30 in ABSENT else LESSONS
        self.learned = set()

    def answer(self, item):
        """Return a response: what a belief says, else right or wrong by what is known."""
        if item.id == MISKEYED:  # whoever knows the answer chooses what the key calls wrong
            knows = self.rng.random() < self.knows
            return response(item, right=False) if knows else self.rng.randrange(len(item.options))
        if item.id not in self.learned and self.rng.random() < 0.9:
            tempting = [
                place for place, o in enumerate(item.options) if o.misconception in self.beliefs
            ]
            typed = [o.text for o in item.distractors if o.misconception in self.beliefs]
            if tempting and item.kind in ("one", "spot") and not item.options[tempting[0]].right:
                return tempting[0]
            if tempting and item.kind == "many":
                right = {place for place, o in enumerate(item.options) if o.right}
                return sorted(right ^ set(tempting)) or tempting
            if typed:
                return typed[0]
        knows = 0.3 if item.objective == HARD else self.knows
        right = item.id in self.learned or self.rng.random() < knows
        if right or item.kind not in ("one", "spot"):
            return response(item, right=right)
        wrong = [place for place, option in enumerate(item.options) if not option.right]
        return self.rng.choice(wrong)


def sit(learner, sitting, items, when, place):
    """Answer all questions of a sitting and keep each answer, as the practice room does."""
    session = Session(items, seed=0, mode=sitting.mode)
    session.begin()
    first = True
    while session.state in ("asking", "answered", "review"):
        if session.state == "asking":
            when += timedelta(seconds=learner.rng.randint(8, 60))
            item = session.item
            given = learner.answer(item)
            session.answer(given, confidence="sure", seconds=learner.rng.uniform(5, 50))
            line = session.answers[-1].copy()
            line |= {**sitting._asdict(), "attempt": 0, "when": when.isoformat()}
            if first:
                line["items"] = [one.id for one in session.items]
            first = False
            assert record.append(line, place) == ""
            if learner.rng.random() < 0.5:
                learner.learned.add(item.id)  # the reasons were read
        elif session.state == "answered":
            session.next()
        elif session.round == 1 and learner.rng.random() < 0.5:
            session.retry()
        else:
            session.reveal()


def write(folder, learners=30, seed=0):
    """Write the records of a class into `folder`, one file for each learner."""
    items = bank.load()
    for number in range(learners):
        learner = Learner(number, seed)
        place = Path(folder) / f"{learner.name}.jsonl"
        for week, lesson in enumerate(learner.lessons):
            when = START + timedelta(days=7 * week)
            wanted = Wanted(lesson=lesson, seed=0, on=when.date())
            before = selection.pretest_items(items, wanted)
            sit(learner, Sitting("pretest", lesson), before, when, place)
            drawn = selection.quiz_items(items, Wanted(lesson=lesson, n=14, seed=number % 4))
            later = when + timedelta(hours=1)
            sit(learner, Sitting("quiz", lesson, 14), drawn, later, place)
            drill = selection.drill_items(items, Wanted(lesson=lesson, n=10, seed=number))
            later = when + timedelta(days=2)
            sit(learner, Sitting("drill", lesson, 10), drill, later, place)


def plant(folder, custom):
    """Plant in a written class what a term brings, and write its sheets into a custom folder."""
    for path in sorted(Path(folder).iterdir()):
        lines = [json.loads(line) for line in path.read_text().splitlines()]
        late = LATE.get(int(path.stem.removeprefix("learner-")), 0)
        for line in lines:
            if line["of_lesson"] == "05" and line["mode"] != "pretest":
                when = datetime.fromisoformat(line["when"]) + timedelta(days=late)
                line["when"] = when.isoformat()
            if line["item"] == CORRECTED:
                line |= {"key": "0" * 12, "correct": not line["correct"]}
        text = "".join(f"{json.dumps(line)}\n" for line in lines)
        path.write_text(text)
        if path.stem == COPY[0]:
            path.with_stem(COPY[1]).write_text(text)
    sheets = {
        "due": f"lesson,due,grace,late\n05,{DUE.date()},0,10\n",
        "decisions": f"decision,item,reason,by\ndrop,{DROPPED},two are right,MP\n",
    }
    for name, text in sheets.items():
        (Path(custom) / f"{name}.csv").write_text(text)


if __name__ == "__main__":
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 30
    write(sys.argv[1], count)
