"""Which items to ask, and in what order: coverage first, then what this learner needs.

Everything here is a pure function of the items, the seed, and the learner's earlier `answers`
(mappings as `record.read` returns them); without answers it depends on the seed alone.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from codeedu import tables
from codeedu.practice import findings
from codeedu.practice.items import Item

LENGTH = 10  # of a lesson's quiz, unless it has more objectives
RETURNING = 2  # missed items of other lessons that come back within it
PRETEST = 3  # items before a lesson is read
PROOFS = 2  # right answers, each on a later day, after which a missed item rests
DAYS = 1  # between a miss and its return, and between returns: always the same

Answers = Sequence[Mapping[str, Any]]
Items = tuple[Item, ...]


def due(answers: Answers, on: date) -> list[str]:
    """Return the ids of the items to ask again on that day, the longest waiting first.

    A miss (but not in a pretest), or a right answer that was a guess, has to be made good by two
    right answers, each on a later day. Days are equally far apart: uniform spacing is as good as
    clever spacing.

    >>> missed = {"item": "a-01", "correct": False, "when": "2026-11-23T10:00:00+00:00"}
    >>> due([missed], date(2026, 11, 23)), due([missed], date(2026, 11, 24))
    ([], ['a-01'])
    """
    owed: dict[str, int] = {}
    last: dict[str, date] = {}
    for answer in findings.graded(answers):
        name, day = answer["item"], _day(answer)
        if day is None:
            continue
        if not answer["correct"] or answer.get("confidence") == "guess":
            owed[name] = PROOFS
        elif owed.get(name) and (day - last[name]).days >= DAYS:
            owed[name] -= 1
        else:
            continue
        last[name] = day
    waiting = [name for name, proofs in owed.items() if proofs and (on - last[name]).days >= DAYS]
    return sorted(waiting, key=lambda name: last[name])


def _day(answer: Mapping[str, Any]) -> date | None:
    try:
        return date.fromisoformat(answer.get("when", "")[:10])
    except (ValueError, TypeError):
        return None


def pick(
    items: Iterable[Item], n: int, *, seed: int = 0, answers: Answers = (), on: date | None = None
) -> Items:
    """Return up to `n` items: every objective in turn, kinds mixed, the neediest items first.

    Within an objective an item that is due comes before one never seen, that before one last
    missed, that before the one seen longest ago.
    """
    owed = set(due(answers, on or date.today())) if answers else set()
    last = {answer["item"]: place for place, answer in enumerate(answers)}
    rng = random.Random(f"pick:{seed}")
    pools: dict[str, list[Item]] = defaultdict(list)
    for item in sorted(items, key=lambda item: item.id):
        pools[item.objective].append(item)
    for pool in pools.values():
        rng.shuffle(pool)

    def need(item: Item) -> tuple[int, int]:
        if item.id in owed:
            return 0, 0
        if item.id not in last:
            return 1, 0
        return (3 if answers[last[item.id]]["correct"] else 2), last[item.id]

    order = sorted(pools)
    rng.shuffle(order)
    order.sort(key=lambda objective: min(need(item) for item in pools[objective]))
    kinds: Counter[str] = Counter()
    chosen: list[Item] = []
    while len(chosen) < n and any(pools.values()):
        for objective in order:
            if pools[objective] and len(chosen) < n:
                best = min(
                    pools[objective], key=lambda item: (need(item)[0], kinds[item.kind], need(item))
                )
                pools[objective].remove(best)
                kinds[best.kind] += 1
                chosen.append(best)
    return tuple(chosen)


def pretest(items: Iterable[Item], lesson: str) -> Items:
    """Return the three items to ask before a lesson is read, always the same ones."""
    mine = [item for item in items if item.lesson == lesson]
    marked = [item for item in mine if item.pretest][:PRETEST]
    rest = [item for item in mine if item not in marked]
    return (*marked, *pick(rest, PRETEST - len(marked)))


def quiz(
    items: Iterable[Item],
    lesson: str,
    n: int = LENGTH,
    *,
    seed: int = 0,
    answers: Answers = (),
    on: date | None = None,
) -> Items:
    """Return a lesson's quiz: `n` items, or more so that each objective has one, interleaved.

    Up to two items of other lessons that are due come back in it.
    """
    items = list(items)
    mine = [item for item in items if item.lesson == lesson]
    n = max(n, len({item.objective for item in mine}))
    back = _returning(items, answers, on, besides=lesson)[:RETURNING] if mine else []
    chosen = pick(mine, n, seed=seed, answers=answers, on=on)
    return interleave((*chosen, *back), seed=seed, answers=answers)


def drill(
    items: Iterable[Item],
    n: int = LENGTH,
    *,
    seed: int = 0,
    answers: Answers = (),
    on: date | None = None,
) -> Items:
    """Return `n` items to drill: first what is due, then what this learner confuses, then others.

    They are interleaved, so that look-alikes follow one another.
    """
    items = list(items)
    chosen = _returning(items, answers, on)[:n]
    confused = [{row["truly"], row["read_as"]} for row in findings.confusions(answers)]
    rest = [item for item in items if item not in chosen]
    weak = [i for i in rest if any(i.truly in pair and pair & i.confusable for pair in confused)]
    chosen += pick(weak, (n - len(chosen) + 1) // 2, seed=seed, answers=answers, on=on)
    rest = [item for item in rest if item not in chosen]
    chosen += pick(rest, n - len(chosen), seed=seed, answers=answers, on=on)
    return interleave(chosen, seed=seed, answers=answers)


def by_blueprint(
    items: Iterable[Item],
    blueprint: str,
    *,
    seed: int = 0,
    answers: Answers = (),
    on: date | None = None,
) -> Items:
    """Return the items of an assessment: "placement" or "final", see data/course/blueprints.csv.

    The lessons stand in their order in a placement, and are interleaved in the final.

    Raises ValueError when there is no such blueprint.
    """
    items = list(items)
    rows = [row for row in tables.rows("blueprints") if row["blueprint"] == blueprint]
    if not rows:
        known = sorted({row["blueprint"] for row in tables.rows("blueprints")})
        raise ValueError(f"There is no blueprint {blueprint!r}; there are: {', '.join(known)}.")
    chosen: list[Item] = []
    for row in rows:
        mine = [item for item in items if item.lesson == row["lesson"]]
        chosen += pick(mine, int(row["items"]), seed=seed, answers=answers, on=on)
    if blueprint == "placement":
        return tuple(chosen)
    return interleave(chosen, seed=seed, answers=answers)


def _returning(
    items: Sequence[Item], answers: Answers, on: date | None, besides: str = ""
) -> list[Item]:
    """Return the items that are due, but for those of the lesson `besides`."""
    known = {item.id: item for item in items}
    names = due(answers, on or date.today()) if answers else []
    return [known[name] for name in names if name in known and known[name].lesson != besides]


def interleave(items: Iterable[Item], *, seed: int = 0, answers: Answers = ()) -> Items:
    """Return the items in an order in which look-alikes follow one another.

    After an item comes, if there is one, an item about a code set that this learner takes for
    its own or the other way around; else one that looks like it; never the same twice in a row
    while there is a choice.
    """
    left = sorted(items, key=lambda item: item.id)
    random.Random(f"interleave:{seed}").shuffle(left)
    weight: Counter[frozenset[str]] = Counter()
    for row in findings.confusions(answers):
        weight[frozenset((row["truly"], row["read_as"]))] += row["count"]
    heaviest: set[str] = set(weight.most_common(1)[0][0]) if weight else set()

    def follows(before: Item | None, item: Item) -> int:
        if before is None:
            return int(item.truly in heaviest)
        if item.truly and item.truly == before.truly:
            return -3
        pair = frozenset((before.truly, item.truly))
        alike = item.truly in before.confusable or before.truly in item.confusable
        same = item.objective == before.objective
        return 10 * weight[pair] + 2 * (alike and len(pair) == 2) - same

    found: list[Item] = []
    while left:
        before = found[-1] if found else None
        best = max(left, key=lambda item: follows(before, item))
        left.remove(best)
        found.append(best)
    return tuple(found)
