"""Generated items: questions without end, made from the tables and explained by the classifier.

Why: whoever drills for weeks knows the written items by heart, and then answers from memory. A
generated item asks the same thing of another code, and costs no author anything.

A *template* is a pair of functions, `draw` and `fill`.

1. `draw` takes random numbers and returns an *entry*: a code, a code with a slip, or a field of a
   claim with a code. It need not be worth asking.
2. `fill` takes an entry and returns the item that asks about it, always the same one for the same
   entry: whatever order it needs is shuffled with the entry itself as the seed.

`fill` returns None for an entry that asks nothing worth answering: one with two right answers
(E1165 without its field), a Level II code that has ended, a slip that two codes explain. Only the
classifier can tell, so `draw` does not try to avoid it; `make` draws again.

The id of an item holds its template and its entry, such as "made:section:J1885". So the learner's
record need only keep the id: `remake` fills the entry once more when the item is due, on any
machine, and with the tables of that day. If an entry has become unfit by then, there is no item.

Level II codes are drawn from those in use. CPT and CDT numbers are drawn from ranges, since their
lists are licensed: the explanation says that such a code need not exist.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable
from functools import cache

from codeedu import tables
from codeedu.codes import formats
from codeedu.codes.classify import classify
from codeedu.codes.explain import sentence, verdict
from codeedu.codes.formats import Format
from codeedu.codes.modifiers import says
from codeedu.codes.wording import listing
from codeedu.questions import bank, cases
from codeedu.questions.items import Item, Option

TRIES = 1000  # draws after which we give up finding one more
DRAWN = "The number was drawn from a range; whether such a code exists is another question."


def make(n: int, *, seed: int = 0, templates: Iterable[str] = ()) -> tuple[Item, ...]:
    """Return `n` different items, in turn from each of the `templates` (all unless given).

    Templates are "reading", "section", "meant", "box" and "split". The same seed makes the same.

    Raises ValueError when there is no such template.

    >>> [item.id for item in make(2, seed=1)] == [item.id for item in make(2, seed=1)]
    True
    """
    names = tuple(templates) or tuple(TEMPLATES)
    for name in names:
        if name not in TEMPLATES:
            known = listing(list(TEMPLATES))
            raise ValueError(f"There is no template {name!r}; there are: {known}.")
    rng = random.Random(f"make:{seed}")
    items: dict[str, Item] = {}
    for turn in range(TRIES + 10 * n):
        if len(items) >= n:
            break
        draw, fill = TEMPLATES[names[turn % len(names)]]
        item = fill(draw(rng))
        if item is not None:
            items.setdefault(item.id, item)
    return tuple(items.values())


def find_item(name: str) -> Item | None:
    """Return the item with an id, of the bank or generated; None if there is none.

    >>> find_item("01-levels-01").id, find_item("made:section:J1885").id, find_item("nowhere")
    ('01-levels-01', 'made:section:J1885', None)
    """
    try:
        return bank.by_id().get(name) or cases.find(name) or remake(name[:200])
    except (ValueError, KeyError, IndexError):  # an id that nobody generated
        return None


def remake(name: str) -> Item | None:
    """Return the generated item with this id; None when it is not the id of one.

    >>> remake("made:section:J1885").options[0].text != ""
    True
    >>> remake("01-levels-01") is None
    True
    """
    prefix, template, entry = (*name.split(":", 2), "", "", "")[:3]
    if prefix != "made" or template not in TEMPLATES:
        return None
    _, fill = TEMPLATES[template]
    return fill(entry)


# Reading: which code set has codes of this format?


def _draw_reading(rng: random.Random) -> str:
    served = [format for format in formats.formats() if format.objective]
    return _draw_code(rng, rng.choice([f for f in served if f.id != formats.PAYER or f.custom]))


def _fill_reading(entry: str) -> Item | None:
    classification = classify(entry)
    best = classification.best
    if not best or not best.format.objective or classification.code != entry:
        return None
    if classification.is_ambiguous or classification.modifiers:
        return None
    actual = best.name
    fits = {format.name for format in formats.of_mask(formats.mask(entry))}
    fits |= {reading.name for reading in classification.readings}  # with zeros restored, too
    if actual == "CDT":
        fits.add("HCPCS Level II")  # D codes have its form; the ADA maintains them
    first_formats = _first_formats()
    others = [*_often_chosen_for(actual), *_most_similar_first(entry)]
    unfit = [name for name in dict.fromkeys(others) if name in first_formats and name not in fits]
    wrong = [n for n in unfit if abs(len(first_formats[n].example) - len(entry)) <= 2][:3]
    if len(wrong) < 2:
        return None
    if best.format.id == "level-2" and entry not in _level_2_in_use():
        return None
    options = [Option(actual, sentence(best.format.description), right=True, reads=actual)]
    for name in wrong:
        why = f"{sentence(first_formats[name].description)} {entry} does not have this form."
        options.append(Option(name, why, misconception=_misconception(actual, name), reads=name))
    stem = f"Which code set has codes of this form: `{entry}`?"
    explanation = f"{actual}, {best.section}" if best.section else actual
    if best.listing and entry in best.format.custom:
        stem = f"Your list has `{entry}`: {best.listing.descriptor}. What kind of code is it?"
        explanation = best.format.noun
    return _generated(
        f"made:reading:{entry}",
        best.format.objective,
        stem,
        f"{entry} is {explanation}.",
        best.format.sources,
        look="Look at how many characters there are, and where the letter is.",
        ask="reading",
        options=options,
    )


@cache
def _first_formats() -> dict[str, Format]:
    """Return the first format of every name that an option may have."""
    first: dict[str, Format] = {}
    for format in formats.formats():
        first.setdefault(format.name, format)
    return first


def _most_similar_first(entry: str) -> list[str]:
    """Return the names of all code sets, those whose codes look most like `entry` first."""
    names = sorted(_first_formats())
    random.Random(entry).shuffle(names)

    def difference(name: str) -> int:
        example = _first_formats()[name].example
        return abs(len(example) - len(entry)) + 3 * (example.isdigit() != entry.isdigit())

    return sorted(names, key=difference)


def _often_chosen_for(actual: str) -> list[str]:
    """Return the names that misconceptions take `actual` for."""
    rows = tables.rows("misconceptions")
    return [row["chosen"] for row in rows if row["actual"] == _common_name(actual)]


def _misconception(actual: str, chosen: str) -> str:
    """Return the id of the misconception that takes one for the other, or ""."""
    pair = _common_name(actual), _common_name(chosen)
    rows = tables.rows("misconceptions")
    return next((row["id"] for row in rows if (row["actual"], row["chosen"]) == pair), "")


def _common_name(name: str) -> str:
    """Category I is what people mean by CPT alone."""
    return "CPT" if name == "CPT Category I" else name


# Section: where does this code belong?


def _draw_section(rng: random.Random) -> str:
    if rng.random() < 0.4:
        row = rng.choice([row for row in tables.rows("sections") if row["format"] == "cpt-1"])
        return _code_between(rng, row["first"], row["last"])
    codes = _level_2_in_use()
    letter = rng.choice(sorted({code[0] for code in codes} & set(_LETTERS)))
    return rng.choice([code for code in codes if code[0] == letter])


_LETTERS = "ABCEGHJKLPSTV"  # those with a plain meaning: the parts of Q, for one, are ours


def _fill_section(entry: str) -> Item | None:
    best = classify(entry).best
    if not best or not best.range or best.format.id not in ("cpt-1", "level-2"):
        return None
    cpt = best.format.id == "cpt-1"
    if not cpt and (entry not in _level_2_in_use() or entry[0] not in _LETTERS):
        return None
    spans: dict[str, list[str]] = {}
    for row in best.format.ranges:
        if cpt or (row.first[0] in _LETTERS and row.first[0] != entry[0]) or row is best.range:
            spans.setdefault(row.section, []).append(f"{row.first} to {row.last}")
    others = [name for name in spans if name != best.section]
    random.Random(entry).shuffle(others)
    section = str(best.section)
    options = [Option(section, _all_spans(section, spans), right=True)]
    options += [Option(name, _all_spans(name, spans)) for name in others[:3]]
    where = (
        f"In which section of CPT would `{entry}` be?"
        if cpt
        else f"In which section of HCPCS Level II is `{entry}`?"
    )
    return _generated(
        f"made:section:{entry}",
        "02-cpt-sections" if cpt else "02-level-ii-sections",
        where,
        f"{entry} is in {_all_spans(section, spans)}{f' {DRAWN}' if cpt else ''}",
        best.range.sources,
        look="Look at the first two digits." if cpt else "Look at the letter first.",
        options=options,
    )


def _all_spans(section: str, spans: dict[str, list[str]]) -> str:
    return f"{listing(spans[section])}: {section}."


# Meant: one slip of the hand; which code was meant?


def _draw_meant(rng: random.Random) -> str:
    code = list(_draw_code(rng, rng.choice([f for f in formats.formats() if f.id in _TYPED])))
    slips = [row for row in tables.rows("lookalikes") if row["meant"] in code]
    if slips and rng.random() < 0.7:
        slip = rng.choice(slips)
        code[rng.choice([i for i, c in enumerate(code) if c == slip["meant"]])] = slip["written"]
    else:
        at = rng.randrange(len(code) - 1)
        code[at], code[at + 1] = code[at + 1], code[at]
    return "".join(code)


_TYPED = ("cpt-2", "cpt-3", "cpt-pla", "level-2")


def _fill_meant(entry: str) -> Item | None:
    classification = classify(entry)
    if classification.readings or len(classification.suggestions) != 1:
        return None
    (meant,) = classification.suggestions
    level_2 = meant.code[0].isalpha()
    if level_2 and meant.code not in _level_2_in_use():
        return None
    return _generated(
        f"made:meant:{entry}",
        "05-typing",
        f"`{entry}` is in the procedure field of a claim, and no code has this form. It has one "
        "typing slip. Type the code that was meant.",
        f"{meant.code} was meant: {meant.edit.removeprefix('Perhaps ')}."
        f"{'' if level_2 else f' {DRAWN}'}",
        "cms-l2-procedures",
        look="Look for letters and digits that resemble each other, then for swapped neighbors.",
        answers=(meant.code,),
        distractors=(Option(entry, verdict(classification), misconception="letter-for-digit"),),
    )


# Box: ICD-10-CM or Level II? The line around the code tells.


def _draw_box(rng: random.Random) -> str:
    rows = [row for row in tables.rows("collisions") if row["billable"] == "yes"]
    codes = [row["code"] for row in rows if row["code"] in _level_2_in_use()]
    return f"{rng.choice(tuple(_LINES))}:{rng.choice(codes)}"


_LINES = {
    "procedure": "06/12/2026   {code}   pointer A   units 2",
    "diagnosis": "A. I10        B. {code}        C. (blank)",
}
_WHERE = {
    "procedure": "Units and a pointer belong to a service line, so it is the Level II code {code}.",
    "diagnosis": "Lettered fields without units hold diagnoses, so it is {dotted} without its dot.",
}


def _fill_box(entry: str) -> Item | None:
    box, _, code = entry.partition(":")
    row = tables.by("collisions", "code").get(code)
    if box not in _LINES or row is None or row["billable"] != "yes":
        return None
    if code not in _level_2_in_use():
        return None
    right = "ICD-10-CM" if box == "diagnosis" else "HCPCS Level II"
    why = _WHERE[box].format(code=code, dotted=row["icd10cm"])
    rule = "The form alone fits both code sets; the field decides."
    options = [
        _box_option("ICD-10-CM", f"the diagnosis {row['icd10cm']}", right, why, rule),
        _box_option("HCPCS Level II", f"the Level II code {code}", right, why, rule),
        Option("either: these fields cannot tell", f"{rule} {why}", reads=""),
    ]
    return _generated(
        f"made:box:{entry}",
        "05-lost-dot",
        f"These fields are on a claim. What is `{code}`?\n"
        f"```\n{_LINES[box].format(code=code)}\n```",
        why,
        "cfr-162-1002",
        look="Look at what is next to the code: units and a pointer, or other diagnoses.",
        ask="reading",
        level="analyze",
        options=options,
    )


def _box_option(code_set: str, text: str, right: str, why: str, rule: str) -> Option:
    if code_set == right:
        return Option(text, why, right=True, reads=code_set)
    name = _misconception(right, code_set)
    return Option(text, f"{rule} {why}", misconception=name, reads=code_set)


# Split: put a hyphen before each modifier.


def _draw_split(rng: random.Random) -> str:
    code = rng.choice(_codes_with_modifiers())
    modifiers = _modifiers_for(code)
    first, group = rng.choice(modifiers)
    others = [modifier for modifier, other in modifiers if other != group]
    return code + first + (rng.choice(others) if others and rng.random() < 0.4 else "")


@cache
def _codes_with_modifiers() -> tuple[str, ...]:
    return tuple(code for code in _level_2_in_use() if _modifiers_for(code))


@cache
def _modifiers_for(code: str) -> tuple[tuple[str, str], ...]:
    """Return the modifiers that can go on a Level II code, each with its group.

    Those of one group exclude each other: a line has one origin and destination, one side.
    """
    pricing = _level_2_in_use().get(code, "")
    return tuple(
        (row["modifier"], row["group"])
        for row in tables.rows("modifier_uses")
        if re.fullmatch(row["codes"], code)
        and (not row["pricing"] or pricing in row["pricing"].split())
    )


def _fill_split(entry: str) -> Item | None:
    classification = classify(entry)
    best, modifiers = classification.best, classification.modifiers
    if best is None or not best.format.takes_modifiers or not modifiers:
        return None
    groups = dict(_modifiers_for(best.code))
    if not set(modifiers) <= set(groups):
        return None
    if len({groups[modifier] for modifier in modifiers}) < len(modifiers):
        return None
    parts = (best.code, *modifiers)
    if "".join(parts) != entry:
        return None
    meanings = " ".join(f"{modifier}: {says(modifier, best.code)}." for modifier in modifiers)
    kept = "This is the code alone. The modifiers tell the payer something; keep them."
    same = "Put a hyphen after the code's five characters, and one between modifiers."
    return _generated(
        f"made:split:{entry}",
        "05-glued",
        f"`{entry}` is in the procedure field of a claim. Type it with a hyphen before each "
        "modifier.",
        f"A code has five characters and a modifier two: {'-'.join(parts)}. {meanings}",
        f"{best.format.sources} cms-readme-2018",
        look="Count off five characters for the code, then two for each modifier.",
        answers=("-".join(parts), "-".join([best.code, *reversed(modifiers)])),
        distractors=(
            Option(best.code, kept, misconception="modifier-is-part-of-code"),
            Option(entry, same),
        ),
    )


TEMPLATES: dict[str, tuple[Callable[[random.Random], str], Callable[[str], Item | None]]] = {
    "reading": (_draw_reading, _fill_reading),
    "section": (_draw_section, _fill_section),
    "meant": (_draw_meant, _fill_meant),
    "box": (_draw_box, _fill_box),
    "split": (_draw_split, _fill_split),
}


# What they share


def _generated(
    name: str,
    objective: str,
    stem: str,
    explanation: str,
    sources: str,
    *,
    look: str,
    level: str = "apply",
    ask: str = "",
    options: Iterable[Option] = (),
    answers: tuple[str, ...] = (),
    distractors: tuple[Option, ...] = (),
) -> Item:
    return Item(
        id=name,
        objective=objective,
        lesson=tables.by("objectives", "objective")[objective]["lesson"],
        kind="type" if answers else "one",
        stem=stem,
        explanation=explanation,
        options=tuple(options),
        answers=tuple(dict.fromkeys(answers)),
        distractors=distractors,
        look=look,
        ask=ask,
        level=level,
        pool="generated",
        sources=tuple(dict.fromkeys(sources.split())),
    )


@cache
def _level_2_in_use() -> dict[str, str]:
    """Return the Level II codes that the latest list holds and has not ended, with their pricing.

    CMS's pricing indicator "32" is inexpensive equipment, "36" capped rental, "51" a drug.
    """
    rows = tables.rows("level2")
    return {
        row["code"]: row["pricing"]
        for row in rows
        if row["kind"] == "code" and not row["terminated"]
    }


def _draw_code(rng: random.Random, format: Format) -> str:
    """Return a code of this format: one in use, one from its ranges, or one like its example.

    >>> _draw_code(random.Random(1), formats.by_id("cpt-pla"))[-1]
    'U'
    """
    if format.custom:  # a class drills the codes of its own payers
        return rng.choice(sorted(format.custom))
    if format.id == "level-2":
        return rng.choice(list(_level_2_in_use()))
    ranges = [row for row in format.ranges if formats.mask(row.first) == formats.mask(row.last)]
    if ranges:
        row = rng.choice(ranges)
        return _code_between(rng, row.first, row.last)
    if format.code_set == "ICD-10-CM":
        codes = [row["code"] for row in tables.rows("icd10cm") if row["billable"] == "yes"]
        code = rng.choice(codes)
        return formats.dotted(code) if "." in format.example else code
    if format.is_modifier and format.listed:
        return rng.choice(sorted(format.listed))
    return re.sub("[0-9]", lambda _: str(rng.randrange(10)), format.example)


def _code_between(rng: random.Random, first: str, last: str) -> str:
    """Return a code between two whose letters are the same, ends included.

    >>> _code_between(random.Random(1), "J0001", "J0001")
    'J0001'
    """
    digits = re.search("[0-9]+", first)
    low, high = (int(re.sub("[^0-9]", "", end)) for end in (first, last))
    if digits is None:
        return first
    number = str(rng.randint(low, high)).zfill(len(digits[0]))
    return first[: digits.start()] + number + first[digits.end() :]
