/*
 * The block of the public page that opens by itself under alert: the three nearest shelters. It is
 * loaded once the page is live, so that the alert finds it ready; it asks for nothing before that.
 */

import { nearest, when } from "./shelter-ask.js";
import { card, cards, cover } from "./shelter-card.js";
import { allowed, locate, recent, remembered, wanted } from "./shelter-place.js";
import { speaker } from "./words.js";

const AGAIN_MS = 20_000;
const SHOWN = 3;
const UNDER_ALERT = ["warning", "part"];

const $ = (id) => document.getElementById(id);

export function take(data) {
  if (!$("take-list")) return;
  const root = document.documentElement;
  let asOf = Date.parse(data.now);
  const spoken = JSON.parse($("take-data").textContent);
  const words = speaker({ ...data, words: { ...data.words, ...spoken } }, () => asOf);
  words.hazards = Object.fromEntries(Object.entries(data.words)
    .filter(([key]) => key.startsWith("hazard.")).map(([key, phrase]) => [key.slice(7), phrase]));
  const section = $("take").parentElement;
  const button = $("take-locate");
  let [here, since, open, timer, turn] = [null, null, false, 0, 0];
  let answered = false;

  document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: `${data.static}shelter.css` }));

  /* Who listens hears the first list and what goes wrong, and not each time of day. */
  const say = (text, lost = false, heard = text) => {
    const told = $("take-told");
    if (told.textContent !== text) told.textContent = text;
    told.hidden = text === "";
    told.classList.toggle("lost", lost);
    if ($("take-heard").textContent !== heard) $("take-heard").textContent = heard;
  };

  async function ask() {
    clearTimeout(timer);
    if (!open || !here) return;
    const mine = ++turn;
    if (!answered) say(words.say("shelter.asking"));
    const { got, still, wait_s } = await nearest(here, wanted(), SHOWN);
    if (mine !== turn || !open) return;
    if (got) show(got, still);
    else if (!wait_s) say(words.say(answered ? "shelter.stale" : "take.late", { time: words.zoned(new Date(asOf).toISOString()) }), true);
    timer = setTimeout(() => document.hidden || ask(), wait_s ? wait_s * 1_000 : AGAIN_MS);
  }

  function show(got, still) {
    answered = true;
    asOf = Date.parse(got.as_of ?? data.now);
    const straight = got.way === "straight_line";
    cards($("take-list"), $("take-card"), got.shelters.map((one) => card(one, words, { straight, still })));
    $("take-list").hidden = !got.shelters.length;
    const texts = got.invented ? [words.say("shelter.invented")] : [];
    const first = cover(got, words);
    if (first) texts.push(`${first[0]}. ${first[1]}`);
    else if (!got.shelters.length) texts.push(words.say("take.none"));
    texts.push(still
      ? words.say("shelter.offline", { time: when(got.saved_at, words) })
      : words.say("shelter.as_of", { time: words.zoned(got.as_of) }));
    if (since) texts.push(words.say("take.was", { time: words.zoned(since) }));
    const grave = still || Boolean(first) || !got.shelters.length;
    say(texts.join(" "), grave, grave ? texts[0] : `${words.say("take.title")}: ${got.shelters[0].name}`);
    button.classList.add("quiet");
    button.textContent = words.say("shelter.again");
  }

  async function find(fresh) {
    button.disabled = true;
    try {
      here = await locate({ fresh });
      since = null;
      await ask();
    } catch {
      if (!answered) say(words.say("shelter.denied"));
    } finally {
      button.disabled = false;
    }
  }

  /* A cellar is no help against a flood: the block is for what one takes shelter from. */
  const shelters = () => {
    const what = document.querySelector(".panel .what")?.textContent ?? "";
    const asks = Object.keys(words.hazards).filter((hazard) => what.includes(words.hazards[hazard]));
    return !asks.length || asks.some((hazard) => !words.has(`do.${hazard}`));
  };

  async function look() {
    const now = UNDER_ALERT.includes(root.dataset.state) && !root.classList.contains("past") && shelters();
    section.hidden = !now;
    if (now === open) return;
    open = now;
    if (!open) return clearTimeout(timer);
    const spot = remembered();
    if (spot) {
      here = spot;
      since = recent(spot) ? null : new Date(spot.at).toISOString();
      ask();
    }
    if (await allowed()) find(false);
    return undefined;
  }

  button.hidden = false;
  button.addEventListener("click", () => find(true));
  const watched = new MutationObserver(look);
  watched.observe(root, { attributes: true, attributeFilter: ["data-state", "class"] });
  watched.observe($("state"), { characterData: true, childList: true, subtree: true });
  document.addEventListener("visibilitychange", () => document.hidden || ask());
  look();
}
