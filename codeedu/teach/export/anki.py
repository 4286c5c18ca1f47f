"""Anki: a deck of cards, a deck for each lesson; a second import updates the cards."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Sequence

from codeedu.html.nodes import Node, node
from codeedu.lessons import lesson_name
from codeedu.questions.printed import PrintedItem, as_html, by_lesson

MODEL = 1_796_402_117  # the note type; a new number would make a second one beside it
FIELDS = ("Question", "Typed", "Answer", "Reasons", "Hint", "Item")
FRONT = """{{Question}}
{{#Typed}}<div>{{type:Typed}}</div>{{/Typed}}
{{#Hint}}<div>{{hint:Hint}}</div>{{/Hint}}"""
BACK = """{{FrontSide}}
<hr id="answer">
{{Answer}}
{{Reasons}}
<p class="item">{{Item}}</p>"""
STYLE = """.card { max-width: 45rem; margin: 0 auto; font: 1.1rem/1.5 sans-serif; }
.card { text-align: left; }
.item { font-size: 0.85rem; }
pre { overflow-x: auto; }"""
LEFT_OUT = ("choice", "other spellings")  # of LOST in export_bank.py


def build(questions: Sequence[PrintedItem], title: str) -> bytes:
    """Return the questions as an Anki package.

    Raises ImportError when genanki is not installed.
    """
    try:
        import genanki
    except ImportError as error:
        needs = "An Anki deck needs the package genanki: uv pip install genanki."
        raise ImportError(needs) from error
    model = genanki.Model(
        MODEL,
        "codeedu question",
        fields=[{"name": name} for name in FIELDS],
        templates=[{"name": "Card", "qfmt": FRONT, "afmt": BACK}],
        css=STYLE,
        sort_field_index=FIELDS.index("Item"),
    )
    decks = []
    for lesson, listed in by_lesson(questions).items():
        deck = genanki.Deck(_deck_id(f"{title}::{lesson}"), f"{title}::{lesson_name(lesson)}")
        for question in listed:
            item = question.item
            guid = genanki.guid_for("codeedu", item.id)
            tags = [f"codeedu::{item.objective}", f"codeedu::{item.level or item.kind}"]
            note = genanki.Note(model, list(_note_fields(question)), guid=guid, tags=tags)
            deck.add_note(note)
        decks.append(deck)
    package = io.BytesIO()
    genanki.Package(decks).write_to_file(package)
    return package.getvalue()


def _deck_id(name: str) -> int:
    """Return the id of a deck, the same for the same name."""
    return 1 << 30 | int.from_bytes(hashlib.sha256(name.encode()).digest()[:4]) >> 2


def _note_fields(question: PrintedItem) -> Iterator[str]:
    """Yield the fields of a note, in the order of FIELDS."""
    choices = [node("li", *answer.nodes) for answer in question.choices]
    how = node("p", node("em", question.how))
    yield _safe([*question.stem, how, *([node("ol", *choices, type="A")] if choices else [])])
    yield "" if choices else _safe([question.answers[0].text])
    yield _safe([question.right])
    yield _safe([question.explanation, *question.reasons, *question.notes])
    yield _safe(question.hint)
    yield question.id


def _safe(nodes: Sequence[str | Node]) -> str:
    """Return nodes as HTML in which nothing is a [sound:] or a [latex] of Anki."""
    return as_html(nodes).replace("[", "&#91;")
