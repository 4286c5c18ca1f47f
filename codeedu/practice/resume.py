"""Go on where a sitting stood, from nothing but the learner's record.

Each answer of a sitting carries its `tag`; the first one also names the sitting's `items`. Asked
and answered again in the same order, they lead the engine back to where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from codeedu.practice.findings import CONFIDENCES
from codeedu.practice.items import Item
from codeedu.practice.session import Session

Lines = Sequence[Mapping[str, Any]]


def tag(name: str, number: int) -> str:
    """Return what marks the answers of a sitting: its name, and a number for each new start.

    >>> tag("quiz 05", 2)
    'quiz 05 #2'
    """
    return f"{name} #{number}"


def attempts(answers: Iterable[Mapping[str, Any]], name: str) -> dict[int, list[Mapping[str, Any]]]:
    """Return the answers of every sitting of that name by its number, the latest number last.

    >>> attempts([{"sitting": "quiz 05 #0"}, {"sitting": "final #0"}, {}], "quiz 05")
    {0: [{'sitting': 'quiz 05 #0'}]}
    """
    found: dict[int, list[Mapping[str, Any]]] = {}
    for answer in answers:
        whose, _, number = str(answer.get("sitting")).rpartition(" #")
        if whose == name and number.isascii() and number.isdigit() and len(number) < 10:
            found.setdefault(int(number), []).append(answer)
    return dict(sorted(found.items()))


def named_items(lines: Lines) -> list[str]:
    """Return the ids of a sitting's items, as its first answer names them; [] if none does."""
    for line in lines:
        names = line.get("items")
        if isinstance(names, list) and names and all(isinstance(name, str) for name in names):
            return names
    return []


def replay(lines: Lines, number: int, find: Callable[[str], Item | None]) -> Session | None:
    """Return the session that these answers belong to, as it stood after the last of them.

    `find` returns the item of an id. None when it cannot be: items are gone or were changed.
    Answers that do not fit, such as those of a second window, change nothing.
    """
    items = [item for name in named_items(lines) if (item := find(name))]
    if not items or len(items) < len(named_items(lines)):
        return None
    try:
        session = Session(items, seed=number, mode=str(lines[0].get("mode")))
        session.begin()
        for line in lines:
            _again(session, line)
    except ValueError:
        return None
    return session


def _again(session: Session, line: Mapping[str, Any]) -> None:
    """Give one kept answer to the session; raises ValueError when its item was changed."""
    if line.get("round") == session.round + 1:
        if "stop" in session.moves:
            session.stop()
        if "retry" in session.moves:
            session.retry()
    item = session.item
    if session.state != "asking" or item is None or item.id != line["item"]:
        return
    if line.get("version") != item.version:
        raise ValueError("this item was changed since")
    stated = line.get("confidence")
    session.answer(line.get("answer"), confidence=stated if stated in CONFIDENCES else "")
    session.next()
