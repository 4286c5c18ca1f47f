"""The buttons for one's answers, and the completion record, as the browser asks them."""

import json

import pytest

import codeedu
from codeedu.html.nodes import to_html
from codeedu.learner import completion, record

LINE = {"item": "01-levels-01", "lesson": "01", "objective": "01-levels", "correct": True,
        "when": "2026-11-20T10:00:00+00:00"}  # fmt: skip


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A record with one answer, in a folder of its own, away from that of the lessons."""
    path = tmp_path / "home" / "record.jsonl"
    path.parent.mkdir()
    path.write_text(json.dumps(LINE) + "\n")
    (tmp_path / "lessons").mkdir()
    monkeypatch.chdir(tmp_path / "lessons")
    return path


def ask(view, do, value=""):
    """Press a button; return the reply, and the file that comes with it."""
    sent = []
    view.send = lambda content, buffers=None: sent.append((content, b"".join(buffers or ())))
    view._handle_custom_msg({"do": do, "to": 3, "value": value}, [])
    ((reply, content),) = sent
    assert reply["to"] == 3
    json.dumps(reply)  # what cannot travel would fail here
    return reply, content


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "There is no answer yet. The first will be kept in {}, on this machine only."),
        (json.dumps(LINE), "1 answer, kept in {}, on this machine only."),
        ("{", "0 answers, kept in {}, on this machine only.\nLine 1 was skipped: "),
    ],
)
def test_it_says_how_many_answers_there_are_and_which_lines_are_none(place, content, says):
    place.write_text(content)
    assert repr(codeedu.my_answers(place)).startswith(says.format(record.short_path(place)))


def test_a_table_is_saved_beside_the_lessons_and_comes_to_the_browser(place, tmp_path):
    reply, content = ask(codeedu.my_answers(place), "table")
    assert reply["name"] == "my-answers.csv"
    assert reply["says"].startswith("1 answer written to ")
    assert content == (tmp_path / "lessons" / "my-answers.csv").read_bytes()


def test_a_copy_is_handed_in_under_a_name(place, tmp_path):
    reply, content = ask(codeedu.my_answers(place), "hand in", "Kim O'Hara")
    assert reply["name"] == "Kim-O-Hara.jsonl"
    assert content == place.read_bytes() == (tmp_path / "lessons" / reply["name"]).read_bytes()


def test_a_learner_with_a_record_of_their_own_need_not_write_the_login(place):
    fields = [codeedu.my_answers(at).controls[1]["value"] for at in (place, record.path_of("ann"))]
    assert fields == ["", "ann"]


@pytest.mark.parametrize(
    ("do", "value", "says"),
    [
        ("hand in", " ", "Write your name or login first."),
        ("hand in", "...", "“...” is not a name: write it with letters or digits."),
        ("bring back", "", "Choose the copy first."),
        ("bring back", "x", "Nothing was brought back: there is no answer in this file. Choose a "
         "copy that Hand in made; its name ends in .jsonl."),
    ],
)  # fmt: skip
def test_what_is_missing_is_said(place, do, value, says):
    before = place.read_bytes()
    reply, _ = ask(codeedu.my_answers(place), do, value)
    assert (reply["says"], reply["good"], reply["name"]) == (says, False, "")
    assert place.read_bytes() == before


def test_a_file_in_the_way_is_said_without_jargon(place, tmp_path):
    (tmp_path / "lessons" / "my-answers.csv").mkdir()
    reply, _ = ask(codeedu.my_answers(place), "table")
    assert reply["says"] == "This did not work: my-answers.csv was not written: it is a folder."
    assert not reply["good"]


def test_only_the_second_press_deletes(place):
    view = codeedu.my_answers(place)
    reply, _ = ask(view, "delete")
    assert reply["says"] == "This deletes 1 answer for good. Do you want that?"
    assert reply["ask"] == (
        ("keep", "No, keep my 1 answer"), ("delete now", "Yes, delete 1 answer"),
    )  # fmt: skip
    assert ask(view, "keep")[0]["says"] == "Nothing was deleted."
    assert place.exists()
    assert (
        ask(view, "delete now")[0]["says"]
        == f"1 answer in {place} deleted. Copies that you made stay."
    )
    assert not place.exists()
    assert "There is no answer yet." in "".join(map(to_html, view.body))
    assert ask(view, "delete")[0]["says"] == "There is no record to delete."


@pytest.mark.parametrize("content", [json.dumps(LINE).encode("utf-32"), b"x", b"{}\n"])
def test_a_file_without_a_readable_answer_is_not_deleted_at_the_first_press(place, content):
    place.write_bytes(content)
    view = codeedu.my_answers(place)
    reply, _ = ask(view, "delete")
    assert reply["says"] == (
        f"This deletes the file {place}, which holds no answer that can be read, for good. "
        "Do you want that?"
    )
    assert reply["ask"] == (
        ("keep", "No, keep my file"), ("delete now", "Yes, delete the file"),
    )  # fmt: skip
    assert place.read_bytes() == content
    ask(view, "delete now")
    assert not place.exists()


def final(attempt, *whens, **more):
    """Return the lines of a final assessment that was answered in full."""
    sitting = {"mode": "final", "of_lesson": "final", "attempt": attempt, "items": ["a", "b"]}
    return [
        {**LINE, **sitting, **more, "item": item, "when": when}
        for item, when in zip("ab", whens, strict=True)
    ]


TOOK = "2026-11-20T10:00:00+00:00"
EARLIER = ("2026-10-01T10:00:00+00:00", "2026-10-02T10:00:00+00:00")
# Lines of a record, and the day at which the final is said to have been taken.
FINALS = [
    ([*final(0, TOOK, TOOK), *final(1, *EARLIER, brought=TOOK)], "2026-11-20"),
    ([*final(1, *EARLIER), *final(0, TOOK, TOOK)], "2026-11-20"),
    (final(0, "2026-11-02T01:00:00+14:00", "2026-11-01T23:00:00-10:00"), "2026-11-01"),
    ([*final(0, TOOK, TOOK), *final(1, "2026-12-01", "2026-W50-1")], "2026-11-20"),
    ([*final(0, TOOK, TOOK), *final(1, "2026-12-01", "20261201")], "2026-11-20"),
]


@pytest.mark.parametrize(("lines", "day"), FINALS)
def test_the_completion_record_is_that_of_the_latest_final(place, lines, day):
    place.write_text("".join(json.dumps(line) + "\n" for line in lines))
    shown = codeedu.completion_record(place=place)
    assert f"Final assessment taken: {day}\n" in repr(shown)
    said = f"{'October' if day[5:7] == '10' else 'November'} {int(day[8:])}, 2026"
    assert f"took the final assessment on {said}" in "".join(map(to_html, shown.body))


def test_no_page_is_saved_onto_a_record(place):
    before = place.read_bytes()
    for shown in (codeedu.completion_record("x", place=place), codeedu.classify("J1885").explain()):
        with pytest.raises(FileExistsError, match="Choose another name"):
            shown.save(place)
    assert place.read_bytes() == before


def test_without_a_final_the_completion_record_says_what_is_missing(place):
    view = codeedu.completion_record(place=place)
    html = "".join(map(to_html, view.body))
    assert html.startswith(f"<p>{completion.NONE}</p>")
    assert "Lessons that you have not finished yet: " in html
    assert 'href="01-what-is-hcpcs.ipynb"' in html
    assert view.controls == []


def test_whatever_the_browser_sends_changes_nothing(place):
    before = place.read_bytes()
    for view in (codeedu.my_answers(place), codeedu.completion_record(place=place)):
        for message in ({}, {"do": None}, {"do": ["delete now"]}, {"do": "unlink"}, "delete now"):
            view._handle_custom_msg(message, [])
    assert place.read_bytes() == before
