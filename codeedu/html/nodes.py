"""HTML that is safe and accessible by construction: nodes, tables and figures.

A *node* is `[tag, attributes, *children]`, where a child is text or another node. It is plain
data: `to_html` writes it as a string here, and `build` in static/keys.js makes elements of it
in the browser, so an answer looks the same alive and printed. Text is escaped here and nowhere
else, with everything unseen made visible.
"""

from __future__ import annotations

import html
import io
import sys
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure as MatplotlibFigure

from codeedu.codes.wording import visible

STATIC = Path(__file__).parent / "static"

Node = list[Any]


def node(tag: str, *children: str | Node, **attributes: str) -> Node:
    """Return a node; `class_` and `data_fill` stand for `class` and `data-fill`.

    >>> node("p", "Try ", node("code", "J1885"), class_="hint")
    ['p', {'class': 'hint'}, 'Try ', ['code', {}, 'J1885']]
    """
    return [tag, {k.rstrip("_").replace("_", "-"): v for k, v in attributes.items()}, *children]


def to_html(tree: str | Node, *, lines: bool = False) -> str:
    r"""Return a node as HTML; every text and every attribute is escaped.

    Line ends are shown as characters, except where `lines` are kept: inside a `pre`.

    >>> to_html(node("p", "<b> & \x00", title='"'))
    '<p title="&quot;">&lt;b&gt; &amp; ⟨U+0000⟩</p>'
    """
    if isinstance(tree, str):
        return html.escape("\n".join(map(visible, tree.split("\n"))) if lines else visible(tree))
    tag, attributes, *children = tree
    lines = lines or tag == "pre"
    inside = "".join(f' {name}="{html.escape(visible(v))}"' for name, v in attributes.items())
    return f"<{tag}{inside}>{''.join(to_html(child, lines=lines) for child in children)}</{tag}>"


@cache
def source(*names: str) -> str:
    """Return files of `static/`, one after the other: what a page or a widget loads."""
    return "\n".join((STATIC / name).read_text(encoding="utf-8") for name in names)


def table_html(
    rows: Iterable[Mapping[str, object]] | Any, *, caption: str, columns: Sequence[str] = ()
) -> str:
    """Return an accessible table as HTML; arguments and errors are those of `table_node`.

    >>> table_html([{"code": "J1885", "level": "II"}], caption="One code")[-62:]
    '<tr><th scope="row">J1885</th><td>II</td></tr></tbody></table>'
    """
    return to_html(table_node(rows, caption=caption, columns=columns))


def table_node(
    rows: Iterable[Mapping[str, object]] | Any, *, caption: str, columns: Sequence[str] = ()
) -> Node:
    """Return an accessible table: a caption, a header for each column, and one for each row.

    `rows` are mappings from column name to value, or a pandas DataFrame (its index is left out);
    a value that is a list is a node. `columns` chooses and orders the columns; the first one
    heads each row. Everything is escaped.

    Raises KeyError when a row lacks a column.
    """
    if hasattr(rows, "to_dict"):
        rows = rows.to_dict("records")
    listed = list(rows)
    names = list(columns or (listed[0] if listed else ()))
    head = [node("th", str(name), scope="col") for name in names]
    body = [
        node("tr", *(_cell(row[name], heads=i == 0) for i, name in enumerate(names)))
        for row in listed
    ]
    return node(
        "table",
        node("caption", caption),
        node("thead", node("tr", *head)),
        node("tbody", *body),
    )


def _cell(value: object, *, heads: bool) -> Node:
    inside = value if isinstance(value, list) else str(value)
    return node("th", inside, scope="row") if heads else node("td", inside)


class Figure:
    """A drawn figure with its words and numbers; the last line of a cell shows it."""

    def __init__(self, png: bytes, *, alt: str, table: str, caption: str) -> None:
        self.png, self.alt, self.table, self.caption = png, alt, table, caption

    def __repr__(self) -> str:
        return f"Figure: {self.caption} {self.alt}"

    def _repr_html_(self) -> str:
        # White and framed whatever the theme: a picture cannot follow it. The style is inline
        # because it has to hold where style sheets are taken out.
        look = "max-width:100%;height:auto;background:#fff;padding:8px;border:1px solid #8a919b"
        address = f"data:image/png;base64,{b64encode(self.png).decode()}"
        picture = f'<img alt="{html.escape(visible(self.alt))}" src="{address}" style="{look}">'
        caption = to_html(node("figcaption", self.caption))
        summary = to_html(node("summary", "The numbers as a table"))
        details = f"<details>{summary}{self.table}</details>"
        return f'<figure style="margin:1em 0">{picture}{caption}{details}</figure>'


def figure(
    picture: MatplotlibFigure | bytes,
    *,
    alt: str,
    table: Iterable[Mapping[str, object]] | Any,
    caption: str,
) -> Figure:
    """Return a picture, a matplotlib figure or PNG, as one that everybody can read.

    `alt` says in words what the picture shows: its kind, axes and message. `table` holds the
    numbers behind it, as `table_html` takes them. A matplotlib figure is closed, so that a
    notebook does not show it twice.

    Raises ValueError when `alt` or `caption` is empty.
    """
    if not alt.strip() or not caption.strip():
        raise ValueError("A figure needs an alt text and a caption: not everyone sees it.")
    drawn = picture if isinstance(picture, bytes) else png(picture)
    numbers = table_html(table, caption=caption)
    return Figure(drawn, alt=alt, table=numbers, caption=caption)


def png(figure: MatplotlibFigure) -> bytes:
    """Return a matplotlib figure as PNG, the same bytes from run to run, and close it."""
    drawn = io.BytesIO()
    # No Software entry: matplotlib's version would change the bytes.
    look: dict[str, Any] = {"facecolor": "white", "metadata": {"Software": None}}
    figure.savefig(drawn, format="png", dpi=120, **look)
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close(figure)
    return drawn.getvalue()
