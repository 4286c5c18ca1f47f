"""The learner's copy: made, refreshed, kept, reset; and what protects its cells."""

import asyncio
import json
import re
from pathlib import Path

import nbformat
import pytest
from jupyter_server.serverapp import ServerApp
from jupyterlab.labapp import LabApp
from jupyterlab_server.config import get_federated_extensions
from nbformat.sign import NotebookNotary

from codeedu.cli import main
from codeedu.lab import classroom, copy, lock

FIRST, SECOND = "01-one.ipynb", "02-two.ipynb"


def notebook(*cells):
    """Return the text of a notebook of these cells; a cell that begins with # is text."""
    made = [
        {"cell_type": "markdown", "id": str(n), "metadata": {}, "source": [text]}
        if text.startswith("#")
        else {"cell_type": "code", "execution_count": None, "id": str(n), "metadata": {},
              "outputs": [], "source": text.splitlines(keepends=True)}
        for n, text in enumerate(cells)
    ]  # fmt: skip
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


@pytest.fixture
def lessons(tmp_path, monkeypatch):
    """The originals, in a folder that tests may change."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    (folder / FIRST).write_text(notebook("# One", 'import codeedu; codeedu.quiz("01")'))
    (folder / SECOND).write_text(notebook("# Two", "1 + 1"))
    monkeypatch.setattr(copy, "LESSONS", folder)
    rows = {name[:2]: {"notebook": name[:-6], "formerly": ""} for name in (FIRST, SECOND)}
    monkeypatch.setattr(copy, "course_lessons", lambda: rows)
    return folder


@pytest.fixture
def course(tmp_path, lessons):
    copy.update(tmp_path / "course")
    return tmp_path / "course"


def change(path, *, code=None, output=None):
    """Change the last cell of a notebook, as a learner does: its code, or only what it printed."""
    found = json.loads(path.read_text())
    if code is not None:
        found["cells"][-1]["source"] = [code]
    if output is not None:
        found["cells"][-1]["outputs"] = [{"output_type": "stream", "text": output}]
        found["cells"][-1]["execution_count"] = 7
    path.write_text(json.dumps(found))


def files(course):
    return {path.name: path.read_bytes() for path in course.glob("*.ipynb")}


def code(path):
    return lock.cell_source(json.loads(path.read_text())["cells"][-1])


def test_each_lesson_is_given_once(tmp_path, lessons):
    course = tmp_path / "a new" / "course"
    assert copy.update(course) == ["01-one.ipynb is new.", "02-two.ipynb is new."]
    before = files(course)
    assert copy.update(course) == []
    assert files(course) == before
    assert list(course.glob(".*")) == [course / ".codeedu"]


def test_a_lesson_that_was_only_run_gets_its_new_version(lessons, course):
    change(course / SECOND, output="2")
    (lessons / SECOND).write_text(notebook("# Two", "2 + 2"))
    assert copy.update(course) == ["02-two.ipynb has a new version."]
    assert code(course / SECOND) == "2 + 2"
    assert sorted(files(course)) == [FIRST, SECOND]


def test_a_copy_has_no_cell_that_only_a_page_shows(tmp_path, lessons):
    made = json.loads(notebook("# One", "# Here", "# There", "1 + 1"))
    for at, name in ((1, "jupyterlab"), (2, "page")):
        made["cells"][at]["metadata"] = {"tags": [name]}
    (lessons / FIRST).write_text(json.dumps(made))
    copy.update(tmp_path / "course")
    cells = json.loads((tmp_path / "course" / FIRST).read_text())["cells"]
    assert [lock.cell_source(cell) for cell in cells] == ["# One", "# Here", "1 + 1"]
    made["cells"][2]["source"] = ["# Elsewhere"]  # the copy has it not: nothing to tell
    (lessons / FIRST).write_text(json.dumps(made))
    change(tmp_path / "course" / FIRST, code="2 + 2")
    assert copy.update(tmp_path / "course") == []


def test_a_changed_lesson_stays_and_the_new_one_is_put_beside_it(lessons, course):
    change(course / SECOND, code="my own")
    assert copy.update(course) == [], "there is no new version yet"
    (lessons / SECOND).write_text(notebook("# Two", "2 + 2"))
    says = "02-two.ipynb has a new version; you changed yours, so it is in 02-two-new.ipynb."
    assert copy.update(course) == [says]
    assert code(course / SECOND) == "my own"
    assert code(course / "02-two-new.ipynb") == "2 + 2"
    assert copy.update(course) == []
    (lessons / SECOND).write_text(notebook("# Two", "3 + 3"))
    assert copy.update(course) == [says.replace("two-new", "two-new-2")]
    assert code(course / "02-two-new.ipynb") == "2 + 2"


def test_a_changed_lesson_stays_alone_if_only_what_is_printed_is_new(lessons, course):
    change(course / SECOND, code="my own")
    change(lessons / SECOND, output="2")
    assert copy.update(course) == []
    assert code(course / SECOND) == "my own"
    assert sorted(files(course)) == [FIRST, SECOND]


def test_a_lost_lesson_is_given_again_and_a_strange_one_is_kept(lessons, course):
    (course / FIRST).unlink()
    (course / SECOND).write_text("not a notebook")
    (lessons / SECOND).write_text(notebook("# Two", "2 + 2"))
    assert copy.update(course) == [
        "01-one.ipynb is new.",
        "02-two.ipynb has a new version; you changed yours, so it is in 02-two-new.ipynb.",
    ]
    assert (course / SECOND).read_text() == "not a notebook"


@pytest.mark.parametrize("kept", ["", "[]", '{"01-one.ipynb": 3}', "{", None])
def test_without_its_list_the_course_overwrites_nothing(lessons, course, kept):
    change(course / SECOND, code="my own")
    place = course / ".codeedu" / "given.json"
    place.unlink() if kept is None else place.write_text(kept)
    says = "02-two.ipynb has a new version; you changed yours, so it is in 02-two-new.ipynb."
    assert says in copy.update(course)
    assert code(course / SECOND) == "my own"


def test_reset_copies_the_original_and_keeps_what_was_there(lessons, course):
    change(course / SECOND, code="my own")
    says = "02-two.ipynb was reset to the original. Your version is kept as 02-two-old.ipynb."
    assert copy.reset(course, "2") == says
    assert code(course / SECOND) == "1 + 1"
    assert code(course / "02-two-old.ipynb") == "my own"
    assert copy.update(course) == []
    with pytest.raises(ValueError, match=r"There is no lesson 9; there are: 01, 02."):
        copy.reset(course, "9")


def test_reset_makes_no_copy_of_a_lesson_that_was_only_run(lessons, course):
    change(course / SECOND, output="2")
    assert copy.reset(course, "2") == "02-two.ipynb was reset to the original."
    assert sorted(files(course)) == [FIRST, SECOND]
    assert json.loads((course / SECOND).read_text())["cells"][-1]["outputs"] == []


@pytest.mark.parametrize("own", ["my own", "my own " * 1_000])  # the original, or already the copy
def test_on_a_full_disk_a_reset_leaves_the_lesson_as_it_was(lessons, course, full_disk, own):
    change(course / SECOND, code=own)
    (lessons / SECOND).write_text(notebook("# Two", "2 + 2" * 1_000))
    before = {path.name: path.read_bytes() for path in course.rglob("*") if path.is_file()}
    with full_disk(2_000), pytest.raises(OSError, match="it is too large for this disk"):
        copy.reset(course, "2")
    after = {path.name: path.read_bytes() for path in course.rglob("*") if path.is_file()}
    assert after == before


@pytest.fixture
def renamed(tmp_path, lessons, monkeypatch):
    """A course in which the second lesson has its former name, and originals in which it has not.

    It was given under that name.
    """
    former = {"02": {"notebook": "02-former", "formerly": ""}}
    (lessons / SECOND).rename(lessons / "02-former.ipynb")
    monkeypatch.setattr(copy, "course_lessons", lambda: former)
    copy.update(tmp_path / "course")
    row = {"notebook": "last", "title": "The last", "formerly": "02-former"}
    (lessons / "02-former.ipynb").rename(lessons / "last.ipynb")
    monkeypatch.setattr(copy, "course_lessons", lambda: {"last": row})
    return tmp_path / "course"


def test_a_renamed_lesson_is_led_to_from_its_former_file(renamed):
    change(renamed / "02-former.ipynb", output="2")  # it was only run
    assert copy.update(renamed) == ["last.ipynb is new.", "02-former.ipynb is now last.ipynb."]
    assert code(renamed / "02-former.ipynb") == "This lesson is now [The last](last.ipynb)."
    assert code(renamed / "last.ipynb") == "1 + 1"
    before = files(renamed)
    assert copy.update(renamed) == []
    assert files(renamed) == before


def test_a_renamed_lesson_that_was_changed_is_kept(renamed):
    change(renamed / "02-former.ipynb", code="my own")
    says = "02-former.ipynb is now last.ipynb; you changed yours, so it is kept."
    assert copy.update(renamed) == ["last.ipynb is new.", says]
    assert code(renamed / "02-former.ipynb") == "my own"
    assert copy.update(renamed) == []


def test_the_originals_are_no_course(lessons):
    with pytest.raises(ValueError, match="has the originals"):
        copy.update(lessons)


def test_a_lesson_is_whole_or_not_written(lessons, course, monkeypatch):
    before = files(course)
    (lessons / SECOND).write_text(notebook("# Two", "2 + 2"))

    def full(*_):
        raise OSError("no space left")

    monkeypatch.setattr(copy.os, "replace", full)
    with pytest.raises(OSError, match="no space left"):
        copy.update(course)
    assert files(course) == before


def test_what_is_protected(course):
    text, quiz = json.loads((course / FIRST).read_text())["cells"]
    assert text["metadata"] == {"deletable": False, "editable": False}
    assert quiz["metadata"] == {
        "deletable": False,
        "editable": False,
        "jupyter": {"source_hidden": True},
    }
    exercise = json.loads((course / SECOND).read_text())["cells"][1]
    assert exercise["metadata"] == {"deletable": False}


@pytest.mark.parametrize(
    ("code", "view"),
    [
        ('import codeedu; codeedu.quiz("01")', True),
        ('import codeedu; codeedu.sources(\n    "a",\n    "b",\n)', True),
        ('import codeedu\ncodeedu.figure("timeline")', True),
        ('import codeedu\ncodeedu.classify("J1885").explain()', False),
        ('import codeedu\ncodeedu.completion_record("")', True),
        ("import codeedu", False),
        ("import os; os.quiz()", False),
        ("%%html\n<p>", False),
        ("", False),
        ("\x00", False),
    ],
)
def test_what_is_a_view(code, view):
    assert lock.is_view(code) == view


def test_code_of_a_lesson_that_was_protected_otherwise_can_be_changed():
    lesson = json.loads(notebook("# Ours", "1 + 1"))
    code = lesson["cells"][1]["metadata"]
    code |= {"editable": False, "jupyter": {"source_hidden": True, "outputs_hidden": False}}
    lock.lock(lesson)
    assert lesson["cells"][0]["metadata"] == {"deletable": False, "editable": False}
    assert code == {"deletable": False, "jupyter": {"outputs_hidden": False}}


def test_the_command_makes_updates_and_resets(tmp_path, lessons, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["lesson", "update"]) == 0
    assert capsys.readouterr().out == f"Your lessons are in {tmp_path / 'course'}.\n"
    (lessons / SECOND).write_text(notebook("# Two", "2 + 2"))
    monkeypatch.chdir(tmp_path / "course")  # as in a terminal of JupyterLab
    assert main(["lesson", "update"]) == 0
    assert "02-two.ipynb has a new version.\n" in capsys.readouterr().out
    assert main(["lesson", "reset", "02"]) == 0
    assert main(["lesson", "reset", "09"]) == 2


def test_the_course_protects_every_lesson_it_has(tmp_path):
    copy.update(tmp_path / "course")
    given = copy.copies(tmp_path / "course")
    assert [path.name for path in given] == [path.name for path in copy.originals()]
    for path in given:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        assert all(cell["metadata"]["deletable"] is False for cell in cells)
        hidden = [lock.cell_source(c) for c in cells if "jupyter" in c["metadata"]]
        assert any("codeedu.sources(" in code for code in hidden), path.name


QUIZ, PAGE = 'import codeedu; codeedu.quiz("01")', '<div class="codeedu-fallback">page</div>'


def shown(html):
    return [{"data": {"text/html": [html]}, "metadata": {}, "output_type": "display_data"}]


@pytest.fixture
def printed(tmp_path, lessons):
    """A copy of a lesson whose view and whose other code have pages."""
    made = json.loads(notebook("# One", QUIZ, "1 + 1"))
    made["cells"][1]["outputs"], made["cells"][2]["outputs"] = shown(PAGE), shown("2")
    (lessons / FIRST).write_text(json.dumps(made))
    copy.update(tmp_path / "course")
    return tmp_path / "course" / FIRST


def show(place, cell, html):
    """Change what a cell of a notebook shows; None clears it."""
    found = json.loads(place.read_text())
    found["cells"][cell]["outputs"] = [] if html is None else shown(html)
    place.write_text(json.dumps(found))


@pytest.mark.parametrize("lost", [None, "17 of 20, on another day"])
def test_a_page_that_was_lost_is_given_back_and_own_results_stay(printed, lost):
    show(printed, 1, lost)
    show(printed, 2, "own result")
    assert copy.restore(printed)
    cells = json.loads(printed.read_text())["cells"]
    assert cells[1]["outputs"] == shown(PAGE)
    assert cells[2]["outputs"] == shown("own result")
    assert not copy.restore(printed)


def test_a_view_that_the_original_does_not_have_is_left_alone(printed):
    found = json.loads(printed.read_text())
    found["cells"][1]["source"] = ["import codeedu; codeedu.explorer()"]
    printed.write_text(json.dumps(found))
    show(printed, 1, "mine")
    assert not copy.restore(printed)


def test_the_classroom_starts_only_views_of_the_originals(printed, capsys):
    show(printed, 1, None)
    found = json.loads(printed.read_text())
    found["cells"].append(found["cells"][1] | {"source": ["import codeedu; codeedu.home()"]})
    printed.write_text(json.dumps(found))
    copy.print_views()
    assert json.loads(capsys.readouterr().out) == [QUIZ]


@pytest.fixture
def trusted(tmp_path, monkeypatch):
    """Say of a notebook whether JupyterLab would trust it, in a home of the test's own."""
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))

    def trusts(place):
        return NotebookNotary().check_signature(nbformat.read(place, as_version=4))

    return trusts


