"""The figures say in words and numbers what they show, can be read, and stay as they are."""

import io
import re
import subprocess
import sys
from datetime import date, datetime
from html import unescape

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.image import imread
from matplotlib.patches import Rectangle

import codeedu
from codeedu import figures as plots
from codeedu import tables
from codeedu.figures import ink, paths
from junk import JUNK

NAMES = sorted(plots.DRAWINGS)
MANY = [row["code_set"] for row in tables.rows("code_sets")]
CASES = [(name, {}) for name in NAMES] + [
    *(("anatomy", {"code": code}) for code in (
        "0042T", "99213-25-59", "E11.65", "", "٩٩٢١٣ 😀$x$\u200b", "x" * 300, "1" * 15 + "-XX-YY",
    )),
    ("confusion", {"matrix": {("CPT", "CPT"): 2}}),
    ("confusion", {"matrix": {(a, b): 1234 for a in MANY[:6] for b in MANY[:6]}}),
    ("confusion", {"matrix": {(a, b): 123 for a in MANY for b in MANY}}),
    ("confusion", {"matrix": {("a name that is far too long for its place", "<b>"): 1}}),
]  # fmt: skip
IDS = [f"{name}-{at}" for at, (name, _) in enumerate(CASES)]


@pytest.fixture(scope="module", params=CASES, ids=IDS)
def drawn(request):
    """Return a drawn figure: its sheet, its texts with their boxes, and its rectangles."""
    name, options = request.param
    paper = ink.draw(plots.DRAWINGS[name](**options)[0])
    renderer = FigureCanvasAgg(paper).get_renderer()
    axes = paper.axes[0]
    texts = [(text, text.get_window_extent(renderer)) for text in axes.texts if text.get_text()]
    boxes = [(p, p.get_window_extent(renderer)) for p in axes.patches if isinstance(p, Rectangle)]
    return paper, texts, boxes


def luminance(color):
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(color))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def cells(html):
    """Return the texts of a table, row by row, without its head."""
    rows = re.findall(r"<tr>(.*?)</tr>", html)
    return [
        [unescape(c) for c in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)] for row in rows[1:]
    ]


@pytest.mark.parametrize(("name", "options"), CASES, ids=IDS)
def test_every_figure_has_words_and_its_numbers_as_a_table(name, options):
    shown = codeedu.plot(name, **options)
    _, alt, rows, caption = plots.DRAWINGS[name](**options)
    assert len(alt) > 60
    assert "\n" not in alt
    assert alt.endswith(".")
    html = shown._repr_html_()
    assert re.search(r'<img alt="[^"]{60,}" src="data:image/png;base64,', html)
    assert f"<figcaption>{caption}" in unescape(html)
    assert "background:#fff" in html, "a dark page must not shine through"
    assert len(cells(shown.table)) == len(rows) > 0
    assert [len(row) for row in cells(shown.table)] == [len(row) for row in rows]


def drawn_words(name, **options):
    paper = ink.draw(plots.DRAWINGS[name](**options)[0])
    return " ".join(text.get_text().replace("\n", " ") for text in paper.axes[0].texts)


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("code-space", ["owner", "codes counted"]),
        ("collisions", ["may be billed", "heading only", "Level II codes in 2018"]),
        ("cpt-sections", ["last", "section"]),
        ("decision", ["question", "if yes", "example"]),
        ("level-ii", ["first", "last", "section", "used by"]),
        ("timeline", ["event"]),
        ("anatomy", ["part", "name", "says"]),
    ],
)
def test_the_table_has_what_the_picture_has(name, columns):
    words = drawn_words(name)
    _, _, rows, _ = plots.DRAWINGS[name]()
    for row in rows:
        for column in columns:
            value = row[column]
            told = f"{value:,}" if isinstance(value, int) else str(value)
            assert told in words or told in ("0", "none of these"), (told, row)


def test_the_words_are_computed_from_the_tables(monkeypatch):
    kept = tables.rows

    def fewer(name):
        if name == "collisions":
            return tuple(row for row in kept(name) if row["code"][0] in "AG")
        return kept(name)

    monkeypatch.setattr(tables, "rows", fewer)
    alt = plots.DRAWINGS["collisions"]()[1]
    assert "81 strings are codes" in alt
    assert "G has the most, 67" in alt


