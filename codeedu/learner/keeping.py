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
from codeedu.lessons import file_of, first_lesson

IN_LMS = IN_BROWSER and bool(os.environ.get("CODEEDU_LMS"))
HEADING = "Your answers belong to you"  # on the start page: the copy is made below it
# What a page says about keeping answers, by the moment at which it is said. Browsers differ: what
# is said holds for Chrome, Edge, Firefox and Safari as of November 2026 (MDN, "Storage quotas and
# eviction criteria"; WebKit, "Tracking Prevention Policy": Safari counts seven days of its use).
SENTENCES = {
    "private": "A private (incognito) window deletes your answers when you close it.",
    "evicted": (
        "A browser may also delete what a page has kept: when somebody clears its data, when the "
        "disk is nearly full, and in Safari when you have used it for seven days without opening "
        "the course."
    ),
    "copy": "So keep a copy: under Hand in, you download your answers as a file.",
    "shared": "Everybody who uses this browser under the same login sees the same answers.",
    "unkept": (
        "This browser keeps nothing for this page, so your answers are gone when you close it. "
        "Download a copy before you do."
    ),
    "full": (
        "This browser has no room for your answers. Download a copy, then delete something that "
        "you no longer need."
    ),
    "static": "To answer questions and to explore codes here, your browser needs JavaScript.",
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
    copy = link("keep a copy", f"{file_of(first_lesson())}#{HEADING.replace(' ', '-')}")
    return node("p", f"{says} {SENTENCES['private']} To be safe, ", copy, ".")


def cautions() -> list[str]:
    """Return how they may be lost, and what helps; [] where only the learner can delete them.

    >>> cautions()
    []
    """
    named = ("private", "evicted", "shared", "copy") if IN_BROWSER and not IN_LMS else ()
    return [SENTENCES[name] for name in named]
