"""The answers that a class hands in: every record read, every answer counted once.

Records come back renamed, doubled, cut off or edited; `who` finds out whose they are. An answer is
graded again from what was answered, so an edited mark changes nothing. What is wrong is reported in
a sentence.
"""

from __future__ import annotations

import gc
import hashlib
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple, TypeGuard, TypeVar, cast

import pandas as pd

from codeedu import custom
from codeedu.codes.wording import plural, shorten
from codeedu.learner import record
from codeedu.learner.record import Sitting
from codeedu.lessons import lesson_label
from codeedu.questions import decisions, due_days, generate, kinds, typed
from codeedu.questions.items import WRITTEN
from codeedu.teach.gradebook.due import FIRST_DAY
from codeedu.teach.gradebook.handed_in import submitted_files
from codeedu.teach.gradebook.roster import Roster
from codeedu.teach.gradebook.who import (
    LONGEST,
    FileProblem,
    Learner,
    RecordFile,
    answers_in,
    by_learner,
    shown,
)

UNKNOWN_DAY = (
    f"dated before {FIRST_DAY[:4]}, so the day is not known: where something is due, it counts 0 "
    "unless decisions.csv has a row `in time`"
)
FUTURE = "dated in the future: if that made it late, a row `in time` of decisions.csv mends it"
CLOCK = 60  # seconds that an answer may be dated before the one above it
LONG = 300  # seconds for one answer; more is a break
MOST_ITEMS = 1000  # of an attempt
SHOWN = 3  # problems of lines that are named for each file

Response = int | str | tuple[int, ...]  # a `kinds.Response` that can be hashed


class Graded(NamedTuple):
    """An answer to a question and its grade: one object for all who answered the same.

    `seen` is the version of the item. `as_now`: the answer was given to the item as it is, and
    graded by the key that it has. `note` is a key of NOTES, or "".
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
    `items` are those that its attempt asks, if this answer lists them; `position` is its place
    there, 0 if it is not known or the question was asked again.
    """

    when: float
    day: str
    seconds: int
    items: tuple[str, ...]
    attempt: int
    position: int
    sitting: Sitting
    graded: Graded


class Note(NamedTuple):
    """What a learner wrote about a version of a question, and the answer in words."""

    learner: str
    item: str
    seen: str
    answer: str
    note: str


class Collected(NamedTuple):
    """All that was handed in.

    `answers` has a row for each answer, by learner and oldest first, with `learner`, the fields of
    `Graded` and `Sitting`, `day`, `seconds`, `attempt` and `position` of `GradedAnswer`, and `of`:
    how many items the attempt asks, as far as the answer lists them. Answers have the grades that
    were decided, and those to dropped items are left out.
    The first of the `problems`, so many as `in_sheets`, are those of the sheets of decisions and of
    due days. `learners` has who handed in a file or is on the roster, by name; `files` counts all
    files. Of the `notes` each is there once, though several files of a learner have it.
    """

    answers: pd.DataFrame
    learners: dict[str, Learner]
    problems: list[FileProblem]
    files: int
    roster: Roster | None
    in_sheets: int
    notes: Sequence[Note]


def collect(place: str | Path, roster: Roster | None = None) -> Collected:
    """Return the records in a folder with all its folders, in a .zip, or in one file.

    Raises FileNotFoundError when there is no such folder or file.
    """
    where = Path(place).expanduser()
    if not where.exists():
        raise FileNotFoundError(f"There is no folder {record.short_path(where)}.")
    with _no_search_for_cycles():
        return _collect(where, roster)


@contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """Keep Python from looking for garbage again and again among what is read, which has none.

    It takes a quarter of the time with thousands of records.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _collect(where: Path, roster: Roster | None) -> Collected:
    decisions.read_again()
    due_days.dues.cache_clear()
    _by_key.cache_clear()
    problems: list[FileProblem] = []
    of_people: list[FileProblem] = []  # what the instructor may have to decide goes first
    by_content: dict[bytes, RecordFile] = {}  # by the hash of what is in it
    count = 0
    for path, content, problem in submitted_files(where):
        count += 1
        # macOS writes the letter and the accent of a name as two characters.
        name = unicodedata.normalize("NFC", path)
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
    unread = [name for file in by_content.values() if not file.answers for name in file.names]
    unread += [name for name, _ in problems if name not in unread]
    learners: dict[str, Learner] = {}
    whose: list[str] = []
    answers: list[GradedAnswer] = []
    notes: dict[Note, None] = {}
    for name, (learners[name], records) in by_learner(files, roster, of_people, unread).items():
        own = sorted(answers_in(records, problems).values(), key=lambda answer: answer.when)
        kept, dropped = _as_decided(own, learners[name].names)
        learners[name] = learners[name]._replace(dropped=dropped, counts=bool(kept))
        answers += kept
        whose += [name] * (len(answers) - len(whose))
        for file in chain.from_iterable(records):
            notes |= dict.fromkeys(_note(name, note) for note in file.notes)
            file.answers.clear()  # thousands of records would need twice the memory
    problems += _notes(whose, answers)
    in_sheets = list(_in_sheets(learners))
    problems += roster.notes() if roster else ()
    problems = in_sheets + [(shown(file), says) for file, says in of_people + problems]
    frame = _frame(whose, answers)
    return Collected(frame, learners, problems, count, roster, len(in_sheets), list(notes))


def _in_sheets(learners: Mapping[str, Learner]) -> Iterator[FileProblem]:
    """Yield what is wrong with the sheets of decisions and of due days, and what is left out."""
    names = {decisions.folded(name) for one in learners.values() for name in one.names}
    for module in (decisions, due_days):
        for problem in module.read_list(custom.sheet(module.NAME), names or None).problems:
            where, _, says = str(problem).partition(": ")
            yield where, says


def _frame(whose: list[str], answers: list[GradedAnswer]) -> pd.DataFrame:
    """Return the answers, each with its learner; texts that repeat are categories."""
    graded = _fields([answer.graded for answer in answers], Graded)
    graded = graded.astype({"answer": object, "as_now": bool, "correct": bool, "score": float})
    numbers = {
        "seconds": [answer.seconds for answer in answers],
        "attempt": [answer.attempt for answer in answers],
        "position": [answer.position for answer in answers],
        "of": [len(answer.items) for answer in answers],
    }
    columns = {
        "learner": pd.Series(whose, dtype="category"),
        "day": pd.Categorical([answer.day for answer in answers], ordered=True),
        **_fields([answer.sitting for answer in answers], Sitting).astype(
            {"length": "int32", "exercise": "int32"}
        ),
        **graded,
        **pd.DataFrame(numbers, dtype="int32"),
    }
    return pd.DataFrame(columns, copy=False)


def _fields(objects: list[Any], kind: type[Any]) -> pd.DataFrame:
    """Return the fields of named tuples, of which many are one object, as columns."""
    place: dict[int, int] = {}  # by the identity of an object
    places = [place.setdefault(id(one), len(place)) for one in objects]
    each = pd.DataFrame({id(one): one for one in objects}.values(), columns=kind._fields)
    categories = dict.fromkeys(each.columns.intersection(list(CATEGORIES)), "category")
    return each.astype(categories).take(places).reset_index(drop=True)


def _notes(whose: list[str], answers: list[GradedAnswer]) -> Iterator[FileProblem]:
    """Yield what is to know of questions whose answers were not simply graded."""
    noted: dict[tuple[str, str], Counter[str]] = {}  # by note and question, by learner
    for name, answer in zip(whose, answers, strict=True):
        if note := answer.graded.note:
            about = lesson_label(answer.graded.lesson) if note == UNKNOWN else answer.graded.item
            noted.setdefault((note, about), Counter())[name] += 1
    for (note, about), times in sorted(noted.items()):
        of = f"{plural(times.total(), 'answer')} of {plural(len(times), 'learner')}"
        yield about, NOTES[note].format(of)


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


def _answers_in(
    content: bytes,
) -> tuple[dict[int, GradedAnswer], list[str], Sequence[record.ItemNote]]:
    """Return the answers in a file by their keys, what is wrong with it, and the notes in it."""
    parsed = record.parse(content)
    if not parsed.answers:
        asks = "holds no answer; ask for the file that Hand in makes."
        return {}, [asks if content else "is empty."], ()
    problems = list(parsed.problems[:SHOWN])
    if len(parsed.problems) > SHOWN:
        more = plural(len(parsed.problems) - SHOWN, "more line")
        problems.append(f"{more} could not be read.")
    answers: dict[int, GradedAnswer] = {}
    count: Counter[str] = Counter()
    positions: dict[tuple[Sitting, int], set[int]] = {}  # of the answers of an attempt, from 1
    before = 0.0
    tomorrow = (datetime.now().astimezone() + timedelta(days=1)).timestamp()
    for line in parsed.answers:
        answer, problem = _regraded(line)
        own = repr([line.get(name) for name in ("position", "round", "seconds")])[:50]
        key = hash((answer.when, answer.graded.item, _place(answer), own))
        if (position := _counted(line.get("position"))) and "attempt" in line:
            positions.setdefault(_place(answer), set()).add(position)
        if problem:
            count[problem] += 1
        if answer.when < before - CLOCK:
            count["dated before the answer above it"] += 1
        if answer.when > tomorrow:
            count[FUTURE] += 1
        if answer.day < FIRST_DAY:
            count[UNKNOWN_DAY] += 1
        if key in answers:
            count["there twice; each counts once"] += 1
        answers.setdefault(key, answer)
        before = answer.when
    if missing := sum(max(there) - len(there) for there in positions.values()):
        count["not there, though later ones of the same attempt are"] = missing
    for problem, times in count.items():
        are = "is" if times == 1 else "are"
        problems.append(f"{plural(times, 'answer')} {are} {problem}.")
    return answers, problems, parsed.notes


def _note(learner: str, line: record.ItemNote) -> Note:
    """Return a note of a record, in which anything may be anything."""
    fields = {"item": "", **line}
    name, response = str(fields["item"])[:LONGEST], _response(fields.get("answer"))
    item, seen = find_item(name), decisions.version_in({**fields, "item": name})
    words = str(response)
    if item and grade_again(name, response):
        given = list(response) if isinstance(response, tuple) else response
        words = kinds.KINDS[item.kind].in_words(item, given)
    version = seen if decisions.is_version(seen) else ""
    return Note(learner, name, version, words, line["note"][: typed.LONGEST])


EDITED = "marked differently from what was answered; the new grade counts, not the record's"
NO_ANSWER = "in a form that is not asked for"
CORRECTED, CHANGED, UNKNOWN = "corrected", "changed", "unknown"
NOTES = {  # of so many answers to a question, or to questions of a lesson
    CORRECTED: "its key was corrected: a new grade for {}.",
    CHANGED: "it was changed since: the old grade for {} stays.",
    UNKNOWN: "it has questions that are in no bank here: the old grade for {} stays.",
}
TEXTS = ("lesson", "objective", "actual", "chosen")
CATEGORIES = ("mode", "of_lesson", "item", "seen", "note", *TEXTS)


def _regraded(line: record.Answer) -> tuple[GradedAnswer, str]:
    """Return an answer, graded again if its item is known; and what is wrong with it, or ""."""
    fields = cast(dict[str, Any], line)
    graded, problem = _graded(fields)
    when, day = _time_and_day(line["when"])
    listed, seconds = fields.get("items"), fields.get("seconds")
    names = listed if isinstance(listed, list) and len(listed) < MOST_ITEMS else ()
    return GradedAnswer(
        when=when,
        day=day,
        seconds=int(min(seconds, LONG)) if _is_number(seconds) and seconds > 0 else 0,
        items=tuple(dict.fromkeys([_kept(str(name)) for name in names])) if names else (),
        attempt=_counted(fields.get("attempt")),
        position=_counted(fields.get("position")) if fields.get("round") == 1 else 0,
        sitting=_sitting(line["mode"], line["of_lesson"], line["length"], line["exercise"]),
        graded=graded,
    ), problem


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
    graded, may_be = _by_key(item.id, response, item.is_as_in(fields))
    differs = fields["correct"] not in may_be
    # A line of former versions has no key; what was typed may have met other rules then.
    if not graded.as_now or ("key" not in fields and item.kind in WRITTEN):
        return _one(graded._replace(note=CORRECTED)) if differs else graded, ""
    taken = grade_again(item.id, response)
    return graded, NO_ANSWER if taken is None else EDITED if differs else ""


@lru_cache(50_000)
def _by_key(name: str, response: Response, as_now: bool) -> tuple[Graded, set[bool]]:
    """Return an answer with its grade by the key, and how a record may have marked it.

    It may also be marked by what was decided since.
    """
    item, grade = find_item(name), grade_again(name, response) or kinds.Grade(0.0, False)
    assert item
    decided = decisions.decided(name, item.seen, response, grade) or grade
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
        note="",
    ), {grade.correct, decided.correct}


_T = TypeVar("_T")


@lru_cache(50_000)
def _one(value: _T) -> _T:
    """Return the one object that is kept for all equal ones."""
    return value


@lru_cache(50_000)
def _sitting(mode: str, of_lesson: str, length: int, exercise: int) -> Sitting:
    return Sitting(_kept(mode), _kept(of_lesson), _counted(length), _counted(exercise))


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


@lru_cache(5_000)
def _kept(text: str) -> str:
    return sys.intern(shorten(text, LONGEST))


def _time_and_day(when: str) -> tuple[float, str]:
    """Return seconds since 1970, and the ISO date by the learner's own clock."""
    day = sys.intern(when[:10])  # a record's reader lets no other form pass
    try:
        return datetime.fromisoformat(when).timestamp(), day
    except (OverflowError, ValueError, OSError):  # the year 1 in some time zone
        return 0.0, day


