"""Questions from Moodle: an XML export of its question bank becomes a sheet of questions.

The sheet is there to be read, completed and corrected in a spreadsheet (`questions.sheet`). What
Moodle holds and a row does not is named, question by question. The elements are those that Moodle
4.4 reads and writes (question/format/xml/format.php).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from bs4 import BeautifulSoup
from bs4.exceptions import ParserRejectedMarkup

from codeedu import custom, tables
from codeedu.codes.wording import plural, shorten
from codeedu.files import csv_text, workbook, write_all
from codeedu.questions import sheet
from codeedu.reading import Unreadable, read_bytes

EXPORT = "In Moodle, export the question bank in the format Moodle XML."
LEVELS = ("recall", "understand", "apply", "analyze")
YES = ("true", "1")
PARTS = "answers are right or wrong, and earn or cost no part of the mark"
Cells = dict[str, str]


@dataclass
class Imported:
    """The rows of a sheet; a line for each question of which something is lost, or all of it."""

    rows: list[Cells] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    whole: bool = True  # whether each question became a row

    def __repr__(self) -> str:
        return "\n".join([f"{plural(len(self.rows), 'question')} imported.", *self.lines])


class NotReadError(Exception):
    """We have no such question; the message says why."""


def import_moodle(path: Path, objective: str, output: Path) -> Imported:
    """Write the questions of a Moodle XML file to a new sheet; return what was read and what not.

    They are of the `objective`, unless a tag names another one. If there are none, no sheet is
    written.

    Raises ValueError when an argument fits nothing or the file cannot be read, OSError when the
    sheet cannot be written.
    """
    if objective not in tables.by("objectives", "objective"):
        raise ValueError(f"There is no objective {objective!r}: see data/course/objectives.csv.")
    if not custom.is_question_sheet(output):
        raise ValueError(f"Call {output} questions.xlsx, or questions-week5.csv, or the like.")
    if output.exists():
        raise ValueError(f"{output} is there already. Choose another name.")
    try:
        imported = read(path, objective)
    except Unreadable as error:
        line = f", line {error.line}" if error.line else ""
        raise ValueError(f"{path}{line}: {error.what}. {error.fix}") from None
    if imported.rows:
        table, is_csv = sheet.table(imported.rows), output.suffix.lower() == ".csv"
        write_all({output: csv_text(table).encode("utf-8-sig") if is_csv else workbook(table)})
    return imported


def read(path: Path, objective: str) -> Imported:
    """Return the questions of a Moodle XML file as rows of a sheet.

    Raises Unreadable.
    """
    imported = Imported()
    elements = (one for one in _quiz(path).iterfind("question") if one.get("type") != "category")
    for number, element in enumerate(elements, 1):
        question = _Question(element, {})
        try:
            imported.rows += list(question.rows(objective))  # all of them, or none
        except NotReadError as error:
            question.lost = {f"not imported, {error}": None}
            imported.whole = False
        if question.lost:
            called = " ".join(element.findtext("name/text", "").split()) or "without a name"
            imported.lines.append(f"{number}. “{shorten(called, 60)}”: {'; '.join(question.lost)}")
    return imported


class _NoDoctype(ElementTree.TreeBuilder):
    def doctype(self, *_: object) -> None:
        # It can define entities that unpack to more than any memory holds.
        raise Unreadable("this has a DOCTYPE, which Moodle does not write", EXPORT)


def _quiz(path: Path) -> Element:
    try:
        parser = ElementTree.XMLParser(target=_NoDoctype())
        root = ElementTree.fromstring(read_bytes(path), parser)
    except Unreadable:
        raise
    except (ElementTree.ParseError, ValueError, LookupError) as error:  # the two: its encoding
        line, _ = getattr(error, "position", (1, 0))
        raise Unreadable("this is not XML", EXPORT, line) from None
    if root.tag != "quiz":
        raise Unreadable("this is XML, but not of Moodle's questions", EXPORT)
    return root


class _Answer(NamedTuple):
    text: str
    why: str
    share: float  # of the mark, in percent
    tolerance: str


@dataclass
class _Question:
    """A question of Moodle; `lost` names what our rows of it do not hold."""

    element: Element
    lost: dict[str, None]

    def rows(self, objective: str) -> Iterator[Cells]:
        """Yield the rows that the question becomes.

        Raises NotReadError.
        """
        element, kind = self.element, self.element.get("type", "")
        if kind not in READ:
            raise NotReadError(f"a question of the type {shorten(kind) or '(none)'}")
        tags = [" ".join((tag.text or "").split()) for tag in element.iterfind("tags/tag/text")]
        known = tables.by("objectives", "objective")
        self.lose(PICTURES, [*element.iter("file"), *element.iter("image")])
        about = {
            "objective": next((tag for tag in tags if tag in known), objective),
            "level": next((tag for tag in tags if tag in LEVELS), ""),
            "explanation": self.line(element.find("generalfeedback")),
            "hint": " ".join(filter(None, map(self.line, element.iterfind("hint")))),
        }
        for row in READ[kind](self, self.text(element.find("questiontext"))):
            if not row["question"]:
                raise NotReadError("because it has no text")
            yield about | row | {"id": sheet.id_of(about["objective"], row["question"])}

    def lose(self, what: str, when: object = True) -> None:
        if when:
            self.lost[what] = None

    def text(self, element: Element | None, *, flat: bool = False) -> str:
        """Return what an element says as text of ours; `flat` is one paragraph."""
        said = "" if element is None else element.findtext("text", "")
        if element is not None and element.get("format", "html") == "html":
            said, lost = _from_html(said, flat=flat)
            self.lost.update(lost)
        return " ".join(said.split()) if flat else said.strip()

    def line(self, element: Element | None) -> str:
        return self.text(element, flat=True)

    def answers(self, *, typed: bool = False) -> list[_Answer]:
        found = []
        for answer in self.element.iterfind("answer"):
            text = answer.findtext("text", "").strip() if typed else self.line(answer)
            about = self.line(answer.find("feedback")), _float(answer.get("fraction", "0"))
            if typed and re.search(r"(?<!\\)\*", text):
                self.lose("an answer with * for any text is left out")
            elif text:
                tolerance = answer.findtext("tolerance", "").strip()
                found.append(_Answer(text.replace("\\*", "*"), *about, tolerance))
        return found

    def choice(self, stem: str) -> Iterator[Cells]:
        answers, kind = self.answers(), "one"
        if self.element.findtext("single", "true").strip().lower() not in YES:
            kind, shares = "many", {one.share for one in answers if one.share > 0}
            self.lose(PARTS, len(shares) > 1)
            answers = [one._replace(share=100 if one.share > 0 else 0) for one in answers]
        yield {"question": stem, "kind": kind, **self.cells(answers)}

    def typed(self, stem: str) -> Iterator[Cells]:
        self.lose("capitals do not matter", self.element.findtext("usecase", "").strip() in YES)
        yield {"question": stem, "kind": "type", **self.cells(self.answers(typed=True))}

    def number(self, stem: str) -> Iterator[Cells]:
        answers = self.answers(typed=True)
        units = list(self.element.iterfind("units/unit"))
        unit = units[0].findtext("unit_name", "").strip() if units else ""
        sizes = {_float(one.findtext("multiplier", "1")) for one in units}
        self.lose(f"no unit but {unit} is kept", sizes - {1.0})
        right, *more = [one for one in answers if one.share >= 100] or [_Answer("", "", 0, "")]
        self.lose("right numbers after the first are left out", more)
        cells = self.cells([one for one in answers if one not in more])
        # The last sentence is of our own export.
        asked = stem.removesuffix(f"Type a number of {unit}.").removesuffix("Type a number.")
        about = {"question": asked.rstrip(), "kind": "number", "unit": unit}
        yield {**about, "tolerance": right.tolerance, **cells}

    def matching(self, stem: str) -> Iterator[Cells]:
        pairs = [
            (self.text(one), " ".join(one.findtext("answer/text", "").split()))
            for one in self.element.iterfind("subquestion")
        ]
        choices = dict.fromkeys(answer for _, answer in pairs if answer)
        asked = [pair for pair in pairs if pair[0]]
        self.lose(f"each of its {len(asked)} pairs is a question", asked)
        for part, right in asked:
            cells = self.cells([_Answer(one, "", 100 * (one == right), "") for one in choices])
            yield {"question": f"{stem}\n\n{part}".strip(), "kind": "one", **cells}

    def order(self, stem: str) -> Iterator[Cells]:
        steps = sorted(self.answers(), key=lambda step: step.share)  # which is its place here
        steps = [step._replace(share=100) for step in steps]
        yield {"question": stem, "kind": "order", **self.cells(steps)}

    def cells(self, answers: list[_Answer]) -> Cells:
        """Return the cells of answers.

        Raises NotReadError when none is right, or there are too many.
        """
        self.lose(PARTS, any(answer.share not in (0, 100) for answer in answers))
        if not any(answer.share >= 100 for answer in answers):
            raise NotReadError("because no answer earns the whole mark")
        if len(answers) > sheet.MOST_ANSWERS:
            raise NotReadError(f"because it has more than {sheet.MOST_ANSWERS} answers")
        cells: Cells = {}
        for n, one in enumerate(answers, 1):
            right = "yes" if one.share >= 100 else "no"
            named = {"": one.text, " right": right, " why": one.why}
            cells |= {f"answer {n}{part}": text for part, text in named.items()}
        return cells


READ: dict[str, Callable[[_Question, str], Iterable[Cells]]] = {
    "multichoice": _Question.choice,
    "truefalse": _Question.choice,
    "shortanswer": _Question.typed,
    "numerical": _Question.number,
    "matching": _Question.matching,
    "ordering": _Question.order,
}


def _float(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not isfinite(value):
        raise NotReadError(f"because {shorten(text)!r} is not a number")
    return value


# HTML as our text: code in backticks, lines of a claim between ```, and paragraphs

PICTURES = "pictures and files are lost"
LOST = dict.fromkeys(("img", "svg", "audio", "video", "iframe", "object"), PICTURES)
LOST |= {"table": "a table is lines of text", "a": "links are lost"}
LOST |= dict.fromkeys(("sub", "sup"), "raised and lowered text is on the line")
CODE = ("pre", "code", "kbd", "samp", "tt")
BLOCKS = ("p", "div", "br", "li", "ul", "ol", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "hr")
LONGEST = 100_000
MOST_TAGS = 4_000  # a tree of more, each in the one before, is more than its reader can hold
FENCE, PARAGRAPH = "\0", "\1"  # no XML holds them


def _from_html(html: str, *, flat: bool) -> tuple[str, dict[str, None]]:
    """Return what HTML says, and what of it is lost."""
    if html.count("<") > MOST_TAGS:
        raise NotReadError(f"because a text of it has more than {MOST_TAGS:,} tags")
    if len(html) > LONGEST:
        raise NotReadError(f"because a text of it has more than {LONGEST:,} characters")
    try:
        soup = BeautifulSoup(html.replace("`", "'"), "html.parser")
    except ParserRejectedMarkup:
        raise NotReadError("because a text of it is not HTML") from None
    lost = {LOST[tag.name]: None for tag in soup.find_all(list(LOST))}
    for tag in soup.find_all(["script", "style"]):
        tag.decompose()
    for tag in soup.find_all("img"):
        tag.replace_with(f"[picture: {tag.get('alt') or 'not described'}]")
    for tag in soup.find_all(BLOCKS):
        tag.insert_before(PARAGRAPH)
        if tag.name != "br":
            tag.insert_after(PARAGRAPH)
    for tag in soup.find_all(CODE):
        text, is_pre = tag.get_text(), tag.name == "pre" and not flat
        if text.strip() and tag.find_parent(CODE) is None:
            line, lines = re.sub(r"\s+", " ", text), text.replace(PARAGRAPH, "\n").strip("\n")
            tag.replace_with(f"{FENCE}{lines}{FENCE}" if is_pre else f"`{line}`")
    pieces = soup.get_text().split(FENCE)
    for place, piece in enumerate(pieces):
        paragraphs = (" ".join(part.split()) for part in piece.split(PARAGRAPH))
        joined = "\n\n".join(filter(None, paragraphs))
        pieces[place] = f"```\n{piece}\n```" if place % 2 else joined
    return "\n".join(filter(None, pieces)), lost
