"""Print what practice tells simulated learners: those who know, guess, memorize, or believe.

Usage: python -m benchmarks.learners [RUNS]

Each learner takes the quizzes of all lessons, one a day, then ten drills, then the final. What
they are told should be true: the expert reaches objectives, the memorizer and the guesser do not;
who holds a belief is told of it, who only slips is told nothing. RUNS is how often each learner
is simulated (20); holders of a belief a tenth of it.
"""

import random
import sys
from collections import Counter
from datetime import date, timedelta
from statistics import mean

from codeedu.learner import schedule, statistics, steps
from codeedu.lessons import with_quiz
from codeedu.practice import selection
from codeedu.practice.selection import Wanted
from codeedu.practice.session import Session
from codeedu.questions import bank
from codeedu.questions.kinds import KINDS
from codeedu.teach.author import lint

START = date(2026, 1, 5)
LESSONS = with_quiz()
DRILLS = 10
ITEMS = bank.load()


# What learners answer


def slip(item, rng):
    """Answer at random among what is wrong."""
    if item.distractors:
        return rng.choice([*(option.text for option in item.distractors), "0", "0"])
    if item.kind in ("type", "number"):
        return "0"
    if item.kind == "order":
        return KINDS[item.kind].right(item)[::-1]
    wrong = [place for place, option in enumerate(item.options) if not option.right]
    return [rng.choice(wrong or [0])] if item.kind == "many" else rng.choice(wrong)


def guess(item, rng):
    """Answer at random among everything."""
    places = list(range(len(item.options)))
    if item.kind == "many":
        return [place for place in places if rng.random() < 0.5] or [0]
    if item.kind == "order":
        return rng.sample(places, len(places))
    return rng.choice(places) if places else "0"


def by_surface(item, rng):
    """Answer as someone who knows nothing and looks only at the surface of the options."""
    if not KINDS[item.kind].single:
        return guess(item, rng)
    ranks = [lint._rank(option, item) for option in item.options]
    return rng.choice([place for place, rank in enumerate(ranks) if rank == max(ranks)])


def knows(share):
    """Return a learner who is right in this share of the items, and slips in the others."""

    def answer(item, rng, seen):
        return KINDS[item.kind].right(item) if rng.random() < share else slip(item, rng)

    return answer


def memorizes(item, rng, seen):
    """Know a quarter of what is new, and nearly everything that was seen with its answer."""
    return knows(0.95 if item.id in seen else 0.25)(item, rng, seen)


def believes(name):
    """Return a learner who holds one belief and is otherwise right in 85%."""

    def answer(item, rng, seen):
        for option in item.distractors:
            if option.misconception == name:
                return option.text
        places = {p for p, o in enumerate(item.options) if o.misconception == name}
        if not places:
            return knows(0.85)(item, rng, seen)
        if item.kind == "many":
            return sorted({p for p, o in enumerate(item.options) if o.right} ^ places) or [0]
        return min(places)

    return answer


# What they take


class Course:
    """One learner's way through the course, and the record of it."""

    def __init__(self, learner, seed):
        self.learner, self.rng = learner, random.Random(seed)
        self.answers, self.seen, self.day, self.seed = [], set(), START, seed

    def sit(self, mode, draw, lesson=""):
        """Take one sitting on the next day, without retries; return its result."""
        wanted = Wanted(lesson, seed=self.seed, answers=tuple(self.answers), on=self.day)
        session = Session(draw(ITEMS, wanted), seed=self.seed, mode=mode)
        session.begin()
        while session.state == "asking":
            item = session.item
            response = self.learner(item, self.rng, self.seen)
            session.answer(response)
            if session.state == "answered":
                self.seen.add(item.id)
                session.next()
        when = f"{self.day}T10:00:00+00:00"
        self.answers += [{**answer, "when": when} for answer in session.answers]
        self.day += timedelta(days=1)
        self.seed += 1
        return session

    def quizzes(self):
        results = [self.sit("quiz", selection.quiz_items, lesson).result() for lesson in LESSONS]
        return mean(result.score for result in results)

    def drills(self, count=DRILLS):
        for _ in range(count):
            self.sit("drill", selection.drill_items)

    def final(self):
        drawn = {item.id for item in selection.final_items(ITEMS, Wanted())}
        self.met = len(drawn & self.seen) / len(drawn)
        session = self.sit("final", selection.final_items)
        return session.result().score

    def reached(self):
        tries = statistics.first_tries(self.answers)
        mine = {}
        for answer in tries:
            mine.setdefault(answer["objective"], []).append(answer["correct"])
        return sum(statistics.mastery(rights).says == "✓ reached" for rights in mine.values())

    def told(self):
        return [row.name for row in statistics.beliefs(self.answers)]

    def confused(self):
        return sum(row.count > 1 for row in statistics.confusions(self.answers))

    def due(self, days):
        return len(schedule.due(self.answers, self.day + timedelta(days=days)))


