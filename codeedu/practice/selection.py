"""Which items a sitting asks, and in which order.

A learner of billing codes has to tell look-alikes apart on the job, months after the course. A
sitting can help with that in five ways, and the rules below follow from them.

1. Coverage. A score over a lesson means something only if every objective was asked. So `pick`
   goes round the objectives, one item each, before any of them gets a second one, and gives each
   kind of question its share of the bank. A quiz has at least as many items as the lesson has
   objectives, whatever length was asked for.

2. Spacing. What is recalled just before it would be forgotten is kept longer. FSRS computes that
   day for each item from its earlier answers (`learner.schedule`). While items are due, a drill
   asks nothing else, so that what is due can be finished on any day; what is new waits for the
   next drill. A quiz adds up to two due items of other lessons. What was answered today comes
   last: its reasons have just been read, so one more answer says little.

3. Interleaving. An order by topic tells the learner which rule to apply, but to notice that is
   the skill. So `interleave` puts look-alikes next to each other, first of all the code sets that
   this learner confuses, and avoids two questions in a row about the same code set.

4. A quiz measures, a drill teaches. If a drill has just explained a question, a quiz that asks it
   measures who remembers the explanation. So the items of each objective are split into halves:
   quizzes prefer one, drills the other. The three items of a pretest are in neither half. They
   are the same for everyone, and one of them comes back in the quiz, another one with each
   attempt, to show what reading the lesson has changed. The items of the final assessment are a
   pool of their own that practice never touches.

5. Weak spots. When nothing is due, half of a drill is about what this learner gets wrong: code
   sets that they confuse, and misconceptions that showed in their answers. One item in ten is
   generated from the tables, so that a drill never runs out of new questions.

What each kind of sitting chooses:

    pretest      the three items of a lesson that are marked for it
    quiz         one item of the pretest; items of the half for quizzes; then up to two due items
                 of other lessons
    drill        due items; if there are none: items about weak spots; generated items; new items
                 of the half for drills. A drill of all lessons asks nothing new of a lesson before
                 it was begun. Before any was, it asks the items named in
                 data/course/blueprints.csv, which need no word but those of the start page
    placement    two items of each lesson, an easy one and a harder one, named in
                 data/course/blueprints.csv; first the easy ones of all lessons. A miss settles a
                 lesson as one to take, and its other item is not asked; two right settle it as
                 known. So a beginner answers eight questions, most of them easy.
    final        a number of items from each lesson: see `questions.final_length`
    assignment   any items of a lesson, with one seed for everyone and every attempt
    case         due cases, then those asked least often, written and made ones alike

    Placement, final and assignment ignore how earlier answers turned out, so that results can be
    compared.

Within each of these, `pick` prefers the items of one group to those of the next:

    0   due or never asked, and in the preferred half
    1   due or never asked, and in the other half
    2   asked on an earlier day, and not due
    3   asked today

Within a group, what is due comes first, then what was never asked, then what was missed the last
time, then what was right. After that the kind of question decides that is furthest below its
share, then which item was asked longest ago, then chance.

Everything here is a pure function of the items, the seed and the learner's earlier answers, so
the same cell asks the same questions until one is answered. All rules but the pool of the final
are preferences: a small bank is asked in full rather than leave a sitting short.
"""

from __future__ import annotations

import hashlib
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from codeedu import tables
from codeedu.cases import templates
from codeedu.learner import schedule, statistics
from codeedu.learner.record import Answer
from codeedu.questions import cases, final_length, generate
from codeedu.questions.decisions import is_dropped
from codeedu.questions.items import Item

LENGTH = 10  # items of a lesson's quiz, unless the lesson has more objectives
RETURNING = 2  # due items of other lessons within a quiz, at most
PRETEST = 3  # items of a pretest
CASES = 3  # cases of a sitting
GENERATED = 30  # generated items that a drill chooses from
ONE_GENERATED_IN = 10  # items of a drill

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

    @cached_property
    def today(self) -> date:
        """The day of the sitting."""
        return self.on or date.today()

    @cached_property
    def due(self) -> list[str]:
        """The ids of the items that are due on that day, the longest overdue first."""
        return schedule.due(self.answers, self.today) if self.answers else []

    @cached_property
    def asked_today(self) -> set[str]:
        """The ids of the items that were answered on that day."""
        today = self.today.isoformat()
        return {answer["item"] for answer in self.answers if statistics.day_of(answer) == today}


