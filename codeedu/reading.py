"""Read a file that somebody wrote: what is wrong with it comes back as a sentence."""

from __future__ import annotations

import math
import re
import tomllib
from pathlib import Path
from typing import Any

LARGEST_FILE = 10_000_000  # bytes
LARGEST_BANK = 2_000_000  # characters; the largest of the course has 82,000
DIVIDE = "Divide it into several files."
DEEPEST = 10  # lists and tables in one another; a question needs 5
HIGHEST = 1e15  # all numbers are smaller, as in a learner's answer
_DOTTED = re.compile(
    r"""(?m)(?:^|[{,])[ \t\[]*(?:(?:"[^"\n]*"|'[^'\n]*'|[^\s.=#"'{},]+)[ \t]*\.[ \t]*){5}"""
)
_HIGH = re.compile(r"[=\[,]\s*[+-]?(?:inf|nan|0[xob]\w{12}|[\d_.]{16}|[\d_.]+[eE])")


class Unreadable(ValueError):
    """A file cannot be read: `what` is wrong, how to `fix` it, and in which `line` (0: unknown)."""

    def __init__(self, what: str, fix: str, line: int = 0) -> None:
        super().__init__(what)
        self.what, self.fix, self.line = what, fix, line


def read_bytes(path: Path) -> bytes:
    """Return what is in a file.

    Raises Unreadable.
    """
    try:
        if path.exists() and not path.is_file():
            raise Unreadable("cannot be read: it is not a file", "Check the path.")
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror}", "Check the path.") from None
    if len(data) > LARGEST_FILE:
        raise Unreadable(f"this is larger than {LARGEST_FILE // 10**6} MB", DIVIDE)
    return data


def read_text(path: Path) -> str:
    """Return the text of a file, without a byte order mark and with one sort of line end.

    Raises Unreadable.
    """
    data = read_bytes(path).removeprefix(b"\xef\xbb\xbf")
    try:
        return data.decode().replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable("this is not UTF-8 text", "Save it as UTF-8.", line) from None


def read_toml(path: Path) -> dict[str, Any]:
    """Return what is in a question file, whatever it is; no list or number in it is endless.

    Raises Unreadable.
    """
    text = read_text(path)
    nested = "lists or tables are nested too deeply"
    see = "See docs/question-bank.md."
    if len(text) > LARGEST_BANK:
        raise Unreadable(f"this is larger than {LARGEST_BANK // 10**6} MB", DIVIDE)
    if found := _DOTTED.search(text):  # tomllib takes 4 kB for each part of a key
        raise Unreadable(nested, see, text.count("\n", 0, found.end()) + 1)
    try:
        data = tomllib.loads(text)
    except RecursionError:
        raise Unreadable(nested, see) from None
    except tomllib.TOMLDecodeError as error:
        what, _, place = str(error).rpartition(" (at ")
        what = "a quote is not closed" if "'\\n'" in what else what[:1].lower() + what[1:]
        what = f"this is not TOML: {what}"
        fix = "Put text in quotes, and close every quote and every list."
        if number := re.match(r"line (\d+)", place):
            raise Unreadable(what, fix, int(number[1])) from None
        raise Unreadable(f"{what}, up to the end of the file", fix) from None
    except ValueError:  # Python reads no whole number of more than 4,300 digits
        data = {"": math.inf}
    waiting: list[tuple[Any, int]] = [(data, 0)]
    while waiting:
        value, depth = waiting.pop()
        if depth > DEEPEST:
            raise Unreadable(nested, see)
        inner = value.values() if isinstance(value, dict) else value
        if isinstance(value, (dict, list)):
            waiting += [(one, depth + 1) for one in inner]
        if isinstance(value, (int, float)) and not abs(value) < HIGHEST:
            found = _HIGH.search(text)
            line = text.count("\n", 0, found.end()) + 1 if found else 0
            raise Unreadable("a number has more than 15 digits, or none", "Correct it.", line)
    return data
