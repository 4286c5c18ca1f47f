"""What learners of some sorts earn with made cases: python -m benchmarks.cases [SEEDS].

Each sort works through as many made cases of each template (345). `credit` is the mean score,
`clean` the share of clean claims, which is the mark; `published` the least and the most by the rule
that a paid trainer publishes.
"""

import random
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from statistics import mean

from codeedu import tables
from codeedu.cases import templates
from codeedu.cases.case import Case
from codeedu.lines.claim import Line

Learner = Callable[[Case, random.Random], list[Line]]


def guesses(case: Case, rng: random.Random) -> list[Line]:
    codes = [code for code in tables.by("level2", "code") if code[0] in "AEJK"]
    return [Line(rng.choice(codes), (), Decimal(rng.randrange(1, 10))) for _ in case.lines]


def another(case: Case, rng: random.Random) -> list[Line]:
    other = [code for code, _ in case.charges if code not in [line.code for line in case.lines]]
    return [rng.choice([line._replace(code=code) for code in other]) for line in case.lines]


LEARNERS: dict[str, Learner] = {
    "expert": lambda case, _: [*case.lines],
    "guesser": guesses,
    "copies the list of codes": lambda case, _: [Line(code) for code, _ in case.charges][:6],
    "right codes, always one unit": lambda case, _: [
        line._replace(units=Decimal(1)) for line in case.lines
    ],
    "right codes, no modifiers": lambda case, _: [
        line._replace(modifiers=()) for line in case.lines
    ],
    "wrong codes, all else right": another,
    "one line only": lambda case, _: [*case.lines[:1]],
    "every line twice": lambda case, _: [*case.lines, *case.lines],
}


def main() -> None:
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 345
    cases = [
        (seed, templates.make(name, seed).case)
        for name in templates.TEMPLATES
        for seed in range(seeds)
    ]
    print(f"{len(cases):,} cases | credit | clean | published")
    for name, works in LEARNERS.items():
        start = time.process_time()
        judged = [case.judge(works(case, random.Random(seed))) for seed, case in cases]
        spent = 1000 * (time.process_time() - start) / len(cases)
        least, most = (mean(one.published[end] for one in judged) for end in (0, 1))
        credit, clean = mean(one.score for one in judged), mean(one.clean for one in judged)
        print(f"{name} | {credit:.2f} | {clean:.0%} | {least:.2f} to {most:.2f} | {spent:.2f} ms")
    fates: dict[str, int] = {}
    for name in templates.TEMPLATES:
        for seed in range(seeds):
            made = templates.make(name, seed)
            for fault in made.faults:
                for outcome in made.case.outcomes(fault.lines):
                    if outcome.fate:
                        fates[outcome.fate] = fates.get(outcome.fate, 0) + 1
    total = sum(fates.values())
    shares = sorted(fates.items(), key=lambda pair: -pair[1])
    print("What becomes of wrong lines:", ", ".join(f"{f} {n / total:.0%}" for f, n in shares))


if __name__ == "__main__":
    main()
