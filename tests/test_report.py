"""What the record says to the learner."""

from datetime import date
from html.parser import HTMLParser

import pytest

import codeedu
from codeedu import tables
from codeedu.practice import record
from codeedu.practice.report import Report

EMPTY = (
    "Nothing is recorded yet. Answer a question in any lesson, and come back.\n"
    "Each answer will be kept as one line of codeedu-progress.jsonl in your home folder (or\n"
    "where CODEEDU_PROGRESS says), on this machine alone."
)


def answer(objective, correct, day, n=1, **more):
    return {
        "item": f"{objective}-{n:02}",
        "lesson": objective[:2],
        "objective": objective,
        "correct": correct,
        "confidence": "",
        "misconceptions": [],
        "truly": "",
        "read_as": "",
        "when": f"2026-11-{day:02}T10:00:00+00:00",
        **more,
    }


def report(*answers, problems=(), on=date(2026, 11, 25)):
    return Report(answers, problems, "~/codeedu-progress.jsonl", on)


def part(shown, title):
    return next((p for p in shown.parts if p.title == title), None)


def test_an_empty_record_says_how_to_begin_the_same_everywhere(tmp_path, monkeypatch):
    for place in (tmp_path / "none.jsonl", tmp_path / "elsewhere" / "x"):
        monkeypatch.setenv("CODEEDU_PROGRESS", str(place))
        shown = codeedu.progress()
        assert repr(shown) == EMPTY
        assert str(tmp_path) not in shown._repr_html_()
        assert "Nothing is recorded yet" in shown._repr_html_()


def test_a_confusion_is_said_in_words():
    pair = {"truly": "ICD-10-CM", "read_as": "HCPCS Level II"}
    right = {"truly": "ICD-10-CM", "read_as": "ICD-10-CM"}
    answers = [answer("05-lost-dot", False, 20, n, **pair) for n in range(4)]
    answers += [answer("05-lost-dot", True, 21, n + 4, **right) for n in range(7)]
    assert part(report(*answers), "What you confuse").lines == (
        "You took ICD-10-CM for HCPCS Level II in 4 of 11.",
    )


def test_mastery_by_objective_over_time():
    answers = [answer("05-lost-dot", n >= 5, 10 + n, n) for n in range(10)]
    shown = report(*answers)
    (row,) = part(shown, "By objective").rows
    assert row == {
        "You can": tables.by("objectives", "objective")["05-lost-dot"]["can"],
        "Lesson": "05",
        "Right": "5 of 10",
        "First 5": "0 of 5",
        "Last 5": "5 of 5",
        "Line of 70 %": "reached",
    }
    days = part(shown, "Over time").rows
    assert len(days) == 7
    assert days[-1] == {"Day": "2026-11-19", "Right": "1 of 1", "Share": "100 %"}
    assert part(shown, "Your progress").lines == (
        "10 answers on 10 days; 5 of 10 questions right by now.",
        "1 of 26 objectives of lessons 01 to 05 tried.",
    )


def test_what_to_do_next():
    missed = answer("05-lost-dot", False, 24)
    lines = part(report(missed), "What to do next").lines
    assert lines[0] == (
        "1 question that you missed or guessed waits to be asked again: codeedu.drill()"
    )
    assert lines[1] == "Read again: lesson 05, Common confusions (1 objective below the line)."
    assert lines[2] == "Not tried yet: lesson 01, What is HCPCS?."
    all_right = [answer(r["objective"], True, 24) for r in tables.rows("objectives")]
    assert part(report(*all_right), "What to do next").lines == (
        "Nothing is waiting. Take the final assessment, lesson 07, or drill your own mix.",
    )


def test_what_was_asked_before_a_lesson_shows_confusions_only():
    pair = {"truly": "ICD-10-CM", "read_as": "HCPCS Level II"}
    shown = report(answer("05-lost-dot", False, 20, mode="pretest", **pair))
    assert part(shown, "By objective") is None
    assert part(shown, "Your progress").lines == (
        "So far you answered questions before a lesson; they count for nothing yet.",
    )
    assert part(shown, "What you confuse") is not None
    assert part(shown, "What to do next").lines == ("Not tried yet: lesson 01, What is HCPCS?.",)


def test_calibration_and_beliefs():
    answers = [answer("01-levels", False, 20, n, confidence="sure") for n in range(5)]
    answers += [answer("01-levels", False, 20, misconceptions=["date-of-filing", "gone"])] * 2
    shown = report(*answers)
    assert "surer than your answers" in part(shown, "How sure you were").lines[0]
    beliefs = part(shown, "What your answers believed").lines
    assert beliefs[0].startswith("2 times: The date on which the claim is sent")
    assert beliefs[0].endswith("In truth: The date of service decides.")
    assert beliefs[1] == "2 times: gone"


def test_where_it_is_and_what_was_skipped_are_said():
    shown = report(answer("01-levels", True, 20), problems=("Line 2 was skipped: x.",))
    lines = part(shown, "Your record").lines
    assert "~/codeedu-progress.jsonl" in lines[0]
    assert lines[-1] == "Line 2 was skipped: x."
    nothing = report(problems=("Line 1 was skipped: x.",))
    assert repr(nothing).endswith("Line 1 was skipped: x.")


class Tags(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.open, self.seen = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.open.append(tag)
        self.seen.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_html_is_whole_accessible_and_escaped():
    bad = answer("<script>", False, 20, truly="<b>", read_as="<i>", misconceptions=["<u>"])
    html = report(bad, answer("01-levels", True, 21))._repr_html_()
    tags = Tags(html)
    assert tags.open == []
    names = [tag for tag, _ in tags.seen]
    assert not {"script", "b", "i", "u"} & set(names)
    assert names.count("caption") == names.count("table") == 2
    assert all("scope" in attributes for tag, attributes in tags.seen if tag == "th")
    assert names.count("tr") == 2 + 2 + 2


@pytest.mark.parametrize("bad", ["x", "[]", '{"item": 1}'])
def test_a_spoiled_record_is_still_a_report(tmp_path, bad):
    place = tmp_path / "p.jsonl"
    place.write_text(bad + "\n")
    assert "Line 1 was skipped" in repr(codeedu.progress(place))
    assert record.append(answer("01-levels", True, 20), place) == ""
    assert "1 answer on 1 day; 1 of 1 question right" in repr(codeedu.progress(place))
