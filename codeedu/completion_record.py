"""The completion record: what the last final assessment showed, to print or to keep."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Completion:
    """A completion record. It is text; in a notebook it shows as a page to print."""

    name: str = ""

    def __repr__(self) -> str:
        return NONE

    def _repr_html_(self) -> str:
        return f"<p>{NONE}</p>"

    def save(self, path: str | Path) -> str:
        """Write the record as a page to print, and say where."""
        raise ValueError(NONE)


NONE = (
    "There is no final result yet. Take the final assessment of lesson 07, codeedu.final(); "
    "your completion record will be here when its last question is answered."
)


def completion(name: str = "") -> Completion:
    """Return the completion record of the last final assessment that was answered in full.

    >>> completion().save  # doctest: +ELLIPSIS
    <bound method ...>
    """
    return Completion(name)
