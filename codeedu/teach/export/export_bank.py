"""Export questions to a file, and say what was written and what the format cannot hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module
from math import inf
from pathlib import Path
from typing import Any

from codeedu.codes.wording import listing, plural
from codeedu.files import write_all
from codeedu.practice.selection import Wanted, interleave, pick
from codeedu.questions import bank
from codeedu.questions.decisions import is_dropped
from codeedu.questions.items import Item
from codeedu.questions.printed import PrintedItem
from codeedu.teach.export import ANSWERS, EDITIONS, FORMATS, POOLS, UNLIMITED
from codeedu.teach.export.draws import final_groups, never_drawn, practice_groups


@dataclass(frozen=True)
class Exported:
    """What was written: how many questions, where, and what the format could not hold."""

    path: Path
    to: str
    items: int
    left_out: tuple[str, ...] = ()
    drawn: int = 0  # how many of them a learner is asked; 0 for all
    key: Path | None = None

    def __repr__(self) -> str:
        lines = [f"{plural(self.items, 'question')} written to {self.path}."]
        if self.drawn:
            lines.append(f"A learner is asked {self.drawn:,} of them, drawn at random.")
        if self.key:
            lines.append(f"The key is in {self.key}.")
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
    objectives: Iterable[str] = (),
    items: int | None = None,
    seed: int | None = None,
    graded: bool | None = None,
    attempts: int | str | None = None,
    points: float | None = None,
    draw: int | None = None,
    answers: str | None = None,
    key: str | Path | None = None,
) -> Exported:
    """Write questions in a format of another system; return what was written.

    `to` is a key of FORMATS. `lessons` are lessons to keep, such as "05", and `objectives` are
    objectives, such as "05-lost-dot" (all if left out). `pool` is "practice", "final" or "all": the
    questions of the final assessment leave the course only when asked for, because learners who
    have seen them cannot be assessed with them. Generated questions are not exported: each drill
    generates its own; nor are those that you decided to drop. `title` names the category, deck,
    quiz or page. `items` draws that many questions, spread over the objectives as a quiz is;
    another `seed` draws others.

    Canvas is told whether a quiz is `graded`, how many `attempts` there are (a number or
    "unlimited"), and the `points` of a question; Canvas and QTI, how many questions of each lesson
    the system is to `draw`, and whether `answers` are "shown" or "hidden" after an attempt. The key
    of a worksheet is in the same file, unless `key` names another one. Other formats refuse these.

    Raises ValueError when an argument fits nothing, ImportError when a program or package is
    missing, OSError when the file cannot be written.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     export_bank("csv", f"{folder}/05.csv", lessons=["05"], items=20, seed=7)
    20 questions written to ...05.csv.
    """
    target = Path(path).expanduser()
    other = Path(key).expanduser() if key else None
    given: dict[str, object] = {
        "graded": graded or None,
        "attempts": attempts,
        "points": points,
        "draw": draw,
    }
    given |= {"answers": answers, "key": other}
    settings = {name: value for name, value in given.items() if value is not None}
    _check_arguments(to, [target, *([other] if other else [])], pool)
    _check_settings(to, settings | ({} if items is None else {"items": items}))
    if seed is not None and not items:
        raise ValueError("`seed` decides which questions `items` draws: give `items`, too.")
    if draw and pool == "final":
        raise ValueError("The final draws as the course's own: leave out `draw`.")
    fitting = _fitting(bank.load(), list(lessons), list(objectives), pool)
    if items:
        wanted = Wanted(seed=seed or 0)
        fitting = list(interleave(pick(fitting, items, wanted), wanted))
    questions = [PrintedItem(item) for item in fitting]
    module = import_module(f"codeedu.teach.export.{FORMATS[to].module}")

    def built(path: Path, **more: Any) -> bytes:
        name = {".pdf": "pdf", ".xlsx": "xlsx"}.get(path.suffix.lower(), "build")
        data: bytes = getattr(module, name)(questions, title, **more)
        return data

    if other:
        files = {target: built(target, part="sheet"), other: built(other, part="key")}
    else:
        files = {target: built(target, **settings)}
    write_all(files)
    lost = tuple(left_out(module.LEFT_OUT, questions))
    groups = practice_groups(questions, draw) + final_groups(questions)
    is_drawn = "draw" in FORMATS[to].settings and any(group.is_drawn for group in groups)
    drawn = sum(group.draw for group in groups) if is_drawn else 0
    return Exported(target, to, len(questions), lost, drawn, other)


def _check_arguments(to: str, targets: Sequence[Path], pool: str) -> None:
    if to == "gift":
        raise ValueError("GIFT is no longer written: use moodle-xml, which holds more.")
    if to in EDITIONS:
        raise ValueError(f"{EDITIONS[to]} holds lessons: codeedu export --to {to} -o FILE.zip")
    if to not in FORMATS:
        raise ValueError(f"There is no format {to!r}. Known are {listing([*FORMATS, *EDITIONS])}.")
    if pool not in POOLS:
        raise ValueError(f"There is no pool {pool!r}. Known are {listing(POOLS)}.")
    for target in targets:
        if target.suffix.lower() not in FORMATS[to].endings:
            raise ValueError(f"{target} has to end in {listing(FORMATS[to].endings, 'or')}.")
        if not target.parent.is_dir():
            raise OSError(f"There is no folder {target.parent}.")
    if len({target.resolve() for target in targets}) < len(targets):
        raise ValueError("The questions and the key are to be two files: choose another name.")


def _is_count(value: object) -> bool:
    return isinstance(value, int) and value > 0


ALLOWED: dict[str, tuple[Callable[[Any], bool], str]] = {  # what a setting can be, and in words
    "items": (_is_count, "1 or more"),
    "draw": (_is_count, "1 or more"),
    "attempts": (lambda n: n == UNLIMITED or _is_count(n), f"1 or more, or {UNLIMITED}"),
    "points": (lambda n: isinstance(n, (int, float)) and 0 < n < inf, "more than 0"),
    "answers": (lambda word: word in ANSWERS, listing(ANSWERS, "or")),
}


def _check_settings(to: str, settings: Mapping[str, object]) -> None:
    for name, value in settings.items():
        able = [other for other, known in FORMATS.items() if name in known.settings]
        if able and to not in able:
            raise ValueError(f"`{name}` is for {listing(able)}, not for {to}: see docs/export.md.")
        fits, says = ALLOWED.get(name, (bool, ""))
        if not fits(value):
            raise ValueError(f"`{name}` is {value!r}. It has to be {says}.")


def _fitting(
    items: Sequence[Item], lessons: list[str], objectives: list[str], pool: str
) -> list[Item]:
    """Return the items of a pool that are of these lessons and objectives, of all if none is given.

    Raises ValueError for a lesson or an objective without questions, and if none is left.
    """
    known = sorted({item.lesson for item in items})
    lessons = [lesson.zfill(2) for lesson in lessons]
    for lesson in lessons:
        if lesson not in known:
            what = f"No question is of lesson {lesson!r}. There are {listing(known)}."
            raise ValueError(f"{what} {bank.left_out()}".rstrip())
    named = sorted({item.objective for item in items})
    for name in objectives:
        if name not in named:
            near = get_close_matches(name, named, 1)
            fix = f"Did you mean {near[0]}?" if near else f"Write it as in {named[0]}."
            raise ValueError(f"No question is of objective {name!r}. {fix}")
    wanted = ("practice", "final") if pool == "all" else (pool,)
    kept = [
        item
        for item in items
        if item.pool in wanted
        and item.lesson in (lessons or known)
        and item.objective in (objectives or named)
        and not is_dropped(item)
    ]
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
    "place": ("a place in the final (it asks none of the lesson)", never_drawn),
}


def left_out(names: Iterable[str], questions: Sequence[PrintedItem]) -> Iterator[str]:
    """Yield what is lost, by its names in LOST, and in how many questions."""
    for what, has in (LOST[name] for name in names):
        count = sum(map(has, questions))
        if count:
            yield f"{what}: {plural(count, 'question')}"
