/*
 * The live page. It starts from the board, phrases and clock that came with the page, follows the
 * stream, and says at once when it no longer knows. Without it the page is complete, only slower.
 */

import { Clock } from "./clock.js";
import { Scene, DANGER } from "./face.js";
import { follow } from "./tocsin.js";
import * as view from "./view.js";
import { country, panel, speaker } from "./words.js";

// The word is painted before anything is worked out: on a slow phone that is half a second.
await new Promise((go) => {
  requestAnimationFrame(() => setTimeout(go));
  setTimeout(go, 500); // A page in the background is never painted, and must live all the same.
});

const data = JSON.parse(document.getElementById("data").textContent);
const root = document.documentElement;
const offline = "offline" in root.dataset;
const kept = offline ? recall() : null;
const clock = new Clock(kept?.at ?? data.now, data.replay);
/* The newest board of the whole country, for what the stream does not carry. */
let rest = kept?.board ?? data.board;
const cleared = { ...data.cleared, ...kept?.cleared };
const withdrawn = {};
let confirmed = kept?.at ?? data.now;
let past = data.at ? { at: data.at, board: data.board } : null;
let scene = new Scene(data.tree, data.root, rest.alerts, rest.unknown);
let heard, answered;
if (kept && !data.replay) clock.at += Math.max(0, Date.now() - kept.wall);

const words = speaker(data, () => (past ? Date.parse(past.at) : clock.now()));
const follows = [...data.areas, ...(data.areas.length && !data.replay ? [] : [data.root])];
const whole = follows.includes(data.root);
const button = document.getElementById("sound");
const range = document.getElementById("minute");
let sound = null;

/** Whether what this page follows speaks for an area. */
const mine = ({ area: { code } }) =>
  whole || data.areas.some((one) => one === code ||
    scene.lineage(code).includes(one) || scene.lineage(one).includes(code));

const link = follow("", follows, null, {
  known: { as_of: confirmed, ...rest, alerts: rest.alerts.filter(mine), unknown: rest.unknown.filter(mine) },
  resume: !data.replay && !offline,
  fresh: !offline,
  silence: data.lost_after_s * 1000,
  still: past,
  heard: hear,
  turned: (lost) => {
    if (lost) sound?.play("lost");
    look();
  },
  answered: () => {
    answered = true; // Not yet heard: only what the stream brings counts for that.
    bar();
  },
});
const { standing } = link;

/** What is believed: of what the page follows by the stream, of the rest by the newest board. */
const believed = (what) => [...standing[what], ...rest[what].filter((one) => !mine(one))];

function hear(kind, message, change) {
  heard = true;
  if (kind === "heartbeat") {
    clock.beat(message.at);
    confirmed = message.at;
    if (message.epoch !== standing.epoch || (!whole && message.position > rest.position)) refresh();
    tick();
    remember();
    return;
  }
  if (kind === "stale") return;
  clock.reach(message.at ?? message.as_of);
  if (kind === "board") confirmed = message.as_of;
  if (!change) return;
  if (kind === "all-clear" || kind === "correction") {
    const over = message.area.code;
    for (const code of data.areas) {
      if (code !== over && !scene.lineage(code).includes(over)) continue;
      if (kind === "all-clear") cleared[code] = message.at;
      else withdrawn[code] = message.at;
    }
  }
  look();
}

/* The map and the list need the whole country, which the stream of one area does not carry: a
   heartbeat tells that something changed somewhere, and the board is fetched, not all at once. */
let fetching = null;
function refresh() {
  if (fetching || document.hidden || past) return;
  fetching = setTimeout(async () => {
    try {
      const answer = await fetch("/api/v1/board", { cache: "no-cache" });
      if (answer.ok) {
        const board = await answer.json();
        rest = board;
        scene = new Scene(data.tree, data.root, rest.alerts, rest.unknown); // Learns their areas.
        look();
      }
    } catch {
      // The heartbeat will tell; nothing here may take down what is shown.
    } finally {
      fetching = null;
    }
  }, Math.random() * 8_000);
}

/** Draw all anew from what is believed to stand. */
function look() {
  scene = past
    ? new Scene(data.tree, data.root, past.board.alerts, past.board.unknown)
    : new Scene(data.tree, data.root, believed("alerts"), believed("unknown"));
  const faces = scene.regions();
  view.map(stateOf, scene, words);
  view.roll(faces, scene, words, stateOf);
  const alerted = faces.filter((face) => face.state === "warning").length;
  const headline = document.getElementById("headline");
  if (headline) {
    const regions = words.count("of_regions", faces.length);
    headline.textContent = words.say(headline.dataset.phrase, { n: alerted, all: faces.length, regions });
  }
  tick();
}

