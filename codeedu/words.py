"""Text as numbers: eight bytes of an entry are one 64-bit word.

A word is the text itself, with bytes of 255 behind it where it is shorter. No UTF-8 has such a
byte, so two entries are the same text if and only if they have the same word. What is longer,
empty or missing has none (NO_WORD).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

ROWS = 16_384  # entries at a time: all that is said of them stays in the processor's cache
NO_WORD = np.uint64(2**64 - 1)
_FILL = np.array([256**8 - 256**size for size in range(8)] + [0, NO_WORD], np.uint64)


def words(values: Any, missing: NDArray[np.bool_]) -> Iterator[tuple[slice, Array]]:
    """Yield the words of an array of text, with the rows that they are of.

    `values` is a NumPy array of Python strings or a chunked Arrow one; `missing` marks what is
    neither.
    """
    at, any_missing = 0, bool(missing.any())
    for data, starts, lengths in _runs(values, missing):
        rows = slice(at, at + len(starts))
        at = rows.stop
        eights = np.ndarray(len(data) - 7, "<u8", data, strides=(1,))  # from every byte on
        short = len(data) < 32 * len(starts)  # then it is faster to look at all of them
        found = eights.take(starts) if short else eights[starts]
        found |= _FILL.take(lengths, mode="clip")
        if any_missing:
            found[missing[rows]] = NO_WORD
        yield rows, found


def _runs(values: Any, missing: NDArray[np.bool_]) -> Iterator[tuple[Array, Array, Array]]:
    """Yield the bytes of `values`, ROWS at a time, with the starts and lengths of the entries.

    Eight bytes follow the last entry, so that eight can be read from any start.
    """
    if isinstance(values, np.ndarray):
        for at in range(0, len(values), ROWS):
            yield _joined(values[at : at + ROWS], missing[at : at + ROWS])
        return
    for chunk in values.iterchunks():
        wide = chunk.type in ("large_string", "large_utf8")
        _, ends, data = chunk.buffers()
        offsets = np.frombuffer(ends, np.int64 if wide else np.int32)[chunk.offset :]
        text = np.frombuffer(data if data is not None else b"", np.uint8)
        for at in range(0, len(chunk), ROWS):
            part = offsets[at : min(at + ROWS, len(chunk)) + 1].astype(np.int64)
            run = np.concatenate((text[part[0] : part[-1]], np.zeros(8, np.uint8)))
            part -= part[0]
            yield run, part[:-1], np.diff(part)


def _joined(values: Array, missing: Array) -> tuple[Array, Array, Array]:
    """Return the bytes of an array of Python strings, with starts and lengths."""
    texts = values.tolist()
    for at in np.flatnonzero(missing):
        texts[at] = ""
    joined = "\0".join(texts)
    if joined.count("\0") >= len(texts):  # one holds the separator: another unreadable sign, then
        joined = "\0".join([text.replace("\0", "\1") for text in texts])
    data = np.frombuffer(joined.encode("utf-8", "surrogatepass") + bytes(9), np.uint8)
    ends = np.flatnonzero(data[:-8] == 0)
    starts = np.concatenate((np.zeros(1, np.int64), ends[:-1] + 1))
    return data, starts, ends - starts
