"""Mark an answer of an assignment as the course does; of libraries it needs lazy-loader only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from string import ascii_uppercase
from typing import Any

from codeedu.questions import kinds
from codeedu.questions.items import Item, Option


def marking_key(item: Item, order: Sequence[int]) -> dict[str, Any]:
    """Return what `mark` has to know about an item whose options are shown in this order."""
    if item.options:
        right = [option.right for option in item.options]
        return {"kind": item.kind, "order": list(order), "right": right}
    wrong = [(option.text, option.number) for option in item.distractors]
    if item.kind == "type":
        return {"kind": item.kind, "answers": item.answers, "wrong": wrong}
    number = {"answer": item.answer, "unit": item.unit, "tolerance": item.tolerance}
    return {"kind": item.kind, **number, "wrong": wrong}


def mark(
    written: object,
    kind: str,
    *,
    order: Sequence[int] = (),
    right: Iterable[bool] = (),
    wrong: Iterable[tuple[str, float | None]] = (),
    **about: Any,
) -> float:
    """Return the score of an answer, from 0 to 1; 0 for what is not an answer.

    The arguments are those of `marking_key`. Options are given as letters, in the order shown.

    >>> mark(" b ", "one", order=[1, 0, 2], right=[True, False, False])
    1.0
    >>> mark("4 units", "number", answer=4, unit="units"), mark("five", "number", answer=4)
    (1.0, 0.0)
    """
    item = Item(
        *("", "", "", kind, "", ""),
        options=tuple(Option("", "", is_right) for is_right in right),
        distractors=tuple(Option(text, "", number=number) for text, number in wrong),
        **about,
    )
    response: object = str(written)
    if order:
        shown = dict(zip(ascii_uppercase, order, strict=False))
        places = [shown.get(letter, -1) for letter in str(written).upper() if letter not in " ,"]
        single = kind not in ("many", "order")
        response = places[0] if single and len(places) == 1 else places
    try:
        return round(kinds.grade(item, response).score, 3)
    except ValueError:
        return 0.0
