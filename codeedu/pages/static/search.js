// Search over the headings and words of all lessons (search-index.js), read when the first word is typed.
const box = document.getElementById("find");
const count = document.getElementById("count");
const found = document.getElementById("found");

// How well a section answers: nothing if a word is missing; much for words in its heading.
function worth(section, words) {
  const heading = section.heading.toLowerCase();
  const text = section.text.toLowerCase();
  let sum = 0;
  for (const word of words) {
    const times = text.split(word).length - 1;
    if (!heading.includes(word) && !times) return 0;
    sum += 100 * heading.includes(word) + Math.min(times, 20);
  }
  return sum + 50 * text.includes(words.join(" "));
}

async function look() {
  if (!globalThis.CODEEDU_SECTIONS) await script(`${ENGINE}search-index.js`);
  const words = box.value.toLowerCase().split(/\s+/).filter((word) => word.length > 1);
  found.replaceChildren();
  found.hidden = true;
  if (!words.length) return announce(count, "");
  const hits = globalThis.CODEEDU_SECTIONS.map((section) => ({ ...section, worth: worth(section, words) }))
    .filter((section) => section.worth > 0)
    .sort((one, other) => other.worth - one.worth);
  // Only how many there are is announced, not each of them at every letter.
  announce(count, hits.length === 1 ? "1 section" : `${hits.length} sections`);
  for (const hit of hits) {
    const link = document.createElement("a");
    link.href = `${hit.page}.html#${encodeURIComponent(hit.id)}`;
    link.textContent = hit.heading === hit.title ? hit.title : `${hit.title}: ${hit.heading}`;
    const item = document.createElement("li");
    item.append(link);
    found.append(item);
  }
  found.hidden = !hits.length;
}

box?.addEventListener("input", look);
