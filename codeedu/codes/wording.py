"""Small pieces of English that sentences everywhere are built from."""

from __future__ import annotations

from collections.abc import Sequence


def plural(count: int, noun: str) -> str:
    """Return a count with its noun.

    >>> plural(1, "row"), plural(6000, "row"), plural(0, "row")
    ('1 row', '6,000 rows', '0 rows')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def listing(words: Sequence[str], last: str = "and") -> str:
    """Join words as a sentence does; words that contain a comma are separated by semicolons.

    >>> listing(["RT", "59", "GA"]), listing(["RT"]), listing(["RT", "LT"], "or")
    ('RT, 59, and GA', 'RT', 'RT or LT')
    """
    *some, final = words
    if not some:
        return final
    comma = ";" if any("," in word for word in words) else ","
    before = f"{comma} ".join(some)
    return f"{before}{comma if len(some) > 1 or comma == ';' else ''} {last} {final}"


def percent(share: float) -> str:
    """Return a share of 1 as a whole percentage.

    >>> percent(0.7), percent(2 / 3)
    ('70%', '67%')
    """
    return f"{share * 100:.0f}%"