ATTACK = "<img src=x onerror=\"document.title='owned'\">"


@pytest.mark.parametrize(
    ("cell", "html", "trusts"),
    [(1, PAGE, True), (1, None, True), (1, ATTACK, True), (2, "2", True), (2, None, True),
     (2, "3", False), (2, ATTACK, False)],
)  # fmt: skip
def test_a_lesson_is_trusted_for_what_it_shows_and_not_for_its_name(
    printed, trusted, cell, html, trusts
):
    show(printed, cell, html)
    classroom.prepare(printed.parent)
    assert trusted(printed) is trusts
    assert ATTACK not in printed.read_text() or not trusts


@pytest.mark.parametrize("lost", [False, True])
def test_what_the_learner_ran_here_stays_trusted_when_a_page_is_given_back(printed, trusted, lost):
    show(printed, 1, None if lost else PAGE)
    show(printed, 2, "own result")
    NotebookNotary().sign(nbformat.read(printed, as_version=4))
    classroom.prepare(printed.parent)
    assert json.loads(printed.read_text())["cells"][1]["outputs"] == shown(PAGE)
    assert trusted(printed)


def test_a_file_that_is_no_copy_of_a_lesson_is_not_trusted(printed, trusted):
    stranger = printed.with_name("07-from-a-friend.ipynb")
    stranger.write_text(notebook(QUIZ))
    show(stranger, 0, ATTACK)
    classroom.prepare(printed.parent)
    assert not trusted(stranger)


