"""Question sheets: questions in a spreadsheet, a row for each, in the columns of our own export.

A row becomes the same entry as an [[item]] of a TOML file, so `bank` builds both alike, and the
rules of `teach.author.bank_rules` hold for both. `docs/question-bank.md` shows a sheet.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from codeedu.files import without_marks
from codeedu.questions.items import Item, Option
from codeedu.questions.kinds import KINDS
from codeedu.questions.printed import plain_text, sources_in_words
from codeedu.reading import DIVIDE, HIGHEST, Unreadable
from codeedu.sheets import NO_DAY, iso_day, read_sheet

MOST_ANSWERS = 26
MOST_ROWS = 3_000
ABOUT = ("id", "lesson", "objective", "kind", "level", "pool", "question", "right answer")
AFTER = ("explanation", "next time", "hint", "sources", "as of")
RARE = ("ask", "pretest", "exercise", "choices", "unit", "tolerance", "review by")
TO_READ = ("lesson", "right answer")  # for whoever looks at a sheet; they follow from the rest
# Where the field of an item has another name than its column.
FIELDS = {"question": "stem", "next time": "look", "as of": "as_of", "review by": "review_by"}
COLUMNS = {field: column for column, field in FIELDS.items()} | {"feedback": "why"}
OF_ANSWER = {"why": "feedback", "misconception": "misconception", "reads": "reads"}
TEXTS = ("id", "objective", "question", "explanation", "next time", "hint", "unit")
WORDS = ("kind", "level", "pool", "ask")  # in any capitals
DAYS = ("as of", "review by")
NOT_NEEDED = frozenset(("level", "explanation", "sources", "feedback"))  # here; in TOML they are
LACKING = {
    "explanation": "Say why the right answer is right: learners read it after every answer.",
    "why": "Say beside each answer what tempts and what to look at: learners learn from that.",
    "sources": "Say who says so: learners see it below the explanation.",
    "as of": "Write the day on which the question was true, such as 2026-12-31.",
    "id": "Write {}, which is made from its text, before you change the text: records name it.",
}
MARKS = dict.fromkeys(("yes", "y", "x", "1", "true", "right", "✓"), True)
MARKS |= dict.fromkeys(("", "no", "n", "0", "false", "wrong"), False)
_NUMBER = re.compile(
    r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)?(?:(?<=\d)\.|\.\d+)?(?:e[+-]?\d{1,2})?", re.A | re.I
)

Entry = dict[str, Any]
Said = tuple[int, str, str]  # a line, what is wrong there, and how to fix it


@dataclass(frozen=True)
class QuestionSheet:
    """The sound rows of a sheet as entries of a bank, by their lines.

    `faults` say what is wrong with the other rows, `notes` what is missing and not needed.
    """

    entries: dict[int, Entry]
    faults: tuple[Said, ...]
    notes: tuple[Said, ...]


def read(path: Path) -> QuestionSheet:
    """Return what is in a question sheet.

    Raises Unreadable when it is no sheet, lacks a column, or has no row or too many.
    """
    needed = ("question", "objective", "answer 1")
    first = ("answer 1 right", "answer 2", "answer 2 right", *AFTER, *ABOUT, *RARE)
    every = dict.fromkeys((*first, *_answer_columns(MOST_ANSWERS)))
    table = read_sheet(path, needed, [name for name in every if name not in needed])
    if len(table.rows) > MOST_ROWS:
        raise Unreadable(f"this has more than {MOST_ROWS:,} questions", DIVIDE)
    if not table.rows:
        raise Unreadable("there is no question below the headings", "Write one, or delete it.")
    entries, faults, unnamed = dict[int, Entry](), list(table.faults), []
    for line, fields in table.rows:
        if path.suffix.lower() == ".csv":
            fields = {name: without_marks(cell).strip() for name, cell in fields.items()}
        row = _Row(fields, [])
        entries[line] = row.entry()
        faults += [(line, *fault) for fault in row.wrong]
        unnamed += [] if fields["id"] else [line]
    for line in {fault[0] for fault in faults}:
        entries.pop(line, None)
    return QuestionSheet(entries, tuple(faults), tuple(_notes(table.unread, entries, unnamed)))


def _answer_columns(most: int) -> list[str]:
    parts = ("", " right", *(f" {part}" for part in OF_ANSWER))
    return [f"answer {n}{part}" for n in range(1, most + 1) for part in parts]


def _notes(
    headings: Sequence[str], entries: Mapping[int, Entry], unnamed: Sequence[int]
) -> Iterator[Said]:
    """Yield what nothing reads, and once for each column what questions lack and which is first."""
    if headings:
        more = f" and {len(headings) - 1:,} more" if len(headings) > 1 else ""
        fix = "Correct it, or leave it as a note: docs/question-bank.md lists what is read."
        yield 1, f"nothing reads the heading `{headings[0][:40]}`{more}", fix
    for column, fix in LACKING.items():
        without = {line for line, entry in entries.items() if not _has(entry, column)}
        if lines := [n for n in entries if n in (unnamed if column == "id" else without)]:
            some = f"{len(lines)} questions have no `{column}`; this is the first"
            what = f"this question has no `{column}`" if len(lines) == 1 else some
            yield lines[0], what, fix.format(entries[lines[0]]["id"])


def _has(entry: Entry, column: str) -> bool:
    if column != "why":
        return FIELDS.get(column, column) in entry
    listed = [one for name in ("options", "distractors", "steps") for one in entry.get(name, ())]
    return all("feedback" in one for one in listed)


def id_of(objective: str, question: str) -> str:
    """Return the id of a question without one: its objective, and a number made from its text.

    >>> id_of("05-lost-dot", "What is `E1165`?")
    '05-lost-dot-06506173'
    """
    text = " ".join(question.split()).encode()
    return f"{objective}-{int(hashlib.sha256(text).hexdigest(), 16) % 10**8:08}"


# From a row to an entry


class _Answer(NamedTuple):
    name: str  # of its column
    text: str
    right: bool
    about: dict[str, str]


class _Row(NamedTuple):
    """A row by its columns; what is `wrong` with it is added there as it is read."""

    fields: Mapping[str, str]
    wrong: list[tuple[str, str]]

    def entry(self) -> Entry:
        """Return the entry that the row is."""
        fields = self.fields
        entry: Entry = {FIELDS.get(name, name): fields[name] for name in TEXTS if fields[name]}
        entry |= {name: fields[name].lower() for name in WORDS if fields[name]}
        for name in DAYS:
            if fields[name]:
                entry[FIELDS[name]] = day = iso_day(fields[name])
                if not day:
                    self.wrong.append(
                        (
                            f"`{name}` is {fields[name]!r}, not a date",
                            f"{NO_DAY[:-1]}, or leave it empty.",
                        )
                    )
        if fields["sources"]:
            entry["sources"] = list(map(_source, _lines(fields["sources"])))
        if fields["choices"]:
            entry["choices"] = _lines(fields["choices"])
        if self.mark("pretest"):
            entry["pretest"] = True
        entry |= {n: self.number(n) for n in ("tolerance", "exercise") if fields[n]}
        if "exercise" in entry:
            entry.pop("pool", None)  # it follows
        if not fields["question"]:
            self.wrong.append(("`question` is empty", "Write the question."))
        if not fields["objective"]:
            fix = "Take one of data/course/objectives.csv, such as 05-lost-dot."
            self.wrong.append(("`objective` is empty", fix))
        entry.setdefault("id", id_of(fields["objective"], fields["question"]))
        answers = list(self.answers())
        entry["kind"] = kind = entry.get("kind") or self.kind(answers)
        if kind in ("type", "number"):
            return entry | self.typed(kind, answers)
        listed: list[Entry] = [{"text": one.text} | one.about for one in answers]
        if kind == "order":
            return entry | {"steps": listed}
        for option, one in zip(listed, answers, strict=True):
            option |= {"right": True} if one.right else {}
            if entry.get("ask") == "reading":
                option.setdefault("reads", "")
        return entry | {"options": listed}

    def answers(self) -> Iterator[_Answer]:
        """Yield the answers that are not empty."""
        for n in range(1, MOST_ANSWERS + 1):
            name = f"answer {n}"
            right = self.mark(f"{name} right")
            cells = {field: self.fields[f"{name} {part}"] for part, field in OF_ANSWER.items()}
            about = {field: text for field, text in cells.items() if text}
            if self.fields[name]:
                yield _Answer(name, self.fields[name], right, about)
            elif right or about:
                what = f"`{name}` is empty, and something is written about it"
                self.wrong.append((what, "Write the answer, or empty the cells after it."))

    def kind(self, answers: Sequence[_Answer]) -> str:
        """Return the kind that the answers show."""
        right = sum(answer.right for answer in answers)
        if not answers:
            self.wrong.append(("there is no answer", "Write the answers: `answer 1`, `answer 2`."))
        elif self.fields["unit"] or self.fields["tolerance"]:
            return "number"
        elif not right:
            self.wrong.append(NO_RIGHT)
        elif right == len(answers):
            fix = "Write type if it is typed, number if it is a number, many or order."
            self.wrong.append(("every answer is right, and `kind` is empty", fix))
        return "one" if right == 1 else "many"

    def typed(self, kind: str, answers: Sequence[_Answer]) -> Entry:
        """Return the answers to accept, and those that people type and are wrong."""
        if len(answers) == 1 and not self.fields[f"{answers[0].name} right"]:
            answers = [answers[0]._replace(right=True)]  # there is nothing else it could be
        right = [one for one in answers if one.right]
        others = [one for one in answers if not one.right]
        if not right:
            self.wrong.append(NO_RIGHT)
        if kind == "type":
            entry: Entry = {"answers": [one.text for one in right]}
            listed: list[Entry] = [{"text": one.text} | one.about for one in others]
        else:
            if len(right) > 1:
                fix = "Mark one, and say in `tolerance` how far off an answer may be."
                self.wrong.append((f"{len(right)} numbers are right", fix))
            entry = {"answer": self.number(right[0].name)} if right else {}
            listed = [{"number": self.number(one.name)} | one.about for one in others]
        if right and not self.fields["explanation"] and "feedback" in right[0].about:
            entry["explanation"] = right[0].about["feedback"]
        return entry | ({"distractors": listed} if listed else {})

    def mark(self, name: str) -> bool:
        """Return whether a cell says yes."""
        said = MARKS.get(self.fields[name].lower())
        if said is None:
            what = f"`{name}` is {self.fields[name][:40]!r}, neither yes nor no"
            self.wrong.append((what, "Write yes or no; an empty cell is no."))
        return bool(said)

    def number(self, name: str) -> int | float:
        """Return the number in a cell: a whole one as int."""
        text = self.fields[name].replace("−", "-")
        if _NUMBER.fullmatch(text) and any(map(str.isdigit, text)):
            value = float(text.replace(",", ""))
            if abs(value) < HIGHEST:
                return value if set(text.lower()) & set(".e") else int(value)
        what = f"`{name}` is {text[:40]!r}, not a number"
        self.wrong.append((what, "Write digits, such as 60 or 0.5, and the unit into `unit`."))
        return 0


NO_RIGHT = ("no answer is marked right", "Write yes into `answer 1 right`, or beside another.")


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _source(line: str) -> str:
    """Return the id of a source if a line ends with one in brackets, else the line as it is."""
    named = re.search(r"\[([a-z0-9-]+)\]$", line)
    return named[1] if named else line


# From items to rows


def row(item: Item) -> dict[str, str]:
    """Return an item as a row of a sheet: a text for each column that is not empty."""
    sources = zip(item.sources, sources_in_words(item), strict=True)
    cells = {
        **{name: getattr(item, FIELDS.get(name, name)) for name in (*TEXTS, *WORDS, *DAYS)},
        "lesson": item.lesson,
        "right answer": plain_text(KINDS[item.kind].answer(item)),
        "sources": "\n".join(s if words == s else f"{words} [{s}]" for s, words in sources),
        "choices": "\n".join(item.choices),
        "pretest": "yes" if item.pretest else "",
        "exercise": str(item.exercise or ""),
        "tolerance": str(item.tolerance or ""),
    }
    number = [] if item.answer is None else [str(item.answer)]
    right = [Option(text, "", right=True) for text in (*item.answers, *number)]
    for n, option in enumerate((*right, *item.options, *item.distractors), 1):
        is_right = option.right or item.kind == "order"
        cells[f"answer {n}"] = option.text if option.number is None else str(option.number)
        cells[f"answer {n} right"] = "yes" if is_right else "no"
        cells |= {f"answer {n} {part}": getattr(option, f) for part, f in OF_ANSWER.items()}
    return {name: cell for name, cell in cells.items() if cell}


def table(rows: Sequence[Mapping[str, str]]) -> list[list[str]]:
    """Return the headings and the rows of a sheet; a rare column is there if it is used."""
    used = {name for cells in rows for name, text in cells.items() if text}
    most = max((n for n in range(1, MOST_ANSWERS + 1) if f"answer {n}" in used), default=0)
    wanted = (*ABOUT, *_answer_columns(most), *AFTER, *RARE)
    rare = (*RARE, *TO_READ, " misconception", " reads")
    names = [name for name in wanted if name in used or not name.endswith(rare)]
    return [names, *([cells.get(name, "") for name in names] for cells in rows)]
