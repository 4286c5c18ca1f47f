"""The gradebook as an instructor meets it: its tables, its marks and its report."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from codeedu.reading import Unreadable
from codeedu.sheets import iso_day
from codeedu.teach.gradebook import feedback, marks, report
from codeedu.teach.gradebook.book import Gradebook
from codeedu.teach.gradebook.collect import collect
from codeedu.teach.gradebook.roster import Roster, read_roster


def gradebook(
    folder: str | Path, due: str | date | None = None, roster: str | Path | None = None
) -> ClassGradebook:
    """Return the gradebook of a class from its records in a folder, or in a .zip.

    Answers after the day `due` (an ISO date, by the learner's own clock) do not count; they are
    in the column `late`. The `roster` is a sheet of the students, such as Canvas and Moodle export.

    Raises FileNotFoundError when there is no such folder, ValueError when `due` is not a date or
    the roster cannot be read.

    >>> import tempfile
    >>> gradebook(tempfile.mkdtemp())
    No record was found.
    """
    day = iso_day(str(due)) if due else ""
    if day is None:
        raise ValueError(f"{due!r} is not a date; write it as 2026-12-01.")
    return ClassGradebook(collect(folder, _roster(roster)), day)


def _roster(file: str | Path | None) -> Roster | None:
    try:
        return read_roster(Path(file).expanduser()) if file else None
    except Unreadable as error:
        line = f", line {error.line}" if error.line else ""
        raise ValueError(f"{file}{line}: {error.what}. {error.fix}") from None


class ClassGradebook(Gradebook):
    """The tables of a class with its marks and its report, ready to be the last line of a cell."""

    def marks(self, *, in_full: bool = False) -> str:
        """Return the roster with marks in it as CSV; without a roster, or `in_full`, all marks.

        Text that a spreadsheet would run as a formula is quoted, but the roster's own cells stay
        as they are.
        """
        return marks.marks_csv(self, in_full=in_full)

    def report(self) -> str:
        """Return a web page to read in five minutes before class; it needs nothing else."""
        return report.report_page(self)

    def sheets(self) -> dict[str, bytes]:
        """Return a feedback sheet for each learner by the name of its file, a web page."""
        return feedback.sheets(self)

    def _repr_html_(self) -> str:
        return report.fragment(self)
