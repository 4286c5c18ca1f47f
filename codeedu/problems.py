"""A problem that a check finds in a bank, a list of codes or a lesson."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """Something wrong in a file: where, what, and how to fix it. A warning stops nothing.

    `item` names the place in the words of the file, such as the id of a question; `line` is
    counted from 1, and 0 where there is none to name.

    >>> print(Problem("codes.csv", "ATP14", "`says` is empty", "Say what the code is for.", line=3))
    codes.csv, line 3, ATP14: `says` is empty. Say what the code is for.
    """

    file: str
    item: str
    what: str
    fix: str
    warning: bool = False
    line: int = 0

    def __str__(self) -> str:
        line = f"line {self.line}" if self.line else ""
        where = ", ".join(filter(None, (self.file, line, self.item)))
        return f"{where}: {'warning: ' if self.warning else ''}{self.what}. {self.fix}"
