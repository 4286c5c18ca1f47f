"""The learner's own releases: checked before they are stored, and quick to load.

They are in `releases` in the user's data folder, or in the folder that CODEEDU_DATA names (a
hub may share one). A release is two files: `NAME.source`, the original bytes, and
`NAME.parsed`, what was read from them. The parsed file is used only if its checksum matches the
source and the current format; otherwise the source is read again. `active` holds the name chosen
with `use`; without it the newest release is active.
"""

from __future__ import annotations

import json
import os
import re
from contextlib import suppress
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from codeedu import tables
from codeedu.cms import reader
from codeedu.cms.release import Release, ReleaseError
from codeedu.codes.level2 import EDITION, date_of
from codeedu.codes.wording import shorten
from codeedu.files import in_words, write_all, write_text

VARIABLE = "CODEEDU_DATA"
FORMAT = 1  # of the .parsed files
SOURCE, PARSED, ACTIVE = ".source", ".parsed", "active"


class Stored(NamedTuple):
    """A release in the store, and its name there."""

    name: str
    release: Release


def store_folder() -> Path:
    """Return the folder of the stored releases; it need not exist."""
    import platformdirs

    chosen = os.environ.get(VARIABLE) or platformdirs.user_data_dir("codeedu", appauthor=False)
    return Path(os.path.expanduser(chosen)) / "releases"


def add(source: str | Path) -> Stored:
    """Check a file, or download one from an http or https address, and store it.

    A stored release of the same name is replaced. Raises ReleaseError, with nothing kept and
    the store as it was, when the file is not a release or cannot be kept.
    """
    data, name = _fetched(str(source))
    release = reader.read_release(data, name)
    kept = _name_for(release)
    try:
        store_folder().mkdir(parents=True, exist_ok=True)
        write_all({store_folder() / f"{kept}{SOURCE}": data})
    except OSError as error:
        raise ReleaseError(f"Nothing was kept. {in_words(error)}") from error
    _keep_parsed(kept, release, data)
    return Stored(kept, release)


def _fetched(source: str) -> tuple[bytes, str]:
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]+://", source):
        from codeedu.cms.download import download  # imports the networking libraries

        return download(source)
    path = Path(os.path.expanduser(source))
    try:
        if path.exists() and not path.is_file():
            raise ReleaseError(f"{shorten(source, 80)} is not a file.")
        with path.open("rb") as file:
            return file.read(reader.LARGEST + 1), path.name
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        if isinstance(error, ReleaseError):
            raise
        reason = getattr(error, "strerror", None) or "no file can have this name"
        raise ReleaseError(f"{shorten(source, 80)} cannot be opened: {reason}.") from error


def _name_for(release: Release) -> str:
    """Return the name under which a release is kept: that of its file, without the ending."""
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", Path(release.name).stem).strip("-")
    return plain[:80] or "release"


def stored_names() -> list[str]:
    """Return the names of the stored releases, sorted."""
    return sorted(path.stem for path in store_folder().glob(f"*{SOURCE}"))


def active() -> str | None:
    """Return the name of the active release: the one chosen, else the newest; None if none."""
    stored = stored_names()
    if chosen := _chosen(stored):
        return chosen
    if len(stored) < 2:
        return stored[0] if stored else None
    return max(stored, key=lambda name: (stored_as_of(name), name))


def _chosen(stored: list[str]) -> str:
    try:
        chosen = (store_folder() / ACTIVE).read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return ""
    return chosen if chosen in stored else ""


def own_release() -> Release | None:
    """Return the active release in place of the course's list: a chosen one, or one as new.

    None if there is none, or it cannot be read.
    """
    name = active()
    if name is None:
        return None
    ours = date_of(EDITION)
    if ours and stored_as_of(name) < ours and not _chosen([name]):
        return None
    with suppress(OSError, ReleaseError):
        return load_stored(name)
    return None


def use(name: str) -> None:
    """Make a stored release the active one. Raises ReleaseError when there is none of that name."""
    write_text(store_folder() / ACTIVE, f"{_stored_name(name)}\n")


