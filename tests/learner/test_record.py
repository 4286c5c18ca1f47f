"""The learner's record: whatever happens to it, no answer is lost and practice goes on."""

import csv
import errno
import json
import os
import re
import signal
import stat
import subprocess
import sys
import textwrap
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import codeedu
from banks import response
from codeedu.learner import record
from codeedu.practice.session import Session
from codeedu.questions.generate import make

ANSWER = {
    "item": "05-lost-dot-01",
    "seen": "abc",
    "key": "def",
    "lesson": "05",
    "objective": "05-lost-dot",
    "answer": 1,
    "correct": True,
    "confidence": "sure",
    "seconds": 2.5,
    "could_show": [],
    "misconceptions": [],
    "actual": "ICD-10-CM",
    "chosen": "ICD-10-CM",
}


@pytest.fixture
def place(tmp_path):
    return tmp_path / "folder" / "progress.jsonl"


def test_what_is_kept_can_be_read(place):
    assert record.append(ANSWER, place) == ""
    assert record.append({**ANSWER, "correct": False}, place) == ""
    found = record.read(place)
    assert found.problems == ()
    assert [answer["correct"] for answer in found.answers] == [True, False]
    assert ANSWER.items() <= found.answers[0].items()
    assert len(found.answers[0]["when"]) >= 19
    assert place.read_bytes().count(b"\n") == 2


def test_what_a_session_answers_can_be_kept(place):
    session = Session(make(5, seed=4))
    session.begin()
    while session.state == "asking":
        session.answer(response(session.item, right=True), confidence="unsure", seconds=1)
        assert record.append(session.answers[-1], place) == ""
        session.next()
    at_home = dict.fromkeys(("when", "of_lesson", "length", "exercise"))  # a view adds these
    kept = [{k: v for k, v in a.items() if k not in at_home} for a in record.read(place).answers]
    assert kept == session.answers


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_only_the_learner_may_read_it(place):
    record.append(ANSWER, place)
    assert stat.S_IMODE(place.stat().st_mode) == 0o600


def test_where_it_is(monkeypatch, tmp_path):
    monkeypatch.delenv("CODEEDU_PROGRESS", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert record.path() == tmp_path / "codeedu-progress.jsonl"
    assert record.short_path() == str(Path("~/codeedu-progress.jsonl"))
    monkeypatch.setenv("CODEEDU_PROGRESS", str(tmp_path / "mine.jsonl"))
    assert record.path() == tmp_path / "mine.jsonl"
    assert record.path("/a/b") == Path("/a/b")
    assert record.path("~nobody-at-all/b") == Path("~nobody-at-all/b")


def run(code, *arguments):
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
    )


WRITER = f"""
    import sys
    from codeedu.learner import record
    if sys.argv[4:]:
        record._lock = lambda descriptor: False
    for n in range(int(sys.argv[2])):
        assert record.append({ANSWER!r} | {{"n": n, "who": sys.argv[3]}}, sys.argv[1]) == ""
        print(n, flush=True)
"""


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL")
@pytest.mark.parametrize("after", [1, 7, 30])
def test_kill_9_loses_nothing_that_was_kept(place, after):
    writer = run(WRITER, place, 100_000, "a")
    for _ in range(after):
        last = int(writer.stdout.readline())
    writer.send_signal(signal.SIGKILL)
    writer.communicate()
    found = record.read(place)
    assert found.problems == ()
    assert [answer["n"] for answer in found.answers][: last + 1] == list(range(last + 1))
    assert record.append(ANSWER, place) == ""
    assert len(record.read(place).answers) == len(found.answers) + 1


# What Windows has in place of fcntl: it locks a byte at the present place of a file.
WINDOWS = """
    import fcntl as real, os, sys

    class msvcrt:
        LK_NBLCK = 2

        @staticmethod
        def locking(descriptor, mode, count):
            assert (mode, count) == (2, 1)
            assert os.lseek(descriptor, 0, os.SEEK_CUR) >= 1 << 30
            try:
                real.flock(descriptor, real.LOCK_EX | real.LOCK_NB)
            except BlockingIOError:
                raise PermissionError(13, "Permission denied") from None

    sys.modules["fcntl"], sys.modules["msvcrt"] = None, msvcrt
"""


def test_on_windows_two_notebooks_wait_for_each_other(place):
    pytest.importorskip("fcntl")
    writers = [run(WINDOWS + WRITER, place, 100, who) for who in "ab"]
    for writer in writers:
        writer.communicate()
        assert writer.returncode == 0
    found = record.read(place)
    assert (len(found.answers), found.problems) == (200, ())


