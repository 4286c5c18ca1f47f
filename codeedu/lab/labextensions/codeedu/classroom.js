// JupyterLab as a classroom: what its settings cannot say. This is a prebuilt extension written
// by hand, in the form that JupyterLab loads, so there is nothing to build.

const START = "00-start-here.ipynb";
const NARROW = "(max-width: 720px)"; // there the outline would leave no room for the lesson
const QUIZ = "Check-yourself"; // the heading above a lesson's quiz
const GO = 25; // times that a lesson which opens is scrolled to a place: 5 seconds
const AGAIN = 2000; // ms between two attempts to reach the server
const STOPPED =
  "The course was stopped. Your answers are saved. Open the course again as you did before; then " +
  "this page goes on by itself.";
// All other keys of JupyterLab are off: they restart Python, or add, change and hide cells.
const KEYS = new Set(
  ("Enter,Shift Enter,Accel Enter,Escape,ArrowUp,ArrowDown,Tab,Shift Tab,Accel A,Accel F," +
    "Accel G,Accel S,Accel Z,Accel /,Accel Shift G,Accel Shift Z").split(","),
);

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// Return the executor of cells, by which JupyterLab runs each of them.
function activate(app, { Lesson }, { runCell }) {
  const lessons = new WeakMap(); // by their panels
  const lessonOf = (panel) => {
    if (!panel?.sessionContext || !panel.content?.widgets) return null;
    if (!lessons.has(panel)) lessons.set(panel, new Lesson(app, panel));
    return lessons.get(panel);
  };
  const here = () => lessonOf(app.shell.currentWidget);
  const executor = {
    runCell: (options) => {
      const panels = [...app.shell.widgets("main")];
      const lesson = lessonOf(panels.find(({ content }) => content?.model === options.notebook));
      const run = () => runCell(options);
      return lesson && options.cell.model.type === "code" ? lesson.run(options.cell, run) : run();
    },
  };

  app.commands.addCommand("codeedu:run-lesson", {
    label: "Run this lesson",
    caption: "Run all code of this lesson and stay where you are",
    isEnabled: () => Boolean(here()),
    execute: () => runLesson(app, app.shell.currentWidget, executor),
  });
  // In the capture phase: before JupyterLab runs what a button asks for.
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.(".codeedu-run");
    if (button) return here()?.start(event, button);
    const citation = event.target.closest?.('.jp-MarkdownCell a[href$="#Sources"]');
    if (citation) return cite(event, citation);
    const link = event.target.closest?.(".codeedu a[href]");
    if (link) follow(app, event, link);
  }, true);
  document.addEventListener("codeedu:silent", (event) => here()?.answer(event));
  app.shell.currentChanged.connect(here);
  limitKeys(app.commands);
  furnish(app);
  goBack(app);
  return executor;
}

// Run all code, one cell after the other; JupyterLab's own command would leave this place.
async function runLesson(app, { content: notebook, sessionContext }, executor) {
  const { model, notebookConfig } = notebook;
  const nothing = () => {};
  const failed = [];
  for (const cell of notebook.widgets.filter(({ model: { type } }) => type === "code")) {
    const options = { cell, notebook: model, notebookConfig, sessionContext };
    const told = { onCellExecuted: nothing, onCellExecutionScheduled: nothing };
    const ran = await executor.runCell({ ...options, ...told }).catch(nothing);
    if (!ran) failed.push(cell);
  }
  const says = failed.length
    ? { message: "Not all code of this lesson could run. The reason is below it.", type: "warning" }
    : { message: "All code of this lesson has run.", type: "success" };
  app.commands.execute("apputils:notify", { ...says, options: { autoClose: 4000 } });
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
  if (fragment) goTo(opened.content, decodeURIComponent(fragment.slice(1)));
}

