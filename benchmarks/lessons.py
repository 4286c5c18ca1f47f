"""How long the lessons take, compared with bare notebooks: `python -m benchmarks.lessons`.

Both run under nbval, one kernel after another. The ratio is all lessons to ten bare notebooks.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat

ROOT = Path(__file__).parents[1]
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
BARE, RUNS = 10, 3


def seconds(paths: list[Path]) -> float:
    """Return how long nbval takes for these notebooks."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "pytest", "--nbval-lax", "--nbval-current-env", "-q", *paths]
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
    return time.perf_counter() - began


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        bare = []
        for number in range(BARE):
            path = Path(folder) / f"bare{number}.ipynb"
            nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")]), path)
            bare.append(path)
        pairs = [(seconds(LESSONS), seconds(bare)) for _ in range(RUNS)]
    ours, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(a / b for a, b in pairs)
    print(f"{len(LESSONS)} lessons {ours:.1f} s, {BARE} bare kernels {theirs:.1f} s: {ratio:.2f}")
    slowest = max((seconds([path]), path.stem) for path in LESSONS)
    print(f"the slowest alone: {slowest[1]}, {slowest[0]:.1f} s with the start of pytest")


if __name__ == "__main__":
    main()
