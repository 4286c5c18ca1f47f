"""What the learner's record says: how far they are, what they confuse, what to do next."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from codeedu import tables
from codeedu.html.nodes import node, source, table_html, to_html
from codeedu.practice import choose, findings, record

LATELY = 5  # answers that say where an objective stands now
DAYS = 7  # days of practice in the table over time
MOST = 5  # misconceptions shown
LINE = f"Line of {findings.MASTERY * 100:.0f} %"

EMPTY = (
    "Nothing is recorded yet. Answer a question in any lesson, and come back.",
    f"Each answer will be kept as one line of {record.NAME} in your home folder (or where "
    f"{record.VARIABLE} says), on this machine alone.",
)


def progress(place: str | Path | None = None, on: date | None = None) -> Report:
    """Return what the learner's record says, ready to be the last line of a cell.

    `place` is the file of the record, by default the learner's own (see `record.path`); `on` is
    the day for which to say what is due, by default today. Never raises.

    >>> progress("/no/such/file")
    Nothing is recorded yet. Answer a question in any lesson, and come back.
    Each answer will be kept as one line of codeedu-progress.jsonl in your home folder (or
    where CODEEDU_PROGRESS says), on this machine alone.
    """
    found = record.read(place)
    return Report(found.answers, found.problems, record.shown(place), on or date.today())


@dataclass(frozen=True)
class Part:
    """A part of the report: its `title` and sentences; HTML shows `rows` in their place."""

    title: str
    lines: tuple[str, ...] = ()
    rows: tuple[dict[str, str], ...] = ()


@dataclass(frozen=True)
class Report:
    """What a record says. It is text; in a notebook it shows as tables."""

    answers: tuple[dict[str, Any], ...]
    problems: tuple[str, ...]
    place: str
    on: date

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts that have something to say, in order."""
        if not self.answers:
            return (Part("Your progress", (*EMPTY, *self.problems)),)
        said = (
            Part("Your progress", tuple(self._summary())),
            self._objectives(),
            self._days(),
            Part("What you confuse", _says(findings.confusions(self.answers))),
            Part("How sure you were", _says(findings.calibration(self.graded))),
            Part("What your answers believed", tuple(self._beliefs())),
            Part("What to do next", tuple(self._next())),
            Part("Your record", tuple(self._record())),
        )
        return tuple(part for part in said if part.lines)

    @property
    def graded(self) -> list[Mapping[str, Any]]:
        """The answers that count: all but those before a lesson."""
        return findings.graded(self.answers)

    def _summary(self) -> Iterator[str]:
        if not self.graded:
            yield "So far you answered questions before a lesson; they count for nothing yet."
            return
        last = {answer["item"]: answer["correct"] for answer in self.graded}
        days = len({answer["when"][:10] for answer in self.graded})
        given = f"{_count(len(self.graded), 'answer')} on {_count(days, 'day')}"
        yield f"{given}; {sum(last.values())} of {_count(len(last), 'question')} right by now."
        tried = {answer["objective"] for answer in self.graded}
        known = [r["objective"] for r in tables.rows("objectives") if r["lesson"] <= "05"]
        yield f"{len(tried & set(known))} of {len(known)} objectives of lessons 01 to 05 tried."

    def _objectives(self) -> Part:
        rows, lines = [], []
        found = findings.objectives(self.graded)
        long = any(row["asked"] > LATELY for row in found)
        for row in found:
            mine = [a["correct"] for a in self.graded if a["objective"] == row["objective"]]
            first, last = _score(mine[:LATELY]), _score(mine[-LATELY:])
            reached = sum(mine[-LATELY:]) >= findings.MASTERY * len(mine[-LATELY:])
            now = "reached" if reached else "not yet"
            then = {f"First {LATELY}": first, f"Last {LATELY}": last} if long else {}
            known = {"You can": row["can"], "Lesson": row["lesson"], "Right": _score(mine)}
            rows.append({**known, **then, LINE: now})
            change = f", {first} at first, {last} lately" if row["asked"] > LATELY else ""
            lines.append(f"{row['lesson']} {row['can']}: {_score(mine)}{change}; {now}.")
        return Part("By objective", tuple(lines), tuple(rows))

    def _days(self) -> Part:
        dated = [{**answer, "day": answer["when"][:10]} for answer in self.graded]
        rows, lines = [], []
        for row in findings.by("day", dated)[-DAYS:]:
            share = f"{row['right'] / row['asked']:.0%}".replace("%", " %")
            score = f"{row['right']} of {row['asked']}"
            rows.append({"Day": row["day"], "Right": score, "Share": share})
            lines.append(f"{row['day']}: {score} right ({share}).")
        return Part("Over time", tuple(lines), tuple(rows))

    def _beliefs(self) -> Iterator[str]:
        for row in findings.misconceptions(self.answers)[:MOST]:
            times = f"{row['count']} times" if row["count"] > 1 else "once"
            truth = f" In truth: {row['truth']}" if row["truth"] else ""
            yield f"{times.capitalize()}: {row['says']}{truth}"

    def _next(self) -> Iterator[str]:
        waiting = choose.due(self.graded, self.on)
        if waiting:
            verb = "waits" if len(waiting) == 1 else "wait"
            asked = f"{_count(len(waiting), 'question')} that you missed or guessed {verb}"
            yield f"{asked} to be asked again: codeedu.drill()"
        lately = [
            answer
            for row in findings.by("objective", self.graded)
            for answer in [a for a in self.graded if a["objective"] == row["objective"]][-LATELY:]
        ]
        for row in findings.revisit(lately):
            below = f"{_count(len(row['objectives']), 'objective')} below the line"
            yield f"Read again: lesson {row['lesson']}, {row['title']} ({below})."
        tried = {answer["lesson"] for answer in self.graded}
        untried = [row for row in tables.rows("lessons") if "01" <= row["lesson"] <= "05"]
        for row in [row for row in untried if row["lesson"] not in tried][:1]:
            yield f"Not tried yet: lesson {row['lesson']}, {row['title']}."
        if not waiting and not findings.revisit(lately) and len(tried) >= len(untried):
            yield "Nothing is waiting. Take the final assessment, lesson 07, or drill your own mix."

    def _record(self) -> Iterator[str]:
        yield f"It is {self.place}, one line for each answer, on this machine alone."
        yield "codeedu.export_progress() writes it as CSV; codeedu.delete_progress() deletes it."
        yield from self.problems

    def __repr__(self) -> str:
        return (
            "\n\n".join(map(_text, self.parts))
            if self.answers
            else "\n".join(map(_fill, self.parts[0].lines))
        )

    def _repr_html_(self) -> str:
        about = 'class="codeedu codeedu-report" role="group" aria-label="Your progress"'
        style = source("theme.css", "report.css")
        return f"<style>{style}</style><section {about}>{''.join(map(_html, self.parts))}</section>"


def _says(rows: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(row["says"] for row in rows)


def _score(answers: list[bool]) -> str:
    return f"{sum(answers)} of {len(answers)}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _fill(line: str) -> str:
    return textwrap.fill(line, 88, break_long_words=False, break_on_hyphens=False)


def _text(part: Part) -> str:
    return "\n".join([part.title, *map(_fill, part.lines)])


def _html(part: Part) -> str:
    if part.rows:
        return table_html(part.rows, caption=part.title)
    title = node("p", part.title, class_="codeedu-title")
    if len(part.lines) == 1:
        return to_html(title) + to_html(node("p", part.lines[0]))
    return to_html(title) + to_html(node("ul", *(node("li", line) for line in part.lines)))
