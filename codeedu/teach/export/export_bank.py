"""Export questions to a file, and say what was written and what the format cannot hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module
from math import inf
from pathlib import Path
from typing import Any

from codeedu import custom
from codeedu.codes.wording import listing, plural
from codeedu.files import write_all
from codeedu.practice.selection import Wanted, case_items, interleave, pick
from codeedu.questions import bank, cases
from codeedu.questions.decisions import is_dropped
from codeedu.questions.items import Item
from codeedu.questions.printed import PrintedItem
from codeedu.teach.export import ANSWERS, EDITIONS, FORMATS, POOLS, UNLIMITED
from codeedu.teach.export.draws import final_groups, never_drawn, practice_groups

ALL_CASES = 10**6


@dataclass(frozen=True)
class Exported:
    """What was written: how many questions, where, and what the format could not hold."""

    path: Path
    to: str
    items: int
    left_out: tuple[str, ...] = ()
    drawn: int = 0  # how many of them a learner is asked; 0 for all
    notes: str = ""  # sentences: fewer questions than were asked for; where the key is
    key: Path | None = None
    what: str = "question"

    def __repr__(self) -> str:
        lines = [f"{plural(self.items, self.what)} written to {self.path}."]
        lines += [self.notes] if self.notes else []
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
    key: str | Path | None = None,
    **settings: Any,
) -> Exported:
    """Write questions in a format of another system; return what was written.

    `to` is a key of FORMATS. `lessons` are lessons to keep, such as "05", and `objectives` are
    objectives, such as "05-lost-dot" (all if left out). `pool` is "practice", "final" or "all": the
    questions of the final assessment leave the course only when asked for, because learners who
    have seen them cannot be assessed with them. Generated questions are not exported: each drill
    generates its own; nor are those that you decided to drop. `title` names the category, deck,
    quiz or page. `items` draws that many questions, spread over the objectives as a quiz is;
    another `seed` draws others. The key of a worksheet is in the same file, unless `key` names
    another one. A worksheet can hold so many `cases` in place of questions; no other format can.

    The `settings` of Canvas are whether a quiz is `graded`, how many `attempts` there are (a number
    or "unlimited"), and the `points` of a question; of Canvas and QTI, how many questions of each
    lesson the system is to `draw`, and whether `answers` are "shown" or "hidden" after an attempt.

    Raises ValueError when an argument fits nothing, ImportError when a program or package is
    missing, OSError when the file cannot be written.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     export_bank("csv", f"{folder}/05.csv", lessons=["05"], items=20, seed=7)
    20 questions written to ...05.csv.
    """
    target, *keys = [Path(name).expanduser() for name in (path, key) if name]
    _check_files(to, [target, *keys])
    _check_settings(to, settings | ({"key": key} if key else {}))
    if pool not in POOLS:
        raise ValueError(f"There is no pool {pool!r}. Known are {listing(POOLS)}.")
    if items is not None and not _is_count(items):
        raise ValueError(f"`items` is {items!r}. It has to be 1 or more.")
    count = settings.pop("cases", None)
    if count and (items or pool != "practice"):
        raise ValueError("A worksheet of `cases` has no questions: leave out `items` and `pool`.")
    if seed is not None and not (items or count):
        raise ValueError("`seed` decides which questions `items` draws: give `items`, too.")
    if "draw" in settings and pool == "final":
        raise ValueError("The final draws as the course's own: leave out `draw`.")
    lessons, objectives = [lesson.zfill(2) for lesson in lessons], list(objectives)
    of_these = list(_cases(lessons, objectives, seed or 0))
    fitting = of_these[:count] if count else _fitting(lessons, objectives, pool)
    if not fitting:
        raise ValueError("There is no case to print: leave out the lessons and objectives.")
    if items:
        wanted = Wanted(seed=seed or 0)
        fitting = list(interleave(pick(fitting, items, wanted), wanted))
    questions = [PrintedItem(item) for item in fitting]
    draws = "draw" in FORMATS[to].settings
    asked = [one for one in questions if not (draws and never_drawn(one))]
    if not asked:
        raise ValueError("The final asks none of these questions, so nothing was written.")
    module = import_module(f"codeedu.teach.export.{FORMATS[to].module}")
    parts = ("sheet", "key") if keys else ("",)
    files: dict[Path, bytes] = {}
    for file, part in zip([target, *keys], parts, strict=True):
        build = getattr(module, {".pdf": "pdf", ".xlsx": "xlsx"}.get(file.suffix.lower(), "build"))
        files[file] = build(asked, title, **settings, **({"part": part} if part else {}))
    write_all(files)
    lost = tuple(left_out(module.LEFT_OUT, questions))
    if of_these and (lessons or objectives) and not count:
        lost += (f"{plural(len(of_these), 'case')} (a worksheet with --cases holds some)",)
    of_practice = practice_groups(asked, settings.get("draw"))
    groups = of_practice + final_groups(asked)
    is_drawn = draws and any(group.is_drawn for group in groups)
    drawn = sum(group.draw for group in groups) if is_drawn else 0
    short = [one for one in of_practice if len(one.questions) < settings.get("draw", 0)]
    number = items or count
    notes = f"There are no more than these; you asked for {number}."
    if number is None or len(asked) >= number:
        has = [f"{one.lesson} ({len(one.questions)})" for one in short]
        notes = f"Lessons with fewer questions than `draw` ask all: {listing(has)}." if has else ""
    if to == "worksheet" and not keys:
        notes = f"{notes} The key is at the end of this file; --key writes it to another.".strip()
    what = "case" if count else "question"
    return Exported(target, to, len(asked), lost, drawn, notes, keys[0] if keys else None, what)


def _check_files(to: str, targets: Sequence[Path]) -> None:
    if to in EDITIONS:
        raise ValueError(f"{EDITIONS[to]} holds lessons: codeedu export --to {to} -o FILE.zip")
    if to not in FORMATS:
        raise ValueError(f"There is no format {to!r}. Known are {listing([*FORMATS, *EDITIONS])}.")
    for target in targets:
        if target.suffix.lower() not in FORMATS[to].endings:
            raise ValueError(f"{target} has to end in {listing(FORMATS[to].endings, 'or')}.")
        if target.exists() and target.resolve().parent == custom.folder().resolve():
            raise ValueError(f"{target} is in your custom folder already. Choose another name.")
        if not target.parent.is_dir():
            raise OSError(f"There is no folder {target.parent}.")
    if len({target.resolve() for target in targets}) < len(targets):
        raise ValueError("The questions and the key are to be two files: choose another name.")


def _is_count(value: object) -> bool:
    return isinstance(value, int) and value > 0


ALLOWED: dict[str, tuple[Callable[[Any], bool], str]] = {  # what a setting can be, and in words
    "graded": (lambda value: isinstance(value, bool), "true or false"),
    "draw": (_is_count, "1 or more"),
    "attempts": (lambda n: n == UNLIMITED or _is_count(n), f"1 or more, or {UNLIMITED}"),
    "points": (lambda n: isinstance(n, (int, float)) and 0 < n < inf, "more than 0"),
    "answers": (lambda word: word in ANSWERS, listing(ANSWERS, "or")),
    "key": (bool, "a file"),
    "cases": (_is_count, "1 or more"),
}


def _check_settings(to: str, settings: Mapping[str, object]) -> None:
    for name, value in settings.items():
        able = [other for other, known in FORMATS.items() if name in known.settings]
        if to not in able:
            whose = f"is for {listing(able)}, not for {to}" if able else "is no setting"
            raise ValueError(f"`{name}` {whose}: see docs/export.md.")
        fits, says = ALLOWED[name]
        if not fits(value):
            raise ValueError(f"`{name}` is {value!r}. It has to be {says}.")


def _fitting(lessons: list[str], objectives: list[str], pool: str) -> list[Item]:
    """Return the items of a pool that are of these lessons and objectives, of all if none is given.

    Raises ValueError for a lesson or an objective without questions, and if none is left.
    """
    items = bank.load()
    for what, asked in (("lesson", lessons), ("objective", objectives)):
        known = sorted({getattr(item, what) for item in items})
        for name in asked:
            if name not in known:
                near = get_close_matches(name, known, 1)
                fix = f"Did you mean {near[0]}?" if near else f"There are {listing(known)}."
                says = f"No question is of {what} {name!r}. {fix} {bank.left_out()}"
                raise ValueError(says.rstrip())
    wanted = ("practice", "final") if pool == "all" else (pool,)
    kept = [
        item
        for item in items
        if item.pool in wanted
        and item.lesson in (lessons or [item.lesson])
        and item.objective in (objectives or [item.objective])
        and not is_dropped(item)
    ]
    if not kept:
        raise ValueError(f"There is no {pool} question to export.")
    return kept


def _cases(lessons: list[str], objectives: list[str], seed: int) -> Iterator[Item]:
    """Yield the cases of these lessons and objectives: one of each template, without help."""
    for one in case_items((), Wanted(n=ALL_CASES, seed=seed)):
        is_of = one.lesson in (lessons or [one.lesson])
        if is_of and one.objective in (objectives or [one.objective]):
            made = cases.find(f"{one.id.rpartition(':')[0]}:{cases.NONE}")
            yield made or one


def _is(*kinds: str) -> Callable[[PrintedItem], bool]:
    return lambda question: question.kind in kinds


# What a format may not hold, and which questions have it.
LOST: dict[str, tuple[str, Callable[[PrintedItem], object]]] = {
    "hint": ("the hint", lambda q: q.item.hint),
    "unit": ("a unit typed with a number (only the number is accepted)", lambda q: q.item.unit),
    "spelling": ("other spellings of a typed answer (blanks, dashes, plurals)", _is("type")),
    "order": ("an order (its steps are matched to their places)", _is("order")),
    "part": ("part of the mark for an order that is partly right", _is("order")),
    "step": ("feedback on a step by itself (it is in the general feedback)", _is("order")),
    "answer": (
        "feedback on one answer by itself (it is in the general comment)",
        _is("order", "type", "number"),
    ),
    "choice": (
        "a check of the choice (the card shows the answer, the learner judges)",
        lambda q: q.item.options,
    ),
    "other spellings": (
        "other spellings of a typed answer (Anki compares with one)",
        lambda q: len(q.item.answers) > 1 or q.item.unit or q.item.tolerance,
    ),
    "place": ("a place in the final (it asks none of the lesson)", never_drawn),
}


def left_out(names: Iterable[str], questions: Sequence[PrintedItem]) -> Iterator[str]:
    """Yield what is lost, by its names in LOST, and in how many questions."""
    for what, has in (LOST[name] for name in names):
        if count := sum(bool(has(question)) for question in questions):
            yield f"{what}: {plural(count, 'question')}"
