"""Print one table: how fast, against what, measured side by side in this run.

Usage: python -m benchmarks [STORAGE ...]

STORAGE is how pandas keeps text: "python" or "pyarrow"; without any, both, as far as they are
installed. The one pass is over the same column, so it is kept in the same way.

Each comparison runs both sides in turn several times and takes the median, since a shared
machine is never quiet. A ratio is theirs / ours for speed (more is better) and ours / theirs
for memory and import (less is better).
"""

import gc
import os
import subprocess
import sys
import tempfile
import time
import tracemalloc
from pathlib import Path
from statistics import median

import pandas as pd

import codeedu
from benchmarks import data
from codeedu.claims import tellings
from codeedu.codes.classify import _reader

try:
    import pyarrow
except ImportError:
    pyarrow = None

ONE_PASS = r"[A-V0-9][0-9]{3}[0-9FTUMA](?:-[A-Z0-9]{2})?"
ROUNDS = 5


def seconds(task) -> float:
    start = time.perf_counter()
    task()
    return time.perf_counter() - start


def paired(ours, theirs, rounds: int = ROUNDS) -> tuple[float, float]:
    """Return the median seconds of two tasks, run in turn; garbage is collected in between."""
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for task, times in zip((ours, theirs), taken, strict=True):
            gc.collect()
            times.append(seconds(task))
    return median(taken[0]), median(taken[1])


def line(what: str, text: str, ours: str, against: str, ratio: float | None, goal: str,
         met: bool) -> None:  # fmt: skip
    figure = f"{ratio:.2f}" if ratio is not None else "-"
    verdict = "" if goal == "-" else "ok" if met else "MISSED"
    print(f"{what:<40}{text:<9}{ours:>9}  {against:<20}{figure:>7}  {goal:<9}{verdict}")


def a_column(what: str, column: pd.Series, target: float | None) -> None:
    """Print the speed of a column with the tables made, but no entry met before."""

    def ours() -> None:
        _reader.cache_clear()
        codeedu.classify_column(column)

    def ours_first() -> None:  # of what one entry teaches about others, nothing is known either
        tellings.learned.cache_clear()
        ours()

    def one_pass() -> None:
        column.str.fullmatch(ONE_PASS)

    goals = {what: (ours, target), "  the first such column of all": (ours_first, None)}
    for name, (task, goal) in goals.items():
        mine, theirs = paired(task, one_pass)
        text, taken = column.dtype.storage, f"{mine * 1e3:.0f} ms"
        line(name, text, taken, f"fullmatch {theirs * 1e3:.0f} ms", theirs / mine,
             f">= {goal}" if goal else "-", theirs >= mine * (goal or 0))  # fmt: skip


def its_memory(column: pd.Series) -> None:
    """Print the peak of what NumPy and Python took, and Arrow, as if both came at one time."""
    size = column.memory_usage(index=False, deep=True)
    codeedu.classify_column(column)  # the tables are not the call's
    gc.collect()
    if pyarrow:
        usual = pyarrow.default_memory_pool()
        of_arrow = pyarrow.proxy_memory_pool(usual)
        pyarrow.set_memory_pool(of_arrow)
    tracemalloc.start()
    codeedu.classify_column(column)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    if pyarrow:
        pyarrow.set_memory_pool(usual)
        peak += of_arrow.max_memory()
    line("  its peak memory", column.dtype.storage, f"{peak / 1e6:.0f} MB",
         f"column {size / 1e6:.0f} MB", peak / size, "<= 3", peak / size <= 3)  # fmt: skip


