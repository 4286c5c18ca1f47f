// A sitting: one question at a time. Every rule is in Python; this file draws the screen that it
// is given, sends what was chosen, and keeps the keyboard's place.

const PATIENCE = 5000; // ms without an answer before saying that nobody answers
const SILENT =
  "No answer from Python. Is the kernel running? Run this cell again: what you answered is kept.";
const CONFIDENCES = [
  ["sure", "sure"],
  ["unsure", "unsure"],
  ["guess", "a guess"],
];

function render({ model, el }) {
  const id = fresh("practice");
  const title = make("h3", { id, class: "codeedu-title", tabindex: "-1" });
  const count = make("p", { class: "codeedu-count" });
  const track = make("span", { class: "codeedu-bar codeedu-track", "aria-hidden": "true" });
  const asked = make("div", { class: "codeedu-question" });
  // These stay the same elements from first to last: only then is what changes in them announced.
  const verdict = make("p", { role: "status", class: "codeedu-verdict" });
  const places = make("p", { role: "status", class: "codeedu-unseen" });
  const complaint = make("p", { role: "alert", class: "codeedu-complaint" });
  const warning = make("p", { role: "alert", class: "codeedu-complaint" });
  const heading = make("h4", { tabindex: "-1", class: "codeedu-heading" });
  const body = make("div", { class: "codeedu-answer" });
  const actions = make("div", { class: "codeedu-actions" });
  const root = make(
    "div",
    {
      class: "codeedu codeedu-practice",
      role: "group",
      "aria-labelledby": id,
      "data-lm-suppress-shortcuts": "true",
    },
    make("div", { class: "codeedu-head" }, title, count),
    track,
    asked,
    complaint,
    verdict,
    heading,
    body,
    actions,
    places,
    warning,
  );

  let waiting = null; // the timer of a message that was sent from here
  let legend = null;

  function send(message) {
    if (waiting !== null) return; // a second click before the answer is the same click
    waiting = setTimeout(() => {
      waiting = null;
      announce(complaint, SILENT);
    }, PATIENCE);
    try {
      model.send(message);
    } catch (problem) {
      settle();
      announce(complaint, `${SILENT} (${problem.message})`);
    }
  }

  // Whatever came back is an answer. Say whether it was asked for here.
  function settle() {
    const own = waiting !== null;
    clearTimeout(waiting);
    waiting = null;
    return own;
  }

  function press({ do: move, label }, main) {
    const look = main ? "codeedu-main" : "codeedu-second";
    const button = make("button", { type: "button", class: look }, label);
    button.addEventListener("click", () => send({ do: move }));
    return button;
  }

  function show() {
    const screen = model.get("screen");
    const own = settle();
    const held = root.contains(focused());
    announce(title, screen.title ?? "");
    announce(count, screen.ask?.count ?? screen.count ?? "");
    track.style.setProperty("--codeedu-share", screen.ask?.share ?? screen.share ?? 0);
    announce(complaint, "");
    announce(places, "");
    legend = null;
    const buttons = (screen.actions ?? []).map((action, i) => press(action, i === 0 && !screen.ask));
    if (screen.ask) asked.replaceChildren(form(screen.ask, buttons));
    else asked.replaceChildren(...(screen.stem ?? []).map(build));
    verdict.dataset.good = screen.good ?? "";
    announce(verdict, screen.verdict ?? "");
    announce(heading, screen.heading ?? "");
    heading.hidden = !screen.heading;
    body.replaceChildren(...(screen.body ?? []).map(build));
    body.hidden = !screen.body;
    for (const bar of body.querySelectorAll("[data-share]")) {
      bar.style.setProperty("--codeedu-share", bar.dataset.share);
    }
    actions.replaceChildren(...(screen.ask ? [] : buttons)); // a form has them beside its own
    if (own || held) land();
  }

  // Where the keyboard goes with a new screen: to the question, or to the heading of what is new.
  function land() {
    const target = legend ?? (heading.hidden ? title : heading);
    target.focus({ preventScroll: true });
    (legend || heading.hidden ? title : verdict).scrollIntoView({ block: "nearest" });
    target.scrollIntoView({ block: "nearest" });
  }

  // The focused element; document.activeElement would stop at a shadow root around the view.
  function focused() {
    return root.getRootNode().activeElement ?? document.activeElement;
  }

  function form(ask, buttons) {
    const how = make("p", { id: fresh("how"), class: "codeedu-how" }, ask.how);
    legend = make("legend", { tabindex: "-1" }, ...ask.stem.map(build));
    const [control, read] = CONTROLS[ask.kind](ask, how.id, places);
    const sure = fresh("sure");
    const states = CONFIDENCES.map(([value, label]) =>
      pick("radio", sure, value, label, "codeedu-state"),
    );
    const made = make(
      "form",
      { novalidate: "", autocomplete: "off" },
      make("fieldset", { class: "codeedu-ask", "aria-describedby": how.id }, legend, how, control),
    );
    if (ask.hint.length) {
      const hint = make("p", { dir: "auto" }, ...ask.hint.map(child));
      made.append(make("details", { class: "codeedu-hint" }, make("summary", {}, "Hint"), hint));
    }
    made.append(
      make(
        "fieldset",
        { class: "codeedu-sure" },
        make("legend", {}, "How sure are you? (optional)"),
        make("div", { class: "codeedu-states" }, ...states),
      ),
      make(
        "div",
        { class: "codeedu-actions" },
        make("button", { type: "submit", class: "codeedu-main" }, "Check answer"),
        ...buttons,
      ),
    );
    made.addEventListener("submit", (event) => {
      event.preventDefault();
      const confidence = made.querySelector(`input[name="${sure}"]:checked`)?.value ?? "";
      send({ do: "answer", item: ask.id, response: read(), confidence });
    });
    made.addEventListener("change", () => announce(complaint, ""));
    return made;
  }

  function tell() {
    const said = model.get("notice");
    if (said.complaint) {
      settle();
      announce(complaint, said.complaint);
      complaint.scrollIntoView({ block: "nearest" }); // it may lie below the window's edge
    }
    announce(warning, said.warning ?? "");
  }

  keepKeys(root);
  model.on("change:screen", show);
  model.on("change:notice", tell);
  show();
  tell();
  el.append(root);

  return () => {
    clearTimeout(waiting);
    model.off("change:screen", show);
    model.off("change:notice", tell);
  };
}

