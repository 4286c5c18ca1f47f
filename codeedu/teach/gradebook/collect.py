"""The answers that a class hands in: every record read, every answer counted once.

Records come back renamed, doubled, cut off or edited. A file that shares half of its answers with
another is the same record, whatever it is called. Of all the names of a record the shortest is the
learner's, without what computers and learning systems add to it. An answer is graded again from
what was answered, so an edited mark changes nothing. What is wrong is reported in a sentence.
"""

from __future__ import annotations

import hashlib
import re
import sys
import unicodedata
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple, TypeGuard, TypeVar, cast

import numpy as np
import pandas as pd

from codeedu.codes.wording import plural, shorten
from codeedu.learner import record
from codeedu.learner.record import Sitting
from codeedu.questions import decisions, generate, kinds, typed
from codeedu.questions.items import WRITTEN
from codeedu.teach.gradebook.due import FIRST_DAY
from codeedu.teach.gradebook.handed_in import submitted_files

SAME = 0.5  # of the answers of the shorter file; then two files are one record
CLOCK = 60  # seconds that an answer may be dated before the one above it
LONGEST = 80  # characters of a name
LONG = 300  # seconds for one answer; more is a break
MOST_ITEMS = 1000  # of an attempt
SHOWN = 3  # problems of lines that are named for each file

_OWN_NAME = re.compile(r"[_ -]*codeedu-progress(?:[ _-]*\(?\d*\)?)$", re.IGNORECASE)
_ENDING = re.compile(r"\.(?:jsonl?|ndjson|txt)$", re.IGNORECASE)
# What browsers, Windows, macOS, Linux, Google Drive and Dropbox add to the name of a copy. Only
# what nobody's name has: "ada-1", "ada 2" and "Ada Copy" may be names.
_COPY = re.compile(
    r"^(?:[Cc]opy (?:\(\d+\) )?of )+"
    r"|(?: ?\(\d+\)| ?\([^()]*\b[Cc]opy\b[^()]*\)|(?: - Copy|[ _-]+copy)(?:[ _-]?\d+)?)+$"
)
# What learning systems put in front of the name that a file had: docs/gradebook.md has the sources.
_CANVAS = re.compile(r"([^\W_A-Z]+)(?:_LATE)?_(\d+)_\d{3,}(?=_|$)")
_BLACKBOARD = re.compile(r"[^_]+_([^_]+)_attempt_\d{4}(?:-\d\d){5}")
_MOODLE = re.compile(r"_assignsubmission_file_?$")
_NAMELESS = re.compile(
    r"(?:(?:LATE_)?anon_[^\W_]+_\d+_|.+_assignsubmission_file_|.+_attempt_\d{4}(?:-\d\d){5}_"
    r"|\d+-\d+ ?- .+? ?- .*\d [AP]M ?- )(?!codeedu-progress)(?=.)"
)

FileProblem = tuple[str, str]  # a file, and what is wrong with it
Response = int | str | tuple[int, ...]  # a `kinds.Response` that can be hashed


class Graded(NamedTuple):
    """An answer to a question and its grade: one object for all who answered the same.

    `seen` is the version of the item. `as_now`: the answer was given to the item as it is, and
    graded by the key that it has. `note` is one of NOTES, or "".
    """

    item: str
    seen: str
    as_now: bool
    lesson: str
    objective: str
    answer: Response
    correct: bool
    score: float
    could_show: tuple[str, ...]
    misconceptions: tuple[str, ...]
    actual: str
    chosen: str
    note: str


class GradedAnswer(NamedTuple):
    """An answer of a record, graded again if its item is known.

    `when` is in seconds since 1970, `day` by the learner's own clock, `seconds` at most `LONG`.
    `items` are those that its attempt asks, if this answer lists them.
    """

    when: float
    day: str
    round: int
    seconds: int
    items: tuple[str, ...]
    attempt: int
    sitting: Sitting
    graded: Graded

    @property
    def item(self) -> str:
        """The id of the item."""
        return self.graded.item

    @property
    def answer(self) -> Response:
        """What was answered."""
        return self.graded.answer


