"""What a list of answers says about the learner who gave them. Pure counting, in words.

Two rules hold throughout. Answers from before a lesson was read ("pretest") never count, nor do
those given with the lesson's tables in sight ("exercise"). And a second answer to an item on one
day says little, since its reasons were just shown: `daily` keeps the first one of each day,
`first_tries` the first one ever.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from math import comb

from codeedu import tables
from codeedu.codes.wording import percent, plural
from codeedu.learner.record import Answer

MASTERY = 0.7  # the line that is shown; it locks nothing
ENOUGH = 5  # different items before anything is said about an objective
CREDIBLE = 0.8  # of the probability lies within the interval that is shown
LATELY = 10  # first tries that say where an objective stands now
CHANCES = 5  # the last different items that could show a belief ...
ITEMS = 3  # ... of which so many have to show it, ...
SHARE = 0.75  # ... and so large a share, ...
TIMES = 4  # ... in so many answers in all
UNCOUNTED = ("pretest", "exercise")  # modes: before a lesson was read, or with it in sight
CONFIDENCES = ("sure", "unsure", "guess")

Answers = Iterable[Answer]


def graded(answers: Answers) -> list[Answer]:
    """Return the answers that count: see UNCOUNTED."""
    return [answer for answer in answers if answer.get("mode") not in UNCOUNTED]


def daily(answers: Answers) -> list[Answer]:
    """Return the first graded answer to each item on each day."""
    first: dict[tuple[str, str], Answer] = {}
    for answer in graded(answers):
        first.setdefault((answer["item"], day_of(answer)), answer)
    return list(first.values())


def first_tries(answers: Answers) -> list[Answer]:
    """Return the first answer ever to each item; none for an item first met in a pretest.

    >>> tries = [{"item": "a-01", "correct": False}, {"item": "a-01", "correct": True}]
    >>> first_tries(tries)
    [{'item': 'a-01', 'correct': False}]
    """
    first: dict[str, Answer] = {}
    for answer in answers:
        first.setdefault(answer["item"], answer)
    return graded(first.values())


def day_of(answer: Answer) -> str:
    """Return the ISO date of an answer, "" if it is not in the record yet."""
    return str(answer.get("when", ""))[:10]


@dataclass(frozen=True)
class Tally:
    """How many answers were `right`, of how many `asked`."""

    name: str
    right: int
    asked: int

    @property
    def below(self) -> bool:
        """Whether the share is below the line."""
        return self.right < MASTERY * self.asked

    def __str__(self) -> str:
        return f"{self.right} of {self.asked}"


@dataclass(frozen=True)
class ObjectiveTally(Tally):
    """The tally of one objective: its lesson, and what a learner who reached it `can` do."""

    lesson: str
    can: str


def tallies(field: str, answers: Answers) -> list[Tally]:
    """Return the tally for every value of a field such as "objective", sorted by the value.

    >>> tallies("lesson", [{"lesson": "01", "correct": True}, {"lesson": "01", "correct": False}])
    [Tally(name='01', right=1, asked=2)]
    """
    asked: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for answer in answers:
        name = str(answer.get(field, ""))
        asked[name] += 1
        right[name] += bool(answer["correct"])
    return [Tally(name, right[name], asked[name]) for name in sorted(asked)]


def objectives(answers: Answers) -> list[ObjectiveTally]:
    """Return the tally of every objective in the order of the course, unknown ones last."""
    answers = list(answers)
    lesson = {answer["objective"]: answer["lesson"] for answer in answers}
    known = tables.by("objectives", "objective")
    place = {name: at for at, name in enumerate(known)}
    rows = [
        ObjectiveTally(
            row.name,
            row.right,
            row.asked,
            lesson[row.name],
            known[row.name]["can"] if row.name in known else row.name,
        )
        for row in tallies("objective", answers)
    ]
    return sorted(rows, key=lambda row: place.get(row.name, len(place)))


def summed_up(right: int, of: int, asked: int) -> str:
    """Return a score as a sentence: `right` at the first try, `of` all, `asked` so far.

    >>> summed_up(7, 10, 9)
    '7 of 10 right at the first try (70%), at or above the 70% line; 1 not answered.'
    """
    if not asked:
        return "No answer yet."
    line = percent(MASTERY)
    where = "at or above" if right >= MASTERY * of else "below"
    left = f"; {of - asked} not answered" if asked < of else ""
    share = f"{right} of {of} right at the first try ({percent(right / of)})"
    return f"{share}, {where} the {line} line{left}."


# Mastery


@dataclass(frozen=True)
class Mastery:
    """Where an objective stands: right of asked, and the interval of shares that fits these."""

    right: int
    asked: int
    low: float
    high: float

    @property
    def says(self) -> str:
        """What that means, in words."""
        if self.asked < ENOUGH:
            return "too few answers to say"
        if self.low >= MASTERY:
            return "✓ reached"
        if self.high < MASTERY:
            return "not yet"
        return f"somewhere from {percent(self.low)} to {percent(self.high)}"


def mastery(tries: Iterable[bool]) -> Mastery:
    """Return where an objective stands by the latest first tries on different items.

    The interval holds 80% of the Beta posterior under a uniform prior: after 4 of 5 it is still
    wide, and a tick would promise too much.

    >>> mastery([True] * 4).says, mastery([True] * 5).says
    ('too few answers to say', 'somewhere from 68% to 98%')
    >>> mastery([True] * 8).says, mastery([False] * 6).says
    ('✓ reached', 'not yet')
    """
    lately = list(tries)[-LATELY:]
    right, asked = sum(lately), len(lately)
    tail = (1 - CREDIBLE) / 2
    return Mastery(right, asked, _quantile(right, asked, tail), _quantile(right, asked, 1 - tail))


@cache
def _quantile(right: int, asked: int, share: float) -> float:
    """Return a quantile of Beta(1 + right, 1 + asked - right), by bisection.

    Its distribution function at x is the chance of more than `right` hits in `asked` + 1 draws.
    """
    low, high = 0.0, 1.0
    for _ in range(40):
        x, n = (low + high) / 2, asked + 1
        below = sum(comb(n, k) * x**k * (1 - x) ** (n - k) for k in range(right + 1, n + 1))
        low, high = (x, high) if below < share else (low, x)
    return low


# Confusions


@dataclass(frozen=True)
class Confusion:
    """One code set taken for another: how often, `of` how many answers about it."""

    actual: str
    chosen: str
    count: int
    of: int

    def __str__(self) -> str:
        often = f"{self.count} of {self.of:,} times"
        if self.of == 1:
            often = "in your only answer about it so far"
        return f"You took {self.actual} for {self.chosen} {often}."


def readings(answers: Answers) -> Counter[tuple[str, str]]:
    """Return how often each code set was read as which, right answers among them."""
    pairs = ((answer.get("actual", ""), answer.get("chosen", "")) for answer in daily(answers))
    return Counter((actual, chosen) for actual, chosen in pairs if actual)


def confusions(answers: Answers) -> list[Confusion]:
    """Return which code set was taken for which, the most frequent first.

    >>> wrong = {"item": "a-01", "actual": "ICD-10-CM", "chosen": "HCPCS Level II"}
    >>> print(*confusions([wrong, {**wrong, "item": "a-02", "chosen": "ICD-10-CM"}]))
    You took ICD-10-CM for HCPCS Level II 1 of 2 times.
    """
    total: Counter[str] = Counter()
    count = readings(answers)
    for (actual, _), times in count.items():
        total[actual] += times
    wrong = [pair for pair in count if pair[1] and pair[0] != pair[1]]
    return [
        Confusion(actual, chosen, count[actual, chosen], total[actual])
        for actual, chosen in sorted(wrong, key=lambda pair: (-count[pair], pair))
    ]


# Confidence


def calibration(answers: Answers) -> list[str]:
    """Return for each confidence that was stated how often it was right, and what that means.

    >>> calibration([{"item": "a-01", "confidence": "guess", "correct": True}])
    ['When guessing: 1 of 1 right.']
    """
    stated = [a for a in daily(answers) if a.get("confidence") in CONFIDENCES]
    rows = {row.name: row for row in tallies("confidence", stated)}
    in_order = [rows[name] for name in CONFIDENCES if name in rows]
    return [f"{_WHEN[row.name]}: {row} right.{_remark(row)}" for row in in_order]


_WHEN = {"sure": "When sure", "unsure": "When unsure", "guess": "When guessing"}


def _remark(row: Tally) -> str:
    share = row.right / row.asked
    if row.asked >= ENOUGH and row.name == "sure" and share < 0.8:
        return " You are surer than your answers bear out; read the reasons once more."
    if row.asked >= ENOUGH and row.name == "guess" and share >= MASTERY:
        return " You know more than you think."
    return ""


# Beliefs


@dataclass(frozen=True)
class Belief:
    """A misconception that showed on `count` of the last items that could show it, `of` all."""

    name: str
    count: int
    of: int
    says: str
    truth: str

    @property
    def often(self) -> str:
        """How often it showed, as a sentence."""
        questions = plural(self.of, "question")
        return f"Your answers fit this on {self.count} of the last {questions} that could show it."


def beliefs(answers: Answers) -> list[Belief]:
    """Return the misconceptions that a learner seems to hold, the latest first.

    By the latest answer to each of the last five items that could show it, three quarters and at
    least three must show it, and it must have shown in four answers in all. So a single slip is
    not reported as a belief, and later right answers clear it. (A rule of three answers out of
    four would report a belief to 30 of 500 simulated learners who hold none, are right in 85% and
    slip at random; this rule reports none.)

    >>> wrong = {"could_show": ["date-of-filing"], "misconceptions": ["date-of-filing"]}
    >>> held = beliefs([{"item": name, **wrong} for name in ("a-01", "a-02", "a-03", "a-04")])
    >>> print(held[0].often, held[0].truth)
    Your answers fit this on 4 of the last 4 questions that could show it. The date of service \
