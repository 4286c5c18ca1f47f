"""Write files whole or not at all, and never onto a learner's record; unzip within limits."""

from __future__ import annotations

import codecs
import csv
import errno
import gzip
import io
import json
import os
import re
import stat
import sys
import time
import unicodedata
import zipfile
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from numbers import Number
from pathlib import Path
from typing import IO, NamedTuple, cast

RECORD_NAME, RECORD_VARIABLE = "codeedu-progress.jsonl", "CODEEDU_PROGRESS"
# Whether the course runs as pages in a browser; CODEEDU_PAGE says so while pages are made.
IN_BROWSER: bool = sys.platform == "emscripten" or bool(os.environ.get("CODEEDU_PAGE"))
LEFT_OVER = 86_400  # seconds after which an unfinished file belongs to a run that was killed
WHY = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk is full",
    errno.EFBIG: "it is too large for this disk",
    errno.EACCES: "you have no permission, or another program has it open",
    errno.EPERM: "you have no permission",
    errno.EROFS: "the disk can only be read",
    errno.ENOENT: "there is no such file or folder",
    errno.EEXIST: "a file of this name is there already",
    errno.ENOTDIR: "part of its name is a file, not a folder",
    errno.EISDIR: "it is a folder",
    errno.ENAMETOOLONG: "its name is too long",
    errno.ELOOP: "it is a link that leads back to itself",
}


def record_path(place: str | Path | None = None) -> Path:
    """Return where the record is kept: `place`, else CODEEDU_PROGRESS, else the home folder."""
    chosen = place or os.environ.get(RECORD_VARIABLE)
    try:
        return Path(chosen).expanduser() if chosen else Path.home() / RECORD_NAME
    except RuntimeError:  # no home folder: use the current one
        return Path(chosen or RECORD_NAME)


def in_words(error: Exception) -> str:
    """Return what an error says, and for one of the system the file and the reason in words.

    >>> in_words(FileNotFoundError(2, "No such file or directory", "claims.csv"))
    'claims.csv: there is no such file or folder.'
    """
    if not isinstance(error, OSError) or not error.strerror:
        return str(error)
    why = _why(error)
    return f"{error.filename}: {why}." if error.filename else f"{why[:1].upper()}{why[1:]}."


def _why(error: OSError) -> str:
    return WHY.get(error.errno or 0, str(error.strerror))


@contextmanager
def whole_or_nothing(path: Path, copy_of: Path | None = None) -> Iterator[IO[bytes]]:
    """Open a file to write that replaces `path` only when all went well; gzipped if so named.

    A link is followed. A pipe or a device, such as /dev/stdout, is written to as it is. Give
    `copy_of` when the file holds what is in the learner's record: it gets the record's rights, and
    may replace an earlier copy.

    Raises FileExistsError when `path` is a record, OSError when it cannot be written; the message
    is a sentence that names `path`.
    """
    try:
        with _opened(path, copy_of) as file:
            if path.suffix == ".gz":
                with gzip.GzipFile(path.name, "wb", fileobj=file, mtime=0) as zipped:
                    yield cast("IO[bytes]", zipped)
            else:
                yield file
    except OSError as error:
        if not error.strerror or error.filename not in (None, str(path)):
            raise  # it says all, or is about another file
        said = type(error)(f"{path} was not written: {_why(error)}.")
        said.errno = error.errno
        raise said from None


@contextmanager
def _opened(path: Path, copy_of: Path | None) -> Iterator[IO[bytes]]:
    present = None
    with suppress(FileNotFoundError):
        present = path.stat()
    if present and _is_stdout(present):
        sys.stdout.flush()
        with open(os.dup(1), "wb") as file:
            yield file
        return
    if present and not stat.S_ISREG(present.st_mode):
        with path.open("wb") as file:
            yield file
        return
    for record in (copy_of, record_path()):
        if record and _is_same(path, record):
            said = "is the record of your answers, and nothing else is written there"
            raise FileExistsError(f"{path} {said}. Choose another name.")
    if present and not copy_of and _is_a_record(path):
        said = "holds a learner's answers, and nothing else is written there"
        raise FileExistsError(f"{path} {said}. Choose another name.")
    if present and not os.access(path, os.W_OK):  # replacing it would not ask
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
    rights = copy_of.stat() if copy_of and copy_of.exists() else present
    with _replacing(path, rights.st_mode & 0o777 if rights else None) as file:
        yield file


