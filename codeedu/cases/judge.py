"""Judge the lines of a claim field by field, with a reason for each field.

A line of the key is worth one: half for the code, half for what else had to be worked out or was
got wrong, modifiers and units alike. One unit and no modifier is what stands there anyway: it earns
nothing, and costs only where it is wrong. On a wrong code the rest counts half as much. A line too
many costs half a line. Lines are held against the key so that they earn the most, whatever their
order. What may stand and may be left out earns nothing; if it is wrong, it costs what is wrong.

A form that is filled at the start (help, a claim that came back, an audit) is judged by what was
gained over sending it unchanged, so that one formula serves all. A claim that was right from the
start is right only if it is left as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from codeedu import tables
from codeedu.cases.key import Key
from codeedu.codes.wording import listing
from codeedu.lines.claim import Line, plain

MOST = 6  # lines of a claim, as on the paper form
TOO_MANY = 0.5  # what a line costs that nothing in the record supports
CLOSE = 1e-9


class Field(NamedTuple):
    """A field of a line: the share of it that is right, and what is wrong with it, or ""."""

    share: float
    wrong: str
    asked: bool  # something had to be found out


class Match(NamedTuple):
    """A line that was sent and the line of the key that it is held against; one may be missing."""

    sent: Line | None
    right: Key | None
    optional: bool = False

    @property
    def fields(self) -> tuple[Field, ...]:
        """The code, the modifiers and the units, judged; () if a side is missing."""
        return _fields(self.sent, self.right) if self.sent and self.right else ()

    @property
    def credit(self) -> float:
        """The share of the line that counts, from 0 to 1."""
        if not self.fields:
            return 0.0
        code, *rest = self.fields
        asked = [field.share for field in rest if field.asked or field.share < 1]
        share = sum(asked) / len(asked) if asked else code.share
        return 0.5 + share / 2 if code.share else share / 4

    @property
    def wrong(self) -> str:
        """What is wrong with the line, in sentences; "" if nothing is."""
        return " ".join(field.wrong for field in self.fields if field.wrong)


class Judgment(NamedTuple):
    """The `score` from 0 to 1, and each line with what it was held against."""

    score: float
    lines: tuple[Match, ...]

    @property
    def clean(self) -> bool:
        """Whether nothing is missing, wrong or too much."""
        return self.score == 1

    @property
    def published(self) -> tuple[float, float]:
        """The least and the most that a paid trainer's published rule gives, from 0 to 1.

        Right lines over those that were entered, or over those expected if these are more. A line
        with the right code and something else wrong counts in part; how much is not published.
        """
        sent = [m for m in self.lines if m.sent and not (m.optional and m.credit == 1)]
        expected = sum(1 for m in self.lines if m.right and not m.optional)
        of = max(len(sent), expected, 1)
        right = sum(m.credit == 1 for m in sent)
        partly = sum(1 for m in sent if m.fields and m.fields[0].share and m.credit < 1)
        return right / of, (right + partly) / of


# One line


def _fields(sent: Line, right: Key) -> tuple[Field, ...]:
    is_right = sent.code in right.codes
    wrong = "" if is_right else f"{sent.code} is not what the record describes."
    return Field(float(is_right), wrong, asked=True), _modifiers(sent, right), _units(sent, right)


def _modifiers(sent: Line, right: Key) -> Field:
    left = [name for name in sent.modifiers if name not in right.free]
    given, missing = len(left), []
    for names in right.modifiers:
        if found := next((name for name in left if name in names), None):
            left.remove(found)
        else:
            missing.append(names[0])
    wanted = max(len(right.modifiers), given)
    share = (len(right.modifiers) - len(missing)) / wanted if wanted else 1.0
    wrong = [f"{name} is missing." for name in missing]
    wrong += [f"{name} does not belong here." for name in left]
    first = right.modifiers[0] if right.modifiers else ()
    priced = set(first) & _pricing()
    if priced & set(sent.modifiers) and sent.modifiers[0] not in (*first, *right.free):
        share /= 2
        wrong.append(f"{min(priced)} sets the price and stands first.")
    return Field(share, " ".join(wrong), asked=bool(right.modifiers))


def _units(sent: Line, right: Key) -> Field:
    asked = right.units[0] != 1
    if right.any_units or sent.units in right.units:
        return Field(1.0, "", asked)
    wanted = listing([plain(units) for units in right.units], "or")
    return Field(0.0, f"The units are {wanted}, not {plain(sent.units)}.", asked)


@cache
def _pricing() -> set[str]:
    rows = tables.rows("modifier_rules")
    return {
        name for row in rows if row["rule"] == "price-first" for name in row["modifiers"].split()
    }


# All lines


def judge(
    sent: Sequence[Line], need: Sequence[Key], may: Sequence[Key] = (), start: Sequence[Line] = ()
) -> Judgment:
    """Judge the lines that were sent against those that are needed and those that may stand.

    `start` are the lines that stood on the form at the beginning.

    >>> from codeedu.cases.key import key, line
    >>> need = [key("J1100 x 6"), key("96372 x 1")]
    >>> found = judge([line("96372 x 1"), line("J1100 x 1")], need)
    >>> found.score, [match.wrong for match in found.lines]
    (0.75, ['', 'The units are 6, not 1.'])
    """
    earned, lines = _matched(tuple(sent), tuple(need), tuple(may))
    before = _matched(tuple(start), tuple(need), tuple(may))[0] if start else 0.0
    if before > 1 - CLOSE:  # it was right
        score = float(earned > 1 - CLOSE)
    else:
        score = max(0.0, (earned - before) / (1 - before))
    return Judgment(1.0 if score > 1 - CLOSE else round(score, 6), lines)


@cache
def _matched(
    sent: tuple[Line, ...], need: tuple[Key, ...], may: tuple[Key, ...]
) -> tuple[float, tuple[Match, ...]]:
    """Return the most that the lines earn, from 0 to 1, and what each was held against."""
    keys = [*((key, False) for key in need), *((key, True) for key in may)]
    order = sorted(range(len(sent)), key=lambda at: str(sent[at]))  # however they were typed

    @cache
    def best(at: int, used: int) -> tuple[float, tuple[int | None, ...]]:
        """Return what the lines from `at` on can earn, and the place of the key of each."""
        if at == len(order):
            return 0.0, ()
        worth, rest = best(at + 1, used)
        top: tuple[float, tuple[int | None, ...]] = (worth - TOO_MANY, (None, *rest))
        for place, (right, optional) in enumerate(keys):
            if not used >> place & 1:
                worth, rest = best(at + 1, used | 1 << place)
                worth += Match(sent[order[at]], right).credit - optional
                if worth > top[0] + CLOSE:
                    top = (worth, (place, *rest))
        return top

    worth, places = best(0, 0)
    of = dict(zip(order, places, strict=True))
    found = [
        Match(one, None) if (place := of[at]) is None else Match(one, *keys[place])
        for at, one in enumerate(sent)
    ]
    found += [Match(None, key) for place, key in enumerate(need) if place not in places]
    return max(0.0, worth / len(need)), tuple(found)
