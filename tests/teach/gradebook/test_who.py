"""Who is who: names of files, copied records, and the rosters of learning systems."""

import csv
import io
import json
import zipfile

import openpyxl
import pytest
from records import line

import classroom
import codeedu
from codeedu.cli import main
from codeedu.questions import bank, decisions, kinds
from codeedu.teach.gradebook import report
from codeedu.teach.gradebook.who import handed_in_by

ITEMS = [item for item in bank.load() if item.lesson == "05" and item.kind == "one"][:10]


def answers(of, items=ITEMS, day="2026-11-01"):
    """Return the lines of a record that is no other's, since `of` makes its times its own."""
    return [
        {
            "when": f"{day}T10:{minute:02}:00+00:00", "mode": "quiz", "of_lesson": "05",
            "length": len(items), "attempt": 0, "round": 1, "position": minute, "item": item.id,
            "seen": item.seen, "key": item.key, "lesson": item.lesson, "chosen": "",
            "objective": item.objective, "answer": kinds.KINDS[item.kind].right(item),
            "correct": True, "score": 1.0, "could_show": [], "misconceptions": [],
            "actual": item.actual, "seconds": of + 0.5,
        }
        for minute, item in enumerate(items)
    ]  # fmt: skip


def text(lines):
    return "\n".join(map(json.dumps, lines)) + "\n"


def handed_in(folder, files):
    """Write files, each with a record of its own, or with the one that is given."""
    for number, (name, lines) in enumerate(files.items()):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        own = answers(number if lines is None else lines) if not isinstance(lines, list) else lines
        path.write_text(text(own), encoding="utf-8")
    return codeedu.gradebook(folder)


def notes(book):
    return [f"{row.file} {row.problem}" for row in book.problems.itertuples()]


def counted(book):
    """Return how many answers count for each learner."""
    return dict(zip(book.learners["learner"], book.learners["answers"], strict=True))


@pytest.fixture
def decide(tmp_path, monkeypatch):
    """Write rows of decisions, as learner and decision."""
    monkeypatch.setenv("CODEEDU_CUSTOM", str(tmp_path / "custom"))

    def write(*rows):
        (tmp_path / "custom").mkdir(exist_ok=True)
        lines = [",".join(("owner", learner)) for learner in rows]
        sheet = tmp_path / "custom" / "decisions.csv"
        sheet.write_text("\n".join(["decision,learner", *lines]), encoding="utf-8")
        decisions.decisions.cache_clear()

    yield write
    decisions.decisions.cache_clear()


# Names of files

FOLDER = "Maria Lopez_1232_assignsubmission_file_"
FILES = [
    # As Hand in makes them, and as computers copy them.
    ("mlopez.jsonl", "", "", "", "mlopez"),
    ("m_lopez.2@school.edu.jsonl", "", "", "", "m_lopez.2@school.edu"),
    ("Maria-Lopez (1).jsonl.txt", "", "", "", "Maria-Lopez"),
    ("codeedu-progress.jsonl", "", "", "", "codeedu-progress"),
    ("mlopez/codeedu-progress (2).jsonl", "", "", "", "mlopez"),
    ("class.zip/codeedu-progress.jsonl", "", "", "", "codeedu-progress"),
    ("ada_2026_11_30.jsonl", "", "", "", "ada_2026_11_30"),
    ("ada_11_30_2026.jsonl", "", "", "", "ada_11_30_2026"),
    # Canvas: name, LATE, number of the student, number of the file, name of the file.
    ("lopezmaria_1000_50000_mlopez.jsonl", "canvas", "lopezmaria", "1000", "mlopez"),
    ("taylorsue_LATE_1012_50012_staylor.jsonl", "canvas", "taylorsue", "1012", "staylor"),
    ("hallamy_1024_50024_codeedu-progress.jsonl.txt", "canvas", "hallamy", "1024", ""),
    ("hallamy_1024_50024_codeedu-progress-1.jsonl", "canvas", "hallamy", "1024", ""),
    ("liwong_5551_99124_li-2 (1).jsonl", "canvas", "liwong", "5551", "li-2"),
    ("Copy of kim_12_3456_kim_1_2.jsonl", "canvas", "kim", "12", "kim_1_2"),
    ("sánchezana_77_4321_0042137.jsonl", "canvas", "sánchezana", "77", "0042137"),
    ("zip.zip/week 1/leeho_1022_50022_Ho-Lee.jsonl", "canvas", "leeho", "1022", "Ho-Lee"),
    ("anon_Ab3dE_99124_li.jsonl", "canvas", "", "anon_Ab3dE", "li"),
    ("LATE_anon_Ab3dE_99124_li.jsonl", "canvas", "", "anon_Ab3dE", "li"),
    # Moodle: in folders, without folders, without names.
    (f"{FOLDER}/My Homework.jsonl", "moodle", "Maria Lopez", "1232", "My Homework"),
    (f"c.zip/{FOLDER}/codeedu-progress.jsonl", "moodle", "Maria Lopez", "1232", ""),
    (f"{FOLDER}/in/mlopez.jsonl.txt", "moodle", "Maria Lopez", "1232", "mlopez"),
    (f"{FOLDER[:-1]}/mlopez.jsonl", "moodle", "Maria Lopez", "1232", "mlopez"),
    (f"{FOLDER}mlopez.jsonl", "moodle", "Maria Lopez", "1232", "mlopez"),
    (f"{FOLDER}codeedu-progress.jsonl", "moodle", "Maria Lopez", "1232", ""),
    ("Participant_8_assignsubmission_file_/li.jsonl", "moodle", "", "8", "li"),
    # Blackboard and Brightspace.
    ("Week 1_liw_attempt_2026-11-01-10-30-00_li.jsonl", "blackboard", "liw", "", "li"),
    ("Week 1_li_w_attempt_2026-11-01-10-30-00_codeedu-progress.jsonl", "blackboard", "li_w", "",
     ""),
    ("412-987 - Li Wong - Nov 1, 2026 1030 AM - liw.jsonl", "brightspace", "Li Wong", "412", "liw"),
    ("412-987 - Li Wong - Nov 1, 2026 1030 AM/liw.jsonl", "brightspace", "Li Wong", "412", "liw"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "system", "name", "number", "login"), FILES)
