"""The data of the benchmarks: made up, the same every time."""

import random

import pandas as pd

ROWS = 1_000_000
DISTINCT = 9_000

LETTERS = "ABCEGHJKLMPQRSTUV"
MODIFIERS = [f"{i:02}" for i in range(22, 100)] + ["RT", "LT", "JW", "XE", "RR", "GA", "P1", "1P"]
JUNK = ["?", "N/A", "9921", "J188S", "٩٩٢١٣", "ABCDEFGH", "see note", "j1885", "1e5", ""]


def codes(count: int, seed: int = 0) -> list[str]:
    """Return different five-character codes: half digits, half Level II, some of CPT's others."""
    rng = random.Random(seed)
    digits = [f"{i:05}" for i in range(100, 100_000)]
    level_2 = [f"{letter}{i:04}" for letter in LETTERS for i in range(10_000)]
    other = [f"{i:04}{letter}" for letter in "FTUMA" for i in range(10_000)]
    share = count // 20
    return (
        rng.sample(digits, share * 9)
        + rng.sample(level_2, share * 9)
        + rng.sample(other, count - share * 18)
    )


def repeated(rows: int = ROWS) -> pd.Series:
    """Return a column of 9,000 codes, repeated; one in fifty is something else."""
    rng = random.Random(1)
    pool = codes(DISTINCT - len(JUNK) * 18) + [f"{text}{i}" for i in range(18) for text in JUNK]
    return pd.Series(rng.choices(pool, k=rows), dtype="str")


def different(rows: int = ROWS, hyphen: str = "-") -> pd.Series:
    """Return a column of which no two entries are alike: a code with a modifier behind it."""
    rng = random.Random(2)
    pool = codes(rows // 50)
    places = rng.sample(range(len(pool) * len(MODIFIERS)), rows)
    entries = [f"{pool[i % len(pool)]}{hyphen}{MODIFIERS[i // len(pool)]}" for i in places]
    return pd.Series(entries, dtype="str")