class Collected(NamedTuple):
    """All that was handed in.

    `answers` has a row for each answer, by learner and oldest first, with `learner`, the fields of
    `Graded` and `Sitting`, `day`, `seconds` and `attempt` of `GradedAnswer`, and `of`: how many
    items the attempt asks, as far as the answer lists them. Answers have the grades that were
    decided, and those to dropped items are left out.
    `learners` counts the files of each learner, `files` all of them.
    """

    answers: pd.DataFrame
    learners: dict[str, int]
    problems: list[FileProblem]
    files: int


class _RecordFile(NamedTuple):
    """A file, the names of all its exact copies, and what is in it.

    The answers are keyed by identity: the same answer has the same key anywhere.
    """

    names: list[str]
    answers: dict[int, GradedAnswer]
    problems: list[str]

    @property
    def name(self) -> str:
        """The name that is likeliest the original's."""
        return min(self.names, key=_as_original)


def collect(place: str | Path) -> Collected:
    """Return the records in a folder with all its folders, in a .zip, or in one file.

    Raises FileNotFoundError when there is no such folder or file.
    """
    where = Path(place).expanduser()
    if not where.exists():
        raise FileNotFoundError(f"There is no folder {record.short_path(where)}.")
    problems: list[FileProblem] = []
    by_content: dict[bytes, _RecordFile] = {}  # by the hash of what is in it
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
            by_content[content_hash] = _RecordFile([name], *_answers_in(content))
    for file in by_content.values():
        problems += _problems_of(file)
    files = [file for file in by_content.values() if file.answers]
    learners = {}
    table = _Table()
    for name, same in sorted(_by_learner(_one_record_each(files), problems).items()):
        learners[name] = len(same)
        merged = sorted(_merged(same, name, problems).values(), key=lambda answer: answer.when)
        table.add(name, _as_decided(merged, [name]))
        for file in same:
            file.answers.clear()  # thousands of records would need twice the memory
    problems += table.problems()
    return Collected(table.frame(), learners, problems, count)


