"""Turn any object into plain text, with a note for every change.

No change turns an entry into another code: only case, blanks, quotes, dashes, a name in front
(`CPT:`) and the `.0` of a spreadsheet are changed. Guesses are in `suggest.py`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache
from numbers import Integral, Real
from typing import Any, NamedTuple

from codeedu import tables

LONGEST = 64  # no code with modifiers and a name in front comes near it
SHOWN = 24  # characters of a long entry that a sentence quotes


class Note(NamedTuple):
    """Something that was changed or noticed while reading an entry.

    `kind` is one word (blanks, quotes, dashes, case, decimal, prefix, number, zeros, modifier,
    character, problem, payer); `before` and `after` are the text around the change.
    """

    kind: str
    before: str
    after: str
    says: str | Callable[[str], str]  # a function is called with `before` when `text` is read

    @property
    def text(self) -> str:
        """The note in a sentence."""
        return self.says if isinstance(self.says, str) else self.says(self.before)


class Entry(NamedTuple):
    """What was entered, as plain text; `text` is "" if it cannot be read."""

    text: str
    notes: tuple[Note, ...] = ()
    code_set: str = ""  # the code set that a name in front asks for, such as CPT in "CPT: 99213"


def as_entry(value: object) -> Entry:
    """Return any object as an Entry; never raises.

    >>> as_entry(" j1885 ").text
    'J1885'
    >>> as_entry(None).notes[0].text
    'Nothing was entered.'
    """
    try:
        return _as_entry(value)
    except Exception:  # the object's own methods may raise anything
        return _problem("", f"{_kind(value)} is not a code: codes are text.")


def _as_entry(value: object) -> Entry:
    if isinstance(value, str):
        return _from_text(str.__str__(value))
    if value is None or type(value).__name__ in ("NAType", "NaTType") or value != value:
        return _problem("", "Nothing was entered.")
    if isinstance(value, bool) or type(value).__name__ in ("bool", "bool_"):  # NumPy has its own
        return _problem(str(value), "A yes-or-no value is not a code: codes are text.")
    if isinstance(value, Real) and not isinstance(value, Integral):
        if float(value).is_integer():
            return _from_number(str(int(float(value))))
        return _problem(str(value), "A number with decimals is not a code: read codes as text.")
    if isinstance(value, Integral):
        return _from_number(str(int(value)) if abs(int(value)) < 10**LONGEST else "-")
    if isinstance(value, (bytes, bytearray)):
        return _problem("", "These are bytes, not text: decode them first, as ASCII or UTF-8.")
    return _problem("", f"{_kind(value)} is not a code: codes are text.")


def _kind(value: object) -> str:
    name = type(value).__name__[:SHOWN]
    return f"{'An' if name[:1].lower() in 'aeiou' else 'A'} {name}"


def _problem(before: str, text: str) -> Entry:
    return Entry("", (Note("problem", before, "", text),))


def _from_number(digits: str) -> Entry:
    if digits.startswith("-"):
        return _problem("", "A negative number, or one this large, is not a code.")
    text = "A number was entered; it was read as text, since codes are text."
    return Entry(digits, (Note("number", digits, digits, text),))


_PLAIN = re.compile("[0-9A-Z]{1,7}")  # the common case: nothing to normalize


def _from_text(entered: str) -> Entry:
    if _PLAIN.fullmatch(entered):
        return Entry(entered)
    if len(entered) > LONGEST:
        return _problem(
            entered[:SHOWN],
            f"{len(entered):,} characters are too many: no code set has codes that long.",
        )
    text, notes = entered, []
    for kind, step, says in _STEPS:
        after = step(text)
        if after != text:
            notes.append(Note(kind, text, after, says))
            text = after
    if not text:
        return Entry("", (*notes, Note("problem", entered, "", "Nothing was entered.")))
    if text.isalnum() and text.isascii():
        return Entry(text, tuple(notes))
    if not (text.isascii() and text.isprintable()):
        strange = [(c, i) for i, c in enumerate(text, 1) if not (c.isascii() and c.isprintable())]
        named = strange[:3] if len(strange) < 4 else strange[:2]
        notes += [Note("character", c, "", _not_in_a_code(c, i)) for c, i in named]
        if more := len(strange) - len(named):
            says = f"{more} more of its characters are not used in codes."
            notes.append(Note("character", text, "", says))
        return Entry("", tuple(notes))
    return _prefix(text, notes)


def _blanks(text: str) -> str:
    """Strip blanks, visible or not, from both ends."""
    return text if text[:1].isalnum() and text[-1:].isalnum() else text.strip(_invisible())


def _what_was_cut(text: str) -> str:
    front = text[: len(text) - len(text.lstrip(_invisible()))]
    cut = sorted({label(char) for char in front + text[len(text.rstrip(_invisible())) :]})
    return f"Cut from the ends: {', '.join(cut)}."


@cache
def _invisible() -> str:
    """Return every blank in Unicode: white space and zero-width format characters."""
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
    # .upper() would turn a long s into S and a sharp s into SS, which nobody typed.
    return text.upper() if text.isascii() else text.translate(_UPPER)


_UPPER = {ord(c): ord(c.upper()) for c in "abcdefghijklmnopqrstuvwxyz"}


def _decimal(text: str) -> str:
    return re.sub(r"\A([0-9]+)[.]0+\Z", r"\1", text) if "." in text else text


# The changes, in order: the kind of note, the step, and the sentence.
_STEPS: tuple[tuple[str, Callable[[str], str], str | Callable[[str], str]], ...] = (
    ("blanks", _blanks, _what_was_cut),
    ("quotes", _quotes, "Quotes around the code were removed."),
    ("blanks", _blanks, _what_was_cut),
    ("dashes", _dashes, "A typographer's dash was read as a hyphen."),
    ("case", _case, "Lower case was read as upper case."),
    (
        "decimal",
        _decimal,
        "The .0 was dropped: a spreadsheet adds it to a code stored as a number.",
    ),
)


def _prefix(text: str, notes: list[Note]) -> Entry:
    match = _prefix_pattern().match(text)
    if match is None:
        return Entry(text, tuple(notes))
    name, rest = match[1], text[match.end() :]
    notes.append(Note("prefix", text, rest, f"{name} in front was read as the name of a code set."))
    return Entry(rest, tuple(notes), tables.by("prefixes", "prefix")[name]["code_set"])


@cache
def _prefix_pattern() -> re.Pattern[str]:
    longest_first = sorted(tables.by("prefixes", "prefix"), key=len, reverse=True)
    return re.compile(rf"({'|'.join(map(re.escape, longest_first))})(?: *[:#=] *| +)(?=[0-9A-Z])")


def label(char: str) -> str:
    """Return the Unicode name of a character."""
    return "blank" if char == " " else unicodedata.name(char, f"control character {ord(char)}")


@lru_cache(maxsize=4_096)
def _not_in_a_code(char: str, position: int) -> str:
    meant = ascii_twin(char)
    is_digit = unicodedata.decimal(char, None) is not None
    hint = f"; it is another script's {meant}" if is_digit else f"; it only looks like {meant}"
    hint = hint if meant else ""
    return f"{label(char)} in position {position} is not a character of any code{hint}."


def ascii_twin(char: str) -> str:
    """Return the ASCII letter or digit that another script's character resembles, or "".

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