# The kinds of sitting


def pretest_items(items: Iterable[Item], wanted: Wanted) -> Items:
    """Return the three items to ask before a lesson is read, always the same ones."""
    in_lesson = [item for item in _practice(items) if item.lesson == wanted.lesson]
    marked = _marked(in_lesson)
    others = [item for item in in_lesson if item not in marked]
    return (*marked, *pick(others, PRETEST - len(marked), Wanted()))


def quiz_items(items: Iterable[Item], wanted: Wanted) -> Items:
    """Return a lesson's quiz: `n` items, or more so that each objective has one, interleaved."""
    items = _practice(items)
    in_lesson = [item for item in items if item.lesson == wanted.lesson]
    if not in_lesson:
        return ()
    marked = _marked(in_lesson)
    can_return = [item for item in marked if item.id not in wanted.asked_today] or marked
    chosen = can_return[wanted.seed % len(can_return) :][:1] if can_return else []
    n = max(wanted.n, len({item.objective for item in in_lesson}) + len(chosen))
    others = [item for item in in_lesson if item not in marked]
    half, _ = _halves(items)
    chosen += pick(others, n - len(chosen), wanted, prefer=half)
    unused = [item for item in marked if item not in chosen]
    chosen += pick(unused, n - len(chosen), wanted)
    due = [item for item in items if item.lesson != wanted.lesson and item.id in wanted.due]
    due.sort(key=lambda item: wanted.due.index(item.id))
    return interleave((*chosen, *due[:RETURNING]), wanted)


def due_items(items: Iterable[Item], wanted: Wanted) -> list[Item]:
    """Return what a drill asks first: all items that are due, the longest overdue first."""
    again = [
        item for name in wanted.due if (item := generate.remake(name)) and not is_dropped(item)
    ]
    by_id = {item.id: item for item in (*_practice(items), *again)}
    due = [by_id[name] for name in wanted.due if name in by_id]
    return [item for item in due if wanted.lesson in ("", item.lesson)]


