"""A real JupyterLab in a real Chromium, in a folder of its own, away from the user's files."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, sync_playwright

HERE = Path(__file__).parent
NOTEBOOKS = HERE.parents[1] / "notebooks"
SHOTS = HERE / "shots"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

# Both settings keep JupyterLab from asking the network for news and updates.
SETTINGS = {
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/docmanager-extension/plugin": {"autosave": False},
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> str:
    path = next(filter(None, map(shutil.which, BROWSERS)), "")
    says = f"needs one of {', '.join(BROWSERS)} (on Debian: apt-get install chromium)"
    if not path:
        pytest.fail(says) if os.environ.get("CI") else pytest.skip(says)
    return path


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the server shows: a copy of the notebooks, free to write in."""
    path = tmp_path_factory.mktemp("lab") / "notebooks"
    if NOTEBOOKS.is_dir():
        shutil.copytree(NOTEBOOKS, path, ignore=shutil.ignore_patterns(".*"))
    path.mkdir(exist_ok=True)
    return path


@pytest.fixture(scope="session")
def server(chromium: str, folder: Path) -> Iterator[str]:
    """The address of a JupyterLab with no token, on a free port of this machine only."""
    home = folder.parent
    for name, settings in SETTINGS.items():
        path = home / "settings" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(settings))
    env = os.environ | {
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "IPYTHONDIR": str(home / "ipython"),
    }
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
    options = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": port,
        "ServerApp.port_retries": 0,
        "ServerApp.root_dir": folder,
        "IdentityProvider.token": "",
        "LabApp.expose_app_in_browser": True,
        "LabApp.extension_manager": "readonly",
    }
    log = home / "server.log"
    with log.open("w") as out:
        process = subprocess.Popen(
            command + [f"--{name}={value}" for name, value in options.items()],
            env=env,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(f"{address}/api", process, log)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)


def wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text()[-3000:]}")


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=arguments)
        yield running
        running.close()


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
        made.metadata["kernelspec"] = {
            "name": "python3",
            "display_name": "Python 3 (ipykernel)",
            "language": "python",
        }
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


@pytest.fixture(scope="module")
def new_lab(browser: Browser, server: str, folder: Path) -> Iterator[Callable[..., Lab]]:
    """Make Labs, each in a fresh browser context, 1200 pixels wide unless told otherwise."""
    contexts = []

    def make(width: int = 1200, height: int = 1000, **options: Any) -> Lab:
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        context.set_default_timeout(20_000)
        contexts.append(context)
        return Lab(context.new_page(), server, folder)

    yield make
    for context in contexts:
        context.close()
