"""Every import inside the package, late and type-only ones too, goes down the floors."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "codeedu"
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
LINES = re.search("```floors\n(.*?)\n```", CONTRIBUTING, re.DOTALL)[1].splitlines()
FLOORS = {room: height for height, line in enumerate(LINES) for room in line.split(", ")}
UPWARD = {("codes.classify", "html")}  # an answer shows itself
MODULES = {
    ".".join(path.relative_to(PACKAGE).with_suffix("").parts): path
    for path in sorted(PACKAGE.rglob("*.py"))
}


def room(module: str) -> str:
    """Return the room of a module, such as "codes.rules" or "html"."""
    name = module.removesuffix(".__init__")
    return next((r for r in FLOORS if name == r or name.startswith(f"{r}.")), "")


def imported(module: str):
    """Yield the modules of the package that a module imports, wherever in its text."""
    for found in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        if isinstance(found, ast.Import):
            names = [alias.name for alias in found.names]
        elif isinstance(found, ast.ImportFrom):
            assert not found.level, f"{module}: imports inside the package are written in full"
            names = [f"{found.module}.{alias.name}" for alias in found.names]
        else:
            continue
        for name in names:
            inside = name.removeprefix("codeedu.")
            if name == "codeedu":
                yield "__init__"
            elif name != inside:  # a module, a package, or a name in one of these
                parent = inside.rpartition(".")[0]
                own = {inside, f"{inside}.__init__"} & MODULES.keys()
                yield inside if own else parent or "__init__"


@pytest.mark.parametrize("module", [m for m in MODULES if m != "codes.__init__"])
def test_imports_go_down(module):
    here = room(module)
    assert here, f"{module} is on no floor"
    for target in imported(module):
        there = room(target)
        if there != here and (here, there) not in UPWARD:
            assert FLOORS[there] < FLOORS[here], f"{module} imports {target}"


def test_every_room_exists():
    assert {room(module) for module in MODULES} - {""} == set(FLOORS)
    assert not list(imported("codes.__init__"))  # it belongs to no floor, so it imports nothing
    assert any(pair[1] in map(room, imported(pair[0])) for pair in UPWARD)
