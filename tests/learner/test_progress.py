"""What the record says to the learner: progress and the confusion matrix."""

import json
from datetime import date
from html.parser import HTMLParser

import pytest

import codeedu
from codeedu import tables
from codeedu.html.nodes import to_html
from codeedu.learner import record
from codeedu.learner.progress import SETS, Objectives, Progress
from codeedu.learner.steps import course_state


def answer(objective, correct, day, n=1, **more):
    return {
        "item": f"{objective}-{n:02}",
        "lesson": objective[:2],
        "objective": objective,
        "correct": correct,
        "confidence": "",
        "could_show": [],
        "misconceptions": [],
        "actual": "",
        "chosen": "",
        "when": f"2026-11-{day:02}T10:00:00+00:00",
        **more,
    }


def report(*answers, problems=()):
    return Progress(answers, problems, "~/codeedu-progress.jsonl")


def part(shown, title):
    return next((p for p in shown.sections() if p.title == title), None)


def html_of(view):
    return "".join(map(to_html, view.body))


def stored(view):
    """Return what a notebook keeps of a view, which may be shown on another day."""
    return "".join(text for name, text in view._repr_mimebundle_()[0].items() if "text" in name)


def test_an_empty_record_says_how_to_begin(tmp_path, monkeypatch):
    place = tmp_path / "none.jsonl"
    monkeypatch.setenv("CODEEDU_PROGRESS", str(place))
    shown = codeedu.progress()
    assert repr(shown).endswith(
        "\n\nYour progress\n"
        "No answer yet. Answer a question in any lesson, then come back.\n\n"
        f"Your record\nYour answers are kept in {place}, on this machine only."
    )
    assert "No answer yet" in html_of(shown)


def test_nothing_of_anybody_is_stored(tmp_path):
    lines = [answer("05-lost-dot", False, 20, n, actual="NDC", chosen="CPT") for n in range(4)]
    place = tmp_path / "x.jsonl"
    place.write_text("".join(json.dumps(line) + "\n" for line in lines))
    for call in (codeedu.progress, codeedu.my_answers):
        assert stored(call(place)) == stored(call(tmp_path / "none.jsonl")), call
        assert html_of(call(place)) != html_of(call(tmp_path / "none.jsonl")), call


def test_a_confusion_is_said_in_words():
    pair = {"actual": "ICD-10-CM", "chosen": "HCPCS Level II"}
    right = {"actual": "ICD-10-CM", "chosen": "ICD-10-CM"}
    answers = [answer("05-lost-dot", False, 20, n, **pair) for n in range(4)]
    answers += [answer("05-lost-dot", True, 21, n + 4, **right) for n in range(7)]
    assert part(report(*answers), "What you confuse").lines == (
        "You took ICD-10-CM for HCPCS Level II 4 of 11 times.",
    )


def test_one_slip_between_code_sets_is_not_told_as_a_habit():
    pair = {"actual": "ICD-10-CM", "chosen": "HCPCS Level II"}
    once = answer("05-lost-dot", False, 20, **pair)
    assert part(report(once), "What you confuse") is None
    assert part(report(once, answer("05-lost-dot", False, 21, **pair)), "What you confuse")


def under(number, *answers):
    """Return what is folded under a lesson: as lines of text, and as HTML."""
    one = next(one for one in course_state([], date(2026, 11, 25)) if one.row["lesson"] == number)
    known = Objectives(answers)
    return known.lines(one), "".join(map(to_html, known.nodes(one)))


def test_objectives_are_folded_under_their_lesson():
    answers = [answer("05-lost-dot", n >= 5, 10 + n, n) for n in range(10)]
    can = tables.by("objectives", "objective")["05-lost-dot"]["can"]
    lines, html = under("05", *answers)
    assert lines == [f"{can}: 5 of 10 right at the first try; not yet."]
    mine = [row for row in tables.rows("objectives") if row["lesson"] == "05"]
    summary = f"{len(mine)} objectives: 1 tried, 1 not yet"
    assert html.startswith(f"<details><summary>{summary}</summary><ul><li>{lines[0]}</li>")
    assert html.count("not tried yet.") == len(mine) - 1
    assert under("01", *answers)[0] == []
    assert under("final", *answers) == ([], "")


def test_answers_over_time():
    shown = report(*(answer("05-lost-dot", n >= 5, 10 + n, n) for n in range(10)))
    days = part(shown, "Over time").rows
    assert len(days) == 7
    assert days[-1] == {"Day": "2026-11-19", "Right": "1 of 1", "Share": "100%"}
    assert part(shown, "Your progress").lines == (
        "10 answers on 10 days; 5 of 10 questions right the last time. Of each day the first "
        "answer to a question counts.",
    )


def test_a_custom_lesson_is_in_the_report(tmp_path):
    place = tmp_path / "x.jsonl"
    place.write_text(json.dumps(answer("31-own", True, 20)) + "\n")
    shown = codeedu.progress(place)
    line = "31 31-own: 1 of 1 right at the first try; too few answers to say."
    assert f"\n\nOther lessons\n{line}\n" in repr(shown)
    assert line in html_of(shown)


def stands(*answers):
    return under("05", *answers)[0][0].rpartition("; ")[2]


