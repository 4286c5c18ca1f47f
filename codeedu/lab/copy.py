"""The learner's copy of the lessons: made once, refreshed with the originals, never overwritten.

Digests of what was copied are kept beside the lessons, so that a lesson that the learner did not
change is replaced by its new version. Running a lesson does not change it; changing the kind or
the source of a cell does. The files that a custom lesson shows, such as pictures, come with it.
"""

from __future__ import annotations

import hashlib
import json
import os
from itertools import count
from pathlib import Path
from typing import Any

from codeedu import custom
from codeedu.files import write_all, write_text
from codeedu.lab import lock
from codeedu.lab.lesson_files import lesson_files
from codeedu.lessons import Row, belongs, course_lessons, notebook_of

LESSONS = (custom.CHECKOUT or custom.HERE) / "notebooks"
CUSTOM = "[0-9][0-9]-*.ipynb"  # what a custom lesson is called
MADE_FROM = "codeedu_made_from"  # what the metadata of a lesson call the version that it replaces
MOVED_ON = (
    "replaces a lesson of the course that has changed since it was copied. Compare the two "
    "(codeedu lesson copy NUMBER -o FOLDER), then run codeedu lesson copy NUMBER --seen."
)
KEPT = ".codeedu"  # what the course keeps for itself, hidden in the folder of the lessons


def update(course: Path) -> list[str]:
    """Copy new and updated lessons; return a sentence for each.

    A lesson that the learner changed stays as it is, and the new version is put beside it.

    Raises OSError when a file cannot be read or written, ValueError where the originals are.
    """
    if course.resolve() == LESSONS.resolve():
        raise ValueError(f"{course} has the originals; the course needs a folder of its own.")
    digests = _digests(course)
    renamed = [_link_former(row, course, digests) for row in _with_former_name()]
    sentences = []
    for original in originals():
        if original.parent != LESSONS and not _cells(original):  # it stops no other
            sentences.append(f"{original.name} is left out: it is not a notebook that can be read.")
            continue
        sentences.append(_refresh(original, course, digests))
        if original.parent != LESSONS:
            sentences += [
                _bring(path, path.relative_to(original.parent).as_posix(), course, digests)
                for path in lesson_files(original)
            ]
    _keep(course, digests)
    return [sentence for sentence in (*sentences, *renamed) if sentence]


def find_custom(course: Path) -> None:
    """Use the custom folder beside a course, unless one is named already."""
    beside = custom.within(course.resolve().parent)
    if beside.is_dir() and custom.OLD_VARIABLE not in os.environ:
        os.environ.setdefault(custom.VARIABLE, str(beside))


def course_folder() -> Path:
    """Return the default folder: the current one if it is a course, else `course` in it."""
    here = Path()
    return here if (here / KEPT).is_dir() else here / "course"


def originals() -> list[Path]:
    """Return the lessons that copies are made of: the course's, then the custom ones.

    A custom lesson with the name of one of the course replaces it.
    """
    return [path for _, path in _by_number()]


def _by_number() -> list[tuple[str, Path]]:
    course = {notebook_of(row): number for number, row in course_lessons().items()}
    yours = [path for path in sorted(custom.folder().glob(CUSTOM)) if path.is_file()]
    instead = replacements()
    lessons = [(number, instead.get(name, LESSONS / name)) for name, number in course.items()]
    return lessons + [(path.name[:2], path) for path in yours if path.name not in course]


def replacements() -> dict[str, Path]:
    """Return the custom lessons that replace one of the course, by their names."""
    names = map(notebook_of, course_lessons().values())
    places = {name: custom.folder() / name for name in names}
    return {name: path for name, path in places.items() if path.is_file() and _cells(path)}


def version_of(name: str) -> str:
    """Return what tells one version of a lesson of the course from another."""
    return _cells(LESSONS / name)


def moved_on() -> list[str]:
    """Return the names of the replaced lessons that have changed since they were copied."""
    return [
        name
        for name, path in replacements().items()
        if lock.read_notebook(path.read_text(encoding="utf-8"), name)["metadata"].get(MADE_FROM)
        not in (None, version_of(name))
    ]


