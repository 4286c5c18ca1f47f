"""The base of all views: what they show with Python behind them, and without it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import anywidget
import traitlets
from IPython.display import display

from codeedu.html.nodes import WIDGET, node, source, to_html


class View(anywidget.AnyWidget):
    """Base class of views: a stable repr, static HTML where no kernel runs, and errors in words.

    A cell has two outputs: the static page, and the live view. JupyterLab shows only the richest
    form of one output, and for a view whose kernel is gone that is an error. `fallback.css`, which
    comes with the page, shows whichever of the two is of use.
    """

    _button: str  # the label of the button that starts the view: what comes

    def __init__(self, **state: Any) -> None:
        super().__init__(**state)
        self.on_msg(self._heed)

    # What the browser asks for.

    def _heed(self, view: object, content: object, buffers: object) -> None:
        with self._errors_shown():
            self._do(content if isinstance(content, dict) else {})

    def _do(self, message: dict[str, Any]) -> None:
        """Do what a message of the browser asks for, by its "do"; anything else changes nothing."""

    @contextmanager
    def _errors_shown(self) -> Iterator[None]:
        """Show an unexpected error in the view, and raise it for whoever runs the notebook."""
        try:
            yield
        except Exception as error:
            self._complain(f"{type(error).__name__}: {error}")
            raise

    def _complain(self, text: str) -> None:
        """Show why something did not work."""
        raise NotImplementedError

    # What is stored, and shown.

    def _first(self) -> dict[str, Any]:
        """Return the state that a page stores: what everybody sees until Python answers."""
        own = set(self.trait_names(sync=True)) - set(anywidget.AnyWidget.class_trait_names())
        return {name: getattr(self, name) for name in sorted(own) if not name.startswith("_")}

    def _static(self) -> str:
        """Return HTML that replaces the view where no kernel runs."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is not None:
            page = f"{run_button(self._button)}{self._static()}"
            html = f'<div class="codeedu-fallback">{page}</div>'
            bundle[0].update({"text/plain": repr(self), "text/html": html})
        return bundle

    def _ipython_display_(self) -> None:
        bundle = self._repr_mimebundle_()
        if bundle is not None:
            formats, _ = bundle
            live = {WIDGET: formats.pop(WIDGET)}
            display(formats, raw=True)  # type: ignore[no-untyped-call]
            display(live, raw=True)  # type: ignore[no-untyped-call]


class AnsweringView(View):
    """Base class of views that answer what is typed, again whenever it changes.

    `answer` is what the view shows: what `_answer` returns, and what it is the answer to.
    """

    answer = traitlets.Dict().tag(sync=True)

    _asked: tuple[str, ...]  # the traits that hold the question

    def _update(self, change: object = None) -> None:
        with self._errors_shown():
            self._say(self._answer())

    def _complain(self, text: str) -> None:
        self._say({"error": text})

    def _say(self, answer: dict[str, Any]) -> None:
        self.answer = {name: getattr(self, name) for name in self._asked} | answer

    def _answer(self) -> dict[str, Any]:
        """Return the answer: `says`, a sentence that is announced, and `body`, its nodes."""
        raise NotImplementedError


def run_button(label: str) -> str:
    """Return a button as HTML that runs the cell in whose output it stands.

    JupyterLab gives a command to any element with these attributes; the cell that was clicked
    is the one that runs. Elsewhere `fallback.css` hides the button, as nothing would happen.
    """
    button = node(
        "button",
        label,
        type="button",
        class_="codeedu-run",
        data_commandlinker_command="notebook:run-cell",
        data_commandlinker_args="{}",
    )
    return f"<style>{source('fallback.css')}</style>{to_html(button)}"
