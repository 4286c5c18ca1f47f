"""Helpers for sentences: counts, lists, percentages, invisible characters."""

from __future__ import annotations

from collections.abc import Sequence


def plural(count: int, noun: str, nouns: str = "", *, zero: str = "0") -> str:
    """Return a count with its noun; `nouns` is a plural that does not just end in s.

    >>> plural(1, "row"), plural(6000, "row"), plural(2, "entry", "entries")
    ('1 row', '6,000 rows', '2 entries')
    >>> plural(0, "row"), plural(0, "problem", zero="no")
    ('0 rows', 'no problems')
    """
    number = f"{count:,}" if count else zero
    return f"{number} {noun if count == 1 else nouns or noun + 's'}"


def listing(words: Sequence[str], last: str = "and") -> str:
    """Join words into a list for a sentence, with semicolons if a word has a comma.

    >>> listing(["RT", "59", "GA"]), listing(["RT"]), listing(["RT", "LT"], "or")
    ('RT, 59, and GA', 'RT', 'RT or LT')
    """
    *some, final = words
    if not some:
        return final
    comma = ";" if any("," in word for word in some) else ","
    before = f"{comma} ".join(some)
    return f"{before}{comma if len(some) > 1 or comma == ';' else ''} {last} {final}"


def capital(text: str) -> str:
    """Return `text` with a capital at the start.

    >>> capital("used by: Medicare"), capital("")
    ('Used by: Medicare', '')
    """
    return text[:1].upper() + text[1:]


def stopped(text: str) -> str:
    """Return `text` with a full stop, unless it ends in a mark of its own.

    >>> stopped("Anatomy of a code"), stopped("What is HCPCS?")
    ('Anatomy of a code.', 'What is HCPCS?')
    """
    return text if text.endswith(("?", "!", ".")) else f"{text}."


def percent(share: float) -> str:
    """Return a share of 1 as a whole percentage.

    >>> percent(0.7), percent(2 / 3)
    ('70%', '67%')
    """
    return f"{share * 100:.0f}%"


def visible(text: str) -> str:
    r"""Return `text` with every invisible character written as its number.

    >>> visible("99213\u200b-25"), visible("a b")
    ('99213⟨U+200B⟩-25', 'a b')
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else f"⟨U+{ord(c):04X}⟩" for c in text)


def shorten(text: str, limit: int = 40) -> str:
    """Return `text`, or the start of a long text and its length.

    >>> shorten("9" * 1000, 5)
    '99999… (1,000 characters)'
    """
    if len(text) <= limit:
        return visible(text)
    return f"{visible(text[:limit])}… ({len(text):,} characters)"


def clipped(text: str, limit: int) -> str:
    """Return `text`, or as much of a long text as the limit has room for, and an ellipsis.

    >>> clipped("Which level is J1885?", 12), clipped("J1885", 12)
    ('Which level…', 'J1885')
    """
    return visible(text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…")
