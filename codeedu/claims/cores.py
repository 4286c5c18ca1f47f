"""Work shared by the cores of the machine."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

CORES = 1 if sys.platform == "emscripten" else min(os.cpu_count() or 1, 8)


def share(task: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
    """Do `task` with every item, on several cores; return the results in their order.

    It pays where NumPy or Arrow do the work on much data: they let go of Python's lock.

    >>> share(len, ["J1885", "JW"])
    [5, 2]
    """
    each = list(items)
    if CORES == 1 or len(each) < 2:
        return [task(item) for item in each]
    return list(_pool().map(task, each))


@cache
def _pool() -> ThreadPoolExecutor:
    """Return the threads, which stay: to start them takes as long as much of their work."""
    return ThreadPoolExecutor(CORES, "codeedu")


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_pool.cache_clear)  # a new process has none of them
