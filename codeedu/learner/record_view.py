"""What the views of the learner's record share: they are looked up, and never stored.

The body is looked up anew whenever the view comes into sight. Below it there may be controls:
fields and buttons, each with an answer in words beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple, TypedDict

import traitlets

from codeedu.files import IN_BROWSER, in_words
from codeedu.html.nodes import Node, Shown, node, source, to_html
from codeedu.html.view import View

# When a view shows more than is stored of it.
THEN = (
    "as soon as this page has read your answers"
    if IN_BROWSER
    else "when you open this page in JupyterLab"
)


class Control(TypedDict, total=False):
    """What the browser draws: `says`, a field of a `kind` ("text", "file" or ""), `buttons`.

    A button is what it does, and its label. `value` is what is in the field at first.
    """

    says: str
    kind: str
    label: str
    value: str
    buttons: list[tuple[str, str]]


class Reply(NamedTuple):
    """What a press of a button came to; `ask` are buttons that it leads to.

    A file of this `name` can be downloaded, or with `prints` is printed.
    """

    says: str
    good: bool = True
    ask: tuple[tuple[str, str], ...] = ()
    name: str = ""
    content: bytes = b""
    prints: bool = False


class RecordView(View):
    """A view of the learner's record, by its `call`.

    The browser sends {"do": "look"} or what a button does, with the `value` of its field, and its
    number as `to`, which comes back with the reply. A reply is a message of its own, so that it is
    not part of the state, which a browser may keep.
    """

    _esm = source("dom.js", "record_view.js")
    _css = source("theme.css", "home.css", "record_view.css")
    call = ""
    name = traitlets.Unicode().tag(sync=True)
    label = traitlets.Unicode().tag(sync=True)
    body: traitlets.List[Any] = traitlets.List().tag(sync=True)
    controls: traitlets.List[Any] = traitlets.List().tag(sync=True)

    def __init__(self, place: str | Path | None, on: date | None = None) -> None:
        self.place, self.on = place, on
        super().__init__()
        self._refresh()

    def _text(self) -> str:
        """Return the view as plain text, for a call outside a notebook."""
        raise NotImplementedError

    def _look(self) -> list[Node]:
        """Return what the view shows now."""
        raise NotImplementedError

    def _controls(self) -> list[Control]:
        """Return the fields and buttons that are of use now."""
        return []

    def _acts(self) -> Mapping[str, Callable[[str], Reply]]:
        """Return what the buttons do; each takes the value of its field.

        Each may raise ValueError or OSError, which become its reply.
        """
        return {}

    def _refresh(self) -> None:
        self.body, self.controls = self._look(), self._controls()

    def _do(self, message: dict[str, Any]) -> None:
        if act := self._acts().get(str(message.get("do"))):
            try:
                reply = act(str(message.get("value") or ""))
            except ValueError as error:
                reply = Reply(str(error), good=False)
            except OSError as error:
                reply = Reply(f"This did not work: {in_words(error)}", good=False)
            told = {**reply._asdict(), "to": message.get("to"), "content": None}
            self.send(told, [reply.content] if reply.content else [])
        self._refresh()

    def _complain(self, text: str) -> None:
        alert = node("p", text, role="alert", class_="codeedu-complaint")
        self.body = [alert, *(part for part in self.body if part[1].get("role") != "alert")]

    def _paper(self) -> list[Node]:
        """Return what is stored: the same on every day, and for everybody."""
        raise NotImplementedError

    def _first(self) -> dict[str, Any]:
        return {**super()._first(), "body": self._paper(), "controls": []}

    def _static(self) -> str:
        style = f"<style>{source('home.css')}</style>"
        return Shown("", style + "".join(map(to_html, self._paper())))._repr_html_()

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is not None:
            bundle[0]["text/plain"] = self.call
        return bundle

    def __repr__(self) -> str:
        return self._text()