class _Table:
    """The answers of all learners by columns: as rows they would need five times the memory."""

    def __init__(self) -> None:
        self.learners: list[tuple[str, int]] = []
        self.numbers: dict[str, array[Any]] = {
            name: array("i") for name in ("seconds", "of", "attempt")
        }
        # Of what repeats, each value once; and in each row the place of its value.
        self.values: dict[str, list[Any]] = {"day": [], "sitting": [], "graded": []}
        self.places: dict[str, array[int]] = {name: array("i") for name in self.values}
        self._place_of: dict[int, int] = {}  # by the identity of a value
        self.noted: dict[tuple[str, str], Counter[str]] = {}  # by note and item, by learner

    def add(self, learner: str, answers: Sequence[GradedAnswer]) -> None:
        """Add a learner's answers, oldest first."""
        for name in ("seconds", "attempt"):
            self.numbers[name].extend([getattr(answer, name) for answer in answers])
        self.numbers["of"].extend([len(answer.items) for answer in answers])
        self.learners += [(learner, len(answers))]
        for name, places in self.places.items():
            places.extend([self._place(name, getattr(answer, name)) for answer in answers])
        for answer in answers:
            if note := answer.graded.note:
                self.noted.setdefault((note, answer.item), Counter())[learner] += 1

    def _place(self, name: str, value: object) -> int:
        place = self._place_of.get(id(value))
        if place is None:
            place = self._place_of[id(value)] = len(self.values[name])
            self.values[name].append(value)
        return place

    def frame(self) -> pd.DataFrame:
        """Return the table; texts that repeat are categories."""
        graded = pd.DataFrame(self.values["graded"], columns=Graded._fields)
        graded = graded.astype({"answer": object, "as_now": bool, "correct": bool, "score": float})
        sittings = pd.DataFrame(self.values["sitting"], columns=Sitting._fields)
        days = pd.CategoricalDtype(sorted(self.values["day"]), ordered=True)
        learners = pd.Series([name for name, _ in self.learners], dtype="category")
        learners = learners.repeat([count for _, count in self.learners])
        once = {
            "day": pd.DataFrame({"day": pd.Series(self.values["day"], dtype=days)}),
            "sitting": sittings.astype(dict.fromkeys(("mode", "of_lesson"), "category")),
            "graded": graded.astype(dict.fromkeys(CATEGORIES, "category")),
        }
        columns = {"learner": learners.reset_index(drop=True)}
        for name, table in once.items():
            places = np.asarray(self.places[name])
            for column in table:
                columns[str(column)] = table[column].take(places).reset_index(drop=True)
        numbers = {name: pd.Series(np.asarray(column)) for name, column in self.numbers.items()}
        return pd.DataFrame(columns | numbers, copy=False)

    def problems(self) -> Iterator[FileProblem]:
        """Yield what is to know of each question whose answers were not simply graded."""
        unknown: Counter[str] = Counter()
        for (note, item), times in sorted(self.noted.items()):
            answers = plural(times.total(), "answer")
            of = f"{answers} of {plural(len(times), 'learner')}"
            were = "was" if times.total() == 1 else "were"
            if note == CORRECTED:
                yield item, f"its key was corrected; {of} {were} graded again."
            elif note == CHANGED:
                yield (
                    item,
                    f"it was changed after {of} {were} given; their marks stay as they were.",
                )
            else:
                unknown += times
                some = item
        if unknown:
            of = f"{plural(unknown.total(), 'answer')} of {plural(len(unknown), 'learner')}"
            are = "is to a question" if unknown.total() == 1 else "are to questions"
            yield (
                "Questions",
                f"{of} {are} in no bank here, such as {some}; the marks stay as they were.",
            )


def _problems_of(file: _RecordFile) -> Iterator[FileProblem]:
    """Yield what is wrong with a file, and which others are copies of it."""
    first, *copies = sorted(file.names, key=_as_original)
    for sentence in file.problems:
        yield first, sentence
    for copy in copies:
        yield copy, f"is an exact copy of {first}; it counts once.{_whose(copy, first)}"


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
        key = hash((answer.when, answer.item, _place(answer), answer.round, own))
        count[problem] += bool(problem)
        count["dated before the answer above it"] += answer.when < before - CLOCK
        count["dated in the future"] += answer.when > tomorrow
        count[f"dated before {FIRST_DAY[:4]}, so the day is not known"] += answer.day < FIRST_DAY
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
NO_ANSWER = "in a form that the question does not take"
CORRECTED, CHANGED, UNKNOWN = NOTES = ("corrected", "changed", "unknown")
CATEGORIES = ("item", "seen", "lesson", "objective", "actual", "chosen", "note")
TEXTS = ("lesson", "objective", "actual", "chosen")


def _regraded(line: record.Answer) -> tuple[GradedAnswer, str]:
    """Return an answer, graded again if its item is known; and what is wrong with it, or ""."""
    fields = cast(dict[str, Any], line)
    graded, problem = _graded(fields)
    when, day = _time_and_day(line["when"])
    listed, seconds, round_ = fields.get("items"), fields.get("seconds"), fields.get("round")
    names = map(str, listed) if isinstance(listed, list) and len(listed) < MOST_ITEMS else ()
    at = [line[name] for name in Sitting._fields]  # type: ignore[literal-required]
    return GradedAnswer(
        when=when,
        day=day,
        round=_counted(round_) or 1,
        seconds=int(min(seconds, LONG)) if _is_number(seconds) and seconds > 0 else 0,
        items=tuple(dict.fromkeys(map(_kept, names))),
        attempt=_counted(fields.get("attempt")),
        sitting=_sitting(*at),
        graded=graded,
    ), problem


