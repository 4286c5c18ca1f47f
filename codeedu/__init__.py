"""codeedu: learn to read any procedure code on a US medical claim.

>>> import codeedu
>>> codeedu.classify("J1885").best.code_set
'HCPCS Level II'
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from codeedu.codes.classify import classify
from codeedu.tables import table

# Imported on first use, to keep `import codeedu` fast. Their types are in `__init__.pyi`.
_HOMES: dict[str, str] = {
    "check": "selfcheck",
    "claim_report": "claims.report",
    "classify_column": "claims.columns",
    "clean_claims": "claims.cleaning",
    "completion": "learner.progress",
    "confusion_matrix": "learner.progress",
    "delete_progress": "learner.record",
    "drill": "practice.widget",
    "due_today": "learner.progress",
    "exercise": "practice.exercise",
    "explorer": "html.explorer",
    "export_bank": "teach.export.export_bank",
    "export_progress": "learner.record",
    "hand_in": "learner.record",
    "final": "practice.widget",
    "glossary": "html.lesson",
    "gradebook": "teach.gradebook.face",
    "home": "learner.home",
    "load_release": "cms",
    "medicaid_claims": "claims.datasets",
    "placement": "practice.widget",
    "plot": "figures",
    "plot_reasons": "claims.report",
    "practice_claims": "claims.datasets",
    "practice_release": "claims.datasets",
    "pretest": "practice.widget",
    "progress": "learner.progress",
    "quiz": "practice.widget",
    "score_cleaning": "claims.cleaning",
    "show_table": "html.lesson",
    "sources": "html.lesson",
    "summarize": "claims.summary",
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
