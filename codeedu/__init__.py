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
    "check": "environment",
    "check_against_key": "clean",
    "claim_report": "cleaned",
    "classify_column": "columns",
    "completion": "practice.completion",
    "delete_progress": "practice.record",
    "drill": "practice.plans",
    "explorer": "widgets",
    "export_progress": "practice.record",
    "final": "practice.plans",
    "glossary": "lesson",
    "load_release": "release",
    "mend": "clean",
    "my_confusions": "mixed_up",
    "placement": "practice.plans",
    "plot": "plots",
    "plot_reasons": "cleaned",
    "practice_claims": "clean",
    "practice_release": "clean",
    "pretest": "practice.plans",
    "progress": "practice.report",
    "quiz": "practice.plans",
    "show": "lesson",
    "sources": "lesson",
    "summarize": "summary",
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
