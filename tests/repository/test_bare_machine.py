"""Without a browser, the tests of the pages say that they were not run; in CI they fail."""

import os
import subprocess
import sys

import pytest

from codeedu.teach.export.browser import VARIABLE, find_browser


@pytest.mark.parametrize("ci", ["", "true"])
def test_the_last_line_says_what_was_not_run_and_what_brings_it(ci, tmp_path, monkeypatch):
    for name in ("PATH", "HOME", "USERPROFILE", "LOCALAPPDATA", "PLAYWRIGHT_BROWSERS_PATH"):
        monkeypatch.setenv(name, str(tmp_path))
    for name in (VARIABLE, "CI", "PYTEST_XDIST_WORKER", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(name, raising=False)
    if find_browser():
        pytest.skip("a browser of this computer cannot be hidden")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    run = subprocess.run(
        [*command, "tests/browser/test_worksheet.py"],
        cwd=os.path.join(os.path.dirname(__file__), "..", ".."),
        env=os.environ | ({"CI": ci} if ci else {}),
        capture_output=True,
        text=True,
    )
    last = run.stdout.splitlines()[-1]
    if ci:
        assert run.returncode == 1, run.stdout
        assert "there is no Chrome, Edge or Chromium" in run.stdout
        assert "5 errors" in last
    else:
        assert run.returncode == 0, run.stdout
        assert last.startswith("NOT RUN: 5 tests, as there is no Chrome, Edge or Chromium ")
        assert ".venv/bin/python -m playwright install chromium" in last
        assert last.endswith("make browser")
