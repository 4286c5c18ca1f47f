"""Strings that are a Level II code and, with a dot, a diagnosis: how many under which letter."""

from __future__ import annotations

from collections import Counter

from codeedu import tables
from codeedu.codes.wording import listing, plural
from codeedu.figures.bars import bars
from codeedu.figures.code_space import listed_column
from codeedu.html.nodes import Figure, figure


def collisions() -> Figure:
    """Draw how many strings are a code in both sets, by first letter."""
    found = Counter((row["code"][0], row["billable"]) for row in tables.rows("collisions"))
    column = listed_column()
    codes = {row["letter"]: int(row[column]) for row in tables.rows("letters")}
    both = Counter(row["code"][0] for row in tables.rows("collisions"))
    letters = sorted(both, key=lambda x: (-found[x, "yes"], -both[x], x))
    total, billable = both.total(), sum(found[letter, "yes"] for letter in letters)
    headings = [letter for letter in letters if not found[letter, "yes"]]

    rows, drawn = [], []
    for x in letters:
        bill, head = found[x, "yes"], found[x, "no"]
        named = [f"{bill} billable"] * bool(bill) + [plural(head, "heading")] * bool(head)
        parts = (bill, "diagnosis", 0.75), (head, "quiet", 0.2)
        drawn.append((x, parts, " + ".join(named)))
        rows.append(
            {
                "first letter": x,
                "billable": bill,
                "heading only": head,
                f"Level II codes in {column[-4:]}": codes[x],
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
        f"{message}. Bars by first letter: {total} strings are codes both in CMS's "
        f"{level_2['edition']} of Level II and, without the dot, in ICD-10-CM of "
        f"{diagnoses['edition']}; {billable} of them can be billed as diagnoses. {letters[0]} has "
        f"the most of these, {found[letters[0], 'yes']}; {most} has the most strings, "
        f"{both[most]}."
    ) + (f" Under {listing(headings)} there are only headings." if headings else "")
    caption = f"Strings that are codes in both sets ({level_2['sources']}, icd-collisions)."
    paper = bars(message, below, drawn, bold=True)
    return figure(paper.svg(), alt=alt, table=rows, caption=caption)
