"""Imports inside the package, late and type-only ones too, go down the floors, in no circle."""

import ast
import re
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "codeedu"
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d+) \| (`.+?`) \| ", CONTRIBUTING, re.MULTILINE)
FLOORS = {room: int(floor) for floor, rooms in ROWS for room in re.findall("`(.+?)`", rooms)}
# An answer shows itself; the explorer looks in the learner's own release; a broken bank is
# explained by the rules for its author.
UPWARD = {("codes.classify", "html"), ("html", "cms"), ("questions", "teach.author")}
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


PACKAGES = {name for name in MODULES if name.endswith(".__init__") and not room(name)}


@pytest.mark.parametrize("module", sorted(MODULES.keys() - PACKAGES))
def test_imports_go_down(module):
    here = room(module)
    assert here, f"{module} is on no floor"
    for target in imported(module):
        there = room(target)
        if there != here and (here, there) not in UPWARD:
            assert FLOORS[there] < FLOORS[here], f"{module} imports {target}"


def test_no_import_closes_a_circle_inside_a_room_either():
    graph = {module: {target for target in imported(module) if target != module
                      and (room(module), room(target)) not in UPWARD}
             for module in MODULES}  # fmt: skip
    order = TopologicalSorter(graph)
    order.prepare()  # raises CycleError, which names the modules


def test_every_room_exists():
    assert {room(module) for module in MODULES} - {""} == set(FLOORS)
    # Packages that only hold rooms belong to no floor, so they import nothing.
    assert not [list(imported(name)) for name in PACKAGES if list(imported(name))]
    pairs = {(room(module), room(target)) for module in MODULES for target in imported(module)}
    assert pairs >= UPWARD
