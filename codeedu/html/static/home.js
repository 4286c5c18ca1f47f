// Home: the learner's lessons. Python is asked again whenever they come into sight, as when the
// learner comes back from a lesson.

function render({ model, el }) {
  const root = element("div", { class: "codeedu codeedu-home", role: "group", "aria-label": "Your lessons" });

  function show() {
    root.replaceChildren(...model.get("body").map(fromNode));
  }

  function ask() {
    try {
      model.send({ do: "look" });
    } catch {
      // Without a kernel, what was shown last stays.
    }
  }

  const seen = new IntersectionObserver(([entry]) => entry.isIntersecting && ask());
  const back = () => document.visibilityState === "visible" && ask();
  keepKeys(root);
  model.on("change:body", show);
  document.addEventListener("visibilitychange", back);
  show();
  el.append(root);
  seen.observe(root);

  return () => {
    seen.disconnect();
    document.removeEventListener("visibilitychange", back);
    model.off("change:body", show);
  };
}

export default { render };