/** What may be shown of an area: a page that hears nothing knows of no calm. */
function stateOf(code) {
  const { state } = scene.face(code);
  return lost() && (state === "calm" || state === "drill") ? "unknown" : state;
}

const lost = () => !past && link.lost;

function tick() {
  const asOf = past ? past.at : confirmed;
  const shown = data.areas.length
    ? data.areas.map((code) => scene.face(code))
      .sort((a, b) => DANGER.indexOf(a.state) - DANGER.indexOf(b.state))
      .map((face) => panel(face, scene, words, asOf, past ? null : cleared[face.code]))
    : [country(scene.regions(), scene, words, asOf)];
  const told = shown.map((one) => (lost() ? gone(one) : falseAlarm(one)));
  for (const one of view.panels(told, words)) announce(one);
  view.icon(told[0].state, data.static);
  view.ribbon({ past: Boolean(past), replay: data.replay, at: past ? past.at : clock.now(), words, back: here({ at: null }) });
  const wall = document.querySelector("#clock time");
  if (wall) wall.textContent = words.clockOf(clock.now()).time;
  bar();
  if (!past) marker(clock.now());
}

function bar() {
  if (past) return view.link("", false);
  if (lost()) {
    const key = offline && !heard ? "link.offline" : "link.lost";
    return view.link(words.say(key, { time: words.zoned(confirmed) }), true,
      { label: words.say("link.retry"), press: link.retry });
  }
  return view.link(answered ? `${words.say("link.live")} · ${words.say("as_of", { time: words.zoned(confirmed) })}` : words.say("link.wait"), false);
}

/** A panel whose calm can no longer be vouched for. */
function gone(shown) {
  if (shown.state !== "calm" && shown.state !== "drill") return shown;
  const { say } = words;
  const since = `${say("link.lost", { time: words.zoned(confirmed) })}, ${words.age(confirmed)}`;
  return {
    ...shown,
    state: "lost",
    word: say("word.lost").split("|"),
    size: say("size.lost"),
    what: "",
    since,
    since_at: confirmed,
    act: say("do.lost"),
    notes: [say("link.last", { state: say(`state.${shown.state}`) })],
  };
}

function falseAlarm(shown) {
  const at = withdrawn[shown.code];
  if (!at || shown.state !== "calm") return shown;
  return { ...shown, notes: [words.say("note.false_alarm", { time: words.zoned(at) }), ...shown.notes] };
}

let quiet = true;
function announce(shown) {
  if (quiet || past) return;
  view.loud(`${shown.word.join(" ")}. ${shown.place}. ${shown.act}`);
  if (shown.state === "warning" || shown.state === "part") sound?.play("warning");
  if (shown.state === "calm") sound?.play("calm");
}

function marker(at) {
  const mark = document.getElementById("mark");
  if (!mark) return;
  const { hour, minute } = words.clockOf(at);
  const minutes = 60 * hour + +minute;
  mark.setAttribute("d", `M${minutes} 0V120`);
  if (document.activeElement === range) return;
  range.value = minutes;
  document.getElementById("minute-told").textContent = `${hour}:${minute}`;
}

function showPast(at, board) {
  past = { at, board };
  history.replaceState(null, "", here({ at }));
  look();
  marker(Date.parse(at));
}

function here({ at }) {
  const address = new URL(location.href);
  for (const name of ["at", "day", "minute", "q"]) address.searchParams.delete(name);
  if (at) address.searchParams.set("at", at);
  return `${address.pathname}${address.search}`;
}

function remember() {
  if (past || offline) return;
  const board = { epoch: standing.epoch, position: rest.position, alerts: believed("alerts"), unknown: believed("unknown") };
  try {
    localStorage.setItem("tocsin.last", JSON.stringify({ at: confirmed, wall: Date.now(), board, cleared }));
  } catch {
    // A full or forbidden storage only means that less is known offline.
  }
}

function recall() {
  try {
    const last = JSON.parse(localStorage.getItem("tocsin.last"));
    return last && last.at > data.now ? last : null;
  } catch {
    return null;
  }
}

look();
quiet = false;
for (const element of document.querySelectorAll(".scripted")) element.hidden = false;
if (!data.areas.length) document.querySelector(".sound")?.remove();
button?.addEventListener("click", async () => {
  const { Sound } = await import("./sound.js");
  sound ??= new Sound(button, words);
  sound.press();
});
range?.addEventListener("input", async () => {
  const { ask } = await import("./day.js");
  ask(range, { words, show: showPast });
});
setInterval(tick, data.replay || root.classList.contains("wall") ? 1_000 : 10_000);
// Choosing a place can wait until this one is live.
import("./choose.js").then(({ chooser }) => chooser(data, words, () => scene, stateOf)).catch(() => undefined);
if ("serviceWorker" in navigator && !root.classList.contains("wall")) {
  navigator.serviceWorker.register("/sw.js").catch(() => undefined);
}
