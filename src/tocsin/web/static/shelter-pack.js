/*
 * The pack of my area: streets and shelters around one place, kept in this browser until it is
 * deleted. Static facts only; how a shelter is stays with the server. Its size is said before it
 * is fetched, and its date as long as it is there.
 */

import { decode, ground } from "./shelter-way.js";
import { locate, rounded } from "./shelter-place.js";

const CACHE = "shelter-pack"; // The service worker leaves this one alone.
const KEY = "/kept/pack";
const METRES = 2_000;
const AROUND_M = 600;
const WAITS_MS = 30_000;

const address = ({ lat, lon }, metres) =>
  `/api/v1/shelters/pack?${new URLSearchParams({ lat: rounded(lat).toFixed(3), lon: rounded(lon).toFixed(3), metres })}`;

let read = null;

/** What was saved: the pack, its size in bytes; nothing where there is none. */
export async function saved() {
  if (read) return read;
  if (!("caches" in globalThis)) return null;
  const kept = await (await caches.open(CACHE)).match(KEY);
  if (!kept) return null;
  const text = await kept.text();
  const pack = JSON.parse(text);
  pack.graph = pack.network ? decode(pack.network) : null;
  return (read = { pack, size: new Blob([text]).size });
}

async function save(spot) {
  const answer = await fetch(address(spot, METRES), { cache: "no-store", signal: AbortSignal.timeout?.(WAITS_MS) });
  if (!answer.ok) throw new Error(answer.status);
  await (await caches.open(CACHE)).put(KEY, answer);
  read = null;
  await navigator.storage?.persist?.().catch(() => false);
  return saved();
}

async function remove() {
  read = null;
  await caches.delete(CACHE);
}

/** How much there is to fetch, as it comes over the link; nothing where that is not told. */
async function size(spot) {
  const answer = await fetch(address(spot, METRES), { method: "HEAD", signal: AbortSignal.timeout?.(WAITS_MS) });
  return answer.ok ? +answer.headers.get("content-length") || null : null;
}

const apart = (a, b) =>
  Math.hypot(a.lat - b.lat, (a.lon - b.lon) * Math.cos((a.lat * Math.PI) / 180)) * 111_195;

const centreOf = ({ centre }) => (Array.isArray(centre) ? { lat: centre[1], lon: centre[0] } : centre);

/** How far a saved pack lies from a place, in metres, and whether it reaches there. */
export function covers(pack, spot) {
  const away = apart(centreOf(pack), spot);
  return { away, so: away < pack.metres };
}

const fetched = new Map();

/** The streets around a place as pairs of ends, with their pack, and whom to name for them. */
export async function streets(here, shown, still) {
  const kept = await saved().catch(() => null);
  const far = Math.max(0, ...shown.shelters.map((one) => one.metres));
  const whole = kept && covers(kept.pack, here).away + Math.min(far, AROUND_M) < kept.pack.metres;
  if (kept?.pack.graph && (whole || still)) return drawn(kept.pack);
  const metres = Math.min(METRES, Math.max(AROUND_M, Math.ceil((1.3 * far) / 200) * 200));
  return drawn((await around(here, metres)) ?? kept?.pack ?? {});
}

/** The pack around a place, for this page only; nothing where the server has none. */
export async function around(here, metres = METRES) {
  const from = address(here, metres);
  if (!fetched.has(from)) {
    const answer = await fetch(from, { signal: AbortSignal.timeout?.(WAITS_MS) });
    if (!answer.ok) return null;
    const pack = await answer.json();
    pack.graph = pack.network ? decode(pack.network) : null;
    fetched.clear();
    fetched.set(from, pack);
  }
  return fetched.get(from);
}

const drawn = (pack) =>
  pack.graph && { ...ground(pack.graph), pack, attribution: [pack.attribution].flat().filter(Boolean).join(", ") };

/**
 * Make the section of the page that saves and deletes. `here()` tells the place, once it is known;
 * `busy()` whether the link is needed for something else.
 */
export function keeper(words, here, busy) {
  const [section, told] = [document.getElementById("pack"), document.getElementById("pack-told")];
  const [keep, drop] = [document.getElementById("save"), document.getElementById("drop")];
  if (!("caches" in globalThis)) {
    section.hidden = true; // Without a secure address a browser keeps nothing for a page.
    return;
  }
  const say = (text) => {
    told.textContent = text;
  };
  const megabytes = (bytes) => {
    const n = Math.max(0.1, bytes / 1e6).toFixed(1);
    return words.say("pack.mb", { n: words.language === "uk" ? n.replace(".", ",") : n });
  };
  const kilometres = (metres) => {
    const n = (metres / 1_000).toFixed(1);
    return words.say("near.km", { n: words.language === "uk" ? n.replace(".", ",") : n });
  };

  async function look() {
    const kept = await saved().catch(() => null);
    drop.hidden = !kept;
    if (!kept) return;
    const texts = [words.say("pack.saved", {
      day: words.zoned(kept.pack.made_at),
      size: megabytes(kept.size),
      shelters: words.count("shelter", kept.pack.shelters.length),
    })];
    const spot = here();
    if (spot) {
      const { away, so } = covers(kept.pack, spot);
      if (!so) texts.push(words.say("pack.elsewhere", { km: kilometres(away) }));
    }
    say(texts.join(" "));
  }

  keep.addEventListener("click", async () => {
    keep.disabled = true;
    say(words.say("pack.saving"));
    try {
      await save(here() ?? (await locate()));
      await look();
    } catch {
      say(words.say("pack.failed"));
    } finally {
      keep.disabled = false;
    }
  });
  drop.addEventListener("click", async () => {
    await remove();
    drop.hidden = true;
    keep.focus();
    say(words.say("pack.deleted"));
  });

  /* The size is asked for once a list is there, and not while it is needed for something else. */
  let asked = false;
  async function measure() {
    look();
    const spot = here();
    if (asked || !spot || busy()) return;
    asked = true;
    const bytes = await size(spot).catch(() => null);
    if (bytes) keep.textContent = words.say("pack.save_size", { size: megabytes(bytes) });
  }
  addEventListener("shelters", measure);
  measure();
}
