/*
 * The page as it is drawn: panels, map, list, title, icon. Texts are set only where they changed,
 * so that a screen reader hears news and nothing else. One pulse on a change of state, no more.
 */

import { DANGER } from "./face.js";
import { nameOf } from "./words.js";

const PATTERNED = ["part", "watch", "part_watch", "unknown", "drill"];
const $ = (id) => document.getElementById(id);

const write = (element, text) => {
  if (element && element.textContent !== text) element.textContent = text;
  if (element) element.hidden = text === "";
};

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Draw the panels in the order given; says which of them changed their state. */
export function panels(shown, words) {
  const place = $("state");
  const link = $("link");
  const changed = [];
  for (const panel of shown) {
    const section = place.querySelector(`[data-code="${panel.code}"]`);
    if (!section) continue;
    if (section.dataset.state !== panel.state) {
      section.dataset.state = panel.state;
      section.classList.remove("pulse");
      void section.offsetWidth; // Lets the one pulse begin anew.
      section.classList.add("pulse");
      changed.push(panel);
    }
    const word = section.querySelector(".word");
    if (word.textContent.replace(/\s+/g, " ").trim() !== panel.word.join(" ")) {
      word.replaceChildren(...panel.word.flatMap((line, i) => [...(i ? [" "] : []), make("span", { class: "line" }, line)]));
    }
    word.className = `word s${panel.size}`;
    write(section.querySelector(".place"), panel.place);
    write(section.querySelector(".what"), panel.what);
    write(section.querySelector(".act"), panel.act);
    since(section.querySelector(".since"), panel, words);
    notes(section.querySelector(".notes"), panel.notes);
    if (shown.length > 1) place.insertBefore(section, link);
  }
  const first = shown[0];
  document.documentElement.dataset.state = first.state;
  const title = `${first.word.join(" ")} · ${first.place}`;
  if (document.title !== title) document.title = title;
  return changed;
}

function since(element, panel, words) {
  const own = panel.since_at ? words.ownTime(panel.since_at) : "";
  if (element.textContent === panel.since + own) return;
  element.replaceChildren(panel.since_at ? make("time", { datetime: panel.since_at }, panel.since) : panel.since);
  if (own) element.append(make("span", { class: "own" }, own));
}

function notes(list, texts) {
  if ([...list.children].map((item) => item.textContent).join("\n") === texts.join("\n")) return;
  list.replaceChildren(...texts.map((text) => make("li", {}, text)));
  list.hidden = texts.length === 0;
}

export function icon(state, address) {
  const name = ["warning", "part", "country"].includes(state) ? "warning"
    : state === "calm" || state === "drill" ? state : "unknown";
  const link = document.querySelector("link[rel=icon]");
  const href = `${address}icon-${name}.svg`;
  if (link && link.getAttribute("href") !== href) link.setAttribute("href", href);
}

/** Colour the map; `stateOf(code)` gives an area's state. */
export function map(stateOf, scene, words) {
  for (const path of document.querySelectorAll(".raions path")) {
    const code = path.id.slice(2);
    const state = stateOf(code);
    if (path.getAttribute("class") === state) continue;
    path.setAttribute("class", state);
    if (PATTERNED.includes(state)) path.setAttribute("fill", `url(#p-${state})`);
    else path.removeAttribute("fill");
    path.querySelector("title").textContent = `${nameOf(scene, code, words)}: ${words.say(`state.${state}`)}`;
  }
}

/** The list that says what the map shows; mirrors web/roll.py. */
export function roll(faces, scene, words, stateOf) {
  const place = $("groups");
  const groups = DANGER.map((state) => [state, faces.filter((face) => stateOf(face.code) === state)])
    .filter(([, members]) => members.length);
  const wall = document.documentElement.classList.contains("wall");
  const built = groups.map(([state, members]) => make("section", { class: "group", "data-state": state },
    make("h4", {}, make("span", { class: "swatch", "aria-hidden": "true" }),
      `${words.say(`state.${state}`)}: ${words.count("region", members.length)}`),
    make("ul", {}, ...members.map((face) => entry(face, scene, words, wall)))));
  const fresh = make("div", {}, ...built);
  if (fresh.textContent.replace(/\s+/g, "") === place.textContent.replace(/\s+/g, "")) return;
  const focused = document.activeElement?.getAttribute("href");
  const had = place.contains(document.activeElement);
  place.replaceChildren(...built);
  if (had) place.querySelector(`a[href="${focused}"]`)?.focus();
}

function entry(face, scene, words, wall) {
  const item = make("li", {}, make("a", { href: `/?area=${face.code}` }, nameOf(scene, face.code, words)));
  if (face.since) item.append(" ", make("span", { class: "when" }, wall ? words.brief(face.since) : words.say("since.plain", { time: words.clock(face.since) })));
  const parts = [...new Set([...face.inside, ...face.silentParts, ...face.drills])]
    .filter((code) => code !== face.code)
    .map((code) => {
      const state = scene.face(code).state;
      const same = state === face.state || state === face.state.replace("part", "warning");
      const name = nameOf(scene, code, words);
      return same ? name : `${name} (${words.say(`state.${state}`)})`;
    });
  if (parts.length && !wall) item.append(" ", make("span", { class: "parts" }, parts.join(", ")));
  return item;
}

/** The bar below the word: live, waiting, or lost since when. */
export function link(text, lost, retry) {
  const bar = $("link");
  bar.hidden = text === "";
  bar.classList.toggle("lost", lost);
  if (bar.firstChild?.textContent === text) return;
  bar.replaceChildren(make("span", {}, text));
  if (retry) {
    const button = make("button", { type: "button", class: "quiet" }, retry.label);
    button.addEventListener("click", retry.press);
    bar.append(" ", button);
  }
}

/** The ribbon of a replay or of the past: it always tells the moment shown. */
export function ribbon({ past, replay, at, words, back }) {
  const bar = document.querySelector(".ribbon");
  document.documentElement.classList.toggle("past", past);
  bar.hidden = !past && !replay;
  if (bar.hidden) return;
  const told = words.clockOf(at);
  write(bar.querySelector("strong"), words.say(replay ? "replay" : "past"));
  write(bar.querySelector("time"), `${words.dayTold(told)}, ${told.time}`);
  write(bar.querySelector(".ribbon-what"), words.say(past ? "past.what" : "replay.what"));
  const link = bar.querySelector("a");
  link.hidden = !past;
  link.href = back;
}

export function loud(text) {
  $("loud").textContent = text;
}
