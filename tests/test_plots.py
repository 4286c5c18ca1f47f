"""The figures say in words and numbers what they show, and draw the same bytes every time."""

import re

import pytest

import codeedu
from codeedu import plots, tables

NAMES = sorted(plots.DRAWINGS)


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_has_words_and_numbers(name):
    shown = codeedu.plot(name)
    assert len(shown.alt) > 60
    assert shown.caption in shown._repr_html_()
    assert "<table>" in shown.table
    assert re.search(r'<img alt="[^"]{60,}"', shown._repr_html_())


@pytest.mark.parametrize("name", NAMES)
def test_the_bytes_are_the_same_every_time(name):
    assert codeedu.plot(name).png == codeedu.plot(name).png


@pytest.mark.parametrize("name", NAMES)
def test_no_label_runs_into_another_or_off_the_sheet(name):
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    paper, *_ = plots.DRAWINGS[name]()
    renderer = FigureCanvasAgg(paper).get_renderer()
    boxes = [
        (text.get_text(), text.get_window_extent(renderer).padded(-2))
        for text in paper.axes[0].texts
        if text.get_text()
    ]
    sheet = paper.bbox
    for at, (words, box) in enumerate(boxes):
        assert sheet.x0 <= box.x0, words
        assert box.x1 <= sheet.x1, words
        assert sheet.y0 <= box.y0, words
        for other, second in boxes[at + 1 :]:
            assert not box.overlaps(second), (words, other)


@pytest.mark.parametrize("name", NAMES)
def test_text_can_be_read_from_the_last_row(name):
    paper, *_ = plots.DRAWINGS[name]()
    assert min(text.get_fontsize() for text in paper.axes[0].texts if text.get_text()) >= 9.5


def test_an_unknown_figure_is_named():
    with pytest.raises(ValueError, match="There is no figure 'pie'; there are: anatomy, "):
        codeedu.plot("pie")


def test_any_entry_has_an_anatomy():
    for entry in ("0042T", "99213-25-59", "E11.65", "", "<b>", "٩٩٢١٣"):
        assert codeedu.plot("anatomy", code=entry).alt


def test_a_confusion_is_told_in_words():
    matrix = {("HCPCS Level II", "ICD-10-CM"): 4, ("ICD-10-CM", "ICD-10-CM"): 5}
    assert codeedu.plot("confusion", matrix=matrix).alt.endswith(
        "Most often HCPCS Level II was taken for ICD-10-CM: 4 times."
    )
    assert "No answers yet." in codeedu.plot("confusion").alt
    assert "Nothing was mixed up." in codeedu.plot("confusion", matrix={("CPT", "CPT"): 2}).alt


def test_the_timeline_is_in_order():
    dates = [row["date"] for row in tables.rows("timeline")]
    assert dates == sorted(dates)


def test_the_decision_path_ends_in_an_answer_at_every_step():
    steps = tables.rows("decisions")
    assert [int(row["step"]) for row in steps] == list(range(1, len(steps) + 1))
    for row in steps:
        assert row["answer"]
        best = codeedu.classify(row["example"]).best
        expected = {"ask the payer": "HCPCS Level II", "Level II": "HCPCS Level II",
                    "Level I (CPT)": "CPT"}.get(row["answer"], row["answer"])  # fmt: skip
        assert best.code_set == expected


def test_the_letters_add_up_to_the_release():
    assert sum(int(row["listed_2018"]) for row in tables.rows("letters")) == 6205
