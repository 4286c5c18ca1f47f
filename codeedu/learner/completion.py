"""The completion record: what a learner showed in the final assessment, to print or to save."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path

import traitlets

from codeedu.codes.level2 import lists, said
from codeedu.codes.wording import percent, shorten
from codeedu.files import IN_BROWSER, write_text
from codeedu.html.nodes import Node, bullet_list, link, node, page, source, to_html
from codeedu.learner import record, statistics, steps
from codeedu.learner.record import (
    FINAL,
    Answer,
    Sitting,
    attempts,
    first_tries_of,
    moment,
    named_items,
    sitting,
)
from codeedu.learner.record_view import Control, RecordView, Reply

TITLE = "Completion record"
COURSE = "codeedu: HCPCS levels and how to tell codes apart"
NONE = (
    "There is no final result yet. Take the final assessment on this page; when its last question "
    "is answered, your completion record will be here."
)
HONEST = (
    "This is a learner's own record of a test taken without supervision. It is not a certificate, "
    "and says nothing about fitness for a job."
)
LONGEST = 100  # characters of a name
PAGE = "completion-record.html"
LAB = "" if IN_BROWSER else " in JupyterLab"
MADE = "Your record is ready" if IN_BROWSER else f"Saved as {PAGE}, beside the lessons"


def completion_record(name: str = "", place: str | Path | None = None) -> Completion:
    """Return the completion record of the latest final assessment that was answered in full.

    `name` is written on it; without one there is a line to write it on. It is kept nowhere; the
    record shows in a notebook, and `.save(path)` writes it as a page to print. `place` is the
    file of the learner's record (see `record.path`).

    >>> print(repr(completion_record(place="/no/such/file"))[:32])
    There is no final result yet. Ta
    """
    return Completion(name, place)


class Completion(RecordView):
    """The view of the completion record."""

    call = "codeedu.completion_record()"
    name = traitlets.Unicode("completion").tag(sync=True)
    label = traitlets.Unicode(TITLE).tag(sync=True)
    _css = source("theme.css", "home.css", "record_view.css", "completion.css")
    _button = "See my completion record"

    def __init__(self, name: str, place: str | Path | None) -> None:
        self.learner = _named(name)
        super().__init__(place)

    def save(self, path: str | Path) -> Path:
        """Write it as a web page to print; return its path.

        Raises OSError when it cannot be written.
        """
        target = Path(path).expanduser()
        write_text(target, self._page(self.learner), "xmlcharrefreplace")
        return target

    # What it says.

    def _found(self) -> tuple[list[Answer], str]:
        """Return the first tries of the latest complete final; else [], and what is missing."""
        says = NONE
        answers, final = record.read(self.place).answers, Sitting(FINAL, FINAL)
        by_number = attempts(answers, final)  # what was brought back has numbers out of order
        latest = dict.fromkeys(a["attempt"] for a in reversed(answers) if sitting(a) == final)
        for attempt in filter(named_items, map(by_number.__getitem__, latest)):
            tries = first_tries_of(attempt)
            answered = [answer for answer in tries.values() if answer]
            if len(answered) == len(tries):
                return answered, ""
            if says == NONE:
                says = (
                    f"You answered {len(answered)} of {len(tries)} questions of the final "
                    "assessment. Go on with it on this page; your completion record will be here "
                    "when it is done."
                )
        return [], says

    def _text(self) -> str:
        tries, says = self._found()
        if not tries:
            return says
        facts = _facts(self.learner or "_" * 30, tries)
        lines = [f"{row.lesson} {row.can}: {row}" for row in statistics.objectives(tries)]
        return "\n".join(
            [TITLE, *(f"{term}: {what}" for term, what in facts.items()), *lines, HONEST]
        )

    def _look(self) -> list[Node]:
        tries, says = self._found()
        shown = _record(self.learner, tries, "p") if tries else node("p", says)
        return [shown, *self._unfinished()]

    def _unfinished(self) -> Iterator[Node]:
        """Yield which lessons are not done yet, with links."""
        course = steps.course_state(record.read(self.place).answers, self.on or date.today())
        links: list[str | Node] = []
        for lesson in course:
            if not lesson.is_final and not lesson.state.startswith(steps.DONE):
                to = link(lesson.title, lesson.file)
                links += [", " if links else "", to, f" ({lesson.state})"]
        if links:
            yield node("p", "Lessons that you have not finished yet: ", *links, ".")

    def _paper(self) -> list[Node]:
        says = (
            f"When the assessment is finished, your completion record is shown here{LAB}: your "
            "result, what you can do, and a place for your name. You can print it or save it."
        )
        return [node("p", says)]

    # What its buttons do.

    def _controls(self) -> list[Control]:
        if not self._found()[0]:
            return []
        return [
            {
                "says": "Your name is written on what you print or save. It is kept nowhere else.",
                "kind": "text",
                "label": "Your name",
                "value": self.learner,
                "buttons": [("print", "Print"), ("save", "Save as a page")],
            }
        ]

    def _acts(self) -> Mapping[str, Callable[[str], Reply]]:
        return {"print": self._print, "save": self._save}

    def _print(self, name: str) -> Reply:
        made = self._page(_named(name)).encode(errors="xmlcharrefreplace")
        says = "Your browser asks how to print it. It can also save it as a PDF."
        return Reply(says, name=PAGE, content=made, prints=True)

    def _save(self, name: str) -> Reply:
        made = self._page(_named(name))
        write_text(Path(PAGE), made, "xmlcharrefreplace")
        says = f"{MADE}. To keep or send it, download it:"
        return Reply(says, name=PAGE, content=made.encode(errors="xmlcharrefreplace"))

    def _page(self, name: str) -> str:
        tries, says = self._found()
        shown = _record(name, tries, "h1") if tries else node("p", says)
        body = f'<main class="codeedu">{to_html(shown)}</main>'
        return page(TITLE, body, source("theme.css", "home.css", "page.css", "completion.css"))


def _named(name: object) -> str:
    return shorten(str(name or "").strip(), LONGEST)


def _facts(name: str, tries: list[Answer]) -> dict[str, str]:
    right = sum(answer["correct"] for answer in tries)
    return {
        "Name": name,
        "Course": COURSE,
        "Final assessment taken": _taken(tries),
        "Result": statistics.summed_up(right, len(tries), len(tries)),
        "Lists that the course used": lists().partition(": ")[2],
    }


def _taken(tries: list[Answer]) -> str:
    return statistics.day_of(max(tries, key=moment))


def _record(name: str, tries: list[Answer], title: str) -> Node:
    """Return the record on one page; `title` is the element of its title."""
    right = sum(answer["correct"] for answer in tries)
    rows = statistics.objectives(tries)
    results = [
        node("div", node("p", heading, class_="codeedu-title"), *bullet_list(entries))
        for heading, entries in (
            (
                "Every question right: able to",
                [[f"✓ {row.can}"] for row in rows if row.right == row.asked],
            ),
            (
                "To look at once more",
                [[f"{row.can} ({row})"] for row in rows if row.right < row.asked],
            ),
        )
        if entries
    ]
    taken = said(date.fromisoformat(_taken(tries)))
    return node(
        "section",
        node("p", COURSE, class_="codeedu-course"),
        node(title, TITLE, class_="codeedu-record-title"),
        node("p", node("span", name, class_="codeedu-of-field"), class_="codeedu-learner"),
        node("p", f"took the final assessment on {taken}"),
        node("p", node("strong", percent(right / len(tries))), class_="codeedu-result"),
        node("p", statistics.summed_up(right, len(tries), len(tries))),
        *results,
        node("p", f"{lists()} {HONEST}", class_="codeedu-caution"),
        class_="codeedu-record",
    )
