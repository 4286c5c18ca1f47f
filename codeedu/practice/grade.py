"""What an answer deserves: a score, and an explanation for every part of it.

A *response* is plain data: for "one" and "spot" the place of the chosen option, for "many" the
places of all that were chosen, for "order" the places of all steps as the learner put them, for
"type" a text. Places count from 0 in the item, whatever the order on the screen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from codeedu.practice.items import Item, Option, same_text

LONGEST = 1000  # characters of a typed answer that are kept

Response = int | str | list[int]


@dataclass(frozen=True)
class Grade:
    """`score` from 0 to 1; `correct` when nothing is wrong; what the answer reveals.

    `read_as` is the code set that the learner took the code for: `item.truly` when it was right,
    "" when the item tells nothing of it.
    """

    score: float
    correct: bool
    misconceptions: tuple[str, ...] = ()
    read_as: str = ""


def accept(item: Item, response: object) -> Response:
    """Return a response in its plain form.

    Raises ValueError, with a sentence for the learner, when it is not (yet) an answer.
    """
    places = range(len(item.options))
    if item.kind == "type":
        if not isinstance(response, str) or not same_text(response):
            raise ValueError("Type an answer first.")
        return response.strip()[:LONGEST]
    if item.kind in ("one", "spot"):
        if isinstance(response, bool) or not isinstance(response, int) or response not in places:
            raise ValueError("Choose an option first.")
        return response
    if not isinstance(response, (list, tuple, set)) or not all(
        isinstance(place, int) and not isinstance(place, bool) and place in places
        for place in response
    ):
        raise ValueError("Choose among the options.")
    if item.kind == "many":
        if not response:
            raise ValueError("Choose at least one option first.")
        return sorted(set(response))
    if sorted(response) != list(places):
        raise ValueError("Give every step a place first.")
    return list(response)


def grade(item: Item, response: object) -> Grade:
    """Return what a response deserves.

    Raises ValueError as `accept` does.
    """
    given = accept(item, response)
    if item.kind == "order":
        pairs = list(combinations(_list(given), 2))
        score = sum(first < second for first, second in pairs) / len(pairs)
        return Grade(score, score == 1)
    if item.kind == "many":
        chosen = set(_list(given))
        wrong = [o for i, o in enumerate(item.options) if o.right != (i in chosen)]
        score = 1 - len(wrong) / len(item.options)
        return Grade(score, not wrong, _misconceptions(wrong))
    hit = _hit(item, given)
    if hit is None or hit.right:
        right = hit is not None
        return Grade(float(right), right, (), item.truly if right else "")
    return Grade(0.0, False, _misconceptions([hit]), hit.reads if item.truly else "")


def _hit(item: Item, given: Response) -> Option | None:
    """Return the option that was chosen; for a typed text the one it matches, or None."""
    if isinstance(given, int):
        return item.options[given]
    text = same_text(str(given))
    if text in map(same_text, item.answers):
        return Option(item.answers[0], item.why, right=True, reads=item.truly)
    return next((option for option in item.tempting if same_text(option.text) == text), None)


def _misconceptions(options: Iterable[Option]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(o.misconception for o in options if o.misconception))


def _list(given: Response) -> list[int]:
    return given if isinstance(given, list) else []


def feedback(item: Item, response: object, order: Sequence[int] = ()) -> dict[str, Any]:
    """Return what to show after an answer, as plain data.

    `correct`, `score`, `says` (right or not, in words), `why` (of the item), `answer` (the right
    one, in words), `sources`, `as_of`, and `parts`: for each option, in the shown `order`, its
    `place`, `text`, `why`, `right`, `chosen` and a `mark` in words.

    Raises ValueError as `accept` does.
    """
    given = accept(item, response)
    found = grade(item, given)
    return {
        "correct": found.correct,
        "score": round(found.score, 3),
        "says": _says(found),
        "why": item.why,
        "answer": answer_of(item),
        "parts": list(_parts(item, given, order)),
        "sources": list(item.sources),
        "as_of": item.as_of,
    }


def _says(found: Grade) -> str:
    if found.correct:
        return "Right."
    return "Partly right." if found.score >= 0.5 else "Not yet."


def answer_of(item: Item) -> str:
    """Return the right answer in words.

    >>> answer_of(Item("a-01", "a", "01", "type", "What?", "So.", answers=("J1885", "j 1885")))
    'J1885'
    """
    if item.kind == "type":
        return item.answers[0]
    if item.kind == "order":
        return "; ".join(f"{i}. {option.text}" for i, option in enumerate(item.options, 1))
    return "; ".join(option.text for option in item.options if option.right)


_MARKS = {  # right, chosen: what it says
    (True, True): "chosen, and right",
    (False, True): "chosen, but not right",
    (True, False): "right, but not chosen",
    (False, False): "rightly not chosen",
}


def _parts(item: Item, given: Response, order: Sequence[int]) -> Iterator[dict[str, Any]]:
    if item.kind == "type":
        yield from _typed(item, str(given))
    elif item.kind == "order":
        for place, option in enumerate(item.options):
            at = _list(given).index(place)
            fits = at == place
            mark = "in its place" if fits else f"belongs in place {place + 1}; you put it {at + 1}"
            yield _part(place, option, right=fits, chosen=True, mark=mark)
    else:
        chosen = set(_list(given)) if item.kind == "many" else {given}
        for place in order or range(len(item.options)):
            option = item.options[place]
            mark = _MARKS[option.right, place in chosen]
            yield _part(place, option, right=option.right, chosen=place in chosen, mark=mark)


def _typed(item: Item, text: str) -> Iterator[dict[str, Any]]:
    """Explain a typed text: as the bank does or, of an unforeseen code, as the classifier does."""
    hit = _hit(item, text)
    if hit is None:
        hit = Option(text, _verdict(item, text))
    part = _part(0, hit, right=hit.right, chosen=True, mark=_MARKS[hit.right, True])
    yield part | {"text": text}


def _verdict(item: Item, text: str) -> str:
    from codeedu.codes.classify import classify
    from codeedu.codes.explain import verdict

    if any(char.isdigit() for char in item.answers[0]):
        return f"About what you typed: {verdict(classify(text))}"
    return "That is another word than the one asked for."


def _part(place: int, option: Option, *, right: bool, chosen: bool, mark: str) -> dict[str, Any]:
    return {
        "place": place,
        "text": option.text,
        "why": option.why,
        "right": right,
        "chosen": chosen,
        "mark": mark,
        "misconception": option.misconception if chosen != option.right else "",
        "believed": option.believed if chosen != option.right else ("", ""),
    }
