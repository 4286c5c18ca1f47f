"""The course as pages, without a browser: what is in them, and how they lead to one another."""

import json
import zipfile
from functools import cache
from io import BytesIO

import pytest
from bs4 import BeautifulSoup

import codeedu
from banks import DATES, ONE
from codeedu import tables
from codeedu.cli import main
from codeedu.lab.lock import LIVE, cell_source, is_view, read_notebook
from codeedu.lessons import in_order
from codeedu.pages import build, engine
from codeedu.pages.first_states import PageError, first_states
from codeedu.pages.package import package
from codeedu.pages.page import Page
from codeedu.questions import bank
from course_pages import made

NAMES = [row["notebook"] for row in in_order()]
PAGES = [*NAMES, "glossary", "assignment", "explorer"]
TERMS = sorted((row["term"] for row in tables.rows("glossary")), key=str.casefold)


@pytest.fixture(scope="module")
def site():
    return made()


def page(site, name):
    return parsed(site.files[f"{name}.html"])


@cache
def parsed(text):
    return BeautifulSoup(text, "html.parser")


def links(part):
    return [link["href"] for link in part.find_all("a", href=True)]


def value_of(site, name):
    """Return what a script of the site sets."""
    return json.loads(site.files[f"live/{name}.js"].decode().partition(" = ")[2].rstrip(";\n"))


def test_every_page_lists_all_in_their_order(site):
    for name in PAGES:
        listed = page(site, name).header.ol
        assert links(listed) == [f"{other}.html" for other in PAGES]
        assert links(listed.find("a", {"aria-current": "page"}).parent) == [f"{name}.html"]


def test_every_page_leads_to_the_next(site):
    onward = [page(site, name).footer.find("a", rel="next") for name in NAMES]
    assert [link and link["href"] for link in onward] == [*(f"{n}.html" for n in NAMES[1:]), None]
    assert links(page(site, "index")) == [f"{NAMES[0]}.html"]


@pytest.mark.parametrize("name", PAGES)
def test_every_link_leads_to_something(site, name):
    found = page(site, name)
    for link in links(found):
        file, _, target = link.partition("#")
        if "//" in link or link == "#record":  # the record's place is in the header of every page
            continue
        there = page(site, file.removesuffix(".html")) if file.endswith(".html") else found
        assert (file or "#") in ("#", *site.files), link
        assert not target or there.find(id=target), link
    assert '"#Sources"' not in str(found.main) or name == "glossary", (
        "every citation leads to its own source"
    )


def test_every_view_of_a_notebook_is_on_its_page(site):
    for path in build.originals():
        cells = read_notebook(path.read_text(encoding="utf-8"), path.name)["cells"]
        code = [cell_source(cell) for cell in cells if cell["cell_type"] == "code"]
        wanted = [call.split(";")[-1].strip() for call in code if is_view(call)]
        wanted = [call for call in wanted if call.split("(")[0].removeprefix("codeedu.") in LIVE]
        views = page(site, path.stem).select(".codeedu-live")
        assert [view["data-call"].replace("'", '"') for view in views] == wanted
        for view in views:
            assert json.loads(view.find("script").string), "its first state"
            assert view.select_one(".codeedu-stored").get_text().strip()


def test_the_glossary_has_each_term_with_its_lesson_and_its_sources(site):
    glossary = page(site, "glossary")
    assert [term.get_text() for term in glossary.select("dt[id]")] == TERMS
    rows = tables.by("glossary", "term")
    lessons = tables.by("lessons", "lesson")
    for term, meaning in zip(TERMS, glossary.find_all("dd"), strict=True):
        row = rows[term]
        lesson, *cited = links(meaning)
        assert lesson == f"{lessons[row['lesson']]['notebook']}.html"
        assert cited == [f"#source-{name}" for name in row["sources"].split()]
        assert all(glossary.find(id=name.removeprefix("#")) for name in cited)


def test_the_search_finds_each_term(site):
    found = {s["heading"]: s for s in value_of(site, "search-index") if s["page"] == "glossary"}
    assert set(TERMS) < set(found)
    assert "the organization that maintains a code set" in found["steward"]["text"]
    assert "past its last day of use" not in found["steward"]["text"]


def test_the_former_name_of_a_page_leads_to_the_page(site):
    former = page(site, "07-final-assessment")
    assert links(former) == ["final-assessment.html"]
    away = former.find("meta", {"http-equiv": "refresh"})
    assert away["content"] == "0; url=final-assessment.html"


def test_a_page_from_a_folder_has_the_same_text(site):
    inside = value_of(site, "folder-pages")
    assert inside == {f"{name}.html": site.files[f"{name}.html"].decode() for name in PAGES}


def test_all_files_but_those_of_folders_are_kept_for_use_without_a_network(site):
    head = site.files["service-worker.js"].decode().splitlines()[1]
    kept = json.loads(head.partition(" = ")[2].rstrip(";"))
    left = set(site.files) - set(kept)
    assert left == {"live/folder-pages.js", "live/folder-engine.js", "service-worker.js"}