def damaged(**changes):
    """Return the text of a notebook whose first cell of code is spoiled."""
    made = json.loads(notebook(QUIZ))
    made["cells"][0] |= changes
    return json.dumps(made)


@pytest.mark.parametrize(
    "text",
    ["{", "[" * 100_000, "{}", '{"cells": []}',
     notebook(QUIZ).replace('"nbformat": 4', '"nbformat": {}'),
     notebook(QUIZ).replace('"nbformat_minor": 5', '"nbformat_minor": "x"'),
     damaged(outputs={"0": 1}), damaged(outputs=[1]), damaged(outputs=None), damaged(source=7),
     damaged(outputs=[{"output_type": "display_data", "data": 5, "metadata": {}}])],
    ids=range(11),
)  # fmt: skip
def test_a_damaged_lesson_does_not_keep_the_classroom_closed(printed, trusted, text):
    printed.write_text(text)
    other = printed.with_name(SECOND)
    for sentence in classroom.prepare(printed.parent):
        assert sentence == f"{FIRST} is damaged: reset it to get the original back."
    assert trusted(other)
    copy.update(printed.parent)


def test_jupyterlab_gets_no_saved_state_of_a_widget(printed):
    """It would run the script that is in the state of a widget, in any notebook."""
    evil = json.loads(printed.read_text())
    evil["metadata"]["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": {}}}
    printed.write_text(json.dumps(evil))
    contents = classroom.Contents(root_dir=str(printed.parent))
    model = asyncio.run(contents.get(FIRST))
    assert model["content"]["cells"]
    assert "widgets" not in model["content"]["metadata"]
    assert asyncio.run(contents.get("", type="directory"))["type"] == "directory"
    name = classroom.options(printed.parent)["ServerApp.contents_manager_class"]
    assert name == "codeedu.lab.classroom.Contents"


