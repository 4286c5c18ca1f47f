"""The data of the benchmarks: made up, the same every time."""

import random

import pandas as pd

ROWS = 1_000_000
DISTINCT = 9_000

LETTERS = "ABCEGHJKLMPQRSTUV"
MODIFIERS = [f"{i:02}" for i in range(22, 100)] + ["RT", "LT", "JW", "XE", "RR", "GA", "P1", "1P"]
JUNK = ["?", "N/A", "9921", "J188S", "٩٩٢١٣", "ABCDEFGH", "see note", "1e5", "xx", "$"]


def by_kind(count: int = 12_000) -> dict[str, list[str]]:
    """Return about `count` different entries of each kind that a column holds."""
    rng = random.Random(5)
    digits = [f"{i:05}" for i in rng.sample(range(100, 100_000), count // 2)]
    level_2 = [f"{rng.choice(LETTERS)}{rng.randrange(10_000):04}" for _ in range(count // 2)]
    plain = digits + level_2
    spellings = (
        lambda c: c.lower(),
        lambda c: f" {c}",
        lambda c: f"{c} ",
        lambda c: f"{c.lower()} ",
    )
    kinds = {
        "plain": plain,
        "with modifier": [f"{code}-{rng.choice(MODIFIERS)}" for code in plain],
        "lower case or blanks": [f" {code}" for code in digits]
        + [rng.choice(spellings)(code) for code in level_2],
        "junk": [f"{rng.choice(JUNK)}{rng.randrange(10**6)}" for _ in range(count)],
    }
    return {kind: list(dict.fromkeys(entries)) for kind, entries in kinds.items()}


def column(rows: int = ROWS) -> pd.Series:
    """Return a column of 9,000 different codes, repeated; one in fifty is something else."""
    rng = random.Random(1)
    junk = [f"{text}{i}" for i in range(18) for text in JUNK]
    plain = [f"{i:05}" for i in rng.sample(range(100, 100_000), (DISTINCT - len(junk)) // 2)]
    numbers = rng.sample(range(len(LETTERS) * 10_000), DISTINCT - len(junk) - len(plain))
    level_2 = [f"{LETTERS[i // 10_000]}{i % 10_000:04}" for i in numbers]
    return pd.Series(rng.choices(plain + level_2 + junk, k=rows), dtype="str")