@pytest.mark.parametrize("name", NAMES)
def test_the_bytes_are_the_same_every_time_whatever_style_is_set(name):
    import matplotlib

    paper = plots.DRAWINGS[name]()[0]
    first = ink.render(paper)
    with matplotlib.rc_context({"font.size": 30, "axes.facecolor": "black", "text.color": "red",
                                "savefig.dpi": 30, "savefig.bbox": "tight", "font.family": "serif",
                                "lines.linewidth": 9, "patch.linewidth": 9}):  # fmt: skip
        assert ink.render(paper) == first
        assert matplotlib.rcParams["font.size"] == 30, "and the learner's style stays"


@pytest.mark.parametrize("name", NAMES)
def test_the_kept_picture_is_what_would_be_drawn(name):
    """To within what another version of matplotlib may set a little otherwise."""
    paper = plots.DRAWINGS[name]()[0]
    assert (ink.KEPT / ink.name(paper)).is_file(), "run `make figures`"
    both = codeedu.plot(name).png, ink.render(paper)
    kept, drawn = (imread(io.BytesIO(png)) for png in both)
    assert kept.shape == drawn.shape
    assert abs(kept - drawn).mean() < 0.01


def test_no_picture_is_kept_that_nobody_shows():
    shown = {ink.name(drawing()[0]) for drawing in plots.DRAWINGS.values()}
    assert {path.name for path in ink.KEPT.iterdir()} == shown


def test_other_strokes_have_another_name_and_are_drawn_anew():
    names = {ink.name(plots.DRAWINGS["anatomy"](code=code)[0]) for code in ("J1885", "J1886")}
    assert len(names) == 2
    assert codeedu.plot("anatomy", code="J1886").png != codeedu.plot("anatomy").png


