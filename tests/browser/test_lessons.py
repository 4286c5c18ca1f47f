"""The lessons in a real JupyterLab: they run, they show, they can be read by all."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LESSONS = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))
NOT_OURS = {"empty-table-header"}  # the corner of the tables that pandas shows (lesson 06)


@pytest.mark.parametrize("name", ["02-anatomy-of-a-code.ipynb", "06-clean-a-claim-file.ipynb"])
def test_a_lesson_runs_from_top_to_bottom(new_lab, name):
    lab = new_lab()
    lab.open_notebook(name)
    count = len(lab.cells())
    lab.run_all()
    lab.page.wait_for_function(
        """() => {
            const cells = jupyterapp.shell.currentWidget.content.model.sharedModel.cells;
            const code = cells.filter((cell) => cell.cell_type === "code");
            return code.every((cell) => cell.execution_count);
        }""",
        timeout=60_000,
    )
    assert len(lab.cells()) == count
    errors = lab.page.evaluate(
        """jupyterapp.shell.currentWidget.content.model.sharedModel.cells
            .flatMap((cell) => cell.toJSON().outputs ?? [])
            .filter((output) => output.output_type === "error").length"""
    )
    assert errors == 0
    lab.shot(f"lesson-{name[:2]}")


def test_stored_lessons_pass_axe(new_lab):
    lab = new_lab()
    for name in LESSONS[:6:2]:
        lab.open_notebook(name)
        lab.page.wait_for_selector(".jp-OutputArea .codeedu")
        ours = [line for line in lab.axe() if line.split(":")[0] not in NOT_OURS]
        assert ours == [], name
