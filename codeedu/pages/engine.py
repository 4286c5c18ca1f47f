"""The engine of the pages: Python for a browser, which comes in a package of its own."""

from __future__ import annotations

import json
from functools import cache
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from zipfile import ZipFile

PACKAGE = "codeedu-hcpcs-pages"
# The files that a page loads, in the engine's folder.
CORE = (
    *("pyodide.js", "pyodide.asm.js", "pyodide.asm.wasm", "pyodide-lock.json"),
    *("python_stdlib.zip", "libraries.zip", "openpyxl.zip"),
)
NOTICES = "NOTICES.txt"  # who made them, and under which license


def folder() -> Path:
    """Return the folder of the engine.

    Raises ImportError, with what to install, when it is not here.
    """
    try:
        return Path(import_module("codeedu_pages").FOLDER)
    except ImportError:
        raise ImportError(
            f"Pages and slides need {PACKAGE}, which holds what runs in the browser and is not "
            f"installed. In a checkout, run make engine; without make, install its wheel, "
            f"{PACKAGE.replace('-', '_')}-….whl, from where releases of codeedu are."
        ) from None


@cache
def _compiled() -> tuple[ZipFile, dict[str, str]]:
    archive = ZipFile(folder() / "codeedu.zip")
    return archive, json.loads(archive.read("sources.json"))


def compiled(name: str, source: bytes) -> bytes | None:
    """Return a module of codeedu as the engine's Python compiled it: it then starts faster.

    None if the engine was built from another version of it. `name` is its place in the package,
    such as "codeedu/tables.py".
    """
    archive, sources = _compiled()
    if sources.get(name) != sha256(source).hexdigest():
        return None
    return archive.read(f"{name}c")
