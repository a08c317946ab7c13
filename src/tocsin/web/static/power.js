/*
 * The pages of power, live: what is shown is asked for anew with its tag, and changes at a slot's
 * boundary by itself, also without a network; then it says as of when it is. Which group is mine
 * is kept in this browser and told to nobody.
 */

import { panel, wall } from "./power-now.js";
import { speaker } from "./words.js";

const ASK_MS = 60_000;
const ASK_REPLAY_MS = 5_000; // Whose clock may run fast, and stands still here in between.
const ASK_AGAIN_MS = 15_000;
const ASKS_FOR_MS = 8_000;
const STALE_MS = 75_000;
const MINE = "power-mine";
const HEARD = "power-heard";
const AHEAD = "power-ahead";

const $ = (id) => document.getElementById(id);
const root = document.documentElement;
const data = JSON.parse($("data").textContent);
const asked = new URLSearchParams(location.search);
const loaded = performance.now();
const kept = root.dataset.offline === "1";

let own = read();
const name = () => (own ? `${own.operator}/${own.group ?? own.zone}` : "");
const clock = own?.clock ?? data.zone;
/* The server's clock: in a replay it goes only as far as the server says. */
let [at, set] = [Date.parse(data.now), loaded];
if (kept && !data.replay) at = Math.max(at, Date.now() + Number(recall(AHEAD) ?? 0));
const now = () => at + (data.replay ? 0 : performance.now() - set);
const words = speaker({ ...data, zone: clock }, now);
const every = data.replay ? ASK_REPLAY_MS : ASK_MS;
let { tag } = data;
let heardAt = kept ? Math.max(Date.parse(data.now), mineHeard()) : Date.parse(data.now);
let lost = kept;
let timer;

function recall(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // Where nothing may be kept, nothing is.
  }
}

function store(key, value) {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // As above.
  }
}

function read() {
  const block = $("own");
  return block ? JSON.parse(block.textContent) : null;
}

function mineHeard() {
  const [of, moment] = (recall(HEARD) ?? " ").split(" ");
  return own && of === name() ? Number(moment) || 0 : 0;
}

/** Take in that the server says so as of a moment. */
function hear(moment) {
  [at, set] = [moment, performance.now()];
  heardAt = moment;
  lost = false;
  if (!data.replay) store(AHEAD, String(moment - Date.now()));
  if (own) store(HEARD, `${name()} ${moment}`);
}

async function ask() {
  clearTimeout(timer);
  try {
    const answer = await fetch(location.href, {
      cache: "no-store",
      headers: tag ? { "if-none-match": tag } : {},
      signal: AbortSignal.timeout?.(ASKS_FOR_MS),
    });
    if (answer.status !== 304 && !answer.ok) throw new Error(String(answer.status));
    const moment = Date.parse(answer.headers.get("as-of")) || now();
    if (answer.status !== 304) {
      tag = answer.headers.get("etag");
      renew(new DOMParser().parseFromString(await answer.text(), "text/html"));
    }
    hear(moment);
  } catch {
    lost = true;
  }
  show();
  timer = setTimeout(() => document.hidden || ask(), lost ? ASK_AGAIN_MS : every);
}

/** Put in what is different, part by part, so that whoever reads the rest is not disturbed. */
function renew(page) {
  for (const part of document.querySelectorAll("[data-part]")) {
    const fresh = page.querySelector(`[data-part="${part.dataset.part}"]`);
    if (!fresh || part.dataset.was === fresh.innerHTML) continue;
    const open = [...part.querySelectorAll("details")].map((one) => one.open);
    const moved = [...part.querySelectorAll(".wide")].map((one) => one.scrollLeft);
    part.dataset.was = fresh.innerHTML;
    part.replaceChildren(...fresh.childNodes);
    part.querySelectorAll("details").forEach((one, i) => { one.open = open[i] ?? false; });
    part.querySelectorAll(".wide").forEach((one, i) => { one.scrollLeft = moved[i] ?? 0; });
  }
  own = read();
}

function write(element, text) {
  if (!element) return;
  if (element.textContent !== text) element.textContent = text;
  element.hidden = text === "";
}

function show() {
  const { moment } = wall(words, now);
  for (const one of document.querySelectorAll("time.ago")) write(one, `(${words.age(one.dateTime)})`);
  const ribbon = document.querySelector(".ribbon-time time");
  const here = words.clockOf(now());
  if (ribbon) write(ribbon, `${words.dayTold(here)}, ${here.time}`);
  if (!own) return;
  const stale = lost || (!data.replay && now() - heardAt > STALE_MS);
  $("panel").classList.toggle("old", stale);
  if (own.bands) turn(stale);
  const time = `${moment(heardAt)} ${words.say("zone")}`;
  const line = $("asof");
  line.classList.toggle("lost", stale);
  write(line, stale
    ? `${words.say("power.stale", { time, age: words.age(new Date(heardAt).toISOString()) })}. ${words.say("power.changes")}`
    : words.say("power.as_of", { time }));
  mark();
}

