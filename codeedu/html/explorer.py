"""The explorer: type a code, and see what it could be.

It passes what was typed to the classifier and shows the result as `answer.py` builds it. The code
that runs in the browser is in `static/`.
"""

from __future__ import annotations

from typing import Any

import traitlets

from codeedu import tables
from codeedu.codes.classify import Classification, ReleaseLike, classify
from codeedu.codes.explain import verdict
from codeedu.files import IN_BROWSER
from codeedu.html.answer import answer_nodes, dated, show_answer
from codeedu.html.answer_list import as_csv, entries, list_table, pasted, summary
from codeedu.html.nodes import Shown, node, source, to_html
from codeedu.html.view import AnsweringView

EXAMPLES = ("J1885", "E1165", "99213-25", "0054T", "J188S", "J1885, 99213, 450")


class Explorer(AnsweringView):
    """Type or paste a code and see its parts, its readings, and what was perhaps meant.

    `value` is the text in the input and `context` the field of the claim; set either from
    Python and the view updates. `answer` is what the view shows. A list of codes is answered as
    a table, in which the row `opened` (-1 for none) shows its whole answer.
    """

    _esm = source("dom.js", "explorer.js")
    _css = source("theme.css", "explorer.css")
    _button = "Open the explorer"
    _asked = ("value", "context")

    value = traitlets.Unicode().tag(sync=True)
    context = traitlets.Unicode("procedure").tag(sync=True)
    contexts: traitlets.List[Any] = traitlets.List().tag(sync=True)
    examples: traitlets.List[Any] = traitlets.List().tag(sync=True)
    opened = traitlets.Int(-1).tag(sync=True)

    release: ReleaseLike | None = None  # the learner's own, in which codes are looked up

    def __init__(self, value: str = "J1885", context: str = "procedure") -> None:
        classify(value, context=context)  # raise for an unknown context before anything is shown
        if not IN_BROWSER:  # where the learner's releases are not stored
            from codeedu.cms.store import own_release  # looks up: a release knows no views

            self.release = own_release()
        super().__init__(
            value=value,
            context=context,
            contexts=[[row["context"], row["says"]] for row in tables.rows("contexts")],
            examples=list(EXAMPLES),
        )
        self._update()
        self.observe(self._update, names=["value", "context", "opened"])

    def use_release(self, release: ReleaseLike) -> None:
        """Look codes up in another release than the one that comes with codeedu."""
        self.release = release
        self._update()

    def _answer(self) -> dict[str, Any]:
        """Return what the view shows of one entry, or of a list."""
        found = pasted(self.value)
        listed = [self._classify(entry) for entry in found.entries]
        if listed:
            body = [*list_table(listed, self.opened), dated(listed)]
            says = f"{summary(listed)} {found.says}".rstrip()
            return {"says": says, "body": body, "csv": as_csv(listed)}
        classification = self._classify(self.value)
        body = answer_nodes(classification, live=True)
        return {"says": verdict(classification), "body": body}

    def _classify(self, entry: str) -> Classification:
        return classify(entry, self.context, self.release)

    def _static(self) -> str:
        hint = "This is the explorer's first answer. It reads codes of your own, too."
        if not entries(self.value):
            shown = show_answer(self._classify(self.value))
            return shown._repr_html_() + to_html(node("p", hint))
        answer = self._answer()
        body = [node("p", answer["says"]), *answer["body"], node("p", hint)]
        return Shown(answer["says"], "".join(map(to_html, body)))._repr_html_()

    def __repr__(self) -> str:
        return f"codeedu.explorer({self.value!r})"


def explorer(value: str = "J1885", context: str = "procedure") -> Explorer:
    """Return the explorer, ready to be the last line of a cell.

    `value` is the code to start with; `context` is the field of the claim: "procedure",
    "diagnosis", "drug", "revenue", "place" or "unknown".

    Raises ValueError for a context that does not exist, TraitError for a value that is not text.

    >>> explorer("E1165")
    codeedu.explorer('E1165')
    """
    return Explorer(value, context)
