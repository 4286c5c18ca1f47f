"""The learner's releases: kept only when they are good, loaded fast, never damaged by a failure."""

import json
import socket
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import codeedu
from codeedu.cli import main
from codeedu.cms import ReleaseError, download, load_release, store
from codeedu.codes import level2
from test_reader import DAMAGE, FILES, PAGE, TEXT, damaged, is_a_sentence, outcome
from test_release import CMS, CMS_2026, NEW, OLD, REAL_2018, REAL_2026, written


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    """Give each test a store of its own, empty."""
    monkeypatch.setenv(store.VARIABLE, str(tmp_path / "data"))
    return tmp_path / "data" / "releases"


@pytest.fixture
def old(tmp_path):
    return str(written(tmp_path / "old.txt", OLD))


@pytest.fixture
def new(tmp_path):
    return str(written(tmp_path / "new.txt", NEW))


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.glob("**/*") if path.is_file()}


def fails(source):
    with pytest.raises(ReleaseError) as raised:
        store.add(source)
    return str(raised.value)


def test_a_release_is_kept_and_loaded_again(old, data):
    name, release = store.add(old)
    assert (name, str(release)) == (
        "old", "old.txt: 4 codes and 1 modifiers, as of January 1, 2016")  # fmt: skip
    assert sorted(contents(data)) == ["old.parsed", "old.source"]
    again = codeedu.load_release()
    assert (again.name, again.as_of, again.records) == (
        release.name, release.as_of, release.records)  # fmt: skip
    assert list(again.codes.columns) == list(release.codes.columns)


def test_the_newest_release_is_active_unless_one_is_chosen(old, new):
    with pytest.raises(ReleaseError, match=r"No release is stored. Add a file of CMS's first: "):
        load_release()
    store.add(new)
    store.add(old)
    assert (store.stored_names(), store.active()) == (["new", "old"], "new")
    store.use("old")
    assert (store.active(), load_release().name) == ("old", "old.txt")
    store.remove("old")
    assert (store.stored_names(), store.active()) == (["new"], "new")
    for ask in (store.use, store.remove, store.load_stored):
        with pytest.raises(ReleaseError) as raised:
            ask("../old")
        says = "There is no stored release '../old'. The stored releases are new."
        assert str(raised.value) == says


def test_a_release_replaces_the_list_of_the_course_where_it_is_chosen_or_as_new(old, tmp_path):
    assert store.own_release() is None
    store.add(old)
    assert store.own_release() is None, "it is of 2016"
    store.use("old")
    assert store.own_release().name == "old.txt"
    store.add(written(tmp_path / "newer.txt", NEW.replace("2017", "2026")))
    store.remove("old")
    assert store.own_release().name == "newer.txt"
    tamper(store.store_folder() / "newer.source", lambda _: b"junk")
    assert store.own_release() is None


OWN = "Lists: HCPCS Level II of January 2016 (old.txt), ICD-10-CM of April 2026. Later lists were"


def test_the_explorer_and_the_terminal_name_the_release_in_use(old, tmp_path, capsys):
    store.add(old)
    store.use("old")
    view = codeedu.explorer("A9001")
    assert view.answer["says"].endswith(", in old.txt.")
    assert f"{OWN} not looked at." in str(view.answer["body"])
    assert f"{OWN} not looked at." in view._static()
    view.value = "A9001, A9002"
    assert f"{OWN} not looked at." in str(view.answer["body"])
    assert main(["classify", "A9001"]) == 0
    assert f"{OWN} not looked at." in " ".join(capsys.readouterr().out.split())
    (tmp_path / "claims.csv").write_text("hcpcs\nA9001\n")
    assert main(["classify", str(tmp_path / "claims.csv"), "--column", "hcpcs"]) == 0
    printed = capsys.readouterr()
    assert ",listed" in printed.out
    assert printed.err.endswith(f"{OWN} not looked at.\n")
    assert codeedu.classify("A9001").best.status == "not listed", (
        "a function takes what it is given"
    )


