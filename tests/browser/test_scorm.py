"""What a learning system hears by scorm.js: scorm-again plays the system, in a real browser."""

import importlib.util
import json
import mimetypes
import re
from functools import cache
from pathlib import Path

import pytest

import codeedu
from codeedu.learner import record
from codeedu.pages import build
from course_pages import Quiz, need_engine

ROOT = Path(__file__).parents[2]
SCRIPT = (ROOT / "codeedu" / "html" / "static" / "dom.js").read_text("utf-8")
SCRIPT += (ROOT / "codeedu" / "pages" / "static" / "scorm.js").read_text("utf-8")
LESSON, PAGE = "01", "01-what-is-hcpcs"
LMS, OTHER = "http://lms.test", "http://elsewhere.test"
CONTENT = f"""<!doctype html><title>Lesson</title><p id=says></p>
<script>{SCRIPT}</script>
<script>
  const edition = new URLSearchParams(location.search).get("edition");
  const says = (text) => (document.getElementById("says").textContent = text);
  const system = learningSystem(edition, says);
</script>"""
# What the system is told, in its order, and what it keeps, over the visits of all learners.
SYSTEM = """<!doctype html><title>Learning system</title>
<script src="/FILE.js"></script>
<script>
  const told = [];
  const learner = new URLSearchParams(location.search).get("learner") ?? "ann";
  const made = new CLASS({ logLevel: 5, ...SETTINGS });
  const kept = JSON.parse(localStorage.getItem(learner) ?? "null");
  if (kept) made.loadFromJSON(kept, "");
  Object.assign(made.cmi.core ?? made.cmi, IDENTITY, { entry: kept ? "resume" : "ab-initio" });
  let refused = "";
  const API = {};
  for (const name of CALLS) {
    API[name] = (...given) => {
      told.push([name, ...given].join(" ").trim());
      if (refused === name) return "false";
      if (refused === `throws ${name}`) throw new Error("the session is over");
      const answer = made[name](...given);
      localStorage.setItem(learner, JSON.stringify(made.renderCMIToJSONObject()));
      return answer;
    };
  }
  window.PLACE = API;
</script>
<body></body>"""
AROUND = """<!doctype html><iframe></iframe>
<script>document.querySelector("iframe").src = location.hash.slice(1)</script>"""
EDITIONS = {
    "scorm12": {
        "FILE": "scorm12",
        "CLASS": "Scorm12API",
        "PLACE": "API",
        "SETTINGS": json.dumps({"mastery_override": True}),
        "IDENTITY": "{ student_id: learner, student_name: 'Doe, Jo' }",
    },
    "scorm2004": {
        "FILE": "scorm2004",
        "CLASS": "Scorm2004API",
        "PLACE": "API_1484_11",
        "SETTINGS": "{}",
        "IDENTITY": "{ learner_id: learner, learner_name: 'Doe, Jo' }",
    },
}
NAMES = ["Initialize", "Terminate", "GetValue", "SetValue", "Commit", "GetLastError"]
NAMES += ["GetErrorString"]
PASSED = {"finished": True, "passed": True, "score": 80}
FAILED = {"finished": True, "passed": False, "score": 50}
UNDER_WAY = {"finished": False, "passed": False, "score": None}


@pytest.fixture(scope="module")
def scorm_again():
    spec = importlib.util.spec_from_file_location("npm", ROOT / "tools" / "npm.py")
    npm = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(npm)
    return npm.package("scorm-again") / "dist"


@pytest.fixture(scope="module")
def lessons():
    """The files of lesson 01 as a package, by the edition."""
    need_engine()
    return cache(lambda edition: build.site([LESSON], lms=edition, final=False).files)