def placed(learner, seed):
    """Return how many questions a placement asks, and how many lessons it finds known."""
    session = Course(learner, seed).sit("placement", selection.placement_items)
    rights = {lesson: [a for a in session.answers if a["lesson"] == lesson] for lesson in LESSONS}
    return len(session.answers), sum(not steps.gain(mine) for mine in rights.values())


def learners():
    """Return the learners of the table by name."""
    return {
        "guesser": lambda item, rng, seen: guess(item, rng),
        "looks at the surface": lambda item, rng, seen: by_surface(item, rng),
        "coin flipper (50%)": knows(0.5),
        "memorizer (25% new, 95% seen)": memorizes,
        "slips (85%), no belief": knows(0.85),
        "expert (98%)": knows(0.98),
    }


def row(learner, runs):
    """Return the means of one learner over the runs."""
    sums = Counter()
    for seed in range(runs):
        course = Course(learner, 1000 * seed)
        sums["quiz"] += course.quizzes()
        sums["reached after quizzes"] += course.reached()
        course.drills()
        sums["reached"] += course.reached()
        sums["beliefs"] += len(course.told())
        sums["confusions"] += course.confused()
        sums["due in 1"] += course.due(1)
        sums["due in 90"] += course.due(90)
        sums["final"] += course.final()
        sums["met"] += course.met
        asked, known = placed(learner, 1000 * seed + 500)
        sums["placement asks"] += asked
        sums["known"] += known
    return {name: value / runs for name, value in sums.items()}


def holders(runs):
    """Return in how many runs the holder of each belief is told of it, and by how many others."""
    named = Counter(n for item in ITEMS if item.pool == "practice" for n in item.could_show)
    shares, others = {}, []
    for name in sorted(name for name, items in named.items() if items >= lint.PER_BELIEF):
        times = 0
        for seed in range(runs):
            course = Course(believes(name), 1000 * seed)
            course.quizzes()
            course.drills()
            times += name in course.told()
            others.append(len(set(course.told()) - {name}))
        shares[name] = times / runs
    return shares, mean(others)


COLUMNS = {
    "quiz": "quizzes",
    "final": "final",
    "met": "final met before",
    "reached after quizzes": "reached, quizzes",
    "reached": "reached, +10 drills",
    "beliefs": "beliefs told",
    "confusions": "confusions",
    "due in 1": "due tomorrow",
    "due in 90": "due in 90 days",
    "placement asks": "placement asks",
    "known": "known by it",
}
SHARES = ("quiz", "final", "met")


def main(runs=20):
    objectives = len({item.objective for item in ITEMS})
    print(f"{len(ITEMS)} items, {objectives} objectives, means of {runs} runs each\n")
    print(f"| learner | {' | '.join(COLUMNS.values())} |")
    print("|---|" + "--:|" * len(COLUMNS))
    for name, learner in learners().items():
        means = row(learner, runs)
        cells = [f"{means[c]:.0%}" if c in SHARES else f"{means[c]:.1f}" for c in COLUMNS]
        print(f"| {name} | {' | '.join(cells)} |", flush=True)
    shares, others = holders(max(1, runs // 10))
    always = [name for name, share in shares.items() if share == 1]
    print(
        f"\nHolders of a belief told of it in every run: {len(always)} of {len(shares)}; "
        f"told of {others:.2f} others on average."
    )
    for name, share in shares.items():
        if share < 1:
            print(f"  {name}: {share:.0%} of runs")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
