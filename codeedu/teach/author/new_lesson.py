"""What `codeedu lesson new` writes: a notebook of the right anatomy, and a bank, to fill in."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

from codeedu import custom
from codeedu.files import write_text
from codeedu.teach.author import notebook

# Cells are separated by lines of ---; those that begin with "import codeedu" are code.
NOTEBOOK = """\
# {short}. {title}

TODO: the promise, in one sentence: what a learner can do after this lesson.

**Time**: about 15 minutes to read, 12 to practice. **You need**: lesson 02. **As of**: {day}.
---
## Questions

- TODO: a question that this lesson answers?
- TODO: a second one?
---
## Objectives

You will be able to:

- TODO: what a learner can do, as in {number}-{slug}.toml.
---
## Before you read

The first cell loads the course. Click into it and press Shift and Enter together.
---
import codeedu
---
Now guess. A few short questions, no grade; each answer comes at once, with its reason.
---
import codeedu; codeedu.pretest("{number}")
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

**Type it.** TODO: what to type. The rows and their answers are in {number}-{slug}.toml.
---
import codeedu; codeedu.exercise("{number}", 1)
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
import codeedu; codeedu.exercise("{number}", 2)
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
import codeedu; codeedu.quiz("{number}")
---
## Sources

- `own-source`: TODO: title, publisher, address, and the day you read it.

**Next**: TODO: a link to the next lesson, or what to do now.
"""

HEAD = """\
# The questions of lesson {number}. docs/question-bank.md explains every field.
as_of = {today}
review_by = {later}

[[lesson]]
lesson = "{number}"
notebook = "{number}-{slug}"
title = "{title}"
promise = "TODO: the promise, in one sentence: what a learner can do after this lesson."
reading = 15
practice = 12
needs = "lesson 02"

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

PRETEST = 3  # questions before the lesson; the quiz has as many more
FIRST = "20"  # lower numbers are the course's; earlier versions began at 08


def new(number: str, title: str, folder: str | Path | None = None) -> list[Path]:
    """Write a lesson to fill in, and a bank with its first questions; return where they are.

    `folder` is your custom folder unless given.

    Raises ValueError for a number that is not 20 to 99 or a title without letters,
    FileExistsError when a file is there.
    """
    if not re.fullmatch(r"\d\d", number) or number < FIRST:
        raise ValueError(f"Custom lessons have numbers from {FIRST} to 99, not {number!r}.")
    slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:40].strip("-")
    if not slug:
        raise ValueError(f"The title {title!r} has no letters.")
    place = Path(folder).expanduser() if folder else custom.folder()
    place.mkdir(parents=True, exist_ok=True)
    files = [place / f"{number}-{slug}.ipynb", place / f"{number}-{slug}.toml"]
    for path in files:
        if path.exists():
            raise FileExistsError(f"{path} is there already; nothing was written.")
    write_text(files[0], _notebook(number, title.strip(), slug))
    write_text(files[1], _bank(number, title.strip(), slug))
    return files


def _notebook(number: str, title: str, slug: str) -> str:
    today = date.today()
    day = f"{today:%B} {today.day}, {today.year}"
    about = {"number": number, "short": int(number), "title": title, "slug": slug, "day": day}
    cells = [
        (notebook.code if source.startswith("import codeedu") else notebook.markdown)(
            f"{number}-{place:03d}", source
        )
        for place, source in enumerate(NOTEBOOK.format(**about).strip().split("\n---\n"))
    ]
    return notebook.notebook(cells)


def _bank(number: str, title: str, slug: str) -> str:
    today = date.today()
    later = today + timedelta(days=365)
    quoted = title.replace("\\", "").replace('"', "'")
    about = {"number": number, "title": quoted, "slug": slug}
    head = HEAD.format(**about, today=today, later=later)
    asked = ["\npretest = true"] * PRETEST + [""] * PRETEST
    items = [
        ITEM.format(number=number, slug=slug, place=place, pretest=pretest)
        for place, pretest in enumerate(asked, 1)
    ]
    rows = [
        ROW.format(number=number, slug=slug, exercise=exercise, place=place)
        for exercise in (1, 2)
        for place in (1, 2)
    ]
    return head + "".join(items + rows)
