/*
 * One shelter's own page: how it is now, asked for anew while it is looked at; the way to it from
 * here; and what the reader saw at its door.
 */

import { card, distance, minutes, wind } from "./shelter-card.js";
import { locate, question, wanted } from "./shelter-place.js";
import { speaker } from "./words.js";

const AGAIN_MS = 20_000;
const WAITS_MS = 8_000;
const K_MOST = 10;

const $ = (id) => document.getElementById(id);
const data = JSON.parse($("data").textContent);
let asOf = Date.parse(data.now);
const words = speaker(data, () => asOf);
const page = $("own");
const { id } = page.dataset;

/** The state and who said it, in the words of a card; it is at no distance from anywhere. */
const told = (status) => card({
  id,
  name: "",
  kind: "unknown",
  access: "unknown",
  state: status.state,
  state_since: status.since,
  state_by: status.by,
  closed_reports: status.closed_reports,
  last_report_at: status.last_report_at,
  because: status.doubted ? ["doubted"] : [],
  step_free: "unknown",
  pets: "unknown",
  seconds: null,
  metres: 0,
  bearing_deg: 0,
  in_time: null,
}, words);

async function look() {
  let wait = AGAIN_MS;
  try {
    const answer = await fetch(`/api/v1/shelters/${encodeURIComponent(id)}/status`, {
      cache: "no-store",
      signal: AbortSignal.timeout?.(WAITS_MS),
    });
    if (answer.status === 429) {
      wait = 1_000 * Math.max(20, +answer.headers.get("retry-after") || 0);
    } else if (answer.ok) {
      show(await answer.json());
    } else {
      throw new Error(answer.status);
    }
  } catch {
    $("told").textContent = words.say("shelter.stale", { time: words.zoned(new Date(asOf).toISOString()) });
    $("now").classList.add("stale");
  }
  setTimeout(() => (document.hidden ? document.addEventListener("visibilitychange", look, { once: true }) : look()), wait);
}

function show(status) {
  asOf = Date.parse(status.as_of);
  const now = $("now");
  const shown = told(status);
  now.classList.remove("stale");
  now.dataset.state = shown.state;
  const write = (name, text) => {
    const place = now.querySelector(name);
    if (place.textContent !== text) place.textContent = text;
    place.hidden = text === "";
  };
  if (now.querySelector(".door").textContent !== shown.door) $("heard").textContent = shown.door;
  write(".door", shown.door);
  write(".said", shown.said);
  const list = now.querySelector(".warnings");
  const items = shown.warnings.map((text) => Object.assign(document.createElement("li"), { textContent: text }));
  if (list.textContent !== shown.warnings.join("")) list.replaceChildren(...items);
  list.hidden = !items.length;
  const time = words.zoned(status.as_of);
  $("told").textContent = words.say("shelter.as_of", { time });
  document.title = `${shown.door} · ${document.querySelector("h1").textContent}`;
}

/** The way from here: among the nearest, or worked out on the streets between. */
async function way() {
  const button = $("locate");
  button.disabled = true;
  const box = $("way-told");
  try {
    const here = await locate({ fresh: true });
    const found = await near(here);
    box.hidden = false;
    const place = (name, text) => {
      box.querySelector(name).textContent = text;
      box.querySelector(name).hidden = text === "";
    };
    place(".minutes", found.entrance ? minutes(found.seconds, words, found.straight) : "");
    place(".where span", found.entrance ? words.say(found.seconds === null ? "near.no_way" : "near.where", {
      metres: distance(found.metres, words),
      wind: wind(found.bearing_deg, words),
    }) : words.say("own.way_far"));
    if (found.entrance) {
      box.querySelector(".arrow path").setAttribute("transform", `rotate(${Math.round(found.bearing_deg)})`);
      place(".directions", found.directions?.[words.language] ?? "");
      await map(here, found);
    }
  } catch {
    box.hidden = false;
    box.querySelector(".where span").textContent = words.say("shelter.denied");
  } finally {
    button.disabled = false;
  }
}

/** From the exact place on streets that are here, or come; else from the rounded one, by the server. */
async function near(here) {
  const needs = wanted();
  const [{ saved, covers, around }, { wayTo }] = await Promise.all([import("./shelter-pack.js"), import("./shelter-way.js")]);
  const kept = (await saved().catch(() => null))?.pack;
  for (const find of [async () => kept && covers(kept, here).so && kept, () => around(here)]) {
    const pack = await find().catch(() => null);
    const one = pack && wayTo(pack, here, id, needs);
    if (one && !one.straight) return one;
  }
  try {
    const answer = await fetch(`/api/v1/shelters/nearest?${question(here, needs, K_MOST)}`, {
      cache: "no-store",
      signal: AbortSignal.timeout?.(WAITS_MS),
    });
    const got = await answer.json();
    const one = got.shelters.find((other) => other.id === id);
    if (one) return { ...one, straight: got.way === "straight_line" };
  } catch {
    // Nobody knows the way, then.
  }
  return { entrance: null };
}

async function map(here, found) {
  const [{ draw }, { streets }] = await Promise.all([import("./shelter-map.js"), import("./shelter-pack.js")]);
  const lines = await streets(here, { shelters: [found] }, false).catch(() => null);
  $("credit").textContent = lines?.attribution ?? "";
  draw($("map"), {
    centre: [here.lat, here.lon],
    shelters: [found],
    lines: lines?.lines ?? [],
    barriers: lines?.barriers ?? [],
    way: (found.path ?? []).map(([lon, lat]) => [lat, lon]),
    label: `${words.say("shelter.map")}: ${document.querySelector("h1").textContent}`,
  });
}

for (const element of document.querySelectorAll(".scripted")) element.hidden = false;
$("locate").addEventListener("click", way);
for (const button of document.querySelectorAll(".report")) {
  button.addEventListener("click", async () => {
    const { report } = await import("./shelter-report.js");
    report(id, button.dataset.said, $("reported"), words);
  });
}
if ("serviceWorker" in navigator) navigator.serviceWorker.register("/sw.js").catch(() => undefined);
look();
