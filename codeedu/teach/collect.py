"""The records that a class hands in: every file read, every answer counted once.

Files come back renamed, doubled, cut off or edited. A file that shares half of its answers with
another is the same record, whatever it is called. An answer is graded again from what was
answered, so an edited mark changes nothing. What is wrong is reported in a sentence.

A record is untrusted text: its size is limited, an archive is never unpacked by its own paths,
and a link is not followed.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from codeedu.codes.wording import plural, shorten
from codeedu.practice import bank, generate, grading, record
from codeedu.practice.items import Item

LARGEST = 20_000_000  # bytes of a record: about 40,000 answers
UNPACKED = 2_000_000_000  # bytes of all records in an archive
RATIO = 100  # unpacked to packed; records reach about 20
MEMBERS = 20_000
SAME = 0.5  # of the answers of the shorter file; then two files are one record
CLOCK = 60  # seconds that an answer may be dated before the one above it
LONGEST = 80  # characters of a name
SHOWN = 3  # problems of lines that are named for each file

_OWN_NAME = re.compile(r"[_ -]*codeedu-progress(?:[ _-]*\(?\d*\)?)$", re.IGNORECASE)
_MOODLE = re.compile(r"_assignsubmission_file_?$")


class Given(NamedTuple):
    """One answer, graded again where its item is known; `of` is how many its attempt asks."""

    moment: float
    day: str
    item: str
    lesson: str
    objective: str
    mode: str
    sitting: str
    round: int
    of: int
    correct: bool
    score: float
    response: int | str | tuple[int, ...]
    could_show: tuple[str, ...]
    misconceptions: tuple[str, ...]
    actual: str
    chosen: str


@dataclass
class Handed:
    """The answers of one learner, oldest first, and the files they came in."""

    learner: str
    answers: list[Given]
    files: list[str]


@dataclass
class Collected:
    """All that was handed in: records by learner, and what was wrong, by file."""

    records: list[Handed] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    files: int = 0


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
        raise FileNotFoundError(f"There is no folder {record.shown(where)}.")
    found = Collected()
    seen: dict[bytes, str] = {}
    read: list[_Read] = []
    for name, path, problem in _files(where):
        found.files += 1
        if problem:
            found.problems.append((name, problem))
            continue
        try:
            content = hashlib.sha256(path.read_bytes()).digest()
        except OSError as error:
            found.problems.append((name, f"cannot be read: {error.strerror or error}."))
            continue
        if content in seen:
            says = f"is an exact copy of {seen[content]}; it counts once."
            found.problems.append((name, says))
            continue
        seen[content] = name
        one = _read(name, path, items, found.problems)
        if one.answers:
            read.append(one)
    found.records = list(_together(read, found.problems))
    return found


# The files


def _files(where: Path) -> Iterator[tuple[str, Path, str]]:
    """Yield the name to show of every file, where it can be read now, and what is wrong."""
    if where.is_dir():
        for path in sorted(where.rglob("*")):
            name = path.relative_to(where).as_posix()
            if any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(name).parts):
                continue  # what systems leave in folders
            if path.is_symlink():
                yield _shown(name), path, "is a link to somewhere else; it was not followed."
            elif path.is_file():
                yield from _file(name, path)
    else:
        yield from _file(where.name, where)


def _file(name: str, path: Path) -> Iterator[tuple[str, Path, str]]:
    if path.suffix.lower() == ".zip":
        yield from _unpacked(name, path)
    else:
        size = path.stat().st_size
        yield _shown(name), path, _too_large(size) if size > LARGEST else ""


def _too_large(size: int) -> str:
    return f"has {size / 1e6:,.0f} MB; a record has less than {LARGEST // 1_000_000} MB."


def _unpacked(name: str, path: Path) -> Iterator[tuple[str, Path, str]]:
    """Yield the files of an archive one by one, each in a file of ours until the next."""
    shown = _shown(name)
    try:
        with zipfile.ZipFile(path) as archive, tempfile.TemporaryDirectory() as folder:
            members = [info for info in archive.infolist() if not info.is_dir()]
            if len(members) > MEMBERS:
                yield shown, path, f"holds {len(members):,} files; at most {MEMBERS:,} are read."
                return
            left = UNPACKED
            for info in members:
                parts = PurePosixPath(info.filename.replace("\\", "/")).parts
                if not parts or any(part.startswith((".", "__MACOSX")) for part in parts[-1:]):
                    continue
                inside = _shown("/".join((name, *(part for part in parts if part != ".."))))
                target = Path(folder) / "record"  # never a path from the archive
                problem = _refused(info) or (
                    "was not read: the archive unpacks to too much."
                    if info.file_size > left
                    else ""
                )
                if not problem:
                    left -= info.file_size
                    problem = _extracted(archive, info, target)
                yield inside, target, problem
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError):
        yield shown, path, "is not a .zip that can be opened; unpack it yourself."


def _refused(info: zipfile.ZipInfo) -> str:
    if info.filename.lower().endswith(".zip"):
        return "is an archive in an archive; unpack it first."
    if info.flag_bits & 1:
        return "is locked with a password."
    if info.file_size > LARGEST:
        return _too_large(info.file_size)
    if info.file_size > RATIO * max(info.compress_size, 100):
        return "was not read: no record can be packed that tightly."
    return ""


def _extracted(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path) -> str:
    try:
        # zipfile unpacks no more than the size that the archive states, whatever the data hold.
        with archive.open(info) as packed, target.open("wb") as file:
            shutil.copyfileobj(packed, file)
    except Exception:  # damaged data take zipfile and its decompressors anywhere
        return "is damaged; ask for it again."
    return ""


def _shown(name: str) -> str:
    return shorten(name, 2 * LONGEST)


# The answers in a file


class Items:
    """The items of the course, of `banks`, and those generated from tables; it grades them."""

    def __init__(self, banks: Iterable[str | Path] = ()) -> None:
        paths = tuple(banks)
        own = bank.load(*paths) if paths else ()
        self.known = {item.id: item for item in (*bank.load(), *own)}
        self.find = cache(self._find)
        self.grade = cache(self._grade)

    def _find(self, name: str) -> Item | None:
        if name in self.known or not name.startswith("made:"):
            return self.known.get(name)
        try:
            return generate.remake(name[:200])
        except (ValueError, KeyError, IndexError):  # an id that nobody generated
            return None

    def _grade(self, name: str, response: int | str | tuple[int, ...]) -> grading.Grade | None:
        """Return the grade of a response; None when it is no answer to that item."""
        item = self.find(name)
        assert item
        try:
            return grading.grade(item, list(response) if isinstance(response, tuple) else response)
        except (ValueError, TypeError, OverflowError):
            return None


def _read(name: str, path: Path, items: Items, problems: list[tuple[str, str]]) -> _Read:
    """Read one file; what is wrong with it is added to `problems`."""
    found = record.read(path)
    if not found.answers:
        empty = not path.stat().st_size
        says = "is empty." if empty else "holds no answer; ask for codeedu-progress.jsonl."
        problems.append((name, says))
        return _Read(name, {})
    for says in found.problems[:SHOWN]:
        problems.append((name, says))
    if len(found.problems) > SHOWN:
        more = plural(len(found.problems) - SHOWN, "more line")
        problems.append((name, f"{more} could not be read."))
    answers: dict[int, Given] = {}
    count: Counter[str] = Counter()
    before = 0.0
    tomorrow = (datetime.now().astimezone() + timedelta(days=1)).timestamp()
    for line in found.answers:
        moment, day = _moment(line["when"])
        count["dated before the answer above it"] += moment < before - CLOCK
        count["dated in the future"] += moment > tomorrow
        before = moment
        answer, wrong = _graded(line, moment, day, items)
        count[wrong] += bool(wrong)
        own = repr((line.get("position"), line.get("seconds")))[:50]
        key = hash((answer.moment, answer.item, answer.sitting, answer.round, own))
        count["there twice; each counts once"] += key in answers
        answers.setdefault(key, answer)
    for what, times in count.items():
        if times:
            verb = "is" if times == 1 else "are"
            problems.append((name, f"{plural(times, 'answer')} {verb} {what}."))
    return _Read(name, answers)


EDITED = "marked otherwise than it was answered; it was graded again"
CHANGED = "to a question that was changed since; its mark is the one in the record"
UNKNOWN = "to a question that is in no bank here; its mark is the one in the record"


def _graded(line: record.Answer, moment: float, day: str, items: Items) -> tuple[Given, str]:
    """Return an answer, graded again if its item is known; and what is wrong with it, or ""."""
    stated: dict[str, Any] = dict(line)
    response = _response(stated.get("answer"))
    item = items.find(line["item"])
    score = stated.get("score")
    sound = isinstance(score, (int, float)) and 0 <= score <= 1
    correct, wrong = line["correct"], ""
    could = tuple(map(_kept, line["could_show"]))
    shows = tuple(map(_kept, line["misconceptions"]))
    actual, chosen = line["actual"], line["chosen"]
    lesson, objective = line["lesson"], line["objective"]
    grade = None
    if item is None:
        wrong = UNKNOWN
    elif stated.get("version") != item.version:
        wrong = CHANGED
    else:
        grade = items.grade(line["item"], response)
        lesson, objective = item.lesson, item.objective
    if grade:
        assert item
        if grade.correct != correct:
            wrong = EDITED
        correct, score, sound = grade.correct, round(grade.score, 3), True
        could, shows = item.could_show, grade.misconceptions
        actual, chosen = item.actual, grade.chosen
    elif item and not wrong:
        correct, score, sound, wrong = False, 0.0, True, "not an answer to its question"
    listed = stated.get("items")
    round_ = stated.get("round")
    return Given(
        moment=moment,
        day=day,
        item=_kept(line["item"]),
        lesson=_kept(lesson),
        objective=_kept(objective),
        mode=_kept(str(stated.get("mode", ""))),
        sitting=_kept(str(stated.get("sitting", ""))),
        round=round_ if isinstance(round_, int) else 1,
        of=len(set(map(str, listed))) if isinstance(listed, list) and len(listed) < 1000 else 0,
        correct=correct,
        score=float(score or 0) if sound else float(correct),
        response=response,
        could_show=could,
        misconceptions=shows,
        actual=_kept(actual),
        chosen=_kept(chosen),
    ), wrong


def _response(value: object) -> int | str | tuple[int, ...]:
    """Return a response that can be a key; what is none is kept as text."""
    if isinstance(value, list) and all(type(entry) is int for entry in value):
        return tuple(value)
    if type(value) is int:
        return value
    return sys.intern(value[: grading.LONGEST]) if isinstance(value, str) else repr(value)[:100]


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


def _together(read: list[_Read], problems: list[tuple[str, str]]) -> Iterator[Handed]:
    """Yield one record for each learner: files with the same answers are one."""
    owner: dict[int, int] = {}  # of an answer: which group has it
    groups: list[list[_Read]] = []
    for one in sorted(read, key=lambda one: (-len(one.answers), len(one.name), one.name)):
        shared = Counter(owner[key] for key in one.answers if key in owner)
        group, times = shared.most_common(1)[0] if shared else (0, 0)
        if times and times >= SAME * len(one.answers):
            groups[group].append(one)
        else:
            group = len(groups)
            groups.append([one])
        for key in one.answers:
            owner.setdefault(key, group)
    names = _names(groups)
    for group_, name in sorted(zip(groups, names, strict=True), key=lambda pair: pair[1]):
        yield _merged(group_, name, problems)


def _merged(group: list[_Read], name: str, problems: list[tuple[str, str]]) -> Handed:
    answers: dict[int, Given] = {}
    for one in group:
        for key, answer in one.answers.items():
            if answers.setdefault(key, answer).response != answer.response:
                says = f"has another answer to {answer.item} on {answer.day} than {group[0].name}."
                problems.append((one.name, f"{says} The one in {group[0].name} counts."))
    for one in group[1:]:
        same = sum(key in group[0].answers for key in one.answers)
        says = (
            f"and {group[0].name} share {plural(same, 'answer')}: one record, counted for {name}."
        )
        if learner(one.name) != learner(group[0].name):
            says += f" If {learner(one.name)} is someone else, ask for that learner's own record."
        problems.append((one.name, says))
    ordered = sorted(answers.values(), key=lambda answer: answer.moment)
    return Handed(name, ordered, [one.name for one in group])


def _names(groups: list[list[_Read]]) -> list[str]:
    """Return a name for each record, no two alike."""
    names = [
        min((learner(one.name) for one in group), key=lambda n: (len(n), n)) for group in groups
    ]
    count = Counter(names)
    taken: set[str] = set()
    found = []
    for group, name in zip(groups, names, strict=True):
        folder = PurePosixPath(group[0].name).parent.name
        if count[name] > 1 and folder:
            name = f"{folder}/{name}"
        base, number = name, 1
        while name in taken:
            number += 1
            name = f"{base} ({number})"
        taken.add(name)
        found.append(name)
    return found


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
