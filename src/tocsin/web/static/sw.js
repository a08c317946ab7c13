/*
 * The service worker: keeps the page's own files and the last pages, and hands a kept page out
 * only when the server cannot be reached, marked as kept, so that it is never taken for now.
 */

const VERSION = "{{version}}";
const CACHE = `tocsin-${VERSION}`;
const FILES = ["style.css", "app.js", "choose.js", "clock.js", "day.js", "face.js", "sound.js",
  "tocsin.js", "view.js", "words.js", "icon-warning.svg", "icon-calm.svg", "icon-unknown.svg",
  "icon-drill.svg"];
const WAIT_MS = 6_000;

self.addEventListener("install", (event) => {
  const files = FILES.map((name) => `/static/${VERSION}/${name}`);
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll([...files])));
  self.skipWaiting();
});

self.addEventListener("activate", (event) => {
  const drop = async () => {
    for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(drop());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  if (address.pathname.startsWith("/static/")) event.respondWith(file(request));
  else if (request.mode === "navigate" && address.pathname === "/") event.respondWith(page(request, address, event));
});

async function file(request) {
  return (await caches.match(request)) ?? fetch(request);
}

async function page(request, address, event) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), WAIT_MS);
  try {
    const answer = await fetch(request.url, { credentials: "same-origin", redirect: "manual", signal: stop.signal });
    if (answer.ok && !["at", "q", "minute"].some((name) => address.searchParams.has(name))) {
      event.waitUntil(keep(address, answer.clone()));
    }
    if (answer.type !== "opaqueredirect" || !stop.signal.aborted) return answer;
  } catch {
    // Unreachable or too slow: what is kept is better than nothing, if it says what it is.
  } finally {
    clearTimeout(timer);
  }
  return kept(address);
}

async function keep(address, answer) {
  const cache = await caches.open(CACHE);
  await cache.put(`/kept${address.search}`, answer.clone());
  await cache.put("/kept/last", answer);
}

async function kept(address) {
  const found = (await caches.match(`/kept${address.search}`)) ?? (await caches.match("/kept/last"));
  if (!found) return Response.error();
  const html = (await found.text()).replace("<html ", '<html data-offline="1" ');
  const headers = new Headers(found.headers);
  headers.delete("content-length");
  return new Response(html, { status: 200, headers });
}