def test_on_windows_a_lock_that_another_has_is_waited_for(place):
    fcntl = pytest.importorskip("fcntl")
    record.append(ANSWER, place)
    script = f"""{WINDOWS}
    from codeedu.learner import record
    locked = record._lock(os.open(sys.argv[1], os.O_RDWR))
    print(record.fcntl, locked, len(record.read(sys.argv[1]).answers))
    """
    with place.open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert run(script, place).communicate()[0] == "None False 1\n"
    assert run(script, place).communicate()[0] == "None True 1\n"


def test_a_wait_that_fails_is_no_lock(place, monkeypatch):
    fcntl = pytest.importorskip("fcntl")

    def fail(_):
        raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr(record.time, "sleep", fail)
    place.parent.mkdir()
    with place.open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert record.append(ANSWER, place) == ""
    assert len(record.read(place).answers) == 1


def test_a_copy_made_while_another_notebook_writes_has_no_half_line(place):
    writer = run(WRITER, place, 100_000, "a")
    writer.stdout.readline()
    for _ in range(15):
        record.hand_in("kim", place.parent, place)
        handed = record.read(place.with_name("kim.jsonl"))
        assert handed.problems == ()
        assert [answer["n"] for answer in handed.answers] == list(range(len(handed.answers)))
    writer.kill()
    writer.communicate()


@pytest.mark.parametrize("without_lock", [[], ["yes"]])
def test_two_notebooks_at_once(place, without_lock):
    writers = [run(WRITER, place, 100, who, *without_lock) for who in "ab"]
    for writer in writers:
        writer.communicate()
        assert writer.returncode == 0
    found = record.read(place)
    assert found.problems == ()
    for who in "ab":
        assert [a["n"] for a in found.answers if a["who"] == who] == list(range(100))


def test_a_line_that_a_crash_cut_off_spoils_no_other(place):
    record.append(ANSWER, place)
    whole = place.read_bytes()
    for cut in range(1, len(whole)):
        place.write_bytes(whole + whole[:cut])
        assert len(record.read(place).answers) == (2 if cut == len(whole) - 1 else 1)
        assert record.append(ANSWER, place) == ""
        found = record.read(place)
        assert len(found.answers) == (3 if cut == len(whole) - 1 else 2)
        assert len(found.problems) == (0 if cut == len(whole) - 1 else 1)
    place.write_bytes(whole + whole[:9])
    assert record.read(place).problems == ("Line 2 was skipped: it is not JSON; it was cut off.",)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_full_disk_is_said():
    assert record.append(ANSWER, "/dev/full") == (
        "1 answer is not saved yet: the disk is full; delete something that you no longer "
        "need. You can go on practicing."
    )


