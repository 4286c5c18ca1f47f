"""The figures of the course, drawn from the tables, each with its words and its numbers.

A drawing returns a sheet, an alt text that says the message, the rows behind it, and a caption;
`plot` puts the four together. `sheet` holds the colors and the pen, `ink` makes pictures of it;
`space` draws who owns which codes, `paths` a way and a time, `entries` what a string is and what
it was taken for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from codeedu.figures import entries, paths, space
from codeedu.figures.ink import picture
from codeedu.figures.sheet import AMBER, INK, SKY, Drawing
from codeedu.html.nodes import Figure, figure

__all__ = ["AMBER", "DRAWINGS", "INK", "SKY", "plot"]

DRAWINGS: dict[str, Callable[..., Drawing]] = {
    "anatomy": entries.anatomy,
    "code-space": space.code_space,
    "collisions": entries.collisions,
    "confusion": entries.confusion,
    "cpt-sections": space.cpt_sections,
    "decision": paths.decision,
    "level-ii": space.level_ii,
    "timeline": paths.timeline,
}


def plot(name: str, **options: Any) -> Figure:
    """Return a figure of the course by its name.

    Names: "anatomy" (`code`: the entry, by default "J1885-JW"), "code-space", "collisions",
    "confusion" (`matrix`: how often, by pairs of what it truly was and how it was read),
    "cpt-sections", "decision", "level-ii", "timeline".

    Raises ValueError for an unknown name, TypeError for an option that the figure does not have.

    >>> plot("cpt-sections").alt[:37]
    'The numbers of CPT Category I as bars'
    """
    if name not in DRAWINGS:
        raise ValueError(f"There is no figure {name!r}; there are: {', '.join(sorted(DRAWINGS))}.")
    paper, alt, rows, caption = DRAWINGS[name](**options)
    return figure(picture(paper), alt=alt, table=rows, caption=caption)