# What was decided


def _as_decided(
    answers: list[GradedAnswer], names: Sequence[str]
) -> tuple[list[GradedAnswer], set[str]]:
    """Return a learner's answers with the grades that were decided, and which items were dropped.

    Without the answers to these; the items are those that an attempt asked or the learner answered.
    """
    if not decisions.decisions():
        return answers, set()
    decided = [(answer, _as_decided_for(answer.graded, names)) for answer in answers]
    dropped = {(_place(answer), answer.graded.item) for answer, graded in decided if graded is None}
    listed = {_place(answer): answer.items for answer in reversed(answers) if answer.items}
    met = {name for items in listed.values() for name in items}
    gone = met - set(decisions.not_dropped(met, names)) | {item for _, item in dropped}
    kept = []
    for answer, graded in decided:
        if graded:  # the first of an attempt that is kept lists its items
            place = _place(answer)
            items = decisions.not_dropped(listed.pop(place, ()), names)
            items = [name for name in items if (place, name) not in dropped]
            kept.append(answer._replace(graded=graded, items=tuple(items)))
    return kept, gone


def _place(answer: GradedAnswer) -> tuple[Sitting, int]:
    return answer.sitting, answer.attempt


def _as_decided_for(graded: Graded, names: Sequence[str]) -> Graded | None:
    if not decisions.deciding(graded.item, graded.seen, names):
        return graded
    grade = kinds.Grade(graded.score, graded.correct, graded.misconceptions, graded.chosen)
    now = decisions.decided(graded.item, graded.seen, graded.answer, grade, names)
    return _one(graded._replace(**vars(now))) if now else None
