"""The learner's own record: one line of JSON for each answer, appended and never rewritten.

It is a file in a place the learner can find, `codeedu-progress.jsonl` in the home folder unless
CODEEDU_PROGRESS or an argument says otherwise. Nothing in it leaves the machine. Keeping it must
never stand in the way of practice: what goes wrong comes back as a sentence.
"""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

if sys.platform != "win32":
    import fcntl

NAME = "codeedu-progress.jsonl"
VARIABLE = "CODEEDU_PROGRESS"
PATIENCE = 1.0  # seconds to wait for another notebook that is writing


@dataclass(frozen=True)
class Record:
    """What was read: the `answers`, oldest first, and for each skipped line a sentence."""

    answers: tuple[dict[str, Any], ...] = ()
    problems: tuple[str, ...] = ()


def path(place: str | Path | None = None) -> Path:
    """Return where the record is kept: `place`, else CODEEDU_PROGRESS, else the home folder."""
    chosen = place or os.environ.get(VARIABLE)
    try:
        return Path(chosen).expanduser() if chosen else Path.home() / NAME
    except RuntimeError:  # no such home folder: the one we are in
        return Path(chosen or NAME)


def shown(place: str | Path | None = None) -> str:
    """Return where the record is kept as a learner would write it, with ~ for the home folder."""
    where = path(place)
    with suppress(RuntimeError, ValueError):
        return str(Path("~") / where.relative_to(Path.home()))
    return str(where)


def append(answer: Mapping[str, Any], place: str | Path | None = None) -> str:
    """Keep one answer, as `session.Session` makes it; return "" or a sentence that warns.

    The time is added as `when`. A line is written whole, in one call, and is on the disk when
    this returns; a line that a crash cut off is closed first, so that it spoils no other.
    """
    where = path(place)
    stamped = {"when": datetime.now().astimezone().isoformat(timespec="seconds"), **answer}
    line = (json.dumps(stamped, default=str) + "\n").encode()
    try:
        where.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
        descriptor = os.open(where, flags, 0o600)
    except OSError as error:
        return _warning(error, place)
    try:
        _write(descriptor, line)
    except OSError as error:
        return _warning(error, place)
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
    """Wait a moment for other notebooks; say whether the file is now ours alone."""
    if sys.platform == "win32":
        return False  # appending in one call has to do
    end = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.monotonic() > end:
                return False
            time.sleep(0.01)
        except OSError:  # a file system without locks
            return False


def _warning(error: OSError, place: str | Path | None) -> str:
    where = shown(place)
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        why = "the disk is full"
    elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        why = f"{where} may not be written; set {VARIABLE} to a file of your own"
    else:
        why = f"{where}: {error.strerror or error}"
    return f"This answer was not kept: {why}. You can go on practicing."


def read(place: str | Path | None = None) -> Record:
    """Return the record; never raises. Lines that are no answers are skipped and reported."""
    where = path(place)
    try:
        text = where.read_bytes()
    except FileNotFoundError:
        return Record()
    except OSError as error:
        return Record(problems=(f"{shown(place)} cannot be read: {error.strerror or error}.",))
    answers, problems = [], []
    lines = text.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            answers.append(_answer(line))
        except ValueError as error:
            cut = "; it was cut off" if number == len(lines) else ""
            problems.append(f"Line {number} was skipped: {error}{cut}.")
    return Record(tuple(answers), tuple(problems))


_TEXTS = ("item", "lesson", "objective", "when")
_EMPTY: dict[str, Any] = {"confidence": "", "truly": "", "read_as": "", "misconceptions": []}


def _answer(line: bytes) -> dict[str, Any]:
    """Return the answer that a line holds; fields beside the needed ones are mended or kept."""
    try:
        found = json.loads(line.decode(), parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise ValueError("it is not JSON") from None
    if not isinstance(found, dict):
        raise ValueError("it is no answer")
    for name in _TEXTS:
        if not isinstance(found.get(name), str) or not found[name]:
            raise ValueError(f"its {name!r} is missing or no text")
    if not isinstance(found.get("correct"), bool):
        raise ValueError("its 'correct' is neither true nor false")
    try:
        datetime.fromisoformat(found["when"])
    except ValueError:
        raise ValueError("its 'when' is no date") from None
    for name, empty in _EMPTY.items():
        if not isinstance(found.get(name), type(empty)):
            found[name] = type(empty)()
    found["misconceptions"] = [name for name in found["misconceptions"] if isinstance(name, str)]
    return found


def _refuse(constant: str) -> None:
    raise ValueError(constant)


COLUMNS = (
    *("when", "lesson", "objective", "item", "version", "kind", "mode", "round", "answer"),
    *("correct", "score", "confidence", "seconds", "truly", "read_as", "misconceptions"),
)


def export_progress(to: str | Path | None = None, place: str | Path | None = None) -> str:
    """Write the record as CSV and say so; `to` is a file, by default beside the record.

    Raises OSError when the file cannot be written.
    """
    target = Path(to).expanduser() if to else path(place).with_suffix(".csv")
    answers = read(place).answers
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(COLUMNS)
    for answer in answers:
        table.writerow([_cell(answer.get(name)) for name in COLUMNS])
    target.write_text(text.getvalue(), encoding="utf-8", errors="backslashreplace", newline="")
    return f"{_answers(len(answers))} written to {shown(target)}."


def _cell(value: Any) -> Any:
    """Return a value for a CSV; a text that a spreadsheet would run is made harmless."""
    if isinstance(value, list):
        value = " ".join(map(str, value))
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return "'" + value
    return "" if value is None else value


def delete_progress(*, confirm: bool = False, place: str | Path | None = None) -> str:
    """Delete the record for good when `confirm` is True; return what was, or would be, done.

    Raises OSError when the file cannot be deleted.
    """
    where = path(place)
    if not where.is_file():
        return "There is no record to delete."
    count = _answers(len(read(place).answers))
    if confirm is not True:
        how = "codeedu.delete_progress(confirm=True)"
        return f"This deletes {count} in {shown(place)} for good. To do it: {how}"
    where.unlink()
    return f"{count} in {shown(place)} deleted. Nothing was kept elsewhere."


def _answers(count: int) -> str:
    return f"{count:,} answer{'' if count == 1 else 's'}"
