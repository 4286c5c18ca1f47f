"""What protects a lesson: metadata that JupyterLab respects.

Text and views can be neither deleted nor edited, and the code of a view is folded. Other code,
which a learner is asked to change, cannot be deleted.
"""

from __future__ import annotations

import ast
import json
from typing import Any

from ipykernel.ipkernel import IPythonKernel

# What a cell may call to be a view: it shows something, and there is nothing in it to change. Some
# are the learner's own, and are opened anew everywhere; the others show everybody the same.
LIVE = {
    "assignment",
    "case",
    "completion_record",
    "confusion_matrix",
    "drill",
    "exercise",
    "explorer",
    "final_exam",
    "home",
    "line_check",
    "my_answers",
    "placement_test",
    "pretest",
    "progress",
    "quiz",
}
VIEWS = {"check_installation", "figure", "glossary", "show_table", "sources"} | LIVE
Notebook = dict[str, Any]


def read_notebook(text: str, name: str) -> Notebook:
    """Return the text of a notebook as its cells and metadata.

    Raises ValueError, which names the file, for anything but a notebook.
    """
    try:
        notebook = json.loads(text)
        if all(isinstance(part["metadata"], dict) for part in (notebook, *notebook["cells"])):
            return dict(notebook)
    except (ValueError, TypeError, KeyError, RecursionError):
        pass
    raise ValueError(f"{name} is not a notebook that can be read.")


def notebook_text(notebook: Notebook) -> str:
    """Return a notebook as text, the way Jupyter writes it."""
    return json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def lock(notebook: Notebook) -> Notebook:
    """Protect a lesson, instead of any earlier protection; it is changed in place and returned."""
    for cell in notebook["cells"]:
        metadata = cell["metadata"]
        metadata["deletable"] = False
        metadata.pop("editable", None)
        metadata.get("jupyter", {}).pop("source_hidden", None)
        if cell["cell_type"] != "code":
            metadata["editable"] = False
        elif is_view(cell_source(cell)):
            metadata["editable"] = False
            metadata.setdefault("jupyter", {})["source_hidden"] = True
    # As the kernel would write it: else every lesson counts as changed as soon as it is open.
    notebook["metadata"]["language_info"] = IPythonKernel.language_info
    return notebook


def cell_source(cell: dict[str, Any]) -> str:
    """Return the source of a cell, which a notebook may hold as lines."""
    return "".join(cell["source"])


def is_view(code: str) -> bool:
    """Say whether code does nothing but import codeedu and call one view.

    >>> is_view('import codeedu; codeedu.quiz("01")')
    True
    >>> is_view('import codeedu; codeedu.classify("J1885").explain()')
    False
    """
    try:
        match ast.parse(code).body:
            case [
                ast.Import(names=[ast.alias(name="codeedu")]),
                ast.Expr(ast.Call(ast.Attribute(ast.Name("codeedu"), called))),
            ]:
                return called in VIEWS
    except (SyntaxError, ValueError):
        pass
    return False
