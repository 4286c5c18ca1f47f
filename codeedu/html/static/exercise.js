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
  const says = element("div", { id: told, class: "codeedu-told" });
  const broad = choices.some((choice) => choice.length > 26) ? "codeedu-broad" : "";
  const words = label.map((part) => (typeof part === "string" ? part : fromNode(part)));
  const head = element("label", { for: name }, ...words, unit ? `, in ${unit}` : "");
  return { id, field, says, broad, item: element("li", {}, head, field, says) };
}

function showRow({ field, says, broad, item }, row, fresh) {
  if (fresh || row.done) field.value = row.given;
  // A list cannot be read-only; a text stays one that can be reached and read.
  if (field.tagName === "SELECT") field.disabled = row.done;
  else field.readOnly = row.done;
  const look = row.good ? "codeedu-good" : row.verdict ? "codeedu-bad" : "";
  item.className = `${look} ${broad}`;
  if (row.verdict && !row.done) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
  const mark = element("strong", { class: "codeedu-mark" }, row.verdict);
  says.replaceChildren(...(row.verdict ? [mark] : []), ...row.says.map(fromNode));
}

export default { render };
