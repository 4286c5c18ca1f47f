"""Write notebooks, and run them in a fresh kernel as a learner without a record."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from codeedu import custom
from codeedu.files import write_text
from codeedu.html.nodes import WIDGET
from codeedu.lab.copy import MADE_FROM
from codeedu.learner import record

METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
SECONDS = 120  # for one cell


def markdown(name: str, text: str, metadata: Mapping[str, Any] | None = None) -> Any:
    """Return a cell of text; its name becomes its id."""
    return _v4().new_markdown_cell(text, id=name, metadata=metadata or {})


def code(name: str, text: str, metadata: Mapping[str, Any] | None = None) -> Any:
    """Return a cell of code that was not run; its name becomes its id."""
    return _v4().new_code_cell(text, id=name, metadata=metadata or {})


def view(name: str, shown: Any) -> Any:
    """Return a cell that calls a view, with what it stores: no part of a record."""
    formats = {kind: shown._repr_mimebundle_()[0][kind] for kind in ("text/html", "text/plain")}
    cell = code(name, f"import codeedu; {formats['text/plain']}")
    cell.outputs = [_v4().new_output("display_data", formats)]
    return cell


def notebook(cells: Iterable[Any]) -> str:
    """Return a notebook of these cells, as the text of a file."""
    return str(_v4().writes(_v4().new_notebook(cells=list(cells), metadata=METADATA))) + "\n"


def _v4() -> Any:
    return import_module("nbformat.v4")  # it has no types


def run(path: Path, *, stop: bool = False) -> Any:
    """Return the notebook at `path` with the outputs of a fresh kernel in its folder.

    A cell that fails is followed by the others, or with `stop` raises CellExecutionError.
    """
    nbformat: Any = import_module("nbformat")  # it has no types
    from nbclient import NotebookClient

    notebook = nbformat.read(path, as_version=4)
    with tempfile.TemporaryDirectory() as folder:
        # Without the record of whoever runs this: outputs must not show somebody's answers.
        variables = {record.VARIABLE: str(Path(folder) / record.NAME)}
        if path.with_suffix(".toml").is_file():  # a custom lesson, beside its questions
            variables[custom.VARIABLE] = str(path.resolve().parent)
        client = NotebookClient(
            notebook,
            timeout=SECONDS,
            allow_errors=not stop,
            store_widget_state=False,
            record_timing=False,
            extra_arguments=["--log-level=ERROR"],  # no warnings of the kernel among ours
            resources={"metadata": {"path": str(path.resolve().parent)}},
        )
        client.execute(env={**os.environ, **variables})
    return notebook


def store(path: Path) -> None:
    """Run the notebook at `path` and write it back with its outputs, the same bytes every time.

    Widget views are dropped, so that a viewer without a kernel shows the static text that every
    view of codeedu carries with it; no widget state and no times are kept.

    Raises CellExecutionError, and writes nothing, when a cell fails.
    """
    nbformat: Any = import_module("nbformat")  # it has no types

    notebook = run(path, stop=True)
    kept = {name: notebook.metadata[name] for name in [MADE_FROM] if name in notebook.metadata}
    notebook.metadata = nbformat.from_dict(METADATA | kept)
    for number, cell in enumerate(notebook.cells):
        cell.id = f"{path.stem[:2]}-{number:03d}"
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET, None)
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if output.get("data", WIDGET)]
    write_text(path, nbformat.writes(notebook) + "\n")