def test_the_name_of_a_file_says_who_handed_it_in(file, system, name, number, login):
    assert handed_in_by(file) == (system, name, number, login)


SHOWN = [
    # A file, the name to show, and others by which a sheet may call the learner.
    ("lopezmaria_1000_50000_mlopez.jsonl", "lopezmaria", ("1000", "mlopez")),
    ("hallamy_1024_50024_codeedu-progress.jsonl", "hallamy", ("1024",)),
    ("anon_Ab3dE_99124_li.jsonl", "li", ()),
    (f"{FOLDER}/mlopez.jsonl", "Maria Lopez", ("mlopez",)),
    ("Participant_8_assignsubmission_file_/x@a.edu.jsonl", "x@a.edu", ("x",)),
    ("Participant_8_assignsubmission_file_/codeedu-progress.jsonl", "moodle 8", ()),
    ("mlopez.jsonl", "mlopez", ()),
]  # fmt: skip


@pytest.mark.parametrize(("file", "shown", "others"), SHOWN)
def test_short_names_are_shown_and_a_sheet_may_use_others(tmp_path, file, shown, others):
    book = handed_in(tmp_path, {file: None})
    assert book.names == [shown]
    assert {shown, *others} <= set(book.names_of(shown))


ALIKE = [
    # Files, each with a record of its own, and the names to show.
    (["kimlee_10_5001_x.jsonl", "kimlee_11_5002_y.jsonl"], ["kimlee (10)", "kimlee (11)"]),
    (["w1/kimlee_10_5001_x.jsonl", "w2/kimlee_LATE_10_5002_y.jsonl"], ["kimlee"]),
    (["w1/Kim Lee_1_assignsubmission_file_/x.jsonl", "w2/Kim Lee_7_assignsubmission_file_/y.jsonl"],
     ["Kim Lee"]),
    (["monday/sam.jsonl", "tuesday/sam.jsonl"], ["sam"]),
    (["kimlee_10_5001_klee.jsonl", "klee.jsonl"], ["kimlee", "klee"]),
    (["kimlee_10_5001_klee.jsonl", "kimlee.jsonl"], ["kimlee", "kimlee (10)"]),
]  # fmt: skip


@pytest.mark.parametrize(("files", "names"), ALIKE)
def test_names_alike_are_one_learner_only_if_a_system_says_so(tmp_path, files, names):
    book = handed_in(tmp_path, dict.fromkeys(files))
    assert book.names == sorted(names)
    assert sum(counted(book).values()) == 20


def test_two_records_of_one_learner_are_added_up(tmp_path):
    book = handed_in(tmp_path, {"w1/lee_10_5001_x.jsonl": None, "w2/lee_10_5002_x.jsonl": None})
    assert notes(book) == [
        "w2/lee_10_5002_x.jsonl is another record than w1/lee_10_5001_x.jsonl; both count for lee. "
        "If it is somebody else's, rename it."
    ]
    assert book.lessons[["attempts", "best"]].values.tolist() == [[2, 100]]


