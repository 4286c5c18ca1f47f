"""The learner's own record: one line of JSON for each answer, appended and never rewritten.

It is a text file that learners can find, open and mail: `codeedu-progress.jsonl` in the home
folder unless CODEEDU_PROGRESS or an argument says otherwise. Nothing in it leaves the machine.
A problem with it never stops practice: it comes back as a sentence.

A line is complete in itself, so that it could be kept in a database as well: it names the sitting
and its place in it, what was seen and by which key it was graded (two hashes, so that old answers
can be graded again when a key is corrected), and, where several people share a machine, the
`learner`. Three rules keep old and new lines readable together: a reader ignores fields that it
does not know, a field never changes its meaning, and lines of former versions are brought up to
date in one place, `_modernize`. A line with a `note` instead of an answer is something that the
learner wrote about an item, such as why its key seems wrong.
"""

from __future__ import annotations

import errno
import heapq
import json
import math
import os
import re
import time
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple, TypedDict, TypeVar, cast

from codeedu.codes.wording import plural, shorten
from codeedu.files import (
    IN_BROWSER,
    RECORD_NAME,
    RECORD_VARIABLE,
    as_utf8,
    csv_text,
    record_path,
    write_all,
)
from codeedu.questions import decisions
from codeedu.questions.kinds import Grade

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

NAME, VARIABLE, path = RECORD_NAME, RECORD_VARIABLE, record_path
FINAL = "final"  # the mode of the final assessment, and the lesson that it is
SAVED = "Your answers are saved now."
PATIENCE = 1.0  # seconds to wait for another notebook that is writing
MOST_ATTEMPTS = 10**6  # at one sitting; a line with a larger number was not written by codeedu
DEEPEST = 10  # lists within lists in a line; codeedu writes one
MOST_LISTS = 1000  # that a line begins, in its text too: far more end Python in a browser for good
_OF_ONE = f"-{RECORD_NAME}"  # the end of the name of a record on a shared account
LOCKED = 1 << 30  # the byte that Windows locks, which nobody reads: it is behind every record


class Sitting(NamedTuple):
    """What a learner sits down to, the same each time its cell is run.

    `of_lesson` is "" for a drill or a placement of all lessons. `length` is how many questions a
    quiz or drill was asked for, `exercise` the number of an exercise in its lesson; else 0.
    """

    mode: str
    of_lesson: str = ""
    length: int = 0
    exercise: int = 0


class Answer(TypedDict, total=False):
    """One answer, as a session makes it and a line of the record keeps it."""

    when: str
    learner: str
    brought: str  # when it was brought back from a copy, if it was
    # Where it was given: the fields of Sitting, and the number of the attempt at it, from 0. The
    # first answer of an attempt lists all its items. `position` counts from 1 within the attempt,
    # `round` goes up with each retry.
    mode: str
    of_lesson: str
    length: int
    exercise: int
    attempt: int
    items: list[str]
    position: int
    round: int
    # The item: `lesson` is its own, `seen` and `key` are its hashes, see `questions.items`.
    pool: str
    lesson: str
    objective: str
    item: str
    seen: str
    key: str
    kind: str
    # What the learner did.
    answer: int | str | list[int]
    correct: bool
    score: float
    confidence: str
    seconds: float | None
    # What that shows: the code set of a "reading" item and the one it was taken for; the
    # misconceptions that this answer showed, and those that some answer could.
    actual: str
    chosen: str
    misconceptions: list[str]
    could_show: list[str]


class ItemNote(TypedDict, total=False):
    """What a learner wrote about an item, and the answer that was given to it."""

    when: str
    learner: str
    item: str
    seen: str
    answer: int | str | list[int]
    note: str


@dataclass(frozen=True)
class Record:
    """What was read: `answers` and `notes`, oldest first; a sentence for each skipped line.

    So many answers are left out because an instructor `dropped` their questions.
    """

    answers: tuple[Answer, ...] = ()
    problems: tuple[str, ...] = ()
    notes: tuple[ItemNote, ...] = ()
    dropped: int = 0


def short_path(place: str | Path | None = None) -> str:
    """Return where the record is kept as a learner would write it, with ~ for the home folder.

    In a browser the record has no name that a learner would know; other files have no folder.
    """
    where = path(place)
    if IN_BROWSER:
        return "this browser" if where == path() else where.name
    with suppress(RuntimeError, ValueError):
        return str(Path("~") / where.relative_to(Path.home()))
    return str(where)


