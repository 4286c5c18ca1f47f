// The page around the views: it starts Python beside the page, carries messages to it and back, and
// keeps it from page to page. No rule of the course is here.

const SAYS = {
  starting: "Python is starting in this browser. The first time takes a few seconds; what you did is done as soon as it is there.",
  dead: "Python could not start in this browser, so the questions cannot be answered here. Reload the page, or use a newer browser. The text can be read as it is.",
  slow: "This takes longer than usual. Your answers so far are kept. If nothing happens, reload the page.",
  elsewhere: "Your learning system leads to the other lessons: choose this one in its list.",
  noName: "This is not the name of an assignment. A name is such as 05-20-7: copy it as your instructor wrote it.",
  noSystem: "No learning system answers here, so what you answer counts nowhere. Open this lesson in your learning system.",
};
const ENGINE = "live/"; // where the scripts, the styles and Python are, beside the pages
const EDITION = document.querySelector('meta[name="codeedu-edition"]')?.content;
const inFolder = location.protocol === "file:";
const taught = document.documentElement.dataset; // in a learning system: its edition, and the lesson that it plays
const system = taught.lesson ? learningSystem(taught.lms, (text) => remark(text)) : null;

// Python

let worker = null, isReady = false, isDead = false, calls = 0;
const waiting = new Map(); // what was asked and is not answered yet, by its number

const WITHOUT_PYTHON = ["learners", "take", "rename", "forget"]; // the records are there without it

// Ask Python for something; the promise is its answer, with `failed` if it could not do it.
function ask(message) {
  start();
  return new Promise((ok) => {
    if (isDead && !(worker && WITHOUT_PYTHON.includes(message.do))) return ok({ failed: SAYS.dead });
    const id = ++calls;
    waiting.set(id, ok);
    started.then(() => worker?.postMessage({ learner: learner.key, ...message, id }));
  });
}

let started = null;

function start() {
  started ??= begin().catch(dieAlone);
}

async function begin() {
  if (inFolder) {
    const files = await unpacked();
    const script = new Blob([files["worker.js"]], { type: "text/javascript" });
    worker = new Worker(URL.createObjectURL(script));
    worker.postMessage({ files }, Object.values(files).map((file) => file.buffer));
  } else worker = new Worker(`${ENGINE}worker.js?lms=${taught.lms ?? ""}&edition=${EDITION}`, { type: "module" });
  worker.onerror = (event) => (isReady ? console.error("codeedu:", event.message) : dieAlone(event));
  worker.onmessage = ({ data }) => hear(data);
}

function hear({ id, ready, dead, unkept, view, what, content, file, ...answer }) {
  if (dead) return die(dead);
  if (ready) return wake();
  if (unkept !== undefined) return remark(SENTENCES[unkept] ?? "");
  if (view) return views.get(view)?.hear(what, content, file);
  waiting.get(id)?.(answer);
  waiting.delete(id);
}

function die(why) {
  isDead = true;
  console.error("codeedu:", why.message ?? why);
  for (const ok of waiting.values()) ok({ failed: SAYS.dead });
  waiting.clear();
  for (const view of views.values()) view.say(SAYS.dead);
}

// There is not even somebody who looks after the records.
function dieAlone(why) {
  worker = null;
  die(why);
}

// From a folder a page can load nothing but scripts: the files come as text in one.
async function unpacked() {
  await script(`${ENGINE}folder-engine.js`);
  const files = {};
  for (const [name, text] of Object.entries(globalThis.CODEEDU_FILES)) {
    const packed = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    files[name] = new Uint8Array(await new Response(stream).arrayBuffer());
  }
  delete globalThis.CODEEDU_FILES;
  return files;
}

function script(src) {
  return new Promise((ok, no) => {
    const made = element("script", { src });
    made.addEventListener("load", ok);
    made.addEventListener("error", () => no(new Error(`${src} is missing`)));
    document.head.append(made);
  });
}

