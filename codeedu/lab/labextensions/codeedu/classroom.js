// JupyterLab as a classroom: what its settings cannot say. This is a prebuilt extension written
// by hand, in the form that JupyterLab loads, so there is nothing to build.

const NARROW = "(max-width: 720px)"; // there the outline would leave no room for the lesson
const SETTLE = 1500; // ms after the last cell in which its view may still grow

function activate(app) {
  app.commands.addCommand("codeedu:run-lesson", {
    label: "Run this lesson",
    caption: "Run every cell of this lesson and stay where you are",
    isEnabled: () => Boolean(app.shell.currentWidget?.sessionContext),
    execute: () => runLesson(app, app.shell.currentWidget),
  });
  // In the capture phase: before JupyterLab runs what a button asks for.
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.(".codeedu-run");
    if (button) return runWhenReady(app, event, button);
    const citation = event.target.closest?.('.jp-MarkdownCell a[href$="#Sources"]');
    if (citation) return cite(event, citation);
    const link = event.target.closest?.(".codeedu a[href]");
    if (link) follow(app, event, link);
  }, true);
  foldOutline(app);
}

// A cell that is run before its kernel is connected loses its output, and nothing runs.
function isReady({ isReady, session }) {
  return isReady && session?.kernel?.status !== "unknown";
}

async function ready({ sessionContext }) {
  await sessionContext.ready;
  await sessionContext.session?.kernel?.info;
}

// Keep a click until the kernel is there; later ones are JupyterLab's.
async function runWhenReady(app, event, button) {
  const panel = app.shell.currentWidget;
  if (!panel?.sessionContext || isReady(panel.sessionContext)) return;
  event.stopPropagation();
  event.preventDefault();
  if (button.getAttribute("aria-disabled")) return; // a second click is the same click
  const label = button.textContent;
  button.setAttribute("aria-disabled", "true");
  button.textContent = "Starting …";
  try {
    await ready(panel);
    panel.content.activeCellIndex = panel.content.widgets.findIndex(
      (cell) => cell.node.contains(button),
    );
    await app.commands.execute("notebook:run-cell");
  } finally {
    button.removeAttribute("aria-disabled");
    button.textContent = label;
  }
}

// Run all cells. JupyterLab ends at the last one; the learner stays where they were.
async function runLesson(app, panel) {
  const notebook = panel.content;
  await ready(panel);
  const active = notebook.activeCellIndex;
  const stop = hold(notebook);
  const ran = app.commands.execute("notebook:run-all-cells");
  notebook.activeCellIndex = active;
  await ran;
  notebook.activeCellIndex = active;
  notebook.deselectAll();
  setTimeout(stop, SETTLE);
  const says = { message: "All cells of this lesson have run.", type: "success" };
  app.commands.execute("apputils:notify", { ...says, options: { autoClose: 4000 } });
}

// Keep the cell at the top of the window in its place, while those above it change their height,
// until the learner scrolls. Returns what ends it.
function hold(notebook) {
  const outer = notebook.node.querySelector(".jp-WindowedPanel-outer") ?? notebook.node;
  const top = () => outer.getBoundingClientRect().top;
  const cell = notebook.widgets.find(({ node }) => node.getBoundingClientRect().bottom > top() + 1);
  const place = () => cell.node.getBoundingClientRect().top - top();
  const before = place();
  let on = Boolean(cell);
  const stop = () => (on = false);
  for (const kind of ["wheel", "pointerdown", "keydown"]) {
    outer.addEventListener(kind, stop, { once: true, passive: true });
  }
  const keep = () => {
    if (!on || !cell.node.isConnected) return;
    const moved = place() - before;
    if (Math.abs(moved) > 1) outer.scrollTop += moved;
    requestAnimationFrame(keep);
  };
  if (on) keep();
  return stop;
}

// A link in a live view. JupyterLab itself minds the links of texts and pages.
async function follow(app, event, link) {
  const panel = app.shell.currentWidget;
  const [, file, fragment] = /^([\w.-]+\.ipynb)?(#.*)?$/.exec(link.getAttribute("href")) ?? [];
  if (!panel?.context || !(file || fragment)) return;
  event.preventDefault();
  event.stopPropagation();
  const path = panel.context.path.replace(/[^/]*$/, file ?? "$&");
  const opened = await app.commands.execute("docmanager:open", { path });
  await opened.revealed;
  if (fragment) opened.setFragment(fragment);
}

// A citation names its source: go to its row, where JupyterLab knows only the heading. The row
// cited last is marked, with a way back.
function cite(event, citation) {
  const rows = citation.closest(".jp-Notebook").querySelectorAll(".jp-OutputArea .codeedu li");
  const name = citation.textContent;
  const row = [...rows].find((row) => row.querySelector("code")?.textContent === name);
  if (!row) return;
  event.preventDefault();
  event.stopPropagation();
  for (const old of document.querySelectorAll(".codeedu-back")) old.remove();
  const back = document.createElement("button");
  back.className = "codeedu-back";
  back.type = "button";
  back.textContent = "Back to the text";
  back.addEventListener("click", () => {
    citation.scrollIntoView({ block: "center" });
    citation.focus({ preventScroll: true });
    back.remove();
  });
  row.append(" ", back);
  row.scrollIntoView({ block: "center" });
  (row.querySelector("a") ?? back).focus({ preventScroll: true });
}

function foldOutline(app) {
  const narrow = window.matchMedia(NARROW);
  app.restored.then(() => narrow.matches && app.shell.collapseLeft());
  narrow.addEventListener("change", () =>
    narrow.matches ? app.shell.collapseLeft() : app.shell.expandLeft(),
  );
}

const plugin = { id: "codeedu:classroom", autoStart: true, activate };
window._JUPYTERLAB = window._JUPYTERLAB ?? {};
window._JUPYTERLAB.codeedu = { init: () => {}, get: async () => () => plugin };
