// The line check: type the lines of a claim, see which rules they break. Every rule is in Python;
// this file sends what was typed and shows what comes back.

const QUIET = 400; // ms without a key before asking: one announcement a line, not one a letter

function render({ model, el }) {
  const status = element("p", { role: "status", class: "codeedu-verdict" });
  const error = element("p", { role: "alert", class: "codeedu-error", hidden: "" });
  const answer = element("div", { class: "codeedu-answer" });
  const controls = {};
  const asked = model.get("fields").map(([name, label, choices]) => {
    const id = uniqueId(name);
    controls[name] = control(name, choices, id);
    return element("div", {}, element("label", { for: id }, label), controls[name]);
  });
  const root = element(
    "div",
    { class: "codeedu codeedu-explorer codeedu-lines", role: "group", "aria-label": "Line check" },
    element("div", { class: "codeedu-ask" }, ...asked),
    status,
    error,
    answer,
  );
  const python = asker(model, error);
  let quiet;

  function control(name, choices, id) {
    if (name === "lines") return element("textarea", { id, rows: "4", autocapitalize: "off", spellcheck: "false" });
    if (!choices.length) return element("input", { id, type: name === "day" ? "date" : "text", autocomplete: "off", spellcheck: "false" });
    const select = element("select", { id });
    select.append(...choices.map(([value, says]) => element("option", { value }, says)));
    return select;
  }

  function ask() {
    clearTimeout(quiet);
    python.ask({ form: Object.fromEntries(Object.entries(controls).map(([name, one]) => [name, one.value])) });
  }

  function show() {
    const found = model.get("answer");
    if (!alike(found.form, model.get("form"))) return;
    python.answered(found.error);
    announce(status, found.says ?? "");
    replaceAnswer(answer, found.body ?? [], controls.lines);
  }

  function follow() {
    for (const [name, one] of Object.entries(controls)) {
      const value = model.get("form")[name] ?? "";
      if (one.value !== value && one !== focusedIn(root)) one.value = value;
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
    python.stop();
    model.off("change:form", follow);
    model.off("change:answer", show);
  };
}

export default { render };
