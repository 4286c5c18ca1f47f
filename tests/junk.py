"""Values that are no codes, which every public function must answer, and texts near codes."""

import datetime
import decimal
import math

import numpy as np
import pandas as pd
from hypothesis import strategies as st


class Hostile:
    """An object whose every method fails."""

    def __str__(self):
        raise RuntimeError("no text")

    __repr__ = __eq__ = __hash__ = __bool__ = __len__ = __str__


JUNK = [
    None, math.nan, math.inf, pd.NA, pd.NaT, np.nan, True, False, np.True_, 0, -1, 10**80, 11.65,
    10**5000,
    decimal.Decimal("1.5"), 1 + 2j, b"J1885", bytearray(b"99213"), object(), Hostile(), [], {}, (),
    ["J1885"], {"J1885"}, datetime.date(2003, 12, 31), pd.Series(["J1885"]), np.array([1, 2]),
    "", " ", "\u200b", "\xa0", "\n", "\t\x00", "\x00J1885", "J\x001885", "J1885\n\nJ1885", "nan",
    "None", "<NA>", "<b>J1885</b>", "<script>alert(1)</script>", "&lt;", "'; DROP TABLE codes",
    "٩٩٢١٣", "９９２１３", "९९२१३", "ſ0001", "ı0001", "ß0001", "İ0001", "K0001", "J188²", "²³¹⁰⁴",
    "Ⅷ0001", "①②③④⑤", "𝟗𝟗𝟐𝟏𝟑", "А0428", "\ud800", "\udfff9213", "\u202e31299", "🩺", "J1885🩺",
    "-", "--", "-25", "99213-", "99213--25", ":", ".", "..", "E.1165", "E11.", ".65", "1e5", "1_00",
    "+100", "-100", "0x64", "99213-25-59-76-77-91", "J1885" * 9, "x" * 65, "9" * 10_000_000,
]  # fmt: skip


# Texts near codes, codes, and any text.
NEAR = st.text("0123456789ABDEFGIJLMOPSTUWXZ-. :'\"l\u200b\xa0٩<>&", max_size=16)
CODES = st.from_regex(r"\A([A-Z][0-9]{4}|[0-9]{4}[A-Z0-9]|[0-9]{1,4})(-[A-Z0-9]{2}){0,4}\Z")
ENTRIES = st.one_of(st.text(), NEAR, CODES)
