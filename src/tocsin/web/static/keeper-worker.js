/*
 * The worker of the keeper's page alone: it keeps the page and its files, so that it opens at once
 * and without a network. A page is handed out from what is kept, since it says nothing of how
 * things stand; a new version comes with a new worker, at the next time it is opened.
 */

const VERSION = "{{version}}";
const CACHE = `keeper-${VERSION}`;
const FILES = ["style.css", "keeper.css", "keeper.js", "keeper-hands.js", "keeper-queue.js",
  "keeper-sender.js", "keeper-setup.js", "words.js", "icon.svg"];
const PAGES = ["/keeper", "/keeper?lang=uk", "/keeper?lang=en"];

self.addEventListener("install", (event) => {
  const fill = async () => {
    const cache = await caches.open(CACHE);
    await cache.addAll(FILES.map((name) => `/static/${VERSION}/${name}`));
    // The page in the reader's language; the others without a cookie, since asking would set one.
    for (const page of PAGES) {
      const answer = await fetch(page, { cache: "no-cache", credentials: page === PAGES[0] ? "same-origin" : "omit" });
      if (!answer.ok) throw new Error(page);
      await cache.put(page, answer);
    }
    await self.skipWaiting();
  };
  event.waitUntil(fill());
});

self.addEventListener("activate", (event) => {
  const drop = async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith("keeper-") && name !== CACHE) await caches.delete(name);
    }
    await self.clients.claim();
  };
  event.waitUntil(drop());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  if (address.pathname.startsWith("/static/")) event.respondWith(file(request));
  else if (request.mode === "navigate" && address.pathname === "/keeper") event.respondWith(page(address, event));
});

async function file(request) {
  return (await caches.match(request)) ?? fetch(request);
}

async function page(address, event) {
  const wanted = address.searchParams.get("lang");
  const cache = await caches.open(CACHE);
  const found = await cache.match(wanted ? `/keeper?lang=${wanted}` : "/keeper", { ignoreVary: true });
  if (!found) return fetch(address.href, { redirect: "manual" });
  if (wanted) {
    // The language asked for last is the phone's from now on; the server sets its cookie.
    event.waitUntil(cache.put("/keeper", found.clone()));
    event.waitUntil(fetch(address.href, { credentials: "same-origin" }).catch(() => null));
  }
  return found;
}
