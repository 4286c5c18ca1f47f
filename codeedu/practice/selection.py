"""Which items to ask, and in which order: coverage first, then what this learner needs.

Everything here is a pure function of the items, the seed, and the learner's earlier answers;
without answers it depends on the seed alone. `Wanted` holds what a sitting asks for.
"""

from __future__ import annotations

import hashlib
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from codeedu import tables
from codeedu.codes.wording import listing
from codeedu.learner import schedule, statistics
from codeedu.learner.record import Answer
from codeedu.questions import generate
from codeedu.questions.items import Item

LENGTH = 10  # of a lesson's quiz, unless it has more objectives
RETURNING = 2  # due items of other lessons that come back within it
PRETEST = 3  # items before a lesson is read
GENERATED = 30  # items that a drill generates to choose from
DUE = 5  # of ten questions of a drill, at most: else one who practices never meets new ones
FROM_TABLES = 1  # of ten, at least: a generated one

Answers = Sequence[Answer]
Items = tuple[Item, ...]


@dataclass(frozen=True)
class Wanted:
    """What a sitting asks for: a `lesson` ("" for all), how many items, for whom, on which day."""

    lesson: str = ""
    n: int = LENGTH
    seed: int = 0
    answers: Answers = ()
    on: date | None = None

    @property
    def today(self) -> date:
        """The day of the sitting."""
        return self.on or date.today()

    @cached_property
    def due(self) -> list[str]:
        """The ids of the items that are due on that day."""
        return schedule.due(self.answers, self.today) if self.answers else []


# What to choose


def pick(
    items: Iterable[Item], n: int, wanted: Wanted, *, prefer: frozenset[str] = frozenset()
) -> Items:
    """Return up to `n` items: every objective in turn, kinds in their share, the neediest first.

    Items that are due or were never asked go first, those of `prefer` before the others; then
    those last missed, then those asked longest ago; all of today's come last. Once each
    objective has one, an objective whose next item is of a later group waits for the others.
    """
    owed, today = set(wanted.due), _answered_on(wanted)
    last = {answer["item"]: place for place, answer in enumerate(wanted.answers)}
    rng = random.Random(f"pick:{wanted.seed}")
    pools: dict[str, list[Item]] = defaultdict(list)
    for item in sorted(items, key=lambda item: item.id):
        pools[item.objective].append(item)
    share = Counter(item.kind for pool in pools.values() for item in pool)
    for pool in pools.values():
        rng.shuffle(pool)

    def group(item: Item) -> int:
        if item.id in today:
            return 3
        if item.id in last and item.id not in owed:
            return 2
        return int(bool(prefer) and item.id not in prefer)

    def need(item: Item) -> tuple[int, int]:
        if item.id in owed:
            return 0, 0
        if item.id not in last:
            return 1, 0
        return (3 if wanted.answers[last[item.id]]["correct"] else 2), last[item.id]

    def rank(item: Item) -> tuple[int, int, float, int]:
        return group(item), need(item)[0], kinds[item.kind] / share[item.kind], need(item)[1]

    kinds: Counter[str] = Counter()
    chosen: list[Item] = []
    order = sorted(pools)
    rng.shuffle(order)
    order.sort(key=lambda objective: min(need(item) for item in pools[objective]))
    first = True
    while len(chosen) < n and any(pools.values()):
        now = min(group(item) for pool in pools.values() for item in pool)
        for objective in order:
            best = min(pools[objective], key=rank, default=None)
            if best and len(chosen) < n and (first or group(best) == now):
                pools[objective].remove(best)
                kinds[best.kind] += 1
                chosen.append(best)
        first = False
    return tuple(chosen)


def _answered_on(wanted: Wanted) -> set[str]:
    """Return the ids of the items that were answered on the day of the sitting."""
    today = wanted.today.isoformat() if wanted.answers else ""
    return {a["item"] for a in wanted.answers if statistics.day(a) == today}


def pretest(items: Iterable[Item], wanted: Wanted) -> Items:
    """Return the three items to ask before a lesson is read, always the same ones."""
    mine = [item for item in _practice(items) if item.lesson == wanted.lesson]
    marked = [item for item in mine if item.pretest][:PRETEST]
    rest = [item for item in mine if item not in marked]
    return (*marked, *pick(rest, PRETEST - len(marked), Wanted()))


def quiz(items: Iterable[Item], wanted: Wanted) -> Items:
    """Return a lesson's quiz: `n` items, or more so that each objective has one, interleaved.

    One item of the pretest comes back in it, and up to two due items of other lessons. The rest
    is from the half of the lesson that drills do not draw from, so a drill just before it does
    not give its answers away.
    """
    items = _practice(items)
    mine = [item for item in items if item.lesson == wanted.lesson]
    before = _marked(mine, wanted.lesson)
    unasked = [item for item in before if item.id not in _answered_on(wanted)] or before
    again = unasked[wanted.seed % len(unasked) :][:1] if before else []
    others = [item for item in mine if item not in before]
    n = max(wanted.n, len({item.objective for item in mine}) + len(again))
    chosen = [*again, *pick(others, n - len(again), wanted, prefer=_half(items, "quiz"))]
    spare = [item for item in before if item not in again]
    chosen += pick(spare, n - len(chosen), wanted)
    back = [item for item in _returning(items, wanted) if item.lesson != wanted.lesson]
    return interleave((*chosen, *back[: RETURNING if mine else 0]), wanted)