def remove(name: str) -> None:
    """Delete a stored release. Raises ReleaseError when there is none of that name."""
    (store_folder() / f"{_stored_name(name)}{SOURCE}").unlink()
    (store_folder() / f"{name}{PARSED}").unlink(missing_ok=True)


def _stored_name(name: str) -> str:
    stored = stored_names()
    if name in stored:
        return name
    known = f"The stored releases are {', '.join(stored)}." if stored else "No release is stored."
    raise ReleaseError(f"There is no stored release {shorten(name)!r}. {known}")


def load_release(release: str | Path | None = None) -> Release:
    """Return a CMS HCPCS release: the active stored one, a stored one by name, or a file.

    A file is CMS's .txt, the .zip it comes in, or the .xlsx. Where a file has the name of a
    stored release, the stored one is meant; write `./NAME` for the file.

    Raises OSError when a file cannot be opened, ReleaseError (a ValueError) when it is not a
    release or none is stored.

    >>> load_release(tables.DATA / "practice" / "practice_release_2018.txt").lookup("J1885").status
    'listed'
    """
    if release is None:
        release = active()
        if release is None:
            raise ReleaseError(
                "No release is stored. Add a file of CMS's first: codeedu release add FILE"
            )
    if str(release) in stored_names():
        return load_stored(str(release))
    return reader.read_file(Path(release))


def load_stored(name: str) -> Release:
    """Return a stored release, from its parsed file if that still matches the source.

    Raises ReleaseError when there is none of that name or its source was damaged.
    """
    data = (store_folder() / f"{_stored_name(name)}{SOURCE}").read_bytes()
    try:
        head, _, body = (store_folder() / f"{name}{PARSED}").read_bytes().partition(b"\n")
    except OSError:
        head, body = b"", b""
    if head.partition(b" ")[0] == _checksum(data, body):
        return _from_json(body)
    try:
        release = reader.read_release(data, f"{name}{'.xlsx' if data[:2] == b'PK' else '.txt'}")
    except ReleaseError as error:
        raise ReleaseError(f"The stored release {name} is damaged; add it again.") from error
    _keep_parsed(name, release, data)
    return release


def stored_as_of(name: str) -> date:
    """Return the date of a stored release, `date.min` if it cannot be read."""
    try:
        with (store_folder() / f"{name}{PARSED}").open("rb") as file:
            head = file.readline(100).split()
        return date.fromisoformat(head[-1].decode())
    except (OSError, ValueError, IndexError):
        pass  # the file has to be read
    try:
        return load_stored(name).as_of
    except (OSError, ReleaseError):
        return date.min


def _keep_parsed(name: str, release: Release, data: bytes) -> None:
    """Write the parsed file if possible: the disk may be full, or a shared store read-only."""
    body = _to_json(release)
    head = b"%s %s\n" % (_checksum(data, body), release.as_of.isoformat().encode())
    with suppress(OSError):
        write_all({store_folder() / f"{name}{PARSED}": head + body})


def _checksum(data: bytes, body: bytes) -> bytes:
    """Return a checksum over the parsed body, its source, our format and the layout."""
    seal = sha256(f"{FORMAT} {tables.rows('release_layout')}".encode())
    seal.update(sha256(data).digest())
    seal.update(body)
    return seal.hexdigest().encode()


def _to_json(release: Release) -> bytes:
    records = list(release.records.values())
    parsed = {
        "name": release.name,
        "as_of": release.as_of.isoformat(),
        "fields": list(records[0]),
        "rows": [list(record.values()) for record in records],
    }
    return json.dumps(parsed, separators=(",", ":"), ensure_ascii=False).encode()


def _from_json(body: bytes) -> Release:
    parsed = json.loads(body)
    rows = (dict(zip(parsed["fields"], row, strict=True)) for row in parsed["rows"])
    records = {record["code"]: record for record in rows}
    return Release(parsed["name"], date.fromisoformat(parsed["as_of"]), records)
