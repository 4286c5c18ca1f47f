"""Items without end, made from the tables and explained by the classifier itself.

A template has two parts: one draws an entry, the other makes the item of it, or None when the
entry does not ask anything worth answering. The id of an item holds its entry, so `remake` makes
it again when it is due. Level II codes are drawn from those in use; CPT and CDT numbers from
ranges, since no list of these codes is needed or kept.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable
from functools import cache

from codeedu import tables
from codeedu.codes import formats
from codeedu.codes.classify import classify
from codeedu.codes.explain import verdict
from codeedu.codes.formats import Format
from codeedu.codes.model import Reading
from codeedu.codes.wording import listing
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
    found: dict[str, Item] = {}
    for turn in range(TRIES + 10 * n):
        if len(found) >= n:
            break
        draw, fill = TEMPLATES[names[turn % len(names)]]
        item = fill(draw(rng))
        if item is not None:
            found.setdefault(item.id, item)
    return tuple(found.values())


def remake(name: str) -> Item | None:
    """Return the generated item with this id; None when it is not the id of one.

    >>> remake("made:section:J1885").options[0].text != ""
    True
    >>> remake("01-levels-01") is None
    True
    """
    made, template, entry = (*name.split(":", 2), "", "", "")[:3]
    if made != "made" or template not in TEMPLATES:
        return None
    return TEMPLATES[template][1](entry)


# Reading: which code set has codes of this form?


def _draw_reading(rng: random.Random) -> str:
    forms = [form for form in formats.formats() if form.id in _OBJECTIVE]
    return _draw(rng, rng.choice([form for form in forms if form.id != formats.PAYER or form.own]))


def _reading(entry: str) -> Item | None:
    found = classify(entry)
    if not found.best or found.is_ambiguous or found.modifiers or found.code != entry:
        return None
    best, actual = found.best, _read(found.best.format)
    fits = {_read(form) for form in formats.of_mask(formats.mask(entry))}
    fits |= {_read(reading.format) for reading in found.readings}  # with zeros restored, too
    if actual == "CDT":
        fits.add("HCPCS Level II")  # D codes have its form; the ADA maintains them
    others = [*_confused_with(actual), *_alike(entry)]
    near = (n for n in dict.fromkeys(others) if n in _named() and n not in fits)
    wrong = [name for name in near if abs(len(_named()[name].example) - len(entry)) <= 2][:3]
    if len(wrong) < 2 or best.format.id not in _OBJECTIVE:
        return None
    if best.format.id == "level-2" and entry not in _in_use():
        return None
    options = [Option(actual, _sentence(best.format.description), right=True, reads=actual)]
    for name in wrong:
        why = f"{_sentence(_named()[name].description)} {entry} does not have this form."
        options.append(Option(name, why, misconception=_misconception(actual, name), reads=name))
    stem, explanation = f"Which code set has codes of this form: `{entry}`?", _listed(best)
    if best.listing and entry in best.format.own:
        stem = f"Your list has `{entry}`: {best.listing.descriptor}. What kind of code is it?"
        explanation = best.format.noun
    return _item(
        f"made:reading:{entry}",
        _OBJECTIVE[best.format.id],
        stem,
        f"{entry} is {explanation}.",
        best.format.sources,
        look="Look at how many characters there are, and where the letter is.",
        ask="reading",
        options=options,
    )


_OBJECTIVE = {
    **dict.fromkeys(("cpt-1", "cpt-2", "cpt-3", "cpt-pla", "cpt-maaa", "cpt-a"), "02-cpt-forms"),
    **dict.fromkeys(("cpt-modifier-status", "cpt-modifier-measure"), "02-modifiers"),
    "level-2": "05-other-end",
    "level-2-modifier": "02-modifiers",
    **dict.fromkeys(formats.OWN, "04-what-they-were"),
    "level-3-modifier": "04-not-level-iii",
    "cdt": "05-other-end",
    "icd10cm-dot": "05-lost-dot",
    "icd10cm-bare": "05-lost-dot",
    "icd10pcs": "05-glued",
    "revenue": "05-digits",
    "drg": "05-digits",
}


def _listed(reading: Reading) -> str:
    """Say what an entry is: its code set and, where there is one, its section."""
    name = _read(reading.format)
    return f"{name}, {reading.section}" if reading.section else name


@cache
def _named() -> dict[str, Format]:
    """Return the first form of every code set that an option may name."""
    found: dict[str, Format] = {}
    for form in formats.formats():
        found.setdefault(_read(form), form)
    return found


def _alike(entry: str) -> list[str]:
    """Return the names of all code sets, those with codes like `entry` first."""
    names = sorted(_named())
    random.Random(entry).shuffle(names)

    def unlike(name: str) -> int:
        example = _named()[name].example
        return abs(len(example) - len(entry)) + 3 * (example.isdigit() != entry.isdigit())

    return sorted(names, key=unlike)


def _read(form: Format) -> str:
    """Name what a form is read as: the code set, and CPT's category where that matters."""
    return f"CPT {form.category}" if form.code_set == "CPT" else form.code_set


