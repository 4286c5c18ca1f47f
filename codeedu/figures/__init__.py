"""The figures of the course, drawn from the tables as SVG.

Each figure is one file: it returns a picture with an alt text that states the message, the
numbers as a table, and a caption. They draw on a `canvas`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from codeedu.figures.code_space import code_space
from codeedu.figures.collisions import collisions
from codeedu.figures.confusion import confusion
from codeedu.figures.cpt_sections import cpt_sections
from codeedu.figures.decision import decision
from codeedu.figures.forms import hospital_form, physician_form
from codeedu.figures.remittance import remittance
from codeedu.figures.timeline import timeline
from codeedu.html.nodes import Figure

FIGURES: dict[str, Callable[..., Figure]] = {
    "cms-1500": physician_form,
    "code-space": code_space,
    "collisions": collisions,
    "confusion": confusion,
    "cpt-sections": cpt_sections,
    "decision": decision,
    "remittance": remittance,
    "timeline": timeline,
    "ub-04": hospital_form,
}


def figure(name: str, **options: Any) -> Figure:
    """Return a figure of the course by its name.

    Names: "cms-1500", "code-space", "collisions", "confusion" (`matrix`: counts by pairs of
    actual and chosen code set), "cpt-sections", "decision", "remittance", "timeline", "ub-04".

    Raises ValueError for an unknown name, TypeError for an option that the figure does not have.

    >>> figure("cpt-sections").alt[:37]
    'The numbers of CPT Category I as bars'
    """
    if name not in FIGURES:
        raise ValueError(f"There is no figure {name!r}; there are: {', '.join(sorted(FIGURES))}.")
    return FIGURES[name](**options)
