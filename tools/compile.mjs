// Compiles the modules of archives, in place, with Pyodide's own Python.
// node compile.mjs PYODIDE [ARCHIVE FOLDER]...: FOLDER is where Python will find the modules.
import fs from "node:fs";
import { pathToFileURL } from "node:url";

const [pyodide, ...archives] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${pyodide}/pyodide.mjs`).href);
const python = await loadPyodide({ indexURL: pyodide });

// Without docstrings and asserts, as by python -OO: a seventh less to load. With unchecked hashes:
// no date of this build is in the files, and nobody looks for their sources.
const compiled = python.runPython(`
import io, zipfile
from importlib._bootstrap_external import _code_to_hash_pyc

def compiled(given, folder):
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(given.to_bytes())) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name.endswith(".py"):
                code = compile(data, f"{folder}/{name}", "exec", dont_inherit=True, optimize=2)
                data = _code_to_hash_pyc(code, bytes(8), checked=False)
                name += "c"
            entry = zipfile.ZipInfo(name)
            entry.external_attr = 0o644 << 16
            new.writestr(entry, data, zipfile.ZIP_DEFLATED, 9)
    return made.getvalue()

compiled
`);
for (let i = 0; i < archives.length; i += 2) {
  const given = new Uint8Array(fs.readFileSync(archives[i]));
  try {
    fs.writeFileSync(archives[i], compiled(given, archives[i + 1]).toJs());
  } catch (problem) {
    console.error(problem.message); // node itself would print all of Pyodide's code
    process.exit(1);
  }
}
