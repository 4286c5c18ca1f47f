"""What a type checker sees of `import codeedu` is what Python loads."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import codeedu

ROOT = Path(__file__).parents[1]

PROGRAM = "\n".join([
    "import codeedu",
    "codeedu.quiz(lesson=[1, 2], nonsense=3)",
    *(f"reveal_type(codeedu.{name})" for name in codeedu.__all__),
])  # fmt: skip


@pytest.mark.parametrize("name", codeedu.__all__)
def test_every_public_name_is_loaded_from_where_the_stub_says(name):
    assert callable(getattr(codeedu, name))
    assert name in dir(codeedu)


@pytest.mark.parametrize(("former", "now"), codeedu.FORMER.items())
def test_a_name_that_is_gone_names_the_new_one(former, now):
    assert now in codeedu.__all__
    with pytest.raises(AttributeError, match=f"codeedu.{former} is gone; use codeedu.{now}"):
        getattr(codeedu, former)


@pytest.fixture(scope="module")
def checked(tmp_path_factory):
    folder = tmp_path_factory.mktemp("typing")
    if (known := ROOT / ".mypy_cache").is_dir():  # what `make lint` has read already
        shutil.copytree(known, folder, dirs_exist_ok=True)
    program = folder / "program.py"
    program.write_text(PROGRAM)
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", folder, program],
        cwd=ROOT, env=os.environ | {"MYPYPATH": str(ROOT)}, capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout


def test_a_wrong_argument_is_an_error(checked):
    assert 'Unexpected keyword argument "nonsense" for "quiz"' in checked
    assert 'Argument "lesson" to "quiz" has incompatible type "list[int]"' in checked


@pytest.mark.parametrize("name", codeedu.__all__)
def test_every_name_has_a_type(checked, name):
    line = codeedu.__all__.index(name) + 3
    revealed = re.search(rf':{line}: note: Revealed type is "(.*)"', checked)[1]
    assert revealed.startswith("def (")
    assert not revealed.endswith("-> Any")