def drill(items: Iterable[Item], wanted: Wanted) -> Items:
    """Return `n` items to drill: what is due, what this learner confuses or may believe, others.

    A wrong answer that fits a misconception brings other items on which it could show. Some items
    are generated from the tables, so that it never runs out. They are interleaved, so that
    look-alikes follow one another.
    """
    written = _practice(items)
    before = {item.id for lesson in _lessons(written) for item in _marked(written, lesson)}
    again = [item for name in wanted.due if (item := generate.remake(name))]
    fresh = generate.make(GENERATED, seed=wanted.seed)
    unique = {item.id: item for item in (*written, *again, *fresh)}.values()
    pool = [item for item in unique if wanted.lesson in ("", item.lesson)]
    half = _half(written, "drill")

    chosen = _returning(pool, wanted)[: -(-wanted.n * DUE // 10)]
    not_due = [item for item in pool if item.id not in wanted.due]
    weak = _weak(not_due, wanted)
    chosen += pick(weak, (wanted.n - len(chosen) + 1) // 2, wanted, prefer=half)
    made = [item for item in not_due if item.pool == "generated" and item not in chosen]
    chosen += pick(made, min(wanted.n - len(chosen), wanted.n * FROM_TABLES // 10), wanted)
    for others in ([item for item in not_due if item.id not in before], pool):
        left = [item for item in others if item not in chosen]
        chosen += pick(left, wanted.n - len(chosen), wanted, prefer=half)
    return interleave(chosen, wanted)


def _weak(items: Iterable[Item], wanted: Wanted) -> list[Item]:
    """Return the items that are about what this learner confuses or may believe."""
    pairs = [{row.actual, row.chosen} for row in statistics.confusions(wanted.answers)]
    suspected = statistics.suspected(wanted.answers)
    return [
        item
        for item in items
        if any(item.actual in pair and pair & item.confusable for pair in pairs)
        or suspected & set(item.could_show)
    ]


def assessment(blueprint: str, items: Iterable[Item], wanted: Wanted) -> Items:
    """Return the items of "placement" or "final", by data/course/blueprints.csv.

    The final asks only items of its own pool, and first those that it has not asked before; a
    placement never looks at earlier answers. Neither chooses by what was missed.

    Raises ValueError when there is no such blueprint.
    """
    rows = [row for row in tables.rows("blueprints") if row["blueprint"] == blueprint]
    if not rows:
        known = sorted({row["blueprint"] for row in tables.rows("blueprints")})
        raise ValueError(f"There is no blueprint {blueprint!r}; there are: {listing(known)}.")
    final = blueprint == "final"
    pool = [item for item in items if item.pool == ("final" if final else "practice")]
    seen = [Answer(item=a["item"], correct=True) for a in wanted.answers if final]
    plain = replace(wanted, answers=seen)
    chosen: list[Item] = []
    for row in rows:
        mine = [item for item in pool if item.lesson == row["lesson"]]
        chosen += pick(mine, int(row["items"]), plain)
    return interleave(chosen, plain) if final else tuple(chosen)


def _practice(items: Iterable[Item]) -> list[Item]:
    """Return the items that any quiz and drill may ask."""
    return [item for item in items if item.pool == "practice"]


def _lessons(items: Iterable[Item]) -> set[str]:
    return {item.lesson for item in items}


def _marked(items: Iterable[Item], lesson: str) -> list[Item]:
    return [item for item in items if item.pretest and item.lesson == lesson][:PRETEST]


def _half(items: Iterable[Item], activity: str) -> frozenset[str]:
    """Return the ids of the items of each objective that belong to "quiz" or to "drill".

    Every other one, in an order by hash: it stays the same when items are added elsewhere, and
    leaves each objective something in both halves.
    """
    pools: dict[str, list[str]] = defaultdict(list)
    for item in items:
        if not item.pretest:
            pools[item.objective].append(item.id)
    first = activity == "drill"
    halves = (sorted(pool, key=_hash)[first::2] for pool in pools.values())
    return frozenset(name for half in halves for name in half)


def _hash(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def _returning(items: Sequence[Item], wanted: Wanted) -> list[Item]:
    """Return those of the items that are due, the longest overdue first."""
    known = {item.id: item for item in items}
    return [known[name] for name in wanted.due if name in known]


# In which order


def interleave(items: Iterable[Item], wanted: Wanted) -> Items:
    """Return the items in an order in which look-alikes follow one another.

    After an item comes, if there is one, an item about a code set that this learner takes for
    its own or the other way around; else one that looks like it; never the same twice in a row
    while there is a choice.
    """
    left = sorted(items, key=lambda item: item.id)
    random.Random(f"interleave:{wanted.seed}").shuffle(left)
    weight: Counter[frozenset[str]] = Counter()
    for row in statistics.confusions(wanted.answers):
        weight[frozenset((row.actual, row.chosen))] += row.count
    heaviest: set[str] = set(weight.most_common(1)[0][0]) if weight else set()

    def follows(before: Item | None, item: Item) -> int:
        if before is None:
            return int(item.actual in heaviest)
        if item.actual and item.actual == before.actual:
            return -3
        pair = frozenset((before.actual, item.actual))
        alike = item.actual in before.confusable or before.actual in item.confusable
        same = item.objective == before.objective
        return 10 * weight[pair] + 2 * (alike and len(pair) == 2) - same

    found: list[Item] = []
    while left:
        before = found[-1] if found else None
        best = max(left, key=lambda item: follows(before, item))
        left.remove(best)
        found.append(best)
    return tuple(found)