def append(answer: Answer, place: str | Path | None = None) -> str:
    """Keep one answer, as `session.Session` makes it; return "" or a sentence that warns.

    The time is added as `when`. A line is written in one call and is on the disk when this
    returns; a line that a crash cut off is closed first, so that it spoils no other.
    """
    return _not_saved([answer], (), _append([_stamped(answer)], place))


class Keeper:
    """What brings a view's answers into the record; what could not be saved waits for a next try.

    >>> Keeper().keep()  # nothing waits
    ''
    """

    def __init__(self) -> None:
        self.waiting: list[Answer] = []
        self.notes: list[ItemNote] = []  # that wait, too

    def keep(self, *answers: Answer, notes: Iterable[ItemNote] = ()) -> str:
        """Save what waits, then these; return "" or a sentence that warns."""
        self.waiting += map(_stamped, answers)
        self.notes += map(_stamped, notes)
        lines: list[Answer | ItemNote] = [*self.waiting, *self.notes]
        warning = _not_saved(self.waiting, self.notes, _append(lines) if lines else "")
        if not warning:
            self.waiting, self.notes = [], []
        return warning


_Entry = TypeVar("_Entry", Answer, ItemNote)


def _stamped(entry: _Entry) -> _Entry:
    """Return an answer or a note with the time at which it was given."""
    now = datetime.now().astimezone().isoformat(timespec="seconds")
    return cast(_Entry, {"when": now, **entry})


def _not_saved(answers: Sequence[Answer], notes: Sequence[ItemNote], why: str) -> str:
    if not why:
        return ""
    are = "is" if len(answers) + len(notes) == 1 else "are"
    return f"{_how_many(answers, notes)} {are} not saved yet: {why}. You can go on practicing."


def _how_many(answers: Sequence[Answer], notes: Sequence[ItemNote]) -> str:
    counted = [plural(len(x), name) for x, name in ((answers, "answer"), (notes, "note")) if x]
    return " and ".join(counted)


def _append(entries: Iterable[Answer | ItemNote], place: str | Path | None = None) -> str:
    """Add lines to the record, all or none of them; return "" or why not."""
    where = path(place)
    text = (json.dumps(entry, default=str, allow_nan=False) + "\n" for entry in entries)
    lines = "".join(text).encode()
    try:
        where.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
        descriptor = os.open(where, flags, 0o600)
    except OSError as error:
        return reason(error, short_path(place))
    try:
        _write(descriptor, lines)
    except OSError as error:
        return reason(error, short_path(place))
    finally:
        with suppress(OSError):
            os.close(descriptor)  # this frees the lock too
    return ""


def _write(descriptor: int, line: bytes) -> None:
    locked = _lock(descriptor)
    size = os.lseek(descriptor, 0, os.SEEK_END)
    if size:
        os.lseek(descriptor, size - 1, os.SEEK_SET)
        if os.read(descriptor, 1) != b"\n":
            line = b"\n" + line
    try:
        written = os.write(descriptor, line)
        if written < len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fsync(descriptor)
    except OSError:
        if locked:  # nobody else has written since: take the half line back
            with suppress(OSError):
                os.ftruncate(descriptor, size)
        raise


def _lock(descriptor: int) -> bool:
    """Wait a moment for other notebooks; return whether the file is locked for us."""
    end = time.monotonic() + PATIENCE
    with suppress(OSError):  # a file system without locks: appending in one call has to do
        while time.monotonic() < end:
            with suppress(BlockingIOError, PermissionError):  # another one has it
                _lock_now(descriptor)
                return True
            time.sleep(0.01)
    return False


def _lock_now(descriptor: int) -> None:
    if fcntl:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    else:
        msvcrt: Any = import_module("msvcrt")
        os.lseek(descriptor, LOCKED, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)


NO_FILE = "a pipe or a device, not a file"


def reason(error: OSError, name: str) -> str:
    """Return why the file called `name` could not be written, and what helps, in words.

    >>> reason(OSError(28, "No space left on device"), "~/answers.csv")
    'the disk is full; delete something that you no longer need'
    """
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "the disk is full; delete something that you no longer need"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{name} may not be changed; ask whoever looks after this computer"
    if error.errno in (errno.EINVAL, errno.ESPIPE):
        return f"{name} is {NO_FILE}"
    return f"{name} cannot be written ({error.strerror or error})"


