/*
 * The nearest shelters, live: the device's place, rounded, is asked about; the list is asked for
 * anew while it is looked at, and what can no longer be vouched for says so. Without a network
 * the list comes from what was saved, and says that nobody knows which door is open.
 */

import { nearest, when } from "./shelter-ask.js";
import { card, cards, cover, distance, wind } from "./shelter-card.js";
import { allowed, locate, recent, remembered, rounded, want, wanted } from "./shelter-place.js";
import { speaker } from "./words.js";

const AGAIN_MS = 20_000;
const SHOWN = 5;
const NEEDS = ["step_free", "pets", "slow"];
const NEAR_ENOUGH_M = 8; // What a satellite's place is wrong by.

const $ = (id) => document.getElementById(id);
const data = JSON.parse($("data").textContent);
let asOf = Date.parse(data.now);
const words = speaker(data, () => asOf);
const form = $("wanted");
const asked = new URLSearchParams(location.search);

/* The exact place never leaves this page; what is asked for is rounded in `question`. */
let here = null;
let answer = null;
let still = false; // What is shown came from the pack.
let chosen = 0;
let heading = null;
let overlay = null; // The street map, where the operator has map tiles.
let timer;
let turn = 0;

/** Write above the list; who listens hears news, and not each time of day. */
function say(text, { lost = false, heard = text } = {}) {
  const told = $("told");
  if (told.textContent !== text) told.textContent = text;
  told.hidden = text === "";
  told.classList.toggle("lost", lost);
  told.classList.toggle("empty", !$("list").children.length);
  if ($("heard").textContent !== heard) $("heard").textContent = heard;
}

const needs = () => Object.fromEntries(NEEDS.map((name) => [name, form.elements[name].checked]));

/** Ask for the nearest, and show them; of several questions at once only the last counts. */
async function ask() {
  clearTimeout(timer);
  if (!here) return;
  const mine = ++turn;
  if (!answer) say(words.say("shelter.asking"));
  const told = await nearest(here, needs(), SHOWN);
  if (mine !== turn) return;
  if (told.got?.shelters.length || (told.got && !told.still)) {
    still = told.still;
    show(told.got);
  } else if (answer && !told.wait_s) {
    say(words.say("shelter.stale", { time: words.zoned(answer.as_of ?? data.now) }), { lost: true });
  } else if (!told.wait_s) {
    say(words.say("shelter.offline_none"), { lost: true });
  }
  if (told.wait_s) say(words.say("shelter.many", { time: words.say("span.s", { s: told.wait_s }) }), { lost: true });
  timer = setTimeout(() => document.hidden || ask(), told.wait_s ? told.wait_s * 1_000 : AGAIN_MS);
}

function show(got) {
  answer = got;
  asOf = Date.parse(got.as_of ?? data.now);
  const straight = got.way === "straight_line";
  const list = $("list");
  write();
  ready(list);
  $("invented").hidden = !got.invented;
  const none = !got.shelters.length;
  const first = cover(got, words);
  $("cover").hidden = !first;
  if (first) [$("cover").querySelector("h2").textContent, $("cover").querySelector("p").textContent] = first;
  if (still) {
    say(words.say("shelter.offline", { time: when(got.saved_at, words) }), { lost: true });
  } else {
    say([
      ...(none ? [words.say("take.none")] : []),
      ...(none && (needs().step_free || needs().pets) ? [words.say("shelter.none_filtered")] : []),
      words.say("shelter.as_of", { time: words.zoned(got.as_of) }),
      ...(got.within_s === null ? [] : [words.say("shelter.within", { time: words.span(got.within_s) })]),
      ...(straight && !none ? [words.say("shelter.way_straight")] : []),
    ].join(none ? " " : " · "), { heard: none ? "" : `${words.say("shelter.title")}: ${got.shelters[0].name}` });
  }
  const row = $("locate").parentElement;
  $("locate").textContent = words.say("shelter.again");
  $("locate").classList.add("quiet");
  if (row.previousElementSibling !== list) list.after(row); // What was found comes first.
  if (chosen >= got.shelters.length) chosen = 0;
  press();
  point();
  map();
  dispatchEvent(new Event("shelters"));
}

function write() {
  const straight = answer.way === "straight_line";
  cards($("list"), $("card"), answer.shelters.map((one) => card(one, words, { straight, still })));
}

/** Give the buttons of new cards something to do. */
function ready(list) {
  [...list.children].forEach((item, at) => {
    for (const element of item.querySelectorAll(".scripted")) element.hidden = false;
    const told = item.querySelector(".reported");
    if (told.dataset.of !== item.dataset.id) {
      told.dataset.of = item.dataset.id;
      told.hidden = true;
    }
    if (item.dataset.ready) return;
    item.dataset.ready = "1";
    item.querySelector(".show").addEventListener("click", () => {
      chosen = at;
      press();
      map().then(() => $("streets").scrollIntoView({ block: "nearest" }));
    });
    item.querySelector(".report").addEventListener("click", async () => {
      const { report } = await import("./shelter-report.js");
      report(item.dataset.id, "closed", told, words);
    });
  });
}

function press() {
  [...$("list").children].forEach((item, at) => {
    const button = item.querySelector(".show");
    button.setAttribute("aria-pressed", String(at === chosen));
    button.textContent = words.say(at === chosen ? "shelter.way_shown" : "shelter.show_way");
  });
}

