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

ROWS = 65_536  # entries at a time: what is said of them hardly leaves the processor's cache
NO_WORD = np.uint64(2**64 - 1)
_FILL = np.array([256**8 - 256**size for size in range(8)] + [0, NO_WORD], np.uint64)


def pieces(values: Any) -> Iterator[tuple[slice, Any]]:
    """Cut an array of text, a NumPy or a chunked Arrow one, into pieces of up to ROWS entries."""
    at = 0
    for chunk in [values] if isinstance(values, np.ndarray) else values.iterchunks():
        for start in range(0, len(chunk), ROWS):
            piece = chunk[start : start + ROWS]
            yield slice(at, at + len(piece)), piece
            at += len(piece)


def text_at(values: Any, rows: Array) -> list[str]:
    """Return some entries of an array of text."""
    some = values[rows] if isinstance(values, np.ndarray) else values.take(rows).to_pylist()
    return list(some)


def words(piece: Any, missing: NDArray[np.bool_]) -> Array:
    """Return the words of a piece of text; `missing` marks what is none."""
    data, starts, lengths = _joined(piece, missing) if _is_numpy(piece) else _run(piece)
    eights = np.ndarray(len(data) - 7, "<u8", data, strides=(1,))  # from every byte on
    short = len(data) < 32 * len(starts)  # then it is faster to look at all of them
    found: Array = eights.take(starts) if short else eights[starts]
    found |= _FILL.take(lengths, mode="clip")
    if missing.any():
        found[missing] = NO_WORD
    return found


def _is_numpy(piece: Any) -> bool:
    return isinstance(piece, np.ndarray)


def _run(piece: Any) -> tuple[Array, Array, Array]:
    """Return the bytes of Arrow text, with eight more, and the starts and lengths of entries."""
    wide = piece.type in ("large_string", "large_utf8")
    _, ends, data = piece.buffers()
    offsets = np.frombuffer(ends, np.int64 if wide else np.int32)
    part = offsets[piece.offset : piece.offset + len(piece) + 1].astype(np.int64, copy=False)
    run = np.frombuffer(data if data is not None else b"", np.uint8)[part[0] : part[-1] + 8]
    if (short := int(part[-1] - part[0]) + 8 - len(run)) > 0:
        run = np.concatenate((run, np.zeros(short, np.uint8)))
    return run, part[:-1] - part[0], part[1:] - part[:-1]


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
