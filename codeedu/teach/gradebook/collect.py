"""The answers that a class hands in: every record read, every answer counted once.

Records come back renamed, doubled, cut off or edited; `who` finds out whose they are. An answer is
graded again from what was answered, so an edited mark changes nothing. What is wrong is reported in
a sentence.
"""

from __future__ import annotations

import hashlib
import sys
import unicodedata
from collections import Counter
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from codeedu.codes.wording import plural, shorten
from codeedu.learner import record
from codeedu.questions import generate, kinds, typed
from codeedu.questions.items import WRITTEN
from codeedu.teach.gradebook.handed_in import submitted_files
from codeedu.teach.gradebook.roster import Roster
from codeedu.teach.gradebook.who import (
    LONGEST,
    FileProblem,
    Learner,
    RecordFile,
    by_learner,
    merged,
)

CLOCK = 60  # seconds that an answer may be dated before the one above it
SHOWN = 3  # problems of lines that are named for each file

Response = int | str | tuple[int, ...]  # a `kinds.Response` that can be hashed


class GradedAnswer(NamedTuple):
    """An answer of a record, graded again if its item is known.

    The fields are those of `record.Answer`, but `when` in seconds since 1970, the `day` by the
    learner's own clock, and `of`: how many items its attempt asks.
    """

    when: float
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
    correct: bool
    score: float
    answer: Response
    could_show: tuple[str, ...]
    misconceptions: tuple[str, ...]
    actual: str
    chosen: str


class Collected(NamedTuple):
    """All that was handed in.

    `answers` has a column `learner` and those of `GradedAnswer`, by learner and oldest first.
    `learners` has who handed in a file or is on the roster, by name; `files` counts all files.
    """

    answers: pd.DataFrame
    learners: dict[str, Learner]
    problems: list[FileProblem]
    files: int
    roster: Roster | None


def collect(place: str | Path, roster: Roster | None = None) -> Collected:
    """Return the records in a folder with all its folders, in a .zip, or in one file.

    Raises FileNotFoundError when there is no such folder or file.
    """
    where = Path(place).expanduser()
    if not where.exists():
        raise FileNotFoundError(f"There is no folder {record.short_path(where)}.")
    problems: list[FileProblem] = []
    by_content: dict[bytes, RecordFile] = {}  # by the hash of what is in it
    count = 0
    for path, content, problem in submitted_files(where):
        count += 1
        # macOS writes the letter and the accent of a name as two characters.
        name = shorten(unicodedata.normalize("NFC", path), 2 * LONGEST)
        content_hash = hashlib.sha256(content).digest()
        if problem:
            problems.append((name, problem))
        elif content_hash in by_content:
            by_content[content_hash].names.append(name)
        else:
            by_content[content_hash] = RecordFile([name], *_answers_in(content))
    for file in by_content.values():
        problems += [(file.name, sentence) for sentence in file.problems]
    files = [file for file in by_content.values() if file.answers]
    learners, rows = {}, []
    for name, handed_in in by_learner(files, roster, problems).items():
        learners[name] = handed_in.learner
        answers = merged(handed_in.records, problems).values()
        rows += [(name, *answer) for answer in sorted(answers, key=lambda answer: answer.when)]
        for file in chain.from_iterable(handed_in.records):
            file.answers.clear()  # thousands of records would need twice the memory
    frame = pd.DataFrame(rows, columns=["learner", *GradedAnswer._fields])
    frame = frame.astype({"correct": bool, "score": float})
    return Collected(frame, learners, problems, count, roster)


# The answers in a file


find_item = lru_cache(50_000)(generate.find_item)  # a class has few items, and many answers


@lru_cache(50_000)
def grade_again(name: str, response: Response) -> kinds.Grade | None:
    """Return the grade of a response to a known item; None when the item does not take it."""
    item = find_item(name)
    assert item
    try:
        return kinds.grade(item, list(response) if isinstance(response, tuple) else response)
    except (ValueError, TypeError, OverflowError):
        return None


