// The contrast ratio (WCAG 2) of every text that can be seen inside the given elements, with the
// backgrounds behind it laid over each other. axe leaves out what it is unsure of; this does not.
// Asked with {inside, edges: true}: of the border of each field and button, and of what fills a bar.
(asked) => {
  const { inside, edges } = asked.inside ? asked : { inside: asked };
  // Any CSS color as [r, g, b, a], through a canvas: it understands every notation.
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const known = new Map();
  const rgba = (color) => {
    if (!known.has(color)) known.set(color, drawn(color));
    return known.get(color);
  };
  const drawn = (color) => {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = color;
    pen.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = ([r, g, b, a], under) =>
    [r, g, b].map((value, i) => value * a + under[i] * (1 - a)).concat(1);
  const behind = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) {
      const color = rgba(getComputedStyle(at).backgroundColor);
      layers.push(color);
      if (color[3] === 1) break;
    }
    return layers.reduceRight((under, color) => over(color, under), [255, 255, 255, 1]);
  };
  const luminance = (color) => {
    const [r, g, b] = color.slice(0, 3).map((value) => {
      const c = value / 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const between = (color, under) => {
    const [low, high] = [luminance(over(rgba(color), under)), luminance(under)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const ratio = (element) => between(getComputedStyle(element).color, behind(element));
  // A control is told by its border, or by its own color; a bar by what fills it.
  const edge = (element) => {
    if (element.matches(".codeedu-bar")) {
      return between(getComputedStyle(element, "::before").backgroundColor, behind(element));
    }
    const { borderTopColor, backgroundColor } = getComputedStyle(element);
    const under = behind(element.parentElement);
    return Math.max(between(borderTopColor, under), between(backgroundColor, under));
  };
  const isDrawnByUs = (element) => parseFloat(getComputedStyle(element).borderTopWidth) > 0
    && !element.matches("[type=radio], [type=checkbox]");
  const found = [];
  for (const root of document.querySelectorAll(inside)) {
    for (const element of edges ? root.querySelectorAll("button, input, select, textarea, .codeedu-bar") : []) {
      if (!element.checkVisibility() || !(isDrawnByUs(element) || element.matches(".codeedu-bar"))) continue;
      found.push([edge(element), `${element.tagName} ${element.className} ${element.textContent.slice(0, 40)}`]);
    }
    for (const element of edges ? [] : root.querySelectorAll("*")) {
      const own = [...element.childNodes].filter((n) => n.nodeType === Node.TEXT_NODE);
      const text = element.value ?? own.map((n) => n.textContent).join("").trim();
      if (!text || element.tagName === "STYLE" || !element.checkVisibility()) continue;
      found.push([ratio(element), `${element.tagName} ${element.className} ${text.slice(0, 40)}`]);
    }
  }
  return found;
}
