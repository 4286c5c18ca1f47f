"""How soon a living page can be read and answers, beside a page without scripts and JupyterLab.

Usage: python -m pytest tests/browser/bench_pages.py (about a minute; `make browser` leaves it out)

All three are opened in this run, in turn. A first own answer is the time from opening a page until
the explorer answers a code that was typed as soon as there was a field.
"""

import gzip
import time
from statistics import median

from codeedu.pages.build import site as made_site

ROUNDS = 5
GOALS = {"readable": 1.0, "cold": 4.0, "next": 2.5, "judged": 0.15, "megabytes": 8.5}
LESSON, OTHER = "02-anatomy-of-a-code.html", "03-level-i-or-level-ii.html"

# Type a code into the first explorer as soon as it is there, and wait until it is answered.
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


def timed(task):
    start = time.perf_counter()
    task()
    return time.perf_counter() - start


def test_pages(browser, site, new_lab, capsys):
    times = {
        name: [] for name in ("no scripts", "readable", "cold", "next", "again", "judged", "lab")
    }
    outside = []
    for turn in range(ROUNDS):
        bare = browser.new_context(java_script_enabled=False)
        page = bare.new_page()
        times["no scripts"].append(
            timed(
                lambda: (
                    page.goto(f"{site}/{LESSON}", wait_until="commit")
                    and page.wait_for_selector("h1")
                )
            )
        )
        bare.close()
        context = browser.new_context()
        page = context.new_page()
        page.on("request", lambda request: outside.append(request.url))
        start = time.perf_counter()
        page.goto(f"{site}/{LESSON}", wait_until="commit")
        page.wait_for_selector("h1")
        times["readable"].append(time.perf_counter() - start)
        page.wait_for_load_state("domcontentloaded")
        page.evaluate(FIRST_ANSWER, "E1165")
        times["cold"].append(time.perf_counter() - start)
        page.wait_for_function("!document.querySelector('.codeedu-live:not([data-alive])')")
        start = time.perf_counter()
        page.locator(f'header a[href="{OTHER}"]').click()
        page.wait_for_selector("h1:has-text('Level I or Level II')")
        page.evaluate(FIRST_ANSWER, "99213")
        times["next"].append(time.perf_counter() - start)
        page.wait_for_function("!document.querySelector('.codeedu-live:not([data-alive])')")
        times["judged"] += judged(page)
        start = time.perf_counter()
        page.goto(f"{site}/{LESSON}")
        page.evaluate(FIRST_ANSWER, "E1165")
        times["again"].append(time.perf_counter() - start)
        context.close()
    lab = new_lab()
    for _ in range(2):
        start = time.perf_counter()
        lab.open_notebook("02-anatomy-of-a-code.ipynb")
        lab.run_all()
        lab.page.evaluate(FIRST_ANSWER, "E1165")
        times["lab"].append(time.perf_counter() - start)
    files = made_site().files
    first_visit = ["index.html", LESSON, "course.webmanifest"] + [
        name
        for name in files
        if name.startswith("live/")
        and not name.startswith(("live/folder-", "live/openpyxl", "live/search", "live/NOTICES"))
    ]
    size = sum(len(gzip.compress(files[name])) for name in first_visit) / 1e6
    with capsys.disabled():
        print()
        says = {
            "no scripts": "a page without scripts: readable",
            "readable": "a living page: readable",
            "cold": "first own answer, first visit",
            "next": "first own answer, next page",
            "again": "first own answer, later visit",
            "judged": "an answer judged",
            "lab": "first own answer in JupyterLab",
        }
        for name, what in says.items():
            goal = GOALS.get(name)
            met = (
                ""
                if goal is None
                else f"goal <= {goal} s: {'ok' if median(times[name]) <= goal else 'MISSED'}"
            )
            print(
                f"{what:<36}{median(times[name]):>8.2f} s  ({min(times[name]):.2f} to {max(times[name]):.2f})  {met}"
            )
        print(f"{'first visit, gzipped':<36}{size:>8.2f} MB  goal <= {GOALS['megabytes']} MB")
        print(
            f"{'requests outside':<36}{sum(not url.startswith((site, 'data:', 'blob:')) for url in outside):>8}"
        )


def judged(page):
    """Answer the questions before the lesson, and return the seconds from each press to its verdict."""
    view = page.locator(".codeedu-practice").first
    view.get_by_role("button", name="Start", exact=True).click()
    taken = []
    for _ in range(3):
        view.locator("form").wait_for()
        page.evaluate(
            """() => {
              const form = document.querySelector(".codeedu-practice form");
              const text = form.querySelector(".codeedu-typed");
              if (text) text.value = "J1885";
              else form.querySelector(".codeedu-choice input")?.click();
            }"""
        )
        taken.append(page.evaluate(JUDGED) / 1000)
        view.get_by_role("button", name="Next", exact=False).first.click()
    return taken


JUDGED = """() => new Promise((done, fail) => {
  const view = document.querySelector(".codeedu-practice"), verdict = view.querySelector(".codeedu-verdict");
  const start = performance.now();
  new MutationObserver((_, watch) => {
    if (!verdict.textContent) return;
    watch.disconnect();
    done(performance.now() - start);
  }).observe(verdict, { childList: true, characterData: true, subtree: true });
  setTimeout(() => fail(new Error("no verdict")), 10000);
  view.querySelector("button[type=submit]").click();
})"""
