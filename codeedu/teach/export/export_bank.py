"""Export questions to a file, and say what was written and what the format cannot hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from codeedu.codes.wording import listing, plural
from codeedu.files import write_all
from codeedu.questions import bank
from codeedu.questions.items import Item
from codeedu.questions.printed import PrintedItem
from codeedu.teach.export import EDITIONS, FORMATS, POOLS


@dataclass(frozen=True)
class Exported:
    """What was written: how many questions, where, and what the format could not hold."""

    path: Path
    to: str
    items: int
    left_out: tuple[str, ...] = ()

    def __repr__(self) -> str:
        lines = [f"{plural(self.items, 'question')} written to {self.path}."]
        if self.left_out:
            lines += ["What this format does not hold:", *(f"  {line}" for line in self.left_out)]
        return "\n".join(lines)


def export_bank(
    to: str,
    path: str | Path,
    *,
    lessons: Iterable[str] = (),
    pool: str = "practice",
    title: str = "codeedu",
) -> Exported:
    """Write questions in a format of another system; return what was written.

    `to` is a key of FORMATS. `lessons` are lessons to keep, such as "05" (all if left out).
    `pool` is "practice", "final" or "all": the questions of the final assessment leave the course
    only when asked for, because learners who have seen them cannot be assessed with them.
    Generated questions are not exported: each drill generates its own. `title` names the category,
    deck, quiz or page.

    Raises ValueError when an argument fits nothing, ImportError when a program or package is
    missing, OSError when the file cannot be written.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     export_bank("csv", f"{folder}/05.csv", lessons=["05"]).items > 40
    True
    """
    target = Path(path).expanduser()
    _check_arguments(to, target, pool)
    questions = [PrintedItem(item) for item in _of_lessons(bank.load(), list(lessons), pool)]
    module = import_module(f"codeedu.teach.export.{FORMATS[to].module}")
    name = {".pdf": "pdf", ".xlsx": "xlsx"}.get(target.suffix.lower(), "build")
    build: Callable[[Sequence[PrintedItem], str], bytes] = getattr(module, name)
    data = build(questions, title)
    write_all({target: data})
    return Exported(target, to, len(questions), tuple(left_out(module.LEFT_OUT, questions)))


def _check_arguments(to: str, target: Path, pool: str) -> None:
    if to == "gift":
        raise ValueError("GIFT is no longer written: use moodle-xml, which holds more.")
    if to in EDITIONS:
        raise ValueError(f"{EDITIONS[to]} holds lessons: codeedu export --to {to} -o FILE.zip")
    if to not in FORMATS:
        raise ValueError(f"There is no format {to!r}. Known are {listing([*FORMATS, *EDITIONS])}.")
    if pool not in POOLS:
        raise ValueError(f"There is no pool {pool!r}. Known are {listing(POOLS)}.")
    if target.suffix.lower() not in FORMATS[to].endings:
        raise ValueError(f"{target} has to end in {listing(FORMATS[to].endings, 'or')}.")
    if not target.parent.is_dir():
        raise OSError(f"There is no folder {target.parent}.")


def _of_lessons(items: Sequence[Item], lessons: list[str], pool: str) -> list[Item]:
    known = sorted({item.lesson for item in items})
    lessons = [lesson.zfill(2) for lesson in lessons]
    for lesson in lessons:
        if lesson not in known:
            what = f"No question is of lesson {lesson!r}. There are {listing(known)}."
            raise ValueError(f"{what} {bank.left_out()}".rstrip())
    wanted = ("practice", "final") if pool == "all" else (pool,)
    kept = [i for i in items if i.pool in wanted and i.lesson in (lessons or known)]
    if not kept:
        raise ValueError(f"There is no {pool} question to export.")
    return kept


Lost = Callable[[PrintedItem], bool]
LOST: dict[str, tuple[str, Lost]] = {  # what a format may not hold, and which questions have it
    "hint": ("the hint", lambda q: bool(q.item.hint)),
    "unit": (
        "a unit typed with a number (only the number is accepted)",
        lambda q: bool(q.item.unit),
    ),
    "spelling": (
        "other spellings of a typed answer (blanks, dashes, plurals)",
        lambda q: q.kind == "type",
    ),
    "order": ("an order (its steps are matched to their places)", lambda q: q.kind == "order"),
    "part": (
        "part of the mark for an order that is partly right",
        lambda q: q.kind == "order",
    ),
    "step": (
        "feedback on a step by itself (it is in the general feedback)",
        lambda q: q.kind == "order",
    ),
    "answer": (
        "feedback on one answer by itself (it is in the general comment)",
        lambda q: q.kind in ("order", "type", "number"),
    ),
    "choice": (
        "a check of the choice (the card shows the answer, the learner judges)",
        lambda q: bool(q.item.options),
    ),
    "other spellings": (
        "other spellings of a typed answer (Anki compares with one)",
        lambda q: len(q.item.answers) > 1 or bool(q.item.unit or q.item.tolerance),
    ),
}


def left_out(names: Iterable[str], questions: Sequence[PrintedItem]) -> Iterator[str]:
    """Yield what is lost, by its names in LOST, and in how many questions."""
    for what, has in (LOST[name] for name in names):
        count = sum(map(has, questions))
        if count:
            yield f"{what}: {plural(count, 'question')}"
