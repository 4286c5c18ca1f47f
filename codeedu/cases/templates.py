"""Cases without end: a template makes a case of a seed, and the wrong claims that break its rules.

A template computes its key from what it writes into the record. The rules for claim lines compute
it once more from the facts, by another road: see `case.problems`. People are invented; drugs,
doses, and the containers that each is sold in, are in the tables `case_drugs` and `doses`, titles
and sources in `case_templates`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from itertools import combinations_with_replacement
from typing import NamedTuple

from codeedu import tables
from codeedu.cases.case import Case, Foreseen
from codeedu.cases.key import key, line
from codeedu.codes.level2 import said
from codeedu.codes.names import in_brief, unit_of
from codeedu.codes.wording import listing
from codeedu.lines.claim import Claim, Line, plain

FIRST_DAY = date(2023, 10, 2)  # waste of single-dose containers is asked for since
# Of CMS's list of January 2026. It stays when a newer one ships: old seeds would make other cases.
LAST_DAY = date(2026, 3, 31)
BESIDE = (  # what stands in a record and is on no line
    "Meds reviewed, list copied forward.",
    "Allergies: none known.",
    "BP 132/78, HR 74, no fever.",
    "History of hypertension and osteoarthritis.",
    "Lives with spouse.",
    "Consent on file.",
    "Former smoker.",
    "Labs pending.",
    "Fall risk low.",
    "Interpreter not needed.",
)
PLACES = {
    "R": "home",
    "H": "hospital",
    "N": "skilled nursing facility",
    "J": "dialysis center (not in a hospital)",
    "S": "scene, sidewalk",
}
TRIPS = {  # the ways that each goes
    "A0429": ("BLS, emergency", ("RH", "SH", "NH")),
    "A0427": ("ALS 1, emergency", ("RH", "SH", "NH")),
    "A0428": ("BLS, scheduled", ("HN", "HR", "NR")),
}
WHEELCHAIRS = {"K0001": "Standard manual wheelchair", "K0003": "Lightweight manual wheelchair"}


class Fault(NamedTuple):
    """A wrong claim: what is wrong in a few words, its lines, and the rule that it breaks."""

    what: str
    lines: tuple[Line, ...]
    rule: str


class Made(NamedTuple):
    """A case and wrong claims; `objective` and `sources` are those of the template."""

    case: Case
    faults: tuple[Fault, ...]
    objective: str
    sources: tuple[str, ...]


Template = Callable[[random.Random], Made]
TEMPLATES: dict[str, Template] = {}


def template(function: Template) -> Template:
    """Enter a template under its name."""
    TEMPLATES[function.__name__] = function
    return function


def make(name: str, seed: int) -> Made:
    """Return what a template makes of a seed, always the same.

    Raises KeyError for a name of no template.

    >>> made = make("ride", 1)
    >>> [str(line) for line in made.case.lines] == [str(key.line) for key in made.case.need]
    True
    """
    return TEMPLATES[name](random.Random(f"{name}:{seed}"))


# What they share


def _made(
    name: str,
    claim: Claim,
    record: str,
    need: Sequence[tuple[str, str]],
    faults: Sequence[tuple[str, Sequence[str], str]],
    beside: Sequence[str],
    wrong: Sequence[Foreseen] = (),
) -> Made:
    """Return what the template `name` makes; `need` has the lines of the key, each with its reason.

    The charges are the codes of the key and those that are to be told from them, `beside`.
    """
    keys = [key(text) for text, _ in need]
    codes = sorted({*beside, *(one.codes[0] for one in keys)})
    row = tables.by("case_templates", "template")[name]
    case = Case(
        title=row["title"],
        record=record,
        claim=claim,
        need=tuple(keys),
        why=tuple(why for _, why in need),
        charges=tuple((code, _says(code)) for code in codes),
        wrong=tuple(wrong),
    )
    wrong_claims = (Fault(what, tuple(map(line, lines)), rule) for what, lines, rule in faults)
    return Made(case, tuple(wrong_claims), row["objective"], tuple(row["sources"].split()))


def _says(code: str) -> str:
    charge = tables.by("case_charges", "number").get(code)
    return charge["says"] if charge else in_brief(code)


def _other_drugs(rng: random.Random, template: str, but: str) -> list[str]:
    """Return what a drug is to be told from on the list of charges, and ways to give it."""
    rows = [row for row in tables.rows("case_drugs") if row["template"] == template]
    others = sorted({code for row in rows for code in row["code"].split()} - {but})
    return [*rng.sample(others, 3), *tables.by("case_charges", "number")]


def _day(rng: random.Random, first: date = FIRST_DAY, last: date = LAST_DAY) -> date:
    return first + timedelta(rng.randrange((last - first).days + 1))


def _record(rng: random.Random, *said: str) -> str:
    """Return a record: what counts, between what does not."""
    before, *after = rng.sample(BESIDE, 3)
    return "\n".join([before, *said, " ".join(after)])


def _drug(rng: random.Random, template: str) -> tuple[dict[str, str], Decimal]:
    """Return a drug of the table and a dose, in milligrams."""
    row = rng.choice([row for row in tables.rows("case_drugs") if row["template"] == template])
    least, most, step = (Decimal(row[name]) for name in ("least", "most", "step"))
    return row, least + step * rng.randrange(int((most - least) / step) + 1)


def _one_unit(code: str) -> Decimal:
    row = tables.by("doses", "code")[code]
    assert row["unit"] == "mg", code
    return Decimal(row["amount"])


def _up(value: Decimal, step: Decimal) -> Decimal:
    """Return how many steps a value takes, a part of one counting as one."""
    return _usual((value / step).to_integral_value(ROUND_CEILING))


def _usual(value: Decimal) -> Decimal:
    """Return a number that is written as people write it: 40, and not 4E+1."""
    return Decimal(plain(value))


def _counts(dose: Decimal, step: Decimal, code: str) -> str:
    """Return why a dose has its units."""
    exact = dose / step
    up = "" if exact % 1 == 0 else "; a part of a unit counts as one"
    return f"{code} counts {unit_of(code)}: {plain(dose)} mg are {plain(_up(dose, step))}{up}."


def _giving(row: dict[str, str]) -> tuple[str, str]:
    """Return the line for giving a drug, with its reason."""
    says = tables.by("case_charges", "number")[row["charge"]]["says"]
    return f"{row['charge']} x 1", f"A line of its own for {says}."


# The templates


@template
def vial(rng: random.Random) -> Made:
    """Make a drug from single-dose vials, of which something may be left."""
    row, dose = _drug(rng, "vial")
    code, step = row["code"], _one_unit(row["code"])
    vials = _vials(dose, [Decimal(size) for size in row["containers"].split()])
    opened = sum(vials, Decimal(0))
    units, left = _up(dose, step), max(Decimal(0), opened // step - _up(dose, step))
    on = _day(rng)
    names = listing([f"{vials.count(size)} x {plain(size)} mg" for size in dict.fromkeys(vials)])
    thrown = f"{plain(opened - dose)} mg discarded and charted" if opened > dose else "no remainder"
    record = _record(
        rng,
        f"{on:%m/%d/%Y}: {row['drug']} {plain(dose)} mg {row['given']}.",
        f"Single-dose vials opened: {names}; {thrown}.",
    )
    given, wasted, giving = f"{code} x {units}", f"{code}-JW x {left}", _giving(row)
    if left:
        thrown_away = f"Whole units that were left: {plain(left)}, on a line with JW."
        need = [(given, _counts(dose, step, code)), (wasted, thrown_away), giving]
        faults = [
            ("the waste is not shown", [given, giving[0]], "waste-missing"),
            ("JZ in place of the waste", [f"{code}-JZ x {units}", giving[0]], "waste-few"),
            (
                "a unit of waste too many",
                [given, f"{code}-JW x {left + 1}", giving[0]],
                "waste-many",
            ),
        ]
    else:
        all_used = "No whole unit was left: JZ."
        given = f"{code}-JZ x {units}"
        need = [(given, f"{_counts(dose, step, code)} {all_used}"), giving]
        faults = [
            ("JZ is missing", [f"{code} x {units}", giving[0]], "waste-missing"),
            ("waste that was none", [given, f"{code}-JW x 1", giving[0]], "waste-many"),
        ]
    rest = [text for text, _ in need[1:]]
    more = given.replace(f" x {units}", f" x {units + 1}")
    faults.append(("a unit too many", [more, *rest], "dose-many"))
    if units > 1:
        fewer = given.replace(f" x {units}", f" x {units - 1}")
        faults.append(("a unit too few", [fewer, *rest], "dose-few"))
    facts = {"dose": {code: plain(dose)}, "container": {code: ["single", plain(opened)]}}
    claim = Claim((), "Medicare", "clinic", on, facts=facts)
    milligrams = line(given)._replace(units=dose.to_integral_value(ROUND_CEILING))
    wrong = [Foreseen(milligrams, misconception="units-are-milligrams")]
    wrong = wrong if milligrams.units not in (units, 1) else []
    return _made(
        "vial",
        claim,
        record,
        need,
        faults,
        _other_drugs(rng, "vial", code),
        wrong,
    )


def _vials(dose: Decimal, sizes: Sequence[Decimal]) -> list[Decimal]:
    """Return the vials that hold a dose with least to throw away, and of these the fewest."""
    most = int(_up(dose, min(sizes)))
    choices = (
        list(vials)
        for count in range(1, most + 1)
        for vials in combinations_with_replacement(sorted(sizes, reverse=True), count)
    )
    return min((v for v in choices if sum(v) >= dose), key=lambda v: (sum(v), len(v)))


@template
def shared(rng: random.Random) -> Made:
    """Make a drug from a multi-dose vial, of which nothing is thrown away for one patient."""
    row, dose = _drug(rng, "shared")
    code, step = row["code"], _one_unit(row["code"])
    units, giving = _up(dose, step), _giving(row)
    on = _day(rng, max(FIRST_DAY, date(2024, 4, 1)))
    payer = rng.choice(["Medicare", "plan"])
    record = _record(
        rng,
        f"{on:%m/%d/%Y}: {row['drug']} {plain(dose)} mg {row['given']}, R gluteal.",
        "Drawn from the clinic's multi-dose vial; vial back to the cabinet.",
    )
    why = f"{_counts(dose, step, code)} A multi-dose vial has neither JW nor JZ."
    need = [(f"{code} x {units}", why), giving]
    faults = [("a unit too many", [f"{code} x {units + 1}", giving[0]], "dose-many")]
    if units > 1:
        faults.append(("one shot as one unit", [f"{code} x 1", giving[0]], "dose-few"))
    faults.append(("JZ on a shared vial", [f"{code}-JZ x {units}", giving[0]], "waste-many"))
    if payer != "Medicare":  # whose rules these are
        faults = []
    facts = {"dose": {code: plain(dose)}, "container": {code: ["multi", "0"]}}
    wrong = [Foreseen(line(f"{code} x {units + 1}"), "The dose settles the units.")]
    return _made(
        "shared",
        Claim((), payer, "clinic", on, facts=facts),
        record,
        need,
        faults,
        _other_drugs(rng, "shared", code),
        wrong,
    )


@template
def ended(rng: random.Random) -> Made:
    """Make a drug whose code ended and whose unit changed, on a day close to the change."""
    row, dose = _drug(rng, "ended")
    before, after = row["code"].split()
    last = date.fromisoformat(tables.by("level2", "code")[before]["terminated"])
    on = last + timedelta(rng.randrange(-40, 41))
    code, other = (before, after) if on <= last else (after, before)
    step, giving = _one_unit(code), _giving(row)
    units, others = _up(dose, step), _up(dose, _one_unit(other))
    record = _record(
        rng, f"Date of service {on:%m/%d/%Y}: {row['drug']} {plain(dose)} mg {row['given']}."
    )
    ends = (
        f"{before} ended on {said(last)}; {after} followed and counts {plain(_one_unit(after))} mg."
    )
    why = f"{ends} {_counts(dose, step, code)} JZ may stand: the record does not show the vial."
    need = [(f"{code}-JZ? x {units}", why), giving]
    faults = [("the code of another day", [f"{other} x {others}", giving[0]], "listed")]
    wrong = [Foreseen(line(f"{code} x {units + 1}"), "The dose and the code settle the units.")]
    if others not in (units, units + 1):
        says = f"That is what {other} would count."
        wrong.append(Foreseen(line(f"{code} x {others}"), says))
    return _made(
        "ended",
        Claim((), "plan", "clinic", on, facts={"dose": {code: plain(dose)}}),
        record,
        need,
        faults,
        [before, after, *_other_drugs(rng, "ended", code)],
        wrong,
    )


@template
def ride(rng: random.Random) -> Made:
    """Make an ambulance trip with its miles."""
    code = rng.choice(sorted(TRIPS))
    words, ways = TRIPS[code]
    way, on = rng.choice(ways), _day(rng)
    empty, loaded = Decimal(rng.randrange(5, 120)) / 10, Decimal(rng.randrange(101, 4999)) / 100
    out = Decimal(rng.randrange(10000, 99999))
    record = _record(
        rng,
        f"Run sheet {on:%m/%d/%Y}, {words}. From {PLACES[way[0]]} to {PLACES[way[1]]}.",
        f"Odometer: out {plain(out)}, patient on board {plain(out + empty)}, at destination "
        f"{plain(out + empty + loaded)}.",
    )
    need = list(_trip(code, way, loaded))
    (trip, _), (miles, _) = need
    tenths, all_of_it = _tenths(loaded), _tenths(loaded + empty)
    back = [f"{code}-{way[::-1]} x 1", f"A0425-{way[::-1]} x {tenths}"]
    faults = [
        ("miles without the trip", [miles], "both-lines"),
        ("the trip without its miles", [trip], "both-lines"),
        ("the way back", back, "route-wrong"),
        ("no route on the miles", [trip, f"A0425 x {tenths}"], "route"),
        ("the empty miles too", [trip, f"A0425-{way} x {all_of_it}"], "miles-many"),
        (
            "a tenth too few",
            [trip, f"A0425-{way} x {_usual(tenths - Decimal('0.1'))}"],
            "miles-few",
        ),
    ]
    if way[0] == "S":  # nobody is taken to a scene
        faults = [one for one in faults if one[2] != "route-wrong"]
    return _made(
        "ride",
        Claim((), "Medicare", "ambulance", on, facts={"miles": plain(loaded), "route": way}),
        record,
        need,
        faults,
        [*TRIPS, "A0426", "A0433"],
    )


def _tenths(miles: Decimal) -> Decimal:
    return _usual(_up(miles, Decimal("0.1")) / 10)


def _trip(code: str, way: str, loaded: Decimal) -> Iterator[tuple[str, str]]:
    """Yield the two lines of a trip, each with its reason."""
    places = f"{way[0]} is the {PLACES[way[0]]}, {way[1]} the {PLACES[way[1]]}"
    yield f"{code}-{way} x 1", f"One trip, whose level the run sheet names. {places}."
    yield (
        f"A0425-{way} x {_tenths(loaded)}",
        f"Only miles with the patient on board: {plain(loaded)}, for Medicare up to a tenth. The "
        "route is that of the trip.",
    )


@template
def there_and_back(rng: random.Random) -> Made:
    """Make a scheduled trip to dialysis and the one back, with the miles of each."""
    on, home = _day(rng), rng.choice("RN")
    loaded = Decimal(rng.randrange(101, 2999)) / 100
    empty = [Decimal(rng.randrange(5, 90)) / 10 for _ in range(2)]
    there, back = f"{home}J", f"J{home}"
    record = _record(
        rng,
        f"{on:%m/%d/%Y}. Stretcher, physician certification and prior authorization on file.",
        f"05:40 {PLACES[home]} to {PLACES['J']}: {plain(loaded)} mi loaded, {plain(empty[0])} mi "
        "empty.",
        f"10:15 the same way back: {plain(loaded)} mi loaded, {plain(empty[1])} mi empty.",
        "Both BLS, scheduled.",
    )
    need = [*_trip("A0428", there, loaded), *_trip("A0428", back, loaded)]
    lines = [text for text, _ in need]
    once, twice = lines[:2], _tenths(loaded * 2)
    faults = [
        ("the trip back has no miles", lines[:3], "both-lines"),
        (
            "one line of miles for both",
            [lines[0], lines[2], f"A0425-{there} x {twice}"],
            "both-lines",
        ),
        ("the way there on both trips", [*once, f"A0428-{there} x 1", lines[3]], "route"),
    ]
    wrong = [
        Foreseen(one._replace(units=one.units + 1), "The loaded miles settle the units.")
        for one in (line(lines[1]), line(lines[3]))
    ]
    return _made(
        "there_and_back",
        Claim((), "Medicare", "ambulance", on, ("N18.6", "Z99.2"), {"miles": plain(loaded)}),
        record,
        need,
        faults,
        [*TRIPS, "A0426", "A0433"],
        wrong,
    )


@template
def rental(rng: random.Random) -> Made:
    """Make a month of a wheelchair under capped rental."""
    code, month = rng.choice(sorted(WHEELCHAIRS)), rng.randrange(1, 14)
    delivered = _day(rng, date(2023, 10, 1), date(2025, 2, 28)).replace(day=rng.randrange(1, 29))
    at = delivered.month + month - 2
    on = delivered.replace(year=delivered.year + at // 12, month=at % 12 + 1)
    right = "KH" if month == 1 else "KI" if month <= 3 else "KJ"
    others = [name for name in ("KH", "KI", "KJ") if name != right]
    record = _record(
        rng,
        f"{WHEELCHAIRS[code]}, rented; delivered {delivered:%m/%d/%Y}, billed on day "
        f"{delivered.day} of each month, need unbroken.",
        f"This claim: rental from {on:%m/%d/%Y}. The file holds all that the policy asks.",
    )
    months = {"KH": "month 1", "KI": "months 2 and 3", "KJ": "months 4 to 13"}
    why = (
        f"This is month {month}, and {right} is {months[right]}. RR, rented, sets the price and "
        "stands first; KX says that the policy is met. A month is one unit."
    )
    whole = f"{code}-RR-{right}-KX x 1"
    faults = [
        ("no month", [f"{code}-RR-KX x 1"], "rental-month"),
        ("neither bought nor rented", [f"{code}-{right}-KX x 1"], "bought-or-rented"),
        ("the price is not first", [f"{code}-{right}-RR-KX x 1"], "price-first"),
        ("nothing about the policy", [f"{code}-RR-{right} x 1"], "policy-missing"),
        ("the policy met, and a notice", [f"{code}-RR-{right}-KX-GA x 1"], "exclude"),
    ]
    wrong = [
        Foreseen(line(f"{code}-RR-{name}-KX x 1"), f"{name} is {months[name]}.") for name in others
    ]
    return _made(
        "rental",
        Claim((), "Medicare", "supplier", on),
        record,
        [(whole, why)],
        faults,
        [*WHEELCHAIRS, "K0007", "E0114"],
        wrong,
    )
