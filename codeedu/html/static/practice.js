// A sitting: one question at a time. Every rule is in Python; this file draws the screen that it
// is given, sends what was chosen, and keeps the keyboard's place.

const CONFIDENCES = [
  ["sure", "sure"],
  ["unsure", "unsure"],
  ["guess", "a guess"],
];

function render({ model, el }) {
  const id = uniqueId("practice");
  const title = element("h3", { id, class: "codeedu-title", tabindex: "-1" });
  const count = element("p", { class: "codeedu-count" });
  const track = element("span", { class: "codeedu-bar codeedu-track", "aria-hidden": "true" });
  const asked = element("div", { class: "codeedu-question" });
  // These stay the same elements from first to last: only then is what changes in them announced.
  const verdict = element("p", { role: "status", class: "codeedu-verdict" });
  const { alert, box, tell } = notices(() => send({ do: "save" }));
  const heading = element("h4", { tabindex: "-1", class: "codeedu-heading" });
  const body = element("div", { class: "codeedu-answer" });
  const actions = element("div", { class: "codeedu-actions" });
  const root = element(
    "div",
    {
      class: "codeedu codeedu-practice",
      role: "group",
      "aria-labelledby": id,
      "data-lm-suppress-shortcuts": "true",
    },
    element("div", { class: "codeedu-head" }, title, count),
    track,
    asked,
    verdict,
    heading,
    body,
    footOf(box, actions),
  );

  const { send, clearPending } = messenger(model, alert);
  let opening = null; // where the keyboard goes with a new question
  let disagree = ""; // the question of the screen, if one can disagree with it

  function actionButton({ do: move, label }, main) {
    const look = main ? "codeedu-main" : "codeedu-second";
    const button = element("button", { type: "button", class: look }, label);
    // The button that follows stands where this one was: a double click presses only one of them.
    button.addEventListener("click", ({ detail }) => detail !== 2 && send({ do: move, ...unsent() }));
    return button;
  }

  // What was written about the question and not kept yet: it goes with whatever is pressed.
  function unsent() {
    const note = body.querySelector("textarea")?.value.trim();
    return note ? { item: disagree, note } : {};
  }

  function disagreement() {
    const id = uniqueId("note");
    const says = "Say what is wrong, in your own words. Your instructor reads it with your answers.";
    const words = element("textarea", { id, rows: "3", maxlength: "1000", class: "codeedu-typed" });
    words.addEventListener("input", forget);
    words.addEventListener("focus", () => whole.scrollIntoView({ block: "nearest" }));
    const label = element("label", { for: id }, says);
    const keep = actionButton({ do: "disagree", label: "Keep my words" }, false);
    const summary = element("summary", {}, "I disagree");
    const whole = element("details", { class: "codeedu-disagree" }, summary, label, words, keep);
    whole.addEventListener("toggle", () => whole.scrollIntoView({ block: "nearest" }));
    return whole;
  }

  function show() {
    const screen = model.get("screen");
    const own = clearPending();
    const held = root.contains(focusedIn(root));
    const same = screen.disagree && screen.disagree === disagree;
    disagree = screen.disagree ?? "";
    const buttons = (screen.actions ?? []).map((action, i) =>
      actionButton(action, i === 0 && !screen.ask && !screen.aside),
    );
    showHead(screen);
    actions.replaceChildren(...showQuestion(screen), ...buttons);
    showAnswer(screen);
    forget();
    if (!own && !held) return;
    const noted = same && [...body.querySelectorAll(".codeedu-noted")].at(-1);
    if (noted) noted.focus(); // so it is read out: it is kept
    else moveFocus();
  }

  function showHead(screen) {
    announce(title, screen.title ?? "");
    announce(count, screen.ask?.count ?? screen.count ?? "");
    track.style.setProperty("--codeedu-share", screen.ask?.share ?? screen.share ?? 0);
  }

  // Show the question, or what was asked; return the buttons that belong to it.
  function showQuestion(screen) {
    opening = null;
    if (screen.ask) {
      const made = form(screen.ask);
      const unfold = asked.firstChild?.dataset.item === screen.ask.id ? unfolded(asked) : () => {};
      asked.replaceChildren(made);
      unfold();
      const check = { type: "submit", form: made.id, class: "codeedu-main" };
      return [element("button", check, screen.ask.submit)];
    }
    asked.replaceChildren(...(screen.stem ? [answered(screen.stem)] : []));
    return [];
  }

  function showAnswer(screen) {
    verdict.dataset.good = screen.good ?? "";
    announce(verdict, screen.verdict ?? "");
    announce(heading, screen.heading ?? "");
    heading.hidden = !screen.heading;
    body.replaceChildren(...(screen.body ?? []).map(fromNode), ...(disagree ? [disagreement()] : []));
    body.hidden = !screen.body;
    for (const bar of body.querySelectorAll("[data-share]")) {
      bar.style.setProperty("--codeedu-share", bar.dataset.share);
    }
  }

  // The question above its reasons keeps its name, as its legend gave it one; a record has its own.
  function answered(stem) {
    const nodes = stem.map(fromNode);
    if (nodes[0].matches(".codeedu-chart")) return nodes[0];
    const id = uniqueId("stem");
    const text = element("div", { id }, ...nodes);
    return element("div", { role: "group", "aria-labelledby": id }, text);
  }

  // Where the keyboard goes with a new screen: to the question, or to the heading of what is new.
  // As much of it as there is room for comes into sight, from its top.
  function moveFocus() {
    const target = opening ?? (heading.hidden ? title : heading);
    target.focus({ preventScroll: true });
    (opening ? asked : body).scrollIntoView({ block: "nearest" });
    (opening || heading.hidden ? title : verdict).scrollIntoView({ block: "nearest" });
    const part = target.closest(".codeedu-chart"); // of a case: what came back, and the form below it
    const below = part?.previousElementSibling && part.nextElementSibling;
    for (const one of [below, part, target]) one?.scrollIntoView({ block: "nearest" });
  }

  function form(ask) {
    const how = element("p", { id: uniqueId("how"), class: "codeedu-how" }, ask.how);
    const says = ask.claim ? [element("h4", {}, "Lines of the claim")] : ask.stem.map(fromNode);
    const legend = element("legend", { tabindex: "-1" }, ...says);
    opening = legend;
    const [control, read] = CONTROLS[ask.kind](ask, how.id);
    const sure = uniqueId("sure");
    const states = CONFIDENCES.map(([value, label]) =>
      labelledInput("radio", sure, value, label, "codeedu-state"),
    );
    const made = element(
      "form",
      { id: uniqueId("form"), "data-item": ask.id, novalidate: "", autocomplete: "off" },
      element("fieldset", { class: "codeedu-ask", "aria-describedby": how.id }, legend, how, control),
    );
    if (ask.claim) {
      const parts = [...ask.stem, ...ask.claim.back].map(fromNode);
      made.prepend(...parts);
      opening = parts.at(-1).firstChild;
    }
    if (ask.hint.length) {
      const hint = element("p", { dir: "auto" }, ...ask.hint.map(child));
      made.append(element("details", { class: "codeedu-hint" }, element("summary", {}, "Hint"), hint));
    }
    made.append(
      element(
        "fieldset",
        { class: "codeedu-sure" },
        element("legend", {}, "How sure are you? (optional)"),
        element("div", { class: "codeedu-states" }, ...states),
      ),
    );
    made.addEventListener("submit", (event) => {
      event.preventDefault();
      const confidence = made.querySelector(`input[name="${sure}"]:checked`)?.value ?? "";
      send({ do: "answer", item: ask.id, response: read(), confidence });
    });
    // At the first letter, not on leaving the field: a button that is being pressed must not move.
    made.addEventListener("input", forget);
    return made;
  }

  function showNotice() {
    clearPending();
    tell(model.get("notice"));
  }

  // Take back what was wrong with the last press; what waits to be saved still waits.
  function forget() {
    tell({ ...model.get("notice"), complaint: "" });
  }

  keepKeys(root);
  model.on("change:screen", show);
  model.on("change:notice", showNotice);
  show();
  showNotice();
  el.append(root);

  return () => {
    clearPending();
    model.off("change:screen", show);
    model.off("change:notice", showNotice);
  };
}

