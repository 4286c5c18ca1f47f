// Whose answers these are. They are kept in this browser, under a name where several people share
// the computer; in a learning system, under the name that it has for the learner.

const TELLS = {
  here: "Your answers are kept in this browser",
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
  if (learner.isShared) buttons.push(pressed("Finish, and remove my answers here", finish));
  else buttons.push(pressed("Others use this computer, too", share));
  place.replaceChildren(
    element("details", {}, element("summary", {}, whose), element("p", {}, `${SENTENCES.private} ${SENTENCES.evicted}`),
      element("div", { class: "codeedu-actions" }, ...buttons)),
  );
  if (learner.isShared && !name) askWho(place);
}

async function download() {
  const { text } = await ask({ do: "take" });
  if (!text) return remark(TELLS.none);
  const href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  const name = learner.name.replace(/[^\p{L}\p{N}.@+-]+/gu, "-") || "codeedu-progress";
  element("a", { href, download: `${name}.jsonl` }).click();
  remark(`The copy is called ${name}.jsonl.`);
}

function share() {
  remembered.set("shared", "yes");
  learner.isShared = true;
  askWho(document.getElementById("record"));
}

// Ask who is here: one of those who have practiced in this browser, or somebody new.
async function askWho(place) {
  const { learners = [] } = await ask({ do: "learners" });
  const names = learners.filter((key) => key.startsWith("name:")).map((key) => key.slice(5));
  const group = uniqueId("who");
  const rows = names.map((name) => radio(group, name, name));
  const field = element("input", { type: "text", id: uniqueId("name"), autocomplete: "nickname", maxlength: "60" });
  const other = radio(group, "", "Somebody else");
  other.hidden = !names.length;
  field.addEventListener("input", () => (other.querySelector("input").checked = true));
  const complaint = element("p", { role: "alert", class: "codeedu-complaint" });
  const form = element(
    "form",
    {},
    element("fieldset", {}, element("legend", {}, "Who is practicing?"), ...rows, other,
      element("label", { for: field.id }, "Name or nickname"), field),
    complaint,
    element("div", { class: "codeedu-actions" }, element("button", { type: "submit", class: "codeedu-main" }, "Go on"),
      pressed("Only I use this computer", () => choose("", false))),
  );
  const dialog = opened("Who is practicing?", [form]);
  const choose = async (name, isShared) => {
    if (name && learners.includes(ALONE) && learner.key === ALONE && !names.includes(name)) await ask({ do: "rename", to: `name:${name}` });
    remembered[isShared ? "set" : "forget"]("shared", "yes");
    if (name) present.set("name", name);
    else present.forget("name");
    Object.assign(learner, { name, isShared, key: name ? `name:${name}` : ALONE });
    dialog.remove();
    showLearner(place);
    place.querySelector("summary")?.focus();
    openAgain();
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = form.querySelector("input:checked")?.value || field.value.trim();
    if (chosen) choose(chosen, true);
    else announce(complaint, "Choose who you are, or write a name.");
  });
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
    await ask({ do: "forget" });
    present.forget("name");
    dialog.remove();
    location.assign("index.html");
  };
  const from = document.activeElement;
  const leave = () => {
    dialog.remove();
    from.focus();
  };
  const actions = element("div", { class: "codeedu-actions" },
    pressed("Download a copy, then remove", async () => (await download(), remove()), "codeedu-main"),
    pressed("Remove without a copy", remove),
    pressed("Keep my answers here", leave));
  const dialog = opened("Remove my answers", [element("p", {}, TELLS.remove), actions], leave);
}