def single_calls() -> None:
    entries = data.codes(40_000, seed=3)
    again = (entries[: data.DISTINCT] * 5)[: len(entries)]
    codeedu.classify("J1885")

    def nothing(entry: str) -> None:
        return None

    def cold() -> None:
        _reader.cache_clear()
        for entry in entries:
            codeedu.classify(entry)

    def cached() -> None:  # as often as in the cold run, but the codes of one file
        for entry in again:
            codeedu.classify(entry)

    def empty() -> None:
        for entry in entries:
            nothing(entry)

    for what, task, most in (("one code, cold", cold, 3.0), ("one code, cached", cached, 0.9)):
        ours, theirs = paired(task, empty)
        micro, against = ours / len(entries) * 1e6, theirs / len(entries) * 1e6
        line(what, "", f"{micro:.2f} µs", f"empty call {against:.3f} µs", ours / theirs,
             f"<= {most:g} µs", micro <= most)  # fmt: skip


def an_import() -> None:
    heavy = "{'pandas', 'numpy', 'ipywidgets', 'anywidget'}"
    check = f"import codeedu, sys; assert not {heavy} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", check], check=True)

    def run(code: str):
        return lambda: subprocess.run([sys.executable, "-c", code], check=True)

    basis = "import re, csv, dataclasses, importlib.resources"
    ours, theirs = paired(run("import codeedu"), run(basis), 21)
    line("import codeedu", "", f"{ours * 1e3:.0f} ms", f"re, csv, ... {theirs * 1e3:.0f} ms",
         ours / theirs, "<= 1.5", ours / theirs <= 1.5)  # fmt: skip


def a_file() -> None:
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "claims.csv"), Path(folder, "out.csv")
        column = data.repeated().rename("hcpcs")
        pd.DataFrame({"claim": range(len(column)), "hcpcs": column}).to_csv(source, index=False)
        peak_of = "open('/proc/self/status').read().split('VmHWM:')[1].split()[0]"
        options = ["classify", str(source), "--column", "hcpcs", "-o", str(target)]
        code = f"from codeedu.__main__ import main; main({options!r}); print({peak_of})"
        start = time.perf_counter()
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
        taken = time.perf_counter() - start
        with target.open("rb") as file:
            assert sum(1 for _ in file) == len(column) + 1
        copy = seconds(lambda: pd.read_csv(source, dtype=str).to_csv(target, index=False))
    peak = int(done.stdout) / 1024
    line("file of 1,000,000 rows (CLI)", "", f"{taken:.1f} s", f"pandas copies it {copy:.1f} s",
         copy / taken, "-", True)  # fmt: skip
    line("  its peak memory, whole process", "", f"{peak:.0f} MB", "-", None, "-", True)


WHY = """\
Where a target is missed:
- In Arrow, one pass is compiled code that answers yes or no in 25 ns an entry. To number the
  repeated entries takes Arrow 7 to 12 ns (on two cores), the eight answers to 9,000 entries of
  which 170 are junk 6, to write them to all rows 4, a sample and pandas 3.
- Where all differ, it takes 5 ns to cut an entry into words, 13 to look them up, 8 to keep what
  was found, 9 to number and write the answers, in some thirty passes of NumPy; two cores help
  by a tenth, since they wait for each other between the passes.
- Without a hyphen 29 % of these made entries read as one code of seven characters (ICD-10-PCS,
  ICD-10-CM): 289,000 codes of their own, which the answer has to hold as texts."""


def main(asked: list[str]) -> None:
    installed = ["python", "pyarrow"] if pyarrow else ["python"]
    python = ".".join(map(str, sys.version_info[:3]))
    print(f"Python {python}, pandas {pd.__version__}, {os.cpu_count()} cores")
    print(f"{'what':<40}{'text in':<9}{'ours':>9}  {'against':<20}{'ratio':>7}  {'target':<9}")
    for storage in asked or installed:
        with pd.option_context("mode.string_storage", storage):
            column = data.repeated()
            a_column("column: 1,000,000 rows of 9,000 codes", column, 1.5)
            its_memory(column)
            column = data.different()
            a_column("column: 1,000,000 different, hyphen", column, 0.9)
            its_memory(column)
            column = data.different(hyphen="")
            a_column("column: 1,000,000 different, no hyphen", column, 0.9)
            its_memory(column)
    single_calls()
    an_import()
    a_file()
    print(WHY)


if __name__ == "__main__":
    main(sys.argv[1:])