def read(place: str | Path | None = None) -> Record:
    """Return the record as an instructor's decisions let it count; never raises.

    Lines that are not answers are skipped and reported.
    """
    return _as_decided(read_raw(place))


def read_raw(place: str | Path | None = None) -> Record:
    """Return the record as it was written; else as `read`."""
    try:
        return parse(_lines(place))
    except OSError as error:
        return Record(problems=(f"{short_path(place)} cannot be read: {error.strerror or error}.",))


def _as_decided(kept: Record) -> Record:
    """Return a record with the grades that were decided, without what was dropped.

    In an attempt whose first answer is dropped, the next one lists its items.
    """
    if not decisions.decisions():
        return kept
    graded = [(line, _decided(line)) for line in kept.answers]
    dropped: dict[object, set[str]] = {}  # by attempt
    listed: dict[object, list[str]] = {}
    for line, now in graded:
        if now is None:
            dropped.setdefault(_attempt(line), set()).add(line["item"])
            listed.setdefault(_attempt(line), named_items([line]))
    answers = []
    for _, now in graded:
        if now is not None:
            names = named_items([now]) or listed.pop(_attempt(now), [])
            out = dropped.get(_attempt(now), set())
            names = decisions.not_dropped(name for name in names if name not in out)
            answers.append(cast(Answer, {**now, "items": names}) if names else now)
    return replace(kept, answers=tuple(answers), dropped=len(graded) - len(answers))


def _decided(line: Answer) -> Answer | None:
    """Return an answer with the grade that was decided for everybody; None if it is dropped."""
    version = decisions.version_in(line)
    if not decisions.deciding(line["item"], version):
        return line
    stated = Grade(
        line.get("score", 0.0), line["correct"], (*line["misconceptions"],), line["chosen"]
    )
    grade = decisions.decided(line["item"], version, line.get("answer", ""), stated)
    if grade is None:
        return None
    return cast(Answer, {**line, **vars(grade), "misconceptions": [*grade.misconceptions]})


def _lines(place: str | Path | None) -> bytes:
    """Return the record when nobody is writing in it."""
    where = path(place)
    if where.exists() and not (where.is_file() or where.is_dir()):  # reading may never end
        raise OSError(errno.EINVAL, f"it is {NO_FILE}", short_path(place))
    with suppress(FileNotFoundError), where.open("rb") as file:
        _lock(file.fileno())
        file.seek(0)
        return file.read()
    return b""


def parse(text: bytes) -> Record:
    """Return the record that the text of a file holds, as `read` does."""
    answers: list[Answer] = []
    notes: list[ItemNote] = []
    problems: list[str] = []
    lines = _in_utf8(text).split(b"\n")
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            fields = _fields(line)
            if isinstance(fields.get("note"), str) and "correct" not in fields:
                notes.append(cast(ItemNote, fields))
            else:
                answers.append(_answer(fields))
        except ValueError as error:
            cut = "; it was cut off" if number == len(lines) else ""
            problems.append(f"Line {number} was skipped: {error}{cut}.")
    return Record(tuple(_in_time(answers)), tuple(problems), tuple(notes))


def _in_utf8(text: bytes) -> bytes:
    """Return a record in UTF-8; what `append` added to one that was saved in UTF-16 is so already.

    Where a line of UTF-8 begins, a line end is followed by a brace without a zero between them.
    """
    added = re.search(rb'\n\{"', text)
    end = added.start() + added.start() % 2 if added else len(text)  # UTF-16 has bytes in pairs
    return as_utf8(text[:end]) + text[end:]


def _in_time(answers: Sequence[Answer]) -> Iterable[Answer]:
    """Return answers in the order in which they were given.

    That is the order of their lines, whatever the clock said; but what was brought back from a
    copy goes between the others by its time.
    """
    copies: dict[str, list[Answer]] = {}
    for answer in answers:
        copies.setdefault(str(answer.get("brought", "")), []).append(answer)
    return heapq.merge(*copies.values(), key=moment)


def moment(answer: Answer) -> datetime:
    """Return when an answer was given, as a time that can be compared with others.

    >>> moment({"when": "2026-11-20T10:00:00"}) > moment({"when": "2026-11-20T10:00:00+01:00"})
    True
    """
    when = datetime.fromisoformat(answer["when"])
    return when if when.tzinfo else when.replace(tzinfo=UTC)


