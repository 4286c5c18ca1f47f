"""Classify a pandas column: the same answers as `classify`, row by row.

Claims repeat their codes: millions of lines have a few thousand different ones. So each distinct
entry is classified once, and its answer is copied to every row that has it.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from codeedu.claims.dates import date_reader
from codeedu.claims.hint import ColumnHint
from codeedu.codes.classify import Classification, Day, ReleaseLike, classify, lists_of
from codeedu.codes.row import COLUMNS, Row, classified


def classify_column(
    series: pd.Series[Any],
    *,
    context: str = "procedure",
    release: ReleaseLike | None = None,
    on: Day | pd.Series[Any] = None,
    split: bool = False,
) -> pd.DataFrame:
    """Classify every value of a column, as `classify` would.

    `series` is a pandas Series of any dtype and length. Returns a DataFrame with the same index
    and these columns, all categorical except `ambiguous`, which is bool:

    - code: the canonical text of the best reading; missing where nothing can be read
    - modifiers: joined with hyphens, such as "RT-59"; "" where there are none
    - code_set, level, category, section: of the best reading; missing where it has none
    - ambiguous: whether two or more readings are equally strong
    - note: what was changed or noticed, in sentences; "" where there was nothing
    - status: what is known about the code, such as "listed"; missing where nothing can be read

    `release` (see `load_release`) and `on` are those of `classify`; `on` may also be a Series of
    dates with the same index, also as 12/31/2018 or 31DEC2018 where the column leaves no doubt
    (see `date_reader`). A missing date means no particular day; one that cannot be read gives the
    status "date not readable".

    With `split`, a field that holds several codes gives a row for each, with the same label in
    the index, and one more column, part: what was entered of it.

    When the column as a whole looks like something else than `context` expects, such as
    diagnoses, or numbers that lost their zeros, `frame.attrs["note"]` says so; otherwise it is
    "". It is advice and changes no answer. `frame.attrs["lists"]` says which lists were used.

    Raises TypeError when `series` is not a Series, and ValueError for an unknown context or for
    dates that do not match the column; never for a value in the column.

    >>> import pandas as pd
    >>> frame = classify_column(pd.Series(["J1885-JW", "99213", None], index=["a", "b", "c"]))
    >>> frame.loc["a", ["code", "modifiers", "code_set"]].tolist()
    ['J1885', 'JW', 'HCPCS Level II']
    >>> frame["code_set"].isna().tolist()
    [False, False, True]
    """
    if split:
        series, on = _split(series, context, on)
    column = read_column(series, context, release, on)
    answers = pd.DataFrame(column.rows, columns=list(COLUMNS))
    spread = {
        name: values.to_numpy(bool).take(column.number)
        if name == "ambiguous"
        else pd.Categorical(values.astype("str")).take(column.number)
        for name, values in answers.items()
    }
    if split:
        spread["part"] = series.to_numpy(object)
    frame = pd.DataFrame(spread, index=series.index, copy=False)
    frame.attrs["note"] = column.hint(context)
    frame.attrs["lists"] = lists_of(release)
    return frame


@dataclass(frozen=True)
class Column:
    """The distinct entries of a column, their answers, and the entry number of each row."""

    entries: list[Any]
    answers: list[Classification]
    rows: list[Row]
    missing: list[bool]
    number: NDArray[np.intp]  # of the entry, for each row of the column

    @property
    def counts(self) -> NDArray[np.intp]:
        """How many rows have each entry."""
        return np.bincount(self.number, minlength=len(self.entries))

    def hint(self, context: str) -> str:
        """Return what the column looks like as a whole, if not as expected, else ""."""
        hint = ColumnHint(context)
        for answer, missing, count in zip(self.answers, self.missing, self.counts, strict=True):
            if not missing:
                hint.add(answer, int(count))
        return hint.text


def read_column(
    series: pd.Series[Any],
    context: str,
    release: ReleaseLike | None = None,
    on: Day | pd.Series[Any] = None,
) -> Column:
    """Classify the distinct entries of a Series; raises as `classify_column` does."""
    if not isinstance(series, pd.Series):
        raise TypeError(
            f"A pandas Series is needed, not a {type(series).__name__}: "
            'try frame["column"] or pd.Series(values).'
        )
    classify(None, context)  # raises for an unknown context, even if the column is empty
    number, distinct = _numbered(series)
    days: list[Any] = [on]
    if isinstance(on, pd.Series):
        day, days = _days(on, series.index)
        pairs, number = np.unique(number * len(days) + day, return_inverse=True)
    else:
        pairs = np.arange(len(distinct))
    entries = [distinct[pair // len(days)] for pair in pairs.tolist()]
    answers, rows = [], []
    for entry, pair in zip(entries, pairs.tolist(), strict=True):
        answer, row = classified(entry, context, release, days[pair % len(days)])
        answers.append(answer)
        rows.append(row)
    missing = [
        bool(pd.api.types.is_scalar(entry) and pd.isna(entry))
        or answer.is_placeholder
        or (isinstance(entry, str) and not entry.strip())
        for entry, answer in zip(entries, answers, strict=True)
    ]
    return Column(entries, answers, rows, missing, number)


def _split(
    series: pd.Series[Any], context: str, on: Day | pd.Series[Any]
) -> tuple[pd.Series[Any], Day | pd.Series[Any]]:
    """Return a Series with an entry for each code of a field, and its dates beside them."""
    column = read_column(series, context)
    parts = [
        list(answer.divided) or [entry]
        for entry, answer in zip(column.entries, column.answers, strict=True)
    ]
    sizes = np.array([len(some) for some in parts], np.intp).take(column.number)
    rows = np.repeat(np.arange(len(series)), sizes)
    entries = [entry for number in column.number.tolist() for entry in parts[number]]
    index = series.index.take(rows)
    if isinstance(on, pd.Series):
        on = _aligned(on, series.index).iloc[rows].set_axis(index)
    return pd.Series(entries, index=index, dtype=object, name=series.name), on


def _numbered(series: pd.Series[Any]) -> tuple[NDArray[np.intp], list[Any]]:
    """Return the distinct entries of a Series, and each row's number among them."""
    if isinstance(series.dtype, pd.CategoricalDtype):
        number, codes = pd.factorize(series.cat.codes)
        categories = list(series.cat.categories)
        return number, [None if code < 0 else categories[code] for code in codes]
    if series.dtype != object or pd.api.types.infer_dtype(series, skipna=True) == "string":
        with suppress(NotImplementedError):  # lists, structs and maps of Arrow
            number, distinct = pd.factorize(series, use_na_sentinel=False)
            return number, list(distinct)
    # Python objects: to pandas 1, 1.0 and True are one value, and some cannot be hashed at all.
    seen: dict[object, int] = {}
    entries: list[Any] = []
    number = np.empty(len(series), np.intp)
    for at, value in enumerate(series):
        plain = type(value) in (str, int, float, bool)
        key = seen.setdefault((type(value), value) if plain else (object, at), len(entries))
        if key == len(entries):
            entries.append(value)
        number[at] = key
    return number, entries


def _days(on: pd.Series[Any], index: pd.Index[Any]) -> tuple[NDArray[np.intp], list[Any]]:
    """Return the number of each row's date, and the distinct dates."""
    on = _aligned(on, index)
    number, days = pd.factorize(on, use_na_sentinel=False)
    read, _ = date_reader(days)
    return number, [None if pd.isna(day) or day == "" else read(day) for day in days]


def _aligned(on: pd.Series[Any], index: pd.Index[Any]) -> pd.Series[Any]:
    """Return the dates in the order of the column."""
    if on.index.equals(index):
        return on
    if len(on) != len(index) or not on.index.is_unique or not index.isin(on.index).all():
        raise ValueError("`on` needs one date for each row, with the same index as the column.")
    return on.reindex(index)