// Bring a heading to the top of the window, and for the quiz the quiz itself; again and again, as
// JupyterLab adds the cells of a lesson bit by bit, until the learner does something else.
async function goTo(notebook, heading) {
  let on = true;
  for (const kind of ["wheel", "pointerdown", "keydown"]) {
    const stop = () => (on = false);
    window.addEventListener(kind, stop, { once: true, passive: true, capture: true });
  }
  for (let times = 0; on && times < GO; times++) {
    const place = `[data-jupyter-id="${CSS.escape(heading)}"]`;
    const quiz = notebook.widgets.find(
      ({ model }) => model.type === "code" && model.sharedModel.getSource().includes(".quiz("),
    );
    const target = heading === QUIZ && quiz ? quiz.node : notebook.node.querySelector(place);
    target?.scrollIntoView();
    await pause(AGAIN / 10);
  }
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

// JupyterLab heeds the keys that are of use in a lesson, and no others.
function limitKeys(commands) {
  const heed = commands.processKeydownEvent.bind(commands);
  commands.processKeydownEvent = (event) => {
    const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
    const name = key.length === 1 ? key.toUpperCase() : key;
    const pressed = [
      ...(ctrlKey || metaKey ? ["Accel"] : []), ...(altKey ? ["Alt"] : []),
      ...(shiftKey ? ["Shift"] : []), name,
    ];
    if (KEYS.has(pressed.join(" "))) heed(event);
  };
}

// A window shows the outline and a lesson, in every tab: the start page where there is none.
function furnish(app) {
  let opening = location.pathname.includes("/tree/"); // a lesson, which takes a while
  const start = () => {
    const isEmpty = ![...app.shell.widgets("main")].length;
    if (isEmpty && !opening) app.commands.execute("docmanager:open", { path: START });
    opening &&= isEmpty;
  };
  const narrow = window.matchMedia(NARROW);
  const makeRoom = () => (narrow.matches ? app.shell.collapseLeft() : app.shell.expandLeft());
  app.restored.then(() => {
    app.commands.execute("toc:show-panel");
    if (app.shell.isSideTabBarVisible("right")) app.shell.toggleSideTabBarVisibility("right");
    makeRoom();
    start();
    app.shell.layoutModified.connect(start);
  });
  narrow.addEventListener("change", makeRoom);
}

// The browser's Back button opens the lesson that was open before.
function goBack(app) {
  window.addEventListener("popstate", () => {
    const path = decodeURIComponent(location.pathname).split("/tree/")[1];
    if (path) app.commands.execute("docmanager:open", { path });
  });
}

// Return what says that the server is gone, and takes it back when it answers again. JupyterLab's
// own notes would have to come from that server.
function lostConnection(app) {
  const { contents } = app.serviceManager;
  const answers = () => contents.get("", { content: false }).then(() => true, () => false);
  const note = document.createElement("div");
  note.id = "codeedu-stopped";
  note.setAttribute("role", "alert");
  Object.assign(note.style, {
    position: "fixed", inset: "0 0 auto", zIndex: 10000, padding: "1rem 1.5rem",
    color: "#fff", background: "#8a1020", font: "600 1rem var(--jp-ui-font-family)",
  });
  return async () => {
    if (note.isConnected) return;
    document.body.append(note);
    note.textContent = STOPPED;
    do await pause(AGAIN);
    while (!(await answers()));
    note.remove();
  };
}

// JupyterLab gives its own modules to extensions here.
let shared;
const own = new URL("live.js", document.currentScript.src);

async function modules(...names) {
  const found = names.map((name) => Object.values(shared[name])[0].get());
  return (await Promise.all(found)).map((made) => made());
}

async function get() {
  const [notebook, application] = await modules("@jupyterlab/notebook", "@jupyterlab/application");
  const live = await import(own);
  return () => [
    {
      id: "codeedu:classroom",
      autoStart: true,
      provides: notebook.INotebookCellExecutor,
      activate: (app) => activate(app, live, notebook),
    },
    {
      id: "codeedu:connection",
      autoStart: true,
      provides: application.IConnectionLost,
      activate: lostConnection,
    },
  ];
}
window._JUPYTERLAB = window._JUPYTERLAB ?? {};
window._JUPYTERLAB.codeedu = { init: (scope) => (shared = scope), get };