def test_settings_are_json_and_stay_in_the_course(tmp_path):
    for path in classroom.SETTINGS.glob("*.json"):
        text = path.read_text(encoding="utf-8")
        assert json.loads(text), path.name
        assert set(re.findall(r"[\w-]+\.ipynb", text)) <= {copy.originals()[0].name}
    told = classroom.options(tmp_path)
    for name in ("ServerApp.root_dir", "LabApp.user_settings_dir", "LabApp.workspaces_dir"):
        assert Path(told[name]).is_relative_to(tmp_path.resolve())
    assert told["LabApp.default_url"].endswith(copy.originals()[0].name)


def test_jupyterlab_has_every_option_and_looks_for_no_extension_in_the_network(tmp_path):
    told, apps = classroom.options(tmp_path), {"LabApp": LabApp, "ServerApp": ServerApp}
    for name in told:
        app, option = name.split(".")
        assert option in apps[app].class_trait_names(config=True), name
    assert told["LabApp.extension_manager"] == "readonly"


def test_jupyterlab_finds_the_extension_of_the_classroom(tmp_path):
    told = classroom.options(tmp_path)["LabApp.extra_labextensions_path"]
    (found,) = get_federated_extensions([told]).values()
    built = found["jupyterlab"]["_build"]
    script = (Path(found["ext_path"]) / built["load"]).read_text(encoding="utf-8")
    assert f"_JUPYTERLAB.{found['name']} =" in script
    for module in re.findall(r'new URL\("(.+?)"', script):
        assert (Path(found["ext_path"]) / module).is_file()
    for entry in json.loads((classroom.SETTINGS / "overrides.json").read_text(encoding="utf-8"))[
        "@jupyterlab/notebook-extension:panel"
    ]["toolbar"]:
        command = entry.get("command", "")
        assert not command.startswith("codeedu:") or f'"{command}"' in script