// The views of the page

const views = new Map();

// What a view's script calls its model: its state, and messages to Python and back.
class Model {
  constructor(view, state) {
    Object.assign(this, { view, state, changed: {}, listeners: new Map() });
  }
  get(name) {
    return this.state[name];
  }
  set(name, value) {
    if (this.state[name] === value) return;
    this.state[name] = this.changed[name] = value;
    this.fire(`change:${name}`);
  }
  save_changes() {
    const changed = this.changed;
    this.changed = {};
    this.view.tell({ do: "change", changed });
  }
  send(content) {
    this.view.tell({ do: "heed", content });
  }
  on(names, listener) {
    for (const name of names.split(" ")) this.#of(name).add(listener);
  }
  off(names, listener) {
    for (const name of names.split(" ")) this.#of(name).delete(listener);
  }
  fire(name, ...about) {
    for (const listener of [...this.#of(name)]) listener(...about);
  }
  take(state) {
    const different = Object.keys(state).filter((name) => JSON.stringify(state[name]) !== JSON.stringify(this.state[name]));
    Object.assign(this.state, state);
    for (const name of different) this.fire(`change:${name}`);
  }
  #of(name) {
    if (!this.listeners.has(name)) this.listeners.set(name, new Set());
    return this.listeners.get(name);
  }
}

// A view: there at once, as it was when the page was made, and alive as soon as Python is.
class LiveView {
  constructor(root, id) {
    const { call, kind, takes } = root.dataset;
    Object.assign(this, { root, id, call, isAlive: false, isAsked: false, isGone: false, early: [] });
    this.model = new Model(this, JSON.parse(root.querySelector("script").textContent));
    this.first = JSON.stringify(this.model.state.screen);
    this.status = element("p", { role: "status", class: "codeedu-starting" });
    const place = element("div", { class: "codeedu-view" });
    root.append(this.status, place);
    if (takes) takeRelease(this, place);
    if (this.first === "{}") this.say(SAYS.starting); // until then it has nothing to show
    this.leave = VIEWS[kind].render({ model: this.model, el: place });
    root.dataset.mounted = "";
  }

  say(text) {
    announce(this.status, text);
  }

  // What is done before Python is there is done when it is.
  async tell(message) {
    if (!this.isAlive) {
      if (message.content?.do === "look") return; // what is there, it will show by itself
      const again = JSON.stringify(message);
      if (this.early.every((other) => JSON.stringify(other) !== again)) this.early.push(message);
      this.say(isDead ? SAYS.dead : SAYS.starting);
      start();
      return;
    }
    const { failed, changed } = await ask({ ...message, view: this.id });
    if (failed) this.say(failed);
    if (changed) report();
  }

  async open() {
    this.isAsked = true;
    const { failed, state } = await ask({ do: "open", view: this.id, call: this.call });
    if (this.isGone) return;
    this.say(failed ?? "");
    if (failed) return;
    this.isAlive = true;
    const typed = this.early.flatMap(({ changed }) => Object.keys(changed ?? {}));
    this.model.take(Object.fromEntries(Object.entries(state).filter(([name]) => !typed.includes(name))));
    // What was pressed on a screen that Python does not have, because the record says more, is not
    // done: the right screen is here now.
    const isSame = JSON.stringify(state.screen) === this.first;
    for (const message of this.early.splice(0)) if (message.do === "change" || isSame) this.tell(message);
    this.root.dataset.alive = "";
  }

  hear(what, content, file) {
    if (what === "state") this.model.take(content);
    else this.model.fire("msg:custom", content, file ? [new DataView(file.buffer)] : []);
  }

