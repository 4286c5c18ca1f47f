"""What stands in for Jupyter in a browser: it opens views, and carries messages to them and back.

It runs in Python on a page (see `static/worker.js`). The maker of the pages runs it, too, to learn
what each view shows first (see `first_states.py`).
"""

from __future__ import annotations

import json
import sys
import types
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import traitlets

Heed = Callable[[object, object, object], None]
Post = Callable[..., object]  # (view, what, text, bytes): what the page is told


class Widget(traitlets.HasTraits):
    """What a view is based on here, in place of anywidget's class: state, and messages."""

    def __init__(self, **state: Any) -> None:
        self.heeders: list[Heed] = []
        self.post: Post = lambda *_: None
        self.id = ""
        super().__init__(**state)

    def on_msg(self, heed: Heed) -> None:
        """Call `heed` with each message of the page."""
        self.heeders.append(heed)

    def send(self, content: object, buffers: Sequence[bytes] = ()) -> None:
        """Send the page a message, with at most one file."""
        self.post(self.id, "message", json.dumps(content, default=str), b"".join(buffers))


def stand_in() -> None:
    """Put modules of a few names in the place of anywidget and IPython, which a page lacks."""
    parts: Mapping[str, dict[str, object]] = {
        "anywidget": {"AnyWidget": Widget},
        "IPython": {},
        "IPython.display": {"display": print},
    }
    for name, contents in parts.items():
        module = sys.modules[name] = types.ModuleType(name)
        vars(module).update(contents)


VIEWS: dict[str, Any] = {}


def open_view(view: str, call: str, post: Post) -> str:
    """Open the view that a cell calls, and return its state as JSON; `view` is its id on the page.

    `call` is an expression such as 'codeedu.quiz("02")', as the notebook has it. From now on
    `post(view, "state", ...)` tells the page what changes.
    """
    opened = VIEWS[view] = eval(call, {"codeedu": import_module("codeedu")})
    opened.id, opened.post = view, post
    names = list(opened.traits(sync=True))
    opened.observe(lambda c: post(view, "state", _json({c.name: c.new}), b""), names=names)
    return _json({name: getattr(opened, name) for name in names})


def _json(value: object) -> str:
    return json.dumps(value, default=str)


def change(view: str, changed: str) -> None:
    """Set parts of a view's state, given as JSON, to what the reader entered."""
    opened = VIEWS[view]
    with opened.hold_trait_notifications():
        for name, value in json.loads(changed).items():
            setattr(opened, name, value)


def heed(view: str, content: str) -> None:
    """Hand a message of the page, given as JSON, to its view."""
    opened = VIEWS[view]
    for heeder in opened.heeders:
        heeder(opened, json.loads(content), [])


def close_views() -> None:
    """Forget all views, because the reader went to another page."""
    VIEWS.clear()


def use_release(view: str, name: str, data: bytes) -> str:
    """Let the explorer look codes up in CMS's file of this `name`; return what it holds.

    Raises ReleaseError, with a sentence that says why, when the file is not one of CMS's.
    """
    from codeedu.cms import reader

    release = reader.read_release(bytes(data), Path(name).name)
    VIEWS[view].use_release(release)
    return f"Codes are looked up in {release}."
