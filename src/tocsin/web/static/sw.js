/*
 * The service worker: keeps the page's own files and the last pages, and hands a kept page out
 * only when the server cannot be reached, marked as kept, so that it is never taken for now.
 */

const VERSION = "{{version}}";
const CACHE = `tocsin-${VERSION}`;
const FILES = ["style.css", "app.js", "choose.js", "clock.js", "day.js", "face.js", "sound.js",
  "tocsin.js", "view.js", "words.js", "icon-warning.svg", "icon-calm.svg", "icon-unknown.svg",
  "icon-drill.svg", "icon.svg", "shelter.css", "shelter.js", "shelter-ask.js", "shelter-card.js",
  "shelter-compass.js", "shelter-directions.js", "shelter-map.js", "shelter-own.js", "shelter-pack.js", "shelter-place.js",
  "shelter-report.js", "shelter-take.js", "shelter-tiles.js", "shelter-way.js", "power.css", "power.js", "power-now.js"];
/* The view of the nearest shelters, without any: it opens offline for whoever has saved an area. */
const SHELTER = "/shelter";
/* What was last said of each group's power is kept, with the moment that it was said at. */
const POWER = "/power";
const WAIT_MS = 6_000;

self.addEventListener("install", (event) => {
  const files = FILES.map((name) => `/static/${VERSION}/${name}`);
  const all = async () => {
    const cache = await caches.open(CACHE);
    await cache.addAll(files);
    await cache.add(new Request(SHELTER, { credentials: "same-origin" })).catch(() => undefined);
  };
  event.waitUntil(all());
  self.skipWaiting();
});

self.addEventListener("activate", (event) => {
  const drop = async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith("tocsin-") && name !== CACHE) await caches.delete(name);
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
  else if (request.mode === "navigate" && address.pathname === SHELTER) event.respondWith(shelter(request, address, event));
  else if (address.pathname === POWER) event.respondWith(power(request, address, event));
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

/** The view itself is kept, and never what it found: that is the server's to say. */
async function shelter(request, address, event) {
  try {
    const answer = await fetch(request.url, { credentials: "same-origin", signal: AbortSignal.timeout?.(WAIT_MS) });
    const empty = [...address.searchParams.keys()].every((name) => name === "lang");
    if (answer.ok && empty) {
      const copy = answer.clone();
      event.waitUntil(caches.open(CACHE).then((cache) => cache.put(SHELTER, copy)));
    }
    return answer;
  } catch {
    return (await caches.match(SHELTER)) ?? Response.error();
  }
}

async function power(request, address, event) {
  const by = (name) => address.searchParams.get(name) ?? "";
  const key = `/kept${POWER}?${by("operator")}/${by("group") || by("zone")}`;
  try {
    const answer = await fetch(request, request.mode === "navigate" ? { signal: AbortSignal.timeout?.(WAIT_MS) } : {});
    if (answer.ok && !["street", "lat"].some((name) => address.searchParams.has(name))) {
      const copy = answer.clone();
      event.waitUntil(caches.open(CACHE).then((cache) => cache.put(key, copy)));
    }
    return answer;
  } catch {
    if (request.mode !== "navigate") return Response.error();
    const found = await caches.match(key);
    if (found || by("operator")) return offline(found);
    // Without a group it may be any that was looked at: it says which it is.
    const cache = await caches.open(CACHE);
    const last = (await cache.keys()).findLast(({ url }) => new URL(url).pathname === `/kept${POWER}`);
    return offline(last && await cache.match(last));
  }
}

async function keep(address, answer) {
  const cache = await caches.open(CACHE);
  await cache.put(`/kept${address.search}`, answer.clone());
  await cache.put("/kept/last", answer);
}

async function kept(address) {
  const found = (await caches.match(`/kept${address.search}`)) ?? (await caches.match("/kept/last"));
  return offline(found);
}

/** What is kept, marked as kept. */
async function offline(found) {
  if (!found) return Response.error();
  const html = (await found.text()).replace("<html ", '<html data-offline="1" ');
  const headers = new Headers(found.headers);
  headers.delete("content-length");
  return new Response(html, { status: 200, headers });
}
