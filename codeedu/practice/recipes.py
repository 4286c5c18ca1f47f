"""The recipes of made items: what each asks, and how the classifier explains it.

A recipe has two parts: one draws an entry, the other makes the item of it, or None when the
entry does not ask anything worth answering.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from functools import cache

from codeedu import tables
from codeedu.codes import formats as forms
from codeedu.codes.classify import classify
from codeedu.codes.explain import verdict
from codeedu.codes.formats import Form
from codeedu.codes.reading import Reading
from codeedu.practice.items import Item, Option
from codeedu.practice.samples import between, draw

DRAWN = "The code was drawn from a range: its form is right; whether it exists is another question."


# Reading: which code set has codes of this form?


def _draw_reading(rng: random.Random) -> str:
    form = rng.choice([form for form in forms.forms() if form.form not in ("icd10cm-5", "zip")])
    return draw(rng, form)


def _reading(entry: str) -> Item | None:
    found = classify(entry)
    if not found.best or found.is_ambiguous or found.modifiers or found.code != entry:
        return None
    best, truly = found.best, _read(found.best.form)
    fits = {_read(form) for form in forms.of_shape(forms.shape(entry))}
    fits |= {_read(reading.form) for reading in found.readings}  # with zeros restored, too
    others = [*_confused_with(truly), *_alike(entry)]
    wrong = [name for name in dict.fromkeys(others) if name in _named() and name not in fits][:3]
    options = [Option(truly, verdict(found), right=True, reads=truly)]
    for name in wrong:
        says = _named()[name].says
        why = f"{says[0].upper()}{says[1:]}; {entry} is not of it."
        options.append(Option(name, why, False, _misconception(truly, name), name))
    return _item(
        f"made:reading:{entry}",
        _OBJECTIVE.get(best.form.form, "05-digits"),
        f"Which code set has codes of this form: `{entry}`?",
        _because(best),
        best.form.sources,
        options=options,
    )


_OBJECTIVE = {
    **dict.fromkeys(("cpt-1", "cpt-2", "cpt-3", "cpt-pla", "cpt-maaa", "cpt-a"), "02-cpt-forms"),
    **dict.fromkeys(("cpt-modifier-status", "cpt-modifier-measure"), "02-modifiers"),
    "level-2": "05-other-end",
    "level-2-modifier": "02-modifiers",
    "level-3": "04-what-they-were",
    "level-3-modifier": "04-not-level-iii",
    "cdt": "05-other-end",
    "icd10cm-dot": "05-lost-dot",
    "icd10cm-bare": "05-lost-dot",
    "icd10pcs": "05-glued",
}


@cache
def _named() -> dict[str, Form]:
    """Return the first form of every code set that an option may name."""
    found: dict[str, Form] = {}
    for form in forms.forms():
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


def _read(form: Form) -> str:
    """Name what a form is read as: the code set, and CPT's category where that matters."""
    return f"CPT {form.category}" if form.code_set == "CPT" else form.code_set


# Section: where does this code stand?


def _draw_section(rng: random.Random) -> str:
    ranges = [row for row in tables.rows("sections") if row["form"] in ("cpt-1", "level-2")]
    row = rng.choice(ranges)
    return between(rng, row["first"], row["last"])


def _section(entry: str) -> Item | None:
    best = classify(entry).best
    if not best or not best.range or best.form.form not in ("cpt-1", "level-2"):
        return None
    spans: dict[str, list[str]] = {}
    for row in best.form.ranges:
        spans.setdefault(row.section, []).append(f"{row.first} to {row.last}")
    near = [s for s in spans if s != best.section and spans[s][0][0] == entry[0]]
    rest = [s for s in spans if s not in (best.section, *near)]
    rng = random.Random(entry)
    rng.shuffle(near)
    rng.shuffle(rest)
    options = [Option(str(best.section), _spans(str(best.section), spans), right=True)]
    options += [
        Option(name, _spans(name, spans), misconception="wrong-section")
        for name in (near[:2] + rest)[:3]
    ]
    objective = "02-cpt-sections" if best.form.form == "cpt-1" else "02-level-ii-sections"
    return _item(
        f"made:section:{entry}",
        objective,
        f"In which section of {best.code_set} does `{entry}` stand?",
        f"{_because(best)} {DRAWN}",
        best.range.sources,
        options=options,
    )


def _spans(name: str, spans: dict[str, list[str]]) -> str:
    return f"{name}: {' and '.join(spans[name])}."


# Meant: one slip of the hand; what was it meant to be?


def _draw_meant(rng: random.Random) -> str:
    code = list(draw(rng, rng.choice([f for f in forms.forms() if f.form in _TYPED])))
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
    return _item(
        f"made:meant:{entry}",
        "05-typing",
        f"`{entry}` stands in the procedure box, and no code has this form. "
        "One slip of the hand spoiled it. Type the code that was meant.",
        f"{meant.text} {DRAWN}",
        "cms-l2-procedures",
        answers=(meant.code,),
        tempting=(Option(entry, verdict(found), misconception="letter-for-digit"),),
    )


