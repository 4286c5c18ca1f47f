"""The completion record: what the latest final assessment showed, to print or to keep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from codeedu import tables
from codeedu.codes.wording import shorten
from codeedu.html.nodes import Node, node, table_node, to_html
from codeedu.practice import findings, record, resume
from codeedu.practice.plans import FINAL

NONE = (
    "There is no final result yet. Take the final assessment, codeedu.final(), in lesson 07; "
    "when its last question is answered, your completion record will be here."
)
HONEST = (
    "This is a learner's own record of a test taken without supervision. It is no certificate, "
    "and says nothing about fitness for a job."
)
LONGEST = 100  # characters of a name

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>codeedu: completion record</title>
<style>
body {{ max-width: 44rem; margin: 3rem auto; padding: 0 1.5rem; color: #1f2328; background: #fff;
  font: 1rem/1.6 system-ui, sans-serif; }}
h1 {{ font-size: 1.75rem; }}
table {{ width: 100%; margin: 1.5rem 0; border-collapse: collapse; }}
caption {{ padding-bottom: 0.5rem; font-weight: 600; text-align: start; }}
th, td {{ padding: 0.5rem 0.75rem 0.5rem 0; border-bottom: 1px solid #c9ced6; font-weight: 400;
  text-align: start; vertical-align: top; }}
thead th {{ font-weight: 600; }}
</style>
</head>
<body><main><h1>Completion record</h1>{body}</main></body>
</html>
"""


@dataclass(frozen=True)
class Completion:
    """A completion record. It is text; in a notebook it shows as a page to print.

    `tries` are the first tries of the final assessment, one for each of its questions; empty
    when there is none in full, and `says` what to do then.
    """

    name: str = ""
    tries: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)
    says: str = NONE

    @property
    def day(self) -> str:
        """The ISO date of the last answer, or ""."""
        return max((str(answer["when"])[:10] for answer in self.tries), default="")

    @property
    def score(self) -> str:
        """The score in words: right, asked, and where that is from the line of 70 %."""
        right, asked = sum(answer["correct"] for answer in self.tries), len(self.tries)
        line = f"{findings.MASTERY * 100:.0f} %"
        where = "on or above" if right >= findings.MASTERY * asked else "below"
        share = f"{100 * right / asked:.0f} %" if asked else "nothing answered"
        return f"{right} of {asked} right at the first try ({share}), {where} the line of {line}"

    def _facts(self) -> Iterator[tuple[str, str]]:
        yield "Name", self.name or "_" * 30
        yield "Course", "codeedu: HCPCS levels and how to tell codes apart"
        yield "Final assessment taken", self.day
        yield "Result", self.score
        yield "Course content as of", tables.as_of()

    def _rows(self) -> list[dict[str, object]]:
        return [
            {"Can": r["can"], "Lesson": r["lesson"], "Right": f"{r['right']} of {r['asked']}"}
            for r in findings.objectives(self.tries)
        ]

    def _body(self) -> Node:
        if not self.tries:
            return node("p", self.says)
        facts = [node("p", node("strong", f"{term}: "), says) for term, says in self._facts()]
        table = table_node(self._rows(), caption="By objective")
        return node("section", *facts, table, node("p", HONEST), aria_label="Completion record")

    def __repr__(self) -> str:
        if not self.tries:
            return self.says
        facts = [f"{term}: {says}" for term, says in self._facts()]
        rows = [f"{row['Lesson']} {row['Can']}: {row['Right']}" for row in self._rows()]
        return "\n".join(["Completion record", *facts, *rows, HONEST])

    def _repr_html_(self) -> str:
        return to_html(self._body())

    def save(self, path: str | Path = "codeedu-completion.html") -> str:
        """Write the record as a page to print, and say where; without a result, say so.

        The name is kept in that file and nowhere else. Raises OSError when it cannot be written.
        """
        if not self.tries:
            return self.says
        target = Path(path).expanduser()
        page = PAGE.format(body=to_html(self._body()))
        target.write_text(page, encoding="utf-8", errors="xmlcharrefreplace")
        return f"Written to {record.shown(target)}. Open it in a browser to print it."


def completion(name: str = "", place: str | Path | None = None) -> Completion:
    """Return the completion record of the latest final assessment that was answered in full.

    `name` stands on it, else there is a line to write it on. `place` is the file of the learner's
    record (see `record.path`).

    >>> print(completion(place="/no/such/file").says[:32])
    There is no final result yet. Ta
    """
    name = shorten(str(name or "").strip(), LONGEST)
    attempts = resume.attempts(record.read(place).answers, FINAL)
    says = NONE
    for lines in reversed(attempts.values()):
        items = resume.named_items(lines)
        tries: dict[str, Mapping[str, Any]] = {}
        for line in lines:
            if line["item"] in items:
                tries.setdefault(line["item"], line)
        if items and len(tries) == len(set(items)):
            return Completion(name, tuple(tries.values()))
        if says == NONE and items:
            says = (
                f"You answered {len(tries)} of {len(items)} questions of the final assessment. Go "
                "on with codeedu.final(); your completion record will be here when it is done."
            )
    return Completion(name, (), says)