def _with_former_name() -> list[Row]:
    return [row for row in course_lessons().values() if row["formerly"]]


def print_views() -> None:
    """Print the source of every view of the originals, as JSON: the classroom starts only these."""
    sources = [source for path in originals() for source in _pages(path)]
    print(json.dumps([source for source in sources if lock.is_view(source)]))


def restore(place: Path) -> bool:
    """Give each cell of a copy that lost it the page of the original; say whether any had lost it.

    A view gets its page back whatever it shows, such as a result of another day; what other code
    shows is the learner's. A file that is no notebook is left as it is.

    Raises OSError when a file cannot be read or written.
    """
    try:
        notebook, pages = _read(place), _pages(_original_of(place))
        lost = [
            cell
            for cell in notebook["cells"]
            if pages.get(source := lock.cell_source(cell), cell.get("outputs"))
            != cell.get("outputs")
            and (lock.is_view(source) or not cell["outputs"])
        ]
    except (ValueError, TypeError, KeyError, AttributeError):
        return False
    for cell in lost:
        cell["outputs"], cell["execution_count"] = pages[lock.cell_source(cell)], None
    if lost:
        write(place, lock.notebook_text(notebook))
    return bool(lost)


def shows_only_pages(place: Path) -> bool:
    """Say whether all that the cells of a copy show is what they show in the original."""
    pages = _pages(_original_of(place))
    cells = _read(place)["cells"]
    return all(
        cell.get("outputs") in (None, [], pages.get(lock.cell_source(cell))) for cell in cells
    )


def _original_of(place: Path) -> Path:
    return next(path for path in originals() if path.name == place.name)


def _pages(original: Path) -> dict[str, Any]:
    """Return what each code cell of an original shows, by its source."""
    cells = _read(original)["cells"]
    return {lock.cell_source(cell): cell["outputs"] for cell in cells if "outputs" in cell}


def _read(path: Path) -> lock.Notebook:
    return _for_learners(path.read_text(encoding="utf-8"), path.name)


def _for_learners(text: str, name: str) -> lock.Notebook:
    """Return a notebook without the cells that only a page of the course shows."""
    notebook = lock.read_notebook(text, name)
    return {**notebook, "cells": [c for c in notebook["cells"] if belongs(c, "jupyterlab")]}


def copies(course: Path) -> list[Path]:
    """Return the lessons in a course that are copies of originals, in order."""
    return [place for path in originals() if (place := course / path.name).is_file()]


def reset(course: Path, number: str) -> str:
    """Reset a lesson, by its number such as "03", to the original; return a sentence about it.

    The final has no number: it is "final". A version that the learner changed is kept under
    another name.

    Raises ValueError for an unknown number, OSError when a file cannot be read or written.
    """
    numbered = _by_number()
    matches = [path for known, path in numbered if known == number.zfill(2)]
    if not matches:
        known = ", ".join(known for known, _ in numbered)
        raise ValueError(f"There is no lesson {number}; there are: {known}.")
    digests = _digests(course)
    original = matches[0]
    place = course / original.name
    aside = {}
    if place.exists() and not _is_untouched(place, original, digests):
        aside[_free(place, "old")] = place.read_bytes()
    _copy(original, place, digests, aside)
    _keep(course, digests)
    kept = "".join(f" Your version is kept as {path.name}." for path in aside)
    return f"{place.name} was reset to the original.{kept}"


def _refresh(original: Path, course: Path, digests: dict[str, list[str]]) -> str:
    """Copy a lesson that is new or updated; return a sentence about it, "" if it is neither."""
    place = course / original.name
    if not place.exists():
        _copy(original, place, digests)
        return f"{place.name} is new."
    version, cells = digests.get(place.name, ["", ""])
    if version == _digest(original.read_bytes()):
        return ""
    if _is_untouched(place, original, digests):
        _copy(original, place, digests)
        return f"{place.name} has a new version."
    digests[place.name] = [_digest(original.read_bytes()), cells]
    if _cells(original) == cells:  # nothing is new but what the cells print
        return ""
    beside = _free(place, "new")
    _copy(original, beside, digests)
    return f"{place.name} has a new version; you changed yours, so it is in {beside.name}."


