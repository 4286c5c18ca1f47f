"""Turn any object into plain text, with a note for every change.

No change turns an entry into another code: only case, blanks, quotes, dashes, marks around the
code, a name in front (`CPT:`) and the `.0` of a number are changed. Guesses are in
`suggest.py`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache
from numbers import Integral, Real
from typing import Any, NamedTuple

from codeedu import tables

LONGEST = 2_000  # characters of a field that holds many codes; one code comes nowhere near it
SHOWN = 24  # characters of a long entry that a sentence quotes
DECIMAL = "The .0 was dropped: programs add it to a code that they read as a number."


class Note(NamedTuple):
    """Something that was changed or noticed while reading an entry.

    `kind` is one word; `before` and `after` are the text around the change. The kinds:

    - changed: blanks, quotes, dashes, case, marks, decimal, prefix, number, zeros, modifier
    - the value is missing: missing
    - more than one code, or something beside it: list, range, wildcard, description, units, cut,
      and named, where the name in front says another code set
    - no code: spreadsheet, person, amount, character, problem; perhaps one: payer
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
    if _PLAIN.fullmatch(entered) and not entered[1:2].isalpha():  # RC762 begins with a name
        return Entry(entered)
    if len(entered) > LONGEST:
        return _problem(
            entered[:SHOWN],
            f"{len(entered):,} characters are too many: no claim has a field that long.",
        )
    text, notes = entered, list[Note]()
    for kind, step, says in _STEPS:
        after = step(text)
        if after != text:
            notes.append(Note(kind, text, after, says))
            text = after
    if not text:
        return Entry("", (*notes, Note("problem", entered, "", "Nothing was entered.")))
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


def _inner_blanks(text: str) -> str:
    if text.isprintable() and text.isascii():
        return text
    return re.sub(r"[^\S ]+", " ", text)


def _what_was_cut(text: str) -> str:
    front = text[: len(text) - len(text.lstrip(_invisible()))]
    cut = sorted({label(char) for char in front + text[len(text.rstrip(_invisible())) :]})
    return f"Cut from the ends: {', '.join(cut)}."


@cache
def separators(use: str) -> str:
    """Return the characters of `separators.csv` that stand "before_modifier", for example.

    >>> separators("between_fields")
    ',;|'
    """
    return "".join(row["character"] for row in tables.rows("separators") if row[use])


@cache
def _invisible() -> str:
    """Return every blank in Unicode: white space and zero-width format characters."""
    every = map(chr, range(0x10000))
    return "".join(c for c in every if c.isspace() or unicodedata.category(c) == "Cf")


def _quotes(text: str) -> str:
    if text[:1] not in ("=", "'", '"'):
        return text.strip("'\"`\u2018\u2019\u201c\u201d\u00ab\u00bb")
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


def _trademark(text: str) -> str:
    """Drop the sign of a trademark after the name of a code set, also where it was misread."""
    if text.isascii() and "(" not in text:
        return text
    return re.sub(rf"\A({_names()}) *([^\x00-\x7f]{{1,3}}|\((R|TM)\))(?=.)", r"\1 ", text)


def _marks(text: str) -> str:
    """Drop what stands around an entry: brackets, a full stop at the end, the signs of a book."""
    if text[:1].isalnum() and text[-1:].isalnum():
        return text
    inner = re.sub(r"\A\((.*)\)\Z|\A\[(.*)\]\Z|\A\{(.*)\}\Z", _inner, text)
    inner = re.sub(r"(?<=\w)(?:[,;:|]+|[.])\Z|(?<=\w{5})[-/^+*~_& ]+\Z", "", inner)
    inner = re.sub(r"\A[-/^+#*~_&.,;:|]+ *(?=[0-9A-Z]{5}|[0-9A-Z]{2}\Z)", "", inner)
    return inner.strip() if re.search("[0-9A-Z]", inner) else text


def _decimal(text: str) -> str:
    """Drop the .0 that programs add; three digits and .0 may be ICD-9-CM's (see rules.py)."""
    return re.sub(r"\A([0-9]{1,2}|[0-9]{4,})[.]0\Z", r"\1", text) if "." in text else text


# The changes, in order: the kind of note, the step, and the sentence.
_STEPS: tuple[tuple[str, Callable[[str], str], str | Callable[[str], str]], ...] = (
    ("blanks", _blanks, _what_was_cut),
    ("quotes", _quotes, "Quotes around the code were removed."),
    ("blanks", _blanks, _what_was_cut),
    ("blanks", _inner_blanks, "White space inside was read as a blank."),
    ("dashes", _dashes, "A typographer's dash was read as a hyphen."),
    ("case", _case, "Lower case was read as upper case."),
    ("prefix", _trademark, "The sign of a trademark was dropped."),
    ("marks", _marks, "The marks around the code were dropped."),
    ("quotes", _quotes, "Quotes around the code were removed."),
    ("decimal", _decimal, DECIMAL),
)


def _prefix(text: str, notes: list[Note]) -> Entry:
    """Take the names in front of a code, such as HCPCS CODE, and the code set that they ask for."""
    code_set = ""
    while match := _prefix_pattern().match(text):
        name, rest = match[1], text[match.end() :]
        says = f"{name} in front was read as the name of a code set."
        notes.append(Note("prefix", text, rest, says))
        code_set = code_set or tables.by("prefixes", "prefix")[name]["code_set"]
        text = rest
    return Entry(text, tuple(notes), code_set)


@cache
def _names() -> str:
    """Return the names in front of codes as a pattern, the longest first."""
    return "|".join(map(re.escape, sorted(tables.by("prefixes", "prefix"), key=len, reverse=True)))


@cache
def _prefix_pattern() -> re.Pattern[str]:
    glued = "|".join(
        f"{re.escape(row['prefix'])}(?=({row['glued']})$)"
        for row in tables.rows("prefixes")
        if row["glued"]
    )
    glued = re.sub(r"\((?!\?)", "(?:", glued)
    between = "(?: *[-:#=>^|*~_/.] *| +)"
    modifiers = rf"[A-Z][A-Z0-9]{between}[A-Z0-9]{{1,2}}\b"  # RC LT are two; RC 762 has a name
    divided = rf"(?!{modifiers})(?:{_names()})(?={between}[0-9A-Z])"
    return re.compile(rf"({divided}|{glued})(?:{between}|)")


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
