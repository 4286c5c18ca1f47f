// Whose answers these are. They are kept in this browser, under a name where several people share
// the computer; in a learning system, under the name that it has for the learner.

const TELLS = {
  here: "Your answers are kept in this browser",
  apart: "Everybody has answers of their own here. This keeps them apart, not secret.",
  named: "Everybody has answers of their own here. The answers that are here so far become yours.",
  none: "There is no answer to download yet.",
  system: "Your answers are kept in this browser and in your school's learning system, which gets your score.",
  remove: "This removes your answers from this browser for good. The start page takes a copy back, here or on another device.",
};
const ALONE = "alone"; // the key of the record of a learner without a name

const learner = { key: ALONE, name: "", isShared: false };
const remembered = memoryOf("localStorage"); // for good: whether the computer is shared
const present = memoryOf("sessionStorage"); // until the window is closed: who is here

// What the browser remembers besides the records; where it remembers nothing, this page does.
function memoryOf(store) {
  const own = new Map();
  const first = (act, other) => {
    try {
      return act(globalThis[store]);
    } catch {
      return other();
    }
  };
  return {
    get: (name) => first((kept) => kept.getItem(`codeedu-${name}`), () => own.get(name) ?? null),
    set: (name, value) => first((kept) => kept.setItem(`codeedu-${name}`, value), () => own.set(name, value)),
    forget: (name) => first((kept) => kept.removeItem(`codeedu-${name}`), () => own.delete(name)),
  };
}

const remarks = element("p", { role: "status", class: "codeedu-remark" }); // in sight on all of a page
document.body.prepend(remarks);

// Say something that is about the page, not about one of its views.
function remark(text) {
  announce(remarks, text);
}

function pressed(label, act, look = "codeedu-second") {
  const made = element("button", { type: "button", class: look }, label);
  made.addEventListener("click", act);
  return made;
}

// Say in the header where the answers are, and offer what one may want to do with them there.
function showLearner(place) {
  if (!place) return;
  if (system) {
    learner.key = `lms:${system.learner}`;
    place.replaceChildren(element("p", {}, TELLS.system));
    return;
  }
  if (taught.lms) {
    learner.key = uniqueId("nobody"); // who it is, nobody says: it may be somebody else each time
    return;
  }
  learner.isShared = remembered.get("shared") === "yes";
  const name = present.get("name");
  if (learner.isShared && name) Object.assign(learner, { name, key: `name:${name}` });
  const whose = learner.name ? `The answers of ${learner.name} are kept in this browser` : TELLS.here;
  const buttons = [pressed("Download a copy of my answers", download)];
  if (learner.isShared) {
    buttons.push(pressed("Somebody else is here now", () => askWho(place, true)));
    buttons.push(pressed("Finish, and remove my answers here", finish));
  } else buttons.push(pressed("Others use this computer, too", () => askWho(place, true)));
  place.replaceChildren(
    element("details", {}, element("summary", {}, whose), element("p", {}, `${SENTENCES.private} ${SENTENCES.evicted}`),
      element("div", { class: "codeedu-actions" }, ...buttons)),
  );
  if (learner.isShared && !name) askWho(place);
}

// Return whether there is nothing that is not in a copy now.
async function download() {
  const { text, failed } = await ask({ do: "take" });
  remark(failed ?? (text ? "" : TELLS.none));
  if (!text) return !failed;
  const href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  const name = learner.name.replace(/[^\p{L}\p{N}.@+-]+/gu, "-") || "codeedu-progress";
  element("a", { href, download: `${name}.jsonl` }).click();
  remark(`The copy is called ${name}.jsonl.`);
  return true;
}