def test_what_one_learner_hands_in_again_needs_no_note(tmp_path):
    record = answers(0)
    book = handed_in(tmp_path, {
        "liwong_5551_99124_li.jsonl": record[:6], "liwong_LATE_5551_99877_li-1.jsonl": record,
        "w2/liwong_5551_99999_li.jsonl": record, "li.jsonl": record[:8],
    })  # fmt: skip
    assert (counted(book), notes(book)) == ({"liwong": 10}, [])


# Copied records

COPIED = [
    # The files that hold one record, and who handed it in.
    (["chan-wei.jsonl", "smith-al.jsonl"], ["chan-wei", "smith-al"]),
    (["ada.jsonl", "adaline.jsonl"], ["ada", "adaline"]),
    (["ada.jsonl", "ada-1.jsonl"], ["ada", "ada-1"]),
    (["leeho_10_5001_ho.jsonl", "raybob_11_5002_ho.jsonl"], ["leeho", "raybob"]),
    (["leeho_10_5001_ho.jsonl", "bob.jsonl"], ["bob", "leeho"]),
    (["Ho Lee_1_assignsubmission_file_/ho.jsonl", "Bob Ray_2_assignsubmission_file_/ho.jsonl"],
     ["Bob Ray", "Ho Lee"]),
]  # fmt: skip


@pytest.mark.parametrize("shared", [10, 6])
@pytest.mark.parametrize(("files", "names"), COPIED)
def test_a_copied_record_counts_for_nobody_until_somebody_decides(
    tmp_path, decide, files, names, shared
):
    record = answers(0)
    made = {files[0]: record, files[1]: record[:shared], "zoe.jsonl": 5}
    book = handed_in(tmp_path / "class", made)
    assert counted(book) == {**dict.fromkeys(names, 0), "zoe": 10}
    (note,) = (note for note in notes(book) if "nobody" in note)
    first, second = sorted(names, key=lambda name: name in note.split(" and ")[1])
    assert note.startswith(tuple(files))
    assert f"is a record that {first} and {second} handed in, like " in note
    assert note.endswith(
        "It counts for nobody until "
        "decisions.csv of your custom folder has a row whose decision is owner and whose learner "
        f"is {first} or {second}."
    )
    for owner, other in (names, reversed(names)):
        decide(owner)
        book = codeedu.gradebook(tmp_path / "class")
        assert counted(book)[other] == 0
        assert counted(book)[owner] in (10, shared)
        assert any(f"It counts for {owner}, as decisions.csv says." in note for note in notes(book))
    decide(*names)  # two owners are none
    book = codeedu.gradebook(tmp_path / "class")
    assert set(counted(book).values()) == {0, 10}
    assert any("custom folder has only one row whose decision is owner" in n for n in notes(book))


def test_an_owner_of_no_copied_record_is_told(tmp_path, decide):
    handed_in(tmp_path / "class", {"ann.jsonl": 0})
    decide("ann")
    (note,) = notes(codeedu.gradebook(tmp_path / "class"))
    does_nothing = "this learner has handed in no record that another handed in, too."
    assert note == f"decisions.csv owner, ann: {does_nothing}"


def test_what_was_added_to_a_copied_record_is_told(tmp_path, decide):
    record, added = answers(0), answers(7, day="2026-11-02")[:3]
    handed_in(tmp_path / "class", {"ann.jsonl": record, "bob.jsonl": [*record, *added]})
    decide("ann")
    book = codeedu.gradebook(tmp_path / "class")
    assert counted(book) == {"ann": 10, "bob": 0}
    assert any("3 answers that ann did not hand in count for nobody." in one for one in notes(book))


def test_who_copied_a_record_keeps_another(tmp_path):
    record = answers(0)
    book = handed_in(tmp_path, {
        "w1/leeho_10_5001_ho.jsonl": record, "w1/raybob_11_5002_bob.jsonl": record,
        "w2/raybob_11_5003_bob.jsonl": None,
    })  # fmt: skip
    assert counted(book) == {"leeho": 0, "raybob": 10}


def test_on_a_roster_a_name_of_nobody_is_only_the_name_of_a_file(tmp_path):
    (tmp_path / "class.csv").write_text("name,login\nMaria Lopez,maria\nPaul Ray,paul\n")
    handed_in(tmp_path / "class", {"maria.jsonl": 0, "maria-final.jsonl": 0})
    book = codeedu.gradebook(tmp_path / "class", roster=tmp_path / "class.csv")
    assert counted(book) == {"Maria Lopez": 10, "Paul Ray": 0}
    assert book.absent == ["Paul Ray"]


