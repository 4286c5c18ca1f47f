"""How long a gradebook takes, and how much memory: python -m benchmarks.gradebook [FILES].

tests/classroom.py simulates a class of thirty; its files are copied with other times until
there are as many as asked for (3,000), so that each is a learner of its own.
"""

import json
import resource
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import classroom
import codeedu


def copy(folder: Path, files: int) -> None:
    """Fill `folder` with the records of `files` learners."""
    with tempfile.TemporaryDirectory() as small:
        classroom.write(small)
        records = [[json.loads(line) for line in path.open()] for path in Path(small).iterdir()]
    for number in range(files):
        later = timedelta(seconds=61 * (number // len(records)))
        with (folder / f"{number:05}.jsonl").open("w") as file:
            for line in records[number % len(records)]:
                when = datetime.fromisoformat(line["when"]) + later
                file.write(json.dumps({**line, "when": when.isoformat()}) + "\n")


def main() -> None:
    files = int(sys.argv[1]) if len(sys.argv) > 1 else 3000
    with tempfile.TemporaryDirectory() as folder:
        copy(Path(folder), files)
        start = time.process_time()
        book = codeedu.gradebook(folder)
        book.marks()
        page = book.report()
        seconds = time.process_time() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{book!r} {seconds:.1f} s of processor time, {memory:.0f} MB at most")
    print(f"The report has {len(page) / 1e6:.1f} MB.")


if __name__ == "__main__":
    main()
