"""What Python is given on a page: this package with its tables, and the custom folder."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from codeedu import custom, tables
from codeedu.codes import custom_codes
from codeedu.custom import HERE
from codeedu.files import plain_csv, zipped
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
    # Only what the course reads: a note, or a list of learners, is nobody else's business.
    for path in filter(_is_sound, custom.question_files()):
        name = f"{path.name}.toml" if bank.is_sheet(path) else path.name
        yield f"custom/{name}", _bank(bank.data_of(path), final=final)
    for module in (custom_codes, final_length):
        if rows := module.read_list(custom.sheet(module.NAME)).rows:
            yield (
                f"custom/{module.NAME}.csv",
                plain_csv([module.COLUMNS, *map(_cells, rows)]).encode(),
            )
    if decided := decisions.for_everybody():
        yield f"custom/{decisions.NAME}.csv", decided.encode()


def _questions(path: Path, *, final: bool) -> bytes:
    """Return a file of the tables; without `final`, a bank without the questions of the final."""
    if final or path.suffix != ".toml":
        return path.read_bytes()
    return _bank(read_toml(path), final=final)


def _bank(data: dict[str, Any], *, final: bool) -> bytes:
    asked = {
        name: [one for one in data[name] if final or one.get("pool") != "final"]
        for name in ("item", "case")
        if name in data
    }
    lines = (f"{name} = {_toml(value)}\n" for name, value in (data | asked).items())
    return "".join(lines).encode()


def _cells(row: Mapping[str, str] | tuple[object, ...]) -> Sequence[object]:
    return tuple(row.values()) if isinstance(row, Mapping) else row


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
        return bool(bank.read(path)) or "case" in bank.data_of(path)
    except bank.BankError:
        return False  # left out, as everywhere; `codeedu check` says why
