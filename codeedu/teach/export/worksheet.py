"""A worksheet to read or to print: questions with room to answer, and the key on its own page."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from codeedu.codes.wording import visible
from codeedu.files import write_all
from codeedu.html.nodes import Node, node, page, source, to_html
from codeedu.lessons import lesson_name
from codeedu.questions.printed import PrintedItem, by_lesson
from codeedu.teach.export.browser import BROWSERS, VARIABLE, find_browser

SECONDS = 120
LEFT_OUT = ("hint",)  # of LOST in export_bank.py


def build(questions: Sequence[PrintedItem], title: str) -> bytes:
    """Return the worksheet as a web page that needs nothing else."""
    numbered = {question.id: number for number, question in enumerate(questions, 1)}
    parts: list[Node] = [
        node("h1", visible(title)),
        node("p", "Name: ", _blank(), " Date: ", _blank(), class_="name"),
    ]
    key: list[Node] = [node("h2", "Key")]
    for lesson, listed in by_lesson(questions).items():
        name, first = lesson_name(lesson), str(numbered[listed[0].id])
        parts += [node("h2", name), node("ol", *map(_to_answer, listed), start=first)]
        key += [node("h3", name), node("ol", *map(_in_key, listed), start=first)]
    main = node("main", *parts, node("section", *key, class_="key", aria_label="Key"))
    return page(title, to_html(main), source("tokens.css", "worksheet.css")).encode()


def pdf(questions: Sequence[PrintedItem], title: str) -> bytes:
    """Return the worksheet as PDF, printed by a browser.

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
        write_all({sheet: build(questions, title)})
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
    how = question.how.replace("Type", "Write")
    if question.kind == "order":
        how = "Number the steps."
    return node("li", *question.prompt, node("p", node("em", how)), *_room(question))


def _room(question: PrintedItem) -> list[Node]:
    if not question.choices:
        return [node("p", "Answer: ", _blank())]
    box = node("span", class_="box", aria_hidden="true")
    rows = [node("li", box, " ", node("span", *answer.nodes)) for answer in question.choices]
    return [node("ol", *rows, type="A", class_="choices")]


def _in_key(question: PrintedItem) -> Node:
    """Return the answer of a question in the key, by its letters and in words."""
    letters = ", ".join(question.letters)
    head = [node("p", node("strong", letters))] if letters else []
    name = node("p", f"Question {question.id}", class_="id")
    reasons = (question.explanation, *question.reasons, *question.notes)
    return node("li", *head, question.right, *reasons, name)
