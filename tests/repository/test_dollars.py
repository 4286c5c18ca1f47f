"""Two dollar signs in one run of text are a formula to JupyterLab, also where each is escaped."""

import re

import nbformat
import pytest

from codeedu.lab.copy import LESSONS
from codeedu.lessons import in_order, notebook_of


def formulas(text):
    """Return the runs with two signs; code and the ends of cells and paragraphs part runs."""
    blocks = re.split(r"\n\s*\n|\n(?=[-*|0-9>])", text)
    cells = [cell for block in blocks for cell in re.split(r"\|", block)]
    runs = [run for cell in cells for run in re.split(r"`[^`]*`", cell)]
    return [run for run in runs if run.count("$") > 1]


def test_what_would_be_a_formula_is_found():
    assert formulas(r"Of \$160, \$60 are") == [r"Of \$160, \$60 are"]
    assert formulas("Of \\$160 `CO-45`, \\$60 are\n\n| \\$1 | \\$2 |\n- \\$3\n- \\$4") == []


@pytest.mark.parametrize("row", in_order(), ids=lambda row: row["lesson"])
def test_no_amounts_are_read_as_a_formula(row):
    notebook = nbformat.read(LESSONS / notebook_of(row), as_version=4)
    texts = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    assert [run for text in texts for run in formulas(text)] == []