const child = (part) => (typeof part === "string" ? part : fromNode(part));

// A radio or a check box in its label: all of the row can be clicked.
function labelledInput(type, name, value, children, look) {
  const input = element("input", { type, name, value });
  const text = element("span", { dir: "auto" }, ...[children].flat());
  return element("label", { class: look }, input, text);
}

function choices(type) {
  return (ask) => {
    const name = uniqueId("choice");
    const rows = ask.choices.map(({ place, nodes }) =>
      labelledInput(type, name, place, nodes.map(child), "codeedu-choice"),
    );
    const box = element("div", { class: "codeedu-choices" }, ...rows);
    const chosen = () => [...box.querySelectorAll("input:checked")].map((i) => Number(i.value));
    return [box, type === "radio" ? () => chosen()[0] ?? null : chosen];
  };
}

function typed(ask, how) {
  const id = uniqueId("typed");
  const input = element("input", {
    id,
    type: "text",
    inputmode: ask.kind === "number" ? "decimal" : "text",
    class: "codeedu-typed",
    "aria-describedby": how,
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
  });
  const label = ask.unit ? `Your answer, in ${ask.unit}` : "Your answer";
  return [element("div", {}, element("label", { for: id }, label), input), () => input.value];
}

// Steps to put in order: native buttons, and every move is announced.
function steps(ask) {
  const places = element("p", { role: "status", class: "codeedu-unseen" });
  const list = element("ol", { class: "codeedu-steps", role: "list" });
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
    const row = element("li", { "data-place": place, "data-text": text });
    const buttons = [["Up", -1, "↑"], ["Down", 1, "↓"]].map(([word, by, arrow]) => {
      const sign = element("span", { "aria-hidden": "true" }, `${arrow} `);
      const name = { type: "button", class: "codeedu-second", "aria-label": `${word}: ${text}` };
      const button = element("button", name, sign, word);
      button.addEventListener("click", () => move(row, by, button));
      return button;
    });
    const says = element("span", { class: "codeedu-step", dir: "auto" }, ...nodes.map(child));
    row.append(says, element("span", { class: "codeedu-moves" }, ...buttons));
    list.append(row);
  }
  const read = () => [...list.children].map((row) => Number(row.dataset.place));
  return [element("div", {}, list, places), read];
}

