"""Suggest codes that were perhaps meant, each with the one edit that leads to it.

A suggestion is a guess: it is shown, and never applied. An entry with a likely reading gets only
the code it is easily confused with (U0001 and 0001U). For any other entry, we undo slips: a
look-alike character, two characters swapped, a letter of another script. A Level II code that
CMS does not list gets its neighbors: listed codes that differ in one digit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from codeedu import tables
from codeedu.codes import level2, normalize, rules
from codeedu.codes.formats import PAYER
from codeedu.codes.model import Reading
from codeedu.codes.modifiers import is_listed

LIMIT = 5  # suggestions for one entry
EDITED = 8  # slips are undone in this many characters at the start


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A code that was perhaps meant, the `edit` that leads to it, and both in a sentence."""

    code: str
    edit: str
    text: str


def suggest(
    entered: object, readings: Sequence[Reading] = (), context: str = "procedure"
) -> tuple[Suggestion, ...]:
    """Return up to five suggestions for an entry with these readings, likeliest first.

    >>> [suggestion.code for suggestion in suggest("J188S")]
    ['J1885']
    """
    if not isinstance(entered, str) or len(entered) > normalize.LONGEST:
        return ()
    text = normalize.as_entry(entered).text
    sure = any(r.strength == "likely" and r.status != "not listed" for r in readings)
    offered: dict[str, Suggestion] = {}
    edits = _other_end(text) if sure else _edits(entered, text)
    if sure and context == "procedure" and not readings[0].level:
        edits = (e for e in _look_alikes(text) if e[0] in tables.by("level2", "code"))
    if any(r.format.id == PAYER and r.strength == "possible" for r in readings):
        edits = (e for e in edits if e[0] in tables.by("level2", "code"))
    for near, edit in edits:
        entry = normalize.as_entry(near)
        made = rules.read_text(entry.text, "procedure", entry.code_set)
        best = made.readings[0] if made.readings else None
        if best and best.strength == "likely" and best.format.takes_modifiers and near != text:
            if not text.isalnum() and any(n.kind == "zeros" for n in made.notes):
                continue  # two guesses
            if not _is_better(best, made.modifiers, readings):
                continue
            code = "-".join((best.code, *made.modifiers))
            where = f", {best.section}" if best.section else ""
            says = best.named or f"It has the form of {best.code_set}{where}."
            sentence = f"{code}? {edit}. {says}"
            offered.setdefault(code, Suggestion(code, edit, sentence))
    return tuple(offered.values())[:LIMIT]


def _is_better(near: Reading, behind: Sequence[str], readings: Sequence[Reading]) -> bool:
    """Return whether a Level II code may stand for one that no list has: listed on that day."""
    listing = readings[0].listing if readings else None
    if listing is None or listing.status != "not listed":
        return True
    if near.format.list_in == "level2" and level2.lookup(near.code, listing.on).status != "listed":
        return False
    return all(is_listed(m, near.code) for m in behind if is_listed(m, listing.code))


ONE_DIGIT = "CMS lists it, and one digit differs"  # an edit


def _neighbors(code: str) -> Iterator[tuple[str, str]]:
    """Yield the codes in CMS's list that differ from a Level II code in one digit, nearest first.

    >>> [code for code, _ in _neighbors("J1884")][:2]
    ['J1885', 'J1834']
    """
    near = {code[:i] + digit + code[i + 1 :] for i in range(1, 5) for digit in "0123456789"}
    listed = near & tables.by("level2", "code").keys()
    for other in sorted(listed, key=lambda c: (abs(int(c[1:]) - int(code[1:])), c)):
        yield other, ONE_DIGIT


def _other_end(text: str) -> Iterator[tuple[str, str]]:
    """Move the letter from one end to the other."""
    code, modifiers = text[:5], text[5:]
    if modifiers and not modifiers.startswith("-"):
        return
    if re.fullmatch("[A-Z][0-9]{4}", code):
        yield code[1:] + code[0] + modifiers, f"The letter {code[0]} is at the other end"
    elif re.fullmatch("[0-9]{4}[A-Z]", code):
        yield code[-1] + code[:-1] + modifiers, f"The letter {code[-1]} is at the other end"


def _edits(entered: str, text: str) -> Iterator[tuple[str, str]]:
    if not text:
        yield _in_ascii(entered), "Written with plain letters and digits"
        return
    if re.fullmatch("[A-Z][0-9]{2}[.][0-9]{2}", text):
        yield text.replace(".", ""), "Without the dot"
    if re.fullmatch("[0-9]{1,3}(,[0-9]{3})+", text):
        yield text.replace(",", ""), "Without the comma of a number"
    if re.fullmatch("[0-9.]+E[+][0-9]{1,2}", text):
        yield f"{float(text):.0f}", "Written without a spreadsheet's notation"
    head, *others = rules.pieces(text) or [text]
    if others and all(len(part) == 5 for part in (head, *others)):
        yield from ((part, "One of the codes in the field") for part in (head, *others))
        return
    if len(head) == 5 and others and not (len(others[0]) > 2 and others[0].isdigit()):
        yield head, "Without what follows it"
    if text.isdigit() and len(text) > 5:
        return
    if "l" in entered:
        yield text.replace("L", "1"), "Small l looks like the digit one"
    yield from _look_alikes(text)
    yield from _other_end(text)
    if re.fullmatch("[0-9]{5}", text):
        return  # most numbers are in a section of CPT, so it proves nothing that a swapped one is
    for i in range(min(len(text), EDITED) - 1):
        if not text[i : i + 2].isalnum():
            continue
        if text[i] == text[i + 1]:
            yield text[:i] + text[i + 1 :], f"One {text[i]} too many"
        else:
            swapped = text[:i] + text[i + 1] + text[i] + text[i + 2 :]
            yield swapped, f"{text[i : i + 2]} and {text[i + 1] + text[i]} are easily swapped"
    if re.fullmatch("[A-Z][0-9]{4}(-.*)?", text) and text[:5] not in tables.by("level2", "code"):
        yield from ((near + text[5:], edit) for near, edit in _neighbors(text[:5]))


def _in_ascii(entered: str) -> str:
    """Return the entry with other scripts' characters replaced by ASCII ones."""
    cleaned = entered.strip().strip("\ufffd")  # what is left where a file was decoded wrongly
    return "".join(c if c.isascii() else normalize.ascii_twin(c) or c for c in cleaned).upper()


def _look_alikes(text: str) -> Iterator[tuple[str, str]]:
    """Replace one character by its look-alike, or all of a kind at once."""
    for row in tables.rows("lookalikes"):
        written, meant = row["written"], row["meant"]
        edit = f"Perhaps {row['says']}"
        places = [i for i, char in enumerate(text[:EDITED]) if char == written]
        if len(places) > 1:
            yield text.replace(written, meant), edit
        for i in places:
            yield text[:i] + meant + text[i + 1 :], edit
