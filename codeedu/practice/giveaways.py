"""What gives an answer away, or asks the same twice: found by counting, told as warnings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from typing import Any

from codeedu.practice.items import Item

BIAS = 0.40  # of a file's items; with four options chance would give 0.25
ENOUGH = 10  # items before a share says anything
ALIKE = 0.8  # of the words of two stems
MARKUP = re.compile(r"<[A-Za-z/!]|&(?:[a-z]+|#\d+);")
OF_THE_ABOVE = re.compile(
    r"\b(all|any|both|none|neither|either) of (the )?(above|below|others?|other options)\b"
    r"|\b(both|neither) [a-e] (and|nor) [a-e]\b",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"\b(option|answer|choice) ([a-e1-5]|one|two|three|four)\b"
    r"|\bthe (first|second|third|fourth|last) (option|answer|choice)\b",
    re.IGNORECASE,
)

Warned = tuple[str, str, str, str]  # file, item, what, mend


def find(books: dict[str, list[Item]]) -> Iterator[Warned]:
    """Yield what is suspicious in the items of each file, and between them."""
    for file, items in books.items():
        yield from _biases(file, items)
        for item in items:
            yield from _item(file, item)
        for objective, count in sorted(Counter(item.objective for item in items).items()):
            if count < 3:
                what = f"the objective {objective} has {count} of at least 3 items"
                yield file, "", what, "Write more, so that a second try can ask something else."
    placed = [(file, item, _words(item)) for file, items in books.items() for item in items]
    for (_, first, ours), (file, second, theirs) in combinations(placed, 2):
        if ours[0] == theirs[0] and _alike(ours[1], theirs[1]):
            what = f"its stem is nearly that of {first.id}"
            yield file, second.id, what, "Ask it differently, or drop one of them."


def _biases(file: str, items: list[Item]) -> Iterator[Warned]:
    chosen = [item for item in items if item.kind in ("one", "spot")]
    if len(chosen) < ENOUGH:
        return
    longest = sum(item.kind == "one" and _right_is_longest(item) for item in chosen)
    if longest > BIAS * len(chosen):
        what = f"the right option is the longest in {longest} of {len(chosen)} items"
        yield file, "", what, "Make wrong options as exact as right ones."
    places = Counter([option.right for option in item.options].index(True) for item in chosen)
    place, count = places.most_common(1)[0]
    if count > BIAS * len(chosen):
        what = f"the right option is number {place + 1} in {count} of {len(chosen)} items"
        yield file, "", what, "Move some of them."


def _right_is_longest(item: Item) -> bool:
    right = max(len(option.text) for option in item.options if option.right)
    return right > max(len(option.text) for option in item.options if not option.right)


def _item(file: str, item: Item) -> Iterator[Warned]:
    if item.kind in ("one", "many", "spot") and len(item.options) < 4:
        what = f"it has {len(item.options)} options"
        yield file, item.id, what, "A fourth makes guessing harder, if it is true to life."
    for option in item.options:
        found = _PLACE.search(option.why)
        if found:
            what = f"a why speaks of {found[0]!r}, but options are shuffled"
            yield file, item.id, what, "Name what it says instead of where it stands."


def texts_of(entry: dict[str, Any]) -> Iterator[str]:
    """Yield every text of an item, as it stands in the file, that a learner may read."""
    yield from (entry[name] for name in ("stem", "why", "hint") if name in entry)
    for name in ("options", "steps", "tempting"):
        for option in entry.get(name, ()):
            yield option["text"]
            yield option["why"]


def without_code(text: str) -> str:
    """Return `text` without what stands in backticks.

    >>> without_code("`<b>` is code, <b> is not")
    ' is code, <b> is not'
    """
    return re.sub(r"```.*?```|`[^`]*`", "", text, flags=re.DOTALL)


def _words(item: Item) -> tuple[frozenset[str], frozenset[str]]:
    """Return what a stem shows as code, and its other words."""
    code = re.findall(r"```.*?```|`[^`]*`", item.stem, flags=re.DOTALL)
    return frozenset(code), frozenset(re.findall(r"\w+", without_code(item.stem).lower()))


def _alike(ours: frozenset[str], theirs: frozenset[str]) -> bool:
    either = len(ours | theirs)
    return either > 0 and len(ours & theirs) >= ALIKE * either
