"""Write the lessons as slides for a projector: a slide for each H2, one below it for each H3.

Usage: python tools/slides.py FOLDER NOTEBOOK...

What is said of JupyterLab or of the pages alone is left out. nbconvert does the work; its slides
load reveal.js from the network when they are shown.
"""

import sys
from pathlib import Path

import nbformat
from nbconvert import SlidesExporter

from codeedu.lessons import PLACES, belongs


def slide_type(cell: nbformat.NotebookNode) -> str:
    """Return where a cell goes: on a new slide, on one below, or with the cell before it."""
    if cell.cell_type == "markdown" and cell.source.startswith(("# ", "## ")):
        return "slide"
    if cell.cell_type == "markdown" and cell.source.startswith("### "):
        return "subslide"
    return "-"


def write(folder: Path, path: Path) -> None:
    """Write the slides of the notebook at `path` into `folder`."""
    notebook = nbformat.read(path, as_version=4)
    notebook.cells = [c for c in notebook.cells if all(belongs(c, place) for place in PLACES)]
    for cell in notebook.cells:
        cell.metadata.slideshow = {"slide_type": slide_type(cell)}
    exporter = SlidesExporter(exclude_input_prompt=True, exclude_output_prompt=True)
    body, _ = exporter.from_notebook_node(notebook)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{path.stem}.slides.html").write_text(body, encoding="utf-8")


if __name__ == "__main__":
    for name in sys.argv[2:]:
        write(Path(sys.argv[1]), Path(name))
        print(f"{sys.argv[1]}/{Path(name).stem}.slides.html")