_TEXTS = ("item", "lesson", "objective", "when")
_LISTS = ("misconceptions", "could_show")
_KINDS: dict[str, type[Any]] = {  # of fields that become empty, or 0, when they are not of it
    **dict.fromkeys(("confidence", "actual", "chosen", "mode", "of_lesson"), str),
    **dict.fromkeys(("length", "exercise"), int),
    **dict.fromkeys(_LISTS, list),
}


def _fields(line: bytes) -> dict[str, Any]:
    lists = line.count(b"[") + line.count(b"{")
    if lists > MOST_LISTS:
        raise ValueError("it is not an answer")
    try:
        fields = _JSON.decode(line.decode())
    except (ValueError, RecursionError):
        raise ValueError("it is not JSON") from None
    if not isinstance(fields, dict) or (lists > DEEPEST and _is_deeper(fields, DEEPEST)):
        raise ValueError("it is not an answer")
    return fields


def _is_deeper(value: object, levels: int) -> bool:
    if isinstance(value, dict):
        value = list(value.values())
    return isinstance(value, list) and (
        not levels or any(_is_deeper(part, levels - 1) for part in value)
    )


def _answer(fields: dict[str, Any]) -> Answer:
    """Return the answer in a line; fields beyond the required ones are corrected or kept."""
    for name in _TEXTS:
        if not isinstance(fields.get(name), str) or not fields[name]:
            raise ValueError(f"its {name!r} is missing or not text")
    if not isinstance(fields.get("correct"), bool):
        raise ValueError("its 'correct' is neither true nor false")
    try:
        day = datetime.fromisoformat(fields["when"]).date().isoformat()
    except ValueError:
        day = ""
    if day != fields["when"][:10]:  # Python reads weeks, too, and days without hyphens
        raise ValueError("its 'when' is not a date")
    _modernize(fields)
    for name, kind in _KINDS.items():
        if type(fields.get(name)) is not kind:
            fields[name] = kind()
    for name in _LISTS:
        if fields[name]:
            fields[name] = [entry for entry in fields[name] if isinstance(entry, str)]
    return cast(Answer, fields)


# The name of a sitting in lines of former versions: "quiz 05 of 10 #2", "exercise 02-1 #0".
_FORMER = re.compile(
    r"(quiz|drill|pretest|placement|final|exercise)"
    r"(?: (?:all|([^\s-]+)))?(?:-(\d{1,4}))?(?: of (\d{1,4}))? #(\d{1,9})",
    re.ASCII,
)


def _modernize(fields: dict[str, Any]) -> None:
    """Give a line of a former version the present fields.

    The name of its sitting held what are fields now; a name in another format is ignored.
    The code sets were called `truly` and `read_as`: those of written items are left out, since
    most of these items did not ask for a reading; generated ones always did.
    """
    if "actual" not in fields and fields["item"].startswith("made:"):
        fields["actual"], fields["chosen"] = fields.get("truly"), fields.get("read_as")
    if "of_lesson" in fields or "sitting" not in fields:
        return
    fields.pop("attempt", None)
    if name := _FORMER.fullmatch(str(fields.pop("sitting"))):
        mode, lesson, exercise, length, attempt = name.groups()
        fields["mode"] = mode
        fields["of_lesson"] = FINAL if mode == FINAL else lesson or ""
        fields["exercise"], fields["length"] = int(exercise or 0), int(length or 0)
        fields["attempt"] = int(attempt)


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _finite(number: str) -> float:
    """Return a number that JSON can write again: 1e999 is read as infinity."""
    if not math.isfinite(value := float(number)):
        raise ValueError(number)
    return value


_JSON = json.JSONDecoder(parse_constant=_refuse, parse_float=_finite)


# Sittings


def first_tries_of(attempt: Sequence[Answer]) -> dict[str, Answer | None]:
    """Return the first answer to each item of an attempt, None where there is none yet.

    Its items are those that it names; an attempt of a former version that names none consists of
    the items that were answered.
    """
    names = named_items(attempt)
    tries: dict[str, Answer | None] = dict.fromkeys(names)
    for answer in attempt:
        if not names or answer["item"] in tries:
            tries[answer["item"]] = tries.get(answer["item"]) or answer
    return tries