def test_no_page_asks_anybody_else(site):
    for name in PAGES:
        for part in page(site, name).find_all(["script", "link", "img", "iframe"]):
            place = part.get("src") or part.get("href") or ""
            assert place.partition("?")[0] in ("", *site.files) or place.startswith("data:"), place


def test_tables_that_only_jupyterlab_reads_stay_out(site):
    packed = zipfile.ZipFile(BytesIO(site.files["live/package.zip"])).namelist()
    assert [name for name in packed if name.startswith("codeedu/data/codes/")]
    assert not [name for name in packed if "practice_claims" in name or "/lab/" in name]


# Each way to write that a question is one of the final; and a text that looks like a question.
FINALS = (
    "pool = 'final'",
    'pool="final" # asked there only',
    '  "pool"   =   "final"',
    'note = """\n[[item]]\npool = "practice"\n"""\npool = "fin\\u0061l"',
)


@pytest.fixture
def custom_bank(tmp_path, monkeypatch):
    monkeypatch.setenv("CODEEDU_CUSTOM", str(tmp_path))
    final = ONE.partition("[[item]]")[2]
    written = final.replace("Which of", "“As \\\\ it is” \\u007f 🙂: which of").replace(
        "-01", "-80"
    )
    items = [f"[[ item ]] # kept\n{written}"]
    for number, pool in enumerate(FINALS):
        one = final.replace("-01", f"-9{number}").replace("stem = ", f"{pool}\nstem = ")
        items.append(f"[[item]]{one}".replace('note = """', 'look = """'))
    text = DATES + "\n".join(items).replace("of HCPCS is", "of SECRET is")
    path = tmp_path / "08-ours.toml"
    path.write_text(text.replace("SECRET", "HCPCS", 1), encoding="utf-8")
    return path


def packed(*, final):
    files = zipfile.ZipFile(BytesIO(package(final=final)))
    return {name: files.read(name) for name in files.namelist()}


def test_no_question_of_the_final_is_in_a_package_without_it(custom_bank, tmp_path):
    every, without = packed(final=True), packed(final=False)
    (tmp_path / "ours.toml").write_bytes(every["custom/08-ours.toml"])
    assert bank.read(tmp_path / "ours.toml") == bank.read(custom_bank)
    assert b"#" not in every["custom/08-ours.toml"]  # a comment is the author's own business
    assert b"SECRET" not in without["custom/08-ours.toml"]
    for name, data in every.items():
        if name.endswith(".toml"):
            place = tmp_path / "written.toml"
            place.write_bytes(data)
            asked = [item for item in bank.read(place) if item.pool != "final"]
            place.write_bytes(without[name])
            assert list(bank.read(place)) == asked
    finals = [item for item in bank.load() if item.pool == "final"]
    together = b"".join(without.values()).decode(errors="replace")
    assert [item.id for item in finals if item.id in together] == []


def test_a_sheet_of_questions_is_in_a_package_as_toml(custom_bank, tmp_path):
    heading = "question,objective,answer 1,answer 1 right,answer 2,pool,choices\n"
    rows = [
        "Is it this one or that?,05-lost-dot,“a”,yes,b,",
        "Is it SECRET or not?,05-lost-dot,a,x,b,final",
    ]
    sheet = custom_bank.parent / "Questions week 5.csv"
    sheet.write_text(heading + "\n".join(rows), encoding="utf-8")
    every, without = packed(final=True), packed(final=False)
    for name, items in ((every, bank.read(sheet)), (without, bank.read(sheet)[:1])):
        place = tmp_path / "written.toml"
        place.write_bytes(name["custom/Questions week 5.csv.toml"])
        assert bank.read(place) == items
    assert not any(b"it SECRET" in data for data in without.values())


def test_only_what_the_course_reads_of_a_custom_folder_is_in_a_package(custom_bank):
    for name in ("codes.csv", "final.csv", "grades.csv", "notes.txt"):
        (custom_bank.parent / name).write_text("code,says,source\nW4012,a,b\n", encoding="utf-8")
    (custom_bank.parent / "passwords.toml").write_text('mine = "secret"', encoding="utf-8")
    names = {name for name in packed(final=True) if name.startswith("custom/")}
    assert names == {"custom/08-ours.toml", "custom/codes.csv"}  # no line of final.csv is sound


