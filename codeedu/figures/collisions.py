"""Strings that are a Level II code and, with a dot, a diagnosis: how many under which letter."""

from __future__ import annotations

from collections import Counter

from codeedu import tables
from codeedu.codes.wording import listing, plural
from codeedu.figures.bars import bars
from codeedu.figures.code_space import listed_column
from codeedu.html.nodes import Figure, readable_figure


def collisions() -> Figure:
    """Draw how many strings are a code in both sets, by first letter."""
    counts = Counter((row["code"][0], row["billable"]) for row in tables.rows("collisions"))
    column = listed_column()
    codes = {row["letter"]: int(row[column]) for row in tables.rows("letters")}
    both = Counter(row["code"][0] for row in tables.rows("collisions"))
    letters = sorted(both, key=lambda x: (-counts[x, "yes"], -both[x], x))
    total, billable = both.total(), sum(counts[letter, "yes"] for letter in letters)
    headings = [letter for letter in letters if not counts[letter, "yes"]]

    rows, drawn = [], []
    for letter in letters:
        billed, headed = counts[letter, "yes"], counts[letter, "no"]
        named = [f"{billed} billable"] * bool(billed) + [plural(headed, "heading")] * bool(headed)
        parts = (billed, "diagnosis", 0.75), (headed, "quiet", 0.2)
        drawn.append((letter, parts, " + ".join(named)))
        rows.append(
            {
                "first letter": letter,
                "billable": billed,
                "heading only": headed,
                f"Level II codes in {column[-4:]}": codes[letter],
            }
        )
    message = f"Without the dot, {billable} billable diagnoses are Level II codes"
    below = (
        f"By first letter; another {total - billable} strings are only headings among diagnoses "
        "(gray)"
    )
    level_2, diagnoses = (
        tables.by("editions", "what")[name] for name in ("HCPCS Level II", "ICD-10-CM")
    )
    most = max(letters, key=both.__getitem__)
    alt = (
        f"{message}. Bars by first letter: {total} strings are codes both in HCPCS "
        f"Level II of {level_2['edition']} and, without the dot, in ICD-10-CM of "
        f"{diagnoses['edition']}; {billable} of them can be billed as diagnoses. {letters[0]} has "
        f"the most of these, {counts[letters[0], 'yes']}; {most} has the most strings, "
        f"{both[most]}."
    ) + (f" Under {listing(headings)} there are only headings." if headings else "")
    caption = f"Strings that are codes in both sets ({level_2['sources']}, icd-collisions)."
    paper = bars(message, below, drawn, bold=True)
    return readable_figure(paper.svg(), alt=alt, table=rows, caption=caption)
