// The slides of a lesson. A key that goes on first shows the rest of a slide that scrolls.

const WAYS = { ArrowDown: 1, PageDown: 1, " ": 1, ArrowUp: -1, PageUp: -1 };

// Say whether a key is for reveal.js; one that presses something or scrolls is not.
function isForReveal(event) {
  if (event.target.closest("summary, a") && [" ", "Enter"].includes(event.key)) return false;
  const slide = Reveal.getCurrentSlide();
  const way = event.shiftKey || Reveal.isOverview() ? 0 : (WAYS[event.key] ?? 0);
  const room = way > 0 ? slide.scrollHeight - slide.clientHeight - slide.scrollTop : slide.scrollTop;
  if (!way || room < 2) return true;
  slide.scrollBy(0, way * slide.clientHeight * 0.8);
  event.preventDefault();
  return false;
}

Reveal.initialize({
  width: 1280,
  height: 720,
  center: false,
  hash: true,
  keyboardCondition: isForReveal,
  slideNumber: "c/t",
  touch: false, // a finger scrolls
  transition: "none",
});