class System:
    """A learning system of one edition, and a lesson in it."""

    def __init__(self, context, edition):
        self.context, self.edition = context, edition

    def open(self, learner="ann", frames=(LMS,)):
        """Open the lesson; return its frame. `frames` are the sites of the frames around it."""
        self.page = self.context.new_page()
        self.page.goto(f"{LMS}/{self.edition}.html?learner={learner}")
        return self.play(frames)

    def play(self, frames=(LMS,)):
        address = f"{LMS}/content.html?edition={self.edition}"
        for number, site in enumerate(reversed(frames[1:])):
            address = f"{site}/around.html?{number}#{address}"
        self.page.evaluate(
            """(src) => {
                const frame = document.createElement("iframe");
                document.body.replaceChildren(Object.assign(frame, { src }));
            }""",
            address,
        )
        self.page.wait_for_function("() => told.some((call) => call.includes('Initialize'))")
        return next(f for f in self.page.frames if f.url.startswith(f"{LMS}/content"))

    def open_lesson(self, learner, name):
        """Open a lesson of the course, in a browser that keeps nothing of it."""
        self.page = self.context.new_page()
        self.page.goto(f"{LMS}/{self.edition}.html?learner={learner}")
        self.page.evaluate(
            """async (src) => {
                const gone = indexedDB.deleteDatabase("codeedu");
                await new Promise((ok) => (gone.onsuccess = gone.onblocked = ok));
                const frame = document.createElement("iframe");
                document.body.replaceChildren(Object.assign(frame, { src }));
            }""",
            f"{LMS}/lesson/{name}.html",
        )
        return Quiz(self.page, LESSON)

    def settle(self):
        """Wait until nothing more is said."""
        self.page.wait_for_function("""async () => {
            for (let before = -1; before !== told.length; ) {
                before = told.length;
                await new Promise((ok) => setTimeout(ok, 700));
            }
            return true;
        }""")

    def told(self):
        """Return what was said since the last time, without what only asks."""
        calls = self.page.evaluate("() => told.splice(0)")
        names = [call.removeprefix("LMS").replace("Finish", "Terminate") for call in calls]
        return [call for call in names if not call.startswith("Get")]

    def leave(self):
        self.page.evaluate("() => document.querySelector('iframe').src = 'about:blank'")
        self.page.wait_for_function("() => told.some((c) => /Finish|Terminate/.test(c))")


@pytest.fixture(params=["scorm12", "scorm2004"])
def system(request, browser, scorm_again, lessons):
    edition = request.param
    page = SYSTEM
    calls = [name.replace("Terminate", "Finish") for name in NAMES]
    calls = [f"LMS{name}" for name in calls] if edition == "scorm12" else NAMES
    for word, value in {**EDITIONS[edition], "CALLS": json.dumps(calls)}.items():
        page = page.replace(word, value)
    context = browser.new_context()
    context.set_default_timeout(10_000)

    def answer(route):
        path = route.request.url.partition(".test/")[2].partition("?")[0]
        if path.startswith("lesson/"):
            kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
            return route.fulfill(body=lessons(edition)[path[7:]], content_type=kind)
        if path.endswith(".js"):
            return route.fulfill(path=scorm_again / path, content_type="text/javascript")
        body = {"content.html": CONTENT, "around.html": AROUND, f"{edition}.html": page}
        return route.fulfill(body=body.get(path, ""), content_type="text/html")

    context.route("**/*", answer)
    yield System(context, edition)
    context.close()


STATUS = {
    "scorm12": {
        "incomplete": ["SetValue cmi.core.lesson_status incomplete"],
        "failed": ["SetValue cmi.core.lesson_status failed"],
        "passed": ["SetValue cmi.core.lesson_status passed"],
        "completed": ["SetValue cmi.core.lesson_status completed"],
    },
    "scorm2004": {
        "incomplete": ["SetValue cmi.completion_status incomplete"],
        "failed": [
            "SetValue cmi.completion_status completed",
            "SetValue cmi.success_status failed",
        ],
        "passed": ["SetValue cmi.success_status passed"],
        "completed": ["SetValue cmi.completion_status completed"],
    },
}


def score(system, percent, *, first=True):
    if system.edition == "scorm12":
        values = [f"cmi.core.score.raw {percent}"]
        values += ["cmi.core.score.min 0", "cmi.core.score.max 100"] if first else []
    else:
        values = [f"cmi.score.scaled {percent / 100}", f"cmi.score.raw {percent}"]
        values += ["cmi.score.min 0", "cmi.score.max 100"] if first else []
    return [f"SetValue {value}" for value in values]