/** Write what holds by the stretches that are known. */
function turn(stale) {
  const told = panel(own, words, now(), stale);
  const shown = $("panel");
  const word = shown.querySelector(".word");
  if (shown.dataset.power !== told.state || word.textContent.replaceAll(/\s+/g, " ") !== told.word.join(" ")) {
    shown.dataset.power = told.state;
    word.className = `word s${told.size}`;
    word.replaceChildren(...told.word.flatMap((text, i) => {
      const line = document.createElement("span");
      line.className = "line";
      line.textContent = text;
      return i ? [" ", line] : [line];
    }));
    document.title = `${told.word.join(" ")} · ${shown.querySelector(".place").textContent}`;
    $("heard").textContent = `${told.word.join(" ")}. ${told.then}`;
  }
  for (const part of ["since", "left", "hint"]) write(shown.querySelector(`.${part}`), told[part]);
  write(shown.querySelector(".act"), told.then);
}

/** Mark the half-hour that it is, and call the days what they are by now. */
function mark() {
  for (const half of document.querySelectorAll(".strip .half")) {
    const from = Date.parse(half.dataset.from);
    half.classList.toggle("gone", from + 1_800_000 <= now());
    half.classList.toggle("current", from <= now() && now() < from + 1_800_000);
  }
  for (const band of document.querySelectorAll(".bands li")) band.classList.toggle("gone", Date.parse(band.dataset.to) <= now());
  const today = words.clockOf(now());
  for (const day of document.querySelectorAll(".aday")) {
    const [year, month, date] = day.dataset.date.split("-").map(Number);
    const ahead = (Date.UTC(year, month - 1, date) - Date.UTC(today.year, today.month - 1, today.day)) / 86_400_000;
    const key = ahead === 0 ? "power.today" : ahead === 1 ? "power.next_day" : "power.day_of";
    write(day.querySelector("h2"), words.say(key, { date: words.dayTold({ year, month, day: date }) }));
  }
}

/** Let the table of today begin at the hour that it is. */
function forward(one) {
  const hour = one.querySelectorAll("thead th")[1 + Number(words.clockOf(now()).hour)];
  if (hour && one.parentElement.querySelector(".wide") === one) one.scrollLeft = hour.offsetLeft - 3 * hour.offsetWidth;
}

const thisOne = () => JSON.stringify({ operator: own.operator, ...(own.group ? { group: own.group } : { zone: own.zone }) });

/** Offer to keep this group, or to forget the one that is kept. */
function keeping() {
  if (!own) return;
  if (recall(MINE) === null || asked.has("mine")) store(MINE, thisOne());
  const same = recall(MINE) === thisOne();
  $("keeping").hidden = false;
  $("kept").textContent = same ? words.say("power.mine") : "";
  $("keep").textContent = words.say(same ? "power.forget" : "power.keep");
}

function place() {
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      const query = new URLSearchParams({ lat: coords.latitude.toFixed(3), lon: coords.longitude.toFixed(3) });
      location.assign(`/power?${query}`);
    },
    () => { $("located").textContent = words.say("power.denied"); },
    { timeout: 15_000, maximumAge: 300_000 },
  );
}

function begin() {
  const mine = JSON.parse(recall(MINE) ?? "null");
  if (mine && ![...asked.keys()].some((key) => key !== "lang")) {
    const query = new URLSearchParams({ ...mine, ...Object.fromEntries(asked) });
    return location.replace(`/power?${query}`);
  }
  for (const element of document.querySelectorAll("main .scripted")) element.hidden = element.id === "keeping";
  if (!kept) hear(at);
  keeping();
  if (asked.has("mine")) {
    asked.delete("mine"); // Said once: whoever forgets it and comes back is not told it again.
    history.replaceState(null, "", `/power?${asked}`);
  }
  $("keep")?.addEventListener("click", () => {
    const same = recall(MINE) === thisOne();
    store(MINE, same ? "null" : thisOne());
    if (same) {
      $("kept").textContent = "";
      $("keep").textContent = words.say("power.keep");
    } else keeping();
  });
  $("locate").addEventListener("click", place);
  addEventListener("online", ask);
  addEventListener("offline", ask);
  document.addEventListener("visibilitychange", () => document.hidden || ask());
  for (const one of document.querySelectorAll(".wide")) forward(one);
  setInterval(show, 1_000);
  show();
  if ("serviceWorker" in navigator) {
    navigator.serviceWorker.register("/sw.js").catch(() => undefined);
    // The first visit was not seen by the worker: asked once more, it is kept for later.
    if (!navigator.serviceWorker.controller) {
      navigator.serviceWorker.addEventListener("controllerchange", () => {
        tag = null;
        ask();
      }, { once: true });
    }
  }
  timer = setTimeout(ask, kept ? 0 : every);
}

begin();