const child = (part) => (typeof part === "string" ? part : build(part));

// A radio or a check box in its label: all of the row can be clicked.
function pick(type, name, value, children, look) {
  const input = make("input", { type, name, value });
  const text = make("span", { dir: "auto" }, ...[children].flat());
  return make("label", { class: look }, input, text);
}

function choices(type) {
  return (ask) => {
    const name = fresh("choice");
    const rows = ask.choices.map(({ place, nodes }) =>
      pick(type, name, place, nodes.map(child), "codeedu-choice"),
    );
    const box = make("div", { class: "codeedu-choices" }, ...rows);
    const chosen = () => [...box.querySelectorAll("input:checked")].map((i) => Number(i.value));
    return [box, type === "radio" ? () => chosen()[0] ?? null : chosen];
  };
}

function typed(ask, how) {
  const id = fresh("typed");
  const input = make("input", {
    id,
    type: "text",
    class: "codeedu-typed",
    "aria-describedby": how,
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
  });
  return [make("div", {}, make("label", { for: id }, "Your answer"), input), () => input.value];
}

// Steps to put in order: native buttons, and every move is announced.
function steps(ask, how, places) {
  const list = make("ol", { class: "codeedu-steps", role: "list" });
  const at = (row) => [...list.children].indexOf(row);
  const move = (row, by, button) => {
    const from = at(row), to = from + by, text = row.dataset.text;
    if (to < 0 || to >= list.children.length) {
      announce(places, `${text} is already ${by < 0 ? "first" : "last"}.`);
      return;
    }
    const other = list.children[to];
    if (by < 0) other.before(row);
    else other.after(row);
    button.focus(); // moving an element takes the focus from it
    announce(places, `${text} is now number ${to + 1} of ${list.children.length}.`);
  };
  for (const { place, text, nodes } of ask.choices) {
    const row = make("li", { "data-place": place, "data-text": text });
    const buttons = [["Up", -1, "↑"], ["Down", 1, "↓"]].map(([word, by, arrow]) => {
      const sign = make("span", { "aria-hidden": "true" }, `${arrow} `);
      const name = { type: "button", class: "codeedu-second", "aria-label": `${word}: ${text}` };
      const button = make("button", name, sign, word);
      button.addEventListener("click", () => move(row, by, button));
      return button;
    });
    const says = make("span", { class: "codeedu-step", dir: "auto" }, ...nodes.map(child));
    row.append(says, make("span", { class: "codeedu-moves" }, ...buttons));
    list.append(row);
  }
  return [list, () => [...list.children].map((row) => Number(row.dataset.place))];
}

const CONTROLS = {
  one: choices("radio"),
  spot: choices("radio"),
  many: choices("checkbox"),
  type: typed,
  order: steps,
};

export default { render };
