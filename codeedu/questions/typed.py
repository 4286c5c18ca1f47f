"""Read what a learner typed: which of the known answers a text means, or one number.

What words mean the same is in data/practice/synonyms.csv: words that may stand for another anywhere
(their `of` is empty), units, and closed sets, such as the sections of CPT, with other names of each
member. This file has the rules. A code may lose blanks, never a character: a slip in a code is what
the course teaches to see.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from codeedu import tables
from codeedu.codes.normalize import as_entry

LONGEST = 1000  # characters of a typed answer that are kept
EDITION = 3  # of the rules in this file: goes up when one changes, so that answers are graded again
LONG = 7  # letters of a word that may have one wrong: "dental" is too near to "denial"
UNIT = "a unit"  # what the rows of units in the table are `of`
CODE_SET = "a code set, and for CPT its kind"  # what the rows of code sets are `of`

_FOLDED = {
    **dict.fromkeys("‐‑‒–—―−﹘﹣－", "-"),  # any dash: which one depends on the keyboard
    **dict.fromkeys("'\"`´‘’‚“”„«»", ""),
    "&": " and ",
    "+": " and ",
}
_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+\b")
_END = " .?!"
_WITH_MODIFIERS = re.compile(r"\w*\d\w*(-\w\w)+")
_NUMERAL = re.compile(
    r"\b(category|cpt|hcpcs|level) ?(?:(1|one|i)|(2|two|ii)|(3|three|iii))\b(?! i+\b)"
)
_TWO_NUMERALS = re.compile(r"\b(i+)\W+(?=i+\b)")
# What adds nothing: "a" in front of one letter, or of "no line", is itself a letter of a section.
_LEADING = re.compile(
    r"(?:(?:an|the|it|is|its|code) )*(?:a (?!no )(?=\w\w)|letter (?=\w$)|modifier (?=\w\w$))?"
)
_TRAILING = {"code", "section", "set"}
_ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
    *("eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_NUMBER_WORDS: dict[str, float] = {
    **{word: value for value, word in enumerate(_ONES)},
    **{word: 10 * value for value, word in enumerate(_TENS, 2)},
    **{
        f"{tens}-{ones}": 10 * ten + one
        for ten, tens in enumerate(_TENS, 2)
        for one, ones in enumerate(_ONES[1:10], 1)
    },
}
_NUMBER = re.compile(r"-?(?:\d+(?:\.\d+)?|\.\d+)")
_SIZES = {"thousand", "million", "billion"}
_FILLER = {
    *("a", "about", "an", "and", "answer", "are", "exactly", "is", "it", "its", "of", "the", "="),
}


class Meant(NamedTuple):
    """What a typed text means: one of the answers or distractors, or a member of a closed set.

    `written` is the way to write it that comes nearest; `slip` says what differs: "" if nothing
    that matters, "hyphen" if there are blanks where hyphens belong, "letter" if one is wrong.
    """

    meaning: str
    written: str
    slip: str = ""


def rules() -> list[object]:
    """Return what decides, beside an item's own answers, whether a typed answer is right."""
    return [EDITION, [list(row.values()) for row in tables.rows("synonyms")]]


@lru_cache(10_000)
def fold(text: str) -> str:
    """Return a text without what never matters: case, blanks, quotes, end marks, the sort of dash.

    >>> fold(" j1885. ") == fold("J1885"), fold("99213–25") == fold("99213-25")
    (True, True)
    """
    return "".join(_usual_characters(text).split()).strip(_END)


