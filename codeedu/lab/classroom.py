"""JupyterLab as a classroom: the learner's lessons and nothing else, with settings of its own.

The settings are in `settings/`. What a learner changes, and which lessons were open, is kept in
the course; the learner's own JupyterLab is neither read nor changed.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import nbformat
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from jupyterlab.labapp import LabApp
from jupyterlab_server.workspaces_handler import WorkspacesManager
from nbformat.sign import NotebookNotary

from codeedu.lab import copy
from codeedu.lessons import first_lesson, notebook_of

SETTINGS = Path(__file__).parent / "settings"
EXTENSIONS = Path(__file__).parent / "labextensions"  # what no setting can say


class Contents(AsyncLargeFileManager):
    """The notebooks as JupyterLab gets them, without saved states of widgets.

    A saved state can hold a script, which would run in any notebook that is opened, trusted or not.
    """

    async def get(self, *args: Any, **kwargs: Any) -> Any:
        """Return a file or folder, as the base class does."""
        model = await super().get(*args, **kwargs)  # type: ignore[no-untyped-call]
        if model["type"] == "notebook" and model["content"]:
            model["content"]["metadata"].pop("widgets", None)
        return model


def options(course: Path) -> dict[str, str]:
    """Return JupyterLab's options for a course."""
    kept = course.resolve() / copy.KEPT
    return {
        "ServerApp.root_dir": str(course.resolve()),
        "ServerApp.contents_manager_class": f"{__name__}.{Contents.__name__}",
        "LabApp.default_url": f"/lab/tree/{notebook_of(first_lesson())}",
        "LabApp.app_settings_dir": str(SETTINGS),
        "LabApp.extra_labextensions_path": str(EXTENSIONS),
        "LabApp.user_settings_dir": str(kept / "settings"),
        "LabApp.workspaces_dir": str(kept / "workspaces"),
        "LabApp.extension_manager": "readonly",  # it would ask the network
    }


def prepare(course: Path) -> list[str]:
    """Put each lesson's pages in place, trust what is the course's own, and set the layout.

    JupyterLab shows outputs with style, and runs what is in them, only in a notebook that it
    trusts. A lesson is trusted when it was before, because the learner ran it here, and when it
    shows nothing but the course's own pages; never for its name.

    The layout is set each time, so what a narrow window did to it does not last. Return a
    sentence for each lesson that is damaged.
    """
    damaged = []
    notary = NotebookNotary()  # type: ignore[no-untyped-call]
    for path in copy.copies(course):
        try:
            ran_here = notary.check_signature(_notebook(path))  # type: ignore[no-untyped-call]
            copy.restore(path)
            if ran_here or copy.shows_only_pages(path):
                notary.sign(_notebook(path))  # type: ignore[no-untyped-call]
        except Exception:  # whatever is wrong with one file, the others open
            damaged.append(f"{path.name} is damaged: reset it to get the original back.")
    layout = (SETTINGS / "workspace.json").read_text(encoding="utf-8")
    WorkspacesManager(str(course / copy.KEPT / "workspaces")).save("default", layout)
    return damaged


def _notebook(path: Path) -> Any:
    return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]


def open_lab(course: Path, *more: str) -> None:
    """Open the course in the browser, with `more` options; come back when it is stopped."""
    for sentence in prepare(course):
        print(sentence)
    # A terminal of JupyterLab finds the `codeedu` command of this environment.
    os.environ["PATH"] = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    flags = ["--log-level=ERROR"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # in a container, one is often root
        flags.append("--allow-root")
    chosen = [f"--{name}={value}" for name, value in options(course).items()]
    LabApp.launch_instance([*flags, *chosen, *more])
