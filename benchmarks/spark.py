"""What the Spark examples of docs/large-files.md take, against what Spark needs to copy the claims.

Usage, after `make spark`: .venv/spark/bin/python -m benchmarks.spark 10_000_000

Processor time is that of all processes, Java's and Python's: others may be using the machine.
The claims are the hardest case for the pairs: every code is as frequent as every other, on each
day of three years.
"""

import os
import re
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from threading import Thread

import numpy as np
import pandas as pd
import psutil
from pyspark.sql import SparkSession

from benchmarks import data

DOC = Path(__file__).parents[1] / "docs" / "large-files.md"
STEP = 1_000_000  # rows in a file


def write_claims(rows: int, folder: Path) -> None:
    """Write six columns of made-up claim lines."""
    rng = np.random.default_rng(1)
    procedure = data.column(rows).astype("category")
    days = pd.date_range("2022-01-01", "2024-12-31").date
    folder.mkdir()
    for start in range(0, rows, STEP):
        lines = np.arange(start, min(start + STEP, rows))
        columns = {
            "claim": lines // 2,
            "line": lines % 2 + 1,
            "date_of_service": days[rng.integers(len(days), size=len(lines))],
            "procedure": procedure[lines].astype("str"),
            "units": rng.integers(1, 9, size=len(lines)),
            "charge": rng.integers(1, 100_000, size=len(lines)) / 100,
        }
        pd.DataFrame(columns).to_parquet(folder / f"{start // STEP:04}.parquet", index=False)


class ProcessorTime(Thread):
    """The seconds of processor time of this process and all below it, also of those that ended.

    Spark forgets what its Python workers used, and ends them a minute after their last task; so
    they are looked at every second.
    """

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.seconds: dict[int, float] = {}

    def run(self) -> None:
        while True:
            self.total()
            time.sleep(1)

    def total(self) -> float:
        this = psutil.Process()
        for each in (this, *this.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                self.seconds[each.pid] = sum(each.cpu_times()[:2])
        return sum(self.seconds.copy().values())


def main() -> None:
    rows = int(sys.argv[1])
    text = DOC.read_text(encoding="utf-8").partition("\n## Spark\n")[2]
    codes, dates = re.findall("```python\n(.*?)```", text, re.DOTALL)
    space: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        write_claims(rows, Path("claims"))
        os.environ |= {"PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
        spark = SparkSession.builder.master("local[2]").getOrCreate()

        def copy(to: str) -> None:
            spark.read.parquet("claims").write.parquet(to)

        copy("warm")  # the first run of anything is slower
        load = os.getloadavg()[0]
        processors = ProcessorTime()
        processors.start()
        for what, task in (
            ("Spark copies them", lambda: copy("copy")),
            ("with the answers", lambda: exec(codes, space)),
            ("with those on their dates", lambda: exec(dates, space)),
        ):
            start, used = time.perf_counter(), processors.total()
            task()
            taken, used = time.perf_counter() - start, processors.total() - used
            print(
                f"{rows:,} rows, {what:<26}{taken:>8.1f} s, processor time {used:>8.1f} s",
                flush=True,
            )
        print(f"load before and after: {load:.1f}, {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
