"""SCORM: lessons as a package that a school's own system plays, and takes a score from.

ADL SCORM 1.2 (October 2001) and SCORM 2004, 4th edition (August 2009): Content Aggregation Model.
The pages are those of `codeedu.pages`; what they tell the system is in `codeedu.pages.lms`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

from codeedu.codes.wording import plural
from codeedu.files import write_all
from codeedu.html.nodes import Node, node
from codeedu.learner.statistics import MASTERY
from codeedu.lessons import Row, final_lesson
from codeedu.teach.export import EDITIONS
from codeedu.teach.export.xml import spaces, xml

MANIFEST = "imsmanifest.xml"
SHARED = "shared"  # the resource of all files that every page needs


# Of each edition: its version, the attributes of its manifest, and the one that tells a page that
# reports from a file.
ADL = "http://www.adlnet.org/xsd/adlcp_"
V12 = spaces("http://www.imsproject.org/xsd/imscp_rootv1p1p2") | {"xmlns:adlcp": f"{ADL}rootv1p2"}
V2004 = spaces("http://www.imsglobal.org/xsd/imscp_v1p1") | {
    "xmlns:adlcp": f"{ADL}v1p3",
    "xmlns:imsss": "http://www.imsglobal.org/xsd/imsss",
}
NAMES = {
    "scorm12": ("1.2", V12, "adlcp:scormtype"),
    "scorm2004": ("2004 4th Edition", V2004, "adlcp:scormType"),
}


@dataclass(frozen=True)
class Packaged:
    """What was written: where, which lessons, how large, and whether the final is in it."""

    path: Path
    to: str
    lessons: tuple[str, ...]
    size: int
    has_final: bool

    def __repr__(self) -> str:
        count, size = plural(len(self.lessons), "lesson"), f"{self.size / 1e6:.1f} MB"
        lines = [f"{count} written to {self.path}: {EDITIONS[self.to]}, {size}."]
        lines += ["The answers are in the package: a learner who searches its files can find them."]
        if self.has_final:
            lines.append("The questions of the final assessment are in it, too.")
        return "\n".join(lines)


def export_course(
    to: str,
    path: str | Path,
    *,
    lessons: Iterable[str] = (),
    pool: str = "practice",
    title: str = "codeedu",
) -> Packaged:
    """Write lessons as a package for a school's own system; return what was written.

    `to` is a key of EDITIONS, `lessons` are lessons to keep (all if left out). The final
    assessment and its questions are in the package only when asked for: with the lesson "final",
    or with `pool` "all" (besides the lessons) or "final" (alone, unless lessons are named).

    Raises ValueError when an argument fits nothing, ImportError when the engine of the pages is
    missing, OSError when the file cannot be written.
    """
    from codeedu.pages import build  # it needs what makes pages

    target = Path(path).expanduser()
    if target.suffix.lower() != ".zip":
        raise ValueError(f"{target} has to end in .zip.")
    rows = _chosen(build.lessons_of(), build.lessons_of(list(lessons)), list(lessons), pool)
    has_final = final_lesson() in rows
    site = build.site([row["lesson"] for row in rows], lms=to, final=has_final)
    made = {page.name: page.file for page in site.pages}
    pages = {made[row["notebook"]]: row for row in rows if row["notebook"] in made}
    site = replace(site, files={**site.files, MANIFEST: manifest(to, title, pages, site.files)})
    data = site.zipped()
    write_all({target: data})
    kept = tuple(row["lesson"] for row in pages.values())
    return Packaged(target, to, kept, len(data), has_final)


def _chosen(every: Sequence[Row], named: Sequence[Row], lessons: list[str], pool: str) -> list[Row]:
    """Return the rows of the lessons to write: the final only when asked for."""
    final = final_lesson()
    asked = pool != "practice" or final["lesson"] in lessons
    others = [row for row in named if row != final]
    if not lessons and pool == "final":
        others = []
    return [row for row in every if row in others or (asked and row == final)]


# The manifest


def manifest(to: str, title: str, pages: Mapping[str, Row], files: Iterable[str]) -> bytes:
    """Return what a package says of itself: an item for each page, and every one of its files.

    `pages` are the lessons by the names of their pages, in their order.

    >>> lesson = {"lesson": "02", "title": "Anatomy of a code", "ends": "quiz"}
    >>> made = manifest("scorm12", "codeedu", {"02.html": lesson}, ["02.html", "live/a.js"])
    >>> b"<title>02 Anatomy of a code</title><adlcp:masteryscore>70</adlcp:masteryscore>" in made
    True
    """
    version, attributes, kind = NAMES[to]
    others = sorted(set(files) - pages.keys() - {MANIFEST})
    organization = node(
        "organization",
        node("title", title),
        *(_item(to, row) for row in pages.values()),
        *([_sequencing(node("imsss:controlMode", choice="true", flow="true"))] * (to != "scorm12")),
        identifier="course",
    )
    needs = node("dependency", identifierref=SHARED)
    resources = [  # the pages come first: some systems open the first resource
        _resource(_page_id(row), [name], needs, href=quote(name), **{kind: "sco"})
        for name, row in pages.items()
    ]
    resources.append(_resource(SHARED, others, **{kind: "asset"}))
    return xml(
        node(
            "manifest",
            node("metadata", node("schema", "ADL SCORM"), node("schemaversion", version)),
            node("organizations", organization, default="course"),
            node("resources", *resources),
            **attributes,
            identifier="-".join(["codeedu", *(row["lesson"] for row in pages.values())]),
            version="1.0",
        )
    )


def _page_id(row: Row) -> str:
    return f"page-{row['lesson']}"


def _item(to: str, row: Row) -> Node:
    """Return the entry of a lesson in the list that learners see; its test has a line to reach."""
    name = row["title"] if row["ends"] == "final" else f"{row['lesson']} {row['title']}"
    about = {"identifier": f"lesson-{row['lesson']}", "identifierref": _page_id(row)}
    return node("item", node("title", name), *_line(to, bool(row["ends"])), **about)


def _line(to: str, has_test: bool) -> list[Node]:
    if to == "scorm12":
        return [node("adlcp:masteryscore", f"{MASTERY:.0%}".rstrip("%"))] if has_test else []
    told = {"completionSetByContent": "true"}
    if not has_test:
        return [_sequencing(node("imsss:deliveryControls", **told))]
    objective = node(
        "imsss:primaryObjective",
        node("imsss:minNormalizedMeasure", f"{MASTERY:g}"),
        objectiveID="line",
        satisfiedByMeasure="true",
    )
    told["objectiveSetByContent"] = "true"
    controls = node("imsss:deliveryControls", **told)
    return [_sequencing(node("imsss:objectives", objective), controls)]


def _sequencing(*parts: Node) -> Node:
    return node("imsss:sequencing", *parts)


def _resource(name: str, files: Iterable[str], *needs: Node, **about: str) -> Node:
    listed = [node("file", href=quote(file)) for file in files]
    return node("resource", *listed, *needs, identifier=name, type="webcontent", **about)
