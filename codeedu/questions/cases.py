"""Cases as questions: a kind whose answer is claim lines, and the cases that there are.

A response is text, one claim line on each line, and for a claim that came back a last line that
begins with ">" and says what to do with it:

    J9355 x 35
    J9355-JW x 10

A made case has its template, its seed and how much help it gives in its id, as "case:ride:7:3".
Help fades: 0 shows a worked example, 1 leaves out the first line, 2 gives only that one, 3 none.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache
from typing import Any

from codeedu import custom, tables
from codeedu.cases import templates
from codeedu.cases.case import AUDIT, NEXT, RETURNED, Case, Foreseen, read_case
from codeedu.cases.judge import MOST, Judgment, Match
from codeedu.cases.key import line as key_line
from codeedu.codes.level2 import lists
from codeedu.codes.wording import percent, shorten
from codeedu.lines.claim import Line, plain, read_line
from codeedu.questions import bank
from codeedu.questions.items import Item
from codeedu.questions.kinds import KINDS, Grade, Kind, OptionFeedback, Response
from codeedu.questions.typed import only_unit, read_number
from codeedu.reading import Unreadable

MADE = "case"  # how the ids of made cases begin
EXAMPLE, LAST_HELP, FIRST_LINE, NONE = HELPS = range(4)
THEN = "> "
PAID = ("paid short", "paid over", "audit", "")  # fates of lines that a payer pays
LONGEST = 40  # characters of a field


class ClaimLines(Kind):
    """Write the lines of a claim from the medical record."""

    how = on_paper = "Write one line for each thing to bill."

    def accept(self, item: Item, response: object) -> Response:
        then = ""
        if isinstance(response, str):
            text, _, then = response.partition(THEN)
            rows: list[object] = [{"code": entry} for entry in text.splitlines()]
        elif isinstance(response, Mapping):
            listed, then = response.get("lines"), str(response.get("then") or "")
            rows = [*listed] if isinstance(listed, list) else []
        else:
            rows = []
        lines = [line for number, row in enumerate(rows, 1) if (line := _read_row(number, row))]
        if not lines:
            raise ValueError("Write at least one line first.")
        if len(lines) > MOST:
            raise ValueError(f"A claim on paper has room for {MOST} lines.")
        then = then.strip()
        if _case(item).sort != RETURNED:
            return "\n".join(map(str, lines))
        if then not in NEXT:
            raise ValueError("Choose what you do with the claim that came back.")
        return "\n".join([*map(str, lines), f"{THEN}{then}"])

    def grade(self, item: Item, response: Response) -> Grade:
        case, (lines, then) = _case(item), _read(response)
        judged = case.judge(lines)
        score, right = judged.score, judged.clean
        if case.sort == RETURNED:
            score, right = (score + (then == case.then)) / 2, right and then == case.then
        shown = (one.misconception for one in _foreseen(case, lines) if one.misconception)
        return Grade(score, right, tuple(dict.fromkeys(shown)))

    def nudge(self, item: Item, response: Response) -> str:
        """Return the remittance, a sentence a line; nothing in it says what is right."""
        case, (lines, then) = _case(item), _read(response)
        fates = tables.by("fates", "fate")
        sentences, is_paid_wrongly = [], False
        for number, outcome in enumerate(case.outcomes(lines), 1):
            is_paid = outcome.fate in PAID
            says = "Paid." if is_paid else fates[outcome.fate]["says"]
            sentences.append(f"Line {number}, {outcome.line}: {says}")
            is_paid_wrongly |= is_paid and outcome.fate != ""
        if is_paid_wrongly:
            sentences.append(
                "The payer has not seen the record. Hold each line that was paid against it: an "
                "audit would."
            )
        if any(match.sent is None for match in case.judge(lines).lines):
            sentences.append("Something that the record describes is on no line.")
        if case.sort == RETURNED and then != case.then:
            sentences.append("What you do with the claim does not fit why it came back.")
        return "\n".join(sentences)

    def explain(
        self, item: Item, response: Response, order: Sequence[int]
    ) -> Iterator[OptionFeedback]:
        case, (lines, then) = _case(item), _read(response)
        outcomes = iter(case.outcomes(lines))
        for place, match in enumerate(case.judge(lines).lines):
            outcome = next(outcomes) if match.sent else None
            says = [one.says for one in _foreseen(case, [match.sent])] if match.sent else []
            if match.sent and match.right and match.credit < 1:
                says.append(f"Right is `{match.right.line}`.")
            says.append(match.wrong)
            if outcome and outcome.broken:
                fate = tables.by("fates", "fate")[outcome.fate]
                says += [outcome.broken.rule.says, f"What becomes of it: {fate['says']}"]
            if match.right in case.need:
                says.append(case.why[case.need.index(match.right)])
            belief = _belief(case, match.sent)
            yield OptionFeedback(
                place,
                str(match.sent or (match.right and match.right.line)),
                " ".join(dict.fromkeys(filter(None, says))),
                right=match.credit == 1 or match.sent is None,
                chosen=match.sent is not None,
                mark=_mark(match),
                belief=belief.get("says", ""),
                truth=belief.get("truth", ""),
            )
        if case.sort == RETURNED:
            right = then == case.then
            mark = "right" if right else f"right is: {NEXT[case.then]}"
            text = NEXT[then] if then else "Nothing was chosen."
            yield OptionFeedback(len(case.need), text, "", right, chosen=True, mark=mark)

    def sums_up(self, item: Item, response: Response) -> str:
        case, (lines, _) = _case(item), _read(response)
        judged = case.judge(lines)
        says = [_audited(case, lines)] if case.sort == AUDIT else []
        says += [] if judged.clean else [_credit(judged)]
        return " ".join([*says, lists()])

    def answer(self, item: Item) -> str:
        lines = "; ".join(map(str, _case(item).lines))
        then = _case(item).then
        return f"{lines}. {NEXT[then]}" if then else lines

    def in_words(self, item: Item, response: Response) -> str:
        text, _, then = str(response).partition(THEN)
        lines = "; ".join(filter(None, map(str.strip, text.splitlines())))
        return ". ".join(filter(None, [lines, NEXT.get(then, then)]))

    def right(self, item: Item) -> Response:
        case = _case(item)
        then = [f"{THEN}{case.then}"] if case.sort == RETURNED else []
        return "\n".join([*map(str, case.lines), *then])

    def reveal(self, item: Item) -> str:
        return "The right lines are below."

    def verdict(self, grade: Grade) -> str:
        return "Clean claim" if grade.correct else "Not a clean claim"


KINDS["case"] = ClaimLines()


def _case(item: Item) -> Case:
    assert item.case
    return item.case


def _read_row(number: int, row: object) -> Line | None:
    """Return the line in a row of the form; None for an empty one."""
    fields = row if isinstance(row, Mapping) else {}
    code, names, units = (
        " ".join(str(fields.get(name) or "").split())[:LONGEST]
        for name in ("code", "modifiers", "units")
    )
    if not code:
        if names or units:
            raise ValueError(f"Line {number} has no code.")
        return None
    count = f" x {_units(number, units)}" if units else ""
    try:
        return read_line(f"{code.rstrip('.;, ')} {names}".strip() + count)
    except ValueError:
        form = "A code is such as A4253, modifiers are such as NU KX."
        written = shorten(f"{code} {names}".strip())
        raise ValueError(f"Line {number}: {written!r} cannot be read. {form}") from None


def _units(number: int, text: str) -> str:
    """Return the units that were typed, as a number; "six" is 6."""
    value, rest = read_number(text)
    if value is None or value < 0 or not only_unit(rest, "units"):
        raise ValueError(f"Line {number}: {shorten(text)!r} is no number of units.")
    return f"{value:.4f}".rstrip("0").rstrip(".")


def _read(response: Response) -> tuple[tuple[Line, ...], str]:
    """Return the lines of an accepted response, and what to do then."""
    text, _, then = str(response).partition(THEN)
    return tuple(key_line(entry) for entry in text.splitlines()), then


def rows_of(response: str) -> list[list[str]]:
    """Return the rows of the form that an accepted response came from.

    >>> rows_of("J9355-JW x 10")
    [['J9355', 'JW', '10']]
    """
    lines, _ = _read(response)
    return [[line.code, " ".join(line.modifiers), plain(line.units)] for line in lines]


def then_of(response: str) -> str:
    """Return what an accepted response does with a claim that came back, or ""."""
    return _read(response)[1]


def _foreseen(case: Case, lines: Iterable[Line]) -> list[Foreseen]:
    sent = [*lines]
    return [one for one in case.wrong if one.line in sent]


def _belief(case: Case, line: Line | None) -> dict[str, str]:
    known = tables.by("misconceptions", "id")
    found = _foreseen(case, [line]) if line else []
    return next((known[one.misconception] for one in found if one.misconception in known), {})


def _mark(match: Match) -> str:
    if match.sent is None:
        return "missing"
    if match.right is None:
        return "nothing in the record supports it"
    if match.credit == 1:
        return "may stand" if match.optional else "right"
    return f"{percent(match.credit)} of the line" if match.fields[0].share else "wrong code"


def _credit(judged: Judgment) -> str:
    least, most = map(percent, judged.published)
    return (
        f"What counts is the clean claim. Credit for what is right: {percent(judged.score)}; by "
        f"the rule that a paid trainer publishes: {least}{f' to {most}' * (least != most)}."
    )


def _audited(case: Case, lines: Sequence[Line]) -> str:
    """Tell a hit from a false alarm: what an auditor made of lines with a fault, or without one."""
    had_fault = not replace(case, start=()).judge(case.start).clean
    is_right = case.judge(lines).clean
    if not had_fault:
        none = "There was no fault, and you raised no alarm."
        return none if is_right else "A false alarm: the claim was right as it stood."
    if sorted(map(str, lines)) == sorted(map(str, case.start)):
        return "A fault was missed: the claim is as it was."
    return "A hit: you found the fault." if is_right else "You changed it, and a fault is left."


# The cases that there are


@cache
def written() -> dict[str, Item]:
    """Return the cases of the course and yours, by their ids.

    One of yours that cannot be read is left out, which is written to the errors of the program.
    Raises what `build` raises for a case of the course.
    """
    items: dict[str, Item] = {}
    course = bank.course_paths()
    for path in (*course, *custom.question_files()):
        with suppress(Unreadable):  # `bank.load` says so
            data = {} if bank.is_sheet(path) else bank.data_of(path)
            for entry in data.get("case", ()):
                try:
                    item = build(data, entry)
                    items.setdefault(item.id, item)
                except FAULTS:
                    if path in course:
                        raise
                    name = entry.get("id", "") if isinstance(entry, dict) else ""
                    where = f"{custom.shown(path)}: case {name}".rstrip()
                    more = "`codeedu check` names what is wrong."
                    print(f"A case is left out: {where}. {more}", file=sys.stderr)
    return items


FAULTS = (KeyError, TypeError, ValueError, AttributeError)  # of a case that is none


def build(data: Mapping[str, Any], entry: Mapping[str, Any]) -> Item:
    """Return the item of a [[case]] of a file's `data`.

    Raises KeyError, TypeError, ValueError or AttributeError for what is no case.
    """
    sources = bank.named_sources(data)
    return item_of(
        entry["id"],
        read_case(entry),
        objective=entry["objective"],
        lesson=bank.lessons_of(data)[entry["objective"]],
        sources=tuple(sources.get(name, name) for name in entry["sources"]),
        pool=entry.get("pool", "practice"),
        level=entry.get("level", "apply"),
        as_of=str(entry.get("as_of") or data["as_of"]),
        review_by=str(entry.get("review_by") or data["review_by"]),
    )


def find(name: str) -> Item | None:
    """Return the case with an id, written or made; None if there is none.

    >>> find("case:ride:7:3").kind, find("case:ride:x:3")
    ('case', None)
    """
    if name in written():
        return written()[name]
    prefix, template, seed, help_ = (*name.split(":"), "", "", "", "")[:4]
    is_one = prefix == MADE and template in templates.TEMPLATES and name.count(":") == 3
    if not (is_one and seed.isdecimal() and len(seed) < 10 and help_ in map(str, HELPS)):
        return None
    return make(template, int(seed), int(help_))


def sort_in(name: str) -> str:
    """Return the template in the id of a made case; a written case is a sort of its own.

    >>> sort_in("case:ride:7:0"), sort_in("03-choose-case-01")
    ('ride', '03-choose-case-01')
    """
    return name.split(":")[1] if name.startswith(f"{MADE}:") else name


def make(template: str, seed: int, help_: int = NONE) -> Item:
    """Return the case that a template makes of a seed, with so much help."""
    made = templates.make(template, seed)
    case, lines = made.case, made.case.lines
    start = {LAST_HELP: lines[1:], FIRST_LINE: lines[:1]}.get(help_, ())
    example = templates.make(template, seed + 1).case if help_ == EXAMPLE else None
    case = replace(case, start=start if len(lines) > 1 else (), example=example)
    return item_of(
        f"{MADE}:{template}:{seed}:{help_}",
        case,
        objective=made.objective,
        sources=made.sources,
        pool="generated",
    )


def item_of(
    name: str,
    case: Case,
    *,
    objective: str,
    sources: tuple[str, ...],
    pool: str = "practice",
    level: str = "apply",
    as_of: str = "",
    review_by: str = "",
    lesson: str = "",
) -> Item:
    """Return a case as a question."""
    return Item(
        id=name,
        objective=objective,
        lesson=lesson or tables.by("objectives", "objective")[objective]["lesson"],
        kind="case",
        stem=f"{case.title}. {case.around}\n\n```\n{case.record}\n```",
        explanation="",
        level=level,
        pool=pool,
        sources=sources,
        as_of=as_of,
        review_by=review_by,
        case=case,
    )
