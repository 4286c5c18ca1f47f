// An exercise: its rows are fields that are checked together. Every rule is in Python; this file
// sends what is in the fields and shows below each what comes back.

function render({ model, el }) {
  const rows = model.get("screen").rows.map(makeRow);
  // These stay the same elements from first to last: only then is what changes in them announced.
  const summary = element("p", { role: "status", tabindex: "-1", class: "codeedu-summary" });
  const { alert, box, tell } = notices(() => ask("save"));
  const sources = element("div", { class: "codeedu-section" });
  const actions = element("div", { class: "codeedu-actions" });
  const form = element(
    "form",
    { novalidate: "", autocomplete: "off" },
    element("ol", { class: "codeedu-rows", role: "list" }, ...rows.map((row) => row.item)),
    footOf(summary, box, actions),
    sources,
  );
  const label = model.get("screen").title;
  const root = element(
    "div",
    {
      class: "codeedu codeedu-practice",
      role: "group",
      "aria-label": label,
      "data-lm-suppress-shortcuts": "true",
    },
    form,
  );
  const { send, clearPending } = messenger(model, alert);
  let attempt = null, asked = "";

  function ask(move) {
    asked = move;
    const given = Object.fromEntries(rows.map((row) => [row.id, row.field.value]));
    send({ do: move, given });
  }

  function show() {
    const screen = model.get("screen");
    const own = clearPending();
    const fresh = attempt !== screen.attempt;
    attempt = screen.attempt;
    screen.rows.forEach((row, i) => showRow(rows[i], row, fresh));
    tell(screen);
    announce(summary, screen.says);
    sources.replaceChildren(...screen.sources.map(fromNode));
    actions.replaceChildren(...screen.actions.map(actionButton));
    if (own && asked !== "save") moveFocus(screen, fresh);
  }

  function actionButton([move, label], i) {
    const look = i === 0 ? "codeedu-main" : "codeedu-second";
    const button = element("button", { type: i === 0 ? "submit" : "button", class: look }, label);
    button.dataset.do = move;
    if (i > 0) button.addEventListener("click", () => ask(move));
    return button;
  }

  // To the first row that can still be changed after a check, else to what sums up.
  function moveFocus(screen, fresh) {
    const open = screen.rows.findIndex((row) => !row.done);
    const target = open < 0 ? summary : rows[open].field;
    target.focus({ preventScroll: true });
    (open < 0 || fresh ? target : rows[open].item).scrollIntoView({ block: "nearest" });
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask(actions.firstChild.dataset.do);
  });
  keepKeys(root);
  model.on("change:screen", show);
  show();
  el.append(root);

  return () => {
    clearPending();
    model.off("change:screen", show);
  };
}

// A row: a label, its field, and below it what is said about the answer.
function makeRow({ id, label, kind, unit, choices }) {
  const name = uniqueId("row"), told = uniqueId("told");
  const words = label.map((part) => (typeof part === "string" ? part : fromNode(part)));
  const says = element("div", { id: told, class: "codeedu-told" });
  if (choices.length === 2) {
    const field = twoButtons(name, choices, { "aria-describedby": told }, words);
    return { id, field, says, broad: "codeedu-broad", item: element("li", {}, field.box, says) };
  }
  const named = { id: name, "aria-describedby": told, class: "codeedu-typed" };
  const field = choices.length
    ? element("select", named, element("option", { value: "" }, "Choose …"))
    : element("input", {
        ...named,
        type: "text",
        inputmode: kind === "number" ? "decimal" : "text",
        autocomplete: "off",
        autocapitalize: "off",
        spellcheck: "false",
      });
  field.append(...choices.map((choice) => element("option", { value: choice }, choice)));
  const broad = choices.some((choice) => choice.length > 26) ? "codeedu-broad" : "";
  const head = element("label", { for: name }, ...words, unit ? `, in ${unit}` : "");
  return { id, field, says, broad, item: element("li", {}, head, field, says) };
}

// Two choices as radio buttons, with what `showRow` asks of a field.
function twoButtons(name, choices, described, words) {
  const inputs = choices.map((value) => element("input", { type: "radio", name, value }));
  const labels = inputs.map((input) =>
    element("label", { class: "codeedu-state" }, input, input.value),
  );
  const states = element("div", { class: "codeedu-states" }, ...labels);
  const legend = element("legend", {}, ...words);
  const box = element("fieldset", { role: "radiogroup", ...described }, legend, states);
  const chosen = () => inputs.find((input) => input.checked);
  return {
    box,
    get value() {
      return chosen()?.value ?? "";
    },
    set value(given) {
      for (const input of inputs) input.checked = input.value === given;
    },
    set disabled(done) {
      box.disabled = done;
    },
    focus: (how) => (chosen() ?? inputs[0]).focus(how),
    setAttribute: (...attribute) => box.setAttribute(...attribute),
    removeAttribute: (attribute) => box.removeAttribute(attribute),
  };
}

function showRow({ field, says, broad, item }, row, fresh) {
  if (fresh || row.done) field.value = row.given;
  // A choice cannot be read-only; a text stays one that can be reached and read.
  if (field.tagName === "INPUT") field.readOnly = row.done;
  else field.disabled = row.done;
  const look = row.good ? "codeedu-good" : row.verdict ? "codeedu-bad" : "";
  item.className = `${look} ${broad}`;
  if (row.verdict && !row.done) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
  const mark = element("strong", { class: "codeedu-mark" }, row.verdict);
  says.replaceChildren(...(row.verdict ? [mark] : []), ...row.says.map(fromNode));
}

export default { render };