def test_who_handed_in_what_is_no_record_handed_in_something(tmp_path):
    (tmp_path / "class.csv").write_text("name,login\nMaria Lopez,maria\nPaul Ray,paul\nAda Li,a\n")
    handed_in(tmp_path / "class", {"maria.jsonl": 0})
    (tmp_path / "class" / "paul.jsonl").write_bytes(b"")
    book = codeedu.gradebook(tmp_path / "class", roster=tmp_path / "class.csv")
    assert book.absent == ["Ada Li"]
    assert "Paul Ray" in report.people(book)
    assert [note for note in notes(book) if "roster" in note] == []


def test_an_edited_answer_in_a_copy_is_told(tmp_path):
    record = answers(0)
    other = [{**record[0], "answer": 1 - record[0]["answer"] % 2}, *record[1:8]]
    book = handed_in(tmp_path, {"ada.jsonl": record, "ada (1).jsonl": other})
    assert any("ada (1).jsonl has another answer to" in note for note in notes(book))


CALLED = [
    # What was handed in besides Maria's file, a name, and whose it is without a roster.
    ("smithbob_1001_50001_mlopez.jsonl", "mlopez", []),
    ("smithbob_1001_50001_bob.jsonl", "mlopez", ["lopezmaria"]),
    ("smithbob_1001_50001_1000.jsonl", "1000", ["lopezmaria"]),
    ("mlopez.jsonl", "mlopez", ["mlopez"]),
]


@pytest.mark.parametrize(("other", "name", "whose"), CALLED)
def test_no_name_that_two_have_calls_either(tmp_path, other, name, whose):
    book = handed_in(tmp_path, {"lopezmaria_1000_50000_mlopez.jsonl": None, other: None})
    assert [one for one in book.names if decisions.is_same(name, book.names_of(one))] == whose


def test_a_login_of_one_file_and_its_copy_is_the_learners(tmp_path):
    record = answers(0)
    book = handed_in(tmp_path, {"lopezmaria_1_50000_ml.jsonl": record, "ml.jsonl": record})
    assert "ml" in book.names_of("lopezmaria")


def test_a_long_path_does_not_lose_the_student(tmp_path):
    book = handed_in(tmp_path, {f"{'w' * 90}/{'x' * 90}/lopezmaria_1000_50000_ml.jsonl": None,
                                f"{'w' * 90}/{'x' * 90}/empty.txt": []})  # fmt: skip
    assert book.names == ["lopezmaria"]
    assert "… (191 characters) " in notes(book)[0]


# The roster

CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,Essay (77),codeedu lesson 05 (4711),Final Score
,,,,,Manual Posting,,
    Points Possible,,,,,10,20,(read only)