def test_a_disk_that_fills_up_within_a_line_takes_the_half_line_back(place, monkeypatch):
    record.append(ANSWER, place)
    before, write = place.read_bytes(), os.write

    def half(descriptor, data):
        return write(descriptor, data[: len(data) // 2])

    monkeypatch.setattr(os, "write", half)
    assert "the disk is full" in record.append(ANSWER, place)
    monkeypatch.undo()
    assert place.read_bytes() == before
    assert record.append(ANSWER, place) == ""
    assert len(record.read(place).answers) == 2


@pytest.mark.parametrize(
    ("number", "says"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EACCES, "may not be changed; ask whoever looks after this computer. You can"),
        (errno.EROFS, "may not be changed; ask whoever looks after this computer. You can"),
        (errno.EIO, f"cannot be written ({os.strerror(errno.EIO)}). You can"),
    ],
)
@pytest.mark.parametrize("call", ["open", "write", "fsync"])
def test_whatever_fails_is_a_sentence(place, monkeypatch, number, says, call):
    def fail(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, call, fail)
    warning = record.append(ANSWER, place)
    assert says in warning
    assert warning.endswith("You can go on practicing.")


def test_a_folder_or_a_file_in_the_way_is_a_sentence(tmp_path):
    (tmp_path / "file").write_text("x")
    for bad in (tmp_path, tmp_path / "file" / "progress.jsonl"):
        assert record.append(ANSWER, bad).startswith("1 answer is not saved yet: ")
    found = record.read(tmp_path)
    assert found.answers == ()
    assert "cannot be read" in found.problems[0]


def test_a_lock_that_is_never_freed_does_not_stop_practice(place, monkeypatch):
    fcntl = pytest.importorskip("fcntl")
    monkeypatch.setattr(record, "PATIENCE", 0.05)
    place.parent.mkdir()
    with place.open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert record.append(ANSWER, place) == ""
    assert len(record.read(place).answers) == 1


GOOD = json.dumps({**ANSWER, "when": "2026-11-23T10:00:00+00:00"})


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("hello", "it is not JSON"),
        ("[" * 100_000, "it is not an answer"),
        (GOOD.replace("2.5", "NaN"), "it is not JSON"),
        (GOOD.replace("2.5", "1e999"), "it is not JSON"),
        (GOOD.replace("2.5", "-1e999"), "it is not JSON"),
        (GOOD.replace("2.5", "[" * 11 + "]" * 11), "it is not an answer"),
        (GOOD.replace("2.5", '{"a":' * 500 + "1" + "}" * 500), "it is not an answer"),
        ("\x00\x00\x00", "it is not JSON"),
        ("[1]", "it is not an answer"),
        ("{}", "its 'item' is missing or not text"),
        (GOOD.replace('"05"', "5"), "its 'lesson' is missing or not text"),
        (GOOD.replace("true", '"yes"'), "its 'correct' is neither true nor false"),
        (GOOD.replace("2026-11-23T", "yesterday "), "its 'when' is not a date"),
        (GOOD.replace("2026-11-23", "2026-W48-1"), "its 'when' is not a date"),
        (GOOD.replace("2026-11-23", "20261123"), "its 'when' is not a date"),
    ],
)
def test_a_line_that_is_not_an_answer_is_skipped_and_named(place, line, says):
    place.parent.mkdir()
    place.write_text(f"{GOOD}\n{line}\n\n{GOOD}\n")
    found = record.read(place)
    assert len(found.answers) == 2
    assert found.problems == (f"Line 2 was skipped: {says}.",)


def test_a_file_that_an_editor_saved_can_be_read(place):
    place.parent.mkdir()
    edited = json.loads(GOOD) | {"misconceptions": "x", "actual": None, "confidence": 3}
    place.write_bytes(f"\ufeff{GOOD}\r\n{json.dumps(edited)}\r\n".encode())
    found = record.read(place)
    assert found.problems == ()
    assert (found.answers[1]["misconceptions"], found.answers[1]["actual"]) == ([], "")


OLD = {
    "item": "05-lost-dot-01", "version": "abc", "kind": "one", "lesson": "05",
    "objective": "05-lost-dot", "answer": 1, "correct": False, "score": 0.0, "confidence": "sure",
    "seconds": 2.5, "misconceptions": ["icd-for-level-2"], "truly": "ICD-10-CM",
    "read_as": "HCPCS Level II", "mode": "quiz", "round": 1, "sitting": "quiz 05 of 10 #0",
    "when": "2026-10-01T10:00:00+00:00",
}  # fmt: skip


def test_a_record_from_before_still_reads_and_counts(place):
    place.parent.mkdir()
    boxes = [OLD | {"item": f"made:box:diagnosis:{code}"} for code in ("E1165", "E0942")]
    place.write_text("".join(f"{json.dumps(line)}\n" for line in (OLD, *boxes)))
    found = record.read(place)
    assert found.problems == ()
    written, made, _ = found.answers
    assert (made["actual"], made["chosen"]) == ("ICD-10-CM", "HCPCS Level II")
    assert (written["actual"], written["could_show"]) == ("", []), "most did not ask for a reading"
    shown = repr(codeedu.progress(place, on=date(2026, 10, 2)))
    assert "3 answers on 1 day; 0 of 3 questions right the last time." in shown
    assert "You took ICD-10-CM for HCPCS Level II 2 of 2 times." in shown
    assert "Next: 3 questions are due today, in the drill on the start page." in shown
    assert "What you may believe" not in shown


FORMER = Path(__file__).parents[1] / "data" / "record-with-sitting-names.jsonl"


def test_a_real_record_with_names_of_sittings_reads_as_fields():
    """The file was written by codeedu as it was on November 26, 2026, from six views."""
    found = record.read(FORMER)
    assert found.problems == ()
    assert "sitting" not in found.answers[0]
    assert [(*record.sitting(a), a["attempt"], a["position"]) for a in found.answers] == [
        *(("pretest", "01", 0, 0, 0, n) for n in (1, 2, 3)),
        *(("quiz", "05", 10, 0, 0, n) for n in (1, 2, 3, 4)),
        *(("drill", "", 10, 0, 0, n) for n in (1, 2)),
        *(("placement", "", 0, 0, 0, n) for n in (1, 2)),
        *(("final", "final", 0, 0, 0, n) for n in (1, 2, 3)),
        *(("exercise", "02", 0, 1, 0, n) for n in range(1, 7)),
    ]


