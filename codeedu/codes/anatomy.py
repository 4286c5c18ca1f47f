"""Split an entry into parts where the meaning of its characters changes, and explain each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from numbers import Real
from typing import NamedTuple

from codeedu import tables
from codeedu.codes import modifiers, ndc
from codeedu.codes.classify import Classification
from codeedu.codes.model import Reading
from codeedu.codes.names import name_of
from codeedu.codes.wording import visible

SHOWN = 40  # characters of an entry that are shown


class Segment(NamedTuple):
    """A part of the entry: its `text`, its `role` in a word or two, and its `meaning`.

    The texts of all parts, joined, are the entry (of a long one, its first 40 characters).
    """

    text: str
    role: str
    meaning: str


def segments_of(
    classification: Classification, reading: Reading | None = None
) -> tuple[Segment, ...]:
    """Return the parts of an entry under a `reading`, by default the best one.

    >>> from codeedu import classify
    >>> for part in segments_of(classify("99213-25")):
    ...     print(part.text, "|", part.role)
    99213 | number
    - | separator
    25 | modifier
    >>> [part.role for part in segments_of(classify("E1165"), classify("E1165").readings[1])]
    ['category', 'detail']
    """
    text, reading = written(classification.entered)[:SHOWN], reading or classification.best
    if not text:
        return ()
    if reading is None:
        meant = next((s.code for s in classification.suggestions if len(s.code) == len(text)), "")
        return tuple(_unread(text, meant))
    behind = classification.modifiers if reading.format.takes_modifiers else ()
    code = reading.code
    expected = [
        *_cut(reading),
        *(Segment(m, "modifier", _modifier_meaning(m, code)) for m in behind),
    ]
    return tuple(_align(text, expected)) or (Segment(text, "text", "as it was entered"),)


def written(value: object) -> str:
    """Return what was entered as text, or "" for an object that is not text; never raises.

    >>> written(" j1885"), written(100.0), written(None), written(b"J1885")
    (' j1885', '100.0', '', '')
    """
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, Real) and not isinstance(value, bool):
        with suppress(Exception):  # Python refuses to write numbers of thousands of digits
            return str(value) if value == value else ""
    return ""


def _cut(reading: Reading) -> Iterator[Segment]:
    """Yield the parts of the reading's code."""
    code, code_set = reading.code, tables.by("code_sets", "code_set")[reading.code_set]
    meaning = reading.section or code_set["used_for"]
    if reading.format.is_modifier:
        yield Segment(code, "modifier", reading.section or _modifier_meaning(code))
    elif reading.format.dot_after or "." in code:
        head, dot, detail = code.partition(".")
        kind = "kind of procedure" if len(head) == 2 else "condition"
        yield Segment(head, "category", f"the {kind}, in {_NUMBERS[len(head)]} characters")
        if dot:
            yield Segment(detail, "detail", "what follows the dot")
    elif reading.code_set == "ICD-10-PCS":
        yield Segment(code[0], "section", "the kind of procedure")
        yield Segment(code[1:], "six axes", "each character has its own meaning")
    elif reading.code_set == "NDC" and "-" in code:
        for text, name in zip(code.split("-"), ndc.GROUPS, strict=False):
            yield Segment(text, name, f"the {name}'s number")
    elif "-" in code:
        number, _, check = code.partition("-")
        yield Segment(number, "number", meaning)
        yield Segment(check, "check digit", "computed from the number")
    elif code[0].isalpha():
        yield Segment(code[0], "letter", meaning)
        name = "number" if code[1:].isdigit() else "characters"
        yield Segment(code[1:], name, name_of(code) or "a list gives its meaning")
    elif code[-1].isalpha():
        yield Segment(code[:-1], "number", "a list gives its meaning")
        yield Segment(code[-1], "suffix letter", reading.category or meaning)
    else:
        yield Segment(code, "number", meaning)


_NUMBERS = {2: "two", 3: "three", 4: "four"}


def _modifier_meaning(modifier: str, code: str = "") -> str:
    return modifiers.says(modifier, code) or "a detail about the code"


def _align(text: str, expected: list[Segment]) -> Iterator[Segment]:
    """Find the expected parts in the text as entered, and label what is around them."""
    # Zeros at the start may be restored ones; blanks inside may have been dropped.
    spelled = [r"\s*".join(map(re.escape, part.text)) for part in expected]
    zeros = len(expected[0].text) - len(expected[0].text.lstrip("0"))
    spelled[0] = f"0{{0,{zeros}}}" + r"\s*".join(map(re.escape, expected[0].text[zeros:]))
    between = r"([^0-9A-Za-z]*?)"
    pattern = rf"(.*?){between.join(f'({s})' for s in spelled)}(.*)"
    match = re.fullmatch(pattern, text, re.IGNORECASE | re.ASCII | re.DOTALL)
    if match is None:
        return
    before, after = match[1], match[match.lastindex or 1]
    if before:
        yield Segment(before, "around it", "not part of the code")
    for i, part in enumerate(expected):
        if i and (gap := match[2 * i + 1]):
            yield _gap(gap, part.role)
        if match[2 * i + 2]:
            yield part._replace(text=match[2 * i + 2])
    if after:
        yield Segment(after, "around it", "not part of the code")


def _gap(text: str, then: str) -> Segment:
    if text == "." and then == "detail":
        return Segment(text, "dot", "between the category and the detail")
    between = "code and modifier" if then == "modifier" else "the groups"
    return Segment(text, "separator", f"between {between}")


def _unread(text: str, meant: str) -> Iterator[Segment]:
    """Split a text without a reading into runs of letters and digits and single bad characters.

    `meant` is a suggestion of the same length, or "": a character that differs is doubtful.
    """
    doubts = {
        i for i, (was, now) in enumerate(zip(text.upper(), meant, strict=False)) if was != now
    }
    kinds = [
        "doubtful" if i in doubts else _character_kind(char) if char.isascii() else "offending"
        for i, char in enumerate(text)
    ]
    start = 0
    for end in range(1, len(text) + 1):
        kind, run = kinds[start], text[start:end]
        if end < len(text) and kinds[end] == kind and kind not in ("doubtful", "offending"):
            continue
        if kind == "doubtful":
            yield Segment(run, kind, f"perhaps {meant[start]}")
        elif kind == "offending":
            yield Segment(run, kind, f"{visible(run)} is not used in codes")
        else:
            yield Segment(run, kind + "s" * (len(run) > 1 and kind != "separator"), "as entered")
        start = end


def _character_kind(char: str) -> str:
    if char.isalpha():
        return "letter"
    if char.isdigit():
        return "digit"
    return "separator" if char in "-.,:/ " else "offending"
