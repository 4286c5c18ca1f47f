"""A case: a medical record, the claim lines that follow from it, and what becomes of other lines.

The key is written by hand, and computed once more: `problems` holds it to the rules for claim
lines, with the facts of the record beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import islice, product
from typing import Any, NamedTuple

from codeedu import tables
from codeedu.cases.judge import MOST, Judgment, judge
from codeedu.cases.key import Key, key, line
from codeedu.codes import level2
from codeedu.codes.level2 import said
from codeedu.codes.wording import capital, listing
from codeedu.lines.checks import is_in
from codeedu.lines.claim import Claim, Line, words
from codeedu.lines.rules import Broken, broken

CODE, RETURNED, AUDIT = SORTS = ("code", "returned", "audit")
NEXT = {  # what to do with a claim that came back
    "new claim": "Send a new claim.",
    "corrected claim": "Send a corrected claim.",
    "reopening": "Ask for a reopening.",
    "appeal": "Appeal.",
    "refund": "Return the money.",
}
IN_A_SENTENCE = re.compile(r"(?<![.:])\n(?=\S)")  # a line end of the file, not of the record
COMBINATIONS = 500  # of what is right, that are held to the rules


class Foreseen(NamedTuple):
    """A wrong line that people send: why it is wrong, and the misconception that it shows."""

    line: Line
    says: str = ""
    misconception: str = ""


class Outcome(NamedTuple):
    """What becomes of a line that was sent: a row of the table `fates`, or "" if it is paid.

    `broken` has the rule that it breaks; None where only the record speaks against it.
    """

    line: Line
    fate: str
    broken: Broken | None = None


@dataclass(frozen=True)
class Case:
    """What is asked, and what is right.

    `claim` is what stands around the lines, with the facts of the record in numbers: those of
    `lines.Claim`, and `count`, which has by code a total and how much of it one unit is. `charges`
    are the codes to choose from, each with a few plain words. `need` are the lines of the
    key, each with its `why`; those of `may` can stand, too. `start` are the lines on the form at
    the beginning; `then` is what to do with a claim that came back, a key of NEXT.
    """

    title: str
    record: str
    claim: Claim
    need: tuple[Key, ...]
    why: tuple[str, ...]
    may: tuple[Key, ...] = ()
    start: tuple[Line, ...] = ()
    charges: tuple[tuple[str, str], ...] = ()
    wrong: tuple[Foreseen, ...] = ()
    sort: str = CODE
    then: str = ""
    example: Case | None = None  # solved, as help

    @property
    def around(self) -> str:
        """What stands around the lines, in a sentence."""
        claim, day = self.claim, self.claim.day
        parts = [words("payer")[claim.payer], f"billed by {words('biller')[claim.biller]}"]
        parts += [said(day)] if day else []
        if claim.diagnoses:
            parts.append(f"diagnosis {listing(claim.diagnoses)}")
        return f"{capital(', '.join(parts))}."

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines to show as the right ones."""
        return tuple(key.line for key in self.need)

    def with_lines(self, lines: Sequence[Line]) -> Claim:
        """Return the claim with these lines."""
        return replace(self.claim, lines=tuple(lines))

    def judge(self, sent: Sequence[Line]) -> Judgment:
        """Judge the lines that were sent."""
        return judge(sent, self.need, self.may, self.start)

    def outcomes(self, sent: Sequence[Line]) -> list[Outcome]:
        """Return what becomes of each line; of two faults, what happens first at the payer.

        A payer sees the claim and not the record: where no rule stops a line that the record does
        not support, it is paid, and an audit finds it.
        """
        gates = list(tables.by("fates", "fate"))
        first: dict[int, Broken] = {}
        for one in sorted(broken(self.with_lines(sent)), key=lambda b: gates.index(b.rule.fate)):
            first.setdefault(one.at, one)
        outcomes = []
        for at, match in zip(range(len(sent)), self.judge(sent).lines, strict=False):
            found = first.get(at)
            unsupported = match.right is None or match.credit < 1
            fate = found.rule.fate if found else "audit" if unsupported else ""
            outcomes.append(Outcome(sent[at], fate, found))
        return outcomes


def read_case(entry: Mapping[str, Any]) -> Case:
    """Return the case of a [[case]] in a question file.

    Raises KeyError, TypeError, ValueError or AttributeError for what is none.
    """
    claim = Claim(
        lines=(),
        payer=entry["payer"],
        biller=entry["biller"],
        day=date.fromisoformat(str(entry["day"])),
        diagnoses=tuple(entry.get("diagnoses", ())),
        facts=entry.get("facts", {}),
    )
    return Case(
        title=entry["title"],
        record=IN_A_SENTENCE.sub(" ", entry["record"].strip()),
        claim=claim,
        need=tuple(map(key, entry["need"])),
        why=tuple(entry["why"]),
        may=tuple(map(key, entry.get("may", ()))),
        start=tuple(map(line, entry.get("start", ()))),
        charges=tuple((number, says) for number, says in entry.get("charges", ())),
        wrong=tuple(
            Foreseen(line(one["line"]), one.get("says", ""), one.get("misconception", ""))
            for one in entry.get("wrong", ())
        ),
        sort=entry.get("sort", CODE),
        then=entry.get("then", ""),
    )