# Custom lessons, and what they show


SHOWS = notebook("# Ours\n![a map](maps/fig.png)", "1 + 1")


@pytest.fixture
def yours(tmp_path, lessons, monkeypatch):
    folder = tmp_path / "custom"
    (folder / "maps").mkdir(parents=True)
    (folder / "maps" / "fig.png").write_text("first")
    (folder / "20-ours.ipynb").write_text(SHOWS)
    monkeypatch.setenv("CODEEDU_CUSTOM", str(folder))
    return folder


def test_a_picture_comes_with_its_lesson_and_with_its_next_version(tmp_path, yours):
    course, picture = tmp_path / "course", tmp_path / "course" / "maps" / "fig.png"
    copy.update(course)
    assert picture.read_text() == "first"
    (yours / "maps" / "fig.png").write_text("second")
    assert copy.update(course) == []
    assert picture.read_text() == "second"
    picture.unlink()
    copy.update(course)
    assert picture.read_text() == "second"


def test_a_picture_is_never_put_over_a_file_of_the_learner(tmp_path, yours):
    course, picture = tmp_path / "course", tmp_path / "course" / "maps" / "fig.png"
    picture.parent.mkdir(parents=True)
    picture.write_text("mine")
    told = "maps/fig.png is yours, and is kept; a lesson shows another file so named."
    assert told in copy.update(course)
    assert copy.update(course) == [], "it is said once"
    (yours / "maps" / "fig.png").write_text("second")
    assert copy.update(course) == [told]
    assert picture.read_text() == "mine"


