"""The answers that a class hands in: every record read, every answer counted once.

Records come back renamed, doubled, cut off or edited. A file that shares half of its answers with
another is the same record, whatever it is called. An answer is graded again from what was
answered, so an edited mark changes nothing. What is wrong is reported in a sentence.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import pandas as pd

from codeedu.codes.wording import plural, shorten
from codeedu.learner import record
from codeedu.questions import bank, generate, kinds, typed
from codeedu.questions.items import Item
from codeedu.teach.gradebook.handed_in import files

SAME = 0.5  # of the answers of the shorter file; then two files are one record
CLOCK = 60  # seconds that an answer may be dated before the one above it
LONGEST = 80  # characters of a name
SHOWN = 3  # problems of lines that are named for each file

_OWN_NAME = re.compile(r"[_ -]*codeedu-progress(?:[ _-]*\(?\d*\)?)$", re.IGNORECASE)
_MOODLE = re.compile(r"_assignsubmission_file_?$")

Problem = tuple[str, str]  # a file, and what is wrong with it


class Given(NamedTuple):
    """One answer, graded again where its item is known; `of` is how many its attempt asks."""

    moment: float
    day: str
    item: str
    lesson: str
    objective: str
    mode: str
    of_lesson: str
    length: int
    exercise: int
    attempt: int
    round: int
    of: int
    right: bool
    score: float
    answer: int | str | tuple[int, ...]
    could_show: tuple[str, ...]
    misconceptions: tuple[str, ...]
    actual: str
    chosen: str


class Collected(NamedTuple):
    """All that was handed in.

    `answers` has a column `learner` and those of `Given`, by learner and oldest first. `learners`
    counts the files of each learner, `files` all of them.
    """

    answers: pd.DataFrame
    learners: dict[str, int]
    problems: list[Problem]
    files: int


@dataclass
class _Read:
    """One file: its name, and its answers by what makes them one and the same."""

    name: str
    answers: dict[int, Given]


def collect(place: str | Path, items: Items) -> Collected:
    """Return the records in a folder with all its folders, in a .zip, or in one file.

    Raises FileNotFoundError when there is no such folder or file.
    """
    where = Path(place).expanduser()
    if not where.exists():
        raise FileNotFoundError(f"There is no folder {record.short_path(where)}.")
    problems: list[Problem] = []
    seen: dict[bytes, str] = {}
    read: list[_Read] = []
    count = 0
    for path, content, problem in files(where):
        count += 1
        name = shorten(path, 2 * LONGEST)
        key = hashlib.sha256(content).digest()
        if not problem and key in seen:
            problem = f"is an exact copy of {seen[key]}; it counts once.{_asked(name, seen[key])}"
        if problem:
            problems.append((name, problem))
            continue
        seen[key] = name
        answers = _answers(name, content, items, problems)
        if answers:
            read.append(_Read(name, answers))
    learners, rows = {}, []
    for name, group in _records(read):
        learners[name] = len(group)
        answers = _merged(group, name, problems)
        rows += [(name, *one) for one in sorted(answers.values(), key=lambda one: one.moment)]
        for one in group:
            one.answers.clear()  # thousands of records would need twice the memory
    frame = pd.DataFrame(rows, columns=["learner", *Given._fields])
    return Collected(frame.astype({"right": bool, "score": float}), learners, problems, count)


# The answers in a file


class Items:
    """The items of the bank, and those generated from tables; it grades them."""

    def __init__(self) -> None:
        self.known = bank.by_id()
        self.find = cache(self._find)
        self.grade = cache(self._grade)

    def _find(self, name: str) -> Item | None:
        if name in self.known or not name.startswith("made:"):
            return self.known.get(name)
        try:
            return generate.remake(name[:200])
        except (ValueError, KeyError, IndexError):  # an id that nobody generated
            return None

    def _grade(self, name: str, response: int | str | tuple[int, ...]) -> kinds.Grade | None:
        """Return the grade of a response; None when it is no answer to that item."""
        item = self.find(name)
        assert item
        try:
            return kinds.grade(item, list(response) if isinstance(response, tuple) else response)
        except (ValueError, TypeError, OverflowError):
            return None


def _answers(name: str, content: bytes, items: Items, problems: list[Problem]) -> dict[int, Given]:
    """Return the answers in a file; what is wrong with it is added to `problems`."""
    found = record.parse(content)
    if not found.answers:
        says = "holds no answer; ask for codeedu-progress.jsonl." if content else "is empty."
        problems.append((name, says))
        return {}
    problems += [(name, says) for says in found.problems[:SHOWN]]
    if len(found.problems) > SHOWN:
        more = plural(len(found.problems) - SHOWN, "more line")
        problems.append((name, f"{more} could not be read."))
    answers: dict[int, Given] = {}
    count: Counter[str] = Counter()
    before = 0.0
    tomorrow = (datetime.now().astimezone() + timedelta(days=1)).timestamp()
    for line in found.answers:
        answer, wrong = _graded(line, items)
        own = repr((line.get("position"), line.get("seconds")))[:50]
        sitting = (answer.mode, answer.of_lesson, answer.length, answer.exercise, answer.attempt)
        key = hash((answer.moment, answer.item, sitting, answer.round, own))
        count[wrong] += bool(wrong)
        count["dated before the answer above it"] += answer.moment < before - CLOCK
        count["dated in the future"] += answer.moment > tomorrow
        count["there twice; each counts once"] += key in answers
        answers.setdefault(key, answer)
        before = answer.moment
    for what, times in count.items():
        if times:
            verb, question = ("is", "a question") if times == 1 else ("are", "questions")
            says = what.replace("a question", question)
            problems.append((name, f"{plural(times, 'answer')} {verb} {says}."))
    return answers


EDITED = "marked differently from what was answered; the new grade counts, not the record's"
CORRECTED = "to a question whose key was corrected since then; the new grade counts"
CHANGED = "to a question changed since then; the mark in the record counts"
UNKNOWN = "to a question in no bank here; the mark in the record counts"
NO_ANSWER = "in a form that the question does not take"
ABOUT = ("lesson", "objective", "actual", "could_show")  # of an item, or as its line states it


def _graded(line: record.Answer, items: Items) -> tuple[Given, str]:
    """Return an answer, graded again if its item is known; and what is wrong with it, or ""."""
    stated: dict[str, Any] = dict(line)
    response = _response(stated.get("answer"))
    item = items.find(line["item"])
    about = {name: stated[name] for name in ABOUT}
    if item is None or not item.was_seen_in(stated):
        wrong = CHANGED if item else UNKNOWN
        shows = tuple(line["misconceptions"])
        grade = kinds.Grade(_score(stated), line["correct"], shows, line["chosen"])
    else:
        about = {name: getattr(item, name) for name in ABOUT}
        found = items.grade(item.id, response)
        edited = found is not None and found.correct != line["correct"]
        differs = EDITED if item.is_as_in(stated) else CORRECTED
        wrong = NO_ANSWER if found is None else differs if edited else ""
        grade = found or kinds.Grade(0.0, False)
    moment, day = _moment(line["when"])
    listed, round_ = stated.get("items"), stated.get("round")
    return Given(
        moment=moment,
        day=day,
        item=_kept(line["item"]),
        lesson=_kept(about["lesson"]),
        objective=_kept(about["objective"]),
        mode=_kept(line["mode"]),
        of_lesson=_kept(line["of_lesson"]),
        length=line["length"],
        exercise=line["exercise"],
        attempt=attempt if type(attempt := stated.get("attempt")) is int else 0,
        round=round_ if isinstance(round_, int) else 1,
        of=len(set(map(str, listed))) if isinstance(listed, list) and len(listed) < 1000 else 0,
        right=grade.correct,
        score=round(grade.score, 3),
        answer=response,
        could_show=tuple(map(_kept, about["could_show"])),
        misconceptions=tuple(map(_kept, grade.misconceptions)),
        actual=_kept(about["actual"]),
        chosen=_kept(grade.chosen),
    ), wrong


def _score(stated: dict[str, Any]) -> float:
    score = stated.get("score")
    if isinstance(score, (int, float)) and 0 <= score <= 1:
        return float(score)
    return float(stated["correct"])


def _response(value: object) -> int | str | tuple[int, ...]:
    """Return a response that can be a key; what is none is kept as text."""
    if isinstance(value, list) and all(type(entry) is int for entry in value):
        return tuple(value)
    if type(value) is int:
        return value
    return sys.intern(value[: typed.LONGEST]) if isinstance(value, str) else repr(value)[:100]


def _kept(text: str) -> str:
    return sys.intern(shorten(text, LONGEST))


def _moment(when: str) -> tuple[float, str]:
    """Return seconds since 1970 and the ISO date, as the learner's own clock had it."""
    given = datetime.fromisoformat(when)
    try:
        return given.timestamp(), sys.intern(given.date().isoformat())
    except (OverflowError, ValueError, OSError):  # the year 1 in some zone
        return 0.0, given.date().isoformat()


