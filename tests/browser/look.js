// What can be measured of a page as it is laid out now, below `inside`: each list is of faults.
({ inside, motion }) => {
  const all = [...document.querySelectorAll(inside)].flatMap((root) => [root, ...root.querySelectorAll("*")]);
  const seen = all.filter((element) => element.checkVisibility({ visibilityProperty: true }));
  const named = (element) => `${element.tagName} ${element.className} ${element.textContent.trim().slice(0, 40)}`;

  // Text that is outside of the window, or of a box that hides what does not fit. What scrolls by
  // itself, with the keyboard, too, hides nothing; a list that is folded shows one of its choices.
  const unseen = ".skip, .codeedu-unseen, select, option, svg, script, style, title";
  const styles = new Map();
  const overflow = (element) => {
    if (!styles.has(element)) {
      const { overflowX, overflowY } = getComputedStyle(element);
      styles.set(element, /auto|scroll/.test(overflowX + overflowY) ? "scroll" : /hidden|clip/.test(overflowX + overflowY) ? "hide" : "");
    }
    return styles.get(element);
  };
  function isCut(text, element) {
    const around = [];
    for (let at = element; at; at = at.parentElement) {
      if (overflow(at) === "scroll") break;
      if (overflow(at) === "hide") around.push(at.getBoundingClientRect());
      if (at === document.documentElement) around.push({ left: 0, right: innerWidth, top: -Infinity, bottom: Infinity });
    }
    const range = document.createRange();
    range.selectNodeContents(text);
    return [...range.getClientRects()].filter((box) => box.width >= 1).some((box) => around.some((room) =>
      box.left < room.left - 1 || box.right > room.right + 1 || box.top < room.top - 1 || box.bottom > room.bottom + 1));
  }
  const cut = seen.filter((element) => !element.closest(unseen))
    .filter((element) => [...element.childNodes].some((node) =>
      node.nodeType === Node.TEXT_NODE && node.textContent.trim() && isCut(node, element)));

  // Buttons whose words do not fit into them.
  const tight = seen.filter((element) => element.matches("button, summary, label, legend"))
    .filter((element) => element.scrollWidth > element.clientWidth + 1 && element.clientWidth);

  // What moves by itself or while it changes.
  const long = (times) => times.split(",").some((time) => parseFloat(time) > 0);
  const moving = !motion ? [] : all.filter((element) => ["", "::before", "::after"].some((part) => {
    const style = getComputedStyle(element, part);
    return long(style.transitionDuration) || (style.animationName !== "none" && long(style.animationDuration));
  }));

  // Controls that have neither a border to be told by nor the browser's own look.
  const canvas = element => getComputedStyle(element).backgroundColor;
  const flat = seen.filter((element) => element.matches("button, input, select, textarea"))
    .filter((element) => !element.matches("[type=radio], [type=checkbox], [type=file]"))
    .filter((element) => {
      const { borderTopWidth, borderTopStyle, borderTopColor } = getComputedStyle(element);
      return parseFloat(borderTopWidth) < 1 || borderTopStyle === "none" || borderTopColor === canvas(element.parentElement);
    });

  // Bars without anything to be seen in them, or without the line that they should have.
  const back = getComputedStyle(document.body).backgroundColor;
  const blank = seen.filter((element) => element.matches(".codeedu-bar")).filter((bar) => {
    const filled = getComputedStyle(bar, "::before"), line = getComputedStyle(bar, "::after");
    return (parseFloat(filled.width) > 0 && filled.backgroundColor === back)
      || (bar.matches(".codeedu-lined") && line.backgroundColor === back);
  });

  // What is pressed and smaller than 24 by 24 pixels; a link in a sentence, and what a browser draws
  // itself, may be. A radio button is pressed by its label.
  const words = (node) => node.textContent.trim().length;
  const isInSentence = (element) => getComputedStyle(element).display === "inline" && words(element.parentElement) > words(element);
  const small = seen.filter((element) => element.matches("a[href], button, input, select, textarea, summary"))
    .filter((element) => !isInSentence(element))
    .filter((element) => {
      const { width, height } = (element.closest("label") ?? element).getBoundingClientRect();
      return Math.min(width, height) < 23.5 && width > 1;
    });

  // A name that does not hold the words that are shown: who speaks to the computer says those.
  const plain = (text) => text.replace(/\s+/g, " ").trim().toLowerCase();
  const shown = (element) => plain([...element.childNodes].filter((child) => child.ariaHidden !== "true").map((child) => child.textContent).join(""));
  const unsaid = seen.filter((element) => element.matches("a, button, summary") && element.ariaLabel)
    .filter((element) => !plain(element.ariaLabel).includes(shown(element)));

  const headings = seen.filter((element) => /^H[1-6]$/.test(element.tagName));
  return {
    sideways: document.documentElement.scrollWidth > innerWidth ? [document.documentElement.scrollWidth] : [],
    cut: cut.map(named),
    tight: tight.map(named),
    moving: moving.map(named),
    flat: flat.map(named),
    blank: blank.map(named),
    small: small.map(named),
    unsaid: unsaid.map(named),
    levels: headings.map((heading) => Number(heading.tagName[1])),
    title: document.title,
    language: document.documentElement.lang,
  };
}
