"""Read what a learner typed: a text in the form in which answers are compared, or one number."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 1000  # characters of a typed answer that are kept

_FOLDED = {
    **dict.fromkeys("‐‑‒–—―−﹘﹣－", "-"),  # any dash: which one depends on the keyboard
    **dict.fromkeys("'\"`´‘’‚“”„«»", ""),
    "&": " and ",
}
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}\b)")
_LEVEL = re.compile(r"\b(?<=level |egory )(?:(1|one)|(2|two)|(3|three))\b")
_LEADING = {"a", "an", "the", "it", "is", "its", "code", "codes", "modifier", "modifiers"}
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
_FILLER = {
    *("a", "about", "an", "and", "answer", "are", "exactly", "is", "it", "its", "of", "the", "="),
}


def fold(text: str, *, loosely: bool = False, numeric: bool = False) -> str:
    """Return a typed text in the form in which answers are compared.

    Case, blanks, quotes, a final period and the sort of dash never matter. `loosely` also
    drops commas, parentheses, leading articles and a plural s, and reads "Level 1" as "Level I";
    `numeric` reads number words.

    >>> fold(" j1885. ") == fold("J1885"), fold("99213–25") == fold("99213-25")
    (True, True)
    >>> fold("The Level 1 codes", loosely=True), fold("five", numeric=True)
    ('levelicode', '5')
    >>> fold("CPT (Category 2)", loosely=True) == fold("CPT, Category II", loosely=True)
    True
    """
    words = _usual_characters(text).strip(" .").split()
    if loosely:
        text = " ".join(re.sub(r"[,;:()]", " ", " ".join(words)).split())
        words = _LEVEL.sub(lambda m: "i" * (m.lastindex or 1), text).split()
        while len(words) > 1 and words[0] in _LEADING:
            words = words[1:]
        words = [_singular(word) for word in words]
    if numeric:
        words = [
            write_number(_NUMBER_WORDS[word]) if word in _NUMBER_WORDS else word for word in words
        ]
    return "".join(words).removesuffix(".")


def read_number(text: str) -> tuple[float | None, list[str]]:
    """Return the one number in a text, and its other words; None when there is not just one.

    >>> read_number("1,200 units"), read_number("It is twenty-five."), read_number("4 or 5")
    ((1200, ['units']), (25, []), (None, []))
    """
    text = _usual_characters(text[:LONGEST]).strip(" .")
    values: list[float] = []
    rest: list[str] = []
    for word in re.sub(r"(?<=\d)(?=[a-z])", " ", text).split():
        word = word.strip(",;:!?()$")
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
    """Say whether the words beside a number name nothing but its unit.

    >>> only_unit(["unit"], "units"), only_unit([], "units"), only_unit(["mg"], "units")
    (True, True, False)
    """
    return {_singular(word) for word in words} <= {_singular(word) for word in unit.split()}


def _usual_characters(text: str) -> str:
    """Return a text in small letters with one kind of dash, no quotes and no thousands commas."""
    text = unicodedata.normalize("NFKC", text).casefold()
    return _THOUSANDS.sub("", "".join(_FOLDED.get(char, char) for char in text))


def _singular(word: str) -> str:
    """Drop a plural s; "hcpcs" keeps its own, since without a vowel it is no English word."""
    plural = word.isalpha() and len(word) > 3 and word.endswith("s") and not word.endswith("ss")
    return word[:-1] if plural and set(word) & set("aeiou") else word
