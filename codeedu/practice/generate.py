"""Items without end, made from the tables and explained by the classifier itself.

A made item is of the same shape as a written one. Its id holds what it was made from, so
`remake` makes it again when it is due. Numbers are drawn from ranges: they show a form, and no
list of CPT or CDT codes is needed or kept.
"""

from __future__ import annotations

import random
from collections.abc import Iterable

from codeedu.practice.items import Item
from codeedu.practice.recipes import RECIPES

TRIES = 1000  # draws after which we give up finding one more


def make(n: int, *, seed: int = 0, recipes: Iterable[str] = ()) -> tuple[Item, ...]:
    """Return `n` different items, in turn from each of the `recipes` (all of them unless given).

    Recipes are "reading", "section", "meant", "box" and "split". The same seed makes the same.

    Raises ValueError when there is no such recipe.

    >>> [item.id for item in make(2, seed=1)] == [item.id for item in make(2, seed=1)]
    True
    """
    names = tuple(recipes) or tuple(RECIPES)
    for name in names:
        if name not in RECIPES:
            raise ValueError(f"There is no recipe {name!r}; there are: {', '.join(RECIPES)}.")
    rng = random.Random(f"make:{seed}")
    found: dict[str, Item] = {}
    for turn in range(TRIES + 10 * n):
        if len(found) >= n:
            break
        name = names[turn % len(names)]
        draw, cook = RECIPES[name]
        item = cook(draw(rng))
        if item is not None:
            found.setdefault(item.id, item)
    return tuple(found.values())


def remake(name: str) -> Item | None:
    """Return the made item of this id; None when it is not the id of a made item.

    >>> remake("made:section:J1885").options[0].text != ""
    True
    >>> remake("01-levels-01") is None
    True
    """
    made, recipe, entry = (*name.split(":", 2), "", "", "")[:3]
    if made != "made" or recipe not in RECIPES:
        return None
    return RECIPES[recipe][1](entry)
