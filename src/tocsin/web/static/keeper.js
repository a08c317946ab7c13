/*
 * The page of a shelter's keeper. What a thumb does is on disk before it is shown; sending is left
 * to the sender. What is shown is what the server said last, with what waits added to it.
 */

import { onHold, onTap } from "./keeper-hands.js";
import { Queue, after } from "./keeper-queue.js";
import { Sender } from "./keeper-sender.js";
import { keep, setup } from "./keeper-setup.js";
import { speaker } from "./words.js";

const SOON_MS = 30 * 60_000;
const REFUSED_SHOWN = 3;
const SAID_SHOWN = 2;
const TOLD_MS = 300;
const RESTS_MS = 6_000;
const OPENS_MS = 8_000;

const data = JSON.parse(document.getElementById("data").textContent);
const words = speaker(data, Date.now);
const { say, count } = words;
const part = (name) => document.getElementById(name);
const put = (element, text) => { if (element.textContent !== text) element.textContent = text; };
/** The hour alone today, with the day else; `brief` is without seconds. */
const clock = (at) => words.clock(new Date(at).toISOString());
const brief = (at) => words.brief(new Date(at).toISOString());

if (isSecureContext) navigator.serviceWorker?.register("/keeper-worker.js", { scope: "/keeper" });
navigator.storage?.persist?.();

words.held = (button, stage) => {
  const word = button.querySelector("b").textContent;
  const told = say(stage === "done" ? "hold.done" : `hold.${stage}`, { word, then: button.dataset.then });
  put(part("held"), told);
  loud(told);
  clearTimeout(resting);
  if (stage !== "on") resting = setTimeout(() => put(part("held"), say("hold")), RESTS_MS);
};

let speaking, resting;
/** Say something to a screen reader, once it has come to rest. */
function loud(text) {
  clearTimeout(speaking);
  speaking = setTimeout(() => put(part("loud"), text), TOLD_MS);
}

// A browser whose storage is broken may also never answer.
const late = new Promise((go) => { setTimeout(go, OPENS_MS, null); });
const queue = await Promise.race([Queue.open().catch(() => null), late]);
const start = setup(words, () => {
  enter();
  stayAwake();
  part("name").focus();
});
const { known } = start;
let rehearsed = known.mode;
let sender = null;
let kept = { all: [], mine: [], undo: null, practice: null, tally: null };
let wasLost = false;

function leave(token = false) {
  start.open(token);
  part("door").hidden = true;
  part("setup").hidden = false;
}

function enter() {
  part("setup").hidden = true;
  part("door").hidden = false;
  part("door").classList.toggle("practises", known.mode === "Exercise");
  document.querySelector(".practice").hidden = known.mode !== "Exercise";
  names();
  // Each exercise begins at nought.
  if (known.mode === "Exercise" && rehearsed !== "Exercise") queue?.forget(known.shelters);
  rehearsed = known.mode;
  if (queue) sender ??= new Sender(queue, () => ({ shelter: known.chosen, token: known.token }), look);
  else part("not-kept").hidden = false;
  scrollTo(0, 0);
  sender?.wake();
  look();
}

function names() {
  const which = part("which");
  which.hidden = known.shelters.length < 2;
  part("name").classList.toggle("unseen", known.shelters.length > 1);
  which.replaceChildren(...known.shelters.map(({ id, name }) => new Option(name, id, false, id === known.chosen)));
}

const here = () => known.shelters.find(({ id }) => id === known.chosen) ?? { id: known.chosen, name: known.chosen };

/** Read what is kept, and show all anew. */
async function look() {
  if (queue) kept = await queue.look(known.chosen);
  show();
}

/** Do something to the queue; what could not be kept is said at once and loudly. */
async function act(work) {
  let answer;
  try {
    answer = await work();
  } catch {
    part("not-kept").hidden = false;
    navigator.vibrate?.([200, 100, 200]);
    return null;
  }
  part("not-kept").hidden = true;
  await look();
  sender.wake();
  return answer;
}

/* --- What is shown ------------------------------------------------------------------------------ */

function show() {
  const shelter = here();
  const told = sender?.known[shelter.id];
  const practises = known.mode === "Exercise";
  const base = practises ? kept.practice ?? {} : told ?? {};
  learn(shelter, told);
  const waiting = kept.mine.filter((item) => !item.refused && item.mode === known.mode);
  const now = waiting.reduce(after, { ...base });
  const own = waiting.filter((item) => item.kind === "state").pop();
  put(part("name"), shelter.name);
  state(own ? own.state : now.state ?? "unknown", since(own, base, practises));
  notes(base, told, practises);
  inside(now.occupancy, shelter.capacity);
  link();
  refused();
  undo();
  const { entered = 0, left = 0 } = kept.tally?.day === new Date().toDateString() ? kept.tally : {};
  put(part("tally"), say("tally", { entered, left }));
}

const asked = new Set();