def _answers_in(content: bytes) -> tuple[dict[int, GradedAnswer], list[str]]:
    """Return the answers in a file by their keys, and what is wrong with it."""
    parsed = record.parse(content)
    if not parsed.answers:
        asks = "holds no answer; ask for the file that Hand in makes."
        return {}, [asks if content else "is empty."]
    problems = list(parsed.problems[:SHOWN])
    if len(parsed.problems) > SHOWN:
        more = plural(len(parsed.problems) - SHOWN, "more line")
        problems.append(f"{more} could not be read.")
    answers: dict[int, GradedAnswer] = {}
    count: Counter[str] = Counter()
    before = 0.0
    tomorrow = (datetime.now().astimezone() + timedelta(days=1)).timestamp()
    for line in parsed.answers:
        answer, problem = _regraded(line)
        own = repr((line.get("position"), line.get("seconds")))[:50]
        sitting = (answer.mode, answer.of_lesson, answer.length, answer.exercise, answer.attempt)
        key = hash((answer.when, answer.item, sitting, answer.round, own))
        count[problem] += bool(problem)
        count["dated before the answer above it"] += answer.when < before - CLOCK
        count["dated in the future"] += answer.when > tomorrow
        count["there twice; each counts once"] += key in answers
        answers.setdefault(key, answer)
        before = answer.when
    for problem, times in count.items():
        if times:
            verb, question = ("is", "a question") if times == 1 else ("are", "questions")
            predicate = problem.replace("a question", question)
            problems.append(f"{plural(times, 'answer')} {verb} {predicate}.")
    return answers, problems


EDITED = "marked differently from what was answered; the new grade counts, not the record's"
CORRECTED = "to a question whose key was corrected since then; the new grade counts"
CHANGED = "to a question changed since then; the mark in the record counts"
UNKNOWN = "to a question in no bank here; the mark in the record counts"
NO_ANSWER = "in a form that the question does not take"
ABOUT = ("lesson", "objective", "actual", "could_show")  # of an item, or as its line states it
TEXTS = ("item", "lesson", "objective", "mode", "of_lesson", "actual", "chosen")


def _regraded(line: record.Answer) -> tuple[GradedAnswer, str]:
    """Return an answer, graded again if its item is known; and what is wrong with it, or ""."""
    fields: dict[str, Any] = dict(line)
    response = _response(fields.get("answer"))
    item = find_item(line["item"])
    if item is None or not item.was_seen_in(line):
        problem = CHANGED if item else UNKNOWN
        score = fields.get("score")
        if not isinstance(score, (int, float)) or not 0 <= score <= 1:
            score = line["correct"]
        fields["score"] = float(score)
    else:
        regrade = grade_again(item.id, response)
        grade = regrade or kinds.Grade(0.0, False)
        fields |= {name: getattr(item, name) for name in ABOUT} | vars(grade)
        same, by_this_key = grade.correct == line["correct"], item.is_as_in(line)
        # A line of former versions has no key; what was typed may have met other rules then.
        by_this_key &= "key" in line or item.kind not in WRITTEN
        differs = "" if same else EDITED if by_this_key else CORRECTED
        # What an earlier key took and marked wrong may be asked again today.
        problem = NO_ANSWER if regrade is None and by_this_key else differs
    when, day = _time_and_day(line["when"])
    listed, attempt, round_ = (fields.get(name) for name in ("items", "attempt", "round"))
    texts: dict[str, Any] = {name: _kept(fields[name]) for name in TEXTS}
    return GradedAnswer(
        when=when,
        day=day,
        length=line["length"],
        exercise=line["exercise"],
        attempt=attempt if type(attempt) is int else 0,
        round=round_ if isinstance(round_, int) else 1,
        of=len(set(map(str, listed))) if isinstance(listed, list) and len(listed) < 1000 else 0,
        correct=fields["correct"],
        score=round(fields["score"], 3),
        answer=response,
        could_show=tuple(map(_kept, fields["could_show"])),
        misconceptions=tuple(map(_kept, fields["misconceptions"])),
        **texts,
    ), problem


def _response(value: object) -> Response:
    """Return a hashable response; anything malformed becomes text."""
    if isinstance(value, list) and all(type(entry) is int for entry in value):
        return tuple(value)
    if type(value) is int:
        return value
    return sys.intern(value[: typed.LONGEST]) if isinstance(value, str) else repr(value)[:100]


def _kept(text: str) -> str:
    return sys.intern(shorten(text, LONGEST))


def _time_and_day(when: str) -> tuple[float, str]:
    """Return seconds since 1970, and the ISO date by the learner's own clock."""
    moment = datetime.fromisoformat(when)
    day = sys.intern(moment.date().isoformat())
    try:
        return moment.timestamp(), day
    except (OverflowError, ValueError, OSError):  # the year 1 in some time zone
        return 0.0, day
