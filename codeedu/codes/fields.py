"""What a field holds: one code, several, a code with something beside it, or no code at all.

One code is the matter of `rules.py`. What else real files hold is named here, with its parts: a
list, a range, a wildcard, a code with a description or with units, a field that was cut off, a
placeholder (`not_codes.csv`). None of it is turned into a code.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from codeedu import tables
from codeedu.codes import formats, modifiers, normalize, rules
from codeedu.codes.model import Reading
from codeedu.codes.normalize import Note
from codeedu.codes.wording import listing


class Field(NamedTuple):
    """What a field holds; `parts` are the texts of its codes if it is not one code alone."""

    readings: tuple[Reading, ...] = ()
    modifiers: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    parts: tuple[str, ...] = ()


def read_field(text: str, context: str, code_set: str = "") -> Field:
    """Return what the plain text of a field is; the arguments are those of `rules.read_text`.

    >>> read_field("99202-99215", "procedure").notes[0].text
    'A range of codes, from 99202 to 99215: a claim line has one code.'
    >>> read_field("J1885;99213", "procedure").parts
    ('J1885', '99213')
    """
    # Most entries have three digits in the middle of five characters: nothing else looks so.
    if not code_set and len(text) == 5 and text[1:4].isdigit() and text[0] != text[-1] != "X":
        parsed = rules.read_text(text, context, code_set)
        if parsed.readings:
            return Field(*parsed)
    forms = _not_codes(text)
    if any(alone for _, alone in forms):
        return Field(notes=tuple([note for note, alone in forms if alone]))
    notes = tuple([note for note, _ in forms])
    for form, look in ((_TIMES, _units), (_MEASURE, _measure), (_ANY, _wildcard)):
        if form.search(text) and (found := look(text, context, code_set)):
            return found
    parsed = rules.read_text(text, context, code_set)
    if not parsed.readings or parsed.readings[0].strength == "remote":
        for look in (_wildcard, _several, _units, _description, _text_before, _cut_off):
            if found := look(text, context, code_set):
                return found
    if parsed.readings:
        named = _named_otherwise(text, parsed.readings, code_set)
        return Field(*parsed[:2], (*parsed.notes, *notes, *named))
    problem = Note("problem", text, "", _why_no_code)
    is_like_a_code = text.isalnum() and 3 <= len(text) <= 8
    other = _OTHER if text.isdigit() and len(text) > 5 else _PAYER
    payer = (Note("payer", text, "", other),) if is_like_a_code else ()
    return Field(notes=(problem, *payer, *notes))


# What no code has.
_TIMES = re.compile("[^-]X[0-9]+$")  # J1885x4 means four units, and J1885-X4 has a modifier
_MEASURE = re.compile("^[ABEJKLQ][0-9]{4} (UN|EA|F2|GR|ME|ML)$")  # units, as an 837 names them
_ANY = re.compile("XX$|[*?#%_]|[.][.]")
_OTHER = "It may be another number, such as that of an item, an account or a phone."
_PAYER = "If a payer asked for it, it is that payer's own code: look in the payer's manual."


def _named_otherwise(text: str, readings: tuple[Reading, ...], code_set: str) -> list[Note]:
    """Return a note if the code set that is named in front is none of the readings'."""
    names = [name for name in code_set.split(";") if name]
    if not names or any(reading.code_set in names for reading in readings):
        return []
    says = f"The name in front says {listing(names, 'or')}, but {text} does not have its form."
    return [Note("named", text, "", says)]


@cache
def _patterns() -> list[tuple[dict[str, str], re.Pattern[str]]]:
    return [(row, re.compile(row["pattern"])) for row in tables.rows("not_codes")]


@cache
def _any_pattern() -> re.Pattern[str]:
    """Return one pattern for all, since few entries fit any."""
    return re.compile("|".join(f"(?:{row['pattern']})" for row in tables.rows("not_codes")))


def _not_codes(text: str) -> list[tuple[Note, bool]]:
    """Return a note for each form of `not_codes.csv`, and whether it cannot be a code."""
    if len(text) > 5 and text.isalnum() and text == text[0] * len(text):
        says = f"One character {len(text)} times is a placeholder, not a code."
        return [(Note("missing", text, "", says), True)]
    if not _any_pattern().fullmatch(text):
        return []
    found = []
    for row, pattern in _patterns():
        if pattern.fullmatch(text):
            shown = text[: normalize.SHOWN]
            says = f"{shown} {row['says']}." if row["says"] else _lost_digits(text)
            found.append((Note(row["kind"], text, "", says), row["alone"] == "yes"))
    return found


