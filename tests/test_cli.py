"""The command line: it explains codes, streams files, loses nothing, and says how it went."""

import csv
import gzip
import io
import json
import os
import random
import stat
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import codeedu
from codeedu.claims.file import records, rows
from codeedu.cli import main
from codeedu.teach.author import bank_rules

CMS = Path(__file__).parents[2] / "shared" / "cms" / "2018-Alpha-Numeric-HCPCS-File.zip"
REAL = pytest.mark.skipif(not CMS.exists(), reason="the CMS release of 2018 is not on this machine")

HEADER = ",code,modifiers,code_set,level,category,section,ambiguous,note,status"


def run(path, data, *options, column="hcpcs"):
    """Write `data` to a file, classify it, and return the exit code and what was written."""
    source, target = path / "claims.csv", path / "out.csv"
    source.write_bytes(data)
    code = main(["classify", str(source), "--column", column, "-o", str(target), *options])
    return code, target.read_bytes() if target.exists() else None


def test_codes_are_explained(capsys):
    assert main(["classify", "J1885", "99213-25", "E1165"]) == 0
    out = capsys.readouterr().out
    for entry in ("J1885", "99213-25", "E1165"):
        assert repr(codeedu.classify(entry).explain()) in out


@pytest.mark.parametrize(("entries", "code"), [(["J1885"], 0), (["J1885", "?"], 1), (["-25"], 0)])
def test_the_exit_code_says_whether_all_was_read(entries, code, capsys):
    assert main(["classify", "--json", "--", *entries]) == code
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["entered"] for row in rows] == entries
    if entries == ["J1885"]:
        assert rows[0]["readings"][0]["code_set"] == "HCPCS Level II"
        assert rows[0]["readings"][0]["why"]


@pytest.mark.parametrize("code_page", ["cp1252", "cp437", "ascii", "utf-8"])
@pytest.mark.parametrize("entry", ["J188Ѕ", "CPT® 99213", "９９２１３", "é\udcff"])
def test_any_entry_is_explained_on_any_code_page(entry, code_page):
    done = subprocess.run(
        [sys.executable, "-m", "codeedu", "classify", "--", entry],
        env={**os.environ, "PYTHONIOENCODING": code_page, "PYTHONUTF8": "1"},
        capture_output=True,
    )
    assert (done.returncode in (0, 1), done.stderr) == (True, b"")
    assert done.stdout.strip()


def test_what_is_no_terminal_is_printed_to_as_well(monkeypatch):
    for stream in (io.StringIO(), io.TextIOWrapper(io.BytesIO(), "ascii")):
        monkeypatch.setattr(sys, "stdout", stream)
        assert main(["classify", "J188Ѕ"]) == 1
        stream.seek(0)
        assert stream.read()


def test_a_file_keeps_its_bytes_and_gets_its_answers(tmp_path, capsys):
    data = b'id,"hcpcs" ,  d\r\n01, J1885,"a, b"\r\n2,99213-25,NA\r\n'
    code, out = run(tmp_path, data, column="HCPCS")
    assert code == 0
    lines = out.decode().split("\r\n")
    assert lines[0] == 'id,"hcpcs" ,  d' + HEADER
    assert lines[1].startswith('01, J1885,"a, b",J1885,,HCPCS Level II,II,,')
    assert (
        lines[2]
        == "2,99213-25,NA,99213,25,CPT,I,Category I,Evaluation and Management,False,,format"
    )
    err = capsys.readouterr().err
    assert "2 rows: 2 read, 0 not readable, 0 empty" in err
    assert "CPT Category I (format): 99213-25" in err