def test_a_sitting_is_told_in_few_words(system):
    status = STATUS[system.edition]
    lesson = system.open()
    assert lesson.evaluate("[system.learner, system.name, system.suspended]") == [
        *("ann", "Doe, Jo", "")
    ]
    system.settle()
    assert system.told() == ["Initialize", *status["incomplete"], "Commit"]
    for number in range(3):
        lesson.evaluate("(text) => system.keep(text)", f"1text{number}")
        lesson.evaluate("(standing) => system.report(standing)", UNDER_WAY)
        assert system.told() == [f"SetValue cmi.suspend_data 1text{number}", "Commit"]  # at once
        system.settle()
    lesson.evaluate("() => system.keep('1text2')")
    assert system.told() == []  # nothing new
    lesson.evaluate("(standing) => (system.keep('1end'), system.report(standing))", FAILED)
    system.settle()
    once = ["SetValue cmi.suspend_data 1end", "Commit"]
    assert system.told() == [*once, *status["failed"], *score(system, 50), "Commit"]
    lesson.evaluate("(standing) => (system.keep('1more'), system.report(standing))", FAILED)
    system.settle()
    assert system.told() == ["SetValue cmi.suspend_data 1more", "Commit"]
    lesson.evaluate("(standing) => system.report(standing)", PASSED)
    system.settle()
    assert system.told() == [*status["passed"], *score(system, 80, first=False), "Commit"]
    for standing in (UNDER_WAY, FAILED):
        lesson.evaluate("(standing) => system.report(standing)", standing)
    system.settle()
    assert system.told() == []  # what was passed stays so, with its score
    system.leave()
    *again, time, leaves, end = system.told()
    assert again == score(system, 80)  # once more
    assert re.search(r"session_time (00:00:\d\d|PT\d+S)$", time)
    assert leaves.endswith("exit suspend")
    assert end == "Terminate"


def test_leaving_says_the_score_again_and_ends_once(system):
    lesson = system.open()
    before_all_is_said = "(system.keep('1a'), system.report(standing), system.leave())"
    lesson.evaluate(f"(standing) => {before_all_is_said}", PASSED)
    system.leave()
    told = system.told()
    assert told.count("Terminate") == 1
    assert told[-1] == "Terminate"
    raw = next(line for line in score(system, 80) if ".raw" in line)
    assert told.count(raw) == 1
    assert [line for line in told if "passed" in line]
    lesson = system.open()
    assert lesson.evaluate("system.suspended") == "1a"
    system.settle()
    assert system.told() == ["Initialize"]
    lesson.evaluate("(standing) => system.report(standing)", PASSED)
    system.settle()
    assert not [line for line in system.told() if ".raw" in line]  # it is there
    lesson.evaluate("() => dispatchEvent(new PageTransitionEvent('pagehide'))")
    told = system.told()
    assert raw in told  # again
    assert [line for line in told if "session_time" in line]


def test_a_page_without_a_quiz_is_completed(system):
    lesson = system.open()
    system.settle()
    system.told()
    told = {"finished": True, "passed": False, "score": None}
    lesson.evaluate("(standing) => system.report(standing)", told)
    system.settle()
    assert system.told() == [*STATUS[system.edition]["completed"], "Commit"]


def test_what_was_passed_on_another_computer_is_not_taken_back(system):
    lesson = system.open()
    lesson.evaluate("(standing) => (system.keep('1a'), system.report(standing))", PASSED)
    system.leave()
    system.told()
    lesson = system.open()
    system.settle()
    assert system.told() == ["Initialize"]  # passed stays
    lesson.evaluate("(standing) => system.report(standing)", FAILED)
    lesson.evaluate("(standing) => system.report(standing)", UNDER_WAY)
    system.settle()
    assert system.told() == []


def test_two_learners_in_one_browser_share_nothing(system):
    ann = system.open("ann")
    ann.evaluate("(standing) => (system.keep('1ann'), system.report(standing))", PASSED)
    system.leave()
    bo = system.open("bo")
    assert bo.evaluate("[system.learner, system.suspended]") == ["bo", ""]
    system.settle()
    assert [call for call in system.told() if "SetValue" in call] == STATUS[system.edition][
        "incomplete"
    ]
    ann = system.open("ann")
    assert ann.evaluate("[system.learner, system.suspended]") == ["ann", "1ann"]