def _lost_digits(text: str) -> str:
    """Say what a spreadsheet's notation such as 4.09E+09 has lost."""
    shown, _, power = text.partition("E")
    kept, digits = len(shown.replace(".", "")), int(power) + 1
    start = f"{text} is how a spreadsheet shows a number of {digits} digits"
    if kept >= digits:
        return f"{start}: {float(text):.0f}. Read the column as text."
    return (
        f"{start}, and {digits - kept} of them {'is' if digits - kept == 1 else 'are'} lost: "
        "get the file again, with this column as text."
    )


def _reads(text: str, context: str = "procedure") -> bool:
    """Return whether a text is likely a code, as it is written."""
    parsed = rules.read_text(text, context)
    if not parsed.readings or any(note.kind in ("zeros", "decimal") for note in parsed.notes):
        return False
    return parsed.readings[0].strength == "likely"


def _wildcard(text: str, context: str, code_set: str) -> Field | None:
    """Read 992XX, J* or 9921? as all the codes that begin so."""
    match = re.fullmatch("([A-Z]?[0-9]{0,4})(X+|[*?#%_]+|[.]{2,})([FTUM]?)", text)
    if match is None or not match[1]:
        return None
    if match[2][0] == "X" and len(text) != 5 and not re.fullmatch("0[0-9]{2}X", text):
        return None
    if match[2] == "X" and (payer := rules.read_text(text, context, code_set)).readings:
        says = f"{text} can also stand for all the codes that begin with {match[1]}."
        return Field(*payer[:2], (*payer.notes, Note("wildcard", text, "", says)))
    start = f"begin with {match[1]}" + (f" and end in {match[3]}" if match[3] else "")
    says = f"{text} is no code: it stands for all the codes that {start}. A claim line has one."
    return Field(notes=(Note("wildcard", text, "", says),))


_TO = re.compile(" *-+ *| +(?:TO|THRU|THROUGH) +|[.]{2,3}")


def _several(text: str, context: str, code_set: str) -> Field | None:
    """Read two codes or more in one field: the ends of a range, or a list."""
    ends = _TO.split(text)
    if len(ends) == 2 and ends[0] < ends[1] and all(_reads(end, context) for end in ends):
        masks = {formats.mask(end) for end in ends}
        if len(masks) == 1 and all(end.isalnum() and len(end) == 5 for end in ends):
            says = f"A range of codes, from {ends[0]} to {ends[1]}: a claim line has one code."
            return Field(notes=(Note("range", text, "", says),), parts=tuple(ends))
    for cut in (_between_codes(), re.compile(r"\s+"), None):
        parts = _cut_up(cut, text) if cut else rules.pieces(text)
        shortest = 3 if cut is _between_codes() else 4  # M25 behind a blank is no code of a list
        if len(parts) > 1 and all(len(p) >= shortest and _reads(p, context) for p in parts):
            shown = listing(parts[:5] if len(parts) > 6 else parts)
            more = f" and {len(parts) - 5} more" if len(parts) > 6 else ""
            says = f"Several codes in one field: {shown}{more}. A claim line has one."
            return Field(notes=(Note("list", text, "", says),), parts=tuple(parts))
    return None


@cache
def _between_codes() -> re.Pattern[str]:
    marks = re.escape(normalize.separators("between_codes").replace(" ", ""))
    return re.compile(rf"\s*[\t\n\r{marks}]\s*|\s+(?:AND|OR)\s+")


def _cut_up(between: re.Pattern[str], text: str) -> list[str]:
    """Return the parts of a list; what is no longer than a modifier belongs to the code before.

    A number in front of each, as in 1-86671|2-86671, is dropped.
    """
    parts: list[str] = []
    for numbered in filter(None, between.split(text)):
        part = re.sub("^[0-9]{1,2}[-.)] ?(?=[0-9A-Z]{5}$)", "", numbered)
        if parts and len(part) <= 2:
            parts[-1] += f"-{part}"
        else:
            parts.append(part)
    return parts


_UNITS = re.compile(
    "(?P<code>[0-9A-Z][0-9A-Z -]{3,}?)(?: *[-(]? *[X*@#] *(?P<times>[0-9]{1,4}) *[)]?(?: *UNITS?)?"
    "| *[-,:(]? *(?P<units>[0-9]{1,4}) *(?:UNITS?|UNT|EA|UN|U)[)]?"
    "| *[(](?P<inside>[0-9]|[0-9]{3,4})[)]"
    "| *(?P<drug>(?:UN|ML|GR|F2|ME) *[0-9.]+))"
    "|(?P<before>[0-9]{1,3}) *[X*] *(?P<after>[A-Z0-9]{5}(?:-[A-Z0-9]{2})*)"
)


