"""Two learning systems, each run from an environment of its own, which `make lms` installs."""

import json
import shutil
import socket
import sqlite3
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from codeedu.teach.export.scorm import export_course

HERE = Path(__file__).parent
VENV = HERE.parents[1] / ".venv"
LESSON = "01"
collect_ignore = ["wagtail_site.py"]  # it runs in the environment of wagtail-lms
LEARNERS = ("ann", "bob")
HOST = """
import sys, uvicorn
from scormhost.app import create_scorm_app
uvicorn.run(create_scorm_app(data_dir=sys.argv[1]), host="127.0.0.1", port=int(sys.argv[2]))
"""


class System:
    """A learning system that runs; its store is in `folder`."""

    def __init__(self, name, edition, folder):
        self.edition, self.folder = edition, folder
        python = VENV / f"lms-{name}" / "bin" / "python"
        if not python.exists():
            pytest.skip(f"{name} is not installed; `make lms` does it")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.package = folder / "lesson.zip"
        export_course(edition, self.package, lessons=[LESSON])
        with (folder / "server.log").open("w") as log:
            command = [str(python), *map(str, self.command())]
            self.process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)

    def wait(self):
        for _ in range(600):
            if self.process.poll() is not None:
                break
            try:
                urllib.request.urlopen(self.address + self.alive, timeout=5)
                return
            except OSError:
                time.sleep(0.2)
        pytest.fail((self.folder / "server.log").read_text()[-3000:])


class ScormHost(System):
    """scormhost: learners sign in; what they did is in a JSON file for each lesson."""

    alive = "/health"

    def command(self):
        return ["-c", HOST, self.folder, self.port]

    def upload(self, context):
        self.sign_in(context, "teacher")  # the first account may upload
        page = context.new_page()
        page.goto(self.address)
        page.set_input_files("input[type=file]", self.package)
        page.get_by_role("button", name="Upload").click()
        page.get_by_role("link", name="Launch").wait_for()

    def sign_in(self, context, name):
        about = {"email": f"{name}@example.com", "password": f"{name}-password"}
        done = context.request.post(f"{self.address}/api/auth/login", data=about)
        if not done.ok:
            about |= {"username": name, "display_name": name.title()}
            done = context.request.post(f"{self.address}/api/auth/register", data=about)
        assert done.ok, done.text()

    def open(self, page):
        page.goto(self.address)
        page.get_by_role("link", name="Launch").click()

    def stored(self, number):
        """Return what is stored of the learner who came as the `number`th: 1 is the teacher."""
        (file,) = self.folder.glob(f"sessions/*/{number + 1}__*.json")
        held = json.loads(file.read_text())["elements"]
        if self.edition == "scorm12":
            names = ("cmi.core.lesson_status", "cmi.core.score.raw", "cmi.suspend_data")
            return tuple(held[name] for name in names)
        done, passed = held["cmi.completion_status"], held["cmi.success_status"]
        status = passed if done == "completed" else done
        return status, held.get("cmi.score.raw", "0"), held["cmi.suspend_data"]


class Wagtail(System):
    """wagtail-lms: what learners did is in its database."""

    alive = "/lms/scorm-lesson/1/play/"

    def command(self):
        return [HERE / "wagtail_site.py", self.folder, self.package, self.port, *LEARNERS]

    def wait(self):
        made = self.folder / "made.json"
        for _ in range(600):
            if made.exists() or self.process.poll() is not None:
                break
            time.sleep(0.2)
        self.alive = "/admin/login/"
        super().wait()
        self.made = json.loads(made.read_text())

    def upload(self, context):
        """It was put in when the site was made."""

    def sign_in(self, context, name):
        session = {"name": "sessionid", "value": self.made["sessions"][name], "url": self.address}
        context.add_cookies([session])

    def open(self, page):
        page.goto(f"{self.address}/lms/scorm-lesson/{self.made['lesson']}/play/")

    def stored(self, number):
        with sqlite3.connect(self.folder / "lms.sqlite3") as database:
            names = "completion_status, score_raw, suspend_data"
            query = f"select {names} from wagtail_lms_scormattempt where user_id = ?"
            return database.execute(query, [number]).fetchone()


SYSTEMS = {
    "scormhost, SCORM 1.2": (ScormHost, "scormhost", "scorm12"),
    "scormhost, SCORM 2004": (ScormHost, "scormhost", "scorm2004"),
    "wagtail-lms, SCORM 1.2": (Wagtail, "wagtail-lms", "scorm12"),
}


@pytest.fixture(params=SYSTEMS)
def system(request, tmp_path):
    kind, name, edition = SYSTEMS[request.param]
    running = kind(name, edition, tmp_path)
    try:
        running.wait()
        yield running
    finally:
        running.process.terminate()
        running.process.wait(timeout=20)


@pytest.fixture(scope="session")
def browser():
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, names)), None)
    if not path:
        pytest.skip(f"needs one of {', '.join(names)}")
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=arguments)
        yield running
        running.close()


@pytest.fixture
def new_computer(browser):
    """Return a function that makes a browser in which nobody has been, and its page."""
    contexts = []

    def make():
        context = browser.new_context(viewport={"width": 1200, "height": 1000})
        context.set_default_timeout(20_000)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()