# Section: where does this code belong?


def _draw_section(rng: random.Random) -> str:
    if rng.random() < 0.4:
        row = rng.choice([row for row in tables.rows("sections") if row["format"] == "cpt-1"])
        return _between(rng, row["first"], row["last"])
    codes = _in_use()
    letter = rng.choice(sorted({code[0] for code in codes} & set(_LETTERS)))
    return rng.choice([code for code in codes if code[0] == letter])


_LETTERS = "ABCEGHJKLPSTV"  # those with a plain meaning: the parts of Q, for one, are ours


def _section(entry: str) -> Item | None:
    best = classify(entry).best
    if not best or not best.range or best.format.id not in ("cpt-1", "level-2"):
        return None
    cpt = best.format.id == "cpt-1"
    if not cpt and (entry not in _in_use() or entry[0] not in _LETTERS):
        return None
    spans: dict[str, list[str]] = {}
    for row in best.format.ranges:
        if cpt or (row.first[0] in _LETTERS and row.first[0] != entry[0]) or row is best.range:
            spans.setdefault(row.section, []).append(f"{row.first} to {row.last}")
    others = [name for name in spans if name != best.section]
    random.Random(entry).shuffle(others)
    options = [Option(str(best.section), _spans(str(best.section), spans), right=True)]
    options += [Option(name, _spans(name, spans)) for name in others[:3]]
    where = (
        f"In which section of CPT would `{entry}` be?"
        if cpt
        else f"In which section of HCPCS Level II is `{entry}`?"
    )
    return _item(
        f"made:section:{entry}",
        "02-cpt-sections" if cpt else "02-level-ii-sections",
        where,
        f"{entry} is in {_spans(str(best.section), spans)}{f' {DRAWN}' if cpt else ''}",
        best.range.sources,
        look="Look at the first two digits." if cpt else "Look at the letter first.",
        options=options,
    )


def _spans(name: str, spans: dict[str, list[str]]) -> str:
    return f"{listing(spans[name])}: {name}."


# Meant: one slip of the hand; which code was meant?


def _draw_meant(rng: random.Random) -> str:
    code = list(_draw(rng, rng.choice([f for f in formats.formats() if f.id in _TYPED])))
    slips = [row for row in tables.rows("lookalikes") if row["meant"] in code]
    if slips and rng.random() < 0.7:
        slip = rng.choice(slips)
        code[rng.choice([i for i, c in enumerate(code) if c == slip["meant"]])] = slip["written"]
    else:
        at = rng.randrange(len(code) - 1)
        code[at], code[at + 1] = code[at + 1], code[at]
    return "".join(code)


_TYPED = ("cpt-2", "cpt-3", "cpt-pla", "level-2")


