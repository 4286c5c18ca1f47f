// Python, beside the page: it opens views, hands them messages, and keeps the learner's record.
//
// From a server this is a module, whose files are beside it. From a folder (file:) it is a classic
// worker made from a blob, whose files come in its first message, {files: {name: Uint8Array}}.

const HOME = "/home/learner";
const RECORD = `${HOME}/codeedu-progress.jsonl`;
const about = new URL(location).searchParams; // none from a folder
const lms = about.get("lms") ?? "";
const PACKAGES = "/lib/python3.14/site-packages";

// Where files come from: `module(name)` imports one, `answer(name)` is a Response.

const fetched = self.fetch.bind(self);
const files =
  location.protocol === "blob:"
    ? new Promise((ok) => addEventListener("message", ({ data }) => ok(handed(data.files)), { once: true }))
    : served();

function served() {
  // With the edition, so that a browser takes no file of another one from its cache.
  const at = (name) => new URL(`${name}?${about.get("edition")}`, location).href;
  const answer = async (name) => {
    const given = await fetched(at(name));
    if (!given.ok) throw new Error(`${name} could not be loaded (${given.status})`);
    return given;
  };
  return { module: (name) => import(at(name)), answer };
}

function handed(given) {
  const script = (name) => URL.createObjectURL(new Blob([given[name]], { type: "text/javascript" }));
  return { module: (name) => import(script(name)), answer: async (name) => new Response(given[name]) };
}

const bytes = async (answer) => new Uint8Array(await (await answer).arrayBuffer());

// The records, one text for each learner, in this browser's database. Where a browser keeps
// nothing, they are in the memory of this worker.

const memory = new Map();

