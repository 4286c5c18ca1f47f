"""The learner's own confusion matrix."""

import json

import codeedu
from codeedu.practice.mixed_up import MOST


def kept(path, *pairs):
    lines = [
        {"item": f"x-{n}", "lesson": "05", "objective": "05-lost-dot", "correct": truly == read_as,
         "truly": truly, "read_as": read_as, "when": "2026-11-20T10:00:00+00:00"}
        for n, (truly, read_as) in enumerate(pairs)
    ]  # fmt: skip
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def test_the_picture_is_of_the_learners_own_answers(tmp_path):
    pairs = [("ICD-10-CM", "HCPCS Level II")] * 3 + [("ICD-10-CM", "ICD-10-CM")] * 5 + [("", "CPT")]
    drawn = codeedu.confusion_matrix(kept(tmp_path / "x.jsonl", *pairs))
    assert drawn.alt.endswith("Most often ICD-10-CM was taken for HCPCS Level II: 3 times.")
    assert drawn.table.count('<th scope="row">') == 2


def test_the_record_is_found_where_it_is_kept(tmp_path, monkeypatch):
    place = kept(tmp_path / "x.jsonl", ("NDC", "CPT"))
    monkeypatch.setenv("CODEEDU_PROGRESS", str(place))
    assert "NDC was taken for CPT" in codeedu.confusion_matrix().alt


def test_what_was_mixed_up_stays_when_there_are_many_sets(tmp_path):
    pairs = [(f"Set {n}", f"Set {n}") for n in range(3 * MOST) for _ in range(9)]
    drawn = codeedu.confusion_matrix(kept(tmp_path / "x.jsonl", *pairs, ("NDC", "CPT")))
    assert "NDC was taken for CPT: 1 times." in drawn.alt
    assert drawn.table.count('<th scope="row">') == 1 + (MOST - 2)


def test_a_broken_record_is_no_reason_to_fail(tmp_path):
    place = tmp_path / "x.jsonl"
    place.write_bytes(b"\xff{]\n")
    assert "No answers yet." in codeedu.confusion_matrix(place).alt