def test_mastery_counts_first_tries_on_different_items_only():
    tries = [answer("05-lost-dot", True, 10, n) for n in range(6)]
    assert stands(*tries) == "✓ reached."
    assert stands(*tries[:4]) == "too few answers to say."
    again = [answer("05-lost-dot", True, day, 0) for day in range(10, 20)]
    assert stands(*again) == "too few answers to say.", "the same item again is not new evidence"
    learned = [answer("05-lost-dot", False, 10, n) for n in range(6)]
    learned += [answer("05-lost-dot", True, day, n) for n in range(6) for day in (11, 12)]
    assert stands(*learned) == "not yet.", "nor is a right answer to what was explained before"


def test_what_was_asked_before_a_lesson_counts_for_nothing():
    pair = {"actual": "ICD-10-CM", "chosen": "HCPCS Level II"}
    shown = report(answer("05-lost-dot", False, 20, mode="pretest", confidence="sure", **pair))
    assert [section.title for section in shown.sections()] == [
        *("Your progress", "Your record"),
    ]
    assert part(shown, "Your progress").lines == (
        "So far you only answered questions before a lesson; they do not count.",
    )


def test_calibration_and_beliefs():
    answers = [answer("01-levels", False, 20, n, confidence="sure") for n in range(5)]
    shows = {"could_show": ["date-of-filing", "gone"], "misconceptions": ["date-of-filing", "gone"]}
    answers += [answer("01-levels", False, 20, n, **shows) for n in range(5, 9)]
    shown = report(*answers)
    assert "surer than your answers" in part(shown, "How sure you were").lines[0]
    beliefs = part(shown, "What you may believe").lines
    assert beliefs[0].startswith("“The date on which the claim is sent")
    often = "Your answers fit this on 4 of the last 4 questions that could show it."
    assert beliefs[0].endswith(f"{often} In truth: The date of service decides.")
    assert (
        beliefs[1]
        == "“gone” Your answers fit this on 4 of the last 4 questions that could show it."
    )
    once = report(*answers[:8])
    assert part(once, "What you may believe") is None


def test_where_it_is_and_what_was_skipped_are_said(tmp_path):
    shown = report(answer("01-levels", True, 20), problems=("Line 2 was skipped: x.",))
    lines = part(shown, "Your record").lines
    assert "~/codeedu-progress.jsonl" in lines[0]
    assert lines[-1] == "Line 2 was skipped: x."
    place = tmp_path / "x.jsonl"
    place.write_text("x\n")
    assert repr(codeedu.progress(place)).endswith("Line 1 was skipped: it is not JSON.")


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


def test_html_is_whole_accessible_and_escaped(tmp_path):
    place = tmp_path / "x.jsonl"
    bad = answer("<script>", False, 20, actual="<b>", chosen="<i>", could_show=["<u>"])
    lines = [bad | {"misconceptions": ["<u>"]}, answer("01-levels", True, 21)]
    place.write_text("".join(json.dumps(line) + "\n" for line in lines))
    tags = Tags(html_of(codeedu.progress(place)))
    assert tags.open == []
    names = [tag for tag, _ in tags.seen]
    assert not {"script", "b", "i", "u"} & set(names)
    assert names.count("caption") == names.count("table") == 1
    assert all("scope" in attributes for tag, attributes in tags.seen if tag == "th")
    assert names.count("tr") == 1 + 2


@pytest.mark.parametrize("bad", ["x", "[]", '{"item": 1}'])
def test_a_spoiled_record_is_still_a_report(tmp_path, bad):
    place = tmp_path / "p.jsonl"
    place.write_text(bad + "\n")
    assert "Line 1 was skipped" in repr(codeedu.progress(place))
    assert record.append(answer("01-levels", True, 20), place) == ""
    assert "1 answer on 1 day; 1 of 1 question right" in repr(codeedu.progress(place))


# The confusion matrix


def kept(path, *pairs):
    lines = [
        answer("05-lost-dot", actual == chosen, 20, n, actual=actual, chosen=chosen)
        for n, (actual, chosen) in enumerate(pairs)
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def test_the_picture_is_of_the_learners_own_answers(tmp_path):
    pairs = [("ICD-10-CM", "HCPCS Level II")] * 3 + [("ICD-10-CM", "ICD-10-CM")] * 5 + [("", "CPT")]
    drawn = codeedu.confusion_matrix(kept(tmp_path / "x.jsonl", *pairs))
    assert drawn.alt.endswith("Most often ICD-10-CM was taken for HCPCS Level II: 3 times.")
    assert drawn.table.count('<th scope="row">') == 2


def test_the_matrix_finds_the_record_where_it_is_kept(tmp_path, monkeypatch):
    place = kept(tmp_path / "x.jsonl", ("NDC", "CPT"))
    monkeypatch.setenv("CODEEDU_PROGRESS", str(place))
    assert "NDC was taken for CPT" in codeedu.confusion_matrix().alt


def test_what_was_confused_stays_when_there_are_many_sets(tmp_path):
    pairs = [(f"Set {n}", f"Set {n}") for n in range(3 * SETS) for _ in range(9)]
    drawn = codeedu.confusion_matrix(kept(tmp_path / "x.jsonl", *pairs, ("NDC", "CPT")))
    assert "NDC was taken for CPT: 1 time." in drawn.alt
    assert drawn.table.count('<th scope="row">') == 1 + (SETS - 2)


def test_a_broken_record_is_no_reason_to_fail(tmp_path):
    place = tmp_path / "x.jsonl"
    place.write_bytes(b"\xff{]\n")
    assert "No answers yet." in codeedu.confusion_matrix(place).alt
