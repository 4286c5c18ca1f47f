// The course without a network: all files of an edition are kept, and the next edition replaces
// them together. A page that is open goes on with its own; the next page it opens is a new one.
const NAME = `codeedu-${EDITION}`;

addEventListener("install", (event) => {
  const kept = caches.open(NAME).then((cache) => cache.addAll(FILES.map((name) => new Request(name, { cache: "no-cache" }))));
  event.waitUntil(kept.then(() => self.skipWaiting()));
});

addEventListener("activate", (event) => {
  const older = (name) => name.startsWith("codeedu-") && name !== NAME;
  const deleted = caches.keys().then((names) => Promise.all(names.filter(older).map((name) => caches.delete(name))));
  event.waitUntil(deleted.then(() => self.clients.claim()));
});

addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  url.search = url.hash = "";
  event.respondWith(caches.match(url.href, { cacheName: NAME }).then((kept) => kept ?? fetch(event.request)));
});
