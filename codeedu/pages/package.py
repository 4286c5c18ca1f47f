"""What Python is given on a page: this package with its tables, and the custom folder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from codeedu import custom, tables
from codeedu.codes import custom_codes
from codeedu.custom import HERE
from codeedu.files import zipped
from codeedu.pages import engine
from codeedu.questions import bank, decisions, final_length
from codeedu.reading import read_toml

NOT_ON_A_PAGE = (
    *("__main__.py", "cli.py", "selfcheck.py", "pages/static/"),
    *("data/", "lab/", "notebooks/", "teach/"),  # the tables are put in by themselves
)
# Tables that only pandas reads.
LARGE = ("practice_claims", "practice_release")


def package(*, final: bool) -> bytes:
    """Return this package with its tables, and the custom folder, as one archive."""
    return zipped(dict(sorted(_package_files(final=final))))


def _package_files(*, final: bool) -> Iterator[tuple[str, bytes]]:
    for path in HERE.rglob("*.*"):
        name = path.relative_to(HERE).as_posix()
        if path.suffix == ".pyc" or path.is_dir() or name.startswith(NOT_ON_A_PAGE):
            continue
        data, name = path.read_bytes(), f"codeedu/{name}"
        made = engine.compiled(name, data) if path.suffix == ".py" else None
        yield (f"{name}c", made) if made else (name, data)
    for path in tables.DATA.rglob("*.*"):
        if not path.name.startswith(LARGE):
            place = f"codeedu/data/{path.relative_to(tables.DATA).as_posix()}"
            yield place, _questions(path, final=final)
    # Only what the course reads: a list of learners beside it is nobody else's business.
    for path in filter(_is_sound, custom.question_files()):
        name = f"{path.name}.toml" if bank.is_sheet(path) else path.name
        yield f"custom/{name}", _questions(path, final=final)
    for sheet in filter(None, map(custom.sheet, (custom_codes.NAME, final_length.NAME))):
        yield f"custom/{sheet.name}", sheet.read_bytes()
    if decided := decisions.for_everybody():
        yield f"custom/{decisions.NAME}.csv", decided.encode()


def _questions(path: Path, *, final: bool) -> bytes:
    """Return a file of the tables; without `final`, a bank without the questions of the final.

    A sheet of questions is returned as TOML.
    """
    is_sheet = bank.is_sheet(path) and path.parent == custom.folder()
    if not is_sheet and (final or path.suffix != ".toml"):
        return path.read_bytes()
    data = bank.data_of(path) if is_sheet else read_toml(path)
    asked = [item for item in data["item"] if final or item.get("pool") != "final"]
    if not is_sheet and len(asked) == len(data["item"]):
        return path.read_bytes()
    lines = (f"{name} = {_toml(value)}\n" for name, value in (data | {"item": asked}).items())
    return "".join(lines).encode()


def _toml(value: object) -> str:
    """Return a value of a question file as TOML, whose texts are written as those of JSON."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{name} = {_toml(inner)}' for name, inner in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _is_sound(path: Path) -> bool:
    try:
        return bool(bank.read(path))
    except bank.BankError:
        return False  # left out, as everywhere; `codeedu check` says why
