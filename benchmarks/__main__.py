"""Print one table: how fast, against what, measured side by side in this run.

Usage: python -m benchmarks

Each comparison runs both sides in turn several times and takes the medians, since a shared
machine is never quiet. One code, cold, is a multiple of what one `re.fullmatch` with a code's
pattern takes for the same entries: both are one call of Python for one text.
"""

import gc
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import pandas as pd

import codeedu
from benchmarks import data
from codeedu.codes.classify import _reader
from codeedu.lines.claim import read_line

PATTERN = r"[A-V0-9][0-9]{3}[0-9FTUMA](?:-[A-Z0-9]{2})?"
GOALS = {"plain": 14, "with modifier": 24, "lower case or blanks": 28, "junk": 48}  # multiples
ROUNDS = 5
CPU = time.process_time


def seconds(task: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    start = clock()
    task()
    return clock() - start


def paired(ours, theirs, rounds: int = ROUNDS, clock=time.perf_counter) -> tuple[float, float]:
    """Return the median seconds of two tasks, run in turn; garbage is collected in between."""
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for task, times in zip((ours, theirs), taken, strict=True):
            gc.collect()
            times.append(seconds(task, clock))
    return median(taken[0]), median(taken[1])


def line(
    what: str, ours: str, against: str, ratio: float, goal: str = "", met: bool = True
) -> None:
    verdict = "" if not goal else "ok" if met else "MISSED"
    print(f"{what:<36}{ours:>10}  {against:<26}{ratio:>7.2f}  {goal:<13}{verdict}")


def one_code() -> None:
    """Print the speed of single calls, in processor time: others may be using the machine."""
    codeedu.classify("J1885")  # reading the tables is not the call's
    for kind, entries in data.by_kind().items():

        def cold() -> None:
            _reader.cache_clear()
            for entry in entries:  # noqa: B023 - called at once
                codeedu.classify(entry)

        def fullmatch() -> None:
            for entry in entries:  # noqa: B023
                re.fullmatch(PATTERN, entry)

        ours, theirs = (1e6 * taken / len(entries) for taken in paired(cold, fullmatch, clock=CPU))
        line(
            f"one code, cold: {kind}",
            f"{ours:.2f} µs",
            f"fullmatch {theirs:.3f} µs",
            ours / theirs,
            f"<= {GOALS[kind]}",
            ours / theirs <= GOALS[kind],
        )
    again = data.by_kind()["plain"][: data.DISTINCT]
    for entry in again:
        codeedu.classify(entry)

    def cached() -> None:
        for entry in again:
            codeedu.classify(entry)

    def empty() -> None:
        for entry in again:
            _nothing(entry)

    ours, theirs = (1e6 * taken / len(again) for taken in paired(cached, empty, clock=CPU))
    line("one code, cached", f"{ours:.2f} µs", f"an empty call {theirs:.3f} µs", ours / theirs)


def _nothing(entry: str) -> None:
    return None


def a_column(storage: str) -> None:
    """Print the speed of a column whose codes are new."""
    with pd.option_context("mode.string_storage", storage):
        column = data.column()

        def ours() -> None:
            _reader.cache_clear()
            codeedu.classify_column(column)

        mine, theirs = paired(ours, lambda: column.str.fullmatch(PATTERN))
    what = f"column of {len(column):,}, {storage}"
    line(
        what,
        f"{mine:.2f} s",
        f"str.fullmatch {theirs:.2f} s",
        mine / theirs,
        "0.1 to 0.3 s",
        mine <= 0.3,
    )


def an_import() -> None:
    heavy = "{'pandas', 'numpy', 'ipywidgets', 'anywidget'}"
    check = f"import codeedu, sys; assert not {heavy} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", check], check=True)

    def run(code: str):
        return lambda: subprocess.run([sys.executable, "-c", code], check=True)

    basis = "import re, csv, dataclasses, importlib.resources"
    ours, theirs = paired(run("import codeedu"), run(basis), 21)
    line(
        "import codeedu",
        f"{ours * 1e3:.0f} ms",
        f"import re, csv, ... {theirs * 1e3:.0f} ms",
        ours / theirs,
        "<= 1.5",
        ours / theirs <= 1.5,
    )


def a_first_view() -> None:
    """Print what a kernel spends on its first quiz: every learner waits for it in every lesson."""

    def cpu(view: str) -> float:
        code = f"import codeedu, time; codeedu.{view}; print(time.process_time())"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
        return float(done.stdout)

    turns = [(cpu("quiz('01')"), cpu("explorer('J1885')")) for _ in range(ROUNDS)]
    ours, theirs = map(median, zip(*turns, strict=True))
    what = f"first explorer {theirs:.2f} s"
    line("first quiz of a kernel", f"{ours:.2f} s", what, ours / theirs, "<= 2", ours <= 2 * theirs)


def a_file() -> None:
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "claims.csv"), Path(folder, "out.csv")
        column = data.column()
        pd.DataFrame({"claim": range(len(column)), "hcpcs": column}).to_csv(source, index=False)
        command = [
            sys.executable,
            "-m",
            "codeedu",
            "classify",
            source,
            "--column",
            "hcpcs",
            "-o",
            target,
        ]

        def classified() -> None:
            # It exits with 1, since some entries cannot be read.
            subprocess.run(command, capture_output=True, check=False)
            with target.open("rb") as file:
                assert sum(1 for _ in file) == len(column) + 1

        def copied() -> None:
            pd.read_csv(source, dtype=str).to_csv(target, index=False)

        ours, theirs = paired(classified, copied, 3)
    line(
        f"CSV file of {len(column):,} (command line)",
        f"{ours:.1f} s",
        f"pandas copies it {theirs:.1f} s",
        ours / theirs,
        "<= 3",
        ours <= 3 * theirs,
    )


def rules_of_a_claim() -> None:
    """Print what the rules for claim lines take for one claim of the practice file."""
    claims, key = codeedu.practice_claims(), codeedu.load_table("practice_claims_key")
    claims = claims.assign(procedure=key["meant"])
    number = claims["claim"].nunique()

    def ours() -> None:
        codeedu.broken_rules(claims)

    def theirs() -> None:
        for text in claims["procedure"]:
            read_line(text)

    mine, reading = (1e3 * taken / number for taken in paired(ours, theirs))
    line(
        "rules for the lines of a claim",
        f"{mine:.2f} ms",
        f"reading its lines {reading:.2f} ms",
        mine / reading,
        "<= 1 ms",
        mine <= 1,
    )


def main() -> None:
    python = ".".join(map(str, sys.version_info[:3]))
    print(f"Python {python}, pandas {pd.__version__}, {os.cpu_count()} cores")
    print(f"{'what':<36}{'ours':>10}  {'against':<26}{'ratio':>7}  {'goal':<13}")
    one_code()
    a_column("python")
    a_column("pyarrow")
    an_import()
    rules_of_a_claim()
    a_first_view()
    a_file()


if __name__ == "__main__":
    main()