const FIELDS = [["code", "Code"], ["modifiers", "Modifiers"], ["units", "Units"]];

// The lines of a claim. Enter goes to the next field and at the end to a new line: it never sends.
function claimLines({ claim }) {
  const rows = element("tbody");
  const more = element("button", { type: "button", class: "codeedu-second" }, "Add a line");
  const full = element("p", { role: "status", class: "codeedu-caution" });
  const fields = () => [...rows.querySelectorAll("input")];
  const add = (values) => {
    const number = rows.children.length + 1;
    const cells = FIELDS.map(([name, label], at) => {
      const input = element("input", {
        type: "text",
        class: "codeedu-typed",
        "data-field": name,
        "aria-label": `Line ${number}, ${label.toLowerCase()}`,
        inputmode: name === "units" ? "decimal" : "text",
        autocomplete: "off",
        autocapitalize: "characters",
        spellcheck: "false",
      });
      input.value = values[at] ?? "";
      return element("td", {}, input);
    });
    rows.append(element("tr", {}, element("th", { scope: "row" }, String(number)), ...cells));
  };
  const addHere = () => {
    if (rows.children.length === claim.most) {
      announce(full, `A claim on paper has room for ${claim.most} lines.`);
      return;
    }
    add([]);
    rows.lastElementChild.querySelector("input").focus();
  };
  more.addEventListener("click", addHere);
  rows.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    const next = fields()[fields().indexOf(event.target) + 1];
    if (next) next.focus();
    else addHere();
  });
  claim.rows.forEach(add);
  while (rows.children.length < 2) add([]);
  const heads = [element("span", { class: "codeedu-unseen" }, "Line"), ...FIELDS.map(([, label]) => label)];
  const head = heads.map((label) => element("th", { scope: "col" }, label));
  const table = element("table", {}, element("thead", {}, element("tr", {}, ...head)), rows);
  const box = element("div", { class: "codeedu-claim" }, table, more, full);
  const name = uniqueId("then");
  if (claim.then.length) {
    const ways = claim.then.map(([value, label]) => {
      const row = labelledInput("radio", name, value, label, "codeedu-choice");
      row.querySelector("input").checked = value === claim.chosen;
      return row;
    });
    const legend = element("legend", {}, element("h4", {}, "What do you do with it?"));
    box.append(element("fieldset", {}, legend, element("div", { class: "codeedu-choices" }, ...ways)));
  }
  const read = () => ({
    lines: [...rows.children].map((row) =>
      Object.fromEntries([...row.querySelectorAll("input")].map((i) => [i.dataset.field, i.value])),
    ),
    then: box.querySelector(`input[name="${name}"]:checked`)?.value ?? "",
  });
  return [box, read];
}

const CONTROLS = {
  case: claimLines,
  one: choices("radio"),
  spot: choices("radio"),
  many: choices("checkbox"),
  type: typed,
  number: typed,
  order: steps,
};

export default { render };
