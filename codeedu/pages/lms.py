"""What a school's own system (an LMS) is told of a lesson, and what it keeps for the learner.

An LMS that plays SCORM keeps a status, a score, and one text of 4,000 characters for each lesson.
`standing` is the first two. `packed` is the third: what cannot be made again of the answers, so
that `unpacked` makes the same lines of the record on another computer. What can be made again is
left out: an item says whether an answer to it was right, what it showed, and all the rest.

When the text would be too long, attempts are left out: first earlier ones, the oldest first, then
drills and cases, then the pretest and the exercises, then the best attempt at the quiz or the
final. The latest attempt at that loses answers, from its end, only when it alone is too long.
"""

from __future__ import annotations

import json
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple, TypedDict, cast

from codeedu import tables
from codeedu.codes.wording import plural
from codeedu.learner import record, steps
from codeedu.learner.record import Answer, Sitting
from codeedu.lessons import first_lesson
from codeedu.practice.session import answered
from codeedu.questions import kinds
from codeedu.questions.generate import find_item
from codeedu.questions.items import Item

# Characters that every edition keeps for a lesson: 1.2 keeps 4,096, and 2004 first kept 4,000.
LIMIT = 4000
FORM = 1  # of the text: raise it when the form changes
LARGEST = 1_000_000  # bytes of an unpacked text; ours have some ten thousand
CASES = "08"  # the lesson on whose page cases are
MARKS = 1000  # what an item's hashes are counted by: one change of an item in so many is not seen
DAMAGED = (
    "What this system kept of your answers to this lesson cannot be read. Answers that this "
    "browser keeps are still here."
)

Lines = list[Answer]
Attempt = tuple[Sitting, int]


class Standing(TypedDict):
    """What an LMS is told of a lesson.

    `finished`: its quiz, or the final, was answered in full; a page without one was opened.
    `score`: percent right at the first try, None without a finished attempt. `passed`: an attempt
    reached the line. `begun`: there is an answer.

    The score is that of the best attempt, since `passed` is never taken back: many systems
    compare the score with the line themselves, and would fail whoever tries a passed quiz again.
    It is rounded down, so that nobody below the line is said to be on it.
    """

    finished: bool
    score: int | None
    passed: bool
    begun: bool


class Unpacked(NamedTuple):
    """The answers that a text holds, oldest first, and a sentence if some or all are missing."""

    answers: Lines
    says: str = ""


def report(lesson: str, limit: int = LIMIT, place: str | Path | None = None) -> str:
    """Return as JSON what an LMS is told of a lesson: its `standing`, and the text to keep.

    >>> report("02", place="/nowhere")[-30:]
    '"begun": false}, "packed": ""}'
    """
    told = {"standing": standing(lesson, place), "packed": packed(lesson, limit, place)}
    return json.dumps(told)


def restore(text: str, place: str | Path | None = None) -> str:
    """Add the answers that an LMS kept to the record; return "" or what the learner should know.

    What is in the record already is not added again.

    >>> restore("")
    ''
    """
    answers, says = unpacked(text)
    if not answers:
        return says
    lines = "\n".join(map(json.dumps, answers))
    try:
        record.bring_back(lines.encode(), place)
    except ValueError as error:
        return str(error)
    return says


def standing(lesson: str, place: str | Path | None = None) -> Standing:
    """Return what an LMS is told of a lesson, by the record.

    >>> standing("00", "/nowhere")
    {'finished': True, 'score': None, 'passed': False, 'begun': False}
    """
    row = tables.by("lessons", "lesson")[lesson]
    answers = record.read(place).answers
    ended = [result for result in steps.results(row, answers) if result.of and not result.left]
    return Standing(
        finished=bool(ended) or not row["ends"],
        score=max(map(_percent, ended), default=None),
        passed=any(result.reached for result in ended),
        begun=any(_is_of(lesson, answer) for answer in answers),
    )


def _percent(result: steps.Result) -> int:
    return 100 * result.right // result.of


def _is_of(lesson: str, answer: Answer) -> bool:
    """Return whether an answer was given on the page of a lesson.

    What asks of all lessons, the placement and a drill of everything, is on the start page; cases
    ask of many, too.
    """
    at = record.sitting(answer)
    if at is None:
        return False
    of_many = CASES if at.mode == "case" else first_lesson()["lesson"]
    return (at.of_lesson or of_many) == lesson


