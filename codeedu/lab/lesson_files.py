"""What the text of a lesson leads to: other lessons, and the files that travel with it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from codeedu.lab.lock import cell_source, read_notebook

ABOVE = "Put the file beside the lesson, and write only its name."
LINK = re.compile(r"""\]\(([^()<>"'\s][^()<>"'\n]{0,200}\.\w{2,4})\)""")
PASTED = "Paste it again into the cell that shows it, or save it as a file beside the lesson."

COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def html_of(cell: Mapping[str, Any]) -> str:
    """Return a cell of text as HTML, with the pictures that were pasted into it.

    Raises ValueError when one of these is missing.
    """
    from nbconvert.filters.markdown_mistune import (
        InvalidNotebook,
        IPythonRenderer,
        MarkdownWithMath,
    )

    pasted = cell.get("attachments")
    sound = pasted.items() if isinstance(pasted, dict) else ()
    attachments = {name: forms for name, forms in sound if forms and isinstance(forms, dict)}
    renderer = IPythonRenderer(escape=False, attachments=attachments)
    try:
        text = COMMENT.sub("", cell_source(dict(cell)))  # an author's note is not for readers
        return str(MarkdownWithMath(renderer=renderer).render(text))
    except InvalidNotebook:
        raise ValueError("a pasted picture is missing") from None


def lesson_files(notebook: Path) -> list[Path]:
    """Return the files below a lesson's folder that its text shows or links to, such as pictures.

    They travel with the lesson: into the learner's copy, and to the pages. Lessons and hidden files
    are not among them, nor is anything that is only linked into the folder from elsewhere.

    Raises OSError and ValueError as for reading the notebook.
    """
    cells = read_notebook(notebook.read_text(encoding="utf-8"), notebook.name)["cells"]
    texts = [cell for cell in cells if cell.get("cell_type") == "markdown"]
    found = (_file(address, notebook.parent) for cell in texts for address in _sound(cell))
    return list(dict.fromkeys(path for path in found if path and _travels(path, notebook.parent)))


def addresses(cell: Mapping[str, Any]) -> Iterator[str]:
    """Yield the addresses that a cell of text shows or links to; none for a cell without any."""
    from bs4 import BeautifulSoup

    if not any(sign in cell_source(dict(cell)) for sign in ("](", "]:", "<")):
        return
    for tag in BeautifulSoup(html_of(cell), "html.parser").select("[href], [src]"):
        yield from (str(tag[name]) for name in ("href", "src") if tag.has_attr(name))


def _sound(cell: Mapping[str, Any]) -> Iterator[str]:
    with suppress(ValueError):  # `codeedu check` says what is wrong
        yield from addresses(cell)


def faults(cell: Mapping[str, Any], folder: Path, lessons: set[str]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the links of a cell, and how to fix it.

    `lessons` are the names of the notebooks that there are.
    """
    try:
        found = list(addresses(cell))
    except ValueError as error:
        yield str(error), PASTED
        return
    for name in LINK.findall(cell_source(dict(cell))):
        if " " in name:  # then it is none, to Markdown
            yield f"“{name}” is no link: there is a blank in it", "Rename the file, or write %20."
    for address in dict.fromkeys(found):
        path = _file(address, folder)
        if path is None:
            continue
        name = unquote(urlsplit(address).path)
        if not _is_within(path, folder):
            yield f"“{address}” leads out of the folder of the lesson", ABOVE
        elif path.suffix == ".ipynb" and path.parent == folder:
            if name not in lessons:
                near = get_close_matches(name, lessons, 1)
                known = f"There are {', '.join(sorted(lessons))}."
                yield f"there is no lesson {name}", f"Did you mean {near[0]}?" if near else known
        elif not _travels(path, folder):
            fix = "Put it beside the lesson, or correct the name; capital letters count."
            yield f"there is no file {name}", fix


def _file(address: str, folder: Path) -> Path | None:
    """Return the file that an address leads to, wherever it is; None if it leads to the web."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    is_disk = len(parts.scheme) == 1 or parts.scheme == "file"  # C:\codes, file:///codes
    if is_disk:
        return Path(folder.anchor or "/", unquote(parts.path))
    if parts.scheme or parts.netloc or not parts.path or "\0" in unquote(parts.path):
        return None
    return folder / unquote(parts.path)


def _is_within(path: Path, folder: Path) -> bool:
    # Unlike Path.resolve, realpath takes a link that leads back to itself.
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))


def _travels(path: Path, folder: Path) -> bool:
    """Return whether a path is that of a file in a folder, in the same capitals."""
    if path.suffix == ".ipynb" or not _is_within(path, folder):
        return False
    inner = path.relative_to(folder).parts
    is_hidden = any(part.startswith(".") for part in inner)
    with suppress(OSError):  # such as a name that is too long
        is_there = path.is_file() and path.name in {one.name for one in path.parent.iterdir()}
        return is_there and not is_hidden
    return False
