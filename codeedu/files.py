"""Write files whole or not at all, and unzip archives within limits."""

from __future__ import annotations

import gzip
import os
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, NamedTuple, cast


@contextmanager
def whole_or_nothing(path: Path) -> Iterator[IO[bytes]]:
    """Open a file to write that replaces `path` only when all went well; gzipped if so named."""
    part = path.with_name(f".codeedu-{os.urandom(8).hex()}.part")
    try:
        with part.open("xb") as file:
            if path.suffix == ".gz":
                with gzip.GzipFile(path.name, "wb", fileobj=file, mtime=0) as zipped:
                    yield cast("IO[bytes]", zipped)
            else:
                yield file
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            part.chmod(path.stat().st_mode & 0o777)
        part.replace(path)
    except BaseException as error:
        with suppress(OSError):  # the folder may be missing, or no folder
            part.unlink()
        if isinstance(error, OSError) and error.filename == str(part):
            error.filename = str(path)  # the name that the reader of the message knows
        raise


def write_text(path: Path, text: str, errors: str = "strict") -> None:
    """Write a text to a file as UTF-8, whole or not at all; `errors` is that of `str.encode`."""
    with whole_or_nothing(path) as file:
        file.write(text.encode(errors=errors))


FORMULA = ("=", "+", "-", "@")


def no_formula(text: str) -> str:
    """Escape a CSV cell so that spreadsheets don't run it as a formula.

    >>> no_formula("=1+1"), no_formula(" -2"), no_formula("Level II")
    ("'=1+1", "' -2", 'Level II')
    """
    first = unicodedata.normalize("NFKC", text.lstrip())[:1]  # also the full-width signs
    return f"'{text}" if first in FORMULA or text[:1] in ("\t", "\r") else text


class ZipLimits(NamedTuple):
    """How much an archive may hold; some are made to fill the memory or the disk."""

    members: int
    unpacked: int  # bytes of all members
    ratio: int  # unpacked to packed

    def exceeded(self, members: Sequence[zipfile.ZipInfo], packed: int) -> str:
        """Return the limit that members of `packed` bytes exceed, by its name, or ""."""
        unpacked = sum(info.file_size for info in members)
        if len(members) > self.members:
            return "members"
        if unpacked > self.ratio * packed:
            return "ratio"
        return "unpacked" if unpacked > self.unpacked else ""


def unzip(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """Return a member of an archive, whole: zipfile checks size and checksum at the end.

    On damaged data, zipfile and its decompressors may raise any exception.
    """
    with archive.open(member) as file:
        # With a size, zipfile unpacks no more than that, whatever the data hold.
        return file.read(member.file_size + 1)
