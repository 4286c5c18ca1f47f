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
# The headings of lists; those of an item's own lists begin with its name.
_HEADING = re.compile(
    r"(?mi)^[ \t]*(\[+[ \t]*(?:item[ \t]*\.[ \t]*)?(?:(options|steps|distractors)"
    r"|(item|lesson|objective|misconception|source))[ \t]*\]+)[ \t]*(?:#.*)?$"
)
INNER = ("options", "steps", "distractors")
CURLY = "“”„‘’‚"
_US_DAY = re.compile(r"=\s*(\d{1,2})[/-](\d{1,2})[/-](\d{4})", re.ASCII)
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

    Raises Unreadable, which says how to write it when it is one of the usual slips.
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
        raise _slip(text, str(error)) from None
    except ValueError:  # Python reads no whole number of more than 4,300 digits
        data = {"": math.inf}
    has_heading = not data.keys().isdisjoint(INNER)
    waiting: list[tuple[Any, int]] = [(data, 0)]
    while waiting:
        value, depth = waiting.pop()
        if depth > DEEPEST:
            raise Unreadable(nested, see)
        inner = value.values() if isinstance(value, dict) else value
        has_heading |= isinstance(value, dict) and depth % 2 == 1  # a table that is in no list
        if isinstance(value, (dict, list)):
            waiting += [(one, depth + 1) for one in inner]
        if isinstance(value, (int, float)) and not abs(value) < HIGHEST:
            found = _HIGH.search(text)
            line = text.count("\n", 0, found.end()) + 1 if found else 0
            raise Unreadable("a number has more than 15 digits, or none", "Correct it.", line)
    if has_heading and (slip := _heading_slip(text)):
        raise slip
    return data


def _slip(text: str, error: str) -> Unreadable:
    """Return what is wrong with a text that is not TOML, from the line that the error names."""
    what, _, place = error.rpartition(" (at ")
    at = re.match(r"line (\d+), column (\d+)", place)
    if not at:
        if what != "Unterminated string":
            fix = "Close every quote and every list."
            return Unreadable(f"this is not TOML, up to the end of the file: {what}", fix)
        line = text.count("\n", 0, max(text.rfind(three) for three in ('"""', "'''"))) + 1
        return Unreadable("a text is not closed", 'Put """ where it ends.', line)
    line, column = int(at[1]), int(at[2])
    written = text.split("\n")[line - 1]
    is_twice = what.startswith("Cannot declare")  # [item] can stand once, so the first is wrong
    if slip := _heading_slip(text) if is_twice else _heading_slip(written, line - 1):
        return slip
    return Unreadable(*_slip_in(written[: column - 1], written[column - 1 :], what), line)


def _slip_in(before: str, after: str, error: str) -> tuple[str, str]:
    """Return what is wrong in a line that TOML cannot read from `after` on, and how to write it."""
    is_open = "'\\n'" in error
    is_behind_text = bool(re.search(r"""["']\s*$""", before)) and after[:1] not in ("", "#", "]")
    if (after and after[0] in CURLY) or (is_open and set(before) & set(CURLY)):
        return "a quote is curly", 'Type straight ones: "like this".'
    if is_behind_text and after[0] == ",":
        return "several texts are not a list", 'Put [ and ] around them: ["one", "two"].'
    if is_behind_text:
        fix = r'Write each inner one with a backslash: "say \"no\" to it".'
        return "there are quotes inside quotes", fix
    if word := re.match(r"(?i)(true|false|yes|no)\b", after):
        small = "true" if word[1].lower() in ("true", "yes") else "false"
        return f"`{word[1]}` is neither true nor false", f"Write {small}, in small letters."
    if us := _US_DAY.search(before + after):
        month, day, year = map(int, us.groups())
        fix = f"{year}-{month:02}-{day:02}" if month <= 12 and day <= 31 else "2026-12-31"
        return (
            f"the date {us[0][1:].strip()} is in another form",
            f"Write it as {fix}, without quotes.",
        )
    if is_open:
        fix = 'Put one where the text ends; a text of several lines stands between """ and """.'
        return "a quote is not closed", fix
    if "Unescaped" in error or "hex value" in error:
        fix = r"Put the text in single quotes, as in 'C:\codes', or write each backslash twice."
        return "a backslash stands in double quotes", fix
    if error.startswith("Expected '='"):
        return "there is no = behind the name", 'Write name = "text".'
    if error == "Unclosed array":
        return "a list is not closed, here or above", "Put ] where it ends."
    if error == "Invalid value":
        return "the text after = is not in quotes", 'Put it in straight quotes: "like this".'
    fix = "Put text in quotes, and close every quote and every list."
    return f"this is not TOML: {error[:1].lower()}{error[1:]}", fix


def _heading_slip(text: str, lines_above: int = 0) -> Unreadable | None:
    """Return what is wrong with the first heading that is not as it should be; None if none is."""
    for found in _HEADING.finditer(text):
        inner, outer = found[2], found[3]
        right = f"[[item.{inner.lower()}]]" if inner else f"[[{outer.lower()}]]"
        if re.sub(r"[ \t]", "", found[1]) != right:
            line = lines_above + text.count("\n", 0, found.start(1)) + 1
            return Unreadable(f"the heading is {found[1]}", f"Write {right}.", line)
    return None
