"""codeedu: learn to read any procedure code on a US medical claim.

Each public name is loaded on first use; `__init__.pyi` says where from, and its type.

>>> import codeedu
>>> codeedu.classify("J1885").best.code_set
'HCPCS Level II'
"""

from typing import Any

import lazy_loader

_load, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

# Names of former versions, and what to use instead.
FORMER = {
    "check": "check_installation",
    "check_against_key": "score_cleaning",
    "claim_report": "cleaning_report",
    "completion": "completion_record",
    "due_today": "home",
    "final": "final_exam",
    "mend": "clean_claims",
    "my_confusions": "confusion_matrix",
    "placement": "placement_test",
    "plot": "figure",
    "plot_reasons": "cleaning_figure",
    "show": "show_table",
    "table": "load_table",
}


def __getattr__(name: str) -> Any:
    if name in FORMER:
        raise AttributeError(f"codeedu.{name} is gone; use codeedu.{FORMER[name]}.")
    return _load(name)
