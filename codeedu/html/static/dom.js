// What every codeedu view shares: elements, live regions, keys. A view's own file is put after
// this one (see explorer.py and widget.py), so these are plain functions: no imports, no build
// step, no network.

// JupyterLab reads single keys as commands: `d d` deletes the cell. Nothing typed in a view may
// reach it. The listener keeps the keys of the whole view; the attribute, which JupyterLab itself
// looks for on the focused element, says so a second time.
function keepKeys(root) {
  for (const kind of ["keydown", "keypress", "keyup"]) {
    root.addEventListener(kind, (event) => event.stopPropagation());
  }
}

const FOCUSABLE = new Set(["INPUT", "SELECT", "TEXTAREA", "BUTTON", "SUMMARY", "A"]);

// Make an element: attributes by name, children as text or elements. Text stays text.
function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    made.setAttribute(name, value);
  }
  if (FOCUSABLE.has(made.tagName)) {
    made.setAttribute("data-lm-suppress-shortcuts", "true");
  }
  made.append(...children);
  return made;
}

const TAGS = new Set("div p ol ul li dl dt dd code span strong em button a h4 details summary pre table caption thead tbody tr th td section figure figcaption img".split(" "));
const ATTRIBUTES = new Set("class role dir type aria-label aria-labelledby aria-hidden aria-expanded colspan tabindex data-fill data-open data-share scope href target rel alt src".split(" "));

