"""codeedu: learn to read any procedure code on a US medical claim.

>>> import codeedu
>>> codeedu.classify("J1885").best.code_set
'HCPCS Level II'
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from codeedu.classify import classify
from codeedu.tables import table

# What stands here loads when it is first used, so that `import codeedu` stays light.
_HOMES: dict[str, str] = {
    "check_against_key": "clean",
    "mend": "clean",
    "practice_claims": "clean",
    "practice_release": "clean",
    "report": "clean",
    "glossary": "lesson",
    "plot": "plots",
    "show": "lesson",
    "sources": "lesson",
    "check": "environment",
    "classify_column": "columns",
    "load_release": "release",
    "summarize": "summary",
    "explorer": "widgets",
    "quiz": "plans",
    "drill": "plans",
    "pretest": "plans",
    "placement": "plans",
    "final": "plans",
    "completion": "completion_record",
    "progress": "report",
    "export_progress": "record",
    "delete_progress": "record",
}
__all__ = ["classify", "table", *_HOMES]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        found = getattr(import_module(f"codeedu.{_HOMES[name]}"), name)
        globals()[name] = found
        return found
    raise AttributeError(f"module 'codeedu' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