@lru_cache(50_000)
def _sitting(mode: str, of_lesson: str, length: int, exercise: int) -> Sitting:
    return Sitting(_kept(mode), _kept(of_lesson), _counted(length), _counted(exercise))


def _graded(fields: dict[str, Any]) -> tuple[Graded, str]:
    item, response = find_item(fields["item"]), _response(fields.get("answer"))
    if item is None or not item.was_seen_in(fields):
        score, correct = fields.get("score"), fields["correct"]
        return _one(
            Graded(
                item=_kept(fields["item"]),
                seen=_kept(decisions.version_in(fields)),
                as_now=False,
                answer=response,
                correct=correct,
                score=round(float(score if _is_number(score) and 0 <= score <= 1 else correct), 3),
                could_show=_one(tuple(map(_kept, fields["could_show"]))),
                misconceptions=_one(tuple(map(_kept, fields["misconceptions"]))),
                note=CHANGED if item else UNKNOWN,
                **{name: _kept(fields[name]) for name in TEXTS},
            )
        ), ""
    grade = grade_again(item.id, response)
    as_now = item.is_as_in(fields)
    # A line of former versions has no key; what was typed may have met other rules then.
    by_this_key = as_now and ("key" in fields or item.kind not in WRITTEN)
    differs = fields["correct"] not in _may_be_marked(item.id, response)
    note = CORRECTED if differs and not by_this_key else ""
    # What an earlier key took and marked wrong may be asked again today.
    problem = "" if not by_this_key else NO_ANSWER if grade is None else EDITED if differs else ""
    return _of_item(item.id, response, as_now, note), problem


@lru_cache(50_000)
def _may_be_marked(name: str, response: Response) -> set[bool]:
    """Return how an answer may be marked in a record: by the key, or by what was decided since."""
    item, grade = find_item(name), grade_again(name, response) or kinds.Grade(0.0, False)
    assert item
    decided = decisions.decided(item, response, grade)
    return {grade.correct, decided.correct if decided else grade.correct}


@lru_cache(50_000)
def _of_item(name: str, response: Response, as_now: bool, note: str) -> Graded:
    item, grade = find_item(name), grade_again(name, response) or kinds.Grade(0.0, False)
    assert item
    return Graded(
        item=item.id,
        seen=item.seen,
        as_now=as_now,
        lesson=item.lesson,
        objective=item.objective,
        answer=response,
        correct=grade.correct,
        score=round(grade.score, 3),
        could_show=item.could_show,
        misconceptions=grade.misconceptions,
        actual=item.actual,
        chosen=grade.chosen,
        note=note,
    )


_T = TypeVar("_T")


@lru_cache(50_000)
def _one(value: _T) -> _T:
    """Return the one object that is kept for all equal ones."""
    return value


def _counted(value: object) -> int:
    """Return a number that counts something; 0 for anything else."""
    return value if type(value) is int and 0 <= value <= record.MOST_ATTEMPTS else 0


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


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


# What was decided


def _as_decided(answers: list[GradedAnswer], names: list[str]) -> list[GradedAnswer]:
    """Return a learner's answers with the grades that were decided, without what was dropped."""
    if not decisions.decisions():
        return answers
    decided = [(answer, _as_decided_for(answer.graded, names)) for answer in answers]
    dropped = {(_place(answer), answer.item) for answer, graded in decided if graded is None}
    listed = {_place(answer): answer.items for answer in reversed(answers) if answer.items}
    kept = []
    for answer, graded in decided:
        if graded:  # the first of an attempt that is kept lists its items
            place = _place(answer)
            items = decisions.not_dropped(listed.pop(place, ()), names)
            items = [name for name in items if (place, name) not in dropped]
            kept.append(answer._replace(graded=graded, items=tuple(items)))
    return kept


