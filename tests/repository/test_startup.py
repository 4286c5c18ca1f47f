"""What a lesson's kernel loads: every learner waits for it in every lesson."""

import json
import os
import subprocess
import sys
from pathlib import Path

from codeedu.lab.lock import cell_source, is_view

ROOT = Path(__file__).parents[2]
VIEWS = sorted({
    cell_source(cell)
    for path in (ROOT / "notebooks").glob("*.ipynb")
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
    if cell["cell_type"] == "code" and is_view(cell_source(cell))
})  # fmt: skip


def test_no_view_loads_what_only_authors_need(tmp_path):
    code = "\n".join([*VIEWS, "import sys; print(*sys.modules)"])
    env = os.environ | {"CODEEDU_PROGRESS": str(tmp_path / "me.jsonl")}
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, cwd=tmp_path, capture_output=True, text=True
    )
    modules = set(done.stdout.split())
    assert done.returncode == 0, done.stderr
    assert "codeedu.practice.widget" in modules
    assert not {"jsonschema", "jupyterlab", "nbformat", "httpx"} & modules
    unneeded = ("codeedu.teach", "codeedu.cms.changes_page", "codeedu.cms.download")
    assert not [name for name in modules if name.startswith(unneeded)]


def test_a_notebook_is_opened_without_a_grammar_of_addresses():
    code = "import nbformat, sys; print('jsonschema' in sys.modules, 'lark' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "True False\n"
