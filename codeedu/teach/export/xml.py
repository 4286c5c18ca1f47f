"""XML of nodes, and zips of it; the same nodes are the same bytes."""

from __future__ import annotations

from collections.abc import Mapping

from codeedu.files import zipped as files_zipped
from codeedu.html.nodes import Node, to_html


def xml(root: Node) -> bytes:
    """Return a node as an XML file: its texts and attributes are escaped, line ends are kept.

    >>> xml(["p", {"title": '"'}, "a < b"]).decode().splitlines()[1]
    '<p title="&quot;">a &lt; b</p>'
    """
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{to_html(root, lines=True)}\n'.encode()


def zipped(files: Mapping[str, Node]) -> bytes:
    """Return XML files, by their names, as a zip."""
    return files_zipped({name: xml(root) for name, root in files.items()})


def spaces(space: str, schema: str = "") -> dict[str, str]:
    """Return the attributes of a root element in this namespace; `schema` is its address."""
    instance = "http://www.w3.org/2001/XMLSchema-instance"
    where = {"xsi:schemaLocation": f"{space} {schema}"} if schema else {}
    return {"xmlns": space, "xmlns:xsi": instance, **where}
