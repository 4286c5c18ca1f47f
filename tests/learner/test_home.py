"""Home, the end of a sitting and progress: where the learner is, and the one next step."""

import json
import re
from datetime import date, timedelta
from pathlib import Path

import pytest

import codeedu
from banks import response
from codeedu import tables
from codeedu.html.nodes import to_html
from codeedu.learner import home, steps
from codeedu.learner.record import Sitting
from codeedu.lessons import first_lesson

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
DAY = date(2026, 11, 25)
LESSONS = [row["lesson"] for row in tables.rows("lessons")][1:]
TITLE = "01 What is HCPCS?"


def sitting(name, *rights, of=None, lesson=None, attempt=0, ago=0, more="", about=(), retried=()):
    """Return the answers of one sitting: whether each was right, of how many questions, when.

    `about` are the objectives of its first questions; `retried`, whether each of the last ones was
    right in a second round.
    """
    mode, _, whose = name.partition(" ")
    at = Sitting(mode, whose or mode.replace("placement", ""), 10 * (mode in ("quiz", "drill")))
    lesson = lesson or whose or "02"
    when = (DAY - timedelta(days=ago)).isoformat()
    answers = [
        {"item": f"{lesson}-x{more}-{n:02}", "lesson": lesson,
         "objective": about[n] if n < len(about) else f"{lesson}-x",
         "correct": right, "attempt": attempt, "when": f"{when}T10:00:00+00:00", **at._asdict(),
         "pool": "final" if name == "final" else ""}
        for n, right in enumerate(rights)
    ]  # fmt: skip
    answers[0]["items"] = [f"{lesson}-x{more}-{n:02}" for n in range(of or len(rights))]
    last = answers[len(rights) - len(retried) :]
    return answers + [{**a, "correct": now} for a, now in zip(last, retried, strict=True)]


def placement(**lessons):
    """Return the answers of a placement: of each lesson, whether each was right."""
    return [line for name, rights in lessons.items() for line in sitting(
        "placement", *rights, lesson=name[1:], about=[ABOUT[name[1:]]] * 2)]  # fmt: skip


ABOUT = {
    "01": "01-levels", "02": "02-modifiers", "03": "03-drug-line", "04": "04-timeline",
    "05": "05-words", "06": "06-read", "07": "07-edits", "08": "08-lines",
}  # fmt: skip
UNITS = "build the lines of a drug given in the office: drug code, units, administration code, NDC"
GOOD, POOR = [True] * 7 + [False] * 3, [True] * 6 + [False] * 4
QUIZZES = [line for one in LESSONS[:-1] for line in sitting(f"quiz {one}", *GOOD)]
ALL = [line for one in LESSONS[:-1] for line in sitting(f"quiz {one}", *GOOD, ago=300)]
RETRIED = sitting("quiz 01", *POOR, retried=[True] * 4)
MODIFIERS = ["02-cpt-forms"] * 6 + [
    "02-modifiers",
    "02-modifiers",
    "02-cpt-forms",
    "02-cpt-sections",
]
FINISHED = "You finished the course. Your completion record is in Final assessment"

