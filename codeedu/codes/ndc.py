"""National Drug Codes: ten digits on the package, eleven on a claim (source: fda-ndc-rule-2026)."""

from __future__ import annotations

from collections.abc import Iterator

GROUPS = {"labeler": 5, "product": 4, "package": 2}  # digits of each part on a claim


def claim_form(code: str) -> str:
    """Return an NDC with hyphens as a claim has it, in eleven digits; "" without its three parts.

    >>> claim_form("0409-3795-01"), claim_form("409-3795-01"), claim_form("0409379501")
    ('00409379501', '00409379501', '')
    """
    parts = code.split("-")
    if len(parts) != len(GROUPS):
        return ""
    return "".join(part.zfill(width) for part, width in zip(parts, GROUPS.values(), strict=True))


def reasons(code: str) -> Iterator[str]:
    """Yield sentences about the zero between the form of a package and that of a claim.

    >>> list(reasons("0409-3795-01"))
    ['on a claim it is 00409379501, with a zero in front of the labeler']
    """
    digits = code.replace("-", "")
    if whole := claim_form(code):
        padded = [
            name
            for part, (name, width) in zip(code.split("-"), GROUPS.items(), strict=True)
            if len(part) < width
        ]
        zeros = f", with a zero in front of the {' and the '.join(padded)}" if padded else ""
        if len(digits) < 11:
            yield f"on a claim it is {whole}{zeros}"
    if len(digits) == 11:
        dropped = [(at, name) for at, name in _STARTS.items() if digits[at] == "0"]
        forms = [f"{_hyphened(digits, at)} (zero of the {name})" for at, name in dropped]
        if forms:
            yield f"the package has ten digits, without one zero: {' or '.join(forms)}"
        else:
            yield "no part of it begins with a zero, so it does not come from ten digits"
    elif len(digits) == 10 and "-" not in code:
        forms = [f"{digits[:at]}0{digits[at:]} ({name})" for at, name in _STARTS.items()]
        yield (
            "on a claim it has eleven digits, with a zero in front of one part: "
            f"{', '.join(forms)}; without its hyphens, no one can say of which"
        )


_STARTS = {0: "labeler", 5: "product", 9: "package"}  # where each part begins in eleven digits


def _hyphened(digits: str, without: int) -> str:
    """Return eleven digits in three parts, without the zero at a place."""
    parts = digits[:5], digits[5:9], digits[9:]
    starts = zip(parts, _STARTS, strict=True)
    return "-".join(part[1:] if start == without else part for part, start in starts)
