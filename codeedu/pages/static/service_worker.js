// The course without a network: all files of an edition are kept, and the next edition replaces
// them together. A page that is open goes on with its own; the next page it opens is a new one.
// Other sites of the course may be at the same server: each looks after its own.
const OWN = `codeedu-${registration.scope}-`;
const NAME = `${OWN}${EDITION}`;

addEventListener("install", (event) => {
  const kept = caches.open(NAME).then((cache) => cache.addAll(FILES.map((name) => new Request(name, { cache: "no-cache" }))));
  event.waitUntil(kept.then(() => self.skipWaiting()));
});

addEventListener("activate", (event) => {
  const older = (name) => name.startsWith(OWN) && name !== NAME;
  const deleted = caches.keys().then((names) => Promise.all(names.filter(older).map((name) => caches.delete(name))));
  event.waitUntil(deleted.then(() => self.clients.claim()));
});

addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  const { searchParams, search } = url;
  const edition = searchParams.get("edition") ?? search.slice(1);
  if (url.pathname.includes("/live/") && edition && edition !== EDITION) return; // a newer page's
  url.search = url.hash = "";
  // As a new answer it has no address of its own: a worker then reads its edition in the one asked for.
  const here = caches.match(url.href, { cacheName: NAME });
  event.respondWith(here.then((kept) => (kept ? new Response(kept.body, kept) : fetch(event.request))));
});
