// The line check: type the lines of a claim, see which rules they break. Every rule is in Python;
// this file sends what was typed and shows what comes back.

const QUIET = 400; // ms without a key before asking: one announcement a line, not one a letter

function render({ model, el }) {
  const status = element("p", { role: "status", class: "codeedu-verdict" });
  const error = element("p", { role: "alert", class: "codeedu-error", hidden: "" });
  const answer = element("div", { class: "codeedu-answer" });
  const controls = {};
  const asked = model.get("fields").map((field) => {
    const id = uniqueId(field.name);
    controls[field.name] = control(field, id);
    return element("div", {}, element("label", { for: id }, field.label), controls[field.name]);
  });
  const root = element(
    "div",
    { class: "codeedu codeedu-explorer codeedu-lines", role: "group", "aria-label": "Line check" },
    element("div", { class: "codeedu-ask" }, ...asked),
    status,
    error,
    answer,
  );

  let quiet, patience;

  function control({ kind, choices = [] }, id) {
    if (kind === "lines") return element("textarea", { id, rows: "4", autocapitalize: "off", spellcheck: "false" });
    if (kind !== "choice") return element("input", { id, type: kind, autocomplete: "off", spellcheck: "false" });
    const select = element("select", { id });
    select.append(...choices.map(([value, says]) => element("option", { value }, says)));
    return select;
  }

  function typed() {
    return Object.fromEntries(Object.entries(controls).map(([name, one]) => [name, one.value]));
  }

  const same = (one, other) => Object.keys(controls).every((name) => one?.[name] === other?.[name]);

  function unanswered() {
    clearTimeout(patience);
    error.hidden = false;
    if (reconnect(error)) patience = setTimeout(unanswered, PATIENCE);
  }

  function ask() {
    clearTimeout(quiet);
    clearTimeout(patience);
    if (same(typed(), model.get("form"))) return;
    patience = setTimeout(unanswered, PATIENCE);
    try {
      model.set("form", typed());
      model.save_changes();
    } catch {
      unanswered();
    }
  }

  function show() {
    const found = model.get("answer");
    if (!same(found.form, model.get("form"))) return;
    clearTimeout(patience);
    error.hidden = !found.error;
    announce(error, found.error ?? "");
    announce(status, found.says ?? "");
    const open = answer.querySelector("details")?.open;
    answer.replaceChildren(...(found.body ?? []).map(fromNode));
    const details = answer.querySelector("details");
    if (open && details) details.open = true;
  }

  function follow() {
    for (const [name, one] of Object.entries(controls)) {
      const value = model.get("form")[name] ?? "";
      if (one.value !== value && one !== (root.getRootNode().activeElement ?? document.activeElement)) one.value = value;
    }
  }

  root.addEventListener("input", () => {
    clearTimeout(quiet);
    quiet = setTimeout(ask, QUIET);
  });
  root.addEventListener("change", ask);
  keepKeys(root);
  model.on("change:form", follow);
  model.on("change:answer", show);
  follow();
  show();
  el.append(root);

  return () => {
    clearTimeout(quiet);
    clearTimeout(patience);
    model.off("change:form", follow);
    model.off("change:answer", show);
  };
}

export default { render };
