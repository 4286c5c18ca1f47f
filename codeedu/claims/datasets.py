"""The claims that come with the course: an invented file to clean, and real Medicaid totals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codeedu import tables

if TYPE_CHECKING:
    import pandas as pd

    from codeedu.cms import Release

FOLDER = tables.DATA / "practice"
COMMAS, DOLLARS = "{:,}".format, "${:,}".format


def practice_claims() -> pd.DataFrame:
    """Return the invented claims of lesson 06: 6,000 lines, every column as text.

    >>> practice_claims().shape
    (6000, 12)
    """
    import pandas as pd

    return pd.read_csv(FOLDER / "practice_claims.csv", dtype=str, keep_default_na=False)


def practice_release(year: str = "2018") -> Release:
    """Return one of the two small releases of lesson 06, "2016" or "2018".

    Raises FileNotFoundError for another year.

    >>> practice_release("2018").lookup("A4466", on="2017-01-10").status
    'terminated'
    """
    from codeedu.cms import load_release

    return load_release(FOLDER / f"practice_release_{year}.txt")


def medicaid_claims() -> pd.DataFrame:
    """Return what Medicaid programs and plans were billed in 2018-2024, one row for each string.

    The strings are those in the procedure column of HHS's open data, unchanged. CPT and CDT codes
    are left out; they are only summed (table `medicaid_cpt_by_section`).
    Columns: code (text), claims (lines), paid (US dollars), billing_providers, first_month and
    last_month ("2018-01"). HHS leaves out what has fewer than 12 claims, so every figure is a
    lower bound (source: hhs-medicaid).

    >>> claims = medicaid_claims()
    >>> claims.loc[claims["code"] == "W1793", "claims"].item()
    13098743
    """
    import pandas as pd

    path = FOLDER / "medicaid_claims.csv"
    text = dict.fromkeys(("code", "first_month", "last_month"), "str")
    return pd.read_csv(path, dtype=text, keep_default_na=False)


def with_commas(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows to be read, not computed with: numbers have commas, and `paid` a dollar sign.

    >>> with_commas(medicaid_claims().nlargest(1, "paid"))["paid"].item()
    '$122,739,547,514'
    """
    for name in table.select_dtypes("number"):
        table = table.assign(**{str(name): table[name].map(DOLLARS if name == "paid" else COMMAS)})
    return table
