"""Hold plain data against a JSON Schema and say each fault in a sentence, with how to mend it.

It knows the part of JSON Schema that `questions.schema.json` uses, no more. What the schema
says in a `description` is what a writer is told to do: one text for editors and for us.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, NamedTuple

_TYPES: dict[str, tuple[type, str]] = {
    "object": (dict, "a table"),
    "array": (list, "a list"),
    "string": (str, "text in quotes"),
    "boolean": (bool, "true or false"),
}


class Fault(NamedTuple):
    """One fault: `path` of keys and places, `what` is wrong, how to `mend` it."""

    path: tuple[str | int, ...]
    what: str
    mend: str


def faults(value: Any, schema: dict[str, Any]) -> Iterator[Fault]:
    """Yield every fault of `value` under `schema`.

    >>> known = {"id": {"description": "a name"}}
    >>> next(faults({}, {"required": ["id"], "properties": known}))
    Fault(path=(), what='`id` is missing', mend='Add `id`: a name.')
    """
    yield from _Checker(schema).check(value, schema, ())


class _Checker:
    def __init__(self, root: dict[str, Any]) -> None:
        self.root = root

    def resolve(self, schema: Any) -> Any:
        """Return `schema` with what its $ref names; its own words go first."""
        if isinstance(schema, dict) and "$ref" in schema:
            found: Any = self.root
            for key in schema["$ref"].removeprefix("#/").split("/"):
                found = found[key]
            return {**found, **{k: v for k, v in schema.items() if k != "$ref"}}
        return schema

    def check(self, value: Any, schema: Any, path: tuple[str | int, ...]) -> Iterator[Fault]:
        schema = self.resolve(schema)
        if schema is False:
            yield Fault(path, f"`{path[-1]}` does not belong in this kind of item", "Take it out.")
            return
        says = schema.get("description", "")
        mend = f"It should be {says}." if says else "See docs/question-bank.md."
        name = f"`{path[-1]}`" if path and isinstance(path[-1], str) else "this"
        if "type" in schema:
            wanted, words = _TYPES[schema["type"]]
            if not isinstance(value, wanted):
                yield Fault(path, f"{name} is {_shown(value)}, not {words}", mend)
                return
        if "const" in schema and value != schema["const"]:
            yield Fault(path, f"{name} is {_shown(value)}", mend)
        if "enum" in schema and value not in schema["enum"]:
            yield Fault(path, f"{name} is {_shown(value)}", mend)
        if isinstance(value, str):
            yield from self._text(value, schema, path, name, mend)
        elif isinstance(value, list):
            yield from self._list(value, schema, path, name, mend)
        elif isinstance(value, dict):
            yield from self._table(value, schema, path)
        for part in schema.get("allOf", ()):
            yield from self.check(value, part, path)
        if "if" in schema and self.fits(value, schema["if"], path):
            yield from self.check(value, schema.get("then", {}), path)

    def fits(self, value: Any, schema: dict[str, Any], path: tuple[str | int, ...]) -> bool:
        schema = self.resolve(schema)
        if "not" in schema and self.fits(value, schema["not"], path):
            return False
        return next(self.check(value, schema, path), None) is None

    def _text(self, value: str, schema: Any, path: Any, name: str, mend: str) -> Iterator[Fault]:
        if not value.strip():
            yield Fault(path, f"{name} is empty", mend)
        elif len(value) < schema.get("minLength", 0):
            yield Fault(path, f"{name} is short: {_shown(value)}", mend)
        elif "pattern" in schema and not re.search(schema["pattern"], value):
            yield Fault(path, f"{name} is {_shown(value)}", mend)

    def _list(self, value: Any, schema: Any, path: Any, name: str, mend: str) -> Iterator[Fault]:
        least = schema.get("minItems", 0)
        if len(value) < least:
            yield Fault(path, f"{name} has {len(value)} of at least {least}", mend)
        if "contains" in schema:
            wanted = self.resolve(schema["contains"])
            count = sum(self.fits(entry, wanted, path) for entry in value)
            low, high = schema.get("minContains", 1), schema.get("maxContains", count)
            if not low <= count <= high:
                number = f"exactly {low}" if low == high else f"at least {low}"
                says = f"{name} has {count or 'none'} with {wanted['description']}"
                yield Fault(path, says, f"Mark {number}.")
        for place, entry in enumerate(value):
            yield from self.check(entry, schema.get("items", {}), (*path, place))

    def _table(self, value: Any, schema: Any, path: Any) -> Iterator[Fault]:
        known = schema.get("properties", {})
        for key in schema.get("required", ()):
            if key not in value:
                says = self.resolve(known.get(key) or {}).get("description", "")
                yield Fault(
                    path, f"`{key}` is missing", f"Add `{key}`: {says}.".replace(": .", ".")
                )
        for key, entry in value.items():
            if key in known:
                yield from self.check(entry, known[key], (*path, key))
            elif schema.get("additionalProperties", True) is False:
                near = get_close_matches(key, known, 1)
                hint = f"Did you mean `{near[0]}`?" if near else f"Known are: {', '.join(known)}."
                yield Fault(path, f"`{key}` is no field that we know", hint)


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
