"""Why a reading stands: short sentences, each with the row of `data/` behind it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from codeedu import tables
from codeedu.codes.formats import dotted

if TYPE_CHECKING:
    from codeedu.codes.reading import Reading


class Reason(str):
    """A short sentence that says why; `row` names the row of `data/` behind it."""

    row: str

    def __new__(cls, text: str, row: str) -> Reason:
        """Return `text` as a Reason that names `row`, such as "forms:level-2"."""
        reason = super().__new__(cls, text)
        reason.row = row
        return reason

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]
        """Return what a copy or a pickle is made from."""
        return str(self), self.row


def why(reading: Reading) -> Iterator[Reason]:
    """Yield the reasons for a reading: its form, its range, lists, marks of the entry."""
    form, code = reading.form, reading.code
    yield Reason(form.says, f"forms:{form.form}")
    if reading.range:
        named = f", {reading.range.section}" if reading.range.section else ""
        span = f"{reading.range.first} to {reading.range.last}"
        yield Reason(f"{code} lies in {span}{named}", f"sections:{reading.range.first}")
        if reading.range.used_by:
            yield Reason(f"used by: {reading.range.used_by}", f"sections:{reading.range.first}")
    elif form.ranges:
        yield Reason(f"{code} lies outside every section that we know", f"forms:{form.form}")
    yield from _listing(reading)
    yield from reading.marks


def _listing(reading: Reading) -> Iterator[Reason]:
    """Say what the lists know of the string: ICD-10-CM's, CMS's and that of modifiers."""
    form, text = reading.form.form, reading.code.replace(".", "")
    if form in ("icd10cm-5", "level-2") or (form == "icd10cm-dot" and len(text) == 5):
        with_dot, edition = dotted(text), tables.by("editions", "what")["ICD-10-CM"]["edition"]
        row = tables.by("icd10cm", "code").get(text)
        if row is None:
            says = f"{with_dot} is not in the ICD-10-CM release of {edition}"
            unlikely = ", so a lost dot is unlikely" if form == "level-2" else ""
            yield Reason(says + unlikely, "editions:ICD-10-CM")
        elif form != "level-2":
            use = (
                "and may be billed" if row["billable"] == "yes" else "as a heading, not for billing"
            )
            says = f"{with_dot} is in the ICD-10-CM release of {edition}, {use}"
            yield Reason(says, f"icd10cm:{text}")
        if row is not None:
            edition = tables.by("editions", "what")["HCPCS Level II"]["edition"]
            if text in tables.by("collisions", "code"):
                says = f"CMS's {edition} of Level II has {text} too: the string is a code in both"
                yield Reason(says, f"collisions:{text}")
            elif form == "level-2":
                says = f"CMS's {edition} of Level II has no {text}; a later one may have"
                yield Reason(says, "editions:HCPCS Level II")
    elif text in tables.by("modifiers", "modifier") and reading.code_set.endswith("modifier"):
        says = tables.by("modifiers", "modifier")[text]["says"]
        yield Reason(f"{text}: {says}", f"modifiers:{text}")
