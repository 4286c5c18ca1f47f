"""Find a browser on this computer: it prints worksheets, and the tests of the pages drive it."""

from __future__ import annotations

import os
import shutil
import sys
from itertools import chain, product
from pathlib import Path

VARIABLE = "CODEEDU_BROWSER"
BROWSERS = "Chrome, Edge or Chromium"
NAMES = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"),
    *("microsoft-edge", "microsoft-edge-stable", "msedge"),
    "chromium-headless-shell",  # Chromium without its windows
)
# Where their installers put them, on systems where a browser is seldom on the PATH.
FOLDERS = {
    "linux": ("/opt", "/snap/bin"),
    "darwin": ("/Applications", "~/Applications"),
    "win32": ("${PROGRAMFILES}", "${PROGRAMFILES(X86)}", "${LOCALAPPDATA}"),
}
PROGRAMS = {
    "linux": ("google/chrome/chrome", "microsoft/msedge/msedge", "chromium"),
    "darwin": tuple(
        f"{name}.app/Contents/MacOS/{name}"
        for name in ("Google Chrome", "Microsoft Edge", "Chromium")
    ),
    "win32": (
        "Google/Chrome/Application/chrome.exe",
        "Microsoft/Edge/Application/msedge.exe",
        "Chromium/Application/chrome.exe",
    ),
}


def find_browser(system: str = sys.platform) -> str:
    """Return the path of Chrome, Edge or Chromium, "" if none of them is here.

    CODEEDU_BROWSER can name one that is in no usual place.

    Raises ValueError when CODEEDU_BROWSER names no program.

    >>> found = find_browser()
    >>> found == "" or Path(found).is_file()
    True
    """
    if chosen := os.environ.get(VARIABLE):
        if found := shutil.which(os.path.expanduser(chosen)):
            return found
        raise ValueError(f"{VARIABLE} names {chosen}, and there is no such program.")
    on_path = filter(None, map(shutil.which, NAMES))
    usual = (
        Path(os.path.expandvars(folder)).expanduser() / program
        for program, folder in product(PROGRAMS.get(system, ()), FOLDERS.get(system, ()))
    )
    return next(chain(on_path, (str(path) for path in usual if path.is_file())), "")
