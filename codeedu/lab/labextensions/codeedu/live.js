// Views come alive by themselves, and so does the connection to Python.

const NEAR = "600px 0px"; // a view starts when it comes this close to the window
const SETTLE = 1500; // ms after which a view that was put in is complete
const AGAIN = 2000; // ms between two attempts to reach the server
const VIEWS = "__import__('codeedu.lab.copy', fromlist=['copy']).print_views()";
const GONE = new Set(["dead", "restarting", "autorestarting", "terminating", "unknown"]);
const PAGE = String.raw`class=\"codeedu-fallback\"`; // in JSON
const FAILED = "This did not start. Press the button to try again.";

// A lesson that is open, with its views.
export class Lesson {
  #queue = Promise.resolve(); // views start one after the other
  #connecting = null; // the attempt under way
  #kernel = null; // the kernel of the views that are alive
  #course = null; // the code of all views of the course
  #alive = new Map(); // the code of each view that is alive, by its cell

  constructor(app, panel) {
    this.app = app;
    this.panel = panel;
    const { statusChanged, connectionStatusChanged, sessionChanged } = panel.sessionContext;
    // JupyterLab would show a dialog when Python restarts; here the views just go on.
    const dialog = panel._onSessionStatusChanged;
    if (dialog) statusChanged.disconnect(dialog, panel);
    for (const signal of [statusChanged, connectionStatusChanged, sessionChanged]) {
      signal.connect(() => this.revive());
    }
    panel.revealed.then(() => [anchor(panel.content), this.#watch()]);
  }

  // Start each view of the course when it comes near.
  #watch() {
    const near = new IntersectionObserver((seen) => {
      for (const { target } of seen.filter(({ isIntersecting }) => isIntersecting)) {
        near.unobserve(target);
        this.#next(() => this.#wake(this.#cellAt(target)));
      }
    }, { root: scroller(this.panel.content), rootMargin: NEAR });
    for (const cell of this.panel.content.widgets) {
      if (hasPage(cell) || isEmpty(cell)) near.observe(cell.node);
    }
  }

  // Only code that is the course's own runs unasked; anything else waits for a press.
  async #wake(cell) {
    const kernel = await this.connected();
    this.#course ??= new Set(JSON.parse(await printed(kernel, VIEWS)));
    if (this.#course.has(code(cell))) await this.#show(cell);
  }

  // Run a cell on request, and say whether it ran; `other` runs what is no view.
  async run(cell, other) {
    const isView = hasPage(cell) || this.#alive.has(cell) || this.#course?.has(code(cell));
    if (isView) return Boolean(await this.#next(() => this.#show(cell)));
    await this.connected();
    return other();
  }

  // A press on the button of a stored page. A second one is the same press.
  start(event, button) {
    const cell = this.#cellAt(button.closest(".jp-Cell"));
    if (!cell) return;
    event.stopPropagation();
    event.preventDefault();
    if (button.hasAttribute("aria-disabled")) return;
    say(cell, "Starting …");
    this.#next(() => this.#show(cell));
  }

  // Views that lost Python go on where they were.
  revive() {
    if (!this.#alive.size || isAlive(this.#kernel)) return;
    const lost = [...this.#alive.keys()].filter((cell) => !cell.isDisposed);
    this.#alive.clear();
    for (const cell of lost) this.#next(() => this.#show(cell));
  }

  // A view had no answer: make it again.
  answer(event) {
    const cell = this.#cellAt(event.target.closest(".jp-Cell"));
    if (!cell) return;
    event.preventDefault();
    this.revive();
    this.#alive.delete(cell);
    this.#next(() => this.#show(cell));
  }

  #cellAt(node) {
    return this.panel.content.widgets.find((cell) => cell.node === node);
  }

  #next(job) {
    const done = this.#queue.then(job).catch((problem) => console.error(problem));
    this.#queue = done;
    return done; // undefined where it failed
  }

  // Run a view that is not alive. The stored page, or the old view, is shown until the new one is
  // there.
  async #show(cell) {
    if (this.#alive.get(cell) === code(cell)) return true;
    const ended = say(cell, "Starting …");
    try {
      const kernel = await this.connected();
      const source = code(cell);
      const { outputs, reply } = await executed(kernel, source);
      if (reply.status !== "ok") throw new Error(`${reply.ename}: ${reply.evalue}`);
      replace(this.panel, cell, outputs);
      this.#alive.set(cell, source);
      this.#kernel = kernel;
      ended();
      return true;
    } catch (problem) {
      ended(FAILED);
      throw problem;
    }
  }

  // Return a kernel that answers: a new one where the old one is gone.
  connected() {
    this.#connecting ??= this.#connect().finally(() => (this.#connecting = null));
    return this.#connecting;
  }

  async #connect() {
    const { sessionContext } = this.panel;
    const { contents, kernelspecs, sessions } = this.app.serviceManager;
    await sessionContext.ready;
    while (!this.panel.isDisposed) {
      const kernel = sessionContext.session?.kernel;
      if (isAlive(kernel)) {
        await kernel.info;
        return kernel;
      }
      try {
        await contents.get("", { content: false }); // fails where there is no server
        await sessions.refreshRunning();
        if (!sessionContext.session?.kernel || kernel.status === "dead") {
          await sessionContext.changeKernel({ name: kernelspecs.specs?.default ?? "python3" });
        } else if (kernel.connectionStatus === "disconnected") {
          await kernel.reconnect();
        }
        await pause(AGAIN / 4);
      } catch {
        await pause(AGAIN);
      }
    }
    throw new Error("The lesson was closed.");
  }
}

const code = (cell) => cell.model.sharedModel.getSource();
const scroller = ({ node }) => node.querySelector(".jp-WindowedPanel-outer") ?? node;
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

function isAlive(kernel) {
  const { isDisposed = true, connectionStatus, status } = kernel ?? {};
  return !isDisposed && connectionStatus === "connected" && !GONE.has(status);
}

// Whether a cell has the page of a view, and whether it could have lost it.
const hasPage = ({ model }) =>
  model.type === "code" && JSON.stringify(model.outputs.toJSON()).includes(PAGE);
const isEmpty = ({ model }) => model.type === "code" && !model.outputs.length;

// Run code; return its outputs as a notebook has them, and the reply.
async function executed(kernel, source) {
  const outputs = [];
  const future = kernel.requestExecute({ code: source, store_history: false });
  future.onIOPub = ({ header: { msg_type }, content }) => {
    if (["display_data", "execute_result", "stream", "error"].includes(msg_type)) {
      outputs.push({ output_type: msg_type, ...content });
    }
  };
  const { content } = await future.done;
  return { outputs, reply: content };
}

async function printed(kernel, source) {
  const { outputs } = await executed(kernel, source);
  return outputs.map(({ name, text }) => (name === "stdout" ? text : "")).join("");
}

// Put outputs in the place of the old ones. The view goes on where the old one was. The file keeps
// its printed page.
function replace(panel, cell, outputs) {
  const { model } = panel.context;
  const { dirty } = model;
  const goOn = place(cell);
  cell.model.trusted = true;
  cell.model.outputs.fromJSON(outputs);
  model.dirty = dirty;
  const made = new MutationObserver(() => goOn() && made.disconnect());
  made.observe(cell.node, { childList: true, subtree: true });
  setTimeout(() => made.disconnect(), SETTLE);
}

// Remember where a view is: its question, what was typed and chosen, the focus, and whether a press
// waits for its answer. Return what brings the next view there, step by step, and says whether it
// is. A view that has gone on to another question is left alone.
function place(cell) {
  const VIEW = ".codeedu:not(.codeedu-fallback *)";
  const FIELDS = "input, textarea, select";
  const all = (tags) => [...cell.node.querySelectorAll(`${VIEW} :is(${tags})`)];
  const question = () => all("form legend")[0]?.textContent;
  const before = all(FIELDS).map(({ value, checked }) => ({ value, checked }));
  const focused = all(`${FIELDS}, button, a`).indexOf(document.activeElement);
  const asked = question();
  const pressed = all("[data-waits]")[0]?.dataset.waits;
  let begun = asked === undefined;
  return () => {
    if (!all("button, input").length) return false;
    if (!begun && !all("form").length) {
      begun = true;
      all(".codeedu-main")[0]?.click();
      return false;
    }
    const fields = all(FIELDS);
    if (question() !== asked || fields.length !== before.length) return true;
    fields.forEach((field, at) => {
      const { value, checked } = before[at];
      if (field.value === value && field.checked === checked) return;
      Object.assign(field, { value, checked });
      for (const kind of ["input", "change"]) {
        field.dispatchEvent(new Event(kind, { bubbles: true }));
      }
    });
    all(`${FIELDS}, button, a`)[focused]?.focus({ preventScroll: true });
    if (pressed) all("button").find(({ textContent }) => textContent === pressed)?.click();
    return true;
  };
}

// Say on the button of a stored page what happens; return what ends it, with a problem or none.
function say(cell, text) {
  const button = cell.node.querySelector(".codeedu-run");
  if (!button) return () => {};
  const label = (button.dataset.label ??= button.textContent);
  button.setAttribute("aria-disabled", "true");
  button.textContent = text;
  return (problem) => {
    button.removeAttribute("aria-disabled");
    button.textContent = label;
    button.parentElement.querySelector(":scope > [role=alert]")?.remove();
    if (!problem) return;
    const line = document.createElement("p");
    line.setAttribute("role", "alert");
    line.textContent = problem;
    button.after(line);
  };
}

// What is in the window stays there while cells above it change their height.
function anchor(notebook) {
  const outer = scroller(notebook);
  outer.style.overflowAnchor = "none"; // the browser's own way stops where a cell is replaced
  const heights = new Map();
  const changed = new ResizeObserver((seen) => {
    const { top, height: isShown } = outer.getBoundingClientRect();
    for (const { target } of isShown ? seen : []) {
      const { bottom, height } = target.getBoundingClientRect();
      const grew = height - heights.get(target);
      heights.set(target, height);
      if (bottom - grew <= top) outer.scrollTop += grew;
    }
  });
  for (const { node } of notebook.widgets) {
    heights.set(node, node.getBoundingClientRect().height);
    changed.observe(node);
  }
}