def meant(text: str, answers: Sequence[str], distractors: Sequence[str] = ()) -> Meant | None:
    """Return what a text means, or None. Each of the `answers` means the first.

    >>> second = ["CPT Category II"], ["CPT Category III", "CPT"]
    >>> meant("cpt cat 2", *second).meaning, meant("CPT codes", *second).meaning
    ('CPT Category II', 'CPT')
    >>> meant("CPT catagory II", *second).slip, meant("71046 TC", ["71046-TC"]).slip
    ('letter', 'hyphen')
    >>> meant("71046TC", ["71046-TC"]), meant("J188S", ["J1885"]), meant("CPT J1885", ["J1885"])
    (None, None, None)
    >>> meant("CPT:0184T", ["0184T"]).meaning, meant("\u200b0184T", ["0184T"]).meaning
    ('0184T', '0184T')
    """
    known, _ = _known(tuple(answers), tuple(distractors))
    for written, meaning in known.items():
        if _WITH_MODIFIERS.fullmatch(written) and _parts(text) == _parts(written):
            return Meant(meaning, written, "" if fold(text) == fold(written) else "hyphen")
    if exact := _exact(text, known):
        return exact
    near = [Meant(known[written], written, "letter") for written in known if _near(text, written)]
    return near[0] if len({one.meaning for one in near}) == 1 else None


def instead(text: str, answers: Sequence[str], distractors: Sequence[str] = ()) -> str:
    """Return what to type instead of a text that is no answer, right or wrong; else "".

    >>> instead("knees", ["Surgery"], ["Medicine"]), instead("Radiology", ["Surgery"], ["Medicine"])
    ('a section of CPT', '')
    >>> instead("a drug", ["J1885"]), instead("J188S", ["J1885"]), instead("legs", ["L"], ["E"])
    ('a code or a number', '', 'one letter')
    """
    known, closed = _known(tuple(answers), tuple(distractors))
    if meant(text, answers, distractors):
        return ""
    if closed:
        return closed
    words = "".join(_words(text, code=True))
    if all(map(_has_digit, known)) and not _has_digit(words):
        return "a code or a number"
    letters = all(len(written) == 1 and written.isalpha() for written in known)
    return "one letter" if letters and len(words) > 1 else ""


def spellings(answer: str) -> list[str]:
    """Return other ways to write an answer, by which it says the same.

    >>> spellings("place-code"), spellings("J1885")
    (['PLACE-CODE', 'place-code', 'place-codes', 'place code'], ['J1885', 'j1885'])
    """
    ways = [answer.upper(), answer.lower()]
    if not _has_digit(answer):
        last = answer.split()[-1].split("-")[-1]
        ways += [f"{answer}s"] if _singular(f"{last}s") == last else []
        ways += [answer.replace("-", " ")] if "-" in answer else []
        ways += [answer.replace(" ", "-")] if " " in answer else []
    return ways


@lru_cache(1000)
def _known(answers: tuple[str, ...], distractors: tuple[str, ...]) -> tuple[dict[str, str], str]:
    """Return what each known way to write an answer means, and the closed set of all, or "".

    A set is that of an item if the answer has the name of a member, and each distractor is one.
    """
    known = dict.fromkeys(answers, answers[0])
    for text in distractors:
        known.setdefault(text, text)
    for of, name_of in _closed_sets().items():
        named = fold(answers[0]) in map(fold, name_of.values())
        if named and distractors and all(_exact(text, name_of) for text in distractors):
            meaning_of: dict[str, str] = {}
            for text, name in name_of.items():
                if same := _exact(text, known):
                    meaning_of.setdefault(name, same.meaning)
            others = {text: meaning_of.get(name, name) for text, name in name_of.items()}
            return known | {text: others[text] for text in others if text not in known}, of
    return known, ""


@cache
def _closed_sets() -> dict[str, dict[str, str]]:
    """Return for each closed set the name of its member for each way to write one."""
    sets: dict[str, dict[str, str]] = {}
    for row in tables.rows("synonyms"):
        if row["of"] not in ("", UNIT):
            written = [row["name"], *_also(row)]
            sets.setdefault(row["of"], {}).update(dict.fromkeys(written, row["name"]))
    return sets


def _also(row: Mapping[str, str]) -> list[str]:
    return row["also"].split(";") if row["also"] else []


