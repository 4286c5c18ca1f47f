"""What `codeedu lesson new` and `copy` write: a lesson to fill in, or one of the course to change.

The texts are in `templates/`. In `lesson.md`, lines of --- separate the cells; those that begin
with "import codeedu" are code.
"""

from __future__ import annotations

import re
import secrets
from datetime import date, timedelta
from pathlib import Path
from string import Template

from codeedu import custom
from codeedu.codes.level2 import edition_of
from codeedu.files import write_all
from codeedu.lab import copy, lock
from codeedu.lessons import course_lessons, notebook_of
from codeedu.teach.author import notebook

TEMPLATES = Path(__file__).parent / "templates"
LONGEST = 40  # characters of a title in the name of a file
FIRST = "20"  # lower numbers are the course's; earlier versions began at 08


def new(number: str, title: str, folder: str | Path | None = None) -> list[Path]:
    """Write a lesson to fill in, and a bank with its first questions; return where they are.

    `folder` is your custom folder unless given.

    Raises ValueError for a number that is not 20 to 99 or a title without letters,
    FileExistsError when a lesson has the number.
    """
    title = " ".join(title.split())
    if not re.fullmatch("[0-9]{2}", number) or number < FIRST:
        raise ValueError(f"Custom lessons have numbers from {FIRST} to 99, not {number!r}.")
    slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
    if len(slug) > LONGEST:  # it ends with a whole word, if its first word leaves room for one
        slug = slug[: slug.rfind("-", 0, LONGEST + 1)] if "-" in slug[:LONGEST] else slug[:LONGEST]
    if not slug:
        raise ValueError(f"The title {title!r} has no letters.")
    place = Path(folder).expanduser() if folder else custom.folder()
    place.mkdir(parents=True, exist_ok=True)
    files = [place / f"{number}-{slug}.ipynb", place / f"{number}-{slug}.toml"]
    if taken := sorted(path.name for path in place.glob(f"{number}-*.*")):
        what = f"{place / taken[0]} is there already; nothing was written."
        raise FileExistsError(f"{what} Choose another number.")
    today = date.today()
    # Anki and other systems tell questions by their ids: those of two teachers must differ.
    own = f"{number}-{slug}-{secrets.token_hex(3)}"
    values = {
        "number": number,
        "short": int(number),
        "slug": slug,
        "own": own,
        "list": edition_of("HCPCS Level II"),
        "today": today,
        "later": today + timedelta(days=365),
    }
    lesson = _filled("lesson.md", values | {"title": title})
    quoted = title.replace("\\", "").replace('"', "'")
    texts = (
        _notebook(number, lesson.strip().split("\n---\n")),
        _filled("questions.toml", values | {"title": quoted}),
    )
    write_all(dict(zip(files, map(str.encode, texts), strict=True)))
    return files


def copy_lesson(number: str, folder: str | Path | None = None, *, seen: bool = False) -> Path:
    """Copy a lesson of the course into your custom folder, where it replaces it; return where.

    The copy remembers which version it was made from. With `seen`, your copy stays as it is and
    remembers today's version instead.

    Raises ValueError for an unknown number, FileExistsError when the copy is there.
    """
    known = course_lessons()
    row = known.get(number.zfill(2) if number.isdecimal() else number)
    if row is None:
        raise ValueError(f"There is no lesson {number}; there are: {', '.join(known)}.")
    name = notebook_of(row)
    place = (Path(folder).expanduser() if folder else custom.folder()) / name
    if place.exists() and not seen:
        raise FileExistsError(f"{place} is there already; nothing was written.")
    source = place if seen else copy.LESSONS / name
    notebook = lock.read_notebook(source.read_text(encoding="utf-8"), name)
    notebook["metadata"][copy.MADE_FROM] = copy.version_of(name)
    copy.write(place, lock.notebook_text(notebook))
    return place


def _filled(template: str, values: dict[str, object]) -> str:
    return Template((TEMPLATES / template).read_text(encoding="utf-8")).substitute(values)


def _notebook(number: str, sources: list[str]) -> str:
    cells = []
    for place, source in enumerate(sources):
        make = notebook.code if source.startswith("import codeedu") else notebook.markdown
        cells.append(make(f"{number}-{place:03d}", source))
    return notebook.notebook(cells)
