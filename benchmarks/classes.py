"""What the class report finds: python -m benchmarks.classes [CLASSES].

tests/classroom.py simulates classes of thirty, each with another seed (200 of them); this counts
in how many of them the report finds what was planted.
"""

import sys
import tempfile
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import classroom
import codeedu
from codeedu.teach.gradebook import report


def names(numbers) -> set[str]:
    return {f"learner-{number:02}" for number in numbers}


def findings(seed: int) -> Counter[str]:
    """Return what the report finds in one class."""
    with tempfile.TemporaryDirectory() as folder:
        classroom.write(folder, seed=seed)
        book = codeedu.gradebook(folder)
    top = report.mix_ups(book)[["actual", "chosen"]].head(1).values.tolist()
    keys = list(book.suspects["item"])
    others = [name for name in keys if name != classroom.MISKEYED]
    hard = [name for name in others if name.startswith(classroom.HARD)]
    count = Counter(
        {
            "who is behind, all and nobody else": set(report.behind(book))
            == names(classroom.BEHIND),
            "the hard objective": book.hardest["objective"].iloc[0] == classroom.HARD,
            "the confusion": top == [["ICD-10-CM", "HCPCS Level II"]],
            "the four beliefs, first of all": set(book.beliefs["misconception"].head(4))
            == set(classroom.BELIEFS),
            "the wrong key": classroom.MISKEYED in keys,
            "the wrong key, first of all": keys[:1] == [classroom.MISKEYED],
            "right keys suspected": len(others),
            "... of them in the hard objective": len(hard),
            "classes with a right key suspected": bool(others),
        }
    )
    for belief, numbers in classroom.BELIEFS.items():
        likely = book.holders[book.holders["misconception"] == belief]["learner"]
        first = set(likely.head(len(numbers)))
        count[f"holders of {belief}, of {len(numbers)}"] = len(first & names(numbers))
    return count


def main() -> None:
    classes = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    total: Counter[str] = Counter()
    for seed in range(classes):
        total.update(findings(seed))
    for what, times in total.items():
        print(f"{what}: {times} in {classes} classes, {times / classes:.2f} a class")


if __name__ == "__main__":
    main()