# What was answered; the state of a lesson; what is next; where its link leads.
CASES = {
    "fresh": ([], "01", "not begun", f"Next: open {TITLE} (40 minutes).", "01-what"),
    "pretest": (sitting("pretest 01", True, False, False),
                "01", "under way", f"Next: go on with {TITLE}",
                "01-what-is-hcpcs.ipynb#Before-you-read"),
    "quiz left": (sitting("quiz 01", True, True, False, of=10), "01", "under way",
                  f"Next: go on with the quiz of {TITLE} (7 of 10 questions left).",
                  "01-what-is-hcpcs.ipynb#Check-yourself"),
    "quiz below": (sitting("quiz 02", *POOR, about=MODIFIERS), "02", "below the 70% line",
                   "Next: read again Modifiers and Where the letter is, then try the quiz of 02 "
                   "again.", "02-anatomy-of-a-code.ipynb#Modifiers"),
    "quiz below, one section": (sitting("quiz 02", *POOR, about=["02-modifiers"] * 10), "02",
                                "below the 70% line", "Next: read again Modifiers, then try the "
                                "quiz of 02 again.", "02-anatomy-of-a-code.ipynb#Modifiers"),
    "quiz below, no section": (sitting("quiz 01", *POOR), "01", "below the 70% line",
                               f"Next: read again {TITLE}, then try the quiz of 01 again.",
                               "01-what-is-hcpcs.ipynb#Questions"),
    "retried, all right": (RETRIED, "01", "done after a retry",
                           "Next: open 02 Anatomy of a code (65 minutes).", "02-anatomy"),
    "retried, some right": (sitting("quiz 02", *POOR, about=MODIFIERS,
                                    retried=[True, True, False, False]),
                            "02", "below the 70% line",
                            "Next: read again Where the letter is and The sections of CPT, then "
                            "try the quiz of 02 again.", "02-anatomy-of-a-code.ipynb#Where-the"),
    "retried, then below": (RETRIED + sitting("quiz 01", *POOR, attempt=1, more="y"),
                            "01", "below the 70% line",
                            f"Next: read again {TITLE}, then try the quiz of 01 again.", "01-what"),
    "retried and due": (sitting("quiz 01", *POOR, retried=[True] * 4, ago=1), "01",
                        "done after a retry; 4 due today",
                        "Next: 4 questions are due today, in the drill on the start page.",
                        "00-start-here.ipynb#The-drill"),
    "quiz above": (sitting("quiz 01", *GOOD),
                   "01", "done", "Next: open 02 Anatomy of a code (65 minutes).", "02-anatomy"),
    "below, but went on": (sitting("quiz 01", *POOR) + sitting("quiz 02", *GOOD), "01",
                           "below the 70% line",
                           "Next: open 03 Level I or Level II? (90 minutes). "
                           "Still below the line: 01.", "03-level"),
    "below, then above": (sitting("quiz 01", *POOR) + sitting("quiz 01", *GOOD, attempt=1),
                          "01", "done", "Next: open 02 Anatomy of a code (65 minutes).", "02-"),
    "above, another left": (sitting("quiz 01", *GOOD)
                            + sitting("quiz 01", True, of=10, attempt=1, more="y"),
                            "01", "done", "Next: open 02 Anatomy of a code (65 minutes).", "02-"),
    "below, another left": (sitting("quiz 01", *POOR)
                            + sitting("quiz 01", True, of=10, attempt=1, more="y"),
                            "01", "under way",
                            f"Next: go on with the quiz of {TITLE} (9 of 10 questions left).",
                            "01-what"),
    "one due": (sitting("quiz 01", *[True] * 9, False, ago=1), "01", "done; 1 due today",
                "Next: 1 question is due today, in the drill on the start page.",
                "00-start-here.ipynb#The-drill"),
    "due": (sitting("quiz 01", *POOR, ago=1), "01", "below the 70% line; 4 due today",
            "Next: 4 questions are due today, in the drill on the start page.", "00-start"),
    "left before due": (sitting("quiz 01", *GOOD, ago=1) + sitting("pretest 02", True), "02",
                        "under way", "Next: go on with 02 Anatomy of a code.",
                        "02-anatomy-of-a-code.ipynb#Before-you-read"),
    "left last": (sitting("pretest 03", True) + sitting("pretest 02", True),
                  "02", "under way", "Next: go on with 02 Anatomy of a code.", "02-anatomy"),
    "quizzes": (QUIZZES, "08", "done", "Next: open Final assessment (35 minutes).", "final-assess"),
    "final left": (QUIZZES + sitting("final", *[True] * 20, of=40), "final", "under way",
                   "Next: go on with Final assessment (20 of 40 questions left).",
                   "final-assessment.ipynb#The-assessment"),
    "final below": (QUIZZES + sitting("final", *POOR, about=MODIFIERS), "final",
                    "below the 70% line", "Next: read again Modifiers and Where the letter is, "
                    "then try the final again.", "02-anatomy-of-a-code.ipynb#Modifiers"),
    "final above": (QUIZZES + sitting("final", *GOOD),
                    "final", "done", f"{FINISHED}.", "final-assessment.ipynb#Your-completion"),
    "final first": (sitting("final", *GOOD), "final", "done",
                    "You passed the final. Not yet opened: 01, 02, 03, 04, 05, 06, 07, and 08. "
                    f"Next: open {TITLE} (40 minutes).", "01-what"),
    "final, three not opened": (
        [a for one in ("01", "02", "05") for a in sitting(f"quiz {one}", *GOOD)]
        + sitting("final", *GOOD), "final", "done",
        "You passed the final. Not yet opened: 03, 04, 06, 07, and 08. Next: open 03 Level I or "
        "Level II? (90 minutes).", "03-level"),
    "final, one left": (QUIZZES[10:] + sitting("pretest 01", True) + sitting("final", *GOOD),
                        "01", "under way", f"You passed the final. Next: go on with {TITLE}",
                        "01-what-is-hcpcs.ipynb#Before-you-read"),
    "final, and due": (sitting("quiz 01", *[True] * 9, False, ago=1) + sitting("final", *GOOD),
                       "final", "done", "You passed the final. Not yet opened: 02, 03, 04, 05, 06, "
                       "07, and 08. Next: 1 question is due today, in the drill on the start page.",
                       "00-start-here.ipynb#The-drill"),
    "final, one below": (sitting("quiz 01", *POOR) + QUIZZES[10:] + sitting("final", *GOOD),
                         "01", "below the 70% line", f"{FINISHED}.", "final-assess"),
    "final, then below": (QUIZZES[10:] + sitting("final", *GOOD) + sitting("quiz 01", *POOR),
                          "01", "below the 70% line", f"You passed the final. Next: read again "
                          f"{TITLE}, then try the quiz of 01 again.", "01-what"),
    "final, one retried": (RETRIED + QUIZZES[10:] + sitting("final", *GOOD), "final", "done",
                           f"{FINISHED}.", "final-assess"),
    "after the final": (QUIZZES + sitting("final", *GOOD) + sitting("pretest 01", True),
                        "01", "done", f"{FINISHED}.", "final-assess"),
    "finished and due": (ALL + sitting("final", *GOOD), "final", "done",
                         f"{FINISHED}. Next: {len(ALL)} questions are due today, in the drill on "
                         "the start page.", "final-"),
    "below everywhere": ([a for one in LESSONS[:-1] for a in sitting(f"quiz {one}", *POOR)]
                         + sitting("final", *POOR) + sitting("quiz 01", *POOR, attempt=1),
                         "01", "below the 70% line",
                         f"Next: read again {TITLE}, then try the quiz of 01 again.", "01-what"),
    "placement, all missed": (
        placement(_01=[False], _02=[False], _03=[False]), "01", "not begun",
        f"Next: open {TITLE} (40 minutes). There you learn what you missed: to name the three "
        "levels of HCPCS and say which of them are in use today.", "01-what"),
    "placement, most to gain": (
        placement(_01=[True, True], _02=[True, False], _03=[False], _04=[False]), "03", "not begun",
        "Next: open 03 Level I or Level II? (90 minutes). There you learn what you missed: to "
        f"{UNITS}.", "03-level"),
    "placement, done and missed": (
        placement(_01=[True, True], _02=[False]) + sitting("quiz 02", *GOOD), "02", "done",
        "Next: open 03 Level I or Level II? (90 minutes).", "03-level"),
    "placement, known": (
        placement(_01=[True, True], _02=[True, True], _03=[True, True], _04=[True, True],
                  _05=[True, True], _06=[True, True], _07=[True, True], _08=[True, True]),
        "01", "not begun",
        f"Next: try the quiz of {TITLE} first; you had its questions in the placement right.",
        "01-what-is-hcpcs.ipynb#Check-yourself"),
    "placement, left": (placement(_01=[True]), "01", "not begun",
                        f"Next: open {TITLE} (40 minutes).", "01-what"),
    "placement, taken again": (
        placement(_01=[False]) + [{**a, "attempt": 1} for a in placement(_01=[True, True])],
        "01", "not begun", "Next: open 02 Anatomy of a code (65 minutes).", "02-anatomy"),
    "placement, of another day": (
        sitting("placement", True, True, lesson="01", ago=9), "01", "not begun",
        "Next: open 02 Anatomy of a code (65 minutes).", "02-anatomy"),
    "drill only": (sitting("drill 01", True),
                   "01", "not begun", f"Next: open {TITLE} (40 minutes).", "01-what"),
    "drill, one due": (sitting("drill 03", False, ago=1),
                       "03", "not begun; 1 of its questions is due today",
                       "Next: 1 question is due today, in the drill on the start page.", "00-st"),
    "drill, two due": (sitting("drill 03", False, False, ago=1),
                       "03", "not begun; 2 of its questions are due today",
                       "Next: 2 questions are due today, in the drill on the start page.", "00-st"),
}  # fmt: skip


