"""The lessons as slides, without a browser: what is on which, and that nothing is loaded."""

import os
import re
import subprocess
import sys

import nbformat
import pytest
from bs4 import BeautifulSoup

from codeedu.cli import main
from codeedu.lessons import in_order
from codeedu.pages import slides
from course_pages import need_engine

NAMES = [row["notebook"] for row in in_order()]


@pytest.fixture(scope="module")
def made():
    need_engine()
    return slides.slides()


def deck(made, name):
    return BeautifulSoup(made.files[f"{name}.html"], "html.parser").select_one(".slides")


def headings(deck, name):
    return [h.get_text() for h in deck.find_all(name)]


def test_each_lesson_has_slides_and_the_first_page_leads_to_them(made):
    first = BeautifulSoup(made.files["index.html"], "html.parser")
    assert [link["href"] for link in first.find_all("a")] == [f"{name}.html" for name in NAMES]
    for name in NAMES:
        stacks = deck(made, name).find_all("section", recursive=False)
        for stack in stacks:
            below = stack.find_all("section", recursive=False)
            assert below
            assert stack.find(["h1", "h2"])
            assert all(slide.find(["h1", "h2", "h3"]).name != "h3" for slide in below[:1])
            assert all(len(slide.find_all(["h1", "h2", "h3"])) <= 1 for slide in below)
            assert all(slide.get_text().strip() for slide in below)
            assert not any(slide.find("section") for slide in below)  # it would be hidden


def test_each_question_has_a_slide_with_its_answer_folded(made):
    quiz = [s for s in deck(made, "02-anatomy-of-a-code").select("section > section")
            if s.h3 and s.h3.get_text().startswith("Quiz, question ")]  # fmt: skip
    assert [s.h3.get_text() for s in quiz] == [f"Quiz, question {n} of 10" for n in range(1, 11)]
    for slide in quiz:
        assert "Right:" in slide.details.get_text()
        slide.details.decompose()
        assert "Right:" not in slide.get_text()


def test_what_is_for_one_learner_is_left_out(made):
    for name in NAMES:
        found = deck(made, name)
        assert not re.search("[Aa]s soon as this page|With JavaScript", found.get_text())
        assert not found.select("script, form, input, .codeedu-lessons")
    assert not deck(made, "final-assessment").find("details")


def test_code_is_shown_in_lesson_06_alone(made):
    assert [name for name in NAMES if deck(made, name).select("pre.in")] == [NAMES[6]]


def test_nothing_is_loaded_from_elsewhere_and_every_link_leads_somewhere(made):
    for name in ["index", *NAMES]:
        page = BeautifulSoup(made.files[f"{name}.html"], "html.parser")
        for part in page.find_all(["script", "link", "img", "iframe"]):
            place = part.get("src") or part.get("href")
            assert place in made.files or place.startswith("data:"), place
        for link in page.find_all("a", href=True):
            file, _, target = link["href"].partition("#")
            if "//" in file:
                continue
            there = made.files[file] if file else made.files[f"{name}.html"]
            assert not target or f'id="{target}"'.encode() in there, link


LESSON = """
[[lesson]]
lesson = "20"
notebook = "20-ours"
title = "Ours"
promise = "Do it."
reading = 5
practice = 5
needs = "nothing"
"""


def test_the_command_takes_the_lessons_of_the_custom_folder(tmp_path):
    need_engine()
    custom = tmp_path / "custom"
    custom.mkdir()
    text = "# 20. Ours\n\nHello.\n\n## Part\n\nOne.\n\n### Piece\n\nMore."
    cell = nbformat.v4.new_markdown_cell(text)
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), custom / "20-ours.ipynb")
    (custom / "20-ours.toml").write_text(LESSON, encoding="utf-8")
    command = [sys.executable, "-m", "codeedu", "slides", "build", tmp_path / "slides"]
    env = os.environ | {"CODEEDU_CUSTOM": str(custom)}
    told = subprocess.run(command, env=env, capture_output=True, text=True)
    assert "11 lessons written to" in told.stdout, told.stderr
    text = (tmp_path / "slides" / "20-ours.html").read_text(encoding="utf-8")
    found = BeautifulSoup(text, "html.parser").select("section > section")
    assert [" ".join(slide.get_text(" ").split()) for slide in found] == [
        "20. Ours Hello.", "Part One.", "Piece More."]  # fmt: skip


def test_the_folder_of_a_site_is_left_alone(made, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(slides, "slides", lambda: made)
    (tmp_path / "service-worker.js").write_text("")
    assert main(["slides", "build", str(tmp_path)]) == 2
    assert "holds other files. Name one that is new or empty." in capsys.readouterr().err
    folder = tmp_path / "slides"
    assert [main(["slides", "build", str(folder)]) for _ in range(2)] == [0, 0]
    written = {path.relative_to(folder).as_posix() for path in folder.rglob("*.*")}
    assert written == set(made.files)