def test_views_go_on_where_a_former_version_stopped(place, monkeypatch):
    place.parent.mkdir()
    place.write_bytes(FORMER.read_bytes())
    monkeypatch.setenv("CODEEDU_PROGRESS", str(place))
    assert codeedu.pretest("01").screen["actions"][0]["label"] == "See that result"
    assert codeedu.placement_test().screen["ask"]["count"].startswith("Question 3 of at most ")
    # A question of these is no longer asked: they begin again, and their answers are kept.
    for view in (codeedu.drill(), codeedu.quiz("05"), codeedu.final_exam()):
        assert view.screen["actions"][0]["label"] == "Start"
    answered = [row["given"] for row in codeedu.exercise("02", 1).screen["rows"]]
    assert len([text for text in answered if text]) == 6
    assert "You answered 3 of 40 questions of the final" in repr(codeedu.completion_record())


def test_a_note_is_no_answer_and_no_problem(place):
    place.parent.mkdir()
    note = {"when": "2026-11-29T10:00:00+00:00", "item": "a-01", "note": "Two are right.\nReally."}
    place.write_text(f"{json.dumps(note)}\n{GOOD}\n")
    found = record.read(place)
    assert (found.notes, len(found.answers), found.problems) == ((note,), 1, ())


def test_an_answer_of_several_lines_is_kept_as_it_was_typed(place):
    typed = "J1885, 4 units\nJW, 1 unit"
    record.append({**ANSWER, "answer": typed, "learner": "kim"}, place)
    record.export_progress(place=place)
    assert place.read_bytes().count(b"\n") == 1
    assert record.read(place).answers[0]["answer"] == typed
    with place.with_suffix(".csv").open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["answer"], row["learner"]) == (typed, "kim")


@given(st.binary() | st.text().map(str.encode))
def test_any_file_can_be_read(tmp_path_factory, content):
    place = tmp_path_factory.getbasetemp() / "any.jsonl"
    place.write_bytes(content)
    found = record.read(place)
    assert len(found.answers) + len(found.problems) <= content.count(b"\n") + 1


@given(
    st.dictionaries(
        st.sampled_from([*ANSWER, "when"]),
        st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.integers()),
    )
)
def test_any_fields_can_be_read_and_reported(tmp_path_factory, fields):
    place = tmp_path_factory.getbasetemp() / "fields.jsonl"
    place.write_text(json.dumps(json.loads(GOOD) | fields) + "\n" + GOOD + "\n")
    shown = codeedu.progress(place)
    assert repr(shown)
    assert shown.body
    record.export_progress(place.with_suffix(".csv"), place)