@contextmanager
def _replacing(path: Path, rights: int | None) -> Iterator[IO[bytes]]:
    real = Path(os.path.realpath(path))
    _delete_left_over(real.parent)
    part = real.parent / f".codeedu-{os.urandom(8).hex()}.part"
    create = 0o666 if rights is None else rights
    try:
        with open(part, "xb", opener=lambda name, flags: os.open(name, flags, create)) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if rights is not None:
            part.chmod(rights)
        part.replace(real)
    except BaseException as error:
        with suppress(OSError):  # the folder may be missing, or no folder
            part.unlink()
        if isinstance(error, OSError) and error.filename == str(part):
            error.filename = str(path)  # the name that the reader of the message knows
        raise


def _is_stdout(present: os.stat_result) -> bool:
    with suppress(OSError):  # there may be none
        return os.path.samestat(present, os.fstat(1))
    return False


def _is_a_record(path: Path) -> bool:
    """Return whether a file is a record, whosever it is, or an archive with one in it."""
    with suppress(Exception):  # on damaged data, zipfile may raise anything
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                return any(_begins_as_a_record(archive.open(one)) for one in archive.infolist())
        return _begins_as_a_record(path.open("rb"))
    return False


def _begins_as_a_record(opened: IO[bytes]) -> bool:
    with opened as file:
        return any(map(_is_of_a_record, as_utf8(file.read(1 << 16)).split(b"\n")))


def as_utf8(text: bytes) -> bytes:
    r"""Return a text in UTF-8 without a byte order mark; Notepad and PowerShell may save UTF-16.

    UTF-16 is known by its byte order mark, or by the zero beside the text's first character.

    >>> as_utf8(b"\xff\xfeA\x00"), as_utf8(b"\x00A"), as_utf8(b"\xef\xbb\xbfA")
    (b'A', b'A', b'A')
    """
    if text.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return text.decode("utf-16", errors="replace").encode()
    if b"\0" in text[:2]:
        encoding = "utf-16-be" if text[:1] == b"\0" else "utf-16-le"
        return text.decode(encoding, errors="replace").encode()
    return text.removeprefix(codecs.BOM_UTF8)


def _is_of_a_record(line: bytes) -> bool:
    with suppress(ValueError, RecursionError):
        fields = json.loads(line)
        return isinstance(fields, dict) and fields.keys() >= {"item", "when"}
    return False


def _is_same(path: Path, other: Path) -> bool:
    with suppress(OSError):  # one of them may be missing
        return os.path.samefile(path, other)
    return os.path.realpath(path) == os.path.realpath(other)


def _delete_left_over(folder: Path) -> None:
    with suppress(OSError):
        for part in folder.glob(".codeedu-*.part"):
            if time.time() - part.stat().st_mtime > LEFT_OVER:
                part.unlink()


def write_text(path: Path, text: str, errors: str = "strict") -> None:
    """Write a text to a file as UTF-8, whole or not at all; `errors` is that of `str.encode`."""
    write_all({path: text.encode(errors=errors)})


def write_all(contents: Mapping[Path, bytes], copy_of: Path | None = None) -> None:
    """Write files, all or none of them as far as the disk allows; see `whole_or_nothing`."""
    with ExitStack() as stack:
        for path in reversed(list(contents)):  # so the first one is replaced first
            file = stack.enter_context(whole_or_nothing(path, copy_of))
            file.write(contents[path])
            file.flush()


FORMULA = ("=", "+", "-", "@")
BEGIN = re.compile(r"[,;|\t\r\n]")  # a cell, to a spreadsheet that divides lines at any of these
# What stands before the first sign of a cell, and of the empty ones before it; and that sign.
BEFORE = re.compile(r'(?:^|[,;|]|(?=[\s"]))[\s"]*(?=(.?))', re.DOTALL)
MARKED = re.compile(BEFORE.pattern.replace('"', "\"'"), re.DOTALL)
NO_MARK = re.compile(r"(?<![,;|\t\r\n])'")


