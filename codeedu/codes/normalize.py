"""From whatever was entered to plain text, with a note for every change on the way.

Only what a clerk would call the same code is changed: case, blanks, quotes, dashes, a name in
front (`CPT:`), the `.0` of a spreadsheet. A guess is never made here; see `suggest.py`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from numbers import Integral, Real
from typing import Any, NamedTuple

from codeedu import tables

LONGEST = 64  # no code with modifiers and a name in front comes near it
SHOWN = 24  # characters of a long entry that a sentence quotes


class Note(NamedTuple):
    """Something that was changed or noticed on the way to a reading.

    `kind` is one word (case, blank, quotes, dash, prefix, number, zeros, modifier, problem);
    `before` and `after` are the text around the change; `text` says it in a sentence.
    """

    kind: str
    before: str
    after: str
    text: str


class Entry(NamedTuple):
    """What was entered, as plain text: `text` is "" when nothing in it can be read."""

    text: str
    notes: tuple[Note, ...] = ()
    code_set: str = ""  # the code set that a name in front asks for


def read(value: object) -> Entry:
    """Return any object as an Entry; never raises.

    >>> read(" j1885 ").text
    'J1885'
    >>> read(None).notes[0].text
    'Nothing was entered.'
    """
    try:
        return _read(value)
    except Exception:  # an object whose own methods fail is still only not a code
        return _problem("", f"{_kind(value)} is not a code: codes are text.")


def _read(value: object) -> Entry:
    if isinstance(value, str):
        return _text(str.__str__(value))
    if value is None or type(value).__name__ in ("NAType", "NaTType") or value != value:
        return _problem("", "Nothing was entered.")
    if isinstance(value, bool) or type(value).__name__ in ("bool", "bool_"):  # NumPy has its own
        return _problem(str(value), "A yes-or-no value is not a code: codes are text.")
    if isinstance(value, Real) and not isinstance(value, Integral):
        if float(value).is_integer():
            return _number(str(int(float(value))))
        return _problem(str(value), "A number that is not whole is no code: read codes as text.")
    if isinstance(value, Integral):
        return _number(str(int(value)) if abs(int(value)) < 10**LONGEST else "-")
    if isinstance(value, (bytes, bytearray)):
        return _problem("", "These are bytes, not text: decode them first, as ASCII or UTF-8.")
    return _problem("", f"{_kind(value)} is not a code: codes are text.")


def _kind(value: object) -> str:
    name = type(value).__name__[:SHOWN]
    return f"{'An' if name[:1].lower() in 'aeiou' else 'A'} {name}"


def _problem(before: str, text: str) -> Entry:
    return Entry("", (Note("problem", before, "", text),))


def _number(digits: str) -> Entry:
    if digits.startswith("-"):
        return _problem("", "A negative number, or one this large, is not a code.")
    text = "A number was entered; it was read as text, since codes are text."
    return Entry(digits, (Note("number", digits, digits, text),))


def _text(entered: str) -> Entry:
    if len(entered) > LONGEST:
        return _problem(
            entered[:SHOWN],
            f"{len(entered):,} characters are too many: no code set has codes that long.",
        )
    text, notes = entered, []
    for kind, step, says in _STEPS:
        after = step(text)
        if after != text:
            notes.append(Note(kind, text, after, says or _cut(text)))
            text = after
    if not text:
        return Entry("", (*notes, Note("problem", entered, "", "Nothing was entered.")))
    if not (text.isascii() and text.isprintable()):
        strange = [(i, c) for i, c in enumerate(text, 1) if not (c.isascii() and c.isprintable())]
        notes += [Note("character", c, "", _name(c, i)) for i, c in strange[:3]]
        return Entry("", tuple(notes))
    return _prefix(text, notes)


def _blanks(text: str) -> str:
    """Cut blanks, seen or unseen, from the ends."""
    return text if text[:1].isalnum() and text[-1:].isalnum() else text.strip(_unseen())


def _cut(text: str) -> str:
    """Say what was cut from the ends."""
    front = text[: len(text) - len(text.lstrip(_unseen()))]
    cut = sorted({label(char) for char in front + text[len(text.rstrip(_unseen())) :]})
    return f"Cut from the ends: {', '.join(cut)}."


@cache
def _unseen() -> str:
    """Return every blank of Unicode: white space, and format characters of no width."""
    every = map(chr, range(0x10000))
    return "".join(c for c in every if c.isspace() or unicodedata.category(c) == "Cf")


def _quotes(text: str) -> str:
    if text[:1] not in ("=", "'", '"'):
        return text
    return re.sub(r"""\A(?:="(.*)"|'(.*)'|"(.*)"|'(.*))\Z""", _inner, text)


def _inner(match: re.Match[str]) -> str:
    return next((group for group in match.groups() if group is not None), "")


def _dashes(text: str) -> str:
    if text.isascii():
        return text
    return "".join("-" if unicodedata.category(c) == "Pd" or c == "\u2212" else c for c in text)


def _case(text: str) -> str:
    # Not bare .upper(): it makes S of a long s and SS of a sharp s, which nobody typed.
    return text.upper() if text.isascii() else text.translate(_UPPER)


_UPPER = {ord(c): ord(c.upper()) for c in "abcdefghijklmnopqrstuvwxyz"}


def _decimal(text: str) -> str:
    return re.sub(r"\A([0-9]+)[.]0+\Z", r"\1", text) if "." in text else text


# The changes in their order: kind, what makes it, and the sentence, "" for one made by `_cut`.
_STEPS = (
    ("blanks", _blanks, ""),
    ("quotes", _quotes, "Quotes around the code were taken off."),
    ("blanks", _blanks, ""),
    ("dashes", _dashes, "A typographer's dash was read as a hyphen."),
    ("case", _case, "Lower case was read as upper case."),
    ("decimal", _decimal,
     "The .0 was dropped: a spreadsheet adds it when it takes a code for a number."),
)  # fmt: skip


def _prefix(text: str, notes: list[Note]) -> Entry:
    match = _prefix_pattern().match(text)
    if match is None:
        return Entry(text, tuple(notes))
    name, rest = match[1], text[match.end() :]
    sentence = f"{name} in front was taken as the name of a code set."
    notes.append(Note("prefix", text, rest, sentence))
    return Entry(rest, tuple(notes), tables.by("prefixes", "prefix")[name]["code_set"])


@cache
def _prefix_pattern() -> re.Pattern[str]:
    longest_first = sorted(tables.by("prefixes", "prefix"), key=len, reverse=True)
    return re.compile(rf"({'|'.join(map(re.escape, longest_first))})(?: *[:#=] *| +)(?=[0-9A-Z])")


def label(char: str) -> str:
    """Return the name of a character, as Unicode has it."""
    return "blank" if char == " " else unicodedata.name(char, f"control character {ord(char)}")


def _name(char: str, position: int) -> str:
    """Say which character offends, and where."""
    meant = ascii_twin(char)
    says = (
        "it only looks like"
        if unicodedata.decimal(char, None) is None
        else "it is another script's"
    )
    hint = f"; {says} {meant}" if meant else ""
    return f"{label(char)} in position {position} is not a character of any code{hint}."


def ascii_twin(char: str) -> str:
    """Return the ASCII letter or digit that a foreign character stands for, or "".

    >>> ascii_twin("\u0669"), ascii_twin("\u017f"), ascii_twin("*")
    ('9', 'S', '')
    """
    digit: Any = unicodedata.decimal(char, None)
    if digit is not None:
        return str(digit)
    twin = unicodedata.normalize("NFKD", char)[:1].upper()
    if not (twin.isascii() and twin.isalnum()):
        twin = tables.by("homoglyphs", "written").get(char.upper(), {}).get("meant", "")
    return "" if char.isascii() else twin
