"""Laws that hold for every string."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

import codeedu
from codeedu.codes.model import STRENGTHS

NEAR = st.text("0123456789ABDEFGIJLMOPSTUWXZ-. :l\u200b\xa0٩", max_size=16)
CODES = st.from_regex(r"\A([A-Z][0-9]{4}|[0-9]{4}[A-Z0-9]|[0-9]{1,4})(-[A-Z0-9]{2}){0,4}\Z")
ENTRIES = st.one_of(st.text(), NEAR, CODES)


@given(ENTRIES)
@settings(max_examples=600)
def test_total_and_entered_is_kept(text):
    c = codeedu.classify(text)
    assert c.entered == text
    assert c.notes or c.readings
    assert (c.code is None) == (c.readings == ())
    assert len({reading.code_set for reading in c.readings}) == len(c.readings)


@given(ENTRIES)
@settings(max_examples=400)
@example("100")
@example("J1885JW")
def test_reading_what_was_read_changes_nothing(text):
    c = codeedu.classify(text)
    if c.best and c.best.strength == "likely":
        again = codeedu.classify("-".join((c.code, *c.modifiers)))
        assert c.best.code_set in [reading.code_set for reading in again.readings]
        assert again.code == c.code or again.is_ambiguous
        assert again.modifiers == c.modifiers


@given(ENTRIES, st.sampled_from(["diagnosis", "drug", "revenue", "place", "unknown"]))
def test_context_never_hides(text, context):
    """It may make a reading stronger, and show one that is remote elsewhere."""
    plain, there = codeedu.classify(text), codeedu.classify(text, context)
    found = {(r.format.id, r.code): r.strength for r in there.readings}
    for reading in plain.readings:
        strength = found[reading.format.id, reading.code]
        assert STRENGTHS.index(strength) <= STRENGTHS.index(reading.strength)


@given(ENTRIES)
def test_no_silent_repair(text):
    c = codeedu.classify(text)
    whole = "-".join((c.code or "", *c.modifiers))
    if c.code and c.best.code_set != "ICD-10-CM" and whole != text:
        assert c.notes or set(text) - set(whole) <= set("-,:/ ")


@given(ENTRIES)
def test_only_plain_digits_and_letters_make_a_code(text):
    c = codeedu.classify(text)
    assert c.code is None or c.code.isascii()


@given(ENTRIES)
@settings(max_examples=150)
def test_suggestions_are_codes(text):
    for suggestion in codeedu.classify(text).suggestions:
        best = codeedu.classify(suggestion.code).best
        assert best is not None
        assert best.strength == "likely"
        assert suggestion.text.startswith(f"{suggestion.code}? ")