def test_the_folder_in_which_pages_are_made_holds_none_of_the_modules(tmp_path, monkeypatch):
    (tmp_path / "traitlets.py").write_text("raise SystemExit('not this one')", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    firsts, _ = first_states(['codeedu.explorer("J1885")'])
    assert firsts


def test_a_lesson_without_a_title_is_said_to_have_none():
    with pytest.raises(PageError, match="08-ours has no title"):
        Page("08-ours", "<p>Only text.</p>")


def test_a_page_names_no_command_for_a_terminal():
    shown = codeedu.classify("J1885").explain()
    assert "codeedu release add" in shown._repr_html_()
    paper = Page("08-ours", f"<h1>Ours</h1>{shown._repr_html_()}")
    assert "codeedu release add" not in str(paper.body)
    assert "has them; lesson 02 says how to use one." in paper.body.get_text()


def test_another_sentence_makes_another_edition(tmp_path, monkeypatch):
    first = made("00")
    path = next(path for path in build.originals() if path.stem == NAMES[0])
    text = path.read_text(encoding="utf-8").replace("The drill", "Our drill")
    (tmp_path / path.name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(build, "originals", lambda: [tmp_path / path.name])
    changed = build.site(["00"])
    editions = {
        page(site, "glossary").find("meta", {"name": "codeedu-edition"})["content"]
        for site in (first, changed)
    }
    assert len(editions) == 2
    assert first.files["service-worker.js"] != changed.files["service-worker.js"]


def test_what_a_lesson_shows_is_on_the_site_and_in_a_package(tmp_path, monkeypatch):
    original = next(path for path in build.originals() if path.stem == NAMES[0])
    notebook = json.loads(original.read_text(encoding="utf-8"))
    text = (
        "# Ours\n![map](maps/a%20b.png) ![pasted](attachment:p.png) [how](how.pdf) [x](index.html)"
    )
    notebook["cells"] = [{"cell_type": "markdown", "id": "a", "metadata": {}, "source": text,
                          "attachments": {"p.png": {"image/png": "aGk="}}}]  # fmt: skip
    lesson = tmp_path / original.name
    lesson.write_text(json.dumps(notebook), encoding="utf-8")
    monkeypatch.setattr(build, "originals", lambda: [lesson])
    (tmp_path / "maps").mkdir()
    for name in ("maps/a b.png", "how.pdf", "index.html", "grades.csv"):
        (tmp_path / name).write_text("first")
    first, packaged = build.site(["00"]), build.site(["00"], lms="scorm12")
    for made_of in (first, packaged):
        assert made_of.files["maps/a b.png"] == made_of.files["how.pdf"] == b"first"
        assert "grades.csv" not in made_of.files
    assert first.files["index.html"] != b"first", "no file is put over a page"
    assert b'"maps/a%20b.png"' in first.files["service-worker.js"]
    shown = [image["src"] for image in page(first, NAMES[0]).main.find_all("img")]
    assert shown == ["maps/a%20b.png", "data:image/png;base64,aGk="]
    assert page(packaged, NAMES[0]).find("a", href="how.pdf")["target"] == "_blank"
    (tmp_path / "maps" / "a b.png").write_text("second")
    assert build.site(["00"]).files["service-worker.js"] != first.files["service-worker.js"]
    notebook["cells"][0]["attachments"] = {}
    lesson.write_text(json.dumps(notebook), encoding="utf-8")
    with pytest.raises(PageError, match=r"^00-start-here: a pasted picture is missing\. Paste it"):
        build.site(["00"])


def test_the_command_writes_the_same_as_a_folder_and_as_an_archive(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(build, "site", lambda: made("00"))
    files = made("00").files
    folder, archive = tmp_path / "site", tmp_path / "site.zip"
    assert main(["site", "build", str(folder)]) == 0
    assert "4 pages written to" in capsys.readouterr().out
    written = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*.*")}
    assert {name: path.read_bytes() for name, path in written.items()} == files
    assert main(["site", "build", str(folder)]) == 0, "a site is replaced"
    assert main(["site", "build", str(archive)]) == 0
    packed = zipfile.ZipFile(archive)
    assert {name: packed.read(name) for name in packed.namelist()} == files


def test_a_folder_of_other_files_is_left_alone(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(build, "site", lambda: made("00"))
    (tmp_path / "letter.txt").write_text("Dear Kim")
    assert main(["site", "build", str(tmp_path)]) == 2
    assert "holds other files. Name one that is new or empty." in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_what_is_wrong_in_the_custom_folder_is_said(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(build, "site", lambda: made("00"))
    monkeypatch.setenv("CODEEDU_CUSTOM", str(tmp_path))
    (tmp_path / "bad.toml").write_text("[[item]")
    assert main(["site", "build", str(tmp_path.with_suffix(".zip"))]) == 1
    said = capsys.readouterr().out
    assert "4 pages written to" in said
    assert "bad.toml" in said
    assert "1 problem." in said


def test_without_the_engine_a_sentence_says_what_to_install(monkeypatch, tmp_path, capsys):
    missing = lambda _: (_ for _ in ()).throw(ImportError())  # noqa: E731
    monkeypatch.setattr(engine, "import_module", missing)
    assert main(["site", "build", str(tmp_path / "site")]) != 0
    said = capsys.readouterr().err
    assert "codeedu-hcpcs-pages" in said
    assert "make engine" in said
    assert not (tmp_path / "site").exists()
