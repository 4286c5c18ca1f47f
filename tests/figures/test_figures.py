"""The figures say in words and numbers what they show, and can be read by everyone."""

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from base64 import b64decode
from datetime import date, datetime
from decimal import Decimal
from html import unescape

import pytest
from drawn import watch

import codeedu
from codeedu import figures, tables
from codeedu.cms.changes_page import HEADINGS, LOOKS, _changes_figure
from codeedu.codes import formats
from codeedu.figures import canvas, forms
from codeedu.figures.decision import questions
from codeedu.figures.reasons import reasons_figure
from codeedu.figures.remittance import BEARER, CLAIM_REMARKS, adjustments
from codeedu.figures.timeline import DATES_TO_KNOW

NAMES = sorted(figures.FIGURES)
MANY = [row["code_set"] for row in tables.rows("code_sets")]
CASES = [(name, {}) for name in NAMES] + [
    ("confusion", {"matrix": {("CPT", "CPT"): 2}}),
    ("confusion", {"matrix": {(a, b): 1234 for a in MANY[:6] for b in MANY[:6]}}),
    ("confusion", {"matrix": {(a, b): 123 for a in MANY for b in MANY}}),
    ("confusion", {"matrix": {("a name that is far too long for its place", "<b>"): 1}}),
]
IDS = [f"{name}-{at}" for at, (name, _) in enumerate(CASES)]
EVERY_SECTION = {
    (f"{section.first} to {section.last}", section.section): dict.fromkeys(HEADINGS, 1_111)
    for section in formats.by_id("level-2").ranges
}
OTHERS = {
    "reasons": lambda: reasons_figure(BARS, 6000),
    "changes": lambda: _changes_figure(EVERY_SECTION),
}
BARS = [("perhaps a diagnosis that lost its dot", "flagged", 1368), ("blanks", "corrected", 1)]


@pytest.fixture
def drawn(request, monkeypatch):
    """Return the canvas of a figure."""
    papers = watch(monkeypatch)
    name, options = request.param
    OTHERS[name]() if name in OTHERS else figures.figure(name, **options)
    return papers[0]


every = pytest.mark.parametrize(
    "drawn", [*CASES, *((name, {}) for name in OTHERS)], ids=[*IDS, *OTHERS], indirect=True
)


def luminance(color):
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in color)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def rgb(name, theme):
    color = canvas.palette()[name][theme]
    return tuple(int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))


def cells(html):
    """Return the texts of a table, row by row, without its head."""
    rows = re.findall(r"<tr>(.*?)</tr>", html)
    return [
        [unescape(c) for c in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)] for row in rows[1:]
    ]


def words(svg):
    """Return all texts of a picture, as one text."""
    root = ET.fromstring(svg)
    texts = [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]
    return " ".join(texts)


def title(svg):
    return ET.fromstring(svg).find("{http://www.w3.org/2000/svg}text").text


@pytest.mark.parametrize(("name", "options"), CASES, ids=IDS)
def test_every_figure_has_words_and_its_numbers_as_a_table(name, options):
    shown = codeedu.figure(name, **options)
    assert len(shown.alt) > 60
    assert "\n" not in shown.alt
    assert shown.alt.endswith(".")
    html = shown._repr_html_()
    address = re.search(r'<img alt="[^"]{60,}" src="data:image/svg\+xml;base64,([^"]+)">', html)
    assert b64decode(address[1]).decode() == shown.svg
    assert f"<figcaption>{shown.caption}" in unescape(html)
    assert '<details><summary>The numbers as a table</summary><div aria-label="' in html
    assert len(cells(shown.table)) > 0
    assert repr(shown).startswith("Figure: ")


@pytest.mark.parametrize("name", NAMES)
def test_the_alt_text_states_the_title(name):
    shown = codeedu.figure(name)
    assert title(shown.svg) in shown.alt


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("code-space", {"codes counted": "{:,}"}),
        ("collisions", {"billable": "{} billable", "heading only": "{} heading"}),
        ("cpt-sections", {"last": "–{}", "section": "{}"}),
        ("decision", {"question": "{}", "if yes": "{}", "example": "{}"}),
        ("remittance", {"code": "{}", "billed": "{}", "allowed": "{}", "paid": "{}"}),
        ("timeline", {"event": "{}"}),
        ("ub-04", {"42 revenue code": "{}", "43 description": "{}", "46 units": "{}",
                   "47 charge": "{}"}),
    ],
)  # fmt: skip
def test_the_table_has_what_the_picture_has(name, columns):
    shown = codeedu.figure(name)
    heads = [unescape(head) for head in re.findall(r'<th scope="col">(.*?)</th>', shown.table)]
    told = words(shown.svg)
    for row in cells(shown.table):
        for column, written in columns.items():
            value = row[heads.index(column)]
            if value in ("", "0", "none of these"):
                continue
            text = written.format(int(value) if ":," in written else value)
            assert text in told, (text, row)