def drill_items(items: Iterable[Item], wanted: Wanted) -> Items:
    """Return up to `n` items for a drill: due ones, else weak spots, generated and new ones."""
    written = _practice(items)
    if due := due_items(written, wanted):
        return interleave(due[: wanted.n], wanted)
    made = generate.make(GENERATED, seed=wanted.seed)
    generated = [item for item in made if not is_dropped(item)]
    pool = _open([*written, *generated], wanted)
    marked = _marked(written)
    _, half = _halves(written)
    chosen: list[Item] = []

    def add(candidates: Iterable[Item], at_most: int) -> None:
        unused = [item for item in candidates if item not in chosen]
        left = wanted.n - len(chosen)
        chosen.extend(pick(unused, min(left, at_most), wanted, prefer=half))

    add(_weak(pool, wanted), (wanted.n + 1) // 2)
    add((item for item in pool if item.pool == "generated"), wanted.n // ONE_GENERATED_IN)
    add((item for item in pool if item not in marked), wanted.n)
    add(pool, wanted.n)
    return interleave(chosen, wanted)


def placement_items(items: Iterable[Item], wanted: Wanted) -> Items:
    """Return the items of the placement, the same for everyone: see on top."""
    by_id = {item.id: item for item in _practice(items)}
    named = [row["items"].split() for row in _blueprint("placement")]
    return tuple(by_id[name] for turn in zip(*named, strict=True) for name in turn if name in by_id)


def final_items(items: Iterable[Item], wanted: Wanted) -> Items:
    """Return the items of the final: of its own pool, and first those it has not asked before."""
    items = (*items, *cases.written().values())
    pool = [item for item in items if item.pool == "final" and not is_dropped(item)]
    # Which items were asked counts, and not how they were answered.
    asked = [Answer(item=answer["item"], correct=True) for answer in wanted.answers]
    wanted = replace(wanted, answers=asked)
    chosen: list[Item] = []
    for lesson, length in final_length.lengths(pool).items():
        in_lesson = [item for item in pool if item.lesson == lesson]
        chosen += pick(in_lesson, length, wanted)
    return interleave(chosen, wanted)


def assignment_items(items: Iterable[Item], wanted: Wanted) -> Items:
    """Return `n` items of a lesson: for everyone the same, on every day.

    What an instructor dropped is left out of them, and no other item comes in its place.
    """
    there = [item for item in items if item.pool == "practice" and item.lesson == wanted.lesson]
    wanted = Wanted(wanted.lesson, wanted.n, wanted.seed)
    drawn = interleave(pick(there, wanted.n, wanted), wanted)
    return tuple(item for item in drawn if not is_dropped(item))


def _blueprint(name: str) -> list[dict[str, str]]:
    """Return for each lesson which `items` a sitting asks."""
    return [row for row in tables.rows("blueprints") if row["blueprint"] == name]


def case_items(items: Iterable[Item], wanted: Wanted) -> Items:
    """Return `n` cases: due ones, then what was asked least often.

    A template comes with another record than before, and with less help after each clean claim.
    """
    tries = statistics.first_tries([a for a in wanted.answers if a.get("mode") == schedule.CASE])
    asked = Counter(cases.sort_in(answer["item"]) for answer in tries)
    clean = Counter(cases.sort_in(answer["item"]) for answer in tries if answer["correct"])
    due = schedule.due_cases(wanted.answers, wanted.today)
    written = {one.id: one for one in _practice(cases.written().values())}
    names = [*templates.TEMPLATES, *written]
    random.Random(f"cases:{wanted.seed}").shuffle(names)
    names.sort(key=lambda name: (due.index(name) if name in due else len(due), asked[name]))
    return tuple(
        written.get(name)
        or cases.make(name, _case_seed(name, wanted, asked[name]), min(clean[name], cases.NONE))
        for name in names[: wanted.n]
    )


def _case_seed(name: str, wanted: Wanted, times: int) -> int:
    return random.Random(f"case:{name}:{wanted.seed}:{times}").randrange(10**6)


# What they choose from


def _practice(items: Iterable[Item]) -> list[Item]:
    """Return the items that any quiz and drill may ask."""
    return [item for item in items if item.pool == "practice" and not is_dropped(item)]


def _open(items: list[Item], wanted: Wanted) -> list[Item]:
    """Return the items that a drill may ask for the first time; all of them if none fits."""
    if wanted.lesson:
        return [item for item in items if item.lesson == wanted.lesson]
    across = ("drill", "placement")  # what asks of a lesson before it is begun
    begun = {answer["lesson"] for answer in wanted.answers if answer.get("mode") not in across}
    named = {name for row in _blueprint("drill") for name in row["items"].split()}
    if begun:
        return [item for item in items if item.lesson in begun] or items
    return [item for item in items if item.id in named] or items


def _marked(items: Iterable[Item]) -> list[Item]:
    """Return the items that pretests ask: of each lesson the first that are marked for it."""
    count: Counter[str] = Counter()
    marked = []
    for item in items:
        if item.pretest and count[item.lesson] < PRETEST:
            count[item.lesson] += 1
            marked.append(item)
    return marked


def _halves(items: Iterable[Item]) -> tuple[set[str], set[str]]:
    """Return the ids of the items for quizzes and of those for drills, without pretest items.

    Each objective's items are dealt out in turn, in the order of a hash of their ids. So an item
    keeps its half when items are added to other objectives, and every objective with two items
    is in both halves.
    """
    by_objective: dict[str, list[str]] = defaultdict(list)
    for item in items:
        if not item.pretest:
            by_objective[item.objective].append(item.id)
    for_quizzes: set[str] = set()
    for_drills: set[str] = set()
    for ids in by_objective.values():
        ids.sort(key=lambda name: hashlib.sha256(name.encode()).digest())
        for_quizzes.update(ids[0::2])
        for_drills.update(ids[1::2])
    return for_quizzes, for_drills


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


# How they choose


def pick(items: Iterable[Item], n: int, wanted: Wanted, *, prefer: Iterable[str] = ()) -> Items:
    """Return up to `n` items, by the rules on top; `prefer` are the ids of the preferred half."""
    rng = random.Random(f"pick:{wanted.seed}")
    items = sorted(items, key=lambda item: item.id)
    needs = _needs(items, wanted, set(prefer))
    pools: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        pools[item.objective].append(item)
    for pool in pools.values():
        rng.shuffle(pool)
    objectives = sorted(pools)
    rng.shuffle(objectives)
    objectives.sort(key=lambda name: min(needs[item.id][1:] for item in pools[name]))
    return tuple(islice(_in_turn([pools[name] for name in objectives], needs), max(n, 0)))


class _Need(NamedTuple):
    """How soon an item is to be asked: what is lower goes first."""

    group: int  # see the list on top
    urgency: int  # 0 due, 1 never asked, 2 missed the last time, 3 right the last time
    place: int  # of its last answer in the record


def _needs(items: Iterable[Item], wanted: Wanted, prefer: set[str]) -> dict[str, _Need]:
    """Return the need of each item by its id."""
    due = set(wanted.due)
    last = {answer["item"]: place for place, answer in enumerate(wanted.answers)}

    def need(name: str) -> _Need:
        group = 1 if prefer and name not in prefer else 0
        if name in wanted.asked_today:
            group = 3
        elif name in last and name not in due:
            group = 2
        if name in due:
            return _Need(group, 0, 0)
        if name not in last:
            return _Need(group, 1, 0)
        return _Need(group, 3 if wanted.answers[last[name]]["correct"] else 2, last[name])

    return {item.id: need(item.id) for item in items}


def _in_turn(pools: Sequence[list[Item]], needs: dict[str, _Need]) -> Iterator[Item]:
    """Yield all items: each objective's pool in turn, and from a pool what it needs most.

    In the first round every pool has its turn. From then on, a pool waits while its next item is
    of a later group than some item of another pool.
    """
    share = Counter(item.kind for pool in pools for item in pool)
    asked: Counter[str] = Counter()  # items of each kind so far

    def rank(item: Item) -> tuple[int, int, float, int]:
        group, urgency, place = needs[item.id]
        return group, urgency, asked[item.kind] / share[item.kind], place

    first_round = True
    while any(pools):
        group = min(needs[item.id].group for pool in pools for item in pool)
        for pool in pools:
            best = min(pool, key=rank, default=None)
            if best and (first_round or needs[best.id].group == group):
                pool.remove(best)
                asked[best.kind] += 1
                yield best
        first_round = False


# In which order


def interleave(items: Iterable[Item], wanted: Wanted) -> Items:
    """Return the items in an order in which look-alikes follow one another.

    After each item comes, in this order of preference: an item about a code set that this learner
    confuses with the one just asked about; an item about a look-alike; any other item; and only
    if nothing else is left, one about the same code set.
    """
    left = sorted(items, key=lambda item: item.id)
    random.Random(f"interleave:{wanted.seed}").shuffle(left)
    confused: Counter[frozenset[str]] = Counter()
    for row in statistics.confusions(wanted.answers):
        confused[frozenset((row.actual, row.chosen))] += row.count
    most_confused = max(confused, key=confused.__getitem__, default=frozenset())

    def fit(item: Item, before: Item | None) -> int:
        if before is None:
            return int(item.actual in most_confused)
        if item.actual and item.actual == before.actual:
            return -3
        pair = frozenset((before.actual, item.actual))
        alike = item.actual in before.confusable or before.actual in item.confusable
        same = item.objective == before.objective
        return 10 * confused[pair] + 2 * (alike and len(pair) == 2) - same

    order: list[Item] = []
    while left:
        before = order[-1] if order else None
        best = max(left, key=lambda item: fit(item, before))
        left.remove(best)
        order.append(best)
    return tuple(order)
