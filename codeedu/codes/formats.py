"""Code formats and their ranges: the rows of `formats.csv` and `sections.csv`."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import NamedTuple

from codeedu import tables
from codeedu.codes import custom_codes

LOCAL, PAYER = "level-3", "payer"  # the formats of custom codes
REHABILITATION = "hipps-irf"  # the format of HIPPS codes that looks like Level II


@dataclass(frozen=True, slots=True, eq=False)
class Section:
    """A row of `sections.csv`: a range of codes of one format."""

    format: str
    first: str
    last: str
    grows_to: str  # where numbers are given in order: how far they may have come since (a guess)
    section: str
    used_by: str
    sources: str

    def __reduce__(self) -> tuple[object, ...]:
        """Copy and unpickle to the same object: there is one for each row."""
        return _section_from, (self.format, self.first)


@dataclass(frozen=True, eq=False)
class Format:
    """A row of `formats.csv`: a pattern that a code set uses, and how much it proves."""

    id: str
    code_set: str
    category: str
    noun: str
    pattern: str
    strength_in_range: str
    strength_otherwise: str
    strength_if_padded: str
    width: str
    check_digit: str  # whose check digit its codes end in, and the digits to put in front of them
    dot_after: str  # how many characters its dot follows, which may be left out
    gives_way_to: str  # a table: what it lists is hardly a code of this format
    list_in: str
    status: str
    description: str
    example: str
    counterexample: str
    objective: str  # what a generated question about it serves; "" if none is generated
    sources: str

    def __reduce__(self) -> tuple[object, ...]:
        """Copy and unpickle to the same object: there is one for each row."""
        return by_id, (self.id,)

    @cached_property
    def mask_pattern(self) -> re.Pattern[str]:
        """The pattern over masks, in which every digit is a 9 (see `mask`)."""
        return re.compile(self.pattern.replace("0-9", "9"))

    @cached_property
    def name(self) -> str:
        """The code set, and the category within CPT, such as "CPT Category I"."""
        return f"{self.code_set} {self.category}".rstrip()

    @cached_property
    def is_modifier(self) -> bool:
        """Whether its codes are modifiers, which follow a procedure code."""
        return self.code_set.endswith("modifier")

    @cached_property
    def steward(self) -> str:
        """Who maintains the code set."""
        return self._of_code_set("steward")

    @cached_property
    def level(self) -> str | None:
        """The HCPCS level of the code set, or None."""
        return self._of_code_set("level") or None

    @cached_property
    def takes_modifiers(self) -> bool:
        """Whether modifiers may follow a code of this format."""
        return self._of_code_set("takes_modifiers") == "yes"

    def _of_code_set(self, column: str) -> str:
        return tables.by("code_sets", "code_set")[self.code_set][column]

    @cached_property
    def ranges(self) -> tuple[Section, ...]:
        """The rows of `sections.csv` for this format, in order."""
        names = Section.__slots__
        rows = (row for row in tables.rows("sections") if row["format"] == self.id)
        return tuple(Section(*(row[name] for name in names)) for row in rows)

    @cached_property
    def _starts(self) -> list[str]:
        return [section.first for section in self.ranges]

    def range_of(self, code: str) -> Section | None:
        """Return the row of `sections.csv` that `code` lies in, or None."""
        after = bisect_right(self._starts, code)
        if not after:
            return None
        section = self.ranges[after - 1]
        return section if code <= (section.grows_to or section.last) else None

    @cached_property
    def listed(self) -> frozenset[str]:
        """The codes of this format that its table lists one by one; empty without a table."""
        if self.list_in == "modifiers":
            rows = tables.rows("modifiers")
            return frozenset(r["modifier"] for r in rows if r["code_set"] == self.code_set)
        table = tables.by(self.list_in, "code") if self.list_in else ()
        return frozenset(table) | self.custom

    @cached_property
    def custom(self) -> frozenset[str]:
        """The custom codes of this format: local ones, else a payer's own."""
        local = re.compile(by_id(LOCAL).pattern)
        is_local = {LOCAL: True, PAYER: False}.get(self.id)
        return frozenset(
            code for code in custom_codes.codes() if bool(local.fullmatch(code)) is is_local
        )

    @cached_property
    def masks(self) -> frozenset[str]:
        """The masks of its custom codes, which its pattern need not match."""
        return frozenset(map(mask, self.custom))

    def match(self, code: str) -> Match:
        """Return how likely a code of this format belongs to the code set, and its range."""
        section = self.range_of(code) if self.ranges else None
        in_range = section is not None or code in self.listed
        if self.list_in == "level2" and code in custom_codes.codes():
            in_range = False  # a payer gave it another meaning
        if self.check_digit:  # most strings of digits have the wrong one
            in_range = (in_range or not self.ranges) and proves_itself(code, self.check_digit)
        strength = self.strength_in_range if in_range else self.strength_otherwise
        if (
            self.id == PAYER
            and strength == "remote"
            and code in tables.by("medicaid_claims", "code")
        ):
            strength = "possible"
        if self.gives_way_to and code in tables.by(self.gives_way_to, "code"):
            strength = "remote"
        if strength and self.code_set == "ICD-10-PCS" and code.isdigit():
            strength = "possible"  # 264 of its 78,638 codes are digits alone (source: cms-pcs-2024)
        if strength and self.code_set == "ICD-10-CM" and _lacks_its_category(code):
            strength = "remote"
        if self.id == PAYER and not in_range and not self.mask_pattern.fullmatch(mask(code)):
            strength = ""  # only its mask is that of a custom code
        return Match(self, strength, section)