def _place(answer: GradedAnswer) -> tuple[Sitting, int]:
    return answer.sitting, answer.attempt


def _as_decided_for(graded: Graded, names: list[str]) -> Graded | None:
    if not decisions.deciding(graded.item, graded.seen, names):
        return graded
    grade = kinds.Grade(graded.score, graded.correct, graded.misconceptions, graded.chosen)
    now = decisions.decided_then(graded.item, graded.seen, graded.answer, grade, names)
    return _one(graded._replace(**vars(now))) if now else None


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


def _by_learner(
    groups: list[list[_RecordFile]], problems: list[FileProblem]
) -> dict[str, list[_RecordFile]]:
    """Return the files of each record by the learner's name, no two alike.

    Of two records of one name, that of the file without the mark of a copy keeps it.
    """
    originals = [min((file.name for file in group), key=_as_original) for group in groups]
    named = sorted(zip(originals, groups, strict=True), key=lambda pair: _as_original(pair[0]))
    times = Counter(map(learner, originals))
    by_name: dict[str, list[_RecordFile]] = {}
    for original, group in named:
        name, folder = learner(original), PurePosixPath(original).parent.name
        base = f"{folder}/{name}" if folder and times[name] > 1 else name
        numbered = (base, *(f"{base} ({number})" for number in range(2, len(groups) + 1)))
        free = next(free for free in numbered if free not in by_name)
        if free != base:
            other = by_name[base][0].name
            says = f"is named like {other}, but holds another record, counted for {free}."
            problems.append((original, f"{says} Rename it to the login of its learner."))
        by_name[free] = group
    return by_name


def _as_original(file: str) -> tuple[int, str, int, str]:
    """Return what sorts the names of one record, the likeliest name of its original first."""
    name = learner(file)
    return len(name), name, len(file), file


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
    other, name = learner(file), learner(same)
    alike = (canvas_student(other) or other) == (canvas_student(name) or name)
    return "" if alike else f" If {other} is someone else, ask for that learner's own record."


@lru_cache(50_000)
def learner(file: str) -> str:
    """Return the learner's name: that of the file, or of its folder if the file has none.

    Moodle puts each learner's file into a folder; Canvas puts its name and two numbers in front.
    What computers add to the name of a copy is left out.

    >>> learner("maria lopez.jsonl"), learner("lopezmaria_12_345_maria-1.jsonl")
    ('maria lopez', 'lopezmaria_12_345')
    >>> learner("kim (1).jsonl.txt"), learner("Copy of kim.jsonl"), learner("kim - Copy (2).jsonl")
    ('kim', 'kim', 'kim')
    >>> learner("Maria Lopez_12_assignsubmission_file_/codeedu-progress.jsonl")
    'Maria Lopez_12'
    """
    path = PurePosixPath(file)
    stem = path.name if " " in path.suffix else path.name.removesuffix(path.suffix)
    while (bare := _COPY.sub("", _ENDING.sub("", stem)).strip()) not in ("", stem):
        stem = bare
    stem = _NAMELESS.sub("", stem, count=1)
    if packed := _CANVAS.match(stem):
        return shorten(packed[0], LONGEST)
    name = _MOODLE.sub("", _OWN_NAME.sub("", stem)).strip()
    name = _BLACKBOARD.sub(r"\1", name)
    if not name:
        folder = path.parent.name
        inside_zip = folder.lower().endswith(".zip")
        name = stem if inside_zip else _MOODLE.sub("", folder).strip() or stem
    return shorten(name, LONGEST)


def canvas_student(name: str) -> tuple[str, str] | None:
    """Return the name and the number of a student, if Canvas made this name of a learner.

    >>> canvas_student("lopezmaria_LATE_12_345"), canvas_student("maria")
    (('lopezmaria', '12'), None)
    """
    packed = _CANVAS.fullmatch(name)
    return (packed[1], packed[2]) if packed else None