def test_the_words_are_computed_from_the_tables(monkeypatch):
    kept = tables.rows

    def fewer(name):
        if name == "collisions":
            return tuple(row for row in kept(name) if row["code"][0] in "AS")
        return kept(name)

    found = fewer("collisions")
    billable = sum(row["billable"] == "yes" for row in found)
    monkeypatch.setattr(tables, "rows", fewer)
    shown = codeedu.figure("collisions")
    assert f"{len(found)} strings are codes" in shown.alt
    assert title(shown.svg) == f"Without the dot, {billable} billable diagnoses are Level II codes"
    assert "Under S there are only headings." in shown.alt


def test_the_timeline_has_a_mark_for_each_event_in_order():
    shown = codeedu.figure("timeline")
    marks = re.findall('points="([0-9.]+),[^"]*" stroke-width="2"', shown.svg)
    assert len(marks) == len(cells(shown.table))
    assert marks == sorted(marks, key=float)


def test_pieces_of_a_section_are_named_where_they_are():
    shown = codeedu.figure("cpt-sections")
    assert "98000 to 98016 and 99202 to 99499" in shown.caption
    assert "is in 2 pieces: 98000 to 98016 and 99202 to 99499." in shown.alt
    assert "98000–98016" in words(shown.svg)


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_is_the_same_every_time_and_small(name):
    shown = codeedu.figure(name)
    assert codeedu.figure(name).svg == shown.svg
    assert len(shown.svg) < 20_000
    assert sum(len(codeedu.figure(other).svg) for other in NAMES) < 100_000


def test_a_picture_has_the_colors_of_both_themes():
    svg = codeedu.figure("decision").svg
    light, dark = svg.split("@media(prefers-color-scheme:dark)")
    for name in ("surface", "text", "cpt", "level-2-bg"):
        assert canvas.palette()[name][0] in light
        assert canvas.palette()[name][1] in dark


