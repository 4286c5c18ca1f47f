"""What `codeedu lesson new` writes: a notebook of the right anatomy, and a bank, to fill in."""

from __future__ import annotations

import json
from datetime import date, timedelta

from codeedu.teach.run import METADATA

# Cells are separated by lines of ---; those that begin with "import codeedu" are code.
NOTEBOOK = """\
# {number}. {title}

TODO: the promise, in one sentence: what a learner can do after this lesson.

**Time**: about 15 minutes to read, 12 to practice. **You need**: lesson 02. **As of**: {day}.
---
## Questions

- TODO: a question that this lesson answers?
- TODO: a second one?
---
## Objectives

You will be able to:

- TODO: what a learner can do, as in {slug}.toml.
---
## Before you read

The first cell loads the course. Click into it and press Shift and Enter together.
---
import codeedu
---
Now guess. A few short questions, no grade; each answer comes at once, with its reason.
---
import codeedu; codeedu.pretest("{number}", banks="{number}-{slug}.toml")
---
## TODO: the first section

### TODO: the idea

TODO: the idea in plain words. A statement of fact ends with its source ([own-source](#Sources)).

### Worked example: TODO

1. TODO: read one code, step by step. Then show it.
---
import codeedu; codeedu.explorer("J1885")
---
### Exercise 1: TODO

**Type it.** TODO: what to type. The rows and their answers are in {slug}.toml.
---
import codeedu; codeedu.exercise("{number}", 1, banks="{number}-{slug}.toml")
---
### Worked example: TODO 2

1. TODO: a second code.

> **Common trap.** TODO: what people do.
>
> **What it costs.** TODO: what happens to the claim.
>
> **How to see it.** TODO: what to look at.

### Exercise 2: TODO

**Type it.** TODO: what to type.
---
import codeedu; codeedu.exercise("{number}", 2, banks="{number}-{slug}.toml")
---
## TODO: the second section

### Worked example: TODO 3

1. TODO: a third code.

### Exercise 3: TODO

**Teach it back.** TODO: what to explain to a colleague, in how many sentences.

<details><summary>Solution</summary>

TODO: one way to say it.

</details>

### Exercise 4: your own codes

**Your own codes.** TODO: what to try with codes from work, without names or dates of birth.

<details><summary>Solution</summary>

TODO: what to look for.

</details>
---
## Key points

- TODO: a first point.
- TODO: a second point.
- TODO: a third point.
---
## Check yourself

Every option has its reason; the line is 70 percent.
---
import codeedu; codeedu.quiz("{number}", banks="{number}-{slug}.toml")
---
## Sources

- `own-source`: TODO: title, publisher, address, and the day you read it.

**Next**: TODO: a link to the next lesson, or what to do now.
"""

HEAD = """\
# The questions of lesson {number}. docs/question-bank.md explains every field.
as_of = {today}
review_by = {later}

[[objective]]
objective = "{number}-{slug}"
lesson = "{number}"
can = "TODO: what a learner can do"

[[source]]
id = "own-source"
what = "TODO: title, publisher"
where = "TODO: address or page"
"""

ITEM = """
[[item]]
id = "{number}-{slug}-{place:02}"
objective = "{number}-{slug}"
kind = "one"
level = "apply"{pretest}
stem = "TODO: question {place}?"
explanation = "TODO: why the right answer is right."
sources = ["own-source"]
    [[item.options]]
    text = "TODO: right"
    right = true
    feedback = "TODO: why it is right."
    [[item.options]]
    text = "TODO: wrong"
    feedback = "TODO: what tempts, and what to look at."
    [[item.options]]
    text = "TODO: wrong too"
    feedback = "TODO: what tempts, and what to look at."
"""

ROW = """
[[item]]
id = "{number}-{slug}-{exercise}0{place}"
objective = "{number}-{slug}"
exercise = {exercise}
kind = "type"
level = "apply"
stem = "TODO: what row {place} of exercise {exercise} asks"
answers = ["TODO: the answer"]
explanation = "TODO: why this is the right answer."
sources = ["own-source"]
"""

ITEMS = 6  # a pretest of three, and three more


def lesson(number: str, title: str, slug: str) -> tuple[str, str]:
    """Return the notebook and the bank of a new lesson, as texts."""
    today = date.today()
    day = f"{today:%B} {today.day}, {today.year}"
    text = NOTEBOOK.format(number=number, title=title, slug=slug, day=day)
    text = text.replace(f"# {number}. ", f"# {int(number)}. ", 1)
    cells = [
        _cell(source.strip("\n"), f"{number}-{place:03d}")
        for place, source in enumerate(text.split("\n---\n"))
    ]
    notebook = {
        "cells": cells,
        "metadata": METADATA,
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    head = HEAD.format(number=number, slug=slug, today=today, later=today + timedelta(days=365))
    items = "".join(
        ITEM.format(
            number=number,
            slug=slug,
            place=place,
            pretest="\npretest = true" * (place <= ITEMS // 2),
        )
        for place in range(1, ITEMS + 1)
    )
    rows = "".join(
        ROW.format(number=number, slug=slug, exercise=exercise, place=place)
        for exercise in (1, 2)
        for place in (1, 2)
    )
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", head + items + rows


def _cell(source: str, name: str) -> dict[str, object]:
    lines = source.splitlines(keepends=True)
    if not source.startswith("import codeedu"):
        return {"cell_type": "markdown", "id": name, "metadata": {}, "source": lines}
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": name,
        "metadata": {},
        "outputs": [],
        "source": lines,
    }
