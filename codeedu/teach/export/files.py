"""Export questions to a file, and say what was written and what the format cannot hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from codeedu.codes.wording import listing, plural
from codeedu.practice import bank
from codeedu.practice.items import Item
from codeedu.teach.export import FORMATS, POOLS
from codeedu.teach.export.reading import Question, read
from codeedu.writing import whole_or_nothing


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
    banks: Iterable[str | Path] = (),
    pool: str = "practice",
    title: str = "codeedu",
) -> Exported:
    """Write questions in a format of another system; return what was written.

    `to` is a key of FORMATS. `lessons` are lessons to keep, such as "05" (all if left out);
    `banks` are files of your own, in place of the course's. `pool` is "practice", "final" or
    "all": the questions of the final assessment leave the course only when asked for, because
    learners who have seen them cannot be assessed with them. Generated questions are not
    exported: they are made anew each time. `title` names the category, deck, quiz or page.

    Raises ValueError when an argument fits nothing or a bank has a problem, ImportError when a
    program or package is missing, OSError when the file cannot be written.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     export_bank("csv", f"{folder}/05.csv", lessons=["05"]).items > 40
    True
    """
    target = Path(path).expanduser()
    _check(to, target, pool)
    questions = [read(item) for item in _chosen(bank.load(*banks), list(lessons), pool)]
    module = import_module(f"codeedu.teach.export.{FORMATS[to].module}")
    as_pdf = target.suffix.lower() == ".pdf"
    build: Callable[[Sequence[Question], str], bytes] = module.pdf if as_pdf else module.build
    made = build(questions, title)
    with whole_or_nothing(target) as file:
        file.write(made)
    return Exported(target, to, len(questions), tuple(_counted(module.left_out(questions))))


def _check(to: str, target: Path, pool: str) -> None:
    if to not in FORMATS:
        raise ValueError(f"There is no format {to!r}. Known are {listing(list(FORMATS))}.")
    if pool not in POOLS:
        raise ValueError(f"There is no pool {pool!r}. Known are {listing(POOLS)}.")
    if target.suffix.lower() not in FORMATS[to].endings:
        raise ValueError(f"{target} has to end in {listing(FORMATS[to].endings, 'or')}.")
    if not target.parent.is_dir():
        raise OSError(f"There is no folder {target.parent}.")


def _chosen(items: Sequence[Item], lessons: list[str], pool: str) -> list[Item]:
    known = sorted({item.lesson for item in items})
    for lesson in lessons:
        if lesson not in known:
            raise ValueError(f"No question is of lesson {lesson!r}. There are {listing(known)}.")
    wanted = ("practice", "final") if pool == "all" else (pool,)
    found = [i for i in items if i.pool in wanted and i.lesson in (lessons or known)]
    if not found:
        raise ValueError(f"There is no {pool} question to export.")
    return found


def _counted(left_out: Iterable[tuple[str, Question]]) -> Iterator[str]:
    for what, count in Counter(what for what, _ in left_out).items():
        yield f"{what}: {plural(count, 'question')}"
