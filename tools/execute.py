"""Run notebooks in place and store what they print, the same bytes every time.

Usage: python tools/execute.py NOTEBOOK...

Widget views are dropped from the stored outputs: without a kernel, the static page that every
view of codeedu comes with is what can be shown. No widget state and no times are kept.
"""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

WIDGET = "application/vnd.jupyter.widget-view+json"
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def execute(path: Path) -> None:
    """Run the notebook at `path` and write it back with its outputs."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook, timeout=60, store_widget_state=False, record_timing=False,
        resources={"metadata": {"path": path.parent}},
    )  # fmt: skip
    client.execute()
    notebook.metadata = nbformat.from_dict(METADATA)
    for number, cell in enumerate(notebook.cells):
        cell.id = f"{path.stem[:2]}-{number:03d}"
        if cell.cell_type == "code":
            cell.outputs = [o for o in cell.outputs if list(o.get("data", "?")) != [WIDGET]]
    nbformat.write(notebook, path)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        print(f"{name} ...", flush=True)
        execute(Path(name))