def test_frames_and_reports_name_the_release_that_they_were_given(old):
    release = load_release(old)
    series = codeedu.practice_claims()["procedure"].head()
    for frame in (codeedu.classify_column(series, release=release),
                  codeedu.summarize(series, release=release)):  # fmt: skip
        assert frame.attrs["lists"] == f"{OWN} not looked at."
    cleaned = codeedu.clean_claims(codeedu.practice_claims().head(), release)
    assert f"<p>{OWN} not looked at.</p>" in codeedu.cleaning_report(cleaned)._repr_html_()
    cleaned = codeedu.clean_claims(codeedu.practice_claims().head())
    assert cleaned.attrs["lists"] == level2.lists()


def test_a_stored_release_is_found_by_name_and_a_file_by_path(old, new, tmp_path, monkeypatch):
    store.add(old)
    monkeypatch.chdir(tmp_path)
    Path("old").write_text("a file of the same name")
    assert load_release("old").name == "old.txt"
    assert load_release("new.txt").name == "new.txt"
    with pytest.raises(ReleaseError, match=r"^old has no HCPCS codes"):
        load_release("./old")
    with pytest.raises(OSError, match="nope"):
        load_release("nope")


def tamper(path, how):
    before = path.read_bytes()
    path.write_bytes(how(before))


TAMPERED = [
    lambda text: b"",
    lambda text: text[:-5],
    lambda text: text.replace(b"Old supply", b"New supply"),
    lambda text: text.replace(b"2016", b"2017", 1),
    lambda text: b"x" + text,
]


@pytest.mark.parametrize("how", TAMPERED)
def test_what_was_read_is_used_only_if_its_checksum_fits(old, data, how):
    _, release = store.add(old)
    kept = (data / "old.parsed").read_bytes()
    tamper(data / "old.parsed", how)
    assert load_release().records == release.records
    assert (data / "old.parsed").read_bytes().split(b"\n")[1] == kept.split(b"\n")[1]


def test_what_was_read_is_not_used_for_another_source_or_format(old, new, data, monkeypatch):
    store.add(old)
    tamper(data / "old.source", lambda _: Path(new).read_bytes())
    assert "A9004" in load_release()
    monkeypatch.setattr(store, "_from_json", lambda body: pytest.fail("the old format was used"))
    monkeypatch.setattr(store, "FORMAT", store.FORMAT + 1)
    assert "A9004" in load_release()


def test_a_damaged_source_is_named(old, data, capsys):
    store.add(old)
    tamper(data / "old.source", lambda _: b"junk")
    with pytest.raises(ReleaseError, match=r"^The stored release old is damaged; add it again.$"):
        load_release()
    assert main(["release", "list"]) == 0
    assert "old: The stored release old is damaged; add it again." in capsys.readouterr().out


def test_the_parsed_file_is_plain_json(old, data):
    store.add(old)
    head, body = (data / "old.parsed").read_bytes().split(b"\n")
    assert head.split()[1] == b"2016-01-01"
    assert json.loads(body)["name"] == "old.txt"


def test_a_release_of_the_same_name_replaces_the_old_one(old, new, tmp_path):
    store.add(old)
    Path(old).write_bytes(Path(new).read_bytes())
    store.add(old)
    assert store.stored_names() == ["old"]
    assert "A9004" in load_release()


def test_the_name_is_that_of_the_file_with_the_codes(tmp_path, data):
    with zipfile.ZipFile(tmp_path / "jan.zip", "w") as archive:
        archive.writestr("deep/../HCPC 2018 (new).TXT", OLD.encode("latin-1"))
    assert store.add(tmp_path / "jan.zip").name == "HCPC-2018-new"
    assert sorted(contents(data)) == ["HCPC-2018-new.parsed", "HCPC-2018-new.source"]


WRONG = [
    ("gone.txt", "gone.txt cannot be opened: No such file or directory."),
    (".", ". is not a file."),
    ("~nobody-here/a.txt", "~nobody-here/a.txt cannot be opened: No such file or directory."),
    ("a\0b", "a⟨U+0000⟩b cannot be opened: no file can have this name."),
    ("ftp://example.org/a.zip",
     "codeedu downloads from http and https addresses only, not ftp://example.org/a.zip."),
    ("file:///etc/passwd",
     "codeedu downloads from http and https addresses only, not file:///etc/passwd."),
    ("http://[::1/a.zip", "http://[::1/a.zip could not be downloaded: Invalid IPv6 URL."),
]  # fmt: skip