const database = new Promise((ok, no) => {
  const asked = indexedDB.open("codeedu", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore("records");
  asked.onsuccess = () => ok(asked.result);
  asked.onerror = () => no(asked.error);
  asked.onblocked = () => no(new Error("blocked"));
});
database.catch(() => {});

// Do something with the records in one transaction: nobody else changes them meanwhile.
async function transaction(mode, act) {
  const changes = (await database).transaction("records", mode, { durability: "strict" });
  const result = act(changes.objectStore("records"));
  return new Promise((ok, no) => {
    changes.oncomplete = () => ok(result?.result);
    changes.onerror = changes.onabort = () => no(changes.error ?? new Error("aborted"));
  });
}

// Return the `text` of a record, and the `base` that is in the database: less where it is full.
async function kept(learner) {
  const found = await transaction("readonly", (records) => records.get(learner)).catch(() => undefined);
  return memory.get(learner) ?? { text: found, base: found };
}

// Keep what Python made of a record. A record only grows, so lines that another page has added since
// it had `base` stay: the new lines go behind them. Return "", or why it is not kept: "unkept" or
// "full".
async function keep(learner, base, text) {
  try {
    await transaction("readwrite", (records) => {
      const asked = records.get(learner);
      asked.onsuccess = () => {
        const now = asked.result;
        if (text === undefined) records.delete(learner);
        else if (now === base || !text.startsWith(base ?? "")) records.put(text, learner);
        else records.put((now ?? "") + text.slice((base ?? "").length), learner);
      };
    });
    memory.delete(learner);
    return "";
  } catch (problem) {
    memory.set(learner, { text, base });
    return problem.name === "QuotaExceededError" ? "full" : "unkept";
  }
}

let python, host;

const recorded = () => (exists(RECORD) ? python.FS.readFile(RECORD, { encoding: "utf8" }) : undefined);

// Do something with the record of a learner in the file where Python looks for it.
async function withRecord(learner, act) {
  const { text, base } = await kept(learner);
  if (text !== recorded()) {
    if (text === undefined) python.FS.unlink(RECORD);
    else python.FS.writeFile(RECORD, text);
  }
  try {
    return { ...(await act()), changed: recorded() !== text };
  } finally {
    const made = recorded();
    const isNew = made !== text;
    const isLate = memory.has(learner); // there was no room for it; now there may be
    const unkept = isNew || isLate ? await keep(learner, base, made) : "";
    if (unkept ? isNew : isLate) postMessage({ unkept });
  }
}

// Starting Python

const NEEDED = ["pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json", "libraries.zip", "package.zip"];

// Start it; a file that is missing or cut off is an error, also where Pyodide would wait forever.
async function start() {
  const { module, answer } = await files;
  const asked = Object.fromEntries(NEEDED.map((name) => [name, answer(name)])); // all at once
  const failed = new Promise((_, no) => {
    for (const given of Object.values(asked)) given.catch(no);
    const { instantiateStreaming } = WebAssembly;
    WebAssembly.instantiateStreaming = async (...given) => {
      try {
        return await instantiateStreaming(...given);
      } catch (problem) {
        no(problem);
        throw problem;
      }
    };
  });
  await Promise.race([failed, load(module, asked)]);
}

async function load(module, asked) {
  self.importScripts = undefined; // Pyodide refuses a worker that has it; import() is all it uses
  // Pyodide fetches its wasm and the standard library. Browsers compile no wasm that a server calls
  // something else.
  self.fetch = async (url) => {
    const name = new URL(url).pathname.split("/").at(-1);
    const given = await asked[name];
    if (!name.endsWith(".wasm") || given.headers.get("Content-Type") === "application/wasm") return given;
    return new Response(given.body, { headers: { "Content-Type": "application/wasm" } });
  };
  const [{ loadPyodide }, { default: createPyodideModule }, lock] = await Promise.all([
    module("pyodide.js"),
    module("pyodide.asm.js"),
    asked["pyodide-lock.json"].then((given) => given.json()),
  ]);
  python = await loadPyodide({
    indexURL: "https://engine.invalid/", // only the names in it count: see fetch above
    packageBaseUrl: "https://engine.invalid/",
    lockFileContents: lock,
    createPyodideModule,
    env: { HOME, CODEEDU_PROGRESS: RECORD, CODEEDU_CUSTOM: `${HOME}/custom`, CODEEDU_LMS: lms },
  });
  self.fetch = fetched;
  for (const name of ["libraries.zip", "package.zip"]) unpack(await bytes(asked[name]));
  python.FS.mkdirTree(HOME);
  python.FS.chdir(HOME);
  if (exists(`${PACKAGES}/custom`)) python.FS.symlink(`${PACKAGES}/custom`, `${HOME}/custom`);
  host = python.pyimport("codeedu.pages.host");
  host.stand_in();
}

const exists = (path) => python.FS.analyzePath(path).exists;
const unpack = (archive) => python.unpackArchive(archive, "zip", { extractDir: PACKAGES });

// What the page asks for

const tell = (view, what, text, file) => {
  const data = file?.toJs?.() ?? file;
  postMessage({ view, what, content: JSON.parse(text), file: data?.length ? data : undefined });
};

const ACTS = {
  open: ({ view, call }) => ({ state: JSON.parse(host.open_view(view, call, tell)) }),
  change: ({ view, changed }) => host.change(view, JSON.stringify(changed)),
  heed: ({ view, content }) => host.heed(view, JSON.stringify(content)),
  close: () => host.close_views(),
  release: async ({ view, name, data }) => {
    if (!exists(`${PACKAGES}/openpyxl`)) unpack(await bytes((await files).answer("openpyxl.zip")));
    return { says: host.use_release(view, name, python.toPy(data)) };
  },
  report: ({ lesson }) => JSON.parse(python.pyimport("codeedu.pages.lms").report(lesson)),
  restore: ({ text }) => ({ says: python.pyimport("codeedu.pages.lms").restore(text) }),
};

let isReady = false;
const ready = start();
ready.then(
  () => postMessage({ ready: (isReady = true) }),
  (problem) => postMessage({ dead: inWords(problem) }),
);

// What is done with the records that this browser keeps, without Python.
const KEEPING = {
  learners: async () => ({ learners: await transaction("readonly", (records) => records.getAllKeys()).catch(() => [...memory.keys()]) }),
  take: async ({ learner }) => ({ text: (await kept(learner)).text }),
  rename: async ({ learner, to }) => {
    const { text } = await kept(learner);
    if (text !== undefined) await keep(to, undefined, text);
    return KEEPING.forget({ learner });
  },
  forget: async ({ learner }) => {
    memory.delete(learner);
    const hasDatabase = await database.then(() => true, () => false);
    if (hasDatabase) await transaction("readwrite", (records) => records.delete(learner));
    return {};
  },
};

let turn = ready.catch(() => {});
addEventListener("message", ({ data }) => {
  if (!data.do) return;
  const act = KEEPING[data.do] ?? ((asked) => withRecord(asked.learner, () => ACTS[asked.do](asked)));
  // Before Python is there nothing changes a record; then each waits until what came before is kept.
  if (data.do in KEEPING && !isReady) answered(data, act);
  else turn = turn.then(() => answered(data, act));
});

async function answered(message, act) {
  try {
    postMessage({ id: message.id, ...(await act(message)) });
  } catch (problem) {
    postMessage({ id: message.id, failed: inWords(problem) });
  }
}

// What an error says: Python's has all that led to it, and at last its kind and the sentence.
function inWords(problem) {
  const line = String(problem.message ?? problem).trim().split("\n").at(-1);
  return line.replace(/^[\w.]+Error: /, "");
}
