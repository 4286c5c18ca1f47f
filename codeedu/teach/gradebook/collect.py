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
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import pandas as pd

from codeedu.codes.wording import plural, shorten
from codeedu.learner import record
from codeedu.questions import generate, kinds, typed
from codeedu.questions.items import WRITTEN
from codeedu.teach.gradebook.handed_in import submitted_files

SAME = 0.5  # of the answers of the shorter file; then two files are one record
CLOCK = 60  # seconds that an answer may be dated before the one above it
LONGEST = 80  # characters of a name
SHOWN = 3  # problems of lines that are named for each file

_OWN_NAME = re.compile(r"[_ -]*codeedu-progress(?:[ _-]*\(?\d*\)?)$", re.IGNORECASE)
_MOODLE = re.compile(r"_assignsubmission_file_?$")

FileProblem = tuple[str, str]  # a file, and what is wrong with it
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
    `learners` counts the files of each learner, `files` all of them.
    """

    answers: pd.DataFrame
    learners: dict[str, int]
    problems: list[FileProblem]
    files: int


class _RecordFile(NamedTuple):
    """One file and its answers, keyed by identity: the same answer has the same key anywhere."""

    name: str
    answers: dict[int, GradedAnswer]


def collect(place: str | Path) -> Collected:
    """Return the records in a folder with all its folders, in a .zip, or in one file.

    Raises FileNotFoundError when there is no such folder or file.
    """
    where = Path(place).expanduser()
    if not where.exists():
        raise FileNotFoundError(f"There is no folder {record.short_path(where)}.")
    problems: list[FileProblem] = []
    first_with: dict[bytes, str] = {}  # by the hash of its content, the first file that has it
    files: list[_RecordFile] = []
    count = 0
    for path, content, problem in submitted_files(where):
        count += 1
        name = shorten(path, 2 * LONGEST)
        content_hash = hashlib.sha256(content).digest()
        if not problem and content_hash in first_with:
            first = first_with[content_hash]
            problem = f"is an exact copy of {first}; it counts once.{_whose(name, first)}"
        if problem:
            problems.append((name, problem))
            continue
        first_with[content_hash] = name
        if answers := _answers_in(name, content, problems):
            files.append(_RecordFile(name, answers))
    learners, rows = {}, []
    for name, same in sorted(_by_learner(_one_record_each(files)).items()):
        learners[name] = len(same)
        merged = _merged(same, name, problems).values()
        rows += [(name, *answer) for answer in sorted(merged, key=lambda answer: answer.when)]
        for file in same:
            file.answers.clear()  # thousands of records would need twice the memory
    frame = pd.DataFrame(rows, columns=["learner", *GradedAnswer._fields])
    return Collected(frame.astype({"correct": bool, "score": float}), learners, problems, count)


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


def _answers_in(name: str, content: bytes, problems: list[FileProblem]) -> dict[int, GradedAnswer]:
    """Return the answers in a file by their keys; add what is wrong with it to `problems`."""
    parsed = record.parse(content)
    if not parsed.answers:
        sentence = (
            "holds no answer; ask for the file that Hand in makes." if content else "is empty."
        )
        problems.append((name, sentence))
        return {}
    problems += [(name, sentence) for sentence in parsed.problems[:SHOWN]]
    if len(parsed.problems) > SHOWN:
        more = plural(len(parsed.problems) - SHOWN, "more line")
        problems.append((name, f"{more} could not be read."))
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
            problems.append((name, f"{plural(times, 'answer')} {verb} {predicate}."))
    return answers


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


# Which files are one record


def _one_record_each(files: list[_RecordFile]) -> list[list[_RecordFile]]:
    """Group the files that are one record, the fullest first in each group.

    The fullest files come first. Each next file is compared with the groups so far: it joins the
    one that it shares most answers with, if that is at least `SAME` of its own answers, and
    otherwise starts a group. An answer in several groups belongs to the first.
    """
    groups: list[list[_RecordFile]] = []
    group_of: dict[int, int] = {}  # by the key of an answer, the place of its group
    for file in sorted(files, key=lambda file: (-len(file.answers), len(file.name), file.name)):
        shared = Counter(group_of[key] for key in file.answers if key in group_of)
        place, times = max(shared.items(), key=lambda pair: pair[1], default=(0, 0))
        if times < SAME * len(file.answers):
            place = len(groups)
            groups.append([])
        groups[place].append(file)
        for key in file.answers:
            group_of.setdefault(key, place)
    return groups


def _by_learner(groups: list[list[_RecordFile]]) -> dict[str, list[_RecordFile]]:
    """Return the files of each record by the learner's name, no two alike."""
    shortest = [
        min((learner(file.name) for file in group), key=lambda name: (len(name), name))
        for group in groups
    ]
    by_name: dict[str, list[_RecordFile]] = {}
    for name, group in zip(shortest, groups, strict=True):
        folder = PurePosixPath(group[0].name).parent.name
        base = f"{folder}/{name}" if folder and shortest.count(name) > 1 else name
        numbered = (base, *(f"{base} ({number})" for number in range(2, len(groups) + 1)))
        by_name[next(free for free in numbered if free not in by_name)] = group
    return by_name


def _merged(
    files: list[_RecordFile], name: str, problems: list[FileProblem]
) -> dict[int, GradedAnswer]:
    """Return the answers of all files of a record; report the files that share them."""
    first, *others = files
    answers = dict(first.answers)
    for file in others:
        for key, answer in file.answers.items():
            if answers.setdefault(key, answer).answer != answer.answer:
                differs = f"has another answer to {answer.item} on {answer.day} than {first.name}."
                problems.append((file.name, f"{differs} The one in {first.name} counts."))
        same = plural(sum(key in first.answers for key in file.answers), "answer")
        shares = f"and {first.name} share {same}: one record, counted for {name}."
        problems.append((file.name, shares + _whose(file.name, first.name)))
    return answers


def _whose(file: str, same: str) -> str:
    """Say what to ask for if two files of one record are named after two learners."""
    other, name = (re.sub(r" ?\(\d+\)$", "", learner(path)) for path in (file, same))
    return f" If {other} is someone else, ask for that learner's own record." * (other != name)


def learner(file: str) -> str:
    """Return the learner's name: that of the file, or of its folder if the file has none.

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
