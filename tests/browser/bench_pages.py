"""How soon a living page can be read and answers, beside a page without scripts and JupyterLab.

Usage: python -m pytest tests/browser/bench_pages.py (about a minute; `make browser` leaves it out)

All are opened in this run, in turn, each time in a fresh profile. A first own answer is the time
from opening a page until the explorer answers a code that was typed as soon as there was a field.
"""

import gzip
import time
from statistics import median

from codeedu.pages import build
from course_pages import TYPED, serve

ROUNDS = 5
LESSON, OTHER = "02-anatomy-of-a-code", "03-level-i-or-level-ii"
ALIVE = "!document.querySelector('.codeedu-live:not([data-alive])')"
# What is measured, and the goal in seconds.
SAYS = {
    "bare": ("a page without scripts: readable", None),
    "readable": ("a living page: readable", 1.0),
    "cold": ("first own answer, first visit", 4.0),
    "next": ("first own answer, next page", 2.5),
    "later": ("first own answer, later visit", None),
    "judged": ("an answer judged", 0.15),
    "lab": ("first own answer in JupyterLab", None),
}
LATER = ("folder-", "openpyxl", "search", "NOTICES")  # what a first visit does not load
MEGABYTES = 8.5

FIRST_ANSWER = """async (code) => {
  const until = async (found) => {
    while (!found()) await new Promise((ok) => setTimeout(ok, 10));
    return found();
  };
  const view = await until(() => document.querySelector(".codeedu-explorer"));
  const input = view.querySelector("input");
  input.value = code;
  input.dispatchEvent(new Event("change"));
  await until(() => view.querySelector(".codeedu-verdict").textContent.includes(code));
}"""
# Answer the question, and return the seconds until it is judged; null if nothing suited it.
JUDGED = """(typed) => new Promise((done) => {
  const view = document.querySelector(".codeedu-practice");
  const verdict = view.querySelector(".codeedu-verdict");
  const text = view.querySelector(".codeedu-typed");
  if (text) text.value = typed;
  else view.querySelector(".codeedu-choice input")?.click();
  const start = performance.now();
  new MutationObserver((_, watch) => {
    if (!verdict.textContent) return;
    watch.disconnect();
    done((performance.now() - start) / 1000);
  }).observe(verdict, { childList: true, characterData: true, subtree: true });
  setTimeout(() => done(null), 3000);
  view.querySelector("button[type=submit]").click();
})"""


class Times:
    """Seconds of what was measured, by the names of SAYS."""

    def __init__(self):
        self.taken = {name: [] for name in SAYS}
        self.start = 0.0

    def begin(self):
        self.start = time.perf_counter()

    def note(self, name):
        self.taken[name].append(time.perf_counter() - self.start)

    def lines(self):
        for name, (what, goal) in SAYS.items():
            found = self.taken[name]
            middle = median(found)
            met = "" if goal is None else f"goal {goal} s {'ok' if middle <= goal else 'MISSED'}"
            yield f"{what:<36}{middle:>6.2f} s  ({min(found):.2f} to {max(found):.2f})  {met}"


def test_pages(browser, new_lab, tmp_path, capsys):
    site = build.site()
    site.save(tmp_path)
    with serve(tmp_path) as served:
        measure(browser, new_lab, served.address, site.files, capsys)


def measure(browser, new_lab, course_site, files, capsys):
    times, asked = Times(), []
    address = f"{course_site}{LESSON}.html"
    for _ in range(ROUNDS):
        bare = browser.new_context(java_script_enabled=False)
        times.begin()
        open_page(bare.new_page(), address)
        times.note("bare")
        bare.close()
        visit(browser, course_site, times, asked)
    lab = new_lab()
    for _ in range(2):
        times.begin()
        lab.open_notebook(f"{LESSON}.ipynb")
        lab.run_all()
        lab.page.evaluate(FIRST_ANSWER, "E1165")
        times.note("lab")
    outside = [url for url in asked if not url.startswith((course_site, "data:", "blob:"))]
    with capsys.disabled():
        print("", *times.lines(), sep="\n")
        print(f"{'first visit, gzipped':<36}{megabytes(files):>6.2f} MB  goal {MEGABYTES} MB")
        print(f"{'requests to anywhere else':<36}{len(outside):>6}")


def open_page(page, address):
    page.goto(address, wait_until="commit")
    page.wait_for_selector("h1")


def visit(browser, site, times, asked):
    """Open a page for the first time, go to the next, answer, and come back later."""
    context = browser.new_context()
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    times.begin()
    open_page(page, f"{site}{LESSON}.html")
    times.note("readable")
    page.evaluate(FIRST_ANSWER, "E1165")
    times.note("cold")
    page.wait_for_function(ALIVE)
    times.begin()
    page.locator(f'header a[href="{OTHER}.html"]').click()
    page.wait_for_selector("h1:has-text('Level I or Level II')")
    page.evaluate(FIRST_ANSWER, "99213")
    times.note("next")
    page.wait_for_function(ALIVE)
    view = page.locator(".codeedu-practice").first
    view.get_by_role("button", name="Start", exact=True).click()
    for _ in range(3):
        view.locator("form").wait_for()
        seconds = (page.evaluate(JUDGED, typed) for typed in TYPED)
        times.taken["judged"].append(next(filter(None, seconds)))
        view.locator(".codeedu-actions button").first.click()
    times.begin()
    page.goto(f"{site}{LESSON}.html")
    page.evaluate(FIRST_ANSWER, "E1165")
    times.note("later")
    context.close()


def megabytes(files):
    loaded = [f"{LESSON}.html", *(name for name in files if name.startswith("live/"))]
    later = tuple(f"live/{name}" for name in LATER)
    return sum(len(gzip.compress(files[n])) for n in loaded if not n.startswith(later)) / 1e6
