"""What a classification is made of: readings, and the reasons for them.

Sentences are built when they are read, which keeps `classify` fast.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from codeedu import custom, tables
from codeedu.codes import custom_codes, level2, modifiers, ndc
from codeedu.codes.formats import PAYER, REHABILITATION, Format, Section, by_id, dotted
from codeedu.codes.level2 import Listing
from codeedu.codes.names import in_sentences

STRENGTHS = ("likely", "possible", "remote")
NOT_PAID = {"I": "not payable", "M": "not covered", "S": "not covered"}  # by coverage letter


class Reason(NamedTuple):
    """A short sentence that says why; `row` names the row of `data/` behind it."""

    text: str
    row: str

    def __str__(self) -> str:
        return self.text


class Reading(NamedTuple):
    """One code set that an entry could belong to, and why.

    `code` is the canonical text within that code set, such as "E11.65"; `strength` is "likely",
    "possible" or "remote"; `marks` are reasons that come from the entry, such as lost zeros.
    """

    format: Format
    code: str
    strength: str
    range: Section | None = None
    marks: tuple[Reason, ...] = ()
    looked_up: Listing | None = None  # in the learner's own release, or on a date of service

    @property
    def code_set(self) -> str:
        """The code set, such as "CPT" or "HCPCS Level II"."""
        return self.format.code_set

    @property
    def name(self) -> str:
        """The code set, and the category within CPT, such as "CPT Category I"."""
        return self.format.name

    @property
    def level(self) -> str | None:
        """The HCPCS level "I", "II" or "III"; None outside HCPCS."""
        return self.format.level

    @property
    def category(self) -> str | None:
        """The category within CPT, such as "Category I" or "PLA"; None elsewhere."""
        return self.format.category or None

    @property
    def section(self) -> str | None:
        """The section within the code set, in our words; None when there is none."""
        return (self.range.section or None) if self.range else None

    @property
    def used_by(self) -> str | None:
        """Who uses the section, if that is limited; else None."""
        return (self.range.used_by or None) if self.range else None

    @property
    def steward(self) -> str:
        """Who maintains the code set."""
        return self.format.steward

    @property
    def listing(self) -> Listing | None:
        """What CMS's list says of a Level II code or modifier, or your list of your own code.

        For a CPT code of which we know that it was deleted, its last day. None for any other code.
        """
        if self.looked_up is None and self.format.list_in == "level2":
            return level2.lookup(self.code)
        if self.looked_up is None and self.format.list_in == "deleted_cpt":
            return level2.lookup_deleted(self.code)
        if self.looked_up is None and self.code in self.format.custom:
            return custom_codes.custom_listing(self.code)
        return self.looked_up

    @property
    def status(self) -> str:
        """What is known: "listed", "terminated", "not listed", "format" or "local code"."""
        if (listing := self.listing) is not None:
            return listing.status
        row = _icd10cm_row(self)
        if row is not None:
            return "listed" if row else "not listed"
        return self.format.status

    @property
    def named(self) -> str:
        """What a Level II code is and how much one unit is, in sentences; "" if no list has it."""
        if self.format.list_in != "level2" or not self.listing or self.listing.row is None:
            return ""
        return in_sentences(self.code, "was" if self.status == "terminated" else "is")

    @property
    def why(self) -> tuple[Reason, ...]:
        """Short reasons; each names its row of `data/` in `.row`."""
        return tuple(_reasons_for(self))


def _icd10cm_row(reading: Reading) -> dict[str, str] | None:
    """Return the row of the ICD-10-CM list: {} if it lacks the code, None if it cannot have it.

    The list has only codes of a letter and four digits: only these look like Level II.
    """
    if reading.code_set != "ICD-10-CM":
        return None
    text = reading.code.replace(".", "")
    if len(text) != 5 or not text[1:].isdigit():
        return None
    return tables.by("icd10cm", "code").get(text, {})


def _reasons_for(reading: Reading) -> Iterator[Reason]:
    format, code, section = reading.format, reading.code, reading.range
    if not (format.id == PAYER and code in format.custom):  # which may have the form of another set
        yield Reason(format.description, f"formats:{format.id}")
    if section:
        named = f", {section.section}" if section.section else ""
        row = f"sections:{section.first}"
        if code <= section.last:
            yield Reason(f"{code} lies in {section.first} to {section.last}{named}", row)
        else:
            counted = level2.iso(tables.by("counts", "format")[format.id]["as_of"])
            newest = f"{section.last}, the last number of {counted:%B %Y} in {section.section}"
            yield Reason(f"{code} comes after {newest}: it may be newer", row)
        if section.used_by:
            yield _not_paid(reading, section) or Reason(f"used by: {section.used_by}", row)
    elif format.ranges and reading.listing is None:
        yield Reason(f"{code} lies outside every section we know", f"formats:{format.id}")
    yield from _list_reasons(reading)
    yield from reading.marks


def _not_paid(reading: Reading, section: Section) -> Reason | None:
    """Return that CMS marks a code as not paid, if its section does not say so of all codes."""
    row = reading.listing.row if reading.listing else None
    says = NOT_PAID.get(row.get("coverage", "")) if row else None
    if not says or "never Medicare" in section.used_by:
        return None
    return Reason(f"CMS marks it as {says} by Medicare", _listed_at(reading))


def _listed_at(reading: Reading) -> str:
    """Return the row behind what a list of Level II says."""
    listing = reading.listing
    has_row = reading.looked_up is None and listing and listing.row is not None
    return f"level2:{reading.code}" if has_row else "editions:HCPCS Level II"


def _list_reasons(reading: Reading) -> Iterator[Reason]:
    """Yield what the lists say: CMS's, ICD-10-CM's, the modifiers, and HHS's claims."""
    code, string = reading.code, reading.code.replace(".", "")
    listing = reading.listing
    if listing and code in reading.format.custom:
        at = f"{custom.NAME}/{custom_codes.NAME}:{code}"
        yield Reason(listing.text, at)
        yield Reason(f"{listing.descriptor} ({custom_codes.codes()[code]['source']})", at)
    elif listing and reading.format.list_in == "deleted_cpt":
        yield Reason(listing.text, f"deleted_cpt:{code}")
    elif listing:
        yield Reason(listing.text, _listed_at(reading))
    if reading.format.is_modifier:
        if says := modifiers.says(code):
            yield Reason(f"{code}: {says}", f"modifiers:{code}")
    elif reading.code_set == "NDC":
        for sentence in ndc.reasons(code):
            yield Reason(sentence, f"formats:{reading.format.id}")
    elif reading.code_set in ("HCPCS Level III", "Payer's own code"):
        yield from _medicaid_reasons(reading)
    if reading.code_set == "HCPCS Level II" and listing and listing.status == "not listed":
        yield from _rehabilitation(code)
    yield from _icd10cm_reasons(reading, string)


