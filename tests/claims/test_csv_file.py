"""The cost of a CSV file: examples, progress and memory are bounded, answers the same."""

import io

from codeedu.claims import csv_file
from codeedu.claims.csv_file import Reader, classify_file


def run(codes, **options):
    source = io.BytesIO(("hcpcs\n" + "\n".join(codes) + "\n").encode())
    target = io.BytesIO()
    tally = classify_file(source, target, "hcpcs", Reader(), **options)
    return tally, target.getvalue().decode().splitlines()


def test_three_examples_of_a_reading_are_shown():
    tally, _ = run(["J1885", "J1885", "J1100", "J3420", "J9355"])
    assert list(tally.lines())[1].endswith("HCPCS Level II (listed): J1885, J1100, J3420")


def test_progress_is_reported_every_ten_thousand_rows():
    seen = []
    run(["J1885"] * 25_000, progress=seen.append)
    assert seen == [10_000, 20_000]


def test_what_is_remembered_is_bounded_and_changes_no_answer(monkeypatch):
    codes = [f"J{number:04}" for number in range(100, 120)] * 2
    _, expected = run(codes)
    monkeypatch.setattr(csv_file, "REMEMBERED", 3)
    reader = Reader()
    for code in codes:
        reader.read(code)
        assert len(reader.known) <= 3
    assert run(codes)[1] == expected


def test_rows_with_all_their_fields_are_not_called_short():
    tally, _ = run(["J1885", "99213"])
    assert not any("fewer fields" in line for line in tally.lines())