"Lopez, Maria",1000,S1000,mlopez@school.edu,Coding 1,8.50,,85
"Ray, Bob",1001,S1001,bray@school.edu,Coding 1,N/A,12,70
"Lee, Kim",1002,S1002,klee1@school.edu,Coding 1,,,
"Lee, Kim",1003,S1003,klee2@school.edu,Coding 2,,,
"Student, Test",9999,,0b1c2d,Coding 1,,,
"""
MOODLE = """\
First name,Last name,ID number,Institution,Department,Email address,Assignment: Essay (Real),Last \
downloaded from this course
Maria,Lopez,1000,,,Maria.Lopez@school.edu,-,1764500000
Bob,Ray,1001,,,bray@school.edu,8.50,1764500000
Kim,Lee,1002,,,klee1@school.edu,-,1764500000
Kim,Lee,1003,,,klee2@school.edu,-,1764500000
"""
PLAIN = "Name;Login\nMaria Lopez;mlopez\nBob Ray;bray\nKim Lee;klee1\nKim Lee;klee2\n"
KIMS = {"Canvas": ["S1002", "S1003"], "Moodle": ["1002", "1003"], "plain": ["klee1", "klee2"]}

MATCHED = [
    # A roster, a file, and the student that it is of; "" for nobody.
    (CANVAS, "lopezmaria_1000_50000_x.jsonl", "Maria Lopez"),
    (CANVAS, "lopezmaria_8888_50000_mlopez.jsonl", ""),  # the number goes first
    (CANVAS, "mlopez.jsonl", "Maria Lopez"),
    (CANVAS, "MLopez@school.edu.jsonl", "Maria Lopez"),
    (CANVAS, "s1000.jsonl", "Maria Lopez"),
    (CANVAS, "Maria-Lopez.jsonl", "Maria Lopez"),
    (CANVAS, "Kim-Lee.jsonl", ""),
    (CANVAS, "leekim_1003_50000_klee1.jsonl", "Kim Lee (S1003)"),
    (CANVAS, "9999.jsonl", ""),
    (MOODLE, f"{FOLDER}/My Homework.jsonl", "Maria Lopez"),
    (MOODLE, f"{FOLDER}/bray.jsonl", "Maria Lopez"),
    (MOODLE, "Lopez Maria_7_assignsubmission_file_x.jsonl", "Maria Lopez"),
    (MOODLE, "Mary Lopez_7_assignsubmission_file_maria.lopez.jsonl", "Maria Lopez"),
    (MOODLE, "Kim Lee_7_assignsubmission_file_klee2.jsonl", "Kim Lee (1003)"),
    (MOODLE, "Kim Lee_7_assignsubmission_file_x.jsonl", ""),
    (MOODLE, "maria.lopez@school.edu.jsonl", "Maria Lopez"),
    (MOODLE, "1000.jsonl", "Maria Lopez"),
    (PLAIN, "lopezmaria_1000_50000_x.jsonl", "Maria Lopez"),
    (PLAIN, "Week 1_mlopez_attempt_2026-11-01-10-30-00_x.jsonl", "Maria Lopez"),
    (PLAIN, "412-987 - Maria Lopez - Nov 1, 2026 1030 AM - x.jsonl", "Maria Lopez"),
    (PLAIN, "leekim_1003_50000_klee2-1.jsonl", "Kim Lee (klee2)"),
    (PLAIN, "Kim-Lee.jsonl", ""),
]  # fmt: skip


@pytest.mark.parametrize(("roster", "file", "student"), MATCHED)
def test_a_file_is_of_the_student_that_the_roster_knows(tmp_path, roster, file, student):
    (tmp_path / "roster.csv").write_text(roster)
    handed_in(tmp_path / "class", {file: None})
    book = codeedu.gradebook(tmp_path / "class", roster=tmp_path / "roster.csv")
    assert [name for name, count in counted(book).items() if count] == [
        student or next(name for name in book.names if name not in book.absent)
    ]
    assert len(book.absent) == (3 if student else 4)
    unmatched = [
        note for note in notes(book) if "on the roster, so its marks are in no row" in note
    ]
    assert bool(unmatched) is not bool(student)
    if file.startswith("Kim") and unmatched:
        assert " may be of Kim Lee (" in unmatched[0]


def test_where_a_login_is_somebody_elses_a_note_names_both(tmp_path):
    (tmp_path / "roster.csv").write_text(CANVAS)
    handed_in(tmp_path / "class", {"raybob_1001_50000_mlopez.jsonl": None})
    book = codeedu.gradebook(tmp_path / "class", roster=tmp_path / "roster.csv")
    assert notes(book) == [
        "raybob_1001_50000_mlopez.jsonl has the login of Maria Lopez, but Canvas says that Bob Ray "
        "handed it in. It counts for Bob Ray."
    ]


def test_without_a_roster_one_login_of_two_people_is_told(tmp_path):
    files = ["raybob_1001_50000_mlopez.jsonl", "lopezmaria_1000_50001_mlopez.jsonl"]
    book = handed_in(tmp_path, dict.fromkeys(files))
    assert [note.partition(" ")[2] for note in notes(book)] == [
        "has the login mlopez, as a file of raybob has. It counts for lopezmaria, as Canvas says."
    ]


NAMES = ["mlopez", "MLOPEZ@school.edu", "Maria.Lopez@school.edu", "1000", "S1000", "Lopez, Maria",
         "Maria Lopez", "typed"]  # fmt: skip


@pytest.mark.parametrize("roster", [CANVAS, MOODLE])
@pytest.mark.parametrize(
    "file", ["lopezmaria_1000_50000_typed", "Maria Lopez_7_assignsubmission_file_"]
)
def test_all_logins_of_the_roster_are_names_of_its_student(tmp_path, roster, file):
    (tmp_path / "roster.csv").write_text(roster)
    bobs = "raybob_1001_50001_mlopez" if file[0] == "l" else f"Bob Ray_8{file[13:]}mlopez"
    handed_in(tmp_path / "class", {f"{file}.jsonl": None, f"{bobs}.jsonl": None})
    book = codeedu.gradebook(tmp_path / "class", roster=tmp_path / "roster.csv")
    of = {name for name in NAMES if decisions.is_same(name, book.names_of("Maria Lopez"))}
    without = {"Maria.Lopez@school.edu"} if roster is CANVAS else {NAMES[0], NAMES[1], "S1000"}
    assert of == set(NAMES) - without - ({"typed"} if file[0] != "l" else set())
    assert decisions.is_same("mlopez", book.names_of("Bob Ray")) == (roster is MOODLE)


def filled(text):
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


@pytest.mark.parametrize("roster", [CANVAS, MOODLE, PLAIN])
def test_the_roster_comes_back_with_its_rows_and_columns(tmp_path, roster):
    (tmp_path / "roster.csv").write_text(roster)
    handed_in(tmp_path / "class", {"mlopez.jsonl": None, "Maria.Lopez.jsonl": None})
    book = codeedu.gradebook(tmp_path / "class", roster=tmp_path / "roster.csv")
    came = list(csv.reader(io.StringIO(roster), delimiter=";" if roster is PLAIN else ","))
    went = filled(book.marks())
    there = roster is CANVAS
    column = went[0].index("codeedu lesson 05 (4711)" if there else "codeedu lesson 05")
    assert column == (6 if there else len(came[0]))
    marks = {row.pop(column) for row in went if "Maria" in "".join(row)}
    assert marks == {"20.0" if there else "100.0"}
    for before, after in zip(came, went, strict=True):
        kept = [cell.strip() for cell in before]
        if "Maria" in "".join(before):
            del kept[column : column + there]
        assert after[: len(kept)] == kept
        if "Bob" in "".join(before) and not there:
            assert after[column] == ("-" if roster is MOODLE else "")  # no grade


def test_canvas_gets_its_own_file_with_marks_out_of_its_points(tmp_path):
    (tmp_path / "roster.csv").write_text(CANVAS)
    lesson_1 = [i for i in bank.load() if i.lesson == "01" and i.kind == "one"][:4]
    quiz = [a | {"of_lesson": "01"} for a in answers(0, lesson_1)]
    quiz[0]["answer"] = (quiz[0]["answer"] + 1) % 2
    handed_in(tmp_path / "class", {"mlopez.jsonl": None, "bray.jsonl": quiz})
    book = codeedu.gradebook(tmp_path / "class", roster=tmp_path / "roster.csv")
    assert filled(book.marks()) == filled("""\
