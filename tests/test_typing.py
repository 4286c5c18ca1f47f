"""What a type checker sees of `import codeedu` is what Python loads."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import codeedu

ROOT = Path(__file__).parents[1]
STUB = ast.parse((ROOT / "codeedu" / "__init__.pyi").read_text(encoding="utf-8"))

PROGRAM = "\n".join([
    "import codeedu",
    "codeedu.quiz(lesson=[1, 2], nonsense=3)",
    *(f"reveal_type(codeedu.{name})" for name in codeedu.__all__),
])  # fmt: skip


def test_the_stub_has_every_public_name_from_its_home():
    stub = {(found.module, alias.name, alias.asname)
            for found in STUB.body if isinstance(found, ast.ImportFrom)
            for alias in found.names}  # fmt: skip
    homes = {name: f"codeedu.{home}" for name, home in codeedu._HOMES.items()}
    homes |= {"classify": "codeedu.codes.classify", "table": "codeedu.tables"}
    assert stub == {(home, name, name) for name, home in homes.items()}
    assert {name for _, name, _ in stub} == set(codeedu.__all__)


@pytest.fixture(scope="module")
def checked(tmp_path_factory):
    program = tmp_path_factory.mktemp("typing") / "program.py"
    program.write_text(PROGRAM)
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", program],
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