// Ask who is here: one of those who have practiced in this browser, or somebody new. Who `asked` for
// it can leave it at what it was, and takes the answers that have no name along; they are nobody
// else's.
async function askWho(place, asked = false) {
  const { learners = [] } = await ask({ do: "learners" });
  const names = learners.filter((key) => key.startsWith("name:")).map((key) => key.slice(5));
  const nameless = asked && learner.key === ALONE && learners.includes(ALONE);
  const group = uniqueId("who");
  const rows = names.map((name) => radio(group, name, name));
  const field = element("input", { type: "text", id: uniqueId("name"), autocomplete: "nickname", maxlength: "60" });
  const other = radio(group, "", "Somebody new");
  other.hidden = !names.length;
  field.addEventListener("input", () => (other.querySelector("input").checked = true));
  const complaint = element("p", { role: "alert", class: "codeedu-complaint" });
  const from = document.activeElement;
  const leave = () => {
    dialog.remove();
    from.focus();
  };
  const form = element(
    "form",
    {},
    element("fieldset", {}, element("legend", {}, "Who is practicing?"),
      element("p", {}, nameless ? TELLS.named : TELLS.apart), ...rows, other,
      element("label", { for: field.id }, "Name or nickname"), field),
    complaint,
    element("div", { class: "codeedu-actions" }, element("button", { type: "submit", class: "codeedu-main" }, "Go on"),
      ...(names.length ? [pressed("Only I use this computer", alone)] : []),
      ...(asked ? [pressed("Cancel", leave)] : [])),
  );
  const dialog = opened("Who is practicing?", [form], asked && leave);

  // Whose answers are meant; the answers that had no name become those of the first who has one.
  async function choose(name) {
    if (nameless && !names.includes(name)) await ask({ do: "rename", to: `name:${name}` });
    remembered.set("shared", "yes");
    present.set("name", name);
    become({ name, isShared: true, key: `name:${name}` });
  }

  // One of those who were here goes on alone, with the answers of that name.
  async function alone() {
    const name = form.querySelector("input:checked")?.value || learner.name || (names.length === 1 && names[0]);
    if (!name) return announce(complaint, "Choose first who you are, so that you go on with your answers.");
    Object.assign(learner, { key: `name:${name}` });
    await ask({ do: "rename", to: ALONE });
    remembered.forget("shared");
    present.forget("name");
    become({ name: "", isShared: false, key: ALONE });
  }

  function become(who) {
    Object.assign(learner, who);
    dialog.remove();
    showLearner(place);
    place.querySelector("summary")?.focus();
    openAgain();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const typed = field.value.trim(), chosen = form.querySelector("input:checked")?.value || typed;
    if (!chosen) announce(complaint, "Choose who you are, or write a name.");
    else if (chosen === typed && names.includes(typed)) announce(complaint, `${typed} is in the list above. Choose it there if it is you; if not, write another name.`);
    else choose(chosen);
  });
}

// Another page of this browser says that the computer is shared, or this one was left and comes back
// when somebody else is here: then whose answers these are is not known.
addEventListener("storage", ({ key }) => key === "codeedu-shared" && !learner.isShared && lookWho());
addEventListener("pageshow", ({ persisted }) => persisted && lookWho());

function lookWho() {
  if (taught.lms) return;
  const isShared = remembered.get("shared") === "yes";
  if (isShared && present.get("name") !== (learner.name || null)) location.reload();
  else if (isShared && !learner.isShared) showLearner(document.getElementById("record"));
}

function radio(name, value, text) {
  return element("label", { class: "codeedu-state" }, element("input", { type: "radio", name, value }), text);
}

// A dialog that has to be answered. Esc leaves only one that can be left, with `leave`; a browser
// closes the others, too, when it is pressed again and again.
function opened(title, content, leave) {
  const dialog = element("dialog", { "aria-label": title }, ...content);
  document.body.append(dialog);
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    leave?.();
  });
  dialog.addEventListener("close", () => dialog.isConnected && dialog.showModal());
  dialog.showModal();
  return dialog;
}

// On a shared computer, leave nothing behind.
function finish() {
  const remove = async () => {
    const { failed } = await ask({ do: "forget" });
    if (failed) return leave(failed);
    present.forget("name");
    dialog.remove();
    location.assign("index.html");
  };
  const from = document.activeElement;
  const leave = (why = "") => {
    dialog.remove();
    from.focus();
    if (why) remark(why);
  };
  const actions = element("div", { class: "codeedu-actions" },
    pressed("Download a copy, then remove", async () => ((await download()) ? remove() : leave()), "codeedu-main"),
    pressed("Remove without a copy", remove),
    pressed("Keep my answers here", () => leave()));
  const dialog = opened("Remove my answers", [element("p", {}, TELLS.remove), actions], () => leave());
}
