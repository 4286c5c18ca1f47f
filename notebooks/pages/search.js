// Search over the headings and words of all lessons (search-index.js), without a network.
const box = document.getElementById("find");
const found = document.getElementById("found");

function look() {
  const words = box.value.toLowerCase().split(/\s+/).filter((word) => word.length > 1);
  found.replaceChildren();
  if (!words.length) return;
  const hits = SECTIONS.filter((section) => {
    const text = `${section.heading} ${section.text}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const count = document.createElement("p");
  count.textContent = hits.length === 1 ? "1 section" : `${hits.length} sections`;
  const list = document.createElement("ul");
  for (const hit of hits.slice(0, 12)) {
    const link = document.createElement("a");
    link.href = `${hit.page}.html#${encodeURIComponent(hit.id)}`;
    link.textContent = hit.heading === hit.title ? hit.title : `${hit.title}: ${hit.heading}`;
    const item = document.createElement("li");
    item.append(link);
    list.append(item);
  }
  found.append(count, list);
}

box.addEventListener("input", look);