@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), min_size=1),
    st.sampled_from(["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_a_copy_is_read_as_any_editor_saves_it(typed, encoding, end):
    lines = [json.dumps(json.loads(GOOD) | {"answer": text}, ensure_ascii=False) for text in typed]
    found = record.parse(end.join(lines).encode(encoding))
    assert [answer["answer"] for answer in found.answers] == typed
    assert found.problems == ()
    cut = record.parse(end.join([*lines, GOOD]).encode(encoding)[:-41])
    assert (len(cut.answers), len(cut.problems)) == (len(typed), 1)


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_answers_that_are_added_to_a_record_in_utf_16_are_read(place, encoding, end):
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(f"{GOOD}\n{GOOD}{end}".encode(encoding))
    record.append({**ANSWER, "answer": "é"}, place)
    record.append({**ANSWER, "answer": "J1885"}, place)
    found = record.read(place)
    assert [answer["answer"] for answer in found.answers[2:]] == ["é", "J1885"]
    assert (len(found.answers), found.problems) == (4, ())


def test_the_table_of_answers_says_that_it_is_utf_8(place):
    record.append({**ANSWER, "answer": "Sánchez"}, place)
    record.export_progress(place=place)
    assert place.with_suffix(".csv").read_bytes().startswith(b"\xef\xbb\xbfwhen,")


def test_a_name_of_a_mac_makes_the_file_that_any_computer_makes():
    assert record.handed_in_as("Jose\u0301") == "José.jsonl"


def test_each_learner_of_an_account_has_a_record_beside_the_others(place, monkeypatch):
    monkeypatch.setenv("CODEEDU_PROGRESS", str(place))
    assert record.path_of("m.lopez+1") == place.with_name("m.lopez+1-codeedu-progress.jsonl")
    assert record.path_of("MLOPEZ") == record.path_of("mlopez") != record.path_of("mlopez-1")
    assert record.login_of(record.path_of("mlopez")) == "mlopez"
    assert [record.login_of(name) for name in ("codeedu-progress.jsonl", "ann.jsonl")] == ["", ""]


@pytest.mark.parametrize(
    ("login", "says"),
    [
        ("Kim O'Hara", "“Kim O'Hara” is not a login: write it with "),
        ("../ann", "“../ann” is not a login: write it with "),
        (".ann", "“.ann” is not a login: write it with "),
        ("-", "“-” is not a name: write it with letters or digits."),
    ],
)
def test_what_is_no_login_is_refused(login, says):
    with pytest.raises(ValueError, match=re.escape(says)):
        record.path_of(login)


def test_export(place):
    record.append({**ANSWER, "answer": "=1+1", "misconceptions": ["a", "b"]}, place)
    record.append({**ANSWER, "answer": [0, 2], "seconds": None}, place)
    says = codeedu.export_progress(place=place)
    target = place.with_suffix(".csv")
    assert says == f"2 answers written to {target}."
    with target.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["answer"] for row in rows] == ["'=1+1", "0 2"]
    assert rows[0]["misconceptions"] == "a b"
    assert rows[1]["seconds"] == ""
    for name in ("of_lesson", "length", "attempt", "position", "pool", "seen", "key"):
        assert name in rows[0]
    assert codeedu.export_progress(target.with_name("x.csv"), place).endswith("x.csv.")


def test_delete_asks_first_and_keeps_nothing(place):
    assert codeedu.delete_progress(place=place) == "There is no record to delete."
    record.append(ANSWER, place)
    says = codeedu.delete_progress(place=place)
    assert says == (
        f"This deletes 1 answer in {place} for good. "
        "To do it: codeedu.delete_progress(confirm=True)"
    )
    assert codeedu.delete_progress(confirm="yes", place=place) == says
    assert place.exists()
    says = codeedu.delete_progress(confirm=True, place=place)
    assert says == f"1 answer in {place} deleted. Copies that you made stay."
    assert list(place.parent.iterdir()) == []


def test_a_record_is_handed_in_under_the_learners_name(tmp_path):
    place = tmp_path / "record.jsonl"
    with pytest.raises(ValueError, match="There is no answer to hand in yet"):
        record.hand_in("kim", tmp_path, place)
    record.append(ANSWER, place)
    assert record.hand_in("kim", tmp_path, place) == (
        "1 answer copied to kim.jsonl. Hand in this file."
    )
    assert (tmp_path / "kim.jsonl").read_bytes() == place.read_bytes()
    record.hand_in("../../Kim O'Hara", tmp_path, place)
    assert (tmp_path / "Kim-O-Hara.jsonl").is_file()
    with pytest.raises(ValueError, match="is not a name"):
        record.hand_in("...", tmp_path, place)


@pytest.fixture
def home(tmp_path, monkeypatch):
    """The folder of lessons of a hub: the record is in it, and it is the present folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CODEEDU_PROGRESS", str(tmp_path / record.NAME))
    record.append(ANSWER)
    return tmp_path


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


IS_THE_RECORD = " is the record of your answers, and nothing else is written there."


@pytest.mark.parametrize(
    "write",
    [
        lambda: codeedu.export_progress(record.NAME),
        lambda: codeedu.export_progress("link.csv"),
        lambda: codeedu.export_progress("hard.csv"),
        lambda: codeedu.hand_in("codeedu-progress"),
        lambda: codeedu.hand_in("linked"),
        lambda: codeedu.completion_record().save("link.csv"),
    ],
)
def test_nothing_is_written_onto_the_record(home, write):
    for name in ("link.csv", "linked.jsonl"):
        (home / name).symlink_to(record.NAME)
    (home / "hard.csv").hardlink_to(record.NAME)
    before = contents(home)
    with pytest.raises(FileExistsError, match=IS_THE_RECORD):
        write()
    assert contents(home) == before


def test_a_record_that_ends_in_csv_is_not_its_own_export(home, monkeypatch):
    monkeypatch.setenv("CODEEDU_PROGRESS", str(home / "mine.csv"))
    record.append(ANSWER)
    before = contents(home)
    with pytest.raises(FileExistsError) as raised:
        codeedu.export_progress()
    assert str(raised.value) == f"{home / 'mine.csv'}{IS_THE_RECORD} Choose another name."
    with pytest.raises(FileExistsError):
        codeedu.export_progress("other.csv", "other.csv")  # where no record is yet
    assert contents(home) == before
    assert codeedu.export_progress("answers.csv") == "1 answer written to answers.csv."


def test_a_file_of_another_learner_is_replaced_with_a_word(home):
    says = "1 answer copied to bob.jsonl. Hand in this file."
    assert codeedu.hand_in("bob") == says
    assert codeedu.hand_in("bob") == says, "it is a copy of the same"
    record.append(ANSWER)
    assert codeedu.hand_in("bob") == says.replace("1 answer", "2 answers"), "and an earlier one"
    (home / "bob.jsonl").write_text(f"{GOOD}\n" * 40)
    assert codeedu.hand_in("bob") == (
        "2 answers copied to bob.jsonl, in place of another file of that name. Hand in this file."
    )


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_what_leaves_the_record_is_as_private_as_the_record(home):
    for mode in (0o600, 0o640):
        (home / record.NAME).chmod(mode)
        codeedu.hand_in("ada")
        codeedu.export_progress("ada.csv")
        for name in ("ada.jsonl", "ada.csv"):
            assert stat.S_IMODE((home / name).stat().st_mode) == mode


@pytest.mark.parametrize("write", [codeedu.hand_in, codeedu.export_progress])
def test_a_full_disk_leaves_last_weeks_file(home, full_disk, write):
    for _ in range(20):
        record.append(ANSWER)
    write("ada.jsonl")
    before = contents(home)
    record.append(ANSWER)
    before[record.NAME] = (home / record.NAME).read_bytes()
    with full_disk(1_000), pytest.raises(OSError, match="was not written: it is too large"):
        write("ada.jsonl")
    assert contents(home) == before


def test_a_record_that_cannot_be_read_is_not_exported_as_empty(home):
    codeedu.export_progress("answers.csv")
    before = contents(home)
    (home / record.NAME).rename(home / "kept")
    (home / record.NAME).mkdir()
    for write in (codeedu.hand_in, codeedu.export_progress):
        with pytest.raises(IsADirectoryError):
            write("answers.csv")
    assert (home / "answers.csv").read_bytes() == before["answers.csv"]


def test_a_deleted_record_is_gone_also_behind_a_link(home, monkeypatch):
    (home / "link").symlink_to(record.NAME)
    monkeypatch.setenv("CODEEDU_PROGRESS", str(home / "link"))
    assert "1 answer in" in codeedu.delete_progress(confirm=True)
    assert contents(home) == {}
    assert codeedu.delete_progress(confirm=True) == "There is no record to delete."


def test_a_clock_that_runs_back_spoils_nothing(home, monkeypatch):
    class Clock(datetime):
        now_is = datetime(2030, 1, 1).astimezone()

        @classmethod
        def now(cls, tz=None):
            return cls.now_is

    monkeypatch.setattr(record, "datetime", Clock)
    days = [datetime(year, 5, 5).astimezone() for year in (2029, 2026, 2001)]
    for Clock.now_is in days:
        assert record.append({**ANSWER, "attempt": 0, "items": [ANSWER["item"]]}) == ""
    kept = record.read().answers
    assert [answer["when"][:4] for answer in kept[1:]] == ["2029", "2026", "2001"]
    assert "4 answers" in repr(codeedu.progress())
    for view in (codeedu.home(), codeedu.drill(), codeedu.quiz("05"), codeedu.completion_record()):
        assert repr(view)
    assert codeedu.hand_in("ada") == "4 answers copied to ada.jsonl. Hand in this file."
    assert codeedu.export_progress("ada.csv") == "4 answers written to ada.csv."
    (home / record.NAME).unlink()
    assert codeedu.gradebook(home).names == ["ada"]


# Bringing answers back


def answered(n, day, attempt=0, mode="quiz", **more):
    """Return an answer of a sitting that was given on a day."""
    sitting = {"mode": mode, "of_lesson": "05", "length": 10, "exercise": 0, "attempt": attempt}
    when = f"2026-11-{day:02}T10:00:{n:02}+00:00"
    return {**ANSWER, **sitting, "item": f"05-x-{n:02}", "when": when, "position": n, **more}


def write(place, answers):
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("".join(json.dumps(answer) + "\n" for answer in answers), encoding="utf-8")
    return place.read_bytes()


def told(place):
    """Return what a record holds: the attempt, item and day of each answer, oldest first."""
    return [(a["attempt"], a["item"][-2:], a["when"][8:10]) for a in record.read(place).answers]


NOTE = {"when": "2026-11-20T10:00:00+00:00", "item": "05-x-01", "note": "Two are right."}
FIRST_DAY = [answered(n, 20) for n in (1, 2, 3)]
SAME = "Every answer of this file is here already; nothing was changed."
# What is here, what is in the copy, what is said, and what is here afterward.
COPIES = {
    "to an empty record": (
        [], FIRST_DAY, "3 answers were brought back.",
        [(0, "01", "20"), (0, "02", "20"), (0, "03", "20")]),
    "to itself": (
        FIRST_DAY, FIRST_DAY, SAME, [(0, "01", "20"), (0, "02", "20"), (0, "03", "20")]),
    "what was gone on with": (
        FIRST_DAY[:2], FIRST_DAY,
        "1 answer was brought back. 2 answers of this file were here already.",
        [(0, "01", "20"), (0, "02", "20"), (0, "03", "20")]),
    "an older attempt of the same number": (
        [answered(4, 25)], FIRST_DAY[:1], "1 answer was brought back.",
        [(1, "01", "20"), (0, "04", "25")]),
    "two attempts": (
        [answered(4, 25, 1)], [answered(1, 20), answered(2, 21, 1)], "2 answers were brought back.",
        [(0, "01", "20"), (2, "02", "21"), (1, "04", "25")]),
    "another sitting": (
        [answered(4, 25)], [answered(1, 20, mode="drill")], "1 answer was brought back.",
        [(0, "01", "20"), (0, "04", "25")]),
    "two attempts at two taken numbers": (
        [answered(4, 25), answered(5, 26, 1)], [answered(1, 20), answered(2, 21, 1)],
        "2 answers were brought back.",
        [(2, "01", "20"), (3, "02", "21"), (0, "04", "25"), (1, "05", "26")]),
    "a number that no attempt has": (
        [], [answered(1, 20, -1), answered(2, 21, 10**6)], "2 answers were brought back.",
        [(-1, "01", "20"), (10**6, "02", "21")]),
    "what names no attempt here": (
        [answered(1, 20, None)], [answered(1, 20), answered(2, 20)],
        "1 answer was brought back. 1 answer of this file was here already.",
        [(None, "01", "20"), (0, "02", "20")]),
    "only a note": (
        FIRST_DAY[:1], [*FIRST_DAY[:1], NOTE, NOTE],
        "1 note was brought back. 1 answer of this file was here already.", [(0, "01", "20")]),
    "answers and notes": (
        [], [FIRST_DAY[0], NOTE, {**NOTE, "note": "z"}], "1 answer and 2 notes were brought back.",
        [(0, "01", "20")]),
    "the same line twice": (
        [], FIRST_DAY[:1] * 2, "1 answer was brought back.", [(0, "01", "20")]),
}  # fmt: skip


@pytest.mark.parametrize("case", COPIES)
def test_what_a_copy_adds(place, tmp_path, case):
    here, copied, says, after = COPIES[case]
    before = write(place, here)
    copy = write(tmp_path / "copy.jsonl", copied)
    assert record.bring_back(copy, place) == says
    assert place.read_bytes().startswith(before), "the record only grows"
    assert told(place) == after
    assert record.bring_back(copy, place) == SAME
    assert record.bring_back(place.read_bytes(), place) == SAME
    assert told(place) == after


@pytest.mark.parametrize("odd", ["1e999", "-1e999", "NaN", "[" * 980 + "]" * 980])
def test_what_is_brought_back_can_be_read_again(place, odd):
    write(place, FIRST_DAY[:1])
    copy = f"{json.dumps(FIRST_DAY[1])}\n{json.dumps(FIRST_DAY[2])}\n".replace("2.5", odd, 1)
    says = "1 answer was brought back. 1 line of the file could not be read."
    assert record.bring_back(copy.encode(), place) == says
    assert record.bring_back(copy.encode(), place).startswith(SAME)
    assert record.read(place).problems == ()
    with pytest.raises(ValueError, match="JSON"):
        record.append({**ANSWER, "seconds": float("inf")}, place)


def test_a_sitting_goes_on_whatever_number_a_line_gives_its_attempt(place, monkeypatch):
    monkeypatch.setenv("CODEEDU_PROGRESS", str(place))
    endless = json.dumps(FIRST_DAY[0]).replace('"attempt": 0', f'"attempt": {"9" * 4300}')
    write(place, FIRST_DAY[1:2])
    record.bring_back(endless.encode(), place)
    view = codeedu.quiz("05")
    view._handle_custom_msg({"do": "begin"}, [])
    item = view.session.item
    given = {"item": item.id, "response": response(item, right=True), "confidence": "sure"}
    view._handle_custom_msg({"do": "answer", **given}, [])
    assert [a["attempt"] for a in record.read(place).answers][1:] == [0, 1]


def test_many_attempts_are_numbered_in_one_pass(monkeypatch):
    class Counted(record.Sitting):
        looked_up = 0

        def __hash__(self):
            Counted.looked_up += 1
            return super().__hash__()

    count = 200
    here = [answered(1, 25, attempt, x=attempt) for attempt in range(count)]
    copied = [answered(1, 20, attempt, x=attempt) for attempt in range(count)]
    known, copy = ({record._line(a): a for a in lines} for lines in (here, copied))
    monkeypatch.setattr(record, "sitting", lambda answer: Counted("quiz", "05", 10))
    numbers = record._numbers(known, copy)
    assert [found["attempt"] for found in numbers.values()] == list(range(count, 2 * count))
    assert Counted.looked_up < 20 * count


@pytest.mark.skipif(os.name == "nt", reason="no FIFO")
def test_a_pipe_or_a_device_is_no_record_and_that_is_said(tmp_path, monkeypatch):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for place in (str(pipe), os.devnull):
        monkeypatch.setenv("CODEEDU_PROGRESS", place)
        assert record.read().problems == (
            f"{place} cannot be read: it is a pipe or a device, not a file.",
        )
        assert record.append(ANSWER) == (
            f"1 answer is not saved yet: {place} is a pipe or a device, not a file. "
            "You can go on practicing."
        )
        assert repr(codeedu.home()).startswith("Next: ")
        with pytest.raises(OSError, match="it is a pipe or a device"):
            codeedu.hand_in("kim")


@pytest.mark.parametrize("text", [b"", b"x", b"\x00\xff", b"[]", b'{"item": 1}', b"item,lesson\n"])
def test_a_file_without_answers_changes_nothing(place, text):
    before = write(place, FIRST_DAY)
    with pytest.raises(ValueError, match="there is no answer in this file"):
        record.bring_back(text, place)
    assert place.read_bytes() == before


def test_lines_that_are_no_answers_are_left_out_and_counted(place, tmp_path):
    copy = write(tmp_path / "copy.jsonl", FIRST_DAY[:1]) + b"x\n"
    says = "1 answer was brought back. 1 line of the file could not be read."
    assert record.bring_back(copy, place) == says
    assert record.read(place).problems == ()


def test_what_cannot_be_written_is_a_sentence(place, tmp_path):
    copy = write(tmp_path / "copy.jsonl", FIRST_DAY)
    place.mkdir(parents=True)
    with pytest.raises(ValueError, match=r"^Nothing was brought back: .* cannot be written"):
        record.bring_back(copy, place)


DAYS = st.lists(st.builds(answered, st.integers(1, 5), st.integers(1, 28), st.integers(0, 2)))


@given(DAYS, DAYS)
def test_no_answer_is_lost_or_doubled(tmp_path_factory, here, copied):
    place = tmp_path_factory.getbasetemp() / "merged.jsonl"
    before = write(place, here)
    lines = {record._line(a): a for a in record.parse(before).answers}
    copy = "".join(json.dumps(answer) + "\n" for answer in copied).encode()
    lines |= {record._line(a): a for a in record.parse(copy).answers}
    with suppress(ValueError):  # a copy without an answer
        record.bring_back(copy, place)
    after = record.read(place)
    assert place.read_bytes().startswith(before)
    assert after.problems == ()
    own = [a for a in after.answers if "brought" not in a]
    assert [a["when"] for a in own] == [a["when"] for a in here], "their order stays"
    assert {record._line(a) for a in after.answers} == set(lines)


@pytest.mark.parametrize("brought", [None, 5, "", "x", ["2026"], "2026-11-29T10:00:00"])
def test_any_brought_can_be_read(place, brought):
    write(place, [answered(1, 20, brought=brought), answered(2, 19)])
    assert len(record.read(place).answers) == 2