# Box: ICD-10-CM or Level II?


def _draw_box(rng: random.Random) -> str:
    code = rng.choice(tables.rows("collisions"))["code"]
    return f"{rng.choice(('procedure', 'diagnosis'))}:{code}"


def _box(entry: str) -> Item | None:
    box, _, code = entry.partition(":")
    if box not in ("procedure", "diagnosis") or code not in tables.by("collisions", "code"):
        return None
    found = classify(code, context=box)
    right = "ICD-10-CM" if box == "diagnosis" else "HCPCS Level II"
    options = []
    for reading in found.readings:
        is_right = reading.code_set == right
        why = f"{_because(reading)} It stood in the {box} box."
        name = "" if is_right else _misconception(right, reading.code_set)
        text = f"{reading.code_set}: {reading.code}"
        options.append(Option(text, why, is_right, name, reading.code_set))
    options.sort(key=lambda option: option.reads)
    if sum(option.right for option in options) != 1 or len(options) < 2:
        return None
    cpt = "CPT has letters only at the end of a code, never in front."
    local = "Local codes began with W, X, Y or Z, and ended with the year 2003."
    options.append(Option("CPT, with a letter in front", cpt, False, "letter-either-end", "CPT"))
    options.append(
        Option("a local code of Level III", local, False, "level-3-still-used", "HCPCS Level III")
    )
    return _item(
        f"made:box:{entry}",
        "05-lost-dot",
        f"`{code}` stands in the {box} box of a claim. What is it there?",
        f"The box tells: {verdict(found)}",
        "cfr-162-1002",
        options=options,
    )


# Split: take the modifiers off.


def _draw_split(rng: random.Random) -> str:
    form = rng.choice([form for form in forms.forms() if form.form in ("cpt-1", "level-2")])
    rows = tables.rows("modifiers")
    known = [row["modifier"] for row in rows if row["code_set"] == f"{form.code_set} modifier"]
    code = draw(rng, form)
    return code + "".join(rng.sample(known, rng.choice((1, 1, 2))))


def _split(entry: str) -> Item | None:
    found = classify(entry)
    best = next((r for r in found.readings if r.form.takes_modifiers), None)
    if best is None or best is not found.best or not found.modifiers:
        return None
    parts = (best.code, *found.modifiers)
    owners = [f"{m} is a {r.code_set}" for m in found.modifiers if (r := classify(m).best)]
    return _item(
        f"made:split:{entry}",
        "05-glued",
        f"`{entry}` stands in the procedure box of an office claim. Type it with a hyphen before "
        "each modifier.",
        f"A code has five characters and a modifier two: {'-'.join(parts)}. {'; '.join(owners)}. "
        f"{DRAWN}",
        f"{best.form.sources} cms-readme-2018",
        answers=("-".join(parts), " ".join(parts)),
        tempting=(Option(best.code, _LOST, misconception="modifier-is-part-of-code"),),
    )


_LOST = "This is the code alone. The modifiers say something that the payer needs: keep them."

RECIPES: dict[str, tuple[Callable[[random.Random], str], Callable[[str], Item | None]]] = {
    "reading": (_draw_reading, _reading),
    "section": (_draw_section, _section),
    "meant": (_draw_meant, _meant),
    "box": (_draw_box, _box),
    "split": (_draw_split, _split),
}


# What they share.


def _item(
    name: str,
    objective: str,
    stem: str,
    why: str,
    sources: str,
    *,
    options: Iterable[Option] = (),
    answers: tuple[str, ...] = (),
    tempting: tuple[Option, ...] = (),
) -> Item:
    options = tuple(options)
    return Item(
        id=name,
        objective=objective,
        lesson=tables.by("objectives", "objective")[objective]["lesson"],
        kind="type" if answers else "one",
        stem=stem,
        why=why,
        options=options,
        answers=answers,
        tempting=tempting,
        truly=next((option.reads for option in options if option.right), ""),
        ask="reading" if any(option.reads for option in options) else "",
        sources=tuple(dict.fromkeys(sources.split())),
        as_of=tables.as_of(),
    )


def _because(reading: Reading) -> str:
    """Return the classifier's reasons for a reading as sentences."""
    return " ".join(f"{reason[0].upper()}{reason[1:]}." for reason in reading.why)


def _confused_with(truly: str) -> list[str]:
    rows = tables.rows("misconceptions")
    return [row["read_as"] for row in rows if row["truly"] == _wide(truly) and row["read_as"]]


def _misconception(truly: str, read_as: str) -> str:
    """Return the id of the misconception that takes one for the other, or ""."""
    for row in tables.rows("misconceptions"):
        if row["read_as"] and (row["truly"], row["read_as"]) == (_wide(truly), _wide(read_as)):
            return row["id"]
    return ""


def _wide(name: str) -> str:
    """Category I is what people mean by CPT alone."""
    return "CPT" if name == "CPT Category I" else name