/** Draw the streets: from what was saved where that covers the place, else from the server. */
async function map() {
  const shown = answer;
  const [{ draw }, { streets }] = await Promise.all([import("./shelter-map.js"), import("./shelter-pack.js")]);
  const found = await streets(here, shown, still).catch(() => null);
  if (answer !== shown) return;
  if (!still && found) await exactly(found.pack, shown);
  const way = shown.shelters[chosen]?.path ?? [];
  $("streets").hidden = !shown.shelters.length;
  $("credit").textContent = found?.attribution ?? "";
  draw($("map"), {
    centre: [here.lat, here.lon],
    shelters: shown.shelters,
    lines: found?.lines ?? [],
    barriers: found?.barriers ?? [],
    way: way.map(([lon, lat]) => [lat, lon]),
    label: `${words.say("shelter.map")}: ${shown.shelters.length}`,
  });
  if (!data.tiles) return;
  const { Streets } = await import("./shelter-tiles.js");
  overlay ??= new Streets($("map"), $("tiles-credit"), data.tiles, words);
  overlay.show(still || !answer?.shelters.length ? null : { centre: [here.lat, here.lon], shelters: answer.shelters, way });
}

/**
 * The server was told a place rounded to 100 m. Where that is another than here, the ways to what
 * it named are found anew from here, on the streets that came for the map; their order stays.
 */
async function exactly(pack, shown) {
  const asked = { lat: rounded(here.lat), lon: rounded(here.lon) };
  if (shown.exact || shown.way !== "on_foot" || between(asked, here).metres < NEAR_ENOUGH_M) return;
  const { wayTo } = await import("./shelter-way.js");
  shown.exact = true;
  for (const one of shown.shelters) {
    const mine = wayTo(pack, here, one.id, needs());
    if (!mine || mine.straight) continue;
    const { metres, seconds, path, directions, bearing_deg, entrance } = mine;
    const in_time = shown.within_s === null ? null : seconds <= shown.within_s;
    Object.assign(one, { metres, seconds, path, directions, bearing_deg, entrance, in_time });
  }
  write();
  point();
}

/** Turn the arrows by the compass, and say distance and direction from where the device is now. */
function point() {
  if (!answer || !here) return;
  [...$("list").children].forEach((item, at) => {
    const { entrance } = answer.shelters[at] ?? {};
    if (!entrance || heading === null) return;
    const { bearing, metres } = between(here, entrance);
    item.querySelector(".arrow path").setAttribute("transform", `rotate(${Math.round(bearing - heading)})`);
    item.querySelector(".where span").textContent = words.say("shelter.straight", {
      metres: distance(metres, words),
      wind: wind(bearing, words),
    });
  });
}

function between(from, to) {
  const [north, east] = [to.lat - from.lat, (to.lon - from.lon) * Math.cos((from.lat * Math.PI) / 180)];
  return {
    bearing: (Math.atan2(east, north) * 180 / Math.PI + 360) % 360,
    metres: Math.hypot(north, east) * 111_195,
  };
}

async function find({ fresh }) {
  const button = $("locate");
  button.disabled = true;
  if (!answer) say(words.say("shelter.locating"));
  try {
    here = await locate({ fresh });
    await ask();
  } catch {
    if (!answer) say(words.say("shelter.denied"), { lost: true });
  } finally {
    button.disabled = false;
  }
}

async function begin() {
  for (const element of document.querySelectorAll("main > .scripted, .streets > .scripted")) element.hidden = false;
  for (const element of document.querySelectorAll(".unscripted")) element.hidden = true;
  const needed = wanted();
  const told = NEEDS.some((name) => asked.has(name)); // By the form, without a script.
  for (const name of NEEDS) if (!told && needed[name]) form.elements[name].checked = true;
  form.addEventListener("change", () => {
    want(needs());
    ask();
  });
  form.addEventListener("submit", (event) => {
    if (!here) return;
    event.preventDefault();
    ask();
  });
  $("locate").addEventListener("click", () => find({ fresh: true }));
  $("compass").addEventListener("click", async () => {
    const { compass } = await import("./shelter-compass.js");
    compass($("compass"), $("compass-told"), words, (turned, spot) => {
      if (turned !== undefined) heading = turned;
      else heading ??= 0; // Until the compass speaks, north is up.
      if (spot) here = spot;
      document.documentElement.classList.toggle("compass-on", heading !== null);
      if (answer && heading === null) write();
      point();
    });
  });
  addEventListener("online", ask);
  addEventListener("offline", ask);
  document.addEventListener("visibilitychange", () => document.hidden || ask());
  import("./shelter-pack.js").then(({ keeper }) => keeper(words, () => here, () => !answer || still || answer.hazard !== null)).catch(() => undefined);
  if ("serviceWorker" in navigator) navigator.serviceWorker.register("/sw.js").catch(() => undefined);

  const spot = remembered();
  if (asked.has("lat") && asked.has("lon")) {
    const [lat, lon] = ["lat", "lon"].map((name) => Number(asked.get(name).replace(",", ".")));
    if (Number.isFinite(lat) && Number.isFinite(lon)) {
      here = { lat, lon }; // A place that somebody named, on a poster for instance: not where I am.
      await ask();
    }
    return;
  }
  if (asked.has("area") || asked.has("q")) return;
  if (recent(spot)) here = spot;
  if (here) await ask();
  if (await allowed()) await find({ fresh: false });
  else if (!here && spot && !navigator.onLine) {
    here = spot; // Without a network an old place is better than none.
    await ask();
  }
}

begin();
