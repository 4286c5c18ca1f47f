"""A browser is found where people have one, and nowhere else."""

import pytest

from codeedu.teach.export import browser
from codeedu.teach.export.browser import find_browser

PLACES = [
    ("linux", "google/chrome/chrome"),
    ("linux", "microsoft/msedge/msedge"),
    ("linux", "chromium"),
    ("darwin", "Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    ("darwin", "Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge"),
    ("darwin", "Applications/Chromium.app/Contents/MacOS/Chromium"),
    ("win32", "Google/Chrome/Application/chrome.exe"),
    ("win32", "Microsoft/Edge/Application/msedge.exe"),
    ("win32", "Chromium/Application/chrome.exe"),
]


@pytest.fixture
def bare(tmp_path, monkeypatch):
    """A computer without a browser; its folders of programs are all in one."""
    monkeypatch.delenv(browser.VARIABLE, raising=False)
    for name in ("HOME", "USERPROFILE", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setitem(browser.FOLDERS, "linux", (str(tmp_path),))
    monkeypatch.setitem(browser.FOLDERS, "darwin", ("~/Applications",))
    monkeypatch.setitem(browser.FOLDERS, "win32", ("${LOCALAPPDATA}", "${PROGRAMFILES(X86)}"))
    return tmp_path


def program(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o755)
    return path


@pytest.mark.parametrize(("system", "place"), PLACES)
def test_where_installers_put_it(bare, system, place):
    assert find_browser(system) == ""
    there = program(bare / place)
    assert find_browser(system) == str(there)


def test_every_folder_of_windows_is_looked_into(bare, monkeypatch):
    monkeypatch.setenv("PROGRAMFILES(X86)", str(bare / "Program Files (x86)"))
    there = program(bare / "Program Files (x86)" / "Microsoft/Edge/Application/msedge.exe")
    assert find_browser("win32") == str(there)


def test_what_was_chosen_comes_first_then_the_path(bare, monkeypatch):
    program(bare / "google/chrome/chrome")
    suffix = ".exe" if browser.sys.platform == "win32" else ""
    on_path = program(bare / "bin" / f"microsoft-edge{suffix}")
    assert find_browser("linux").lower() == str(on_path).lower()
    chosen = program(bare / f"mine{suffix}")
    monkeypatch.setenv(browser.VARIABLE, str(chosen))
    assert find_browser("linux") == str(chosen)


def test_a_choice_that_is_no_program_is_said(bare, monkeypatch):
    program(bare / "chromium")
    monkeypatch.setenv(browser.VARIABLE, "nowhere")
    says = "CODEEDU_BROWSER names nowhere, and there is no such program."
    with pytest.raises(ValueError, match=says):
        find_browser("linux")