# Which files are one record


def _records(read: list[_Read]) -> list[tuple[str, list[_Read]]]:
    """Return the records by name: of each the files that hold it, the fullest first."""
    owner: dict[int, list[_Read]] = {}  # of an answer: the files that are one record
    groups: list[list[_Read]] = []
    for one in sorted(read, key=lambda one: (-len(one.answers), len(one.name), one.name)):
        shared = Counter(id(owner[key]) for key in one.answers if key in owner)
        most, times = shared.most_common(1)[0] if shared else (0, 0)
        group = next((group for group in groups if id(group) == most), None)
        if group is None or times < SAME * len(one.answers):
            group = []
            groups.append(group)
        group.append(one)
        for key in one.answers:
            owner.setdefault(key, group)
    return sorted(_named(groups))


def _named(groups: list[list[_Read]]) -> Iterator[tuple[str, list[_Read]]]:
    """Yield a name for each record, no two alike, and its files."""
    names = [
        min((learner(one.name) for one in group), key=lambda n: (len(n), n)) for group in groups
    ]
    taken: set[str] = set()
    for name, group in zip(names, groups, strict=True):
        folder = PurePosixPath(group[0].name).parent.name
        base = f"{folder}/{name}" if folder and names.count(name) > 1 else name
        numbered = (base, *(f"{base} ({number})" for number in range(2, len(groups) + 1)))
        free = next(one for one in numbered if one not in taken)
        taken.add(free)
        yield free, group


