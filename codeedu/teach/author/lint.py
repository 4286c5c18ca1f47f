"""Measure item-writing flaws: cues to the right answer, too much recall, near-duplicates.

Everything here is a count over items, so it holds for any bank. The limits are those that the
course's own bank keeps.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from math import sqrt
from typing import Any

from codeedu import tables
from codeedu.codes.wording import percent, plural
from codeedu.questions.items import Item, Option
from codeedu.questions.kinds import KINDS
from codeedu.questions.typed import fold, meant, spellings

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

_CODE = re.compile(r"```.*?```|(?<!\\)`[^`]*`", re.DOTALL)

OPTIONS = ("options", "distractors", "steps")  # the lists of an item that hold answers

Flaw = tuple[str, str, str, str]  # file, item, what, fix


def warnings(files: dict[str, list[Item]], rest: Sequence[Item] = ()) -> Iterator[Flaw]:
    """Yield what is suspicious in the items of each file, and in all of them together.

    `rest` holds the items of the same bank that are in other files: they count where a number is
    about the whole bank, and nothing is said about them.
    """
    for file, items in files.items():
        yield from _cues(file, items)
        for item in items:
            yield from _item_flaws(file, item)
        yield from _feedback_lengths(file, items)
    together = [(file, item) for file, items in files.items() for item in items]
    all_of_them = next(iter(files), "") if len(files) < 2 else "all questions together"
    checked = [item for _, item in together]
    for what, fix in (*_surface(checked), *_levels(checked)):
        yield all_of_them, "", what, fix
    yield from _too_few_items(together, rest)
    filled = [pair for pair in together if "TODO" not in pair[1].stem]  # else it is no stem yet
    words = [(file, item, *_code_and_words(item)) for file, item in filled]
    for (_, first, code, plain), (file, second, other_code, other_plain) in combinations(words, 2):
        is_part = bool(texts := _option_texts(first)) and texts == _option_texts(second)
        if not is_part and code == other_code and _similar(plain, other_plain):
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


def _cues(file: str, items: list[Item]) -> Iterator[Flaw]:
    yes, count = said_yes(items)
    if count >= ENOUGH // 3 and not count / 4 <= yes <= count * 3 / 4:
        what = f'"yes" is right in {yes} of {plural(count, "yes-or-no item")}'
        yield file, "", what, "Turn some of them round."
    for name, kind in KINDS.items():
        if kind.single:
            places = [kind.right(item) for item in items if item.kind == name]
            yield from ((file, "", what, fix) for what, fix in _same_place(name, places))


def _same_place(kind: str, places: Sequence[Any]) -> Iterator[tuple[str, str]]:
    """Warn of right options that are often at one place of the file: it is also printed."""
    if len(places) < ENOUGH // 2:
        return
    place, count = Counter(places).most_common(1)[0]
    if count > max(PLACED * len(places), len(places) / 4 + 2 * sqrt(len(places) * 3 / 16)):
        what = f'the right option is number {place + 1} in {count} of {len(places)} "{kind}" items'
        yield what, "Put the options into a random order."


# Counts


def _too_few_items(checked: list[tuple[str, Item]], rest: Sequence[Item]) -> Iterator[Flaw]:
    """Warn of objectives and misconceptions of checked items that the bank has too few items of."""
    bank = [*(item for _, item in checked), *rest]
    practice = Counter(item.objective for item in bank if item.pool == "practice")
    final = Counter(item.objective for item in bank if item.pool == "final")
    finals = {file for file, item in checked if item.pool == "final"}
    for objective, file in sorted({item.objective: file for file, item in checked}.items()):
        if (has := practice[objective]) < PER_OBJECTIVE:
            what = f"{objective} has {has} of at least {PER_OBJECTIVE} practice items"
            yield file, "", what, "Write more, so that a second try can ask something else."
        if file in finals and final[objective] < PER_FINAL:
            what = f"{objective} has {final[objective]} of at least {PER_FINAL} final items"
            yield file, "", what, 'Write more with pool = "final".'
    named = Counter(belief for item in bank for belief in item.could_show)
    beliefs = {belief: file for file, item in checked for belief in item.could_show}
    for belief, file in sorted(beliefs.items()):
        if named[belief] < PER_BELIEF:
            count = f"{named[belief]} of at least {PER_BELIEF} items"
            fix = "Name it in more items, or in none: one slip does not show a belief."
            yield file, "", f"the misconception {belief} is named by {count}", fix


def _feedback_lengths(file: str, items: list[Item]) -> Iterator[Flaw]:
    lengths = [
        len(f"{item.explanation} {option.feedback}".split())
        for item in items
        for option in _wrong_options(item)
    ]
    far = sum(length not in WORDS for length in lengths)
    if len(lengths) >= ENOUGH and far > len(lengths) / 10:
        limits = f"fewer than {WORDS[0]} or more than {WORDS[-1]} words of feedback"
        what = f"{far} of {plural(len(lengths), 'wrong answer')} get {limits}"
        yield file, "", what, "Say what tempts, then what to look at."


def _wrong_options(item: Item) -> list[Option]:
    answers = () if item.kind == "order" else (*item.options, *item.distractors)
    return [option for option in answers if not option.right]


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
    fix = "Ask what the job asks: read this code, choose, split, correct."
    if count >= ENOUGH and recall > RECALL:
        yield f"{percent(recall)} of the items ask to recall, more than {percent(RECALL)}", fix
    if count >= ENOUGH and work < WORK:
        what = f"{percent(work)} of the items ask to apply or analyze, less than {percent(WORK)}"
        yield what, fix


# Single items


def _item_flaws(file: str, item: Item) -> Iterator[Flaw]:
    only_two = {"true", "false"}, {"yes", "no"}  # there is no third
    if KINDS[item.kind].single and len(item.options) < 3 and _option_texts(item) not in only_two:
        what = f"it has {plural(len(item.options), 'option')}"
        yield file, item.id, what, "A third makes guessing harder, if it is plausible."
    if item.kind == "type" and not item.choices:
        yield from ((file, item.id, what, fix) for what, fix in _typing_flaws(item))
    for option in item.options:
        if place := _PLACE.search(option.feedback):
            what = f"feedback speaks of {place[0]!r}, but options are shuffled"
            yield file, item.id, what, "Say what it says instead of where it is."


def _typing_flaws(item: Item) -> Iterator[tuple[str, str]]:
    """Warn of two answers to choose from, and of a right answer that is wrong when respelled."""
    others = [option.text for option in item.distractors]
    for answer in item.answers if len(others) == 1 else ():
        either = rf"\b({re.escape(answer)}\W+or\W+{re.escape(others[0])}"
        either += rf"|{re.escape(others[0])}\W+or\W+{re.escape(answer)})\b"
        if re.search(either, f"{item.stem} {item.hint}", re.IGNORECASE):
            what = f"it has two answers to type, {answer!r} and {others[0]!r}"
            fix = 'Let people choose: `choices` in a row of an exercise, else kind = "one".'
            yield what, fix
    for answer in item.answers:
        for way in spellings(answer):
            found = meant(way, item.answers, others)
            if found is None or found.meaning != item.answers[0]:
                what = f"it calls {way!r} wrong, which only spells {answer!r} in another way"
                yield what, "Take out the distractor that reads so."


def texts_of(entry: dict[str, Any]) -> Iterator[str]:
    """Yield every text of an item, as written in the file, that a learner may read."""
    yield from (entry[name] for name in ("stem", "explanation", "hint", "look") if name in entry)
    for name in OPTIONS:
        for option in entry.get(name, ()):
            yield option.get("text", "")
            yield option.get("feedback", "")


def without_code(text: str) -> str:
    """Return `text` without what is in backticks; a backtick after a backslash begins no code.

    >>> without_code("`<b>` is code, <b> is not")
    ' is code, <b> is not'
    """
    return _CODE.sub("", text)


def _code_and_words(item: Item) -> tuple[frozenset[str], frozenset[str]]:
    """Return what a stem shows as code, and its other words."""
    code = frozenset(_CODE.findall(item.stem))
    return code, frozenset(re.findall(r"\w+", without_code(item.stem).lower()))


def _option_texts(item: Item) -> frozenset[str]:
    """Return what there is to choose from: questions with the same options are parts of one."""
    return frozenset(fold(option.text) for option in item.options)


def _similar(words: frozenset[str], others: frozenset[str]) -> bool:
    either = len(words | others)
    return either > 0 and len(words & others) >= ALIKE * either