@pytest.mark.parametrize(("source", "says"), WRONG)
def test_what_cannot_be_fetched(source, says, data, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert fails(source) == says
    assert not data.exists()


def test_a_full_disk_keeps_the_store_as_it_was(old, new, data, monkeypatch):
    store.add(old)
    before = contents(data)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    said = fails(new)
    where = data / "new.source"
    assert said == f"Nothing was kept. {where} was not written: the disk is full."
    assert contents(data) == before


def test_a_disk_that_fills_up_after_the_source_has_the_release(old, data, monkeypatch):
    write = store.write_all

    def fills_up(contents):
        if any(path.suffix == store.PARSED for path in contents):
            raise OSError(28, "No space left on device")
        write(contents)

    monkeypatch.setattr(store, "write_all", fills_up)
    _, release = store.add(old)
    assert sorted(contents(data)) == ["old.source"]
    assert (store.active(), load_release().records) == ("old", release.records)


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.sampled_from(sorted(FILES)), st.lists(DAMAGE, min_size=1, max_size=4))
def test_adding_damaged_files_never_harms_the_store(tmp_path, data, name, damages):
    if not store.stored_names():
        (tmp_path / "kept.txt").write_bytes(TEXT)
        store.add(tmp_path / "kept.txt")
    before = contents(data)
    (tmp_path / name).write_bytes(damaged(FILES[name], damages))
    added, says = outcome(store.add, tmp_path / name)
    if added is None:
        assert is_a_sentence(says)
    else:
        assert added.name != "kept"
        assert store.load_stored(added.name).records == added.release.records
        store.remove(added.name)
    assert contents(data) == before


class Server(BaseHTTPRequestHandler):
    """Answers as servers do on bad days, and once as it should."""

    def do_GET(self):
        path, _, query = self.path.partition("?")
        if path == "/redirect":
            self.send_response(302)
            self.send_header("Location", query)
            self.end_headers()
            return
        body = {"/page.zip": PAGE}.get(path, FILES["release.zip"])
        status = 404 if path == "/missing.zip" else 200
        self.send_response(status)
        if path == "/chunks.zip":
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.wfile.write(b"ff\r\nPK")
            return
        length = {"/cut.zip": len(body) + 7, "/large.zip": 10**12}.get(path, len(body))
        if path != "/endless.zip":
            self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    running = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=running.serve_forever, args=[0.01], daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()
    running.server_close()


@pytest.mark.parametrize("path", ["/2018%20hcpcs.zip", "/redirect?/a.zip", "/endless.zip", "/a?b"])
def test_a_download_is_kept(server, path):
    name, release = store.add(server + path)
    assert (name, release.name) == ("HCPC", "HCPC.txt")
    assert load_release().records == release.records


DOWNLOADS = [
    ("/page.zip", "page.zip is a web page, not the file. Open the address in a browser, accept "
     "what it asks for, save the file, and add it from there."),
    ("/cut.zip", "The download broke off after {size:,} of {more:,} bytes. Try again; nothing was "
     "kept."),
    ("/chunks.zip", "The download broke off after 2 bytes. Try again; nothing was kept."),
    ("/missing.zip", "{server}/missing.zip answered 404 Not Found; no file came."),
    ("/large.zip", "{server}/large.zip has 1,000,000,000,000 bytes, far more than a CMS HCPCS "
     "file."),
    ("/redirect?file:///etc/passwd",
     "{server}/redirect?file:///etc/passwd could not be downloaded: it points to "
     "file:///etc/passwd, which is not a safe address."),
    ("/redirect?ftp://example.org/a",
     "{server}/redirect?ftp://example.org/a could not be downloaded: it points to "
     "ftp://example.org/a, which is not a safe address."),
    ("/redirect?/redirect?/redirect?", None),
    ("/redirect?//[::1/a",
     "{server}/redirect?//[::1/a could not be downloaded: Invalid port: ':1'."),
]  # fmt: skip


@pytest.mark.parametrize(("path", "says"), DOWNLOADS)
def test_a_bad_download_is_named_and_nothing_kept(server, path, says, old, data):
    store.add(old)
    before, size = contents(data), len(FILES["release.zip"])
    said = fails(server + path)
    assert is_a_sentence(said)
    if says:
        assert said == says.format(server=server, size=size, more=size + 7)
    assert contents(data) == before