AWKWARD = {
    "ragged": b"hcpcs,b,c\n99213\n99213,1,2,3,4\n99213,1,2\n",
    "quoted newlines": b'b,hcpcs,c\n"1\n2",99213,"x\r\n\r\ny"\n3,J1885,4\n',
    "byte order mark": b"\xef\xbb\xbfhcpcs,b\nJ1885,\xc3\xa9\n",
    "line ends": b"hcpcs,b\r\n99213,1\r\n99213,2\r\nJ1885,",
    "latin-1": b"hcpcs,b\n99213,caf\xe9\nJ1885\xa0,\xa0\n",
    "blank lines": b"hcpcs,b\n\n99213,1\n\n\n",
    "tabs": b"hcpcs\tb\n99213\t1,5\n",
    "semicolons": b"b;hcpcs\n1,5;99213\n",
    "a lone quote": b'b,hcpcs\n6" pipe,99213\n"5""",J1885\n',
    "quotes that close nothing": b'b,hcpcs\n"6" pipe,99213\n"5"" x",J1885\n',
    "nothing but a header": b"hcpcs\n",
    "not-a-number words": b"hcpcs,b\nNA,NULL\nnan,None\n00100,007\n",
    "nul bytes": b"hcpcs,b\n99213,\x00\n",
    "no line end": b"hcpcs\n99213",
}


@pytest.mark.parametrize("data", AWKWARD.values(), ids=AWKWARD.keys())
def test_no_row_and_no_byte_is_lost(tmp_path, data):
    delimiter = next(d for d in ";\t," if d.encode() in data.splitlines()[0] + b",")
    _, out = run(tmp_path, data)
    before = list(csv.reader(io.StringIO(data.decode("latin-1"), newline=""), delimiter=delimiter))
    after = list(csv.reader(io.StringIO(out.decode("latin-1"), newline=""), delimiter=delimiter))
    assert len(after) == len(before)
    width = len(before[0])
    for was, row in zip(before, after, strict=True):
        assert row[: len(was)] == was
        assert len(row) == (max(len(was), width) + 9 if was else 0)
    at = [name.strip("\xef\xbb\xbf") for name in before[0]].index("hcpcs")
    for was, row in zip(before[1:], after[1:], strict=True):
        if was:
            found = codeedu.classify(was[at])
            assert row[-9:-7] == [found.code or "", "-".join(found.modifiers)]


def test_answers_are_those_of_a_column(tmp_path):
    entries = ["J1885", "99213GA", "100", "E1165", "j1885", "?", "", "NA", "1234567"]
    data = "hcpcs\n" + "".join(f'"{entry}"\n' for entry in entries)
    code, out = run(tmp_path, data.encode())
    assert code == 1
    got = pd.read_csv(io.BytesIO(out), dtype=str, keep_default_na=False)
    column = codeedu.classify_column(pd.Series(entries)).astype(object)
    column["ambiguous"] = column["ambiguous"].map(str)
    assert got.iloc[:, 1:].to_numpy().tolist() == column.fillna("").to_numpy().tolist()


def test_names_that_are_taken(tmp_path):
    _, out = run(tmp_path, b"code,note\nJ1885,x\n", column="code")
    assert out.splitlines()[0] == (
        b"code,note,codeedu_code,modifiers,code_set,level,category,section,ambiguous,codeedu_note,status"
    )


def test_json_lines(tmp_path):
    code, out = run(tmp_path, b"hcpcs\nJ1885\n\nX!\n", "--json")
    rows = [json.loads(line) for line in out.splitlines()]
    assert code == 1
    assert [(row["row"], row["entered"], row["code"]) for row in rows] == [
        (1, "J1885", "J1885"), (2, "X!", None)]  # fmt: skip
    assert rows[0]["level"] == "II"


def test_gzip_in_and_out(tmp_path):
    source, target = tmp_path / "in.csv.gz", tmp_path / "out.csv.gz"
    source.write_bytes(gzip.compress(b"hcpcs\nJ1885\n"))
    assert main(["classify", str(source), "--column", "hcpcs", "-o", str(target)]) == 0
    assert gzip.decompress(target.read_bytes()).splitlines()[1].startswith(b"J1885,J1885,")
    assert sorted(tmp_path.iterdir()) == [source, target]


WHOLE = gzip.compress(b"hcpcs\n" + random.Random(0).randbytes(90_000).hex().encode())
DAMAGED = {
    "cut off": WHOLE[:-200],
    "zeros in it": WHOLE[:40_000] + b"\0" * 20 + WHOLE[40_020:],
    "zeros at once": WHOLE[:12] + b"\0" * 20 + WHOLE[32:],
    "a wrong checksum": WHOLE[:-8] + b"\0" * 8,
    "only the beginning": WHOLE[:8],
    "more behind it": WHOLE + b"more",
}