class Match(NamedTuple):
    """A format that a text fits, how strongly ("" for not at all), and the range that it is in."""

    format: Format
    strength: str
    section: Section | None


def mask(text: str) -> str:
    """Return `text` with every digit replaced by 9; formats are matched against this mask.

    >>> mask("J1885")
    'J9999'
    """
    return text.translate(_DIGITS)


_DIGITS = str.maketrans("012345678", "9" * 9)


@cache
def formats() -> tuple[Format, ...]:
    """Return every format, in the order of the table."""
    return tuple(Format(**row) for row in tables.rows("formats"))


@cache
def by_id(name: str) -> Format:
    """Return the format with the id `name`.

    >>> by_id("level-2").code_set
    'HCPCS Level II'
    """
    return next(format for format in formats() if format.id == name)


def _section_from(format: str, first: str) -> Section:
    return next(section for section in by_id(format).ranges if section.first == first)


@lru_cache(maxsize=4096)
def of_mask(mask: str) -> tuple[Format, ...]:
    """Return the formats that fit a mask: the first one of each code set.

    >>> [format.id for format in of_mask(mask("E1165"))]
    ['level-2', 'icd10cm-5', 'icd9cm-e']
    """
    fitting: dict[str, Format] = {}
    for format in formats():
        if format.mask_pattern.fullmatch(mask) or mask in format.masks:
            fitting.setdefault(format.code_set, format)
    return tuple(fitting.values())


def matches(text: str) -> tuple[Match, ...]:
    """Return the formats that a text fits: the first one of each code set.

    >>> [(match.format.id, match.strength) for match in matches("E1165")]
    [('level-2', 'likely'), ('icd10cm-5', 'likely'), ('icd9cm-e', '')]
    """
    return tuple([format.match(text) for format in of_mask(text.translate(_DIGITS))])


def _lacks_its_category(code: str) -> bool:
    """Return whether a diagnosis of six or seven characters details one that has no details.

    The list has all that begin with a letter and four digits; what may be billed has no details.
    """
    string = code.replace(".", "")
    is_detail = len(string) > 5 and string[1:5].isdigit()
    return is_detail and tables.by("icd10cm", "code").get(string[:5], {}).get("billable") != "no"


def proves_itself(code: str, check_digit: str) -> bool:
    """Return whether a code ends in its check digit: "Luhn", "Luhn 80840" or "Verhoeff".

    That of an NPI is computed with 80840 in front of the number (source: npi-check). That of
    SNOMED CT is Verhoeff's; the two digits before it say that the code is a concept.

    >>> proves_itself("1234567893", "Luhn 80840"), proves_itself("1234567890", "Luhn 80840")
    (True, False)
    >>> proves_itself("4548-4", "Luhn"), proves_itself("5880005", "Verhoeff")
    (True, True)
    """
    method, _, in_front = check_digit.partition(" ")
    digits = [int(digit) for digit in reversed(in_front + code.replace("-", ""))]
    if method == "Verhoeff":
        return code[-3:-1] in ("00", "10") and _verhoeff(digits) == 0
    doubled = [2 * digit if place % 2 else digit for place, digit in enumerate(digits)]
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0


_TURN = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)  # Verhoeff's permutation


def _verhoeff(digits: list[int]) -> int:
    """Return Verhoeff's sum of digits, the last one first, in the symmetries of a pentagon."""
    total = 0
    for place, digit in enumerate(digits):
        for _ in range(place % 8):
            digit = _TURN[digit]
        flipped = (total < 5) != (digit < 5)
        turned = total + digit if total < 5 else total - digit
        total = turned % 5 + 5 * flipped
    return total


@cache
def padded() -> tuple[Format, ...]:
    """Return the formats whose codes can lose leading zeros."""
    return tuple(format for format in formats() if format.width)


def dotted(text: str, after: int = 3) -> str:
    """Return a diagnosis with its dot, `after` so many characters.

    >>> dotted("E1165"), dotted("E8490", 4)
    ('E11.65', 'E849.0')
    """
    return text if "." in text or len(text) <= after else f"{text[:after]}.{text[after:]}"
