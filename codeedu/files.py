"""Write files safely: complete or not at all, and without formulas for spreadsheets."""

from __future__ import annotations

import gzip
import os
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast


def no_formula(text: str) -> str:
    """Return a text for a CSV that no spreadsheet runs: a formula gets an apostrophe in front.

    >>> no_formula("=1+1"), no_formula(" -2"), no_formula("Level II")
    ("'=1+1", "' -2", 'Level II')
    """
    first = unicodedata.normalize("NFKC", text.lstrip())[:1]  # also the full-width signs
    return f"'{text}" if first in FORMULA or text[:1] in ("\t", "\r") else text


FORMULA = ("=", "+", "-", "@")


@contextmanager
def whole_or_nothing(path: Path) -> Iterator[IO[bytes]]:
    """Open a file to write that replaces `path` only when all went well; gzipped if so named."""
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with open(handle, "wb") as file:
            if path.suffix == ".gz":
                with gzip.GzipFile(path.name, "wb", fileobj=file, mtime=0) as zipped:
                    yield cast("IO[bytes]", zipped)
            else:
                yield file
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, mode)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