def test_matplotlib_loads_late_if_at_all_and_opens_no_window():
    code = (
        "import sys, codeedu; codeedu.plot('collisions'); assert 'matplotlib' not in sys.modules;"
        "codeedu.plot('anatomy', code='1'); assert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_no_label_runs_into_another_or_off_the_sheet(drawn):
    paper, texts, _ = drawn
    sheet = paper.bbox
    for at, (text, box) in enumerate(texts):
        words = text.get_text()
        assert sheet.x0 <= box.x0, words
        assert box.x1 <= sheet.x1, words
        assert sheet.y0 <= box.y0, words
        assert box.y1 <= sheet.y1, words
        for other, second in texts[at + 1 :]:
            assert not box.padded(-1).overlaps(second.padded(-1)), (words, other.get_text())


def test_no_label_crosses_the_edge_of_a_box(drawn):
    _, texts, boxes = drawn
    for text, inner in texts:
        for _, outer in boxes:
            small = inner.padded(-1)
            inside = (outer.x0 <= small.x0 and small.x1 <= outer.x1
                      and outer.y0 <= small.y0 and small.y1 <= outer.y1)  # fmt: skip
            assert inside or not small.overlaps(outer), text.get_text()


def test_text_can_be_read_from_the_last_row(drawn):
    paper, texts, _ = drawn
    assert paper.get_figwidth() <= 10
    assert min(text.get_fontsize() for text, _ in texts) >= 11


def test_text_stands_out_from_what_is_behind_it(drawn):
    _, texts, boxes = drawn
    for text, box in texts:
        behind = [p.get_facecolor() for p, outer in boxes if outer.padded(1).overlaps(box)]
        for color in behind or ["white"]:
            assert contrast(text.get_color(), color) >= 4.5, text.get_text()


def test_marks_stand_out_from_the_sheet(drawn):
    """A fill may be light if its outline is dark; white areas need no edge to be seen."""
    paper, _, boxes = drawn
    for patch, _ in boxes:
        fill, edge = patch.get_facecolor(), patch.get_edgecolor()
        seen = max(contrast(fill, "white"), contrast(edge, "white") if patch.get_lw() else 0)
        assert seen >= 3 or to_rgb(fill) == (1, 1, 1)
    for mark in paper.axes[0].lines:
        if mark.get_marker() not in ("None", None):
            assert contrast(mark.get_color(), "white") >= 3


def test_an_unknown_figure_is_named():
    with pytest.raises(ValueError, match="There is no figure 'pie'; there are: anatomy, "):
        codeedu.plot("pie")


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("entry", JUNK, ids=range(len(JUNK)))
def test_any_object_has_an_anatomy(entry):
    assert codeedu.plot("anatomy", code=entry).alt


def test_a_confusion_is_told_in_words():
    matrix = {("HCPCS Level II", "ICD-10-CM"): 4, ("ICD-10-CM", "ICD-10-CM"): 5}
    assert codeedu.plot("confusion", matrix=matrix).alt.endswith(
        "Most often HCPCS Level II was taken for ICD-10-CM: 4 times."
    )
    assert "4 mixed up" in drawn_words("confusion", matrix=matrix)
    assert "5 right" in drawn_words("confusion", matrix=matrix)
    assert "Nothing was mixed up." in codeedu.plot("confusion", matrix={("CPT", "CPT"): 2}).alt


@pytest.mark.parametrize("matrix", [None, {}, {("CPT", "NDC"): 0}])
def test_without_answers_the_picture_says_how_to_read_it(matrix):
    assert "No answers yet." in codeedu.plot("confusion", matrix=matrix).alt
    words = drawn_words("confusion", matrix=matrix)
    assert "No answers yet: this is how to read it" in words
    assert "it was ICD-10-CM, read as CPT" in words


def test_the_timeline_is_in_order_and_as_precise_as_it_says():
    dates = [row["date"] for row in tables.rows("timeline")]
    assert dates == sorted(dates)
    forms = {"year": "%Y", "month": "%Y-%m", "day": "%Y-%m-%d"}
    for row in tables.rows("timeline"):
        found = datetime.strptime(row["date"], forms[row["precision"]]).date()
        assert date(1960, 1, 1) < found <= date.fromisoformat(tables.as_of())
        assert row["event"]
        assert row["detail"].endswith(".")
        assert row["sources"]


def test_every_path_ends_in_an_answer_without_a_circle():
    nodes = tables.by("decisions", "node")

    def walk(name, before):
        assert name not in before, f"{name} leads back to itself"
        row, here = nodes[name], [*before, name]
        if row["answer"]:
            assert (row["question"], row["yes"], row["no"]) == ("", "", "")
            assert row["example"]
            assert row["why"]
            return {name}
        assert row["question"].endswith("?")
        return {name} | walk(row["yes"], here) | walk(row["no"], here)

    first = tables.rows("decisions")[0]["node"]
    assert walk(first, []) == set(nodes), "nobody comes to some nodes"
    # What the picture can draw: a yes ends the path, a no leads on.
    asked = paths.questions()
    assert all(nodes[row["yes"]]["answer"] for row in asked)
    assert {row["node"] for row in asked} == {n for n, row in nodes.items() if row["question"]}


@pytest.mark.parametrize("row", [r for r in tables.rows("decisions") if r["answer"]],
                         ids=lambda row: row["node"])  # fmt: skip
def test_an_example_is_what_its_answer_says(row):
    names = {"ask the payer": "HCPCS Level II", "Level II": "HCPCS Level II",
             "Level I (CPT)": "CPT"}  # fmt: skip
    best = codeedu.classify(row["example"]).best
    assert best.code_set == names.get(row["answer"], row["answer"])


def test_the_map_covers_every_string_once():
    _, _, rows, _ = plots.DRAWINGS["code-space"]()
    assert sum(row["strings"] for row in rows) == 36 * 1000 * 36
    assert len({(row["first character"], row["last character"]) for row in rows}) == len(rows)
    assert all(int(row["codes counted"] or 0) <= row["strings"] for row in rows)


def test_the_letters_add_up_to_the_release():
    assert sum(int(row["listed_2018"]) for row in tables.rows("letters")) == 6205


def test_the_collisions_are_in_the_list_of_diagnoses():
    listed = tables.by("icd10cm", "code")
    for row in tables.rows("collisions"):
        assert listed[row["code"]]["billable"] == row["billable"]
