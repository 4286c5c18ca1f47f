"""Every file that the package writes goes through `codeedu.files`, every CSV through its CSV."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "codeedu"
WRITERS = {
    *("write_text", "write_bytes", "to_csv", "to_excel", "to_html", "to_json", "touch"),
    *("rename", "hardlink_to", "symlink_to", "copyfile", "copy2", "copytree", "move"),
}
IN_MODULES = {  # what only means writing in these modules
    ("csv", "writer"), ("csv", "DictWriter"), ("os", "open"), ("os", "replace"), ("os", "write"),
    ("shutil", "copy"), ("gzip", "open"), ("tempfile", "NamedTemporaryFile"),
}  # fmt: skip
ALLOWED = {  # a line is appended to the record under a lock; a closed pipe needs another output
    ("learner/record.py", "os.open"), ("learner/record.py", "os.write"), ("cli.py", "os.open"),
}  # fmt: skip


def written(source):
    """Yield what a module calls to write a file."""
    for call in ast.walk(ast.parse(source)):
        if not isinstance(call, ast.Call):
            continue
        name = ast.unparse(call.func)
        module, _, last = name.rpartition(".")
        if last == "open" and (module, last) not in IN_MODULES:
            modes = [word.value for word in call.keywords if word.arg == "mode"]
            modes += call.args[0 if module else 1 :][:1]
            if any(set("wax+") & set(ast.unparse(mode)) for mode in modes):
                yield name
        elif (module, last) in IN_MODULES or (module and last in WRITERS):
            if last == "rename" and (call.keywords or isinstance(call.args[0], ast.Constant)):
                continue  # pandas gives columns other names
            yield name


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('open("a", "w")', ["open"]),
        ('open("a", mode="xb")', ["open"]),
        ('path.open("ab")', ["path.open"]),
        ('path.open("r+b")', ["path.open"]),
        ('path.open("rb"); open("a"); open("a", "rb")', []),
        ("path.write_text(text)", ["path.write_text"]),
        ("path.write_bytes(data)", ["path.write_bytes"]),
        ("write_text(path, text)", []),
        ("frame.to_csv(path)", ["frame.to_csv"]),
        ("frame.rename(columns=str)", []),
        ('frame.rename("best")', []),
        ("path.rename(aside)", ["path.rename"]),
        ("csv.writer(text); csv.reader(text)", ["csv.writer"]),
        ("os.open(path, flags)", ["os.open"]),
    ],
)
def test_what_writes_is_found(code, found):
    assert list(written(code)) == found


def test_the_package_writes_in_one_place():
    found = {
        (path.relative_to(PACKAGE).as_posix(), name)
        for path in PACKAGE.rglob("*.py")
        for name in written(path.read_text(encoding="utf-8"))
    }
    assert {place for place in found if place[0] != "files.py"} == ALLOWED
    assert ("files.py", "open") in found