# Packing


def packed(lesson: str, limit: int = LIMIT, place: str | Path | None = None) -> str:
    """Return a text of at most `limit` plain characters of which `unpacked` makes the answers.

    An attempt that could not be made again as it is, such as one at a question that was changed
    since, is not in it. Without any answer the text is "".

    >>> packed("02", place="/nowhere")
    ''
    """
    answers = record.read(place).answers
    lines = [_as_given(answer) for answer in answers if _is_of(lesson, answer)]
    lost = {_attempt(line) for line in lines if not _can_be_remade(line)}
    lines = [line for line in lines if _attempt(line) not in lost]
    attempts = _order_of_leaving(lesson, lines)
    while len(text := _text_of(lines)) > limit and len(attempts) > 1:
        leaves = attempts.pop(0)
        lines = [line for line in lines if _attempt(line) != leaves]
    return text if len(text) <= limit else _longest(lines, limit)


def _as_given(answer: Answer) -> Answer:
    """Return a line as it was first written: when it was brought back says nothing elsewhere."""
    return cast(Answer, {name: value for name, value in answer.items() if name != "brought"})


def _longest(lines: Lines, limit: int) -> str:
    """Return the text of as many lines, from the first, as there is room for."""
    fit, too_many = 0, len(lines)
    while too_many - fit > 1:
        middle = (fit + too_many) // 2
        if len(_text_of(lines[:middle])) <= limit:
            fit = middle
        else:
            too_many = middle
    return _text_of(lines[:fit])


def _attempt(line: Answer) -> Attempt:
    return cast(Sitting, record.sitting(line)), line["attempt"]


def _order_of_leaving(lesson: str, lines: Lines) -> list[Attempt]:
    """Return all attempts, first those that are left out first: see on top."""
    ends = tables.by("lessons", "lesson")[lesson]["ends"]
    last = {_attempt(line): place for place, line in enumerate(lines)}
    latest = {at: max(number for other, number in last if other == at) for at, _ in last}
    tests = [attempt for attempt in last if attempt[0].mode == ends]
    results = {
        attempt: steps.Result([line for line in lines if _attempt(line) == attempt])
        for attempt in tests
    }
    final_try = max(tests, key=last.__getitem__, default=None)
    finished = [attempt for attempt in tests if not results[attempt].left]
    best = max(finished, key=lambda a: results[a].right / results[a].of, default=None)

    def stays(attempt: Attempt) -> int:
        at, number = attempt
        if attempt in (best, final_try):
            return 4 if attempt == final_try else 3
        if number < latest[at] or at.mode == ends:
            return 0
        return 1 if at.mode in ("drill", "case") else 2

    return sorted(last, key=lambda attempt: (stays(attempt), last[attempt]))


def _can_be_remade(line: Answer) -> bool:
    """Return whether a line can be made again from what is packed of it, exactly."""
    item = find_item(line["item"])
    try:
        return item is not None and _made(item, line) == line
    except (ValueError, KeyError, TypeError):
        return False


def _made(item: Item, given: Answer) -> Answer:
    """Return the line of an answer to an item; of `given`, only what is packed is used."""
    accepted = kinds.accept(item, given["answer"])
    line = answered(item, accepted, mode=given["mode"], tries=given["round"])
    for name in ("when", "of_lesson", "length", "exercise", "attempt", *_PLAIN):
        line[name] = given[name]  # type: ignore[literal-required]
    if "items" in given:
        line["items"] = given["items"]
    return line


_PLAIN = ("answer", "confidence", "seconds", "round", "position")  # packed as they are


def _text_of(lines: Lines) -> str:
    """Return lines as a text: columns of JSON, compressed, since alike things stand together."""
    if not lines:
        return ""
    names = _Numbered()
    sittings = _Numbered()
    lists = {
        n: [names(i) for i in line["items"]] for n, line in enumerate(lines) if "items" in line
    }
    columns: list[list[Any]] = [
        [sittings((*_attempt(line)[0], line["attempt"])) for line in lines],
        [names(line["item"]) for line in lines],
        *([line[name] for line in lines] for name in _PLAIN[:-1]),  # type: ignore[literal-required]
        _as_steps(lines),
        _as_times(lines),
    ]
    items = list(names)
    whole = [list(sittings), items, list(map(_mark, items)), list(lists.items()), columns]
    data = json.dumps(whole, separators=(",", ":")).encode()
    return _compressed(data)