@pytest.mark.parametrize("data", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_gzip_is_said(tmp_path, data, capsys):
    assert run(tmp_path, data) == (2, None)
    said = capsys.readouterr().err.splitlines()[-1]
    source = tmp_path / "claims.csv"
    assert said == f"codeedu: {source}: The zipped file is damaged or cut off: get it again."
    assert [path.name for path in tmp_path.iterdir()] == ["claims.csv"]


def test_a_shortage_of_memory_is_said(monkeypatch, capsys):
    def run_out(*_):
        raise MemoryError

    monkeypatch.setattr("codeedu.codes.classify.classify", run_out)
    assert main(["classify", "J1885"]) == 2
    assert capsys.readouterr().err == "codeedu: this needs more memory; nothing was written.\n"


def test_a_name_that_is_too_long_is_a_sentence(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    long = "A" * 5_000
    assert main(["classify", long]) == 1
    out = " ".join(capsys.readouterr().out.split())
    assert "5,000 characters are too many" in out
    assert main(["classify", long, "--column", "hcpcs"]) == 2
    assert capsys.readouterr().err == f"codeedu: {long}: its name is too long.\n"
    (tmp_path / "claims.csv").write_text("hcpcs\nJ1885\n")
    assert main(["classify", "claims.csv", "--column", "hcpcs", "-o", long]) == 2
    said = capsys.readouterr().err.splitlines()[-1]
    assert said == f"codeedu: {long} was not written: its name is too long."


def test_stdin_and_stdout():
    command = [sys.executable, "-m", "codeedu", "classify", "-", "--column", "hcpcs"]
    for data in (b"hcpcs\nJ1885\n", gzip.compress(b"hcpcs\nJ1885\n")):
        done = subprocess.run(command, input=data, capture_output=True, check=False)
        assert done.returncode == 0
        assert done.stdout.splitlines()[1].startswith(b"J1885,J1885,,HCPCS Level II")
        assert b"1 row: 1 read" in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="no FIFO")
def test_a_pipe_is_read_as_a_file_is(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    command = ["classify", "pipe", "--column", "hcpcs", "-o", "out.csv"]
    with subprocess.Popen(["bash", "-c", "printf 'hcpcs\\nJ1885\\n' > pipe"]):
        assert main(command) == 0
    assert "1 row: 1 read" in capsys.readouterr().err
    assert Path("out.csv").read_text().splitlines()[1].startswith("J1885,J1885,,HCPCS Level II")


@pytest.mark.skipif(os.name == "nt", reason="no FIFO")
def test_what_is_no_file_is_not_explained_as_a_code(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    for name in ("claims 2024", "J1885"):
        Path(name).mkdir()
    for name, what in [
        (".", "folder: name a file"),
        ("claims 2024", "folder: name a file"),
        ("pipe", "pipe or a device: name its --column"),
        (os.devnull, "pipe or a device: name its --column"),
    ]:
        with pytest.raises(SystemExit) as raised:
            main(["classify", name])
        said = capsys.readouterr()
        assert (raised.value.code, said.out) == (2, "")
        assert said.err.endswith(f"error: {name} is no file and no code, but a {what}\n")
    assert main(["classify", "J1885"]) == 0  # a folder may have a code for its name


def test_a_reader_that_goes_away(tmp_path):
    (tmp_path / "in.csv").write_bytes(b"hcpcs\n" + b"J1885\n" * 200_000)
    line = f"{sys.executable} -m codeedu classify in.csv --column hcpcs | head -n 1"
    done = subprocess.run(
        ["bash", "-c", f"{line}; exit ${{PIPESTATUS[0]}}"],
        cwd=tmp_path, capture_output=True, check=False,
        env={**os.environ, "PYTHONPATH": str(Path(codeedu.__file__).parents[1])},
    )  # fmt: skip
    assert done.returncode == 141
    assert done.stdout.startswith(b"hcpcs,code,")
    assert b"Traceback" not in done.stderr
    assert b"Exception" not in done.stderr


def test_nothing_half_written(tmp_path, monkeypatch):
    target = tmp_path / "out.csv"
    target.write_bytes(b"as it was")
    target.chmod(0o640)
    for error, code in ((KeyboardInterrupt, 130), (OSError("disk full"), 2)):

        def fail(*_, error=error):
            raise error

        monkeypatch.setattr("tqdm.std.tqdm.update", fail)
        assert run(tmp_path, b"hcpcs\nJ1885\n") == (code, b"as it was")
    monkeypatch.undo()
    assert run(tmp_path, b"hcpcs\nJ1885\n")[0] == 0
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert sorted(path.name for path in tmp_path.iterdir()) == ["claims.csv", "out.csv"]
    source = str(tmp_path / "claims.csv")
    assert main(["classify", source, "--column", "hcpcs", "-o", source]) == 0  # onto itself
    assert Path(source).read_bytes().startswith(b"hcpcs,code,")


WRONG = [
    (b"hcpcs,b\nJ1885,1\n", "code", "There is no column 'code'. The columns are: hcpcs, b."),
    (b"", "hcpcs", "The columns are: none, for the file is empty."),
    (b'hcpcs,b\nJ1885,1\n99213,"x\nJ1885,2\n', "hcpcs", "In line 3 a quote is opened and never"),
    (b'hcpcs,b\nJ1885,"1', "hcpcs", "In line 2 a quote is opened and never closed"),
    (
        b'b,hcpcs\n5" tape,"J1885\nx,99213\ny,A0428\n',
        "hcpcs",
        "In line 2 a quote is opened and never",
    ),
    (b'b,hcpcs\n5" tape,"J1885\nx,99213\n"y",A0428\n', "hcpcs", "In line 2 a quote is opened and"),
    (b'b,hcpcs\nx,1\n"5"" tape,J1885\n"y",A0428\nz,2\n', "hcpcs", "In line 3 a quote is opened"),
    (b'b,hcpcs\n5" tape,"J1885', "hcpcs", "In line 2 a quote is opened and never closed"),
    (b'b,hcpcs\nx"y,"', "hcpcs", "In line 2 a quote is opened and never closed"),
    ("hcpcs\nJ1885\n".encode("utf-16"), "hcpcs", "The file is in UTF-16: save it as UTF-8"),
]


@pytest.mark.parametrize(("data", "column", "says"), WRONG)
def test_files_that_cannot_be_read(tmp_path, capsys, data, column, says):
    assert run(tmp_path, data, column=column) == (2, None)
    assert says in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["claims.csv"]


def test_a_field_without_end(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(records, "LARGEST", 1_000)
    assert run(tmp_path, b'hcpcs,b\nJ1885,"' + b"x\n" * 2_000) == (2, None)
    assert "In line 2 a quote is opened" in capsys.readouterr().err
    csv.field_size_limit(131_072)


USAGE = [
    ["classify"], ["classify", "J1885", "--context", "claim"],
    ["classify", "J1885", "-o", "x"], ["classify", "a", "b", "--column", "c"], ["classify", "-"],
]  # fmt: skip


@pytest.mark.parametrize("arguments", USAGE, ids=" ".join)
def test_wrong_usage(arguments):
    with pytest.raises(SystemExit) as raised:
        main(arguments)
    assert raised.value.code == 2


def test_a_file_without_its_column(tmp_path, capsys):
    (tmp_path / "claims.csv").write_text("hcpcs\n")
    assert main(["classify", str(tmp_path / "claims.csv")]) == 2
    said = "No column looks like codes. The columns are: 'hcpcs'. Name one with --column.\n"
    assert capsys.readouterr().err.endswith(f"claims.csv: {said}")
    assert main(["classify", str(tmp_path / "none.csv"), "--column", "hcpcs"]) == 2
    with pytest.raises(SystemExit):
        main(["classify", "none.csv"])
    assert "there is no file none.csv" in capsys.readouterr().err


def test_help_says_what_the_exit_codes_mean(capsys):
    for command in ([], ["classify"]):
        with pytest.raises(SystemExit) as raised:
            main([*command, "--help"])
        assert raised.value.code == 0
        assert "130  stopped by Ctrl-C" in capsys.readouterr().out


@pytest.mark.parametrize("words", [[], ["lesson", "open"]])
def test_without_a_command_the_course_opens(words, tmp_path, monkeypatch, capsys):
    opened = []
    monkeypatch.setattr("codeedu.lab.classroom.open_lab", opened.append)
    monkeypatch.chdir(tmp_path)
    assert main(words) == 0
    assert opened == [Path("course")]
    assert (tmp_path / "course" / "00-start-here.ipynb").is_file()
    assert "JupyterLab opens in your browser." in capsys.readouterr().out


def test_a_learner_of_several_opens_the_course_with_a_record_of_their_own(
    tmp_path, monkeypatch, capsys
):
    opened = []
    look = lambda _: opened.append(os.environ["CODEEDU_PROGRESS"])  # noqa: E731
    monkeypatch.setattr("codeedu.lab.classroom.open_lab", look)
    monkeypatch.setenv("CODEEDU_PROGRESS", "answers.jsonl")
    monkeypatch.chdir(tmp_path)
    assert main(["lesson", "open", "--learner", "mlopez"]) == 0
    assert opened == [str(tmp_path / "mlopez-codeedu-progress.jsonl")]
    assert main(["lesson", "open", "--learner", "m lopez"]) == 2
    assert "“m lopez” is not a login: write it with letters and digits" in capsys.readouterr().err
    assert len(opened) == 1


@pytest.fixture
def release(tmp_path):
    from test_release import NEW, OLD, written

    return written(tmp_path / "old.txt", OLD), written(tmp_path / "new.txt", NEW)


def test_a_release_and_dates(tmp_path, release):
    data = b"hcpcs,day\nA9002,2016-01-01\nA9002,2018-01-01\nA9002,soon\nA9002,\n99213,soon\nA9002\n"
    options = ["--release", str(release[1])]
    _, out = run(tmp_path, data, *options, "--on-column", "day")
    got = pd.read_csv(io.BytesIO(out), dtype=str, keep_default_na=False)
    frame = pd.read_csv(io.BytesIO(data), dtype=str, keep_default_na=False)
    column = codeedu.classify_column(
        frame["hcpcs"], release=codeedu.load_release(release[1]), on=frame["day"]
    )
    expected = ["listed", "terminated", "date not readable", "terminated", "format", "terminated"]
    assert got["status"].tolist() == column["status"].tolist() == expected
    _, out = run(tmp_path, data, *options, "--on", "2016-12-31")
    assert out.count(b",listed") == 5
    assert main(["classify", "A9002", *options, "--on", "soon"]) == 2
    assert main(["classify", "A9002", *options, "--on", "2018-01-01"]) == 0
    assert run(tmp_path, data, *options, "--on-column", "when")[0] == 2


def test_a_date_is_looked_up_in_the_list_of_the_course(tmp_path, capsys):
    assert main(["classify", "A4466", "--on", "2016-12-31"]) == 0
    assert "A4466 is listed on December 31, 2016" in " ".join(capsys.readouterr().out.split())
    assert main(["classify", "A4466", "--on", "soon"]) == 2
    _, out = run(tmp_path, b"hcpcs,day\nA4466,2016-12-31\nA4466,2017-01-01\n", "--on-column", "day")
    statuses = [line.rpartition(",")[2] for line in out.decode().splitlines()[1:]]
    assert statuses == ["listed", "terminated"]


def test_what_changed_between_releases(release, capsys):
    old, new = map(str, release)
    assert main(["release", "diff", old, new]) == 1
    assert "added,A9004,code,added,,20170101" in capsys.readouterr().out
    assert main(["release", "diff", old, old]) == 0
    assert main(["release", "diff", old, old + "x"]) == 2


def test_what_changed_runs_in_no_spreadsheet(tmp_path, capsys):
    from test_release import NEW, OLD, written

    evil = OLD.replace("Invented supply ", "=HYPERLINK(1)   ")
    old, new = written(tmp_path / "old.txt", evil), written(tmp_path / "new.txt", NEW)
    assert main(["release", "diff", str(old), str(new), "-o", str(tmp_path / "x.csv")]) == 1
    assert main(["release", "diff", str(old), str(new)]) == 1
    on_screen, in_file = capsys.readouterr().out, (tmp_path / "x.csv").read_text()
    assert on_screen.splitlines() == in_file.splitlines()
    assert "revised,A9001,code,short,'=HYPERLINK(1),Invented suppl2" in in_file.splitlines()


def test_memory_of_answers_is_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(rows, "REMEMBERED", 10)
    data = b"hcpcs\n" + b"".join(b"%05d\n" % i for i in range(100, 1_000))
    code, out = run(tmp_path, data)
    assert (code, out.count(b"Anesthesia")) == (0, 900)


def test_a_column_of_something_else_is_noted(tmp_path, capsys):
    run(tmp_path, b"dx\nE119\nI10\nE1165\n", column="dx")
    assert "Note: 100% of the entries read as ICD-10-CM" in capsys.readouterr().err


@REAL
def test_a_large_file_made_from_the_real_release(tmp_path):
    codes = codeedu.load_release(CMS).codes.query("kind == 'code'")["code"].tolist()
    rows = [f"{i},{code},\n" for i, code in enumerate(random.Random(0).choices(codes, k=200_000))]
    code, out = run(tmp_path, ("id,hcpcs,paid\n" + "".join(rows)).encode())
    assert code == 0
    lines = out.decode().splitlines()
    assert len(lines) == 200_001
    assert all(line.startswith(row[:-1]) for line, row in zip(lines[1:], rows, strict=True))
    assert sum(",HCPCS Level II,II," in line for line in lines) == 200_000


@pytest.fixture
def example(tmp_path):
    """Return the bank that docs/question-bank.md shows, as a file."""
    guide = (Path(__file__).parents[1] / "docs" / "question-bank.md").read_text(encoding="utf-8")
    path = tmp_path / "my-bank.toml"
    path.write_text(guide.split("````toml\n")[1].split("````")[0], encoding="utf-8")
    return path


def test_a_bank_is_checked(example, capsys):
    assert main(["check", str(example)]) == 0
    *warnings, read, last = capsys.readouterr().out.splitlines()
    assert read == "Read: 6 questions."
    warnings = [line for line in warnings if not line.startswith("notice: ")]
    assert (warnings, last) == ([], "no problems, no warnings.")


def test_what_is_wrong_in_a_bank(example, tmp_path, capsys):
    wrong = tmp_path / "wrong.toml"
    text = example.read_text(encoding="utf-8")
    wrong.write_text(text.replace('"05-lost-dot"', '"05-no-such"'), encoding="utf-8")
    assert main(["check", str(example), str(wrong)]) == 1
    out = capsys.readouterr().out
    found = [says for says in out.splitlines()[:-2] if not says.startswith("notice: ")]
    assert found == [str(problem) for problem in bank_rules.check_banks([example, wrong])]
    assert f"{wrong}, line 5, 05-lost-dot-01: there is no objective '05-no-such'. Take" in out


def test_banks_that_cannot_be_read(example, tmp_path, capsys):
    (tmp_path / "empty").mkdir()
    for absent, says in (
        ("none.toml", "cannot be read: No such file"),
        ("empty", "there is nothing in this folder"),
    ):
        assert main(["check", str(example), str(tmp_path / absent)]) == 2
        out = capsys.readouterr().out
        assert f"{tmp_path / absent}: {says}" in out
        assert "1 problem, " in out.splitlines()[-1]
    for data in (b"\xff", b"a = ?+"):
        (tmp_path / "spoiled.toml").write_bytes(data)
        assert main(["check", str(tmp_path / "spoiled.toml")]) == 1
        assert "spoiled.toml, line 1: th" in capsys.readouterr().out


CANNOT = "was not written: it is too large for this disk."
MADE = [  # a command, and the file that it cannot write when there is room for 2,000 bytes
    ("classify claims.csv --column hcpcs -o claims.csv", "claims.csv"),
    ("classify claims.csv --column hcpcs -o link.csv", "link.csv"),
    ("gradebook class -o marks.csv --report report.html", "report.html"),
    ("gradebook class -o report.html --report marks.csv", "marks.csv"),
    ("assignment new --lesson 05 --items 2 -o .", "assignment-05-2-0.ipynb"),
    ("assignment new --lesson 05 -o out --key report.html", "report.html"),
    ("lesson new 21 Modifiers -o own", "own/21-modifiers.toml"),
    ("lesson reset --course course 03", "course/03-level-i-or-level-ii.ipynb"),
    ("export --to csv -o marks.csv", "marks.csv"),
    ("release diff old.txt new.txt -o report.html", "report.html"),
    ("release add large.txt", "data/releases/large.source"),
]


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def desk(tmp_path, monkeypatch, release):
    """A folder with a file of each kind that a command reads or replaces."""
    from test_release import NEW, written

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CODEEDU_DATA", str(tmp_path / "data"))
    (tmp_path / "class").mkdir()
    answers = (Path(__file__).parent / "data" / "record-with-sitting-names.jsonl").read_bytes()
    (tmp_path / "class" / "ada.jsonl").write_bytes(answers)
    (tmp_path / "claims.csv").write_text("hcpcs\n" + "J1885\n" * 100)
    (tmp_path / "link.csv").symlink_to("claims.csv")
    for name in ("marks.csv", "report.html", "assignment-05-2-0.ipynb"):
        (tmp_path / name).write_text("as it was")
    written(tmp_path / "large.txt", NEW * 20)
    assert main(["lesson", "update", "--course", "course"]) == 0
    (tmp_path / "course" / "03-level-i-or-level-ii.ipynb").write_text("my own")
    return tmp_path


@pytest.mark.parametrize(("command", "name"), MADE)
def test_a_full_disk_leaves_everything_as_it_was(desk, full_disk, capsys, command, name):
    before = contents(desk)
    with full_disk(2_000):
        assert main(command.split()) == 2
    said = capsys.readouterr().err.splitlines()[-1]
    assert said.endswith(f"{name} {CANNOT}")
    assert "Errno" not in said
    assert ".part" not in said
    assert contents(desk) == before
    assert main(command.split()) in (0, 1), "with room, the command works"


@pytest.mark.parametrize("command", [command for command, _ in MADE if " -o " in command])
def test_a_folder_that_may_not_be_written_is_said(desk, monkeypatch, capsys, command):
    before, make = contents(desk), os.open

    def refuse(path, flags, *more, **words):
        if flags & os.O_CREAT:
            raise PermissionError(13, "Permission denied", str(path))
        return make(path, flags, *more, **words)

    monkeypatch.setattr(os, "open", refuse)
    assert main(command.split()) == 2
    said = capsys.readouterr().err.splitlines()[-1]
    assert said.endswith(" not written: you have no permission, or another program has it open.")
    assert ".part" not in said
    monkeypatch.undo()
    assert contents(desk) == before


@pytest.mark.parametrize("name", ["codeedu-progress.jsonl", "link.jsonl"])
def test_no_command_writes_onto_the_record(desk, monkeypatch, capsys, name):
    monkeypatch.setenv("CODEEDU_PROGRESS", str(desk / "codeedu-progress.jsonl"))
    (desk / "codeedu-progress.jsonl").write_text("answers")
    (desk / "link.jsonl").symlink_to("codeedu-progress.jsonl")
    for command in ("classify claims.csv --column hcpcs -o", "gradebook class -o"):
        assert main([*command.split(), name]) == 2
        said = capsys.readouterr().err.splitlines()[-1]
        assert said.startswith(f"codeedu: {name} is the record of your answers")
    assert (desk / "codeedu-progress.jsonl").read_text() == "answers"


def test_a_pipe_gets_the_marks(desk):
    os.mkfifo("pipe")
    with subprocess.Popen(["cat", "pipe"], stdout=subprocess.PIPE, text=True) as reader:
        assert main(["gradebook", "class", "-o", "pipe"]) == 0
        assert reader.communicate()[0].startswith("\ufefflearner,")
    assert Path("pipe").is_fifo()


def test_two_outputs_are_two_files(desk, capsys):
    with pytest.raises(SystemExit):
        main(["gradebook", "class", "-o", "marks.csv", "--report", "marks.csv"])
    assert "-o and --report name the same file" in capsys.readouterr().err
    assert (desk / "marks.csv").read_text() == "as it was"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_full_disk_behind_stdout_is_said():
    command = [sys.executable, "-m", "codeedu", "classify", "J1885"]
    with open("/dev/full", "w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "codeedu: The disk is full.\n")


@pytest.mark.parametrize(
    ("words", "listed"),
    [(["lesson"], "    reset  "), (["release"], "    diff  ")],
)
def test_without_a_task_the_tasks_are_listed(words, listed, capsys):
    assert main(words) == 0
    assert any(line.startswith(listed.rstrip()) for line in capsys.readouterr().out.splitlines())