def no_formula(text: str) -> str:
    """Escape a CSV cell so that spreadsheets don't run it, or a part of it, as a formula.

    Many spreadsheets divide lines at semicolons, others at tabs: each part is escaped.

    >>> no_formula("=1+1"), no_formula(" -2"), no_formula("Level II"), no_formula("a;@b")
    ("'=1+1", "' -2", 'Level II', "a;'@b")
    """
    escaped = BEFORE.sub(_escaped, text)
    return f"'{escaped}" if escaped[:1] in ("\t", "\r") else escaped


def _escaped(before: re.Match[str]) -> str:
    if not _runs(before[1]):
        return before[0]
    is_first = before.start() == 0 and not before[0].startswith((",", ";", "|"))
    return "'" * is_first + BEGIN.sub(r"\g<0>'", before[0])


def _runs(sign: str) -> bool:
    return unicodedata.normalize("NFKC", sign)[:1] in FORMULA  # also the full-width signs


def without_marks(cell: str) -> str:
    """Take off what `no_formula` put into a cell.

    >>> without_marks("'=1+1"), without_marks("a;'@b"), without_marks("the payer's own")
    ('=1+1', 'a;@b', "the payer's own")
    """
    cell = cell[1:] if cell[:2] in ("'\t", "'\r") else cell
    return MARKED.sub(_unmarked, cell)


def _unmarked(before: re.Match[str]) -> str:
    """Take off the marks behind the last apostrophe that is none."""
    text, is_first = before[0], before.start() == 0
    if not _runs(before[1]):
        return text
    others = [one.end() for one in NO_MARK.finditer(text) if one.start() or not is_first]
    kept = max(others, default=0)
    return text[:kept] + text[kept:].replace("'", "")


def csv_text(
    rows: Iterable[Iterable[object]], delimiter: str = ",", as_is: Container[object] = ()
) -> str:
    """Return rows as CSV in which spreadsheets run nothing; None is an empty cell.

    Cells that are in `as_is` are written as they are, since they came so or can do no harm.

    >>> csv_text([["code", "paid"], ["=1+1", -2], [None, "a,b"]]).splitlines()
    ['code,paid', "'=1+1,-2", ',"a,b"']
    """
    text = io.StringIO(newline="")
    table = csv.writer(text, delimiter=delimiter)
    for row in rows:
        table.writerow(
            cell
            if cell is None or isinstance(cell, Number) or cell in as_is
            else no_formula(str(cell))
            for cell in row
        )
    return text.getvalue()


def plain_csv(rows: Sequence[Sequence[object]]) -> str:
    """Return rows as CSV for a program: every cell as it is, since no spreadsheet opens it.

    >>> plain_csv([["code", "answer"], ["A1", "-25"]]).splitlines()
    ['code,answer', 'A1,-25']
    """
    return csv_text(rows, as_is={cell for row in rows for cell in row})


def workbook(rows: Iterable[Iterable[object]]) -> bytes:
    """Return rows as an Excel workbook in which text stays text: `00100` keeps its zeros.

    Nothing in it is a formula; characters that a workbook cannot hold are left out.
    """
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = Workbook(write_only=True)
    sheet = book.create_sheet("codeedu")

    def written(value: object) -> object:
        if value is None or isinstance(value, Number):
            return value
        text = str(value).encode(errors="backslashreplace").decode()
        cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", text))
        cell.data_type, cell.number_format = "s", "@"  # text, whatever it begins with
        return cell

    for row in rows:
        sheet.append([written(value) for value in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


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


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return files by their names as an archive: in their order, and always the same bytes.

    >>> zipped({"a.txt": b"A"}) == zipped({"a.txt": b"A"})
    True
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in files.items():
            inside = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            inside.external_attr = 0o644 << 16  # else only its owner may read it, once unpacked
            archive.writestr(inside, data, zipfile.ZIP_DEFLATED, compresslevel=9)
    return packed.getvalue()


def unzip(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """Return a member of an archive, whole: zipfile checks size and checksum at the end.

    On damaged data, zipfile and its decompressors may raise any exception.
    """
    with archive.open(member) as file:
        # With a size, zipfile unpacks no more than that, whatever the data hold.
        return file.read(member.file_size + 1)