def _bring(path: Path, name: str, course: Path, digests: dict[str, list[str]]) -> str:
    """Copy a file that a lesson shows; a sentence where the learner has one of this name."""
    place, data = course / name, path.read_bytes()
    given, now = digests.get(name, ["", ""])[0], _digest(data)
    is_ours = not place.exists() or (
        place.is_file() and _digest(place.read_bytes()) in (given, now)
    )
    if is_ours and (given != now or not place.exists()):
        place.parent.mkdir(parents=True, exist_ok=True)
        write_all({place: data})
    digests[name] = [now, ""]
    is_told = is_ours or given == now
    return "" if is_told else f"{name} is yours, and is kept; a lesson shows another file so named."


def _is_untouched(place: Path, original: Path, digests: dict[str, list[str]]) -> bool:
    """Return whether the learner changed nothing in a lesson."""
    has = _cells(place)
    return bool(has) and has in (digests.get(place.name, ["", ""])[1], _cells(original))


def _link_former(row: Row, course: Path, digests: dict[str, list[str]]) -> str:
    """Turn the former file of a renamed lesson into a link to the new one; return a sentence.

    Links in older copies lead to the former file. This is done once, before the new file is
    copied; a former file that the learner changed stays as it is.
    """
    original = LESSONS / notebook_of(row)
    former = course / f"{row['formerly']}.ipynb"
    if original.name in digests or not former.exists():
        return ""
    has = _cells(former)
    if not has or has != digests.get(former.name, ["", ""])[1]:
        return f"{former.name} is now {original.name}; you changed yours, so it is kept."
    notebook = _read(original)
    text = f"This lesson is now [{row['title']}]({original.name})."
    notebook["cells"] = [{"cell_type": "markdown", "id": "0", "metadata": {}, "source": text}]
    write(former, lock.notebook_text(lock.lock(notebook)))
    return f"{former.name} is now {original.name}."


def _copy(
    original: Path,
    place: Path,
    digests: dict[str, list[str]],
    aside: dict[Path, bytes] | None = None,
) -> None:
    """Write a protected copy of a lesson, and before it what it replaces: all or nothing."""
    content = original.read_bytes()
    locked = lock.lock(_for_learners(content.decode(), original.name))
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.is_symlink() and not place.exists():
        place.unlink()  # a link that leads to no file is replaced, and not followed
    write_all({**(aside or {}), place: lock.notebook_text(locked).encode()})
    digests[place.name] = [_digest(content), _cells(place)]


def write(place: Path, text: str) -> None:
    """Write a file; its folder is made where it is missing."""
    place.parent.mkdir(parents=True, exist_ok=True)
    write_text(place, text)


def _free(place: Path, word: str) -> Path:
    """Return a name for another version of a lesson that no file has yet."""
    for number in count(1):
        named = place.with_stem(f"{place.stem}-{word}{'' if number == 1 else f'-{number}'}")
        if not named.exists():
            return named
    raise AssertionError  # count does not end


def _cells(path: Path) -> str:
    """Return a digest of the kinds and sources of a notebook's cells, "" if it cannot be read."""
    try:
        cells = _read(path)["cells"]
        written = [[cell["cell_type"], lock.cell_source(cell)] for cell in cells]
    except (ValueError, TypeError, KeyError):
        return ""
    return _digest(json.dumps(written).encode())


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _digests(course: Path) -> dict[str, list[str]]:
    """Return the digests of the original and of the cells of each lesson that was copied."""
    try:
        listed = json.loads((course / KEPT / "given.json").read_text(encoding="utf-8"))
        return {str(name): [str(version), str(cells)] for name, (version, cells) in listed.items()}
    except (FileNotFoundError, ValueError, TypeError, AttributeError):
        return {}


def _keep(course: Path, digests: dict[str, list[str]]) -> None:
    write(course / KEPT / "given.json", json.dumps(digests, indent=1, sort_keys=True) + "\n")