def _icd10cm_reasons(reading: Reading, string: str) -> Iterator[Reason]:
    """Yield what ICD-10-CM's list says about a diagnosis, or a code that may have lost its dot."""
    named = f"the ICD-10-CM list of {level2.edition_of('ICD-10-CM')}"
    diagnosis = _icd10cm_row(reading)
    absent = f"{dotted(string)} is not in {named}"
    if reading.format.id == "level-2":
        if string not in tables.by("icd10cm", "code"):
            sentence = f"it is probably not a diagnosis that lost its dot: {absent}"
            yield Reason(sentence, "editions:ICD-10-CM")
    elif diagnosis == {}:
        yield Reason(absent, "editions:ICD-10-CM")
    elif diagnosis is not None:
        billable = diagnosis["billable"] == "yes"
        use = "and may be billed" if billable else "but needs more characters to be billed"
        sentence = f"{dotted(string)} is in {named}, {use}"
        yield Reason(sentence, f"icd10cm:{string}")
    if string in tables.by("collisions", "code"):
        sentence = f"the string {string} is a code in both HCPCS Level II and ICD-10-CM"
        yield Reason(sentence, f"collisions:{string}")


def _medicaid_reasons(reading: Reading) -> Iterator[Reason]:
    """Yield whether Medicaid paid a local code or a payer's own (HHS, 2018 to 2024)."""
    code = reading.code
    if reading.code_set == "HCPCS Level III":
        by_law = "by law, local codes could be used through December 31, 2003"
        yield Reason(by_law, "sources:bipa-2000")
    if row := tables.by("medicaid_claims", "code").get(code):
        claims, first, last = int(row["claims"]), row["first_month"], row["last_month"]
        verb = "paid" if int(row["paid"]) else "had"
        paid = f"Medicaid programs or plans {verb} {code} on {claims:,} claims, {first} to {last}"
        yield Reason(paid, f"medicaid_claims:{code}")


def _rehabilitation(code: str) -> Iterator[Reason]:
    """Yield that a code without a place in CMS's list can be one of inpatient rehabilitation."""
    if re.fullmatch(by_id(REHABILITATION).pattern, code):
        can = f"on a line with revenue code 0024, {code} can be a HIPPS code of rehabilitation"
        yield Reason(can, f"formats:{REHABILITATION}")