def _units(text: str, context: str, code_set: str) -> Field | None:
    """Read a code with a number of units beside it."""
    match = _UNITS.fullmatch(text)
    if match is None:
        return None
    code = match["code"] or match["after"]
    beside = ("times", "units", "inside", "drug", "before")
    units = next(match[name] for name in beside if match[name])
    says = f"{units} beside {code} was read as units, which have a field of their own."
    if re.fullmatch(".*X[1-5]", text):
        says += f" X{units} is a modifier, too: with a hyphen in front, it is read as one."
    return _beside("units", text, code, says, context, code_set)


def _measure(text: str, context: str, code_set: str) -> Field | None:
    """Read the name of a unit behind a drug or a supply, which is also a modifier."""
    code, measure = text.split()
    says = f"{measure} beside {code} can be a unit of measure, or a modifier."
    return _beside("units", text, code, says, context, code_set)


def _description(text: str, context: str, code_set: str) -> Field | None:
    """Read a code with a text beside it, such as its name or a dose."""
    match = re.fullmatch(
        r"(?P<code>[0-9A-Z][0-9A-Z.-]*?)(?: *[-:,;|/=] +| +[-:,;|/(=]* *)(?P<text>.*[A-Z]{2}.*)",
        text,
    )
    if match is None or match["text"].strip().isdigit():
        return None
    words = match["text"].strip(" ()")
    shown = words if len(words) <= normalize.SHOWN else f"{words[: normalize.SHOWN]}..."
    says = f"What stands beside {match['code']}, {shown}, was read as a description."
    return _beside("description", text, match["code"], says, context, code_set)


def _text_before(text: str, context: str, code_set: str) -> Field | None:
    """Read a text that ends in a code; it may be another number, so the code is only possible."""
    code = "[0-9A-Z][0-9]{3}[0-9A-Z](?:-[0-9A-Z]{2})*"
    match = re.fullmatch(f"(?P<text>[^0-9]*[A-Z]{{2}}[^0-9]*?)[-:,( ]+(?P<code>{code})[)]?", text)
    if match is None or not _reads(match["code"], context):
        return None
    words = match["text"].strip(" ()-:,")[: normalize.SHOWN]
    says = f"What stands in front of {match['code']}, {words}, was read as a description."
    found = _beside("description", text, match["code"], says, context, code_set)
    if found is None:
        return None
    readings = tuple(reading._replace(strength="possible") for reading in found.readings)
    return found._replace(readings=readings)


def _beside(
    kind: str, text: str, code: str, says: str, context: str, code_set: str
) -> Field | None:
    """Return the code of a field that has more than the code, with a note of a kind."""
    parsed = rules.read_text(code, context, code_set)
    if not parsed.readings or parsed.readings[0].strength == "remote" or len(code) < 3:
        return None
    note = Note(kind, text, code, says)
    return Field(parsed.readings, parsed.modifiers, (*parsed.notes, note), (code,))


def _cut_off(text: str, context: str, code_set: str) -> Field | None:
    """Read a code and one more character: the first half of a modifier, where a field ended."""
    code, rest = text[:5], text[5:].lstrip("-")
    if len(rest) != 1 or not text.isascii() or not rest.isalpha() or not _reads(code, context):
        return None
    readings = tuple(
        reading._replace(strength="possible")
        for reading in rules.read_text(code, context, code_set).readings
        if reading.format.takes_modifiers and reading.status != "not listed"
    )
    says = (
        f"One character follows {code}, and a modifier has two: perhaps the field was cut off "
        f"after {len(text)} characters."
    )
    if not readings:
        return None
    return Field(readings, (), (Note("cut", text, code, says),), (code,))


def _why_no_code(text: str) -> str:
    """Return a sentence that says why a text without a reading is not a code."""
    known = set(normalize.separators("before_modifier") + normalize.separators("between_codes"))
    for position, char in enumerate(text, 1):
        if not (char.isalnum() or char in known):
            return f"{normalize.label(char)} in position {position} is not used in codes."
    head, *tails = rules.pieces(text) or [""]
    if tails and _reads(head):
        return f"{head} may be a code, but {tails[0]} is not a modifier."
    if text.isdigit() and len(text) == 7 and _reads(text[:5]) and modifiers.is_listed(text[5:], ""):
        return f"{text[:5]} may be a code, but {text[5:]} cannot follow a code of its section."
    spelled = ", ".join(_SPELLED.get(char, char) for char in formats.mask(text)[:12])
    return f"No code set we know has codes of this form: {spelled}."


_SPELLED = {"9": "digit", "-": "hyphen", ".": "dot", " ": "blank"} | dict.fromkeys(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "letter"
)
