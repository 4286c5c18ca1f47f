// The explorer: type a code, see what it could be. Every rule is in Python; this file sends what
// was typed and shows what comes back.

const PAUSE = 250; // ms without a key before asking: one announcement a code, not one a letter
const COPY = "Copy as CSV";

function render({ model, el }) {
  const ids = { input: uniqueId("code"), context: uniqueId("context"), status: uniqueId("status") };
  const input = element("input", {
    id: ids.input,
    type: "text",
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
  });
  input.value = model.get("value");
  const context = element("select", { id: ids.context });
  for (const [value, says] of model.get("contexts")) {
    context.append(element("option", { value }, says));
  }
  context.value = model.get("context");
  const examples = model.get("examples").map((code) =>
    element("button", { type: "button", "data-fill": code, "aria-label": `Try ${code}` }, code),
  );
  const status = element("p", { id: ids.status, role: "status", class: "codeedu-verdict" });
  const error = element("p", { role: "alert", class: "codeedu-error", hidden: "" });
  const answer = element("div", { class: "codeedu-answer" });
  const copy = element("button", { type: "button", class: "codeedu-copy", hidden: "" }, COPY);
  const text = element("textarea", { "aria-label": "The table as CSV", readonly: "", hidden: "" });
  const root = element(
    "div",
    { class: "codeedu codeedu-explorer", role: "group", "aria-label": "Code explorer" },
    element(
      "div",
      { class: "codeedu-ask" },
      element("div", {}, element("label", { for: ids.input }, "Type or paste a code, or a list"), input),
      element("div", {}, element("label", { for: ids.context }, "Field on the claim"), context),
    ),
    element("div", { class: "codeedu-examples" }, element("span", {}, "Try"), ...examples),
    status,
    error,
    answer,
    copy,
    text,
  );

  const python = asker(model, error);
  let pause;

  function ask() {
    clearTimeout(pause);
    // Here the select follows the model, for a moment.
    python.ask({ value: input.value, context: context.value }, { opened: -1 });
  }

  function fill(code) {
    input.value = code;
    ask();
  }

  function show() {
    const found = model.get("answer");
    if (found.value !== model.get("value") || found.context !== model.get("context")) return;
    python.answered(found.error);
    announce(status, found.says ?? "");
    replaceAnswer(answer, found.body ?? [], input);
    copy.hidden = !found.csv;
    copy.textContent = COPY;
    text.hidden = true;
  }

  input.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(ask, PAUSE);
  });
  input.addEventListener("change", ask);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") ask();
  });
  // A field of one line would join the lines of a list: here they become entries.
  input.addEventListener("paste", (event) => {
    const pasted = event.clipboardData?.getData("text") ?? "";
    if (!/[\n\r\t]/.test(pasted.trim())) return;
    event.preventDefault();
    fill(pasted.trim().split(/[\n\r\t]+/).join("; "));
  });
  context.addEventListener("change", ask);
  copy.addEventListener("click", async () => {
    const csv = model.get("answer").csv ?? "";
    try {
      await navigator.clipboard.writeText(csv);
      copy.textContent = "Copied";
    } catch {
      text.value = csv; // no clipboard here: show it to be copied by hand
      text.hidden = false;
      text.select();
    }
  });
  root.addEventListener("click", (event) => {
    const row = event.target.closest("button[data-open]");
    if (row) {
      const number = Number(row.dataset.open);
      model.set("opened", model.get("opened") === number ? -1 : number);
      model.save_changes();
      return;
    }
    const button = event.target.closest("button[data-fill]");
    if (!button) return;
    // A suggestion vanishes with the answer it belongs to, so the keyboard goes back to the input.
    if (answer.contains(button)) input.focus();
    fill(button.dataset.fill);
  });
  keepKeys(root);

  function follow() {
    if (model.get("value") !== input.value && focusedIn(root) !== input) {
      input.value = model.get("value");
    }
    if (model.get("context") !== context.value) context.value = model.get("context");
  }
  model.on("change:value change:context", follow);
  model.on("change:answer", show);
  show();
  el.append(root);

  return () => {
    clearTimeout(pause);
    python.stop();
    model.off("change:value change:context", follow);
    model.off("change:answer", show);
  };
}

export default { render };
