"""Every file that a class hands in, from a folder, a .zip or one file, read as untrusted.

Nothing is unpacked to the disk, so no path in an archive matters. Sizes are limited, and a link
is not followed.
"""

from __future__ import annotations

import re
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from codeedu.files import ZipLimits, unzip

LARGEST = 20_000_000  # bytes of a record: about 40,000 answers
LIMITS = ZipLimits(members=20_000, unpacked=2_000_000_000, ratio=100)  # records reach about 20

# What Windows, macOS, Office, LibreOffice and JupyterLab leave in folders, in small letters.
LEFT_BY_SYSTEMS = re.compile(
    r"desktop\.ini|(?:eh)?thumbs\.db|\.ds_store|__macosx|\._.*|icon\r|\.localized"
    r"|\.spotlight-v100|\.trashes|\.fseventsd|\$recycle\.bin|system volume information"
    r"|~\$.*|\.~lock\..*|\.ipynb_checkpoints"
)

HIDDEN = "is hidden, because its name begins with a period; rename it if it is a record."

Submission = tuple[str, bytes, str]  # its name, what is in it, and what is wrong, or ""


def submitted_files(where: Path) -> Iterator[Submission]:
    """Yield every file in a folder and its folders, in a .zip, or the one file that is given.

    Nothing is passed over silently but what systems leave in folders, such as .DS_Store.
    """
    waiting = [where]
    while waiting:
        path = waiting.pop()
        name = path.relative_to(where).as_posix() if path != where else where.name
        if path != where and _of_the_system(path.name):
            continue
        try:
            mode = (path.stat() if path == where else path.lstat()).st_mode
            if path != where and path.name.startswith("."):
                yield name, b"", HIDDEN
            elif stat.S_ISLNK(mode):
                yield name, b"", "is a link to somewhere else; it was not followed."
            elif stat.S_ISDIR(mode):
                waiting += sorted(path.iterdir(), reverse=True)
            elif not stat.S_ISREG(mode):
                yield name, b"", "is a pipe or a device, not a file; it was not read."
            elif path.suffix.lower() == ".zip":
                yield from _in_zip(name, path)
            elif (size := path.stat().st_size) > LARGEST:
                yield name, b"", _too_large(size)
            else:
                yield name, path.read_bytes(), ""
        except OSError as error:
            yield name, b"", f"cannot be read: {error.strerror or error}."


def _of_the_system(name: str) -> bool:
    """Say whether systems leave a file or a folder of this name, such as .DS_Store, in folders."""
    return bool(LEFT_BY_SYSTEMS.fullmatch(name.lower()))


def _in_zip(name: str, path: Path) -> Iterator[Submission]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [info for info in archive.infolist() if not info.is_dir()]
            if len(members) > LIMITS.members:
                problem = f"holds {len(members):,} files; at most {LIMITS.members:,} are read."
                yield name, b"", problem
                return
            left = LIMITS.unpacked
            for info in members:
                parts = PurePosixPath(info.filename.replace("\\", "/")).parts
                parts = tuple(part for part in parts if part not in ("..", "/"))
                if any(map(_of_the_system, parts)):
                    continue
                if any(part.startswith(".") for part in parts):
                    content, problem = b"", HIDDEN
                else:
                    content, problem = _member(archive, info, left)
                left -= len(content)
                yield "/".join((name, *parts)), content, problem
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError):
        yield name, b"", "is not a .zip that can be opened; unpack it yourself."


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, left: int) -> tuple[bytes, str]:
    if info.filename.lower().endswith(".zip"):
        return b"", "is an archive in an archive; unpack it first."
    if info.flag_bits & 1:
        return b"", "is locked with a password."
    if info.file_size > LARGEST:
        return b"", _too_large(info.file_size)
    limits = LIMITS._replace(unpacked=left)
    if limit := limits.exceeded([info], max(info.compress_size, 100)):
        tight, large = "no record can be packed that tightly", "the archive unpacks to too much"
        return b"", f"was not read: {tight if limit == 'ratio' else large}."
    try:
        return unzip(archive, info), ""
    except Exception:  # on damaged data, zipfile may raise anything
        return b"", "is damaged; ask for it again."


def _too_large(size: int) -> str:
    return f"has {size / 1e6:,.0f} MB; a record has less than {LARGEST // 1_000_000} MB."