def test_a_refusal_is_said_and_what_was_refused_is_sent_again(system):
    lesson = system.open()
    system.settle()
    name = "LMSSetValue" if system.edition == "scorm12" else "SetValue"
    says = "document.getElementById('says').textContent"
    for refusal in (name, f"throws {name}"):
        system.page.evaluate("(name) => (refused = name)", refusal)
        lesson.evaluate("(text) => system.keep(text)", f"1lost {refusal}")
        system.settle()
        assert "did not take your last answers. This browser keeps them" in lesson.evaluate(says)
    system.page.evaluate("() => (refused = '')")
    system.told()
    lesson.evaluate("(standing) => system.report(standing)", FAILED)
    system.settle()
    assert f"SetValue cmi.suspend_data 1lost throws {name}" in system.told()
    assert lesson.evaluate(says) == ""
    system.page.evaluate("(name) => (refused = name)", name.replace("SetValue", "Commit"))
    lesson.evaluate("() => system.keep('1again')")
    system.settle()
    assert "did not take your last answers" in lesson.evaluate(says)
    system.page.evaluate("() => (refused = '')")
    lesson.evaluate("() => system.keep('1and again')")
    system.settle()
    assert lesson.evaluate(says) == ""


def test_what_a_system_kept_is_not_replaced_by_nothing(system):
    lesson = system.open()
    lesson.evaluate("() => system.keep('1mine')")
    system.leave()
    get = "LMSGetValue" if system.edition == "scorm12" else "GetValue"
    system.page = system.context.new_page()
    system.page.goto(f"{LMS}/{system.edition}.html?learner=ann")
    system.page.evaluate("(name) => (refused = `throws ${name}`)", get)
    lesson = system.play()
    lesson.evaluate("(standing) => (system.keep(''), system.report(standing))", UNDER_WAY)
    system.settle()
    assert not [call for call in system.told() if "suspend_data" in call]
    system.leave()
    assert system.open().evaluate("system.suspended") == "1mine"


def test_a_system_that_does_not_begin_is_said_to(system):
    system.open()
    system.leave()
    told = system.page.evaluate("() => told.splice(0)")
    system.page.evaluate("(name) => (refused = name)", told[0])
    lesson = system.play()
    assert lesson.evaluate("system") is None
    said = lesson.evaluate("document.getElementById('says').textContent")
    assert "not open for this lesson" in said
    assert "open the lesson again" in said


@pytest.mark.parametrize("frames", [(LMS, OTHER), (LMS, OTHER, OTHER, LMS), (LMS,) * 12])
def test_the_system_is_found_through_frames_of_other_sites(system, frames):
    lesson = system.open(frames=frames)
    assert lesson.evaluate("system.learner") == "ann"


def test_the_system_is_found_from_a_window_that_it_opened(system):
    system.page = system.context.new_page()
    system.page.goto(f"{LMS}/{system.edition}.html")
    around = f"{OTHER}/around.html#{LMS}/content.html?edition={system.edition}"
    with system.page.expect_popup() as opened:
        system.page.evaluate("(address) => { window.open(address); }", around)
    opened.value.wait_for_load_state()
    system.page.wait_for_function("() => told.some((call) => call.includes('Initialize'))")


def test_without_a_system_there_is_none(system):
    page = system.context.new_page()
    page.goto(f"{OTHER}/content.html?edition={system.edition}")
    assert page.evaluate("system") is None
    assert page.evaluate("document.getElementById('says').textContent") == ""


def test_a_lesson_is_played_left_resumed_and_passed(system, tmp_path, monkeypatch):
    monkeypatch.setenv(record.VARIABLE, str(tmp_path / "nobody.jsonl"))
    questions = codeedu.quiz(LESSON).session.items
    quiz = system.open_lesson("ann", PAGE)
    quiz.press("Start")
    for item in questions[:3]:
        quiz.answer(item, right=item != questions[0])
    system.settle()
    system.leave()
    assert not [call for call in system.told() if "score" in call]

    quiz = system.open_lesson("ann", PAGE)
    quiz.is_at(4)
    for item in questions[3:]:
        quiz.answer(item, right=True)
    system.settle()
    told = system.told()
    assert set(STATUS[system.edition]["passed"]) <= set(told)
    percent = 100 * (len(questions) - 1) // len(questions)
    assert f"SetValue {RAW[system.edition]} {percent}" in told
    system.leave()

    quiz = system.open_lesson("bo", PAGE)
    quiz.press("Start")
    quiz.answer(questions[0], right=True)
    system.settle()
    status = [call for call in system.told() if "status" in call]
    assert status == STATUS[system.edition]["incomplete"]


RAW = {"scorm12": "cmi.core.score.raw", "scorm2004": "cmi.score.raw"}
