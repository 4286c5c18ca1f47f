"""Which columns of a file look like codes, for someone who has not named one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import IO

from codeedu import tables
from codeedu.claims.file.opening import opened
from codeedu.claims.file.table import find_table, places
from codeedu.claims.hint import MOST
from codeedu.codes.classify import classify
from codeedu.codes.wording import listing, shorten

SAMPLE = 1_000  # rows that are looked at
EXAMPLES = 3
NO_PROOF = ("Payer's own code", "ZIP code", "NPI")  # nearly any text or number has their form
GUESSES = {"zeros", "number", "decimal"}  # notes on what any number may be


def code_columns(
    source: IO[bytes], context: str, header_line: int | None = None, quotes: bool = True
) -> str:
    """Return a sentence that says which columns of a file look like codes.

    Raises StreamError when the file cannot be read.
    """
    with opened(source, lambda record: False) as (look, rest):
        table = find_table(look, rest, None, header_line=header_line, quotes=quotes)
        found = []
        for at, name in enumerate(table.header):
            if name and (beside := places(table.header, f"{name}|type")):
                types = shorten(table.header[beside[0]])
                found.append(f"{shorten(name)!r} (with their code sets in {types!r})")
                continue
            entries = table.sample(at, SAMPLE)
            if sets := _code_sets(entries, context):
                some = dict.fromkeys(e.strip() for e in entries if e.strip())
                examples = ", ".join(shorten(entry) for entry in list(some)[:EXAMPLES])
                called = repr(shorten(name)) if name else str(at + 1)
                found.append(f"{called} ({listing(sets, 'or')}, such as {examples})")
    if not found:
        names = ", ".join(repr(shorten(name)) for name in table.header[:20] if name)
        there = f"The columns are: {names}. " if names else ""
        return f"No column looks like codes. {there}Name one with --column."
    verb, which = ("looks", "it") if len(found) == 1 else ("look", "one")
    noun = "This column" if len(found) == 1 else "These columns"
    return f"{noun} {verb} like codes: {'; '.join(found)}. Name {which} with --column."


def _code_sets(entries: Sequence[str], context: str) -> list[str]:
    """Return the code sets of nearly all entries, most frequent first; [] if they are no codes."""
    votes: Counter[str] = Counter()
    present = codes = 0
    for entry, count in Counter(entries).items():
        answer = classify(entry, context)
        if not entry.strip() or answer.is_placeholder:
            continue
        present += count
        best = answer.best
        if best is None or best.strength != "likely" or best.code_set in NO_PROOF:
            continue
        if GUESSES.isdisjoint(note.kind for note in answer.notes):
            votes[best.code_set] += count
            codes += count
    order = list(tables.by("code_sets", "code_set"))
    sets = sorted(votes, key=lambda code_set: (-votes[code_set], order.index(code_set)))
    return sets[:EXAMPLES] if present and codes >= present * MOST else []
