"""What `codeedu lesson new` writes: a notebook of the right anatomy, and a bank, to fill in."""

from __future__ import annotations

from datetime import date, timedelta

from codeedu.teach import run

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

**Type it.** TODO: what to predict and write down, then to run.

<details><summary>Solution</summary>

TODO: the answer, and why.

</details>

### Worked example: TODO 2

1. TODO: a second code.

> **Common trap.** TODO: what people do.
>
> **What it costs.** TODO: what happens to the claim.
>
> **How to see it.** TODO: what to look at.

### Exercise 2: TODO

**Type it.** TODO: what to predict and write down.

<details><summary>Solution</summary>

TODO: the answer, and why.

</details>
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

ITEMS = 6  # a pretest of three, and three more


def lesson(number: str, title: str, slug: str) -> tuple[str, str]:
    """Return the notebook and the bank of a new lesson, as texts."""
    today = date.today()
    day = f"{today:%B} {today.day}, {today.year}"
    text = NOTEBOOK.format(number=number, title=title, slug=slug, day=day)
    text = text.replace(f"# {number}. ", f"# {int(number)}. ", 1)
    cells = [
        (run.code if source.startswith("import codeedu") else run.markdown)(
            f"{number}-{place:03d}", source
        )
        for place, source in enumerate(text.strip().split("\n---\n"))
    ]
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
    return run.notebook(cells), head + items