def _merged(group: list[_Read], name: str, problems: list[Problem]) -> dict[int, Given]:
    """Return the answers of all files of a record; say which files share them."""
    first, *others = group
    answers = dict(first.answers)
    for one in others:
        for key, answer in one.answers.items():
            if answers.setdefault(key, answer).answer != answer.answer:
                says = f"has another answer to {answer.item} on {answer.day} than {first.name}."
                problems.append((one.name, f"{says} The one in {first.name} counts."))
        same = plural(sum(key in first.answers for key in one.answers), "answer")
        says = f"and {first.name} share {same}: one record, counted for {name}."
        problems.append((one.name, says + _asked(one.name, first.name)))
    return answers


def _asked(file: str, same: str) -> str:
    """Say what to ask for if a file and another one of the `same` record name two learners."""
    other, one = (re.sub(r" ?\(\d+\)$", "", learner(name)) for name in (file, same))
    return f" If {other} is someone else, ask for that learner's own record." * (other != one)


def learner(file: str) -> str:
    """Return the learner's name, which is that of the file; of a folder, if the file has none.

    Moodle puts each learner's file into a folder; Canvas puts the name in front.

    >>> learner("maria lopez.jsonl"), learner("lopezmaria_12_345_codeedu-progress-1.jsonl")
    ('maria lopez', 'lopezmaria_12_345')
    >>> learner("Maria Lopez_12_assignsubmission_file_/codeedu-progress.jsonl")
    'Maria Lopez_12'
    """
    path = PurePosixPath(file)
    stem = path.name.removesuffix(path.suffix) if path.suffix else path.name
    name = _OWN_NAME.sub("", stem).strip()
    if not name:
        folder = path.parent.name
        inside_zip = folder.lower().endswith(".zip")
        name = stem if inside_zip else _MOODLE.sub("", folder).strip() or stem
    return shorten(name, LONGEST)
