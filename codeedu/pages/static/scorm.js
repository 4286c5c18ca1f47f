// What a learning system hears of a lesson, and keeps for the learner, by way of SCORM: ADL's
// Run-Time Environment 1.2 ("scorm12") or 2004, 4th edition ("scorm2004").
//
// Three things that systems do decide how this is written. Some send each value to their server by
// itself, and lose one when two arrive at once: so values go out one at a time, and few of them.
// Some set a lesson to completed when a page says nothing: so "incomplete" is said at once. And
// some compare the score with the line themselves: so there is no score before the end of a sitting.

const CALLS = ["Initialize", "Terminate", "GetValue", "SetValue", "Commit", "GetLastError", "GetErrorString"];
const APART = 300; // ms from one value to the next
const FARTHEST = 20; // windows to look through for the system

const EDITIONS = {
  scorm12: {
    api: "API",
    calls: Object.fromEntries(CALLS.map((name) => [name, `LMS${name === "Terminate" ? "Finish" : name}`])),
    learner: "cmi.core.student_id",
    name: "cmi.core.student_name",
    exit: "cmi.core.exit",
    time: "cmi.core.session_time",
    clock: (seconds) => [seconds / 3600, (seconds / 60) % 60, seconds % 60].map((n) => String(Math.floor(n)).padStart(2, "0")).join(":"),
    // From the lowest to the highest: a status never goes down.
    statuses: { "cmi.core.lesson_status": ["incomplete", "failed", "completed", "passed"] },
    status: ({ finished, passed, score }) => ({
      "cmi.core.lesson_status": !finished ? "incomplete" : score === null ? "completed" : passed ? "passed" : "failed",
    }),
    raw: "cmi.core.score.raw",
    score: (percent) => ({ "cmi.core.score.raw": percent, "cmi.core.score.min": 0, "cmi.core.score.max": 100 }),
  },
  scorm2004: {
    api: "API_1484_11",
    calls: Object.fromEntries(CALLS.map((name) => [name, name])),
    learner: "cmi.learner_id",
    name: "cmi.learner_name",
    exit: "cmi.exit",
    time: "cmi.session_time",
    clock: (seconds) => `PT${Math.floor(seconds)}S`,
    statuses: {
      "cmi.completion_status": ["incomplete", "completed"],
      "cmi.success_status": ["failed", "passed"],
    },
    status: ({ finished, passed, score }) => ({
      "cmi.completion_status": finished ? "completed" : "incomplete",
      ...(finished && score !== null ? { "cmi.success_status": passed ? "passed" : "failed" } : {}),
    }),
    raw: "cmi.score.raw",
    score: (percent) => ({ "cmi.score.scaled": percent / 100, "cmi.score.raw": percent, "cmi.score.min": 0, "cmi.score.max": 100 }),
  },
};

const CLOSED = "The learning system is not open for this lesson, so it learns nothing of your answers now. Go back to it, and open the lesson again";
const NOT_TAKEN = "The learning system did not take your last answers. This browser keeps them; they are sent again with your next answer";

// Find the system: its object is in a frame around this page, or around the page that opened this
// window. What is in a frame of another site may not be seen, but what is around that frame may.
function systemAround(name, call) {
  let here = window;
  for (let left = FARTHEST; here && left; left--) {
    try {
      if (typeof here[name]?.[call] === "function") return here[name];
    } catch {
      // a frame of another site
    }
    here = here.parent === here ? here.opener : here.parent;
  }
  return null;
}

