"""The lessons in a real JupyterLab, and as pages: they run, they show, they can be read by all."""

import http.server
import subprocess
import sys
import threading
from functools import partial
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

ROOT = Path(__file__).parents[2]
LESSONS = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))
PAGES = [*(name.removesuffix(".ipynb") for name in LESSONS), "glossary"]
NOT_OURS = {"empty-table-header"}  # the corner of the tables that pandas shows (lesson 06)


@pytest.mark.parametrize("name", ["02-anatomy-of-a-code.ipynb", "06-clean-a-claim-file.ipynb"])
def test_a_lesson_runs_from_top_to_bottom(new_lab, name):
    lab = new_lab()
    lab.open_notebook(name)
    count = len(lab.cells())
    lab.run_all()
    lab.page.wait_for_function(
        """() => {
            const cells = jupyterapp.shell.currentWidget.content.model.sharedModel.cells;
            const code = cells.filter((cell) => cell.cell_type === "code");
            return code.every((cell) => cell.execution_count);
        }""",
        timeout=60_000,
    )
    assert len(lab.cells()) == count
    errors = lab.page.evaluate(
        """jupyterapp.shell.currentWidget.content.model.sharedModel.cells
            .flatMap((cell) => cell.toJSON().outputs ?? [])
            .filter((output) => output.output_type === "error").length"""
    )
    assert errors == 0
    lab.shot(f"lesson-{name[:2]}")


def test_stored_lessons_pass_axe(new_lab):
    lab = new_lab()
    for name in LESSONS[:6:2]:
        lab.open_notebook(name)
        lab.page.wait_for_selector(".jp-OutputArea .codeedu")
        ours = [line for line in lab.axe() if line.split(":")[0] not in NOT_OURS]
        assert ours == [], name


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The address of the course as pages, on this machine only."""
    folder = tmp_path_factory.mktemp("site")
    notebooks = [ROOT / "notebooks" / name for name in LESSONS]
    command = [sys.executable, ROOT / "tools" / "site.py", folder, *notebooks]
    subprocess.run(command, check=True, capture_output=True)
    handler = partial(QuietHandler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        """Say nothing."""


@pytest.fixture(scope="module")
def page(browser):
    context = browser.new_context(viewport={"width": 1100, "height": 900})
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_nobody_else_and_passes_axe(page, site, name):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site}/{name}.html")
    assert [url for url in asked if not url.startswith((site, "data:"))] == []
    found = Axe().run(page).response["violations"]
    assert [(rule["id"], [node["html"][:120] for node in rule["nodes"]]) for rule in found] == []
    assert page.evaluate(
        "document.images.length === [...document.images].filter(i => i.alt).length"
    )
    broken = page.evaluate(
        """[...document.querySelectorAll('a[href^="#"]')].map((a) => a.hash.slice(1))
            .filter((id) => id && !document.getElementById(decodeURIComponent(id)))"""
    )
    assert broken == []
    assert not page.locator('main p a[href="#Sources"], main td a[href="#Sources"]').count(), (
        "every citation leads to its own source"
    )


def test_every_page_leads_to_the_next(page, site):
    page.goto(f"{site}/index.html")
    seen = []
    while True:
        page.wait_for_selector("main h1")
        seen.append(page.url.rsplit("/", 1)[1].removesuffix(".html") + ".ipynb")
        onward = page.locator('footer a[rel="next"]')
        if not onward.count():
            break
        onward.click()
    assert seen == LESSONS


def test_the_search_finds_a_section(page, site):
    page.goto(f"{site}/01-what-is-hcpcs.html")
    page.get_by_label("Search the course").fill("swapped neighbors key")
    page.locator("#found a").first.click()
    page.wait_for_url("**/06-clean-a-claim-file.html#*")


def test_a_narrow_page_does_not_scroll_sideways(browser, site):
    context = browser.new_context(viewport={"width": 320, "height": 700})
    narrow = context.new_page()
    for name in PAGES:
        narrow.goto(f"{site}/{name}.html")
        assert narrow.evaluate("document.documentElement.scrollWidth") <= 320, name
    context.close()