def test_a_custom_lesson_replaces_the_one_of_its_name(tmp_path, yours):
    course = tmp_path / "course"
    copy.update(course)
    (yours / FIRST).write_text(notebook("# Ours instead", "2 + 2"))
    assert [path.parent.name for path in copy.originals()] == ["custom", "notebooks", "custom"]
    assert copy.update(course) == [f"{FIRST} has a new version."]
    assert "Ours instead" in (course / FIRST).read_text()
    assert copy.update(course) == [], "it does not change from one to the other"
    assert copy.reset(course, "01") == f"{FIRST} was reset to the original."
    assert "Ours instead" in (course / FIRST).read_text()
    (yours / FIRST).write_text("{")
    assert copy.update(course) == [f"{FIRST} has a new version."], "the course's own is there"
    assert "# One" in (course / FIRST).read_text()


def test_only_who_looks_after_lessons_is_told_that_the_original_has_moved_on(
    tmp_path, yours, lessons, monkeypatch, capsys
):
    monkeypatch.setattr(classroom, "open_lab", lambda *_: None)
    changed = json.loads(SHOWS)
    changed["metadata"][copy.MADE_FROM] = copy.version_of(FIRST)
    (yours / FIRST).write_text(json.dumps(changed))
    course = str(tmp_path / "course")
    for told, before in ((False, ""), (True, "# One more")):
        if before:
            (lessons / FIRST).write_text(notebook(before))
        assert main(["lesson", "update", "--course", course]) == 0
        assert (f"{FIRST} {copy.MOVED_ON}" in capsys.readouterr().out) == told
    assert main(["lesson", "open", "--course", course]) == 0
    assert copy.MOVED_ON not in capsys.readouterr().out