@pytest.fixture(params=CASES)
def case(request, tmp_path):
    answers, *expected = CASES[request.param]
    place = tmp_path / "record.jsonl"
    place.write_text("".join(json.dumps(answer) + "\n" for answer in answers))
    return place, answers, *expected


def test_the_state_of_a_lesson_and_the_next_step(case):
    _, answers, lesson, state, says, target = case
    found = steps.course_state(answers, DAY)
    assert {one.row["lesson"]: one.status for one in found}[lesson] == state
    step = steps.next_step(found)
    assert step.sentence == says
    assert step.target.startswith(target)


def test_home_and_progress_say_the_same(case):
    place, _, lesson, state, says, target = case
    shown = codeedu.home(place, DAY)
    report = codeedu.progress(place, DAY)
    row = tables.by("lessons", "lesson")[lesson]
    title = row["title"] if lesson == "final" else f"{lesson} {row['title']}"
    for lines in (repr(shown).splitlines(), repr(report).splitlines()):
        assert lines[0] == says
        assert [line for line in lines if line.startswith(f"{title}: {state} (")]
    for html in ("".join(map(to_html, view.body)) for view in (shown, report)):
        assert html.index(f'href="{target}') == html.index("href=")


def test_the_end_of_a_sitting_says_what_home_says(tmp_path, monkeypatch):
    monkeypatch.setenv("CODEEDU_PROGRESS", str(tmp_path / "record.jsonl"))
    for call in (
        codeedu.placement_test,
        lambda: codeedu.quiz("01"),
        codeedu.drill,
        codeedu.final_exam,
    ):
        view = call()
        view._do({"do": "begin"})
        while view.session.state != "finished":
            if view.session.state == "asking":
                item = view.session.item
                view._do({"do": "answer", "item": item.id, "response": response(item, right=True)})
            else:
                view._do({"do": "next"})
        assert codeedu.home().body[0] in view.screen["body"], view


