"""The line check: the lines of one claim, and the rules of payers that they break.

It passes what was typed to `codeedu.lines` and shows what comes back. The code that runs in the
browser is in `static/`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import traitlets

from codeedu import tables
from codeedu.codes.level2 import day, lists
from codeedu.codes.wording import listing, plural
from codeedu.html.nodes import Node, Shown, bullet_list, link, node, source, to_html
from codeedu.html.view import AnsweringView
from codeedu.lines.claim import MOST, Claim, diagnoses_in, read_line, words
from codeedu.lines.rules import Broken, Rule, broken, rules_for, untold

UNKNOWN = "I do not know"
STARTS = {
    "lines": "A4253-NU x 2\nE0114-NU",
    "payer": "Medicare",
    "biller": "supplier",
    "day": "2026-02-10",
    "diagnoses": "E11.65, S82.891A",
}
LABELS = {
    "lines": "Lines of one claim, as in A4253-NU x 2",
    "payer": "Payer",
    "biller": "Who bills",
    "day": "Date of service",
    "diagnoses": "Diagnoses, with a comma between",
}
LIMITS = (
    "This check does not see the medical record, NCCI's pairs, the MUEs, a payer's policy or a "
    "fee schedule. Most of its rules are Medicare's. A claim that breaks none can still be wrong."
)


class LineCheck(AnsweringView):
    """Type the lines of a claim and see which rules they break, and what cannot be told.

    `form` is what was typed, by the name of the field; set it from Python and the view updates.
    """

    _esm = source("dom.js", "line_check.js")
    _css = source("theme.css", "explorer.css")
    _button = "Open the line check"
    _asked = ("form",)

    fields: traitlets.List[Any] = traitlets.List().tag(sync=True)
    form = traitlets.Dict().tag(sync=True)

    def __init__(self, lines: str = STARTS["lines"], **around: str) -> None:
        if unknown := set(around) - set(STARTS):
            raise TypeError(f"A claim has no {sorted(unknown)[0]!r} here: {', '.join(STARTS)}.")
        choices = {name: {"": UNKNOWN, **words(name)} for name in ("payer", "biller")}
        for name, known in choices.items():
            if around.get(name, "") not in known:
                there = ", ".join(filter(None, known))
                raise ValueError(f"There is no {name} {around[name]!r}; there are: {there}.")
        fields = [[name, says, [*choices.get(name, {}).items()]] for name, says in LABELS.items()]
        super().__init__(fields=fields, form={**STARTS, "lines": lines, **around})
        self._update()
        self.observe(self._update, names=["form"])

    def _answer(self) -> dict[str, Any]:
        claim, problems = _read({name: str(self.form.get(name, "")) for name in STARTS})
        if problems:
            return {
                "says": f"Not checked yet. {problems[0]}",
                "body": bullet_list([one] for one in problems[1:]),
            }
        if not claim.lines:
            return {"says": "Type a line to check it.", "body": []}
        found, unknown = broken(claim), untold(claim)
        told = len(rules_for(claim)) - len(unknown)
        says = f"{_verdict(found, told)} {plural(len(unknown), 'rule')} could not be checked."
        return {"says": says, "body": list(_body(claim, found, unknown))}

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

    Raises TypeError for another name, ValueError for a payer or biller that does not exist,
    TraitError for a value that is not text.

    >>> line_check("A4253-NU x 2").answer["says"][:51]
    'Line 1 breaks a rule: A4253 has neither KX nor KS. '
    """
    return LineCheck(lines, **around)


def _read(form: dict[str, str]) -> tuple[Claim, list[str]]:
    """Return the claim of a form, and what of it cannot be read."""
    written = [entry for entry in form["lines"].splitlines() if entry.strip()]
    lines, problems = [], []
    if len(written) > MOST:
        return Claim(()), [f"A claim has at most {MOST} lines; this one has {len(written):,}."]
    for number, entry in enumerate(written, 1):
        try:
            lines.append(read_line(entry))
        except ValueError as error:
            problems.append(f"Line {number}: {error}")
    when: date | None = None
    diagnoses: tuple[str, ...] = ()
    try:
        when, diagnoses = day(form["day"].strip() or None), diagnoses_in(form["diagnoses"])
    except ValueError as error:
        problems.append(str(error))
    return Claim(tuple(lines), form["payer"], form["biller"], when, diagnoses), problems


def _verdict(found: list[Broken], told: int) -> str:
    """Return the answer in a sentence; it names the first fault, so that a new one sounds new."""
    if not found:
        return f"No rule is broken of the {told} that could be checked."
    at = list(dict.fromkeys(str(one.at + 1) for one in found))
    breaks = f"Line {at[0]} breaks" if len(at) == 1 else f"Lines {listing(at)} break"
    count = len({one.rule.rule for one in found})
    rules = "a rule" if count == 1 else plural(count, "rule")
    return f"{breaks} {rules}{': ' if len(found) == 1 else '; the first: '}{found[0].what}"


def _body(claim: Claim, found: list[Broken], unknown: list[Rule]) -> Iterator[Node]:
    yield node("p", "Read as: ", *_codes(claim))
    yield from bullet_list(_finding(claim, one) for one in found)
    yield node("p", LIMITS)
    record = words("record")
    for kind, says in (
        ("record", "What only the medical record shows, which this check does not ask for"),
        ("claim", "What could be checked if you filled in more"),
    ):
        rules = [
            f"{rule.says} It needs {_needs(claim, rule)}."
            for rule in unknown
            if (kind == "record") == any(need in record for need in rule.needs)
        ]
        if rules:
            yield node(
                "details",
                node("summary", f"{says} ({len(rules)})"),
                *bullet_list([rule] for rule in rules),
            )
    yield node("p", lists(), class_="codeedu-caution")


def _codes(claim: Claim) -> Iterator[str | Node]:
    for at, line in enumerate(claim.lines):
        yield from (", ",) * bool(at)
        yield node("code", str(line))


def _finding(claim: Claim, one: Broken) -> list[str | Node]:
    """Return a rule that is broken: the line, what is wrong, what comes of it, and the source."""
    rule = one.rule
    fate = tables.by("fates", "fate")[rule.fate]["says"]
    return [
        node("strong", f"Line {one.at + 1}, ", node("code", str(claim.lines[one.at])), ": "),
        one.what,
        node("p", node("em", "The rule: "), rule.says),
        node("p", node("em", f"What becomes of it ({rule.fate}): "), fate),
        node("p", node("em", "What to do: "), rule.next),
        node("p", node("em", "Source: "), *_links(rule)),
    ]


def _links(rule: Rule) -> Iterator[str | Node]:
    for number, name in enumerate(rule.sources):
        row = tables.by("sources", "id")[name]
        yield from ("; ",) * bool(number)
        yield link(f"{row['publisher']}, {row['published']}", row["url"])


def _needs(claim: Claim, rule: Rule) -> str:
    says = words("claim") | words("record")
    return listing([says[need] for need in rule.needs if not claim.knows(need)])
