"""Safe and accessible HTML: nodes, tables, pages, and what a cell displays.

A *node* is `[tag, attributes, *children]`, where a child is text or another node. It is plain
data: `to_html` writes it as a string here, and `fromNode` in static/dom.js makes elements of it
in the browser, so an answer looks the same live and static. Text is escaped here and nowhere
else, and invisible characters are written out.
"""

from __future__ import annotations

import html
import re
import textwrap
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from string import Template
from typing import Any

from codeedu.codes.wording import visible
from codeedu.files import write_text

STATIC = Path(__file__).parent / "static"
WIDGET = "application/vnd.jupyter.widget-view+json"  # the type of a live view in an output

Node = list[Any]
TERMINAL = "codeedu-terminal"  # the class of what needs a terminal: pages leave it out
VOID = {"img", "input", "meta"}  # elements without an end tag


def node(tag: str, *children: str | Node, **attributes: str) -> Node:
    """Return a node; `class_` and `data_fill` stand for `class` and `data-fill`.

    >>> node("p", "Try ", node("code", "J1885"), class_="hint")
    ['p', {'class': 'hint'}, 'Try ', ['code', {}, 'J1885']]
    """
    return [tag, {k.rstrip("_").replace("_", "-"): v for k, v in attributes.items()}, *children]


_ADDRESS = re.compile(r"https?://\S+|[\w.-]*(?:#\S*)?")


def link(text: str, address: str) -> Node:
    """Return a link to a page of the web or to a file beside this one; no other address is linked.

    A page of the web opens in a new tab, so the notebook keeps its place.

    >>> link("CMS", "https://www.cms.gov")[1]
    {'href': 'https://www.cms.gov', 'target': '_blank', 'rel': 'noopener'}
    >>> link("Click me", "javascript:alert(1)")
    ['span', {}, 'Click me']
    """
    if not _ADDRESS.fullmatch(address):
        return node("span", text)
    elsewhere = {"target": "_blank", "rel": "noopener"} if "://" in address else {}
    return node("a", text, href=address, **elsewhere)


def to_html(tree: str | Node, *, lines: bool = False) -> str:
    r"""Return a node as HTML; every text and every attribute is escaped.

    Line ends are written out like other invisible characters, unless `lines` are kept, as they
    are inside a `pre`.

    >>> to_html(node("p", "<b> & \x00", title='"'))
    '<p title="&quot;">&lt;b&gt; &amp; ⟨U+0000⟩</p>'
    """
    if isinstance(tree, str):
        return html.escape("\n".join(map(visible, tree.split("\n"))) if lines else visible(tree))
    tag, attributes, *children = tree
    lines = lines or tag == "pre"
    inside = "".join(f' {name}="{html.escape(visible(v))}"' for name, v in attributes.items())
    if tag in VOID:
        return f"<{tag}{inside}>"
    return f"<{tag}{inside}>{''.join(to_html(child, lines=lines) for child in children)}</{tag}>"


def bullet_list(entries: Iterable[Sequence[str | Node]], **attributes: str) -> list[Node]:
    """Return a list with a bullet for each entry, which is texts and nodes; [] without entries.

    >>> bullet_list([["Try ", node("code", "J1885")]], class_="codeedu-parts")
    [['ul', {'class': 'codeedu-parts'}, ['li', {}, 'Try ', ['code', {}, 'J1885']]]]
    """
    items = [node("li", *entry) for entry in entries]
    return [node("ul", *items, **attributes)] if items else []


@cache
def source(*names: str) -> str:
    """Return files of `static/`, one after the other: what a page or a widget loads.

    A style sheet's `@import` is replaced by the file that it names. Its comments and line breaks
    are dropped, because a notebook stores it once for every output.
    """
    return "\n".join(map(_static_text, names))


def _static_text(name: str) -> str:
    text = (STATIC / name).read_text(encoding="utf-8")
    if not name.endswith(".css"):
        return text
    text = re.sub(r"\s+", " ", re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)).strip()
    return re.sub(r'@import "(.+?)";', lambda match: _static_text(match[1]), text)


