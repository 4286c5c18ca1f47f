"""A CMS quarterly HCPCS file in, a dated code list out; two releases in, what changed out.

The positions of the fields stand in `data/codes/release_layout.csv`.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from codeedu import tables

if TYPE_CHECKING:
    import pandas as pd

Record = dict[str, str]

KINDS = {"3": "code", "4": "code", "7": "modifier", "8": "modifier"}
FIRST_LINES = ("3", "7")
DATES = ("added", "effective", "terminated")
CHANGES = ("long", "short", "coverage", "betos", "cross_references", "pricing", "added")


class ReleaseError(ValueError):
    """A file is not a CMS HCPCS release; the message says what was looked for."""


class Listing(NamedTuple):
    """What a release says of a code: `status` is listed, not listed or terminated."""

    code: str
    status: str
    text: str


@dataclass(frozen=True, eq=False)
class Release:
    """The codes and modifiers of one CMS file; made by `load_release`.

    `name` is that of the file, `as_of` the latest day on which a change in it takes effect.
    """

    name: str
    as_of: date
    records: dict[str, Record] = field(repr=False)

    def __repr__(self) -> str:
        kinds = [KINDS[record["record"]] for record in self.records.values()]
        codes, modifiers = kinds.count("code"), kinds.count("modifier")
        return (
            f"Release({self.name!r}: {codes:,} codes and {modifiers:,} modifiers, "
            f"as of {self.as_of})"
        )

    def __len__(self) -> int:
        return len(self.records)

    def __contains__(self, code: object) -> bool:
        return code in self.records

    @property
    def codes(self) -> pd.DataFrame:
        """The list as a DataFrame: one row for each code or modifier, in the order of the file.

        Columns: code, kind ("code" or "modifier"), short, long, then added, effective and
        terminated as dates, action, cross_references (codes with blanks between), coverage,
        betos, pricing, type_of_service and statute, as CMS writes them; "" where it has none.
        """
        import pandas as pd

        rows = list(self.records.values())
        frame = pd.DataFrame(rows, dtype="str")
        frame.insert(1, "kind", frame.pop("record").map(KINDS))
        for name in DATES:
            frame[name] = pd.to_datetime(frame[name], format="%Y%m%d", errors="coerce")
        first = ["code", "kind", "short", "long", *DATES, "action", "cross_references"]
        return frame[[*first, *(name for name in frame.columns if name not in first)]]

    def lookup(self, code: str, on: object = None) -> Listing:
        """Say whether `code`, a code or modifier, is listed, and active on the day `on`.

        `on` is a date, a datetime, a pandas Timestamp or ISO text. Without it, a code counts
        as terminated if its last day lies before `as_of`.

        Raises ValueError when `on` is no date.
        """
        day = _day(on)
        record = self.records.get(code)
        if record is None:
            says = f"{self.name}, as of {_said(self.as_of)}, does not list {code}"
            return Listing(code, "not listed", says)
        added, last = _read_day(record["added"]), _read_day(record["terminated"])
        says = f"{self.name} lists {code}"
        if added and day and day < added:
            says += f" only from {_said(added)} on, after {_said(day)}"
            return Listing(code, "not listed", says)
        says += f" from {_said(added)} on" if added else ""
        if last is None:
            return Listing(code, "listed", says)
        ended = last < (day or self.as_of)
        says += f", with {_said(last)} as its last day"
        says += f", before {_said(day)}" if ended and day else ""
        if record["cross_references"]:
            says += f"; in its place CMS names {record['cross_references'].replace(' ', ', ')}"
        return Listing(code, "terminated" if ended else "listed", says)

    def compare(self, older: Release) -> pd.DataFrame:
        """Return what changed since `older`, sorted by change and code.

        Columns: change, code, kind, field, before, after. A change is "added", "terminated"
        (a last day is new), "reinstated" (it is gone), "removed" (the code is no longer in
        the file) or "changed", with one row for each field that did.
        """
        import pandas as pd

        rows = sorted(_differences(older.records, self.records))
        columns = ["change", "code", "kind", "field", "before", "after"]
        return pd.DataFrame([row[1:] for row in rows], columns=columns, dtype="str")


def _differences(before: dict[str, Record], after: dict[str, Record]) -> Iterator[tuple[Any, ...]]:
    for code in before.keys() | after.keys():
        old, new = before.get(code), after.get(code)
        kind = KINDS[(new or old or {})["record"]]
        if old is None or new is None:
            if new is not None:
                yield 0, "added", code, kind, "added", "", new["added"]
            else:
                yield 3, "removed", code, kind, "code", code, ""
            continue
        if old["terminated"] != new["terminated"]:
            change = (1, "terminated") if new["terminated"] else (2, "reinstated")
            yield *change, code, kind, "terminated", old["terminated"], new["terminated"]
        for name in CHANGES:
            if old[name] != new[name]:
                yield 4, "changed", code, kind, name, old[name], new[name]


def load_release(path: str | Path) -> Release:
    """Read CMS's HCPCS contractor file: the .txt, the .zip it comes in, or the .xlsx.

    Raises OSError when the file cannot be opened, ReleaseError (a ValueError) when it holds no
    HCPCS records, and ImportError with what to do when an .xlsx needs openpyxl.
    """
    path = Path(path)
    lines: Iterator[Record]
    if path.suffix.lower() == ".xlsx":
        lines = _sheet(path)
    elif zipfile.is_zipfile(path):
        name, data = _unzipped(path)
        path, lines = Path(name), _lines(data)
    else:
        lines = _lines(path.read_bytes())
    records: dict[str, Record] = {}
    last: Record = {}
    for line in lines:
        if line["record"] in FIRST_LINES:
            last = records[line["code"]] = line
        elif last and line["code"] == last["code"]:
            last["long"] = f"{last['long']} {line['long']}".strip()
    if not records:
        raise ReleaseError(
            f"{path.name} holds no HCPCS records. A CMS contractor file was expected, such as "
            "HCPC2018_CONTR_ANWEB.txt, with a 3, 4, 7 or 8 in position 11 of its lines."
        )
    for record in records.values():
        del record["sequence"]
    days = (_read_day(record["effective"]) for record in records.values())
    return Release(path.name, max(filter(None, days), default=date.min), records)


class _Field(NamedTuple):
    """A row of `release_layout.csv`: where a field stands in a line, and its sheet's headings."""

    name: str
    places: tuple[slice, ...]  # one for each value, where a field has several
    headings: tuple[str, ...]


