"""What each view of the course shows first on a page, before Python has started there.

A view is asked in a process of its own, which is as a browser: without Jupyter, without pandas,
and without a record.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypedDict

from codeedu.files import RECORD_VARIABLE

MISSING = ("numpy", "pandas")  # what has no place in a page

AS_A_PAGE = {
    "CODEEDU_PAGE": "1",
    RECORD_VARIABLE: os.devnull,
    "PYTHONUTF8": "1",
    # The modules of this process, and none from the folder in which it runs.
    "PYTHONSAFEPATH": "1",
    "PYTHONPATH": os.pathsep.join(str(Path(place).absolute()) for place in sys.path if place),
}


class First(TypedDict):
    """A view's first `state` and its `kind`; the same as HTML for print and without scripts."""

    kind: str
    state: dict[str, Any]
    html: str


class PageError(ValueError):
    """A cell of a lesson does not work on a page; the message says which, and why."""


def first_states(calls: Iterable[str], lms: str = "") -> tuple[dict[str, First], dict[str, str]]:
    """Return the first state of each view by its call, and the script of each kind of view.

    `lms` is the edition of SCORM, where they are for a learning system.

    Raises PageError for a call that does not work without Jupyter.
    """
    asked = subprocess.run(
        [sys.executable, "-m", "codeedu.pages.first_states"],
        input=json.dumps(sorted(set(calls))),
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=os.environ | AS_A_PAGE | {"CODEEDU_LMS": lms},
    )
    if asked.returncode:
        raise PageError((asked.stderr.strip() or "No view could be made.").splitlines()[-1])
    firsts, scripts = json.loads(asked.stdout)
    return firsts, scripts


def _answer(calls: list[str]) -> tuple[dict[str, First], dict[str, str]]:
    from codeedu.pages import host

    host.stand_in()
    firsts: dict[str, First] = {}
    scripts: dict[str, str] = {}
    for call in calls:
        try:
            host.open_view(call, call, lambda *_: None)
        except Exception as error:
            sys.exit(f"{call} does not work on a page: {type(error).__name__}: {error}")
        view = host.VIEWS.pop(call)
        kind = type(view).__name__
        firsts[call] = {"kind": kind, "state": view._first(), "html": view._static()}
        scripts[kind] = view._esm
    return firsts, scripts


if __name__ == "__main__":
    sys.modules.update(dict.fromkeys(MISSING))  # type: ignore[arg-type]
    print(json.dumps(_answer(json.load(sys.stdin)), default=str))
