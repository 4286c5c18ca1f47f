"""A worksheet to read or to print: questions or cases with room to answer, and the key.

The key begins with a page of right answers, to mark by; the reasons follow, and the sources are
listed once, at the end.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from codeedu.cases.case import NEXT, RETURNED, Case
from codeedu.cases.judge import MOST
from codeedu.codes.wording import visible
from codeedu.files import write_all
from codeedu.html.nodes import Node, node, page, source, to_html
from codeedu.lessons import lesson_name
from codeedu.questions.kinds import KINDS
from codeedu.questions.printed import (
    PrintedItem,
    by_lesson,
    checked,
    next_time,
    plain_text,
    sources_in_words,
)
from codeedu.teach.export.browser import BROWSERS, VARIABLE, find_browser

SECONDS = 120
LEFT_OUT = ("hint",)  # of LOST in export_bank.py


def build(questions: Sequence[PrintedItem], title: str, *, part: str = "") -> bytes:
    """Return the worksheet as a web page that needs nothing else.

    `part` is "sheet" or "key"; both are on the page, the key last, if it is left out.
    """
    if part == "key":
        title = f"{title}: key"
        main = node("main", node("h1", visible(title)), *_key(questions), class_="key")
    else:
        key = node("section", node("h2", "Key"), *_key(questions), class_="key", aria_label="Key")
        main = node("main", *_sheet(questions, title), *([] if part == "sheet" else [key]))
    return page(title, to_html(main), source("tokens.css", "worksheet.css")).encode()


def _sheet(questions: Sequence[PrintedItem], title: str) -> Iterator[Node]:
    yield node("h1", visible(title))
    yield node("p", "Name: ", _blank(), " Date: ", _blank(), class_="name")
    for name, first, listed in _lessons(questions):
        yield from (node("h2", name), node("ol", *map(_to_answer, listed), start=first))


def _key(questions: Sequence[PrintedItem]) -> Iterator[Node]:
    in_order = [question for _, _, listed in _lessons(questions) for question in listed]
    long = " lines" * any(question.item.case for question in in_order)
    short = (node("li", _short(question)) for question in in_order)
    yield node("ol", *short, class_=f"answers{long}")
    cited = [source for question in in_order for source in sources_in_words(question.item)]
    numbers = {source: number for number, source in enumerate(dict.fromkeys(cited), 1)}
    yield node("h2", "Reasons")
    for name, first, listed in _lessons(questions):
        yield node("h3", name)
        yield node("ol", *(_in_key(question, numbers) for question in listed), start=first)
    if numbers:
        yield node("h2", "Sources")
        yield node("ol", *(node("li", source) for source in numbers))
        day = checked(min(question.item.as_of for question in in_order))
        yield from [node("p", day.strip())] if day else []


def _lessons(questions: Sequence[PrintedItem]) -> Iterator[tuple[str, str, list[PrintedItem]]]:
    """Yield the name of each lesson, the number of its first question, and its questions."""
    first = 1
    for lesson, listed in by_lesson(questions).items():
        yield lesson_name(lesson), str(first), listed
        first += len(listed)


def pdf(questions: Sequence[PrintedItem], title: str, *, part: str = "") -> bytes:
    """Return the worksheet, or a part of it, as PDF, printed by a browser.

    Raises ImportError when no browser is installed that can do it, ValueError when CODEEDU_BROWSER
    names none, OSError when it fails.
    """
    browser = find_browser()
    if not browser:
        raise ImportError(
            f"A PDF needs {BROWSERS}, and none was found. Export to a file that ends in .html, "
            f"open it in a browser and print it; or name one of them in {VARIABLE}."
        )
    with tempfile.TemporaryDirectory(prefix="codeedu-") as folder:
        sheet, printed = Path(folder, "sheet.html"), Path(folder, "sheet.pdf")
        write_all({sheet: build(questions, title, part=part)})
        how = ["--headless", "--disable-gpu", "--no-pdf-header-footer"]
        how += [f"--user-data-dir={folder}/profile", f"--print-to-pdf={printed}"]
        if hasattr(os, "geteuid") and os.geteuid() == 0:  # Chromium refuses root a sandbox
            how.append("--no-sandbox")
        try:
            subprocess.run(
                [browser, *how, sheet.as_uri()], capture_output=True, timeout=SECONDS, check=True
            )
            return printed.read_bytes()
        except (subprocess.SubprocessError, OSError) as error:
            raise OSError(f"{browser} did not print the worksheet: {error}") from error


def _blank() -> Node:
    return node("span", class_="line", role="img", aria_label="a line to write on")


def _to_answer(question: PrintedItem) -> Node:
    if case := question.item.case:
        return node(
            "li", *question.stem, *_charges(case), node("p", node("em", question.how)), *_form(case)
        )
    how = question.how.replace("Type", "Write")
    if question.kind == "order":
        how = "Number the steps."
    return node("li", *question.stem, node("p", node("em", how)), *_room(question))


def _room(question: PrintedItem) -> list[Node]:
    if not question.choices:
        return [node("p", "Answer: ", _blank())]
    rows = [node("li", _box(), " ", node("span", *answer.nodes)) for answer in question.choices]
    return [node("ol", *rows, type="A", class_="choices")]


def _charges(case: Case) -> Iterator[Node]:
    if case.charges:
        yield node("p", "Codes to choose from, in our words:")
        listed = (node("li", node("code", code), f": {says}") for code, says in case.charges)
        yield node("ul", *listed)
    if case.start:
        yield node("p", "The lines so far:")
        yield node("ul", *(node("li", node("code", str(line))) for line in case.start))


def _form(case: Case) -> Iterator[Node]:
    """Yield an empty form of our own, and the ways to go on with a claim that came back."""
    heads = ("Line", "Code", "Modifiers", "Units")
    head = node("tr", *(node("th", name, scope="col") for name in heads))
    rows = [
        node("tr", node("th", str(number), scope="row"), *[node("td")] * (len(heads) - 1))
        for number in range(1, MOST + 1)
    ]
    yield node("table", node("thead", head), node("tbody", *rows), class_="claim")
    if case.sort == RETURNED:
        yield node("p", "What do you do with it?")
        ways = (node("li", _box(), " ", says) for says in NEXT.values())
        yield node("ul", *ways, class_="choices")


def _box() -> Node:
    return node("span", class_="box", aria_hidden="true")


def _short(question: PrintedItem) -> str:
    """Return the right answer to mark by: its letters, or what is to be written."""
    item = question.item
    return ", ".join(question.letters) or plain_text(KINDS[item.kind].answer(item))


def _in_key(question: PrintedItem, numbers: Mapping[str, int]) -> Node:
    """Return the answer of a question with its reasons, and the numbers of its sources."""
    right = question.right
    if question.letters:
        right = node("p", node("strong", f"{_short(question)}: "), *question.right[3:])
    look = [next_time(question.item.look)] if question.item.look else []
    cited = ", ".join(str(numbers[source]) for source in sources_in_words(question.item))
    name = node("p", f"Question {question.id}", f"; sources: {cited}" if cited else "", class_="id")
    why = [question.explanation] if question.item.explanation else []
    return node("li", right, *why, *question.reasons, *look, name)
