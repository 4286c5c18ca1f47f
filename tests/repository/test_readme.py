"""The README says what the tables say, and its example runs."""

import re
from pathlib import Path

from codeedu import tables

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_table_of_lessons():
    for row in tables.rows("lessons"):
        cells = [
            f"[{row['title']}](notebooks/{row['notebook']}.ipynb)",
            row["promise"],
            f"{row['reading']} min",
            f"{row['practice']} min",
        ]
        assert f"| {' | '.join(cells)} |" in README
    rows = [row for row in tables.rows("lessons") if row["ends"] == "quiz"]
    times = [int(row["reading"]) + int(row["practice"]) for row in rows]
    assert f"a lesson\ntakes {min(times)} to {max(times)} minutes" in README


def test_every_local_link_leads_somewhere():
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        text = re.sub(r"`[^`\n]*`", "", page.read_text(encoding="utf-8"))  # code is an example
        for link in re.findall(r"\]\(([^)#:]+)\)|(?:src|srcset)=\"([^\"]+)\"", text):
            link = "".join(link)
            if link != "id" and not link[0].isdigit():  # examples of a form
                assert (page.parent / link).exists(), f"{page.name}: {link}"


def test_the_example_is_true():
    example = re.search(r"```python\n(.*?)```", README, re.DOTALL)[1]
    space = {}
    exec(example.replace("print(", "str("), space)
    expected = re.search(r"# (\[.*\])", example)[1]
    assert repr([r.code_set for r in space["c"].readings]) == expected
    assert space["c"].is_ambiguous


def test_the_notice_is_there():
    for words in ("registered trademark of the American Medical Association", "Dental Association",
                  "our own words", "billing, legal or coverage advice"):  # fmt: skip
        assert words in re.sub(r"\s+", " ", README)
