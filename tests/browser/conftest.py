"""A real JupyterLab in a real Chromium, in a folder of its own, away from the user's files."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from codeedu.teach.export.browser import BROWSERS, find_browser
from course_pages import made
from jupyter_page import HERE, Lab, wait_for

NOTEBOOKS = HERE.parents[1] / "notebooks"
MISSING = f"there is no {BROWSERS} in the usual places, nor one of Playwright"
# What brings one, on every system; a test of make's last line knows it, too.
BRING = ".venv/bin/python -m playwright install chromium"

# Both settings keep JupyterLab from asking the network for news and updates.
SETTINGS = {
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/docmanager-extension/plugin": {"autosave": False},
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Say in the last line of all what was not run for want of a browser."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    if missed := [report for report in skipped if MISSING in str(report.longrepr)]:
        reporter.write_line(
            f"NOT RUN: {len(missed)} tests, as {MISSING}. To get one: {BRING} "
            "(on Debian: apt-get install chromium). Then: make browser",
            yellow=True,
        )


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a browser; without one, tests are skipped, and fail in CI."""
    path = find_browser()
    if not path:
        with sync_playwright() as playwright:
            path = playwright.chromium.executable_path
    if not Path(path).is_file():
        pytest.fail(MISSING) if os.environ.get("CI") else pytest.skip(MISSING)
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


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    arguments.append("--host-resolver-rules=MAP school.test 127.0.0.1")  # a server elsewhere
    expect.set_options(timeout=45_000)  # ms: others use the machine, and a cold start takes long
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=arguments)
        yield running
        running.close()


@pytest.fixture(scope="session")
def folder_of_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course as pages, in a folder."""
    folder = tmp_path_factory.mktemp("site")
    made().save(folder)
    return folder


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
