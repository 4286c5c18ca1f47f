"""A whole pandas column, classified: the same answers as `classify`, row by row, only faster.

Two ways inside. Claims repeat their codes, so the distinct entries are classified and their
answers spread over the rows. Where nearly every entry differs that would be work for nothing,
and all rows go through the kernel (see `kernel.py`) at once. A sample decides.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from codeedu.claims.answers import Answers, of_text, one_by_one
from codeedu.claims.cores import CORES, share
from codeedu.claims.hint import Fact, impression
from codeedu.codes.classify import classify

Array = NDArray[Any]

SAMPLE = 4_096  # entries looked at to see whether a column repeats itself
DIFFERENT = 0.97  # the share of distinct ones in the sample from which on it does not

LOOKED_UP = ("HCPCS Level II", "HCPCS Level II modifier")  # what a release lists
UNREADABLE_DATE = "date not readable"

NAMES = (
    "code", "modifiers", "code_set", "level", "category", "section", "ambiguous", "note",
)  # fmt: skip


def classify_column(
    series: pd.Series[Any],
    *,
    context: str = "procedure",
    release: Any = None,
    on: Any = None,
) -> pd.DataFrame:
    """Say of every entry of a column what `classify` says of it alone.

    `series` is a pandas Series of any dtype and length; the answer is a DataFrame with the same
    index and these columns, all categorical except `ambiguous`, which is bool:

    - code: the canonical text of the best reading; missing where nothing can be read
    - modifiers: joined with hyphens, such as "RT-59"; "" where there are none
    - code_set, level, category, section: of the best reading; missing where it has none
    - ambiguous: whether two or more readings are equally strong
    - note: what was changed or noticed on the way, in sentences; "" where there was nothing

    With a `release` (see `load_release`) an eighth column, `status`, says whether the code is
    listed; `on`, a date of service or a Series of them with the same index, asks about that
    day. A missing date asks about no day in particular; one that cannot be read gives the
    status "date not readable".

    When the column as a whole looks like something else than `context` expects, such as
    diagnoses or numbers that lost their zeros, `frame.attrs["note"]` says so, else it is "".
    That is advice: no answer is changed for it.

    Raises TypeError when `series` is no Series, and ValueError for a context that does not
    exist, or dates that do not fit the column; never for what the column holds.

    >>> import pandas as pd
    >>> frame = classify_column(pd.Series(["J1885-JW", "99213", None], index=["a", "b", "c"]))
    >>> frame.loc["a", ["code", "modifiers", "code_set"]].tolist()
    ['J1885', 'JW', 'HCPCS Level II']
    >>> frame["code_set"].isna().tolist()
    [False, False, True]
    """
    column = read_column(series, context)
    frame = frame_of(column, series.index, context)
    if release is not None:
        frame["status"] = status_column(column, series.index, release, on)
    return frame


class Column(NamedTuple):
    """The answers to the entries of a column, and which of them each row has."""

    answers: Answers
    spread: Array | None  # the entry of each row; None where every row is its own
    present: int  # the number of rows that are not missing

    def of_rows(self, of_entries: Array) -> Array:
        """Return for every row what `of_entries` says of its entry."""
        return of_entries if self.spread is None else of_entries.take(self.spread)


def read_column(series: pd.Series[Any], context: str) -> Column:
    """Return the answers to a Series; raises as `classify_column` does."""
    if not isinstance(series, pd.Series):
        raise TypeError(
            f"A pandas Series is needed, not a {type(series).__name__}: "
            'try frame["column"] or pd.Series(values).'
        )
    classify(None, context)  # an unknown context is an error whatever the column holds
    if isinstance(series.dtype, pd.CategoricalDtype):
        spread, used = pd.factorize(series.cat.codes)
        categories = pd.Series(series.cat.categories)
        if _is_text(categories):
            return _column(categories.reindex(used), spread, context)
        entries = [None if code < 0 else categories[code] for code in used]
        return _column(pd.Series(entries, dtype=object), spread, context)
    if _is_text(series) and _all_differ(series):
        return _column(series, None, context)
    if len(series) and _is_arrow(series):
        return _column(*_encoded(series), context)
    try:
        if _is_object(series) and not _is_text(series):
            raise TypeError  # to pandas 1, 1.0 and True are one value
        spread, distinct = pd.factorize(series, use_na_sentinel=False)
    except Exception:  # entries may refuse to be compared, in ways of their own
        return _column(*_factorized(series), context)
    return _column(pd.Series(distinct), spread, context)


def _factorized(series: pd.Series[Any]) -> tuple[pd.Series[Any], Array]:
    """Do what `pd.factorize` does, for any objects: those that it cannot hash stay apart."""
    seen: dict[object, int] = {}
    entries: list[object] = []
    spread = np.empty(len(series), np.int64)
    for row, value in enumerate(series):
        plain = type(value) in (str, int, float, bool)
        key: object = (type(value), value) if plain else (object, row)
        number = seen.setdefault(key, len(entries))
        if number == len(entries):
            entries.append(value)
        spread[row] = number
    return pd.Series(entries, dtype=object), spread


def _encoded(series: pd.Series[Any]) -> tuple[pd.Series[Any], Array]:
    """Do what `pd.factorize` does, for Arrow text."""
    import pyarrow as pa  # type: ignore[import-not-found,import-untyped,unused-ignore]

    text, rows = _text(series), -(-len(series) // CORES)
    parts = (text.slice(at, rows) for at in range(0, len(series), rows))
    encoded: list[Any] = share(pa.ChunkedArray.dictionary_encode, parts)
    chunks = pa.chunked_array([chunk for part in encoded for chunk in part.iterchunks()])
    chunks = chunks.unify_dictionaries()
    entries, spread = chunks.chunk(0).dictionary, []
    for chunk in chunks.iterchunks():
        indices = chunk.indices.fill_null(len(entries)) if chunk.null_count else chunk.indices
        spread.append(indices.to_numpy())
    if chunks.null_count:
        entries = pa.concat_arrays([entries, pa.nulls(1, entries.type)])
    return pd.Series(pd.arrays.ArrowExtensionArray(entries)), np.concatenate(spread, dtype=np.intp)


def _column(entries: pd.Series[Any], spread: Array | None, context: str) -> Column:
    """Return the answers to `entries`, by the kernel if they are text."""
    missing = entries.isna().to_numpy(bool)
    if _is_text(entries):
        answers = of_text(_text(entries), missing, context)
    else:
        answers = one_by_one(list(entries), context)
    gone = 0
    if missing.any():
        gone = int(missing.sum() if spread is None else missing.take(spread).sum())
    return Column(answers, spread, len(entries if spread is None else spread) - gone)


def _is_text(series: pd.Series[Any]) -> bool:
    """Say whether a Series holds only text and missing values."""
    dtype = series.dtype
    if isinstance(dtype, pd.StringDtype):
        return True
    if isinstance(dtype, pd.ArrowDtype):
        return _is_arrow(series)
    return _is_object(series) and pd.api.types.infer_dtype(series, skipna=True) == "string"


def _is_arrow(series: pd.Series[Any]) -> bool:
    """Say whether a Series is text that Arrow keeps."""
    dtype = series.dtype
    if isinstance(dtype, pd.ArrowDtype):
        return str(dtype.pyarrow_dtype) in ("string", "large_string", "string_view")
    return isinstance(dtype, pd.StringDtype) and dtype.storage == "pyarrow"


def _is_object(series: pd.Series[Any]) -> bool:
    return pd.api.types.is_object_dtype(series.dtype)


def _text(series: pd.Series[Any]) -> Any:
    """Return text as an array of Python strings, or of Arrow if that is what it is."""
    if _is_arrow(series):
        import pyarrow as pa  # type: ignore[import-not-found,import-untyped,unused-ignore]

        found = pa.array(series.array)
        if found.type == pa.string_view():
            found = found.cast(pa.large_string())
        return found if isinstance(found, pa.ChunkedArray) else pa.chunked_array([found])
    return np.asarray(series.array, dtype=object)


def _all_differ(series: pd.Series[Any]) -> bool:
    """Say whether nearly every entry differs, judging by a sample from all over the column."""
    if len(series) <= SAMPLE:
        return False
    step = len(series) // SAMPLE
    rows = np.arange(SAMPLE) * step + np.random.default_rng(0).integers(step, size=SAMPLE)
    entries = series.take(rows).dropna()
    return len(entries) > SAMPLE // 2 and entries.nunique() > DIFFERENT * len(entries)


def frame_of(column: Column, index: pd.Index[Any], context: str) -> pd.DataFrame:
    """Return the answers as the columns of `classify_column`."""
    rows = column.of_rows(column.answers.rows)
    found: dict[str, Any] = {}
    for name in NAMES:
        texts = column.answers.texts.get(name)
        found[name] = rows[name] if texts is None else categorical(rows[name], texts)
    frame = pd.DataFrame(found, index=index, copy=False)
    frame.attrs["note"] = impression(_count(column), column.present, context)
    return frame


def categorical(numbers: Array, texts: list[str]) -> pd.Categorical:
    """Return numbers of texts as a categorical."""
    return pd.Categorical.from_codes(numbers, pd.Index(texts, dtype="str"), validate=False)


def status_column(
    column: Column, index: pd.Index[Any], release: Any = None, on: Any = None
) -> pd.Categorical:
    """Return what is known of each row's code, from a release if there is one."""
    texts = column.answers.texts
    numbers = {text: at for at, text in enumerate(texts["status"])}
    answer = column.of_rows(column.answers.rows)
    status = answer["status"].astype(np.int32)
    if release is not None:
        looked_up = [at for at, text in enumerate(texts["code_set"]) if text in LOOKED_UP]
        rows = np.flatnonzero(np.isin(answer["code_set"], looked_up))
        day_of, days = _days(on, index)
        code = answer["code"][rows].astype(np.int64)
        pairs, inverse = np.unique(code * len(days) + day_of[rows], return_inverse=True)
        found = []
        for pair in pairs.tolist():
            text = _listed(release, texts["code"][pair // len(days)], days[pair % len(days)])
            found.append(numbers.setdefault(text, len(numbers)))
        status[rows] = np.array(found, np.int32).take(inverse)
    return categorical(status, list(numbers)).remove_unused_categories()


def _days(on: Any, index: pd.Index[Any]) -> tuple[Array, list[Any]]:
    """Return the distinct dates of `on`, and the number of each row's."""
    if not isinstance(on, pd.Series):
        return np.zeros(len(index), np.int64), [on]
    if not on.index.equals(index):
        if len(on) != len(index) or not on.index.is_unique or not index.isin(on.index).all():
            raise ValueError("`on` needs one date for each row, with the same index as the column.")
        on = on.reindex(index)
    number, days = pd.factorize(on, use_na_sentinel=False)
    return number, [None if pd.isna(day) or day == "" else day for day in days]


def _listed(release: Any, code: str, day: Any) -> str:
    try:
        return str(release.lookup(code, on=day).status)
    except ValueError:
        return UNREADABLE_DATE


def _count(column: Column) -> Counter[Fact]:
    """Return how many rows each fact has."""
    answers, met = column.answers, column.answers.met
    if column.spread is not None:
        rows = np.bincount(column.spread, minlength=len(answers.telling))
        met = np.bincount(answers.telling, rows, len(met)).astype(int)
    found: Counter[Fact] = Counter()
    for fact, count in zip(answers.facts, met.tolist(), strict=True):
        found[fact] += count
    return found