def table_node(
    rows: Iterable[Mapping[str, object]] | Any, *, caption: str, columns: Sequence[str] = ()
) -> Node:
    """Return an accessible table: a caption, a header for each column, and one for each row.

    It stands in a frame that scrolls, by keyboard too, where the table is wider than the page.

    `rows` are mappings from column name to value, or a pandas DataFrame (its index is left out);
    a value that is a list is a node. `columns` chooses and orders the columns; the first one
    heads each row. Everything is escaped.

    Raises KeyError when a row lacks a column.

    >>> to_html(table_node([{"code": "J1885", "level": "II"}], caption="One code"))[-68:]
    '<tr><th scope="row">J1885</th><td>II</td></tr></tbody></table></div>'
    """
    if hasattr(rows, "to_dict"):
        rows = rows.to_dict("records")
    listed = list(rows)
    names = list(columns or (listed[0] if listed else ()))
    head = [node("th", str(name), scope="col") for name in names]
    body = [
        node("tr", *(_table_cell(row[name], heads=i == 0) for i, name in enumerate(names)))
        for row in listed
    ]
    table = node(
        "table",
        node("caption", caption),
        node("thead", node("tr", *head)),
        node("tbody", *body),
    )
    return framed(table, caption)


def framed(table: Node, label: str) -> Node:
    """Return a table in a frame that scrolls sideways; `label` is what the frame is called."""
    frame = {"class_": "codeedu-wide", "role": "group", "tabindex": "0"}
    return node("div", table, aria_label=label, **frame)


def _table_cell(value: object, *, heads: bool) -> Node:
    inside = value if isinstance(value, list) else str(value)
    return node("th", inside, scope="row") if heads else node("td", inside)


class Shown(str):
    """What a cell displays: text, which a notebook shows as HTML.

    >>> shown = Shown("1 source", "<p>1 source</p>")
    >>> shown
    1 source
    >>> shown.html
    '<p>1 source</p>'
    """

    html: str
    heading: str

    def __new__(cls, text: str, html: str, heading: str = "codeedu") -> Shown:
        """Return `text` that shows as `html`, a fragment; `heading` is that of a saved page."""
        shown = super().__new__(cls, text)
        shown.html, shown.heading = html, heading
        return shown

    def __getnewargs__(self) -> tuple[str, str, str]:  # type: ignore[override]
        """Return the arguments that make a copy, or an unpickled one."""
        return str(self), self.html, self.heading

    def __repr__(self) -> str:
        lines = self.split("\n")
        return "\n".join(textwrap.fill(line, 88, break_long_words=False) for line in lines)

    def _repr_html_(self) -> str:
        return f'<style>{source("theme.css")}</style><div class="codeedu">{self.html}</div>'

    def save(self, path: str | Path) -> Path:
        """Write it as a self-contained web page; return its path.

        Raises OSError when it cannot be written.
        """
        place = Path(path).expanduser()
        head = to_html(node("h1", self.heading))
        body = f'<main>{head}<div class="codeedu">{self.html}</div></main>'
        text = page(self.heading, body, source("theme.css", "page.css"))
        write_text(place, text, "xmlcharrefreplace")
        return place


def page(title: str, body: str, style: str) -> str:
    """Return a whole web page: `title` is text, `body` HTML, `style` the text of style sheets.

    >>> "<title>A &amp; B</title>" in page("A & B", "<main></main>", "")
    True
    """
    parts = {"title": to_html(title), "body": body, "style": style}
    return Template(source("page.html")).substitute(parts)


def picture(svg: str, alt: str) -> Node:
    """Return an SVG as an image, since JupyterLab's sanitizer drops <svg>."""
    address = f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"
    return node("img", alt=alt, src=address)


class Figure(Shown):
    """A picture with its words and numbers; the last line of a cell shows it."""

    node: Node
    svg: str
    alt: str
    caption: str
    table: str


def readable_figure(
    svg: str, *, alt: str, table: Iterable[Mapping[str, object]] | Any, caption: str
) -> Figure:
    """Return an SVG as a figure that everybody can read.

    `alt` says in words what the picture shows: its kind, axes and message. `table` holds the
    numbers behind it, as `table_node` takes them.

    Raises ValueError when `alt` or `caption` is empty.
    """
    if not alt.strip() or not caption.strip():
        raise ValueError("A figure needs an alt text and a caption: not everyone sees it.")
    numbers = table_node(table, caption=caption)
    parts = (
        picture(svg, alt),
        node("figcaption", caption),
        node("details", node("summary", "The numbers as a table"), numbers),
    )
    whole = node("figure", *parts)
    shown = Figure(f"Figure: {caption} {alt}", to_html(whole))
    shown.node = whole
    shown.svg, shown.alt, shown.caption, shown.table = svg, alt, caption, to_html(numbers)
    return shown
