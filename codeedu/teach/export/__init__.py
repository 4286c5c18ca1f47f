"""Take the question bank anywhere: GIFT, Moodle XML, QTI, Anki, a worksheet, CSV.

`files` exports. `reading` reads an item once for all formats; each other module writes one:
`build` makes the file, `LEFT_OUT` names what the format cannot hold.
"""

from __future__ import annotations

from typing import NamedTuple


class Format(NamedTuple):
    """The `module` that writes a format, and how its file may end."""

    module: str
    endings: tuple[str, ...]


FORMATS = {
    "gift": Format("gift", (".txt", ".gift")),
    "moodle-xml": Format("moodle", (".xml",)),
    "qti": Format("qti", (".zip",)),
    "canvas": Format("canvas", (".zip",)),
    "anki": Format("anki", (".apkg",)),
    "worksheet": Format("worksheet", (".html", ".pdf")),
    "csv": Format("spreadsheet", (".csv",)),
}
POOLS = ("practice", "final", "all")
