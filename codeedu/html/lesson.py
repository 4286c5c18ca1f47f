"""What lessons show: rows of a table, sources, terms of the glossary."""

from __future__ import annotations

from codeedu import tables
from codeedu.codes.level2 import iso, said
from codeedu.codes.wording import plural
from codeedu.html.nodes import Node, Shown, link, node, table_node, to_html
from codeedu.lessons import file_of

# Headings of columns whose name, with blanks for underscores, would not be clear.
HEADINGS = {
    "fails_how": "how it fails",
    "icd10cm": "ICD-10-CM",
    "listed_2018": "listed in 2018",
    "tells_apart": "what tells them apart",
    "where_on_claim": "where on the claim",
}


def show_table(name: str, *columns: str, caption: str | None = None, **where: str) -> Shown:
    """Show rows of a table of `data/`: the given `columns`, and the rows that match `where`.

    Without `columns`, all of them; without a `caption`, the name of the table is its caption.

    Raises TableError for an unknown table, ValueError for an unknown column or when no row fits.

    >>> show_table("sections", "first", "last", "section", format="cpt-maaa")
    sections: 1 row
    """
    rows = tables.rows(name)
    unknown = sorted({*columns, *where} - set(rows[0]))
    if unknown:
        raise ValueError(f"{name} has no column {unknown[0]!r}; it has: {', '.join(rows[0])}.")
    kept = [row for row in rows if all(row[key] == value for key, value in where.items())]
    if not kept:
        raise ValueError(f"No row of {name} has {where}.")
    names = columns or tuple(rows[0])
    named = [{HEADINGS.get(key, key.replace("_", " ")): row[key] for key in names} for row in kept]
    text = f"{name}: {plural(len(kept), 'row')}"
    return Shown(text, to_html(table_node(named, caption=caption or name.capitalize())))


def sources(*ids: str) -> Shown:
    """Show sources by their ids, sorted, with where to find each.

    Raises ValueError for an id that `sources.csv` does not have.

    >>> sources("hcfa-2000")
    1 source, read on November 23, 2026
    """
    known = tables.by("sources", "id")
    unknown = [name for name in ids if name not in known]
    if unknown:
        raise ValueError(f"data/sources/sources.csv has no source {unknown[0]!r}.")
    days = sorted({day for name in ids if (day := iso(known[name]["read_on"]))})
    entries = [_entry(known[name], dated=len(days) > 1) for name in sorted(set(ids))]
    text = plural(len(entries), "source")
    if len(days) > 1:
        text += f", read from {said(days[0])} to {said(days[-1])}"
    elif days:
        text += f", read on {said(days[0])}"
    return Shown(text, to_html(node("div", node("p", f"{text}."), node("ul", *entries))))


def _entry(row: dict[str, str], *, dated: bool) -> Node:
    title = link(row["title"], row["url"]) if row["url"] else row["title"]
    by = ", ".join(filter(None, (row["publisher"], row["published"])))
    read = f" Read {row['read_on']}." if dated and row["read_on"] else ""
    aged = " Cited as an example of a page that has aged." if row["kind"] == "aged" else ""
    return node(
        "li",
        node("code", row["id"]),
        " ",
        title,
        f" ({by}). " if by else ", ",
        f"{row['note'].rstrip('.')}.{aged}{read}",
    )


def glossary(*terms: str) -> Shown:
    """Show terms of the glossary: what each means, the lesson it is from, its sources.

    Without terms, all of them, folded.

    Raises ValueError for a term that the glossary does not have.

    >>> glossary("steward")
    glossary: 1 term
    """
    known = tables.by("glossary", "term")
    unknown = [term for term in terms if term not in known]
    if unknown:
        raise ValueError(f"The glossary has no term {unknown[0]!r}.")
    chosen = sorted(terms or known, key=str.casefold)
    pairs = [
        part
        for term in chosen
        for part in (node("dt", node("strong", term)), _meaning(known[term]))
    ]
    count, listed = plural(len(chosen), "term"), node("dl", *pairs)
    shown = listed if terms else node("details", node("summary", count), listed)
    return Shown(f"glossary: {count}", to_html(shown))


def _meaning(row: dict[str, str]) -> Node:
    lesson = tables.by("lessons", "lesson")[row["lesson"]]
    where = link(f"Lesson {row['lesson']}", file_of(lesson))
    cited = [part for name in row["sources"].split() for part in (", ", node("code", name))]
    return node("dd", f"{row['meaning']}. (", where, "; ", *cited[1:], ")")