@cache
def _layout() -> tuple[_Field, ...]:
    fields = []
    for row in tables.rows("release_layout"):
        headings = tuple(row["headings"].split(";"))
        start, stop = int(row["first"]) - 1, int(row["last"])
        width = (stop - start) // len(headings)
        places = tuple(slice(at, at + width) for at in range(start, stop, width))
        fields.append(_Field(row["field"], places, headings))
    return tuple(fields)


_RECORD = re.compile(rb"(?m)^(?:[A-Z0-9]{5}|   [A-Z0-9]{2})[0-9 ]{5}[3478]")


def _lines(data: bytes) -> Iterator[Record]:
    """Yield the records of a fixed-width file; what is none, such as a disclaimer, is left out."""
    for line in data.removeprefix(b"\xef\xbb\xbf").splitlines():
        if _RECORD.match(line):
            yield {
                field.name: _joined(_decoded(line[place]) for place in field.places)
                for field in _layout()
            }


def _decoded(data: bytes) -> str:
    """Return bytes as text: the files are ASCII, but for slips of either kind."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _joined(values: Iterable[str]) -> str:
    """Return values with one blank between; no-break spaces count as blanks."""
    return " ".join(" ".join(values).split())


def _unzipped(path: Path) -> tuple[str, bytes]:
    """Return name and bytes of the member of a .zip that holds the most HCPCS records."""
    with zipfile.ZipFile(path) as archive:
        texts = [
            info.filename for info in archive.infolist() if info.filename[-4:].lower() == ".txt"
        ]
        found = [(name, archive.read(name)) for name in texts]
    if not found:
        raise ReleaseError(f"{path.name} holds no .txt file, so no CMS HCPCS release.")
    name, data = max(found, key=lambda member: len(_RECORD.findall(member[1])))
    return name.rsplit("/")[-1], data


def _sheet(path: Path) -> Iterator[Record]:
    """Yield the records of CMS's spreadsheet, whose long descriptions come in one piece."""
    try:
        import openpyxl  # type: ignore[import-untyped,import-not-found,unused-ignore]
    except ImportError as error:
        raise ImportError(
            f"Reading {path.name} needs openpyxl: pip install openpyxl, or use the .txt "
            "or .zip of the same release."
        ) from error
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    heads: list[str] = []
    for cells in book.worksheets[0].iter_rows(values_only=True):
        texts = ["" if cell is None else str(cell) for cell in cells]
        if "RECID" in texts:
            heads = texts
        elif heads:
            row = dict(zip(heads, texts, strict=False))
            line = {
                field.name: _joined(row.get(heading, "") for heading in field.headings)
                for field in _layout()
            }
            if line["record"] in KINDS:
                yield line
    book.close()


def _day(on: object) -> date | None:
    """Return a day, however it is given; raises ValueError when it is none."""
    if on is None or type(on).__name__ == "NaTType":
        return None
    if isinstance(on, datetime):
        return on.date()
    if isinstance(on, date):
        return on
    try:
        return datetime.fromisoformat(str(on).strip()).date()
    except ValueError:
        raise ValueError(f"{str(on)[:24]!r} is no date: write it as 2018-12-31.") from None


def _said(day: date | None) -> str:
    return f"{day:%B} {day.day}, {day.year}" if day else ""


def _read_day(text: str) -> date | None:
    """Return a date that CMS wrote as YYYYMMDD, None when it is blank or none."""
    try:
        return datetime.strptime(text, "%Y%m%d").date()
    except ValueError:
        return None