def test_a_download_larger_than_it_said_stops(server, monkeypatch):
    monkeypatch.setattr(download, "LARGEST", 1000)
    said = fails(server + "/endless.zip")
    assert said == f"{server}/endless.zip sends far more than a CMS HCPCS file has."


def test_nobody_answers(server):
    with socket.socket() as silent:  # it holds the port and does not listen
        silent.bind(("127.0.0.1", 0))
        port = silent.getsockname()[1]
        said = fails(f"http://127.0.0.1:{port}/a.zip")
    assert said.startswith(f"http://127.0.0.1:{port}/a.zip could not be downloaded: ")


def test_a_redirect_never_leaves_https():
    request = httpx.Request("GET", "https://example.org/a")

    def redirected(address):
        return httpx.Response(302, headers={"Location": address}, request=request)

    for address in ("https://b.org/c", "/c", "//b.org/c"):
        download._check_redirect(redirected(address))
    unsafe = redirected("http://b.org/c")
    with pytest.raises(httpx.HTTPError, match=r"it points to http://b.org/c, which is not a safe"):
        download._check_redirect(unsafe)


def test_the_commands(old, new, tmp_path, capsys):
    assert main(["release", "list"]) == 0
    assert capsys.readouterr().out == "No release is stored.\n"
    assert main(["release", "add", new]) == 0
    assert capsys.readouterr().out == (
        "Added new. new.txt: 4 codes and 1 modifiers, as of January 1, 2017.\n"
        "The active release is new.\n"
    )
    assert main(["release", "add", old]) == 0
    assert capsys.readouterr().out == (
        "Added old. old.txt: 4 codes and 1 modifiers, as of January 1, 2016.\n"
        "To use it: codeedu release use old\nThe active release is new.\n"
    )
    assert main(["release", "use", "old"]) == 0
    assert capsys.readouterr().out == "The active release is old.\n"
    assert main(["release", "list"]) == 0
    assert capsys.readouterr().out == (
        "new: new.txt: 4 codes and 1 modifiers, as of January 1, 2017\n"
        "old: old.txt: 4 codes and 1 modifiers, as of January 1, 2016\n"
        "The active release is old.\n"
    )
    assert main(["release", "diff", "old", "new"]) == 1
    assert "added,A9004,code,added,,20170101" in capsys.readouterr().out
    assert main(["release", "diff", "old", "new", "-o", str(tmp_path / "x.csv")]) == 1
    assert "added,A9004,code,added,,20170101" in (tmp_path / "x.csv").read_text()
    assert main(["release", "remove", "old"]) == 0
    assert main(["release", "remove", "old"]) == 2
    assert capsys.readouterr().err.endswith(
        "codeedu: There is no stored release 'old'. The stored releases are new.\n"
    )
    with pytest.raises(SystemExit) as stopped:
        main(["release", "diff", "new", "new", "-o", "x.pdf"])
    assert stopped.value.code == 2


@REAL_2018
@REAL_2026
def test_cms_s_own_files():
    older, newer = store.add(CMS), store.add(CMS_2026)
    assert str(newer.release) == (
        "HCPC2026_JAN_ANWEB.xlsx: 8,623 codes and 383 modifiers, as of January 1, 2026"
    )
    assert store.active() == "HCPC2026_JAN_ANWEB"
    loaded = load_release()
    assert loaded.records == newer.release.records
    codes = loaded.compare(older.release).groupby("change")["code"]
    assert codes.nunique().to_dict() == {
        "added": 2449, "removed": 2, "revised": 476, "terminated": 484}  # fmt: skip
    was, now = older.release.records.keys(), loaded.records.keys()
    assert set(codes.get_group("added")) == now - was
    assert set(codes.get_group("removed")) == was - now
    for code in loaded.records:  # the list that ships with the course says the same
        for day in ("2016-12-31", "2026-01-01"):
            mine, theirs = loaded.lookup(code, day), level2.lookup(code, day)
            assert (mine.status, mine.label) == (theirs.status, theirs.label)
