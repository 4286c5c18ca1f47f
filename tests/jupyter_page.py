"""What the browser tests share: a page of JupyterLab, its server, and what every page passes."""

from __future__ import annotations

import subprocess
import time
import urllib.request
from pathlib import Path
from typing import Any

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page

HERE = Path(__file__).parent / "browser"
SHOTS = HERE / "shots"
KERNEL = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}


def wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text()[-3000:]}")


class Lab:
    """One page of JupyterLab, with the few moves that the tests make."""

    def __init__(self, page: Page, server: str, folder: Path) -> None:
        self.page, self.server, self.folder = page, server, folder

    def open_notebook(self, name: str) -> None:
        """Open a notebook of the folder, alone in the window, with a kernel that answers."""
        self.page.goto(f"{self.server}/doc/tree/{name}?reset")
        self.page.wait_for_selector(".jp-Notebook .jp-Cell")
        self.page.wait_for_function(
            "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status"
            " === 'idle'"
        )

    def write_notebook(self, name: str, *cells: str) -> None:
        """Write a notebook of code cells into the folder."""
        made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        made.metadata["kernelspec"] = KERNEL
        nbformat.write(made, self.folder / name)

    def run_all(self) -> None:
        """Run every cell and wait until all of them have."""
        self.command("notebook:run-all-cells")

    def command(self, name: str, **arguments: Any) -> None:
        self.page.evaluate(
            "([name, args]) => jupyterapp.commands.execute(name, args).then(() => null)",
            [name, arguments],
        )

    def set_theme(self, theme: str) -> None:
        """Switch to the theme "light" or "dark"."""
        self.command("apputils:change-theme", theme=f"JupyterLab {theme.title()}")
        light = "true" if theme == "light" else "false"
        # The body is a hidden element to Playwright: JupyterLab lays everything over it.
        self.page.wait_for_selector(f'body[data-jp-theme-light="{light}"]', state="attached")

    def cells(self) -> list[str]:
        """Return the id of every cell, in order: what no key in a widget may change."""
        return self.page.evaluate(
            "jupyterapp.shell.currentWidget.content.model.sharedModel.cells.map((c) => c.id)"
        )

    def shot(self, name: str, of: Locator | None = None) -> Path:
        """Save a screenshot of the page, or of one element."""
        SHOTS.mkdir(exist_ok=True)
        path = SHOTS / f"{name}.png"
        size = self.page.viewport_size
        if of is not None:  # JupyterLab scrolls inside the window: make room for all of it
            self.page.set_viewport_size({"width": size["width"], "height": 2400})
            of.scroll_into_view_if_needed()
        (of or self.page).screenshot(path=path)
        self.page.set_viewport_size(size)
        return path

    def axe(self, inside: str = ".jp-OutputArea") -> list[str]:
        """Return what axe-core has against the elements inside; one line a violation."""
        found = Axe().run(self.page, context={"include": [[inside]]})
        return [
            f"{broken['id']}: {node['target']} {node['failureSummary']}"
            for broken in found.response["violations"]
            for node in broken["nodes"]
        ]

    def contrasts(self, inside: str = ".jp-OutputArea") -> list[tuple[float, str]]:
        """Return the contrast of every visible text with what lies behind it, lowest first."""
        script = (HERE / "contrast.js").read_text(encoding="utf-8")
        return sorted((ratio, text) for ratio, text in self.page.evaluate(script, inside))


def passes_axe(page: Page, scheme: str) -> None:
    """Assert that axe-core has nothing against a page, in the scheme "light" or "dark"."""
    page.emulate_media(color_scheme=scheme)
    found = Axe().run(page).response["violations"]
    assert [(violation["id"], violation["help"]) for violation in found] == []


def fits_when_narrow(page: Page) -> None:
    """Assert that a page 320 pixels wide needs no sideways scrolling."""
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