def _exact(text: str, known: Mapping[str, str]) -> Meant | None:
    """Return the meaning of the way to write it that a text is but for its spelling, or None."""
    # As written first: only what nothing matches may lose an s or an article.
    for written, meaning in known.items():
        if fold(text) == fold(written):
            return Meant(meaning, written)
    for written, meaning in known.items():
        code = _has_digit(written)
        if "".join(_words(text, code)) == "".join(_words(written, code)):
            return Meant(meaning, written)
        if code and (_reads_as(text, written) or _named_in_front(text, written)):
            return Meant(meaning, written)
    return None


def _has_digit(text: str) -> bool:
    """Return whether a text is taken for a code or a number, in which every character counts."""
    return any(char.isdigit() for char in text)


def _parts(text: str) -> list[str]:
    """Return what is between the blanks and hyphens of a text."""
    return re.split(r"[-\s]+", _usual_characters(text).strip(_END))


def _reads_as(text: str, code: str) -> bool:
    """Return whether the classifier reads a text as a code, with no other code set's name in front.

    It drops the .0 of a spreadsheet, too: who types that has not typed the code.
    """
    entry = as_entry(text.strip(_END))
    kinds = {note.kind for note in entry.notes}
    if entry.text != as_entry(code).text or "decimal" in kinds:
        return False
    named = set(entry.code_set.split(";"))
    return "prefix" not in kinds or bool(named & (_fitting(code) - {""}))


def _named_in_front(text: str, code: str) -> bool:
    """Return whether a text is a code behind the name of the code set that it likeliest is of."""
    *front, last = _usual_characters(text).split()
    if not front or fold(last) != fold(code):
        return False
    fits = _fitting(code)
    named = "".join(_words(" ".join(front), code=True))
    names = _closed_sets()[CODE_SET].items()
    return any(name in fits and named == "".join(_words(text, code=True)) for text, name in names)


def _fitting(code: str) -> set[str]:
    """Return the names of the code set that a code likeliest is of."""
    from codeedu.codes.classify import classify

    best = classify(code).best
    if not best or not fold(code).startswith(fold(best.code)):
        return set()  # it had to be completed, so nobody knows what it is
    takes_modifiers = best.level and best.format.takes_modifiers
    return {best.code_set, best.name} | ({"HCPCS"} if takes_modifiers else set())


def _near(text: str, written: str) -> bool:
    """Return whether one letter is wrong in one of the words, which is long enough, and no code."""
    words, others = _words(text, code=False), _words(written, code=False)
    differing = [pair for pair in zip(words, others, strict=False) if pair[0] != pair[1]]
    if _has_digit(written) or len(words) != len(others) or len(differing) != 1:
        return False
    one, other = differing[0]
    return len(other) >= LONG and other.isalpha() and _one_wrong(one, other)


def _one_wrong(one: str, other: str) -> bool:
    """Return whether a letter is replaced, missing or added, or two neighbors are swapped."""
    while one and other and one[0] == other[0]:
        one, other = one[1:], other[1:]
    swapped = one[:2] == other[1::-1] and one[2:] == other[2:]
    return swapped or one[1:] == other[1:] or one[1:] == other or one == other[1:]


@lru_cache(10_000)
def _words(text: str, code: bool) -> tuple[str, ...]:
    """Return a text as words: one for each synonym, none that adds nothing, numbers as digits."""
    pattern, meaning_of = _synonyms()
    text = pattern.sub(lambda match: meaning_of[match[0]], _plain(text, code))
    words = _NUMERAL.sub(lambda m: f"{m[1]} {'i' * ((m.lastindex or 2) - 1)}", text).split()
    while len(words) > 1 and words[-1] in ({"code"} if code else _TRAILING):
        words = words[:-1]
    words = _LEADING.sub("", " ".join(words), count=1).split()
    if code:
        words = [write_number(_NUMBER_WORDS[w]) if w in _NUMBER_WORDS else w for w in words]
    return tuple(words)