def sitting(answer: Answer) -> Sitting | None:
    """Return the sitting in which an answer was given; None if its line names no attempt."""
    attempt = answer.get("attempt")
    if type(attempt) is not int or not 0 <= attempt < MOST_ATTEMPTS:
        return None
    return Sitting(answer["mode"], answer["of_lesson"], answer["length"], answer["exercise"])


def attempts(answers: Iterable[Answer], at: Sitting) -> dict[int, list[Answer]]:
    """Return the answers of every attempt at a sitting by its number, the latest attempt last.

    They are in the order of their positions: an attempt that went on at another computer may have
    times of two clocks.

    >>> final = Sitting("final", "final")
    >>> lines = [{**final._asdict(), "attempt": 2}, {**final._asdict(), "attempt": 0}]
    >>> list(attempts(lines, final)), attempts(lines, Sitting("quiz", "05", 10))
    ([0, 2], {})
    """
    by_number: dict[int, list[Answer]] = {}
    for answer in answers:
        if sitting(answer) == at:
            by_number.setdefault(answer["attempt"], []).append(answer)
    for lines in by_number.values():
        lines.sort(key=_position)
    return dict(sorted(by_number.items()))


def _position(answer: Answer) -> int:
    position = answer.get("position")
    return position if type(position) is int else 0


def named_items(lines: Sequence[Answer]) -> list[str]:
    """Return the ids of an attempt's items, as its first answer lists them; [] if none does."""
    for line in lines:
        names = line.get("items")
        if isinstance(names, list) and names and all(isinstance(name, str) for name in names):
            return names
    return []


# What the learner can do with it

COLUMNS = tuple(name for name in Answer.__annotations__ if name != "items")


def export_progress(to: str | Path | None = None, place: str | Path | None = None) -> str:
    """Write the record as CSV and say so; `to` is a file, by default beside the record.

    Raises OSError when the record cannot be read, or the file cannot be written or is the record.
    """
    target = Path(to).expanduser() if to else path(place).with_suffix(".csv")
    answers = parse(_lines(place)).answers
    rows = [[_in_a_cell(answer.get(name)) for name in COLUMNS] for answer in answers]
    # The byte order mark tells Excel that this is UTF-8.
    text = csv_text([COLUMNS, *rows]).encode("utf-8-sig", errors="backslashreplace")
    write_all({target: text}, copy_of=path(place))
    return f"{plural(len(answers), 'answer')} written to {short_path(target)}."


def hand_in(name: str, folder: str | Path = ".", place: str | Path | None = None) -> str:
    """Copy the record to a file that an instructor can tell by its name, and say so.

    An earlier copy is replaced; so is any other file of that name, and that is said.

    `name` is what the instructor knows the learner by, such as a login; the file is in `folder`,
    by default that of the lessons.

    Raises ValueError when there is no answer to hand in, or the name has no letter or digit;
    OSError when the record cannot be read, or the file cannot be written or is the record.
    """
    file_name = handed_in_as(name)
    lines = _lines(place)
    answers = parse(lines).answers
    if not answers:
        raise ValueError("There is no answer to hand in yet.")
    target = Path(folder).expanduser() / file_name
    another = False
    with suppress(OSError):  # The record only grows, so an earlier copy is how this one begins.
        another = target.is_file() and not lines.startswith(target.read_bytes())
    write_all({target: lines}, copy_of=path(place))
    replaced = ", in place of another file of that name" if another else ""
    count = plural(len(answers), "answer")
    return f"{count} copied to {target.name}{replaced}. Hand in this file."


def handed_in_as(name: str) -> str:
    """Return the name of the file that a learner of this name hands in.

    Raises ValueError when the name has no letter or digit.

    >>> handed_in_as("Kim O'Hara")
    'Kim-O-Hara.jsonl'
    """
    composed = unicodedata.normalize("NFC", str(name))  # macOS writes an accent by itself
    stem = re.sub(r"[^\w.@+-]+", "-", composed).strip("-.")
    if not re.search(r"\w", stem):
        raise ValueError(f"“{shorten(str(name))}” is not a name: write it with letters or digits.")
    return f"{stem}.jsonl"


def path_of(login: str) -> Path:
    """Return where the answers of one learner are kept, where several people use one account.

    It is beside the record without a login. Capitals make no difference, as in Windows.

    Raises ValueError for a login that cannot be part of the name of a file.

    >>> path_of("MLopez").name
    'mlopez-codeedu-progress.jsonl'
    """
    if handed_in_as(login) != f"{login}.jsonl":
        allowed = "letters and digits, and within it . _ - + @"
        raise ValueError(f"“{shorten(login)}” is not a login: write it with {allowed}.")
    return path().with_name(f"{login.lower()}{_OF_ONE}")


