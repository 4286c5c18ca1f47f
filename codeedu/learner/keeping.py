"""Where a learner's answers are kept, and how they may be lost there, in words.

In JupyterLab they are in a file. On a page they are in the browser, and in a school's learning
system, which CODEEDU_LMS says, there too.
"""

from __future__ import annotations

import os
from pathlib import Path

from codeedu.files import IN_BROWSER
from codeedu.html.nodes import Node, link, node
from codeedu.learner import record

IN_LMS = IN_BROWSER and bool(os.environ.get("CODEEDU_LMS"))
PANEL = "#record"  # where a page has a button that downloads a copy
# What a page says about keeping answers. Browsers differ and change: what may happen holds for
# Chrome, Edge, Firefox and Safari as of November 2026 (docs/privacy.md has the sources).
SENTENCES = {
    "private": "A private (incognito) window deletes your answers when you close it.",
    "evicted": (
        "A browser may also delete what a page has kept: when somebody clears its data, when the "
        "disk is nearly full, and Safari when you have not opened the course for a week."
    ),
    "shared": (
        "Others who use this browser can open them. If others practice here, too, say so at the "
        "top of the page: then each of you has answers of your own."
    ),
    "copy": "So keep a copy: with Hand in below, or at the top of every page.",
    "unkept": (
        "This browser keeps no answers: they are gone when you close this page. Download a copy "
        "before you do."
    ),
    "full": (
        "This browser has no room for your last answers. Download a copy, then delete something "
        "that you no longer need."
    ),
    "static": "To answer questions here, or to look a code up, your browser needs JavaScript.",
}


def kept_in(place: str | Path | None = None) -> str:
    """Return where the answers are kept, and who has them: the end of a sentence.

    >>> kept_in("/no/such/file")
    '/no/such/file, on this machine only'
    """
    where = record.short_path(place)
    if IN_LMS:
        return f"{where} and in your school's learning system"
    return f"{where}, on this {'device' if IN_BROWSER else 'machine'} only"


def before_first() -> Node:
    """Return what is said of it before the first question of a sitting."""
    says = f"Your answers are saved in {kept_in()}."
    if not IN_BROWSER or IN_LMS:
        return node("p", says)
    copy = link("download a copy", PANEL)
    return node("p", f"{says} {SENTENCES['private']} To be safe, ", copy, ".")


def cautions() -> list[str]:
    """Return how they may be lost, and what helps; [] where only the learner can delete them.

    >>> cautions()
    []
    """
    named = ("private", "evicted", "shared", "copy") if IN_BROWSER and not IN_LMS else ()
    return [SENTENCES[name] for name in named]