def _meant(entry: str) -> Item | None:
    found = classify(entry)
    if found.readings or len(found.suggestions) != 1:
        return None
    (meant,) = found.suggestions
    level_2 = meant.code[0].isalpha()
    if level_2 and meant.code not in _in_use():
        return None
    return _item(
        f"made:meant:{entry}",
        "05-typing",
        f"`{entry}` is in the procedure field of a claim, and no code has this form. It has one "
        "typing slip. Type the code that was meant.",
        f"{meant.code} was meant: {meant.edit.removeprefix('Perhaps ')}."
        f"{'' if level_2 else f' {DRAWN}'}",
        "cms-l2-procedures",
        look="Look for letters and digits that resemble each other, then for swapped neighbors.",
        answers=(meant.code,),
        distractors=(Option(entry, verdict(found), misconception="letter-for-digit"),),
    )


# Box: ICD-10-CM or Level II? The line around the code tells.


def _draw_box(rng: random.Random) -> str:
    rows = [row for row in tables.rows("collisions") if row["billable"] == "yes"]
    codes = [row["code"] for row in rows if row["code"] in _in_use()]
    return f"{rng.choice(tuple(_LINES))}:{rng.choice(codes)}"


_LINES = {
    "procedure": "06/12/2026   {code}   pointer A   units 2",
    "diagnosis": "A. I10        B. {code}        C. (blank)",
}
_WHERE = {
    "procedure": "Units and a pointer belong to a service line, so it is the Level II code {code}.",
    "diagnosis": "Lettered fields without units hold diagnoses, so it is {dotted} without its dot.",
}


