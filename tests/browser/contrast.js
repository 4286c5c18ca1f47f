// The contrast ratio (WCAG 2) of every text that can be seen inside the given elements, with the
// backgrounds behind it laid over each other. axe leaves out what it is unsure of; this does not.
(inside) => {
  // Any CSS color as [r, g, b, a], through a canvas: it understands every notation.
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const rgba = (color) => {
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
  const ratio = (element) => {
    const under = behind(element);
    const [low, high] = [luminance(over(rgba(getComputedStyle(element).color), under)),
      luminance(under)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const found = [];
  for (const root of document.querySelectorAll(inside)) {
    for (const element of root.querySelectorAll("*")) {
      const own = [...element.childNodes].filter((n) => n.nodeType === Node.TEXT_NODE);
      const text = element.value ?? own.map((n) => n.textContent).join("").trim();
      if (!text || element.tagName === "STYLE" || !element.checkVisibility()) continue;
      found.push([ratio(element), `${element.tagName} ${element.className} ${text.slice(0, 40)}`]);
    }
  }
  return found;
}
