"""Clean the procedure codes of a claim file: mend what can mean only one thing, flag the rest.

Nothing is lost: what was entered stays in its column, and every line says what was done with it
and why. A guess is never made here; it is a suggestion in the reason of a flagged line.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from codeedu import tables
from codeedu.classify import classify
from codeedu.markup import node, source, table_html, to_html

if TYPE_CHECKING:
    import pandas as pd

    from codeedu.reading import Classification
    from codeedu.release import Release

PROCEDURES = ("CPT", "HCPCS Level II")
KEPT, MENDED, FLAGGED = ACTIONS = ("kept", "mended", "flagged")
SHOWN = 15  # rows of a list in the report


def practice_claims() -> pd.DataFrame:
    """Return the made claims file of lesson 06: 6,000 lines, every column as text.

    >>> practice_claims().shape
    (6000, 11)
    """
    import pandas as pd

    return pd.read_csv(tables.DATA / "practice_claims.csv", dtype=str, keep_default_na=False)


def practice_release(year: str = "2018") -> Release:
    """Return one of the two small releases of lesson 06, "2016" or "2018".

    Raises FileNotFoundError for another year.

    >>> practice_release("2018").lookup("A4466", on="2017-01-10").status
    'terminated'
    """
    from codeedu.release import load_release

    return load_release(tables.DATA / f"practice_release_{year}.txt")


def mend(
    claims: pd.DataFrame, release: Release | None = None, column: str = "procedure"
) -> pd.DataFrame:
    """Return the claims with three more columns: mended, action and reason.

    `action` is "kept" (nothing to do), "mended" (only one thing could be meant) or "flagged"
    (someone has to look). `mended` is the code with its modifiers, "" where it was flagged.
    With a `release`, codes that had ended on the `date_of_service` are flagged too, if the
    release lists them; the `payer`, where there is such a column, is looked at for S codes.

    Raises KeyError when there is no such column.

    >>> cleaned = mend(practice_claims().head(3))
    >>> cleaned["action"].tolist()
    ['kept', 'kept', 'kept']
    """
    days = claims.get("date_of_service", [""] * len(claims))
    payers = claims.get("payer", [""] * len(claims))
    answers = [
        _judge(entered, day, payer, release)
        for entered, day, payer in zip(claims[column], days, payers, strict=True)
    ]
    added = {name: [answer[at] for answer in answers] for at, name in enumerate(ADDED)}
    return claims.assign(**added)


ADDED = ("mended", "action", "reason")
Answer = tuple[str, str, str]


def _judge(entered: object, day: str, payer: str, release: Release | None) -> Answer:
    found = classify(entered)
    best = found.best
    if best is None or best.code_set not in PROCEDURES or best.strength != "likely":
        return "", FLAGGED, _why_flagged(found)
    whole = "-".join((best.code, *found.modifiers))
    if _perhaps_diagnosis(found) and (release is None or best.code not in release):
        return "", FLAGGED, "perhaps a diagnosis that lost its dot"
    if best.status == "terminated":
        return "", FLAGGED, "a code that has ended, or a letter at the wrong end"
    if best.section and best.code[0] == "S" and payer == "Medicare":
        return "", FLAGGED, "an S code, which Medicare never pays"
    if release is not None and best.code_set == "HCPCS Level II" and best.code in release:
        listing = release.lookup(best.code, on=day or None)
        if listing.status != "listed":
            return "", FLAGGED, "not active on the date of service"
    if whole == entered:
        return whole, KEPT, ""
    kinds = [KINDS[note.kind] for note in found.notes if note.kind in KINDS]
    return whole, MENDED, ", ".join(dict.fromkeys(kinds)) or "written another way"


def _perhaps_diagnosis(found: Classification) -> bool:
    diagnosis = tables.by("icd10cm", "code").get(found.code or "", {})
    return found.is_ambiguous and diagnosis.get("billable") == "yes"


KINDS = {
    "case": "lower case",
    "blanks": "blanks",
    "dashes": "a dash for a hyphen",
    "modifier": "modifier without a hyphen",
    "prefix": "a name in front",
    "zeros": "lost zeros",
    "decimal": "lost zeros",
    "quotes": "quotes",
}


def _why_flagged(found: Classification) -> str:
    if found.best is None:
        if found.suggestions:
            return "no code as it stands, but a near one exists"
        return "nothing was entered" if not str(found.entered).strip() else "no code"
    return {
        "ICD-10-CM": "a diagnosis in the procedure box",
        "HCPCS Level III": "a local code",
        "CDT": "a dental code",
        "NDC": "a National Drug Code in the procedure box",
        "Revenue code": "a revenue code in the procedure box",
    }.get(found.best.code_set, "outside every section that we know")


def check_against_key(cleaned: pd.DataFrame) -> pd.DataFrame:
    """Compare the cleaned practice claims with their answer key, one row for each error.

    Columns: error, lines, kept, mended, right (mended to what was meant), flagged.

    Raises ValueError when the claims are not the whole practice file.
    """
    import pandas as pd

    key = pd.read_csv(tables.DATA / "practice_claims_key.csv", dtype=str, keep_default_na=False)
    if list(zip(key["claim"], key["line"], strict=True)) != list(
        zip(cleaned["claim"], cleaned["line"], strict=True)
    ):
        raise ValueError("These are not the lines of the practice claims, in their order.")
    actions = cleaned["action"].to_numpy()
    key = key.assign(
        lines=1,
        kept=(actions == KEPT).astype(int),
        mended=(actions == MENDED).astype(int),
        right=((actions == MENDED) & (cleaned["mended"].to_numpy() == key["meant"])).astype(int),
        flagged=(actions == FLAGGED).astype(int),
    )
    key["error"] = key["error"].replace("", "no error")
    counted = key.groupby("error")[["lines", "kept", "mended", "right", "flagged"]].sum()
    return counted.sort_values("lines", ascending=False).reset_index()


class Report:
    """What was found in a claim file, for a supervisor: shown in a notebook, or saved as a page."""

    def __init__(self, body: str, text: str) -> None:
        self.body, self.text = body, text

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return f'<style>{source("theme.css")}</style><div class="codeedu">{self.body}</div>'

    def save(self, path: str | Path) -> Path:
        """Write the report as a web page that needs nothing else; return where it is."""
        place = Path(path)
        head = '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Claim report</title>'
        place.write_text(f"{head}{self._repr_html_()}</html>\n", encoding="utf-8")
        return place


def claim_report(cleaned: pd.DataFrame, column: str = "procedure") -> Report:
    """Return a report on claims that `mend` has cleaned: what was changed, what waits, and why.

    Raises KeyError when the columns of `mend` are missing.

    >>> claim_report(mend(practice_claims().head(100)))
    Report on 100 lines: 82 kept, 2 mended, 16 flagged.
    """
    counts = {action: int((cleaned["action"] == action).sum()) for action in ACTIONS}
    told = ", ".join(f"{count} {action}" for action, count in counts.items())
    text = f"Report on {len(cleaned)} lines: {told}."
    parts = [
        to_html(node("p", node("strong", text))),
        _counted(cleaned, MENDED, column, "Mended: only one thing could be meant"),
        _counted(cleaned, FLAGGED, column, "Flagged: someone has to look"),
        _waiting(cleaned, column),
        to_html(
            node(
                "p",
                "The form of a code does not prove that it exists, was active or is paid. "
                f"Tables as of {tables.as_of()}. What was entered is kept in its column.",
            )
        ),
    ]
    return Report("".join(parts), text)


def _counted(cleaned: pd.DataFrame, action: str, column: str, caption: str) -> str:
    """Return a table of the reasons for an action, the most frequent first, with examples."""
    found = cleaned[cleaned["action"] == action]
    rows = [
        {
            "reason": reason,
            "lines": len(lines),
            "for example": ", ".join(repr(text) for text in lines[column].drop_duplicates()[:3]),
        }
        for reason, lines in sorted(found.groupby("reason"), key=lambda item: -len(item[1]))
    ]
    return table_html(rows or [{"reason": "none", "lines": 0, "for example": ""}], caption=caption)


def _waiting(cleaned: pd.DataFrame, column: str) -> str:
    """Return the first flagged lines, so that someone can begin."""
    found = cleaned[cleaned["action"] == FLAGGED]
    names = [n for n in ("claim", "line", "payer", "date_of_service") if n in cleaned.columns]
    rows = found[[*names, column, "reason"]].head(SHOWN).astype(str)
    if rows.empty:
        return ""
    return table_html(rows, caption=f"The first {len(rows)} of {len(found)} flagged lines")