def _box(entry: str) -> Item | None:
    box, _, code = entry.partition(":")
    row = tables.by("collisions", "code").get(code)
    if box not in _LINES or row is None or code not in _in_use() or row["billable"] != "yes":
        return None
    right = "ICD-10-CM" if box == "diagnosis" else "HCPCS Level II"
    why = _WHERE[box].format(code=code, dotted=row["icd10cm"])
    rule = "The form alone fits both code sets; the field decides."
    options = [
        _reads("ICD-10-CM", f"the diagnosis {row['icd10cm']}", right, why, rule),
        _reads("HCPCS Level II", f"the Level II code {code}", right, why, rule),
        Option("either: these fields cannot tell", f"{rule} {why}", reads=""),
    ]
    return _item(
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


def _reads(code_set: str, text: str, right: str, why: str, rule: str) -> Option:
    if code_set == right:
        return Option(text, why, right=True, reads=code_set)
    name = _misconception(right, code_set)
    return Option(text, f"{rule} {why}", misconception=name, reads=code_set)


# Split: put a hyphen before each modifier.


def _draw_split(rng: random.Random) -> str:
    code = rng.choice(_with_modifiers())
    uses = _uses(code)
    first = rng.choice(uses)
    second = [use for use in uses if use[1] != first[1]]
    return code + first[0] + (rng.choice(second)[0] if second and rng.random() < 0.4 else "")


@cache
def _with_modifiers() -> tuple[str, ...]:
    return tuple(code for code in _in_use() if _uses(code))


@cache
def _uses(code: str) -> tuple[tuple[str, str], ...]:
    """Return the modifiers that can go on a Level II code, each with its group.

    Those of one group exclude each other: a line has one origin and destination, one side.
    """
    pricing = _in_use().get(code, "")
    return tuple(
        (row["modifier"], row["group"])
        for row in tables.rows("modifier_uses")
        if re.fullmatch(row["codes"], code)
        and (not row["pricing"] or pricing in row["pricing"].split())
    )


def _split(entry: str) -> Item | None:
    found = classify(entry)
    best = next((r for r in found.readings if r.format.takes_modifiers), None)
    if best is None or best is not found.best or not found.modifiers:
        return None
    groups = dict(_uses(best.code))
    if not set(found.modifiers) <= set(groups):
        return None
    if len({groups[modifier] for modifier in found.modifiers}) < len(found.modifiers):
        return None
    parts = (best.code, *found.modifiers)
    if "".join(parts) != entry:
        return None
    says = {row["modifier"]: row["says"] for row in tables.rows("modifiers")}
    named = " ".join(f"{name}: {says[name]}." for name in found.modifiers)
    kept = "This is the code alone. The modifiers tell the payer something; keep them."
    same = "Put a hyphen after the code's five characters, and one between modifiers."
    return _item(
        f"made:split:{entry}",
        "05-glued",
        f"`{entry}` is in the procedure field of a claim. Type it with a hyphen before each "
        "modifier.",
        f"A code has five characters and a modifier two: {'-'.join(parts)}. {named}",
        f"{best.format.sources} cms-readme-2018",
        look="Count off five characters for the code, then two for each modifier.",
        answers=("-".join(parts), "-".join([best.code, *reversed(found.modifiers)])),
        distractors=(
            Option(best.code, kept, misconception="modifier-is-part-of-code"),
            Option(entry, same),
        ),
    )


TEMPLATES: dict[str, tuple[Callable[[random.Random], str], Callable[[str], Item | None]]] = {
    "reading": (_draw_reading, _reading),
    "section": (_draw_section, _section),
    "meant": (_draw_meant, _meant),
    "box": (_draw_box, _box),
    "split": (_draw_split, _split),
}


# What they share


def _item(
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
        as_of=tables.as_of(),
    )


@cache
def _in_use() -> dict[str, str]:
    """Return the Level II codes that the latest list holds and has not ended, with their pricing.

    CMS's pricing indicator "32" is inexpensive equipment, "36" capped rental, "51" a drug.
    """
    rows = tables.rows("level2")
    return {
        row["code"]: row["pricing"]
        for row in rows
        if row["kind"] == "code" and not row["terminated"]
    }


def _draw(rng: random.Random, form: Format) -> str:
    """Return something of this form: a code in use, one from its ranges, or one like its example.

    >>> _draw(random.Random(1), formats.by_id("cpt-pla"))[-1]
    'U'
    """
    if form.own:  # a class drills the codes of its own payers
        return rng.choice(sorted(form.own))
    if form.id == "level-2":
        return rng.choice(list(_in_use()))
    if form.ranges and form.id != "icd10pcs":
        row = rng.choice(form.ranges)
        return _between(rng, row.first, row.last)
    if form.id.startswith("icd10cm"):
        codes = [row["code"] for row in tables.rows("icd10cm") if row["billable"] == "yes"]
        code = rng.choice(codes)
        return formats.dotted(code) if form.id == "icd10cm-dot" else code
    if form.id == "level-2-modifier":
        return rng.choice(sorted(form.listed))
    return re.sub("[0-9]", lambda _: str(rng.randrange(10)), form.example)


def _between(rng: random.Random, first: str, last: str) -> str:
    """Return a code between two of one form, ends included.

    >>> _between(random.Random(1), "J0001", "J0001")
    'J0001'
    """
    digits = re.search("[0-9]+", first)
    low, high = (int(re.sub("[^0-9]", "", end)) for end in (first, last))
    if digits is None:
        return first
    number = str(rng.randint(low, high)).zfill(len(digits[0]))
    return first[: digits.start()] + number + first[digits.end() :]


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def _confused_with(actual: str) -> list[str]:
    rows = tables.rows("misconceptions")
    return [row["read_as"] for row in rows if row["truly"] == _wide(actual) and row["read_as"]]


def _misconception(actual: str, chosen: str) -> str:
    """Return the id of the misconception that takes one for the other, or ""."""
    for row in tables.rows("misconceptions"):
        if row["read_as"] and (row["truly"], row["read_as"]) == (_wide(actual), _wide(chosen)):
            return row["id"]
    return ""


def _wide(name: str) -> str:
    """Category I is what people mean by CPT alone."""
    return "CPT" if name == "CPT Category I" else name