// Begin with the learning system around this page; null when there is none, or when it does not
// begin. `says` is called with a sentence for the learner when the system does not take something,
// and with "" when it does again.
//
// learner, name    who it is, by the system: where it does not say, somebody who was never here
// suspended        the text that it kept of this lesson
// keep(text)       keep this text, after each answer
// report(standing) tell {finished, score, passed} of `codeedu.pages.lms.standing`
// leave()          end; by itself when the page goes away
function learningSystem(edition, says = () => {}) {
  const words = EDITIONS[edition];
  const api = systemAround(words.api, words.calls.Initialize);
  if (!api) return null;

  const SUSPENDED = "cmi.suspend_data";
  const NEEDED = new Set([SUSPENDED, words.raw, ...Object.keys(words.statuses)]);
  const held = new Map(); // what the system has, as far as it said
  const waiting = new Map(); // what is still to be said, in order
  const refused = new Map(); // what it did not take: said again when there is something new
  const begun = performance.now();
  let score = {}; // by the end of a sitting
  let timer = false; // of the next word; true until the first is said
  let left = false;
  let silent = false; // whether the last words did not get through

  function call(name, ...values) {
    const answer = api[words.calls[name]](...values);
    if (String(answer) === "false") throw new Error(why());
  }

  function why() {
    const code = String(api[words.calls.GetLastError]());
    const reason = code === "0" ? "" : api[words.calls.GetErrorString](code);
    return reason ? `it says: ${reason}, ${code}` : "it does not say why";
  }

  // Return why something cannot be done, "" when it was done.
  function problemOf(act) {
    try {
      act();
      return "";
    } catch (problem) {
      return String(problem.message ?? problem);
    }
  }

  function tell(meaning, problem) {
    silent = true;
    says(`${meaning} (${problem}).`);
  }

  function read(name) {
    let value = "";
    problemOf(() => (value = String(api[words.calls.GetValue](name) ?? "")));
    return value;
  }

  function write(name, value) {
    call("SetValue", name, value);
    held.set(name, value);
  }

  // Have a value said when its turn comes; of two for the same name, only the later one.
  function put(name, value) {
    const text = String(value);
    const order = words.statuses[name];
    // No text is nothing new: a system that does not say at once what it kept may still have it.
    const known = waiting.get(name) ?? held.get(name) ?? "";
    if (known === text || (order && order.indexOf(known) > order.indexOf(text))) return;
    if (left) {
      tell(CLOSED, "you left it");
      return;
    }
    refused.delete(name);
    for (const again of refused) waiting.set(...again);
    refused.clear();
    waiting.set(name, text);
    if (timer) return;
    timer = true;
    queueMicrotask(next); // when all is here that comes at this moment
  }

  // Say what has waited longest. An answer is saved at once, the rest when all of it is said.
  function next() {
    timer = false;
    const [first] = waiting;
    if (!first || left) return;
    const [name, value] = first;
    waiting.delete(name);
    const problem = problemOf(() => write(name, value));
    if (problem && NEEDED.has(name)) {
      refused.set(name, value);
      tell(NOT_TAKEN, problem);
    }
    if (name === SUSPENDED || !waiting.size) save();
    timer = setTimeout(next, APART);
  }

  function save() {
    const problem = problemOf(() => call("Commit", ""));
    if (problem) {
      tell(NOT_TAKEN, problem);
    } else if (silent && !refused.size) {
      silent = false;
      says("");
    }
  }

  function keep(text) {
    put(SUSPENDED, text);
  }

  function report(standing) {
    for (const [name, status] of Object.entries(words.status(standing))) put(name, status);
    if (!standing.finished || standing.score === null) return;
    if (standing.score < Number(held.get(words.raw) || 0)) return; // that was an attempt not kept
    score = words.score(standing.score);
    for (const [name, number] of Object.entries(score)) put(name, number);
  }

  function leave() {
    if (left) return;
    left = true;
    clearTimeout(timer);
    const last = { ...score, ...Object.fromEntries([...refused, ...waiting]) };
    last[words.time] = words.clock((performance.now() - begun) / 1000);
    last[words.exit] = "suspend"; // so that the text is there the next time
    for (const [name, value] of Object.entries(last)) problemOf(() => write(name, value));
    problemOf(() => call("Terminate", ""));
  }

  const problem = problemOf(() => call("Initialize", ""));
  if (problem) {
    tell(CLOSED, problem);
    return null;
  }
  addEventListener("pagehide", leave);

  for (const name of [SUSPENDED, words.raw, ...Object.keys(words.statuses)]) {
    const value = read(name);
    if (value) held.set(name, value);
  }
  for (const name of Object.keys(words.status({ finished: false }))) put(name, "incomplete");
  const suspended = held.get(SUSPENDED) ?? "";
  const learner = read(words.learner) || uniqueId("nobody");
  return { learner, name: read(words.name), suspended, keep, report, leave };
}