decides.
    """
    known = tables.by("misconceptions", "id")
    held = []
    for name, chances in _chances(answers).items():
        lately = _lately(chances)
        places = [place for place, it_showed in lately if it_showed]
        times = sum(it_showed for *_, it_showed in chances)
        if len(places) >= max(ITEMS, SHARE * len(lately)) and times >= TIMES:
            row = known.get(name, {"says": name, "truth": ""})
            belief = Belief(name, len(places), len(lately), row["says"], row["truth"])
            held.append((max(places), belief))
    return [belief for _, belief in sorted(held, key=lambda pair: -pair[0])]


def suspected(answers: Answers) -> set[str]:
    """Return the misconceptions that showed at all on the last items that could show them.

    Too weak to report; used only to choose the next items.
    """
    by_name = _chances(answers).items()
    return {name for name, chances in by_name if any(showed for _, showed in _lately(chances))}


Chance = tuple[int, str, bool]  # the place of an answer, its item, whether it showed the belief


def _chances(answers: Answers) -> dict[str, list[Chance]]:
    """Return the answers that could show each misconception."""
    chances: dict[str, list[Chance]] = defaultdict(list)
    for place, answer in enumerate(daily(answers)):
        for name in answer.get("could_show", ()):
            it_showed = name in answer.get("misconceptions", ())
            chances[name].append((place, answer["item"], it_showed))
    return chances


def _lately(chances: list[Chance]) -> list[tuple[int, bool]]:
    """Return the latest answer to each of the last items: its place, whether it showed."""
    latest = {item: (place, it_showed) for place, item, it_showed in chances}
    return sorted(latest.values())[-CHANCES:]


# What to read again


def revisit(answers: Answers) -> list[ObjectiveTally]:
    """Return the objectives below the line, in the order of the course."""
    return [tally for tally in objectives(answers) if tally.below]