def _plain(text: str, code: bool) -> str:
    """Return words without plural s; hyphens, slashes and periods stay only in a code."""
    text = _usual_characters(text).strip(_END)
    text = text if code else re.sub(r"[-/]", " ", text).replace(".", "")
    return " ".join(_singular(word) for word in re.sub(r"[,;:()]", " ", text).split())


@cache
def _synonyms() -> tuple[re.Pattern[str], dict[str, str]]:
    """Return the words that stand for others anywhere, as a pattern and with their meanings."""
    rows = [row for row in tables.rows("synonyms") if not row["of"]]
    meaning_of = {_plain(also, False): row["name"] for row in rows for also in _also(row)}
    return re.compile(rf"\b({'|'.join(meaning_of)})\b"), meaning_of


def read_number(text: str) -> tuple[float | None, list[str]]:
    """Return the one number in a text, and its other words; None when there is not just one.

    >>> read_number("1,200 units"), read_number("It is twenty-five."), read_number("4 or 5")
    ((1200, ['units']), (25, []), (None, []))
    """
    text = _usual_characters(text[:LONGEST]).replace("$", " $ ").strip(" .")
    values: list[float] = []
    rest: list[str] = []
    for word in re.sub(r"(?<=\d)(?=[a-z])", " ", text).split():
        word = word.strip(",;:!?()")
        if _NUMBER.fullmatch(word):
            values.append(float(word) if "." in word else int(word))
        elif word in _NUMBER_WORDS:
            values.append(_NUMBER_WORDS[word])
        elif word and word not in _FILLER:
            rest.append(word)
    if len(values) != 1 or not abs(values[0]) < 1e15:
        return None, []
    return int(values[0]) if values[0] == int(values[0]) else values[0], rest


def write_number(value: float) -> str:
    """Return a number as people write it: 4, not 4.0.

    >>> write_number(4.0), write_number(11.4)
    ('4', '11.4')
    """
    return f"{int(value)}" if value == int(value) else f"{value:.10g}"


def only_unit(words: list[str], unit: str) -> bool:
    """Say whether the words beside a number name nothing but its unit, with its word of size.

    >>> only_unit(["unit"], "units"), only_unit([], "units"), only_unit(["mg"], "units")
    (True, True, False)
    >>> only_unit(["mi"], "miles"), only_unit(["mi"], "units")
    (True, False)
    >>> only_unit(["bn"], "billion dollars"), only_unit(["$"], "billion dollars")
    (True, False)
    """
    rows = [row for row in tables.rows("synonyms") if row["of"] == UNIT]
    name_of = {also: row["name"] for row in rows for also in _also(row)}
    named, wanted = ({_singular(word) for word in some} for some in (words, unit.split()))
    named = {name_of.get(word, word) for word in named}
    return named <= wanted and (not named or wanted & _SIZES <= named)


def _usual_characters(text: str) -> str:
    """Return a text in small letters with one kind of dash, no quotes and no thousands commas.

    What cannot be seen, such as a pasted zero-width space, is left out. A dot keeps two Roman
    numerals apart: "I-I" is not II.
    """
    text = unicodedata.normalize("NFKC", text).casefold()
    text = "".join(char for char in text if unicodedata.category(char) != "Cf")
    text = _TWO_NUMERALS.sub(r"\1·", "".join(_FOLDED.get(char, char) for char in text))
    return _THOUSANDS.sub(lambda match: match[0].replace(",", ""), text)


def _singular(word: str) -> str:
    """Drop a plural s; "hcpcs" keeps its own, since without a vowel it is no English word."""
    plural = word.isalpha() and len(word) > 3 and word.endswith("s") and not word.endswith("ss")
    return word[:-1] if plural and set(word) & set("aeiou") else word
