"""Whether all that the course needs is here: Python, packages, tables; and what to do if not."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from importlib import import_module, metadata

from codeedu import tables
from codeedu.html.nodes import Shown, node, to_html

PYTHON = (3, 11)


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: `todo` is "" when it is in order."""

    what: str
    todo: str = ""

    def __str__(self) -> str:
        return f"[ {'!!' if self.todo else 'OK'} ] {self.what}" + (
            f": {self.todo}" * bool(self.todo)
        )


@dataclass(frozen=True)
class Report:
    """What `check` found. As text it has a line for each thing; in a notebook it is a list."""

    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        """Whether everything is in order."""
        return not any(check.todo for check in self.checks)

    def __str__(self) -> str:
        return "\n".join([*map(str, self.checks), self.verdict])

    __repr__ = __str__

    @property
    def verdict(self) -> str:
        """The last line: one sentence about all."""
        if self.ok:
            return "All that the course needs is here."
        count = sum(bool(check.todo) for check in self.checks)
        return f"{count} of {len(self.checks)} need something; what to do stands beside them."

    def _repr_html_(self) -> str:
        items = [node("li", node("code", str(check))) for check in self.checks]
        body = node("ul", *items, class_="codeedu-checks"), node("p", self.verdict)
        return Shown(str(self), "".join(map(to_html, body)))._repr_html_()


def check() -> Report:
    """Look at Python, each package that codeedu asks for, the tables and the questions.

    Returns a Report.

    >>> check().checks[0].what
    'Python'
    """
    return Report((_python(), *map(_package, _required()), _tables(), _questions()))


def _python() -> Check:
    found = sys.version_info[:2]
    if found >= PYTHON:
        return Check("Python")
    needed = ".".join(map(str, PYTHON))
    return Check("Python", f"this is {found[0]}.{found[1]}; install {needed} or newer")


PROGRAMS = {"jupyterlab"}  # runs beside the kernel; loading it into one costs a second


def _required() -> list[tuple[str, str]]:
    """Return name and lowest version of each package that codeedu asks for."""
    try:
        asked = metadata.requires("codeedu") or []
    except metadata.PackageNotFoundError:
        return [("codeedu", "")]
    plain = (line for line in asked if "extra ==" not in line)
    found = (re.match(r"([A-Za-z0-9._-]+)(?:>=([0-9.]+))?", line) for line in plain)
    return sorted((match[1], match[2] or "") for match in found if match)


def _package(asked: tuple[str, str]) -> Check:
    name, lowest = asked
    install = f'pip install "{name}>={lowest}"' if lowest else f"pip install {name}"
    try:
        version = metadata.version(name)
        if _numbers(version) < _numbers(lowest):
            return Check(name, f"too old ({version}); try: {install}")
        if name not in PROGRAMS:
            import_module(name)
    except metadata.PackageNotFoundError:
        return Check(name, f"not installed; try: {install}")
    except Exception as error:  # whatever a broken package raises
        return Check(name, f"installed, but fails ({type(error).__name__}); try: {install}")
    return Check(name)


def _numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"[0-9]+", version.partition("+")[0])]


def _tables() -> Check:
    """Read every table, which fails where a line is not complete."""
    what = "tables of codeedu"
    try:
        empty = [name for name in tables.names() if not tables.rows(name)]
    except (tables.TableError, OSError, UnicodeDecodeError) as error:
        return Check(what, f"{error} Install codeedu again.")
    if empty or not tables.names():
        return Check(what, f"{', '.join(empty) or 'all'} empty; install codeedu again")
    return Check(what)


def _questions() -> Check:
    """Check the course's own questions; a warning, such as a late review, stops no learner."""
    from codeedu.practice import bank

    what = "questions of codeedu"
    try:
        wrong = [problem for problem in bank.problems() if not problem.warning]
    except (tables.TableError, OSError, UnicodeDecodeError) as error:  # they lean on the tables
        return Check(what, f"{error} Install codeedu again.")
    if wrong or not bank.course_paths():
        return Check(what, f"{wrong[0] if wrong else 'none are here.'} Install codeedu again.")
    return Check(what)