def _compressed(data: bytes) -> str:
    return f"{FORM}{urlsafe_b64encode(zlib.compress(data, 9)).decode().rstrip('=')}"


class _Numbered(dict[Any, int]):
    """Gives each different thing a number, in the order in which they are met."""

    def __call__(self, thing: Any) -> int:
        return self.setdefault(thing, len(self))


def _mark(name: str) -> int:
    """Return a number that changes when the item or its key does, most of the time."""
    item = find_item(name)
    return (int(item.seen, 16) ^ int(item.key, 16)) % MARKS if item else -1


def _as_steps(lines: Lines) -> list[int]:
    """Return how far each position is from one after another within the attempt: mostly 0."""
    before: Counter[Attempt] = Counter()
    steps = []
    for line in lines:
        before[_attempt(line)] += 1
        steps.append(line["position"] - before[_attempt(line)])
    return steps


def _as_times(lines: Lines) -> list[int | str]:
    """Return when each answer was given: seconds after the one before, where that says it all."""
    times: list[int | str] = []
    before = ""
    for line in lines:
        when = line["when"]
        after = _seconds_between(before, when)
        times.append(when if after is None else after)
        before = when
    return times


def _seconds_between(before: str, when: str) -> int | None:
    try:
        passed = datetime.fromisoformat(when) - datetime.fromisoformat(before)
        seconds = int(passed.total_seconds())
        return seconds if _later(before, seconds) == when else None
    except (ValueError, TypeError, OverflowError):
        return None


def _later(before: str, seconds: int) -> str:
    return (datetime.fromisoformat(before) + timedelta(seconds=seconds)).isoformat()


# Unpacking


def unpacked(text: str) -> Unpacked:
    """Return the answers that a text of `packed` holds; never raises.

    >>> unpacked("").says, unpacked("What is this?").says == DAMAGED
    ('', True)
    """
    if not text:
        return Unpacked([])
    try:
        return _read(text)
    # Whatever is in it was not written by `packed`, or did not come back as it was.
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, zlib.error,
            RecursionError):  # fmt: skip
        return Unpacked([], DAMAGED)


def _read(text: str) -> Unpacked:
    if text[:1] != str(FORM):
        raise ValueError("another form")
    data = urlsafe_b64decode(text[1:].encode("ascii") + b"==")
    opened = zlib.decompressobj()
    whole = opened.decompress(data, LARGEST)
    if not opened.eof:
        raise ValueError("cut off")
    sittings, names, marks, lists, columns = json.loads(whole)
    named = {line: [names[number] for number in numbers] for line, numbers in lists}
    rows = list(zip(*columns, strict=True))
    if not rows:
        raise ValueError("empty")
    known = {name: item for name in names if (item := find_item(name))}
    changed = {name for name, mark in zip(names, marks, strict=True) if _mark(name) != mark}
    before, positions, lines = "", Counter[int](), []
    lost = {sitting for sitting, name, *_ in rows if names[name] in changed}
    for number, (sitting, name, *plain, step, time) in enumerate(rows):
        positions[sitting] += 1
        before = time if isinstance(time, str) else _later(before, time)
        if sitting in lost:
            continue
        given = dict(zip(Sitting._fields, sittings[sitting], strict=False))
        given |= dict(zip(_PLAIN, (*plain, positions[sitting] + step), strict=True))
        given |= {"attempt": sittings[sitting][-1], "when": before}
        if number in named:
            given["items"] = named[number]
        lines.append(_made(known[names[name]], cast(Answer, given)))
    checked = record.parse("\n".join(map(json.dumps, lines)).encode())
    if checked.problems:
        raise ValueError(checked.problems[0])
    return Unpacked(list(checked.answers), _gone(len(rows) - len(lines)))


def _gone(count: int) -> str:
    if not count:
        return ""
    return (
        f"{plural(count, 'answer')} of yours in this lesson {'is' if count == 1 else 'are'} not "
        "here any more, since the questions were changed."
    )
