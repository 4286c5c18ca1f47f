// A view of the learner's record. Python is asked again whenever it comes into sight, as when the
// learner comes back from a lesson, and when another view of the page has changed the record.

const LARGEST = 5_000_000; // bytes of a file to bring back: the connection to Python takes no more

function render({ model, el }) {
  const named = `codeedu codeedu-${model.get("name")}`;
  const root = element("div", { class: named, role: "group", "aria-label": model.get("label") });
  const body = element("div");
  const below = element("div");
  let controls = [];
  root.append(body, below);

  // What is replaced keeps the keyboard's place, and stays as folded as it was.
  function show() {
    const places = () => [...body.querySelectorAll("a, summary, [tabindex]")];
    const folds = () => [...body.querySelectorAll("details")];
    const open = folds().map((fold) => fold.open);
    const before = places(), at = before.indexOf(focusedIn(root)), held = before[at];
    body.replaceChildren(...model.get("body").map(fromNode));
    folds().forEach((fold, i) => (fold.open = open[i] ?? false));
    if (held) {
      const after = places();
      const same = after.filter((place) => place.outerHTML === held.outerHTML);
      (same.includes(after[at]) ? after[at] : (same[0] ?? after[at]))?.focus({ preventScroll: true });
    }
    for (const control of controls) control.mirror();
  }

  function showControls() {
    controls = model.get("controls").map((control, i) => makeControl(model, control, i, body));
    below.replaceChildren(...controls.map((control) => control.form));
    for (const control of controls) control.mirror();
  }

  function look() {
    try {
      model.send({ do: "look" });
    } catch {
      // Without a kernel, what was shown last stays.
    }
  }

  function hear(reply, buffers) {
    controls[reply.to]?.hear(reply, buffers);
  }

  const seen = new IntersectionObserver(([entry]) => entry.isIntersecting && look());
  const back = () => document.visibilityState === "visible" && look();
  const changed = (event) => event.detail !== model && look();
  keepKeys(root);
  model.on("change:body", show);
  model.on("change:controls", showControls);
  model.on("msg:custom", hear);
  document.addEventListener("visibilitychange", back);
  document.addEventListener(CHANGED, changed);
  showControls();
  show();
  el.append(root);
  seen.observe(root);

  return () => {
    seen.disconnect();
    document.removeEventListener("visibilitychange", back);
    document.removeEventListener(CHANGED, changed);
    model.off("change:body", show);
    model.off("change:controls", showControls);
    model.off("msg:custom", hear);
  };
}

// A field with its buttons, and what is said beside them.
function makeControl(model, { says, kind, label, value, buttons }, number, body) {
  const id = uniqueId("field");
  const autocomplete = kind === "text" ? "name" : "off"; // a text is the learner's name
  const field = element("input", { id, type: kind || "hidden", autocomplete, spellcheck: "false" });
  if (kind === "file") field.setAttribute("accept", ".jsonl");
  else field.value = value ?? "";
  const status = element("p", { role: "status", class: "codeedu-complaint" });
  const more = element("div", { class: "codeedu-actions" });
  const main = element("div", { class: "codeedu-actions" });
  const form = element("form", { class: "codeedu-control", novalidate: "" }, element("p", {}, says));
  if (kind) form.append(element("label", { for: id }, label), field);
  form.append(main, status, more);
  const { send, clearPending } = messenger(model, status);

  // The name in the field stands in what is shown, too.
  function mirror() {
    for (const place of body.querySelectorAll(".codeedu-of-field")) place.textContent = field.value.trim();
  }

  async function press(move) {
    tell("", true);
    const file = kind === "file" ? field.files[0] : null;
    if (file?.size > LARGEST) return tell("This file is too large to be a record of answers.", false);
    send({ do: move, to: number, value: file ? await file.text() : kind === "file" ? "" : field.value });
  }

  function tell(text, good) {
    status.dataset.good = good;
    announce(status, text);
  }

  function hear(reply, buffers) {
    clearPending();
    const held = more.contains(focusedIn(form));
    tell(reply.says, reply.good);
    more.replaceChildren(...reply.ask.map(button));
    if (held) main.firstChild.focus();
    if (!reply.name) return;
    const type = reply.name.endsWith(".html") ? "text/html" : "text/plain";
    if (reply.prints) return buffers[0] && new Blob(buffers, { type }).text().then(printed);
    const href = URL.createObjectURL(new Blob(buffers, { type }));
    more.append(element("a", { href, download: reply.name }, `Download ${reply.name}`));
  }

  function button([move, text], i) {
    const made = element("button", { type: i ? "button" : "submit", class: i ? "codeedu-second" : "codeedu-main" }, text);
    made.addEventListener("click", (event) => {
      event.preventDefault();
      press(move);
    });
    return made;
  }

  main.append(...buttons.map(button));
  field.addEventListener("input", mirror);
  return { form, hear, mirror };
}

// Print a page of its own, not the window around the view.
function printed(page) {
  const frame = element("iframe", { title: "The page to print", srcdoc: page, class: "codeedu-printed" });
  frame.addEventListener("load", () => {
    frame.contentWindow.addEventListener("afterprint", () => frame.remove());
    frame.contentWindow.print();
  });
  document.body.append(frame);
}

export default { render };