  close() {
    this.isGone = true;
    this.leave?.();
  }
}

let made = 0;

// The assignments' own page asks what its address names.
function openAssignment() {
  const form = document.getElementById("assignment");
  const name = new URLSearchParams(location.search).get("name")?.trim();
  if (!form || !name) return;
  form.elements.name.value = name;
  if (!/^\w{1,9}-\d{1,4}-\d{1,9}$/.test(name)) return announce(form.querySelector("[role=alert]"), SAYS.noName);
  const root = document.importNode(form.nextElementSibling.content.firstElementChild, true);
  root.dataset.call = `codeedu.assignment("${name}")`; // of letters, digits and hyphens only
  form.after(root);
  start(); // the view shows nothing before
}

function mount() {
  openAssignment();
  for (const root of document.querySelectorAll(".codeedu-live:not([data-mounted])")) {
    const id = `view-${++made}`;
    views.set(id, new LiveView(root, id));
    if (isDead) views.get(id).say(SAYS.dead);
  }
  if (isReady) wake();
}

// Open the views one after the other: first what was touched, then what is in sight, then all.
async function wake() {
  isReady = true;
  await restored;
  for (;;) {
    const asleep = [...views.values()].filter((view) => !view.isAsked);
    const inSight = ({ root }) => root.getBoundingClientRect().bottom > 0;
    const next = asleep.find((view) => view.early.length) ?? asleep.find(inSight) ?? asleep[0];
    if (!next) return;
    await next.open();
  }
}

// Another learner is here: every view is opened anew.
async function openAgain() {
  if (!isReady) return;
  await ask({ do: "close" });
  for (const view of views.values()) {
    view.isAlive = view.isAsked = false;
    view.first = "";
  }
  wake();
}

function closeViews() {
  for (const view of views.values()) view.close();
  views.clear();
  if (isReady) ask({ do: "close" });
}

// A view that nobody answers asks the page what to do.
document.addEventListener("codeedu:silent", (event) => {
  event.preventDefault();
  event.detail.says = isDead ? SAYS.dead : isReady ? SAYS.slow : "";
});

// The explorer's own page begins with a code of its address, and takes a newer file of CMS.
function takeRelease(view, place) {
  const code = new URLSearchParams(location.search).get("code");
  if (code) {
    view.model.state.value = code;
    view.early.push({ do: "change", changed: { value: code } });
  }
  const id = uniqueId("release");
  const field = element("input", { id, type: "file", accept: ".zip,.xlsx,.txt" });
  const status = element("p", { role: "status", class: "codeedu-complaint" });
  field.addEventListener("change", async () => {
    const [file] = field.files;
    if (!file) return;
    announce(status, `Reading ${file.name} …`);
    const data = new Uint8Array(await file.arrayBuffer());
    const { failed, says } = await ask({ do: "release", view: view.id, name: file.name, data });
    status.dataset.good = !failed;
    announce(status, failed ?? says);
    field.value = ""; // so that the same file can be chosen again
  });
  const says = "A newer list: CMS's HCPCS file (.zip, .xlsx or .txt) from your computer. It stays on it.";
  place.after(element("div", { class: "codeedu-release" }, element("label", { for: id }, says), field, status));
}

// In a learning system: the record is the learner's there, and it is told what was answered.

let restored = Promise.resolve();

async function report() {
  if (!system) return;
  const { failed, packed, standing } = await ask({ do: "report", lesson: taught.lesson });
  if (failed) return remark(failed);
  system.keep(packed);
  system.report(standing);
}

// From page to page without a new start: only what is between header and footer changes.

async function pageAt(name) {
  if (!inFolder) {
    const answer = await fetch(name, { cache: "no-cache" }); // it may be of a newer edition
    if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
    return answer.text();
  }
  if (!globalThis.CODEEDU_PAGES) await script(`${ENGINE}folder-pages.js`);
  return globalThis.CODEEDU_PAGES[name];
}

let left = 0; // how far the page that was left was scrolled

let registered; // what keeps the course for use without a network

// Look for a newer edition: as soon as all of it is here, the next page is one of it.
async function lookForNewer() {
  (await registered)?.update().catch(() => {});
}

async function show(name, hash) {
  const next = new DOMParser().parseFromString(await pageAt(name), "text/html");
  if (next.querySelector('meta[name="codeedu-edition"]')?.content !== EDITION) throw new Error("another edition");
  closeViews();
  [left, shown] = [scrollY, name];
  for (const part of ["title", "header nav", "main", "footer nav"]) {
    document.querySelector(part).replaceWith(next.querySelector(part));
  }
  mount();
  goTo(hash);
  lookForNewer();
}

// Go to a place of the page that is shown, or to its beginning, with the keyboard and a screen reader.
function goTo(hash) {
  const target = hash && document.getElementById(decodeURIComponent(hash.slice(1)));
  if (target) target.scrollIntoView();
  else scrollTo(0, 0);
  const place = target || document.querySelector("main h1");
  place.setAttribute("tabindex", "-1");
  place.focus({ preventScroll: true });
}

const partsOf = ({ pathname }) => pathname.split(/\/(?=[^/]*$)/);

// The name of the page of the course at an address; null elsewhere. A page from a folder cannot
// change its address to that of another file: there it is in the query.
function pageOf(address) {
  const [folder, name] = partsOf(address);
  const isHere = address.protocol === location.protocol && address.host === location.host && folder === partsOf(location)[0];
  if (!isHere) return null;
  return (inFolder && new URLSearchParams(address.search).get("at")) || (/[.]html$/.test(name) ? name : null);
}

let shown = partsOf(location)[1];

addEventListener("click", async (event) => {
  const link = event.target.closest?.("a[href]");
  if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const within = link.getAttribute("href");
  if (within === "#record") document.querySelector("#record details").open = true;
  if (inFolder && within.startsWith("#")) { // the address is still that of the page opened first
    event.preventDefault();
    return goTo(within);
  }
  const name = pageOf(link);
  if (!name || link.target || link.hasAttribute("download") || within.startsWith("#")) return;
  if (event.detail > 1) return event.preventDefault(); // a double click is one
  if (name === shown) return;
  event.preventDefault();
  if (taught.lms) return remark(SAYS.elsewhere);
  try {
    await show(name, link.hash);
  } catch (problem) {
    console.info("codeedu:", problem.message);
    location.href = link.href; // a newer edition, or no network: as any link
    return;
  }
  history.replaceState({ y: left }, "");
  history.pushState(null, "", inFolder ? `?at=${name}${link.hash}` : link.href);
});

addEventListener("popstate", async ({ state }) => {
  const name = pageOf(location);
  if (!name || name === shown) return;
  try {
    await show(name, location.hash);
    if (state?.y) scrollTo(0, state.y);
  } catch {
    location.reload();
  }
});

// On paper nobody can unfold the questions; their answers stay folded.
const folded = () => [...document.querySelectorAll(".codeedu-stored section > details")];
addEventListener("beforeprint", () => folded().forEach((fold) => (fold.open = true)));
addEventListener("afterprint", () => folded().forEach((fold) => (fold.open = false)));

// Beginning

showLearner(document.getElementById("record"));
if (system) {
  if (system.suspended) restored = ask({ do: "restore", text: system.suspended });
  restored.then(({ says, failed } = {}) => remark(says || failed || "")).then(report);
}
mount();
if (inFolder && pageOf(location) !== shown) show(pageOf(location), location.hash).catch(() => {});
navigator.storage?.persist?.().catch(() => {});
if (!taught.lms && !inFolder) {
  document.head.append(element("link", { rel: "manifest", href: "course.webmanifest" }));
  registered = navigator.serviceWorker?.register("service-worker.js").catch(() => {});
}
if (taught.lesson && !system && !remarks.textContent) remark(SAYS.noSystem);
if (views.size && !navigator.connection?.saveData) (globalThis.requestIdleCallback ?? setTimeout)(start);