# What can be wrong with one


def problems(case: Case) -> Iterator[str]:
    """Yield what is wrong with a case, in sentences."""
    if of_form := list(_problems_of_form(case)):
        yield from of_form
        return
    yield from _problems_of_codes(case)
    broken_by_key = {
        f"The key breaks the rule {one.rule.rule!r}: {one.what}"
        for lines in islice(right_claims(case), COMBINATIONS)
        for one in broken(case.with_lines(lines))
    }
    yield from sorted(broken_by_key)
    if not broken_by_key:
        yield from _unsettled(case)
        yield from _problems_of_wrong(case)


def _problems_of_form(case: Case) -> Iterator[str]:
    for what, word, known in (
        ("sort", case.sort, SORTS),
        ("payer", case.claim.payer, words("payer")),
        ("biller", case.claim.biller, words("biller")),
    ):
        if word not in known:
            yield f"There is no {what} {word!r}; there are: {', '.join(known)}."
    if not 0 < len(case.need) + len(case.may) <= MOST or not case.need:
        yield f"The key has {len(case.need)} lines, and {len(case.may)} that may stand."
    if len(case.why) != len(case.need):
        yield f"There are {len(case.need)} lines in the key, and {len(case.why)} reasons."
    if (case.then in NEXT) != (case.sort == RETURNED):
        yield "What to do then is asked of a claim that came back, and of no other."
    if bool(case.start) != (case.sort != CODE):
        yield "Lines stand on the form where a claim came back or is audited, and nowhere else."


def _problems_of_codes(case: Case) -> Iterator[str]:
    day = case.claim.day
    last = _last_day_of_list()
    if day and day > last:
        yield f"The day is {said(day)}; our list of Level II answers until {said(last)}."
    for code in [code for right in (*case.need, *case.may) for code in right.codes]:
        if is_in(code, "level-2"):
            found = level2.lookup(code, day)
            if found.status != "listed":
                yield f"{found.text}."
        if code not in dict(case.charges) and code not in case.record:
            yield f"{code} is neither in the list of charges nor in the record."
    for code, says in case.charges:
        if not says:
            yield f"Nothing says what {code} is."
    for code, (total, one) in case.claim.facts.get("count", {}).items():
        for right in case.need:
            if code in right.codes and right.units != (total // one,):
                yield f"{code}: {total} by {one} is {total // one}, not {right.line.units}."


def _last_day_of_list() -> date:
    """Return the day before the list that follows ours: CMS publishes one each quarter."""
    row = tables.by("editions", "what")[level2.EDITION]
    within_a_year = date.fromisoformat(row["as_of"]) + timedelta(days=366)
    return level2.updates(row, within_a_year)[0] - timedelta(days=1)


def right_claims(case: Case) -> Iterator[tuple[Line, ...]]:
    """Yield the lines of every right claim."""
    optional = [[(), *((one,) for one in right.lines())] for right in case.may]
    needed = [[(one,) for one in right.lines()] for right in case.need]
    for chosen in product(*needed, *optional):
        yield tuple(line for one in chosen for line in one)


def _unsettled(case: Case) -> Iterator[str]:
    """Yield what of the key no rule, no count and no foreseen wrong line settles."""
    foreseen = [one.line for one in case.wrong]
    for at, right in enumerate(case.need):
        one = right.line
        others = [one._replace(units=one.units + 1)] if one.units != 1 else []
        if right.any_units or one.code in case.claim.facts.get("count", {}):
            others = []
        others += [one._replace(modifiers=_without(one.modifiers, m)) for m in one.modifiers]
        for other in others:
            lines = (*case.lines[:at], other, *case.lines[at + 1 :])
            if not broken(case.with_lines(lines)) and other not in foreseen:
                yield f"Nothing says why it is {one} and not {other}."


def _without(names: Sequence[str], one: str) -> tuple[str, ...]:
    return tuple(name for name in names if name != one)


def _problems_of_wrong(case: Case) -> Iterator[str]:
    for wrong in case.wrong:
        if any(match.right and match.credit == 1 for match in case.judge([wrong.line]).lines):
            yield f"{wrong.line} is called wrong, and the key has it."
        if not (wrong.says or wrong.misconception):
            yield f"{wrong.line} has no reason."
