"""Run notebooks in place and store what they print: `codeedu lesson run`, with no learner.

Usage: python tools/execute.py NOTEBOOK...
"""

import sys
from pathlib import Path

from codeedu.teach.author.notebook import store

if __name__ == "__main__":
    for name in sys.argv[1:]:
        print(f"{name} ...", flush=True)
        store(Path(name))
