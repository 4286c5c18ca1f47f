"""What learners do with their record: save it as a table, hand it in, bring it back, delete it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import traitlets

from codeedu.codes.wording import capital, plural
from codeedu.files import IN_BROWSER
from codeedu.html.nodes import Node, bullet_list, node
from codeedu.learner import record
from codeedu.learner.keeping import cautions, kept_in
from codeedu.learner.record_view import THEN, Control, RecordView, Reply

TABLE = "my-answers.csv"
FROM_HERE = " from this browser" if IN_BROWSER else ""
BESIDE = "" if IN_BROWSER else " It is beside the lessons."
CONTROLS: list[Control] = [
    {
        "says": "A table of all your answers, which a spreadsheet opens.",
        "buttons": [("table", "Save as a table")],
    },
    {
        "says": "A copy of your answers under your name: send it to your instructor if you are "
        "asked to, or keep it to bring your answers back, here or on another computer.",
        "kind": "text",
        "label": "Your name or login",
        "buttons": [("hand in", "Hand in")],
    },
    {
        "says": "Add the answers of such a copy, for instance one of another computer or browser. "
        "The answers that are here stay.",
        "kind": "file",
        "label": "The copy; its name ends in .jsonl",
        "buttons": [("bring back", "Bring back")],
    },
    {
        "says": f"Delete all your answers{FROM_HERE}, for instance on a computer that others use, "
        "too.",
        "buttons": [("delete", "Delete my answers")],
    },
]


def my_answers(place: str | Path | None = None) -> MyAnswers:
    """Return the learner's answers as a file to save, hand in, bring back or delete.

    `place` is the file of the record, by default the learner's own (see `record.path`).

    >>> my_answers("/no/such/file")
    There is no answer yet. The first will be kept in /no/such/file, on this machine only.
    """
    return MyAnswers(place)


class MyAnswers(RecordView):
    """The view of the learner's answers as a file."""

    call = "codeedu.my_answers()"
    name = traitlets.Unicode("answers").tag(sync=True)
    label = traitlets.Unicode("Your answers").tag(sync=True)
    _button = "Open my answers"

    def _says(self) -> list[str]:
        kept, where = record.read(self.place), kept_in(self.place)
        count = len(kept.answers) + kept.dropped
        says = f"{plural(count, 'answer')}, kept in {where}."
        if kept.dropped:
            do, questions = ("does", "question") if kept.dropped == 1 else ("do", "questions")
            why = f"your instructor dropped the {questions}"
            says += f" {kept.dropped} of them {do} not count: {why}."
        if not count and not kept.problems:
            says = f"There is no answer yet. The first will be kept in {where}."
        return [says, *kept.problems, *cautions()]

    def _text(self) -> str:
        return "\n".join(self._says())

    def _look(self) -> list[Node]:
        first, *others = self._says()
        return [node("p", node("strong", first)), *bullet_list([line] for line in others)]

    def _paper(self) -> list[Node]:
        says = (
            f"{capital(THEN)}, buttons here save your answers as a table, hand them "
            "in, bring them back from a copy, or delete them."
        )
        return [node("p", says)]

    def _controls(self) -> list[Control]:
        hand_in: Control = {**CONTROLS[1], "value": record.login_of(self.place)}
        return [CONTROLS[0], hand_in, *CONTROLS[2:]]

    def _acts(self) -> Mapping[str, Callable[[str], Reply]]:
        return {
            "table": self._table,
            "hand in": self._hand_in,
            "bring back": self._bring_back,
            "delete": self._ask_to_delete,
            "delete now": self._delete,
            "keep": lambda _: Reply("Nothing was deleted."),
        }

    def _table(self, _: str) -> Reply:
        says = record.export_progress(TABLE, self.place)
        return _file(TABLE, f"{says}{BESIDE} To keep it, download it:")

    def _hand_in(self, name: str) -> Reply:
        if not name.strip():
            return Reply("Write your name or login first.", good=False)
        says = record.hand_in(name, place=self.place)
        told = f"{says}{BESIDE} To send it or keep it, download it:"
        return _file(record.handed_in_as(name), told)

    def _bring_back(self, text: str) -> Reply:
        if not text:
            return Reply("Choose the copy first.", good=False)
        return Reply(record.bring_back(text.encode(errors="replace"), self.place))

    def _ask_to_delete(self, _: str) -> Reply:
        where = record.path(self.place)
        if not where.is_file() or not where.stat().st_size:
            return self._delete(_)
        count = len(record.read_raw(self.place).answers)
        what = it = plural(count, "answer")
        if not count:
            it, name = "file", "" if IN_BROWSER else f" {record.short_path(self.place)}"
            what = f"the file{name}, which holds no answer that can be read,"
        says = f"This deletes {what}{FROM_HERE} for good. Do you want that?"
        the = "" if count else "the "
        ask = (("keep", f"No, keep my {it}"), ("delete now", f"Yes, delete {the}{it}"))
        return Reply(says, good=False, ask=ask)

    def _delete(self, _: str) -> Reply:
        return Reply(record.delete_progress(confirm=True, place=self.place))


def _file(name: str, says: str) -> Reply:
    return Reply(says, name=name, content=Path(name).read_bytes())