def login_of(place: str | Path | None = None) -> str:
    """Return the login of the learner whose own record this is, "" for any other record."""
    name = path(place).name
    return name.removesuffix(_OF_ONE) if name.endswith(_OF_ONE) else ""


def bring_back(text: bytes, place: str | Path | None = None) -> str:
    """Add the answers of a copy of a record, the text of its file, and say what was done.

    The record only grows: what is in it already is left as it is, and not added again. An attempt
    of the copy that has the number of another one here gets the next number that is free.

    Raises ValueError when the text holds no answer, or nothing could be written.
    """
    ours, theirs = read_raw(place), parse(text)
    answers = {_line(answer): answer for answer in theirs.answers}
    if not answers:
        raise ValueError(
            "Nothing was brought back: there is no answer in this file. Choose a copy that Hand in "
            "made; its name ends in .jsonl."
        )
    known = {_line(answer): answer for answer in ours.answers}
    numbers = _numbers(known, answers)
    today = _stamped(Answer())["when"]
    new = [
        cast(Answer, {**answer, "brought": today, **numbers.get(_attempt(answer), {})})
        for line, answer in answers.items()
        if line not in known
    ]
    noted = set(map(_line, ours.notes))
    notes = [n for line, n in {_line(n): n for n in theirs.notes}.items() if line not in noted]
    if why := _append([*new, *notes], place) if new or notes else "":
        raise ValueError(f"Nothing was brought back: {why}.")
    brought = _how_many(new, notes)
    were = "was" if len(new) + len(notes) == 1 else "were"
    says, same = f"{brought} {were} brought back.", len(answers) - len(new)
    if not brought:
        says = "Every answer of this file is here already; nothing was changed."
    elif same:
        says += (
            f" {plural(same, 'answer')} of this file {'was' if same == 1 else 'were'} here already."
        )
    if theirs.problems:
        says += f" {plural(len(theirs.problems), 'line')} of the file could not be read."
    return says


def _line(entry: Answer | ItemNote) -> str:
    """Return what makes an answer or a note another one: all but what `bring_back` changes."""
    same = {name: value for name, value in entry.items() if name not in ("attempt", "brought")}
    return json.dumps(same, sort_keys=True)


def _attempt(answer: Answer) -> tuple[Sitting | None, object]:
    at = sitting(answer)
    return at, answer["attempt"] if at else None


def _numbers(
    known: Mapping[str, Answer], copied: Mapping[str, Answer]
) -> dict[tuple[Sitting | None, object], dict[str, int]]:
    """Return the number here of each attempt of a copy: that of its lines here, else a free one."""
    numbers: dict[tuple[Sitting | None, object], dict[str, int]] = {}
    for line in known.keys() & copied.keys():
        if sitting(copied[line]) and sitting(known[line]):
            numbers[_attempt(copied[line])] = {"attempt": known[line]["attempt"]}
    used = {_attempt(answer) for answer in known.values()}
    free: dict[Sitting | None, int] = {}  # where to look on, for each sitting
    for answer in copied.values():
        at, number = _attempt(answer)
        if at and (at, number) not in numbers:
            free_number = answer["attempt"]
            if (at, number) in used:
                free_number = max(free_number, free.get(at, 0))
                while (at, free_number) in used:
                    free_number += 1
                free[at] = free_number + 1
            used.add((at, free_number))
            numbers[at, number] = {"attempt": free_number}
    return numbers


def _in_a_cell(value: Any) -> Any:
    return " ".join(map(str, value)) if isinstance(value, list) else value


def delete_progress(*, confirm: bool = False, place: str | Path | None = None) -> str:
    """Delete the record for good if `confirm` is True; return what was, or would be, done.

    Raises OSError when the file cannot be deleted.
    """
    where = path(place)
    if not where.is_file():
        return "There is no record to delete."
    count = plural(len(read_raw(place).answers), "answer")
    if confirm is not True:
        how = "codeedu.delete_progress(confirm=True)"
        return f"This deletes {count} in {short_path(place)} for good. To do it: {how}"
    where.resolve().unlink()  # not only a link to it
    return f"{count} in {short_path(place)} deleted. Copies that you made stay."
