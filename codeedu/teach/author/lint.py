"""Measure item-writing flaws: cues to the right answer, too much recall, near-duplicates.

Everything here is a count over items, so it holds for any bank. The limits are those that the
course's own bank keeps.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, pairwise
from math import sqrt
from typing import Any

from codeedu import tables
from codeedu.codes.wording import percent, plural
from codeedu.questions.items import Item, Option
from codeedu.questions.kinds import KINDS
from codeedu.questions.typed import fold

ENOUGH = 20  # items before a share says anything
CUE = 0.04  # by which a guesser who sees only the surface may beat chance: 29% where it is 25%
PLACED = 0.40  # of the right options at one place; with four options chance gives 25%
RECALL = 0.25  # at most, of the items that name a level
WORK = 0.50  # at least: apply or analyze
PER_OBJECTIVE = 3  # practice items, so that a second try can ask something else
PER_FINAL = 2  # final items for each objective, if a bank has any
PER_BELIEF = 3  # items that name a misconception, so that one slip does not show it
WORDS = range(15, 61)  # of explanation and feedback together, for one wrong answer
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
_ABSOLUTE = re.compile(r"\b(all|always|every|never|no|none|nothing|nobody|only|must)\b", re.I)
_HEDGED = re.compile(r"\b(can|could|generally|may|might|most|often|some|sometimes|usually)\b", re.I)

Warned = tuple[str, str, str, str]  # file, item, what, fix


def warnings(books: dict[str, list[Item]]) -> Iterator[Warned]:
    """Yield what is suspicious in the items of each file, and in all of them together."""
    for file, items in books.items():
        yield from _cues(file, items)
        for item in items:
            yield from _item(file, item)
        yield from _counts(file, items)
    together = [(file, item) for file, items in books.items() for item in items]
    last = next(reversed(books), "")
    everything = [item for _, item in together]
    for what, fix in (*_surface(everything), *_levels(everything), *_beliefs(everything)):
        yield last, "", what, fix
    placed = [(file, item, _words(item)) for file, item in together]
    for (_, first, ours), (file, second, theirs) in combinations(placed, 2):
        if ours[0] == theirs[0] and _alike(ours[1], theirs[1]):
            what = f"its stem is nearly that of {first.id}"
            yield file, second.id, what, "Ask it differently, or drop one of them."


# Cues: what someone who knows nothing but looks closely can use


def guesser(items: Iterable[Item]) -> tuple[float, float, int]:
    """Return what a surface-feature guesser scores, what chance would, and over how many items.

    The rules are fixed: the longest option, none with an absolute word ("always", "only"), rather
    one with a hedge ("usually", "may"). Ties count by their share. "Choose one" items only.

    >>> options = Option("always", "f"), Option("usually so", "f", right=True)
    >>> guesser([Item("a-01", "a", "01", "one", "?", "e", options)])
    (1.0, 0.5, 1)
    """
    hits, chances = [], []
    for item in items:
        if item.kind == "one":
            best = max(_rank(option, item) for option in item.options)
            tied = [option for option in item.options if _rank(option, item) == best]
            hits.append(sum(option.right for option in tied) / len(tied))
            chances.append(1 / len(item.options))
    count = len(hits) or 1
    return sum(hits) / count, sum(chances) / count, len(hits)


def _rank(option: Option, item: Item) -> int:
    longest = all(len(option.text) > len(other.text) for other in item.options if other != option)
    absolute, hedged = _ABSOLUTE.search(option.text), _HEDGED.search(option.text)
    return longest + bool(hedged) - bool(absolute)


def said_yes(items: Iterable[Item]) -> tuple[int, int]:
    """Return in how many yes-or-no items "yes" is right, and how many such items there are."""
    starts = [
        fold(option.text)[:3]
        for item in items
        if item.kind == "one" and any(_yes_or_no(option) for option in item.options)
        for option in item.options
        if option.right
    ]
    return starts.count("yes"), len(starts)


def _yes_or_no(option: Option) -> bool:
    return re.match(r"(yes|no)\b", option.text, re.IGNORECASE) is not None


def _surface(items: list[Item]) -> Iterator[tuple[str, str]]:
    score, chance, count = guesser(items)
    noise = 2 * sqrt(chance * (1 - chance) / count) if count else 1.0
    if score > chance + max(CUE, noise):
        what = f"by their surface alone {percent(score)} are guessed right, not {percent(chance)}"
        yield what, "Make wrong options as long, as exact and as careful as right ones."


def _cues(file: str, items: list[Item]) -> Iterator[Warned]:
    yes, asked = said_yes(items)
    if asked >= ENOUGH // 3 and not asked / 4 <= yes <= asked * 3 / 4:
        what = f'"yes" is right in {yes} of {plural(asked, "yes-or-no item")}'
        yield file, "", what, "Turn some of them round."
    for kind in (name for name, how in KINDS.items() if how.single):
        keys = [key(item) for item in items if item.kind == kind]
        yield from ((file, "", what, fix) for what, fix in _placed(kind, keys))


def key(item: Item) -> int:
    """Return the place of the right option of a "one" or "spot" item."""
    return next(place for place, option in enumerate(item.options) if option.right)


def _placed(kind: str, keys: Sequence[int]) -> Iterator[tuple[str, str]]:
    """Yield warnings on where right options are in the file: it is also printed."""
    if len(keys) < ENOUGH // 2:
        return
    place, count = Counter(keys).most_common(1)[0]
    if count > max(PLACED * len(keys), len(keys) / 4 + 2 * sqrt(len(keys) * 3 / 16)):
        what = f'the right option is number {place + 1} in {count} of {len(keys)} "{kind}" items'
        yield what, "Move some of them."
    pairs = list(pairwise(keys))
    steps = Counter((after - before) % 4 for before, after in pairs)
    step, times = steps.most_common(1)[0]
    if len(pairs) >= ENOUGH and times > len(pairs) / 4 + 3 * sqrt(len(pairs) * 3 / 16):
        how = "the same place again" if step == 0 else f"{plural(step, 'place')} further on"
        what = f'in {times} of {len(pairs)} cases the next right "{kind}" option is {how}'
        yield what, "Put the options into a random order."


# Counts


def _counts(file: str, items: list[Item]) -> Iterator[Warned]:
    practice = Counter(item.objective for item in items if item.pool == "practice")
    final = Counter(item.objective for item in items if item.pool == "final")
    for objective in sorted({item.objective for item in items}):
        if practice[objective] < PER_OBJECTIVE:
            few = f"{practice[objective]} of at least {PER_OBJECTIVE}"
            what = f"{objective} has {few} practice items"
            yield file, "", what, "Write more, so that a second try can ask something else."
        if final and final[objective] < PER_FINAL:
            what = f"{objective} has {final[objective]} of at least {PER_FINAL} final items"
            yield file, "", what, 'Write more with pool = "final".'
    answers = [option for item in items for option in _wrong(item)]
    far = [o for item in items for o in _wrong(item) if _length(item, o) not in WORDS]
    if len(answers) >= ENOUGH and len(far) > len(answers) / 10:
        what = (
            f"{len(far)} of {plural(len(answers), 'wrong answer')} get fewer than {WORDS[0]} or "
            f"more than {WORDS[-1]} words of feedback"
        )
        yield file, "", what, "Say what tempts, then what to look at."


def _wrong(item: Item) -> list[Option]:
    return [o for o in (*item.options, *item.distractors) if not o.right and item.kind != "order"]


def _length(item: Item, option: Option) -> int:
    return len(f"{item.explanation} {option.feedback}".split())


def levels(items: Iterable[Item]) -> tuple[float, float, int]:
    """Return the shares of recall and of apply or analyze, and over how many items.

    Lessons that teach names, and so may ask to recall them, are left out.
    """
    recall = {row["lesson"] for row in tables.rows("lessons") if row["recall"]}
    named = [item.level for item in items if item.level and item.lesson not in recall]
    count = len(named) or 1
    work = sum(level in ("apply", "analyze") for level in named)
    return named.count("recall") / count, work / count, len(named)


def _levels(items: list[Item]) -> Iterator[tuple[str, str]]:
    recall, work, count = levels(items)
    if count < ENOUGH:
        return
    if recall > RECALL:
        what = f"{percent(recall)} of the items ask to recall, more than {percent(RECALL)}"
        yield what, "Ask what the job asks: read this code, choose, split, correct."
    if work < WORK:
        what = f"{percent(work)} of the items ask to apply or analyze, less than {percent(WORK)}"
        yield what, "Ask what the job asks: read this code, choose, split, correct."


def _beliefs(items: list[Item]) -> Iterator[tuple[str, str]]:
    count = Counter(name for item in items for name in item.could_show)
    for name, times in sorted(count.items()):
        if times < PER_BELIEF:
            what = f"the misconception {name} is named by {times} of at least {PER_BELIEF} items"
            yield what, "Name it in more items, or in none: one slip does not show a belief."


# Single items


def _item(file: str, item: Item) -> Iterator[Warned]:
    if KINDS[item.kind].single and len(item.options) < 3:
        what = f"it has {plural(len(item.options), 'option')}"
        yield file, item.id, what, "A third makes guessing harder, if it is plausible."
    for option in item.options:
        found = _PLACE.search(option.feedback)
        if found:
            what = f"feedback speaks of {found[0]!r}, but options are shuffled"
            yield file, item.id, what, "Say what it says instead of where it is."


def texts_of(entry: dict[str, Any]) -> Iterator[str]:
    """Yield every text of an item, as written in the file, that a learner may read."""
    yield from (entry[name] for name in ("stem", "explanation", "hint", "look") if name in entry)
    for name in ("options", "steps", "distractors"):
        for option in entry.get(name, ()):
            yield option.get("text", "")
            yield option["feedback"]


def without_code(text: str) -> str:
    """Return `text` without what is in backticks.

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