/** The name and the room of a shelter that was added by its id alone. */
function learn(shelter, told) {
  if (told?.capacity != null && told.capacity !== shelter.capacity) {
    shelter.capacity = told.capacity;
    keep(known);
  }
  if (shelter.name !== shelter.id || asked.has(shelter.id) || !told || told.gone) return;
  asked.add(shelter.id);
  fetch(`/api/v1/shelters/${encodeURIComponent(shelter.id)}`, {
    headers: { authorization: `Bearer ${known.token}` }, credentials: "omit",
  }).then((answer) => (answer.ok ? answer.json() : null)).then((feature) => {
    if (!feature?.properties?.name) return;
    shelter.name = feature.properties.name;
    shelter.capacity ??= feature.properties.capacity ?? null;
    keep(known);
    names();
    show();
  }).catch(() => asked.delete(shelter.id));
}

function state(said, since) {
  const door = part("door");
  if (door.dataset.state !== said) {
    door.dataset.state = said;
    put(part("word"), say(`state.${said}`));
  }
  put(part("since"), since);
  for (const button of document.querySelectorAll(".say")) {
    if (button.dataset.state === said) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }
}

function since(own, base, practises) {
  if (own) return say("since.waits", { time: clock(own.at) });
  if (practises) return say("since.practice");
  if (!base.state || base.state === "unknown" || !base.since) return say("since.never");
  return say("since", { time: clock(base.since), by: words.named("by", base.by) });
}

function notes(base, told, practises) {
  const lines = [];
  if (told?.gone) lines.push(say("refused.shelter.unknown"));
  else if (told && !("occupancy" in told)) lines.push(say("refused.remit.outside"));
  if (!practises) {
    if (base.reason) lines.push(say("quoted", { word: base.reason }));
    if (base.expires_at && Date.parse(base.expires_at) - Date.now() < SOON_MS) lines.push(say("until", { time: clock(base.expires_at) }));
    if (base.closed_reports) {
      lines.push(say("reports", { people: count("person", base.closed_reports), time: clock(base.last_report_at) }));
    }
  }
  const list = part("notes");
  if (list.dataset.said === lines.join("\n")) return;
  list.dataset.said = lines.join("\n");
  list.replaceChildren(...lines.map((line) => {
    const row = document.createElement("li");
    row.textContent = line;
    return row;
  }));
}

function inside(number, capacity) {
  const [bar, text] = [part("bar"), part("inside")];
  const counted = number !== null && number !== undefined;
  bar.parentElement.hidden = !counted || !capacity;
  if (!counted) {
    put(text, capacity ? say("inside.unknown", { capacity }) : say("inside.unknown_all"));
    return;
  }
  if (!capacity) {
    put(text, say("inside.no_capacity", { n: number }));
    return;
  }
  const rest = capacity - number;
  const room = rest < 0 ? say("inside.over", { n: -rest }) : say("inside.left", { n: rest });
  put(text, `${say("inside", { n: number, capacity })} · ${room}`);
  bar.style.inlineSize = `${Math.min(100, (100 * number) / capacity)}%`;
  bar.classList.toggle("over", rest < 0);
}

/** Entries in words: taps by their number, what was said by its word. */
function what(items) {
  const taps = items.reduce((sum, item) => sum + item.taps, 0);
  const said = items.filter((item) => item.kind !== "count").map((item) =>
    (item.kind === "state" ? say("quoted", { word: say(`state.${item.state}`) }) : say("inside.no_capacity", { n: item.occupancy })));
  const more = said.splice(SAID_SHOWN).length ? ["…"] : [];
  return [...(taps ? [count("tap", taps)] : []), ...said, ...more].join(", ");
}

function link() {
  const waiting = kept.all.filter((item) => !item.refused);
  const lost = sender?.silent ?? false;
  const locked = Boolean(sender?.locked);
  const line = [];
  if (lost || (locked && waiting.length)) {
    if (lost) line.push(sender.why ? say(`link.${sender.why}`) : sender.heard ? say("link.lost", { time: brief(sender.heard) }) : say("link.never"));
    if (waiting.length) {
      const one = waiting.length === 1 && (waiting[0].taps || 1) === 1;
      line.push(say(one ? "waits.one" : "waits", { what: what(waiting), time: brief(waiting[0].since) }), say("waits.kept"));
    }
  } else if (waiting.length) line.push(say("waits.sends", { what: what(waiting) }));
  else if (sender?.heard) line.push(say("link.live", { time: words.zoned(new Date(sender.heard).toISOString()) }));
  else line.push(say("link.wait"));
  put(part("link-told"), line.join(" "));
  part("link").classList.toggle("lost", lost);
  part("retry").hidden = !lost;
  part("locked").hidden = !locked;
  if (lost !== wasLost) loud(lost ? line.join(" ") : say("link.back"));
  wasLost = lost;
}