// Build what Python's nodes.node describes: [tag, attributes, ...children].
function fromNode([tag, attributes, ...children]) {
  if (!TAGS.has(tag)) throw new Error(`an answer has no element ${tag}`);
  const allowed = Object.entries(attributes).filter(([name, value]) => ATTRIBUTES.has(name) && (name !== "href" || /^(https?:\/\/\S+|[\w.-]*(#\S*)?)$/.test(value)));
  return element(
    tag,
    Object.fromEntries(allowed),
    ...children.map((child) => (typeof child === "string" ? child : fromNode(child))),
  );
}

// Change the text of a live region only when it differs, so that nothing is announced twice.
function announce(region, text) {
  if (region.textContent !== text) region.textContent = text;
}

const PATIENCE = 5000; // ms without an answer before saying that nobody answers

// When Python does not answer, ask the page to connect again; show in a live region of the view
// what happens, next to where the learner is. A page may have its own words for it; with none, it
// knows that Python will answer. Return whether to go on waiting.
function reconnect(region) {
  const detail = {};
  const event = new CustomEvent("codeedu:silent", { bubbles: true, cancelable: true, composed: true, detail });
  const alone = region.dispatchEvent(event);
  const how = alone ? "Run this cell again to go on." : "Connecting again …";
  const says = detail.says ?? `Python does not answer. ${how}`;
  if (!says) return true;
  announce(region, says);
  region.scrollIntoView({ block: "nearest" });
  return false;
}

// The element of a view that has the focus; document.activeElement would stop at a shadow root
// around the view.
function focusedIn(root) {
  return root.getRootNode().activeElement ?? document.activeElement;
}

// Remember what is unfolded in an element; what is returned unfolds the same in what is there then.
function unfolded(box) {
  const open = new Set([...box.querySelectorAll("details[open] > summary")].map((one) => one.textContent));
  return () => {
    for (const one of box.querySelectorAll("summary")) one.parentElement.open ||= open.has(one.textContent);
  };
}

// Put another answer in the place of one. What was unfolded stays so. The keyboard stays on the same
// button, or else on the stop of the same number; where there is none, it goes to `otherwise`.
function replaceAnswer(answer, body, otherwise) {
  const all = (css) => [...answer.querySelectorAll(css)];
  const stops = "a, button, summary, [tabindex='0']";
  const held = focusedIn(answer), at = all(stops).indexOf(held);
  const unfold = unfolded(answer);
  answer.replaceChildren(...body.map(fromNode));
  unfold();
  if (at < 0) return;
  const same = ["fill", "open"].find((name) => held.dataset[name]);
  const button = same && all(`[data-${same}="${CSS.escape(held.dataset[same])}"]`)[0];
  (button || (!same && all(stops)[at]) || otherwise).focus();
}

const alike = (one, other) => JSON.stringify(one) === JSON.stringify(other);

// Ask Python by what a model holds, and say in the live region `error` when nobody answers.
function asker(model, error) {
  let patience;

  function unanswered() {
    clearTimeout(patience);
    error.hidden = false;
    if (reconnect(error)) patience = setTimeout(unanswered, PATIENCE);
  }

  // What is asked already goes on waiting for its answer. `also` is no question of its own.
  function ask(asked, also = {}) {
    if (Object.entries(asked).every(([name, value]) => alike(model.get(name), value))) return;
    clearTimeout(patience);
    patience = setTimeout(unanswered, PATIENCE);
    try {
      for (const [name, value] of Object.entries({ ...asked, ...also })) model.set(name, value);
      model.save_changes();
    } catch {
      unanswered();
    }
  }

  function answered(complaint = "") {
    clearTimeout(patience);
    error.hidden = !complaint;
    announce(error, complaint);
  }

  return { ask, answered, stop: () => clearTimeout(patience) };
}

const CHANGED = "codeedu:record"; // the event that says that the record may have changed

// Send messages to Python, and say in the live region `complaint` when nobody answers. As
// long as a message waits for its answer, the region keeps the label of the button that was pressed:
// a page that connects again then presses it once more.
function messenger(model, complaint) {
  let waiting = null; // the timer of a message that was sent from here

  // Whatever came back is an answer. Say whether it was asked for here.
  function clearPending() {
    const own = waiting !== null;
    clearTimeout(waiting);
    waiting = null;
    delete complaint.dataset.waits;
    if (own) document.dispatchEvent(new CustomEvent(CHANGED, { detail: model }));
    return own;
  }

  function silent() {
    clearTimeout(waiting);
    waiting = reconnect(complaint) ? setTimeout(silent, PATIENCE) : null;
  }

  function send(message) {
    if (waiting !== null) return; // a second click before the answer is the same click
    complaint.dataset.waits = document.activeElement?.textContent ?? "";
    waiting = setTimeout(silent, PATIENCE);
    try {
      model.send(message);
    } catch {
      silent();
    }
  }

  return { send, clearPending };
}

// Buttons that stay in sight cover what is below them: say how much, for practice.css.
function footOf(...parts) {
  const foot = element("div", { class: "codeedu-foot" }, ...parts);
  const measure = () => foot.parentElement?.style.setProperty("--codeedu-foot", `${foot.offsetHeight}px`);
  new ResizeObserver(measure).observe(foot);
  return foot;
}

// What is said beside the buttons: what was wrong with the last press, or that answers wait to be
// saved, with a button that tries `again`.
function notices(again) {
  const alert = element("p", { role: "alert", class: "codeedu-complaint" });
  const button = element("button", { type: "button", class: "codeedu-second" }, "Try to save again");
  const box = element("div", { class: "codeedu-notices" }, alert, button);

  function tell({ complaint, warning, saved }) {
    const held = button === focusedIn(box);
    alert.dataset.good = Boolean(saved && !complaint);
    announce(alert, complaint || warning || saved || "");
    button.hidden = !warning;
    if (held && !warning) box.parentElement.querySelector(".codeedu-actions button")?.focus();
  }

  button.addEventListener("click", () => {
    announce(alert, ""); // so that the same warning is announced once more
    again();
  });
  tell({});
  return { alert, box, tell };
}

// A number for ids that no other view on the page has.
function uniqueId(name) {
  return `codeedu-${name}-${crypto.getRandomValues(new Uint32Array(1))[0].toString(36)}`;
}