Student,ID,SIS User ID,SIS Login ID,Section,Essay (77),codeedu lesson 05 (4711),Final Score,\
codeedu lesson 01
,,,,,Manual Posting,,,
Points Possible,,,,,10,20,(read only),100
"Lopez, Maria",1000,S1000,mlopez@school.edu,Coding 1,8.50,20.0,85,
"Ray, Bob",1001,S1001,bray@school.edu,Coding 1,N/A,12,70,75.0
"Lee, Kim",1002,S1002,klee1@school.edu,Coding 1,,,,
"Lee, Kim",1003,S1003,klee2@school.edu,Coding 2,,,,
"Student, Test",9999,,0b1c2d,Coding 1,,,,
""")


def as_canvas_reads_it(data):
    """Return the marks by student and assignment, by the rules of lib/gradebook_importer.rb."""
    rows = csv.reader(io.StringIO(data.decode()))
    head = next(rows)
    by_parts = head[:2] == ["LastName", "FirstName"]
    names = 2 if by_parts else 1
    assert by_parts or ("Student" in head[0] and "ID" in head[1])
    section = next(n for n, cell in enumerate(head) if "Section" in cell)
    known = ("Current Score", "Final Score")
    columns = [n for n, c in enumerate(head) if n > section and not any(k in c for k in known)]
    marks = {}
    for row in rows:
        posting = all(cell in ("", "Manual Posting") for cell in row)
        if "Points Possible" not in row[0] and not posting:
            marks[row[names]] = {head[n]: row[n] for n in columns if row[n]}
    return marks


@pytest.mark.parametrize("names", ["Student", "LastName,FirstName"])
def test_canvas_reads_what_is_written(tmp_path, names):
    roster = CANVAS
    if names != "Student":
        lines = [line.replace('"', "").replace(", ", ",", 1) for line in CANVAS.splitlines()]
        lines[0], lines[1] = lines[0].replace("Student", names), f",{lines[1]}"
        lines[2] = lines[2].replace("Possible,", "Possible,,")
        roster = "\n".join(lines)
    (tmp_path / "roster.csv").write_text(roster)
    handed_in(tmp_path / "class", {"lopezmaria_1000_5001_x.jsonl": None})
    out = tmp_path / "m.csv"
    command = ["gradebook", str(tmp_path / "class"), "--roster", str(tmp_path / "roster.csv")]
    assert main([*command, "-o", str(out)]) == 0
    marks = as_canvas_reads_it(out.read_bytes())
    assert marks["1000"] == {"Essay (77)": "8.50", "codeedu lesson 05 (4711)": "20.0"}
    assert marks["1001"] == {"Essay (77)": "N/A", "codeedu lesson 05 (4711)": "12"}
    assert list(marks) == ["1000", "1001", "1002", "1003", "9999"]


UNREADABLE = [
    ("", "no column says who the students are"),
    ("when,where\n1,2\n", "no column says who the students are"),
    ("name,login\n", "no student stands below the first line"),
    (CANVAS.partition('"Lopez')[0], "no student stands below the first line"),
]


@pytest.mark.parametrize(("roster", "why"), UNREADABLE)
def test_a_roster_without_students_is_told(tmp_path, capsys, roster, why):
    (tmp_path / "roster.csv").write_text(roster)
    (tmp_path / "class").mkdir()
    command = ["gradebook", str(tmp_path / "class"), "--roster", str(tmp_path / "roster.csv")]
    assert main(command) == 2
    assert f"roster.csv, line 1: {why}. " in capsys.readouterr().err


def test_a_roster_that_is_not_there_is_told(tmp_path, capsys):
    (tmp_path / "class").mkdir()
    assert main(["gradebook", str(tmp_path / "class"), "--roster", "no.csv"]) == 2
    assert "no.csv: cannot be read: No such file or directory. Check the path." in (
        capsys.readouterr().err
    )


def test_a_workbook_is_a_roster_too(tmp_path):
    book = openpyxl.Workbook()
    for row in csv.reader(io.StringIO(PLAIN), delimiter=";"):
        book.active.append(row)
    book.save(tmp_path / "roster.xlsx")
    handed_in(tmp_path / "class", {"klee2.jsonl": None})
    out = tmp_path / "marks.xlsx"
    command = ["gradebook", str(tmp_path / "class"), "--roster", str(tmp_path / "roster.xlsx")]
    assert main([*command, "-o", str(out)]) == 0
    *_, last = openpyxl.load_workbook(out).active.values
    assert last == ("Kim Lee", "klee2", 100)


def test_text_of_a_workbook_is_no_formula_in_csv(tmp_path):
    book = openpyxl.Workbook()
    for row in (["name", "login", "note"], ["Maria Lopez", "mlopez", None]):
        book.active.append(row)
    cell = book.active.cell(2, 3, "=1+1")
    cell.data_type = "s"
    book.save(tmp_path / "roster.xlsx")
    handed_in(tmp_path / "class", {"mlopez.jsonl": None})
    book = codeedu.gradebook(tmp_path / "class", roster=tmp_path / "roster.xlsx")
    assert filled(book.marks())[1] == ["Maria Lopez", "mlopez", "'=1+1", "100.0"]


def test_a_student_who_is_on_the_roster_twice_has_one_row(tmp_path):
    (tmp_path / "r.csv").write_text("name,login\nMaria Lopez,ml\nMaria Lopez,ml\n")
    handed_in(tmp_path / "class", {"ml.jsonl": None})
    book = codeedu.gradebook(tmp_path / "class", roster=tmp_path / "r.csv")
    assert [row[2] for row in filled(book.marks())[1:]] == ["100.0", ""]
    assert (book.names, notes(book)) == (["Maria Lopez"], [])


@pytest.mark.parametrize("option", ["-o", "--report"])
def test_the_roster_is_not_replaced(tmp_path, capsys, option):
    roster = tmp_path / "r.csv"
    roster.write_text(PLAIN)
    handed_in(tmp_path / "class", {"mlopez.jsonl": None})
    command = ["gradebook", str(tmp_path / "class"), "--roster", str(roster), option]
    with pytest.raises(SystemExit):
        main([*command, str(tmp_path / "class" / ".." / "r.csv")])
    assert "r.csv is the roster: choose another name" in capsys.readouterr().err
    assert roster.read_text() == PLAIN


POINTS = [("1,000", 1000), ("0", 100), ("nan", 100), ("x", 100)]


@pytest.mark.parametrize(("points", "mark"), POINTS)
def test_points_that_are_no_number_are_told(tmp_path, points, mark):
    (tmp_path / "r.csv").write_text(
        f'ID,Student,Section,codeedu lesson 05\n,Points Possible,,"{points}"\n7,"L, M",1,\n'
    )
    handed_in(tmp_path / "class", {"lm_7_5000_x.jsonl": None})
    book = codeedu.gradebook(tmp_path / "class", roster=tmp_path / "r.csv")
    assert filled(book.marks())[2][3] == f"{mark}.0"
    told = f"roster, codeedu lesson 05 its Points Possible are '{points}', so marks are out of 100."
    assert notes(book) == [told] * (mark == 100)


def test_with_a_roster_of_canvas_the_marks_are_csv(tmp_path, capsys):
    (tmp_path / "roster.csv").write_text(CANVAS)
    handed_in(tmp_path / "class", {"mlopez.jsonl": None})
    command = ["gradebook", str(tmp_path / "class"), "--roster", str(tmp_path / "roster.csv"), "-o"]
    with pytest.raises(SystemExit):
        main([*command, str(tmp_path / "m.xlsx")])
    assert "Canvas imports CSV: add -o marks.csv" in capsys.readouterr().err
    assert main([*command, str(tmp_path / "m.xlsx"), "--all"]) == 0
    rows = list(openpyxl.load_workbook(tmp_path / "m.xlsx").active.values)
    assert [row[0] for row in rows] == [
        "learner", "Bob Ray", "Kim Lee (S1002)", "Kim Lee (S1003)", "Maria Lopez",
    ]  # fmt: skip
    assert "Handed in nothing: Bob Ray, Kim Lee (S1002), and Kim Lee (S1003).\n" in (
        capsys.readouterr().out
    )


# A class of thirty, as it is handed back

LATE, WRONG, COPIED_BY = 4, 7, 9  # learner 7 typed the login of 8; 9 handed in the record of 10


@pytest.fixture(scope="module")
def thirty(tmp_path_factory):
    folder = tmp_path_factory.mktemp("thirty")
    classroom.write(folder)
    return [path.read_bytes() for path in sorted(folder.iterdir())]


def first_and_last(number):
    return f"First{chr(97 + number)}", f"Last{chr(97 + number)}" if number < 26 else f"O'{number}"


@pytest.mark.parametrize("system", ["canvas", "moodle"])
def test_a_class_that_a_system_handed_back(thirty, tmp_path, system):
    heads = {"canvas": "Student,ID,SIS Login ID,Section", "moodle":
             "First name,Last name,ID number,Email address"}  # fmt: skip
    roster = [heads[system]]
    with zipfile.ZipFile(tmp_path / "class.zip", "w") as archive:
        for number, record in enumerate(thirty):
            first, last = first_and_last(number)
            login = f"user{number + (number == WRONG)}"
            late = "LATE_" * (number < LATE)
            squashed = "".join(filter(str.isalnum, f"{last}{first}")).lower()
            in_moodle = f"{first} {last}_{300 + number}_assignsubmission_file_/{login}.jsonl"
            in_canvas = f"{squashed}_{late}{1000 + number}_{50000 + number}_{login}.jsonl"
            record = thirty[10] if number == COPIED_BY else record
            archive.writestr(in_moodle if system == "moodle" else in_canvas, record)
            ids = f"{1000 + number},user{number}@school.edu"
            roster.append(f'"{last}, {first}",{ids},Coding' if system == "canvas"
                          else f"{first},{last},{ids}")  # fmt: skip
    roster.append("\"Nobody, Ned\",2000,ned@school.edu,Coding" if system == "canvas"
                  else "Ned,Nobody,2000,ned@school.edu")  # fmt: skip
    (tmp_path / "roster.csv").write_text("\n".join(roster))
    book = codeedu.gradebook(tmp_path / "class.zip", roster=tmp_path / "roster.csv")
    names = [" ".join(first_and_last(number)) for number in range(30)]
    assert set(book.names) == {*names, "Ned Nobody"}
    assert book.absent == ["Ned Nobody"]
    without = {name for name, count in counted(book).items() if not count}
    assert without == {"Ned Nobody", names[COPIED_BY], names[10]}
    assert len(notes(book)) == 2  # a wrong login, and a record that two handed in
    assert sum(names[WRONG] in note and names[8] in note for note in notes(book)) == 1
    marks = [row for row in filled(book.marks())[1:] if any(row[4:])]
    assert sum(any(cell[:1].isdigit() for cell in row[4:]) for row in marks) == 28


@pytest.mark.parametrize("roster", ["", MOODLE])
def test_two_numbers_in_one_download_of_moodle_are_two_people(tmp_path, roster):
    for number, right in ((1249, True), (1250, False)):  # the second typed the first one's login
        place = tmp_path / "class" / f"Kim Lee_{number}_assignsubmission_file_"
        place.mkdir(parents=True)
        text = json.dumps(line(right=right, day=f"2026-11-0{1 + right}"))
        (place / "klee1.jsonl").write_text(text + "\n", encoding="utf-8")
    (tmp_path / "roster.csv").write_text(roster, encoding="utf-8")
    book = codeedu.gradebook(tmp_path / "class", roster=tmp_path / "roster.csv" if roster else None)
    handed = [name for name in book.names if name not in book.absent]
    assert handed == ["Kim Lee (1249)", "Kim Lee (1250)"]
    assert book.lessons["best"].tolist() == [100.0, 0.0]
