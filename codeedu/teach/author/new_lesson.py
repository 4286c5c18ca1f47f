"""What `codeedu lesson new` writes: a lesson of the right anatomy, and its questions, to fill in.

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
from codeedu.teach.author import notebook

TEMPLATES = Path(__file__).parent / "templates"
FIRST = "20"  # lower numbers are the course's; earlier versions began at 08


def new(number: str, title: str, folder: str | Path | None = None) -> list[Path]:
    """Write a lesson to fill in, and a bank with its first questions; return where they are.

    `folder` is your custom folder unless given.

    Raises ValueError for a number that is not 20 to 99 or a title without letters,
    FileExistsError when a file is there.
    """
    if not re.fullmatch(r"\d\d", number) or number < FIRST:
        raise ValueError(f"Custom lessons have numbers from {FIRST} to 99, not {number!r}.")
    slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:40].strip("-")
    if not slug:
        raise ValueError(f"The title {title!r} has no letters.")
    place = Path(folder).expanduser() if folder else custom.folder()
    place.mkdir(parents=True, exist_ok=True)
    files = [place / f"{number}-{slug}.ipynb", place / f"{number}-{slug}.toml"]
    for path in files:
        if path.exists():
            raise FileExistsError(f"{path} is there already; nothing was written.")
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
    lesson = _filled("lesson.md", values | {"title": title.strip()})
    quoted = title.strip().replace("\\", "").replace('"', "'")
    texts = (
        _notebook(number, lesson.strip().split("\n---\n")),
        _filled("questions.toml", values | {"title": quoted}),
    )
    write_all(dict(zip(files, map(str.encode, texts), strict=True)))
    return files


def _filled(template: str, values: dict[str, object]) -> str:
    return Template((TEMPLATES / template).read_text(encoding="utf-8")).substitute(values)


def _notebook(number: str, sources: list[str]) -> str:
    cells = []
    for place, source in enumerate(sources):
        make = notebook.code if source.startswith("import codeedu") else notebook.markdown
        cells.append(make(f"{number}-{place:03d}", source))
    return notebook.notebook(cells)