def test_no_other_package_draws():
    code = (
        "import sys, codeedu; codeedu.figure('collisions');"
        "assert not {'matplotlib', 'pandas', 'numpy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@every
def test_no_label_runs_into_another_or_off_the_sheet(drawn):
    """By widths that are rather too large; tests/browser measures the true ones."""
    texts = [text for text in drawn.texts if text.words]
    for at, text in enumerate(texts):
        assert text.x >= 0, text
        assert text.x + text.width * 0.95 <= canvas.WIDTH, text
        assert text.y - text.size / 2 > 0, text
        assert text.y + text.size / 2 < drawn.height, text
        for other in texts[at + 1 :]:
            apart = abs(text.y - other.y) >= 0.5 * (text.size + other.size)
            beside = (text.x + 0.9 * text.width <= other.x
                      or other.x + 0.9 * other.width <= text.x)  # fmt: skip
            assert apart or beside, (text, other)


@every
def test_a_box_lets_through_as_much_as_it_should(drawn):
    """The ramps of the map and of the confusions are opacities."""
    written = [
        float(re.search('fill-opacity="(.*?)"', mark)[1]) if "fill-opacity" in mark else 1
        for mark in drawn.marks
        if mark.startswith("<rect")
    ]
    assert written == [round(box.opacity, 2) for box in drawn.boxes]


@every
def test_text_can_be_read_and_stands_out_from_what_is_behind_it(drawn):
    for text in drawn.texts:
        assert text.size >= 12.5
        middle = text.x + text.width / 2
        behind = [
            box for box in drawn.boxes
            if box.x <= middle <= box.x + box.width and box.y <= text.y <= box.y + box.height
        ]  # fmt: skip
        for theme in (0, 1):
            ground = rgb("surface", theme)
            for box in behind:
                color = rgb(box.fill, theme)
                ground = tuple(
                    c * box.opacity + g * (1 - box.opacity)
                    for c, g in zip(color, ground, strict=True)
                )
            assert contrast(rgb(text.color, theme), ground) >= 4.5, (text, behind, theme)


@pytest.mark.parametrize("kind", LOOKS)
@pytest.mark.parametrize("theme", [0, 1])
def test_a_part_of_a_bar_stands_out_from_the_page(kind, theme):
    color, opacity = LOOKS[kind]
    pairs = zip(rgb(color, theme), rgb("surface", theme), strict=True)
    seen = [c * opacity + ground * (1 - opacity) for c, ground in pairs]
    assert contrast(seen, rgb("surface", theme)) >= 3


def test_an_unknown_figure_is_named():
    with pytest.raises(ValueError, match="There is no figure 'pie'; there are: cms-1500, "):
        codeedu.figure("pie")


def test_a_confusion_is_told_in_words():
    matrix = {("HCPCS Level II", "ICD-10-CM"): 4, ("ICD-10-CM", "ICD-10-CM"): 5}
    shown = codeedu.figure("confusion", matrix=matrix)
    message = "Most often HCPCS Level II was taken for ICD-10-CM: 4 times"
    assert shown.alt.endswith(f"{message}.")
    assert title(shown.svg) == message
    assert words(shown.svg).endswith("4 ICD-10-CM ICD-10-CM 5")
    assert "Nothing was mixed up." in codeedu.figure("confusion", matrix={("CPT", "CPT"): 2}).alt


@pytest.mark.parametrize("matrix", [None, {}, {("CPT", "NDC"): 0}])
def test_without_answers_the_picture_says_what_fills_it(matrix):
    shown = codeedu.figure("confusion", matrix=matrix)
    assert "No answers yet." in shown.alt
    assert "Answer some questions, and this table fills." in words(shown.svg)
    assert cells(shown.table) == [["no answers yet", "", "0"]]


def test_text_in_a_picture_is_escaped_and_visible():
    svg = codeedu.figure("confusion", matrix={("<b>\u200b&", "CPT"): 1}).svg
    assert "<b>⟨U+200B⟩&" in words(svg)


def test_reasons_say_how_many_lines_wait():
    shown = reasons_figure(BARS, 6000)
    assert title(shown.svg) == "1,368 of 6,000 lines need a person"
    assert "1,368 flagged" in words(shown.svg)
    assert reasons_figure([], 3).alt.endswith("None.")


LINES = {form: tables.rows(f"{form.replace('-', '')}_lines") for form in ("cms-1500", "ub-04")}
DIAGNOSES = next(row["entered"] for row in tables.rows("form_fields") if row["field"] == "21")


@pytest.mark.parametrize("form", LINES)
def test_what_is_entered_on_a_form_is_in_its_picture_and_in_its_words(form):
    shown = codeedu.figure(form)
    told = words(shown.svg).split()
    boxes = [("21", DIAGNOSES)] if form == "cms-1500" else []
    for field, value in [*boxes, *(cell for line in LINES[form] for cell in line.items())]:
        # The picture leaves out what the claim of a CMS-1500 is about; the alt text leaves out the
        # dates and the charges of a hospital's lines.
        if field != "claim":
            assert set(value.replace(";", "").split()) <= set(told), field
        if form == "cms-1500" or field in ("42", "43", "44", "46"):
            assert value in shown.alt, field


def test_a_blank_field_is_said_to_be_blank():
    shown = codeedu.figure("cms-1500")
    entered = {row[0]: row[3] for row in cells(shown.table)}
    blank = {field for field, value in entered.items() if value == "left blank"}
    assert blank == {"19", "22", "23"}
    assert words(shown.svg).count("left blank") == len(blank)
    assert "0250 drugs, no code of their own, no HCPCS code" in codeedu.figure("ub-04").alt


def test_a_code_has_the_color_of_its_set(monkeypatch):
    papers = watch(monkeypatch)
    codeedu.figure("cms-1500")
    codeedu.figure("ub-04")
    hues = {text.words: text.color for paper in papers for text in paper.texts}
    assert {"99213", "25", "96372", "29827"} <= {w for w, hue in hues.items() if hue == "cpt"}
    assert {"J1885", "JZ", "C1713", "G0463"} <= {w for w, hue in hues.items() if hue == "level-2"}
    assert {"M5416", "I10"} <= {w for w, hue in hues.items() if hue == "diagnosis"}


# The rest is about the tables that the figures are drawn from.


def test_each_field_of_a_form_is_explained_and_no_other():
    told = [(row["form"], row["field"]) for row in tables.rows("form_fields")]
    assert len(set(told)) == len(told)
    columns = {(form, field) for form, lines in LINES.items() for field in lines[0]}
    boxes = {("cms-1500", field) for field in forms.BOXES}
    assert set(told) == boxes | columns - {(form, "claim") for form in LINES}
    for row in tables.rows("form_fields"):
        assert row["name"]
        assert row["asks"].endswith("?")
        assert row["says"]
        assert not row["entered"] or row["field"] in forms.BOXES
        assert set(row["sources"].split()) <= set(tables.by("sources", "id"))


def test_a_pointer_names_a_diagnosis_of_its_claim():
    diagnoses = dict(entered.split() for entered in DIAGNOSES.split("; "))
    assert set(diagnoses.values()) == {"M5416", "I10"}
    listed = tables.by("icd10cm", "code")
    assert listed["M5416"]["billable"] == "yes"
    assert {line["24E"] for line in LINES["cms-1500"]} <= set(diagnoses)


@pytest.mark.parametrize("form", LINES)
def test_the_lines_of_a_form_can_be_billed(form):
    for line in LINES[form]:
        if written := line.get("24D", line.get("44")).replace(" ", "-"):
            best = codeedu.classify(written, on="2026-02-10").best
            assert best.code_set in ("CPT", "HCPCS Level II"), line
        assert float(line.get("24F", line.get("47"))) > 0, line
        assert int(line.get("24G", line.get("46"))) > 0, line
        assert line.get("24A", line.get("45")).replace(" ", "") == "021026"
        if form == "cms-1500":
            assert codeedu.classify(line["24J"]).best.code_set == "NPI", line


def test_a_hospital_lists_revenue_codes_in_ascending_order():
    claims = {}
    for line in LINES["ub-04"]:
        claims.setdefault(line["claim"], []).append(line["42"])
    assert len(claims) == 2
    for codes in claims.values():
        assert codes == sorted(codes)
        assert all(re.fullmatch(r"0\d{3}", code) for code in codes)


def test_the_timeline_is_in_order_and_as_precise_as_it_says():
    dates = [row["date"] for row in tables.rows("timeline")]
    assert dates == sorted(dates)
    assert set(DATES_TO_KNOW) <= set(dates)
    written = {4: "%Y", 7: "%Y-%m", 10: "%Y-%m-%d"}
    for row in tables.rows("timeline"):
        found = datetime.strptime(row["date"], written[len(row["date"])]).date()
        assert date(1960, 1, 1) < found <= date(2026, 11, 30)
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
    asked = questions()
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
    rows = cells(codeedu.figure("code-space").table)
    assert sum(int(row[3]) for row in rows) == 36 * 1000 * 36
    assert len({(row[0], row[1]) for row in rows}) == len(rows)
    assert all(int(row[4] or 0) <= int(row[3]) for row in rows)


def test_the_letters_add_up_to_the_release():
    assert sum(int(row["listed_2018"]) for row in tables.rows("letters")) == 6205


def test_the_collisions_are_in_the_list_of_diagnoses():
    listed = tables.by("icd10cm", "code")
    for row in tables.rows("collisions"):
        assert listed[row["code"]]["billable"] == row["billable"]


@pytest.mark.parametrize("row", tables.rows("remittance"), ids=lambda row: row["line"])
def test_a_line_of_the_remittance_balances(row):
    billed, allowed, paid = (Decimal(row[name]) for name in ("billed", "allowed", "paid"))
    found = adjustments(row)
    assert billed == paid + sum(one.amount for one in found)
    assert row["claim_remark"] in CLAIM_REMARKS
    assert {one.group for one in found} <= set(BEARER)
    if paid:  # 20 percent is the patient's, and 2 percent of the payment is kept back
        share = {f"{one.group}-{one.reason}": one.amount for one in found}
        assert share["CO-45"] == billed - allowed
        assert share["PR-2"] == allowed / 5
        assert share["CO-253"] == (allowed - share["PR-2"]) / 50
    else:
        assert [one.amount for one in found] == [billed]


def test_who_bears_what_is_not_paid():
    told = codeedu.figure("remittance").svg
    for amount in ("202.72", "74.00", "18.00"):  # the provider, the patient, and what is open
        assert f">{amount}<" in told
    assert "$202.72 may not be billed to the patient" in codeedu.figure("remittance").alt


def test_the_codes_of_the_remittance_are_what_it_says_of_them():
    listed = tables.by("level2", "code")
    assert listed["J1030"]["terminated"] == "2024-03-31"
    assert {"25", "RT", "GA"} >= {row["modifiers"] for row in tables.rows("remittance")} - {""}