/** What was refused, by reason: a line each with what may be done about it. */
function refused() {
  const groups = new Map();
  for (const item of kept.all.filter((one) => one.refused)) {
    const key = `${item.refused.code} ${item.refused.detail}`;
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  const list = part("refused");
  const mark = JSON.stringify([...groups].map(([key, items]) => [key, items.map(({ n, taps }) => [n, taps])]));
  if (list.dataset.shown === mark) return;
  list.dataset.shown = mark;
  list.replaceChildren(...[...groups.values()].slice(0, REFUSED_SHOWN).map(group));
}

function group(items) {
  const { code, detail } = items[0].refused;
  const box = Object.assign(document.createElement("section"), { className: "refused" });
  box.setAttribute("role", "alert");
  const told = document.createElement("p");
  told.textContent = say("refused", { what: what(items), time: clock(items[0].since) });
  const why = document.createElement("p");
  if (words.has(`refused.${code}`)) why.textContent = say(`refused.${code}`);
  else Object.assign(why, { lang: "en", textContent: detail || code });
  const numbers = items.map(({ n }) => n);
  const again = Object.assign(document.createElement("button"), { type: "button", className: "quiet", textContent: say("refused.again") });
  again.addEventListener("click", () => act(() => queue.settle(numbers, true)));
  const drop = Object.assign(document.createElement("button"), { type: "button", className: "hold quiet" });
  drop.dataset.then = say("refused.drop.then");
  drop.append(Object.assign(document.createElement("span"), { className: "fill" }),
    Object.assign(document.createElement("b"), { textContent: say("refused.drop") }));
  onHold(drop, () => act(() => queue.settle(numbers, false)), (stage) => words.held(drop, stage));
  const row = Object.assign(document.createElement("p"), { className: "row" });
  row.append(again, drop);
  box.append(told, why, row);
  return box;
}

const tapped = (delta) => say(delta > 0 ? "tapped.in" : "tapped.out", { n: Math.abs(delta) });

function undo() {
  const last = kept.undo;
  const button = part("undo");
  button.disabled = !last;
  put(button, last ? say("undo", { what: tapped(last.delta), time: clock(last.at) }) : say("undo.none"));
}

/* --- What the hands do ---------------------------------------------------------------------------- */

function feel(button) {
  navigator.vibrate?.(20);
  button.classList.remove("felt");
  void button.offsetWidth; // Starts the flash anew, also for the second tap of a quick pair.
  button.classList.add("felt");
}

for (const button of document.querySelectorAll(".tap")) {
  const delta = Number(button.dataset.delta);
  onTap(button, () => {
    feel(button);
    act(() => queue.tap(known.chosen, known.mode, delta, Date.now(), sender.silent || sender.locked))
      .then(() => loud(part("inside").textContent));
  });
}

onTap(part("undo"), async () => {
  feel(part("undo"));
  const last = await act(() => queue.undo(known.chosen, Date.now()));
  if (last) loud(`${say("undo.done", { what: tapped(last.delta) })}. ${part("inside").textContent}`);
});

for (const button of document.querySelectorAll(".say")) {
  onHold(button, () => {
    const reason = part("reason").value.trim();
    part("reason").value = "";
    act(() => queue.say(known.chosen, known.mode, { kind: "state", state: button.dataset.state, reason }, Date.now()));
  }, (stage) => words.held(button, stage));
}

part("set").addEventListener("submit", (event) => {
  event.preventDefault();
  const heads = part("heads").value.trim();
  if (!/^\d{1,6}$/.test(heads)) return;
  part("heads").value = "";
  act(() => queue.say(known.chosen, known.mode, { kind: "heads", occupancy: Number(heads) }, Date.now()));
});

part("which").addEventListener("change", ({ target }) => {
  known.chosen = target.value;
  keep(known);
  enter();
});
/* A screen that goes dark while people come in costs more than the battery, which the keeper knows. */
let waking = null;
async function stayAwake() {
  const wanted = known.awake && !document.hidden && !part("door").hidden;
  try {
    if (wanted && (!waking || waking.released)) waking = await navigator.wakeLock.request("screen");
    else if (!wanted) await waking?.release();
  } catch {
    // The phone knows better, for instance that its battery is low.
  }
}
part("awake").parentElement.hidden = !navigator.wakeLock;
part("awake").checked = Boolean(known.awake);
part("awake").addEventListener("change", ({ target }) => {
  known.awake = target.checked;
  keep(known);
  stayAwake();
});

part("settings").addEventListener("click", () => {
  leave();
  part("setup").querySelector("h1").focus();
});
part("unlock").addEventListener("click", () => {
  leave(true);
  part("token").focus();
});
part("retry").addEventListener("click", () => sender.wake(true));
addEventListener("online", () => sender?.wake(true));
addEventListener("offline", () => sender?.wake(true));
document.addEventListener("visibilitychange", () => {
  sender?.wake(true);
  stayAwake();
});
setInterval(() => { if (!document.hidden && !part("door").hidden) show(); }, 1_000);

if (start.enough) enter();
else leave();
stayAwake();