def test_every_lesson_is_a_link(tmp_path):
    html = codeedu.home(tmp_path / "none.jsonl")._static()
    for row in tables.rows("lessons"):
        assert (f'href="{row["notebook"]}.ipynb"' in html) == (row != first_lesson())
    assert html.count('href="01-what-is-hcpcs.ipynb"') == 1


def test_a_stored_home_says_no_state_which_may_be_of_another_day(case):
    place, *_ = case
    stored = codeedu.home(place, DAY)._repr_mimebundle_()[0]
    assert not re.search("Next:|not begun|under way|done|due today", stored["text/html"])
    assert "40 minutes" in stored["text/html"]
    assert stored["text/plain"] == "codeedu.home()"
    assert len(home.lines(steps.course_state([], DAY))) == len(LESSONS) + 1


def headings():
    """Return the headings of each notebook, as they are in an address."""
    found = {}
    for row in tables.rows("lessons"):
        cells = json.loads((NOTEBOOKS / f"{row['notebook']}.ipynb").read_text())["cells"]
        text = "".join("".join(c["source"]) + "\n" for c in cells if c["cell_type"] == "markdown")
        named = [line.lstrip("# ") for line in text.splitlines() if line.startswith("#")]
        found[f"{row['notebook']}.ipynb"] = [name.replace(" ", "-") for name in named]
    return found


def test_a_link_into_a_lesson_leads_to_a_heading():
    known = headings()
    course = steps.course_state([], DAY)
    targets = [steps.drill_link().target, steps.record_link(), *(lesson.test for lesson in course)]
    for row in tables.rows("objectives"):
        section = steps.section_link(row["lesson"], row["objective"])
        assert section.text == row["section"]
        targets += [section.target, steps.section_link(row["lesson"], "of no table").target]
    for answers, *_ in CASES.values():
        step = steps.next_step(steps.course_state(answers, DAY))
        targets += [part.target for part in step.parts if isinstance(part, steps.Link)]
    for target in targets:
        file, _, heading = target.partition("#")
        assert not heading or heading in known[file], target


def test_a_lesson_begins_with_the_section_of_its_first_objective():
    """The end of a pretest leads there: see screens.looked_ahead."""
    first = {row["lesson"]: row["section"] for row in tables.rows("objectives")[::-1]}
    for row in tables.rows("lessons")[1:-1]:
        names = headings()[f"{row['notebook']}.ipynb"]
        assert names[names.index("Before-you-read") + 1] == first[row["lesson"]].replace(" ", "-")


def test_only_a_lesson_that_is_not_begun_is_linked_without_a_heading():
    """A link to the page that is open does nothing, unless it leads to a heading."""
    for name, (answers, *_) in CASES.items():
        step = steps.next_step(steps.course_state(answers, DAY))
        opens = "Next: open" in step.sentence
        assert ("#" in step.target) != opens, name


def test_what_is_due_after_the_course_is_a_link_too():
    answers, *_ = CASES["finished and due"]
    step = steps.next_step(steps.course_state(answers, DAY))
    links = [part for part in step.parts if isinstance(part, steps.Link)]
    assert [link.target for link in links] == [steps.record_link(), steps.drill_link().target]
    assert to_html(step.node()).count("<a href=") == 2


def test_home_asks_anew_when_it_comes_into_sight(tmp_path):
    place = tmp_path / "record.jsonl"
    view = codeedu.home(place, DAY)
    before = view.body
    place.write_text("".join(json.dumps(a) + "\n" for a in sitting("quiz 01", *GOOD)))
    assert view.body == before
    view._handle_custom_msg({"do": "look"}, [])
    assert (
        view.body[0] == steps.next_step(steps.course_state(sitting("quiz 01", *GOOD), DAY)).node()
    )
