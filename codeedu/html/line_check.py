"""The line check: the lines of one claim, and the rules of payers that they break.

It passes what was typed to `codeedu.lines` and shows what comes back. The code that runs in the
browser is in `static/`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import traitlets

from codeedu import tables
from codeedu.codes.level2 import day, lists
from codeedu.codes.wording import listing, plural
from codeedu.html.nodes import Node, Shown, link, node, source, to_html
from codeedu.html.view import View
from codeedu.lines.claim import BILLERS, MOST, PAYERS, Claim, Line, read_line
from codeedu.lines.rules import Broken, Rule, broken, rules, untold

UNKNOWN = "I do not know"
STARTS = {
    "lines": "A4253-NU x 2\nE0114-NU",
    "payer": "Medicare",
    "biller": "supplier",
    "day": "2026-02-10",
    "diagnoses": "E11.65, S82.891A",
}
FIELDS: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    ("lines", "Lines of one claim, as in A4253-NU x 2", "lines", {}),
    ("payer", "Payer", "choice", {"": UNKNOWN, **PAYERS}),
    ("biller", "Who bills", "choice", {"": UNKNOWN, **BILLERS}),
    ("day", "Date of service", "date", {}),
    ("diagnoses", "Diagnoses, with a comma between", "text", {}),
)
NEEDS = {
    "payer": "the payer",
    "day": "the date of service",
    "biller": "who bills",
    "diagnoses": "the diagnoses",
    "dose": "the dose",
    "container": "the container and how much of it was opened",
    "miles": "the miles with the patient on board",
    "route": "where the trip began and ended",
    "insulin": "whether the patient is treated with insulin",
    "limit": "the limit of the policy or the MUE",
    "screening": "whether a screening became treatment",
}
LIMITS = (
    "This check does not see the medical record, NCCI's pairs, the MUEs, a payer's policy or a "
    "fee schedule. Most of its rules are Medicare's. A claim that breaks none can still be wrong."
)


class LineCheck(View):
    """Type the lines of a claim and see which rules they break, and what cannot be told.

    `form` is what was typed, by the name of the field; set it from Python and the view updates.
    """

    _esm = source("dom.js", "line_check.js")
    _css = source("theme.css", "explorer.css")
    _button = "Open the line check"

    fields: traitlets.List[Any] = traitlets.List().tag(sync=True)
    form = traitlets.Dict().tag(sync=True)
    answer = traitlets.Dict().tag(sync=True)

    def __init__(self, lines: str = STARTS["lines"], **around: str) -> None:
        if unknown := set(around) - set(STARTS):
            raise TypeError(f"A claim has no {sorted(unknown)[0]!r} here: {', '.join(STARTS)}.")
        fields = [
            {
                "name": name,
                "label": label,
                "kind": kind,
                "choices": list(map(list, choices.items())),
            }
            for name, label, kind, choices in FIELDS
        ]
        super().__init__(fields=fields, form={**STARTS, "lines": lines, **around})
        self._update()
        self.observe(self._update, names=["form"])

    def _update(self, change: object = None) -> None:
        with self._errors_shown():
            self._say(self._answer())

    def _complain(self, text: str) -> None:
        self._say({"error": text})

    def _say(self, answer: dict[str, Any]) -> None:
        self.answer = {"form": self.form, **answer}

    def _answer(self) -> dict[str, Any]:
        form = {name: str(self.form.get(name, "")) for name in STARTS}
        lines, problems = _read(form["lines"])
        when = None
        try:
            when = day(form["day"].strip() or None)
        except ValueError as error:
            problems.append(str(error))
        if problems:
            return {"says": "The claim cannot be checked yet.", "body": [_bullets(problems)]}
        if not lines:
            return {"says": "Type a line to check it.", "body": []}
        entered = form["diagnoses"].upper().split(",")
        diagnoses = tuple(one.strip() for one in entered if one.strip())
        claim = Claim(tuple(lines), form["payer"], form["biller"], when, diagnoses)
        found, unknown = broken(claim), untold(claim)
        return {"says": _verdict(claim, found, unknown), "body": list(_body(claim, found, unknown))}

    def _static(self) -> str:
        answer = self._answer()
        typed = node("pre", self.form["lines"])
        body = [typed, node("p", answer["says"]), *answer["body"]]
        return Shown(answer["says"], "".join(map(to_html, body)))._repr_html_()

    def __repr__(self) -> str:
        return f"codeedu.line_check({self.form['lines']!r})"


def line_check(lines: str = STARTS["lines"], **around: str) -> LineCheck:
    """Return the line check, ready to be the last line of a cell.

    `lines` are the lines of one claim to start with, as in "J1100 x 6"; `around` may give payer
    ("Medicare", "Medicaid", "plan", "work"), biller ("clinic", "supplier", "ambulance",
    "hospital", "surgery center", "other"), day ("2026-02-10") and diagnoses ("E11.65, Z79.4").

    Raises TypeError for anything else, TraitError for a value that is not text.

    >>> line_check("A4253-NU x 2").answer["says"]
    'Line 1 breaks a rule. 10 of 32 rules could not be checked.'
    """
    return LineCheck(lines, **around)


def _read(text: str) -> tuple[list[Line], list[str]]:
    """Return the lines of a text, and what is wrong with those that cannot be read."""
    lines, problems = [], []
    written = [line for line in text.splitlines() if line.strip()]
    if len(written) > MOST:
        return [], [f"A claim has at most {MOST} lines; this one has {len(written):,}."]
    for number, entry in enumerate(written, 1):
        try:
            lines.append(read_line(entry))
        except ValueError as error:
            problems.append(f"Line {number}: {error}")
    return lines, problems


def _verdict(claim: Claim, found: list[Broken], unknown: list[Rule]) -> str:
    at = sorted({one.at + 1 for one in found})
    says = "No rule that could be checked is broken."
    if at:
        named = listing([str(number) for number in at])
        says = f"Line {named} breaks" if len(at) == 1 else f"Lines {named} break"
        says += " a rule." if len(found) == 1 else f" {plural(len(found), 'rule')}."
    return f"{says} {len(unknown)} of {len(rules())} rules could not be checked."


def _body(claim: Claim, found: list[Broken], unknown: list[Rule]) -> list[Node]:
    body = [node("ul", *(_finding(claim, one) for one in found))] if found else []
    body.append(node("p", LIMITS))
    if unknown:
        body.append(
            node(
                "details",
                node("summary", "What could not be checked, and what it needs"),
                _bullets([f"{rule.says} It needs {_needs(claim, rule)}." for rule in unknown]),
            )
        )
    body.append(node("p", lists(), class_="codeedu-caution"))
    return body


def _finding(claim: Claim, one: Broken) -> Node:
    """Return a rule that is broken: the line, what is wrong, what comes of it, and the source."""
    rule = one.rule
    fate = tables.by("fates", "fate")[rule.fate]["says"]
    return node(
        "li",
        node("strong", f"Line {one.at + 1}, ", node("code", str(claim.lines[one.at])), ": "),
        one.what,
        node("p", node("em", "The rule: "), rule.says),
        node("p", node("em", f"What becomes of it ({rule.fate}): "), fate),
        node("p", node("em", "What to do: "), rule.next),
        node("p", node("em", "Source: "), *_links(rule)),
    )


def _links(rule: Rule) -> Iterator[str | Node]:
    for number, name in enumerate(rule.sources):
        row = tables.by("sources", "id")[name]
        yield "; " if number else ""
        yield link(f"{row['publisher']}, {row['published']}", row["url"])


def _needs(claim: Claim, rule: Rule) -> str:
    return listing([NEEDS[need] for need in rule.needs if not claim.knows(need)])


def _bullets(sentences: list[str]) -> Node:
    return node("ul", *(node("li", sentence) for sentence in sentences))
