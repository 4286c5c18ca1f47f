"""Check that everything the course needs is here: Python, packages, tables, questions."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from importlib import import_module, metadata

from packaging.requirements import Requirement

from codeedu import tables
from codeedu.html.nodes import Shown, node, to_html

PYTHON = (3, 11)
DISTRIBUTION = "codeedu-hcpcs"  # what the import `codeedu` is called in package indexes


@dataclass(frozen=True)
class Check:
    """One thing that was checked; `todo` says how to fix it, and is "" if it is fine."""

    what: str
    todo: str = ""

    def __str__(self) -> str:
        if not self.todo:
            return f"[ OK ] {self.what}"
        return f"[ !! ] {self.what}: {self.todo}"


@dataclass(frozen=True)
class Report:
    """The result of the check: one sentence, below the list of all checks if any failed."""

    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        """Whether every check passed."""
        return not any(check.todo for check in self.checks)

    @property
    def verdict(self) -> str:
        """The result in one sentence."""
        if self.ok:
            return "Everything the course needs is here."
        failed = sum(bool(check.todo) for check in self.checks)
        return f"{failed} of {len(self.checks)} checks failed; see each for the fix."

    def __str__(self) -> str:
        return self.verdict if self.ok else "\n".join([*map(str, self.checks), self.verdict])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        items = [] if self.ok else [node("li", node("code", str(check))) for check in self.checks]
        body = [node("ul", *items, class_="codeedu-checks")] if items else []
        body.append(node("p", self.verdict))
        return Shown(str(self), "".join(map(to_html, body)))._repr_html_()


def check_installation() -> Report:
    """Check Python, every package that codeedu requires, its tables and its questions.

    Returns a Report.

    >>> check_installation()
    Everything the course needs is here.
    """
    return Report(
        (_check_python(), *map(_check_package, _required()), _check_tables(), _check_questions())
    )


def _check_python() -> Check:
    major, minor = sys.version_info[:2]
    if (major, minor) >= PYTHON:
        return Check("Python")
    needed = ".".join(map(str, PYTHON))
    return Check("Python", f"this is {major}.{minor}; install {needed} or newer")


# Not imported here, as no lesson needs them and they are slow: JupyterLab is a process of its own,
# jsonschema checks the files of authors, httpx downloads CMS's.
LATE = {"jupyterlab", "jsonschema", "httpx"}


def _required() -> list[Requirement]:
    """Return the packages that codeedu requires, without those of its extras."""
    try:
        lines = metadata.requires(DISTRIBUTION) or []
    except metadata.PackageNotFoundError:
        return [Requirement(DISTRIBUTION)]
    required = [Requirement(line) for line in lines]
    needed = [r for r in required if r.marker is None or r.marker.evaluate({"extra": ""})]
    return sorted(needed, key=lambda requirement: requirement.name)


def _check_package(required: Requirement) -> Check:
    name = required.name
    wanted = f'"{name}{required.specifier}"' if required.specifier else name
    install = f"pip install {wanted}"
    if name == DISTRIBUTION:
        install = "`pip install --editable .` in the folder of the course"
    try:
        version = metadata.version(name)
        if not required.specifier.contains(version, prereleases=True):
            return Check(name, f"version {version} does not fit; try: {install}")
        if name not in LATE:
            import_module(name.replace("-", "_"))
    except metadata.PackageNotFoundError:
        return Check(name, f"not installed; try: {install}")
    except Exception as error:  # importing a broken package can raise anything
        return Check(name, f"installed, but fails ({type(error).__name__}); try: {install}")
    return Check(name)


def _check_tables() -> Check:
    """Read every table; an incomplete line raises an error."""
    what = "tables of codeedu"
    try:
        empty = [name for name in tables.names() if not tables.rows(name)]
    except (tables.TableError, OSError, UnicodeDecodeError) as error:
        return Check(what, f"{error} Install codeedu again.")
    if empty or not tables.names():
        return Check(what, f"{', '.join(empty) or 'all'} empty; install codeedu again")
    return Check(what)


def _check_questions() -> Check:
    """Check that the course's own questions can be read; the tests check everything else."""
    from codeedu.questions import bank

    what = "questions of codeedu"
    try:
        files = [bank.read(path) for path in bank.course_paths()]
    except bank.BankError as error:
        return Check(what, f"{error.problems[0]} Install codeedu again.")
    except (tables.TableError, OSError, UnicodeDecodeError) as error:  # questions refer to tables
        return Check(what, f"{error} Install codeedu again.")
    return Check(what, "" if files else "none are here. Install codeedu again.")
