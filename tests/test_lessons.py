"""Every lesson has the anatomy of the blueprint, cites what it says, and is safe to show."""

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest

from codeedu import tables
from codeedu.course.lock import is_view

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("[0-9]*.ipynb"))
FULL = [path for path in NOTEBOOKS if "01" <= path.stem[:2] <= "06"]  # 00 and 07 have their own
CITATION = re.compile(r"\[([a-z0-9-]+)\]\(#Sources\)")


class Lesson:
    """A notebook, cut into what the tests ask about."""

    def __init__(self, path):
        self.cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        self.text = "\n\n".join(self.sources("markdown"))
        self.code = self.sources("code")
        self.headings = re.findall(r"(?m)^(#+) (.+)$", self.text)
        self.row = next(row for row in tables.rows("lessons") if row["notebook"] == path.stem)

    def sources(self, kind):
        return ["".join(c["source"]) for c in self.cells if c["cell_type"] == kind]

    def part(self, heading):
        """Return the text under an H2, up to the next one."""
        found = re.search(rf"(?ms)^## {re.escape(heading)}$(.*?)(?=^## |\Z)", self.text)
        return found[1] if found else ""


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def lesson(request):
    return Lesson(request.param)


@pytest.fixture(params=FULL, ids=lambda path: path.stem)
def full(request):
    return Lesson(request.param)


def test_there_is_a_notebook_for_every_lesson():
    assert [path.stem for path in NOTEBOOKS] == [row["notebook"] for row in tables.rows("lessons")]


def test_one_title_and_no_skipped_heading(lesson):
    depths = [len(marks) for marks, _ in lesson.headings]
    assert depths.count(1) == 1
    assert depths[0] == 1
    assert all(b <= a + 1 for a, b in pairwise(depths))


def test_the_opening_says_what_the_tables_say(lesson):
    opening, row = lesson.sources("markdown")[0], lesson.row
    assert re.match(rf"# (\d\. )?{re.escape(row['title'])}\n", opening)
    assert row["promise"] in opening
    assert f"{row['reading']} minutes to read, {row['practice']} to practice" in opening
    assert f"**You need**: {row['needs']}." in opening
    assert "**As of**: November 24, 2026" in opening


def test_the_parts_stand_in_order(full):
    names = [name for marks, name in full.headings if marks == "##"]
    fixed = [
        "Questions",
        "Objectives",
        "Before you read",
        "Key points",
        "Check yourself",
        "Sources",
    ]
    assert [name for name in names if name in fixed] == fixed
    assert names[:3] == fixed[:3]
    assert names[-3:] == fixed[-3:]
    assert len(names) >= len(fixed) + 2  # a story of at least two sections


def test_objectives_are_those_of_the_table(full):
    wanted = [r["can"] for r in tables.rows("objectives") if r["lesson"] == full.row["lesson"]]
    listed = re.findall(r"(?m)^- (.+?)[;.]?$", full.part("Objectives"))
    assert listed == wanted


def test_two_to_four_questions_and_three_to_six_key_points(full):
    assert 2 <= len(re.findall(r"(?m)^- .+\?$", full.part("Questions"))) <= 4
    assert 3 <= len(re.findall(r"(?m)^- ", full.part("Key points"))) <= 6


def test_examples_exercises_and_traps(full):
    names = [name for _, name in full.headings]
    assert sum(name.startswith("Worked example") for name in names) >= 3
    exercises = re.split(r"(?m)^#+ Exercise", full.text)[1:]
    assert len(exercises) >= 4
    for exercise in exercises:
        assert re.search(r"<details>\s*<summary>Solution", exercise), exercise[:60]
    assert sum("**Type it.**" in exercise for exercise in exercises) * 2 >= len(exercises)
    assert re.search(r"\*\*Teach it back\.\*\*", full.text)
    assert re.search(r"\*\*Your own codes\.\*\*", full.text)
    for trap in re.findall(r"(?m)^> \*\*Common trap\.\*\*(?:.*\n>?)*?.*?(?=\n\n)", full.text):
        assert "**What it costs.**" in trap, trap
        assert "**How to see it.**" in trap, trap
    assert "> **Common trap.**" in full.text


def test_live_parts(full):
    code = "\n".join(full.code)
    number = full.row["lesson"]
    assert "codeedu.explorer(" in code or "codeedu.drill(" in code
    assert full.code[0] == "import codeedu"
    if number < "06":
        assert f'codeedu.pretest("{number}")' in code
        assert f'codeedu.quiz("{number}")' in code


def test_no_wall_of_text(lesson):
    for paragraph in re.split(r"\n\s*\n", re.sub(r"(?s)<details>.*?</details>", "", lesson.text)):
        if not paragraph.lstrip().startswith(("|", "-", "1.")):
            assert len(paragraph.split()) <= 120, paragraph[:80]


def test_cells_are_short_and_introduced(lesson):
    for before, cell in zip([None, *lesson.cells], lesson.cells, strict=False):
        if cell["cell_type"] == "code":
            source = "".join(cell["source"])
            lines = source.splitlines()
            assert len(lines) <= 3 or is_view(source), source
            assert all(len(line) <= 82 for line in lines), source  # what a pane has room for
            assert before is None or before["cell_type"] == "markdown", source


def test_a_cell_that_calls_codeedu_once_can_be_run_alone(lesson):
    for code in lesson.code:
        if re.match(r"codeedu\.\w+\([\")]", code):  # it needs nothing from other cells
            assert "release=release" in code, code


def test_every_citation_has_a_source_and_every_source_a_use(lesson):
    known = tables.by("sources", "id")
    cited = set(CITATION.findall(lesson.text))
    listed = set(re.findall(r'"([a-z0-9-]+)"', next(
        (code for code in lesson.code if "codeedu.sources(" in code), "")))  # fmt: skip
    assert cited - set(known) == set()
    assert cited == listed


def test_facts_are_cited(full):
    story = re.sub(r"(?s)<details>.*?</details>", "", full.text)
    assert len(CITATION.findall(story)) >= 8


def test_a_sentence_has_one_source(lesson):
    assert re.findall(r"\[[a-z0-9-]+\]\(#Sources\), \[", lesson.text) == []


def test_no_table_or_figure_stands_twice(lesson):
    shown = re.findall(r'(?:show_table|plot)\("[a-z-_]+"', "\n".join(lesson.code))
    assert sorted(set(shown)) == sorted(shown)


def test_outputs_are_stored_in_order_and_clean(lesson):
    counts = [c["execution_count"] for c in lesson.cells if c["cell_type"] == "code"]
    assert counts == list(range(1, len(counts) + 1))
    for cell in lesson.cells:
        for output in cell.get("outputs", []):
            assert output["output_type"] not in ("error", "stream"), output
            data = output.get("data", {})
            assert "image/png" not in data or "<img" in "".join(data.get("text/html", ""))
            assert "application/vnd.jupyter.widget-view+json" not in data


def test_the_next_lesson_is_one_link_away(lesson):
    names = [path.name for path in NOTEBOOKS]
    at = names.index(f"{lesson.row['notebook']}.ipynb")
    if at + 1 < len(names):
        assert f"({names[at + 1]})" in lesson.sources("markdown")[-1]


def test_words_we_do_not_use(lesson):
    assert not re.search(r"\b(simply|obviously|just)\b", lesson.text, re.IGNORECASE)


def test_no_placeholder_is_left(lesson):
    assert not re.search(r"\b(TODO|TBD|lorem|coming soon)\b", lesson.text, re.IGNORECASE)
